/*
 * A recording, shown: which moment of it, and how that moves with keys and time. Without a terminal and a loop.
 *
 * The same over a file and over the flight recorder of a live session that is frozen. A player (collectors/player.h)
 * makes the store of a moment; a replay says which moment is next.
 */
#ifndef TUI_REPLAY_H
#define TUI_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collectors/recording.h"
#include "core/err.h"
#include "core/store.h"
#include "tui/ui.h"

#define REPLAY_TICK_MS 50    /* how often to tick while it plays */
#define REPLAY_FOLLOW_MS 1000 /* and otherwise, and how often a file is looked at for more */
#define REPLAY_SAY_BYTES 120

struct config;
struct replay;

struct replay_options {
	const char *name; /* of the file, for the first line; borrowed */
	bool frozen;	  /* a live session's own past */
	bool again;	  /* of that, what was read again from the streams */
	int64_t from_ms;  /* moments before are not shown, though they are in the recording; 0: all are */
	struct config *config; /* as player_open takes it */
	bool what_if;
};

/* At the first key, paused, at 1x. The recording is borrowed. What player_open can fail with. */
int replay_open(struct replay **out, struct recording *rec, const struct replay_options *o, struct err *err);
void replay_close(struct replay *r);

const struct store *replay_store(const struct replay *r);
struct recording *replay_recording(const struct replay *r);
int64_t replay_time_ms(const struct replay *r);

/* For ui_set_past; the same object until the replay is closed, renewed by each call that moves it. */
const struct ui_past *replay_past(const struct replay *r);

/* What is wrong with the recording's own configuration, in whose place another one holds; "": nothing. */
const char *replay_why(const struct replay *r);

/* Frozen: what now is, for how old the moment shown is. */
void replay_set_live(struct replay *r, int64_t live_ms);

/* To a moment, as near as there is one. */
int replay_seek(struct replay *r, int64_t ms, struct err *err);
/* To the first step that has a model, where nothing has been yet; where none ever has, it stays. */
int replay_seek_first(struct replay *r, struct err *err);
void replay_play(struct replay *r, bool play, int64_t mono_ms);
/* The nearest that there is of 1/4, 1/2, 1, 2 ... 64. */
void replay_set_speed(struct replay *r, double speed, int64_t mono_ms);

/*
 * Carries out a request of kind UI_REQUEST_TIME; UI_TIME_LIVE of a frozen session is the caller's. `say` gets a
 * sentence to be shown, or nothing: where one is now, why one is not where one wanted to be, what cannot be read.
 */
void replay_do(struct replay *r, const struct ui_request *q, int64_t mono_ms, char say[REPLAY_SAY_BYTES]);

/* Of a request UI_TIME_ALERT: whether that moment is kept, and what is to be said where it is not. */
bool replay_has_alert(const struct replay *r, const struct ui_request *q);
void replay_say_gone(const struct ui_request *q, char say[REPLAY_SAY_BYTES]);

/* Writes a request of kind UI_REQUEST_NOTE beside the recording, and says so, or why not. */
void replay_note(struct replay *r, const struct ui_request *q, int64_t wall_ms, char say[REPLAY_SAY_BYTES]);

/*
 * Carries out a request of kind UI_REQUEST_WHATIF over all of the recording: true, and the past has the answer; else
 * `say` says why not. It takes as long as playing it twice as fast as can be.
 */
bool replay_whatif(struct replay *r, const struct ui_request *q, char say[REPLAY_SAY_BYTES]);

/* Time goes by. True: something is to be drawn anew; `say` as above. */
bool replay_tick(struct replay *r, int64_t mono_ms, char say[REPLAY_SAY_BYTES]);
/* Nothing lies behind the step it stands at; there is an alert, mark or version to go to from there. */
bool replay_at_end(const struct replay *r);
bool replay_has_event(const struct replay *r, bool next);
/* How long until the next tick is due. */
unsigned replay_tick_due_ms(const struct replay *r);

#endif
