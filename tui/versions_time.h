/*
 * Canary and stable over time: the canary's share of the events, and the errors and latencies of both. Where no two
 * versions are compared, the share that the newest of them had, and errors and latencies of all events.
 */
#ifndef TUI_VERSIONS_TIME_H
#define TUI_VERSIONS_TIME_H

#include "tui/part.h"
#include "tui/versions_part.h"

enum versions_graph { VERSIONS_SHARE, VERSIONS_ERRORS, VERSIONS_P50, VERSIONS_HIGH, VERSIONS_GRAPHS };

struct versions_time {
	enum window axis; /* 5M or 1H */
	bool pair;	  /* two are compared; else all events, and shares by five minutes */
	bool several;	  /* versions are named */
	bool p99;	  /* what the high percentile is: p99, or p90 */
	bool latency;	  /* there is any */
	size_t n;	  /* points: of two that have not been compared for long, since then */
	char left[40];	  /* where the axis begins */
	double v[VERSIONS_GRAPHS][2][HELD_POINTS]; /* stable, or all; canary. Shares without a pair: the newest two's */
	int cursor; /* points back from the newest, which is 1; 0: none is picked out */
};

void versions_time_collect(struct versions_time *t, const struct ui *ui, const struct store *s,
    const struct model_figures *f, const struct versions_held *held);

void versions_time_paint(const struct versions_time *t, const struct ui *ui, const struct versions_held *held,
    const struct model_figures *f, struct grid *g, struct rect r, bool focused, int number);

/* Along the axis, and its zoom. */
bool versions_time_act(struct versions_time *t, struct ui *ui, struct view *v, enum action action);

#endif
