/*
 * drifttop check: one verdict as an exit status, for cron and CI. It needs no terminal, reads what is there (or goes on
 * watching for a while, when the worst that was seen counts), says one line and one for each model that is not ok.
 */
#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "tui/app.h"
#include "tui/check.h"
#include "tui/command.h"
#include "tui/plain.h"

#ifndef DRIFTTOP_VERSION
#define DRIFTTOP_VERSION "unknown"
#endif

/* ---- watching for a while -------------------------------------------------------------------- */

#define LOOK_MS 200 /* between two looks: the store judges once a second */

struct watching {
	struct app *app;
	uv_timer_t timer;
	uint64_t for_ms, until_ms; /* loop time; until 0: the history has not come to its end yet */
	uint64_t give_up_ms;	   /* without any source by then */
	bool done, closed;
	struct check_worst worst;
	uint64_t looked; /* loop time of the last look */
};

/* Whether any source is being read: one that never came is not waited for longer than a server is. */
static bool
any_read(struct watching *w)
{
	const struct store *s = app_store(w->app);
	size_t i;

	for (i = 0; i < store_source_count(s); i++) {
		enum feed_state state = store_source(s, i)->state;

		if (state == FEED_CATCHING_UP || state == FEED_LIVE || state == FEED_ENDED)
			return true;
	}
	return false;
}

static void
on_turn(void *ctx)
{
	struct watching *w = ctx;
	uint64_t now = uv_now(app_loop(w->app));

	if (!w->until_ms && feed_settled(app_feed(w->app)) && any_read(w))
		w->until_ms = now + w->for_ms;
	if (w->until_ms && now >= w->looked + LOOK_MS) {
		w->looked = now;
		(void)check_worst_see(&w->worst, app_store(w->app), NULL); /* without memory: at the next look */
	}
	if (w->until_ms ? now >= w->until_ms : now >= w->give_up_ms && !any_read(w))
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
	struct watching *w = h->data;

	w->closed = true;
}

static int
watch(struct watching *w, struct err *err)
{
	uv_loop_t *loop = app_loop(w->app);
	int rc = app_start(w->app, err);

	if (rc)
		return rc;
	uv_timer_init(loop, &w->timer);
	w->timer.data = w;
	uv_timer_start(&w->timer, on_timer, 50, 50);
	w->give_up_ms = uv_now(loop) + FEED_SERVER_WAIT_MS;
	while (!w->done)
		uv_run(loop, UV_RUN_ONCE);
	uv_close((uv_handle_t *)&w->timer, on_closed);
	while (!w->closed)
		uv_run(loop, UV_RUN_ONCE);
	return 0;
}

/* ---- the command ----------------------------------------------------------------------------- */

static int
print(const struct app *a, const struct options *o, const struct env *env, const struct check_worst *worst,
    const char *failure, int *status, struct err *err)
{
	const struct store *s = a ? app_store(a) : NULL;
	const struct check_options co = {.program_version = DRIFTTOP_VERSION,
	    .generated_ms = env_wall_ms(),
	    .failure = failure,
	    .worst = worst,
	    .utf8 = env->utf8};
	enum check_status found = CHECK_UNKNOWN;
	size_t n = 0;
	char *text;
	int rc;

	if (strcmp(o->text[OPTION_FORMAT], "json") != 0) {
		rc = check_text(s, &co, stdout, &found, err);
		*status = (int)found;
		return rc;
	}
	text = check_json(s, &co, &n, &found, err);
	if (!text)
		return ERR_NOMEM;
	*status = (int)found;
	fwrite(text, 1, n, stdout);
	mem_free(text);
	return 0;
}

/*
 * What it could not keep or not read, as line 1 of the dashboard says it; the verdict stands. Another process that
 * keeps the directory is what a dashboard beside cron looks like, and no trouble. Known once all is written.
 */
static void
say_state(const struct app *a, const struct env *env)
{
	const struct fact_state *st = store_state(app_store(a));
	struct slice why = st->keeping != STATE_READING ? st->sentence : slice_of("");
	char sentence[320];

	if (!why.n)
		why = slice_of(store_saved_why(app_store(a)));
	if (!why.n)
		return;
	snprintf(sentence, sizeof(sentence), "state directory: %.*s", (int)(why.n < 280 ? why.n : 280), why.p);
	plain_complain(sentence, env->utf8);
}

int
cmd_check(const struct options *o, const struct env *env, int *status, struct err *err)
{
	struct watching w = {.for_ms = o->given[OPTION_FOR] ? (uint64_t)o->number[OPTION_FOR] : 0};
	const struct app_setup setup = {.options = o,
	    .env = env,
	    .to_end = !w.for_ms,
	    .recent = true,
	    .actions = true,
	    .flight = w.for_ms != 0,
	    .state = APP_STATE_KEEP,
	    .turn = w.for_ms ? on_turn : NULL,
	    .ctx = &w};
	struct err why = {0};
	int rc;

	*status = CHECK_UNKNOWN;
	rc = app_open(&w.app, &setup, &why);
	if (!rc)
		rc = w.for_ms ? watch(&w, &why) : app_run_to_end(w.app, &why);
	if (w.app)
		app_finish_actions(w.app);
	/* What was typed wrong is told as everywhere; that there is no server is what was found. */
	if (rc == ERR_USAGE || rc == ERR_NOMEM)
		rc = err_set(err, (enum err_code)rc, "%s", why.msg);
	else
		rc = print(w.app, o, env, &w.worst, rc ? why.msg : NULL, status, err);
	check_worst_release(&w.worst);
	if (w.app) {
		app_stop(w.app);
		say_state(w.app, env);
	}
	app_free(w.app);
	return rc;
}
