#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/floor.h"
#include "core/verdict.h"
#include "tests/lib_rng.h"

/* A numeric input of role value with nothing to say against it: 10,000 rows against 100,000. */
static struct verdict_input
healthy(void)
{
	return (struct verdict_input){.has_baseline = true, .distribution = true, .n = 10000, .m = 100000, .psi = 0.01,
	    .psi_floor = 0.003, .own_psi_max = NAN, .missing = {true, 100, 10000, 0.01, 100000},
	    .unseen = {true, 0, 10000, 0, 100000}, .range = {true, 0, 10000, 2 / 100001.0, 100000}};
}

static struct verdict
judged(struct verdict_input in)
{
	struct verdict v;

	verdict_judge(&in, &v);
	return v;
}

#define STATE(in) (judged(in).state)

static void
nothing_changed_is_ok_without_causes(void **state)
{
	struct verdict v = judged(healthy());

	(void)state;
	assert_int_equal(v.state, DRIFT_OK);
	assert_int_equal(v.causes, 0);
	assert_true(v.psi_watch == 0.1 && v.psi_drift == 0.25);
}

static void
values_that_are_not_finite_are_as_good_as_missing(void **state)
{
	struct verdict_story story = {.type = FEATURE_NUMERIC, .n = 7000, .m = 100000, .nonfinite_frac = 0.3};
	struct verdict_input in = healthy();
	struct verdict v;
	char text[120];

	(void)state;
	in.nonfinite = (struct verdict_rate){true, 3000, 10000, 0, 100000};
	v = judged(in);
	assert_int_equal(v.state, DRIFT_DRIFT);
	assert_int_equal(v.causes, CAUSE_MISSING);
	verdict_sentence(&v, &story, text, sizeof text);
	assert_string_equal(text, "not finite 30.0% (base 0.0%)");
	in.nonfinite.hits = 200; /* 2 points: watch */
	assert_int_equal(STATE(in), DRIFT_WATCH);
	in.nonfinite.hits = 4; /* a handful is none, and fewer than before are well */
	assert_int_equal(STATE(in), DRIFT_OK);
	in.nonfinite = (struct verdict_rate){true, 0, 10000, 0.3, 100000};
	assert_int_equal(STATE(in), DRIFT_OK);
	in.has_baseline = false;
	assert_int_equal(STATE(in), DRIFT_LEARNING);
}

static void
without_a_baseline_it_learns_whatever_the_figures(void **state)
{
	struct verdict_input in = healthy();
	struct verdict v;

	(void)state;
	in.has_baseline = false;
	in.psi = 9;
	in.missing.hits = 10000;
	v = judged(in);
	assert_int_equal(v.state, DRIFT_LEARNING);
	assert_int_equal(v.causes, 0);
	assert_true(isnan(v.psi_watch) && isnan(v.psi_drift));
}

static void
size_is_held_against_the_levels(void **state)
{
	struct verdict_input in = healthy();

	(void)state;
	in.psi = 0.1;
	assert_int_equal(STATE(in), DRIFT_OK);
	in.psi = nextafter(0.1, 1);
	assert_int_equal(STATE(in), DRIFT_WATCH);
	in.psi = 0.25;
	assert_int_equal(STATE(in), DRIFT_WATCH);
	in.psi = nextafter(0.25, 1);
	assert_int_equal(STATE(in), DRIFT_DRIFT);
	assert_int_equal(judged(in).causes, CAUSE_SIZE);
	in.psi = NAN;
	assert_int_equal(STATE(in), DRIFT_OK);
}

static void
a_floor_above_a_level_takes_its_place(void **state)
{
	struct verdict_input in = healthy();

	(void)state;
	in.psi_floor = 0.2;
	in.psi = 0.2;
	assert_int_equal(STATE(in), DRIFT_OK);
	in.psi = 0.21;
	assert_int_equal(STATE(in), DRIFT_WATCH);
	in.psi_floor = 0.6;
	in.psi = 0.6;
	assert_int_equal(STATE(in), DRIFT_OK);
	in.psi = 0.61;
	assert_int_equal(STATE(in), DRIFT_DRIFT);
}

static void
the_baselines_own_windows_raise_the_limits_once_there_are_seven(void **state)
{
	struct verdict_input in = healthy();

	(void)state;
	in.own_psi_max = 0.4;
	in.own_windows = 6;
	in.psi = 0.3;
	assert_int_equal(STATE(in), DRIFT_DRIFT);
	in.own_windows = 7;
	assert_int_equal(STATE(in), DRIFT_OK);
	assert_true(judged(in).psi_watch == 0.4 && judged(in).psi_drift == 0.8);
	in.psi = 0.41;
	assert_int_equal(STATE(in), DRIFT_WATCH);
	in.psi = 0.8;
	assert_int_equal(STATE(in), DRIFT_WATCH);
	in.psi = 0.81;
	assert_int_equal(STATE(in), DRIFT_DRIFT);
	/* A calm baseline lowers nothing. */
	in.own_psi_max = 0.01;
	in.psi = 0.09;
	assert_int_equal(STATE(in), DRIFT_OK);
	assert_true(judged(in).psi_drift == 0.25);
}

static void
below_fifty_rows_on_either_side_size_is_hidden_and_rates_are_not(void **state)
{
	struct verdict_input in = healthy();

	(void)state;
	in.psi = 3;
	in.n = 49;
	assert_int_equal(STATE(in), DRIFT_THIN);
	assert_int_equal(judged(in).causes, 0);
	in.n = 50;
	assert_int_equal(STATE(in), DRIFT_DRIFT);
	in.m = 49;
	assert_int_equal(STATE(in), DRIFT_THIN);
	in.m = 50;
	assert_int_equal(STATE(in), DRIFT_DRIFT);
	/* Gone missing altogether: no row has a value, and that is what must be said. */
	in = healthy();
	in.n = 0;
	in.psi = NAN;
	in.missing.hits = 10000;
	assert_int_equal(STATE(in), DRIFT_DRIFT);
	assert_int_equal(judged(in).causes, CAUSE_MISSING);
	assert_int_equal(judged(in).size, DRIFT_THIN);
	/* Rates that are well do not make a thin size well. */
	in.missing.hits = 100;
	assert_int_equal(STATE(in), DRIFT_THIN);
}

/* hits of 10,000 against a baseline rate: the first count that is watch and the first that is drift, by the rule. */
static void
assert_steps(double expected, uint64_t watch, uint64_t drift)
{
	struct verdict_input in = healthy();
	const struct verdict_rate at = {true, 0, 10000, expected, 1000000};

	in.unseen = at;
	in.unseen.hits = watch - 1;
	assert_int_equal(judged(in).unseen, DRIFT_OK);
	in.unseen.hits = watch;
	assert_int_equal(judged(in).unseen, DRIFT_WATCH);
	in.unseen.hits = drift - 1;
	assert_int_equal(judged(in).unseen, DRIFT_WATCH);
	in.unseen.hits = drift;
	assert_int_equal(judged(in).unseen, DRIFT_DRIFT);
	assert_int_equal(STATE(in), DRIFT_DRIFT);
	assert_int_equal(judged(in).causes, CAUSE_UNSEEN);
	in.range = in.unseen;
	in.unseen.hits = 0;
	assert_int_equal(judged(in).range, DRIFT_DRIFT);
	assert_int_equal(judged(in).causes, CAUSE_RANGE);
}

static void
a_rate_is_watch_and_drift_exactly_from_its_bounds_on(void **state)
{
	(void)state;
	assert_steps(0, 100, 500);	 /* +1 point; +5 points */
	assert_steps(0.001, 110, 510);	 /* +1 point; +5 points */
	assert_steps(0.02, 300, 700);	 /* +1 point is 1.5 times; +5 points */
	assert_steps(0.04, 600, 900);	 /* 1.5 times is +2 points; +5 points */
	assert_steps(0.06, 900, 1200);	 /* 1.5 times; twice is +6 points */
	assert_steps(0.20, 2500, 4000);	 /* +5 points come before 1.5 times; twice */
}

static void
missing_is_drift_too_where_the_share_present_halves(void **state)
{
	struct verdict_input in = healthy();

	(void)state;
	in.missing = (struct verdict_rate){true, 6999, 10000, 0.4, 1000000};
	assert_int_equal(STATE(in), DRIFT_WATCH);
	in.missing.hits = 7000;
	assert_int_equal(STATE(in), DRIFT_DRIFT);
	/* The same numbers as unseen values are no halving of anything. */
	in.unseen = in.missing;
	in.missing.known = false;
	assert_int_equal(STATE(in), DRIFT_WATCH);
	assert_int_equal(judged(in).causes, CAUSE_UNSEEN);
	/* From hardly there to gone, far less than five points. */
	in = healthy();
	in.missing = (struct verdict_rate){true, 10000, 10000, 0.98, 1000000};
	assert_int_equal(STATE(in), DRIFT_DRIFT);
}

static void
a_missing_rate_that_falls_is_watch_at_most_and_other_falls_are_nothing(void **state)
{
	struct verdict_input in = healthy();

	(void)state;
	in.missing = (struct verdict_rate){true, 0, 10000, 1, 100000};
	assert_int_equal(STATE(in), DRIFT_WATCH);
	in.missing = (struct verdict_rate){true, 5, 10000, 0.02, 100000};
	assert_int_equal(STATE(in), DRIFT_WATCH);
	in.missing = (struct verdict_rate){true, 150, 10000, 0.02, 1000000};
	assert_int_equal(STATE(in), DRIFT_OK);
	in = healthy();
	in.unseen = (struct verdict_rate){true, 0, 10000, 0.5, 100000};
	in.range = in.unseen;
	assert_int_equal(STATE(in), DRIFT_OK);
}

/* n rows with 20 % against 10 % of many: beyond 3.9 standard errors from about 140 rows on, and never before. */
static void
a_rate_must_move_by_more_than_its_standard_errors(void **state)
{
	struct verdict_input in = healthy();
	uint64_t n;

	(void)state;
	for (n = 10; n <= 400; n += 10) {
		double z = floor_rate_z(0.2, n, 0.1, 1000000);

		in.missing = (struct verdict_rate){true, n / 5, n, 0.1, 1000000};
		assert_int_equal(STATE(in), z > 3.9 ? DRIFT_DRIFT : DRIFT_OK);
	}
	/* A baseline of a few rows cannot accuse anyone. */
	in.missing = (struct verdict_rate){true, 2000, 10000, 0.1, 30};
	assert_int_equal(STATE(in), DRIFT_OK);
	in.missing = (struct verdict_rate){true, 2000, 10000, 0.1, 0};
	assert_int_equal(STATE(in), DRIFT_OK);
	in.missing = (struct verdict_rate){true, 0, 0, 0.1, 1000};
	assert_int_equal(STATE(in), DRIFT_OK);
}

static void
only_values_are_judged_by_their_distribution(void **state)
{
	struct verdict_input in = healthy();

	(void)state;
	in.distribution = false;
	in.psi = 5;
	in.n = 3;
	in.unseen.hits = in.range.hits = 9000;
	assert_int_equal(STATE(in), DRIFT_OK);
	in.missing.hits = 9000;
	assert_int_equal(STATE(in), DRIFT_DRIFT);
	assert_int_equal(judged(in).causes, CAUSE_MISSING);
}

static void
the_worst_of_all_counts_and_every_cause_is_named(void **state)
{
	struct verdict_input in = healthy();
	struct verdict v;

	(void)state;
	in.psi = 0.15;
	in.missing.hits = 300;
	in.unseen.hits = 700;
	in.range.hits = 120;
	v = judged(in);
	assert_int_equal(v.size, DRIFT_WATCH);
	assert_int_equal(v.missing, DRIFT_WATCH);
	assert_int_equal(v.unseen, DRIFT_DRIFT);
	assert_int_equal(v.range, DRIFT_WATCH);
	assert_int_equal(v.state, DRIFT_DRIFT);
	assert_int_equal(v.causes, CAUSE_SIZE | CAUSE_MISSING | CAUSE_UNSEEN | CAUSE_RANGE);
}

/* ---- sentences ------------------------------------------------------------------------------- */

static struct verdict_story
story(void)
{
	return (struct verdict_story){.type = FEATURE_NUMERIC, .n = 1000, .m = 10000, .psi = 0.4, .psi_floor = 0.03,
	    .mean = 84.1, .base_mean = 84.1, .std = 36.6, .base_std = 36.6, .min = 0, .max = 900, .base_min = 0,
	    .base_max = 950, .missing_frac = 0, .base_missing_frac = 0, .unseen_frac = 0, .base_unseen_frac = 0,
	    .out_frac = 0, .new_value_frac = NAN, .moved_frac = NAN, .base_moved_frac = NAN,
	    .distinct = 1204, .window = "5 min"};
}

static const char *
said(enum drift_state state, unsigned causes, const struct verdict_story *s)
{
	static char out[VERDICT_SENTENCE_BYTES];
	const struct verdict v = {.state = state, .causes = causes};
	size_t n = verdict_sentence(&v, s, out, sizeof(out));

	assert_int_equal(n, strlen(out));
	return out;
}

#define SAYS(causes, s, text) assert_string_equal(said(DRIFT_DRIFT, causes, &(s)), text)

static void
numbers_that_moved_are_told_by_mean_and_spread(void **state)
{
	struct verdict_story s = story();

	(void)state;
	s.mean = 131.7;
	SAYS(CAUSE_SIZE, s, "mean up 1.3 sd in 5 min: 131.7 (base 84.10)");
	s.std = 36.6 * 1.6;
	SAYS(CAUSE_SIZE, s, "mean up 1.3 sd in 5 min: 131.7 (base 84.10), spread x1.6");
	s.mean = 80;
	s.std = 36.6;
	SAYS(CAUSE_SIZE, s, "mean down 0.1 sd in 5 min: 80 (base 84.10)");
	s.mean = 86.5;
	SAYS(CAUSE_SIZE, s, "mean up 0.07 sd in 5 min: 86.50 (base 84.10)");
	s.mean = 84.2;
	s.std = 36.6 * 1.6;
	SAYS(CAUSE_SIZE, s, "spread x1.6 in 5 min, mean unchanged");
	s.std = 36.6;
	SAYS(CAUSE_SIZE, s, "shape changed in 5 min, mean and spread unchanged");
	s.mean = NAN;
	SAYS(CAUSE_SIZE, s, "distribution changed in 5 min");
}

static void
a_change_of_unit_and_a_constant_are_recognised(void **state)
{
	struct verdict_story s = story();

	(void)state;
	s.mean = 84100;
	s.std = 36600;
	SAYS(CAUSE_SIZE, s,
	    "all values x1000 in 5 min: 84100 (base 84.10), as between a thousand: seconds and milliseconds, metres "
	    "and millimetres");
	s.mean = 84.1 / 1.609;
	s.std = 36.6 / 1.609;
	SAYS(CAUSE_SIZE, s,
	    "all values x0.6214 in 5 min: 52.27 (base 84.10), as between miles and kilometres");
	s.mean = 7;
	s.std = 0;
	SAYS(CAUSE_SIZE, s, "one value alone, 7, in 5 min (base 1,204 values)");
	s.base_std = 0;
	s.base_mean = 5;
	SAYS(CAUSE_SIZE, s, "constant 7 in 5 min (base constant 5)");
	s.std = 2;
	SAYS(CAUSE_SIZE, s, "mean 7 in 5 min (base constant 5)");
}

static void
rates_are_told_of_their_window_beside_the_baseline(void **state)
{
	struct verdict_story s = story();

	(void)state;
	s.base_missing_frac = 0.002;
	s.missing_frac = 0.14;
	SAYS(CAUSE_MISSING, s, "missing 14.0% of 5 min (base 0.2%)");
	s.missing_frac = 1;
	s.base_missing_frac = 0;
	SAYS(CAUSE_MISSING, s, "missing 100% of 5 min (base 0.0%)");
	s.missing_frac = 0.9999;
	s.base_missing_frac = 0.00001;
	SAYS(CAUSE_MISSING, s, "missing >99.9% of 5 min (base <0.1%)");
	s.missing_frac = 0;
	s.base_missing_frac = 1;
	SAYS(CAUSE_MISSING, s, "missing 0.0% of 5 min (base 100%)");
	s.out_frac = 0.06;
	s.max = 1200;
	SAYS(CAUSE_RANGE, s, "out of range 6.0% of 5 min: over 950, up to 1200");
	s.max = 900;
	s.min = -999;
	SAYS(CAUSE_RANGE, s, "out of range 6.0% of 5 min: below 0, down to -999");
	s.max = 1200;
	SAYS(CAUSE_RANGE, s, "out of range 6.0% of 5 min: not in 0 to 950");
}

#define NOTHING_NOW {NAN, NAN, NAN, NAN, NAN, NAN}

static void
what_is_now_stands_between_the_window_and_the_baseline(void **state)
{
	struct verdict_now now = NOTHING_NOW;
	struct verdict_story s = story();

	(void)state;
	s.now = &now;
	s.base_missing_frac = 0.027;
	s.missing_frac = 0.38;
	SAYS(CAUSE_MISSING, s, "missing 38.0% of 5 min (base 2.7%)");
	now.missing_frac = 1;
	SAYS(CAUSE_MISSING, s, "missing 38.0% of 5 min, now 100% (base 2.7%)");
	/* With its input and the word of its severity this is what a line of 80 columns has room for. */
	assert_true(strlen(said(DRIFT_DRIFT, CAUSE_MISSING, &s)) <= 46);
	s.nonfinite_frac = 0.6;
	now.nonfinite_frac = 0.02;
	SAYS(CAUSE_MISSING, s, "not finite 60.0% of 5 min, now 2.0% (base 0.0%)");
	s.out_frac = 0.06;
	s.max = 1200;
	now.out_frac = 0.9;
	SAYS(CAUSE_RANGE, s, "out of range 6.0% of 5 min, now 90.0%: over 950, up to 1200");
	s.unseen_frac = 0.031;
	now.unseen_frac = 0;
	s.new_value = slice_of("kiosk");
	SAYS(CAUSE_UNSEEN, s, "new values 3.1% of 5 min, now 0.0%, such as \"kiosk\"");
	s.mean = 131.7;
	now.mean = 180;
	SAYS(CAUSE_SIZE, s, "mean up 1.3 sd in 5 min, now up 2.6: 131.7 (base 84.10)");
	now.mean = 84.2;
	SAYS(CAUSE_SIZE, s, "mean up 1.3 sd in 5 min, now as in the baseline: 131.7 (base 84.10)");
	s.type = FEATURE_CATEGORICAL;
	s.moved_value = slice_of("BOS");
	s.moved_frac = 0.31;
	s.base_moved_frac = 0.12;
	now.moved_frac = 0.8;
	SAYS(CAUSE_SIZE, s, "\"BOS\" 31.0% of 5 min, now 80.0% (base 12.0%)");
	/* Of two versions there is no such moment, and the other has its own name. */
	s.now = NULL;
	s.window = "1 h";
	s.base = "stable";
	SAYS(CAUSE_SIZE, s, "\"BOS\" 31.0% of 1 h (stable 12.0%)");
}

static void
now_is_named_beyond_noise_and_from_twenty_rows_on(void **state)
{
	(void)state;
	/* 600 rows in the window, 228 of them missing; the newest 60 all are. */
	assert_true(verdict_is_other_now(1, 60, 0.38, 600));
	/* It is over: none of the newest 60. */
	assert_true(verdict_is_other_now(0, 60, 0.38, 600));
	/* Three events are no share, nor are nineteen. */
	assert_false(verdict_is_other_now(1, 3, 0.38, 600));
	assert_false(verdict_is_other_now(1, 19, 0.38, 600));
	assert_true(verdict_is_other_now(1, 20, 0.38, 600));
	/* The standard error of 60 beside 540 rows at 0.38 is 0.066: 0.23 apart is 3.5 of them, 0.33 is 5.0. */
	assert_false(verdict_is_other_now(0.38 + 0.21, 60, 0.38, 600));
	assert_true(verdict_is_other_now(0.38 + 0.30, 60, 0.38, 600));
	/* Sure, and of no weight: a point of 38 with a million rows. */
	assert_false(verdict_is_other_now(0.39, 100000, 0.38, 1000000));
	/* The window is nothing but its newest rows. */
	assert_false(verdict_is_other_now(1, 600, 1, 600));
	assert_false(verdict_is_other_now(1, 590, 0.99, 600));
	assert_false(verdict_is_other_now(NAN, 60, 0.38, 600));
}

static void
a_mean_of_now_is_named_beyond_noise_and_from_half_a_standard_deviation_on(void **state)
{
	(void)state;
	assert_true(verdict_is_other_mean(180, 60, 131.7, 600, 36.6, 36.6));
	assert_false(verdict_is_other_mean(140, 60, 131.7, 600, 36.6, 36.6));
	assert_false(verdict_is_other_mean(180, 19, 131.7, 600, 36.6, 36.6));
	/* Half a standard deviation of 20 rows is 2.2 standard errors. */
	assert_false(verdict_is_other_mean(131.7 + 18.4, 20, 131.7, 600, 36.6, 36.6));
	assert_false(verdict_is_other_mean(NAN, 60, 131.7, 600, 36.6, 36.6));
	assert_false(verdict_is_other_mean(180, 60, 131.7, 600, 36.6, 0));
}

static void
new_and_moved_values_are_told_by_name(void **state)
{
	struct verdict_story s = story();

	(void)state;
	s.type = FEATURE_CATEGORICAL;
	s.unseen_frac = 0.031;
	SAYS(CAUSE_UNSEEN, s, "new values 3.1% of 5 min");
	s.new_value = slice_of("kiosk");
	SAYS(CAUSE_UNSEEN, s, "new values 3.1% of 5 min, such as \"kiosk\"");
	s.new_value_frac = 0.031;
	SAYS(CAUSE_UNSEEN, s, "new value 3.1% of 5 min: \"kiosk\"");
	s.new_value_frac = 0.01;
	SAYS(CAUSE_UNSEEN, s, "new values 3.1% of 5 min, \"kiosk\" alone 1.0%");
	SAYS(CAUSE_SIZE, s, "mix of values changed in 5 min");
	s.moved_value = slice_of("BOS");
	s.moved_frac = 0.31;
	s.base_moved_frac = 0.12;
	SAYS(CAUSE_SIZE, s, "\"BOS\" 31.0% of 5 min (base 12.0%)");
	SAYS(CAUSE_SIZE | CAUSE_UNSEEN, s,
	    "new values 3.1% of 5 min, \"kiosk\" alone 1.0%; \"BOS\" 31.0% of 5 min (base 12.0%)");
}

static void
evidence_of_a_rate_that_is_back_where_it_was_says_so(void **state)
{
	struct verdict_story s = story();

	(void)state;
	s.leading = EVIDENCE_KIND_MISSING;
	s.base_missing_frac = 0;
	s.missing_frac = 0.03;
	SAYS(0, s, "missing 3.0% of 5 min (base 0.0%)");
	s.missing_frac = 0;
	SAYS(0, s, "missing 0.0% of 5 min again, as in the baseline; the evidence fades");
	s.base_missing_frac = 0.02;
	s.missing_frac = 0.02001;
	SAYS(0, s, "missing 2.0% of 5 min again, as in the baseline; the evidence fades");
	s.leading = EVIDENCE_KIND_UNSEEN;
	s.unseen_frac = 0;
	SAYS(0, s, "new values 0.0% of 5 min again, as in the baseline; the evidence fades");
	s.unseen_frac = 0.031;
	s.base_unseen_frac = 0.04;
	SAYS(0, s, "new values 3.1% of 5 min again, as in the baseline; the evidence fades");
	s.base_unseen_frac = 0.01;
	SAYS(0, s, "new values 3.1% of 5 min");
	s.unseen_frac = s.base_unseen_frac = 0;
	s.leading = EVIDENCE_KIND_RANGE;
	s.out_frac = 0;
	SAYS(0, s, "out of range 0.0% of 5 min again, as in the baseline; the evidence fades");
}

static void
states_without_a_cause_say_only_what_is_lacking(void **state)
{
	struct verdict_story s = story();

	(void)state;
	assert_string_equal(said(DRIFT_OK, 0, &s), "");
	assert_string_equal(said(DRIFT_LEARNING, 0, &s), "");
	s.n = 37;
	assert_string_equal(said(DRIFT_THIN, 0, &s), "only 37 rows, 50 needed");
	s.n = 1;
	assert_string_equal(said(DRIFT_THIN, 0, &s), "only 1 row, 50 needed");
	s.n = 100;
	s.m = 0;
	assert_string_equal(said(DRIFT_THIN, 0, &s), "baseline of only 0 rows, 50 needed");
}

static bool
well_formed(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	while (*p) {
		int more = *p < 0x80 ? 0 : *p < 0xc2 ? -1 : *p < 0xe0 ? 1 : *p < 0xf0 ? 2 : 3;

		if (more < 0 || *p < 0x20 || *p == 0x7f)
			return false;
		for (p++; more > 0; more--, p++)
			if ((*p & 0xc0) != 0x80)
				return false;
	}
	return true;
}

static void
values_of_any_bytes_are_quoted_safely_and_cut_at_a_character(void **state)
{
	struct verdict_story s = story();

	(void)state;
	s.type = FEATURE_CATEGORICAL;
	s.unseen_frac = s.new_value_frac = 0.5;
	s.new_value = slice_make("a\x1b[2Jb\xff\x00z", 9);
	SAYS(CAUSE_UNSEEN, s, "new value 50.0% of 5 min: \"a?[2Jb??z\"");
	s.new_value = slice_of("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
	SAYS(CAUSE_UNSEEN, s, "new value 50.0% of 5 min: \"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
	/* Overlong, surrogate, beyond Unicode, a C1 control, a cut sequence: none is text. */
	s.new_value = slice_of("\xc0\xaf|\xed\xa0\x80|\xf4\x90\x80\x80|\xc2\x9b|\xe2\x82");
	SAYS(CAUSE_UNSEEN, s, "new value 50.0% of 5 min: \"??|???|????|??|??\"");
	s.new_value = slice_of("abcdefghijklmnopqrstuvwxyz01234\xe2\x82\xac and more");
	SAYS(CAUSE_UNSEEN, s, "new value 50.0% of 5 min: \"abcdefghijklmnopqrstuvwxyz01234...\"");
	s.new_value = slice_make("", 0);
	SAYS(CAUSE_UNSEEN, s, "new value 50.0% of 5 min: \"\"");
}

static void
any_figures_make_a_whole_sentence_of_any_size(void **state)
{
	static const double odd[] = {NAN, INFINITY, -INFINITY, 0, 1e-320, 1.7e308, -1.7e308, 0.5, 1e20, 3};
	uint64_t seed = 77;
	int round;

	(void)state;
	for (round = 0; round < 20000; round++) {
		struct verdict_story s = story();
		struct verdict v = {.state = (enum drift_state)rng_below(&seed, DRIFT_COUNT),
		    .causes = (unsigned)rng_below(&seed, 16)};
		double *fields[] = {&s.psi, &s.mean, &s.base_mean, &s.std, &s.base_std, &s.min, &s.max, &s.base_min,
		    &s.base_max, &s.missing_frac, &s.base_missing_frac, &s.unseen_frac, &s.out_frac,
		    &s.new_value_frac, &s.moved_frac, &s.base_moved_frac};
		char bytes[64], out[VERDICT_SENTENCE_BYTES + 1];
		size_t cap = rng_below(&seed, VERDICT_SENTENCE_BYTES + 1), i, n;

		for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
			*fields[i] = odd[rng_below(&seed, sizeof(odd) / sizeof(odd[0]))];
		for (i = 0; i < sizeof(bytes); i++)
			bytes[i] = (char)rng_next(&seed);
		s.type = round % 2 ? FEATURE_NUMERIC : FEATURE_CATEGORICAL;
		s.new_value = s.moved_value = slice_make(bytes, rng_below(&seed, sizeof(bytes)));
		memset(out, '#', sizeof(out));
		n = verdict_sentence(&v, &s, out, cap);
		assert_int_equal(out[cap], '#');
		if (cap == 0)
			continue;
		assert_true(n < cap && strlen(out) == n);
		assert_true(well_formed(out));
	}
}

static void
one_bad_row_of_one_is_no_drift_but_five_of_five_are(void **state)
{
	struct verdict_input in = {.has_baseline = true, .m = 10000, .own_psi_max = NAN};
	struct verdict v;
	uint64_t n;

	(void)state;
	in.psi = in.psi_floor = NAN;
	for (n = 1; n <= 5; n++) {
		in.missing = (struct verdict_rate){true, n, n, 0.001, 10000};
		verdict_judge(&in, &v);
		assert_int_equal(v.missing, n < 5 ? DRIFT_OK : DRIFT_DRIFT);
	}
}

static void
levels_that_somebody_has_set_take_the_place_of_the_published_ones(void **state)
{
	struct verdict_input in = healthy();
	struct verdict v;

	(void)state;
	in.psi = 0.2;
	assert_int_equal(STATE(in), DRIFT_WATCH);
	in.watch = 0.3;
	v = judged(in);
	/* Drift is never below watch. */
	assert_true(v.state == DRIFT_OK && v.psi_watch == 0.3 && v.psi_drift == 0.3);
	in.watch = 0.05;
	in.drift = 0.15;
	assert_int_equal(STATE(in), DRIFT_DRIFT);
	/* Noise is noise whatever anybody has set. */
	in.psi_floor = 0.4;
	assert_int_equal(STATE(in), DRIFT_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_changed_is_ok_without_causes),
		cmocka_unit_test(values_that_are_not_finite_are_as_good_as_missing),
		cmocka_unit_test(without_a_baseline_it_learns_whatever_the_figures),
		cmocka_unit_test(size_is_held_against_the_levels),
		cmocka_unit_test(a_floor_above_a_level_takes_its_place),
		cmocka_unit_test(the_baselines_own_windows_raise_the_limits_once_there_are_seven),
		cmocka_unit_test(below_fifty_rows_on_either_side_size_is_hidden_and_rates_are_not),
		cmocka_unit_test(a_rate_is_watch_and_drift_exactly_from_its_bounds_on),
		cmocka_unit_test(missing_is_drift_too_where_the_share_present_halves),
		cmocka_unit_test(a_missing_rate_that_falls_is_watch_at_most_and_other_falls_are_nothing),
		cmocka_unit_test(a_rate_must_move_by_more_than_its_standard_errors),
		cmocka_unit_test(only_values_are_judged_by_their_distribution),
		cmocka_unit_test(the_worst_of_all_counts_and_every_cause_is_named),
		cmocka_unit_test(numbers_that_moved_are_told_by_mean_and_spread),
		cmocka_unit_test(a_change_of_unit_and_a_constant_are_recognised),
		cmocka_unit_test(rates_are_told_of_their_window_beside_the_baseline),
		cmocka_unit_test(what_is_now_stands_between_the_window_and_the_baseline),
		cmocka_unit_test(now_is_named_beyond_noise_and_from_twenty_rows_on),
		cmocka_unit_test(a_mean_of_now_is_named_beyond_noise_and_from_half_a_standard_deviation_on),
		cmocka_unit_test(new_and_moved_values_are_told_by_name),
		cmocka_unit_test(evidence_of_a_rate_that_is_back_where_it_was_says_so),
		cmocka_unit_test(states_without_a_cause_say_only_what_is_lacking),
		cmocka_unit_test(values_of_any_bytes_are_quoted_safely_and_cut_at_a_character),
		cmocka_unit_test(any_figures_make_a_whole_sentence_of_any_size),
	    cmocka_unit_test(levels_that_somebody_has_set_take_the_place_of_the_published_ones),
	    cmocka_unit_test(one_bad_row_of_one_is_no_drift_but_five_of_five_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
