/*
 * How right a model was: integers of labelled predictions, and the figures made from them.
 *
 * Everything in struct quality adds and subtracts exactly, modulo 2^64 (128 for the two sums of errors), so that a pair
 * can be taken back, and parts counted apart give the same sums. Classes are known by the index that the model's
 * `struct classes` gives them.
 */
#ifndef CORE_QUALITY_H
#define CORE_QUALITY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/labels.h"
#include "core/scorebins.h"
#include "core/truth.h"
#include "core/wide.h"

#define QUALITY_LAGS 96   /* four an octave from 1 s; the first: less than that */
#define QUALITY_ERRORS 176 /* two an octave; errors below 2^46 in units of 2^-40 */
#define QUALITY_SCORED 4  /* label classes (the first ones) whose scores are kept apart */
#define QUALITY_HOUR_MS INT64_C(3600000)

enum quality_count {
	QUALITY_LABELLED,
	QUALITY_DECIDED,  /* with a prediction and not only a score */
	QUALITY_CORRECT,  /* of them: equal to the label */
	QUALITY_NUMBERS,  /* of them: both are numbers */
	QUALITY_FRACTIONS, /* of them: the prediction is not whole */
	QUALITY_CLIPPED,  /* of them: too far apart for the sums, which are then void */
	QUALITY_SCORES,   /* with a score */
	QUALITY_UNSCORED, /* of them: the label is none of the classes whose scores are kept */
	QUALITY_COUNTS,
};

struct quality {
	uint64_t counts[QUALITY_COUNTS];
	wide_uint error, abs_error; /* prediction less label, in 2^-40; error is a two's complement */
	unsigned classes;           /* indices below that have their own cells; 0: no cells yet */
	uint64_t *cells;            /* quality.c says what lies where */
};

/* Of all predictions, labelled or not; per hour of event time kept for longer than the rest. */
enum quality_cover { COVER_PREDICTED, COVER_LABELLED, COVER_1H, COVER_24H, COVER_COUNT };

void quality_init(struct quality *q); /* allocates nothing */
void quality_release(struct quality *q);
void quality_clear(struct quality *q); /* zero, cells kept */

/* Room for pairs and sums with that many classes. */
int quality_fit(struct quality *q, unsigned classes, struct err *err);

/* sign 1 or -1. quality_fit must have been called for the number of classes known. */
void quality_add(struct quality *q, const struct label_pair *pair, int sign);

/* to must have room for the classes of from. */
void quality_merge(struct quality *to, const struct quality *from, int sign);

/*
 * Adds sums that were counted with other classes: what class i is there, i < n, is map[i] here. Scores of a label class
 * that has no place here are no longer told apart from others.
 */
void quality_merge_mapped(struct quality *to, const struct quality *from, const uint8_t *map, unsigned n);

/* All integers of the sums in one order, for whoever writes and reads them: width of them with that many classes. */
size_t quality_cells(unsigned classes);

/* Counts of one pair's coverage. */
void quality_cover_add(uint64_t cover[COVER_COUNT], const struct label_pair *pair, int sign);

/* ---- derived --------------------------------------------------------------------------------- */

enum quality_kind { QUALITY_NONE, QUALITY_CLASSES, QUALITY_REGRESSION };

struct class_quality {
	unsigned cls;
	uint64_t labelled, predicted, correct;
	double precision, recall, f1; /* NaN where it has no denominator */
};

/* NaN: cannot be given. */
struct quality_numbers {
	enum quality_kind kind;
	uint64_t labelled, decided, scored, correct;
	double accuracy, accuracy_low, accuracy_high; /* Wilson's 95 % interval */
	int positive;                                 /* class index; -1: not known, or not two-sided */
	double precision, recall, f1;                 /* of the positive class */
	double macro_f1;                              /* mean over the classes that occur as labels */
	double auc, auc_se;
	double brier;
	double calibration, calibration_sd; /* mean score less share of positives, and its chance deviation */
	double ece, ece_floor;              /* expected calibration error, and what perfect scores would show of it */
	bool of_confidence;                 /* calibration is that of score as the probability to be right */
	double mae, mae_se, bias;           /* regression, in units of the label */
	double lag_p50_ms;
	unsigned nclasses;
	bool classes_left_out; /* more of them than are kept: macro F1 cannot be given */
	bool classes_apart;    /* no label is any of the predicted classes: they are written differently */
	struct class_quality classes[LIMIT_CLASSES]; /* those that occur, by name */
};

struct quality_view {
	const struct classes *classes;
	bool numeric;         /* the baseline says that predictions are numbers, not classes */
	struct slice positive; /* as the baseline knows it; empty: found here */
	bool confidence;      /* score is how sure the model is, not the probability of one class */
};

void quality_numbers(const struct quality *q, const struct quality_view *view, struct quality_numbers *out);

/* Wilson's interval for k of n at 95 %. Source: Wilson, J. Amer. Statist. Assoc. 22, 1927. */
void quality_wilson(uint64_t k, uint64_t n, double *low, double *high);

/*
 * Area under the ROC curve from scores in bins: pos, neg are counts by rising score. Ties within a bin count half, so
 * that it is off by at most half the share of pairs that share a bin. NaN without one of each.
 * se: Hanley and McNeil, Radiology 143(1), 1982.
 */
double quality_auc(const uint64_t *pos, const uint64_t *neg, size_t nbins, double *se);

#endif
