/* A real redis-server that goes and comes, freezes, or closes its connections: nothing is lost or repeated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <signal.h>

#include <cmocka.h>

#include "tests/lib_world.h"

static void
a_restart_in_the_middle_loses_and_repeats_nothing(void **state)
{
	static const char *const args[] = {"--appendonly", "yes", "--appendfsync", "always", NULL};
	struct world *w = *state;

	begin(w, args, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 1000, 0);
	open_live(w);
	lib_redis_kill(&w->r, SIGTERM);
	lib_feed_want_state(&w->f, FEED_WAITING, LIMIT_MS);
	lib_redis_again(&w->r);
	lib_redis_fill(&w->r, "ml:a", 1000, 1000, 0);
	lib_feed_want_numbers(&w->f, 2000, LIMIT_MS);
	lib_redis_kill(&w->r, SIGKILL);
	lib_redis_again(&w->r);
	lib_redis_fill(&w->r, "ml:a", 2000, 1000, 0);
	lib_feed_want_numbers(&w->f, 3000, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 3000);
	want_stream(w, (struct want){"ml:a", TRIMMED, 0});
	assert_true(w->f.fact.reconnects >= 2);
}

static void
a_server_that_is_down_at_the_start_is_a_state_with_a_countdown(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_kill(&w->r, SIGTERM);
	w->f.options.timing.backoff_min_ms = 300;
	w->f.options.timing.backoff_max_ms = 300;
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_sentence(&w->f, "cannot connect to", LIMIT_MS);
	lib_feed_want_state(&w->f, FEED_WAITING, LIMIT_MS);
	assert_true(w->f.fact.retry_ms > 0);
	lib_redis_again(&w->r);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	source_retry(w->f.source);
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
	lib_feed_want_state(&w->f, FEED_LIVE, LIMIT_MS);
	assert_int_equal(w->f.fact.retry_ms, 0);
	assert_string_equal(w->f.sentence, "");
}

static void
killed_connections_lose_and_repeat_nothing(void **state)
{
	struct world *w = *state;
	unsigned i;
	uint64_t times;

	begin(w, NULL, any_ml);
	open_live(w);
	for (i = 0; i < 8; i++) {
		lib_redis_fill(&w->r, "ml:a", i * 3000, 3000, 0);
		lib_redis_do(&w->r, "CLIENT KILL TYPE normal SKIPME yes");
		times = i + 1;
		assert_true(lib_feed_until(&w->f, reconnected, &times, LIMIT_MS));
	}
	lib_feed_want_numbers(&w->f, 24000, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 24000);
	want_stream(w, (struct want){"ml:a", TRIMMED, 0});
}

/* Deadlines are a fifth of the program's here, and the pause is a fifth of six seconds. */
static void
a_frozen_server_is_noticed_and_forgiven(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 100, 0);
	open_live(w);
	lib_feed_want_numbers(&w->f, 100, LIMIT_MS);
	kill(w->r.pid, SIGSTOP);
	lib_feed_want_sentence(&w->f, "does not answer", LIMIT_MS);
	run_ticks(w, 120);
	kill(w->r.pid, SIGCONT);
	lib_redis_fill(&w->r, "ml:a", 100, 100, 0);
	lib_feed_want_numbers(&w->f, 200, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 200);
	lib_feed_want_state(&w->f, FEED_LIVE, LIMIT_MS);
}

static void
a_pause_below_the_deadline_does_not_reconnect(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	w->f.options.timing.block_grace_ms = 5000;
	w->f.options.timing.command_ms = 5000;
	lib_redis_fill(&w->r, "ml:a", 0, 100, 0);
	open_live(w);
	lib_redis_do(&w->r, "CLIENT PAUSE 700 ALL");
	lib_redis_fill(&w->r, "ml:a", 100, 100, 0);
	lib_feed_want_numbers(&w->f, 200, LIMIT_MS);
	assert_int_equal(w->f.fact.reconnects, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    e2e(a_restart_in_the_middle_loses_and_repeats_nothing),
	    e2e(a_server_that_is_down_at_the_start_is_a_state_with_a_countdown),
	    e2e(killed_connections_lose_and_repeat_nothing),
	    e2e(a_frozen_server_is_noticed_and_forgiven),
	    e2e(a_pause_below_the_deadline_does_not_reconnect),
	};

	return world_run("redis_restart", tests);
}
