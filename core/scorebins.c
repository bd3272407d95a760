#include "core/scorebins.h"

#include <math.h>
#include <stddef.h>

#include "core/quantile.h"

#define SUM_UNITS 0x1p24

int
scorebins_add(struct scorebins *b, double score)
{
	int bin = scorebins_bin(score);

	if (bin < 0)
		return -1;
	b->counts[bin]++;
	b->n++;
	b->sum += (uint64_t)(score * SUM_UNITS + 0.5);
	return bin;
}

void
scorebins_merge(struct scorebins *dst, const struct scorebins *src)
{
	size_t i;

	dst->n += src->n;
	dst->sum += src->sum;
	for (i = 0; i < SCOREBINS; i++)
		dst->counts[i] += src->counts[i];
}

double
scorebins_mean(const struct scorebins *b)
{
	return b->n ? (double)b->sum / (double)b->n / SUM_UNITS : NAN;
}

double
scorebins_quantile(const struct scorebins *b, double q_frac)
{
	uint64_t rank = quantile_rank(q_frac, b->n), seen = 0;
	size_t i;

	if (b->n == 0)
		return NAN;
	for (i = 0; i < SCOREBINS - 1 && seen + b->counts[i] < rank; i++)
		seen += b->counts[i];
	return ((double)i + ((double)(rank - seen) - 0.5) / (double)b->counts[i]) / SCOREBINS;
}
