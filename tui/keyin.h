/*
 * What a terminal sends, taken apart: keys, the answers to our own questions, and pastes. Knows no terminal
 * library: the sequences of xterm, the vt family, rxvt and the Linux console are few, and a table of them is
 * below in keyin.c.
 */
#ifndef TUI_KEYIN_H
#define TUI_KEYIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEYIN_PARTIAL_BYTES 96 /* longer sequences are swallowed whole */

enum keyin_kind {
	KEYIN_KEY,        /* code: see tui/key.h */
	KEYIN_PASTED,     /* one code point of a bracketed paste; control characters in it are left out */
	KEYIN_ACK,        /* the answer to ESC[5n */
	KEYIN_ATTRIBUTES, /* the answer to ESC[c */
	KEYIN_BACKGROUND, /* the answer to ESC]11;?: code is 0xRRGGBB */
};

struct keyin_event {
	enum keyin_kind kind;
	uint32_t code;
};

typedef void keyin_fn(void *ctx, struct keyin_event event);

struct keyin {
	char partial[KEYIN_PARTIAL_BYTES]; /* a sequence or a character that is not complete yet */
	size_t n;
	bool pasting;
	bool overlong; /* the sequence in `partial` did not fit: it is swallowed to its end */
};

void keyin_init(struct keyin *k);

/* Takes any bytes; calls `event` for each thing recognised. What it does not know is swallowed. */
void keyin_feed(struct keyin *k, const char *bytes, size_t n, keyin_fn *event, void *ctx);

/*
 * How long to wait for the rest before keyin_timeout settles what is there; 0: nothing is open. An Esc alone is
 * a key after `escape_ms`; a longer beginning gets more time.
 */
unsigned keyin_wait_ms(const struct keyin *k, unsigned escape_ms);
void keyin_timeout(struct keyin *k, keyin_fn *event, void *ctx);

#endif
