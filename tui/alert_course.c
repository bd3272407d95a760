#include "tui/alert_course.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/metric.h"
#include "widgets/latency.h"

#define ROWS_LEAST 5
#define ROWS_MOST 12
#define COLS_MOST 120
#define COLS_LEAST 76 /* of the panel: lines at the left, a graph at the right */
#define LINES_COLS 44
/* Four of them, two by two: each with its title. */
#define FOUR_ROWS_LEAST 8
#define FOUR_ROWS_MOST 18
#define FOUR_COLS_LEAST 100

/* The shortest axis on which its beginning is seen. */
static enum window
axis_for(const struct alert *al, int64_t now_ms)
{
	int64_t age = now_ms - al->from_ms;

	return age < 4 * INT64_C(60000) ? WINDOW_5M : age < 50 * INT64_C(60000) ? WINDOW_1H : WINDOW_24H;
}

/* ---- limits ------------------------------------------------------------------------------------ */

double
alert_course_limit(const struct store *s, const struct alert *al)
{
	enum metric_id id = al->metric ? metric_find(slice_of(al->metric)) : METRIC_COUNT;
	struct model_figures f;

	if (id == METRIC_MISSING || id == METRIC_PSI || id == METRIC_ERROR_RATE || id == METRIC_P99 ||
	    id == METRIC_RATE)
		return al->limit;
	if (al->model == ALERT_NO_MODEL || al->model >= store_model_count(s))
		return NAN;
	figures_model_brief(s, al->model, WINDOW_5M, &f);
	if (id == METRIC_ERROR_RATIO)
		return al->limit * f.baseline_error_rate_frac;
	if (id == METRIC_TRAFFIC)
		return al->limit * f.expected_rate_per_s;
	if (id != METRIC_P99_RATIO && id != METRIC_P99_RISE)
		return NAN;
	figures_model_latency(s, al->model, &f);
	return id == METRIC_P99_RATIO ? al->limit * f.window_latency.baseline_p99
				      : al->limit + f.window_latency.baseline_p99;
}

double
alert_course_limit_of(const struct store *s, size_t model, struct slice feature, const char *rule)
{
	const struct alerts *all = store_alerts(s);
	const struct alert *worst = NULL;

	for (size_t i = 0; i < all->n; i++) {
		const struct alert *al = all->list[i];

		if (al->model == model && al->state == ALERT_FIRING && !al->key.version.n &&
		    slice_is(al->key.rule, rule) && slice_eq(al->key.feature, feature) &&
		    (!worst || al->severity > worst->severity))
			worst = al;
	}
	return worst ? alert_course_limit(s, worst) : (double)NAN;
}

/* Drawn and named; the axis reaches beyond it, so that one sees how far it is. */
static void
set_limit(struct alert_course_graph *c, double limit)
{
	size_t n = strlen(c->title);

	if (isnan(limit) || limit <= 0)
		return;
	c->graph.level = limit;
	c->graph.least_top = fmax(c->graph.least_top, 1.2 * limit);
	snprintf(c->title + n, sizeof c->title - n, "; limit %s", c->graph.format(limit).s);
}

/* ---- graphs ------------------------------------------------------------------------------------ */

static struct alert_course_graph *
add(struct alert_course *o, const char *title, struct fmt (*format)(double), enum window w)
{
	struct alert_course_graph *c = &o->list[o->n++];

	snprintf(c->title, sizeof c->title, "%s", title);
	c->graph = (struct graph){.nseries = 1, .top = NAN, .level = NAN, .format = format, .left = ui_axis_left(w),
	    .right = "now", .cursor = -1};
	return c;
}

static void
add_latency(struct alert_course *o, const struct store *s, size_t model, enum window w)
{
	struct model_figures f;
	struct alert_course_graph *c;
	bool p99;

	figures_model(s, model, w, &f);
	p99 = latency_has_p99(&f.window_latency);
	c = add(o, p99 ? "p99; line: p50" : "p90; line: p50", fmt_ms, w);
	c->graph.nseries = 2;
	c->graph.series[0] = (struct graph_series){
	    c->v, figures_series(s, model, p99 ? SERIES_P99 : SERIES_P90, w, c->v, HELD_POINTS), ROLE_GRAPH2};
	c->graph.series[1] = (struct graph_series){
	    c->line, figures_series(s, model, SERIES_P50, w, c->line, HELD_POINTS), ROLE_FLOOR};
}

static void
add_errors(struct alert_course *o, const struct store *s, size_t model, enum window w)
{
	struct alert_course_graph *c = add(o, "errors", fmt_pct_sign, w);

	c->graph.series[0] = (struct graph_series){
	    c->v, figures_series(s, model, SERIES_ERRORS, w, c->v, HELD_POINTS), ROLE_WARN};
	c->graph.least_top = 0.01;
}

static void
add_rate(struct alert_course *o, const struct store *s, size_t model, enum window w)
{
	struct alert_course_graph *c = add(o, "events/s", fmt_rate, w);

	c->graph.series[0] = (struct graph_series){
	    c->v, figures_series(s, model, SERIES_RATE, w, c->v, HELD_POINTS), ROLE_GRAPH};
}

static void
add_feature(struct alert_course *o, const struct store *s, size_t model, size_t feature, bool missing, enum window w)
{
	struct alert_course_graph *c = add(o, missing ? "missing" : "PSI; line: noise floor",
	    missing ? fmt_pct_sign : fmt_drift, w);

	c->graph.series[0] = (struct graph_series){c->v,
	    figures_feature_series(s, model, feature, missing ? FSERIES_MISSING : FSERIES_PSI, w, c->v, HELD_POINTS),
	    ROLE_GRAPH};
	c->graph.least_top = missing ? 0.1 : 0.3;
	if (missing)
		return;
	c->graph.nseries = 2;
	c->graph.series[1] = (struct graph_series){c->line,
	    figures_feature_series(s, model, feature, FSERIES_FLOOR, w, c->line, HELD_POINTS), ROLE_FLOOR};
}

void
alert_course_collect(struct alert_course *out, const struct store *s, const struct alert *al, int64_t now_ms)
{
	/* What it is about, then the others in the order in which one leads to another. */
	void (*const others[])(struct alert_course *, const struct store *, size_t, enum window) = {
	    add_rate, add_latency, add_errors};
	enum window w = axis_for(al, now_ms);
	size_t feature = SIZE_MAX;
	size_t own = slice_is(al->key.rule, "latency") ? 1 : slice_is(al->key.rule, "error_rate") ? 2 : 0;

	out->n = 0;
	if (al->model == ALERT_NO_MODEL || al->model >= store_model_count(s) || slice_is(al->key.rule, "quality"))
		return;
	if (al->key.feature.n) {
		feature = figures_feature_find(s, al->model, al->key.feature);
		if (feature == SIZE_MAX)
			return;
		add_feature(out, s, al->model, feature, slice_is(al->key.rule, "missing"), w);
	} else {
		others[own](out, s, al->model, w);
	}
	set_limit(&out->list[0], alert_course_limit(s, al));
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (feature != SIZE_MAX || i != own)
			others[i](out, s, al->model, w);
}

static void
paint_one(struct grid *g, struct rect r, const struct alert_course_graph *c)
{
	grid_str(g, r, 0, 0, ROLE_MUTED, c->title);
	graph_paint(g, rect_rows(r, 1, r.rows), &c->graph);
}

static void
paint_four(struct grid *g, struct rect r, const struct alert_course *c)
{
	int rows = r.rows / 2 < FOUR_ROWS_MOST ? r.rows / 2 : FOUR_ROWS_MOST, cols = (r.cols - 2) / 2;

	for (size_t i = 0; i < c->n; i++)
		paint_one(g, rect_rows(rect_cols(r, i % 2 ? cols + 2 : 0, cols), i / 2 ? rows : 0, rows), &c->list[i]);
}

int
alert_course_paint(struct grid *g, struct rect r, const struct alert_course *c, int lines)
{
	int rows = r.rows - lines - 1;

	if (c->n == 0)
		return r.cols;
	if (c->n > 1 && rows >= 2 * FOUR_ROWS_LEAST && r.cols >= FOUR_COLS_LEAST) {
		paint_four(g, rect_rows(r, lines + 1, rows), c);
		return r.cols;
	}
	if (rows >= ROWS_LEAST) {
		rows = rows < ROWS_MOST ? rows : ROWS_MOST;
		paint_one(g, rect_rows(rect_cols(r, 0, COLS_MOST), lines + 1, rows), &c->list[0]);
		return r.cols;
	}
	if (r.rows <= ROWS_LEAST || r.cols < COLS_LEAST)
		return r.cols;
	paint_one(g, rect_rows(rect_cols(r, LINES_COLS + 2, r.cols), 1, r.rows), &c->list[0]);
	return LINES_COLS;
}
