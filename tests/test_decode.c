/* Events: names and aliases, features, outputs, outcome, identity. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/keymap.h"
#include "core/limits.h"
#include "tests/lib_alloc.h"
#include "tests/lib_decode.h"

/* ---- the whole event ------------------------------------------------------------------------- */

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
	};

	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
