/*
 * Terminals have blocks that grow from below in eighths, but for a line only three heights in a cell: low, middle and
 * high. So the series that matters most is an area and the others are lines over it; where both fall into one cell
 * the line wins, because the area is still seen below it.
 */
#include "widgets/graph.h"

#include <math.h>

#include "widgets/spark.h"

#define GRAPH_LABEL_COLS 7 /* six for a value and one apart */

double
graph_round_up(double x)
{
	/* Close enough that at most a third of a graph is empty, and each halves to a number that can be read. */
	static const double steps[] = {1, 1.5, 2, 3, 4, 5, 6, 8, 10};
	double power;

	if (!(x > 0) || !isfinite(x) || x > 1e300)
		return isfinite(x) && x > 1e300 ? x : 1;
	power = pow(10, floor(log10(x)));
	if (!(power > 0))
		return x;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (x <= steps[i] * power * (1 + 1e-9))
			return steps[i] * power;
	return 10 * power;
}

static double
graph_top(const struct graph *graph)
{
	double most = 0;

	if (!isnan(graph->top))
		return graph->top;
	for (size_t s = 0; s < graph->nseries; s++)
		for (size_t i = 0; i < graph->series[s].n; i++)
			if (isfinite(graph->series[s].v[i]) && graph->series[s].v[i] > most)
				most = graph->series[s].v[i];
	if (most < graph->least_top)
		most = graph->least_top;
	return most > 0 ? graph_round_up(most) : 1;
}

/* Height 0-1 of the series at a column; NaN: nothing there. */
static double
graph_height(const struct graph_series *s, int col, int cols, double top)
{
	double x = spark_sample(s->v, s->n, col, cols);

	if (isnan(x) || !(top > 0))
		return NAN;
	x /= top;
	return x < 0 ? 0 : !(x < 1) ? 1 : x;
}

static void
graph_area(struct grid *g, struct rect r, const struct graph_series *s, double top)
{
	for (int col = 0; col < r.cols; col++) {
		double h = graph_height(s, col, r.cols, top);
		int eighths;

		if (isnan(h))
			continue;
		eighths = (int)lround(h * r.rows * 8);
		if (h > 0 && eighths == 0)
			eighths = 1;
		if (eighths == 0)
			grid_put(g, r, r.rows - 1, col, ROLE_MUTED, g->glyphs == GLYPHS_ASCII ? '.' : 0xb7);
		for (int row = r.rows - 1; row >= 0 && eighths > 0; row--, eighths -= 8)
			grid_put(g, r, row, col, s->role, grid_eighth(g, eighths > 8 ? 8 : eighths));
	}
}

uint32_t
graph_third(const struct grid *g, int third)
{
	static const uint32_t fine[] = {0x2581, 0x2500, 0x2594};
	static const uint32_t plain[] = {'_', '-', '"'};

	if (g->glyphs == GLYPHS_ASCII)
		return plain[third];
	return g->glyphs == GLYPHS_CONSOLE ? 0x2500 : fine[third];
}

/* A line over an area is cut out of it where that is full: on the screen's ground it would leave a gap. */
static void
graph_over(struct grid *g, struct rect r, int row, int col, enum role role, uint32_t ch)
{
	struct cell below = grid_at(g, r.row + row, r.col + col);
	bool inside = g->glyphs != GLYPHS_ASCII && below.ch == grid_eighth(g, 8);

	grid_put(g, r, row, col, inside ? (enum role)below.role : role, ch);
	if (inside)
		grid_attr(g, r, row, col, 1, STYLE_REVERSE);
}

/* A step over several rows is drawn too: else a curve that jumps is a cloud of dashes. */
static void
graph_line(struct grid *g, struct rect r, const struct graph_series *s, double top)
{
	int before = -1; /* row of the column before */

	for (int col = 0; col < r.cols; col++) {
		double h = graph_height(s, col, r.cols, top);
		int thirds, row;

		if (isnan(h)) {
			before = -1;
			continue;
		}
		thirds = (int)(h * r.rows * 3);
		if (thirds >= r.rows * 3)
			thirds = r.rows * 3 - 1;
		row = r.rows - 1 - thirds / 3;
		for (int at = before + (before < row ? 1 : -1); before >= 0 && before != row && at != row;
		     at += before < row ? 1 : -1)
			graph_over(g, r, at, col, s->role, grid_glyph(g, GLYPH_VLINE));
		graph_over(g, r, row, col, s->role, graph_third(g, thirds % 3));
		before = row;
	}
}

/* Bits of a braille cell, by column and row of the dot from the top. */
static const uint8_t graph_dots[2][4] = {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}};

static void
graph_dot(struct grid *g, struct rect r, int x, int y, enum role role)
{
	int row = r.rows - 1 - y / 4, col = x / 2;
	struct cell *c;
	uint32_t bits = graph_dots[x % 2][3 - y % 4];

	if (row < 0 || row >= r.rows || col < 0 || col >= r.cols || r.row + row >= g->rows || r.col + col >= g->cols)
		return;
	c = &g->cells[(r.row + row) * g->cols + r.col + col];
	if (c->ch >= 0x2800 && c->ch <= 0x28ff)
		bits |= c->ch & 0xff;
	grid_put(g, r, row, col, role, 0x2800 | bits);
}

/* Dots joined downwards or upwards to the one before, so that a step stays one line. */
static void
graph_braille(struct grid *g, struct rect r, const struct graph_series *s, double top, bool fill)
{
	int before = -1;

	for (int x = 0; x < r.cols * 2; x++) {
		double h = graph_height(s, x, r.cols * 2, top);
		int y, from;

		if (isnan(h)) {
			before = -1;
			continue;
		}
		y = (int)(h * (r.rows * 4 - 1) + 0.5);
		from = fill ? 0 : before < 0 ? y : before;
		for (int at = from; at != y; at += from < y ? 1 : -1)
			graph_dot(g, r, x, at, s->role);
		graph_dot(g, r, x, y, s->role);
		before = y;
	}
}

void
graph_times_paint(struct grid *g, struct rect r, const char *left, const char *right, int cursor, size_t n)
{
	int cols = grid_str(g, r, 0, 0, ROLE_MUTED, left);

	if (cols + grid_text_width(slice_of(right)) + 1 <= r.cols)
		grid_text_right(g, r, 0, r.cols, ROLE_MUTED, slice_of(right));
	if (cursor >= 0 && n > 0)
		grid_put(g, r, 0, (int)((size_t)cursor * (size_t)r.cols / n), ROLE_KEY, grid_glyph(g, GLYPH_UP));
}

static void
graph_axis(struct grid *g, struct rect r, const struct graph *graph, struct rect plot, int labels, double top)
{
	bool half = plot.rows >= 6 && plot.rows % 2 == 0;
	struct fmt most = graph->format(top), middle = graph->format(top / 2);

	if (half)
		fmt_alike(&most, &middle);
	if (plot.rows > 1)
		grid_text_right(g, r, 0, labels - 1, ROLE_MUTED, slice_of(most.s));
	if (half)
		grid_text_right(g, r, plot.rows / 2, labels - 1, ROLE_MUTED, slice_of(middle.s));
	if (graph->name && plot.rows > 2)
		grid_text_right(g, r, 1, labels - 1, ROLE_MUTED, slice_of(graph->name));
	if (plot.rows > 2)
		grid_text_right(g, r, plot.rows - 1, labels - 1, ROLE_MUTED, slice_of("0"));
}

static void
graph_level(struct grid *g, struct rect plot, double level, double top)
{
	int thirds = (int)(level / top * plot.rows * 3);

	/* Too low to be told from the axis, or not on it. */
	if (!(level > 0) || !(level < top) || thirds < 1 || thirds >= plot.rows * 3)
		return;
	for (int col = 0; col < plot.cols; col += 2) {
		int row = plot.rows - 1 - thirds / 3;

		/* On every other bar it would be two colours a bar. */
		if (g->spare && grid_at(g, plot.row + row, plot.col + col).ch != ' ')
			continue;
		graph_over(g, plot, row, col, ROLE_FLOOR, graph_third(g, thirds % 3));
	}
}

void
graph_paint(struct grid *g, struct rect r, const struct graph *graph)
{
	double top = graph_top(graph);
	int labels = graph->label_cols > 0 ? graph->label_cols : GRAPH_LABEL_COLS;
	bool labelled = r.cols >= labels * 2, axis = r.rows >= 4 && graph->left && graph->right;
	struct rect right = rect_cols(r, labelled ? labels : 0, r.cols);
	struct rect plot = rect_rows(right, 0, r.rows - (axis ? 1 : 0));
	size_t n = graph->nseries > 0 ? graph->series[0].n : 0;

	if (r.rows < 1 || r.cols < 1)
		return;
	for (size_t s = 0; s < graph->nseries; s++) {
		if (g->glyphs == GLYPHS_BRAILLE)
			graph_braille(g, plot, &graph->series[s], top, graph->fill && s == 0);
		else if (s == 0)
			graph_area(g, plot, &graph->series[s], top);
		else
			graph_line(g, plot, &graph->series[s], top);
	}
	graph_level(g, plot, graph->level, top);
	if (labelled)
		graph_axis(g, r, graph, plot, labels, top);
	if (axis)
		graph_times_paint(g, rect_rows(right, r.rows - 1, 1), graph->left, graph->right, graph->cursor, n);
	for (int row = 0; !graph->left && graph->cursor >= 0 && n > 0 && row < plot.rows; row++)
		grid_ground(g, plot, row, (int)((size_t)graph->cursor * (size_t)plot.cols / n), 1, ROLE_CURSOR);
}

static void
graph_specimen(struct grid *g, struct rect r, enum specimen kind)
{
	double a[96], b[96];
	size_t n = kind == SPECIMEN_EMPTY ? 0 : 96;
	struct graph graph = {.series = {{a, n, ROLE_GRAPH}, {b, n, ROLE_GRAPH2}},
	    .nseries = 2,
	    .top = NAN,
	    .level = 30,
	    .format = fmt_ms,
	    .left = "-5m",
	    .right = "now",
	    .cursor = kind == SPECIMEN_HUGE ? 95 : 10};

	for (size_t i = 0; i < n; i++) {
		a[i] = specimen_number(kind, i);
		b[i] = specimen_number(kind, i + 1) * 1.5;
	}
	graph_paint(g, r, &graph);
}

const struct widget graph_widget = {"graph", "series over time", graph_specimen};
