/* What bad input gets: a reason, a limit, a count; and all that is valid around it is still taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/keymap.h"
#include "core/limits.h"
#include "tests/lib_alloc.h"
#include "tests/lib_decode.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_is_no_event_is_rejected_by_its_reason),
	    TEST(depth_and_size_have_their_limits),
	    TEST(odd_values_are_counted_and_the_event_is_taken),
	    TEST(long_names_and_values_are_cut_between_characters),
	    TEST(of_five_thousand_features_the_first_are_kept),
	    TEST(made_up_names_cost_no_more_than_a_bounded_memory),
	    TEST(more_names_than_are_remembered_in_one_event_are_counted),
	    cmocka_unit_test(out_of_memory_rejects_the_event_and_nothing_else),
	};

	return cmocka_run_group_tests_name("decode_bad", tests, NULL, NULL);
}
