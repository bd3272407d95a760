/* The part of a report that is about features that changed: each in one row, then each with its pictures. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/explain.h"
#include "core/figures.h"
#include "core/verdict.h"
#include "tui/report_doc_impl.h"

#define MISSING_MOVED 0.02
#define KNOWN_POINTS_MIN 3 /* below, a line shows nothing that a number does not */

static enum severity
severity_of(enum drift_state state)
{
	return state == DRIFT_DRIFT ? SEVERITY_CRIT : state == DRIFT_WATCH ? SEVERITY_WARN : SEVERITY_OK;
}

static void
put_rows(struct report_doc_state *t)
{
	static const struct doc_column columns[] = {{"feature", false}, {"model", false}, {"is", false}, {"PSI", true},
	    {"floor", true}, {"evidence", true}, {"rows", true}, {"missing", true}, {"was", true}, {"what", false},
	    {NULL, false}};
	size_t i;

	doc_table(&t->doc, "Inputs and outputs that differ from their baseline, or that an alert was about", columns);
	for (i = 0; i < t->features.n; i++) {
		const struct report_feature *r = &t->features.list[i];
		struct feature_figures f;
		bool thin;

		figures_feature(t->s, r->model, r->feature, t->o->report->window, &f);
		thin = f.drift.n < VERDICT_ROWS_MIN || f.drift.m < VERDICT_ROWS_MIN;
		doc_cell(&t->doc, f.name);
		doc_cell(&t->doc, store_model_name(t->s, r->model));
		doc_cell_as(&t->doc, severity_of(f.drift.state), drift_state_names[f.drift.state]);
		doc_cellf(&t->doc, "%s", fmt_drift(thin ? NAN : f.drift.psi).s);
		doc_cellf(&t->doc, "%s", fmt_drift(thin ? NAN : f.drift.psi_floor).s);
		if (isnan(f.drift.evidence) || !(f.drift.evidence_limit > 0))
			doc_cellf(&t->doc, "--");
		else
			doc_cellf(&t->doc, "%s%.1f/%.1f", f.drift.provisional ? "~" : "", f.drift.evidence,
			    f.drift.evidence_limit);
		doc_cellf(&t->doc, "%s", fmt_count(f.drift.n).s);
		doc_cellf(&t->doc, "%s", fmt_pct_sign(f.missing_rate_frac).s);
		doc_cellf(&t->doc, "%s", fmt_pct_sign(f.baseline_missing_rate_frac).s);
		doc_cell(&t->doc, slice_of(f.drift.sentence));
	}
	doc_table_end(&t->doc);
}

/* ---- one feature ----------------------------------------------------------------------------- */

static void
put_series(struct chart_bars *c, const struct report_feature *f, const char *name, const uint64_t *parts)
{
	uint64_t rows = report_parts_total(f, parts);
	size_t i;

	if (!rows)
		return;
	for (i = 0; i < f->nparts; i++)
		c->shares[c->nseries][i] = (double)parts[i] / (double)rows;
	c->names[c->nseries++] = name;
}

static void
put_bars(struct report_doc_state *t, const struct report_feature *f)
{
	struct chart_bars c = {.title = "Shares of rows", .n = f->nparts};
	char names[CHART_SERIES][80];
	struct fmt when;
	bool before = report_parts_total(f, f->before) != 0;

	if (!f->nparts || !report_parts_total(f, f->during))
		return;
	memcpy(c.labels, f->labels, sizeof(c.labels));
	snprintf(names[0], sizeof(names[0]), "baseline (%s rows)", fmt_count(report_parts_total(f, f->baseline)).s);
	snprintf(names[1], sizeof(names[1]), "before %s (%s)", report_doc_time(t, f->from_ms, &when),
	    fmt_count(report_parts_total(f, f->before)).s);
	snprintf(names[2], sizeof(names[2]), "%s (%s)", before || f->alerted ? "during" : "now",
	    fmt_count(report_parts_total(f, f->during)).s);
	put_series(&c, f, names[0], f->baseline);
	put_series(&c, f, names[1], f->before);
	put_series(&c, f, names[2], f->during);
	t->doc.ops->bars(&t->doc, &c);
}

static void
shade(struct chart_lines *c, const struct report_feature *f, struct chart_span *during)
{
	*during = (struct chart_span){
	    .from_ms = f->from_ms, .to_ms = f->to_ms, .title = slice_of("while it was different")};
	c->spans = during;
	c->nspans = f->from_ms && f->to_ms > f->points_from_ms ? 1 : 0;
}

static void
put_lines(struct report_doc_state *t, const struct report_feature *f)
{
	struct chart_lines c = {.title = "Distance from the baseline over time (PSI)",
	    .time = t->time,
	    .n = f->npoints,
	    .nseries = 2,
	    .names = {"PSI", "noise floor"},
	    .values = {f->psi, f->floor},
	    .levels = {f->watch, f->drift}};
	struct chart_span during;
	size_t known = 0, i;

	for (i = 0; i < f->npoints; i++)
		known += !isnan(f->psi[i]);
	if (known < KNOWN_POINTS_MIN || f->points_to_ms <= f->points_from_ms)
		return;
	c.time.from_ms = f->points_from_ms;
	c.time.to_ms = f->points_to_ms;
	shade(&c, f, &during);
	t->doc.ops->lines(&t->doc, &c);
}

/* Only where it moved: most features never lack a value. */
static void
put_missing(struct report_doc_state *t, const struct report_feature *f)
{
	struct chart_lines c = {.title = "Share of rows without a value",
	    .time = {f->points_from_ms, f->points_to_ms, t->time.utc_offset_ms, t->time.zone},
	    .n = f->npoints,
	    .nseries = 1,
	    .share = true,
	    .names = {"missing"},
	    .values = {f->missing},
	    .levels = {NAN, NAN}};
	struct chart_span during;
	double least = INFINITY, most = 0;
	size_t i;

	for (i = 0; i < f->npoints; i++) {
		least = f->missing[i] < least ? f->missing[i] : least;
		most = f->missing[i] > most ? f->missing[i] : most;
	}
	if (most - least < MISSING_MOVED || f->points_to_ms <= f->points_from_ms)
		return;
	shade(&c, f, &during);
	t->doc.ops->lines(&t->doc, &c);
}

static void
put_explanation(struct report_doc_state *t, const struct report_feature *r, const struct feature_figures *f)
{
	struct explanation x;
	char text[400];
	struct fmt when;
	size_t i, n;

	figures_explain(t->s, r->model, r->feature, t->o->report->window, f, &x);
	doc_para(&t->doc, slice_of(f->drift.sentence));
	doc_para(&t->doc, slice_of(x.cause_text));
	for (i = 0; i < x.nparts; i++) {
		snprintf(text, sizeof(text), "%s: %s -> %s of rows", x.parts[i].range,
		    fmt_pct_sign(x.parts[i].was_frac).s, fmt_pct_sign(x.parts[i].is_frac).s);
		doc_para(&t->doc, slice_of(text));
	}
	if (x.began_ms) {
		n = (size_t)snprintf(text, sizeof(text), "began %s", report_doc_time(t, x.began_ms, &when));
		for (i = 0; i < x.ntogether && n + 80 < sizeof(text); i++) {
			struct feature_figures other;

			figures_feature_brief(t->s, r->model, x.together[i], t->o->report->window, &other);
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%.*s", i ? ", " : ", together with ",
			    (int)(other.name.n < 60 ? other.name.n : 60), other.name.p);
		}
		doc_para(&t->doc, slice_of(text));
	}
	if (x.version_text[0]) {
		snprintf(text, sizeof(text), "versions: %s", x.version_text);
		doc_para(&t->doc, slice_of(text));
	}
}

static void
put_feature(struct report_doc_state *t, const struct report_feature *r)
{
	struct slice model = store_model_name(t->s, r->model);
	struct feature_figures f;
	char title[600];

	figures_feature(t->s, r->model, r->feature, t->o->report->window, &f);
	snprintf(title, sizeof(title), "%.*s / %.*s: %s", (int)model.n, model.p, (int)f.name.n, f.name.p,
	    drift_state_names[f.drift.state]);
	doc_heading(&t->doc, 3, slice_of(title));
	put_explanation(t, r, &f);
	put_bars(t, r);
	put_lines(t, r);
	put_missing(t, r);
}

void
report_doc_features(struct report_doc_state *t)
{
	char text[120];
	size_t i;

	doc_heading(&t->doc, 2, slice_of("What changed"));
	if (!t->features.n) {
		doc_para(&t->doc, slice_of("No input or output differs from its baseline."));
		return;
	}
	put_rows(t);
	if (t->features.left_out) {
		snprintf(text, sizeof(text), "%zu more are different; these are the worst.", t->features.left_out);
		doc_para(&t->doc, slice_of(text));
	}
	for (i = 0; i < t->features.n; i++)
		put_feature(t, &t->features.list[i]);
}
