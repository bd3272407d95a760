#include <math.h>

#include "core/floor.h"
#include "core/stat.h"

#define SQRT_2PI 0x1.40d931ff62706p+1

double
stat_tv(const struct stat_input *in)
{
	double n = (double)stat_total(in->cur, in->ncells), m = (double)stat_total(in->ref, in->ncells);
	double sum = 0;
	size_t i;

	if (in->ncells < 2 || n == 0 || m == 0)
		return NAN;
	for (i = 0; i < in->ncells; i++)
		sum += fabs((double)in->cur[i] / n - (double)in->ref[i] / m);
	return fmin(sum / 2, 1);
}

/*
 * The differences are jointly Gaussian in the limit; half the sum of their absolute values varies at most as a sum of
 * independent halves does, and is at most half the root of X2 by Cauchy and Schwarz.
 */
double
stat_tv_floor(const struct stat_input *in, double tail)
{
	double m = (double)stat_total(in->ref, in->ncells), c = stat_noise(in), sum = 0;
	size_t i;

	if (isnan(c))
		return NAN;
	for (i = 0; i < in->ncells; i++) {
		double p = (double)in->ref[i] / m;

		sum += sqrt(p * (1 - p));
	}
	sum = sum / SQRT_2PI + floor_normal(1 - tail) / 2;
	return fmin(sqrt(c) * fmin(sum, sqrt(stat_x2_floor(in, tail)) / 2), 1);
}

static double
of_shift(const double *p, const void *ctx)
{
	double sum = 0;
	int i;

	(void)ctx;
	for (i = 0; i < STAT_SHIFT_CELLS; i++)
		sum += fabs(p[i] - 1.0 / STAT_SHIFT_CELLS);
	return sum / 2;
}

double
stat_tv_shift(const struct stat_input *in, double value)
{
	(void)in;
	return stat_shift_solve(value, of_shift, NULL);
}
