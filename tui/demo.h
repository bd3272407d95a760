/*
 * The demo's private world: a redis-server on a unix socket in a temporary directory, and a process
 * that publishes into it. Whatever becomes of the caller, nothing of it stays.
 *
 * The keeper is a child in a session of its own, the parent of the server, and the only one that
 * cleans up. It holds one end of a pipe whose other end only the caller has: when the caller goes,
 * however it goes, the pipe ends and the keeper stops the server, removes the directory and leaves.
 * Should the keeper itself be killed, the server goes with it where the system can tie a process to
 * its parent (Linux), and demo_stop does the rest.
 */
#ifndef TUI_DEMO_H
#define TUI_DEMO_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/err.h"
#include "tui/env.h"

struct demo;

/*
 * Starts both and returns once the history is published. Call it before there are any threads.
 * ERR_NOT_FOUND (no redis-server or valkey-server in PATH, no example data), ERR_IO with what the
 * server said.
 */
int demo_start(struct demo **out, const struct env *env, struct err *err);

/* Ends both and waits until nothing is left. NULL is harmless. */
void demo_stop(struct demo *d);

const char *demo_url(const struct demo *d);       /* unix:///… */
const char *demo_directory(const struct demo *d); /* the temporary one */
pid_t demo_keeper(const struct demo *d);

/* What the keeper runs: never returns. For demo.c only. */
struct demo_keeper {
	const char *server;    /* path of the program */
	const char *directory; /* made by the caller, emptied and removed by the keeper */
	const char *examples;
	int life_fd;   /* ends when the caller is gone */
	int status_fd; /* one line: "ready", or what went wrong */
};

_Noreturn void demo_keeper_run(const struct demo_keeper *k);

/* Removes the directory and the few files that a server leaves in it; false if something is left.
 */
bool demo_directory_remove(const char *directory);

#endif
