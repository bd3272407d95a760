/*
 * A toy program on the terminal: it draws a pattern, answers keys, and does on request what programs should not
 * (crash, overflow the stack). It runs in a child process; the test looks into it through memory they share.
 */
#ifndef TESTS_LIB_TOY_H
#define TESTS_LIB_TOY_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "tui/term.h"
#include "widgets/grid.h"

/* What the test can look at while the toy runs: memory that both have. */
struct shared {
	volatile long ticks, draws, keys, hangups, resumes;
	volatile long cpu_ms;
	volatile int link_ms;
	volatile int pid, stopped, go_on; /* for the shell's part */
};

struct toy {
	struct shared *shared;
	struct term_options options;
	unsigned tick_ms; /* 0: none */
	bool paste;
	uv_loop_t loop;
	uv_timer_t timer;
	struct term *term;
	struct grid grid;
	char last[16];
	long shade; /* changes with every tick */
	bool dirty;
};

/*
 * Keys: q ends it, S raises SIGSEGV, A aborts, O overflows the stack, P opens or closes a text field, Ctrl-Z suspends.
 * ctx: a struct toy. Returns the exit status.
 */
int toy_main(void *ctx);

/* The same below a shell's part in job control: see lib_toy.c. */
int toy_under_shell(void *ctx);

/* The toy's callbacks, for opening the terminal in another way. */
struct term_callbacks toy_callbacks(struct toy *t);

#endif
