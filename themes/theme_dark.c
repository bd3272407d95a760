/*
 * For dark terminals, measured on #1c1c1c (contrast on black is higher).
 *
 * ok 75, warn 228, crit a block of 160: at least 47 apart (CIE 1976) for normal, protan, deutan and tritan vision,
 * where the usual green, yellow and red come as close as 6. No red that can be read as text on a dark ground is as
 * loud as a yellow beside it, hence the block. The grey 248 is the darkest that keeps 4.5:1 on the selected row too.
 */
#include "themes/theme.h"

#define NONE COLOR_DEFAULT

const struct theme theme_dark = {
	.name = "dark",
	.about = "for dark backgrounds; severities safe for colour-blind eyes",
	.ground = 234,
	.ink = 252,
	.styles = {
		[ROLE_TEXT] = {NONE, NONE, NONE, NONE, 0, 0},
		[ROLE_MUTED] = {248, NONE, NONE, NONE, 0, STYLE_DIM},
		[ROLE_TITLE] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_HEADER] = {110, NONE, 6, NONE, 0, STYLE_UNDERLINE},
		[ROLE_FRAME] = {242, NONE, NONE, NONE, 0, 0},
		[ROLE_OK] = {75, NONE, 6, NONE, 0, 0},
		[ROLE_WARN] = {228, NONE, 11, NONE, 0, STYLE_UNDERLINE},
		[ROLE_CRIT] = {231, 160, 7, 1, STYLE_BOLD, STYLE_BOLD | STYLE_REVERSE},
		[ROLE_STALE] = {248, NONE, NONE, NONE, 0, STYLE_DIM},
		[ROLE_BASELINE] = {245, NONE, 7, NONE, 0, STYLE_DIM},
		[ROLE_CURRENT] = {75, NONE, 6, NONE, 0, 0},
		[ROLE_FLOOR] = {250, NONE, NONE, NONE, 0, 0},
		[ROLE_GRAPH] = {75, NONE, 6, NONE, 0, 0},
		[ROLE_GRAPH2] = {218, NONE, 5, NONE, 0, STYLE_DIM},
		[ROLE_CURSOR] = {NONE, 237, NONE, NONE, STYLE_BOLD, STYLE_REVERSE},
		[ROLE_MATCH] = {16, 222, 0, 3, 0, STYLE_BOLD | STYLE_UNDERLINE},
		[ROLE_BAR] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_KEY] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_KEYTEXT] = {248, NONE, NONE, NONE, 0, 0},
		[ROLE_LIVE] = {75, NONE, 6, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_FROZEN] = {16, 214, 0, 3, STYLE_BOLD, STYLE_BOLD | STYLE_REVERSE},
	},
};
