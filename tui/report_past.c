#include "tui/report_past.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/alert.h"
#include "core/explain.h"
#include "core/figures_between.h"
#include "core/mem.h"
#include "core/verdict.h"
#include "widgets/fmt.h"

/* ---- which ----------------------------------------------------------------------------------- */

static int
by_rank(const void *pa, const void *pb)
{
	const struct report_feature *a = pa, *b = pb;

	if (a->rank != b->rank)
		return b->rank - a->rank;
	if (a->effect != b->effect)
		return a->effect < b->effect ? 1 : -1;
	if (a->model != b->model)
		return a->model < b->model ? -1 : 1;
	return (a->feature > b->feature) - (a->feature < b->feature);
}

/* The alerts about it say when it began and ended, and how bad it was. */
static void
look_at_alerts(struct report_feature *f, const struct store *s, struct slice name, int64_t now_ms)
{
	const struct alerts *all = store_alerts(s);
	size_t i;

	for (i = 0; i < all->n; i++) {
		const struct alert *al = all->list[i];
		int64_t to = al->to_ms == ALERT_NEVER ? now_ms : al->to_ms;

		if (al->model != f->model || al->state == ALERT_PENDING || !slice_eq(al->key.feature, name) ||
		    al->key.version.n)
			continue;
		/* An alert may begin long after what it is about. */
		if (!f->from_ms || al->from_ms < f->from_ms)
			f->from_ms = al->from_ms;
		if (to > f->to_ms)
			f->to_ms = to;
		f->alerted = true;
		f->rank += al->worst == SEVERITY_CRIT ? 100 : 10;
	}
}

/* Of very many the worst are kept, so that it takes no more memory than they need. */
static void
keep_worst(struct report_features *r, size_t n)
{
	if (r->n)
		qsort(r->list, r->n, sizeof(*r->list), by_rank);
	if (r->n <= n)
		return;
	r->left_out += r->n - n;
	r->n = n;
}

static int
add_feature(struct report_features *r, size_t *cap, const struct report_feature *f, struct err *err)
{
	struct report_feature *list;

	if (r->n == (size_t)4 * REPORT_FEATURES)
		keep_worst(r, REPORT_FEATURES);
	list = mem_grow(r->list, cap, r->n + 1, sizeof(*list));
	if (!list)
		return err_nomem(err);
	r->list = list;
	list[r->n++] = *f;
	return 0;
}

int
report_features_find(struct report_features *r, const struct store *s, enum window window, struct err *err)
{
	size_t cap = 0, m, i;

	*r = (struct report_features){0};
	for (m = 0; m < store_model_count(s); m++) {
		struct model_figures mf;

		figures_model_brief(s, m, window, &mf);
		for (i = 0; i < mf.inputs + mf.outputs; i++) {
			struct report_feature f = {.model = m, .feature = i};
			struct feature_figures ff;

			figures_feature_brief(s, m, i, window, &ff);
			f.to_ms = ff.drift.state >= DRIFT_WATCH ? mf.last_ms : 0;
			f.from_ms = ff.drift.since_ms;
			f.rank = ff.drift.state >= DRIFT_WATCH ? (int)ff.drift.state : 0;
			f.effect = explain_effect_low(&ff.drift);
			look_at_alerts(&f, s, ff.name, mf.last_ms);
			if (f.rank && add_feature(r, &cap, &f, err))
				return ERR_NOMEM;
		}
	}
	keep_worst(r, REPORT_FEATURES);
	for (i = 0; i < r->n; i++) {
		struct feature_figures ff;

		figures_feature_brief(s, r->list[i].model, r->list[i].feature, window, &ff);
		r->list[i].name = arena_text(&r->texts, ff.name);
	}
	return 0;
}

void
report_features_release(struct report_features *r)
{
	mem_free(r->list);
	arena_release(&r->texts);
	*r = (struct report_features){0};
}

uint64_t
report_parts_total(const struct report_feature *f, const uint64_t *parts)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < f->nparts; i++)
		n += parts[i];
	return n;
}

/* ---- parts: what can be read off a picture is a dozen of bars --------------------------------- */

static void
label_range(struct report_feature *f, struct arena *texts, size_t part, double lo, double hi)
{
	char text[2 * FMT_BYTES + 8];

	if (isinf(lo) && isinf(hi))
		snprintf(text, sizeof(text), "all");
	else if (isinf(lo))
		snprintf(text, sizeof(text), "to %s", fmt_value(hi).s);
	else if (isinf(hi))
		snprintf(text, sizeof(text), "over %s", fmt_value(lo).s);
	else
		snprintf(text, sizeof(text), "to %s", fmt_value(hi).s);
	f->labels[part] = arena_text(texts, slice_of(text));
}

/* Numbers in ranges: the ten that PSI compares. */
static void
part_ranges(struct report_feature *f, struct arena *texts, const struct feature_figures *ff)
{
	double lo = -INFINITY;
	size_t i;

	f->nparts = 0;
	for (i = 0; i < ff->nbins; i++) {
		bool last = i + 1 == ff->nbins || ff->bins[i + 1].cell != ff->bins[i].cell;

		f->part_of[i] = (uint8_t)f->nparts;
		if (!last)
			continue;
		label_range(f, texts, f->nparts, lo, i + 1 == ff->nbins ? INFINITY : ff->bins[i].le);
		lo = ff->bins[i].le;
		if (f->nparts + 1 < CHART_PARTS)
			f->nparts++;
	}
}

static uint64_t
weight_of(const struct figure_bin *b, uint64_t baseline, uint64_t current)
{
	double was = baseline ? (double)b->baseline / (double)baseline : 0;
	double is = current ? (double)b->current / (double)current : 0;

	return (uint64_t)((was > is ? was : is) * 1e9);
}

/* Values: the most frequent ones, in their order; the rest is one bar. */
static void
part_values(struct report_feature *f, struct arena *texts, const struct feature_figures *ff)
{
	uint64_t baseline = 0, current = 0;
	bool taken[FIGURE_BINS] = {false};
	size_t i, k, best;

	for (i = 0; i < ff->nbins; i++) {
		baseline += ff->bins[i].baseline;
		current += ff->bins[i].current;
	}
	for (k = 0; k < CHART_PARTS - 1; k++) {
		best = SIZE_MAX;
		for (i = 0; i < ff->nbins; i++)
			if (!taken[i] && weight_of(&ff->bins[i], baseline, current) &&
			    (best == SIZE_MAX || weight_of(&ff->bins[i], baseline, current) >
						     weight_of(&ff->bins[best], baseline, current)))
				best = i;
		if (best != SIZE_MAX)
			taken[best] = true;
	}
	f->nparts = 0;
	for (i = 0; i < ff->nbins; i++) {
		const struct figure_bin *b = &ff->bins[i];

		f->part_of[i] = CHART_PARTS - 1;
		if (!taken[i])
			continue;
		f->part_of[i] = (uint8_t)f->nparts;
		/* The last bin of numbers has no edge: whatever lies above the greatest value. */
		f->labels[f->nparts++] = arena_text(texts,
		    ff->type == FEATURE_CATEGORICAL ? b->label : slice_of(isinf(b->le) ? "above" : fmt_value(b->le).s));
	}
	for (i = 0; i < ff->nbins && f->nparts == CHART_PARTS - 1; i++) {
		if (f->part_of[i] != CHART_PARTS - 1)
			continue;
		f->labels[f->nparts++] = slice_of("the rest");
	}
}

static void
make_parts(struct report_feature *f, struct arena *texts, const struct feature_figures *ff)
{
	size_t i;

	if (ff->type == FEATURE_NUMERIC && !ff->single_values)
		part_ranges(f, texts, ff);
	else
		part_values(f, texts, ff);
	f->nbins = ff->nbins;
	for (i = 0; i < ff->nbins; i++) {
		f->edges[i] = ff->bins[i].le;
		if (f->part_of[i] < f->nparts)
			f->baseline[f->part_of[i]] += ff->bins[i].baseline;
	}
	f->watch = ff->drift.psi_watch;
	f->drift = ff->drift.psi_drift;
}

static void
put_current(const struct report_feature *f, const struct feature_figures *ff, uint64_t *parts)
{
	size_t i;

	memset(parts, 0, CHART_PARTS * sizeof(*parts));
	for (i = 0; i < ff->nbins; i++)
		if (f->part_of[i] < f->nparts)
			parts[f->part_of[i]] += ff->bins[i].current;
}

static void
put_counts(const struct report_feature *f, const uint64_t *counts, uint64_t *parts)
{
	size_t i;

	memset(parts, 0, CHART_PARTS * sizeof(*parts));
	for (i = 0; i < FIGURE_BINS; i++)
		if (f->part_of[i] < f->nparts && counts[i])
			parts[f->part_of[i]] += counts[i];
}

/* ---- from what a store still holds ----------------------------------------------------------- */

#define ROWS_ENOUGH 500 /* of a stretch before a change: a longer one would only be farther away from it */

/* The shortest stretch before the change that has rows enough; else the one that has most. Coarser rings hold longer
 * ones, and less of what is near the change. */
static uint64_t
count_before(const struct report_feature *f, const struct store *s, uint64_t *counts)
{
	static const int64_t lengths_ms[3] = {300000, 3600000, 86400000};
	uint64_t found[FIGURE_BINS], most = 0;
	int i;

	for (i = 0; i < 3 && most < ROWS_ENOUGH; i++) {
		uint64_t rows =
		    figures_feature_between(s, f->model, f->feature, f->from_ms - lengths_ms[i], f->from_ms, found);

		if (rows <= most)
			continue;
		most = rows;
		memcpy(counts, found, sizeof(found));
	}
	return most;
}

static void
fill_from_store(struct report_feature *f, const struct store *s, const struct feature_figures *ff)
{
	static const enum window windows[3] = {WINDOW_5M, WINDOW_1H, WINDOW_24H};
	static const int64_t panes_ms[3] = {5000, 60000, 900000};
	uint64_t before[FIGURE_BINS], during[FIGURE_BINS];
	struct model_figures m;
	int w;

	figures_model_brief(s, f->model, WINDOW_ALL, &m);
	put_current(f, ff, f->during);
	/* The pane of its end is open. */
	if (f->from_ms && count_before(f, s, before) >= VERDICT_ROWS_MIN &&
	    figures_feature_between(s, f->model, f->feature, f->from_ms, f->to_ms < m.last_ms ? f->to_ms : INT64_MAX,
		during) >= VERDICT_ROWS_MIN) {
		put_counts(f, before, f->before);
		put_counts(f, during, f->during);
	}
	for (w = 0; w < 2; w++)
		if (f->from_ms && m.now_ms - f->from_ms < panes_ms[w] * 40)
			break;
	f->npoints = figures_feature_series(s, f->model, f->feature, FSERIES_PSI, windows[w], f->psi, CHART_POINTS);
	figures_feature_series(s, f->model, f->feature, FSERIES_FLOOR, windows[w], f->floor, CHART_POINTS);
	figures_feature_series(s, f->model, f->feature, FSERIES_MISSING, windows[w], f->missing, CHART_POINTS);
	f->points_to_ms = m.now_ms;
	f->points_from_ms = m.now_ms - (int64_t)(f->npoints ? f->npoints - 1 : 0) * panes_ms[w];
}

/* ---- from a past ----------------------------------------------------------------------------- */

/* One look: at all features for their lines, or at one for how it was before. */
struct look {
	int64_t at_ms;
	size_t point;
	struct report_feature *before; /* NULL: a point of all lines */
};

static int
by_time(const void *pa, const void *pb)
{
	const struct look *a = pa, *b = pb;

	return (a->at_ms > b->at_ms) - (a->at_ms < b->at_ms);
}

/* Where it was then: outputs stand behind inputs, and an input that came later has moved them. SIZE_MAX: nowhere. */
static size_t
place_then(const struct store *s, const struct report_feature *f)
{
	return f->model < store_model_count(s) ? figures_feature_find(s, f->model, f->name) : SIZE_MAX;
}

static void
take_parts(struct report_feature *f, const struct store *s, uint64_t *parts)
{
	size_t at = place_then(s, f), i;
	struct feature_figures ff;

	if (at == SIZE_MAX)
		return;
	figures_feature(s, f->model, at, WINDOW_AUTO, &ff);
	if (ff.drift.n < VERDICT_ROWS_MIN || ff.nbins != f->nbins)
		return;
	for (i = 0; i < ff.nbins; i++)
		if (memcmp(&ff.bins[i].le, &f->edges[i], sizeof(f->edges[i])) != 0)
			return;
	put_current(f, &ff, parts);
}

/* `during` is what it was when it was farthest away. */
static void
take_point(struct report_features *r, const struct store *s, const struct look *l)
{
	struct feature_figures ff;
	size_t i, at;
	double size;

	for (i = 0; i < r->n; i++) {
		struct report_feature *f = &r->list[i];

		at = place_then(s, f);
		f->psi[l->point] = f->floor[l->point] = f->missing[l->point] = NAN;
		if (at == SIZE_MAX)
			continue;
		figures_feature_brief(s, f->model, at, WINDOW_AUTO, &ff);
		f->missing[l->point] = ff.missing_rate_frac;
		if (ff.drift.n >= VERDICT_ROWS_MIN) {
			f->psi[l->point] = ff.drift.psi;
			f->floor[l->point] = ff.drift.psi_floor;
		}
		size = isnan(f->psi[l->point]) ? 0 : ff.drift.psi;
		size += isnan(ff.missing_rate_frac) ? 0 : ff.missing_rate_frac;
		if (!f->from_ms || l->at_ms < f->from_ms || l->at_ms > f->to_ms || size <= f->peak)
			continue;
		f->peak = size;
		take_parts(f, s, f->during);
	}
}

static size_t
list_looks(struct report_features *r, const struct report_past *past, struct look *looks)
{
	size_t n = 0, i;

	for (i = 0; i < CHART_POINTS; i++)
		looks[n++] = (struct look){
		    past->from_ms + (past->to_ms - past->from_ms) / (CHART_POINTS - 1) * (int64_t)i, i, NULL};
	for (i = 0; i < r->n; i++) {
		struct report_feature *f = &r->list[i];

		f->npoints = CHART_POINTS;
		f->points_from_ms = past->from_ms;
		f->points_to_ms = looks[CHART_POINTS - 1].at_ms;
		if (f->from_ms)
			looks[n++] = (struct look){f->from_ms - 1, 0, f};
	}
	qsort(looks, n, sizeof(*looks), by_time);
	return n;
}

/* Once through, from its beginning to its end. */
static int
fill_from_past(struct report_features *r, const struct report_past *past, struct err *err)
{
	struct look *looks = mem_calloc(CHART_POINTS + 2 * r->n, sizeof(*looks));
	const struct store *s = NULL;
	size_t n, i;
	int rc = 0;

	if (!looks)
		return err_nomem(err);
	n = list_looks(r, past, looks);
	for (i = 0; i < n && !rc; i++) {
		rc = past->at(past->ctx, looks[i].at_ms, &s, err);
		if (rc)
			break;
		if (looks[i].before)
			take_parts(looks[i].before, s, looks[i].before->before);
		else
			take_point(r, s, &looks[i]);
	}
	mem_free(looks);
	return rc;
}

int
report_features_fill(struct report_features *r, const struct store *s, enum window window,
    const struct report_past *past, struct err *err)
{
	struct feature_figures ff;
	size_t i;

	for (i = 0; i < r->n; i++) {
		figures_feature(s, r->list[i].model, r->list[i].feature, window, &ff);
		make_parts(&r->list[i], &r->texts, &ff);
		if (past)
			put_current(&r->list[i], &ff, r->list[i].during);
		else
			fill_from_store(&r->list[i], s, &ff);
	}
	return past && r->n ? fill_from_past(r, past, err) : 0;
}
