#include <math.h>

#include "core/floor.h"
#include "core/stat.h"

/* Between two edges the distribution functions may lie farther apart, by at most the mass of that bin. */
double
stat_ks(const struct stat_input *in)
{
	uint64_t n, m, below_cur = 0, below_ref = 0;
	double most = 0;
	size_t i;

	if (!in->fine_cur || in->nfine < 2)
		return NAN;
	n = stat_total(in->fine_cur, in->nfine);
	m = stat_total(in->fine_ref, in->nfine);
	if (n == 0 || m == 0)
		return NAN;
	for (i = 0; i + 1 < in->nfine; i++) {
		below_cur += in->fine_cur[i];
		below_ref += in->fine_ref[i];
		most = fmax(most, fabs((double)below_cur / (double)n - (double)below_ref / (double)m));
	}
	return most;
}

/* Smirnov's series, of which the first term is all there is beyond 1. */
double
stat_ks_floor(const struct stat_input *in, double tail)
{
	double c = stat_noise(in);

	if (!in->fine_cur || in->nfine < 2 || isnan(c))
		return NAN;
	return fmin(sqrt(-log(tail / 2) / 2 * c), 1);
}

/* Two bell curves part most halfway between their means: 2 Phi(shift / 2) - 1. */
double
stat_ks_shift(const struct stat_input *in, double value)
{
	double shift = 2 * floor_normal((1 + value) / 2);

	(void)in;
	if (value <= 0)
		return 0;
	return shift > STAT_SHIFT_MAX ? INFINITY : shift;
}
