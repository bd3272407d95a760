/*
 * A server that speaks just enough of the Redis protocol for a reader of streams, and misbehaves on demand. It lives
 * on the test's own loop, on a unix socket or a port of loopback, and holds one stream `ml:a` of numbered entries n =
 * 0, 1, ...
 */
#ifndef TESTS_LIB_FAKE_H
#define TESTS_LIB_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#define FAKE_FIRST_MS 1000000000000ULL /* of the ID of entry 0; each has a millisecond of its own */

enum fake_action {
	FAKE_NOTHING,  /* behaves */
	FAKE_REFUSE,   /* closes as soon as it is connected to */
	FAKE_RESET,    /* the same by a reset (only over TCP) */
	FAKE_GREET,    /* sends `bytes` unasked and closes */
	FAKE_MUTE,     /* never answers anything */
	FAKE_INSTEAD,  /* sends `bytes` in place of the answer to XREAD, and then nothing more */
	FAKE_ANSWER,   /* answers XREAD with `bytes` and goes on */
	FAKE_FLOOD,    /* sends `bytes` for ever in place of the answer to XREAD */
	FAKE_BEHIND,   /* sends `bytes` behind the answer to XREAD */
	FAKE_DOUBLE,   /* sends the answer to XREAD twice */
	FAKE_HALF,     /* sends half of the answer to XREAD and then nothing */
	FAKE_HALF_FIN, /* ... and closes */
	FAKE_LATE,     /* answers XREAD 20 ms later */
	FAKE_DRIP,     /* sends the answer to XREAD byte by byte, one each 50 ms */
	FAKE_CUT,      /* closes after so many bytes of answers behind the first XREAD: `cut`, one more with each
			  connection */
	FAKE_AUTH,     /* answers the handshake with `bytes` */
	FAKE_SILENT,   /* sends nothing at all, and nothing more, where entry `cut` is among what is asked for */
	FAKE_STUCK,    /* sends the answer to XREAD up to shortly before the end of entry `cut`, and then nothing */
};

struct fake {
	uv_loop_t *loop;
	union {
		uv_stream_t stream;
		uv_tcp_t tcp;
		uv_pipe_t pipe;
	} listener;
	char path[300], url[320];
	unsigned entries;
	bool old; /* a server of 5.0: XINFO has no counts, SCAN no TYPE */

	enum fake_action action;
	const char *bytes;
	size_t nbytes;
	unsigned times; /* so many connections (requests, for INSTEAD, BEHIND and DOUBLE) see it; then it behaves */
	size_t cut, cut_step, cut_end;
	size_t stuck_at; /* where in the answer that is being made */
	bool asked_cut;	 /* entry `cut` is in it, and FAKE_SILENT */

	unsigned connections, xreads;
	struct fake_peer *peers;
};

void fake_start(struct fake *f, uv_loop_t *loop, bool tcp, unsigned entries);
void fake_stop(struct fake *f); /* closes all handles; they are gone once the loop has run */

#endif
