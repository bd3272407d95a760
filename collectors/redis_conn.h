/*
 * One connection to one Redis server: handshake, requests answered in order, deadlines, back-off.
 *
 * It reconnects by itself for ever. Requests die with their connection: `lost` tells, and the owner asks anew after the
 * next `ready`. Callbacks never run inside a call into this module.
 */
#ifndef COLLECTORS_REDIS_CONN_H
#define COLLECTORS_REDIS_CONN_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "collectors/redis_errors.h"
#include "collectors/resp_codec.h"
#include "collectors/source.h"
#include "collectors/url.h"

struct redis_conn;

/* What is asked, in the owner's terms; given back with the answer. */
struct conn_request {
	int kind; /* the owner's, >= 0 */
	uint32_t arg;
	enum resp_shape shape;
	bool blocking; /* the server may take block_ms of its own will */
};

struct conn_loss {
	bool was_ready;
	bool refused;	 /* credentials or rights */
	bool unexplained; /* the peer closed or stalled while a request was open, and did not say why */
	bool inside;	 /* ... and of its reply something had come */
	bool closed;	 /* ... and it was the peer who ended it, not a deadline of ours */
	bool oversize;	 /* a string beyond the limit: the entry with this ID cannot be read */
	uint64_t ms, seq; /* of the entry that was being read; 0-0: none */
	size_t entry_bytes; /* of it, so far */
	const struct conn_request *open; /* the request that was being answered; NULL: none */
	const char *why; /* one sentence */
	unsigned retry_ms;
};

struct conn_events {
	void *ctx;
	void (*ready)(void *ctx);
	void (*lost)(void *ctx, const struct conn_loss *loss);
	/* While a reply is parsed; `request` is what it answers. */
	bool (*stream)(void *ctx, const struct conn_request *request, struct slice key);
	enum resp_verdict (*entry)(void *ctx, const struct conn_request *request, const struct resp_entry *e,
	    uint32_t *stream, const char **why);
	void (*value)(void *ctx, const struct conn_request *request, const struct resp_value *v);
	/* The reply is whole. Errors that concern the connection are dealt with here and come as `lost` instead. */
	void (*reply)(void *ctx, const struct conn_request *request, const struct resp_value *top);
	void (*parsed)(void *ctx); /* all bytes that came have been looked at; may be NULL */
};

struct conn_options {
	const struct url *url; /* copied */
	const char *password;  /* copied; NULL: the URL's */
	const struct source_timing *timing; /* copied */
	struct entry_batch *batch; /* borrowed for the connection's life */
	uint64_t seed;		/* of the jitter */
};

int redis_conn_new(struct redis_conn **out, uv_loop_t *loop, const struct conn_options *options,
    const struct conn_events *events, struct err *err);
void redis_conn_free(struct redis_conn *c, void (*freed)(void *ctx), void *ctx);

void redis_conn_start(struct redis_conn *c);
void redis_conn_retry(struct redis_conn *c); /* now, if it is waiting */

/* Queues a command; redis_conn_flush sends all queued ones in one go. Only when ready. */
int redis_conn_ask(struct redis_conn *c, const struct conn_request *request, int argc, const char **argv,
    const size_t *lens, struct err *err);
void redis_conn_flush(struct redis_conn *c);

/* Gives the connection up, as if the peer had closed it, with this sentence. `lost` comes later. */
void redis_conn_drop(struct redis_conn *c, const char *why);

bool redis_conn_ready(const struct redis_conn *c);
bool redis_conn_connecting(const struct redis_conn *c); /* not waiting for the back-off to pass */
size_t redis_conn_outstanding(const struct redis_conn *c);
uint64_t redis_conn_bytes(const struct redis_conn *c);	       /* received, all connections */
uint64_t redis_conn_last_byte_mono(const struct redis_conn *c); /* loop time in ms; 0: none yet */
uint64_t redis_conn_retry_mono(const struct redis_conn *c);     /* loop time of the next attempt; 0: none pending */
uint64_t redis_conn_losses(const struct redis_conn *c);	       /* connections that had been ready */
const char *redis_conn_note(const struct redis_conn *c);	       /* what the handshake did without; "" */

#endif
