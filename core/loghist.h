/*
 * Signed log-linear histogram of x minus a centre, in units of a scale: what quantiles, Wasserstein distances and
 * changes of unit are read from, for baselines and totals. The centre is the baseline's median, the scale its standard
 * deviation (struct numbins has both, and a scale where the deviation is 0).
 *
 * 32 buckets an octave from 2^-8 to 2^20 scales on either side, one bucket for everything nearer than 2^-8; what lies
 * farther than 2^20 scales is in the outermost bucket. Octaves are allocated on first use, 128 bytes each; a counter
 * that outgrows 32 bits makes its octave twice as large. Two histograms add if centre and scale are equal.
 *
 * Buckets are numbered in the order of x: 0 the most negative, LOGHIST_MIDDLE around the centre, LOGHIST_BUCKETS-1.
 */
#ifndef CORE_LOGHIST_H
#define CORE_LOGHIST_H

#include <stdint.h>
#include <string.h>

#include "core/err.h"

#define LOGHIST_PER_OCTAVE 32
#define LOGHIST_OCTAVES	   28
#define LOGHIST_SIDE	   (LOGHIST_PER_OCTAVE * LOGHIST_OCTAVES)
#define LOGHIST_MIDDLE	   LOGHIST_SIDE
#define LOGHIST_BUCKETS	   (2 * LOGHIST_SIDE + 1)
#define LOGHIST_SLOTS	   (2 * LOGHIST_SIDE) /* of counters; and the slot of what lies in the middle */

struct loghist {
	double center;	    /* x units */
	double scale;	    /* x units; > 0 */
	double per_scale;   /* 1 / scale */
	uint64_t n;	    /* all values */
	uint64_t middle;    /* values nearer to the centre than 2^-8 scales */
	uint64_t wide;	    /* bit i: octave i has its high words behind its 32 low ones */
	uint64_t used;	    /* bit i: octave i may hold counts; others are empty, whatever memory they have */
	uint32_t **octave; /* above the centre from near to far, then below; NULL, all of it or one: empty */
	void *packed; /* instead of all octaves: those in `used`, one behind the other; NULL: it is not packed */
	uint8_t packed_bytes; /* a counter */
};

/* Allocates nothing. scale must be finite and > 0 (else 1 is taken). Release with loghist_release. */
void loghist_init(struct loghist *h, double center, double scale);
void loghist_release(struct loghist *h);
void loghist_clear(struct loghist *h); /* empty; keeps centre, scale and memory */

/*
 * For one that is read from now on: its counters take a byte each, or two, where those can hold them all and there is
 * memory for that. It stays what it was; adding to it undoes this.
 */
void loghist_pack(struct loghist *h);

/* Slow path of loghist_add: an octave not there yet, or a counter about to wrap. slot: octave * 32 + step. */
int loghist_add_slow(struct loghist *h, unsigned slot, struct err *err);

/*
 * Where a finite value's counter is: slots 0.. run outwards above the centre, LOGHIST_SIDE.. outwards below it, 32 an
 * octave; LOGHIST_SLOTS in the middle. On either side a greater distance never gives a smaller slot.
 */
static inline unsigned
loghist_slot(const struct loghist *h, double x)
{
	const uint64_t near = (uint64_t)(1023 - 8) << 5;
	double z = (x - h->center) * h->per_scale;
	uint64_t bits, at;

	memcpy(&bits, &z, sizeof(bits));
	at = (bits << 1 >> 48) - near;
	if (at >= LOGHIST_SIDE) {
		if (at >> 63) /* below 0 */
			return LOGHIST_SLOTS;
		at = LOGHIST_SIDE - 1;
	}
	return (unsigned)(at + (LOGHIST_SIDE & (0 - (bits >> 63))));
}

/* The counter of a slot other than the middle, where it is at hand and does not wrap; else NULL: loghist_add_slow. */
static inline uint32_t *
loghist_counter(struct loghist *h, unsigned slot)
{
	uint32_t *block = h->octave ? h->octave[slot >> 5] : NULL;

	if (!block || block[slot & 31] == UINT32_MAX)
		return NULL;
	return &block[slot & 31];
}

/* Adds one finite value. ERR_NOMEM: it was not counted. Two nanoseconds once its octave is there. */
static inline int
loghist_add(struct loghist *h, double x, struct err *err)
{
	unsigned slot = loghist_slot(h, x);
	uint32_t *counter;

	if (slot == LOGHIST_SLOTS) {
		h->middle++;
		h->n++;
		return 0;
	}
	counter = loghist_counter(h, slot);
	if (!counter)
		return loghist_add_slow(h, slot, err);
	(*counter)++;
	h->used |= UINT64_C(1) << (slot >> 5);
	h->n++;
	return 0;
}

/* dst += src. ERR_INVALID if centre or scale differ, ERR_NOMEM: dst is as it was. O(octaves in use). */
int loghist_merge(struct loghist *dst, const struct loghist *src, struct err *err);

uint64_t loghist_count(const struct loghist *h, int bucket);
int loghist_put(struct loghist *h, int bucket, uint64_t count, struct err *err); /* adds count to a bucket */
int loghist_next(const struct loghist *h, int bucket); /* first non-empty bucket at or after this one; -1: none */

/* All that are not empty, rising; buckets: room for LOGHIST_BUCKETS. Returns how many. */
size_t loghist_list(const struct loghist *h, uint16_t *buckets);
double loghist_bucket_lo(const struct loghist *h, int bucket); /* x units; the outermost end at 2^20 scales */
double loghist_bucket_hi(const struct loghist *h, int bucket);

/*
 * The quantile of rank ceil(q n), back in x units, placed inside its bucket by its rank there (values taken as evenly
 * spread); in the middle bucket the centre itself. At most one bucket wide off: 1/32 of its distance from the centre,
 * or 2^-8 scales. NaN if empty. Cut the result to the known minimum and maximum.
 */
double loghist_quantile(const struct loghist *h, double q_frac);

/*
 * Wasserstein-1 distance of the two distributions, in scales: the integral of |F - G| with each bucket's values spread
 * evenly over it. Off by at most the mean width of the buckets the values lie in. NaN if either is empty or centre or
 * scale differ. O(octaves in use). Source: Vallender, Theory Probab. Appl. 18(4), 1974 (W1 is the area between the two
 * distribution functions).
 */
double loghist_wasserstein(const struct loghist *a, const struct loghist *b);

#endif
