/*
 * One column of two versions side by side: is the canary's distribution another one than the stable version's?
 *
 * The reference is not a baseline but the other version's same window, so whatever concerns both (season, weather, an
 * incident upstream) cancels; both sides are samples, so every difference has the noise of both, 1/n of one plus 1/n of
 * the other. Evidence is Page's CUSUM of log likelihood ratios in nats, over evaluation windows:
 *
 *   location  theta sqrt(n_e) z - theta^2 n_e / 2, with n_e = 1 / (1/n_0 + 1/n_1) and z the difference of mean scores
 *             over its standard error: eight shifts theta, in sd. For numeric columns.
 *   cells     of h rows in a cell, k are of side 1: k ln rho - h ln(1 - pi + pi rho), where pi is side 1's share of all
 *             rows: six odds ratios rho, for up to ten cells (deciles, or the most frequent values and the rest). Given
 *             the margins k is hypergeometric, which is no more dispersed than the binomial this is the ratio of:
 *             valid for any number of rows. Where more than half of all rows are in the cell, the others are counted.
 *   missing   the same, of rows without a value.
 *
 * Weights: the same for each kind that there is, shared evenly inside it. What varies between users and not between
 * events (a canary for some users only) is not in it: then the comparison is of these users.
 *
 * All state is integer (2^-20 nat). Nothing here knows a store, a name or a clock.
 *
 * Sources: Page, Biometrika 41, 1954; Shin, Ramdas & Rinaldo, E-detectors, New England J. Stat. Data Sci. 2023;
 * Hoeffding, J. Am. Stat. Assoc. 58, 1963, theorem 4 (sampling without replacement).
 */
#ifndef CORE_COMPARE_H
#define CORE_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COMPARE_TILTS  8
#define COMPARE_RATIOS 6
#define COMPARE_CELLS  10
#define COMPARE_MISSING (COMPARE_TILTS + COMPARE_CELLS * COMPARE_RATIOS)
#define COMPARE_COMPONENTS (COMPARE_MISSING + COMPARE_RATIOS)
#define COMPARE_CAP_NATS 30   /* a level grows no further: it has to come down again */
#define COMPARE_SIDE_MIN 10   /* rows with a value on each side for a difference of means to be taken as normal */
#define COMPARE_NEVER	 INT64_MIN

enum compare_kind {
	COMPARE_KIND_NONE = 0,
	COMPARE_KIND_LOCATION,
	COMPARE_KIND_SHAPE,
	COMPARE_KIND_MISSING,
};

/* One side of one window. Scores are fixed-point at 2^-10 (compare_score), |score| <= 2^16. */
struct compare_side {
	uint64_t rows;	/* that could have had a value */
	uint64_t n;	/* that had one */
	int64_t sum;	/* of scores over those n */
	uint64_t square; /* of squares of scores */
	uint64_t cells[COMPARE_CELLS];
};

struct compare_sample {
	bool ordered; /* scores mean something */
	bool missing; /* rows without a value are looked at */
	size_t ncells; /* 0: none */
	struct compare_side side[2];
};

struct compare {
	int64_t level[COMPARE_COMPONENTS]; /* 2^-20 nat; >= 0 */
	int64_t onset[COMPARE_COMPONENTS]; /* index of the window at which it last left zero */
	uint64_t windows;
};

void compare_clear(struct compare *c);

/* A score in sd as an integer. */
int32_t compare_score(double sd);

/* Takes one window; index: rising. A window without rows on a side changes nothing. Allocates nothing, about 1 us. */
void compare_window(struct compare *c, const struct compare_sample *w, int64_t index);

struct compare_evidence {
	double nats;	/* ln of the weighted mean of the likelihood ratios; NaN before the first window */
	int64_t onset; /* of the leading component; COMPARE_NEVER: it is at zero */
	enum compare_kind leading;
};

/* ordered, missing, ncells: which components there are, as in the samples. */
void compare_read(const struct compare *c, bool ordered, bool missing, size_t ncells, struct compare_evidence *out);

/*
 * Figures of one side and the other with the standard error of their difference. NaN: cannot be given. Side 0 is
 * stable, side 1 the canary; diff is canary less stable.
 */
struct compare_pair {
	double stable, canary, diff, se;
};

/* Shares hits/n; se from the pooled share: sqrt(p (1 - p) (1/n + 1/m)). */
void compare_rates(const uint64_t *hits, const uint64_t *n, struct compare_pair *out);

/* Means from their sums over n values: mean, sd of each; se from the pooled variance. */
void compare_means(const double *mean, const double *sd, const uint64_t *n, struct compare_pair *out);

/*
 * Latency quantiles of LATENCY_BUCKETS counts, ms; the se of each is a quarter of the distance between the quantiles
 * two standard errors of the rank, sqrt(n q (1 - q)), above and below.
 */
void compare_latency(const uint64_t *const *counts, double q_frac, struct compare_pair *out);

/* Whether a difference is beyond noise: 3.9 standard errors, as for rates against a baseline. */
bool compare_is_beyond_noise(const struct compare_pair *p);

#endif
