/*
 * A source and what came out of it, for tests: events are counted by the number in their feature `n`, so that each test
 * can say that every number is there exactly once. Time passes only by running the loop until something is true.
 */
#ifndef TESTS_LIB_FEED_H
#define TESTS_LIB_FEED_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "collectors/source.h"

#define LIB_FEED_STREAMS 128
#define LIB_FEED_NUMBERS 2000000

struct lib_feed_stream {
	struct fact_stream fact; /* its slices point into the texts below */
	char key[128], sentence[512], layout[64], sample[1024], aliases[256];
};

struct lib_feed {
	uv_loop_t loop;
	uv_timer_t timer;
	struct source *source;
	struct source_options options;
	uint8_t *seen; /* by number, LIB_FEED_NUMBERS of them; how often */
	uint64_t events, repeated, numbers;
	uint64_t hold_at; /* events: then the source is held, in the middle of what it has read; 0: never */
	int64_t arrival_min_ms, arrival_max_ms;
	uint64_t backwards; /* events that arrived before the newest so far */
	struct fact_source fact;
	char sentence[512], url[256];
	char worst[512]; /* the first sentence said while not connected */
	struct lib_feed_stream *streams;
	size_t nstreams;
	uint64_t rejects[REASON_COUNT];
	char reject_detail[256];
	uint64_t gaps;
	char gap_why[256];
	int64_t gap_from_ms, gap_to_ms;
	unsigned ticks;
	bool closed;
};

typedef bool lib_feed_test(const struct lib_feed *f, const void *arg);

/* Options with the shortened deadlines that tests use; patterns as given (NULL-terminated words; NULL: the default). */
void lib_feed_init(struct lib_feed *f, const char *const *patterns);
void lib_feed_open(struct lib_feed *f, const char *url);
void lib_feed_close(struct lib_feed *f); /* closes the source if it is open, ends the loop, frees */

/* Runs the loop until the test holds; false after limit_ms. The facts are brought up to date every 10 ms. */
bool lib_feed_until(struct lib_feed *f, lib_feed_test *test, const void *arg, unsigned limit_ms);

/* The same for the commonest of them, failing the running test with a report of the state. */
void lib_feed_want_numbers(
    struct lib_feed *f, unsigned count, unsigned limit_ms); /* 0 .. count - 1, each at least once */
void lib_feed_want_state(struct lib_feed *f, enum feed_state state, unsigned limit_ms);
void lib_feed_want_sentence(struct lib_feed *f, const char *part, unsigned limit_ms);

/* Each of from .. from + count - 1 exactly once; fails the test otherwise. */
void lib_feed_check_once(const struct lib_feed *f, unsigned from, unsigned count);

int64_t lib_feed_wall_ms(void);

/* The stream of that key, or NULL. */
const struct lib_feed_stream *lib_feed_stream(const struct lib_feed *f, const char *key);

#endif
