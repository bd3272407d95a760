/*
 * The palette of Solarized (Ethan Schoonover), dark: its own numbers among the 256. Measured on 234, its base03.
 *
 * ok 33 (blue), warn 136 (yellow), crit base3 on 125 (magenta): at least 44 apart (CIE 1976) for normal, protan,
 * deutan and tritan vision; its yellow, orange and red are one colour to deutan eyes. What it means for secondary
 * text (base01, base00) is below 4.5:1, so muted is base1; and on its base02 nothing is readable but the lightest,
 * so the selected row is reversed.
 */
#include "themes/theme.h"

#define NONE COLOR_DEFAULT

const struct theme theme_solarized = {
	.name = "solarized",
	.about = "after Solarized dark",
	.ground = 234,
	.ink = 254,
	.styles = {
		[ROLE_TEXT] = {NONE, NONE, NONE, NONE, 0, 0},
		[ROLE_MUTED] = {245, NONE, NONE, NONE, 0, STYLE_DIM},
		[ROLE_TITLE] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_HEADER] = {37, NONE, 6, NONE, 0, STYLE_UNDERLINE},
		[ROLE_FRAME] = {244, NONE, NONE, NONE, 0, 0},
		[ROLE_OK] = {33, NONE, 6, NONE, 0, 0},
		[ROLE_WARN] = {136, NONE, 3, NONE, 0, STYLE_UNDERLINE},
		[ROLE_CRIT] = {230, 125, 0, 1, STYLE_BOLD, STYLE_BOLD | STYLE_REVERSE},
		[ROLE_STALE] = {245, NONE, NONE, NONE, 0, STYLE_DIM},
		[ROLE_BASELINE] = {245, NONE, 7, NONE, 0, STYLE_DIM},
		[ROLE_CURRENT] = {33, NONE, 6, NONE, 0, 0},
		[ROLE_FLOOR] = {254, NONE, NONE, NONE, 0, 0},
		[ROLE_GRAPH] = {33, NONE, 6, NONE, 0, 0},
		[ROLE_GRAPH2] = {254, NONE, 7, NONE, 0, STYLE_DIM},
		[ROLE_CURSOR] = {NONE, NONE, NONE, NONE, STYLE_REVERSE, STYLE_REVERSE},
		[ROLE_MATCH] = {234, 136, 0, 3, 0, STYLE_BOLD | STYLE_UNDERLINE},
		[ROLE_BAR] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_KEY] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_KEYTEXT] = {245, NONE, NONE, NONE, 0, 0},
		[ROLE_LIVE] = {33, NONE, 6, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_FROZEN] = {230, 61, 0, 3, STYLE_BOLD, STYLE_BOLD | STYLE_REVERSE},
	},
};
