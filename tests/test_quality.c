#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/quality.h"
#include "tests/lib_alloc.h"
#include "tests/lib_rng.h"

#define N 20000
#define EPS 1e-12 /* of doubles that are computed in another order */

struct sample {
	struct classes classes;
	struct label_pair pairs[N];
	double scores[N];
	bool truth[N], decided[N];
	size_t n;
};

static void
assert_near(double is, double want, double by)
{
	if (!(fabs(is - want) <= by))
		fail_msg("%.17g, not %.17g within %g", is, want, by);
}

static struct truth
text(struct classes *c, const char *name)
{
	struct value v = {VALUE_TEXT, 0, slice_of(name)};

	return classes_truth(c, &v);
}

static struct truth
number(struct classes *c, double x)
{
	struct value v = {VALUE_NUMBER, x, slice_of(NULL)};

	return classes_truth(c, &v);
}

/* Scores s, truth with probability s + tilt: calibrated where tilt is 0. Every tenth has no prediction of its own. */
static struct sample *
sample_make(uint64_t seed, size_t n, double tilt)
{
	struct sample *s = calloc(1, sizeof(*s));
	size_t i;

	assert_non_null(s);
	classes_init(&s->classes);
	for (i = 0; i < n; i++) {
		struct label_pair *p = &s->pairs[i];
		double u = rng_uniform(&seed), score = u * u;

		p->score = (uint32_t)(score * LABELS_SCORE_ONE + 0.5);
		s->scores[i] = p->score / 65536.0;
		s->truth[i] = rng_uniform(&seed) < score + tilt;
		p->prediction = text(&s->classes, score >= 0.5 ? "yes" : "no");
		p->label = text(&s->classes, s->truth[i] ? "yes" : "no");
		p->label_ms = (int64_t)rng_below(&seed, 7200000);
	}
	s->n = n;
	return s;
}

static void
sample_free(struct sample *s)
{
	classes_release(&s->classes);
	free(s);
}

static void
count(struct quality *q, const struct sample *s, size_t from, size_t to, int sign)
{
	struct err err;
	size_t i;

	assert_int_equal(quality_fit(q, (unsigned)s->classes.names.count, &err), 0);
	for (i = from; i < to; i++)
		quality_add(q, &s->pairs[i], sign);
}

static void
numbers(const struct quality *q, const struct sample *s, struct quality_numbers *out)
{
	struct quality_view view = {.classes = &s->classes};

	quality_numbers(q, &view, out);
}

/* Every pair of one of each: the definition, without bins. */
static double
plain_auc(const struct sample *s)
{
	double above = 0, pairs = 0;
	size_t i, k;

	for (i = 0; i < s->n; i++) {
		for (k = 0; s->truth[i] && k < s->n; k++) {
			if (s->truth[k])
				continue;
			pairs++;
			above += s->scores[i] > s->scores[k] ? 1 : s->scores[i] == s->scores[k] ? 0.5 : 0;
		}
	}
	return above / pairs;
}

static void
classification_agrees_with_counting_by_hand(void **state)
{
	struct sample *s = sample_make(5, 4000, 0);
	double tp = 0, fp = 0, fn = 0, tn = 0, brier = 0, mean = 0, share = 0;
	struct quality_numbers out;
	struct quality q;
	size_t i;

	(void)state;
	quality_init(&q);
	count(&q, s, 0, s->n, 1);
	numbers(&q, s, &out);
	for (i = 0; i < s->n; i++) {
		bool said = s->pairs[i].score >= LABELS_SCORE_ONE / 2, y = s->truth[i];

		tp += said && y;
		fp += said && !y;
		fn += !said && y;
		tn += !said && !y;
		brier += (s->scores[i] - y) * (s->scores[i] - y);
		mean += s->scores[i];
		share += y;
	}
	assert_int_equal(out.kind, QUALITY_CLASSES);
	assert_true(slice_is(classes_name(&s->classes, (unsigned)out.positive), "yes"));
	assert_near(out.accuracy, (tp + tn) / (double)s->n, EPS);
	assert_near(out.precision, tp / (tp + fp), EPS);
	assert_near(out.recall, tp / (tp + fn), EPS);
	assert_near(out.f1, 2 * tp / (2 * tp + fp + fn), EPS);
	assert_near(out.macro_f1, (out.f1 + 2 * tn / (2 * tn + fp + fn)) / 2, EPS);
	assert_near(out.brier, brier / (double)s->n, 1e-10);
	assert_near(out.calibration, (mean - share) / (double)s->n, 1e-10);
	/* Half of the pairs that share a bin at most: the bins are 1/256 wide, and few scores are close. */
	assert_near(out.auc, plain_auc(s), 0.002);
	quality_release(&q);
	sample_free(s);
}

static void
the_standard_error_is_what_repeated_samples_show(void **state)
{
	double sum = 0, squares = 0, se = 0;
	const int runs = 200;
	int i;

	(void)state;
	for (i = 0; i < runs; i++) {
		struct sample *s = sample_make(1000 + (uint64_t)i, 1000, 0);
		struct quality_numbers out;
		struct quality q;

		quality_init(&q);
		count(&q, s, 0, s->n, 1);
		numbers(&q, s, &out);
		sum += out.auc;
		squares += out.auc * out.auc;
		se += out.auc_se / runs;
		quality_release(&q);
		sample_free(s);
	}
	/* The deviation of 200 draws is known to 5 %, four times that is a fifth; the formula errs a little upwards. */
	assert_near(sqrt(squares / runs - sum / runs * (sum / runs)) / se, 0.95, 0.25);
}

static void
calibration_tells_perfect_scores_from_crooked_ones(void **state)
{
	struct sample *good = sample_make(3, N, 0), *bad = sample_make(3, N, 0.1);
	struct quality_numbers g, b;
	struct quality q;

	(void)state;
	quality_init(&q);
	count(&q, good, 0, N, 1);
	numbers(&q, good, &g);
	quality_clear(&q);
	count(&q, bad, 0, N, 1);
	numbers(&q, bad, &b);
	/* Four deviations; an ECE whose floor is the mean of about 200 half normals lies close to it. */
	assert_true(fabs(g.calibration) < 4 * g.calibration_sd);
	assert_true(fabs(b.calibration) > 10 * b.calibration_sd);
	assert_true(g.ece < 1.3 * g.ece_floor && g.ece > 0.7 * g.ece_floor);
	assert_true(b.ece > 2 * b.ece_floor);
	quality_release(&q);
	sample_free(good);
	sample_free(bad);
}

static void
wilson_is_the_published_interval(void **state)
{
	double low, high;

	(void)state;
	/* Newcombe, Statist. Med. 17, 1998, table I, method 3: 81/263 and 15/148, 0/20, 1/29. */
	quality_wilson(81, 263, &low, &high);
	assert_near(low, 0.2553, 5e-5);
	assert_near(high, 0.3662, 5e-5);
	quality_wilson(15, 148, &low, &high);
	assert_near(low, 0.0624, 5e-5);
	assert_near(high, 0.1605, 5e-5);
	quality_wilson(0, 20, &low, &high);
	assert_near(low, 0, 0);
	assert_near(high, 0.1611, 5e-5);
	quality_wilson(1, 29, &low, &high);
	assert_near(low, 0.0061, 5e-5);
	assert_near(high, 0.1718, 5e-5);
	quality_wilson(0, 0, &low, &high);
	assert_true(isnan(low) && isnan(high));
}

static void
an_auc_needs_one_of_each_and_ties_count_half(void **state)
{
	const uint64_t none[3] = {0, 0, 0}, low[3] = {5, 0, 0}, high[3] = {0, 0, 5};
	double se;

	(void)state;
	assert_true(isnan(quality_auc(low, none, 3, &se)) && isnan(se));
	assert_true(isnan(quality_auc(none, low, 3, &se)));
	assert_near(quality_auc(high, low, 3, &se), 1, 0);
	assert_near(se, 0, 0);
	assert_near(quality_auc(low, high, 3, &se), 0, 0);
	assert_near(quality_auc(low, low, 3, &se), 0.5, 0);
}

static void
text_classes_have_figures_each(void **state)
{
	static const char *const said[] = {"cat", "cat", "dog", "eel", "dog", "cat"};
	static const char *const was[] = {"cat", "dog", "dog", "cat", "dog", "fox"};
	struct quality_numbers out;
	struct sample *s = sample_make(1, 0, 0);
	struct quality q;
	size_t i;

	(void)state;
	for (i = 0; i < 6; i++)
		s->pairs[s->n++] = (struct label_pair){.prediction = text(&s->classes, said[i]),
		    .label = text(&s->classes, was[i]),
		    .score = LABELS_NO_SCORE};
	quality_init(&q);
	count(&q, s, 0, s->n, 1);
	numbers(&q, s, &out);
	assert_near(out.accuracy, 0.5, EPS);
	assert_int_equal(out.positive, -1);
	assert_true(isnan(out.auc) && isnan(out.brier) && isnan(out.precision) && isnan(out.mae));
	assert_int_equal(out.nclasses, 4); /* by name: cat dog eel fox */
	assert_near(out.classes[0].precision, 1.0 / 3, EPS);
	assert_near(out.classes[0].recall, 0.5, EPS);
	assert_near(out.classes[1].f1, 4.0 / 5, EPS);
	assert_true(isnan(out.classes[2].recall));
	assert_near(out.classes[3].recall, 0, 0);
	assert_true(isnan(out.classes[3].precision));
	/* Over cat, dog and fox, which occur as labels: 2/5, 4/5, 0. */
	assert_near(out.macro_f1, 0.4, EPS);
	quality_release(&q);
	sample_free(s);
}

static void
classes_that_are_written_differently_give_no_accuracy(void **state)
{
	struct quality_numbers out;
	struct sample *s = sample_make(1, 0, 0);
	struct quality q;
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		s->pairs[s->n++] = (struct label_pair){.prediction = text(&s->classes, i % 3 ? "true" : "false"),
		    .label = number(&s->classes, i % 3 ? 1 : 0),
		    .score = i % 3 ? 60000 : 3000};
	quality_init(&q);
	count(&q, s, 0, s->n, 1);
	numbers(&q, s, &out);
	assert_true(out.classes_apart);
	assert_true(isnan(out.accuracy) && isnan(out.macro_f1) && isnan(out.recall));
	/* The scores still tell which is which. */
	assert_near(out.auc, 1, 0);
	quality_release(&q);
	sample_free(s);
}

static void
numbers_that_are_no_classes_are_a_regression(void **state)
{
	struct quality_numbers out;
	struct sample *s = sample_make(1, 0, 0);
	double mae = 0, bias = 0;
	struct quality q;
	uint64_t seed = 8;
	int i;

	(void)state;
	for (i = 0; i < 5000; i++) {
		double x = 1000 * rng_normal(&seed), y = floor(x + rng_normal(&seed) + 0.25);

		s->pairs[s->n++] = (struct label_pair){
		    .prediction = number(&s->classes, x), .label = number(&s->classes, y), .score = LABELS_NO_SCORE};
		mae += fabs(x - y) / 5000;
		bias += (x - y) / 5000;
	}
	quality_init(&q);
	count(&q, s, 0, s->n, 1);
	numbers(&q, s, &out);
	assert_int_equal(out.kind, QUALITY_REGRESSION);
	/* Each error is rounded by at most 2^-41. */
	assert_near(out.mae, mae, 1e-11);
	assert_near(out.bias, bias, 1e-11);
	assert_true(isnan(out.accuracy) && isnan(out.macro_f1));
	/* One that is too far out for the sums makes them void, and it can be taken back. */
	s->pairs[0].label = number(&s->classes, 1e300);
	count(&q, s, 0, 1, 1);
	numbers(&q, s, &out);
	assert_true(isnan(out.mae));
	count(&q, s, 0, 1, -1);
	numbers(&q, s, &out);
	assert_near(out.mae, mae, 1e-11);
	quality_release(&q);
	sample_free(s);
}

/* Errors whose sizes are log-normal, sd of the log 1: the deviation is 1.31 of the mean, of a bell curve's 0.76. */
static void
the_standard_error_of_heavy_tailed_errors_is_that_of_the_errors_themselves(void **state)
{
	double mean = 0, squares = 0;
	struct quality_numbers out;
	struct sample *s = sample_make(1, 0, 0);
	struct quality q;
	uint64_t seed = 11;
	size_t i;

	(void)state;
	for (i = 0; i < 5000; i++) {
		double error = exp(rng_normal(&seed)) * (i % 2 ? 1 : -1), x = 0.5 + (double)i;

		s->pairs[s->n++] = (struct label_pair){.prediction = number(&s->classes, x + error),
		    .label = number(&s->classes, x),
		    .score = LABELS_NO_SCORE};
		mean += fabs(error) / 5000;
		squares += error * error / 5000;
	}
	quality_init(&q);
	count(&q, s, 0, s->n, 1);
	numbers(&q, s, &out);
	/*
	 * A bucket is w <= x/2 wide: as if spread evenly adds w^2/12, 2.1 % of the mean square (1.6 variances
	 * here); and where the density falls as 1/x its mean is up to w^2/(12 x), 1/48 of x, below its middle,
	 * and so is the sd.
	 */
	assert_near(out.mae_se / sqrt((squares - mean * mean) / 5000), 1, 0.021 * 1.6 / 2 + 1. / 48);
	quality_release(&q);
	/* Errors that are all of one size, and of one that ends a bucket, leave some doubt. */
	for (i = 0; i < 1000; i++)
		s->pairs[i].prediction = number(&s->classes, truth_number(s->pairs[i].label) + 0.74999);
	count(&q, s, 0, 1000, 1);
	numbers(&q, s, &out);
	assert_true(out.mae_se > 0 && out.mae_se < 0.25 / sqrt(1000));
	/* And none at all are no error, nor is what has been taken back. */
	count(&q, s, 0, 1000, -1);
	s->pairs[0].prediction = s->pairs[0].label;
	count(&q, s, 0, 1, 1);
	numbers(&q, s, &out);
	assert_near(out.mae_se, 0, 1e-12);
	quality_release(&q);
	sample_free(s);
}

static void
whole_numbers_are_classes_up_to_twenty_of_them(void **state)
{
	int kinds;

	(void)state;
	for (kinds = 20; kinds <= 21; kinds++) {
		struct sample *s = sample_make(1, 0, 0);
		struct quality_numbers out;
		struct quality_view view = {.classes = &s->classes};
		struct quality q;
		int i;

		for (i = 0; i < 200; i++)
			s->pairs[s->n++] = (struct label_pair){.prediction = number(&s->classes, i % kinds),
			    .label = number(&s->classes, i % 7),
			    .score = LABELS_NO_SCORE};
		quality_init(&q);
		count(&q, s, 0, s->n, 1);
		quality_numbers(&q, &view, &out);
		assert_int_equal(out.kind, kinds > 20 ? QUALITY_REGRESSION : QUALITY_CLASSES);
		view.numeric = true; /* the baseline knows better */
		quality_numbers(&q, &view, &out);
		assert_int_equal(out.kind, QUALITY_REGRESSION);
		quality_release(&q);
		sample_free(s);
	}
}

static void
confidence_is_calibrated_against_being_right(void **state)
{
	struct sample *s = sample_make(1, 0, 0);
	struct quality_view view = {.classes = &s->classes, .confidence = true};
	struct quality_numbers out;
	struct quality q;
	uint64_t seed = 4;
	int i;

	(void)state;
	for (i = 0; i < N; i++) {
		double sure = 0.5 + rng_uniform(&seed) / 2;
		bool right = rng_uniform(&seed) < sure - 0.2;

		s->pairs[s->n++] = (struct label_pair){.prediction = text(&s->classes, i % 2 ? "a" : "b"),
		    .label = text(&s->classes, (i % 2 != 0) == right ? "a" : "b"),
		    .score = (uint32_t)(sure * 65536)};
	}
	quality_init(&q);
	count(&q, s, 0, s->n, 1);
	quality_numbers(&q, &view, &out);
	assert_true(out.of_confidence && isnan(out.auc) && isnan(out.brier));
	/* Four deviations of a coin thrown N times. */
	assert_near(out.calibration, 0.2, 4 * 0.5 / sqrt(N));
	assert_true(out.ece > 5 * out.ece_floor);
	quality_release(&q);
	sample_free(s);
}

static void
assert_same(const struct quality *a, const struct quality *b, const struct sample *s)
{
	struct quality_numbers x, y;

	assert_memory_equal(a->counts, b->counts, sizeof(a->counts));
	assert_true(a->error == b->error && a->abs_error == b->abs_error);
	numbers(a, s, &x);
	numbers(b, s, &y);
	assert_memory_equal(&x, &y, sizeof(x));
}

static void
parts_add_up_and_come_off_again_bit_for_bit(void **state)
{
	struct sample *s = sample_make(9, 3000, 0);
	struct quality whole, a, b;
	char name[16];
	struct err err;
	size_t i;

	(void)state;
	quality_init(&whole);
	quality_init(&a);
	quality_init(&b);
	count(&a, s, 0, 1000, 1);
	/* More classes come later: the parts are laid out differently. */
	for (i = 1000; i < 3000; i += 10) {
		snprintf(name, sizeof(name), "%zu", i % 170);
		s->pairs[i].label = text(&s->classes, name);
		s->pairs[i].prediction = number(&s->classes, (double)(i % 13));
	}
	count(&b, s, 1000, s->n, 1);
	count(&whole, s, 0, s->n, 1);
	assert_true(b.classes > a.classes);
	assert_int_equal(quality_fit(&a, b.classes, &err), 0);
	quality_merge(&a, &b, 1);
	assert_same(&a, &whole, s);
	quality_merge(&a, &b, -1);
	quality_clear(&b);
	count(&b, s, 0, 1000, 1);
	assert_same(&a, &b, s);
	quality_release(&whole);
	quality_release(&a);
	quality_release(&b);
	sample_free(s);
}

static void
the_median_of_the_lag_is_within_its_bucket(void **state)
{
	static const int64_t lags[] = {5000, 60000, 3600000, 90000000, 259200000};
	struct sample *s = sample_make(1, 0, 0);
	struct quality_numbers out;
	struct quality q;
	size_t i;
	int k;

	(void)state;
	quality_init(&q);
	for (i = 0; i < 5; i++) {
		quality_clear(&q);
		s->n = 0;
		for (k = 0; k < 101; k++)
			s->pairs[s->n++] = (struct label_pair){
			    .label_ms = k < 40 ? 0 : lags[i],
			    .prediction = number(&s->classes, 1),
			    .score = LABELS_NO_SCORE};
		count(&q, s, 0, s->n, 1);
		numbers(&q, s, &out);
		/* Four buckets an octave: a quarter of the lower edge wide at most. */
		assert_near(out.lag_p50_ms, (double)lags[i], 0.25 * (double)lags[i]);
	}
	quality_release(&q);
	sample_free(s);
}

static void
without_labels_nothing_is_claimed(void **state)
{
	struct sample *s = sample_make(1, 0, 0);
	struct quality_numbers out;
	struct quality q;

	(void)state;
	quality_init(&q);
	numbers(&q, s, &out);
	assert_int_equal(out.kind, QUALITY_NONE);
	assert_true(isnan(out.accuracy) && isnan(out.auc) && isnan(out.mae) && isnan(out.brier));
	assert_true(isnan(out.lag_p50_ms));
	sample_free(s);
}

static int
fit_one(void *ctx, struct err *err)
{
	struct quality q;
	int rc;

	(void)ctx;
	quality_init(&q);
	rc = quality_fit(&q, 2, err);
	if (!rc)
		rc = quality_fit(&q, 60, err);
	quality_release(&q);
	return rc;
}

static void
every_allocation_may_fail(void **state)
{
	(void)state;
	assert_int_equal(alloc_fail_each(fit_one, NULL), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(classification_agrees_with_counting_by_hand),
	    cmocka_unit_test(the_standard_error_is_what_repeated_samples_show),
	    cmocka_unit_test(calibration_tells_perfect_scores_from_crooked_ones),
	    cmocka_unit_test(wilson_is_the_published_interval),
	    cmocka_unit_test(an_auc_needs_one_of_each_and_ties_count_half),
	    cmocka_unit_test(text_classes_have_figures_each),
	    cmocka_unit_test(classes_that_are_written_differently_give_no_accuracy),
	    cmocka_unit_test(numbers_that_are_no_classes_are_a_regression),
	    cmocka_unit_test(the_standard_error_of_heavy_tailed_errors_is_that_of_the_errors_themselves),
	    cmocka_unit_test(whole_numbers_are_classes_up_to_twenty_of_them),
	    cmocka_unit_test(confidence_is_calibrated_against_being_right),
	    cmocka_unit_test(parts_add_up_and_come_off_again_bit_for_bit),
	    cmocka_unit_test(the_median_of_the_lag_is_within_its_bucket),
	    cmocka_unit_test(without_labels_nothing_is_claimed),
	    cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
