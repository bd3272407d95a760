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
#include "tui/export.h"
#include "widgets/charset.h"

/* A small screen with everything in it: grounds, attributes, wide characters, blocks, marks, XML's own
 * characters. */
static void
sample(struct grid *g, enum glyphs glyphs)
{
	struct rect r;
	struct err err = {0};
	int i;

	assert_int_equal(grid_init(g, 8, 40, glyphs, &err), 0);
	r = grid_rect(g);
	grid_str(g, r, 0, 0, ROLE_BAR, "Fleet <a & \"b\">  12:04:05");
	grid_str(g, r, 0, 30, ROLE_FROZEN, "FROZEN");
	grid_str(g, r, 1, 2, ROLE_CRIT, "CRIT \u25b2 fraud\033]0;x\007");
	grid_str(g, r, 1, 30, ROLE_MUTED, "n=12 ");
	grid_ground(g, r, 2, 0, 40, ROLE_CURSOR);
	grid_str(g, r, 2, 2, ROLE_WARN, "WARN \u6f22\u5b57 \u00b5s");
	for (i = 0; i <= 8; i++)
		grid_put(g, r, 3, i, ROLE_GRAPH, grid_eighth(g, i));
	for (i = 0; i <= 8; i++)
		grid_put(g, r, 3, 10 + i, ROLE_CURRENT, grid_eighth_h(g, i));
	for (i = 0; i < 40; i++)
		grid_put(g, r, 4, i, ROLE_FRAME, grid_glyph(g, GLYPH_HLINE));
	grid_put(g, r, 4, 0, ROLE_FRAME, grid_glyph(g, GLYPH_TL));
	grid_put(g, r, 4, 39, ROLE_FRAME, grid_glyph(g, GLYPH_TR));
	grid_put(g, r, 5, 0, ROLE_FRAME, grid_glyph(g, GLYPH_VLINE));
	grid_put(g, r, 5, 2, ROLE_GRAPH2, glyphs == GLYPHS_ASCII ? '*' : 0x2847);
	grid_put(g, r, 5, 4, ROLE_BASELINE, grid_glyph(g, GLYPH_SHADE));
	grid_put(g, r, 5, 5, ROLE_BASELINE, grid_glyph(g, GLYPH_SHADE_LIGHT));
	grid_attr(g, r, 5, 4, 1, STYLE_UNDERLINE);
}

static char *
exported(const struct grid *g, enum export_format format, const struct theme *theme, enum color_depth depth)
{
	struct err err = {0};
	char *out = NULL, *text;
	size_t n = 0;

	assert_int_equal(export_grid(g, format, theme, depth, &out, &n, &err), 0);
	text = mem_dup(out, n);
	assert_non_null(text);
	assert_int_equal(strlen(text), n);
	mem_free(out);
	return text;
}

static size_t
count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)) != NULL; text += strlen(what))
		n++;
	return n;
}

static void
formats_have_names(void **state)
{
	(void)state;
	assert_int_equal(export_format_find("text"), EXPORT_TEXT);
	assert_int_equal(export_format_find("ansi"), EXPORT_ANSI);
	assert_int_equal(export_format_find("svg"), EXPORT_SVG);
	assert_int_equal(export_format_find("png"), EXPORT_FORMAT_COUNT);
}

static void
text_is_the_characters_without_blanks_at_the_end(void **state)
{
	struct grid g;
	char *text;

	(void)state;
	sample(&g, GLYPHS_BLOCKS);
	text = exported(&g, EXPORT_TEXT, &theme_dark, DEPTH_256);
	assert_int_equal(count(text, "\n"), 8);
	assert_int_equal(strncmp(text, "Fleet <a & \"b\">  12:04:05     FROZEN\n", 37), 0);
	assert_non_null(strstr(text, "\n  CRIT \u25b2 fraud\u00b7]0;x\u00b7"));
	assert_non_null(strstr(text, "\n  WARN \u6f22\u5b57 \u00b5s\n"));
	assert_non_null(strstr(text, "\n \u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588"));
	assert_null(strchr(text, 27));
	mem_free(text);
	grid_release(&g);
}

/* What the terminal made of one cell's look, to compare with the theme's. */
static void
check_cell(const VTermScreenCell *cell, struct cell c, struct look look)
{
	assert_int_equal(cell->chars[0] ? cell->chars[0] : ' ', c.ch);
	if (c.ch == ' ' && !(look.attrs & (STYLE_REVERSE | STYLE_UNDERLINE)))
		look.attrs = 0;
	else
		assert_int_equal(VTERM_COLOR_IS_DEFAULT_FG(&cell->fg) ? -1 : cell->fg.indexed.idx, look.fg);
	assert_int_equal(VTERM_COLOR_IS_DEFAULT_BG(&cell->bg) ? -1 : cell->bg.indexed.idx, look.bg);
	assert_int_equal(cell->attrs.underline, look.attrs & STYLE_UNDERLINE ? 1 : 0);
	assert_int_equal(cell->attrs.reverse, look.attrs & STYLE_REVERSE ? 1 : 0);
	if (c.ch != ' ')
		assert_int_equal(cell->attrs.bold, look.attrs & STYLE_BOLD ? 1 : 0);
}

static void
check_ansi(const struct grid *g, const struct theme *theme, enum color_depth depth)
{
	VTerm *vt = vterm_new(g->rows + 1, g->cols);
	VTermScreen *screen = vterm_obtain_screen(vt);
	char *ansi = exported(g, EXPORT_ANSI, theme, depth), *p;
	int y, x;

	vterm_set_utf8(vt, 1);
	vterm_screen_reset(screen, 1);
	for (p = ansi; *p; p++)
		vterm_input_write(vt, *p == '\n' ? "\r\n" : p, *p == '\n' ? 2 : 1);
	for (y = 0; y < g->rows; y++) {
		for (x = 0; x < g->cols; x++) {
			struct cell c = grid_at(g, y, x);
			VTermScreenCell cell;

			if (!c.ch)
				continue;
			vterm_screen_get_cell(screen, (VTermPos){y, x}, &cell);
			check_cell(&cell, c, theme_look_cell(theme, depth, c.role, c.attrs, c.ground, c.ch));
		}
	}
	mem_free(ansi);
	vterm_free(vt);
}

static void
a_terminal_that_prints_the_ansi_text_shows_the_grid(void **state)
{
	size_t i;
	int depth;

	(void)state;
	for (i = 0; themes[i]; i++) {
		for (depth = DEPTH_MONO; depth <= DEPTH_256; depth++) {
			struct grid g;

			sample(&g, GLYPHS_BLOCKS);
			check_ansi(&g, themes[i], (enum color_depth)depth);
			grid_release(&g);
			sample(&g, GLYPHS_ASCII);
			check_ansi(&g, themes[i], (enum color_depth)depth);
			grid_release(&g);
		}
	}
}

/* Well-formed as far as this writer can go wrong: escapes, quotes, and elements that close in order. */
static void
check_xml(const char *svg)
{
	const char *p;
	int depth = 0;

	for (p = svg; *p; p++) {
		assert_true(*p == '\n' || (unsigned char)*p >= 0x20);
		if (*p == '&')
			assert_true(strncmp(p, "&amp;", 5) == 0 || strncmp(p, "&lt;", 4) == 0 ||
				    strncmp(p, "&gt;", 4) == 0);
		if (*p == '<') {
			const char *end = strchr(p, '>');

			assert_non_null(end);
			depth += p[1] == '/' ? -1 : end[-1] == '/' ? 0 : 1;
			assert_true(depth >= 0);
			p = end;
		}
	}
	assert_int_equal(depth, 0);
}

static void
the_picture_is_sound_xml_with_shapes_for_blocks_and_text_for_words(void **state)
{
	struct grid g;
	char *svg;

	(void)state;
	sample(&g, GLYPHS_BLOCKS);
	svg = exported(&g, EXPORT_SVG, &theme_dark, DEPTH_256);
	check_xml(svg);
	assert_non_null(strstr(svg, "Fleet &lt;a &amp; \"b\"&gt;<"));
	assert_non_null(strstr(svg, "fill=\"#1c1c1c\"/>"));
	/* 20 letters from column 0; the line is 38 cells of one rectangle; the lower half block is 8 of 16
	 * units. */
	assert_non_null(strstr(svg, "<text x=\"0\" y=\"12\" textLength=\"120\" font-weight=\"bold\">"));
	assert_non_null(strstr(svg, "M8 71h304v1h-304z"));
	assert_non_null(strstr(svg, "M32 56h8v8h-8z"));
	assert_non_null(strstr(svg, "fill-opacity=\".5\""));
	assert_null(strstr(svg, "\u2588"));
	assert_null(strstr(svg, "\u25b2"));
	assert_int_equal(count(svg, ">\u6f22<"), 1);
	mem_free(svg);
	grid_release(&g);
}

static void
every_character_of_the_list_makes_a_sound_picture_in_every_theme(void **state)
{
	struct grid g;
	struct err err = {0};
	uint32_t ch = 0x21;
	size_t i;

	(void)state;
	assert_int_equal(grid_init(&g, 30, 100, GLYPHS_BRAILLE, &err), 0);
	for (i = 0; i < 3000; i++) {
		while (charset_width(ch) != 1)
			ch = ch < 0x3000 ? ch + 1 : 0x21;
		grid_put(&g, grid_rect(&g), (int)(i / 100), (int)(i % 100), (enum role)(i % ROLE_COUNT), ch++);
		grid_ground(
		    &g, grid_rect(&g), (int)(i / 100), (int)(i % 100), 1, (enum role)(i / 7 % ROLE_COUNT));
		grid_attr(&g, grid_rect(&g), (int)(i / 100), (int)(i % 100), 1, (uint8_t)(i / 3 % 16));
	}
	for (i = 0; themes[i]; i++) {
		int depth;

		for (depth = DEPTH_MONO; depth <= DEPTH_256; depth++) {
			char *svg = exported(&g, EXPORT_SVG, themes[i], (enum color_depth)depth);

			check_xml(svg);
			mem_free(svg);
		}
	}
	grid_release(&g);
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
out_of_memory_at_any_point_is_an_error_and_leaks_nothing(void **state)
{
	struct grid g;
	int format;

	(void)state;
	sample(&g, GLYPHS_BLOCKS);
	for (format = 0; format < EXPORT_FORMAT_COUNT; format++) {
		for (refuse_at = 0;; refuse_at++) {
			struct err err = {0};
			char *out = NULL;
			size_t n;
			int rc;

			asked = 0;
			mem_set_hook(refuse_nth, NULL);
			rc =
			    export_grid(&g, (enum export_format)format, &theme_dark, DEPTH_256, &out, &n, &err);
			mem_set_hook(NULL, NULL);
			if (rc == 0) {
				mem_free(out);
				break;
			}
			assert_int_equal(rc, ERR_NOMEM);
			assert_null(out);
		}
		assert_true(refuse_at > 0);
	}
	grid_release(&g);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(formats_have_names),
	    cmocka_unit_test(text_is_the_characters_without_blanks_at_the_end),
	    cmocka_unit_test(a_terminal_that_prints_the_ansi_text_shows_the_grid),
	    cmocka_unit_test(the_picture_is_sound_xml_with_shapes_for_blocks_and_text_for_words),
	    cmocka_unit_test(every_character_of_the_list_makes_a_sound_picture_in_every_theme),
	    cmocka_unit_test(out_of_memory_at_any_point_is_an_error_and_leaks_nothing),
	};

	return cmocka_run_group_tests_name("export", tests, NULL, NULL);
}
