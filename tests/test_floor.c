#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/floor.h"
#include "core/stat.h"
#include "tests/fixtures/stats_reference.h"
#include "tests/lib_rng.h"

static void
assert_close(double ours, double theirs, double relative)
{
	if (!(fabs(ours - theirs) <= relative * fabs(theirs)))
		fail_msg("%.17g, the reference is %.17g", ours, theirs);
}

static void
chi_square_tails_are_scipys(void **state)
{
	size_t i;

	(void)state;
	/* x^a e^-x / gamma(a) is an exponential of terms up to a few hundred: that many ulps. */
	for (i = 0; i < sizeof(ref_chi2_tail) / sizeof(ref_chi2_tail[0]); i++)
		assert_close(floor_chi2_tail(ref_chi2_tail[i].x, ref_chi2_tail[i].dof), ref_chi2_tail[i].tail, 2e-13);
	assert_true(floor_chi2_tail(0, 3) == 1);
	assert_true(floor_chi2_tail(-1, 3) == 1);
	assert_true(floor_chi2_tail(INFINITY, 3) == 0);
	assert_true(isnan(floor_chi2_tail(1, 0)));
	assert_true(isnan(floor_chi2_tail(NAN, 1)));
}

static void
chi_square_quantiles_are_scipys(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ref_chi2) / sizeof(ref_chi2[0]); i++)
		assert_close(floor_chi2(ref_chi2[i].tail, ref_chi2[i].dof), ref_chi2[i].x, 1e-12);
	assert_true(floor_chi2(1, 5) == 0);
	assert_true(isinf(floor_chi2(0, 5)));
	assert_true(isnan(floor_chi2(0.5, 0)));
	assert_true(isnan(floor_chi2(-0.1, 3)));
	assert_true(isnan(floor_chi2(NAN, 3)));
}

/* The quantile's tail is the tail that was asked for: no reference needed, any number of degrees of freedom. */
static void
a_quantile_has_the_tail_that_was_asked_for(void **state)
{
	static const double tails[] = {1e-9, 1e-4, 0.05, 0.5, 0.99};
	unsigned dof;
	size_t i;

	(void)state;
	for (dof = 1; dof <= 300; dof++)
		for (i = 0; i < sizeof(tails) / sizeof(tails[0]); i++)
			assert_close(floor_chi2_tail(floor_chi2(tails[i], dof), dof), tails[i], 1e-11);
}

static void
the_floor_of_psi_is_that_quantile_for_every_number_of_cells(void **state)
{
	size_t cells;

	(void)state;
	for (cells = 2; cells <= 80; cells++)
		assert_close(floor_psi(cells, 500, 10000),
		    floor_chi2(1e-4, (unsigned)cells - 1) * (1 / 500.0 + 1 / 10000.0), 1e-12);
	assert_true(isnan(floor_psi(1, 500, 500)));
	assert_true(isnan(floor_psi(0, 500, 500)));
	assert_true(isnan(floor_psi(10, 0, 500)));
	assert_true(isnan(floor_psi(10, 500, 0)));
}

static void
normal_quantiles_are_scipys(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ref_normal) / sizeof(ref_normal[0]); i++) {
		double exact = ref_normal[i].x;

		/* Next to 0 the quantile is nothing but the rounding of 1 - p. */
		assert_true(fabs(floor_normal(ref_normal[i].p) - exact) <= 1e-12 * fabs(exact) + 1e-15);
	}
	assert_true(floor_normal(0.5) == 0 || fabs(floor_normal(0.5)) < 1e-15);
	assert_true(isinf(floor_normal(0)) && floor_normal(0) < 0);
	assert_true(isinf(floor_normal(1)) && floor_normal(1) > 0);
	assert_true(isnan(floor_normal(1.5)) && isnan(floor_normal(NAN)));
	/* 3.9 standard errors are what the rates ask for: two-sided about 1e-4. */
	assert_true(fabs(floor_chi2_tail(FLOOR_RATE_SE * FLOOR_RATE_SE, 1) - 1e-4) < 1e-5);
}

static void
a_rates_z_squared_is_scipys_chi_square_of_the_table(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ref_rate) / sizeof(ref_rate[0]); i++) {
		double now = (double)ref_rate[i].a / ref_rate[i].n, was = (double)ref_rate[i].b / ref_rate[i].m;
		double z = floor_rate_z(now, ref_rate[i].n, was, ref_rate[i].m);

		assert_true(fabs(z * z - ref_rate[i].z2) <= 1e-9 * ref_rate[i].z2 + 1e-12);
		assert_true((z > 0) == (now > was));
	}
	assert_true(floor_rate_z(0, 50, 0, 50) == 0);
	assert_true(floor_rate_z(1, 50, 1, 50) == 0);
	assert_true(isfinite(floor_rate_z(1, 50, 0, 50)));
	assert_true(isnan(floor_rate_z(0.1, 0, 0.1, 50)));
	assert_true(isnan(floor_rate_z(0.1, 50, 0.1, 0)));
}

static void
values_with_ten_baseline_rows_have_a_cell_and_the_rest_shares_one(void **state)
{
	const uint64_t ref[] = {100, 10, 9, 12, 1}, cur[] = {1, 2, 3, 4, 5};
	uint64_t cells[5];
	uint8_t of[5];

	(void)state;
	assert_int_equal(floor_cells(ref, 5, of), 4);
	assert_int_equal(of[0], 0);
	assert_int_equal(of[1], 1);
	assert_int_equal(of[2], 3);
	assert_int_equal(of[3], 2);
	assert_int_equal(of[4], 3);
	floor_fill_cells(cur, 5, of, 4, 100, cells);
	assert_true(cells[0] == 1 && cells[1] == 2 && cells[2] == 4 && cells[3] == 108);
	assert_int_equal(floor_cells(ref + 4, 1, of), 1);
	assert_int_equal(floor_cells(NULL, 0, of), 1);
	floor_fill_cells(NULL, 0, of, 1, 7, cells);
	assert_int_equal(cells[0], 7);
}

static void
real_words_fall_into_the_cells_of_the_reference(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ref_words) / sizeof(ref_words[0]); i++) {
		uint64_t ref[51], cur[51];
		uint8_t of[50];
		struct stat_input in = {.ref = ref, .cur = cur};

		in.ncells = floor_cells(ref_words[i].named_ref, ref_words[i].named, of);
		assert_int_equal(in.ncells, ref_words[i].cells);
		floor_fill_cells(ref_words[i].named_ref, ref_words[i].named, of, in.ncells, ref_words[i].rest_ref, ref);
		floor_fill_cells(ref_words[i].named_cur, ref_words[i].named, of, in.ncells, ref_words[i].rest_cur, cur);
		assert_int_equal(stat_total(ref, in.ncells), ref_words[i].rows);
		assert_close(stat_psi(&in), ref_words[i].psi, 1e-12);
		assert_close(stat_js(&in), ref_words[i].js, 1e-9);
		assert_close(stat_tv(&in), ref_words[i].tv, 1e-12);
	}
}

static void
draw(uint64_t *seed, unsigned cells, unsigned rows, uint64_t *out)
{
	memset(out, 0, cells * sizeof(*out));
	while (rows-- > 0)
		out[rng_below(seed, cells)]++;
}

/*
 * Share of pairs of equal samples whose PSI exceeds the quantile of a tail, against that tail. The count is binomial:
 * six standard deviations on either side are left once in a billion seeds; PSI's own law is within 5 % of chi-square at
 * these sizes (200 rows a cell at least on the smaller side), which is added.
 */
static void
equal_samples_exceed_the_floor_as_often_as_it_says(void **state)
{
	enum { PAIRS = 4000, N = 2000, M = 6000, CELLS = 10 };
	static const double tails[] = {0.5, 0.05, 0.01};
	unsigned over[4] = {0};
	uint64_t seed = 20240607;
	size_t t;
	int i;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	for (i = 0; i < PAIRS; i++) {
		uint64_t ref[CELLS], cur[CELLS];
		const struct stat_input in = {.ref = ref, .cur = cur, .ncells = CELLS};
		double psi;

		draw(&seed, CELLS, M, ref);
		draw(&seed, CELLS, N, cur);
		psi = stat_psi(&in);
		for (t = 0; t < 3; t++)
			over[t] += psi > floor_chi2(tails[t], CELLS - 1) * (1.0 / N + 1.0 / M);
		over[3] += psi > floor_psi(CELLS, N, M);
	}
	for (t = 0; t < 3; t++) {
		double share = (double)over[t] / PAIRS, sd = sqrt(tails[t] * (1 - tails[t]) / PAIRS);

		assert_true(fabs(share - tails[t]) <= 6 * sd + 0.05 * tails[t]);
	}
	/* 0.4 are expected; Poisson gives more than 5 once in 250,000 seeds. */
	assert_true(over[3] <= 5);
}

/* Small samples: at 60 rows the smoothing keeps PSI below its law, so the floor errs on the quiet side. */
static void
small_equal_samples_hardly_ever_exceed_the_floor(void **state)
{
	enum { PAIRS = 20000, N = 60, M = 600, CELLS = 10 };
	uint64_t seed = 99, ref[CELLS], cur[CELLS];
	const struct stat_input in = {.ref = ref, .cur = cur, .ncells = CELLS};
	unsigned over = 0, folklore = 0;
	int i;

	(void)state;
	for (i = 0; i < PAIRS; i++) {
		draw(&seed, CELLS, M, ref);
		draw(&seed, CELLS, N, cur);
		over += stat_psi(&in) > floor_psi(CELLS, N, M);
		folklore += stat_psi(&in) > 0.1;
	}
	/* 2 are expected by the law; more than 12 come once in 10^6 even at twice that rate. */
	assert_true(over <= 12);
	/* The fixed level that is usually taken calls more than half of these equal samples different. */
	assert_true(folklore > PAIRS / 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chi_square_tails_are_scipys),
		cmocka_unit_test(chi_square_quantiles_are_scipys),
		cmocka_unit_test(a_quantile_has_the_tail_that_was_asked_for),
		cmocka_unit_test(the_floor_of_psi_is_that_quantile_for_every_number_of_cells),
		cmocka_unit_test(normal_quantiles_are_scipys),
		cmocka_unit_test(a_rates_z_squared_is_scipys_chi_square_of_the_table),
		cmocka_unit_test(values_with_ten_baseline_rows_have_a_cell_and_the_rest_shares_one),
		cmocka_unit_test(real_words_fall_into_the_cells_of_the_reference),
		cmocka_unit_test(equal_samples_exceed_the_floor_as_often_as_it_says),
		cmocka_unit_test(small_equal_samples_hardly_ever_exceed_the_floor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
