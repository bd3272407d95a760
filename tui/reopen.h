/*
 * A command line that opens this view again, for somebody else: the same sources without their secrets, the options
 * that say what is read and held against what, and then where one is: the moment, the place, the filter, the panel. And
 * what such a line does when the program starts.
 */
#ifndef TUI_REOPEN_H
#define TUI_REOPEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/store.h"
#include "tui/env.h"
#include "tui/options.h"
#include "tui/ui.h"

#define REOPEN_BYTES 1000
#define REOPEN_WAIT_MS 10000 /* how long a place is waited for that is not there yet, */
#define REOPEN_READ_MS 60000 /* and a moment for which older entries are read again */
#define REOPEN_ASK_MS 500 /* a moment is asked for anew: at first there is nothing to go back from */

/* What becomes of an option that this program was given, or could have been. */
enum reopen_use {
	REOPEN_NO = 0, /* of commands without a view */
	REOPEN_SAID,   /* what is read, and held against what: said again as it was given */
	REOPEN_VIEW,   /* part of the view (tui/ui_place.h): as it is now */
	REOPEN_LOOKS,  /* left out: how this terminal shows it, which is not somebody else's */
	REOPEN_DEEDS,  /* left out: what is done beside showing, such as recording; a moment to look at does not move */
};

extern const enum reopen_use reopen_uses[OPTION_COUNT];

/* What is shown. */
struct reopen_view {
	const struct options *options;
	const struct env *env;
	struct ui *ui;
	const struct store *store;
};

/*
 * The line, as a POSIX shell reads it, in buf: at least REOPEN_BYTES. ERR_LIMIT: it would be longer. Where a name has
 * characters that no line should hold (control characters, or bytes that are no UTF-8), it is ERR_UNSUPPORTED.
 */
int reopen_line(char *buf, size_t bytes, const struct reopen_view *v, struct err *err);

enum reopen_stage {
	REOPEN_BEGIN = 0,
	REOPEN_PIN,	 /* the moment that is pinned was asked for, */
	REOPEN_PIN_BACK, /* and the one to come back to */
	REOPEN_PLACES,
	REOPEN_MOMENT, /* the one to be shown */
	REOPEN_ROWS, /* the screen is there: what is left are rows, of what it shows once it was drawn */
};

/* Going there; times without a zone are local, or UTC with --utc. An all-zero struct goes nowhere. */
struct reopen {
	const struct options *options;
	const struct env *env;
	struct ui *ui; /* while a step is taken */
	enum reopen_stage stage;
	int64_t pin_ms, back_ms, at_ms;
	bool back;  /* to back_ms; else to the present */
	bool timed; /* the moment at_ms was asked for */
	bool asked; /* what the place `done` needs was asked for */
	size_t placed, put; /* places, and parts of what is being put back */
	int64_t began_ms; /* that stage */
	int64_t mono_ms, asked_ms; /* of this step; when a moment was asked for last */
	bool over;
};

/* Whether it is to be tried once more behind the frame that has just been drawn, and that drawn anew. */
bool reopen_rows(const struct reopen *o);

/*
 * One more try, as models come: *r then is what is to be carried out before the next, of the kind NONE if nothing is.
 * What is not there after REOPEN_WAIT_MS, or at once where `whole` says that nothing more will come, becomes a sentence
 * on the screen and ERR_USAGE.
 */
int reopen_step(struct reopen *o, struct ui *ui, const struct store *s, int64_t mono_ms, bool whole,
    struct ui_request *r, struct err *err);

#endif
