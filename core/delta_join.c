#include "core/delta_join.h"

#include "core/mem.h"
#include "core/pane.h"

/* ---- whether it fits ------------------------------------------------------------------------- */

static bool
has_version(const struct delta_model *m, struct slice name, unsigned *place)
{
	unsigned i;

	for (i = 0; i < m->nversions; i++) {
		if (m->versions[i].used && slice_eq_short(m->versions[i].name, name)) {
			*place = i;
			return true;
		}
	}
	return false;
}

static bool
has_pane(const struct delta_model *m, struct slice version, int64_t index)
{
	unsigned place;
	size_t i;

	if (!has_version(m, version, &place))
		return false;
	for (i = 0; i < m->npanes; i++)
		if (m->panes[i]->index == index && m->panes[i]->version == place)
			return true;
	return false;
}

static bool
model_fits(const struct delta_model *to, const struct delta_model *from)
{
	unsigned versions = to->used_versions, place;
	size_t panes = to->npanes, i;

	if (to->touched && to->layout != from->layout)
		return false;
	for (i = 0; i < from->nversions; i++)
		versions += from->versions[i].used && !has_version(to, from->versions[i].name, &place);
	for (i = 0; i < from->npanes; i++)
		panes += !has_pane(to, from->versions[from->panes[i]->version].name, from->panes[i]->index);
	return panes <= (versions > 1 ? DELTA_PANES_MAX : DELTA_PANES_ONE) && versions <= LIMIT_VERSIONS &&
	       quality_delta_joins(&to->quality, &from->quality);
}

bool
delta_joins(const struct delta *to, const struct delta *from)
{
	size_t i;

	for (i = 0; i < from->nmodels && i < to->nmodels; i++)
		if (from->models[i] && from->models[i]->touched && to->models[i] &&
		    !model_fits(to->models[i], from->models[i]))
			return false;
	return true;
}

/* ---- adding ---------------------------------------------------------------------------------- */

static void
add_cells(struct delta_pane *to, const struct delta_pane *from, const struct cell_layout *layout)
{
	size_t cells = cell_layout_cells(layout), i;

	for (i = 0; i < cells; i++)
		to->cells[i] += from->cells[i];
	for (i = 0; i < layout->nfeatures; i++) {
		to->moments[i].sum += from->moments[i].sum;
		to->moments[i].sumsq += from->moments[i].sumsq;
	}
}

static int
join_pane(struct delta *d, struct delta_model *m, const struct delta_model *from, const struct delta_pane *p,
    struct err *err)
{
	struct delta_pane *to;
	int rc = delta_pane(d, m, from->versions[p->version].name, p->index, &to, err);
	size_t b;

	if (rc)
		return rc;
	to->sources |= p->sources;
	tally_add(&to->tally, &p->tally);
	if (p->latency_from < p->latency_to) {
		to->latency_from = to->latency_from < p->latency_from ? to->latency_from : p->latency_from;
		to->latency_to = to->latency_to > p->latency_to ? to->latency_to : p->latency_to;
	}
	for (b = p->latency_from; b < p->latency_to; b++)
		to->latency[b] += p->latency[b];
	if (m->layout)
		add_cells(to, p, m->layout);
	return 0;
}

/*
 * A pane of each version that is new here comes first: with several versions more panes may be open, and what fits as
 * a whole is to fit on the way, too.
 */
static int
join_panes(struct delta *d, struct delta_model *m, const struct delta_model *from, struct err *err)
{
	bool joined[DELTA_PANES_MAX] = {false};
	unsigned place;
	size_t i;
	int rc = 0;

	for (i = 0; i < from->npanes && !rc; i++) {
		joined[i] = !has_version(m, from->versions[from->panes[i]->version].name, &place);
		if (joined[i])
			rc = join_pane(d, m, from, from->panes[i], err);
	}
	for (i = 0; i < from->npanes && !rc; i++)
		if (!joined[i])
			rc = join_pane(d, m, from, from->panes[i], err);
	return rc;
}

static void
join_versions(struct delta_model *m, const struct delta_model *from)
{
	unsigned i, place;

	for (i = 0; i < from->nversions; i++) {
		const struct delta_version *v = &from->versions[i];
		struct delta_version *to;

		if (!v->used || !has_version(m, v->name, &place))
			continue;
		to = &m->versions[place];
		to->first_ms = v->first_ms < to->first_ms ? v->first_ms : to->first_ms;
		to->last_ms = v->last_ms > to->last_ms ? v->last_ms : to->last_ms;
	}
}

static void
join_news(struct delta_feature *f, const struct delta_feature *from)
{
	unsigned i, k;

	for (i = 0; i < from->nnew; i++) {
		struct slice value = slice_make(from->news[i].text, from->news[i].n);

		delta_new_value(f, value); /* counts one */
		for (k = 0; k < f->nnew; k++)
			if (slice_eq(slice_make(f->news[k].text, f->news[k].n), value))
				f->news[k].count += from->news[i].count - 1;
	}
}

static int
join_feature(struct delta_feature *f, const struct delta_feature *from, bool hists, struct err *err)
{
	if (hists && !f->hist.n && from->hist.n) {
		f->hist.center = from->hist.center;
		f->hist.scale = from->hist.scale;
		f->hist.per_scale = from->hist.per_scale;
	}
	f->min = from->min < f->min ? from->min : f->min;
	f->max = from->max > f->max ? from->max : f->max;
	f->values += from->values;
	f->wrong_type += from->wrong_type;
	join_news(f, from);
	return hists && from->hist.n ? loghist_merge(&f->hist, &from->hist, err) : 0;
}

static int
join_score(struct delta_model *m, const struct delta_model *from, struct err *err)
{
	size_t i;

	if (!from->hists || !from->score)
		return 0;
	if (!m->score)
		m->score = mem_calloc(SCOREBINS, sizeof(*m->score));
	if (!m->score)
		return err_nomem(err);
	for (i = 0; i < SCOREBINS; i++)
		m->score[i] += from->score[i];
	return 0;
}

static void
join_times(struct delta_model *m, const struct delta_model *from)
{
	m->late += from->late;
	m->longest_gap_ms = from->longest_gap_ms > m->longest_gap_ms ? from->longest_gap_ms : m->longest_gap_ms;
	m->first_ms = from->first_ms < m->first_ms ? from->first_ms : m->first_ms;
	if (from->newest_ms >= m->newest_ms) {
		m->newest_ms = from->newest_ms;
		m->newest_arrival_ms = from->newest_arrival_ms;
	}
	if (from->latency_min > from->latency_max)
		return;
	if (m->latency_min > m->latency_max) {
		m->latency_min = from->latency_min;
		m->latency_max = from->latency_max;
	}
	m->latency_min = from->latency_min < m->latency_min ? from->latency_min : m->latency_min;
	m->latency_max = from->latency_max > m->latency_max ? from->latency_max : m->latency_max;
}

static int
join_model(struct delta *d, const struct delta_model *from, struct err *err)
{
	struct delta_model *m;
	size_t i;
	int rc = delta_model(d, from->model, &m, err);

	if (!rc)
		rc = delta_features(m, from->nfeatures, err);
	if (rc)
		return rc;
	if (m->layout != from->layout)
		delta_rebin(m, from->layout);
	m->touched = true;
	rc = join_panes(d, m, from, err);
	join_versions(m, from);
	for (i = 0; i < from->nfeatures && !rc; i++)
		rc = join_feature(&m->features[i], &from->features[i], from->hists, err);
	if (!rc)
		rc = join_score(m, from, err);
	if (!rc && from->quality.touched)
		rc = quality_delta_join(&m->quality, &from->quality, err);
	join_times(m, from);
	if (from->reach != INT64_MIN) {
		m->reach = from->reach;
		m->reach_sources = from->reach_sources;
	}
	return rc;
}

int
delta_join(struct delta *to, const struct delta *from, struct err *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < from->nmodels && !rc; i++)
		if (from->models[i] && from->models[i]->touched)
			rc = join_model(to, from->models[i], err);
	for (i = 0; i < REASON_COUNT; i++)
		to->reasons[i] += from->reasons[i];
	to->events += from->events;
	to->dropped += from->dropped;
	return rc;
}
