/*
 * A terminal for tests: a child process on a pseudo-terminal whose output an emulator (libvterm) turns into a
 * screen.
 *
 * Nothing here sleeps. The program under test ends each frame with an invisible mark (ESC]7770;frame=N ESC\),
 * and the runner stops reading exactly behind one, so that what it looks at is always a whole frame. Every wait
 * has a deadline, which only a failing test reaches.
 */
#ifndef TESTS_LIB_PTY_H
#define TESTS_LIB_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>
#include <vterm.h>

#define PTY_LIMIT_MS 60000
#define PTY_TEXT_BYTES (1 << 20)

struct pty_options {
	int rows, cols;
	const char *const *argv; /* the program; NULL: call `child` instead */
	int (*child)(void *ctx); /* runs in the new process; its result is the exit status */
	void *ctx;
	const char *const
	    *env;  /* "NAME=value", NULL-terminated, on top of a fixed environment; "NAME" takes one away */
	bool deaf; /* answers no questions: a terminal that knows no DSR */
	const char *background; /* the answer to OSC 11, e.g. "rgb:ffff/ffff/ffff"; NULL: none */
};

struct pty {
	int master;
	int slave; /* kept open, so that the modes can be looked at and the end of the child is no hangup */
	pid_t pid; /* 0: gone */
	int status;
	struct pty_options options;
	struct termios found; /* modes before the child began */
	VTerm *vt;
	VTermScreen *screen;
	uint64_t frame; /* the number of the last mark */
	uint64_t frames_seen;
	size_t bytes_in_frame; /* between the last two marks */
	size_t since_mark;
	uint64_t answers; /* of DSR, given */
	bool eof, altscreen, cursor_visible;
	VTermPos cursor;
	/* raw output, for looking for sequences in it */
	char *log;
	size_t log_n, log_cap;
	/* what was read and not yet looked at */
	char buf[65536];
	size_t buf_n, buf_at;
	size_t mark_at; /* bytes of the mark's beginning already seen */
	char number[24];
	size_t dsr_at, osc_at;
	bool hold; /* answers are kept back: a long way to the terminal */
	char held[1024];
	size_t held_n;
};

/* The environment is fixed: TERM=xterm-256color, LC_ALL=C.UTF-8, TZ=UTC0, HOME and TMPDIR as they are, PATH. */
void pty_start(struct pty *p, const struct pty_options *options);
void pty_free(struct pty *p); /* kills the child if it is still there */
/* Quits the program and frees p: its status is 0, and the terminal is as it was found. */
void pty_leave(struct pty *p);

void pty_send(struct pty *p, const char *bytes);
void pty_resize(struct pty *p, int rows, int cols);

/* Reads until the next mark, for at most limit_ms. False at the deadline or the end of the child's output. */
bool pty_next_frame(struct pty *p, int limit_ms);

/* Frames until one shows the text; the screen stays at that frame. Fails the test, with the screen, at the
 * deadline. */
void pty_wait(struct pty *p, const char *text);
void pty_wait_gone(struct pty *p, const char *text); /* until one does not show it */

bool pty_shows(struct pty *p, const char *text);
const char *pty_text(
    struct pty *p); /* the whole screen, a line a row, blanks at the ends cut; valid until the next call */

/* The child's end: its wait status. Reads on meanwhile. Fails the test at the deadline. */
int pty_wait_exit(struct pty *p);

/* The child stopped by a signal (WUNTRACED). Reads on meanwhile. */
void pty_wait_stopped(struct pty *p);

void pty_release_answers(struct pty *p);               /* gives the answers kept back, and holds no more */
bool pty_read_until(struct pty *p, const char *bytes); /* until this sequence has come, whatever the frame */

bool pty_modes_as_found(struct pty *p);
bool pty_logged(const struct pty *p, const char *bytes); /* did this sequence ever come? */

#endif
