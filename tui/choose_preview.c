#include "tui/choose_preview.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/verdict.h"
#include "widgets/spark.h"

enum { COL_NAME, COL_THERE, COL_HELD, COL_ROWS, COL_SHAPE, COL_NOW, COL_FILL, COL_COUNT };

static const struct table_column columns[COL_COUNT] = {
    [COL_NAME] = {"INPUT, OUTPUT", 16, 40, TABLE_ALWAYS, false, false, NULL},
    [COL_THERE] = {"AGAINST IT", 10, 0, TABLE_ALWAYS, true, false, NULL},
    [COL_HELD] = {"AS IT HOLDS", 11, 0, 90, true, false, NULL},
    [COL_ROWS] = {"ROWS", 7, 0, 60, true, false, NULL},
    [COL_SHAPE] = {"SHAPE THERE", PREVIEW_CELLS + 1, 0, 80, false, false, NULL},
    [COL_NOW] = {"SHAPE NOW", PREVIEW_CELLS, 0, 80, false, false, NULL},
    [COL_FILL] = {"", 1, TABLE_REST, 10, false, false, NULL},
};

static int
by_drift(const void *a, const void *b)
{
	const struct feature_row *const *x = a, *const *y = b;
	int order = held_feature_order(*x, *y);

	return order ? order : ((*x)->index > (*y)->index) - ((*x)->index < (*y)->index);
}

void
preview_begin(struct preview *p, struct arena *a, const struct store *s, size_t model, enum window w)
{
	struct side_of of = {.model = model};
	struct side_figures side;
	struct model_figures f;
	struct feature_row *rows;
	const struct feature_row **order;
	size_t n;

	memset(p, 0, sizeof *p);
	figures_model_brief(s, model, w, &f);
	rows = held_features(a, s, model, w, &f, false, &n);
	order = n ? arena_take(a, n * sizeof(*order)) : NULL;
	if (!order)
		return;
	for (size_t i = 0; i < n; i++)
		order[i] = &rows[i];
	qsort(order, n, sizeof *order, by_drift);
	for (size_t i = 0; i < n; i++) {
		if (order[i]->role != FROLE_VALUE)
			continue;
		if (p->n < PREVIEW_COLUMNS)
			p->columns[p->n++] = (struct preview_column){.index = order[i]->index,
			    .name = order[i]->name, .held = order[i]->drift};
		p->all++;
	}
	figures_side(s, &of, w, &side);
	p->window = side.window;
	p->from_ms = side.from_ms;
}

/* By decile, or the most frequent values of the baseline and then all others. */
static size_t
shape(const struct side_column *c, double *out)
{
	size_t n = 0, named = 0;

	memset(out, 0, PREVIEW_CELLS * sizeof *out);
	for (size_t i = 0; i < c->nbins; i++) {
		bool rest = c->type != FEATURE_NUMERIC && (!c->bins[i].label.n || i >= PREVIEW_CELLS - 1);
		size_t cell = c->type == FEATURE_NUMERIC ? c->bins[i].cell : rest ? named : i;

		named += c->type != FEATURE_NUMERIC && !rest;
		if (cell >= PREVIEW_CELLS)
			continue;
		out[cell] += (double)c->bins[i].count;
		n = cell + 1 > n ? cell + 1 : n;
	}
	return n;
}

/* The rows of that time as a side of a comparison, on the bins of now. */
static void
side_there(struct side_column *there, struct side_bin *bins, const struct side_column *now, const uint64_t *counts)
{
	*there = *now;
	there->bins = bins;
	there->n = 0;
	there->mean = there->sd = NAN;
	for (size_t i = 0; i < now->nbins; i++) {
		bins[i] = now->bins[i];
		bins[i].count = counts[i];
		there->n += counts[i];
	}
	there->rows = there->n;
}

/* Held against those rows it would be in watch or drift, by its shape or by what is missing. */
static bool
has_moved(const struct side_column *there, const struct side_column *now, const struct side_difference *d,
    uint64_t rows)
{
	struct verdict_input in = {.has_baseline = true, .distribution = true, .n = now->n, .m = there->n,
	    .psi = d->psi, .psi_floor = d->psi_floor, .own_psi_max = NAN};
	struct verdict v;

	if (!now->output && rows >= there->n && now->rows >= now->n)
		in.missing = (struct verdict_rate){.known = true,
		    .hits = now->rows - now->n,
		    .rows = now->rows,
		    .expected_frac = (double)(rows - there->n) / (double)rows,
		    .base_rows = rows};
	verdict_judge(&in, &v);
	return v.state >= DRIFT_WATCH;
}

static void
column_take(
    struct preview_column *c, const struct store *s, size_t model, enum window w, const struct choice *choice)
{
	struct side_of of = {.model = model};
	struct side_bin bins[2][FIGURE_BINS];
	struct side_column now, there;
	struct side_difference d;
	uint64_t counts[FIGURE_BINS];

	c->psi = c->psi_floor = NAN;
	c->moved = !choice && c->held.state >= DRIFT_WATCH;
	c->ncells = 0;
	c->rows = 0;
	figures_side_column(s, &of, w, c->index, bins[1], &now);
	if (!now.nbins)
		return;
	if (choice) {
		store_choice_counts(s, model, choice, c->index, counts);
	} else {
		struct feature_figures f;

		figures_feature(s, model, c->index, w, &f);
		for (size_t i = 0; i < FIGURE_BINS; i++)
			counts[i] = i < f.nbins ? f.bins[i].baseline : 0;
	}
	side_there(&there, bins[0], &now, counts);
	c->rows = there.n;
	c->ncells = shape(&now, c->now);
	(void)shape(&there, c->there);
	figures_side_difference(&there, &now, &d);
	if (choice && there.n)
		c->moved = has_moved(&there, &now, &d, choice->rows);
	if (there.n < PART_ROWS_LEAST || now.n < PART_ROWS_LEAST)
		return;
	c->psi = choice ? d.psi : c->held.psi;
	c->psi_floor = choice ? d.psi_floor : c->held.psi_floor;
}

void
preview_take(struct preview *p, const struct store *s, size_t model, const struct choice *choice)
{
	for (size_t i = 0; i < p->n; i++)
		column_take(&p->columns[i], s, model, p->window, choice);
	p->taken = true;
	p->same = !choice;
	p->overlaps = choice && choice->to_ms > p->from_ms;
}

/* ---- the panel ----------------------------------------------------------------------------------------------- */

static bool
is_beyond(double psi, double psi_floor)
{
	return psi >= 0.1 && psi > psi_floor;
}

/* The levels are those of an input's state; the floor is what equal samples of these sizes may show. */
static void
paint_psi(struct grid *g, struct rect r, double psi, double psi_floor)
{
	struct drift_figures d = {.state = DRIFT_OK, .n = PART_ROWS_LEAST, .m = PART_ROWS_LEAST, .psi = psi,
	    .psi_floor = psi_floor};

	if (is_beyond(psi, psi_floor))
		d.state = psi >= 0.25 ? DRIFT_DRIFT : DRIFT_WATCH;
	d.causes = d.state == DRIFT_OK ? 0 : CAUSE_SIZE;
	d.drift_causes = d.state == DRIFT_DRIFT ? CAUSE_SIZE : 0;
	part_psi(g, r, &d);
}

static void
paint_cell(const void *ctx, struct grid *g, struct rect r, size_t row, size_t column)
{
	const struct preview_column *c = &((const struct preview *)ctx)->columns[row];

	switch (column) {
	case COL_NAME:
		grid_text(g, r, 0, 0, ROLE_TEXT, c->name, FIT_ELLIPSIS);
		break;
	case COL_THERE:
		if (!c->rows && c->ncells)
			grid_text_right(g, r, 0, r.cols, ROLE_MUTED, slice_of("keeps its"));
		else if (isnan(c->psi))
			part_right(g, r, ROLE_MUTED, fmt_drift(NAN));
		else
			paint_psi(g, r, c->psi, c->psi_floor);
		break;
	case COL_HELD:
		part_psi(g, r, &c->held);
		break;
	case COL_ROWS:
		part_right(g, r, ROLE_TEXT, fmt_count(c->rows));
		break;
	case COL_SHAPE:
		if (c->rows)
			spark_paint(g, rect_cols(r, 0, (int)c->ncells), c->there, c->ncells, NAN, ROLE_BASELINE);
		break;
	case COL_NOW:
		spark_paint(g, rect_cols(r, 0, (int)c->ncells), c->now, c->ncells, NAN, ROLE_CURRENT);
		break;
	default:
		break;
	}
}

static void
note_of(const struct preview *p, char *out, size_t bytes)
{
	size_t there = 0, held = 0, given = 0;

	for (size_t i = 0; i < p->n; i++) {
		given += !isnan(p->columns[i].psi);
		there += p->columns[i].moved;
		held += p->columns[i].held.state >= DRIFT_WATCH;
	}
	if (!given)
		snprintf(out, bytes, "its rows are not known before it is taken");
	else if (p->same)
		snprintf(out, bytes, "%s window, moved: %zu of %zu", window_names[p->window], held, p->n);
	else if (p->overlaps)
		snprintf(out, bytes, "the rows of now are among these, so they are alike");
	else
		snprintf(out, bytes, "%s window, moved: %zu of %zu against it, %zu as it holds",
		    window_names[p->window], there, p->n, held);
}

void
preview_paint(const struct preview *p, struct grid *g, struct rect r)
{
	char note[96], right[32];
	struct panel panel = {.title = "Now against it", .note = note, .right = right};
	struct table_column shown[COL_COUNT];
	struct table t = {.columns = shown, .ncolumns = COL_COUNT, .sorted = SIZE_MAX, .selected = SIZE_MAX,
	    .nrows = p->n, .ctx = p, .cell = paint_cell};
	size_t body;

	if (r.rows < PREVIEW_ROWS_LEAST || !p->taken || !p->n)
		return;
	memcpy(shown, columns, sizeof shown);
	if (p->same)
		shown[COL_HELD].cols = 0;
	note_of(p, note, sizeof note);
	body = table_body_rows(rect_rows(r, 1, r.rows - 1));
	panel_range(right, sizeof right, 0, body < p->n ? body : p->n, p->all);
	table_paint(g, panel_paint(g, r, &panel), &t);
}
