/*
 * The same on white: text at 7:1 (WCAG 2, level AAA), lines at 4.5:1.
 *
 * ok 20, warn 53, crit a block of 124: at least 54 apart (CIE 1976) for normal, protan, deutan and tritan vision. No
 * brown, orange or yellow that keeps 7:1 on white stays apart from a red, so warnings are purple here.
 */
#include "themes/theme.h"

#define NONE COLOR_DEFAULT

const struct theme theme_contrast_light = {
	.name = "contrast-light",
	.about = "high contrast for light backgrounds: text at 7:1 or more",
	.ground = 231,
	.ink = 16,
	.contrast = 7,
	.styles = {
		[ROLE_TEXT] = {NONE, NONE, NONE, NONE, 0, 0},
		[ROLE_MUTED] = {238, NONE, NONE, NONE, 0, 0},
		[ROLE_TITLE] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_HEADER] = {18, NONE, 4, NONE, STYLE_UNDERLINE, STYLE_UNDERLINE},
		[ROLE_FRAME] = {242, NONE, NONE, NONE, 0, 0},
		[ROLE_OK] = {20, NONE, 4, NONE, 0, 0},
		[ROLE_WARN] = {53, NONE, 5, NONE, STYLE_BOLD, STYLE_UNDERLINE},
		[ROLE_CRIT] = {231, 124, 7, 1, STYLE_BOLD, STYLE_BOLD | STYLE_REVERSE},
		[ROLE_STALE] = {238, NONE, NONE, NONE, STYLE_UNDERLINE, STYLE_DIM},
		[ROLE_BASELINE] = {239, NONE, NONE, NONE, 0, STYLE_DIM},
		[ROLE_CURRENT] = {20, NONE, 4, NONE, 0, 0},
		[ROLE_FLOOR] = {16, NONE, NONE, NONE, 0, 0},
		[ROLE_GRAPH] = {20, NONE, 4, NONE, 0, 0},
		[ROLE_GRAPH2] = {16, NONE, 5, NONE, 0, STYLE_DIM},
		[ROLE_CURSOR] = {NONE, NONE, NONE, NONE, STYLE_BOLD | STYLE_REVERSE, STYLE_REVERSE},
		[ROLE_MATCH] = {16, 226, 0, 3, STYLE_BOLD, STYLE_BOLD | STYLE_UNDERLINE},
		[ROLE_BAR] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_KEY] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_KEYTEXT] = {238, NONE, NONE, NONE, 0, 0},
		[ROLE_LIVE] = {20, NONE, 4, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_FROZEN] = {231, 53, 0, 3, STYLE_BOLD, STYLE_BOLD | STYLE_REVERSE},
	},
};
