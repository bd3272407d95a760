/*
 * Evaluation windows, from deltas. A window is judged before any pane is added that completes it, in
 * order of panes; so it is a function of what had been read until then, not of how it was cut into
 * deltas.
 */
#include <stddef.h>

#include "core/budget.h"
#include "core/fetch.h"
#include "core/mem.h"
#include "core/store_impl.h"

#define AHEAD_TICKS 32 /* in which the references for the window to come are made */

static void
feed_of(const struct store *s, const struct model *m, struct evalwin_feed *out)
{
	size_t i;

	*out = (struct evalwin_feed){0, 0, false};
	for (i = 0; i < s->nsources && i < 64; i++) {
		uint64_t bit = UINT64_C(1) << i;

		if (s->sources[i].fact.state == FEED_CATCHING_UP)
			out->behind |= bit;
		if (s->sources[i].fact.state == FEED_ENDED)
			out->ended |= bit;
	}
	out->all_ended = m->sources && (m->sources & out->ended) == m->sources;
}

/* ---- one window ------------------------------------------------------------------------------ */

static int
need_watches(struct model *m, struct err *err)
{
	const struct baseline *b = m->baseline;
	size_t i;
	int rc;

	if (m->watches) /* a baseline without a column has none to count, and yet they are made once */
		return 0;
	m->watches = mem_calloc(b->nfeatures + 1, sizeof(*m->watches));
	if (!m->watches)
		return err_nomem(err);
	rc = growth_init(&m->growth, b->nfeatures, err);
	for (i = 0; i < b->nfeatures && !rc; i++)
		rc = store_growth_column(&b->features[i], &m->growth.columns[i], err);
	if (rc) {
		model_drop_watches(m);
		return rc;
	}
	for (i = 0; i < b->nfeatures; i++) {
		if (!b->features[i].frozen)
			continue;
		m->armed++; /* as it came: there is nothing to grow for */
		growth_column_end(&m->growth.columns[i]);
	}
	m->nwatches = b->nfeatures;
	return 0;
}

struct evaluation {
	struct store *s;
	struct model *m;
	const struct evalwin_sums *sums;
	struct growth_when when;
	uint64_t windows; /* that the growing baseline had before */
	bool grows;    /* the window is for the growing baseline too */
	bool new_hour; /* the first such one in its hour */
	double limit[2];	/* provisional, armed */
};

/* Over-dispersion of a column that is not armed: known anew each hour, it changes slowly. */
static const struct evidence_phi *
phi_of(const struct evaluation *e, size_t i)
{
	const struct baseline_feature *f = &e->m->baseline->features[i];
	const struct growth_column *g = &e->m->growth.columns[i];
	struct watch *w = &e->m->watches[i];

	if (f->frozen)
		return &f->frozen->phi;
	if ((e->new_hour || !w->made) && w->phi_ahead_of == e->windows + 1)
		w->phi = w->phi_ahead;
	else if (e->new_hour || !w->made)
		growth_column_phi(g, GROWTH_PLAIN, &w->phi);
	return &w->phi;
}

static void
grow_column(const struct evaluation *e, size_t i, const struct growth_window *w)
{
	const struct baseline_feature *f = &e->m->baseline->features[i];
	struct growth_column *g = &e->m->growth.columns[i];
	const uint32_t *cells = e->sums->cells + e->m->baseline->layout.first[i];
	double positions[EVIDENCE_BINS_MAX];
	size_t k;

	if (growth_column_window(g, w, watch_positions(f, positions), NULL)) {
		e->m->unjudged++;
		return;
	}
	for (k = 0; k < g->ncells; k++)
		g->cells[k] += cells[k];
	g->clipped += cells[f->ncells + EXTRA_CLIPPED];
	g->moments.sum += e->sums->moments[i].sum;
	g->moments.sumsq += e->sums->moments[i].sumsq;
}

static void
evaluate_column(const struct evaluation *e, size_t i)
{
	struct model *m = e->m;
	struct baseline_feature *f = &m->baseline->features[i];
	struct growth_column *g = &m->growth.columns[i];
	uint64_t counts[EVIDENCE_BINS_MAX];
	enum evidence_change change = EVIDENCE_SAME;
	struct growth_window w = {.when = e->when};

	w.sample.index = e->sums->first;
	watch_sample(f, &e->sums->tally, e->sums->cells + m->baseline->layout.first[i], counts, &w);
	if (watch_window(&m->watches[i], f, &w, phi_of(e, i), e->limit[f->frozen != NULL], &change, NULL))
		m->unjudged++;
	if (!e->grows || g->ended)
		return;
	grow_column(e, i, &w);
	/* What has drifted since it was armed may not become the baseline of its hours. */
	if (change == EVIDENCE_RAISED && f->frozen)
		growth_column_end(g);
	else if (e->new_hour || g->stage == GROWTH_GROWING)
		store_growth_freeze(e->s, m, i);
}

/* What the next columns will read: each of these looks at what the one before it, a column earlier, has asked for. */
static void
fetch_ahead(const struct evaluation *e, size_t i)
{
	const struct model *m = e->m;
	const struct baseline_feature *f;

	if (i + 3 < m->nwatches) {
		watch_fetch_head(&m->watches[i + 3]);
		fetch(&m->growth.columns[i + 3], sizeof(*m->growth.columns));
		f = &m->baseline->features[i + 3];
		fetch(f, offsetof(struct baseline_feature, bins.edges));
		fetch(&f->means, sizeof(*f) - offsetof(struct baseline_feature, means));
	}
	if (i + 2 < m->nwatches) {
		f = &m->baseline->features[i + 2];
		watch_fetch(&m->watches[i + 2]);
		growth_column_fetch(&m->growth.columns[i + 2], e->when.slot);
		fetch(f->means, f->ncells * sizeof(*f->means));
	}
	if (i + 1 < m->nwatches)
		growth_column_fetch_more(&m->growth.columns[i + 1]);
}

static void
evaluate_window(struct store *s, struct model *m, const struct evalwin_sums *sums, bool between)
{
	struct evaluation e = {.s = s, .m = m, .sums = sums};
	struct budget budget;
	struct growth *g = &m->growth;
	int64_t newest = g->newest;
	size_t i;

	m->revision++;
	if (m->versus)
		versus_window(m->versus, sums->last);
	if (!m->nwatches) {
		m->unjudged++;
		return;
	}
	e.when = growth_when(sums->last, s->options.utc_offset_ms);
	e.windows = g->windows;
	e.grows = !store_leaves_out(s, m, sums);
	g->left_out += !e.grows;
	e.grows = e.grows && growth_window(g, sums, e.when);
	g->open = e.grows;
	e.new_hour = e.grows && (newest == GROWTH_NEVER ||
		growth_when(newest, s->options.utc_offset_ms).hour != e.when.hour);
	budget_of(s, &budget);
	e.limit[0] = budget_limit(&budget, false);
	e.limit[1] = budget_limit(&budget, true);
	for (i = 0; i < m->nwatches; i++) {
		fetch_ahead(&e, i);
		evaluate_column(&e, i);
	}
	store_outputs_window(s, m, sums, between);
	if (e.new_hour)
		store_growth_move(s, m);
}

/* between: two deltas, and more events follow. */
static void
take_windows(struct store *s, struct model *m, const struct evalwin_feed *feed, int64_t slot, bool between)
{
	const struct evalwin_sums *sums;

	while ((sums = evalwin_next(&m->evalwin, feed, slot)) != NULL)
		evaluate_window(s, m, sums, between);
}

/* ---- deltas ---------------------------------------------------------------------------------- */

void
store_evaluate_begin(struct store *s, struct model *m, const struct delta_model *md)
{
	struct evalwin_feed feed;

	if (m->baseline)
		(void)need_watches(m, NULL); /* without memory now, perhaps with it at the next delta */
	store_versions_begin(m, md);
	if (!m->baseline || md->reach == EVALWIN_NEVER)
		return;
	feed_of(s, m, &feed);
	feed.all_ended = false; /* here is more */
	evalwin_rise(&m->evalwin, md->reach_sources, md->reach);
	take_windows(s, m, &feed, EVALWIN_NEVER, true);
}

/*
 * A baseline's own rows stay out of the windows that are held against it, and so does the rest of the pane they end in:
 * whoever has kept the baseline and reads them again counts what one run over everything counts.
 */
static bool
is_of_baseline(const struct model *m, const struct delta_pane *p)
{
	return m->baseline->own && !m->growth.frozen && p->index <= pane_floor(m->baseline->to_ms, PANE_MS);
}

void
store_evaluate_pane(struct store *s, struct model *m, const struct delta_pane *p)
{
	struct evalwin_feed feed;

	if (m->baseline && p->tally.rows && !is_of_baseline(m, p)) {
		feed_of(s, m, &feed);
		feed.all_ended = false;
		evalwin_rise(&m->evalwin, p->sources, evalwin_reach(p->index));
		take_windows(s, m, &feed, pane_floor(p->index, EVALWIN_PANES), false);
		evalwin_add(&m->evalwin, p);
	}
	store_versions_pane(m, p);
}

/* What a growing column varies by is the same until the next window comes. */
static void
prepare_phi(struct model *m, size_t i)
{
	if (m->baseline->features[i].frozen)
		return;
	growth_column_phi(&m->growth.columns[i], GROWTH_PLAIN, &m->watches[i].phi_ahead);
	m->watches[i].phi_ahead_of = m->growth.windows + 1;
}

/*
 * The first window of an hour needs the references of another slot, which take longer than the window itself, and what
 * growing columns have come to vary by: the few minutes that it is open for are time enough to make them column by
 * column.
 */
void
store_evaluate_ahead(const struct store *s, struct model *m)
{
	int64_t slot = evalwin_coming(&m->evalwin), offset_ms = s->options.utc_offset_ms;
	size_t share = m->nwatches / AHEAD_TICKS + 1, i;
	bool new_hour;

	if (slot == EVALWIN_NEVER)
		return;
	if (slot != m->prepared_slot)
		m->prepared = 0;
	m->prepared_slot = slot;
	new_hour = m->growth.newest != GROWTH_NEVER &&
	    growth_when(m->growth.newest, offset_ms).hour != growth_when(slot, offset_ms).hour;
	for (; share && m->prepared < m->nwatches; share--) {
		i = m->prepared++;
		watch_prepare(&m->watches[i], &m->baseline->features[i], slot);
		if (new_hour)
			prepare_phi(m, i);
	}
}

void
store_evaluate_ended(struct store *s, struct model *m)
{
	struct evalwin_feed feed;

	if (!m->baseline || model_is_behind(m))
		return;
	feed_of(s, m, &feed);
	if (feed.all_ended)
		take_windows(s, m, &feed, EVALWIN_NEVER, false);
}
