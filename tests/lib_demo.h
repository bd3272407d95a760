/* The demo's events without its private world: in a server of the test's own, or told to a store at once. */
#ifndef TESTS_LIB_DEMO_H
#define TESTS_LIB_DEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "core/store.h"

/* Publishes the demo's history and what it plays in its first `seconds`, which end now. Fails the running test. */
void lib_demo_play(const char *url, int seconds);

/*
 * The demo as a dashboard sees it that was started with it, as fast as it can be counted: a store that has read the
 * history, to which lib_demo_watch tells the next seconds, one tick each. The same seed gives the same. quiet:
 * nothing of what the demo stages happens. Fails the
 * running test.
 */
struct lib_demo;
struct lib_demo *lib_demo_watch_new(uint64_t seed, bool quiet);
/* The same with a configuration, borrowed for its life but for its rules, which are taken. */
struct lib_demo *lib_demo_watch_by(uint64_t seed, bool quiet, struct config *config);
struct store *lib_demo_watch(struct lib_demo *d, int seconds);
double lib_demo_watched_s(const struct lib_demo *d); /* since the demo's start */
int64_t lib_demo_now_ms(const struct lib_demo *d);   /* what the made-up clock says */

/* Tells the store what a source would say of itself and its streams now, with the rates of the last watch. */
void lib_demo_tell_streams(struct lib_demo *d);
void lib_demo_watch_free(struct lib_demo *d);

#endif
