/*
 * ncurses behind a door: grids in, bytes for the terminal out.
 *
 * curses is given a memory file instead of the terminal. It can then neither block nor spin on a slow one, a
 * frame comes out whole, and a test needs no terminal at all. curses keeps what it last drew and gives out only
 * the difference; an unchanged grid gives no bytes.
 */
#ifndef TUI_TERM_CURSES_H
#define TUI_TERM_CURSES_H

#include <stdbool.h>

#include "core/err.h"
#include "core/slice.h"
#include "themes/theme.h"
#include "widgets/grid.h"

#define TERM_CURSES_PAIRS 64 /* the smallest number of colour pairs terminals have */

struct term_curses;

struct term_curses_options {
	const char *term;      /* the type of the terminal: TERM; NULL or empty: unknown */
	const char *colorterm; /* COLORTERM: truecolor or 24bit promises 256 colours to a type that has fewer */
	bool no_color;
	bool ascii; /* nothing but ASCII can be shown */
};

/*
 * A type that the system does not know is tried as xterm-256color where its name sounds like it, then as xterm,
 * then as vt100. ERR_UNSUPPORTED with a sentence for one that cannot move the cursor (dumb) or if none is
 * known; ERR_IO, ERR_NOMEM.
 */
int term_curses_open(
    struct term_curses **out, const struct term_curses_options *options, int rows, int cols, struct err *err);
void term_curses_free(struct term_curses *c);

enum color_depth term_curses_depth(const struct term_curses *c);
enum glyphs term_curses_glyphs(const struct term_curses *c);

/* The type whose description is used in place of one that the system does not know; "": its own. */
const char *term_curses_as(const struct term_curses *c);

/* True for descendants of xterm, which swallow sequences they do not know: only those are ever asked anything
 * unusual. */
bool term_curses_modern(const struct term_curses *c);

void term_curses_resize(struct term_curses *c, int rows, int cols);
void term_curses_invalidate(struct term_curses *c); /* the next frame paints everything */

/*
 * The bytes that turn what the terminal shows into the grid (and, at first and after term_curses_leave, that
 * take over the screen). Cells outside the grid are blank. *bytes is borrowed until the next call; empty if
 * nothing changed. ERR_NOMEM, ERR_IO: the next frame paints everything.
 *
 * Where each byte counts and the cursor has moved (grid.spare, grid.same), they are of the rows that it has left and
 * entered alone; if others differ too, term_curses_rest is true until a frame of the same cursor row has brought them.
 */
int term_curses_draw(struct term_curses *c, const struct grid *g, const struct theme *theme,
    struct slice *bytes, struct err *err);

bool term_curses_rest(const struct term_curses *c);

/* The bytes that give the screen back, as term_curses_draw does. */
int term_curses_leave(struct term_curses *c, struct slice *bytes, struct err *err);

/* The same as a fixed string, for a signal handler: resets everything whatever state the terminal is in. */
struct slice term_curses_restore(const struct term_curses *c);

#endif
