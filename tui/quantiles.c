#include "tui/quantiles.h"

#include <math.h>

#include "tui/part.h"

#define VALUES_LEAST 20 /* the outer quantiles of fewer are their least and greatest */

static void
point_make(struct bands_point *out, const struct feature_figures *f, const uint64_t *counts, uint64_t rows)
{
	static const double levels[BANDS_QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};
	int open = 0, low = 0;

	*out = (struct bands_point){.thin = rows < PART_ROWS_LEAST};
	for (int i = 0; i < BANDS_QUANTILES; i++) {
		out->q[i] = rows < VALUES_LEAST ? NAN
						: figures_bins_quantile(f->bins, f->nbins, f->single_values, counts,
						      levels[i], &open);
		low = i == BANDS_LOW ? open : low;
	}
	/* Where the least value is the first edge, that bin holds nothing below it. */
	out->under = low < 0 && fmin(f->min, f->baseline_min) < f->bins[0].le;
	out->over = open > 0;
}

void
quantiles_collect(struct quantiles *q, const struct waterfall *w, const struct feature_figures *f)
{
	uint64_t counts[FIGURE_BINS], rows = 0;

	q->n = 0;
	if (f->type != FEATURE_NUMERIC || f->nbins < 2 || f->nbins > FIGURE_BINS)
		return;
	for (size_t c = 0; c < f->nbins; c++)
		rows += counts[c] = f->bins[c].baseline;
	point_make(&q->was, f, counts, rows);
	for (q->n = 0; q->n < w->points; q->n++) {
		for (size_t c = 0; c < f->nbins; c++)
			counts[c] = w->counts[q->n * FIGURE_BINS + c];
		point_make(&q->points[q->n], f, counts, waterfall_total(w, q->n));
	}
}

void
quantiles_paint(struct grid *g, struct rect r, const struct quantiles *q, const char *left, const char *right,
    int cursor)
{
	const struct bands b = {.points = q->points,
	    .n = q->n,
	    .was = q->was,
	    .left = left,
	    .right = right,
	    .cursor = cursor};

	if (q->n)
		bands_paint(g, r, &b);
	else
		grid_text(g, r, 0, 0, ROLE_MUTED, slice_of("numbers with a baseline have quantiles"), FIT_ELLIPSIS);
}
