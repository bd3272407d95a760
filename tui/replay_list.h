/* What happened in a recording, for its time bar and for going from one to the next. */
#ifndef TUI_REPLAY_LIST_H
#define TUI_REPLAY_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "collectors/recording.h"
#include "core/store.h"
#include "tui/ui.h"
#include "widgets/timebar.h"

#define REPLAY_TEXT_BYTES 88

/* A moment to go to: an alert that fired or rose, a mark, a version that came or went. */
struct replay_target {
	int64_t ms;
	unsigned weight; /* of several at one moment the heaviest is named: an enum severity, 0 for what is none */
	char text[REPLAY_TEXT_BYTES]; /* raw bytes of names */
};

struct replay_list {
	struct replay_target *targets; /* by rising time */
	size_t ntargets, targets_cap;
	struct timebar_item *items;
	size_t nitems, items_cap;
	struct ui_note *notes;
	size_t nnotes, notes_cap;
};

/* "crit: card-fraud amount drift", "clear: ..."; "note: card-fraud rollback begun". Names are raw bytes, cut. */
void replay_list_alert_text(enum alert_change_kind kind, const struct alert *al, char *text, size_t bytes);
void replay_list_mark_text(const struct fact_mark *m, const struct store *s, char *text, size_t bytes);

/* Anew; what memory cannot hold is left out. s: for names of models. */
void replay_list_fill(struct replay_list *l, struct recording *rec, const struct store *s);
/* Nothing before that leads anywhere any more. */
void replay_list_cut(struct replay_list *l, int64_t from_ms);
void replay_list_release(struct replay_list *l);

#endif
