#include "collectors/redis_conn.h"

#include <stdio.h>

#include "collectors/net_stream.h"
#include "core/mem.h"

/*
 * Deadlines rather than keepalive: a stopped process or a hung proxy keeps its connection open for ever. The oldest
 * open request has command_ms from when it was sent or became the oldest; once its reply has begun, each piece has
 * stall_ms and the whole of it reply_ms, so that a peer that drips does not hold us.
 */

enum handshake_kind { ASK_AUTH = -1, ASK_SELECT = -2, ASK_NAME = -3 };

struct redis_conn {
	uv_loop_t *loop;
	struct conn_events events;
	struct source_timing timing;
	char *user, *password;
	unsigned db;
	struct net_stream *net;
	struct resp_codec *codec;
	struct conn_request *fifo; /* ring, cap a power of two */
	size_t fifo_cap, fifo_head, fifo_tail;
	char *out;
	size_t out_len, out_cap;
	uv_timer_t deadline, backoff;
	bool connecting, ready, waiting, stopping;
	unsigned handshake; /* replies of it still to come */
	unsigned attempt;
	bool slow; /* refused for want of credentials: the long back-off */
	uint64_t ready_mono, reply_mono, last_byte_mono, retry_mono, bytes, losses, rng;
	char note[128];
	char drop_why[256];
	bool dropping, drop_refused, drop_unexplained, drop_closed;
	void (*freed)(void *ctx);
	void *freed_ctx;
	unsigned open_handles;
};

static void fail_now(struct redis_conn *c, const char *why);

static uint64_t
now_mono(const struct redis_conn *c)
{
	return uv_now(c->loop);
}

/* xorshift64*: the jitter needs to differ between processes, no more. */
static uint64_t
next_random(struct redis_conn *c)
{
	c->rng ^= c->rng >> 12;
	c->rng ^= c->rng << 25;
	c->rng ^= c->rng >> 27;
	return c->rng * UINT64_C(2685821657736338717);
}

static size_t
fifo_count(const struct redis_conn *c)
{
	return c->fifo_tail - c->fifo_head;
}

static struct conn_request *
fifo_oldest(struct redis_conn *c)
{
	return fifo_count(c) ? &c->fifo[c->fifo_head & (c->fifo_cap - 1)] : NULL;
}

static int
fifo_put(struct redis_conn *c, const struct conn_request *request, struct err *err)
{
	if (fifo_count(c) == c->fifo_cap) {
		size_t cap = c->fifo_cap ? c->fifo_cap * 2 : 64, n = fifo_count(c), i;
		struct conn_request *grown = mem_calloc(cap, sizeof(*grown));

		if (!grown)
			return err_nomem(err);
		for (i = 0; i < n; i++)
			grown[i] = c->fifo[(c->fifo_head + i) & (c->fifo_cap - 1)];
		mem_free(c->fifo);
		c->fifo = grown;
		c->fifo_cap = cap;
		c->fifo_head = 0;
		c->fifo_tail = n;
	}
	c->fifo[c->fifo_tail++ & (c->fifo_cap - 1)] = *request;
	return 0;
}

/* ---- deadlines ------------------------------------------------------------------------------- */

static void
on_deadline(uv_timer_t *timer)
{
	struct redis_conn *c = timer->data;
	char why[128];

	c->drop_unexplained = fifo_count(c) > 0;
	if (!c->reply_mono)
		snprintf(why, sizeof(why), "the server does not answer any more");
	else if (now_mono(c) - c->reply_mono >= c->timing.reply_ms)
		snprintf(why, sizeof(why), "one reply took longer than %u ms", c->timing.reply_ms);
	else
		snprintf(why, sizeof(why), "the server stopped in the middle of a reply");
	fail_now(c, why);
}

static void
arm_deadline(struct redis_conn *c)
{
	const struct conn_request *oldest = fifo_oldest(c);
	uint64_t wait;

	if (!oldest) {
		uv_timer_stop(&c->deadline);
		return;
	}
	if (c->reply_mono) {
		uint64_t spent = now_mono(c) - c->reply_mono;
		uint64_t left = spent < c->timing.reply_ms ? c->timing.reply_ms - spent : 0;

		wait = left < c->timing.stall_ms ? left : c->timing.stall_ms;
	} else {
		wait = oldest->blocking ? c->timing.block_ms + c->timing.block_grace_ms : c->timing.command_ms;
	}
	uv_timer_start(&c->deadline, on_deadline, wait, 0);
}

/* ---- asking ---------------------------------------------------------------------------------- */

int
redis_conn_ask(struct redis_conn *c, const struct conn_request *request, int argc, const char **argv,
    const size_t *lens, struct err *err)
{
	size_t before = c->out_len;
	int rc = resp_codec_format(&c->out, &c->out_len, &c->out_cap, argc, argv, lens, err);

	if (!rc && (rc = fifo_put(c, request, err)))
		c->out_len = before;
	return rc;
}

void
redis_conn_flush(struct redis_conn *c)
{
	if (c->out_len == 0)
		return;
	net_stream_write(c->net, c->out, c->out_len);
	c->out_len = 0;
	if (!uv_is_active((uv_handle_t *)&c->deadline))
		arm_deadline(c);
}

static int
ask_words(struct redis_conn *c, int kind, int argc, const char **argv, struct err *err)
{
	struct conn_request request = {.kind = kind, .shape = RESP_WORD};
	size_t lens[4];
	int i;

	for (i = 0; i < argc; i++)
		lens[i] = strlen(argv[i]);
	c->handshake++;
	return redis_conn_ask(c, &request, argc, argv, lens, err);
}

static int
ask_handshake(struct redis_conn *c, struct err *err)
{
	const char *name[] = {"CLIENT", "SETNAME", "drifttop"};
	const char *auth[3] = {"AUTH"};
	const char *select[2] = {"SELECT"};
	char db[16];
	int argc = 1, rc = 0;

	if (c->password) {
		if (c->user)
			auth[argc++] = c->user;
		auth[argc++] = c->password;
		rc = ask_words(c, ASK_AUTH, argc, auth, err);
	}
	snprintf(db, sizeof(db), "%u", c->db);
	select[1] = db;
	if (!rc && c->db)
		rc = ask_words(c, ASK_SELECT, 2, select, err);
	if (!rc)
		rc = ask_words(c, ASK_NAME, 3, name, err);
	return rc;
}

/* ---- the end of a connection, and the next one ----------------------------------------------- */

static void
connect_now(struct redis_conn *c)
{
	struct err err;

	c->waiting = false;
	c->retry_mono = 0;
	c->connecting = true;
	c->reply_mono = 0;
	c->fifo_head = c->fifo_tail = 0;
	c->out_len = 0;
	c->dropping = c->drop_refused = c->drop_unexplained = c->drop_closed = false;
	if (resp_codec_reset(c->codec, &err))
		redis_conn_drop(c, err.msg);
	else
		net_stream_open(c->net);
}

static void
on_backoff(uv_timer_t *timer)
{
	struct redis_conn *c = timer->data;

	if (c->dropping)
		fail_now(c, c->drop_why);
	else
		connect_now(c);
}

/*
 * The back-off starts over only after a while of being up: a server that fails right behind the handshake would
 * otherwise be hammered.
 */
static unsigned
next_backoff(struct redis_conn *c)
{
	unsigned most = c->slow ? c->timing.backoff_auth_ms : c->timing.backoff_max_ms;
	uint64_t delay = c->timing.backoff_min_ms;
	unsigned i;

	if (c->slow && delay < c->timing.backoff_max_ms)
		delay = c->timing.backoff_max_ms;
	for (i = 0; i < c->attempt && delay < most; i++)
		delay *= 2;
	if (delay > most)
		delay = most;
	c->attempt++;
	return (unsigned)(delay / 2 + next_random(c) % (delay + 1));
}

static void
fail_now(struct redis_conn *c, const char *why)
{
	const struct conn_request *oldest = fifo_oldest(c);
	struct conn_request open = oldest ? *oldest : (struct conn_request){0};
	struct conn_loss loss = {
	    .was_ready = c->ready,
	    .refused = c->drop_refused,
	    .unexplained = c->drop_unexplained,
	    .closed = c->drop_closed,
	    .inside = resp_codec_inside(c->codec),
	    .open = oldest && oldest->kind >= 0 ? &open : NULL,
	    .why = why,
	};

	if (c->stopping)
		return;
	resp_codec_unfinished(c->codec, &loss.ms, &loss.seq, &loss.entry_bytes, &loss.oversize);
	uv_timer_stop(&c->deadline);
	resp_codec_stop(c->codec);
	net_stream_close(c->net);
	if (c->ready) {
		c->losses++;
		if (now_mono(c) - c->ready_mono >= c->timing.backoff_reset_ms)
			c->attempt = 0;
	}
	if (c->slow != c->drop_refused)
		c->attempt = 0;
	c->slow = c->drop_refused;
	c->ready = c->connecting = c->dropping = false;
	c->waiting = true;
	c->fifo_head = c->fifo_tail = 0;
	c->out_len = 0;
	loss.retry_ms = next_backoff(c);
	c->retry_mono = now_mono(c) + loss.retry_ms;
	uv_timer_start(&c->backoff, on_backoff, loss.retry_ms, 0);
	c->events.lost(c->events.ctx, &loss);
}

void
redis_conn_drop(struct redis_conn *c, const char *why)
{
	if (c->dropping || c->waiting || c->stopping)
		return;
	c->dropping = true;
	if (why != c->drop_why)
		snprintf(c->drop_why, sizeof(c->drop_why), "%s", why);
	resp_codec_stop(c->codec);
	uv_timer_start(&c->backoff, on_backoff, 0, 0);
}

/* ---- what comes from the codec --------------------------------------------------------------- */

static enum resp_shape
on_begin(void *ctx)
{
	struct redis_conn *c = ctx;
	const struct conn_request *oldest = fifo_oldest(c);

	return oldest ? oldest->shape : RESP_NOTHING;
}

static bool
on_stream(void *ctx, struct slice key)
{
	struct redis_conn *c = ctx;

	return c->events.stream(c->events.ctx, fifo_oldest(c), key);
}

static enum resp_verdict
on_entry(void *ctx, const struct resp_entry *e, uint32_t *stream, const char **why)
{
	struct redis_conn *c = ctx;

	return c->events.entry(c->events.ctx, fifo_oldest(c), e, stream, why);
}

static void
on_value(void *ctx, const struct resp_value *v)
{
	struct redis_conn *c = ctx;
	const struct conn_request *oldest = fifo_oldest(c);

	if (oldest && oldest->kind >= 0)
		c->events.value(c->events.ctx, oldest, v);
}

/* True if this error ends the connection; it is then being dropped. */
static bool
error_ends(struct redis_conn *c, int kind, struct slice text)
{
	enum redis_error_class cls = redis_error_classify(text);

	if (kind == ASK_NAME && (cls == REDIS_ERROR_DENIED || cls == REDIS_ERROR_COMMAND || cls == REDIS_ERROR_OTHER)) {
		snprintf(c->note, sizeof(c->note), "the connection could not be named (CLIENT SETNAME is not allowed)");
		return false;
	}
	if (kind < 0 && cls == REDIS_ERROR_WAIT)
		return false;
	if (kind >= 0 && cls != REDIS_ERROR_AUTH && cls != REDIS_ERROR_CONNECTION && cls != REDIS_ERROR_OTHER)
		return false;
	c->drop_refused = cls == REDIS_ERROR_AUTH || cls == REDIS_ERROR_DENIED;
	redis_error_sentence(text, c->drop_why, sizeof(c->drop_why));
	redis_conn_drop(c, c->drop_why);
	return true;
}

static void
on_end(void *ctx, const struct resp_value *top)
{
	struct redis_conn *c = ctx;
	const struct conn_request *oldest = fifo_oldest(c);
	struct conn_request request = oldest ? *oldest : (struct conn_request){.kind = ASK_NAME - 1};

	c->reply_mono = 0;
	if (top->kind == RESP_ERROR && error_ends(c, request.kind, top->text))
		return;
	if (!oldest) {
		redis_conn_drop(c, "an error came that was not asked for");
		return;
	}
	c->fifo_head++;
	uv_timer_stop(&c->deadline);
	if (request.kind >= 0) {
		c->events.reply(c->events.ctx, &request, top);
	} else if (--c->handshake == 0) {
		c->ready = true;
		c->connecting = false;
		c->ready_mono = now_mono(c);
		c->events.ready(c->events.ctx);
	}
}

/* ---- what comes from the network ------------------------------------------------------------- */

static void
on_opened(void *ctx)
{
	struct redis_conn *c = ctx;
	struct err err;

	c->handshake = 0;
	c->note[0] = '\0';
	if (ask_handshake(c, &err))
		redis_conn_drop(c, err.msg);
	else
		redis_conn_flush(c);
}

static void
on_received(void *ctx, const char *p, size_t bytes)
{
	struct redis_conn *c = ctx;
	struct err err;

	if (c->dropping)
		return;
	c->bytes += bytes;
	c->last_byte_mono = now_mono(c);
	if (resp_codec_feed(c->codec, p, bytes, &err)) {
		fail_now(c, err.msg);
	} else if (!c->dropping && !c->waiting && !c->stopping) {
		if (resp_codec_inside(c->codec) && !c->reply_mono)
			c->reply_mono = now_mono(c);
		arm_deadline(c);
	}
	if (c->events.parsed && !c->stopping)
		c->events.parsed(c->events.ctx);
}

static void
on_ended(void *ctx, int status, const char *why)
{
	struct redis_conn *c = ctx;
	bool inside = resp_codec_inside(c->codec);
	char text[300];

	if (c->dropping) {
		/* The peer closes behind its own last word; the word is the reason. */
		fail_now(c, c->drop_why);
		return;
	}
	(void)status;
	c->drop_unexplained = c->ready && fifo_count(c) > 0;
	c->drop_closed = true;
	snprintf(text, sizeof(text), "%s%s", why, inside ? " in the middle of a reply" : "");
	fail_now(c, text);
}

/* ---- life ------------------------------------------------------------------------------------ */

static char *
copy_or_null(const char *text, bool *failed)
{
	char *copy = text ? mem_dup(text, strlen(text)) : NULL;

	*failed |= text && !copy;
	return copy;
}

static void
release(struct redis_conn *c)
{
	mem_free(c->user);
	mem_free_secret(c->password);
	mem_free(c->fifo);
	mem_free(c->out);
	resp_codec_free(c->codec);
	mem_free(c);
}

int
redis_conn_new(struct redis_conn **out, uv_loop_t *loop, const struct conn_options *options,
    const struct conn_events *events, struct err *err)
{
	static const struct net_filter *const plain = NULL;
	struct redis_conn *c = mem_calloc(1, sizeof(*c));
	const struct url *url = options->url;
	struct resp_handler handler = {c, on_begin, on_stream, on_entry, on_value, on_end};
	struct net_events net_events = {c, on_opened, on_received, on_ended};
	struct net_options net_options = {url->kind == URL_TCP ? url->host : NULL, url->port, url->path,
	    options->timing->connect_ms, plain};
	bool failed = false;

	if (!c)
		return err_nomem(err);
	c->loop = loop;
	c->events = *events;
	c->timing = *options->timing;
	c->db = url->db;
	c->rng = options->seed | 1;
	c->user = copy_or_null(url->user, &failed);
	c->password = copy_or_null(options->password ? options->password : url->password, &failed);
	if (failed || resp_codec_new(&c->codec, options->batch, &handler, NULL) ||
	    net_stream_new(&c->net, loop, &net_options, &net_events, NULL)) {
		release(c);
		return err_nomem(err);
	}
	/* These two cannot fail. */
	uv_timer_init(loop, &c->deadline);
	uv_timer_init(loop, &c->backoff);
	c->deadline.data = c->backoff.data = c;
	*out = c;
	return 0;
}

static void
handle_freed(struct redis_conn *c)
{
	void (*freed)(void *ctx) = c->freed;
	void *ctx = c->freed_ctx;

	if (--c->open_handles > 0)
		return;
	release(c);
	freed(ctx);
}

static void
on_net_freed(void *ctx)
{
	handle_freed(ctx);
}

static void
on_timer_closed(uv_handle_t *handle)
{
	handle_freed(handle->data);
}

void
redis_conn_free(struct redis_conn *c, void (*freed)(void *ctx), void *ctx)
{
	c->stopping = true;
	c->freed = freed;
	c->freed_ctx = ctx;
	c->open_handles = 3;
	resp_codec_stop(c->codec);
	net_stream_free(c->net, on_net_freed, c);
	uv_close((uv_handle_t *)&c->deadline, on_timer_closed);
	uv_close((uv_handle_t *)&c->backoff, on_timer_closed);
}

void
redis_conn_start(struct redis_conn *c)
{
	connect_now(c);
}

void
redis_conn_retry(struct redis_conn *c)
{
	if (!c->waiting || c->stopping)
		return;
	c->attempt = 0;
	uv_timer_stop(&c->backoff);
	connect_now(c);
}

bool
redis_conn_ready(const struct redis_conn *c)
{
	return c->ready && !c->dropping;
}

bool
redis_conn_connecting(const struct redis_conn *c)
{
	return c->connecting;
}

size_t
redis_conn_outstanding(const struct redis_conn *c)
{
	return fifo_count(c);
}

uint64_t
redis_conn_bytes(const struct redis_conn *c)
{
	return c->bytes;
}

uint64_t
redis_conn_last_byte_mono(const struct redis_conn *c)
{
	return c->last_byte_mono;
}

uint64_t
redis_conn_retry_mono(const struct redis_conn *c)
{
	return c->retry_mono;
}

uint64_t
redis_conn_losses(const struct redis_conn *c)
{
	return c->losses;
}

const char *
redis_conn_note(const struct redis_conn *c)
{
	return c->note;
}
