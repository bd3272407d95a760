/*
 * Every theme in the table is held to the same contract (themes/theme_measure.h), and the contract is held to what it
 * says: each of its clauses finds a theme that was made to break it.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "themes/theme_measure.h"

static bool
same_look(struct look a, struct look b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attrs == b.attrs;
}

static void
the_measures_give_known_figures(void **state)
{
	(void)state;
	assert_int_equal(theme_palette_rgb(75), 0x5fafff);
	assert_int_equal(theme_palette_rgb(234), 0x1c1c1c);
	assert_int_equal(theme_palette_rgb(231), 0xffffff);
	assert_true(fabs(theme_measure_contrast(16, 231) - 21) < 1e-9);
	assert_true(fabs(theme_measure_contrast(231, 16) - 21) < 1e-9);
	assert_true(fabs(theme_measure_contrast(75, 234) - 7.35) < 0.01);
	/* L* of black and white is 0 and 100 for every eye. */
	assert_true(theme_measure_apart(16, 231) > 99.9 && theme_measure_apart(16, 231) < 100.1);
	assert_true(theme_measure_apart(75, 75) == 0);
	/* The measure must see it: the classic trio is too close for protan eyes, yellow and white for tritan ones. */
	assert_true(theme_measure_apart(2, 3) < 10);
	assert_true(theme_measure_apart(226, 231) < theme_measure_apart(226, 16) / 3);
}

static void
the_nearest_colour_of_each_of_the_256_is_itself_or_its_twin(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 256; i++) {
		int near = theme_measure_nearest(theme_palette_rgb(i));

		assert_in_range(near, 16, 255);
		if (i >= 16)
			assert_int_equal(theme_palette_rgb(near), theme_palette_rgb(i));
	}
	assert_int_equal(theme_measure_nearest(0xe69f00), 214);
	assert_int_equal(theme_measure_nearest(0x1e1e1e), 234);
}

static void
every_theme_has_a_name_of_its_own_and_the_first_is_the_default(void **state)
{
	size_t i;
	int role;

	(void)state;
	assert_string_equal(themes[0]->name, "dark");
	for (i = 0; themes[i]; i++) {
		assert_ptr_equal(theme_find(themes[i]->name), themes[i]);
		assert_in_range(strlen(themes[i]->about), 10, 80);
		assert_in_range(themes[i]->ground, 16, 255);
		assert_in_range(themes[i]->ink, 0, 255);
		for (role = 0; role < ROLE_COUNT; role++) {
			const struct style *s = &themes[i]->styles[role];

			assert_in_range(s->fg + 1, 0, 256);
			assert_in_range(s->bg + 1, 0, 256);
			assert_in_range(s->fg16 + 1, 0, 16);
			assert_in_range(s->bg16 + 1, 0, 8);
			assert_in_range(s->attrs | s->attrs_mono, 0, 15);
		}
	}
	assert_null(theme_find("no such theme"));
	for (role = 0; role < ROLE_COUNT; role++)
		assert_non_null(role_names[role]);
}

static void
every_theme_holds_the_contract(void **state)
{
	struct theme_finding worst;
	size_t i;

	(void)state;
	for (i = 0; themes[i]; i++) {
		if (!theme_measure_holds(themes[i], &worst))
			fail_msg("theme %s, role %s: %s is %.2f, at least %.2f is needed", themes[i]->name,
			    role_names[worst.role], worst.what, worst.got, worst.least);
	}
}

/* The smallest distance among the severities, as blocks or as text. */
static double
severities_apart(const struct theme *t)
{
	const struct style *s = t->styles;
	int ok = s[ROLE_OK].fg, warn = s[ROLE_WARN].fg;
	int crit = s[ROLE_CRIT].bg == COLOR_DEFAULT ? s[ROLE_CRIT].fg : s[ROLE_CRIT].bg;

	return fmin(theme_measure_apart(ok, warn),
	    fmin(theme_measure_apart(ok, crit), theme_measure_apart(warn, crit)));
}

static void
what_the_files_say_of_their_severities_is_measured(void **state)
{
	static const struct {
		const struct theme *t;
		double least;
	} rows[] = {{&theme_dark, 47}, {&theme_light, 31}, {&theme_contrast, 53}, {&theme_contrast_light, 54},
	    {&theme_safe, 39}, {&theme_gruvbox, 49}, {&theme_solarized, 44}};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double got = severities_apart(rows[i].t);

		if (got < rows[i].least || got >= rows[i].least + 1)
			fail_msg("theme %s: its severities are %.2f apart", rows[i].t->name, got);
	}
}

static void
a_theme_keeps_what_its_name_promises(void **state)
{
	const struct theme *safe = theme_find("safe"), *ansi = theme_find("ansi16"), *mono = theme_find("mono");
	int role;

	(void)state;
	assert_true(theme_find("contrast")->contrast == 7 && theme_find("contrast-light")->contrast == 7);
	for (role = 0; role < ROLE_COUNT; role++) {
		assert_true(ansi->styles[role].fg < 16 && ansi->styles[role].bg < 8);
		assert_true(mono->styles[role].fg == COLOR_DEFAULT && mono->styles[role].bg == COLOR_DEFAULT);
	}
	/* Its severities differ in form where colours are seen, too. */
	assert_true(safe->styles[ROLE_OK].bg == COLOR_DEFAULT && safe->styles[ROLE_OK].attrs == 0);
	assert_true(safe->styles[ROLE_WARN].bg == COLOR_DEFAULT && safe->styles[ROLE_WARN].attrs == STYLE_UNDERLINE);
	assert_true(safe->styles[ROLE_CRIT].bg != COLOR_DEFAULT);
}

static void
breaks(struct theme t, enum role role, const char *what)
{
	struct theme_finding worst = {0};

	if (theme_measure_holds(&t, NULL) || theme_measure_holds(&t, &worst))
		fail_msg("expected role %s: %s; nothing was found", role_names[role], what);
	if (worst.role != role || !strstr(worst.what, what) || worst.got >= worst.least)
		fail_msg("expected role %s: %s; found %s: %s, %.2f of %.2f", role_names[role], what,
		    role_names[worst.role], worst.what, worst.got, worst.least);
}

static void
each_clause_of_the_contract_is_seen_broken(void **state)
{
	struct theme t;

	(void)state;
	t = theme_dark;
	t.styles[ROLE_GRAPH].fg = 19;
	breaks(t, ROLE_GRAPH, "contrast on the ground");
	t = theme_dark;
	t.styles[ROLE_CURSOR].bg = 245;
	breaks(t, ROLE_MUTED, "contrast on the selected row");
	t = theme_dark;
	t.styles[ROLE_CURSOR].bg = 235;
	breaks(t, ROLE_CURSOR, "of the selected row with the ground");
	t = theme_dark;
	t.styles[ROLE_FRAME].fg = 238;
	breaks(t, ROLE_FRAME, "contrast on the ground");
	t = theme_dark;
	t.styles[ROLE_HEADER].fg16 = 4;
	breaks(t, ROLE_HEADER, "contrast with 16");
	t = theme_dark;
	t.contrast = 12;
	t.styles[ROLE_FRAME].fg = 250;
	breaks(t, ROLE_MUTED, "contrast on the selected row");
	t = theme_light; /* orange and red are one colour to deutan eyes */
	t.styles[ROLE_WARN].fg = 130;
	t.styles[ROLE_CRIT].bg = 160;
	breaks(t, ROLE_CRIT, "distance from warn");
	t = theme_dark;
	t.styles[ROLE_CRIT].fg16 = 0;
	t.styles[ROLE_CRIT].bg16 = 3;
	breaks(t, ROLE_CRIT, "distance from warn with 16");
	t = theme_dark;
	t.styles[ROLE_WARN].fg = 250;
	breaks(t, ROLE_WARN, "distance from muted");
	t = theme_dark;
	t.styles[ROLE_BASELINE].fg = 74;
	breaks(t, ROLE_CURRENT, "distance from baseline");
	t = theme_dark;
	t.styles[ROLE_GRAPH2].fg = 74;
	breaks(t, ROLE_GRAPH2, "distance from graph");
	t = theme_dark;
	t.styles[ROLE_GRAPH2].fg = 202;
	breaks(t, ROLE_GRAPH2, "distance from crit");
	t = theme_dark; /* letters of two colours: the yellow ones are seen first */
	t.styles[ROLE_CRIT] = (struct style){209, COLOR_DEFAULT, 7, 1, STYLE_BOLD, STYLE_BOLD | STYLE_REVERSE};
	breaks(t, ROLE_CRIT, "prominence beside warn");
	t = theme_dark;
	t.styles[ROLE_CRIT].fg16 = 9;
	t.styles[ROLE_CRIT].bg16 = COLOR_DEFAULT;
	breaks(t, ROLE_CRIT, "prominence beside warn with 16");
	t = theme_mono;
	t.styles[ROLE_WARN].attrs = t.styles[ROLE_WARN].attrs_mono = STYLE_REVERSE;
	t.styles[ROLE_CRIT].attrs = t.styles[ROLE_CRIT].attrs_mono = STYLE_BOLD;
	breaks(t, ROLE_CRIT, "prominence beside warn");
	t = theme_ansi16;
	t.styles[ROLE_BASELINE].attrs = 0;
	t.styles[ROLE_CURRENT].fg = COLOR_DEFAULT;
	breaks(t, ROLE_CURRENT, "form");
	t = theme_dark;
	t.styles[ROLE_WARN].attrs_mono = 0;
	breaks(t, ROLE_WARN, "form without colour");
	t = theme_mono;
	t.styles[ROLE_CURSOR].attrs = 0;
	breaks(t, ROLE_CURSOR, "form from the other rows");
	t = theme_mono; /* reverse on reverse turns back */
	t.styles[ROLE_WARN].attrs_mono = STYLE_BOLD;
	t.styles[ROLE_CRIT].attrs_mono = STYLE_BOLD;
	breaks(t, ROLE_CRIT, "form without colour");
}

static void
a_look_without_colour_has_none_and_normal_text_never_has_a_ground(void **state)
{
	size_t i;
	int role, depth;

	(void)state;
	for (i = 0; themes[i]; i++) {
		for (role = 0; role < ROLE_COUNT; role++) {
			struct look look = theme_look(themes[i], DEPTH_MONO, (enum role)role, 0, ROLE_CURSOR);

			assert_int_equal(look.fg, COLOR_DEFAULT);
			assert_int_equal(look.bg, COLOR_DEFAULT);
		}
		for (depth = DEPTH_MONO; depth <= DEPTH_256; depth++) {
			struct look look =
			    theme_look(themes[i], (enum color_depth)depth, ROLE_TEXT, 0, ROLE_TEXT);

			assert_true(look.fg == COLOR_DEFAULT && look.bg == COLOR_DEFAULT && look.attrs == 0);
			assert_true(same_look(look,
			    theme_look(themes[i], (enum color_depth)depth, (enum role)200, 0, (enum role)99)));
		}
	}
}

static void
a_ground_gives_its_background_and_reverse_on_reverse_turns_back(void **state)
{
	const struct theme *dark = theme_find("dark"), *mono = theme_find("mono");
	struct look look;

	(void)state;
	look = theme_look(dark, DEPTH_256, ROLE_WARN, STYLE_UNDERLINE, ROLE_CURSOR);
	assert_true(look.fg == 228 && look.bg == 237 && look.attrs == (STYLE_UNDERLINE | STYLE_BOLD));
	look = theme_look(dark, DEPTH_256, ROLE_FROZEN, 0, ROLE_CURSOR);
	assert_true(look.fg == 16 && look.bg == 214);
	look = theme_look(dark, DEPTH_256, ROLE_TEXT, 0, ROLE_MATCH);
	assert_true(look.fg == 16 && look.bg == 222);
	look = theme_look(dark, DEPTH_16, ROLE_WARN, 0, ROLE_CURSOR);
	assert_true(look.fg == 11 && look.bg == COLOR_DEFAULT && look.attrs == STYLE_REVERSE);
	look = theme_look(mono, DEPTH_256, ROLE_CRIT, 0, ROLE_CURSOR);
	assert_int_equal(look.attrs, STYLE_BOLD);
	look = theme_look(mono, DEPTH_256, ROLE_OK, 0, ROLE_CURSOR);
	assert_int_equal(look.attrs, STYLE_REVERSE);
	/* A reversed row is of one ground. */
	look = theme_look(mono, DEPTH_256, ROLE_MUTED, STYLE_UNDERLINE, ROLE_CURSOR);
	assert_int_equal(look.attrs, STYLE_REVERSE | STYLE_UNDERLINE);
	look = theme_look(theme_find("solarized"), DEPTH_256, ROLE_MUTED, 0, ROLE_CURSOR);
	assert_true(look.fg == COLOR_DEFAULT && look.bg == COLOR_DEFAULT && look.attrs == STYLE_REVERSE);
	look = theme_look(dark, DEPTH_256, ROLE_MUTED, 0, ROLE_CURSOR);
	assert_true(look.fg == 248 && look.bg == 237);
}

/* A bar of a role that is a block has the block's colour on the ground of its row, not the letters' on the block. */
static void
a_picture_is_never_its_own_negative(void **state)
{
	const struct theme *safe = theme_find("safe");
	const struct style *crit = &safe->styles[ROLE_CRIT];
	struct look look;
	int role, depth;
	size_t i;

	(void)state;
	look = theme_look_cell(safe, DEPTH_256, ROLE_CRIT, 0, ROLE_TEXT, 'C');
	assert_true(look.fg == crit->fg && look.bg == crit->bg);
	look = theme_look_cell(safe, DEPTH_256, ROLE_CRIT, 0, ROLE_TEXT, 0x2585);
	assert_true(look.fg == crit->bg && look.bg == COLOR_DEFAULT);
	look = theme_look_cell(safe, DEPTH_256, ROLE_CRIT, 0, ROLE_CURSOR, 0x28ff);
	assert_true(look.fg == crit->bg && look.bg == safe->styles[ROLE_CURSOR].bg);
	for (i = 0; themes[i]; i++)
		for (role = 0; role < ROLE_COUNT; role++)
			for (depth = DEPTH_MONO; depth <= DEPTH_256; depth++) {
				look = theme_look_cell(themes[i], (enum color_depth)depth, (enum role)role, 0,
				    ROLE_TEXT, 0x2588);
				assert_int_equal(look.bg, COLOR_DEFAULT);
				assert_int_equal(look.attrs & (STYLE_REVERSE | STYLE_UNDERLINE), 0);
			}
}

/*
 * Half awake, one sees what is critical first: on every theme's ground, with all colours, sixteen or none, for every
 * kind of colour vision. theme_measure.h says what prominence is and why it is not distance alone.
 */
static void
what_is_critical_is_at_least_as_prominent_as_a_warning_in_every_theme(void **state)
{
	struct theme letters = theme_dark;
	size_t i;
	int depth;

	(void)state;
	for (i = 0; themes[i]; i++)
		for (depth = DEPTH_MONO; depth <= DEPTH_256; depth++) {
			double ratio = theme_measure_prominence(themes[i], (enum color_depth)depth);

			if (!(ratio >= 1))
				fail_msg("theme %s, depth %d: crit has %.2f of the prominence of warn", themes[i]->name,
				    depth, ratio);
		}
	/* Bold or not, letters in salmon are not what one sees first beside yellow ones. */
	letters.styles[ROLE_WARN].fg = 226;
	letters.styles[ROLE_CRIT].fg = 209;
	letters.styles[ROLE_CRIT].bg = COLOR_DEFAULT;
	letters.styles[ROLE_CRIT].attrs = 0;
	assert_true(theme_measure_prominence(&letters, DEPTH_256) < 0.7);
	letters.styles[ROLE_CRIT].attrs = STYLE_BOLD;
	assert_true(theme_measure_prominence(&letters, DEPTH_256) < 0.8);
	/* The same colour and form is the same; a block is what a letter leaves against what its strokes cover. */
	letters = theme_dark;
	letters.styles[ROLE_WARN] = letters.styles[ROLE_CRIT];
	assert_true(fabs(theme_measure_prominence(&letters, DEPTH_256) - 1) < 1e-9);
	letters.styles[ROLE_WARN].fg = letters.styles[ROLE_CRIT].bg;
	letters.styles[ROLE_WARN].bg = COLOR_DEFAULT;
	assert_true(fabs(theme_measure_prominence(&letters, DEPTH_256) - 3) < 1e-9);
}

/* Between the strongest and the weakest of red, green and blue: 0 is grey. */
static int
colourfulness(int color)
{
	uint32_t rgb = theme_palette_rgb(color);
	int least = 255, most = 0, shift;

	for (shift = 0; shift <= 16; shift += 8) {
		int part = (int)(rgb >> shift & 0xff);

		least = part < least ? part : least;
		most = part > most ? part : most;
	}
	return most - least;
}

/* What half awake eyes look at first is what is critical: no curve is more colourful. */
static void
nothing_that_is_only_a_curve_is_louder_than_what_is_critical(void **state)
{
	static const enum role curves[] = {ROLE_BASELINE, ROLE_GRAPH2, ROLE_FLOOR};
	size_t i, k;

	(void)state;
	for (i = 0; themes[i]; i++) {
		const struct style *s = themes[i]->styles;
		int crit = s[ROLE_CRIT].bg == COLOR_DEFAULT ? s[ROLE_CRIT].fg : s[ROLE_CRIT].bg;

		for (k = 0; crit != COLOR_DEFAULT && k < sizeof curves / sizeof *curves; k++)
			if (s[curves[k]].fg != COLOR_DEFAULT &&
			    colourfulness(s[curves[k]].fg) > colourfulness(crit))
				fail_msg("theme %s: %s is louder than crit", themes[i]->name, role_names[curves[k]]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_measures_give_known_figures),
	    cmocka_unit_test(the_nearest_colour_of_each_of_the_256_is_itself_or_its_twin),
	    cmocka_unit_test(every_theme_has_a_name_of_its_own_and_the_first_is_the_default),
	    cmocka_unit_test(every_theme_holds_the_contract),
	    cmocka_unit_test(what_the_files_say_of_their_severities_is_measured),
	    cmocka_unit_test(a_theme_keeps_what_its_name_promises),
	    cmocka_unit_test(each_clause_of_the_contract_is_seen_broken),
	    cmocka_unit_test(a_look_without_colour_has_none_and_normal_text_never_has_a_ground),
	    cmocka_unit_test(a_ground_gives_its_background_and_reverse_on_reverse_turns_back),
	    cmocka_unit_test(a_picture_is_never_its_own_negative),
	    cmocka_unit_test(what_is_critical_is_at_least_as_prominent_as_a_warning_in_every_theme),
	    cmocka_unit_test(nothing_that_is_only_a_curve_is_louder_than_what_is_critical),
	};

	return cmocka_run_group_tests_name("theme", tests, NULL, NULL);
}
