/*
 * The terminal device: opening it, its modes, and the handler that gives it back when the program crashes.
 *
 * The device is opened anew, so that its O_NONBLOCK is ours alone: descriptors 0 to 2 are shared with the
 * shell.
 */
#ifndef TUI_TERM_TTY_H
#define TUI_TERM_TTY_H

#include <stdbool.h>
#include <termios.h>

#include "core/err.h"
#include "core/slice.h"

struct term_tty {
	int fd; /* non-blocking, close on exec; -1: not open */
	struct termios found, raw;
	bool is_raw;
};

/* ERR_UNSUPPORTED with a sentence if standard output is no terminal or there is none to read keys from. */
int term_tty_open(struct term_tty *tty, struct err *err);
void term_tty_close(struct term_tty *tty);

void term_tty_raw(struct term_tty *tty);
void term_tty_cooked(struct term_tty *tty);                           /* as it was found */
void term_tty_size(const struct term_tty *tty, int *rows, int *cols); /* 24x80 if the terminal does not say */

/* Writes all of it, waiting at most limit_ms while the terminal takes nothing. False if it was not all taken.
 */
bool term_tty_write(const struct term_tty *tty, struct slice bytes, int limit_ms);

/* From now on SIGSEGV, SIGABRT, SIGBUS, SIGFPE and SIGILL first write `restore` and put the modes back. One at
 * a time. */
void term_tty_crash_arm(const struct term_tty *tty, struct slice restore);
void term_tty_crash_disarm(void);

#endif
