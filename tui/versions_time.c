#include "tui/versions_time.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/figures_versions.h"
#include "core/pane.h"
#include "widgets/graph.h"
#include "widgets/latency.h"

#define MINUTE_MS    60000
#define SLOT_MINUTES 5	/* of a share of all versions */
#define POINTS_LEAST 12 /* of an axis that ends at now and begins where something is known */
#define POINT_COLS 94 /* for all figures of a point in the head */
#define GRAPH_ROWS 5 /* a graph is not lower; the axis below the last one is one more */

static enum window
axis_of(const struct ui *ui, const struct model_figures *f, const struct versions_held *held)
{
	/* Of two that have been compared for a few minutes an hour would show nearly nothing. */
	bool young = held->pair.active && f->now_ms - held->pair.since_ms < 60 * (int64_t)PANE_MS;

	if (ui->zoom != WINDOW_AUTO)
		return ui->zoom == WINDOW_5M ? WINDOW_5M : WINDOW_1H;
	return ui->window == WINDOW_5M || (ui->window == WINDOW_AUTO && young) ? WINDOW_5M : WINDOW_1H;
}

static void
collect_pair(struct versions_time *t, const struct store *s, size_t model)
{
	const enum pair_series what[VERSIONS_GRAPHS] = {
	    PAIR_SHARE, PAIR_ERRORS, PAIR_P50, t->p99 ? PAIR_P99 : PAIR_P90};

	for (size_t i = 0; i < VERSIONS_GRAPHS; i++)
		for (int side = 0; side < 2; side++)
			t->n = figures_pair_series(s, model, side == 1, what[i], t->axis, t->v[i][side], HELD_POINTS);
}

/* Shares are kept by five minutes: each minute has that of the five it is one of, so that all graphs have one axis. */
static void
spread_hour(struct versions_time *t, const struct versions_held *held, int64_t now_ms)
{
	int64_t minute = pane_floor(now_ms, MINUTE_MS), newest = pane_floor(minute, SLOT_MINUTES);

	for (size_t i = 0; i < t->n; i++) {
		int64_t back = newest - pane_floor(minute - (int64_t)(t->n - 1 - i), SLOT_MINUTES);

		for (int v = 0; v < 2; v++)
			t->v[VERSIONS_SHARE][v][i] =
			    back < VERSION_HOUR_POINTS ? held->hour[v][VERSION_HOUR_POINTS - 1 - back] : NAN;
	}
}

static void
collect_all(
    struct versions_time *t, const struct store *s, const struct model_figures *f, const struct versions_held *held)
{
	const enum series what[VERSIONS_GRAPHS] = {
	    SERIES_COUNT, SERIES_ERRORS, SERIES_P50, t->p99 ? SERIES_P99 : SERIES_P90};

	for (size_t i = VERSIONS_ERRORS; i < VERSIONS_GRAPHS; i++)
		t->n = figures_series(s, f->index, what[i], t->axis, t->v[i][0], HELD_POINTS);
	spread_hour(t, held, f->now_ms);
}

/* Of what is not known in any of them nothing is shown. */
static void
trim(struct versions_time *t)
{
	size_t from = t->n, least = t->n < POINTS_LEAST ? t->n : POINTS_LEAST;

	for (size_t i = 0; i < VERSIONS_GRAPHS; i++)
		for (int side = 0; side < 2; side++)
			for (size_t k = 0; k < from; k++)
				from = isnan(t->v[i][side][k]) ? from : k;
	from = t->n - from < least ? t->n - least : from;
	t->n -= from;
	for (size_t i = 0; i < VERSIONS_GRAPHS && from > 0; i++)
		for (int side = 0; side < 2; side++)
			memmove(t->v[i][side], t->v[i][side] + from, t->n * sizeof(double));
	if (from > 0)
		snprintf(t->left, sizeof t->left, "-%s",
		    fmt_age((int64_t)t->n * (t->axis == WINDOW_5M ? PANE_MS : MINUTE_MS)).s);
}

void
versions_time_collect(struct versions_time *t, const struct ui *ui, const struct store *s,
    const struct model_figures *f, const struct versions_held *held)
{
	t->pair = versions_compared(held);
	/* Shares of all versions are kept by five minutes of an hour alone. */
	t->axis = t->pair ? axis_of(ui, f, held) : WINDOW_1H;
	t->several = held->nversions > 1;
	t->latency = f->latency.count > 0;
	t->p99 = t->pair ? !isnan(held->pair.p99.diff) : latency_has_p99(&f->window_latency);
	snprintf(t->left, sizeof t->left, "%s", ui_axis_left(t->axis));
	if (t->pair) {
		collect_pair(t, s, f->index);
		trim(t);
	} else {
		collect_all(t, s, f, held);
	}
	t->cursor = (size_t)t->cursor <= t->n ? t->cursor : (int)t->n;
}

/* ---- painting ---------------------------------------------------------------------------------- */

/* Which of them, in the order they are shown, where there is room for so many. */
static size_t
choose(const struct versions_time *t, size_t room, enum versions_graph *out)
{
	static const enum versions_graph by_weight[] = {VERSIONS_HIGH, VERSIONS_ERRORS, VERSIONS_SHARE, VERSIONS_P50};
	bool shown[VERSIONS_GRAPHS] = {false};
	size_t n = 0, left = room;

	for (size_t i = 0; i < VERSIONS_GRAPHS && left > 0; i++) {
		enum versions_graph what = by_weight[i];
		bool there = what == VERSIONS_SHARE ? t->pair || t->several
						    : t->latency || what == VERSIONS_ERRORS;

		shown[what] = there;
		left -= there;
	}
	for (size_t i = 0; i < VERSIONS_GRAPHS; i++)
		if (shown[i])
			out[n++] = (enum versions_graph)i;
	return n;
}

static void
fill_graph(const struct versions_time *t, enum versions_graph what, struct graph *out)
{
	static struct fmt (*const formats[VERSIONS_GRAPHS])(double) = {fmt_pct_sign, fmt_pct_sign, fmt_ms, fmt_ms};
	const char *const names[VERSIONS_GRAPHS] = {"share", "errors", "p50", t->p99 ? "p99" : "p90"};

	*out = (struct graph){.nseries = t->pair ? 2 : 1,
	    .series = {{t->v[what][0], t->n, t->pair ? ROLE_BASELINE : ROLE_GRAPH},
		{t->v[what][1], t->n, ROLE_CURRENT}},
	    .top = NAN,
	    .least_top = what == VERSIONS_ERRORS ? 0.01 : 0,
	    .level = NAN,
	    .format = formats[what],
	    .cursor = -1,
	    .fill = true,
	    .name = names[what]};
	if (what != VERSIONS_SHARE)
		return;
	out->least_top = t->pair ? 0.1 : 1;
	if (t->pair) {
		out->series[0] = (struct graph_series){t->v[what][1], t->n, ROLE_CURRENT};
		out->nseries = 1;
	} else {
		out->series[0].role = ROLE_CURRENT;
		out->series[1].role = ROLE_BASELINE;
		out->nseries = 2;
	}
}

/* "12:47:00  share 20.0%  errors 0.0%/3.2%  p90 1.0ms/1.6ms  p50 738us/1.2ms", the last one where there is room. */
static void
say_point(const struct versions_time *t, const struct ui *ui, const struct model_figures *f, int cols, char *buf,
    size_t bytes)
{
	static const enum versions_graph order[] = {VERSIONS_ERRORS, VERSIONS_HIGH, VERSIONS_P50};
	const char *const names[VERSIONS_GRAPHS] = {"", "errors", "p50", t->p99 ? "p99" : "p90"};
	size_t at = t->n - (size_t)t->cursor, used, shown = !t->latency ? 1 : cols < POINT_COLS ? 2 : 3;

	snprintf(buf, bytes, "%s", fmt_clock(part_point_ms(t->axis, at, t->n, f->now_ms), ui_offset_ms(ui)).s);
	used = strlen(buf);
	if (t->pair || t->several)
		snprintf(buf + used, bytes - used, "  share %s",
		    fmt_pct_sign(t->v[VERSIONS_SHARE][t->pair ? 1 : 0][at]).s);
	for (size_t i = 0; i < shown; i++) {
		enum versions_graph what = order[i];
		struct fmt (*format)(double) = what == VERSIONS_ERRORS ? fmt_pct_sign : fmt_ms;

		used = strlen(buf);
		snprintf(buf + used, bytes - used, "  %s %s%s%s", names[what], format(t->v[what][0][at]).s,
		    t->pair ? "/" : "", t->pair ? format(t->v[what][1][at]).s : "");
	}
}

static void
say_note(const struct versions_time *t, const struct versions_held *held, bool share, char *buf, size_t bytes)
{
	char names[2][32];

	for (int i = 0; i < 2; i++) {
		struct slice name = held->versions[i].version;

		snprintf(names[i], sizeof names[i], "%.*s", (int)(name.n < 20 ? name.n : 20), name.n ? name.p : "");
	}
	if (t->pair)
		snprintf(buf, bytes, "area stable, line canary%s", share ? "; its share of all events" : "");
	else if (share)
		snprintf(buf, bytes, "share of %s area, of %s line; below all events",
		    names[0][0] ? names[0] : "(none)", names[1][0] ? names[1] : "(none)");
	else
		snprintf(buf, bytes, "all events");
}

void
versions_time_paint(const struct versions_time *t, const struct ui *ui, const struct versions_held *held,
    const struct model_figures *f, struct grid *g, struct rect r, bool focused, int number)
{
	enum versions_graph graphs[VERSIONS_GRAPHS];
	char note[200];
	struct panel p = {.number = number, .title = "Over time", .note = note, .focused = focused};
	bool cursor = focused && t->cursor > 0 && t->n > 0;
	size_t n;
	struct rect body;

	/* Below the head. */
	n = choose(t, r.rows < 2 * GRAPH_ROWS + 1 ? 1 : (size_t)(r.rows - 2) / GRAPH_ROWS, graphs);
	if (cursor)
		say_point(t, ui, f, r.cols, note, sizeof note);
	else
		say_note(t, held, n > 0 && graphs[0] == VERSIONS_SHARE, note, sizeof note);
	body = panel_paint(g, r, &p);
	for (size_t i = 0; i < n; i++) {
		int from = (body.rows - 1) * (int)i / (int)n, to = (body.rows - 1) * (int)(i + 1) / (int)n;
		struct graph graph;

		fill_graph(t, graphs[i], &graph);
		if (i + 1 == n) {
			to = body.rows;
			graph.left = t->left;
			graph.right = "now";
			graph.cursor = cursor ? (int)t->n - t->cursor : -1;
		}
		graph_paint(g, rect_rows(body, from, to - from), &graph);
	}
}

/* ---- keys -------------------------------------------------------------------------------------- */

bool
versions_time_act(struct versions_time *t, struct ui *ui, struct view *v, enum action action)
{
	if (action == ACTION_ZOOM_OUT && t->axis == WINDOW_1H) {
		ui_say(ui, "of versions an hour is kept");
		return true;
	}
	if (ui_zoom(ui, v, t->axis, action)) {
		t->cursor = 0;
		return true;
	}
	return ui_axis_act(ui, &t->cursor, (int)t->n, action);
}
