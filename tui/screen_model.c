/*
 * One model: its inputs, the worst first, what comes out, how fast, how much, what fires. Seven panels; what does not
 * fit beside the inputs is one digit away.
 */
#include <stdio.h>

#include "tui/alerts_panel.h"
#include "tui/model_graphs.h"
#include "tui/model_layout.h"
#include "tui/part.h"
#include "tui/quality_panel.h"
#include "tui/row_name.h"
#include "tui/versions_part.h"
#include "tui/waterfall.h"
#include "widgets/mark.h"
#include "widgets/table.h"

enum {
	COL_MARK,
	COL_NAME,
	COL_BAR,
	COL_PSI,
	COL_EVIDENCE,
	COL_ROWS,
	COL_MISSING,
	COL_UNSEEN,
	COL_RANGE,
	COL_TYPE,
	COL_WHY,
	COL_COUNT,
};

static const struct table_column columns[COL_COUNT] = {
    [COL_MARK] = {"", 2, 0, TABLE_ALWAYS, false, true, "severity"},
    [COL_NAME] = {"INPUT", 12, 30, TABLE_ALWAYS, false, false, "input"},
    [COL_BAR] = {"DRIFT", 8, 12, 87, false, true, "bar"},
    [COL_PSI] = {"PSI/FLOOR", 9, 0, 90, true, true, "drift"},
    [COL_EVIDENCE] = {"EVID", 4, 8, 58, false, true, "evidence"},
    [COL_ROWS] = {"ROWS", 5, 0, 88, true, true, "rows"},
    [COL_MISSING] = {"MISS%", 5, 0, 55, true, true, "missing"},
    [COL_UNSEEN] = {"NEW%", 5, 0, 30, true, true, "new"},
    [COL_RANGE] = {"OUT%", 5, 0, 25, true, true, "out"},
    [COL_TYPE] = {"TYPE", 4, 0, 10, false, false, "type"},
    [COL_WHY] = {"WHAT CHANGED", 24, TABLE_REST, 60, false, false, "why"},
};

enum { VER_NAME, VER_EVENTS, VER_ERRORS, VER_P50, VER_P99, VER_LAST, VER_COUNT };

static const struct table_column version_columns[VER_COUNT] = {
    [VER_NAME] = {"VERSION", 10, 24, TABLE_ALWAYS, false, false, NULL},
    [VER_EVENTS] = {"EVENTS", 6, 0, 90, true, true, NULL},
    [VER_ERRORS] = {"ERR%", 5, 0, 80, true, true, NULL},
    [VER_P50] = {"P50", 6, 0, 50, true, true, NULL},
    [VER_P99] = {"P99", 6, 0, 60, true, true, NULL},
    [VER_LAST] = {"LAST", 10, 0, 70, true, true, NULL},
};

#define WIDE_WHY_COLS 40 /* of what changed, before the lighter columns */
#define OUTPUT_HISTOGRAM_LEAST 5
#define OUTPUT_HISTOGRAM_ROWS 8

#define MODEL_OUTPUTS 2

struct model_state {
	struct model_row row;
	struct feature_row *features; /* inputs, then outputs */
	size_t nfeatures;
	struct list list;   /* of inputs */
	int64_t ordered_ms; /* when its order was made */
	size_t sorted;
	bool reversed;
	struct feature_figures outputs[MODEL_OUTPUTS];
	size_t noutputs, output; /* shown, selected */
	struct versions_held versions;
	struct quality_held quality;
	struct alerts_held alerts;
	size_t alert; /* selected */
	struct model_graphs graphs;
	struct slice unlike; /* inputs that only events or only the baseline have; empty: none */
};

/* ---- collecting ---------------------------------------------------------------------------------------------------
 */

static uint64_t
model_id(const void *ctx, size_t row)
{
	(void)ctx;
	return row;
}

static bool
model_keep(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct model_state *st = v->state;
	const struct feature_row *f = &st->features[row];
	struct feature_figures figures;
	const struct metric_subject subject = {.model = &st->row.f, .feature = &figures};
	struct slice texts[] = {f->name, slice_of(held_feature_why(f)), slice_of(drift_state_names[f->drift.state]),
	    slice_of(feature_type_names[f->type])};

	if (!filter_active(&v->filter))
		return true;
	held_feature_figures(f, &figures);
	return filter_match(&v->filter, texts, 4, &subject);
}

static int
model_order(const void *ctx, size_t a, size_t b)
{
	const struct view *v = ctx;
	const struct model_state *st = v->state;
	const struct feature_row *x = &st->features[a], *y = &st->features[b];
	int order = 0;

	switch (st->sorted) {
	case COL_NAME:
		order = slice_cmp(x->name, y->name);
		break;
	case COL_BAR:
	case COL_PSI:
		order = held_number_order(x->drift.psi, y->drift.psi);
		break;
	case COL_EVIDENCE:
		order = held_number_order(x->drift.evidence / x->drift.evidence_limit,
		    y->drift.evidence / y->drift.evidence_limit);
		break;
	case COL_ROWS:
		order = held_number_order((double)x->drift.n, (double)y->drift.n);
		break;
	case COL_MISSING:
		order = held_number_order(x->missing_frac, y->missing_frac);
		break;
	case COL_UNSEEN:
		order = held_number_order(x->unseen_frac, y->unseen_frac);
		break;
	case COL_RANGE:
		order = held_number_order(x->out_of_range_frac, y->out_of_range_frac);
		break;
	default:
		break;
	}
	if (!order)
		order = held_feature_order(x, y);
	return st->reversed ? -order : order;
}

static void
model_arrange(struct ui *ui, struct view *v, const struct store *s)
{
	struct model_state *st = v->state;
	struct list_rows rows = {v, st->nfeatures < st->row.f.inputs ? st->nfeatures : st->row.f.inputs, model_id,
	    model_keep, model_order};

	(void)s;
	list_update(&st->list, &rows, !v->reorder && (ui->hold || ui_calm(ui, &st->ordered_ms)));
	st->list.out_of = filter_active(&v->filter) ? rows.n : 0;
	v->list = &st->list;
}

static void
model_collect(struct ui *ui, struct view *v, const struct store *s)
{
	struct model_state *st = v->state;
	char why[480];

	held_model(&v->arena, s, v->model, ui->window, &st->row);
	st->features = held_features(&v->arena, s, v->model, ui->window, &st->row.f,
	    metric_needs_distances(&v->filter.expr), &st->nfeatures);
	st->noutputs = st->row.f.outputs < MODEL_OUTPUTS ? st->row.f.outputs : MODEL_OUTPUTS;
	for (size_t i = 0; i < st->noutputs; i++)
		held_feature(&v->arena, s, v->model, st->row.f.inputs + i, ui->window, &st->outputs[i]);
	model_graphs_collect(&st->graphs, ui, s, v->model, &st->row.f);
	versions_hold(&v->arena, s, v->model, ui->window, &st->row.f, &st->versions);
	quality_hold(&v->arena, s, v->model, &st->quality);
	alerts_hold(&v->arena, s, v->model, &st->alerts);
	v->severity = st->row.f.severity;
	v->sentence = arena_text(&v->arena, slice_of(held_model_why(&st->row, why, sizeof why)));
	st->unlike = arena_text(&v->arena, slice_of(held_unlike(s, v->model, why, sizeof why)));
	if (v->sentence.n == 0 && v->severity == SEVERITY_OK)
		v->sentence = st->unlike.n ? st->unlike : slice_of("nothing drifts, nothing fails");
}

/* ---- panels -------------------------------------------------------------------------------------------------------
 */

static void
input_cell(const void *ctx, struct grid *g, struct rect r, size_t place, size_t column)
{
	const struct model_state *st = ctx;
	const struct feature_row *f = &st->features[st->list.order[place]];
	bool value = f->role == FROLE_VALUE;

	switch (column) {
	case COL_MARK:
		mark_paint(g, r, 0, 0, mark_figures(g, &f->drift));
		break;
	case COL_NAME:
		grid_text(g, r, 0, 0, value ? ROLE_TEXT : ROLE_MUTED, f->name, FIT_ELLIPSIS);
		break;
	case COL_BAR:
		part_psi_bar(g, r, &f->drift);
		break;
	case COL_PSI:
		part_psi(g, r, &f->drift);
		break;
	case COL_EVIDENCE:
		part_evidence_bar(g, r, &f->drift);
		break;
	case COL_ROWS:
		part_right(g, r, ROLE_MUTED, fmt_count(f->drift.n));
		break;
	case COL_MISSING:
		part_right(g, r, part_cause_role(&f->drift, CAUSE_MISSING), fmt_pct(f->missing_frac));
		break;
	case COL_UNSEEN:
		part_right(g, r, part_cause_role(&f->drift, CAUSE_UNSEEN), fmt_pct(f->unseen_frac));
		break;
	case COL_RANGE:
		part_right(g, r, part_cause_role(&f->drift, CAUSE_RANGE), fmt_pct(f->out_of_range_frac));
		break;
	case COL_TYPE:
		grid_str(g, r, 0, 0, ROLE_MUTED, f->type == FEATURE_NUMERIC ? "num" : "cat");
		break;
	default:
		part_change(
		    g, r, f->drift.state >= DRIFT_WATCH ? ROLE_TEXT : ROLE_MUTED, held_feature_brief(f));
		break;
	}
}

static const char *
model_no_inputs(const struct ui *ui, const struct model_state *st)
{
	if (ui->past && st->row.f.baseline.kind == BASELINE_NONE && st->row.f.baseline.learning_need > 0)
		return "no baseline yet: rows are counted, a recording has none of their values";
	if (st->row.f.baseline.kind == BASELINE_NONE && st->row.f.baseline.learning_need > 0)
		return "inputs are shown from the first baseline on: learning it now";
	return "its events have no inputs so far";
}

/* The digit that leads to a panel. Below the fleet's table, where no panel has the keys, none does. */
static int
panel_key(const struct view *v, int digit)
{
	return v->panel < PANEL_COUNT ? digit : 0;
}

static const char *const panel_names[PANEL_COUNT] = {[PANEL_INPUTS] = "inputs",
    [PANEL_OUTPUTS] = "outputs",
    [PANEL_LATENCY] = "latency",
    [PANEL_TRAFFIC] = "traffic",
    [PANEL_VERSIONS] = "versions",
    [PANEL_QUALITY] = "quality",
    [PANEL_ALERTS] = "alerts"};

static void
panel_inputs(
    const struct ui *ui, struct view *v, struct grid *g, struct rect r, const char *elsewhere, bool focused)
{
	struct model_state *st = v->state;
	char note[160];
	size_t drifting = 0, watching = 0;
	int longest = 0;
	struct panel p = {.number = panel_key(v, 1), .title = "Inputs", .note = note, .elsewhere = elsewhere,
	    .focused = focused};
	struct table_column fitted[COL_COUNT];
	struct slice words[FILTER_WORDS];
	struct table t = {.columns = fitted,
	    .ncolumns = COL_COUNT,
	    .order = ui_order(ui, v),
	    .words = words,
	    .nwords = filter_words(&v->filter, words),
	    .sorted = st->sorted == COL_MARK ? SIZE_MAX : st->sorted,
	    .reversed = st->reversed,
	    .pictures = 1u << COL_BAR | 1u << COL_EVIDENCE,
	    .empty = filter_active(&v->filter) ? "nothing passes the filter" : model_no_inputs(ui, st),
	    .ctx = st,
	    .cell = input_cell};

	for (size_t i = 0; i < st->nfeatures && i < st->row.f.inputs; i++) {
		drifting += st->features[i].drift.state == DRIFT_DRIFT;
		watching += st->features[i].drift.state == DRIFT_WATCH;
		longest =
		    grid_text_width(st->features[i].name) > longest ? grid_text_width(st->features[i].name) : longest;
	}
	part_fit_column(fitted, columns, COL_COUNT, COL_NAME, longest);
	if (r.cols >= 100)
		fitted[COL_WHY].cols = WIDE_WHY_COLS;
	snprintf(note, sizeof note, "%zu, %zu drift, %zu watch", st->row.f.inputs, drifting, watching);
	part_list(g, r, &p, &t, &st->list);
}

/* One line for an output: mark, name, PSI with floor, rows, what changed. */
static void
output_line(struct grid *g, struct rect r, const struct feature_figures *f, bool selected)
{
	int name = r.cols > 60 ? 16 : 11;

	mark_paint(g, r, 0, 0, mark_figures(g, &f->drift));
	grid_text(g, rect_cols(r, 3, name), 0, 0, ROLE_TEXT, f->name, FIT_ELLIPSIS);
	part_psi(g, rect_cols(r, name + 4, 9), &f->drift);
	part_right(g, rect_cols(r, name + 14, 5), ROLE_MUTED, fmt_count(f->drift.n));
	grid_text(g, rect_cols(r, name + 20, r.cols), 0, 0, f->drift.state >= DRIFT_WATCH ? ROLE_TEXT : ROLE_MUTED,
	    slice_of(f->drift.sentence), FIT_ELLIPSIS);
	if (selected) {
		grid_ground(g, r, 0, 0, r.cols, ROLE_CURSOR);
		grid_park(g, r, 0);
	}
}

/* Rows that the picture of an output is worth: one a class and a head, or what a histogram needs to have a shape. */
static int
output_rows(const struct feature_figures *f, int room)
{
	struct share shares[PART_SHARES_MAX];
	int want = f->type == FEATURE_CATEGORICAL ? (int)part_shares(f, shares) + 1 : OUTPUT_HISTOGRAM_ROWS;

	return want < room ? want : room;
}

/* The selected one first; the other one below it where that leaves room for a picture. */
static void
outputs_pictures(const struct model_state *st, struct grid *g, struct rect r)
{
	size_t first = st->output < st->noutputs ? st->output : 0, second = 1 - first;
	int rows = output_rows(&st->outputs[first], r.rows);
	int rest = r.rows - rows - 2;

	if (st->noutputs < 2 || rest < OUTPUT_HISTOGRAM_LEAST) {
		part_distribution(g, r, &st->outputs[first], -1);
		return;
	}
	if (st->outputs[first].type != FEATURE_CATEGORICAL)
		rows += (rest - output_rows(&st->outputs[second], rest)) / 2;
	part_distribution(g, rect_rows(r, 0, rows), &st->outputs[first], -1);
	grid_text(g, r, rows + 1, 0, ROLE_MUTED, st->outputs[second].name, FIT_ELLIPSIS);
	part_distribution(g, rect_rows(r, rows + 2, r.rows), &st->outputs[second], -1);
}

static void
panel_outputs(
    struct view *v, struct grid *g, struct rect r, const char *elsewhere, bool focused, bool told)
{
	struct model_state *st = v->state;
	struct panel p = {.number = panel_key(v, 2),
	    .title = "Outputs",
	    .elsewhere = elsewhere,
	    .focused = focused,
	    .note = st->noutputs ? "PSI/floor, rows" : ""};
	struct rect body = panel_paint(g, r, &p);
	int lines = (int)st->noutputs;
	char quality[96];

	if (lines == 0)
		grid_text(g, body, 0, 0, ROLE_MUTED, slice_of("no predictions and no scores so far"), FIT_ELLIPSIS);
	for (int i = 0; i < lines; i++)
		output_line(g, rect_rows(body, i, 1), &st->outputs[i], focused && (size_t)i == st->output);
	if (told && body.rows > lines) {
		/* How right they were, where the panel that says more has no place. */
		grid_text(g, body, lines, 3, quality_role(&st->quality),
		    slice_of(quality_line(&st->quality, quality, sizeof(quality))), FIT_ELLIPSIS);
		lines++;
	}
	if (st->noutputs > 0 && body.rows > lines)
		outputs_pictures(st, g, rect_rows(body, lines, body.rows));
}

struct version_rows {
	const struct ui *ui;
	const struct model_state *st;
};

static void
version_cell(const void *ctx, struct grid *g, struct rect r, size_t row, size_t column)
{
	static const enum versions_seen what[VER_COUNT] = {VERSIONS_SEEN_NAME, VERSIONS_SEEN_EVENTS,
	    VERSIONS_SEEN_ERRORS, VERSIONS_SEEN_P50, VERSIONS_SEEN_P99, VERSIONS_SEEN_LAST};
	const struct version_rows *rows = ctx;

	versions_seen_cell(&rows->st->versions.versions[row], rows->st->row.f.now_ms, ui_offset_ms(rows->ui), g, r,
	    what[column]);
}

static void
panel_versions(
    const struct ui *ui, struct view *v, struct grid *g, struct rect r, const char *elsewhere, bool focused)
{
	struct model_state *st = v->state;
	struct version_rows rows = {ui, st};
	char note[160] = "newest first";
	struct panel p = {.number = panel_key(v, 5), .title = "Versions", .note = note, .elsewhere = elsewhere,
	    .focused = focused};
	struct table t = {.columns = version_columns,
	    .ncolumns = VER_COUNT,
	    .nrows = st->versions.nversions,
	    .selected = SIZE_MAX,
	    .sorted = SIZE_MAX,
	    .empty = "events name no version",
	    .ctx = &rows,
	    .cell = version_cell};

	if (versions_compared(&st->versions)) {
		versions_note(&st->versions, st->row.f.now_ms, ui_offset_ms(ui), note, sizeof note);
		versions_paint(&st->versions, g, panel_paint(g, r, &p));
		return;
	}
	table_paint(g, panel_paint(g, r, &p), &t);
}

static void
panel_quality(struct view *v, struct grid *g, struct rect r, const char *elsewhere, bool focused)
{
	struct model_state *st = v->state;
	char note[96];
	struct panel p = {.number = panel_key(v, 6),
	    .title = "Quality",
	    .note = st->quality.labels.any ? quality_line(&st->quality, note, sizeof(note)) : "",
	    .elsewhere = elsewhere,
	    .focused = focused};

	quality_paint(&st->quality, g, panel_paint(g, r, &p));
}

static void
panel_alerts(struct view *v, struct grid *g, struct rect r, const char *elsewhere, bool focused)
{
	struct model_state *st = v->state;
	char note[80], range[32];
	size_t body = r.rows > 1 ? (size_t)r.rows - 1 : 0, top;
	struct panel p = {.number = panel_key(v, 7),
	    .title = "Alerts",
	    .note = alerts_note(&st->alerts, note, sizeof note),
	    .elsewhere = elsewhere,
	    .focused = focused};

	if (st->alert >= st->alerts.n)
		st->alert = st->alerts.n ? st->alerts.n - 1 : 0;
	top = table_scroll(0, focused ? st->alert : 0, st->alerts.n, body);
	p.right = panel_range(range, sizeof range, top, body, st->alerts.n);
	alerts_paint(&st->alerts, g, panel_paint(g, r, &p), st->row.f.now_ms, top, focused ? st->alert : SIZE_MAX);
}

/* ---- drawing ------------------------------------------------------------------------------------------------------
 */

/* told: how right the model was has no panel, the one of outputs says it in a line. */
static void
model_panel(const struct ui *ui, struct view *v, struct grid *g, unsigned panel, struct rect r, const char *elsewhere,
    bool told)
{
	struct model_state *st = v->state;
	bool focused = v->panel == panel;
	struct panel p = {.number = panel_key(v, (int)panel + 1), .elsewhere = elsewhere, .focused = focused};

	switch (panel) {
	case PANEL_INPUTS:
		panel_inputs(ui, v, g, r, elsewhere, focused);
		break;
	case PANEL_OUTPUTS:
		panel_outputs(v, g, r, elsewhere, focused, told);
		break;
	case PANEL_LATENCY:
		model_graphs_latency(&st->graphs, ui, g, r, &st->row.f, p);
		break;
	case PANEL_TRAFFIC:
		model_graphs_traffic(&st->graphs, ui, g, r, &st->row.f, p);
		break;
	case PANEL_VERSIONS:
		panel_versions(ui, v, g, r, elsewhere, focused);
		break;
	case PANEL_QUALITY:
		panel_quality(v, g, r, elsewhere, focused);
		break;
	default:
		panel_alerts(v, g, r, elsewhere, focused);
		break;
	}
}

static void
model_draw(struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct model_state *st = v->state;
	struct rect at[PANEL_COUNT];
	char elsewhere[96];
	unsigned head;
	struct rect inside = rect_cols(r, r.cols > 40 ? 1 : 0, r.cols > 40 ? r.cols - 2 : r.cols);
	int facts = inside.rows >= 10 ? 2 : inside.rows >= 5 ? 1 : 0;
	const struct model_layout layout = {.need = st->list.n < 1000 ? (int)st->list.n + 3 : 1003,
	    .labels = st->quality.labels.any,
	    .alerts = st->alerts.n,
	    .expanded = v->expanded,
	    .focus = v->panel < PANEL_COUNT ? (enum model_panel)v->panel : PANEL_INPUTS};

	if (facts > 1)
		part_series_paint(g, rect_rows(inside, 0, 1), &st->graphs.series, &st->row.f);
	if (facts > 0)
		part_basis(g, rect_rows(inside, facts - 1, 1), &st->row.f, st->row.f.rows);
	inside = rect_rows(inside, facts, inside.rows - facts);
	v->alone = model_layout_alone(&layout, inside);
	model_layout(&layout, inside, at);
	part_elsewhere(panel_names, at, v->panel < PANEL_COUNT ? PANEL_COUNT : 0, elsewhere, sizeof elsewhere);
	head = at[PANEL_INPUTS].rows > 0 ? PANEL_INPUTS : v->panel;
	for (unsigned i = 0; i < PANEL_COUNT; i++)
		if (at[i].rows > 0)
			model_panel(ui, v, g, i, at[i], i == head ? elsewhere : "",
			    st->quality.labels.any && at[PANEL_QUALITY].rows == 0);
}

/* ---- keys ---------------------------------------------------------------------------------------------------------
 */

static bool
model_not_ok(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct model_state *st = v->state;

	return filter_active(&v->filter) || st->features[row].drift.state >= DRIFT_WATCH;
}

static const struct screen_sort model_sorts[] = {{"severity", COL_MARK}, {"input", COL_NAME}, {"drift", COL_PSI},
    {"evidence", COL_EVIDENCE}, {"rows", COL_ROWS}, {"missing", COL_MISSING}, {"new", COL_UNSEEN}, {"out", COL_RANGE},
    {NULL, 0}};

static void
model_sort_by(struct view *v, size_t column, bool reverse)
{
	struct model_state *st = v->state;

	st->sorted = column;
	st->reversed = reverse;
}

/* What the alert is about: an input or output, else the panel in which it is seen. */
static void
model_open_alert(struct ui *ui, struct view *v)
{
	struct model_state *st = v->state;
	const struct alerts_held_row *row = &st->alerts.rows[st->alert];

	for (size_t i = 0; row->feature.n && i < st->nfeatures; i++)
		if (slice_cmp(st->features[i].name, row->feature) == 0) {
			ui_push(ui, &screen_feature, v->model, i, row->feature);
			return;
		}
	v->panel = slice_is(row->rule, "latency") ? PANEL_LATENCY
		   : slice_is(row->rule, "quality") ? PANEL_QUALITY
						    : PANEL_TRAFFIC;
}

static bool
model_open(struct ui *ui, struct view *v)
{
	struct model_state *st = v->state;
	size_t row = list_row(&st->list);

	if (v->panel == PANEL_ALERTS) {
		if (st->alert < st->alerts.n)
			model_open_alert(ui, v);
		else
			ui_say(ui, "no alert of this model to open: " UI_KEY("alerts") " lists those of all");
		return true;
	}
	if (v->panel == PANEL_INPUTS && row != LIST_NONE)
		ui_push(ui, &screen_feature, v->model, row, st->features[row].name);
	else if (v->panel == PANEL_OUTPUTS && st->output < st->noutputs)
		ui_push(ui, &screen_feature, v->model, st->row.f.inputs + st->output, st->outputs[st->output].name);
	else
		ui_push(ui, &screen_events, v->model, SIZE_MAX, slice_of("events"));
	return true;
}

static bool
model_axis_act(struct ui *ui, struct view *v, enum action action)
{
	struct model_state *st = v->state;

	return (v->panel == PANEL_LATENCY || v->panel == PANEL_TRAFFIC) && model_graphs_act(&st->graphs, ui, action);
}

/* Along a list of n that has no state but which is selected. */
static bool
model_pick(size_t *at, size_t n, enum action action)
{
	if (action == ACTION_UP || action == ACTION_HOME)
		*at = action == ACTION_HOME ? 0 : *at - (*at > 0);
	else if (action == ACTION_DOWN || action == ACTION_END)
		*at = action == ACTION_END && n ? n - 1 : *at + (*at + 1 < n);
	else
		return false;
	return true;
}

static bool
model_moves(struct ui *ui, struct view *v, enum action action)
{
	struct model_state *st = v->state;

	if (v->panel == PANEL_INPUTS) {
		bool stale = v->stale, moved = ui_list_act(ui, v, &st->list, action);

		v->stale = stale; /* nothing collected here hangs on what is selected */
		return moved;
	}
	if (v->panel == PANEL_ALERTS)
		return model_pick(&st->alert, st->alerts.n, action);
	return v->panel == PANEL_OUTPUTS && st->noutputs > 0 && model_pick(&st->output, st->noutputs, action);
}

static bool
model_act(struct ui *ui, struct view *v, enum action action, struct ui_request *request)
{
	struct model_state *st = v->state;

	(void)request;
	if (model_axis_act(ui, v, action) || model_moves(ui, v, action))
		return true;
	if (ui_zoom(ui, v, st->graphs.axis, action)) {
		st->graphs.cursor = 0;
		return true;
	}
	switch (action) {
	case ACTION_OPEN:
	case ACTION_RIGHT:
		return model_open(ui, v);
	case ACTION_FILTER:
	case ACTION_SORT_LEFT:
	case ACTION_SORT_RIGHT:
	case ACTION_REVERSE:
		/* They are of the inputs, which have to be seen. */
		ui_set_panel(v, PANEL_INPUTS);
		return false;
	case ACTION_NEXT:
	case ACTION_PREVIOUS:
		ui_set_panel(v, PANEL_INPUTS);
		return ui_list_seek(ui, &st->list, action == ACTION_NEXT, model_not_ok, v) || true;
	default:
		return false;
	}
}

static void
model_release(struct view *v)
{
	struct model_state *st = v->state;

	if (st)
		list_release(&st->list);
}

static void
model_position(struct view *v, unsigned panel, struct position *p, bool put)
{
	struct model_state *st = v->state;
	size_t *row = panel == PANEL_OUTPUTS ? &st->output : panel == PANEL_ALERTS ? &st->alert : NULL;

	if (panel == PANEL_INPUTS) {
		ui_list_position(&st->list, p, put);
	} else if (panel == PANEL_LATENCY) { /* traffic has the same moment */
		size_t most = st->graphs.series.nrate;

		if (put)
			st->graphs.cursor = (int)(p->pick < most ? p->pick : most);
		p->pick = (size_t)st->graphs.cursor;
	} else if (row) {
		if (put)
			*row = p->row;
		p->row = *row;
	}
}

static bool
model_row_name(const struct ui *ui, const struct view *v, unsigned panel, size_t place, char *buf)
{
	const struct model_state *st = v->state;
	size_t row;

	(void)ui;
	if (panel == PANEL_INPUTS && row_name_row(&st->list, place, &row)) {
		row_name_put(buf, st->features[row].name);
	} else if (panel == PANEL_OUTPUTS && place < st->noutputs) {
		row_name_put(buf, st->outputs[place].name);
	} else if (panel == PANEL_ALERTS && place < st->alerts.n) {
		const struct alerts_held_row *al = &st->alerts.rows[place];
		const struct alert_key key = {.rule = al->rule, .model = st->row.f.name, .feature = al->feature};

		row_name_alert(buf, &key, al->from_ms);
	} else {
		return false;
	}
	return true;
}

const struct screen screen_model = {
    .id = SCREEN_MODEL,
    .name = "model",
    .rows = METRIC_OF_FEATURE,
    .panels = PANEL_COUNT,
    .state_bytes = sizeof(struct model_state),
    .collect = model_collect,
    .arrange = model_arrange,
    .draw = model_draw,
    .act = model_act,
    .position = model_position,
    .row_name = model_row_name,
    .release = model_release,
    .columns = columns,
    .ncolumns = COL_COUNT,
    .sorts = model_sorts,
    .sort = model_sort_by,
};
