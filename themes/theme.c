#include "themes/theme.h"

#include <stdbool.h>
#include <string.h>

const struct theme *const themes[] = {&theme_dark, &theme_light, &theme_contrast, &theme_contrast_light, &theme_safe,
    &theme_ansi16, &theme_mono, &theme_gruvbox, &theme_solarized, NULL};

const char *const role_names[ROLE_COUNT] = {
	[ROLE_TEXT] = "text",
	[ROLE_MUTED] = "muted",
	[ROLE_TITLE] = "title",
	[ROLE_HEADER] = "header",
	[ROLE_FRAME] = "frame",
	[ROLE_OK] = "ok",
	[ROLE_WARN] = "warn",
	[ROLE_CRIT] = "crit",
	[ROLE_STALE] = "stale",
	[ROLE_BASELINE] = "baseline",
	[ROLE_CURRENT] = "current",
	[ROLE_FLOOR] = "floor",
	[ROLE_GRAPH] = "graph",
	[ROLE_GRAPH2] = "graph2",
	[ROLE_CURSOR] = "cursor",
	[ROLE_MATCH] = "match",
	[ROLE_BAR] = "bar",
	[ROLE_KEY] = "key",
	[ROLE_KEYTEXT] = "keytext",
	[ROLE_LIVE] = "live",
	[ROLE_FROZEN] = "frozen",
};

const struct theme *
theme_find(const char *name)
{
	size_t i;

	for (i = 0; themes[i]; i++) {
		if (strcmp(themes[i]->name, name) == 0)
			return themes[i];
	}
	return NULL;
}

/* A role alone at one depth. */
static struct look
style_look(const struct style *s, enum color_depth depth)
{
	if (depth == DEPTH_256)
		return (struct look){s->fg, s->bg, s->attrs};
	if (depth == DEPTH_16 && (s->fg16 != COLOR_DEFAULT || s->bg16 != COLOR_DEFAULT))
		return (struct look){s->fg16, s->bg16, s->attrs};
	return (struct look){COLOR_DEFAULT, COLOR_DEFAULT, s->attrs_mono};
}

bool
theme_is_quiet(enum role role)
{
	return role == ROLE_MUTED || role == ROLE_FRAME || role == ROLE_FLOOR || role == ROLE_KEYTEXT;
}

/* The look of a role alone, put on a ground. */
static struct look
look_on(const struct theme *t, enum color_depth depth, enum role role, struct look look, uint8_t attrs,
    enum role ground)
{
	struct look below;
	uint8_t reverse;

	look.attrs |= attrs;
	if (ground == ROLE_TEXT || (unsigned)ground >= ROLE_COUNT)
		return look;
	below = style_look(&t->styles[ground], depth);
	/* Dim or grey turned round would be a patch of another ground. */
	if ((below.attrs & STYLE_REVERSE) && theme_is_quiet(role))
		look = (struct look){COLOR_DEFAULT, COLOR_DEFAULT, attrs};
	reverse = (look.attrs ^ below.attrs) & STYLE_REVERSE;
	look.attrs = (uint8_t)(((look.attrs | below.attrs) & ~STYLE_REVERSE) | reverse);
	if (look.bg == COLOR_DEFAULT) {
		look.bg = below.bg;
		if (look.fg == COLOR_DEFAULT)
			look.fg = below.fg;
	}
	return look;
}

struct look
theme_look(const struct theme *t, enum color_depth depth, enum role role, uint8_t attrs, enum role ground)
{
	enum role known = (unsigned)role < ROLE_COUNT ? role : ROLE_TEXT;

	return look_on(t, depth, role, style_look(&t->styles[known], depth), attrs, ground);
}

/* Blocks, squares and braille: ink that is itself the picture. */
static bool
is_picture(uint32_t ch)
{
	return (ch >= 0x2580 && ch <= 0x259f) || ch == 0x25a0 || (ch >= 0x2800 && ch <= 0x28ff);
}

/* What can be seen of a look where the cell is blank: not the ink, unless a line runs through it. */
static struct look
look_blank(struct look look)
{
	look.attrs &= STYLE_REVERSE | STYLE_UNDERLINE;
	if (!look.attrs)
		look.fg = COLOR_DEFAULT;
	return look;
}

struct look
theme_look_cell(const struct theme *t, enum color_depth depth, enum role role, uint8_t attrs, enum role ground,
    uint32_t ch)
{
	struct look look = style_look(&t->styles[(unsigned)role < ROLE_COUNT ? role : ROLE_TEXT], depth);

	if (!is_picture(ch)) {
		look = look_on(t, depth, role, look, attrs, ground);
		return ch == ' ' ? look_blank(look) : look;
	}
	if (look.bg != COLOR_DEFAULT)
		look.fg = look.bg;
	look.bg = COLOR_DEFAULT;
	look.attrs &= (uint8_t)~(STYLE_REVERSE | STYLE_UNDERLINE);
	return look_on(t, depth, role, look, attrs, ground);
}

uint32_t
theme_palette_rgb(int index)
{
	static const uint32_t first[16] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd,
	    0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff};
	static const uint32_t level[6] = {0, 95, 135, 175, 215, 255};

	if (index < 0 || index > 255)
		return 0;
	if (index < 16)
		return first[index];
	if (index >= 232)
		return (uint32_t)(8 + 10 * (index - 232)) * 0x010101;
	index -= 16;
	return level[index / 36] << 16 | level[index / 6 % 6] << 8 | level[index % 6];
}
