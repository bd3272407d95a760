#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/quantile.h"
#include "tests/fixtures/stats_reference.h"

static int
order(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
a_rank_is_the_ceiling_of_qn(void **state)
{
	(void)state;
	assert_int_equal(quantile_rank(0.5, 1), 1);
	assert_int_equal(quantile_rank(0.5, 2), 1);
	assert_int_equal(quantile_rank(0.5, 3), 2);
	assert_int_equal(quantile_rank(0.9, 10), 9);
	assert_int_equal(quantile_rank(0.91, 10), 10);
	assert_int_equal(quantile_rank(0.999, 1000), 999);
	assert_int_equal(quantile_rank(0.9991, 1000), 1000);
	assert_int_equal(quantile_rank(0, 10), 1);
	assert_int_equal(quantile_rank(1, 10), 10);
	assert_int_equal(quantile_rank(1, UINT64_MAX), UINT64_MAX);
	assert_int_equal(quantile_rank(0.5, 0), 0);
	assert_int_equal(quantile_rank(NAN, 10), 1);
}

/* ceil(p n / 100) in integers is the oracle: 0.07 * 100 is 7.000000000000001 in doubles. */
static void
whole_products_are_whole_for_every_percent_of_every_size(void **state)
{
	uint64_t n, p;

	(void)state;
	for (n = 1; n <= 3000; n++)
		for (p = 1; p <= 1000; p++)
			assert_int_equal(quantile_rank((double)p / 1000, n), (p * n + 999) / 1000);
}

static void
linear_quantiles_are_numpys_bit_for_bit(void **state)
{
	size_t i, q;

	(void)state;
	for (i = 0; i < sizeof(ref_samples) / sizeof(ref_samples[0]); i++) {
		double sorted[400];

		memcpy(sorted, ref_samples[i].ref, ref_samples[i].m * sizeof(sorted[0]));
		qsort(sorted, ref_samples[i].m, sizeof(sorted[0]), order);
		for (q = 0; q < REF_LEVELS; q++) {
			double ours = quantile_linear(sorted, ref_samples[i].m, ref_levels[q]);

			assert_memory_equal(&ours, &ref_samples[i].quantiles[q], sizeof(ours));
		}
	}
}

static void
every_thousandth_of_a_small_sample_is_numpys_bit_for_bit(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i <= 1000; i++) {
		double ours = quantile_linear(few_sorted, sizeof(few_sorted) / sizeof(few_sorted[0]), (double)i / 1000);

		assert_memory_equal(&ours, &few_quantiles[i], sizeof(ours));
	}
}

static void
a_linear_quantile_of_one_or_no_value_is_that_or_unknown(void **state)
{
	const double one = 3.5;

	(void)state;
	assert_true(quantile_linear(&one, 1, 0.3) == 3.5);
	assert_true(quantile_linear(&one, 1, 1) == 3.5);
	assert_true(isnan(quantile_linear(NULL, 0, 0.3)));
}

static void
a_linear_quantile_between_the_ends_of_doubles_is_finite(void **state)
{
	const double ends[] = {-0x1.8p1023, 0x1.8p1023};

	(void)state;
	assert_true(quantile_linear(ends, 2, 0.5) == 0);
	assert_true(quantile_linear(ends, 2, 0.75) == 0x1.8p1022);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rank_is_the_ceiling_of_qn),
		cmocka_unit_test(whole_products_are_whole_for_every_percent_of_every_size),
		cmocka_unit_test(linear_quantiles_are_numpys_bit_for_bit),
		cmocka_unit_test(every_thousandth_of_a_small_sample_is_numpys_bit_for_bit),
		cmocka_unit_test(a_linear_quantile_between_the_ends_of_doubles_is_finite),
		cmocka_unit_test(a_linear_quantile_of_one_or_no_value_is_that_or_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
