/*
 * What curses makes of a grid, without any terminal: the bytes go through an emulator, and what that shows must
 * be the grid, cell by cell, in every theme, both kinds of locale and every depth of colour.
 */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <vterm.h>

#include "core/mem.h"
#include "tui/term_curses.h"

/* ncurses keeps the description it was about to read when a type is unknown; once a time, and not ours to free.
 */
const char *__lsan_default_suppressions(void);
const char *
__lsan_default_suppressions(void)
{
	return "leak:new_prescr\n";
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

struct rig {
	struct term_curses *curses;
	VTerm *vt;
	VTermScreen *screen;
	struct grid grid;
	int colors;   /* 8: bright colours come as bold */
	size_t bytes; /* of the last frame */
};

static void
rig_open(struct rig *r, const char *term, bool no_color, bool ascii, int rows, int cols)
{
	struct term_curses_options options = {.term = term, .no_color = no_color, .ascii = ascii};
	struct err err = {0};

	memset(r, 0, sizeof(*r));
	if (term_curses_open(&r->curses, &options, rows, cols, &err) != 0)
		fail_msg("%s", err.msg);
	assert_int_equal(grid_init(&r->grid, rows, cols, term_curses_glyphs(r->curses), &err), 0);
	r->vt = vterm_new(rows, cols);
	vterm_set_utf8(r->vt, 1);
	r->screen = vterm_obtain_screen(r->vt);
	vterm_screen_enable_altscreen(r->screen, 1);
	vterm_screen_reset(r->screen, 1);
	r->colors = strstr(term, "256") ? 256 : 8;
}

static void
rig_close(struct rig *r)
{
	term_curses_free(r->curses);
	vterm_free(r->vt);
	grid_release(&r->grid);
}

static void
rig_draw(struct rig *r, const struct theme *theme)
{
	struct slice bytes;
	struct err err = {0};

	assert_int_equal(term_curses_draw(r->curses, &r->grid, theme, &bytes, &err), 0);
	vterm_input_write(r->vt, bytes.p, bytes.n);
	r->bytes = bytes.n;
}

static int
color_index(const VTermColor *color, bool is_default)
{
	return is_default ? COLOR_DEFAULT : color->indexed.idx;
}

static void
check_cell(const struct rig *r, const struct theme *theme, int y, int x)
{
	struct cell c = grid_at(&r->grid, y, x);
	bool plain = r->grid.spare && c.ground == ROLE_CURSOR && theme_is_quiet(c.role);
	struct look want = theme_look_cell(
	    theme, term_curses_depth(r->curses), plain ? ROLE_TEXT : c.role, c.attrs, c.ground, c.ch);
	VTermScreenCell cell;
	bool bold;

	if (c.ch == 0)
		return;
	bold = want.attrs & STYLE_BOLD;
	if (r->colors == 8 && want.fg >= 8) {
		want.fg = (int16_t)(want.fg - 8);
		bold = true;
	}
	vterm_screen_get_cell(r->screen, (VTermPos){y, x}, &cell);
	if ((cell.chars[0] ? cell.chars[0] : ' ') != c.ch)
		fail_msg(
		    "row %d column %d: U+%04x on the screen, U+%04x in the grid", y, x, cell.chars[0], c.ch);
	assert_int_equal(cell.attrs.reverse, want.attrs & STYLE_REVERSE ? 1 : 0);
	assert_int_equal(cell.attrs.underline, want.attrs & STYLE_UNDERLINE ? 1 : 0);
	assert_int_equal(color_index(&cell.bg, VTERM_COLOR_IS_DEFAULT_BG(&cell.bg)), want.bg);
	/* The ink of a blank is not seen, and curses may take any for it. */
	if (c.ch != ' ' || want.attrs) {
		assert_int_equal(cell.attrs.bold, bold);
		assert_int_equal(color_index(&cell.fg, VTERM_COLOR_IS_DEFAULT_FG(&cell.fg)), want.fg);
	}
}

static void
check_screen(const struct rig *r, const struct theme *theme)
{
	int y, x;

	for (y = 0; y < r->grid.rows; y++) {
		for (x = 0; x < r->grid.cols; x++)
			check_cell(r, theme, y, x);
	}
}

static const char *const words[] = {"fraud-card", "p99 ", "12.5", " ", "\u25b2 CRIT",
    "\u2581\u2582\u2583\u2584\u2585", "\u2588\u2588\u2588", "\u2500\u2500\u2500", "0.41 \u2248", "\u28ff\u2847",
    "missing 12 %", "     "};
static const char *const wide_words[] = {"\u6f22\u5b57", "\ud55c\uad6d", "\u30c7\u30fc\u30bf x"};

/* Paints a few things at random places: what a frame changes. */
static void
scribble(struct rig *r, int strokes, bool wide)
{
	struct rect all = grid_rect(&r->grid);
	int i;

	for (i = 0; i < strokes; i++) {
		int y = (int)dice((unsigned)r->grid.rows), x = (int)dice((unsigned)r->grid.cols + 4) - 4;
		const char *word = wide && dice(3) == 0 ? wide_words[dice(3)] : words[dice(12)];

		switch (dice(8)) {
		case 0:
			grid_ground(&r->grid, all, y, x, 1 + (int)dice(60), dice(2) ? ROLE_CURSOR : ROLE_TEXT);
			break;
		case 1:
			grid_attr(&r->grid, all, y, x, 1 + (int)dice(9), (uint8_t)dice(8));
			break;
		case 2:
			grid_fill(&r->grid, (struct rect){y, x, 1 + (int)dice(3), 1 + (int)dice(30)},
			    (enum role)dice(ROLE_COUNT), ' ');
			break;
		default:
			grid_str(&r->grid, all, y, x, (enum role)dice(ROLE_COUNT), word);
		}
	}
	r->grid.cursor_row = (int)dice((unsigned)r->grid.rows);
}

static void
run_frames(const char *term, bool no_color, bool ascii, const struct theme *theme, int frames, bool wide)
{
	static const int sizes[][2] = {{24, 80}, {10, 40}, {1, 1}, {3, 200}};
	size_t s;
	int i;

	for (s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		struct rig r;

		rig_open(&r, term, no_color, ascii, sizes[s][0], sizes[s][1]);
		for (i = 0; i < frames; i++) {
			scribble(&r, 1 + (int)dice(20), wide);
			rig_draw(&r, theme);
			check_screen(&r, theme);
		}
		rig_close(&r);
	}
}

static void
run_themes(const char *codeset, const char *term, bool no_color, enum color_depth depth)
{
	bool ascii = strcmp(codeset, "C") == 0;
	struct rig r;
	size_t i;

	assert_non_null(setlocale(LC_CTYPE, codeset));
	rig_open(&r, term, no_color, ascii, 24, 80);
	assert_int_equal(term_curses_depth(r.curses), depth);
	assert_int_equal(r.grid.glyphs == GLYPHS_ASCII, ascii);
	rig_close(&r);
	for (i = 0; themes[i]; i++)
		run_frames(term, no_color, ascii, themes[i], 40, false);
}

static void
utf8_with_256_colours_shows_the_grid(void **state)
{
	(void)state;
	run_themes("C.UTF-8", "xterm-256color", false, DEPTH_256);
}

static void
utf8_with_8_colours_shows_the_grid(void **state)
{
	(void)state;
	run_themes("C.UTF-8", "xterm", false, DEPTH_16);
}

static void
utf8_without_colours_shows_the_grid(void **state)
{
	(void)state;
	run_themes("C.UTF-8", "xterm-256color", true, DEPTH_MONO);
}

static void
ascii_with_256_colours_shows_the_grid(void **state)
{
	(void)state;
	run_themes("C", "xterm-256color", false, DEPTH_256);
}

static void
ascii_with_8_colours_shows_the_grid(void **state)
{
	(void)state;
	run_themes("C", "xterm", false, DEPTH_16);
}

static void
ascii_without_colours_shows_the_grid(void **state)
{
	(void)state;
	run_themes("C", "xterm-256color", true, DEPTH_MONO);
}

static void
wide_characters_overwritten_anyhow_show_the_grid(void **state)
{
	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	run_frames("xterm-256color", false, false, &theme_dark, 300, true);
}

/* Where each byte counts the rows that the cursor leaves and enters come first, and the rest with the next frame. */
static void
what_gives_way_to_the_cursor_is_there_with_the_next_frame(void **state)
{
	struct rig r;
	int first = 0;

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	rig_open(&r, "xterm-256color", false, false, 24, 80);
	r.grid.spare = r.grid.same = true;
	for (int i = 0; i < 300; i++) {
		int from = r.grid.cursor_row;

		scribble(&r, 1 + (int)dice(20), true);
		rig_draw(&r, &theme_dark);
		for (int x = 0; x < r.grid.cols; x++) {
			check_cell(&r, &theme_dark, from, x);
			check_cell(&r, &theme_dark, r.grid.cursor_row, x);
		}
		first += term_curses_rest(r.curses);
		/* A key between the two: what has not come is still to come. */
		if (dice(4) == 0)
			continue;
		rig_draw(&r, &theme_dark);
		assert_false(term_curses_rest(r.curses));
		check_screen(&r, &theme_dark);
		rig_draw(&r, &theme_dark);
		assert_int_equal(r.bytes, 0);
	}
	assert_true(first > 200);
	/* Of another screen, and where not each byte counts, all comes at once. */
	for (int i = 0; i < 20; i++) {
		r.grid.same = i % 2;
		r.grid.spare = !r.grid.same;
		scribble(&r, 20, false);
		rig_draw(&r, &theme_dark);
		assert_false(term_curses_rest(r.curses));
	}
	rig_close(&r);
}

static void
an_unchanged_grid_gives_no_bytes_and_a_change_gives_few(void **state)
{
	struct rig r;
	struct rect all;

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	rig_open(&r, "xterm-256color", false, false, 24, 80);
	all = grid_rect(&r.grid);
	scribble(&r, 100, true);
	grid_fill(&r.grid, rect_rows(all, 5, 1), ROLE_TEXT, ' ');
	grid_str(&r.grid, all, 5, 10, ROLE_TEXT, "p99 12.34 ms");
	rig_draw(&r, &theme_dark);
	assert_true(r.bytes > 100);
	rig_draw(&r, &theme_dark);
	assert_int_equal(r.bytes, 0);
	grid_str(&r.grid, all, 5, 17, ROLE_TEXT, "56");
	rig_draw(&r, &theme_dark);
	/* Two digits, a move there and one back to the cursor's row: at most 8 bytes each (ESC[RR;CCH). */
	assert_in_range(r.bytes, 2, 18);
	term_curses_invalidate(r.curses);
	rig_draw(&r, &theme_dark);
	assert_true(r.bytes > 100);
	rig_close(&r);
}

static void
any_sequence_of_sizes_shows_the_grid(void **state)
{
	struct rig r;
	struct err err = {0};
	int i;

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	rig_open(&r, "xterm-256color", false, false, 24, 80);
	for (i = 0; i < 100; i++) {
		int rows = 1 + (int)dice(i % 10 ? 60 : 200), cols = 1 + (int)dice(i % 10 ? 120 : 500);

		term_curses_resize(r.curses, rows, cols);
		vterm_set_size(r.vt, rows, cols);
		assert_int_equal(grid_resize(&r.grid, rows, cols, &err), 0);
		scribble(&r, 30, true);
		rig_draw(&r, &theme_light);
		check_screen(&r, &theme_light);
	}
	rig_close(&r);
}

static bool
holds(struct slice s, const char *what)
{
	size_t i, n = strlen(what);

	for (i = 0; i + n <= s.n; i++) {
		if (memcmp(s.p + i, what, n) == 0)
			return true;
	}
	return false;
}

static void
leaving_gives_the_screen_back_and_the_palette_is_never_touched(void **state)
{
	struct rig r;
	struct slice bytes;
	struct err err = {0};

	(void)state;
	rig_open(&r, "xterm-256color", false, false, 24, 80);
	scribble(&r, 50, false);
	assert_int_equal(term_curses_draw(r.curses, &r.grid, &theme_dark, &bytes, &err), 0);
	assert_true(holds(bytes, "\033[?1049h"));
	assert_false(holds(bytes, "\033]104"));
	assert_int_equal(term_curses_leave(r.curses, &bytes, &err), 0);
	assert_true(holds(bytes, "\033[?1049l"));
	assert_true(holds(bytes, "\033[?12l\033[?25h"));
	assert_false(holds(bytes, "\033]104"));
	assert_int_equal(term_curses_leave(r.curses, &bytes, &err), 0);
	assert_int_equal(bytes.n, 0);
	assert_true(holds(term_curses_restore(r.curses), "\033[?1049l"));
	assert_int_equal(term_curses_draw(r.curses, &r.grid, &theme_dark, &bytes, &err), 0);
	assert_true(holds(bytes, "\033[?1049h"));
	rig_close(&r);
}

static void
types_of_terminals_are_found_by_a_ladder(void **state)
{
	static const struct {
		const char *term, *colorterm;
		enum color_depth depth;
		enum glyphs glyphs;
		bool modern;
	} rows[] = {
	    {"xterm-256color", NULL, DEPTH_256, GLYPHS_BLOCKS, true},
	    {"xterm", NULL, DEPTH_16, GLYPHS_BLOCKS, true},
	    {"xterm", "truecolor", DEPTH_256, GLYPHS_BLOCKS, true},
	    {"xterm-direct", "truecolor", DEPTH_256, GLYPHS_BLOCKS, true},
	    {"xterm-ghostty", NULL, DEPTH_256, GLYPHS_BLOCKS, true},
	    {"nobody-256color", NULL, DEPTH_256, GLYPHS_BLOCKS, true},
	    {"no-such-terminal", NULL, DEPTH_16, GLYPHS_BLOCKS, false},
	    {"", NULL, DEPTH_16, GLYPHS_BLOCKS, false},
	    {NULL, NULL, DEPTH_16, GLYPHS_BLOCKS, false},
	    {"linux", NULL, DEPTH_16, GLYPHS_CONSOLE, false},
	    {"vt100", NULL, DEPTH_MONO, GLYPHS_ASCII, false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct term_curses_options options = {.term = rows[i].term, .colorterm = rows[i].colorterm};
		struct term_curses *c;
		struct err err = {0};

		assert_int_equal(term_curses_open(&c, &options, 24, 80, &err), 0);
		assert_int_equal(term_curses_depth(c), rows[i].depth);
		assert_int_equal(term_curses_glyphs(c), rows[i].glyphs);
		assert_int_equal(term_curses_modern(c), rows[i].modern);
		term_curses_free(c);
	}
}

static void
a_terminal_that_cannot_move_the_cursor_is_refused_with_a_way_out(void **state)
{
	struct term_curses_options options = {.term = "dumb"};
	struct term_curses *c;
	struct err err = {0};

	(void)state;
	assert_int_equal(term_curses_open(&c, &options, 24, 80, &err), ERR_UNSUPPORTED);
	assert_non_null(strstr(err.msg, "'dumb'"));
	assert_non_null(strstr(err.msg, "drifttop report"));
}

/* All that the roles of a theme can need, on the plain ground and on the selected row, must fit in the table of
 * pairs. */
static void
the_colours_of_each_theme_fit_in_the_pairs_of_the_smallest_terminal(void **state)
{
	size_t i;
	int depth;

	(void)state;
	for (i = 0; themes[i]; i++) {
		for (depth = DEPTH_16; depth <= DEPTH_256; depth++) {
			struct look seen[8 * ROLE_COUNT];
			int n = 0, role, ground, k;

			/* Each ground with a letter, then with a bar. */
			for (role = 0; role < ROLE_COUNT; role++) {
				for (ground = 0; ground < 6; ground++) {
					static const enum role grounds[] = {ROLE_TEXT, ROLE_CURSOR, ROLE_MATCH};
					struct look look = theme_look_cell(themes[i], (enum color_depth)depth,
					    (enum role)role, 0, grounds[ground % 3], ground < 3 ? 'a' : 0x2588);

					for (k = 0; k < n && (seen[k].fg != look.fg || seen[k].bg != look.bg);
					     k++)
						;
					if (k == n)
						seen[n++] = look;
				}
			}
			assert_in_range(n, 1, TERM_CURSES_PAIRS);
		}
	}
}

static size_t refuse_at, asked;

static bool
refuse_nth(void *ctx, size_t bytes)
{
	(void)ctx;
	(void)bytes;
	return asked++ != refuse_at;
}

static void
out_of_memory_is_an_error_and_the_next_frame_repairs_the_screen(void **state)
{
	struct term_curses_options options = {.term = "xterm-256color"};
	struct rig r;
	struct slice bytes;
	struct err err = {0};

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	for (refuse_at = 0;; refuse_at++) {
		struct term_curses *c = NULL;
		int rc;

		asked = 0;
		mem_set_hook(refuse_nth, NULL);
		rc = term_curses_open(&c, &options, 24, 80, &err);
		mem_set_hook(NULL, NULL);
		if (rc == 0) {
			term_curses_free(c);
			break;
		}
		assert_int_equal(rc, ERR_NOMEM);
	}
	assert_true(refuse_at >= 3);
	rig_open(&r, "xterm-256color", false, false, 24, 80);
	scribble(&r, 200, false);
	asked = refuse_at = 0;
	mem_set_hook(refuse_nth, NULL);
	assert_int_equal(term_curses_draw(r.curses, &r.grid, &theme_dark, &bytes, &err), ERR_NOMEM);
	mem_set_hook(NULL, NULL);
	rig_draw(&r, &theme_dark);
	check_screen(&r, &theme_dark);
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(utf8_with_256_colours_shows_the_grid),
	    cmocka_unit_test(utf8_with_8_colours_shows_the_grid),
	    cmocka_unit_test(utf8_without_colours_shows_the_grid),
	    cmocka_unit_test(ascii_with_256_colours_shows_the_grid),
	    cmocka_unit_test(ascii_with_8_colours_shows_the_grid),
	    cmocka_unit_test(ascii_without_colours_shows_the_grid),
	    cmocka_unit_test(wide_characters_overwritten_anyhow_show_the_grid),
	    cmocka_unit_test(what_gives_way_to_the_cursor_is_there_with_the_next_frame),
	    cmocka_unit_test(an_unchanged_grid_gives_no_bytes_and_a_change_gives_few),
	    cmocka_unit_test(any_sequence_of_sizes_shows_the_grid),
	    cmocka_unit_test(leaving_gives_the_screen_back_and_the_palette_is_never_touched),
	    cmocka_unit_test(types_of_terminals_are_found_by_a_ladder),
	    cmocka_unit_test(a_terminal_that_cannot_move_the_cursor_is_refused_with_a_way_out),
	    cmocka_unit_test(the_colours_of_each_theme_fit_in_the_pairs_of_the_smallest_terminal),
	    cmocka_unit_test(out_of_memory_is_an_error_and_the_next_frame_repairs_the_screen),
	};

	return cmocka_run_group_tests_name("term_draw", tests, NULL, NULL);
}
