#include "collectors/record_ring.h"

#include <string.h>

#include "core/mem.h"

#define WHY "the flight recorder's memory was full"

void
record_ring_init(struct record_ring *r, size_t limit)
{
	memset(r, 0, sizeof(*r));
	r->limit = limit;
}

void
record_ring_clear(struct record_ring *r)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		record_block_unref(r->blocks[i]);
	r->dropped += r->n;
	r->n = r->bytes = r->group_bytes = r->key_bytes = 0;
}

void
record_ring_release(struct record_ring *r)
{
	record_ring_clear(r);
	mem_free(r->blocks);
	memset(r, 0, sizeof(*r));
}

static bool
begins_group(const struct record_block *b)
{
	return b->base && b->frame.type == FRAME_KEY;
}

/* Behind the last frame of the group that begins at `from`. A gap between groups belongs to the one before it. */
static size_t
group_end(const struct record_ring *r, size_t from)
{
	size_t i = from + 1;

	while (i < r->n && !begins_group(r->blocks[i]))
		i++;
	return i;
}

static size_t
group_bytes(const struct record_ring *r, size_t from, size_t to)
{
	size_t bytes = 0;

	for (; from < to; from++)
		bytes += record_block_bytes(r->blocks[from]);
	return bytes;
}

/* ---- what goes ------------------------------------------------------------------------------- */

static void
cut(struct record_ring *r, size_t from, size_t to, struct record_block *gap)
{
	size_t i;

	r->bytes -= group_bytes(r, from, to);
	for (i = from; i < to; i++)
		record_block_unref(r->blocks[i]);
	r->dropped += to - from;
	if (gap) {
		r->blocks[from++] = gap;
		r->bytes += record_block_bytes(gap);
	}
	memmove(r->blocks + from, r->blocks + to, (r->n - to) * sizeof(*r->blocks));
	r->n -= to - from;
}

static bool
is_kept(const struct record_ring *r, size_t from, size_t to, int64_t alert_ms)
{
	int64_t first = r->blocks[from]->frame.time_ms, last = r->blocks[to - 1]->frame.time_ms;

	return alert_ms != RECORD_RING_NO_ALERT && last >= alert_ms - RECORD_RING_BEFORE_MS &&
	       first <= alert_ms + RECORD_RING_BEHIND_MS;
}

/* The group that goes: the first that need not stay; the last one is being written. */
static size_t
victim(const struct record_ring *r, int64_t alert_ms, size_t *to)
{
	size_t from = 0, kept = 0;

	for (*to = group_end(r, 0); *to < r->n; from = *to, *to = group_end(r, from)) {
		if (!is_kept(r, from, *to, alert_ms))
			return from;
		kept += group_bytes(r, from, *to);
		if (kept > r->limit / 2)
			break;
	}
	*to = group_end(r, 0);
	return 0;
}

/* In place of the group, unless it is the first; one with what is already there. NULL: no memory. */
static struct record_block *
gap_for(struct record_ring *r, size_t *from, size_t to)
{
	const struct record_block *first = r->blocks[*from], *last = r->blocks[to - 1];
	struct record_block *gap = NULL;

	if (r->blocks[*from - 1]->frame.type == FRAME_GAP)
		first = r->blocks[--*from];
	if (record_pack_gap(&gap, first->frame.seq, r->blocks[*from - 1]->frame.time_ms, last->frame.time_ms, WHY,
		NULL))
		return NULL;
	return gap;
}

static void
trim(struct record_ring *r, int64_t alert_ms)
{
	struct record_block *gap = NULL;
	size_t from, to;

	while (r->bytes > r->limit) {
		if (group_end(r, 0) == r->n) {
			record_ring_clear(r);
			return;
		}
		from = victim(r, alert_ms, &to);
		gap = from ? gap_for(r, &from, to) : NULL;
		if (from && !gap) {
			from = 0;
			to = group_end(r, 0);
		}
		cut(r, from, to, gap);
	}
}

bool
record_ring_add(struct record_ring *r, struct record_block *b, int64_t alert_ms)
{
	size_t bytes = record_block_bytes(b);
	struct record_block **grown;

	if (!r->limit || (!r->n && !begins_group(b)))
		return false;
	grown = mem_grow(r->blocks, &r->cap, r->n + 1, sizeof(*grown));
	if (!grown) {
		record_ring_clear(r);
		return false;
	}
	r->blocks = grown;
	b->refs++;
	grown[r->n++] = b;
	r->bytes += bytes;
	r->key_bytes = begins_group(b) ? bytes : r->key_bytes + (b->base ? bytes : 0);
	r->group_bytes = begins_group(b) ? bytes : r->group_bytes + bytes;
	trim(r, alert_ms);
	return r->n && r->group_bytes > r->limit / 3 && r->group_bytes > 2 * r->key_bytes;
}
