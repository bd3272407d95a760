/* Explanations: pure functions of figures, and what the program says about streams with known faults. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include "core/explain.h"
#include "tests/lib_rng.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"

/* ---- pure -------------------------------------------------------------------------------------------------------- */

/* A numeric feature of ten bins 0..9, each 100 rows in the baseline; now[] rows in each. */
static void
ten_bins(struct feature_figures *f, const uint64_t *now)
{
	size_t i;

	memset(f, 0, sizeof(*f));
	f->type = FEATURE_NUMERIC;
	f->role = FROLE_VALUE;
	f->distinct = 1000;
	f->drift.state = DRIFT_DRIFT;
	f->drift.evidence = f->drift.evidence_limit = NAN;
	f->drift.psi = 0.5;
	f->drift.psi_floor = 0.1;
	f->nbins = 10;
	f->baseline_mean = 5;
	f->baseline_std = 2.87;
	f->mean = 6;
	f->std = 2;
	for (i = 0; i < 10; i++) {
		f->bins[i] = (struct figure_bin){.le = i < 9 ? (double)i + 1 : INFINITY, .baseline = 100,
		    .current = now[i], .cell = (uint8_t)i};
		f->count += now[i];
	}
	f->drift.n = f->count;
	f->drift.m = 1000;
}

static struct explanation
explain(const struct feature_figures *f, double phi, const double *means)
{
	const struct explain_input in = {
	    .f = f, .phi = phi, .score_means = means, .spike = {NAN, NAN, NAN, NAN}, .current = true};
	struct explanation x;

	explain_feature(&in, &x);
	return x;
}

static void
the_parts_that_moved_most_are_named_with_was_and_is(void **state)
{
	const uint64_t now[10] = {100, 100, 100, 100, 100, 100, 100, 100, 20, 180};
	struct feature_figures f;
	struct explanation x;

	(void)state;
	ten_bins(&f, now);
	x = explain(&f, 1, NULL);
	/* (0.02 - 0.1) ln 0.2 = 0.129 is more than (0.18 - 0.1) ln 1.8 = 0.047. */
	assert_int_equal(x.nparts, 2);
	assert_string_equal(x.parts[0].range, "8 to 9");
	assert_true(x.parts[0].was_frac == 0.1 && x.parts[0].is_frac == 0.02);
	assert_string_equal(x.parts[1].range, "over 9");
	/* z of the second: (180.5 - 100.5)/1005 over sqrt(0.1 * 0.9 * 2/1000), nearly. */
	assert_true(fabs(x.parts[1].z - 0.0796 / sqrt(0.09 * 0.002)) < 0.02);
	assert_true(x.effect_low == 0.5 - 0.2);
	/* Where whole windows vary nine times as much, neither is beyond four standard errors. */
	assert_int_equal(explain(&f, 9, NULL).nparts, 0);
}

static void
neighbouring_bins_of_one_decile_are_one_part(void **state)
{
	const uint64_t now[10] = {10, 10, 100, 100, 100, 100, 100, 100, 190, 190};
	struct feature_figures f;
	struct explanation x;
	size_t i;

	(void)state;
	ten_bins(&f, now);
	for (i = 0; i < 10; i++)
		f.bins[i].cell = (uint8_t)(i / 2);
	x = explain(&f, 1, NULL);
	assert_int_equal(x.nparts, 2);
	assert_string_equal(x.parts[0].range, "up to 2");
	assert_string_equal(x.parts[1].range, "over 8");
	assert_true(x.parts[1].was_frac == 0.2 && x.parts[1].is_frac == 0.38);
	f.single_values = true;
	x = explain(&f, 1, NULL);
	assert_int_equal(x.nparts, 3);
	assert_string_equal(x.parts[0].range, "up to 1");
	assert_string_equal(x.parts[1].range, "2");
}

static void
values_are_quoted_and_what_is_no_value_is_not(void **state)
{
	const uint64_t now[10] = {100, 0, 0, 0, 0, 0, 0, 0, 400, 500};
	struct feature_figures f;
	struct explanation x;
	size_t i;

	(void)state;
	ten_bins(&f, now);
	f.type = FEATURE_CATEGORICAL;
	for (i = 0; i < 10; i++)
		f.bins[i].label = slice_of(i == 1 ? "k\033iosk" : i == 9 ? "new" : "v");
	f.bins[9].baseline = 0;
	f.bins[1].baseline = 500;
	x = explain(&f, 1, NULL);
	assert_string_equal(x.parts[0].range, "new values");
	assert_string_equal(x.parts[1].range, "\"k?iosk\"");
	assert_string_equal(x.parts[2].range, "other values");
}

/* Half of the rows go from the lowest bin to the highest, whose scores lie 2 sd apart. */
static void
the_score_moves_by_shares_times_means(void **state)
{
	const uint64_t now[10] = {0, 100, 100, 100, 100, 100, 100, 100, 100, 200};
	double means[10] = {-1, 0, 0, 0, 0, NAN, 0, 0, 0, 1};
	struct feature_figures f;

	(void)state;
	ten_bins(&f, now);
	/* (0 - 0.1) * -1 + (0.2 - 0.1) * 1 */
	assert_true(fabs(explain(&f, 1, means).score_shift_sd - 0.2) < 1e-12);
	assert_true(isnan(explain(&f, 1, NULL).score_shift_sd));
}

static void
units_are_told_by_centre_and_spread_together(void **state)
{
	static const double factors[] = {10, 100, 1000, 60, 3600, 1.609344, 0.4536, 2.2046, 2.54};
	const char *name;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(factors) / sizeof(factors[0]); i++) {
		double f = factors[i];

		assert_true(fabs(explain_unit_factor(84 * f, 84, 12 * f, 12, &name) / f - 1) < 1e-3);
		assert_true(fabs(explain_unit_factor(84 / f, 84, 12 / f, 12, &name) * f - 1) < 1e-3);
		assert_true(name && name[0]);
		/* Only the centre: something else. */
		assert_true(explain_unit_factor(84 * f, 84, 12, 12, NULL) == 0);
	}
	assert_true(explain_unit_factor(84, 84, 12, 12, NULL) == 0);
	assert_true(explain_unit_factor(90, 84, 12, 12, NULL) == 0);
	assert_true(explain_unit_factor(5, 0, 1, 0, NULL) == 0);
	assert_true(explain_unit_factor(NAN, 84, 12, 12, NULL) == 0);
}

static void
what_happened_to_the_data_comes_before_what_happened_in_the_world(void **state)
{
	const uint64_t now[10] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1000};
	struct feature_figures f;
	struct explain_input in = {.f = &f, .phi = 1, .spike = {NAN, NAN, NAN, NAN}, .current = true};
	struct explanation x;

	(void)state;
	ten_bins(&f, now);
	f.baseline_mean = 20;
	f.baseline_std = 5;
	f.mean = 68;
	f.std = 9;
	explain_feature(&in, &x);
	assert_int_equal(x.cause, EXPLAIN_DEGREES);
	assert_string_equal(x.cause_text, "as if degrees Celsius had become Fahrenheit");
	f.mean = 20000;
	f.std = 5000;
	explain_feature(&in, &x);
	assert_int_equal(x.cause, EXPLAIN_UNIT);
	f.std = 0;
	f.largest_share_frac = 1;
	explain_feature(&in, &x);
	assert_int_equal(x.cause, EXPLAIN_CONSTANT);
	in.wrong_type = 100;
	in.rows = 1100;
	explain_feature(&in, &x);
	assert_int_equal(x.cause, EXPLAIN_TYPE);
	in.wrong_type = 0;
	f.largest_share_frac = 0.3;
	f.mean = 22;
	f.std = 7;
	f.min = -999;
	f.max = 80;
	in.spike = (struct explain_spike){-1010, -990, 0, 0.12};
	explain_feature(&in, &x);
	assert_int_equal(x.cause, EXPLAIN_SENTINEL);
	assert_string_equal(x.cause_text, "-999 12.0% of all rows (base 0.0%): it may stand for missing");
	/* No known number, or no more of it than before. */
	in.spike = (struct explain_spike){-810, -790, 0, 0.12};
	explain_feature(&in, &x);
	assert_int_equal(x.cause, EXPLAIN_NONE);
	in.spike = (struct explain_spike){-1, 1, 0.2, 0.21};
	explain_feature(&in, &x);
	assert_int_equal(x.cause, EXPLAIN_NONE);
}

static void
texts_that_stand_for_nothing_are_known(void **state)
{
	(void)state;
	assert_true(explain_is_sentinel_text(slice_of("N/A")));
	assert_true(explain_is_sentinel_text(slice_of("1970-01-01 00:00:00")));
	assert_true(explain_is_sentinel_text(slice_make("", 0)));
	assert_false(explain_is_sentinel_text(slice_of("Boston")));
	assert_true(isnan(explain_sentinel(4, 8, 0, 10)));
}

static void
a_number_in_a_wide_bucket_is_not_named_by_guess(void **state)
{
	(void)state;
	/* The least or the greatest of all values is known exactly, however wide the bucket. */
	assert_true(explain_sentinel(-1010, -980, -999, 80) == -999);
	assert_true(explain_sentinel(-10, 10, 0, 80) == 0);
	assert_true(explain_sentinel(-10, 10, -80, -1) == -1);
	assert_true(explain_sentinel(9000, 11000, 1, 9999) == 9999);
	/* Neither: it must be the only whole number there is. */
	assert_true(explain_sentinel(-0.5, 0.5, -80, 80) == 0);
	assert_true(explain_sentinel(-1.2, -0.9, -80, 80) == -1);
	assert_true(isnan(explain_sentinel(-1.2, 0.1, -80, 80)));
	assert_true(isnan(explain_sentinel(-1010, -980, -1005, 80)));
	assert_true(isnan(explain_sentinel(-1e307, 1e307, -1e306, 1e306)));
	assert_true(isnan(explain_sentinel(-1e307, 1e307, NAN, NAN)));
}

static void
two_versions_are_alike_or_not(void **state)
{
	const uint64_t now[10] = {0, 100, 100, 100, 100, 100, 100, 100, 100, 200};
	struct feature_figures f;
	struct explain_input in = {.f = &f, .phi = 1, .spike = {NAN, NAN, NAN, NAN},
	    .versions = {.known = true, .differ = true, .stable = slice_of("6"), .canary = slice_of("7"),
		.canary_frac = 0.12}};
	struct explanation x;

	(void)state;
	ten_bins(&f, now);
	explain_feature(&in, &x);
	assert_string_equal(x.version_text, "7 differs from 6 in it (12.0% of rows)");
	in.versions.differ = false;
	explain_feature(&in, &x);
	assert_string_equal(x.version_text, "7 and 6 do not differ in it");
	in.versions.known = false;
	explain_feature(&in, &x);
	assert_string_equal(x.version_text, "");
}

static void
a_score_that_no_input_moves_is_said_to_be_unexplained(void **state)
{
	struct drift_figures score = {.state = DRIFT_DRIFT, .shift_sd = -0.6}, well = {.state = DRIFT_OK},
			     drifts = {.state = DRIFT_DRIFT};
	struct explain_score x;

	(void)state;
	explain_score_open(&x, &score);
	explain_score_add(&x, 0, &well, 0.5);
	explain_score_add(&x, 1, &drifts, -0.1);
	explain_score_close(&x);
	assert_true(x.unexplained && x.best == 1);
	explain_score_open(&x, &score);
	explain_score_add(&x, 1, &drifts, -0.1);
	explain_score_add(&x, 2, &well, -0.4);
	explain_score_close(&x);
	assert_true(!x.unexplained && x.best == 2 && x.best_sd == -0.4);
	/* Not known how the score depends on it: one that drifts may be it. */
	explain_score_open(&x, &score);
	explain_score_add(&x, 0, &well, NAN);
	explain_score_close(&x);
	assert_true(x.unexplained && x.best == SIZE_MAX);
	explain_score_open(&x, &score);
	explain_score_add(&x, 3, &drifts, NAN);
	explain_score_close(&x);
	assert_true(!x.unexplained && x.best == 3);
	score.state = DRIFT_OK;
	explain_score_open(&x, &score);
	explain_score_close(&x);
	assert_false(x.unexplained);
}

/* ---- whole ------------------------------------------------------------------------------------------------------- */

#define TRAIN 4000
#define ROWS  3000

/* x is what the score depends on; unit, gap and kind have faults from row `from` on, each of its own. */
static void
write_events(const char *path, uint64_t seed, size_t n, bool faults)
{
	FILE *f = fopen(path, "w");
	uint64_t mild = seed + 100;
	size_t i;

	assert_non_null(f);
	for (i = 0; i < n; i++) {
		double x = rng_normal(&seed) + (faults ? 1 : 0), length = 1.75 + 0.1 * rng_normal(&seed);
		double gap = 50 + 10 * rng_normal(&seed);
		bool hit = faults && rng_uniform(&seed) < 0.2;

		fprintf(f, "{\"ts\":%zu,\"model\":\"m\",\"features\":{\"x\":%.4f,\"length\":%.5f,\"gap\":%.3f,",
		    1700000000 + i, x, faults ? 100 * length : length, hit ? -999 : gap);
		if (hit)
			fputs("\"typed\":\"much\",", f);
		else
			fprintf(f, "\"typed\":%.3f,", 3 + rng_normal(&seed));
		fprintf(f, "\"mild\":%.4f,", rng_normal(&mild) + (faults ? 0.2 : 0));
		fprintf(f, "\"still\":%.4f},", faults ? 7 : rng_uniform(&seed));
		fprintf(f, "\"score\":%.4f}\n", 1 / (1 + exp(-(faults ? x - 1 : x) - (faults ? 1 : 0))));
	}
	assert_int_equal(fclose(f), 0);
}

static const cJSON *
explanation_of(const cJSON *model, const char *name)
{
	const cJSON *in;

	cJSON_ArrayForEach(in, cJSON_GetObjectItemCaseSensitive(model, "inputs"))
		if (strcmp(cJSON_GetObjectItemCaseSensitive(in, "name")->valuestring, name) == 0)
			return cJSON_GetObjectItemCaseSensitive(in, "explanation");
	fail_msg("no input '%s'", name);
	return NULL;
}

static void
cause_is(const cJSON *model, const char *name, const char *cause, const char *part)
{
	const cJSON *x = explanation_of(model, name);
	const char *is = cJSON_GetObjectItemCaseSensitive(x, "cause")->valuestring;
	const char *text = cJSON_GetObjectItemCaseSensitive(x, "cause_text")->valuestring;

	if (!is || strcmp(is, cause) != 0 || !strstr(text, part))
		fail_msg("%s: %s, '%s'; should be %s, '%s'", name, is ? is : "nothing", text ? text : "", cause, part);
}

/* How far x moves the score is known exactly: logistic of a standard normal; its mean moves from 0.5 to 0.697. */
static void
a_stream_with_five_faults_has_each_explained(void **state)
{
	char dir[200], train[240], events[240];
	const char *args[] = {"report", events, "--baseline", train, "--format", "json", NULL};
	const cJSON *model, *x;
	struct lib_run r;
	cJSON *json;
	double moves;

	(void)state;
	lib_tmp_make(dir, sizeof(dir), "explain");
	snprintf(train, sizeof(train), "%s/train.ndjson", dir);
	snprintf(events, sizeof(events), "%s/events.ndjson", dir);
	write_events(train, 11, TRAIN, false);
	write_events(events, 12, ROWS, true);
	lib_run(&r, args, NULL, NULL, 30000);
	unlink(train);
	unlink(events);
	rmdir(dir);
	assert_int_equal(r.status, 0);
	json = cJSON_Parse(r.out);
	assert_non_null(json);
	model = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(json, "models"), 0);
	cause_is(model, "length", "unit", "x100");
	cause_is(model, "gap", "sentinel", "-999 2");
	cause_is(model, "typed", "type", "text where the baseline has numbers, 2");
	cause_is(model, "still", "constant", "7");
	x = explanation_of(model, "x");
	assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(x, "cause")));
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(x, "parts")), 3);
	/* sd of the baseline's score 0.2084: 0.945 sd. The baseline's mean in the outermost bin is that of fewer large
	 * values than there are now, so it comes out short, by a tenth at most. */
	moves = cJSON_GetObjectItemCaseSensitive(x, "score_shift_sd")->valuedouble;
	if (!(moves > 0.85 && moves < 1))
		fail_msg("x would move the score by %g sd, not by 0.945", moves);
	x = cJSON_GetObjectItemCaseSensitive(model, "score_explanation");
	assert_string_equal(cJSON_GetObjectItemCaseSensitive(x, "input")->valuestring, "x");
	assert_true(cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(x, "unexplained")));
	/*
	 * All began with the first row. So did `mild`, but it is well: a shift of 0.2 sd has a PSI of 0.04, for which
	 * there is evidence (each window of 300 rows adds 0.2^2 300 / 2 = 6 nats), and which is too small for `watch`.
	 */
	x = cJSON_GetObjectItemCaseSensitive(explanation_of(model, "x"), "together");
	assert_int_equal(cJSON_GetArraySize(x), 5);
	cJSON_Delete(json);
	lib_run_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_parts_that_moved_most_are_named_with_was_and_is),
	    cmocka_unit_test(neighbouring_bins_of_one_decile_are_one_part),
	    cmocka_unit_test(values_are_quoted_and_what_is_no_value_is_not),
	    cmocka_unit_test(the_score_moves_by_shares_times_means),
	    cmocka_unit_test(units_are_told_by_centre_and_spread_together),
	    cmocka_unit_test(what_happened_to_the_data_comes_before_what_happened_in_the_world),
	    cmocka_unit_test(texts_that_stand_for_nothing_are_known),
	    cmocka_unit_test(a_number_in_a_wide_bucket_is_not_named_by_guess),
	    cmocka_unit_test(two_versions_are_alike_or_not),
	    cmocka_unit_test(a_score_that_no_input_moves_is_said_to_be_unexplained),
	    cmocka_unit_test(a_stream_with_five_faults_has_each_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
