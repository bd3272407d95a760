/* The part of a report that is about versions: each of them, and a canary beside the stable one. */
#include <math.h>

#include "core/figures_compare.h"
#include "core/floor.h"
#include "tui/plain.h"
#include "tui/report.h"
#include "widgets/fmt.h"

#define NAME_COLS 24

/* ---- JSON ------------------------------------------------------------------------------------ */

/* noise: what a difference has to exceed, 3.9 standard errors. */
static void
put_pair(struct jsonw *w, const char *key, const struct compare_pair *p)
{
	jsonw_key(w, key);
	jsonw_open_object(w);
	jsonw_put_double(w, "stable", p->stable);
	jsonw_put_double(w, "canary", p->canary);
	jsonw_put_double(w, "diff", p->diff);
	jsonw_put_double(w, "noise", FLOOR_RATE_SE * p->se);
	jsonw_close(w);
}

static void
put_column(struct jsonw *w, const struct compare_feature *f)
{
	jsonw_open_object(w);
	jsonw_put_text(w, "name", f->name);
	jsonw_put_bool(w, "output", f->output);
	jsonw_put_text(w, "state", slice_of(compare_state_names[f->state]));
	jsonw_put_uint(w, "stable_count", f->n[0]);
	jsonw_put_uint(w, "canary_count", f->n[1]);
	put_pair(w, "missing_rate", &f->missing);
	put_pair(w, "mean", &f->mean);
	jsonw_put_double(w, "shift_sd", f->shift_sd);
	jsonw_put_double(w, "shift_noise_sd", FLOOR_RATE_SE * f->shift_se);
	jsonw_put_text(w, "value", f->value);
	put_pair(w, "share", &f->share);
	jsonw_put_double(w, "psi", f->psi);
	jsonw_put_double(w, "psi_floor", f->psi_floor);
	jsonw_put_double(w, "evidence", f->evidence);
	jsonw_put_double(w, "evidence_limit", f->evidence_limit);
	jsonw_put_int(w, "since_ms", f->since_ms, f->since_ms != 0);
	jsonw_put_text(w, "sentence", slice_of(f->sentence));
	jsonw_close(w);
}

static void
put_diffs(struct jsonw *w, const struct store *s, size_t model, const struct compare_figures *c)
{
	struct model_figures m;
	size_t i;

	figures_model(s, model, c->window, &m);
	jsonw_open_object(w);
	jsonw_put_text(w, "stable", c->stable);
	jsonw_put_text(w, "window", slice_of(window_names[c->window]));
	jsonw_put_int(w, "since_ms", c->since_ms, true);
	jsonw_put_uint(w, "windows", c->windows);
	jsonw_put_uint(w, "stable_events", c->events[0]);
	jsonw_put_uint(w, "canary_events", c->events[1]);
	jsonw_put_double(w, "canary_share", c->share_frac[1]);
	put_pair(w, "error_rate", &c->errors);
	put_pair(w, "p50", &c->p50);
	put_pair(w, "p99", &c->p99);
	report_quality_pair_json(w, s, model, c->stable, c->canary);
	jsonw_put_bool(w, "split_at_random", c->unsplit == 0);
	jsonw_key(w, "columns");
	jsonw_open_array(w);
	for (i = 0; i < m.inputs + m.outputs; i++) {
		struct compare_feature f;

		figures_compare_feature(s, model, i, c->window, &f);
		put_column(w, &f);
	}
	jsonw_close(w);
	jsonw_close(w);
}

/* The missing rate is over what is kept of a version, which is less than the range of the rest. */
static double
missing_rate(const struct store *s, size_t model, size_t version)
{
	struct version_figures v;

	return figures_version_window(s, model, version, WINDOW_ALL, &v) ? v.missing_frac : NAN;
}

void
report_versions_json(struct jsonw *w, const struct store *s, size_t model, size_t n, enum window window)
{
	struct compare_figures c;
	size_t i;

	figures_compare(s, model, window, &c);
	jsonw_key(w, "versions");
	jsonw_open_array(w);
	for (i = 0; i < n; i++) {
		struct version_figures v;

		figures_version(s, model, i, &v);
		jsonw_open_object(w);
		jsonw_put_text(w, "version", v.version);
		jsonw_put_text(w, "role", slice_of(version_role_names[v.role]));
		jsonw_put_uint(w, "events", v.events);
		jsonw_put_uint(w, "errors", v.errors);
		jsonw_put_double(w, "error_rate", v.error_rate_frac);
		jsonw_put_double(w, "p50", v.p50);
		jsonw_put_double(w, "p99", v.p99);
		jsonw_put_double(w, "missing", missing_rate(s, model, i));
		jsonw_put_int(w, "first_ms", v.first_ms, v.events != 0);
		jsonw_put_int(w, "last_ms", v.last_ms, v.events != 0);
		jsonw_put_int(w, "ended_ms", v.ended_ms, v.ended_ms != 0);
		report_quality_version_json(w, s, model, v.version);
		jsonw_key(w, "diffs");
		if (v.role == VERSION_CANARY && c.active)
			put_diffs(w, s, model, &c);
		else
			jsonw_null(w);
		jsonw_close(w);
	}
	jsonw_close(w);
}

/* ---- text ------------------------------------------------------------------------------------ */

static void
text_pair(FILE *to, const char *name, const struct compare_pair *p, bool latency)
{
	if (isnan(p->diff))
		return;
	if (latency)
		fprintf(to, ", %s %s (%s), noise %s", name, fmt_ms(p->canary).s, fmt_ms(p->stable).s,
		    fmt_ms(FLOOR_RATE_SE * p->se).s);
	else
		fprintf(to, ", %s %s (%s), noise %s", name, fmt_pct_sign(p->canary).s, fmt_pct_sign(p->stable).s,
		    fmt_pct_sign(FLOOR_RATE_SE * p->se).s);
}

void
report_versions_text(FILE *to, const struct store *s, size_t model, const struct report_options *o)
{
	struct compare_figures c;
	struct model_figures m;
	size_t i;

	figures_compare(s, model, o->window, &c);
	if (!c.active || !c.events[0] || !c.events[1])
		return;
	fputs("            canary ", to);
	plain_put(to, c.canary.n ? c.canary : slice_of("(none)"), 40, o->utf8);
	fputs(" (stable ", to);
	plain_put(to, c.stable.n ? c.stable : slice_of("(none)"), 40, o->utf8);
	fprintf(to, "): %s of both", fmt_pct_sign(c.share_frac[1]).s);
	text_pair(to, "errors", &c.errors, false);
	text_pair(to, "p50", &c.p50, true);
	text_pair(to, "p99", &c.p99, true);
	fputs(c.differs + c.maybe + c.unsplit ? "\n" : "; no input or output differs beyond noise\n", to);
	figures_model(s, model, c.window, &m);
	for (i = 0; i < m.inputs + m.outputs; i++) {
		struct compare_feature f;

		figures_compare_feature(s, model, i, c.window, &f);
		if (f.state < COMPARE_MAYBE)
			continue;
		fputs("            ", to);
		plain_pad(to, f.name, NAME_COLS, o->utf8);
		fprintf(to, " %s%s: ",
		    f.state == COMPARE_MAYBE ? "may differ" : "differs",
		    f.state == COMPARE_UNSPLIT ? " from the first window on, traffic not split at random" : "");
		plain_put(to, slice_of(f.sentence), 120, o->utf8);
		fputc('\n', to);
	}
}
