#include "core/loghist.h"

#include <math.h>
#include <stdbool.h>

#include "core/mem.h"
#include "core/quantile.h"

#define OCTAVES (2 * LOGHIST_OCTAVES)

void
loghist_init(struct loghist *h, double center, double scale)
{
	memset(h, 0, sizeof(*h));
	h->center = center;
	h->scale = scale > 0 && isfinite(scale) && isfinite(1 / scale) ? scale : 1;
	h->per_scale = 1 / h->scale;
}

void
loghist_release(struct loghist *h)
{
	size_t o;

	for (o = 0; h->octave && o < OCTAVES; o++)
		mem_free(h->octave[o]);
	mem_free(h->octave);
	mem_free(h->packed);
	loghist_init(h, h->center, h->scale);
}

static bool
is_wide(const struct loghist *h, size_t octave)
{
	return h->wide >> octave & 1;
}

static size_t
block_words(const struct loghist *h, size_t octave)
{
	return is_wide(h, octave) ? 2 * LOGHIST_PER_OCTAVE : LOGHIST_PER_OCTAVE;
}

void
loghist_clear(struct loghist *h)
{
	size_t o;

	mem_free(h->packed);
	h->packed = NULL;
	for (o = 0; h->octave && o < OCTAVES; o++) {
		if ((h->used >> o & 1) && h->octave[o])
			memset(h->octave[o], 0, block_words(h, o) * sizeof(uint32_t));
	}
	h->used = 0;
	h->n = h->middle = 0;
}

static uint64_t
packed_count(const struct loghist *h, size_t slot)
{
	uint64_t octave = UINT64_C(1) << (slot >> 5);
	size_t before = (size_t)__builtin_popcountll(h->used & (octave - 1));
	size_t at = before * LOGHIST_PER_OCTAVE + (slot & 31);

	if (!(h->used & octave))
		return 0;
	return h->packed_bytes == 1 ? ((const uint8_t *)h->packed)[at] : ((const uint16_t *)h->packed)[at];
}

static uint64_t
slot_count(const struct loghist *h, size_t slot)
{
	const uint32_t *block = h->octave ? h->octave[slot >> 5] : NULL;
	size_t step = slot & 31;

	if (h->packed)
		return packed_count(h, slot);
	if (!block)
		return 0;
	return block[step] | (is_wide(h, slot >> 5) ? (uint64_t)block[LOGHIST_PER_OCTAVE + step] << 32 : 0);
}

/* Makes sure that the octave is there and, if need be, wide; the counts stay what they were. */
static int
octave_ready(struct loghist *h, size_t octave, bool wide, struct err *err)
{
	const size_t narrow_bytes = LOGHIST_PER_OCTAVE * sizeof(uint32_t);
	uint32_t *block;

	if (!h->octave && (h->octave = mem_calloc(OCTAVES, sizeof(*h->octave))) == NULL)
		return err_nomem(err);
	block = h->octave[octave];
	if (!block) {
		size_t words = wide ? 2 * LOGHIST_PER_OCTAVE : LOGHIST_PER_OCTAVE;

		block = mem_calloc(words, sizeof(*block));
	} else if (wide && !is_wide(h, octave)) {
		block = mem_realloc_array(block, 2, narrow_bytes);
		if (block)
			memset(block + LOGHIST_PER_OCTAVE, 0, narrow_bytes);
	} else {
		return 0;
	}
	if (!block)
		return err_nomem(err);
	h->octave[octave] = block;
	if (wide)
		h->wide |= UINT64_C(1) << octave;
	return 0;
}

static void
slot_set(struct loghist *h, size_t slot, uint64_t count)
{
	uint32_t *block = h->octave[slot >> 5];
	size_t step = slot & 31;

	block[step] = (uint32_t)count;
	if (is_wide(h, slot >> 5))
		block[LOGHIST_PER_OCTAVE + step] = (uint32_t)(count >> 32);
}

static uint64_t
largest_count(const struct loghist *h)
{
	uint64_t most = 0, left;
	size_t i;

	for (left = h->used; left; left &= left - 1) {
		size_t first = (size_t)__builtin_ctzll(left) << 5;

		for (i = first; i < first + LOGHIST_PER_OCTAVE; i++)
			most = slot_count(h, i) > most ? slot_count(h, i) : most;
	}
	return most;
}

static void
drop_octaves(struct loghist *h)
{
	size_t i;

	for (i = 0; h->octave && i < OCTAVES; i++)
		mem_free(h->octave[i]);
	mem_free(h->octave);
	h->octave = NULL;
	h->wide = 0;
}

void
loghist_pack(struct loghist *h)
{
	uint64_t most = h->packed ? UINT64_MAX : largest_count(h), left;
	size_t n = (size_t)__builtin_popcountll(h->used) * LOGHIST_PER_OCTAVE, at = 0, i;
	uint8_t bytes = most > UINT8_MAX ? 2 : 1;
	void *packed;

	if (most > UINT16_MAX || !n || (packed = mem_alloc(n * bytes)) == NULL)
		return;
	for (left = h->used; left; left &= left - 1) {
		size_t octave = (size_t)__builtin_ctzll(left);

		for (i = octave << 5; i < (octave + 1) << 5; i++, at++) {
			if (bytes == 1)
				((uint8_t *)packed)[at] = (uint8_t)slot_count(h, i);
			else
				((uint16_t *)packed)[at] = (uint16_t)slot_count(h, i);
		}
	}
	drop_octaves(h);
	h->packed = packed;
	h->packed_bytes = bytes;
}

static int
unpack(struct loghist *h, struct err *err)
{
	uint64_t left;
	size_t i;

	for (left = h->packed ? h->used : 0; left; left &= left - 1) {
		if (octave_ready(h, (size_t)__builtin_ctzll(left), false, err)) {
			drop_octaves(h);
			return ERR_NOMEM;
		}
	}
	for (left = h->packed ? h->used : 0; left; left &= left - 1) {
		size_t octave = (size_t)__builtin_ctzll(left);

		for (i = octave << 5; i < (octave + 1) << 5; i++)
			slot_set(h, i, packed_count(h, i));
	}
	mem_free(h->packed);
	h->packed = NULL;
	return 0;
}

static int
slot_put(struct loghist *h, size_t slot, uint64_t count, struct err *err)
{
	uint64_t sum = slot_count(h, slot) + count;
	int rc = unpack(h, err);

	if (!rc)
		rc = octave_ready(h, slot >> 5, sum > UINT32_MAX, err);
	if (rc)
		return rc;
	slot_set(h, slot, sum);
	h->used |= UINT64_C(1) << (slot >> 5);
	h->n += count;
	return 0;
}

int
loghist_add_slow(struct loghist *h, unsigned slot, struct err *err)
{
	return slot_put(h, slot, 1, err);
}

/* Whether the sums of two octaves with counters of 32 bits fit such counters too. */
static bool
sums_fit(const uint32_t *a, const uint32_t *b)
{
	uint32_t wraps = 0;
	size_t i;

	for (i = 0; i < LOGHIST_PER_OCTAVE; i++)
		wraps |= a[i] > UINT32_MAX - b[i];
	return !wraps;
}

static int
octave_ready_for(struct loghist *dst, const struct loghist *src, size_t octave, struct err *err)
{
	bool wide = false;
	size_t i;

	if (!is_wide(dst, octave) && !is_wide(src, octave) && !src->packed) {
		wide = dst->octave && dst->octave[octave] && !sums_fit(dst->octave[octave], src->octave[octave]);
		return octave_ready(dst, octave, wide, err);
	}
	for (i = octave << 5; i < (octave + 1) << 5; i++)
		wide |= slot_count(dst, i) + slot_count(src, i) > UINT32_MAX;
	return octave_ready(dst, octave, wide, err);
}

static void
octave_add(struct loghist *dst, const struct loghist *src, size_t octave)
{
	uint32_t *to = dst->octave[octave];
	const uint32_t *from;
	size_t i;

	if (is_wide(dst, octave) || is_wide(src, octave) || src->packed) {
		for (i = octave << 5; i < (octave + 1) << 5; i++)
			slot_set(dst, i, slot_count(dst, i) + slot_count(src, i));
		return;
	}
	from = src->octave[octave];
	for (i = 0; i < LOGHIST_PER_OCTAVE; i++)
		to[i] += from[i];
}

/* Every block is made ready first; after that nothing can fail, so a failed merge leaves dst's counts alone. */
int
loghist_merge(struct loghist *dst, const struct loghist *src, struct err *err)
{
	uint64_t left;
	int rc;

	if (dst->center != src->center || dst->scale != src->scale)
		return err_set(err, ERR_INVALID, "histograms of different centre or scale do not add");
	rc = unpack(dst, err);
	if (rc)
		return rc;
	for (left = src->used; left; left &= left - 1) {
		rc = octave_ready_for(dst, src, (size_t)__builtin_ctzll(left), err);
		if (rc)
			return rc;
	}
	for (left = src->used; left; left &= left - 1)
		octave_add(dst, src, (size_t)__builtin_ctzll(left));
	dst->used |= src->used;
	dst->middle += src->middle;
	dst->n += src->n;
	return 0;
}

/* Slots run outwards on either side; buckets run from the most negative upwards. Not for the middle. */
static size_t
slot_of_bucket(int bucket)
{
	if (bucket > LOGHIST_MIDDLE)
		return (size_t)(bucket - LOGHIST_MIDDLE - 1);
	return (size_t)(LOGHIST_MIDDLE - 1 - bucket) + LOGHIST_SIDE;
}

uint64_t
loghist_count(const struct loghist *h, int bucket)
{
	return bucket == LOGHIST_MIDDLE ? h->middle : slot_count(h, slot_of_bucket(bucket));
}

int
loghist_put(struct loghist *h, int bucket, uint64_t count, struct err *err)
{
	if (bucket < 0 || bucket >= LOGHIST_BUCKETS)
		return err_set(err, ERR_INVALID, "histogram bucket %d is none of 0..%d", bucket, LOGHIST_BUCKETS - 1);
	if (bucket == LOGHIST_MIDDLE) {
		h->middle += count;
		h->n += count;
		return 0;
	}
	return count ? slot_put(h, slot_of_bucket(bucket), count, err) : 0;
}

/* Bucket where the octave of this one ends, seen upwards. */
static int
octave_end(int bucket)
{
	if (bucket > LOGHIST_MIDDLE)
		return LOGHIST_MIDDLE + 1 + (int)((slot_of_bucket(bucket) | 31) + 1);
	return bucket + 1 + (int)(slot_of_bucket(bucket) & 31);
}

/* The first that is not empty from this one to the end of its octave; else where that ends. */
static int
next_in_octave(const struct loghist *h, int bucket)
{
	size_t slot = slot_of_bucket(bucket), octave = slot >> 5;
	const uint32_t *at = h->octave && h->octave[octave] ? h->octave[octave] + (slot & 31) : NULL;
	int end = octave_end(bucket), step = bucket > LOGHIST_MIDDLE ? 1 : -1;

	if (!(h->used >> octave & 1))
		return end;
	if (h->packed || !at || is_wide(h, octave)) {
		while (bucket < end && !loghist_count(h, bucket))
			bucket++;
		return bucket;
	}
	while (bucket < end && !*at) {
		bucket++;
		if (bucket < end)
			at += step;
	}
	return bucket;
}

int
loghist_next(const struct loghist *h, int bucket)
{
	while (bucket < LOGHIST_BUCKETS) {
		int end;

		if (bucket == LOGHIST_MIDDLE) {
			if (h->middle)
				return bucket;
			bucket++;
			continue;
		}
		end = octave_end(bucket);
		bucket = next_in_octave(h, bucket);
		if (bucket < end)
			return bucket;
	}
	return -1;
}

size_t
loghist_list(const struct loghist *h, uint16_t *buckets)
{
	size_t n = 0;
	int b;

	for (b = loghist_next(h, 0); b >= 0; b = loghist_next(h, b + 1))
		buckets[n++] = (uint16_t)b;
	return n;
}

/* The edge between bucket - 1 and bucket, in scales. */
static double
edge_z(int bucket)
{
	int steps = bucket <= LOGHIST_MIDDLE ? LOGHIST_MIDDLE - bucket : bucket - LOGHIST_MIDDLE - 1;
	uint64_t bits = (((uint64_t)(1023 - 8) << 5) + (uint64_t)steps) << 47;
	double z;

	memcpy(&z, &bits, sizeof(z));
	return bucket <= LOGHIST_MIDDLE ? -z : z;
}

double
loghist_bucket_lo(const struct loghist *h, int bucket)
{
	return h->center + edge_z(bucket) * h->scale;
}

double
loghist_bucket_hi(const struct loghist *h, int bucket)
{
	return h->center + edge_z(bucket + 1) * h->scale;
}

double
loghist_quantile(const struct loghist *h, double q_frac)
{
	uint64_t rank = quantile_rank(q_frac, h->n), seen = 0, count = 0;
	double lo, hi, part;
	int at = -1;

	if (h->n == 0)
		return NAN;
	do {
		seen += count;
		at = loghist_next(h, at + 1);
		count = loghist_count(h, at);
	} while (seen + count < rank);
	if (at == LOGHIST_MIDDLE)
		return h->center;
	lo = edge_z(at);
	hi = edge_z(at + 1);
	part = ((double)(rank - seen) - 0.5) / (double)count;
	return h->center + (lo + (hi - lo) * part) * h->scale;
}

/* Integral of |d| over a bucket of this width, d going linearly from d0 to d1. */
static double
area(double width, double d0, double d1)
{
	if ((d0 >= 0) == (d1 >= 0))
		return width * fabs(d0 + d1) / 2;
	return width * (d0 * d0 + d1 * d1) / (2 * fabs(d1 - d0));
}

double
loghist_wasserstein(const struct loghist *a, const struct loghist *b)
{
	uint64_t seen_a = 0, seen_b = 0;
	double sum = 0, d = 0, edge = 0;
	int at = -1;

	if (a->n == 0 || b->n == 0 || a->center != b->center || a->scale != b->scale)
		return NAN;
	for (;;) {
		int next_a = loghist_next(a, at + 1), next_b = loghist_next(b, at + 1);
		double d0 = d;

		if (next_a < 0 && next_b < 0)
			return sum;
		at = next_b < 0 || (next_a >= 0 && next_a < next_b) ? next_a : next_b;
		/* Between two buckets in use the difference is level. */
		sum += (edge_z(at) - edge) * fabs(d);
		edge = edge_z(at + 1);
		seen_a += loghist_count(a, at);
		seen_b += loghist_count(b, at);
		d = (double)seen_a / (double)a->n - (double)seen_b / (double)b->n;
		sum += area(edge - edge_z(at), d0, d);
	}
}
