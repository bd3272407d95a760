/*
 * Watching one column: evidence of its evaluation windows against its baseline, the frozen one once
 * it is armed, until then the present one, and then it is provisional.
 */
#ifndef CORE_WATCH_H
#define CORE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "core/baseline.h"
#include "core/err.h"
#include "core/evidence.h"
#include "core/growth.h"

#define WATCH_TILTS 24		 /* weights that share the sum in the number of events needed */
#define WATCH_SHIFT 0.1		 /* sd: what "would see" is about */
#define WATCH_WINDOWS_A_WEEK 2016.0

struct watch {
	struct evidence evidence;
	struct evidence_ref ref;
	unsigned made_for;	/* slot that ref was made for, from 1 on; 0: there is none */
	struct evidence_phi phi;
	struct evidence_phi phi_ahead; /* for the next hour, made before it begins; not saved */
	uint64_t phi_ahead_of;	       /* while the growing baseline has so many windows less one; 0: not made */
	bool made, armed;
	int64_t most;		/* the largest total so far, 2^-20 nat */
	int64_t most_onset;	/* its onset: slot of an evaluation window */
	enum evidence_kind most_kind;
	double limit;		/* nats, at the last window; 0: none yet */
};

void watch_release(struct watch *w);

/* The reference is another one: all evidence starts from zero at the next window. */
void watch_reset(struct watch *w);

/* A watch that was read: its reference is made again, as it was made_for. ERR_FORMAT, ERR_NOMEM. */
int watch_refer(struct watch *w, const struct baseline_feature *f, unsigned made_for, struct err *err);

/*
 * Takes one window of a column. phi: over-dispersion; limit: ln C in nats. ERR_NOMEM: it was left
 * out. *change: may be NULL.
 */
int watch_window(struct watch *w, const struct baseline_feature *f, const struct growth_window *window,
    const struct evidence_phi *phi, double limit, enum evidence_change *change, struct err *err);

/*
 * Makes the reference that a window of that slot of evaluation windows will be held against, if it is not at hand: what
 * most of a first window's time goes to. Where there is no memory, watch_window tries again.
 */
void watch_prepare(struct watch *w, const struct baseline_feature *f, int64_t slot);

/* Asks for the memory that watch_window will read (core/fetch.h): w itself; and, when that is at hand, the rest. */
void watch_fetch_head(const struct watch *w);
void watch_fetch(const struct watch *w);

/* Events of the window's kind within which a shift of WATCH_SHIFT sd would be seen: 2 phi (ln C + ln 24) / shift^2. NaN
 * for a column that has no location. Source: the drift of a likelihood-ratio CUSUM. */
double watch_rows_needed(const struct watch *w);

/*
 * Bins that evidence has of a feature. A numeric one: its fine bins. A categorical one: a cell for each value with at
 * least ten rows in the baseline that the binning was made from, and one for all others, known or not. None (rates
 * only) where the role is not `value` or the baseline has no value.
 */
size_t watch_bins(const struct baseline_feature *f);

/*
 * Where they lie: NULL where they have no order; else f's own means, if all are known, and then buf is left as it is;
 * else buf, EVIDENCE_BINS_MAX places, filled.
 */
const double *watch_positions(const struct baseline_feature *f, double *buf);

/* Counts in the cells of the binning become counts in those bins: watch_bins of them. */
void watch_merge(const struct baseline_feature *f, const uint64_t *cells, uint64_t *out);

/*
 * One evaluation window of a column, from its cells and extras in the window's sums. counts: EVIDENCE_BINS_MAX places,
 * which out->sample.counts points to afterwards. Missing values are counted for inputs only.
 */
void watch_sample(const struct baseline_feature *f, const struct tally *tally, const uint32_t *cells,
    uint64_t *counts, struct growth_window *out);

/* The rates that a baseline's own rows cannot show, and what is expected of them: range, unseen. EVIDENCE_RATES. */
void watch_expect(const struct baseline_feature *f, struct evidence_count *rate);

/* Whether a value that the baseline does not have can be told from one that it has. */
bool watch_knows_unseen(const struct baseline_feature *f);

#endif
