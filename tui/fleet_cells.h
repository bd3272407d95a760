/*
 * The columns of the fleet, and what a model has in each of them. A group has in the column that the list is sorted by
 * the figure that it stands there for: the sum of what adds up, else that of the model it is led by.
 */
#ifndef TUI_FLEET_CELLS_H
#define TUI_FLEET_CELLS_H

#include "tui/fleet_groups.h"
#include "widgets/table.h"

enum fleet_column {
	COL_MARK,
	COL_MODEL,
	COL_RATE,
	COL_P50,
	COL_P99,
	COL_ERRORS,
	COL_DRIFT,
	COL_ROWS,
	COL_WINDOW,
	COL_AGE,
	COL_WHY,
	COL_TREND,
	COL_COUNT,
};

extern const struct table_column fleet_columns[COL_COUNT];

/* A model by itself is one without a group. */
struct fleet_row {
	const struct model_row *m; /* of a group the one that leads it */
	const struct fleet_group *group; /* NULL: the row is a model */
};

/* Which of two comes first by a column, never reversed. 0: it does not say. */
int fleet_cells_order(enum fleet_column column, struct fleet_row a, struct fleet_row b);

/* What a model has in a column that is neither its mark nor its name. */
void fleet_cells_paint(struct grid *g, struct rect r, const struct model_row *m, enum fleet_column column);

/* A model that has fallen silent: what it last said is old, and looks it. */
bool fleet_cells_stale(const struct model_row *m);

/* What a group has in a column that it has a figure in. */
void fleet_cells_paint_group(struct grid *g, struct rect r, struct fleet_row row, enum fleet_column column);

#endif
