/* A picture of what a row compares: the distribution of B over that of A. */
#ifndef TUI_COMPARE_PICTURE_H
#define TUI_COMPARE_PICTURE_H

#include "tui/compare_rows.h"
#include "widgets/grid.h"

struct compare_picture {
	const struct pin_side *a, *b;
	const char *names[2]; /* of the sides, in words, */
	const char *heads[2]; /* and over columns of shares; NULL: "A" and "B", "A%" and "B%" */
	int number;	      /* as a panel's */
	bool focused;
};

/*
 * In a panel of its own: of a column its values, where both are counted in the same bins, else quantiles as text; of
 * traffic and outcomes the latency.
 */
void compare_picture_paint(
    struct grid *g, struct rect r, const struct compare_row *row, const struct compare_picture *picture);

/* Rows that it needs; a histogram takes whatever it gets. */
int compare_picture_rows(const struct compare_row *row, const struct pin_side *a, const struct pin_side *b);

#endif
