/*
 * What if: the alerts of the recording beside those that the change typed would have raised, and all that is known of
 * the one under the cursor. Enter goes to the moment at which the first of the two fired.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/part.h"
#include "tui/prose.h"
#include "tui/row_name.h"
#include "tui/whatif.h"
#include "tui/whatif_lanes.h"
#include "widgets/mark.h"

enum { COL_MARK, COL_MODEL, COL_FEATURE, COL_RULE, COL_DIFFERENCE, COL_WAS, COL_IS, COL_WHAT, COL_COUNT };

static const struct table_column columns[COL_COUNT] = {
    [COL_MARK] = {"", 2, 0, TABLE_ALWAYS, false, false, NULL},
    [COL_MODEL] = {"MODEL", 10, 20, TABLE_ALWAYS, false, false, NULL},
    [COL_FEATURE] = {"FEATURE", 10, 20, 90, false, false, NULL},
    [COL_RULE] = {"RULE", 8, 14, 100, false, false, NULL},
    [COL_DIFFERENCE] = {"DIFFERENCE", 14, 20, TABLE_ALWAYS, false, true, NULL},
    [COL_WAS] = {"WAS", 17, 0, 95, false, false, NULL},
    [COL_IS] = {"WHAT-IF", 17, 0, 99, false, false, NULL},
    [COL_WHAT] = {"WHAT", 16, TABLE_REST, 40, false, false, NULL},
};

#define LIST_ROWS_LEAST 6
#define DETAIL_ROWS	7 /* two of them of the sentence */

struct whatif_state {
	const struct whatif *held; /* of the past that is shown */
	int64_t offset_ms;
	char note[160];
	struct list list;
};

static void
whatif_collect(struct ui *ui, struct view *v, const struct store *s)
{
	struct whatif_state *st = v->state;

	(void)s;
	st->held = ui->past ? ui->past->whatif : NULL;
	st->offset_ms = ui_offset_ms(ui);
	if (!st->held) {
		v->sentence = slice_of("% asks what another rule or budget would have raised");
		return;
	}
	snprintf(st->note, sizeof st->note, "%zu as recorded, %zu so: %zu the same",
	    st->held->both + st->held->only[WHATIF_RECORDED], st->held->both + st->held->only[WHATIF_CHANGED],
	    st->held->both);
	v->subject = arena_text(&v->arena, slice_of(ui->past->change));
	v->sentence = arena_text(&v->arena, slice_of(st->note));
	v->severity = st->held->only[0] + st->held->only[1] ? SEVERITY_WARN : SEVERITY_OK;
}

static uint64_t
row_id(const void *ctx, size_t row)
{
	(void)ctx;
	return row;
}

enum {
	NAME_MODEL,
	NAME_FEATURE,
	NAME_RULE,
	NAME_VERSION,
	NAME_SOURCE,
	NAME_SEVERITY,
	NAME_CHANGE,
	NAME_EARLIER,
	NAME_COUNT
};

static const char *const change_words[] = {"same", "moved", "gone", "new"};

static const struct filter_name own_names[NAME_COUNT] = {
    [NAME_MODEL] = {{"model", EXPR_TEXT, NULL, 0}, "what the alert is of"},
    [NAME_FEATURE] = {{"feature", EXPR_TEXT, NULL, 0}, "its input or output"},
    [NAME_RULE] = {{"rule", EXPR_TEXT, NULL, 0}, "the rule that raises it"},
    [NAME_VERSION] = {{"version", EXPR_TEXT, NULL, 0}, "of the model, where it is of one"},
    [NAME_SOURCE] = {{"source", EXPR_TEXT, NULL, 0}, "where it is of one"},
    [NAME_SEVERITY] = {{"severity", EXPR_WORDS, severity_names, SEVERITY_COUNT},
	"how bad it gets with the change, else how bad it was"},
    [NAME_CHANGE] = {{"change", EXPR_WORDS, change_words, 4}, "new: only with the change; gone: only without it"},
    [NAME_EARLIER] = {{"earlier", EXPR_MS, NULL, 0}, "by how much it fires before the one recorded"},
};

static double
whatif_earlier_ms(const struct whatif_row *row)
{
	if (!row->in[WHATIF_RECORDED] || !row->in[WHATIF_CHANGED])
		return NAN;
	return (double)(row->fired_ms[WHATIF_RECORDED] - row->fired_ms[WHATIF_CHANGED]);
}

static double
whatif_change(const struct whatif_row *row)
{
	double earlier_ms = whatif_earlier_ms(row);

	if (isnan(earlier_ms))
		return row->in[WHATIF_CHANGED] ? 3 : 2;
	return earlier_ms < 0 || earlier_ms > 0 ? 1 : 0;
}

static void
look_up(const void *ctx, size_t name, struct expr_value *out)
{
	const struct whatif_row *row = ctx;
	const struct slice texts[] = {row->model, row->feature, row->rule, row->version, row->source};

	if (name <= NAME_SOURCE)
		out->text = texts[name].p ? texts[name] : slice_of("");
	else if (name == NAME_SEVERITY)
		out->rank = (double)row->worst[row->in[WHATIF_CHANGED] ? WHATIF_CHANGED : WHATIF_RECORDED];
	else if (name == NAME_CHANGE)
		out->rank = whatif_change(row);
	else
		out->number = whatif_earlier_ms(row);
}

static const struct filter_own own = {own_names, NAME_COUNT, look_up, "change=new, severity>=warn"};

static bool
row_keep(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct whatif_row *of = &((const struct whatif_state *)v->state)->held->rows[row];
	char difference[48];
	struct slice texts[] = {of->model, of->feature, of->rule, of->version, of->source, of->sentence,
	    slice_of(whatif_difference(of, difference, sizeof difference))};

	return filter_match_own(&v->filter, texts, sizeof texts / sizeof *texts, &own, of);
}

/* What one side has not fired comes last. */
static int
time_order(int64_t a, int64_t b)
{
	if ((a == ALERT_NEVER) != (b == ALERT_NEVER))
		return a == ALERT_NEVER ? 1 : -1;
	return (a > b) - (a < b);
}

static int
row_order(const void *ctx, size_t a, size_t b)
{
	const struct view *v = ctx;
	const struct whatif *held = ((const struct whatif_state *)v->state)->held;
	const struct whatif_row *x = &held->rows[a], *y = &held->rows[b];
	int order = 0;

	if (ui_sort_column(v) == COL_MODEL)
		order = slice_cmp(x->model, y->model);
	else if (ui_sort_column(v) == COL_FEATURE)
		order = slice_cmp(x->feature, y->feature);
	else if (ui_sort_column(v) == COL_RULE)
		order = slice_cmp(x->rule, y->rule);
	else if (ui_sort_column(v) == COL_DIFFERENCE)
		order = held_number_order(whatif_change(x), whatif_change(y));
	else if (ui_sort_column(v) == COL_WAS)
		order = time_order(x->fired_ms[WHATIF_RECORDED], y->fired_ms[WHATIF_RECORDED]);
	else if (ui_sort_column(v) == COL_IS)
		order = time_order(x->fired_ms[WHATIF_CHANGED], y->fired_ms[WHATIF_CHANGED]);
	if (!order)
		order = (a > b) - (a < b);
	return v->reversed ? -order : order;
}

static void
whatif_arrange(struct ui *ui, struct view *v, const struct store *s)
{
	struct whatif_state *st = v->state;
	struct list_rows rows = {v, 0, row_id, row_keep, row_order};

	(void)s;
	/* Another one may have taken its place since it was collected. */
	st->held = ui->past ? ui->past->whatif : NULL;
	rows.n = st->held ? st->held->n : 0;
	ui_list_update(ui, v, &st->list, &rows);
}

static void
side_cell(const struct whatif_state *st, struct grid *g, struct rect r, const struct whatif_row *row,
    enum whatif_side side)
{
	int col;

	if (!row->in[side]) {
		grid_str(g, r, 0, 0, ROLE_MUTED, "--");
		return;
	}
	col = grid_str(g, r, 0, 0, ROLE_TEXT, fmt_clock(row->fired_ms[side], st->offset_ms).s);
	if (row->ended_ms[side] == ALERT_NEVER)
		grid_str(g, r, 0, col, ROLE_MUTED, " on");
	else
		grid_printf(g, r, 0, col, ROLE_MUTED, "-%s", fmt_clock(row->ended_ms[side], st->offset_ms).s);
}

static void
whatif_cell(const void *ctx, struct grid *g, struct rect r, size_t place, size_t column)
{
	const struct whatif_state *st = ctx;
	const struct whatif_row *row = &st->held->rows[st->list.order[place]];
	bool alike = row->in[WHATIF_RECORDED] && row->in[WHATIF_CHANGED];
	char text[48];

	switch (column) {
	case COL_MARK:
		mark_paint(g, r, 0, 0, mark_severity(g, row->worst[row->in[WHATIF_CHANGED] ? 1 : 0]));
		break;
	case COL_MODEL:
		grid_text(g, r, 0, 0, ROLE_TEXT, row->model.n ? row->model : row->source, FIT_ELLIPSIS);
		break;
	case COL_FEATURE:
		grid_text(g, r, 0, 0, ROLE_TEXT, row->feature.n ? row->feature : row->version, FIT_ELLIPSIS);
		break;
	case COL_RULE:
		grid_text(g, r, 0, 0, ROLE_TEXT, row->rule, FIT_ELLIPSIS);
		break;
	case COL_DIFFERENCE:
		grid_str(g, r, 0, 0, alike ? ROLE_TEXT : ROLE_WARN, whatif_difference(row, text, sizeof text));
		break;
	case COL_WAS:
	case COL_IS:
		side_cell(st, g, r, row, column == COL_WAS ? WHATIF_RECORDED : WHATIF_CHANGED);
		break;
	default:
		grid_text(g, r, 0, 0, ROLE_MUTED, row->sentence, FIT_ELLIPSIS);
		break;
	}
}

/* "WAS  12:20:03, still on": one side of the selected one, with how bad it got. */
static void
side_line(const struct whatif_state *st, struct grid *g, struct rect r, const struct whatif_row *row,
    enum whatif_side side)
{
	static const char *const heads[WHATIF_SIDES] = {"was", "what-if"};
	int col = 9;

	grid_str(g, r, 0, 0, ROLE_MUTED, heads[side]);
	if (!row->in[side]) {
		grid_str(g, r, 0, col, ROLE_MUTED, side == WHATIF_RECORDED ? "did not fire" : "would not fire");
		return;
	}
	col += grid_str(g, r, 0, col, ROLE_TEXT, fmt_datetime(row->fired_ms[side], st->offset_ms).s);
	if (row->ended_ms[side] == ALERT_NEVER)
		col += grid_str(g, r, 0, col, ROLE_TEXT, ", still fires");
	else
		col += grid_printf(g, r, 0, col, ROLE_TEXT, " to %s, for %s",
		    fmt_clock(row->ended_ms[side], st->offset_ms).s,
		    fmt_age(row->ended_ms[side] - row->fired_ms[side]).s);
	grid_printf(g, r, 0, col, ROLE_MUTED, ", %s", severity_names[row->worst[side]]);
}

/* Only what the list has no room for is worth a line of its own: the sentence comes first. */
static void
paint_detail(const struct whatif_state *st, struct grid *g, struct rect r)
{
	size_t at = list_row(&st->list);
	const struct whatif_row *row = at == LIST_NONE ? NULL : &st->held->rows[at];
	struct slice whose, what;
	char title[160] = "", text[48];
	struct panel p = {.title = "Selected", .note = title};
	int line;

	if (row) {
		whose = row->model.n ? row->model : row->source;
		what = row->feature.n ? row->feature : row->rule;
		snprintf(title, sizeof title, "%.*s: %.*s", (int)(whose.n < 60 ? whose.n : 60), whose.p,
		    (int)(what.n < 60 ? what.n : 60), what.p);
	}
	r = panel_paint(g, r, &p);
	if (!row)
		return;
	line = prose_paint(g, rect_rows(r, 0, 2), ROLE_TEXT, row->sentence);
	for (int side = 0; side < WHATIF_SIDES; side++)
		side_line(st, g, rect_rows(r, line + side, 1), row, (enum whatif_side)side);
	line += WHATIF_SIDES;
	line += row->in[WHATIF_RECORDED] && row->in[WHATIF_CHANGED]
		    ? grid_printf(g, r, line, 9, ROLE_TEXT, "%s", whatif_difference(row, text, sizeof text)) > 0
		    : 0;
	grid_printf(g, r, line, 0, ROLE_MUTED, "rule %.*s", (int)(row->rule.n < 60 ? row->rule.n : 60), row->rule.p);
	if (row->version.n)
		grid_printf(g, r, line, 5 + grid_text_width(row->rule), ROLE_MUTED, ", version %.*s",
		    (int)(row->version.n < 40 ? row->version.n : 40), row->version.p);
}

static void
whatif_draw(struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct whatif_state *st = v->state;
	struct rect inside = rect_cols(r, r.cols > 40 ? 1 : 0, r.cols > 40 ? r.cols - 2 : r.cols);
	struct panel p = {.title = "What if", .focused = true, .note = ui->past && st->held ? ui->past->change : ""};
	struct slice words[FILTER_WORDS];
	struct table t = {.columns = columns,
	    .ncolumns = COL_COUNT,
	    .sorted = ui_sort_column(v),
	    .reversed = v->reversed,
	    .words = words,
	    .nwords = filter_words(&v->filter, words),
	    .empty = filter_active(&v->filter) ? "nothing passes the filter" : "no alert, neither as recorded nor so",
	    .ctx = st,
	    .cell = whatif_cell};
	struct whatif_lanes lanes;
	int list;

	list = inside.rows - DETAIL_ROWS;
	if (!st->held || inside.rows < LIST_ROWS_LEAST + DETAIL_ROWS) {
		part_list(g, inside, &p, &t, &st->list);
		return;
	}
	if ((int)st->list.n + 3 < list) /* right below the last row */
		list = (int)st->list.n + 3 < LIST_ROWS_LEAST ? LIST_ROWS_LEAST : (int)st->list.n + 3;
	part_list(g, rect_rows(inside, 0, list), &p, &t, &st->list);
	paint_detail(st, g, rect_rows(inside, list, DETAIL_ROWS));
	lanes = (struct whatif_lanes){st->held, &st->list, st->held->from_ms, st->held->to_ms, st->offset_ms};
	whatif_lanes_paint(&lanes, g, rect_rows(inside, list + DETAIL_ROWS, inside.rows - list - DETAIL_ROWS));
}

/* Where nothing is filtered n goes to the next that the change makes another one. */
static bool
is_sought(const void *ctx, size_t row)
{
	const struct view *v = ctx;

	return filter_active(&v->filter) ||
	       whatif_change(&((const struct whatif_state *)v->state)->held->rows[row]) > 0;
}

static bool
whatif_act(struct ui *ui, struct view *v, enum action action, struct ui_request *request)
{
	struct whatif_state *st = v->state;
	size_t at = list_row(&st->list);
	const struct whatif_row *row = at == LIST_NONE || !st->held ? NULL : &st->held->rows[at];
	bool changed = row && row->in[WHATIF_CHANGED] &&
		       (!row->in[WHATIF_RECORDED] || row->fired_ms[WHATIF_CHANGED] < row->fired_ms[WHATIF_RECORDED]);

	if (ui_list_act(ui, v, &st->list, action))
		return true;
	if (st->held && (action == ACTION_NEXT || action == ACTION_PREVIOUS)) {
		ui_list_seek(ui, &st->list, action == ACTION_NEXT, is_sought, v);
		return true;
	}
	if (action != ACTION_OPEN && action != ACTION_RIGHT)
		return false;
	if (row)
		*request = (struct ui_request){.kind = UI_REQUEST_TIME,
		    .time = UI_TIME_JUMP,
		    .to_ms = row->fired_ms[changed ? WHATIF_CHANGED : WHATIF_RECORDED],
		    .utc_offset_ms = ui_offset_ms(ui)};
	return true;
}

static void
whatif_state_release(struct view *v)
{
	struct whatif_state *st = v->state;

	if (st)
		list_release(&st->list);
}

static const struct screen_sort whatif_sorts[] = {{"time", COL_MARK}, {"model", COL_MODEL}, {"input", COL_FEATURE},
    {"rule", COL_RULE}, {"change", COL_DIFFERENCE}, {"was", COL_WAS}, {"what-if", COL_IS}, {NULL, 0}};

static bool
whatif_row_name(const struct ui *ui, const struct view *v, unsigned panel, size_t place, char *buf)
{
	const struct whatif_state *st = v->state;
	const struct whatif_row *r;
	struct alert_key key;
	size_t row;

	(void)ui;
	if (panel || !st->held || !row_name_row(&st->list, place, &row))
		return false;
	r = &st->held->rows[row];
	key = (struct alert_key){r->rule, r->model, r->version, r->feature, r->source};
	row_name_alert(buf, &key, r->fired_ms[r->in[WHATIF_RECORDED] ? WHATIF_RECORDED : WHATIF_CHANGED]);
	return true;
}

const struct screen screen_whatif = {
    .id = SCREEN_WHATIF,
    .name = "what if",
    .state_bytes = sizeof(struct whatif_state),
    .collect = whatif_collect,
    .arrange = whatif_arrange,
    .draw = whatif_draw,
    .row_name = whatif_row_name,
    .act = whatif_act,
    .release = whatif_state_release,
    .sorts = whatif_sorts,
    .own = &own,
};

/* ---- the question ---------------------------------------------------------------------------- */

void
ui_whatif_key(struct ui *ui, uint32_t key, struct ui_request *request)
{
	struct prompt *p = &ui->prompt;

	if (!prompt_edit(p, key))
		return;
	p->open = false;
	if (!p->n)
		return;
	*request = (struct ui_request){.kind = UI_REQUEST_WHATIF};
	snprintf(request->reason, sizeof request->reason, "%s", p->text);
}

void
ui_open_whatif(struct ui *ui)
{
	if (ui_view(ui)->screen->id != SCREEN_WHATIF)
		ui_push(ui, &screen_whatif, SIZE_MAX, SIZE_MAX, slice_of("what if"));
	ui_view(ui)->stale = ui->dirty = true;
}
