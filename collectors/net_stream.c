#include "collectors/net_stream.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"

/*
 * Every attempt has a link of its own on the heap: a libuv handle may not be used again before its close callback,
 * and a new attempt should not wait for that. A link that has been given up has no owner any more; its callbacks then
 * only clean up.
 */

#define READ_BYTES 65536

struct net_link {
	union {
		uv_handle_t handle;
		uv_stream_t stream;
		uv_tcp_t tcp;
		uv_pipe_t pipe;
	} u;
	uv_connect_t connect;
	struct net_stream *owner; /* NULL: given up */
	struct net_stream *home;  /* counts links that are not yet closed */
};

struct net_lookup {
	uv_getaddrinfo_t req;
	struct net_stream *owner;
};

struct net_write {
	uv_write_t req;
	struct net_link *link;
	char bytes[];
};

enum net_state { NET_CLOSED, NET_RESOLVING, NET_CONNECTING, NET_SECURING, NET_OPEN, NET_ENDING };

struct net_stream {
	uv_loop_t *loop;
	struct net_events events;
	const struct net_filter *filter;
	char *host, *path;
	unsigned port, connect_ms;
	enum net_state state;
	struct net_link *link;
	struct net_lookup *lookup;
	struct addrinfo *addresses, *next;
	uv_timer_t timer; /* connect deadline, or 0 ms to report a failure from outside the call it happened in */
	int status;	  /* of the failure to report */
	char why[256];
	unsigned open_handles;
	void (*freed)(void *ctx);
	void *freed_ctx;
	char read_buf[READ_BYTES];
};

static void connect_next(struct net_stream *n);

static void
handle_gone(struct net_stream *n)
{
	if (--n->open_handles > 0 || !n->freed)
		return;
	void (*freed)(void *ctx) = n->freed;
	void *ctx = n->freed_ctx;

	mem_free(n->host);
	mem_free(n->path);
	mem_free(n);
	freed(ctx);
}

static void
link_closed(uv_handle_t *handle)
{
	struct net_link *link = handle->data;
	struct net_stream *home = link->home;

	mem_free(link);
	handle_gone(home);
}

static void
timer_closed(uv_handle_t *handle)
{
	handle_gone(handle->data);
}

static void
drop_link(struct net_stream *n)
{
	struct net_link *link = n->link;

	if (!link)
		return;
	n->link = NULL;
	link->owner = NULL;
	uv_close(&link->u.handle, link_closed);
}

static void
drop_addresses(struct net_stream *n)
{
	if (n->lookup) {
		n->lookup->owner = NULL;
		uv_cancel((uv_req_t *)&n->lookup->req);
		n->lookup = NULL;
	}
	if (n->addresses)
		uv_freeaddrinfo(n->addresses);
	n->addresses = n->next = NULL;
}

static void
on_ending(uv_timer_t *timer)
{
	struct net_stream *n = timer->data;

	n->state = NET_CLOSED;
	n->events.ended(n->events.ctx, n->status, n->why);
}

static void
end_later(struct net_stream *n, int status, const char *what)
{
	if (n->state == NET_ENDING || n->state == NET_CLOSED)
		return;
	n->state = NET_ENDING;
	n->status = status;
	if (what != n->why)
		snprintf(n->why, sizeof(n->why), "%s%s%s", what ? what : "", what && status ? ": " : "",
		    status ? uv_strerror(status) : "");
	drop_link(n);
	drop_addresses(n);
	uv_timer_start(&n->timer, on_ending, 0, 0);
}

/* Tells of an end from a callback of the loop, where nothing of the caller's is on the stack. */
static void
end_now(struct net_stream *n, int status, const char *what)
{
	if (n->state == NET_ENDING || n->state == NET_CLOSED)
		return;
	end_later(n, status, what);
	uv_timer_stop(&n->timer);
	on_ending(&n->timer);
}

static void
on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct net_link *link = handle->data;

	(void)suggested;
	if (link->owner)
		*buf = uv_buf_init(link->owner->read_buf, READ_BYTES);
	else
		*buf = uv_buf_init(NULL, 0);
}

static void
on_read(uv_stream_t *stream, ssize_t nread, const uv_buf_t *buf)
{
	struct net_link *link = stream->data;
	struct net_stream *n = link->owner;
	struct err err;

	if (!n || nread == 0)
		return;
	if (nread == UV_EOF) {
		end_now(n, 0, "the server closed the connection");
	} else if (nread < 0) {
		end_now(n, (int)nread, "the connection broke");
	} else if (n->filter) {
		if (n->filter->received(n->filter->ctx, n, buf->base, (size_t)nread, &err))
			end_later(n, 0, err.msg);
	} else {
		n->events.received(n->events.ctx, buf->base, (size_t)nread);
	}
}

void
net_stream_secured(struct net_stream *n)
{
	if (n->state != NET_SECURING)
		return;
	uv_timer_stop(&n->timer);
	n->state = NET_OPEN;
	n->events.opened(n->events.ctx);
}

static void
on_connected(uv_connect_t *req, int status)
{
	struct net_link *link = req->data;
	struct net_stream *n = link->owner;
	struct err err;

	if (!n)
		return;
	if (status) {
		n->status = status;
		drop_link(n);
		connect_next(n);
		return;
	}
	if (n->host) {
		uv_tcp_nodelay(&link->u.tcp, 1);
		uv_tcp_keepalive(&link->u.tcp, 1, 15);
	}
	drop_addresses(n);
	n->state = NET_SECURING;
	status = uv_read_start(&link->u.stream, on_alloc, on_read);
	if (status)
		end_now(n, status, "cannot read from the connection");
	else if (!n->filter)
		net_stream_secured(n);
	else if (n->filter->connected(n->filter->ctx, n, &err))
		end_now(n, 0, err.msg);
}

static void
on_connect_deadline(uv_timer_t *timer)
{
	struct net_stream *n = timer->data;

	n->status = UV_ETIMEDOUT;
	if (n->state == NET_CONNECTING) {
		drop_link(n);
		connect_next(n);
	} else if (n->state == NET_RESOLVING) {
		snprintf(n->why, sizeof(n->why), "no answer about the name %s within %u ms", n->host, n->connect_ms);
		end_now(n, UV_ETIMEDOUT, n->why);
	} else {
		end_now(n, UV_ETIMEDOUT, "no handshake in time");
	}
}

static struct net_link *
link_new(struct net_stream *n)
{
	struct net_link *link = mem_calloc(1, sizeof(*link));
	int status;

	if (!link)
		return NULL;
	link->home = link->owner = n;
	link->connect.data = link;
	status = n->host ? uv_tcp_init(n->loop, &link->u.tcp) : uv_pipe_init(n->loop, &link->u.pipe, 0);
	if (status) {
		mem_free(link);
		return NULL;
	}
	link->u.handle.data = link;
	n->open_handles++;
	return link;
}

static void
connect_failed(struct net_stream *n)
{
	if (n->host)
		snprintf(n->why, sizeof(n->why), "cannot connect to %s port %u: %s", n->host, n->port,
		    uv_strerror(n->status));
	else
		snprintf(n->why, sizeof(n->why), "cannot connect to %s: %s", n->path, uv_strerror(n->status));
	end_later(n, n->status, n->why);
}

/* Tries the next address there is; each has the whole connect deadline. */
static void
connect_next(struct net_stream *n)
{
	n->state = NET_CONNECTING;
	while (!n->host || n->next) {
		struct addrinfo *address = n->next;
		int status = 0;

		if (!n->host && n->status)
			break;
		n->link = link_new(n);
		if (!n->link) {
			n->status = UV_ENOMEM;
			break;
		}
		if (n->host) {
			n->next = address->ai_next;
			status = uv_tcp_connect(&n->link->connect, &n->link->u.tcp, address->ai_addr, on_connected);
		} else {
			uv_pipe_connect(&n->link->connect, &n->link->u.pipe, n->path, on_connected);
		}
		if (!status) {
			uv_timer_start(&n->timer, on_connect_deadline, n->connect_ms, 0);
			return;
		}
		n->status = status;
		drop_link(n);
	}
	connect_failed(n);
}

static void
on_resolved(uv_getaddrinfo_t *req, int status, struct addrinfo *addresses)
{
	struct net_lookup *lookup = req->data;
	struct net_stream *n = lookup->owner;

	mem_free(lookup);
	if (!n) {
		uv_freeaddrinfo(addresses);
		return;
	}
	n->lookup = NULL;
	if (status) {
		snprintf(n->why, sizeof(n->why), "cannot find the host %s: %s", n->host, uv_strerror(status));
		end_now(n, status, n->why);
		return;
	}
	n->addresses = n->next = addresses;
	n->status = UV_EAI_NONAME;
	connect_next(n);
}

static int
lookup_start(struct net_stream *n)
{
	struct addrinfo hints;
	struct net_lookup *lookup = mem_calloc(1, sizeof(*lookup));
	char port[16];
	int status;

	if (!lookup)
		return UV_ENOMEM;
	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	snprintf(port, sizeof(port), "%u", n->port);
	lookup->owner = n;
	lookup->req.data = lookup;
	status = uv_getaddrinfo(n->loop, &lookup->req, on_resolved, n->host, port, &hints);
	if (status) {
		mem_free(lookup);
		return status;
	}
	n->lookup = lookup;
	uv_timer_start(&n->timer, on_connect_deadline, n->connect_ms, 0);
	return 0;
}

void
net_stream_open(struct net_stream *n)
{
	int status;

	net_stream_close(n);
	n->status = 0;
	if (!n->host) {
		connect_next(n);
		return;
	}
	n->state = NET_RESOLVING;
	status = lookup_start(n);
	if (status)
		end_later(n, status, "cannot look the host up");
}

void
net_stream_close(struct net_stream *n)
{
	n->state = NET_CLOSED;
	uv_timer_stop(&n->timer);
	drop_link(n);
	drop_addresses(n);
}

/*
 * A peer that has closed may have said why before: that is still to be read, and so is the end. Sending into such a
 * connection fails, and says nothing new.
 */
static bool
peer_is_gone(int status)
{
	return status == UV_EPIPE || status == UV_ECONNRESET || status == UV_ECANCELED;
}

static void
on_written(uv_write_t *req, int status)
{
	struct net_write *write = req->data;
	struct net_stream *n = write->link->owner;

	mem_free(write);
	if (status && n && !peer_is_gone(status))
		end_now(n, status, "the connection broke");
}

void
net_stream_send_raw(struct net_stream *n, const char *p, size_t bytes)
{
	struct net_write *write;
	uv_buf_t buf = uv_buf_init((char *)(uintptr_t)p, (unsigned)bytes); /* libuv's buffers know no const */
	int done;

	if (!n->link)
		return;
	/* In the common case this sends all of it and needs no memory. */
	done = uv_try_write(&n->link->u.stream, &buf, 1);
	if (done < 0 && peer_is_gone(done))
		return;
	if (done < 0 && done != UV_EAGAIN) {
		end_later(n, done, "the connection broke");
		return;
	}
	if (done > 0) {
		p += done;
		bytes -= (size_t)done;
	}
	if (bytes == 0)
		return;
	write = mem_alloc(sizeof(*write) + bytes);
	if (!write) {
		end_later(n, UV_ENOMEM, "cannot send");
		return;
	}
	memcpy(write->bytes, p, bytes);
	write->link = n->link;
	write->req.data = write;
	buf = uv_buf_init(write->bytes, (unsigned)bytes);
	done = uv_write(&write->req, &n->link->u.stream, &buf, 1, on_written);
	if (done) {
		mem_free(write);
		end_later(n, done, "cannot send");
	}
}

void
net_stream_write(struct net_stream *n, const char *p, size_t bytes)
{
	struct err err;

	if (n->state != NET_OPEN)
		return;
	if (!n->filter)
		net_stream_send_raw(n, p, bytes);
	else if (n->filter->write(n->filter->ctx, n, p, bytes, &err))
		end_later(n, 0, err.msg);
}

void
net_stream_deliver(struct net_stream *n, const char *p, size_t bytes)
{
	if (n->state == NET_OPEN)
		n->events.received(n->events.ctx, p, bytes);
}

int
net_stream_new(struct net_stream **out, uv_loop_t *loop, const struct net_options *options,
    const struct net_events *events, struct err *err)
{
	struct net_stream *n = mem_calloc(1, sizeof(*n));
	const char *where = options->host ? options->host : options->path;
	char *copy = n ? mem_dup(where, strlen(where)) : NULL;

	if (!copy || uv_timer_init(loop, &n->timer)) {
		mem_free(copy);
		mem_free(n);
		return err_nomem(err);
	}
	*(options->host ? &n->host : &n->path) = copy;
	n->loop = loop;
	n->events = *events;
	n->filter = options->filter;
	n->port = options->port;
	n->connect_ms = options->connect_ms;
	n->timer.data = n;
	n->open_handles = 1;
	*out = n;
	return 0;
}

void
net_stream_free(struct net_stream *n, void (*freed)(void *ctx), void *ctx)
{
	net_stream_close(n);
	n->freed = freed;
	n->freed_ctx = ctx;
	uv_close((uv_handle_t *)&n->timer, timer_closed);
}
