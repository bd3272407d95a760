/*
 * For how long, as a person types it, with a reason behind: "2h deploying", "until mon 08:00", "until clear".
 *
 *   duration   span | "until" ( "clear" | [ day ] time | date [ time ] )
 *   span       whole numbers with d, h, m, s: 2h, 1h30m, 7d
 *   day        mon .. sun, today, tomorrow
 *   time       hh:mm; without a day the next such moment, with a weekday the next such one
 *   date       yyyy-mm-dd
 */
#ifndef CORE_DURATION_H
#define CORE_DURATION_H

#include <stdint.h>

#include "core/err.h"
#include "core/slice.h"

#define DURATION_UNTIL_CLEAR INT64_MAX
#define DURATION_MAX_MS (INT64_C(366) * 86400000)

/*
 * now_ms: since 1970; utc_offset_ms: of the reader's clock. *to_ms: when it ends, after now_ms; or
 * DURATION_UNTIL_CLEAR. *rest: what stands behind, trimmed; may be NULL, then nothing may. ERR_INVALID with a sentence
 * that shows what could be written.
 */
int duration_parse(struct slice text, int64_t now_ms, int64_t utc_offset_ms, int64_t *to_ms, struct slice *rest,
    struct err *err);

#endif
