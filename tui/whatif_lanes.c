#include "tui/whatif_lanes.h"

#include <stdio.h>

#include "tui/part.h"
#include "widgets/panel.h"
#include "widgets/timebar.h"

#define NAME_COLS_LEAST 16
#define NAME_COLS_MOST	40
#define SIDE_COLS	9 /* "what-if" and blanks */
#define AXIS_COLS_LEAST 20

/* Where on the axis one side fired; none: it did not. */
static size_t
fired(const struct whatif_lanes *l, const struct whatif_row *row, enum whatif_side side, struct timebar_item *out)
{
	if (!row->in[side])
		return 0;
	out->kind = row->worst[side] == SEVERITY_CRIT ? TIMEBAR_CRIT : TIMEBAR_WARN;
	out->from_ms = row->fired_ms[side];
	out->to_ms = row->ended_ms[side] == ALERT_NEVER ? l->to_ms : row->ended_ms[side];
	return 1;
}

static void
paint_name(struct grid *g, struct rect r, const struct whatif_row *row, enum role role)
{
	struct slice whose = row->model.n ? row->model : row->source;
	struct slice what = row->feature.n ? row->feature : row->version;
	int col = 0;

	grid_text(g, r, 0, 0, role, whose, FIT_ELLIPSIS);
	if (what.n && !row->feature.n)
		col = grid_str(g, r, 1, 0, ROLE_MUTED, "version ");
	if (what.n)
		col += grid_text(g, rect_cols(r, col, r.cols - col), 1, 0, role, what, FIT_ELLIPSIS) + 1;
	if (col < r.cols - 2)
		grid_text(g, rect_cols(r, col, r.cols - col), 1, 0, ROLE_MUTED, row->rule, FIT_ELLIPSIS);
}

static void
paint_pair(const struct whatif_lanes *l, struct grid *g, struct rect r, int names, size_t place)
{
	static const char *const sides[WHATIF_SIDES] = {"was", "what-if"};
	const struct whatif_row *row = &l->held->rows[l->list->order[place]];
	struct timebar_item item;

	paint_name(g, rect_cols(r, 0, names - 1), row, place == l->list->selected ? ROLE_TITLE : ROLE_TEXT);
	for (int side = 0; side < WHATIF_SIDES; side++) {
		struct timebar t = {.from_ms = l->from_ms, .to_ms = l->to_ms, .items = &item, .lane = true};

		t.n = fired(l, row, (enum whatif_side)side, &item);
		grid_str(g, rect_cols(r, names, SIDE_COLS), side, 0, ROLE_MUTED, sides[side]);
		timebar_paint(g, rect_rows(rect_cols(r, names + SIDE_COLS, r.cols), side, 1), &t);
	}
}

void
whatif_lanes_paint(const struct whatif_lanes *l, struct grid *g, struct rect r)
{
	char note[48];
	struct panel p = {.title = "Over the recording", .note = note};
	int names = r.cols / 4 < NAME_COLS_MOST ? r.cols / 4 : NAME_COLS_MOST, pairs;
	struct rect axis;
	size_t first;

	if (!l->list->n || r.rows < WHATIF_LANES_ROWS)
		return;
	pairs = (r.rows - 2) / WHATIF_SIDES;
	pairs = (size_t)pairs > l->list->n ? (int)l->list->n : pairs;
	first = l->list->selected < (size_t)pairs ? 0 : l->list->selected + 1 - (size_t)pairs;
	panel_range(note, sizeof note, first, (size_t)pairs, l->list->n);
	r = panel_paint(g, r, &p);
	names = names < NAME_COLS_LEAST ? 0 : names;
	axis = rect_cols(r, names + SIDE_COLS, r.cols);
	if (axis.cols < AXIS_COLS_LEAST)
		return;
	for (int i = 0; i < pairs; i++)
		paint_pair(l, g, rect_rows(r, WHATIF_SIDES * i, WHATIF_SIDES), names, first + (size_t)i);
	grid_str(g, axis, WHATIF_SIDES * pairs, 0, ROLE_MUTED, part_time(l->from_ms, l->to_ms, l->offset_ms).s);
	grid_text_right(g, axis, WHATIF_SIDES * pairs, axis.cols, ROLE_MUTED,
	    slice_of(part_time(l->to_ms, l->to_ms, l->offset_ms).s));
}
