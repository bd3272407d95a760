#include "core/figures_heat.h"

#include <math.h>
#include <string.h>

#include "core/quantile.h"
#include "core/store_impl.h"

/* The pane of point i of n; NULL: nothing is known there. */
static const struct pane *
pane_at(const struct ring *r, size_t i, size_t n)
{
	return r->newest == PANE_NEVER ? NULL : ring_find(r, r->newest - (int64_t)(n - 1 - i));
}

static size_t
points_of(const struct ring *r)
{
	return r->size < FIGURES_HEAT_POINTS ? (size_t)r->size : FIGURES_HEAT_POINTS;
}

size_t
figures_feature_heat(
    const struct store *s, size_t model, size_t feature, enum window w, int back, uint32_t *counts)
{
	const struct model *m = store_model(s, model);
	const struct ring *r = figures_ring(m, w);
	size_t fid = figures_fid(m, feature), n = points_of(r), bins, i, to, c;
	const struct feature *f;

	memset(counts, 0, n * FIGURE_BINS * sizeof(*counts));
	if (fid >= m->nfeatures || !m->features[fid].ref)
		return n;
	f = &m->features[fid];
	bins = f->nbins < FIGURE_BINS ? f->nbins : FIGURE_BINS;
	/* Each pane is read once, and added to every point that it counts for. */
	for (i = 0; i < n; i++) {
		const struct pane *p = pane_at(r, i, n);

		for (c = 0; p && p->width && c < bins; c++) {
			uint32_t k = pane_cell(p, f->first + c);

			for (to = i; k && to < n && to < i + (size_t)back; to++)
				counts[to * FIGURE_BINS + c] += k;
		}
	}
	return n;
}

double
figures_bins_quantile(const struct figure_bin *bins, size_t nbins, bool single, const uint64_t *counts, double q_frac,
    int *open)
{
	uint64_t n = 0, before = 0, rank;
	size_t i;

	*open = 0;
	for (i = 0; i < nbins; i++)
		n += counts[i];
	if (!n || nbins < 2)
		return NAN;
	rank = quantile_rank(q_frac, n);
	for (i = 0; before + counts[i] < rank; i++)
		before += counts[i];
	if (isinf(bins[i].le)) {
		*open = 1;
		return bins[i - 1].le;
	}
	if (single)
		return bins[i].le;
	if (i == 0) {
		*open = -1;
		return bins[0].le;
	}
	return bins[i - 1].le +
	       (bins[i].le - bins[i - 1].le) * ((double)(rank - before) - 0.5) / (double)counts[i];
}

size_t
figures_latency_heat(const struct store *s, size_t model, enum window w, uint32_t *counts)
{
	const struct ring *r = figures_ring(store_model(s, model), w);
	size_t n = points_of(r), i;
	uint32_t k;

	memset(counts, 0, n * LATENCY_OCTAVES * sizeof(*counts));
	for (i = 0; i < n; i++) {
		const struct pane *p = pane_at(r, i, n);

		for (k = 0; p && k < p->nlatency; k++)
			counts[i * LATENCY_OCTAVES + p->latency[k].bucket / LATENCY_PER_OCTAVE] += p->latency[k].count;
	}
	return n;
}
