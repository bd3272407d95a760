/*
 * From a baseline that has grown to the one that is used. What a person chose, a file or a slice, stays
 * what is shown; only evidence takes the grown one, since it needs to know how a day differs from a day.
 * A baseline that the model learned from its first rows is replaced altogether.
 */
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "core/mem.h"
#include "core/store_impl.h"
#include "core/text.h"

#define LEAVE_LATENCY_TIMES 1.5 /* p99 of a window against the baseline's */
#define LEAVE_LATENCY_MS    5.0
#define LEAVE_LATENCY_ROWS  1000
#define LEAVE_ERRORS	    20
#define LEAVE_ERROR_FRAC    0.01
#define LEAVE_ERROR_TIMES   2.0
#define NAME_BYTES	    160

int
store_growth_column(const struct baseline_feature *f, struct growth_column *g, struct err *err)
{
	size_t nbins = watch_bins(f);

	return growth_column_init(g, nbins, nbins && f->type == FEATURE_NUMERIC ? 0 : f->ncells, err);
}

void
store_growth_add(struct model *m, const struct delta_model *md)
{
	struct growth *g = &m->growth;
	size_t fid;

	if (!m->nwatches || !g->open)
		return;
	for (fid = 0; fid < md->nfeatures && fid < m->nfeatures; fid++) {
		const struct delta_feature *df = &md->features[fid];
		struct growth_column *c;

		if (!m->features[fid].bins || !(df->min <= df->max))
			continue;
		c = &g->columns[m->features[fid].binned];
		if (c->ended)
			continue;
		if (c->min > c->max) {
			c->min = df->min;
			c->max = df->max;
		}
		c->min = df->min < c->min ? df->min : c->min;
		c->max = df->max > c->max ? df->max : c->max;
	}
}

/* ---- which windows stay out ------------------------------------------------------------------ */

static bool
is_slow(const struct model *m, const struct evalwin_sums *w)
{
	double was, is;

	if (w->tally.latencies < LEAVE_LATENCY_ROWS || m->baseline->latencies < LEAVE_LATENCY_ROWS)
		return false;
	was = latency_quantile_u64(m->baseline->latency, 0.99);
	is = latency_quantile_u32(w->latency, 0.99);
	return is >= was + LEAVE_LATENCY_MS && is >= LEAVE_LATENCY_TIMES * was;
}

static bool
is_failing(const struct model *m, const struct evalwin_sums *w)
{
	double was = 0, is;

	if (w->tally.errors < LEAVE_ERRORS || !w->tally.events)
		return false;
	if (m->baseline->events)
		was = (double)m->baseline->errors / (double)m->baseline->events;
	is = (double)w->tally.errors / (double)w->tally.events;
	return is >= LEAVE_ERROR_FRAC && is >= LEAVE_ERROR_TIMES * was;
}

/* Alerts of the model itself that no window under them may become part of what is normal. */
static bool
is_incident(const struct alert *al)
{
	static const char *const rules[] = {"error_rate", "latency", "silence"};
	size_t i;

	if (al->fired_ms == ALERT_NEVER || al->key.version.n || al->key.feature.n)
		return false;
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (slice_is(al->key.rule, rules[i]))
			return true;
	return false;
}

static bool
is_under_alert(const struct store *s, const struct model *m, const struct evalwin_sums *w)
{
	int64_t from_ms = w->first * EVALWIN_MS, to_ms = (w->last + 1) * EVALWIN_MS;
	size_t i;

	for (i = 0; i < s->alerts.n; i++) {
		const struct alert *al = s->alerts.list[i];

		if (al->model == m->index && al->from_ms < to_ms && (al->to_ms == ALERT_NEVER || al->to_ms > from_ms) &&
		    is_incident(al))
			return true;
	}
	return false;
}

bool
store_leaves_out(const struct store *s, const struct model *m, const struct evalwin_sums *w)
{
	/* The window itself too: an alert may wait for minutes until it fires, and rules may be switched off. */
	return store_is_cut_off(s, m) || is_slow(m, w) || is_failing(m, w) || is_under_alert(s, m, w);
}

/* ---- moving ---------------------------------------------------------------------------------- */

/* The level p of a distribution known by its counts in fine bins: even inside a bin. */
static double
bins_quantile(const struct baseline_feature *f, double p)
{
	double below = 0, want = p * (double)f->count;
	double least = isnan(f->min) ? f->bins.min : f->min, most = isnan(f->max) ? f->bins.max : f->max;
	size_t i;

	for (i = 0; i < f->ncells; i++) {
		double lo = i ? f->bins.edges[i - 1] : least, hi = i < f->bins.nedges ? f->bins.edges[i] : most;
		double in = (double)f->counts[i];

		lo = lo > least ? lo : least;
		hi = hi < most ? hi : most;
		if (in > 0 && below + in >= want) {
			if (f->bins.single || hi <= lo)
				return hi;
			return lo + (hi - lo) * (want - below) / in;
		}
		below += in;
	}
	return most;
}

void
store_growth_quantiles(struct baseline_feature *f)
{
	f->p05 = bins_quantile(f, 0.05);
	f->median = bins_quantile(f, 0.50);
	f->p95 = bins_quantile(f, 0.95);
}

static void
move_values(struct baseline_feature *f, const struct growth_column *g)
{
	if (!g->clipped) {
		f->mean = numbins_mean(&f->bins, g->moments.sum, g->values);
		f->sd = numbins_std(&f->bins, g->moments.sum, g->moments.sumsq, g->values);
	}
	if (g->min <= g->max) {
		f->min = g->min;
		f->max = g->max;
	}
	/* A histogram takes more room than a column that grows may have: its bins have to do. */
	loghist_release(&f->hist);
	loghist_init(&f->hist, f->bins.median, f->bins.scale);
	store_growth_quantiles(f);
}

/* Largest PSI of an hour of the day against all: what is to be expected of a window of an hour or less. */
static void
move_own_windows(struct baseline_feature *f, const struct frozen *frozen)
{
	uint64_t counts[EVIDENCE_BINS_MAX], n;
	double largest = NAN;
	unsigned slot;
	size_t i;

	/* Categories have been merged into fewer cells: there only what was learned before is known. */
	if (f->type != FEATURE_NUMERIC || !frozen->nslots)
		return;
	for (slot = 0; slot < frozen->nslots; slot++) {
		double psi;

		frozen_get(frozen, slot, counts);
		for (n = i = 0; i < frozen->nbins; i++)
			n += counts[i];
		psi = baseline_feature_psi(f, counts, n, NULL);
		if (!isnan(psi) && !(psi < largest))
			largest = psi;
	}
	f->window_psi[0] = f->window_psi[1] = largest;
}

void
store_growth_refer(struct baseline_feature *f, const struct growth_column *g)
{
	size_t i;

	/* Without edges there is no place to count at: what came later has no reference. */
	if (f->type == FEATURE_NUMERIC && !f->bins.nedges)
		return;
	for (f->count = i = 0; i < f->ncells; i++)
		f->count += f->counts[i] = g->ncells ? g->cells[i] : g->counts[i];
	if (f->type == FEATURE_NUMERIC && watch_bins(f))
		move_values(f, g);
	f->rows = g->rows;
	f->nonfinite = g->rate[EVIDENCE_NONFINITE].hits;
	f->singles = g->rate[EVIDENCE_UNSEEN].hits;
	f->beyond = g->rate[EVIDENCE_RANGE].hits;
}

void
store_growth_freeze(struct store *s, struct model *m, size_t column)
{
	struct baseline_feature *f = &m->baseline->features[column];
	struct growth_column *g = &m->growth.columns[column];
	enum growth_stage stage = growth_column_ready(g);
	struct frozen *frozen;

	if (stage <= g->stage || growth_column_freeze(g, stage, &frozen, NULL))
		return;
	frozen->utc_offset_ms = s->options.utc_offset_ms;
	if (m->baseline->own) {
		store_growth_refer(f, g);
		move_own_windows(f, frozen);
	}
	m->armed += !f->frozen;
	frozen_free(f->frozen);
	f->frozen = frozen;
	growth_column_stage(g, stage);
	watch_reset(&m->watches[column]);
	s->generation++;
}

/* "own stream 2026-11-11 to 2026-11-25, 1,204,210 rows" */
static void
name_growth(const struct store *s, const struct growth *g, char *buf, size_t bytes)
{
	int64_t ms[2] = {g->first * EVALWIN_MS, g->newest * EVALWIN_MS};
	char at[2][40], n[TEXT_COUNT_BYTES];
	struct tm tm;
	size_t i;

	text_count(n, g->rows);
	for (i = 0; i < 2; i++) {
		time_t t = (time_t)pane_floor(ms[i] + s->options.utc_offset_ms, 1000);

		if (!gmtime_r(&t, &tm)) {
			snprintf(buf, bytes, "own stream, %s rows", n);
			return;
		}
		snprintf(at[i], sizeof(at[i]), "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
	}
	snprintf(buf, bytes, "own stream %s to %s, %s rows", at[0], at[1], n);
}

void
store_growth_move(struct store *s, struct model *m)
{
	struct growth *g = &m->growth;
	struct baseline *b = m->baseline;
	char name[NAME_BYTES], *copy;

	if (g->frozen || !b->own || !growth_is_ready(g))
		return;
	name_growth(s, g, name, sizeof(name));
	copy = mem_dup(name, strlen(name));
	if (!copy)
		return;
	mem_free(b->name);
	b->name = copy;
	b->from_ms = g->first * EVALWIN_MS;
	b->to_ms = (g->newest + 1) * EVALWIN_MS;
	b->provisional = false;
	if (g->events) {
		b->events = g->events;
		b->errors = g->errors;
		b->client_errors = g->client_errors;
		b->latencies = g->latencies;
		memcpy(b->latency, g->latency, LATENCY_BUCKETS * sizeof(*b->latency));
	}
	g->frozen = true;
	s->generation++;
}
