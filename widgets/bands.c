#include "widgets/bands.h"

#include <math.h>

#define AXIS_ROWS_LEAST 4 /* with fewer, all are for the bands */
#define NAME_COLS_MOST	10
#define WAS_COLS	2

/* ---- the axis of values ---------------------------------------------------------------------- */

struct scale {
	double low, high;
	int rows;
};

static void
scale_reach(struct scale *s, const struct bands_point *p)
{
	for (int i = 0; i < BANDS_QUANTILES; i++) {
		if (!isfinite(p->q[i]))
			continue;
		s->low = fmin(s->low, p->q[i]);
		s->high = fmax(s->high, p->q[i]);
	}
}

/* From the top. Where all is one value that is in the middle. */
static int
scale_row(const struct scale *s, double value)
{
	/* Halves, since the distance of two doubles may be none. */
	double span = s->high / 2 - s->low / 2, at = span > 0 ? (value / 2 - s->low / 2) / span : 0.5;
	int row = s->rows - 1 - (int)(fmin(fmax(at, 0), 1) * s->rows);

	return row < 0 ? 0 : row;
}

/* ---- a column -------------------------------------------------------------------------------- */

/* Of the points that fall on that column the newest that is known. */
static const struct bands_point *
point_at(const struct bands *b, int col, int cols)
{
	size_t from = (size_t)col * b->n / (size_t)cols, to = ((size_t)col + 1) * b->n / (size_t)cols;
	const struct bands_point *p = &b->points[to > from ? to - 1 : from];

	while (p > &b->points[from] && !isfinite(p->q[BANDS_MEDIAN]))
		p--;
	return p;
}

static void
paint_point(struct grid *g, struct rect r, int col, const struct bands_point *p, const struct scale *s, enum role role)
{
	static const uint32_t outer[] = {0x2591, ':'}, inner[] = {0x2593, '#'};
	bool ascii = g->glyphs == GLYPHS_ASCII;
	int row[BANDS_QUANTILES];

	for (int i = 0; i < BANDS_QUANTILES; i++) {
		if (!isfinite(p->q[i]))
			return;
		row[i] = scale_row(s, p->q[i]);
	}
	role = p->thin ? ROLE_MUTED : role;
	for (int at = row[BANDS_HIGH]; at <= row[BANDS_LOW]; at++)
		grid_put(g, r, at, col, role, outer[ascii]);
	for (int at = row[BANDS_UPPER]; at <= row[BANDS_LOWER]; at++)
		grid_put(g, r, at, col, role, inner[ascii]);
	if (p->over)
		grid_put(g, r, row[BANDS_HIGH], col, ROLE_WARN, grid_glyph(g, GLYPH_UP));
	if (p->under)
		grid_put(g, r, row[BANDS_LOW], col, ROLE_WARN, grid_glyph(g, GLYPH_DOWN));
	grid_put(g, r, row[BANDS_MEDIAN], col, ROLE_TEXT, grid_glyph(g, GLYPH_HLINE));
}

/* ---- all of it ------------------------------------------------------------------------------- */

/* Values at the top, the middle and the bottom, where they differ. Returns the columns that they take. */
static int
paint_values(struct grid *g, struct rect r, const struct scale *s)
{
	int at[] = {0, s->rows - 1, s->rows / 2}, n = s->rows >= 5 ? 3 : s->rows >= 2 ? 2 : 1, wide = 0;
	const double x[] = {s->low, s->high / 2 + s->low / 2, s->high};
	int decimals = fmt_tick_decimals(x, 3);
	struct fmt text[3];

	text[0] = fmt_tick(s->high, decimals);
	text[1] = fmt_tick(s->low, decimals);
	text[2] = fmt_tick(x[1], decimals);
	if (!(s->high > s->low)) {
		at[0] = scale_row(s, s->low);
		n = 1;
	}
	for (int i = 0; i < n; i++)
		wide = grid_text_width(slice_of(text[i].s)) > wide ? grid_text_width(slice_of(text[i].s)) : wide;
	if (wide > NAME_COLS_MOST || r.cols < 3 * wide + WAS_COLS)
		return 0;
	for (int i = 0; i < n; i++)
		grid_text_right(g, rect_cols(r, 0, wide), at[i], wide, ROLE_MUTED, slice_of(text[i].s));
	return wide + 1;
}

void
bands_paint(struct grid *g, struct rect r, const struct bands *b)
{
	bool axis = b->left && b->right && r.rows >= AXIS_ROWS_LEAST;
	struct scale s = {INFINITY, -INFINITY, r.rows - (axis ? 1 : 0)};
	struct rect map;

	if (r.rows < 1 || r.cols < 1)
		return;
	scale_reach(&s, &b->was);
	for (size_t i = 0; i < b->n; i++)
		scale_reach(&s, &b->points[i]);
	if (s.low > s.high || !b->n)
		return;
	map = rect_cols(r, paint_values(g, rect_rows(r, 0, s.rows), &s), r.cols);
	if (isfinite(b->was.q[BANDS_MEDIAN]) && map.cols > 2 * WAS_COLS) {
		for (int col = 0; col < WAS_COLS; col++)
			paint_point(g, rect_rows(map, 0, s.rows), col, &b->was, &s, ROLE_BASELINE);
		map = rect_cols(map, WAS_COLS + 1, map.cols);
	}
	for (int col = 0; col < map.cols; col++)
		paint_point(g, rect_rows(map, 0, s.rows), col, point_at(b, col, map.cols), &s, ROLE_CURRENT);
	if (b->cursor >= 0 && (size_t)b->cursor < b->n && map.cols > 0)
		for (int row = 0; row < s.rows; row++)
			grid_ground(g, map, row, (int)((size_t)b->cursor * (size_t)map.cols / b->n), 1, ROLE_CURSOR);
	if (!axis)
		return;
	map = rect_rows(map, s.rows, 1);
	if (grid_str(g, map, 0, 0, ROLE_MUTED, b->left) + grid_text_width(slice_of(b->right)) + 1 <= map.cols)
		grid_text_right(g, map, 0, map.cols, ROLE_MUTED, slice_of(b->right));
}

static void
bands_specimen(struct grid *g, struct rect r, enum specimen kind)
{
	enum { POINTS = 60 };
	struct bands_point points[POINTS];
	struct bands b = {.points = points,
	    .n = kind == SPECIMEN_EMPTY ? 0 : POINTS,
	    .left = "-5m",
	    .right = "now",
	    .cursor = kind == SPECIMEN_HUGE ? POINTS - 1 : 3};

	for (size_t i = 0; i < POINTS; i++) {
		points[i] = (struct bands_point){.thin = i % 9 == 0, .under = i % 11 == 0, .over = i % 7 == 0};
		for (size_t q = 0; q < BANDS_QUANTILES; q++)
			points[i].q[q] =
			    specimen_number(kind, i + (kind == SPECIMEN_HOSTILE ? q : 0)) * (double)(q + 1);
	}
	b.was = points[0];
	bands_paint(g, r, &b);
}

const struct widget bands_widget = {"bands", "quantiles over time as bands, the median as a line", bands_specimen};
