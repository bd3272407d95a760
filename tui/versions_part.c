#include "tui/versions_part.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/floor.h"
#include "tui/margin.h"
#include "widgets/latency.h"
#include "widgets/mark.h"
#include "widgets/spark.h"

#define OUTCOME_QUALITY (VERSIONS_OUTCOMES - 1)
#define BEYOND_NAMED	3 /* in a headline */

static const char *const outcome_names[OUTCOME_QUALITY] = {"events/s", "errors", "p50", "p99"};

const struct table_column versions_columns[VERSIONS_COLUMNS] = {
    [VERSIONS_MARK] = {"", 2, 0, TABLE_ALWAYS, false, false, "state"},
    [VERSIONS_NAME] = {"", 12, 24, TABLE_ALWAYS, false, false, "input"},
    [VERSIONS_STABLE] = {"STABLE", 8, 10, 90, true, false, "stable"},
    [VERSIONS_CANARY] = {"CANARY", 8, 10, 95, true, false, "canary"},
    [VERSIONS_DIFF] = {"DIFF", 8, 0, TABLE_ALWAYS, true, false, "difference"},
    [VERSIONS_NOISE] = {"NOISE", 8, 0, 80, true, false, "noise"},
    [VERSIONS_EVIDENCE] = {"EVIDENCE", 8, 12, 60, false, false, "evidence"},
    [VERSIONS_WHY] = {"STABLE -> CANARY", 20, TABLE_REST, 40, false, false, "why"},
};

/* ---- holding --------------------------------------------------------------------------------- */

static double
badness(const struct compare_feature *f)
{
	/* A split that is not random is said, but it is not what one looks for first. */
	double state = f->state == COMPARE_DIFFERS ? 4 : f->state == COMPARE_MAYBE ? 3 : f->state == COMPARE_UNSPLIT;

	return state * 1000 + (isnan(f->evidence) || state == 0 ? 0 : f->evidence);
}

/* Outputs before inputs where nothing is worse; else the order of the model. */
static bool
comes_before(const struct compare_feature *a, const struct compare_feature *b)
{
	if (badness(a) > badness(b) || badness(a) < badness(b))
		return badness(a) > badness(b);
	return a->output && !b->output;
}

static void
order_features(struct versions_held *v)
{
	for (size_t i = 0; i < v->nfeatures; i++) {
		size_t at = i;

		for (; at > 0 && comes_before(&v->features[i], &v->features[v->order[at - 1]]); at--)
			v->order[at] = v->order[at - 1];
		v->order[at] = i;
	}
}

void
versions_hold(struct arena *a, const struct store *s, size_t model, enum window w,
    const struct model_figures *f, struct versions_held *out)
{
	size_t n = f->inputs + f->outputs;

	memset(out, 0, sizeof *out);
	out->nversions = f->versions < VERSIONS_MAX ? f->versions : VERSIONS_MAX;
	for (size_t i = 0; i < out->nversions; i++) {
		figures_version(s, model, i, &out->versions[i]);
		out->versions[i].version = arena_text(a, out->versions[i].version);
		out->share[i] = figures_version_hour(s, model, i, out->hour[i]);
	}
	figures_compare(s, model, w, &out->pair);
	out->pair.stable = arena_text(a, out->pair.stable);
	out->pair.canary = arena_text(a, out->pair.canary);
	figures_quality_pair(s, model, out->pair.stable, out->pair.canary, &out->quality);
	out->outcomes = VERSIONS_OUTCOMES - (!out->quality.labelled[0] || !out->quality.labelled[1]);
	if (!versions_compared(out))
		return;
	out->features = arena_take(a, (n + 1) * sizeof *out->features);
	out->order = arena_take(a, (n + 1) * sizeof *out->order);
	out->nfeatures = out->features && out->order ? n : 0;
	for (size_t i = 0; i < out->nfeatures; i++) {
		struct compare_feature *to = &out->features[i];

		figures_compare_feature(s, model, i, out->pair.window, to);
		to->name = arena_text(a, to->name);
		to->value = arena_text(a, to->value);
	}
	order_features(out);
}

bool
versions_compared(const struct versions_held *v)
{
	return v->pair.active && v->pair.events[0] > 0 && v->pair.events[1] > 0;
}

/* ---- words ----------------------------------------------------------------------------------- */

static int
shown(struct slice version, const char **text)
{
	*text = version.n ? version.p : "(none)";
	return version.n > 20 ? 20 : version.n ? (int)version.n : 6;
}

const char *
versions_note(const struct versions_held *v, int64_t now_ms, int64_t utc_offset_ms, char *buf, size_t bytes)
{
	const struct compare_figures *p = &v->pair;
	const char *stable, *canary;
	int ns = shown(p->stable, &stable), nc = shown(p->canary, &canary);

	snprintf(buf, bytes, "%.*s stable, %.*s canary %s%s, %s%s", ns, stable, nc, canary,
	    fmt_pct_sign(p->share_frac[1]).s, p->unsplit ? ", traffic not split at random" : "",
	    p->window == WINDOW_ALL ? "since " : window_names[p->window],
	    p->window == WINDOW_ALL ? part_time(p->since_ms, now_ms, utc_offset_ms).s : " window");
	return buf;
}

struct mark
versions_mark(const struct grid *g, enum compare_state state)
{
	switch (state) {
	case COMPARE_DIFFERS:
		return mark_drift(g, DRIFT_DRIFT);
	case COMPARE_MAYBE:
		return mark_drift(g, DRIFT_WATCH);
	case COMPARE_UNSPLIT:
		return (struct mark){'s', grid_glyph(g, GLYPH_APPROX), ROLE_TEXT};
	case COMPARE_SAME:
		return mark_drift(g, DRIFT_OK);
	case COMPARE_THIN:
		return mark_drift(g, DRIFT_THIN);
	default:
		return (struct mark){' ', ' ', ROLE_MUTED};
	}
}

/* A standard error as the difference that it takes. */
static double
needed(double se)
{
	return FLOOR_RATE_SE * se;
}

bool
versions_is_beyond_noise(const struct compare_feature *f)
{
	bool shares = f->type == FEATURE_CATEGORICAL;

	if (f->state <= COMPARE_THIN || f->role != FROLE_VALUE)
		return false;
	return compare_is_beyond_noise(&f->missing) || f->psi > f->psi_floor ||
	       (shares ? compare_is_beyond_noise(&f->share) : fabs(f->shift_sd) > needed(f->shift_se));
}

/* "score, p99 and 2 more": what is beyond noise and has no verdict yet. Empty: nothing. */
static size_t
beyond_names(const struct versions_held *v, char *buf, size_t bytes)
{
	const struct compare_pair *const pairs[] = {&v->pair.errors, &v->pair.p50, &v->pair.p99};
	size_t found = 0, used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < v->nfeatures + 3; i++) {
		const struct compare_feature *f = i < 3 ? NULL : &v->features[v->order[i - 3]];
		struct slice name = f ? f->name : slice_of(outcome_names[1 + i]);

		if (f ? f->state != COMPARE_SAME || !versions_is_beyond_noise(f) : !compare_is_beyond_noise(pairs[i]))
			continue;
		if (++found <= BEYOND_NAMED && used < bytes)
			used += (size_t)snprintf(buf + used, bytes - used, "%s%.*s", found > 1 ? ", " : "",
			    name.n < 40 ? (int)name.n : 40, name.p);
	}
	if (found > BEYOND_NAMED && used < bytes)
		snprintf(buf + used, bytes - used, " and %zu more", found - BEYOND_NAMED);
	return found;
}

const char *
versions_headline(const struct versions_held *v, char *buf, size_t bytes)
{
	char names[160];

	if (!versions_compared(v))
		snprintf(buf, bytes, "one version has events now: nothing to compare");
	else if (v->pair.differs)
		snprintf(buf, bytes, "the canary differs from the stable version");
	else if (beyond_names(v, names, sizeof names))
		snprintf(buf, bytes, "beyond noise, not yet beyond doubt: %s", names);
	else
		snprintf(buf, bytes, "no difference beyond noise");
	return buf;
}

const char *
versions_sentence(const struct compare_feature *f, char *buf, size_t bytes)
{
	char psi[96] = "";

	if (!isnan(f->psi))
		snprintf(psi, sizeof psi, ", PSI %s (floor %s)", fmt_drift(f->psi).s,
		    fmt_drift(f->psi_floor).s);
	switch (f->state) {
	case COMPARE_DIFFERS:
	case COMPARE_MAYBE:
		snprintf(buf, bytes, "%s%s%s", f->state == COMPARE_MAYBE ? "perhaps: " : "", f->sentence, psi);
		break;
	case COMPARE_UNSPLIT:
		snprintf(buf, bytes, "differs from the first window on, traffic not split at random: %s", f->sentence);
		break;
	case COMPARE_THIN:
		snprintf(buf, bytes, "fewer than %d rows on a side", COMPARE_ROWS_MIN);
		break;
	case COMPARE_SAME:
		if (versions_is_beyond_noise(f))
			snprintf(buf, bytes, "beyond noise, not yet beyond doubt: evidence %.1f of %.1f, judged each "
				 "5 minutes", isnan(f->evidence) ? 0.0 : f->evidence, f->evidence_limit);
		else
			snprintf(buf, bytes, "no difference beyond noise%s", psi);
		break;
	default:
		snprintf(buf, bytes, "nothing to compare");
		break;
	}
	return buf;
}

/* ---- cells ----------------------------------------------------------------------------------- */

static struct fmt
signed_sd(double sd)
{
	struct fmt out;

	if (isnan(sd))
		return fmt_drift(NAN);
	if (fabs(sd) < 0.005)
		sd = 0;
	snprintf(out.s, sizeof out.s, "%+.*fsd", fabs(sd) < 9.995 ? 2 : 0, fabs(sd) < 1e4 ? sd : sd < 0 ? -9999 : 9999);
	return out;
}

/* Worse by more than noise is a warning; better is only a difference. */
static enum role
pair_role(const struct compare_pair *p)
{
	if (!compare_is_beyond_noise(p))
		return ROLE_MUTED;
	return p->diff > 0 ? ROLE_WARN : ROLE_OK;
}

static void
pair_cell(const struct compare_pair *p, bool latency, struct grid *g, struct rect r, size_t column)
{
	double side = column == VERSIONS_STABLE ? p->stable : p->canary;
	struct fmt margin[2];

	margin_format(latency ? MARGIN_MS : MARGIN_POINTS, p->diff, needed(p->se), &margin[0], &margin[1]);
	if (column == VERSIONS_MARK)
		mark_paint(g, r, 0, 0,
		    compare_is_beyond_noise(p) && p->diff > 0 ? mark_drift(g, DRIFT_WATCH) : mark_drift(g, DRIFT_OK));
	else if (column == VERSIONS_STABLE || column == VERSIONS_CANARY)
		part_right(g, r, ROLE_TEXT, latency ? fmt_ms(side) : fmt_pct_sign(side));
	else if (column == VERSIONS_DIFF)
		part_right(g, r, pair_role(p), margin[0]);
	else if (column == VERSIONS_NOISE)
		part_noise(g, r, margin[1].s);
}

static void
rate_cell(const struct versions_held *v, struct grid *g, struct rect r, size_t column)
{
	if (column == VERSIONS_STABLE || column == VERSIONS_CANARY)
		part_right(g, r, ROLE_TEXT, fmt_rate(v->pair.rate_per_s[column == VERSIONS_CANARY]));
	else if (column == VERSIONS_DIFF)
		part_right(g, r, ROLE_MUTED, fmt_pct_sign(v->pair.share_frac[1]));
	else if (column == VERSIONS_WHY)
		grid_str(g, r, 0, 0, ROLE_MUTED, "the canary's share of both");
}

/* Worse by more than noise is a warning; of few labels, or of labels for different shares, nothing is said. */
static void
quality_cell(const struct quality_pair *q, struct grid *g, struct rect r, size_t column)
{
	bool worse = q->metric == QUALITY_MAE ? q->value.diff > 0 : q->value.diff < 0;
	bool said = !q->grey && compare_is_beyond_noise(&q->value);
	enum role role = !said ? ROLE_MUTED : worse ? ROLE_WARN : ROLE_OK;
	char text[2 * FMT_BYTES + 40];
	struct fmt f, margin[2];

	margin_format(MARGIN_VALUE, q->value.diff, needed(q->value.se), &margin[0], &margin[1]);
	if (column == VERSIONS_NAME) {
		grid_str(g, r, 0, 0, ROLE_MUTED, figures_quality_metrics[q->metric]);
	} else if (column == VERSIONS_WHY) {
		snprintf(text, sizeof text, "%s and %s labels%s", fmt_exact(q->labelled[0]).s,
		    fmt_exact(q->labelled[1]).s,
		    q->thin ? ": too few" : q->grey ? ": not to be relied on" : "");
		grid_str(g, r, 0, 0, ROLE_MUTED, text);
	} else if (q->thin) {
		return;
	} else if (column == VERSIONS_MARK) {
		mark_paint(g, r, 0, 0, mark_drift(g, said && worse ? DRIFT_WATCH : DRIFT_OK));
	} else if (column == VERSIONS_STABLE || column == VERSIONS_CANARY) {
		snprintf(f.s, sizeof f.s, "%.3g", column == VERSIONS_STABLE ? q->value.stable : q->value.canary);
		part_right(g, r, q->grey ? ROLE_MUTED : ROLE_TEXT, f);
	} else if (column == VERSIONS_DIFF) {
		part_right(g, r, role, margin[0]);
	} else if (column == VERSIONS_NOISE) {
		part_noise(g, r, margin[1].s);
	}
}

void
versions_outcome_cell(
    const struct versions_held *v, struct grid *g, struct rect r, size_t outcome, size_t column)
{
	const struct compare_pair *const pairs[OUTCOME_QUALITY] = {NULL, &v->pair.errors, &v->pair.p50, &v->pair.p99};

	if (outcome == OUTCOME_QUALITY)
		quality_cell(&v->quality, g, r, column);
	else if (column == VERSIONS_NAME)
		grid_str(g, r, 0, 0, ROLE_MUTED, outcome_names[outcome]);
	else if (!pairs[outcome])
		rate_cell(v, g, r, column);
	else if (column == VERSIONS_WHY && outcome == 3 && isnan(v->pair.p99.diff))
		grid_str(g, r, 0, 0, ROLE_MUTED, "from 1,000 events of each on");
	else
		pair_cell(pairs[outcome], outcome > 1, g, r, column);
}

static enum role
state_role(enum compare_state state)
{
	return state == COMPARE_DIFFERS ? ROLE_CRIT : state == COMPARE_MAYBE ? ROLE_WARN
	     : state == COMPARE_UNSPLIT					     ? ROLE_TEXT
									     : ROLE_MUTED;
}

/* What is beyond noise is not faint, whatever it turns out to be. */
static enum role
difference_role(const struct compare_feature *f)
{
	return f->state == COMPARE_SAME && versions_is_beyond_noise(f) ? ROLE_TEXT : state_role(f->state);
}

/* The mean of numbers, the share of the value that differs most. */
static void
name_cell(const struct compare_feature *f, struct grid *g, struct rect r)
{
	int used = grid_text(g, r, 0, 0, ROLE_TEXT, f->name, FIT_ELLIPSIS);

	if (f->type == FEATURE_CATEGORICAL && f->value.n && used + 3 < r.cols)
		grid_text(g, rect_cols(r, used + 1, r.cols), 0, 0, ROLE_MUTED, f->value, FIT_ELLIPSIS);
}

static void
number_cell(const struct compare_feature *f, struct grid *g, struct rect r, size_t column)
{
	bool shares = f->type == FEATURE_CATEGORICAL;
	const struct compare_pair *p = shares ? &f->share : &f->mean;
	double side = column == VERSIONS_STABLE ? p->stable : p->canary;
	double noise = needed(shares ? p->se : f->shift_se);
	char text[FMT_BYTES];

	if (f->role != FROLE_VALUE || f->state == COMPARE_NONE)
		return;
	if (column == VERSIONS_STABLE || column == VERSIONS_CANARY) {
		part_right(g, r, ROLE_TEXT, shares ? fmt_pct_sign(side) : fmt_value(side));
	} else if (f->state == COMPARE_THIN) {
		return; /* a difference of few rows is not shown */
	} else if (column == VERSIONS_DIFF) {
		part_right(g, r, difference_role(f), shares ? part_points(p->diff) : signed_sd(f->shift_sd));
	} else if (!isnan(noise)) {
		snprintf(text, sizeof text, "%.16s", shares ? part_points(noise).s : signed_sd(noise).s);
		part_noise(g, r, text);
	}
}

void
versions_feature_cell(
    const struct compare_feature *f, struct grid *g, struct rect r, size_t column)
{
	struct drift_figures d = {.evidence = f->evidence, .evidence_limit = f->evidence_limit};
	char buf[240];

	switch (column) {
	case VERSIONS_MARK:
		mark_paint(g, r, 0, 0, versions_mark(g, f->state));
		break;
	case VERSIONS_NAME:
		name_cell(f, g, r);
		break;
	case VERSIONS_EVIDENCE:
		if (f->state > COMPARE_THIN)
			part_evidence_bar(g, r, &d);
		break;
	case VERSIONS_WHY:
		if (f->state >= COMPARE_MAYBE)
			grid_text(g, r, 0, 0, ROLE_TEXT,
			    slice_of(f->state == COMPARE_UNSPLIT ? versions_sentence(f, buf, sizeof buf)
								 : f->sentence),
			    FIT_ELLIPSIS);
		break;
	default:
		number_cell(f, g, r, column);
		break;
	}
}

static void
cell(const void *ctx, struct grid *g, struct rect r, size_t row, size_t column)
{
	const struct versions_held *v = ctx;

	if (row < v->outcomes)
		versions_outcome_cell(v, g, r, row, column);
	else
		versions_feature_cell(&v->features[v->order[row - v->outcomes]], g, r, column);
}

void
versions_paint(const struct versions_held *v, struct grid *g, struct rect r)
{
	struct table t = {.columns = versions_columns,
	    .ncolumns = VERSIONS_COLUMNS,
	    .nrows = v->outcomes + v->nfeatures,
	    .selected = SIZE_MAX,
	    .sorted = SIZE_MAX,
	    .ctx = v,
	    .cell = cell};

	table_paint(g, r, &t);
}

/* ---- versions that were seen ------------------------------------------------------------------ */

void
versions_seen_cell(const struct version_figures *f, int64_t now_ms, int64_t utc_offset_ms, struct grid *g,
    struct rect r, enum versions_seen what)
{
	switch (what) {
	case VERSIONS_SEEN_NAME:
		grid_text(g, r, 0, 0, ROLE_TEXT, f->version.n ? f->version : slice_of("(none)"), FIT_ELLIPSIS);
		break;
	case VERSIONS_SEEN_ROLE:
		grid_str(g, r, 0, 0, ROLE_MUTED, f->ended_ms ? "ended" : version_role_names[f->role]);
		break;
	case VERSIONS_SEEN_EVENTS:
		part_right(g, r, ROLE_TEXT, fmt_count(f->events));
		break;
	case VERSIONS_SEEN_ERRORS:
		part_right(g, r, ROLE_TEXT, fmt_pct(f->error_rate_frac));
		break;
	case VERSIONS_SEEN_P50:
		part_right(g, r, ROLE_TEXT, fmt_ms(f->p50));
		break;
	case VERSIONS_SEEN_P99:
		part_right(g, r, ROLE_TEXT, fmt_ms(f->events >= LATENCY_P99_ROWS ? f->p99 : NAN));
		break;
	case VERSIONS_SEEN_FIRST:
		part_right(g, r, ROLE_MUTED, part_time(f->first_ms, now_ms, utc_offset_ms));
		break;
	default:
		part_right(g, r, ROLE_MUTED, part_time(f->last_ms, now_ms, utc_offset_ms));
		break;
	}
}

void
versions_hour_cell(
    const struct versions_held *v, size_t version, struct grid *g, struct rect r, enum versions_seen what)
{
	if (what == VERSIONS_SEEN_SHARE)
		part_right(g, r, ROLE_TEXT, fmt_pct(v->share[version]));
	else
		spark_paint(g, r, v->hour[version], VERSION_HOUR_POINTS, 1, ROLE_GRAPH);
}
