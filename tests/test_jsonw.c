/* The JSON writer: valid always, numbers that read back, bad bytes replaced, every allocation
 * refused once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include <cmocka.h>

#include "core/jsonw.h"
#include "core/mem.h"
#include "tests/lib_alloc.h"

static void
assert_text(struct jsonw *w, const char *expected)
{
	size_t n = 0;
	struct err err = {0};
	char *text = jsonw_take(w, &n, &err);

	assert_non_null(text);
	assert_string_equal(text, expected);
	assert_int_equal(n, strlen(expected));
	mem_free(text);
}

static void
commas_and_colons_come_by_themselves(void **state)
{
	struct jsonw w;

	(void)state;
	jsonw_init(&w);
	jsonw_open_object(&w);
	jsonw_key(&w, "a");
	jsonw_open_array(&w);
	jsonw_int(&w, INT64_MIN);
	jsonw_uint(&w, UINT64_MAX);
	jsonw_open_object(&w);
	jsonw_close(&w);
	jsonw_open_array(&w);
	jsonw_close(&w);
	jsonw_bool(&w, true);
	jsonw_null(&w);
	jsonw_close(&w);
	jsonw_key(&w, "b");
	jsonw_cstr(&w, NULL);
	jsonw_newline(&w);
	jsonw_key(&w, "c");
	jsonw_cstr(&w, "x");
	jsonw_close(&w);
	jsonw_newline(&w);
	assert_text(&w, "{\"a\":[-9223372036854775808,18446744073709551615,{},[],true,null],\"b\":"
			"null,\n \"c\":\"x\"}\n");
}

static void
a_figure_that_cannot_be_given_is_null(void **state)
{
	struct jsonw w;

	(void)state;
	jsonw_init(&w);
	jsonw_open_array(&w);
	jsonw_double(&w, NAN);
	jsonw_double(&w, INFINITY);
	jsonw_double(&w, -INFINITY);
	jsonw_double(&w, -0.0);
	jsonw_double(&w, 0.1);
	jsonw_double(&w, 1e300);
	jsonw_close(&w);
	assert_text(&w, "[null,null,null,-0,0.1,1e+300]");
}

static void
every_number_reads_back_as_the_same_double(void **state)
{
	static const double hard[] = {DBL_MAX, DBL_MIN, DBL_TRUE_MIN, DBL_EPSILON, 1.0 / 3,
	    0.1 + 0.2, 9007199254740993.0, 1e23, 5e-324, 2.2250738585072011e-308,
	    123456789012345680.0};
	char buf[JSONW_NUMBER_BYTES];
	uint64_t bits = UINT64_C(0x9e3779b97f4a7c15); /* the seed */
	double v;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hard) / sizeof(hard[0]); i++)
		assert_true(strtod(jsonw_format_number(hard[i], buf), NULL) == hard[i]);
	for (i = 0; i < 20000; i++) {
		bits ^= bits << 13;
		bits ^= bits >> 7;
		bits ^= bits << 17;
		memcpy(&v, &bits, sizeof(v));
		if (isfinite(v))
			assert_true(strtod(jsonw_format_number(v, buf), NULL) == v);
	}
	/* And the shortest that does so: what a person typed comes back as typed. */
	assert_string_equal(jsonw_format_number(0.72, buf), "0.72");
	assert_string_equal(jsonw_format_number(145, buf), "145");
}

static void
controls_are_escaped_and_bad_utf8_is_replaced(void **state)
{
	static const char raw[] =
	    "a\"b\\c\n\t\x01\x1b["
	    "31m\x7f\xc2\x9b\xc3\xa9\xff\xc0\xaf\xed\xa0\x80\xf0\x9f\x98\x80\xe2\x82";
	struct jsonw w;

	(void)state;
	jsonw_init(&w);
	jsonw_string(&w, slice_make(raw, sizeof(raw) - 1));
	assert_text(&w, "\"a\\\"b\\\\c\\n\\t\\u0001\\u001b[31m\\u007f\\u009b\xc3\xa9"
			"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
			"\xf0\x9f\x98\x80\xef\xbf\xbd\xef\xbf\xbd\"");
	jsonw_string(&w, slice_make(NULL, 0));
	assert_text(&w, "\"\"");
}

static void
too_deep_is_an_error_at_the_end(void **state)
{
	struct err err = {0};
	struct jsonw w;
	size_t n = 0;
	int i;

	(void)state;
	jsonw_init(&w);
	for (i = 0; i < JSONW_DEPTH + 5; i++)
		jsonw_open_array(&w);
	for (i = 0; i < JSONW_DEPTH + 5; i++)
		jsonw_close(&w);
	assert_null(jsonw_take(&w, &n, &err));
	assert_int_equal(err.code, ERR_LIMIT);
}

static int
write_much(void *ctx, struct err *err)
{
	struct jsonw w;
	char *text;
	size_t n = 0;
	int i;

	(void)ctx;
	jsonw_init(&w);
	jsonw_open_array(&w);
	for (i = 0; i < 200; i++)
		jsonw_double(&w, i / 7.0);
	jsonw_close(&w);
	text = jsonw_take(&w, &n, err);
	mem_free(text);
	return text ? 0 : (int)err->code;
}

static void
every_allocation_may_fail(void **state)
{
	(void)state;
	assert_true(alloc_fail_each(write_much, NULL) > 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(commas_and_colons_come_by_themselves),
	    cmocka_unit_test(a_figure_that_cannot_be_given_is_null),
	    cmocka_unit_test(every_number_reads_back_as_the_same_double),
	    cmocka_unit_test(controls_are_escaped_and_bad_utf8_is_replaced),
	    cmocka_unit_test(too_deep_is_an_error_at_the_end),
	    cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests_name("jsonw", tests, NULL, NULL);
}
