#include "tui/part.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/pane.h"
#include "widgets/bar.h"
#include "widgets/charset.h"
#include "widgets/latency.h"
#include "widgets/mark.h"
#include "widgets/shares.h"
#include "widgets/spark.h"

#define BASIS_WORDS_COLS 24	/* two blanks and "provisional baseline: " */
#define BASELINE_COLS_LEAST 11 /* "provisional", or the beginning of a name */

bool
part_has_drift(const struct drift_figures *d)
{
	return d->n >= PART_ROWS_LEAST && d->m >= PART_ROWS_LEAST;
}

void
part_psi(struct grid *g, struct rect r, const struct drift_figures *d)
{
	char text[48];
	bool shown = part_has_drift(d);
	int split;

	snprintf(text, sizeof text, "/%s", fmt_drift(shown ? d->psi_floor : NAN).s);
	split = r.cols - grid_text_width(slice_of(text));
	grid_text_right(g, r, 0, split, mark_drift_role(d), slice_of(fmt_drift(shown ? d->psi : NAN).s));
	grid_text(g, r, 0, split, ROLE_MUTED, slice_of(text), FIT_CUT);
}

void
part_psi_bar(struct grid *g, struct rect r, const struct drift_figures *d)
{
	/* Not in the role of its severity: without colour that is reverse video, in which a solid bar cannot be seen.
	 */
	if (part_has_drift(d))
		bar_paint(g, r, bar_psi_frac(d->psi), bar_psi_frac(d->psi_floor), ROLE_CURRENT);
}

#define EVIDENCE_LIMIT_FRAC 0.5 /* of the bar */

void
part_evidence_bar(struct grid *g, struct rect r, const struct drift_figures *d)
{
	double frac = d->evidence / d->evidence_limit * EVIDENCE_LIMIT_FRAC;

	if (isnan(frac) || !(d->evidence_limit > 0))
		return;
	/* What is provisional may be at the limit and not beyond: nobody is woken by it. */
	if (d->provisional)
		bar_paint_shade(g, r, frac < EVIDENCE_LIMIT_FRAC ? frac : EVIDENCE_LIMIT_FRAC, EVIDENCE_LIMIT_FRAC);
	else
		bar_paint_share(g, r, frac, EVIDENCE_LIMIT_FRAC, ROLE_CURRENT);
}

void
part_evidence_words(const struct drift_figures *d, char *out, size_t bytes)
{
	out[0] = '\0';
	if (!isnan(d->evidence) && d->evidence_limit > 0)
		snprintf(out, bytes, "evidence %.1f of %.1f%s", d->evidence, d->evidence_limit,
		    d->provisional ? ", provisional" : d->alarm ? ", alarm" : "");
}

void
part_evidence_power(const struct drift_figures *d, char *out, size_t bytes)
{
	out[0] = '\0';
	if (isnan(d->see_rows))
		return;
	snprintf(out, bytes, "would see 0.1 sd within %s rows%s%s", fmt_count((uint64_t)d->see_rows).s,
	    isnan(d->see_ms) ? "" : ", about ",
	    isnan(d->see_ms) ? "" : fmt_age((int64_t)d->see_ms).s);
}

void
part_right(struct grid *g, struct rect r, enum role role, struct fmt f)
{
	grid_text_right(g, r, 0, r.cols, role, slice_of(f.s));
}

void
part_noise(struct grid *g, struct rect r, const char *text)
{
	int width;

	text += text[0] == '+';
	width = grid_text_width(slice_of(text));
	if (!width || r.cols <= width)
		return;
	grid_put(g, r, 0, r.cols - width - 1, ROLE_MUTED, grid_glyph(g, GLYPH_PLUSMINUS));
	grid_text_right(g, r, 0, r.cols, ROLE_MUTED, slice_of(text));
}

struct fmt
part_points(double frac)
{
	struct fmt f = fmt_points(frac), out;

	snprintf(out.s, sizeof out.s, "%.16s%s", f.s, isnan(frac) ? "" : "pt");
	return out;
}

const char *
part_elsewhere(const char *const *names, const struct rect *at, size_t n, char *buf, size_t bytes)
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < n && used < bytes; i++)
		if (names[i] && at[i].rows <= 0)
			used += (size_t)snprintf(
			    buf + used, bytes - used, "%s%zu %s", used ? " " : "", i + 1, names[i]);
	return buf;
}

void
part_rule(struct grid *g, struct rect r, enum role role, struct slice rule)
{
	char text[80];

	snprintf(text, sizeof text, "(%.*s)", (int)(rule.n < 76 ? rule.n : 76), rule.p);
	grid_text(g, r, 0, 0, role, slice_of(text), FIT_ELLIPSIS);
}

/* Where `what` begins in a text; its length: nowhere. */
static size_t
find_in(struct slice text, const char *what)
{
	size_t n = strlen(what), at = 0;

	while (at + n <= text.n && memcmp(text.p + at, what, n) != 0)
		at++;
	return at + n <= text.n ? at : text.n;
}

void
part_change(struct grid *g, struct rect r, enum role role, struct slice text)
{
	/* The baseline's goes first; then the window of a mean or a shape, which the head of the list has. */
	static const char *const less[] = {" (", " in "};

	for (size_t i = 0; i < 2 && grid_text_width(text) > r.cols; i++) {
		size_t at = find_in(text, less[i]);

		if (i == 1 && (find_in(text, ", now ") < text.n || find_in(text, "\"") < at))
			break;
		if (grid_text_width(slice_make(text.p, at)) <= r.cols)
			text.n = at;
	}
	grid_text(g, r, 0, 0, role, text, FIT_ELLIPSIS);
}

void
part_tail(struct grid *g, struct rect r, enum role role, struct slice text)
{
	int width = grid_text_width(text), col = 0;

	if (width > r.cols && r.cols > 1) {
		grid_put(g, r, 0, col++, role, grid_glyph(g, GLYPH_ELLIPSIS));
		/* Once through it: an id of a stranger may be ten thousand characters long. */
		while (text.n > 0 && width > r.cols - col)
			width -= charset_width(charset_filter(charset_decode(&text)));
	}
	grid_text(g, r, 0, col, role, text, FIT_CUT);
}

enum role
part_cause_role(const struct drift_figures *d, enum drift_cause cause)
{
	if (!(d->causes & (unsigned)cause) || d->state < DRIFT_WATCH)
		return ROLE_MUTED;
	return mark_is_loud(d, cause) ? ROLE_CRIT : ROLE_WARN;
}

void
part_series_collect(struct part_series *p, const struct store *s, const struct model_figures *f, enum window w)
{
	bool p99 = latency_has_p99(&f->window_latency);

	p->nrate = figures_series(s, f->index, SERIES_RATE, w, p->rate, HELD_POINTS);
	p->nerrors = figures_series(s, f->index, SERIES_ERRORS, w, p->errors, HELD_POINTS);
	p->np50 = figures_series(s, f->index, SERIES_P50, w, p->p50, HELD_POINTS);
	p->nhigh = figures_series(s, f->index, p99 ? SERIES_P99 : SERIES_P90, w, p->high, HELD_POINTS);
}

static void
series_one(
    struct grid *g, struct rect r, const char *name, struct fmt value, const double *v, size_t n, enum role role)
{
	int col = grid_str(g, r, 0, 0, ROLE_MUTED, name) + 1;

	grid_text_right(g, r, 0, col + 6, ROLE_TEXT, slice_of(value.s));
	spark_paint(g, rect_cols(r, col + 7, r.cols - col - 9), v, n, NAN, role);
}

void
part_series_paint(struct grid *g, struct rect r, const struct part_series *p, const struct model_figures *f)
{
	const struct latency_figures *l = &f->window_latency;
	bool p99 = latency_has_p99(l);
	int third = r.cols / 3;

	series_one(g, rect_cols(r, 0, third), "ev/s", fmt_rate(f->rate_per_s), p->rate, p->nrate, ROLE_GRAPH);
	series_one(g, rect_cols(r, third, third), p99 ? "p99" : "p90", fmt_ms(p99 ? l->p99 : l->p90), p->high,
	    p->nhigh, ROLE_GRAPH2);
	series_one(g, rect_cols(r, 2 * third, r.cols - 2 * third), "err%", fmt_pct(f->window_error_rate_frac),
	    p->errors, p->nerrors, ROLE_WARN);
}

static void
shares_add(const struct feature_figures *f, size_t bin, struct slice name, struct share *rows, size_t *n)
{
	if (f->bins[bin].baseline == 0 && f->bins[bin].current == 0)
		return;
	rows[(*n)++] = (struct share){name, histogram_share(f->bins, f->nbins, bin, true),
	    histogram_share(f->bins, f->nbins, bin, false), false};
}

/* The last two bins are "other" and "new". What the baseline never saw comes first: it is what one looks for. */
size_t
part_shares(const struct feature_figures *f, struct share *rows)
{
	size_t n = 0, named = f->nbins >= 2 ? f->nbins - 2 : 0;
	double total = 0;

	if (f->nbins < 2 || f->nbins > FIGURE_BINS)
		return 0;
	for (size_t i = 0; i < f->nbins; i++)
		total += (double)f->bins[i].current;
	shares_add(f, named + 1, slice_of("(new values)"), rows, &n);
	for (size_t i = 0; i < f->ntop && total > 0; i++)
		if (f->top[i].unseen)
			rows[n++] = (struct share){f->top[i].value, (double)f->top[i].count / total, 0, true};
	for (size_t i = 0; i < named; i++)
		rows[n++] = (struct share){f->bins[i].label, histogram_share(f->bins, f->nbins, i, true),
		    histogram_share(f->bins, f->nbins, i, false), false};
	shares_add(f, named, slice_of("(all others)"), rows, &n);
	return n;
}

static void
distribution_shares(struct grid *g, struct rect r, const struct feature_figures *f, int cursor)
{
	struct share rows[PART_SHARES_MAX];
	struct shares s = {.rows = rows, .n = part_shares(f, rows), .cursor = cursor};

	shares_paint(g, r, &s);
}

void
part_distribution(struct grid *g, struct rect r, const struct feature_figures *f, int cursor)
{
	struct histogram h = {f->bins, f->nbins, cursor};

	if (f->nbins == 0)
		grid_text(g, r, 0, 0, ROLE_MUTED, slice_of("shown once there is a baseline"), FIT_ELLIPSIS);
	else if (f->type == FEATURE_CATEGORICAL)
		distribution_shares(g, r, f, cursor);
	else
		histogram_paint(g, r, &h);
}

void
part_baseline(struct grid *g, struct rect r, const struct baseline_figures *b)
{
	char text[256];
	bool provisional = b->kind != BASELINE_NONE && b->provisional;
	int col;

	if (r.cols < BASELINE_COLS_LEAST)
		return;
	col = grid_str(g, r, 0, 0, provisional ? ROLE_WARN : ROLE_MUTED, provisional ? "provisional " : "");

	col += grid_str(g, r, 0, col, ROLE_MUTED, "baseline: ");
	grid_text(g, r, 0, col, ROLE_BASELINE, slice_of(held_baseline(b, text, sizeof text)), FIT_ELLIPSIS);
}

void
part_basis(struct grid *g, struct rect r, const struct model_figures *f, uint64_t rows)
{
	char window[64], baseline[256];
	int col = 0, need;

	/* While there is nothing to compare with no window is judged, and its rows would be none. */
	if (f->baseline.kind != BASELINE_NONE) {
		ui_window_text(f->window, rows, window, sizeof window);
		held_baseline(&f->baseline, baseline, sizeof baseline);
		need = (int)strlen(window) + BASIS_WORDS_COLS + grid_text_width(slice_of(baseline));
		/* What the word takes is worth more behind. */
		if (need > r.cols)
			snprintf(window, sizeof window, "%s, %s rows", window_names[f->window], fmt_exact(rows).s);
		col = grid_str(g, r, 0, 0, ROLE_MUTED, window) + 2;
	}
	part_baseline(g, rect_cols(r, col, r.cols), &f->baseline);
}

void
part_fit_column(struct table_column *out, const struct table_column *columns, size_t n, size_t column, int longest)
{
	const struct table_column *c = &columns[column];

	memcpy(out, columns, n * sizeof *out);
	if (longest < c->cols)
		longest = c->cols;
	if (longest > c->most)
		longest = c->most;
	out[column].most = (uint8_t)longest;
	/* A name is worth more than the lightest columns, up to a point. */
	if (c->cols < longest)
		out[column].cols = (uint8_t)(longest < PART_NAME_COLS ? longest : PART_NAME_COLS);
}

void
part_list(struct grid *g, struct rect r, struct panel *p, struct table *t, struct list *list)
{
	char range[80];

	list->body = table_body_rows(rect_rows(r, 1, r.rows - 1));
	list->top = table_scroll(list->top, list->selected, list->n, list->body);
	t->nrows = list->n;
	t->selected = list->selected;
	t->top = list->top;
	t->focused = p->focused;
	p->right = ui_list_range(list, range, sizeof range);
	table_paint(g, panel_paint(g, r, p), t);
	p->right = NULL;
}

bool
part_is_far(int64_t ms, int64_t now_ms)
{
	const int64_t far = 20 * INT64_C(3600000);

	return ms < now_ms - far || ms > now_ms + far;
}

struct fmt
part_time(int64_t ms, int64_t now_ms, int64_t utc_offset_ms)
{
	return part_is_far(ms, now_ms) ? fmt_date(ms, utc_offset_ms) : fmt_clock(ms, utc_offset_ms);
}

const char *
part_axis_left(enum window w, const struct model_figures *f, char buf[PART_AXIS_BYTES])
{
	const int64_t day_ms = INT64_C(86400000);
	int64_t range_ms = f->last_ms - f->first_ms;

	if (f->window == WINDOW_ALL && f->events > 0 && range_ms > day_ms)
		snprintf(buf, PART_AXIS_BYTES, "%s of %s", ui_axis_left(w), fmt_age(range_ms).s);
	else
		snprintf(buf, PART_AXIS_BYTES, "%s", ui_axis_left(w));
	return buf;
}

static int64_t
point_step_ms(enum window w)
{
	return w == WINDOW_5M ? 5000 : w == WINDOW_1H ? 60000 : 900000;
}

int64_t
part_point_ms(enum window w, size_t i, size_t n, int64_t now_ms)
{
	return now_ms - (int64_t)(n - 1 - i) * point_step_ms(w);
}

void
part_point_range(enum window w, size_t i, size_t n, int64_t now_ms, int64_t *from_ms, int64_t *to_ms)
{
	int64_t step = point_step_ms(w);

	*from_ms = (pane_floor(now_ms, step) - (int64_t)(n - 1 - i)) * step;
	*to_ms = *from_ms + step;
}
