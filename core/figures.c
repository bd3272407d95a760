#include "core/figures.h"

#include <math.h>
#include <stdio.h>

#include "core/figures_column.h"
#include "core/floor.h"
#include "core/quantile.h"
#include "core/stat.h"
#include "core/store_impl.h"
#include "core/verdict.h"

#define HOUR_SLOTS 12 /* evaluation slots of five minutes */
#define COARSE_STEPS 64 /* steps of sums that nine tenths of the baseline must spread over to be told apart */

static size_t
inputs_count(const struct model *m)
{
	return figures_learning(m) ? m->rows.names.count : m->nfeatures - FID_INPUT;
}

/* Whether a prediction or a score has ever had a value, here or in the baseline: else it is no row of anything. */
static bool
output_is_there(const struct model *m, size_t fid)
{
	const struct feature *f = &m->features[fid];
	size_t i;

	if (figures_learning(m))
		return m->rows.outputs[fid].count != 0;
	if (!f->ref || f->values || f->wrong_type || f->ref->count)
		return f->values || f->wrong_type || f->ref;
	for (i = 0; m->total.cells && i < f->nbins + EXTRA_COUNT; i++)
		if (m->total.cells[f->first + i])
			return true;
	return false;
}

/* Outputs that are there follow after the inputs. */
size_t
figures_fid(const struct model *m, size_t feature)
{
	size_t inputs = inputs_count(m);

	if (feature < inputs)
		return FID_INPUT + feature;
	return feature == inputs && !output_is_there(m, FID_PREDICTION) && output_is_there(m, FID_SCORE)
		   ? FID_SCORE
		   : feature - inputs;
}

size_t
figures_index(const struct model *m, size_t fid)
{
	if (fid >= FID_INPUT)
		return fid - FID_INPUT;
	return inputs_count(m) + (fid == FID_SCORE && output_is_there(m, FID_PREDICTION));
}

void
figures_column_open(struct column *c, const struct model *m, size_t fid, enum window w)
{
	size_t i;

	memset(c, 0, sizeof(*c));
	c->m = m;
	c->f = &m->features[fid];
	c->ref = c->f->ref;
	c->window = model_window(m, w);
	c->sums = model_sums(m, c->window);
	c->output = fid < FID_INPUT;
	c->rows = c->output ? c->sums->tally.rows - c->sums->rows_before : c->sums->tally.feature_rows;
	if (!c->ref || !c->sums->cells) {
		c->n = c->f->values;
		return;
	}
	c->cells = c->sums->cells + c->f->first;
	c->extra = c->cells + c->f->nbins;
	for (i = 0; i < c->f->nbins; i++)
		c->n += c->cells[i];
	c->nonfinite = c->extra[EXTRA_NONFINITE];
	c->unseen = c->extra[EXTRA_UNSEEN];
	c->range = c->extra[EXTRA_RANGE];
	c->clipped = c->extra[EXTRA_CLIPPED];
	c->missing = c->rows > c->n + c->nonfinite ? c->rows - c->n - c->nonfinite : 0;
}

static bool
column_numeric(const struct column *c)
{
	return c->ref && c->ref->type == FEATURE_NUMERIC && c->ref->count;
}

static double
rate(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : NAN;
}

static double
base_missing_rate(const struct baseline_feature *ref)
{
	return ref->rows ? (double)(ref->rows - ref->count - ref->nonfinite) / (double)ref->rows
			 : NAN;
}

static double
column_mean(const struct column *c)
{
	if (!column_numeric(c) || !c->n || c->clipped)
		return NAN;
	return numbins_mean(&c->ref->bins, c->sums->moments[c->f->binned].sum, c->n);
}

static double
column_std(const struct column *c)
{
	const struct moments *mo;

	if (!column_numeric(c) || !c->n || c->clipped)
		return NAN;
	mo = &c->sums->moments[c->f->binned];
	return numbins_std(&c->ref->bins, mo->sum, mo->sumsq, c->n);
}

static double
column_min(const struct column *c)
{
	return column_numeric(c) && c->f->min <= c->f->max ? c->f->min : NAN;
}

static double
column_max(const struct column *c)
{
	return column_numeric(c) && c->f->min <= c->f->max ? c->f->max : NAN;
}

static double
cut(double x, double lo, double hi)
{
	return x < lo ? lo : x > hi ? hi : x;
}

/* ---- drift ----------------------------------------------------------------------------------- */

static bool
unseen_known(const struct baseline_feature *ref)
{
	if (!ref->count)
		return false;
	return ref->type == FEATURE_CATEGORICAL ? !ref->values.open : ref->bins.single;
}

static double
expected_unseen(const struct baseline_feature *ref)
{
	return rate(ref->singles, ref->count);
}

static double
expected_beyond(const struct baseline_feature *ref)
{
	return (double)(ref->beyond > 2 ? ref->beyond : 2) / (double)(ref->count + 1);
}

static void
judge(const struct column *c, double psi, double psi_floor, struct verdict *v)
{
	const struct baseline_feature *ref = c->ref;
	struct verdict_input in = {.has_baseline = ref != NULL, .psi = psi, .psi_floor = psi_floor};
	int w = (int)c->window - WINDOW_5M;

	in.own_psi_max = NAN;
	in.watch = c->f->watch;
	in.drift = c->f->drift;
	if (ref) {
		in.distribution = ref->role == FROLE_VALUE;
		in.n = c->n;
		in.m = ref->count;
		if (c->window != WINDOW_ALL && !isnan(ref->window_psi[w])) {
			in.own_psi_max = ref->window_psi[w];
			in.own_windows = VERDICT_OWN_WINDOWS;
		}
		in.missing = (struct verdict_rate){
		    !c->output, c->missing, c->rows, base_missing_rate(ref), ref->rows};
		in.nonfinite = (struct verdict_rate){
		    c->cells != NULL, c->nonfinite, c->rows, rate(ref->nonfinite, ref->rows), ref->rows};
		in.unseen = (struct verdict_rate){
		    unseen_known(ref), c->unseen, c->n, expected_unseen(ref), ref->count};
		in.range = (struct verdict_rate){
		    column_numeric(c), c->range, c->n, expected_beyond(ref), ref->count};
	}
	verdict_judge(&in, v);
}

/* PSI and its floor; NaN where the role or the cells allow none. */
static double
column_psi(const struct store *s, const struct column *c, double *psi_floor)
{
	size_t cells;
	double psi;

	*psi_floor = NAN;
	if (!c->cells || c->ref->role != FROLE_VALUE)
		return NAN;
	psi = baseline_feature_psi(c->ref, c->cells, c->n, &cells);
	if (!isnan(psi))
		*psi_floor = s->chi2[cells - 1] * (1 / (double)c->n + 1 / (double)c->ref->count);
	return psi;
}

double
figures_stat(const struct drift_figures *d, enum stat_id id)
{
	switch (id) {
	case STAT_PSI:
		return d->psi;
	case STAT_JS:
		return d->js;
	case STAT_KS:
		return d->ks;
	case STAT_WASSERSTEIN:
		return d->wasserstein;
	case STAT_TV:
		return d->tv;
	default:
		return d->x2;
	}
}

static void
drift_open(struct drift_figures *out)
{
	int i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < STAT_COUNT; i++)
		out->floors[i] = out->as_shift_sd[i] = NAN;
	out->psi = out->psi_floor = out->psi_watch = out->psi_drift = NAN;
	out->js = out->ks = out->wasserstein = out->tv = out->x2 = out->shift_sd = NAN;
	out->evidence = out->evidence_limit = out->see_rows = out->see_ms = NAN;
	out->baseline_ms = NAN;
}

/* A file whose rows have no times of their own is of no stretch: whoever gave it knows what it is of. */
static double
baseline_ms(const struct baseline *b)
{
	return b->kind == BASELINE_FILE && b->to_ms <= b->from_ms ? (double)INFINITY : (double)(b->to_ms - b->from_ms);
}

static void
column_drift(
    const struct store *s, const struct column *c, struct drift_figures *out, struct verdict *v)
{
	drift_open(out);
	out->window = c->window;
	out->n = c->n;
	out->m = c->ref ? c->ref->count : 0;
	out->psi = column_psi(s, c, &out->psi_floor);
	judge(c, out->psi, out->psi_floor, v);
	out->state = v->state;
	out->causes = v->causes;
	out->drift_causes = (v->size == DRIFT_DRIFT ? CAUSE_SIZE : 0u) |
			    (v->missing == DRIFT_DRIFT ? CAUSE_MISSING : 0u) |
			    (v->unseen == DRIFT_DRIFT ? CAUSE_UNSEEN : 0u) |
			    (v->range == DRIFT_DRIFT ? CAUSE_RANGE : 0u);
	out->psi_watch = v->psi_watch;
	out->psi_drift = v->psi_drift;
	out->since_ms = c->f->since_ms;
	if (c->ref)
		out->baseline_ms = baseline_ms(c->m->baseline);
	figures_evidence(c->m, c->f, c->window, out);
	if (column_numeric(c) && c->ref->sd > 0)
		out->shift_sd = (column_mean(c) - c->ref->mean) / c->ref->sd;
}

/* The other distances: only asked for by whoever shows or reports one column. */
static void
column_distances(const struct column *c, struct drift_figures *out)
{
	uint64_t cur[BASELINE_PSI_CELLS], ref[BASELINE_PSI_CELLS];
	struct stat_input in = {.cur = cur, .ref = ref};
	const struct baseline_feature *b = c->ref;
	int i;

	if (!c->cells || b->role != FROLE_VALUE || !c->n)
		return;
	in.ncells = baseline_feature_cells(b, c->cells, cur, ref);
	if (column_numeric(c)) {
		in.fine_cur = c->cells;
		in.fine_ref = b->counts;
		in.nfine = b->ncells;
		in.edges = b->bins.edges;
		in.ref_means = b->means;
		in.ref_sd = b->sd;
		in.ref_mean = b->mean;
		in.ref_min = b->min;
		in.ref_max = b->max;
		in.cur_mean = column_mean(c);
		in.cur_min = c->window == WINDOW_ALL ? column_min(c) : NAN;
		in.cur_max = c->window == WINDOW_ALL ? column_max(c) : NAN;
		out->ks = stat_ks(&in);
		out->wasserstein = stat_w1(&in);
		out->wasserstein_approx = true;
		if (c->window == WINDOW_ALL && b->sd > 0 && b->hist.n) {
			out->wasserstein = loghist_wasserstein(&c->f->hist, &b->hist) * (b->bins.scale / b->sd);
			out->wasserstein_approx = false;
		}
	}
	out->js = stat_js(&in);
	out->tv = stat_tv(&in);
	out->x2 = stat_x2(&in);
	for (i = 0; i < STAT_COUNT; i++) {
		double value = figures_stat(out, (enum stat_id)i);

		out->floors[i] = isnan(value) ? (double)NAN : stat_rows[i].floor(&in, FLOOR_TAIL);
		out->as_shift_sd[i] = stat_rows[i].shift(&in, value);
	}
}

/* ---- one column ------------------------------------------------------------------------------ */

/* What a category's rarer and new values share has no value of its own. */
static void
fill_largest(const struct column *c, struct feature_figures *out)
{
	const struct baseline_feature *ref = c->ref;
	size_t n = c->f->nbins, most = 0, i;

	out->largest_share_frac = out->largest_share_was_frac = NAN;
	out->coarse = false;
	if (!c->cells)
		return;
	if (ref->type == FEATURE_CATEGORICAL)
		n = ref->values.k;
	for (i = 1; i < n; i++)
		most = c->cells[i] > c->cells[most] ? i : most;
	out->largest_share_frac = n ? rate(c->cells[most], c->n) : rate(0, c->n);
	if (n)
		out->largest_share_was_frac = rate(ref->counts[most], ref->count);
	if (column_numeric(c))
		out->coarse = !(ref->p95 - ref->p05 >= COARSE_STEPS * (ref->bins.scale / NUMBINS_UNITS));
}

static void
column_brief(const struct store *s, const struct column *c, size_t fid, struct feature_figures *out,
    struct verdict *v)
{
	const struct baseline_feature *ref = c->ref;

	out->name = model_feature_name(c->m, fid);
	out->output = c->output;
	out->type = ref ? ref->type : FEATURE_NUMERIC;
	out->role = ref ? ref->role : FROLE_VALUE;
	out->count = c->n;
	out->missing = c->missing;
	out->nonfinite = c->nonfinite;
	out->missing_rate_frac = c->cells ? rate(c->missing, c->rows) : NAN;
	out->baseline_missing_rate_frac = ref ? base_missing_rate(ref) : NAN;
	out->nonfinite_rate_frac = c->cells ? rate(c->nonfinite, c->rows) : NAN;
	out->baseline_nonfinite_rate_frac = ref ? rate(ref->nonfinite, ref->rows) : NAN;
	out->expected_range_rate_frac = column_numeric(c) ? 2.0 / (double)(ref->count + 1) : NAN;
	out->expected_unseen_rate_frac = ref && unseen_known(ref) ? expected_unseen(ref) : NAN;
	out->out_of_range_rate_frac = column_numeric(c) ? rate(c->range, c->n) : NAN;
	out->unseen_rate_frac = ref && unseen_known(ref) ? rate(c->unseen, c->n) : NAN;
	fill_largest(c, out);
	out->distinct = ref ? ref->distinct : 0;
	out->single_values = column_numeric(c) && ref->bins.single;
	out->mean = column_mean(c);
	out->std = column_std(c);
	out->min = column_min(c);
	out->max = column_max(c);
	out->p05 = out->p50 = out->p95 = NAN;
	out->baseline_mean = out->baseline_std = out->baseline_min = out->baseline_max = NAN;
	out->baseline_p05 = out->baseline_p50 = out->baseline_p95 = NAN;
	if (ref && ref->type == FEATURE_NUMERIC && ref->count) {
		out->baseline_mean = ref->mean;
		out->baseline_std = ref->sd;
		out->baseline_min = ref->min;
		out->baseline_max = ref->max;
		out->baseline_p05 = cut(ref->p05, ref->min, ref->max);
		out->baseline_p50 = ref->median;
		out->baseline_p95 = cut(ref->p95, ref->min, ref->max);
	}
	out->ntop = out->nbins = 0;
	column_drift(s, c, &out->drift, v);
}

static void
fill_quantiles(const struct column *c, struct feature_figures *out)
{
	if (!column_numeric(c) || c->f->min > c->f->max)
		return;
	out->p05 = cut(loghist_quantile(&c->f->hist, 0.05), c->f->min, c->f->max);
	out->p50 = cut(loghist_quantile(&c->f->hist, 0.50), c->f->min, c->f->max);
	out->p95 = cut(loghist_quantile(&c->f->hist, 0.95), c->f->min, c->f->max);
}

static void
fill_bins(const struct column *c, struct feature_figures *out)
{
	const struct baseline_feature *ref = c->ref;
	size_t i;

	if (!c->cells)
		return;
	for (i = 0; i < ref->ncells && i < FIGURE_BINS; i++) {
		struct figure_bin *b = &out->bins[i];

		b->baseline = ref->counts[i];
		b->current = c->cells[i];
		b->cell = ref->type == FEATURE_NUMERIC && ref->count ? ref->bins.psi_of[i] : 0;
		b->le = NAN;
		b->label = slice_make(NULL, 0);
		if (ref->type == FEATURE_NUMERIC)
			b->le = ref->count && i < ref->bins.nedges ? ref->bins.edges[i] : INFINITY;
		else if (i < ref->values.k)
			b->label = ref->values.named[i].value;
		else
			b->label = slice_of(i == ref->values.k ? "other" : "new");
	}
	out->nbins = i;
}

/* Inserts by falling count into the few places there are; equal counts keep the order in which they
 * came. */
static void
top_insert(struct feature_figures *out, struct top_value t)
{
	size_t i = out->ntop;

	if (!t.count || (i == FIGURE_TOP && out->top[i - 1].count >= t.count))
		return;
	if (out->ntop < FIGURE_TOP)
		out->ntop++;
	else
		i--;
	for (; i > 0 && out->top[i - 1].count < t.count; i--)
		out->top[i] = out->top[i - 1];
	out->top[i] = t;
}

/* Counts of new values are kept for the total only, so only there can they stand among the others.
 */
static void
fill_top(const struct column *c, struct feature_figures *out)
{
	const struct topvals *t = c->ref ? &c->ref->values : NULL;
	size_t i;

	if (!c->cells || c->ref->type != FEATURE_CATEGORICAL)
		return;
	for (i = 0; i < t->k; i++)
		top_insert(out, (struct top_value){t->named[i].value, c->cells[i],
				    rate(c->ref->counts[i], c->ref->count), false});
	for (i = 0; c->window == WINDOW_ALL && i < c->f->nnew; i++)
		top_insert(out, (struct top_value){slice_make(c->f->news[i].text, c->f->news[i].n),
				    c->f->news[i].count, 0, true});
}

void
figures_column(const struct store *s, const struct model *m, size_t fid, enum window w, struct feature_figures *out)
{
	struct column c;
	struct verdict v;

	figures_column_open(&c, m, fid, w);
	column_brief(s, &c, fid, out, &v);
	out->drift.sentence[0] = '\0';
}

void
figures_feature_brief(
    const struct store *s, size_t model, size_t feature, enum window w, struct feature_figures *out)
{
	figures_feature_still(s, model, feature, w, 0, out);
}

void
figures_feature_still(const struct store *s, size_t model, size_t feature, enum window w, unsigned causes,
    struct feature_figures *out)
{
	const struct model *m = store_model(s, model);
	size_t fid = figures_fid(m, feature);
	struct column c;
	struct verdict v;

	if (figures_learning(m)) {
		figures_learning_feature(m, fid, w, false, out);
		return;
	}
	figures_column_open(&c, m, fid, w);
	column_brief(s, &c, fid, out, &v);
	figures_column_sentence(&c, &v, out);
	if (out->drift.sentence[0] || !causes)
		return;
	v.causes = causes;
	figures_column_sentence(&c, &v, out);
}

void
figures_feature(
    const struct store *s, size_t model, size_t feature, enum window w, struct feature_figures *out)
{
	const struct model *m = store_model(s, model);
	size_t fid = figures_fid(m, feature);
	struct column c;
	struct verdict v;

	if (figures_learning(m)) {
		figures_learning_feature(m, fid, w, true, out);
		return;
	}
	figures_column_open(&c, m, fid, w);
	column_brief(s, &c, fid, out, &v);
	column_distances(&c, &out->drift);
	fill_quantiles(&c, out);
	fill_bins(&c, out);
	fill_top(&c, out);
	figures_column_sentence(&c, &v, out);
}

bool
figures_model_from(const struct store *s, size_t model, size_t source)
{
	return source < 64 && (store_model(s, model)->sources >> source & 1);
}

size_t
figures_feature_find(const struct store *s, size_t model, struct slice name)
{
	const struct model *m = store_model(s, model);
	size_t index = names_find(figures_learning(m) ? &m->rows.names : &m->inputs, name);

	if (index != NAMES_NONE)
		return index;
	if (slice_is(name, "prediction"))
		index = FID_PREDICTION;
	else if (slice_is(name, "score"))
		index = FID_SCORE;
	return index != NAMES_NONE && output_is_there(m, index) ? figures_index(m, index) : SIZE_MAX;
}

/* ---- models ---------------------------------------------------------------------------------- */

static void
latency_fill(const struct sums *sums, const uint64_t *base, double min, double max,
    struct latency_figures *out)
{
	static const double levels[6] = {0, 0.5, 0.9, 0.99, 0.999, 1}, base_levels[2] = {0.5, 0.99};
	double q[6], was[2] = {NAN, NAN};
	int i;

	out->count = sums->tally.latencies;
	out->mean = out->count ? (double)sums->tally.latency_ns / 1e6 / (double)out->count : NAN;
	latency_quantiles_u64(sums->latency, levels, 6, q);
	for (i = 1; i < 5; i++)
		q[i] = isnan(min) ? q[i] : cut(q[i], min, max);
	out->min = isnan(min) ? q[0] : min;
	out->p50 = q[1];
	out->p90 = q[2];
	out->p99 = q[3];
	out->p999 = q[4];
	out->max = isnan(max) ? q[5] : max;
	if (base)
		latency_quantiles_u64(base, base_levels, 2, was);
	out->baseline_p50 = was[0];
	out->baseline_p99 = was[1];
}

static void
baseline_fill(const struct model *m, struct baseline_figures *out)
{
	const struct baseline *b = m->baseline;

	memset(out, 0, sizeof(*out));
	out->outputs_after_ms = INT64_MIN;
	out->learning_rows = m->learning ? model_rows(m) : 0;
	out->learning_need = LIMIT_LEARN_ROWS_MIN;
	if (!b)
		return;
	out->outputs_after_ms = m->outputs_after_ms;
	out->kind = b->kind;
	out->name = slice_of(b->name);
	out->events = b->events;
	if (b->outputs_own && b->outputs_of)
		out->outputs_of = slice_of(b->outputs_of);
	out->from_ms = b->from_ms;
	out->to_ms = b->to_ms;
	out->provisional = b->provisional || m->learning;
	out->grown_days = m->growth.days;
	out->grown_rows = m->growth.rows;
	out->armed = m->armed;
	out->watched = m->nwatches;
	out->windows = m->evalwin.windows;
	out->late = m->evalwin.late;
}

static double
missing_max(const struct model *m, enum window w)
{
	double worst = NAN;
	size_t fid;

	for (fid = FID_INPUT; fid < m->nfeatures; fid++) {
		struct column c;

		figures_column_open(&c, m, fid, w);
		if (c.cells && c.rows && !(rate(c.missing, c.rows) <= worst))
			worst = rate(c.missing, c.rows);
	}
	return worst;
}

static size_t
outputs_count(const struct model *m)
{
	return (size_t)output_is_there(m, FID_PREDICTION) + (size_t)output_is_there(m, FID_SCORE);
}

size_t
figures_columns(const struct model *m)
{
	return inputs_count(m) + outputs_count(m);
}

/* Of this hour of the day, weekdays and weekends apart, once an hour's worth of it has been kept. */
static double
expected_rate(const struct store *s, const struct model *m)
{
	const struct growth_traffic *t;
	struct growth_when when;

	if (m->now_ms == INT64_MIN)
		return NAN;
	when = growth_when(pane_floor(m->now_ms, EVALWIN_MS), s->options.utc_offset_ms);
	t = &m->growth.traffic[when.slot];
	if (t->slots < HOUR_SLOTS)
		return NAN;
	return (double)t->events / ((double)t->slots * EVALWIN_MS / 1000);
}

/* Of two that are equally new the later place is the newer. */
static struct slice
newest_version(const struct model *m)
{
	const struct version *newest = NULL;
	unsigned i;

	for (i = 0; i < m->nversions; i++)
		if (!newest || m->versions[i].last_ms >= newest->last_ms)
			newest = &m->versions[i];
	return newest ? newest->name : slice_make(NULL, 0);
}

void
figures_model_brief(const struct store *s, size_t model, enum window w, struct model_figures *out)
{
	const struct model *m = store_model(s, model);
	const struct sums *window;
	const struct baseline *b = m->baseline;

	memset(out, 0, sizeof(*out));
	out->index = model;
	out->name = m->name;
	out->window = model_window(m, w);
	window = model_sums(m, out->window);
	out->latency.baseline_count = out->window_latency.baseline_count = b ? b->latencies : 0;
	out->rows = window->tally.rows;
	out->events = m->total.tally.events;
	out->errors = m->total.tally.errors;
	out->client_errors = m->total.tally.client_errors;
	out->error_rate_frac = rate(out->errors, out->events);
	out->window_events = window->tally.events;
	out->window_errors = window->tally.errors;
	out->window_client_errors = window->tally.client_errors;
	out->window_error_rate_frac = rate(window->tally.errors, window->tally.events);
	out->window_client_error_rate_frac = rate(window->tally.client_errors, window->tally.events);
	out->baseline_error_rate_frac = b ? rate(b->errors, b->events) : NAN;
	out->expected_rate_per_s = expected_rate(s, m);
	out->rate_per_s = figures_rate_per_s(m);
	out->feed = store_feed(s, m);
	out->severity = m->severity;
	out->why = slice_of(m->why);
	/* Before its first tick a model has no clock. */
	out->stale_ms =
	    m->newest_ms == INT64_MIN || m->now_ms == INT64_MIN ? -1 : m->now_ms - m->newest_ms;
	out->longest_gap_ms = m->longest_gap_ms;
	out->first_ms = m->first_ms;
	out->last_ms = m->newest_ms;
	out->now_ms = m->now_ms;
	baseline_fill(m, &out->baseline);
	out->inputs = inputs_count(m);
	out->outputs = outputs_count(m);
	out->versions = m->nversions;
	out->version = newest_version(m);
	out->drifting = m->drifting;
	out->watching = m->watching;
	out->worst = m->worst_fid == SIZE_MAX ? SIZE_MAX : figures_index(m, m->worst_fid);
	out->worst_psi = m->worst_psi;
	out->missing_max_frac = NAN;
	out->latency.p50 = out->latency.p90 = out->latency.p99 = out->latency.p999 = out->latency.max = NAN;
	out->window_latency.p50 = out->window_latency.p90 = out->window_latency.p99 = NAN;
	out->window_latency.p999 = out->window_latency.max = out->window_latency.baseline_p99 = NAN;
	out->latency.count = m->total.tally.latencies;
	out->window_latency.count = window->tally.latencies;
}

void
figures_model_latency(const struct store *s, size_t model, struct model_figures *out)
{
	const struct model *m = store_model(s, model);
	const struct baseline *b = m->baseline;

	latency_fill(model_sums(m, out->window), b && b->latencies ? b->latency : NULL, NAN, NAN, &out->window_latency);
}

void
figures_model_window(const struct store *s, size_t model, enum window w, struct model_figures *out)
{
	figures_model_brief(s, model, w, out);
	figures_model_latency(s, model, out);
	out->missing_max_frac = missing_max(store_model(s, model), out->window);
}

void
figures_model(const struct store *s, size_t model, enum window w, struct model_figures *out)
{
	const struct model *m = store_model(s, model);
	const struct baseline *b = m->baseline;

	figures_model_window(s, model, w, out);
	latency_fill(&m->total, b && b->latencies ? b->latency : NULL,
	    m->latency_min <= m->latency_max ? m->latency_min : NAN,
	    m->latency_min <= m->latency_max ? m->latency_max : NAN, &out->latency);
}
