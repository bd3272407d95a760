#include "core/figures_quality.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/quality_noise.h"
#include "core/store_impl.h"

/* Coverage below that, or that far from the baseline's at the same age: labels are no fair sample of predictions. */
#define COVERAGE_MIN_FRAC 0.1
#define COVERAGE_OFF_FRAC 0.05

/* A fall of AUC or accuracy, a rise of MAE as a share of what it was; all beyond noise (core/quality_noise.h). */
#define FALL_WATCH 0.02
#define FALL_DRIFT 0.05
#define FALL_CRIT 0.10
#define HOUR_LABELS 20 /* in an hour that tells how hours vary */
#define RISE_WATCH 0.1
#define RISE_DRIFT 0.25
#define RISE_CRIT 0.5
#define SLACK 1e-12 /* 0.95 - 0.90 is not quite 0.05: what is met exactly is met */

const char *const figures_quality_metrics[QUALITY_METRICS] = {"AUC", "accuracy", "MAE"};
const char *const figures_quality_kinds[] = {NULL, "classes", "regression"};

static double
ratio(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : NAN;
}

struct slice
figures_quality_class(const struct store *s, size_t model, unsigned cls)
{
	return classes_name(&s->models[model]->classes, cls);
}

/* ---- the join -------------------------------------------------------------------------------- */

void
figures_labels(const struct store *s, size_t model, struct label_figures *out)
{
	const struct model *m = s->models[model];
	const struct quality_panes *p = m->quality;
	uint64_t n;

	*out = (struct label_figures){.waiting = m->labels.waiting,
	    .orphans = m->labels.early,
	    .sample_frac = labels_sample_frac(&m->labels),
	    .coverage_1h_frac = NAN,
	    .coverage_24h_frac = NAN,
	    .baseline_coverage_1h_frac = NAN,
	    .baseline_coverage_24h_frac = NAN};
	out->any = out->orphans > 0;
	if (!p)
		return;
	out->expired = p->told[LABELS_EXPIRED];
	out->orphans += p->told[LABELS_ORPHAN];
	out->duplicates = p->told[LABELS_DUPLICATE];
	out->conflicting = p->told[LABELS_CONFLICTING];
	out->repeated = p->told[LABELS_REPEATED];
	out->events = p->events;
	out->any = out->orphans || p->total.counts[QUALITY_LABELLED] || p->events;
	out->coverage_1h_frac = quality_panes_coverage(p, m->now_ms, 1, &n);
	out->coverage_24h_frac = quality_panes_coverage(p, m->now_ms, 24, &n);
	if (!p->reference_cover[COVER_LABELLED])
		return;
	out->baseline_coverage_1h_frac = ratio(p->reference_cover[COVER_1H], p->reference_cover[COVER_PREDICTED]);
	out->baseline_coverage_24h_frac = ratio(p->reference_cover[COVER_24H], p->reference_cover[COVER_PREDICTED]);
}

/* ---- one span -------------------------------------------------------------------------------- */

static void
judge_count(struct quality_figures *out)
{
	out->grey = out->numbers.labelled < QUALITY_ROWS_GREY;
	if (out->grey)
		snprintf(out->note, sizeof(out->note), "only %llu labels", (unsigned long long)out->numbers.labelled);
}

static void
judge_share(struct quality_figures *out)
{
	out->grey = out->coverage_frac < COVERAGE_MIN_FRAC;
	if (out->grey)
		snprintf(out->note, sizeof(out->note), "only %.1f %% of predictions have a label",
		    100 * out->coverage_frac);
}

/* Whether the labels that are there may be told for all: out->note says why not. */
static void
judge_coverage(const struct store *s, size_t model, struct quality_figures *out)
{
	struct label_figures l;
	double was, is;

	judge_count(out);
	if (out->grey)
		return;
	figures_labels(s, model, &l);
	is = l.coverage_24h_frac;
	was = l.baseline_coverage_24h_frac;
	if (isnan(is)) {
		is = l.coverage_1h_frac;
		was = l.baseline_coverage_1h_frac;
	}
	if (out->span != SPAN_BASELINE && !isnan(is) && !isnan(was)) {
		out->grey = fabs(is - was) > COVERAGE_OFF_FRAC;
		if (out->grey)
			snprintf(out->note, sizeof(out->note), "%.0f %% have a label at the same age, baseline %.0f %%",
			    100 * is, 100 * was);
		return;
	}
	judge_share(out);
}

static void
note_apart(const struct model *m, struct quality_figures *out)
{
	struct slice said = {NULL, 0}, was = {NULL, 0};
	unsigned i;

	for (i = 0; i < out->numbers.nclasses; i++) {
		const struct class_quality *c = &out->numbers.classes[i];

		if (c->predicted && !said.n)
			said = classes_name(&m->classes, c->cls);
		if (c->labelled && !was.n)
			was = classes_name(&m->classes, c->cls);
	}
	out->grey = true;
	snprintf(out->note, sizeof(out->note), "classes are written differently: '%.*s' predicted, '%.*s' as label",
	    (int)(said.n < 24 ? said.n : 24), said.n ? said.p : "", (int)(was.n < 24 ? was.n : 24), was.n ? was.p : "");
}

/* The figures that sums and coverage give, but for what is thought of them. */
static void
put_numbers(const struct model *m, const struct quality *sums, const uint64_t *cover, struct quality_figures *out)
{
	const struct baseline *b = m->baseline;
	const struct baseline_feature *f = m->features[FID_PREDICTION].ref;
	struct quality_view view = {.classes = &m->classes};

	view.numeric = f && f->type == FEATURE_NUMERIC && f->count;
	view.positive = b ? slice_of(b->positive) : slice_make(NULL, 0);
	view.confidence = b && b->score_is_confidence;
	quality_numbers(sums, &view, &out->numbers);
	out->predicted = cover[COVER_PREDICTED];
	out->coverage_frac = ratio(cover[COVER_LABELLED], cover[COVER_PREDICTED]);
	if (out->numbers.positive >= 0)
		out->positive = classes_name(&m->classes, (unsigned)out->numbers.positive);
	out->thin = out->numbers.labelled < QUALITY_ROWS_MIN;
}

void
figures_quality(const struct store *s, size_t model, enum quality_span span, struct quality_figures *out)
{
	const struct model *m = s->models[model];
	const struct baseline *b = m->baseline;
	uint64_t cover[COVER_COUNT] = {0};
	bool apart = b && b->quality; /* the baseline's rows are none of those counted here */
	struct quality sums;

	memset(out, 0, sizeof(*out));
	out->span = span;
	quality_init(&sums);
	/* Without memory for the sum there are no figures now, and at the next look there may be. */
	if (m->quality && quality_panes_sum(m->quality, apart && span == SPAN_SINCE ? SPAN_ALL : span, m->now_ms, &sums,
			      cover, NULL))
		quality_clear(&sums);
	put_numbers(m, &sums, cover, out);
	quality_release(&sums);
	if (!out->numbers.labelled)
		return;
	judge_coverage(s, model, out);
	if (out->numbers.classes_apart)
		note_apart(m, out);
}

enum quality_metric
figures_quality_first(const struct quality_figures *f, double *value)
{
	const struct quality_numbers *n = &f->numbers;

	if (n->kind == QUALITY_REGRESSION) {
		*value = n->mae;
		return QUALITY_MAE;
	}
	*value = isnan(n->auc) ? n->accuracy : n->auc;
	return isnan(n->auc) ? QUALITY_ACCURACY : QUALITY_AUC;
}

/* ---- against the baseline -------------------------------------------------------------------- */

/* Standard error of the first metric; of a share by the binomial. */
static double
first_se(const struct quality_figures *f, enum quality_metric metric)
{
	const struct quality_numbers *n = &f->numbers;

	if (metric == QUALITY_AUC)
		return n->auc_se;
	if (metric == QUALITY_ACCURACY)
		return sqrt(n->accuracy * (1 - n->accuracy) / (double)n->decided);
	return n->mae_se;
}

/* Models whose quality is looked at. */
static size_t
labelled_models(const struct store *s)
{
	size_t i, n = 0;

	for (i = 0; i < s->nmodels; i++)
		n += s->models[i]->quality && s->models[i]->quality->total.counts[QUALITY_LABELLED];
	return n;
}

/* By how much labels of the newest day vary more than independent ones would. */
static double
noise_factor(const struct model *m, enum quality_metric metric)
{
	double value[QUALITY_DAY], se[QUALITY_DAY];
	struct quality_figures f;
	enum quality_metric is;
	size_t i;

	for (i = 0; i < QUALITY_DAY; i++) {
		const struct quality_hour *h = quality_panes_hour(m->quality, m->quality->newest - (int64_t)i);

		value[i] = se[i] = NAN;
		if (!h || h->sums.counts[QUALITY_LABELLED] < HOUR_LABELS)
			continue;
		memset(&f, 0, sizeof(f));
		put_numbers(m, &h->sums, h->cover, &f);
		is = figures_quality_first(&f, &value[i]);
		se[i] = is == metric ? first_se(&f, metric) : (double)NAN;
	}
	return quality_noise_factor(value, se, QUALITY_DAY);
}

static void
judge_change(const struct store *s, struct quality_change *c)
{
	double limit = quality_noise_limit(
	    labelled_models(s), store_budget(s));

	bool mae = c->metric == QUALITY_MAE;
	double worse = mae ? c->is - c->was : c->was - c->is, size = (mae ? worse / c->was : worse) + SLACK;

	c->state = DRIFT_OK;
	if (worse > limit * c->se && worse > 0) {
		c->state = size >= (mae ? RISE_DRIFT : FALL_DRIFT)   ? DRIFT_DRIFT
			   : size >= (mae ? RISE_WATCH : FALL_WATCH) ? DRIFT_WATCH
								     : DRIFT_OK;
		if (c->state == DRIFT_DRIFT)
			c->severity = size >= (mae ? RISE_CRIT : FALL_CRIT) ? SEVERITY_CRIT : SEVERITY_WARN;
	}
	snprintf(c->sentence, sizeof(c->sentence), mae ? "%s %.3g (base %.3g)" : "%s %.2f (base %.2f)",
	    figures_quality_metrics[c->metric], c->is, c->was);
}

/* Its rows are among those of the newest 24 hours, which are then not what it is to be compared with. */
static bool
is_recent_baseline(const struct model *m)
{
	const struct baseline *b = m->baseline;

	return b && b->kind == BASELINE_LEARNED && m->now_ms != INT64_MIN &&
	       b->to_ms > m->now_ms - QUALITY_DAY * QUALITY_HOUR_MS;
}

/* is: the figures that the change is about. */
static void
change_of(const struct store *s, size_t model, struct quality_figures *is, struct quality_change *out)
{
	struct quality_figures was;
	enum quality_metric metric;

	*out = (struct quality_change){.state = DRIFT_LEARNING, .is = NAN, .was = NAN, .se = NAN};
	out->span = SPAN_24H;
	figures_quality(s, model, SPAN_24H, is);
	if (is->numbers.labelled < QUALITY_ROWS_GREY || is_recent_baseline(s->models[model])) {
		out->span = SPAN_SINCE;
		figures_quality(s, model, SPAN_SINCE, is);
	}
	figures_quality(s, model, SPAN_BASELINE, &was);
	if (!was.numbers.labelled)
		return;
	out->metric = figures_quality_first(&was, &out->was);
	metric = figures_quality_first(is, &out->is);
	out->n = is->numbers.labelled;
	out->m = was.numbers.labelled;
	out->state = DRIFT_THIN;
	out->se = hypot(first_se(&was, metric), first_se(is, metric));
	if (metric != out->metric || isnan(out->is) || isnan(out->was) || isnan(out->se) || is->thin ||
	    was.thin || is->grey)
		return;
	out->se *= sqrt(noise_factor(s->models[model], metric));
	judge_change(s, out);
}

void
figures_quality_change(const struct store *s, size_t model, struct quality_change *out)
{
	struct quality_figures is;

	change_of(s, model, &is, out);
}

void
figures_quality_brief(const struct store *s, size_t model, struct quality_brief *out)
{
	const struct quality_panes *p = s->models[model]->quality;
	struct quality_figures is;

	*out = (struct quality_brief){.accuracy = NAN, .auc = NAN, .mae = NAN, .coverage_frac = NAN};
	out->change.state = DRIFT_LEARNING;
	if (!p || !p->total.counts[QUALITY_LABELLED])
		return;
	out->labelled = (double)p->total.counts[QUALITY_LABELLED];
	change_of(s, model, &is, &out->change);
	out->coverage_frac = is.coverage_frac;
	if (is.thin || is.grey)
		return;
	out->accuracy = is.numbers.accuracy;
	out->auc = is.numbers.auc;
	out->mae = is.numbers.mae;
}

/* ---- versions -------------------------------------------------------------------------------- */

/* Those that only one version is known of are the model's. */
static void
version_figures(const struct model *m, struct slice version, bool since, struct quality_figures *out)
{
	unsigned known = (unsigned)m->label_versions.count;
	size_t at = names_find(&m->label_versions, version);
	uint64_t cover[COVER_COUNT] = {0};
	struct quality sums;

	memset(out, 0, sizeof(*out));
	out->span = SPAN_ALL;
	quality_init(&sums);
	if (m->quality && at != NAMES_NONE &&
	    quality_panes_version(m->quality, (unsigned)at, known, since, &sums, cover, NULL))
		quality_clear(&sums);
	put_numbers(m, &sums, cover, out);
	quality_release(&sums);
	if (!out->numbers.labelled)
		return;
	judge_count(out);
	if (!out->grey)
		judge_share(out);
	if (out->numbers.classes_apart)
		note_apart(m, out);
}

void
figures_quality_version(const struct store *s, size_t model, struct slice version, struct quality_figures *out)
{
	version_figures(s->models[model], version, false, out);
}

void
figures_quality_pair(
    const struct store *s, size_t model, struct slice stable, struct slice canary, struct quality_pair *out)
{
	const struct model *m = s->models[model];
	struct quality_figures f[2];
	enum quality_metric metric;
	int i;

	version_figures(m, stable, true, &f[0]);
	version_figures(m, canary, true, &f[1]);
	*out = (struct quality_pair){.value = {NAN, NAN, NAN, NAN}, .from_ms = m->label_versions_ms};
	out->metric = figures_quality_first(&f[0], &out->value.stable);
	metric = figures_quality_first(&f[1], &out->value.canary);
	for (i = 0; i < 2; i++) {
		out->labelled[i] = f[i].numbers.labelled;
		out->coverage_frac[i] = f[i].coverage_frac;
	}
	out->thin = f[0].thin || f[1].thin;
	out->grey = f[0].grey || f[1].grey ||
		    fabs(out->coverage_frac[0] - out->coverage_frac[1]) > COVERAGE_OFF_FRAC;
	if (metric != out->metric || isnan(out->value.stable) || isnan(out->value.canary)) {
		out->value = (struct compare_pair){NAN, NAN, NAN, NAN};
		return;
	}
	out->value.diff = out->value.canary - out->value.stable;
	out->value.se = hypot(first_se(&f[0], metric), first_se(&f[1], metric));
}
