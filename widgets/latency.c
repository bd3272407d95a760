#include "widgets/latency.h"

#include <math.h>

#include "widgets/fmt.h"
#include "widgets/graph.h"

#define LATENCY_NUMBERS_COLS 19 /* "p50  7.1ms   6.9ms" */
#define LATENCY_GRAPH_LEAST 16

bool
latency_has_p99(const struct latency_figures *l)
{
	return l->count >= LATENCY_P99_ROWS;
}

static int
latency_number(struct grid *g, struct rect r, int row, const char *name, double now, double was, enum role role)
{
	grid_str(g, r, row, 0, ROLE_MUTED, name);
	grid_text_right(g, r, row, 11, role, slice_of(fmt_ms(now).s));
	if (!isnan(was))
		grid_text_right(g, r, row, 18, ROLE_BASELINE, slice_of(fmt_ms(was).s));
	return row + 1;
}

/* The high percentile comes first, so that it is what remains in a panel of two rows. */
static void
latency_numbers(struct grid *g, struct rect r, const struct latency_figures *l)
{
	int row = 0;

	if (r.rows > 4) {
		grid_text_right(g, r, row, 11, ROLE_HEADER, slice_of("NOW"));
		grid_text_right(g, r, row++, 18, ROLE_HEADER, slice_of("WAS"));
	}
	if (latency_has_p99(l))
		row = latency_number(g, r, row, "p99", l->p99, l->baseline_p99, ROLE_GRAPH2);
	else if (r.rows > 4)
		row = latency_number(g, r, row, "p99", NAN, l->baseline_p99, ROLE_MUTED);
	row = latency_number(g, r, row, "p50", l->p50, l->baseline_p50, ROLE_GRAPH);
	row = latency_number(g, r, row, "p90", l->p90, NAN, latency_has_p99(l) ? ROLE_TEXT : ROLE_GRAPH2);
	row = latency_number(g, r, row, "max", l->max, NAN, ROLE_TEXT);
	grid_str(g, r, row, 0, ROLE_MUTED, "rows");
	grid_text_right(g, r, row, 11, ROLE_MUTED, slice_of(fmt_count(l->count).s));
	if (!latency_has_p99(l) && row + 1 < r.rows)
		grid_text(g, r, row + 1, 0, ROLE_MUTED, slice_of("p99 from 1,000"), FIT_ELLIPSIS);
}

#define LATENCY_BESIDE_COLS 60 /* from so many on a plot with another one below it is wide enough beside the numbers */
#define LATENCY_VALUE_COLS 7   /* of the values at its left */
#define LATENCY_ABOVE_EDGE 13  /* what the one below it names its rows in */
#define LATENCY_ABOVE_ROWS 3

int
latency_edge(int cols)
{
	return cols >= LATENCY_BESIDE_COLS ? LATENCY_NUMBERS_COLS + LATENCY_VALUE_COLS : LATENCY_ABOVE_EDGE;
}

int
latency_rows_least(int cols)
{
	return cols >= LATENCY_BESIDE_COLS ? 7 : LATENCY_ABOVE_ROWS + 5;
}

/* The same numbers in three rows: those with a baseline, and beside them the others. */
static void
latency_strip(struct grid *g, struct rect r, const struct latency_figures *l)
{
	bool high = latency_has_p99(l);
	struct rect right = rect_cols(r, LATENCY_NUMBERS_COLS + 1, r.cols);

	grid_text_right(g, r, 0, 11, ROLE_HEADER, slice_of("NOW"));
	grid_text_right(g, r, 0, 18, ROLE_HEADER, slice_of("WAS"));
	latency_number(g, r, 1, "p99", high ? l->p99 : NAN, l->baseline_p99, high ? ROLE_GRAPH2 : ROLE_MUTED);
	latency_number(g, r, 2, "p50", l->p50, l->baseline_p50, ROLE_GRAPH);
	grid_str(g, right, 0, 0, ROLE_MUTED, "rows");
	grid_text_right(g, right, 0, 11, ROLE_MUTED, slice_of(fmt_count(l->count).s));
	latency_number(g, right, 1, "p90", l->p90, NAN, high ? ROLE_TEXT : ROLE_GRAPH2);
	latency_number(g, right, 2, "max", l->max, NAN, ROLE_TEXT);
}

void
latency_paint(struct grid *g, struct rect r, const struct latency_panel *p)
{
	bool above = p->edge == LATENCY_ABOVE_EDGE;
	bool beside = !above && r.cols >= LATENCY_NUMBERS_COLS + LATENCY_GRAPH_LEAST && r.rows >= 3;
	struct graph graph = {.series = {{p->p50, p->n, ROLE_GRAPH}, {p->high, p->n, ROLE_GRAPH2}},
	    .nseries = 2,
	    .top = NAN,
	    .least_top = p->limit > 0 ? 1.2 * p->limit : 0,
	    .level = p->limit > 0 ? p->limit : (double)NAN,
	    .format = fmt_ms,
	    .left = p->left,
	    .right = p->right,
	    .label_cols = above ? p->edge : 0,
	    .cursor = p->cursor};

	if (r.rows < 1 || r.cols < 1)
		return;
	if (above) {
		latency_strip(g, rect_rows(r, 0, LATENCY_ABOVE_ROWS), p->now);
		graph_paint(g, rect_rows(r, LATENCY_ABOVE_ROWS, r.rows), &graph);
		return;
	}
	latency_numbers(g, beside ? rect_cols(r, 0, LATENCY_NUMBERS_COLS) : r, p->now);
	if (beside)
		graph_paint(g, rect_cols(r, LATENCY_NUMBERS_COLS, r.cols), &graph);
}

static void
latency_specimen(struct grid *g, struct rect r, enum specimen kind)
{
	double p50[60], p99[60];
	struct latency_figures l = {.count = kind == SPECIMEN_HUGE      ? UINT64_MAX
					     : kind == SPECIMEN_TYPICAL ? 5940
									: 0};
	struct latency_panel p = {&l, p50, p99, kind == SPECIMEN_EMPTY ? 0 : 60, "-5m", "now", -1,
	    kind == SPECIMEN_HUGE ? latency_edge(r.cols) : 0, kind == SPECIMEN_TYPICAL ? 60 : (double)NAN};

	l.p50 = specimen_number(kind, 1);
	l.p90 = l.p99 = l.baseline_p99 = specimen_number(kind, 2);
	l.max = l.baseline_p50 = specimen_number(kind, 3);
	for (size_t i = 0; i < 60; i++) {
		p50[i] = specimen_number(kind, i);
		p99[i] = specimen_number(kind, i) * 3;
	}
	latency_paint(g, r, &p);
}

const struct widget latency_widget = {"latency", "percentiles now, at the baseline, and over time", latency_specimen};
