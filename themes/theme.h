/*
 * A theme is a table from roles to colours. Widgets paint roles; only a terminal back end knows colours.
 */
#ifndef THEMES_THEME_H
#define THEMES_THEME_H

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

/* One role's look. Colours: COLOR_DEFAULT, or 0-255 of the xterm palette; fg16/bg16 where there are only 8 or 16. */
struct style {
	int16_t fg, bg;
	int16_t fg16, bg16;
	uint8_t attrs;	    /* enum style_attr, with colour */
	uint8_t attrs_mono; /* without colour: severity must still be told apart */
};

struct theme {
	const char *name;
	const char *about;
	int16_t ground; /* the background it is measured on, for contrast checks and pictures: a 256-palette index */
	int16_t ink;	/* the default foreground in pictures */
	struct style styles[ROLE_COUNT];
};

extern const struct theme *const themes[]; /* NULL-terminated; the first is the default */
extern const char *const role_names[ROLE_COUNT];

const struct theme *theme_find(const char *name); /* NULL if there is none */

#endif
