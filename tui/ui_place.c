#include "tui/ui_place.h"

#include <stdio.h>
#include <string.h>

#include "tui/screen.h"
#include "widgets/fmt.h"

#define PLACE_BYTES (2 * LIMIT_NAME_BYTES + 60)

/* What :goto calls a screen of its own; NULL: it is gone to by another name, or not at all. */
static const char *
screen_place(enum screen_id id)
{
	switch (id) {
	case SCREEN_EVENTS:
		return "events";
	case SCREEN_SOURCES:
		return "sources";
	case SCREEN_ALERTS:
		return "alerts";
	case SCREEN_CHOOSE:
		return "baseline";
	case SCREEN_VERSIONS:
		return "versions";
	case SCREEN_TIMELINE:
		return "timeline";
	case SCREEN_SETUP:
		return "setup";
	case SCREEN_COMPARE:
		return "compare";
	case SCREEN_WHATIF:
		return "what-if";
	case SCREEN_HELP:
		return "help";
	default:
		return NULL;
	}
}

const char *
ui_place_time(int64_t ms, char *buf)
{
	snprintf(buf, 32, "%.10sT%.12sZ", fmt_date(ms, 0).s, fmt_clock_ms(ms, 0).s);
	return buf;
}

static void
read_events(const struct view *v, char *out, size_t bytes)
{
	char from[32], to[32];
	int64_t from_ms, to_ms;

	ui_events_range(v, &from_ms, &to_ms);
	if (from_ms || to_ms)
		snprintf(out, bytes, "events %s %s", ui_place_time(from_ms, from), ui_place_time(to_ms, to));
	else
		snprintf(out, bytes, "events");
}

/* "compare MODEL": the other side is what is pinned. */
static void
read_compare(const struct view *v, char *out, size_t bytes)
{
	size_t n = (size_t)snprintf(out, bytes, "compare ");

	pin_write_subject(ui_compare_with(v), out + n, bytes - n);
}

/* Of a screen of its own name; false: there is nothing on it any more. */
static bool
read_own(const struct ui *ui, const struct view *v, const char *name, char *out, size_t bytes)
{
	if (v->screen->id == SCREEN_EVENTS)
		read_events(v, out, bytes);
	else if (v->screen->id == SCREEN_COMPARE && ui->pin.set)
		read_compare(v, out, bytes);
	else if (v->screen->id == SCREEN_WHATIF && ui->past && ui->past->whatif)
		snprintf(out, bytes, "what-if %s", ui->past->change);
	else if (v->screen->id == SCREEN_COMPARE || v->screen->id == SCREEN_WHATIF)
		return false;
	else
		snprintf(out, bytes, "%s", name);
	return true;
}

/* A model and one of its inputs on top of it are one place, unless what is below is of that model, too: then two. */
static bool
is_one(const struct view *v, const struct view *next)
{
	return next && next->screen->id == SCREEN_FEATURE && next->model == v->model &&
	    (v[-1].screen->id == SCREEN_HELP || v[-1].model != v->model);
}

void
ui_place_read(const struct ui *ui, const struct store *s, const struct ui_reader *to)
{
	for (size_t i = 1; i < ui->depth; i++) {
		const struct view *v = &ui->views[i], *next = i + 1 < ui->depth ? v + 1 : NULL;
		const char *own = screen_place(v->screen->id), *feature = "";
		char place[PLACE_BYTES];
		struct slice name;

		if (own && read_own(ui, v, own, place, sizeof place))
			ui_part_say(to, place);
		if (own || v->model >= store_model_count(s))
			continue;
		if (v->screen->id == SCREEN_FEATURE)
			feature = v->title;
		else if (is_one(v, next))
			feature = (++i, next->title);
		name = store_model_name(s, v->model);
		snprintf(place, sizeof place, "%.*s%s%s", (int)name.n, name.p, *feature ? "/" : "", feature);
		ui_part_say(to, place);
	}
}

const char *
ui_place_name(const struct ui *ui, char *buf, size_t bytes)
{
	const struct view *v = &ui->views[ui->depth - 1];
	char *p;

	if (v->screen->panels)
		snprintf(buf, bytes, "%s-%u", v->screen->name, v->panel + 1);
	else
		snprintf(buf, bytes, "%s", v->screen->name);
	for (p = buf; *p; p++)
		*p = *p == ' ' ? '-' : *p;
	return buf;
}

int
ui_place_go(struct ui *ui, const struct store *s, const char *place, struct ui_request *r, struct err *err)
{
	ui->dirty = true;
	return colon_goto(ui, s, slice_of(place), r, err);
}

bool
ui_place_is_whatif(const struct ui *ui)
{
	return ui->views[ui->depth - 1].screen->id == SCREEN_WHATIF;
}

int
ui_place_pin(struct ui *ui, const struct store *s, const char *text, bool moment, struct err *err)
{
	struct pin_subject of;

	if (!pin_find_subject(s, slice_of(text), &of))
		return err_set(err, ERR_USAGE, "'%.60s' is no model and no MODEL/VERSION", text);
	if (moment && of.one)
		return err_set(err, ERR_USAGE, "'%.60s': only a whole model is held as it was at a moment", text);
	pin_take(&ui->pin, s, &of, moment);
	ui->dirty = true;
	return 0;
}

const struct ui_past *
ui_place_past(const struct ui *ui)
{
	return ui->past;
}
