#include <math.h>

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
