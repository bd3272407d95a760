/*
 * After each tick: the state of every column, and how bad a model is and why. The worst of drift,
 * latency, errors, silence, learning and feed; the words are for the fleet's last column.
 */
#include <math.h>
#include <stdio.h>

#include "core/store_impl.h"

#define LATENCY_ROWS 1000 /* a p99 below that many is a guess */
#define LATENCY_WARN 1.5
#define LATENCY_CRIT 2.5
#define LATENCY_MIN_MS 5.0 /* more than that above the baseline, or it is nobody's concern */
#define ERRORS_MIN 20
#define ERROR_WARN_FRAC 0.01
#define ERROR_CRIT_FRAC 0.05
#define ERROR_WARN_TIMES 2.0
#define ERROR_CRIT_TIMES 3.0
#define WHY_NAME_BYTES   48
#define SILENCE_LIFE_MS  INT64_C(900000) /* a model younger than that has shown no longest gap yet */
#define SILENCE_MIN_MS INT64_C(60000)
#define SILENCE_WARN_GAPS 3
#define SILENCE_CRIT_GAPS 6

struct opinion {
	enum severity severity;
	char why[96];
};

static void
opinion_take(struct opinion *worst, const struct opinion *o)
{
	if (o->severity > worst->severity)
		*worst = *o;
}

/* ---- drift ----------------------------------------------------------------------------------- */

/* How bad a state is for sorting: among those that drift what went missing comes first, then the distance counts. */
static double
badness(const struct drift_figures *d)
{
	double psi = isnan(d->psi) ? 0 : d->psi;

	return d->state * 1000.0 + (d->drift_causes & CAUSE_MISSING ? 500.0 : 0) +
	       (psi < 400 ? psi : 400);
}

static void
judge_columns(struct store *s, struct model *m)
{
	double worst = -1;
	size_t fid;

	m->drifting = m->watching = 0;
	m->worst_fid = SIZE_MAX;
	m->worst_psi = NAN;
	for (fid = 0; fid < m->nfeatures; fid++) {
		struct feature *f = &m->features[fid];
		struct drift_figures d;

		if (!f->ref)
			continue;
		figures_drift(s, m, fid, WINDOW_AUTO, &d);
		if (d.state < DRIFT_WATCH)
			f->since_ms = 0;
		else if (f->state < DRIFT_WATCH)
			f->since_ms = m->now_ms;
		f->state = d.state;
		f->causes = d.causes;
		f->drift_causes = d.drift_causes;
		m->drifting += d.state == DRIFT_DRIFT;
		m->watching += d.state == DRIFT_WATCH;
		if (badness(&d) > worst) {
			worst = badness(&d);
			m->worst_fid = fid;
			m->worst_psi = d.psi;
		}
	}
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

static void
judge_drift(const struct model *m, struct opinion *o)
{
	const struct feature *f;
	struct slice name;

	o->severity = SEVERITY_OK;
	if (!m->drifting)
		return;
	f = &m->features[m->worst_fid];
	name = model_feature_name(m, m->worst_fid);
	o->severity = f->drift_causes & CAUSE_MISSING ? SEVERITY_CRIT : SEVERITY_WARN;
	snprintf(o->why, sizeof(o->why), "%.*s %s", (int)whole_text(name, WHY_NAME_BYTES), name.p,
	    f->drift_causes & CAUSE_MISSING  ? "missing"
	    : f->drift_causes & CAUSE_UNSEEN ? "has new values"
					     : "drifts");
	if (m->drifting > 1) {
		size_t n = strlen(o->why);

		snprintf(o->why + n, sizeof(o->why) - n, ", %zu more", m->drifting - 1);
	}
}

/* ---- latency, errors, silence, feed ---------------------------------------------------------- */

static void
judge_latency(const struct model *m, struct opinion *o)
{
	const struct sums *w = model_sums(m, WINDOW_5M);
	double was, is;

	o->severity = SEVERITY_OK;
	if (w->tally.latencies < LATENCY_ROWS || !m->baseline ||
	    m->baseline->latencies < LATENCY_ROWS)
		return;
	was = latency_quantile_u64(m->baseline->latency, 0.99);
	is = latency_quantile_u64(w->latency, 0.99);
	if (is < was + LATENCY_MIN_MS || is < LATENCY_WARN * was)
		return;
	o->severity = is >= LATENCY_CRIT * was ? SEVERITY_CRIT : SEVERITY_WARN;
	snprintf(o->why, sizeof(o->why), "p99 %.3g ms, was %.3g", is, was);
}

static void
judge_errors(const struct model *m, struct opinion *o)
{
	const struct tally *t = &model_sums(m, WINDOW_5M)->tally;
	double is, was = 0;

	o->severity = SEVERITY_OK;
	if (t->errors < ERRORS_MIN || !t->events)
		return;
	is = (double)t->errors / (double)t->events;
	if (m->baseline && m->baseline->events)
		was = (double)m->baseline->errors / (double)m->baseline->events;
	if (is >= ERROR_CRIT_FRAC && is >= ERROR_CRIT_TIMES * was)
		o->severity = SEVERITY_CRIT;
	else if (is >= ERROR_WARN_FRAC && is >= ERROR_WARN_TIMES * was)
		o->severity = SEVERITY_WARN;
	snprintf(o->why, sizeof(o->why), "%.1f %% of requests fail", is * 100);
}

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

/* While history is read the streams are at different times, and the one behind is not silent. */
static void
judge_silence(const struct store *s, const struct model *m, struct opinion *o)
{
	int64_t age = m->now_ms - m->newest_ms, gap = m->longest_gap_ms;

	o->severity = SEVERITY_OK;
	if (m->files_only || m->newest_ms == INT64_MIN || is_catching_up(s, m))
		return;
	gap = gap < SILENCE_MIN_MS / SILENCE_WARN_GAPS ? SILENCE_MIN_MS / SILENCE_WARN_GAPS : gap;
	if (age >= SILENCE_WARN_GAPS * gap && (!m->baseline || m->newest_ms - m->first_ms < SILENCE_LIFE_MS))
		o->severity = SEVERITY_UNKNOWN;
	else if (age >= SILENCE_CRIT_GAPS * gap)
		o->severity = SEVERITY_CRIT;
	else if (age >= SILENCE_WARN_GAPS * gap)
		o->severity = SEVERITY_WARN;
	if (age < 10 * INT64_C(60000))
		snprintf(o->why, sizeof(o->why), "no event for %lld s", (long long)(age / 1000));
	else if (age < 10 * INT64_C(3600000))
		snprintf(o->why, sizeof(o->why), "no event for %lld min", (long long)(age / 60000));
	else
		snprintf(o->why, sizeof(o->why), "no event for %lld h", (long long)(age / 3600000));
}

static void
judge_learning(const struct model *m, struct opinion *o)
{
	o->severity = SEVERITY_OK;
	if (m->baseline)
		return;
	o->severity = SEVERITY_UNKNOWN;
	if (m->learning && m->rows.count < LIMIT_LEARN_ROWS_USABLE)
		snprintf(o->why, sizeof(o->why), "learning, usable at %d rows", LIMIT_LEARN_ROWS_USABLE);
	else if (m->learning) /* there is history still to be read, and a better baseline in it */
		snprintf(o->why, sizeof(o->why), "learning, history is being read");
	else
		snprintf(o->why, sizeof(o->why), "no baseline");
}

static void
judge_feed(const struct store *s, const struct model *m, struct opinion *o)
{
	size_t i;

	o->severity = SEVERITY_OK;
	for (i = 0; i < s->nsources && i < 64; i++) {
		enum feed_state state = s->sources[i].fact.state;

		if (!(m->sources >> i & 1) ||
		    (state != FEED_WAITING && state != FEED_REFUSED && state != FEED_FAILED))
			continue;
		o->severity = SEVERITY_UNKNOWN;
		snprintf(o->why, sizeof(o->why), "its source is not connected");
	}
}

void
store_judge(struct store *s, struct model *m)
{
	int64_t pane = m->now_ms == INT64_MIN ? INT64_MIN : pane_floor(m->now_ms, PANE_MS);
	struct opinion worst = {SEVERITY_OK, ""}, o = {SEVERITY_OK, ""};

	if (m->judged_events != m->total.tally.events || m->judged_pane != pane ||
	    m->judged_baseline != m->baseline) {
		judge_columns(s, m);
		m->judged_events = m->total.tally.events;
		m->judged_pane = pane;
		m->judged_baseline = m->baseline;
	}
	judge_silence(s, m, &o);
	opinion_take(&worst, &o);
	judge_errors(m, &o);
	opinion_take(&worst, &o);
	judge_latency(m, &o);
	opinion_take(&worst, &o);
	judge_drift(m, &o);
	opinion_take(&worst, &o);
	judge_feed(s, m, &o);
	opinion_take(&worst, &o);
	judge_learning(m, &o);
	opinion_take(&worst, &o);
	m->severity = worst.severity;
	memcpy(m->why, worst.why, sizeof(m->why));
}
