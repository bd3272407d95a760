/*
 * Payloads packed into the frames of a recording: numbered, compressed, with their checksums.
 *
 * A base key lies there by itself; the keys behind it are packed with its payloads as prefix, which leaves of them what
 * has changed since. A base key comes first, then every hour, and whenever it is asked for. Where the payloads of one
 * are more than RECORD_PACK_BASES together, every key is one, since they would have to be held for that long.
 */
#ifndef COLLECTORS_RECORD_PACK_H
#define COLLECTORS_RECORD_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/frame.h"

#define RECORD_PACK_BASE_MS INT64_C(3600000) /* arrival clock from one base key to the next */
#define RECORD_PACK_BASES   ((size_t)8 << 20)

/* A frame as it goes into memory and files. Shared: whoever holds one has a reference; one thread counts them. */
struct record_block {
	struct frame frame;
	bool base; /* part of a base key */
	unsigned refs;
	struct record_block *next; /* of the list it came in */
	char *payload;		   /* frame.stored bytes */
};

struct record_pack {
	uint64_t seq;
	int64_t base_every_ms;
	int64_t base_ms; /* of the last base key */
	bool want_base, in_base;
	struct record_base *bases; /* [0] of the fleet, [1 + index] of the model */
	size_t nbases, bases_cap, bytes;
	bool too_many; /* of them: none is held */
	struct squeeze_writer *writer; /* of all but keys; made on first use */
};

void record_pack_init(struct record_pack *p, int64_t base_every_ms);
void record_pack_release(struct record_pack *p);

/*
 * *out has one reference. model: of FRAME_KEY_MODEL. Takes raw (from mem_alloc), also on failure. ERR_NOMEM: the frame
 * is lost, and a base key should follow.
 */
int record_pack_frame(struct record_pack *p, struct record_block **out, enum frame_type type, int64_t time_ms,
    size_t model, char *raw, size_t n, struct err *err);

/* A stretch that is not there, and why. Its number is `seq`. ERR_NOMEM. */
int record_pack_gap(struct record_block **out, uint64_t seq, int64_t from_ms, int64_t to_ms, const char *why,
    struct err *err);

void record_block_unref(struct record_block *b); /* NULL is harmless */
size_t record_block_bytes(const struct record_block *b); /* of memory */

#endif
