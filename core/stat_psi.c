#include <math.h>

#include "core/stat.h"

/*
 * Half a row is added to each count, so that an empty cell gives a large figure instead of an infinite one. The usual
 * replacement of zero shares by a small constant makes the figure depend on that constant, and at a hundred rows it
 * calls half of all equal samples different.
 */
double
stat_psi(const struct stat_input *in)
{
	double n = (double)stat_total(in->cur, in->ncells), m = (double)stat_total(in->ref, in->ncells);
	double spare = (double)in->ncells / 2, sum = 0;
	size_t i;

	if (in->ncells < 2 || n == 0 || m == 0)
		return NAN;
	for (i = 0; i < in->ncells; i++) {
		double q = ((double)in->cur[i] + 0.5) / (n + spare);
		double p = ((double)in->ref[i] + 0.5) / (m + spare);

		sum += (q - p) * log(q / p);
	}
	return sum;
}

double
stat_psi_floor(const struct stat_input *in, double tail)
{
	return stat_x2_floor(in, tail) * stat_noise(in);
}

static double
of_shift(const double *p, const void *ctx)
{
	const double q = 1.0 / STAT_SHIFT_CELLS;
	double sum = 0;
	int i;

	(void)ctx;
	for (i = 0; i < STAT_SHIFT_CELLS; i++)
		sum += p[i] > 0 ? (p[i] - q) * log(p[i] / q) : 0;
	return sum;
}

double
stat_psi_shift(const struct stat_input *in, double value)
{
	(void)in;
	return stat_shift_solve(value, of_shift, NULL);
}
