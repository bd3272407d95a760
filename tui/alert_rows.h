/*
 * What the screen of alerts lists: what fires, the worst first and incidents together, then what is about to, then what
 * is over; and lines that stand for several: all provisional ones of a model, what a head has behind it.
 */
#ifndef TUI_ALERT_ROWS_H
#define TUI_ALERT_ROWS_H

#include "core/alert.h"
#include "tui/alert_notes.h"
#include "tui/arena.h"

struct alert_row {
	struct alert a; /* texts in the arena; of a group only the model and when its oldest began */
	/* One; all provisional ones of a model; what a head has below it. */
	enum { ROW_ALERT, ROW_PROVISIONAL, ROW_OTHERS } kind;
	size_t now, over; /* of a group: how many fire, how many are pending or cleared */
	uint64_t group;	  /* of a group its id, of what is in one that one's; 0: in none */
	struct slice names; /* of others: what they are about */
	bool member;	/* of an incident that another row heads */
	size_t incident, fleet; /* alerts in it, models in it; 0, 1: alone */
	struct slice head;	/* of its incident: what it is about */
	struct alert_notes notes;
};

struct alert_rows {
	struct alert_row *list; /* in the arena, texts too */
	size_t n;
	size_t counts[ALERT_STATES], provisional; /* counts: without those */
	uint64_t forgotten, refused;
};

/* All that the store knows of; what there was no memory for is left out. past: NULL, or whose notes count. */
void alert_rows_collect(
    struct alert_rows *out, struct arena *a, const struct store *s, const struct ui_past *past);

/* What it is about: the input, else the source, else the rule. */
struct slice alert_rows_subject(const struct alert *al);

/* What tells a row from another alert of the same model and input among the n rows of `order`: its rule, of one rule
 * its version; empty where there is no other. O(n). */
struct slice alert_rows_apart(
    const struct alert_rows *rows, const size_t *order, size_t n, const struct alert_row *row);

/* Its name for a command line, buf: ROW_NAME_BYTES; of one that stands for several with a word before that. */
void alert_rows_name(const struct alert_row *row, char *buf);

#endif
