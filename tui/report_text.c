/*
 * The report for people: a mail from cron, a terminal of any kind, a file. No colours and no escape
 * sequences; severity is a word. Columns line up at 100.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/alert.h"
#include "core/explain.h"
#include "core/figures.h"
#include "core/mem.h"
#include "core/verdict.h"
#include "tui/held.h"
#include "tui/plain.h"
#include "tui/report.h"
#include "tui/report_alerts.h"
#include "widgets/fmt.h"

/* Features that are all right are listed up to this many a model; the rest is one line. */
#define QUIET_MAX 12

struct text_out {
	FILE *to;
	const struct store *s;
	const struct report_options *o;
	const struct report_alerts *alerts;
};

/* One row of a list that is sorted before it is printed. */
struct sorted {
	size_t index;
	int rank; /* greater comes first */
	double size;
	struct slice name;
};

static int
by_rank(const void *pa, const void *pb)
{
	const struct sorted *a = pa, *b = pb;
	int order;

	if (a->rank != b->rank)
		return b->rank - a->rank;
	if (a->size != b->size)
		return a->size < b->size ? 1 : -1;
	order = slice_cmp(a->name, b->name);
	return order ? order : (a->index > b->index) - (a->index < b->index);
}

static void
put(const struct text_out *t, struct slice text, int width)
{
	plain_put(t->to, text, width, t->o->utf8);
}

static void
put_when(const struct text_out *t, int64_t ms)
{
	fputs(fmt_datetime(ms, t->o->utc_offset_ms).s, t->to);
}

/* Streams that could not be read, and why: they may be the reason why there is nothing else. */
static void
put_set_aside(const struct text_out *t, size_t source)
{
	size_t i;

	for (i = 0; i < store_stream_count(t->s, source); i++) {
		const struct fact_stream *f = store_stream(t->s, source, i);

		if (f->state != STREAM_WRONG_TYPE && f->state != STREAM_DENIED && f->state != STREAM_GONE)
			continue;
		fputs("not read  ", t->to);
		put(t, f->key, 60);
		fputs(": ", t->to);
		put(t, f->sentence.n ? f->sentence : slice_of("it is not there"), 120);
		fputc('\n', t->to);
	}
}

static void
put_feed(const struct text_out *t)
{
	char why[200] = "";
	size_t i;
	int r;

	for (i = 0; i < store_source_count(t->s); i++) {
		const struct fact_source *f = store_source(t->s, i);
		uint64_t lost = report_lost(t->s, i);

		fputs("source    ", t->to);
		put(t, f->url, 60);
		if (!f->from_file)
			fprintf(t->to, ", %s stream%s", fmt_exact(f->streams).s,
			    f->streams == 1 ? "" : "s");
		fprintf(t->to, ", %s entr%s", fmt_exact(f->entries).s, f->entries == 1 ? "y" : "ies");
		if (lost)
			fprintf(t->to, ", %s lost", fmt_exact(lost).s);
		/* Of a server it is about the last connection; of a file, about what could not be read. */
		if (f->from_file && f->sentence.n) {
			fputs("; ", t->to);
			put(t, f->sentence, 100);
		}
		fputc('\n', t->to);
	}
	for (i = 0; i < store_source_count(t->s); i++)
		put_set_aside(t, i);
	for (r = 0; r < REASON_COUNT; r++) {
		uint64_t n = store_reason_count(t->s, (enum event_reason)r);

		if (n)
			fprintf(t->to, "%-9s %s: %s, %s\n",
			    r < REASON_REJECTED_COUNT ? "rejected" : "odd", fmt_exact(n).s,
			    event_reasons[r].name, event_reasons[r].sentence);
	}
	if (!store_trusted(t->s, why, sizeof(why))) {
		fputs("CAUTION   ", t->to);
		put(t, slice_of(why), 180);
		fputc('\n', t->to);
	}
}

static void
put_head(const struct text_out *t)
{
	uint64_t events = store_events(t->s);
	size_t models = store_model_count(t->s);
	int64_t from_ms, to_ms;

	fprintf(t->to, "drifttop %s, %s event%s of %zu model%s", t->o->program_version,
	    fmt_exact(events).s, events == 1 ? "" : "s", models, models == 1 ? "" : "s");
	if (report_range(t->s, t->o, &from_ms, &to_ms)) {
		fputs("\nrange     ", t->to);
		put_when(t, from_ms);
		fputs(" to ", t->to);
		put_when(t, to_ms);
		fprintf(t->to, " %s", t->o->zone ? t->o->zone : "UTC");
	}
	if (t->o->alerts_from_ms) {
		fputs("\nalerts    from ", t->to);
		put_when(t, t->o->alerts_from_ms);
		fputs(" on; all other figures are as they were at the end", t->to);
	}
	fputc('\n', t->to);
	put_feed(t);
}

/* ---- a model --------------------------------------------------------------------------------- */

static void
put_latency(const struct text_out *t, const struct latency_figures *l)
{
	if (!l->count)
		return;
	fprintf(t->to, "  latency   p50 %s, p90 %s, p99 %s, p99.9 %s, max %s", fmt_ms(l->p50).s,
	    fmt_ms(l->p90).s, fmt_ms(l->p99).s, fmt_ms(l->p999).s, fmt_ms(l->max).s);
	if (l->baseline_p99 == l->baseline_p99)
		fprintf(t->to, "; baseline p50 %s, p99 %s", fmt_ms(l->baseline_p50).s,
		    fmt_ms(l->baseline_p99).s);
	fputc('\n', t->to);
}

static void
put_versions(const struct text_out *t, size_t model, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct version_figures v;

		figures_version(t->s, model, i, &v);
		if (n == 1 && !v.version.n)
			return;
		fputs(i ? "            " : "  versions  ", t->to);
		plain_pad(t->to, v.version.n ? v.version : slice_of("(none)"), 12, t->o->utf8);
		fprintf(t->to, " %s events, %s errors, p50 %s, p99 %s, since ",
		    fmt_exact(v.events).s, fmt_pct_sign(v.error_rate_frac).s, fmt_ms(v.p50).s,
		    fmt_ms(v.p99).s);
		put_when(t, v.first_ms);
		if (v.ended_ms)
			fputs(", ended", t->to);
		else if (v.role >= VERSION_STABLE)
			fprintf(t->to, ", %s", version_role_names[v.role]);
		fputc('\n', t->to);
	}
	report_versions_text(t->to, t->s, model, t->o);
}

static void
put_baseline(const struct text_out *t, const struct baseline_figures *b)
{
	fputs("  baseline  ", t->to);
	if (b->kind == BASELINE_NONE) {
		fprintf(t->to, "none yet: %s of %s rows\n", fmt_exact(b->learning_rows).s,
		    fmt_exact(b->learning_need).s);
		return;
	}
	put(t, b->name, 78);
	if (b->provisional)
		fputs(", provisional", t->to);
	if (b->outputs_of.n) {
		fputs("; outputs: own rows of version ", t->to);
		put(t, b->outputs_of, 40);
		if (b->outputs_after_ms != INT64_MIN) {
			fputs(", counted behind these since ", t->to);
			put_when(t, b->outputs_after_ms);
		}
	}
	fputc('\n', t->to);
}

/* The largest evidence there was, and its limit; ~ in front: it is not armed. */
static void
put_evidence(const struct text_out *t, const struct drift_figures *d)
{
	char text[32] = "--";

	if (!isnan(d->evidence) && d->evidence_limit > 0)
		snprintf(text, sizeof text, "%s%.1f/%.1f", d->provisional ? "~" : "", d->evidence, d->evidence_limit);
	fprintf(t->to, " %10s", text);
}

static void
put_feature(const struct text_out *t, const struct feature_figures *f)
{
	bool thin = f->drift.n < VERDICT_ROWS_MIN || f->drift.m < VERDICT_ROWS_MIN;

	fputs("  ", t->to);
	plain_pad(t->to, f->name, 26, t->o->utf8);
	fprintf(t->to, " %-8s", drift_state_names[f->drift.state]);
	/* As on the screen, a thin sample has no size; the JSON has it, with its rows beside it. */
	fprintf(t->to, " %6s %6s", fmt_drift(thin ? NAN : f->drift.psi).s,
	    fmt_drift(thin ? NAN : f->drift.psi_floor).s);
	put_evidence(t, &f->drift);
	fprintf(t->to, " %7s", fmt_count(f->drift.n).s);
	fprintf(t->to, " %6s %6s  ", fmt_pct_sign(f->missing_rate_frac).s,
	    fmt_pct_sign(f->baseline_missing_rate_frac).s);
	if (f->role != FROLE_VALUE)
		fprintf(t->to, "(%s) ", feature_role_names[f->role]);
	put(t, slice_of(f->drift.sentence), 160);
	fputc('\n', t->to);
}

/* Below a row that drifts: what one would look for next. */
static void
put_explanation(const struct text_out *t, size_t model, const struct feature_figures *f, size_t index)
{
	struct explanation x;
	size_t i;

	if (f->drift.state < DRIFT_WATCH && !(f->drift.evidence >= f->drift.evidence_limit / 2))
		return;
	figures_explain(t->s, model, index, t->o->window, f, &x);
	if (x.cause_text[0]) {
		fputs("      cause   ", t->to);
		put(t, slice_of(x.cause_text), 120);
		fputc('\n', t->to);
	}
	for (i = 0; i < x.nparts; i++) {
		fputs(i ? "              " : "      parts   ", t->to);
		plain_pad(t->to, slice_of(x.parts[i].range), 24, t->o->utf8);
		fprintf(t->to, " %s -> %s of rows\n", fmt_pct_sign(x.parts[i].was_frac).s,
		    fmt_pct_sign(x.parts[i].is_frac).s);
	}
	if (x.began_ms) {
		fputs("      since   ", t->to);
		put_when(t, x.began_ms);
		for (i = 0; i < x.ntogether; i++) {
			struct feature_figures other;

			figures_feature_brief(t->s, model, x.together[i], t->o->window, &other);
			fputs(i ? ", " : ", together with ", t->to);
			put(t, other.name, 40);
		}
		if (x.ntogether_all > x.ntogether)
			fprintf(t->to, " and %zu more", x.ntogether_all - x.ntogether);
		if (x.with_latency || x.with_errors)
			fprintf(t->to, ", as did %s", !x.with_errors ? "latency" : x.with_latency ? "errors and latency"
												   : "errors");
		fputc('\n', t->to);
	}
	if (x.version_text[0]) {
		fputs("      version ", t->to);
		put(t, slice_of(x.version_text), 120);
		fputc('\n', t->to);
	}
	if (fabs(x.score_shift_sd) >= 0.01)
		fprintf(t->to, "      score   alone it would move the score by %s sd\n",
		    fmt_signed(x.score_shift_sd, 2).s);
}

/* A score that moved: by which input, or that none of them alone does it. */
static void
put_score(const struct text_out *t, size_t model)
{
	struct feature_figures f;
	struct explain_score x;

	figures_explain_score(t->s, model, t->o->window, &x);
	if (!x.moved)
		return;
	if (x.unexplained) {
		fputs("  score     moved, not explained by single features: a version, or several inputs?\n", t->to);
		return;
	}
	if (x.best == SIZE_MAX)
		return;
	figures_feature_brief(t->s, model, x.best, t->o->window, &f);
	fprintf(t->to, "  score     moved%s", isnan(x.shift_sd) ? "" : " by ");
	if (!isnan(x.shift_sd))
		fprintf(t->to, "%s sd", fmt_signed(x.shift_sd, 2).s);
	fputs("; most of it may be ", t->to);
	put(t, f.name, 60);
	fputc('\n', t->to);
}

static int
put_features(const struct text_out *t, size_t model, const struct model_figures *m, struct err *err)
{
	size_t n = m->inputs + m->outputs, quiet = 0, i;
	struct sorted *rows = mem_calloc(n, sizeof(*rows));

	if (!rows)
		return err_nomem(err);
	for (i = 0; i < n; i++) {
		struct feature_figures f;

		figures_feature_brief(t->s, model, i, t->o->window, &f);
		rows[i].index = i;
		rows[i].rank = f.drift.state;
		rows[i].size = explain_effect_low(&f.drift);
		rows[i].name = f.name;
	}
	qsort(rows, n, sizeof(*rows), by_rank);
	if (n)
		fprintf(t->to, "  %-26s %-8s %6s %6s %10s %7s %6s %6s  %s\n", "INPUT OR OUTPUT", "STATE",
		    "PSI", "FLOOR", "EVIDENCE", "ROWS", "MISS", "WAS", "WHAT");
	for (i = 0; i < n; i++) {
		struct feature_figures f;

		if (rows[i].rank < DRIFT_WATCH && ++quiet > QUIET_MAX)
			continue;
		figures_feature(t->s, model, rows[i].index, t->o->window, &f);
		if (report_is_absent(&f))
			continue;
		put_feature(t, &f);
		put_explanation(t, model, &f, rows[i].index);
	}
	if (quiet > QUIET_MAX)
		fprintf(t->to, "  and %zu more, none of them drifting\n", quiet - QUIET_MAX);
	mem_free(rows);
	put_score(t, model);
	return 0;
}

static int
put_model(const struct text_out *t, size_t model, struct err *err)
{
	struct model_figures m;
	struct fmt rate;
	char unlike[400];

	figures_model(t->s, model, t->o->window, &m);
	fputc('\n', t->to);
	put(t, m.name, 60);
	fprintf(t->to, ": %s", severity_names[m.severity]);
	if (m.why.n) {
		fputs(", ", t->to);
		put(t, m.why, 220);
	}
	fputc('\n', t->to);
	rate = fmt_rate(report_rate_per_s(t->o, m.events, m.first_ms, m.last_ms));
	/* A slow rate brings its own unit. */
	fprintf(t->to, "  events    %s, %s%s, errors %s (%s)", fmt_exact(m.events).s, rate.s,
	    strchr(rate.s, '/') ? "" : "/s", fmt_exact(m.errors).s,
	    fmt_pct_sign(m.error_rate_frac).s);
	if (m.client_errors)
		fprintf(t->to, ", client errors %s", fmt_exact(m.client_errors).s);
	if (m.events) {
		fputs(", newest ", t->to);
		put_when(t, m.last_ms);
	}
	fputc('\n', t->to);
	put_latency(t, &m.latency);
	put_versions(t, model, m.versions);
	put_baseline(t, &m.baseline);
	if (*held_unlike(t->s, model, unlike, sizeof(unlike))) {
		fputs("            ", t->to);
		put(t, slice_of(unlike), 200);
		fputc('\n', t->to);
	}
	report_quality_text(t->to, t->s, model, t->o);
	report_alerts_text(t->to, t->alerts, (uint32_t)model, t->o);
	return put_features(t, model, &m, err);
}

int
report_text(const struct store *s, const struct report_options *o, FILE *to, struct err *err)
{
	struct report_alerts alerts;
	const struct text_out t = {to, s, o, &alerts};
	size_t n = store_model_count(s), i;
	struct sorted *rows = mem_calloc(n, sizeof(*rows));
	int rc = 0;

	if (!rows)
		return err_nomem(err);
	for (i = 0; i < n; i++) {
		struct model_figures m;

		figures_model(s, i, o->window, &m);
		rows[i].index = i;
		rows[i].rank = (int)m.severity;
		rows[i].name = m.name;
	}
	qsort(rows, n, sizeof(*rows), by_rank);
	rc = report_alerts_open(&alerts, s, o->alerts_from_ms, err);
	if (!rc) {
		put_head(&t);
		report_alerts_text(to, &alerts, ALERT_NO_MODEL, o);
	}
	for (i = 0; i < n && !rc; i++)
		rc = put_model(&t, rows[i].index, err);
	report_alerts_release(&alerts);
	mem_free(rows);
	return rc;
}
