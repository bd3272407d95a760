/* Events: names and aliases, features, outputs, outcome, time, identity; and what bad input gets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <math.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/decode.h"
#include "collectors/keymap.h"
#include "core/limits.h"
#include "core/mem.h"
#include "tests/lib_alloc.h"

#define NOW_MS INT64_C(1700000000000)

struct fixture {
	struct decoder *decoder;
	struct event_clock clock;
	struct decode_context context;
	struct event ev;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f || decoder_new(&f->decoder, NULL))
		return -1;
	f->context.clock = &f->clock;
	f->context.model = slice_of("stream-model");
	f->context.version = slice_of("v9");
	event_clock_stream(&f->clock, NOW_MS);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	decoder_free(f->decoder);
	free(f);
	return 0;
}

static const struct event *
take(struct fixture *f, const char *text)
{
	if (!decoder_json(f->decoder, slice_of(text), &f->context, &f->ev, NULL))
		fail_msg("%s: %s %.*s", text, event_reasons[decoder_reason(f->decoder)].name,
		    (int)decoder_detail(f->decoder).n, decoder_detail(f->decoder).p);
	return &f->ev;
}

static void
assert_rejected(struct fixture *f, struct slice text, enum event_reason reason)
{
	struct event ev;

	assert_false(decoder_json(f->decoder, text, &f->context, &ev, NULL));
	if (decoder_reason(f->decoder) != reason)
		fail_msg("%.60s: %s", text.p, event_reasons[decoder_reason(f->decoder)].name);
}

/* "name=value name=value" of a flat entry; an empty value is name= */
static const struct event *
take_flat(struct fixture *f, const char *const *fields, size_t n)
{
	static struct pair pairs[16];
	size_t i;

	for (i = 0; i < n; i++) {
		pairs[i].name = slice_of(fields[2 * i]);
		pairs[i].value = slice_of(fields[2 * i + 1]);
	}
	if (!decoder_flat(f->decoder, pairs, n, &f->context, &f->ev))
		fail_msg("%s: %s", fields[0], event_reasons[decoder_reason(f->decoder)].name);
	return &f->ev;
}

#define FLAT(f, ...)                                                                               \
	take_flat(f, (const char *const[]){__VA_ARGS__},                                           \
	    sizeof((const char *const[]){__VA_ARGS__}) / (2 * sizeof(char *)))

static void
assert_slice(struct slice s, const char *expected)
{
	if (!slice_is(s, expected))
		fail_msg("'%.*s' instead of '%s'", (int)s.n, s.p, expected);
}

static const struct value *
feature(const struct event *ev, const char *name)
{
	size_t i;

	for (i = 0; i < ev->nfeatures; i++)
		if (slice_is(ev->features[i].name, name))
			return &ev->features[i].value;
	fail_msg("no feature '%s' among %zu", name, ev->nfeatures);
	return NULL;
}

static void
assert_number(const struct value *v, double expected)
{
	assert_int_equal(v->kind, VALUE_NUMBER);
	assert_true(v->num == expected);
}

static void
assert_text(const struct value *v, const char *expected)
{
	assert_int_equal(v->kind, VALUE_TEXT);
	assert_slice(v->text, expected);
}

/* ---- the whole event ------------------------------------------------------------------------- */

static const char contract[] =
    "{\"ts\":991353900000,\"id\":\"a-1\",\"model\":\"flight-delay\",\"version\":\"2\","
    "\"features\":{\"distance\":145,\"origin\":\"BOS\",\"delay_1h\":null},"
    "\"prediction\":1,\"score\":0.72,\"latency_ms\":0.76,\"status\":200,\"error\":null,\"label\":"
    "1}";

static void
the_event_of_the_contract_is_read_to_the_last_field(void **state)
{
	struct fixture *f = *state;
	int again;

	/* The second time all names are known, in this order. */
	for (again = 0; again < 2; again++) {
		const struct event *ev = take(f, contract);

		assert_int_equal(ev->ts_ms, INT64_C(991353900000));
		assert_int_equal(ev->arrival_ms, NOW_MS);
		assert_int_equal(ev->skew_ms, INT64_C(991353900000) - NOW_MS);
		assert_slice(ev->id, "a-1");
		assert_slice(ev->model, "flight-delay");
		assert_slice(ev->version, "2");
		assert_int_equal(ev->nfeatures, 3);
		assert_true(ev->has_features);
		assert_number(feature(ev, "distance"), 145);
		assert_text(feature(ev, "origin"), "BOS");
		assert_int_equal(feature(ev, "delay_1h")->kind, VALUE_MISSING);
		assert_number(&ev->prediction, 1);
		assert_number(&ev->score, 0.72);
		assert_true(ev->latency_ms == 0.76);
		assert_false(ev->failed || ev->client_error);
		assert_int_equal(ev->error.n, 0);
		assert_number(&ev->label, 1);
		assert_slice(ev->raw, contract);
		assert_int_equal(ev->oddities, 0);
	}
}

static void
known_names_allocate_nothing(void **state)
{
	struct fixture *f = *state;
	size_t before;

	take(f, contract);
	take(f, "{\"features\":{\"t\":\"\\u00e9t\\u00e9 and some more text than the contract's "
		"event has, in all its fields "
		"together, so that the scratch area is large enough for whatever comes after it in "
		"this test\"}}");
	take(f, contract);
	FLAT(f, "amount", "12.5", "country", "FR", "prediction", "1", "features", "{\"a\":1}");
	before = alloc_count();
	take(f, contract);
	take(f, "{\"features\":{\"t\":\"\\u00e9\"}}");
	FLAT(f, "country", "DE", "amount", "12", "prediction", "0", "features", "{\"a\":2}");
	assert_int_equal(alloc_count(), before);
}

/* ---- names ----------------------------------------------------------------------------------- */

static void
every_alias_means_what_its_row_says(void **state)
{
	struct fixture *f = *state;
	unsigned meaning, i, rank = 99;

	for (meaning = KEY_FIELD + 1; meaning < KEY_MEANINGS; meaning++) {
		assert_non_null(keymap_aliases[meaning].names[0]);
		for (i = 0; keymap_aliases[meaning].names[i]; i++) {
			const char *name = keymap_aliases[meaning].names[i];
			unsigned other, j, times = 0;

			assert_int_equal(keymap_meaning(slice_of(name), &rank), meaning);
			assert_int_equal(rank, i);
			assert_true(i < KEY_ALIASES);
			for (other = KEY_FIELD + 1; other < KEY_MEANINGS; other++)
				for (j = 0; keymap_aliases[other].names[j]; j++)
					times += strcmp(keymap_aliases[other].names[j], name) == 0;
			assert_int_equal(times, 1);
		}
	}
	assert_int_equal(keymap_meaning(slice_of("amount"), NULL), KEY_FIELD);
	take(f, "{\"timestamp\":1700000000,\"request_id\":\"r\",\"model_name\":\"m\",\"model_"
		"version\":3,\"inputs\":{\"a\":1},"
		"\"y_pred\":\"x\",\"probability\":0.5,\"duration_s\":0.25,\"y_true\":\"y\","
		"\"exception\":\"\"}");
	assert_int_equal(f->ev.ts_ms, NOW_MS);
	assert_slice(f->ev.id, "r");
	assert_slice(f->ev.model, "m");
	assert_slice(f->ev.version, "3");
	assert_number(feature(&f->ev, "a"), 1);
	assert_text(&f->ev.prediction, "x");
	assert_number(&f->ev.score, 0.5);
	assert_true(f->ev.latency_ms == 250);
	assert_text(&f->ev.label, "y");
	assert_false(f->ev.failed);
	assert_slice(decoder_aliases(f->decoder),
	    "ts=timestamp id=request_id model=model_name version=model_version features=inputs "
	    "prediction=y_pred "
	    "score=probability latency_ms=duration_s label=y_true error=exception");
}

static void
an_earlier_alias_goes_before_a_later_one_in_any_order(void **state)
{
	struct fixture *f = *state;

	take(f, "{\"latency_s\":9,\"latency_ms\":5,\"probability\":0.1,\"score\":0.2,\"input\":{"
		"\"b\":1},\"features\":{\"a\":1}}");
	assert_true(f->ev.latency_ms == 5);
	assert_number(&f->ev.score, 0.2);
	assert_int_equal(f->ev.nfeatures, 1);
	assert_number(feature(&f->ev, "a"), 1);
	take(f, "{\"latency_ms\":5,\"latency_s\":9,\"score\":0.2,\"probability\":0.1,\"features\":{"
		"\"a\":1},\"input\":{\"b\":1}}");
	assert_true(f->ev.latency_ms == 5);
	assert_number(&f->ev.score, 0.2);
	assert_int_equal(f->ev.nfeatures, 1);
	/* null is absent: the next alias speaks. */
	take(f, "{\"latency_ms\":null,\"latency_s\":0.5}");
	assert_true(f->ev.latency_ms == 500);
}

static void
a_known_name_among_the_features_is_a_feature(void **state)
{
	struct fixture *f = *state;

	take(f, "{\"time\":1700000000,\"features\":{\"time\":\"Night\",\"status\":\"tropical "
		"depression\",\"score\":3},\"score\":0.5}");
	assert_int_equal(f->ev.ts_ms, NOW_MS);
	assert_text(feature(&f->ev, "time"), "Night");
	assert_text(feature(&f->ev, "status"), "tropical depression");
	assert_number(feature(&f->ev, "score"), 3);
	assert_number(&f->ev.score, 0.5);
	assert_int_equal(f->ev.oddities, 0);
}

static void
without_features_the_other_scalars_are_the_features(void **state)
{
	struct fixture *f = *state;

	take(f, "{\"ts\":1700000000,\"amount\":12.5,\"user\":{\"age\":31,\"address\":{\"city\":"
		"\"Lyon\"}},\"ok\":true,\"tags\":[1,2],"
		"\"prediction\":\"yes\"}");
	assert_int_equal(f->ev.nfeatures, 5);
	assert_number(feature(&f->ev, "amount"), 12.5);
	assert_number(feature(&f->ev, "user.age"), 31);
	assert_text(feature(&f->ev, "user.address.city"), "Lyon");
	assert_int_equal(feature(&f->ev, "ok")->kind, VALUE_BOOL);
	assert_int_equal(feature(&f->ev, "tags")->kind, VALUE_NOT_SCALAR);
	assert_int_equal(f->ev.oddities, EVENT_ODD(REASON_NOT_SCALAR));
	/* With features, also when they come last, the others are not. */
	take(f, "{\"amount\":1,\"user\":{\"age\":3},\"features\":{\"amount\":2,\"deep\":{\"er\":{"
		"\"x\":4}}},\"more\":5,\"o\":{\"p\":1}}");
	assert_int_equal(f->ev.nfeatures, 2);
	assert_number(feature(&f->ev, "amount"), 2);
	assert_number(feature(&f->ev, "deep.er.x"), 4);
	assert_int_equal(f->ev.oddities, 0);
}

static void
an_event_may_say_nothing_about_features(void **state)
{
	struct fixture *f = *state;

	assert_false(take(f, "{\"prediction\":1}")->has_features);
	assert_true(take(f, "{\"prediction\":1,\"features\":{}}")->has_features);
	assert_int_equal(f->ev.nfeatures, 0);
	assert_false(take(f, "{\"prediction\":1,\"features\":null,\"host\":\"a\"}")->has_features);
	assert_int_equal(f->ev.nfeatures, 0);
	assert_false(take(f, "{\"prediction\":1,\"features\":[1,2,3]}")->has_features);
	assert_int_equal(f->ev.oddities, EVENT_ODD(REASON_NOT_SCALAR));
	/* One text for all input is a feature of that name. */
	assert_text(feature(take(f, "{\"input\":\"how are you?\",\"output\":\"fine\"}"), "input"),
	    "how are you?");
}

static void
escapes_in_names_and_values_are_undone(void **state)
{
	struct fixture *f = *state;
	int again;

	for (again = 0; again < 2; again++) {
		take(f, "{\"features\":{\"caf\\u00e9\":\"a\\tb\",\"\\ud83d\\ude00\":\"\\\"q\\\"\","
			"\"n\\u0000l\":\"x\\u0000y\"}}");
		assert_text(feature(&f->ev, "caf\xc3\xa9"), "a\tb");
		assert_text(feature(&f->ev, "\xf0\x9f\x98\x80"), "\"q\"");
		assert_int_equal(f->ev.features[2].name.n, 3);
		assert_int_equal(f->ev.features[2].value.text.n, 3);
		assert_int_equal(f->ev.oddities, 0);
	}
	/* A known name is one however it is written. */
	assert_number(&take(f, "{\"sc\\u006fre\":0.25}")->score, 0.25);
}

static void
names_change_their_order_and_come_and_go(void **state)
{
	struct fixture *f = *state;
	unsigned i;

	for (i = 0; i < 40; i++) {
		char text[512];
		unsigned a = i % 3, b = i % 5;

		snprintf(text, sizeof(text),
		    "{%s\"features\":{\"x%u\":%u,%s\"y\":{\"z%u\":2},\"last\":\"v\"},\"score\":0.5%"
		    "s}",
		    i % 2 ? "\"id\":7," : "", a, i, b ? "" : "\"only now and then\":1,", b,
		    i % 4 ? "" : ",\"error\":\"e\"");
		take(f, text);
		assert_int_equal(f->ev.nfeatures, b ? 3 : 4);
		snprintf(text, sizeof(text), "x%u", a);
		assert_number(feature(&f->ev, text), i);
		snprintf(text, sizeof(text), "y.z%u", b);
		assert_number(feature(&f->ev, text), 2);
		assert_int_equal(f->ev.failed, i % 4 == 0);
		assert_int_equal(f->ev.id.n, i % 2);
		assert_int_equal(f->ev.oddities, 0);
	}
}

/* ---- outputs --------------------------------------------------------------------------------- */

static void
proba_gives_classes_and_the_prediction(void **state)
{
	struct fixture *f = *state;

	take(f, "{\"proba\":{\"none\":0.2,\"damage\":0.8}}");
	assert_int_equal(f->ev.nclasses, 2);
	assert_slice(f->ev.classes[1].name, "damage");
	assert_true(f->ev.classes[1].p == 0.8);
	assert_text(&f->ev.prediction, "damage");
	assert_int_equal(f->ev.score.kind, VALUE_MISSING);
	take(f, "{\"probabilities\":[0.7,0.3]}");
	assert_slice(f->ev.classes[0].name, "0");
	assert_text(&f->ev.prediction, "0");
	/* Of two classes the one that says yes has the score. */
	assert_number(&f->ev.score, 0.3);
	take(f, "{\"proba\":[0.1,0.2,0.7],\"prediction\":\"own\"}");
	assert_text(&f->ev.prediction, "own");
	assert_int_equal(f->ev.nclasses, 3);
	assert_int_equal(f->ev.score.kind, VALUE_MISSING);
	assert_number(&take(f, "{\"proba\":0.9}")->score, 0.9);
	assert_int_equal(f->ev.prediction.kind, VALUE_MISSING);
	/* The same class twice: the last value. */
	take(f, "{\"proba\":{\"a\":0.1,\"b\":0.2,\"a\":0.4}}");
	assert_int_equal(f->ev.nclasses, 2);
	assert_true(f->ev.classes[0].p == 0.4);
	assert_text(&f->ev.prediction, "a");
	assert_int_equal(f->ev.oddities, EVENT_ODD(REASON_DUPLICATE_KEY));
	assert_int_equal(take(f, "{\"proba\":[0.5,NaN,[1]],\"score\":0.5}")->oddities,
	    EVENT_ODD(REASON_NONFINITE) | EVENT_ODD(REASON_NOT_SCALAR));
}

static void
of_too_many_classes_the_first_are_kept_and_the_largest_still_wins(void **state)
{
	struct fixture *f = *state;
	char text[2048];
	size_t n = (size_t)snprintf(text, sizeof(text), "{\"proba\":[");
	unsigned i;

	for (i = 0; i < 100; i++)
		n += (size_t)snprintf(
		    text + n, sizeof(text) - n, "%s%s", i ? "," : "", i == 70 ? "0.9" : "0.001");
	snprintf(text + n, sizeof(text) - n, "]}");
	take(f, text);
	assert_int_equal(f->ev.nclasses, LIMIT_CLASSES);
	assert_text(&f->ev.prediction, "70");
	assert_int_equal(f->ev.oddities, EVENT_ODD(REASON_OVER_LIMIT));
}

static void
outputs_may_be_of_any_kind(void **state)
{
	struct fixture *f = *state;

	assert_number(&take(f, "{\"prediction\":-3.5}")->prediction, -3.5);
	assert_text(&take(f, "{\"prediction\":\"cat\"}")->prediction, "cat");
	assert_int_equal(take(f, "{\"prediction\":true}")->prediction.kind, VALUE_BOOL);
	assert_int_equal(take(f, "{\"prediction\":[1]}")->prediction.kind, VALUE_NOT_SCALAR);
	assert_int_equal(f->ev.oddities, EVENT_ODD(REASON_NOT_SCALAR));
	/* Outside [0,1] a score is a number like any other. */
	assert_number(&take(f, "{\"score\":17.5}")->score, 17.5);
	assert_number(&take(f, "{\"score\":\"0.5\"}")->score, 0.5);
	take(f, "{\"score\":\"high\"}");
	assert_int_equal(f->ev.score.kind, VALUE_MISSING);
	assert_int_equal(f->ev.oddities, EVENT_ODD(REASON_TYPE_CHANGED));
	assert_int_equal(take(f, "{\"score\":NaN}")->score.kind, VALUE_NONFINITE);
	assert_int_equal(f->ev.oddities, EVENT_ODD(REASON_NONFINITE));
	take(f, "{\"id\":\"a\",\"label\":\"fraud\"}");
	assert_text(&f->ev.label, "fraud");
	assert_false(f->ev.has_features);
}

static void
latency_is_milliseconds_or_none(void **state)
{
	struct fixture *f = *state;

	assert_true(take(f, "{\"latency\":12}")->latency_ms == 12);
	assert_true(take(f, "{\"duration_ms\":0}")->latency_ms == 0);
	assert_true(take(f, "{\"latency_s\":1.5}")->latency_ms == 1500);
	assert_true(take(f, "{\"latency_ms\":\"12.5\"}")->latency_ms == 12.5);
	assert_true(isnan(take(f, "{\"latency_ms\":-1}")->latency_ms));
	assert_true(isnan(take(f, "{\"prediction\":1}")->latency_ms));
	assert_true(isnan(take(f, "{\"latency_ms\":1e400}")->latency_ms));
	assert_int_equal(f->ev.oddities, EVENT_ODD(REASON_NONFINITE));
}

/* ---- outcome --------------------------------------------------------------------------------- */

static void
a_request_failed_by_its_error_or_its_status(void **state)
{
	static const struct {
		const char *text;
		bool failed, client;
		const char *error;
	} rows[] = {
	    {"{\"error\":\"timeout\"}", true, false, "timeout"},
	    {"{\"error\":\"\"}", false, false, ""},
	    {"{\"error\":false}", false, false, ""},
	    {"{\"error\":true}", true, false, "true"},
	    {"{\"error\":null,\"score\":1}", false, false, ""},
	    {"{\"error\":0}", false, false, ""},
	    {"{\"error\":17}", true, false, "17"},
	    {"{\"error\":{}}", false, false, ""},
	    {"{\"error\":[ ]}", false, false, ""},
	    {"{\"error\":{\"code\":5}}", true, false, "{\"code\":5}"},
	    {"{\"error\":NaN}", false, false, ""},
	    {"{\"exception\":\"ValueError\"}", true, false, "ValueError"},
	    {"{\"status\":200}", false, false, ""},
	    {"{\"status\":404}", false, true, ""},
	    {"{\"status\":499}", false, true, ""},
	    {"{\"status\":500}", true, false, ""},
	    {"{\"status\":599}", true, false, ""},
	    {"{\"status\":\"503\"}", true, false, ""},
	    {"{\"status\":\"ok\"}", false, false, ""},
	    {"{\"status\":\"SUCCESS\"}", false, false, ""},
	    {"{\"status\":\"error\"}", true, false, ""},
	    {"{\"status\":\"Failed\"}", true, false, ""},
	    {"{\"status\":\"failure\"}", true, false, ""},
	    {"{\"status\":\"timeout\"}", true, false, ""},
	    {"{\"status\":\"exception\"}", true, false, ""},
	    {"{\"status\":404,\"error\":\"no such user\"}", true, true, "no such user"},
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		take(f, rows[i].text);
		if (f->ev.failed != rows[i].failed || f->ev.client_error != rows[i].client)
			fail_msg("%s: failed %d, client error %d", rows[i].text, f->ev.failed,
			    f->ev.client_error);
		assert_slice(f->ev.error, rows[i].error);
		assert_int_equal(f->ev.nfeatures, 0);
		assert_int_equal(f->ev.oddities, 0);
	}
}

static void
a_status_that_is_none_is_a_feature(void **state)
{
	struct fixture *f = *state;

	assert_text(feature(take(f, "{\"status\":\"married\"}"), "status"), "married");
	assert_number(feature(take(f, "{\"status\":3}"), "status"), 3);
	assert_number(feature(take(f, "{\"status\":200.5}"), "status"), 200.5);
	assert_number(feature(take(f, "{\"status\":600}"), "status"), 600);
	assert_int_equal(feature(take(f, "{\"status\":true}"), "status")->kind, VALUE_BOOL);
	assert_false(f->ev.failed);
}

/* ---- identity -------------------------------------------------------------------------------- */

static void
numbers_that_name_things_keep_their_digits(void **state)
{
	struct fixture *f = *state;

	take(f, "{\"id\":9007199254740993,\"version\":2.0,\"model\":17,\"label\":"
		"123456789012345678901234567890}");
	assert_slice(f->ev.id, "9007199254740993");
	assert_slice(f->ev.version, "2.0");
	assert_slice(f->ev.model, "17");
	assert_slice(f->ev.label.text, "123456789012345678901234567890");
}

static void
what_the_event_does_not_name_its_stream_does(void **state)
{
	struct fixture *f = *state;

	take(f, "{\"score\":1}");
	assert_slice(f->ev.model, "stream-model");
	assert_slice(f->ev.version, "v9");
	take(f, "{\"score\":1,\"model\":\"\",\"version\":null}");
	assert_slice(f->ev.model, "stream-model");
	assert_slice(f->ev.version, "v9");
	/* The stream's version is none of another model's. */
	take(f, "{\"score\":1,\"model\":\"other\"}");
	assert_slice(f->ev.version, "");
	take(f, "{\"score\":1,\"model\":{\"name\":\"x\"}}");
	assert_slice(f->ev.model, "stream-model");
	assert_int_equal(f->ev.oddities, EVENT_ODD(REASON_NOT_SCALAR));
}

/* ---- time ------------------------------------------------------------------------------------ */

static void
times_are_read_in_all_their_forms(void **state)
{
	static const struct {
		const char *text;
		int64_t ms; /* -1: unusable */
	} rows[] = {
	    {"1700000000", 1700000000000},
	    {"1700000000.1239", 1700000000124},
	    {"1700000000123", 1700000000123},
	    {"1700000000123.9", 1700000000123},
	    {"1700000000123456", 1700000000123},
	    {"1700000000123456789", 1700000000123},
	    {"1.7e9", 1700000000000},
	    {"\"1700000000\"", 1700000000000},
	    {"99999999999", 99999999999000},
	    {"100000000000", 100000000000},
	    {"0.001", 1},
	    {"0", -1},
	    {"-5", -1},
	    {"0.0001", -1},
	    {"1e300", -1},
	    {"NaN", -1},
	    {"true", -1},
	    {"[1]", -1},
	    {"\"\"", -1},
	    {"\"yesterday\"", -1},
	    {"\"2023-11-14T22:13:20Z\"", 1700000000000},
	    {"\"2023-11-14t22:13:20.5z\"", 1700000000500},
	    {"\"2023-11-14 22:13:20.123456789+00:00\"", 1700000000123},
	    {"\"2023-11-14T23:13:20+01:00\"", 1700000000000},
	    {"\"2023-11-14T14:43:20-07:30\"", 1700000000000},
	    {"\"2023-11-15T00:13:20+0200\"", 1700000000000},
	    {"\"2023-11-14T22:13:20\"", 1700000000000},
	    {"\"2024-02-29T00:00:00Z\"", 1709164800000},
	    {"\"2023-02-29T00:00:00Z\"", -1},
	    {"\"2100-02-29T00:00:00Z\"", -1},
	    {"\"1970-01-01T00:00:00Z\"", -1},
	    {"\"1970-01-01T00:00:01Z\"", 1000},
	    {"\"1969-12-31T23:59:59Z\"", -1},
	    {"\"2016-12-31T23:59:60Z\"", 1483228800000},
	    {"\"9999-12-31T23:59:59.999Z\"", 253402300799999},
	    {"\"9999-12-31T23:59:59-01:00\"", -1},
	    {"\"2023-13-01T00:00:00Z\"", -1},
	    {"\"2023-11-14\"", -1},
	    {"\"2023-11-14T24:00:00Z\"", -1},
	    {"\"2023-11-14T22:60:00Z\"", -1},
	    {"\"2023-11-14T22:13:20.Z\"", -1},
	    {"\"2023-11-14T22:13:20Zx\"", -1},
	    {"\"2023-11-14T22:13:20+1\"", -1},
	    {"\"2023-11-14T22:13:20+24:00\"", -1},
	    {"\"2023-1-14T22:13:20Z\"", -1},
	    {"\"2023-11-14T22:13Z\"", -1},
	};
	struct fixture *f = *state;
	size_t i;

	/* No ceiling in the way. */
	event_clock_file(&f->clock, 4242, INT64_MAX);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[128];
		bool bad = rows[i].ms < 0;

		f->clock.substitute_ms = 4242;
		snprintf(text, sizeof(text), "{\"score\":1,\"ts\":%s}", rows[i].text);
		take(f, text);
		if (f->ev.ts_ms != (bad ? 4242 : rows[i].ms) ||
		    !(f->ev.oddities & EVENT_ODD(REASON_BAD_TS)) == bad)
			fail_msg("%s: %lld", rows[i].text, (long long)f->ev.ts_ms);
	}
}

static void
in_a_stream_the_entry_stands_in_for_a_time_that_cannot_be(void **state)
{
	struct fixture *f = *state;

	/* Missing is nothing odd. */
	assert_int_equal(take(f, "{\"score\":1}")->ts_ms, NOW_MS);
	assert_int_equal(f->ev.oddities, 0);
	assert_int_equal(take(f, "{\"score\":1,\"ts\":null}")->oddities, 0);
	assert_int_equal(take(f, "{\"score\":1,\"ts\":1700000060000}")->ts_ms, NOW_MS + 60000);
	assert_int_equal(f->ev.oddities, 0);
	assert_int_equal(f->ev.skew_ms, 60000);
	take(f, "{\"score\":1,\"ts\":1700000094000}");
	assert_int_equal(f->ev.ts_ms, NOW_MS);
	assert_int_equal(f->ev.skew_ms, 94000);
	assert_int_equal(f->ev.oddities, EVENT_ODD(REASON_FUTURE));
	assert_int_equal(take(f, "{\"score\":1,\"ts\":0}")->ts_ms, NOW_MS);
	assert_int_equal(f->ev.oddities, EVENT_ODD(REASON_BAD_TS));
	assert_int_equal(f->ev.skew_ms, 0);
}

static void
in_a_file_the_event_before_stands_in(void **state)
{
	struct fixture *f = *state;

	event_clock_file(&f->clock, NOW_MS - 5000, NOW_MS);
	assert_int_equal(take(f, "{\"score\":1}")->ts_ms, NOW_MS - 5000);
	assert_int_equal(
	    take(f, "{\"score\":1,\"ts\":991353900000}")->ts_ms, INT64_C(991353900000));
	assert_int_equal(f->ev.arrival_ms, INT64_C(991353900000));
	assert_int_equal(f->ev.skew_ms, 0);
	assert_int_equal(take(f, "{\"score\":1}")->ts_ms, INT64_C(991353900000));
	assert_int_equal(f->ev.oddities, 0);
	assert_int_equal(
	    take(f, "{\"score\":1,\"ts\":1700000060001}")->ts_ms, INT64_C(991353900000));
	assert_int_equal(f->ev.oddities, EVENT_ODD(REASON_FUTURE));
	assert_int_equal(take(f, "{\"score\":1,\"ts\":1700000060000}")->ts_ms, NOW_MS + 60000);
}

/* ---- flat entries ---------------------------------------------------------------------------- */

static void
flat_fields_are_typed_by_their_text(void **state)
{
	static const struct {
		const char *text;
		enum value_kind kind;
		double num;
	} rows[] = {
	    {"12.5", VALUE_NUMBER, 12.5},
	    {"-3", VALUE_NUMBER, -3},
	    {"0", VALUE_NUMBER, 0},
	    {"0.5", VALUE_NUMBER, 0.5},
	    {"1e-05", VALUE_NUMBER, 1e-05},
	    {"007", VALUE_TEXT, 0},
	    {"01234", VALUE_TEXT, 0},
	    {"+1", VALUE_TEXT, 0},
	    {"1.", VALUE_TEXT, 0},
	    {".5", VALUE_TEXT, 0},
	    {"1,5", VALUE_TEXT, 0},
	    {"12 ", VALUE_TEXT, 0},
	    {"-", VALUE_TEXT, 0},
	    {"2024-01-01", VALUE_TEXT, 0},
	    {"true", VALUE_BOOL, 1},
	    {"True", VALUE_BOOL, 1},
	    {"false", VALUE_BOOL, 0},
	    {"False", VALUE_BOOL, 0},
	    {"TRUE", VALUE_TEXT, 0},
	    {"truest", VALUE_TEXT, 0},
	    {"", VALUE_MISSING, 0},
	    {"null", VALUE_MISSING, 0},
	    {"None", VALUE_MISSING, 0},
	    {"none", VALUE_TEXT, 0},
	    {"NaN", VALUE_NONFINITE, 0},
	    {"nan", VALUE_NONFINITE, 0},
	    {"-Infinity", VALUE_NONFINITE, 0},
	    {"inf", VALUE_NONFINITE, 0},
	    {"1e400", VALUE_NONFINITE, 0},
	    {"info", VALUE_TEXT, 0},
	    {"[1,2]", VALUE_TEXT, 0},
	    {"\xff", VALUE_TEXT, 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct value v;

		decode_flat_value(slice_of(rows[i].text), &v);
		if (v.kind != rows[i].kind ||
		    ((v.kind == VALUE_NUMBER || v.kind == VALUE_BOOL) && v.num != rows[i].num))
			fail_msg("'%s': kind %d, %g", rows[i].text, v.kind, v.num);
	}
}

static void
a_flat_entry_is_an_event_of_its_fields(void **state)
{
	struct fixture *f = *state;
	char line[256];
	size_t n;

	FLAT(f, "ts", "1700000000000", "amount", "12.5", "country", "FR", "is_new", "true", "age",
	    "", "prediction", "1", "score", "0.75", "latency_ms", "3.5", "error", "", "id", "0042");
	assert_int_equal(f->ev.nfeatures, 4);
	assert_number(feature(&f->ev, "amount"), 12.5);
	assert_text(feature(&f->ev, "country"), "FR");
	assert_int_equal(feature(&f->ev, "age")->kind, VALUE_MISSING);
	assert_number(&f->ev.prediction, 1);
	assert_number(&f->ev.score, 0.75);
	assert_true(f->ev.latency_ms == 3.5);
	assert_false(f->ev.failed);
	assert_slice(f->ev.id, "0042");
	assert_int_equal(f->ev.raw.n, 0);
	n = event_raw_json(&f->ev, line, sizeof(line));
	assert_slice(slice_make(line, n),
	    "{\"ts\":1700000000000,\"amount\":12.5,\"country\":\"FR\",\"is_new\":true,\"age\":\"\","
	    "\"prediction\":1,"
	    "\"score\":0.75,\"latency_ms\":3.5,\"error\":\"\",\"id\":\"0042\"}");
	/* As snprintf: the whole length, and no byte too many. */
	memset(line, '#', sizeof(line));
	assert_int_equal(event_raw_json(&f->ev, line, 10), n);
	assert_memory_equal(line, "{\"ts\":1700#", 11);
	assert_int_equal(event_raw_json(&f->ev, NULL, 0), n);
}

static void
the_prefix_tells_features_from_other_fields(void **state)
{
	struct fixture *f = *state;

	FLAT(f, "host", "a1", "f.amount", "12", "f.score", "7", "region", "eu", "score", "0.5");
	assert_int_equal(f->ev.nfeatures, 2);
	assert_number(feature(&f->ev, "amount"), 12);
	assert_number(feature(&f->ev, "score"), 7);
	assert_number(&f->ev.score, 0.5);
	assert_int_equal(f->ev.oddities, 0);
	/* Without it anywhere, every field is one. */
	assert_int_equal(FLAT(f, "host", "a1", "region", "eu")->nfeatures, 2);
}

static void
flat_features_and_proba_may_be_json(void **state)
{
	struct fixture *f = *state;

	FLAT(f, "host", "a1", "features",
	    "{\"amount\":12.5,\"user\":{\"age\":3},\"t\":\"\\u00e9\"}", "proba", "[0.25,0.75]",
	    "model", "m");
	assert_int_equal(f->ev.nfeatures, 3);
	assert_number(feature(&f->ev, "amount"), 12.5);
	assert_number(feature(&f->ev, "user.age"), 3);
	assert_text(feature(&f->ev, "t"), "\xc3\xa9");
	assert_text(&f->ev.prediction, "1");
	assert_number(&f->ev.score, 0.75);
	assert_slice(f->ev.model, "m");
	/* What only looks like it is a text as any other. */
	assert_text(
	    feature(FLAT(f, "input", "{who} are you?", "output", "x"), "input"), "{who} are you?");
}

/* ---- bad input ------------------------------------------------------------------------------- */

static void
what_is_no_event_is_rejected_by_its_reason(void **state)
{
	static const struct {
		const char *text;
		enum event_reason reason;
	} rows[] = {
	    {"not json", REASON_NOT_JSON},
	    {"{\"a\":1", REASON_NOT_JSON},
	    {"{\"a\":1}}", REASON_NOT_JSON},
	    {"{\"a\":1}{\"a\":2}", REASON_NOT_JSON},
	    {"{'a':1}", REASON_NOT_JSON},
	    {"[1,2", REASON_NOT_JSON},
	    {"[{\"score\":1}]", REASON_NOT_OBJECT},
	    {"[]", REASON_NOT_OBJECT},
	    {"17", REASON_NOT_OBJECT},
	    {"\"text\"", REASON_NOT_OBJECT},
	    {"null", REASON_NOT_OBJECT},
	    {"NaN", REASON_NOT_OBJECT},
	    {"", REASON_EMPTY},
	    {" \t\r\n", REASON_EMPTY},
	    {"{}", REASON_EMPTY},
	    {" { } ", REASON_EMPTY},
	    {"{\"ts\":1700000000,\"id\":\"a\",\"model\":\"m\"}", REASON_NO_CONTENT},
	    {"{\"features\":{}}", REASON_NO_CONTENT},
	    {"{\"prediction\":null,\"error\":null}", REASON_NO_CONTENT},
	    {"{\"features\":null,\"x\":1}", REASON_NO_CONTENT},
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_rejected(f, slice_of(rows[i].text), rows[i].reason);
		/* And nothing of it stays behind. */
		assert_int_equal(take(f, contract)->nfeatures, 3);
	}
	assert_rejected(f, slice_of("{\"score\" 1}"), REASON_NOT_JSON);
	assert_slice(decoder_detail(f->decoder), "at byte 9: expected ':'");
}

static void
depth_and_size_have_their_limits(void **state)
{
	struct fixture *f = *state;
	size_t big = (size_t)10 << 20;
	char *text = malloc(big);

	assert_non_null(text);
	memset(text, '[', 10000);
	assert_rejected(f, slice_make(text, 10000), REASON_TOO_DEEP);
	memcpy(text, "{\"a\":", 5);
	assert_rejected(f, slice_make(text, 10000), REASON_TOO_DEEP);
	/* The event is level 1 itself. */
	memset(text + 5 + LIMIT_NESTING - 1, ']', LIMIT_NESTING - 1);
	text[5 + 2 * (LIMIT_NESTING - 1)] = '}';
	text[6 + 2 * (LIMIT_NESTING - 1)] = '\0';
	take(f, text);
	memset(text, ' ', big);
	memcpy(text, "{\"score\":1}", 11);
	assert_rejected(f, slice_make(text, big), REASON_TOO_LARGE);
	assert_rejected(f, slice_make(text, LIMIT_EVENT_BYTES + 1), REASON_TOO_LARGE);
	assert_true(decoder_json(
	    f->decoder, slice_make(text, LIMIT_EVENT_BYTES), &f->context, &f->ev, NULL));
	free(text);
}

static void
odd_values_are_counted_and_the_event_is_taken(void **state)
{
	static const struct {
		const char *text;
		enum event_reason odd;
	} rows[] = {
	    {"{\"a\":NaN,\"b\":1}", REASON_NONFINITE},
	    {"{\"a\":-Infinity}", REASON_NONFINITE},
	    {"{\"a\":\"NaN\"}", REASON_NONFINITE},
	    {"{\"a\":\"Infinity\"}", REASON_NONFINITE},
	    {"{\"a\":1e400}", REASON_NONFINITE},
	    {"{\"a\":[1]}", REASON_NOT_SCALAR},
	    {"{\"a\":\"\xff\"}", REASON_BAD_UTF8},
	    {"{\"a\xff\":1}", REASON_BAD_UTF8},
	    {"{\"a\":\"\\ud800\"}", REASON_BAD_UTF8},
	    {"{\"a\":1,\"a\":2}", REASON_DUPLICATE_KEY},
	    {"{\"score\":1,\"score\":2}", REASON_DUPLICATE_KEY},
	    {"{\"a\":1,\"\\u0061\":2}", REASON_DUPLICATE_KEY},
	    {"{\"a\":{\"b\":1},\"a.b\":2}", REASON_DUPLICATE_KEY},
	    {"{\"features\":{\"a\":1,\"a\":2}}", REASON_DUPLICATE_KEY},
	};
	struct fixture *f = *state;
	size_t i;
	int again;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (again = 0; again < 2; again++) {
			take(f, rows[i].text);
			if (f->ev.oddities != EVENT_ODD(rows[i].odd))
				fail_msg("%s: %x", rows[i].text, f->ev.oddities);
		}
	assert_number(feature(take(f, "{\"a\":1,\"b\":5,\"a\":2}"), "a"), 2);
	assert_number(feature(&f->ev, "b"), 5);
	assert_int_equal(f->ev.nfeatures, 2);
	assert_number(&take(f, "{\"score\":0.1,\"score\":0.2}")->score, 0.2);
	assert_int_equal(
	    take(f, "{\"score\":0.1,\"label\":1,\"score\":null}")->score.kind, VALUE_MISSING);
	/* Numbers in quotes are text; whether the feature is numeric, the baseline says. */
	assert_text(feature(take(f, "{\"a\":\"12.5\"}"), "a"), "12.5");
	assert_int_equal(f->ev.oddities, 0);
	/* Control characters pass: only what is drawn is filtered. */
	assert_text(feature(take(f, "{\"a\":\"\x1b[31m\"}"), "a"), "\x1b[31m");
	assert_int_equal(f->ev.oddities, 0);
	/* A failed request without features or prediction is an event. */
	assert_true(take(f, "{\"ts\":1700000000,\"status\":500,\"error\":\"OOM\"}")->failed);
}

static void
long_names_and_values_are_cut_between_characters(void **state)
{
	struct fixture *f = *state;
	char text[4096], letters[601];
	int again;

	memset(letters, 'x', 600);
	letters[600] = '\0';
	for (again = 0; again < 2; again++) {
		snprintf(text, sizeof(text), "{\"%s\":\"%s\",\"%.254s\":1,\"n\":{\"%s\":2}}",
		    letters, letters, letters, letters);
		take(f, text);
		assert_int_equal(f->ev.nfeatures, 3);
		assert_int_equal(f->ev.features[0].name.n, LIMIT_NAME_BYTES);
		assert_int_equal(f->ev.features[0].value.text.n, LIMIT_NAME_BYTES);
		assert_int_equal(f->ev.features[2].name.n, LIMIT_NAME_BYTES);
		assert_memory_equal(f->ev.features[2].name.p, "n.x", 3);
		assert_int_equal(f->ev.oddities, 0);
	}
	/* A character of two bytes across the limit goes whole. */
	snprintf(text, sizeof(text), "{\"a\":\"%.255s\xc3\xa9yz\"}", letters);
	assert_int_equal(feature(take(f, text), "a")->text.n, 255);
	snprintf(text, sizeof(text), "{\"a\":\"%.255s\\u00e9yz\"}", letters);
	assert_int_equal(feature(take(f, text), "a")->text.n, 255);
	assert_int_equal(f->ev.oddities, 0);
}

static void
of_five_thousand_features_the_first_are_kept(void **state)
{
	struct fixture *f = *state;
	char *text = malloc(200000);
	size_t n = 0;
	unsigned i, again;

	assert_non_null(text);
	n += (size_t)snprintf(text + n, 200000 - n, "{\"features\":{");
	for (i = 0; i < 5000; i++)
		n += (size_t)snprintf(
		    text + n, 200000 - n, "%s\"feature_%u\":%u", i ? "," : "", i, i);
	snprintf(text + n, 200000 - n, "},\"score\":0.5}");
	for (again = 0; again < 2; again++) {
		take(f, text);
		assert_int_equal(f->ev.nfeatures, LIMIT_FEATURES);
		assert_number(&f->ev.features[LIMIT_FEATURES - 1].value, LIMIT_FEATURES - 1);
		assert_int_equal(f->ev.oddities, EVENT_ODD(REASON_OVER_LIMIT));
		assert_number(&f->ev.score, 0.5);
	}
	free(text);
}

static void
made_up_names_cost_no_more_than_a_bounded_memory(void **state)
{
	struct fixture *f = *state;
	long before = 0;
	unsigned i;

	for (i = 0; i < 200000; i++) {
		char text[96];

		snprintf(text, sizeof(text), "{\"name_%u\":%u,\"same\":1}", i, i);
		take(f, text);
		assert_int_equal(f->ev.nfeatures, 2);
		assert_number(&f->ev.features[0].value, i);
		if (i == 60000)
			before = alloc_live();
	}
	/* Two blocks a name, and a round of forgetting may be at any point: between none and all of
	 * the memory is in use. */
	assert_true(alloc_live() < before + 4 * LIMIT_FEATURES + 64);
}

static void
more_names_than_are_remembered_in_one_event_are_counted(void **state)
{
	struct fixture *f = *state;
	size_t cap = (size_t)1 << 20, n = 0;
	char *text = malloc(cap);
	unsigned i;

	assert_non_null(text);
	n += (size_t)snprintf(text + n, cap - n, "{\"score\":1,\"features\":{\"a\":1},\"b\":0");
	for (i = 0; i < KEYMAP_NODES + 100; i++)
		n += (size_t)snprintf(text + n, cap - n, ",\"%u\":{\"x\":[]}", i);
	snprintf(text + n, cap - n, "}");
	take(f, text);
	assert_int_equal(f->ev.nfeatures, 1);
	assert_true(f->ev.oddities & EVENT_ODD(REASON_OVER_LIMIT));
	assert_int_equal(take(f, contract)->nfeatures, 3);
	assert_int_equal(f->ev.oddities, 0);
	free(text);
}

/* ---- out of memory --------------------------------------------------------------------------- */

static int
decode_some(void *ctx, struct err *err)
{
	static const struct pair pairs[] = {
	    {{"amount", 6}, {"1", 1}}, {{"proba", 5}, {"{\"a\":1}", 7}}};
	struct event_clock clock;
	struct decode_context context = {.clock = &clock, .model = {"m", 1}};
	struct decoder *d = NULL;
	struct event ev;
	int rc = decoder_new(&d, err);

	(void)ctx;
	if (rc)
		return rc;
	event_clock_stream(&clock, NOW_MS);
	if (!decoder_json(d, slice_of("{\"a\":\"\\u00e9\",\"b\":{\"c\":[1]},\"score\":0.5}"),
		&context, &ev, NULL) ||
	    !decoder_flat(d, pairs, 2, &context, &ev)) {
		assert_int_equal(decoder_reason(d), REASON_OVER_LIMIT);
		assert_slice(decoder_detail(d), "out of memory");
		rc = err_nomem(err);
	}
	decoder_free(d);
	return rc;
}

static void
out_of_memory_rejects_the_event_and_nothing_else(void **state)
{
	(void)state;
	assert_true(alloc_fail_each(decode_some, NULL) > 5);
}

/* ---- values as categories, reasons ----------------------------------------------------------- */

static void
whole_numbers_are_one_category_however_written(void **state)
{
	static const struct {
		const char *text, *key;
	} rows[] = {
	    {"1", "1"},
	    {"1.0", "1"},
	    {"1e0", "1"},
	    {"-0", "0"},
	    {"-7.00", "-7"},
	    {"1e3", "1000"},
	    {"0.5", "0.5"},
	    {"0.50", "0.50"},
	    {"9007199254740991", "9007199254740991"},
	    {"9007199254740993", "9007199254740993"},
	    {"1e16", "1e16"},
	    {"abc", "abc"},
	    {"true", "true"},
	    {"", ""},
	    {"NaN", ""},
	};
	char buf[VALUE_KEY_BYTES];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct value v;

		decode_flat_value(slice_of(rows[i].text), &v);
		assert_slice(value_key(&v, buf), rows[i].key);
	}
}

static void
every_reason_has_a_name_and_a_sentence(void **state)
{
	size_t i, j;

	(void)state;
	for (i = 0; i < REASON_COUNT; i++) {
		assert_non_null(event_reasons[i].name);
		assert_true(strlen(event_reasons[i].sentence) > 10);
		for (j = 0; j < i; j++)
			assert_string_not_equal(event_reasons[i].name, event_reasons[j].name);
	}
}

static void
a_raw_line_of_a_flat_entry_is_harmless_text(void **state)
{
	static const struct pair pairs[] = {{{"a\"b", 3}, {"\x1b[0m\\", 5}}, {{"n", 1}, {"1e5", 3}},
	    {{"z", 1}, {"01", 2}}, {{"t", 1}, {"a\0b", 3}}};
	struct event ev = {.raw_pairs = pairs, .nraw_pairs = 4};
	char line[256];
	size_t n = event_raw_json(&ev, line, sizeof(line));

	(void)state;
	assert_slice(slice_make(line, n),
	    "{\"a\\\"b\":\"\\u001b[0m\\\\\",\"n\":1e5,\"z\":\"01\",\"t\":\"a\\u0000b\"}");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(the_event_of_the_contract_is_read_to_the_last_field),
	    TEST(known_names_allocate_nothing),
	    TEST(every_alias_means_what_its_row_says),
	    TEST(an_earlier_alias_goes_before_a_later_one_in_any_order),
	    TEST(a_known_name_among_the_features_is_a_feature),
	    TEST(without_features_the_other_scalars_are_the_features),
	    TEST(an_event_may_say_nothing_about_features),
	    TEST(escapes_in_names_and_values_are_undone),
	    TEST(names_change_their_order_and_come_and_go),
	    TEST(proba_gives_classes_and_the_prediction),
	    TEST(of_too_many_classes_the_first_are_kept_and_the_largest_still_wins),
	    TEST(outputs_may_be_of_any_kind),
	    TEST(latency_is_milliseconds_or_none),
	    TEST(a_request_failed_by_its_error_or_its_status),
	    TEST(a_status_that_is_none_is_a_feature),
	    TEST(numbers_that_name_things_keep_their_digits),
	    TEST(what_the_event_does_not_name_its_stream_does),
	    TEST(times_are_read_in_all_their_forms),
	    TEST(in_a_stream_the_entry_stands_in_for_a_time_that_cannot_be),
	    TEST(in_a_file_the_event_before_stands_in),
	    TEST(flat_fields_are_typed_by_their_text),
	    TEST(a_flat_entry_is_an_event_of_its_fields),
	    TEST(the_prefix_tells_features_from_other_fields),
	    TEST(flat_features_and_proba_may_be_json),
	    TEST(what_is_no_event_is_rejected_by_its_reason),
	    TEST(depth_and_size_have_their_limits),
	    TEST(odd_values_are_counted_and_the_event_is_taken),
	    TEST(long_names_and_values_are_cut_between_characters),
	    TEST(of_five_thousand_features_the_first_are_kept),
	    TEST(made_up_names_cost_no_more_than_a_bounded_memory),
	    TEST(more_names_than_are_remembered_in_one_event_are_counted),
	    cmocka_unit_test(out_of_memory_rejects_the_event_and_nothing_else),
	    cmocka_unit_test(whole_numbers_are_one_category_however_written),
	    cmocka_unit_test(every_reason_has_a_name_and_a_sentence),
	    cmocka_unit_test(a_raw_line_of_a_flat_entry_is_harmless_text),
	};

	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
