/*
 * One input or output: its distribution over the baseline's, the figures of both side by side, how far it has moved
 * and since when.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/explain.h"
#include "tui/alert_course.h"
#include "tui/drift_part.h"
#include "tui/feature_values.h"
#include "tui/part.h"
#include "tui/quantiles.h"
#include "tui/row_name.h"
#include "tui/waterfall.h"
#include "widgets/graph.h"
#include "widgets/mark.h"

#define TOGETHER_NAMED 3
#define WIDE_COLS 110 /* two panels side by side */

enum { PANEL_SHAPE, PANEL_FIGURES, /* over time: */ PANEL_DRIFT, PANEL_WATERFALL, PANEL_QUANTILES, PANEL_COUNT };

struct feature_state {
	struct model_row row;
	struct feature_figures f;
	bool there; /* the feature exists */
	double psi[HELD_POINTS], floor[HELD_POINTS], missing[HELD_POINTS];
	size_t npsi, nfloor, nmissing;
	double missing_limit; /* of what fires; NaN: nothing does */
	struct waterfall waterfall;
	struct quantiles quantiles;
	struct explanation why;
	char together[160]; /* names of columns that began with it */
	enum window axis;
	char axis_left[PART_AXIS_BYTES];
	struct feature_values values;
	int point; /* point in time that is picked out, from the newest, 1-based; 0: none */
};

/* "a, b and 3 more" */
static void
collect_together(const struct store *s, size_t model, enum window w, struct feature_state *st)
{
	size_t n = 0, i;

	st->together[0] = '\0';
	if (st->why.with_errors || st->why.with_latency)
		n = (size_t)snprintf(st->together, sizeof st->together, "%s%s%s%s", st->why.with_errors ? "errors" : "",
		    st->why.with_errors && st->why.with_latency ? ", " : "", st->why.with_latency ? "latency" : "",
		    st->why.ntogether ? ", " : "");
	for (i = 0; i < st->why.ntogether && i < TOGETHER_NAMED; i++) {
		struct feature_figures f;

		figures_feature_brief(s, model, st->why.together[i], w, &f);
		n += (size_t)snprintf(st->together + n, sizeof st->together - n, "%s%.*s", i ? ", " : "",
		    (int)(f.name.n < 32 ? f.name.n : 32), f.name.p);
	}
	if (st->why.ntogether_all > i)
		snprintf(st->together + n, sizeof st->together - n, " and %zu more", st->why.ntogether_all - i);
}

static void
feature_collect(struct ui *ui, struct view *v, const struct store *s)
{
	struct feature_state *st = v->state;
	const struct drift_figures *d = &st->f.drift;
	static const enum severity severities[DRIFT_COUNT] = {[DRIFT_LEARNING] = SEVERITY_UNKNOWN,
	    [DRIFT_THIN] = SEVERITY_UNKNOWN,
	    [DRIFT_OK] = SEVERITY_OK,
	    [DRIFT_WATCH] = SEVERITY_WARN,
	    [DRIFT_DRIFT] = SEVERITY_WARN};

	held_model(&v->arena, s, v->model, ui->window, &st->row);
	st->there = v->feature < st->row.f.inputs + st->row.f.outputs;
	st->values.n = 0;
	if (!st->there)
		return;
	held_feature(&v->arena, s, v->model, v->feature, ui->window, &st->f);
	feature_values_hold(&st->values, &v->arena, &st->f);
	st->axis = ui_axis(ui, d->window);
	part_axis_left(st->axis, &st->row.f, st->axis_left);
	st->npsi = figures_feature_series(s, v->model, v->feature, FSERIES_PSI, st->axis, st->psi, HELD_POINTS);
	st->nfloor = figures_feature_series(s, v->model, v->feature, FSERIES_FLOOR, st->axis, st->floor, HELD_POINTS);
	st->missing_limit = alert_course_limit_of(s, v->model, st->f.name, "missing");
	st->nmissing =
	    figures_feature_series(s, v->model, v->feature, FSERIES_MISSING, st->axis, st->missing, HELD_POINTS);
	waterfall_collect(&st->waterfall, s, v->model, v->feature, st->axis);
	quantiles_collect(&st->quantiles, &st->waterfall, &st->f);
	figures_explain(s, v->model, v->feature, ui->window, &st->f, &st->why);
	collect_together(s, v->model, ui->window, st);
	v->severity = d->drift_causes & CAUSE_MISSING ? SEVERITY_CRIT : severities[d->state];
	v->subject = arena_text(&v->arena, slice_of(drift_state_names[d->state]));
	v->sentence = arena_text(&v->arena, slice_of(d->sentence));
	if (d->state == DRIFT_OK) {
		v->subject = slice_of("");
		v->sentence = d->sentence[0] ? v->sentence : slice_of("no drift");
	} else if (d->state == DRIFT_LEARNING) {
		v->sentence = d->sentence[0] ? v->sentence
					     : slice_of("no baseline yet, so there is nothing to compare with");
	} else if (d->state == DRIFT_THIN) {
		v->sentence = slice_of("too few rows to say how far it has moved");
	}
}

/* ---- the distribution ---------------------------------------------------------------------------------------------
 */

static void
feature_arrange(struct ui *ui, struct view *v, const struct store *s)
{
	(void)s;
	feature_values_arrange(ui, v, &((struct feature_state *)v->state)->values);
}

#define NOTE_COLS 58 /* of the panel, for all that its head can say of itself */

static void
panel_shape(struct view *v, struct grid *g, struct rect r, const char *elsewhere, bool focused)
{
	struct feature_state *st = v->state;
	struct list *list = &st->values.list;
	size_t picked = feature_values_picked(&st->values);
	char note[256], range[80] = "";
	struct panel p = {.number = 1, .title = "Distribution", .note = note, .right = range, .elsewhere = elsewhere,
	    .focused = focused};
	bool listed = st->f.nbins > 0 && feature_values_listed(v, &st->f), at = focused && picked != LIST_NONE;
	int rows = r.rows > 3 ? r.rows - 2 : r.rows - 1;

	if (at)
		feature_values_note(&st->values.rows[picked], note, sizeof note);
	else if (listed)
		snprintf(note, sizeof note, "bar now, mark baseline");
	else
		snprintf(note, sizeof note, "solid now, %s %s%s", g->spare ? "line" : "shade",
		    elsewhere[0] ? "was" : "baseline", r.cols >= NOTE_COLS ? ", * beyond noise" : "");
	if (!listed) {
		part_distribution(g, panel_paint(g, r, &p), &st->f, at ? (int)picked : -1);
		return;
	}
	list->body = (size_t)(rows > 0 ? rows : 0);
	list->top = table_scroll(list->top, at ? list->selected : SIZE_MAX, list->n, list->body);
	ui_list_range(list, range, sizeof range);
	feature_values_paint(v, &st->values, g, panel_paint(g, r, &p), focused);
}

/* ---- why ----------------------------------------------------------------------------------------------------------
 */

#define WHY_COLS_MOST 62
#define WHY_BESIDE_ROWS 8 /* of the panel of figures */

/* A categorical feature has few figures: below them is room for the explanation, and the graph has its rows. */
static bool
why_beside(const struct feature_state *st, int rows)
{
	return st->f.type == FEATURE_CATEGORICAL && st->f.drift.state > DRIFT_THIN && rows >= WHY_BESIDE_ROWS;
}

static int
why_line(struct grid *g, struct rect r, int row, int left, enum role role, const char *name, const char *text)
{
	int at;

	if (row >= left || !text[0])
		return row;
	/* The names of most have six columns, so that what they say stands in one. */
	at = grid_str(g, r, row, 0, ROLE_MUTED, name);
	at = at < 6 ? 6 : at + 1;
	grid_text(g, rect_cols(r, at, r.cols - at), row, 0, role, slice_of(text), FIT_ELLIPSIS);
	return row + 1;
}

/* What one would look for next, as much of it as leaves `least` rows; returns the rows used. */
static int
drift_why(struct grid *g, struct rect r, const struct feature_state *st, int least)
{
	const struct explanation *x = &st->why;
	int wide = r.cols < WHY_COLS_MOST ? r.cols : WHY_COLS_MOST; /* a share far from its range is not read */
	int row = 0, left = r.rows - least;
	char text[96] = "";

	row = why_line(g, r, row, left, ROLE_WARN, "cause", x->cause_text);
	for (size_t i = 0; i < x->nparts && row < left; i++) {
		const struct explain_part *p = &x->parts[i];
		int share = 16;

		if (i == 0)
			grid_str(g, r, row, 0, ROLE_MUTED, "moved");
		grid_text(g, rect_cols(r, 6, wide - 6 - share), row, 0, ROLE_TEXT, slice_of(p->range), FIT_ELLIPSIS);
		snprintf(text, sizeof text, "%s -> %s", fmt_pct_sign(p->was_frac).s, fmt_pct_sign(p->is_frac).s);
		grid_text_right(g, r, row++, wide, ROLE_TEXT, slice_of(text));
	}
	row = why_line(g, r, row, left, ROLE_TEXT, "version", x->version_text);
	row = why_line(g, r, row, left, ROLE_TEXT, "began with", st->together);
	text[0] = '\0';
	if (fabs(x->score_shift_sd) >= 0.01)
		snprintf(text, sizeof text, "%s sd, if it alone changed", fmt_signed(x->score_shift_sd, 2).s);
	return why_line(g, r, row, left, ROLE_TEXT, "score", text);
}

/* ---- figures ------------------------------------------------------------------------------------------------------
 */

static int
figure_line(struct grid *g, struct rect r, int row, const char *name, struct fmt now, struct fmt was, enum role role)
{
	grid_str(g, r, row, 0, ROLE_MUTED, name);
	grid_text_right(g, r, row, 24, role, slice_of(now.s));
	grid_text_right(g, r, row, 36, ROLE_BASELINE, slice_of(was.s));
	return row + 1;
}

static void
figures_heads(struct grid *g, struct rect r)
{
	grid_text_right(g, r, 0, 24, ROLE_HEADER, slice_of("NOW"));
	grid_text_right(g, r, 0, 36, ROLE_HEADER, slice_of("BASELINE"));
}

static void
panel_figures(struct view *v, struct grid *g, struct rect r, const char *elsewhere, bool focused)
{
	struct feature_state *st = v->state;
	const struct feature_figures *f = &st->f;
	const struct drift_figures *d = &f->drift;
	struct panel p = {.number = 2,
	    .title = "Figures",
	    .elsewhere = elsewhere,
	    .focused = focused,
	    .note = f->type == FEATURE_NUMERIC ? "min to p95: whole range" : NULL};
	struct rect body = panel_paint(g, r, &p);
	struct fmt none = fmt_value(NAN);
	int row = 1;

	figures_heads(g, body);
	row = figure_line(g, body, row, "rows", fmt_exact(d->n), fmt_exact(d->m), ROLE_TEXT);
	row = figure_line(g, body, row, "missing %", fmt_pct(f->missing_rate_frac),
	    fmt_pct(f->baseline_missing_rate_frac),
	    d->causes & CAUSE_MISSING ? part_cause_role(d, CAUSE_MISSING) : ROLE_TEXT);
	if (f->type == FEATURE_CATEGORICAL) {
		row = figure_line(g, body, row, "new values %", fmt_pct(f->unseen_rate_frac), none,
		    d->causes & CAUSE_UNSEEN ? part_cause_role(d, CAUSE_UNSEEN) : ROLE_TEXT);
		row = figure_line(g, body, row, "values", none, fmt_exact(f->distinct), ROLE_TEXT);
		if (why_beside(st, r.rows))
			drift_why(g, rect_rows(body, row + (body.rows - row > 4), body.rows), st, 0);
		return;
	}
	row = figure_line(g, body, row, "mean", fmt_value(f->mean), fmt_value(f->baseline_mean), ROLE_TEXT);
	row = figure_line(g, body, row, "sd", fmt_value(f->std), fmt_value(f->baseline_std), ROLE_TEXT);
	row = figure_line(g, body, row, "out of range %", fmt_pct(f->out_of_range_rate_frac), none,
	    d->causes & CAUSE_RANGE ? part_cause_role(d, CAUSE_RANGE) : ROLE_TEXT);
	row = figure_line(g, body, row, "p05", fmt_value(f->p05), fmt_value(f->baseline_p05), ROLE_TEXT);
	row = figure_line(g, body, row, "p50", fmt_value(f->p50), fmt_value(f->baseline_p50), ROLE_TEXT);
	row = figure_line(g, body, row, "p95", fmt_value(f->p95), fmt_value(f->baseline_p95), ROLE_TEXT);
	row = figure_line(g, body, row, "min", fmt_value(f->min), fmt_value(f->baseline_min), ROLE_TEXT);
	row = figure_line(g, body, row, "max", fmt_value(f->max), fmt_value(f->baseline_max), ROLE_TEXT);
	if (f->nonfinite > 0)
		figure_line(g, body, row, "not finite", fmt_exact(f->nonfinite), none, ROLE_WARN);
}

/* ---- drift --------------------------------------------------------------------------------------------------------
 */

/*
 * The series that tells what happened: the missing rate where that is the cause, else the PSI over what noise alone
 * would be: a point is of few rows, so what looks high in it may still be nothing.
 */
static struct graph
drift_graph(const struct feature_state *st, bool missing)
{
	/* A level that is less than noise is no limit. */
	double floor = st->nfloor > 0 ? st->floor[st->nfloor - 1] : NAN;
	struct graph graph = {
	    .series = {{missing ? st->missing : st->psi, missing ? st->nmissing : st->npsi, ROLE_GRAPH},
		{st->floor, st->nfloor, ROLE_FLOOR}},
	    .nseries = missing ? 1 : 2,
	    .top = missing ? 1 : NAN,
	    .least_top = 0.3,
	    .level = missing ? st->missing_limit : st->f.drift.psi_watch < floor ? NAN : st->f.drift.psi_watch,
	    .format = missing ? fmt_pct_sign : fmt_drift,
	    .left = st->axis_left,
	    .right = "now",
	    .cursor = -1};

	return graph;
}

static bool
drift_has_points(const struct graph_series *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (!isnan(s->v[i]))
			return true;
	return false;
}

/* The point under the cursor, else since when; and what the line is. */
static void
drift_note(const struct ui *ui, const struct feature_state *st, const struct graph *graph, bool wide, char *out,
    size_t bytes)
{
	const struct graph_series *s = graph->series;
	bool floor = graph->nseries > 1;
	int64_t since_ms = st->f.drift.since_ms;

	if (graph->cursor >= 0) {
		size_t at = (size_t)graph->cursor;
		int64_t at_ms = part_point_ms(st->axis, at, s[0].n, st->row.f.now_ms);

		snprintf(out, bytes, "%s %s%s%s", fmt_clock(at_ms, ui_offset_ms(ui)).s, graph->format(s[0].v[at]).s,
		    floor ? "/" : "", floor && at < s[1].n ? graph->format(s[1].v[at]).s : "");
	} else if (since_ms > 0) {
		snprintf(out, bytes, "since %s%s", part_time(since_ms, st->row.f.now_ms, ui_offset_ms(ui)).s,
		    floor && wide ? ", line: noise floor" : "");
	} else {
		snprintf(out, bytes, "%s", floor ? "line: noise floor" : "");
	}
	if (graph->cursor < 0 && !floor && !isnan(graph->level)) {
		size_t n = strlen(out);

		snprintf(out + n, bytes - n, "%slimit %s", n ? ", " : "", graph->format(graph->level).s);
	}
}

static void
panel_drift(
    const struct ui *ui, struct view *v, struct grid *g, struct rect r, const char *elsewhere, bool focused)
{
	struct feature_state *st = v->state;
	const struct drift_figures *d = &st->f.drift;
	bool missing = (d->causes & CAUSE_MISSING) != 0;
	struct graph graph = drift_graph(st, missing);
	const struct graph_series *series = &graph.series[0];
	char note[96];
	struct panel p = {.number = 3,
	    .title = missing ? "Missing over time" : "Drift over time",
	    .note = note,
	    .elsewhere = elsewhere,
	    .focused = focused};
	struct rect body;
	int used;

	if (focused && st->point > 0 && (size_t)st->point <= series->n)
		graph.cursor = (int)series->n - st->point;
	drift_note(ui, st, &graph, r.cols >= 60, note, sizeof note);
	body = panel_paint(g, r, &p);
	used = drift_part_numbers(g, body, d, st->f.type == FEATURE_NUMERIC);
	body = rect_rows(body, used, body.rows - used);
	used = drift_part_evidence(g, body, d);
	body = rect_rows(body, used, body.rows - used);
	used = d->state > DRIFT_THIN && !why_beside(st, r.rows) ? drift_why(g, body, st, body.rows < 8 ? 2 : 4) : 0;
	body = rect_rows(body, used, body.rows - used);
	graph_paint(g, body, &graph);
	if (body.rows > 2 && !drift_has_points(series))
		grid_text(g, rect_cols(body, 8, body.cols), 1, 0, ROLE_MUTED,
		    slice_of(missing ? "no rows in this time" : "under 50 rows a point"),
		    FIT_ELLIPSIS);
}

/* ---- over time ------------------------------------------------------------------------------------------------------
 */

/* The point that is picked out, -1: none, and in the note when that was. */
static int
point_picked(const struct ui *ui, const struct feature_state *st, bool focused, char *note, size_t bytes)
{
	const struct waterfall *w = &st->waterfall;
	int at = (int)w->points - st->point;

	if (!focused || st->point <= 0 || at < 0)
		return -1;
	snprintf(note, bytes, "%s %s rows",
	    fmt_clock(part_point_ms(st->axis, (size_t)at, w->points, st->row.f.now_ms), ui_offset_ms(ui)).s,
	    fmt_exact(waterfall_total(w, (size_t)at)).s);
	return at;
}

static void
panel_waterfall(
    const struct ui *ui, struct view *v, struct grid *g, struct rect r, const char *elsewhere, bool focused)
{
	struct feature_state *st = v->state;
	char note[96];
	struct panel p = {.number = 4, .title = "Values over time", .note = note, .elsewhere = elsewhere,
	    .focused = focused};
	int cursor = point_picked(ui, st, focused, note, sizeof note);

	if (cursor < 0)
		snprintf(note, sizeof note, "shade: share, colour: off baseline");
	waterfall_paint(g, panel_paint(g, r, &p), &st->waterfall, &st->f, st->axis_left, "now", cursor);
}

/* "16:02:05 602 rows, 5 % 0.1, median 2, 95 % 7", as far as there is room: the panel cuts it. */
static void
panel_quantiles(
    const struct ui *ui, struct view *v, struct grid *g, struct rect r, const char *elsewhere, bool focused)
{
	struct feature_state *st = v->state;
	const struct quantiles *q = &st->quantiles;
	char note[160];
	struct panel p = {.number = 5, .title = "Quantiles over time", .note = note, .elsewhere = elsewhere,
	    .focused = focused};
	int cursor = point_picked(ui, st, focused, note, sizeof note);
	size_t n = cursor < 0 ? 0 : strlen(note);

	if (cursor < 0)
		snprintf(note, sizeof note, "median, 25-75, 5-95%%; left: was");
	else if ((size_t)cursor < q->n && !isnan(q->points[cursor].q[BANDS_MEDIAN]))
		snprintf(note + n, sizeof note - n, ", median %s, 5-95%% %s to %s",
		    fmt_value(q->points[cursor].q[BANDS_MEDIAN]).s, fmt_value(q->points[cursor].q[BANDS_LOW]).s,
		    fmt_value(q->points[cursor].q[BANDS_HIGH]).s);
	quantiles_paint(g, panel_paint(g, r, &p), q, st->axis_left, "now", cursor);
}

/* ---- layout -------------------------------------------------------------------------------------------------------
 */

#define BELOW_MOST     26 /* a graph that is higher says no more */
#define QUANTILES_LEAST 5  /* with their head and axis */
#define WATERFALL_LEAST 11 /* the ten bins of PSI and the axis */

/* Rows of the upper half: no more than few values need; the lower one stands right below it. */
static int
feature_above(const struct feature_state *st, struct rect r)
{
	int above = r.rows - (r.rows * 45 / 100 > 14 ? r.rows * 45 / 100 : r.rows >= 30 ? 14 : r.rows / 2);
	/* A title, a head or an axis, a blank one; beside it are the rarer ones in one row. */
	int need = (int)st->values.n + (r.cols >= WIDE_COLS ? 4 : 3);

	return st->f.type == FEATURE_CATEGORICAL && need < above ? need : above;
}

/* In one column: quantiles stand below the waterfall where it leaves room for them, else in its place. */
static void
feature_place_times(const struct view *v, struct rect r, struct rect *out)
{
	const struct feature_state *st = v->state;
	int fit = r.rows - QUANTILES_LEAST - 1, used; /* below its head */

	used = 1 + waterfall_rows(&st->waterfall, &st->f, fit >= WATERFALL_LEAST ? fit : r.rows - 1);
	if (st->f.type == FEATURE_NUMERIC && r.rows - used >= QUANTILES_LEAST) {
		out[PANEL_WATERFALL] = rect_rows(r, 0, used);
		out[PANEL_QUANTILES] = rect_rows(r, used, r.rows - used);
	} else {
		out[v->panel == PANEL_QUANTILES ? PANEL_QUANTILES : PANEL_WATERFALL] = r;
	}
}

/* One panel alone has room. */
static bool
feature_is_small(struct rect r)
{
	return r.rows < 12 || r.cols < 60;
}

static void
feature_place(const struct view *v, struct rect r, struct rect *out)
{
	int above = feature_above(v->state, r);
	struct rect rest = rect_rows(r, above, r.rows - above < BELOW_MOST ? r.rows - above : BELOW_MOST);

	for (int i = 0; i < PANEL_COUNT; i++)
		out[i] = (struct rect){0, 0, 0, 0};
	if (v->expanded || feature_is_small(r)) {
		out[v->panel] = r;
		return;
	}
	r = rect_rows(r, 0, above);
	/* Side by side where there is room, else the one that keys go to. */
	if (r.cols >= WIDE_COLS) {
		out[PANEL_SHAPE] = rect_cols(r, 0, r.cols / 2 - 1);
		feature_place_times(v, rect_cols(r, r.cols / 2 + 1, r.cols), out);
	} else {
		out[v->panel >= PANEL_WATERFALL ? v->panel : PANEL_SHAPE] = r;
	}
	out[PANEL_FIGURES] = rect_cols(rest, 0, 38);
	out[PANEL_DRIFT] = rect_cols(rest, 40, rest.cols);
}

/*
 * What it is, on which rows it was judged, against what. In one row where that is wide enough, else the baseline has
 * its own; draws where g is not NULL, and returns the rows it takes. An input is not judged by the outputs' own
 * baseline.
 */
static int
feature_facts(const struct view *v, struct grid *g, struct rect r)
{
	const struct feature_state *st = v->state;
	const struct feature_figures *f = &st->f;
	struct baseline_figures b = st->row.f.baseline;
	bool odd = f->role != FROLE_VALUE;
	char what[120], window[64], baseline[256];
	int col, need;

	if (!f->output)
		b.outputs_of = slice_of("");
	snprintf(what, sizeof what, "%s %s%s%s", feature_type_names[f->type], f->output ? "output" : "input",
	    odd ? ", taken for: " : "", odd ? feature_role_names[f->role] : "");
	ui_window_text(st->row.f.window, f->count + f->missing + f->nonfinite, window, sizeof window);
	col = (int)strlen(what) + 2 + (int)strlen(window) + 2;
	need = col + grid_text_width(slice_of(held_baseline(&b, baseline, sizeof baseline))) + 23;
	if (!g)
		return need > r.cols && r.rows >= 16 ? 2 : r.rows >= 5 ? 1 : 0;
	grid_str(g, r, 0, 0, odd ? ROLE_WARN : ROLE_MUTED, what);
	grid_str(g, r, 0, (int)strlen(what) + 2, ROLE_MUTED, window);
	part_baseline(g, r.rows < 2 ? rect_cols(r, col, r.cols) : rect_rows(r, 1, 1), &b);
	return r.rows;
}

static void
feature_panel(const struct ui *ui, struct view *v, struct grid *g, unsigned panel, struct rect r, const char *elsewhere)
{
	bool focused = v->panel == panel;

	switch (panel) {
	case PANEL_SHAPE:
		panel_shape(v, g, r, elsewhere, focused);
		break;
	case PANEL_FIGURES:
		panel_figures(v, g, r, elsewhere, focused);
		break;
	case PANEL_DRIFT:
		panel_drift(ui, v, g, r, elsewhere, focused);
		break;
	case PANEL_WATERFALL:
		panel_waterfall(ui, v, g, r, elsewhere, focused);
		break;
	default:
		panel_quantiles(ui, v, g, r, elsewhere, focused);
		break;
	}
}

static void
feature_draw(struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct feature_state *st = v->state;
	struct rect inside = rect_cols(r, r.cols > 40 ? 1 : 0, r.cols > 40 ? r.cols - 2 : r.cols), at[PANEL_COUNT];
	const char *names[PANEL_COUNT] = {"distribution", "figures", "drift", "waterfall",
	    st->f.type == FEATURE_NUMERIC ? "quantiles" : NULL};
	char elsewhere[96];
	unsigned head;
	int facts;

	if (!st->there) {
		grid_text(g, inside, 0, 0, ROLE_MUTED, slice_of("this feature is not there any more"), FIT_ELLIPSIS);
		return;
	}
	facts = feature_facts(v, NULL, inside);
	if (facts)
		feature_facts(v, g, rect_rows(inside, 0, facts));
	inside = rect_rows(inside, facts, inside.rows - facts);
	v->alone = feature_is_small(inside);
	feature_place(v, inside, at);
	/* The head of the uppermost names what else there is. */
	part_elsewhere(names, at, PANEL_COUNT, elsewhere, sizeof elsewhere);
	head = at[PANEL_SHAPE].rows > 0 ? PANEL_SHAPE : v->panel;
	for (unsigned i = 0; i < PANEL_COUNT; i++)
		if (at[i].rows > 0)
			feature_panel(ui, v, g, i, at[i], i == head ? elsewhere : "");
}

/* ---- keys ---------------------------------------------------------------------------------------------------------
 */

static bool
feature_time(struct ui *ui, struct view *v, enum action action)
{
	struct feature_state *st = v->state;

	return v->panel >= PANEL_DRIFT && st->there && ui_axis_act(ui, &st->point, (int)st->npsi, action);
}

/* Along the bins, or down the values; before the first one, where none is picked out, is nothing. */
static bool
feature_pick(struct ui *ui, struct view *v, enum action action)
{
	struct feature_state *st = v->state;
	bool down = feature_values_listed(v, &st->f);

	if (v->panel != PANEL_SHAPE || !st->there || !feature_values_act(&st->values, action, down))
		return false;
	if (action == ACTION_LEFT && feature_values_picked(&st->values) == LIST_NONE)
		ui_say(ui, UI_KEY("right") " picks out the first bin; " UI_KEY("back") " goes back");
	return true;
}

/* The events behind what is picked out: of that bin, of that time; else of the model. */
static bool
feature_open(struct ui *ui, struct view *v)
{
	struct feature_state *st = v->state;
	size_t points = v->panel == PANEL_DRIFT ? st->npsi : st->waterfall.points;
	size_t bin = v->panel == PANEL_SHAPE && st->there ? feature_values_picked(&st->values) : LIST_NONE;
	bool point = v->panel >= PANEL_DRIFT && st->there && st->point > 0 && (size_t)st->point <= points;
	int64_t from_ms = 0, to_ms = 0;
	char text[FILTER_BYTES + 1] = "";

	if (bin != LIST_NONE && !feature_values_filter(&st->f, &st->values.rows[bin], text, sizeof text)) {
		text[0] = '\0';
		ui_say(ui, "no filter can tell the rows of this bin: these are all");
	}
	if (point)
		part_point_range(st->axis, points - (size_t)st->point, points, st->row.f.now_ms, &from_ms, &to_ms);
	ui_open_events(ui, v->model, v->feature, slice_of(text), from_ms, to_ms);
	return true;
}

static bool
feature_act(struct ui *ui, struct view *v, enum action action, struct ui_request *request)
{
	struct feature_state *st = v->state;

	(void)request;
	if (action == ACTION_OPEN)
		return feature_open(ui, v);
	/* They are of the list, which has to be seen. */
	if (action == ACTION_FILTER || action == ACTION_SORT_LEFT || action == ACTION_SORT_RIGHT ||
	    action == ACTION_REVERSE) {
		v->panel = PANEL_SHAPE;
		return false;
	}
	if (action == ACTION_NEXT || action == ACTION_PREVIOUS) {
		if (feature_values_seek(ui, v, &st->values, action == ACTION_NEXT))
			v->panel = PANEL_SHAPE;
		return true;
	}
	if (feature_pick(ui, v, action) || feature_time(ui, v, action))
		return true;
	if (ui_zoom(ui, v, st->axis, action)) {
		st->point = 0;
		return true;
	}
	return action == ACTION_RIGHT ? feature_open(ui, v) : false;
}

static void
feature_position(struct view *v, unsigned panel, struct position *p, bool put)
{
	struct feature_state *st = v->state;
	struct list *list = &st->values.list;

	if (panel == PANEL_SHAPE && put && p->pick && p->pick <= list->n)
		list_select(list, p->pick - 1);
	if (panel == PANEL_SHAPE && put && p->top > 0)
		list->top = p->top - 1;
	if (panel == PANEL_SHAPE) {
		p->top = list->top > 0 ? list->top + 1 : 0;
		p->pick = feature_values_picked(&st->values) == LIST_NONE ? 0 : list->selected + 1;
	}
	/* Of all panels over time: they pick out the same moment. */
	if (panel == PANEL_DRIFT && put)
		st->point = (int)(p->pick < st->npsi ? p->pick : st->npsi);
	if (panel == PANEL_DRIFT)
		p->pick = (size_t)st->point;
}

/* A value goes by its name, wherever it stands; a bin is what it is. */
static bool
feature_row_name(const struct ui *ui, const struct view *v, unsigned panel, size_t place, char *buf)
{
	const struct feature_values *h = &((const struct feature_state *)v->state)->values;
	size_t row;

	(void)ui;
	if (panel != PANEL_SHAPE || !row_name_row(&h->list, place, &row) || !isnan(h->rows[row].to))
		return false;
	row_name_put(buf, h->rows[row].share.name);
	return true;
}

static void
feature_release(struct view *v)
{
	struct feature_state *st = v->state;

	if (st)
		list_release(&st->values.list);
}

const struct screen screen_feature = {
    .id = SCREEN_FEATURE,
    .name = "feature",
    .panels = PANEL_COUNT,
    .state_bytes = sizeof(struct feature_state),
    .collect = feature_collect,
    .arrange = feature_arrange,
    .draw = feature_draw,
    .act = feature_act,
    .release = feature_release,
    .position = feature_position,
    .row_name = feature_row_name,
    .sorts = feature_values_sorts,
    .own = &feature_values_own,
};
