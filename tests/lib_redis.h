/*
 * A real redis-server of a test's own: in a directory of its own below TMPDIR, on a unix socket (and on loopback if
 *asked for), 64 MB at most, without saving unless asked for. It is stopped by its pid and its directory is removed.
 *
 *	struct lib_redis r;
 *
 *	lib_redis_start(&r, NULL);
 *	lib_redis_do(&r, "XADD ml:a * n %d", 1);
 *	... r.url ...
 *	lib_redis_stop(&r);
 *
 * Everything fails the running test rather than return an error. Commands have a deadline of ten seconds.
 */
#ifndef TESTS_LIB_REDIS_H
#define TESTS_LIB_REDIS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define LIB_REDIS_ARGS 16

struct redisReply;

struct lib_redis {
	char dir[256];
	char socket[300];
	char url[320];	   /* unix:///…/s */
	char tcp_url[64];  /* redis://127.0.0.1:PORT; empty unless a port was asked for */
	const char *args[LIB_REDIS_ARGS];
	pid_t pid;
	void *context; /* hiredis; NULL: not connected */
};

/* True if there is a redis-server to be started; a test that is not needs skip(). */
bool lib_redis_available(void);

/* args: further options in words, NULL at the end; may be NULL. Returns when the server answers. */
void lib_redis_start(struct lib_redis *r, const char *const *args);
void lib_redis_stop(struct lib_redis *r);

/* A free port of loopback for --port, filled into r->tcp_url; to be called before lib_redis_start. */
unsigned lib_redis_port(struct lib_redis *r);

/* Ends the server by a signal and waits for it; lib_redis_again starts it anew in the same directory. */
void lib_redis_kill(struct lib_redis *r, int sig);
void lib_redis_again(struct lib_redis *r);

/* Commands as hiredis formats them. _do fails the test on an error reply; the others return what was answered. */
void lib_redis_do(struct lib_redis *r, const char *fmt, ...);
long long lib_redis_int(struct lib_redis *r, const char *fmt, ...);
void lib_redis_text(struct lib_redis *r, char *buf, size_t bytes, const char *fmt, ...);

/* Adds entries "n" = from .. from + count - 1 to key, pipelined; maxlen 0: no trimming. */
void lib_redis_fill(struct lib_redis *r, const char *key, unsigned from, unsigned count, unsigned maxlen);

#endif
