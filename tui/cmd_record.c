/*
 * drifttop record: the same collection without a screen, into a file or a directory. It ends with its sources where
 * these are files, after --for, or when it is told to (SIGTERM, SIGINT, SIGHUP), and then its file has an end. What
 * goes wrong with the file is said and tried again, while everything else goes on.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "collectors/recorder.h"
#include "collectors/url.h"
#include "tui/app.h"
#include "tui/command.h"
#include "tui/plain.h"
#include "tui/record.h"

#define AGAIN_MS UINT64_C(60000) /* after a failure */
#define SIGNALS	 3

struct recording_run {
	struct app *app;
	const struct env *env;
	struct record_to to;
	uint64_t until_ms; /* loop time; 0: until it is told to end */
	uint64_t again_ms; /* loop time of the next try; 0: it is well */
	bool done;
	bool failed; /* when last looked at */
	bool said;   /* that it has begun */
	uint64_t dropped;
	uv_timer_t timer;
	uv_signal_t signals[SIGNALS];
	size_t open;
};

/* ---- where to -------------------------------------------------------------------------------- */

static bool
is_directory(const char *path)
{
	size_t n = strlen(path);
	struct stat st;

	return path[n - 1] == '/' || (stat(path, &st) == 0 && S_ISDIR(st.st_mode));
}

static int
choose_place(struct record_place *p, const struct options *o, const struct env *env, struct err *err)
{
	const char *path = o->text[OPTION_OUTPUT];
	const double mib = 1 << 20;
	size_t n = strlen(path);
	struct record_place named;

	memset(p, 0, sizeof(*p));
	if (n >= sizeof(p->dir) || strcmp(path, "-") == 0)
		return err_set(err, ERR_USAGE, "-o '%.60s': must be a file or a directory", path);
	memcpy(p->dir, path, n + 1);
	if (is_directory(path)) {
		/* The prefix is that of a recording begun by a key. */
		if (record_place(&named, o, env, false, NULL) == 0)
			memcpy(p->prefix, named.prefix, sizeof(p->prefix));
		else
			snprintf(p->prefix, sizeof(p->prefix), "events");
		while (n > 1 && p->dir[n - 1] == '/')
			p->dir[--n] = '\0';
		p->to.dir = p->dir;
		p->to.prefix = p->prefix;
	} else {
		p->to.file = p->dir;
	}
	if (o->given[OPTION_MAX_SIZE])
		p->to.file_bytes = (uint64_t)(o->number[OPTION_MAX_SIZE] * mib);
	p->to.keep_ms = (int64_t)o->number[OPTION_KEEP];
	p->to.keep_bytes = (uint64_t)(o->number[OPTION_KEEP_SIZE] * mib);
	return 0;
}

/* ---- while it runs --------------------------------------------------------------------------- */

static void
complain(const struct recording_run *w, const char *what, struct slice why)
{
	char text[ERR_MSG_BYTES + 100];

	snprintf(text, sizeof(text), "%s%.*s", what, (int)(why.n < 400 ? why.n : 400), why.n ? why.p : "");
	plain_complain(text, w->env->utf8);
}

static void
look(struct recording_run *w)
{
	const struct fact_recording *f = store_recording(app_store(w->app));
	bool failed = f->state == RECORDING_FAILED;
	char text[450];
	uint64_t now = uv_now(app_loop(w->app));

	/* Else nobody knows, at a terminal, whether anything happens. */
	if (!w->said && f->state == RECORDING_WRITING && f->bytes && f->path.n) {
		snprintf(text, sizeof(text), "recording into %.*s; Ctrl-C ends it",
		    (int)(f->path.n < 400 ? f->path.n : 400), f->path.p);
		complain(w, text, slice_of(""));
		w->said = true;
	}
	if (failed && !w->failed) {
		complain(w, "the recording has ended and is tried again each minute: ", f->sentence);
		w->again_ms = now + AGAIN_MS;
	}
	if (!failed && w->failed && f->state == RECORDING_WRITING && f->bytes) {
		complain(w, "recording again: ", f->path);
		w->failed = false;
	}
	w->failed |= failed;
	if (failed && now >= w->again_ms) {
		w->again_ms = now + AGAIN_MS;
		(void)recorder_start(app_recorder(w->app), &w->to, NULL);
	}
	if (f->dropped > w->dropped && !w->dropped)
		complain(w, "the recording has a gap: packing or the disk could not keep up, or memory was short",
		    slice_of(""));
	w->dropped = f->dropped;
}

static void
on_turn(void *ctx)
{
	struct recording_run *w = ctx;

	look(w);
	if (recorder_full(app_recorder(w->app))) {
		complain(w, "the file has the size asked for: ", store_recording(app_store(w->app))->path);
		w->done = true;
	}
	w->done |= w->until_ms && uv_now(app_loop(w->app)) >= w->until_ms;
}

static void
on_signal(uv_signal_t *h, int number)
{
	struct recording_run *w = h->data;

	(void)number;
	w->done = true;
}

/* Only so that the loop turns. */
static void
on_timer(uv_timer_t *h)
{
	(void)h;
}

static void
on_closed(uv_handle_t *h)
{
	struct recording_run *w = h->data;

	w->open--;
}

static void
open_handles(struct recording_run *w)
{
	static const int numbers[SIGNALS] = {SIGTERM, SIGINT, SIGHUP};
	uv_loop_t *loop = app_loop(w->app);
	size_t i;

	uv_timer_init(loop, &w->timer);
	w->timer.data = w;
	uv_timer_start(&w->timer, on_timer, 100, 100);
	for (i = 0; i < SIGNALS; i++) {
		uv_signal_init(loop, &w->signals[i]);
		w->signals[i].data = w;
		uv_signal_start(&w->signals[i], on_signal, numbers[i]);
	}
	w->open = SIGNALS + 1;
}

static void
close_handles(struct recording_run *w)
{
	size_t i;

	uv_close((uv_handle_t *)&w->timer, on_closed);
	for (i = 0; i < SIGNALS; i++)
		uv_close((uv_handle_t *)&w->signals[i], on_closed);
	while (w->open)
		uv_run(app_loop(w->app), UV_RUN_ONCE);
}

static int
collect(struct recording_run *w, const struct options *o, struct err *err)
{
	int rc = app_start(w->app, err);

	if (rc)
		return rc;
	open_handles(w);
	if (o->given[OPTION_FOR])
		w->until_ms = uv_now(app_loop(w->app)) + (uint64_t)o->number[OPTION_FOR];
	while (!w->done)
		uv_run(app_loop(w->app), UV_RUN_ONCE);
	close_handles(w);
	return 0;
}

/* ---- the command ----------------------------------------------------------------------------- */

/* Such sources end by themselves. */
static bool
files_only(const struct options *o)
{
	bool files = o->noperands > 0;
	struct url u;
	size_t i;

	for (i = 0; i < o->noperands && files; i++) {
		if (url_parse(&u, o->operands[i], NULL))
			return false;
		files = u.kind != URL_TCP && u.kind != URL_UNIX;
		url_release(&u);
	}
	return files;
}

static int
finish(struct recording_run *w, int rc, struct err *err)
{
	char path[RECORD_OUT_PATH_BYTES] = "";
	bool files = app_files_only(w->app);
	const char *why;

	app_finish_actions(w->app);
	app_stop(w->app);
	why = app_record_failure(w->app);
	if (!rc && why[0])
		rc = err_set(err, ERR_IO, "%s", why);
	if (!rc) {
		snprintf(path, sizeof(path), "%.*s", (int)store_recording(app_store(w->app))->path.n,
		    store_recording(app_store(w->app))->path.p);
		complain(w, files ? "recorded: " : "the recording has ended: ", slice_of(path));
	}
	return rc;
}

int
cmd_record(const struct options *o, const struct env *env, struct err *err)
{
	struct recording_run w = {.env = env};
	struct record_place place;
	struct app_setup setup = {.options = o,
	    .env = env,
	    .state = APP_STATE_KEEP,
	    .actions = true,
	    .flight = true,
	    .record = &place.to,
	    .turn = on_turn,
	    .ctx = &w};
	int rc = choose_place(&place, o, env, err);

	if (rc)
		return rc;
	setup.to_end = files_only(o) && !o->given[OPTION_FOR];
	w.to = place.to;
	rc = app_open(&w.app, &setup, err);
	if (!rc)
		rc = setup.to_end ? app_run_to_end(w.app, err) : collect(&w, o, err);
	if (w.app)
		rc = finish(&w, rc, err);
	app_free(w.app);
	return rc;
}
