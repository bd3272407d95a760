#include "widgets/bar.h"

#include <math.h>

static double
bar_clip(double frac)
{
	return frac < 0 ? 0 : frac > 1 ? 1 : frac;
}

/* Up to the floor a bar is shade: it is noise, and a column of noise must not look like a finding. */
static void
bar_shade(struct grid *g, struct rect r, double frac)
{
	int cols = (int)lround(bar_clip(frac) * r.cols);

	for (int col = 0; col < cols; col++)
		grid_put(g, r, 0, col, ROLE_MUTED, grid_glyph(g, GLYPH_SHADE_LIGHT));
}

static void
bar_solid(struct grid *g, struct rect r, double frac, enum role role)
{
	int eighths = (int)lround(bar_clip(frac) * r.cols * 8);
	int full;

	/* Something that is not nothing leaves a trace. */
	if (frac > 0 && eighths == 0)
		eighths = 1;
	full = eighths / 8;
	for (int col = 0; col < full; col++)
		grid_put(g, r, 0, col, role, grid_eighth_h(g, 8));
	if (eighths % 8)
		grid_put(g, r, 0, full, role, grid_eighth_h(g, eighths % 8));
}

/*
 * Where the bar is solid the mark is cut out of it: a line on the screen's ground would leave a gap on both sides, and
 * the bar would look like two.
 */
static void
bar_mark(struct grid *g, struct rect r, double frac, double solid_frac, enum role solid, enum role ground)
{
	int col = isnan(frac) ? -1 : (int)(bar_clip(frac) * r.cols);
	bool inside;

	if (col < 0)
		return;
	col = col < r.cols ? col : r.cols - 1;
	inside = g->glyphs != GLYPHS_ASCII && bar_clip(solid_frac) * r.cols >= col + 0.5;
	grid_put(g, r, 0, col, inside ? solid : ground, grid_glyph(g, GLYPH_VLINE));
	if (inside)
		grid_attr(g, r, 0, col, 1, STYLE_REVERSE);
}

void
bar_paint_share(struct grid *g, struct rect r, double frac, double mark_frac, enum role role)
{
	if (r.rows < 1 || r.cols < 1)
		return;
	if (!isnan(frac))
		bar_solid(g, r, frac, role);
	bar_mark(g, r, mark_frac, isnan(frac) ? 0 : frac, role, ROLE_FLOOR);
}

void
bar_paint_shade(struct grid *g, struct rect r, double frac, double mark_frac)
{
	if (r.rows < 1 || r.cols < 1)
		return;
	if (!isnan(frac))
		bar_shade(g, r, frac);
	/* In the shade's own role: a change of colour on either side would double what such a row costs a slow link. */
	bar_mark(g, r, mark_frac, 0, ROLE_MUTED, ROLE_MUTED);
}

void
bar_paint(struct grid *g, struct rect r, double frac, double floor_frac, enum role role)
{
	bool noise = !isnan(frac) && !isnan(floor_frac) && frac <= floor_frac;

	if (r.rows < 1 || r.cols < 1)
		return;
	if (noise)
		bar_shade(g, r, frac);
	else if (!isnan(frac))
		bar_solid(g, r, frac, role);
	bar_mark(g, r, floor_frac, noise || isnan(frac) ? 0 : frac, role, ROLE_FLOOR);
}

double
bar_psi_frac(double psi)
{
	return isnan(psi) ? NAN : bar_clip(sqrt(psi > 0 ? psi : 0));
}

static void
bar_specimen(struct grid *g, struct rect r, enum specimen kind)
{
	for (int row = 0; row < r.rows; row++) {
		double x = specimen_number(kind, (size_t)row) / 100;

		bar_paint(g, rect_rows(r, row, 1), kind == SPECIMEN_EMPTY ? 0 : x, x / 3, ROLE_WARN);
	}
}

const struct widget bar_widget = {"bar", "one number against its noise floor", bar_specimen};
