#include "core/recording_index.h"

#include "core/mem.h"

#define FORMAT 1

void
recording_index_init(struct recording_index *x, uint64_t from, uint64_t previous)
{
	memset(x, 0, sizeof(*x));
	x->from = from;
	x->previous = previous;
}

void
recording_index_release(struct recording_index *x)
{
	mem_free(x->frames);
	recording_index_init(x, 0, 0);
}

int
recording_index_add(struct recording_index *x, const struct frame *f, struct err *err)
{
	struct frame *grown = mem_grow(x->frames, &x->cap, x->n + 1, sizeof(*grown));

	if (!grown)
		return err_nomem(err);
	x->frames = grown;
	grown[x->n++] = *f;
	return 0;
}

void
recording_index_write(const struct recording_index *x, struct bytes *to)
{
	uint64_t seq = 0;
	int64_t time_ms = 0;
	size_t i;

	bytes_put_uint(to, FORMAT);
	bytes_put_uint(to, x->from);
	bytes_put_uint(to, x->previous);
	bytes_put_uint(to, x->n);
	for (i = 0; i < x->n; i++) {
		const struct frame *f = &x->frames[i];

		bytes_put_uint(to, f->type);
		bytes_put_uint(to, f->flags);
		bytes_put_uint(to, f->stored);
		bytes_put_uint(to, f->raw);
		bytes_put_int(to, (int64_t)(f->seq - seq));
		bytes_put_int(to, (int64_t)((uint64_t)f->time_ms - (uint64_t)time_ms));
		bytes_put_uint(to, f->base);
		bytes_put_fixed32(to, f->crc);
		seq = f->seq;
		time_ms = f->time_ms;
	}
}

/* at, seq and time go on from those of the frame before. */
static bool
read_frame(struct frame *f, struct bytes_reader *r)
{
	f->type = (enum frame_type)bytes_get_uint(r, UINT8_MAX);
	f->flags = (unsigned)bytes_get_uint(r, UINT8_MAX);
	f->stored = (uint32_t)bytes_get_uint(r, FRAME_PAYLOAD_MAX);
	f->raw = (uint32_t)bytes_get_uint(r, FRAME_PAYLOAD_MAX);
	f->seq += (uint64_t)bytes_get_int(r);
	f->time_ms = (int64_t)((uint64_t)f->time_ms + (uint64_t)bytes_get_int(r));
	f->base = bytes_get_uint(r, UINT64_MAX);
	f->crc = bytes_get_fixed32(r);
	return !r->failed;
}

int
recording_index_read(struct recording_index *x, struct slice payload, struct err *err)
{
	struct bytes_reader r;
	struct frame f = {.stored = 0};
	uint64_t format;
	size_t n, i;
	int rc = 0;

	bytes_read(&r, payload);
	format = bytes_get_uint(&r, UINT64_MAX);
	x->from = bytes_get_uint(&r, UINT64_MAX / 2);
	x->previous = bytes_get_uint(&r, UINT64_MAX / 2);
	n = bytes_get_count(&r, UINT32_MAX);
	f.at = x->from;
	for (i = 0; i < n && !rc && format == FORMAT; i++) {
		if (!read_frame(&f, &r))
			break;
		rc = recording_index_add(x, &f, err);
		f.at += FRAME_BYTES + (uint64_t)f.stored;
	}
	if (!rc && (r.failed || format != FORMAT || !bytes_at_end(&r)))
		rc = err_set(err, ERR_FORMAT, "an index is not one");
	return rc;
}

void
recording_end_write(uint64_t last_index, char to[RECORDING_END_BYTES])
{
	size_t i;

	for (i = 0; i < RECORDING_END_BYTES; i++)
		to[i] = (char)(last_index >> 8 * i & 0xff);
}

uint64_t
recording_end_read(struct slice payload)
{
	uint64_t at = 0;
	size_t i;

	for (i = 0; payload.n == RECORDING_END_BYTES && i < payload.n; i++)
		at |= (uint64_t)(unsigned char)payload.p[i] << 8 * i;
	return at;
}
