/*
 * What the demo publishes, and when: three real sets of events and one made up, as if four models
 * had been running for a while. See docs/examples/README.md for the data.
 *
 * Everything is restamped: first a quarter of an hour of history from each model's training period,
 * in random order, as the past; then live events at a steady pace. After some seconds a model turns
 * to its later period, in order of time: one drifts soon, the others a while later.
 */
#ifndef TUI_DEMO_PLAY_H
#define TUI_DEMO_PLAY_H

#include <stddef.h>
#include <stdint.h>

#include "collectors/publish.h"
#include "core/err.h"

#define DEMO_HISTORY_S 900
/* Entries a stream keeps: the demo may run for days. */
#define DEMO_MAXLEN 60000

struct demo_play;

/* Where the entries go: a server, or a test that has none. id_ms below 0: now, by the server's clock. */
struct demo_sink {
	void *ctx;
	int (*entry)(void *ctx, const char *key, int64_t id_ms, struct slice line, struct err *err);
};

/* Queues them for that server; publish_flush is the caller's. */
struct demo_sink demo_sink_server(struct publish *to);

/* Reads the example data. The same seed gives the same events. ERR_NOT_FOUND, ERR_IO, ERR_NOMEM. */
int demo_play_new(struct demo_play **out, const char *examples_dir, uint64_t seed, struct err *err);
void demo_play_free(struct demo_play *p);

/* Nothing of what is staged happens: the training periods go on, for tests of what a quiet stream raises. */
void demo_play_quiet(struct demo_play *p);

/* Hands over the history, up to start_ms (wall clock). */
int demo_play_history(struct demo_play *p, const struct demo_sink *to, int64_t start_ms, struct err *err);

/* Hands over all live events that are due at now_ms. Returns 0 and how long nothing else is due. */
int demo_play_due(
    struct demo_play *p, const struct demo_sink *to, int64_t now_ms, int64_t *wait_ms, struct err *err);

#endif
