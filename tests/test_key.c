#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "tui/key.h"

static void
a_script_is_read_key_by_key(void **state)
{
	static const uint32_t want[] = {'j', 'j', KEYCODE_ENTER, '/', 'a', 0xe9, KEYCODE_BACKSPACE, ' ', '<', '>', 3,
	    KEYCODE_UP, KEYCODE_PGDN, KEYCODE_ESC, KEYCODE_BACKTAB, KEYCODE_F1, KEYCODE_NONE, KEYCODE_NONE};
	struct slice script =
	    slice_of("jj<Enter>/a\u00e9<BS> <lt>><C-c><up><PGDN><Esc><backtab><F1>");
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		uint32_t code = 99;
		struct err err = {0};

		assert_int_equal(key_parse(&script, &code, &err), 0);
		assert_int_equal(code, want[i]);
	}
}

static void
control_letters_that_are_keys_of_their_own_become_those(void **state)
{
	static const struct {
		const char *script;
		uint32_t code;
	} rows[] = {{"<C-m>", KEYCODE_ENTER}, {"<C-J>", KEYCODE_ENTER}, {"<c-i>", KEYCODE_TAB},
	    {"<C-h>", KEYCODE_BACKSPACE}, {"\x7f", KEYCODE_BACKSPACE}, {"\n", KEYCODE_ENTER}, {"\t", KEYCODE_TAB},
	    {"\033", KEYCODE_ESC}, {"<C-z>", 26}, {"<Space>", ' '}};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct slice script = slice_of(rows[i].script);
		uint32_t code;
		struct err err = {0};

		assert_int_equal(key_parse(&script, &code, &err), 0);
		assert_int_equal(code, rows[i].code);
		assert_int_equal(script.n, 0);
	}
}

static void
an_unknown_name_is_refused_with_a_sentence_that_names_it(void **state)
{
	static const char *const bad[] = {"<Entre>", "<", "<Enter", "<>", "<C->", "<C-1>", "<C-ab>", "\xff", "\xc3"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct slice script = slice_of(bad[i]);
		uint32_t code;
		struct err err = {0};

		assert_int_equal(key_parse(&script, &code, &err), ERR_USAGE);
		assert_int_equal(code, KEYCODE_NONE);
		assert_non_null(strstr(err.msg, "keys: "));
		if (i == 0)
			assert_non_null(strstr(err.msg, "<Entre>"));
	}
}

static void
names_are_short_and_read_back_as_the_same_key(void **state)
{
	uint32_t code;
	char buf[16], script[20];

	(void)state;
	assert_string_equal(key_name('j', buf, sizeof(buf)), "j");
	assert_string_equal(key_name('<', buf, sizeof(buf)), "<");
	assert_string_equal(key_name(3, buf, sizeof(buf)), "^C");
	assert_string_equal(key_name(' ', buf, sizeof(buf)), "Space");
	assert_string_equal(key_name(0xe9, buf, sizeof(buf)), "\u00e9");
	assert_string_equal(key_name(0x9b, buf, sizeof(buf)), "\u00b7");
	assert_string_equal(key_name(0x7fffffff, buf, sizeof(buf)), "?");
	for (code = KEYCODE_UP; code <= KEYCODE_F2; code++) {
		struct slice s;
		uint32_t back = 0;
		struct err err = {0};

		strcpy(script, "<");
		strcat(script, key_name(code, buf, sizeof(buf)));
		strcat(script, ">");
		s = slice_of(script);
		assert_int_equal(key_parse(&s, &back, &err), 0);
		assert_int_equal(back, code);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_script_is_read_key_by_key),
		cmocka_unit_test(control_letters_that_are_keys_of_their_own_become_those),
		cmocka_unit_test(an_unknown_name_is_refused_with_a_sentence_that_names_it),
		cmocka_unit_test(names_are_short_and_read_back_as_the_same_key),
	};

	return cmocka_run_group_tests_name("key", tests, NULL, NULL);
}
