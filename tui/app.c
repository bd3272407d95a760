#include "tui/app.h"

#include <stdio.h>
#include <string.h>

#include "collectors/recorder.h"
#include "collectors/state_dir.h"
#include "core/config.h"
#include "core/mem.h"
#include "core/rule_bytes.h"
#include "tui/app_range.h"
#include "tui/app_sources.h"
#include "tui/baselines.h"
#include "tui/notify.h"
#include "tui/plain.h"
#include "tui/record.h"
#include "tui/settings.h"
#include "tui/ui.h"

#define TICK_EVENTS_MIN 200
#define COUNT_MS 5000 /* at the end of a run */

#ifndef DRIFTTOP_VERSION
#define DRIFTTOP_VERSION "unknown"
#endif

struct app {
	uv_loop_t loop;
	bool loop_open;
	const struct env *env;
	const struct options *options;
	enum app_state state_kind;
	void (*turn)(void *ctx);
	void *ctx;
	struct sink sink; /* in place of the store's ingest; event NULL: none */
	struct store *store;
	struct feed *feed;
	struct state_dir *state;
	struct notify *notify;
	struct recorder *recorder;
	struct err record_err;
	void (*bell)(void *ctx);
	bool to_screen; /* it has a screen, which says what becomes of actions */
	struct app_sources sources;
	int64_t from_ms, to_ms;
	uv_timer_t tick;
	uv_prepare_t behind; /* a turn: behind what timers and what was read have changed, before the loop waits */
	bool handles_open;
	bool started, history_told, first_event, to_end;
	int64_t history_ms; /* the store's clock at the first tick with all of history; INT64_MAX: not yet */
	size_t closing;
	uint64_t catch_up_ms;       /* between ticks while history is read; 0: not begun */
	uint64_t tick_due_ms;       /* loop time */
	uint64_t events, next_tick; /* to_end: read so far; when the next tick is due */
	int64_t arrival_ms;         /* to_end: the newest arrival so far */
};

/* ---- the sink -------------------------------------------------------------------------------- */

static void on_tick(uv_timer_t *h);

/* "Now" never is after the end of the range asked for: a screen --at T is of T. */
static int64_t
now_in_range(const struct app *a, int64_t clock_ms)
{
	bool bounded = a->from_ms || a->to_ms;

	return bounded && clock_ms > a->to_ms ? a->to_ms : clock_ms;
}

/*
 * Reading to the end, or a file, the store is ticked by what has been read and not by the clock:
 * what is found must not depend on how fast the machine was. The steps grow with the history, so
 * that an onset is found to 2 % of it and the ticks of a million events are some hundreds.
 */
static void
tick_by_count(struct app *a, const struct event *ev)
{
	uint64_t step = a->events / 50;

	if (ev->arrival_ms > a->arrival_ms)
		a->arrival_ms = ev->arrival_ms;
	if (++a->events < a->next_tick)
		return;
	a->next_tick = a->events + (step > TICK_EVENTS_MIN ? step : TICK_EVENTS_MIN);
	(void)store_tick(a->store, now_in_range(a, a->arrival_ms), NULL);
}

static void
sink_event(void *ctx, const struct event *ev)
{
	struct app *a = ctx;

	/* What cannot be kept is counted by the store and shown. */
	if (a->sink.event)
		a->sink.event(a->sink.ctx, ev);
	else
		(void)store_ingest(a->store, ev, NULL);
	if (a->to_end || a->sources.files_only)
		tick_by_count(a, ev);
	if (!a->first_event) {
		a->first_event = true;
		if (a->started && !a->to_end) {
			a->tick_due_ms = 0;
			uv_timer_start(&a->tick, on_tick, APP_TICK_FIRST_MS, 0);
		}
	}
}

/* Where there is no screen to say it. */
static void
complain_action(const struct app *a, const struct fact_action *f)
{
	char text[640];

	if (!f->sentence.n)
		return;
	snprintf(text, sizeof(text), "action '%.*s' %.*s", (int)(f->name.n < 200 ? f->name.n : 200), f->name.p,
	    (int)(f->sentence.n < 400 ? f->sentence.n : 400), f->sentence.p);
	plain_complain(text, a->env->utf8);
}

static void
sink_fact(void *ctx, const struct fact *fact)
{
	struct app *a = ctx;

	if (a->sink.fact)
		a->sink.fact(a->sink.ctx, fact);
	(void)store_apply(a->store, fact, NULL);
	if (fact->kind == FACT_ACTION && !a->to_screen)
		complain_action(a, &fact->u.action);
}

static void
tell_history(struct app *a)
{
	const struct fact fact = {.kind = FACT_HISTORY};

	a->history_told = true;
	(void)store_apply(a->store, &fact, NULL);
}

/* Behind a tick. */
static void
note_history(struct app *a)
{
	if (a->history_told && a->history_ms == INT64_MAX)
		a->history_ms = store_now_ms(a->store);
}

int64_t
app_history_ms(const struct app *a)
{
	return a->history_ms;
}

static void
tick(struct app *a)
{
	int64_t wall = env_wall_ms();

	feed_tick(a->feed, wall);
	if (!a->history_told && a->first_event && feed_settled(a->feed))
		tell_history(a);
	(void)store_tick(a->store, now_in_range(a, feed_clock_ms(a->feed, wall)), NULL);
	note_history(a);
	if (a->recorder)
		recorder_tick(a->recorder, wall);
	if (notify_tick(a->notify, a->store, wall) && a->bell)
		a->bell(a->ctx);
	state_dir_tick(a->state, a->store, env_mono_ms(), wall);
}

/* Soon after each other at first, while models appear one by one; then less and less often. */
static uint64_t
catch_up_ms(struct app *a)
{
	uint64_t ms = a->catch_up_ms ? a->catch_up_ms : 2 * APP_TICK_FIRST_MS;

	if (a->first_event)
		a->catch_up_ms = 2 * ms < APP_TICK_CATCH_UP_MS ? 2 * ms : APP_TICK_CATCH_UP_MS;
	return a->first_event ? ms : APP_TICK_CATCH_UP_MS;
}

/* Between two ticks the store does a slice of its long work at a time, and keys are looked at
 * behind each. */
static void
on_tick(uv_timer_t *h)
{
	struct app *a = h->data;
	uint64_t now = uv_now(&a->loop), left;
	bool reading;

	if (now >= a->tick_due_ms) {
		tick(a);
		reading = feed_catching_up(a->feed) || !a->history_told;
		a->tick_due_ms = now + (reading ? catch_up_ms(a) : APP_TICK_MS);
	} else if (store_busy(a->store)) {
		(void)store_tick(a->store, store_now_ms(a->store), NULL);
	}
	left = a->tick_due_ms - now;
	uv_timer_start(&a->tick, on_tick, store_busy(a->store) ? 1 : left, 0);
}

static void
on_behind(uv_prepare_t *h)
{
	struct app *a = h->data;

	if (a->turn)
		a->turn(a->ctx);
}

/* ---- opening, running, closing --------------------------------------------------------------- */

static int
open_loop(struct app *a, struct err *err)
{
	int rc = uv_loop_init(&a->loop);

	if (rc)
		return err_set(err, ERR_IO, "event loop: %s", uv_strerror(rc));
	a->loop_open = true;
	uv_timer_init(&a->loop, &a->tick);
	uv_prepare_init(&a->loop, &a->behind);
	a->tick.data = a->behind.data = a;
	a->handles_open = true;
	return 0;
}

/* The store has a copy: the configuration's own are what a change begins with. */
static int
apply_rules(struct app *a, const struct rules *rules, bool told, struct err *err)
{
	struct rules copy;
	const struct fact fact = {.kind = FACT_RULES, .u.rules = {.rules = &copy, .told = told}};
	int rc = rules_copy(&copy, rules, err);

	return rc ? rc : store_apply(a->store, &fact, err);
}

int
app_set_rules(struct app *a, const struct rules *rules, struct err *err)
{
	return apply_rules(a, rules, true, err);
}

int
app_set_levels(struct app *a, const struct fact_levels *levels, struct err *err)
{
	const struct fact fact = {.kind = FACT_LEVELS, .u.levels = *levels};

	return store_apply(a->store, &fact, err);
}

/* ---- what outlives the run ------------------------------------------------------------------- */

static int
open_state(struct app *a, struct err *err)
{
	const char *named = a->options->text[OPTION_STATE];
	struct state_dir_options o = {.program = DRIFTTOP_VERSION, .reference_only = a->state_kind == APP_STATE_READ};
	const struct sink sink = {a, sink_event, sink_fact};
	char endpoint[128], path[700];

	if (a->state_kind == APP_STATE_NONE || (named && strcmp(named, "none") == 0))
		return 0;
	if (!named) {
		state_dir_endpoint(a->sources.feed.sources, a->sources.feed.nsources, endpoint, sizeof(endpoint));
		if (!endpoint[0] || !a->env->state_home[0])
			return 0;
		snprintf(path, sizeof(path), "%s/%s", a->env->state_home, endpoint);
	}
	o.path = named ? named : path;
	return state_dir_open(&a->state, &a->loop, &o, &sink, err);
}

/*
 * Of rows that were read and wait to be learned from, what there is time for is in what outlives this run; the next one
 * reads the others again.
 */
static void
count_what_waits(struct app *a)
{
	int64_t end = (int64_t)env_mono_ms() + COUNT_MS;

	while (store_busy(a->store) && (int64_t)env_mono_ms() < end)
		if (store_tick(a->store, store_now_ms(a->store), NULL))
			break;
}

static void
close_state(struct app *a)
{
	if (state_dir_is_writer(a->state)) {
		count_what_waits(a);
		/* What was read since the last tick is part of it. */
		(void)store_tick(a->store, store_now_ms(a->store), NULL);
	}
	state_dir_close(a->state, a->store, env_wall_ms());
	a->state = NULL;
}

/*
 * One process acts for an endpoint: whoever keeps its state. Where none is kept, or none can be, there is nobody to
 * ask, and an alert that reaches a person twice is better than one that reaches nobody.
 */
static int
open_notify(struct app *a, const struct app_setup *s, struct err *err)
{
	const struct sink sink = {a, sink_event, sink_fact};
	const struct config *config = s->options->config;
	bool run = s->actions && config && config->nactions;

	a->bell = s->bell;
	a->to_screen = s->bell != NULL;
	if (run && state_dir_is_taken(a->state)) {
		run = false;
		if (!a->to_screen)
			plain_complain("another drifttop runs the actions for this endpoint", a->env->utf8);
	}
	return notify_new(&a->notify, &a->loop, config, run, a->env->child, &sink, err);
}

/* What was is kept in memory, and in a file where a recording is made: then without memory there is none. */
static int
open_recorder(struct app *a, const struct app_setup *s, struct err *err)
{
	const struct sink sink = {a, sink_event, sink_fact};
	int rc;

	if (!s->flight && !s->record)
		return 0;
	rc = record_new(&a->recorder, a->to_end ? NULL : &a->loop, a->options, a->env, a->sources.endpoint,
	    a->env->wall_ms, &sink, err);
	if (!rc)
		rc = recorder_attach(a->recorder, a->store, err);
	if (!rc && s->record)
		rc = recorder_start(a->recorder, s->record, err);
	if (!rc && s->record)
		rc = recorder_wait(a->recorder, err);
	return s->record ? rc : 0;
}

/* ---- opening, again and again ---------------------------------------------------------------- */

static int
load_baseline(struct app *a, struct store *s, size_t file, struct err *err)
{
	return baselines_load(s, &a->loop, a->options->baselines[file], &a->sources.feed.source, err);
}

/* A store with the baselines of all files; where several have one for a model, that of `last` is the one. */
static int
make_store(struct app *a, size_t last, int64_t start_ms, struct store **out, struct err *err)
{
	struct store_options so = {0};
	size_t i;
	int rc;

	so.from_ms = a->from_ms;
	so.to_ms = a->to_ms;
	so.learn = true;
	so.sliced = !a->to_end;
	so.defer_hists = !a->to_end;
	so.config = a->options->config;
	so.alarms_per_week = so.config ? so.config->budget_per_week : 0;
	so.start_ms = start_ms;
	so.utc_offset_ms = settings_offset_ms(a->options, a->env);
	rc = store_new(out, &so, err);
	for (i = 0; i < a->options->nbaselines && !rc; i++)
		if (i != last)
			rc = load_baseline(a, *out, i, err);
	if (!rc && last < a->options->nbaselines)
		rc = load_baseline(a, *out, last, err);
	return rc;
}

static int
open_feed(struct app *a, struct err *err)
{
	a->sources.feed.sink = (struct sink){a, sink_event, sink_fact};
	return feed_open(&a->feed, &a->loop, &a->sources.feed, err);
}

static int
fill(struct app *a, const struct app_setup *s, struct err *err)
{
	int rc = open_loop(a, err);

	if (!rc)
		rc = app_sources_resolve(&a->sources, s, err);
	if (!rc)
		rc = app_range_resolve(
		    &a->from_ms, &a->to_ms, s->options, a->env->utc_offset_ms, &a->loop, &a->sources.feed, err);
	if (!rc)
		rc = make_store(a, SIZE_MAX, a->env->wall_ms, &a->store, err);
	if (!rc && s->options->config)
		rc = apply_rules(a, &s->options->config->rules, false, err);
	if (!rc)
		rc = open_state(a, err);
	if (!rc)
		rc = open_notify(a, s, err);
	if (!rc)
		rc = open_recorder(a, s, err);
	return rc ? rc : open_feed(a, err);
}

bool
app_can_rebase(const struct app *a)
{
	return !a->to_end && !app_sources_read_stdin(&a->sources);
}

int
app_rebase(struct app *a, size_t file, struct err *err)
{
	struct store *fresh = NULL;
	int rc;

	/* What fires while history is read again has been acted on, or was before the start. */
	if (!app_can_rebase(a) || (file != SIZE_MAX && file >= a->options->nbaselines) ||
	    make_store(a, file, env_wall_ms(), &fresh, NULL)) {
		store_free(fresh);
		return 0;
	}
	feed_close(a->feed);
	a->feed = NULL;
	close_state(a);
	store_take_rules(fresh, a->store);
	if (a->recorder)
		(void)recorder_attach(a->recorder, fresh, NULL);
	store_free(a->store);
	a->store = fresh;
	notify_restart(a->notify);
	a->history_told = a->first_event = false;
	a->history_ms = INT64_MAX;
	a->catch_up_ms = a->tick_due_ms = a->events = a->next_tick = 0;
	rc = open_state(a, err);
	if (!rc)
		rc = open_feed(a, err);
	return rc ? rc : uv_timer_start(&a->tick, on_tick, APP_TICK_CATCH_UP_MS, 0);
}

int
app_open(struct app **out, const struct app_setup *setup, struct err *err)
{
	struct app *a = mem_calloc(1, sizeof(*a));
	int rc;

	if (!a)
		return err_nomem(err);
	a->env = setup->env;
	a->options = setup->options;
	a->state_kind = setup->state;
	a->turn = setup->turn;
	a->ctx = setup->ctx;
	a->to_end = setup->to_end;
	a->history_ms = INT64_MAX;
	if (setup->sink)
		a->sink = *setup->sink;
	rc = fill(a, setup, err);
	if (rc) {
		app_free(a);
		return rc;
	}
	*out = a;
	return 0;
}

int
app_run_to_end(struct app *a, struct err *err)
{
	int rc;

	a->next_tick = TICK_EVENTS_MIN;
	rc = feed_run_to_end(a->feed, err);
	if (rc)
		return rc;
	tell_history(a);
	rc = store_tick(a->store, now_in_range(a, feed_clock_ms(a->feed, env_wall_ms())), err);
	note_history(a);
	return rc;
}

int
app_start(struct app *a, struct err *err)
{
	int rc;

	a->started = true;
	rc = uv_timer_start(&a->tick, on_tick, APP_TICK_CATCH_UP_MS, 0);
	if (!rc)
		rc = uv_prepare_start(&a->behind, on_behind);
	return rc ? err_set(err, ERR_IO, "event loop: %s", uv_strerror(rc)) : 0;
}

static void
on_handle_closed(uv_handle_t *h)
{
	struct app *a = h->data;

	a->closing--;
}

void
app_stop(struct app *a)
{
	a->turn = NULL;
	if (a->handles_open) {
		a->handles_open = false;
		a->closing = 2;
		uv_close((uv_handle_t *)&a->tick, on_handle_closed);
		uv_close((uv_handle_t *)&a->behind, on_handle_closed);
	}
	feed_close(a->feed);
	a->feed = NULL;
	notify_free(a->notify);
	a->notify = NULL;
	(void)recorder_close(a->recorder, &a->record_err);
	a->recorder = NULL;
	close_state(a);
	while (a->closing)
		uv_run(&a->loop, UV_RUN_ONCE);
}

void
app_free(struct app *a)
{
	if (!a)
		return;
	app_stop(a);
	if (a->loop_open)
		uv_loop_close(&a->loop);
	store_free(a->store);
	app_sources_release(&a->sources);
	mem_free(a);
}

uv_loop_t *
app_loop(struct app *a)
{
	return &a->loop;
}

struct feed *
app_feed(struct app *a)
{
	return a->feed;
}

const struct feed_options *
app_feed_options(const struct app *a)
{
	return &a->sources.feed;
}

void
app_finish_actions(struct app *a)
{
	notify_finish(a->notify);
}

static void
ask_sources(struct app *a, const struct ui_request *r)
{
	size_t i;

	if (r->kind == UI_REQUEST_PICK && feed_source(a->feed, r->source))
		(void)source_pick(feed_source(a->feed, r->source), r->stream, r->follow, NULL);
	for (i = 0; i < feed_count(a->feed); i++) {
		if (r->kind == UI_REQUEST_LIVE)
			source_skip_to_live(feed_source(a->feed, i));
		else if (r->kind == UI_REQUEST_RETRY)
			source_retry(feed_source(a->feed, i));
	}
}

int
app_request(struct app *a, const struct ui_request *r)
{
	int64_t now_ms = store_now_ms(a->store);
	struct fact f;

	if (a->feed)
		ask_sources(a, r);
	if (!ui_request_fact(r, now_ms == INT64_MIN ? env_wall_ms() : now_ms, &f))
		return 0;
	return store_apply(a->store, &f, NULL);
}

struct recorder *
app_recorder(const struct app *a)
{
	return a->recorder;
}

const char *
app_record_failure(const struct app *a)
{
	return a->record_err.msg;
}

const struct store *
app_store(const struct app *a)
{
	return a->store;
}

void
app_range(const struct app *a, int64_t *from_ms, int64_t *to_ms)
{
	*from_ms = a->from_ms;
	*to_ms = a->to_ms;
}

bool
app_keeps_state(const struct app *a)
{
	return state_dir_is_writer(a->state);
}

const char *
app_endpoint(const struct app *a)
{
	return a->sources.endpoint;
}

bool
app_files_only(const struct app *a)
{
	return a->sources.files_only;
}
