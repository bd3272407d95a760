/*
 * The state of one input, from its figures alone: learning, thin, ok, watch or drift, and why; and the one sentence
 * that says what changed. Pure functions: the same figures give the same verdict.
 */
#ifndef CORE_VERDICT_H
#define CORE_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/evidence.h"
#include "core/kinds.h"
#include "core/slice.h"

#define VERDICT_PSI_WATCH   0.1
#define VERDICT_PSI_DRIFT   0.25
#define VERDICT_ROWS_MIN    50 /* either side below: thin */
#define VERDICT_HITS_MIN    5    /* rows that must be missing, unseen, out of range before a rise of that rate counts */
#define VERDICT_OWN_WINDOWS 7  /* baseline windows needed before their largest PSI counts */

/* A rate against what the baseline lets one expect. */
struct verdict_rate {
	bool known;	    /* false: not judged */
	uint64_t hits, rows; /* now */
	double expected_frac; /* missing: baseline's rate; unseen: once / m (Good-Turing); out of range: 2 / (m + 1) */
	uint64_t base_rows;
};

struct verdict_input {
	bool has_baseline;
	bool distribution;     /* role `value`: size, unseen and range are judged; else missing alone */
	uint64_t n, m;	       /* rows with a value: now, baseline */
	double psi, psi_floor; /* NaN: cannot be given */
	double watch, drift;   /* levels of PSI; 0: VERDICT_PSI_WATCH, VERDICT_PSI_DRIFT */
	double own_psi_max;    /* rolling window: largest PSI of the baseline's own windows of that length; else NaN */
	size_t own_windows;    /* of at least VERDICT_ROWS_MIN rows */
	struct verdict_rate missing, unseen, range;
	struct verdict_rate nonfinite; /* a rise is told as missing: there is nothing to reckon with in these rows */
};

struct verdict {
	enum drift_state state;	     /* the worst of those below */
	unsigned causes;	     /* enum drift_cause: those at watch or drift */
	double psi_watch, psi_drift; /* the limits PSI is held against; NaN without a floor */
	enum drift_state size, missing, unseen, range;
};

/*
 * Size: watch where PSI exceeds the greatest of `watch`, its floor and own_psi_max, drift where it exceeds the greatest
 * of `drift`, the floor and twice own_psi_max; thin where a side has fewer than 50 rows. Rates: watch from +1 point
 * and 1.5 times, or +5 points; drift from +5 points and twice, or, for missing, where the share present at least
 * halves; all beyond 3.9 standard errors. A missing rate that falls is watch at most; other rates that fall are ok.
 */
void verdict_judge(const struct verdict_input *in, struct verdict *out);

/* What a sentence can be made of. Unknown: NaN, or an empty slice. Fractions are 0-1. */
struct verdict_story {
	enum feature_type type;
	uint64_t n, m;
	double psi, psi_floor;
	double mean, base_mean, std, base_std; /* x units */
	double min, max, base_min, base_max;
	double missing_frac, base_missing_frac;
	double unseen_frac, base_unseen_frac;  /* base: the expected share */
	double out_frac;		       /* out of the baseline's range */
	struct slice new_value;		       /* the most frequent unseen value */
	double new_value_frac;		       /* NaN: its share is not known */
	struct slice moved_value;	       /* the known value whose share changed most */
	double moved_frac, base_moved_frac;
	double nonfinite_frac, base_nonfinite_frac;
	uint64_t distinct; /* values of the baseline; 0: not known */
	enum evidence_kind leading; /* what evidence says has changed, where there is half of it or more; else NONE */
	const char *window; /* what the figures are of, "5 min" (window_words); NULL: not said */
	const char *base;   /* what they are held against; NULL: "base" */
	const struct verdict_now *now; /* NULL: nothing is known of the newest rows */
};

/* What the newest rows of the window have, where it is not what the window has; else NaN. */
struct verdict_now {
	double missing_frac, nonfinite_frac, unseen_frac, out_frac, moved_frac;
	double mean;
};

#define VERDICT_NOW_ROWS 20 /* fewer newest rows say nothing of now */

/*
 * Whether the newest now_rows of a window's rows have another share than the rest of it: 3.9 standard errors apart, and
 * by as much as makes a rate watch. False with fewer than VERDICT_NOW_ROWS on either side.
 */
bool verdict_is_other_now(double now_frac, uint64_t now_rows, double frac, uint64_t rows);

/* The same of a mean, by VERDICT_NOW_SD baseline standard deviations or more. std: of the window. */
#define VERDICT_NOW_SD 0.5
bool verdict_is_other_mean(double now_mean, uint64_t now_rows, double mean, uint64_t rows, double std, double base_std);

#define VERDICT_SENTENCE_BYTES 160

/*
 * Writes the sentence that belongs to a verdict, the change that most shortens the search first. Each has what, how
 * much of which window, how much now where that is something else, and in brackets the baseline's:
 *   "missing 38.2% of 5 min, now 100% (base 2.7%)", "new values 3.1% of 5 min, such as \"kiosk\"",
 *   "mean up 1.3 sd in 5 min: 131.7 (base 84.10)", "spread x1.6 in 5 min, mean unchanged", "only 37 rows, 50 needed",
 *   ""
 * Where no state says so but evidence does, the sentence is about what leads it: location, spread, shape or a rate.
 * Always NUL-terminated and whole UTF-8; bytes of values that are no text are replaced by '?'. Returns its length.
 */
size_t verdict_sentence(const struct verdict *v, const struct verdict_story *s, char *out, size_t cap);

/*
 * The clauses of the phrase book that other sentences share. now_frac: NaN where there is nothing to say of now; base:
 * NULL: "base"; base_frac: NaN: not known; value: may be empty. Returns the length.
 *   "errors 5.3% of 5 min, now 12.0% (base 0.1%)"
 *   "one value alone, 7, in 5 min (base 20 values)"
 */
size_t verdict_say_share(char *out, size_t cap, const char *what, double frac, const char *window, double now_frac,
    const char *base, double base_frac);
size_t verdict_say_constant(char *out, size_t cap, const char *value, const char *window, uint64_t distinct);

#endif
