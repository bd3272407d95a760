/*
 * A live session that is frozen: what the flight recorder held then, and, before that, what is read again from the
 * streams when one goes there (tui/older.h). Two replays, of which one is shown; keys lead from one into the other.
 */
#ifndef TUI_FROZEN_H
#define TUI_FROZEN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "tui/replay.h"

struct app;
struct frozen;

struct frozen_setup {
	struct app *app; /* borrowed */
	void (*due)(void *ctx); /* from inside the loop: frozen_settle is to be called, from outside of it */
	void (*said)(void *ctx, const char *say); /* from inside the loop: how far reading is */
	void *ctx;
};

/* At its newest moment. Runs the loop: not from inside. ERR_NOT_FOUND: nothing is held yet; ERR_NOMEM. */
int frozen_open(struct frozen **out, const struct frozen_setup *setup, struct err *err);
/* Not from inside the loop where frozen_reads. NULL is harmless. */
void frozen_close(struct frozen *f);

/* What is shown; perhaps another one behind frozen_do, frozen_tick and frozen_settle. */
struct replay *frozen_replay(const struct frozen *f);

/* As replay_has_alert, of all there is. */
bool frozen_has_alert(const struct frozen *f, const struct ui_request *q);

/* As replay_do and replay_tick. */
void frozen_do(struct frozen *f, const struct ui_request *q, int64_t mono_ms, char say[REPLAY_SAY_BYTES]);
bool frozen_tick(struct frozen *f, int64_t mono_ms, char say[REPLAY_SAY_BYTES]);
void frozen_set_live(struct frozen *f, int64_t live_ms);

/* Older entries are being read, or what was read of them is still open; _stop: no more. */
bool frozen_reads(const struct frozen *f);
void frozen_stop(struct frozen *f, char say[REPLAY_SAY_BYTES]);

/* Begins to read, or takes what was read. Runs the loop: not from inside. */
void frozen_settle(struct frozen *f, int64_t mono_ms, char say[REPLAY_SAY_BYTES]);

#endif
