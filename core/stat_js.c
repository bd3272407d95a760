#include <math.h>

#include "core/stat.h"

/* p log2(p/h); what is not there carries no information. */
static double
part(double p, double h)
{
	return p > 0 ? p * log2(p / h) : 0;
}

double
stat_js(const struct stat_input *in)
{
	double n = (double)stat_total(in->cur, in->ncells), m = (double)stat_total(in->ref, in->ncells);
	double sum = 0;
	size_t i;

	if (in->ncells < 2 || n == 0 || m == 0)
		return NAN;
	for (i = 0; i < in->ncells; i++) {
		double q = (double)in->cur[i] / n, p = (double)in->ref[i] / m;
		double h = (p + q) / 2;

		sum += part(p, h) + part(q, h);
	}
	/* Rounding may leave a hair outside [0,2]. */
	return sqrt(fmin(fmax(sum / 2, 0), 1));
}

double
stat_js_floor(const struct stat_input *in, double tail)
{
	double psi = stat_psi_floor(in, tail);

	return isnan(psi) ? (double)NAN : fmin(sqrt(psi / (8 * log(2))), 1);
}

static double
of_shift(const double *p, const void *ctx)
{
	const double q = 1.0 / STAT_SHIFT_CELLS;
	double sum = 0;
	int i;

	(void)ctx;
	for (i = 0; i < STAT_SHIFT_CELLS; i++)
		sum += part(p[i], (p[i] + q) / 2) + part(q, (p[i] + q) / 2);
	return sqrt(fmax(sum / 2, 0));
}

double
stat_js_shift(const struct stat_input *in, double value)
{
	(void)in;
	return stat_shift_solve(value, of_shift, NULL);
}
