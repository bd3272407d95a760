/*
 * Figures of a canary beside the stable version of its model, over the same window.
 *
 * There are some while two versions have traffic (core/versus.h). A figure that cannot be given is NaN. Slices live
 * until the store's next write.
 */
#ifndef CORE_FIGURES_COMPARE_H
#define CORE_FIGURES_COMPARE_H

#include "core/compare.h"
#include "core/figures.h"

#define COMPARE_ROWS_MIN   50  /* on each side, below which no difference of a column is shown */
#define COMPARE_EVENTS_MIN 200 /* of a version, below which its errors, latency and missing rates are not judged */

enum compare_state {
	COMPARE_NONE = 0, /* nothing to compare: no binning, or no rows on a side */
	COMPARE_THIN,	  /* fewer than COMPARE_ROWS_MIN rows on a side */
	COMPARE_SAME,
	COMPARE_MAYBE,	 /* half the evidence */
	COMPARE_UNSPLIT, /* an input that differs from the first window on: traffic not split at random. A note */
	COMPARE_DIFFERS,
	COMPARE_STATES,
};
extern const char *const compare_state_names[COMPARE_STATES]; /* "none" "thin" "same" "maybe" "not split" "differs" */

struct compare_feature {
	struct slice name;
	bool output;
	enum feature_type type;
	enum feature_role role;
	enum compare_state state;
	uint64_t n[2]; /* rows with a value: stable, canary */
	struct compare_pair missing; /* shares of rows without a value */
	struct compare_pair mean;    /* numeric, x units */
	double shift_sd, shift_se;   /* numeric: difference of the means in the stable version's sd */
	struct slice value; /* categorical: whose share differs most */
	struct compare_pair share; /* its share */
	double psi, psi_floor; /* canary against stable: chi-square of cells - 1 times 1/n + 1/m */
	double evidence, evidence_limit; /* nats */
	int64_t since_ms; /* when the leading component began; 0: it says nothing */
	char sentence[160]; /* stable -> canary; empty where there is nothing to say */
};

struct compare_figures {
	bool active;
	struct slice stable, canary;
	int64_t since_ms; /* both are counted from here on */
	enum window window; /* 5M, 1H, or ALL: since then */
	uint64_t events[2], rows[2];
	double rate_per_s[2], share_frac[2]; /* of both together */
	struct compare_pair errors, p50, p99; /* p99: NaN below 1,000 rows on a side */
	uint64_t windows; /* compared so far */
	size_t differs, maybe, unsplit; /* columns */
	size_t worst_input, worst_output; /* figures' index; SIZE_MAX: there is none */
};

/* w: as of figures; those that are not kept of versions become ALL. AUTO: the shortest in which both have 500 rows. */
void figures_compare(const struct store *s, size_t model, enum window w, struct compare_figures *out);

/* One input or output, by figures' index. State and evidence do not hang on w. */
void figures_compare_feature(
    const struct store *s, size_t model, size_t feature, enum window w, struct compare_feature *out);

#endif
