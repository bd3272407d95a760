#include "tui/app.h"

#include <stdio.h>
#include <string.h>

#include "collectors/recorder.h"
#include "collectors/state_dir.h"
#include "collectors/url.h"
#include "core/config.h"
#include "core/mem.h"
#include "tui/baselines.h"
#include "tui/notify.h"
#include "tui/plain.h"
#include "tui/record.h"
#include "tui/replay_file.h"
#include "tui/timearg.h"
#include "tui/ui.h"

#define DEFAULT_SERVER "redis://127.0.0.1:6379"
/* How much history the dashboard reads at most, and at least of each stream. */
#define HISTORY_MAX 2000000
#define HISTORY_MIN 1000
#define TICK_EVENTS_MIN 200
#define COUNT_MS 1000 /* at the end of a run */

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
	struct feed_options feed_options;
	const char *default_source[1];
	char *password;
	int64_t from_ms, to_ms;
	uv_timer_t tick;
	uv_check_t check;
	bool handles_open;
	bool started, history_told, first_event, to_end, files_only;
	char endpoint[160];
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
	if (a->to_end || a->files_only)
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

static void
tick(struct app *a)
{
	int64_t wall = env_wall_ms();

	feed_tick(a->feed, wall);
	if (!a->history_told && a->first_event && feed_settled(a->feed))
		tell_history(a);
	(void)store_tick(a->store, now_in_range(a, feed_clock_ms(a->feed, wall)), NULL);
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
on_check(uv_check_t *h)
{
	struct app *a = h->data;

	if (a->turn)
		a->turn(a->ctx);
}

/* ---- what the options say -------------------------------------------------------------------- */

static int
resolve_sources(struct app *a, const struct app_setup *s)
{
	const struct options *o = s->options;
	struct feed_options *f = &a->feed_options;

	if (s->sources) {
		f->sources = s->sources;
		f->nsources = s->nsources;
	} else if (o->noperands) {
		f->sources = o->operands;
		f->nsources = o->noperands;
	} else {
		a->default_source[0] = s->env->redis_url ? s->env->redis_url : DEFAULT_SERVER;
		f->sources = a->default_source;
		f->nsources = 1;
	}
	f->server_wait_ms = s->server_wait_ms;
	return 0;
}

/* Looks at every source once: wrong ones are refused before anything is opened, and the endpoint
 * gets its name. */
static int
look_at_sources(struct app *a, const struct app_setup *s, struct err *err)
{
	const struct feed_options *f = &a->feed_options;
	bool stdin_seen = false;
	struct url u;
	size_t i;
	int rc;

	a->files_only = true;
	for (i = 0; i < f->nsources; i++) {
		rc = url_parse(&u, f->sources[i], err);
		if (rc)
			return rc;
		if (u.kind == URL_TCP || u.kind == URL_UNIX)
			a->files_only = false;
		if (u.kind == URL_FILE && replay_file_is(f->sources[i])) {
			rc = err_set(err, ERR_USAGE, "%s is a recording, which is read alone: drifttop replay %s",
			    f->sources[i], f->sources[i]);
			url_release(&u);
			return rc;
		}
		if (u.password && !s->sources && f->sources != a->default_source)
			plain_complain("a password in the command line can be read by everyone on "
				       "this machine: better "
				       "DRIFTTOP_REDIS_URL, REDISCLI_AUTH or --password-file",
			    s->env->utf8);
		snprintf(a->endpoint, sizeof(a->endpoint), "%s", u.shown);
		rc = u.kind == URL_STDIN && stdin_seen;
		stdin_seen |= u.kind == URL_STDIN;
		url_release(&u);
		if (rc)
			return err_set(err, ERR_USAGE, "standard input (-) is named twice");
	}
	if (f->nsources > 1)
		snprintf(a->endpoint, sizeof(a->endpoint), "%zu sources", f->nsources);
	return 0;
}

static int
fill_source_options(struct app *a, const struct app_setup *s, struct err *err)
{
	struct source_options *so = &a->feed_options.source;
	const struct options *o = s->options;
	struct timearg t;
	int rc;

	so->patterns = o->streams;
	so->npatterns = o->nstreams;
	/* A server of the program's own has the streams that it has. */
	if (!o->nstreams && o->config && !s->sources) {
		so->patterns = (const char *const *)o->config->streams;
		so->npatterns = o->config->nstreams;
	}
	so->model_glob = o->text[OPTION_MODEL];
	so->to_end_only = s->to_end;
	so->follow = !s->to_end;
	so->full_speed = (s->to_end && !s->recent) || o->given[OPTION_FULL_SPEED];
	so->wall_ms = s->env->wall_ms;
	source_timing_default(&so->timing);
	if (!s->to_end || s->recent) {
		so->history_max = HISTORY_MAX;
		so->history_min = HISTORY_MIN;
	}
	if (o->text[OPTION_SINCE]) {
		rc = timearg_parse_ago(&t, o->text[OPTION_SINCE], o->given[OPTION_UTC], err);
		if (rc)
			return rc;
		so->since_ms = t.kind == TIMEARG_EVERYTHING ? SOURCE_SINCE_ALL
			       : t.kind == TIMEARG_BEFORE   ? so->wall_ms - t.ms
							    : t.ms;
		if (t.kind == TIMEARG_EVERYTHING)
			so->history_max = so->history_min = 0;
	}
	so->password = s->env->redis_auth;
	if (o->text[OPTION_PASSWORD_FILE]) {
		rc = env_password_file(&a->password, o->text[OPTION_PASSWORD_FILE], err);
		if (rc)
			return rc;
		so->password = a->password;
	}
	return 0;
}

/* ---- the time range -------------------------------------------------------------------------- */

struct newest {
	int64_t ts_ms;
	bool any;
};

static void
newest_event(void *ctx, const struct event *ev)
{
	struct newest *n = ctx;

	if (!n->any || ev->ts_ms > n->ts_ms)
		n->ts_ms = ev->ts_ms;
	n->any = true;
}

static void
newest_fact(void *ctx, const struct fact *fact)
{
	(void)ctx;
	(void)fact;
}

/* Reads everything once to learn the time of the newest event. */
static int
find_newest(struct app *a, int64_t *ms, struct err *err)
{
	struct feed_options fo = a->feed_options;
	struct newest newest = {0};
	struct feed *f = NULL;
	size_t i;
	int rc;

	for (i = 0; i < fo.nsources; i++) {
		if (strcmp(fo.sources[i], "-") == 0)
			return err_set(err, ERR_USAGE,
			    "a time before the newest event needs a second reading, which standard "
			    "input does not "
			    "allow: name the time itself");
	}
	fo.source.to_end_only = true;
	fo.source.full_speed = true;
	fo.sink = (struct sink){&newest, newest_event, newest_fact};
	rc = feed_open(&f, &a->loop, &fo, err);
	if (!rc)
		rc = feed_run_to_end(f, err);
	feed_close(f);
	*ms = newest.ts_ms;
	return rc;
}

static int
resolve_time(
    struct app *a, const char *text, bool utc, int64_t *newest, int64_t *out, struct err *err)
{
	struct timearg_place place = {.from_ms = INT64_MIN, .utc_offset_ms = utc ? 0 : a->env->utc_offset_ms};
	struct timearg t;
	int rc = 0;

	*out = 0;
	if (!text)
		return 0;
	/* What is no time by itself is one beside the newest event. */
	if (timearg_parse(&t, text, utc, NULL))
		t.kind = TIMEARG_EVERYTHING;
	if (t.kind != TIMEARG_ABSOLUTE && *newest == INT64_MIN)
		rc = find_newest(a, newest, err);
	if (rc)
		return rc;
	*out = t.kind == TIMEARG_BEFORE ? *newest - t.ms : t.ms;
	place.now_ms = place.to_ms = *newest;
	return t.kind == TIMEARG_EVERYTHING ? timearg_parse_jump(out, text, &place, err) : 0;
}

static int
resolve_range(struct app *a, const struct options *o, struct err *err)
{
	const char *to = o->text[OPTION_TO] ? o->text[OPTION_TO] : o->text[OPTION_AT];
	bool utc = o->given[OPTION_UTC];
	int64_t newest = INT64_MIN;
	int rc;

	if (o->text[OPTION_TO] && o->text[OPTION_AT])
		return err_set(err, ERR_USAGE, "--to and --at exclude each other");
	rc = resolve_time(a, o->text[OPTION_FROM], utc, &newest, &a->from_ms, err);
	if (!rc)
		rc = resolve_time(a, to, utc, &newest, &a->to_ms, err);
	if (rc)
		return rc;
	/* "Both 0" is the store's word for no bounds: one bound alone needs the other one open. */
	if (o->text[OPTION_FROM] && !to)
		a->to_ms = INT64_MAX;
	if (to && !o->text[OPTION_FROM])
		a->from_ms = INT64_MIN;
	if ((a->from_ms || a->to_ms) && a->from_ms >= a->to_ms)
		return err_set(
		    err, ERR_USAGE, "the range asked for is empty: it ends at or before its start");
	return 0;
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
	uv_check_init(&a->loop, &a->check);
	a->tick.data = a->check.data = a;
	a->handles_open = true;
	return 0;
}

/* The store's rules are those of the configuration, which has no more use for them. */
static int
apply_rules(struct app *a, struct config *config, struct err *err)
{
	const struct fact fact = {.kind = FACT_RULES, .u.rules = {.rules = &config->rules}};

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
		state_dir_endpoint(a->feed_options.sources, a->feed_options.nsources, endpoint, sizeof(endpoint));
		if (!endpoint[0] || !a->env->state_home[0])
			return 0;
		snprintf(path, sizeof(path), "%s/%s", a->env->state_home, endpoint);
	}
	o.path = named ? named : path;
	return state_dir_open(&a->state, &a->loop, &o, &sink, err);
}

/* What was read since the last tick is part of it. */
/* Rows that were read and wait to be counted are not lost to what outlives this run: a second is enough for most. */
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
	rc = record_new(&a->recorder, a->to_end ? NULL : &a->loop, a->options, a->env, a->endpoint, a->env->wall_ms,
	    &sink, err);
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
	return baselines_load(s, &a->loop, a->options->baselines[file], &a->feed_options.source, err);
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
	so.utc_offset_ms = a->options->given[OPTION_UTC] ? 0 : a->env->utc_offset_ms;
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
	a->feed_options.sink = (struct sink){a, sink_event, sink_fact};
	return feed_open(&a->feed, &a->loop, &a->feed_options, err);
}

static int
fill(struct app *a, const struct app_setup *s, struct err *err)
{
	int rc = open_loop(a, err);

	if (!rc)
		rc = resolve_sources(a, s);
	if (!rc)
		rc = look_at_sources(a, s, err);
	if (!rc)
		rc = fill_source_options(a, s, err);
	if (!rc)
		rc = resolve_range(a, s->options, err);
	if (!rc)
		rc = make_store(a, SIZE_MAX, a->env->wall_ms, &a->store, err);
	if (!rc && s->options->config)
		rc = apply_rules(a, s->options->config, err);
	if (!rc)
		rc = open_state(a, err);
	if (!rc)
		rc = open_notify(a, s, err);
	if (!rc)
		rc = open_recorder(a, s, err);
	return rc ? rc : open_feed(a, err);
}

static bool
reads_stdin(const struct app *a)
{
	size_t i;

	for (i = 0; i < a->feed_options.nsources; i++)
		if (strcmp(a->feed_options.sources[i], "-") == 0)
			return true;
	return false;
}

int
app_rebase(struct app *a, size_t file, struct err *err)
{
	struct store *fresh = NULL;
	int rc;

	/* What fires while history is read again has been acted on, or was before the start. */
	if (a->to_end || reads_stdin(a) || file >= a->options->nbaselines ||
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
	return store_tick(a->store, now_in_range(a, feed_clock_ms(a->feed, env_wall_ms())), err);
}

int
app_start(struct app *a, struct err *err)
{
	int rc;

	a->started = true;
	rc = uv_timer_start(&a->tick, on_tick, APP_TICK_CATCH_UP_MS, 0);
	if (!rc)
		rc = uv_check_start(&a->check, on_check);
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
		uv_close((uv_handle_t *)&a->check, on_handle_closed);
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
	mem_free_secret(a->password);
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

void
app_finish_actions(struct app *a)
{
	notify_finish(a->notify);
}

int
app_request(struct app *a, const struct ui_request *r)
{
	int64_t now_ms = store_now_ms(a->store);
	struct fact f;

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
	return a->endpoint;
}

bool
app_files_only(const struct app *a)
{
	return a->files_only;
}
