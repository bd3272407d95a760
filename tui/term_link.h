/*
 * How long a link takes: from the question behind a frame to its answer; and how much of that may have been the
 * program's own, which was busy and did not look whether there was one. Times are milliseconds of one monotonic clock.
 *
 * A loop waits, is woken, does what there is to do, and waits again. What is there only once one has waited came just
 * then; what is there at once has come at some time since the last wait ended.
 */
#ifndef TUI_TERM_LINK_H
#define TUI_TERM_LINK_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

/* One answer. */
struct term_answer {
	uint64_t count; /* it is the so-manieth; 0: there was none yet */
	int ms;         /* from the question to when it was read */
	int own_ms;     /* at most so much of that is the program's */
	size_t bytes;   /* of the frame that was asked behind */
};

/* All zero at first. */
struct term_link {
	uint64_t waits_ms, woken_ms; /* when the loop began to wait, and when its last wait ended */
	uint64_t asked_ms, own_ms;
	size_t bytes;
	struct term_answer last;
};

/*
 * Has the loop tell of its turns. The handles are the caller's to close, and keep no loop alive. uv_now must be the
 * time at which waiting ended, and what is drawn before a wait must have been: whoever reads the clock anew or draws
 * does so in a prepare handle of a later start, which libuv calls before this one.
 */
void term_link_watch(struct term_link *l, uv_loop_t *loop, uv_prepare_t *waits, uv_check_t *woken);

/* A loop's turn: it is about to wait, the terminal has something, the turn's waiting is over. */
void term_link_wait(struct term_link *l, uint64_t now_ms);
void term_link_ready(struct term_link *l, uint64_t now_ms);
void term_link_woken(struct term_link *l, uint64_t now_ms);

void term_link_ask(struct term_link *l, uint64_t now_ms, size_t bytes);
void term_link_answer(struct term_link *l, uint64_t now_ms);

#endif
