#include "core/figures_compare.h"

#include <math.h>

#include "core/floor.h"
#include "core/stat.h"
#include "core/store_impl.h"
#include "core/verdict.h"

#define AUTO_ROWS 500
#define P99_ROWS 1000
#define GATE_SHIFT 0.05	 /* sd: below, a difference is of no consequence however certain, */
#define GATE_TV	   0.01	 /* and this share of rows in other cells, beyond noise, */
#define GATE_RATE  0.005 /* and this difference of a rate */

const char *const compare_state_names[COMPARE_STATES] = {"none", "thin", "same", "maybe", "not split", "differs"};

const char *const version_role_names[VERSION_ROLES] = {"", "other", "stable", "canary"};

/* Stable first. */
static const struct versus_side *
side_of(const struct model *m, int which)
{
	int stable = versus_side(m->versus, m->stable);

	return &m->versus->sides[which ? 1 - stable : stable];
}

static const struct sums *
sums_of(const struct versus_side *side, enum window w)
{
	return w == WINDOW_5M ? &side->rings[VERSUS_5M].window
	     : w == WINDOW_1H ? &side->rings[VERSUS_1H].window
			      : &side->total;
}

enum window
figures_compare_window(const struct model *m, enum window w)
{
	if (w != WINDOW_AUTO)
		return w == WINDOW_5M || w == WINDOW_1H ? w : WINDOW_ALL;
	for (w = WINDOW_5M; w <= WINDOW_1H; w++)
		if (sums_of(side_of(m, 0), w)->tally.rows >= AUTO_ROWS &&
		    sums_of(side_of(m, 1), w)->tally.rows >= AUTO_ROWS)
			return w;
	return WINDOW_ALL;
}

static const struct compare_pair nothing = {NAN, NAN, NAN, NAN};

/* ---- a column -------------------------------------------------------------------------------- */

/* One side of one column over a window. */
struct part {
	const uint64_t *cells;
	uint64_t rows, n;
	double mean, sd; /* NaN: not numeric, clipped */
	uint64_t psi[BASELINE_PSI_CELLS];
	size_t npsi;
};

/* Only what says how much is missing. */
static void
part_count(struct part *p, const struct baseline_feature *f, size_t first, const struct sums *sums)
{
	size_t i;

	p->n = 0;
	p->cells = sums->cells + first;
	for (i = 0; i < f->ncells; i++)
		p->n += p->cells[i];
	p->rows = f->output ? sums->tally.rows : sums->tally.feature_rows;
	p->rows = p->rows < p->n ? p->n : p->rows;
}

static void
part_open(struct part *p, const struct baseline_feature *f, size_t first, size_t column, const struct sums *sums)
{
	uint64_t ref[BASELINE_PSI_CELLS];

	part_count(p, f, first, sums);
	p->mean = p->sd = NAN;
	p->npsi = f->role == FROLE_VALUE ? baseline_feature_cells(f, p->cells, p->psi, ref) : 0;
	if (f->type != FEATURE_NUMERIC || !f->count || !p->n || p->cells[f->ncells + EXTRA_CLIPPED])
		return;
	p->mean = numbins_mean(&f->bins, sums->moments[column].sum, p->n);
	p->sd = numbins_std(&f->bins, sums->moments[column].sum, sums->moments[column].sumsq, p->n);
}

static void
fill_share(const struct baseline_feature *f, const struct part *part, struct compare_feature *out)
{
	double most = -1;
	size_t i;

	if (f->type != FEATURE_CATEGORICAL || !part[0].n || !part[1].n)
		return;
	for (i = 0; i < f->values.k; i++) {
		const uint64_t hits[2] = {part[0].cells[i], part[1].cells[i]}, n[2] = {part[0].n, part[1].n};
		struct compare_pair p;

		compare_rates(hits, n, &p);
		if (!(fabs(p.diff) > most))
			continue;
		most = fabs(p.diff);
		out->value = f->values.named[i].value;
		out->share = p;
	}
}

static void
fill_differences(
    const struct store *s, const struct baseline_feature *f, const struct part *part, struct compare_feature *out)
{
	const uint64_t n[2] = {part[0].n, part[1].n}, rows[2] = {part[0].rows, part[1].rows};
	const uint64_t without[2] = {rows[0] - n[0], rows[1] - n[1]};
	const double mean[2] = {part[0].mean, part[1].mean}, sd[2] = {part[0].sd, part[1].sd};
	struct stat_input in = {.cur = part[1].psi, .ref = part[0].psi, .ncells = part[0].npsi};

	memcpy(out->n, n, sizeof(n));
	compare_rates(without, rows, &out->missing);
	fill_share(f, part, out);
	if (!n[0] || !n[1])
		return;
	compare_means(mean, sd, n, &out->mean);
	if (sd[0] > 0) {
		out->shift_sd = out->mean.diff / sd[0];
		out->shift_se = out->mean.se / sd[0];
	}
	if (part[0].npsi < 2 || part[0].npsi > STORE_CHI2)
		return;
	out->psi = stat_psi(&in);
	out->psi_floor = s->chi2[part[0].npsi - 1] * (1 / (double)n[0] + 1 / (double)n[1]);
}

/* Total variation beyond what two samples of one distribution have: E|N(0, sd)| = sqrt(2 / pi) sd in each cell. */
static double
tv_excess(const struct part *part)
{
	double n = (double)part[0].n, m = (double)part[1].n, tv = 0, noise = 0;
	size_t i;

	for (i = 0; i < part[0].npsi; i++) {
		double a = (double)part[0].psi[i] / n, b = (double)part[1].psi[i] / m;
		double p = (double)(part[0].psi[i] + part[1].psi[i]) / (n + m);

		tv += fabs(a - b) / 2;
		noise += sqrt(2 / 3.14159265358979323846 * p * (1 - p) * (1 / n + 1 / m)) / 2;
	}
	return tv - noise;
}

static bool
is_material(const struct compare_feature *d, const struct part *part)
{
	return fabs(d->shift_sd) >= GATE_SHIFT || fabs(d->missing.diff) >= GATE_RATE ||
	       (part[0].n && part[1].n && tv_excess(part) >= GATE_TV);
}

static double
limit_of(const struct store *s)
{
	size_t columns = 0, i;

	for (i = 0; i < s->nmodels; i++)
		columns += s->models[i]->versus ? s->models[i]->versus->ncolumns : 0;
	return evidence_limit(
	    (double)columns, WATCH_WINDOWS_A_WEEK, store_budget(s));
}

/* hour: figures over the last hour, whatever window is shown, so that the state does not hang on that. */
static void
judge(const struct store *s, const struct versus *v, size_t column, const struct compare_feature *hour,
    const struct part *part, struct compare_feature *out)
{
	const struct versus_column *c = &v->columns[column];
	struct compare_evidence e;

	compare_read(&c->compare, c->ordered, true, c->ncells, &e);
	out->evidence = e.nats;
	out->evidence_limit = limit_of(s);
	out->since_ms = e.onset == COMPARE_NEVER ? 0 : e.onset * EVALWIN_MS;
	if (isnan(hour->missing.se)) {
		out->state = COMPARE_NONE;
		return;
	}
	out->state = part[0].rows < COMPARE_ROWS_MIN || part[1].rows < COMPARE_ROWS_MIN ? COMPARE_THIN : COMPARE_SAME;
	if (!(e.nats >= out->evidence_limit / 2) || !is_material(hour, part))
		return;
	out->state = COMPARE_MAYBE;
	if (e.nats < out->evidence_limit)
		return;
	out->state = !out->output && e.onset <= v->early_window ? COMPARE_UNSPLIT : COMPARE_DIFFERS;
}

static void
fill_sentence(const struct compare_feature *d, const struct part *part, struct compare_feature *out)
{
	struct verdict v = {.state = DRIFT_WATCH};
	struct verdict_story st = {.type = out->type, .n = d->n[1], .m = d->n[0], .psi = d->psi,
	    .window = window_words[WINDOW_1H], .base = version_role_names[VERSION_STABLE]};

	if (out->state < COMPARE_MAYBE)
		return;
	st.psi_floor = d->psi_floor;
	st.mean = part[1].mean;
	st.base_mean = part[0].mean;
	st.std = part[1].sd;
	st.base_std = part[0].sd;
	st.missing_frac = d->missing.canary;
	st.base_missing_frac = d->missing.stable;
	st.min = st.max = st.base_min = st.base_max = st.unseen_frac = st.base_unseen_frac = st.out_frac = NAN;
	st.new_value_frac = NAN;
	st.moved_value = d->value;
	st.moved_frac = d->share.canary;
	st.base_moved_frac = d->share.stable;
	if (fabs(d->missing.diff) >= GATE_RATE && compare_is_beyond_noise(&d->missing))
		v.causes |= CAUSE_MISSING;
	if (d->psi > d->psi_floor || compare_is_beyond_noise(&d->mean) || !v.causes)
		v.causes |= CAUSE_SIZE;
	verdict_sentence(&v, &st, out->sentence, sizeof(out->sentence));
}

static void
feature_clear(struct compare_feature *out)
{
	memset(out, 0, sizeof(*out));
	out->missing = out->mean = out->share = nothing;
	out->shift_sd = out->shift_se = out->psi = out->psi_floor = out->evidence = out->evidence_limit = NAN;
}

static void
column_over(const struct store *s, const struct model *m, const struct feature *f, enum window w, struct part *part,
    struct compare_feature *out)
{
	int i;

	for (i = 0; i < VERSUS_SIDES; i++)
		part_open(&part[i], f->ref, f->first, f->binned, sums_of(side_of(m, i), w));
	fill_differences(s, f->ref, part, out);
}

void
figures_compare_feature(
    const struct store *s, size_t model, size_t feature, enum window w, struct compare_feature *out)
{
	const struct model *m = store_model(s, model);
	size_t fid = figures_fid(m, feature);
	struct compare_feature hour;
	const struct feature *f;
	struct part part[VERSUS_SIDES];

	feature_clear(out);
	feature_clear(&hour);
	out->output = fid < FID_INPUT;
	if (figures_learning(m)) {
		out->name = out->output ? model_feature_name(m, fid) : names_at(&m->rows.names, fid - FID_INPUT);
		return;
	}
	f = &m->features[fid];
	out->name = model_feature_name(m, fid);
	if (!f->ref)
		return;
	out->type = f->ref->type;
	out->role = f->ref->role;
	if (!m->versus || !m->versus->ncolumns)
		return;
	column_over(s, m, f, figures_compare_window(m, w), part, out);
	column_over(s, m, f, WINDOW_1H, part, &hour);
	judge(s, m->versus, f->binned, &hour, part, out);
	fill_sentence(&hour, part, out);
}

/* ---- a model --------------------------------------------------------------------------------- */

static void
fill_traffic(const struct model *m, const struct sums *const *sums, struct compare_figures *out)
{
	int64_t from = m->versus->from_pane * PANE_MS, length = window_ms(out->window);
	double seconds, both = (double)(sums[0]->tally.events + sums[1]->tally.events);
	int i;

	out->since_ms = from;
	if (length && m->now_ms - length > from)
		from = m->now_ms - length;
	seconds = m->now_ms > from ? (double)(m->now_ms - from) / 1000 : NAN;
	for (i = 0; i < VERSUS_SIDES; i++) {
		out->events[i] = sums[i]->tally.events;
		out->rows[i] = sums[i]->tally.rows;
		out->rate_per_s[i] = (double)out->events[i] / seconds;
		out->share_frac[i] = both > 0 ? (double)out->events[i] / both : NAN;
	}
}

static void
fill_outcomes(const struct sums *const *sums, struct compare_figures *out)
{
	const uint64_t errors[2] = {sums[0]->tally.errors, sums[1]->tally.errors};
	const uint64_t *const latency[2] = {sums[0]->latency, sums[1]->latency};
	bool few = sums[0]->tally.latencies < P99_ROWS || sums[1]->tally.latencies < P99_ROWS;

	compare_rates(errors, out->events, &out->errors);
	compare_latency(latency, 0.5, &out->p50);
	compare_latency(latency, 0.99, &out->p99);
	if (few)
		out->p99.diff = out->p99.se = NAN;
	if (sums[0]->tally.latencies < P99_ROWS)
		out->p99.stable = NAN;
	if (sums[1]->tally.latencies < P99_ROWS)
		out->p99.canary = NAN;
}

static double
badness(const struct compare_feature *f)
{
	return f->state * 1000.0 + (isnan(f->evidence) ? 0 : f->evidence);
}

static void
find_worst(const struct store *s, size_t model, size_t columns, struct compare_figures *out)
{
	double worst[2] = {-1, -1};
	size_t i;

	for (i = 0; i < columns; i++) {
		struct compare_feature f;
		size_t *at;

		figures_compare_feature(s, model, i, out->window, &f);
		at = f.output ? &out->worst_output : &out->worst_input;
		out->differs += f.state == COMPARE_DIFFERS;
		out->maybe += f.state == COMPARE_MAYBE;
		out->unsplit += f.state == COMPARE_UNSPLIT;
		if (f.state == COMPARE_NONE || !(badness(&f) > worst[f.output]))
			continue;
		worst[f.output] = badness(&f);
		*at = i;
	}
}

void
figures_compare(const struct store *s, size_t model, enum window w, struct compare_figures *out)
{
	const struct model *m = store_model(s, model);
	const struct sums *sums[VERSUS_SIDES];

	memset(out, 0, sizeof(*out));
	out->errors = out->p50 = out->p99 = nothing;
	out->worst_input = out->worst_output = SIZE_MAX;
	out->rate_per_s[0] = out->rate_per_s[1] = out->share_frac[0] = out->share_frac[1] = NAN;
	if (!m->versus)
		return;
	out->active = true;
	out->window = figures_compare_window(m, w);
	out->stable = m->versions[m->stable].name;
	out->canary = m->versions[m->canary].name;
	out->windows = m->versus->windows;
	sums[0] = sums_of(side_of(m, 0), out->window);
	sums[1] = sums_of(side_of(m, 1), out->window);
	fill_traffic(m, sums, out);
	fill_outcomes(sums, out);
	if (!figures_learning(m))
		find_worst(s, model, m->nfeatures, out);
}

/* ---- one version ----------------------------------------------------------------------------- */

unsigned
figures_nth_newest(const struct model *m, size_t newer)
{
	unsigned i, k;

	for (i = 0; i < m->nversions; i++) {
		size_t n = 0;

		for (k = 0; k < m->nversions; k++)
			n += m->versions[k].last_ms > m->versions[i].last_ms ||
			     (m->versions[k].last_ms == m->versions[i].last_ms && k > i);
		if (n == newer)
			return i;
	}
	return VERSION_NONE;
}

static double
missing_most(const struct model *m, const struct sums *sums)
{
	double worst = NAN;
	size_t fid;

	for (fid = FID_INPUT; fid < m->nfeatures; fid++) {
		const struct feature *f = &m->features[fid];
		struct part p;

		if (!f->ref || !sums->cells || !sums->tally.feature_rows)
			continue;
		part_count(&p, f->ref, f->first, sums);
		if (!((double)(p.rows - p.n) / (double)p.rows <= worst))
			worst = (double)(p.rows - p.n) / (double)p.rows;
	}
	return worst;
}

static void
version_clear(const struct model *m, unsigned place, struct version_figures *out)
{
	memset(out, 0, sizeof(*out));
	out->p50 = out->p99 = out->error_rate_frac = out->missing_frac = NAN;
	if (place == VERSION_NONE)
		return;
	out->version = m->versions[place].name;
	out->first_ms = m->versions[place].first_ms;
	out->last_ms = m->versions[place].last_ms;
	out->ended_ms = m->versions[place].ended_ms;
	out->active = m->versions[place].recent > 0;
	if (m->versus)
		out->role = place == m->stable ? VERSION_STABLE : place == m->canary ? VERSION_CANARY : VERSION_OTHER;
}

static void
version_latency(const uint64_t *counts, struct version_figures *out)
{
	out->p50 = latency_quantile_u64(counts, 0.5);
	out->p99 = latency_quantile_u64(counts, 0.99);
}

void
figures_version(const struct store *s, size_t model, size_t version, struct version_figures *out)
{
	const struct model *m = store_model(s, model);
	unsigned place = figures_nth_newest(m, version);
	const struct version *v;

	version_clear(m, place, out);
	if (place == VERSION_NONE)
		return;
	v = &m->versions[place];
	out->events = v->events;
	out->errors = v->errors;
	out->error_rate_frac = v->events ? (double)v->errors / (double)v->events : NAN;
	version_latency(v->latency, out);
}

static void
version_over(const struct model *m, unsigned place, int side, enum window w, struct version_figures *out)
{
	const struct sums *sums = sums_of(&m->versus->sides[side], figures_compare_window(m, w));

	version_clear(m, place, out);
	out->events = sums->tally.events;
	out->errors = sums->tally.errors;
	out->error_rate_frac = out->events ? (double)out->errors / (double)out->events : NAN;
	version_latency(sums->latency, out);
}

bool
figures_version_window(
    const struct store *s, size_t model, size_t version, enum window w, struct version_figures *out)
{
	const struct model *m = store_model(s, model);
	unsigned place = figures_nth_newest(m, version);
	int side = m->versus && place != VERSION_NONE ? versus_side(m->versus, place) : -1;

	if (side < 0) {
		version_clear(m, place, out);
		return false;
	}
	version_over(m, place, side, w, out);
	out->missing_frac = missing_most(m, sums_of(&m->versus->sides[side], figures_compare_window(m, w)));
	return true;
}

/* ---- for rules ------------------------------------------------------------------------------- */

void
figures_pair_outcomes(const struct model *m, enum window w, struct compare_pair *errors, struct compare_pair *p99)
{
	const struct sums *a = sums_of(side_of(m, 0), figures_compare_window(m, w));
	const struct sums *b = sums_of(side_of(m, 1), figures_compare_window(m, w));
	const uint64_t hits[2] = {a->tally.errors, b->tally.errors}, n[2] = {a->tally.events, b->tally.events};
	const uint64_t *const latency[2] = {a->latency, b->latency};

	compare_rates(hits, n, errors);
	compare_latency(latency, 0.99, p99);
}

void
figures_pair_version(const struct model *m, int side, enum window w, struct version_figures *out)
{
	unsigned place = side ? m->canary : m->stable;

	version_over(m, place, versus_side(m->versus, place), w, out);
}

bool
figures_pair_missing(const struct model *m, int side, size_t fid, enum window w, struct feature_figures *out,
    struct compare_pair *missing)
{
	const struct feature *f = &m->features[fid];
	struct verdict_input in = {.has_baseline = true, .psi = NAN, .psi_floor = NAN, .own_psi_max = NAN};
	struct part part[VERSUS_SIDES];
	uint64_t hits[2], rows[2];
	struct verdict v;
	int i;

	if (!f->ref || !m->versus->ncolumns)
		return false;
	for (i = 0; i < VERSUS_SIDES; i++) {
		part_count(&part[i], f->ref, f->first, sums_of(side_of(m, i), figures_compare_window(m, w)));
		rows[i] = part[i].rows;
		hits[i] = rows[i] - part[i].n;
	}
	compare_rates(hits, rows, missing);
	out->baseline_missing_rate_frac =
	    f->ref->rows ? 1 - (double)(f->ref->count + f->ref->nonfinite) / (double)f->ref->rows : NAN;
	in.n = part[side].n;
	in.m = f->ref->count;
	in.missing = (struct verdict_rate){
	    true, hits[side], rows[side], out->baseline_missing_rate_frac, f->ref->rows};
	verdict_judge(&in, &v);
	out->name = model_feature_name(m, fid);
	out->output = fid < FID_INPUT;
	out->type = f->ref->type;
	out->role = f->ref->role;
	out->count = part[side].n;
	out->missing = hits[side];
	out->nonfinite = 0;
	out->missing_rate_frac = rows[side] ? (double)hits[side] / (double)rows[side] : NAN;
	memset(&out->drift, 0, sizeof(out->drift));
	out->drift.state = v.missing;
	out->drift.causes = v.missing >= DRIFT_WATCH ? CAUSE_MISSING : 0;
	out->drift.drift_causes = v.missing == DRIFT_DRIFT ? CAUSE_MISSING : 0;
	return true;
}

bool
figures_is_worse(const struct compare_pair *p, int side)
{
	return compare_is_beyond_noise(p) && (p->diff > 0) == (side == 1);
}
