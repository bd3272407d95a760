/*
 * Figures of a model that has no baseline yet: its rows are still kept as they came, so that
 * counts, ranges and means are taken from them directly. Nothing is judged. The columns have the
 * same places as afterwards.
 */
#include <math.h>
#include <string.h>

#include "core/figures.h"
#include "core/store_impl.h"

#define NUMERIC_FRAC 0.95 /* as for baselines: so many of the values are numbers */

/* What one pass over a column finds. */
struct counted {
	uint64_t numbers, texts, nonfinite;
	double sum, min, max;
};

static void
count_column(const struct rows_column *c, bool values, struct counted *out)
{
	size_t i;

	memset(out, 0, sizeof(*out));
	out->min = INFINITY;
	out->max = -INFINITY;
	/* A dense column has nothing but numbers. */
	if (c->dense && !values) {
		out->numbers = c->count;
		return;
	}
	for (i = 0; i < c->count; i++) {
		struct rows_value v = rows_at(c, i);

		if (v.text == ROWS_TEXT_NONFINITE) {
			out->nonfinite++;
		} else if (v.text != ROWS_TEXT_NONE) {
			out->texts++;
		} else {
			out->numbers++;
			out->sum += v.num;
			out->min = v.num < out->min ? v.num : out->min;
			out->max = v.num > out->max ? v.num : out->max;
		}
	}
}

static double
column_sd(const struct rows_column *c, double mean, uint64_t n)
{
	double squares = 0;
	size_t i;

	for (i = 0; i < c->count; i++) {
		struct rows_value v = rows_at(c, i);

		if (v.text == ROWS_TEXT_NONE)
			squares += (v.num - mean) * (v.num - mean);
	}
	return sqrt(squares / (double)n);
}

static uint64_t
feature_rows(const struct rows *r)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < r->count; i++)
		n += r->meta[i].has_features;
	return n;
}

static void
clear(struct feature_figures *out)
{
	int i;

	out->role = FROLE_VALUE;
	out->distinct = 0;
	out->single_values = false;
	out->ntop = out->nbins = 0;
	out->baseline_missing_rate_frac = out->out_of_range_rate_frac = out->unseen_rate_frac = NAN;
	out->mean = out->std = out->min = out->max = out->p05 = out->p50 = out->p95 = NAN;
	out->baseline_mean = out->baseline_std = out->baseline_min = out->baseline_max = NAN;
	out->baseline_p05 = out->baseline_p50 = out->baseline_p95 = NAN;
	memset(&out->drift, 0, sizeof(out->drift));
	out->drift.state = DRIFT_LEARNING;
	out->drift.psi = out->drift.psi_floor = out->drift.psi_watch = out->drift.psi_drift = NAN;
	out->drift.js = out->drift.ks = out->drift.wasserstein = out->drift.tv = NAN;
	out->drift.x2 = out->drift.shift_sd = NAN;
	out->drift.evidence = out->drift.evidence_limit = out->drift.see_rows = out->drift.see_ms = NAN;
	out->drift.provisional = true;
	for (i = 0; i < STAT_COUNT; i++)
		out->drift.floors[i] = out->drift.as_shift_sd[i] = NAN;
	out->largest_share_frac = out->largest_share_was_frac = NAN;
	out->coarse = false;
	out->drift.baseline_ms = NAN;
	out->nonfinite_rate_frac = out->baseline_nonfinite_rate_frac = NAN;
	out->expected_range_rate_frac = out->expected_unseen_rate_frac = NAN;
}

void
figures_learning_feature(
    const struct model *m, size_t fid, enum window w, bool values, struct feature_figures *out)
{
	const struct rows *r = &m->rows;
	const struct rows_column *c =
	    fid < FID_INPUT ? &r->outputs[fid] : &r->inputs[fid - FID_INPUT];
	uint64_t rows = fid < FID_INPUT ? r->count : feature_rows(r);
	struct counted n;

	clear(out);
	count_column(c, values, &n);
	out->name =
	    fid < FID_INPUT ? model_feature_name(m, fid) : names_at(&r->names, fid - FID_INPUT);
	out->output = fid < FID_INPUT;
	out->count = n.numbers + n.texts;
	out->type = (double)n.numbers >= NUMERIC_FRAC * (double)out->count ? FEATURE_NUMERIC
									   : FEATURE_CATEGORICAL;
	out->nonfinite = n.nonfinite;
	out->missing = rows > out->count + n.nonfinite ? rows - out->count - n.nonfinite : 0;
	out->missing_rate_frac = rows ? (double)out->missing / (double)rows : NAN;
	out->nonfinite_rate_frac = rows ? (double)n.nonfinite / (double)rows : NAN;
	out->drift.window = model_window(m, w);
	out->drift.n = out->count;
	if (!values || out->type != FEATURE_NUMERIC || !n.numbers)
		return;
	out->mean = n.sum / (double)n.numbers;
	out->std = column_sd(c, out->mean, n.numbers);
	out->min = n.min;
	out->max = n.max;
}
