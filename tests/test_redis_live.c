/*
 * The Redis source against a real redis-server in good days: addresses, databases, streams that come, many of them,
 * bytes of any kind; and that it never sends a command that writes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "tests/lib_world.h"

static void
history_and_live_entries_all_come_once(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 5000, 0);
	open_live(w);
	lib_feed_want_numbers(&w->f, 5000, LIMIT_MS);
	lib_redis_fill(&w->r, "ml:a", 5000, 100, 0);
	lib_feed_want_numbers(&w->f, 5100, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 5100);
	want_stream(w, (struct want){"ml:a", ENTRIES, 5100});
	assert_int_equal(w->f.fact.streams, 1);
	assert_int_equal(w->f.fact.reconnects, 0);
}

/* "localhost" is often ::1 first while the server listens on 127.0.0.1 alone: both are tried. */
static void
a_name_with_several_addresses_is_reached_over_tcp(void **state)
{
	struct world *w = *state;
	char port[16], url[64];
	const char *args[] = {"--port", port, "--bind", "127.0.0.1", NULL};

	snprintf(port, sizeof(port), "%u", lib_redis_port(&w->r));
	snprintf(url, sizeof(url), "redis://localhost:%s", port);
	begin(w, args, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 3000, 0);
	lib_feed_open(&w->f, url);
	lib_feed_want_numbers(&w->f, 3000, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 3000);
}

static void
another_database_and_a_password_are_used(void **state)
{
	struct world *w = *state;
	char url[400];

	begin(w, NULL, any_ml);
	lib_redis_do(&w->r, "SELECT 2");
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	lib_redis_do(&w->r, "ACL SETUSER watcher on >p@ss ~* +@all");
	snprintf(url, sizeof(url), "unix://watcher:p%%40ss@%s?db=2", w->r.socket);
	lib_feed_open(&w->f, url);
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
	assert_null(strstr(w->f.url, "ss@"));
	assert_null(strstr(w->f.url, "watcher"));
}

static void
a_new_stream_is_found_by_itself(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	open_live(w);
	lib_redis_fill(&w->r, "other", 1000, 10, 0);
	lib_redis_fill(&w->r, "ml:b", 10, 10, 0);
	lib_feed_want_numbers(&w->f, 20, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 20);
	assert_int_equal(w->f.events, 20);
}

static bool
has_sample(const struct lib_feed *f, const void *arg)
{
	const struct lib_feed_stream *a = lib_feed_stream(f, "ml:a");

	(void)arg;
	return a && a->fact.state != STREAM_OFFERED && a->fact.sample.n > 0;
}

static void
a_stream_that_is_read_tells_an_entry_of_it(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	open_live(w);
	assert_true(lib_feed_until(&w->f, has_sample, NULL, LIMIT_MS));
	assert_int_equal(lib_feed_stream(&w->f, "ml:a")->sample[0], '{');
}

static void
a_stream_named_in_full_is_followed_before_it_exists(void **state)
{
	static const char *const names[] = {"some:stream", NULL};
	struct world *w = *state;

	begin(w, NULL, names);
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_sentence(&w->f, "", LIMIT_MS);
	want_stream(w, (struct want){"some:stream", STATE, STREAM_GONE});
	lib_redis_fill(&w->r, "some:stream", 0, 10, 0);
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 10);
	want_stream(w, (struct want){"some:stream", TRIMMED, 0});
}

static bool
offers_two(const struct lib_feed *f, const void *arg)
{
	const struct lib_feed_stream *a = lib_feed_stream(f, "events:x"), *b = lib_feed_stream(f, "events:y");

	(void)arg;
	return f->fact.nothing_matches && a && b && a->fact.sample.n && b->fact.sample.n;
}

static void
where_nothing_matches_all_streams_are_offered_and_one_can_be_picked(void **state)
{
	struct world *w = *state;
	struct err err;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "events:x", 0, 10, 0);
	lib_redis_fill(&w->r, "events:y", 10, 10, 0);
	lib_redis_do(&w->r, "SET ml:text 1");
	lib_feed_open(&w->f, w->r.url);
	assert_true(lib_feed_until(&w->f, offers_two, NULL, LIMIT_MS));
	assert_int_equal(w->f.events, 0);
	assert_non_null(strstr(w->f.sentence, "none matches"));
	assert_int_equal(w->f.fact.streams_seen, 2);
	assert_int_equal(lib_feed_stream(&w->f, "events:y")->fact.state, STREAM_OFFERED);
	assert_non_null(strstr(lib_feed_stream(&w->f, "events:y")->sample, "19"));
	assert_int_equal(source_pick(w->f.source, lib_feed_stream(&w->f, "events:y")->fact.stream, true, &err), 0);
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
	lib_feed_check_once(&w->f, 10, 10);
	run_ticks(w, 2);
	assert_int_equal(w->f.events, 10);
	assert_false(w->f.fact.nothing_matches);
	assert_int_equal(source_pick(w->f.source, 99, true, &err), ERR_NOT_FOUND);
}

static void
two_hundred_streams_are_read_in_groups(void **state)
{
	struct world *w = *state;
	char key[32];
	unsigned i;

	begin(w, NULL, any_ml);
	for (i = 0; i < 200; i++) {
		snprintf(key, sizeof(key), "ml:%u", i);
		lib_redis_fill(&w->r, key, i * 20, 10, 0);
	}
	open_live(w);
	lib_feed_want_numbers(&w->f, 2000, LIMIT_MS);
	for (i = 0; i < 200; i++) {
		snprintf(key, sizeof(key), "ml:%u", i);
		lib_redis_fill(&w->r, key, i * 20 + 10, 10, 0);
	}
	lib_feed_want_numbers(&w->f, 4000, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 4000);
}

static void
bytes_of_any_kind_pass_through_keys_and_values(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_do(&w->r, "XADD %b * n 0 %b %b", "ml:\r\n\x1b[2J\0x", (size_t)12, "\r\nname", (size_t)6,
	    "$5\r\nhello\r\n\0", (size_t)12);
	lib_redis_do(&w->r, "XADD ml:b * n 1 empty %b", "", (size_t)0);
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_numbers(&w->f, 2, LIMIT_MS);
	assert_int_equal(w->f.fact.reconnects, 0);
}

/* Whatever was done so far, the server never saw a command that writes. */
static void
only_reading_commands_are_sent(void **state)
{
	static const char *const writing[] = {"cmdstat_xgroup", "cmdstat_xreadgroup", "cmdstat_del", "cmdstat_set:",
	    "cmdstat_xack", "cmdstat_keys", "cmdstat_config", "cmdstat_xtrim", "cmdstat_flushall"};
	struct world *w = *state;
	char *stats = malloc(65536);
	size_t i;

	assert_non_null(stats);
	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	w->f.options.since_ms = w->f.options.wall_ms;
	w->f.options.history_min = 5;
	open_live(w);
	run_ticks(w, 30);
	lib_redis_text(&w->r, stats, 65536, "INFO commandstats");
	for (i = 0; i < sizeof(writing) / sizeof(writing[0]); i++)
		assert_null(strstr(stats, writing[i]));
	assert_non_null(strstr(stats, "cmdstat_xread"));
	free(stats);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    e2e(history_and_live_entries_all_come_once),
	    e2e(a_name_with_several_addresses_is_reached_over_tcp),
	    e2e(another_database_and_a_password_are_used),
	    e2e(a_new_stream_is_found_by_itself),
	    e2e(a_stream_that_is_read_tells_an_entry_of_it),
	    e2e(a_stream_named_in_full_is_followed_before_it_exists),
	    e2e(where_nothing_matches_all_streams_are_offered_and_one_can_be_picked),
	    e2e(two_hundred_streams_are_read_in_groups),
	    e2e(bytes_of_any_kind_pass_through_keys_and_values),
	    e2e(only_reading_commands_are_sent),
	};

	return world_run("redis_live", tests);
}
