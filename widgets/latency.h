/*
 * Latency: the percentiles in numbers beside the baseline's, and p50 (area) and p99 (line) over time.
 *
 * A p99 needs a thousand rows; with fewer, p90 and the maximum stand in its place, in the numbers and in the graph.
 */
#ifndef WIDGETS_LATENCY_H
#define WIDGETS_LATENCY_H

#include "core/figures.h"
#include "widgets/widget.h"

#define LATENCY_P99_ROWS 1000

struct latency_panel {
	const struct latency_figures *now; /* over the window */
	const double *p50, *high;          /* over time; high: p99, or p90 where rows are few */
	size_t n;
	const char *left, *right; /* of the time axis; NULL: it stands below something else */
	int cursor;               /* point of the series that is picked out; -1: none */
	int edge;		  /* columns left of the plot, from latency_edge; 0: its own, the axis is below it */
	double limit;		  /* of what fires, across; 0 or NaN: none */
};

void latency_paint(struct grid *g, struct rect r, const struct latency_panel *p);

/* Where the plot begins, where others of the same edge stand below it: the numbers beside it, or above where that is
 * narrow. */
int latency_edge(int cols);
/* What a graph with numbers takes at least then. */
int latency_rows_least(int cols);

/* Whether a p99 may be shown. */
bool latency_has_p99(const struct latency_figures *l);

extern const struct widget latency_widget;

#endif
