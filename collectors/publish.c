#include "collectors/publish.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "collectors/url.h"
#include "core/mem.h"

/* Queued bytes beyond which they are sent without being asked. */
#define SEND_BYTES 65536
/* Replies are an ID or a sentence each: a line longer than this is no Redis. */
#define REPLY_BYTES 16384

struct publish {
	int fd;
	unsigned timeout_ms;
	struct url url;
	char *out;
	size_t nout, cap;
	char in[REPLY_BYTES];
	size_t nin;
	size_t unanswered;
	size_t skip; /* bytes of a bulk reply still to come, its line end included */
	uint64_t confirmed;
	uint64_t seq;     /* of IDs given by the caller: rises over all keys */
	int64_t last_int; /* of the newest integer reply */
	bool failed;
	struct err error; /* the first error reply */
};

static int64_t
mono_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- encoding -------------------------------------------------------------------------------- */

static int
append(struct publish *p, const char *bytes, size_t n, struct err *err)
{
	char *grown;

	if (p->nout + n > p->cap || !p->out) {
		grown = mem_grow(p->out, &p->cap, p->nout + n, 1);
		if (!grown)
			return err_nomem(err);
		p->out = grown;
	}
	if (n)
		memcpy(p->out + p->nout, bytes, n);
	p->nout += n;
	return 0;
}

static int
append_head(struct publish *p, char mark, size_t n, struct err *err)
{
	char buf[32];
	int k = snprintf(buf, sizeof(buf), "%c%zu\r\n", mark, n);

	return append(p, buf, (size_t)k, err);
}

static int
append_bulk(struct publish *p, struct slice s, struct err *err)
{
	int rc = append_head(p, '$', s.n, err);

	if (!rc)
		rc = append(p, s.p, s.n, err);
	return rc ? rc : append(p, "\r\n", 2, err);
}

static int
append_command(struct publish *p, const struct slice *words, size_t n, struct err *err)
{
	size_t i;
	int rc = append_head(p, '*', n, err);

	for (i = 0; i < n && !rc; i++)
		rc = append_bulk(p, words[i], err);
	if (!rc)
		p->unanswered++;
	return rc;
}

/* ---- replies --------------------------------------------------------------------------------- */

/* The server's words, cut to one line and to what a message holds. */
static void
note_error(struct publish *p, const char *line, size_t n)
{
	enum err_code code = ERR_IO;

	if (p->failed)
		return;
	p->failed = true;
	if (strncmp(line, "NOAUTH", 6) == 0 || strncmp(line, "WRONGPASS", 9) == 0 ||
	    strncmp(line, "NOPERM", 6) == 0)
		code = ERR_AUTH;
	err_set(&p->error, code, "%s: the server says: %.*s", p->url.shown,
	    (int)(n < 300 ? n : 300), line);
}

/* One reply line, without its line end. False if it is no reply this client can have asked for. */
static bool
take_line(struct publish *p, const char *line, size_t n)
{
	char number[24];
	long long v = 0;

	if (!p->unanswered || n == 0)
		return false;
	if (line[0] == ':' || line[0] == '$') {
		if (n < 2 || n > sizeof(number))
			return false;
		memcpy(number, line + 1, n - 1);
		number[n - 1] = '\0';
		if (sscanf(number, "%lld", &v) != 1)
			return false;
	}
	switch (line[0]) {
	case '+':
		break;
	case ':':
		p->last_int = v;
		break;
	case '-':
		note_error(p, line + 1, n - 1);
		break;
	case '$':
		if (v > REPLY_BYTES)
			return false;
		p->skip = v >= 0 ? (size_t)v + 2 : 0;
		break;
	default:
		return false;
	}
	if (line[0] != '-')
		p->confirmed += line[0] == '$' && v > 0;
	p->unanswered--;
	return true;
}

/* Takes whole replies off the input. False on nonsense. */
static bool
take_replies(struct publish *p)
{
	size_t at = 0;
	const char *end;

	for (;;) {
		size_t part = p->nin - at < p->skip ? p->nin - at : p->skip;

		at += part;
		p->skip -= part;
		if (p->skip || at == p->nin)
			break;
		end = memchr(p->in + at, '\n', p->nin - at);
		if (!end)
			break;
		if (end == p->in + at || end[-1] != '\r' ||
		    !take_line(p, p->in + at, (size_t)(end - p->in) - at - 1))
			return false;
		at = (size_t)(end - p->in) + 1;
	}
	memmove(p->in, p->in + at, p->nin - at);
	p->nin -= at;
	return p->nin < sizeof(p->in);
}

/* ---- moving bytes ---------------------------------------------------------------------------- */

static int
read_some(struct publish *p, struct err *err)
{
	ssize_t n = recv(p->fd, p->in + p->nin, sizeof(p->in) - p->nin, 0);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR
			   ? 0
			   : err_set(err, ERR_IO, "%s: %s", p->url.shown, strerror(errno));
	if (n == 0)
		return p->failed ? err_set(err, p->error.code, "%s", p->error.msg)
				 : err_set(err, ERR_IO, "%s: the server closed the connection",
				       p->url.shown);
	p->nin += (size_t)n;
	if (!take_replies(p))
		return err_set(err, ERR_FORMAT, "%s: the answer is not Redis", p->url.shown);
	return 0;
}

/* Sends all of the queue, then reads until at most `left` commands are unanswered. */
static int
drive(struct publish *p, size_t left, struct err *err)
{
	int64_t deadline = mono_ms() + p->timeout_ms;
	size_t sent = 0;
	int rc = 0;

	while (!rc && (sent < p->nout || p->unanswered > left)) {
		struct pollfd pfd = {p->fd, (short)(POLLIN | (sent < p->nout ? POLLOUT : 0)), 0};
		int64_t wait = deadline - mono_ms();
		int ready = wait > 0 ? poll(&pfd, 1, (int)wait) : 0;
		ssize_t n;

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return err_set(err, ERR_IO, "%s: no answer for %u s", p->url.shown,
			    p->timeout_ms / 1000);
		deadline = mono_ms() + p->timeout_ms;
		if (pfd.revents & (POLLIN | POLLHUP | POLLERR))
			rc = read_some(p, err);
		if (rc || !(pfd.revents & POLLOUT))
			continue;
		n = send(p->fd, p->out + sent, p->nout - sent, 0);
		if (n > 0)
			sent += (size_t)n;
		else if (n < 0 && errno != EAGAIN && errno != EINTR)
			rc = err_set(err, ERR_IO, "%s: %s", p->url.shown, strerror(errno));
	}
	if (!rc)
		p->nout = 0;
	return rc;
}

int
publish_flush(struct publish *p, struct err *err)
{
	int rc = drive(p, 0, err);

	if (!rc && p->failed)
		rc = err_set(err, p->error.code, "%s", p->error.msg);
	return rc;
}

/* ---- connecting ------------------------------------------------------------------------------ */

/* Connects within the deadline; the socket stays non-blocking. -1 with errno set. */
static int
connect_to(const struct sockaddr *to, socklen_t len, unsigned timeout_ms)
{
	int fd = socket(to->sa_family, SOCK_STREAM, 0), on = 1, why = 0;
	struct pollfd pfd;
	socklen_t whylen = sizeof(why);

	if (fd < 0)
		return -1;
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL, 0) | O_NONBLOCK);
	if (to->sa_family != AF_UNIX)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(fd, to, len) == 0)
		return fd;
	if (errno == EINPROGRESS) {
		pfd = (struct pollfd){fd, POLLOUT, 0};
		if (poll(&pfd, 1, (int)timeout_ms) <= 0)
			why = ETIMEDOUT;
		else
			(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &whylen);
		if (!why)
			return fd;
		errno = why;
	}
	why = errno;
	close(fd);
	errno = why;
	return -1;
}

static int
connect_tcp(struct publish *p, struct err *err)
{
	struct addrinfo hints = {0}, *list = NULL, *a;
	char port[8];
	int rc;

	hints.ai_socktype = SOCK_STREAM;
	snprintf(port, sizeof(port), "%u", p->url.port);
	rc = getaddrinfo(p->url.host, port, &hints, &list);
	if (rc)
		return err_set(err, ERR_IO, "%s: %s", p->url.shown, gai_strerror(rc));
	for (a = list; a && p->fd < 0; a = a->ai_next)
		p->fd = connect_to(a->ai_addr, a->ai_addrlen, p->timeout_ms);
	if (p->fd < 0)
		rc = err_set(err, ERR_IO, "%s: %s", p->url.shown, strerror(errno));
	freeaddrinfo(list);
	return rc;
}

static int
connect_unix(struct publish *p, struct err *err)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	size_t n = strlen(p->url.path);

	if (n >= sizeof(un.sun_path))
		return err_set(err, ERR_USAGE, "%s: the path of a socket has at most %zu bytes",
		    p->url.shown, sizeof(un.sun_path) - 1);
	memcpy(un.sun_path, p->url.path, n);
	p->fd = connect_to((const struct sockaddr *)&un, sizeof(un), p->timeout_ms);
	return p->fd < 0 ? err_set(err, ERR_IO, "%s: %s", p->url.shown, strerror(errno)) : 0;
}

static int
greet(struct publish *p, const char *password, struct err *err)
{
	struct slice words[3] = {{"AUTH", 4}, {NULL, 0}, {NULL, 0}};
	char db[16];
	size_t n = 1;
	int rc = 0;

	if (!password)
		password = p->url.password;
	if (password) {
		if (p->url.user && *p->url.user)
			words[n++] = slice_of(p->url.user);
		words[n++] = slice_of(password);
		rc = append_command(p, words, n, err);
	}
	if (!rc && p->url.db) {
		snprintf(db, sizeof(db), "%u", p->url.db);
		words[0] = slice_of("SELECT");
		words[1] = slice_of(db);
		rc = append_command(p, words, 2, err);
	}
	if (!rc) {
		words[0] = slice_of("PING");
		rc = append_command(p, words, 1, err);
	}
	return rc ? rc : publish_flush(p, err);
}

int
publish_open(struct publish **out, const char *url, const char *password, unsigned timeout_ms,
    struct err *err)
{
	struct publish *p = mem_calloc(1, sizeof(*p));
	int rc;

	if (!p)
		return err_nomem(err);
	p->fd = -1;
	p->timeout_ms = timeout_ms;
	rc = url_parse(&p->url, url, err);
	if (rc) {
		mem_free(p);
		return rc;
	}
	if (p->url.kind == URL_TCP)
		rc = connect_tcp(p, err);
	else if (p->url.kind == URL_UNIX)
		rc = connect_unix(p, err);
	else
		rc = err_set(err, ERR_USAGE,
		    "'%s' is no server: write redis://host:port or unix:///path", p->url.shown);
	if (!rc)
		rc = greet(p, password, err);
	if (rc) {
		publish_close(p);
		return rc;
	}
	*out = p;
	return 0;
}

void
publish_close(struct publish *p)
{
	if (!p)
		return;
	if (p->fd >= 0)
		close(p->fd);
	url_release(&p->url);
	mem_free(p->out);
	mem_free(p);
}

/* ---- commands -------------------------------------------------------------------------------- */

int
publish_exists(struct publish *p, struct slice key, bool *exists, struct err *err)
{
	const struct slice words[2] = {{"EXISTS", 6}, key};
	int rc = append_command(p, words, 2, err);

	p->last_int = 0;
	if (!rc)
		rc = publish_flush(p, err);
	*exists = p->last_int != 0;
	return rc;
}

static int
add_head(struct publish *p, struct slice key, int64_t ms_id, uint64_t maxlen, size_t nfields,
    struct err *err)
{
	char id[32], len[32];
	int rc;

	rc = append_head(p, '*', 3 + (maxlen ? 3 : 0) + 2 * nfields, err);
	if (!rc)
		rc = append_bulk(p, slice_of("XADD"), err);
	if (!rc)
		rc = append_bulk(p, key, err);
	if (!rc && maxlen) {
		snprintf(len, sizeof(len), "%" PRIu64, maxlen);
		rc = append_bulk(p, slice_of("MAXLEN"), err);
		if (!rc)
			rc = append_bulk(p, slice_of("~"), err);
		if (!rc)
			rc = append_bulk(p, slice_of(len), err);
	}
	snprintf(id, sizeof(id), "*");
	if (ms_id >= 0)
		snprintf(id, sizeof(id), "%" PRId64 "-%" PRIu64, ms_id, p->seq++);
	return rc ? rc : append_bulk(p, slice_of(id), err);
}

int
publish_add(struct publish *p, struct slice key, int64_t ms_id, uint64_t maxlen,
    const struct pair *fields, size_t nfields, struct err *err)
{
	size_t start = p->nout, i;
	int rc;

	assert(nfields > 0);
	if (p->failed)
		return err_set(err, p->error.code, "%s", p->error.msg);
	rc = add_head(p, key, ms_id, maxlen, nfields, err);
	for (i = 0; i < nfields && !rc; i++) {
		rc = append_bulk(p, fields[i].name, err);
		if (!rc)
			rc = append_bulk(p, fields[i].value, err);
	}
	if (rc) {
		p->nout = start;
		return rc;
	}
	p->unanswered++;
	if (p->nout < SEND_BYTES && p->unanswered < PUBLISH_WINDOW)
		return 0;
	rc = drive(p, PUBLISH_WINDOW / 2, err);
	if (!rc && p->failed)
		rc = err_set(err, p->error.code, "%s", p->error.msg);
	return rc;
}

uint64_t
publish_confirmed(const struct publish *p)
{
	return p->confirmed;
}

const char *
publish_shown(const struct publish *p)
{
	return p->url.shown;
}
