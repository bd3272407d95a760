/*
 * Alerts: what fires, the worst first and incidents together, then what is about to, then what is over; and all that is
 * known of the one under the cursor. Enter goes to what it is about.
 *
 * Provisional ones may well be chance, and a young baseline has many: they are one line a model. What began together
 * has mostly one cause, which the head names: of more than a few, the others are one line below it. Enter opens such a
 * line, and a filter finds what is in it.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/alert.h"
#include "core/metric.h"
#include "tui/alert_part.h"
#include "tui/alert_rows.h"
#include "tui/part.h"
#include "tui/row_name.h"
#include "widgets/mark.h"
#include "widgets/table.h"

enum { PANEL_LIST, PANEL_DETAIL, PANEL_COUNT };

enum {
	COL_MARK,
	COL_STATE,
	COL_SINCE,
	COL_FOR,
	COL_MODEL,
	COL_FEATURE,
	COL_RULE,
	COL_NOTES,
	COL_SENTENCE,
	COL_COUNT
};

static const struct table_column columns[COL_COUNT] = {
    [COL_MARK] = {"", 2, 0, TABLE_ALWAYS, false, false, "severity"},
    [COL_STATE] = {"STATE", 7, 0, 86, false, false, "state"},
    [COL_SINCE] = {"SINCE", 10, 0, 60, false, true, "since"},
    [COL_FOR] = {"FOR", 4, 0, 80, true, true, "duration"},
    [COL_MODEL] = {"MODEL", 12, 24, TABLE_ALWAYS, false, false, "model"},
    [COL_FEATURE] = {"INPUT", 12, 20, 90, false, false, "input"},
    [COL_RULE] = {"RULE", 10, 0, 40, false, false, "rule"},
    [COL_NOTES] = {"NOTE", 5, 0, 45, false, false, "note"},
    [COL_SENTENCE] = {"WHAT", 24, TABLE_REST, 75, false, false, "what"},
};

#define NARROW_COLS 64 /* below which models give way: input and rule tell alerts apart */
#define NARROW_INPUT_COLS 10
#define WIDE_COLS 98 /* below which long names of inputs leave room for what they did */
#define INPUT_COLS_MOST 16
#define DETAIL_ROWS 9
#define TABLE_ROWS_LEAST 6

struct alerts_state {
	struct alert_rows rows;
	uint64_t open; /* group that is listed; 0: none */
	struct slice actions; /* what became of the commands; empty: none was run */
	struct slice watch[ALERT_WATCH_LINES]; /* where there are none: what is watched */
	bool actions_well;
	struct list list;
	size_t scroll;
	struct alert_course course; /* of the selected one */
};

/* ---- collecting ---------------------------------------------------------------------------------------------------
 */

static void
say_worst(struct view *v, const struct alert_rows *rows)
{
	const struct alert *worst = rows->n && rows->list[0].a.state == ALERT_FIRING ? &rows->list[0].a : NULL;

	if (!worst) {
		v->sentence = slice_of(rows->counts[ALERT_PENDING] ? "nothing fires yet"
				       : rows->provisional	 ? "nothing fires but what is provisional"
								 : "nothing fires");
		return;
	}
	v->severity = alert_weight(worst);
	v->subject = worst->key.model.n ? worst->key.model : worst->key.source;
	v->sentence = alert_part_says(&v->arena, worst);
}

/* The one that went worst, else how many have run. */
static void
collect_actions(struct view *v, struct alerts_state *st, const struct store *s)
{
	const struct fact_action *worst = NULL;
	uint64_t runs = 0;
	char text[400];

	st->actions = slice_of("");
	for (size_t i = 0; i < store_action_count(s); i++) {
		const struct fact_action *f = store_action(s, i);

		runs += f->runs;
		if (f->runs && (!worst || f->state > worst->state))
			worst = f;
	}
	if (!worst)
		return;
	st->actions_well = worst->state <= ACTION_OK;
	if (st->actions_well)
		snprintf(text, sizeof text, "actions: %s run", fmt_exact(runs).s);
	else
		snprintf(text, sizeof text, "action %.*s: %.*s (%s of %s runs failed)",
		    (int)(worst->name.n < 60 ? worst->name.n : 60), worst->name.p,
		    (int)(worst->sentence.n < 200 ? worst->sentence.n : 200), worst->sentence.p,
		    fmt_exact(worst->failures).s, fmt_exact(worst->runs).s);
	st->actions = arena_text(&v->arena, slice_of(text));
}

static void
alerts_collect(struct ui *ui, struct view *v, const struct store *s)
{
	struct alerts_state *st = v->state;

	alert_rows_collect(&st->rows, &v->arena, s, ui->past);
	if (st->rows.n == 0)
		alert_part_watch(&v->arena, s, ui->models, ui->nmodels, ui_offset_ms(ui), st->watch);
	say_worst(v, &st->rows);
	collect_actions(v, st, s);
}

static uint64_t
row_id(const void *ctx, size_t row)
{
	const struct alert_row *r = &((const struct alerts_state *)((const struct view *)ctx)->state)->rows.list[row];

	return r->kind != ROW_ALERT ? r->group : r->a.id;
}

static bool
row_keep(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct alerts_state *st = v->state;
	const struct alert_row *at = &st->rows.list[row];
	const struct alert *al = &at->a;
	const struct metric_subject subject = {.alert = al};
	struct slice texts[] = {al->key.rule, al->key.model, al->key.feature, al->key.source, slice_of(al->sentence),
	    slice_of(alert_state_names[al->state]), slice_of(alert_part_state(al)),
	    slice_of(severity_names[al->severity])};

	if (!filter_active(&v->filter) && ui_sort_is_own(v))
		return at->kind != ROW_ALERT || !at->group || at->group == st->open;
	return at->kind == ROW_ALERT &&
	       filter_match(&v->filter, texts, sizeof texts / sizeof *texts, &subject);
}

/* What still goes on has lasted since it began: of these the first is the longest. */
static double
lasted(const struct alert *al)
{
	return al->state == ALERT_CLEARED ? (double)(al->to_ms - al->from_ms) : 1e15 - (double)al->from_ms;
}

/* Sorted, each alert is a row by itself. */
static int
row_order(const void *ctx, size_t a, size_t b)
{
	const struct view *v = ctx;
	const struct alerts_state *st = v->state;
	const struct alert *x = &st->rows.list[a].a, *y = &st->rows.list[b].a;
	int order = 0;

	switch (ui_sort_column(v)) {
	case COL_STATE:
		order = (int)x->state - (int)y->state;
		break;
	case COL_SINCE:
		order = (x->from_ms < y->from_ms) - (x->from_ms > y->from_ms);
		break;
	case COL_FOR:
		order = held_number_order(lasted(x), lasted(y));
		break;
	case COL_MODEL:
		order = slice_cmp(x->key.model, y->key.model);
		break;
	case COL_FEATURE:
		order = slice_cmp(x->key.feature, y->key.feature);
		break;
	case COL_RULE:
		order = slice_cmp(x->key.rule, y->key.rule);
		break;
	default:
		break;
	}
	if (!order)
		order = (a > b) - (a < b);
	return v->reversed ? -order : order;
}

static void
alerts_arrange(struct ui *ui, struct view *v, const struct store *s)
{
	struct alerts_state *st = v->state;
	struct list_rows rows = {v, st->rows.n, row_id, row_keep, row_order};
	size_t selected;

	ui_list_update(ui, v, &st->list, &rows);
	/* Lines that stand for several are not among them. */
	for (size_t i = 0; i < st->rows.n && st->list.out_of > 0; i++)
		st->list.out_of -= st->rows.list[i].kind != ROW_ALERT;
	selected = list_row(&st->list);
	if (selected == LIST_NONE || st->rows.list[selected].kind != ROW_ALERT)
		st->course.n = 0;
	else if (!v->frozen || !st->course.n)
		alert_course_collect(&st->course, s, &st->rows.list[selected].a, ui->now_ms);
}

/* ---- the list -----------------------------------------------------------------------------------------------------
 */

struct alerts_ctx {
	const struct ui *ui;
	const struct alerts_state *st;
	bool rule, what; /* these columns are there */
};

static int64_t
age_of(const struct ui *ui, const struct alert *al)
{
	int64_t to = al->state == ALERT_CLEARED ? al->to_ms : ui->now_ms;

	return to >= al->from_ms ? to - al->from_ms : 0;
}

static enum role
text_role(const struct alert *al)
{
	return al->state == ALERT_FIRING && !alert_silenced(al) && !al->provisional ? ROLE_TEXT : ROLE_MUTED;
}

/* What is over has no severity any more; what is provisional is not known to be so. */
static void
mark_cell(struct grid *g, struct rect r, const struct alert *al)
{
	if (al->state == ALERT_CLEARED)
		grid_str(g, r, 0, 0, ROLE_MUTED, "-");
	else if (al->state == ALERT_PENDING)
		grid_str(g, r, 0, 0, ROLE_MUTED, severity_names[al->severity][0] == 'c' ? "c" : "w");
	else
		mark_paint(g, r, 0, 0, mark_severity(g, alert_weight(al)));
}

static void
others_cell(const struct ui *ui, struct grid *g, struct rect r, const struct alert_row *row, size_t column)
{
	switch (column) {
	case COL_SINCE:
		grid_str(g, r, 0, 0, ROLE_MUTED, part_time(row->a.from_ms, ui->now_ms, ui_offset_ms(ui)).s);
		break;
	case COL_MODEL:
		grid_printf(g, r, 0, 1, ROLE_MUTED, "+%zu with it", row->now);
		break;
	case COL_SENTENCE:
		grid_text(g, r, 0, 0, ROLE_MUTED, row->names, FIT_ELLIPSIS);
		break;
	default:
		break;
	}
}

static void
group_cell(const struct ui *ui, struct grid *g, struct rect r, const struct alert_row *row, size_t column)
{
	switch (column) {
	case COL_MARK:
		mark_paint(g, r, 0, 0, mark_severity(g, SEVERITY_UNKNOWN));
		break;
	case COL_SINCE:
		grid_str(g, r, 0, 0, ROLE_MUTED, part_time(row->a.from_ms, ui->now_ms, ui_offset_ms(ui)).s);
		break;
	case COL_MODEL:
		grid_text(g, r, 0, 0, ROLE_MUTED, row->a.key.model, FIT_ELLIPSIS);
		break;
	case COL_FEATURE:
		grid_printf(g, r, 0, 0, ROLE_MUTED, "%zu change%s", row->now + row->over,
		    row->now + row->over == 1 ? "" : "s");
		break;
	case COL_SENTENCE:
		grid_printf(g, r, 0, 0, ROLE_MUTED, "provisional: %zu now, %zu over", row->now, row->over);
		break;
	default:
		break;
	}
}

static struct slice
told_apart(const struct alerts_state *st, const struct alert_row *row)
{
	return alert_rows_apart(&st->rows, st->list.order, st->list.n, row);
}

/* What is of no input is of its rule, in brackets, as it is none; where nothing else can tell two rows apart, its rule
 * stands behind an input. */
static void
input_cell(const struct alerts_ctx *c, struct grid *g, struct rect r, const struct alert_row *row, enum role role)
{
	const struct alert_key *key = &row->a.key;
	int col = grid_text(g, r, 0, 0, role, key->feature, FIT_ELLIPSIS);

	if (c->rule)
		return;
	if (!key->feature.n)
		part_rule(g, r, ROLE_MUTED, key->rule);
	else if (!c->what && col + 3 < r.cols)
		grid_text(g, rect_cols(r, col + 1, r.cols), 0, 0, ROLE_MUTED,
		    told_apart(c->st, row), FIT_ELLIPSIS);
}

/* Two rules may say the same of one input: the name of the rule tells that it is not one row twice. */
static void
what_cell(const struct alerts_ctx *c, struct grid *g, struct rect r, const struct alert_row *row, enum role role)
{
	const struct alert_key *key = &row->a.key;
	struct slice apart = told_apart(c->st, row);
	int col = 0;

	if (apart.n && !(slice_eq(apart, key->rule) && (c->rule || !key->feature.n)))
		col = grid_printf(g, r, 0, 0, ROLE_MUTED, "%.*s: ", (int)(apart.n < 40 ? apart.n : 40), apart.p);
	grid_text(g, rect_cols(r, col, r.cols), 0, 0, role, slice_of(row->a.sentence), FIT_ELLIPSIS);
}

static void
list_cell(const void *ctx, struct grid *g, struct rect r, size_t place, size_t column)
{
	const struct alerts_ctx *c = ctx;
	const struct alert_row *row = &c->st->rows.list[c->st->list.order[place]];
	const struct alert *al = &row->a;
	enum role role = text_role(al);

	if (row->kind != ROW_ALERT) {
		(row->kind == ROW_OTHERS ? others_cell : group_cell)(c->ui, g, r, row, column);
		return;
	}
	switch (column) {
	case COL_MARK:
		mark_cell(g, r, al);
		break;
	case COL_STATE:
		grid_str(g, r, 0, 0, role, alert_part_state(al));
		break;
	case COL_SINCE:
		grid_str(g, r, 0, 0, ROLE_MUTED, part_time(al->from_ms, c->ui->now_ms, ui_offset_ms(c->ui)).s);
		break;
	case COL_FOR:
		part_right(g, r, role, fmt_age(age_of(c->ui, al)));
		break;
	case COL_MODEL:
		grid_text(g, r, 0, row->member ? 1 : 0, row->member ? ROLE_MUTED : role,
		    al->key.model.n ? al->key.model : al->key.source, FIT_ELLIPSIS);
		break;
	case COL_FEATURE:
		input_cell(c, g, r, row, role);
		break;
	case COL_RULE:
		grid_text(g, r, 0, 0, ROLE_MUTED, al->key.rule, FIT_ELLIPSIS);
		break;
	case COL_NOTES:
		alert_part_notes(g, r, al, row->notes.n);
		break;
	default:
		what_cell(c, g, r, row, role);
		break;
	}
}

/* Names as wide as the longest. Which columns there are is the width's to say, so that none comes or goes with an
 * alert. */
static void
fit_columns(const struct alerts_state *st, int cols, struct table_column *out)
{
	int model = 0, feature = 0, longest;

	for (size_t i = 0; i < st->rows.n; i++) {
		const struct alert *al = &st->rows.list[i].a;

		longest = grid_text_width(al->key.model.n ? al->key.model : al->key.source) + st->rows.list[i].member;
		model = longest > model ? longest : model;
		longest = grid_text_width(al->key.feature);
		feature = longest > feature ? longest : feature;
	}
	part_fit_column(out, columns, COL_COUNT, COL_MODEL, model);
	longest = cols >= WIDE_COLS ? columns[COL_FEATURE].most : INPUT_COLS_MOST;
	longest = feature < longest ? feature : longest;
	if (longest > columns[COL_FEATURE].cols)
		out[COL_FEATURE].cols = (uint8_t)longest;
	out[COL_FEATURE].most = out[COL_FEATURE].cols; /* what is left is the sentence's */
	if (cols >= NARROW_COLS)
		return;
	out[COL_FEATURE].cols = NARROW_INPUT_COLS;
	out[COL_RULE].weight = columns[COL_FEATURE].weight - 1;
	out[COL_STATE].weight = columns[COL_FOR].weight - 1;
	out[COL_MODEL].weight = columns[COL_SENTENCE].weight + 1;
}

/* How many there are; before it, where its column has given way, whose the selected one is. */
static void
list_note(const struct alerts_state *st, bool model, char *note, size_t bytes)
{
	size_t row = list_row(&st->list), n = 0;
	struct slice name = row == LIST_NONE ? slice_of("") : st->rows.list[row].a.key.model;

	if (!model && name.n)
		n += (size_t)snprintf(note, bytes, "%.*s; ", (int)(name.n < 24 ? name.n : 24), name.p);
	n += (size_t)snprintf(note + n, bytes - n, "%zu firing, %zu pending, %zu cleared",
	    st->rows.counts[ALERT_FIRING], st->rows.counts[ALERT_PENDING], st->rows.counts[ALERT_CLEARED]);
	if (st->rows.provisional)
		n += (size_t)snprintf(note + n, bytes - n, ", %zu provisional", st->rows.provisional);
	if (st->rows.forgotten)
		n += (size_t)snprintf(note + n, bytes - n, ", %s older ones not kept",
		    fmt_count(st->rows.forgotten).s);
	if (st->rows.refused && n < bytes)
		snprintf(note + n, bytes - n, ", no room for more");
}

static void
panel_list(const struct ui *ui, struct view *v, struct grid *g, struct rect r, bool focused)
{
	struct alerts_state *st = v->state;
	struct alerts_ctx ctx = {.ui = ui, .st = st};
	struct table_column fitted[COL_COUNT];
	struct slice words[FILTER_WORDS];
	char note[160];
	struct panel p = {.number = 1, .title = "Alerts", .note = note, .focused = focused};
	struct table t = {.columns = fitted,
	    .ncolumns = COL_COUNT,
	    .order = ui_order(ui, v),
	    .sorted = ui_sort_column(v),
	    .reversed = v->reversed,
	    .words = words,
	    .nwords = filter_words(&v->filter, words),
	    .empty = st->rows.n ? "no alert passes the filter" : "no alert so far",
	    .ctx = &ctx,
	    .cell = list_cell};

	fit_columns(st, r.cols, fitted);
	ctx.rule = table_shows(&t, r.cols, COL_RULE);
	ctx.what = table_shows(&t, r.cols, COL_SENTENCE);
	if (!ctx.what)
		fitted[COL_FEATURE].most = TABLE_REST;
	if (!ctx.rule)
		fitted[COL_FEATURE].head = "INPUT (RULE)";
	list_note(st, table_shows(&t, r.cols, COL_MODEL), note, sizeof note);
	part_list(g, r, &p, &t, &st->list);
}

/* ---- the selected one ---------------------------------------------------------------------------------------------
 */

static void
group_detail(const struct ui *ui, struct grid *g, struct rect r, const struct alert_row *row)
{
	char key[48];

	grid_printf(g, r, 0, 0, ROLE_TEXT, "%zu now, %zu over, all of them provisional: %s lists them", row->now,
	    row->over, ui_key_name(ui, ACTION_OPEN, key));
	grid_text(g, r, 1, 0, ROLE_MUTED,
	    slice_of("evidence is not armed before 14 days and 10,000 rows, so that these may"), FIT_ELLIPSIS);
	grid_text(g, r, 2, 0, ROLE_MUTED, slice_of("well be chance; nobody is told of them, and no action is run"),
	    FIT_ELLIPSIS);
}

static void
others_detail(const struct ui *ui, struct grid *g, struct rect r, const struct alert_row *row)
{
	char key[48];

	grid_printf(g, r, 0, 0, ROLE_TEXT, "%zu more began together with it: %s lists them", row->now,
	    ui_key_name(ui, ACTION_OPEN, key));
	grid_text(g, r, 1, 0, ROLE_MUTED,
	    slice_of("what begins together has mostly one cause; the line above shows it most"), FIT_ELLIPSIS);
	grid_text(g, r, 2, 0, ROLE_MUTED, row->names, FIT_ELLIPSIS);
}

static void
panel_detail(const struct ui *ui, struct view *v, struct grid *g, struct rect r, bool focused)
{
	struct alerts_state *st = v->state;
	size_t row = list_row(&st->list);
	char title[96] = "", members[160] = "";
	struct panel p = {.number = 2, .title = "Selected", .note = title, .focused = focused};
	const struct alert_row *at = row == LIST_NONE ? NULL : &st->rows.list[row];
	struct rect body;

	if (at) {
		struct slice model = at->a.key.model, subject = alert_rows_subject(&at->a);

		snprintf(title, sizeof title, "%.*s%s%.*s", (int)(model.n < 44 ? model.n : 44), model.p,
		    model.n && subject.n ? ": " : "", (int)(subject.n < 44 ? subject.n : 44), subject.p);
	}
	body = panel_paint(g, r, &p);
	if (st->actions.n && body.rows > 1) {
		grid_text(g, body, body.rows - 1, 0, st->actions_well ? ROLE_MUTED : ROLE_WARN, st->actions,
		    FIT_ELLIPSIS);
		body = rect_rows(body, 0, body.rows - 1);
	}
	for (int i = 0; i < ALERT_WATCH_LINES && st->rows.n == 0; i++)
		grid_text(g, body, i, 0, ROLE_MUTED, st->watch[i], FIT_ELLIPSIS);
	if (!at)
		return;
	if (at->kind == ROW_PROVISIONAL) {
		group_detail(ui, g, body, at);
		return;
	}
	if (at->kind == ROW_OTHERS) {
		others_detail(ui, g, body, at);
		return;
	}
	if (at->incident > 1 && at->member)
		snprintf(members, sizeof members, "one of %zu that began together, headed by %.*s", at->incident,
		    (int)(at->head.n < 60 ? at->head.n : 60), at->head.p);
	else if (at->incident > 1)
		snprintf(members, sizeof members, "heads %zu alerts that began together", at->incident);
	if (at->fleet >= ALERT_FLEET_MODELS) {
		size_t n = strlen(members);

		snprintf(members + n, sizeof members - n, "%sthe same in %zu models", n ? "; " : "", at->fleet);
	}
	alert_part_detail(
	    g, body, &at->a, members, &at->notes, ui->now_ms, ui_offset_ms(ui), &st->scroll, &st->course);
}

static void
alerts_draw(struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct alerts_state *st = v->state;
	struct rect inside = rect_cols(r, r.cols > 40 ? 1 : 0, r.cols > 40 ? r.cols - 2 : r.cols);
	int detail = DETAIL_ROWS, list;

	v->alone = inside.rows < TABLE_ROWS_LEAST + DETAIL_ROWS;
	if (v->expanded || v->alone) {
		if (v->panel == PANEL_DETAIL)
			panel_detail(ui, v, g, inside, true);
		else
			panel_list(ui, v, g, inside, true);
		return;
	}
	list = inside.rows - detail;
	if ((int)st->list.n + 3 < list) /* right below the last row */
		list = (int)st->list.n + 3 < TABLE_ROWS_LEAST ? TABLE_ROWS_LEAST : (int)st->list.n + 3;
	panel_list(ui, v, g, rect_rows(inside, 0, list), v->panel == PANEL_LIST);
	panel_detail(ui, v, g, rect_rows(inside, list, inside.rows - list), v->panel == PANEL_DETAIL);
}

/* ---- keys ---------------------------------------------------------------------------------------------------------
 */

static const struct alert_row *
selected(const struct view *v)
{
	const struct alerts_state *st = v->state;
	size_t row = list_row(&st->list);

	return row == LIST_NONE ? NULL : &st->rows.list[row];
}

/* Enter on a group: its alerts below it, and away again. */
static void
toggle(struct view *v, const struct alert_row *group)
{
	struct alerts_state *st = v->state;

	st->open = st->open == group->group ? 0 : group->group;
	v->reorder = true;
}

static bool
fires(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct alerts_state *st = v->state;
	const struct alert_row *r = &st->rows.list[row];

	return filter_active(&v->filter) ||
	       (r->kind == ROW_ALERT && !r->a.provisional && r->a.state == ALERT_FIRING);
}

/* The same key takes it back. */
static void
acknowledge(struct ui *ui, const struct alert *al, struct ui_request *request)
{
	bool taken = al->acked_by[0] != '\0';

	if (al->state != ALERT_FIRING) {
		snprintf(ui->message, sizeof ui->message, "only what fires can be acknowledged");
		return;
	}
	*request = (struct ui_request){.kind = UI_REQUEST_ACK, .alert = al->id};
	if (!taken)
		snprintf(request->by, sizeof request->by, "%.63s", ui->options.user[0] ? ui->options.user : "somebody");
	snprintf(ui->message, sizeof ui->message, taken ? "no longer acknowledged" : "acknowledged");
	ui_view(ui)->stale = true;
}

static void
silence(struct ui *ui, const struct alert *al, struct ui_request *request)
{
	if (!alert_silenced(al)) {
		ui_ask_silence(ui, al->id);
		return;
	}
	*request = (struct ui_request){.kind = UI_REQUEST_SILENCE, .alert = al->id};
	snprintf(ui->message, sizeof ui->message, "no longer silenced");
	ui_view(ui)->stale = true;
}

static bool
alerts_act(struct ui *ui, struct view *v, enum action action, struct ui_request *request)
{
	struct alerts_state *st = v->state;
	const struct alert_row *row = selected(v);
	const struct alert *al = row && row->kind == ROW_ALERT ? &row->a : NULL;

	if (v->panel == PANEL_DETAIL && (action == ACTION_UP || action == ACTION_DOWN)) {
		st->scroll = action == ACTION_DOWN ? st->scroll + 1 : st->scroll - (st->scroll > 0);
		return true;
	}
	if (ui_list_act(ui, v, &st->list, action)) {
		st->scroll = 0;
		return true;
	}
	switch (action) {
	case ACTION_OPEN:
	case ACTION_RIGHT:
		if (!row)
			ui_say(ui, "there is no alert in this list");
		else if (al && action == ACTION_OPEN)
			ui_go_to_alert(ui, al, request);
		else if (al)
			ui_open_alert(ui, al);
		else
			toggle(v, row);
		return true;
	case ACTION_ACK:
	case ACTION_SILENCE:
		if (al && action == ACTION_ACK)
			acknowledge(ui, al, request);
		else if (al)
			silence(ui, al, request);
		else
			ui_say(ui, row ? "these are several: " UI_KEY("open") " lists them"
				       : "there is no alert in this list");
		return true;
	case ACTION_NEXT:
	case ACTION_PREVIOUS:
	case ACTION_ALERT_NEXT:
	case ACTION_ALERT_PREVIOUS:
		ui_list_seek(ui, &st->list, action == ACTION_NEXT || action == ACTION_ALERT_NEXT, fires, v);
		return true;
	default:
		return false;
	}
}

static uint64_t
alerts_selected(const struct view *v)
{
	const struct alert_row *row = selected(v);

	return row && !row->group ? row->a.id : 0;
}

static void
alerts_release_view(struct view *v)
{
	struct alerts_state *st = v->state;

	if (st)
		list_release(&st->list);
}

static const struct screen_sort alerts_sorts[] = {{"severity", COL_MARK}, {"state", COL_STATE}, {"since", COL_SINCE},
    {"duration", COL_FOR}, {"model", COL_MODEL}, {"input", COL_FEATURE}, {"rule", COL_RULE}, {NULL, 0}};

/* What is picked is the group whose alerts stand below it. */
static void
alerts_position(struct view *v, unsigned panel, struct position *p, bool put)
{
	struct alerts_state *st = v->state;
	size_t at = 0;

	if (panel == PANEL_DETAIL) {
		if (put)
			st->scroll = p->row;
		p->row = st->scroll;
		return;
	}
	ui_list_position(&st->list, p, put);
	if (put && p->pick > 0 && p->pick <= st->list.n) {
		st->open = st->rows.list[st->list.order[p->pick - 1]].group;
		v->reorder = true;
	}
	while (st->open && at < st->list.n && !(st->rows.list[st->list.order[at]].kind != ROW_ALERT &&
						     st->rows.list[st->list.order[at]].group == st->open))
		at++;
	p->pick = st->open && at < st->list.n ? at + 1 : 0;
}

/* Others may stand for it by now. */
static void
alerts_reveal(struct ui *ui, struct view *v, struct slice name)
{
	struct alerts_state *st = v->state;
	char at[ROW_NAME_BYTES];

	(void)ui;
	for (size_t i = 0; i < st->rows.n; i++) {
		const struct alert_row *r = &st->rows.list[i];

		alert_rows_name(r, at);
		if (r->kind != ROW_ALERT || !r->group || r->group == st->open || !slice_is(name, at))
			continue;
		st->open = r->group;
		v->reorder = true;
	}
}

static bool
alerts_row_name(const struct ui *ui, const struct view *v, unsigned panel, size_t place, char *buf)
{
	const struct alerts_state *st = v->state;
	size_t row;

	(void)ui;
	if (panel != PANEL_LIST || !row_name_row(&st->list, place, &row))
		return false;
	alert_rows_name(&st->rows.list[row], buf);
	return true;
}

const struct screen screen_alerts = {
    .id = SCREEN_ALERTS,
    .name = "alerts",
    .rows = METRIC_OF_ALERT,
    .panels = PANEL_COUNT,
    .state_bytes = sizeof(struct alerts_state),
    .collect = alerts_collect,
    .arrange = alerts_arrange,
    .draw = alerts_draw,
    .act = alerts_act,
    .position = alerts_position,
    .row_name = alerts_row_name,
    .reveal = alerts_reveal,
    .release = alerts_release_view,
    .alert = alerts_selected,
    .columns = columns,
    .ncolumns = COL_COUNT,
    .sorts = alerts_sorts,
};
