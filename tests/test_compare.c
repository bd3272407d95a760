/* Two versions side by side: the rule against numpy, a common season, differences with their noise. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/compare.h"
#include "core/evidence.h"
#include "core/latency.h"
#include "tests/lib_rng.h"

#define UNIT 1048576.0

/* ---- against numpy --------------------------------------------------------------------------- */

static const uint64_t windows[3][2][5] = {/* cells, rows without a value */
    {{400, 500, 500, 400, 20}, {40, 45, 55, 60, 2}},
    {{420, 480, 510, 390, 18}, {35, 40, 60, 65, 9}},
    {{100, 200, 900, 600, 22}, {8, 20, 90, 82, 0}}};

/* tests/reference/make_compare.py: total, location +0.2, last cell at odds of 1.5, missing at odds of 4. */
static const double expected[3][4] = {
    {0.545471574, 2.279676303, 1.884430969, 0.000000000},
    {5.480384376, 8.456785452, 6.040138298, 5.199850402},
    {7.077202701, 10.160374370, 6.013385200, 0.000000000}};

static void
side_of_counts(const uint64_t *counts, struct compare_side *out)
{
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < 4; i++) {
		int64_t score = compare_score((double)i - 1.5);

		out->cells[i] = counts[i];
		out->n += counts[i];
		out->sum += score * (int64_t)counts[i];
		out->square += (uint64_t)(score * score) * counts[i];
	}
	out->rows = out->n + counts[4];
}

static void
evidence_is_what_numpy_has(void **state)
{
	struct compare_sample w = {.ordered = true, .missing = true, .ncells = 4};
	struct compare_evidence e;
	struct compare c;
	size_t i;

	(void)state;
	compare_clear(&c);
	compare_read(&c, true, true, 4, &e);
	assert_true(isnan(e.nats));
	for (i = 0; i < 3; i++) {
		side_of_counts(windows[i][0], &w.side[0]);
		side_of_counts(windows[i][1], &w.side[1]);
		compare_window(&c, &w, 10 + (int64_t)i);
		compare_read(&c, true, true, 4, &e);
		/* Levels are rounded to 2^-20 nat, half of that a window; the reference has nine digits. */
		assert_float_equal(e.nats, expected[i][0], 3e-6);
		assert_float_equal((double)c.level[5] / UNIT, expected[i][1], 3e-6);
		assert_float_equal(
		    (double)c.level[COMPARE_TILTS + 3 * COMPARE_RATIOS + 3] / UNIT, expected[i][2], 3e-6);
		assert_float_equal((double)c.level[COMPARE_MISSING + 5] / UNIT, expected[i][3], 3e-6);
	}
	assert_int_equal(e.leading, COMPARE_KIND_LOCATION);
	assert_int_equal(e.onset, 10);
	assert_int_equal(c.windows, 3);
}

static void
sides_that_change_places_give_the_same_evidence_but_for_its_direction(void **state)
{
	struct compare_sample w = {.ordered = true, .missing = true, .ncells = 4};
	struct compare a, b;
	size_t i, k;

	(void)state;
	compare_clear(&a);
	compare_clear(&b);
	for (i = 0; i < 3; i++) {
		side_of_counts(windows[i][0], &w.side[0]);
		side_of_counts(windows[i][1], &w.side[1]);
		compare_window(&a, &w, (int64_t)i);
		side_of_counts(windows[i][1], &w.side[0]);
		side_of_counts(windows[i][0], &w.side[1]);
		compare_window(&b, &w, (int64_t)i);
	}
	/* Tilts, and odds ratios with 1/rho, mirror each other: k of h at rho is h - k of h at 1/rho. */
	for (k = 0; k < COMPARE_TILTS; k++)
		assert_true(llabs(a.level[k] - b.level[COMPARE_TILTS - 1 - k]) <= 3);
	for (k = 0; k < COMPARE_RATIOS; k++)
		assert_true(llabs(a.level[COMPARE_MISSING + k] -
				  b.level[COMPARE_MISSING + COMPARE_RATIOS - 1 - k]) <= 3);
}

/* ---- a canary of 200 events beside 1,800, a common season and wobble -------------------------- */

#define STABLE 1800
#define CANARY 200

struct world {
	uint64_t seed;
	double wobble; /* AR(0.95), sd 0.1 */
	int64_t window;
};

/* Deciles of the standard normal: what the baseline was cut at. */
static const double deciles[9] = {-1.28155157, -0.84162123, -0.52440051, -0.25334710, 0, 0.25334710, 0.52440051,
    0.84162123, 1.28155157};

static void
draw_side(struct world *o, size_t n, double shift, struct compare_side *out)
{
	double common = 0.3 * sin(2 * 3.14159265358979 * (double)o->window / 288) + o->wobble + shift;
	size_t i, cell;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < n; i++) {
		double x = rng_normal(&o->seed) + common;
		int64_t score = compare_score(x);

		out->sum += score;
		out->square += (uint64_t)(score * score);
		for (cell = 0; cell < 9 && x > deciles[cell]; cell++)
			;
		out->cells[cell]++;
	}
	out->rows = out->n = n;
}

static double
next_window(struct world *o, struct compare *c, double shift)
{
	struct compare_sample w = {.ordered = true, .missing = true, .ncells = 10};
	struct compare_evidence e;

	o->wobble = 0.95 * o->wobble + sqrt(1 - 0.95 * 0.95) * 0.1 * rng_normal(&o->seed);
	draw_side(o, STABLE, 0, &w.side[0]);
	draw_side(o, CANARY, shift, &w.side[1]);
	compare_window(c, &w, o->window++);
	compare_read(c, true, true, 10, &e);
	return e.nats;
}

/* As many windows as were published for the rule. */
static void
a_common_season_raises_no_alarm(void **state)
{
	/* Twenty columns, 2,016 windows a week, one false alarm: at the most one in 40,320 windows is expected. */
	double limit = evidence_limit(20, 2016, 1), most = 0;
	int run, i;

	(void)state;
	for (run = 0; run < 40; run++) {
		struct world o = {.seed = 100 + (uint64_t)run};
		struct compare c;

		compare_clear(&c);
		for (i = 0; i < 1440; i++)
			most = fmax(most, next_window(&o, &c, 0));
	}
	print_message("largest of %d: %.2f nats, limit %.2f\n", 40 * 1440, most, limit);
	assert_true(most < limit);
}

static int
by_size(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int
median_delay(double shift, double limit)
{
	int delays[41], run;

	for (run = 0; run < 41; run++) {
		struct world o = {.seed = 1000 + (uint64_t)run, .window = run * 7};
		struct compare c;

		compare_clear(&c);
		for (delays[run] = 1; next_window(&o, &c, shift) < limit && delays[run] < 200; delays[run]++)
			;
	}
	qsort(delays, 41, sizeof(*delays), by_size);
	return delays[20];
}

static void
a_canary_that_differs_is_found_within_the_published_delays(void **state)
{
	static const struct {
		double shift;
		int most; /* published: 21, 4, 1 */
	} cases[] = {{0.1, 21}, {0.25, 4}, {0.5, 1}};
	double limit = evidence_limit(20, 2016, 1), effective = 1 / (1.0 / STABLE + 1.0 / CANARY);
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		int delay = median_delay(cases[i].shift, limit);
		/* A likelihood ratio grows by shift^2 n_e / 2 a window at most, and has to come to the limit and the
		 * weight of its component, a third of an eighth. No rule of this kind is faster, but for luck. */
		double least = limit / (cases[i].shift * cases[i].shift * effective / 2);

		print_message("+%.2f sd: %d windows, theory %.1f\n", cases[i].shift, delay,
		    (limit + log(24)) / limit * least);
		assert_in_range(delay, 1, cases[i].most);
		assert_true(delay >= least / 2);
	}
}

/* ---- bad input -------------------------------------------------------------------------------- */

static void
one_sided_constant_and_empty_windows_are_no_evidence(void **state)
{
	struct compare_sample w = {.ordered = true, .missing = true, .ncells = 4};
	struct compare_evidence e;
	struct compare c;
	int i;

	(void)state;
	compare_clear(&c);
	side_of_counts(windows[0][0], &w.side[0]);
	memset(&w.side[1], 0, sizeof(w.side[1]));
	compare_window(&c, &w, 1);
	assert_int_equal(c.windows, 0);
	for (i = 0; i < 100; i++) { /* one value on both sides */
		static const uint64_t constant[5] = {0, 0, 500, 0, 0};

		side_of_counts(constant, &w.side[0]);
		side_of_counts(constant, &w.side[1]);
		compare_window(&c, &w, 2 + i);
	}
	compare_read(&c, true, true, 4, &e);
	assert_true(e.nats <= 0);
	assert_int_equal(e.onset, COMPARE_NEVER);
	for (i = 0; i < 100; i++) { /* a side that has no value at all says so by what is missing */
		static const uint64_t none[5] = {0, 0, 0, 0, 500};

		side_of_counts(none, &w.side[1]);
		compare_window(&c, &w, 200 + i);
	}
	compare_read(&c, true, true, 4, &e);
	assert_int_equal(e.leading, COMPARE_KIND_MISSING);
	assert_true(e.nats > 20 && e.nats <= COMPARE_CAP_NATS);
	assert_int_equal(compare_score(1e300), 65536);
	assert_int_equal(compare_score(-1e300), -65536);
}

/* ---- differences ------------------------------------------------------------------------------ */

static void
differences_have_the_noise_of_both_sides(void **state)
{
	const uint64_t hits[2] = {22, 5}, n[2] = {1822, 205}, values[2] = {1800, 200}, none[2] = {0, 0};
	/* The third window above: means and standard deviations of the scores. */
	const double mean[2] = {0.611111111, 0.73}, sd[2] = {0.808901099, 0.785557127};
	struct compare_pair p;

	(void)state;
	compare_rates(hits, n, &p);
	assert_float_equal(p.stable, 22.0 / 1822, 1e-12);
	assert_float_equal(p.diff, 5.0 / 205 - 22.0 / 1822, 1e-12);
	assert_float_equal(p.se, 0.008445374, 1e-9);
	assert_false(compare_is_beyond_noise(&p));
	compare_means(mean, sd, values, &p);
	assert_float_equal(p.diff, 0.118888889, 1e-8);
	assert_float_equal(p.se, 0.060120199, 1e-8);
	compare_rates(none, none, &p);
	assert_true(isnan(p.stable) && isnan(p.canary) && isnan(p.diff) && isnan(p.se));
	assert_false(compare_is_beyond_noise(&p));
}

static void
the_noise_of_a_latency_quantile_is_what_samples_show(void **state)
{
	static uint64_t counts[2][LATENCY_BUCKETS];
	const uint64_t *const both[2] = {counts[0], counts[1]};
	double sum = 0, square = 0, se = 0;
	uint64_t seed = 77;
	int run, i;

	(void)state;
	for (run = 0; run < 200; run++) {
		struct compare_pair p;

		memset(counts, 0, sizeof(counts));
		for (i = 0; i < 4000; i++)
			counts[i % 4 == 0][latency_bucket(10 * exp(0.5 * rng_normal(&seed)))]++;
		compare_latency(both, 0.9, &p);
		sum += p.diff;
		square += p.diff * p.diff;
		se += p.se / 200;
	}
	/* The sd of 200 differences is known to 5 %, the se from two ranks scatters by about 10 %, less in the mean. */
	assert_true(fabs(sum / 200) < 4 * se / sqrt(200) + 0.01);
	assert_in_range((int)(100 * se / sqrt(square / 200)), 80, 120);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(evidence_is_what_numpy_has),
	    cmocka_unit_test(sides_that_change_places_give_the_same_evidence_but_for_its_direction),
	    cmocka_unit_test(a_common_season_raises_no_alarm),
	    cmocka_unit_test(a_canary_that_differs_is_found_within_the_published_delays),
	    cmocka_unit_test(one_sided_constant_and_empty_windows_are_no_evidence),
	    cmocka_unit_test(differences_have_the_noise_of_both_sides),
	    cmocka_unit_test(the_noise_of_a_latency_quantile_is_what_samples_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
