/*
 * The terminal's own sixteen colours and no others, for whoever has chosen them: the screen looks like the rest of
 * the desk. What they are cannot be known here; they are measured as xterm has them, on black, and form stands
 * beside colour: a warning is underlined, what is critical a block.
 *
 * Of the sixteen, 1 to 7 alone, since 8 to 15 are greys in some well-known sets (Solarized); without 4, which cannot
 * be read on black in most.
 */
#include "themes/theme.h"

#define NONE COLOR_DEFAULT

const struct theme theme_ansi16 = {
	.name = "ansi16",
	.about = "only the terminal's own sixteen colours",
	.ground = 16,
	.ink = 7,
	.styles = {
		[ROLE_TEXT] = {NONE, NONE, NONE, NONE, 0, 0},
		[ROLE_MUTED] = {NONE, NONE, NONE, NONE, STYLE_DIM, STYLE_DIM},
		[ROLE_TITLE] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_HEADER] = {6, NONE, 6, NONE, 0, STYLE_UNDERLINE},
		[ROLE_FRAME] = {NONE, NONE, NONE, NONE, STYLE_DIM, 0},
		[ROLE_OK] = {6, NONE, 6, NONE, 0, 0},
		[ROLE_WARN] = {3, NONE, 3, NONE, STYLE_UNDERLINE, STYLE_UNDERLINE},
		[ROLE_CRIT] = {7, 1, 7, 1, STYLE_BOLD, STYLE_BOLD | STYLE_REVERSE},
		[ROLE_STALE] = {NONE, NONE, NONE, NONE, STYLE_DIM, STYLE_DIM},
		[ROLE_BASELINE] = {NONE, NONE, NONE, NONE, STYLE_DIM, STYLE_DIM},
		[ROLE_CURRENT] = {6, NONE, 6, NONE, 0, 0},
		[ROLE_FLOOR] = {NONE, NONE, NONE, NONE, 0, 0},
		[ROLE_GRAPH] = {6, NONE, 6, NONE, 0, 0},
		[ROLE_GRAPH2] = {5, NONE, 5, NONE, 0, STYLE_DIM},
		[ROLE_CURSOR] = {NONE, NONE, NONE, NONE, STYLE_REVERSE, STYLE_REVERSE},
		[ROLE_MATCH] = {0, 3, 0, 3, 0, STYLE_BOLD | STYLE_UNDERLINE},
		[ROLE_BAR] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_KEY] = {NONE, NONE, NONE, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_KEYTEXT] = {NONE, NONE, NONE, NONE, STYLE_DIM, 0},
		[ROLE_LIVE] = {6, NONE, 6, NONE, STYLE_BOLD, STYLE_BOLD},
		[ROLE_FROZEN] = {0, 3, 0, 3, STYLE_BOLD, STYLE_BOLD | STYLE_REVERSE},
	},
};
