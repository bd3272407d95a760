/* How often the screen is drawn: by measurements, with something between slow and fast where nothing changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tui/pace.h"

#define FULL_MS 100

#define FRAME_BYTES 500

static bool
take(struct pace *p, int ms, int own_ms, size_t bytes)
{
	const struct term_answer a = {.count = p->seen + 1, .ms = ms, .own_ms = own_ms, .bytes = bytes};

	return pace_take(p, &a);
}

/* So many answers to frames of one size. */
static unsigned
after(struct pace *p, int ms, int times)
{
	while (times-- > 0)
		(void)take(p, ms, 0, FRAME_BYTES);
	return pace_gap_ms(p, FULL_MS);
}

static void
three_slow_answers_in_a_row_slow_it_down_and_three_fast_ones_bring_it_back(void **state)
{
	struct pace p;

	(void)state;
	pace_init(&p, false);
	assert_int_equal(pace_gap_ms(&p, FULL_MS), FULL_MS);
	assert_int_equal(after(&p, 400, 2), FULL_MS);
	assert_int_equal(after(&p, 20, 1), FULL_MS); /* not in a row */
	assert_int_equal(after(&p, 400, 2), FULL_MS);
	assert_int_equal(after(&p, 400, 1), PACE_SLOW_MS);
	assert_int_equal(after(&p, 400, 100), PACE_SLOW_MS);
	assert_int_equal(after(&p, 1500, 3), PACE_SLOWER_MS);
	assert_int_equal(after(&p, 700, 100), PACE_SLOWER_MS);
	assert_int_equal(after(&p, 200, 3), PACE_SLOW_MS);
	/* From here to there is a wide step: what is between changes nothing. */
	assert_int_equal(after(&p, 200, 100), PACE_SLOW_MS);
	assert_int_equal(after(&p, 20, 2), PACE_SLOW_MS);
	assert_int_equal(after(&p, 20, 1), FULL_MS);
}

/* Whatever a link does, two changes are at least three measurements apart. */
static void
it_never_flaps(void **state)
{
	struct pace p;
	int since = 100, i;

	(void)state;
	pace_init(&p, false);
	srand(1);
	for (i = 0; i < 100000; i++) {
		enum pace_level was = p.level;

		(void)take(&p, rand() % 3000, rand() % 3 ? 0 : rand() % 500, (size_t)rand() % 3000);
		since++;
		if (p.level == was)
			continue;
		assert_true(since >= 3);
		assert_int_equal(abs((int)p.level - (int)was), 1);
		since = 0;
	}
}

static void
one_measurement_counts_once(void **state)
{
	struct pace p;
	int i;

	(void)state;
	pace_init(&p, false);
	for (i = 0; i < 100; i++)
		(void)pace_take(&p, &(struct term_answer){.count = 1, .ms = 3000, .bytes = FRAME_BYTES});
	assert_int_equal(p.level, PACE_FULL);
}

static void
forced_it_is_slow_at_once_and_never_full(void **state)
{
	char text[PACE_TEXT_BYTES], brief[PACE_TEXT_BYTES];
	struct pace p;

	(void)state;
	pace_init(&p, true);
	pace_text(&p, text, brief);
	assert_string_equal(text, "slow: every 2 s");
	assert_int_equal(after(&p, 1, 100), PACE_SLOW_MS);
	assert_int_equal(after(&p, 2000, 3), PACE_SLOWER_MS);
	assert_int_equal(after(&p, 1, 100), PACE_SLOW_MS);
}

static void
what_is_said_stays_while_the_link_does(void **state)
{
	char text[PACE_TEXT_BYTES], brief[PACE_TEXT_BYTES];
	struct pace p;
	int i, changes = 0;

	(void)state;
	pace_init(&p, false);
	pace_text(&p, text, brief);
	assert_string_equal(text, "");
	assert_string_equal(brief, "");
	(void)after(&p, 480, 3);
	pace_text(&p, text, brief);
	assert_string_equal(text, "slow link 500 ms: every 2 s");
	assert_string_equal(brief, "slow: 2 s");
	/* A third up or down is the same link. */
	for (i = 0; i < 1000; i++)
		changes += take(&p, 350 + i % 300, 0, FRAME_BYTES);
	assert_int_equal(changes, 0);
}

/*
 * 16 kbit/s with 40 ms each way: 2 bytes a ms. Frames of a kilobyte take 580 ms; then a screen on which nothing moves
 * but the clock, whose ten bytes are there in 85.
 */
static void
a_quiet_screen_is_no_fast_link(void **state)
{
	char text[PACE_TEXT_BYTES], brief[PACE_TEXT_BYTES];
	struct pace p;
	int i;

	(void)state;
	pace_init(&p, false);
	/* Nor does one between two large ones keep the link from being found out. */
	for (i = 0; i < 3; i++) {
		assert_int_equal(p.level, PACE_FULL);
		(void)take(&p, 580, 0, 1000);
		(void)take(&p, 85, 0, 10);
	}
	assert_int_equal(p.level, PACE_SLOW);
	for (i = 0; i < 10000; i++)
		assert_false(take(&p, 85, 0, 10));
	pace_text(&p, text, brief);
	assert_string_equal(text, "slow link 500 ms: every 2 s");
	/* A large frame or two that are fast may be chance, and small ones between them say nothing. */
	(void)take(&p, 90, 0, 1000);
	(void)take(&p, 85, 0, 10);
	(void)take(&p, 90, 0, 1000);
	assert_int_equal(p.level, PACE_SLOW);
	(void)take(&p, 85, 0, 10);
	assert_true(take(&p, 90, 0, 4000));
	assert_int_equal(p.level, PACE_FULL);
	/* And from then on it is a link like any other. */
	(void)after(&p, 300, 2);
	assert_int_equal(p.level, PACE_FULL);
	(void)after(&p, 300, 1);
	assert_int_equal(p.level, PACE_SLOW);
}

/* Where few bytes are slow as well it is the way that is long: then few tell when it is no longer. */
static void
a_long_way_is_found_out_and_forgotten_by_frames_of_any_size(void **state)
{
	struct pace p;
	int i;

	(void)state;
	pace_init(&p, false);
	for (i = 0; i < 3; i++)
		(void)take(&p, 600, 0, 20 + 1000 * (size_t)i);
	assert_int_equal(p.level, PACE_SLOW);
	for (i = 0; i < 3; i++)
		(void)take(&p, 30, 0, 20);
	assert_int_equal(p.level, PACE_FULL);
	/* However large those were that were slow, a frame of a screen's first kilobytes is enough. */
	for (i = 0; i < 3; i++)
		(void)take(&p, 900, 0, 20000);
	assert_int_equal(p.level, PACE_SLOW);
	for (i = 0; i < 3; i++)
		(void)take(&p, 30, 0, 1500);
	assert_int_equal(p.level, PACE_FULL);
}

/* A screen that shows little does not need the slowest pace, whatever a large one took. */
static void
the_slowest_pace_ends_with_frames_that_are_there_soon(void **state)
{
	char text[PACE_TEXT_BYTES], brief[PACE_TEXT_BYTES];
	struct pace p;

	(void)state;
	pace_init(&p, false);
	for (int i = 0; i < 6; i++)
		(void)take(&p, 3000, 0, 6000);
	assert_int_equal(p.level, PACE_SLOWER);
	for (int i = 0; i < 1000; i++)
		(void)take(&p, 85, 0, 10);
	assert_int_equal(p.level, PACE_SLOW);
	pace_text(&p, text, brief);
	assert_string_equal(text, "slow link 3000 ms: every 2 s");
}

/* A program that is busy for half a second at a time finds each answer late; nor does that speak for the link. */
static void
the_programs_own_time_is_none_of_the_links(void **state)
{
	struct pace p;

	(void)state;
	pace_init(&p, false);
	for (int i = 0; i < 1000; i++)
		assert_false(take(&p, 520, 510, FRAME_BYTES));
	assert_int_equal(p.level, PACE_FULL);
	/* A slow link is found out by a busy program, too, and not forgotten. */
	for (int i = 0; i < 3; i++)
		(void)take(&p, 800, 510, FRAME_BYTES);
	assert_int_equal(p.level, PACE_SLOW);
	for (int i = 0; i < 1000; i++)
		(void)take(&p, 520, 510, FRAME_BYTES);
	assert_int_equal(p.level, PACE_SLOW);
	(void)after(&p, 10, 3);
	assert_int_equal(p.level, PACE_FULL);
}

/* ---- what of an answer's time is the program's ---------------------------------------------------- */

/* One turn of a loop that begins to wait, is woken, by the terminal or by something else, and is busy after that. */
static uint64_t
turn(struct term_link *l, uint64_t now_ms, unsigned wait_ms, bool terminal, unsigned busy_ms)
{
	term_link_wait(l, now_ms);
	now_ms += wait_ms;
	if (terminal) {
		term_link_ready(l, now_ms);
		term_link_answer(l, now_ms);
	}
	term_link_woken(l, now_ms);
	return now_ms + busy_ms;
}

static void
time_in_which_nobody_looked_is_told_from_time_that_was_waited(void **state)
{
	struct term_link l = {0};
	uint64_t now = turn(&l, 1000, 5, false, 0);

	(void)state;
	/* Asked at 1005 and waited for: 400 ms are the link's. */
	term_link_ask(&l, now, 700);
	now = turn(&l, now, 400, true, 0);
	assert_true(l.last.count == 1 && l.last.ms == 400 && l.last.own_ms == 0 && l.last.bytes == 700);
	/* Busy for half a second behind the question: it may have been there at once. */
	term_link_ask(&l, now, 700);
	now = turn(&l, now + 500, 0, true, 0);
	assert_true(l.last.count == 2 && l.last.ms == 500 && l.last.own_ms == 500);
	/* Busy, and then still waited for. */
	term_link_ask(&l, now, 700);
	now = turn(&l, now + 500, 100, true, 0);
	assert_true(l.last.ms == 600 && l.last.own_ms == 0);
	/* Waited 200 ms, woken by something else and busy for 300: when it came in these, nobody knows. */
	term_link_ask(&l, now, 700);
	now = turn(&l, now, 200, false, 300);
	now = turn(&l, now, 0, true, 0);
	assert_true(l.last.ms == 500 && l.last.own_ms == 300);
	/* Many short turns, none of which saw it: the last one alone is in doubt. */
	term_link_ask(&l, now, 700);
	for (int i = 0; i < 100; i++)
		now = turn(&l, now, 0, false, 4);
	now = turn(&l, now, 0, true, 0);
	assert_true(l.last.ms == 400 && l.last.own_ms == 4);
	/* What the next question finds is its own. */
	term_link_ask(&l, now, 5);
	now = turn(&l, now, 30, true, 0);
	assert_true(l.last.count == 6 && l.last.ms == 30 && l.last.own_ms == 0 && l.last.bytes == 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(three_slow_answers_in_a_row_slow_it_down_and_three_fast_ones_bring_it_back),
	    cmocka_unit_test(it_never_flaps),
	    cmocka_unit_test(one_measurement_counts_once),
	    cmocka_unit_test(forced_it_is_slow_at_once_and_never_full),
	    cmocka_unit_test(what_is_said_stays_while_the_link_does),
	    cmocka_unit_test(a_quiet_screen_is_no_fast_link),
	    cmocka_unit_test(a_long_way_is_found_out_and_forgotten_by_frames_of_any_size),
	    cmocka_unit_test(the_slowest_pace_ends_with_frames_that_are_there_soon),
	    cmocka_unit_test(the_programs_own_time_is_none_of_the_links),
	    cmocka_unit_test(time_in_which_nobody_looked_is_told_from_time_that_was_waited),
	};

	return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
