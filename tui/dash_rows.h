/* What the Events screen wants of the streams, read for it: one reading at a time, begun and ended outside the loop. */
#ifndef TUI_DASH_ROWS_H
#define TUI_DASH_ROWS_H

#include <stdbool.h>

#include "tui/ui.h"

struct app;
struct rows_read;

struct dash_rows {
	struct app *app; /* NULL: nothing can be read again */
	struct ui *ui;
	struct rows_read *read;
	struct ui_rows failed; /* where it could not be begun */
	char why[ERR_MSG_BYTES];
	bool ended;
	void (*due)(void *ctx);	 /* from inside the loop: dash_rows_settle is to be called, from outside of it */
	void *ctx;
};

/* After each frame. True: dash_rows_settle is to be called. */
bool dash_rows_look(struct dash_rows *d);
/* Begins what is wanted, ends what is not. Runs the loop: not from inside. */
void dash_rows_settle(struct dash_rows *d);
/* The same for all. */
void dash_rows_close(struct dash_rows *d);

#endif
