/*
 * Why a column is called different, in the order that shortens a search: causes that lie in the data's way and not in
 * the world first (a unit, a value that stands for missing, a constant, another type), then which part of the
 * distribution moved, when it began, in which version, what moved with it, and how far it would move the score.
 *
 * Pure functions of figures; core/figures_explain.c fills in what a store knows. What cannot be said is empty, or NaN.
 */
#ifndef CORE_EXPLAIN_H
#define CORE_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/figures.h"
#include "core/slice.h"

#define EXPLAIN_BINS	 3   /* parts of the distribution that are named */
#define EXPLAIN_Z_MIN	 4.0 /* standard errors a part must have moved by */
#define EXPLAIN_TOGETHER 8   /* columns that are named */
#define EXPLAIN_WINDOW_MS 300000 /* begun within: together */
#define EXPLAIN_ROWS_MIN 50  /* below, nothing is explained */

enum explain_cause {
	EXPLAIN_NONE = 0,
	EXPLAIN_TYPE,	  /* values of another type than the baseline's */
	EXPLAIN_CONSTANT, /* one value alone where there were many */
	EXPLAIN_UNIT,	  /* all values times a factor between two units */
	EXPLAIN_DEGREES,  /* Celsius and Fahrenheit */
	EXPLAIN_SENTINEL, /* a value that stands for missing */
	EXPLAIN_CAUSES,
};
extern const char *const explain_cause_names[EXPLAIN_CAUSES]; /* "none" "type" "constant" "unit" ... */

/* One part of the distribution: a range of numbers, or a value. */
struct explain_part {
	char range[64]; /* "12.5 to 14", "over 950", "\"kiosk\"", whole UTF-8 */
	double was_frac, is_frac;
	double z; /* standard errors between the two, natural variation included; signed */
};

/* Two versions side by side in the same window, where there are two (core/figures_compare.h). */
struct explain_versions {
	bool known;	/* both have rows enough */
	bool differ;	/* in this column */
	struct slice stable, canary;
	double canary_frac; /* of the rows of both */
};

struct explanation {
	enum explain_cause cause;
	char cause_text[120]; /* one clause; empty without a cause */
	size_t nparts;
	struct explain_part parts[EXPLAIN_BINS]; /* the greatest contribution first */
	int64_t began_ms; /* event time; 0: not known */
	bool began_by_evidence; /* by the last window in which there was none; else by what was seen at a tick */
	/* "2 differs from 1 in it (12.0% of rows)", "2 and 1 do not differ in it"; empty: not known */
	char version_text[120];
	bool with_latency, with_errors; /* an alert of the model's began within one window of it */
	size_t together[EXPLAIN_TOGETHER], ntogether, ntogether_all; /* index of columns that began with it */
	double score_shift_sd; /* how far this change alone would move the mean score, in its sd; NaN: not known */
	double effect_low;     /* PSI less twice its floor: the order in which columns explain; NaN: not known */
};

/* Where the values of the whole range are denser than the baseline's, far beyond what is beside it. */
struct explain_spike {
	double lo, hi; /* it lies between; NaN: there is none */
	double was_frac, is_frac;
};

/* What it is made of. f is over one window; the rest is optional. */
struct explain_input {
	const struct feature_figures *f;
	double phi;		   /* over-dispersion of shape, >= 1 */
	struct explain_spike spike;
	uint64_t wrong_type, rows; /* over the whole range: values of another type, and all rows */
	bool current;		   /* what the whole range has shown holds for the window of f, too */
	const double *score_means; /* of the baseline's rows in each bin, in sd of the score from its mean; NULL */
	struct explain_versions versions;
};

/*
 * Everything but what needs other columns (`together`). Below EXPLAIN_ROWS_MIN rows on a side only a cause is looked
 * for. O(bins).
 */
void explain_feature(const struct explain_input *in, struct explanation *out);

/* The order in which changes are worth reading: PSI less twice its floor; -INFINITY where there is none. */
double explain_effect_low(const struct drift_figures *d);

/*
 * The factor between two units by which a distribution's centre and spread have both changed, or 0. name: receives
 * "seconds and milliseconds" or so; may be NULL.
 */
double explain_unit_factor(double is, double was, double is_spread, double was_spread, const char **name);

/*
 * The number between lo and hi that often stands for "no value", or NaN; whether a text is one. min, max: of all values
 * there were. A number is named where it is one of these two, or where no other whole number lies between lo and hi:
 * what is in a wide bucket may be anything.
 */
double explain_sentinel(double lo, double hi, double min, double max);
bool explain_is_sentinel_text(struct slice text);

/* A score that moved, held against what its inputs would do to it, each by itself. */
struct explain_score {
	double shift_sd; /* of the score's mean; NaN: it has none */
	bool moved;	 /* the score is at watch or worse */
	size_t best;	 /* input that would move it most in that direction; SIZE_MAX: none, or not known */
	double best_sd;
	bool unexplained; /* it moved, and no single input would move it by half as much */
};
void explain_score_open(struct explain_score *out, const struct drift_figures *score);
void explain_score_add(struct explain_score *out, size_t input, const struct drift_figures *d, double score_shift_sd);
void explain_score_close(struct explain_score *out);

#endif
