/*
 * Entries that a real redis-server no longer has when the reader comes: trimmed, deleted, recreated, rolled back; each
 * is counted under the cause of its loss.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <signal.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_world.h"

static void
hold_quietly(struct world *w)
{
	source_hold(w->f.source, true);
	/* A request that blocks at the server ends within block_ms, 200. */
	run_ticks(w, 40);
}

static void
entries_trimmed_ahead_of_the_reader_are_counted_exactly(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 100, 0);
	open_live(w);
	lib_feed_want_numbers(&w->f, 100, LIMIT_MS);
	hold_quietly(w);
	lib_redis_fill(&w->r, "ml:a", 100, 6000, 1000);
	source_hold(w->f.source, false);
	want_stream(w, (struct want){"ml:a", TRIMMED, 5000});
	lib_feed_want_numbers(&w->f, 1100, LIMIT_MS);
	lib_feed_check_once(&w->f, 5100, 1000);
	want_stream(w, (struct want){"ml:a", DELETED, 0});
	want_stream_sentence(w, "ml:a", "5000 entries were trimmed away before they were read");
	assert_true(w->f.gaps >= 1);
	assert_non_null(strstr(w->f.gap_why, "ml:a"));
	assert_true(w->f.gap_from_ms > 0 && w->f.gap_to_ms >= w->f.gap_from_ms);
}

static void
entries_deleted_ahead_of_the_reader_are_counted_exactly(void **state)
{
	struct world *w = *state;
	char id[64];
	int i;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 100, 0);
	open_live(w);
	lib_feed_want_numbers(&w->f, 100, LIMIT_MS);
	hold_quietly(w);
	lib_redis_fill(&w->r, "ml:a", 100, 10, 0);
	for (i = 0; i < 7; i++) {
		lib_redis_text(&w->r, id, sizeof(id), "XADD ml:a * n 9");
		lib_redis_do(&w->r, "XDEL ml:a %s", id);
	}
	lib_redis_fill(&w->r, "ml:a", 110, 10, 0);
	source_hold(w->f.source, false);
	want_stream(w, (struct want){"ml:a", DELETED, 7});
	lib_feed_want_numbers(&w->f, 120, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 120);
	want_stream(w, (struct want){"ml:a", TRIMMED, 0});
}

static void
a_deleted_tail_leaves_the_reader_level(void **state)
{
	struct world *w = *state;
	char id[64];

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	lib_redis_text(&w->r, id, sizeof(id), "XADD ml:a * n 9");
	lib_redis_do(&w->r, "XDEL ml:a %s", id);
	open_live(w);
	run_ticks(w, 30);
	lib_redis_fill(&w->r, "ml:a", 10, 10, 0);
	lib_feed_want_numbers(&w->f, 20, LIMIT_MS);
	run_ticks(w, 30);
	/* It was gone before reading began: nobody's loss. */
	assert_int_equal(lib_feed_stream(&w->f, "ml:a")->fact.deleted, 0);
	assert_int_equal(lib_feed_stream(&w->f, "ml:a")->fact.trimmed, 0);
	assert_int_equal(lib_feed_stream(&w->f, "ml:a")->fact.behind, 0);
}

static void
loss_is_counted_from_the_end_of_what_was_there_when_reading_began_in_the_middle(void **state)
{
	struct world *w = *state;
	int64_t first;

	begin(w, NULL, any_ml);
	first = w->f.options.wall_ms - 200000;
	fill_by_the_second(w, "ml:a", 0, 100, first);
	w->f.options.since_ms = first + 60000;
	open_live(w);
	lib_feed_want_numbers(&w->f, 40, LIMIT_MS);
	hold_quietly(w);
	lib_redis_fill(&w->r, "ml:a", 100, 500, 50);
	source_hold(w->f.source, false);
	want_stream(w, (struct want){"ml:a", TRIMMED, 450});
	lib_feed_want_numbers(&w->f, 90, LIMIT_MS);
	lib_feed_check_once(&w->f, 60, 40);
	lib_feed_check_once(&w->f, 550, 50);
}

static void
a_stream_recreated_with_lower_ids_is_read_from_its_start(void **state)
{
	struct world *w = *state;
	unsigned i;

	begin(w, NULL, any_ml);
	for (i = 0; i < 10; i++)
		lib_redis_do(&w->r, "XADD ml:a 1000-%u n %u", i + 1, i);
	open_live(w);
	lib_feed_want_numbers(&w->f, 10, LIMIT_MS);
	lib_redis_do(&w->r, "MULTI");
	lib_redis_do(&w->r, "DEL ml:a");
	for (i = 10; i < 17; i++)
		lib_redis_do(&w->r, "XADD ml:a 50-%u n %u", i, i);
	lib_redis_do(&w->r, "EXEC");
	lib_feed_want_numbers(&w->f, 17, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 17);
	want_stream_sentence(w, "ml:a", "made anew with lower IDs");
	assert_int_equal(lib_feed_stream(&w->f, "ml:a")->fact.trimmed, 0);
}

static void
a_stream_recreated_with_later_ids_is_noticed(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 100, 0);
	open_live(w);
	lib_feed_want_numbers(&w->f, 100, LIMIT_MS);
	run_ticks(w, 20);
	lib_redis_do(&w->r, "MULTI");
	lib_redis_do(&w->r, "DEL ml:a");
	lib_redis_do(&w->r, "XADD ml:a * n 100");
	lib_redis_do(&w->r, "EXEC");
	lib_feed_want_numbers(&w->f, 101, LIMIT_MS);
	want_stream_sentence(w, "ml:a", "deleted and made anew; 0 entries");
	assert_int_equal(lib_feed_stream(&w->f, "ml:a")->fact.trimmed, 0);
}

static void
a_deleted_stream_is_gone_and_comes_back(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 10, 0);
	lib_redis_fill(&w->r, "ml:b", 10, 10, 0);
	open_live(w);
	lib_feed_want_numbers(&w->f, 20, LIMIT_MS);
	lib_redis_do(&w->r, "DEL ml:a");
	want_stream(w, (struct want){"ml:a", STATE, STREAM_GONE});
	lib_redis_do(&w->r, "XADD ml:a 7-1 n 20");
	lib_feed_want_numbers(&w->f, 21, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 21);
	assert_int_equal(lib_feed_stream(&w->f, "ml:a")->fact.trimmed, 0);
}

/* A restart from an older dump: what was read behind it is gone from the server. */
static void
a_server_that_went_back_is_noticed_with_the_number_of_entries(void **state)
{
	struct world *w = *state;

	begin(w, NULL, any_ml);
	lib_redis_fill(&w->r, "ml:a", 0, 1000, 0);
	open_live(w);
	lib_feed_want_numbers(&w->f, 1000, LIMIT_MS);
	run_ticks(w, 30);
	lib_redis_do(&w->r, "SAVE");
	lib_redis_fill(&w->r, "ml:a", 1000, 300, 0);
	lib_feed_want_numbers(&w->f, 1300, LIMIT_MS);
	run_ticks(w, 30);
	lib_redis_kill(&w->r, SIGKILL);
	lib_redis_again(&w->r);
	want_stream(w, (struct want){"ml:a", ROLLED_BACK, 300});
	want_stream_sentence(w, "ml:a", "300 entries that had been read are gone");
	lib_redis_fill(&w->r, "ml:a", 1300, 100, 0);
	lib_feed_want_numbers(&w->f, 1400, LIMIT_MS);
	lib_feed_check_once(&w->f, 0, 1400);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    e2e(entries_trimmed_ahead_of_the_reader_are_counted_exactly),
	    e2e(entries_deleted_ahead_of_the_reader_are_counted_exactly),
	    e2e(a_deleted_tail_leaves_the_reader_level),
	    e2e(loss_is_counted_from_the_end_of_what_was_there_when_reading_began_in_the_middle),
	    e2e(a_stream_recreated_with_lower_ids_is_read_from_its_start),
	    e2e(a_stream_recreated_with_later_ids_is_noticed),
	    e2e(a_deleted_stream_is_gone_and_comes_back),
	    e2e(a_server_that_went_back_is_noticed_with_the_number_of_entries),
	};

	return world_run("redis_loss", tests);
}
