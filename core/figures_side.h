/*
 * One side of a comparison: what is counted of a model, or of one version of it, over one window. Any two of them can
 * be compared: two moments of a model, two versions, two models.
 *
 * A version has windows and columns while it is stable or canary (core/versus.h), and its totals for ever. Slices live
 * until the store's next write: whoever holds a side copies them. A figure that cannot be given is NaN.
 */
#ifndef CORE_FIGURES_SIDE_H
#define CORE_FIGURES_SIDE_H

#include "core/compare.h"
#include "core/figures.h"
#include "core/latency.h"

#define SIDE_ROWS_MIN 50   /* on each side, below which no difference of a column is shown */
#define SIDE_P99_ROWS 1000 /* and of p99 */

/* Which one. */
struct side_of {
	size_t model;
	bool one;  /* one version of it, */
	size_t version; /* by figures' index: newest first */
	bool total; /* its totals, though there may be windows: the other side has none */
};

struct side_figures {
	enum window window; /* never AUTO */
	bool total;	    /* of a version without windows: no columns */
	int64_t from_ms, to_ms; /* what the counts are of */
	uint64_t events, errors, latencies;
	uint64_t latency[LATENCY_BUCKETS];
	size_t columns; /* inputs, then outputs: by figures' index */
};

struct side_bin {
	double le;	    /* numeric: upper edge, closed; INFINITY: the last one. Categorical: NaN */
	struct slice label; /* categorical: the value; empty: all others, all new ones */
	uint64_t count;
	uint8_t cell; /* numeric: of the ten bins of PSI the one it belongs to */
};

struct side_column {
	struct slice name;
	bool output;
	enum feature_type type;
	enum feature_role role;
	uint64_t rows, n; /* that could have had a value (finite or none); that had one */
	double mean, sd;  /* numeric */
	size_t nbins;	  /* 0: no binning yet */
	struct side_bin *bins;
};

/* Whether that version has windows now. */
bool figures_side_windows(const struct store *s, const struct side_of *of);

/* The window that w stands for there. */
enum window figures_side_window(const struct store *s, const struct side_of *of, enum window w);

void figures_side(const struct store *s, const struct side_of *of, enum window w, struct side_figures *out);

/* bins: FIGURE_BINS places, which out->bins points to. O(cells); while learning O(rows). */
void figures_side_column(const struct store *s, const struct side_of *of, enum window w, size_t column,
    struct side_bin *bins, struct side_column *out);

/* ---- differences, pure: side 0 is A ----------------------------------------------------------- */

/* Events a second. The se is of counts of independent events, from the rate of both together. */
void figures_side_rate(const struct side_figures *a, const struct side_figures *b, struct compare_pair *out);
void figures_side_errors(const struct side_figures *a, const struct side_figures *b, struct compare_pair *out);
/* ms; p99 and beyond are NaN below SIDE_P99_ROWS of a side. */
void figures_side_latency(
    const struct side_figures *a, const struct side_figures *b, double q_frac, struct compare_pair *out);

struct side_difference {
	bool thin;		     /* fewer than SIDE_ROWS_MIN rows with a value on a side */
	bool alike;		     /* the same bins on both */
	struct compare_pair missing; /* shares of rows */
	struct compare_pair mean;    /* numeric */
	struct slice value;	     /* categorical: whose share differs most, of those that both name */
	struct compare_pair share;
	double psi, psi_floor; /* B against A, where bins are alike */
};
void figures_side_difference(const struct side_column *a, const struct side_column *b, struct side_difference *out);

/* A difference in units of what is noise (3.9 standard errors): 1 and less is noise. NaN: not known. */
double figures_side_times(const struct compare_pair *p);
/* The same of PSI; the root, as PSI grows with the square of a shift. */
double figures_side_times_psi(const struct side_difference *d);

/*
 * The value that the share q_frac of rows does not exceed, from bins, linear within one; where it falls into an open
 * bin the nearest edge, and *open says -1 (it is no more than that) or 1 (it is more).
 */
double figures_side_quantile(const struct side_column *c, double q_frac, int *open);

#endif
