/*
 * An event that is being read: as it came, and, where it is to full screen or there is room for all, what was read of
 * it; scrolled, at first to the input that one came for.
 */
#ifndef TUI_EVENT_READER_H
#define TUI_EVENT_READER_H

#include "tui/keymap.h"
#include "tui/record_view.h"

/* All zero: nothing has been painted. */
struct event_reader {
	size_t scroll, lines, body; /* of the lines that there are, what is seen */
	bool seek;		    /* the line that one came for is to be seen */
	bool painted, whole;	    /* as it was last */
};

/* Another event. */
void event_reader_begin(struct event_reader *er);

/* It is at that line, whatever one came for. */
void event_reader_put(struct event_reader *er, size_t scroll);

/* What is to be painted below the head of a panel. */
struct event_read {
	const struct record_view *view; /* NULL: none is held */
	struct slice raw, needle;	/* needle: what one came for; empty: nothing */
	bool full;			/* it is to full screen */
};

/* Where it stands at this size; before painting. Returns whether what was read of it is shown, too. */
bool event_reader_place(struct event_reader *er, struct rect body, struct grid *g, const struct event_read *what);
void event_reader_paint(const struct event_reader *er, struct grid *g, struct rect body, const struct event_read *what);

/* A key that moves in it; false: it is none. */
bool event_reader_act(struct event_reader *er, enum action action);

#endif
