/*
 * The terminal: curses writes into a memory file, our own queue carries the bytes to the tty, one frame in flight.
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
#include "widgets/grid.h"

struct term;

struct term_options {
	const struct theme *theme; /* NULL: chosen from the terminal's background */
	bool no_color;
	bool ascii;
	bool frame_marks;	   /* test mode: an invisible mark behind each frame, and in the first one */
	unsigned ack_timeout_ms;   /* 2000 */
	const char *codeset;	   /* nl_langinfo(CODESET), told by main */
};

struct term_callbacks {
	void *ctx;
	void (*key)(void *ctx, uint32_t key);	       /* see tui/key.h */
	void (*resized)(void *ctx, int rows, int cols); /* the next frame must be of this size */
	void (*ready)(void *ctx);		       /* the terminal has taken the last frame: draw if dirty */
	void (*hangup)(void *ctx);		       /* tty gone or SIGHUP, SIGTERM, SIGINT: quit */
	void (*resumed)(void *ctx);		       /* back from SIGTSTP: redraw */
};

/* ERR_UNSUPPORTED with a sentence where there is no usable terminal (not a tty, dumb). */
int term_open(struct term **out, uv_loop_t *loop, const struct term_options *options,
    const struct term_callbacks *callbacks, struct err *err);
void term_size(const struct term *t, int *rows, int *cols);
enum glyphs term_glyphs(const struct term *t);
bool term_ready(const struct term *t); /* false while a frame is in flight: do not draw */
void term_draw(struct term *t, const struct grid *g);
void term_suspend(struct term *t); /* Ctrl-Z */
int term_link_ms(const struct term *t); /* measured round trip; -1: unknown */
void term_set_theme(struct term *t, const struct theme *theme);

/* Restores the terminal and flushes; `closed` is called when all handles are gone. */
void term_close(struct term *t, void (*closed)(void *ctx), void *ctx);

#endif
