#include "tui/sgr.h"

#include <stdio.h>
#include <string.h>

static const struct look plain = {COLOR_DEFAULT, COLOR_DEFAULT, 0};

void
sgr_init(struct sgr *s)
{
	s->want = s->is = plain;
	s->known = false;
}

/* ---- what curses asks for -------------------------------------------------------------------- */

/* The colour behind "38;5;" or "48;5;"; *i moves to its last number. -1 if it is not of that form. */
static int
indexed(const int *numbers, int n, int *i)
{
	if (*i + 2 >= n || numbers[*i + 1] != 5 || numbers[*i + 2] < 0 || numbers[*i + 2] > 255)
		return COLOR_DEFAULT;
	*i += 2;
	return numbers[*i];
}

static void
note(struct look *want, const int *numbers, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		int k = numbers[i];

		if (k == 0)
			*want = plain;
		else if (k == 1)
			want->attrs |= STYLE_BOLD;
		else if (k == 2)
			want->attrs |= STYLE_DIM;
		else if (k == 4)
			want->attrs |= STYLE_UNDERLINE;
		else if (k == 7)
			want->attrs |= STYLE_REVERSE;
		else if (k == 22)
			want->attrs &= (uint8_t) ~(STYLE_BOLD | STYLE_DIM);
		else if (k == 24)
			want->attrs &= (uint8_t)~STYLE_UNDERLINE;
		else if (k == 27)
			want->attrs &= (uint8_t)~STYLE_REVERSE;
		else if (k >= 30 && k <= 37)
			want->fg = (int16_t)(k - 30);
		else if (k >= 90 && k <= 97)
			want->fg = (int16_t)(k - 90 + 8);
		else if (k >= 40 && k <= 47)
			want->bg = (int16_t)(k - 40);
		else if (k >= 100 && k <= 107)
			want->bg = (int16_t)(k - 100 + 8);
		else if (k == 39)
			want->fg = COLOR_DEFAULT;
		else if (k == 49)
			want->bg = COLOR_DEFAULT;
		else if (k == 38)
			want->fg = (int16_t)indexed(numbers, n, &i);
		else if (k == 48)
			want->bg = (int16_t)indexed(numbers, n, &i);
	}
}

/* The numbers between "ESC [" and "m"; an empty one is 0. */
static void
note_sequence(struct look *want, struct slice params)
{
	int numbers[16], n = 0, k = 0;
	size_t i;

	for (i = 0; i < params.n; i++) {
		if (params.p[i] >= '0' && params.p[i] <= '9' && k < 1000) {
			k = k * 10 + (params.p[i] - '0');
		} else if (n < 15) {
			numbers[n++] = k;
			k = 0;
		}
	}
	numbers[n++] = k;
	note(want, numbers, n);
}

/* ---- what the terminal is told --------------------------------------------------------------- */

struct params {
	char text[64];
	size_t n;
};

static void
put(struct params *p, int number)
{
	p->n += (size_t)snprintf(p->text + p->n, sizeof(p->text) - p->n, "%s%d", p->n ? ";" : "", number);
}

static void
put_color(struct params *p, int color, int base)
{
	if (color == COLOR_DEFAULT)
		put(p, base + 9);
	else if (color < 8)
		put(p, base + color);
	else if (color < 16)
		put(p, base + 60 + color - 8);
	else {
		put(p, base + 8);
		put(p, 5);
		put(p, color);
	}
}

static void
put_attrs(struct params *p, uint8_t attrs)
{
	static const struct {
		uint8_t attr, number;
	} rows[] = {{STYLE_BOLD, 1}, {STYLE_DIM, 2}, {STYLE_UNDERLINE, 4}, {STYLE_REVERSE, 7}};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (attrs & rows[i].attr)
			put(p, rows[i].number);
	}
}

/* From one look to another by what differs. */
static void
differ(struct params *p, struct look from, struct look to)
{
	uint8_t gone = from.attrs & (uint8_t)~to.attrs, come = to.attrs & (uint8_t)~from.attrs;

	if (gone & (STYLE_BOLD | STYLE_DIM)) {
		put(p, 22); /* takes both away */
		come |= to.attrs & (STYLE_BOLD | STYLE_DIM);
	}
	if (gone & STYLE_UNDERLINE)
		put(p, 24);
	if (gone & STYLE_REVERSE)
		put(p, 27);
	put_attrs(p, come);
	if (from.fg != to.fg)
		put_color(p, to.fg, 30);
	if (from.bg != to.bg)
		put_color(p, to.bg, 40);
}

/* The same from scratch. */
static void
restart(struct params *p, struct look to)
{
	put(p, 0);
	put_attrs(p, to.attrs);
	if (to.fg != COLOR_DEFAULT)
		put_color(p, to.fg, 30);
	if (to.bg != COLOR_DEFAULT)
		put_color(p, to.bg, 40);
}

static bool
same(struct look a, struct look b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attrs == b.attrs;
}

static void
tell(struct sgr *s, struct look to, struct textbuf *out)
{
	struct params by_difference = {.n = 0}, afresh = {.n = 0};
	const struct params *shorter = &afresh;

	if (s->known && same(s->is, to))
		return;
	restart(&afresh, to);
	if (s->known) {
		differ(&by_difference, s->is, to);
		if (by_difference.n <= afresh.n)
			shorter = &by_difference;
	}
	textbuf_str(out, "\033[");
	if (!same(to, plain) || shorter != &afresh)
		textbuf_add(out, shorter->text, shorter->n);
	textbuf_str(out, "m");
	s->is = to;
	s->known = true;
}

/* What a blank shows: the ground, a line through it, and the ink where that is the ground or the line. */
static struct look
for_blank(const struct sgr *s)
{
	const uint8_t seen = STYLE_UNDERLINE | STYLE_REVERSE;
	struct look to = s->is;

	if (!s->known)
		return s->want;
	to.bg = s->want.bg;
	to.attrs = (uint8_t)((s->is.attrs & ~seen) | (s->want.attrs & seen));
	if (to.attrs & seen) {
		to.fg = s->want.fg;
		to.attrs = s->want.attrs;
	}
	return to;
}

/* ---- the stream ------------------------------------------------------------------------------ */

/* Length of the sequence that begins with the ESC at p[0]. */
static size_t
sequence_length(const char *p, size_t n)
{
	size_t i = 1;

	if (n > 1 && p[1] == '[') {
		for (i = 2; i < n && (p[i] < 0x40 || p[i] > 0x7e); i++)
			;
	} else {
		while (i < n && p[i] >= 0x20 && p[i] <= 0x2f)
			i++;
	}
	return i < n ? i + 1 : n;
}

/* Erasing, inserting and deleting leave blanks in the current ground; so does a line feed that scrolls. */
static bool
makes_blanks(char final)
{
	return strchr("JKLMPSTX@", final) != NULL;
}

static size_t
squeeze_sequence(struct sgr *s, struct slice bytes, struct textbuf *out)
{
	size_t n = sequence_length(bytes.p, bytes.n);
	bool csi = n > 2 && bytes.p[1] == '[';

	if (csi && bytes.p[n - 1] == 'm') {
		note_sequence(&s->want, slice_make(bytes.p + 2, n - 3));
		return n;
	}
	if (csi && makes_blanks(bytes.p[n - 1]))
		tell(s, for_blank(s), out);
	textbuf_add(out, bytes.p, n);
	return n;
}

void
sgr_squeeze(struct sgr *s, struct slice bytes, struct textbuf *out)
{
	while (bytes.n > 0) {
		unsigned char c = (unsigned char)*bytes.p;
		size_t n = 1;

		if (c == 27) {
			n = squeeze_sequence(s, bytes, out);
		} else {
			if (c == ' ' || c == '\n')
				tell(s, for_blank(s), out);
			else if (c > ' ')
				tell(s, s->want, out);
			textbuf_add(out, bytes.p, 1);
		}
		bytes.p += n;
		bytes.n -= n;
	}
	/* Nothing that happens between frames may be coloured by us. */
	tell(s, for_blank(s), out);
}

void
sgr_tell(struct sgr *s, struct look look, bool blank, struct textbuf *out)
{
	s->want = look;
	tell(s, blank ? for_blank(s) : look, out);
}

void
sgr_assume_plain(struct sgr *s)
{
	s->want = s->is = plain;
	s->known = true;
}

void
sgr_settle(struct sgr *s, struct textbuf *out)
{
	tell(s, s->want, out);
}
