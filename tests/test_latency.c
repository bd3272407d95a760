#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/latency.h"
#include "core/quantile.h"
#include "tests/lib_rng.h"

/* 2ab/(a+b) is off by at most (b-a)/(b+a) over [a,b); the widest bucket is the first of an octave: b/a = 65/64. */
#define WORST (1.0 / 129)

static int
order(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
every_bucket_holds_its_own_edges_and_values(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < LATENCY_BUCKETS; i++) {
		double lo = latency_bucket_lo(i), hi = latency_bucket_hi(i), value = latency_bucket_value(i);

		assert_true(lo < value && value < hi);
		assert_int_equal(latency_bucket(lo), i);
		assert_int_equal(latency_bucket(value), i);
		assert_int_equal(latency_bucket(nextafter(hi, 0)), i);
		assert_true((hi - value) / hi <= WORST * (1 + 1e-12));
		assert_true((value - lo) / lo <= WORST * (1 + 1e-12));
	}
}

static void
the_range_covers_a_microsecond_to_a_thousand_seconds(void **state)
{
	(void)state;
	assert_true(latency_bucket_lo(0) <= 1e-3);
	assert_true(latency_bucket_hi(LATENCY_BUCKETS - 1) >= 1e6);
	assert_true(latency_bucket(1e-3) > 0);
	assert_true(latency_bucket(1e6) < LATENCY_BUCKETS - 1);
}

static void
what_is_out_of_range_goes_to_the_ends_and_what_is_no_duration_nowhere(void **state)
{
	(void)state;
	assert_int_equal(latency_bucket(1e-9), 0);
	assert_int_equal(latency_bucket(5e-324), 0);
	assert_int_equal(latency_bucket(1e7), LATENCY_BUCKETS - 1);
	assert_int_equal(latency_bucket(1.7e308), LATENCY_BUCKETS - 1);
	assert_int_equal(latency_bucket(0), 0); /* whole milliseconds */
	assert_int_equal(latency_bucket(-0.0), 0);
	assert_int_equal(latency_bucket(-1), -1);
	assert_int_equal(latency_bucket(NAN), -1);
	assert_int_equal(latency_bucket(-NAN), -1);
	assert_int_equal(latency_bucket(INFINITY), -1);
	assert_int_equal(latency_bucket(-INFINITY), -1);
}

/* Oracle: the sorted values themselves at the same rank. */
static void
quantiles_are_within_a_bucket_of_the_value_at_their_rank(void **state)
{
	static const double levels[] = {0, 0.001, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1};
	static double values[20000];
	static uint32_t narrow[LATENCY_BUCKETS];
	static uint64_t counts[LATENCY_BUCKETS];
	uint64_t seed = 7;
	size_t n, q, i;

	(void)state;
	for (n = 1; n <= 20000; n = n * 3 + 1) {
		double out[sizeof(levels) / sizeof(levels[0])];

		memset(narrow, 0, sizeof(narrow));
		memset(counts, 0, sizeof(counts));
		for (i = 0; i < n; i++) {
			values[i] = exp(2 + 1.1 * rng_normal(&seed));
			narrow[latency_bucket(values[i])]++;
		}
		latency_add_u32(counts, narrow);
		qsort(values, n, sizeof(values[0]), order);
		latency_quantiles_u64(counts, levels, sizeof(levels) / sizeof(levels[0]), out);
		for (q = 0; q < sizeof(levels) / sizeof(levels[0]); q++) {
			double exact = values[quantile_rank(levels[q], n) - 1];

			assert_true(fabs(out[q] / exact - 1) <= WORST * (1 + 1e-12));
			assert_true(out[q] == latency_quantile_u64(counts, levels[q]));
			assert_true(out[q] == latency_quantile_u32(narrow, levels[q]));
		}
	}
}

static void
the_sum_of_two_panes_has_the_quantiles_of_both_together(void **state)
{
	static uint32_t a[LATENCY_BUCKETS];
	static uint64_t b[LATENCY_BUCKETS], sum[LATENCY_BUCKETS], both[LATENCY_BUCKETS];
	uint64_t seed = 11;
	int i;

	(void)state;
	for (i = 0; i < 5000; i++) {
		int bucket = latency_bucket(exp(rng_normal(&seed)));

		if (i % 3)
			a[bucket]++;
		else
			b[bucket]++;
		both[bucket]++;
	}
	latency_add_u32(sum, a);
	latency_add_u64(sum, b);
	assert_memory_equal(sum, both, sizeof(sum));
}

static void
no_count_has_no_quantile(void **state)
{
	static uint32_t narrow[LATENCY_BUCKETS];
	static uint64_t counts[LATENCY_BUCKETS];
	const double q[2] = {0.5, 0.99};
	double out[2];

	(void)state;
	assert_true(isnan(latency_quantile_u32(narrow, 0.5)));
	assert_true(isnan(latency_quantile_u64(counts, 0.5)));
	latency_quantiles_u64(counts, q, 2, out);
	assert_true(isnan(out[0]) && isnan(out[1]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bucket_holds_its_own_edges_and_values),
		cmocka_unit_test(the_range_covers_a_microsecond_to_a_thousand_seconds),
		cmocka_unit_test(what_is_out_of_range_goes_to_the_ends_and_what_is_no_duration_nowhere),
		cmocka_unit_test(quantiles_are_within_a_bucket_of_the_value_at_their_rank),
		cmocka_unit_test(the_sum_of_two_panes_has_the_quantiles_of_both_together),
		cmocka_unit_test(no_count_has_no_quantile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
