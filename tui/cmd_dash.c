/*
 * The dashboard, live or over a recording.
 *
 * Callbacks set flags, and the screen is drawn at one place: at the end of a loop turn, once, and
 * only if the terminal has taken the last frame. A key or a new size is answered at once; what the
 * store has to tell waits until a tenth of a second has passed since the last frame.
 */
#include "tui/dash.h"

#include <string.h>

#include "tui/app.h"
#include "tui/command.h"
#include "tui/again.h"
#include "tui/dash_ask.h"
#include "tui/dash_pace.h"
#include "tui/dash_rows.h"
#include "tui/follow_run.h"
#include "tui/frozen.h"
#include "tui/key.h"
#include "tui/plain.h"
#include "tui/replay_file.h"
#include "tui/record.h"
#include "tui/reopen.h"
#include "tui/screen_setup.h"
#include "tui/screencast.h"
#include "tui/term.h"
#include "tui/ui.h"

#define SETTLES 2
#define SETTLE_MS 50 /* past the time for which rows keep their order */
#define FRAME_MS 100
/* At the start models appear one after the other: the first frames with any need not wait so long.
 */
#define QUICK_FRAMES 5
#define QUICK_FRAME_MS 15
#define QUICK_SLOW_MS 500 /* of so many fewer, with --slow */
#define QUICK_SLOW_FRAMES 2

struct dash {
	struct app *app; /* NULL: a recording is shown, and nothing else */
	struct replay *replay; /* the past, where that is shown; NULL: the present */
	struct frozen *frozen; /* of which that is then a part; NULL: of a recording, or there is none */
	struct frozen *thawed; /* to be closed from outside the loop */
	bool settles;	       /* frozen_settle is to be called, from there, too */
	const struct options *options;
	const struct env *env;
	uint64_t saves; /* of the flight recorder that have been told */
	struct dash_rows rows;
	bool reads; /* dash_rows_settle is to be called, from outside the loop */
	bool freezing; /* the present is to be held, and then what was asked is to be done */
	struct ui_request asked;
	uv_loop_t *loop; /* the app's, or its own */
	uv_check_t turn;   /* without an app */
	uv_timer_t past; /* when time goes on in a replay */
	struct term *term;
	struct theme_choice theme; /* what the terminal draws with, unless its background says */
	struct ui *ui;
	struct grid grid;
	bool grid_open;
	struct screencast *cast; /* NULL: none is made */
	uv_timer_t wake;   /* when a frame that had to wait may be drawn */
	uv_timer_t settle; /* after the last key or change, when rows may take their order again */
	bool settling;	    /* the next frame is for that */
	unsigned unsettled; /* such frames that are still to come */
	unsigned timers_open;
	bool urgent; /* a key or a size: draw as soon as the terminal is ready */
	struct changes changes; /* that could be saved */
	bool quit;
	struct reopen reopen; /* where the command line says to begin */
	bool rebase; /* everything is to be read again, against that baseline file */
	size_t file;
	bool term_closing;
	bool moved; /* a moment of the past: no more often than other figures, where the link is slow */
	struct dash_pace pace;
	uint64_t drawn_ms; /* loop time of the last frame; 0: none */
	unsigned quick;    /* frames that may still come at the quick pace */
};

/* ---- drawing --------------------------------------------------------------------------------- */

static void
on_wake(uv_timer_t *h)
{
	/* Waking the loop is all: the turn draws. */
	(void)h;
}

/* On a quiet stream nothing else would draw the order that the rows have meanwhile. */
static void
on_settle(uv_timer_t *h)
{
	struct dash *d = h->data;

	d->urgent = true;
	d->settling = true;
}

/* Lists that keep their order for a while take their own after the last change: first after a key, then after calm. */
static void
settle(struct dash *d)
{
	d->unsettled = d->settling ? d->unsettled - (d->unsettled > 0) : SETTLES;
	d->settling = false;
	if (d->unsettled && !uv_is_active((uv_handle_t *)&d->settle))
		uv_timer_start(&d->settle, on_settle, UI_CALM_MS + SETTLE_MS, 0);
}

static const struct store *
shown(const struct dash *d)
{
	return d->replay ? replay_store(d->replay) : app_store(d->app);
}

/* Before the first tick there is no arrival clock. */
static int64_t
shown_ms(const struct dash *d)
{
	int64_t arrival_ms = store_now_ms(shown(d));

	return arrival_ms == INT64_MIN ? env_wall_ms() : arrival_ms;
}

static void
cast_frame(struct dash *d, uint64_t now)
{
	struct screencast_view v = {.grid = &d->grid, .theme = term_theme(d->term), .shown = shown(d)};

	if (d->app)
		v.live = app_store(d->app);
	if (d->replay) {
		v.rec = replay_recording(d->replay);
		v.at_ms = replay_time_ms(d->replay);
	}
	screencast_frame(d->cast, &v, (int64_t)now);
}

static void carry_out(struct dash *d, const struct ui_request *r);
static void
on_rows_due(void *ctx)
{
	struct dash *d = ctx;

	d->reads = true;
	uv_stop(d->loop);
}

static void
draw(struct dash *d)
{
	struct ui_request r;
	char say[ERR_MSG_BYTES];
	const struct store *s = shown(d);
	uint64_t now = uv_now(d->loop);
	int64_t arrival_ms = shown_ms(d);

	if (d->app && record_news(app_store(d->app), &d->saves, say, sizeof(say)))
		ui_say(d->ui, say);
	if (!reopen_step(&d->reopen, d->ui, s, (int64_t)now, !d->app, &r, NULL))
		carry_out(d, &r);
	ui_draw(d->ui, s, &d->grid, arrival_ms, (int64_t)now);
	term_draw(d->term, &d->grid);
	cast_frame(d, now);
	if (dash_rows_look(&d->rows))
		on_rows_due(d);
	d->urgent = d->moved = false;
	d->drawn_ms = now ? now : 1;
	d->quick -= d->quick && store_model_count(s) > 0;
	settle(d);
}

static void
on_turn(void *ctx)
{
	struct dash *d = ctx;
	char say[ERR_MSG_BYTES];
	uint64_t now, age, gap;

	if (d->quit || !d->term)
		return;
	screencast_tick(d->cast, (int64_t)uv_now(d->loop));
	if (screencast_news(d->cast, say, sizeof(say))) {
		ui_say(d->ui, say);
		d->urgent = true;
	}
	d->urgent |= screencast_waits(d->cast) && term_theme(d->term);
	dash_pace_keep(&d->pace, d->term, d->ui, &d->grid);
	d->urgent |= d->moved && d->pace.pace.level == PACE_FULL;
	if (!d->urgent && !d->moved && !ui_dirty(d->ui, shown(d)))
		return;
	if (!term_ready(d->term))
		return;
	uv_update_time(d->loop);
	now = uv_now(d->loop);
	age = now - d->drawn_ms;
	gap = d->quick && d->pace.pace.forced ? QUICK_SLOW_MS
					      : pace_gap_ms(&d->pace.pace, d->quick ? QUICK_FRAME_MS : FRAME_MS);
	if (!d->urgent && age < gap) {
		if (!uv_is_active((uv_handle_t *)&d->wake))
			uv_timer_start(&d->wake, on_wake, gap - age, 0);
		return;
	}
	draw(d);
}

/* ---- what the terminal says ------------------------------------------------------------------ */

static void
on_bell(void *ctx)
{
	struct dash *d = ctx;

	if (d->term)
		term_bell(d->term);
}

static void
stop(void *ctx)
{
	struct dash *d = ctx;

	d->quit = true;
	uv_stop(d->loop);
}

/* ---- the past -------------------------------------------------------------------------------- */

static void on_past(uv_timer_t *h);
static void past_request(struct dash *d, const struct ui_request *r);

static void
past_goes_on(struct dash *d)
{
	uv_timer_start(&d->past, on_past, replay_tick_due_ms(d->replay), 0);
}

/* Another part of what is frozen is another recording: all figures are read anew. */
static void
show_past(struct dash *d)
{
	if (!d->frozen || d->replay == frozen_replay(d->frozen))
		return;
	if (d->replay)
		ui_set_past(d->ui, NULL);
	d->replay = frozen_replay(d->frozen);
	ui_set_past(d->ui, replay_past(d->replay));
}

static void
on_past(uv_timer_t *h)
{
	struct dash *d = h->data;
	char say[REPLAY_SAY_BYTES];

	if (d->quit || !d->replay)
		return;
	/* A terminal that is slow gets fewer moments to see, and none later than it was. */
	if (d->frozen) {
		(void)frozen_tick(d->frozen, (int64_t)uv_now(d->loop), say);
		frozen_set_live(d->frozen, store_now_ms(app_store(d->app)));
		show_past(d);
		d->moved = true;
	} else {
		d->moved |= replay_tick(d->replay, (int64_t)uv_now(d->loop), say);
	}
	if (say[0])
		ui_say(d->ui, say);
	past_goes_on(d);
}

/* Back to the present. What is being read ends outside of the loop. */
static void
thaw(struct dash *d)
{
	if (!d->frozen)
		return;
	if (d->ui)
		ui_set_past(d->ui, NULL);
	d->thawed = d->frozen;
	d->frozen = NULL;
	d->replay = NULL;
	d->settles = false;
	uv_timer_stop(&d->past);
	uv_stop(d->loop);
	d->urgent = true;
}

static void
on_due(void *ctx)
{
	struct dash *d = ctx;

	d->settles = true;
	uv_stop(d->loop);
}

static void
on_said(void *ctx, const char *say)
{
	struct dash *d = ctx;

	if (d->ui)
		ui_say(d->ui, say);
}

/* Holds the present, as the newest moment that the flight recorder has. Not from inside the loop, which it may run. */
static void
freeze(struct dash *d)
{
	const struct frozen_setup setup = {.app = d->app, .due = on_due, .said = on_said, .ctx = d};
	struct err err = {0};

	d->freezing = false;
	if (d->replay)
		return;
	if (frozen_open(&d->frozen, &setup, &err)) {
		if (d->asked.time == UI_TIME_FREEZE)
			ui_hold(d->ui);
		ui_say(d->ui, err.msg);
		return;
	}
	frozen_set_live(d->frozen, store_now_ms(app_store(d->app)));
	show_past(d);
	past_request(d, &d->asked);
	d->urgent = true;
}

/* Reads what is older, or shows what was read. Not from inside the loop, as above. */
static void
settle_past(struct dash *d)
{
	char say[REPLAY_SAY_BYTES];

	d->settles = false;
	if (!d->frozen)
		return;
	frozen_settle(d->frozen, (int64_t)uv_now(d->loop), say);
	/* The loop has run: somebody may have come back to the present meanwhile. */
	if (!d->frozen)
		return;
	show_past(d);
	if (say[0])
		ui_say(d->ui, say);
	past_goes_on(d);
	d->urgent = true;
}

static void
past_request(struct dash *d, const struct ui_request *r)
{
	char say[REPLAY_SAY_BYTES];

	if (!d->replay) {
		d->asked = *r;
		d->freezing = true;
		uv_stop(d->loop);
		return;
	}
	if (d->frozen && r->time == UI_TIME_LIVE) {
		thaw(d);
		return;
	}
	if (d->frozen)
		frozen_do(d->frozen, r, (int64_t)uv_now(d->loop), say);
	else
		replay_do(d->replay, r, (int64_t)uv_now(d->loop), say);
	show_past(d);
	if (say[0])
		ui_say(d->ui, say);
	past_goes_on(d);
}

/* Live it is a fact like others, also of a moment that is gone back to; of a file it goes beside that. */
static void
note(struct dash *d, const struct ui_request *r)
{
	char say[REPLAY_SAY_BYTES];

	if (d->app) {
		(void)app_request(d->app, r);
		return;
	}
	replay_note(d->replay, r, env_wall_ms(), say);
	ui_say(d->ui, say);
	d->urgent = true;
}

static void
what_if(struct dash *d, const struct ui_request *r)
{
	char say[REPLAY_SAY_BYTES];

	if (!d->replay)
		return;
	if (replay_whatif(d->replay, r, say))
		ui_open_whatif(d->ui);
	ui_say(d->ui, say);
	d->urgent = true;
}

static void
record(struct dash *d, const struct ui_request *r)
{
	char say[ERR_MSG_BYTES];

	record_do(d->app ? app_recorder(d->app) : NULL, r, d->options, d->env, say, sizeof(say));
	if (say[0])
		ui_say(d->ui, say);
}

/* What is none of the data's. */
static bool
ask(struct dash *d, const struct ui_request *r)
{
	const struct dash_ask a = {d->options, d->env, d->term, d->ui, &d->grid, shown(d), shown_ms(d),
	    (int64_t)uv_now(d->loop), &d->changes, &d->theme, d->app && app_can_rebase(d->app),
	    d->replay ? replay_past(d->replay) : NULL};
	bool rebase = false, done = dash_ask(&a, r, &rebase);

	if (rebase) {
		d->file = SIZE_MAX;
		d->rebase = true;
		uv_stop(d->loop);
	}
	return done;
}

static void
carry_out(struct dash *d, const struct ui_request *r)
{
	if (ask(d, r))
		return;
	switch (r->kind) {
	case UI_REQUEST_FILE:
		d->file = r->file;
		d->rebase = true;
		uv_stop(d->loop);
		break;
	case UI_REQUEST_CHOOSE:
	case UI_REQUEST_ACK:
	case UI_REQUEST_SILENCE:
	case UI_REQUEST_PICK:
	case UI_REQUEST_LIVE:
	case UI_REQUEST_RETRY:
		if (d->app)
			(void)app_request(d->app, r);
		break;
	case UI_REQUEST_NOTE:
		note(d, r);
		break;
	case UI_REQUEST_WHATIF:
		what_if(d, r);
		break;
	case UI_REQUEST_SAVE:
	case UI_REQUEST_RECORD:
		record(d, r);
		break;
	case UI_REQUEST_TIME:
		past_request(d, r);
		break;
	case UI_REQUEST_QUIT:
		stop(d);
		break;
	case UI_REQUEST_SUSPEND:
		term_suspend(d->term);
		break;
	default:
		break;
	}
}

/* Esc, while older entries are read and it is for nothing that is being typed. */
static bool
stop_reading(struct dash *d, uint32_t key)
{
	char say[REPLAY_SAY_BYTES] = "";

	if (key != KEYCODE_ESC || !d->frozen || ui_takes_text(d->ui))
		return false;
	frozen_stop(d->frozen, say);
	if (say[0])
		ui_say(d->ui, say);
	d->urgent |= say[0] != '\0';
	return say[0] != '\0';
}

static void
on_key(void *ctx, uint32_t key)
{
	struct dash *d = ctx;
	struct ui_request r;

	if (d->quit || stop_reading(d, key))
		return;
	d->reopen.over = true;
	r = ui_key(d->ui, shown(d), key, (int64_t)uv_now(d->loop));
	d->urgent = true;
	uv_timer_start(&d->settle, on_settle, UI_HOLD_MS + SETTLE_MS, 0);
	carry_out(d, &r);
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
	    .hangup = stop, .resumed = on_resumed, .takes_paste = on_paste};
	const struct term_options to = {.theme = d->theme.theme,
	    .no_color = env->no_color || o->given[OPTION_NO_COLOR],
	    .ascii = screen_setup_glyphs(o, GLYPHS_BRAILLE) == GLYPHS_ASCII,
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
	dash_pace_open(&d->pace, d->ui, o->given[OPTION_SLOW], d->env->full_pace);
	if (d->pace.pace.forced)
		d->quick = QUICK_SLOW_FRAMES;
	if (term_about(d->term)[0])
		ui_say(d->ui, term_about(d->term));
	term_size(d->term, &rows, &cols);
	rc = grid_init(&d->grid, rows, cols, screen_setup_glyphs(o, term_glyphs(d->term)), err);
	d->grid_open = rc == 0;
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

static void
close_thawed(struct dash *d)
{
	struct frozen *f = d->thawed;

	d->thawed = NULL;
	frozen_close(f);
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
	close_thawed(d);
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
		close_thawed(d);
		if (d->reads && !d->quit) {
			d->reads = false;
			dash_rows_settle(&d->rows);
			d->urgent = true;
		}
		if (d->settles && !d->quit)
			settle_past(d);
		if (d->freezing && !d->quit)
			freeze(d);
		if (d->rebase && !d->quit)
			rc = app_rebase(d->app, d->file, err);
		if (d->rebase && !rc)
			ui_home(d->ui);
	} while (!d->quit && !rc && uv_loop_alive(d->loop));
	return rc;
}

static void
draw_first(struct dash *d)
{
	d->urgent = true;
	if (term_ready(d->term))
		draw(d);
}

int
dash_run(const struct options *o, const struct env *env, const char *const *sources,
    size_t nsources, const char *endpoint, struct err *err)
{
	struct dash d = {.quick = QUICK_FRAMES, .options = o, .env = env, .reopen = {.options = o}};
	struct app_setup setup = {
	    .options = o, .env = env, .sources = sources, .nsources = nsources};
	struct ui_options uo;
	int rc;

	if (o->given[OPTION_PLAIN])
		return follow_run(o, env, sources, nsources, endpoint, err);
	setup.turn = on_turn;
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
		d.rows = (struct dash_rows){.app = d.app, .ui = d.ui, .due = on_rows_due, .ctx = &d};
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
		draw_first(&d);
		rc = run(&d, err);
	}
	return close_all(&d, rc, err);
}

/* ---- over a recording ------------------------------------------------------------------------ */

static void
on_check(uv_check_t *h)
{
	on_turn(h->data);
}

/* A recording has no app, whose turn it would be. */
static void
open_turn(struct dash *d)
{
	uv_check_init(d->loop, &d->turn);
	d->turn.data = d;
	uv_check_start(&d->turn, on_check);
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
	if (d->theme.warning[0])
		ui_say(d->ui, d->theme.warning);
	if (replay_why(d->replay)[0])
		ui_say(d->ui, replay_why(d->replay));
	if (o->given[OPTION_SPEED])
		replay_play(d->replay, true, (int64_t)uv_now(d->loop));
	past_goes_on(d);
	draw_first(d);
	uv_run(d->loop, UV_RUN_DEFAULT);
	return 0;
}

int
dash_replay(const struct options *o, const struct env *env, struct replay *replay, const struct ui_options *uo,
    struct err *err)
{
	struct dash d = {.quick = QUICK_FRAMES, .replay = replay, .options = o, .env = env, .reopen = {.options = o}};
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
