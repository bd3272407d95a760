/*
 * A and B beside each other: two moments of a model, two versions, two models. A was pinned; B is what is shown, and
 * moves with it. Both are over the same window as far as both have it. What is within noise is muted; below or beside
 * the rows the selected one has its picture, where there is room.
 */
#include <stdio.h>
#include <string.h>

#include "tui/compare_picture.h"
#include "tui/compare_rows.h"
#include "tui/margin.h"
#include "tui/part.h"
#include "tui/row_name.h"

enum { COL_MARK, COL_NAME, COL_FIGURE, COL_A, COL_B, COL_DIFF, COL_NOISE, COL_COUNT };

static const struct table_column columns[COL_COUNT] = {
    [COL_MARK] = {"", 1, 0, TABLE_ALWAYS, false, false, NULL},
    [COL_NAME] = {"", 10, 30, TABLE_ALWAYS, false, false, NULL},
    [COL_FIGURE] = {"FIGURE", 9, 11, TABLE_ALWAYS, false, false, NULL},
    [COL_A] = {"A", 7, 12, 95, true, true, NULL},
    [COL_B] = {"B", 7, 12, TABLE_ALWAYS, true, true, NULL},
    [COL_DIFF] = {"B - A", 9, 12, TABLE_ALWAYS, true, true, NULL},
    [COL_NOISE] = {"NOISE", 8, 11, 85, true, true, NULL},
};

#define PICTURE_COLS 40	 /* beside the rows */
#define BELOW_ROWS   26	 /* a body so high has the picture below the rows, */
#define WIDE_COLS	160 /* both have room beside each other: */
#define WIDE_LIST_COLS	98
#define WIDE_ROWS	30 /* a picture that is higher says no more */
#define BESIDE_COLS  118 /* else one so wide beside them */
#define LABEL_BYTES  96

struct compare_state {
	struct arena own;	   /* the name of B */
	struct pin_subject with;   /* B */
	const struct pin_side *a;  /* the pin's, of that serial, or of the view's arena; NULL: one is not there */
	struct pin_side b;
	bool a_total; /* of all there was, since it has no window */
	uint64_t serial;
	struct compare_rows rows;
	struct list list;
	int64_t ordered_ms;
	const char *title;
	char note[2 * LABEL_BYTES + 160];
};

/* ---- words ------------------------------------------------------------------------------------- */

static void
when(int64_t ms, int64_t now_ms, int64_t offset_ms, char *out, size_t bytes)
{
	snprintf(out, bytes, "%s",
	    part_is_far(ms, now_ms) ? fmt_datetime(ms, offset_ms).s : fmt_clock(ms, offset_ms).s);
}

/* What tells the sides apart: the model where it is another one, the version, the time. */
static void
label(const struct pin_subject *of, bool model, bool versions, const char *time, char *out, size_t bytes)
{
	int m = of->model.n < 40 ? (int)of->model.n : 40, v = of->version.n < 24 ? (int)of->version.n : 24;
	size_t n = 0;

	out[0] = '\0';
	if (model)
		n += (size_t)snprintf(out, bytes, "%.*s", m, m ? of->model.p : "");
	if (of->one)
		n += (size_t)snprintf(
		    out + n, bytes - n, "%s%.*s", n ? " " : "", v ? v : 6, v ? of->version.p : "(none)");
	else if (versions)
		n += (size_t)snprintf(out + n, bytes - n, "%sall versions", n ? " " : "");
	if (time[0])
		snprintf(out + n, bytes - n, "%s%s", n ? " " : "", time);
}

static void
say_windows(const struct pin_side *sa, const struct pin_side *sb, char *out, size_t bytes)
{
	const struct side_figures *a = &sa->f, *b = &sb->f;

	if (sa->no_window && sb->no_window)
		snprintf(out, bytes, "totals only: no window for either, as neither is stable or canary now");
	else if (sa->no_window || sb->no_window)
		snprintf(out, bytes, "totals only: no window for %c, which is neither stable nor canary now",
		    sa->no_window ? 'A' : 'B');
	else if (a->window == b->window)
		snprintf(out, bytes, "%s windows", window_names[a->window]);
	else
		snprintf(out, bytes, "windows %s and %s", window_names[a->window], window_names[b->window]);
}

static void
say_both(const struct ui *ui, struct view *v, struct compare_state *st, int64_t now_ms)
{
	const struct pin *p = &ui->pin;
	const struct side_figures *fa = &st->a->f, *fb = &st->b.f;
	bool same = slice_eq(p->of.model, st->with.model), versions = p->of.one || st->with.one;
	char a[LABEL_BYTES], b[LABEL_BYTES], a_at[FMT_BYTES] = "", b_at[FMT_BYTES] = "", windows[96], text[400];
	bool overlap = p->moment && same && fa->to_ms > fb->from_ms && fa->to_ms < fb->to_ms;
	size_t n;

	if (p->moment) {
		when(p->at_ms, now_ms, ui_offset_ms(ui), a_at, sizeof a_at);
		when(now_ms, now_ms, ui_offset_ms(ui), b_at, sizeof b_at);
	}
	label(&p->of, !same, versions, a_at, a, sizeof a);
	label(&st->with, !same, versions, b_at, b, sizeof b);
	say_windows(st->a, &st->b, windows, sizeof windows);
	st->title = !same ? "Two models" : versions ? "Two versions" : "Two moments";
	snprintf(v->title, sizeof v->title, "%.50s | %.50s", a, b);
	n = (size_t)snprintf(
	    st->note, sizeof st->note, "A %s, B %s; %s%s", a, b, windows, overlap ? ", which overlap" : "");
	if (st->rows.left && n < sizeof st->note)
		snprintf(st->note + n, sizeof st->note - n, "; %zu left out", st->rows.left);
	if (st->rows.beyond)
		n = (size_t)snprintf(text, sizeof text, "%zu figure%s beyond noise", st->rows.beyond,
		    st->rows.beyond == 1 ? " differs" : "s differ");
	else
		n = (size_t)snprintf(text, sizeof text, "no difference beyond noise");
	for (int i = 0; i < 2; i++)
		if (st->rows.only[i])
			n += (size_t)snprintf(text + n, sizeof text - n, ", %zu only in %c", st->rows.only[i], "AB"[i]);
	snprintf(text + n, sizeof text - n, ": A is %s, B is %s", a, b);
	v->sentence = arena_text(&v->arena, slice_of(text));
	v->subject = same ? arena_text(&v->arena, st->with.model) : slice_of("");
}

/* ---- collecting -------------------------------------------------------------------------------- */

static void
compare_collect(struct ui *ui, struct view *v, const struct store *s)
{
	struct compare_state *st = v->state;

	memset(&st->rows, 0, sizeof st->rows);
	memset(&st->b, 0, sizeof st->b);
	st->title = "A and B";
	st->note[0] = '\0';
	st->a_total = false;
	st->serial = ui->pin.serial;
	if (!pin_sides(&ui->pin, &v->arena, s, &st->with, ui->window, &st->a, &st->b)) {
		st->a = NULL;
		return;
	}
	st->a_total = st->a->f.total;
	compare_rows_make(&v->arena, st->a, &st->b, &st->rows);
	say_both(ui, v, st, store_now_ms(s));
}

static uint64_t
row_id(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct compare_state *st = v->state;

	return slice_hash(st->rows.rows[row].name) ^ slice_hash(slice_of(st->rows.rows[row].figure));
}

static bool
row_keep(const void *ctx, size_t row)
{
	const struct view *v = ctx;

	return compare_row_passes(&((const struct compare_state *)v->state)->rows.rows[row], &v->filter);
}

static int
row_order(const void *ctx, size_t a, size_t b)
{
	const struct view *v = ctx;
	const struct compare_state *st = v->state;
	const struct compare_row *x = &st->rows.rows[a], *y = &st->rows.rows[b];
	int order = 0;

	if (ui_sort_column(v) == COL_NAME)
		order = slice_cmp(x->name, y->name);
	else if (ui_sort_column(v) == COL_FIGURE)
		order = strcmp(x->figure, y->figure);
	else if (ui_sort_column(v) == COL_A)
		order = held_number_order(x->p.stable, y->p.stable);
	else if (ui_sort_column(v) == COL_B)
		order = held_number_order(x->p.canary, y->p.canary);
	else if (ui_sort_column(v) == COL_DIFF)
		order = held_number_order(x->times, y->times);
	else if (ui_sort_column(v) == COL_NOISE)
		order = held_number_order(x->p.se, y->p.se);
	if (!order)
		order = (a > b) - (a < b);
	return v->reversed ? -order : order;
}

static void
compare_arrange(struct ui *ui, struct view *v, const struct store *s)
{
	struct compare_state *st = v->state;
	struct list_rows rows = {v, st->rows.n, row_id, row_keep, row_order};

	(void)s;
	/* Small differences change places all the time. */
	list_update(&st->list, &rows, !v->reorder && (ui->hold || ui_calm(ui, &st->ordered_ms)));
	st->list.out_of = filter_active(&v->filter) ? rows.n : 0;
	v->list = &st->list;
}

/* ---- painting ---------------------------------------------------------------------------------- */

static void
name_cell(const struct compare_row *row, struct grid *g, struct rect r)
{
	int used;

	if (!row->name.n) {
		grid_str(g, r, 0, 0, ROLE_MUTED, "all events");
		return;
	}
	used = grid_text(g, r, 0, 0, ROLE_TEXT, row->name, FIT_ELLIPSIS);
	if (row->value.n && used + 3 < r.cols)
		grid_text(g, rect_cols(r, used + 1, r.cols), 0, 0, ROLE_MUTED, row->value, FIT_ELLIPSIS);
}

static void
compare_cell(const void *ctx, struct grid *g, struct rect r, size_t place, size_t column)
{
	const struct compare_state *st = ctx;
	const struct compare_row *row = &st->rows.rows[st->list.order[place]];
	bool beyond = row->times > 1;
	struct fmt diff, noise;

	compare_row_margin(row, &diff, &noise);
	switch (column) {
	case COL_MARK:
		if (beyond)
			grid_str(g, r, 0, 0, ROLE_WARN, "*");
		break;
	case COL_NAME:
		name_cell(row, g, r);
		break;
	case COL_FIGURE:
		grid_str(g, r, 0, 0, row->kind == COMPARE_ONLY ? ROLE_TEXT : ROLE_MUTED, row->figure);
		break;
	case COL_A:
		margin_paint(g, r, ROLE_BASELINE, compare_row_number(row, row->p.stable).s, false);
		break;
	case COL_B:
		margin_paint(g, r, ROLE_CURRENT, compare_row_number(row, row->p.canary).s, false);
		break;
	case COL_DIFF:
		margin_paint(g, r, beyond ? ROLE_WARN : ROLE_MUTED, diff.s, false);
		break;
	default:
		/* The floor of a PSI has no sign, neither. */
		margin_paint(g, r, ROLE_MUTED, noise.s, row->kind != COMPARE_SHAPE);
		break;
	}
}

static void
paint_rows(struct compare_state *st, const struct view *v, struct grid *g, struct rect r)
{
	struct panel p = {.title = st->title, .focused = true, .note = st->note};
	struct table_column heads[COL_COUNT];
	struct slice words[FILTER_WORDS];
	struct table t = {.columns = heads,
	    .ncolumns = COL_COUNT,
	    .sorted = ui_sort_column(v),
	    .reversed = v->reversed,
	    .words = words,
	    .nwords = filter_words(&v->filter, words),
	    .empty = st->a && filter_active(&v->filter) ? "nothing passes the filter"
							 : "what was pinned is not in what is shown",
	    .ctx = st,
	    .cell = compare_cell};

	memcpy(heads, columns, sizeof heads);
	if (st->a_total)
		heads[COL_A].head = "A TOTAL";
	if (st->b.f.total)
		heads[COL_B].head = "B TOTAL";
	part_list(g, r, &p, &t, &st->list);
}

/* Where the picture of the selected row goes, cut off from the rows; without rows: nowhere. */
static struct rect
place_picture(const struct ui *ui, const struct compare_state *st, struct rect *rows)
{
	struct rect all = *rows, nowhere = {0, 0, 0, 0};
	size_t row = list_row(&st->list);
	int least, most = all.rows * 2 / 5 > 18 ? 18 : all.rows * 2 / 5;

	/* A held view may be of what is no longer pinned: its columns are gone. */
	if (!st->a || row == LIST_NONE || !ui->pin.set || st->serial != ui->pin.serial)
		return nowhere;
	if (all.cols >= WIDE_COLS) {
		*rows = rect_cols(all, 0, WIDE_LIST_COLS);
		all = rect_cols(all, WIDE_LIST_COLS + 2, all.cols);
		return rect_rows(all, 0, all.rows < WIDE_ROWS ? all.rows : WIDE_ROWS);
	}
	if (all.rows >= BELOW_ROWS) {
		least = compare_picture_rows(&st->rows.rows[row], st->a, &st->b);
		most = least < most ? least : most;
		*rows = rect_rows(all, 0, all.rows - most);
		return rect_rows(all, all.rows - most, most);
	}
	if (all.cols < BESIDE_COLS)
		return nowhere;
	*rows = rect_cols(all, 0, all.cols - PICTURE_COLS - 2);
	return rect_cols(all, all.cols - PICTURE_COLS, PICTURE_COLS);
}

static void
compare_draw(struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct compare_state *st = v->state;
	struct rect inside = rect_cols(r, r.cols > 40 ? 1 : 0, r.cols > 40 ? r.cols - 2 : r.cols);
	struct rect picture = place_picture(ui, st, &inside);

	paint_rows(st, v, g, inside);
	if (picture.rows > 0)
		compare_picture_paint(g, picture, &st->rows.rows[list_row(&st->list)],
		    &(struct compare_picture){.a = st->a, .b = &st->b});
}

/* ---- keys -------------------------------------------------------------------------------------- */

static bool
beyond(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct compare_state *st = v->state;

	return filter_active(&v->filter) || st->rows.rows[row].times > 1;
}

/* What is looked at is now, or B. */
static void
open_row(struct ui *ui, struct view *v, const struct compare_row *row)
{
	if (row->b != SIZE_MAX)
		ui_push(ui, &screen_feature, v->model, row->b, row->name);
	else if (row->name.n > 0)
		ui_say_key(ui, "%s opens an input or output of B, which does not have this one", ACTION_OPEN);
	else
		ui_say_key(ui, "%s opens an input or output: this row is of the model as a whole", ACTION_OPEN);
}

static bool
compare_act(struct ui *ui, struct view *v, enum action action, struct ui_request *request)
{
	struct compare_state *st = v->state;
	size_t row = list_row(&st->list);

	(void)request;
	if (ui_list_act(ui, v, &st->list, action))
		return true;
	switch (action) {
	case ACTION_COMPARE:
		pin_release(&ui->pin);
		ui_close(ui);
		ui_say(ui, "no longer pinned");
		return true;
	case ACTION_OPEN:
	case ACTION_RIGHT:
		if (row != LIST_NONE)
			open_row(ui, v, &st->rows.rows[row]);
		return true;
	case ACTION_NEXT:
	case ACTION_PREVIOUS:
		ui_list_seek(ui, &st->list, action == ACTION_NEXT, beyond, v);
		v->stale = true;
		return true;
	default:
		return false;
	}
}

static void
compare_release(struct view *v)
{
	struct compare_state *st = v->state;

	if (!st)
		return;
	list_release(&st->list);
	arena_release(&st->own);
}

/* By how many times its noise a figure differs. */
static const struct screen_sort compare_sorts[] = {
    {"as-listed", COL_MARK}, {"name", COL_NAME}, {"figure", COL_FIGURE}, {"a", COL_A}, {"b", COL_B},
    {"difference", COL_DIFF}, {"noise", COL_NOISE}, {NULL, 0}};

/* What it is of, whose share, and the figure. */
static bool
compare_row_name(const struct ui *ui, const struct view *v, unsigned panel, size_t place, char *buf)
{
	const struct compare_state *st = v->state;
	const struct compare_row *r;
	size_t row;

	(void)ui;
	if (panel || !row_name_row(&st->list, place, &row))
		return false;
	r = &st->rows.rows[row];
	snprintf(buf, ROW_NAME_BYTES, "%.*s%s%.*s%s%s",
	    (int)(r->name.n < LIMIT_NAME_BYTES ? r->name.n : LIMIT_NAME_BYTES),
	    r->name.n ? r->name.p : "", r->name.n ? " " : "",
	    (int)(r->value.n < LIMIT_NAME_BYTES ? r->value.n : LIMIT_NAME_BYTES), r->value.n ? r->value.p : "",
	    r->value.n ? " " : "", r->figure);
	return true;
}

const struct screen screen_compare = {
    .id = SCREEN_COMPARE,
    .name = "compare",
    .state_bytes = sizeof(struct compare_state),
    .collect = compare_collect,
    .arrange = compare_arrange,
    .draw = compare_draw,
    .row_name = compare_row_name,
    .act = compare_act,
    .sorts = compare_sorts,
    .own = &compare_rows_own,
    .release = compare_release,
};

/* ---- the key on other screens ------------------------------------------------------------------ */

static void
compare_open(struct ui *ui, size_t model, const struct pin_subject *with)
{
	struct compare_state *st;

	if (!ui_push(ui, &screen_compare, model, SIZE_MAX, slice_of("compare")))
		return;
	st = ui_view(ui)->state;
	st->with = (struct pin_subject){
	    arena_text(&st->own, with->model), arena_text(&st->own, with->version), with->one};
}

void
ui_compare(struct ui *ui, struct view *v, const struct store *s, const struct pin_subject *of, bool moment)
{
	struct pin *p = &ui->pin;
	bool again = pin_is(p, of) && !p->moment;
	struct side_of at;

	(void)v;
	if (again && !moment) {
		pin_release(p);
		ui_say(ui, "no longer pinned");
	} else if (p->set && !again && pin_find(s, of, &at)) {
		compare_open(ui, at.model, of);
	} else if (pin_find(s, of, &at)) {
		pin_take(p, s, of, moment);
		ui_say_key(ui, moment	 ? "A is pinned: go to another moment, %s shows the difference"
			       : of->one ? "A is pinned: %s on another version shows the difference"
					 : "A is pinned: %s on another model shows the difference",
		    ACTION_COMPARE);
	}
}

void
ui_compare_moment(struct ui *ui, struct view *v, const struct store *s)
{
	struct pin_subject of = {.model = slice_of("")};

	if (v->model >= store_model_count(s))
		return;
	of.model = store_model_name(s, v->model);
	ui_compare(ui, v, s, &of, true);
}

int
ui_compare_open(struct ui *ui, const struct store *s, const struct pin_subject *with, struct err *err)
{
	struct side_of at;

	if (!ui->pin.set)
		return err_set(err, ERR_USAGE, "nothing is pinned that could be compared");
	if (!pin_find(s, with, &at))
		return err_set(err, ERR_USAGE, "there is no model '%.*s'",
		    (int)(with->model.n < 60 ? with->model.n : 60), with->model.p);
	compare_open(ui, at.model, with);
	/* Its crumb is made with its figures, and it may be under another screen when that is drawn. */
	ui_collect(ui, s);
	return 0;
}

const struct pin_subject *
ui_compare_with(const struct view *v)
{
	return &((const struct compare_state *)v->state)->with;
}
