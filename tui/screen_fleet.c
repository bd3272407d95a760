/*
 * All models, the worst first, with the reason; below them, where there is room, what is going on in the selected
 * one, so that the first look needs no key.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "tui/fleet_cells.h"
#include "tui/fleet_detail.h"
#include "tui/fleet_say.h"
#include "tui/part.h"
#include "tui/row_name.h"
#include "widgets/mark.h"
#include "widgets/table.h"

struct fleet_state {
	struct list list; /* of models, and behind the last of them of groups */
	struct fleet_groups groups;
	enum { FOLD_AUTO, FOLD_YES, FOLD_NO, FOLD_OPEN, FOLDS } fold;
	bool folded; /* there are groups */
	int room; /* rows for a table, as last drawn */
	size_t sorted; /* COL_MARK: by severity */
	bool reversed;
	/* Rows held while frozen; otherwise the ui's own are used. */
	struct model_row *held;
	size_t nheld;
	struct fleet_detail detail; /* of the selected model */
};

struct fleet_rows {
	const struct model_row *rows;
	size_t n;
	const struct view *v;
	const struct fleet_state *st;
};

static struct fleet_rows
fleet_rows(const struct ui *ui, const struct view *v)
{
	const struct fleet_state *st = v->state;

	if (v->frozen && st->held)
		return (struct fleet_rows){st->held, st->nheld, v, st};
	return (struct fleet_rows){ui->models, ui->nmodels, v, st};
}

static bool
fleet_is_group(const struct fleet_rows *r, size_t row)
{
	return row != LIST_NONE && row >= r->n;
}

/* The model that a row is, or of a group its worst. */
static size_t
fleet_model(const struct fleet_rows *r, size_t row)
{
	return fleet_is_group(r, row) ? r->st->groups.groups[row - r->n].worst : row;
}

/* The group that a row is, or is in; FLEET_ALONE. */
static size_t
fleet_group(const struct fleet_rows *r, size_t row)
{
	return !r->st->folded ? FLEET_ALONE : fleet_is_group(r, row) ? row - r->n : r->st->groups.of[row];
}

static uint64_t
fleet_id(const void *ctx, size_t row)
{
	const struct fleet_rows *r = ctx;

	return fleet_is_group(r, row) ? r->st->groups.groups[row - r->n].id : row;
}

static bool
fleet_passes(const void *ctx, size_t row)
{
	const struct fleet_rows *r = ctx;
	const struct model_row *m = &r->rows[row];

	return filter_match(&r->v->filter,
	    (struct slice[]){m->f.name, m->f.why, slice_of(severity_names[m->f.severity])}, 3,
	    &(struct metric_subject){.model = &m->f, .quality = m->quality});
}

static bool
fleet_keep(const void *ctx, size_t row)
{
	const struct fleet_rows *r = ctx;
	size_t group = fleet_group(r, row);

	if (!r->st->folded)
		return fleet_passes(r, row);
	if (fleet_is_group(r, row))
		return r->st->groups.groups[group].n > 0;
	return group == FLEET_ALONE || (group != FLEET_OUT && r->st->groups.groups[group].open);
}

/* A row as its columns know it. */
static struct fleet_row
fleet_row(const struct fleet_rows *r, size_t row)
{
	const struct fleet_group *group;

	if (!fleet_is_group(r, row))
		return (struct fleet_row){&r->rows[row], NULL};
	group = &r->st->groups.groups[row - r->n];
	return (struct fleet_row){&r->rows[group->lead], group};
}

/* By the column that is sorted by, never reversed. */
static int
fleet_by_column(const void *ctx, size_t a, size_t b)
{
	const struct fleet_rows *r = ctx;
	int order = fleet_cells_order((enum fleet_column)r->st->sorted, fleet_row(r, a), fleet_row(r, b));

	return order ? order : held_model_order(fleet_row(r, a).m, fleet_row(r, b).m);
}

/* Of two rows that are in no group together: all of a group stand where it does. */
static int
fleet_between(const struct fleet_rows *r, size_t a, size_t b)
{
	size_t x = fleet_group(r, a), y = fleet_group(r, b);

	return fleet_by_column(r, x < r->st->groups.n ? r->n + x : a, y < r->st->groups.n ? r->n + y : b);
}

/* A group stands before its models, whichever way they are sorted. */
static int
fleet_order(const void *ctx, size_t a, size_t b)
{
	const struct fleet_rows *r = ctx;
	size_t x = fleet_group(r, a), y = fleet_group(r, b);
	bool together = x == y && x != FLEET_ALONE;
	int order;

	if (together && fleet_is_group(r, a) != fleet_is_group(r, b))
		return fleet_is_group(r, a) ? -1 : 1;
	order = together || !r->st->folded ? fleet_by_column(r, a, b) : fleet_between(r, a, b);
	return r->st->reversed ? -order : order;
}

/* Whether there are groups: where somebody has asked for them, here or by naming some, and where not all rows fit. */
static bool
fleet_folds(const struct fleet_state *st, size_t models, size_t named)
{
	if (st->fold != FOLD_AUTO)
		return st->fold != FOLD_NO;
	return named > 0 || (st->room > 0 && models > (size_t)st->room);
}

static void
fleet_group_rows(const struct ui *ui, const struct view *v, const struct fleet_rows *r)
{
	struct fleet_state *st = v->state;
	struct fleet_grouping by = {.named = ui->options.groups,
	    .nnamed = ui->options.ngroups,
	    .open = st->fold == FOLD_OPEN ? FLEET_OPEN
		: st->fold == FOLD_AUTO && ui->options.ngroups ? FLEET_OPEN_IF_FITS
							       : FLEET_CLOSED,
	    .room = (size_t)st->room,
	    .searching = filter_active(&v->filter),
	    .keep = fleet_passes,
	    .order = fleet_by_column,
	    .ctx = r};

	fleet_groups_make(&st->groups, &by, r->rows, r->n);
}

static void
fleet_fold(const struct ui *ui, struct view *v, const struct fleet_rows *r)
{
	struct fleet_state *st = v->state;

	st->folded = false;
	if (!fleet_folds(st, r->n, ui->options.ngroups))
		return;
	fleet_group_rows(ui, v, r);
	st->folded = st->groups.n > 0;
}

/* What stands for models does not pass itself, and what it hides does. */
static void
fleet_count_passed(const struct fleet_rows *r, struct list *l)
{
	for (size_t i = 0; i < l->n; i++)
		l->fixed += fleet_is_group(r, l->order[i]);
	l->hidden = r->st->groups.passed - (l->n - l->fixed);
	l->out_of -= l->out_of > 0 ? r->st->groups.n : 0;
}

static void
fleet_arrange(struct ui *ui, struct view *v, const struct store *s)
{
	struct fleet_state *st = v->state;
	struct fleet_rows r = fleet_rows(ui, v);
	struct list_rows rows = {&r, r.n, fleet_id, fleet_keep, fleet_order};

	(void)s;
	fleet_fold(ui, v, &r);
	rows.n += st->folded ? st->groups.n : 0;
	ui_list_update(ui, v, &st->list, &rows);
	if (st->folded)
		fleet_count_passed(&r, &st->list);
}

static void
fleet_collect(struct ui *ui, struct view *v, const struct store *s)
{
	struct fleet_state *st = v->state;
	struct fleet_rows rows;

	st->held = NULL;
	fleet_say_line(ui, v);
	fleet_arrange(ui, v, s);
	rows = fleet_rows(ui, v);
	fleet_detail_collect(&st->detail, ui, v, s, fleet_model(&rows, list_row(&st->list)));
}

static void
fleet_group_cell(const struct fleet_rows *rows, struct grid *g, struct rect r, size_t row, size_t column)
{
	const struct fleet_row of = fleet_row(rows, row);

	switch (column) {
	case COL_MARK:
		mark_paint(g, r, 0, 0, mark_severity(g, rows->rows[of.group->worst].f.severity));
		break;
	case COL_MODEL:
		fleet_groups_paint_name(g, r, of.group);
		break;
	case TABLE_PROSE:
		fleet_groups_paint_why(g, r, of.group, rows->rows);
		break;
	default:
		fleet_cells_paint_group(g, r, of, (enum fleet_column)column);
		break;
	}
}

static bool
fleet_stands(const void *ctx, size_t place)
{
	const struct fleet_rows *r = ctx;

	return fleet_is_group(r, r->st->list.order[place]);
}

static void
fleet_cell(const void *ctx, struct grid *g, struct rect r, size_t place, size_t column)
{
	const struct fleet_rows *rows = ctx;
	size_t row = rows->st->list.order[place], group = fleet_group(rows, row);
	const struct model_row *m = &rows->rows[fleet_model(rows, row)];
	enum role role = fleet_cells_stale(m) ? ROLE_STALE : ROLE_TEXT;

	if (fleet_is_group(rows, row))
		fleet_group_cell(rows, g, r, row, column);
	else if (column == COL_MARK)
		mark_paint(g, r, 0, 0, mark_severity(g, m->f.severity));
	else if (column == COL_MODEL && group == FLEET_ALONE)
		grid_text(g, r, 0, 0, role, m->f.name, FIT_ELLIPSIS);
	else if (column == COL_MODEL)
		grid_text(g, r, 0, 2, role, fleet_groups_rest(&rows->st->groups.groups[group], m->f.name),
		    FIT_ELLIPSIS);
	else
		fleet_cells_paint(g, r, m, (enum fleet_column)column);
}

/* Rows of the table and of the detail: the table takes what it needs, the detail what is left, if that is worth it.
 */
static int
detail_rows(size_t models, size_t lines, int rows)
{
	int table = models + 1 < (size_t)rows ? (int)models + 1 : rows;
	int want = lines < 30 ? (int)lines + 3 : 33;
	int least = rows >= 16 ? rows / 3 : 0;
	int left = rows - table - 1;

	if (left < least)
		left = least;
	if (left > want && left < FLEET_PEEK_ROWS)
		left = want;
	return models && left >= 4 ? left : 0;
}

/*
 * The columns as wide as this fleet needs them. Where there is room the reason comes before the lighter columns, which
 * the detail below has anyway: a third of the row, whatever it says, so that no column goes when something fires.
 */
static void
fleet_fit(struct table_column *fitted, const struct fleet_rows *rows, int cols)
{
	int longest = 0;

	for (size_t i = 0; i < rows->n; i++) {
		size_t group = rows->st->folded ? rows->st->groups.of[i] : FLEET_ALONE;
		bool indented = group < rows->st->groups.n && rows->st->groups.groups[group].named;
		int width = grid_text_width(rows->rows[i].f.name) + (indented ? 2 : 0);

		longest = width > longest ? width : longest;
	}
	for (size_t i = 0; rows->st->folded && i < rows->st->groups.n; i++) {
		int width = fleet_groups_width(&rows->st->groups.groups[i]);

		longest = width > longest ? width : longest;
	}
	part_fit_column(fitted, fleet_columns, COL_COUNT, COL_MODEL, longest);
	if (cols >= 100)
		fitted[COL_WHY].cols = (uint8_t)(cols / 3 < 200 ? cols / 3 : 200);
}

static void
fleet_draw_detail(struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct fleet_state *st = v->state;
	struct fleet_rows rows = fleet_rows(ui, v);
	size_t row = v->frozen ? fleet_model(&rows, list_row(&st->list)) : st->detail.model;

	if (row != LIST_NONE && row < rows.n)
		fleet_detail_paint(&st->detail, ui, g, r, &rows.rows[row], row);
}

/* How many rows there are decides about groups, and is known only now. */
static void
fleet_set_room(struct ui *ui, struct view *v, int room, size_t models)
{
	struct fleet_state *st = v->state;
	size_t named = ui->options.ngroups;
	bool folds = fleet_folds(st, models, named), other = st->room != room && named > 0;

	st->room = room;
	if (st->fold == FOLD_AUTO && (other || folds != fleet_folds(st, models, named)))
		v->reorder = v->stale = ui->dirty_again = true;
}

static void
fleet_draw(struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct fleet_state *st = v->state;
	struct fleet_rows rows = fleet_rows(ui, v);
	struct rect inside = rect_cols(r, r.cols > 40 ? 1 : 0, r.cols > 40 ? r.cols - 2 : r.cols);
	int detail = detail_rows(st->list.n, fleet_detail_lines(&st->detail), inside.rows);
	struct rect top = rect_rows(inside, 0, inside.rows - detail);
	struct table_column fitted[COL_COUNT];
	struct slice words[FILTER_WORDS];
	struct table t = {.columns = fitted,
	    .words = words,
	    .nwords = filter_words(&v->filter, words),
	    .ncolumns = COL_COUNT,
	    .order = ui_order(ui, v),
	    .nrows = st->list.n,
	    .selected = st->list.selected,
	    .sorted = st->sorted == COL_MARK ? SIZE_MAX : st->sorted,
	    .reversed = st->reversed,
	    .focused = true,
	    .empty = filter_active(&v->filter) ? "nothing passes the filter"
		     : ui->past		       ? "no model has been seen yet at this time"
					       : "waiting for the first event",
	    .ctx = &rows,
	    .cell = fleet_cell,
	    .stands = fleet_stands,
	    .own = 1u << COL_MARK | 1u << COL_MODEL | 1u << COL_RATE | 1u << st->sorted};

	fleet_fit(fitted, &rows, inside.cols);
	fleet_set_room(ui, v, inside.rows - 1, rows.n);
	if (ui->want_trend != (r.cols >= 100)) {
		ui->want_trend = r.cols >= 100;
		ui->generation = UINT64_MAX;
		ui->dirty_again = true;
	}
	st->list.body = table_body_rows(top);
	st->list.top = t.top = table_scroll(st->list.top, st->list.selected, st->list.n, st->list.body);
	table_paint(g, top, &t);
	if (st->list.n == 0 && !filter_active(&v->filter))
		fleet_say_empty(ui, g, rect_rows(top, 3, top.rows));
	/* What the next collecting is for is known only once there is a size. */
	if (st->detail.want_peek != (detail >= FLEET_PEEK_ROWS)) {
		st->detail.want_peek = detail >= FLEET_PEEK_ROWS;
		v->stale = ui->dirty_again = true;
	}
	if (detail > 0)
		fleet_draw_detail(ui, v, g, rect_rows(inside, inside.rows - detail, detail));
}

static bool
fleet_not_ok(const void *ctx, size_t row)
{
	const struct fleet_rows *r = ctx;

	/* The models of an open group come behind it. */
	if (fleet_is_group(r, row) && r->st->groups.groups[row - r->n].open)
		return false;
	return filter_active(&r->v->filter) || r->rows[fleet_model(r, row)].f.severity >= SEVERITY_WARN;
}

static const struct screen_sort fleet_sorts[] = {{"severity", COL_MARK}, {"model", COL_MODEL}, {"rate", COL_RATE},
    {"p50", COL_P50}, {"p99", COL_P99}, {"errors", COL_ERRORS}, {"drift", COL_DRIFT}, {"rows", COL_ROWS},
    {"age", COL_AGE}, {NULL, 0}};

static void
fleet_sort_by(struct view *v, size_t column, bool reverse)
{
	struct fleet_state *st = v->state;

	st->sorted = column;
	st->reversed = reverse;
}

/* From each model by itself to folded groups, to open ones, and back. */
static void
fleet_turn(struct ui *ui, struct view *v)
{
	struct fleet_state *st = v->state;
	struct fleet_rows rows = fleet_rows(ui, v);
	size_t n;

	st->fold = !st->folded ? FOLD_YES : st->fold == FOLD_OPEN || st->groups.open ? FOLD_NO : FOLD_OPEN;
	fleet_groups_forget(&st->groups);
	fleet_group_rows(ui, v, &rows);
	n = st->groups.n;
	if (st->fold == FOLD_NO)
		snprintf(ui->message, sizeof ui->message, "each model by itself");
	else if (n == 0)
		snprintf(ui->message, sizeof ui->message, "no two names have the same beginning up to / or :%s",
		    ui->options.ngroups ? "" : "; \"groups\" can name some");
	else
		snprintf(ui->message, sizeof ui->message, "%zu group%s, %s", n, n == 1 ? "" : "s",
		    st->groups.open ? "open" : "folded");
	v->reorder = v->stale = true;
}

/* What a key of the model's own screen leads to, without it on the way in; it is on the way back. Of a group it is the
 * worst of it. */
static void
fleet_go(struct ui *ui, const struct fleet_rows *rows, size_t row, enum action action)
{
	size_t model = row == LIST_NONE ? LIST_NONE : fleet_model(rows, row);

	if (model == LIST_NONE)
		ui_say(ui, "there is no model here yet");
	else if (!ui_push(ui, &screen_model, model, SIZE_MAX, rows->rows[model].f.name))
		return;
	else if (action == ACTION_EVENTS)
		ui_push(ui, &screen_events, model, SIZE_MAX, slice_of("events"));
	else
		ui_push(ui, &screen_versions, model, SIZE_MAX, slice_of("versions"));
}

static bool
fleet_act(struct ui *ui, struct view *v, enum action action, struct ui_request *request)
{
	struct fleet_state *st = v->state;
	struct fleet_rows rows = fleet_rows(ui, v);
	size_t row = list_row(&st->list);

	(void)request;
	if (ui_list_act(ui, v, &st->list, action))
		return true;
	switch (action) {
	case ACTION_OPEN:
	case ACTION_RIGHT:
		if (fleet_is_group(&rows, row)) {
			fleet_groups_toggle(&st->groups, row - rows.n);
			v->reorder = v->stale = true;
		} else if (row == LIST_NONE)
			ui_push(ui, &screen_sources, SIZE_MAX, SIZE_MAX, slice_of("sources"));
		else
			ui_push(ui, &screen_model, row, SIZE_MAX, rows.rows[row].f.name);
		return true;
	case ACTION_COMPARE:
		if (row == LIST_NONE)
			ui_say(ui, "there is no model here yet");
		else
			ui_compare(ui, v, ui->store,
			    &(struct pin_subject){.model = rows.rows[fleet_model(&rows, row)].f.name}, false);
		return true;
	case ACTION_EVENTS:
	case ACTION_VERSIONS:
		fleet_go(ui, &rows, row, action);
		return true;
	case ACTION_NEXT:
	case ACTION_PREVIOUS:
		ui_list_seek(ui, &st->list, action == ACTION_NEXT, fleet_not_ok, &rows);
		v->stale = true;
		return true;
	case ACTION_FOLD:
		fleet_turn(ui, v);
		return true;
	case ACTION_FREEZE:
		/* The rows are the ui's, who goes on collecting: from now on this view has its own. */
		if (!v->frozen) {
			st->nheld = ui->nmodels;
			st->held = held_copy(&v->arena, ui->models, &st->nheld);
		}
		return false;
	default:
		return false;
	}
}

static void
fleet_release(struct view *v)
{
	struct fleet_state *st = v->state;

	if (!st)
		return;
	list_release(&st->list);
	fleet_groups_release(&st->groups);
	fleet_detail_release(&st->detail);
}

/* What is picked is how groups are, where somebody has said it: 1 folded, 2 there are none, 3 open. */
static void
fleet_position(struct view *v, unsigned panel, struct position *p, bool put)
{
	struct fleet_state *st = v->state;

	(void)panel;
	ui_list_position(&st->list, p, put);
	if (put && p->pick < FOLDS && p->pick != (size_t)st->fold) {
		st->fold = p->pick == 1 ? FOLD_YES : p->pick == 2 ? FOLD_NO : p->pick == 3 ? FOLD_OPEN : FOLD_AUTO;
		fleet_groups_forget(&st->groups);
		v->reorder = true;
	}
	if (!put)
		p->pick = (size_t)st->fold;
}

/* Opens the group that a model is folded into. */
static void
fleet_reveal(struct ui *ui, struct view *v, struct slice name)
{
	struct fleet_state *st = v->state;
	struct fleet_rows r = fleet_rows(ui, v);

	for (size_t i = 0; st->folded && i < r.n; i++) {
		size_t group = fleet_group(&r, i);

		if (group >= st->groups.n || st->groups.groups[group].open || slice_cmp(r.rows[i].f.name, name) != 0)
			continue;
		fleet_groups_toggle(&st->groups, group);
		v->reorder = v->stale = true;
	}
}

static bool
fleet_row_name(const struct ui *ui, const struct view *v, unsigned panel, size_t place, char *buf)
{
	struct fleet_rows r = fleet_rows(ui, v);
	size_t row;

	(void)panel;
	if (!v->list || !row_name_row(v->list, place, &row))
		return false;
	row_name_put(buf, fleet_is_group(&r, row) ? r.st->groups.groups[row - r.n].name : r.rows[row].f.name);
	return true;
}

/* ---- for what leads back here ------------------------------------------------------------------ */

size_t
ui_fleet_groups(const struct view *v)
{
	const struct fleet_state *st = v->state;

	return st->folded ? st->groups.n : 0;
}

bool
ui_fleet_group_is(const struct view *v, size_t i, bool open, struct slice *name)
{
	const struct fleet_groups *g = &((const struct fleet_state *)v->state)->groups;

	*name = g->groups[i].name;
	return g->groups[i].open == open && g->open != open;
}

bool
ui_fleet_group_set(struct view *v, struct slice name, bool open)
{
	struct fleet_state *st = v->state;

	for (size_t i = 0; i < ui_fleet_groups(v); i++) {
		if (slice_cmp(st->groups.groups[i].name, name) != 0)
			continue;
		if (st->groups.groups[i].open != open)
			fleet_groups_toggle(&st->groups, i);
		v->reorder = true;
		return true;
	}
	return false;
}

const struct screen screen_fleet = {
    .id = SCREEN_FLEET,
    .name = "fleet",
    .rows = METRIC_OF_MODEL,
    .state_bytes = sizeof(struct fleet_state),
    .collect = fleet_collect,
    .arrange = fleet_arrange,
    .draw = fleet_draw,
    .act = fleet_act,
    .position = fleet_position,
    .row_name = fleet_row_name,
    .reveal = fleet_reveal,
    .release = fleet_release,
    .columns = fleet_columns,
    .ncolumns = COL_COUNT,
    .sorts = fleet_sorts,
    .sort = fleet_sort_by,
};
