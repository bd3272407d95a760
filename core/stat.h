/*
 * Distances between two samples counted on the same bins: what they are called, what they mean, how they are computed,
 * how much of them is noise, and how far a bell curve must be shifted to show as much.
 *
 * A statistic is one file core/stat_NAME.c and one row of stat_rows. Sizes, never p-values. docs/METRICS.md is
 * made from the table.
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

/*
 * The noise floor: what two equal, independent samples of these sizes exceed with probability `tail` at most, in the
 * limit of many rows. NaN where the figure cannot be given. Uses the baseline's shares, not the current ones.
 */
typedef double stat_floor_fn(const struct stat_input *in, double tail);

/*
 * The shift in standard deviations that gives a bell curve this figure, cut at its own deciles and without noise: what
 * makes figures of different kinds comparable. INFINITY beyond STAT_SHIFT_MAX, NaN for NaN.
 */
typedef double stat_shift_fn(const struct stat_input *in, double value);

#define STAT_SHIFT_MAX 8.0 /* sd: there the samples have nothing in common, and a figure says no more */

struct stat_row {
	const char *name;    /* as in reports */
	const char *title;   /* as on screens and in docs/METRICS.md */
	const char *unit;    /* "" for a pure number */
	const char *formula; /* one line of text */
	const char *source;
	const char *noise; /* the formula of its floor at FLOOR_TAIL, one line */
	const char *noise_source;
	const char *error; /* what cutting into bins costs; NULL: nothing */
	const char *plain; /* in plain words, one line */
	double lo, hi;	     /* range, both possible; hi INFINITY: unbounded */
	double neutral;	     /* of two equal samples */
	bool ordered_only;   /* needs values with an order */
	bool approximate;    /* from bins, where values would give another figure */
	stat_fn *compute;
	stat_floor_fn *floor;
	stat_shift_fn *shift;
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

stat_floor_fn stat_psi_floor, stat_js_floor, stat_ks_floor, stat_w1_floor, stat_tv_floor, stat_x2_floor;
stat_shift_fn stat_psi_shift, stat_js_shift, stat_ks_shift, stat_w1_shift, stat_tv_shift, stat_x2_shift;

/* 1/n + 1/m of the cells, NaN where a side is empty or there are fewer than two of them. */
double stat_noise(const struct stat_input *in);

/*
 * Where `of`, rising in the shift, reaches value: p are the shares that a bell curve shifted by that much has in the
 * ten bins of equal share that the unshifted one has. As stat_shift_fn. About 1 us.
 */
#define STAT_SHIFT_CELLS 10
typedef double stat_shift_of(const double *p, const void *ctx);
double stat_shift_solve(double value, stat_shift_of *of, const void *ctx);

/* Sum of n counts. */
uint64_t stat_total(const uint64_t *counts, size_t n);

#endif
