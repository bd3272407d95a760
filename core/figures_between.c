#include "core/figures_between.h"

#include <string.h>

#include "core/store_impl.h"

/* A pane counts where all of it lies within: one that holds both sides of a change would blur it. */
static uint64_t
sum_between(const struct ring *r, const struct feature *f, int64_t from_ms, int64_t to_ms, uint64_t *counts)
{
	size_t bins = f->nbins < FIGURE_BINS ? f->nbins : FIGURE_BINS, i, c;
	uint64_t n = 0;

	for (i = 0; i < (size_t)r->size; i++) {
		const struct pane *p = &r->panes[i];
		int64_t at = p->index == PANE_NEVER ? INT64_MIN : p->index * r->pane_ms;

		if (p->index == PANE_NEVER || !p->width || at < from_ms || at > to_ms - r->pane_ms)
			continue;
		for (c = 0; c < bins; c++)
			counts[c] += pane_cell(p, f->first + c);
	}
	for (c = 0; c < bins; c++)
		n += counts[c];
	return n;
}

uint64_t
figures_feature_between(
    const struct store *s, size_t model, size_t feature, int64_t from_ms, int64_t to_ms, uint64_t *counts)
{
	const struct model *m = store_model(s, model);
	size_t fid = figures_fid(m, feature);
	const struct ring *r = NULL;
	int i;

	memset(counts, 0, FIGURE_BINS * sizeof(*counts));
	if (fid >= m->nfeatures || !m->features[fid].ref)
		return 0;
	for (i = 0; i < RING_COUNT; i++) {
		r = &m->rings[i];
		if (r->newest == PANE_NEVER)
			return 0;
		if ((r->newest - r->size + 1) * r->pane_ms <= from_ms)
			break;
	}
	return sum_between(r, &m->features[fid], from_ms, to_ms, counts);
}
