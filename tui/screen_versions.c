/*
 * Versions of a model: canary and stable side by side, every output and input with its difference and what is noise;
 * below it all versions that were seen, any two of which can be compared. Where there is room, both over time, and the
 * distributions of the selected row over each other. Enter goes to the feature.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/compare_picture.h"
#include "tui/row_name.h"
#include "tui/versions_filter.h"
#include "tui/versions_part.h"
#include "tui/versions_time.h"

static const struct table_column seen_columns[VERSIONS_SEEN_CELLS] = {
    [VERSIONS_SEEN_NAME] = {"VERSION", 10, 24, TABLE_ALWAYS, false, false, NULL},
    [VERSIONS_SEEN_ROLE] = {"ROLE", 7, 0, 85, false, false, NULL},
    [VERSIONS_SEEN_EVENTS] = {"EVENTS", 6, 0, 90, true, true, NULL},
    [VERSIONS_SEEN_ERRORS] = {"ERR%", 5, 0, 80, true, true, NULL},
    [VERSIONS_SEEN_P50] = {"P50", 6, 0, 50, true, true, NULL},
    [VERSIONS_SEEN_P99] = {"P99", 6, 0, 60, true, true, NULL},
    [VERSIONS_SEEN_FIRST] = {"FIRST", 10, 0, 40, true, true, NULL},
    [VERSIONS_SEEN_LAST] = {"LAST", 10, 0, 70, true, true, NULL},
    [VERSIONS_SEEN_SHARE] = {"HOUR%", 5, 0, 45, true, true, NULL},
    [VERSIONS_SEEN_HOUR] = {"LAST HOUR", 12, 0, 30, false, false, NULL},
};

enum { PANEL_PAIR, PANEL_SEEN, PANEL_TIME, PANEL_PICTURE, PANEL_COUNT };

#define SEEN_ROWS    4	 /* of the list of all versions, where there is no room for more */
#define BELOW_ROWS   13	 /* least of what is over time, and of the picture */
#define TALL_ROWS    34	 /* of the screen, from which on these have two fifths of it */
#define BESIDE_COLS  110 /* of the screen, from which on they are beside each other */
#define LATENCY_ROWS 12	 /* least of a picture of latency below that of a column */

static const struct screen_sort seen_sorts[] = {{"newest", SIZE_MAX}, {"version", VERSIONS_SEEN_NAME},
    {"role", VERSIONS_SEEN_ROLE}, {"events", VERSIONS_SEEN_EVENTS}, {"errors", VERSIONS_SEEN_ERRORS},
    {"p50", VERSIONS_SEEN_P50}, {"p99", VERSIONS_SEEN_P99}, {"first", VERSIONS_SEEN_FIRST},
    {"last", VERSIONS_SEEN_LAST}, {"share", VERSIONS_SEEN_SHARE}, {NULL, 0}};

struct versions_state {
	struct model_row row;
	struct versions_held held;
	struct list list; /* of features */
	struct list seen; /* of versions */
	struct versions_time time;
	/* Stable and canary with their columns; where there are none, the totals of every version, newest first. */
	struct pin_side *sides;
	size_t nsides;
	char headline[240];
};

/* ---- collecting -------------------------------------------------------------------------------- */

static size_t
index_of(const struct versions_held *held, struct slice version)
{
	size_t i = 0;

	while (i + 1 < held->nversions && !slice_eq(held->versions[i].version, version))
		i++;
	return i;
}

static void
collect_sides(struct versions_state *st, struct view *v, const struct store *s)
{
	bool pair = versions_compared(&st->held);
	size_t n = pair ? 2 : st->held.nversions;

	st->nsides = 0;
	st->sides = n > 1 ? arena_take(&v->arena, n * sizeof *st->sides) : NULL;
	if (!st->sides)
		return;
	for (size_t i = 0; i < n; i++) {
		size_t version = !pair ? i : index_of(&st->held, i ? st->held.pair.canary : st->held.pair.stable);
		struct side_of of = {.model = v->model, .one = true, .version = version, .total = !pair};

		pin_hold(&v->arena, s, &of, st->held.pair.window, &st->sides[i]);
	}
	st->nsides = n;
}

static void
versions_collect(struct ui *ui, struct view *v, const struct store *s)
{
	struct versions_state *st = v->state;

	held_model(&v->arena, s, v->model, ui->window, &st->row);
	versions_hold(&v->arena, s, v->model, ui->window, &st->row.f, &st->held);
	versions_time_collect(&st->time, ui, s, &st->row.f, &st->held);
	collect_sides(st, v, s);
	v->severity = SEVERITY_OK;
	v->subject = st->row.f.name;
	v->sentence = slice_of(versions_headline(&st->held, st->headline, sizeof st->headline));
}

static uint64_t
row_id(const void *ctx, size_t row)
{
	(void)ctx;
	return row;
}

static uint64_t
seen_id(const void *ctx, size_t row)
{
	const struct versions_state *st = ((const struct view *)ctx)->state;

	return slice_hash(st->held.versions[row].version);
}

static bool
row_keep(const void *ctx, size_t row)
{
	const struct view *v = ctx;

	return versions_filter_passes(ui_is_second(v) ? &v->aside.filter : &v->filter,
	    &((const struct versions_state *)v->state)->held.features[row]);
}

static bool
seen_keep(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct versions_state *st = v->state;
	const struct versions_seen_row of = {&st->held.versions[row], st->row.f.now_ms, st->held.share[row]};

	return versions_seen_passes(ui_is_second(v) ? &v->filter : &v->aside.filter, &of);
}

/* Its own is the newest first, as they are held. */
static int
seen_order(const void *ctx, size_t a, size_t b)
{
	const struct view *v = ctx;
	const struct versions_held *h = &((const struct versions_state *)v->state)->held;
	bool here = ui_is_second(v), reversed = here ? v->reversed : v->aside.reversed;
	size_t sorted = here ? v->sorted : v->aside.sorted, column = seen_sorts[sorted].column;
	int order = !sorted			     ? 0
		    : column == VERSIONS_SEEN_SHARE ? held_number_order(h->share[a], h->share[b])
						     : versions_seen_order(&h->versions[a], &h->versions[b], column);

	if (!order)
		order = (a > b) - (a < b);
	return reversed ? -order : order;
}

/* The number that its row shows. */
static double
of_numbers(const struct compare_feature *f, bool canary)
{
	const struct compare_pair *p = f->type == FEATURE_NUMERIC ? &f->mean : &f->share;

	return canary ? p->canary : p->stable;
}

/* The column that features are sorted by, wherever keys go; SIZE_MAX: none. */
static size_t
pair_sorted(const struct view *v)
{
	size_t sorted = ui_is_second(v) ? v->aside.sorted : v->sorted;

	return sorted ? v->screen->sorts[sorted].column : SIZE_MAX;
}

static int
row_order(const void *ctx, size_t a, size_t b)
{
	const struct versions_held *h = &((const struct versions_state *)((const struct view *)ctx)->state)->held;
	const struct compare_feature *x = &h->features[a], *y = &h->features[b];
	const struct view *v = ctx;
	bool reversed = ui_is_second(v) ? v->aside.reversed : v->reversed;
	size_t at[2] = {0, 0}, column = pair_sorted(v);
	int order = 0;

	if (column == VERSIONS_NAME)
		order = slice_cmp(x->name, y->name);
	else if (column == VERSIONS_STABLE)
		order = held_number_order(of_numbers(x, false), of_numbers(y, false));
	else if (column == VERSIONS_CANARY)
		order = held_number_order(of_numbers(x, true), of_numbers(y, true));
	else if (column == VERSIONS_DIFF)
		order = held_number_order(x->psi, y->psi);
	else if (column == VERSIONS_EVIDENCE)
		order = held_number_order(x->evidence, y->evidence);
	if (order)
		return reversed ? -order : order;
	for (size_t i = 0; i < h->nfeatures; i++) {
		at[0] = h->order[i] == a ? i : at[0];
		at[1] = h->order[i] == b ? i : at[1];
	}
	order = (at[0] > at[1]) - (at[0] < at[1]);
	return reversed ? -order : order;
}

static void
versions_arrange(struct ui *ui, struct view *v, const struct store *s)
{
	struct versions_state *st = v->state;
	struct list_rows rows = {v, st->held.nfeatures, row_id, row_keep, row_order};
	struct list_rows seen = {v, st->held.nversions, seen_id, seen_keep, seen_order};

	(void)s;
	ui_list_update_aside(ui, v, ui_is_second(v) ? &st->list : &st->seen, ui_is_second(v) ? &rows : &seen);
	ui_list_update(ui, v, ui_is_second(v) ? &st->seen : &st->list, ui_is_second(v) ? &seen : &rows);
}

/* ---- panels ---------------------------------------------------------------------------------- */

static void
outcome_cell(const void *ctx, struct grid *g, struct rect r, size_t row, size_t column)
{
	versions_outcome_cell(ctx, g, r, row, column);
}

static void
feature_cell(const void *ctx, struct grid *g, struct rect r, size_t place, size_t column)
{
	const struct versions_state *st = ctx;

	versions_feature_cell(&st->held.features[st->list.order[place]], g, r, column);
}

/* The outcomes stay where they are; the rows below them scroll. */
static void
paint_pair(const struct ui *ui, struct view *v, struct grid *g, struct rect r, bool focused)
{
	struct versions_state *st = v->state;
	struct slice words[FILTER_WORDS];
	struct table top = {.columns = versions_columns,
	    .ncolumns = VERSIONS_COLUMNS,
	    .order = ui_order(ui, v),
	    .nrows = st->held.outcomes,
	    .selected = SIZE_MAX,
	    .sorted = SIZE_MAX,
	    .ctx = &st->held,
	    .cell = outcome_cell};
	struct table_column heads[VERSIONS_COLUMNS];
	struct table t = top;
	struct rect below = rect_rows(r, (int)st->held.outcomes + 1, r.rows);

	table_paint(g, rect_rows(r, 0, (int)st->held.outcomes + 1), &top);
	if (below.rows < 2)
		return;
	memcpy(heads, versions_columns, sizeof heads);
	heads[VERSIONS_NAME].head = "OUTPUTS, INPUTS";
	heads[VERSIONS_STABLE].head = heads[VERSIONS_CANARY].head = heads[VERSIONS_DIFF].head = "";
	heads[VERSIONS_NOISE].head = heads[VERSIONS_EVIDENCE].head = heads[VERSIONS_WHY].head = "";
	heads[VERSIONS_DIFF].descends = heads[VERSIONS_EVIDENCE].descends = true;
	heads[VERSIONS_STABLE].descends = heads[VERSIONS_CANARY].descends = true;
	t.sorted = pair_sorted(v);
	t.reversed = ui_is_second(v) ? v->aside.reversed : v->reversed;
	t.words = words;
	t.nwords = filter_words(ui_is_second(v) ? &v->aside.filter : &v->filter, words);
	t.columns = heads;
	t.ctx = st;
	t.cell = feature_cell;
	t.nrows = st->list.n;
	t.top = st->list.top;
	t.selected = st->list.selected;
	t.focused = focused;
	table_paint(g, below, &t);
}

static void
panel_pair(const struct ui *ui, struct view *v, struct grid *g, struct rect r, bool focused)
{
	struct versions_state *st = v->state;
	size_t row = list_row(&st->list);
	char note[160] = "", range[80], buf[240];
	struct panel p = {.number = 1, .title = "Canary and stable", .note = note, .focused = focused};
	struct rect body, below;

	if (!versions_compared(&st->held)) {
		body = panel_paint(g, r, &p);
		grid_text(g, body, 0, 0, ROLE_MUTED,
		    slice_of(st->held.nversions < 2 ? "events name one version only"
						    : "no two versions have had events at the same time lately"),
		    FIT_ELLIPSIS);
		return;
	}
	versions_note(&st->held, st->row.f.now_ms, ui_offset_ms(ui), note, sizeof note);
	/* The head is painted first, and says which rows are seen. */
	body = rect_rows(r, 1, r.rows - 1);
	body = rect_rows(body, 0, body.rows - (body.rows > 8));
	below = rect_rows(body, (int)st->held.outcomes + 1, body.rows);
	st->list.body = below.rows < 2 ? 0 : table_body_rows(below);
	st->list.top = table_scroll(st->list.top, st->list.selected, st->list.n, st->list.body);
	p.right = st->list.body > 0 ? ui_list_range(&st->list, range, sizeof range) : NULL;
	body = panel_paint(g, r, &p);
	paint_pair(ui, v, g, rect_rows(body, 0, body.rows - (body.rows > 8)), focused);
	if (body.rows > 8 && row != LIST_NONE)
		grid_text(g, body, body.rows - 1, 0, ROLE_TEXT,
		    slice_of(versions_sentence(&st->held.features[row], buf, sizeof buf)), FIT_ELLIPSIS);
}

struct seen_rows {
	const struct ui *ui;
	const struct versions_state *st;
};

static void
seen_cell(const void *ctx, struct grid *g, struct rect r, size_t place, size_t column)
{
	const struct seen_rows *rows = ctx;
	const struct versions_state *st = rows->st;

	if (column >= VERSIONS_SEEN_SHARE) {
		versions_hour_cell(&st->held, st->seen.order[place], g, r, (enum versions_seen)column);
		return;
	}
	versions_seen_cell(&st->held.versions[st->seen.order[place]], st->row.f.now_ms, ui_offset_ms(rows->ui), g, r,
	    (enum versions_seen)column);
}

static void
panel_seen(const struct ui *ui, struct view *v, struct grid *g, struct rect r, bool focused)
{
	struct versions_state *st = v->state;
	struct seen_rows rows = {ui, st};
	char note[96], key[48];
	struct slice words[FILTER_WORDS];
	bool here = ui_is_second(v);
	const struct filter *f = here ? &v->filter : &v->aside.filter;
	size_t sorted = here ? v->sorted : v->aside.sorted;
	bool reversed = here ? v->reversed : v->aside.reversed;
	struct panel p = {.number = 2, .title = "All versions", .note = note, .focused = focused};
	struct table t = {.columns = seen_columns,
	    .ncolumns = VERSIONS_SEEN_CELLS,
	    .sorted = seen_sorts[sorted].column,
	    .reversed = reversed,
	    .words = words,
	    .nwords = filter_words(f, words),
	    .empty = filter_active(f) ? "nothing passes the filter" : "events name no version",
	    .ctx = &rows,
	    .cell = seen_cell};

	snprintf(note, sizeof note, "%s%s%s%s", sorted || reversed ? "" : "newest first",
	    focused && !sorted && !reversed ? "; " : "", focused ? ui_key_name(ui, ACTION_COMPARE, key) : "",
	    focused ? " compares two" : "");
	part_list(g, r, &p, &t, &st->seen);
}

/* The rows of the selected column of both; where none are compared, the latency of the selected version and another. */
static bool
choose_picture(const struct versions_state *st, struct compare_picture *p, struct compare_row *row)
{
	size_t feature = list_row(&st->list), version = list_row(&st->seen);

	*row = (struct compare_row){.a = SIZE_MAX, .b = SIZE_MAX};
	if (st->nsides < 2)
		return false;
	if (versions_compared(&st->held)) {
		*p = (struct compare_picture){.a = &st->sides[0],
		    .b = &st->sides[1],
		    .names = {"stable", "canary"},
		    .heads = {"STAB%", "CAN%"}};
		row->a = feature < p->a->n && feature < p->b->n ? feature : SIZE_MAX;
		row->b = row->a;
	} else {
		/* The newest over the selected one, or over the one before it where it is selected itself. */
		version = version == LIST_NONE || version == 0 || version >= st->nsides ? 1 : version;
		*p = (struct compare_picture){.a = &st->sides[version], .b = &st->sides[0]};
	}
	return true;
}

/* The names of versions, where these are what is beside each other. buf: two of them. */
static void
name_sides(const struct versions_state *st, struct compare_picture *p, char buf[2][32])
{
	for (int i = 0; i < 2 && !p->names[i]; i++) {
		const struct pin_side *side = i ? p->b : p->a;
		struct slice name = st->held.versions[side - st->sides].version;

		snprintf(buf[i], sizeof buf[i], "%.*s", (int)(name.n < 24 ? name.n : 24), name.n ? name.p : "");
		p->names[i] = name.n ? buf[i] : "(none)";
	}
}

static void
panel_picture(struct view *v, struct grid *g, struct rect r, bool focused)
{
	const struct versions_state *st = v->state;
	struct panel empty = {.number = 4, .title = "Selected", .focused = focused};
	struct compare_row row, outcomes = {.a = SIZE_MAX, .b = SIZE_MAX};
	struct compare_picture p;
	char names[2][32];
	int rows;

	if (!choose_picture(st, &p, &row)) {
		grid_text(g, panel_paint(g, r, &empty), 0, 0, ROLE_MUTED,
		    slice_of("shown where there are two versions to compare"), FIT_ELLIPSIS);
		return;
	}
	name_sides(st, &p, names);
	p.number = 4;
	p.focused = focused;
	/* Values have as many rows as they need, and latency the rest: a histogram takes whatever it gets. */
	rows = compare_picture_rows(&row, p.a, p.b);
	rows = rows < r.rows / 2 ? rows : r.rows / 2;
	if (row.a == SIZE_MAX || !st->time.latency || r.rows - rows < LATENCY_ROWS) {
		compare_picture_paint(g, r, &row, &p);
		return;
	}
	compare_picture_paint(g, rect_rows(r, 0, rows), &row, &p);
	p.number = 0;
	p.focused = false;
	compare_picture_paint(g, rect_rows(r, rows, r.rows - rows), &outcomes, &p);
}

static void
panel_one(const struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct versions_state *st = v->state;

	if (v->panel == PANEL_SEEN)
		panel_seen(ui, v, g, r, true);
	else if (v->panel == PANEL_TIME)
		versions_time_paint(&st->time, ui, &st->held, &st->row.f, g, r, true, 3);
	else if (v->panel == PANEL_PICTURE)
		panel_picture(v, g, r, true);
	else
		panel_pair(ui, v, g, r, true);
}

/* What is over time beside the picture, or, where that is too narrow, the one that keys go to. */
static void
paint_below(const struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct versions_state *st = v->state;
	bool picture = v->panel == PANEL_PICTURE;
	int half = st->nsides < 2 ? r.cols : (r.cols - 2) / 2;

	if (r.cols < BESIDE_COLS) {
		if (picture)
			panel_picture(v, g, r, true);
		else
			versions_time_paint(
			    &st->time, ui, &st->held, &st->row.f, g, r, v->panel == PANEL_TIME, 3);
		return;
	}
	versions_time_paint(
	    &st->time, ui, &st->held, &st->row.f, g, rect_cols(r, 0, half), v->panel == PANEL_TIME, 3);
	if (st->nsides >= 2)
		panel_picture(v, g, rect_cols(r, half + 2, r.cols - half - 2), picture);
}

static int
at_most(int a, int b)
{
	return a < b ? a : b;
}

static void
versions_draw(struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct versions_state *st = v->state;
	struct rect inside = rect_cols(r, r.cols > 40 ? 1 : 0, r.cols > 40 ? r.cols - 2 : r.cols);
	bool below = v->panel == PANEL_TIME || v->panel == PANEL_PICTURE;
	int pair = versions_compared(&st->held) ? (int)(st->list.n + st->held.outcomes) + 5 : 3;
	int least = versions_compared(&st->held) ? (int)st->held.outcomes + 5 : 3;
	int seen = (int)st->held.nversions + 3, rest;

	if (inside.rows >= TALL_ROWS) {
		pair = at_most(pair, inside.rows * 3 / 5 - at_most(seen, SEEN_ROWS + 2));
		seen = at_most(seen, inside.rows / 4);
	} else {
		seen = at_most(seen - 1, SEEN_ROWS + 2);
		pair = at_most(pair, inside.rows - seen);
	}
	rest = inside.rows - pair - seen;
	v->alone = pair < least || (below && rest < BELOW_ROWS);
	if (v->expanded || v->alone) {
		panel_one(ui, v, g, inside);
		return;
	}
	if (rest < BELOW_ROWS)
		seen += rest;
	panel_pair(ui, v, g, rect_rows(inside, 0, pair), v->panel == PANEL_PAIR);
	panel_seen(ui, v, g, rect_rows(inside, pair, seen), v->panel == PANEL_SEEN);
	if (rest >= BELOW_ROWS)
		paint_below(ui, v, g, rect_rows(inside, pair + seen, inside.rows));
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* Of versions none is in a worse state than others: where nothing is filtered n goes to the next. */
static bool
is_any(const void *ctx, size_t row)
{
	(void)ctx;
	(void)row;
	return true;
}

static bool
differs(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct versions_state *st = v->state;

	return filter_active(&v->filter) || st->held.features[row].state >= COMPARE_MAYBE;
}

/* The version under the cursor is pinned, or what is pinned is compared with it. */
static void
versions_compare(struct ui *ui, struct view *v)
{
	struct versions_state *st = v->state;
	size_t row = list_row(&st->seen);

	if (v->panel != PANEL_SEEN) {
		ui_set_panel(v, PANEL_SEEN);
		ui_say_key(ui, "pick a version: %s pins it, on another one it compares", ACTION_COMPARE);
	} else if (row != LIST_NONE) {
		ui_compare(ui, v, ui->store,
		    &(struct pin_subject){st->row.f.name, st->held.versions[row].version, true}, false);
	}
}

/* Inputs stand in the first panel alone, and only of two versions. */
static void
versions_open(struct ui *ui, const struct view *v)
{
	const struct versions_state *st = v->state;
	size_t row = list_row(&st->list);

	if (v->panel != PANEL_SEEN && row != LIST_NONE)
		ui_push(ui, &screen_feature, v->model, row, st->held.features[row].name);
	else if (!st->held.nversions)
		ui_say(ui, "its events name no version: nothing to open");
	else if (st->held.nversions < 2)
		ui_say(ui, "there is one version, and no other beside it: nothing to open");
	else if (v->panel == PANEL_SEEN)
		ui_say(ui, "a version has no page: " UI_KEY("compare") " pins it, and on another one compares them");
	else
		ui_say(ui, "no two versions run beside each other: " UI_KEY("compare") " in panel 2 compares any two");
}

static bool
versions_act(struct ui *ui, struct view *v, enum action action, struct ui_request *request)
{
	struct versions_state *st = v->state;

	(void)request;
	if (v->panel == PANEL_TIME && versions_time_act(&st->time, ui, v, action))
		return true;
	if (ui_list_act(ui, v, v->panel == PANEL_SEEN ? &st->seen : &st->list, action))
		return true;
	switch (action) {
	case ACTION_COMPARE:
		versions_compare(ui, v);
		return true;
	case ACTION_OPEN:
	case ACTION_RIGHT:
		versions_open(ui, v);
		return true;
	case ACTION_NEXT:
	case ACTION_PREVIOUS:
		if (v->panel == PANEL_SEEN)
			ui_list_seek(ui, &st->seen, action == ACTION_NEXT, is_any, v);
		else
			ui_list_seek(ui, &st->list, action == ACTION_NEXT, differs, v);
		return true;
	default:
		return false;
	}
}

static void
versions_release(struct view *v)
{
	struct versions_state *st = v->state;

	if (!st)
		return;
	list_release(&st->list);
	list_release(&st->seen);
}

static const struct screen_sort versions_sorts[] = {{"state", VERSIONS_MARK}, {"input", VERSIONS_NAME},
    {"stable", VERSIONS_STABLE}, {"canary", VERSIONS_CANARY}, {"difference", VERSIONS_DIFF},
    {"evidence", VERSIONS_EVIDENCE}, {NULL, 0}};

static void
versions_position(struct view *v, unsigned panel, struct position *p, bool put)
{
	struct versions_state *st = v->state;

	if (panel == PANEL_TIME) {
		if (put)
			st->time.cursor = (int)(p->pick < st->time.n ? p->pick : st->time.n);
		p->pick = (size_t)st->time.cursor;
	} else if (panel != PANEL_PICTURE) { /* which has the selection of the first */
		ui_list_position(panel == PANEL_SEEN ? &st->seen : &st->list, p, put);
	}
}

static bool
versions_row_name(const struct ui *ui, const struct view *v, unsigned panel, size_t place, char *buf)
{
	const struct versions_state *st = v->state;
	size_t row;

	(void)ui;
	if (panel == PANEL_PAIR && row_name_row(&st->list, place, &row))
		row_name_put(buf, st->held.features[row].name);
	else if (panel == PANEL_SEEN && row_name_row(&st->seen, place, &row))
		row_name_put(buf, st->held.versions[row].version);
	else
		return false;
	return true;
}

static const struct screen_list seen_list = {PANEL_SEEN, &versions_seen_own, seen_sorts};

const struct screen screen_versions = {
    .id = SCREEN_VERSIONS,
    .name = "versions",
    .panels = PANEL_COUNT,
    .state_bytes = sizeof(struct versions_state),
    .collect = versions_collect,
    .arrange = versions_arrange,
    .draw = versions_draw,
    .act = versions_act,
    .position = versions_position,
    .row_name = versions_row_name,
    .columns = versions_columns,
    .ncolumns = VERSIONS_COLUMNS,
    .sorts = versions_sorts,
    .own = &versions_filter_own,
    .second = &seen_list,
    .release = versions_release,
};
