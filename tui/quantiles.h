/* Quantiles of a numeric feature over time, of the counts that its waterfall has. */
#ifndef TUI_QUANTILES_H
#define TUI_QUANTILES_H

#include "tui/waterfall.h"
#include "widgets/bands.h"

struct quantiles {
	struct bands_point points[FIGURES_HEAT_POINTS], was; /* 5, 25, 50, 75 and 95 % */
	size_t n;
};

/* O(points times bins). Nothing is known (n 0) of what is not numeric or has no baseline. */
void quantiles_collect(struct quantiles *q, const struct waterfall *w, const struct feature_figures *f);

void quantiles_paint(struct grid *g, struct rect r, const struct quantiles *q, const char *left, const char *right,
    int cursor);

#endif
