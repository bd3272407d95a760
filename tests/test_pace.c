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

static unsigned
after(struct pace *p, int ms, int times)
{
	while (times-- > 0)
		(void)pace_take(p, p->seen + 1, ms);
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

		(void)pace_take(&p, p.seen + 1, rand() % 3000);
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
		(void)pace_take(&p, 1, 3000);
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
		changes += pace_take(&p, p.seen + 1, 350 + i % 300);
	assert_int_equal(changes, 0);
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
	};

	return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
