#include "tests/lib_relay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define PIECE_BYTES 64 /* what is passed on at a time: 32 ms at 2,000 bytes a second */
#define PIECES 4096    /* 256 KiB */
#define FAILED 120

struct piece {
	int64_t due_us;
	size_t n;
	char bytes[PIECE_BYTES];
};

/* One way of the link: a ring of pieces, each with the time at which its last byte arrives. */
struct way {
	int from, to;
	struct piece *ring;
	size_t head, n;
	int64_t free_us; /* when the line has sent what it has */
	bool eof;
};

static volatile sig_atomic_t resized;

static void
on_winch(int sig)
{
	(void)sig;
	resized = 1;
}

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
pass_size(int to)
{
	struct winsize size;

	resized = 0;
	if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
		ioctl(to, TIOCSWINSZ, &size);
}

static pid_t
start_program(const struct lib_relay *r, int *master)
{
	union {
		const char *const *in;
		char *const *out;
	} argv = {.in = r->argv};
	const char *path;
	pid_t pid;
	int fd;

	*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*master < 0 || grantpt(*master) || unlockpt(*master) || !(path = ptsname(*master)))
		return -1;
	/* Open until the program has its own: without one the master would have ended before it began. */
	fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	pass_size(fd);
	pid = fork();
	if (pid == 0) {
		setsid();
		fd = open(path, O_RDWR);
#ifdef TIOCSCTTY
		ioctl(fd, TIOCSCTTY, 0);
#endif
		dup2(fd, 0);
		dup2(fd, 1);
		dup2(fd, 2);
		execvp(argv.out[0], argv.out);
		_exit(127);
	}
	return pid;
}

static void
take(struct way *w, const struct lib_relay *r)
{
	struct piece *p = &w->ring[(w->head + w->n) % PIECES];
	ssize_t n = read(w->from, p->bytes, sizeof(p->bytes));
	int64_t now = now_us();

	if (n <= 0) {
		w->eof = n == 0 || (errno != EINTR && errno != EAGAIN);
		return;
	}
	if (w->free_us < now)
		w->free_us = now;
	w->free_us += (int64_t)n * 1000000 / r->bytes_per_s;
	p->n = (size_t)n;
	p->due_us = w->free_us + (int64_t)r->delay_ms * 1000;
	w->n++;
}

/* What has arrived is handed on. Returns how long until the next piece does, in ms; -1: there is none. */
static int
give(struct way *w)
{
	while (w->n) {
		struct piece *p = &w->ring[w->head];
		int64_t left = p->due_us - now_us();
		size_t done = 0;

		if (left > 0)
			return (int)(left / 1000) + 1;
		while (done < p->n) {
			ssize_t k = write(w->to, p->bytes + done, p->n - done);

			if (k < 0 && errno != EINTR)
				break;
			done += k > 0 ? (size_t)k : 0;
		}
		w->head = (w->head + 1) % PIECES;
		w->n--;
	}
	return -1;
}

/* We hold its terminal open: that it is gone is known otherwise. */
static bool
is_gone(pid_t pid, int *status, bool *gone)
{
	*gone = *gone || waitpid(pid, status, WNOHANG) == pid;
	return *gone;
}

static void
pass_on(const struct lib_relay *r, struct way *down, struct way *up, pid_t pid, int *status)
{
	bool gone = false;

	while (!down->eof || down->n) {
		struct pollfd ready[2] = {{.fd = down->from}, {.fd = up->from}};
		int a = give(down), b = give(up), wait = a < 0 || (b >= 0 && b < a) ? b : a;

		if (resized)
			pass_size(down->from);
		ready[0].events = !down->eof && down->n < PIECES ? POLLIN : 0;
		ready[1].events = !up->eof && up->n < PIECES ? POLLIN : 0;
		if (down->eof)
			ready[0].fd = -1;
		if (up->eof)
			ready[1].fd = -1;
		if (poll(ready, 2, wait < 0 || wait > 100 ? 100 : wait) <= 0) {
			down->eof = down->eof || is_gone(pid, status, &gone);
			continue;
		}
		if (ready[0].revents)
			take(down, r);
		if (ready[1].revents)
			take(up, r);
	}
}

int
lib_relay_run(void *ctx)
{
	const struct lib_relay *r = ctx;
	struct way down = {.to = STDOUT_FILENO}, up = {.from = STDIN_FILENO};
	struct termios raw;
	int master, status = 0;
	pid_t pid;

	signal(SIGWINCH, on_winch);
	if (tcgetattr(STDIN_FILENO, &raw) == 0) {
		cfmakeraw(&raw);
		tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	}
	pid = start_program(r, &master);
	down.ring = calloc(PIECES, sizeof(*down.ring));
	up.ring = calloc(PIECES, sizeof(*up.ring));
	if (pid < 0 || !down.ring || !up.ring)
		return FAILED;
	down.from = up.to = master;
	pass_on(r, &down, &up, pid, &status);
	free(down.ring);
	free(up.ring);
	return WIFEXITED(status) ? WEXITSTATUS(status) : FAILED;
}
