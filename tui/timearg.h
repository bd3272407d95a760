/*
 * Times on the command line: RFC 3339, epoch, or a span before the newest event.
 *
 * Epochs follow the rule of event times: below 1e11 seconds, below 1e14 milliseconds, below 1e17
 * microseconds, else nanoseconds. A time without a zone is local (by the C library's TZ), or UTC if
 * asked for.
 */
#ifndef TUI_TIMEARG_H
#define TUI_TIMEARG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

enum timearg_kind {
	TIMEARG_ABSOLUTE, /* ms: since the epoch, UTC */
	TIMEARG_BEFORE,   /* ms: that much before the newest event (or, for spans of arrival, before
			     now) */
	TIMEARG_EVERYTHING, /* only from timearg_parse_ago: 0 or all */
};

struct timearg {
	enum timearg_kind kind;
	int64_t ms;
};

/* `2026-01-31T14:05:00.25+01:00`, `2026-01-31 14:05`, `2026-01-31`, `1769868300`, `-15m`, `-1h30m`.
 * ERR_USAGE. */
int timearg_parse(struct timearg *out, const char *text, bool utc, struct err *err);

/* A span with or without its minus (`90m`), or a time as above, or `0` or `all`. ERR_USAGE. */
int timearg_parse_ago(struct timearg *out, const char *text, bool utc, struct err *err);

/* Where one stands in time and what the times typed there are by. */
struct timearg_place {
	int64_t now_ms;		 /* the moment that is viewed */
	int64_t from_ms, to_ms;	 /* what there is to go to */
	int64_t utc_offset_ms;	 /* of the zone shown */
};

/*
 * A moment to go to, as a person types it: `14:05`, `14:05:30`, `1405`, `-15m`, `+5m`, `15m ago`, `yesterday 14:05`,
 * `mon 08:00`, `start`, `end`, RFC 3339, an epoch. Clock times are of the day viewed, in the zone shown (or with `z` or
 * `utc` behind them, in that); where that day's lies outside of what there is and the day's before or behind does not,
 * that one is meant. A weekday is the last one up to the day viewed. ERR_USAGE: what is wrong, and two examples.
 */
int timearg_parse_jump(int64_t *ms, const char *text, const struct timearg_place *place, struct err *err);

/*
 * The same for what is shown at a moment: screens cut times to the second, so that one written no finer lasts until the
 * end of its second. What lies at 14:05:25.551 and is called 14:05:25 is found by that name.
 */
int timearg_parse_shown(int64_t *ms, const char *text, const struct timearg_place *place, struct err *err);

/* As timearg_parse_jump, and any epoch that timearg_parse takes: for options, where nobody is helped while typing. */
int timearg_parse_moment(int64_t *ms, const char *text, const struct timearg_place *place, struct err *err);

/* RFC 3339 in `text[0..n)` alone, whole; false if it is anything else. For event times. */
bool timearg_parse_rfc3339(const char *text, size_t n, bool utc, int64_t *ms);

/* Milliseconds of an epoch number by the rule of magnitudes; false if it is not finite or does not
 * fit. */
bool timearg_epoch_ms(double number, int64_t *ms);

#endif
