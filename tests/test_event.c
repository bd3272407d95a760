/* Events themselves: values as categories, reasons, raw lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_decode.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whole_numbers_are_one_category_however_written),
	    cmocka_unit_test(every_reason_has_a_name_and_a_sentence),
	    cmocka_unit_test(a_raw_line_of_a_flat_entry_is_harmless_text),
	};

	return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
