#include "tui/older.h"

#include <stdio.h>
#include <string.h>

#include "collectors/config_text.h"
#include "collectors/recorder.h"
#include "core/config.h"
#include "core/mem.h"
#include "core/rule_bytes.h"
#include "core/pane.h"
#include "tui/again.h"
#include "tui/app.h"

#define TURN_US	     2000
#define LOOK_MS	     20	 /* how often it is looked whether to go on */
#define TELL_LOOKS   10	 /* and progress told */
#define WAIT_MS	     8000 /* for a server that is gone */
#define WAITING_MAX  ((size_t)8 << 20) /* not packed yet: then it waits for that */
#define LONG_MS	     INT64_C(300000)   /* without an entry: ticks are a minute apart */
#define MINUTE_MS    INT64_C(60000)
#define PICKED_BYTES (2 * LIMIT_NAME_BYTES + 1)

struct older {
	struct app *app;
	int64_t at_ms, held_ms;
	void (*changed)(void *ctx);
	void *ctx;
	/* what is read from */
	struct again again;
	uv_timer_t timer;
	bool timer_open, closing;
	unsigned looks;
	/* what it is read into */
	struct config config;
	bool config_open;
	struct store *store;
	struct recorder *recorder;
	bool attached;
	uint64_t flight_bytes;
	/* how far it is */
	enum older_state state;
	struct err why;
	int64_t since_ms, until_ms, begun_ms, tick_ms;
	uint64_t events;
	bool enough, paused;
	/* what has become of it */
	struct recorder_view *view;
	struct recording *recording;
};

/* ---- the fleet beside the live one ----------------------------------------------------------- */

/* For that fleet its sources are live: at this moment, too, their last byte is of now. */
static void
renew_sources(struct older *o)
{
	struct fact f = {.kind = FACT_SOURCE};
	size_t i;

	for (i = 0; i < store_source_count(o->store); i++) {
		f.u.source = *store_source(o->store, i);
		f.u.source.last_byte_ms = o->tick_ms;
		(void)store_apply(o->store, &f, NULL);
	}
}

static void
tick(struct older *o)
{
	int64_t shown_ms = o->at_ms - OLDER_SHOWN_MS;

	renew_sources(o);

	if (!o->attached && o->tick_ms >= shown_ms) {
		o->attached = true;
		if (recorder_attach(o->recorder, o->store, &o->why))
			o->state = OLDER_FAILED;
	}
	(void)store_tick(o->store, o->tick_ms, NULL);
	if (o->attached)
		recorder_tick(o->recorder, env_wall_ms());
}

/* The last tick at or before: they are a pane apart, and one of them is at the moment asked for. */
static int64_t
tick_at(const struct older *o, int64_t ms)
{
	int64_t beside = o->at_ms % PANE_MS;

	return pane_floor(ms - beside, PANE_MS) * PANE_MS + beside;
}

/* Time goes by up to there, as it did then. */
static void
go_on(struct older *o, int64_t to_ms)
{
	int64_t step = to_ms - o->tick_ms > LONG_MS ? MINUTE_MS : PANE_MS, left;

	for (; o->tick_ms + step <= to_ms && o->state == OLDER_READING;) {
		left = o->at_ms - o->tick_ms;
		o->tick_ms += left > 0 && left < step ? left : step;
		tick(o);
	}
}

static void
pause_reading(struct older *o)
{
	bool pause = o->enough || o->state != OLDER_READING ||
		     recorder_waiting(o->recorder) > (o->paused ? WAITING_MAX / 4 : WAITING_MAX) ||
		     (app_feed(o->app) && feed_catching_up(app_feed(o->app)));

	if (pause != o->paused)
		feed_pause(o->again.feed, pause);
	o->paused = pause;
}

static void
on_event(void *ctx, const struct event *ev)
{
	struct older *o = ctx;

	if (o->enough || o->state != OLDER_READING)
		return;
	if (!o->events++) {
		o->begun_ms = ev->arrival_ms;
		o->tick_ms = tick_at(o, ev->arrival_ms);
	}
	/* What arrives with a tick is in it. */
	go_on(o, ev->arrival_ms - 1);
	/* What cannot be kept is counted by the store and shown. */
	(void)store_ingest(o->store, ev, NULL);
	o->enough = o->events >= OLDER_EVENTS ||
		    (ev->arrival_ms > o->at_ms && o->flight_bytes > OLDER_BYTES - OLDER_BYTES / 8);
	if (o->enough)
		o->until_ms = ev->arrival_ms;
	if (o->enough || recorder_waiting(o->recorder) > WAITING_MAX)
		pause_reading(o);
}

/* Whatever becomes of the reading. */
static void
on_fact(void *ctx, const struct fact *fact)
{
	struct older *o = ctx;
	struct fact f = *fact;

	if (o->state != OLDER_READING)
		return;
	if (f.kind == FACT_SOURCE) {
		f.u.source.state = FEED_LIVE;
		f.u.source.sentence = slice_of("");
		f.u.source.retry_ms = 0;
		f.u.source.last_byte_ms = o->tick_ms;
	} else if (f.kind == FACT_STREAM) {
		f.u.stream.behind = 0;
		f.u.stream.lag_ms = 0;
	}
	(void)store_apply(o->store, &f, NULL);
}

static void
on_recorder(void *ctx, const struct fact *fact)
{
	struct older *o = ctx;

	if (fact->kind == FACT_RECORDING)
		o->flight_bytes = fact->u.recording.flight_bytes;
}

static void
no_event(void *ctx, const struct event *ev)
{
	(void)ctx;
	(void)ev;
}

/* ---- the loop -------------------------------------------------------------------------------- */

static void
end(struct older *o, enum older_state state)
{
	if (o->state == OLDER_READING)
		o->state = state;
	pause_reading(o);
	uv_timer_stop(&o->timer);
}

static void
on_timer(uv_timer_t *h)
{
	struct older *o = h->data;
	bool told = o->looks++ % TELL_LOOKS == 0;
	int ended;

	if (told)
		feed_tick(o->again.feed, env_wall_ms());
	ended = o->enough ? 1 : feed_ended(o->again.feed, &o->why);
	if (ended > 0 && o->events)
		go_on(o, o->until_ms - 1);
	if (ended || o->state != OLDER_READING)
		end(o, ended < 0 ? OLDER_FAILED : o->events ? OLDER_READ : OLDER_NOTHING);
	else
		pause_reading(o);
	if (told || o->state != OLDER_READING)
		o->changed(o->ctx);
}

/* ---- what is read ---------------------------------------------------------------------------- */

bool
older_can(const struct app *app)
{
	return again_can(app);
}

static int
open_feed(struct older *o, struct err *err)
{
	const struct again_range range = {.since_ms = o->since_ms, .until_ms = o->until_ms,
	    .before_ms = o->at_ms, .most = OLDER_EVENTS_BEFORE, .turn_us = TURN_US, .wait_ms = WAIT_MS};
	const struct sink sink = {o, on_event, on_fact};

	int rc = again_open(&o->again, o->app, &range, &sink, err);

	/* Its sources are known before their first entry, however soon: a tick without one does other things. */
	if (!rc)
		feed_tick(o->again.feed, env_wall_ms());
	return rc;
}

/* ---- opening and closing --------------------------------------------------------------------- */

static int
open_store(struct older *o, const struct older_setup *setup, struct err *err)
{
	const struct recording_head *head = setup->head;
	struct rules held; /* now, which may be others than those of the head */
	const struct fact rules = {.kind = FACT_RULES, .u.rules = {.rules = &held}};
	const struct fact history = {.kind = FACT_HISTORY};
	struct store_options so = {.learn = true, .defer_hists = true, .utc_offset_ms = head->utc_offset_ms,
	    .alarms_per_week = head->alarms_per_week, .start_ms = o->since_ms, .config = &o->config};
	struct err why = {0};
	int rc = config_text_parse(&o->config, head->config, &why, err);

	o->config_open = true;
	app_range(o->app, &so.from_ms, &so.to_ms);
	if (!rc)
		rc = store_new(&o->store, &so, err);
	if (!rc)
		rc = rules_copy(&held, store_rules(app_store(o->app)), err);
	if (!rc)
		rc = store_apply(o->store, &rules, err);
	if (!rc)
		rc = store_copy_levels(o->store, app_store(o->app), err);
	if (!rc)
		rc = store_meet(o->store, app_store(o->app), setup->models, err);
	/* Whatever it reads it reads as it came. */
	return rc ? rc : store_apply(o->store, &history, err);
}

static int
open_recorder(struct older *o, const struct recording_head *head, struct err *err)
{
	const struct sink sink = {o, no_event, on_recorder};
	struct recorder_options ro = {.head = *head, .config = &o->config, .flight_bytes = OLDER_BYTES};

	ro.head.start_ms = o->since_ms;
	ro.head.all_events = false;
	return recorder_new(&o->recorder, app_loop(o->app), &ro, &sink, err);
}

static int
open_timer(struct older *o, struct err *err)
{
	int rc;

	uv_timer_init(app_loop(o->app), &o->timer);
	o->timer.data = o;
	o->timer_open = true;
	rc = uv_timer_start(&o->timer, on_timer, LOOK_MS, LOOK_MS);
	return rc ? err_set(err, ERR_IO, "event loop: %s", uv_strerror(rc)) : 0;
}

int
older_open(struct older **out, const struct older_setup *setup, struct err *err)
{
	struct older *o = mem_calloc(1, sizeof(*o));
	int rc;

	if (!o)
		return err_nomem(err);
	o->app = setup->app;
	o->at_ms = setup->at_ms;
	o->held_ms = setup->held_ms;
	o->changed = setup->changed;
	o->ctx = setup->ctx;
	o->since_ms = setup->at_ms > OLDER_BEFORE_MS ? setup->at_ms - OLDER_BEFORE_MS : 1;
	o->until_ms = setup->held_ms - setup->at_ms > OLDER_BEHIND_MS ? setup->at_ms + OLDER_BEHIND_MS : setup->held_ms;
	rc = open_store(o, setup, err);
	if (!rc)
		rc = open_recorder(o, setup->head, err);
	/* The timer last: what cannot be opened is closed again by running the loop. */
	if (!rc)
		rc = open_feed(o, err);
	if (!rc)
		rc = open_timer(o, err);
	if (rc) {
		older_close(o);
		return rc;
	}
	*out = o;
	return 0;
}

static void
on_closed(uv_handle_t *h)
{
	struct older *o = h->data;

	o->closing = false;
}

/* All but what is shown. */
static void
let_go(struct older *o)
{
	if (o->timer_open) {
		o->timer_open = false;
		o->closing = true;
		uv_close((uv_handle_t *)&o->timer, on_closed);
		while (o->closing)
			uv_run(app_loop(o->app), UV_RUN_ONCE);
	}
	again_close(&o->again);
	(void)recorder_close(o->recorder, NULL);
	o->recorder = NULL;
	store_free(o->store);
	o->store = NULL;
}

void
older_close(struct older *o)
{
	if (!o)
		return;
	let_go(o);
	recording_close(o->recording);
	recorder_view_free(o->view);
	if (o->config_open)
		config_release(&o->config);
	mem_free(o);
}

void
older_stop(struct older *o)
{
	end(o, OLDER_NOTHING);
}

int
older_take(struct older *o, struct recording **out, struct err *err)
{
	int rc = recorder_view_take(&o->view, o->recorder, err);

	if (!rc)
		rc = recording_of_frames(&o->recording, &o->view->head, o->view->frames, o->view->n, err);
	let_go(o);
	if (!rc)
		*out = o->recording;
	return rc;
}

/* ---- how far it is --------------------------------------------------------------------------- */

enum older_state
older_state(const struct older *o)
{
	return o->state;
}

const char *
older_why(const struct older *o)
{
	return o->why.msg;
}

int64_t
older_at_ms(const struct older *o)
{
	return o->at_ms;
}

int64_t
older_oldest_ms(const struct older *o)
{
	return o->again.feed ? feed_oldest_ms(o->again.feed) : 0;
}

int64_t
older_from_ms(const struct older *o)
{
	return o->events ? o->begun_ms : o->since_ms;
}

int64_t
older_to_ms(const struct older *o)
{
	return o->until_ms;
}

unsigned
older_pct(const struct older *o)
{
	int64_t from = older_from_ms(o), all = o->until_ms - from, done = o->events ? o->tick_ms - from : 0;

	return all > 0 && done > 0 ? (unsigned)(done < all ? done * 100 / all : 100) : 0;
}
