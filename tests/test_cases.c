/*
 * Whole reports over the real data sets, held to figures of numpy and scipy (tests/reference/make_cases.py).
 *
 * Tolerances. PSI, its floor, JS and TV are sums over the same integer counts: 1e-9 covers the rounding of logarithms.
 * X2 as well, relatively. KS on bins is low by at most the share of the fullest fine bin of the baseline. Wasserstein
 * from two histograms: buckets are 1/32 of a value's distance from the median wide, and what is wrong in one is as
 * often too much as too little; 2 % or 0.02 sd. Latency: half a bucket of 1/64, 0.78 %. Mean and std are of values
 * rounded to sd/4096: off by at most half of that.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <cjson/cJSON.h>
#include <zlib.h>

#include "tests/fixtures/cases_reference.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"

#define EXACT 1e-9

static cJSON *
report(int set)
{
	char events[128], train[128], from[32], to[32];
	const char *args[] = {
	    "report", events, "--baseline", train, "--from", from, "--to", to, "--format", "json", NULL};
	struct lib_run run;
	cJSON *json;

	snprintf(events, sizeof(events), "%s/%s.events.ndjson.gz", case_sets[set].folder, case_sets[set].name);
	snprintf(train, sizeof(train), "%s/%s.train.ndjson.gz", case_sets[set].folder, case_sets[set].name);
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
	expect(r, "x2", figure(drift, "x2"), r->x2, EXACT * r->x2, EXACT * r->x2);
	expect(r, "ks", figure(drift, "ks"), r->ks, r->largest_bin, EXACT);
	expect(r, "wasserstein", figure(drift, "wasserstein"), r->wasserstein, fmax(0.02, 0.02 * r->wasserstein),
	    fmax(0.02, 0.02 * r->wasserstein));
}

static void
check_latency(int set, const cJSON *model)
{
	static const char *const keys[] = {"p50", "p90", "p99", "p999"};
	const double should[] = {case_sets[set].p50, case_sets[set].p90, case_sets[set].p99, case_sets[set].p999};
	const cJSON *latency = cJSON_GetObjectItemCaseSensitive(model, "latency_ms");
	int i;

	for (i = 0; i < 4; i++) {
		double is = figure(latency, keys[i]);

		if (!(fabs(is / should[i] - 1) <= 0.0078) && !(isnan(is) && isnan(should[i])))
			fail_msg("%s: %s is %g, should be %g", case_sets[set].name, keys[i], is, should[i]);
	}
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
		check_latency(set, model);
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

/* Rows 2i + which of both files of a set, as lines. */
static void
write_half(const char *folder, const char *name, int which, const char *path)
{
	static const char *const parts[] = {"train", "events"};
	static char line[1 << 16];
	FILE *to = fopen(path, "w");
	char from[160];
	long row = 0;
	int p;

	assert_non_null(to);
	for (p = 0; p < 2; p++) {
		gzFile f;

		snprintf(from, sizeof(from), "%s/%s.%s.ndjson.gz", folder, name, parts[p]);
		f = gzopen(from, "rb");
		assert_non_null(f);
		while (gzgets(f, line, sizeof(line)))
			if (row++ % 2 == which)
				fputs(line, to);
		gzclose(f);
	}
	assert_int_equal(fclose(to), 0);
}

static void
halves_are_well(const char *folder, const char *name, int inputs, int distinct)
{
	char dir[200], even[240], odd[240];
	const char *args[] = {"report", odd, "--baseline", even, "--format", "json", NULL};
	const cJSON *model, *in;
	struct lib_run run;
	int seen = 0, most = 0;
	cJSON *json;

	lib_tmp_make(dir, sizeof(dir), "halves");
	snprintf(even, sizeof(even), "%s/even.ndjson", dir);
	snprintf(odd, sizeof(odd), "%s/odd.ndjson", dir);
	write_half(folder, name, 0, even);
	write_half(folder, name, 1, odd);
	lib_run(&run, args, NULL, NULL, 30000);
	unlink(even);
	unlink(odd);
	rmdir(dir);
	assert_int_equal(run.status, 0);
	json = cJSON_Parse(run.out);
	assert_non_null(json);
	model = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(json, "models"), 0);
	cJSON_ArrayForEach(in, cJSON_GetObjectItemCaseSensitive(model, "inputs")) {
		const cJSON *drift = cJSON_GetObjectItemCaseSensitive(in, "drift");
		const char *state = cJSON_GetObjectItemCaseSensitive(drift, "state")->valuestring;

		if (strcmp(state, "ok") != 0)
			fail_msg("%s: '%s' is %s: %s", name, cJSON_GetObjectItemCaseSensitive(in, "name")->valuestring,
			    state, cJSON_GetObjectItemCaseSensitive(drift, "sentence")->valuestring);
		most = (int)fmax(most, figure(in, "distinct"));
		seen++;
	}
	assert_int_equal(seen, inputs);
	assert_true(most >= distinct);
	cJSON_Delete(json);
	lib_run_free(&run);
}

/*
 * Every second row against the others: nothing has changed. PSI of fifty values of equal halves stays below its floor,
 * and of more than a thousand, most of which come once or twice, too.
 */
static void
halves_of_one_period_are_well_in_every_input(void **state)
{
	(void)state;
	halves_are_well("docs/examples", "birdstrikes", 9, 180);
	halves_are_well("tests/fixtures", "flights", 5, 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_figure_of_a_report_is_that_of_an_independent_implementation),
	    cmocka_unit_test(halves_of_one_period_are_well_in_every_input),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
