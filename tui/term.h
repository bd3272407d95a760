/*
 * The terminal: curses writes into a memory file, our own queue carries the bytes to the tty, one frame in
 * flight.
 *
 * Behind each frame goes the question "are you there?" (ESC[5n), and the next frame waits for the answer: on a
 * slow link the buffers on the way would otherwise hold seconds of old frames, and a key would be answered
 * behind them. A terminal that never answers is found out after three frames and asked no more.
 *
 * The only place that knows ncurses is term_curses.c. Whatever happens (suspend, hangup, SIGTERM, a crash), the
 * terminal is left as it was found.
 */
#ifndef TUI_TERM_H
#define TUI_TERM_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "core/err.h"
#include "themes/theme.h"
#include "tui/term_link.h"
#include "widgets/grid.h"

struct term;

struct term_options {
	const struct theme *theme; /* NULL: dark or light, as the terminal's background turns out to be */
	bool no_color;
	bool ascii;
	bool frame_marks;        /* test mode: an invisible mark behind each frame, and in the first one */
	unsigned ack_timeout_ms; /* 0: 2000 */
	const char *codeset;     /* nl_langinfo(CODESET), told by main */
};

struct term_callbacks {
	void *ctx;
	void (*key)(void *ctx, uint32_t key); /* see tui/key.h; Ctrl-L is not passed on: it repaints */
	void (*resized)(void *ctx, int rows, int cols); /* the next frame must be of this size */
	void (*ready)(void *ctx);       /* the terminal has taken the last frame: draw if dirty */
	void (*hangup)(void *ctx);      /* tty gone or SIGHUP, SIGTERM, SIGINT: quit */
	void (*resumed)(void *ctx);     /* back from SIGTSTP, theme found out, Ctrl-L: draw, dirty or not */
	bool (*takes_paste)(void *ctx); /* a text field is open: pasted characters come as keys; NULL: never */
};

/*
 * ERR_UNSUPPORTED with a sentence where there is no usable terminal (not a tty, dumb). Reads TERM, COLORTERM
 * and COLORFGBG. One terminal at a time. Callbacks come from the loop, never from inside these functions.
 * LC_CTYPE must be set by then.
 */
int term_open(struct term **out, uv_loop_t *loop, const struct term_options *options,
    const struct term_callbacks *callbacks, struct err *err);
/* Rows and columns, each from 1 to GRID_SIDE_MAX. */
void term_size(const struct term *t, int *rows, int *cols);
enum glyphs term_glyphs(const struct term *t);
bool term_ready(const struct term *t); /* false while a frame is in flight: do not draw */

/* Shows the grid (cut or filled up to the terminal's size). Does nothing while the terminal is not ready. */
void term_draw(struct term *t, const struct grid *g);

/* Part of what was to be drawn has given way to the cursor's rows: the same is to be drawn once more. */
bool term_rest(const struct term *t);

void term_bell(struct term *t);         /* rings with the next frame */
/* Hands text to the terminal's clipboard, where it takes that; false: it is not known to. */
bool term_copy(struct term *t, struct slice text);
void term_suspend(struct term *t);      /* Ctrl-Z: stops the whole job, as the terminal driver would */
/* The last frame that was answered in time: the link's round trip, and the time for the frame's bytes. */
const struct term_answer *term_answered(const struct term *t);
/* What is known of it: its type, and the description that is used in its place (empty: its own); colours, 0: none. */
struct term_facts {
	char type[48], as[32];
	int colors;
	bool answers;
};
void term_facts(const struct term *t, struct term_facts *out);

/* What of this terminal could not be had, in a sentence; "": nothing. */
const char *term_about(const struct term *t);
const struct theme *term_theme(const struct term *t); /* NULL while it is not yet known */
void term_set_theme(struct term *t, const struct theme *theme);

/*
 * Gives the terminal back (waiting at most half a second for one that takes nothing, and 200 ms for an
 * outstanding answer, which would otherwise be typed into the user's shell); `closed` is called when all
 * handles are gone.
 */
void term_close(struct term *t, void (*closed)(void *ctx), void *ctx);

#endif
