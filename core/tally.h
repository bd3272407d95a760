/*
 * The integers of one stretch of time: counts of events, and per feature counts in cells and
 * fixed-point moments.
 *
 * All of it adds and subtracts exactly, in any order. `cells` are laid out by a cell_layout, which
 * belongs to one set of binnings: tallies of different layouts never add.
 */
#ifndef CORE_TALLY_H
#define CORE_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "core/wide.h"

/* Counts beside the bins of a feature, in the cells right behind them. */
enum extra_cell {
	EXTRA_NONFINITE, /* NaN, Infinity */
	EXTRA_RANGE,     /* numeric: below the baseline's least or above its greatest value */
	EXTRA_UNSEEN,  /* a value that the baseline does not have: single-value bins and categories
			*/
	EXTRA_CLIPPED, /* numeric: too far out for the moments, which are then void */
	EXTRA_COUNT,
};

/* Fixed-point sums of x minus the baseline's mean, in units of the feature's scale. Categorical
 * features leave them 0. */
struct moments {
	int64_t sum;
	wide_uint sumsq;
};

struct cell_layout {
	size_t nfeatures;
	uint32_t *first; /* nfeatures + 1: the cells of feature f are first[f] .. first[f + 1] -
			    EXTRA_COUNT - 1, then extras */
};

static inline size_t
cell_layout_cells(const struct cell_layout *l)
{
	return l ? l->first[l->nfeatures] : 0;
}

static inline size_t
cell_layout_bins(const struct cell_layout *l, size_t feature)
{
	return l->first[feature + 1] - l->first[feature] - EXTRA_COUNT;
}

/* Of events, whatever their features. */
struct tally {
	uint64_t events;       /* all of them */
	uint64_t rows;         /* without those that a learned baseline is made of */
	uint64_t feature_rows; /* of rows: those that speak of features */
	uint64_t errors, client_errors;
	uint64_t latencies;  /* with a usable latency */
	uint64_t latency_ns; /* their sum */
};

static inline void
tally_add(struct tally *to, const struct tally *from)
{
	to->events += from->events;
	to->rows += from->rows;
	to->feature_rows += from->feature_rows;
	to->errors += from->errors;
	to->client_errors += from->client_errors;
	to->latencies += from->latencies;
	to->latency_ns += from->latency_ns;
}

static inline void
tally_sub(struct tally *from, const struct tally *what)
{
	from->events -= what->events;
	from->rows -= what->rows;
	from->feature_rows -= what->feature_rows;
	from->errors -= what->errors;
	from->client_errors -= what->client_errors;
	from->latencies -= what->latencies;
	from->latency_ns -= what->latency_ns;
}

#endif
