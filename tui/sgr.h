/*
 * Fewer bytes for the same picture: rewrites the attribute sequences (SGR, "ESC [ ... m") in what curses sends.
 *
 * curses goes through "no attributes" whenever it takes one away, and names every attribute and colour anew
 * behind it; on a screen of many colours more than half of the bytes are that. Here the attributes are only
 * noted as they come, and sent when the next character needs them: as the shortest difference to what the
 * terminal has, and for a blank only what can be seen of a blank. Between a key and the screen of someone on a
 * slow line this is a factor of two.
 */
#ifndef TUI_SGR_H
#define TUI_SGR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/slice.h"
#include "themes/theme.h"
#include "tui/textbuf.h"

struct sgr {
	struct look want; /* what curses has asked for */
	struct look is;   /* what the terminal has been told */
	bool known;       /* whether `is` holds */
};

void sgr_init(struct sgr *s); /* nothing known of the terminal */

/*
 * Appends the bytes, rewritten, to out. They are what curses gives for a terminal that understands ECMA-48's
 * SGR 22, 24, 27, 39 and 49 and erases with the current background; whole sequences.
 */
void sgr_squeeze(struct sgr *s, struct slice bytes, struct textbuf *out);

/*
 * For whoever writes bytes of their own: what follows is to look so. blank: only what shows of blanks matters. The
 * terminal must be known, or the sequence begins anew.
 */
void sgr_tell(struct sgr *s, struct look look, bool blank, struct textbuf *out);

/* The terminal has been told so by other means. */
void sgr_assume_plain(struct sgr *s);

/* Brings the terminal to what curses believes it has, for bytes that are not squeezed. */
void sgr_settle(struct sgr *s, struct textbuf *out);

#endif
