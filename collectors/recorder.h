/*
 * The recorder: takes from the tape (core/tape.h) what was done to the store, packs it, and keeps it in the flight
 * recorder's memory and, while a recording runs, in files (collectors/record_out.h).
 *
 * Packing, writing and bringing to the disk happen on libuv's pool, one job at a time, in order; without a loop they
 * happen at once. What waits for that is bounded: beyond, frames are left out, a gap says from when to when, and a base
 * key follows. A recording that cannot be written any more ends, and a FACT_RECORDING says so; everything else goes on.
 *
 * Every change of what becomes of it is told to the sink as FACT_RECORDING.
 */
#ifndef COLLECTORS_RECORDER_H
#define COLLECTORS_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "collectors/record_out.h"
#include "collectors/recording.h"
#include "collectors/source.h"
#include "core/config.h"
#include "core/err.h"
#include "core/recording_head.h"
#include "core/store.h"

#define RECORDER_FLIGHT_BYTES  ((size_t)16 << 20)
#define RECORDER_WAITING_BYTES ((size_t)32 << 20)
#define RECORDER_SYNC_MS       900 /* a little less than a tick, so that none is passed over */

struct recorder;

struct recorder_options {
	struct recording_head head;  /* texts are copied; what is masked, is added in words */
	const struct config *config; /* what may not be written (core/config.h); borrowed; NULL: what the roles say */
	size_t flight_bytes;	     /* 0: no flight recorder */
	size_t waiting_bytes;	     /* 0: RECORDER_WAITING_BYTES */
	int64_t key_ms, base_ms;     /* 0: TAPE_KEY_MS, RECORD_PACK_BASE_MS */
	bool all_events;
};

/* loop NULL: everything is done at once, in the caller's thread. */
int recorder_new(struct recorder **out, uv_loop_t *loop, const struct recorder_options *options,
    const struct sink *sink, struct err *err);

/*
 * Ends what is recorded, running the loop until that is written; the store it was attached to is let go. NULL is
 * harmless. ERR_IO: the end could not be written, or the recording had failed before.
 */
int recorder_close(struct recorder *r, struct err *err);

/* Records what is done to this store from now on; another one than before: behind a gap. s NULL: nothing. ERR_NOMEM. */
int recorder_attach(struct recorder *r, struct store *s, struct err *err);

/* Once a tick, behind the store's. */
void recorder_tick(struct recorder *r, int64_t wall_ms);

/* Hands out what was done since the last step, without waiting for the next one. */
void recorder_flush(struct recorder *r);

/*
 * Begins to write, from the next base key on: within five seconds. It may fail later (FACT_RECORDING); recorder_wait
 * tells. ERR_LIMIT: it does already; ERR_NOMEM.
 */
int recorder_start(struct recorder *r, const struct record_to *to, struct err *err);
int recorder_stop(struct recorder *r, struct err *err);

/* Writes what the flight recorder holds into a file of to->dir; its name comes in FACT_RECORDING. ERR_NOT_FOUND: it
 * holds nothing; ERR_NOMEM. */
int recorder_save(struct recorder *r, const struct record_to *to, struct err *err);

/* Runs the loop until nothing waits. The reason where a recording has failed. */
int recorder_wait(struct recorder *r, struct err *err);

size_t recorder_waiting(const struct recorder *r); /* bytes that have not been packed yet */
bool recorder_writes(const struct recorder *r); /* or is about to */
bool recorder_full(const struct recorder *r);	/* its one file has come to its limit: nothing is added any more */

/* ---- the flight recorder's memory, for reading -------------------------------------------------------------- */

/* What it holds at a moment; stays whatever becomes of the recorder. One thread. */
struct recorder_view {
	struct recording_head head;
	struct recording_frame *frames;
	size_t n;
	struct record_block **blocks; /* a reference each */
	char *texts[6];
};

/* With all that was done to the store up to now: runs the loop until it is there. ERR_NOT_FOUND: nothing yet. */
int recorder_view_take(struct recorder_view **out, struct recorder *r, struct err *err);
void recorder_view_free(struct recorder_view *v);

#endif
