/* Sorting of numbers, for what is made from many of them at once. */
#ifndef CORE_SORT_H
#define CORE_SORT_H

#include <stddef.h>

#include "core/err.h"

/*
 * Ascending; no NaN among them. -0 comes before 0. ERR_NOMEM: the numbers are as they were; room for as many again is
 * needed meanwhile. O(n): eight passes at most.
 */
int sort_doubles(double *x, size_t n, struct err *err);

#endif
