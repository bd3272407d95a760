/*
 * Callbacks set flags, and the screen is drawn at one place: at the end of a loop turn, once, and
 * only if the terminal has taken the last frame. A key or a new size is answered at once; what the
 * store has to tell waits until a tenth of a second has passed since the last frame.
 */
#include "tui/dash_impl.h"

#include "tui/pace.h"
#include "tui/record.h"

#define SETTLES 2
#define FRAME_MS 100
#define QUICK_FRAME_MS 15
#define QUICK_SLOW_MS 500 /* of so many fewer, with --slow */

static void
on_wake(uv_timer_t *h)
{
	/* Waking the loop is all: the turn draws. */
	(void)h;
}

/* On a quiet stream nothing else would draw the order that the rows have meanwhile. */
void
dash_draw_settle(uv_timer_t *h)
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
		uv_timer_start(&d->settle, dash_draw_settle, UI_CALM_MS + DASH_SETTLE_MS, 0);
}

const struct store *
dash_shown(const struct dash *d)
{
	return d->replay ? replay_store(d->replay) : app_store(d->app);
}

/* Before the first tick there is no arrival clock. */
int64_t
dash_now_ms(const struct dash *d)
{
	int64_t arrival_ms = store_now_ms(dash_shown(d));

	return arrival_ms == INT64_MIN ? env_wall_ms() : arrival_ms;
}

static void
cast_frame(struct dash *d, uint64_t now)
{
	struct screencast_view v = {.grid = &d->grid, .theme = term_theme(d->term), .shown = dash_shown(d)};

	if (d->app)
		v.live = app_store(d->app);
	if (d->replay) {
		v.rec = replay_recording(d->replay);
		v.at_ms = replay_time_ms(d->replay);
	}
	screencast_frame(d->cast, &v, (int64_t)now);
}

void
dash_rows_due(void *ctx)
{
	struct dash *d = ctx;

	d->reads = true;
	uv_stop(d->loop);
}

static void
tell_terminal(struct dash *d)
{
	struct ui_terminal t = {.utf8 = d->env->utf8, .glyphs = d->grid.glyphs, .rows = d->grid.rows,
	    .cols = d->grid.cols};
	const struct theme *theme = term_theme(d->term);
	struct term_facts facts;

	term_facts(d->term, &facts);
	snprintf(t.type, sizeof(t.type), "%s", facts.type);
	snprintf(t.as, sizeof(t.as), "%s", facts.as);
	t.colors = facts.colors;
	t.answers = facts.answers;
	t.theme = theme ? theme->name : NULL;
	ui_set_terminal(d->ui, &t);
}

static void
draw(struct dash *d)
{
	struct ui_request r;
	char say[ERR_MSG_BYTES];
	const struct store *s;
	uint64_t now = uv_now(d->loop);
	int64_t arrival_ms;

	if (d->app && record_news(app_store(d->app), &d->saves, say, sizeof(say)))
		ui_say(d->ui, say);
	while (!reopen_step(&d->reopen, d->ui, dash_shown(d), (int64_t)now, !d->app, &r, NULL) &&
	       r.kind != UI_REQUEST_NONE)
		dash_do(d, &r);
	s = dash_shown(d);
	arrival_ms = dash_now_ms(d);
	tell_terminal(d);
	ui_draw(d->ui, s, &d->grid, arrival_ms, (int64_t)now);
	if (reopen_rows(&d->reopen)) {
		(void)reopen_step(&d->reopen, d->ui, s, (int64_t)now, !d->app, &r, NULL);
		ui_draw(d->ui, s, &d->grid, arrival_ms, (int64_t)now);
	}
	term_draw(d->term, &d->grid);
	cast_frame(d, now);
	if (dash_rows_look(&d->rows))
		dash_rows_due(d);
	d->urgent = d->moved = false;
	d->drawn_ms = now ? now : 1;
	d->quick -= d->quick && store_model_count(s) > 0;
	settle(d);
}

void
dash_draw_turn(void *ctx)
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
	d->urgent |= term_rest(d->term) || (d->moved && d->pace.pace.level == PACE_FULL);
	if (!d->urgent && !d->moved && !ui_dirty(d->ui, dash_shown(d)))
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

void
dash_draw_first(struct dash *d)
{
	d->urgent = true;
	if (term_ready(d->term))
		draw(d);
}
