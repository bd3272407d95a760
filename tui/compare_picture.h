/* A picture of what a row compares: the distribution of B over that of A. */
#ifndef TUI_COMPARE_PICTURE_H
#define TUI_COMPARE_PICTURE_H

#include "tui/compare_rows.h"
#include "widgets/grid.h"

/*
 * In a panel of its own: of a column its values, where both are counted in the same bins, else quantiles as text; of
 * traffic and outcomes the latency.
 */
void compare_picture_paint(struct grid *g, struct rect r, const struct compare_row *row, const struct pin_side *a,
    const struct pin_side *b);

/* Rows that it needs; a histogram takes whatever it gets. */
int compare_picture_rows(const struct compare_row *row, const struct pin_side *a, const struct pin_side *b);

#endif
