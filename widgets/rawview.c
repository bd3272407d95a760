/*
 * A pretty printer that needs no parser: it follows brackets, commas and quotes and trusts nothing. What is not JSON
 * has no brackets to follow and comes out as it is, wrapped. Nothing is stored: lines outside the window are counted,
 * not painted.
 */
#include "widgets/rawview.h"

#include <stdio.h>

#include "widgets/charset.h"

#define RAWVIEW_INDENT 2
#define RAWVIEW_DEPTH_MAX 32

struct rawview {
	struct grid *g;
	struct rect r;
	size_t line, top;
	size_t named, found; /* lines of the first member of that name, of the first occurrence; SIZE_MAX: none */
	int col, indent;
};

static void
rawview_newline(struct rawview *v)
{
	v->line++;
	v->col = v->indent;
}

static void
rawview_piece(struct rawview *v, enum role role, const char *text, size_t n, uint8_t attrs)
{
	struct slice s = {text, n};
	int width = grid_text_width(s);

	if (v->col + width > v->r.cols && v->col > v->indent)
		rawview_newline(v);
	if (v->line >= v->top && v->line - v->top < (size_t)(v->r.rows > 0 ? v->r.rows : 0)) {
		int row = (int)(v->line - v->top);

		grid_text(v->g, v->r, row, v->col, role, s, FIT_CUT);
		if (attrs)
			grid_attr(v->g, v->r, row, v->col, width, attrs);
	}
	v->col += width;
}

/* One character of text; what cannot be shown as itself is shown as the bytes it is made of. */
static void
rawview_char(struct rawview *v, enum role role, struct slice *text, uint8_t attrs)
{
	struct slice from = *text;
	uint32_t ch = charset_decode(text);
	char hex[8];

	if (ch == '\t') {
		rawview_piece(v, role, " ", 1, attrs);
		return;
	}
	if (ch < 0x110000 && charset_width(ch) > 0) {
		rawview_piece(v, role, from.p, from.n - text->n, attrs);
		return;
	}
	for (size_t i = 0; i < from.n - text->n; i++) {
		snprintf(hex, sizeof hex, "\\x%02x", (unsigned)(unsigned char)from.p[i]);
		rawview_piece(v, ROLE_WARN, hex, 4, 0);
	}
}

static char
rawview_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
rawview_matches(struct slice text, struct slice needle)
{
	if (needle.n == 0 || needle.n > text.n)
		return false;
	for (size_t i = 0; i < needle.n; i++)
		if (rawview_lower(text.p[i]) != rawview_lower(needle.p[i]))
			return false;
	return true;
}

/* Bytes of a string token from its opening quote on, both quotes included where they are there. */
static size_t
rawview_string(struct slice raw)
{
	size_t i = 1;

	while (i < raw.n && raw.p[i] != '"')
		i += raw.p[i] == '\\' && i + 1 < raw.n ? 2 : 1;
	return i < raw.n ? i + 1 : raw.n;
}

/* Whether a bracket's content holds no other bracket and is short enough to stay in the line; its bytes, or 0. */
static size_t
rawview_inline(struct slice raw, int room)
{
	char close = raw.p[0] == '[' ? ']' : '}';

	for (size_t i = 1; i < raw.n && (int)i < room; i++) {
		if (raw.p[i] == '"') {
			i += rawview_string((struct slice){raw.p + i, raw.n - i}) - 1;
			continue;
		}
		if (raw.p[i] == close)
			return raw.p[0] == '[' || i == 1 ? i + 1 : 0;
		if (raw.p[i] == '[' || raw.p[i] == '{' || raw.p[i] == ']' || raw.p[i] == '}')
			return 0;
	}
	return 0;
}

static void
rawview_text(struct rawview *v, enum role role, struct slice text, struct slice needle)
{
	size_t lit = 0; /* bytes still to be picked out */

	while (text.n > 0) {
		size_t before = text.n;

		if (lit == 0 && rawview_matches(text, needle)) {
			lit = needle.n;
			v->found = v->found < v->line ? v->found : v->line;
		}
		rawview_char(v, lit > 0 ? ROLE_MATCH : role, &text, 0);
		lit = lit > before - text.n ? lit - (before - text.n) : 0;
	}
}

static bool
rawview_is_key(struct slice rest)
{
	while (rest.n > 0 && (rest.p[0] == ' ' || rest.p[0] == '\t')) {
		rest.p++;
		rest.n--;
	}
	return rest.n > 0 && rest.p[0] == ':';
}

/* A bracket, comma or colon outside strings, with the line breaks that go with it. Returns the bytes taken. */
static size_t
rawview_mark(struct rawview *v, struct slice raw, int *depth)
{
	char c = raw.p[0];
	size_t whole;

	if (c == '{' || c == '[') {
		whole = rawview_inline(raw, v->r.cols - v->col);
		if (whole > 0) {
			rawview_text(v, ROLE_TEXT, (struct slice){raw.p, whole}, (struct slice){NULL, 0});
			return whole;
		}
	}
	if (c == '}' || c == ']') {
		*depth -= *depth > 0;
		v->indent = RAWVIEW_INDENT * (*depth < RAWVIEW_DEPTH_MAX ? *depth : RAWVIEW_DEPTH_MAX);
		rawview_newline(v);
	}
	rawview_piece(v, ROLE_MUTED, &c, 1, 0);
	if (c == '{' || c == '[') {
		++*depth;
		v->indent = RAWVIEW_INDENT * (*depth < RAWVIEW_DEPTH_MAX ? *depth : RAWVIEW_DEPTH_MAX);
		rawview_newline(v);
	} else if (c == ',') {
		rawview_newline(v);
	} else if (c == ':') {
		rawview_piece(v, ROLE_MUTED, " ", 1, 0);
	}
	return 1;
}

static bool
rawview_is_json(struct slice raw)
{
	size_t i = 0;

	while (i < raw.n && (raw.p[i] == ' ' || raw.p[i] == '\t' || raw.p[i] == '\n'))
		i++;
	return i < raw.n && (raw.p[i] == '{' || raw.p[i] == '[');
}

/* A string: of a member its name, or a value. */
static size_t
rawview_quoted(struct rawview *v, struct slice raw, struct slice needle)
{
	size_t n = rawview_string(raw);
	bool key = rawview_is_key((struct slice){raw.p + n, raw.n - n});
	size_t line = v->line;

	if (key && needle.n > 0 && n == needle.n + 2 && rawview_matches((struct slice){raw.p + 1, needle.n}, needle))
		v->named = v->named < line ? v->named : line;
	rawview_text(v, key ? ROLE_TITLE : ROLE_TEXT, (struct slice){raw.p, n}, needle);
	return n;
}

static void
rawview_run(struct rawview *v, struct slice raw, struct slice needle)
{
	int depth = 0;

	if (!rawview_is_json(raw)) {
		rawview_text(v, ROLE_TEXT, raw, needle);
		return;
	}
	while (raw.n > 0) {
		size_t n = 1;

		if (raw.p[0] == '"') {
			n = rawview_quoted(v, raw, needle);
		} else if (strchr("{}[],:", raw.p[0]) && raw.p[0] != '\0') {
			n = rawview_mark(v, raw, &depth);
		} else if (!strchr(" \t\r\n", raw.p[0]) || raw.p[0] == '\0') {
			while (n < raw.n && !strchr("{}[],:\" \t\r\n", raw.p[n]))
				n++;
			rawview_text(v, ROLE_TEXT, (struct slice){raw.p, n}, needle);
		}
		raw.p += n;
		raw.n -= n;
	}
}

size_t
rawview_paint(struct grid *g, struct rect r, struct slice raw, size_t top, struct slice needle)
{
	struct rawview v = {g, r, 0, top, SIZE_MAX, SIZE_MAX, 0, 0};

	if (r.cols < 1 || raw.n == 0)
		return 0;
	rawview_run(&v, raw, needle);
	return v.line + 1;
}

size_t
rawview_find(int cols, struct slice raw, struct slice needle)
{
	struct rawview v = {NULL, {0, 0, 0, cols}, 0, 0, SIZE_MAX, SIZE_MAX, 0, 0};

	if (cols < 1 || raw.n == 0)
		return SIZE_MAX;
	rawview_run(&v, raw, needle);
	return v.named != SIZE_MAX ? v.named : v.found;
}

static void
rawview_specimen(struct grid *g, struct rect r, enum specimen kind)
{
	static const char typical[] =
	    "{\"ts\":991353900000,\"id\":\"a-1\",\"features\":{\"distance\":145,\"tags\":[1,2,3],"
	    "\"origin\":\"BOS\",\"empty\":{}},\"score\":0.72,\"error\":null}";
	static const char broken[] = "{\"a\x1b[2J\":[[[[{]}}}}]]\"\\\"\xff\xfe,:{\"unclosed";

	if (kind == SPECIMEN_TYPICAL)
		rawview_paint(g, r, slice_of(typical), 0, slice_of("bos"));
	else if (kind == SPECIMEN_HOSTILE)
		rawview_paint(g, r, slice_make(broken, sizeof broken - 1), 1, slice_of("\""));
	else
		rawview_paint(g, r, specimen_text(kind), 0, slice_of("name"));
}

const struct widget rawview_widget = {"rawview", "an event as it came", rawview_specimen};
