#include "collectors/record_pack.h"

#include <string.h>

#include "collectors/squeeze.h"
#include "core/bytes.h"
#include "core/fact_bytes.h"
#include "core/mem.h"

#define PACKED_FROM 64 /* bytes: what is shorter is not worth it */

struct record_base {
	char *raw; /* NULL: none */
	size_t n;
	uint64_t seq;
};

void
record_pack_init(struct record_pack *p, int64_t base_every_ms)
{
	memset(p, 0, sizeof(*p));
	p->base_every_ms = base_every_ms ? base_every_ms : RECORD_PACK_BASE_MS;
	p->want_base = true;
}

static void
forget_bases(struct record_pack *p)
{
	size_t i;

	for (i = 0; i < p->nbases; i++)
		mem_free(p->bases[i].raw);
	p->nbases = p->bytes = 0;
}

void
record_pack_release(struct record_pack *p)
{
	forget_bases(p);
	mem_free(p->bases);
	squeeze_writer_free(p->writer);
	memset(p, 0, sizeof(*p));
}

/* ---- bases ----------------------------------------------------------------------------------- */

static void
begin_key(struct record_pack *p, int64_t time_ms)
{
	p->in_base = p->want_base || p->too_many || time_ms - p->base_ms >= p->base_every_ms;
	if (!p->in_base)
		return;
	forget_bases(p);
	p->too_many = p->want_base = false;
	p->base_ms = time_ms;
}

/* Without memory for it, later ones of the same model lie there by themselves. */
static void
hold_base(struct record_pack *p, size_t at, char *raw, size_t n, uint64_t seq)
{
	struct record_base *grown;

	if (p->too_many || p->bytes + n > RECORD_PACK_BASES) {
		p->too_many = true;
		forget_bases(p);
		mem_free(raw);
		return;
	}
	grown = at < p->nbases ? p->bases : mem_grow(p->bases, &p->bases_cap, at + 1, sizeof(*grown));
	if (!grown) {
		mem_free(raw);
		return;
	}
	p->bases = grown;
	for (; p->nbases <= at; p->nbases++)
		grown[p->nbases] = (struct record_base){NULL, 0, 0};
	mem_free(grown[at].raw);
	p->bytes += n;
	grown[at] = (struct record_base){raw, n, seq};
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* Without memory for packing it stays as it is. */
static void
pack(struct record_pack *p, struct record_block *b, struct slice raw, const struct record_base *base)
{
	struct slice prefix = base ? slice_make(base->raw, base->n) : slice_make(NULL, 0);
	char *packed = NULL;
	size_t n = 0;

	if (raw.n >= PACKED_FROM && raw.n <= SQUEEZE_SMALL && !prefix.n) {
		if (p->writer || !squeeze_writer_new(&p->writer, NULL))
			(void)squeeze_write(p->writer, &packed, &n, raw, NULL);
	} else if (raw.n >= PACKED_FROM) {
		(void)squeeze(&packed, &n, raw, prefix, NULL);
	}
	if (!packed)
		return;
	b->payload = packed;
	b->frame.stored = (uint32_t)n;
	b->frame.flags = FRAME_PACKED | (prefix.n ? FRAME_PREFIXED : 0);
	b->frame.base = prefix.n ? base->seq : 0;
}

int
record_pack_frame(struct record_pack *p, struct record_block **out, enum frame_type type, int64_t time_ms, size_t model,
    char *raw, size_t n, struct err *err)
{
	struct record_block *b = n <= FRAME_PAYLOAD_MAX ? mem_calloc(1, sizeof(*b)) : NULL;
	bool key = type == FRAME_KEY || type == FRAME_KEY_MODEL;
	size_t at = type == FRAME_KEY ? 0 : 1 + model;
	const struct record_base *base = NULL;

	if (!b) {
		p->want_base = true;
		mem_free(raw);
		return err_nomem(err);
	}
	if (type == FRAME_KEY)
		begin_key(p, time_ms);
	if (key && !p->in_base && at < p->nbases && p->bases[at].raw)
		base = &p->bases[at];
	b->refs = 1;
	b->base = key && p->in_base;
	b->frame = (struct frame){.type = type, .stored = (uint32_t)n, .raw = (uint32_t)n, .seq = ++p->seq};
	b->frame.time_ms = time_ms;
	pack(p, b, slice_make(raw, n), base);
	if (b->base && !b->payload)
		b->payload = mem_dup(raw, n);
	if (b->base && b->payload) {
		hold_base(p, at, raw, n, b->frame.seq);
	} else if (!b->payload) {
		b->payload = raw;
	} else {
		mem_free(raw);
	}
	if (b->base && !b->payload) {
		p->want_base = true;
		mem_free(raw);
		mem_free(b);
		return err_nomem(err);
	}
	b->frame.crc = frame_crc(slice_make(b->payload, b->frame.stored));
	*out = b;
	return 0;
}

int
record_pack_gap(struct record_block **out, uint64_t seq, int64_t from_ms, int64_t to_ms, const char *why,
    struct err *err)
{
	struct fact f = {.kind = FACT_GAP, .u.gap = {.from_ms = from_ms, .to_ms = to_ms, .why = slice_of(why)}};
	struct record_block *b = mem_calloc(1, sizeof(*b));
	struct bytes payload;
	size_t n = 0;

	bytes_init(&payload);
	fact_write(&f, &payload);
	if (b)
		b->payload = bytes_take(&payload, &n, NULL);
	if (!b || !b->payload) {
		bytes_release(&payload);
		mem_free(b);
		return err_nomem(err);
	}
	b->refs = 1;
	b->frame = (struct frame){.type = FRAME_GAP, .stored = (uint32_t)n, .raw = (uint32_t)n, .seq = seq};
	b->frame.time_ms = to_ms;
	b->frame.crc = frame_crc(slice_make(b->payload, n));
	*out = b;
	return 0;
}

void
record_block_unref(struct record_block *b)
{
	if (!b || --b->refs)
		return;
	mem_free(b->payload);
	mem_free(b);
}

size_t
record_block_bytes(const struct record_block *b)
{
	return sizeof(*b) + b->frame.stored + 64; /* what the heap and the list add */
}
