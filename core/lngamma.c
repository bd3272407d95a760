#include "core/lngamma.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/lanes.h"

#define LN2_HIGH 0x1.62e42fefa3800p-1 /* 42 bits: times an exponent it is exact */
#define LN2_LOW	 0x1.ef35793c76730p-45
#define SQRT2_BITS UINT64_C(0x3ff6a09e667f3bcd) /* of the square root of 2 */
#define HALF_LN_2PI 0x1.d67f1c864beb5p-1
#define STIRLING_FROM 8.0
#define STEPS	 8  /* that a number above 0 needs to get there */
#define FAR	 1e150 /* products are kept within */
#define TWO_52	 0x1p52
#define ONE_BITS (UINT64_C(0x3ff) << 52) /* of 1.0; half of that has a one less in its exponent */

static double
from_bits(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

/*
 * x = 2^e m with m next to 1; ln m = 2 artanh f with f = (m-1)/(m+1), |f| < 0.1716: eleven terms reach 2^-53. Without
 * a branch, a comparison of doubles or an integer made a double, so that several go side by side: e is read off a sum
 * with 2^52.
 */
static inline double
log_of(double x)
{
	uint64_t bits, above;
	double m, f, z, z2, z4, low, high, e;

	memcpy(&bits, &x, sizeof(bits));
	above = (bits & UINT64_C(0xfffffffffffff)) | ONE_BITS;
	m = from_bits(above);
	above = 0 - ((SQRT2_BITS - above) >> 63); /* doubles above 0 are in the order of their bits */
	e = from_bits((bits >> 52) | UINT64_C(0x433) << 52) - (TWO_52 + 1023) + from_bits(above & ONE_BITS);
	m *= from_bits(ONE_BITS - (above & UINT64_C(1) << 52));
	f = (m - 1) / (m + 1);
	z = f * f;
	z2 = z * z;
	z4 = z2 * z2;
	low = (1.0 / 3 + z * (1.0 / 5)) + z2 * (1.0 / 7 + z * (1.0 / 9));
	high = (1.0 / 11 + z * (1.0 / 13)) + z2 * (1.0 / 15 + z * (1.0 / 17)) + z4 * (1.0 / 19 + z * (1.0 / 21));
	return e * LN2_HIGH + (2 * f + (2 * f * z * (low + z4 * high) + e * LN2_LOW));
}

double
lngamma_log(double x)
{
	return log_of(x);
}

/* x = k ln 2 + r, |r| <= 0.3466: thirteen terms of the series reach 2^-53. Summed in pairs, which does not wait. */
static inline double
exp_of(double x)
{
	double r, r2, r4, low, middle, high;
	int k = (int)(x / (LN2_HIGH + LN2_LOW) + (x < 0 ? -0.5 : 0.5));

	r = x - k * LN2_HIGH - k * LN2_LOW;
	r2 = r * r;
	r4 = r2 * r2;
	low = r2 * ((1.0 / 2 + r * (1.0 / 6)) + r2 * (1.0 / 24 + r * (1.0 / 120)));
	middle = (1.0 / 720 + r * (1.0 / 5040)) + r2 * (1.0 / 40320 + r * (1.0 / 362880));
	high = (1.0 / 3628800 + r * (1.0 / 39916800)) + r2 * (1.0 / 479001600 + r * (1.0 / 6227020800));
	return (1 + (r + (low + r4 * r2 * (middle + r4 * high)))) * from_bits((uint64_t)(unsigned)(k + 1023) << 52);
}

double
lngamma_exp(double x)
{
	return x < -700 ? 0 : exp_of(x);
}

LANES void
lngamma_exp_each(double *x, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i += LNGAMMA_LANE)
		for (k = 0; k < LNGAMMA_LANE; k++)
			x[i + k] = exp_of(x[i + k]);
}

/* ln gamma(x) for x >= STIRLING_FROM. */
static inline double
stirling(double x)
{
	double y = 1 / x, z = y * y;
	double series = 1.0 / 12 - z * (1.0 / 360 - z * (1.0 / 1260 - z * (1.0 / 1680 - z * (1.0 / 1188 -
	    z * (691.0 / 360360 - z * (1.0 / 156))))));

	return (x - 0.5) * log_of(x) - x + HALF_LN_2PI + y * series;
}

double
lngamma(double x)
{
	return lngamma_sum(&x, 1);
}

LANES static double
sum_of_stirling(double *y, size_t n, double sum)
{
	size_t i;

	for (i = 0; i < n; i++)
		y[i] = stirling(y[i]);
	for (i = 0; i < n; i++)
		sum += y[i];
	return sum;
}

/* gamma(x) = gamma(x + k) / (x (x+1) ... (x+k-1)): the divisors of all are multiplied up, for one logarithm. */
double
lngamma_sum(const double *x, size_t n)
{
	double sum = 0, below = 1, large[LNGAMMA_MANY];
	size_t i, held = 0;

	for (i = 0; i < n; i++) {
		double y = x[i];

		for (; y < STIRLING_FROM; y++)
			below *= y;
		if (below > FAR || below < 1 / FAR) {
			sum = sum_of_stirling(large, held, sum) - lngamma_log(below);
			held = 0;
			below = 1;
		}
		large[held++] = y;
		if (held == LNGAMMA_MANY) {
			sum = sum_of_stirling(large, held, sum);
			held = 0;
		}
	}
	sum = sum_of_stirling(large, held, sum);
	return below == 1 ? sum : sum - lngamma_log(below);
}

/*
 * For n numbers, in lanes: what the recurrence multiplies up, ones where it has nothing to, and where it ends. Each is
 * raised by one after the other, as above: the same roundings.
 */
static inline void
climb(const double *restrict x, size_t n, double (*restrict factor)[LNGAMMA_MANY], double *restrict end)
{
	size_t i, j, lanes = (n + LNGAMMA_LANE - 1) / LNGAMMA_LANE * LNGAMMA_LANE;

	for (i = 0; i < lanes; i++)
		end[i] = x[i];
	for (j = 0; j < STEPS; j++) {
		double *restrict to = factor[j];

		for (i = 0; i < lanes; i++) {
			double y = end[i];

			to[i] = y < STIRLING_FROM ? y : 1;
			end[i] = y + (y < STIRLING_FROM ? 1.0 : 0.0);
		}
	}
}

/* Both products at once, each in its order: neither waits for the other. False: one has gone too far for that. */
static inline bool
multiply(double (*factor)[STEPS][LNGAMMA_MANY], size_t n, double *below)
{
	double p = 1, q = 1;
	bool near = true;
	size_t i, j;

	for (i = 0; i < n; i++) {
		for (j = 0; j < STEPS; j++) {
			p *= factor[0][j][i];
			q *= factor[1][j][i];
		}
		near = near & (p <= FAR) & (p >= 1 / FAR) & (q <= FAR) & (q >= 1 / FAR);
	}
	below[0] = p;
	below[1] = q;
	return near;
}

LANES void
lngamma_sum_two(struct lngamma_two *two, double *sum)
{
	double factor[2][STEPS][LNGAMMA_MANY], all[2 * LNGAMMA_MANY + 2 + LNGAMMA_LANE], below[2];
	size_t n = two->n, i, k;

	for (i = n; i % LNGAMMA_LANE != 0; i++)
		two->x[0][i] = two->x[1][i] = STIRLING_FROM;
	climb(two->x[0], n, factor[0], all);
	climb(two->x[1], n, factor[1], all + n);
	for (i = 0; i < 2; i++)
		all[2 * n + i] = two->single[i];
	for (i = 2 * n + 2; i % LNGAMMA_LANE != 0; i++)
		all[i] = STIRLING_FROM;
	for (i = 0; i < 2 * n + 2; i += LNGAMMA_LANE)
		for (k = 0; k < LNGAMMA_LANE; k++)
			all[i + k] = stirling(all[i + k]);
	for (i = 0; i < 2; i++)
		two->single[i] = all[2 * n + i];
	if (!multiply(factor, n, below)) {
		sum[0] = lngamma_sum(two->x[0], n);
		sum[1] = lngamma_sum(two->x[1], n);
		return;
	}
	sum[0] = sum[1] = 0;
	for (i = 0; i < n; i++) {
		sum[0] += all[i];
		sum[1] += all[n + i];
	}
	for (i = 0; i < 2; i++)
		sum[i] = below[i] == 1 ? sum[i] : sum[i] - log_of(below[i]);
}
