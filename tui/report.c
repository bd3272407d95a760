#include "tui/report.h"

#include <math.h>

#include "core/alert.h"
#include "core/choice.h"
#include "core/explain.h"
#include "core/figures.h"
#include "core/jsonw.h"
#include "tui/report_alerts.h"

#define NAMES_MAX 100

/* ---- figures that belong to reports only ----------------------------------------------------- */

uint64_t
report_late(const struct store *s, size_t index)
{
	if (store_source_count(s) == 1 && index == 0)
		return store_reason_count(s, REASON_LATE);
	return store_reason_count(s, REASON_LATE) == 0 ? 0 : UINT64_MAX;
}

bool
report_is_absent(const struct feature_figures *f)
{
	return f->output && !f->count && !f->nonfinite && !f->drift.m;
}

uint64_t
report_lost(const struct store *s, size_t index)
{
	size_t n = store_stream_count(s, index), i;
	uint64_t lost = 0;

	for (i = 0; i < n; i++) {
		const struct fact_stream *f = store_stream(s, index, i);

		if (f)
			lost += f->trimmed + f->deleted + f->recreated + f->rolled_back;
	}
	return lost;
}

static bool
is_bounded(const struct report_options *o)
{
	return o->from_ms != 0 || o->to_ms != 0;
}

bool
report_range(
    const struct store *s, const struct report_options *o, int64_t *from_ms, int64_t *to_ms)
{
	size_t n = store_model_count(s), i;
	bool any = false;

	*from_ms = *to_ms = 0;
	for (i = 0; i < n; i++) {
		struct model_figures m;

		figures_model(s, i, o->window, &m);
		if (!m.events)
			continue;
		if (!any || m.first_ms < *from_ms)
			*from_ms = m.first_ms;
		if (!any || m.last_ms > *to_ms)
			*to_ms = m.last_ms;
		any = true;
	}
	if (!is_bounded(o))
		return any;
	if (o->from_ms != INT64_MIN)
		*from_ms = o->from_ms;
	if (o->to_ms != INT64_MAX)
		*to_ms = o->to_ms;
	return any || (o->from_ms != INT64_MIN && o->to_ms != INT64_MAX);
}

double
report_rate_per_s(
    const struct report_options *o, uint64_t events, int64_t first_ms, int64_t last_ms)
{
	int64_t from = first_ms, to = last_ms;

	if (is_bounded(o) && o->from_ms != INT64_MIN)
		from = o->from_ms;
	if (is_bounded(o) && o->to_ms != INT64_MAX)
		to = o->to_ms;
	return to > from ? (double)events / ((double)(to - from) / 1000.0) : NAN;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void
put_rejected(struct jsonw *w, const struct store *s)
{
	int r;

	jsonw_key(w, "rejected");
	jsonw_open_object(w);
	jsonw_put_uint(w, "total", store_rejected(s));
	jsonw_key(w, "reasons");
	jsonw_open_object(w);
	for (r = 0; r < REASON_COUNT; r++) {
		uint64_t n = store_reason_count(s, (enum event_reason)r);

		if (n)
			jsonw_put_uint(w, event_reasons[r].name, n);
	}
	jsonw_close(w);
	jsonw_close(w);
}

static void
put_gaps(struct jsonw *w, const struct store *s, size_t source)
{
	size_t n = store_gap_count(s), i;

	jsonw_key(w, "gaps");
	jsonw_open_array(w);
	for (i = 0; i < n; i++) {
		const struct fact_gap *g = store_gap(s, i);

		if (!g || g->source != source)
			continue;
		jsonw_open_object(w);
		jsonw_put_int(w, "from_ms", g->from_ms, true);
		jsonw_put_int(w, "to_ms", g->to_ms, g->to_ms != 0);
		jsonw_put_string(w, "why", g->why);
		jsonw_close(w);
	}
	jsonw_close(w);
}

static void
put_source(struct jsonw *w, const struct store *s, size_t index)
{
	const struct fact_source *f = store_source(s, index);
	size_t n = store_stream_count(s, index), i;
	uint64_t late = report_late(s, index);
	int64_t lag = -1;

	for (i = 0; i < n; i++) {
		const struct fact_stream *t = store_stream(s, index, i);

		if (t && t->state != STREAM_OFFERED && t->lag_ms > lag)
			lag = t->lag_ms;
	}
	jsonw_newline(w);
	jsonw_open_object(w);
	jsonw_put_text(w, "url", f->url);
	jsonw_put_uint(w, "streams", f->streams);
	jsonw_put_uint(w, "entries", f->entries);
	jsonw_put_uint(w, "lost", report_lost(s, index));
	jsonw_put_int(w, "late", (int64_t)late, late != UINT64_MAX);
	jsonw_put_int(w, "lag_ms", lag, lag >= 0 && !f->from_file);
	jsonw_put_int(w, "skew_ms", f->server_skew_ms, !f->from_file);
	put_gaps(w, s, index);
	jsonw_close(w);
}

static void
put_latency(struct jsonw *w, const struct latency_figures *l)
{
	jsonw_key(w, "latency_ms");
	jsonw_open_object(w);
	jsonw_put_uint(w, "count", l->count);
	jsonw_put_double(w, "min", l->min);
	jsonw_put_double(w, "mean", l->mean);
	jsonw_put_double(w, "p50", l->p50);
	jsonw_put_double(w, "p90", l->p90);
	jsonw_put_double(w, "p99", l->p99);
	jsonw_put_double(w, "p999", l->p999);
	jsonw_put_double(w, "max", l->max);
	jsonw_put_double(w, "baseline_p50", l->baseline_p50);
	jsonw_put_double(w, "baseline_p99", l->baseline_p99);
	jsonw_close(w);
}

/* Inputs that only the baseline or only events have, the first hundred of them. */
static void
put_names(struct jsonw *w, const char *key, size_t (*list)(const struct store *, size_t, struct slice *, size_t),
    const struct store *s, size_t model)
{
	struct slice names[NAMES_MAX];
	size_t n = list(s, model, names, NAMES_MAX), i;

	jsonw_key(w, key);
	jsonw_open_array(w);
	for (i = 0; i < n && i < NAMES_MAX; i++)
		jsonw_string(w, names[i]);
	jsonw_close(w);
}

static void
put_baseline(struct jsonw *w, const struct store *s, size_t model, const struct baseline_figures *b)
{
	jsonw_key(w, "baseline");
	if (b->kind == BASELINE_NONE) {
		jsonw_null(w);
		return;
	}
	jsonw_open_object(w);
	jsonw_put_string(w, "name", b->name);
	jsonw_put_cstr(w, "kind", baseline_kind_names[b->kind]);
	jsonw_put_uint(w, "events", b->events);
	jsonw_put_int(w, "from_ms", b->from_ms, true);
	jsonw_put_int(w, "to_ms", b->to_ms, true);
	jsonw_put_bool(w, "provisional", b->provisional);
	jsonw_put_text(w, "outputs_version", b->outputs_of);
	jsonw_put_int(w, "outputs_from_ms", b->outputs_after_ms, b->outputs_after_ms != INT64_MIN);
	put_names(w, "missing_inputs", store_inputs_lacking, s, model);
	put_names(w, "new_inputs", store_inputs_new, s, model);
	jsonw_close(w);
}

static void
put_top(struct jsonw *w, const struct feature_figures *f)
{
	size_t i;

	jsonw_key(w, "top");
	jsonw_open_array(w);
	for (i = 0; f->type == FEATURE_CATEGORICAL && i < f->ntop; i++) {
		jsonw_open_object(w);
		jsonw_put_string(w, "value", f->top[i].value);
		jsonw_put_uint(w, "count", f->top[i].count);
		jsonw_put_double(w, "baseline_share", f->top[i].baseline_share_frac);
		jsonw_close(w);
	}
	jsonw_close(w);
}

/* One number for each statistic, under its name; null where it cannot be given, or is beyond any number. */
static void
put_by_stat(struct jsonw *w, const char *key, const double *values)
{
	int i;

	jsonw_key(w, key);
	jsonw_open_object(w);
	for (i = 0; i < STAT_COUNT; i++)
		jsonw_put_double(w, stat_rows[i].name, values[i]);
	jsonw_close(w);
}

static void
put_drift(struct jsonw *w, const struct drift_figures *d)
{
	int i;

	jsonw_key(w, "drift");
	jsonw_open_object(w);
	jsonw_put_cstr(w, "state", drift_state_names[d->state]);
	jsonw_key(w, "causes");
	jsonw_open_array(w);
	for (i = 0; i < DRIFT_CAUSES; i++) {
		if (d->causes & (1u << i))
			jsonw_cstr(w, drift_cause_names[i]);
	}
	jsonw_close(w);
	jsonw_put_int(w, "window_ms", window_ms(d->window), window_ms(d->window) != 0);
	jsonw_put_int(w, "since_ms", d->since_ms, d->since_ms != 0);
	jsonw_put_double(w, "psi", d->psi);
	jsonw_put_double(w, "psi_floor", d->psi_floor);
	jsonw_put_double(w, "js", d->js);
	jsonw_put_double(w, "ks", d->ks);
	jsonw_put_double(w, "wasserstein", d->wasserstein);
	jsonw_put_double(w, "tv", d->tv);
	jsonw_put_double(w, "x2", d->x2);
	jsonw_put_double(w, "shift_sd", d->shift_sd);
	put_by_stat(w, "floors", d->floors);
	put_by_stat(w, "as_shift_sd", d->as_shift_sd);
	jsonw_put_double(w, "evidence", d->evidence);
	jsonw_put_double(w, "evidence_limit", d->evidence_limit);
	jsonw_put_bool(w, "provisional", d->provisional);
	jsonw_put_text(w, "sentence", slice_of(d->sentence));
	jsonw_close(w);
}

/* Numeric bins only: the last one is open, its edge null. The values of a categorical feature are
 * in `top`. */
static void
put_bins(struct jsonw *w, const struct feature_figures *f)
{
	size_t i;

	jsonw_key(w, "bins");
	jsonw_open_array(w);
	for (i = 0; f->type == FEATURE_NUMERIC && i < f->nbins; i++) {
		jsonw_open_object(w);
		jsonw_put_double(w, "le", f->bins[i].le);
		jsonw_put_uint(w, "baseline", f->bins[i].baseline);
		jsonw_put_uint(w, "current", f->bins[i].current);
		jsonw_close(w);
	}
	jsonw_close(w);
}

/* Why it is called different; null where there is nothing to explain. */
static void
put_explanation(struct jsonw *w, const struct store *s, size_t model, size_t index, enum window window,
    const struct feature_figures *f)
{
	struct explanation x;
	size_t i;

	jsonw_key(w, "explanation");
	figures_explain(s, model, index, window, f, &x);
	if (f->drift.state < DRIFT_WATCH && !x.began_by_evidence && x.cause == EXPLAIN_NONE) {
		jsonw_null(w);
		return;
	}
	jsonw_open_object(w);
	jsonw_put_cstr(w, "cause", x.cause != EXPLAIN_NONE ? explain_cause_names[x.cause] : NULL);
	jsonw_put_cstr(w, "cause_text", x.cause != EXPLAIN_NONE ? x.cause_text : NULL);
	jsonw_key(w, "parts");
	jsonw_open_array(w);
	for (i = 0; i < x.nparts; i++) {
		jsonw_open_object(w);
		jsonw_put_cstr(w, "range", x.parts[i].range);
		jsonw_put_double(w, "was", x.parts[i].was_frac);
		jsonw_put_double(w, "is", x.parts[i].is_frac);
		jsonw_put_double(w, "z", x.parts[i].z);
		jsonw_close(w);
	}
	jsonw_close(w);
	jsonw_put_int(w, "began_ms", x.began_ms, x.began_ms != 0);
	jsonw_put_text(w, "version", slice_of(x.version_text));
	jsonw_key(w, "together");
	jsonw_open_array(w);
	for (i = 0; i < x.ntogether; i++) {
		struct feature_figures other;

		figures_feature_brief(s, model, x.together[i], window, &other);
		jsonw_string(w, other.name);
	}
	jsonw_close(w);
	jsonw_put_bool(w, "with_latency", x.with_latency);
	jsonw_put_bool(w, "with_errors", x.with_errors);
	jsonw_put_double(w, "score_shift_sd", x.score_shift_sd);
	jsonw_put_double(w, "effect_low", x.effect_low);
	jsonw_close(w);
}

static void
put_feature(struct jsonw *w, const struct store *s, size_t model, size_t index, enum window window)
{
	struct feature_figures f;
	bool categorical, learning;

	figures_feature(s, model, index, window, &f);
	if (report_is_absent(&f))
		return;
	categorical = f.type == FEATURE_CATEGORICAL;
	learning = f.drift.state == DRIFT_LEARNING;
	jsonw_newline(w);
	jsonw_open_object(w);
	jsonw_put_string(w, "name", f.name);
	jsonw_put_cstr(w, "type", feature_type_names[f.type]);
	jsonw_put_cstr(w, "role", feature_role_names[f.role]);
	jsonw_put_uint(w, "count", f.count);
	jsonw_put_uint(w, "missing", f.missing);
	jsonw_put_double(w, "missing_rate", f.missing_rate_frac);
	jsonw_put_double(w, "baseline_missing_rate", f.baseline_missing_rate_frac);
	jsonw_put_uint(w, "nonfinite", f.nonfinite);
	jsonw_put_double(w, "nonfinite_rate", f.nonfinite_rate_frac);
	jsonw_put_double(w, "baseline_nonfinite_rate", f.baseline_nonfinite_rate_frac);
	jsonw_put_double(w, "mean", categorical ? NAN : f.mean);
	jsonw_put_double(w, "std", categorical ? NAN : f.std);
	jsonw_put_double(w, "min", categorical ? NAN : f.min);
	jsonw_put_double(w, "max", categorical ? NAN : f.max);
	jsonw_put_double(w, "p05", categorical ? NAN : f.p05);
	jsonw_put_double(w, "p50", categorical ? NAN : f.p50);
	jsonw_put_double(w, "p95", categorical ? NAN : f.p95);
	jsonw_put_double(w, "out_of_range_rate", f.out_of_range_rate_frac);
	jsonw_put_int(w, "distinct", (int64_t)f.distinct, !learning);
	jsonw_put_double(w, "unseen_rate", f.unseen_rate_frac);
	jsonw_put_double(w, "expected_out_of_range_rate", f.expected_range_rate_frac);
	jsonw_put_double(w, "expected_unseen_rate", f.expected_unseen_rate_frac);
	put_top(w, &f);
	put_drift(w, &f.drift);
	put_explanation(w, s, model, index, window, &f);
	put_bins(w, &f);
	jsonw_close(w);
}

/* A score that moved, and the input that would move it most; null while it has not. */
static void
put_score(struct jsonw *w, const struct store *s, size_t model, enum window window)
{
	struct feature_figures f;
	struct explain_score x;

	figures_explain_score(s, model, window, &x);
	jsonw_key(w, "score_explanation");
	if (!x.moved) {
		jsonw_null(w);
		return;
	}
	jsonw_open_object(w);
	jsonw_put_double(w, "shift_sd", x.shift_sd);
	if (x.best != SIZE_MAX)
		figures_feature_brief(s, model, x.best, window, &f);
	jsonw_key(w, "input");
	if (x.best != SIZE_MAX)
		jsonw_string(w, f.name);
	else
		jsonw_null(w);
	jsonw_put_double(w, "input_shift_sd", x.best != SIZE_MAX ? x.best_sd : (double)NAN);
	jsonw_put_bool(w, "unexplained", x.unexplained);
	jsonw_close(w);
}

static void
put_model(struct jsonw *w, const struct store *s, size_t index, const struct report_options *o,
    const struct report_alerts *alerts)
{
	struct model_figures m;
	size_t i;

	figures_model(s, index, o->window, &m);
	jsonw_newline(w);
	jsonw_open_object(w);
	jsonw_put_string(w, "model", m.name);
	jsonw_put_uint(w, "events", m.events);
	jsonw_put_uint(w, "errors", m.errors);
	jsonw_put_uint(w, "client_errors", m.client_errors);
	jsonw_put_double(w, "error_rate", m.error_rate_frac);
	jsonw_put_double(w, "rate_per_s",
	    m.events ? report_rate_per_s(o, m.events, m.first_ms, m.last_ms) : NAN);
	jsonw_put_cstr(w, "severity", severity_names[m.severity]);
	jsonw_put_text(w, "why", m.why);
	jsonw_put_int(w, "stale_ms", m.stale_ms, m.stale_ms >= 0);
	report_versions_json(w, s, index, m.versions, o->window);
	put_latency(w, &m.latency);
	put_baseline(w, s, index, &m.baseline);
	jsonw_key(w, "inputs");
	jsonw_open_array(w);
	for (i = 0; i < m.inputs; i++)
		put_feature(w, s, index, i, o->window);
	jsonw_close(w);
	jsonw_key(w, "outputs");
	jsonw_open_array(w);
	for (i = 0; i < m.outputs; i++)
		put_feature(w, s, index, m.inputs + i, o->window);
	jsonw_close(w);
	put_score(w, s, index, o->window);
	report_quality_json(w, s, index);
	jsonw_key(w, "alerts");
	jsonw_open_array(w);
	report_alerts_json(w, alerts, (uint32_t)index);
	jsonw_close(w);
	jsonw_close(w);
}

char *
report_json(const struct store *s, const struct report_options *o, size_t *n, struct err *err)
{
	struct report_alerts alerts;
	int64_t from_ms, to_ms;
	struct jsonw w;
	bool range;
	size_t i;

	if (report_alerts_open(&alerts, s, o->alerts_from_ms, err))
		return NULL;
	jsonw_init(&w);
	range = report_range(s, o, &from_ms, &to_ms);
	jsonw_open_object(&w);
	jsonw_key(&w, "drifttop");
	jsonw_open_object(&w);
	jsonw_put_cstr(&w, "version", o->program_version);
	jsonw_put_uint(&w, "schema", REPORT_SCHEMA);
	jsonw_close(&w);
	jsonw_put_int(&w, "generated_ms", o->generated_ms, true);
	jsonw_put_int(&w, "from_ms", from_ms, range);
	jsonw_put_int(&w, "to_ms", to_ms, range);
	jsonw_put_int(&w, "alerts_from_ms", o->alerts_from_ms, o->alerts_from_ms != 0);
	jsonw_put_uint(&w, "events", store_events(s));
	put_rejected(&w, s);
	jsonw_put_bool(&w, "trusted", store_trusted(s, NULL, 0));
	jsonw_key(&w, "sources");
	jsonw_open_array(&w);
	for (i = 0; i < store_source_count(s); i++)
		put_source(&w, s, i);
	jsonw_close(&w);
	jsonw_key(&w, "models");
	jsonw_open_array(&w);
	for (i = 0; i < store_model_count(s); i++)
		put_model(&w, s, i, o, &alerts);
	jsonw_close(&w);
	jsonw_key(&w, "alerts");
	jsonw_open_array(&w);
	report_alerts_json(&w, &alerts, ALERT_NO_MODEL);
	jsonw_close(&w);
	report_alerts_release(&alerts);
	jsonw_close(&w);
	jsonw_newline(&w);
	return jsonw_take(&w, n, err);
}
