/*
 * The current distribution over the baseline's, bin by bin: bars of the share of rows in each bin.
 *
 * Both are seen at once also without colour: the baseline is a wide bar of shade, the current one a narrower solid
 * bar in front of it; where a bin has but two columns they stand side by side; where it has but one the baseline is a
 * line at its height across the solid bar. On a slow link (grid.spare) it is a line beside the bar: shade on both sides
 * of it would be two colours a bar in each row. A bar that differs by more than noise has the look of a warning, and
 * a * over it, in the row above both or, where they reach the top, cut out of them.
 */
#ifndef WIDGETS_HISTOGRAM_H
#define WIDGETS_HISTOGRAM_H

#include "core/figures.h"
#include "widgets/widget.h"

struct histogram {
	const struct figure_bin *bins;
	size_t n;
	int cursor; /* bin that is picked out; -1: none */
};

void histogram_paint(struct grid *g, struct rect r, const struct histogram *h);

/*
 * Whether a share of n rows differs from one of m by more than noise, as the rates of drift do (docs/METRICS.md): 1 it
 * is more, -1 it is less, 0 it may be chance: within 3.9 standard errors, or a hundredth.
 */
int histogram_beyond(double now_frac, double n, double was_frac, double m);

/* Totals of both sides, and the share of one bin; NaN where a side has no rows. */
double histogram_share(const struct figure_bin *bins, size_t n, size_t bin, bool current);

extern const struct widget histogram_widget;

#endif
