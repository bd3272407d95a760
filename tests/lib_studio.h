/*
 * A store that takes events in and is recorded, in made-up time: for tests of the recorder.
 */
#ifndef TESTS_LIB_STUDIO_H
#define TESTS_LIB_STUDIO_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "collectors/recorder.h"
#include "core/store.h"
#include "tests/lib_reel.h"

#define STUDIO_BEGIN INT64_C(1700000000000)
#define STUDIO_WALL  INT64_C(1769868300000) /* 2026-01-31T14:05:00Z */
#define MINUTE	     INT64_C(60000)

struct studio {
	char dir[256], file[300];
	uv_loop_t loop;
	bool pool;
	struct store *s;
	struct recorder *r;
	int64_t now;
	uint64_t seed;
	const struct record_disk *disk; /* of studio_start; NULL: the system's */
	bool secret; /* events have values that must not be written */
};

/* pool: packing and writing on libuv's; else at once. */
void studio_open(struct studio *st, bool pool, const struct recorder_options *options);
void studio_close(struct studio *st);
struct store *studio_store(void); /* an empty one, live */

/* Events of two models, ten a second each, and ticks. */
void studio_run(struct studio *st, int64_t ms);

/* Up to a tick that judges, so that what is live can be told by its hash. */
uint64_t studio_settle(struct studio *st);

/* Into st->file; fails the test where it cannot. */
void studio_start(struct studio *st);
void studio_stop(struct studio *st);

const struct fact_recording *studio_told(const struct studio *st);

/* What was recorded leads to a state of that hash, from the last key but `back` on. */
void studio_plays(const struct reel *reel, size_t back, uint64_t hash);

#endif
