/* Inside of the dashboard: what its parts share. What callers may rely on is in tui/dash.h. */
#ifndef TUI_DASH_IMPL_H
#define TUI_DASH_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "core/store.h"
#include "tui/app.h"
#include "tui/changes.h"
#include "tui/dash_pace.h"
#include "tui/dash_rows.h"
#include "tui/env.h"
#include "tui/frozen.h"
#include "tui/options.h"
#include "tui/reopen.h"
#include "tui/replay.h"
#include "tui/screencast.h"
#include "tui/term.h"
#include "tui/theme_lookup.h"
#include "tui/ui.h"
#include "widgets/grid.h"

#define DASH_SETTLE_MS 50 /* past the time for which rows keep their order */

#define FRAME_MS 100
/* At the start models appear one after the other: the first frames with any need not wait so long.
 */
#define QUICK_FRAMES 5
#define QUICK_FRAME_MS 15
#define QUICK_SLOW_MS 500 /* of so many fewer, with --slow */
#define QUICK_SLOW_FRAMES 2

struct dash {
	struct app *app; /* NULL: a recording is shown, and nothing else */
	struct replay *replay; /* the past, where that is shown; NULL: the present */
	struct frozen *frozen; /* of which that is then a part; NULL: of a recording, or there is none */
	struct frozen *thawed; /* to be closed from outside the loop */
	bool settles;	       /* frozen_settle is to be called, from there, too */
	const struct options *options;
	const struct env *env;
	uint64_t saves; /* of the flight recorder that have been told */
	struct dash_rows rows;
	bool reads; /* dash_rows_settle is to be called, from outside the loop */
	bool freezing; /* the present is to be held, and then what was asked is to be done */
	struct ui_request asked;
	uv_loop_t *loop; /* the app's, or its own */
	uv_prepare_t turn; /* without an app */
	uv_timer_t past; /* when time goes on in a replay */
	struct term *term;
	struct theme_choice theme; /* what the terminal draws with, unless its background says */
	struct ui *ui;
	struct grid grid;
	bool grid_open;
	struct screencast *cast; /* NULL: none is made */
	uv_timer_t wake;   /* when a frame that had to wait may be drawn */
	uv_timer_t settle; /* after the last key or change, when rows may take their order again */
	bool settling;	    /* the next frame is for that */
	unsigned unsettled; /* such frames that are still to come */
	unsigned timers_open;
	bool urgent; /* a key or a size: draw as soon as the terminal is ready */
	struct changes changes; /* that could be saved */
	bool quit;
	struct reopen reopen; /* where the command line says to begin */
	bool rebase; /* everything is to be read again, against that baseline file */
	size_t file;
	bool term_closing;
	bool moved; /* a moment of the past: no more often than other figures, where the link is slow */
	struct dash_pace pace;
	uint64_t drawn_ms; /* loop time of the last frame; 0: none */
	unsigned quick;    /* frames that may still come at the quick pace */
};

/* ---- dash_draw.c: when a frame is due, and the frame ----------------------------------------------- */

/* What is looked at, the present or the past, and its time; before the first tick that is the wall clock's. */
const struct store *dash_shown(const struct dash *d);
int64_t dash_now_ms(const struct dash *d);

/* Before the loop waits, behind what was read and what timers did, and as a timer's end; ctx: the dash. */
void dash_draw_turn(void *ctx);
void dash_draw_settle(uv_timer_t *h);

/* The first frame, before anything has been read: the connection's state is on it. */
void dash_draw_first(struct dash *d);

/* The rows that are wanted are to be read. */
void dash_rows_due(void *ctx);

/* ---- dash_past.c: a recording, or what is held of the present -------------------------------------- */

/* What is asked of time; of the present it first has to be held, which is done from outside the loop. */
void dash_past_do(struct dash *d, const struct ui_request *r);
void dash_past_go_on(struct dash *d);

/* Esc, while older entries are read and it is for nothing that is being typed. */
bool dash_past_stop_reading(struct dash *d, uint32_t key);

/* Not from inside the loop, which they may run. */
void dash_past_freeze(struct dash *d);
void dash_past_settle(struct dash *d);
void dash_past_close_thawed(struct dash *d);

/* ---- dash_do.c: what keys ask for ------------------------------------------------------------------- */

void dash_do(struct dash *d, const struct ui_request *r);
void dash_stop(void *ctx);

#endif
