#include "tui/compare_picture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/part.h"

#define BIN_LEAST  (LATENCY_PER_OCTAVE / 8) /* buckets of a bar, */
#define BIN_MOST   (LATENCY_PER_OCTAVE / 2) /* which is wider where there would be more than so many bars */
#define BARS_MOST  40
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

/* From the first bucket that either has to the last. */
static void
fill_latency(const struct side_figures *a, const struct side_figures *b, struct feature_figures *f)
{
	size_t first = LATENCY_BUCKETS, last = 0, per = BIN_LEAST;

	memset(f, 0, sizeof *f);
	for (size_t i = 0; i < LATENCY_BUCKETS; i++) {
		if (!a->latency[i] && !b->latency[i])
			continue;
		first = i < first ? i : first;
		last = i;
	}
	while (per < BIN_MOST && first < last && last / per - first / per >= BARS_MOST)
		per *= 2;
	for (size_t bin = first / per; bin <= last / per && f->nbins < FIGURE_BINS; bin++) {
		struct figure_bin *to = &f->bins[f->nbins++];

		to->le = latency_bucket_hi((int)(bin * per + per - 1));
		for (size_t i = bin * per; i < (bin + 1) * per && i < LATENCY_BUCKETS; i++) {
			to->baseline += a->latency[i];
			to->current += b->latency[i];
		}
	}
}

/* ---- without a picture ------------------------------------------------------------------------- */

/* Without a name of its own a side is A or B. */
static const char *
side_name(const struct compare_picture *p, int side)
{
	return p->names[side] ? p->names[side] : side ? "B" : "A";
}

/* Where the columns of quantiles begin, beside the longer name. */
static int
quantiles_from(const struct compare_picture *p)
{
	int a = (int)strlen(side_name(p, 0)), b = (int)strlen(side_name(p, 1));

	return 3 + (a > b ? a : b);
}

static void
quantile_row(struct grid *g, struct rect r, int row, const struct compare_picture *p, int side,
    const struct side_column *c)
{
	static const double levels[] = {0.05, 0.25, 0.5, 0.75, 0.95};
	enum role role = side ? ROLE_CURRENT : ROLE_BASELINE;

	grid_str(g, r, row, 0, role, side_name(p, side));
	for (int i = 0; i < 5; i++) {
		int open;
		struct fmt f = fmt_value(figures_side_quantile(c, levels[i], &open)), text;

		snprintf(text.s, sizeof text.s, "%s%.16s", open < 0 ? "<=" : open > 0 ? ">" : "", f.s);
		grid_text_right(g, r, row, quantiles_from(p) + (i + 1) * 12, role, slice_of(text.s));
	}
}

static void
paint_quantiles(struct grid *g, struct rect r, const struct compare_picture *p, const struct side_column *a,
    const struct side_column *b)
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
		grid_text_right(g, r, 1, quantiles_from(p) + (i + 1) * 12, ROLE_HEADER, slice_of(heads[i]));
	quantile_row(g, r, 2, p, 0, a);
	quantile_row(g, r, 3, p, 1, b);
}

/* ---- both -------------------------------------------------------------------------------------- */

static struct rect
open_panel(struct grid *g, struct rect r, const struct compare_picture *picture, const char *title, const char *note)
{
	struct panel p = {.number = picture->number, .title = title, .note = note, .focused = picture->focused};

	return panel_paint(g, r, &p);
}

static void
paint_column(struct grid *g, struct rect r, const struct compare_picture *p, const struct side_column *a,
    const struct side_column *b)
{
	bool categorical = a->type == FEATURE_CATEGORICAL;
	struct side_difference d;
	struct feature_figures f;
	char title[TITLE_COLS + 1], note[160];

	snprintf(title, sizeof title, "%.*s", (int)(b->name.n < TITLE_COLS ? b->name.n : TITLE_COLS), b->name.p);
	figures_side_difference(a, b, &d);
	if (d.alike)
		snprintf(note, sizeof note, "%s %.24s, %s rows; %s %.24s, %s%s", categorical ? "bar" : "solid",
		    side_name(p, 1), fmt_exact(b->n).s, categorical ? "mark" : "shade", side_name(p, 0),
		    fmt_exact(a->n).s, categorical ? "" : "; * beyond noise");
	else
		snprintf(note, sizeof note, "%.24s %s rows, %.24s %s", side_name(p, 0), fmt_exact(a->n).s,
		    side_name(p, 1), fmt_exact(b->n).s);
	r = open_panel(g, r, p, title, note);
	if (!d.alike) {
		paint_quantiles(g, r, p, a, b);
		return;
	}
	fill_column(a, b, &f);
	if (categorical) {
		struct share rows[PART_SHARES_MAX];
		struct shares s = {.rows = rows,
		    .n = part_shares(&f, rows),
		    .cursor = -1,
		    .current = p->heads[1] ? p->heads[1] : "B%",
		    .baseline = p->heads[0] ? p->heads[0] : "A%"};

		shares_paint(g, r, &s);
		return;
	}
	part_distribution(g, r, &f, -1);
}

static void
paint_only(
    struct grid *g, struct rect r, const struct compare_picture *p, const struct side_column *c, const char *side)
{
	char title[TITLE_COLS + 1], note[32];
	int open;

	snprintf(title, sizeof title, "%.*s", (int)(c->name.n < TITLE_COLS ? c->name.n : TITLE_COLS), c->name.p);
	snprintf(note, sizeof note, "only in %.20s", side);
	r = open_panel(g, r, p, title, note);
	grid_printf(g, r, 0, 0, ROLE_MUTED, "%s rows with a value", fmt_exact(c->n).s);
	if (c->type == FEATURE_NUMERIC && c->nbins)
		grid_printf(g, r, 1, 0, ROLE_MUTED, "mean %s, sd %s, median %s", fmt_value(c->mean).s,
		    fmt_value(c->sd).s, fmt_value(figures_side_quantile(c, 0.5, &open)).s);
}

static void
paint_latency(struct grid *g, struct rect r, const struct compare_picture *p)
{
	struct feature_figures f;
	char note[128];

	snprintf(note, sizeof note, "solid %s, shade %s: share of events; * beyond noise", side_name(p, 1),
	    side_name(p, 0));
	fill_latency(&p->a->f, &p->b->f, &f);
	r = open_panel(g, r, p, "Latency, ms", note);
	if (f.nbins)
		part_distribution(g, r, &f, -1);
	else
		grid_str(g, r, 0, 0, ROLE_MUTED, "no event says how long it took");
}

void
compare_picture_paint(
    struct grid *g, struct rect r, const struct compare_row *row, const struct compare_picture *picture)
{
	const struct pin_side *a = picture->a, *b = picture->b;

	if (row->a != SIZE_MAX && row->b != SIZE_MAX)
		paint_column(g, r, picture, &a->columns[row->a], &b->columns[row->b]);
	else if (row->a != SIZE_MAX)
		paint_only(g, r, picture, &a->columns[row->a], side_name(picture, 0));
	else if (row->b != SIZE_MAX)
		paint_only(g, r, picture, &b->columns[row->b], side_name(picture, 1));
	else
		paint_latency(g, r, picture);
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
