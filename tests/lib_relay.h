/*
 * A bad link between a program and its terminal: a process with a pseudo-terminal of its own for the program, which
 * passes on what comes, so many bytes a second, so much later, through buffers as large as sshd's and TCP's.
 *
 *	struct lib_relay link = {.argv = argv, .bytes_per_s = 2000, .delay_ms = 40};
 *
 *	pty_start(&p, &(struct pty_options){.rows = 24, .cols = 80, .child = lib_relay_run, .ctx = &link, .env = env});
 */
#ifndef TESTS_LIB_RELAY_H
#define TESTS_LIB_RELAY_H

struct lib_relay {
	const char *const *argv; /* the program */
	unsigned bytes_per_s;	 /* each way */
	unsigned delay_ms;	 /* each way */
};

/* For pty_options.child: runs the program to its end. Returns its exit status; 120 where something else went wrong. */
int lib_relay_run(void *ctx);

#endif
