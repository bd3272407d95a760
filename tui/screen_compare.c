/*
 * Two moments of one model beside each other: A was pinned, B is the one that is shown, and moves with time. Figures
 * are over the same window on both sides; what differs most among inputs and outputs comes first.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "tui/part.h"

enum { COL_NAME, COL_FIGURE, COL_A, COL_B, COL_DIFF, COL_COUNT };

static const struct table_column columns[COL_COUNT] = {
    [COL_NAME] = {"", 12, 24, TABLE_ALWAYS, false, false},
    [COL_FIGURE] = {"FIGURE", 10, 12, 100, false, false},
    [COL_A] = {"A", 8, 12, TABLE_ALWAYS, true, false},
    [COL_B] = {"B", 8, 12, TABLE_ALWAYS, true, false},
    [COL_DIFF] = {"B - A", 8, 12, TABLE_ALWAYS, true, false},
};

enum kind { KIND_RATE, KIND_SHARE, KIND_MS, KIND_VALUE, KIND_DRIFT };

struct compare_row {
	struct slice name; /* of the feature; empty: of the model */
	const char *figure;
	enum kind kind;
	double a, b;
	double size; /* how different, for the order */
	size_t at;
};

#define ROWS_MAX (5 + 3 * UI_PIN_FEATURES)

struct compare_state {
	struct compare_row rows[ROWS_MAX];
	size_t n;
	struct list list;
};

/* ---- a moment held --------------------------------------------------------------------------- */

void
ui_pin_release(struct ui_pin *p)
{
	arena_release(&p->texts);
	mem_free(p->features);
	memset(p, 0, sizeof *p);
}

void
ui_pin_take(struct ui_pin *p, const struct store *s, size_t model, enum window w)
{
	size_t n;

	ui_pin_release(p);
	figures_model(s, model, w, &p->m);
	p->m.name = arena_text(&p->texts, p->m.name);
	n = p->m.inputs + p->m.outputs;
	n = n < UI_PIN_FEATURES ? n : UI_PIN_FEATURES;
	p->features = mem_calloc(n + 1, sizeof *p->features);
	for (size_t i = 0; i < n && p->features; i++) {
		struct feature_figures f;
		struct ui_pin_feature *to = &p->features[p->n++];

		figures_feature(s, model, i, w, &f);
		to->name = arena_text(&p->texts, f.name);
		to->mean = f.type == FEATURE_NUMERIC ? f.mean : NAN;
		to->std = f.baseline_std > 0 ? f.baseline_std : f.std;
		to->missing_frac = f.missing_rate_frac;
		to->psi = f.drift.n < PART_ROWS_LEAST ? NAN : f.drift.psi;
	}
	p->model = model;
	p->at_ms = store_now_ms(s);
	p->set = true;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void
add_row(struct compare_state *st, struct slice name, const char *figure, enum kind kind, double a, double b,
    double size)
{
	if (st->n >= ROWS_MAX || (isnan(a) && isnan(b)))
		return;
	st->rows[st->n] = (struct compare_row){name, figure, kind, a, b, isnan(size) ? 0 : fabs(size), st->n};
	st->n++;
}

static const struct ui_pin_feature *
find(const struct ui_pin *p, struct slice name)
{
	for (size_t i = 0; i < p->n; i++)
		if (slice_eq(p->features[i].name, name))
			return &p->features[i];
	return NULL;
}

static int
by_size(const void *pa, const void *pb)
{
	const struct compare_row *a = pa, *b = pb;

	if (!a->name.n != !b->name.n)
		return a->name.n ? 1 : -1;
	if (!a->name.n || (!(a->size < b->size) && !(a->size > b->size)))
		return (a->at > b->at) - (a->at < b->at);
	return a->size < b->size ? 1 : -1;
}

static void
fill_rows(struct compare_state *st, const struct ui_pin *a, const struct ui_pin *b)
{
	struct slice none = slice_of("");

	st->n = 0;
	add_row(st, none, "events/s", KIND_RATE, a->m.rate_per_s, b->m.rate_per_s, 0);
	add_row(st, none, "errors", KIND_SHARE, a->m.window_error_rate_frac, b->m.window_error_rate_frac, 0);
	add_row(st, none, "p50", KIND_MS, a->m.window_latency.p50, b->m.window_latency.p50, 0);
	add_row(st, none, "p99", KIND_MS, a->m.window_latency.p99, b->m.window_latency.p99, 0);
	for (size_t i = 0; i < b->n; i++) {
		const struct ui_pin_feature *is = &b->features[i], *was = find(a, is->name);
		static const struct ui_pin_feature nothing = {{NULL, 0}, NAN, NAN, NAN, NAN};

		was = was ? was : &nothing;
		add_row(st, is->name, "mean", KIND_VALUE, was->mean, is->mean, (is->mean - was->mean) / is->std);
		add_row(st, is->name, "missing", KIND_SHARE, was->missing_frac, is->missing_frac,
		    10 * (is->missing_frac - was->missing_frac));
		add_row(st, is->name, "PSI", KIND_DRIFT, was->psi, is->psi, is->psi - was->psi);
	}
	qsort(st->rows, st->n, sizeof *st->rows, by_size);
}

static void
compare_collect(struct ui *ui, struct view *v, const struct store *s)
{
	struct compare_state *st = v->state;
	struct ui_pin now = {0};
	struct fmt a_at, b_at;
	char text[120];

	st->n = 0;
	if (!ui->pin.set || ui->pin.model != v->model)
		return;
	ui_pin_take(&now, s, v->model, ui->window);
	fill_rows(st, &ui->pin, &now);
	for (size_t i = 0; i < st->n; i++)
		st->rows[i].name = arena_text(&v->arena, st->rows[i].name);
	a_at = fmt_clock(ui->pin.at_ms, ui_offset_ms(ui));
	b_at = fmt_clock(now.at_ms, ui_offset_ms(ui));
	snprintf(text, sizeof text, "A is %s, B is %s: windows %s and %s", a_at.s, b_at.s,
	    window_names[ui->pin.m.window], window_names[now.m.window]);
	v->sentence = arena_text(&v->arena, slice_of(text));
	v->subject = arena_text(&v->arena, now.m.name);
	ui_pin_release(&now);
}

static uint64_t
row_id(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct compare_state *st = v->state;

	return slice_hash(st->rows[row].name) ^ slice_hash(slice_of(st->rows[row].figure));
}

static void
compare_arrange(struct ui *ui, struct view *v, const struct store *s)
{
	struct compare_state *st = v->state;
	struct list_rows rows = {v, st->n, row_id, NULL, NULL};

	(void)s;
	list_update(&st->list, &rows, ui->hold);
}

static struct fmt
number(enum kind kind, double x)
{
	switch (kind) {
	case KIND_RATE:
		return fmt_rate(x);
	case KIND_SHARE:
		return fmt_pct_sign(x);
	case KIND_MS:
		return fmt_ms(x);
	case KIND_DRIFT:
		return fmt_drift(x);
	default:
		return fmt_value(x);
	}
}

/* With its sign; of shares in points. */
static struct fmt
difference(const struct compare_row *row)
{
	double d = row->b - row->a;
	struct fmt f, size;

	if (row->kind == KIND_SHARE)
		return fmt_points(d);
	size = number(row->kind, fabs(d));
	if (isnan(d))
		return size;
	if (!(d < 0) && !(d > 0)) {
		snprintf(f.s, sizeof f.s, "0");
		return f;
	}
	snprintf(f.s, sizeof f.s, "%s%.*s", d < 0 ? "-" : "+", (int)sizeof f.s - 2, size.s);
	return f;
}

static void
compare_cell(const void *ctx, struct grid *g, struct rect r, size_t place, size_t column)
{
	const struct compare_state *st = ctx;
	const struct compare_row *row = &st->rows[st->list.order[place]];

	switch (column) {
	case COL_NAME:
		grid_text(g, r, 0, 0, ROLE_TEXT, row->name.n ? row->name : slice_of("(the model)"), FIT_ELLIPSIS);
		break;
	case COL_FIGURE:
		grid_str(g, r, 0, 0, ROLE_MUTED, row->figure);
		break;
	case COL_A:
		part_right(g, r, ROLE_BASELINE, number(row->kind, row->a));
		break;
	case COL_B:
		part_right(g, r, ROLE_CURRENT, number(row->kind, row->b));
		break;
	default:
		part_right(g, r, ROLE_TEXT, difference(row));
		break;
	}
}

static void
compare_draw(struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct compare_state *st = v->state;
	struct rect inside = rect_cols(r, r.cols > 40 ? 1 : 0, r.cols > 40 ? r.cols - 2 : r.cols);
	struct panel p = {.title = "Two moments", .focused = true, .note = "A pinned by c, B as shown"};
	struct table t = {.columns = columns,
	    .ncolumns = COL_COUNT,
	    .sorted = SIZE_MAX,
	    .empty = "nothing is pinned: c on a model pins this moment",
	    .ctx = st,
	    .cell = compare_cell};

	(void)ui;
	part_list(g, inside, &p, &t, &st->list);
}

static bool
compare_act(struct ui *ui, struct view *v, enum action action, struct ui_request *request)
{
	struct compare_state *st = v->state;

	(void)request;
	return ui_list_act(ui, v, &st->list, action);
}

static void
compare_release(struct view *v)
{
	struct compare_state *st = v->state;

	if (st)
		list_release(&st->list);
}

const struct screen screen_compare = {
    .id = SCREEN_COMPARE,
    .name = "compare",
    .state_bytes = sizeof(struct compare_state),
    .collect = compare_collect,
    .arrange = compare_arrange,
    .draw = compare_draw,
    .act = compare_act,
    .release = compare_release,
};

/* ---- the key --------------------------------------------------------------------------------- */

void
ui_compare(struct ui *ui, struct view *v, const struct store *s)
{
	if (v->screen->id == SCREEN_COMPARE) {
		ui_pin_release(&ui->pin);
		ui_close(ui);
		ui_say(ui, "no longer pinned");
	} else if (ui->pin.set && ui->pin.model == v->model) {
		ui_push(ui, &screen_compare, v->model, SIZE_MAX, slice_of("compare"));
	} else if (v->model < store_model_count(s)) {
		ui_pin_take(&ui->pin, s, v->model, ui->window);
		ui_say(ui, "A is pinned: go to another moment, c shows the difference");
	}
}
