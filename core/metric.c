#include "core/metric.h"

#include <math.h>

#define P99_ROWS	  1000 /* a p99 of fewer is a guess */
#define TRAFFIC_PER_S	  (20.0 / 600) /* where fewer than 20 events are usual in ten minutes, none may be chance */

#define MODEL METRIC_OF_MODEL
#define VERSION METRIC_OF_VERSION
#define FEATURE METRIC_OF_FEATURE
#define SOURCE METRIC_OF_SOURCE
#define EVENT METRIC_OF_EVENT
#define ALERT METRIC_OF_ALERT

static const char *const no_yes[] = {"no", "yes"};
#define ALMOST 0.999 /* of the limit */

static const char *const evidence_words[] = {"none", "half", "alarm"};
static const char *const feed_words[] = {"ok", "untrusted", "down"};

/* ---- names ----------------------------------------------------------------------------------- */

static void
get_model(const struct metric_subject *s, struct expr_value *out)
{
	if (s->alert)
		out->text = s->alert->key.model;
	else if (s->model)
		out->text = s->model->name;
}

static void
get_version(const struct metric_subject *s, struct expr_value *out)
{
	if (s->alert)
		out->text = s->alert->key.version;
	else if (s->event)
		out->text = s->event->version;
	else if (s->version)
		out->text = s->version->version;
	else if (s->model)
		out->text = s->model->version;
}

static void
get_feature(const struct metric_subject *s, struct expr_value *out)
{
	if (s->alert)
		out->text = s->alert->key.feature;
	else if (s->feature)
		out->text = s->feature->name;
}

static void
get_source(const struct metric_subject *s, struct expr_value *out)
{
	if (s->alert)
		out->text = s->alert->key.source;
	else if (s->source)
		out->text = s->source->url;
}

static void
get_stream(const struct metric_subject *s, struct expr_value *out)
{
	if (s->stream)
		out->text = s->stream->key;
}

static void
get_type(const struct metric_subject *s, struct expr_value *out)
{
	if (s->feature)
		out->text = slice_of(feature_type_names[s->feature->type]);
}

static void
get_role(const struct metric_subject *s, struct expr_value *out)
{
	if (s->feature)
		out->text = slice_of(feature_role_names[s->feature->role]);
}

static void
get_severity(const struct metric_subject *s, struct expr_value *out)
{
	if (s->alert)
		out->rank = (double)s->alert->severity;
	else if (s->model)
		out->rank = (double)s->model->severity;
}

/* ---- traffic and errors ---------------------------------------------------------------------- */

static void
get_rate(const struct metric_subject *s, struct expr_value *out)
{
	if (s->stream)
		out->number = s->stream->rate_per_s;
	else if (s->model)
		out->number = s->model->rate_per_s;
}

static void
get_traffic(const struct metric_subject *s, struct expr_value *out)
{
	if (s->model && s->model->expected_rate_per_s >= TRAFFIC_PER_S)
		out->number = s->model->rate_per_s / s->model->expected_rate_per_s;
}

static void
get_events(const struct metric_subject *s, struct expr_value *out)
{
	if (s->stream)
		out->number = (double)s->stream->events;
	else if (s->version)
		out->number = (double)s->version->events;
	else if (s->model)
		out->number = (double)s->model->window_events;
}

static void
get_rows(const struct metric_subject *s, struct expr_value *out)
{
	if (s->feature)
		out->number = (double)s->feature->count;
	else if (s->model)
		out->number = (double)s->model->rows;
}

static void
get_errors(const struct metric_subject *s, struct expr_value *out)
{
	if (s->version)
		out->number = (double)s->version->errors;
	else if (s->model)
		out->number = (double)s->model->window_errors;
}

static void
get_error_rate(const struct metric_subject *s, struct expr_value *out)
{
	if (s->version)
		out->number = s->version->error_rate_frac;
	else if (s->model)
		out->number = s->model->window_error_rate_frac;
}

/* Held against none at all where there is no baseline: failures may page from the first minute. */
static void
get_error_ratio(const struct metric_subject *s, struct expr_value *out)
{
	double was = s->model && s->model->baseline_error_rate_frac > 0 ? s->model->baseline_error_rate_frac : 0;

	get_error_rate(s, out);
	if (was > 0)
		out->number /= was;
	else if (out->number > 0)
		out->number = INFINITY;
}

static void
get_client_error_rate(const struct metric_subject *s, struct expr_value *out)
{
	if (s->model)
		out->number = s->model->window_client_error_rate_frac;
}

static void
get_silence(const struct metric_subject *s, struct expr_value *out)
{
	if (s->version && s->model)
		out->number = (double)(s->model->now_ms - s->version->last_ms);
	else if (s->model && s->model->stale_ms >= 0)
		out->number = (double)s->model->stale_ms;
}

static void
get_silence_ratio(const struct metric_subject *s, struct expr_value *out)
{
	if (s->model && s->model->stale_ms >= 0 && s->model->longest_gap_ms > 0)
		out->number = (double)s->model->stale_ms / (double)s->model->longest_gap_ms;
}

/* ---- latency --------------------------------------------------------------------------------- */

static void
get_p50(const struct metric_subject *s, struct expr_value *out)
{
	if (s->version)
		out->number = s->version->p50;
	else if (s->model)
		out->number = s->model->window_latency.p50;
}

static void
get_p90(const struct metric_subject *s, struct expr_value *out)
{
	if (s->model && !s->version)
		out->number = s->model->window_latency.p90;
}

static void
get_p99(const struct metric_subject *s, struct expr_value *out)
{
	if (s->version)
		out->number = s->version->p99;
	else if (s->model)
		out->number = s->model->window_latency.p99;
}

static void
get_p999(const struct metric_subject *s, struct expr_value *out)
{
	if (s->model && !s->version)
		out->number = s->model->window_latency.p999;
}

static void
get_max_latency(const struct metric_subject *s, struct expr_value *out)
{
	if (s->model && !s->version)
		out->number = s->model->window_latency.max;
}

/* NaN where the baseline has too few. */
static double
baseline_p99(const struct metric_subject *s)
{
	const struct latency_figures *l = s->model ? &s->model->window_latency : NULL;

	return l && l->baseline_count >= P99_ROWS ? l->baseline_p99 : NAN;
}

static void
get_p99_ratio(const struct metric_subject *s, struct expr_value *out)
{
	get_p99(s, out);
	out->number /= baseline_p99(s);
}

static void
get_p99_rise(const struct metric_subject *s, struct expr_value *out)
{
	get_p99(s, out);
	out->number -= baseline_p99(s);
}

/* ---- drift ----------------------------------------------------------------------------------- */

static void
get_drift(const struct metric_subject *s, struct expr_value *out)
{
	const struct model_figures *m = s->model;

	if (s->feature) {
		out->number = s->feature->drift.psi;
		out->rank = s->feature->drift.state;
	} else if (m) {
		out->number = m->worst_psi;
		out->rank = m->drifting			       ? DRIFT_DRIFT
			    : m->watching		       ? DRIFT_WATCH
			    : m->baseline.kind == BASELINE_NONE ? DRIFT_LEARNING
								: DRIFT_OK;
	}
}

/* How bad one cause of the state is; unknown before there is a state. */
static double
cause_rank(const struct drift_figures *d, enum drift_cause cause)
{
	if (d->state == DRIFT_LEARNING)
		return NAN;
	return d->drift_causes & (unsigned)cause ? DRIFT_DRIFT : d->causes & (unsigned)cause ? DRIFT_WATCH : DRIFT_OK;
}

static void
get_size(const struct metric_subject *s, struct expr_value *out)
{
	if (s->feature && !isnan(s->feature->drift.psi))
		out->rank = cause_rank(&s->feature->drift, CAUSE_SIZE);
}

static void
get_psi(const struct metric_subject *s, struct expr_value *out)
{
	if (s->feature)
		out->number = s->feature->drift.psi;
	else if (s->model)
		out->number = s->model->worst_psi;
}

static void
get_js(const struct metric_subject *s, struct expr_value *out)
{
	if (s->feature)
		out->number = s->feature->drift.js;
}

static void
get_ks(const struct metric_subject *s, struct expr_value *out)
{
	if (s->feature)
		out->number = s->feature->drift.ks;
}

static void
get_wasserstein(const struct metric_subject *s, struct expr_value *out)
{
	if (s->feature)
		out->number = s->feature->drift.wasserstein;
}

static void
get_tv(const struct metric_subject *s, struct expr_value *out)
{
	if (s->feature)
		out->number = s->feature->drift.tv;
}

static void
get_x2(const struct metric_subject *s, struct expr_value *out)
{
	if (s->feature)
		out->number = s->feature->drift.x2;
}

static void
get_shift_sd(const struct metric_subject *s, struct expr_value *out)
{
	if (s->feature)
		out->number = s->feature->drift.shift_sd;
}

static void
get_evidence(const struct metric_subject *s, struct expr_value *out)
{
	const struct drift_figures *d = s->feature ? &s->feature->drift : NULL;

	if (!d || isnan(d->evidence) || !(d->evidence_limit > 0))
		return;
	out->number = d->evidence / d->evidence_limit;
	/* What has the limit but no effect that matters has not the alarm, which keeps until it clears. */
	if (d->alarm != (out->number >= 1))
		out->number = d->alarm ? 1 : ALMOST;
	out->rank = out->number >= 1 ? 2 : out->number >= 0.5 ? 1 : 0;
}

static void
get_missing(const struct metric_subject *s, struct expr_value *out)
{
	if (s->feature) {
		out->number = s->feature->missing_rate_frac;
		out->rank = cause_rank(&s->feature->drift, CAUSE_MISSING);
	} else if (s->model) {
		out->number = s->model->missing_max_frac;
	}
}

static void
get_unseen(const struct metric_subject *s, struct expr_value *out)
{
	if (!s->feature)
		return;
	out->number = s->feature->unseen_rate_frac;
	out->rank = isnan(out->number) ? NAN : cause_rank(&s->feature->drift, CAUSE_UNSEEN);
}

static void
get_range(const struct metric_subject *s, struct expr_value *out)
{
	if (!s->feature)
		return;
	out->number = s->feature->out_of_range_rate_frac;
	out->rank = isnan(out->number) ? NAN : cause_rank(&s->feature->drift, CAUSE_RANGE);
}

static void
get_constant(const struct metric_subject *s, struct expr_value *out)
{
	if (s->feature)
		out->rank = figures_constant(s->feature);
}

/* ---- quality --------------------------------------------------------------------------------- */

static const char *const quality_words[] = {"ok", "watch", "drift", "bad"};

static void
get_quality(const struct metric_subject *s, struct expr_value *out)
{
	const struct quality_change *c = s->quality ? &s->quality->change : NULL;

	if (!c || c->state < DRIFT_OK)
		return;
	out->rank = c->severity == SEVERITY_CRIT ? 3 : (double)(c->state - DRIFT_OK);
}

static void
get_accuracy(const struct metric_subject *s, struct expr_value *out)
{
	if (s->quality)
		out->number = s->quality->accuracy;
}

static void
get_auc(const struct metric_subject *s, struct expr_value *out)
{
	if (s->quality)
		out->number = s->quality->auc;
}

static void
get_mae(const struct metric_subject *s, struct expr_value *out)
{
	if (s->quality)
		out->number = s->quality->mae;
}

static void
get_labelled(const struct metric_subject *s, struct expr_value *out)
{
	if (s->quality)
		out->number = s->quality->labelled;
}

static void
get_coverage(const struct metric_subject *s, struct expr_value *out)
{
	if (s->quality)
		out->number = s->quality->coverage_frac;
}

/* ---- feed ------------------------------------------------------------------------------------ */

static void
get_lost(const struct metric_subject *s, struct expr_value *out)
{
	const struct fact_stream *st = s->stream;

	if (st)
		out->number = (double)(st->trimmed + st->deleted + st->recreated + st->rolled_back);
}

static void
get_feed(const struct metric_subject *s, struct expr_value *out)
{
	struct expr_value lost = {.number = NAN};

	if (!s->source) {
		if (s->model && s->model->feed != MODEL_FEED_UNKNOWN)
			out->rank = (double)(s->model->feed - MODEL_FEED_OK);
		return;
	}
	get_lost(s, &lost);
	out->rank = s->source->state == FEED_WAITING || s->source->state == FEED_REFUSED ||
				    s->source->state == FEED_FAILED
			? 2
		    : lost.number > 0 ? 1
				      : 0;
}

static void
get_lag(const struct metric_subject *s, struct expr_value *out)
{
	if (s->stream)
		out->number = (double)s->stream->lag_ms;
}

static void
get_behind(const struct metric_subject *s, struct expr_value *out)
{
	if (s->stream)
		out->number = (double)s->stream->behind;
}

/* ---- raw events ------------------------------------------------------------------------------ */

static void
get_latency(const struct metric_subject *s, struct expr_value *out)
{
	if (s->event)
		out->number = s->event->latency_ms;
}

static void
get_score(const struct metric_subject *s, struct expr_value *out)
{
	if (s->event)
		out->number = s->event->score;
}

static void
get_prediction(const struct metric_subject *s, struct expr_value *out)
{
	if (s->event)
		out->text = s->event->prediction;
}

static void
get_failed(const struct metric_subject *s, struct expr_value *out)
{
	if (s->event)
		out->rank = s->event->failed;
}

/* ---- for filters ----------------------------------------------------------------------------- */

/* Of drift, then of alerts: what a row has of these words depends on what it is. */
static const char *const state_words[] = {
    "learning", "thin", "ok", "watch", "drift", "pending", "firing", "cleared"};

static void
get_state(const struct metric_subject *s, struct expr_value *out)
{
	struct expr_value drift = {.number = NAN, .rank = NAN};

	get_drift(s, &drift);
	out->rank = s->alert ? DRIFT_COUNT + (double)s->alert->state : drift.rank;
}

static void
get_rule(const struct metric_subject *s, struct expr_value *out)
{
	if (s->alert)
		out->text = s->alert->key.rule;
}

/* ---- the table ------------------------------------------------------------------------------- */

#define TEXT(n) {n, EXPR_TEXT, NULL, 0}
#define NUMBER(n, unit) {n, unit, NULL, 0}
#define STATE(n, unit) {n, unit, drift_state_names, DRIFT_COUNT}
#define WORDS(n, unit, words) {n, unit, words, sizeof(words) / sizeof(words[0])}

const struct metric_row metric_rows[METRIC_COUNT] = {
    [METRIC_MODEL] = {TEXT("model"), "Model", "name of the model", MODEL | VERSION | FEATURE | ALERT, NAN, NAN,
	get_model},
    [METRIC_VERSION] = {TEXT("version"), "Version", "version; of a model the newest one",
	MODEL | VERSION | EVENT | ALERT, NAN, NAN, get_version},
    [METRIC_FEATURE] = {TEXT("feature"), "Feature", "name of the input or output", FEATURE | ALERT, NAN,
	NAN, get_feature},
    [METRIC_SOURCE] = {TEXT("source"), "Source", "the source's URL, without secrets", SOURCE | ALERT, NAN,
	NAN, get_source},
    [METRIC_STREAM] = {TEXT("stream"), "Stream", "key of the stream", SOURCE, NAN, NAN, get_stream},
    [METRIC_TYPE] = {TEXT("type"), "Type", "numeric or categorical", FEATURE, NAN, NAN, get_type},
    [METRIC_ROLE] = {TEXT("role"), "Role", "value, id, counter, calendar or text", FEATURE, NAN, NAN, get_role},
    [METRIC_SEVERITY] = {{"severity", EXPR_WORDS, severity_names, SEVERITY_COUNT}, "Severity",
	"how bad the model is, or the alert", MODEL | ALERT, NAN, NAN, get_severity},

    [METRIC_RATE] = {NUMBER("rate", EXPR_PER_S), "Rate",
	"events a second over the last minute, a slow model's over longer", MODEL | SOURCE, 0, INFINITY, get_rate},
    [METRIC_TRAFFIC] = {NUMBER("traffic", EXPR_SHARE), "Traffic",
	"the rate as a share of what is usual at this hour, where that is 20 events in ten minutes or more", MODEL, 0,
	INFINITY, get_traffic},
    [METRIC_EVENTS] = {NUMBER("events", EXPR_PLAIN), "Events", "events in the window; of a version or stream in all",
	MODEL | VERSION | SOURCE, 0, INFINITY, get_events},
    [METRIC_ROWS] = {NUMBER("rows", EXPR_PLAIN), "Rows",
	"rows in the window; of an input or output those with a value", MODEL | FEATURE, 0, INFINITY, get_rows},
    [METRIC_ERRORS] = {NUMBER("errors", EXPR_PLAIN), "Errors", "failed requests in the window", MODEL | VERSION, 0,
	INFINITY, get_errors},
    [METRIC_ERROR_RATE] = {NUMBER("error_rate", EXPR_SHARE), "Error rate", "failed requests over events",
	MODEL | VERSION, 0, 1, get_error_rate},
    [METRIC_ERROR_RATIO] = {NUMBER("error_ratio", EXPR_PLAIN), "Error ratio",
	"the error rate over the baseline's; without errors there, or without a baseline, above every limit",
	MODEL | VERSION, 0, INFINITY, get_error_ratio},
    [METRIC_CLIENT_ERROR_RATE] = {NUMBER("client_error_rate", EXPR_SHARE), "Client error rate",
	"requests with a status of 400 to 499 over events", MODEL, 0, 1, get_client_error_rate},
    [METRIC_SILENCE] = {NUMBER("silence", EXPR_MS), "Silence", "time since the newest event", MODEL | VERSION,
	-INFINITY, INFINITY, get_silence},
    [METRIC_SILENCE_RATIO] = {NUMBER("silence_ratio", EXPR_PLAIN), "Silence ratio",
	"the silence over the longest gap between two events so far", MODEL, 0, INFINITY, get_silence_ratio},

    [METRIC_P50] = {NUMBER("p50", EXPR_MS), "p50", "median latency", MODEL | VERSION, 0, INFINITY, get_p50},
    [METRIC_P90] = {NUMBER("p90", EXPR_MS), "p90", "latency that nine of ten events keep below", MODEL, 0, INFINITY,
	get_p90},
    [METRIC_P99] = {NUMBER("p99", EXPR_MS), "p99", "latency that 99 of 100 events keep below", MODEL | VERSION, 0,
	INFINITY, get_p99},
    [METRIC_P999] = {NUMBER("p999", EXPR_MS), "p99.9", "latency that 999 of 1,000 events keep below", MODEL, 0,
	INFINITY, get_p999},
    [METRIC_MAX_LATENCY] = {NUMBER("max_latency", EXPR_MS), "Max latency", "greatest latency", MODEL, 0, INFINITY,
	get_max_latency},
    [METRIC_P99_RATIO] = {NUMBER("p99_ratio", EXPR_PLAIN), "p99 ratio",
	"p99 over the baseline's, if that is of 1,000 events or more", MODEL | VERSION, 0, INFINITY, get_p99_ratio},
    [METRIC_P99_RISE] = {NUMBER("p99_rise", EXPR_MS), "p99 rise",
	"p99 less the baseline's, if that is of 1,000 events or more", MODEL | VERSION, -INFINITY, INFINITY,
	get_p99_rise},

    [METRIC_DRIFT] = {STATE("drift", EXPR_PLAIN), "Drift",
	"as a number the PSI, of a model the worst one; as a word the state", MODEL | FEATURE, 0, INFINITY, get_drift},
    [METRIC_SIZE] = {STATE("size", EXPR_WORDS), "Size", "what the PSI alone says, held against its limits and floor",
	FEATURE, NAN, NAN, get_size},
    [METRIC_PSI] = {NUMBER("psi", EXPR_PLAIN), "PSI", "population stability index; of a model the worst one",
	MODEL | FEATURE, 0, INFINITY, get_psi},
    [METRIC_JS] = {NUMBER("js", EXPR_PLAIN), "JS", "Jensen-Shannon distance, base 2", FEATURE, 0, 1, get_js},
    [METRIC_KS] = {NUMBER("ks", EXPR_PLAIN), "KS", "Kolmogorov-Smirnov distance", FEATURE, 0, 1, get_ks},
    [METRIC_WASSERSTEIN] = {NUMBER("wasserstein", EXPR_SD), "Wasserstein", "Wasserstein-1 distance", FEATURE, 0,
	INFINITY, get_wasserstein},
    [METRIC_TV] = {NUMBER("tv", EXPR_PLAIN), "TV", "total variation distance", FEATURE, 0, 1, get_tv},
    [METRIC_X2] = {NUMBER("x2", EXPR_PLAIN), "X2", "Pearson's two-sample X2", FEATURE, 0, INFINITY, get_x2},
    [METRIC_SHIFT_SD] = {NUMBER("shift_sd", EXPR_SD), "Shift", "the mean less the baseline's", FEATURE, -INFINITY,
	INFINITY, get_shift_sd},
    [METRIC_EVIDENCE] = {WORDS("evidence", EXPR_SHARE, evidence_words), "Evidence",
	"evidence of drift as a share of its limit; as a word alarm at the limit, half at half of it", FEATURE, 0,
	INFINITY, get_evidence},
    [METRIC_MISSING] = {STATE("missing", EXPR_SHARE), "Missing",
	"rows without a value; of a model the largest rate; as a word its verdict", MODEL | FEATURE, 0, 1, get_missing},
    [METRIC_UNSEEN] = {STATE("unseen", EXPR_SHARE), "Unseen",
	"rows with a value that the baseline never had; as a word its verdict", FEATURE, 0, 1, get_unseen},
    [METRIC_RANGE] = {STATE("range", EXPR_SHARE), "Out of range",
	"rows outside the baseline's least and greatest value; as a word its verdict", FEATURE, 0, 1, get_range},
    [METRIC_CONSTANT] = {{"constant", EXPR_WORDS, no_yes, 2}, "Constant",
	"500 rows or more with one value alone where the baseline had ten or more, and others in a tenth of its rows",
	FEATURE, NAN, NAN, get_constant},

    [METRIC_QUALITY] = {WORDS("quality", EXPR_WORDS, quality_words), "Quality",
	"AUC, else accuracy, else MAE, against the baseline's: drift from 5 points (25 %) worse, bad from 10 (50 %)",
	MODEL, NAN, NAN, get_quality},
    [METRIC_ACCURACY] = {NUMBER("accuracy", EXPR_SHARE), "Accuracy",
	"labels that equal their prediction, of the newest 24 hours or since the baseline; unknown while it is grey",
	MODEL, 0, 1, get_accuracy},
    [METRIC_AUC] = {NUMBER("auc", EXPR_PLAIN), "AUC", "area under the ROC curve, likewise", MODEL, 0, 1, get_auc},
    [METRIC_MAE] = {NUMBER("mae", EXPR_PLAIN), "MAE", "mean absolute error of a regression, likewise", MODEL, 0,
	INFINITY, get_mae},
    [METRIC_LABELLED] = {NUMBER("labelled", EXPR_PLAIN), "Labels", "predictions with a label, in all", MODEL, 0,
	INFINITY, get_labelled},
    [METRIC_COVERAGE] = {NUMBER("coverage", EXPR_SHARE), "Coverage",
	"predictions with a label over predictions, of the newest 24 hours or since the baseline", MODEL, 0, 1,
	get_coverage},

    [METRIC_FEED] = {{"feed", EXPR_WORDS, feed_words, 3}, "Feed",
	"down: the source is not connected; untrusted: entries were lost; of a model of any of its sources",
	MODEL | SOURCE, NAN, NAN, get_feed},
    [METRIC_LAG] = {NUMBER("lag", EXPR_MS), "Lag", "newest entry on the server less the newest one read", SOURCE, 0,
	INFINITY, get_lag},
    [METRIC_LOST] = {NUMBER("lost", EXPR_PLAIN), "Lost", "entries lost before they were read", SOURCE, 0, INFINITY,
	get_lost},
    [METRIC_BEHIND] = {NUMBER("behind", EXPR_PLAIN), "Behind", "entries not yet read", SOURCE, 0, INFINITY,
	get_behind},

    [METRIC_LATENCY] = {NUMBER("latency", EXPR_MS), "Latency", "of one raw event", EVENT, 0, INFINITY, get_latency},
    [METRIC_SCORE] = {NUMBER("score", EXPR_PLAIN), "Score", "of one raw event", EVENT, -INFINITY, INFINITY, get_score},
    [METRIC_PREDICTION] = {TEXT("prediction"), "Prediction", "of one raw event", EVENT, NAN, NAN, get_prediction},
    [METRIC_FAILED] = {{"failed", EXPR_WORDS, no_yes, 2}, "Failed", "whether one raw event failed", EVENT, NAN, NAN,
	get_failed},

    [METRIC_STATE] = {WORDS("state", EXPR_WORDS, state_words), "State",
	"of drift, as `drift`; of an alert pending, firing or cleared", MODEL | FEATURE | ALERT, NAN, NAN, get_state},
    [METRIC_RULE] = {TEXT("rule"), "Rule", "of an alert, in filters alone", ALERT, NAN, NAN, get_rule},
};

static const struct expr_name *
name_at(const void *ctx, size_t i)
{
	(void)ctx;
	return &metric_rows[i].name;
}

const struct expr_names metric_names = {.n = METRIC_COUNT, .at = name_at};

/* ---- asking ---------------------------------------------------------------------------------- */

void
metric_look_up(const void *ctx, size_t metric, struct expr_value *out)
{
	metric_rows[metric].get(ctx, out);
}

double
metric_number(enum metric_id id, const struct metric_subject *s)
{
	struct expr_value v = {.number = NAN, .rank = NAN};

	metric_rows[id].get(s, &v);
	return v.number;
}

enum metric_id
metric_find(struct slice name)
{
	size_t i = 0;

	while (i < METRIC_COUNT && !slice_is(name, metric_rows[i].name.name))
		i++;
	return (enum metric_id)i;
}

static bool
names_something(const struct expr_node *n)
{
	return n->op == EXPR_COMPARE || n->op == EXPR_RANK || n->op == EXPR_MATCH;
}

static unsigned
scopes_of(size_t metric)
{
	unsigned scopes = metric_rows[metric].scopes;

	return scopes & METRIC_OF_MODEL ? scopes | METRIC_OF_FEATURE : scopes;
}

bool
metric_is_of(size_t metric, unsigned scope)
{
	return scopes_of(metric) & scope;
}

bool
metric_needs_distances(const struct expr *e)
{
	size_t i;

	for (i = 0; i < e->nnodes; i++) {
		const struct expr_node *n = &e->nodes[i];

		if (names_something(n) && n->name >= METRIC_JS && n->name <= METRIC_X2)
			return true;
	}
	return false;
}

bool
metric_needs_quality(const struct expr *e)
{
	for (size_t i = 0; i < e->nnodes; i++) {
		const struct expr_node *n = &e->nodes[i];

		if (names_something(n) && n->name >= METRIC_QUALITY && n->name <= METRIC_COVERAGE)
			return true;
	}
	return false;
}

unsigned
metric_scopes(const struct expr *e)
{
	unsigned scopes = METRIC_OF_MODEL | METRIC_OF_VERSION | METRIC_OF_FEATURE | METRIC_OF_SOURCE | METRIC_OF_EVENT;
	size_t i;

	for (i = 0; i < e->nnodes; i++)
		if (names_something(&e->nodes[i]))
			scopes &= scopes_of(e->nodes[i].name);
	return scopes;
}

const struct expr_node *
metric_out_of_scope(const struct expr *e, unsigned scope)
{
	size_t i;

	for (i = 0; i < e->nnodes; i++)
		if (names_something(&e->nodes[i]) && !metric_is_of(e->nodes[i].name, scope))
			return &e->nodes[i];
	return NULL;
}
