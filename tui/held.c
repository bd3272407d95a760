#include "tui/held.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/alert.h"
#include "core/choice.h"
#include "core/explain.h"
#include "core/limits.h"
#include "widgets/fmt.h"

#define UNLIKE_NAMED 4 /* inputs that only one side has */

/* The reason by the numbers of this moment, which stand beside it: it was judged with those of the last pane. */
static struct slice
held_why_now(struct arena *a, const struct store *s, const struct model_figures *f)
{
	const struct alerts *all = store_alerts(s);
	char text[ALERT_SENTENCE_BYTES + 80], says[ALERT_SENTENCE_BYTES];

	for (size_t i = all->n; i-- > 0 && f->severity >= SEVERITY_WARN;) {
		const struct alert *al = all->list[i];
		size_t n = al->model == f->index && al->state == ALERT_FIRING ? strlen(al->sentence) : 0;

		if (n == 0 || n > f->why.n || memcmp(f->why.p + f->why.n - n, al->sentence, n) != 0)
			continue;
		snprintf(text, sizeof text, "%.*s%s", (int)(f->why.n - n), f->why.p,
		    figures_alert_sentence(s, al, says, sizeof says));
		return arena_text(a, slice_of(text));
	}
	return arena_text(a, f->why);
}

static void
held_keep_model(struct arena *a, struct model_row *row)
{
	row->f.name = arena_text(a, row->f.name);
	row->f.why = arena_text(a, row->f.why);
	row->f.version = arena_text(a, row->f.version);
	row->f.baseline.name = arena_text(a, row->f.baseline.name);
	row->f.baseline.outputs_of = arena_text(a, row->f.baseline.outputs_of);
	row->worst_name = arena_text(a, row->worst_name);
}

static void
held_worst(const struct store *s, struct model_row *row)
{
	struct feature_figures f;

	row->worst =
	    (struct drift_figures){.state = DRIFT_LEARNING, .window = row->f.window, .psi = NAN, .psi_floor = NAN};
	row->worst_name = slice_of("");
	if (row->f.worst == SIZE_MAX)
		return;
	figures_feature_brief(s, row->f.index, row->f.worst, row->f.window, &f);
	row->worst = f.drift;
	row->worst_name = f.name;
}

/* Whether a source still reads what was before now. */
static bool
held_reading(const struct store *s)
{
	for (size_t i = 0; i < store_source_count(s); i++)
		if (store_source(s, i)->state == FEED_CATCHING_UP)
			return true;
	return false;
}

void
held_model(struct arena *a, const struct store *s, size_t model, enum window w, struct model_row *out)
{
	memset(out, 0, sizeof *out);
	figures_model_window(s, model, w, &out->f);
	out->reading = held_reading(s);
	held_worst(s, out);
	out->f.why = held_why_now(a, s, &out->f);
	held_keep_model(a, out);
}

static void
held_quality(struct arena *a, const struct store *s, struct model_row *row)
{
	struct quality_brief *q = arena_take(a, sizeof *q);

	if (q)
		figures_quality_brief(s, row->f.index, q);
	row->quality = q;
}

/* As the first line counts them: no warning that is provisional. */
static void
held_alerts(const struct store *s, struct model_row *rows, size_t n)
{
	const struct alerts *all = store_alerts(s);

	for (size_t i = 0; i < all->n; i++) {
		const struct alert *al = all->list[i];
		enum severity weight = alert_weight(al);

		if (al->state != ALERT_FIRING || al->model >= n || weight < SEVERITY_WARN)
			continue;
		rows[al->model].firing[alert_silenced(al)]++;
		if (!alert_silenced(al) && weight > rows[al->model].alarm)
			rows[al->model].alarm = weight;
	}
}

struct model_row *
held_models(struct arena *a, const struct store *s, enum window w, bool trend, bool quality, size_t *n)
{
	size_t count = store_model_count(s);
	struct model_row *rows = arena_take(a, count * sizeof *rows);

	*n = rows ? count : 0;
	for (size_t i = 0; i < *n; i++) {
		held_model(a, s, i, w, &rows[i]);
		if (trend)
			rows[i].ntrend = figures_series(s, i, SERIES_RATE, WINDOW_5M, rows[i].trend, HELD_POINTS);
		if (quality)
			held_quality(a, s, &rows[i]);
	}
	held_alerts(s, rows, *n);
	return rows;
}

struct model_row *
held_copy(struct arena *a, const struct model_row *rows, size_t *n)
{
	struct model_row *copy = arena_take(a, *n * sizeof *copy);

	if (!copy)
		*n = 0;
	for (size_t i = 0; i < *n; i++) {
		struct quality_brief *q = rows[i].quality ? arena_take(a, sizeof *q) : NULL;

		copy[i] = rows[i];
		if (q)
			*q = *rows[i].quality;
		copy[i].quality = q;
		held_keep_model(a, &copy[i]);
	}
	return copy;
}

struct feature_row *
held_features(
    struct arena *a, const struct store *s, size_t model, enum window w, const struct model_figures *f, bool distances,
    size_t *n)
{
	size_t count = f->inputs + f->outputs;
	struct feature_row *rows = arena_take(a, count * sizeof *rows);

	*n = rows ? count : 0;
	for (size_t i = 0; i < *n; i++) {
		struct feature_figures figures;

		if (distances)
			figures_feature(s, model, i, w, &figures);
		else
			figures_feature_brief(s, model, i, w, &figures);
		rows[i] = (struct feature_row){.index = i,
		    .name = arena_text(a, figures.name),
		    .output = figures.output,
		    .type = figures.type,
		    .role = figures.role,
		    .count = figures.count,
		    .missing = figures.missing,
		    .missing_frac = figures.missing_rate_frac,
		    .baseline_missing_frac = figures.baseline_missing_rate_frac,
		    .unseen_frac = figures.unseen_rate_frac,
		    .out_of_range_frac = figures.out_of_range_rate_frac,
		    .largest_share_frac = figures.largest_share_frac,
		    .largest_share_was_frac = figures.largest_share_was_frac,
		    .single_values = figures.single_values,
		    .coarse = figures.coarse,
		    .std = figures.std,
		    .distinct = figures.distinct,
		    .drift = figures.drift};
	}
	return rows;
}

void
held_feature(
    struct arena *a, const struct store *s, size_t model, size_t feature, enum window w, struct feature_figures *out)
{
	figures_feature(s, model, feature, w, out);
	out->name = arena_text(a, out->name);
	for (size_t i = 0; i < out->ntop; i++)
		out->top[i].value = arena_text(a, out->top[i].value);
	for (size_t i = 0; i < out->nbins; i++)
		out->bins[i].label = arena_text(a, out->bins[i].label);
}

static int
held_by(size_t a, size_t b)
{
	return a == b ? 0 : a > b ? -1 : 1;
}

int
held_number_order(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) - isnan(b);
	return a == b ? 0 : a > b ? -1 : 1;
}

/* Counts change seldom; the drift numbers themselves change every second and would make equal rows dance. */
void
held_feature_figures(const struct feature_row *row, struct feature_figures *out)
{
	memset(out, 0, sizeof *out);
	out->name = row->name;
	out->output = row->output;
	out->type = row->type;
	out->role = row->role;
	out->count = row->count;
	out->missing = row->missing;
	out->missing_rate_frac = row->missing_frac;
	out->baseline_missing_rate_frac = row->baseline_missing_frac;
	out->unseen_rate_frac = row->unseen_frac;
	out->out_of_range_rate_frac = row->out_of_range_frac;
	out->largest_share_frac = row->largest_share_frac;
	out->largest_share_was_frac = row->largest_share_was_frac;
	out->single_values = row->single_values;
	out->coarse = row->coarse;
	out->std = row->std;
	out->distinct = row->distinct;
	out->drift = row->drift;
}

int
held_model_order(const struct model_row *a, const struct model_row *b)
{
	int order = held_by(a->f.severity, b->f.severity);

	if (!order)
		order = held_by(a->f.drifting, b->f.drifting);
	if (!order)
		order = held_by(a->f.watching, b->f.watching);
	return order ? order : slice_cmp(a->f.name, b->f.name);
}

/*
 * What is sure of the PSI, to two digits, and nothing where it is noise or well: a large figure of few rows does not
 * come before a smaller one of many, and rows do not change places for the last digit.
 */
static double
held_size(const struct feature_row *f)
{
	double psi = f->drift.psi, unit;

	if (isnan(psi) || !(psi > f->drift.psi_floor) ||
	    (f->drift.state < DRIFT_WATCH && !(psi > f->drift.psi_watch / 2)))
		return -INFINITY;
	unit = psi >= 1 ? 0.1 : 0.01;
	return floor(explain_effect_low(&f->drift) / unit + 0.5) * unit;
}

int
held_feature_order(const struct feature_row *a, const struct feature_row *b)
{
	bool a_gone = a->drift.drift_causes & CAUSE_MISSING;
	bool b_gone = b->drift.drift_causes & CAUSE_MISSING;
	int order = held_by(a->drift.state, b->drift.state);

	if (!order)
		order = held_by(a_gone, b_gone);
	if (!order)
		order = held_number_order(held_size(a), held_size(b));
	if (!order)
		order = a->role == b->role ? 0 : a->role < b->role ? -1 : 1;
	return order ? order : held_by(b->index, a->index);
}

const char *
held_feature_why(const struct feature_row *row)
{
	if (row->drift.sentence[0])
		return row->drift.sentence;
	if (row->role != FROLE_VALUE && !row->output)
		return feature_role_names[row->role];
	switch (row->drift.state) {
	case DRIFT_LEARNING:
		return "no baseline yet";
	case DRIFT_THIN:
		return "too few rows to say";
	default:
		return "";
	}
}

struct slice
held_feature_brief(const struct feature_row *row)
{
	const char *why = held_feature_why(row), *in = *why == '"' ? NULL : strstr(why, " in ");
	size_t n = strcspn(why, ",:");

	if (row->drift.state >= DRIFT_WATCH)
		return slice_of(why);
	/* Of what calls nobody the window is said by the head of the list. */
	return slice_make(why, in && (size_t)(in - why) < n ? (size_t)(in - why) : n);
}

/*
 * The reason a model gives for itself; where that is no input of its, also what its worst input has done.
 */
const char *
held_model_why(const struct model_row *row, char *buf, size_t bytes)
{
	struct slice why = row->f.why, name = row->worst_name;
	int n = (int)(why.n < 220 ? why.n : 220), named = (int)(name.n < 60 ? name.n : 60);

	snprintf(buf, bytes, "%.*s", n, why.p);
	if (row->f.severity == SEVERITY_UNKNOWN && row->f.baseline.kind == BASELINE_NONE &&
	    row->f.baseline.learning_need > 0 && row->f.baseline.learning_rows < LIMIT_LEARN_ROWS_USABLE)
		snprintf(buf, bytes, "learning: %s of %d rows", fmt_exact(row->f.baseline.learning_rows).s,
		    LIMIT_LEARN_ROWS_USABLE);
	if (why.n == 0 || row->worst.state < DRIFT_WATCH || row->worst.sentence[0] == '\0' || strstr(buf, ": "))
		return buf;
	snprintf(buf, bytes, "%.*s; %.*s: %s", n, why.p, named, name.p, row->worst.sentence);
	return buf;
}

static size_t
add_names(char *buf, size_t bytes, size_t n, const char *what, const struct slice *names, size_t named, size_t all)
{
	for (size_t i = 0; i < named && n < bytes; i++)
		n += (size_t)snprintf(buf + n, bytes - n, "%s%.*s", i ? ", " : what,
		    (int)(names[i].n < 40 ? names[i].n : 40), names[i].p);
	if (all > named && n < bytes)
		n += (size_t)snprintf(buf + n, bytes - n, " and %zu more", all - named);
	return n < bytes ? n : bytes - 1;
}

const char *
held_unlike(const struct store *s, size_t model, char *buf, size_t bytes)
{
	struct slice names[UNLIKE_NAMED];
	size_t n = 0, all = store_inputs_lacking(s, model, names, UNLIKE_NAMED);

	buf[0] = '\0';
	n = add_names(buf, bytes, n, "in no event: ", names, all < UNLIKE_NAMED ? all : UNLIKE_NAMED, all);
	all = store_inputs_new(s, model, names, UNLIKE_NAMED);
	add_names(buf, bytes, n, n ? "; not in the baseline: " : "not in the baseline: ", names,
	    all < UNLIKE_NAMED ? all : UNLIKE_NAMED, all);
	return buf;
}

const char *
held_baseline(const struct baseline_figures *b, char *buf, size_t bytes)
{
	if (b->kind == BASELINE_NONE && b->learning_need > 0)
		snprintf(buf, bytes, "learning: %s rows, usable from %d, whole at %s", fmt_exact(b->learning_rows).s,
		    LIMIT_LEARN_ROWS_USABLE, fmt_exact(b->learning_need).s);
	else if (b->kind == BASELINE_NONE)
		snprintf(buf, bytes, "none");
	else
		snprintf(buf, bytes, "%.*s%s%.*s", (int)(b->name.n > 120 ? 120 : b->name.n), b->name.p,
		    b->outputs_of.n ? "; outputs since version " : "",
		    (int)(b->outputs_of.n > 60 ? 60 : b->outputs_of.n),
		    b->outputs_of.p ? b->outputs_of.p : "");
	return buf;
}
