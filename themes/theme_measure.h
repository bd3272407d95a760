/*
 * What a theme is held to, measured: every one that comes with the program, by a test; one of the user's, when it is
 * read, so that a sentence can warn.
 *
 * Contrast: WCAG 2, success criteria 1.4.3 (4.5:1, text) and 1.4.11 (3:1, graphics), 7:1 and 4.5:1 where a theme
 * promises 7 for text; on the theme's ground, and on its selected row. Of the first sixteen colours, which are the
 * user's choice, it is only asked that they be seen (3:1), as xterm has them.
 *
 * Distance of two colours: the smallest over normal, protan, deutan and tritan vision (Machado, Oliveira and
 * Fernandes, IEEE TVCG 15(6), 2009, severity 1.0, on linear RGB), each CIE 1976 in L*a*b*, D65. A just noticeable
 * difference is about 2.3; small glyphs read side by side need about ten of them, hence 25, and 30 between severities.
 * A role with a background is the colour of that: a block, on the screen. A role without any has the terminal's own,
 * which nobody knows; it must then differ in form.
 *
 * Prominence: what is critical is seen before a warning by every kind of vision, at every depth of colour. Measured as
 * what a cell differs from the ground: the share of it that is coloured, times the distance of that colour from the
 * ground, for each vision by itself. Strokes cover about a fifth of a cell, bold ones a quarter, an underline a
 * sixteenth; a block covers what the letter on it leaves, three quarters. (Distance alone would be a yellow's: it is
 * the lightest and the most colourful of all, and no red is as far from black for protan eyes.)
 *
 * Form: no two severities look the same at any depth of colour, on the ground or on the selected row.
 */
#ifndef THEMES_THEME_MEASURE_H
#define THEMES_THEME_MEASURE_H

#include <stdbool.h>

#include "themes/theme.h"

/* 1 to 21, of two colours of the 256. */
double theme_measure_contrast(int a, int b);
/* 0 to about 260, of two colours of the 256: the smallest over the four kinds of vision. */
double theme_measure_apart(int a, int b);

/* How prominent crit is beside warn, 1: as much. The smallest ratio over the four kinds of vision. */
double theme_measure_prominence(const struct theme *t, enum color_depth depth);

/* The one of the 256 that is nearest to 0xRRGGBB, the first sixteen apart: what those look like nobody knows. */
int theme_measure_nearest(uint32_t rgb);

/* What falls short of the contract: of what role, the figure and the least that is asked. */
struct theme_finding {
	enum role role;
	const char *what; /* "contrast on the ground", constant text */
	double got, least;
};

/* False where something falls short; *worst is then what is shortest by ratio. worst may be NULL. */
bool theme_measure_holds(const struct theme *t, struct theme_finding *worst);

#endif
