#include <limits.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <cmocka.h>
#include <vterm.h>

#include "core/mem.h"
#include "widgets/charset.h"
#include "widgets/grid.h"

/* One row of the grid as UTF-8, without the right halves of wide characters; trailing blanks stay. */
static const char *
row_text(const struct grid *g, int row)
{
	static char line[4 * GRID_SIDE_MAX + 1];
	size_t n = 0;
	int x;

	for (x = 0; x < g->cols; x++) {
		struct cell c = grid_at(g, row, x);

		if (c.ch)
			n += charset_encode(c.ch, line + n);
	}
	line[n] = '\0';
	return line;
}

static void
grid_make(struct grid *g, int rows, int cols, enum glyphs glyphs)
{
	struct err err = {0};

	assert_int_equal(grid_init(g, rows, cols, glyphs, &err), 0);
}

static void
paint(struct grid *g, struct rect r, int col, const char *text, enum fit fit, int want, const char *line)
{
	grid_clear(g);
	assert_int_equal(grid_text(g, r, 0, col, ROLE_OK, slice_of(text), fit), want);
	assert_string_equal(row_text(g, r.row), line);
}

static void
text_is_clipped_on_both_sides_and_ends_in_an_ellipsis_on_request(void **state)
{
	struct grid g;
	struct rect r = {1, 2, 1, 5};

	(void)state;
	grid_make(&g, 3, 10, GLYPHS_BLOCKS);
	paint(&g, r, 0, "abc", FIT_CUT, 3, "  abc     ");
	paint(&g, r, 0, "abcdef", FIT_CUT, 5, "  abcde   ");
	paint(&g, r, 0, "abcdef", FIT_ELLIPSIS, 5, "  abcd\u2026   ");
	paint(&g, r, 0, "abcde", FIT_ELLIPSIS, 5, "  abcde   ");
	/* At a word, where there is one that is whole. */
	paint(&g, r, 0, "ab cdef", FIT_WORDS, 3, "  ab\u2026     ");
	paint(&g, r, 0, "abcd ef", FIT_WORDS, 5, "  abcd\u2026   ");
	paint(&g, r, 0, "abcdef g", FIT_WORDS, 5, "  abcd\u2026   ");
	paint(&g, r, 0, "ab cd", FIT_WORDS, 5, "  ab cd   ");
	paint(&g, r, -3, "ab cdefgh", FIT_WORDS, 3, "          ");
	paint(&g, r, -2, "abcdef", FIT_CUT, 6, "  cdef    ");
	paint(&g, r, -2, "abcdefghi", FIT_ELLIPSIS, 7, "  cdef\u2026   ");
	paint(&g, r, 4, "abc", FIT_ELLIPSIS, 1, "      \u2026   ");
	paint(&g, r, 5, "abc", FIT_CUT, 0, "          ");
	paint(&g, r, -9, "abc", FIT_CUT, 3, "          ");
	grid_release(&g);
}

static void
wide_characters_take_two_columns_and_never_show_half(void **state)
{
	struct grid g;
	struct rect r = {0, 0, 1, 6};

	(void)state;
	grid_make(&g, 1, 6, GLYPHS_BLOCKS);
	paint(&g, r, 0, "\u6f22\u5b57", FIT_CUT, 4, "\u6f22\u5b57  ");
	assert_int_equal(grid_at(&g, 0, 1).ch, 0);
	grid_put(&g, r, 0, 1, ROLE_OK, 'x');
	assert_string_equal(row_text(&g, 0), " x\u5b57  ");
	grid_put(&g, r, 0, 2, ROLE_OK, 'y');
	assert_string_equal(row_text(&g, 0), " xy   ");
	paint(&g, r, 1, "\u6f22\u5b57\u6f22", FIT_CUT, 5, " \u6f22\u5b57 ");
	paint(&g, r, 1, "\u6f22\u5b57\u6f22", FIT_ELLIPSIS, 5, " \u6f22\u5b57\u2026");
	paint(&g, r, 0, "\u6f22\u5b57\u6f22\u5b57", FIT_ELLIPSIS, 6, "\u6f22\u5b57 \u2026");
	paint(&g, r, -1, "\u6f22\u5b57", FIT_CUT, 4, " \u5b57   ");
	/* One wide character over the halves of two others. */
	paint(&g, r, 0, "\u6f22\u5b57", FIT_CUT, 4, "\u6f22\u5b57  ");
	grid_str(&g, r, 0, 1, ROLE_OK, "\u6f22");
	assert_string_equal(row_text(&g, 0), " \u6f22   ");
	grid_release(&g);
}

static void
everything_off_the_list_becomes_one_dot(void **state)
{
	struct grid g;
	struct rect r = {0, 0, 1, 12};

	(void)state;
	grid_make(&g, 1, 12, GLYPHS_BLOCKS);
	paint(&g, r, 0, "a\033[2Jb", FIT_CUT, 6, "a\u00b7[2Jb      ");
	paint(&g, r, 0, "a\r\n\t\bb\x7f", FIT_CUT, 7, "a\u00b7\u00b7\u00b7\u00b7b\u00b7     ");
	paint(&g, r, 0,
	    "a\xc2\x9b"
	    "31m",
	    FIT_CUT, 5, "a\u00b731m       ");
	paint(&g, r, 0, "a\xff\xc0\xaf", FIT_CUT, 4, "a\u00b7\u00b7\u00b7        ");
	paint(&g, r, 0, "\u202e\u200b\u2066\u0301\u00ad", FIT_CUT, 5, "\u00b7\u00b7\u00b7\u00b7\u00b7       ");
	paint(&g, r, 0, "\U0001f600\u26a0\ufe0f", FIT_CUT, 3, "\u00b7\u00b7\u00b7         ");
	paint(&g, r, 0, "\xed\xa0\x80", FIT_CUT, 3, "\u00b7\u00b7\u00b7         ");
	paint(&g, r, 0, "ab\xe6\xbc", FIT_CUT, 4, "ab\u00b7\u00b7        ");
	assert_int_equal(grid_text(&g, r, 0, 0, ROLE_OK, slice_make("a\0b", 3), FIT_CUT), 3);
	assert_int_equal(grid_at(&g, 0, 1).ch, CHARSET_REPLACEMENT);
	grid_put(&g, r, 0, 0, ROLE_OK, 27);
	assert_int_equal(grid_at(&g, 0, 0).ch, CHARSET_REPLACEMENT);
	grid_put(&g, r, 0, 0, ROLE_OK, 0x6f22);
	assert_int_equal(grid_at(&g, 0, 0).ch, CHARSET_REPLACEMENT);
	grid_release(&g);
}

static void
an_ascii_grid_holds_nothing_but_ascii_at_the_same_widths(void **state)
{
	static const char text[] = "p\u2192q \u00b5s \u6f22\u00e9\u2026\033\xff";
	struct grid g;
	struct rect r = {0, 0, 1, 14};
	enum glyph glyph;
	int i;

	(void)state;
	grid_make(&g, 1, 14, GLYPHS_ASCII);
	paint(&g, r, 0, text, FIT_CUT, grid_text_width(slice_of(text)), "p>q us ???~?? ");
	for (glyph = 0; glyph < GLYPH_COUNT; glyph++)
		assert_in_range(grid_glyph(&g, glyph), 0x21, 0x7e);
	for (i = -1; i <= 9; i++) {
		assert_in_range(grid_eighth(&g, i), 0x20, 0x7e);
		assert_in_range(grid_eighth_h(&g, i), 0x20, 0x7e);
	}
	grid_put(&g, r, 0, 0, ROLE_OK, 0x2588);
	assert_int_equal(grid_at(&g, 0, 0).ch, '#');
	grid_release(&g);
}

static void
each_rung_of_the_ladder_has_glyphs_of_one_column_and_full_blocks(void **state)
{
	enum glyphs level;
	enum glyph glyph;

	(void)state;
	for (level = GLYPHS_ASCII; level <= GLYPHS_BRAILLE; level++) {
		struct grid g = {.glyphs = level};
		int i;

		for (glyph = 0; glyph < GLYPH_COUNT; glyph++)
			assert_int_equal(charset_width(grid_glyph(&g, glyph)), 1);
		for (i = 0; i <= 8; i++) {
			assert_int_equal(charset_width(grid_eighth(&g, i)), 1);
			assert_int_equal(charset_width(grid_eighth_h(&g, i)), 1);
		}
		assert_int_equal(grid_eighth(&g, 0), ' ');
		assert_int_equal(grid_eighth_h(&g, 0), ' ');
		assert_int_equal(grid_eighth(&g, 8), grid_glyph(&g, GLYPH_FULL));
		assert_int_equal(grid_eighth_h(&g, 8), grid_glyph(&g, GLYPH_FULL));
		assert_int_equal(grid_eighth(&g, -3), ' ');
		assert_int_equal(grid_eighth(&g, 99), grid_glyph(&g, GLYPH_FULL));
	}
}

static void
right_aligned_text_ends_before_its_column(void **state)
{
	struct grid g;
	struct rect r = {0, 1, 1, 8};

	(void)state;
	grid_make(&g, 1, 10, GLYPHS_BLOCKS);
	assert_int_equal(grid_text_right(&g, r, 0, 6, ROLE_OK, slice_of("123")), 3);
	assert_string_equal(row_text(&g, 0), "    123   ");
	grid_clear(&g);
	assert_int_equal(grid_text_right(&g, r, 0, 4, ROLE_OK, slice_of("123456")), 4);
	assert_string_equal(row_text(&g, 0), " 123\u2026     ");
	grid_clear(&g);
	assert_int_equal(grid_text_right(&g, r, 0, 0, ROLE_OK, slice_of("12")), 0);
	assert_int_equal(grid_text_right(&g, r, 0, -4, ROLE_OK, slice_of("12")), 0);
	assert_string_equal(row_text(&g, 0), "          ");
	grid_release(&g);
}

static void
painting_text_keeps_the_ground_and_takes_attributes_off(void **state)
{
	struct grid g;
	struct rect r;

	(void)state;
	grid_make(&g, 2, 4, GLYPHS_BLOCKS);
	r = grid_rect(&g);
	grid_ground(&g, r, 0, 1, 99, ROLE_CURSOR);
	grid_attr(&g, r, 0, -1, 3, STYLE_BOLD);
	grid_attr(&g, r, 0, 1, 1, STYLE_UNDERLINE);
	assert_int_equal(grid_at(&g, 0, 0).attrs, STYLE_BOLD);
	assert_int_equal(grid_at(&g, 0, 1).attrs, STYLE_BOLD | STYLE_UNDERLINE);
	assert_int_equal(grid_at(&g, 0, 2).attrs, 0);
	grid_str(&g, r, 0, 0, ROLE_CRIT, "ab");
	assert_int_equal(grid_at(&g, 0, 1).attrs, 0);
	assert_int_equal(grid_at(&g, 0, 1).ground, ROLE_CURSOR);
	assert_int_equal(grid_at(&g, 0, 1).role, ROLE_CRIT);
	assert_int_equal(grid_at(&g, 0, 0).ground, ROLE_TEXT);
	assert_int_equal(grid_at(&g, 1, 1).ground, ROLE_TEXT);
	grid_release(&g);
}

/* After painting: the rect is full of '#', and not one cell outside it was touched. */
static void
check_outside(const struct grid *g, struct rect r)
{
	int y, x;

	for (y = 0; y < g->rows; y++) {
		for (x = 0; x < g->cols; x++) {
			bool inside = y >= r.row && y < (int64_t)r.row + r.rows && x >= r.col &&
				      x < (int64_t)r.col + r.cols;
			struct cell c = grid_at(g, y, x);

			assert_int_equal(c.ch, inside ? '#' : ' ');
			assert_int_equal(c.role, inside ? ROLE_OK : ROLE_TEXT);
			if (!inside)
				assert_int_equal(c.attrs | c.ground, 0);
		}
	}
}

static void
nothing_is_painted_outside_the_rect_whatever_its_size(void **state)
{
	static const int odd[] = {INT_MIN / 4, -7, -1, 0, 1, 2, 3, 5, 6, 40, INT_MAX / 4};
	enum { N = sizeof(odd) / sizeof(odd[0]) };
	struct grid g;
	size_t i, j, k, l;

	(void)state;
	grid_make(&g, 5, 6, GLYPHS_BLOCKS);
	for (i = 0; i < N * N; i++) {
		for (j = 0; j < N * N; j++) {
			struct rect r = {odd[i / N], odd[i % N], odd[j / N], odd[j % N]};

			grid_clear(&g);
			for (k = 0; k < N; k += 1 + (i + j) % 3) {
				int a = odd[k], b;

				l = (i + j + k) % N;
				b = odd[l];
				grid_str(&g, r, a, b, ROLE_CRIT, "ab\u6f22\u5b57cdefgh");
				grid_text(
				    &g, r, b, a, ROLE_CRIT, slice_of("\u6f22\u5b57\u6f22\u5b57"), FIT_ELLIPSIS);
				grid_text_right(&g, r, a, b, ROLE_CRIT, slice_of("123456789"));
				grid_put(&g, r, a, b, ROLE_CRIT, '@');
				grid_attr(&g, r, a, b, odd[(k + 5) % N], STYLE_BOLD);
				grid_ground(&g, r, b, a, odd[(k + 5) % N], ROLE_CURSOR);
			}
			grid_fill(&g, r, ROLE_OK, '#');
			check_outside(&g, r);
		}
	}
	grid_release(&g);
}

static void
rects_are_cut_to_what_exists(void **state)
{
	struct rect r = {2, 3, 10, 20}, cut;

	(void)state;
	cut = rect_inset(r, 1, 2);
	assert_true(cut.row == 3 && cut.col == 5 && cut.rows == 8 && cut.cols == 16);
	cut = rect_inset(r, 6, 11);
	assert_true(cut.rows == 0 && cut.cols == 0);
	cut = rect_rows(r, 8, 5);
	assert_true(cut.row == 10 && cut.rows == 2 && cut.col == 3 && cut.cols == 20);
	cut = rect_rows(r, -2, 5);
	assert_true(cut.row == 2 && cut.rows == 3);
	cut = rect_cols(r, 25, 5);
	assert_true(cut.cols == 0 && cut.col == 23);
	cut = rect_cols(r, 5, -5);
	assert_true(cut.cols == 0);
	cut = rect_rows((struct rect){0, 0, -3, 4}, 0, 2);
	assert_true(cut.rows == 0);
}

static void
sizes_that_cannot_be_are_refused_and_the_grid_stays(void **state)
{
	struct grid g;
	struct err err = {0};

	(void)state;
	assert_int_equal(grid_init(&g, 0, 5, GLYPHS_BLOCKS, &err), ERR_LIMIT);
	assert_int_equal(grid_init(&g, 5, GRID_SIDE_MAX + 1, GLYPHS_BLOCKS, &err), ERR_LIMIT);
	grid_make(&g, 1, 1, GLYPHS_BLOCKS);
	grid_str(&g, grid_rect(&g), 0, 0, ROLE_OK, "xyz");
	assert_int_equal(grid_resize(&g, -1, 7, &err), ERR_LIMIT);
	assert_true(g.rows == 1 && g.cols == 1 && grid_at(&g, 0, 0).ch == 'x');
	assert_int_equal(grid_resize(&g, 3, 7, &err), 0);
	assert_int_equal(grid_at(&g, 0, 0).ch, ' ');
	grid_release(&g);
	grid_release(&g);
}

static bool
refuse(void *ctx, size_t bytes)
{
	(void)ctx;
	(void)bytes;
	return false;
}

static void
out_of_memory_is_an_error_and_leaves_the_grid_usable(void **state)
{
	struct grid g;
	struct err err = {0};

	(void)state;
	grid_make(&g, 2, 2, GLYPHS_BLOCKS);
	mem_set_hook(refuse, NULL);
	assert_int_equal(grid_resize(&g, 100, 100, &err), ERR_NOMEM);
	mem_set_hook(NULL, NULL);
	assert_int_equal(g.rows, 2);
	grid_str(&g, grid_rect(&g), 1, 0, ROLE_OK, "ok");
	assert_string_equal(row_text(&g, 1), "ok");
	grid_release(&g);
}

static void
decoding_takes_back_what_encoding_wrote_and_refuses_the_rest(void **state)
{
	uint32_t ch;

	(void)state;
	for (ch = 0; ch < 0x110000; ch++) {
		char bytes[CHARSET_UTF8_MAX];
		struct slice s = {bytes, charset_encode(ch, bytes)};
		bool surrogate = ch >= 0xd800 && ch <= 0xdfff;

		assert_int_equal(charset_decode(&s), surrogate ? UINT32_MAX : ch);
		assert_int_equal(s.n, surrogate ? 2 : 0);
	}
}

/* The widths are not ours to define: the C library and a terminal emulator must count the same. */
static void
the_list_agrees_with_wcwidth_and_with_libvterm(void **state)
{
	VTerm *vt = vterm_new(2, 20);
	bool utf8 = setlocale(LC_CTYPE, "C.UTF-8") || setlocale(LC_CTYPE, "en_US.UTF-8");
	uint32_t ch;
	int listed = 0;

	(void)state;
	vterm_set_utf8(vt, 1);
	vterm_screen_reset(vterm_obtain_screen(vt), 1);
	for (ch = 0; ch < 0x110000; ch++) {
		int columns = charset_width(ch);
		char bytes[CHARSET_UTF8_MAX];
		VTermPos pos;

		if (!columns)
			continue;
		listed++;
		if (utf8)
			assert_int_equal(wcwidth((wchar_t)ch), columns);
		vterm_input_write(vt, "\033[H", 3);
		vterm_input_write(vt, bytes, charset_encode(ch, bytes));
		vterm_state_get_cursorpos(vterm_obtain_state(vt), &pos);
		assert_int_equal(pos.row, 0);
		assert_int_equal(pos.col, columns);
	}
	assert_in_range(listed, 34000, 35000);
	assert_int_equal(charset_width(CHARSET_REPLACEMENT), 1);
	vterm_free(vt);
}

static uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Random bytes, fragments of escape sequences, or random code points. */
static size_t
hostile(uint64_t *seed, int kind, char *out, size_t bytes)
{
	static const char *const fragments[] = {"\033]52;c;QUJD\007", "\033]0;t\007", "\033[2J",
	    "\033P+q\033\\",
	    "\xc2\x9b"
	    "31m",
	    "\xe2\x80\xae", "\xe2\x80\x8b", "\r\n", "\b\b", "\033[?1049h", "\xef\xbb\xbf",
	    "\xcc\x81\xcc\x81\xcc\x81", "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9", "\xe6\xbc\xa2",
	    "\xf0\x9f\x87\xa9", "plain",
	    "\x9b"
	    "6n",
	    "\xed\xa0\x80", "\xc0\xaf", "\033\\"};
	size_t n = 0, i, len = 1 + next_random(seed) % 100;

	if (kind == 0) {
		for (; n < len; n++)
			out[n] = (char)next_random(seed);
	} else if (kind == 1) {
		for (i = 0; i < len / 6 + 1; i++) {
			const char *f =
			    fragments[next_random(seed) % (sizeof(fragments) / sizeof(fragments[0]))];

			if (n + strlen(f) > bytes)
				break;
			memcpy(out + n, f, strlen(f));
			n += strlen(f);
		}
	} else {
		for (i = 0; i < len / 3 + 1 && n + CHARSET_UTF8_MAX <= bytes; i++)
			n +=
			    charset_encode((uint32_t)(next_random(seed) % (i % 3 ? 0x3000 : 0x20000)), out + n);
	}
	return n;
}

static int
count_prop(VTermProp prop, VTermValue *value, void *user)
{
	(void)prop;
	(void)value;
	++*(int *)user;
	return 1;
}

static int
count_bell(void *user)
{
	++*(int *)user;
	return 1;
}

/* What `used` columns of the only row send to a terminal. */
static size_t
row_bytes(const struct grid *g, int used, char *out)
{
	size_t n = 0;
	int x;

	for (x = 0; x < used; x++) {
		if (grid_at(g, 0, x).ch)
			n += charset_encode(grid_at(g, 0, x).ch, out + n);
	}
	return n;
}

static void
hostile_strings_never_change_a_terminal_nor_their_own_width(void **state)
{
	enum { COLS = 240, ROUNDS = 30000 };
	static const VTermScreenCallbacks callbacks = {.settermprop = count_prop, .bell = count_bell};
	VTerm *vt = vterm_new(2, COLS);
	VTermScreen *screen = vterm_obtain_screen(vt);
	struct grid g;
	uint64_t seed = UINT64_C(88172645463325252);
	char in[300], line[CHARSET_UTF8_MAX * COLS], reply[64];
	int events = 0, round;

	(void)state;
	vterm_set_utf8(vt, 1);
	vterm_screen_set_callbacks(screen, &callbacks, &events);
	vterm_screen_reset(screen, 1);
	grid_make(&g, 1, COLS, GLYPHS_BLOCKS);
	events = 0;
	for (round = 0; round < ROUNDS; round++) {
		struct slice text = {in, hostile(&seed, round % 3, in, sizeof(in))};
		int width = grid_text_width(text), used;
		VTermPos pos;

		grid_clear(&g);
		used = grid_text(&g, grid_rect(&g), 0, 0, ROLE_TEXT, text, FIT_CUT);
		assert_int_equal(used, width < COLS ? width : COLS);
		vterm_input_write(vt, "\033[H", 3);
		vterm_input_write(vt, line, row_bytes(&g, used, line));
		vterm_state_get_cursorpos(vterm_obtain_state(vt), &pos);
		assert_int_equal(pos.row, 0);
		assert_int_equal(pos.col, used < COLS ? used : COLS - 1);
		assert_int_equal(events, 0);
		assert_int_equal(vterm_output_read(vt, reply, sizeof(reply)), 0);
	}
	grid_release(&g);
	vterm_free(vt);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_is_clipped_on_both_sides_and_ends_in_an_ellipsis_on_request),
	    cmocka_unit_test(wide_characters_take_two_columns_and_never_show_half),
	    cmocka_unit_test(everything_off_the_list_becomes_one_dot),
	    cmocka_unit_test(an_ascii_grid_holds_nothing_but_ascii_at_the_same_widths),
	    cmocka_unit_test(each_rung_of_the_ladder_has_glyphs_of_one_column_and_full_blocks),
	    cmocka_unit_test(right_aligned_text_ends_before_its_column),
	    cmocka_unit_test(painting_text_keeps_the_ground_and_takes_attributes_off),
	    cmocka_unit_test(nothing_is_painted_outside_the_rect_whatever_its_size),
	    cmocka_unit_test(rects_are_cut_to_what_exists),
	    cmocka_unit_test(sizes_that_cannot_be_are_refused_and_the_grid_stays),
	    cmocka_unit_test(out_of_memory_is_an_error_and_leaves_the_grid_usable),
	    cmocka_unit_test(decoding_takes_back_what_encoding_wrote_and_refuses_the_rest),
	    cmocka_unit_test(the_list_agrees_with_wcwidth_and_with_libvterm),
	    cmocka_unit_test(hostile_strings_never_change_a_terminal_nor_their_own_width),
	};

	return cmocka_run_group_tests_name("grid", tests, NULL, NULL);
}
