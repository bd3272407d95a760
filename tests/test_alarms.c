/* The short version of `make bench-alarms`: months of a few regimes, and that the simulation can find alarms. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_alarms.h"

#define SEED 1905

static void
a_month_of_nothing_is_quiet(void **state)
{
	static const char *const names[] = {"AR(0.9) of 0.05 sd, 1,000 rows", "days wander by 0.1 sd, 1,000 rows",
		"windows wobble by 0.03 sd, 100,000 rows", "baseline of 10,000 rows, then 1,000 a window",
		"daily +-0.3 sd, 24 slots, 1,000 rows", "daily +-0.3 sd, no slots yet, 50 rows"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct alarms_regime *r = alarms_find(names[i]);
		struct alarms_tally t = {0};

		assert_non_null(r);
		alarms_quiet(r, 1, SEED + i, false, &t);
		if (t.alarms)
			fail_msg("%s: %u false alarms", names[i], t.alarms);
		/* Far from it too: the expected number of windows to an alarm is the limit's exponential. */
		assert_true(t.highest < 12);
		assert_int_equal(t.months, 1);
	}
}

/* Where windows depend on each other and one does not know, the guarantee is void: the simulation shows it. */
static void
without_over_dispersion_the_same_months_are_full_of_alarms(void **state)
{
	struct alarms_regime r = *alarms_find("AR(0.9) of 0.05 sd, 1,000 rows");
	struct alarms_tally t = {0};

	(void)state;
	r.blind = true;
	alarms_quiet(&r, 1, SEED, false, &t);
	assert_true(t.alarms > 3);
}

static void
other_rules_call_noise_drift_where_this_one_is_quiet(void **state)
{
	struct alarms_tally t = {0};
	double n;

	(void)state;
	alarms_quiet(alarms_find("independent, 100 rows"), 1, SEED, true, &t);
	n = (double)t.windows;
	assert_int_equal(t.alarms, 0);
	/*
	 * PSI of ten cells is chi-square of 9 times 1/98: beyond 0.1 in 36 windows of 100 (a little fewer, it is only
	 * asymptotically so). Chi-square at 5 % by its meaning, within four standard errors and the months' own
	 * reference. KS on bins is low by a bin's mass.
	 */
	assert_in_range(t.old[ALARMS_PSI_01], 0.25 * n, 0.45 * n);
	assert_in_range(t.old[ALARMS_X2], 0.035 * n, 0.065 * n);
	assert_in_range(t.old[ALARMS_KS], 0.005 * n, 0.05 * n);
	assert_true(t.old[ALARMS_PSI_02] < t.old[ALARMS_PSI_01]);
}

static void
changes_are_seen_when_they_are_large_enough(void **state)
{
	unsigned early = 0;

	(void)state;
	assert_true(alarms_delay(alarms_find("independent, 1,000 rows"), &(struct alarms_change){0.25, 1, 0}, 9, SEED,
	    50, &early) <= 3);
	assert_true(alarms_delay(alarms_find("independent, 1,000 rows"), &(struct alarms_change){0, 1.3, 0}, 9, SEED,
	    50, &early) <= 3);
	assert_true(alarms_delay(alarms_find("independent, 1,000 rows"), &(struct alarms_change){0, 1, 0.05}, 9, SEED,
	    50, &early) <= 13); /* the omnibus over twelve windows has it at the latest */
	/* 0.04 sd is in the dead zone below half of the least tilt. */
	assert_true(alarms_delay(alarms_find("independent, 1,000 rows"), &(struct alarms_change){0.04, 1, 0}, 3, SEED,
	    300, &early) > 300);
	assert_int_equal(early, 0);
}

/*
 * A mean that keeps nine tenths of its way from window to window: what is added up needs 49 of them for five times its
 * sd (quartiles 38 and 64), an hour by itself 23 (12 and 48). The median of 61 runs has a standard error of 0.93 times
 * the quartiles' distance over the root of 61: 3.1 and 4.3.
 */
static void
a_shift_beyond_what_hours_are_natural_by_is_seen_by_the_hour(void **state)
{
	const struct alarms_regime *r = alarms_find("AR(0.9) of 0.05 sd, 100,000 rows");
	unsigned early = 0;

	(void)state;
	assert_true(alarms_delay(r, &(struct alarms_change){0.25, 1, 0}, 61, SEED, 200, &early) <= 36);
	assert_int_equal(early, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_month_of_nothing_is_quiet),
		cmocka_unit_test(without_over_dispersion_the_same_months_are_full_of_alarms),
		cmocka_unit_test(other_rules_call_noise_drift_where_this_one_is_quiet),
		cmocka_unit_test(changes_are_seen_when_they_are_large_enough),
		cmocka_unit_test(a_shift_beyond_what_hours_are_natural_by_is_seen_by_the_hour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
