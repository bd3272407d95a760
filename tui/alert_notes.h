/* Notes that people made while an alert fired, beside that alert. */
#ifndef TUI_ALERT_NOTES_H
#define TUI_ALERT_NOTES_H

#include "core/alert.h"
#include "core/store.h"
#include "tui/arena.h"
#include "tui/ui.h"

#define ALERT_NOTES_SHOWN 3

struct alert_notes {
	size_t n; /* of all */
	struct {
		int64_t at_ms;
		struct slice text;
	} last[ALERT_NOTES_SHOWN]; /* the last of them, the oldest first */
};

/*
 * Those of its model, or of none in particular, between its beginning and its end. past: of a recording, with what lies
 * beside it; NULL: the store's. Texts are in the arena.
 */
void alert_notes_find(struct alert_notes *out, struct arena *a, const struct alert *al, const struct store *s,
    const struct ui_past *past);

#endif
