/* Payloads of a recording, unpacked. Prefixes are kept: each is that of an hour of others. */
#include <string.h>

#include "collectors/recording_impl.h"
#include "collectors/squeeze.h"
#include "core/mem.h"

static void
base_release(struct recording *r, size_t i)
{
	r->bases_bytes -= r->bases[i].n;
	mem_free(r->bases[i].p);
	r->bases[i] = r->bases[--r->nbases];
}

void
recording_bases_release(struct recording *r)
{
	while (r->nbases)
		base_release(r, r->nbases - 1);
}

static void
forget_oldest(struct recording *r)
{
	size_t oldest = 0, i;

	for (i = 1; i < r->nbases; i++)
		if (r->bases[i].used < r->bases[oldest].used)
			oldest = i;
	base_release(r, oldest);
}

static void
base_keep(struct recording *r, size_t frame, char *p, size_t n)
{
	while (r->nbases && (r->nbases == RECORDING_BASES || r->bases_bytes + n > RECORDING_BASES_BYTES))
		forget_oldest(r);
	r->bases[r->nbases++] = (struct recording_base){frame, p, n, ++r->bases_used};
	r->bases_bytes += n;
}

/* Within the stretch of rising numbers that this frame is in: in another one the same number is another frame. */
static size_t
find_seq(const struct recording *r, size_t from, uint64_t seq)
{
	size_t run = r->nruns, lo, hi = from;

	while (run > 1 && r->runs[run - 1] > from)
		run--;
	lo = run ? r->runs[run - 1] : 0;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (r->frames[mid].frame.seq < seq)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < from && r->frames[lo].frame.seq == seq ? lo : SIZE_MAX;
}

/* Where an index has told of it, the header has not been looked at yet. */
static bool
is_as_told(const struct recording *r, const struct recording_frame *f)
{
	struct frame h;

	if (!r->bytes)
		return true;
	memset(&h, 0, sizeof(h));
	return frame_read(&h, f->payload - FRAME_BYTES) && h.type == f->frame.type && h.flags == f->frame.flags &&
	       h.stored == f->frame.stored && h.raw == f->frame.raw && h.seq == f->frame.seq &&
	       h.base == f->frame.base && h.time_ms == f->frame.time_ms && h.crc == f->frame.crc;
}

static int
unpack_to(struct recording *r, char *to, size_t n, struct slice packed, struct slice prefix, struct err *err)
{
	int rc = r->unpacker ? 0 : squeeze_reader_new(&r->unpacker, err);

	return rc ? rc : squeeze_read(r->unpacker, to, n, packed, prefix, err);
}

static int
unpack(struct recording *r, size_t index, struct slice prefix, char **out, struct err *err)
{
	const struct recording_frame *f = &r->frames[index];
	struct slice packed = slice_make((const char *)f->payload, f->frame.stored);
	char *to;
	int rc = 0;

	if (!is_as_told(r, f) || frame_crc(packed) != f->frame.crc) {
		recording_damaged(r, index);
		return err_set(err, ERR_FORMAT, "the frame at byte %llu is damaged", (unsigned long long)f->frame.at);
	}
	to = mem_alloc(f->frame.raw ? f->frame.raw : 1);
	if (!to)
		return err_nomem(err);
	if (f->frame.flags & FRAME_PACKED)
		rc = unpack_to(r, to, f->frame.raw, packed, prefix, err);
	else if (packed.n)
		memcpy(to, packed.p, packed.n);
	if (rc) {
		mem_free(to);
		if (rc == ERR_FORMAT)
			recording_damaged(r, index);
		return rc == ERR_NOMEM ? rc
				       : err_wrap(err, "the frame at byte %llu", (unsigned long long)f->frame.at);
	}
	*out = to;
	return 0;
}

size_t
recording_base(const struct recording *r, size_t frame)
{
	return find_seq(r, frame, r->frames[frame].frame.base);
}

static int
find_base(struct recording *r, size_t index, struct slice *prefix, struct err *err)
{
	const struct frame *f = &r->frames[index].frame;
	size_t frame = find_seq(r, index, f->base), i;
	char *p = NULL;
	int rc;

	for (i = 0; i < r->nbases; i++) {
		if (frame == r->bases[i].frame) {
			r->bases[i].used = ++r->bases_used;
			*prefix = slice_make(r->bases[i].p, r->bases[i].n);
			return 0;
		}
	}
	/* A prefix has none of its own: so one cannot lead to itself. */
	if (frame == SIZE_MAX || r->frames[frame].frame.flags & FRAME_PREFIXED)
		return err_set(err, ERR_FORMAT, "the frame at byte %llu rests on one that is gone",
		    (unsigned long long)f->at);
	rc = unpack(r, frame, slice_make(NULL, 0), &p, err);
	if (rc)
		return rc;
	*prefix = slice_make(p, r->frames[frame].frame.raw);
	base_keep(r, frame, p, prefix->n);
	return 0;
}

int
recording_payload(struct recording *r, size_t index, char **out, size_t *n, struct err *err)
{
	const struct frame *f = &r->frames[index].frame;
	struct slice prefix = {NULL, 0};
	int rc = 0;

	if (f->flags & FRAME_PREFIXED)
		rc = find_base(r, index, &prefix, err);
	if (!rc)
		rc = unpack(r, index, prefix, out, err);
	if (!rc)
		*n = f->raw;
	return rc;
}
