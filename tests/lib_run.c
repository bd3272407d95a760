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
lib_run(struct lib_run *r, const char *const *args, const char *const *env, const char *input,
    unsigned limit_ms)
{
	int in[2], out[2], err[2], status;
	double began = now_s();
	size_t left = input ? strlen(input) : 0;
	pid_t pid;

	memset(r, 0, sizeof(*r));
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(in) | pipe(out) | pipe(err), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(in[1]);
		close(out[0]);
		close(err[0]);
		become(args, env, in[0], out[1], err[1]);
	}
	close(in[0]);
	close(out[1]);
	close(err[1]);
	feed(&in[1], &input, &left);
	while (out[0] >= 0 || err[0] >= 0) {
		struct pollfd p[3] = {
		    {out[0], POLLIN, 0}, {err[0], POLLIN, 0}, {in[1], POLLOUT, 0}};
		int wait_ms = (int)(limit_ms - (now_s() - began) * 1000);

		if (wait_ms <= 0 || poll(p, 3, wait_ms) == 0) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			fail_msg("'%s %s' did not end in %u ms; it said: %s%s", lib_run_program(),
			    args[0] ? args[0] : "", limit_ms, r->out ? r->out : "",
			    r->err ? r->err : "");
		}
		if (p[0].revents)
			drain(&out[0], &r->out, &r->nout);
		if (p[1].revents)
			drain(&err[0], &r->err, &r->nerr);
		if (p[2].revents)
			feed(&in[1], &input, &left);
	}
	if (in[1] >= 0)
		close(in[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	r->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	r->seconds = now_s() - began;
}

void
lib_run_free(struct lib_run *r)
{
	free(r->out);
	free(r->err);
	memset(r, 0, sizeof(*r));
}
