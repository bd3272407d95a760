/*
 * For colour-blind eyes, twice over: by colour and by form. Measured on #1c1c1c.
 *
 * The palette is that of Okabe and Ito (Color Universal Design, 2008), each at the nearest of the 256: sky blue 74,
 * yellow 227, vermilion 166, orange 214. ok, warn and crit are at least 39 apart (CIE 1976) for normal, protan,
 * deutan and tritan vision; and a warning is underlined, what is critical a block, so that no colour is needed.
 * Vermilion is too dark to be text; it is the block, with black on it.
 */
#include "themes/theme.h"

#define NONE COLOR_DEFAULT

const struct theme theme_safe = {
	.name = "safe",
	.about = "for colour-blind eyes: the colours of Okabe and Ito, and severity by form too",
	.ground = 234,
	.ink = 252,
	.styles = {
		[ROLE_TEXT] = {NONE, NONE, NONE, NONE, 0, 0},
		[ROLE_MUTED] = {248, NONE, NONE, NONE, 0, STYLE_DIM},
		[ROLE_TITLE] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_HEADER] = {74, NONE, 6, NONE, 0, STYLE_UNDERLINE},
		[ROLE_FRAME] = {242, NONE, NONE, NONE, 0, 0},
		[ROLE_OK] = {74, NONE, 6, NONE, 0, 0},
		[ROLE_WARN] = {227, NONE, 11, NONE, STYLE_UNDERLINE, STYLE_UNDERLINE},
		[ROLE_CRIT] = {16, 166, 0, 1, STYLE_BOLD, STYLE_BOLD | STYLE_REVERSE},
		[ROLE_STALE] = {248, NONE, NONE, NONE, 0, STYLE_DIM},
		[ROLE_BASELINE] = {245, NONE, 7, NONE, 0, STYLE_DIM},
		[ROLE_CURRENT] = {74, NONE, 6, NONE, 0, 0},
		[ROLE_FLOOR] = {250, NONE, NONE, NONE, 0, 0},
		[ROLE_GRAPH] = {74, NONE, 6, NONE, 0, 0},
		[ROLE_GRAPH2] = {247, NONE, 7, NONE, 0, STYLE_DIM},
		[ROLE_CURSOR] = {NONE, 237, NONE, NONE, STYLE_BOLD, STYLE_REVERSE},
		[ROLE_MATCH] = {16, 227, 0, 3, 0, STYLE_BOLD | STYLE_UNDERLINE},
		[ROLE_BAR] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_KEY] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_KEYTEXT] = {248, NONE, NONE, NONE, 0, 0},
		[ROLE_LIVE] = {74, NONE, 6, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_FROZEN] = {16, 214, 0, 3, STYLE_BOLD, STYLE_BOLD | STYLE_REVERSE},
	},
};
