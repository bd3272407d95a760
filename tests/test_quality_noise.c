/*
 * False alarms of quality: the limit and what it is for. Months of labels in which nothing changes raise nothing, also
 * where labels hang together; a fall is still told within a day.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/alert.h"
#include "core/quality_noise.h"
#include "core/quality_panes.h"
#include "tests/lib_maker.h"
#include "tests/lib_often.h"
#include "tests/lib_rng.h"

#define HOUR_MS INT64_C(3600000)

/* ---- the limit ------------------------------------------------------------------------------- */

static void
the_limit_uses_up_a_tenth_of_the_budget_over_all_models(void **state)
{
	static const size_t models[] = {3, 10, 1000};
	size_t i;

	(void)state;
	/* One model: 3.89 would do, and 3.9 is the least. */
	assert_true(quality_noise_limit(1, 1) == QUALITY_NOISE_SE);
	assert_true(quality_noise_limit(0, 1) == QUALITY_NOISE_SE);
	for (i = 0; i < 3; i++) {
		double z = quality_noise_limit(models[i], 1);

		/* Expected false alarms a week of independent looks: exactly a tenth, to rounding. */
		assert_true(fabs(erfc(z / sqrt(2)) / 2 * 2016 * (double)models[i] - 0.1) < 1e-9);
	}
	assert_true(quality_noise_limit(10, 0.01) > quality_noise_limit(10, 1));
	assert_true(quality_noise_limit(1, 1e9) == QUALITY_NOISE_SE);
}

/* ---- how hours vary -------------------------------------------------------------------------- */

/* Mean factor over many days whose hours vary as said, sd in standard errors; a step after half a day. */
static double
mean_factor(double sd, double step, size_t hours)
{
	uint64_t rng = 20260131;
	double value[QUALITY_DAY], se[QUALITY_DAY], sum = 0;
	size_t i;
	int k;

	for (k = 0; k < 4000; k++) {
		for (i = 0; i < hours; i++) {
			value[i] = sd * rng_normal(&rng) + (i < hours / 2 ? 0 : step);
			se[i] = 1;
		}
		sum += quality_noise_factor(value, se, hours);
	}
	return sum / 4000;
}

/*
 * The bound is 1 + 20/23 = 1.87 times an estimate whose mean is the factor, within 3 % (the sample quartile of a skewed
 * law is a little high), and is cut at 1 from below, which one estimate in ten is. The mean of 4,000 days is within 0.7
 * % of its own: a relative deviation of 0.42 over the root of 4,000.
 */
static void
neighbouring_hours_tell_how_much_more_than_by_chance_they_vary(void **state)
{
	const double calm = mean_factor(1, 0, QUALITY_DAY), wild = mean_factor(3, 0, QUALITY_DAY),
		     fallen = mean_factor(1, 20, QUALITY_DAY);
	double nan_hours[QUALITY_DAY], ones[QUALITY_DAY];
	size_t i;

	(void)state;
	print_message("factor: %.2f (1), %.2f (9), %.2f with a fall\n", calm, wild, fallen);
	assert_true(calm > 1.87 && calm < 1.87 * 1.05);
	assert_true(wild > 9 * 1.87 * 0.98 && wild < 9 * 1.87 * 1.05);
	assert_true(fallen < calm * 1.15); /* one of 23 is at the top: the quartile lies so much higher */
	assert_true(mean_factor(3, 0, QUALITY_NOISE_PAIRS) == QUALITY_NOISE_UNKNOWN); /* one pair too few */
	assert_true(mean_factor(3, 0, QUALITY_NOISE_PAIRS + 1) > QUALITY_NOISE_UNKNOWN);
	for (i = 0; i < QUALITY_DAY; i++) {
		ones[i] = 1;
		nan_hours[i] = i % 2 ? (double)i : (double)NAN;
	}
	assert_true(quality_noise_factor(nan_hours, ones, QUALITY_DAY) == QUALITY_NOISE_UNKNOWN);
	for (i = 0; i < QUALITY_DAY; i++)
		ones[i] = 0; /* every label right in every hour: there is nothing to divide by */
	assert_true(quality_noise_factor(ones, ones, QUALITY_DAY) == QUALITY_NOISE_UNKNOWN);
}

/* ---- months ---------------------------------------------------------------------------------- */

#define MODELS 6
#define DAYS OFTEN(90, 30)
#define LABELS_AN_HOUR 100

struct months {
	struct store *s;
	uint64_t rng;
	double wander; /* sd of an hour's accuracy */
	int64_t hour;
};

static void
one_label(struct months *w, int model, double accuracy, int64_t ts_ms)
{
	struct maker mk;
	char name[16];
	bool yes = rng_uniform(&w->rng) < 0.5, right = rng_uniform(&w->rng) < accuracy;

	snprintf(name, sizeof(name), "m%d", model);
	event_make(&mk, name, ts_ms);
	mk.ev.prediction = text(yes ? "yes" : "no");
	mk.ev.label = text(yes == right ? "yes" : "no");
	assert_int_equal(store_ingest(w->s, &mk.ev, NULL), 0);
}

/* Models from `fallen` on are as right as ever. */
static void
one_hour(struct months *w, double accuracy, int fallen, double fall)
{
	const int64_t from = T0 + w->hour++ * HOUR_MS;
	int model, i;

	for (model = 0; model < MODELS; model++) {
		double now = accuracy + w->wander * rng_normal(&w->rng) - (model < fallen ? fall : 0);

		for (i = 0; i < LABELS_AN_HOUR; i++)
			one_label(w, model, now, from + i * (HOUR_MS / LABELS_AN_HOUR));
	}
	assert_int_equal(store_tick(w->s, from + HOUR_MS - 1, NULL), 0);
}

static size_t
quality_alerts(const struct store *s)
{
	const struct alerts *a = store_alerts(s);
	size_t i, n = 0;

	for (i = 0; i < a->n; i++)
		n += slice_is(a->list[i]->key.rule, "quality") && a->list[i]->fired_ms != ALERT_NEVER;
	return n;
}

static void
months_go_by(double wander, double fall)
{
	struct months w = {.s = store_make(true), .rng = 4, .wander = wander};
	int hours;

	history_ends(w.s);
	while (w.hour < DAYS * 24)
		one_hour(&w, 0.8, 0, 0);
	print_message("%d days of %d models: %zu alerts\n", DAYS, MODELS, quality_alerts(w.s));
	assert_int_equal(quality_alerts(w.s), 0);
	for (hours = 0; hours < 24 && !quality_alerts(w.s); hours++)
		one_hour(&w, 0.8, 1, fall);
	print_message("a fall of %.0f points: told after %d h\n", fall * 100, hours);
	assert_int_equal(quality_alerts(w.s), 1);
	store_free(w.s);
}

static void
three_months_of_independent_labels_raise_nothing_and_a_fall_of_fifteen_points_does(void **state)
{
	(void)state;
	months_go_by(0, 0.15);
}

/*
 * Hours that are 8 points apart: five times the variance that 100 independent labels have. At 3.9 standard errors of
 * independent labels the difference of a day to a baseline of 1,000 would have to be 1.8 deviations: a false alarm a
 * month and model.
 */
static void
three_months_of_labels_in_batches_raise_nothing_and_a_fall_of_thirty_points_does(void **state)
{
	(void)state;
	months_go_by(0.08, 0.30);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_limit_uses_up_a_tenth_of_the_budget_over_all_models),
	    cmocka_unit_test(neighbouring_hours_tell_how_much_more_than_by_chance_they_vary),
	    cmocka_unit_test(three_months_of_independent_labels_raise_nothing_and_a_fall_of_fifteen_points_does),
	    cmocka_unit_test(three_months_of_labels_in_batches_raise_nothing_and_a_fall_of_thirty_points_does),
	};

	return cmocka_run_group_tests_name("quality_noise", tests, NULL, NULL);
}
