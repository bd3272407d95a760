/* How right each version of a model was, and a canary beside the stable one. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/figures_quality.h"
#include "core/mem.h"
#include "core/store.h"
#include "tests/lib_alloc.h"
#include "tests/lib_rng.h"

#define T0 INT64_C(1700000100000)
#define HOUR INT64_C(3600000)
#define EVENTS 6000 /* one a second */
#define CANARY 3000 /* from here on every fourth is of version 2 */

static struct value
text(const char *t)
{
	return (struct value){VALUE_TEXT, 0, slice_of(t)};
}

static int
version_of(int64_t i)
{
	return i >= CANARY && i % 4 == 0 ? 2 : 1;
}

/* Version 1 errs in one of five, version 2 in one of three; before the canary came version 1 never did. */
static bool
is_right(int64_t i)
{
	return i < CANARY || (version_of(i) == 1 ? i % 5 != 0 : i % 3 != 0);
}

static int
put(struct store *s, int64_t i, bool prediction, const char *label, int64_t delay_ms, struct err *err)
{
	char id[24], version[8];
	struct event ev = {.model = slice_of("shop"), .latency_ms = NAN};

	snprintf(id, sizeof id, "r-%lld", (long long)i);
	snprintf(version, sizeof version, "%d", version_of(i));
	ev.id = slice_of(id);
	ev.ts_ms = ev.arrival_ms = T0 + i * 1000 + delay_ms;
	if (prediction) {
		ev.version = slice_of(version);
		ev.prediction = text(is_right(i) == (i % 2 == 0) ? "yes" : "no");
	}
	if (label)
		ev.label = text(label);
	return store_ingest(s, &ev, err);
}

static void
add(struct store *s, int64_t i, bool prediction, const char *label, int64_t delay_ms)
{
	struct err err;

	assert_int_equal(put(s, i, prediction, label, delay_ms, &err), 0);
}

static const char *
truth(int64_t i)
{
	return i % 2 == 0 ? "yes" : "no";
}

static struct store *
make(size_t label_bytes)
{
	struct store_options o = {.label_bytes = label_bytes};
	struct fact history = {.kind = FACT_HISTORY};
	struct store *s;
	struct err err;

	assert_int_equal(store_new(&s, &o, &err), 0);
	assert_int_equal(store_apply(s, &history, &err), 0);
	return s;
}

static void
tick(struct store *s)
{
	struct err err;

	assert_int_equal(store_tick(s, T0 + EVENTS * 1000, &err), 0);
}

/* Counted by hand. From the pane that follows the canary's first event on, or in all. */
static double
expected(int version, bool since, uint64_t *n)
{
	uint64_t right = 0;
	int64_t i, from = since ? ((T0 + CANARY * 1000) / 5000 + 1) * 5000 : 0;

	for (i = 0, *n = 0; i < EVENTS; i++) {
		if (version_of(i) != version || T0 + i * 1000 < from)
			continue;
		right += is_right(i);
		++*n;
	}
	return (double)right / (double)*n;
}

static void
assert_versions(const struct store *s)
{
	struct quality_figures f;
	struct quality_pair p;
	uint64_t n;
	double share;
	int v;

	for (v = 1; v <= 2; v++) {
		share = expected(v, false, &n);
		figures_quality_version(s, 0, slice_of(v == 1 ? "1" : "2"), &f);
		assert_int_equal(f.numbers.labelled, n);
		assert_int_equal(f.predicted, n);
		assert_true(fabs(f.numbers.accuracy - share) < 1e-12);
	}
	figures_quality_pair(s, 0, slice_of("1"), slice_of("2"), &p);
	assert_int_equal(p.metric, QUALITY_ACCURACY);
	share = expected(1, true, &n);
	assert_int_equal(p.labelled[0], n);
	assert_true(fabs(p.value.stable - share) < 1e-12);
	share = expected(2, true, &n);
	assert_int_equal(p.labelled[1], n);
	assert_true(fabs(p.value.canary - share) < 1e-12);
	assert_false(p.grey || p.thin);
	assert_true(compare_is_beyond_noise(&p.value) && p.value.diff < 0);
}

static void
versions_are_compared_over_the_same_time_and_counted_over_all(void **state)
{
	struct store *with = make(0), *later = make(0);
	int64_t i;

	(void)state;
	for (i = 0; i < EVENTS; i++) {
		add(with, i, true, truth(i), 0);
		add(later, i, true, NULL, 0);
	}
	for (i = 0; i < EVENTS; i++)
		add(later, i, false, truth(i), 30 * HOUR);
	tick(with);
	tick(later);
	assert_versions(with);
	assert_versions(later);
	store_free(with);
	store_free(later);
}

/* A wrong label first, which is taken back; before and after the canary came, and where ticks fall in between. */
static void
a_label_that_is_corrected_is_taken_from_the_version_it_was_counted_for(void **state)
{
	struct store *s = make(0);
	int64_t i;

	(void)state;
	for (i = 0; i < EVENTS; i++) {
		add(s, i, true, NULL, 0);
		add(s, i, false, truth(i + 1), 1);
		if (i % 700 == 0)
			tick(s);
		if (i >= 1500)
			add(s, i - 1500, false, truth(i - 1500), 1500000);
	}
	for (i = EVENTS - 1500; i < EVENTS; i++)
		add(s, i, false, truth(i), 1500000);
	tick(s);
	assert_versions(s);
	store_free(s);
}

static void
any_order_within_a_pane_gives_the_same(void **state)
{
	struct store *s = make(0);
	int64_t at[EVENTS], i, k;
	uint64_t seed = 3;

	(void)state;
	for (i = 0; i < EVENTS; i++)
		at[i] = i;
	for (i = 0; i + 5 <= EVENTS; i += 5) /* T0 is a whole pane */
		for (k = 4; k > 0; k--) {
			int64_t j = (int64_t)rng_below(&seed, (uint64_t)k + 1), swap = at[i + k];

			at[i + k] = at[i + j];
			at[i + j] = swap;
		}
	for (i = 0; i < EVENTS; i++) {
		add(s, at[i], true, truth(at[i]), 0);
		if (rng_below(&seed, 100) == 0)
			tick(s);
	}
	tick(s);
	assert_versions(s);
	store_free(s);
}

static void
a_smaller_sample_takes_back_what_it_counted(void **state)
{
	struct store *s = make(65536);
	struct quality_figures all, one, two;
	uint64_t n;
	int64_t i;

	(void)state;
	for (i = 0; i < EVENTS; i++) {
		add(s, i, true, NULL, 0);
		add(s, i, false, truth(i), 1);
	}
	tick(s);
	figures_quality(s, 0, SPAN_ALL, &all);
	figures_quality_version(s, 0, slice_of("1"), &one);
	figures_quality_version(s, 0, slice_of("2"), &two);
	assert_true(all.numbers.labelled > 300 && all.numbers.labelled < EVENTS / 2);
	assert_int_equal(one.numbers.labelled + two.numbers.labelled, all.numbers.labelled);
	assert_int_equal(one.predicted + two.predicted, all.predicted);
	/* Four deviations of a share among so many. */
	assert_true(fabs(two.numbers.accuracy - expected(2, false, &n)) <
		    4 * sqrt(0.25 / (double)two.numbers.decided));
	store_free(s);
}

static void
a_model_of_one_version_has_the_figures_of_that_one(void **state)
{
	struct store *s = make(0);
	struct quality_figures all, one, none;
	int64_t i;

	(void)state;
	for (i = 0; i < CANARY; i++)
		add(s, i, true, truth(i), 0);
	tick(s);
	figures_quality(s, 0, SPAN_ALL, &all);
	figures_quality_version(s, 0, slice_of("1"), &one);
	figures_quality_version(s, 0, slice_of("2"), &none);
	assert_int_equal(one.numbers.labelled, CANARY);
	assert_memory_equal(&one.numbers, &all.numbers, sizeof one.numbers);
	assert_int_equal(none.numbers.labelled, 0);
	assert_true(isnan(none.numbers.accuracy));
	store_free(s);
}

/* Rolled out day after day: what has no place of its own is in no other version's figures. */
static void
versions_beyond_those_that_are_kept_apart_have_no_figures(void **state)
{
	struct store *s = make(0);
	struct event ev = {.model = slice_of("shop"), .latency_ms = NAN};
	struct quality_figures f;
	char name[16];
	struct err err;
	int v, i;

	(void)state;
	for (v = 0; v < 20; v++) {
		snprintf(name, sizeof name, "v%d", v);
		for (i = 0; i < 60; i++) {
			ev.version = slice_of(name);
			ev.ts_ms = ev.arrival_ms = T0 + (v * 60 + i) * 1000;
			ev.prediction = ev.label = text(i % 2 ? "yes" : "no");
			assert_int_equal(store_ingest(s, &ev, &err), 0);
		}
	}
	tick(s);
	for (v = 0; v < 20; v++) {
		snprintf(name, sizeof name, "v%d", v);
		figures_quality_version(s, 0, slice_of(name), &f);
		assert_int_equal(f.numbers.labelled, v < QUALITY_VERSIONS ? 60 : 0);
	}
	store_free(s);
}

static int
live(void *ctx, struct err *err)
{
	struct store_options o = {.label_bytes = 65536};
	struct store *s = NULL;
	int64_t i;
	int rc = store_new(&s, &o, err);

	(void)ctx;
	for (i = CANARY - 50; i < CANARY + 200 && !rc; i++) {
		rc = put(s, i, true, NULL, 0, err);
		if (!rc)
			rc = put(s, i, false, truth(i), 2000, err);
		if (!rc && i % 40 == 0)
			rc = store_tick(s, T0 + i * 1000, err);
	}
	store_free(s);
	return rc;
}

static void
every_allocation_may_fail(void **state)
{
	(void)state;
	assert_true(alloc_survive_each(live, NULL) > 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(versions_are_compared_over_the_same_time_and_counted_over_all),
	    cmocka_unit_test(a_label_that_is_corrected_is_taken_from_the_version_it_was_counted_for),
	    cmocka_unit_test(any_order_within_a_pane_gives_the_same),
	    cmocka_unit_test(a_smaller_sample_takes_back_what_it_counted),
	    cmocka_unit_test(a_model_of_one_version_has_the_figures_of_that_one),
	    cmocka_unit_test(versions_beyond_those_that_are_kept_apart_have_no_figures),
	    cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
