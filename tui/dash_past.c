/* Moments that were: those of a recording, and of a live session that is held, which is one over what it remembers. */
#include "tui/dash_impl.h"

#include "tui/key.h"

static void on_past(uv_timer_t *h);

void
dash_past_go_on(struct dash *d)
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
	dash_past_go_on(d);
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
void
dash_past_freeze(struct dash *d)
{
	const struct frozen_setup setup = {.app = d->app, .due = on_due, .said = on_said, .ctx = d};
	char say[REPLAY_SAY_BYTES];
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
	/* The present need not be held for what cannot be gone to. */
	if (d->asked.time == UI_TIME_ALERT && !frozen_has_alert(d->frozen, &d->asked)) {
		frozen_close(d->frozen);
		d->frozen = NULL;
		replay_say_gone(&d->asked, say);
		ui_say(d->ui, say);
		d->urgent = true;
		return;
	}
	frozen_set_live(d->frozen, store_now_ms(app_store(d->app)));
	show_past(d);
	dash_past_do(d, &d->asked);
	d->urgent = true;
}

/* Reads what is older, or shows what was read. Not from inside the loop, as above. */
void
dash_past_settle(struct dash *d)
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
	dash_past_go_on(d);
	d->urgent = true;
}

void
dash_past_do(struct dash *d, const struct ui_request *r)
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
	dash_past_go_on(d);
}

void
dash_past_close_thawed(struct dash *d)
{
	struct frozen *f = d->thawed;

	d->thawed = NULL;
	frozen_close(f);
}

/* Esc, while older entries are read and it is for nothing that is being typed. */
bool
dash_past_stop_reading(struct dash *d, uint32_t key)
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
