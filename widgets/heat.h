/*
 * A heat map over time: a row for each class of values, a column for each stretch of time, its shade how many there
 * were. A row has its name at the left; times stand below.
 *
 *      over 240 │   ░░▒▒▓▓
 *    120 to 240 │░░░▒▒▓▓██
 *     up to 120 │████▓▓▒▒░
 *                -5m   now
 */
#ifndef WIDGETS_HEAT_H
#define WIDGETS_HEAT_H

#include "core/slice.h"
#include "widgets/widget.h"

struct heat_cell {
	float frac;   /* 0 to 1: of the shades, more is as 1; NaN: nothing is known */
	uint8_t role; /* enum role */
};

struct heat {
	const struct heat_cell *cells; /* nrows x ncols, row by row, the top row first */
	const struct slice *names;     /* of the rows */
	size_t nrows, ncols;
	const char *left, *right; /* below the axis: where it begins and ends; NULL: no such row */
	int name_cols;		  /* what names may take at most, */
	int map_col;		  /* and where the map begins, so that others have the same edge; 0: behind them */
	int cursor;		  /* column that is picked out; -1: none */
};

/* Rows that do not fit are left out from the bottom up: the caller folds them. */
void heat_paint(struct grid *g, struct rect r, const struct heat *h);

/* Rows of classes that fit into so many rows. */
int heat_rows(int rows, bool axis);

extern const struct widget heat_widget;

#endif
