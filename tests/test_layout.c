/* Layouts: how a stream carries its events, found out by looking; names from keys; samples of what
 * is rejected. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/layout.h"
#include "core/mem.h"
#include "tests/lib_alloc.h"

#define NOW_MS 1700000000000u
#define LOG_EVENTS 64

/* What came out: copies, because events are borrowed. */
struct seen {
	size_t events, rejects, samples;
	uint64_t reasons[REASON_COUNT];
	double scores[LOG_EVENTS];
	char model[64], version[64], id[64], sample[600], detail[200];
	struct event last;
	unsigned source, stream;
};

static void
copy(char *out, size_t cap, struct slice s)
{
	assert_true(s.n < cap);
	if (s.n)
		memcpy(out, s.p, s.n);
	out[s.n] = '\0';
}

static void
on_event(void *ctx, const struct event *ev)
{
	struct seen *seen = ctx;

	seen->scores[seen->events % LOG_EVENTS] = ev->score.num;
	seen->events++;
	copy(seen->model, sizeof(seen->model), ev->model);
	copy(seen->version, sizeof(seen->version), ev->version);
	copy(seen->id, sizeof(seen->id), ev->id);
	seen->last = *ev;
	seen->source = ev->source;
}

static void
on_fact(void *ctx, const struct fact *fact)
{
	struct seen *seen = ctx;

	assert_int_equal(fact->kind, FACT_REJECT);
	seen->rejects += fact->u.reject.count;
	seen->reasons[fact->u.reject.reason] += fact->u.reject.count;
	seen->source = fact->u.reject.source;
	seen->stream = fact->u.reject.stream;
	if (!fact->u.reject.sample.p)
		return;
	seen->samples++;
	copy(seen->sample, sizeof(seen->sample), fact->u.reject.sample);
	copy(seen->detail, sizeof(seen->detail), fact->u.reject.detail);
}

struct fixture {
	struct layout *layout;
	struct seen seen;
	struct sink sink;
	uint64_t ms;
};

static void
fixture_layout(struct fixture *f, struct layout_options options)
{
	struct err err;

	layout_free(f->layout);
	if (layout_new(&f->layout, &options, &err))
		fail_msg("%s", err.msg);
}

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	f->sink = (struct sink){&f->seen, on_event, on_fact};
	f->ms = NOW_MS;
	fixture_layout(f, (struct layout_options){
			      .source = 3, .stream = 5, .key = slice_of("ml:fraud:v2:events")});
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	layout_free(f->layout);
	free(f);
	return 0;
}

static size_t
give(struct fixture *f, const char *const *fields, size_t n)
{
	struct pair pairs[16];
	struct layout_entry e = {.ms = f->ms, .pairs = pairs, .npairs = n};
	size_t i;

	for (i = 0; i < n; i++) {
		pairs[i].name = slice_of(fields[2 * i]);
		pairs[i].value = slice_of(fields[2 * i + 1]);
	}
	return layout_entry(f->layout, &e, &f->sink);
}

#define GIVE(f, ...)                                                                               \
	give(f, (const char *const[]){__VA_ARGS__},                                                \
	    sizeof((const char *const[]){__VA_ARGS__}) / (2 * sizeof(char *)))

static void
assert_slice(struct slice s, const char *expected)
{
	if (!slice_is(s, expected))
		fail_msg("'%.*s' instead of '%s'", (int)s.n, s.p, expected);
}

/* ---- layouts --------------------------------------------------------------------------------- */

static void
json_is_found_in_the_usual_fields_or_in_the_only_one(void **state)
{
	static const char *const fields[] = {"payload", "event", "data", "body", "json", "message"};
	struct fixture *f = *state;
	char name[64];
	size_t i;

	assert_slice(layout_name(f->layout), "");
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		assert_int_equal(GIVE(f, fields[i], "{\"score\":0.5}"), 1);
		snprintf(name, sizeof(name), "field %s", fields[i]);
		assert_slice(layout_name(f->layout), name);
		assert_string_equal(f->seen.model, "fraud");
		assert_string_equal(f->seen.version, "v2");
		assert_int_equal(f->seen.source, 3);
		assert_int_equal(f->seen.last.arrival_ms, NOW_MS);
	}
	/* Of several the first of the list. */
	assert_int_equal(GIVE(f, "data", "{\"score\":0.1}", "payload", "{\"score\":0.2}"), 1);
	assert_true(f->seen.scores[6] == 0.2);
	assert_int_equal(f->seen.rejects, 0);
}

static void
fields_beside_the_json_fill_in_what_it_does_not_say(void **state)
{
	struct fixture *f = *state;

	GIVE(f, "model", "churn", "version", "7", "id", "x1", "ts", "1699999999000", "host", "a",
	    "data", "{\"score\":0.5}");
	assert_string_equal(f->seen.model, "churn");
	assert_string_equal(f->seen.version, "7");
	assert_string_equal(f->seen.id, "x1");
	assert_int_equal(f->seen.last.ts_ms, 1699999999000);
	assert_int_equal(f->seen.last.nfeatures, 0);
	GIVE(f, "model", "churn", "id", "x1", "data",
	    "{\"score\":0.5,\"model\":\"own\",\"id\":\"y\"}");
	assert_string_equal(f->seen.model, "own");
	assert_string_equal(f->seen.id, "y");
	GIVE(f, "data", "{\"a\":1}", "prediction", "1", "status", "married");
	assert_true(f->seen.last.prediction.num == 1);
	assert_int_equal(f->seen.last.nfeatures, 1);
}

static void
one_field_may_hold_several_lines(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(GIVE(f, "event", "{\"score\":1}\n{\"score\":2}\r\n\n{\"score\":3}\n"), 3);
	assert_slice(layout_name(f->layout), "field event, lines");
	assert_true(f->seen.scores[0] == 1 && f->seen.scores[1] == 2 && f->seen.scores[2] == 3);
	/* A single one afterwards changes nothing. */
	assert_int_equal(GIVE(f, "event", "{\"score\":4}\n"), 1);
	assert_slice(layout_name(f->layout), "field event, lines");
	assert_int_equal(f->seen.rejects, 0);
}

static void
one_bad_line_costs_itself(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(GIVE(f, "event",
			     "{\"score\":1}\ngarbage\n{\"score\":2}\n[1]\n{\"score\":\n{\"score\":"
			     "3}\n{}\n{\"score\":4}"),
	    4);
	assert_true(f->seen.scores[3] == 4);
	assert_int_equal(f->seen.rejects, 4);
	assert_int_equal(f->seen.reasons[REASON_NOT_JSON], 2);
	assert_int_equal(f->seen.reasons[REASON_NOT_OBJECT], 1);
	assert_int_equal(f->seen.reasons[REASON_EMPTY], 1);
	assert_int_equal(f->seen.stream, 5);
}

static void
an_event_may_be_written_over_several_lines(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
	    GIVE(f, "event", "{\n  \"score\": 1,\n  \"features\": {\n    \"a\": 2\n  }\n}\n"), 1);
	assert_int_equal(f->seen.last.nfeatures, 1);
	assert_slice(layout_name(f->layout), "field event");
	assert_int_equal(f->seen.rejects, 0);
	/* A bad one counts once, and the next is found. */
	assert_int_equal(
	    GIVE(f, "event",
		"{\n  \"score\": 1,\n  \"a\": oops,\n  \"b\": 2\n}\n{\n \"score\": 2\n}"),
	    1);
	assert_int_equal(f->seen.rejects, 1);
	assert_int_equal(f->seen.reasons[REASON_NOT_JSON], 1);
}

static void
everything_else_is_flat(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(GIVE(f, "amount", "12", "country", "FR", "score", "0.5"), 1);
	assert_slice(layout_name(f->layout), "flat");
	assert_int_equal(f->seen.last.nfeatures, 2);
	/* A usual name with a value that is no JSON is a feature here. */
	assert_int_equal(GIVE(f, "amount", "12", "event", "click"), 1);
	assert_int_equal(f->seen.last.nfeatures, 2);
	/* Alone: a known name, a number. */
	assert_int_equal(GIVE(f, "score", "0.5"), 1);
	assert_int_equal(GIVE(f, "features", "{\"a\":1}"), 1);
	assert_int_equal(f->seen.last.nfeatures, 1);
	assert_int_equal(GIVE(f, "temperature", "21.5"), 1);
	assert_int_equal(f->seen.rejects, 0);
	assert_slice(layout_name(f->layout), "flat");
}

static void
bad_entries_are_told_by_their_reason_with_a_sample(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(GIVE(f, "event", "no json at all"), 0);
	assert_int_equal(f->seen.reasons[REASON_NOT_JSON], 1);
	assert_string_equal(f->seen.sample, "no json at all");
	assert_string_equal(f->seen.detail, "at byte 0: expected a value");
	/* The field is known from now on, also beside others. */
	assert_int_equal(GIVE(f, "host", "a", "event", "{\"score\":1}"), 1);
	assert_int_equal(GIVE(f, "host", "a", "event", "oops"), 0);
	assert_int_equal(f->seen.reasons[REASON_NOT_JSON], 2);
	assert_int_equal(GIVE(f, "event", ""), 0);
	assert_int_equal(GIVE(f, "event", "  \n \n"), 0);
	assert_int_equal(GIVE(f, "", ""), 0);
	assert_int_equal(give(f, NULL, 0), 0);
	assert_int_equal(f->seen.reasons[REASON_EMPTY], 4);
	assert_int_equal(GIVE(f, "data", "[1,2]"), 0);
	assert_int_equal(f->seen.reasons[REASON_NOT_OBJECT], 1);
	assert_int_equal(GIVE(f, "id", "x", "ts", "1"), 0);
	assert_int_equal(f->seen.reasons[REASON_NO_CONTENT], 1);
	assert_string_equal(f->seen.sample, "{\"id\":\"x\",\"ts\":1}");
	assert_int_equal(f->seen.rejects, 8);
	assert_int_equal(f->seen.events, 1);
}

static void
odd_events_bring_a_sample_and_no_count(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(GIVE(f, "event", "{\"a\":NaN,\"ts\":0}"), 1);
	assert_int_equal(f->seen.rejects, 0);
	assert_int_equal(f->seen.samples, 2);
	assert_string_equal(f->seen.sample, "{\"a\":NaN,\"ts\":0}");
	assert_int_equal(GIVE(f, "a", "1e400", "b", "2"), 1);
	assert_string_equal(f->seen.sample, "{\"a\":1e400,\"b\":2}");
}

static void
a_flood_is_counted_to_the_last_and_sampled_once_a_second(void **state)
{
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < 5000; i++) {
		f->ms = NOW_MS + i;
		GIVE(f, "event", "garbage");
		GIVE(f, "event", "{\"a\":NaN}");
	}
	assert_int_equal(f->seen.reasons[REASON_NOT_JSON], 5000);
	assert_int_equal(f->seen.events, 5000);
	/* Two reasons; of each the first four, then at most one each of the five seconds. */
	assert_in_range(f->seen.samples, 2 * 4, 2 * (4 + 5));
}

static void
ten_megabytes_in_a_field_are_one_event_too_large(void **state)
{
	struct fixture *f = *state;
	size_t n = (size_t)10 << 20;
	char *text = malloc(n + 1);

	assert_non_null(text);
	memset(text, 'x', n);
	memcpy(text, "{\"a\":\"", 6);
	memcpy(text + n - 2, "\"}", 3);
	assert_int_equal(GIVE(f, "event", text), 0);
	assert_int_equal(f->seen.reasons[REASON_TOO_LARGE], 1);
	assert_int_equal(GIVE(f, "a", text, "b", "1"), 0);
	assert_int_equal(f->seen.reasons[REASON_TOO_LARGE], 2);
	assert_in_range(strlen(f->seen.sample), 500, 512);
	assert_int_equal(GIVE(f, "event", "{\"score\":1}"), 1);
	free(text);
}

static void
any_bits_may_be_an_id(void **state)
{
	struct fixture *f = *state;

	f->ms = UINT64_MAX;
	assert_int_equal(GIVE(f, "event", "{\"score\":1,\"ts\":1700000000000}"), 1);
	assert_int_equal(f->seen.last.ts_ms, NOW_MS);
	f->ms = 0;
	assert_int_equal(GIVE(f, "event", "{\"score\":1}"), 1);
	assert_int_equal(f->seen.last.ts_ms, 0);
}

/* ---- names ----------------------------------------------------------------------------------- */

static void
keys_name_model_and_version(void **state)
{
	static const struct {
		const char *key, *pattern, *model, *version;
	} rows[] = {
	    {"ml:fraud", NULL, "fraud", ""},
	    {"ml:fraud:events", NULL, "fraud", ""},
	    {"ml:fraud:v2:events", NULL, "fraud", "v2"},
	    {"ml:fraud:2", NULL, "fraud", "2"},
	    {"ml:fraud:2024-06-01:predictions", NULL, "fraud", "2024-06-01"},
	    {"model:churn:inferences", NULL, "churn", ""},
	    {"ml:team:fraud:labels", NULL, "team:fraud", ""},
	    {"ml:fraud:velocity", NULL, "fraud:velocity", ""},
	    {"ml:3d-pose", NULL, "3d-pose", ""},
	    {"ml:events", NULL, "events", ""},
	    {"ml:", NULL, "ml:", ""},
	    {"ml/fraud/v3/log", "ml/*", "fraud", "v3"},
	    {"prod:ml:fraud:requests", "prod:ml:*", "fraud", ""},
	    {"prod:ml:fraud", "*", "prod:ml:fraud", ""},
	    {"fraud_events", "fraud*", "fraud_events", ""},
	    {"ml:fraud", "ml:fr*", "fraud", ""},
	    {"ml:fraud:events", "ml:fraud:events", "fraud", ""},
	    {"app.fraud.v1.2.events", NULL, "app.fraud", "v1.2"},
	    {"ml:fraud.1.2.3", NULL, "fraud", "1.2.3"},
	    {"fraud.events", NULL, "fraud", ""},
	    {"fraud", NULL, "fraud", ""},
	    {":events", NULL, ":events", ""},
	    {"ml:fraud:", NULL, "fraud:", ""},
	    {"", NULL, "", ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct slice model, version;

		layout_key_names(slice_of(rows[i].key), &rows[i].pattern, rows[i].pattern ? 1 : 0,
		    &model, &version);
		if (!slice_is(model, rows[i].model) || !slice_is(version, rows[i].version))
			fail_msg("%s: model '%.*s', version '%.*s'", rows[i].key, (int)model.n,
			    model.p, (int)version.n, version.p);
	}
}

static void
a_label_goes_before_every_model_and_the_filter_sees_it(void **state)
{
	struct fixture *f = *state;

	fixture_layout(f,
	    (struct layout_options){
		.key = slice_of("ml:fraud"), .label = slice_of("prod"), .model_glob = "prod/f*"});
	assert_int_equal(GIVE(f, "event", "{\"score\":1}"), 1);
	assert_string_equal(f->seen.model, "prod/fraud");
	assert_int_equal(GIVE(f, "event", "{\"score\":1,\"model\":\"churn\"}"), 0);
	assert_int_equal(GIVE(f, "event", "{\"score\":1,\"model\":\"free\"}"), 1);
	assert_string_equal(f->seen.model, "prod/free");
	assert_int_equal(GIVE(f, "event", "{\"score\":1}"), 1);
	assert_string_equal(f->seen.model, "prod/fraud");
	assert_int_equal(f->seen.rejects, 0);
}

static void
aliases_taken_are_told(void **state)
{
	struct fixture *f = *state;

	GIVE(f, "event", "{\"timestamp\":1700000000,\"duration_ms\":5,\"score\":1}");
	assert_slice(layout_aliases(f->layout), "ts=timestamp latency_ms=duration_ms");
	GIVE(f, "event", "{\"ts\":1700000000,\"duration_ms\":5}");
	assert_slice(layout_aliases(f->layout), "latency_ms=duration_ms");
}

static void
a_sample_is_one_line_cut_between_characters(void **state)
{
	static const struct pair pairs[] = {{{"name", 4}, {"\xc3\xa9\xc3\xa9\xc3\xa9", 6}}};
	struct layout_entry e = {.pairs = pairs, .npairs = 1};
	char buf[64];
	size_t n;

	(void)state;
	assert_slice(slice_make(buf, layout_sample(&e, buf, sizeof(buf))),
	    "{\"name\":\"\xc3\xa9\xc3\xa9\xc3\xa9\"}");
	for (n = 0; n < 16; n++) {
		size_t got = layout_sample(&e, buf, n);

		assert_true(got <= n);
		/* The text before the first character of two bytes has nine. */
		assert_true(got <= 9 || (got - 9) % 2 == 0);
	}
}

static void
a_sample_of_json_in_one_field_is_that_json(void **state)
{
	static const struct pair json[] = {{{"event", 5}, {" {\"id\":\"\xc3\xa9\"}", 12}}};
	static const struct pair two[] = {{{"event", 5}, {"{}", 2}}, {{"at", 2}, {"1", 1}}};
	struct layout_entry e = {.pairs = json, .npairs = 1};
	char buf[64];

	(void)state;
	assert_slice(slice_make(buf, layout_sample(&e, buf, sizeof(buf))), " {\"id\":\"\xc3\xa9\"}");
	assert_slice(slice_make(buf, layout_sample(&e, buf, 9)), " {\"id\":\""); /* not half a character */
	e = (struct layout_entry){.pairs = two, .npairs = 2};
	assert_slice(slice_make(buf, layout_sample(&e, buf, sizeof(buf))), "{\"event\":\"{}\",\"at\":1}");
}

/* ---- out of memory --------------------------------------------------------------------------- */

static int
layout_once(void *ctx, struct err *err)
{
	struct layout_options options = {.key = slice_of("ml:fraud"), .label = slice_of("prod")};
	struct layout *l = NULL;
	int rc = layout_new(&l, &options, err);

	(void)ctx;
	layout_free(l);
	return rc;
}

static int
entry_once(void *ctx, struct err *err)
{
	struct fixture *f = ctx;
	struct layout_options options = {.key = slice_of("ml:fraud")};
	size_t events;

	if (layout_new(&f->layout, &options, err))
		return err->code;
	memset(&f->seen, 0, sizeof(f->seen));
	events = GIVE(f, "event", "{\"a\":\"\\u00e9\",\"b\":1}\n{\"a\":1}");
	/* Whatever was refused: each event is one or is counted. */
	assert_int_equal(events + f->seen.rejects, 2);
	layout_free(f->layout);
	f->layout = NULL;
	return 0;
}

static void
out_of_memory_loses_no_count(void **state)
{
	struct fixture *f = *state;

	assert_true(alloc_fail_each(layout_once, NULL) > 0);
	layout_free(f->layout);
	f->layout = NULL;
	assert_true(alloc_survive_each(entry_once, f) > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(json_is_found_in_the_usual_fields_or_in_the_only_one),
	    TEST(fields_beside_the_json_fill_in_what_it_does_not_say),
	    TEST(one_field_may_hold_several_lines),
	    TEST(one_bad_line_costs_itself),
	    TEST(an_event_may_be_written_over_several_lines),
	    TEST(everything_else_is_flat),
	    TEST(bad_entries_are_told_by_their_reason_with_a_sample),
	    TEST(odd_events_bring_a_sample_and_no_count),
	    TEST(a_flood_is_counted_to_the_last_and_sampled_once_a_second),
	    TEST(ten_megabytes_in_a_field_are_one_event_too_large),
	    TEST(any_bits_may_be_an_id),
	    cmocka_unit_test(keys_name_model_and_version),
	    TEST(a_label_goes_before_every_model_and_the_filter_sees_it),
	    TEST(aliases_taken_are_told),
	    cmocka_unit_test(a_sample_is_one_line_cut_between_characters),
	    cmocka_unit_test(a_sample_of_json_in_one_field_is_that_json),
	    TEST(out_of_memory_loses_no_count),
	};

	return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
