#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <vterm.h>

#include "tui/sgr.h"

static struct textbuf out;

static const char *
squeezed(struct sgr *s, const char *bytes)
{
	out.n = 0;
	sgr_squeeze(s, slice_of(bytes), &out);
	textbuf_add(&out, "", 1);
	assert_false(out.failed);
	return out.p;
}

/* A terminal of which everything is known: no attributes. */
static void
start(struct sgr *s)
{
	sgr_init(s);
	assert_string_equal(squeezed(s, "\033[mx"), "\033[mx");
}

static void
attributes_are_sent_as_the_shortest_difference(void **state)
{
	static const struct {
		const char *bytes, *want;
	} rows[] = {
	    {"abc", "abc"},
	    {"\033[38;5;248mab\033[39m\033[m", "\033[38;5;248mab"},
	    {"\033[39m\033[m\033[38;5;248mcd", "cd"},
	    {"\033[0;1m\033[38;5;209m\033[48;5;237me", "\033[1;38;5;209;48;5;237me\033[49m"},
	    {"\033[0m\033[38;5;209m\033[48;5;237mf", "\033[22;48;5;237mf\033[49m"},
	    {"\033[mg", "\033[mg"},
	    {"\033[31mh\033[0;31mi\033[91mj\033[44mk\033[104ml",
		"\033[31mhi\033[91mj\033[44mk\033[104ml\033[49m"},
	    {"\033[m\033[5;7H\033[m\033[?25lm", "\033[5;7H\033[?25l\033[mm"},
	};
	struct sgr s;
	size_t i;

	(void)state;
	start(&s);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* Between frames curses always goes back to nothing. */
		char frame[256];

		snprintf(frame, sizeof(frame), "%s\033[m", rows[i].bytes);
		assert_string_equal(squeezed(&s, frame), rows[i].want);
	}
	textbuf_release(&out);
}

static void
a_blank_changes_only_what_shows_of_it(void **state)
{
	struct sgr s;

	(void)state;
	start(&s);
	assert_string_equal(
	    squeezed(&s, "\033[1;38;5;75ma\033[m \033[1;38;5;75mb\033[m"), "\033[1;38;5;75ma b");
	assert_string_equal(squeezed(&s, "\033[48;5;237m \033[K\033[m"), "\033[48;5;237m \033[K\033[49m");
	assert_string_equal(squeezed(&s, "\033[4m \033[m "), "\033[0;4m \033[m ");
	assert_string_equal(squeezed(&s, "\033[7;31m \033[m\033[3X"), "\033[7;31m \033[27m\033[3X");
	textbuf_release(&out);
}

static void
of_an_unknown_terminal_nothing_is_taken_for_granted(void **state)
{
	struct sgr s;

	(void)state;
	sgr_init(&s);
	assert_string_equal(squeezed(&s, "a"), "\033[ma");
	assert_string_equal(squeezed(&s, "\033[31mb"), "\033[31mb");
	sgr_init(&s);
	assert_string_equal(squeezed(&s, "\033[1m c"), "\033[0;1m c");
	out.n = 0;
	s.want = (struct look){COLOR_DEFAULT, COLOR_DEFAULT, 0};
	sgr_settle(&s, &out);
	assert_int_equal(out.n, 3);
	assert_memory_equal(out.p, "\033[m", 3);
	textbuf_release(&out);
}

static uint64_t seed = UINT64_C(88172645463325252);

static unsigned
dice(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 11) % n;
}

/* Something curses might send. */
static void
some_bytes(char *buf, size_t bytes)
{
	static const char *const attrs[] = {"", "0", "0;1", "1", "4", "7", "22", "24", "27", "39", "49",
	    "39;49", "31", "95", "38;5;248", "48;5;237", "38;5;3", "48;5;254", "103", "2", "0;1;4;7", "42"};
	size_t n = strlen(buf);

	switch (dice(9)) {
	case 0:
		snprintf(buf + n, bytes - n, "\033[%u;%uH", 1 + dice(6), 1 + dice(30));
		break;
	case 1:
		snprintf(buf + n, bytes - n, "\033[%u%c", 1 + dice(5), "XP@KJLM"[dice(7)]);
		break;
	case 2:
		snprintf(buf + n, bytes - n, "%*s", (int)dice(6), "");
		break;
	case 3:
		snprintf(buf + n, bytes - n, "word\u2588");
		break;
	case 4:
		snprintf(buf + n, bytes - n, "\r");
		break;
	default:
		snprintf(buf + n, bytes - n, "\033[%sm", attrs[dice(sizeof(attrs) / sizeof(attrs[0]))]);
	}
}

static VTerm *
terminal(VTermScreen **screen)
{
	VTerm *vt = vterm_new(6, 30);

	vterm_set_utf8(vt, 1);
	*screen = vterm_obtain_screen(vt);
	vterm_screen_reset(*screen, 1);
	return vt;
}

static bool
same_color(const VTermColor *a, const VTermColor *b)
{
	return vterm_color_is_equal(a, b);
}

static void
check_same(VTermScreen *raw, VTermScreen *less)
{
	VTermScreenCell a, b;
	int y, x;

	for (y = 0; y < 6; y++) {
		for (x = 0; x < 30; x++) {
			bool blank;

			vterm_screen_get_cell(raw, (VTermPos){y, x}, &a);
			vterm_screen_get_cell(less, (VTermPos){y, x}, &b);
			blank =
			    (a.chars[0] == 0 || a.chars[0] == ' ') && !a.attrs.underline && !a.attrs.reverse;
			assert_int_equal(a.chars[0], b.chars[0]);
			assert_int_equal(a.attrs.underline, b.attrs.underline);
			assert_int_equal(a.attrs.reverse, b.attrs.reverse);
			assert_true(same_color(&a.bg, &b.bg));
			if (!blank) {
				assert_int_equal(a.attrs.bold, b.attrs.bold);
				assert_true(same_color(&a.fg, &b.fg));
			}
		}
	}
}

static void
a_terminal_shows_the_same_of_both(void **state)
{
	VTermScreen *raw, *less;
	VTerm *a = terminal(&raw), *b = terminal(&less);
	struct sgr s;
	size_t before = 0, after = 0;
	int frame, i;

	(void)state;
	sgr_init(&s);
	for (frame = 0; frame < 5000; frame++) {
		char bytes[1024] = "";

		for (i = 0; i < 30; i++)
			some_bytes(bytes, sizeof(bytes) - 8);
		strncat(bytes, "\033[m", 4);
		vterm_input_write(a, bytes, strlen(bytes));
		out.n = 0;
		sgr_squeeze(&s, slice_of(bytes), &out);
		vterm_input_write(b, out.p, out.n);
		before += strlen(bytes);
		after += out.n;
		check_same(raw, less);
	}
	assert_true(after < before);
	vterm_free(a);
	vterm_free(b);
	textbuf_release(&out);
}

static void
any_bytes_at_all_are_survived(void **state)
{
	struct sgr s;
	int i;

	(void)state;
	sgr_init(&s);
	for (i = 0; i < 20000; i++) {
		static const char alphabet[] = "\033\033\033[[0123456789;;:mmKHX ab\n\x80\xff?(B";
		char bytes[64];
		size_t n = dice(sizeof(bytes)), k;

		for (k = 0; k < n; k++)
			bytes[k] = alphabet[dice(sizeof(alphabet) - 1)];
		out.n = 0;
		sgr_squeeze(&s, slice_make(bytes, n), &out);
		assert_in_range(s.want.fg + 1, 0, 256);
		assert_in_range(s.want.bg + 1, 0, 256);
	}
	textbuf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(attributes_are_sent_as_the_shortest_difference),
	    cmocka_unit_test(a_blank_changes_only_what_shows_of_it),
	    cmocka_unit_test(of_an_unknown_terminal_nothing_is_taken_for_granted),
	    cmocka_unit_test(a_terminal_shows_the_same_of_both),
	    cmocka_unit_test(any_bytes_at_all_are_survived),
	};

	return cmocka_run_group_tests_name("sgr", tests, NULL, NULL);
}
