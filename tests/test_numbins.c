#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/numbins.h"
#include "core/quantile.h"
#include "tests/fixtures/stats_reference.h"
#include "tests/lib_rng.h"

#define MANY 5000

static int
order(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
make(struct numbins *b, double *x, size_t n)
{
	struct err err;

	qsort(x, n, sizeof(*x), order);
	assert_int_equal(numbins_make(b, x, n, &err), 0);
	assert_int_equal(numbins_check(b, &err), 0);
}

static void
the_levels_rise_are_symmetric_and_hold_every_decile(void **state)
{
	size_t i, d;

	(void)state;
	for (i = 0; i < NUMBINS_LEVELS; i++) {
		if (i > 0)
			assert_true(numbins_levels[i] > numbins_levels[i - 1]);
		assert_true(fabs(numbins_levels[i] + numbins_levels[NUMBINS_LEVELS - 1 - i] - 1) < 1e-15);
	}
	for (d = 1; d < 10; d++) {
		for (i = 0; i < NUMBINS_LEVELS && numbins_levels[i] != (double)d / 10; i++)
			;
		assert_true(i < NUMBINS_LEVELS);
	}
}

static void
a_bin_is_the_number_of_edges_below_for_every_number_of_edges(void **state)
{
	double edges[NUMBINS_EDGES_MAX];
	size_t n, i, step;

	(void)state;
	for (i = 0; i < NUMBINS_EDGES_MAX; i++)
		edges[i] = (double)i;
	for (n = 0; n <= NUMBINS_EDGES_MAX; n++) {
		for (step = 0; step <= 4 * n + 8; step++) {
			double x = (double)step / 4 - 1;
			size_t below = 0;

			for (i = 0; i < n; i++)
				below += edges[i] < x;
			assert_int_equal(numbins_find(edges, n, x), below);
		}
		assert_int_equal(numbins_find(edges, n, -DBL_MAX), 0);
		assert_int_equal(numbins_find(edges, n, DBL_MAX), n);
	}
}

/* numbins_bin takes fixed steps over edges padded to 32; counting them is the oracle. */
static void
a_binning_of_any_size_finds_the_same_bins_as_counting_its_edges(void **state)
{
	double x[3 * NUMBINS_EDGES_MAX];
	size_t n, i, step;

	(void)state;
	for (n = 1; n <= NUMBINS_EDGES_MAX; n++) {
		struct numbins b;

		for (i = 0; i < 2 * n; i++)
			x[i] = (double)(i / 2);
		make(&b, x, 2 * n);
		assert_int_equal(b.nedges, n);
		for (step = 0; step <= 4 * n + 8; step++) {
			double v = (double)step / 4 - 1;
			size_t below = 0;

			for (i = 0; i < b.nedges; i++)
				below += b.edges[i] < v;
			assert_int_equal(numbins_bin(&b, v), below);
		}
		assert_int_equal(numbins_bin(&b, DBL_MAX), n);
	}
}

/* The edges of b and their neighbours, values between and far out: by the table as by counting. */
static void
found_by_slot(const struct numbins *b, const double *x, size_t n)
{
	const double far[] = {-DBL_MAX, -1e300, -1, -DBL_TRUE_MIN, 0, DBL_TRUE_MIN, 1, 1e300, DBL_MAX};
	struct loghist h;
	size_t i, k;

	loghist_init(&h, b->median, b->scale);
	for (i = 0; i < n + 3 * (size_t)b->nedges + sizeof(far) / sizeof(far[0]); i++) {
		size_t e = (i - n) / 3, below = 0;
		double v = i < n ? x[i] : e < b->nedges ? b->edges[e] : far[i - n - 3 * (size_t)b->nedges];

		if (i >= n && e < b->nedges && (i - n) % 3 != 1)
			v = nextafter(v, (i - n) % 3 ? INFINITY : -INFINITY);
		for (k = 0; k < b->nedges; k++)
			below += b->edges[k] < v;
		assert_int_equal(numbins_bin_at(b, loghist_slot(&h, v), v), below);
		assert_int_equal(numbins_bin(b, v), below);
	}
}

static void
the_table_of_starts_finds_what_counting_the_edges_finds(void **state)
{
	enum { SHAPES = 9 };
	static double x[MANY];
	uint64_t seed = 7;
	size_t i, shape;

	(void)state;
	for (shape = 0; shape < SHAPES; shape++) {
		struct numbins b;

		for (i = 0; i < MANY; i++) {
			double u = rng_uniform(&seed), z = rng_normal(&seed);
			const double drawn[SHAPES] = {z, exp(3 * z), 1 / (u + 1e-12), floor(40 * u) / 3, 1e9 + 1e-6 * z,
			    z * 1e300, z * 1e-310, u < 0.5 ? 0 : exp(20 * z), u < 0.9999 ? u : 1e15};

			x[i] = drawn[shape];
		}
		make(&b, x, MANY);
		found_by_slot(&b, x, MANY);
		make(&b, x, 10);
		found_by_slot(&b, x, 10);
		make(&b, x, 1);
		found_by_slot(&b, x, 1);
	}
}

static void
continuous_values_are_cut_at_numpys_quantiles(void **state)
{
	static double x[MANY];
	uint64_t seed = 1, counts[NUMBINS_MAX], psi[NUMBINS_PSI_MAX];
	struct numbins b;
	size_t i;

	(void)state;
	for (i = 0; i < MANY; i++)
		x[i] = rng_normal(&seed);
	make(&b, x, MANY);
	assert_false(b.single);
	assert_int_equal(b.nedges, NUMBINS_LEVELS);
	for (i = 0; i < NUMBINS_LEVELS; i++)
		assert_true(b.edges[i] == quantile_linear(x, MANY, numbins_levels[i]));
	assert_int_equal(b.npsi, 10);
	numbins_tally(&b, x, MANY, counts, NULL);
	numbins_merge(&b, counts, psi);
	for (i = 0; i < 10; i++)
		assert_int_equal(psi[i], MANY / 10);
	assert_true(b.median == quantile_linear(x, MANY, 0.5));
}

static void
real_values_have_numpys_edges_and_counts_bit_for_bit(void **state)
{
	const size_t m = sizeof(real_ref) / sizeof(real_ref[0]), n = sizeof(real_cur) / sizeof(real_cur[0]);
	uint64_t fine[NUMBINS_MAX], psi[NUMBINS_PSI_MAX];
	static double ref[4000], cur[4000];
	struct numbins b;
	size_t i, k = 0;

	(void)state;
	memcpy(ref, real_ref, sizeof(real_ref));
	memcpy(cur, real_cur, sizeof(real_cur));
	make(&b, ref, m);
	for (i = 0; i < b.nedges; i++) {
		if (b.psi_of[i] != b.psi_of[i + 1]) {
			assert_memory_equal(&b.edges[i], &ref_real[0].edges[k], sizeof(double));
			k++;
		}
	}
	assert_int_equal(k, 9);
	numbins_tally(&b, ref, m, fine, NULL);
	numbins_merge(&b, fine, psi);
	assert_memory_equal(psi, ref_real[0].ref, sizeof(psi));
	memset(fine, 0, sizeof(fine));
	for (i = 0; i < n; i++)
		fine[numbins_bin(&b, cur[i])]++;
	numbins_merge(&b, fine, psi);
	assert_memory_equal(psi, ref_real[0].cur, sizeof(psi));
}

/* Twenty rows, 1 to 20: a bin a value; the deciles 2.9, 4.8, ... lie between two values and cut at the lower one. */
static void
few_values_have_a_bin_each_and_deciles_cut_at_the_lower_value(void **state)
{
	uint64_t counts[NUMBINS_MAX], psi[NUMBINS_PSI_MAX];
	double x[20], means[NUMBINS_MAX];
	struct numbins b;
	size_t i;

	(void)state;
	for (i = 0; i < 20; i++)
		x[i] = (double)i + 1;
	make(&b, x, 20);
	assert_true(b.single);
	assert_int_equal(b.nedges, 20);
	assert_int_equal(b.npsi, 10);
	for (i = 0; i <= 20; i++)
		assert_int_equal(b.psi_of[i], i < 20 ? i / 2 : 9);
	numbins_tally(&b, x, 20, counts, means);
	for (i = 0; i < 20; i++) {
		assert_int_equal(counts[i], 1);
		assert_true(means[i] == (double)i + 1);
	}
	assert_int_equal(counts[20], 0);
	assert_true(isnan(means[20]));
	numbins_merge(&b, counts, psi);
	for (i = 0; i < 10; i++)
		assert_int_equal(psi[i], 2);
}

static void
thirty_two_values_have_a_bin_each_and_thirty_three_do_not(void **state)
{
	double x[66];
	struct numbins b;
	size_t i;

	(void)state;
	for (i = 0; i < 64; i++)
		x[i] = (double)(i / 2);
	make(&b, x, 64);
	assert_true(b.single);
	assert_int_equal(b.nedges, 32);
	for (i = 0; i < 66; i++)
		x[i] = (double)(i / 2);
	make(&b, x, 66);
	assert_false(b.single);
}

static void
a_value_the_baseline_never_had_is_unseen_where_bins_are_single_values(void **state)
{
	double x[] = {1, 2, 2, 4};
	struct numbins b;

	(void)state;
	make(&b, x, 4);
	assert_false(numbins_is_unseen(&b, numbins_bin(&b, 1), 1));
	assert_false(numbins_is_unseen(&b, numbins_bin(&b, 4), 4));
	assert_true(numbins_is_unseen(&b, numbins_bin(&b, 3), 3));
	assert_true(numbins_is_unseen(&b, numbins_bin(&b, 0), 0));
	assert_true(numbins_is_unseen(&b, numbins_bin(&b, 5), 5));
	assert_true(numbins_is_out_of_range(&b, 5));
	assert_true(numbins_is_out_of_range(&b, 0.999));
	assert_false(numbins_is_out_of_range(&b, 3));
	b.single = false;
	assert_false(numbins_is_unseen(&b, numbins_bin(&b, 3), 3));
}

/* One edge at the constant: bins closed on the right put what is smaller with it. The range sees that direction. */
static void
a_constant_baseline_has_one_edge_and_two_bins(void **state)
{
	double x[] = {7, 7, 7};
	struct numbins b;

	(void)state;
	make(&b, x, 3);
	assert_int_equal(b.nedges, 1);
	assert_int_equal(b.npsi, 2);
	assert_true(b.sd == 0 && b.mean == 7 && b.scale == 7);
	assert_int_equal(numbins_bin(&b, 7), 0);
	assert_int_equal(numbins_bin(&b, 7.5), 1);
	assert_int_equal(numbins_bin(&b, 6.5), 0);
	assert_true(numbins_is_out_of_range(&b, 6.5));
}

/* Nine tenths of the values are one: seven deciles fall on it and one cut is left. */
static void
duplicate_edges_are_dropped(void **state)
{
	static double x[1000];
	uint64_t seed = 4;
	struct numbins b;
	size_t i;

	(void)state;
	for (i = 0; i < 1000; i++)
		x[i] = i < 900 ? 0 : rng_uniform(&seed);
	make(&b, x, 1000);
	assert_false(b.single);
	assert_true(b.edges[0] == 0);
	for (i = 1; i < b.nedges; i++)
		assert_true(b.edges[i] > b.edges[i - 1]);
	/* Deciles .1 to .8 are 0, .9 lies a tenth of the way to the least of the others: two cuts. */
	assert_int_equal(b.npsi, 3);
}

static void
moments_are_numpys(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ref_samples) / sizeof(ref_samples[0]); i++) {
		double x[400], size;
		struct numbins b;

		memcpy(x, ref_samples[i].ref, ref_samples[i].m * sizeof(x[0]));
		make(&b, x, ref_samples[i].m);
		/* numpy adds in pairs: a few ulps of the greatest value. */
		size = fmax(fabs(b.min), fabs(b.max));
		assert_true(fabs(b.mean - ref_samples[i].ref_mean) <= 8 * DBL_EPSILON * size);
		assert_true(fabs(b.sd - ref_samples[i].ref_sd) <= 8 * DBL_EPSILON * size);
		assert_true(b.min == x[0] && b.max == x[ref_samples[i].m - 1]);
	}
}

/* A value is off by at most half a unit, so is the mean; the standard deviation by at most that too (it is a norm). */
static void
fixed_point_sums_give_mean_and_standard_deviation(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(ref_samples) / sizeof(ref_samples[0]); i++) {
		const double *cur = ref_samples[i].cur;
		size_t n = ref_samples[i].n;
		double x[400], half;
		bool clipped = false;
		wide_uint squares = 0;
		wide_int sum = 0;
		struct numbins b;

		memcpy(x, ref_samples[i].ref, ref_samples[i].m * sizeof(x[0]));
		make(&b, x, ref_samples[i].m);
		for (j = 0; j < n; j++) {
			int64_t v = numbins_fixed(&b, cur[j], &clipped);

			sum += v;
			squares += numbins_square(v);
		}
		assert_false(clipped);
		half = 0.5 / b.per_unit;
		assert_true(fabs(numbins_mean(&b, sum, n) - ref_samples[i].cur_mean) <=
		    half + 8 * DBL_EPSILON * fabs(ref_samples[i].cur_mean));
		assert_true(fabs(numbins_std(&b, sum, squares, n) - ref_samples[i].cur_sd) <=
		    half + 8 * DBL_EPSILON * ref_samples[i].cur_sd);
	}
	assert_true(isnan(numbins_mean(&(struct numbins){.per_unit = 1}, 0, 0)));
	assert_true(isnan(numbins_std(&(struct numbins){.per_unit = 1}, 0, 0, 0)));
}

static void
sums_of_a_day_of_extreme_values_are_exact(void **state)
{
	const uint64_t n = UINT64_C(1) << 40;
	const int64_t v = INT64_C(4294967295);
	struct numbins b = {.mean = 0, .per_unit = 1};
	wide_int half = (wide_int)v * (wide_int)(n / 2);
	wide_uint squares = (wide_uint)numbins_square(v) * n;

	(void)state;
	assert_true(numbins_mean(&b, (wide_int)v * (wide_int)n, n) == 4294967295.0);
	assert_true(numbins_std(&b, (wide_int)v * (wide_int)n, squares, n) == 0);
	assert_true(numbins_mean(&b, half - half, n) == 0);
	assert_true(numbins_std(&b, 0, squares, n) == 4294967295.0);
	/* All at v but one a unit less: variance 1/n to first order. */
	assert_true(fabs(numbins_std(&b, (wide_int)v * (wide_int)n - 1,
	    squares - (wide_uint)numbins_square(v) + (wide_uint)numbins_square(v - 1), n) - 0x1p-20) < 1e-12);
}

static void
values_are_rounded_to_nearest_and_cut_at_the_ends(void **state)
{
	struct numbins b = {.mean = 10, .scale = 4096, .per_unit = 1};
	bool clipped = false;

	(void)state;
	assert_int_equal(numbins_fixed(&b, 10, &clipped), 0);
	assert_int_equal(numbins_fixed(&b, 11.4, &clipped), 1);
	assert_int_equal(numbins_fixed(&b, 11.6, &clipped), 2);
	assert_int_equal(numbins_fixed(&b, 8.4, &clipped), -2);
	assert_int_equal(numbins_fixed(&b, 4294967305.0, &clipped), INT64_C(4294967295));
	assert_false(clipped);
	assert_int_equal(numbins_fixed(&b, 4294967306.0, &clipped), INT64_C(4294967295));
	assert_true(clipped);
	clipped = false;
	assert_int_equal(numbins_fixed(&b, -DBL_MAX, &clipped), -INT64_C(4294967295));
	assert_true(clipped);
	assert_true(numbins_square(-INT64_C(4294967295)) == UINT64_C(18446744065119617025));
}

static void
the_scale_falls_back_from_deviation_to_mean_to_one(void **state)
{
	double spread[] = {1, 3}, constant[] = {-5, -5}, zero[] = {0, 0}, tiny[] = {0, 5e-324};
	struct numbins b;

	(void)state;
	make(&b, spread, 2);
	assert_true(b.scale == 1 && b.per_unit == 4096);
	make(&b, constant, 2);
	assert_true(b.scale == 5 && b.per_unit == 4096 / 5.0);
	make(&b, zero, 2);
	assert_true(b.scale == 1);
	make(&b, tiny, 2);
	assert_true(b.scale == 1 && isfinite(b.per_unit));
}

static void
values_at_the_ends_of_doubles_range_have_finite_moments(void **state)
{
	double x[] = {-DBL_MAX, -1, 0, 1, DBL_MAX};
	struct numbins b;

	(void)state;
	make(&b, x, 5);
	assert_true(fabs(b.mean) <= 1e292);
	assert_true(isfinite(b.sd) && b.sd > 1e308);
}

static void
what_is_no_sample_or_no_binning_is_refused(void **state)
{
	double bad[] = {1, INFINITY}, good[] = {1, 2, 3};
	struct numbins b, c;
	struct err err;

	(void)state;
	assert_int_equal(numbins_make(&b, good, 0, &err), ERR_INVALID);
	assert_int_equal(numbins_make(&b, bad, 2, &err), ERR_INVALID);
	assert_int_equal(numbins_make(&b, good, 3, &err), 0);
#define REFUSED(change) \
	do { \
		c = b; \
		change; \
		assert_int_equal(numbins_check(&c, &err), ERR_INVALID); \
	} while (0)
	REFUSED(c.nedges = 0);
	REFUSED(c.nedges = NUMBINS_EDGES_MAX + 1);
	REFUSED(c.edges[1] = c.edges[0]);
	REFUSED(c.edges[2] = NAN);
	REFUSED(c.sd = -1);
	REFUSED(c.mean = INFINITY);
	REFUSED(c.min = 9);
	REFUSED(c.npsi = 1);
	REFUSED(c.npsi = NUMBINS_PSI_MAX + 1);
	REFUSED(c.psi_of[0] = 1);
	REFUSED(c.psi_of[1] += 2);
	assert_int_equal(numbins_check(&b, &err), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_levels_rise_are_symmetric_and_hold_every_decile),
		cmocka_unit_test(a_bin_is_the_number_of_edges_below_for_every_number_of_edges),
		cmocka_unit_test(a_binning_of_any_size_finds_the_same_bins_as_counting_its_edges),
		cmocka_unit_test(the_table_of_starts_finds_what_counting_the_edges_finds),
		cmocka_unit_test(continuous_values_are_cut_at_numpys_quantiles),
		cmocka_unit_test(real_values_have_numpys_edges_and_counts_bit_for_bit),
		cmocka_unit_test(few_values_have_a_bin_each_and_deciles_cut_at_the_lower_value),
		cmocka_unit_test(thirty_two_values_have_a_bin_each_and_thirty_three_do_not),
		cmocka_unit_test(a_value_the_baseline_never_had_is_unseen_where_bins_are_single_values),
		cmocka_unit_test(a_constant_baseline_has_one_edge_and_two_bins),
		cmocka_unit_test(duplicate_edges_are_dropped),
		cmocka_unit_test(moments_are_numpys),
		cmocka_unit_test(fixed_point_sums_give_mean_and_standard_deviation),
		cmocka_unit_test(sums_of_a_day_of_extreme_values_are_exact),
		cmocka_unit_test(values_are_rounded_to_nearest_and_cut_at_the_ends),
		cmocka_unit_test(the_scale_falls_back_from_deviation_to_mean_to_one),
		cmocka_unit_test(values_at_the_ends_of_doubles_range_have_finite_moments),
		cmocka_unit_test(what_is_no_sample_or_no_binning_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
