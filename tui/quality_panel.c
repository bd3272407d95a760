#include "tui/quality_panel.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "collectors/keymap.h"
#include "core/limits.h"
#include "tui/prose.h"
#include "widgets/fmt.h"

#define NAME_COLS 12
#define VALUE_COLS 10 /* "-6.33e-07" and one apart */
#define SPANS 3

/* ---- holding --------------------------------------------------------------------------------- */

void
quality_hold(struct arena *a, const struct store *s, size_t model, struct quality_held *out)
{
	unsigned i;

	memset(out, 0, sizeof(*out));
	figures_labels(s, model, &out->labels);
	if (!out->labels.any)
		return;
	figures_quality_change(s, model, &out->change);
	figures_quality(s, model, SPAN_ALL, &out->all);
	figures_quality(s, model, out->change.span, &out->recent);
	figures_quality(s, model, SPAN_BASELINE, &out->baseline);
	out->all.positive = arena_text(a, out->all.positive);
	for (i = 0; i < out->all.numbers.nclasses; i++)
		out->names[i] = arena_text(a, figures_quality_class(s, model, out->all.numbers.classes[i].cls));
}

static bool
is_shown(const struct quality_figures *f)
{
	return !f->thin && f->numbers.kind != QUALITY_NONE;
}

const char *
quality_line(const struct quality_held *q, char *buf, size_t bytes)
{
	const struct quality_figures *f = is_shown(&q->recent) ? &q->recent : &q->all;
	enum quality_metric metric;
	double value;

	if (q->change.sentence[0]) {
		snprintf(buf, bytes, "%s", q->change.sentence);
		return buf;
	}
	metric = figures_quality_first(f, &value);
	if (is_shown(f) && !isnan(value))
		snprintf(buf, bytes, metric == QUALITY_MAE ? "%s %.3g" : "%s %.2f", figures_quality_metrics[metric],
		    value);
	else
		snprintf(buf, bytes, "%s label%s so far", fmt_count(q->all.numbers.labelled).s,
		    q->all.numbers.labelled == 1 ? "" : "s");
	return buf;
}

enum role
quality_role(const struct quality_held *q)
{
	if (q->change.severity == SEVERITY_CRIT)
		return ROLE_CRIT;
	if (q->change.state >= DRIFT_WATCH)
		return ROLE_WARN;
	return is_shown(&q->all) && !q->all.grey ? ROLE_TEXT : ROLE_MUTED;
}

/* ---- numbers --------------------------------------------------------------------------------- */

enum number_look { LOOK_RATIO, LOOK_SHARE, LOOK_POINTS, LOOK_VALUE };

/* One row a number, those that say most first. */
static const struct number_row {
	const char *name;
	size_t at; /* in struct quality_numbers */
	enum number_look look;
	enum quality_kind kind;
} number_rows[] = {
    {"AUC", offsetof(struct quality_numbers, auc), LOOK_RATIO, QUALITY_CLASSES},
    {"MAE", offsetof(struct quality_numbers, mae), LOOK_VALUE, QUALITY_REGRESSION},
    {"bias", offsetof(struct quality_numbers, bias), LOOK_VALUE, QUALITY_REGRESSION},
    {"accuracy", offsetof(struct quality_numbers, accuracy), LOOK_SHARE, QUALITY_CLASSES},
    {"recall", offsetof(struct quality_numbers, recall), LOOK_SHARE, QUALITY_CLASSES},
    {"precision", offsetof(struct quality_numbers, precision), LOOK_SHARE, QUALITY_CLASSES},
    {"calibration", offsetof(struct quality_numbers, calibration), LOOK_POINTS, QUALITY_CLASSES},
    {"F1", offsetof(struct quality_numbers, f1), LOOK_RATIO, QUALITY_CLASSES},
    {"macro F1", offsetof(struct quality_numbers, macro_f1), LOOK_RATIO, QUALITY_CLASSES},
    {"Brier", offsetof(struct quality_numbers, brier), LOOK_RATIO, QUALITY_CLASSES},
    {"ECE", offsetof(struct quality_numbers, ece), LOOK_RATIO, QUALITY_CLASSES},
};

#define NUMBER_ROWS (sizeof(number_rows) / sizeof(number_rows[0]))

static double
number_of(const struct quality_figures *f, const struct number_row *row)
{
	double x;

	memcpy(&x, (const char *)&f->numbers + row->at, sizeof(x));
	return is_shown(f) ? x : (double)NAN;
}

static struct fmt
number_text(enum number_look look, double x)
{
	struct fmt out;

	if (isnan(x))
		return fmt_pct_sign(x);
	switch (look) {
	case LOOK_SHARE:
		return fmt_pct_sign(x);
	case LOOK_POINTS:
		snprintf(out.s, sizeof(out.s), "%.16spt", fmt_points(x).s);
		return out;
	case LOOK_RATIO:
		snprintf(out.s, sizeof(out.s), "%.3f", x);
		return out;
	case LOOK_VALUE:
		break;
	}
	return fmt_value(x);
}

/* ---- painting -------------------------------------------------------------------------------- */

struct columns {
	const struct quality_figures *spans[SPANS];
	const char *heads[SPANS];
	int n;
};

static void
choose_columns(const struct quality_held *q, int cols, struct columns *c)
{
	int room = (cols - NAME_COLS) / VALUE_COLS;

	c->n = 0;
	if (q->recent.numbers.labelled && room > 0 && (room > 1 || is_shown(&q->recent))) {
		c->spans[c->n] = &q->recent;
		c->heads[c->n++] = q->change.span == SPAN_24H ? "24H" : "SINCE BASE"; /* everything but its rows */
	}
	if (q->baseline.numbers.labelled && c->n < room) {
		c->spans[c->n] = &q->baseline;
		c->heads[c->n++] = "BASELINE";
	}
	/* Since a baseline that came from elsewhere is everything. */
	if (c->n == 0 || (c->n < room && q->recent.numbers.labelled != q->all.numbers.labelled)) {
		c->spans[c->n] = &q->all;
		c->heads[c->n++] = "ALL";
	}
}

static void
put_value(struct grid *g, struct rect r, int row, int column, enum role role, struct fmt f)
{
	grid_text_right(g, r, row, NAME_COLS + (column + 1) * VALUE_COLS, role, slice_of(f.s));
}

static int
paint_numbers(const struct columns *c, struct grid *g, struct rect r, int row, int rows)
{
	size_t i;
	int k;

	for (i = 0; i < NUMBER_ROWS && row < rows; i++) {
		bool any = false;

		for (k = 0; k < c->n; k++)
			any |= !isnan(number_of(c->spans[k], &number_rows[i]));
		if (!any)
			continue;
		grid_str(g, r, row, 0, ROLE_MUTED, number_rows[i].name);
		for (k = 0; k < c->n; k++)
			put_value(g, r, row, k, c->spans[k]->grey ? ROLE_MUTED : ROLE_TEXT,
			    number_text(number_rows[i].look, number_of(c->spans[k], &number_rows[i])));
		row++;
	}
	return row;
}

static void
join_text(const struct quality_held *q, char *buf, size_t bytes)
{
	const struct label_figures *l = &q->labels;
	size_t n = 0;

	*buf = '\0';
	if (q->all.numbers.lag_p50_ms > 0)
		n += (size_t)snprintf(buf + n, bytes - n, "half known within %s  ",
		    fmt_age((int64_t)q->all.numbers.lag_p50_ms).s);
	if (l->orphans)
		n += (size_t)snprintf(buf + n, bytes - n, "%s without prediction  ", fmt_count(l->orphans).s);
	if (l->conflicting)
		n += (size_t)snprintf(buf + n, bytes - n, "%s contradict  ", fmt_count(l->conflicting).s);
	if (l->sample_frac < 1)
		n += (size_t)snprintf(buf + n, bytes - n, "1 id in %.0f  ", 1 / l->sample_frac);
	if (l->waiting && n < bytes)
		snprintf(buf + n, bytes - n, "%s wait", fmt_count(l->waiting).s);
}

static int
paint_counts(const struct quality_held *q, const struct columns *c, struct grid *g, struct rect r, int row)
{
	char text[200];
	int k;

	grid_str(g, r, row, 0, ROLE_MUTED, "labels");
	grid_str(g, r, row + 1, 0, ROLE_MUTED, "coverage");
	for (k = 0; k < c->n; k++) {
		put_value(g, r, row, k, ROLE_MUTED, fmt_count(c->spans[k]->numbers.labelled));
		put_value(g, r, row + 1, k, ROLE_MUTED, fmt_pct_sign(c->spans[k]->coverage_frac));
	}
	join_text(q, text, sizeof(text));
	if (text[0])
		grid_text(g, r, row + 2, 0, ROLE_MUTED, slice_of(text), FIT_ELLIPSIS);
	return row + 2 + (text[0] != '\0');
}

/* Classes that occur, by name, as far as there is room: where there are more than two, or the two have no score. */
static void
paint_classes(const struct quality_held *q, struct grid *g, struct rect r, int row)
{
	const struct quality_numbers *n = &q->all.numbers;
	unsigned i;

	if (n->kind != QUALITY_CLASSES || q->all.thin || (n->nclasses < 3 && !isnan(n->auc)) || row + 2 > r.rows)
		return;
	grid_str(g, r, row, 0, ROLE_HEADER, "CLASS");
	grid_text_right(g, r, row, NAME_COLS + VALUE_COLS, ROLE_HEADER, slice_of("RECALL"));
	grid_text_right(g, r, row, NAME_COLS + 2 * VALUE_COLS, ROLE_HEADER, slice_of("PREC"));
	grid_text_right(g, r, row, NAME_COLS + 3 * VALUE_COLS, ROLE_HEADER, slice_of("LABELS"));
	for (i = 0; i < n->nclasses && row + 1 < r.rows; i++) {
		const struct class_quality *k = &n->classes[i];

		row++;
		grid_text(g, rect_cols(r, 0, NAME_COLS), row, 0, ROLE_TEXT, q->names[i], FIT_ELLIPSIS);
		put_value(g, r, row, 0, ROLE_TEXT, fmt_pct_sign(k->recall));
		put_value(g, r, row, 1, ROLE_TEXT, fmt_pct_sign(k->precision));
		put_value(g, r, row, 2, ROLE_MUTED, fmt_count(k->labelled));
	}
}

/* "label, y_true, target or truth": what a label is called. */
static void
label_names(char *buf, size_t bytes)
{
	const char *const *names = keymap_aliases[KEY_LABEL].names;
	size_t n = 0;

	*buf = '\0';
	for (size_t i = 0; names[i] && n < bytes; i++)
		n += (size_t)snprintf(buf + n, bytes - n, "%s%s", i == 0 ? "" : names[i + 1] ? ", " : " or ", names[i]);
}

/* What is waited for, and what would bring it. */
static void
paint_none(struct grid *g, struct rect r)
{
	char names[120], text[400];
	int row;

	grid_text(g, r, 0, 0, ROLE_TEXT, slice_of("no labels so far"), FIT_ELLIPSIS);
	label_names(names, sizeof names);
	snprintf(text, sizeof text,
	    "A label is a field %s: in the event itself, or up to %d hours later alone with the id of its event, in "
	    "the stream of the predictions or one of its own that ends with :labels.",
	    names, LIMIT_LABEL_WAIT_MS / 3600000);
	row = 1 + prose_paint(g, rect_rows(r, 1, r.rows), ROLE_MUTED, slice_of(text));
	prose_paint(g, rect_rows(r, row, r.rows), ROLE_MUTED,
	    slice_of("Accuracy, calibration and their changes are shown from 50 of them on."));
}

void
quality_paint(const struct quality_held *q, struct grid *g, struct rect r)
{
	const struct quality_figures *shown = is_shown(&q->recent) ? &q->recent : &q->all;
	int row = 0, k, reserved = shown->note[0] ? 3 : 2;
	struct columns c;

	if (!q->labels.any) {
		paint_none(g, r);
		return;
	}
	choose_columns(q, r.cols, &c);
	if (r.rows > reserved + 1) {
		for (k = 0; k < c.n; k++)
			grid_text_right(g, r, 0, NAME_COLS + (k + 1) * VALUE_COLS, ROLE_HEADER, slice_of(c.heads[k]));
		if (q->all.positive.n)
			grid_text(g, rect_cols(r, 0, NAME_COLS - 1), 0, 0, ROLE_MUTED, q->all.positive, FIT_ELLIPSIS);
		row++;
	}
	row = paint_numbers(&c, g, r, row, r.rows - reserved);
	if (shown->note[0] && row < r.rows)
		grid_text(g, r, row++, 0, ROLE_WARN, slice_of(shown->note), FIT_ELLIPSIS);
	row = paint_counts(q, &c, g, r, row);
	paint_classes(q, g, r, row + 1);
}
