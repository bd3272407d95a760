#include "widgets/histogram.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "widgets/fmt.h"
#include "widgets/graph.h"

#define HISTOGRAM_LABEL_COLS 5 /* "100%" and one apart */
#define HISTOGRAM_BIN_MOST 6   /* wider bars say no more */
#define NOISE_SE    3.9
#define NOISE_LEAST 0.01

double
histogram_share(const struct figure_bin *bins, size_t n, size_t bin, bool current)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)(current ? bins[i].current : bins[i].baseline);
	if (!(sum > 0) || bin >= n)
		return NAN;
	return (double)(current ? bins[bin].current : bins[bin].baseline) / sum;
}

int
histogram_beyond(double now_frac, double n, double was_frac, double m)
{
	double pooled = (now_frac * n + was_frac * m) / (n + m), difference = now_frac - was_frac;
	double se = sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));

	if (!(fabs(difference) > NOISE_SE * se) || !(fabs(difference) > NOISE_LEAST))
		return 0;
	return difference > 0 ? 1 : -1;
}

/* A bar of the baseline: shade has no eighths, so its top is rounded to half a row. */
static void
histogram_shade(struct grid *g, struct rect r, int col, int cols, double frac)
{
	double height = frac * r.rows;
	int full = (int)(height + 0.25);

	for (int c = col; c < col + cols; c++) {
		for (int row = 0; row < full && row < r.rows; row++)
			grid_put(g, r, r.rows - 1 - row, c, ROLE_BASELINE, grid_glyph(g, GLYPH_SHADE_LIGHT));
		if (height - full >= 0.25 && full < r.rows)
			grid_put(g, r, r.rows - 1 - full, c, ROLE_BASELINE, g->glyphs == GLYPHS_ASCII ? '_' : 0x2581);
	}
}

static void
histogram_solid(struct grid *g, struct rect r, int col, int cols, double frac, enum role role)
{
	int eighths = (int)lround(frac * r.rows * 8);

	if (frac > 0 && eighths == 0)
		eighths = 1;
	for (int row = r.rows - 1; row >= 0 && eighths > 0; row--, eighths -= 8)
		for (int c = col; c < col + cols; c++) {
			/* A part of a cell would leave a hole in the baseline behind it. */
			bool behind = grid_at(g, r.row + row, r.col + c).ch == grid_glyph(g, GLYPH_SHADE_LIGHT);
			bool round = behind && eighths < 8 && (eighths >= 4 || row < r.rows - 1);
			int part = eighths > 8 ? 8 : !round ? eighths : eighths >= 4 ? 8 : 0;

			if (part)
				grid_put(g, r, row, c, role, grid_eighth(g, part));
		}
}

static void
histogram_outline(struct grid *g, struct rect r, int col, double frac)
{
	int row = (int)(frac * r.rows);

	if (row >= r.rows)
		row = r.rows - 1;
	if (frac > 0)
		grid_put(g, r, r.rows - 1 - row, col, ROLE_BASELINE, grid_glyph(g, GLYPH_HLINE));
}

/* A line at the height of the baseline, beside the bar that it is higher or lower than: one row has its colour. */
static void
histogram_line(struct grid *g, struct rect r, int col, int cols, double frac)
{
	int thirds = (int)(frac * r.rows * 3), row;

	if (!(frac > 0))
		return;
	thirds = thirds < r.rows * 3 ? thirds : r.rows * 3 - 1;
	row = r.rows - 1 - thirds / 3;
	for (int c = col; c < col + cols; c++)
		if (grid_at(g, r.row + row, r.col + c).ch == ' ')
			grid_put(g, r, row, c, ROLE_BASELINE, graph_third(g, thirds % 3));
}

static void
histogram_bin(struct grid *g, struct rect r, int col, int width, double baseline, double current, enum role role)
{
	int wide = width >= 4 ? width - 1 : width;

	if (g->spare && width > 1) {
		histogram_solid(g, r, col + (wide > 3 ? 1 : 0), wide > 3 ? wide - 2 : wide - 1, current, role);
		histogram_line(g, r, col, wide, baseline);
	} else if (width <= 1) {
		histogram_solid(g, r, col, 1, current, role);
		histogram_outline(g, r, col, baseline);
	} else if (width == 2) {
		histogram_solid(g, r, col, 1, current, role);
		histogram_shade(g, r, col + 1, 1, baseline);
	} else {
		histogram_shade(g, r, col, wide, baseline);
		histogram_solid(g, r, col + (wide > 3 ? 1 : 0), wide > 3 ? wide - 2 : wide - 1, current, role);
	}
}

/* Above whatever the columns [col, col + cols) hold. */
static void
histogram_mark(struct grid *g, struct rect r, int col, int cols)
{
	int row = r.rows - 1, at = col + (cols - 1) / 2;
	bool blank = false;

	for (; row >= 0 && !blank; row--) {
		blank = true;
		for (int c = col; c < col + cols; c++)
			blank = blank && grid_at(g, r.row + row, r.col + c).ch == ' ';
	}
	row = blank ? row + 1 : 0;
	grid_put(g, r, row, at, ROLE_WARN, '*');
	if (!blank)
		grid_attr(g, r, row, at, 1, STYLE_REVERSE);
}

/* Bins of the picture: neighbours are merged where there are more bins than columns. */
struct histogram_sum {
	double baseline, current; /* shares */
	double le;
	int beyond; /* noise: 1 more, -1 less */
};

static size_t
histogram_merge(const struct histogram *h, int cols, struct histogram_sum *out, size_t *per_bin)
{
	double baseline = 0, current = 0;
	size_t n = h->n < FIGURE_BINS ? h->n : FIGURE_BINS;
	/* Two columns a bin show both sides better than one, so that half as many bins are the better picture. */
	size_t most = (size_t)(cols >= 16 ? cols / 2 : cols > 0 ? cols : 1);
	size_t per = (n + most - 1) / most;
	size_t made = 0;

	*per_bin = per > 0 ? per : 1;

	for (size_t i = 0; i < n; i++) {
		baseline += (double)h->bins[i].baseline;
		current += (double)h->bins[i].current;
	}
	for (size_t i = 0; i < n; i++) {
		if (i % per == 0)
			out[made++] = (struct histogram_sum){0, 0, NAN, 0};
		out[made - 1].baseline += baseline > 0 ? (double)h->bins[i].baseline / baseline : 0;
		out[made - 1].current += current > 0 ? (double)h->bins[i].current / current : 0;
		out[made - 1].le = h->bins[i].le;
	}
	for (size_t i = 0; i < made && baseline > 0 && current > 0; i++)
		out[i].beyond = histogram_beyond(out[i].current, current, out[i].baseline, baseline);
	return made;
}

/* Upper edges below the bars, as many as fit; the last bin is open. */
static void
histogram_edges(struct grid *g, struct rect r, const struct histogram_sum *sums, size_t n, int width)
{
	double le[FIGURE_BINS];
	struct fmt before = {""};
	int free_from = 0, decimals;

	for (size_t i = 0; i < n; i++)
		le[i] = sums[i].le;
	decimals = fmt_tick_decimals(le, n > 0 ? n - 1 : 0);
	for (size_t i = 0; i + 1 < n; i++) {
		struct fmt f = fmt_tick(sums[i].le, decimals);
		int cols = grid_text_width(slice_of(f.s));
		int end = (int)(i + 1) * width; /* the edge is where the bin ends */
		int from = end - (cols + 1) / 2;

		if (isnan(sums[i].le) || from < free_from || from + cols > r.cols ||
		    strcmp(f.s, before.s) == 0)
			continue;
		before = f;
		grid_str(g, r, 0, from, ROLE_MUTED, f.s);
		free_from = from + cols + 2;
	}
}

static double
histogram_most(const struct histogram_sum *sums, size_t n)
{
	double most = 0;

	for (size_t i = 0; i < n; i++)
		most = fmax(most, fmax(sums[i].baseline, sums[i].current));
	return most > 0 ? graph_round_up(most) : 1;
}

void
histogram_paint(struct grid *g, struct rect r, const struct histogram *h)
{
	struct histogram_sum sums[FIGURE_BINS];
	bool labels = r.cols >= HISTOGRAM_LABEL_COLS * 4 && r.rows >= 3;
	struct rect plot = rect_cols(r, labels ? HISTOGRAM_LABEL_COLS : 0, r.cols);
	bool edges = r.rows >= 3;
	size_t per, n = histogram_merge(h, plot.cols, sums, &per);
	double top = histogram_most(sums, n);
	int width;

	if (r.rows < 1 || r.cols < 1 || n == 0)
		return;
	plot.rows = r.rows - (edges ? 1 : 0);
	width = plot.cols / (int)n;
	if (width > HISTOGRAM_BIN_MOST)
		width = n <= 12 ? (width > 9 ? 9 : width) : HISTOGRAM_BIN_MOST;
	for (size_t i = 0; i < n; i++) {
		histogram_bin(g, plot, (int)i * width, width, sums[i].baseline / top, sums[i].current / top,
		    sums[i].beyond ? ROLE_WARN : ROLE_CURRENT);
		if (sums[i].beyond && plot.rows > 1)
			histogram_mark(g, plot, (int)i * width, width >= 4 ? width - 1 : width);
	}
	if (labels) {
		char text[FMT_BYTES];

		snprintf(text, sizeof text, "%.3g%%", top * 100);
		grid_text_right(g, r, 0, HISTOGRAM_LABEL_COLS - 1, ROLE_MUTED, slice_of(text));
		grid_text_right(g, r, plot.rows - 1, HISTOGRAM_LABEL_COLS - 1, ROLE_MUTED, slice_of("0"));
	}
	if (edges) {
		struct rect axis = {plot.row + plot.rows, plot.col, 1, plot.cols};

		histogram_edges(g, axis, sums, n, width);
		if (h->cursor >= 0)
			grid_put(g, axis, 0, (int)((size_t)h->cursor / per) * width + (width - 1) / 2, ROLE_KEY,
			    grid_glyph(g, GLYPH_UP));
	}
}

static void
histogram_specimen(struct grid *g, struct rect r, enum specimen kind)
{
	struct figure_bin bins[FIGURE_BINS];
	size_t n = kind == SPECIMEN_EMPTY ? 0 : kind == SPECIMEN_HUGE ? FIGURE_BINS : 16;
	struct histogram h = {bins, n, kind == SPECIMEN_HUGE ? FIGURE_BINS - 1 : 3};

	for (size_t i = 0; i < n; i++) {
		bins[i] = (struct figure_bin){.le = specimen_number(kind, i)};
		bins[i].baseline = kind == SPECIMEN_HUGE  ? UINT64_MAX / 2
				   : kind == SPECIMEN_NAN ? 0
							  : 20 + i * i % 37;
		bins[i].current = kind == SPECIMEN_HUGE  ? i * (UINT64_MAX / 64)
				  : kind == SPECIMEN_NAN ? 0
							 : i * i % 41;
	}
	histogram_paint(g, r, &h);
}

const struct widget histogram_widget = {
    "histogram", "the current distribution over the baseline's", histogram_specimen};
