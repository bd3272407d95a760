/*
 * All sources of one command on one loop: opened, ticked, held back, read to their end, closed.
 *
 * Back-pressure lives here. Once the events of one loop turn have taken FEED_TURN_US, every source
 * is held until the turn is over, so that keys are looked at between two such slices however much
 * there is to read.
 */
#ifndef TUI_FEED_H
#define TUI_FEED_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "collectors/source.h"
#include "core/err.h"

#define FEED_TURN_US 4000
#define FEED_SERVER_WAIT_MS 10000 /* without a screen: so long without a server is a failure */

struct feed;

struct feed_options {
	const char *const *sources;
	size_t nsources;
	struct source_options source; /* borrowed texts must live as long as the feed */
	unsigned server_wait_ms;      /* feed_run_to_end; 0: FEED_SERVER_WAIT_MS */
	bool attended;                /* keys are looked at in between although it is read to its end */
	unsigned turn_us;             /* 0: FEED_TURN_US */
	struct sink sink;             /* gets everything, on the loop */
};

/*
 * Opens every source; the loop is the caller's. On failure (ERR_USAGE: a source that cannot be
 * read; ERR_NOT_FOUND, ERR_IO, ERR_NOMEM) nothing stays open.
 */
int feed_open(
    struct feed **out, uv_loop_t *loop, const struct feed_options *options, struct err *err);

/* Closes all sources, running the loop until their handles are gone. NULL is harmless. */
void feed_close(struct feed *f);

/* Once a tick: the sources tell what has changed. wall_ms: the wall clock. */
void feed_tick(struct feed *f, int64_t wall_ms);

/* The newest arrival time over all sources. */
int64_t feed_clock_ms(const struct feed *f, int64_t wall_ms);

/* True once every source has been at its end, or cannot be read for now: learning need not wait for
 * more. */
bool feed_settled(const struct feed *f);

/* True while some source is still reading what was there at the start. */
bool feed_catching_up(const struct feed *f);

/*
 * Runs the loop until every source has ended. ERR_IO or ERR_AUTH with the source and its own sentence. ERR_FORMAT if
 * all of them are files, some have lines, and not one line is an event.
 */
int feed_run_to_end(struct feed *f, struct err *err);

/* The same, for whoever runs the loop: 1: all have ended; 0: not yet; -1: it failed, with the error set. */
int feed_ended(struct feed *f, struct err *err);

/* Asks for nothing and tells nothing until it is taken back. */
void feed_pause(struct feed *f, bool pause);

/* The oldest of what its streams had at the start (source_oldest_ms); 0: none, or not known. */
int64_t feed_oldest_ms(const struct feed *f);

size_t feed_count(const struct feed *f);
struct source *feed_source(struct feed *f, size_t index); /* NULL if there is none */

#endif
