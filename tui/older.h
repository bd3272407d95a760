/*
 * Entries from before what a live session holds, read again from its streams into a fleet beside the live one.
 *
 * That fleet has the live one's models with the baselines they have now, its rules and its settings, and goes through
 * what it reads as if it had been live then: entries by rising ID over all streams, a tick for every five seconds of
 * them, one of which is at the moment asked for, a flight recorder of its own. Windows are filled by what lies up to an
 * hour before; evidence and alerts begin there. The live store is only read, once, at the start. Reading takes slices
 * of the loop's turns and waits while the live sources are behind; over TCP it leaves the server its four fifths.
 */
#ifndef TUI_OLDER_H
#define TUI_OLDER_H

#include <stdint.h>

#include "collectors/recording.h"
#include "core/err.h"

struct app;
struct older;

#define OLDER_BEFORE_MS	     INT64_C(3600000) /* read before the moment asked for, to fill windows, ... */
#define OLDER_SHOWN_MS	     INT64_C(900000)  /* ... and from here on kept to be shown */
#define OLDER_BEHIND_MS	     INT64_C(1800000) /* read behind it */
#define OLDER_EVENTS	     2000000	      /* read at most, and of them ... */
#define OLDER_EVENTS_BEFORE  1400000	      /* ... about so many before the moment asked for */
#define OLDER_BYTES	     ((size_t)32 << 20) /* of its flight recorder */

struct older_setup {
	struct app *app; /* whose sources, store and loop; borrowed */
	const struct recording_head *head; /* of what is held; borrowed for the call */
	size_t models;	 /* so many were known there */
	int64_t at_ms;	 /* the moment asked for */
	int64_t held_ms; /* nothing from here on is read: it is held already */
	void (*changed)(void *ctx); /* from inside the loop: there is progress, or an end of it */
	void *ctx;
};

enum older_state {
	OLDER_READING,
	OLDER_READ,    /* to be taken */
	OLDER_NOTHING, /* the streams have no entry of that time */
	OLDER_FAILED,
};

/* Whether there is a source that can be read again from where one likes. */
bool older_can(const struct app *app);

/* Starts to read. ERR_NOMEM, and what opening sources can fail with. */
int older_open(struct older **out, const struct older_setup *setup, struct err *err);
/* Ends it, running the loop until its handles are gone: not from inside. NULL is harmless. */
void older_close(struct older *o);

enum older_state older_state(const struct older *o);
const char *older_why(const struct older *o); /* it failed */
int64_t older_at_ms(const struct older *o);
int64_t older_oldest_ms(const struct older *o); /* of what the streams had; 0: nothing, or not known */
int64_t older_from_ms(const struct older *o); /* where what is read begins, as far as is known */
int64_t older_to_ms(const struct older *o);   /* and ends, or will */
unsigned older_pct(const struct older *o);
/* Reads no more; to be closed. */
void older_stop(struct older *o);

/* What was read, as a recording in memory that lives until older_close. Runs the loop: not from inside. */
int older_take(struct older *o, struct recording **out, struct err *err);

#endif
