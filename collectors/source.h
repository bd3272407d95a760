/*
 * Where events come from. A source lives on the caller's libuv loop and calls its sink; it never calls back from inside
 * source_open or any other call into it.
 *
 * source_open only starts: a server that is down is a state that is told through facts, not an error. Errors of
 * source_open are wrong usage: a URL that cannot be read, a file that does not exist.
 */
#ifndef COLLECTORS_SOURCE_H
#define COLLECTORS_SOURCE_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "core/err.h"
#include "core/event.h"
#include "core/fact.h"

struct sink {
	void *ctx;
	void (*event)(void *ctx, const struct event *ev);
	void (*fact)(void *ctx, const struct fact *fact);
};

/* Deadlines and paces are fields, so that tests can shorten them. All in milliseconds. source_timing_default fills
 * them. */
struct source_timing {
	unsigned connect_ms, command_ms, stall_ms, reply_ms;	   /* 3000 3000 3000 10000 */
	unsigned block_ms, block_grace_ms;			   /* 1000 3000 */
	unsigned backoff_min_ms, backoff_max_ms, backoff_auth_ms; /* 100 3000 30000 */
	unsigned backoff_reset_ms;				   /* 5000 */
	unsigned pace_ms;					   /* 25 */
	unsigned audit_ms;					   /* 2000 */
	unsigned scan_ms, scan_step_ms;				   /* 30000 50 */
	unsigned recheck_ms;					   /* 10000: streams set aside */
	unsigned follow_ms;					   /* 250: a growing file */
};

#define SOURCE_SINCE_ALL 0 /* everything there is */

struct source_options {
	const char *const *patterns; /* of stream keys; none: the default ml:* model:* */
	size_t npatterns;
	const char *model_glob; /* NULL: all */
	int64_t since_ms;	/* wall clock; entries with older IDs are not read; SOURCE_SINCE_ALL */
	uint64_t history_max;	/* at most so many newest entries of history over all streams; 0: no limit */
	uint64_t history_min;	/* at least so many newest entries of each stream, whatever since_ms says */
	int64_t history_before_ms; /* what history_max counts ends there; 0: now */
	/* Of streams, and with to_end_only: */
	int64_t until_ms;	/* entries with IDs of that ms or later are not read; 0: all are */
	bool ordered;		/* events of a source come by rising ID over all its streams */
	bool to_end_only;	/* report, snapshot, baseline: read to what was last at the start, then FEED_ENDED */
	bool full_speed;	/* do not leave the server its four fifths */
	bool follow;		/* files: wait for more at the end */
	const char *password;	/* from the environment or a file; NULL: none; beats the URL's */
	int64_t wall_ms;	/* the wall clock at the start; nothing in a collector's parsing reads a clock */
	struct source_timing timing;
};

struct source;

void source_timing_default(struct source_timing *t);

/*
 * Starts one source: redis://, unix://, a file (.gz or not), or "-". `text` is the SOURCE argument with its LABEL=.
 * Returns 0 and the source, to be given back by source_close, or an error (ERR_USAGE, ERR_NOT_FOUND, ERR_IO,
 * ERR_NOMEM).
 */
int source_open(struct source **out, uv_loop_t *loop, unsigned index, const char *text,
    const struct source_options *options, const struct sink *sink, struct err *err);

/* Two-phase: nothing is called any more after this call; `closed` is called once all handles are gone and memory
 * freed. */
void source_close(struct source *s, void (*closed)(void *ctx), void *ctx);

/* Sends the facts that have changed since the last call; once a tick. now_ms is the wall clock. */
void source_tick(struct source *s, int64_t now_ms);

/* Asks for nothing new while held: the back-pressure. */
void source_hold(struct source *s, bool hold);

/* Follows (or stops following) a stream that was offered; ERR_UNSUPPORTED for sources without streams. */
int source_pick(struct source *s, unsigned stream, bool follow, struct err *err);

/* Jumps to the newest entry of every stream; what is passed over counts as skipped, not lost. */
void source_skip_to_live(struct source *s);

/* Tries again at once instead of waiting for the back-off. */
void source_retry(struct source *s);

/* The ID's milliseconds of the oldest entry that its streams had when reading began; 0: none, or not known (yet). */
int64_t source_oldest_ms(const struct source *s);

/* Newest arrival time seen: the newest entry ID, running on with the monotonic clock while connected and level. */
int64_t source_clock_ms(const struct source *s, int64_t now_ms);

#endif
