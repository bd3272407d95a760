/*
 * Finding frames by the indexes of a recording that was ended. What they say is believed only as far as it fits: each
 * frame right behind the one before, the last right before the index, all within the file. A stretch whose index does
 * not fit is walked over.
 */
#include <string.h>

#include "collectors/recording_impl.h"
#include "collectors/squeeze.h"
#include "core/mem.h"
#include "core/recording_index.h"

struct chain {
	struct recording_index *list; /* the last one first */
	uint64_t *at;		      /* where they lie */
	size_t n, cap, at_cap;
};

static bool
frame_at(const struct recording *r, uint64_t at, enum frame_type type, struct frame *f)
{
	if (at > r->n || r->n - at < FRAME_BYTES || !frame_read(f, r->bytes + at) || f->type != type)
		return false;
	f->at = at;
	return true;
}

static int
read_index(const struct recording *r, uint64_t at, struct recording_index *x)
{
	struct slice payload;
	struct frame f;
	char *raw;
	int rc;

	recording_index_init(x, 0, 0);
	if (!frame_at(r, at, FRAME_INDEX, &f) || f.flags & FRAME_PREFIXED)
		return ERR_FORMAT;
	payload = frame_payload(r->bytes, r->n, &f);
	if (!payload.p)
		return ERR_FORMAT;
	if (!(f.flags & FRAME_PACKED))
		return recording_index_read(x, payload, NULL);
	raw = mem_alloc(f.raw ? f.raw : 1);
	rc = raw ? squeeze_undo(raw, f.raw, payload, slice_make(NULL, 0), NULL) : ERR_NOMEM;
	if (!rc)
		rc = recording_index_read(x, slice_make(raw, f.raw), NULL);
	mem_free(raw);
	return rc;
}

static bool
fits(const struct recording_index *x, uint64_t at)
{
	uint64_t end = x->from;
	size_t i;

	for (i = 0; i < x->n; i++)
		end += FRAME_BYTES + (uint64_t)x->frames[i].stored;
	return end == at;
}

static bool
chain_add(struct chain *c, const struct recording_index *x, uint64_t at)
{
	struct recording_index *list = mem_grow(c->list, &c->cap, c->n + 1, sizeof(*list));
	uint64_t *places = mem_grow(c->at, &c->at_cap, c->n + 1, sizeof(*places));

	c->list = list ? list : c->list;
	c->at = places ? places : c->at;
	if (!list || !places)
		return false;
	list[c->n] = *x;
	places[c->n++] = at;
	return true;
}

static void
read_chain(const struct recording *r, struct chain *c, uint64_t at)
{
	uint64_t limit = r->n;

	while (at && at < limit) {
		struct recording_index x;

		if (read_index(r, at, &x) || !fits(&x, at) || !chain_add(c, &x, at)) {
			recording_index_release(&x);
			return;
		}
		limit = at;
		at = x.previous < x.from ? x.previous : 0;
	}
}

int
recording_find_indexed(struct recording *r, struct err *err)
{
	struct chain c = {NULL, NULL, 0, 0, 0};
	struct frame end;
	struct slice payload;
	size_t i, k;
	int rc = 0;

	if (r->n < FRAME_BYTES + RECORDING_END_BYTES ||
	    !frame_at(r, r->n - FRAME_BYTES - RECORDING_END_BYTES, FRAME_END, &end))
		return 0;
	payload = frame_payload(r->bytes, r->n, &end);
	if (payload.p)
		read_chain(r, &c, recording_end_read(payload));
	for (i = c.n; i > 0; i--) {
		const struct recording_index *x = &c.list[i - 1];

		if (!rc && x->from >= r->walked)
			rc = recording_walk(r, (size_t)x->from, err);
		for (k = 0; k < x->n && !rc && r->walked == x->frames[k].at; k++)
			rc = recording_take(r, &x->frames[k], err);
		recording_index_release(&c.list[i - 1]);
	}
	mem_free(c.list);
	mem_free(c.at);
	return rc;
}
