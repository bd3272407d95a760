/*
 * The program's edge: the loop, the clocks, the store and what feeds it.
 *
 * A command opens an app, runs it to the end of its sources or until it is stopped, reads the store
 * through const, and frees it. What the options say about sources, time and baselines is carried
 * out here, the same for every command.
 */
#ifndef TUI_APP_H
#define TUI_APP_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "core/err.h"
#include "core/store.h"
#include "tui/env.h"
#include "tui/feed.h"
#include "tui/options.h"

#define APP_TICK_MS 1000
#define APP_TICK_CATCH_UP_MS 250 /* while history is read: so that the screen fills up */
#define APP_TICK_FIRST_MS 5     /* behind the very first event */

struct app;
struct record_to;
struct recorder;

/* What becomes of the state directory that the options and the sources lead to. */
enum app_state {
	APP_STATE_NONE = 0,
	APP_STATE_READ, /* baselines are taken from it */
	APP_STATE_KEEP, /* and it is written, if no other process does */
};

struct app_setup {
	const struct options *options;
	const struct env *env;
	const char *const
	    *sources; /* in place of the options' operands; NULL: those, or the default server */
	size_t nsources;
	enum app_state state;
	const struct record_to *record; /* begin to record there; NULL: nowhere */
	bool flight;  /* keep what was, for going back to (collectors/recorder.h) */
	bool actions; /* run the configuration's for alerts that change */
	void (*bell)(void *ctx); /* an alert fires; may be NULL */
	bool to_end;             /* read what is there, then stop: report, snapshot, baseline */
	bool recent; /* with to_end: no more history than the dashboard reads, and as considerately */
	unsigned server_wait_ms; /* 0: FEED_SERVER_WAIT_MS */
	const struct sink *sink; /* gets events in place of the store, and facts, too; NULL: none */
	void (*turn)(
	    void *ctx); /* called once per loop turn, behind input and ticks and before it waits; may be NULL */
	void *ctx;
};

/* Opens sources and loads baselines. ERR_USAGE and what sources and files can fail with. */
int app_open(struct app **out, const struct app_setup *setup, struct err *err);
void app_free(struct app *a);

/* to_end: runs until every source has been read; the last tick is done. */
int app_run_to_end(struct app *a, struct err *err);

/* Otherwise: ticks from now on. The caller runs the loop. */
int app_start(struct app *a, struct err *err);

/* Closes the sources, running the loop until their handles are gone. Nothing is called any more.
 * app_free does it, too. */
void app_stop(struct app *a);

struct rules;
struct ui_request;

/* Tells the store or the sources what a key asks for; nothing where it asks for something else. */
int app_request(struct app *a, const struct ui_request *r);

/* Rules in place of those that hold: a fact that a recording has. They are copied. */
int app_set_rules(struct app *a, const struct rules *rules, struct err *err);
/* The same of the levels of one input or output. */
int app_set_levels(struct app *a, const struct fact_levels *levels, struct err *err);

/* Waits for actions that were begun; each has its timeout. */
void app_finish_actions(struct app *a);

uv_loop_t *app_loop(struct app *a);
struct feed *app_feed(struct app *a);
const struct store *app_store(const struct app *a);
/* What the sources are opened with; borrowed. */
const struct feed_options *app_feed_options(const struct app *a);

/*
 * From here on ticks were of all that had come by then: before, history was being read, one stream ahead of another.
 * INT64_MAX: it still is.
 */
int64_t app_history_ms(const struct app *a);

/* Behind app_stop: why the end of the recording is missing; empty: it is not. */
const char *app_record_failure(const struct app *a);

/* NULL: nothing is kept. */
struct recorder *app_recorder(const struct app *a);

/* The range asked for, absolute; both 0: none. */
void app_range(const struct app *a, int64_t *from_ms, int64_t *to_ms);

/* Whether sources can be read a second time. */
bool app_can_rebase(const struct app *a);

/*
 * Forgets what was counted and reads again what there still is, against that one of the options' baseline files before
 * all others (SIZE_MAX: none in particular, as the configuration may be another one). Where the file cannot be read, or
 * a source not a second time, everything stays as it is, and that is no error. Not from inside the loop.
 */
int app_rebase(struct app *a, size_t file, struct err *err);

/* Whether this process writes the state of its endpoint, and with that is the one that acts for it. */
bool app_keeps_state(const struct app *a);

/* What line 1 calls the sources: their URL without secrets, or how many there are. Owned by the
 * app. */
const char *app_endpoint(const struct app *a);
bool app_files_only(const struct app *a);

#endif
