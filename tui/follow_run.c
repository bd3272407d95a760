/*
 * --plain: the dashboard's collection, and lines in place of a screen.
 *
 * Nothing here waits for the reader of these lines, so that a pager that is left open holds nothing up.
 */
#include "tui/follow_run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"
#include "tui/app.h"
#include "tui/follow.h"
#include "tui/lineout.h"
#include "tui/settings.h"

#define TURN_MS	  100
#define FINISH_MS 2000 /* for a reader that is slow at the end */
#define SIGNALS	  3

static const int signal_numbers[SIGNALS] = {SIGINT, SIGTERM, SIGHUP};

struct follow_run {
	struct app *app; /* NULL: a recording */
	struct follow *follow;
	struct lineout *out;
	bool done;
	uv_timer_t timer;
	uv_signal_t signals[SIGNALS];
	size_t open;
};

static int
refuse_screen_options(const struct options *o, struct err *err)
{
	static const struct {
		enum option_id id;
		const char *name;
	} screens[] = {{OPTION_CAST, "cast"}, {OPTION_SLOW, "slow"}};

	for (size_t i = 0; i < sizeof(screens) / sizeof(screens[0]); i++)
		if (o->given[screens[i].id])
			return err_set(err, ERR_USAGE, "--plain and --%s exclude each other", screens[i].name);
	if (o->command == COMMAND_REPLAY && o->given[OPTION_SPEED])
		return err_set(err, ERR_USAGE, "--plain prints a recording at once: --speed is for the screen");
	return 0;
}

static void
on_line(void *ctx, const char *text, size_t n)
{
	struct follow_run *r = ctx;

	lineout_put(r->out, text, n);
}

static int
open_lines(struct follow_run *r, const struct options *o, const struct env *env, struct err *err)
{
	struct follow_options fo = {.utf8 = env->utf8, .line = on_line, .ctx = r};

	fo.utc_offset_ms = settings_offset_ms(o, env);
	r->out = mem_alloc(sizeof(*r->out));
	if (!r->out)
		return err_nomem(err);
	lineout_init(r->out, STDOUT_FILENO);
	return follow_new(&r->follow, &fo, err);
}

/* The lines that are left, and what became of them: that nobody reads any more is no failure. */
static int
close_lines(struct follow_run *r, int rc, struct err *err)
{
	bool all = !r->out || lineout_finish(r->out, FINISH_MS);

	if (!rc && !all && r->out->error && r->out->error != EPIPE)
		rc = err_set(err, ERR_IO, "standard output: %s", strerror(r->out->error));
	follow_free(r->follow);
	mem_free(r->out);
	return rc;
}

/* ---- live ------------------------------------------------------------------------------------ */

static int64_t
clock_ms(const struct follow_run *r)
{
	int64_t ms = store_now_ms(app_store(r->app));

	return ms == INT64_MIN ? env_wall_ms() : ms;
}

/* Every source is a file and has been read, or cannot be. */
static bool
all_ended(const struct store *s)
{
	size_t i, n = store_source_count(s);

	for (i = 0; i < n; i++)
		if (store_source(s, i)->state != FEED_ENDED && store_source(s, i)->state != FEED_FAILED)
			return false;
	return n > 0;
}

/* What files say is told as they are read; of a server, from where history ends. */
static void
on_turn(void *ctx)
{
	struct follow_run *r = ctx;
	const struct store *s = app_store(r->app);
	bool files = app_files_only(r->app), settled = feed_settled(app_feed(r->app)) && !store_busy(s);

	follow_look(r->follow, s, clock_ms(r), files ? store_generation(s) > 0 : settled);
	lineout_pump(r->out);
	r->done |= r->out->error != 0;
}

static void
on_signal(uv_signal_t *h, int number)
{
	struct follow_run *r = h->data;

	(void)number;
	r->done = true;
}

/* Only so that the loop turns, and lines that waited go on. */
static void
on_timer(uv_timer_t *h)
{
	struct follow_run *r = h->data;
	const struct store *s = app_store(r->app);

	r->done |= app_files_only(r->app) && all_ended(s) && !store_busy(s);
}

static void
on_closed(uv_handle_t *h)
{
	struct follow_run *r = h->data;

	r->open--;
}

static void
open_handles(struct follow_run *r)
{
	uv_loop_t *loop = app_loop(r->app);

	uv_timer_init(loop, &r->timer);
	r->timer.data = r;
	uv_timer_start(&r->timer, on_timer, TURN_MS, TURN_MS);
	for (size_t i = 0; i < SIGNALS; i++) {
		uv_signal_init(loop, &r->signals[i]);
		r->signals[i].data = r;
		uv_signal_start(&r->signals[i], on_signal, signal_numbers[i]);
	}
	r->open = SIGNALS + 1;
}

static void
close_handles(struct follow_run *r)
{
	if (!r->open)
		return;
	uv_close((uv_handle_t *)&r->timer, on_closed);
	for (size_t i = 0; i < SIGNALS; i++)
		uv_close((uv_handle_t *)&r->signals[i], on_closed);
	while (r->open)
		uv_run(app_loop(r->app), UV_RUN_ONCE);
}

static void
say_start(struct follow_run *r, const char *endpoint)
{
	char text[600];

	snprintf(text, sizeof(text), "%.500s; Ctrl-C ends it", endpoint ? endpoint : app_endpoint(r->app));
	follow_say(r->follow, env_wall_ms(), "follows", text);
}

int
follow_run(const struct options *o, const struct env *env, const char *const *sources, size_t nsources,
    const char *endpoint, struct err *err)
{
	struct follow_run r = {0};
	const struct app_setup setup = {.options = o,
	    .env = env,
	    .sources = sources,
	    .nsources = nsources,
	    .state = sources ? APP_STATE_NONE : APP_STATE_KEEP,
	    .actions = o->given[OPTION_ACTIONS],
	    .turn = on_turn,
	    .ctx = &r};
	int rc = refuse_screen_options(o, err);

	if (!rc)
		rc = open_lines(&r, o, env, err);
	if (!rc)
		rc = app_open(&r.app, &setup, err);
	if (!rc) {
		open_handles(&r);
		say_start(&r, endpoint);
		rc = app_start(r.app, err);
	}
	while (!rc && !r.done)
		uv_run(app_loop(r.app), UV_RUN_ONCE);
	if (r.app) {
		follow_look(r.follow, app_store(r.app), clock_ms(&r), true);
		follow_summary(r.follow, app_store(r.app), clock_ms(&r));
		close_handles(&r);
	}
	app_free(r.app);
	return close_lines(&r, rc, err);
}

/* ---- a recording ----------------------------------------------------------------------------- */

static volatile sig_atomic_t interrupted;

static void
on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
}

static void
play(struct follow_run *r, struct replay *replay)
{
	const struct ui_request next = {.kind = UI_REQUEST_TIME, .time = UI_TIME_NEXT};
	char say[REPLAY_SAY_BYTES];
	int64_t before_ms;
	bool read;

	do {
		before_ms = replay_time_ms(replay);
		follow_look(r->follow, replay_store(replay), before_ms, true);
		if (!lineout_finish(r->out, -1))
			break;
		replay_do(replay, &next, 0, say);
		read = replay_time_ms(replay) > before_ms;
	} while (read && !interrupted);
	follow_summary(r->follow, replay_store(replay), replay_time_ms(replay));
}

int
follow_replay(const struct options *o, const struct env *env, struct replay *replay, const char *name, struct err *err)
{
	struct sigaction ours = {.sa_handler = on_interrupt}, old[SIGNALS];
	struct follow_run r = {0};
	char text[600];
	int rc = refuse_screen_options(o, err);

	if (!rc)
		rc = open_lines(&r, o, env, err);
	if (rc)
		return close_lines(&r, rc, err);
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(signal_numbers[i], &ours, &old[i]);
	snprintf(text, sizeof(text), "%.500s", name);
	follow_say(r.follow, replay_time_ms(replay), "follows", text);
	play(&r, replay);
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(signal_numbers[i], &old[i], NULL);
	return close_lines(&r, 0, err);
}
