/*
 * Distances between two samples counted on the same bins: what they are called, what they mean, how they are computed.
 *
 * A statistic is one file core/stat_NAME.c and one row of stat_rows. Sizes, never p-values: how much of a size is noise
 * is core/floor.h's business.
 */
#ifndef CORE_STAT_H
#define CORE_STAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Two samples. cur and ref are counts on the cells of PSI: a numeric feature's merged bins, a categorical feature's
 * cells. The rest is for features whose values have an order, else NULL and 0: counts on all fine bins, their inner
 * edges (nfine - 1), the baseline's mean in each fine bin (NaN where empty; NULL: unknown), and what is known of both
 * samples apart from the bins, NaN where unknown. Everything is borrowed for the call.
 */
struct stat_input {
	const uint64_t *cur, *ref;
	size_t ncells;
	const uint64_t *fine_cur, *fine_ref;
	size_t nfine;
	const double *edges, *ref_means;
	double ref_sd, ref_mean, cur_mean, ref_min, ref_max, cur_min, cur_max;
};

/* The figure, or NaN where it cannot be given: an empty side, fewer than two cells, no order, no spread. */
typedef double stat_fn(const struct stat_input *in);

struct stat_row {
	const char *name;    /* as in reports */
	const char *title;   /* as on screens and in docs/METRICS.md */
	const char *unit;    /* "" for a pure number */
	const char *formula; /* one line of text */
	const char *source;
	double lo, hi;	     /* range, both possible; hi INFINITY: unbounded */
	double neutral;	     /* of two equal samples */
	bool ordered_only;   /* needs values with an order */
	bool approximate;    /* from bins, where values would give another figure */
	stat_fn *compute;
};

enum stat_id { STAT_PSI, STAT_JS, STAT_KS, STAT_WASSERSTEIN, STAT_TV, STAT_X2, STAT_COUNT };

extern const struct stat_row stat_rows[STAT_COUNT];

const struct stat_row *stat_find(const char *name); /* NULL if there is none */

/* One a file: core/stat_psi.c and so on. */
double stat_psi(const struct stat_input *in);
double stat_js(const struct stat_input *in);
double stat_ks(const struct stat_input *in);
double stat_w1(const struct stat_input *in);
double stat_tv(const struct stat_input *in);
double stat_x2(const struct stat_input *in);

/* Sum of n counts. */
uint64_t stat_total(const uint64_t *counts, size_t n);

#endif
