#include "core/quantile.h"

#include <math.h>

uint64_t
quantile_rank(double q_frac, uint64_t n)
{
	double at = q_frac * (double)n;
	double whole = nearbyint(at);
	uint64_t rank;

	if (n == 0)
		return 0;
	/* q has half an ulp of error as a decimal, the product another: a miss of two ulps is a whole number. */
	if (fabs(at - whole) > at * 0x1p-51)
		whole = ceil(at);
	if (!(whole > 1))
		return 1;
	if (whole >= (double)n)
		return n;
	rank = (uint64_t)whole;
	return rank < n ? rank : n;
}

double
quantile_linear(const double *sorted, size_t n, double q_frac)
{
	double at, below, part, a, b;
	size_t i;

	if (n == 0)
		return NAN;
	at = q_frac * (double)(n - 1);
	if (!(at > 0))
		return sorted[0];
	if (at >= (double)(n - 1))
		return sorted[n - 1];
	below = floor(at);
	i = (size_t)below;
	part = at - below;
	a = sorted[i];
	b = sorted[i + 1];
	/* Their distance is beyond any double; two parts of what is not are not. */
	if (!isfinite(b - a))
		return a * (1 - part) + b * part;
	/* From the nearer end, as numpy does: then the result never leaves [a,b] and q = 1 gives b itself. */
	if (part >= 0.5)
		return b - (b - a) * (1 - part);
	return a + (b - a) * part;
}
