#include "tui/replay.h"

#include <stdio.h>
#include <string.h>

#include "collectors/notes.h"
#include "collectors/player.h"
#include "core/mem.h"
#include "tui/replay_list.h"
#include "tui/whatif.h"
#include "widgets/fmt.h"

static const double speeds[] = {0.25, 0.5, 1, 2, 4, 8, 16, 32, 64};

#define SPEEDS (sizeof(speeds) / sizeof(speeds[0]))
#define SPEED_1X 2
#define PASS_MS	 INT64_C(60000) /* a longer time without a step is passed over: history that was read, or a gap */

struct replay {
	struct recording *rec;
	struct player *player;
	struct replay_list list;
	struct ui_past past;
	size_t speed;
	int64_t anchor_ms, anchor_mono_ms; /* while it plays: that moment was shown then */
	int64_t followed_mono_ms;
	int64_t shown_ms; /* moments before are not shown */
	struct whatif whatif;
	char change[UI_REASON_BYTES];
	bool waits; /* it plays and has come to the end of what grows */
};

/* ---- where it stands ------------------------------------------------------------------------- */

static void
anchor(struct replay *r, int64_t mono_ms)
{
	r->anchor_ms = r->past.at_ms;
	r->anchor_mono_ms = mono_ms;
	r->waits = r->past.playing && r->past.grows && player_at_end(r->player);
}

/* What was moved is shown. */
static void
moved(struct replay *r)
{
	r->past.at_ms = player_time_ms(r->player);
	r->past.missing = player_gaps(r->player);
	r->past.place++;
}

static void
fill_list(struct replay *r)
{
	recording_range(r->rec, &r->past.from_ms, &r->past.to_ms);
	replay_list_fill(&r->list, r->rec, player_store(r->player));
	if (r->past.from_ms < r->shown_ms) {
		r->past.from_ms = r->shown_ms;
		replay_list_cut(&r->list, r->shown_ms);
	}
	r->past.items = r->list.items;
	r->past.nitems = r->list.nitems;
	r->past.notes = r->list.notes;
	r->past.nnotes = r->list.nnotes;
	r->past.grows = !r->past.frozen && !recording_ended(r->rec);
}

int
replay_open(struct replay **out, struct recording *rec, const struct replay_options *o, struct err *err)
{
	struct replay *r = mem_calloc(1, sizeof(*r));
	int rc;

	if (!r)
		return err_nomem(err);
	r->rec = rec;
	r->speed = SPEED_1X;
	r->shown_ms = o->from_ms ? o->from_ms : INT64_MIN;
	r->past = (struct ui_past){.frozen = o->frozen, .again = o->again, .name = o->name ? o->name : "", .speed = 1};
	rc = player_open(&r->player, rec, o->config, o->what_if, err);
	if (rc) {
		replay_close(r);
		return rc;
	}
	fill_list(r);
	moved(r);
	*out = r;
	return 0;
}

void
replay_close(struct replay *r)
{
	if (!r)
		return;
	player_close(r->player);
	replay_list_release(&r->list);
	whatif_release(&r->whatif);
	mem_free(r);
}

const struct store *
replay_store(const struct replay *r)
{
	return player_store(r->player);
}

struct recording *
replay_recording(const struct replay *r)
{
	return r->rec;
}

int64_t
replay_time_ms(const struct replay *r)
{
	return r->past.at_ms;
}

const struct ui_past *
replay_past(const struct replay *r)
{
	return &r->past;
}

const char *
replay_why(const struct replay *r)
{
	return player_why(r->player);
}

void
replay_set_live(struct replay *r, int64_t live_ms)
{
	r->past.live_ms = live_ms;
}

/* ---- moving ---------------------------------------------------------------------------------- */

int
replay_seek(struct replay *r, int64_t ms, struct err *err)
{
	int rc = player_seek(r->player, ms > r->shown_ms ? ms : r->shown_ms, err);

	moved(r);
	return rc;
}

int
replay_seek_first(struct replay *r, struct err *err)
{
	int64_t begin_ms = r->past.at_ms;
	int rc = 0;

	while (!rc && !store_model_count(replay_store(r)) && !player_at_end(r->player))
		rc = player_step(r->player, 1, err);
	if (!rc && !store_model_count(replay_store(r)))
		rc = player_seek(r->player, begin_ms, err);
	moved(r);
	return rc;
}

void
replay_play(struct replay *r, bool play, int64_t mono_ms)
{
	r->past.playing = play;
	anchor(r, mono_ms);
}

void
replay_set_speed(struct replay *r, double speed, int64_t mono_ms)
{
	size_t i = 0;

	while (i + 1 < SPEEDS && speeds[i + 1] <= speed)
		i++;
	/* Nearest by ratio. */
	if (i + 1 < SPEEDS && speed / speeds[i] > speeds[i + 1] / speed)
		i++;
	r->speed = i;
	r->past.speed = speeds[i];
	anchor(r, mono_ms);
}

static void
seek_or_say(struct replay *r, int64_t ms, char *say)
{
	struct err err = {0};

	if (replay_seek(r, ms, &err))
		snprintf(say, REPLAY_SAY_BYTES, "%.119s", err.msg);
}

/* Time of the first step behind the one it stands at; INT64_MAX: there is none. */
static int64_t
next_step_ms(const struct replay *r)
{
	size_t i = recording_behind(r->rec, FRAME_STEP, recording_last(r->rec, FRAME_STEP, r->past.at_ms));

	return i == SIZE_MAX ? INT64_MAX : recording_frame(r->rec, i)->frame.time_ms;
}

/* Time of the last step before; INT64_MIN: there is none. */
static int64_t
step_before_ms(const struct replay *r)
{
	size_t i = recording_last(r->rec, FRAME_STEP, r->past.at_ms - 1);

	return i == SIZE_MAX ? INT64_MIN : recording_frame(r->rec, i)->frame.time_ms;
}

/* The first step at that time or behind it, where what happened then is seen; the last one where there is none. */
static void
land(struct replay *r, int64_t ms, char *say)
{
	int64_t next;

	seek_or_say(r, ms, say);
	next = r->past.at_ms < ms ? next_step_ms(r) : INT64_MAX;
	if (next != INT64_MAX)
		seek_or_say(r, next, say);
}

/* ---- what is said ---------------------------------------------------------------------------- */

static void
say_begin(const struct replay *r, int64_t offset_ms, char *say)
{
	snprintf(say, REPLAY_SAY_BYTES, "the %s begins at %s%s", r->past.frozen ? "flight recorder" : "recording",
	    fmt_clock(r->past.from_ms, offset_ms).s, r->past.frozen ? "; what is older: drifttop --since 24h" : "");
}

static void
say_end(const struct replay *r, char *say)
{
	const char *what = "this is the end of the recording";

	if (r->past.frozen)
		what = "this is the newest of what was frozen: " UI_KEY("freeze") " comes back to now";
	else if (r->past.grows)
		what = "this is the end of what is written so far: " UI_KEY("play") " waits for more";

	snprintf(say, REPLAY_SAY_BYTES, "%s", what);
}

static void
say_speed(const struct replay *r, char *say)
{
	bool slow = r->past.speed < 1;

	snprintf(say, REPLAY_SAY_BYTES, "speed %s%.0f%s", slow ? "1/" : "", slow ? 1 / r->past.speed : r->past.speed,
	    r->past.playing ? "" : ": " UI_KEY("play") " plays");
}

/* ---- keys ------------------------------------------------------------------------------------ */

static void
step(struct replay *r, int n, int64_t offset_ms, char *say)
{
	struct err err = {0};

	if (n < 0 && (r->past.at_ms <= r->past.from_ms || step_before_ms(r) < r->shown_ms))
		say_begin(r, offset_ms, say);
	else if (n > 0 && player_at_end(r->player))
		say_end(r, say);
	else if (player_step(r->player, n, &err))
		snprintf(say, REPLAY_SAY_BYTES, "%.119s", err.msg);
	moved(r);
}

static void
jump(struct replay *r, int64_t ms, int64_t offset_ms, char *say)
{
	seek_or_say(r, ms, say);
	if (say[0])
		return;
	if (ms < r->past.from_ms)
		say_begin(r, offset_ms, say);
	else if (ms > r->past.to_ms)
		say_end(r, say);
}

/* What cannot have been seen yet is next; what was not seen yet at the step before is the one before. */
static size_t
find_event(const struct replay *r, bool next)
{
	const struct replay_list *l = &r->list;
	int64_t before_ms = step_before_ms(r);
	size_t i;

	if (next) {
		for (i = 0; i < l->ntargets && l->targets[i].ms <= r->past.at_ms; i++)
			;
	} else {
		for (i = l->ntargets; i > 0 && l->targets[i - 1].ms > before_ms; i--)
			;
		i = i > 0 ? i - 1 : l->ntargets;
	}
	if (i < l->ntargets && (next ? l->targets[i].ms > r->past.to_ms : l->targets[i].ms < r->past.from_ms))
		i = l->ntargets;
	return i;
}

bool
replay_has_event(const struct replay *r, bool next)
{
	return find_event(r, next) < r->list.ntargets;
}

bool
replay_at_end(const struct replay *r)
{
	return player_at_end(r->player);
}

/* All that came with the step it stands at are seen at once: how many, and the worst of them, the newest of equals. */
static void
say_events(const struct replay *r, char *say)
{
	const struct replay_list *l = &r->list;
	int64_t before_ms = step_before_ms(r);
	size_t from = 0, to, worst;
	char last[24] = "";

	while (from < l->ntargets && l->targets[from].ms <= before_ms)
		from++;
	worst = from;
	for (to = from; to < l->ntargets && l->targets[to].ms <= r->past.at_ms; to++)
		if (l->targets[to].weight >= l->targets[worst].weight)
			worst = to;
	if (to > from + 1)
		snprintf(last, sizeof(last), "-%zu", to);
	if (to > from)
		snprintf(say, REPLAY_SAY_BYTES, "%zu%s of %zu, %s", from + 1, last, l->ntargets,
		    l->targets[worst].text);
}

static void
go_to_event(struct replay *r, bool next, char *say)
{
	const struct replay_list *l = &r->list;
	size_t i = find_event(r, next);

	if (i == l->ntargets) {
		snprintf(say, REPLAY_SAY_BYTES, "no alert, mark or version %s %s", next ? "behind" : "before",
		    "this moment");
		return;
	}
	land(r, l->targets[i].ms, say);
	if (!say[0])
		say_events(r, say);
}

/*
 * When it fired, or fired again where the first time is not kept. What a recording begins with is told at its first
 * key, whenever it was; where no change is told of the alert it is the clock of its model that says.
 */
static bool
find_alert(const struct replay *r, const struct ui_request *q, int64_t *ms, bool *again)
{
	/* What was read again has alerts of its own. */
	for (size_t i = 0; i < recording_alerts(r->rec) && !r->past.again; i++) {
		const struct recording_alert *a = recording_alert(r->rec, i);

		if (a->alert->id != q->alert || (a->kind != ALERT_CHANGE_FIRED && a->kind != ALERT_CHANGE_AGAIN) ||
		    a->time_ms < r->shown_ms ||
		    (a->time_ms <= r->past.from_ms && a->at_ms < r->past.from_ms - PASS_MS))
			continue;
		*again = a->kind == ALERT_CHANGE_AGAIN;
		*ms = a->time_ms;
		return true;
	}
	*again = false;
	*ms = q->to_ms;
	return *ms >= r->past.from_ms && *ms <= r->past.to_ms;
}

bool
replay_has_alert(const struct replay *r, const struct ui_request *q)
{
	bool again;
	int64_t ms;

	return find_alert(r, q, &ms, &again);
}

void
replay_say_gone(const struct ui_request *q, char say[REPLAY_SAY_BYTES])
{
	snprintf(say, REPLAY_SAY_BYTES, "it fired at %s, which is not kept here: this is as it was on the list",
	    fmt_datetime(q->to_ms, q->utc_offset_ms).s);
}

static void
go_to_alert(struct replay *r, const struct ui_request *q, char *say)
{
	bool again;
	int64_t ms;

	if (!find_alert(r, q, &ms, &again)) {
		replay_say_gone(q, say);
		return;
	}
	r->past.playing = false;
	land(r, ms, say);
	if (!say[0])
		snprintf(say, REPLAY_SAY_BYTES, "%s, when it fired%s: %s",
		    fmt_clock(r->past.at_ms, q->utc_offset_ms).s, again ? " again" : "",
		    r->past.frozen ? UI_KEY("freeze") " comes back to now" : UI_KEY("live") " goes to the end");
}

static void
play_or_pause(struct replay *r, int64_t mono_ms, char *say)
{
	if (!r->past.playing && player_at_end(r->player) && !r->past.grows) {
		say_end(r, say);
		return;
	}
	replay_play(r, !r->past.playing, mono_ms);
}

void
replay_do(struct replay *r, const struct ui_request *q, int64_t mono_ms, char say[REPLAY_SAY_BYTES])
{
	say[0] = '\0';
	switch (q->time) {
	case UI_TIME_PLAY:
		play_or_pause(r, mono_ms, say);
		break;
	case UI_TIME_NEXT:
	case UI_TIME_BACK:
		r->past.playing = false;
		step(r, q->time == UI_TIME_NEXT ? 1 : -1, q->utc_offset_ms, say);
		break;
	case UI_TIME_JUMP:
		jump(r, q->to_ms, q->utc_offset_ms, say);
		break;
	case UI_TIME_ALERT:
		go_to_alert(r, q, say);
		break;
	case UI_TIME_EVENT_NEXT:
	case UI_TIME_EVENT_BACK:
		go_to_event(r, q->time == UI_TIME_EVENT_NEXT, say);
		break;
	case UI_TIME_SLOWER:
	case UI_TIME_FASTER:
		if (q->time == UI_TIME_FASTER)
			replay_set_speed(r, r->past.speed * 2, mono_ms);
		else
			replay_set_speed(r, r->past.speed / 2, mono_ms);
		say_speed(r, say);
		break;
	case UI_TIME_LIVE:
		jump(r, r->past.to_ms, q->utc_offset_ms, say);
		r->past.playing = r->past.grows;
		break;
	case UI_TIME_FREEZE:
		r->past.playing = false;
		break;
	}
	anchor(r, mono_ms);
}

/* ---- notes ----------------------------------------------------------------------------------- */

void
replay_note(struct replay *r, const struct ui_request *q, int64_t wall_ms, char say[REPLAY_SAY_BYTES])
{
	const struct fact_mark mark = {MARK_NOTE, q->model, q->to_ms, slice_of(q->reason)};
	struct err err = {0};

	if (!*recording_path(r->rec)) {
		snprintf(say, REPLAY_SAY_BYTES, "there is no file that a note could lie beside");
	} else if (notes_append(recording_path(r->rec), &mark, wall_ms, &err)) {
		snprintf(say, REPLAY_SAY_BYTES, "not noted: %.100s", err.msg);
	} else {
		snprintf(say, REPLAY_SAY_BYTES, "noted, in %.80s" RECORDING_NOTES, r->past.name);
		fill_list(r);
		r->past.place++;
	}
}

/* ---- what if --------------------------------------------------------------------------------- */

bool
replay_whatif(struct replay *r, const struct ui_request *q, char say[REPLAY_SAY_BYTES])
{
	struct whatif w = {0};
	struct err err = {0};
	int64_t from_ms, to_ms;

	recording_range(r->rec, &from_ms, &to_ms);
	if (whatif_run(&w, r->rec, q->reason, from_ms, to_ms, &err)) {
		whatif_release(&w);
		snprintf(say, REPLAY_SAY_BYTES, "%.*s", REPLAY_SAY_BYTES - 1, err.msg);
		return false;
	}
	whatif_release(&r->whatif);
	r->whatif = w;
	snprintf(r->change, sizeof(r->change), "%s", q->reason);
	r->past.whatif = &r->whatif;
	r->past.change = r->change;
	r->past.place++;
	snprintf(say, REPLAY_SAY_BYTES, "%zu would not have fired, %zu only so", w.only[WHATIF_RECORDED],
	    w.only[WHATIF_CHANGED]);
	return true;
}

/* ---- time ------------------------------------------------------------------------------------ */

static bool
follow(struct replay *r, int64_t mono_ms)
{
	if (!r->past.grows || mono_ms - r->followed_mono_ms < REPLAY_FOLLOW_MS)
		return false;
	r->followed_mono_ms = mono_ms;
	if (!recording_follow(r->rec) && !recording_ended(r->rec))
		return false;
	fill_list(r);
	return true;
}

/* At the end: a file that is complete stands, one that grows is shown as it grows. */
static bool
play_end(struct replay *r, int64_t mono_ms)
{
	if (r->past.grows) {
		r->waits = true;
		r->anchor_mono_ms = mono_ms;
		return false;
	}
	r->past.playing = false;
	return true;
}

static bool
play_on(struct replay *r, int64_t mono_ms, char *say)
{
	int64_t next = next_step_ms(r), to = r->anchor_ms;

	to += (int64_t)((double)(mono_ms - r->anchor_mono_ms) * r->past.speed);
	if (next == INT64_MAX)
		return play_end(r, mono_ms);
	if (r->waits) {
		/* It has seen all there was: what is new is shown at once, whatever the speed. */
		seek_or_say(r, r->past.to_ms, say);
		anchor(r, mono_ms);
		return true;
	}
	if (next - r->past.at_ms > PASS_MS) {
		snprintf(say, REPLAY_SAY_BYTES, "no step for %s here: passed over",
		    fmt_age(next - r->past.at_ms).s);
		to = next;
	}
	if (to < next)
		return false;
	seek_or_say(r, to, say);
	if (to == next || r->past.at_ms < next)
		anchor(r, mono_ms);
	r->past.playing = r->past.playing && r->past.at_ms >= next;
	return true;
}

bool
replay_tick(struct replay *r, int64_t mono_ms, char say[REPLAY_SAY_BYTES])
{
	bool grown = follow(r, mono_ms);

	say[0] = '\0';
	return (r->past.playing && play_on(r, mono_ms, say)) || grown;
}

unsigned
replay_tick_due_ms(const struct replay *r)
{
	return r->past.playing && !r->waits ? REPLAY_TICK_MS : REPLAY_FOLLOW_MS;
}
