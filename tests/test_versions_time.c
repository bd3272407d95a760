/* Versions over time: shares, errors and latency by pane, from when on they are known, and for how long. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/figures_versions.h"
#include "core/store_impl.h"
#include "tests/lib_maker.h"

#define MIDNIGHT INT64_C(1699920000000)
#define SECOND	 INT64_C(1000)
#define MINUTE	 (60 * SECOND)

/* Ten events a second; from canary_s on every fifth is of the canary, each second of which fails and all of which take
 * twice as long. */
#define PER_S	 10
#define CANARY_S (31 * 60 + 17)

static void
one_event(struct store *s, int64_t at_ms, bool canary, bool failed)
{
	struct maker mk;

	event_make(&mk, "m", at_ms);
	mk.ev.version = slice_of(canary ? "2" : "1");
	mk.ev.latency_ms = canary ? 8 : 4;
	mk.ev.failed = failed;
	feature_add(&mk, "x", number((double)(at_ms % 997)));
	assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
}

static void
run(struct store *s, int from_s, int to_s, int canary_s, int canary_end_s)
{
	for (int t = from_s; t < to_s; t++) {
		for (int k = 0; k < PER_S; k++) {
			bool canary = t >= canary_s && t < canary_end_s && k % 5 == 2;

			one_event(s, MIDNIGHT + t * SECOND + k * SECOND / PER_S, canary, canary && k == 2);
		}
		assert_int_equal(store_tick(s, MIDNIGHT + (t + 1) * SECOND, NULL), 0);
	}
}

/* The canary's first event is in second CANARY_S, and it is compared from the pane of five seconds after that on. */
#define FROM_S ((CANARY_S / 5 + 1) * 5)

static void
shares_are_known_from_the_first_pane_that_both_have_in_full(void **state)
{
	struct store *s = store_make(true);
	double v[96];
	size_t n, i;

	(void)state;
	run(s, 0, FROM_S + 120, CANARY_S, INT32_MAX);
	n = figures_pair_series(s, 0, true, PAIR_SHARE, WINDOW_5M, v, 96);
	assert_int_equal(n, 60);
	/* The last pane begins with the clock, and has no event yet. */
	assert_true(isnan(v[n - 1]));
	for (i = 0; i + 1 < n; i++) {
		int64_t pane_s = FROM_S + 120 - 5 * (int64_t)(n - 1 - i);

		if (pane_s < FROM_S)
			assert_true(isnan(v[i]));
		else
			assert_float_equal(v[i], 0.2, 1e-12);
	}
	n = figures_pair_series(s, 0, false, PAIR_SHARE, WINDOW_5M, v, 96);
	assert_float_equal(v[n - 2], 0.8, 1e-12);
	/* Of the minute in which it began a part alone was counted: its share would be too small. */
	n = figures_pair_series(s, 0, true, PAIR_SHARE, WINDOW_1H, v, 96);
	assert_int_equal(n, 60);
	for (i = 0; i < n; i++) {
		int64_t minute = (FROM_S + 120) / 60 - (int64_t)(n - 1 - i);

		if (minute * 60 < FROM_S)
			assert_true(isnan(v[i]));
		else
			assert_float_equal(v[i], 0.2, 1e-12);
	}
	store_free(s);
}

static void
errors_and_latency_are_of_the_version_alone(void **state)
{
	struct store *s = store_make(true);
	double canary[96], stable[96];
	size_t n;

	(void)state;
	run(s, 0, FROM_S + 60, CANARY_S, INT32_MAX);
	n = figures_pair_series(s, 0, true, PAIR_ERRORS, WINDOW_5M, canary, 96);
	assert_int_equal(figures_pair_series(s, 0, false, PAIR_ERRORS, WINDOW_5M, stable, 96), n);
	assert_float_equal(canary[n - 2], 0.5, 1e-12);
	assert_float_equal(stable[n - 2], 0, 1e-12);
	assert_true(isnan(canary[n - 2 - 12]) && isnan(stable[n - 2 - 12]));
	for (int what = PAIR_P50; what <= PAIR_P99; what++) {
		n = figures_pair_series(s, 0, true, (enum pair_series)what, WINDOW_1H, canary, 96);
		figures_pair_series(s, 0, false, (enum pair_series)what, WINDOW_1H, stable, 96);
		/* A bucket is 0.78 % off at most. */
		assert_float_equal(canary[n - 1], 8, 8 * 0.0079);
		assert_float_equal(stable[n - 1], 4, 4 * 0.0079);
	}
	store_free(s);
}

static void
a_canary_without_an_event_in_a_pane_has_a_share_of_nothing_there(void **state)
{
	struct store *s = store_make(true);
	double v[96];
	size_t n;

	(void)state;
	run(s, 0, FROM_S + 60, CANARY_S, FROM_S + 30);
	n = figures_pair_series(s, 0, true, PAIR_SHARE, WINDOW_5M, v, 96);
	assert_float_equal(v[n - 2], 0, 1e-12);
	assert_float_equal(v[n - 2 - 6], 0.2, 1e-12);
	assert_int_equal(figures_pair_series(s, 0, true, PAIR_ERRORS, WINDOW_5M, v, 96), n);
	assert_true(isnan(v[n - 2]));
	store_free(s);
}

static void
one_version_alone_has_no_series(void **state)
{
	struct store *s = store_make(true);
	double v[96];

	(void)state;
	run(s, 0, 100, INT32_MAX, INT32_MAX);
	assert_int_equal(figures_pair_series(s, 0, false, PAIR_ERRORS, WINDOW_5M, v, 96), 0);
	store_free(s);
}

static size_t
version_at(const struct store *s, const char *name)
{
	struct version_figures f;
	size_t i = 0;

	for (figures_version(s, 0, i, &f); !slice_is(f.version, name); figures_version(s, 0, i, &f))
		assert_true(++i < 8);
	return i;
}

static void
shares_of_an_hour_are_by_five_minutes_of_all_versions(void **state)
{
	struct store *s = store_make(true);
	double v[VERSION_HOUR_POINTS], w[VERSION_HOUR_POINTS], hour, rest;

	(void)state;
	/* Midnight is the beginning of a slot: the canary has the second half of the one it begins in. */
	run(s, 0, 50 * 60, 32 * 60 + 30, 40 * 60);
	hour = figures_version_hour(s, 0, version_at(s, "2"), v);
	rest = figures_version_hour(s, 0, version_at(s, "1"), w);
	/* Of the slot that begins with the clock nothing is known, nor of the two before the first event. */
	assert_true(isnan(v[0]) && isnan(v[11]) && isnan(w[0]) && isnan(w[11]));
	for (int i = 1; i < 11; i++) {
		double share = i < 1 + 6 ? 0 : i == 7 ? 0.1 : i == 8 ? 0.2 : 0;

		assert_float_equal(v[i], share, 1e-12);
		assert_float_equal(v[i] + w[i], 1, 1e-12);
	}
	/* 7.5 of 50 minutes at a fifth. */
	assert_float_equal(hour, 7.5 / 50 / 5, 1e-12);
	assert_float_equal(hour + rest, 1, 1e-12);
	/* The model is silent for half an hour, and then for more than one: what is older is not in it. */
	assert_int_equal(store_tick(s, MIDNIGHT + 80 * MINUTE, NULL), 0);
	figures_version_hour(s, 0, version_at(s, "2"), v);
	assert_float_equal(v[7 - 6], 0.1, 1e-12);
	assert_true(isnan(v[11]) && isnan(v[5]));
	assert_int_equal(store_tick(s, MIDNIGHT + 120 * MINUTE, NULL), 0);
	assert_true(isnan(figures_version_hour(s, 0, version_at(s, "2"), v)));
	for (int i = 0; i < VERSION_HOUR_POINTS; i++)
		assert_true(isnan(v[i]));
	store_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(shares_are_known_from_the_first_pane_that_both_have_in_full),
	    cmocka_unit_test(errors_and_latency_are_of_the_version_alone),
	    cmocka_unit_test(a_canary_without_an_event_in_a_pane_has_a_share_of_nothing_there),
	    cmocka_unit_test(one_version_alone_has_no_series),
	    cmocka_unit_test(shares_of_an_hour_are_by_five_minutes_of_all_versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
