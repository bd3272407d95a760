#include "core/sort.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_alloc.h"
#include "tests/lib_rng.h"

#define MANY 3000

static int
by_comparing(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
sorts_like_qsort(const double *x, size_t n)
{
	static double ours[MANY], theirs[MANY];
	size_t i;

	memcpy(ours, x, n * sizeof(*x));
	memcpy(theirs, x, n * sizeof(*x));
	assert_int_equal(sort_doubles(ours, n, NULL), 0);
	qsort(theirs, n, sizeof(*theirs), by_comparing);
	for (i = 0; i < n; i++)
		assert_true(ours[i] == theirs[i]);
}

static void
numbers_of_any_kind_come_out_as_comparing_would_have_them(void **state)
{
	static double x[MANY];
	uint64_t seed = 3;
	size_t i, n;

	(void)state;
	for (n = 0; n < MANY; n = n * 2 + 1) {
		for (i = 0; i < n; i++)
			x[i] = rng_normal(&seed);
		sorts_like_qsort(x, n);
		for (i = 0; i < n; i++)
			x[i] = (double)rng_below(&seed, 7) - 3;
		sorts_like_qsort(x, n);
		for (i = 0; i < n; i++)
			x[i] = exp(700 * (rng_uniform(&seed) - 0.5)) * (rng_below(&seed, 2) ? -1 : 1);
		sorts_like_qsort(x, n);
	}
}

static void
the_ends_of_the_range_and_both_zeros_have_their_places(void **state)
{
	const double x[] = {0.0, -0.0, DBL_MAX, -DBL_MAX, INFINITY, -INFINITY, 0x1p-1074, -0x1p-1074, 1, -1};
	double sorted[sizeof(x) / sizeof(x[0])];

	(void)state;
	sorts_like_qsort(x, sizeof(x) / sizeof(x[0]));
	memcpy(sorted, x, sizeof(x));
	assert_int_equal(sort_doubles(sorted, sizeof(x) / sizeof(x[0]), NULL), 0);
	assert_true(signbit(sorted[4]) && !signbit(sorted[5]) && sorted[4] == 0 && sorted[5] == 0);
}

/* sqrt(2) and so on: all eight bytes differ, so that nothing is sorted by luck. */
static int
sort_a_few(void *ctx, struct err *err)
{
	double x[] = {sqrt(7), sqrt(2), sqrt(5), sqrt(3)}, was[4];
	int rc;

	(void)ctx;
	memcpy(was, x, sizeof(x));
	rc = sort_doubles(x, 4, err);
	if (rc)
		assert_memory_equal(x, was, sizeof(x));
	else
		assert_true(x[0] < x[1] && x[1] < x[2] && x[2] < x[3]);
	return rc;
}

static void
without_memory_the_numbers_stay_as_they_were(void **state)
{
	(void)state;
	assert_true(alloc_fail_each(sort_a_few, NULL) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_any_kind_come_out_as_comparing_would_have_them),
		cmocka_unit_test(the_ends_of_the_range_and_both_zeros_have_their_places),
		cmocka_unit_test(without_memory_the_numbers_stay_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
