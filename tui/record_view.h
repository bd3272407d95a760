/*
 * One event to full screen: as it came beside what the program took of it, each value held against the baseline.
 * Side by side where there are RECORD_VIEW_COLS, else one above the other.
 */
#ifndef TUI_RECORD_VIEW_H
#define TUI_RECORD_VIEW_H

#include "core/store.h"
#include "tui/arena.h"
#include "tui/event_record.h"
#include "widgets/grid.h"

#define RECORD_VIEW_COLS 100

struct record_row {
	struct slice name, value, mark; /* mark: what is odd about it; empty: nothing */
	const char *kind;		/* of a value; NULL: it is none of the event's */
	enum role role;			/* of the mark */
};

struct record_view {
	struct arena arena;
	struct record_row *rows; /* in the arena; NULL: it could not be decoded */
	size_t n;
	struct slice entry; /* stream and ID; empty: not known */
	int64_t ts_ms, utc_offset_ms; /* of the event; of the time as it is shown */
};

/* Decodes e, which is of that model of the store, and holds it against the model's baseline. Copies what it keeps. */
void record_view_fill(struct record_view *rv, struct event_record *decoder, const struct raw_event *e,
    const struct store *s, size_t model, int64_t utc_offset_ms);
/* Its time is of that zone from now on. */
void record_view_zone(struct record_view *rv, int64_t utc_offset_ms);
void record_view_release(struct record_view *rv);

/* The line of the entry that has the member of that name, or where the needle is first; SIZE_MAX: nowhere. */
size_t record_view_find(int cols, struct slice raw, struct slice needle);

/* From line `top` on; returns how many lines there are, also where the rect has no rows. */
size_t record_view_paint(
    struct grid *g, struct rect r, const struct record_view *rv, struct slice raw, size_t top, struct slice needle);

#endif
