#include "core/figures_side.h"

#include <math.h>
#include <string.h>

#include "core/figures_compare.h"
#include "core/floor.h"
#include "core/stat.h"
#include "core/store_impl.h"

static const struct compare_pair nothing = {NAN, NAN, NAN, NAN};

/* ---- where the counts are ---------------------------------------------------------------------- */

/* Of the two versions that are compared in the store, the one asked for; -1: neither, or totals. */
static int
versus_of(const struct store *s, const struct side_of *of)
{
	const struct model *m = store_model(s, of->model);
	unsigned place = of->one ? figures_nth_newest(m, of->version) : VERSION_NONE;

	return m->versus && place != VERSION_NONE ? versus_side(m->versus, place) : -1;
}

bool
figures_side_windows(const struct store *s, const struct side_of *of)
{
	return !of->one || versus_of(s, of) >= 0;
}

enum window
figures_side_window(const struct store *s, const struct side_of *of, enum window w)
{
	const struct model *m = store_model(s, of->model);

	if (!of->one)
		return model_window(m, w);
	return of->total || versus_of(s, of) < 0 ? WINDOW_ALL : figures_compare_window(m, w);
}

/* The counts, and the ring they are the window of; NULL: they are of all there was. */
static const struct sums *
sums_of(const struct store *s, const struct side_of *of, enum window w, const struct ring **ring)
{
	const struct model *m = store_model(s, of->model);
	const struct versus_side *side;

	*ring = NULL;
	if (!of->one) {
		*ring = w == WINDOW_ALL ? NULL : &m->rings[w - WINDOW_5M];
		return model_sums(m, w);
	}
	side = &m->versus->sides[versus_of(s, of)];
	*ring = w == WINDOW_5M ? &side->rings[VERSUS_5M] : w == WINDOW_1H ? &side->rings[VERSUS_1H] : NULL;
	return *ring ? &(*ring)->window : &side->total;
}

/* ---- traffic and outcomes ---------------------------------------------------------------------- */

static void
side_totals(const struct store *s, const struct side_of *of, struct side_figures *out)
{
	const struct model *m = store_model(s, of->model);
	unsigned place = figures_nth_newest(m, of->version);
	const struct version *v;
	size_t i;

	out->total = true;
	if (place == VERSION_NONE)
		return;
	v = &m->versions[place];
	out->from_ms = v->first_ms;
	out->to_ms = v->last_ms;
	out->events = v->events;
	out->errors = v->errors;
	if (!v->latency)
		return;
	memcpy(out->latency, v->latency, sizeof(out->latency));
	for (i = 0; i < LATENCY_BUCKETS; i++)
		out->latencies += v->latency[i];
}

void
figures_side(const struct store *s, const struct side_of *of, enum window w, struct side_figures *out)
{
	const struct model *m = store_model(s, of->model);
	const struct ring *ring;
	const struct sums *sums;

	memset(out, 0, sizeof(*out));
	out->window = figures_side_window(s, of, w);
	if (of->one && (of->total || versus_of(s, of) < 0)) {
		side_totals(s, of, out);
		return;
	}
	sums = sums_of(s, of, out->window, &ring);
	out->events = sums->tally.events;
	out->errors = sums->tally.errors;
	out->latencies = sums->tally.latencies;
	memcpy(out->latency, sums->latency, sizeof(out->latency));
	out->to_ms = m->now_ms;
	out->from_ms = of->one ? m->versus->from_pane * PANE_MS : m->first_ms;
	if (ring && ring->newest != PANE_NEVER && (ring->newest - ring->size + 1) * ring->pane_ms > out->from_ms)
		out->from_ms = (ring->newest - ring->size + 1) * ring->pane_ms;
	out->columns = figures_columns(m);
}

/* ---- columns ----------------------------------------------------------------------------------- */

static void
column_bins(const struct baseline_feature *ref, const uint64_t *cells, struct side_bin *bins, struct side_column *out)
{
	size_t i;

	for (i = 0; i < ref->ncells && i < FIGURE_BINS; i++) {
		bins[i] = (struct side_bin){NAN, slice_make(NULL, 0), cells[i], 0};
		if (ref->type == FEATURE_CATEGORICAL) {
			if (i < ref->values.k)
				bins[i].label = ref->values.named[i].value;
			continue;
		}
		bins[i].le = ref->count && i < ref->bins.nedges ? ref->bins.edges[i] : INFINITY;
		bins[i].cell = ref->count ? ref->bins.psi_of[i] : 0;
	}
	out->nbins = i;
	out->bins = bins;
}

static void
column_learning(const struct store *s, const struct side_of *of, size_t column, struct side_column *out)
{
	struct feature_figures f;

	/* Rows collected so far are of no version. */
	if (of->one)
		return;
	figures_feature(s, of->model, column, WINDOW_ALL, &f);
	out->name = f.name;
	out->output = f.output;
	out->type = f.type;
	out->role = f.role;
	out->n = f.count;
	out->rows = f.count + f.missing;
	out->mean = f.mean;
	out->sd = f.std;
}

void
figures_side_column(const struct store *s, const struct side_of *of, enum window w, size_t column,
    struct side_bin *bins, struct side_column *out)
{
	const struct model *m = store_model(s, of->model);
	const struct baseline_feature *ref;
	const struct feature *f;
	const struct ring *ring;
	const struct sums *sums;
	size_t fid = figures_fid(m, column), i;
	const uint64_t *cells;

	memset(out, 0, sizeof(*out));
	out->mean = out->sd = NAN;
	if (figures_learning(m)) {
		column_learning(s, of, column, out);
		return;
	}
	f = &m->features[fid];
	ref = f->ref;
	out->name = model_feature_name(m, fid);
	out->output = fid < FID_INPUT;
	sums = sums_of(s, of, w, &ring);
	if (!ref || !sums->cells)
		return;
	out->type = ref->type;
	out->role = ref->role;
	cells = sums->cells + f->first;
	for (i = 0; i < ref->ncells; i++)
		out->n += cells[i];
	out->rows = out->output ? sums->tally.rows - sums->rows_before : sums->tally.feature_rows;
	out->rows -= cells[ref->ncells + EXTRA_NONFINITE] < out->rows ? cells[ref->ncells + EXTRA_NONFINITE] : 0;
	out->rows = out->rows < out->n ? out->n : out->rows;
	column_bins(ref, cells, bins, out);
	if (ref->type != FEATURE_NUMERIC || !ref->count || !out->n || cells[ref->ncells + EXTRA_CLIPPED])
		return;
	out->mean = numbins_mean(&ref->bins, sums->moments[f->binned].sum, out->n);
	out->sd = numbins_std(&ref->bins, sums->moments[f->binned].sum, sums->moments[f->binned].sumsq, out->n);
}

/* ---- differences ------------------------------------------------------------------------------- */

static double
seconds(const struct side_figures *f)
{
	return f->to_ms > f->from_ms ? (double)(f->to_ms - f->from_ms) / 1000 : NAN;
}

void
figures_side_rate(const struct side_figures *a, const struct side_figures *b, struct compare_pair *out)
{
	double s = seconds(a), t = seconds(b), n = (double)a->events, m = (double)b->events;

	out->stable = n / s;
	out->canary = m / t;
	out->diff = out->canary - out->stable;
	out->se = sqrt((n + m) / (s + t) * (1 / s + 1 / t));
}

void
figures_side_errors(const struct side_figures *a, const struct side_figures *b, struct compare_pair *out)
{
	const uint64_t hits[2] = {a->errors, b->errors}, n[2] = {a->events, b->events};

	compare_rates(hits, n, out);
}

void
figures_side_latency(
    const struct side_figures *a, const struct side_figures *b, double q_frac, struct compare_pair *out)
{
	const uint64_t *const counts[2] = {a->latency, b->latency};
	bool high = q_frac > 0.98;

	compare_latency(counts, q_frac, out);
	if (high && a->latencies < SIDE_P99_ROWS)
		out->stable = out->diff = out->se = NAN;
	if (high && b->latencies < SIDE_P99_ROWS)
		out->canary = out->diff = out->se = NAN;
}

static bool
bins_alike(const struct side_column *a, const struct side_column *b)
{
	size_t i;

	if (!a->nbins || a->nbins != b->nbins || a->type != b->type)
		return false;
	for (i = 0; i < a->nbins; i++) {
		bool same = a->type == FEATURE_CATEGORICAL
				? slice_eq(a->bins[i].label, b->bins[i].label)
				: a->bins[i].cell == b->bins[i].cell && !(a->bins[i].le < b->bins[i].le) &&
				      !(a->bins[i].le > b->bins[i].le);

		if (!same)
			return false;
	}
	return true;
}

/* Of values that both name, wherever they stand: what is not named on a side may be among its others. */
static void
most_different(const struct side_column *a, const struct side_column *b, struct side_difference *out)
{
	const uint64_t n[2] = {a->n, b->n};
	double most = -1;
	size_t i, k;

	for (i = 0; i < a->nbins; i++) {
		for (k = 0; k < b->nbins && a->bins[i].label.n; k++) {
			const uint64_t hits[2] = {a->bins[i].count, b->bins[k].count};
			struct compare_pair p;

			if (!slice_eq(a->bins[i].label, b->bins[k].label))
				continue;
			compare_rates(hits, n, &p);
			if (fabs(p.diff) > most) {
				most = fabs(p.diff);
				out->value = a->bins[i].label;
				out->share = p;
			}
			break;
		}
	}
}

/* Counts of both on the cells of PSI: ten merged bins, or the values with enough rows on both sides together. */
static size_t
psi_cells(const struct side_column *a, const struct side_column *b, uint64_t *ref, uint64_t *cur)
{
	uint64_t named[2][FIGURE_BINS], both[FIGURE_BINS], rest[2] = {a->n, b->n};
	uint8_t cell_of[FIGURE_BINS];
	size_t n = 0, k = 0, i;

	memset(ref, 0, BASELINE_PSI_CELLS * sizeof(*ref));
	memset(cur, 0, BASELINE_PSI_CELLS * sizeof(*cur));
	if (a->type == FEATURE_NUMERIC) {
		for (i = 0; i < a->nbins; i++) {
			ref[a->bins[i].cell] += a->bins[i].count;
			cur[a->bins[i].cell] += b->bins[i].count;
			n = a->bins[i].cell + 1u > n ? a->bins[i].cell + 1u : n;
		}
		return n;
	}
	for (i = 0; i < a->nbins && a->bins[i].label.n; i++, k++) {
		named[0][k] = a->bins[i].count;
		named[1][k] = b->bins[i].count;
		both[k] = named[0][k] + named[1][k];
		rest[0] -= named[0][k];
		rest[1] -= named[1][k];
	}
	n = floor_cells(both, k, cell_of);
	floor_fill_cells(named[0], k, cell_of, n, rest[0], ref);
	floor_fill_cells(named[1], k, cell_of, n, rest[1], cur);
	return n;
}

void
figures_side_difference(const struct side_column *a, const struct side_column *b, struct side_difference *out)
{
	const uint64_t rows[2] = {a->rows, b->rows}, n[2] = {a->n, b->n};
	const uint64_t without[2] = {a->rows - a->n, b->rows - b->n};
	const double mean[2] = {a->mean, b->mean}, sd[2] = {a->sd, b->sd};
	uint64_t ref[BASELINE_PSI_CELLS], cur[BASELINE_PSI_CELLS];
	struct stat_input in = {.cur = cur, .ref = ref};

	memset(out, 0, sizeof(*out));
	out->mean = out->share = nothing;
	out->psi = out->psi_floor = NAN;
	out->thin = a->n < SIDE_ROWS_MIN || b->n < SIDE_ROWS_MIN;
	compare_rates(without, rows, &out->missing);
	if (a->role != FROLE_VALUE || b->role != FROLE_VALUE || a->type != b->type)
		return;
	out->alike = bins_alike(a, b);
	if (a->type == FEATURE_NUMERIC)
		compare_means(mean, sd, n, &out->mean);
	else if (a->n && b->n)
		most_different(a, b, out);
	if (!out->alike || !a->n || !b->n)
		return;
	in.ncells = psi_cells(a, b, ref, cur);
	out->psi = stat_psi(&in);
	out->psi_floor = floor_psi(in.ncells, a->n, b->n);
}

double
figures_side_times(const struct compare_pair *p)
{
	if (isnan(p->diff) || isnan(p->se))
		return NAN;
	if (p->se > 0)
		return fabs(p->diff) / (FLOOR_RATE_SE * p->se);
	return p->diff < 0 || p->diff > 0 ? INFINITY : 0;
}

double
figures_side_times_psi(const struct side_difference *d)
{
	return sqrt(d->psi / d->psi_floor);
}

double
figures_side_quantile(const struct side_column *c, double q_frac, int *open)
{
	double left = q_frac * (double)c->n;
	size_t i;

	*open = 0;
	for (i = 0; i < c->nbins; i++) {
		double count = (double)c->bins[i].count;

		if (left > count) {
			left -= count;
			continue;
		}
		if (i == 0) {
			*open = -1;
			return c->bins[0].le;
		}
		if (isinf(c->bins[i].le)) {
			*open = 1;
			return c->bins[i - 1].le;
		}
		return c->bins[i - 1].le +
		       (count > 0 ? left / count : 1) * (c->bins[i].le - c->bins[i - 1].le);
	}
	return NAN;
}
