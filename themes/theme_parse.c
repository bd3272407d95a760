#include "themes/theme_parse.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "themes/theme_measure.h"

/* Where a look holds: with 256 colours and, as far as it can, below; with 16; without any. */
enum depth_said { SAID_ALL, SAID_16, SAID_MONO, SAID_DEPTHS };

enum setting { SETTING_BASE, SETTING_ABOUT, SETTING_GROUND, SETTING_INK, SETTINGS };

const char *const theme_parse_settings[] = {"base", "about", "ground", "ink", NULL};

static const char *const colors[] = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
    "bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan",
    "bright-white"};

const char *const theme_parse_words[] = {"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
    "bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan",
    "bright-white", "default", "on", "plain", "bold", "reverse", "underline", "dim", NULL};

static const struct {
	const char *name;
	uint8_t attr;
} attributes[] = {
    {"plain", 0}, {"bold", STYLE_BOLD}, {"reverse", STYLE_REVERSE}, {"underline", STYLE_UNDERLINE}, {"dim", STYLE_DIM}};

struct word {
	const char *p;
	size_t n;
};

struct look_said {
	int16_t fg, bg;
	uint8_t attrs;
	bool has_color, has_attr;
};

struct parser {
	struct theme_own *out;
	struct theme_fault *fault;
	unsigned line;
	struct word name; /* of this line */
	bool said[SAID_DEPTHS][ROLE_COUNT];
	bool set[SETTINGS];
	bool any; /* something but the base and the description was said */
};

/* ---- words ----------------------------------------------------------------------------------- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int
hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool
is_word(struct word w, const char *name)
{
	return strlen(name) == w.n && memcmp(w.p, name, w.n) == 0;
}

static struct word
trim(struct word w)
{
	while (w.n && is_blank(w.p[0])) {
		w.p++;
		w.n--;
	}
	while (w.n && is_blank(w.p[w.n - 1]))
		w.n--;
	return w;
}

/* Takes the next word off *rest; of no bytes at the end. */
static struct word
next_word(struct word *rest)
{
	struct word w;

	*rest = trim(*rest);
	w = (struct word){rest->p, 0};
	while (w.n < rest->n && !is_blank(rest->p[w.n]))
		w.n++;
	rest->p += w.n;
	rest->n -= w.n;
	return w;
}

static void
put_word(char out[THEME_WORD_BYTES], struct word w)
{
	size_t n = w.n < THEME_WORD_BYTES - 1 ? w.n : THEME_WORD_BYTES - 1;

	if (n)
		memcpy(out, w.p, n);
	out[n] = '\0';
}

static bool
fail(const struct parser *p, enum theme_fault_kind kind, struct word word)
{
	p->fault->kind = kind;
	p->fault->line = p->line;
	put_word(p->fault->name, p->name);
	put_word(p->fault->word, word);
	return false;
}

/* ---- looks ----------------------------------------------------------------------------------- */

/* "#" alone, or with anything behind it that is no letter or digit: the rest of the line is for people. */
static bool
is_comment(struct word w)
{
	char next = w.n > 1 ? w.p[1] : ' ';

	if (!w.n || w.p[0] != '#')
		return false;
	return !(is_digit(next) || (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z'));
}

static bool
parse_hex(const struct parser *p, struct word w, int16_t *out)
{
	uint32_t rgb = 0;
	size_t i;

	for (i = 1; i < w.n && i < 8; i++) {
		int digit = hex_digit(w.p[i]);

		if (digit < 0)
			return fail(p, THEME_FAULT_HEX, w);
		rgb = rgb << 4 | (uint32_t)digit;
	}
	if (w.n != 7)
		return fail(p, THEME_FAULT_HEX, w);
	*out = (int16_t)theme_measure_nearest(rgb);
	return true;
}

static bool
parse_number(const struct parser *p, struct word w, int16_t *out)
{
	int value = 0;
	size_t i;

	for (i = 0; i < w.n; i++) {
		if (!is_digit(w.p[i]))
			return fail(p, THEME_FAULT_WORD, w);
		value = 10 * value + (w.p[i] - '0');
		if (value > 255)
			return fail(p, THEME_FAULT_NUMBER, w);
	}
	*out = (int16_t)value;
	return true;
}

static bool
parse_color(const struct parser *p, struct word w, int16_t *out)
{
	size_t i;

	if (w.p[0] == '#')
		return parse_hex(p, w, out);
	if (is_digit(w.p[0]))
		return parse_number(p, w, out);
	*out = COLOR_DEFAULT;
	if (is_word(w, "default"))
		return true;
	for (i = 0; i < sizeof(colors) / sizeof(colors[0]); i++) {
		if (is_word(w, colors[i])) {
			*out = (int16_t)i;
			return true;
		}
	}
	return fail(p, THEME_FAULT_WORD, w);
}

static bool
take_attribute(struct look_said *look, struct word w)
{
	size_t i;

	for (i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
		if (is_word(w, attributes[i].name)) {
			look->attrs |= attributes[i].attr;
			look->has_attr = true;
			return true;
		}
	}
	return false;
}

/* What may stand behind "@16", "@mono". */
static bool
suits_depth(const struct parser *p, enum depth_said depth, const struct look_said *look, struct word w)
{
	if (depth == SAID_MONO && look->has_color)
		return fail(p, THEME_FAULT_COLOR, w);
	if (depth == SAID_16 && look->has_attr)
		return fail(p, THEME_FAULT_ATTRIBUTE, w);
	if (depth == SAID_16 && (look->fg > 15 || look->bg > 7))
		return fail(p, THEME_FAULT_SIXTEEN, w);
	return true;
}

/* [COLOR] [on COLOR] [ATTRIBUTE...] */
static bool
parse_look(const struct parser *p, struct word text, enum depth_said depth, struct look_said *look)
{
	bool has_fg = false, has_on = false;
	struct word w;

	*look = (struct look_said){COLOR_DEFAULT, COLOR_DEFAULT, 0, false, false};
	for (w = next_word(&text); w.n && !is_comment(w); w = next_word(&text)) {
		if (is_word(w, "on")) {
			w = next_word(&text);
			if (has_on || !w.n || is_comment(w))
				return fail(p, THEME_FAULT_ON, w);
			has_on = look->has_color = true;
			if (!parse_color(p, w, &look->bg))
				return false;
		} else if (!take_attribute(look, w)) {
			int16_t color;

			if (!parse_color(p, w, &color))
				return false;
			if (has_fg || has_on)
				return fail(p, THEME_FAULT_COLORS, w);
			has_fg = look->has_color = true;
			look->fg = color;
		}
		if (!suits_depth(p, depth, look, w))
			return false;
	}
	if (!look->has_color && !look->has_attr)
		return fail(p, THEME_FAULT_EMPTY, (struct word){NULL, 0});
	return true;
}

/* ---- lines ----------------------------------------------------------------------------------- */

/*
 * A look with colours of the first sixteen, or without colours, is one for fewer colours as well; one of the others
 * leaves what the base has there. What is said for a depth alone wins wherever it stands.
 */
static void
set_look(struct parser *p, enum role role, enum depth_said depth, const struct look_said *look)
{
	struct style *s = &p->out->theme.styles[role];

	if (depth == SAID_MONO) {
		s->attrs_mono = look->attrs;
		return;
	}
	if (depth == SAID_ALL) {
		s->fg = look->fg;
		s->bg = look->bg;
		s->attrs = look->attrs;
		if (!look->has_color && !p->said[SAID_MONO][role])
			s->attrs_mono = look->attrs;
	}
	if (depth == SAID_16 || (look->fg < 16 && look->bg < 8 && !p->said[SAID_16][role])) {
		s->fg16 = look->fg;
		s->bg16 = look->bg;
	}
}

static bool
parse_role(struct parser *p, enum role role, struct word suffix, struct word text)
{
	enum depth_said depth = SAID_ALL;
	struct look_said look;

	if (suffix.n) {
		suffix.p++;
		suffix.n--;
		if (!is_word(suffix, "16") && !is_word(suffix, "mono"))
			return fail(p, THEME_FAULT_DEPTH, suffix);
		depth = is_word(suffix, "16") ? SAID_16 : SAID_MONO;
	}
	if (p->said[depth][role])
		return fail(p, THEME_FAULT_TWICE, p->name);
	if (role == ROLE_TEXT)
		return fail(p, THEME_FAULT_TEXT, p->name);
	if (!parse_look(p, text, depth, &look))
		return false;
	set_look(p, role, depth, &look);
	p->said[depth][role] = p->any = true;
	return true;
}

static bool
parse_base(struct parser *p, struct word text)
{
	struct word w = next_word(&text), more = next_word(&text);
	struct theme *t = &p->out->theme;
	size_t i;

	if (!w.n || is_comment(w))
		return fail(p, THEME_FAULT_EMPTY, w);
	if (more.n && !is_comment(more))
		return fail(p, THEME_FAULT_BASE, more);
	for (i = 0; themes[i] && !is_word(w, themes[i]->name); i++)
		;
	if (!themes[i])
		return fail(p, THEME_FAULT_BASE, w);
	if (p->any)
		return fail(p, THEME_FAULT_BASE_LATE, w);
	*t = *themes[i];
	t->name = p->out->name;
	t->about = p->out->about;
	t->contrast = 0; /* promised by the base, not by what is made of it */
	return true;
}

static bool
parse_about(struct parser *p, struct word text)
{
	size_t n;

	text = trim(text);
	if (!text.n)
		return fail(p, THEME_FAULT_EMPTY, text);
	n = text.n < THEME_ABOUT_BYTES - 1 ? text.n : THEME_ABOUT_BYTES - 1;
	memcpy(p->out->about, text.p, n);
	p->out->about[n] = '\0';
	return true;
}

static bool
parse_one_color(struct parser *p, int16_t *out, struct word text)
{
	struct look_said look;

	if (!parse_look(p, text, SAID_ALL, &look))
		return false;
	if (look.fg == COLOR_DEFAULT || look.bg != COLOR_DEFAULT || look.has_attr)
		return fail(p, THEME_FAULT_ONE_COLOR, trim(text));
	*out = look.fg;
	p->any = true;
	return true;
}

static bool
parse_setting(struct parser *p, enum setting setting, struct word text)
{
	if (p->set[setting])
		return fail(p, THEME_FAULT_TWICE, p->name);
	p->set[setting] = true;
	switch (setting) {
	case SETTING_BASE:
		return parse_base(p, text);
	case SETTING_ABOUT:
		return parse_about(p, text);
	case SETTING_GROUND:
		return parse_one_color(p, &p->out->theme.ground, text);
	default:
		return parse_one_color(p, &p->out->theme.ink, text);
	}
}

static bool
parse_line(struct parser *p, struct word line)
{
	const char *equals, *at;
	struct word name, value, suffix = {NULL, 0};
	size_t i;

	p->name = (struct word){NULL, 0};
	line = trim(line);
	if (!line.n || line.p[0] == '#')
		return true;
	equals = memchr(line.p, '=', line.n);
	if (!equals)
		return fail(p, THEME_FAULT_FORM, line);
	name = trim((struct word){line.p, (size_t)(equals - line.p)});
	value = (struct word){equals + 1, line.n - (size_t)(equals + 1 - line.p)};
	p->name = name;
	for (i = 0; i < SETTINGS; i++) {
		if (is_word(name, theme_parse_settings[i]))
			return parse_setting(p, (enum setting)i, value);
	}
	at = name.n ? memchr(name.p, '@', name.n) : NULL;
	if (at) {
		suffix = (struct word){at, name.n - (size_t)(at - name.p)};
		name.n -= suffix.n;
	}
	for (i = 0; i < ROLE_COUNT; i++) {
		if (is_word(name, role_names[i]))
			return parse_role(p, (enum role)i, suffix, value);
	}
	return fail(p, name.n ? THEME_FAULT_NAME : THEME_FAULT_FORM, name.n ? name : line);
}

static bool
is_text(char c)
{
	return (unsigned char)c >= 0x20 ? c != 0x7f : c == '\t' || c == '\r' || c == '\n';
}

bool
theme_parse(struct theme_own *out, const char *name, const char *text, size_t n, struct theme_fault *fault)
{
	struct parser p = {.out = out, .fault = fault};
	size_t at = 0, i;

	*fault = (struct theme_fault){.kind = THEME_FAULT_NONE};
	out->theme = *themes[0];
	snprintf(out->name, sizeof(out->name), "%s", name);
	out->about[0] = '\0';
	out->theme.name = out->name;
	out->theme.about = out->about;
	if (n > THEME_TEXT_BYTES_MAX)
		return fail(&p, THEME_FAULT_SIZE, p.name);
	if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		at = 3;
	while (at < n) {
		const char *end = memchr(text + at, '\n', n - at);
		struct word line = {text + at, end ? (size_t)(end - text) - at : n - at};

		p.line++;
		p.name.n = 0;
		at += line.n + 1;
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		for (i = 0; i < line.n; i++) {
			if (!is_text(line.p[i]) || line.p[i] == '\r')
				return fail(&p, THEME_FAULT_BYTE, p.name);
		}
		if (!parse_line(&p, line))
			return false;
	}
	return true;
}

void
theme_own_copy(struct theme_own *to, const struct theme_own *from)
{
	*to = *from;
	to->theme.name = to->name;
	to->theme.about = to->about;
}
