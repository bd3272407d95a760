#include "tests/lib_fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "core/err.h"

struct text {
	char *p;
	size_t n, cap;
};

struct fake_peer {
	union {
		uv_stream_t stream;
		uv_tcp_t tcp;
		uv_pipe_t pipe;
	} handle;
	uv_timer_t drip;
	struct fake *fake;
	struct fake_peer *next;
	struct text in, out, slow;
	size_t slow_at;
	bool data; /* an XREAD has come */
	bool muted, closing;
	size_t budget; /* bytes left to send behind the first XREAD; SIZE_MAX: no end */
	char chunk[65536];
	int open_handles;
};

struct reply_write {
	uv_write_t req;
	struct fake_peer *peer;
	bool then_close, again;
	size_t n;
	char bytes[];
};

static void
text_add(struct text *t, const char *p, size_t n)
{
	if (t->n + n > t->cap) {
		t->cap = (t->n + n) * 2;
		t->p = realloc(t->p, t->cap);
		assert_non_null(t->p);
	}
	memcpy(t->p + t->n, p, n);
	t->n += n;
}

static void text_fmt(struct text *t, const char *fmt, ...) ERR_PRINTF(2, 3);

static void
text_fmt(struct text *t, const char *fmt, ...)
{
	char buf[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	text_add(t, buf, (size_t)n);
}

static void
text_bulk(struct text *t, const char *s)
{
	text_fmt(t, "$%zu\r\n%s\r\n", strlen(s), s);
}

/* ---- closing --------------------------------------------------------------------------------- */

static void
on_peer_gone(uv_handle_t *handle)
{
	struct fake_peer *p = handle->data, **at = &p->fake->peers;

	if (--p->open_handles > 0)
		return;
	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	free(p->in.p);
	free(p->out.p);
	free(p->slow.p);
	free(p);
}

static void
peer_close(struct fake_peer *p)
{
	if (p->closing)
		return;
	p->closing = true;
	uv_close((uv_handle_t *)&p->handle, on_peer_gone);
	uv_close((uv_handle_t *)&p->drip, on_peer_gone);
}

/* ---- sending --------------------------------------------------------------------------------- */

static void peer_send(struct fake_peer *p, const char *bytes, size_t n, bool then_close, bool again);

static void
on_sent(uv_write_t *req, int status)
{
	struct reply_write *w = req->data;
	struct fake_peer *p = w->peer;

	if (!p->closing && w->then_close)
		peer_close(p);
	else if (!p->closing && w->again && status == 0)
		peer_send(p, w->bytes, w->n, false, true);
	free(w);
}

static void
peer_send(struct fake_peer *p, const char *bytes, size_t n, bool then_close, bool again)
{
	struct reply_write *w;
	uv_buf_t buf;

	if (p->closing)
		return;
	if (p->data && p->budget != SIZE_MAX) {
		then_close |= n >= p->budget;
		n = n < p->budget ? n : p->budget;
		p->budget -= n;
	}
	if (n == 0 && then_close) {
		peer_close(p);
		return;
	}
	w = malloc(sizeof(*w) + n);
	assert_non_null(w);
	memcpy(w->bytes, bytes, n);
	w->peer = p;
	w->then_close = then_close;
	w->again = again;
	w->n = n;
	w->req.data = w;
	buf = uv_buf_init(w->bytes, (unsigned)n);
	if (uv_write(&w->req, &p->handle.stream, &buf, 1, on_sent))
		free(w);
}

static void
on_late(uv_timer_t *timer)
{
	struct fake_peer *p = timer->data;

	peer_send(p, p->slow.p, p->slow.n, false, false);
	p->slow.n = 0;
}

static void
on_drip(uv_timer_t *timer)
{
	struct fake_peer *p = timer->data;

	if (p->slow_at == p->slow.n) {
		uv_timer_stop(timer);
		return;
	}
	peer_send(p, p->slow.p + p->slow_at++, 1, false, false);
}

/* ---- answers --------------------------------------------------------------------------------- */

static void
add_entry(struct text *t, unsigned i)
{
	char id[64], n[16];

	snprintf(id, sizeof(id), "%llu-0", FAKE_FIRST_MS + i);
	snprintf(n, sizeof(n), "%u", i);
	text_fmt(t, "*2\r\n");
	text_bulk(t, id);
	text_fmt(t, "*4\r\n");
	text_bulk(t, "n");
	text_bulk(t, n);
	text_bulk(t, "latency_ms");
	text_bulk(t, "1.5");
}

/* The first entry above an ID as text: IDs are FAKE_FIRST_MS + i, seq 0. */
static unsigned
entry_above(const char *id, size_t n)
{
	char buf[64] = "";
	unsigned long long ms;

	memcpy(buf, id, n < 63 ? n : 63);
	ms = strtoull(buf, NULL, 10);
	return ms < FAKE_FIRST_MS ? 0 : (unsigned)(ms - FAKE_FIRST_MS) + 1;
}

static void
answer_xread(struct fake *f, struct text *t, unsigned count, const char *id, size_t idn)
{
	unsigned from = entry_above(id, idn), n = from < f->entries ? f->entries - from : 0, i;

	if (n > count)
		n = count;
	if (n == 0) {
		text_fmt(t, "*-1\r\n");
		return;
	}
	text_fmt(t, "*1\r\n*2\r\n");
	text_bulk(t, "ml:a");
	text_fmt(t, "*%u\r\n", n);
	for (i = 0; i < n; i++) {
		add_entry(t, from + i);
		if (f->action == FAKE_STUCK && from + i == f->cut)
			f->stuck_at = t->n - 3;
		f->asked_cut |= f->action == FAKE_SILENT && from + i == f->cut;
	}
}

/* XRANGE key (from to COUNT 1 */
static void
answer_xrange(struct fake *f, struct text *t, char **argv, size_t *lens)
{
	unsigned from = entry_above(argv[2] + 1, lens[2] - 1), to = entry_above(argv[3], lens[3]);

	if (from >= to || from >= f->entries) {
		text_fmt(t, "*0\r\n");
		return;
	}
	f->asked_cut = f->action == FAKE_SILENT && from == f->cut;
	text_fmt(t, "*1\r\n");
	add_entry(t, from);
}

/* What was asked for is never sent, nor is anything behind it. */
static void
fall_silent(struct fake_peer *p, struct text *t)
{
	peer_send(p, p->out.p, p->out.n, false, false);
	p->muted = true;
	p->out.n = t->n = 0;
}

static void
answer_info(const struct fake *f, struct text *t)
{
	char last[64];

	snprintf(last, sizeof(last), "%llu-0", FAKE_FIRST_MS + f->entries - 1);
	text_fmt(t, "*%d\r\n", f->old ? 8 : 12);
	text_bulk(t, "length");
	text_fmt(t, ":%u\r\n", f->entries);
	text_bulk(t, "last-generated-id");
	text_bulk(t, last);
	if (!f->old) {
		text_bulk(t, "entries-added");
		text_fmt(t, ":%u\r\n", f->entries);
		text_bulk(t, "max-deleted-entry-id");
		text_bulk(t, "0-0");
	}
	text_bulk(t, "first-entry");
	add_entry(t, 0);
	text_bulk(t, "last-entry");
	add_entry(t, f->entries - 1);
}

static bool
take_turn(struct fake *f)
{
	if (f->times == 0)
		return false;
	f->times--;
	return true;
}

static void
misbehave(struct fake_peer *p, struct text *t)
{
	struct fake *f = p->fake;
	bool flood = f->action == FAKE_FLOOD, half = f->action == FAKE_HALF || f->action == FAKE_HALF_FIN;
	size_t at = p->out.n;

	switch (f->action) {
	case FAKE_INSTEAD:
	case FAKE_FLOOD:
		peer_send(p, p->out.p, p->out.n, false, false);
		peer_send(p, f->bytes, f->nbytes, false, flood);
		p->muted = true;
		break;
	case FAKE_ANSWER:
		t->n = 0;
		text_add(t, f->bytes, f->nbytes);
		break;
	case FAKE_BEHIND:
		text_add(t, f->bytes, f->nbytes);
		break;
	case FAKE_DOUBLE:
		text_add(&p->slow, t->p, t->n);
		text_add(t, p->slow.p, p->slow.n);
		break;
	case FAKE_LATE:
		peer_send(p, p->out.p, p->out.n, false, false);
		text_add(&p->slow, t->p, t->n);
		uv_timer_start(&p->drip, on_late, 20, 0);
		p->out.n = t->n = 0;
		break;
	case FAKE_HALF:
	case FAKE_HALF_FIN:
	case FAKE_DRIP:
		peer_send(p, p->out.p, at, false, false);
		if (half)
			peer_send(p, t->p, t->n / 2, f->action == FAKE_HALF_FIN, false);
		text_add(&p->slow, t->p, t->n);
		if (!half)
			uv_timer_start(&p->drip, on_drip, 50, 50);
		p->muted = true;
		break;
	default:
		return;
	}
	if (!p->muted)
		text_add(&p->out, t->p, t->n);
	t->n = 0;
	if (p->muted)
		p->out.n = 0;
}

static bool
is(const char *p, size_t n, const char *word)
{
	return n == strlen(word) && memcmp(p, word, n) == 0;
}

static void
xread(struct fake_peer *p, char **argv, size_t *lens, int argc)
{
	struct fake *f = p->fake;
	struct text t = {0};

	f->xreads++;
	if (!p->data && f->action == FAKE_CUT && f->cut < f->cut_end) {
		p->budget = f->cut;
		f->cut += f->cut_step;
	}
	p->data = true;
	f->stuck_at = 0;
	f->asked_cut = false;
	answer_xread(f, &t, (unsigned)strtoul(argv[2], NULL, 10), argv[argc - 1], lens[argc - 1]);
	if (f->action >= FAKE_INSTEAD && f->action < FAKE_CUT && take_turn(f))
		misbehave(p, &t);
	if (f->asked_cut)
		fall_silent(p, &t);
	if (f->stuck_at) {
		peer_send(p, p->out.p, p->out.n, false, false);
		peer_send(p, t.p, f->stuck_at, false, false);
		p->muted = true;
		p->out.n = t.n = 0;
	}
	if (t.n)
		text_add(&p->out, t.p, t.n);
	free(t.p);
}

static void
xrange(struct fake_peer *p, char **argv, size_t *lens)
{
	struct fake *f = p->fake;
	struct text t = {0};

	f->asked_cut = false;
	answer_xrange(f, &t, argv, lens);
	if (f->asked_cut)
		fall_silent(p, &t);
	if (t.n)
		text_add(&p->out, t.p, t.n);
	free(t.p);
}

static void
answer(struct fake_peer *p, char **argv, size_t *lens, int argc)
{
	struct fake *f = p->fake;

	if (p->muted)
		return;
	if (is(argv[0], lens[0], "XREAD")) {
		xread(p, argv, lens, argc);
	} else if (is(argv[0], lens[0], "XINFO")) {
		answer_info(f, &p->out);
	} else if (is(argv[0], lens[0], "SCAN") && f->old && is(argv[argc - 2], lens[argc - 2], "TYPE")) {
		text_fmt(&p->out, "-ERR syntax error\r\n");
	} else if (is(argv[0], lens[0], "SCAN")) {
		text_fmt(&p->out, "*2\r\n$1\r\n0\r\n*1\r\n");
		text_bulk(&p->out, "ml:a");
	} else if (is(argv[0], lens[0], "TIME")) {
		text_fmt(&p->out, "*2\r\n$10\r\n1000000000\r\n$1\r\n0\r\n");
	} else if (is(argv[0], lens[0], "XRANGE")) {
		xrange(p, argv, lens);
	} else if (f->action == FAKE_AUTH && take_turn(f)) {
		text_add(&p->out, f->bytes, f->nbytes);
	} else {
		text_fmt(&p->out, "+OK\r\n");
	}
}

/* One command from the front of what came; the bytes it took, 0: not all there. */
static size_t
take_command(struct fake_peer *p)
{
	char *argv[256], *at = p->in.p, *end = p->in.p + p->in.n, *nl;
	size_t lens[256];
	int argc, i;

	nl = p->in.n ? memchr(at, '\n', p->in.n) : NULL;
	if (!nl)
		return 0;
	argc = (int)strtol(at + 1, NULL, 10);
	assert_in_range(argc, 1, 255);
	at = nl + 1;
	for (i = 0; i < argc; i++) {
		nl = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
		if (!nl)
			return 0;
		lens[i] = strtoul(at + 1, NULL, 10);
		argv[i] = nl + 1;
		if ((size_t)(end - argv[i]) < lens[i] + 2)
			return 0;
		argv[i][lens[i]] = '\0';
		at = argv[i] + lens[i] + 2;
	}
	answer(p, argv, lens, argc);
	return (size_t)(at - p->in.p);
}

/* ---- connections ----------------------------------------------------------------------------- */

static void
on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct fake_peer *p = handle->data;

	(void)suggested;
	*buf = uv_buf_init(p->chunk, sizeof(p->chunk));
}

static void
on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	struct fake_peer *p = stream->data;
	size_t taken;

	if (n < 0)
		peer_close(p);
	if (n <= 0)
		return;
	text_add(&p->in, buf->base, (size_t)n);
	while (!p->closing && (taken = take_command(p)) > 0) {
		memmove(p->in.p, p->in.p + taken, p->in.n - taken);
		p->in.n -= taken;
	}
	if (p->out.n)
		peer_send(p, p->out.p, p->out.n, false, false);
	p->out.n = 0;
}

static void
greet(struct fake_peer *p)
{
	struct fake *f = p->fake;

	switch (f->action) {
	case FAKE_REFUSE:
		if (take_turn(f))
			peer_close(p);
		break;
	case FAKE_RESET:
		if (take_turn(f) && uv_tcp_close_reset(&p->handle.tcp, on_peer_gone) == 0) {
			p->closing = true;
			uv_close((uv_handle_t *)&p->drip, on_peer_gone);
		}
		break;
	case FAKE_GREET:
		if (take_turn(f))
			peer_send(p, f->bytes, f->nbytes, true, false);
		break;
	case FAKE_MUTE:
		p->muted = take_turn(f);
		break;
	default:
		break;
	}
}

static void
on_connection(uv_stream_t *listener, int status)
{
	struct fake *f = listener->data;
	struct fake_peer *p = calloc(1, sizeof(*p));

	assert_int_equal(status, 0);
	assert_non_null(p);
	f->connections++;
	p->fake = f;
	p->budget = SIZE_MAX;
	p->open_handles = 2;
	p->next = f->peers;
	f->peers = p;
	if (f->path[0])
		uv_pipe_init(f->loop, &p->handle.pipe, 0);
	else
		uv_tcp_init(f->loop, &p->handle.tcp);
	uv_timer_init(f->loop, &p->drip);
	p->handle.stream.data = p->drip.data = p;
	assert_int_equal(uv_accept(listener, &p->handle.stream), 0);
	uv_read_start(&p->handle.stream, on_alloc, on_read);
	greet(p);
}

static void
listen_tcp(struct fake *f)
{
	struct sockaddr_in a;
	int n = sizeof(a);

	assert_int_equal(uv_tcp_init(f->loop, &f->listener.tcp), 0);
	assert_int_equal(uv_ip4_addr("127.0.0.1", 0, &a), 0);
	assert_int_equal(uv_tcp_bind(&f->listener.tcp, (struct sockaddr *)&a, 0), 0);
	assert_int_equal(uv_tcp_getsockname(&f->listener.tcp, (struct sockaddr *)&a, &n), 0);
	snprintf(f->url, sizeof(f->url), "redis://127.0.0.1:%u", ntohs(a.sin_port));
}

static void
listen_unix(struct fake *f)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(f->path, sizeof(f->path), "%s/drifttop-fake-%ld", tmp ? tmp : "/tmp", (long)getpid());
	unlink(f->path);
	assert_int_equal(uv_pipe_init(f->loop, &f->listener.pipe, 0), 0);
	assert_int_equal(uv_pipe_bind(&f->listener.pipe, f->path), 0);
	snprintf(f->url, sizeof(f->url), "unix://%s", f->path);
}

void
fake_start(struct fake *f, uv_loop_t *loop, bool tcp, unsigned entries)
{
	memset(f, 0, sizeof(*f));
	f->loop = loop;
	f->entries = entries;
	if (tcp)
		listen_tcp(f);
	else
		listen_unix(f);
	f->listener.stream.data = f;
	assert_int_equal(uv_listen(&f->listener.stream, 16, on_connection), 0);
}

void
fake_stop(struct fake *f)
{
	struct fake_peer *p;

	if (!f->loop)
		return;
	for (p = f->peers; p; p = p->next)
		peer_close(p);
	uv_close((uv_handle_t *)&f->listener, NULL);
	f->loop = NULL;
}
