#include "core/frame.h"

#include <string.h>

#include "core/bytes.h"

#define AT_CRC (FRAME_BYTES - 4)
#define RATIO_MAX 4096 /* no payload unpacks to more than so many times itself, and */
#define RATIO_FREE 65536 /* so many bytes */

static const unsigned char sync_mark[4] = {0xd7, 'D', 'T', 'R'};

static void
put(unsigned char *to, uint64_t v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		to[i] = (unsigned char)(v >> 8 * i);
}

static uint64_t
get(const unsigned char *from, size_t n)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < n; i++)
		v |= (uint64_t)from[i] << 8 * i;
	return v;
}

uint32_t
frame_crc(struct slice payload)
{
	return bytes_crc32c(0, payload.p, payload.n);
}

void
frame_write(const struct frame *f, unsigned char header[FRAME_BYTES])
{
	memcpy(header, sync_mark, sizeof(sync_mark));
	put(header + 4, f->type, 1);
	put(header + 5, f->flags, 1);
	put(header + 6, 0, 2);
	put(header + 8, f->stored, 4);
	put(header + 12, f->raw, 4);
	put(header + 16, f->seq, 8);
	put(header + 24, (uint64_t)f->time_ms, 8);
	put(header + 32, f->base, 8);
	put(header + 40, f->crc, 4);
	put(header + AT_CRC, bytes_crc32c(0, header, AT_CRC), 4);
}

bool
frame_read(struct frame *f, const unsigned char header[FRAME_BYTES])
{
	if (memcmp(header, sync_mark, sizeof(sync_mark)) != 0 ||
	    get(header + AT_CRC, 4) != bytes_crc32c(0, header, AT_CRC))
		return false;
	f->type = (enum frame_type)header[4];
	f->flags = header[5];
	f->stored = (uint32_t)get(header + 8, 4);
	f->raw = (uint32_t)get(header + 12, 4);
	f->seq = get(header + 16, 8);
	f->time_ms = (int64_t)get(header + 24, 8);
	f->base = get(header + 32, 8);
	f->crc = (uint32_t)get(header + 40, 4);
	if (f->stored > FRAME_PAYLOAD_MAX || f->raw > FRAME_PAYLOAD_MAX)
		return false;
	if (!(f->flags & FRAME_PACKED))
		return f->stored == f->raw;
	return (f->flags & FRAME_PREFIXED) || f->raw <= (uint64_t)f->stored * RATIO_MAX + RATIO_FREE;
}

/* The next header behind `from` that holds; n: there is none. */
static size_t
find_next(const struct frame_walk *w, size_t from)
{
	struct frame f;

	while (from + FRAME_BYTES <= w->n) {
		const unsigned char *hit = memchr(w->p + from, sync_mark[0], w->n - FRAME_BYTES - from + 1);

		if (!hit)
			return w->n;
		from = (size_t)(hit - w->p);
		if (frame_read(&f, hit))
			return from;
		from++;
	}
	return w->n;
}

static enum frame_found
skip(struct frame_walk *w, size_t to)
{
	w->skipped = to - w->at;
	w->at = to;
	return to == w->n ? FRAME_TORN : FRAME_DAMAGED;
}

struct slice
frame_payload(const unsigned char *p, size_t n, const struct frame *f)
{
	struct slice payload = {NULL, 0};

	if (f->at > n || n - f->at < FRAME_BYTES || n - f->at - FRAME_BYTES < f->stored)
		return payload;
	payload = slice_make((const char *)p + f->at + FRAME_BYTES, f->stored);
	return frame_crc(payload) == f->crc ? payload : slice_make(NULL, 0);
}

enum frame_found
frame_next(struct frame_walk *w, struct frame *f)
{
	size_t end;

	memset(f, 0, sizeof(*f));
	f->at = w->at;
	w->skipped = 0;
	if (w->at == w->n)
		return FRAME_OVER;
	if (w->n - w->at < FRAME_BYTES)
		return skip(w, w->n);
	if (!frame_read(f, w->p + w->at)) {
		memset(f, 0, sizeof(*f));
		f->at = w->at;
		return skip(w, find_next(w, w->at + 1));
	}
	f->at = w->at;
	if (w->n - w->at - FRAME_BYTES < f->stored)
		return skip(w, find_next(w, w->at + FRAME_BYTES)); /* cut, and perhaps written on behind that */
	end = w->at + FRAME_BYTES + f->stored;
	if (w->check && !frame_payload(w->p, w->n, f).p) {
		size_t inside = find_next(w, w->at + FRAME_BYTES);

		/* Bytes may be missing from it: then what follows begins before its length says. */
		skip(w, inside < end ? inside : end);
		return FRAME_DAMAGED;
	}
	w->at = end;
	return FRAME_FOUND;
}
