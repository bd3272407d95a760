/*
 * Latency in log-linear buckets, straight from the bits of the double: 64 buckets an octave over thirty octaves,
 * 2^-10 ms (a little under a microsecond) to 2^20 ms (a little over 1000 s). No logarithm, so no difference between
 * machines; counts add, so panes, windows and versions are sums of arrays of LATENCY_BUCKETS counts.
 *
 * A bucket [a,b) stands for 2ab/(a+b), the value whose worst relative error over the bucket is smallest: at most
 * 1/129, 0.78 %. Source: Masson, Rim & Lee, DDSketch, VLDB 2019 (the bound); bits in place of a logarithm.
 */
#ifndef CORE_LATENCY_H
#define CORE_LATENCY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LATENCY_PER_OCTAVE 64
#define LATENCY_OCTAVES	   30
#define LATENCY_BUCKETS	   (LATENCY_PER_OCTAVE * LATENCY_OCTAVES)

/*
 * Bucket of a latency in ms: 0..LATENCY_BUCKETS-1. Shorter than the first bucket goes into the first, longer than the
 * last into the last: such requests keep their rank, only their length is cut. 0 is a duration too: whoever times in
 * whole milliseconds sends many. -1 for what is none: below zero, NaN, infinite; the caller leaves it out.
 */
static inline int
latency_bucket(double ms)
{
	const int64_t first = (int64_t)(1023 - 10) * LATENCY_PER_OCTAVE;
	uint64_t bits;
	int64_t at;

	if (!(ms >= 0))
		return -1;
	if (ms == 0) /* also -0, whose sign bit would be read as a huge value */
		return 0;
	memcpy(&bits, &ms, sizeof(bits));
	if (bits >= UINT64_C(0x7ff0000000000000))
		return -1;
	at = (int64_t)(bits >> 46) - first;
	if (at < 0)
		return 0;
	return at < LATENCY_BUCKETS ? (int)at : LATENCY_BUCKETS - 1;
}

double latency_bucket_lo(int bucket);	 /* ms, closed */
double latency_bucket_hi(int bucket);	 /* ms, open */
double latency_bucket_value(int bucket); /* ms, 2ab/(a+b) */

/* Adds LATENCY_BUCKETS counts of a pane to a sum. */
void latency_add_u32(uint64_t *sum, const uint32_t *counts);
void latency_add_u64(uint64_t *sum, const uint64_t *counts);

/*
 * The quantile of rank ceil(q n) over LATENCY_BUCKETS counts, ms; NaN if they are all zero. q: 0-1.
 * Exact minima and maxima are kept beside the counts: cut the result to them. O(LATENCY_BUCKETS).
 */
double latency_quantile_u32(const uint32_t *counts, double q_frac);
double latency_quantile_u64(const uint64_t *counts, double q_frac);

/* Several at once in one pass; q must rise. out: nq values, NaN if there are no counts. */
void latency_quantiles_u64(const uint64_t *counts, const double *q_frac, size_t nq, double *out);

#endif
