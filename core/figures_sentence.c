/*
 * The sentence of one column, and what its newest rows have beside its window.
 *
 * A window of five minutes says little of this minute: what has just begun is a few per cent of it, and what is over
 * stays in it. So the newest rows are counted once more, from the panes, and named where they are something else.
 */
#include "core/figures_column.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double
rate(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : NAN;
}

/* ---- the newest rows --------------------------------------------------------------------------- */

/* 30 s, 1, 5, 12 minutes and an hour, each with the shortest window of which it is at most a fifth. */
static const struct span {
	int ring, panes;
	enum window least;
} spans[] = {{RING_5M, 6, WINDOW_5M}, {RING_5M, 12, WINDOW_5M}, {RING_5M, 60, WINDOW_1H}, {RING_1H, 12, WINDOW_1H},
    {RING_1H, 60, WINDOW_24H}};

#define SPANS (sizeof(spans) / sizeof(spans[0]))

static bool
span_is_of(const struct span *span, const struct model *m, enum window w)
{
	return w >= span->least && m->rings[span->ring].newest != PANE_NEVER;
}

static void
add_pane(const struct column *c, const struct pane *p, size_t moved, struct column_now *out, double *sum)
{
	const struct feature *f = c->f;
	size_t extra = f->first + f->nbins, i;
	uint64_t n = 0;

	for (i = 0; i < f->nbins; i++)
		n += pane_cell(p, f->first + i);
	out->n += n;
	out->rows += c->output ? p->tally.rows - p->rows_before : p->tally.feature_rows;
	out->nonfinite += pane_cell(p, extra + EXTRA_NONFINITE);
	out->unseen += pane_cell(p, extra + EXTRA_UNSEEN);
	out->range += pane_cell(p, extra + EXTRA_RANGE);
	if (moved < f->nbins)
		out->moved += pane_cell(p, f->first + moved);
	if (c->ref->type != FEATURE_NUMERIC || !c->ref->count || pane_cell(p, extra + EXTRA_CLIPPED))
		*sum = NAN;
	else if (n)
		*sum += numbins_mean(&c->ref->bins, pane_moments(p, f->binned).sum, n) * (double)n;
}

static void
add_panes(const struct column *c, const struct ring *r, int panes, size_t moved, struct column_now *out)
{
	double sum = 0;
	int64_t i;

	memset(out, 0, sizeof(*out));
	for (i = r->newest - panes + 1; i <= r->newest; i++) {
		const struct pane *p = ring_find(r, i);

		if (p && p->width)
			add_pane(c, p, moved, out, &sum);
	}
	out->missing = out->rows > out->n + out->nonfinite ? out->rows - out->n - out->nonfinite : 0;
	out->mean = out->n ? sum / (double)out->n : NAN;
}

bool
figures_column_now(const struct column *c, size_t moved, struct column_now *out)
{
	size_t i;

	for (i = 0; c->cells && i < SPANS; i++) {
		if (!span_is_of(&spans[i], c->m, c->window))
			continue;
		add_panes(c, &c->m->rings[spans[i].ring], spans[i].panes, moved, out);
		if (out->rows >= VERDICT_NOW_ROWS)
			return true;
	}
	return false;
}

static double
other(uint64_t now, uint64_t now_rows, double frac, uint64_t rows)
{
	double is = rate(now, now_rows);

	return verdict_is_other_now(is, now_rows, frac, rows) ? is : (double)NAN;
}

/* False: as far as can be told now is as the window is. */
static bool
fill_now(const struct column *c, const struct verdict_story *st, size_t moved, struct verdict_now *out)
{
	struct column_now now;

	if (!figures_column_now(c, moved, &now))
		return false;
	out->missing_frac = other(now.missing, now.rows, st->missing_frac, c->rows);
	out->nonfinite_frac = other(now.nonfinite, now.rows, st->nonfinite_frac, c->rows);
	out->unseen_frac = other(now.unseen, now.n, st->unseen_frac, c->n);
	out->out_frac = other(now.range, now.n, st->out_frac, c->n);
	out->moved_frac = other(now.moved, now.n, st->moved_frac, c->n);
	out->mean = verdict_is_other_mean(now.mean, now.n, st->mean, c->n, st->std, st->base_std) ? now.mean
												   : (double)NAN;
	return true;
}

double
figures_errors_now(const struct model *m, enum window w)
{
	const struct tally *whole = &model_sums(m, w)->tally;
	size_t k;

	for (k = 0; k < SPANS; k++) {
		const struct ring *r = &m->rings[spans[k].ring];
		uint64_t errors = 0, events = 0;
		int64_t i;

		if (!span_is_of(&spans[k], m, w))
			continue;
		for (i = r->newest - spans[k].panes + 1; i <= r->newest; i++) {
			const struct pane *p = ring_find(r, i);

			errors += p ? p->tally.errors : 0;
			events += p ? p->tally.events : 0;
		}
		if (events >= VERDICT_NOW_ROWS)
			return other(errors, events, rate(whole->errors, whole->events), whole->events);
	}
	return NAN;
}

/* ---- the sentence ------------------------------------------------------------------------------ */

static void
fill_rates(const struct feature_figures *f, struct verdict_story *st)
{
	if (f->drift.evidence >= f->drift.evidence_limit / 2)
		st->leading = f->drift.leading;
	st->nonfinite_frac = f->nonfinite_rate_frac;
	st->base_nonfinite_frac = f->baseline_nonfinite_rate_frac;
	st->missing_frac = f->missing_rate_frac;
	st->base_missing_frac = f->baseline_missing_rate_frac;
	st->unseen_frac = f->unseen_rate_frac;
	st->base_unseen_frac = f->expected_unseen_rate_frac;
	st->out_frac = f->out_of_range_rate_frac;
}

static void
fill_numbers(const struct feature_figures *f, struct verdict_story *st)
{
	st->psi_floor = f->drift.psi_floor;
	st->mean = f->mean;
	st->base_mean = f->baseline_mean;
	st->std = f->std;
	st->base_std = f->baseline_std;
	st->min = f->min;
	st->max = f->max;
	st->base_min = f->baseline_min;
	st->base_max = f->baseline_max;
	st->distinct = f->distinct;
}

/* Counts of new values are kept for the total only. */
static void
fill_new(const struct column *c, struct verdict_story *st)
{
	const struct new_value *best = c->f->news;
	size_t i;

	st->new_value_frac = NAN;
	if (!c->f->nnew)
		return;
	for (i = 1; i < c->f->nnew; i++)
		best = c->f->news[i].count > best->count ? &c->f->news[i] : best;
	st->new_value = slice_make(best->text, best->n);
	if (c->window == WINDOW_ALL)
		st->new_value_frac = rate(best->count, c->n);
}

/* The known value whose share changed most; returns its cell, SIZE_MAX: none. */
static size_t
fill_moved(const struct column *c, struct verdict_story *st)
{
	size_t moved = SIZE_MAX, i;
	double largest = 0;

	st->moved_frac = st->base_moved_frac = NAN;
	for (i = 0; c->cells && c->ref->type == FEATURE_CATEGORICAL && i < c->ref->values.k && c->n; i++) {
		double is = rate(c->cells[i], c->n), was = rate(c->ref->counts[i], c->ref->count);

		if (fabs(is - was) <= largest)
			continue;
		largest = fabs(is - was);
		st->moved_value = c->ref->values.named[i].value;
		st->moved_frac = is;
		st->base_moved_frac = was;
		moved = i;
	}
	return moved;
}

void
figures_column_sentence(const struct column *c, const struct verdict *v, struct feature_figures *out)
{
	struct verdict_story st = {.type = out->type, .n = c->n, .m = out->drift.m, .psi = out->drift.psi,
	    .window = window_words[c->window]};
	struct verdict_now now;
	size_t moved;

	fill_rates(out, &st);
	fill_numbers(out, &st);
	fill_new(c, &st);
	moved = fill_moved(c, &st);
	if ((v->causes || st.leading != EVIDENCE_KIND_NONE) && fill_now(c, &st, moved, &now))
		st.now = &now;
	verdict_sentence(v, &st, out->drift.sentence, sizeof(out->drift.sentence));
	if (!c->ref && c->m->baseline && c->n)
		snprintf(out->drift.sentence, sizeof(out->drift.sentence), "not in the baseline");
}
