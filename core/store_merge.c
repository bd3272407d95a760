/*
 * A delta becomes part of the store: first everything that could fail is made ready, then all of it
 * is added, so that a merge happens whole or not at all. Panes are added one after the other: before one
 * that is newer than all there were, rules are judged by what there is without it.
 */
#include "core/mem.h"
#include "core/store_impl.h"

static int
prepare_model(struct model *m, const struct delta_model *md, struct err *err)
{
	int rc = store_versions_prepare(m, md, err);

	if (rc)
		return rc;
	if (md->hists && md->score && !m->score) {
		m->score = mem_calloc(SCOREBINS, sizeof(*m->score));
		if (!m->score)
			return err_nomem(err);
	}
	if (!md->quality.touched)
		return 0;
	rc = m->quality ? 0 : quality_panes_new(&m->quality, err);
	return rc ? rc : quality_panes_prepare(m->quality, &md->quality, err);
}

/* New values are for display: where there is no room or no memory for one more, it is left out. */
static void
add_news(struct feature *f, const struct delta_feature *df)
{
	unsigned i, k;

	if (df->nnew && !f->news)
		f->news = mem_calloc(LIMIT_NEW_VALUES, sizeof(*f->news));
	for (i = 0; i < df->nnew && f->news; i++) {
		struct slice value = slice_make(df->news[i].text, df->news[i].n);

		for (k = 0; k < f->nnew; k++)
			if (slice_eq(slice_make(f->news[k].text, f->news[k].n), value))
				break;
		if (k == LIMIT_NEW_VALUES)
			continue;
		if (k == f->nnew) {
			f->news[k].text = mem_dup(value.p, value.n);
			if (!f->news[k].text)
				continue;
			f->news[k].n = value.n;
			f->news[k].count = 0;
			f->nnew++;
		}
		f->news[k].count += df->news[i].count;
	}
}

static void
add_features(struct model *m, const struct delta_model *md)
{
	size_t i;

	for (i = 0; i < md->nfeatures; i++) {
		const struct delta_feature *df = &md->features[i];
		struct feature *f = &m->features[i];

		f->values += df->values;
		f->wrong_type += df->wrong_type;
		if (md->hists) /* without memory the quantiles miss an octave, the counts nothing */
			loghist_merge(&f->hist, &df->hist, NULL);
		if (df->min <= df->max) {
			if (f->min > f->max) {
				f->min = df->min;
				f->max = df->max;
			}
			f->min = df->min < f->min ? df->min : f->min;
			f->max = df->max > f->max ? df->max : f->max;
		}
		add_news(f, df);
	}
}

/* The delta's panes, by rising index. */
static void
panes_in_order(const struct delta_model *md, const struct delta_pane **out)
{
	size_t i, k;

	for (i = 0; i < md->npanes; i++) {
		for (k = i; k > 0 && out[k - 1]->index > md->panes[i]->index; k--)
			out[k] = out[k - 1];
		out[k] = md->panes[i];
	}
}

/* Where there is no memory for it in a ring, it counts in the total alone, as a late one would, and as dropped. */
static void
add_pane(struct store *s, struct model *m, const struct delta_pane *p)
{
	const struct cell_layout *layout = m->baseline ? &m->baseline->layout : NULL;
	bool lost = false;
	size_t r;

	for (r = 0; r < RING_COUNT; r++) {
		if (ring_prepare(&m->rings[r], p, 1, layout, NULL))
			lost = true;
		else
			ring_add(&m->rings[r], p, layout);
	}
	sums_add(&m->total, p, layout);
	m->sources |= p->sources;
	s->dropped += lost ? p->tally.events : 0;
}

static void
add_model(struct store *s, struct model *m, const struct delta_model *md)
{
	const struct delta_pane *panes[DELTA_PANES_MAX];
	size_t i;

	int64_t complete = m->evalwin.complete;
	uint64_t looks = m->version_looks;

	s->alone = s->alone || !store_is_level(s, m) || md->reach != EVALWIN_NEVER;
	store_evaluate_begin(s, m, md);
	panes_in_order(md, panes);
	for (i = 0; i < md->npanes; i++) {
		store_judge_before(s, m, panes[i]->index);
		store_evaluate_pane(s, m, panes[i]);
		add_pane(s, m, panes[i]);
	}
	s->alone = s->alone || m->evalwin.complete != complete || m->version_looks != looks;
	store_growth_add(m, md);
	add_features(m, md);
	for (i = 0; md->hists && md->score && i < SCOREBINS; i++)
		m->score[i] += md->score[i];
	if (md->latency_min <= md->latency_max) {
		if (m->latency_min > m->latency_max) {
			m->latency_min = md->latency_min;
			m->latency_max = md->latency_max;
		}
		m->latency_min =
		    md->latency_min < m->latency_min ? md->latency_min : m->latency_min;
		m->latency_max =
		    md->latency_max > m->latency_max ? md->latency_max : m->latency_max;
	}
	if (md->quality.touched)
		quality_panes_add(m->quality, &md->quality);
	m->late += md->late;
	if (md->longest_gap_ms > m->longest_gap_ms)
		m->longest_gap_ms = md->longest_gap_ms;
	if (md->first_ms != INT64_MAX && (m->first_ms == INT64_MIN || md->first_ms < m->first_ms))
		m->first_ms = md->first_ms;
	if (md->newest_ms >= m->newest_ms && md->newest_ms != INT64_MIN) {
		m->newest_ms = md->newest_ms;
		m->newest_arrival_ms = md->newest_arrival_ms;
	}
}

int
store_merge(struct store *s, const struct delta *d, struct err *err)
{
	size_t i;
	int r, rc;

	for (i = 0; i < d->nmodels && i < s->nmodels; i++) {
		if (!d->models[i] || !d->models[i]->touched)
			continue;
		rc = prepare_model(s->models[i], d->models[i], err);
		if (rc)
			return rc;
	}
	store_journal_models(s);
	s->alone = false;
	for (i = 0; i < d->nmodels && i < s->nmodels; i++) {
		if (!d->models[i] || !d->models[i]->touched)
			continue;
		add_model(s, s->models[i], d->models[i]);
	}
	for (r = 0; r < REASON_COUNT; r++)
		s->reasons[r] += d->reasons[r];
	for (i = 0; i < d->nmodels && i < s->nmodels; i++)
		if (d->models[i] && d->models[i]->touched)
			s->reasons[REASON_LATE] += d->models[i]->late;
	s->events += d->events;
	s->dropped += d->dropped;
	s->generation++;
	if (s->journal)
		s->journal->merged(s->journal->ctx, s, d, s->alone);
	return 0;
}

/* Somewhere more will come, so that what waits does not wait for ever. */
static bool
is_live(const struct store *s)
{
	size_t i;

	for (i = 0; i < s->nsources; i++)
		if (s->sources[i].fact.state == FEED_LIVE && !s->sources[i].fact.from_file)
			return !store_is_reading(s);
	return false;
}

int
store_flush(struct store *s, struct err *err)
{
	size_t i;
	int rc;

	delta_hists(&s->delta, s->hists_due || !s->options.defer_hists || !is_live(s));
	if (delta_empty(&s->delta))
		return 0;
	for (i = 0; i < s->delta.nmodels && i < s->nmodels; i++)
		if (s->delta.models[i])
			store_numbers_settle(s->models[i], s->delta.models[i]);
	rc = store_merge(s, &s->delta, err);
	if (!rc)
		delta_clear(&s->delta);
	return rc;
}
