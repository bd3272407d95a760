#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/floor.h"
#include "core/numbins.h"
#include "core/stat.h"
#include "tests/fixtures/stats_reference.h"
#include "tests/lib_rng.h"

static int
order(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Two samples binned as the program bins them. */
struct pair {
	struct numbins bins;
	double ref[4000], cur[4000], means[NUMBINS_MAX];
	uint64_t fine_ref[NUMBINS_MAX], fine_cur[NUMBINS_MAX], ref10[NUMBINS_PSI_MAX], cur10[NUMBINS_PSI_MAX];
	struct stat_input in;
};

static double
mean(const double *x, size_t n)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += x[i] / (double)n;
	return sum;
}

static const struct pair *
pair_of(const double *ref, size_t m, const double *cur, size_t n)
{
	static struct pair p;
	struct err err;

	memcpy(p.ref, ref, m * sizeof(*ref));
	memcpy(p.cur, cur, n * sizeof(*cur));
	qsort(p.ref, m, sizeof(*ref), order);
	qsort(p.cur, n, sizeof(*cur), order);
	assert_int_equal(numbins_make(&p.bins, p.ref, m, &err), 0);
	numbins_tally(&p.bins, p.ref, m, p.fine_ref, p.means);
	numbins_tally(&p.bins, p.cur, n, p.fine_cur, NULL);
	numbins_merge(&p.bins, p.fine_ref, p.ref10);
	numbins_merge(&p.bins, p.fine_cur, p.cur10);
	p.in = (struct stat_input){.cur = p.cur10, .ref = p.ref10, .ncells = p.bins.npsi,
	    .fine_cur = p.fine_cur, .fine_ref = p.fine_ref, .nfine = numbins_count(&p.bins),
	    .edges = p.bins.edges, .ref_means = p.means, .ref_sd = p.bins.sd, .ref_mean = p.bins.mean,
	    .cur_mean = mean(p.cur, n), .ref_min = p.ref[0], .ref_max = p.ref[m - 1], .cur_min = p.cur[0],
	    .cur_max = p.cur[n - 1]};
	return &p;
}

static void
assert_close(double ours, double theirs, double relative, double absolute)
{
	if (!(fabs(ours - theirs) <= relative * fabs(theirs) + absolute))
		fail_msg("%.17g, the reference is %.17g", ours, theirs);
}

/* Sums of at most 51 terms of one sign each: a few hundred ulps. JS is a root: ulps of its square count there. */
static void
distances_of_counts_are_those_of_numpy_and_scipy(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ref_distance) / sizeof(ref_distance[0]); i++) {
		const struct stat_input in = {
		    .cur = ref_distance[i].cur, .ref = ref_distance[i].ref, .ncells = ref_distance[i].cells};

		assert_close(stat_psi(&in), ref_distance[i].psi, 1e-12, 1e-15);
		assert_close(stat_js(&in) * stat_js(&in), ref_distance[i].js * ref_distance[i].js, 1e-11, 1e-14);
		assert_close(stat_tv(&in), ref_distance[i].tv, 1e-12, 1e-15);
		assert_close(stat_x2(&in), ref_distance[i].x2, 1e-10, 1e-12);
	}
}

/* The deciles of 1 to 20 hold two rows each; ten rows from 11 to 20 leave five empty and put two in each other. */
static void
the_case_worked_by_hand(void **state)
{
	double ref[20], cur[10], psi;
	const struct pair *p;
	int i;

	(void)state;
	for (i = 0; i < 20; i++)
		ref[i] = i + 1;
	for (i = 0; i < 10; i++)
		cur[i] = i + 11;
	p = pair_of(ref, 20, cur, 10);
	for (i = 0; i < 10; i++) {
		assert_int_equal(p->ref10[i], 2);
		assert_int_equal(p->cur10[i], i < 5 ? 0 : 2);
	}
	/* p = 2.5/25 everywhere, q = 0.5/15 in five cells and 2.5/15 in five. */
	psi = 5 * (0.5 / 15 - 0.1) * log(0.5 / 15 / 0.1) + 5 * (2.5 / 15 - 0.1) * log(2.5 / 15 / 0.1);
	assert_close(stat_psi(&p->in), psi, 1e-14, 0);
	/* h is 0.05 and 0.15: JS^2 = (5 * 0.1 log2 2 + 5 * (0.1 log2(2/3) + 0.2 log2(4/3))) / 2. */
	assert_close(stat_js(&p->in), sqrt((0.5 + 0.5 * log2(2.0 / 3) + log2(4.0 / 3)) / 2), 1e-14, 0);
	assert_close(stat_js(&p->in), 0.5579230452841438, 1e-14, 0);
	assert_close(stat_tv(&p->in), 0.5, 1e-15, 0);
	assert_close(stat_ks(&p->in), 0.5, 1e-15, 0);
	/* Each of the ten ranks moves by five: W1 is 5, the population's standard deviation sqrt(33.25). */
	assert_close(stat_w1(&p->in), 5 / sqrt(33.25), 1e-14, 0);
	/* Per cell of the first five (10*2)^2 / (10*20*2) = 1, of the others (20*2 - 10*2)^2 / (10*20*4) = 1/2. */
	assert_close(stat_x2(&p->in), 7.5, 1e-14, 0);
}

/*
 * Ten A, six B, four C against two A, three B and five D, which is new: only A has ten rows, so the cells are A and the
 * rest. And a constant 7 against 7, 7, 7, 6 and 8: bins closed on the right put the 6 with the 7s, the range sees it.
 */
static void
categories_and_a_constant_worked_by_hand(void **state)
{
	const uint64_t named_ref[] = {10, 6, 4}, named_cur[] = {2, 3, 0};
	const double constant[15] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7}, cur[] = {7, 7, 7, 6, 8};
	uint64_t ref_cells[4], cur_cells[4];
	struct stat_input in = {.ref = ref_cells, .cur = cur_cells};
	const struct pair *p;
	uint8_t of[3];
	int i, unseen = 0, out_of_range = 0;

	(void)state;
	in.ncells = floor_cells(named_ref, 3, of);
	assert_int_equal(in.ncells, 2);
	floor_fill_cells(named_ref, 3, of, 2, 0, ref_cells);
	floor_fill_cells(named_cur, 3, of, 2, 5, cur_cells);
	assert_close(stat_psi(&in),
	    (2.5 / 11 - 0.5) * log(2.5 / 11 / 0.5) + (8.5 / 11 - 0.5) * log(8.5 / 11 / 0.5), 1e-14, 0);
	assert_close(stat_tv(&in), 0.3, 1e-15, 0);
	p = pair_of(constant, 15, cur, 5);
	assert_true(p->in.ncells == 2 && p->ref10[0] == 15 && p->cur10[0] == 4 && p->cur10[1] == 1);
	assert_close(stat_psi(&p->in),
	    (4.5 / 6 - 15.5 / 16) * log(4.5 / 6 / (15.5 / 16)) + (1.5 / 6 - 0.5 / 16) * log(1.5 / 6 / (0.5 / 16)),
	    1e-14, 0);
	assert_close(stat_js(&p->in), 0.3286815269308577, 1e-13, 0);
	assert_close(stat_ks(&p->in), 0.2, 1e-14, 0);
	assert_true(isnan(stat_w1(&p->in)));
	for (i = 0; i < 5; i++) {
		unseen += numbins_is_unseen(&p->bins, numbins_bin(&p->bins, cur[i]), cur[i]);
		out_of_range += numbins_is_out_of_range(&p->bins, cur[i]);
	}
	assert_int_equal(unseen, 2);
	assert_int_equal(out_of_range, 2);
}

static void
real_ridership_has_the_references_distances(void **state)
{
	const size_t m = sizeof(real_ref) / sizeof(real_ref[0]), n = sizeof(real_cur) / sizeof(real_cur[0]);
	const struct pair *p = pair_of(real_ref, m, real_cur, n);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ref_real) / sizeof(ref_real[0]); i++) {
		const struct stat_input in = {.cur = ref_real[i].cur, .ref = ref_real[i].ref, .ncells = 10};

		assert_close(stat_psi(&in), ref_real[i].psi, 1e-12, 0);
		assert_close(stat_js(&in), ref_real[i].js, 1e-11, 0);
	}
	assert_close(stat_psi(&p->in), ref_real[0].psi, 1e-12, 0);
	/* Every value lies above its counterpart, nearly: then the means decide and binning costs nothing. */
	assert_close(stat_w1(&p->in), ref_real[0].w1_sd, 1e-3, 0);
}

/* Inside a bin the functions may part by what both sides have there, no more. */
static void
ks_is_scipys_less_at_most_the_mass_of_a_bin(void **state)
{
	size_t i, b;

	(void)state;
	for (i = 0; i < sizeof(ref_samples) / sizeof(ref_samples[0]); i++) {
		const struct pair *p =
		    pair_of(ref_samples[i].ref, ref_samples[i].m, ref_samples[i].cur, ref_samples[i].n);
		double most = 0, ours = stat_ks(&p->in);

		for (b = 0; b < p->in.nfine; b++)
			most = fmax(most, fmax((double)p->fine_ref[b] / (double)ref_samples[i].m,
			    (double)p->fine_cur[b] / (double)ref_samples[i].n));
		assert_true(ours <= ref_samples[i].ks + 1e-12);
		assert_true(ours >= ref_samples[i].ks - most - 1e-12);
	}
}

/*
 * D inside a bin stays within what the bin holds of either side, so |D| integrated over the bin is wrong by at most
 * that times the width; what the means correct moves no more than the model's own error once more.
 */
static void
wasserstein_from_bins_is_scipys_within_the_bins(void **state)
{
	size_t i, b;

	(void)state;
	for (i = 0; i < sizeof(ref_samples) / sizeof(ref_samples[0]); i++) {
		const struct pair *p =
		    pair_of(ref_samples[i].ref, ref_samples[i].m, ref_samples[i].cur, ref_samples[i].n);
		double lo = fmin(p->in.ref_min, p->in.cur_min), end = fmax(p->in.ref_max, p->in.cur_max);
		double room = 0, ours = stat_w1(&p->in), exact = ref_samples[i].w1 / p->in.ref_sd;

		if (p->in.ref_sd == 0) {
			assert_true(isnan(ours));
			continue;
		}
		for (b = 0; b < p->in.nfine; b++) {
			double hi = b + 1 < p->in.nfine ? p->in.edges[b] : end;

			room += (hi - lo) / p->in.ref_sd * fmax((double)p->fine_ref[b] / (double)ref_samples[i].m,
			    (double)p->fine_cur[b] / (double)ref_samples[i].n);
			lo = hi;
		}
		assert_close(ours, exact, 1e-9, 2 * room);
	}
}

/*
 * What a user may rely on where the change is no mere noise: within an eighth of the exact distance at a few hundred
 * rows, where a tenth of the values may lie beyond the baseline's and only their mean and extremes are known of them.
 */
static void
wasserstein_from_bins_is_close_where_something_changed(void **state)
{
	static const char *const clear[] = {"normal_shifted", "normal_wider", "lognormal", "two_values", "counts",
	    "beyond", "unit_change", "large_offset", "atoms"};
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(ref_samples) / sizeof(ref_samples[0]); i++)
		for (k = 0; k < sizeof(clear) / sizeof(clear[0]); k++) {
			const struct pair *p;

			if (strcmp(ref_samples[i].name, clear[k]) != 0)
				continue;
			p = pair_of(ref_samples[i].ref, ref_samples[i].m, ref_samples[i].cur, ref_samples[i].n);
			assert_close(stat_w1(&p->in), ref_samples[i].w1 / p->in.ref_sd, 0.125, 0);
		}
}

static void
wasserstein_needs_neither_means_nor_extremes(void **state)
{
	const double edges[] = {0, 1};
	const uint64_t ref[] = {10, 0, 0}, cur[] = {0, 0, 10};
	struct stat_input in = {.fine_ref = ref, .fine_cur = cur, .nfine = 3, .edges = edges, .ref_sd = 1,
	    .ref_mean = NAN, .cur_mean = NAN, .ref_min = NAN, .ref_max = NAN, .cur_min = NAN, .cur_max = NAN};

	(void)state;
	assert_close(stat_w1(&in), 1, 1e-15, 0);
	in.ref_mean = 0;
	in.cur_mean = 100;
	assert_close(stat_w1(&in), 100, 1e-15, 0);
}

/*
 * Half of the baseline at 2, which is the mean of its bin (0,10], goes to (10,20], where the baseline has nothing and
 * straight lines put it at 15: half of the rows move by 13.
 */
static void
wasserstein_takes_values_to_lie_where_the_baselines_lie(void **state)
{
	const double edges[] = {0, 10, 20}, means[] = {0, 2, NAN, NAN};
	const uint64_t ref[] = {5, 5, 0, 0}, cur[] = {5, 0, 5, 0};
	const struct stat_input in = {.fine_ref = ref, .fine_cur = cur, .nfine = 4, .edges = edges, .ref_means = means,
	    .ref_sd = 1, .ref_mean = NAN, .cur_mean = NAN, .ref_min = 0, .ref_max = 2, .cur_min = 0, .cur_max = 15};

	(void)state;
	assert_close(stat_w1(&in), 6.5, 1e-15, 0);
}

static void
figures_that_cannot_be_given_are_unknown(void **state)
{
	const uint64_t some[] = {3, 4, 5}, none[] = {0, 0, 0};
	const double edges[] = {1, 2};
	size_t s;

	(void)state;
	for (s = 0; s < STAT_COUNT; s++) {
		struct stat_input in = {.cur = some, .ref = some, .ncells = 3, .fine_cur = some, .fine_ref = some,
		    .nfine = 3, .edges = edges, .ref_sd = 1, .ref_mean = NAN, .cur_mean = NAN, .ref_min = 0,
		    .ref_max = 3, .cur_min = 0, .cur_max = 3};

		assert_false(isnan(stat_rows[s].compute(&in)));
		in.cur = in.fine_cur = none;
		assert_true(isnan(stat_rows[s].compute(&in)));
		in.cur = in.fine_cur = some;
		in.ref = in.fine_ref = none;
		assert_true(isnan(stat_rows[s].compute(&in)));
		in.ref = in.fine_ref = some;
		in.ncells = in.nfine = 1;
		assert_true(isnan(stat_rows[s].compute(&in)));
		in.ncells = 3;
		in.nfine = 0;
		in.fine_cur = in.fine_ref = NULL;
		assert_true(isnan(stat_rows[s].compute(&in)) == stat_rows[s].ordered_only);
	}
}

/*
 * Of 2,000 pairs of equal samples 1 % may exceed a floor for 1 %, give or take three binomial standard errors of
 * 0.22 %. PSI, JS and X2 have their limit law, so they do; the others have bounds. The chi-square of PSI is a few
 * per cent short of the truth at 20 rows a cell.
 */
static void
floors_are_exceeded_as_often_as_they_say(void **state)
{
	enum { PAIRS = 2000, M = 1000, N = 200 };
	unsigned above[STAT_COUNT] = {0};
	uint64_t seed = 4;
	size_t s, i, round;

	(void)state;
	for (round = 0; round < PAIRS; round++) {
		double ref[M], cur[N];
		const struct pair *p;

		for (i = 0; i < M; i++)
			ref[i] = exp(0.5 * rng_normal(&seed));
		for (i = 0; i < N; i++)
			cur[i] = exp(0.5 * rng_normal(&seed));
		p = pair_of(ref, M, cur, N);
		for (s = 0; s < STAT_COUNT; s++)
			above[s] += stat_rows[s].compute(&p->in) > stat_rows[s].floor(&p->in, 0.01);
	}
	for (s = 0; s < STAT_COUNT; s++)
		if (above[s] > 0.0167 * PAIRS)
			fail_msg("%u of %d pairs exceed the floor of %s", above[s], PAIRS, stat_rows[s].name);
	assert_true(above[STAT_PSI] > 0.003 * PAIRS);
	assert_true(above[STAT_JS] > 0.003 * PAIRS);
	assert_true(above[STAT_X2] > 0.003 * PAIRS);
}

/*
 * Samples that lie on the quantiles of a bell curve have no noise, so each figure must give back the shift: within 2 %
 * where half a row is added (PSI) or the bins cut (W1), KS low by the mass of one bin (5 points of share, 0.125 sd).
 */
static void
every_figure_of_a_shifted_bell_curve_gives_the_shift(void **state)
{
	static const double shifts[] = {0.1, 0.3, 0.5, 1, 2};
	enum { N = 4000 };
	static double ref[N], cur[N];
	size_t s, i, k;

	(void)state;
	for (i = 0; i < N; i++)
		ref[i] = 50 + 7 * floor_normal(((double)i + 0.5) / N);
	for (k = 0; k < sizeof(shifts) / sizeof(shifts[0]); k++) {
		const struct pair *p;

		for (i = 0; i < N; i++)
			cur[i] = ref[i] + 7 * shifts[k];
		p = pair_of(ref, N, cur, N);
		for (s = 0; s < STAT_COUNT; s++) {
			double shift = stat_rows[s].shift(&p->in, stat_rows[s].compute(&p->in));

			if (s == STAT_KS)
				assert_true(shift <= shifts[k] + 1e-3 && shift >= shifts[k] - 0.125);
			else
				assert_close(shift, shifts[k], 0.02, 0.002);
		}
	}
}

static void
floors_and_shifts_that_cannot_be_given_are_unknown(void **state)
{
	const uint64_t some[] = {30, 40, 50}, none[] = {0, 0, 0};
	const double edges[] = {1, 2};
	size_t s;

	(void)state;
	for (s = 0; s < STAT_COUNT; s++) {
		struct stat_input in = {.cur = some, .ref = some, .ncells = 3, .fine_cur = some, .fine_ref = some,
		    .nfine = 3, .edges = edges, .ref_sd = 1, .ref_min = 0, .ref_max = 3};

		assert_true(stat_rows[s].floor(&in, FLOOR_TAIL) > stat_rows[s].floor(&in, 0.01));
		assert_true(isnan(stat_rows[s].shift(&in, NAN)));
		assert_true(stat_rows[s].shift(&in, 0) == 0);
		if (!isinf(stat_rows[s].hi))
			assert_true(isinf(stat_rows[s].shift(&in, stat_rows[s].hi)));
		in.cur = in.fine_cur = none;
		assert_true(isnan(stat_rows[s].floor(&in, FLOOR_TAIL)));
		in.cur = in.fine_cur = some;
		in.ncells = 1;
		assert_true(isnan(stat_rows[s].floor(&in, FLOOR_TAIL)));
		in.ncells = 3;
		in.fine_cur = in.fine_ref = NULL;
		assert_true(isnan(stat_rows[s].floor(&in, FLOOR_TAIL)) == stat_rows[s].ordered_only);
	}
}

/* Every row of the table: its range, its neutral value, its symmetry under scaling, its words. */
static void
every_row_keeps_to_its_contract(void **state)
{
	uint64_t seed = 31;
	size_t s, i, round;

	(void)state;
	for (s = 0; s < STAT_COUNT; s++) {
		const struct stat_row *row = &stat_rows[s];

		assert_non_null(row->compute);
		assert_true(row->name && row->name[0] && row->title && row->title[0]);
		assert_true(row->unit && row->formula && row->source && row->noise && row->noise_source && row->plain);
		assert_true(row->floor && row->shift && (row->error != NULL) == row->approximate);
		assert_ptr_equal(stat_find(row->name), row);
		for (round = 0; round < 200; round++) {
			double ref[300], cur[200], value;
			const struct pair *p;

			for (i = 0; i < 300; i++)
				ref[i] = round % 2 ? rng_normal(&seed) : (double)rng_below(&seed, 12);
			for (i = 0; i < 200; i++)
				cur[i] = round % 3 ? rng_normal(&seed) * (double)round / 20
						   : (double)rng_below(&seed, 15);
			p = pair_of(ref, 300, cur, 200);
			value = row->compute(&p->in);
			assert_true(value >= row->lo && value <= row->hi);
			p = pair_of(ref, 300, ref, 300);
			/* Equal counts cancel exactly; the two means were summed in different orders. */
			assert_true(fabs(row->compute(&p->in) - row->neutral) <= 1e-13);
		}
	}
	assert_null(stat_find("nonesuch"));
}

static void
every_row_is_explained_in_the_manual(void **state)
{
	static char text[65536];
	FILE *f = fopen("docs/METRICS.md", "r");
	size_t n, s;

	(void)state;
	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	assert_true(n > 0 && n < sizeof(text) - 1);
	for (s = 0; s < STAT_COUNT; s++) {
		char heading[128];

		snprintf(heading, sizeof(heading), "### %s (`%s`)", stat_rows[s].title, stat_rows[s].name);
		if (!strstr(text, heading) || !strstr(text, stat_rows[s].formula) || !strstr(text, stat_rows[s].source))
			fail_msg("docs/METRICS.md lacks the heading, formula or source of %s", stat_rows[s].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances_of_counts_are_those_of_numpy_and_scipy),
		cmocka_unit_test(the_case_worked_by_hand),
		cmocka_unit_test(categories_and_a_constant_worked_by_hand),
		cmocka_unit_test(real_ridership_has_the_references_distances),
		cmocka_unit_test(ks_is_scipys_less_at_most_the_mass_of_a_bin),
		cmocka_unit_test(wasserstein_from_bins_is_scipys_within_the_bins),
		cmocka_unit_test(wasserstein_from_bins_is_close_where_something_changed),
		cmocka_unit_test(wasserstein_needs_neither_means_nor_extremes),
		cmocka_unit_test(wasserstein_takes_values_to_lie_where_the_baselines_lie),
		cmocka_unit_test(figures_that_cannot_be_given_are_unknown),
		cmocka_unit_test(floors_are_exceeded_as_often_as_they_say),
		cmocka_unit_test(every_figure_of_a_shifted_bell_curve_gives_the_shift),
		cmocka_unit_test(floors_and_shifts_that_cannot_be_given_are_unknown),
		cmocka_unit_test(every_row_keeps_to_its_contract),
		cmocka_unit_test(every_row_is_explained_in_the_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
