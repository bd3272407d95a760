#include "widgets/heat.h"

#include <math.h>

#define AXIS_ROWS_LEAST 4 /* with fewer, all are for the map */

int
heat_rows(int rows, bool axis)
{
	rows -= axis && rows >= AXIS_ROWS_LEAST ? 1 : 0;
	return rows > 0 ? rows : 0;
}

/* Five levels; what is there at all is told from what is not. */
static uint32_t
shade(const struct grid *g, float frac)
{
	static const uint32_t ascii[] = {'.', ':', '+', '*', '#'};
	static const uint32_t blocks[] = {0xb7, 0x2591, 0x2592, 0x2593, 0x2588};
	int level = frac >= 1 ? 4 : (int)(frac * 4.999f);

	if (!(frac > 0))
		return ' ';
	return g->glyphs == GLYPHS_ASCII ? ascii[level] : blocks[level];
}

/* The strongest of the cells that fall on that column: what was there for a moment must not vanish. */
static const struct heat_cell *
cell_at(const struct heat *h, size_t row, int col, int cols)
{
	const struct heat_cell *c = &h->cells[row * h->ncols], *best;
	size_t from = (size_t)col * h->ncols / (size_t)cols, to = ((size_t)col + 1) * h->ncols / (size_t)cols;

	best = &c[from];
	for (size_t i = from + 1; i < to; i++)
		if (isnan(best->frac) || c[i].frac > best->frac)
			best = &c[i];
	return best;
}

static void
paint_row(struct grid *g, struct rect r, const struct heat *h, size_t row)
{
	for (int col = 0; col < r.cols; col++) {
		const struct heat_cell *c = cell_at(h, row, col, r.cols);

		if (isnan(c->frac))
			continue;
		grid_put(g, r, 0, col, (enum role)c->role, shade(g, c->frac));
	}
}

void
heat_paint(struct grid *g, struct rect r, const struct heat *h)
{
	bool axis = h->left && h->right && r.rows >= AXIS_ROWS_LEAST;
	int rows = heat_rows(r.rows, h->left && h->right), names = 0, cols;
	struct rect map;

	if (r.rows < 1 || r.cols < 1 || !h->nrows || !h->ncols)
		return;
	if ((size_t)rows > h->nrows)
		rows = (int)h->nrows;
	for (int i = 0; i < rows; i++) {
		int width = grid_text_width(h->names[i]);

		names = width > names ? width : names;
	}
	names = names > h->name_cols ? h->name_cols : names;
	if (h->map_col > names)
		names = h->map_col - 1;
	if (r.cols < 2 * (names + 1))
		names = -1;
	map = rect_cols(r, names + 1, r.cols);
	for (int i = 0; i < rows; i++) {
		if (names > 0 && grid_text_width(h->names[i]) <= names)
			grid_text_right(g, rect_cols(r, 0, names), i, names, ROLE_MUTED, h->names[i]);
		else if (names > 0)
			grid_text(g, rect_cols(r, 0, names), i, 0, ROLE_MUTED, h->names[i], FIT_ELLIPSIS);
		paint_row(g, rect_rows(map, i, 1), h, (size_t)i);
	}
	cols = map.cols;
	if (h->cursor >= 0 && (size_t)h->cursor < h->ncols) {
		int at = (int)((size_t)h->cursor * (size_t)cols / h->ncols);

		for (int i = 0; i < rows; i++)
			grid_ground(g, map, i, at, 1, ROLE_CURSOR);
	}
	if (!axis)
		return;
	map = rect_rows(map, rows, 1);
	cols = grid_str(g, map, 0, 0, ROLE_MUTED, h->left);
	if (cols + grid_text_width(slice_of(h->right)) + 1 <= map.cols)
		grid_text_right(g, map, 0, map.cols, ROLE_MUTED, slice_of(h->right));
}

static void
heat_specimen(struct grid *g, struct rect r, enum specimen kind)
{
	enum { ROWS = 12, COLS = 60 };
	struct heat_cell cells[ROWS * COLS];
	struct slice names[ROWS];
	struct heat h = {.cells = cells,
	    .names = names,
	    .nrows = kind == SPECIMEN_EMPTY ? 0 : ROWS,
	    .ncols = COLS,
	    .left = "-5m",
	    .right = "now",
	    .name_cols = 14,
	    .cursor = kind == SPECIMEN_HUGE ? COLS - 1 : 3};

	for (size_t i = 0; i < ROWS; i++)
		names[i] = specimen_text(kind);
	for (size_t i = 0; i < (size_t)ROWS * COLS; i++)
		cells[i] = (struct heat_cell){(float)(specimen_number(kind, i) / 50),
		    (uint8_t)(i % 7 ? ROLE_CURRENT : ROLE_WARN)};
	heat_paint(g, r, &h);
}

const struct widget heat_widget = {"heat", "classes of values over time, by shade", heat_specimen};
