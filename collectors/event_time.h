/*
 * The time of an event: what its producer says, or a substitute.
 *
 * In a stream the substitute is the entry ID's milliseconds, and a time more than 60 s ahead of it
 * is not believed. In a file it is the previous event's time, at first the file's own, and what is
 * more than 60 s past the wall clock at the start is not believed. A time in 1970 is the event's own,
 * but stands in for no other: clocks that were never set, and milliseconds taken for seconds, are
 * there, and what is recorded is hardly ever.
 */
#ifndef COLLECTORS_EVENT_TIME_H
#define COLLECTORS_EVENT_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "core/event.h"

#define EVENT_TIME_AHEAD_MS 60000
#define EVENT_TIME_LEAST_MS INT64_C(31536000000) /* 1971-01-01: from here on a time stands in for others */

struct event_clock {
	bool file;
	int64_t substitute_ms; /* stream: this entry's arrival; file: the previous event's time, at
				  first the file's */
	int64_t ceiling_ms;    /* later times are future */
	bool told;             /* some event had a time of its own */
};

void event_clock_stream(struct event_clock *c, int64_t arrival_ms); /* for each entry */
void event_clock_file(struct event_clock *c, int64_t mtime_ms, int64_t wall_ms);

/*
 * What is read is being written: time goes on while it is read. now_ms is the wall clock. Events
 * without a time have this one, unless others have had their own.
 */
void event_clock_file_now(struct event_clock *c, int64_t now_ms);

/*
 * Sets ts_ms, arrival_ms, skew_ms and the oddities bad_ts and future of an event whose `ts` was
 * this value (missing is not bad). In a file the clock goes on to the event's time, if that is not
 * before EVENT_TIME_LEAST_MS.
 */
void event_clock_apply(struct event_clock *c, const struct value *ts, struct event *ev);

/*
 * RFC 3339 (date and time, any number of decimals, `Z` or an offset; without either, UTC), or an
 * epoch time by its magnitude: below 1e11 seconds, 1e14 milliseconds, 1e17 microseconds, else
 * nanoseconds; both as text or number. False for anything else, and for what is not between 1970
 * and 9999.
 */
bool event_time_parse(const struct value *v, int64_t *ms);

#endif
