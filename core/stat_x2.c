#include <math.h>

#include "core/floor.h"
#include "core/stat.h"

/*
 * Its chi-square law holds at counts far too small for PSI's (three expected a cell), which is why a test wants this
 * one and not a distance. Cells empty on both sides say nothing.
 */
double
stat_x2(const struct stat_input *in)
{
	double n = (double)stat_total(in->cur, in->ncells), m = (double)stat_total(in->ref, in->ncells);
	double sum = 0;
	size_t i;

	if (in->ncells < 2 || n == 0 || m == 0)
		return NAN;
	for (i = 0; i < in->ncells; i++) {
		double a = (double)in->cur[i], b = (double)in->ref[i];
		/* (m a - n b)^2 / (n m (a + b)): whole numbers until the division, so equal shares give exactly 0 */
		double d = m * a - n * b;

		if (a + b > 0)
			sum += d / n * (d / m) / (a + b);
	}
	return sum;
}

double
stat_x2_floor(const struct stat_input *in, double tail)
{
	double c = stat_noise(in);

	if (isnan(c))
		return NAN;
	/* The usual tail has a table. */
	return tail == FLOOR_TAIL ? floor_psi(in->ncells, 2, 2) : floor_chi2(tail, (unsigned)in->ncells - 1);
}

struct sizes {
	double n, m;
};

static double
of_shift(const double *p, const void *ctx)
{
	const struct sizes *s = ctx;
	const double q = 1.0 / STAT_SHIFT_CELLS;
	double sum = 0;
	int i;

	for (i = 0; i < STAT_SHIFT_CELLS; i++)
		sum += (p[i] - q) * (p[i] - q) / (p[i] / s->m + q / s->n);
	return sum;
}

double
stat_x2_shift(const struct stat_input *in, double value)
{
	const struct sizes s = {
	    (double)stat_total(in->cur, in->ncells), (double)stat_total(in->ref, in->ncells)};

	return s.n > 0 && s.m > 0 ? stat_shift_solve(value, of_shift, &s) : (double)NAN;
}
