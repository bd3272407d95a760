#include "tui/timeline_bands.h"

#include <math.h>
#include <stdio.h>

#include "core/verdict.h"
#include "tui/part.h"
#include "widgets/graph.h"
#include "widgets/latency.h"

#define NAME_COLS 14 /* of bands and lanes, left of the axis */
#define VALUE_COLS 7 /* of a graph's own values (widgets/graph.h) */
#define RATE_ROWS_MOST 12
#define LANES_LEAST 2 /* that bands leave rows for */

/* ---- figures --------------------------------------------------------------------------------- */

struct timeline_band *
timeline_bands_add(struct timeline_bands *b, const char *name, struct fmt (*format)(double), enum role role)
{
	struct timeline_band *at = &b->list[b->n++];

	*at = (struct timeline_band){.name = name, .format = format, .role = role};
	return at;
}

void
timeline_bands_model(struct timeline_bands *b, const struct store *s, const struct model_row *row, size_t feature,
    enum window w)
{
	size_t model = row->f.index;
	bool p99 = latency_has_p99(&row->f.window_latency);
	struct feature_figures f;
	struct timeline_band *at;

	at = timeline_bands_add(b, "events/s", fmt_rate, ROLE_GRAPH);
	b->points = at->n = figures_series(s, model, SERIES_RATE, w, at->v, HELD_POINTS);
	at = timeline_bands_add(b, p99 ? "p99, p50" : "p90, p50", fmt_ms, ROLE_GRAPH2);
	at->n = figures_series(s, model, p99 ? SERIES_P99 : SERIES_P90, w, at->v, HELD_POINTS);
	at->nline = figures_series(s, model, SERIES_P50, w, at->line, HELD_POINTS);
	at = timeline_bands_add(b, "errors", fmt_pct_sign, ROLE_WARN);
	at->n = figures_series(s, model, SERIES_ERRORS, w, at->v, HELD_POINTS);
	at->least_top = 0.01;
	if (feature == SIZE_MAX)
		return;
	figures_feature_brief(s, model, feature, w, &f);
	if (f.drift.causes & CAUSE_MISSING) {
		/* What is not there has no distribution to drift. */
		snprintf(b->worst, sizeof b->worst, "no %.*s", (int)(f.name.n < 48 ? f.name.n : 48), f.name.p);
		at = timeline_bands_add(b, b->worst, fmt_pct_sign, ROLE_CRIT);
		at->n = figures_feature_series(s, model, feature, FSERIES_MISSING, w, at->v, HELD_POINTS);
		at->least_top = 1;
		return;
	}
	snprintf(b->worst, sizeof b->worst, "PSI %.*s", (int)(f.name.n < 48 ? f.name.n : 48), f.name.p);
	at = timeline_bands_add(b, b->worst, fmt_drift, ROLE_GRAPH);
	at->n = figures_feature_series(s, model, feature, FSERIES_PSI, w, at->v, HELD_POINTS);
	at->nline = figures_feature_series(s, model, feature, FSERIES_FLOOR, w, at->line, HELD_POINTS);
	at->least_top = 0.5;
}

/* Which points are a model's: one that is behind ends earlier on the axis. */
struct points {
	size_t n;
	int64_t behind;
};

static bool
place_of(const struct points *p, size_t i, size_t *at)
{
	int64_t place = (int64_t)i - p->behind;

	*at = (size_t)place;
	return place >= 0 && (size_t)place < p->n;
}

static void
add_rates(struct timeline_band *rate, struct timeline_band *errors, const struct store *s, size_t model, enum window w,
    const double *r, const struct points *p)
{
	double e[HELD_POINTS];

	(void)figures_series(s, model, SERIES_ERRORS, w, e, HELD_POINTS);
	for (size_t i = 0, at; i < p->n; i++) {
		if (isnan(r[i]) || !place_of(p, i, &at))
			continue;
		rate->v[at] = (isnan(rate->v[at]) ? 0 : rate->v[at]) + r[i];
		errors->v[at] = (isnan(errors->v[at]) ? 0 : errors->v[at]) + (isnan(e[i]) ? 0 : e[i] * r[i]);
	}
}

static struct fmt
format_times(double x)
{
	struct fmt f;

	if (isnan(x) || x >= 1000)
		return fmt_value(x);
	snprintf(f.s, sizeof f.s, "%.*fx", x >= 10 ? 0 : x >= 0.1 ? 1 : 2, x);
	return f;
}

/* How many times what the baseline has: in ms, what is slow by nature would hide what has become slow. Too few rows for
 * a p99 still have a median. */
static void
add_latency(struct timeline_band *b, struct arena *a, const struct store *s, const struct model_row *m, size_t model,
    enum window w, struct slice name, const struct points *p)
{
	bool p99 = latency_has_p99(&m->f.window_latency);
	double usual = p99 ? m->f.window_latency.baseline_p99 : m->f.window_latency.baseline_p50, v[HELD_POINTS];
	char text[48];

	if (!(usual > 0))
		return;
	(void)figures_series(s, model, p99 ? SERIES_P99 : SERIES_P50, w, v, HELD_POINTS);
	for (size_t i = 0, at; i < p->n; i++) {
		if (isnan(v[i]) || !place_of(p, i, &at) || b->v[at] >= v[i] / usual)
			continue;
		snprintf(text, sizeof text, "%s %s", p99 ? "p99" : "p50", fmt_ms(v[i]).s);
		b->v[at] = v[i] / usual;
		b->of[at] = name;
		b->in[at] = arena_text(a, slice_of(text));
	}
}

/*
 * Of each model the input that is worst now: a point of each input of each model would be too dear for a thousand of
 * them. Shown is what lies highest over its limit for watch, so that of many rows no shift that nobody cares for hides
 * one of few. top: how many times its limit.
 */
static void
add_drift(struct timeline_band *b, double *top, const struct store *s, const struct model_row *m, size_t model,
    enum window w, const struct slice names[2], const struct points *p)
{
	double v[HELD_POINTS], floor[HELD_POINTS];
	double limit = m->worst.psi_watch > 0 ? m->worst.psi_watch : VERDICT_PSI_WATCH;
	bool any = false;

	(void)figures_feature_series(s, model, m->f.worst, FSERIES_PSI, w, v, HELD_POINTS);
	for (size_t i = 0, at; i < p->n; i++)
		any |= !isnan(v[i]) && place_of(p, i, &at) && v[i] / limit > top[at];
	if (!any) /* and no floor makes it more */
		return;
	(void)figures_feature_series(s, model, m->f.worst, FSERIES_FLOOR, w, floor, HELD_POINTS);
	for (size_t i = 0, at; i < p->n; i++) {
		double over = v[i] / (floor[i] > limit ? floor[i] : limit);

		if (isnan(v[i]) || !place_of(p, i, &at) || over <= top[at])
			continue;
		top[at] = over;
		b->v[at] = v[i];
		b->line[at] = floor[i];
		b->of[at] = names[0];
		b->in[at] = names[1];
	}
}

void
timeline_bands_fleet(struct timeline_bands *b, struct arena *a, const struct model_row *models, size_t n,
    const struct store *s, enum window w, int64_t from_ms, int64_t to_ms)
{
	struct timeline_band *rate = timeline_bands_add(b, "events/s", fmt_rate, ROLE_GRAPH);
	struct timeline_band *latency = timeline_bands_add(b, "p99/baseline", format_times, ROLE_GRAPH2);
	struct timeline_band *errors = timeline_bands_add(b, "errors", fmt_pct_sign, ROLE_WARN);
	struct timeline_band *drift = timeline_bands_add(b, "highest PSI", fmt_drift, ROLE_GRAPH);
	double top[HELD_POINTS], r[HELD_POINTS];

	errors->least_top = 0.01;
	drift->least_top = 0.5;
	latency->least_top = 2;
	latency->spare = drift->spare = true;
	for (size_t i = 0; i < HELD_POINTS; i++) {
		rate->v[i] = errors->v[i] = drift->v[i] = drift->line[i] = latency->v[i] = NAN;
		latency->line[i] = 1;
		top[i] = -1;
	}
	for (size_t m = 0; m < n; m++) {
		struct slice names[2] = {arena_text(a, models[m].f.name), arena_text(a, models[m].worst_name)};
		struct points p = {figures_series(s, m, SERIES_RATE, w, r, HELD_POINTS), 0};

		b->points = p.n;
		p.behind = p.n ? (to_ms - models[m].f.now_ms) / ((to_ms - from_ms) / (int64_t)p.n) : 0;
		add_rates(rate, errors, s, m, w, r, &p);
		add_latency(latency, a, s, &models[m], m, w, names[0], &p);
		if (models[m].f.worst != SIZE_MAX)
			add_drift(drift, top, s, &models[m], m, w, names, &p);
	}
	for (size_t i = 0; i < b->points; i++)
		errors->v[i] = rate->v[i] > 0 ? errors->v[i] / rate->v[i] : NAN;
	rate->n = latency->n = errors->n = drift->n = b->points;
	latency->nline = drift->nline = b->points;
}

/* ---- painting -------------------------------------------------------------------------------- */

void
timeline_bands_rows(const struct timeline_bands *b, int rows, int lanes, int heights[TIMELINE_BANDS_MAX])
{
	int others, reserved = lanes < rows / 3 ? lanes : rows / 3, n = (int)b->n;

	if (reserved < LANES_LEAST)
		reserved = lanes < LANES_LEAST ? lanes : LANES_LEAST;
	for (size_t i = 0; i < b->n; i++)
		heights[i] = 1;
	for (size_t i = b->n; i-- > 0 && n > rows - reserved;)
		if (b->list[i].spare) {
			heights[i] = 0;
			n--;
		}
	others = n - 1;
	if (others < 1 || n >= rows - reserved)
		return;
	rows -= reserved;
	heights[0] = rows / n - rows / n / 2;
	heights[0] = heights[0] < RATE_ROWS_MOST ? heights[0] : RATE_ROWS_MOST;
	rows -= heights[0];
	for (size_t i = 1, at = 0; i < b->n; i++)
		if (heights[i])
			heights[i] = rows / others + ((int)at++ < rows % others);
}

struct rect
timeline_axis(struct rect r, int *names)
{
	int values;

	*names = r.cols >= 60 ? NAME_COLS : r.cols >= 34 ? NAME_COLS - 5 : 0;
	values = r.cols - *names >= 2 * VALUE_COLS ? VALUE_COLS : 0;
	return rect_cols(r, *names + values, r.cols - *names - values);
}

/* Its value at that point, and, from three rows on, whose it is. */
static void
read_out(const struct timeline_band *b, struct grid *g, struct rect r, size_t at)
{
	grid_str(g, r, 1, 0, ROLE_TEXT, b->format(at < b->n ? b->v[at] : NAN).s);
	if (at >= b->n || isnan(b->v[at]))
		return;
	for (int row = 2; row < r.rows && row < 4; row++)
		grid_text(g, r, row, 0, ROLE_MUTED, row == 2 ? b->of[at] : b->in[at], FIT_ELLIPSIS);
}

void
timeline_band_paint(const struct timeline_band *b, struct grid *g, struct rect r, size_t point)
{
	const struct graph graph = {.series = {{b->v, b->n, b->role}, {b->line, b->nline, ROLE_FLOOR}},
	    .nseries = b->nline ? 2 : 1,
	    .top = NAN,
	    .least_top = b->least_top,
	    .level = NAN,
	    .format = b->format,
	    .cursor = -1};
	size_t at = b->n ? b->n - (point ? point : 1) : 0;
	int names;
	struct rect axis = timeline_axis(r, &names);

	if (r.rows < 1)
		return;
	grid_text(g, rect_cols(r, 0, names - 1), 0, 0, ROLE_MUTED, slice_of(b->name), FIT_ELLIPSIS);
	if (r.rows > 1)
		read_out(b, g, rect_cols(r, 0, names - 1), at);
	else if (axis.col > r.col + names)
		grid_text_right(g, rect_cols(r, names, VALUE_COLS), 0, VALUE_COLS - 1, ROLE_TEXT,
		    slice_of(b->format(at < b->n ? b->v[at] : NAN).s));
	graph_paint(g, rect_cols(r, names, r.cols), &graph);
}

/* ---- the axis -------------------------------------------------------------------------------- */

static int
column_of(struct rect axis, int64_t from_ms, int64_t to_ms, int64_t at_ms)
{
	return (int)((at_ms - from_ms) * axis.cols / (to_ms - from_ms));
}

/* Round times, each with its middle where it is, the same distance apart; those that something else covers are left
 * out. */
static void
paint_round(struct grid *g, struct rect axis, int64_t from_ms, int64_t to_ms, int64_t utc_offset_ms)
{
	static const int steps_s[] = {10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600, 43200};
	int64_t step_ms = 0, span_ms = to_ms - from_ms, at_ms;
	int cols = 0;

	for (size_t i = 0; i < sizeof steps_s / sizeof *steps_s && !step_ms; i++) {
		cols = steps_s[i] < 60 ? 8 : 5;
		if (steps_s[i] * INT64_C(1000) * axis.cols / span_ms >= 2 * cols + 2)
			step_ms = steps_s[i] * INT64_C(1000);
	}
	if (!step_ms)
		return;
	for (at_ms = from_ms + step_ms - (from_ms + utc_offset_ms) % step_ms; at_ms < to_ms; at_ms += step_ms) {
		int col = column_of(axis, from_ms, to_ms, at_ms) - cols / 2;
		bool free = col >= 1 && col + cols < axis.cols;

		for (int i = col - 1; free && i <= col + cols; i++) {
			uint32_t ch = grid_at(g, axis.row, axis.col + i).ch;

			free = ch == 0 || ch == ' ';
		}
		if (free)
			grid_printf(g, axis, 0, col, ROLE_MUTED, "%.*s", cols, fmt_clock(at_ms, utc_offset_ms).s);
	}
}

void
timeline_axis_paint(
    struct grid *g, struct rect axis, int64_t from_ms, int64_t to_ms, int64_t utc_offset_ms, int at, int64_t at_ms)
{
	struct fmt from = part_time(from_ms, to_ms, utc_offset_ms), to = part_time(to_ms, to_ms, utc_offset_ms), picked;
	int left = grid_text_width(slice_of(from.s)) + 1, right = grid_text_width(slice_of(to.s)) + 1, cols = 0;

	/* What is picked comes before an end that is too near. */
	if (at >= 0) {
		picked = part_time(at_ms, to_ms, utc_offset_ms);
		cols = grid_text_width(slice_of(picked.s));
		at = at + cols - cols / 2 > axis.cols ? axis.cols - cols : at - cols / 2;
		at = at < 0 ? 0 : at;
		grid_str(g, axis, 0, at, ROLE_KEY, picked.s);
	}
	if (at < 0 || at > left)
		grid_str(g, axis, 0, 0, ROLE_MUTED, from.s);
	if (left + right <= axis.cols && at + cols < axis.cols - right)
		grid_text_right(g, axis, 0, axis.cols, ROLE_MUTED, slice_of(to.s));
	if (axis.rows > 0 && axis.cols > left + right && to_ms > from_ms)
		paint_round(g, axis, from_ms, to_ms, utc_offset_ms);
}
