/*
 * A feature's distribution over any stretch of time that its model's rings still hold: before a change, and since.
 */
#ifndef CORE_FIGURES_BETWEEN_H
#define CORE_FIGURES_BETWEEN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/figures.h"

/*
 * Rows with a value in each of feature_figures.bins, of the panes that lie wholly within from_ms <= t < to_ms of event
 * time, of the finest ring that reaches back to from_ms, else of the one that reaches farthest. counts: FIGURE_BINS.
 * Returns the rows; 0: nothing is known of that time. O(panes times bins), allocates nothing.
 */
uint64_t figures_feature_between(
    const struct store *s, size_t model, size_t feature, int64_t from_ms, int64_t to_ms, uint64_t *counts);

#endif
