#include "core/model.h"

#include "core/mem.h"

/* Windows shorter than a model's auto window hold fewer rows than a distribution needs to be read.
 */
#define AUTO_ROWS 500

static const struct {
	int64_t pane_ms;
	int size;
} rings[RING_COUNT] = {{PANE_MS, 60}, {60000, 60}, {900000, 96}};

int
model_new(struct model **out, unsigned index, struct slice name, struct err *err)
{
	struct model *m = mem_calloc(1, sizeof(*m));
	char *copy = mem_dup(name.p, name.n);
	int rc = 0;
	int i;

	if (!m || !copy) {
		mem_free(m);
		mem_free(copy);
		return err_nomem(err);
	}
	m->index = index;
	m->text = copy;
	m->name = slice_make(copy, name.n);
	m->severity = SEVERITY_UNKNOWN; /* until it has been judged */
	m->newest_ms = m->first_ms = m->now_ms = m->outputs_after_ms = INT64_MIN;
	m->version_slot = m->version_pane = INT64_MIN;
	m->stable = m->canary = VERSION_NONE;
	m->judged_pane = m->judged_columns_pane = INT64_MIN / 2; /* differences do not overflow */
	m->latency_min = 1;
	m->watched = UINT64_MAX;
	names_init(&m->inputs);
	classes_init(&m->classes);
	names_init(&m->label_versions);
	rows_init(&m->rows);
	evalwin_init(&m->evalwin);
	for (i = 0; i < RING_COUNT && !rc; i++)
		rc = ring_init(&m->rings[i], rings[i].pane_ms, rings[i].size, err);
	if (!rc)
		rc = sums_init(&m->total, NULL, err);
	if (!rc) {
		m->features = mem_grow(NULL, &m->features_cap, FID_INPUT, sizeof(*m->features));
		rc = m->features ? 0 : err_nomem(err);
	}
	if (rc) {
		model_free(m);
		return rc;
	}
	for (; m->nfeatures < FID_INPUT; m->nfeatures++)
		memset(&m->features[m->nfeatures], 0, sizeof(*m->features));
	for (i = 0; i < FID_INPUT; i++) {
		loghist_init(&m->features[i].hist, 0, 1);
		m->features[i].min = 1;
		m->features[i].watched = UINT64_MAX;
	}
	*out = m;
	return 0;
}

static void
feature_release(struct feature *f)
{
	unsigned i;

	loghist_release(&f->hist);
	for (i = 0; i < f->nnew; i++)
		mem_free(f->news[i].text);
	mem_free(f->news);
	f->news = NULL;
	f->nnew = 0;
}

void
model_drop_versus(struct model *m)
{
	versus_free(m->versus);
	m->versus = NULL;
}

void
model_drop_watches(struct model *m)
{
	size_t i;

	for (i = 0; i < m->nwatches; i++)
		watch_release(&m->watches[i]);
	mem_free(m->watches);
	m->watches = NULL;
	m->nwatches = m->armed = m->prepared = 0;
	growth_release(&m->growth);
}

void
model_free(struct model *m)
{
	size_t i;

	if (!m)
		return;
	for (i = 0; i < RING_COUNT; i++)
		ring_release(&m->rings[i]);
	sums_release(&m->total);
	evalwin_release(&m->evalwin);
	model_drop_watches(m);
	mem_free(m->own_outputs);
	model_drop_versus(m);
	for (i = 0; i < m->nfeatures; i++)
		feature_release(&m->features[i]);
	for (i = 0; i < m->nversions; i++) {
		mem_free(m->versions[i].text);
		mem_free(m->versions[i].latency);
	}
	mem_free(m->features);
	mem_free(m->picks);
	mem_free(m->order);
	mem_free(m->guesses);
	mem_free(m->score);
	classes_release(&m->classes);
	names_release(&m->label_versions);
	quality_panes_free(m->quality);
	baseline_free(m->baseline);
	baseline_maker_free(m->maker);
	rows_release(&m->rows);
	names_release(&m->inputs);
	mem_free(m->text);
	mem_free(m);
}

static void
feature_bind(struct model *m, size_t fid)
{
	struct feature *f = &m->features[fid];
	const struct baseline *b = m->baseline;

	f->ref = b ? baseline_find(b, model_feature_name(m, fid), fid < FID_INPUT) : NULL;
	f->binned = f->ref ? (uint32_t)(f->ref - b->features) : 0;
	f->first = f->ref ? b->layout.first[f->binned] : 0;
	f->nbins = f->ref ? (uint32_t)f->ref->ncells : 0;
	f->bins = f->ref && f->ref->type == FEATURE_NUMERIC && f->ref->count ? &f->ref->bins : NULL;
	feature_release(f);
	if (f->ref && f->ref->type == FEATURE_NUMERIC && f->ref->count)
		loghist_init(&f->hist, f->ref->bins.median, f->ref->bins.scale);
	else
		loghist_init(&f->hist, 0, 1);
	f->min = 1;
	f->max = 0;
	f->values = f->wrong_type = 0;
	f->state = DRIFT_LEARNING;
	f->causes = 0;
	f->since_ms = 0;
}

void
model_restart_column(struct model *m, size_t fid)
{
	feature_bind(m, fid);
}

int
model_input(struct model *m, struct slice name, size_t *fid, struct err *err)
{
	struct feature *grown;
	size_t index = names_find(&m->inputs, name);
	int rc;

	if (index != NAMES_NONE) {
		*fid = FID_INPUT + index;
		return 0;
	}
	if (m->inputs.count >= LIMIT_FEATURES)
		return err_set(err, ERR_LIMIT, "model has more than %d features", LIMIT_FEATURES);
	grown = mem_grow(m->features, &m->features_cap, m->nfeatures + 1, sizeof(*grown));
	if (!grown)
		return err_nomem(err);
	m->features = grown;
	rc = names_add(&m->inputs, name, &index, err);
	if (rc)
		return rc;
	*fid = m->nfeatures++;
	memset(&m->features[*fid], 0, sizeof(*m->features));
	m->features[*fid].watched = UINT64_MAX; /* an earlier run may have left alerts */
	feature_bind(m, *fid);
	return 0;
}

enum window
model_window(const struct model *m, enum window w)
{
	if (w != WINDOW_AUTO)
		return w;
	for (w = WINDOW_5M; w < WINDOW_ALL; w++)
		if (model_sums(m, w)->tally.rows >= AUTO_ROWS)
			return w;
	return WINDOW_ALL;
}

int
model_set_baseline(struct model *m, struct baseline *b, struct err *err)
{
	const struct cell_layout *layout = b ? &b->layout : NULL;
	size_t i, fid;
	int rc;

	for (i = 0; b && i < b->nfeatures; i++) {
		if (b->features[i].output)
			continue;
		rc = model_input(m, slice_of(b->features[i].name), &fid, err);
		if (rc && rc != ERR_LIMIT) {
			baseline_free(b);
			return rc;
		}
	}
	rc = sums_rebin(&m->total, layout, err);
	for (i = 0; i < RING_COUNT && !rc; i++)
		rc = ring_rebin(&m->rings[i], layout, err);
	if (rc) {
		/* Half a binning counts nothing at all: the model is without one until memory is
		 * back. */
		baseline_free(b);
		b = NULL;
		sums_rebin(&m->total, NULL, NULL);
		for (i = 0; i < RING_COUNT; i++)
			ring_rebin(&m->rings[i], NULL, NULL);
	}
	if (m->versus && versus_rebin(m->versus, b, NULL))
		model_drop_versus(m); /* until roles are looked at again */
	baseline_free(m->baseline);
	m->baseline = b;
	mem_free(m->own_outputs);
	m->own_outputs = NULL;
	m->outputs_after_ms = INT64_MIN;
	m->revision++;
	m->moved = true;
	model_drop_watches(m);
	evalwin_rebin(&m->evalwin, b ? &b->layout : NULL);
	for (fid = 0; fid < m->nfeatures; fid++)
		feature_bind(m, fid);
	return rc;
}
