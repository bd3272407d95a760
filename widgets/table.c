#include "widgets/table.h"

#include "widgets/fmt.h"
#include "widgets/mark.h"

#define TABLE_LONG 100 /* columns from which a row is long, and columns stand two apart */

static int
table_least(const struct table_column *columns, size_t n, const int *widths, int gap)
{
	int sum = 0;

	for (size_t i = 0; i < n; i++)
		if (widths[i] > 0)
			sum += columns[i].cols + (sum > 0 ? gap : 0);
	return sum;
}

/* The lightest column still there, the last one of equals; SIZE_MAX when only such remain as always stay. */
static size_t
table_lightest(const struct table_column *columns, size_t n, const int *widths)
{
	size_t found = SIZE_MAX;

	for (size_t i = 0; i < n; i++)
		if (widths[i] > 0 && columns[i].weight < TABLE_ALWAYS &&
		    (found == SIZE_MAX || columns[i].weight <= columns[found].weight))
			found = i;
	return found;
}

/* One column each in turn, so that two columns that may grow share alike; the rest-takers only get what others leave.
 */
static int
table_grow(const struct table_column *columns, size_t n, int *widths, int left, bool rest)
{
	bool grown = true;

	while (left > 0 && grown) {
		grown = false;
		for (size_t i = 0; i < n && left > 0; i++) {
			bool takes = columns[i].most == TABLE_REST ? rest : widths[i] < columns[i].most;

			if (widths[i] == 0 || !takes)
				continue;
			widths[i]++;
			left--;
			grown = true;
		}
	}
	return left;
}

int
table_layout(const struct table_column *columns, size_t n, int cols, int *widths)
{
	int gap = cols >= TABLE_LONG ? 2 : 1;
	int left;

	for (size_t i = 0; i < n; i++)
		widths[i] = columns[i].cols;
	while (table_least(columns, n, widths, gap) > cols) {
		size_t out = table_lightest(columns, n, widths);

		if (out == SIZE_MAX)
			break;
		widths[out] = 0;
	}
	left = cols - table_least(columns, n, widths, gap);
	left = table_grow(columns, n, widths, left, false);
	table_grow(columns, n, widths, left, true);
	return gap;
}

size_t
table_body_rows(struct rect r)
{
	if (r.rows <= 0)
		return 0;
	return r.rows > 1 ? (size_t)r.rows - 1 : 1; /* a single row shows the first item, not a head */
}

static void
table_heads(struct grid *g, struct rect r, const struct table *t, const int *widths, int gap)
{
	int col = 0;

	for (size_t i = 0; i < t->ncolumns; i++) {
		const struct table_column *c = &t->columns[i];
		struct rect cell = rect_cols(r, col, widths[i]);
		struct slice head = slice_of(c->head);
		int used = grid_text_width(head);

		if (widths[i] == 0)
			continue;
		if (c->right)
			grid_text_right(g, cell, 0, cell.cols, ROLE_HEADER, head);
		else
			grid_text(g, cell, 0, 0, ROLE_HEADER, head, FIT_CUT);
		if (i == t->sorted) {
			bool down = c->descends != t->reversed;

			grid_put(g, r, 0, c->right ? col + widths[i] : col + used, ROLE_HEADER,
			    grid_glyph(g, down ? GLYPH_DOWN : GLYPH_UP));
		}
		col += widths[i] + gap;
	}
}

/*
 * The cursor covers the row; where that is long, only up to where prose begins: a terminal has to be sent every cell
 * of the rows that the cursor leaves and enters, and nobody needs a hundred columns of it to see where it is.
 */
static int
table_cursor_cols(const struct table *t, const int *widths, int gap, int cols)
{
	int col = 0;

	for (size_t i = 0; i < t->ncolumns && cols >= TABLE_LONG; i++) {
		if (widths[i] == 0)
			continue;
		if (t->columns[i].most == TABLE_REST)
			return col > gap ? col - gap : cols;
		col += widths[i] + gap;
	}
	return cols;
}

static void
table_row(struct grid *g, struct rect r, const struct table *t, const int *widths, int gap, size_t row)
{
	int col = 0;

	for (size_t i = 0; i < t->ncolumns; i++) {
		if (widths[i] == 0)
			continue;
		t->cell(t->ctx, g, rect_cols(r, col, widths[i]), row, i);
		col += widths[i] + gap;
	}
	if (row == t->selected && t->focused) {
		grid_ground(g, r, 0, 0, table_cursor_cols(t, widths, gap, r.cols), ROLE_CURSOR);
		g->cursor_row = r.row;
		g->cursor_col = r.col;
	}
	for (size_t k = 0; k < t->nwords; k++) {
		col = 0;
		for (size_t i = 0; i < t->ncolumns; i++) {
			if (widths[i] == 0)
				continue;
			grid_pick(g, rect_cols(r, col, widths[i]), ROLE_MATCH, t->words[k]);
			col += widths[i] + gap;
		}
	}
}

void
table_paint(struct grid *g, struct rect r, const struct table *t)
{
	int widths[TABLE_COLUMNS_MAX];
	size_t body = table_body_rows(r);
	int head = r.rows > 1 ? 1 : 0;
	int gap;

	if (r.rows < 1 || r.cols < 1 || t->ncolumns > TABLE_COLUMNS_MAX)
		return;
	gap = table_layout(t->columns, t->ncolumns, r.cols, widths);
	if (head)
		table_heads(g, rect_rows(r, 0, 1), t, widths, gap);
	for (size_t i = 0; i < body && t->top + i < t->nrows; i++)
		table_row(g, rect_rows(r, head + (int)i, 1), t, widths, gap, t->top + i);
	if (t->nrows == 0 && t->empty)
		grid_text(g, r, head, 0, ROLE_MUTED, slice_of(t->empty), FIT_ELLIPSIS);
}

size_t
table_scroll(size_t top, size_t selected, size_t nrows, size_t body)
{
	if (body == 0 || nrows <= body)
		return 0;
	if (selected != SIZE_MAX && selected < top)
		top = selected;
	if (selected != SIZE_MAX && selected < nrows && selected >= top + body)
		top = selected - body + 1;
	return top > nrows - body ? nrows - body : top;
}

static void
table_specimen_cell(const void *ctx, struct grid *g, struct rect r, size_t row, size_t column)
{
	enum specimen kind = *(const enum specimen *)ctx;

	if (column == 0)
		mark_paint(g, r, 0, 0, mark_severity(g, (enum severity)(row % SEVERITY_COUNT)));
	else if (column == 1)
		grid_text(g, r, 0, 0, ROLE_TEXT, specimen_text(kind), FIT_ELLIPSIS);
	else
		grid_text_right(g, r, 0, r.cols, ROLE_TEXT, slice_of(fmt_ms(specimen_number(kind, row + column)).s));
}

static void
table_specimen(struct grid *g, struct rect r, enum specimen kind)
{
	static const struct table_column columns[] = {
	    {"", 2, 0, TABLE_ALWAYS, false, true},
	    {"MODEL", 10, 24, TABLE_ALWAYS, false, false},
	    {"P50", 6, 0, 20, true, true},
	    {"P99", 6, 0, 30, true, true},
	    {"MAX", 6, TABLE_REST, 10, true, true},
	};
	size_t nrows = kind == SPECIMEN_EMPTY ? 0 : kind == SPECIMEN_HUGE ? 1000000 : 5;
	struct table t = {.columns = columns,
	    .ncolumns = 5,
	    .nrows = nrows,
	    .selected = nrows - 1,
	    .sorted = 4,
	    .focused = true,
	    .empty = "no models yet",
	    .ctx = &kind,
	    .cell = table_specimen_cell};

	t.top = table_scroll(0, t.selected, nrows, table_body_rows(r));
	table_paint(g, r, &t);
}

const struct widget table_widget = {"table", "rows and columns that give way by weight", table_specimen};
