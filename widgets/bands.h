/*
 * Quantiles over time: of each stretch the middle half of the values in a strong shade, what lies around it up to the
 * outer quantiles in a light one, the median as a line. What they are held against stands in front, in two columns.
 *
 *      12 ░░ ░░░░░░░^^
 *       8 ▒▒ ▒▒▒▒▒▒▒░░
 *       6 ── ───────▒▒
 *       0 ░░ ░░░░░░░──
 *            -5m   now
 */
#ifndef WIDGETS_BANDS_H
#define WIDGETS_BANDS_H

#include <stdbool.h>

#include "widgets/fmt.h"
#include "widgets/widget.h"

enum { BANDS_LOW, BANDS_LOWER, BANDS_MEDIAN, BANDS_UPPER, BANDS_HIGH, BANDS_QUANTILES };

struct bands_point {
	double q[BANDS_QUANTILES]; /* rising; NaN: unknown, and nothing is painted there */
	bool thin;		   /* of few values: muted */
	bool under, over;	   /* the outer quantile is beyond what can be told: an arrow at that end */
};

struct bands {
	const struct bands_point *points; /* oldest first */
	size_t n;
	struct bands_point was; /* NaN: nothing to hold them against */
	const char *left, *right; /* below the axis: where it begins and ends; NULL: no such row */
	int cursor;		  /* point that is picked out; -1: none */
};

/* The axis reaches from the least to the greatest of all quantiles. */
void bands_paint(struct grid *g, struct rect r, const struct bands *b);

extern const struct widget bands_widget;

#endif
