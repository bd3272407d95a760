/*
 * Keys, free of any terminal library: a Unicode code point, or one of the codes below. Control letters keep their C0
 * code (Ctrl-C is 3), Enter is '\r', Tab '\t', Backspace and Ctrl-H both KEYCODE_BACKSPACE, Esc 27.
 */
#ifndef TUI_KEY_H
#define TUI_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/slice.h"

enum keycode {
	KEYCODE_ESC = 27,
	KEYCODE_ENTER = '\r',
	KEYCODE_TAB = '\t',
	KEYCODE_NONE = 0,
	KEYCODE_UP = 0x110000, /* above every code point */
	KEYCODE_DOWN,
	KEYCODE_LEFT,
	KEYCODE_RIGHT,
	KEYCODE_PGUP,
	KEYCODE_PGDN,
	KEYCODE_HOME,
	KEYCODE_END,
	KEYCODE_BACKSPACE,
	KEYCODE_DELETE,
	KEYCODE_BACKTAB,
	KEYCODE_INSERT,
	KEYCODE_F1, /* to F12 without a gap */
	KEYCODE_F2,
	KEYCODE_F3,
	KEYCODE_F4,
	KEYCODE_F5,
	KEYCODE_F6,
	KEYCODE_F7,
	KEYCODE_F8,
	KEYCODE_F9,
	KEYCODE_F10,
	KEYCODE_F11,
	KEYCODE_F12,
};

/*
 * Reads the next key of a script such as "jj<Enter>/amount<Enter><Esc>": a character stands for itself, names in angle
 * brackets (any case) for the rest: Enter Esc Tab BackTab Space Up Down Left Right PgUp PgDn Home End BS Del Ins
 * F1-F12 lt C-x. Advances *script; KEYCODE_NONE and *code at its end. ERR_USAGE with a sentence for an unknown name.
 */
int key_parse(struct slice *script, uint32_t *code, struct err *err);

/* Exactly one key, as the configuration names it: as in a script, and a "<" alone is itself. ERR_USAGE. */
int key_parse_one(struct slice text, uint32_t *code, struct err *err);

/* As the configuration writes it: "f", "<C-f>", "<Enter>". buf has at least 16 bytes. */
const char *key_written(uint32_t code, char *buf, size_t bytes);

/* The name as the key bar and Help show it: "Enter", "j", "^C". buf has at least 16 bytes. */
const char *key_name(uint32_t code, char *buf, size_t bytes);

#endif
