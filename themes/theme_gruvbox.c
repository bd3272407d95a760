/*
 * The palette of gruvbox (Pavel Pertsev), dark: its own numbers among the 256. Measured on 235, its #282828.
 *
 * ok 109 (blue), warn 214 (yellow), crit a block of its neutral red 124: at least 49 apart (CIE 1976) for normal,
 * protan, deutan and tritan vision. Its bright red as text is only 4.1:1, and its green is its yellow to deutan
 * eyes.
 */
#include "themes/theme.h"

#define NONE COLOR_DEFAULT

const struct theme theme_gruvbox = {
	.name = "gruvbox",
	.about = "warm, after gruvbox dark",
	.ground = 235,
	.ink = 223,
	.styles = {
		[ROLE_TEXT] = {NONE, NONE, NONE, NONE, 0, 0},
		[ROLE_MUTED] = {248, NONE, NONE, NONE, 0, STYLE_DIM},
		[ROLE_TITLE] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_HEADER] = {108, NONE, 6, NONE, 0, STYLE_UNDERLINE},
		[ROLE_FRAME] = {243, NONE, NONE, NONE, 0, 0},
		[ROLE_OK] = {109, NONE, 6, NONE, 0, 0},
		[ROLE_WARN] = {214, NONE, 11, NONE, 0, STYLE_UNDERLINE},
		[ROLE_CRIT] = {229, 124, 0, 1, STYLE_BOLD, STYLE_BOLD | STYLE_REVERSE},
		[ROLE_STALE] = {248, NONE, NONE, NONE, 0, STYLE_DIM},
		[ROLE_BASELINE] = {223, NONE, 7, NONE, 0, STYLE_DIM},
		[ROLE_CURRENT] = {109, NONE, 6, NONE, 0, 0},
		[ROLE_FLOOR] = {250, NONE, NONE, NONE, 0, 0},
		[ROLE_GRAPH] = {109, NONE, 6, NONE, 0, 0},
		[ROLE_GRAPH2] = {223, NONE, 7, NONE, 0, STYLE_DIM},
		[ROLE_CURSOR] = {NONE, 237, NONE, NONE, STYLE_BOLD, STYLE_REVERSE},
		[ROLE_MATCH] = {235, 214, 0, 3, 0, STYLE_BOLD | STYLE_UNDERLINE},
		[ROLE_BAR] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_KEY] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_KEYTEXT] = {248, NONE, NONE, NONE, 0, 0},
		[ROLE_LIVE] = {142, NONE, 6, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_FROZEN] = {235, 208, 0, 3, STYLE_BOLD, STYLE_BOLD | STYLE_REVERSE},
	},
};
