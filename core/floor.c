#include "core/floor.h"

#include <math.h>
#include <string.h>

#include "core/limits.h"

/*
 * floor_chi2(FLOOR_TAIL, dof) for every number of cells a feature can have, since screens ask for it in every row: a
 * test holds each against the computed one.
 */
#define TAIL_DOF_MAX 52
static const double tail_chi2[TAIL_DOF_MAX] = {
    15.136705226623397, 18.420680743952364, 21.10751346616021, 23.512742444990838, 25.744831959055876,
    27.856341236013918, 29.877503909224902, 31.827628001262319, 33.719948438964636, 35.564013941952112,
    37.366986437996999, 39.134403881949517, 40.870655013836007, 42.579288953112993, 44.263224944174979,
    45.924899051113549, 47.566369558144416, 49.189394471966501, 50.795489665621886, 52.38597327305218,
    53.962000116411623, 55.524588775704871, 57.074643138555288, 58.612969748301701, 60.140291911622043,
    61.657261277085588, 63.164467418332812, 64.662445827249897, 66.151684628539485, 67.632630257414021,
    69.105692289867193, 70.571247575342483, 72.02964379125757, 73.481202515374619, 74.926221893704849,
    76.364978967250309, 77.797731709488133, 79.224720817415772, 80.646171291670854, 82.062293835344164,
    83.473286096303895, 84.879333773930952, 86.280611607940827, 87.677284264305484, 89.069507131079078,
    90.4574270350885, 91.841182888907042, 93.220906276231517, 94.596721982688081, 95.96874847816342,
    97.337098355968266, 98.701878733467709,
};

#define SQRT2	0x1.6a09e667f3bcdp+0
#define SQRT_PI 0x1.c5bf891b4ef6bp+0 /* gamma(1/2) */
#define SQRT_2PI 0x1.40d931ff62706p+1
#define STEPS_MAX 100000

/* ln gamma(dof / 2) by its recurrence: from 1 or 1/2 upwards. libm's lgamma keeps a global sign. */
static double
log_gamma_half(unsigned dof)
{
	double a = dof % 2 ? 0.5 : 1, sum = dof % 2 ? log(SQRT_PI) : 0;

	for (; a < dof / 2.0; a++)
		sum += log(a);
	return sum;
}

/* x^a e^-x / gamma(a), the factor that both expansions share. */
static double
gamma_factor(double a, double x, unsigned dof)
{
	return exp(a * log(x) - x - log_gamma_half(dof));
}

/* Lower tail, for x < a + 1: x^a e^-x / gamma(a) * sum of x^k / (a (a+1) ... (a+k)). */
static double
lower_by_series(double a, double x, unsigned dof)
{
	double term = 1 / a, sum = term;
	int k;

	for (k = 1; k < STEPS_MAX && term > sum * 1e-17; k++) {
		term *= x / (a + k);
		sum += term;
	}
	return sum * gamma_factor(a, x, dof);
}

/* Upper tail, for x >= a + 1: the continued fraction of Legendre, evaluated forwards by Lentz's method. */
static double
upper_by_fraction(double a, double x, unsigned dof)
{
	double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
	int k;

	for (k = 1; k < STEPS_MAX; k++) {
		double an = -k * (k - a), step;

		b += 2;
		d = 1 / (an * d + b);
		c = b + an / c;
		step = c * d;
		h *= step;
		if (fabs(step - 1) < 1e-16)
			break;
	}
	return h * gamma_factor(a, x, dof);
}

double
floor_chi2_tail(double x, unsigned dof)
{
	double a = dof / 2.0;

	if (dof == 0 || isnan(x))
		return NAN;
	if (x <= 0)
		return 1;
	if (isinf(x))
		return 0;
	if (x / 2 < a + 1)
		return 1 - lower_by_series(a, x / 2, dof);
	return upper_by_fraction(a, x / 2, dof);
}

/*
 * Newton on the logarithm of the tail, which is nearly straight, inside a bracket that every step narrows. The start is
 * Wilson and Hilferty's cube of a normal.
 */
double
floor_chi2(double tail, unsigned dof)
{
	double spread = 2.0 / (9.0 * dof), root, x, lo = 0, hi = INFINITY;
	int step;

	if (dof == 0 || !(tail >= 0 && tail <= 1))
		return NAN;
	if (tail == 0 || tail == 1)
		return tail == 0 ? INFINITY : 0;
	root = 1 - spread - floor_normal(tail) * sqrt(spread);
	x = root > 0.1 ? dof * root * root * root : dof * 1e-3;
	for (step = 0; step < 200; step++) {
		double q = floor_chi2_tail(x, dof), next;
		double density = exp((dof / 2.0 - 1) * log(x / 2) - x / 2 - log_gamma_half(dof)) / 2;

		if (q > tail)
			lo = x;
		else
			hi = x;
		next = x + log(q / tail) * q / density;
		if (!(next > lo && next < hi))
			next = isinf(hi) ? 2 * x : (lo + hi) / 2;
		if (fabs(next - x) <= 4e-16 * x)
			return next;
		x = next;
	}
	return x;
}

/* Halley's steps from a rational start (Abramowitz & Stegun 26.2.23, good to 4.5e-4): each triples the digits. */
double
floor_normal(double p)
{
	double t, x;
	int step;

	if (!(p >= 0 && p <= 1))
		return NAN;
	if (p == 0 || p == 1)
		return p == 0 ? -INFINITY : INFINITY;
	if (p > 0.5)
		return -floor_normal(1 - p);
	t = sqrt(-2 * log(p));
	x = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
	for (step = 0; step < 3; step++) {
		double miss = erfc(-x / SQRT2) / 2 - p;
		double newton = miss * SQRT_2PI * exp(x * x / 2);

		x -= newton / (1 + x * newton / 2);
	}
	return x;
}

double
floor_psi(size_t ncells, uint64_t n, uint64_t m)
{
	size_t dof = ncells - 1;

	if (ncells < 2 || n == 0 || m == 0)
		return NAN;
	return (dof <= TAIL_DOF_MAX ? tail_chi2[dof - 1] : floor_chi2(FLOOR_TAIL, (unsigned)dof)) *
	    (1 / (double)n + 1 / (double)m);
}

size_t
floor_cells(const uint64_t *ref_named, size_t k, uint8_t *cell_of)
{
	size_t i, own = 0;

	for (i = 0; i < k; i++)
		own += ref_named[i] >= FLOOR_CELL_ROWS;
	/* Named values need not come by frequency here: a cell is given in their order. */
	for (i = 0, own = 0; i < k; i++) {
		if (ref_named[i] >= FLOOR_CELL_ROWS)
			cell_of[i] = (uint8_t)own++;
	}
	for (i = 0; i < k; i++) {
		if (ref_named[i] < FLOOR_CELL_ROWS)
			cell_of[i] = (uint8_t)own;
	}
	return own + 1;
}

void
floor_fill_cells(const uint64_t *named, size_t k, const uint8_t *cell_of, size_t ncells, uint64_t rest, uint64_t *out)
{
	size_t i;

	memset(out, 0, ncells * sizeof(*out));
	for (i = 0; i < k; i++)
		out[cell_of[i]] += named[i];
	out[ncells - 1] += rest;
}

double
floor_rate_z(double rate_frac, uint64_t n, double ref_frac, uint64_t m)
{
	double dn = (double)n, dm = (double)m, pooled, error;

	if (n == 0 || m == 0)
		return NAN;
	if (rate_frac == ref_frac)
		return 0;
	pooled = (rate_frac * dn + ref_frac * dm) / (dn + dm);
	error = sqrt(pooled * (1 - pooled) * (1 / dn + 1 / dm));
	return (rate_frac - ref_frac) / error;
}
