#include "core/state_hash.h"

#include "core/mem.h"
#include "core/store_impl.h"

struct hash {
	uint64_t h;
	bool complete;
};

/* Source: Steele, Lea & Flood, OOPSLA 2014 (the finaliser). */
static void
mix(struct hash *h, uint64_t x)
{
	uint64_t z = (h->h ^ x) + UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	h->h = z ^ z >> 31;
}

static void
mix_double(struct hash *h, double x)
{
	uint64_t bits;

	x += 0.0; /* one zero */
	memcpy(&bits, &x, sizeof(bits));
	mix(h, bits);
}

static void
mix_tally(struct hash *h, const struct tally *t)
{
	mix(h, t->events);
	mix(h, t->rows);
	mix(h, t->feature_rows);
	mix(h, t->errors);
	mix(h, t->client_errors);
	mix(h, t->latencies);
	mix(h, t->latency_ns);
}

static void
mix_u64s(struct hash *h, const uint64_t *v, size_t n)
{
	size_t i;

	for (i = 0; v && i < n; i++)
		mix(h, v[i]);
}

static void
mix_u32s(struct hash *h, const uint32_t *v, size_t n)
{
	size_t i;

	for (i = 0; v && i < n; i++)
		mix(h, v[i]);
}

static void
mix_moments(struct hash *h, const struct moments *mo, size_t n)
{
	size_t i;

	for (i = 0; mo && i < n; i++) {
		mix(h, (uint64_t)mo[i].sum);
		mix(h, (uint64_t)mo[i].sumsq);
		mix(h, (uint64_t)(mo[i].sumsq >> 64));
	}
}

static void
mix_sums(struct hash *h, const struct sums *s, const struct cell_layout *layout)
{
	mix_tally(h, &s->tally);
	mix(h, s->rows_before);
	mix_u64s(h, s->latency, LATENCY_BUCKETS);
	mix_u64s(h, s->cells, cell_layout_cells(layout));
	mix_moments(h, s->moments, layout ? layout->nfeatures : 0);
}

static void
mix_hist(struct hash *h, const struct loghist *hist)
{
	int b;

	mix(h, hist->n);
	for (b = loghist_next(hist, 0); b >= 0; b = loghist_next(hist, b + 1)) {
		mix(h, (uint64_t)b);
		mix(h, loghist_count(hist, b));
	}
}

/* ---- evaluation ------------------------------------------------------------------------------ */

static void
mix_window(struct hash *h, const struct evalwin_sums *s, const struct cell_layout *layout)
{
	mix(h, (uint64_t)s->first);
	mix(h, (uint64_t)s->last);
	mix_tally(h, &s->tally);
	mix_u32s(h, s->latency, LATENCY_BUCKETS);
	mix_u32s(h, s->cells, cell_layout_cells(layout));
	mix_moments(h, s->moments, layout->nfeatures);
}

static void
mix_evalwin(struct hash *h, const struct evalwin *w)
{
	size_t i;

	mix(h, (uint64_t)w->complete);
	mix(h, w->windows);
	mix(h, w->late);
	mix(h, w->lost);
	for (i = 0; i < w->nopen; i++)
		mix_window(h, w->open[i], w->layout);
	if (w->carried && !w->given)
		mix_window(h, w->carried, w->layout);
}

static void
mix_ints(struct hash *h, int64_t *buf, size_t n)
{
	size_t i;

	mix(h, n);
	for (i = 0; i < n; i++)
		mix(h, (uint64_t)buf[i]);
}

static void
mix_column(struct hash *h, const struct growth_column *g)
{
	size_t n = growth_column_ints(g);
	int64_t *buf = mem_alloc((n + 1) * sizeof(*buf));

	if (!buf) {
		h->complete = false;
		return;
	}
	growth_column_encode(g, buf);
	mix_ints(h, buf, n);
	mem_free(buf);
}

static void
mix_watch(struct hash *h, const struct watch *w)
{
	size_t n = evidence_ints(w->evidence.nbins);
	int64_t *buf;

	mix(h, w->made);
	if (!w->made)
		return;
	buf = mem_alloc((n + 1) * sizeof(*buf));
	if (!buf) {
		h->complete = false;
		return;
	}
	evidence_encode(&w->evidence, buf);
	mix_ints(h, buf, n);
	mix(h, (uint64_t)w->most);
	mix(h, (uint64_t)w->most_onset);
	mem_free(buf);
}

static void
mix_growth(struct hash *h, const struct growth *g)
{
	size_t i;

	mix(h, g->rows);
	mix(h, g->events);
	mix(h, g->errors);
	mix(h, g->client_errors);
	mix(h, g->latencies);
	mix(h, g->latency_ns);
	mix_u64s(h, g->latency, LATENCY_BUCKETS);
	mix(h, g->days);
	mix(h, (uint64_t)g->last_day);
	for (i = 0; i < FROZEN_SLOTS; i++) {
		mix(h, g->traffic[i].events);
		mix(h, g->traffic[i].slots);
	}
	mix(h, (uint64_t)g->longest_gap_ms);
	mix(h, (uint64_t)g->first);
	mix(h, (uint64_t)g->newest);
	mix(h, g->windows);
	mix(h, g->left_out);
	mix(h, g->open);
	mix(h, g->frozen);
	for (i = 0; i < g->ncolumns; i++)
		mix_column(h, &g->columns[i]);
}

static void
mix_reference(struct hash *h, const struct baseline_feature *f)
{
	const struct frozen *z = f->frozen;
	uint64_t counts[EVIDENCE_BINS_MAX];
	unsigned slot;

	mix(h, f->rows);
	mix(h, f->count);
	mix_u64s(h, f->counts, f->ncells);
	mix(h, z != NULL);
	if (!z)
		return;
	mix(h, z->nslots);
	mix(h, z->days);
	mix_u64s(h, z->counts, z->nbins);
	for (slot = 0; slot < z->nslots; slot++) {
		frozen_get(z, slot, counts);
		mix_u64s(h, counts, z->nbins);
	}
	mix_double(h, z->phi.loc);
	mix_double(h, z->phi.spr);
	mix_double(h, z->phi.shape);
	mix_double(h, z->phi.segment);
	mix_double(h, z->phi.segment_blocks);
}

/* ---- models ---------------------------------------------------------------------------------- */

static void
mix_ring(struct hash *h, const struct ring *r, const struct cell_layout *layout)
{
	size_t cells = cell_layout_cells(layout), i, k;

	mix(h, (uint64_t)r->newest);
	mix_sums(h, &r->window, layout);
	for (i = 0; i < (size_t)r->size; i++) {
		const struct pane *p = &r->panes[i];

		if (p->index == PANE_NEVER)
			continue;
		mix(h, (uint64_t)p->index);
		mix_tally(h, &p->tally);
		mix(h, p->rows_before);
		for (k = 0; k < cells; k++)
			mix(h, pane_cell(p, k));
	}
}

/* Of all versions, whichever was seen first. */
static uint64_t
versions_sum(const struct model *m)
{
	uint64_t sum = 0;
	unsigned i;

	for (i = 0; i < m->nversions; i++) {
		const struct version *v = &m->versions[i];
		struct hash h = {slice_hash(v->name), true};

		mix(&h, v->events);
		mix(&h, v->errors);
		mix(&h, (uint64_t)v->first_ms);
		mix(&h, (uint64_t)v->last_ms);
		mix(&h, (uint64_t)v->ended_ms);
		mix(&h, v->recent);
		mix_u64s(&h, v->slots, VERSION_SLOTS);
		mix_u64s(&h, v->latency, LATENCY_BUCKETS);
		sum += h.h;
	}
	return sum;
}

static void
mix_place(struct hash *h, const struct model *m, unsigned place)
{
	mix(h, place == VERSION_NONE ? 0 : slice_hash(m->versions[place].name));
}

static void
mix_compared(struct hash *h, const struct versus *v)
{
	size_t i;
	int k;

	mix(h, (uint64_t)v->first_window);
	mix(h, (uint64_t)v->taken);
	mix(h, v->windows);
	for (i = 0; i < v->nopen; i++) {
		mix(h, (uint64_t)v->open[i]->first);
		mix(h, (uint64_t)v->open[i]->last);
		for (k = 0; k < VERSUS_SIDES; k++) {
			mix_tally(h, &v->open[i]->tally[k]);
			mix_u32s(h, v->open[i]->cells[k], cell_layout_cells(v->layout));
		}
	}
	for (i = 0; i < v->ncolumns; i++) {
		const struct compare *c = &v->columns[i].compare;

		for (k = 0; k < COMPARE_COMPONENTS; k++) {
			mix(h, (uint64_t)c->level[k]);
			mix(h, (uint64_t)c->onset[k]);
		}
	}
}

static void
mix_versions(struct hash *h, const struct model *m)
{
	const struct versus *v = m->versus;
	int i, r;

	mix(h, versions_sum(m));
	mix_place(h, m, m->stable);
	mix_place(h, m, m->canary);
	mix(h, v != NULL);
	if (!v)
		return;
	mix(h, (uint64_t)v->from_pane);
	for (i = 0; i < VERSUS_SIDES; i++) {
		mix_place(h, m, v->sides[i].version);
		for (r = 0; r < VERSUS_RINGS; r++)
			mix_ring(h, &v->sides[i].rings[r], v->layout);
		mix_sums(h, &v->sides[i].total, v->layout);
	}
	mix_compared(h, v);
}

/* Of most nobody has said any. */
static void
mix_levels(struct hash *h, double watch, double drift)
{
	if (!(watch > 0) && !(drift > 0))
		return;
	mix_double(h, watch);
	mix_double(h, drift);
}

static void
mix_told(struct hash *h, const struct fact_levels *f)
{
	mix(h, slice_hash(f->model));
	mix(h, slice_hash(f->feature));
	mix_double(h, f->watch);
	mix_double(h, f->drift);
}

static void
mix_model(struct hash *h, const struct model *m)
{
	const struct cell_layout *layout = m->baseline ? &m->baseline->layout : NULL;
	size_t i;

	mix_sums(h, &m->total, layout);
	for (i = 0; i < RING_COUNT; i++)
		mix_ring(h, &m->rings[i], layout);
	for (i = 0; i < m->nfeatures; i++) {
		mix_hist(h, &m->features[i].hist);
		mix(h, m->features[i].values);
		mix(h, m->features[i].wrong_type);
		mix_levels(h, m->features[i].watch, m->features[i].drift);
		if (m->features[i].min <= m->features[i].max) {
			mix_double(h, m->features[i].min);
			mix_double(h, m->features[i].max);
		}
	}
	mix_u64s(h, m->score, SCOREBINS);
	mix(h, (uint64_t)m->first_ms);
	mix(h, (uint64_t)m->newest_ms);
	mix_versions(h, m);
	mix_evalwin(h, &m->evalwin);
	mix_growth(h, &m->growth);
	for (i = 0; i < m->nwatches; i++)
		mix_watch(h, &m->watches[i]);
	for (i = 0; m->baseline && i < m->baseline->nfeatures; i++)
		mix_reference(h, &m->baseline->features[i]);
}

uint64_t
state_hash(const struct store *s, bool *complete)
{
	struct hash h = {UINT64_C(0x6472696674746f70), true};
	size_t i;

	mix(&h, s->events);
	mix_u64s(&h, s->reasons, REASON_COUNT);
	for (i = 0; i < s->nmodels; i++)
		mix_model(&h, s->models[i]);
	for (i = 0; i < s->levels.n; i++)
		mix_told(&h, &s->levels.list[i].is);
	if (complete)
		*complete = h.complete;
	return h.h;
}
