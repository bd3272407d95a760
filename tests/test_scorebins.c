#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/quantile.h"
#include "core/scorebins.h"
#include "tests/lib_rng.h"

static int
order(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
bins_are_closed_on_the_left_and_one_belongs_to_the_last(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < SCOREBINS; i++) {
		assert_int_equal(scorebins_bin(i / 256.0), i);
		assert_int_equal(scorebins_bin(nextafter((i + 1) / 256.0, 0)), i);
	}
	assert_int_equal(scorebins_bin(1), SCOREBINS - 1);
}

static void
what_is_no_probability_is_not_counted(void **state)
{
	static const double bad[] = {-1e-9, 1.0000001, NAN, INFINITY, -INFINITY, 50};
	struct scorebins b = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(scorebins_add(&b, bad[i]), -1);
	assert_int_equal(b.n, 0);
	assert_true(isnan(scorebins_mean(&b)));
	assert_true(isnan(scorebins_quantile(&b, 0.5)));
}

/* Each score is rounded by at most 2^-25; a quantile shares its bin, 1/256 wide, with the value at its rank. */
static void
mean_and_quantiles_are_those_of_the_scores(void **state)
{
	static const double levels[] = {0, 0.05, 0.5, 0.9, 1};
	static double scores[3000];
	struct scorebins a = {0}, b = {0};
	uint64_t seed = 3;
	double sum = 0;
	size_t i;

	(void)state;
	for (i = 0; i < 3000; i++) {
		scores[i] = pow(rng_uniform(&seed), 3);
		sum += scores[i];
		scorebins_add(i % 2 ? &a : &b, scores[i]);
	}
	scorebins_merge(&a, &b);
	qsort(scores, 3000, sizeof(scores[0]), order);
	assert_int_equal(a.n, 3000);
	assert_true(fabs(scorebins_mean(&a) - sum / 3000) <= 0x1p-25 + 1e-15);
	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		double exact = scores[quantile_rank(levels[i], 3000) - 1];

		assert_true(fabs(scorebins_quantile(&a, levels[i]) - exact) <= 1 / 256.0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bins_are_closed_on_the_left_and_one_belongs_to_the_last),
		cmocka_unit_test(what_is_no_probability_is_not_counted),
		cmocka_unit_test(mean_and_quantiles_are_those_of_the_scores),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
