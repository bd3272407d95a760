/*
 * For light terminals, measured on white.
 *
 * ok 25, warn 94, crit 161: at least 31 apart (CIE 1976) for normal, protan, deutan and tritan vision. An orange and a
 * red bright enough to look like themselves on white become one colour under deuteranopia; a crimson does not, but is
 * too light to be text on the selected row. So what is critical is a block: the first thing that is seen on a white
 * screen, where a dark text among dark texts would be the last. On the 16 colours: blue, magenta, red, since cyan and
 * yellow vanish on white.
 */
#include "themes/theme.h"

#define NONE COLOR_DEFAULT

const struct theme theme_light = {
	.name = "light",
	.about = "for light backgrounds; severities safe for colour-blind eyes",
	.ground = 231,
	.ink = 235,
	.styles = {
		[ROLE_TEXT] = {NONE, NONE, NONE, NONE, 0, 0},
		[ROLE_MUTED] = {241, NONE, NONE, NONE, 0, STYLE_DIM},
		[ROLE_TITLE] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_HEADER] = {24, NONE, 4, NONE, 0, STYLE_UNDERLINE},
		[ROLE_FRAME] = {246, NONE, NONE, NONE, 0, 0},
		[ROLE_OK] = {25, NONE, 4, NONE, 0, 0},
		[ROLE_WARN] = {94, NONE, 5, NONE, 0, STYLE_UNDERLINE},
		[ROLE_CRIT] = {231, 161, 7, 1, STYLE_BOLD, STYLE_BOLD | STYLE_REVERSE},
		[ROLE_STALE] = {241, NONE, NONE, NONE, 0, STYLE_DIM},
		[ROLE_BASELINE] = {243, NONE, NONE, NONE, 0, STYLE_DIM},
		[ROLE_CURRENT] = {25, NONE, 4, NONE, 0, 0},
		[ROLE_FLOOR] = {240, NONE, NONE, NONE, 0, 0},
		[ROLE_GRAPH] = {25, NONE, 4, NONE, 0, 0},
		[ROLE_GRAPH2] = {53, NONE, 5, NONE, 0, STYLE_DIM},
		[ROLE_CURSOR] = {NONE, 254, NONE, NONE, STYLE_BOLD, STYLE_REVERSE},
		[ROLE_MATCH] = {16, 222, 0, 3, 0, STYLE_BOLD | STYLE_UNDERLINE},
		[ROLE_BAR] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_KEY] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_KEYTEXT] = {241, NONE, NONE, NONE, 0, 0},
		[ROLE_LIVE] = {25, NONE, 4, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_FROZEN] = {231, 94, 0, 3, STYLE_BOLD, STYLE_BOLD | STYLE_REVERSE},
	},
};
