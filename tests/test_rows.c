/* Row buffers, and the baselines made of them. */
#include "core/rows.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/baseline.h"
#include "core/baseline_write.h"
#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_rng.h"

static void
row_add(struct rows *r, int i, size_t max_values)
{
	struct event_feature f[3] = {
	    {slice_of("n"), {VALUE_NUMBER, i, {NULL, 0}}},
	    {slice_of("t"), {VALUE_TEXT, 0, slice_of(i % 3 ? "a" : "b")}},
	    {slice_of("sometimes"), {i % 4 ? VALUE_MISSING : VALUE_NUMBER, -i, {NULL, 0}}},
	};
	struct event ev = {.model = slice_of("m"), .ts_ms = i * 1000, .latency_ms = 1, .features = f, .nfeatures = 3};

	ev.has_features = true;
	ev.failed = i % 10 == 0;
	assert_int_equal(rows_add(r, &ev, max_values, NULL), 0);
}

static void
columns_hold_every_value_with_its_row(void **state)
{
	struct rows r;
	int i;

	(void)state;
	rows_init(&r);
	for (i = 0; i < 100; i++)
		row_add(&r, i, 0);
	assert_int_equal(r.count, 100);
	assert_int_equal(rows_columns(&r), ROWS_OUTPUTS + 3);
	assert_non_null(r.inputs[0].dense);
	assert_null(r.inputs[2].dense);
	assert_int_equal(r.inputs[2].count, 25);
	for (i = 0; i < 25; i++) {
		assert_int_equal(rows_at(&r.inputs[2], (size_t)i).row, 4 * i);
		assert_true(rows_at(&r.inputs[2], (size_t)i).num == -4 * i);
	}
	rows_release(&r);
}

static void
a_dense_column_keeps_its_numbers_when_the_first_text_comes(void **state)
{
	struct event_feature f = {slice_of("x"), {VALUE_NUMBER, 1.5, {NULL, 0}}};
	struct event ev = {.features = &f, .nfeatures = 1, .latency_ms = NAN};
	struct rows r;
	struct rows_value v;
	int i;

	(void)state;
	rows_init(&r);
	for (i = 0; i < 10; i++)
		rows_add(&r, &ev, 0, NULL);
	f.value = (struct value){VALUE_TEXT, 0, slice_of("oops")};
	rows_add(&r, &ev, 0, NULL);
	assert_int_equal(r.inputs[0].count, 11);
	assert_true(rows_at(&r.inputs[0], 9).num == 1.5);
	v = rows_at(&r.inputs[0], 10);
	assert_int_equal(v.row, 10);
	assert_true(slice_is(rows_value_of(&r.inputs[0], &v).text, "oops"));
	rows_release(&r);
}

static void
a_sample_is_a_fair_share_of_the_rows_and_does_not_depend_on_when_it_began(void **state)
{
	enum { N = 20000 };
	struct rows a, b;
	size_t i;

	(void)state;
	rows_init(&a);
	rows_init(&b);
	for (i = 0; i < N; i++) {
		row_add(&a, (int)i, 5000);
		row_add(&b, (int)i, 12000);
	}
	assert_true(a.values <= 5000);
	assert_true(b.values <= 12000);
	assert_true(a.count < b.count);
	/* The share kept is a power of two; the number kept is binomial: five standard deviations. */
	{
		double share = (double)a.keep_below / 18446744073709551616.0, sd = sqrt(N * share * (1 - share));

		assert_true(fabs((double)a.count - N * share) < 5 * sd);
	}
	/* Rows of the smaller sample are all in the larger one. */
	{
		size_t k = 0;

		for (i = 0; i < a.count; i++) {
			while (k < b.count && b.meta[k].ts_ms < a.meta[i].ts_ms)
				k++;
			assert_true(k < b.count && b.meta[k].ts_ms == a.meta[i].ts_ms);
		}
	}
	/* Each kept row still has its own values. */
	for (i = 0; i < a.count; i++)
		assert_true(rows_at(&a.inputs[0], i).num * 1000 == (double)a.meta[i].ts_ms);
	rows_release(&a);
	rows_release(&b);
}

static struct baseline *
make(struct rows *r, size_t from, size_t to)
{
	struct baseline *b = NULL;

	assert_int_equal(baseline_from_rows(&b, slice_of("m"), r, from, to, BASELINE_FILE, "test", NULL), 0);
	return b;
}

static void
a_baseline_counts_its_rows_and_no_others(void **state)
{
	const struct baseline_feature *f;
	struct baseline *b;
	struct rows r;
	int i;

	(void)state;
	rows_init(&r);
	for (i = 0; i < 1000; i++)
		row_add(&r, i, 0);
	b = make(&r, 100, 500);
	assert_int_equal(b->events, 400);
	assert_int_equal(b->errors, 40);
	assert_int_equal(b->latencies, 400);
	assert_int_equal(b->from_ms, 100000);
	assert_int_equal(b->to_ms, 499000);
	f = baseline_find(b, slice_of("n"), false);
	assert_int_equal(f->count, 400);
	assert_true(f->bins.min == 100 && f->bins.max == 499);
	f = baseline_find(b, slice_of("sometimes"), false);
	assert_int_equal(f->rows, 400);
	assert_int_equal(f->count, 100);
	f = baseline_find(b, slice_of("t"), false);
	assert_int_equal(f->type, FEATURE_CATEGORICAL);
	assert_true(slice_is(f->values.named[0].value, "a"));
	assert_int_equal(f->counts[0] + f->counts[1], 400);
	assert_null(baseline_find(b, slice_of("n"), true));
	baseline_free(b);
	rows_release(&r);
}

static void
the_score_is_a_confidence_where_it_is_high_for_every_class(void **state)
{
	struct event ev = {.latency_ms = NAN, .has_features = true};
	struct baseline *b;
	struct rows r;
	int i, kind;

	(void)state;
	for (kind = 0; kind < 2; kind++) {
		rows_init(&r);
		for (i = 0; i < 100; i++) {
			ev.prediction = (struct value){VALUE_TEXT, 0, slice_of(i % 3 ? "cat" : "dog")};
			ev.score = (struct value){VALUE_NUMBER, kind ? 0.75 : i % 3 ? 0.75 : 0.125, {NULL, 0}};
			rows_add(&r, &ev, 0, NULL);
		}
		b = make(&r, 0, 100);
		assert_int_equal(b->score_is_confidence, kind == 1);
		/* The higher mean, or the smaller bytes of two equal ones (sums of quarters are exact). */
		assert_string_equal(b->positive, "cat");
		baseline_free(b);
		rows_release(&r);
	}
}

static void
windows_of_the_baseline_itself_set_the_standard_from_seven_on(void **state)
{
	const struct baseline_feature *f;
	uint64_t seed = 5;
	struct baseline *b;
	struct rows r;
	int i;

	(void)state;
	rows_init(&r);
	for (i = 0; i < 8 * 300; i++) { /* forty minutes, a row a second: eight windows of five minutes */
		struct event_feature x = {slice_of("x"), {VALUE_NUMBER, rng_normal(&seed) + (i / 300 % 2), {NULL, 0}}};
		struct event ev = {.ts_ms = INT64_C(1700000100000) + i * 1000, .features = &x, .nfeatures = 1};

		ev.has_features = true;
		ev.latency_ms = NAN;
		assert_int_equal(rows_add(&r, &ev, 0, NULL), 0);
	}
	b = make(&r, 0, r.count);
	f = baseline_find(b, slice_of("x"), false);
	/* Every window lies half a unit off the mean of a mixture with sd sqrt(1.25): PSI is near 0.2, far from 0. */
	assert_true(f->window_psi[0] > 0.1 && f->window_psi[0] < 0.6);
	assert_true(isnan(f->window_psi[1]));
	baseline_free(b);
	b = make(&r, 0, 6 * 300);
	assert_true(isnan(b->features[0].window_psi[0]));
	baseline_free(b);
	rows_release(&r);
}

static void
equal_rows_give_an_equal_identity_and_other_edges_another(void **state)
{
	struct baseline *a, *b, *c;
	struct rows r;
	int i;

	(void)state;
	rows_init(&r);
	for (i = 0; i < 400; i++)
		row_add(&r, i, 0);
	a = make(&r, 0, 400);
	b = make(&r, 0, 400);
	c = make(&r, 0, 399);
	assert_true(a->id == b->id);
	assert_true(a->id != c->id);
	baseline_free(a);
	baseline_free(b);
	baseline_free(c);
	rows_release(&r);
}

static int
make_and_write(void *ctx, struct err *err)
{
	struct baseline *b = NULL;
	size_t n;
	char *text = NULL;
	int rc = baseline_from_rows(&b, slice_of("m"), ctx, 0, 60, BASELINE_FILE, "test", err);

	if (!rc)
		rc = baseline_write((const struct baseline *const *)&b, 1, "1", &text, &n, err);
	mem_free(text);
	baseline_free(b);
	return rc;
}

static void
making_and_writing_survive_every_failed_allocation(void **state)
{
	struct rows r;
	int i;

	(void)state;
	rows_init(&r);
	for (i = 0; i < 60; i++)
		row_add(&r, i, 0);
	assert_true(alloc_survive_each(make_and_write, &r) > 10);
	rows_release(&r);
}

static int
rows_in_vain(void *ctx, struct err *err)
{
	struct event_feature f[2] = {
	    {slice_of("a"), {VALUE_NUMBER, 1, {NULL, 0}}},
	    {slice_of("b"), {VALUE_TEXT, 0, slice_of("x")}},
	};
	struct event ev = {.features = f, .nfeatures = 2, .latency_ms = NAN};
	struct rows r;
	int i, rc = 0;

	(void)ctx;
	rows_init(&r);
	for (i = 0; i < 30 && !rc; i++) {
		rc = rows_add(&r, &ev, 0, err);
		if (rc && (r.count != (size_t)i || r.values != 2 * (size_t)i))
			rc = 0; /* half a row was left behind: the helper then misses its error */
	}
	rows_release(&r);
	return rc;
}

static void
a_row_is_there_whole_or_not_at_all(void **state)
{
	(void)state;
	assert_true(alloc_fail_each(rows_in_vain, NULL) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(columns_hold_every_value_with_its_row),
	    cmocka_unit_test(a_dense_column_keeps_its_numbers_when_the_first_text_comes),
	    cmocka_unit_test(a_sample_is_a_fair_share_of_the_rows_and_does_not_depend_on_when_it_began),
	    cmocka_unit_test(a_baseline_counts_its_rows_and_no_others),
	    cmocka_unit_test(the_score_is_a_confidence_where_it_is_high_for_every_class),
	    cmocka_unit_test(windows_of_the_baseline_itself_set_the_standard_from_seven_on),
	    cmocka_unit_test(equal_rows_give_an_equal_identity_and_other_edges_another),
	    cmocka_unit_test(making_and_writing_survive_every_failed_allocation),
	    cmocka_unit_test(a_row_is_there_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
