#include "tui/compare_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/floor.h"
#include "widgets/fmt.h"
#include "tui/margin.h"

#define OUTCOMES 4
#define PER_COLUMN 3

/* ---- making ------------------------------------------------------------------------------------ */

static struct compare_row *
add(struct compare_rows *to, struct slice name, const char *figure, enum compare_row_kind kind,
    const struct compare_pair *p, size_t a, size_t b)
{
	struct compare_row *row = &to->rows[to->n];

	*row = (struct compare_row){.name = name, .figure = figure, .kind = kind, .p = *p, .a = a, .b = b, .at = to->n};
	row->times = figures_side_times(p);
	to->n++;
	return row;
}

static void
add_outcomes(struct compare_rows *to, const struct side_figures *a, const struct side_figures *b)
{
	struct slice none = slice_of("");
	struct compare_pair p;

	figures_side_rate(a, b, &p);
	add(to, none, "events/s", COMPARE_RATE, &p, SIZE_MAX, SIZE_MAX);
	figures_side_errors(a, b, &p);
	add(to, none, "errors", COMPARE_SHARE, &p, SIZE_MAX, SIZE_MAX);
	figures_side_latency(a, b, 0.5, &p);
	add(to, none, "p50", COMPARE_MS, &p, SIZE_MAX, SIZE_MAX);
	figures_side_latency(a, b, 0.99, &p);
	add(to, none, "p99", COMPARE_MS, &p, SIZE_MAX, SIZE_MAX);
}

/* Of few rows both numbers are shown, and no difference. */
static void
add_thin(struct compare_row *row, bool thin)
{
	if (!thin)
		return;
	row->p.diff = row->p.se = row->times = NAN;
}

static void
add_column(struct arena *arena, struct compare_rows *to, const struct pin_side *a, const struct pin_side *b, size_t ia,
    size_t ib)
{
	const struct side_column *ca = &a->columns[ia], *cb = &b->columns[ib];
	struct slice name = arena_text(arena, cb->name);
	struct compare_pair shape = {NAN, NAN, NAN, NAN};
	struct side_difference d;
	struct compare_row *row;

	figures_side_difference(ca, cb, &d);
	if (!isnan(d.mean.stable) || !isnan(d.mean.canary))
		add_thin(add(to, name, "mean", COMPARE_VALUE, &d.mean, ia, ib), d.thin);
	if (d.value.n) {
		row = add(to, name, "share", COMPARE_SHARE, &d.share, ia, ib);
		row->value = arena_text(arena, d.value);
		add_thin(row, d.thin);
	}
	if (!isnan(d.psi) && !d.thin) {
		shape.diff = d.psi;
		shape.se = d.psi_floor / FLOOR_RATE_SE;
		add(to, name, "shape", COMPARE_SHAPE, &shape, ia, ib)->times = figures_side_times_psi(&d);
	}
	if (d.missing.stable > 0 || d.missing.canary > 0)
		add(to, name, "missing", COMPARE_SHARE, &d.missing, ia, ib);
}

static void
add_only(struct arena *arena, struct compare_rows *to, const struct pin_side *side, size_t at, int which)
{
	const struct side_column *c = &side->columns[at];
	double n = (double)c->n;
	struct compare_pair p = {which ? NAN : n, which ? n : NAN, NAN, NAN};

	add(to, arena_text(arena, c->name), which ? "only in B" : "only in A", COMPARE_ONLY, &p,
	    which ? SIZE_MAX : at, which ? at : SIZE_MAX);
	to->only[which]++;
}

/* Mostly both have the same columns in the same order: so the next one is looked at first. */
static size_t
find(const struct pin_side *side, const struct side_column *c, size_t next)
{
	for (size_t i = 0; i < side->n; i++) {
		size_t at = next + i < side->n ? next + i : next + i - side->n;

		if (side->columns[at].output == c->output && slice_eq_short(side->columns[at].name, c->name))
			return at;
	}
	return SIZE_MAX;
}

static void
add_columns(struct arena *arena, struct compare_rows *to, const struct pin_side *a, const struct pin_side *b)
{
	bool *met = arena_take(arena, a->n + 1);
	size_t next = 0;

	if (!met) {
		to->left = a->n > b->n ? a->n : b->n;
		return;
	}
	memset(met, 0, a->n + 1);
	for (size_t i = 0; i < b->n; i++) {
		size_t at = find(a, &b->columns[i], next < a->n ? next : 0);

		if (at == SIZE_MAX) {
			add_only(arena, to, b, i, 1);
			continue;
		}
		met[at] = true;
		next = at + 1;
		add_column(arena, to, a, b, at, i);
	}
	for (size_t i = 0; i < a->n; i++)
		if (!met[i])
			add_only(arena, to, a, i, 0);
}

static int
by_times(const void *pa, const void *pb)
{
	const struct compare_row *a = pa, *b = pb;
	bool only_a = a->kind == COMPARE_ONLY, only_b = b->kind == COMPARE_ONLY;

	if (only_a != only_b)
		return only_a ? 1 : -1;
	if (isnan(a->times) != isnan(b->times))
		return isnan(a->times) ? 1 : -1;
	if (a->times > b->times || a->times < b->times)
		return a->times < b->times ? 1 : -1;
	return (a->at > b->at) - (a->at < b->at);
}

void
compare_rows_make(struct arena *arena, const struct pin_side *a, const struct pin_side *b, struct compare_rows *out)
{
	size_t most = OUTCOMES + PER_COLUMN * b->n + a->n;

	memset(out, 0, sizeof *out);
	out->left = a->left > b->left ? a->left : b->left;
	out->rows = arena_take(arena, most * sizeof *out->rows);
	if (!out->rows) {
		out->left = a->f.columns > b->f.columns ? a->f.columns : b->f.columns;
		return;
	}
	add_outcomes(out, &a->f, &b->f);
	/* Without columns on a side nothing is "only" on the other: they are not counted there. */
	if (a->n && b->n)
		add_columns(arena, out, a, b);
	qsort(out->rows + OUTCOMES, out->n - OUTCOMES, sizeof *out->rows, by_times);
	for (size_t i = 0; i < out->n; i++)
		out->beyond += out->rows[i].times > 1;
}

/* ---- filters ----------------------------------------------------------------------------------- */

enum { NAME_NAME, NAME_FIGURE, NAME_VALUE, NAME_A, NAME_B, NAME_DIFF, NAME_NOISE, NAME_TIMES, NAME_PSI, NAME_COUNT };

static const struct filter_name names[NAME_COUNT] = {
    [NAME_NAME] = {{"name", EXPR_TEXT, NULL, 0}, "input or output; empty: of all events"},
    [NAME_FIGURE] = {{"figure", EXPR_TEXT, NULL, 0}, "what is compared: mean, share, shape, missing, p99, errors..."},
    [NAME_VALUE] = {{"value", EXPR_TEXT, NULL, 0}, "whose share it is"},
    [NAME_A] = {{"a", EXPR_ANY, NULL, 0}, "the number of A; shares are from 0 to 1 or in %, times in ms"},
    [NAME_B] = {{"b", EXPR_ANY, NULL, 0}, "the number of B"},
    [NAME_DIFF] = {{"diff", EXPR_ANY, NULL, 0}, "B less A"},
    [NAME_NOISE] = {{"noise", EXPR_ANY, NULL, 0}, "what of a difference is noise"},
    [NAME_TIMES] = {{"times", EXPR_PLAIN, NULL, 0}, "the difference over its noise: beyond 1 it differs"},
    [NAME_PSI] = {{"psi", EXPR_PLAIN, NULL, 0}, "of shapes: the PSI of B against A"},
};

static enum expr_unit
unit_of(enum compare_row_kind kind)
{
	return kind == COMPARE_RATE    ? EXPR_PER_S
	       : kind == COMPARE_SHARE ? EXPR_SHARE
	       : kind == COMPARE_MS    ? EXPR_MS
				       : EXPR_PLAIN;
}

static void
look_up(const void *ctx, size_t name, struct expr_value *out)
{
	const struct compare_row *row = ctx;

	out->unit = unit_of(row->kind);
	switch (name) {
	case NAME_NAME:
		out->text = row->name.p ? row->name : slice_of("");
		break;
	case NAME_FIGURE:
		out->text = slice_of(row->figure);
		break;
	case NAME_VALUE:
		if (row->value.n)
			out->text = row->value;
		break;
	case NAME_A:
		out->number = row->p.stable;
		break;
	case NAME_B:
		out->number = row->p.canary;
		break;
	case NAME_DIFF:
		out->number = row->p.diff;
		break;
	case NAME_NOISE:
		out->number = FLOOR_RATE_SE * row->p.se;
		break;
	case NAME_TIMES:
		out->number = row->times;
		break;
	default:
		if (row->kind == COMPARE_SHAPE)
			out->number = row->p.diff;
		break;
	}
}

const struct filter_own compare_rows_own = {names, NAME_COUNT, look_up, "diff>5%, times>2"};

bool
compare_row_passes(const struct compare_row *row, const struct filter *f)
{
	struct slice texts[] = {row->name, row->value, slice_of(row->figure)};

	return filter_match_own(f, texts, sizeof texts / sizeof *texts, &compare_rows_own, row);
}

/* ---- cells ------------------------------------------------------------------------------------- */

struct fmt
compare_row_number(const struct compare_row *row, double x)
{
	struct fmt f = {""};

	switch (row->kind) {
	case COMPARE_RATE:
		return fmt_rate(x);
	case COMPARE_SHARE:
		return fmt_pct_sign(x);
	case COMPARE_MS:
		return fmt_ms(x);
	case COMPARE_SHAPE:
		return f;
	case COMPARE_ONLY:
		return isnan(x) ? f : fmt_count((uint64_t)x);
	default:
		return fmt_value(x);
	}
}

void
compare_row_margin(const struct compare_row *row, struct fmt *diff, struct fmt *noise)
{
	static const enum margin_kind kinds[] = {[COMPARE_RATE] = MARGIN_RATE, [COMPARE_SHARE] = MARGIN_POINTS,
	    [COMPARE_MS] = MARGIN_MS, [COMPARE_VALUE] = MARGIN_VALUE, [COMPARE_SHAPE] = MARGIN_DRIFT};
	struct fmt psi;

	*diff = *noise = (struct fmt){""};
	if (row->kind == COMPARE_ONLY)
		return;
	margin_format(kinds[row->kind], row->p.diff, FLOOR_RATE_SE * row->p.se, diff, noise);
	if (row->kind != COMPARE_SHAPE)
		return;
	psi = *diff;
	snprintf(diff->s, sizeof diff->s, "PSI %.16s", psi.s);
}
