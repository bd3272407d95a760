#include "tests/lib_redis.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif

#include "tests/lib_tmp.h"

#define WAIT_MS 10000
#define TRY_MS 5 /* until the socket of a server that starts is tried again */

static int64_t
mono_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool
lib_redis_available(void)
{
	return system("redis-server --version >/dev/null 2>&1") == 0;
}

unsigned
lib_redis_port(struct lib_redis *r)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	unsigned port;

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	close(fd);
	port = ntohs(a.sin_port);
	snprintf(r->tcp_url, sizeof(r->tcp_url), "redis://127.0.0.1:%u", port);
	return port;
}

static void
exec_server(const struct lib_redis *r)
{
	const char *argv[24 + LIB_REDIS_ARGS] = {"redis-server", "--port", "0", "--unixsocket", r->socket, "--dir",
	    r->dir, "--save", "", "--maxmemory", "256mb", "--maxmemory-policy", "noeviction", "--daemonize", "no",
	    "--logfile", "log", "--enable-debug-command", "yes", "--databases", "4"};
	size_t n = 0, i;
	int null = open("/dev/null", O_RDWR);

	while (argv[n])
		n++;
	for (i = 0; r->args[i]; i++)
		argv[n++] = r->args[i];
	argv[n] = NULL;
	/* A test program that is killed takes its server with it, where the system can do that. */
#if defined(__linux__)
	prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

/* A fresh connection; the old one may have died with its server. */
static redisContext *
connection(struct lib_redis *r)
{
	redisContext *c = r->context;
	struct timeval limit = {WAIT_MS / 1000, 0};

	if (c && !c->err)
		return c;
	if (c)
		redisFree(c);
	c = redisConnectUnixWithTimeout(r->socket, limit);
	if (c && !c->err)
		redisSetTimeout(c, limit);
	r->context = c;
	return c;
}

static bool
answers(struct lib_redis *r)
{
	redisContext *c = connection(r);
	redisReply *reply = c && !c->err ? redisCommand(c, "PING") : NULL;
	/* An error is an answer too: some tests set a password. LOADING is not yet one. */
	bool yes = reply && !(reply->type == REDIS_REPLY_ERROR && strncmp(reply->str, "LOADING", 7) == 0);

	if (reply)
		freeReplyObject(reply);
	return yes;
}

/* The other end of the pipe is the server's alone: it reads as ended the moment the server does. */
void
lib_redis_again(struct lib_redis *r)
{
	int64_t until = mono_ms() + WAIT_MS;
	struct pollfd life = {.events = POLLIN};
	int pipe_fds[2];
	bool started;

	assert_int_equal(pipe(pipe_fds), 0);
	r->pid = fork();
	assert_true(r->pid >= 0);
	if (r->pid == 0) {
		close(pipe_fds[0]);
		exec_server(r);
	}
	close(pipe_fds[1]);
	life.fd = pipe_fds[0];
	while (!(started = answers(r)) && mono_ms() < until && poll(&life, 1, TRY_MS) == 0)
		;
	close(pipe_fds[0]);
	if (!started) {
		lib_redis_kill(r, SIGKILL);
		fail_msg("redis-server did not start in %s", r->dir);
	}
}

void
lib_redis_start(struct lib_redis *r, const char *const *args)
{
	size_t i;

	for (i = 0; args && args[i]; i++) {
		assert_true(i + 1 < LIB_REDIS_ARGS);
		r->args[i] = args[i];
	}
	r->args[i] = NULL;
	r->context = NULL;
	r->pid = 0;
	lib_tmp_make(r->dir, sizeof(r->dir), "redis");
	snprintf(r->socket, sizeof(r->socket), "%s/s", r->dir);
	snprintf(r->url, sizeof(r->url), "unix://%s", r->socket);
	lib_redis_again(r);
}

void
lib_redis_kill(struct lib_redis *r, int sig)
{
	int status;

	if (r->pid <= 0)
		return;
	/* A stopped process takes no SIGTERM. */
	kill(r->pid, sig);
	kill(r->pid, SIGCONT);
	waitpid(r->pid, &status, 0);
	r->pid = 0;
	if (r->context)
		redisFree(r->context);
	r->context = NULL;
}

void
lib_redis_stop(struct lib_redis *r)
{
	lib_redis_kill(r, SIGKILL);
	lib_tmp_remove(r->dir);
	memset(r, 0, sizeof(*r));
}

static redisReply *
command(struct lib_redis *r, const char *fmt, va_list ap)
{
	redisContext *c = connection(r);
	redisReply *reply;

	assert_non_null(c);
	reply = redisvCommand(c, fmt, ap);
	if (!reply)
		fail_msg("no reply to '%s': %s", fmt, c->errstr);
	return reply;
}

void
lib_redis_do(struct lib_redis *r, const char *fmt, ...)
{
	redisReply *reply;
	va_list ap;

	va_start(ap, fmt);
	reply = command(r, fmt, ap);
	va_end(ap);
	if (reply->type == REDIS_REPLY_ERROR)
		fail_msg("'%s': %s", fmt, reply->str);
	freeReplyObject(reply);
}

long long
lib_redis_int(struct lib_redis *r, const char *fmt, ...)
{
	redisReply *reply;
	long long value;
	va_list ap;

	va_start(ap, fmt);
	reply = command(r, fmt, ap);
	va_end(ap);
	value = reply->type == REDIS_REPLY_INTEGER ? reply->integer : -1;
	freeReplyObject(reply);
	return value;
}

void
lib_redis_text(struct lib_redis *r, char *buf, size_t bytes, const char *fmt, ...)
{
	redisReply *reply;
	va_list ap;

	va_start(ap, fmt);
	reply = command(r, fmt, ap);
	va_end(ap);
	snprintf(buf, bytes, "%s", reply->str ? reply->str : "");
	freeReplyObject(reply);
}

void
lib_redis_fill(struct lib_redis *r, const char *key, unsigned from, unsigned count, unsigned maxlen)
{
	redisContext *c = connection(r);
	unsigned i;

	assert_non_null(c);
	for (i = 0; i < count; i++) {
		if (maxlen)
			redisAppendCommand(c, "XADD %s MAXLEN %u * n %u latency_ms 1.5", key, maxlen, from + i);
		else
			redisAppendCommand(c, "XADD %s * n %u latency_ms 1.5", key, from + i);
	}
	for (i = 0; i < count; i++) {
		redisReply *reply = NULL;

		assert_int_equal(redisGetReply(c, (void **)&reply), REDIS_OK);
		if (reply->type == REDIS_REPLY_ERROR)
			fail_msg("XADD: %s", reply->str);
		freeReplyObject(reply);
	}
}
