#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tui/key.h"
#include "tui/keyin.h"

static void
a_script_is_read_key_by_key(void **state)
{
	static const uint32_t want[] = {'j', 'j', KEYCODE_ENTER, '/', 'a', 0xe9, KEYCODE_BACKSPACE, ' ', '<',
	    '>', 3, KEYCODE_UP, KEYCODE_PGDN, KEYCODE_ESC, KEYCODE_BACKTAB, KEYCODE_F1, KEYCODE_NONE,
	    KEYCODE_NONE};
	struct slice script = slice_of("jj<Enter>/a\u00e9<BS> <lt>><C-c><up><PGDN><Esc><backtab><F1>");
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
	    {"<C-h>", KEYCODE_BACKSPACE}, {"\x7f", KEYCODE_BACKSPACE}, {"\n", KEYCODE_ENTER},
	    {"\t", KEYCODE_TAB}, {"\033", KEYCODE_ESC}, {"<C-z>", 26}, {"<Space>", ' '}};
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
	static const char *const bad[] = {
	    "<Entre>", "<", "<Enter", "<>", "<C->", "<C-1>", "<C-ab>", "\xff", "\xc3"};
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
	for (code = KEYCODE_UP; code <= KEYCODE_F12; code++) {
		struct slice s;
		uint32_t back = 0;
		struct err err = {0};

		snprintf(script, sizeof(script), "<%s>", key_name(code, buf, sizeof(buf)));
		s = slice_of(script);
		assert_int_equal(key_parse(&s, &back, &err), 0);
		assert_int_equal(back, code);
	}
}

/* ---- what a terminal sends ------------------------------------------------------------------- */

/* Events as words: keys by their names, answers in capitals. */
struct heard {
	char words[512];
};

static void
hear(void *ctx, struct keyin_event event)
{
	struct heard *h = ctx;
	char name[16], word[32];
	size_t n = strlen(h->words);

	if (event.kind == KEYIN_KEY)
		snprintf(word, sizeof(word), "%s", key_name(event.code, name, sizeof(name)));
	else if (event.kind == KEYIN_PASTED)
		snprintf(word, sizeof(word), "+%s", key_name(event.code, name, sizeof(name)));
	else if (event.kind == KEYIN_BACKGROUND)
		snprintf(word, sizeof(word), "BG#%06x", (unsigned)event.code);
	else
		snprintf(word, sizeof(word), "%s", event.kind == KEYIN_ACK ? "ACK" : "DA");
	snprintf(h->words + n, sizeof(h->words) - n, "%s%s", n ? " " : "", word);
}

/* All at once, then byte by byte: the same must be heard. */
static void
check_heard(const char *bytes, const char *want)
{
	struct keyin k;
	struct heard h = {""};
	size_t i, n = strlen(bytes);

	keyin_init(&k);
	keyin_feed(&k, bytes, n, hear, &h);
	if (k.n)
		keyin_timeout(&k, hear, &h);
	assert_string_equal(h.words, want);
	h.words[0] = '\0';
	keyin_init(&k);
	for (i = 0; i < n; i++)
		keyin_feed(&k, bytes + i, 1, hear, &h);
	if (k.n)
		keyin_timeout(&k, hear, &h);
	assert_string_equal(h.words, want);
}

static void
keys_of_all_common_terminals_are_understood(void **state)
{
	(void)state;
	check_heard("jk\r\n\t\x7f\b q", "j k Enter Enter Tab BS BS Space q");
	check_heard(
	    "\033[A\033[B\033[C\033[D\033OA\033OB\033OC\033OD", "Up Down Right Left Up Down Right Left");
	check_heard(
	    "\033[H\033[F\033OH\033OF\033[1~\033[4~\033[7~\033[8~", "Home End Home End Home End Home End");
	check_heard("\033[5~\033[6~\033[3~\033[Z", "PgUp PgDn Del BackTab");
	check_heard("\033OP\033[11~\033[[A\033OQ\033[12~\033[[B", "F1 F1 F1 F2 F2 F2");
	check_heard("\033OR\033[13~\033[14~\033[[E\033[17~\033[24~\033[2~", "F3 F3 F4 F5 F6 F12 Ins");
	check_heard("\033[1;5A\033[1;2D\033OM", "Up Left Enter");
	check_heard("\x03\x1a\x0c", "^C ^Z ^L");
	check_heard("\u00e9\u6f22\xc3\xffz", "\u00e9 \u6f22 z");
}

static void
an_escape_alone_is_a_key_and_so_is_what_follows_it(void **state)
{
	struct keyin k;
	struct heard h = {""};

	(void)state;
	check_heard("\033", "Esc");
	check_heard("\033\033", "Esc Esc");
	check_heard("\033j", "Esc j");
	check_heard("\033[", "Esc [");
	check_heard("\033\033[A", "Esc Up");
	keyin_init(&k);
	assert_int_equal(keyin_wait_ms(&k, 25), 0);
	keyin_feed(&k, "\033", 1, hear, &h);
	assert_int_equal(keyin_wait_ms(&k, 25), 25);
	keyin_feed(&k, "[1;", 3, hear, &h);
	assert_true(keyin_wait_ms(&k, 25) >= 500);
	keyin_feed(&k, "5A", 2, hear, &h);
	assert_int_equal(keyin_wait_ms(&k, 25), 0);
	assert_string_equal(h.words, "Up");
}

static void
answers_are_told_from_keys_even_in_the_middle_of_them(void **state)
{
	(void)state;
	check_heard("j\033[0nk", "j ACK k");
	check_heard("\033[?62;22c\033[?1;2c", "DA DA");
	check_heard("\033]11;rgb:1c1c/1c1c/1c1c\033\\j", "BG#1c1c1c j");
	check_heard("\033]11;rgb:f/f/f\a\033]11;rgba:ff/80/00/ff\a", "BG#ffffff BG#ff8000");
	check_heard("\033]11;rgb:zz/1/1\a\033]52;c;QUJD\aq", "q");
	check_heard("\033P1$r0m\033\\\033_Gi=1;OK\033\\q", "q");
	check_heard("\033[?2026;2$y\033[<0;1;1M\033[24;80R\033[99~q", "q");
	/* A string whose end was lost does not eat the sequence behind it. */
	check_heard("\033]11;rgb:1c\033[Aq", "Up q");
}

static void
a_paste_is_never_keys_and_holds_no_control_characters(void **state)
{
	struct keyin k;
	struct heard h = {""};

	(void)state;
	check_heard("a\033[200~q\r\nx\t\033]0;y\a\033[A\x03\033[201~b", "a +q +x +] +0 +; +y b");
	keyin_init(&k);
	keyin_feed(&k, "\033[200~dd", 8, hear, &h);
	assert_true(keyin_wait_ms(&k, 25) >= 1000);
	keyin_feed(&k, "\033", 1, hear, &h);
	assert_true(keyin_wait_ms(&k, 25) >= 1000);
	keyin_timeout(&k, hear, &h);
	keyin_feed(&k, "j", 1, hear, &h);
	assert_string_equal(h.words, "+d +d j");
}

static void
ignore(void *ctx, struct keyin_event event)
{
	(void)ctx;
	assert_true(event.kind <= KEYIN_BACKGROUND);
	assert_true(event.code <= KEYCODE_F2 && event.code != 0x80);
}

static void
any_bytes_leave_it_ready_for_the_next_key(void **state)
{
	static const char alphabet[] = "\033\033\033[]O?;:/0129~nc\a\\PMAZj\x80\xc3\xe6\xff\x7f";
	uint64_t seed = UINT64_C(88172645463325252);
	struct keyin k;
	int i;

	(void)state;
	keyin_init(&k);
	for (i = 0; i < 2000000; i++) {
		char c;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		c = seed % 1000 == 0 ? 'j' : alphabet[seed / 1000 % (sizeof(alphabet) - 1)];
		keyin_feed(&k, &c, 1, ignore, NULL);
		if (seed % 64 == 0) {
			struct heard h = {""};

			keyin_timeout(&k, ignore, NULL);
			assert_int_equal(keyin_wait_ms(&k, 25), 0);
			keyin_feed(&k, "j", 1, hear, &h);
			assert_string_equal(h.words, "j");
		}
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
	    cmocka_unit_test(keys_of_all_common_terminals_are_understood),
	    cmocka_unit_test(an_escape_alone_is_a_key_and_so_is_what_follows_it),
	    cmocka_unit_test(answers_are_told_from_keys_even_in_the_middle_of_them),
	    cmocka_unit_test(a_paste_is_never_keys_and_holds_no_control_characters),
	    cmocka_unit_test(any_bytes_leave_it_ready_for_the_next_key),
	};

	return cmocka_run_group_tests_name("key", tests, NULL, NULL);
}
