/*
 * Without colour: for NO_COLOR, for terminals of one colour, and for whoever wants calm. Severities differ by
 * attribute: plain, underlined, bold and reversed; what is muted or stale is dim.
 */
#include "themes/theme.h"

#define PLAIN(attrs) {COLOR_DEFAULT, COLOR_DEFAULT, COLOR_DEFAULT, COLOR_DEFAULT, (attrs), (attrs)}

const struct theme theme_mono = {
	.name = "mono",
	.about = "no colours at all: bold, underline, reverse and dim",
	.ground = 231,
	.ink = 16,
	.styles = {
		[ROLE_TEXT] = PLAIN(0),
		[ROLE_MUTED] = PLAIN(STYLE_DIM),
		[ROLE_TITLE] = PLAIN(STYLE_BOLD),
		[ROLE_HEADER] = PLAIN(STYLE_UNDERLINE),
		[ROLE_FRAME] = PLAIN(0),
		[ROLE_OK] = PLAIN(0),
		[ROLE_WARN] = PLAIN(STYLE_UNDERLINE),
		[ROLE_CRIT] = PLAIN(STYLE_BOLD | STYLE_REVERSE),
		[ROLE_STALE] = PLAIN(STYLE_DIM),
		[ROLE_BASELINE] = PLAIN(STYLE_DIM),
		[ROLE_CURRENT] = PLAIN(0),
		[ROLE_FLOOR] = PLAIN(0),
		[ROLE_GRAPH] = PLAIN(0),
		[ROLE_GRAPH2] = PLAIN(STYLE_DIM),
		[ROLE_CURSOR] = PLAIN(STYLE_REVERSE),
		[ROLE_MATCH] = PLAIN(STYLE_BOLD | STYLE_UNDERLINE),
		[ROLE_BAR] = PLAIN(STYLE_BOLD),
		[ROLE_KEY] = PLAIN(STYLE_BOLD),
		[ROLE_KEYTEXT] = PLAIN(0),
		[ROLE_LIVE] = PLAIN(STYLE_BOLD),
		[ROLE_FROZEN] = PLAIN(STYLE_BOLD | STYLE_REVERSE),
	},
};
