/*
 * Entries read from the wire and not yet decoded, as a queue of bytes.
 *
 * An entry is put together string by string while a reply is parsed and is taken out later, when the next request is
 * already under way: decoding then costs the server no waiting. One growing buffer, nothing allocated per entry.
 */
#ifndef COLLECTORS_ENTRY_BATCH_H
#define COLLECTORS_ENTRY_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "collectors/layout.h"

struct entry_batch {
	char *p;
	size_t cap;
	size_t head; /* of the oldest entry not taken */
	size_t tail; /* behind the newest whole entry */
	size_t open; /* behind the entry being put together; == tail: none */
	uint32_t strings;
	struct pair *pairs; /* of the entry last taken */
	size_t pairs_cap;
};

/* One entry taken out; the pairs point into the batch and live until the next entry is begun. */
struct batch_entry {
	uint64_t ms, seq;
	uint32_t stream;
	const struct pair *pairs;
	size_t npairs;
	bool dropped; /* there was no memory for its pairs */
};

void entry_batch_release(struct entry_batch *b);

/* Starts an entry in place of one that was not finished. False: out of memory, as for put. */
bool entry_batch_begin(struct entry_batch *b);
bool entry_batch_make_room(struct entry_batch *b, size_t bytes);
void entry_batch_commit(struct entry_batch *b, uint32_t stream, uint64_t ms, uint64_t seq);
void entry_batch_abandon(struct entry_batch *b);

/* The oldest entry; false when there is none (without memory for its pairs it is dropped: told in *out). */
bool entry_batch_take(struct entry_batch *b, struct batch_entry *out);

/* The ID of the oldest entry; false when there is none. */
bool entry_batch_first(const struct entry_batch *b, uint64_t *ms, uint64_t *seq);

static inline size_t
entry_batch_pending(const struct entry_batch *b)
{
	return b->tail - b->head;
}

/* One string, name or value in turn. The hottest few lines of reading, hence here. */
static inline bool
entry_batch_put(struct entry_batch *b, const char *p, size_t n)
{
	uint32_t len = (uint32_t)n;

	if (b->cap - b->open < n + sizeof(len) && !entry_batch_make_room(b, n + sizeof(len)))
		return false;
	memcpy(b->p + b->open, &len, sizeof(len));
	memcpy(b->p + b->open + sizeof(len), p, n);
	b->open += n + sizeof(len);
	b->strings++;
	return true;
}

static inline size_t
entry_batch_open_bytes(const struct entry_batch *b)
{
	return b->open - b->tail;
}

#endif
