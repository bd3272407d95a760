/*
 * Deltas as bytes: what a recording keeps of five seconds. Counts that are alike lie side by side in sections of their
 * own (what there is; cells; histograms; latencies; sums), so that a general compressor finds them so.
 *
 * Models and features are named by their index, versions by their text: the reader's store knows the same models with
 * the same features and binnings (core/tape.h sees to that).
 */
#ifndef CORE_DELTA_BYTES_H
#define CORE_DELTA_BYTES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/bytes.h"
#include "core/delta.h"
#include "core/err.h"
#include "core/store.h"

/* Whether the values of that column may not be written; NULL: all may. */
typedef bool delta_masked_fn(const void *ctx, const struct store *s, size_t model, size_t fid);

/*
 * A settled delta that has been merged into s: extremes that are not those of the total are left out. O(cells). A
 * failure is the writer's.
 */
void delta_write(const struct delta *d, const struct store *s, delta_masked_fn *masked, const void *ctx,
    struct bytes *to);

/*
 * Fills an empty delta, for store_merge into s. ERR_FORMAT: those are not the bytes of a delta of models as s has them;
 * ERR_NOMEM. Then the delta is to be cleared.
 */
int delta_read(struct delta *d, const struct store *s, struct bytes_reader *r, struct err *err);

#endif
