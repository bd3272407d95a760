/*
 * What if: the alerts of the recording beside those that the change typed would have raised. Enter goes to the moment
 * at which the first of the two fired.
 */
#include <stdio.h>
#include <string.h>

#include "tui/part.h"
#include "tui/whatif.h"
#include "widgets/mark.h"

enum { COL_MARK, COL_MODEL, COL_FEATURE, COL_RULE, COL_DIFFERENCE, COL_WAS, COL_IS, COL_WHAT, COL_COUNT };

static const struct table_column columns[COL_COUNT] = {
    [COL_MARK] = {"", 2, 0, TABLE_ALWAYS, false, false, NULL},
    [COL_MODEL] = {"MODEL", 10, 20, TABLE_ALWAYS, false, false, NULL},
    [COL_FEATURE] = {"FEATURE", 10, 20, 90, false, false, NULL},
    [COL_RULE] = {"RULE", 8, 14, 100, false, false, NULL},
    [COL_DIFFERENCE] = {"DIFFERENCE", 14, 20, TABLE_ALWAYS, false, false, NULL},
    [COL_WAS] = {"WAS", 17, 0, 95, false, false, NULL},
    [COL_IS] = {"WHAT-IF", 17, 0, 99, false, false, NULL},
    [COL_WHAT] = {"", 16, TABLE_REST, 40, false, false, NULL},
};

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

static void
whatif_arrange(struct ui *ui, struct view *v, const struct store *s)
{
	struct whatif_state *st = v->state;
	struct list_rows rows = {v, 0, row_id, NULL, NULL};

	(void)s;
	/* Another one may have taken its place since it was collected. */
	st->held = ui->past ? ui->past->whatif : NULL;
	rows.n = st->held ? st->held->n : 0;
	list_update(&st->list, &rows, false);
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

static void
whatif_draw(struct ui *ui, struct view *v, struct grid *g, struct rect r)
{
	struct whatif_state *st = v->state;
	struct rect inside = rect_cols(r, r.cols > 40 ? 1 : 0, r.cols > 40 ? r.cols - 2 : r.cols);
	struct panel p = {.title = "What if", .focused = true, .note = ui->past && st->held ? ui->past->change : ""};
	struct table t = {.columns = columns,
	    .ncolumns = COL_COUNT,
	    .sorted = SIZE_MAX,
	    .empty = "no alert, neither as recorded nor so",
	    .ctx = st,
	    .cell = whatif_cell};

	part_list(g, inside, &p, &t, &st->list);
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

const struct screen screen_whatif = {
    .id = SCREEN_WHATIF,
    .name = "what if",
    .state_bytes = sizeof(struct whatif_state),
    .collect = whatif_collect,
    .arrange = whatif_arrange,
    .draw = whatif_draw,
    .act = whatif_act,
    .release = whatif_state_release,
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
