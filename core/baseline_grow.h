/*
 * What rows with times tell beyond shape: how a window differs from a window and a day from a day. A baseline made
 * from rows of 14 different days and 10,000 values of a feature is armed at once: its rows are cut into the evaluation
 * windows that they would have made live, and grown as the store grows a baseline.
 */
#ifndef CORE_BASELINE_GROW_H
#define CORE_BASELINE_GROW_H

#include <stddef.h>
#include <stdint.h>

#include "core/baseline.h"
#include "core/err.h"
#include "core/rows.h"

#define BASELINE_GROW_MISSING	255 /* cells of a column, a byte a row */
#define BASELINE_GROW_NONFINITE 254

struct baseline_times; /* the windows of rows [from, to) */

/* *out NULL, and 0: too few rows or too short a time for any feature. ERR_NOMEM. O(n log n). */
int baseline_times_new(
    struct baseline_times **out, const struct rows *rows, size_t from, size_t to, struct err *err);
void baseline_times_free(struct baseline_times *t);

/*
 * Arms the feature if its rows allow that: f->frozen. cell_of: of each of the rows from..to - 1 the cell of its value.
 * What the rows cannot have, values out of range or unseen, is expected as for any baseline. ERR_NOMEM.
 */
int baseline_grow(struct baseline_feature *f, const struct baseline_times *t, const struct rows *rows,
    const uint8_t *cell_of, struct err *err);

#endif
