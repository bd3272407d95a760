#include "tui/ui_place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/columns.h"
#include "tui/screen.h"
#include "widgets/fmt.h"

#define WRONG_BYTES 20 /* of a filter, from where it is wrong */

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
	default:
		return NULL;
	}
}

/* What people would say they look at: not Help, which is about another view, and not what a name does not lead to. */
static size_t
top_view(const struct ui *ui)
{
	size_t top = ui->depth - 1;

	while (top > 0) {
		enum screen_id id = ui->views[top].screen->id;

		if (screen_place(id) || id == SCREEN_MODEL || id == SCREEN_FEATURE)
			break;
		top--;
	}
	return top;
}

/* A moment as :goto takes it. */
static void
write_time(char *buf, size_t bytes, int64_t ms)
{
	struct fmt day = fmt_date(ms, 0), clock = fmt_clock(ms, 0);

	snprintf(buf, bytes, "%.10sT%.8s.%03dZ", day.s, clock.s, (int)(ms % 1000));
}

static void
read_events(const struct view *v, char *out, size_t bytes)
{
	char from[32], to[32];
	int64_t from_ms, to_ms;

	ui_events_range(v, &from_ms, &to_ms);
	write_time(from, sizeof from, from_ms);
	write_time(to, sizeof to, to_ms);
	if (from_ms || to_ms)
		snprintf(out, bytes, "events %s %s", from, to);
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

/* Views from the fleet upwards; a model and one of its inputs on top of it are one place. */
static void
read_places(const struct ui *ui, const struct store *s, size_t top, struct ui_place *out)
{
	for (size_t i = 1; i <= top; i++) {
		const struct view *v = &ui->views[i], *next = i < top ? v + 1 : NULL;
		const char *own = screen_place(v->screen->id), *feature = "";
		char *place = out->places[out->n];
		struct slice name = {NULL, 0};

		if (v->model != SIZE_MAX && v->model < store_model_count(s))
			name = store_model_name(s, v->model);
		if (own && v->screen->id == SCREEN_EVENTS) {
			read_events(v, place, sizeof out->places[0]);
		} else if (v->screen->id == SCREEN_COMPARE && ui->pin.set) {
			read_compare(v, place, sizeof out->places[0]);
		} else if (v->screen->id == SCREEN_WHATIF && ui->past && ui->past->whatif) {
			snprintf(place, sizeof out->places[0], "what-if %s", ui->past->change);
		} else if (v->screen->id == SCREEN_COMPARE || v->screen->id == SCREEN_WHATIF) {
			/* There is nothing on it any more. */
			continue;
		} else if (own) {
			snprintf(place, sizeof out->places[0], "%s", own);
		} else if (name.n) {
			if (v->screen->id == SCREEN_FEATURE)
				feature = v->title;
			else if (next && next->screen->id == SCREEN_FEATURE && next->model == v->model)
				feature = (++i, next->title);
			snprintf(place, sizeof out->places[0], "%.*s%s%s", (int)name.n, name.p, *feature ? "/" : "",
			    feature);
		}
		out->n += *place != '\0';
	}
}

/* ---- rows and what is picked out ------------------------------------------------------------------ */

static void
position(struct view *v, unsigned panel, struct position *p, bool put)
{
	if (v->screen->position)
		v->screen->position(v, panel, p, put);
	else if (panel == 0 && v->list)
		ui_list_position(v->list, p, put);
}

/* False: the row has no name, or one that is no name of a row to whoever reads it. */
static bool
row_name(const struct ui *ui, const struct view *v, size_t place, struct slice *out)
{
	if (!v->screen->row_name || !v->list || place >= v->list->n)
		return false;
	*out = v->screen->row_name(ui, v, v->list->order[place]);
	return out->n > 0 && out->n <= LIMIT_NAME_BYTES && !memchr("0123456789", out->p[0], 10);
}

static void
read_position(const struct ui *ui, struct view *v, unsigned panel, struct ui_place *out)
{
	struct position p = {0};
	struct slice name;
	char before[4] = "";

	position(v, panel, &p, false);
	if (panel)
		snprintf(before, sizeof before, "%u:", panel + 1);
	if (p.moved && panel == 0 && row_name(ui, v, p.row, &name))
		snprintf(out->at[panel].select, sizeof out->at[0].select, "%.*s", (int)name.n, name.p);
	else if (p.row || p.moved)
		snprintf(out->at[panel].select, sizeof out->at[0].select, "%s%zu", before, p.row + 1);
	if (p.top)
		snprintf(out->at[panel].scroll, sizeof out->at[0].scroll, "%s%zu", before, p.top);
	if (p.pick)
		snprintf(out->at[panel].pick, sizeof out->at[0].pick, "%s%zu", before, p.pick);
}

void
ui_place_read(struct ui *ui, const struct store *s, struct ui_place *out)
{
	size_t top = top_view(ui);
	struct view *v = &ui->views[top];

	memset(out, 0, sizeof *out);
	read_places(ui, s, top, out);
	if (filter_active(&v->filter) && !v->filter.wrong)
		snprintf(out->filter, sizeof out->filter, "%s", v->filter.text);
	if (ui_sorts(v) && (v->sorted || v->reversed))
		snprintf(out->sort, sizeof out->sort, "%s%s", ui_sorts(v)[v->sorted].name,
		    v->reversed ? " reverse" : "");
	out->panel = v->screen->panels && v->panel ? v->panel + 1 : 0;
	out->expanded = v->expanded;
	out->utc = ui->utc;
	out->zoom = ui->zoom;
	if (ui->pin.set)
		pin_write_subject(&ui->pin.of, out->pin, sizeof out->pin);
	out->pin_moment = ui->pin.moment;
	out->pin_ms = ui->pin.at_ms;
	for (unsigned panel = 0; panel == 0 || (panel < v->screen->panels && panel < UI_CURSORS_MAX); panel++)
		read_position(ui, v, panel, out);
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

int
ui_place_columns(struct ui *ui, const char *text, struct err *err)
{
	size_t n = strcspn(text, " "), at;
	const struct screen *screen = columns_screen(slice_make(text, n));
	int rc;

	if (!screen)
		return err_set(err, ERR_USAGE, "no screen '%.*s' has a list", (int)(n < 40 ? n : 40), text);
	rc = columns_parse(screen, slice_of(text + n), &ui->orders[screen->id], &at, err);
	if (rc)
		return rc;
	ui->reordered |= 1u << screen->id;
	ui_view(ui)->stale = ui->dirty = true;
	return 0;
}

/* As many whole characters as have room in a message. */
static int
cut(struct slice text)
{
	size_t n = text.n < WRONG_BYTES ? text.n : WRONG_BYTES;

	while (n < text.n && n > 0 && ((unsigned char)text.p[n] & 0xc0) == 0x80)
		n--;
	return (int)n;
}

int
ui_place_filter(struct ui *ui, const char *text, struct err *err)
{
	struct view *v = ui_view(ui);
	struct filter was = v->filter;
	int rc = 0;

	ui_filter_set(v, slice_of(text));
	if (v->filter.wrong) {
		struct slice rest = slice_make(v->filter.text + v->filter.at, v->filter.n - v->filter.at);

		rc = rest.n ? err_set(err, ERR_USAGE, "%s, at byte %zu: '%.*s'", v->filter.why, v->filter.at + 1,
				  cut(rest), rest.p)
			    : err_set(err, ERR_USAGE, "%s, at the end", v->filter.why);
		v->filter = was;
	}
	v->reorder = v->stale = ui->dirty = true;
	return rc;
}

void
ui_place_panel(struct ui *ui, unsigned panel)
{
	struct view *v = ui_view(ui);

	if (panel == 0 || panel > v->screen->panels)
		return;
	ui_set_panel(v, panel - 1);
	ui->dirty = true;
}

int
ui_place_sort(struct ui *ui, const char *text, struct err *err)
{
	struct view *v = ui_view(ui);
	const struct screen_sort *sorts = ui_sorts(v);
	size_t n = strcspn(text, " ");
	bool reverse = strcmp(text + n, " reverse") == 0;

	for (size_t i = 0; sorts && sorts[i].name; i++) {
		if (strlen(sorts[i].name) != n || strncmp(sorts[i].name, text, n) != 0 || (text[n] && !reverse))
			continue;
		ui_sort(ui, v, i, reverse);
		ui->dirty = true;
		return 0;
	}
	return err_set(err, ERR_USAGE, "nothing on this screen is sorted by '%.60s'", text);
}

/* "2:x" is of the second panel. */
static unsigned
take_panel(const struct view *v, const char **text)
{
	unsigned panel;

	if ((*text)[0] < '1' || (*text)[0] > '9' || (*text)[1] != ':')
		return 0;
	panel = (unsigned)((*text)[0] - '1');
	if (panel >= v->screen->panels)
		return UI_CURSORS_MAX;
	*text += 2;
	return panel;
}

/* From 1; false: it is no number. */
static bool
take_number(const char *text, size_t *out)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*out = n;
	return text[0] >= '0' && text[0] <= '9' && !*end && n > 0 && n < 1000000;
}

static bool
find_row(const struct ui *ui, const struct view *v, const char *text, size_t *place)
{
	struct slice name;

	for (*place = 0; v->list && *place < v->list->n; ++*place)
		if (row_name(ui, v, *place, &name) && slice_is(name, text))
			return true;
	return false;
}

int
ui_place_select(struct ui *ui, const struct store *s, const char *text, struct err *err)
{
	struct view *v = ui_view(ui);
	const char *row = text;
	unsigned panel = take_panel(v, &row);
	struct position p = {0}, now = {0};
	size_t n;

	ui_collect(ui, s);
	if (panel == 0 && v->screen->reveal && !take_number(row, &n)) {
		v->screen->reveal(ui, v, slice_of(row));
		ui_collect(ui, s);
	}
	position(v, panel, &p, false);
	p.moved = true;
	if (take_number(row, &n))
		p.row = n - 1;
	else if (panel != 0 || !find_row(ui, v, row, &p.row))
		return err_set(err, ERR_USAGE, "there is no row '%.60s'", text);
	position(v, panel, &p, true);
	position(v, panel, &now, false);
	v->stale = ui->dirty = true;
	if (now.row != p.row)
		return err_set(err, ERR_USAGE, "there is no row '%.60s'", text);
	return 0;
}

int
ui_place_pick(struct ui *ui, const struct store *s, const char *text, struct err *err)
{
	struct view *v = ui_view(ui);
	const char *which = text;
	unsigned panel = take_panel(v, &which);
	struct position p = {0}, now = {0};
	size_t n;

	ui_collect(ui, s);
	position(v, panel, &p, false);
	if (!take_number(which, &n))
		return err_set(err, ERR_USAGE, "'%.60s' is no number of a bin or a moment", text);
	p.pick = n;
	position(v, panel, &p, true);
	position(v, panel, &now, false);
	v->stale = ui->dirty = true;
	if (now.pick != p.pick)
		return err_set(err, ERR_USAGE, "there is nothing to pick at '%.60s'", text);
	return 0;
}

int
ui_place_scroll(struct ui *ui, const struct store *s, const char *text, struct err *err)
{
	struct view *v = ui_view(ui);
	const char *row = text;
	unsigned panel = take_panel(v, &row);
	struct position p = {0};

	ui_collect(ui, s);
	position(v, panel, &p, false);
	if (!take_number(row, &p.top))
		return err_set(err, ERR_USAGE, "'%.60s' is no number of a row", text);
	position(v, panel, &p, true);
	v->stale = ui->dirty = true;
	return 0;
}

void
ui_place_zoom(struct ui *ui, enum window w)
{
	ui->zoom = w;
	ui_view(ui)->stale = ui->dirty = true;
}

void
ui_place_expand(struct ui *ui)
{
	struct view *v = ui_view(ui);

	v->expanded = v->screen->panels > 0;
	v->stale = ui->dirty = true;
}
