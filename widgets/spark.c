#include "widgets/spark.h"

#include <math.h>

double
spark_sample(const double *v, size_t n, int col, int cols)
{
	double most = NAN;
	size_t from, to;

	if (n == 0 || cols <= 0 || col < 0 || col >= cols)
		return NAN;
	if (n <= (size_t)cols) { /* stretched: a point takes one column or several */
		return v[(size_t)col * n / (size_t)cols];
	}
	from = (size_t)col * n / (size_t)cols;
	to = ((size_t)col + 1) * n / (size_t)cols;
	for (size_t i = from; i < to; i++)
		if (!isnan(v[i]) && (isnan(most) || v[i] > most))
			most = v[i];
	return most;
}

void
spark_paint(struct grid *g, struct rect r, const double *v, size_t n, double top, enum role role)
{
	int from = n < (size_t)(r.cols > 0 ? r.cols : 0) ? r.cols - (int)n : 0;

	if (r.rows < 1 || r.cols < 1)
		return;
	if (isnan(top))
		for (size_t i = 0; i < n; i++)
			if (isfinite(v[i]) && (isnan(top) || v[i] > top))
				top = v[i];
	for (int col = from; col < r.cols; col++) {
		double x = spark_sample(v, n, col - from, r.cols - from);
		double frac = x / top;

		if (isnan(x))
			continue;
		if (!(x > 0) || !(top > 0)) {
			grid_put(g, r, 0, col, ROLE_MUTED, g->glyphs == GLYPHS_ASCII ? '.' : 0xb7);
			continue;
		}
		if (!(frac < 1))
			frac = 1;
		grid_put(g, r, 0, col, role, grid_eighth(g, 1 + (int)(frac * 6)));
	}
}

static void
spark_specimen(struct grid *g, struct rect r, enum specimen kind)
{
	double v[96];
	size_t n = kind == SPECIMEN_EMPTY ? 0 : 96;

	for (size_t i = 0; i < n; i++)
		v[i] = specimen_number(kind, i);
	for (int row = 0; row < r.rows; row++)
		spark_paint(g, rect_rows(r, row, 1), v, n / (size_t)(row + 1), NAN, ROLE_GRAPH);
}

const struct widget spark_widget = {"spark", "a series in one row", spark_specimen};
