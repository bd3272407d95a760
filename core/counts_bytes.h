/*
 * Sums as bytes: what panes, windows and totals are made of. Most of their counters are 0, so counters go as steps and
 * counts; cells, which are mostly not, one after the other.
 *
 * Reading is into zeroed memory. What cannot be read makes the reader `failed` (core/bytes.h).
 */
#ifndef CORE_COUNTS_BYTES_H
#define CORE_COUNTS_BYTES_H

#include <stddef.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/err.h"
#include "core/quality.h"
#include "core/tally.h"

/* A moment: within 2^53 ms, or one of the few that stand for never and for ever. unit_ms: what one of it lasts. */
#define COUNTS_MS_MAX (INT64_C(1) << 53)
int64_t counts_get_time(struct bytes_reader *r, int64_t unit_ms);

/* Those that are not 0. */
void counts_put_u32s(struct bytes *to, const uint32_t *v, size_t n);
void counts_put_u64s(struct bytes *to, const uint64_t *v, size_t n);
void counts_get_u32s(struct bytes_reader *r, uint32_t *v, size_t n);
void counts_get_u64s(struct bytes_reader *r, uint64_t *v, size_t n);

void counts_put_wide(struct bytes *to, wide_uint v);
wide_uint counts_get_wide(struct bytes_reader *r);

void counts_put_tally(struct bytes *to, const struct tally *t);
void counts_get_tally(struct bytes_reader *r, struct tally *t);

/* most: of a sum's magnitude. */
void counts_put_moments(struct bytes *to, int64_t sum, wide_uint sumsq);
void counts_get_moments(struct bytes_reader *r, struct moments *m, int64_t most);

void counts_put_quality(struct bytes *to, const struct quality *q);
/* q: initialised, without cells. ERR_NOMEM, ERR_FORMAT. */
int counts_get_quality(struct bytes_reader *r, struct quality *q, struct err *err);

#endif
