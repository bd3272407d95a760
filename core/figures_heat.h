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

/*
 * A quantile of the rows that are counted by feature_figures.bins of a numeric feature: in its bin by its rank, values
 * taken as evenly spread there; of bins that hold one value each, that value. *open: -1 or 1 where it lies in the bin
 * that is open that way: the edge is what is known then; else 0. Off by less than that bin is wide. NaN: no rows.
 */
double figures_bins_quantile(const struct figure_bin *bins, size_t nbins, bool single, const uint64_t *counts,
    double q_frac, int *open);

/* Events by octave of their latency: counts[i * LATENCY_OCTAVES + octave]; octave o begins at
 * latency_bucket_lo(o * LATENCY_PER_OCTAVE). Returns the points. */
size_t figures_latency_heat(const struct store *s, size_t model, enum window w, uint32_t *counts);

#endif
