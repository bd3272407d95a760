/*
 * How much of a distance is noise: the chi-square floor of PSI, the cells of a categorical feature, standard errors of
 * rates. Exact to rounding, no tables to look past.
 */
#ifndef CORE_FLOOR_H
#define CORE_FLOOR_H

#include <stddef.h>
#include <stdint.h>

#define FLOOR_TAIL	1e-4 /* share of equal samples whose PSI exceeds the floor */
#define FLOOR_CELL_ROWS 10   /* baseline rows of a value that gets a cell of its own */
#define FLOOR_RATE_SE	3.9  /* standard errors a rate must have moved by: two-sided about 1e-4 */

/*
 * Upper chi-square quantile: the x that a chi-square variable of dof degrees of freedom exceeds with probability tail.
 * dof >= 1 (else NaN), 0 < tail < 1 (1: 0; 0: INFINITY). Relative error below 1e-12.
 * Source: the regularised incomplete gamma function by series and continued fraction (DLMF 8.7, 8.9), inverted by
 * Newton steps with bisection as a guard.
 */
double floor_chi2(double tail, unsigned dof);

/* P(chi-square > x). */
double floor_chi2_tail(double x, unsigned dof);

/* Standard normal quantile, 0 < p < 1 (0: -INFINITY, 1: INFINITY). Relative error below 1e-12. */
double floor_normal(double p);

/*
 * Noise floor of PSI on ncells cells between samples of n and m rows: chi-square of ncells - 1 at 1 - FLOOR_TAIL times
 * 1/n + 1/m. NaN with fewer than two cells or an empty side.
 * Source: Yurdakul & Naranjo, J. Risk Model Validation 14(3), 2020.
 */
double floor_psi(size_t ncells, uint64_t n, uint64_t m);

/*
 * Cells of a categorical feature: one for each of its k named values with at least FLOOR_CELL_ROWS baseline rows, in
 * their order, and one, the last, for everything else. Fills cell_of[0..k-1] and returns how many cells there are, at
 * least 1. Fewer than two: no distance can be given.
 */
size_t floor_cells(const uint64_t *ref_named, size_t k, uint8_t *cell_of);

/* Counts on those cells: named[0..k-1] by cell_of, `rest` (other and unseen) added to the last. out: ncells places. */
void floor_fill_cells(
    const uint64_t *named, size_t k, const uint8_t *cell_of, size_t ncells, uint64_t rest, uint64_t *out);

/*
 * By how many standard errors a rate over n rows differs from one over m rows, signed; the standard error is that of
 * the pooled rate: sqrt(p (1-p) (1/n + 1/m)). 0 if the rates are equal, NaN if either side is empty.
 */
double floor_rate_z(double rate_frac, uint64_t n, double ref_frac, uint64_t m);

#endif
