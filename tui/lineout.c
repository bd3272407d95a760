#include "tui/lineout.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * A pipe that can be written to takes PIPE_BUF bytes without waiting, a terminal at least 256 (and POSIX gives PIPE_BUF
 * no less than 512): pieces are no longer.
 */
#define PIECE_BYTES 256

void
lineout_init(struct lineout *l, int fd)
{
	l->fd = fd;
	l->error = 0;
	l->dropped = 0;
	l->from = l->n = 0;
}

static bool
add(struct lineout *l, const char *bytes, size_t n)
{
	if (l->from) {
		memmove(l->bytes, l->bytes + l->from, l->n - l->from);
		l->n -= l->from;
		l->from = 0;
	}
	if (n > sizeof(l->bytes) - l->n)
		return false;
	memcpy(l->bytes + l->n, bytes, n);
	l->n += n;
	return true;
}

/* False: it takes nothing now, or nothing any more. */
static bool
piece(struct lineout *l, int limit_ms)
{
	struct pollfd ready = {.fd = l->fd, .events = POLLOUT};
	size_t n = l->n - l->from;
	ssize_t k;

	if (poll(&ready, 1, limit_ms) <= 0)
		return false;
	k = write(l->fd, l->bytes + l->from, n < PIECE_BYTES ? n : PIECE_BYTES);
	if (k > 0)
		l->from += (size_t)k;
	else if (k < 0 && errno != EINTR && errno != EAGAIN)
		l->error = errno;
	return k > 0 || errno == EINTR;
}

void
lineout_pump(struct lineout *l)
{
	(void)lineout_finish(l, 0);
}

bool
lineout_finish(struct lineout *l, int limit_ms)
{
	while (l->from < l->n && !l->error && piece(l, limit_ms))
		;
	return l->from == l->n;
}

void
lineout_put(struct lineout *l, const char *line, size_t n)
{
	char told[80];
	int k;

	if (l->error)
		return;
	lineout_pump(l);
	if (l->dropped) {
		k = snprintf(told, sizeof(told), "# %llu lines left out: nobody read them\n",
		    (unsigned long long)l->dropped);
		if (k > 0 && (size_t)k + n <= sizeof(l->bytes) - (l->n - l->from) && add(l, told, (size_t)k))
			l->dropped = 0;
	}
	if (l->dropped || !add(l, line, n))
		l->dropped++;
	lineout_pump(l);
}
