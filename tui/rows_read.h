/*
 * The raw events of one model and a short time, read from the streams again for the Events screen (struct ui_rows in
 * tui/ui.h): bounded in bytes and in entries looked at, in slices of the loop's turns, and held while the live sources
 * are behind.
 */
#ifndef TUI_ROWS_READ_H
#define TUI_ROWS_READ_H

#include <stdbool.h>

#include "core/err.h"
#include "tui/ui.h"

#define ROWS_READ_BYTES	  ((size_t)8 << 20) /* kept, the newest */
#define ROWS_READ_ENTRIES 200000	    /* looked at: those behind stay unread */
#define ROWS_READ_AFTER_MS 10000 /* an entry may come so much later than its event's time */

struct app;
struct rows_read;

struct rows_read_setup {
	struct app *app; /* borrowed */
	struct ui_rows_want want;
	void (*changed)(void *ctx); /* from inside the loop: there is more to see */
	void *ctx;
};

/* Begins to read. ERR_NOMEM, and what opening sources can fail with. Runs the loop on failure: not from inside. */
int rows_read_open(struct rows_read **out, const struct rows_read_setup *setup, struct err *err);
/* Runs the loop: not from inside. NULL is harmless. */
void rows_read_close(struct rows_read *r);
/* Gives back the connections of what has been read; as above. */
void rows_read_settle(struct rows_read *r);

/* For ui_set_rows; the same object until it is closed. */
const struct ui_rows *rows_read_rows(const struct rows_read *r);

#endif
