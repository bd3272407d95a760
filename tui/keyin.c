#include "tui/keyin.h"

#include <stdlib.h>
#include <string.h>

#include "tui/key.h"
#include "widgets/charset.h"

#define ESC '\033'
#define SLOW_MS 1000  /* for a sequence whose end does not come */
#define PASTE_MS 3000 /* of silence, for a paste whose end does not come */

/* CSI sequences that end in a letter, and the same letters behind SS3 (application mode). */
static const struct letter_row {
	char letter;
	uint32_t code;
} letters[] = {
    {'A', KEYCODE_UP},
    {'B', KEYCODE_DOWN},
    {'C', KEYCODE_RIGHT},
    {'D', KEYCODE_LEFT},
    {'H', KEYCODE_HOME},
    {'F', KEYCODE_END},
    {'Z', KEYCODE_BACKTAB},
    {'P', KEYCODE_F1},
    {'Q', KEYCODE_F2},
    {'R', KEYCODE_F3},
    {'S', KEYCODE_F4},
    {'M', KEYCODE_ENTER},
};

/* CSI number ~ */
static const struct tilde_row {
	unsigned number;
	uint32_t code;
} tildes[] = {
    {1, KEYCODE_HOME},
    {2, KEYCODE_INSERT},
    {3, KEYCODE_DELETE},
    {4, KEYCODE_END},
    {5, KEYCODE_PGUP},
    {6, KEYCODE_PGDN},
    {7, KEYCODE_HOME},
    {8, KEYCODE_END},
    {11, KEYCODE_F1},
    {12, KEYCODE_F2},
    {13, KEYCODE_F3},
    {14, KEYCODE_F4},
    {15, KEYCODE_F5},
    {17, KEYCODE_F6},
    {18, KEYCODE_F7},
    {19, KEYCODE_F8},
    {20, KEYCODE_F9},
    {21, KEYCODE_F10},
    {23, KEYCODE_F11},
    {24, KEYCODE_F12},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

void
keyin_init(struct keyin *k)
{
	*k = (struct keyin){.n = 0};
}

static void
emit(keyin_fn *event, void *ctx, enum keyin_kind kind, uint32_t code)
{
	event(ctx, (struct keyin_event){kind, code});
}

static void
emit_char(const struct keyin *k, uint32_t ch, keyin_fn *event, void *ctx)
{
	if (k->pasting) {
		if (ch >= 0x20 && ch != 0x7f && ch != UINT32_MAX)
			emit(event, ctx, KEYIN_PASTED, ch);
		return;
	}
	if (ch == UINT32_MAX || ch == 0)
		return;
	if (ch == 0x7f || ch == '\b')
		ch = KEYCODE_BACKSPACE;
	else if (ch == '\n')
		ch = KEYCODE_ENTER;
	emit(event, ctx, KEYIN_KEY, ch);
}

/* ---- complete sequences ---------------------------------------------------------------------- */

static void
csi_tilde(struct keyin *k, unsigned number, keyin_fn *event, void *ctx)
{
	size_t i;

	if (number == 200 || number == 201) {
		k->pasting = number == 200;
		return;
	}
	for (i = 0; i < COUNT(tildes) && !k->pasting; i++) {
		if (tildes[i].number == number)
			emit(event, ctx, KEYIN_KEY, tildes[i].code);
	}
}

static void
letter_key(const struct keyin *k, char letter, keyin_fn *event, void *ctx)
{
	size_t i;

	for (i = 0; i < COUNT(letters) && !k->pasting; i++) {
		if (letters[i].letter == letter)
			emit(event, ctx, KEYIN_KEY, letters[i].code);
	}
}

/* k->partial holds ESC [ ... final, k->n bytes. */
static void
csi_done(struct keyin *k, keyin_fn *event, void *ctx)
{
	const char *body = k->partial + 2;
	char final = k->partial[k->n - 1];
	unsigned number = 0;
	size_t i;

	for (i = 0; body[i] >= '0' && body[i] <= '9' && number < 10000; i++)
		number = number * 10 + (unsigned)(body[i] - '0');
	if (final == 'n' && (body[0] == '0' || body[0] == '3') && k->n == 4)
		emit(event, ctx, KEYIN_ACK, 0);
	else if (final == 'c' && body[0] == '?')
		emit(event, ctx, KEYIN_ATTRIBUTES, 0);
	else if (final == '~')
		csi_tilde(k, number, event, ctx);
	else if (body[0] == '[' && !k->pasting) /* the Linux console's function keys */
		emit(event, ctx, KEYIN_KEY,
		    final >= 'A' && final <= 'E' ? KEYCODE_F1 + (uint32_t)(final - 'A') : KEYCODE_NONE);
	else if (body[0] != '?' && body[0] != '<' && body[0] != '>' && final != 'M' && final != 'R')
		/* M: an old mouse report; R: where a cursor is */
		letter_key(k, final, event, ctx);
}

/* One channel of "rgb:RRRR/GGGG/BBBB": one to four hexadecimal digits, scaled to a byte. -1 if it is none. */
static int
channel(const char **p)
{
	char digits[5] = "";
	size_t n = strspn(*p, "0123456789abcdefABCDEF");
	unsigned long value;

	if (n < 1 || n > 4)
		return -1;
	memcpy(digits, *p, n);
	*p += n;
	value = strtoul(digits, NULL, 16);
	return (int)(value * 255 / ((1ul << 4 * n) - 1));
}

/* k->partial holds ESC ] ... without its end, k->n bytes. */
static void
osc_done(struct keyin *k, keyin_fn *event, void *ctx)
{
	char text[KEYIN_PARTIAL_BYTES + 1];
	const char *p = text;
	int rgb[3], i;

	memcpy(text, k->partial, k->n);
	text[k->n] = '\0';
	if (k->overlong || strncmp(text, "\033]11;rgb", 8) != 0)
		return;
	p += text[8] == 'a' ? 9 : 8; /* rgba: has a fourth channel */
	for (i = 0; i < 3; i++) {
		if (*p++ != (i == 0 ? ':' : '/') || (rgb[i] = channel(&p)) < 0)
			return;
	}
	emit(event, ctx, KEYIN_BACKGROUND, (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | (uint32_t)rgb[2]);
}

/* ---- byte by byte ---------------------------------------------------------------------------- */

/* Settles for what is there: an Esc, or an Esc and what was typed right behind it. */
static void
give_up(struct keyin *k, keyin_fn *event, void *ctx)
{
	size_t n = k->n;
	char second = n > 1 ? k->partial[1] : '\0';

	k->n = 0;
	k->overlong = false;
	if (n == 0 || k->partial[0] != ESC || n > 2)
		return;
	emit_char(k, KEYCODE_ESC, event, ctx);
	if (n == 2)
		emit_char(k, (unsigned char)second, event, ctx);
}

static void
keep(struct keyin *k, char c)
{
	if (k->n < sizeof(k->partial))
		k->partial[k->n++] = c;
	else
		k->overlong = true;
}

/* A byte behind "ESC [". */
static void
csi_byte(struct keyin *k, char c, keyin_fn *event, void *ctx)
{
	bool console = c == '[' && k->n == 2;

	if ((unsigned char)c < 0x20 || (unsigned char)c > 0x7e) {
		k->n = 0;
		k->overlong = false;
		keyin_feed(k, &c, 1, event, ctx);
		return;
	}
	keep(k, c);
	if (c < 0x40 || console)
		return;
	if (!k->overlong)
		csi_done(k, event, ctx);
	k->n = 0;
	k->overlong = false;
}

/* A byte behind "ESC ]" (or P, ^, _, X): a string that ends with BEL or ESC \. */
static void
string_byte(struct keyin *k, char c, keyin_fn *event, void *ctx)
{
	bool escaped = k->partial[k->n - 1] == ESC && k->n > 2;

	if (c == '\a' || (escaped && c == '\\')) {
		k->n -= escaped;
		if (k->partial[1] == ']')
			osc_done(k, event, ctx);
		k->n = 0;
		k->overlong = false;
	} else if (escaped) {
		/* The string was cut off; what begins here is something new. */
		k->n = 1;
		k->partial[0] = ESC;
		k->overlong = false;
		keyin_feed(k, &c, 1, event, ctx);
	} else if (k->n == sizeof(k->partial) && c == ESC) {
		k->partial[k->n - 1] = ESC;
		k->overlong = true;
	} else {
		keep(k, c);
	}
}

/* The byte behind an ESC. */
static void
second_byte(struct keyin *k, char c, keyin_fn *event, void *ctx)
{
	if (c == ESC) {
		emit_char(k, KEYCODE_ESC, event, ctx);
		return; /* the new one stays open */
	}
	if (c == '[' || c == 'O' || ((c == ']' || c == 'P' || c == '^' || c == '_') && !k->pasting)) {
		keep(k, c);
		return;
	}
	/* Alt and a key, or Esc and a key in one packet: both are keys. */
	k->n = 0;
	emit_char(k, KEYCODE_ESC, event, ctx);
	keyin_feed(k, &c, 1, event, ctx);
}

/* Bytes of UTF-8 a first byte announces; 0 for one that cannot begin a character. */
static size_t
announced(unsigned char c)
{
	return c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
}

static void
text_byte(struct keyin *k, char c, keyin_fn *event, void *ctx)
{
	struct slice text = {k->partial, 0};
	uint32_t ch;

	if (k->n > 0 && ((unsigned char)c & 0xc0) != 0x80) {
		k->n = 0; /* the character before was cut off */
		keyin_feed(k, &c, 1, event, ctx);
		return;
	}
	keep(k, c);
	if (k->n < announced((unsigned char)k->partial[0]))
		return;
	text.n = k->n;
	ch = charset_decode(&text);
	k->n = 0;
	emit_char(k, ch, event, ctx);
}

void
keyin_feed(struct keyin *k, const char *bytes, size_t n, keyin_fn *event, void *ctx)
{
	size_t i;

	for (i = 0; i < n; i++) {
		char c = bytes[i];

		if (k->n == 0 && c == ESC)
			keep(k, c);
		else if (k->n == 0 || k->partial[0] != ESC)
			text_byte(k, c, event, ctx);
		else if (k->n == 1)
			second_byte(k, c, event, ctx);
		else if (k->partial[1] == '[')
			csi_byte(k, c, event, ctx);
		else if (k->partial[1] == 'O') {
			k->n = 0;
			letter_key(k, c, event, ctx);
		} else
			string_byte(k, c, event, ctx);
	}
}

unsigned
keyin_wait_ms(const struct keyin *k, unsigned escape_ms)
{
	if (k->pasting)
		return PASTE_MS;
	if (k->n == 0)
		return 0;
	return k->partial[0] == ESC && k->n <= 2 ? escape_ms : SLOW_MS;
}

void
keyin_timeout(struct keyin *k, keyin_fn *event, void *ctx)
{
	give_up(k, event, ctx);
	/* The end of a paste was lost: keys must not be dead for ever. */
	k->pasting = false;
}
