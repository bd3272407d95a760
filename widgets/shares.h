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

/* What rows are sorted by: a triangle stands at its head. */
enum shares_column { SHARES_UNSORTED, SHARES_VALUE, SHARES_NOW, SHARES_WAS, SHARES_DIFF };

struct shares {
	const struct share *rows;
	size_t n, top; /* the first row shown */
	int cursor;    /* row that is picked out; -1: none */
	const char *current, *baseline; /* heads, with their %; NULL: "NOW%", "WAS%" */
	enum shares_column sorted;
	bool reversed;
	const struct slice *words; /* picked out in names */
	size_t nwords;
};

void shares_paint(struct grid *g, struct rect r, const struct shares *s);

extern const struct widget shares_widget;

#endif
