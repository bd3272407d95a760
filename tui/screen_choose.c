/*
 * Which baseline a model is held against: what there is, with its rows and its span; Enter takes one.
 *
 * The first row is the one that holds. References on the same binning hold at once; a file has a binning of its own and
 * makes the program read again what history there still is.
 */
#include <stdio.h>
#include <string.h>

#include "core/choice.h"
#include "tui/choose_preview.h"
#include "tui/part.h"

enum { COL_KIND, COL_NAME, COL_ROWS, COL_SPAN, COL_NOTE, COL_COUNT };

static const struct table_column columns[COL_COUNT] = {
    [COL_KIND] = {"KIND", 8, 0, TABLE_ALWAYS, false, false, NULL},
    [COL_NAME] = {"BASELINE", 20, 64, TABLE_ALWAYS, false, false, NULL},
    [COL_ROWS] = {"ROWS", 7, 0, 90, true, true, NULL},
    [COL_SPAN] = {"SPAN", 6, 0, 80, true, true, NULL},
    [COL_NOTE] = {"", 14, TABLE_REST, 60, false, false, NULL},
};

#define FILES_MAX 16
#define ROW_HOLDS SIZE_MAX /* the baseline that holds; below CHOICE_MAX a choice; from there on a file */

struct choose_row {
	size_t what;
	struct slice name;
	uint64_t rows; /* 0 with a file: not known before it is read */
	int64_t span_ms;
};

struct choose_state {
	struct baseline_figures holds;
	struct choice choices[CHOICE_MAX];
	struct choose_row rows[1 + CHOICE_MAX + FILES_MAX];
	size_t nchoices, n;
	struct list list;
	struct preview preview;
	size_t previewed; /* what of a row it is taken of */
};

static void
add_row(struct choose_state *st, size_t what, struct slice name, uint64_t rows, int64_t span_ms)
{
	if (st->n < sizeof st->rows / sizeof *st->rows)
		st->rows[st->n++] = (struct choose_row){what, name, rows, span_ms};
}

static void
choose_collect(struct ui *ui, struct view *v, const struct store *s)
{
	struct choose_state *st = v->state;
	struct model_figures f;
	char text[160], key[48];

	figures_model(s, v->model, ui->window, &f);
	st->holds = f.baseline;
	st->holds.name = arena_text(&v->arena, f.baseline.name);
	st->n = 0;
	st->nchoices = store_choices(s, v->model, st->choices);
	if (st->holds.kind != BASELINE_NONE)
		add_row(st, ROW_HOLDS, st->holds.name, st->holds.events, st->holds.to_ms - st->holds.from_ms);
	for (size_t i = 0; i < st->nchoices; i++)
		add_row(st, i, slice_of(st->choices[i].name), st->choices[i].rows,
		    st->choices[i].to_ms - st->choices[i].from_ms);
	for (size_t i = 0; i < ui->options.nbaselines && i < FILES_MAX; i++)
		add_row(st, CHOICE_MAX + i, slice_of(ui->options.baselines[i]), 0, 0);
	snprintf(text, sizeof text, "%s: what this model is held against from now on; its evidence begins anew",
	    ui_key_name(ui, ACTION_OPEN, key));
	v->sentence = arena_text(&v->arena, slice_of(text));
	preview_begin(&st->preview, &v->arena, s, v->model, ui->window);
	if (st->nchoices == 0)
		v->sentence = slice_of(st->holds.kind == BASELINE_NONE
			? "still learning the first baseline: there is nothing to choose from yet"
			: "the first baseline is still growing: until it is whole there is no other");
}

static const char *
kind_of(const struct choose_state *st, const struct choose_row *row)
{
	if (row->what == ROW_HOLDS)
		return baseline_kind_names[st->holds.kind];
	return row->what < CHOICE_MAX ? choice_kind_names[st->choices[row->what].kind] : "file";
}

static uint64_t
row_id(const void *ctx, size_t row)
{
	return ((const struct choose_state *)((const struct view *)ctx)->state)->rows[row].what;
}

enum { NAME_KIND, NAME_NAME, NAME_ROWS, NAME_SPAN, NAME_COUNT };

static const struct filter_name own_names[NAME_COUNT] = {
    [NAME_KIND] = {{"kind", EXPR_TEXT, NULL, 0}, "what it is from: now, a version, a slice, a file"},
    [NAME_NAME] = {{"name", EXPR_TEXT, NULL, 0}, "as it is called, or the path of a file"},
    [NAME_ROWS] = {{"rows", EXPR_PLAIN, NULL, 0}, "how many it has; of a file that is not known before it is read"},
    [NAME_SPAN] = {{"span", EXPR_MS, NULL, 0}, "the time that they are of"},
};

struct choose_subject {
	const struct choose_state *st;
	const struct choose_row *row;
};

static void
look_up(const void *ctx, size_t name, struct expr_value *out)
{
	const struct choose_subject *of = ctx;

	if (name == NAME_KIND)
		out->text = slice_of(kind_of(of->st, of->row));
	else if (name == NAME_NAME)
		out->text = of->row->name;
	else if (name == NAME_ROWS && (of->row->rows || of->row->what < CHOICE_MAX))
		out->number = (double)of->row->rows;
	else if (name == NAME_SPAN && of->row->span_ms > 0)
		out->number = (double)of->row->span_ms;
}

static const struct filter_own own = {own_names, NAME_COUNT, look_up, "rows>1k, span>1h"};

static bool
row_keep(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct choose_state *st = v->state;
	const struct choose_subject of = {st, &st->rows[row]};
	struct slice texts[] = {of.row->name, slice_of(kind_of(st, of.row))};

	return filter_match_own(&v->filter, texts, 2, &own, &of);
}

static int
row_order(const void *ctx, size_t a, size_t b)
{
	const struct view *v = ctx;
	const struct choose_state *st = v->state;
	const struct choose_row *x = &st->rows[a], *y = &st->rows[b];
	int order = 0;

	if (ui_sort_column(v) == COL_NAME)
		order = slice_cmp(x->name, y->name);
	else if (ui_sort_column(v) == COL_ROWS)
		order = held_number_order((double)x->rows, (double)y->rows);
	else if (ui_sort_column(v) == COL_SPAN)
		order = held_number_order((double)x->span_ms, (double)y->span_ms);
	if (!order)
		order = (a > b) - (a < b);
	return v->reversed ? -order : order;
}

/* What has grown over days is not in the panes, and a file has bins of its own. */
static bool
is_in_panes(const struct choose_state *st, size_t what)
{
	return what == ROW_HOLDS || (what < CHOICE_MAX && st->choices[what].kind != CHOICE_LEARNED);
}

static void
choose_arrange(struct ui *ui, struct view *v, const struct store *s)
{
	struct choose_state *st = v->state;
	struct list_rows rows = {v, st->n, row_id, row_keep, row_order};
	size_t at, what;

	ui_list_update(ui, v, &st->list, &rows);
	at = list_row(&st->list);
	if (at == LIST_NONE)
		return;
	what = st->rows[at].what;
	if (st->preview.taken && what == st->previewed)
		return;
	st->previewed = what;
	st->preview.taken = false;
	if (is_in_panes(st, what))
		preview_take(&st->preview, s, v->model, what == ROW_HOLDS ? NULL : &st->choices[what]);
}

/* What is in its name and in columns of its own need not stand twice: "now, " in front, ", 286 rows" behind. */
static struct slice
short_name(const struct choose_state *st, const struct choose_row *row)
{
	struct slice name = row->name, kind = slice_of(kind_of(st, row));
	size_t at;

	if (row->what >= CHOICE_MAX && row->what != ROW_HOLDS)
		return name; /* a file's */
	if (name.n > kind.n + 2 && memcmp(name.p, kind.p, kind.n) == 0 && memcmp(name.p + kind.n, ", ", 2) == 0)
		name = slice_make(name.p + kind.n + 2, name.n - kind.n - 2);
	for (at = name.n; at > 2 && memcmp(name.p + at - 2, ", ", 2) != 0; at--)
		;
	if (at > 2 && name.n > at + 5 && memcmp(name.p + name.n - 5, " rows", 5) == 0)
		name.n = at - 2;
	return name;
}

static void
choose_cell(const void *ctx, struct grid *g, struct rect r, size_t place, size_t column)
{
	const struct choose_state *st = ctx;
	const struct choose_row *row = &st->rows[st->list.order[place]];
	bool choice = row->what < CHOICE_MAX, few = choice && row->rows < CHOICE_ROWS_MIN;
	enum role role = few ? ROLE_MUTED : row->what == ROW_HOLDS ? ROLE_BASELINE : ROLE_TEXT;

	switch (column) {
	case COL_KIND:
		grid_str(g, r, 0, 0, role, kind_of(st, row));
		break;
	case COL_NAME:
		grid_text(g, r, 0, 0, role, short_name(st, row), FIT_ELLIPSIS);
		break;
	case COL_ROWS:
		if (row->rows || choice)
			part_right(g, r, role, fmt_count(row->rows));
		break;
	case COL_SPAN:
		if (row->span_ms > 0)
			part_right(g, r, role, fmt_age(row->span_ms));
		break;
	default:
		if (row->what == ROW_HOLDS)
			grid_str(g, r, 0, 0, ROLE_BASELINE, "holds now");
		else if (few)
			grid_printf(g, r, 0, 0, ROLE_MUTED, "needs %d rows", CHOICE_ROWS_MIN);
		else if (!choice)
			grid_str(g, r, 0, 0, ROLE_MUTED, "reads history again");
		break;
	}
}

static void
choose_draw(struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct choose_state *st = v->state;
	struct rect inside = rect_cols(r, r.cols > 40 ? 1 : 0, r.cols > 40 ? r.cols - 2 : r.cols);
	struct panel p = {.title = "Baselines", .focused = true};
	struct slice words[FILTER_WORDS];
	struct table t = {.columns = columns,
	    .ncolumns = COL_COUNT,
	    .sorted = ui_sort_column(v),
	    .reversed = v->reversed,
	    .words = words,
	    .nwords = filter_words(&v->filter, words),
	    .empty = filter_active(&v->filter) ? "nothing passes the filter" : "none",
	    .ctx = st,
	    .cell = choose_cell};

	int list = (int)st->list.n + 3;

	(void)ui;
	if (!st->preview.taken || inside.rows - list < PREVIEW_ROWS_LEAST)
		list = inside.rows;
	part_list(g, rect_rows(inside, 0, list), &p, &t, &st->list);
	preview_paint(&st->preview, g, rect_rows(inside, list, inside.rows - list));
}

void
ui_choose_request(size_t model, const struct choice *choice, struct ui_request *request)
{
	*request = (struct ui_request){.kind = UI_REQUEST_CHOOSE,
	    .choice = {.model = model,
		.kind = choice->kind,
		.window = choice->window,
		.from_ms = choice->from_ms,
		.to_ms = choice->to_ms}};
}

static bool
take(struct ui *ui, struct view *v, struct ui_request *request)
{
	const struct choose_state *st = v->state;
	size_t at = list_row(&st->list);
	const struct choose_row *row = at == LIST_NONE ? NULL : &st->rows[at];

	if (!row)
		return true;
	if (row->what < CHOICE_MAX && row->rows < CHOICE_ROWS_MIN) {
		snprintf(ui->message, sizeof ui->message, "a baseline needs %d rows", CHOICE_ROWS_MIN);
		return true;
	}
	if (row->what != ROW_HOLDS)
		snprintf(ui->message, sizeof ui->message, "held against: %.*s",
		    (int)(row->name.n < 90 ? row->name.n : 90), row->name.p);
	if (row->what >= CHOICE_MAX && row->what != ROW_HOLDS)
		*request = (struct ui_request){.kind = UI_REQUEST_FILE, .file = row->what - CHOICE_MAX};
	else if (row->what != ROW_HOLDS)
		ui_choose_request(v->model, &st->choices[row->what], request);
	ui_close(ui);
	return true;
}

/* n goes to the next that passes a filter, else to the next that could be taken. */
static bool
can_be_taken(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct choose_row *of = &((const struct choose_state *)v->state)->rows[row];

	return filter_active(&v->filter) ||
	       (of->what != ROW_HOLDS && (of->what >= CHOICE_MAX || of->rows >= CHOICE_ROWS_MIN));
}

static bool
choose_act(struct ui *ui, struct view *v, enum action action, struct ui_request *request)
{
	struct choose_state *st = v->state;

	if (ui_list_act(ui, v, &st->list, action))
		return true;
	if (action == ACTION_NEXT || action == ACTION_PREVIOUS) {
		ui_list_seek(ui, &st->list, action == ACTION_NEXT, can_be_taken, v);
		return true;
	}
	if (action == ACTION_OPEN || action == ACTION_RIGHT)
		return take(ui, v, request);
	return false;
}

static void
choose_release(struct view *v)
{
	struct choose_state *st = v->state;

	if (st)
		list_release(&st->list);
}

static void
choose_position(struct view *v, unsigned panel, struct position *p, bool put)
{
	struct choose_state *st = v->state;

	(void)panel;
	ui_list_position(&st->list, p, put);
}

static const struct screen_sort choose_sorts[] = {
    {"as-listed", COL_KIND}, {"name", COL_NAME}, {"rows", COL_ROWS}, {"span", COL_SPAN}, {NULL, 0}};

const struct screen screen_choose = {
    .id = SCREEN_CHOOSE,
    .name = "baseline",
    .state_bytes = sizeof(struct choose_state),
    .collect = choose_collect,
    .arrange = choose_arrange,
    .draw = choose_draw,
    .act = choose_act,
    .position = choose_position,
    .release = choose_release,
    .sorts = choose_sorts,
    .own = &own,
};
