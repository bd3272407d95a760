/*
 * A table: heads, rows, columns that give way by weight where width is short, a mark at the sorted column, a cursor
 * row. Which columns and in which order is the table's own, or somebody's choice.
 *
 * The table owns nothing and remembers nothing: order, selection and scrolling belong to the caller (tui/list.h),
 * which hands over the row to begin with and the selected one. Cells are painted by a callback into a rect of one
 * row.
 */
#ifndef WIDGETS_TABLE_H
#define WIDGETS_TABLE_H

#include "widgets/widget.h"

#define TABLE_COLUMNS_MAX 24
#define TABLE_ALWAYS 255 /* weight of a column that is never dropped */
#define TABLE_PROSE SIZE_MAX
#define TABLE_REST 255   /* `most` of a column that takes what is left over */

struct table_column {
	const char *head;
	uint8_t cols;   /* its least width; 0: it is not there */
	uint8_t most;   /* its greatest width, where there is room; 0: cols */
	uint8_t weight; /* the lightest column goes first */
	bool right;     /* digits: head and cells end at the right edge */
	bool descends;  /* sorts the largest first */
	const char *id; /* what it is chosen by, for ever: "rate"; NULL: it cannot be */
};

/* Columns that somebody has chosen, by their index, in the order in which they stand. */
struct table_order {
	uint8_t at[TABLE_COLUMNS_MAX];
	uint8_t n; /* 0: nobody has, all stand as they are */
};

struct table {
	const struct table_column *columns;
	size_t ncolumns;
	const struct table_order *order; /* NULL: as they are; of those chosen, too, the lightest gives way first */
	size_t nrows, top, selected; /* selected: SIZE_MAX for none */
	size_t sorted;               /* column; SIZE_MAX: no mark */
	bool reversed;               /* against the column's own direction */
	bool focused;                /* the cursor row is shown */
	bool whole;                  /* the cursor covers prose, too, where rows are long */
	uint32_t pictures;           /* 1 << column: the cursor leaves these out, which would be sent again */
	const char *empty;           /* what stands there when there are no rows; NULL: nothing */
	const struct slice *words;   /* to be picked out in cells, ASCII letters in any case; up to 8 */
	size_t nwords;
	const void *ctx;
	void (*cell)(const void *ctx, struct grid *g, struct rect r, size_t row, size_t column);
	/*
	 * Rows that stand for others: they have cells in the columns of `own` (1 << column) alone, and the widest
	 * stretch behind one of these is one more cell, column TABLE_PROSE. NULL: there are none.
	 */
	bool (*stands)(const void *ctx, size_t row);
	uint32_t own;
};

/*
 * Widths for each column at this total width; 0: dropped. Columns are one apart, two from 100 columns on, which is
 * returned. What is left over goes to the columns that may grow, evenly.
 */
int table_layout(const struct table_column *columns, size_t n, int cols, int *widths);

/* Whether a column is among those chosen: all are, where nobody has. order may be NULL. */
bool table_order_has(const struct table_order *order, size_t column);

/* Rows of the table that fit below the head. */
size_t table_body_rows(struct rect r);

/* Whether a column stands in a table that is so wide. */
bool table_shows(const struct table *t, int cols, size_t column);

void table_paint(struct grid *g, struct rect r, const struct table *t);

/* The first row to show so that `selected` is seen and the screen is full, moving as little as possible from `top`.
 */
size_t table_scroll(size_t top, size_t selected, size_t nrows, size_t body);

extern const struct widget table_widget;

#endif
