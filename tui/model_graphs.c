#include "tui/model_graphs.h"

#include <math.h>
#include <stdio.h>

#include "tui/alert_course.h"
#include "tui/screen.h"
#include "widgets/graph.h"
#include "widgets/latency.h"

#define HEAT_ROWS_LEAST 13 /* of the panel of latency: below the graph */

void
model_graphs_collect(struct model_graphs *m, const struct ui *ui, const struct store *s, size_t model,
    const struct model_figures *f)
{
	m->axis = ui_axis(ui, f->window);
	part_axis_left(m->axis, f, m->axis_left);
	part_series_collect(&m->series, s, f, m->axis);
	latency_heat_collect(&m->heat, s, model, m->axis);
	m->p99_limit = alert_course_limit_of(s, model, slice_of(""), "latency");
	m->errors_limit = alert_course_limit_of(s, model, slice_of(""), "error_rate");
}

/* The point under the cursor of a time axis; the newest where none is picked out. */
static size_t
point_at(const struct model_graphs *m, size_t n)
{
	size_t back = m->cursor > 0 ? (size_t)m->cursor : 1;

	return n == 0 ? 0 : back > n ? 0 : n - back;
}

/* The heat map below the graph: one axis of time for both, below both. Returns the rows left for the graph. */
static struct rect
latency_below(const struct model_graphs *m, struct grid *g, struct rect r, struct latency_panel *l)
{
	int map = latency_heat_rows(&m->heat), least = latency_rows_least(r.cols), graph = r.rows - map - 1;
	struct rect times;

	if (r.rows < HEAT_ROWS_LEAST || map == 0)
		return r;
	graph = graph > least ? graph : least;
	l->edge = latency_edge(r.cols);
	l->left = l->right = NULL;
	latency_heat_paint(g, rect_rows(r, graph, r.rows - 1 - graph), &m->heat, l->edge, l->cursor);
	times = rect_rows(rect_cols(r, l->edge, r.cols), r.rows - 1, 1);
	graph_times_paint(g, times, m->axis_left, "now", l->cursor, l->n);
	return rect_rows(r, 0, graph);
}

void
model_graphs_latency(const struct model_graphs *m, const struct ui *ui, struct grid *g, struct rect r,
    const struct model_figures *f, struct panel p)
{
	const struct part_series *s = &m->series;
	size_t at = point_at(m, s->np50);
	char note[128];
	const char *high = latency_has_p99(&f->window_latency) ? "p99" : "p90";
	struct latency_panel l = {&f->window_latency, s->p50, s->high, s->np50, m->axis_left, "now",
	    p.focused && m->cursor > 0 ? (int)at : -1, 0, m->p99_limit};

	p.title = "Latency";
	p.note = note;
	if (p.focused && m->cursor > 0 && s->np50 > 0)
		snprintf(note, sizeof note, "%s  p50 %s  %s %s",
		    fmt_clock(part_point_ms(m->axis, at, s->np50, f->now_ms), ui_offset_ms(ui)).s,
		    fmt_ms(s->p50[at]).s, high, fmt_ms(s->high[at]).s);
	else if (m->p99_limit > 0)
		snprintf(note, sizeof note, "%s line, limit %s, p50 area", high, fmt_ms(m->p99_limit).s);
	else
		snprintf(note, sizeof note, "p50 area, %s line", high);
	r = panel_paint(g, r, &p);
	r = latency_below(m, g, r, &l);
	latency_paint(g, r, &l);
}

void
model_graphs_traffic(const struct model_graphs *m, const struct ui *ui, struct grid *g, struct rect r,
    const struct model_figures *f, struct panel p)
{
	const struct part_series *s = &m->series;
	size_t at = point_at(m, s->nrate);
	char note[192];
	struct rect body;
	int cursor = p.focused && m->cursor > 0 ? (int)at : -1;
	struct graph rate = {.series = {{s->rate, s->nrate, ROLE_GRAPH}},
	    .nseries = 1,
	    .top = NAN,
	    .level = NAN,
	    .format = fmt_rate,
	    .left = m->axis_left,
	    .right = "now",
	    .cursor = cursor,
	    .name = "ev/s"};
	struct graph errors = {.series = {{s->errors, s->nerrors, ROLE_WARN}},
	    .nseries = 1,
	    .top = NAN,
	    .least_top = m->errors_limit > 0 ? fmax(0.01, 1.2 * m->errors_limit) : 0.01,
	    .level = m->errors_limit,
	    .format = fmt_pct_sign,
	    .left = m->axis_left,
	    .right = "now",
	    .cursor = cursor,
	    .name = "errors"};

	p.title = "Traffic";
	p.note = note;
	if (cursor >= 0 && s->nrate > 0)
		snprintf(note, sizeof note, "%s  %s ev/s  errors %s",
		    fmt_clock(part_point_ms(m->axis, at, s->nrate, f->now_ms), ui_offset_ms(ui)).s,
		    fmt_rate(s->rate[at]).s, fmt_pct_sign(s->errors[at]).s);
	else
		snprintf(note, sizeof note, "%s%s%s%s events, %s failed, %s 4xx", m->errors_limit > 0 ? "limit " : "",
		    m->errors_limit > 0 ? fmt_pct_sign(m->errors_limit).s : "", m->errors_limit > 0 ? ", " : "",
		    fmt_count(f->events).s, fmt_count(f->errors).s, fmt_count(f->client_errors).s);
	body = panel_paint(g, r, &p);
	if (body.rows < 8) {
		graph_paint(g, body, &rate);
		return;
	}
	/* What fails is the news; that traffic goes on as ever needs few rows. */
	rate.left = rate.right = NULL;
	graph_paint(g, rect_rows(body, 0, body.rows * 2 / 5), &rate);
	graph_paint(g, rect_rows(body, body.rows * 2 / 5, body.rows), &errors);
}

bool
model_graphs_act(struct model_graphs *m, struct ui *ui, enum action action)
{
	return ui_axis_act(ui, &m->cursor, (int)m->series.nrate, action);
}
