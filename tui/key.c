#include "tui/key.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/nearest.h"
#include "widgets/charset.h"

/* The first name of a code is the one that is shown. */
static const struct key_row {
	uint32_t code;
	const char *name;
} rows[] = {
    {KEYCODE_ENTER, "Enter"},
    {KEYCODE_ESC, "Esc"},
    {KEYCODE_TAB, "Tab"},
    {KEYCODE_BACKTAB, "BackTab"},
    {' ', "Space"},
    {KEYCODE_UP, "Up"},
    {KEYCODE_DOWN, "Down"},
    {KEYCODE_LEFT, "Left"},
    {KEYCODE_RIGHT, "Right"},
    {KEYCODE_PGUP, "PgUp"},
    {KEYCODE_PGDN, "PgDn"},
    {KEYCODE_HOME, "Home"},
    {KEYCODE_END, "End"},
    {KEYCODE_BACKSPACE, "BS"},
    {KEYCODE_DELETE, "Del"},
    {KEYCODE_INSERT, "Ins"},
    {KEYCODE_F1, "F1"},
    {KEYCODE_F2, "F2"},
    {KEYCODE_F3, "F3"},
    {KEYCODE_F4, "F4"},
    {KEYCODE_F5, "F5"},
    {KEYCODE_F6, "F6"},
    {KEYCODE_F7, "F7"},
    {KEYCODE_F8, "F8"},
    {KEYCODE_F9, "F9"},
    {KEYCODE_F10, "F10"},
    {KEYCODE_F11, "F11"},
    {KEYCODE_F12, "F12"},
    {'<', "lt"},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
same_name(struct slice a, const char *b)
{
	size_t i;

	if (a.n != strlen(b))
		return false;
	for (i = 0; i < a.n; i++) {
		if (lower(a.p[i]) != lower(b[i]))
			return false;
	}
	return true;
}

/* Some control letters are keys of their own: what the terminal sends does not tell them apart. */
static uint32_t
control_code(char letter)
{
	uint32_t code = (unsigned char)letter & 0x1f;

	return code == 8 ? KEYCODE_BACKSPACE : code == 10 ? KEYCODE_ENTER : code;
}

/* The code of what stands between the brackets; KEYCODE_NONE if nothing is called so. */
static uint32_t
name_code(struct slice name)
{
	size_t i;

	if (name.n == 3 && lower(name.p[0]) == 'c' && name.p[1] == '-') {
		char letter = lower(name.p[2]);

		return letter >= 'a' && letter <= 'z' ? control_code(letter) : KEYCODE_NONE;
	}
	for (i = 0; i < ROWS; i++) {
		if (same_name(name, rows[i].name))
			return rows[i].code;
	}
	return KEYCODE_NONE;
}

static int
fault_name(struct slice name, struct err *err)
{
	struct nearest near;
	const char *best;
	size_t i;

	nearest_init(&near, name);
	for (i = 0; i < ROWS; i++)
		nearest_offer(&near, rows[i].name);
	best = nearest_name(&near);
	if (best)
		return err_set(err, ERR_USAGE, "keys: there is no key <%.*s>; did you mean <%s>?",
		    (int)(name.n < 20 ? name.n : 20), name.p, best);
	return err_set(err, ERR_USAGE,
	    "keys: there is no key <%.*s>; names are Enter Esc Tab BackTab Space Up Down Left Right PgUp PgDn Home "
	    "End BS Del Ins F1 to F12 lt and C-a to C-z",
	    (int)(name.n < 20 ? name.n : 20), name.p);
}

int
key_parse(struct slice *script, uint32_t *code, struct err *err)
{
	const char *end;
	struct slice name;

	*code = KEYCODE_NONE;
	if (script->n == 0)
		return 0;
	if (*script->p != '<') {
		uint32_t ch = charset_decode(script);

		if (ch == UINT32_MAX || ch == 0)
			return err_set(err, ERR_USAGE, "keys: a byte that is no UTF-8 text");
		*code =
		    ch < 0x20 || ch == 0x7f ? (ch == 0x7f ? KEYCODE_BACKSPACE : control_code((char)ch)) : ch;
		return 0;
	}
	end = memchr(script->p, '>', script->n);
	if (!end)
		return err_set(err, ERR_USAGE, "keys: '<' without '>' (write <lt> for the character itself)");
	name = slice_make(script->p + 1, (size_t)(end - script->p) - 1);
	*code = name_code(name);
	if (*code == KEYCODE_NONE)
		return fault_name(name, err);
	script->n -= (size_t)(end - script->p) + 1;
	script->p = end + 1;
	return 0;
}

int
key_parse_one(struct slice text, uint32_t *code, struct err *err)
{
	struct slice rest = text;
	int rc;

	*code = '<';
	if (slice_is(text, "<"))
		return 0;
	rc = key_parse(&rest, code, err);
	if (rc)
		return rc;
	if (*code != KEYCODE_NONE && !rest.n)
		return 0;
	*code = KEYCODE_NONE;
	if (!text.n)
		return err_set(err, ERR_USAGE, "keys: an empty text is no key");
	if (name_code(text) != KEYCODE_NONE)
		return err_set(err, ERR_USAGE, "keys: '%.*s' are several keys; did you mean <%.*s>?",
		    (int)text.n, text.p, (int)text.n, text.p);
	return err_set(err, ERR_USAGE, "keys: '%.*s' are several keys; one is such as f, <C-f> or <Enter>",
	    (int)(text.n < 20 ? text.n : 20), text.p);
}

const char *
key_written(uint32_t code, char *buf, size_t bytes)
{
	size_t i;

	for (i = 0; i < ROWS; i++) {
		if (rows[i].code == code && code != '<') {
			snprintf(buf, bytes, "<%s>", rows[i].name);
			return buf;
		}
	}
	if (code > 0 && code < 0x20)
		snprintf(buf, bytes, "<C-%c>", (char)(code + 'a' - 1));
	else
		key_name(code, buf, bytes);
	return buf;
}

const char *
key_name(uint32_t code, char *buf, size_t bytes)
{
	size_t i;

	for (i = 0; i < ROWS; i++) {
		if (rows[i].code == code && code != '<') {
			snprintf(buf, bytes, "%s", rows[i].name);
			return buf;
		}
	}
	if (code < 0x20) {
		snprintf(buf, bytes, "^%c", (char)(code + '@'));
	} else if (code < 0x110000 && bytes > CHARSET_UTF8_MAX) {
		buf[charset_encode(charset_filter(code), buf)] = '\0';
	} else {
		snprintf(buf, bytes, "?");
	}
	return buf;
}
