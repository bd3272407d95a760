#include "tui/compare_picture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/part.h"

#define PER_BIN	   (LATENCY_PER_OCTAVE / 2)
#define LATENCIES  (LATENCY_BUCKETS / PER_BIN)
#define TITLE_COLS 60
#define TALL	   18 /* rows of a histogram: more show no more */

/* ---- bins of both ------------------------------------------------------------------------------ */

static void
fill_column(const struct side_column *a, const struct side_column *b, struct feature_figures *f)
{
	memset(f, 0, sizeof *f);
	f->type = a->type;
	f->nbins = a->nbins;
	for (size_t i = 0; i < a->nbins; i++) {
		f->bins[i].le = a->bins[i].le;
		f->bins[i].label = a->bins[i].label;
		f->bins[i].baseline = a->bins[i].count;
		f->bins[i].current = b->bins[i].count;
	}
}

/* Half octaves, from the first that either has to the last. */
static void
fill_latency(const struct side_figures *a, const struct side_figures *b, struct feature_figures *f)
{
	size_t first = LATENCIES, last = 0;

	memset(f, 0, sizeof *f);
	for (size_t i = 0; i < LATENCY_BUCKETS; i++) {
		size_t bin = i / PER_BIN;

		if (!a->latency[i] && !b->latency[i])
			continue;
		first = bin < first ? bin : first;
		last = bin;
	}
	for (size_t bin = first; bin <= last && first < LATENCIES; bin++) {
		struct figure_bin *to = &f->bins[f->nbins++];

		to->le = latency_bucket_hi((int)(bin * PER_BIN + PER_BIN - 1));
		for (size_t i = bin * PER_BIN; i < (bin + 1) * PER_BIN; i++) {
			to->baseline += a->latency[i];
			to->current += b->latency[i];
		}
	}
}

/* ---- without a picture ------------------------------------------------------------------------- */

static void
quantile_row(struct grid *g, struct rect r, int row, const char *name, enum role role, const struct side_column *c)
{
	static const double levels[] = {0.05, 0.25, 0.5, 0.75, 0.95};

	grid_str(g, r, row, 0, role, name);
	for (int i = 0; i < 5; i++) {
		int open;
		struct fmt f = fmt_value(figures_side_quantile(c, levels[i], &open)), text;

		snprintf(text.s, sizeof text.s, "%s%.16s", open < 0 ? "<=" : open > 0 ? ">" : "", f.s);
		grid_text_right(g, r, row, 4 + (i + 1) * 12, role, slice_of(text.s));
	}
}

static void
paint_quantiles(struct grid *g, struct rect r, const struct side_column *a, const struct side_column *b)
{
	static const char *const heads[] = {"P05", "P25", "P50", "P75", "P95"};

	if (!a->nbins || !b->nbins) {
		grid_text(g, r, 0, 0, ROLE_MUTED, slice_of("shown once both have a baseline"), FIT_ELLIPSIS);
		return;
	}
	if (a->type != FEATURE_NUMERIC || b->type != FEATURE_NUMERIC) {
		grid_text(g, r, 0, 0, ROLE_MUTED,
		    slice_of(a->type == b->type
				 ? "both name other values: only those that both name are compared"
				 : "numbers on one side, values on the other"),
		    FIT_ELLIPSIS);
		return;
	}
	grid_text(g, r, 0, 0, ROLE_MUTED, slice_of("their bins are not the same: quantiles"), FIT_ELLIPSIS);
	for (int i = 0; i < 5; i++)
		grid_text_right(g, r, 1, 4 + (i + 1) * 12, ROLE_HEADER, slice_of(heads[i]));
	quantile_row(g, r, 2, "A", ROLE_BASELINE, a);
	quantile_row(g, r, 3, "B", ROLE_CURRENT, b);
}

/* ---- both -------------------------------------------------------------------------------------- */

static void
paint_column(struct grid *g, struct rect r, const struct side_column *a, const struct side_column *b)
{
	bool categorical = a->type == FEATURE_CATEGORICAL;
	struct side_difference d;
	struct feature_figures f;
	char title[TITLE_COLS + 1], note[96];
	struct panel p = {.title = title, .note = note};

	snprintf(title, sizeof title, "%.*s", (int)(b->name.n < TITLE_COLS ? b->name.n : TITLE_COLS), b->name.p);
	figures_side_difference(a, b, &d);
	snprintf(note, sizeof note, "%s%s and %s rows",
	    !d.alike ? "" : categorical ? "bar B, mark A; " : "solid B, shade A; ", fmt_exact(a->n).s,
	    fmt_exact(b->n).s);
	r = panel_paint(g, r, &p);
	if (!d.alike) {
		paint_quantiles(g, r, a, b);
		return;
	}
	fill_column(a, b, &f);
	if (categorical) {
		struct share rows[PART_SHARES_MAX];
		struct shares s = {
	    .rows = rows, .n = part_shares(&f, rows), .cursor = -1, .current = "B%", .baseline = "A%"};

		shares_paint(g, r, &s);
		return;
	}
	part_distribution(g, r, &f, -1);
}

static void
paint_only(struct grid *g, struct rect r, const struct side_column *c, const char *side)
{
	char title[TITLE_COLS + 1], note[32];
	struct panel p = {.title = title, .note = note};
	int open;

	snprintf(title, sizeof title, "%.*s", (int)(c->name.n < TITLE_COLS ? c->name.n : TITLE_COLS), c->name.p);
	snprintf(note, sizeof note, "only in %s", side);
	r = panel_paint(g, r, &p);
	grid_printf(g, r, 0, 0, ROLE_MUTED, "%s rows with a value", fmt_exact(c->n).s);
	if (c->type == FEATURE_NUMERIC && c->nbins)
		grid_printf(g, r, 1, 0, ROLE_MUTED, "mean %s, sd %s, median %s", fmt_value(c->mean).s,
		    fmt_value(c->sd).s, fmt_value(figures_side_quantile(c, 0.5, &open)).s);
}

void
compare_picture_paint(
    struct grid *g, struct rect r, const struct compare_row *row, const struct pin_side *a, const struct pin_side *b)
{
	struct panel p = {.title = "Latency, ms", .note = "solid B, shade A: share of events"};
	struct feature_figures f;

	if (row->a != SIZE_MAX && row->b != SIZE_MAX) {
		paint_column(g, r, &a->columns[row->a], &b->columns[row->b]);
	} else if (row->a != SIZE_MAX) {
		paint_only(g, r, &a->columns[row->a], "A");
	} else if (row->b != SIZE_MAX) {
		paint_only(g, r, &b->columns[row->b], "B");
	} else {
		fill_latency(&a->f, &b->f, &f);
		r = panel_paint(g, r, &p);
		if (f.nbins)
			part_distribution(g, r, &f, -1);
		else
			grid_str(g, r, 0, 0, ROLE_MUTED, "no event says how long it took");
	}
}

int
compare_picture_rows(const struct compare_row *row, const struct pin_side *a, const struct pin_side *b)
{
	const struct side_column *ca = row->a == SIZE_MAX ? NULL : &a->columns[row->a];
	const struct side_column *cb = row->b == SIZE_MAX ? NULL : &b->columns[row->b];
	struct side_difference d;

	if (!ca && !cb)
		return TALL;
	if (!ca || !cb)
		return 4;
	figures_side_difference(ca, cb, &d);
	if (!d.alike)
		return 6;
	return ca->type == FEATURE_CATEGORICAL ? (int)ca->nbins + 3 : TALL;
}
