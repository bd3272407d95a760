/*
 * Bytes to and from one server: resolving, trying each address, reading, writing, closing, on the caller's loop.
 *
 * Callbacks never run inside a call into this module. After net_stream_open there is exactly one of `opened` and
 * `ended`; after `opened` exactly one `ended`, unless net_stream_close comes first. Reconnecting is another
 * net_stream_open.
 */
#ifndef COLLECTORS_NET_STREAM_H
#define COLLECTORS_NET_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "core/err.h"

struct net_stream;

/*
 * What stands between the wire and the reader of bytes: nothing for plain connections, encryption for others. A filter
 * gets what came from the wire and hands on what is in it by net_stream_deliver; it gets what is to be sent and puts it
 * on the wire by net_stream_send_raw. `connected` starts its handshake; the stream counts as open once it calls
 * net_stream_secured. Each returns 0 or fails with a sentence.
 */
struct net_filter {
	void *ctx;
	int (*connected)(void *ctx, struct net_stream *n, struct err *err);
	int (*received)(void *ctx, struct net_stream *n, const char *p, size_t bytes, struct err *err);
	int (*write)(void *ctx, struct net_stream *n, const char *p, size_t bytes, struct err *err);
};

struct net_options {
	const char *host; /* NULL: path is a unix socket */
	unsigned port;
	const char *path;
	unsigned connect_ms; /* for resolving, and for each address */
	const struct net_filter *filter; /* NULL: none; borrowed for the stream's life */
};

struct net_events {
	void *ctx;
	void (*opened)(void *ctx);
	void (*received)(void *ctx, const char *p, size_t bytes);
	/* Refused, cut, or closed by the peer. status: the system's error as libuv names it, 0 where there is none. */
	void (*ended)(void *ctx, int status, const char *why);
};

/* Copies the options' strings. */
int net_stream_new(struct net_stream **out, uv_loop_t *loop, const struct net_options *options,
    const struct net_events *events, struct err *err);

/* Two-phase. A look-up that sits in the resolver ends by itself later; its memory is its own and is freed then. */
void net_stream_free(struct net_stream *n, void (*freed)(void *ctx), void *ctx);

void net_stream_open(struct net_stream *n);
void net_stream_close(struct net_stream *n); /* at once and in silence; harmless when closed */

/* Sends or queues a copy. Failures come through `ended`. */
void net_stream_write(struct net_stream *n, const char *p, size_t bytes);

/* For filters. */
void net_stream_deliver(struct net_stream *n, const char *p, size_t bytes);
void net_stream_send_raw(struct net_stream *n, const char *p, size_t bytes);
void net_stream_secured(struct net_stream *n);

#endif
