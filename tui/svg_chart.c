/*
 * A picture is 760 units wide, which is the width of the text it stands in; a reader's page scales it. Nothing is told
 * by colour alone: a warning is a low bar with W, a critical one a high bar with C, series differ in pattern or dash.
 */
#include "tui/svg_chart.h"

#include <math.h>

#include "tui/html.h"
#include "widgets/fmt.h"

enum { WIDTH = 760, LABEL_W = 250, RIGHT = 750, LANE_H = 18, AXIS_H = 22, PLOT_H = 130, TICKS = 5, LETTER_W = 11 };

static void
open_svg(FILE *to, const char *title, int height)
{
	fprintf(to, "<svg viewBox=\"0 0 %d %d\" role=\"img\"><title>", WIDTH, height);
	html_puts(to, title);
	fputs("</title>\n", to);
}

static void
put_line(FILE *to, const char *class, double x1, double y1, double x2, double y2)
{
	fprintf(to, "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n", class, x1, y1, x2, y2);
}

/* anchor: start, middle or end. */
static void
put_text(FILE *to, double x, double y, const char *anchor, struct slice text, int columns)
{
	fprintf(to, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
	html_put_cut(to, text, columns);
	fputs("</text>\n", to);
}

/* ---- time ------------------------------------------------------------------------------------ */

static double
x_of(const struct chart_time *t, int left, int64_t ms)
{
	double frac = (double)(ms - t->from_ms) / (double)(t->to_ms - t->from_ms);

	return left + (RIGHT - left) * (frac < 0 ? 0 : frac > 1 ? 1 : frac);
}

/* What five labels need to be told apart: the date beyond two days, seconds below ten minutes. */
static struct fmt
time_label(const struct chart_time *t, int64_t ms)
{
	int64_t length = t->to_ms - t->from_ms;
	struct fmt f = length > INT64_C(4) * 86400000 ? fmt_date(ms, t->utc_offset_ms)
		       : length > 86400000	       ? fmt_datetime(ms, t->utc_offset_ms)
						       : fmt_clock(ms, t->utc_offset_ms);

	if (length > 86400000 && length <= INT64_C(4) * 86400000)
		f.s[16] = '\0'; /* without seconds */
	return f;
}

static void
put_time_axis(FILE *to, const struct chart_time *t, int left, int y)
{
	int i;

	put_line(to, "ax", left, y, RIGHT, y);
	for (i = 0; i < TICKS; i++) {
		int64_t ms = t->from_ms + (t->to_ms - t->from_ms) / (TICKS - 1) * i;
		double x = left + (double)(RIGHT - left) * i / (TICKS - 1);

		put_line(to, "ax", x, y, x, y + 4);
		put_text(to, x, y + 16, i == 0 ? "start" : i == TICKS - 1 ? "end" : "middle",
		    slice_of(time_label(t, ms).s), 24);
	}
}

/* Of those that begin at about the same place of a lane the worst has its letter, and only once. */
static bool
has_letter(const struct chart_lanes *c, size_t span)
{
	const struct chart_span *s = &c->spans[span];
	double x = x_of(&c->time, LABEL_W, s->from_ms);
	size_t i;

	for (i = 0; i < c->nspans; i++) {
		const struct chart_span *o = &c->spans[i];

		if (o->lane == s->lane && fabs(x_of(&c->time, LABEL_W, o->from_ms) - x) < LETTER_W &&
		    (o->severity > s->severity || (o->severity == s->severity && i < span)))
			return false;
	}
	return true;
}

static void
put_span(FILE *to, const struct chart_lanes *c, size_t span)
{
	const struct chart_time *t = &c->time;
	const struct chart_span *s = &c->spans[span];
	double x1 = x_of(t, LABEL_W, s->from_ms), x2 = x_of(t, LABEL_W, s->open ? t->to_ms : s->to_ms);
	bool crit = s->severity == SEVERITY_CRIT;
	double y = (double)LANE_H * (double)s->lane + (crit ? 2 : 6), height = crit ? 14 : 8;

	/* One that was short is still seen. */
	if (x2 < x1 + 3)
		x2 = x1 + 3;
	fprintf(to, "<g><title>");
	html_put(to, s->title);
	fprintf(to, "</title><rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
	    crit ? "crit" : s->severity == SEVERITY_WARN ? "warn" : "unknown", x1, y, x2 - x1, height);
	/* Beside it, so that it is read on any colour. */
	if (has_letter(c, span))
		fprintf(to, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>", x1 - 2,
		    (double)LANE_H * (double)s->lane + 14, crit ? "C" : s->severity == SEVERITY_WARN ? "W" : "?");
	fputs("</g>\n", to);
}

static void
put_marks(FILE *to, const struct chart_lanes *c, int bottom)
{
	char number[16];
	size_t i;

	for (i = 0; i < c->nmarks; i++) {
		double x = x_of(&c->time, LABEL_W, c->marks[i].at_ms);

		fputs("<g><title>", to);
		html_put(to, c->marks[i].text);
		fputs("</title>", to);
		put_line(to, "mark", x, 0, x, bottom);
		snprintf(number, sizeof(number), "%u", c->marks[i].number);
		if (c->marks[i].number)
			put_text(to, x, bottom + 12, "middle", slice_of(number), 4);
		fputs("</g>\n", to);
	}
}

void
svg_lanes(FILE *to, const struct chart_lanes *c)
{
	int lanes = c->nlanes < CHART_LANES ? (int)c->nlanes : CHART_LANES, bottom = (lanes ? lanes : 1) * LANE_H;
	size_t i;

	open_svg(to, c->title, bottom + (c->nmarks ? 14 : 0) + AXIS_H);
	for (i = 0; i < c->ngaps; i++) {
		double x1 = x_of(&c->time, LABEL_W, c->gaps[i].from_ms), x2 = x_of(&c->time, LABEL_W, c->gaps[i].to_ms);

		fprintf(to, "<rect class=\"gap\" x=\"%.1f\" y=\"0\" width=\"%.1f\" height=\"%d\"><title>", x1,
		    x2 > x1 + 2 ? x2 - x1 : 2.0, bottom);
		html_put(to, c->gaps[i].title);
		fputs("</title></rect>\n", to);
	}
	for (i = 0; i < (size_t)lanes; i++) {
		put_text(to, LABEL_W - 14, LANE_H * (double)i + 13, "end", c->lanes[i], 38);
		put_line(to, "grid", LABEL_W, LANE_H * (double)(i + 1), RIGHT, LANE_H * (double)(i + 1));
	}
	for (i = 0; i < c->nspans; i++)
		if (c->spans[i].lane < (size_t)lanes)
			put_span(to, c, i);
	put_marks(to, c, bottom);
	put_time_axis(to, &c->time, LABEL_W, bottom + (c->nmarks ? 14 : 0));
	fputs("</svg>\n", to);
}

/* ---- parts of a distribution ----------------------------------------------------------------- */

static double
largest_share(const struct chart_bars *c)
{
	double most = 0;
	size_t s, i;

	for (s = 0; s < c->nseries; s++)
		for (i = 0; i < c->n; i++)
			if (c->shares[s][i] > most)
				most = c->shares[s][i];
	return most > 0 ? most : 1;
}

/* What is shown as it is now looks the same, whether there is a third beside it or not. */
static size_t
bar_class(size_t series, size_t nseries)
{
	return series && series + 1 == nseries ? CHART_SERIES - 1 : series;
}

/* Returns where there is room behind it. */
static double
put_legend(FILE *to, const char *const *names, size_t n, char kind, double y)
{
	double x = 40;
	size_t i;

	for (i = 0; i < n; i++) {
		fprintf(to, "<rect class=\"%c%zu\" x=\"%.1f\" y=\"%.1f\" width=\"12\" height=\"9\"/>\n", kind,
		    kind == 's' ? bar_class(i, n) : i, x, y - 9);
		put_text(to, x + 17, y, "start", slice_of(names[i]), 40);
		x += 40 + 7.0 * (double)slice_of(names[i]).n;
	}
	return x;
}

static void
put_share_axis(FILE *to, double most, int top, int bottom)
{
	int i;

	for (i = 0; i <= 2; i++) {
		double y = bottom - (bottom - top) * i / 2.0;

		put_line(to, i ? "grid" : "ax", 40, y, RIGHT, y);
		put_text(to, 36, y + 4, "end", slice_of(fmt_pct_sign(most * i / 2).s), 6);
	}
}

/* Capitals are wider than other letters and digits. */
static int
columns_within(double width, struct slice text)
{
	size_t capitals = 0, i;
	int columns;

	for (i = 0; i < text.n; i++)
		capitals += text.p[i] >= 'A' && text.p[i] <= 'Z';
	columns = (int)(width / (capitals * 2 > text.n ? 8.4 : 6.8));
	return columns > 4 ? columns : 4;
}

void
svg_bars(FILE *to, const struct chart_bars *c)
{
	enum { TOP = 24, BOTTOM = TOP + PLOT_H };
	double most = largest_share(c), slot = (RIGHT - 40.0) / (double)(c->n ? c->n : 1);
	double bar = slot * 0.8 / (double)(c->nseries ? c->nseries : 1);
	size_t s, i;

	open_svg(to, c->title, BOTTOM + AXIS_H);
	(void)put_legend(to, c->names, c->nseries, 's', 12);
	put_share_axis(to, most, TOP, BOTTOM);
	for (i = 0; i < c->n; i++) {
		for (s = 0; s < c->nseries; s++) {
			double height = PLOT_H * c->shares[s][i] / most;

			if (!(height > 0))
				continue;
			fprintf(to, "<rect class=\"s%zu\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>",
			    bar_class(s, c->nseries),
			    40 + slot * ((double)i + 0.1) + bar * (double)s, BOTTOM - height, bar, height);
			html_puts(to, c->names[s]);
			fputs(", ", to);
			html_put(to, c->labels[i]);
			fprintf(to, ": %s</title></rect>\n", fmt_pct_sign(c->shares[s][i]).s);
		}
		put_text(to, 40 + slot * ((double)i + 0.5), BOTTOM + 14, "middle", c->labels[i],
		    columns_within(slot, c->labels[i]));
	}
	fputs("</svg>\n", to);
}

/* ---- over time ------------------------------------------------------------------------------- */

static double
largest_value(const struct chart_lines *c)
{
	double most = 0;
	size_t s, i;

	for (s = 0; s < c->nseries; s++)
		for (i = 0; i < c->n; i++)
			if (c->values[s][i] > most)
				most = c->values[s][i];
	/* A level far above everything would press the lines to the ground. */
	for (s = 0; s < 2; s++)
		if (c->levels[s] > most && c->levels[s] < most * 3)
			most = c->levels[s];
	return most > 0 ? most * 1.05 : 1;
}

/* A line is cut where a value is not known; one known point alone is a dot. */
static void
put_series(FILE *to, const struct chart_lines *c, size_t s, double most, int top, int bottom)
{
	bool pen = false;
	size_t i;

	fprintf(to, "<path class=\"l%zu\" d=\"", s);
	for (i = 0; i < c->n; i++) {
		double v = c->values[s][i], x = 40 + (RIGHT - 40.0) * (double)i / (double)(c->n > 1 ? c->n - 1 : 1);
		double y = bottom - (bottom - top) * (v < most ? v : most) / most;

		if (isnan(v)) {
			pen = false;
			continue;
		}
		fprintf(to, pen ? "L%.1f %.1f" : "M%.1f %.1fh.1", x, y);
		pen = true;
	}
	fputs("\"/>\n", to);
}

void
svg_lines(FILE *to, const struct chart_lines *c)
{
	static const char *const level_names[2] = {"watch", "drift"};
	enum { TOP = 24, BOTTOM = TOP + PLOT_H };
	double most = largest_value(c), x;
	size_t i;

	open_svg(to, c->title, BOTTOM + AXIS_H);
	x = put_legend(to, c->names, c->nseries, 'k', 12);
	if (c->nspans) {
		fprintf(to, "<rect class=\"during\" x=\"%.1f\" y=\"3\" width=\"12\" height=\"9\"/>\n", x);
		put_text(to, x + 17, 12, "start", c->spans[0].title, 40);
	}
	for (i = 0; i < c->nspans; i++) {
		double x1 = x_of(&c->time, 40, c->spans[i].from_ms);
		double x2 = x_of(&c->time, 40, c->spans[i].open ? c->time.to_ms : c->spans[i].to_ms);

		fprintf(to, "<rect class=\"during\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>", x1, TOP,
		    x2 > x1 + 2 ? x2 - x1 : 2.0, PLOT_H);
		html_put(to, c->spans[i].title);
		fputs("</title></rect>\n", to);
	}
	for (i = 0; i <= 2; i++) {
		double y = BOTTOM - PLOT_H * (double)i / 2;

		put_line(to, i ? "grid" : "ax", 40, y, RIGHT, y);
		put_text(to, 36, y + 4, "end",
		    slice_of((c->share ? fmt_pct_sign(most * (double)i / 2) : fmt_drift(most * (double)i / 2)).s), 6);
	}
	for (i = 0; i < 2; i++) {
		double y = BOTTOM - PLOT_H * c->levels[i] / most;

		if (!(c->levels[i] <= most))
			continue;
		put_line(to, "level", 40, y, RIGHT, y);
		/* Names of two that are close to each other stand side by side. */
		put_text(to, i ? RIGHT : RIGHT - 36, y - 3, "end", slice_of(level_names[i]), 8);
	}
	for (i = 0; i < c->nseries; i++)
		put_series(to, c, i, most, TOP, BOTTOM);
	put_time_axis(to, &c->time, 40, BOTTOM);
	fputs("</svg>\n", to);
}
