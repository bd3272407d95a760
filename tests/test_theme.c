/*
 * Every theme in the table is held to the same contract. Contrast: WCAG 2.1, success criteria 1.4.3 (4.5:1,
 * text) and 1.4.11 (3:1, graphics). Colour vision: Machado, Oliveira and Fernandes, IEEE TVCG 15(6), 2009,
 * severity 1.0, on linear RGB; distance: CIE 1976 in L*a*b*, D65. A just noticeable difference is about 2.3;
 * small glyphs read side by side need about ten of them, hence 25, and 30 between severities.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "themes/theme.h"

#define CONTRAST_TEXT 4.5
#define CONTRAST_GRAPHIC 3.0
#define APART_SEVERITY 30.0
#define APART 25.0

static const enum role severities[] = {ROLE_OK, ROLE_WARN, ROLE_CRIT};

static const double vision[4][3][3] = {
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
    {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
    {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
};

static void
linear_rgb(int color, double out[3])
{
	uint32_t rgb = theme_palette_rgb(color);
	int i;

	for (i = 0; i < 3; i++) {
		double c = (double)(rgb >> (16 - 8 * i) & 0xff) / 255;

		out[i] = c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
	}
}

static double
luminance(int color)
{
	double c[3];

	linear_rgb(color, c);
	return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
}

static double
contrast(int a, int b)
{
	double la = luminance(a), lb = luminance(b);

	return la > lb ? (la + 0.05) / (lb + 0.05) : (lb + 0.05) / (la + 0.05);
}

static double
lab_curve(double t)
{
	return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

static void
lab_seen(int color, int eye, double out[3])
{
	double c[3], v[3], x, y, z;
	int i;

	linear_rgb(color, c);
	for (i = 0; i < 3; i++) {
		const double *m = vision[eye][i];

		v[i] = fmin(1, fmax(0, m[0] * c[0] + m[1] * c[1] + m[2] * c[2]));
	}
	x = lab_curve((0.4124564 * v[0] + 0.3575761 * v[1] + 0.1804375 * v[2]) / 0.95047);
	y = lab_curve(0.2126729 * v[0] + 0.7151522 * v[1] + 0.0721750 * v[2]);
	z = lab_curve((0.0193339 * v[0] + 0.1191920 * v[1] + 0.9503041 * v[2]) / 1.08883);
	out[0] = 116 * y - 16;
	out[1] = 500 * (x - y);
	out[2] = 200 * (y - z);
}

/* The smallest distance of two colours over the four kinds of vision. */
static double
apart(int a, int b)
{
	double least = INFINITY;
	int eye;

	for (eye = 0; eye < 4; eye++) {
		double p[3], q[3];

		lab_seen(a, eye, p);
		lab_seen(b, eye, q);
		least = fmin(least, sqrt(pow(p[0] - q[0], 2) + pow(p[1] - q[1], 2) + pow(p[2] - q[2], 2)));
	}
	return least;
}

/* Lines only; never words or figures. */
static bool
is_line(enum role role)
{
	return role == ROLE_FRAME || role == ROLE_FLOOR;
}

/* Pictures, and the figures that belong to them; they are not in the rows that can be selected. */
static bool
is_picture(enum role role)
{
	return role == ROLE_BASELINE || role == ROLE_CURRENT || role == ROLE_GRAPH || role == ROLE_GRAPH2;
}

static bool
is_colored(const struct theme *t)
{
	return t->styles[ROLE_CRIT].fg != COLOR_DEFAULT;
}

static void
check(const struct theme *t, enum role role, const char *what, double got, double least)
{
	if (got < least)
		fail_msg("theme %s, role %s: %s is %.2f, at least %.2f is needed", t->name, role_names[role],
		    what, got, least);
}

static void
the_measures_give_known_figures(void **state)
{
	(void)state;
	assert_int_equal(theme_palette_rgb(75), 0x5fafff);
	assert_int_equal(theme_palette_rgb(234), 0x1c1c1c);
	assert_int_equal(theme_palette_rgb(231), 0xffffff);
	assert_true(fabs(contrast(16, 231) - 21) < 1e-9);
	assert_true(fabs(contrast(75, 234) - 7.35) < 0.01);
	assert_true(apart(16, 231) > 99.9);
	/* The classic trio comes too close for protan eyes: the measure must see it. */
	assert_true(apart(2, 3) < 10);
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
		assert_true(strlen(themes[i]->about) > 10);
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
check_contrast(const struct theme *t, enum role role)
{
	const struct style *s = &t->styles[role];
	double least = is_line(role) ? CONTRAST_GRAPHIC : CONTRAST_TEXT;
	int fg = s->fg == COLOR_DEFAULT ? t->ink : s->fg;
	int ground = s->bg == COLOR_DEFAULT ? t->ground : s->bg;
	int selected = t->styles[ROLE_CURSOR].bg;

	check(t, role, "contrast on the ground", contrast(fg, ground), least);
	if (selected != COLOR_DEFAULT && s->bg == COLOR_DEFAULT && !is_line(role) && !is_picture(role))
		check(t, role, "contrast on the selected row", contrast(fg, selected), CONTRAST_TEXT);
	/* What the sixteen are is the user's choice: with xterm's own they must at least be seen. */
	if (s->fg16 != COLOR_DEFAULT)
		check(t, role, "contrast with 16 colours",
		    contrast(s->fg16, s->bg16 == COLOR_DEFAULT ? t->ground : s->bg16), CONTRAST_GRAPHIC);
}

static void
every_role_of_every_theme_can_be_read_on_its_ground(void **state)
{
	size_t i;
	int role;

	(void)state;
	for (i = 0; themes[i]; i++) {
		for (role = 0; role < ROLE_COUNT; role++)
			check_contrast(themes[i], (enum role)role);
	}
}

static void
severities_stay_apart_for_every_kind_of_colour_vision(void **state)
{
	size_t i, a, b;

	(void)state;
	for (i = 0; themes[i]; i++) {
		const struct theme *t = themes[i];

		if (!is_colored(t))
			continue;
		for (a = 0; a < 3; a++) {
			const struct style *sa = &t->styles[severities[a]];

			check(t, severities[a], "distance to muted", apart(sa->fg, t->styles[ROLE_MUTED].fg),
			    APART);
			for (b = a + 1; b < 3; b++) {
				const struct style *sb = &t->styles[severities[b]];

				check(t, severities[a], "distance to another", apart(sa->fg, sb->fg),
				    APART_SEVERITY);
				check(t, severities[a], "distance with 16", apart(sa->fg16, sb->fg16),
				    APART_SEVERITY);
			}
		}
	}
	assert_true(
	    apart(theme_find("dark")->styles[ROLE_OK].fg, theme_find("dark")->styles[ROLE_WARN].fg) > 49);
}

static void
what_lies_side_by_side_in_one_picture_stays_apart(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; themes[i]; i++) {
		const struct style *s = themes[i]->styles;

		if (!is_colored(themes[i]))
			continue;
		check(themes[i], ROLE_CURRENT, "distance to baseline",
		    apart(s[ROLE_CURRENT].fg, s[ROLE_BASELINE].fg), APART);
		check(themes[i], ROLE_GRAPH, "distance to graph2", apart(s[ROLE_GRAPH].fg, s[ROLE_GRAPH2].fg),
		    APART);
	}
}

static bool
same_look(struct look a, struct look b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attrs == b.attrs;
}

/* At every depth, on the plain ground and on the selected row: no two of them look the same. */
static void
severities_differ_at_every_depth_even_on_the_selected_row(void **state)
{
	static const enum role kinds[] = {ROLE_OK, ROLE_WARN, ROLE_CRIT, ROLE_STALE};
	static const enum role grounds[] = {ROLE_TEXT, ROLE_CURSOR};
	size_t i, a, b, ground;
	int depth;

	(void)state;
	for (i = 0; themes[i]; i++) {
		for (depth = DEPTH_MONO; depth <= DEPTH_256; depth++) {
			for (ground = 0; ground < 2; ground++) {
				for (a = 0; a < 4; a++) {
					for (b = a + 1; b < 4; b++)
						assert_false(
						    same_look(theme_look(themes[i], (enum color_depth)depth,
								  kinds[a], 0, grounds[ground]),
							theme_look(themes[i], (enum color_depth)depth, kinds[b],
							    0, grounds[ground])));
				}
			}
			assert_false(
			    same_look(theme_look(themes[i], (enum color_depth)depth, ROLE_TEXT, 0, ROLE_CURSOR),
				theme_look(themes[i], (enum color_depth)depth, ROLE_TEXT, 0, ROLE_TEXT)));
			assert_false(
			    same_look(theme_look(themes[i], (enum color_depth)depth, ROLE_FROZEN, 0, ROLE_TEXT),
				theme_look(themes[i], (enum color_depth)depth, ROLE_LIVE, 0, ROLE_TEXT)));
		}
	}
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
	assert_true(look.fg == 226 && look.bg == 237 && look.attrs == (STYLE_UNDERLINE | STYLE_BOLD));
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
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_measures_give_known_figures),
	    cmocka_unit_test(every_theme_has_a_name_of_its_own_and_the_first_is_the_default),
	    cmocka_unit_test(every_role_of_every_theme_can_be_read_on_its_ground),
	    cmocka_unit_test(severities_stay_apart_for_every_kind_of_colour_vision),
	    cmocka_unit_test(what_lies_side_by_side_in_one_picture_stays_apart),
	    cmocka_unit_test(severities_differ_at_every_depth_even_on_the_selected_row),
	    cmocka_unit_test(a_look_without_colour_has_none_and_normal_text_never_has_a_ground),
	    cmocka_unit_test(a_ground_gives_its_background_and_reverse_on_reverse_turns_back),
	};

	return cmocka_run_group_tests_name("theme", tests, NULL, NULL);
}
