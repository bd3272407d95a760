/* Text as bytes: which sequences are characters, which of them may be shown, and counts with separators. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"

/* The bytes of a code point as table 3-6 of the Unicode Standard lays them out; nothing is refused here. */
static size_t
spell(uint32_t c, size_t n, unsigned char *out)
{
	static const unsigned char lead[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
	size_t i;

	for (i = n; i > 1; i--) {
		out[i - 1] = (unsigned char)(0x80 | (c & 0x3f));
		c >>= 6;
	}
	out[0] = (unsigned char)(lead[n] | c);
	return n;
}

static size_t
shortest(uint32_t c)
{
	return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

static void
every_code_point_is_a_character_in_its_shortest_form_alone(void **state)
{
	unsigned char b[8];
	uint32_t c;
	size_t n;

	(void)state;
	for (c = 0; c < 0x120000; c++) {
		size_t need = shortest(c);
		size_t want = c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? 0 : need;
		size_t shown = c < 0x20 || (c >= 0x7f && c < 0xa0) ? 0 : want;

		spell(c, need, b);
		assert_int_equal(text_utf8_length(b, need), want);
		assert_int_equal(text_utf8_length(b, 4), want);
		assert_int_equal(text_printable_length(b, need), shown);
		for (n = need + 1; n <= 4; n++) {
			spell(c, n, b);
			assert_int_equal(text_utf8_length(b, n), 0);
			assert_int_equal(text_printable_length(b, n), 0);
		}
	}
}

static void
what_is_cut_or_not_continued_is_no_character(void **state)
{
	static const char *const whole[] = {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
	unsigned char b[8];
	size_t i, k, n;

	(void)state;
	for (i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		n = strlen(whole[i]);
		memcpy(b, whole[i], n);
		assert_int_equal(text_utf8_length(b, n), n);
		for (k = 1; k < n; k++) {
			assert_int_equal(text_utf8_length(b, k), 0);
			b[k] = 'a';
			assert_int_equal(text_utf8_length(b, n), 0);
			b[k] = 0xc0;
			assert_int_equal(text_utf8_length(b, n), 0);
			memcpy(b, whole[i], n);
		}
	}
	for (i = 0x80; i < 0x100; i++) {
		b[0] = (unsigned char)i;
		assert_int_equal(text_utf8_length(b, 1), 0);
	}
}

static void
counts_have_a_separator_every_three_digits(void **state)
{
	static const struct {
		uint64_t n;
		const char *text;
	} rows[] = {{0, "0"}, {999, "999"}, {1000, "1,000"}, {14210, "14,210"}, {100000, "100,000"},
	    {1000000, "1,000,000"}, {UINT64_MAX, "18,446,744,073,709,551,615"}};
	char buf[TEXT_COUNT_BYTES];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(text_count(buf, rows[i].n), rows[i].text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_code_point_is_a_character_in_its_shortest_form_alone),
	    cmocka_unit_test(what_is_cut_or_not_continued_is_no_character),
	    cmocka_unit_test(counts_have_a_separator_every_three_digits),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
