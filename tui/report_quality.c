/* The part of a report that is about labels, as JSON and as text. */
#include <math.h>

#include "core/figures_quality.h"
#include "tui/report.h"
#include "widgets/fmt.h"

static void
put_double(struct jsonw *w, const char *key, double v)
{
	jsonw_key(w, key);
	jsonw_double(w, v);
}

static void
put_uint(struct jsonw *w, const char *key, uint64_t v)
{
	jsonw_key(w, key);
	jsonw_uint(w, v);
}

static void
put_text(struct jsonw *w, const char *key, struct slice text)
{
	jsonw_key(w, key);
	if (text.n)
		jsonw_string(w, text);
	else
		jsonw_null(w);
}

/* The numbers of one span. */
static void
put_span(struct jsonw *w, const struct quality_figures *f)
{
	const struct quality_numbers *n = &f->numbers;

	put_uint(w, "labelled", n->labelled);
	put_uint(w, "predicted", f->predicted);
	put_double(w, "coverage", f->coverage_frac);
	put_double(w, "accuracy", n->accuracy);
	put_double(w, "accuracy_low", n->accuracy_low);
	put_double(w, "accuracy_high", n->accuracy_high);
	put_double(w, "precision", n->precision);
	put_double(w, "recall", n->recall);
	put_double(w, "f1", n->f1);
	put_double(w, "macro_f1", n->macro_f1);
	put_double(w, "auc", n->auc);
	put_double(w, "auc_se", n->auc_se);
	put_double(w, "brier", n->brier);
	put_double(w, "calibration", n->calibration);
	put_double(w, "calibration_sd", n->calibration_sd);
	put_double(w, "ece", n->ece);
	put_double(w, "ece_floor", n->ece_floor);
	put_double(w, "mae", n->mae);
	put_double(w, "bias", n->bias);
	put_double(w, "lag_p50_ms", n->lag_p50_ms);
	jsonw_key(w, "grey");
	jsonw_bool(w, f->grey);
	put_text(w, "note", slice_of(f->note));
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
		jsonw_key(w, "class");
		jsonw_string(w, figures_quality_class(s, model, c->cls));
		put_uint(w, "labelled", c->labelled);
		put_uint(w, "predicted", c->predicted);
		put_double(w, "precision", c->precision);
		put_double(w, "recall", c->recall);
		put_double(w, "f1", c->f1);
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
	put_uint(w, "waiting", l->waiting);
	put_uint(w, "expired", l->expired);
	put_uint(w, "orphans", l->orphans);
	put_uint(w, "duplicates", l->duplicates);
	put_uint(w, "conflicting", l->conflicting);
	put_uint(w, "repeated", l->repeated);
	put_uint(w, "label_events", l->events);
	put_double(w, "sample", l->sample_frac);
	put_double(w, "coverage_1h", l->coverage_1h_frac);
	put_double(w, "coverage_24h", l->coverage_24h_frac);
	put_double(w, "baseline_coverage_1h", l->baseline_coverage_1h_frac);
	put_double(w, "baseline_coverage_24h", l->baseline_coverage_24h_frac);
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
	jsonw_key(w, "kind");
	jsonw_cstr(w, figures_quality_kinds[f.numbers.kind]);
	put_text(w, "positive", f.positive);
	if (!l.any)
		f.coverage_frac = NAN; /* nobody said that there would be labels */
	put_span(w, &f);
	put_classes(w, s, model, &f.numbers);
	put_join(w, &l);
	put_other_span(w, s, model, SPAN_24H, "last_24h");
	put_other_span(w, s, model, SPAN_SINCE, "since_baseline");
	put_other_span(w, s, model, SPAN_BASELINE, "baseline");
	jsonw_key(w, "state");
	jsonw_cstr(w, drift_state_names[c.state]);
	put_text(w, "sentence", slice_of(c.sentence));
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
		fprintf(to, "calibration %+.3f, ", n->calibration);
}

static void
text_span(FILE *to, const struct quality_figures *f)
{
	const struct quality_numbers *n = &f->numbers;

	if (!f->thin && n->kind == QUALITY_CLASSES)
		text_classes(to, f);
	else if (!f->thin && !isnan(n->mae))
		fprintf(to, "MAE %.4g, bias %+.4g, ", n->mae, n->bias);
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

void
report_quality_text(FILE *to, const struct store *s, size_t model)
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
