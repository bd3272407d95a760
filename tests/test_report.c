/*
 * The report: exactly the keys of schema 1, null and never 0 for what is not known, numbers that
 * read back; with cJSON as the reader, from the program's own output.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "tests/lib_rng.h"
#include "tests/lib_run.h"

#define LIMIT_MS 30000

#define DIFF "{\"stable\":0,\"canary\":0,\"diff\":0,\"noise\":0}"

/* Schema 1. One element of an array stands for all; "…" is any key; null: any kind, or nothing. */
static const char schema[] =
    "{\"drifttop\":{\"version\":\"\",\"schema\":1},\"generated_ms\":0,\"from_ms\":0,\"to_ms\":0,"
    "\"alerts_from_ms\":null,\"events\":0,"
    "\"rejected\":{\"total\":0,\"reasons\":{\"any\":0}},\"trusted\":true,"
    "\"sources\":[{\"url\":\"\",\"streams\":0,\"entries\":0,\"lost\":0,\"late\":0,\"lag_ms\":0,"
    "\"skew_ms\":0,"
    "  \"gaps\":[{\"from_ms\":0,\"to_ms\":0,\"why\":\"\"}]}],"
    "\"models\":[{\"model\":\"\",\"events\":0,\"errors\":0,\"client_errors\":0,\"error_rate\":0,"
    "\"rate_per_s\":0,"
    "  \"severity\":\"\",\"why\":\"\",\"stale_ms\":null,"
    "  "
    "\"versions\":[{\"version\":\"\",\"role\":\"\",\"events\":0,\"errors\":0,\"error_rate\":0,\"p50\":0,\"p99\":0,"
    "\"missing\":0,\"first_ms\":0,\"last_ms\":0,\"ended_ms\":0,"
    "\"quality\":{\"any\":0},"
    "\"diffs\":{\"quality\":{\"any\":0},"
    "\"stable\":\"\",\"window\":\"\",\"since_ms\":0,\"windows\":0,\"stable_events\":0,\"canary_events\":0,"
    "\"canary_share\":0,\"error_rate\":" DIFF ",\"p50\":" DIFF ",\"p99\":" DIFF ",\"split_at_random\":true,"
    "\"columns\":[{\"name\":\"\",\"output\":true,\"state\":\"\",\"stable_count\":0,\"canary_count\":0,"
    "\"missing_rate\":" DIFF ",\"mean\":" DIFF ",\"shift_sd\":0,\"shift_noise_sd\":0,\"value\":\"\",\"share\":" DIFF
    ",\"psi\":0,\"psi_floor\":0,\"evidence\":0,\"evidence_limit\":0,\"since_ms\":0,\"sentence\":\"\"}]}}],"
    "  "
    "\"latency_ms\":{\"count\":0,\"min\":0,\"mean\":0,\"p50\":0,\"p90\":0,\"p99\":0,\"p999\":0,"
    "\"max\":0,"
    "    \"baseline_p50\":0,\"baseline_p99\":0},"
    "  "
    "\"baseline\":{\"name\":\"\",\"kind\":\"\",\"events\":0,\"from_ms\":0,\"to_ms\":0,"
    "\"provisional\":true,\"outputs_version\":null,\"outputs_from_ms\":null,"
    "\"missing_inputs\":[\"name\"],\"new_inputs\":[\"name\"]},"
    "  "
    "\"inputs\":[{\"name\":\"\",\"type\":\"\",\"role\":\"\",\"count\":0,\"missing\":0,\"missing_"
    "rate\":0,"
    "    "
    "\"baseline_missing_rate\":0,\"nonfinite\":0,\"nonfinite_rate\":0,\"baseline_nonfinite_rate\":0,"
    "\"mean\":0,\"std\":0,\"min\":0,\"max\":0,\"p05\":"
    "0,\"p50\":0,"
    "    \"p95\":0,\"out_of_range_rate\":0,\"distinct\":0,\"unseen_rate\":0,"
    "\"expected_out_of_range_rate\":0,\"expected_unseen_rate\":0,"
    "    \"top\":[{\"value\":\"\",\"count\":0,\"baseline_share\":0}],"
    "    "
    "\"drift\":{\"state\":\"\",\"causes\":[\"\"],\"window_ms\":null,\"since_ms\":null,\"psi\":0,"
    "\"psi_floor\":0,"
    "      "
    "\"js\":0,\"ks\":0,\"wasserstein\":0,\"tv\":0,\"x2\":0,\"shift_sd\":0,"
    "\"floors\":{\"psi\":0,\"js\":0,\"ks\":0,\"wasserstein\":0,\"tv\":0,\"x2\":0},"
    "\"as_shift_sd\":{\"psi\":0,\"js\":0,\"ks\":0,\"wasserstein\":0,\"tv\":0,\"x2\":0},"
    "\"evidence\":0,\"provisional\":true,\"evidence_limit\":"
    "null,"
    "      \"sentence\":\"\"},"
    "\"explanation\":{\"cause\":\"\",\"cause_text\":\"\",\"parts\":[{\"range\":\"\",\"was\":0,\"is\":0,\"z\":0}],"
    "\"began_ms\":0,\"version\":\"\",\"together\":[\"\"],"
    "\"with_latency\":true,\"with_errors\":true,\"score_shift_sd\":0,\"effect_low\":0},"
    "    \"bins\":[{\"le\":0,\"baseline\":0,\"current\":0}]}],"
    "  \"outputs\":\"as inputs\","
    "\"score_explanation\":{\"shift_sd\":0,\"input\":\"\",\"input_shift_sd\":0,\"unexplained\":true},"
    "  "
    "\"quality\":{\"kind\":\"\",\"positive\":\"\",\"labelled\":0,\"predicted\":0,\"coverage\":0,\"accuracy\":0,"
    "\"accuracy_low\":0,\"accuracy_high\":0,\"precision\":0,\"recall\":0,\"f1\":0,\"macro_f1\":0,"
    "\"auc\":0,\"auc_se\":0,\"brier\":0,\"calibration\":0,\"calibration_sd\":0,\"ece\":0,\"ece_floor\":0,"
    "\"mae\":0,\"mae_se\":0,\"bias\":0,\"lag_p50_ms\":0,\"grey\":false,\"note\":\"\","
    "\"classes\":[{\"class\":\"\",\"labelled\":0,\"predicted\":0,\"precision\":0,\"recall\":0,\"f1\":0}],"
    "\"waiting\":0,\"expired\":0,\"orphans\":0,\"duplicates\":0,\"conflicting\":0,\"repeated\":0,"
    "\"label_events\":0,\"sample\":0,\"coverage_1h\":0,\"coverage_24h\":0,\"baseline_coverage_1h\":0,"
    "\"baseline_coverage_24h\":0,\"last_24h\":{\"any\":0},\"since_baseline\":{\"any\":0},"
    "\"baseline\":{\"any\":0},\"state\":\"\",\"sentence\":\"\"},"
    "  \"alerts\":[{"
    "    \"id\":\"\",\"rule\":\"\",\"severity\":\"\",\"model\":\"\",\"version\":null,"
    "    \"feature\":null,\"metric\":null,\"state\":\"\",\"from_ms\":0,\"to_ms\":null,"
    "    \"value\":null,\"limit\":null,\"provisional\":false,\"trusted\":true,\"raised\":1,"
    "    \"silenced_to_ms\":null,\"silenced\":false,\"silence_reason\":null,\"acked_by\":null,"
    "    \"incident\":null,\"fleet_incident\":null,\"sentence\":\"\""
    "  }]}],\"alerts\":[{\"id\":\"\"}]}";

static const cJSON *
member(const cJSON *o, const char *key)
{
	const cJSON *m = cJSON_GetObjectItemCaseSensitive(o, key);

	if (!m)
		fail_msg("no key '%s'", key);
	return m;
}

static void compare(const cJSON *got, const cJSON *want, const cJSON *inputs, const char *at);

static void
compare_members(const cJSON *got, const cJSON *want, const cJSON *inputs, const char *at)
{
	const cJSON *w, *g;
	char path[200];

	if (cJSON_GetObjectItemCaseSensitive(want, "any"))
		return;
	cJSON_ArrayForEach(w, want)
	{
		snprintf(path, sizeof(path), "%s.%s", at, w->string);
		g = cJSON_GetObjectItemCaseSensitive(got, w->string);
		if (!g)
			fail_msg("%s is missing", path);
		compare(g,
		    cJSON_IsString(w) && strcmp(w->valuestring, "as inputs") == 0 ? inputs : w,
		    inputs, path);
	}
	cJSON_ArrayForEach(g, got)
	{
		if (!cJSON_GetObjectItemCaseSensitive(want, g->string))
			fail_msg("%s.%s is not in the schema", at, g->string);
	}
}

static void
compare(const cJSON *got, const cJSON *want, const cJSON *inputs, const char *at)
{
	const cJSON *g;

	if (cJSON_IsNull(got) || cJSON_IsNull(want))
		return;
	if (cJSON_IsBool(want) ? !cJSON_IsBool(got) : (got->type & 0xff) != (want->type & 0xff))
		fail_msg("%s has another type than in the schema", at);
	if (cJSON_IsObject(want))
		compare_members(got, want, inputs, at);
	if (cJSON_IsArray(want)) {
		cJSON_ArrayForEach(g, got) compare(g, want->child, inputs, at);
	}
}

static void
check_schema(const cJSON *report)
{
	cJSON *want = cJSON_Parse(schema);
	const cJSON *inputs;

	assert_non_null(want);
	inputs = member(member(want, "models")->child, "inputs");
	compare(report, want, inputs, "");
	cJSON_Delete(want);
}

static cJSON *
report_of(const char *const *args, const char *input)
{
	struct lib_run r;
	cJSON *json;

	lib_run(&r, args, NULL, input, LIMIT_MS);
	if (r.status != 0)
		fail_msg("exit status %d: %s", r.status, r.err);
	json = cJSON_Parse(r.out);
	if (!json)
		fail_msg("not JSON: %.200s", r.out);
	lib_run_free(&r);
	return json;
}

static const cJSON *
model_called(const cJSON *report, const char *name)
{
	const cJSON *m;

	cJSON_ArrayForEach(m, member(report, "models"))
	{
		if (strcmp(member(m, "model")->valuestring, name) == 0)
			return m;
	}
	fail_msg("no model '%s'", name);
	return NULL;
}

static const cJSON *
feature_called(const cJSON *model, const char *part, const char *name)
{
	const cJSON *f;

	cJSON_ArrayForEach(f, member(model, part))
	{
		if (strcmp(member(f, "name")->valuestring, name) == 0)
			return f;
	}
	fail_msg("no %s '%s'", part, name);
	return NULL;
}

static double
number(const cJSON *o, const char *key)
{
	const cJSON *m = member(o, key);

	if (!cJSON_IsNumber(m))
		fail_msg("'%s' is no number", key);
	return m->valuedouble;
}

static bool
is_null(const cJSON *o, const char *key)
{
	return cJSON_IsNull(member(o, key));
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void
real_data_gives_exactly_the_keys_of_the_schema(void **state)
{
	const char *const args[] = {"report", "docs/examples/storms.events.ndjson.gz",
	    "docs/examples/birdstrikes.events.ndjson.gz", "docs/examples/chicago.events.ndjson.gz",
	    "--format", "json", NULL};
	const cJSON *m, *last;
	cJSON *report;

	(void)state;
	report = report_of(args, NULL);
	check_schema(report);
	assert_true(number(report, "events") == 8544 + 7632 + 4258);
	assert_int_equal(cJSON_GetArraySize(member(report, "sources")), 3);
	assert_int_equal(cJSON_GetArraySize(member(report, "models")), 3);
	m = model_called(report, "chicago-ridership");
	assert_int_equal(cJSON_GetArraySize(member(m, "inputs")), 48);
	assert_int_equal(cJSON_GetArraySize(member(m, "versions")), 2);
	/* The last bin is open. */
	last = member(feature_called(m, "inputs", "temp"), "bins");
	last = cJSON_GetArrayItem(last, cJSON_GetArraySize(last) - 1);
	assert_true(is_null(last, "le"));
	cJSON_Delete(report);
}

static void
counts_add_up_and_rates_are_what_they_say(void **state)
{
	static const char events[] = "{\"ts\":1700000000000,\"model\":\"m\",\"version\":\"1\","
				     "\"features\":{\"a\":1.5,\"b\":null},\"latency_ms\":10}\n"
				     "{\"ts\":1700000001000,\"model\":\"m\",\"version\":\"1\","
				     "\"features\":{\"a\":2.5,\"b\":\"x\"},\"latency_ms\":30}\n"
				     "{\"ts\":1700000002000,\"model\":\"m\",\"version\":\"2\","
				     "\"features\":{\"a\":NaN},\"status\":503}\n"
				     "{\"ts\":1700000004000,\"model\":\"m\",\"version\":\"2\","
				     "\"features\":{\"a\":3.5},\"status\":404}\n"
				     "nonsense\n[1]\n\n";
	const char *const args[] = {"report", "-", "--format", "json", NULL};
	const cJSON *m, *f;
	cJSON *r;

	(void)state;
	r = report_of(args, events);
	check_schema(r);
	assert_true(number(r, "events") == 4);
	assert_true(number(member(r, "rejected"), "total") == 2);
	assert_true(number(member(member(r, "rejected"), "reasons"), "not_json") == 1);
	assert_true(number(member(member(r, "rejected"), "reasons"), "not_object") == 1);
	assert_true(number(r, "from_ms") == 1700000000000);
	assert_true(number(r, "to_ms") == 1700000004000);
	m = model_called(r, "m");
	assert_true(number(m, "errors") == 1);
	assert_true(number(m, "client_errors") == 1);
	assert_true(number(m, "error_rate") == 0.25);
	assert_true(number(m, "rate_per_s") == 1.0);
	assert_true(number(member(m, "latency_ms"), "count") == 2);
	assert_true(number(member(m, "latency_ms"), "min") == 10.0);
	assert_true(number(member(m, "latency_ms"), "max") == 30.0);
	f = feature_called(m, "inputs", "a");
	assert_true(number(f, "count") == 3);
	assert_true(number(f, "missing") == 0);
	assert_true(number(f, "nonfinite") == 1);
	f = feature_called(m, "inputs", "b");
	assert_true(number(f, "count") == 1);
	assert_true(number(f, "missing") == 3);
	assert_true(number(f, "missing_rate") == 0.75);
	cJSON_Delete(r);
}

static void
what_is_not_known_is_null_and_not_0(void **state)
{
	static const char events[] =
	    "{\"ts\":1700000000000,\"model\":\"m\",\"features\":{\"a\":1}}\n";
	const char *const args[] = {"report", "-", "--format", "json", NULL};
	const cJSON *m, *d;
	cJSON *r;

	(void)state;
	r = report_of(args, events);
	check_schema(r);
	m = model_called(r, "m");
	assert_true(is_null(m, "rate_per_s"));
	assert_true(is_null(m, "baseline"));
	assert_true(is_null(member(m, "latency_ms"), "p50"));
	assert_true(is_null(member(m, "latency_ms"), "p99"));
	assert_true(is_null(member(m, "latency_ms"), "baseline_p99"));
	assert_true(is_null(member(m, "quality"), "accuracy"));
	d = member(feature_called(m, "inputs", "a"), "drift");
	assert_string_equal(member(d, "state")->valuestring, "learning");
	assert_true(is_null(d, "psi"));
	assert_true(is_null(d, "psi_floor"));
	assert_true(is_null(d, "evidence"));
	assert_true(is_null(feature_called(m, "inputs", "a"), "baseline_missing_rate"));
	assert_true(is_null(member(r, "sources")->child, "lag_ms"));
	cJSON_Delete(r);
}

static void
nothing_at_all_is_an_empty_report(void **state)
{
	const char *const args[] = {"report", "-", "--format", "json", NULL};
	cJSON *r;

	(void)state;
	r = report_of(args, "");
	check_schema(r);
	assert_true(is_null(r, "from_ms"));
	assert_true(number(r, "events") == 0);
	assert_int_equal(cJSON_GetArraySize(member(r, "models")), 0);
	cJSON_Delete(r);
}

static void
a_baseline_file_and_the_data_it_was_made_from_give_the_same_figures(void **state)
{
	char path[300];
	const char *make[] = {
	    "baseline", "docs/examples/chicago.train.ndjson.gz", "-o", path, NULL};
	const char *direct[] = {"report", "docs/examples/chicago.events.ndjson.gz", "--format",
	    "json", "--baseline", "docs/examples/chicago.train.ndjson.gz", NULL};
	const char *frozen[] = {"report", "docs/examples/chicago.events.ndjson.gz", "--format",
	    "json", "--baseline", path, NULL};
	const cJSON *a, *b;
	cJSON *ra, *rb;
	struct lib_run r;

	(void)state;
	snprintf(
	    path, sizeof(path), "%s/chicago.json", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	lib_run(&r, make, NULL, NULL, LIMIT_MS);
	if (r.status != 0)
		fail_msg("%s", r.err);
	lib_run_free(&r);
	ra = report_of(direct, NULL);
	rb = report_of(frozen, NULL);
	remove(path);
	a = model_called(ra, "chicago-ridership");
	b = model_called(rb, "chicago-ridership");
	assert_string_equal(member(member(b, "baseline"), "kind")->valuestring, "file");
	assert_true(number(member(b, "baseline"), "events") == 1440);
	/* Doubles come back bit by bit, so that nothing may differ. */
	assert_true(cJSON_Compare(member(a, "inputs"), member(b, "inputs"), true));
	assert_true(cJSON_Compare(member(a, "outputs"), member(b, "outputs"), true));
	assert_true(cJSON_Compare(member(a, "latency_ms"), member(b, "latency_ms"), true));
	cJSON_Delete(ra);
	cJSON_Delete(rb);
}

static void
a_range_counts_what_lies_in_it_and_nothing_else(void **state)
{
	const char *const by_time[] = {"report", "docs/examples/chicago.events.ndjson.gz",
	    "--format", "json", "--from", "2010-01-01T00:00:00Z", "--to", "2011-01-01T00:00:00Z",
	    NULL};
	const char *const relative[] = {"report", "docs/examples/chicago.events.ndjson.gz",
	    "--format", "json", "--from", "-9d", NULL};
	cJSON *r;

	(void)state;
	r = report_of(by_time, NULL);
	/* One row a day. */
	assert_true(number(r, "events") == 365);
	assert_true(number(r, "from_ms") == 1262304000000);
	assert_true(number(r, "to_ms") == 1293840000000);
	assert_int_equal(
	    cJSON_GetArraySize(member(model_called(r, "chicago-ridership"), "versions")), 1);
	cJSON_Delete(r);
	r = report_of(relative, NULL);
	assert_true(number(r, "events") == 10);
	assert_true(number(r, "from_ms") == 1472342400000 - 9 * INT64_C(86400000));
	cJSON_Delete(r);
}

static void
the_same_input_gives_the_same_report_byte_for_byte(void **state)
{
	const char *const args[] = {
	    "report", "docs/examples/birdstrikes.events.ndjson.gz", "--format", "json", NULL};
	cJSON *a, *b;

	(void)state;
	a = report_of(args, NULL);
	b = report_of(args, NULL);
	cJSON_DeleteItemFromObject(a, "generated_ms");
	cJSON_DeleteItemFromObject(b, "generated_ms");
	assert_true(cJSON_Compare(a, b, true));
	cJSON_Delete(a);
	cJSON_Delete(b);
}

static void
the_text_needs_no_terminal_and_holds_no_control_character(void **state)
{
	static const char events[] = "{\"ts\":1700000000000,\"model\":\"a\\u001b["
				     "31m\\nb\\u009b\\u202e\",\"version\":\"\\r1\","
				     "\"features\":{\"x\\u0007\":1,\"\\u001b]52;c;x\\u0007\":"
				     "\"\\u001bc\"},\"latency_ms\":3}\n";
	const char *const args[] = {"report", "-", NULL};
	const char *const bare[] = {"PATH=/usr/bin:/bin", NULL};
	struct lib_run r;
	size_t i;

	(void)state;
	lib_run(&r, args, bare, events, LIMIT_MS);
	assert_int_equal(r.status, 0);
	assert_non_null(strstr(r.out, "1 event of 1 model"));
	for (i = 0; i < r.nout; i++) {
		unsigned char c = (unsigned char)r.out[i];

		/* Without a locale there is nothing but ASCII. */
		if (c != '\n' && (c < 0x20 || c > 0x7e))
			fail_msg("byte %zu is %#x", i, c);
	}
	lib_run_free(&r);
}

static void
a_thin_sample_has_no_size_in_the_text(void **state)
{
	const char *const args[] = {"report", "-", NULL};
	char *events = malloc(1049 * 100), *p = events;
	struct lib_run r;
	int i;

	(void)state;
	assert_non_null(events);
	/* 1,000 rows of baseline, then 49: one too few. */
	for (i = 0; i < 1049; i++)
		p += snprintf(p, 100, "{\"ts\":%lld,\"model\":\"m\",\"features\":{\"x\":%d}}\n",
		    1700000000000LL + i * 1000LL, i * 7 % 100);
	lib_run(&r, args, NULL, events, LIMIT_MS);
	assert_int_equal(r.status, 0);
	p = strstr(r.out, "  x  ");
	assert_non_null(p);
	assert_memory_equal(p + 29, "thin         --     --         --      49", 41);
	lib_run_free(&r);
	free(events);
}

/* Half an hour of two versions, every fifth event of the canary, which fails in one of ten and says yes more often. */
static char *
canary_events(void)
{
	enum { EVENTS = 3600, LINE = 200 };
	char *out = malloc(EVENTS * LINE), *at = out;
	uint64_t seed = 7;
	int i;

	assert_non_null(out);
	for (i = 0; i < EVENTS; i++) {
		bool canary = i >= EVENTS / 2 && i % 5 == 0;
		double y = rng_normal(&seed) + (canary ? 0.8 : 0);

		at += snprintf(at, LINE,
		    "{\"ts\":%lld,\"model\":\"m\",\"version\":\"%s\",\"features\":{\"x\":%.4f},\"prediction\":\"%s\","
		    "\"score\":%.4f,\"latency_ms\":%.3f,\"status\":%d}\n",
		    1764072000000LL + i * 500LL, canary ? "2" : "1", rng_normal(&seed), y > 0.3 ? "yes" : "no",
		    1 / (1 + exp(-y)), 3 + fabs(rng_normal(&seed)), canary && i % 50 == 0 ? 500 : 200);
	}
	return out;
}

static void
a_canary_is_reported_beside_the_stable_version(void **state)
{
	const char *const json[] = {"report", "-", "--format", "json", NULL}, *const text[] = {"report", "-", NULL};
	char *events = canary_events();
	cJSON *report = report_of(json, events);
	const cJSON *versions = member(model_called(report, "m"), "versions"), *v, *diffs, *c;
	struct lib_run r;
	int differing = 0;

	(void)state;
	check_schema(report);
	assert_int_equal(cJSON_GetArraySize(versions), 2);
	cJSON_ArrayForEach(v, versions)
	{
		bool canary = strcmp(member(v, "version")->valuestring, "2") == 0;

		assert_string_equal(member(v, "role")->valuestring, canary ? "canary" : "stable");
		assert_true(is_null(v, "diffs") == !canary);
		assert_true(number(v, "missing") == 0);
		diffs = canary ? member(v, "diffs") : NULL;
		if (!diffs)
			continue;
		assert_true(number(member(diffs, "error_rate"), "stable") == 0);
		assert_true(number(member(diffs, "error_rate"), "diff") > number(member(diffs, "error_rate"), "noise"));
		assert_true(cJSON_IsTrue(member(diffs, "split_at_random")));
		cJSON_ArrayForEach(c, member(diffs, "columns"))
		{
			bool output = cJSON_IsTrue(member(c, "output"));

			assert_string_equal(member(c, "state")->valuestring, output ? "differs" : "same");
			differing += output;
		}
	}
	assert_int_equal(differing, 2);
	lib_run(&r, text, NULL, events, LIMIT_MS);
	assert_int_equal(r.status, 0);
	assert_non_null(strstr(r.out, "canary 2 (stable 1): 2"));
	assert_non_null(strstr(r.out, "prediction               differs: "));
	lib_run_free(&r);
	cJSON_Delete(report);
	free(events);
}

static void
the_json_of_hostile_names_is_json_and_holds_no_raw_control(void **state)
{
	static const char events[] =
	    "{\"ts\":1700000000000,\"model\":\"a\\u001b[31m\\nb\\u009b\xff\xc0\","
	    "\"features\":{\"x\\u0007\":\"\x1b\x80\"}}\n";
	const char *const args[] = {"report", "-", "--format", "json", NULL};
	struct lib_run r;
	cJSON *json;
	size_t i;

	(void)state;
	lib_run(&r, args, NULL, events, LIMIT_MS);
	assert_int_equal(r.status, 0);
	for (i = 0; i < r.nout; i++)
		assert_true(r.out[i] == '\n' || (unsigned char)r.out[i] >= 0x20);
	assert_null(strstr(r.out, "\xc2\x9b"));
	json = cJSON_Parse(r.out);
	assert_non_null(json);
	cJSON_Delete(json);
	lib_run_free(&r);
}

/* 1,000 rows of baseline and some more, with these outputs. */
static void
outputs_are(const char *fields, size_t n, const char *first)
{
	const char *const args[] = {"report", "-", "--format", "json", NULL};
	char *events = malloc(1200 * 140), *p = events;
	const cJSON *outputs;
	cJSON *json;
	size_t i;

	assert_non_null(events);
	for (i = 0; i < 1200; i++)
		p += snprintf(p, 140, "{\"ts\":%lld,\"model\":\"m\",\"features\":{\"x\":%d}%s}\n",
		    1700000000000LL + (long long)i * 1000, (int)(i * 7 % 100), fields);
	json = report_of(args, events);
	outputs = member(cJSON_GetArrayItem(member(json, "models"), 0), "outputs");
	assert_int_equal(cJSON_GetArraySize(outputs), n);
	if (n > 0)
		assert_string_equal(member(cJSON_GetArrayItem(outputs, 0), "name")->valuestring, first);
	cJSON_Delete(json);
	free(events);
}

static void
an_output_that_a_model_never_has_is_no_row(void **state)
{
	(void)state;
	outputs_are("", 0, "");
	outputs_are(",\"latency_ms\":3", 0, "");
	outputs_are(",\"score\":0.25", 1, "score");
	outputs_are(",\"prediction\":1", 1, "prediction");
	outputs_are(",\"prediction\":1,\"score\":0.75", 2, "prediction");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(real_data_gives_exactly_the_keys_of_the_schema),
	    cmocka_unit_test(counts_add_up_and_rates_are_what_they_say),
	    cmocka_unit_test(what_is_not_known_is_null_and_not_0),
	    cmocka_unit_test(nothing_at_all_is_an_empty_report),
	    cmocka_unit_test(a_baseline_file_and_the_data_it_was_made_from_give_the_same_figures),
	    cmocka_unit_test(a_range_counts_what_lies_in_it_and_nothing_else),
	    cmocka_unit_test(the_same_input_gives_the_same_report_byte_for_byte),
	    cmocka_unit_test(the_text_needs_no_terminal_and_holds_no_control_character),
	    cmocka_unit_test(a_thin_sample_has_no_size_in_the_text),
	    cmocka_unit_test(a_canary_is_reported_beside_the_stable_version),
	    cmocka_unit_test(an_output_that_a_model_never_has_is_no_row),
	    cmocka_unit_test(the_json_of_hostile_names_is_json_and_holds_no_raw_control),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
