/* The two definitions of a quantile that the program uses: by rank over counts, and numpy's over sorted values. */
#ifndef CORE_QUANTILE_H
#define CORE_QUANTILE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Rank of the q quantile among n: ceil(q n), at least 1 and at most n; 0 if n is 0. q: 0-1.
 * A product that is whole but for rounding counts as whole: the rank of 0.07 among 100 is 7.
 */
uint64_t quantile_rank(double q_frac, uint64_t n);

/*
 * Linear quantile of n > 0 values in ascending order, equal to numpy.quantile(x, q) bit for bit: the two neighbours of
 * position q (n-1), interpolated from the nearer one; finite also where numpy's overflows. q: 0-1. NaN if n is 0. O(1).
 * Source: Hyndman & Fan, The American Statistician 50(4), 1996, definition 7.
 */
double quantile_linear(const double *sorted, size_t n, double q_frac);

#endif
