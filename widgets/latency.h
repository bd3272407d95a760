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
	const char *left, *right; /* of the time axis */
	int cursor;               /* point of the series that is picked out; -1: none */
};

void latency_paint(struct grid *g, struct rect r, const struct latency_panel *p);

/* Whether a p99 may be shown. */
bool latency_has_p99(const struct latency_figures *l);

extern const struct widget latency_widget;

#endif
