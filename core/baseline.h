/*
 * A baseline: for one model a binning and a reference.
 *
 * The binning (type, edges or dictionary, scale) is immutable and has an identity; whatever is
 * counted on it adds only with counts on the same one. The reference is counts on that binning.
 * Made from rows (of a file, or a model's own oldest), or read from a baseline file.
 */
#ifndef CORE_BASELINE_H
#define CORE_BASELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/event.h"
#include "core/frozen.h"
#include "core/kinds.h"
#include "core/latency.h"
#include "core/loghist.h"
#include "core/numbins.h"
#include "core/quality_book.h"
#include "core/rows.h"
#include "core/tally.h"
#include "core/topvals.h"

#define BASELINE_FORMAT 1
#define BASELINE_WINDOWS 3 /* 5 min, 1 h, 24 h */

struct baseline_feature {
	char *name;
	bool output; /* prediction or score */
	enum feature_type type;
	enum feature_role role;
	uint64_t rows;      /* rows that speak of features; for an output: all rows */
	uint64_t count;     /* with a value */
	uint64_t nonfinite; /* missing = rows - count - nonfinite */
	size_t ncells; /* fine bins (numeric), or named values, other, unseen (categorical; unseen
			  is 0 here) */
	uint64_t *counts; /* ncells */
	/* numeric */
	struct numbins bins; /* with count 0: one bin, which everything falls into */
	struct loghist hist;
	double *means;   /* mean of the baseline's values in each fine bin; NaN where it is empty */
	/* of the reference, x units; the binning keeps its own, which it was cut by */
	double mean, sd, min, max, median;
	double p05, p95; /* from the histogram */
	/* categorical */
	struct topvals values;
	uint64_t distinct; /* both types */
	uint64_t singles;  /* rows in `count` that are expected to be unseen: values that occur once (Good-Turing), or,
			      where the reference was counted on a binning made before, those that were */
	uint64_t beyond;   /* the same for rows out of range; 0: the two extremes in count + 1 */
	/* mean of the model's score over the rows of each cell, in its sd and from its mean (in whole 1/4096, so that
	 * it is the same however it was made); NaN where there are none. NULL: not known. The score is the output
	 * `score`, else a numeric prediction. */
	double *score_means;
	/* largest PSI of the baseline's own windows of 5 min, 1 h, 24 h against all of it; NaN:
	 * fewer than 7 such windows */
	double window_psi[BASELINE_WINDOWS];
	struct frozen *frozen; /* what evidence is armed by; NULL: it is provisional */
};

struct baseline {
	char *model;
	char *name; /* "own stream 09:12-10:12, 14,210 rows" */
	enum baseline_kind kind;
	bool own; /* learned from the model's own rows: it moves on as its growing baseline is frozen */
	bool provisional; /* less than a day of data, or fewer than LIMIT_LEARN_ROWS_MIN rows */
	uint64_t events, errors, client_errors;
	int64_t from_ms, to_ms; /* event time of the oldest and the newest row */
	uint64_t *latency;      /* LATENCY_BUCKETS */
	uint64_t latencies;
	bool score_is_confidence; /* mean score is 0.5 or more under every predicted class */
	char *positive;           /* the class that score is the probability of; NULL: not known */
	struct quality_book *quality; /* of its rows, as far as they have labels; NULL: not counted */
	char *outputs_of; /* version that the references of outputs are of; NULL: not known yet */
	bool outputs_own; /* they are that version's first rows, and not of the rows that the rest is of */
	size_t nfeatures;
	struct baseline_feature *features; /* outputs among them, marked */
	struct cell_layout layout;         /* one entry a feature */
	uint64_t id; /* identity of the binning: a hash of everything it consists of */
};

void baseline_free(struct baseline *b);

/*
 * Makes a baseline of rows[from, to). Edges are numpy's linear quantiles of the values, exact.
 * ERR_INVALID for no rows, ERR_NOMEM. `kind` and `name` as they will be shown. Cost: a sort of
 * every column.
 */
int baseline_from_rows(struct baseline **out, struct slice model, struct rows *rows, size_t from,
    size_t to, enum baseline_kind kind, const char *name, struct err *err);

/*
 * The same, column by column, for whoever must not be away for long: 50,000 rows of one column take
 * about ten milliseconds. Rows may be added to `rows` in between, those of [from, to) stay as they
 * are. _step is called until *done; _take gives the baseline and ends the maker, also on failure.
 */
struct baseline_maker;
int baseline_maker_new(struct baseline_maker **out, struct slice model, const struct rows *rows,
    size_t from, size_t to, enum baseline_kind kind, const char *name, struct err *err);
int baseline_maker_step(
    struct baseline_maker *mk, struct rows *rows, bool *done, struct err *err);
int baseline_maker_take(
    struct baseline_maker *mk, struct rows *rows, struct baseline **out, struct err *err);
void baseline_maker_free(struct baseline_maker *mk);

/*
 * Completes a baseline whose fields were filled by a reader: checks everything that a file can get
 * wrong (edges that do not rise, counts that do not match, a missing name), derives what is derived
 * (layout, identity, quantiles). ERR_FORMAT names the place: "inputs[2] 'amount': edges do not
 * rise".
 */
int baseline_finish(struct baseline *b, struct err *err);

const struct baseline_feature *baseline_find(
    const struct baseline *b, struct slice name, bool output);

/*
 * PSI of counts on the feature's cells (ncells of them, n in all) against the baseline, on the
 * cells that PSI is defined on: ten merged bins, or the values with at least ten baseline rows and
 * one for the rest. NaN where it cannot be given. used: receives how many cells those are; may be
 * NULL.
 */
double baseline_feature_psi(
    const struct baseline_feature *f, const uint64_t *counts, uint64_t n, size_t *used);

/* The same cells for both sides, for the other statistics. cur, ref: BASELINE_PSI_CELLS places.
 * Returns how many. */
#define BASELINE_PSI_CELLS (LIMIT_TOP_VALUES + 2)
size_t baseline_feature_cells(
    const struct baseline_feature *f, const uint64_t *counts, uint64_t *cur, uint64_t *ref);

static inline size_t
baseline_cells_first(const struct baseline *b, const struct baseline_feature *f)
{
	return b->layout.first[f - b->features];
}

#endif
