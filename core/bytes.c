#include "core/bytes.h"

#include <string.h>

#include "core/bytes_crc.h"
#include "core/mem.h"

void
bytes_init(struct bytes *b)
{
	memset(b, 0, sizeof(*b));
}

void
bytes_release(struct bytes *b)
{
	mem_free(b->p);
	bytes_init(b);
}

void
bytes_clear(struct bytes *b, size_t keep)
{
	if (b->cap > keep)
		bytes_release(b);
	b->n = 0;
	b->failed = false;
}

char *
bytes_room(struct bytes *b, size_t n)
{
	char *grown;

	if (b->failed)
		return NULL;
	if (b->cap - b->n < n) {
		grown = mem_grow(b->p, &b->cap, b->n + n, 1);
		if (!grown) {
			b->failed = true;
			return NULL;
		}
		b->p = grown;
	}
	b->n += n;
	return b->p + b->n - n;
}

void
bytes_reserve(struct bytes *b, size_t n)
{
	if (bytes_room(b, n))
		b->n -= n;
}

void
bytes_put(struct bytes *b, const void *p, size_t n)
{
	char *to = bytes_room(b, n);

	if (to && n)
		memcpy(to, p, n);
}

void
bytes_put_long_uint(struct bytes *b, uint64_t v)
{
	char buf[10];
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		buf[n++] = (char)(v | 0x80);
	buf[n++] = (char)v;
	bytes_put(b, buf, n);
}

void
bytes_put_int(struct bytes *b, int64_t v)
{
	uint64_t u = (uint64_t)v;

	bytes_put_uint(b, u << 1 ^ (v < 0 ? UINT64_MAX : 0));
}

static void
put_low_first(struct bytes *b, uint64_t v, size_t n)
{
	char buf[8];
	size_t i;

	for (i = 0; i < n; i++)
		buf[i] = (char)(v >> 8 * i);
	bytes_put(b, buf, n);
}

void
bytes_put_fixed32(struct bytes *b, uint32_t v)
{
	put_low_first(b, v, 4);
}

void
bytes_put_double(struct bytes *b, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	put_low_first(b, bits, 8);
}

void
bytes_put_text(struct bytes *b, struct slice v)
{
	bytes_put_uint(b, v.n);
	bytes_put(b, v.p, v.n);
}

char *
bytes_take(struct bytes *b, size_t *n, struct err *err)
{
	char *p = b->p;

	if (!b->failed && !p)
		p = mem_alloc(1);
	if (b->failed || !p) {
		bytes_release(b);
		err_nomem(err);
		return NULL;
	}
	*n = b->n;
	bytes_init(b);
	return p;
}

/* ---- reading --------------------------------------------------------------------------------- */

void
bytes_read(struct bytes_reader *r, struct slice from)
{
	*r = (struct bytes_reader){from.p, from.p + from.n, false};
}

struct slice
bytes_get(struct bytes_reader *r, size_t n)
{
	const char *p = r->p;

	if (r->failed || (size_t)(r->end - r->p) < n) {
		r->failed = true;
		return slice_make("", 0);
	}
	r->p += n;
	return slice_make(p, n);
}

uint64_t
bytes_get_long_uint(struct bytes_reader *r, uint64_t max)
{
	uint64_t v = 0;
	unsigned shift;

	for (shift = 0; shift < 64 && !r->failed && r->p < r->end; shift += 7) {
		uint64_t part = (unsigned char)*r->p++;

		if (shift == 63 && part > 1)
			break;
		v |= (part & 0x7f) << shift;
		if (part < 0x80) {
			if (v > max)
				break;
			return v;
		}
	}
	r->failed = true;
	return 0;
}

int64_t
bytes_get_int(struct bytes_reader *r)
{
	uint64_t u = bytes_get_uint(r, UINT64_MAX);

	return (int64_t)(u >> 1 ^ (u & 1 ? UINT64_MAX : 0));
}

static uint64_t
get_low_first(struct bytes_reader *r, size_t n)
{
	struct slice s = bytes_get(r, n);
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < s.n; i++)
		v |= (uint64_t)(unsigned char)s.p[i] << 8 * i;
	return v;
}

uint32_t
bytes_get_fixed32(struct bytes_reader *r)
{
	return (uint32_t)get_low_first(r, 4);
}

double
bytes_get_double(struct bytes_reader *r)
{
	uint64_t bits = get_low_first(r, 8);
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

struct slice
bytes_get_text(struct bytes_reader *r, size_t max)
{
	return bytes_get(r, (size_t)bytes_get_uint(r, max));
}

bool
bytes_get_bool(struct bytes_reader *r)
{
	return bytes_get_uint(r, 1) != 0;
}

size_t
bytes_get_count(struct bytes_reader *r, size_t max)
{
	size_t left = (size_t)(r->end - r->p);

	return (size_t)bytes_get_uint(r, left < max ? left : max);
}

bool
bytes_at_end(const struct bytes_reader *r)
{
	return !r->failed && r->p == r->end;
}

/* ---- checksum -------------------------------------------------------------------------------- */

/* Half a byte at a time: the table of 16 is small enough to be read with the eye, and what is written is little. */
uint32_t
bytes_crc32c(uint32_t crc, const void *p, size_t n)
{
	const uint32_t (*t)[256] = bytes_crc_table;
	const unsigned char *at = p;

	crc = ~crc;
	for (; n >= 8; n -= 8, at += 8) {
		crc ^= at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
		crc = t[7][crc & 255] ^ t[6][crc >> 8 & 255] ^ t[5][crc >> 16 & 255] ^ t[4][crc >> 24] ^ t[3][at[4]] ^
		      t[2][at[5]] ^ t[1][at[6]] ^ t[0][at[7]];
	}
	for (; n > 0; n--, at++)
		crc = crc >> 8 ^ t[0][(crc ^ *at) & 255];
	return ~crc;
}
