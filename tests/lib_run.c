#include "tests/lib_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

const char *
lib_run_program(void)
{
	const char *p = getenv("DRIFTTOP");

	return p && *p ? p : "build/drifttop";
}

/* In the child: never returns. */
static void
become(const char *const *args, const char *const *env, int in, int out, int err)
{
	const char *argv[LIB_RUN_ARGS + 2];
	size_t n = 0;

	/* Without a controlling terminal: as from cron. */
	setsid();
	argv[n++] = lib_run_program();
	while (*args && n < LIB_RUN_ARGS + 1)
		argv[n++] = *args++;
	argv[n] = NULL;
	dup2(in, 0);
	dup2(out, 1);
	dup2(err, 2);
	unsetenv("DRIFTTOP_REDIS_URL");
	unsetenv("REDISCLI_AUTH");
	unsetenv("NO_COLOR");
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	/* A relative one is none, and so nothing of a test outlives it. */
	setenv("XDG_STATE_HOME", "none", 1);
	unsetenv("HOME");
	if (env)
		execve(argv[0], (char *const *)(uintptr_t)argv, (char *const *)(uintptr_t)env);
	else
		execv(argv[0], (char *const *)(uintptr_t)argv);
	_exit(126);
}

static void
drain(int *fd, char **buf, size_t *n)
{
	char *grown = realloc(*buf, *n + 65537);
	ssize_t got;

	assert_non_null(grown);
	*buf = grown;
	got = read(*fd, *buf + *n, 65536);
	if (got <= 0) {
		close(*fd);
		*fd = -1;
		got = 0;
	}
	*n += (size_t)got;
	(*buf)[*n] = '\0';
}

static void
feed(int *fd, const char **input, size_t *left)
{
	ssize_t n = *left ? write(*fd, *input, *left) : 0;

	if (n > 0) {
		*input += n;
		*left -= (size_t)n;
	}
	if (!*left || (n < 0 && errno != EINTR)) {
		close(*fd);
		*fd = -1;
	}
}

void
lib_run_begin(struct lib_run_begun *b, const char *const *args, const char *const *env, const char *input,
    unsigned limit_ms)
{
	int in[2], out[2], err[2];

	*b = (struct lib_run_begun){.input = input, .left = input ? strlen(input) : 0, .limit_ms = limit_ms,
	    .what = args[0] ? args[0] : "", .began = now_s()};
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(in) | pipe(out) | pipe(err), 0);
	fcntl(in[1], F_SETFD, FD_CLOEXEC); /* another one that is begun must not hold them open */
	fcntl(out[0], F_SETFD, FD_CLOEXEC);
	fcntl(err[0], F_SETFD, FD_CLOEXEC);
	b->pid = fork();
	assert_true(b->pid >= 0);
	if (b->pid == 0) {
		close(in[1]);
		close(out[0]);
		close(err[0]);
		become(args, env, in[0], out[1], err[1]);
	}
	close(in[0]);
	close(out[1]);
	close(err[1]);
	b->in = in[1];
	b->out = out[0];
	b->err = err[0];
	feed(&b->in, &b->input, &b->left);
}

void
lib_run_end(struct lib_run_begun *b, struct lib_run *r)
{
	int status;

	memset(r, 0, sizeof(*r));
	while (b->out >= 0 || b->err >= 0) {
		struct pollfd p[3] = {{b->out, POLLIN, 0}, {b->err, POLLIN, 0}, {b->in, POLLOUT, 0}};
		int wait_ms = (int)(b->limit_ms - (now_s() - b->began) * 1000);

		/* What ended in time and was not asked for until now has ended in time. */
		if (poll(p, 3, wait_ms > 0 ? wait_ms : 0) == 0) {
			kill(b->pid, SIGKILL);
			waitpid(b->pid, &status, 0);
			fail_msg("'%s %s' did not end in %u ms; it said: %s%s", lib_run_program(), b->what,
			    b->limit_ms, r->out ? r->out : "", r->err ? r->err : "");
		}
		if (p[0].revents)
			drain(&b->out, &r->out, &r->nout);
		if (p[1].revents)
			drain(&b->err, &r->err, &r->nerr);
		if (p[2].revents)
			feed(&b->in, &b->input, &b->left);
	}
	if (b->in >= 0)
		close(b->in);
	assert_int_equal(waitpid(b->pid, &status, 0), b->pid);
	r->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	r->seconds = now_s() - b->began;
}

void
lib_run(struct lib_run *r, const char *const *args, const char *const *env, const char *input,
    unsigned limit_ms)
{
	struct lib_run_begun b;

	lib_run_begin(&b, args, env, input, limit_ms);
	lib_run_end(&b, r);
}

void
lib_run_free(struct lib_run *r)
{
	free(r->out);
	free(r->err);
	memset(r, 0, sizeof(*r));
}
