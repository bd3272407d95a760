/*
 * Whole reports over the real data sets, held to figures of numpy and scipy (tests/reference/make_cases.py).
 *
 * Tolerances. PSI, its floor, JS and TV are sums over the same integer counts: 1e-9 covers the rounding of logarithms.
 * KS on bins is low by at most the share of the fullest fine bin of the baseline. Wasserstein from two histograms is
 * off by at most the mean width of their buckets: 1/32 of a value's distance from the median, a few sd at most. Mean
 * and std are of values rounded to sd/4096: off by at most half of that.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include "tests/fixtures/cases_reference.h"
#include "tests/lib_run.h"

#define EXACT 1e-9

static cJSON *
report(int set)
{
	char events[128], train[128], from[32], to[32];
	const char *args[] = {
	    "report", events, "--baseline", train, "--from", from, "--to", to, "--format", "json", NULL};
	struct lib_run run;
	cJSON *json;

	snprintf(events, sizeof(events), "docs/examples/%s.events.ndjson.gz", case_sets[set].name);
	snprintf(train, sizeof(train), "docs/examples/%s.train.ndjson.gz", case_sets[set].name);
	snprintf(from, sizeof(from), "%lld", case_sets[set].from_ms);
	snprintf(to, sizeof(to), "%lld", case_sets[set].to_ms);
	lib_run(&run, args, NULL, NULL, 30000);
	if (run.status != 0)
		fail_msg("report ended with %d: %s", run.status, run.err);
	json = cJSON_Parse(run.out);
	assert_non_null(json);
	lib_run_free(&run);
	return json;
}

static const cJSON *
input_of(const cJSON *model, const char *name)
{
	const cJSON *in;

	cJSON_ArrayForEach(in, cJSON_GetObjectItemCaseSensitive(model, "inputs"))
		if (strcmp(cJSON_GetObjectItemCaseSensitive(in, "name")->valuestring, name) == 0)
			return in;
	fail_msg("the report has no input '%s'", name);
	return NULL;
}

static double
figure(const cJSON *of, const char *key)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(of, key);

	assert_non_null(v);
	return cJSON_IsNumber(v) ? v->valuedouble : (double)NAN;
}

static void
expect(const struct case_reference *r, const char *what, double is, double should, double below, double above)
{
	if (isnan(should) || (is >= should - below && is <= should + above))
		return;
	fail_msg("%s '%s': %s is %.10g, should be %.10g -%.3g +%.3g", case_sets[r->set].name, r->input, what, is,
	    should,
	    below, above);
}

static void
check(const struct case_reference *r, const cJSON *in)
{
	const cJSON *drift = cJSON_GetObjectItemCaseSensitive(in, "drift");
	const char *role = cJSON_GetObjectItemCaseSensitive(in, "role")->valuestring;

	assert_string_equal(cJSON_GetObjectItemCaseSensitive(in, "type")->valuestring,
	    r->categorical ? "categorical" : "numeric");
	assert_int_equal((int)figure(in, "count"), r->count);
	assert_int_equal((int)figure(in, "missing"), r->missing);
	expect(r, "mean", figure(in, "mean"), r->mean, r->std / 4096, r->std / 4096);
	expect(r, "std", figure(in, "std"), r->std, r->std / 2048, r->std / 2048);
	expect(r, "unseen", figure(in, "unseen_rate"), r->unseen, EXACT, EXACT);
	if (strcmp(role, "value") != 0) {
		assert_true(isnan(figure(drift, "psi")));
		return;
	}
	expect(r, "psi", figure(drift, "psi"), r->psi, EXACT, EXACT);
	expect(r, "psi_floor", figure(drift, "psi_floor"), r->psi_floor, EXACT, EXACT);
	expect(r, "js", figure(drift, "js"), r->js, EXACT, EXACT);
	expect(r, "tv", figure(drift, "tv"), r->tv, EXACT, EXACT);
	expect(r, "ks", figure(drift, "ks"), r->ks, r->largest_bin, EXACT);
	expect(r, "wasserstein", figure(drift, "wasserstein"), r->wasserstein, 2.0 / 32, 2.0 / 32);
}

static void
every_figure_of_a_report_is_that_of_an_independent_implementation(void **state)
{
	const size_t n = sizeof(case_references) / sizeof(case_references[0]);
	size_t i, checked = 0;
	int set;

	(void)state;
	for (set = 0; set < (int)(sizeof(case_sets) / sizeof(case_sets[0])); set++) {
		cJSON *json = report(set);
		const cJSON *model = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(json, "models"), 0);

		assert_int_equal((int)figure(model, "events"), case_sets[set].events);
		for (i = 0; i < n; i++) {
			if (case_references[i].set != set)
				continue;
			check(&case_references[i], input_of(model, case_references[i].input));
			checked++;
		}
		cJSON_Delete(json);
	}
	assert_int_equal(checked, n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_figure_of_a_report_is_that_of_an_independent_implementation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
