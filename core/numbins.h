/*
 * The binning of a numeric feature, cut once from its baseline and immutable from then on.
 *
 * Fine bins, closed on the right: bin i holds edges[i-1] < x <= edges[i]; the first and the last are open outwards, so
 * nedges edges make nedges + 1 bins. Where the baseline has at most 32 distinct values there is one edge at each of
 * them (`single`: a bin holds one value; the last bin, above the greatest, is empty in the baseline); else the edges
 * are the baseline's quantiles at 31 fixed levels, duplicates dropped.
 *
 * The ten bins of PSI are fine bins merged at the deciles. A pane's sums are of x less the baseline's mean in whole
 * units of scale / 4096, where scale is the baseline's standard deviation; where that is 0, |mean|; where that is 0
 * too, 1.
 */
#ifndef CORE_NUMBINS_H
#define CORE_NUMBINS_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/loghist.h"
#include "core/wide.h"

#define NUMBINS_DISTINCT_MAX 32
#define NUMBINS_EDGES_MAX    32
#define NUMBINS_MAX	     (NUMBINS_EDGES_MAX + 1)
#define NUMBINS_PSI_MAX	     10
#define NUMBINS_UNITS	     4096	    /* a scale */
#define NUMBINS_CLIP	     4294967295.0 /* 2^20 scales less one unit, in units: its square is below 2^64 */
#define NUMBINS_LEVELS	     31

/* The levels of the fine edges, rising: tails refined, every decile among them. */
extern const double numbins_levels[NUMBINS_LEVELS];

/* Places of `starts`: one for each four slots of the log-linear histogram, and one for its middle. */
#define NUMBINS_STARTS (LOGHIST_SLOTS / 4 + 1)

struct numbins {
	uint8_t nedges;			 /* 1..NUMBINS_EDGES_MAX */
	uint8_t npsi;			 /* bins of PSI: 2..NUMBINS_PSI_MAX */
	bool single;			 /* one bin a value: edges are the baseline's distinct values */
	double min, max, mean, median;	 /* of the baseline, x units */
	double sd;			 /* population's; 0 for a constant */
	double scale;			 /* sd, or what stands for it; > 0: give it and the median to loghist_init */
	double per_unit;		 /* NUMBINS_UNITS / scale */
	double edges[NUMBINS_EDGES_MAX + 1]; /* strictly rising; nedges of them, INFINITY behind */
	uint8_t psi_of[NUMBINS_MAX];	 /* fine bin -> bin of PSI, rising from 0 by 0 or 1 */
	uint8_t starts[NUMBINS_STARTS];	 /* edges below all that lies there: derived, for numbins_bin_at */
};

/*
 * Cuts the bins from n > 0 finite values in ascending order. ERR_INVALID if n is 0 or a value is not finite.
 * mean and sd are summed in the order given with compensation, so equal multisets give equal bits. O(n), no memory.
 */
int numbins_make(struct numbins *b, const double *sorted, size_t n, struct err *err);

/* Checks a binning read from a file and fills what is derived: scale, per_unit, starts. ERR_INVALID. */
int numbins_check(struct numbins *b, struct err *err);

static inline size_t
numbins_count(const struct numbins *b)
{
	return (size_t)b->nedges + 1;
}

/*
 * Number of edges below x: the bin of a finite x. Branchless: the same steps for every x. n: number of edges, >= 0.
 */
static inline size_t
numbins_find(const double *edges, size_t n, double x)
{
	const double *at = edges;

	while (n > 1) {
		size_t half = n / 2;

		/* A mask and not a choice, which compilers turn into a branch that is wrong half of the time. */
		at += half & (0 - (size_t)(at[half - 1] < x));
		n -= half;
	}
	return (size_t)(at - edges) + (n == 1 && *at < x);
}

/*
 * The same for this binning: the edges are padded to 32, so that five fixed steps, without a branch,
 * find how many of the first 31 lie below x, and a sixth looks at the last.
 */
static inline size_t
numbins_bin(const struct numbins *b, double x)
{
	const double *e = b->edges;
	size_t i = (size_t)(e[15] < x) << 4;

	i += (size_t)(e[i + 7] < x) << 3;
	i += (size_t)(e[i + 3] < x) << 2;
	i += (size_t)(e[i + 1] < x) << 1;
	i += (size_t)(e[i] < x);
	return i + (size_t)(e[i] < x);
}

/*
 * The same where the slot of x is known, in a histogram around this binning's median in its scale: a table tells which
 * edges lie below the whole slot, so that at most a few more have to be looked at, mostly one.
 */
static inline size_t
numbins_bin_at(const struct numbins *b, unsigned slot, double x)
{
	size_t i = b->starts[slot / 4];

	i += (size_t)(b->edges[i] < x);
	while (b->edges[i] < x)
		i++;
	return i;
}

/* Whether x, found in `bin`, is a value the baseline never had; always false unless the bins are single values. */
static inline bool
numbins_is_unseen(const struct numbins *b, size_t bin, double x)
{
	return b->single && (bin == b->nedges || b->edges[bin] != x);
}

static inline bool
numbins_is_out_of_range(const struct numbins *b, double x)
{
	return x < b->min || x > b->max;
}

#define NUMBINS_ROUND 6755399441055744.0 /* 1.5 * 2^52: from there on the mantissa counts ones */

/*
 * x less the baseline's mean in whole units, rounded to nearest. Beyond 2^20 scales: cut there and *clipped set (it is
 * never cleared): the mean and std of sums that hold such a value are null. |result| < 2^32.
 */
static inline int64_t
numbins_fixed(const struct numbins *b, double x, bool *clipped)
{
	double units = (x - b->mean) * b->per_unit;

	if (!(fabs(units) <= NUMBINS_CLIP)) {
		*clipped = true;
		return units < 0 ? -(int64_t)NUMBINS_CLIP : (int64_t)NUMBINS_CLIP;
	}
	return (int64_t)(units + NUMBINS_ROUND - NUMBINS_ROUND);
}

/* Square of what numbins_fixed returns: fits 64 bits, sums of it may not. */
static inline uint64_t
numbins_square(int64_t fixed)
{
	return (uint64_t)fixed * (uint64_t)fixed;
}

struct numbins_sums {
	double units, squares; /* of what numbins_fixed gives, were nothing clipped */
};

__extension__ typedef double numbins_pair __attribute__((vector_size(2 * sizeof(double))));

/*
 * Sums over n values, two at a time: exact if `squares` comes to at most 2^53; else, or if it is NaN, to be thrown
 * away. x[n] is written to.
 */
static inline struct numbins_sums
numbins_add(const struct numbins *b, double *x, size_t n)
{
	const numbins_pair mean = {b->mean, b->mean}, per_unit = {b->per_unit, b->per_unit};
	numbins_pair sum = {0}, squares = {0}, units;
	size_t i;

	x[n] = b->mean; /* adds nothing, where it makes a pair with the last */
	for (i = 0; i < n; i += 2) {
		memcpy(&units, x + i, sizeof(units));
		units = (units - mean) * per_unit;
		units = units + NUMBINS_ROUND - NUMBINS_ROUND;
		sum += units;
		squares += units * units;
	}
	return (struct numbins_sums){sum[0] + sum[1], squares[0] + squares[1]};
}

/*
 * Mean and population standard deviation in x units from sums of numbins_fixed and of its square over n values; NaN if
 * n is 0. Exact but for the rounding to units (at most scale / 8192 a value) and one rounding of the result.
 */
double numbins_mean(const struct numbins *b, wide_int sum, uint64_t n);
double numbins_std(const struct numbins *b, wide_int sum, wide_uint sum_of_squares, uint64_t n);

/* Counts sorted values on the bins; means (may be NULL): the mean of each bin's values, NaN where it is empty. */
void numbins_tally(const struct numbins *b, const double *sorted, size_t n, uint64_t *counts, double *means);

/* Fine counts merged into the npsi bins of PSI. psi: NUMBINS_PSI_MAX places, those beyond npsi are set to 0. */
void numbins_merge(const struct numbins *b, const uint64_t *fine, uint64_t *psi);

#endif
