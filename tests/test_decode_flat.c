/* Flat entries of a stream: an event of fields whose types are guessed from their text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_decode.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(flat_fields_are_typed_by_their_text),
	    TEST(a_flat_entry_is_an_event_of_its_fields),
	    TEST(the_prefix_tells_features_from_other_fields),
	    TEST(flat_features_and_proba_may_be_json),
	};

	return cmocka_run_group_tests_name("decode_flat", tests, NULL, NULL);
}
