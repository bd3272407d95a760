/*
 * Streams are read in blocks of entries, which reach as far in time as the stream's traffic makes them. Where events
 * are to come in the order in which they were added, the blocks are held, one queue a stream, and merged: an entry is
 * told once every stream that is not at its end has one waiting, since its next can only be later than that. A stream
 * of which something is held is not asked for more, so what is held is about one block each.
 */
#include "collectors/redis_source_impl.h"
#include "core/mem.h"

static const struct stream_id none = {0, 0};

bool
redis_order_holds(const struct redis_source *s, uint32_t stream)
{
	return stream < s->order.n && entry_batch_pending(&s->order.queues[stream]) > 0;
}

bool
redis_order_holds_any(const struct redis_source *s)
{
	uint32_t i;

	for (i = 0; i < s->order.n; i++) {
		if (redis_order_holds(s, i))
			return true;
	}
	return false;
}

bool
redis_order_needs(const struct redis_source *s)
{
	uint32_t i;

	if (!s->options.ordered || entry_batch_pending(&s->batch))
		return false;
	for (i = 0; i < s->set.count; i++) {
		const struct stream *st = &s->set.streams[i];

		if (st->phase == PHASE_READING && !st->end_reached && !redis_order_holds(s, i))
			return true;
	}
	return !redis_discover_settled(s);
}

void
redis_order_release(struct redis_source *s)
{
	size_t i;

	for (i = 0; i < s->order.n; i++)
		entry_batch_release(&s->order.queues[i]);
	mem_free(s->order.queues);
}

/* ---- holding --------------------------------------------------------------------------------- */

static struct entry_batch *
queue_of(struct redis_order *o, uint32_t stream)
{
	struct entry_batch *grown;

	if (stream < o->n)
		return &o->queues[stream];
	grown = mem_grow(o->queues, &o->cap, (size_t)stream + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	o->queues = grown;
	memset(&grown[o->n], 0, (stream + 1 - o->n) * sizeof(*grown));
	o->n = (size_t)stream + 1;
	return &grown[stream];
}

static bool
put(struct entry_batch *q, const struct batch_entry *e)
{
	bool room = q && !e->dropped && entry_batch_begin(q);
	size_t i;

	for (i = 0; i < e->npairs && room; i++)
		room = entry_batch_put(q, e->pairs[i].name.p, e->pairs[i].name.n) &&
		       entry_batch_put(q, e->pairs[i].value.p, e->pairs[i].value.n);
	if (room)
		entry_batch_commit(q, e->stream, e->ms, e->seq);
	else if (q)
		entry_batch_abandon(q);
	return room;
}

static void
hold_all(struct redis_source *s)
{
	struct batch_entry e;

	if (!entry_batch_pending(&s->batch))
		return;
	while (entry_batch_take(&s->batch, &e)) {
		if (!put(queue_of(&s->order, e.stream), &e))
			redis_source_reject(s, e.stream, REASON_OVER_LIMIT, "out of memory");
	}
	s->order.below = none;
}

/* ---- telling --------------------------------------------------------------------------------- */

/* The stream with the oldest entry, and how far it may be told: up to the oldest of the others. */
static bool
choose(struct redis_source *s)
{
	struct redis_order *o = &s->order;
	struct stream_id least = {UINT64_MAX, UINT64_MAX}, second = least, id;
	bool any = false;
	uint32_t i;

	for (i = 0; i < o->n; i++) {
		if (!entry_batch_first(&o->queues[i], &id.ms, &id.seq))
			continue;
		if (!any || stream_id_cmp(id, least) < 0) {
			second = any ? least : second;
			least = id;
			o->giving = i;
		} else if (stream_id_cmp(id, second) < 0) {
			second = id;
		}
		any = true;
	}
	o->below = second;
	return any;
}

/* The same ID in two streams: the one of the lower index first. */
static bool
may_give(const struct redis_order *o)
{
	struct stream_id id;

	return stream_id_cmp(o->below, none) != 0 &&
	       entry_batch_first(&o->queues[o->giving], &id.ms, &id.seq) && stream_id_cmp(id, o->below) < 0;
}

bool
redis_order_take(struct redis_source *s, struct batch_entry *out)
{
	struct redis_order *o = &s->order;

	hold_all(s);
	if (!may_give(o) && (redis_order_needs(s) || !choose(s)))
		return false;
	return entry_batch_take(&o->queues[o->giving], out);
}
