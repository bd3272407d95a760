#include "tui/event_reader.h"

#include "widgets/rawview.h"

void
event_reader_begin(struct event_reader *er)
{
	er->scroll = 0;
	er->seek = true;
}

void
event_reader_put(struct event_reader *er, size_t scroll)
{
	er->scroll = scroll;
	er->seek = er->painted = false;
}

static void
seek(struct event_reader *er, int cols, const struct event_read *what)
{
	size_t line = er->whole ? record_view_find(cols, what->raw, what->needle)
				: rawview_find(cols, what->raw, what->needle);

	if (what->needle.n > 0 && line != SIZE_MAX && line >= er->body)
		er->scroll = line - er->body / 2;
}

bool
event_reader_place(struct event_reader *er, struct rect body, struct grid *g, const struct event_read *what)
{
	struct rect none = rect_rows(body, 0, 0);
	bool whole = what->view != NULL, was = er->whole;
	size_t most;

	er->body = (size_t)(body.rows > 0 ? body.rows : 0);
	er->lines = whole ? record_view_paint(g, none, what->view, what->raw, 0, what->needle) : 0;
	whole = whole && (what->full || (er->body > 0 && er->lines <= er->body));
	if (!whole)
		er->lines = rawview_paint(g, none, what->raw, 0, what->needle);
	er->whole = whole;
	/* It is set out anew: other lines than before. */
	if (er->painted && was != whole && what->needle.n > 0)
		event_reader_begin(er);
	if (er->seek && er->body > 0) {
		er->seek = false;
		seek(er, body.cols, what);
	}
	er->painted = er->painted || er->body > 0;
	most = er->lines > er->body ? er->lines - er->body : 0;
	er->scroll = er->scroll < most ? er->scroll : most;
	return whole;
}

void
event_reader_paint(const struct event_reader *er, struct grid *g, struct rect body, const struct event_read *what)
{
	if (er->whole && what->view)
		record_view_paint(g, body, what->view, what->raw, er->scroll, what->needle);
	else
		rawview_paint(g, body, what->raw, er->scroll, what->needle);
}

bool
event_reader_act(struct event_reader *er, enum action action)
{
	size_t page = er->body > 1 ? er->body - 1 : 1;

	switch (action) {
	case ACTION_UP:
		er->scroll -= er->scroll > 0;
		return true;
	case ACTION_DOWN:
		er->scroll++;
		return true;
	case ACTION_PAGE_UP:
		er->scroll = er->scroll > page ? er->scroll - page : 0;
		return true;
	case ACTION_PAGE_DOWN:
		er->scroll += page;
		return true;
	case ACTION_HOME:
		er->scroll = 0;
		return true;
	case ACTION_END:
		er->scroll = er->lines;
		return true;
	default:
		return false;
	}
}
