/*
 * The flight recorder's memory: the newest frames, never more than so many bytes.
 *
 * It begins with a base key, and goes by whole groups of frames: a base key and everything up to the next one. The
 * oldest group goes first, but those from 15 minutes before the oldest alert that fires stay while they are at most
 * half of it; then what came after them goes, and a gap says so.
 */
#ifndef COLLECTORS_RECORD_RING_H
#define COLLECTORS_RECORD_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collectors/record_pack.h"

#define RECORD_RING_BEFORE_MS INT64_C(900000) /* before an alert */
#define RECORD_RING_BEHIND_MS INT64_C(300000) /* and behind its onset */
#define RECORD_RING_NO_ALERT  INT64_MAX

struct record_ring {
	struct record_block **blocks; /* a reference each */
	size_t n, cap;
	size_t bytes, limit;
	size_t group_bytes, key_bytes; /* of the newest group; of its base key */
	uint64_t dropped;   /* frames, ever */
};

void record_ring_init(struct record_ring *r, size_t limit);
void record_ring_release(struct record_ring *r);

/*
 * Takes a reference of its own, and drops what is too much. alert_ms: arrival clock at which the oldest alert that
 * fires began. Without memory, or where a group alone is too much, everything goes: it begins anew with the next base
 * key. True: the newest group is a third of the whole and more than its key, and a base key
 * should come.
 */
bool record_ring_add(struct record_ring *r, struct record_block *b, int64_t alert_ms);

void record_ring_clear(struct record_ring *r);

#endif
