/*
 * When rules are judged, and how bad a model is.
 *
 * What is read (history, files) is judged each time the model's clock enters another pane, by what was there before:
 * pane by pane while deltas are merged, so that what is read fast loses none, and at every tick. A model that is level
 * with its sources is judged once a pane of the arrival clock, at the tick that enters it (store_is_boundary), so that
 * what is found does not depend on how many ticks there were in between: those only renew what screens show.
 * A model is as bad as its worst alert that fires; not knowing is said where nothing worse is.
 */
#include <math.h>
#include <stdio.h>

#include "core/explain.h"
#include "core/store_impl.h"

#define SILENCE_LIFE_MS	 INT64_C(900000) /* a model younger than that has shown no longest gap yet */
#define SILENCE_MIN_MS	 INT64_C(60000)
#define SILENCE_GAPS	 3
#define WHY_NAME_BYTES	 48
#define COLUMN_ROWS	 100 /* while history is read, columns are looked at after so many rows */
#define COLUMN_PANES	 60  /* or panes */
#define JUMP_PANES	 12  /* a minute without events is looked at from its end, too */

/* ---- columns --------------------------------------------------------------------------------- */

/* How bad a state is for sorting: among those that drift what went missing comes first, then what is sure of the
 * distance counts. */
static double
badness(const struct drift_figures *d)
{
	return d->state * 1000.0 + (d->drift_causes & CAUSE_MISSING ? 500.0 : 0) +
	       fmin(fmax(explain_effect_low(d), -100), 400);
}

/* judged: since when is told by what is judged alone. */
static void
note_state(const struct model *m, struct feature *f, const struct drift_figures *d, bool judged)
{
	if (judged && d->state < DRIFT_WATCH)
		f->since_ms = 0;
	else if (judged && !f->since_ms)
		f->since_ms = m->now_ms;
	f->state = d->state;
	f->causes = d->causes;
	f->drift_causes = d->drift_causes;
}

/* j NULL: only how they are, no rules. judged: and since when. */
static void
judge_columns(struct store *s, struct model *m, const struct judge *j, bool judged)
{
	struct feature_figures figures;
	double worst = -1;
	size_t fid;

	m->drifting = m->watching = 0;
	m->worst_fid = SIZE_MAX;
	m->worst_psi = NAN;
	for (fid = 0; fid < m->nfeatures; fid++) {
		const struct drift_figures *d = &figures.drift;

		if (!m->features[fid].ref)
			continue;
		figures_column(s, m, fid, WINDOW_AUTO, &figures);
		note_state(m, &m->features[fid], d, judged);
		m->drifting += d->state == DRIFT_DRIFT;
		m->watching += d->state == DRIFT_WATCH;
		if (badness(d) > worst) {
			worst = badness(d);
			m->worst_fid = fid;
			m->worst_psi = d->psi;
		}
		if (j)
			store_alerts_column(s, m, j, fid, &figures);
	}
}

/* ---- when ------------------------------------------------------------------------------------ */

/* Whether events of this model that are already there may still have to be read. */
static bool
is_catching_up(const struct store *s, const struct model *m)
{
	size_t i;

	for (i = 0; i < s->nsources && i < 64; i++) {
		if ((m->sources >> i & 1) && s->sources[i].fact.state == FEED_CATCHING_UP)
			return true;
	}
	return false;
}

bool
store_is_cut_off(const struct store *s, const struct model *m)
{
	size_t i;

	for (i = 0; i < s->nsources && i < 64; i++) {
		enum feed_state state = s->sources[i].fact.state;

		if ((m->sources >> i & 1) &&
		    (state == FEED_WAITING || state == FEED_REFUSED || state == FEED_FAILED))
			return true;
	}
	return false;
}

enum model_feed
store_feed(const struct store *s, const struct model *m)
{
	size_t i;

	if (!m->sources)
		return MODEL_FEED_UNKNOWN;
	if (store_is_cut_off(s, m))
		return MODEL_FEED_DOWN;
	for (i = 0; i < s->nsources && i < 64; i++)
		if ((m->sources >> i & 1) && s->sources[i].lost)
			return MODEL_FEED_UNTRUSTED;
	return MODEL_FEED_OK;
}

/* No action is run for what was before the start: history that is read, and files. */
static bool
is_history(const struct store *s, const struct model *m)
{
	return !s->history_done || m->files_only || is_catching_up(s, m) || s->now_ms < s->options.start_ms;
}

/* While history is read the streams are at different times, and the one behind is not silent. */
static bool
tells_silence(const struct store *s, const struct model *m)
{
	return m->baseline && m->newest_ms - m->first_ms >= SILENCE_LIFE_MS && !m->files_only &&
	       !is_catching_up(s, m) && !store_is_cut_off(s, m);
}

static void
judge_at(struct store *s, struct model *m, int64_t now_ms, bool tick)
{
	struct judge j = {.tick = tick, .history = is_history(s, m), .silence = tick && tells_silence(s, m)};

	m->now_ms = now_ms;
	m->judged_pane = pane_floor(now_ms, PANE_MS);
	m->judged_silence = j.silence;
	store_alerts_model(s, m, &j);
	if (tick || m->total.tally.rows - m->judged_rows >= COLUMN_ROWS ||
	    m->judged_pane - m->judged_columns_pane >= COLUMN_PANES) {
		m->judged_rows = m->total.tally.rows;
		m->judged_columns_pane = m->judged_pane;
		judge_columns(s, m, &j, true);
	}
}

/* A file goes on at its own pace: what its rules find may not depend on when somebody looks. */
static bool
is_being_read(const struct store *s, const struct model *m)
{
	size_t i;

	for (i = 0; i < s->nsources && i < 64 && m->files_only; i++)
		if ((m->sources >> i & 1) && s->sources[i].fact.state != FEED_ENDED)
			return true;
	return false;
}

bool
store_is_level(const struct store *s, const struct model *m)
{
	return s->history_done && !m->files_only && !is_catching_up(s, m);
}

bool
store_is_reading(const struct store *s)
{
	size_t i;

	for (i = 0; i < s->nsources; i++) {
		const struct fact_source *f = &s->sources[i].fact;

		if (f->state == FEED_CATCHING_UP || (f->from_file && f->state != FEED_ENDED))
			return true;
	}
	return !s->history_done;
}

void
store_judge_before(struct store *s, struct model *m, int64_t pane)
{
	const struct cell_layout *layout = m->baseline ? &m->baseline->layout : NULL;
	struct ring *five = &m->rings[RING_5M];
	int64_t newest = five->newest;
	size_t r;

	if (newest == PANE_NEVER || pane <= newest || pane <= m->judged_pane || store_is_level(s, m))
		return;
	if (pane - newest >= JUMP_PANES && newest + 1 > m->judged_pane) {
		judge_at(s, m, (newest + 1) * PANE_MS, false);
		for (r = 0; r < RING_COUNT; r++)
			ring_advance(&m->rings[r], pane_floor((pane - 1) * PANE_MS, m->rings[r].pane_ms), layout);
	}
	judge_at(s, m, pane * PANE_MS, false);
}

/*
 * Rows behind a new baseline are counted in slices: they are no new events, but new to its columns. And what somebody
 * has set holds at once.
 */
static bool
is_other(const struct model *m)
{
	return m->judged_baseline != m->baseline || m->judged_replaying || m->judged_otherwise;
}

/* A file's clock stands, so that no other pane comes once they have been counted. */
bool
store_is_to_judge(const struct store *s)
{
	size_t i;

	for (i = 0; i < s->nmodels; i++) {
		const struct model *m = s->models[i];

		if (m->newest_ms != INT64_MIN && is_other(m) && !model_is_behind(m))
			return true;
	}
	return false;
}

void
store_judge(struct store *s, struct model *m)
{
	bool same = m->judged_events == m->total.tally.events && !is_other(m);
	bool reading = is_being_read(s, m);

	if (m->now_ms == INT64_MIN)
		return;
	if (!s->boundary) {
		if (m->shown_events != m->total.tally.events)
			judge_columns(s, m, NULL, false);
		m->shown_events = m->total.tally.events;
		return;
	}
	if (same && (reading || (m->judged_rules && m->judged_pane == pane_floor(m->now_ms, PANE_MS) &&
				    m->judged_silence == tells_silence(s, m))))
		return;
	if (reading)
		judge_columns(s, m, NULL, true);
	else
		judge_at(s, m, m->now_ms, true);
	s->generation++; /* a file's clock stands: nothing else would tell */
	m->judged_rules = !reading;
	m->judged_otherwise = false;
	m->judged_replaying = model_is_behind(m);
	m->judged_events = m->total.tally.events;
	m->judged_baseline = m->baseline;
}

/* ---- how bad it is --------------------------------------------------------------------------- */

struct opinion {
	enum severity severity;
	char why[sizeof(((struct model *)NULL)->why)];
};

static void
opinion_take(struct opinion *worst, const struct opinion *o)
{
	if (o->severity > worst->severity)
		*worst = *o;
}

/* At most n bytes of it, none of them half a character. */
static size_t
whole_text(struct slice s, size_t n)
{
	if (s.n <= n)
		return s.n;
	while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static bool
is_worse(const struct alert *x, const struct alert *y)
{
	if (alert_weight(x) != alert_weight(y))
		return alert_weight(x) > alert_weight(y);
	if (x->effect != y->effect)
		return x->effect > y->effect;
	return x->from_ms != y->from_ms ? x->from_ms < y->from_ms : x->id < y->id;
}

static void
judge_alert(const struct model *m, const struct alert *al, struct opinion *o)
{
	struct slice name = al->key.feature;
	size_t n;

	o->severity = alert_weight(al);
	if (!name.n) {
		snprintf(o->why, sizeof(o->why), "%.*s",
		    (int)whole_text(slice_of(al->sentence), sizeof(o->why) - 1), al->sentence);
		return;
	}
	n = (size_t)snprintf(o->why, sizeof(o->why), "%.*s", (int)whole_text(name, WHY_NAME_BYTES), name.p);
	if (m->alerted > 1)
		n += (size_t)snprintf(o->why + n, sizeof(o->why) - n, " (+%zu)", m->alerted - 1);
	snprintf(o->why + n, sizeof(o->why) - n, ": %.*s",
	    (int)whole_text(slice_of(al->sentence), sizeof(o->why) - n - 3), al->sentence);
}

static void
judge_silence(const struct store *s, const struct model *m, struct opinion *o)
{
	int64_t age = m->now_ms - m->newest_ms, gap = m->longest_gap_ms;

	o->severity = SEVERITY_OK;
	if (m->files_only || m->newest_ms == INT64_MIN || m->now_ms == INT64_MIN || is_catching_up(s, m))
		return;
	gap = gap < SILENCE_MIN_MS / SILENCE_GAPS ? SILENCE_MIN_MS / SILENCE_GAPS : gap;
	if (age < SILENCE_GAPS * gap)
		return;
	o->severity = SEVERITY_UNKNOWN;
	store_silence_text(age, o->why, sizeof(o->why));
}

static void
judge_learning(const struct model *m, struct opinion *o)
{
	o->severity = SEVERITY_OK;
	if (m->baseline && m->total.tally.events)
		return;
	o->severity = SEVERITY_UNKNOWN;
	if (m->baseline) /* that is all it is known by */
		snprintf(o->why, sizeof(o->why), "no event yet");
	else if (m->learning && model_rows(m) < LIMIT_LEARN_ROWS_USABLE)
		snprintf(o->why, sizeof(o->why), "learning, usable at %d rows", LIMIT_LEARN_ROWS_USABLE);
	else if (m->learning) /* there is history still to be read, and a better baseline in it */
		snprintf(o->why, sizeof(o->why), "learning, history is being read");
	else
		snprintf(o->why, sizeof(o->why), "no baseline");
}

static void
judge_feed(const struct store *s, const struct model *m, struct opinion *o)
{
	o->severity = store_is_cut_off(s, m) ? SEVERITY_UNKNOWN : SEVERITY_OK;
	snprintf(o->why, sizeof(o->why), "its source is not connected");
}

static void
judge_severity(const struct store *s, struct model *m)
{
	struct opinion worst = {SEVERITY_OK, ""}, o = {SEVERITY_OK, ""};

	if (m->worst_alert)
		judge_alert(m, m->worst_alert, &worst);
	judge_silence(s, m, &o);
	opinion_take(&worst, &o);
	judge_feed(s, m, &o);
	opinion_take(&worst, &o);
	judge_learning(m, &o);
	opinion_take(&worst, &o);
	m->severity = worst.severity;
	memcpy(m->why, worst.why, sizeof(m->why));
}

/* Columns that an alert fires for are counted once each. */
static void
count_column(struct model *m, const struct alert *al)
{
	size_t index = names_find(&m->inputs, al->key.feature);
	size_t fid = index != NAMES_NONE	       ? FID_INPUT + index
		     : slice_is(al->key.feature, "score") ? FID_SCORE
							  : FID_PREDICTION;

	m->alerted += !m->features[fid].alerted;
	m->features[fid].alerted = true;
}

static void
count_alert(struct store *s, const struct alert *al)
{
	struct model *m = al->model < s->nmodels ? s->models[al->model] : NULL;

	if (!m || al->state != ALERT_FIRING)
		return;
	m->firing++;
	if (al->provisional)
		return; /* nobody is woken by it, and no model is worse for it */
	if (al->key.feature.n)
		count_column(m, al);
	if (!m->worst_alert || is_worse(al, m->worst_alert))
		m->worst_alert = al;
}

void
store_judge_severity(struct store *s)
{
	size_t i, fid;

	for (i = 0; i < s->nmodels; i++) {
		struct model *m = s->models[i];

		for (fid = 0; m->alerted && fid < m->nfeatures; fid++)
			m->features[fid].alerted = false;
		m->alerted = m->firing = 0;
		m->worst_alert = NULL;
	}
	for (i = 0; i < s->alerts.n; i++)
		count_alert(s, s->alerts.list[i]);
	for (i = 0; i < s->nmodels; i++) {
		judge_severity(s, s->models[i]);
		s->models[i]->worst_alert = NULL; /* it may be forgotten before the next tick */
	}
}
