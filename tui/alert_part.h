/* Pieces of alerts that screens paint. */
#ifndef TUI_ALERT_PART_H
#define TUI_ALERT_PART_H

#include "core/alert.h"
#include "tui/alert_course.h"
#include "tui/alert_notes.h"
#include "tui/part.h"

/* What a person should know before believing or acting on it, one letter each: P provisional, ? feed not trusted,
 * S silenced, A acknowledged, m a note was made meanwhile, x3 raised so many times. Five columns. */
void alert_part_notes(struct grid *g, struct rect r, const struct alert *al, bool noted);

/* A copy with its texts in the arena, in no list. */
void alert_part_copy(struct arena *a, const struct alert *al, struct alert *out);

/*
 * All that is known of one, a line each, cut at the width; from line *scroll on, which is cut to what there is.
 * members: what it has to do with others; may be empty. notes: what people noted meanwhile.
 * course: below the lines or, where there is no room for that, at their right; NULL: without.
 */
void alert_part_detail(struct grid *g, struct rect r, const struct alert *al, const char *members,
    const struct alert_notes *notes, int64_t now_ms, int64_t utc_offset_ms, size_t *scroll,
    const struct alert_course *course);

#endif
