/* What the store knows for an explanation: the whole range's histogram, natural variation, other columns. */
#include "core/explain.h"

#include <math.h>
#include <string.h>

#include "core/alert.h"
#include "core/figures_compare.h"
#include "core/loghist.h"
#include "core/store_impl.h"

#define SPIKE_TIMES 4.0 /* a single value stands out from its neighbours by that */

static double
share(const struct loghist *h, int bucket)
{
	if (bucket < 0 || bucket >= LOGHIST_BUCKETS || !h->n)
		return 0;
	return (double)loghist_count(h, bucket) / (double)h->n;
}

/* The bucket that has gained most, if it stands alone: a value that many rows share, and not a hill. */
static void
find_spike(const struct loghist *is, const struct loghist *was, struct explain_spike *out)
{
	double most = 0;
	int best = -1, b;

	out->lo = out->hi = out->is_frac = out->was_frac = NAN;
	for (b = loghist_next(is, 0); b >= 0; b = b + 1 < LOGHIST_BUCKETS ? loghist_next(is, b + 1) : -1) {
		double gain = share(is, b) - share(was, b);

		if (gain > most && share(is, b) > SPIKE_TIMES * (share(is, b - 1) + share(is, b + 1)) / 2) {
			most = gain;
			best = b;
		}
	}
	if (best < 0)
		return;
	out->lo = loghist_bucket_lo(is, best);
	out->hi = loghist_bucket_hi(is, best);
	out->is_frac = share(is, best);
	out->was_frac = share(was, best);
}

/* When another column that is not well now began; 0: it is. Most are: the state of the last tick is asked first. */
static int64_t
began_ms(const struct store *s, const struct model *m, size_t fid, enum window w)
{
	struct feature_figures figures;

	if (m->features[fid].state < DRIFT_WATCH)
		return 0;
	figures_column(s, m, fid, w, &figures);
	return figures.drift.state >= DRIFT_WATCH ? figures.drift.since_ms : 0;
}

/* Columns that are not well and left ok within one evaluation window of this one. */
static void
find_together(
    const struct store *s, const struct model *m, size_t self, enum window w, struct explanation *out)
{
	size_t fid;

	for (fid = 0; fid < m->nfeatures && out->began_ms; fid++) {
		int64_t began;

		if (fid == self)
			continue;
		began = began_ms(s, m, fid, w);
		if (!began || began > out->began_ms + EXPLAIN_WINDOW_MS || began < out->began_ms - EXPLAIN_WINDOW_MS)
			continue;
		out->ntogether_all++;
		if (out->ntogether < EXPLAIN_TOGETHER)
			out->together[out->ntogether++] = figures_index(m, fid);
	}
}

/* The model's own alerts that began with it. */
static void
find_alerts(const struct store *s, const struct model *m, struct explanation *out)
{
	const struct alerts *a = store_alerts(s);
	size_t i;

	for (i = 0; i < a->n && out->began_ms; i++) {
		const struct alert *al = a->list[i];

		if (al->model != m->index || al->fired_ms == ALERT_NEVER ||
		    al->from_ms > out->began_ms + EXPLAIN_WINDOW_MS || al->from_ms < out->began_ms - EXPLAIN_WINDOW_MS)
			continue;
		out->with_latency |= slice_is(al->key.rule, "latency");
		out->with_errors |= slice_is(al->key.rule, "error_rate");
	}
}

static void
fill_versions(const struct store *s, size_t model, size_t feature, enum window w, struct explain_versions *out)
{
	struct compare_figures c;
	struct compare_feature f;

	figures_compare(s, model, w, &c);
	if (!c.active)
		return;
	figures_compare_feature(s, model, feature, w, &f);
	out->known = f.state > COMPARE_THIN;
	out->differ = f.state == COMPARE_DIFFERS || f.state == COMPARE_UNSPLIT;
	out->stable = c.stable;
	out->canary = c.canary;
	out->canary_frac = c.share_frac[1];
}

static void
fill(const struct model *m, size_t fid, enum window w, const struct feature_figures *f,
    struct explain_input *in)
{
	const struct feature *column = &m->features[fid];
	const struct baseline_feature *ref = column->ref;

	*in = (struct explain_input){.f = f, .phi = 1, .spike = {NAN, NAN, NAN, NAN}};
	in->current = f->drift.state >= DRIFT_WATCH || model_window(m, w) == WINDOW_ALL;
	in->wrong_type = column->wrong_type;
	in->rows = fid < FID_INPUT ? m->total.tally.rows - m->total.rows_before : m->total.tally.feature_rows;
	if (!ref)
		return;
	in->score_means = ref->score_means;
	if (column->bins)
		find_spike(&column->hist, &ref->hist, &in->spike);
	/* Before it is armed it is a guess of a few days, and everything would pass for natural. */
	if (column->binned < m->nwatches && m->watches[column->binned].made && m->watches[column->binned].armed)
		in->phi = m->watches[column->binned].phi.shape;
}

void
figures_explain(const struct store *s, size_t model, size_t feature, enum window w,
    const struct feature_figures *f, struct explanation *out)
{
	const struct model *m = store_model(s, model);
	struct explain_input in = {.f = f, .phi = 1, .spike = {NAN, NAN, NAN, NAN}};
	size_t fid = figures_fid(m, feature);

	if (figures_learning(m) || fid >= m->nfeatures) {
		explain_feature(&in, out);
		return;
	}
	fill(m, fid, w, f, &in);
	fill_versions(s, model, feature, w, &in.versions);
	explain_feature(&in, out);
	if (f->drift.state >= DRIFT_WATCH || out->began_by_evidence) {
		find_together(s, m, fid, w, out);
		find_alerts(s, m, out);
	}
}

void
figures_explain_score(const struct store *s, size_t model, enum window w, struct explain_score *out)
{
	const struct model *m = store_model(s, model);
	bool score = m->features[FID_SCORE].ref != NULL;
	struct feature_figures of_score;
	size_t fid;

	memset(out, 0, sizeof(*out));
	if (figures_learning(m))
		return;
	figures_column(s, m, score ? FID_SCORE : FID_PREDICTION, w, &of_score);
	explain_score_open(out, &of_score.drift);
	if (!out->moved)
		return;
	for (fid = FID_INPUT; fid < m->nfeatures; fid++) {
		struct feature_figures f;
		struct explain_input in;
		struct explanation x;

		figures_feature(s, model, fid - FID_INPUT, w, &f);
		if (f.role != FROLE_VALUE)
			continue;
		fill(m, fid, w, &f, &in);
		explain_feature(&in, &x);
		explain_score_add(out, fid - FID_INPUT, &f.drift, x.score_shift_sd);
	}
	explain_score_close(out);
}
