/*
 * A graph over time: the first series as an area in eighths, the others as lines over it at a third of a row, or all
 * of them as lines of braille dots where that level of glyphs was chosen. Values down the left edge, times below.
 */
#ifndef WIDGETS_GRAPH_H
#define WIDGETS_GRAPH_H

#include "widgets/fmt.h"
#include "widgets/widget.h"

#define GRAPH_SERIES_MAX 3

struct graph_series {
	const double *v; /* oldest first; NaN: unknown */
	size_t n;
	enum role role;
};

struct graph {
	struct graph_series series[GRAPH_SERIES_MAX];
	size_t nseries;
	double top;       /* of the axis; NaN: the next round number over the largest point */
	double least_top; /* the axis is never shorter than this, so that noise does not fill it; 0: no matter */
	double level;     /* a muted line across, a limit; NaN: none */
	struct fmt (*format)(double); /* values of the axis */
	const char *left, *right;     /* below the axis: where it begins and ends; NULL: no such row */
	int cursor; /* point of the first series that is picked out, in the row of times or as a column; -1: none */
	bool fill;		      /* the first series is an area in braille, too: lines would be mixed up */
	int label_cols;		      /* columns of the values, so that others have the same edge; 0: their own */
	const char *name;             /* below the axis' top value, from three rows on: six columns; NULL: none */
};

void graph_paint(struct grid *g, struct rect r, const struct graph *graph);

/* The row of times below a plot that has these columns; cursor: point of n that is picked out, -1: none. */
void graph_times_paint(struct grid *g, struct rect r, const char *left, const char *right, int cursor, size_t n);

/* A line in a third of a row: 0 at the bottom of the cell, 2 at its top. */
uint32_t graph_third(const struct grid *g, int third);

/* The next of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten at or above x: axes that do not change with every point. */
double graph_round_up(double x);

extern const struct widget graph_widget;

#endif
