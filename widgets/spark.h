/* A sparkline: one row, newest at the right, each column one point or the largest of several. */
#ifndef WIDGETS_SPARK_H
#define WIDGETS_SPARK_H

#include "widgets/widget.h"

/*
 * Scaled from 0 to `top`, or, where that is NaN, to the largest point. A point that is NaN leaves a blank, zero a low
 * dot, everything above zero at least one eighth and at most seven, so
 * that rows of them stay apart.
 */
void spark_paint(struct grid *g, struct rect r, const double *v, size_t n, double top, enum role role);

/* The largest of the points that fall on column `col` of `cols`; NaN where none is known. The last point is last. */
double spark_sample(const double *v, size_t n, int col, int cols);

extern const struct widget spark_widget;

#endif
