#include "core/latency.h"

#include <math.h>

#include "core/quantile.h"

double
latency_bucket_lo(int bucket)
{
	uint64_t bits = ((uint64_t)(1023 - 10) * LATENCY_PER_OCTAVE + (uint64_t)bucket) << 46;
	double ms;

	memcpy(&ms, &bits, sizeof(ms));
	return ms;
}

double
latency_bucket_hi(int bucket)
{
	return latency_bucket_lo(bucket + 1);
}

double
latency_bucket_value(int bucket)
{
	double a = latency_bucket_lo(bucket), b = latency_bucket_hi(bucket);

	return 2 * a * b / (a + b);
}

void
latency_add_u32(uint64_t *sum, const uint32_t *counts)
{
	size_t i;

	for (i = 0; i < LATENCY_BUCKETS; i++)
		sum[i] += counts[i];
}

void
latency_add_u64(uint64_t *sum, const uint64_t *counts)
{
	size_t i;

	for (i = 0; i < LATENCY_BUCKETS; i++)
		sum[i] += counts[i];
}

double
latency_quantile_u32(const uint32_t *counts, double q_frac)
{
	uint64_t n = 0, seen = 0, rank;
	int i;

	for (i = 0; i < LATENCY_BUCKETS; i++)
		n += counts[i];
	if (n == 0)
		return NAN;
	rank = quantile_rank(q_frac, n);
	for (i = 0; i < LATENCY_BUCKETS - 1; i++) {
		seen += counts[i];
		if (seen >= rank)
			break;
	}
	return latency_bucket_value(i);
}

double
latency_quantile_u64(const uint64_t *counts, double q_frac)
{
	double out;

	latency_quantiles_u64(counts, &q_frac, 1, &out);
	return out;
}

/* Sums of octaves, so that a quantile is looked for in one of them alone. */
static uint64_t
sum_octaves(const uint64_t *counts, uint64_t *sums)
{
	uint64_t n = 0, sum;
	int o, i;

	for (o = 0; o < LATENCY_OCTAVES; o++) {
		sum = 0;
		for (i = 0; i < LATENCY_PER_OCTAVE; i++)
			sum += counts[o * LATENCY_PER_OCTAVE + i];
		sums[o] = sum;
		n += sum;
	}
	return n;
}

void
latency_quantiles_u64(const uint64_t *counts, const double *q_frac, size_t nq, double *out)
{
	uint64_t sums[LATENCY_OCTAVES], n = sum_octaves(counts, sums), before = 0, seen, rank;
	size_t k;
	int o = 0, i;

	for (k = 0; k < nq; k++) {
		out[k] = NAN;
		if (!n)
			continue;
		rank = quantile_rank(q_frac[k], n);
		while (before + sums[o] < rank)
			before += sums[o++];
		i = o * LATENCY_PER_OCTAVE;
		for (seen = before + counts[i]; seen < rank; seen += counts[i])
			i++;
		out[k] = latency_bucket_value(i);
	}
}
