/*
 * For eyes that need more: text at 7:1 on black (WCAG 2, level AAA), lines at 4.5:1.
 *
 * ok 81, warn 226, crit a block of 203: at least 53 apart (CIE 1976) for normal, protan, deutan and tritan vision. What
 * is muted is still brighter than elsewhere. The selected row is a block of light, which no screen can swallow.
 */
#include "themes/theme.h"

#define NONE COLOR_DEFAULT

const struct theme theme_contrast = {
	.name = "contrast",
	.about = "high contrast for dark backgrounds: text at 7:1 or more",
	.ground = 16,
	.ink = 231,
	.contrast = 7,
	.styles = {
		[ROLE_TEXT] = {NONE, NONE, NONE, NONE, 0, 0},
		[ROLE_MUTED] = {248, NONE, NONE, NONE, 0, 0},
		[ROLE_TITLE] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_HEADER] = {153, NONE, 14, NONE, STYLE_UNDERLINE, STYLE_UNDERLINE},
		[ROLE_FRAME] = {245, NONE, NONE, NONE, 0, 0},
		[ROLE_OK] = {81, NONE, 14, NONE, 0, 0},
		[ROLE_WARN] = {226, NONE, 11, NONE, STYLE_BOLD, STYLE_UNDERLINE},
		[ROLE_CRIT] = {16, 203, 0, 1, STYLE_BOLD, STYLE_BOLD | STYLE_REVERSE},
		[ROLE_STALE] = {248, NONE, NONE, NONE, STYLE_UNDERLINE, STYLE_DIM},
		[ROLE_BASELINE] = {250, NONE, 7, NONE, 0, STYLE_DIM},
		[ROLE_CURRENT] = {81, NONE, 14, NONE, 0, 0},
		[ROLE_FLOOR] = {231, NONE, NONE, NONE, 0, 0},
		[ROLE_GRAPH] = {81, NONE, 14, NONE, 0, 0},
		[ROLE_GRAPH2] = {248, NONE, 13, NONE, 0, STYLE_DIM},
		[ROLE_CURSOR] = {NONE, NONE, NONE, NONE, STYLE_BOLD | STYLE_REVERSE, STYLE_REVERSE},
		[ROLE_MATCH] = {16, 226, 0, 3, STYLE_BOLD, STYLE_BOLD | STYLE_UNDERLINE},
		[ROLE_BAR] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_KEY] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_KEYTEXT] = {248, NONE, NONE, NONE, 0, 0},
		[ROLE_LIVE] = {81, NONE, 14, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_FROZEN] = {16, 214, 0, 3, STYLE_BOLD, STYLE_BOLD | STYLE_REVERSE},
	},
};
