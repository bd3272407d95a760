/*
 * What a pure shift of a bell curve looks like on ten bins of equal share, and back from a figure to the shift.
 *
 * Exact for the bell curve, so that "about 0.3 sd" means the same whichever statistic says it.
 */
#include <math.h>

#include "core/stat.h"

#define SQRT2 0x1.6a09e667f3bcdp+0

/* The deciles of the standard normal, upper half and middle. */
static const double deciles[STAT_SHIFT_CELLS / 2] = {
    0, 0.25334710313579978, 0.52440051270804067, 0.84162123357291418, 1.2815515655446004};

static double
below(double z)
{
	return erfc(-z / SQRT2) / 2;
}

/* Shares of the curve shifted upwards: those of the lowest bins become small, never negative. */
static void
shares(double shift, double *p)
{
	double last = 0;
	int i;

	for (i = 0; i < STAT_SHIFT_CELLS - 1; i++) {
		double z = i < 4 ? -deciles[4 - i] : deciles[i - 4], now = below(z - shift);

		p[i] = now - last;
		last = now;
	}
	p[STAT_SHIFT_CELLS - 1] = 1 - last;
}

static double
at(double shift, stat_shift_of *of, const void *ctx)
{
	double p[STAT_SHIFT_CELLS];

	shares(shift, p);
	return of(p, ctx);
}

/*
 * Regula falsi on the roots (all figures here are about level or square in the shift), with the Illinois rule against
 * an end that stays.
 */
double
stat_shift_solve(double value, stat_shift_of *of, const void *ctx)
{
	double goal, lo = 0, hi = STAT_SHIFT_MAX, flo, fhi;
	int step, stays = 0;

	if (isnan(value))
		return NAN;
	if (value <= 0)
		return 0;
	goal = sqrt(value);
	flo = -goal;
	fhi = sqrt(at(hi, of, ctx)) - goal;
	if (fhi <= 0)
		return INFINITY;
	for (step = 0; step < 60 && hi - lo > 1e-9; step++) {
		double mid = (lo * fhi - hi * flo) / (fhi - flo), f = sqrt(fmax(at(mid, of, ctx), 0)) - goal;

		if (fabs(f) < 1e-12)
			return mid;
		if (f < 0) {
			lo = mid;
			flo = f;
			fhi = stays < 0 ? fhi / 2 : fhi;
			stays = -1;
		} else {
			hi = mid;
			fhi = f;
			flo = stays > 0 ? flo / 2 : flo;
			stays = 1;
		}
	}
	return (lo + hi) / 2;
}

double
stat_noise(const struct stat_input *in)
{
	double n = (double)stat_total(in->cur, in->ncells), m = (double)stat_total(in->ref, in->ncells);

	return in->ncells < 2 || n == 0 || m == 0 ? (double)NAN : 1 / n + 1 / m;
}
