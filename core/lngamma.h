/*
 * ln, exp and ln gamma from additions, multiplications and divisions alone, so that they give the same bits on every
 * machine with IEEE doubles (a libm may differ in the last one), and so that ln gamma keeps no global sign. For figures
 * that become integer state.
 */
#ifndef CORE_LNGAMMA_H
#define CORE_LNGAMMA_H

#include <stddef.h>

/* Natural logarithm of a finite normal x > 0. Error below 2e-16 |result| + 2e-16. About 6 ns. */
double lngamma_log(double x);

/* e^x for x <= 700; below -700 it is 0. Relative error below 1e-15. */
double lngamma_exp(double x);

#define LNGAMMA_LANE 8 /* loops go over so many at once, that none is left to be done alone */

/* The same of each, in its place; -700 <= x. There is room for LNGAMMA_LANE more, which may be spoilt. */
void lngamma_exp_each(double *x, size_t n);

/*
 * ln gamma(x), 1e-300 < x < 1e300. Error below 1e-15 |result| + 1e-14.
 * Source: Stirling's series with seven terms from 8 on (DLMF 5.11.1), the recurrence below.
 */
double lngamma(double x);

/* Sum of ln gamma(x[i]), in that order; 1e-100 < x[i]. About 12 ns each. */
double lngamma_sum(const double *x, size_t n);

#define LNGAMMA_MANY 64

/* Two lists of n <= LNGAMMA_MANY, as for lngamma_sum, and two single numbers of at least 8. */
struct lngamma_two {
	double x[2][LNGAMMA_MANY];
	size_t n;
	double single[2];
};

/* Sums of ln gamma over either list, bit for bit those of lngamma_sum, and ln gamma of each single one in its place. */
void lngamma_sum_two(struct lngamma_two *two, double *sum);

#endif
