/*
 * A horizontal bar of one row with a mark where noise alone would reach: what does not pass the mark says nothing.
 */
#ifndef WIDGETS_BAR_H
#define WIDGETS_BAR_H

#include "widgets/widget.h"

/* frac, floor_frac: 0-1 of the rect's width, clipped; NaN: nothing, no mark. Up to the floor the bar is shade. */
void bar_paint(struct grid *g, struct rect r, double frac, double floor_frac, enum role role);

/* A bar that is solid on both sides of its mark, which is something to compare with and no floor. */
void bar_paint_share(struct grid *g, struct rect r, double frac, double mark_frac, enum role role);

/* The same as shade on both sides: what is shown but does not count yet. */
void bar_paint_shade(struct grid *g, struct rect r, double frac, double mark_frac);

/*
 * Where a PSI lies on a bar, 0-1: the square root, so that the level of drift (0.25) is the middle, that of watch
 * (0.1) a third, and everything from 1 on the end.
 */
double bar_psi_frac(double psi);

extern const struct widget bar_widget;

#endif
