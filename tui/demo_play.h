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

/* Reads the example data. ERR_NOT_FOUND, ERR_IO, ERR_NOMEM. */
int demo_play_new(struct demo_play **out, const char *examples_dir, struct err *err);
void demo_play_free(struct demo_play *p);

/* Puts the history into the streams, up to start_ms (wall clock), and flushes. */
int demo_play_history(struct demo_play *p, struct publish *to, int64_t start_ms, struct err *err);

/* Adds all live events that are due at now_ms, and flushes. Returns 0 and how long nothing else is
 * due. */
int demo_play_due(
    struct demo_play *p, struct publish *to, int64_t now_ms, int64_t *wait_ms, struct err *err);

#endif
