/*
 * Figures over time: one point a pane, oldest first.
 */
#include "core/figures.h"

#include <math.h>
#include <string.h>

#include "core/store_impl.h"
#include "core/verdict.h"

static double
rate(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : NAN;
}

const struct ring *
figures_ring(const struct model *m, enum window w)
{
	w = model_window(m, w);
	return &m->rings[w == WINDOW_5M ? RING_5M : w == WINDOW_1H ? RING_1H : RING_24H];
}

static double
pane_value(const struct pane *p, enum series what, double seconds)
{
	switch (what) {
	case SERIES_RATE:
		return (double)p->tally.events / seconds;
	case SERIES_ERRORS:
		return rate(p->tally.errors, p->tally.events);
	case SERIES_P50:
		return pane_latency_quantile(p, 0.5);
	case SERIES_P90:
		return pane_latency_quantile(p, 0.9);
	case SERIES_P99:
		return pane_latency_quantile(p, 0.99);
	case SERIES_MAX:
		return pane_latency_quantile(p, 1);
	case SERIES_COUNT:
		break;
	}
	return NAN;
}

/* Panes may be there before the first tick has given the model a clock. */
static int64_t
model_clock(const struct model *m)
{
	return m->now_ms == INT64_MIN ? m->newest_ms : m->now_ms;
}

/* The newest pane is still open: its rate is over the part of it that has passed. */
static double
pane_seconds(const struct model *m, const struct ring *r, int64_t index)
{
	int64_t passed = model_clock(m) - index * r->pane_ms;

	if (passed >= r->pane_ms || m->files_only)
		passed = r->pane_ms;
	return passed < 1000 ? 1.0 : (double)passed / 1000.0;
}

size_t
figures_series(
    const struct store *s, size_t model, enum series what, enum window w, double *out, size_t cap)
{
	const struct model *m = store_model(s, model);
	const struct ring *r = figures_ring(m, w);
	size_t n = (size_t)r->size < cap ? (size_t)r->size : cap, i;

	for (i = 0; i < n; i++) {
		bool known = r->newest != PANE_NEVER;
		int64_t index = known ? r->newest - (int64_t)(n - 1 - i) : PANE_NEVER;
		const struct pane *p = known ? ring_find(r, index) : NULL;

		out[i] = NAN;
		if (p)
			out[i] = pane_value(p, what, pane_seconds(m, r, index));
		else if (what == SERIES_RATE && known &&
			 index >= pane_floor(m->first_ms, r->pane_ms) &&
			 (index < r->newest || model_clock(m) - index * r->pane_ms >= 1000))
			out[i] = 0; /* known: nothing came; a pane just begun says nothing yet */
	}
	return n;
}

#define PSI_PANES 12 /* panes that one point of the PSI series covers */

/* Counts of a feature over panes (index - back, index]; returns rows with a value. */
static uint64_t
sum_panes(const struct ring *r, const struct feature *f, int64_t index, int back, uint64_t *cells)
{
	uint64_t n = 0;
	int64_t i;
	size_t c;

	memset(cells, 0, f->nbins * sizeof(*cells));
	for (i = index - back + 1; i <= index; i++) {
		const struct pane *p = ring_find(r, i);

		for (c = 0; p && p->width && c < f->nbins; c++)
			cells[c] += pane_cell(p, f->first + c);
	}
	for (c = 0; c < f->nbins; c++)
		n += cells[c];
	return n;
}

static double
psi_value(const struct store *s, const struct ring *r, const struct feature *f, enum feature_series what,
    int64_t index)
{
	uint64_t cells[FIGURE_BINS];
	uint64_t n = sum_panes(r, f, index, PSI_PANES, cells);
	size_t used;
	double psi;

	if (n < VERDICT_ROWS_MIN || f->ref->role != FROLE_VALUE)
		return NAN;
	psi = baseline_feature_psi(f->ref, cells, n, &used);
	if (what == FSERIES_PSI || isnan(psi))
		return psi;
	return s->chi2[used - 1] * (1 / (double)n + 1 / (double)f->ref->count);
}

static double
feature_value(const struct store *s, const struct model *m, const struct ring *r, size_t fid, enum feature_series what,
    int64_t index)
{
	const struct feature *f = &m->features[fid];
	uint64_t cells[FIGURE_BINS];
	const struct pane *p = ring_find(r, index);
	uint64_t n, rows;

	if (what == FSERIES_PSI || what == FSERIES_FLOOR)
		return psi_value(s, r, f, what, index);
	if (!p || !p->width)
		return NAN;
	n = sum_panes(r, f, index, 1, cells);
	if (what == FSERIES_MEAN)
		return n && f->ref->type == FEATURE_NUMERIC && f->ref->count &&
			       !pane_cell(p, f->first + f->nbins + EXTRA_CLIPPED)
			   ? numbins_mean(&f->ref->bins, pane_moments(p, f->binned).sum, n)
			   : NAN;
	n += pane_cell(p, f->first + f->nbins + EXTRA_NONFINITE);
	rows = fid < FID_INPUT ? p->tally.rows - p->rows_before : p->tally.feature_rows;
	return rows ? (double)(rows > n ? rows - n : 0) / (double)rows : NAN;
}

size_t
figures_feature_series(const struct store *s, size_t model, size_t feature,
    enum feature_series what, enum window w, double *out, size_t cap)
{
	const struct model *m = store_model(s, model);
	const struct ring *r = figures_ring(m, w);
	size_t fid = figures_fid(m, feature), n = (size_t)r->size < cap ? (size_t)r->size : cap, i;
	bool known = fid < m->nfeatures && m->features[fid].ref && r->newest != PANE_NEVER;

	for (i = 0; i < n; i++)
		out[i] =
		    known ? feature_value(s, m, r, fid, what, r->newest - (int64_t)(n - 1 - i)) : NAN;
	return n;
}
