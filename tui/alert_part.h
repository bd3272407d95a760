/* Pieces of alerts that screens paint. */
#ifndef TUI_ALERT_PART_H
#define TUI_ALERT_PART_H

#include "core/alert.h"
#include "tui/alert_course.h"
#include "tui/alert_notes.h"
#include "tui/part.h"

/* Its state, or, while it fires, that somebody has taken it or silenced it, or both: "acked" "silent" "sil+ack". Seven
 * columns, static. */
const char *alert_part_state(const struct alert *al);

/* Where there is none: which rules watch what, what false alarms they may raise, since when nothing has fired. In the
 * arena; a line may be empty. */
#define ALERT_WATCH_LINES 4
void alert_part_watch(struct arena *a, const struct store *s, const struct model_row *models, size_t n,
    int64_t utc_offset_ms, struct slice out[ALERT_WATCH_LINES]);

/* What a person should know before believing or acting on it, one letter each: P provisional, ? feed not trusted,
 * m a note was made meanwhile, x3 raised so many times. Five columns. */
void alert_part_notes(struct grid *g, struct rect r, const struct alert *al, bool noted);

/* A copy with its texts in the arena, in no list; its sentence is that of now (figures_alert_sentence). */
void alert_part_copy(struct arena *a, const struct store *s, const struct alert *al, struct alert *out);

/* Of a copy: "amount: missing 38.2% of 5 min (base 2.7%)", where it is about an input. */
struct slice alert_part_says(struct arena *a, const struct alert *al);

/*
 * All that is known of one, a line each, cut at the width; from line *scroll on, which is cut to what there is.
 * members: what it has to do with others; may be empty. notes: what people noted meanwhile.
 * course: below the lines or, where there is no room for that, at their right; NULL: without.
 */
void alert_part_detail(struct grid *g, struct rect r, const struct alert *al, const char *members,
    const struct alert_notes *notes, int64_t now_ms, int64_t utc_offset_ms, size_t *scroll,
    const struct alert_course *course);

#endif
