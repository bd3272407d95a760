/*
 * The tape: what is done to a store, written down as the payloads of frames (core/frame.h), and done again.
 *
 * A step holds what was done between two ticks that judge, in order: new names, deltas, facts, the state of a model
 * that changed otherwise, the tick. Deltas are joined where that leads to the same (core/journal.h). A key is the whole
 * state at such a tick. A store that is read from a key and is then given the steps behind it is, at the time of each
 * step, the store that was recorded: core/state_hash.h tells no difference.
 *
 * Pure: it neither packs nor writes; each payload is handed out once, borrowed, in the order in which it must lie.
 */
#ifndef CORE_TAPE_H
#define CORE_TAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/err.h"
#include "core/frame.h"
#include "core/journal.h"
#include "core/snapshot.h"
#include "core/store.h"

#define TAPE_KEY_MS INT64_C(900000) /* arrival clock from one key to the next */
#define TAPE_STEP_BYTES 65536 /* of a step, while history is read: then it is handed out without waiting for its time */

struct tape_options {
	int64_t key_ms; /* 0: TAPE_KEY_MS */
	bool all_events; /* else a few of each model and step */
	uint64_t alert_changes; /* of the store's alerts, until now: those are no news of its first tick */
	struct snapshot_mask mask; /* .masked NULL: nothing is; asked about EVENTS_ID (core/events_bytes.h), too */
	/* Gets every payload; model: of FRAME_KEY_MODEL, its index. */
	void (*frame)(void *ctx, enum frame_type type, int64_t time_ms, size_t model, struct slice payload);
	void *ctx;
};

struct tape;

int tape_new(struct tape **out, const struct tape_options *options, struct err *err);
void tape_free(struct tape *t);

/* For store_set_journal. From then on: a key at the next tick that judges, then steps. */
const struct journal *tape_journal(const struct tape *t);

/* A key behind the next step, whatever the time: where another file is to begin. */
void tape_want_key(struct tape *t);

/*
 * What was done since the last step, as one, without waiting for the tick that ends it: between two of the store's
 * calls, where a recording ends or is looked at. What was ingested and not merged yet is not in it.
 */
void tape_flush(struct tape *t, const struct store *s);

/* Times that memory was short: the step is not whole, and a gap and a key follow. */
uint64_t tape_failures(const struct tape *t);

/* ---- doing it again -------------------------------------------------------------------------- */

/*
 * The store becomes what the key says: one that has nothing yet, made with the options of the recording and without
 * learning. First the key, then each of its models. ERR_FORMAT, ERR_NOMEM: then it is only to be freed.
 */
int tape_read_key(struct store *s, struct slice payload, size_t *models, struct err *err);
int tape_read_key_model(struct store *s, struct slice payload, struct err *err);

/* ERR_FORMAT: what came before the wrong part was done. ERR_NOMEM. */
int tape_play_step(struct store *s, struct slice payload, struct err *err);

#endif
