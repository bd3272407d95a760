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

bool
table_order_has(const struct table_order *order, size_t column)
{
	if (!order || order->n == 0)
		return true;
	for (size_t i = 0; i < order->n; i++)
		if (order->at[i] == column)
			return true;
	return false;
}

size_t
table_body_rows(struct rect r)
{
	if (r.rows <= 0)
		return 0;
	return r.rows > 1 ? (size_t)r.rows - 1 : 1; /* a single row shows the first item, not a head */
}

/* The columns as they stand, which is all that painting knows: `from` says which of the table's each of them is. */
struct shown {
	struct table_column columns[TABLE_COLUMNS_MAX];
	size_t from[TABLE_COLUMNS_MAX];
	int widths[TABLE_COLUMNS_MAX];
	size_t n;
	int gap;
};

static void
table_show(struct shown *s, const struct table *t, int cols)
{
	bool chosen = t->order && t->order->n > 0;
	size_t n = chosen ? t->order->n : t->ncolumns;

	s->n = 0;
	for (size_t i = 0; i < n; i++) {
		size_t from = chosen ? t->order->at[i] : i;

		if (from >= t->ncolumns)
			continue;
		s->columns[s->n] = t->columns[from];
		s->from[s->n++] = from;
	}
	s->gap = table_layout(s->columns, s->n, cols, s->widths);
}

bool
table_shows(const struct table *t, int cols, size_t column)
{
	struct shown s;

	if (t->ncolumns > TABLE_COLUMNS_MAX)
		return false;
	table_show(&s, t, cols);
	for (size_t i = 0; i < s.n; i++)
		if (s.from[i] == column)
			return s.widths[i] > 0;
	return false;
}

static void
table_heads(struct grid *g, struct rect r, const struct table *t, const struct shown *s)
{
	int col = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct table_column *c = &s->columns[i];
		struct rect cell = rect_cols(r, col, s->widths[i]);
		struct slice head = slice_of(c->head);
		int used = grid_text_width(head);

		if (s->widths[i] == 0)
			continue;
		if (c->right)
			grid_text_right(g, cell, 0, cell.cols, ROLE_HEADER, head);
		else
			grid_text(g, cell, 0, 0, ROLE_HEADER, head, FIT_CUT);
		if (s->from[i] == t->sorted) {
			bool down = c->descends != t->reversed;

			grid_put(g, r, 0, c->right ? col + s->widths[i] : col + used, ROLE_HEADER,
			    grid_glyph(g, down ? GLYPH_DOWN : GLYPH_UP));
		}
		col += s->widths[i] + s->gap;
	}
}

/*
 * The cursor covers the row; where that is long, only up to where prose begins: a terminal has to be sent every cell
 * of the rows that the cursor leaves and enters, and nobody needs a hundred columns of it to see where it is. A table
 * whose rows are mostly prose says `whole`.
 */
static int
table_cursor_cols(const struct shown *s, const struct table *t, int cols)
{
	int col = 0;

	for (size_t i = 0; i < s->n && !t->whole && cols >= TABLE_LONG; i++) {
		if (s->widths[i] == 0)
			continue;
		if (s->columns[i].most == TABLE_REST)
			return col > s->gap ? col - s->gap : cols;
		col += s->widths[i] + s->gap;
	}
	return cols;
}

/* A row that stands for others: its own cells, and what it has to say in the widest stretch between or behind them. */
static void
table_stands_cells(struct grid *g, struct rect r, const struct table *t, const struct shown *s, size_t row)
{
	int col = 0, end = 0, from = 0, cols = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->widths[i] == 0)
			continue;
		if (t->own >> s->from[i] & 1) {
			t->cell(t->ctx, g, rect_cols(r, col, s->widths[i]), row, s->from[i]);
			if (end > 0 && col - s->gap - end > cols) {
				from = end;
				cols = col - s->gap - end;
			}
			end = col + s->widths[i] + s->gap;
		}
		col += s->widths[i] + s->gap;
	}
	if (r.cols - end > cols) {
		from = end;
		cols = r.cols - end;
	}
	if (cols > 0)
		t->cell(t->ctx, g, rect_cols(r, from, cols), row, TABLE_PROSE);
}

static void
table_cells(struct grid *g, struct rect r, const struct table *t, const struct shown *s, size_t row)
{
	int col = 0;

	if (t->stands && t->stands(t->ctx, row)) {
		table_stands_cells(g, r, t, s, row);
		return;
	}
	for (size_t i = 0; i < s->n; i++) {
		if (s->widths[i] == 0)
			continue;
		t->cell(t->ctx, g, rect_cols(r, col, s->widths[i]), row, s->from[i]);
		col += s->widths[i] + s->gap;
	}
}

static void
table_row(struct grid *g, struct rect r, const struct table *t, const struct shown *s, size_t row)
{
	bool stands = t->stands && t->stands(t->ctx, row); /* its prose does not end where a column does */
	int col = 0;

	table_cells(g, r, t, s, row);
	if (row == t->selected && t->focused) {
		grid_ground(g, r, 0, 0, stands ? r.cols : table_cursor_cols(s, t, r.cols), ROLE_CURSOR);
		for (size_t i = 0; i < s->n && !stands; col += s->widths[i] ? s->widths[i] + s->gap : 0, i++)
			if (t->pictures >> s->from[i] & 1)
				grid_ground(g, r, 0, col, s->widths[i], ROLE_TEXT);
		grid_park(g, r, 0);
	}
	for (size_t k = 0; k < t->nwords; k++) {
		col = 0;
		for (size_t i = 0; i < s->n; i++) {
			if (s->widths[i] == 0)
				continue;
			grid_pick(g, rect_cols(r, col, s->widths[i]), ROLE_MATCH, t->words[k]);
			col += s->widths[i] + s->gap;
		}
	}
}

void
table_paint(struct grid *g, struct rect r, const struct table *t)
{
	struct shown s;
	size_t body = table_body_rows(r);
	int head = r.rows > 1 ? 1 : 0;

	if (r.rows < 1 || r.cols < 1 || t->ncolumns > TABLE_COLUMNS_MAX)
		return;
	table_show(&s, t, r.cols);
	if (head)
		table_heads(g, rect_rows(r, 0, 1), t, &s);
	for (size_t i = 0; i < body && t->top + i < t->nrows; i++)
		table_row(g, rect_rows(r, head + (int)i, 1), t, &s, t->top + i);
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
	else if (column == 1 || column == TABLE_PROSE)
		grid_text(g, r, 0, 0, ROLE_TEXT, specimen_text(kind), FIT_ELLIPSIS);
	else
		grid_text_right(g, r, 0, r.cols, ROLE_TEXT, slice_of(fmt_ms(specimen_number(kind, row + column)).s));
}

static bool
table_specimen_stands(const void *ctx, size_t row)
{
	(void)ctx;
	return row % 3 == 1;
}

static void
table_specimen(struct grid *g, struct rect r, enum specimen kind)
{
	static const struct table_column columns[] = {
	    {"", 2, 0, TABLE_ALWAYS, false, true, "severity"},
	    {"MODEL", 10, 24, TABLE_ALWAYS, false, false, "model"},
	    {"P50", 6, 0, 20, true, true, "p50"},
	    {"P99", 6, 0, 30, true, true, "p99"},
	    {"MAX", 6, TABLE_REST, 10, true, true, "max"},
	};
	static const struct table_order chosen = {{1, 4, 0, 3}, 4};
	size_t nrows = kind == SPECIMEN_EMPTY ? 0 : kind == SPECIMEN_HUGE ? 1000000 : 5;
	struct table t = {.columns = columns,
	    .ncolumns = 5,
	    .order = kind == SPECIMEN_HOSTILE ? &chosen : NULL,
	    .nrows = nrows,
	    .selected = nrows - 1,
	    .sorted = 4,
	    .focused = true,
	    .empty = "no models yet",
	    .ctx = &kind,
	    .cell = table_specimen_cell,
	    .stands = table_specimen_stands,
	    .own = 1u << 0 | 1u << 1};

	t.top = table_scroll(0, t.selected, nrows, table_body_rows(r));
	table_paint(g, r, &t);
}

const struct widget table_widget = {"table", "rows and columns that give way by weight", table_specimen};
