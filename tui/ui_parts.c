#include "tui/ui_place.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/columns.h"
#include "tui/row_name.h"
#include "tui/screen.h"

#define WRONG_BYTES 20	/* of a filter, from where it is wrong */
#define CURSORS_MAX 9	/* panels */
#define ROW_BYTES (ROW_NAME_BYTES + 3)

struct ui_reader {
	struct ui *ui;
	struct view *v; /* the visible one */
	const struct store *s;
	enum option_id option;
	void (*take)(void *ctx, enum option_id option, const char *value);
	void *ctx;
};

void
ui_part_say(const struct ui_reader *r, const char *value)
{
	r->take(r->ctx, r->option, value);
}

static void say(const struct ui_reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void
say(const struct ui_reader *r, const char *format, ...)
{
	char text[FILTER_BYTES + ROW_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	ui_part_say(r, text);
}

bool
ui_part_is_plain(const char *word)
{
	const unsigned char *p = (const unsigned char *)word;

	while (*p) {
		unsigned more = *p < 0x80 ? 0 : *p >= 0xf0 ? 3 : *p >= 0xe0 ? 2 : 1;

		if (*p < 0x20 || *p == 0x7f || (*p >= 0x80 && *p < 0xc3 && !(*p == 0xc2 && p[1] >= 0xa0)) || *p > 0xf4)
			return false;
		/* Marks that turn the direction of writing, or that nobody sees. */
		if (*p == 0xe2 && (p[1] == 0x80 || p[1] == 0x81) && (p[1] == 0x81 || p[2] < 0x90 || p[2] > 0xa7))
			return false;
		for (p++; more; more--, p++)
			if ((*p & 0xc0) != 0x80)
				return false;
	}
	return true;
}

/* ---- what all screens have ------------------------------------------------------------------------------------- */

static void
read_utc(const struct ui_reader *r)
{
	if (r->ui->utc)
		ui_part_say(r, "");
}

/* Whoever runs the line may have the same configuration. */
static void
read_no_utc(const struct ui_reader *r)
{
	if (!r->ui->utc && r->ui->options.config_utc)
		ui_part_say(r, "");
}

static void
read_window(const struct ui_reader *r)
{
	if (r->ui->window != WINDOW_AUTO || r->ui->options.window != WINDOW_AUTO)
		ui_part_say(r, window_names[r->ui->window]);
}

static void
read_at(const struct ui_reader *r)
{
	char text[32];

	if (r->ui->past)
		ui_part_say(r, ui_place_time(r->ui->past->at_ms, text));
}

/* What was chosen here; what the configuration has it brings along. */
static void
read_columns(const struct ui_reader *r)
{
	struct config_table tables[CONFIG_TABLES_MAX];
	size_t n = ui_columns_chosen(r->ui, tables);

	for (size_t i = 0; i < n; i++) {
		const struct config_table *t = &tables[i];
		char text[CONFIG_COLUMNS_MAX * 24 + 24];
		size_t at = (size_t)snprintf(text, sizeof text, "%s", t->screen);

		for (size_t k = 0; k < t->ncolumns && at < sizeof text; k++)
			at += (size_t)snprintf(text + at, sizeof text - at, "%c%s", k ? ',' : ' ', t->columns[k]);
		ui_part_say(r, text);
	}
}

/* As :columns: "fleet model,rate". */
static int
put_columns(struct ui *ui, const struct store *s, const char *text, struct err *err)
{
	size_t n = strcspn(text, " "), at;
	const struct screen *screen = columns_screen(slice_make(text, n));
	int rc;

	(void)s;
	if (!screen)
		return err_set(err, ERR_USAGE, "no screen '%.*s' has a list", (int)(n < 40 ? n : 40), text);
	rc = columns_parse(screen, slice_of(text + n), &ui->orders[screen->id], &at, err);
	if (rc)
		return rc;
	ui->reordered |= 1u << screen->id;
	return 0;
}

static void
read_pin(const struct ui_reader *r)
{
	char text[2 * LIMIT_NAME_BYTES + 2];

	if (!r->ui->pin.set)
		return;
	pin_write_subject(&r->ui->pin.of, text, sizeof text);
	ui_part_say(r, text);
}

static void
read_pin_at(const struct ui_reader *r)
{
	char text[32];

	if (r->ui->pin.set && r->ui->pin.moment)
		ui_part_say(r, ui_place_time(r->ui->pin.at_ms, text));
}

static void
read_places(const struct ui_reader *r)
{
	ui_place_read(r->ui, r->s, r);
}

static void
read_panel(const struct ui_reader *r)
{
	if (r->v->screen->panels && r->v->panel)
		say(r, "%u", r->v->panel + 1);
}

/* From 1; one that there is not is as good as none. */
static int
put_panel(struct ui *ui, const struct store *s, const char *text, struct err *err)
{
	struct view *v = ui_view(ui);
	unsigned long panel = strtoul(text, NULL, 10);

	(void)s;
	(void)err;
	if (panel > 0 && panel <= v->screen->panels)
		ui_set_panel(v, (unsigned)panel - 1);
	return 0;
}

static void
read_expand(const struct ui_reader *r)
{
	if (r->v->expanded)
		ui_part_say(r, "");
}

static int
put_expand(struct ui *ui, const struct store *s, const char *text, struct err *err)
{
	struct view *v = ui_view(ui);

	(void)s;
	(void)text;
	(void)err;
	v->expanded = v->screen->panels > 0;
	return 0;
}

static void
read_zoom(const struct ui_reader *r)
{
	if (r->ui->zoom != WINDOW_AUTO)
		ui_part_say(r, window_names[r->ui->zoom]);
}

static int
put_zoom(struct ui *ui, const struct store *s, const char *text, struct err *err)
{
	(void)s;
	(void)err;
	ui->zoom = window_find(slice_of(text));
	return 0;
}

/* ---- order and filter: of the list that keys go to, "2:..." of that in the second panel ------------------------- */

/* The panel of "2:x", on a screen with two lists; else the one that keys go to. */
static unsigned
take_list(const struct view *v, const char **text)
{
	unsigned panel;

	if (!v->screen->second || (*text)[0] < '1' || (*text)[0] > '9' || (*text)[1] != ':')
		return v->panel;
	panel = (unsigned)((*text)[0] - '1');
	if (panel >= v->screen->panels)
		return v->panel;
	*text += 2;
	return panel;
}

/* The list that keys do not go to has its panel before it, and so has what could be taken for one. */
static void
say_of_list(const struct ui_reader *r, bool aside, const char *text)
{
	const struct view *v = r->v;
	const char *rest = text;
	unsigned other = ui_is_second(v) ? 0 : v->screen->second ? v->screen->second->panel : 0;

	(void)take_list(v, &rest);
	if (aside || rest != text)
		say(r, "%u:%s", (aside ? other : v->panel) + 1, text);
	else
		ui_part_say(r, text);
}

static void
read_one_filter(const struct ui_reader *r, bool aside, const struct filter *f)
{
	if (filter_active(f) && !f->wrong)
		say_of_list(r, aside, f->text);
}

static void
read_filter(const struct ui_reader *r)
{
	read_one_filter(r, false, &r->v->filter);
	if (r->v->screen->second)
		read_one_filter(r, true, &r->v->aside.filter);
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

static int
set_filter(struct view *v, const char *text, struct err *err)
{
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
	return rc;
}

static int
put_filter(struct ui *ui, const struct store *s, const char *text, struct err *err)
{
	struct view *v = ui_view(ui);
	unsigned here = v->panel, panel = take_list(v, &text);
	int rc;

	(void)s;
	ui_set_panel(v, panel);
	rc = set_filter(v, text, err);
	ui_set_panel(v, here);
	v->reorder = true;
	return rc;
}

static void
read_one_sort(const struct ui_reader *r, bool aside, const struct screen_sort *sorts, size_t sorted, bool reversed)
{
	char text[40];

	if (!sorts || (sorted == 0 && !reversed))
		return;
	snprintf(text, sizeof text, "%s%s", sorts[sorted].name, reversed ? " reverse" : "");
	say_of_list(r, aside, text);
}

static void
read_sort(const struct ui_reader *r)
{
	const struct view *v = r->v;

	read_one_sort(r, false, ui_sorts(v), v->sorted, v->reversed);
	if (v->screen->second)
		read_one_sort(r, true, ui_is_second(v) ? v->screen->sorts : v->screen->second->sorts, v->aside.sorted,
		    v->aside.reversed);
}

static int
set_sort(struct ui *ui, struct view *v, const char *text, struct err *err)
{
	const struct screen_sort *sorts = ui_sorts(v);
	size_t n = strcspn(text, " ");
	bool reverse = strcmp(text + n, " reverse") == 0;

	for (size_t i = 0; sorts && sorts[i].name; i++) {
		if (strlen(sorts[i].name) != n || strncmp(sorts[i].name, text, n) != 0 || (text[n] && !reverse))
			continue;
		ui_sort(ui, v, i, reverse);
		return 0;
	}
	return err_set(err, ERR_USAGE, "nothing on this screen is sorted by '%.60s'", text);
}

static int
put_sort(struct ui *ui, const struct store *s, const char *text, struct err *err)
{
	struct view *v = ui_view(ui);
	unsigned here = v->panel, panel = take_list(v, &text);
	int rc;

	(void)s;
	ui_set_panel(v, panel);
	rc = set_sort(ui, v, text, err);
	ui_set_panel(v, here);
	return rc;
}

/* ---- rows and what is picked out: of the first panel, "2:..." of another ---------------------------------------- */

static void
position(struct view *v, unsigned panel, struct position *p, bool put)
{
	if (v->screen->position)
		v->screen->position(v, panel, p, put);
	else if (panel == 0 && v->list)
		ui_list_position(v->list, p, put);
}

static bool
has_panel(const struct view *v, unsigned panel)
{
	return panel == 0 || (panel < v->screen->panels && panel < CURSORS_MAX);
}

static void
say_of_panel(const struct ui_reader *r, unsigned panel, const char *text)
{
	if (panel)
		say(r, "%u:%s", panel + 1, text);
	else
		ui_part_say(r, text);
}

static void
say_number(const struct ui_reader *r, unsigned panel, size_t n)
{
	char text[24];

	snprintf(text, sizeof text, "%zu", n);
	say_of_panel(r, panel, text);
}

static void
read_select(const struct ui_reader *r)
{
	for (unsigned panel = 0; has_panel(r->v, panel); panel++) {
		struct position p = {0};
		char name[ROW_NAME_BYTES];

		position(r->v, panel, &p, false);
		if (!p.row && !p.moved)
			continue;
		if (row_name_read(r->ui, r->v, panel, p.row, name))
			say_of_panel(r, panel, name);
		else
			say_number(r, panel, p.row + 1);
	}
}

static void
read_scroll(const struct ui_reader *r)
{
	for (unsigned panel = 0; has_panel(r->v, panel); panel++) {
		struct position p = {0};

		position(r->v, panel, &p, false);
		if (p.top)
			say_number(r, panel, p.top);
	}
}

/* What is picked there is a row with a name: the one whose alerts are listed, a value of a feature. */
static bool
picks_row(const struct view *v, unsigned panel)
{
	return v->screen->id == SCREEN_ALERTS || (v->screen->id == SCREEN_FEATURE && panel == 0);
}

static void
read_pick(const struct ui_reader *r)
{
	char text[ROW_BYTES];

	if (r->v->screen->id == SCREEN_EVENTS) {
		if (*ui_events_held(r->v, r->s, text, sizeof text))
			ui_part_say(r, text);
		return;
	}
	for (unsigned panel = 0; has_panel(r->v, panel); panel++) {
		struct position p = {0};

		position(r->v, panel, &p, false);
		if (p.pick && picks_row(r->v, panel) && row_name_read(r->ui, r->v, panel, p.pick - 1, text))
			ui_part_say(r, text);
		else if (p.pick)
			say_number(r, panel, p.pick);
	}
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
		return CURSORS_MAX;
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

static int
put_select(struct ui *ui, const struct store *s, const char *text, struct err *err)
{
	struct view *v = ui_view(ui);
	const char *row = text;
	unsigned panel = take_panel(v, &row);
	bool named = row_name_is(&row);
	struct position p = {0}, now = {0};
	size_t n = 0;

	ui_collect(ui, s);
	if (panel == 0 && v->screen->reveal && named) {
		v->screen->reveal(ui, v, slice_of(row));
		ui_collect(ui, s);
	}
	position(v, panel, &p, false);
	p.moved = true;
	if (named ? !row_name_find(ui, v, panel, row, &p.row) : !take_number(row, &n))
		return err_set(err, ERR_USAGE, "there is no row '%.120s'", text);
	if (!named)
		p.row = n - 1;
	position(v, panel, &p, true);
	position(v, panel, &now, false);
	if (now.row != p.row)
		return err_set(err, ERR_USAGE, "there is no row '%.120s'", text);
	return 0;
}

static int
put_pick(struct ui *ui, const struct store *s, const char *text, struct err *err)
{
	struct view *v = ui_view(ui);
	const char *which = text;
	unsigned panel = take_panel(v, &which);
	struct position p = {0}, now = {0};
	bool named;
	size_t n;

	ui_collect(ui, s);
	if (v->screen->id == SCREEN_EVENTS)
		return ui_events_hold(ui, v, s, text, err);
	position(v, panel, &p, false);
	named = picks_row(v, panel) && row_name_is(&which);
	if (named && row_name_find(ui, v, panel, which, &n))
		n++;
	else if (named && v->screen->id == SCREEN_ALERTS)
		return err_set(err, ERR_USAGE, "there is no row '%.120s'", text);
	else if (named || !take_number(which, &n))
		return err_set(err, ERR_USAGE, "'%.60s' is no value and no number of a bin or a moment", text);
	p.pick = n;
	position(v, panel, &p, true);
	position(v, panel, &now, false);
	if (now.pick != p.pick)
		return err_set(err, ERR_USAGE, "there is nothing to pick at '%.60s'", text);
	return 0;
}

static int
put_scroll(struct ui *ui, const struct store *s, const char *text, struct err *err)
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
	return 0;
}

/* ---- groups of the fleet, where they are not as the others ------------------------------------------------------ */

static void
read_groups(const struct ui_reader *r, bool open)
{
	struct slice name;

	for (size_t i = 0; r->v->screen->id == SCREEN_FLEET && i < ui_fleet_groups(r->v); i++)
		if (ui_fleet_group_is(r->v, i, open, &name))
			say(r, "%.*s", (int)(name.n < LIMIT_NAME_BYTES ? name.n : LIMIT_NAME_BYTES), name.p);
}

static void
read_unfold(const struct ui_reader *r)
{
	read_groups(r, true);
}

static void
read_fold(const struct ui_reader *r)
{
	read_groups(r, false);
}

static int
put_group(struct ui *ui, const struct store *s, const char *text, bool open, struct err *err)
{
	struct view *v = ui_view(ui);

	ui_collect(ui, s);
	if (v->screen->id != SCREEN_FLEET || !ui_fleet_group_set(v, slice_of(text), open))
		return err_set(err, ERR_USAGE, "there is no group '%.60s'", text);
	return 0;
}

static int
put_unfold(struct ui *ui, const struct store *s, const char *text, struct err *err)
{
	return put_group(ui, s, text, true, err);
}

static int
put_fold(struct ui *ui, const struct store *s, const char *text, struct err *err)
{
	return put_group(ui, s, text, false, err);
}

/* ---- the table ------------------------------------------------------------------------------------------------- */

/*
 * The panel comes before order and filter, which are of the list in it; what is picked out before groups, which it says
 * of whether there are any; the cursor behind both, as they open rows to it, and what is scrolled last, as the cursor
 * is to stay in sight.
 */
const struct ui_part ui_parts[] = {
    {OPTION_UTC, UI_PART_BEGIN, read_utc, NULL},
    {OPTION_NO_UTC, UI_PART_BEGIN, read_no_utc, NULL},
    {OPTION_WINDOW, UI_PART_BEGIN, read_window, NULL},
    {OPTION_AT, UI_PART_STEPS, read_at, NULL},
    {OPTION_PIN, UI_PART_STEPS, read_pin, NULL},
    {OPTION_PIN_AT, UI_PART_STEPS, read_pin_at, NULL},
    {OPTION_GOTO, UI_PART_STEPS, read_places, NULL},
    {OPTION_COLUMNS, UI_PART_SCREEN, read_columns, put_columns},
    {OPTION_PANEL, UI_PART_SCREEN, read_panel, put_panel},
    {OPTION_SORT, UI_PART_SCREEN, read_sort, put_sort},
    {OPTION_FILTER, UI_PART_SCREEN, read_filter, put_filter},
    {OPTION_EXPAND, UI_PART_SCREEN, read_expand, put_expand},
    {OPTION_ZOOM, UI_PART_SCREEN, read_zoom, put_zoom},
    {OPTION_PICK, UI_PART_ROWS, read_pick, put_pick},
    {OPTION_UNFOLD, UI_PART_ROWS, read_unfold, put_unfold},
    {OPTION_FOLD, UI_PART_ROWS, read_fold, put_fold},
    {OPTION_SELECT, UI_PART_ROWS, read_select, put_select},
    {OPTION_SCROLL, UI_PART_ROWS, read_scroll, put_scroll},
};

const size_t ui_part_count = sizeof ui_parts / sizeof *ui_parts;

const struct ui_part *
ui_part_find(enum option_id option)
{
	for (size_t i = 0; i < ui_part_count; i++)
		if (ui_parts[i].option == option)
			return &ui_parts[i];
	return NULL;
}

void
ui_parts_read(struct ui *ui, const struct store *s,
    void (*take)(void *ctx, enum option_id option, const char *value), void *ctx)
{
	const struct store *was = ui->store;

	ui->store = s;
	for (size_t i = 0; i < ui_part_count; i++) {
		const struct ui_reader r = {ui, ui_view(ui), s, ui_parts[i].option, take, ctx};

		ui_parts[i].read(&r);
	}
	ui->store = was;
}

int
ui_part_put(struct ui *ui, const struct store *s, enum option_id option, const char *value, struct err *err)
{
	const struct ui_part *part = ui_part_find(option);
	const struct store *was = ui->store;
	int rc;

	ui->store = s;
	rc = part->put(ui, s, value, err);
	ui->store = was;
	ui_view(ui)->stale = ui->dirty = true;
	return rc;
}
