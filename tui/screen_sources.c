/*
 * Where events come from: every source with its streams, what was lost and why, what was rejected or odd with a sample
 * of each, and how each field was understood. Where no stream matches the patterns this is the list to pick from.
 */
#include <limits.h>
#include <stdio.h>

#include "tui/fields_panel.h"
#include "tui/options.h"
#include "tui/part.h"
#include "tui/rejects_panel.h"
#include "tui/row_name.h"
#include "tui/source_detail.h"
#include "tui/source_page.h"
#include "tui/sources_list.h"

enum { PANEL_STREAMS, PANEL_REJECTS, PANEL_DETAIL, PANEL_FIELDS, PANEL_COUNT };

#define DETAIL_ROWS_LEAST 6
#define PAGE_ROWS	  9	 /* from so many on a source has a page, else a few lines */
#define BESIDE_COLS	  118 /* from so many on the selected stream's fields are beside an entry of it, */
#define BELOW_ROWS	  24  /* or, with so many rows left, below */

struct sources_state {
	struct sources_list sources;
	struct rejects_held rejects;
	struct fields_held fields; /* of the stream under the cursor */
	struct source_page page;   /* of the source under it, or of the stream's */
	size_t scroll;
};

/* ---- collecting ---------------------------------------------------------------------------------------------------
 */

static void
sources_arrange(struct ui *ui, struct view *v, const struct store *s)
{
	struct sources_state *st = v->state;

	(void)s;
	sources_list_arrange(&st->sources, ui, v);
	rejects_arrange(&st->rejects, ui);
	fields_arrange(&st->fields);
}

/* After the order has been made, which says what is selected. */
static void
collect_fields(struct ui *ui, struct view *v, const struct store *s)
{
	struct sources_state *st = v->state;
	const struct source_row *row;

	st->fields.n = st->fields.events = 0;
	st->fields.newest = slice_of("");
	sources_list_arrange(&st->sources, ui, v);
	row = sources_list_row(&st->sources);
	source_page_collect(&st->page, &v->arena, s, row ? row->source : UINT_MAX);
	if (row && row->is_stream)
		fields_hold(
		    &st->fields, &v->arena, s, ui->options.given ? ui->options.given->config : NULL, &row->st);
}

static void
sources_say(struct ui *ui, struct view *v, const struct store *s)
{
	struct slice gone;
	char pick[120], key[48];

	if (!ui->feed.trusted && ui->feed.untrusted[0]) {
		v->severity = SEVERITY_WARN;
		v->sentence = arena_text(&v->arena, slice_of(ui->feed.untrusted));
	} else if (ui->feed.nothing_matches) {
		v->severity = SEVERITY_WARN;
		snprintf(pick, sizeof pick, "no stream matches the patterns: %s follows the one under the cursor",
		    ui_key_name(ui, ACTION_PICK, key));
		v->sentence = arena_text(&v->arena, slice_of(pick));
	} else if (store_streams_missing(s, &gone, 1) > 0) {
		char text[480];

		snprintf(text, sizeof text, "%zu known stream%s not there now: %.*s", store_streams_missing(s, NULL, 0),
		    store_streams_missing(s, NULL, 0) == 1 ? " is" : "s are",
		    (int)(gone.n < 300 ? gone.n : 300), gone.p);
		v->severity = SEVERITY_WARN;
		v->sentence = arena_text(&v->arena, slice_of(text));
	} else if (ui->feed.state_why[0]) {
		v->severity = ui->feed.state == STATE_READING ? SEVERITY_OK : SEVERITY_WARN;
		v->sentence = arena_text(&v->arena, slice_of(ui->feed.state_why));
	} else {
		v->sentence = slice_of("nothing lost, nothing missing");
	}
}

static void
sources_collect(struct ui *ui, struct view *v, const struct store *s)
{
	struct sources_state *st = v->state;

	sources_list_collect(&st->sources, &v->arena, s);
	rejects_hold(&st->rejects, &v->arena, s);
	collect_fields(ui, v, s);
	sources_say(ui, v, s);
}

/* ---- painting -----------------------------------------------------------------------------------------------------
 */

static void
panel_detail(const struct ui *ui, struct view *v, struct grid *g, struct rect r, bool focused)
{
	struct sources_state *st = v->state;
	const struct source_row *row = sources_list_row(&st->sources);
	const struct reject_sample *reject = v->panel == PANEL_REJECTS ? rejects_row(&st->rejects) : NULL;
	char title[80] = "", key[48];
	struct panel p = {.number = 3, .title = "Selected", .note = title, .focused = focused};
	struct rect body;

	if (reject)
		snprintf(title, sizeof title, "%s", event_reasons[reject->reason].name);
	else if (row) {
		struct slice name = row->is_stream ? row->st.key : row->so.url;

		snprintf(title, sizeof title, "%.*s", (int)(name.n < 70 ? name.n : 70), name.p);
	}
	body = panel_paint(g, r, &p);
	if (reject)
		rejects_paint_row(g, body, reject, st->scroll);
	else if (row && row->is_stream)
		source_detail_stream(g, body, &row->st, st->fields.newest, st->scroll);
	else if (row && body.rows >= PAGE_ROWS)
		source_page_facts(&st->page, ui, &st->sources, &st->rejects, row, ui_key_name(ui, ACTION_OPEN, key), g,
		    body);
	else if (row)
		source_detail_source(ui->now_ms, ui_key_name(ui, ACTION_OPEN, key), g, body, &row->so);
}

/* A stream has fields, a source streams and models; what was rejected has neither. */
static bool
has_fields(const struct view *v)
{
	const struct sources_state *st = v->state;
	const struct source_row *row = sources_list_row(&st->sources);

	return row && (!row->is_stream || st->fields.n > 0) && v->panel != PANEL_REJECTS;
}

static void
panel_fields(struct view *v, struct grid *g, struct rect r, bool focused)
{
	struct sources_state *st = v->state;
	const struct source_row *row = sources_list_row(&st->sources);

	if (row && !row->is_stream) {
		source_page_parts(&st->page, &st->sources, &st->rejects, row, g, r, focused, 4);
		return;
	}
	fields_paint(&st->fields, g, r, row && row->is_stream ? row->st.key : slice_of("no stream"), 4, focused);
}

/* The graph below takes what a source leaves. */
static struct rect
paint_graph(const struct view *v, struct grid *g, struct rect r)
{
	const struct sources_state *st = v->state;
	int rows = source_page_rows(&st->page, &st->sources, sources_list_row(&st->sources), r.rows);

	if (rows < r.rows)
		source_page_graph(&st->page, g, rect_rows(r, rows, r.rows - rows));
	return rect_rows(r, 0, rows);
}

/* What is selected and its fields: both where there is room, else the one that has the keys, the fields if neither; of
 * a source then what is known. */
static void
paint_selected(const struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	const struct source_row *row = sources_list_row(&((const struct sources_state *)v->state)->sources);
	bool detail = v->panel == PANEL_DETAIL, fields = v->panel == PANEL_FIELDS, both = has_fields(v) || fields;
	bool source = row && !row->is_stream;
	int cols = r.cols * 2 / 5, rows;

	if (both && r.cols >= BESIDE_COLS && (!source || r.rows > PAGE_ROWS)) {
		r = source ? paint_graph(v, g, r) : r;
		panel_detail(ui, v, g, rect_cols(r, 0, cols), detail);
		panel_fields(v, g, rect_cols(r, cols + 2, r.cols), fields);
	} else if (both && r.rows >= BELOW_ROWS) {
		rows = r.rows / 2;
		panel_fields(v, g, rect_rows(r, 0, rows), fields);
		panel_detail(ui, v, g, rect_rows(r, rows, r.rows), detail);
	} else if (both && !detail && (!source || fields)) {
		panel_fields(v, g, r, fields);
	} else {
		panel_detail(ui, v, g, r, detail);
	}
}

/* Rows of the upper list: all of it where that leaves something for what is selected, else the larger part. */
static int
sources_rows(size_t n, int rows)
{
	int most = rows * 6 / 10;

	if ((int)n + 2 > most && n < (size_t)rows && (int)n + 2 <= rows - DETAIL_ROWS_LEAST)
		return (int)n + 2;
	if ((size_t)most > n + 3)
		most = (int)n + 3;
	return most < 5 ? 5 : most;
}

static void
sources_draw(struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct sources_state *st = v->state;
	struct rect inside = rect_cols(r, r.cols > 40 ? 1 : 0, r.cols > 40 ? r.cols - 2 : r.cols);
	size_t n = st->rejects.list.n;
	int rejects = n == 0 ? 2 : n < 6 ? (int)n + 3 : 9, streams; /* of none a title that says so */

	v->alone = inside.rows < 14;
	if (v->expanded || v->alone) {
		if (v->panel == PANEL_STREAMS)
			sources_list_paint(&st->sources, ui, v, g, inside, true);
		else if (v->panel == PANEL_REJECTS)
			rejects_paint(&st->rejects, ui, g, inside, true);
		else if (v->panel == PANEL_FIELDS)
			panel_fields(v, g, inside, true);
		else
			panel_detail(ui, v, g, inside, true);
		return;
	}
	streams = sources_rows(st->sources.list.n, inside.rows - rejects);
	sources_list_paint(&st->sources, ui, v, g, rect_rows(inside, 0, streams), v->panel == PANEL_STREAMS);
	rejects_paint(&st->rejects, ui, g, rect_rows(inside, streams, rejects), v->panel == PANEL_REJECTS);
	paint_selected(ui, v, g, rect_rows(inside, streams + rejects, inside.rows));
}

/* ---- keys ---------------------------------------------------------------------------------------------------------
 */

static bool
sources_was_picked(const struct ui *ui, const struct source_row *r, size_t *at)
{
	for (size_t i = 0; i < ui->npicked; i++)
		if (ui->picked[i].source == r->source && ui->picked[i].stream == r->stream) {
			*at = i;
			return true;
		}
	return false;
}

/* Only what was picked here can be let go again: a stray Space must not stop a stream that the patterns asked for. */
static bool
sources_pick(struct ui *ui, struct view *v, struct ui_request *request)
{
	struct sources_state *st = v->state;
	const struct source_row *r = sources_list_row(&st->sources);
	size_t at;

	/* The selected panel shows the stream under the cursor of the first one; the middle one shows no stream. */
	if (v->panel == PANEL_REJECTS || !r || !r->is_stream) {
		ui_say_key(ui, "%s follows a stream: choose one in panel 1", ACTION_PICK);
		return true;
	}
	*request = (struct ui_request){
	    .kind = UI_REQUEST_PICK, .source = r->source, .stream = r->stream, .follow = true};
	if (sources_was_picked(ui, r, &at)) {
		request->follow = false;
		ui->picked[at] = ui->picked[--ui->npicked];
		snprintf(ui->message, sizeof ui->message, "let go");
	} else if (r->st.state == STREAM_OFFERED) {
		if (ui->npicked < UI_PICKED_MAX) {
			ui->picked[ui->npicked].source = r->source;
			ui->picked[ui->npicked++].stream = r->stream;
		}
		list_select(&st->sources.list, st->sources.list.selected); /* the cursor stays on it from now on */
		snprintf(ui->message, sizeof ui->message, "picked: reading");
	} else {
		request->kind = UI_REQUEST_NONE;
		snprintf(ui->message, sizeof ui->message, "already followed, because it matches a pattern");
	}
	return true;
}

static bool
sources_not_ok(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct sources_state *st = v->state;
	const struct source_row *r = &st->sources.rows[row];

	return filter_active(&v->filter) ? r->is_stream : source_row_severity(r) >= SEVERITY_WARN;
}

static bool
sources_moves(struct ui *ui, struct view *v, enum action action)
{
	struct sources_state *st = v->state;

	if (v->panel == PANEL_STREAMS || v->panel == PANEL_REJECTS) {
		struct list *l = v->panel == PANEL_STREAMS ? &st->sources.list : &st->rejects.list;
		bool moved = ui_list_act(ui, v, l, action);

		if (moved)
			st->scroll = 0;
		return moved;
	}
	if (v->panel == PANEL_FIELDS)
		return ui_list_act(ui, v, &st->fields.list, action);
	if (action == ACTION_UP || action == ACTION_PAGE_UP)
		st->scroll -= st->scroll > 0;
	else if (action == ACTION_DOWN || action == ACTION_PAGE_DOWN)
		st->scroll += st->scroll < 4096;
	else if (action == ACTION_HOME)
		st->scroll = 0;
	else
		return false;
	return true;
}

static void
sources_open(struct ui *ui, struct view *v)
{
	if (v->panel == PANEL_DETAIL)
		ui_say(ui, "these are the details: " UI_KEY("expand") " gives them the whole screen");
	v->panel = PANEL_DETAIL;
}

static bool
sources_act(struct ui *ui, struct view *v, enum action action, struct ui_request *request)
{
	struct sources_state *st = v->state;
	const struct source_row *row = sources_list_row(&st->sources);

	if (sources_moves(ui, v, action))
		return true;
	switch (action) {
	case ACTION_PICK:
		return sources_pick(ui, v, request);
	case ACTION_OPEN:
		if (v->panel == PANEL_STREAMS && row && !row->is_stream && source_row_is_away(row)) {
			*request = (struct ui_request){
			    .kind = UI_REQUEST_RETRY, .source = row->source};
			snprintf(ui->message, sizeof ui->message, "trying again");
		} else {
			sources_open(ui, v);
		}
		return true;
	case ACTION_RIGHT:
		sources_open(ui, v);
		return true;
	case ACTION_NEXT:
	case ACTION_PREVIOUS:
		v->panel = v->panel == PANEL_REJECTS ? PANEL_STREAMS : v->panel;
		if (ui_list_seek(ui, &st->sources.list, action == ACTION_NEXT, sources_not_ok, v))
			st->scroll = 0;
		return true;
	default:
		return false;
	}
}

static void
sources_release(struct view *v)
{
	struct sources_state *st = v->state;

	if (!st)
		return;
	list_release(&st->sources.list);
	list_release(&st->rejects.list);
	list_release(&st->fields.list);
}

static const struct screen_sort sources_sorts[] = {{"state", SOURCES_MARK}, {"stream", SOURCES_NAME},
    {"rate", SOURCES_RATE}, {"events", SOURCES_EVENTS}, {"lag", SOURCES_LAG}, {"behind", SOURCES_BEHIND},
    {"lost", SOURCES_LOST}, {NULL, 0}};

static void
sources_position(struct view *v, unsigned panel, struct position *p, bool put)
{
	struct sources_state *st = v->state;
	struct list *lists[PANEL_COUNT] = {[PANEL_STREAMS] = &st->sources.list,
	    [PANEL_REJECTS] = &st->rejects.list,
	    [PANEL_FIELDS] = &st->fields.list};

	if (panel < PANEL_COUNT && lists[panel])
		ui_list_position(lists[panel], p, put);
	else if (put)
		st->scroll = p->row;
	else
		p->row = st->scroll;
}

/* A stream by its key, and where there are several sources by that one's name before it. */
static void
name_source(const struct sources_list *l, const struct source_row *r, char *buf)
{
	struct slice of = r->so.label.n ? r->so.label : r->so.url;
	bool several = false;

	for (size_t i = 0; i < l->n; i++)
		several |= l->rows[i].source != r->source;
	if (!r->is_stream)
		row_name_put(buf, r->so.url);
	else if (!several)
		row_name_put(buf, r->st.key);
	else
		snprintf(buf, ROW_NAME_BYTES, "%.*s %.*s",
		    (int)(of.n < LIMIT_NAME_BYTES ? of.n : LIMIT_NAME_BYTES), of.p,
		    (int)(r->st.key.n < LIMIT_NAME_BYTES ? r->st.key.n : LIMIT_NAME_BYTES), r->st.key.p);
}

static bool
sources_row_name(const struct ui *ui, const struct view *v, unsigned panel, size_t place, char *buf)
{
	const struct sources_state *st = v->state;
	size_t row;

	(void)ui;
	if (panel == PANEL_STREAMS && row_name_row(&st->sources.list, place, &row)) {
		name_source(&st->sources, &st->sources.rows[row], buf);
	} else if (panel == PANEL_REJECTS && row_name_row(&st->rejects.list, place, &row)) {
		struct slice key = st->rejects.keys[row];

		snprintf(buf, ROW_NAME_BYTES, "%s %.*s", event_reasons[st->rejects.rejects[row].reason].name,
		    (int)(key.n < LIMIT_NAME_BYTES ? key.n : LIMIT_NAME_BYTES), key.n ? key.p : "");
	} else if (panel == PANEL_FIELDS && row_name_row(&st->fields.list, place, &row)) {
		row_name_put(buf, st->fields.rows[row].path);
	} else {
		return false;
	}
	return true;
}

const struct screen screen_sources = {
    .id = SCREEN_SOURCES,
    .name = "sources",
    .rows = METRIC_OF_SOURCE,
    .panels = PANEL_COUNT,
    .state_bytes = sizeof(struct sources_state),
    .collect = sources_collect,
    .arrange = sources_arrange,
    .draw = sources_draw,
    .act = sources_act,
    .position = sources_position,
    .row_name = sources_row_name,
    .columns = sources_columns,
    .ncolumns = SOURCES_COLUMNS,
    .sorts = sources_sorts,
    .release = sources_release,
};
