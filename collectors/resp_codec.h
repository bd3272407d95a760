/*
 * RESP2 in and out: hiredis's reader with object functions of our own, which build no objects, and guards around it.
 *
 * Replies come as calls while they are parsed. Entries of streams are put into a batch string by string and told of
 * one by one, so that a reply cut anywhere keeps all entries before the cut. What the peer declares is checked before
 * memory is spent on it: lengths, element counts, depth, the kind of each part, and that a line ends.
 *
 * The guards use only public members of the reader and work with hiredis 0.14 and from 1.0 on.
 */
#ifndef COLLECTORS_RESP_CODEC_H
#define COLLECTORS_RESP_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collectors/entry_batch.h"
#include "core/err.h"
#include "core/slice.h"

#define RESP_LINE_BYTES	   65536
#define RESP_ELEMENTS	   (1 << 20)
#define RESP_DEPTH	   7

/* What a reply has to look like. An error is welcome in place of any. */
enum resp_shape {
	RESP_NOTHING, /* nothing was asked: the reply is out of step */
	RESP_STREAMS, /* XREAD: nil, or streams with entries */
	RESP_ENTRIES, /* XREVRANGE: entries */
	RESP_VALUES,  /* an array of anything: told value by value */
	RESP_WORD,    /* a status, string or integer: told in `end` */
};

enum resp_kind {
	RESP_NIL,
	RESP_STATUS,
	RESP_ERROR,
	RESP_STRING,
	RESP_INTEGER,
	RESP_ARRAY,
};

/* One part of a reply. depth 0 is the reply itself; index is its place among its siblings. */
struct resp_value {
	unsigned depth;
	size_t index;
	enum resp_kind kind;
	struct slice text;  /* status, error, string: borrowed for the call */
	long long integer;  /* of an array: its elements */
};

enum resp_verdict {
	RESP_KEEP,   /* the entry goes into the batch */
	RESP_DROP,   /* it does not */
	RESP_REFUSE, /* the reply is not what was asked for: resp_codec_feed fails with the sentence in *why */
};

struct resp_entry {
	uint64_t ms, seq;
	size_t bytes;	/* of its names and values */
	bool too_large; /* beyond LIMIT_ENTRY_BYTES: its strings were not kept; KEEP is taken as DROP */
};

struct resp_handler {
	void *ctx;
	enum resp_shape (*begin)(void *ctx);				  /* a reply begins */
	bool (*stream)(void *ctx, struct slice key);			  /* false: not asked for */
	enum resp_verdict (*entry)(void *ctx, const struct resp_entry *e, uint32_t *stream, const char **why);
	void (*value)(void *ctx, const struct resp_value *v);		  /* RESP_VALUES, every part */
	void (*end)(void *ctx, const struct resp_value *top);		  /* the reply is whole; may stop the codec */
};

struct resp_codec;

int resp_codec_new(
    struct resp_codec **out, struct entry_batch *batch, const struct resp_handler *handler, struct err *err);
void resp_codec_free(struct resp_codec *c);

/* For a new connection: forgets everything half read. */
int resp_codec_reset(struct resp_codec *c, struct err *err);

/*
 * Parses what came. ERR_FORMAT: this is no RESP, or not the reply that was asked for; ERR_LIMIT: beyond a limit;
 * ERR_NOMEM. After a failure the connection is of no use any more and the codec wants a reset.
 */
int resp_codec_feed(struct resp_codec *c, const char *p, size_t bytes, struct err *err);

/* From inside a handler: resp_codec_feed returns 0 without parsing on. */
void resp_codec_stop(struct resp_codec *c);

/* Whether a reply has been begun and is not whole. */
bool resp_codec_inside(const struct resp_codec *c);

/*
 * The entry whose reading was not finished when the connection ended: its ID and the bytes of it that had come; false:
 * none. *too_large: it was given up because it declares a string beyond the limit.
 */
bool resp_codec_unfinished(const struct resp_codec *c, uint64_t *ms, uint64_t *seq, size_t *bytes, bool *too_large);

/*
 * One command as RESP, appended to *out (grown by mem_grow, *len of *cap used). ERR_NOMEM.
 */
int resp_codec_format(
    char **out, size_t *len, size_t *cap, int argc, const char **argv, const size_t *lens, struct err *err);

/* "ms-seq", strictly. */
bool resp_id_parse(struct slice text, uint64_t *ms, uint64_t *seq);
#define RESP_ID_BYTES 44
size_t resp_id_format(char buf[RESP_ID_BYTES], uint64_t ms, uint64_t seq); /* with a NUL; returns the length */

#endif
