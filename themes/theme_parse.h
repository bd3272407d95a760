/*
 * A theme of the user's own, as a small text. docs/THEMES.md is the format:
 *
 *     # a comment
 *     about = what it is like
 *     base = dark
 *     warn = #ffd75f on 52 bold
 *     warn@16 = yellow
 *     warn@mono = underline
 *
 * What is not said is as in the base. The text is all there is here: whoever has read it says what was wrong, from the
 * fault. Nothing is allocated; O(bytes).
 */
#ifndef THEMES_THEME_PARSE_H
#define THEMES_THEME_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "themes/theme.h"

#define THEME_TEXT_BYTES_MAX ((size_t)64 << 10)
#define THEME_NAME_BYTES 64
#define THEME_ABOUT_BYTES 100

/* theme.name and theme.about point into it: moved by theme_own_copy alone. */
struct theme_own {
	struct theme theme;
	char name[THEME_NAME_BYTES];
	char about[THEME_ABOUT_BYTES];
};

enum theme_fault_kind {
	THEME_FAULT_NONE = 0,
	THEME_FAULT_SIZE,       /* more than THEME_TEXT_BYTES_MAX */
	THEME_FAULT_BYTE,       /* a byte that is no text */
	THEME_FAULT_FORM,       /* a line that is not "name = look" */
	THEME_FAULT_NAME,       /* word is neither a role nor a setting */
	THEME_FAULT_DEPTH,      /* word, behind "@", is neither 16 nor mono */
	THEME_FAULT_TWICE,      /* word is said a second time */
	THEME_FAULT_BASE,       /* word is no theme of the program */
	THEME_FAULT_BASE_LATE,  /* the base comes behind something that rests on it */
	THEME_FAULT_TEXT,       /* a look for `text`, which is the terminal's own */
	THEME_FAULT_EMPTY,      /* nothing behind the "=" */
	THEME_FAULT_WORD,       /* word is neither a colour nor an attribute */
	THEME_FAULT_HEX,        /* word begins with "#" and is no colour */
	THEME_FAULT_NUMBER,     /* word is a number above 255 */
	THEME_FAULT_COLORS,     /* word is a second colour without "on" */
	THEME_FAULT_ON,         /* "on" without a colour behind it, or twice */
	THEME_FAULT_SIXTEEN,    /* word is a colour above 15, or above 7 behind "on", behind @16 */
	THEME_FAULT_ATTRIBUTE,  /* word is an attribute where there are only colours */
	THEME_FAULT_COLOR,      /* word is a colour where there are only attributes */
	THEME_FAULT_ONE_COLOR,  /* ground and ink are one colour each, and not `default` */
	THEME_FAULT_COUNT,
};

#define THEME_WORD_BYTES 40

struct theme_fault {
	enum theme_fault_kind kind;
	unsigned line; /* from 1 */
	char name[THEME_WORD_BYTES]; /* the role or setting of that line, as it stands there; "": none */
	char word[THEME_WORD_BYTES]; /* what it is about, cut; "": nothing */
};

/* Words of the format, for whoever proposes one that was meant; NULL-terminated. */
extern const char *const theme_parse_settings[]; /* base, about, ground, ink */
extern const char *const theme_parse_words[];    /* colours by name, attributes, on */

/* False: *fault says why, *out is undefined. A name too long is cut. */
bool theme_parse(struct theme_own *out, const char *name, const char *text, size_t n, struct theme_fault *fault);

void theme_own_copy(struct theme_own *to, const struct theme_own *from);

#endif
