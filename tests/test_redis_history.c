/* How far back the Redis source reads, where a report ends, and what is skipped, against a real redis-server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/lib_world.h"

static void
since_leaves_out_what_is_older(void **state)
{
	struct world *w = *state;
	int64_t first;

	begin(w, NULL, any_ml);
	first = w->f.options.wall_ms - 200000;
	fill_by_the_second(w, "ml:a", 0, 100, first);
	w->f.options.since_ms = first + 60000;
	open_live(w);
	lib_feed_want_numbers(&w->f, 40, LIMIT_MS);
	lib_feed_check_once(&w->f, 60, 40);
	assert_int_equal(w->f.events, 40);
}

static void
a_least_number_of_newest_entries_is_read_whatever_since_says(void **state)
{
	struct world *w = *state;
	int64_t first;

	begin(w, NULL, any_ml);
	first = w->f.options.wall_ms - 500000;
	fill_by_the_second(w, "ml:a", 0, 100, first);
	fill_by_the_second(w, "ml:b", 100, 20, first);
	w->f.options.since_ms = w->f.options.wall_ms - 1000;
	w->f.options.history_min = 30;
	open_live(w);
	lib_feed_want_numbers(&w->f, 50, LIMIT_MS);
	lib_feed_check_once(&w->f, 70, 50);
	assert_int_equal(w->f.events, 50);
	want_stream(w, (struct want){"ml:a", TRIMMED, 0});
}

/* Entries a second apart are spread as evenly as the estimate takes them to be, so it is off by rounding alone. */
static void
at_most_a_number_of_newest_entries_is_read_over_all_streams(void **state)
{
	struct world *w = *state;
	int64_t first;

	begin(w, NULL, any_ml);
	first = w->f.options.wall_ms - 500000;
	fill_by_the_second(w, "ml:a", 0, 300, first);
	fill_by_the_second(w, "ml:b", 300, 300, first);
	w->f.options.history_max = 200;
	open_live(w);
	lib_feed_want_numbers(&w->f, 190, LIMIT_MS);
	run_ticks(w, 20);
	assert_in_range(w->f.events, 190, 210);
	assert_int_equal(w->f.seen[299], 1);
	assert_int_equal(w->f.seen[599], 1);
	assert_int_equal(w->f.seen[0], 0);
	want_stream(w, (struct want){"ml:a", SKIPPED, 0});
	want_stream(w, (struct want){"ml:a", TRIMMED, 0});
}

static void
a_report_ends_at_what_was_last_when_it_began(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 20000, 0);
	lib_redis_do(&w->r, "XADD ml:empty 1-1 n 1");
	lib_redis_do(&w->r, "XTRIM ml:empty MAXLEN 0");
	w->f.options.to_end_only = true;
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_numbers(&w->f, 1, LIMIT_MS);
	lib_redis_fill(&w->r, "ml:a", 20000, 2000, 0);
	lib_feed_want_state(&w->f, FEED_ENDED, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 20000);
	assert_int_equal(w->f.events, 20000);
}

/* Blocks of one stream reach over all of the other: told as they come, a thousand entries would go backwards. */
static void
a_range_of_all_streams_comes_in_the_order_of_ids(void **state)
{
	struct world *w = *state;
	int64_t first;
	unsigned i;

	begin(w, NULL, any_ml);
	first = w->f.options.wall_ms - 3600000;
	for (i = 0; i < 3000; i++)
		lib_redis_do(&w->r, "XADD ml:a %lld-0 n %u", (long long)first + i * 10, i);
	for (i = 0; i < 300; i++)
		lib_redis_do(&w->r, "XADD ml:b %lld-7 n %u", (long long)first + i * 100, 3000 + i);
	lib_redis_do(&w->r, "XADD ml:c %lld-0 n 3300", (long long)first + 15000);
	w->f.options.to_end_only = w->f.options.ordered = true;
	w->f.options.since_ms = first + 1000;
	w->f.options.until_ms = first + 29000;
	w->f.options.full_speed = true;
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_state(&w->f, FEED_ENDED, LIMIT_MS);
	lib_feed_check_once(&w->f, 100, 2800);
	lib_feed_check_once(&w->f, 3010, 280);
	lib_feed_check_once(&w->f, 3300, 1);
	assert_int_equal(w->f.events, 2800 + 280 + 1);
	assert_int_equal(w->f.backwards, 0);
	assert_int_equal(source_oldest_ms(w->f.source), first);
}

/* Of a second an entry, 300 of them: those before the moment count, whatever lies behind it. */
static void
at_most_a_number_of_entries_before_a_moment_is_read(void **state)
{
	struct world *w = *state;
	int64_t first;

	begin(w, NULL, any_ml);
	first = w->f.options.wall_ms - 500000;
	fill_by_the_second(w, "ml:a", 0, 300, first);
	w->f.options.to_end_only = w->f.options.ordered = true;
	w->f.options.history_max = 50;
	w->f.options.history_before_ms = first + 200000;
	w->f.options.until_ms = first + 220000;
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_state(&w->f, FEED_ENDED, LIMIT_MS);
	/* The estimate is off by one for the entries being one more than the seconds between them. */
	assert_in_range(w->f.events, 68, 72);
	lib_feed_check_once(&w->f, 155, 65);
}

static void
skipping_to_live_counts_what_is_passed_over(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	open_live(w);
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
	/* Held and with a request of ours open at most, so that what is added now is behind. */
	source_hold(w->f.source, true);
	run_ticks(w, 30);
	lib_redis_fill(&w->r, "ml:a", 10, 5000, 0);
	source_skip_to_live(w->f.source);
	w->f.options.history_max = 0;
	source_hold(w->f.source, false);
	lib_redis_fill(&w->r, "ml:a", 6000, 10, 0);
	run_ticks(w, 50);
	lib_redis_fill(&w->r, "ml:a", 7000, 1, 0);
	run_ticks(w, 50);
	assert_int_equal(w->f.seen[7000], 1);
	assert_int_equal(w->f.events + lib_feed_stream(&w->f, "ml:a")->fact.skipped, 5021);
	assert_int_equal(lib_feed_stream(&w->f, "ml:a")->fact.trimmed, 0);
}

/*
 * The arrival clock: the newest ID while history is read, the server's time once level, whatever the IDs say. Server
 * and test share a machine, so the two clocks differ by the answer's way and a scheduler's turn: far below two
 * seconds.
 */
static void
the_arrival_clock_is_the_servers_time_when_level(void **state)
{
	struct world *w = *state;
	int64_t clock;

	begin(w, NULL, any_ml);
	fill_by_the_second(w, "ml:a", 0, 10, w->f.options.wall_ms - 3600000);
	lib_redis_do(&w->r, "XADD ml:odd 5-1 n 10");
	lib_redis_do(&w->r, "XADD ml:future 99999999999999-1 n 11");
	open_live(w);
	lib_feed_want_numbers(&w->f, 12, LIMIT_MS);
	clock = source_clock_ms(w->f.source, lib_feed_wall_ms());
	assert_in_range(clock, lib_feed_wall_ms() - 2000, lib_feed_wall_ms() + 2000);
	run_ticks(w, 3);
	assert_in_range(w->f.fact.server_skew_ms + 2000, 0, 4000);
	assert_in_range(w->f.fact.last_byte_ms, clock - 2000, clock + 4000);
	/* Entries whose ID is no time arrived when they were read. */
	assert_in_range(w->f.arrival_min_ms, w->f.options.wall_ms - 3600000, w->f.options.wall_ms);
	assert_in_range(w->f.arrival_max_ms, w->f.options.wall_ms - 2000, clock + 2000);
}

/* What has been read and waits to be told is history, too: by a clock of now it would be missing. */
static void
a_source_is_at_its_end_once_all_has_been_told(void **state)
{
	struct world *w = *state;
	int64_t first;

	begin(w, NULL, any_ml);
	first = w->f.options.wall_ms - 600000;
	fill_by_the_second(w, "ml:a", 0, 50, first);
	fill_by_the_second(w, "ml:b", 50, 50, first);
	w->f.hold_at = 60;
	lib_feed_open(&w->f, w->r.url);
	lib_feed_want_numbers(&w->f, 55, LIMIT_MS);
	run_ticks(w, 10);
	assert_int_equal(w->f.events, 60);
	assert_int_equal(w->f.fact.state, FEED_CATCHING_UP);
	assert_true(source_clock_ms(w->f.source, lib_feed_wall_ms()) <= first + 50000);
	source_hold(w->f.source, false);
	lib_feed_want_state(&w->f, FEED_LIVE, LIMIT_MS);
	assert_int_equal(w->f.events, 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    e2e(since_leaves_out_what_is_older),
	    e2e(a_least_number_of_newest_entries_is_read_whatever_since_says),
	    e2e(at_most_a_number_of_newest_entries_is_read_over_all_streams),
	    e2e(a_range_of_all_streams_comes_in_the_order_of_ids),
	    e2e(at_most_a_number_of_entries_before_a_moment_is_read),
	    e2e(a_source_is_at_its_end_once_all_has_been_told),
	    e2e(a_report_ends_at_what_was_last_when_it_began),
	    e2e(the_arrival_clock_is_the_servers_time_when_level),
	    e2e(skipping_to_live_counts_what_is_passed_over),
	};

	return world_run("redis_history", tests);
}
