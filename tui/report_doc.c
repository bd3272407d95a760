/*
 * In the order in which it is read the day after: what this is and whether it can be believed; when things happened;
 * which models; what changed, with pictures; then the tables that one looks things up in.
 */
#include "tui/report_doc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/alert.h"
#include "core/figures.h"
#include "core/mem.h"
#include "tui/held.h"
#include "tui/report_alerts.h"
#include "tui/report_doc_impl.h"
#include "widgets/fmt.h"

const char *
report_doc_time(const struct report_doc_state *t, int64_t ms, struct fmt *buf)
{
	*buf = fmt_datetime(ms, t->o->report->utc_offset_ms);
	return buf->s;
}

void
report_doc_pair(struct report_doc_state *t, const char *key, const char *value)
{
	doc_cell(&t->doc, slice_of(key));
	doc_cell(&t->doc, slice_of(value));
}

/* ---- summary --------------------------------------------------------------------------------- */

/* Models by how bad they are, then by name. */
struct sorted_model {
	size_t index;
	enum severity severity;
	struct slice name;
};

static int
by_severity(const void *pa, const void *pb)
{
	const struct sorted_model *a = pa, *b = pb;

	if (a->severity != b->severity)
		return a->severity < b->severity ? 1 : -1;
	return slice_cmp(a->name, b->name);
}

static int
sort_models(struct report_doc_state *t, struct err *err)
{
	size_t n = store_model_count(t->s), i;
	struct sorted_model *rows = mem_calloc(n + 1, sizeof(*rows));

	t->models = mem_calloc(n + 1, sizeof(*t->models));
	if (!rows || !t->models) {
		mem_free(rows);
		return err_nomem(err);
	}
	for (i = 0; i < n; i++) {
		struct model_figures m;

		figures_model_brief(t->s, i, t->o->report->window, &m);
		rows[i] = (struct sorted_model){i, m.severity, m.name};
	}
	if (n)
		qsort(rows, n, sizeof(*rows), by_severity);
	for (i = 0; i < n; i++)
		t->models[i] = rows[i].index;
	t->nmodels = n;
	mem_free(rows);
	return 0;
}

static void
put_range(struct report_doc_state *t)
{
	struct fmt from, to;
	char text[120] = "no event, no range";

	if (t->ranged)
		snprintf(text, sizeof(text), "%s to %s %s (%s)", report_doc_time(t, t->from_ms, &from),
		    report_doc_time(t, t->to_ms, &to), t->o->report->zone ? t->o->report->zone : "UTC",
		    fmt_age(t->to_ms - t->from_ms).s);
	report_doc_pair(t, "when", text);
}

static void
put_alert_count(struct report_doc_state *t)
{
	size_t counts[SEVERITY_COUNT] = {0}, firing = 0, i;
	char text[120];

	for (i = 0; i < t->alerts.n; i++) {
		if (t->alerts.list[i]->state == ALERT_PENDING)
			continue;
		counts[t->alerts.list[i]->worst]++;
		firing += t->alerts.list[i]->state == ALERT_FIRING;
	}
	snprintf(text, sizeof(text), "%zu critical, %zu warning; %zu firing at the end", counts[SEVERITY_CRIT],
	    counts[SEVERITY_WARN], firing);
	report_doc_pair(t, "alerts", text);
}

static void
put_worst(struct report_doc_state *t)
{
	struct model_figures m;

	doc_cell(&t->doc, slice_of("worst"));
	if (!t->nmodels) {
		doc_cell(&t->doc, slice_of("no model"));
		return;
	}
	figures_model_brief(t->s, t->models[0], t->o->report->window, &m);
	textbuf_add(&t->doc.table.text, m.name.p, m.name.n);
	textbuf_str(&t->doc.table.text, ": ");
	textbuf_add(&t->doc.table.text, m.why.p, m.why.n);
	if (m.why.n)
		textbuf_str(&t->doc.table.text, ", ");
	doc_cell_as(&t->doc, m.severity, severity_names[m.severity]);
}

static void
put_summary(struct report_doc_state *t)
{
	static const struct doc_column columns[] = {{"of this report", false}, {"is", false}, {NULL, false}};
	uint64_t events = store_events(t->s);
	char why[200] = "", text[300];
	struct fmt made;

	doc_heading(&t->doc, 2, slice_of("Summary"));
	doc_table(&t->doc, "What this is of, and how far it can be believed", columns);
	doc_cell(&t->doc, slice_of("what"));
	doc_cell(&t->doc, t->o->what);
	put_range(t);
	snprintf(text, sizeof(text), "%s of %zu model%s", fmt_exact(events).s, t->nmodels, t->nmodels == 1 ? "" : "s");
	report_doc_pair(t, "events", text);
	put_worst(t);
	put_alert_count(t);
	doc_cell(&t->doc, slice_of("trusted"));
	if (store_trusted(t->s, why, sizeof(why)) && !t->o->nholes)
		doc_cell(&t->doc, slice_of("yes: nothing was lost, dropped or unreadable"));
	else {
		snprintf(text, sizeof(text), "no: %s%s%s", why, why[0] && t->o->nholes ? "; " : "",
		    t->o->nholes ? "parts of the recording are missing" : "");
		doc_cell_as(&t->doc, SEVERITY_WARN, text);
	}
	snprintf(text, sizeof(text), "drifttop %s, %s %s", t->o->report->program_version,
	    report_doc_time(t, t->o->report->generated_ms, &made), t->o->report->zone ? t->o->report->zone : "UTC");
	report_doc_pair(t, "made by", text);
	doc_table_end(&t->doc);
}

/* ---- timeline -------------------------------------------------------------------------------- */

static struct slice
lane_name(struct report_doc_state *t, const struct alert *al)
{
	char text[600];

	if (!al->key.model.n)
		return al->key.source;
	if (!al->key.feature.n)
		return al->key.model;
	/* Where all is of one model its name says nothing. */
	if (t->nmodels == 1)
		return al->key.feature;
	snprintf(text, sizeof(text), "%.*s / %.*s", (int)al->key.model.n, al->key.model.p, (int)al->key.feature.n,
	    al->key.feature.p);
	return arena_text(&t->texts, slice_of(text));
}

static size_t
lane_of(struct slice *lanes, size_t *n, struct slice name)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (slice_eq(lanes[i], name))
			return i;
	if (*n == CHART_LANES)
		return CHART_LANES;
	lanes[(*n)++] = name;
	return i;
}

static struct slice
span_title(struct report_doc_state *t, const struct alert *al)
{
	char text[ALERT_SENTENCE_BYTES + 160];
	struct fmt from, to;

	snprintf(text, sizeof(text), "%.*s %s, %s to %s: %s", (int)(al->key.rule.n < 64 ? al->key.rule.n : 64),
	    al->key.rule.p, severity_names[al->worst], report_doc_time(t, al->from_ms, &from),
	    al->to_ms == ALERT_NEVER ? "the end" : report_doc_time(t, al->to_ms, &to), al->sentence);
	return arena_text(&t->texts, slice_of(text));
}

static void
number_marks(const struct report_doc_state *t, struct chart_mark *marks)
{
	size_t i;

	for (i = 0; i < t->nmarks; i++)
		marks[i] = (struct chart_mark){t->marks[i].at_ms, t->marks[i].text, (unsigned)i + 1};
}

/* Gaps that sources told of, and holes of the recording. */
static size_t
collect_gaps(const struct report_doc_state *t, struct chart_span *gaps, size_t cap)
{
	size_t n = 0, i;

	for (i = 0; i < store_gap_count(t->s) && n < cap; i++) {
		const struct fact_gap *g = store_gap(t->s, i);

		gaps[n++] = (struct chart_span){
		    .from_ms = g->from_ms, .to_ms = g->to_ms ? g->to_ms : t->to_ms, .title = g->why};
	}
	for (i = 0; i < t->o->nholes && n < cap; i++)
		gaps[n++] = t->o->holes[i];
	return n;
}

static void
put_left_out(struct report_doc_state *t, size_t left_out, const char *what)
{
	char text[120];

	if (!left_out)
		return;
	snprintf(text, sizeof(text), "%zu more %s in the tables below.", left_out, what);
	doc_para(&t->doc, slice_of(text));
}

static int
put_timeline(struct report_doc_state *t, struct err *err)
{
	enum { GAPS = 200 };
	size_t i, left_out = 0;
	struct slice lanes[CHART_LANES];
	struct chart_lanes c = {.title = "Alerts over time", .lanes = lanes, .time = t->time};
	struct chart_span *spans = mem_calloc(t->alerts.n + GAPS, sizeof(*spans));
	struct chart_mark *marks = mem_calloc(t->nmarks + 1, sizeof(*marks));

	if (!spans || !marks) {
		mem_free(spans);
		mem_free(marks);
		return err_nomem(err);
	}
	for (i = 0; i < t->alerts.n; i++) {
		const struct alert *al = t->alerts.list[i];
		size_t lane;

		if (al->state == ALERT_PENDING)
			continue;
		lane = lane_of(lanes, &c.nlanes, lane_name(t, al));
		left_out += lane == CHART_LANES;
		spans[c.nspans++] = (struct chart_span){lane, al->from_ms,
		    al->to_ms == ALERT_NEVER ? t->to_ms : al->to_ms, al->worst,
		    al->to_ms == ALERT_NEVER, span_title(t, al)};
	}
	c.spans = spans;
	c.gaps = spans + t->alerts.n;
	c.ngaps = collect_gaps(t, spans + t->alerts.n, GAPS);
	c.marks = marks;
	c.nmarks = t->nmarks;
	number_marks(t, marks);
	doc_heading(&t->doc, 2, slice_of("Timeline"));
	if (!c.nspans)
		doc_para(&t->doc, slice_of("No alert in this range."));
	if (t->ranged && (c.nspans || c.nmarks || c.ngaps))
		t->doc.ops->lanes(&t->doc, &c);
	put_left_out(t, left_out, "alerts are");
	mem_free(spans);
	mem_free(marks);
	return 0;
}

/* ---- models ---------------------------------------------------------------------------------- */

static void
put_models(struct report_doc_state *t)
{
	static const struct doc_column columns[] = {{"model", false}, {"is", false}, {"why", false}, {"events", true},
	    {"per s", true}, {"errors", true}, {"p50", true}, {"p99", true}, {"was p99", true}, {"baseline", false},
	    {NULL, false}};
	char text[300];
	size_t i;

	doc_heading(&t->doc, 2, slice_of("Models"));
	if (!t->nmodels)
		doc_para(&t->doc, slice_of("There was no event to report on."));
	doc_table(&t->doc, "The worst first", columns);
	for (i = 0; i < t->nmodels; i++) {
		struct model_figures m;

		figures_model(t->s, t->models[i], t->o->report->window, &m);
		doc_cell(&t->doc, m.name);
		doc_cell_as(&t->doc, m.severity, severity_names[m.severity]);
		doc_cell(&t->doc, m.why);
		doc_cellf(&t->doc, "%s", fmt_exact(m.events).s);
		doc_cellf(&t->doc, "%s", fmt_rate(report_rate_per_s(t->o->report, m.events, m.first_ms, m.last_ms)).s);
		doc_cellf(&t->doc, "%s", fmt_pct_sign(m.error_rate_frac).s);
		doc_cellf(&t->doc, "%s", fmt_ms(m.latency.p50).s);
		doc_cellf(&t->doc, "%s", fmt_ms(m.latency.p99).s);
		doc_cellf(&t->doc, "%s", fmt_ms(m.latency.baseline_p99).s);
		held_baseline(&m.baseline, text, sizeof(text));
		if (m.baseline.kind != BASELINE_NONE && m.baseline.provisional)
			strncat(text, ", provisional", sizeof(text) - strlen(text) - 1);
		doc_cell(&t->doc, slice_of(text));
	}
	doc_table_end(&t->doc);
}

/* ---- all of it ------------------------------------------------------------------------------- */

/* The axis of all charts over time: never empty, so that nothing is divided by nothing. */
static void
find_range(struct report_doc_state *t)
{
	t->ranged = report_range(t->s, t->o->report, &t->from_ms, &t->to_ms);
	if (t->ranged && t->o->past) {
		t->from_ms = t->o->past->from_ms;
		t->to_ms = t->o->past->to_ms;
	}
	t->time = (struct chart_time){.from_ms = t->from_ms,
	    .to_ms = t->to_ms > t->from_ms ? t->to_ms : t->from_ms + 1,
	    .utc_offset_ms = t->o->report->utc_offset_ms,
	    .zone = t->o->report->zone};
}

/* Of a range, what was over before it or came behind it is not its. */
static int
find_marks(struct report_doc_state *t, struct err *err)
{
	size_t n = t->o->marks ? t->o->nmarks : store_mark_count(t->s), i;

	t->marks = mem_calloc(n + 1, sizeof(*t->marks));
	if (!t->marks)
		return err_nomem(err);
	for (i = 0; i < n; i++) {
		const struct fact_mark *m = t->o->marks ? &t->o->marks[i] : store_mark(t->s, i);

		if (!t->o->past || (m->at_ms >= t->from_ms && m->at_ms <= t->to_ms))
			t->marks[t->nmarks++] = *m;
	}
	return 0;
}

static void
leave_out_alerts(struct report_doc_state *t)
{
	size_t n = 0, i;

	for (i = 0; i < t->alerts.n && t->o->past; i++) {
		const struct alert *al = t->alerts.list[i];

		if ((al->to_ms == ALERT_NEVER || al->to_ms >= t->from_ms) && al->from_ms <= t->to_ms)
			t->alerts.list[n++] = al;
	}
	if (t->o->past)
		t->alerts.n = n;
}

/* A past moves: what is borrowed from the store at the end is taken when it stands there again. */
static int
find_features(struct report_doc_state *t, struct err *err)
{
	int rc = report_features_find(&t->features, t->s, t->o->report->window, err);

	if (!rc)
		rc = report_features_fill(&t->features, t->s, t->o->report->window, t->o->past, err);
	if (!rc && t->o->past && t->features.n)
		rc = t->o->past->at(t->o->past->ctx, t->o->past->to_ms, &t->s, err);
	return rc;
}

int
report_doc(const struct store *s, const struct report_doc_options *o, FILE *to, struct err *err)
{
	struct report_doc_state t = {.s = s, .o = o};
	char title[300];
	int rc = find_features(&t, err), closed;

	if (!rc)
		rc = report_alerts_open(&t.alerts, t.s, 0, err);
	if (!rc)
		rc = sort_models(&t, err);
	if (!rc) {
		find_range(&t);
		leave_out_alerts(&t);
		rc = find_marks(&t, err);
	}
	if (!rc) {
		snprintf(title, sizeof(title), "drifttop report: %.*s",
		    (int)(o->what.n < 256 ? o->what.n : 256), o->what.p);
		doc_open(&t.doc, o->ops, to, slice_of(title));
		put_summary(&t);
		rc = put_timeline(&t, err);
		put_models(&t);
		report_doc_features(&t);
		report_doc_tables(&t);
		closed = doc_close(&t.doc, rc ? NULL : err);
		rc = rc ? rc : closed;
	}
	report_alerts_release(&t.alerts);
	report_features_release(&t.features);
	mem_free(t.models);
	mem_free(t.marks);
	arena_release(&t.texts);
	return rc;
}
