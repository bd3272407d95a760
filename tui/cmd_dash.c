/* The dashboard, live or over a recording, from start to end. What it consists of is in dash_impl.h. */
#include "tui/dash.h"

#include "tui/again.h"
#include "tui/command.h"
#include "tui/dash_ask.h"
#include "tui/dash_impl.h"
#include "tui/follow_run.h"
#include "tui/key.h"
#include "tui/plain.h"
#include "tui/replay_file.h"
#include "tui/screen_setup.h"
#include "tui/settings.h"

/* At the start models appear one after the other: the first frames with any need not wait so long. */
#define QUICK_FRAMES 5
#define QUICK_SLOW_FRAMES 2

/* ---- what the terminal says ------------------------------------------------------------------ */

static void
on_bell(void *ctx)
{
	struct dash *d = ctx;

	if (d->term)
		term_bell(d->term);
}

static void
on_key(void *ctx, uint32_t key)
{
	struct dash *d = ctx;
	struct ui_request r;

	if (d->quit || dash_past_stop_reading(d, key))
		return;
	d->reopen.over = true;
	r = ui_key(d->ui, dash_shown(d), key, (int64_t)uv_now(d->loop));
	d->urgent = true;
	uv_timer_start(&d->settle, dash_draw_settle, UI_HOLD_MS + DASH_SETTLE_MS, 0);
	dash_do(d, &r);
}

static void
on_resized(void *ctx, int rows, int cols)
{
	struct dash *d = ctx;

	/* Without memory for the new size the old one is drawn, cut. */
	(void)grid_resize(&d->grid, rows, cols, NULL);
	d->urgent = true;
}

static void
on_ready(void *ctx)
{
	(void)ctx;
}

static void
on_resumed(void *ctx)
{
	struct dash *d = ctx;

	d->urgent = true;
}

static bool
on_paste(void *ctx)
{
	const struct dash *d = ctx;

	return ui_takes_text(d->ui);
}

/* ---- from start to end ----------------------------------------------------------------------- */

static int
open_term(struct dash *d, const struct options *o, const struct env *env, struct err *err)
{
	const struct term_callbacks callbacks = {.ctx = d, .key = on_key, .resized = on_resized, .ready = on_ready,
	    .hangup = dash_stop, .resumed = on_resumed, .takes_paste = on_paste};
	const struct term_options to = {.theme = d->theme.theme,
	    .no_color = env->no_color || o->given[OPTION_NO_COLOR],
	    .ascii = settings_glyphs(o, GLYPHS_BRAILLE) == GLYPHS_ASCII,
	    .frame_marks = env->frame_marks,
	    .ack_timeout_ms = 2000,
	    .codeset = env->codeset};
	int rows, cols, rc;

	/* On standard error it is still there when the screen has gone. */
	if (d->theme.warning[0])
		plain_complain(d->theme.warning, env->utf8);
	rc = term_open(&d->term, d->loop, &to, &callbacks, err);
	if (rc)
		return rc;
	dash_pace_open(&d->pace, d->ui, settings_slow(o), d->env->full_pace);
	if (d->pace.pace.forced)
		d->quick = QUICK_SLOW_FRAMES;
	if (term_about(d->term)[0])
		ui_say(d->ui, term_about(d->term));
	term_size(d->term, &rows, &cols);
	rc = grid_init(&d->grid, rows, cols, settings_glyphs(o, term_glyphs(d->term)), err);
	d->grid_open = rc == 0;
	dash_pace_calm(&d->pace, &d->grid);
	return rc;
}

static void
on_term_closed(void *ctx)
{
	struct dash *d = ctx;

	d->term_closing = false;
}

static void
open_timers(struct dash *d)
{
	uv_timer_init(d->loop, &d->wake);
	uv_timer_init(d->loop, &d->settle);
	uv_timer_init(d->loop, &d->past);
	d->wake.data = d->settle.data = d->past.data = d;
	d->timers_open = 3;
}

static void
on_timer_closed(uv_handle_t *h)
{
	struct dash *d = h->data;

	d->timers_open--;
}

/* The terminal first: whatever else is slow, the user has the shell back. */
static int
close_all(struct dash *d, int rc, struct err *err)
{
	struct err cast_err = {0};
	struct term *term = d->term;

	d->quit = true;
	d->term = NULL;
	if (term) {
		d->term_closing = true;
		term_close(term, on_term_closed, d);
		while (d->term_closing)
			uv_run(d->loop, UV_RUN_ONCE);
	}
	if (d->timers_open) {
		uv_close((uv_handle_t *)&d->wake, on_timer_closed);
		uv_close((uv_handle_t *)&d->settle, on_timer_closed);
		uv_close((uv_handle_t *)&d->past, on_timer_closed);
		while (d->timers_open)
			uv_run(d->loop, UV_RUN_ONCE);
	}
	dash_past_close_thawed(d);
	frozen_close(d->frozen);
	dash_rows_close(&d->rows);
	/* Who wanted a cast learns that it is not whole, if nothing else went wrong. */
	if (screencast_close(d->cast, &cast_err) && !rc)
		rc = err_set(err, cast_err.code, "%s", cast_err.msg);
	dash_history_write(d->ui, d->options, d->env);
	changes_release(&d->changes);
	ui_free(d->ui);
	if (d->grid_open)
		grid_release(&d->grid);
	app_free(d->app);
	return rc;
}

/* A feed is closed by running the loop, which cannot be done from inside it. */
static int
run(struct dash *d, struct err *err)
{
	int rc = 0;

	do {
		d->rebase = false;
		/* What was asked while one of these ran the loop does not wait for it to end once more. */
		if (!d->freezing && !d->settles && !d->thawed && !d->reads)
			uv_run(d->loop, UV_RUN_DEFAULT);
		dash_past_close_thawed(d);
		if (d->reads && !d->quit) {
			d->reads = false;
			dash_rows_settle(&d->rows);
			d->urgent = true;
		}
		if (d->settles && !d->quit)
			dash_past_settle(d);
		if (d->freezing && !d->quit)
			dash_past_freeze(d);
		if (d->rebase && !d->quit)
			rc = app_rebase(d->app, d->file, err);
		if (d->rebase && !rc)
			ui_home(d->ui);
	} while (!d->quit && !rc && uv_loop_alive(d->loop));
	return rc;
}

int
dash_run(const struct options *o, const struct env *env, const char *const *sources,
    size_t nsources, const char *endpoint, struct err *err)
{
	struct dash d = {.quick = QUICK_FRAMES, .options = o, .env = env, .reopen = {.options = o, .env = env}};
	struct app_setup setup = {
	    .options = o, .env = env, .sources = sources, .nsources = nsources};
	struct ui_options uo;
	int rc;

	if (o->given[OPTION_PLAIN])
		return follow_run(o, env, sources, nsources, endpoint, err);
	setup.turn = dash_draw_turn;
	setup.flight = true;
	setup.actions = o->given[OPTION_ACTIONS];
	setup.bell = on_bell;
	/* A server of the dashboard's own ends with it. */
	setup.state = sources ? APP_STATE_NONE : APP_STATE_KEEP;
	setup.ctx = &d;
	rc = screen_setup_theme(o, env, &d.theme, err);
	if (!rc)
		rc = app_open(&d.app, &setup, err);
	if (rc)
		return rc;
	d.loop = app_loop(d.app);
	open_timers(&d);
	screen_setup_ui(o, env, d.app, &uo);
	uo.flight = app_recorder(d.app) != NULL;
	uo.reread = again_can(d.app);
	if (endpoint)
		uo.endpoint = endpoint;
	rc = ui_new(&d.ui, &uo, err);
	if (uo.reread)
		d.rows = (struct dash_rows){.app = d.app, .ui = d.ui, .due = dash_rows_due, .ctx = &d};
	if (!rc)
		rc = screencast_open(&d.cast, d.loop, o, env, uo.endpoint, err);
	if (!rc) {
		dash_history_read(d.ui, o, env);
		rc = open_term(&d, o, env, err);
	}
	if (!rc)
		rc = app_start(d.app, err);
	if (!rc) {
		if (d.theme.warning[0])
			ui_say(d.ui, d.theme.warning);
		/* The first frame is there before anything has been read: the connection's state is
		 * on it. */
		dash_draw_first(&d);
		rc = run(&d, err);
	}
	return close_all(&d, rc, err);
}

/* ---- over a recording ------------------------------------------------------------------------ */

static void
on_turn(uv_prepare_t *h)
{
	dash_draw_turn(h->data);
}

/* A recording has no app, whose turn it would be. */
static void
open_turn(struct dash *d)
{
	uv_prepare_init(d->loop, &d->turn);
	d->turn.data = d;
	d->timers_open++;
}

static int
replay_run(struct dash *d, const struct options *o, const struct env *env, const struct ui_options *uo, struct err *err)
{
	int rc = screen_setup_theme(o, env, &d->theme, err);

	if (!rc)
		rc = ui_new(&d->ui, uo, err);
	if (rc)
		return rc;
	ui_set_past(d->ui, replay_past(d->replay));
	dash_history_read(d->ui, o, env);
	rc = screencast_open(&d->cast, d->loop, o, env, uo->endpoint, err);
	if (!rc)
		rc = open_term(d, o, env, err);
	if (rc)
		return rc;
	uv_prepare_start(&d->turn, on_turn);
	/* Whoever names a moment or a speed knows how it goes on. */
	if (!o->given[OPTION_SPEED] && !o->given[OPTION_AT])
		ui_say(d->ui, "paused at the beginning: " UI_KEY("freeze") " plays, " UI_KEY("next-mark")
				  " first alert, " UI_KEY("live") " end");
	if (d->theme.warning[0])
		ui_say(d->ui, d->theme.warning);
	if (replay_why(d->replay)[0])
		ui_say(d->ui, replay_why(d->replay));
	if (o->given[OPTION_SPEED])
		replay_play(d->replay, true, (int64_t)uv_now(d->loop));
	dash_past_go_on(d);
	dash_draw_first(d);
	uv_run(d->loop, UV_RUN_DEFAULT);
	return 0;
}

int
dash_replay(const struct options *o, const struct env *env, struct replay *replay, const struct ui_options *uo,
    struct err *err)
{
	struct dash d = {.quick = QUICK_FRAMES,
	    .replay = replay,
	    .options = o,
	    .env = env,
	    .reopen = {.options = o, .env = env}};
	uv_loop_t loop;
	int rc = uv_loop_init(&loop);

	if (rc)
		return err_set(err, ERR_IO, "event loop: %s", uv_strerror(rc));
	d.loop = &loop;
	open_timers(&d);
	open_turn(&d);
	rc = replay_run(&d, o, env, uo, err);
	uv_close((uv_handle_t *)&d.turn, on_timer_closed);
	rc = close_all(&d, rc, err);
	uv_loop_close(&loop);
	return rc;
}

int
cmd_dash(const struct options *o, const struct env *env, struct err *err)
{
	if (o->noperands == 1 && replay_file_is(o->operands[0]))
		return cmd_replay(o, env, err);
	return dash_run(o, env, NULL, 0, NULL, err);
}
