#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/loghist.h"
#include "core/numbins.h"
#include "core/quantile.h"
#include "tests/fixtures/stats_reference.h"
#include "tests/lib_alloc.h"
#include "tests/lib_rng.h"

static int
order(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
fill(struct loghist *h, const double *x, size_t n)
{
	struct err err;
	size_t i;

	for (i = 0; i < n; i++)
		assert_int_equal(loghist_add(h, x[i], &err), 0);
}

static int
bucket_of(struct loghist *h, double x)
{
	struct err err;

	loghist_clear(h);
	assert_int_equal(loghist_add(h, x, &err), 0);
	return loghist_next(h, 0);
}

static void
every_bucket_holds_its_own_edges(void **state)
{
	struct loghist h;
	int i;

	(void)state;
	loghist_init(&h, 0, 1);
	for (i = 0; i < LOGHIST_BUCKETS; i++) {
		double lo = loghist_bucket_lo(&h, i), hi = loghist_bucket_hi(&h, i);

		assert_true(lo < hi);
		assert_int_equal(bucket_of(&h, (lo + hi) / 2), i);
		/* Away from the centre is closed on the side of the centre; the middle is open on both. */
		if (i > LOGHIST_MIDDLE)
			assert_int_equal(bucket_of(&h, lo), i);
		if (i < LOGHIST_MIDDLE)
			assert_int_equal(bucket_of(&h, hi), i);
		if (i + 1 < LOGHIST_BUCKETS)
			assert_true(hi == loghist_bucket_lo(&h, i + 1));
	}
	assert_int_equal(bucket_of(&h, 1e300), LOGHIST_BUCKETS - 1);
	assert_int_equal(bucket_of(&h, -1e300), 0);
	assert_int_equal(bucket_of(&h, 0), LOGHIST_MIDDLE);
	assert_int_equal(bucket_of(&h, -0.0), LOGHIST_MIDDLE);
	assert_int_equal(bucket_of(&h, 5e-324), LOGHIST_MIDDLE);
	loghist_release(&h);
}

/* A value and the quantile at its rank share a bucket: its width is the tolerance, a 1e-9 part of it for rounding. */
static void
assert_quantile(const struct loghist *h, const double *sorted, size_t n, double q)
{
	double exact = sorted[quantile_rank(q, n) - 1], z = fabs(exact - h->center) / h->scale;
	double width = (z < 0x1p-8 ? 0x1p-8 : z / 32) * h->scale;

	if (z >= 0x1p20)
		return;
	assert_true(fabs(loghist_quantile(h, q) - exact) <= width * (1 + 1e-9) + fabs(h->center) * 1e-15);
}

static void
quantiles_are_within_a_bucket_of_the_value_at_their_rank(void **state)
{
	size_t i, q;

	(void)state;
	for (i = 0; i < sizeof(ref_samples) / sizeof(ref_samples[0]); i++) {
		double sorted[400];
		size_t m = ref_samples[i].m;
		struct numbins b;
		struct loghist h;
		struct err err;

		memcpy(sorted, ref_samples[i].ref, m * sizeof(sorted[0]));
		qsort(sorted, m, sizeof(sorted[0]), order);
		assert_int_equal(numbins_make(&b, sorted, m, &err), 0);
		loghist_init(&h, b.median, b.scale);
		fill(&h, sorted, m);
		for (q = 0; q < REF_LEVELS; q++)
			assert_quantile(&h, sorted, m, ref_levels[q]);
		assert_int_equal(h.n, m);
		loghist_release(&h);
	}
}

/* Spreading a value over its bucket moves it by at most the bucket's width, so W1 by at most the mean of the widths. */
static double
mean_width(const double *x, size_t n, const struct loghist *h)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		double z = fabs(x[i] - h->center) / h->scale;

		sum += z < 0x1p-8 ? 0x1p-7 : z / 32;
	}
	return sum / (double)n;
}

static void
wasserstein_is_scipys_but_for_the_width_of_buckets(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ref_samples) / sizeof(ref_samples[0]); i++) {
		double sorted[400], exact, ours, tolerance;
		size_t m = ref_samples[i].m, n = ref_samples[i].n;
		struct loghist ref, cur;
		struct numbins b;
		struct err err;

		memcpy(sorted, ref_samples[i].ref, m * sizeof(sorted[0]));
		qsort(sorted, m, sizeof(sorted[0]), order);
		assert_int_equal(numbins_make(&b, sorted, m, &err), 0);
		loghist_init(&ref, b.median, b.scale);
		loghist_init(&cur, b.median, b.scale);
		fill(&ref, ref_samples[i].ref, m);
		fill(&cur, ref_samples[i].cur, n);
		exact = ref_samples[i].w1 / b.scale;
		ours = loghist_wasserstein(&ref, &cur);
		tolerance = mean_width(ref_samples[i].ref, m, &ref) + mean_width(ref_samples[i].cur, n, &ref);
		assert_true(fabs(ours - exact) <= tolerance);
		/* What is usual is far better than what is sure. */
		if (strcmp(ref_samples[i].name, "constant") != 0)
			assert_true(fabs(ours - exact) <= 0.02 * exact + 0x1p-8);
		assert_true(ours == loghist_wasserstein(&cur, &ref));
		assert_true(loghist_wasserstein(&ref, &ref) == 0);
		loghist_release(&ref);
		loghist_release(&cur);
	}
}

static void
a_change_of_unit_by_thousand_is_seen_whole(void **state)
{
	struct loghist a, b;
	struct err err;
	int i;

	(void)state;
	loghist_init(&a, 100, 10);
	loghist_init(&b, 100, 10);
	for (i = 0; i < 100; i++) {
		loghist_add(&a, 100, &err);
		loghist_add(&b, 100000, &err);
	}
	/* 99,900 away in steps of 10; the bucket there is 1/32 of that wide at most. */
	assert_true(fabs(loghist_wasserstein(&a, &b) - 9990) <= 9990 / 32.0);
	assert_true(fabs(loghist_quantile(&b, 0.5) - 100000) <= 99900 / 32.0);
	loghist_release(&a);
	loghist_release(&b);
}

/* Evenly spread over [1.5, 1.53125): one value stands in the middle, four at the odd eighths. */
static void
values_stand_evenly_in_their_bucket(void **state)
{
	struct loghist h;
	struct err err;
	int i;

	(void)state;
	loghist_init(&h, 100, 2);
	assert_int_equal(loghist_add(&h, 103, &err), 0);
	assert_true(loghist_quantile(&h, 0.5) == 100 + 2 * (1.5 + 0x1p-6));
	for (i = 0; i < 3; i++)
		assert_int_equal(loghist_add(&h, 103, &err), 0);
	for (i = 0; i < 4; i++)
		assert_true(loghist_quantile(&h, (i + 1) / 4.0) == 100 + 2 * (1.5 + (2 * i + 1) * 0x1p-8));
	loghist_release(&h);
}

static void
merging_is_counting_both_in_any_order(void **state)
{
	struct loghist a, b, both;
	uint64_t seed = 5;
	struct err err;
	int i;

	(void)state;
	loghist_init(&a, 1, 2);
	loghist_init(&b, 1, 2);
	loghist_init(&both, 1, 2);
	for (i = 0; i < 4000; i++) {
		double x = 1 + exp(4 * rng_normal(&seed)) * (i % 2 ? 1 : -1);

		loghist_add(i % 3 ? &a : &b, x, &err);
		loghist_add(&both, x, &err);
	}
	assert_int_equal(loghist_merge(&a, &b, &err), 0);
	assert_int_equal(a.n, both.n);
	for (i = 0; i < LOGHIST_BUCKETS; i++)
		assert_int_equal(loghist_count(&a, i), loghist_count(&both, i));
	loghist_clear(&a);
	assert_int_equal(a.n, 0);
	assert_int_equal(loghist_next(&a, 0), -1);
	assert_true(isnan(loghist_quantile(&a, 0.5)));
	assert_true(isnan(loghist_wasserstein(&a, &b)));
	loghist_release(&a);
	loghist_release(&b);
	loghist_release(&both);
}

static void
a_bucket_counts_past_thirty_two_bits(void **state)
{
	struct loghist a, b;
	struct err err;
	int bucket, before;

	(void)state;
	loghist_init(&a, 0, 1);
	loghist_init(&b, 0, 1);
	loghist_add(&a, 1.5, &err);
	loghist_add(&a, 1.0, &err);
	bucket = loghist_next(&a, loghist_next(&a, 0) + 1);
	before = loghist_next(&a, 0);
	assert_int_equal(loghist_put(&a, bucket, UINT32_MAX - 2u, &err), 0);
	assert_int_equal(a.wide, 0);
	loghist_add(&a, 1.5, &err);
	assert_int_equal(loghist_count(&a, bucket), UINT32_MAX);
	loghist_add(&a, 1.5, &err);
	loghist_add(&a, 1.5, &err);
	assert_true(a.wide != 0);
	assert_true(loghist_count(&a, bucket) == UINT64_C(0x100000001));
	assert_int_equal(loghist_count(&a, before), 1);
	/* A merge widens too, whichever side is wide. */
	assert_int_equal(loghist_put(&b, bucket, 5, &err), 0);
	assert_int_equal(loghist_merge(&b, &a, &err), 0);
	assert_true(loghist_count(&b, bucket) == UINT64_C(0x100000006));
	assert_int_equal(loghist_put(&b, bucket, UINT64_C(1) << 40, &err), 0);
	assert_true(loghist_count(&b, bucket) == UINT64_C(0x10100000006));
	assert_true(b.n == UINT64_C(0x10100000007));
	loghist_clear(&b);
	assert_int_equal(loghist_count(&b, bucket), 0);
	assert_int_equal(loghist_put(&b, LOGHIST_BUCKETS, 1, &err), ERR_INVALID);
	assert_int_equal(loghist_put(&b, -1, 1, &err), ERR_INVALID);
	loghist_release(&a);
	loghist_release(&b);
}

static void
histograms_of_another_centre_or_scale_do_not_mix(void **state)
{
	struct loghist a, b;
	struct err err;

	(void)state;
	loghist_init(&a, 0, 1);
	loghist_init(&b, 0, 2);
	loghist_add(&a, 1, &err);
	loghist_add(&b, 1, &err);
	assert_int_equal(loghist_merge(&a, &b, &err), ERR_INVALID);
	assert_true(isnan(loghist_wasserstein(&a, &b)));
	assert_int_equal(a.n, 1);
	loghist_release(&a);
	loghist_release(&b);
	loghist_init(&a, 0, 0);
	assert_true(a.scale == 1);
	loghist_init(&a, 0, 5e-324);
	assert_true(a.scale == 1);
}

/* The octaves that a merge needs are taken before anything is added: a refused merge leaves every count alone. */
static int
build_and_merge(void *ctx, struct err *err)
{
	struct loghist a, b;
	int rc = 0, i;

	(void)ctx;
	loghist_init(&a, 0, 1);
	loghist_init(&b, 0, 1);
	for (i = -8; i <= 8 && !rc; i++) {
		uint64_t n = a.n;

		rc = loghist_add(i % 2 ? &a : &b, i < 0 ? -ldexp(1, -i) : ldexp(1, i), err);
		assert_true(!rc || a.n == n);
	}
	if (!rc)
		rc = loghist_put(&b, LOGHIST_MIDDLE + 300, UINT32_MAX, err);
	if (!rc)
		rc = loghist_put(&a, LOGHIST_MIDDLE + 300, UINT32_MAX, err);
	if (!rc) {
		uint64_t n = a.n;

		rc = loghist_merge(&a, &b, err);
		if (rc)
			assert_true(a.n == n && loghist_count(&a, LOGHIST_MIDDLE + 300) == UINT32_MAX);
	}
	loghist_release(&a);
	loghist_release(&b);
	return rc;
}

static void
every_allocation_may_fail(void **state)
{
	(void)state;
	assert_true(alloc_fail_each(build_and_merge, NULL) > 10);
}

/* Counts of one byte, of two, and too large for either. */
static void
a_packed_histogram_tells_the_same_and_can_be_added_to(void **state)
{
	static const uint64_t most[] = {200, 60000, 70000};
	size_t k;
	int b;

	(void)state;
	for (k = 0; k < 3; k++) {
		struct loghist h, same;

		loghist_init(&h, 3, 2);
		loghist_init(&same, 3, 2);
		for (b = 1; b < LOGHIST_BUCKETS; b += 97) {
			assert_int_equal(loghist_put(&h, b, most[k] - (uint64_t)b % 50, NULL), 0);
			assert_int_equal(loghist_put(&same, b, most[k] - (uint64_t)b % 50, NULL), 0);
		}
		loghist_pack(&h);
		assert_int_equal(h.packed != NULL, most[k] <= UINT16_MAX);
		for (b = 0; b < LOGHIST_BUCKETS; b++) {
			assert_int_equal(loghist_count(&h, b), loghist_count(&same, b));
			assert_int_equal(loghist_next(&h, b), loghist_next(&same, b));
		}
		assert_true(loghist_quantile(&h, 0.3) == loghist_quantile(&same, 0.3));
		assert_true(loghist_wasserstein(&h, &same) == 0);
		assert_int_equal(loghist_merge(&same, &h, NULL), 0);
		assert_int_equal(loghist_add(&h, 3.5, NULL), 0);
		assert_int_equal(loghist_merge(&h, &same, NULL), 0);
		assert_null(h.packed);
		assert_int_equal(h.n, same.n / 2 * 3 + 1);
		for (b = 1; b < LOGHIST_BUCKETS; b += 97)
			assert_in_range(loghist_count(&h, b), 3 * (most[k] - (uint64_t)b % 50),
			    3 * (most[k] - (uint64_t)b % 50) + 1);
		loghist_release(&h);
		loghist_release(&same);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bucket_holds_its_own_edges),
		cmocka_unit_test(quantiles_are_within_a_bucket_of_the_value_at_their_rank),
		cmocka_unit_test(wasserstein_is_scipys_but_for_the_width_of_buckets),
		cmocka_unit_test(a_change_of_unit_by_thousand_is_seen_whole),
		cmocka_unit_test(values_stand_evenly_in_their_bucket),
		cmocka_unit_test(merging_is_counting_both_in_any_order),
		cmocka_unit_test(a_bucket_counts_past_thirty_two_bits),
		cmocka_unit_test(histograms_of_another_centre_or_scale_do_not_mix),
		cmocka_unit_test(every_allocation_may_fail),
		cmocka_unit_test(a_packed_histogram_tells_the_same_and_can_be_added_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
