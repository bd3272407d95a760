#include "core/delta.h"

#include <math.h>
#include <string.h>

#include "core/mem.h"
#include "core/pane.h"

#define WIDE_FEATURES 512 /* from here on histograms give their memory back with each delta */

void
delta_init(struct delta *d)
{
	memset(d, 0, sizeof(*d));
}

static void
pane_free(struct delta_pane *p)
{
	if (!p)
		return;
	mem_free(p->latency);
	mem_free(p->cells);
	mem_free(p->moments);
	mem_free(p);
}

static void
model_free(struct delta_model *m)
{
	size_t i;

	if (!m)
		return;
	for (i = 0; i < m->panes_made; i++)
		pane_free(m->panes[i]);
	for (i = 0; i < m->nfeatures; i++) {
		loghist_release(&m->features[i].hist);
		mem_free(m->features[i].news);
	}
	for (i = 0; i < m->nversions; i++)
		mem_free(m->versions[i].text);
	for (i = 0; i < DELTA_LANES; i++) {
		mem_free(m->lanes[i].held);
		mem_free(m->lanes[i].nheld);
		mem_free(m->lanes[i].holding);
	}
	mem_free(m->features);
	mem_free(m->score);
	quality_delta_release(&m->quality);
	mem_free(m);
}

void
delta_release(struct delta *d)
{
	size_t i;

	for (i = 0; i < d->nmodels; i++)
		model_free(d->models[i]);
	mem_free(d->models);
	delta_init(d);
}

static void
pane_clear(struct delta_pane *p, const struct cell_layout *layout)
{
	memset(&p->tally, 0, sizeof(p->tally));
	p->sources = 0;
	if (p->latency_to > p->latency_from)
		memset(p->latency + p->latency_from, 0,
		    (size_t)(p->latency_to - p->latency_from) * sizeof(*p->latency));
	p->latency_from = LATENCY_BUCKETS;
	p->latency_to = 0;
	if (p->cells) {
		memset(p->cells, 0, cell_layout_cells(layout) * sizeof(*p->cells));
		memset(p->moments, 0, layout->nfeatures * sizeof(*p->moments));
	}
}

static bool
is_wide(const struct delta_model *m)
{
	return m->nfeatures > WIDE_FEATURES;
}

static void
hist_clear(const struct delta_model *m, struct delta_feature *f)
{
	if (is_wide(m))
		loghist_release(&f->hist);
	else if (m->hists)
		loghist_clear(&f->hist);
}

static void
feature_clear(struct delta_feature *f)
{
	f->min = INFINITY;
	f->max = -INFINITY;
	f->values = f->wrong_type = 0;
	f->nnew = 0;
}

/* Names are kept, since the next delta mostly has the same ones; those just used come first: they get the lanes. */
static void
versions_clear(struct delta_model *m)
{
	unsigned i, used = 0;

	for (i = 0; i < m->nversions; i++) {
		struct delta_version v = m->versions[i];

		if (v.used && i != used) {
			m->versions[i] = m->versions[used];
			m->versions[used] = v;
		}
		used += v.used;
	}
	for (i = 0; i < m->nversions; i++) {
		m->versions[i].used = false;
		m->versions[i].first_ms = INT64_MAX;
		m->versions[i].last_ms = INT64_MIN;
		m->versions[i].last = NULL;
	}
	m->last_version = m->used_versions = 0;
}

static void
lane_clear(struct delta_lane *lane)
{
	if (lane->nheld)
		memset(lane->nheld, 0, lane->nfeatures * sizeof(*lane->nheld));
	lane->nholding = 0;
	lane->pane = NULL;
}

#define PANES_LIVE 2 /* at once, of a stream that has been read to its end */

static void
model_clear(struct delta_model *m)
{
	size_t i;

	for (i = 0; i < m->npanes; i++)
		pane_clear(m->panes[i], m->layout);
	/* Reading history leaves panes that a live stream does not need: they go one by one. */
	if (m->npanes <= PANES_LIVE && m->panes_made > PANES_LIVE)
		pane_free(m->panes[--m->panes_made]);
	m->npanes = 0;
	m->front = INT64_MIN;
	for (i = 0; i < DELTA_LANES; i++)
		lane_clear(&m->lanes[i]);
	for (i = 0; i < m->nfeatures; i++) {
		hist_clear(m, &m->features[i]);
		feature_clear(&m->features[i]);
	}
	versions_clear(m);
	if (m->score && m->hists)
		memset(m->score, 0, SCOREBINS * sizeof(*m->score));
	quality_delta_clear(&m->quality);
	m->waits = !m->hists;
	m->hists = true;
	m->late = 0;
	m->longest_gap_ms = 0;
	m->reach = INT64_MIN;
	m->reach_sources = 0;
	m->first_ms = INT64_MAX;
	m->newest_ms = INT64_MIN;
	m->latency_min = 1;
	m->latency_max = 0;
	m->touched = false;
}

void
delta_clear(struct delta *d)
{
	size_t i;

	for (i = 0; i < d->nmodels; i++)
		if (d->models[i] && d->models[i]->touched)
			model_clear(d->models[i]);
	memset(d->reasons, 0, sizeof(d->reasons));
	d->events = d->dropped = 0;
	d->full = false;
}

void
delta_hists(struct delta *d, bool due)
{
	size_t i;

	for (i = 0; i < d->nmodels; i++) {
		struct delta_model *m = d->models[i];

		if (!m)
			continue;
		m->hists = due || is_wide(m);
		m->touched |= due && m->waits;
	}
}

bool
delta_empty(const struct delta *d)
{
	size_t i;

	if (d->events || d->dropped)
		return false;
	for (i = 0; i < d->nmodels; i++)
		if (d->models[i] && d->models[i]->touched)
			return false;
	return true;
}

int
delta_model_make(struct delta *d, unsigned model, struct delta_model **out, struct err *err)
{
	struct delta_model **grown = mem_grow(d->models, &d->models_cap, (size_t)model + 1, sizeof(*grown));

	if (!grown)
		return err_nomem(err);
	d->models = grown;
	while (d->nmodels <= model)
		d->models[d->nmodels++] = NULL;
	*out = mem_calloc(1, sizeof(**out));
	if (!*out)
		return err_nomem(err);
	(*out)->model = model;
	(*out)->hists = true;
	model_clear(*out);
	d->models[model] = *out;
	return 0;
}

int
delta_features(struct delta_model *m, size_t nfeatures, struct err *err)
{
	struct delta_feature *grown;

	if (nfeatures <= m->nfeatures)
		return 0;
	grown = mem_grow(m->features, &m->features_cap, nfeatures, sizeof(*grown));
	if (!grown)
		return err_nomem(err);
	m->features = grown;
	for (; m->nfeatures < nfeatures; m->nfeatures++) {
		struct delta_feature *f = &grown[m->nfeatures];

		memset(f, 0, sizeof(*f));
		loghist_init(&f->hist, 0, 1);
		feature_clear(f);
	}
	return 0;
}

int
delta_lane_room(const struct delta_model *m, struct delta_lane *lane, struct err *err)
{
	struct delta_held *held;
	uint16_t *nheld;
	uint32_t *holding = mem_grow(lane->holding, &lane->holding_cap, m->nfeatures, sizeof(*holding));

	if (!holding)
		return err_nomem(err);
	lane->holding = holding;
	held = mem_grow(lane->held, &lane->held_cap, m->nfeatures, sizeof(*held));
	if (!held)
		return err_nomem(err);
	lane->held = held;
	nheld = mem_grow(lane->nheld, &lane->nheld_cap, m->nfeatures, sizeof(*nheld));
	if (!nheld)
		return err_nomem(err);
	lane->nheld = nheld;
	memset(nheld + lane->nfeatures, 0, (m->nfeatures - lane->nfeatures) * sizeof(*nheld));
	lane->nfeatures = m->nfeatures;
	return 0;
}

void
delta_rebin(struct delta_model *m, const struct cell_layout *layout)
{
	size_t i;

	for (i = 0; i < m->nfeatures; i++)
		loghist_release(&m->features[i].hist);
	for (i = 0; i < m->panes_made; i++) {
		mem_free(m->panes[i]->cells);
		mem_free(m->panes[i]->moments);
		m->panes[i]->cells = NULL;
		m->panes[i]->moments = NULL;
	}
	m->layout = layout;
}

static int
pane_cells(struct delta_pane *p, const struct cell_layout *layout, struct err *err)
{
	if (p->cells || !layout)
		return 0;
	p->cells = mem_calloc(cell_layout_cells(layout), sizeof(*p->cells));
	p->moments = mem_calloc(layout->nfeatures, sizeof(*p->moments));
	if (p->cells && p->moments)
		return 0;
	mem_free(p->cells);
	mem_free(p->moments);
	p->cells = NULL;
	p->moments = NULL;
	return err_nomem(err);
}

static int
pane_make(struct delta_model *m, struct err *err)
{
	struct delta_pane *p = mem_calloc(1, sizeof(*p));

	if (p)
		p->latency = mem_calloc(LATENCY_BUCKETS, sizeof(*p->latency));
	if (!p || !p->latency) {
		pane_free(p);
		return err_nomem(err);
	}
	p->latency_from = LATENCY_BUCKETS;
	m->panes[m->panes_made++] = p;
	return 0;
}

/* A place for a version that has none: a free one, or that of the last that is not used. */
static int
version_make(struct delta *d, struct delta_model *m, struct slice name, unsigned *place, struct err *err)
{
	unsigned at = m->nversions;
	char *text;

	if (at == LIMIT_VERSIONS) {
		while (at > 0 && m->versions[at - 1].used)
			at--;
		if (at == 0) {
			d->full = true;
			return err_set(err, ERR_LIMIT, "too many versions");
		}
		at--;
	}
	text = mem_dup(name.p, name.n);
	if (!text)
		return err_nomem(err);
	if (at == m->nversions)
		m->nversions++;
	else
		mem_free(m->versions[at].text);
	m->versions[at] =
	    (struct delta_version){text, slice_make(text, name.n), false, INT64_MAX, INT64_MIN, NULL};
	*place = at;
	return 0;
}

static int
version_place(struct delta *d, struct delta_model *m, struct slice name, unsigned *place, struct err *err)
{
	unsigned i;

	for (i = 0; i < m->nversions; i++) {
		if (slice_eq_short(m->versions[i].name, name)) {
			*place = i;
			return 0;
		}
	}
	return version_make(d, m, name, place, err);
}

static struct delta_pane *
pane_find(const struct delta_model *m, unsigned version, int64_t index)
{
	size_t i;

	for (i = m->npanes; i > 0; i--)
		if (m->panes[i - 1]->index == index && m->panes[i - 1]->version == version)
			return m->panes[i - 1];
	return NULL;
}

static int
pane_open(struct delta *d, struct delta_model *m, unsigned version, int64_t index, struct delta_pane **out,
    struct err *err)
{
	unsigned versions = m->used_versions + !m->versions[version].used;
	struct delta_pane *p;
	int rc;

	if (m->npanes >= (versions > 1 ? DELTA_PANES_MAX : DELTA_PANES_ONE)) {
		d->full = true;
		return err_set(err, ERR_LIMIT, "too many open panes");
	}
	rc = m->npanes == m->panes_made ? pane_make(m, err) : 0;
	if (rc)
		return rc;
	p = m->panes[m->npanes];
	rc = pane_cells(p, m->layout, err);
	if (rc)
		return rc;
	p->index = index;
	p->version = version;
	m->npanes++;
	m->front = index > m->front ? index : m->front;
	m->versions[version].used = true;
	m->used_versions = versions;
	*out = p;
	return 0;
}

int
delta_pane(struct delta *d, struct delta_model *m, struct slice version, int64_t index,
    struct delta_pane **out, struct err *err)
{
	struct delta_pane *p;
	unsigned place = 0;
	int rc = version_place(d, m, version, &place, err);

	if (rc)
		return rc;
	m->last_version = place;
	p = pane_find(m, place, index);
	rc = p ? 0 : pane_open(d, m, place, index, &p, err);
	if (rc)
		return rc;
	m->versions[place].last = *out = p;
	return 0;
}

void
delta_new_value(struct delta_feature *f, struct slice value)
{
	unsigned i;

	for (i = 0; i < f->nnew; i++) {
		if (slice_eq(slice_make(f->news[i].text, f->news[i].n), value)) {
			f->news[i].count++;
			return;
		}
	}
	if (f->nnew == DELTA_NEW_VALUES)
		return;
	if (!f->news)
		f->news = mem_calloc(DELTA_NEW_VALUES, sizeof(*f->news));
	if (!f->news)
		return; /* for display only: nothing is lost that counts */
	if (value.n > sizeof(f->news[i].text))
		value.n = sizeof(f->news[i].text);
	if (value.n)
		memcpy(f->news[i].text, value.p, value.n);
	f->news[i].n = (uint16_t)value.n;
	f->news[i].count = 1;
	f->nnew++;
}
