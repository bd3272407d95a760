/*
 * Shares of named values against the baseline: the class mix of a prediction, the values of a categorical feature.
 * One row each: name, bar of the current share with a mark at the baseline's, both numbers, the difference in points.
 */
#ifndef WIDGETS_SHARES_H
#define WIDGETS_SHARES_H

#include "widgets/widget.h"

struct share {
	struct slice name;
	double current_frac, baseline_frac; /* NaN: unknown */
	bool unseen;                        /* not in the baseline: said so */
};

struct shares {
	const struct share *rows;
	size_t n, top; /* the first row shown */
	int cursor;    /* row that is picked out; -1: none */
	const char *current, *baseline; /* heads, with their %; NULL: "NOW%", "WAS%" */
};

void shares_paint(struct grid *g, struct rect r, const struct shares *s);

extern const struct widget shares_widget;

#endif
