/*
 * Predictions and the truth that comes later, joined by id within bounded memory.
 *
 * One table a model. An entry is what is known of one id so far: a prediction, a label, or both. Either may come
 * first, and what follows depends on the set of events alone, not on their order (with the exceptions below). Entries
 * lie in slices of five minutes of event time; a slice is dropped as a whole when it is LIMIT_LABEL_WAIT_MS older than
 * the newest event: what it holds without a label is expired, a label without a prediction is an orphan.
 *
 * Sampling. An id is kept if its hash is below r * 2^64, r = 2^-halvings. Both sides of the join, and every program
 * that reads the same streams, choose the same ids, so that shares and means stay unbiased. r is halved when a table
 * would outgrow the pool: looked at when a new slice begins, from the size of the slice before, and within a slice
 * only if that one alone outgrows it. The entries that are no longer in the sample are taken back, with what had been
 * counted of them: what is counted is at any time the pairs of the ids below r. An event that carries its own label
 * needs no entry and is counted whatever r is.
 *
 * The rules, where two events speak of one id:
 *   two predictions          the first one stands; counted as repeated, unless the second brings the label
 *   two labels               the one with the later event time stands (of the same time the greater value); each one
 *                            behind the first is counted as a duplicate, an id whose labels differ once as conflicting
 *   an event with prediction and label whose id is complete already, at another time: the id is used again, and this is
 *                            a pair of its own; counted as repeated
 * So the order of arrival matters in this alone: which of two predictions of one id stands, and labels without a
 * prediction beyond a quarter of the pool, which are orphans at once.
 *
 * Entries outlive the process (core/saved.h). One that has come back is told again, and what history then brings again
 * of it (the same id, time and values, once) is no second event.
 *
 * Nothing here is a figure: what happens is told to the pool's function, which counts it.
 */
#ifndef CORE_LABELS_H
#define CORE_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/event.h"
#include "core/truth.h"

#define LABELS_SLICE_MS INT64_C(300000)
#define LABELS_NO_SCORE UINT32_MAX
#define LABELS_SCORE_ONE (UINT32_C(1) << 16) /* a score of 1 */

/* A prediction and, in a pair, its truth. */
struct label_pair {
	int64_t ts_ms, label_ms; /* event time of the prediction, of the label */
	struct truth prediction, label;
	uint32_t score;  /* in 2^-16, LABELS_NO_SCORE: none, or outside [0,1] */
	/* Of the prediction: its version, as quality_panes.h numbers them, and how many were known when it came. */
	uint8_t version, known;
};

enum labels_what {
	LABELS_PREDICTED, /* a prediction that a label can be joined to, or has been */
	LABELS_MATCHED,   /* a pair is complete */
	LABELS_EXPIRED,   /* no label came in time */
	LABELS_ORPHAN,    /* a label whose prediction was never seen */
	LABELS_DUPLICATE,   /* a label whose id had one */
	LABELS_CONFLICTING, /* an id whose labels are not all equal */
	LABELS_REPEATED,
	LABELS_COUNT,
};

/*
 * Told what happened: sign is 1, or -1 for a prediction or pair that is taken back. The pair is whole for MATCHED; for
 * PREDICTED ts_ms, prediction, score and version are set; otherwise only ts_ms. Returns 0 or an error, which ends the
 * call that led to it.
 */
typedef int labels_tell_fn(
    void *ctx, unsigned model, enum labels_what what, const struct label_pair *pair, int sign, struct err *err);

struct label_entry;
struct label_slice;

struct labels {
	unsigned model;
	struct label_entry *entries;
	uint32_t *index; /* entry + 1, 0: free; open addressing */
	uint32_t slots;  /* of index, a power of two; entries has three quarters of that */
	uint32_t made;   /* entries in use or on the free list */
	uint32_t count;  /* in use */
	uint32_t free;   /* first free one + 1 */
	struct label_slice *slices; /* by rising time */
	size_t nslices, slices_cap;
	int64_t end_ms; /* of the newest slice; INT64_MIN: none yet */
	unsigned halvings;
	uint64_t changes; /* counts up with all that entries hold */
	uint32_t waiting; /* predictions without a label */
	uint32_t early;   /* labels without a prediction */
	struct labels *next; /* of the pool */
};

/* What all tables of a store share. */
struct labels_pool {
	size_t bytes, limit;
	struct labels *tables;
	labels_tell_fn *tell;
	void *ctx;
};

/* One event that speaks of a prediction or of a truth. */
struct label_event {
	bool has_id;
	uint64_t id; /* hash */
	bool predicted, labelled;
	struct label_pair pair; /* label_ms: the event's time, where it is labelled */
};

/* False: the event says nothing of either. The version is for the caller to set. */
bool label_event_of(struct label_event *l, struct classes *classes, const struct event *ev);

void labels_pool_init(struct labels_pool *p, size_t limit_bytes, labels_tell_fn *tell, void *ctx);
/* Allocates nothing; *t must stay where it is. */
void labels_init(struct labels *t, struct labels_pool *p, unsigned model);
void labels_release(struct labels *t, struct labels_pool *p);

/* ERR_NOMEM: the event is not counted. Constant time but for halving, which looks at every entry. */
int labels_add(struct labels *t, struct labels_pool *p, const struct label_event *ev, struct err *err);

/* An entry as it outlives the process. */
struct labels_kept {
	int64_t slice; /* of LABELS_SLICE_MS: of the first event of its id */
	uint64_t id;
	bool predicted, labelled;
	bool own_label; /* one event brought both */
	struct label_pair pair;
};

typedef void labels_visit_fn(void *ctx, const struct labels_kept *k);

/* Every entry, by rising slice. */
void labels_visit(const struct labels *t, labels_visit_fn *fn, void *ctx);

/*
 * Puts an entry back and tells of it; one outside of the sample, or whose id is there already, is left out. Slices may
 * be newer than all events yet: they stay until events are that much newer. Fails like labels_add; ERR_LIMIT: no room.
 */
int labels_restore(struct labels *t, struct labels_pool *p, const struct labels_kept *k, struct err *err);

/* From here on the sample is at most that. */
int labels_halve(struct labels *t, struct labels_pool *p, unsigned halvings, struct err *err);

#define LABELS_HALVINGS_MAX 40

/* Share of the ids that are in the sample: 1, 1/2, 1/4, ... */
double labels_sample_frac(const struct labels *t);

#endif
