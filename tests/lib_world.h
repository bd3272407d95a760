/*
 * A real redis-server and a source that reads from it, for the tests that go from one end to the other. Entries carry a
 * number `n`; whatever happens, each is there exactly once, or is counted under the cause of its loss.
 */
#ifndef TESTS_LIB_WORLD_H
#define TESTS_LIB_WORLD_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_feed.h"
#include "tests/lib_redis.h"

#define LIMIT_MS 60000

static const char *const any_ml[] = {"ml:*", NULL};

struct world {
	struct lib_redis r;
	struct lib_feed f;
};

static inline int
setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	*state = w;
	return 0;
}

/* Also after a test that failed half-way: no server may be left. */
static inline int
teardown(void **state)
{
	struct world *w = *state;

	lib_redis_stop(&w->r);
	if (w->f.seen)
		lib_feed_close(&w->f);
	free(w);
	return 0;
}

static inline void
begin(struct world *w, const char *const *args, const char *const *patterns)
{
	lib_redis_start(&w->r, args);
	lib_feed_init(&w->f, patterns);
}

static inline void
open_live(struct world *w)
{
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_state(&w->f, FEED_LIVE, LIMIT_MS);
}

static inline void
fill_by_the_second(struct world *w, const char *key, unsigned from, unsigned count, int64_t first_ms)
{
	unsigned i;

	for (i = 0; i < count; i++)
		lib_redis_do(&w->r, "XADD %s %lld-0 n %u", key, (long long)(first_ms + i * 1000), from + i);
}

/* ---- waiting for what a stream says ---------------------------------------------------------- */

struct want {
	const char *key;
	enum { STATE, TRIMMED, DELETED, RECREATED, ROLLED_BACK, SKIPPED, ENTRIES } what;
	uint64_t value;
};

static inline uint64_t
figure(const struct fact_stream *f, const struct want *want)
{
	switch (want->what) {
	case STATE:
		return f->state;
	case TRIMMED:
		return f->trimmed;
	case DELETED:
		return f->deleted;
	case RECREATED:
		return f->recreated;
	case ROLLED_BACK:
		return f->rolled_back;
	case SKIPPED:
		return f->skipped;
	default:
		return f->entries;
	}
}

static inline bool
stream_has(const struct lib_feed *f, const void *arg)
{
	const struct want *want = arg;
	const struct lib_feed_stream *s = lib_feed_stream(f, want->key);

	return s && figure(&s->fact, want) == want->value;
}

static inline void
want_stream(struct world *w, struct want want)
{
	const struct lib_feed_stream *s;

	if (lib_feed_until(&w->f, stream_has, &want, LIMIT_MS))
		return;
	s = lib_feed_stream(&w->f, want.key);
	fail_msg("stream %s: figure %d is %llu, not %llu; '%s'", want.key, (int)want.what,
	    s ? (unsigned long long)figure(&s->fact, &want) : 0, (unsigned long long)want.value,
	    s ? s->sentence : "not there");
}

static inline bool
stream_says(const struct lib_feed *f, const void *arg)
{
	const char *const *pair = arg;
	const struct lib_feed_stream *s = lib_feed_stream(f, pair[0]);

	return s && strstr(s->sentence, pair[1]);
}

static inline void
want_stream_sentence(struct world *w, const char *key, const char *part)
{
	const char *const pair[] = {key, part};
	const struct lib_feed_stream *s;

	if (lib_feed_until(&w->f, stream_says, pair, LIMIT_MS))
		return;
	s = lib_feed_stream(&w->f, key);
	fail_msg("stream %s does not say '%s' but '%s'", key, part, s ? s->sentence : "nothing at all");
}

static inline bool
ticked(const struct lib_feed *f, const void *arg)
{
	return f->ticks >= *(const unsigned *)arg;
}

/* Lets so many of the feed's ticks (10 ms each) pass: for showing that something does not happen. */
static inline void
run_ticks(struct world *w, unsigned n)
{
	unsigned until = w->f.ticks + n;

	assert_true(lib_feed_until(&w->f, ticked, &until, LIMIT_MS));
}

static inline bool
reconnected(const struct lib_feed *f, const void *arg)
{
	return f->fact.reconnects >= *(const uint64_t *)arg && f->fact.state == FEED_LIVE;
}

/* ---- the program ----------------------------------------------------------------------------- */

#define e2e(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* All tests in the array, or those that the environment's TEST_ONLY names. Is main's exit status. */
#define world_run(name, tests) (world_ready() ? cmocka_run_group_tests_name(name, tests, NULL, NULL) : 1)

static inline bool
world_ready(void)
{
	signal(SIGPIPE, SIG_IGN);
	if (!lib_redis_available()) {
		print_message("there is no redis-server to test against\n");
		return false;
	}
	if (getenv("TEST_ONLY"))
		cmocka_set_test_filter(getenv("TEST_ONLY"));
	return true;
}

#endif
