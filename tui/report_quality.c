/* The part of a report that is about labels, as JSON and as text. */
#include <math.h>

#include "core/figures_quality.h"
#include "core/floor.h"
#include "tui/plain.h"
#include "tui/report.h"
#include "widgets/fmt.h"

/* The numbers of one span. */
static void
put_span(struct jsonw *w, const struct quality_figures *f)
{
	const struct quality_numbers *n = &f->numbers;

	jsonw_put_uint(w, "labelled", n->labelled);
	jsonw_put_uint(w, "predicted", f->predicted);
	jsonw_put_double(w, "coverage", f->coverage_frac);
	jsonw_put_double(w, "accuracy", n->accuracy);
	jsonw_put_double(w, "accuracy_low", n->accuracy_low);
	jsonw_put_double(w, "accuracy_high", n->accuracy_high);
	jsonw_put_double(w, "precision", n->precision);
	jsonw_put_double(w, "recall", n->recall);
	jsonw_put_double(w, "f1", n->f1);
	jsonw_put_double(w, "macro_f1", n->macro_f1);
	jsonw_put_double(w, "auc", n->auc);
	jsonw_put_double(w, "auc_se", n->auc_se);
	jsonw_put_double(w, "brier", n->brier);
	jsonw_put_double(w, "calibration", n->calibration);
	jsonw_put_double(w, "calibration_sd", n->calibration_sd);
	jsonw_put_double(w, "ece", n->ece);
	jsonw_put_double(w, "ece_floor", n->ece_floor);
	jsonw_put_double(w, "mae", n->mae);
	jsonw_put_double(w, "mae_se", n->mae_se);
	jsonw_put_double(w, "bias", n->bias);
	jsonw_put_double(w, "lag_p50_ms", n->lag_p50_ms);
	jsonw_put_bool(w, "grey", f->grey);
	jsonw_put_text(w, "note", slice_of(f->note));
}

static void
put_classes(struct jsonw *w, const struct store *s, size_t model, const struct quality_numbers *n)
{
	unsigned i;

	jsonw_key(w, "classes");
	jsonw_open_array(w);
	for (i = 0; i < n->nclasses; i++) {
		const struct class_quality *c = &n->classes[i];

		jsonw_open_object(w);
		jsonw_put_string(w, "class", figures_quality_class(s, model, c->cls));
		jsonw_put_uint(w, "labelled", c->labelled);
		jsonw_put_uint(w, "predicted", c->predicted);
		jsonw_put_double(w, "precision", c->precision);
		jsonw_put_double(w, "recall", c->recall);
		jsonw_put_double(w, "f1", c->f1);
		jsonw_close(w);
	}
	jsonw_close(w);
}

static void
put_other_span(struct jsonw *w, const struct store *s, size_t model, enum quality_span span, const char *key)
{
	struct quality_figures f;

	figures_quality(s, model, span, &f);
	jsonw_key(w, key);
	if (!f.numbers.labelled) {
		jsonw_null(w);
		return;
	}
	jsonw_open_object(w);
	put_span(w, &f);
	jsonw_close(w);
}

static void
put_join(struct jsonw *w, const struct label_figures *l)
{
	jsonw_put_uint(w, "waiting", l->waiting);
	jsonw_put_uint(w, "expired", l->expired);
	jsonw_put_uint(w, "orphans", l->orphans);
	jsonw_put_uint(w, "duplicates", l->duplicates);
	jsonw_put_uint(w, "conflicting", l->conflicting);
	jsonw_put_uint(w, "repeated", l->repeated);
	jsonw_put_uint(w, "label_events", l->events);
	jsonw_put_double(w, "sample", l->sample_frac);
	jsonw_put_double(w, "coverage_1h", l->coverage_1h_frac);
	jsonw_put_double(w, "coverage_24h", l->coverage_24h_frac);
	jsonw_put_double(w, "baseline_coverage_1h", l->baseline_coverage_1h_frac);
	jsonw_put_double(w, "baseline_coverage_24h", l->baseline_coverage_24h_frac);
}

void
report_quality_json(struct jsonw *w, const struct store *s, size_t model)
{
	struct quality_figures f;
	struct quality_change c;
	struct label_figures l;

	jsonw_key(w, "quality");
	jsonw_open_object(w);
	figures_labels(s, model, &l);
	figures_quality(s, model, SPAN_ALL, &f);
	figures_quality_change(s, model, &c);
	jsonw_put_cstr(w, "kind", figures_quality_kinds[f.numbers.kind]);
	jsonw_put_text(w, "positive", f.positive);
	if (!l.any)
		f.coverage_frac = NAN; /* nobody said that there would be labels */
	put_span(w, &f);
	put_classes(w, s, model, &f.numbers);
	put_join(w, &l);
	put_other_span(w, s, model, SPAN_24H, "last_24h");
	put_other_span(w, s, model, SPAN_SINCE, "since_baseline");
	put_other_span(w, s, model, SPAN_BASELINE, "baseline");
	jsonw_put_cstr(w, "state", drift_state_names[c.state]);
	jsonw_put_text(w, "sentence", slice_of(c.sentence));
	jsonw_close(w);
}

void
report_quality_version_json(struct jsonw *w, const struct store *s, size_t model, struct slice version)
{
	struct quality_figures f;

	figures_quality_version(s, model, version, &f);
	jsonw_key(w, "quality");
	if (!f.numbers.labelled) {
		jsonw_null(w);
		return;
	}
	jsonw_open_object(w);
	put_span(w, &f);
	jsonw_close(w);
}

void
report_quality_pair_json(
    struct jsonw *w, const struct store *s, size_t model, struct slice stable, struct slice canary)
{
	struct quality_pair p;

	figures_quality_pair(s, model, stable, canary, &p);
	jsonw_key(w, "quality");
	if (!p.labelled[0] || !p.labelled[1]) {
		jsonw_null(w);
		return;
	}
	jsonw_open_object(w);
	jsonw_put_text(w, "metric", slice_of(figures_quality_metrics[p.metric]));
	jsonw_put_double(w, "stable", p.value.stable);
	jsonw_put_double(w, "canary", p.value.canary);
	jsonw_put_double(w, "diff", p.value.diff);
	jsonw_put_double(w, "noise", FLOOR_RATE_SE * p.value.se);
	jsonw_put_uint(w, "stable_labelled", p.labelled[0]);
	jsonw_put_uint(w, "canary_labelled", p.labelled[1]);
	jsonw_put_double(w, "stable_coverage", p.coverage_frac[0]);
	jsonw_put_double(w, "canary_coverage", p.coverage_frac[1]);
	jsonw_put_int(w, "from_ms", p.from_ms, true);
	jsonw_put_bool(w, "grey", p.grey);
	jsonw_close(w);
}

/* ---- text ------------------------------------------------------------------------------------ */

static void
text_classes(FILE *to, const struct quality_figures *f)
{
	const struct quality_numbers *n = &f->numbers;
	bool auc = !isnan(n->auc);

	if (auc)
		fprintf(to, "AUC %.3f +-%.3f, ", n->auc, 2 * n->auc_se);
	if (!isnan(n->accuracy))
		fprintf(to, "accuracy %s (%s to %s), ", fmt_pct_sign(n->accuracy).s, fmt_pct_sign(n->accuracy_low).s,
		    fmt_pct_sign(n->accuracy_high).s);
	if (!isnan(n->recall))
		fprintf(to, "recall %s, ", fmt_pct_sign(n->recall).s);
	if (!isnan(n->precision))
		fprintf(to, "precision %s, ", fmt_pct_sign(n->precision).s);
	if (!isnan(n->macro_f1) && !auc)
		fprintf(to, "macro F1 %.3f, ", n->macro_f1);
	if (!isnan(n->brier))
		fprintf(to, "Brier %.4f, ", n->brier);
	if (!isnan(n->calibration))
		fprintf(to, "calibration %s, ", fmt_signed(n->calibration, 3).s);
}

static void
text_span(FILE *to, const struct quality_figures *f)
{
	const struct quality_numbers *n = &f->numbers;

	if (!f->thin && n->kind == QUALITY_CLASSES)
		text_classes(to, f);
	else if (!f->thin && !isnan(n->mae))
		fprintf(to, "MAE %.4g +-%.2g, bias %+.4g, ", n->mae, 2 * n->mae_se, n->bias);
	fprintf(to, "%s label%s", fmt_exact(n->labelled).s, n->labelled == 1 ? "" : "s");
	if (!isnan(f->coverage_frac))
		fprintf(to, " of %s predictions (%s)", fmt_exact(f->predicted).s, fmt_pct_sign(f->coverage_frac).s);
	if (!isnan(n->lag_p50_ms) && n->lag_p50_ms > 0)
		fprintf(to, ", half of them within %s", fmt_age((int64_t)n->lag_p50_ms).s);
}

static void
text_count(FILE *to, uint64_t n, const char *what, bool *any)
{
	if (!n)
		return;
	fprintf(to, "%s%s %s", *any ? ", " : "  labels    ", fmt_exact(n).s, what);
	*any = true;
}

/* Each that has labels, newest first, where there are several. */
static void
text_versions(FILE *to, const struct store *s, size_t model, const struct report_options *o)
{
	struct model_figures m;
	struct quality_figures f;
	size_t i;

	figures_model(s, model, o->window, &m);
	for (i = 0; m.versions > 1 && i < m.versions; i++) {
		struct version_figures v;

		figures_version(s, model, i, &v);
		figures_quality_version(s, model, v.version, &f);
		if (!f.numbers.labelled)
			continue;
		fputs("            version ", to);
		plain_put(to, v.version.n ? v.version : slice_of("(none)"), 24, o->utf8);
		fputc(' ', to);
		text_span(to, &f);
		if (f.note[0])
			fprintf(to, "; CAUTION %s", f.note);
		fputc('\n', to);
	}
}

void
report_quality_text(FILE *to, const struct store *s, size_t model, const struct report_options *o)
{
	struct quality_figures f;
	struct quality_change c;
	struct label_figures l;
	bool any = false;

	figures_labels(s, model, &l);
	if (!l.any)
		return;
	figures_quality(s, model, SPAN_ALL, &f);
	fputs("  quality   ", to);
	text_span(to, &f);
	if (f.note[0])
		fprintf(to, "; CAUTION %s", f.note);
	fputc('\n', to);
	figures_quality_change(s, model, &c);
	figures_quality(s, model, SPAN_BASELINE, &f);
	if (f.numbers.labelled) {
		fputs("            baseline ", to);
		text_span(to, &f);
		fputc('\n', to);
	}
	if (c.sentence[0])
		fprintf(to, "            %s: %s (%s labels%s)\n", drift_state_names[c.state], c.sentence,
		    fmt_exact(c.n).s, c.span == SPAN_24H ? " of the last 24 hours" : " since the baseline");
	text_versions(to, s, model, o);
	text_count(to, l.orphans, "without a prediction", &any);
	text_count(to, l.duplicates, "of an id that had one", &any);
	text_count(to, l.conflicting, "ids with contradicting ones", &any);
	text_count(to, l.repeated, "ids used again", &any);
	text_count(to, l.expired, "predictions without one after 72 hours", &any);
	if (l.sample_frac < 1) {
		fprintf(to, "%sone id in %.0f is followed", any ? ", " : "  labels    ", 1 / l.sample_frac);
		any = true;
	}
	if (any)
		fputc('\n', to);
}
