/*
 * Distributions over time: one column a pane, oldest first, as figures_series has its points.
 */
#ifndef CORE_FIGURES_HEAT_H
#define CORE_FIGURES_HEAT_H

#include <stddef.h>
#include <stdint.h>

#include "core/figures.h"
#include "core/latency.h"

#define FIGURES_HEAT_POINTS 96 /* the panes of the longest ring */

/*
 * Rows with a value in each of feature_figures.bins: counts[i * FIGURE_BINS + bin] for point i, over its pane and the
 * `back` - 1 before it. Returns the points, at most FIGURES_HEAT_POINTS; where nothing is known all counts are 0.
 * O(points times back times bins).
 */
size_t figures_feature_heat(
    const struct store *s, size_t model, size_t feature, enum window w, int back, uint32_t *counts);

/* Events by octave of their latency: counts[i * LATENCY_OCTAVES + octave]; octave o begins at
 * latency_bucket_lo(o * LATENCY_PER_OCTAVE). Returns the points. */
size_t figures_latency_heat(const struct store *s, size_t model, enum window w, uint32_t *counts);

#endif
