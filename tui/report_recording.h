/* What a report needs of a recording: its end as a store, its past, what is missing in it. */
#ifndef TUI_REPORT_RECORDING_H
#define TUI_REPORT_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "collectors/player.h"
#include "collectors/recording.h"
#include "core/err.h"
#include "tui/chart.h"
#include "tui/options.h"
#include "tui/report_past.h"

struct config;

struct report_recording {
	struct recording *file;
	struct player *player;
	struct report_past past;
	struct fact_mark *marks;
	size_t nmarks;
	struct chart_span *holes;
	size_t nholes;
	char (*texts)[64]; /* of holes */
};

/* Whether that file begins as a recording does. */
bool report_is_recording(const char *path);

/*
 * Stands at the end of --from and --to, which are the recording's own where they are not given. What recording_open
 * and player_open fail with, the path in front; ERR_USAGE. May be closed whatever comes of it.
 */
int report_recording_open(struct report_recording *r, const char *path, const struct options *o, int64_t utc_offset_ms,
    struct err *err);
void report_recording_close(struct report_recording *r);

/*
 * --from and --to of a recording as they are typed for `b`, seen from its end, by the zone of that offset (or UTC, with
 * --utc); else its own. ERR_USAGE where nothing lies between.
 */
int report_recording_range(const struct recording *file, const struct options *o, int64_t utc_offset_ms,
    int64_t *from_ms, int64_t *to_ms, struct err *err);

#endif
