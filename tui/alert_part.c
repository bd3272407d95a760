#include "tui/alert_part.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/metric.h"
#include "widgets/latency.h"

#define LINES_MAX 12
#define LINE_BYTES 240
#define GRAPH_ROWS_LEAST 5
#define GRAPH_ROWS_MOST 12
#define GRAPH_COLS_MOST	 120
#define GRAPH_COLS_LEAST 76 /* of the panel: lines at the left, a graph at the right */
#define LINES_COLS 44

void
alert_part_notes(struct grid *g, struct rect r, const struct alert *al)
{
	char text[16] = "";
	size_t n = 0;

	if (al->provisional)
		text[n++] = 'P';
	if (!al->trusted)
		text[n++] = '?';
	if (alert_silenced(al))
		text[n++] = 'S';
	if (al->acked_by[0])
		text[n++] = 'A';
	if (al->raised > 1 && n < 4)
		snprintf(text + n, sizeof text - n, "x%u", al->raised < 100 ? al->raised : 99);
	grid_str(g, r, 0, 0, al->trusted ? ROLE_MUTED : ROLE_WARN, text);
}

struct line {
	enum role role;
	char text[LINE_BYTES];
};

struct lines {
	struct line list[LINES_MAX];
	size_t n;
};

static char *
line_new(struct lines *l, enum role role)
{
	struct line *at = &l->list[l->n < LINES_MAX ? l->n++ : LINES_MAX - 1];

	at->role = role;
	at->text[0] = '\0';
	return at->text;
}

static struct fmt
number(enum expr_unit unit, double x)
{
	struct fmt f;

	if (unit == EXPR_SHARE)
		return fmt_pct_sign(x);
	if (unit == EXPR_MS)
		return fmt_ms(x);
	snprintf(f.s, sizeof f.s, "%.3g%s", x, unit == EXPR_PER_S ? "/s" : unit == EXPR_SD ? " sd" : "");
	return f;
}

/* "psi 0.47, limit 0.25" */
static void
say_value(struct lines *l, const struct alert *al)
{
	enum metric_id id = al->metric ? metric_find(slice_of(al->metric)) : METRIC_COUNT;
	enum expr_unit unit = id < METRIC_COUNT ? metric_rows[id].name.unit : EXPR_PLAIN;

	if (isnan(al->value) || id == METRIC_COUNT)
		return;
	if (unit == EXPR_WORDS || id == METRIC_EVIDENCE)
		unit = EXPR_PLAIN;
	snprintf(line_new(l, ROLE_TEXT), LINE_BYTES, "%s %s%s%s%s", metric_rows[id].title, number(unit, al->value).s,
	    isnan(al->limit) ? "" : ", limit ", isnan(al->limit) ? "" : number(unit, al->limit).s,
	    id == METRIC_EVIDENCE ? " nats" : "");
}

static void
say_when(struct lines *l, const struct alert *al, int64_t now_ms, int64_t offset_ms)
{
	char *text = line_new(l, ROLE_TEXT);
	size_t n;

	n = (size_t)snprintf(text, LINE_BYTES, "%s since %s, for %s", alert_state_names[al->state],
	    fmt_datetime(al->from_ms, offset_ms).s,
	    fmt_age((al->state == ALERT_CLEARED ? al->to_ms : now_ms) - al->from_ms).s);
	if (al->state == ALERT_CLEARED)
		n = (size_t)snprintf(text, LINE_BYTES, "cleared: from %s to %s", fmt_datetime(al->from_ms, offset_ms).s,
		    fmt_datetime(al->to_ms, offset_ms).s);
	if (al->version[0] && n < LINE_BYTES)
		n += (size_t)snprintf(text + n, LINE_BYTES - n, ", version %.40s", al->version);
	if (al->raised > 1 && n < LINE_BYTES)
		snprintf(text + n, LINE_BYTES - n, ", flapping x%u", al->raised);
}

static void
say_silence(struct lines *l, const struct alert *al, int64_t offset_ms)
{
	char *text;

	if (alert_silenced(al)) {
		text = line_new(l, ROLE_TEXT);
		snprintf(text, LINE_BYTES, "silenced until %s%s%.40s%s%.110s",
		    al->silenced_to_ms == ALERT_UNTIL_CLEAR ? "it clears"
							    : fmt_datetime(al->silenced_to_ms, offset_ms).s,
		    al->silenced_by[0] ? " by " : "", al->silenced_by, al->silence_reason[0] ? ": " : "",
		    al->silence_reason);
	} else if (al->broken) {
		snprintf(line_new(l, ROLE_WARN), LINE_BYTES, "its silence ended: %s", alert_broken_names[al->broken]);
	}
	if (al->acked_by[0])
		snprintf(line_new(l, ROLE_TEXT), LINE_BYTES, "acknowledged by %.60s at %s", al->acked_by,
		    fmt_datetime(al->acked_ms, offset_ms).s);
}

static void
say_all(struct lines *l, const struct alert *al, const char *members, int64_t now_ms, int64_t offset_ms)
{
	snprintf(line_new(l, al->state != ALERT_FIRING || alert_weight(al) < SEVERITY_WARN ? ROLE_TEXT
			     : al->severity == SEVERITY_CRIT				    ? ROLE_CRIT
											    : ROLE_WARN),
	    LINE_BYTES, "%s", al->sentence);
	say_value(l, al);
	say_when(l, al, now_ms, offset_ms);
	if (!al->trusted)
		snprintf(line_new(l, ROLE_WARN), LINE_BYTES, "the feed it was seen on cannot be trusted: see Sources");
	if (al->provisional)
		snprintf(line_new(l, ROLE_WARN), LINE_BYTES,
		    "provisional: it rests on a baseline of too few days; no action is run");
	say_silence(l, al, offset_ms);
	if (members[0])
		snprintf(line_new(l, ROLE_TEXT), LINE_BYTES, "%s", members);
	snprintf(line_new(l, ROLE_MUTED), LINE_BYTES, "rule %.*s", (int)(al->key.rule.n < 60 ? al->key.rule.n : 60),
	    al->key.rule.p);
}

/* ---- over time ------------------------------------------------------------------------------- */

/* The shortest axis on which its beginning is seen. */
static enum window
axis_for(const struct alert *al, int64_t now_ms)
{
	int64_t age = now_ms - al->from_ms;

	return age < 4 * INT64_C(60000) ? WINDOW_5M : age < 50 * INT64_C(60000) ? WINDOW_1H : WINDOW_24H;
}

static void
of_model(struct alert_course *o, const struct store *s, const struct alert *al, enum window w)
{
	bool latency = slice_is(al->key.rule, "latency"), errors = slice_is(al->key.rule, "error_rate"), p99 = false;
	enum series what;

	if (latency) {
		struct model_figures f;

		figures_model(s, al->model, w, &f);
		p99 = latency_has_p99(&f.window_latency);
	}
	what = latency ? (p99 ? SERIES_P99 : SERIES_P90) : errors ? SERIES_ERRORS : SERIES_RATE;
	o->title = latency ? (p99 ? "p99" : "p90") : errors ? "errors" : "events/s";
	o->graph.format = latency ? fmt_ms : errors ? fmt_pct_sign : fmt_rate;
	o->graph.series[0] = (struct graph_series){o->v, figures_series(s, al->model, what, w, o->v, HELD_POINTS),
	    errors ? ROLE_WARN : latency ? ROLE_GRAPH2 : ROLE_GRAPH};
	o->graph.least_top = errors ? 0.01 : 0;
}

static void
of_feature(struct alert_course *o, const struct store *s, const struct alert *al, size_t feature, enum window w)
{
	bool missing = slice_is(al->key.rule, "missing");

	o->title = missing ? "missing" : "PSI; line: noise floor";
	o->graph.format = missing ? fmt_pct_sign : fmt_drift;
	o->graph.series[0] = (struct graph_series){o->v,
	    figures_feature_series(
		s, al->model, feature, missing ? FSERIES_MISSING : FSERIES_PSI, w, o->v, HELD_POINTS),
	    ROLE_GRAPH};
	o->graph.least_top = missing ? 0.1 : 0.3;
	if (missing)
		return;
	o->graph.nseries = 2;
	o->graph.series[1] = (struct graph_series){o->floor,
	    figures_feature_series(s, al->model, feature, FSERIES_FLOOR, w, o->floor, HELD_POINTS), ROLE_FLOOR};
}

void
alert_course_collect(struct alert_course *out, const struct store *s, const struct alert *al, int64_t now_ms)
{
	enum window w = axis_for(al, now_ms);
	size_t feature;

	out->title = NULL;
	out->graph = (struct graph){.nseries = 1, .top = NAN, .level = NAN, .left = ui_axis_left(w), .right = "now",
	    .cursor = -1};
	if (al->model == ALERT_NO_MODEL || al->model >= store_model_count(s) || slice_is(al->key.rule, "quality"))
		return;
	if (!al->key.feature.n) {
		of_model(out, s, al, w);
		return;
	}
	feature = figures_feature_find(s, al->model, al->key.feature);
	if (feature != SIZE_MAX)
		of_feature(out, s, al, feature, w);
}

static void
course_paint(struct grid *g, struct rect r, const struct alert_course *c)
{
	grid_str(g, r, 0, 0, ROLE_MUTED, c->title);
	graph_paint(g, rect_rows(r, 1, r.rows), &c->graph);
}

/*
 * Below the lines where that leaves enough rows, else beside them; returns the columns that are left to the lines
 * behind the first.
 */
static int
course_place(struct grid *g, struct rect r, const struct alert_course *c, int lines)
{
	int rows = r.rows - lines - 1;

	if (rows >= GRAPH_ROWS_LEAST) {
		rows = rows < GRAPH_ROWS_MOST ? rows : GRAPH_ROWS_MOST;
		course_paint(g, rect_rows(rect_cols(r, 0, GRAPH_COLS_MOST), lines + 1, rows), c);
		return r.cols;
	}
	if (r.rows <= GRAPH_ROWS_LEAST || r.cols < GRAPH_COLS_LEAST)
		return r.cols;
	course_paint(g, rect_rows(rect_cols(r, LINES_COLS + 2, r.cols), 1, r.rows), c);
	return LINES_COLS;
}

void
alert_part_detail(struct grid *g, struct rect r, const struct alert *al, const char *members, int64_t now_ms,
    int64_t utc_offset_ms, size_t *scroll, const struct alert_course *course)
{
	struct lines lines = {.n = 0};
	int cols = r.cols;
	size_t most;

	say_all(&lines, al, members, now_ms, utc_offset_ms);
	most = r.rows > 0 && lines.n > (size_t)r.rows ? lines.n - (size_t)r.rows : 0;
	*scroll = *scroll < most ? *scroll : most;
	if (course && course->title)
		cols = course_place(g, r, course, (int)lines.n);
	for (int row = 0; row < r.rows && *scroll + (size_t)row < lines.n; row++) {
		const struct line *at = &lines.list[*scroll + (size_t)row];

		grid_text(g, row ? rect_cols(r, 0, cols) : r, row, 0, at->role, slice_of(at->text), FIT_ELLIPSIS);
	}
}
