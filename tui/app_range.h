/* The range of event time that --from, --to and --at ask for. */
#ifndef TUI_APP_RANGE_H
#define TUI_APP_RANGE_H

#include <stdint.h>
#include <uv.h>

#include "core/err.h"
#include "tui/feed.h"
#include "tui/options.h"

/*
 * from_ms <= ts < to_ms; both 0: no bounds. A time before the newest event costs one reading of everything there is,
 * on `loop`. utc_offset_ms: of the local zone. ERR_USAGE for an empty range, two words for one end, or a relative time
 * with standard input, which is read once; what sources fail with.
 */
int app_range_resolve(int64_t *from_ms, int64_t *to_ms, const struct options *o, int64_t utc_offset_ms, uv_loop_t *loop,
    const struct feed_options *feed, struct err *err);

#endif
