/*
 * Bytes for files: whole numbers in as few bytes as they need, doubles as their bits, texts with their length. The same
 * on every machine.
 *
 * A writer grows; a failure (out of memory) is remembered, later calls do nothing, and bytes_take says so at the end. A
 * reader never reads behind its end: a number that is not there, or not within what it may be, makes it `failed`, and
 * from then on it gives 0.
 *
 * Numbers: base 128, the lowest seven bits first, the high bit set where more follow (LEB128); signed ones in the order
 * 0 -1 1 -2 2, so that small ones stay short.
 */
#ifndef CORE_BYTES_H
#define CORE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/slice.h"

struct bytes {
	char *p;
	size_t n, cap;
	bool failed;
};

void bytes_init(struct bytes *b);
void bytes_release(struct bytes *b);

/* Empty again, and whole; what it was given is kept, up to that many bytes, for what comes next. */
void bytes_clear(struct bytes *b, size_t keep);

void bytes_put(struct bytes *b, const void *p, size_t n);
void bytes_put_long_uint(struct bytes *b, uint64_t v);

/* Nearly all counts are small ones. */
static inline void
bytes_put_uint(struct bytes *b, uint64_t v)
{
	if (v < 0x80 && b->n < b->cap && !b->failed)
		b->p[b->n++] = (char)v;
	else
		bytes_put_long_uint(b, v);
}

void bytes_put_int(struct bytes *b, int64_t v);
void bytes_put_double(struct bytes *b, double v); /* its eight bytes, the lowest first */
void bytes_put_text(struct bytes *b, struct slice v);
void bytes_put_fixed32(struct bytes *b, uint32_t v); /* four bytes, the lowest first */

/* Room for n bytes that the caller fills in; NULL: failed. */
char *bytes_room(struct bytes *b, size_t n);

/* Room for n more bytes, so that what is put next grows nothing. */
void bytes_reserve(struct bytes *b, size_t n);

/* The block and its length; the caller's to free by mem_free, and the writer is empty. NULL: ERR_NOMEM. */
char *bytes_take(struct bytes *b, size_t *n, struct err *err);

/* Borrows what it reads. */
struct bytes_reader {
	const char *p, *end;
	bool failed;
};

void bytes_read(struct bytes_reader *r, struct slice from);
uint64_t bytes_get_long_uint(struct bytes_reader *r, uint64_t max);

/* Most numbers are of one byte. */
static inline uint64_t
bytes_get_uint(struct bytes_reader *r, uint64_t max)
{
	if (!r->failed && r->p < r->end && !((unsigned char)*r->p & 0x80) && (unsigned char)*r->p <= max)
		return (unsigned char)*r->p++;
	return bytes_get_long_uint(r, max);
}

int64_t bytes_get_int(struct bytes_reader *r);
double bytes_get_double(struct bytes_reader *r);
struct slice bytes_get_text(struct bytes_reader *r, size_t max); /* borrowed */
uint32_t bytes_get_fixed32(struct bytes_reader *r);
struct slice bytes_get(struct bytes_reader *r, size_t n); /* borrowed */
bool bytes_get_bool(struct bytes_reader *r);
/* A number of things, each of which takes at least one byte of what is left: no more memory than that is ever asked. */
size_t bytes_get_count(struct bytes_reader *r, size_t max);
bool bytes_at_end(const struct bytes_reader *r);

/*
 * CRC-32C of a block; crc: of what comes before, 0 at the beginning. Finds every burst of up to 32 bits and all but one
 * in 2^32 of everything else. Source: Castagnoli, Braeuer & Herrmann, IEEE Trans. Commun. 41(6), 1993.
 */
uint32_t bytes_crc32c(uint32_t crc, const void *p, size_t n);

#endif
