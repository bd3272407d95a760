/*
 * How each field of a stream was understood: as it came, what it became by which alias, in how many of the newest
 * events it was, and what it looks like. Read off the raw events that are kept, by the decoder of everything.
 */
#ifndef TUI_FIELDS_PANEL_H
#define TUI_FIELDS_PANEL_H

#include "core/config.h"
#include "tui/screen.h"

#define FIELDS_EVENTS 100  /* that are looked at, */
#define FIELDS_LOOK   2000 /* among so many of all streams */
#define FIELDS_MAX    512  /* that are told */

struct field_row {
	struct slice path, became, example; /* in the arena */
	enum role role;			    /* of what it became */
	bool masked;			    /* the configuration says so: the example is not shown */
	size_t events;			    /* that had it, with a value */
};

struct fields_held {
	struct field_row *rows; /* in the arena; those that come first in the newest event first */
	size_t n, more;		/* more: fields beyond FIELDS_MAX */
	size_t events;		/* looked at */
	struct slice newest;	/* of these, raw */
	bool sample;		/* none is kept: this is the newest entry that the stream tells of */
	struct list list;
};

/* st: the stream, also one that is only offered. config NULL: nothing is said. */
void fields_hold(struct fields_held *h, struct arena *a, const struct store *s, const struct config *config,
    const struct fact_stream *st);
void fields_arrange(struct fields_held *h);
void fields_paint(struct fields_held *h, struct grid *g, struct rect r, struct slice stream, int number, bool focused);

#endif
