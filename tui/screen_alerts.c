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
#include "tui/part.h"
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
    [COL_STATE] = {"STATE", 7, 0, 30, false, false, "state"},
    [COL_SINCE] = {"SINCE", 10, 0, 60, false, true, "since"},
    [COL_FOR] = {"FOR", 4, 0, 80, true, true, "duration"},
    [COL_MODEL] = {"MODEL", 12, 24, TABLE_ALWAYS, false, false, "model"},
    [COL_FEATURE] = {"INPUT", 10, 20, 90, false, false, "input"},
    [COL_RULE] = {"RULE", 10, 0, 40, false, false, "rule"},
    [COL_NOTES] = {"NOTE", 5, 0, 70, false, false, "note"},
    [COL_SENTENCE] = {"WHAT", 28, TABLE_REST, 75, false, false, "what"},
};

#define DETAIL_ROWS 9
#define INCIDENT_LISTED 5 /* alerts of an incident that are listed one by one */
#define NAMES_BYTES 160
#define TABLE_ROWS_LEAST 6

struct alert_row {
	struct alert a; /* texts in the arena; of a group only the model and when its oldest began */
	/* One; all provisional ones of a model; what a head has below it. */
	enum { ROW_ALERT, ROW_PROVISIONAL, ROW_OTHERS } kind;
	size_t now, over; /* of a group: how many fire, how many are pending or cleared */
	uint64_t group;	  /* of a group its id, of what is in one that one's; 0: in none */
	struct slice names; /* of others: what they are about */
	bool member;	/* of an incident that another row heads */
	size_t incident, fleet; /* alerts in it, models in it; 0, 1: alone */
	struct slice head;	/* of its incident: what it is about */
	struct alert_notes notes;
};

struct alerts_state {
	struct alert_row *rows;
	size_t n;
	size_t counts[ALERT_STATES], provisional; /* counts: without those */
	uint64_t open; /* group that is listed; 0: none */
	uint64_t forgotten, refused;
	struct slice actions; /* what became of the commands; empty: none was run */
	bool actions_well;
	struct list list;
	size_t scroll;
	struct alert_course course; /* of the selected one */
};

/* ---- collecting ---------------------------------------------------------------------------------------------------
 */

static struct slice
subject_of(const struct alert *al)
{
	return al->key.feature.n ? al->key.feature : al->key.source.n ? al->key.source : al->key.rule;
}

static void
keep_row(struct arena *a, const struct alerts *all, struct alert_row *row, const struct alert *al)
{
	const struct alert *head = al->incident ? alerts_head(all, al->incident) : NULL;

	row->kind = ROW_ALERT;
	row->group = 0;
	row->now = row->over = 0;
	row->names = slice_of("");
	row->notes.n = 0;
	alert_part_copy(a, al, &row->a);
	row->incident = al->state == ALERT_FIRING && !al->provisional ? alerts_in_incident(all, al->incident) : 0;
	row->fleet = al->fleet ? alerts_in_fleet(all, al->fleet) : 0;
	row->member = al->state == ALERT_FIRING && head && head != al && head->state == ALERT_FIRING;
	row->head = head && head != al ? arena_text(a, subject_of(head)) : slice_of("");
}

static void
say_worst(struct view *v, const struct alerts_state *st)
{
	const struct alert *worst = st->n && st->rows[0].a.state == ALERT_FIRING ? &st->rows[0].a : NULL;

	if (!worst) {
		v->sentence = slice_of(st->counts[ALERT_PENDING] ? "nothing fires yet"
				       : st->provisional	 ? "nothing fires but what is provisional"
								 : "nothing fires");
		return;
	}
	v->severity = alert_weight(worst);
	v->subject = worst->key.model.n ? worst->key.model : worst->key.source;
	v->sentence = arena_text(&v->arena, slice_of(worst->sentence));
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

/* The group of a model and what is in it, where it has any. */
static void
collect_group(struct arena *a, struct alerts_state *st, const struct alerts *all, const struct alert *const *order,
    size_t n, size_t first)
{
	struct alert_row *group = &st->rows[st->n++];
	uint32_t model = order[first]->model;

	*group = (struct alert_row){.kind = ROW_PROVISIONAL, .group = ~(uint64_t)model};
	group->a.model = model;
	group->a.key.model = arena_text(a, order[first]->key.model);
	group->a.from_ms = order[first]->from_ms;
	group->a.to_ms = ALERT_NEVER;
	for (size_t i = first; i < n; i++) {
		if (!order[i]->provisional || order[i]->model != model)
			continue;
		if (order[i]->from_ms < group->a.from_ms)
			group->a.from_ms = order[i]->from_ms;
		group->now += order[i]->state == ALERT_FIRING;
		group->over += order[i]->state != ALERT_FIRING;
		keep_row(a, all, &st->rows[st->n], order[i]);
		st->rows[st->n++].group = group->group;
	}
	st->provisional += group->now + group->over;
}

static void
collect_groups(struct arena *a, struct alerts_state *st, const struct alerts *all, const struct alert *const *order,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t before = 0;

		while (before < i && !(order[before]->provisional && order[before]->model == order[i]->model))
			before++;
		if (order[i]->provisional && before == i)
			collect_group(a, st, all, order, n, i);
	}
}

/* ": Clinton, Polk, California": each once, as far as they fit. */
static void
others_name(char *names, struct slice name)
{
	char part[NAMES_BYTES];
	size_t n = strlen(names);

	snprintf(part, sizeof part, "%s%.*s,", n ? " " : "", (int)(name.n < 60 ? name.n : 60), name.p);
	if (!strstr(names, part) && n + strlen(part) < NAMES_BYTES)
		memcpy(names + n, part, strlen(part) + 1);
}

/* What fires behind a head that has more than a few: one line, and they are in it. Returns where it ends. */
static size_t
collect_others(struct arena *a, struct alerts_state *st, const struct alerts *all, const struct alert *const *order,
    size_t n, size_t first)
{
	uint64_t incident = order[first]->incident;
	struct alert_row *others = &st->rows[st->n++];
	char names[NAMES_BYTES] = "";
	size_t i;

	*others = st->rows[st->n - 2];
	others->kind = ROW_OTHERS;
	others->group = ~incident;
	for (i = first; i < n && order[i]->incident == incident && order[i]->state == ALERT_FIRING; i++) {
		if (order[i]->provisional)
			continue;
		keep_row(a, all, &st->rows[st->n], order[i]);
		st->rows[st->n++].group = others->group;
		others_name(names, subject_of(order[i]));
		if (order[i]->from_ms < others->a.from_ms || !others->now)
			others->a.from_ms = order[i]->from_ms;
		others->now++;
	}
	if (names[0])
		names[strlen(names) - 1] = '\0';
	others->names = arena_text(a, slice_of(names));
	return i;
}

static void
alerts_collect(struct ui *ui, struct view *v, const struct store *s)
{
	struct alerts_state *st = v->state;
	const struct alerts *all = store_alerts(s);
	const struct alert **order = arena_take(&v->arena, (all->n + 1) * sizeof *order);
	size_t n, i = 0;

	st->rows = arena_take(&v->arena, (2 * all->n + 1) * sizeof *st->rows); /* at worst each is a group */
	n = order && st->rows ? alerts_order(all, order, all->n) : 0;
	memset(st->counts, 0, sizeof st->counts);
	st->n = st->provisional = 0;
	st->forgotten = all->forgotten;
	st->refused = all->refused;
	while (i < n && order[i]->state != ALERT_CLEARED) {
		const struct alert *al = order[i++];

		if (al->provisional)
			continue;
		keep_row(&v->arena, all, &st->rows[st->n++], al);
		if (st->rows[st->n - 1].incident > INCIDENT_LISTED && !st->rows[st->n - 1].member)
			i = collect_others(&v->arena, st, all, order, n, i);
	}
	collect_groups(&v->arena, st, all, order, n);
	for (; i < n; i++)
		if (!order[i]->provisional)
			keep_row(&v->arena, all, &st->rows[st->n++], order[i]);
	for (i = 0; i < n; i++)
		st->counts[order[i]->state] += !order[i]->provisional;
	for (i = 0; i < st->n; i++)
		if (st->rows[i].kind == ROW_ALERT)
			alert_notes_find(&st->rows[i].notes, &v->arena, &st->rows[i].a, s, ui->past);
	say_worst(v, st);
	collect_actions(v, st, s);
}

static uint64_t
row_id(const void *ctx, size_t row)
{
	const struct alert_row *r = &((const struct alerts_state *)((const struct view *)ctx)->state)->rows[row];

	return r->kind != ROW_ALERT ? r->group : r->a.id;
}

static bool
row_keep(const void *ctx, size_t row)
{
	const struct view *v = ctx;
	const struct alerts_state *st = v->state;
	const struct alert *al = &st->rows[row].a;
	const struct metric_subject subject = {.alert = al};
	struct slice texts[] = {al->key.rule, al->key.model, al->key.feature, al->key.source, slice_of(al->sentence),
	    slice_of(alert_state_names[al->state]), slice_of(severity_names[al->severity])};

	if (!filter_active(&v->filter) && ui_sort_is_own(v))
		return st->rows[row].kind != ROW_ALERT || !st->rows[row].group || st->rows[row].group == st->open;
	return st->rows[row].kind == ROW_ALERT &&
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
	const struct alert *x = &st->rows[a].a, *y = &st->rows[b].a;
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
	struct list_rows rows = {v, st->n, row_id, row_keep, row_order};
	size_t selected;

	ui_list_update(ui, v, &st->list, &rows);
	/* Lines that stand for several are not among them. */
	for (size_t i = 0; i < st->n && st->list.out_of > 0; i++)
		st->list.out_of -= st->rows[i].kind != ROW_ALERT;
	selected = list_row(&st->list);
	if (selected == LIST_NONE || st->rows[selected].kind != ROW_ALERT)
		st->course.n = 0;
	else if (!v->frozen || !st->course.n)
		alert_course_collect(&st->course, s, &st->rows[selected].a, ui->now_ms);
}

/* ---- the list -----------------------------------------------------------------------------------------------------
 */

struct alerts_ctx {
	const struct ui *ui;
	const struct alerts_state *st;
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

static void
list_cell(const void *ctx, struct grid *g, struct rect r, size_t place, size_t column)
{
	const struct alerts_ctx *c = ctx;
	const struct alert_row *row = &c->st->rows[c->st->list.order[place]];
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
		grid_str(g, r, 0, 0, role, alert_state_names[al->state]);
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
		grid_text(g, r, 0, 0, role, al->key.feature, FIT_ELLIPSIS);
		break;
	case COL_RULE:
		grid_text(g, r, 0, 0, ROLE_MUTED, al->key.rule, FIT_ELLIPSIS);
		break;
	case COL_NOTES:
		alert_part_notes(g, r, al, row->notes.n);
		break;
	default:
		grid_text(g, r, 0, 0, role, slice_of(al->sentence), FIT_ELLIPSIS);
		break;
	}
}

/* Names as wide as the longest; and no column of notes where there is none. */
static void
fit_columns(const struct alerts_state *st, struct table_column *out)
{
	int model = 0, feature = 0, longest;
	bool notes = false;

	for (size_t i = 0; i < st->n; i++) {
		const struct alert *al = &st->rows[i].a;

		longest = grid_text_width(al->key.model.n ? al->key.model : al->key.source) + st->rows[i].member;
		model = longest > model ? longest : model;
		longest = grid_text_width(al->key.feature);
		feature = longest > feature ? longest : feature;
		notes |= al->provisional || !al->trusted || alert_silenced(al) || al->acked_by[0] || al->raised > 1 ||
			 (st->rows[i].kind == ROW_ALERT && st->rows[i].notes.n);
	}
	part_fit_column(out, columns, COL_COUNT, COL_MODEL, model);
	longest = feature < columns[COL_FEATURE].most ? feature : columns[COL_FEATURE].most;
	if (longest > columns[COL_FEATURE].cols)
		out[COL_FEATURE].cols = out[COL_FEATURE].most = (uint8_t)longest;
	if (!notes)
		out[COL_NOTES].cols = 0;
}

static void
panel_list(const struct ui *ui, struct view *v, struct grid *g, struct rect r, bool focused)
{
	struct alerts_state *st = v->state;
	struct alerts_ctx ctx = {ui, st};
	struct table_column fitted[COL_COUNT];
	struct slice words[FILTER_WORDS];
	char note[120];
	struct panel p = {.number = 1, .title = "Alerts", .note = note, .focused = focused};
	struct table t = {.columns = fitted,
	    .ncolumns = COL_COUNT,
	    .order = ui_order(ui, v),
	    .sorted = ui_sort_column(v),
	    .reversed = v->reversed,
	    .words = words,
	    .nwords = filter_words(&v->filter, words),
	    .empty = st->n ? "no alert passes the filter" : "no alert so far",
	    .ctx = &ctx,
	    .cell = list_cell};
	size_t n = 0;

	fit_columns(st, fitted);
	n += (size_t)snprintf(note, sizeof note, "%zu firing, %zu pending, %zu cleared", st->counts[ALERT_FIRING],
	    st->counts[ALERT_PENDING], st->counts[ALERT_CLEARED]);
	if (st->provisional)
		n += (size_t)snprintf(note + n, sizeof note - n, ", %zu provisional", st->provisional);
	if (st->forgotten)
		n += (size_t)snprintf(note + n, sizeof note - n, ", %s older ones not kept",
		    fmt_count(st->forgotten).s);
	if (st->refused && n < sizeof note)
		snprintf(note + n, sizeof note - n, ", no room for more");
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
	const struct alert_row *at = row == LIST_NONE ? NULL : &st->rows[row];
	struct rect body;

	if (at)
		snprintf(title, sizeof title, "%.*s%s%.*s", (int)(at->a.key.model.n < 44 ? at->a.key.model.n : 44),
		    at->a.key.model.p, at->a.key.model.n && subject_of(&at->a).n ? ": " : "",
		    (int)(subject_of(&at->a).n < 44 ? subject_of(&at->a).n : 44), subject_of(&at->a).p);
	body = panel_paint(g, r, &p);
	if (st->actions.n && body.rows > 1) {
		grid_text(g, body, body.rows - 1, 0, st->actions_well ? ROLE_MUTED : ROLE_WARN, st->actions,
		    FIT_ELLIPSIS);
		body = rect_rows(body, 0, body.rows - 1);
	}
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

	if (v->expanded || inside.rows < TABLE_ROWS_LEAST + DETAIL_ROWS) {
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

	return row == LIST_NONE ? NULL : &st->rows[row];
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
	const struct alert_row *r = &st->rows[row];

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
		snprintf(request->by, sizeof request->by, "%s", ui->options.user[0] ? ui->options.user : "somebody");
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
		if (al)
			ui_open_alert(ui, al);
		else if (row)
			toggle(v, row);
		return true;
	case ACTION_ACK:
	case ACTION_SILENCE:
		if (al && action == ACTION_ACK)
			acknowledge(ui, al, request);
		else if (al)
			silence(ui, al, request);
		else if (row)
			ui_say_key(ui, "these are several: %s lists them", ACTION_OPEN);
		return true;
	case ACTION_NEXT:
	case ACTION_PREVIOUS:
	case ACTION_ALERT_NEXT:
	case ACTION_ALERT_PREVIOUS:
		list_seek(&st->list, action == ACTION_NEXT || action == ACTION_ALERT_NEXT, fires, v);
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
		st->open = st->rows[st->list.order[p->pick - 1]].group;
		v->reorder = true;
	}
	while (st->open && at < st->list.n && !(st->rows[st->list.order[at]].kind != ROW_ALERT &&
						     st->rows[st->list.order[at]].group == st->open))
		at++;
	p->pick = st->open && at < st->list.n ? at + 1 : 0;
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
    .release = alerts_release_view,
    .alert = alerts_selected,
    .columns = columns,
    .ncolumns = COL_COUNT,
    .sorts = alerts_sorts,
};
