/* The tables of a report that one looks things up in: alerts, versions, quality, the feed, notes. */
#include <math.h>
#include <stdio.h>

#include "core/alert.h"
#include "core/expr.h"
#include "core/figures_quality.h"
#include "core/metric.h"
#include "tui/report_doc_impl.h"

/* ---- alerts ---------------------------------------------------------------------------------- */

/* What was done about it, and what is to be known before it is believed. */
static void
put_said(struct report_doc_state *t, const struct alert *al)
{
	struct textbuf *b = &t->doc.table.text;
	size_t from = b->n;

	if (al->raised > 1)
		textbuf_printf(b, "flapping x%u", al->raised);
	if (al->provisional)
		textbuf_printf(b, "%sprovisional", b->n > from ? ", " : "");
	if (!al->trusted)
		textbuf_printf(b, "%son a feed that cannot be trusted", b->n > from ? ", " : "");
	if (al->acked_by[0])
		textbuf_printf(b, "%sacknowledged by %s", b->n > from ? ", " : "", al->acked_by);
	if (alert_silenced(al))
		textbuf_printf(b, "%ssilenced by %s: %s", b->n > from ? ", " : "", al->silenced_by, al->silence_reason);
	doc_cell(&t->doc, slice_of(""));
}

static void
put_alert(struct report_doc_state *t, const struct alert *al)
{
	struct fmt when;

	doc_cell(&t->doc, al->key.model.n ? al->key.model : al->key.source);
	doc_cell(&t->doc, al->key.feature.n ? al->key.feature : al->key.version);
	doc_cell(&t->doc, al->key.rule);
	doc_cell_as(&t->doc, al->worst, severity_names[al->worst]);
	doc_cell(&t->doc, slice_of(report_doc_time(t, al->from_ms, &when)));
	doc_cell(&t->doc, slice_of(al->fired_ms == ALERT_NEVER ? "--" : report_doc_time(t, al->fired_ms, &when)));
	doc_cell(&t->doc, slice_of(al->to_ms == ALERT_NEVER ? "still firing" : report_doc_time(t, al->to_ms, &when)));
	doc_cell(&t->doc, slice_of(al->sentence));
	put_said(t, al);
}

static void
put_alerts(struct report_doc_state *t)
{
	static const struct doc_column columns[] = {{"model", false}, {"feature", false}, {"rule", false},
	    {"worst", false}, {"began", false}, {"fired", false}, {"ended", false}, {"what", false}, {"said", false},
	    {NULL, false}};
	size_t i;

	doc_heading(&t->doc, 2, slice_of("Alerts"));
	doc_table(&t->doc, "Those that still fire first; times by the model's clock", columns);
	for (i = 0; i < t->alerts.n; i++)
		if (t->alerts.list[i]->state != ALERT_PENDING)
			put_alert(t, t->alerts.list[i]);
	if (!t->doc.table.ncells)
		doc_para(&t->doc, slice_of("None."));
	doc_table_end(&t->doc);
}

/* ---- versions, quality ----------------------------------------------------------------------- */

static void
put_version(struct report_doc_state *t, size_t model, size_t version)
{
	struct version_figures v;
	struct fmt when;

	figures_version(t->s, model, version, &v);
	doc_cell(&t->doc, store_model_name(t->s, model));
	doc_cell(&t->doc, v.version.n ? v.version : slice_of("(none)"));
	doc_cell(&t->doc, slice_of(v.ended_ms ? "ended" : version_role_names[v.role]));
	doc_cellf(&t->doc, "%s", fmt_exact(v.events).s);
	doc_cellf(&t->doc, "%s", fmt_pct_sign(v.error_rate_frac).s);
	doc_cellf(&t->doc, "%s", fmt_ms(v.p50).s);
	doc_cellf(&t->doc, "%s", fmt_ms(v.p99).s);
	doc_cell(&t->doc, slice_of(report_doc_time(t, v.first_ms, &when)));
	doc_cell(&t->doc, slice_of(report_doc_time(t, v.last_ms, &when)));
}

static void
put_versions(struct report_doc_state *t)
{
	static const struct doc_column columns[] = {{"model", false}, {"version", false}, {"is", false},
	    {"events", true}, {"errors", true}, {"p50", true}, {"p99", true}, {"first", false}, {"last", false},
	    {NULL, false}};
	size_t i, v;

	doc_heading(&t->doc, 2, slice_of("Versions"));
	doc_table(&t->doc, "Newest first", columns);
	for (i = 0; i < t->nmodels; i++) {
		struct model_figures m;

		figures_model_brief(t->s, t->models[i], t->o->report->window, &m);
		for (v = 0; v < m.versions; v++)
			put_version(t, t->models[i], v);
	}
	if (!t->doc.table.ncells)
		doc_para(&t->doc, slice_of("No event names one."));
	doc_table_end(&t->doc);
}

static const char *
number(char *buf, size_t bytes, double x)
{
	snprintf(buf, bytes, isnan(x) ? "--" : "%.3f", x);
	return buf;
}

static void
put_quality_of(struct report_doc_state *t, size_t model)
{
	struct quality_figures now, was;
	struct quality_change change;
	char a[32];

	figures_quality(t->s, model, SPAN_ALL, &now);
	figures_quality(t->s, model, SPAN_BASELINE, &was);
	figures_quality_change(t->s, model, &change);
	doc_cell(&t->doc, store_model_name(t->s, model));
	doc_cellf(&t->doc, "%s", fmt_exact(now.numbers.labelled).s);
	doc_cellf(&t->doc, "%s", fmt_pct_sign(now.coverage_frac).s);
	doc_cellf(&t->doc, "%s", number(a, sizeof(a), now.thin ? NAN : now.numbers.accuracy));
	doc_cellf(&t->doc, "%s", number(a, sizeof(a), now.thin ? NAN : now.numbers.auc));
	doc_cellf(&t->doc, "%s", number(a, sizeof(a), was.thin ? NAN : was.numbers.auc));
	doc_cellf(&t->doc, "%s", number(a, sizeof(a), now.thin ? NAN : now.numbers.brier));
	doc_cellf(&t->doc, "%s", number(a, sizeof(a), now.thin ? NAN : now.numbers.mae));
	textbuf_str(&t->doc.table.text, change.sentence);
	if (now.note[0])
		textbuf_printf(&t->doc.table.text, "%sCAUTION %s", change.sentence[0] ? "; " : "", now.note);
	doc_cell(&t->doc, slice_of(""));
}

static void
put_quality(struct report_doc_state *t)
{
	static const struct doc_column columns[] = {{"model", false}, {"labels", true}, {"of predictions", true},
	    {"accuracy", true}, {"AUC", true}, {"was AUC", true}, {"Brier", true}, {"MAE", true}, {"what", false},
	    {NULL, false}};
	size_t i;

	doc_heading(&t->doc, 2, slice_of("Quality"));
	doc_table(&t->doc, "How right models were, as far as the truth is known", columns);
	for (i = 0; i < t->nmodels; i++) {
		struct label_figures l;

		figures_labels(t->s, t->models[i], &l);
		if (l.any)
			put_quality_of(t, t->models[i]);
	}
	if (!t->doc.table.ncells)
		doc_para(&t->doc, slice_of("No event says what the truth was."));
	doc_table_end(&t->doc);
}

/* ---- feed, notes ----------------------------------------------------------------------------- */

static void
put_feed(struct report_doc_state *t)
{
	static const struct doc_column sources[] = {{"source", false}, {"streams", true}, {"entries", true},
	    {"lost", true}, {"last said", false}, {NULL, false}};
	static const struct doc_column reasons[] = {
	    {"what was odd", false}, {"events", true}, {"which is", false}, {NULL, false}};
	size_t i;
	int r;

	doc_heading(&t->doc, 2, slice_of("Where it came from"));
	doc_table(&t->doc, "Sources", sources);
	for (i = 0; i < store_source_count(t->s); i++) {
		const struct fact_source *f = store_source(t->s, i);

		doc_cell(&t->doc, f->url);
		doc_cellf(&t->doc, "%s", fmt_exact(f->streams).s);
		doc_cellf(&t->doc, "%s", fmt_exact(f->entries).s);
		doc_cellf(&t->doc, "%s", fmt_exact(report_lost(t->s, i)).s);
		doc_cell(&t->doc, f->sentence);
	}
	doc_table_end(&t->doc);
	doc_table(&t->doc, "Events that were rejected, or odd", reasons);
	for (r = 0; r < REASON_COUNT; r++) {
		uint64_t n = store_reason_count(t->s, (enum event_reason)r);

		if (!n)
			continue;
		doc_cell(&t->doc, slice_of(event_reasons[r].name));
		doc_cellf(&t->doc, "%s", fmt_exact(n).s);
		doc_cell(&t->doc, slice_of(event_reasons[r].sentence));
	}
	doc_table_end(&t->doc);
}

static void
put_gaps(struct report_doc_state *t)
{
	static const struct doc_column columns[] = {
	    {"nothing is known from", false}, {"to", false}, {"because", false}, {NULL, false}};
	struct fmt when;
	size_t i;

	doc_table(&t->doc, "Gaps", columns);
	for (i = 0; i < store_gap_count(t->s); i++) {
		const struct fact_gap *g = store_gap(t->s, i);

		doc_cell(&t->doc, slice_of(report_doc_time(t, g->from_ms, &when)));
		doc_cell(&t->doc, slice_of(g->to_ms ? report_doc_time(t, g->to_ms, &when) : "the end"));
		doc_cell(&t->doc, g->why);
	}
	for (i = 0; i < t->o->nholes; i++) {
		doc_cell(&t->doc, slice_of(report_doc_time(t, t->o->holes[i].from_ms, &when)));
		doc_cell(&t->doc, slice_of(report_doc_time(t, t->o->holes[i].to_ms, &when)));
		doc_cell(&t->doc, t->o->holes[i].title);
	}
	doc_table_end(&t->doc);
}

static void
put_notes(struct report_doc_state *t)
{
	static const char *const kinds[] = {"note", "version began", "version ended"};
	static const struct doc_column columns[] = {
	    {"no.", true}, {"when", false}, {"what", false}, {"model", false}, {"note", false}, {NULL, false}};
	struct fmt when;
	size_t i;

	doc_heading(&t->doc, 2, slice_of("Notes and marks"));
	if (!t->nmarks)
		doc_para(&t->doc, slice_of("None."));
	doc_table(&t->doc, "Numbers are those on the timeline", columns);
	for (i = 0; i < t->nmarks; i++) {
		const struct fact_mark *m = &t->marks[i];

		doc_cellf(&t->doc, "%zu", i + 1);
		doc_cell(&t->doc, slice_of(report_doc_time(t, m->at_ms, &when)));
		doc_cell(&t->doc, slice_of(m->kind <= MARK_VERSION_ENDED ? kinds[m->kind] : "mark"));
		doc_cell(&t->doc, m->model < store_model_count(t->s) ? store_model_name(t->s, m->model) : slice_of(""));
		doc_cell(&t->doc, m->text);
	}
	doc_table_end(&t->doc);
}

void
report_doc_tables(struct report_doc_state *t)
{
	put_alerts(t);
	put_notes(t);
	put_versions(t);
	put_quality(t);
	put_feed(t);
	put_gaps(t);
}
