#include "tui/waterfall.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/part.h"

#define ROWS_LIKED 100 /* a point of so many has shares to a few percent */
#define BACK_MOST  12
#define NAME_COLS  22
#define NAME_BYTES 96

void
waterfall_collect(struct waterfall *w, const struct store *s, size_t model, size_t feature, enum window axis)
{
	uint64_t rows = 0, known = 0;

	w->gaps = false;
	figures_feature_series(s, model, feature, FSERIES_MISSING, axis, w->missing, FIGURES_HEAT_POINTS);
	w->points = figures_feature_heat(s, model, feature, axis, 1, w->counts);
	w->back = 1;
	for (size_t i = 0; i < w->points; i++) {
		uint64_t n = waterfall_total(w, i);

		rows += n;
		known += n > 0;
		w->gaps = w->gaps || w->missing[i] > 0;
	}
	if (!known || rows / known >= ROWS_LIKED)
		return;
	w->back = rows / known * BACK_MOST <= ROWS_LIKED ? BACK_MOST : (int)(ROWS_LIKED / (rows / known)) + 1;
	w->points = figures_feature_heat(s, model, feature, axis, w->back, w->counts);
}

uint64_t
waterfall_total(const struct waterfall *w, size_t point)
{
	uint64_t n = 0;

	for (size_t c = 0; c < FIGURE_BINS; c++)
		n += w->counts[point * FIGURE_BINS + c];
	return n;
}

/* ---- which bins a row holds ------------------------------------------------------------------ */

struct rows {
	size_t n;
	uint8_t of[FIGURE_BINS]; /* the row of a bin, from the top */
	char name[WATERFALL_ROWS][NAME_BYTES];
	double baseline_frac[WATERFALL_ROWS];
};

static struct fmt
edge(const struct feature_figures *f, size_t bin)
{
	return fmt_value(f->bins[bin].le);
}

/* Numbers: the greatest at the top; fine bins or pairs of them where they fit, else the ten of PSI, else fewer. */
static void
rows_of_numbers(const struct feature_figures *f, size_t most, struct rows *rows)
{
	size_t first = 0, made = 0, group[FIGURE_BINS], ngroups = 0, fold;
	size_t pairs = f->nbins <= most ? 1 : (f->nbins + 1) / 2 <= most ? 2 : 0;

	for (size_t i = 0; i < f->nbins; i++) {
		if (i > 0 && (pairs ? i % pairs == 0 : f->bins[i].cell != f->bins[i - 1].cell))
			ngroups++;
		group[i] = ngroups;
	}
	ngroups++;
	fold = (ngroups + most - 1) / most;
	rows->n = (ngroups + fold - 1) / fold;
	for (size_t i = 0; i < f->nbins; i++) {
		size_t row = group[i] / fold;
		bool last = i + 1 == f->nbins || group[i + 1] / fold != row;

		rows->of[i] = (uint8_t)(rows->n - 1 - row);
		if (!last)
			continue;
		if (first == 0 && i + 1 == f->nbins)
			snprintf(rows->name[rows->of[i]], NAME_BYTES, "all");
		else if (first == 0)
			snprintf(rows->name[rows->of[i]], NAME_BYTES, "up to %s", edge(f, i).s);
		else if (i + 1 == f->nbins)
			snprintf(rows->name[rows->of[i]], NAME_BYTES, "over %s", edge(f, first - 1).s);
		else
			snprintf(rows->name[rows->of[i]], NAME_BYTES, "to %s", edge(f, i).s);
		first = i + 1;
		made++;
	}
	rows->n = made;
}

/* Values: those with the greatest shares, now or then, the rest together; what is new is always apart. */
static void
rows_of_values(const struct feature_figures *f, size_t most, struct rows *rows)
{
	size_t named = f->nbins - 2, last = most - 1;
	double share[FIGURE_BINS];
	bool taken[FIGURE_BINS] = {false};

	for (size_t i = 0; i < named; i++)
		share[i] = fmax(
		    histogram_share(f->bins, f->nbins, i, false), histogram_share(f->bins, f->nbins, i, true));
	rows->n = 0;
	snprintf(rows->name[rows->n], NAME_BYTES, "(new values)");
	rows->of[named + 1] = (uint8_t)rows->n++;
	while (rows->n < last && rows->n <= named) {
		size_t best = SIZE_MAX;

		for (size_t i = 0; i < named; i++)
			if (!taken[i] && (best == SIZE_MAX || share[i] > share[best]))
				best = i;
		taken[best] = true;
		snprintf(rows->name[rows->n], NAME_BYTES, "%.*s",
		    (int)(f->bins[best].label.n < NAME_BYTES - 1 ? f->bins[best].label.n : NAME_BYTES - 1),
		    f->bins[best].label.p);
		rows->of[best] = (uint8_t)rows->n++;
	}
	snprintf(rows->name[rows->n], NAME_BYTES, "(all others)");
	for (size_t i = 0; i <= named; i++)
		if (i == named || !taken[i])
			rows->of[i] = (uint8_t)rows->n;
	rows->n++;
}

/* The last one is of what is missing, if there is such a row. */
static void
rows_make(const struct waterfall *w, const struct feature_figures *f, int fit, struct rows *rows)
{
	size_t most;
	uint64_t total = 0;

	fit -= w->gaps;
	most = fit < 3 ? 3 : fit >= WATERFALL_ROWS ? WATERFALL_ROWS - 1 : (size_t)fit;
	memset(rows, 0, sizeof *rows);
	if (f->type == FEATURE_CATEGORICAL)
		rows_of_values(f, most, rows);
	else
		rows_of_numbers(f, most, rows);
	for (size_t i = 0; i < f->nbins; i++)
		total += f->bins[i].baseline;
	for (size_t i = 0; i < f->nbins && total; i++)
		rows->baseline_frac[rows->of[i]] += (double)f->bins[i].baseline / (double)total;
	if (w->gaps)
		snprintf(rows->name[rows->n], NAME_BYTES, "(missing)");
}

/* ---- cells ----------------------------------------------------------------------------------- */

/* By how much a share of n rows differs from one of m, beyond noise: a role says which way. */
static enum role
cell_role(double now_frac, uint64_t n, double was_frac, uint64_t m)
{
	double beyond = histogram_beyond(now_frac, (double)n, was_frac, (double)m);

	if (n < PART_ROWS_LEAST)
		return ROLE_MUTED;
	return beyond > 0 ? ROLE_WARN : beyond < 0 ? ROLE_BASELINE : ROLE_CURRENT;
}

/* How many rows there were is told by those that have a value: of none there is no noise to be beyond. */
static enum role
missing_role(const struct waterfall *w, const struct feature_figures *f, size_t point, uint64_t m)
{
	double share = w->missing[point], n = (double)waterfall_total(w, point);

	if (!(share < 1))
		return f->baseline_missing_rate_frac < 0.99 ? ROLE_WARN : ROLE_CURRENT;
	return cell_role(share, (uint64_t)(n / (1 - share)), f->baseline_missing_rate_frac, m);
}

/* One column: shares, and how these differ. */
static void
fill_column(const struct waterfall *w, const struct feature_figures *f, const struct rows *rows, size_t point,
    uint64_t m, struct heat_cell *cells)
{
	uint64_t n = waterfall_total(w, point), count[WATERFALL_ROWS] = {0};

	for (size_t c = 0; c < f->nbins; c++)
		count[rows->of[c]] += w->counts[point * FIGURE_BINS + c];
	for (size_t row = 0; row < rows->n; row++) {
		struct heat_cell *cell = &cells[row * w->points + point];
		double frac = n ? (double)count[row] / (double)n : NAN;

		*cell = (struct heat_cell){(float)frac, (uint8_t)cell_role(frac, n, rows->baseline_frac[row], m)};
	}
	if (w->gaps)
		cells[rows->n * w->points + point] =
		    (struct heat_cell){(float)w->missing[point], (uint8_t)missing_role(w, f, point, m)};
}

int
waterfall_rows(const struct waterfall *w, const struct feature_figures *f, int rows)
{
	struct rows made;

	if (f->nbins < 2 || f->nbins > FIGURE_BINS)
		return 1;
	rows_make(w, f, heat_rows(rows, true), &made);
	return (int)made.n + w->gaps + 1;
}

void
waterfall_paint(struct grid *g, struct rect r, const struct waterfall *w, const struct feature_figures *f,
    const char *left, const char *right, int cursor)
{
	struct heat_cell cells[WATERFALL_ROWS * FIGURES_HEAT_POINTS];
	struct slice names[WATERFALL_ROWS];
	struct rows rows;
	struct heat heat = {.cells = cells,
	    .names = names,
	    .ncols = w->points,
	    .left = left,
	    .right = right,
	    .name_cols = r.cols / 3 < NAME_COLS ? r.cols / 3 : NAME_COLS,
	    .cursor = cursor};
	uint64_t m = 0;
	float most = 0;

	if (f->nbins < 2 || f->nbins > FIGURE_BINS || !w->points) {
		grid_text(g, r, 0, 0, ROLE_MUTED, slice_of("shown once there is a baseline"), FIT_ELLIPSIS);
		return;
	}
	rows_make(w, f, heat_rows(r.rows, true), &rows);
	for (size_t i = 0; i < f->nbins; i++)
		m += f->bins[i].baseline;
	for (size_t i = 0; i < w->points; i++)
		fill_column(w, f, &rows, i, m, cells);
	/* The darkest is the greatest share there is. */
	for (size_t i = 0; i < rows.n * w->points; i++)
		most = cells[i].frac > most ? cells[i].frac : most;
	heat.nrows = rows.n + w->gaps;
	for (size_t i = 0; i < heat.nrows * w->points && most > 0; i++)
		cells[i].frac /= most;
	for (size_t i = 0; i < heat.nrows; i++)
		names[i] = slice_of(rows.name[i]);
	heat_paint(g, r, &heat);
}

/* ---- latency --------------------------------------------------------------------------------- */

void
latency_heat_collect(struct latency_heat *h, const struct store *s, size_t model, enum window axis)
{
	h->points = figures_latency_heat(s, model, axis, h->counts);
}

/* The octaves from the fastest to the slowest that were seen; false: none was. */
static bool
seen_octaves(const struct latency_heat *h, size_t *from, size_t *to)
{
	*from = LATENCY_OCTAVES;
	*to = 0;
	for (size_t i = 0; i < h->points * LATENCY_OCTAVES; i++) {
		size_t octave = i % LATENCY_OCTAVES;

		if (!h->counts[i])
			continue;
		*from = octave < *from ? octave : *from;
		*to = octave + 1 > *to ? octave + 1 : *to;
	}
	return *from < *to;
}

int
latency_heat_rows(const struct latency_heat *h)
{
	size_t from, to;

	return seen_octaves(h, &from, &to) ? (int)(to - from) : 0;
}

void
latency_heat_paint(struct grid *g, struct rect r, const struct latency_heat *h, int edge, int cursor)
{
	struct heat_cell cells[LATENCY_OCTAVES * FIGURES_HEAT_POINTS];
	struct slice names[LATENCY_OCTAVES];
	char text[LATENCY_OCTAVES][8 + FMT_BYTES];
	struct heat heat = {.cells = cells,
	    .names = names,
	    .ncols = h->points,
	    .name_cols = 12,
	    .map_col = edge,
	    .cursor = cursor};
	size_t from, to, fold, fit = r.rows > 0 ? (size_t)r.rows : 0;

	if (!fit || !seen_octaves(h, &from, &to))
		return;
	fold = (to - from + fit - 1) / fit;
	heat.nrows = (to - from + fold - 1) / fold;
	for (size_t row = 0; row < heat.nrows; row++) {
		size_t low = from + (heat.nrows - 1 - row) * fold, high = low + fold < to ? low + fold : to;

		snprintf(text[row], sizeof text[row], "from %s",
		    fmt_ms(latency_bucket_lo((int)low * LATENCY_PER_OCTAVE)).s);
		names[row] = slice_of(text[row]);
		for (size_t i = 0; i < h->points; i++) {
			uint64_t n = 0, here = 0;

			for (size_t o = from; o < to; o++) {
				n += h->counts[i * LATENCY_OCTAVES + o];
				here += o >= low && o < high ? h->counts[i * LATENCY_OCTAVES + o] : 0;
			}
			/* By its root: the slow ones are few, and are what one looks for. */
			cells[row * h->points + i] = (struct heat_cell){
			    n ? (float)sqrt((double)here / (double)n) : NAN, ROLE_GRAPH};
		}
	}
	heat_paint(g, r, &heat);
}
