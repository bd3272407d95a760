/*
 * A theme is a table from roles to colours. Widgets paint roles; only a terminal back end knows colours.
 *
 * A new theme is one file with a `struct theme` and one row in the table of theme.c. themes/theme_measure.h says
 * what it is held to, by a test: contrast, and severities that stay apart for every kind of colour vision and
 * without colour. Normal text never has a background: the terminal's own shows through.
 */
#ifndef THEMES_THEME_H
#define THEMES_THEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum role {
	ROLE_TEXT = 0, /* the terminal's own foreground */
	ROLE_MUTED,    /* labels, units, thin samples, what is below the noise floor */
	ROLE_TITLE,    /* panel titles */
	ROLE_HEADER,   /* column heads */
	ROLE_FRAME,    /* borders, axes, rules */
	ROLE_OK,
	ROLE_WARN,
	ROLE_CRIT,
	ROLE_STALE,    /* figures that are no longer fresh */
	ROLE_BASELINE, /* the reference in a histogram */
	ROLE_CURRENT,  /* the present in a histogram */
	ROLE_FLOOR,    /* noise floor marks */
	ROLE_GRAPH,    /* lines, sparklines */
	ROLE_GRAPH2,   /* a second line in the same graph */
	ROLE_CURSOR,   /* the selected row */
	ROLE_MATCH,    /* text that a search found */
	ROLE_BAR,      /* first line */
	ROLE_KEY,      /* a key in the last line */
	ROLE_KEYTEXT,  /* its meaning */
	ROLE_LIVE,     /* LIVE in the first line */
	ROLE_FROZEN,   /* FROZEN, REPLAY: cannot be mistaken for live */
	ROLE_COUNT,
};

enum style_attr { STYLE_BOLD = 1, STYLE_REVERSE = 2, STYLE_UNDERLINE = 4, STYLE_DIM = 8 };

#define COLOR_DEFAULT (-1)

/*
 * One role's look. Colours: COLOR_DEFAULT, or 0-255 of the xterm palette; fg16/bg16 (0-15) where there are only
 * 8 or 16. What those 16 look like is the user's choice, so a role may leave both at COLOR_DEFAULT: there it
 * takes attrs_mono.
 */
struct style {
	int16_t fg, bg;
	int16_t fg16, bg16;
	uint8_t attrs;      /* enum style_attr, with colour */
	uint8_t attrs_mono; /* without colour: severity must still be told apart */
};

struct theme {
	const char *name;
	const char *about;
	int16_t ground; /* the background it is measured on, for contrast checks and pictures: a 256-palette
			   index */
	int16_t ink;    /* the default foreground in pictures */
	double contrast; /* promised for text; 0: what every theme promises */
	struct style styles[ROLE_COUNT];
};

extern const struct theme theme_dark, theme_light, theme_contrast, theme_contrast_light, theme_safe, theme_ansi16,
    theme_mono, theme_gruvbox, theme_solarized;
extern const struct theme *const themes[]; /* NULL-terminated; the first is the default */
extern const char *const role_names[ROLE_COUNT];

const struct theme *theme_find(const char *name); /* NULL if there is none */

enum color_depth { DEPTH_MONO, DEPTH_16, DEPTH_256 };

/* What a cell looks like in the end; colours as in struct style. */
struct look {
	int16_t fg, bg;
	uint8_t attrs;
};

/*
 * A role with extra attributes on a ground (ROLE_TEXT: none). The ground gives its background where the role
 * has none, and its attributes; reverse on reverse turns it back, so that a reversed severity is still seen on
 * a reversed row; what is muted is plain there. Roles out of range count as ROLE_TEXT.
 */
struct look theme_look(
    const struct theme *t, enum color_depth depth, enum role role, uint8_t attrs, enum role ground);

/* Whether a role stands back: what is muted, frames, marks of noise, what keys do. */
bool theme_is_quiet(enum role role);

/*
 * The same for a cell that holds ch: of a blank what can be seen of it; and of a bar or a curve, drawn in blocks,
 * squares or braille, the ink, in the colour that the role has as a block. Else the picture of a role that is a block
 * itself, or reversed, would be its own negative.
 */
struct look theme_look_cell(
    const struct theme *t, enum color_depth depth, enum role role, uint8_t attrs, enum role ground, uint32_t ch);

/* 0xRRGGBB of the xterm palette's entry 0-255; the first 16 as xterm has them by default. */
uint32_t theme_palette_rgb(int index);

#endif
