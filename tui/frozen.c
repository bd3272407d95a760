#include "tui/frozen.h"

#include <stdio.h>
#include <string.h>

#include "collectors/recorder.h"
#include "core/mem.h"
#include "core/pane.h"
#include "tui/app.h"
#include "tui/older.h"
#include "widgets/fmt.h"

/* What was read up to so close before the beginning of what is held leads on into that. */
#define NEXT_TO_MS (2 * PANE_MS)

struct part {
	struct recording *rec;
	struct replay *replay;
};

struct frozen {
	struct frozen_setup setup;
	struct recorder_view *view;
	struct part held, again;
	struct older *of_again; /* whose recording that is */
	struct replay *shown;
	size_t models; /* known when it was frozen */
	/* reading */
	struct older *older;
	bool wanted, settling, stopped;
	int64_t wanted_ms;
	struct ui_request asked; /* what is to be done when it has been read */
	int64_t live_ms;
};

/* ---- opening and closing --------------------------------------------------------------------- */

static const struct ui_past *
past_of(const struct part *p)
{
	return replay_past(p->replay);
}

/*
 * From where on moments are held. While history is read one stream is ahead of another, and the clock is that of the
 * foremost: what was recorded then is nothing that ever was at any time. It is read again, in order, where it can be.
 */
static int64_t
held_from_ms(const struct frozen *f)
{
	int64_t history_ms = app_history_ms(f->setup.app), from_ms, to_ms;
	size_t i;

	recording_range(f->held.rec, &from_ms, &to_ms);
	if (!older_can(f->setup.app) || history_ms <= from_ms)
		return from_ms;
	if (history_ms >= to_ms)
		return to_ms;
	i = recording_last(f->held.rec, FRAME_STEP, history_ms - 1);
	i = recording_behind(f->held.rec, FRAME_STEP, i);
	return i == SIZE_MAX ? to_ms : recording_frame(f->held.rec, i)->frame.time_ms;
}

static int
open_replay(struct part *p, bool again, int64_t from_ms, struct err *err)
{
	const struct replay_options o = {.frozen = true, .again = again, .from_ms = from_ms};
	int rc = replay_open(&p->replay, p->rec, &o, err);

	return rc ? rc : replay_seek(p->replay, past_of(p)->to_ms, err);
}

int
frozen_open(struct frozen **out, const struct frozen_setup *setup, struct err *err)
{
	struct frozen *f = mem_calloc(1, sizeof(*f));
	int rc;

	if (!f)
		return err_nomem(err);
	f->setup = *setup;
	rc = recorder_view_take(&f->view, app_recorder(setup->app), err);
	if (!rc)
		rc = recording_of_frames(&f->held.rec, &f->view->head, f->view->frames, f->view->n, err);
	if (!rc)
		rc = open_replay(&f->held, false, held_from_ms(f), err);
	if (rc) {
		frozen_close(f);
		return rc;
	}
	f->shown = f->held.replay;
	f->models = store_model_count(replay_store(f->shown));
	*out = f;
	return 0;
}

static void
close_again(struct frozen *f)
{
	replay_close(f->again.replay);
	older_close(f->of_again);
	f->again = (struct part){NULL, NULL};
	f->of_again = NULL;
}

void
frozen_close(struct frozen *f)
{
	if (!f)
		return;
	older_close(f->older);
	close_again(f);
	replay_close(f->held.replay);
	recording_close(f->held.rec);
	recorder_view_free(f->view);
	mem_free(f);
}

/* ---- which of the two ------------------------------------------------------------------------ */

struct replay *
frozen_replay(const struct frozen *f)
{
	return f->shown;
}

void
frozen_set_live(struct frozen *f, int64_t live_ms)
{
	f->live_ms = live_ms;
	replay_set_live(f->shown, live_ms);
}

static void
show(struct frozen *f, const struct part *p)
{
	if (f->shown == p->replay)
		return;
	f->shown = p->replay;
	replay_set_live(f->shown, f->live_ms);
}

static bool
shows_again(const struct frozen *f)
{
	return f->again.replay && f->shown == f->again.replay;
}

/* ---- where a key leads ----------------------------------------------------------------------- */

static void
want(struct frozen *f, int64_t at_ms, const struct ui_request *q, char *say)
{
	f->asked = *q;
	f->wanted = true;
	f->wanted_ms = at_ms;
	replay_play(f->shown, false, 0);
	snprintf(say, REPLAY_SAY_BYTES, "reading older entries");
	f->setup.due(f->setup.ctx);
}

/* To its first or last moment; what cannot be done is said. */
static void
go_to_edge(struct frozen *f, const struct part *p, bool end, char *say)
{
	struct err err = {0};

	show(f, p);
	if (replay_seek(p->replay, end ? past_of(p)->to_ms : past_of(p)->from_ms, &err))
		snprintf(say, REPLAY_SAY_BYTES, "%.119s", err.msg);
}

static bool
leads_into_held(const struct frozen *f)
{
	return past_of(&f->again)->to_ms + NEXT_TO_MS >= past_of(&f->held)->from_ms;
}

static bool
is_read(const struct frozen *f, int64_t ms)
{
	return f->again.replay && ms >= past_of(&f->again)->from_ms && ms <= past_of(&f->again)->to_ms;
}

/* True: what was asked has been done, or will be. */
static bool
jump(struct frozen *f, const struct ui_request *q, char *say)
{
	if (q->to_ms >= past_of(&f->held)->from_ms) {
		show(f, &f->held);
	} else if (is_read(f, q->to_ms)) {
		show(f, &f->again);
	} else if (older_can(f->setup.app)) {
		want(f, q->to_ms, q, say);
		return true;
	}
	return false;
}

static bool
go_back(struct frozen *f, const struct ui_request *q, char *say)
{
	const struct ui_past *p = replay_past(f->shown);

	if (q->time == UI_TIME_BACK ? p->at_ms > p->from_ms : replay_has_event(f->shown, false))
		return false;
	if (!shows_again(f) && f->again.replay && leads_into_held(f)) {
		go_to_edge(f, &f->again, true, say);
		return q->time == UI_TIME_BACK;
	}
	if (!older_can(f->setup.app))
		return false;
	want(f, pane_floor(p->from_ms - 1, PANE_MS) * PANE_MS, q, say);
	return true;
}

static bool
go_forward(struct frozen *f, const struct ui_request *q, char *say)
{
	if (!shows_again(f) || (q->time == UI_TIME_EVENT_NEXT && replay_has_event(f->shown, true)) ||
	    (q->time != UI_TIME_EVENT_NEXT && !replay_at_end(f->shown)))
		return false;
	if (leads_into_held(f)) {
		go_to_edge(f, &f->held, false, say);
		if (!say[0])
			snprintf(say, REPLAY_SAY_BYTES, "from here on it is what was recorded");
		return q->time == UI_TIME_NEXT;
	}
	want(f, past_of(&f->again)->to_ms + PANE_MS, q, say);
	return true;
}

/* When it fired is neither held nor has it been read again, and can be. */
static bool
can_read_alert(const struct frozen *f, const struct ui_request *q)
{
	return older_can(f->setup.app) && q->to_ms < past_of(&f->held)->from_ms;
}

static const struct part *
part_of_alert(const struct frozen *f, const struct ui_request *q)
{
	if (!shows_again(f) && replay_has_alert(f->held.replay, q))
		return &f->held;
	if (f->again.replay && replay_has_alert(f->again.replay, q))
		return &f->again;
	return replay_has_alert(f->held.replay, q) ? &f->held : NULL;
}

bool
frozen_has_alert(const struct frozen *f, const struct ui_request *q)
{
	return part_of_alert(f, q) || can_read_alert(f, q);
}

static bool
go_to_alert(struct frozen *f, const struct ui_request *q, char *say)
{
	const struct part *p = part_of_alert(f, q);

	if (p)
		show(f, p);
	else if (can_read_alert(f, q))
		want(f, q->to_ms, q, say);
	return !p && f->wanted;
}

void
frozen_do(struct frozen *f, const struct ui_request *q, int64_t mono_ms, char say[REPLAY_SAY_BYTES])
{
	char first[REPLAY_SAY_BYTES] = "";
	bool done = false;

	say[0] = '\0';
	if (f->settling)
		return;
	if (q->time == UI_TIME_ALERT)
		done = go_to_alert(f, q, first);
	else if (q->time == UI_TIME_JUMP)
		done = jump(f, q, first);
	else if (q->time == UI_TIME_BACK || q->time == UI_TIME_EVENT_BACK)
		done = go_back(f, q, first);
	else if (q->time == UI_TIME_NEXT || q->time == UI_TIME_EVENT_NEXT || q->time == UI_TIME_PLAY)
		done = go_forward(f, q, first);
	if (!done)
		replay_do(f->shown, q, mono_ms, say);
	if (!say[0])
		snprintf(say, REPLAY_SAY_BYTES, "%s", first);
}

bool
frozen_tick(struct frozen *f, int64_t mono_ms, char say[REPLAY_SAY_BYTES])
{
	const struct ui_past *p = replay_past(f->shown);
	bool played = p->playing, moved = replay_tick(f->shown, mono_ms, say);

	if (!played || p->playing || !shows_again(f) || !leads_into_held(f))
		return moved;
	/* It has played to its end: on into what is held. */
	go_to_edge(f, &f->held, false, say);
	replay_set_speed(f->shown, p->speed, mono_ms);
	replay_play(f->shown, true, mono_ms);
	return true;
}

/* ---- reading --------------------------------------------------------------------------------- */

bool
frozen_reads(const struct frozen *f)
{
	return f && (f->older || f->of_again);
}

void
frozen_stop(struct frozen *f, char say[REPLAY_SAY_BYTES])
{
	say[0] = '\0';
	/* It is ending already, and has run the loop for that. */
	if (f->settling)
		return;
	f->wanted = false;
	if (!f->older || f->stopped)
		return;
	f->stopped = true;
	older_stop(f->older);
	snprintf(say, REPLAY_SAY_BYTES, "reading older entries was stopped");
	f->setup.due(f->setup.ctx);
}

static void
on_changed(void *ctx)
{
	struct frozen *f = ctx;
	char say[REPLAY_SAY_BYTES];

	if (f->stopped)
		return;
	if (older_state(f->older) != OLDER_READING) {
		f->setup.due(f->setup.ctx);
		return;
	}
	snprintf(say, sizeof(say), "reading older entries %.5s-%.5s: %u %%, Esc stops",
	    fmt_clock(older_from_ms(f->older), f->asked.utc_offset_ms).s,
	    fmt_clock(older_to_ms(f->older), f->asked.utc_offset_ms).s, older_pct(f->older));
	f->setup.said(f->setup.ctx, say);
}

static void
begin(struct frozen *f, char *say)
{
	const struct older_setup setup = {.app = f->setup.app, .head = &f->view->head, .models = f->models,
	    .at_ms = f->wanted_ms, .held_ms = past_of(&f->held)->from_ms, .changed = on_changed, .ctx = f};
	struct err err = {0};

	f->wanted = f->stopped = false;
	if (older_open(&f->older, &setup, &err))
		snprintf(say, REPLAY_SAY_BYTES, "older entries cannot be read: %.80s", err.msg);
}

/* Nothing was there: perhaps there is something later, still older than what is held. */
static void
look_later(struct frozen *f, int64_t oldest_ms, char *say)
{
	int64_t offset = f->asked.utc_offset_ms;

	if (oldest_ms > f->wanted_ms && oldest_ms < past_of(&f->held)->from_ms) {
		f->wanted = true;
		f->wanted_ms = oldest_ms;
	} else if (oldest_ms > f->wanted_ms) {
		snprintf(say, REPLAY_SAY_BYTES, "the streams hold nothing older: their oldest entry is of %s",
		    fmt_datetime(oldest_ms, offset).s);
		go_to_edge(f, &f->held, false, say);
	} else {
		snprintf(say, REPLAY_SAY_BYTES, "the streams hold no entry of the hour before %s",
		    fmt_datetime(f->wanted_ms, offset).s);
	}
}

static void
say_read(const struct frozen *f, int64_t oldest_ms, char *say)
{
	int64_t offset = f->asked.utc_offset_ms, from_ms = past_of(&f->again)->from_ms;

	if (f->asked.time == UI_TIME_JUMP && f->asked.to_ms < from_ms && oldest_ms > f->asked.to_ms)
		snprintf(say, REPLAY_SAY_BYTES, "the oldest entry in the streams is of %s: read again from there",
		    fmt_datetime(oldest_ms, offset).s);
	else
		snprintf(say, REPLAY_SAY_BYTES,
		    "%.5s-%.5s read again: alerts are what the rules say of it now",
		    fmt_clock(from_ms, offset).s, fmt_clock(past_of(&f->again)->to_ms, offset).s);
}

/* What was asked is done in what was read. */
static void
do_asked(struct frozen *f, int64_t mono_ms, char *say)
{
	const struct ui_past *p = past_of(&f->again);
	struct err err = {0};

	show(f, &f->again);
	if (f->asked.time == UI_TIME_JUMP)
		(void)replay_seek(f->shown, f->asked.to_ms > p->from_ms ? f->asked.to_ms : p->from_ms, &err);
	else if (f->asked.time == UI_TIME_NEXT || f->asked.time == UI_TIME_PLAY)
		(void)replay_seek(f->shown, f->wanted_ms, &err);
	else if (f->asked.time == UI_TIME_EVENT_NEXT)
		(void)replay_seek(f->shown, p->from_ms, &err);
	if (f->asked.time != UI_TIME_JUMP && f->asked.time != UI_TIME_NEXT && f->asked.time != UI_TIME_BACK)
		replay_do(f->shown, &f->asked, mono_ms, say);
}

static void
take(struct frozen *f, int64_t mono_ms, char *say)
{
	int64_t oldest_ms = older_oldest_ms(f->older);
	struct part p = {NULL, NULL};
	struct err err = {0};
	int rc = older_take(f->older, &p.rec, &err);

	if (!rc)
		rc = open_replay(&p, true, 0, &err);
	if (rc) {
		replay_close(p.replay);
		older_close(f->older);
		f->older = NULL;
		snprintf(say, REPLAY_SAY_BYTES, "older entries cannot be shown: %.80s", err.msg);
		return;
	}
	if (shows_again(f))
		show(f, &f->held);
	close_again(f);
	f->again = p;
	f->of_again = f->older;
	f->older = NULL;
	say_read(f, oldest_ms, say);
	do_asked(f, mono_ms, say);
}

static void
end(struct frozen *f, int64_t mono_ms, char *say)
{
	enum older_state state = f->stopped ? OLDER_NOTHING : older_state(f->older);
	int64_t oldest_ms = older_oldest_ms(f->older);

	if (state == OLDER_READ) {
		take(f, mono_ms, say);
		return;
	}
	if (state == OLDER_FAILED)
		snprintf(say, REPLAY_SAY_BYTES, "older entries cannot be read: %.80s", older_why(f->older));
	else if (!f->stopped)
		look_later(f, oldest_ms, say);
	older_close(f->older);
	f->older = NULL;
}

void
frozen_settle(struct frozen *f, int64_t mono_ms, char say[REPLAY_SAY_BYTES])
{
	say[0] = '\0';
	f->settling = true;
	if (f->wanted && f->older) {
		older_close(f->older);
		f->older = NULL;
	}
	if (f->older && (f->stopped || older_state(f->older) != OLDER_READING))
		end(f, mono_ms, say);
	if (f->wanted)
		begin(f, say);
	f->settling = false;
}
