#include "core/compare.h"

#include <math.h>
#include <string.h>

#include "core/floor.h"
#include "core/latency.h"
#include "core/lngamma.h"

#define UNIT	    1048576.0 /* a nat */
#define SCORE_UNIT  1024.0
#define SCORE_MAX   65536.0 /* of the integer */
#define RANKS	    2.0	/* standard errors of a quantile's rank that its own is measured over: one is too few values */
#define STEP_MAX    1e6     /* nats: far beyond what one window says */

static const double tilts[COMPARE_TILTS] = {-0.8, -0.4, -0.2, -0.1, 0.1, 0.2, 0.4, 0.8};
static const double ratios[COMPARE_RATIOS] = {0.25, 0.5, 2.0 / 3, 1.5, 2, 4};

void
compare_clear(struct compare *c)
{
	size_t i;

	memset(c, 0, sizeof(*c));
	for (i = 0; i < COMPARE_COMPONENTS; i++)
		c->onset[i] = COMPARE_NEVER;
}

int32_t
compare_score(double sd)
{
	double x = floor(sd * SCORE_UNIT + 0.5);

	return (int32_t)(x < -SCORE_MAX ? -SCORE_MAX : x > SCORE_MAX ? SCORE_MAX : x);
}

/* ---- levels ---------------------------------------------------------------------------------- */

static void
step(struct compare *c, size_t k, double nats, int64_t index)
{
	const int64_t cap = (int64_t)(COMPARE_CAP_NATS * UNIT);
	int64_t level = c->level[k];

	nats = nats < -STEP_MAX ? -STEP_MAX : nats > STEP_MAX ? STEP_MAX : nats;
	level += (int64_t)floor(nats * UNIT + 0.5);
	if (c->level[k] == 0)
		c->onset[k] = index;
	c->level[k] = level < 0 ? 0 : level > cap ? cap : level;
	if (c->level[k] == 0)
		c->onset[k] = COMPARE_NEVER;
}

/* Difference of means over its standard error, from the pooled variance; NaN where there is none. */
static double
z_of(const struct compare_side *a, const struct compare_side *b)
{
	double n = (double)a->n, m = (double)b->n, mean_a, mean_b, within;

	if (a->n < COMPARE_SIDE_MIN || b->n < COMPARE_SIDE_MIN)
		return NAN;
	mean_a = (double)a->sum / n;
	mean_b = (double)b->sum / m;
	within = (double)a->square - n * mean_a * mean_a + (double)b->square - m * mean_b * mean_b;
	within /= n + m - 2;
	/* Integers below 2^53 are exact: what is not above their rounding is nothing. */
	if (!(within > 1e-9))
		return NAN;
	return (mean_b - mean_a) / sqrt(within * (1 / n + 1 / m));
}

static void
step_location(struct compare *c, const struct compare_side *a, const struct compare_side *b, int64_t index)
{
	double z = z_of(a, b), ne = 1 / (1 / (double)a->n + 1 / (double)b->n);
	size_t i;

	if (isnan(z))
		return;
	for (i = 0; i < COMPARE_TILTS; i++)
		step(c, i, tilts[i] * sqrt(ne) * z - tilts[i] * tilts[i] * ne / 2, index);
}

/* hits[side] of n[side]. */
static void
step_share(struct compare *c, size_t first, const uint64_t *hits, const uint64_t *n, int64_t index)
{
	uint64_t all = n[0] + n[1], h = hits[0] + hits[1];
	bool most = h > all - h;
	double k = (double)(most ? n[1] - hits[1] : hits[1]), pi = (double)n[1] / (double)all;
	double of = (double)(most ? all - h : h);
	size_t i;

	for (i = 0; i < COMPARE_RATIOS; i++)
		step(c, first + i, k * lngamma_log(ratios[i]) - of * lngamma_log(1 - pi + pi * ratios[i]), index);
}

void
compare_window(struct compare *c, const struct compare_sample *w, int64_t index)
{
	const struct compare_side *a = &w->side[0], *b = &w->side[1];
	const uint64_t rows[2] = {a->rows, b->rows}, n[2] = {a->n, b->n};
	size_t i;

	if (!a->rows || !b->rows)
		return;
	c->windows++;
	if (w->missing) {
		const uint64_t without[2] = {a->rows - a->n, b->rows - b->n};

		step_share(c, COMPARE_MISSING, without, rows, index);
	}
	if (!a->n || !b->n)
		return;
	if (w->ordered)
		step_location(c, a, b, index);
	for (i = 0; i < w->ncells; i++) {
		const uint64_t hits[2] = {a->cells[i], b->cells[i]};

		step_share(c, COMPARE_TILTS + i * COMPARE_RATIOS, hits, n, index);
	}
}

static enum compare_kind
kind_of(size_t k)
{
	if (k < COMPARE_TILTS)
		return COMPARE_KIND_LOCATION;
	return k < COMPARE_MISSING ? COMPARE_KIND_SHAPE : COMPARE_KIND_MISSING;
}

void
compare_read(const struct compare *c, bool ordered, bool missing, size_t ncells, struct compare_evidence *out)
{
	const size_t count[4] = {0, ordered ? COMPARE_TILTS : 0, ncells * COMPARE_RATIOS, missing ? COMPARE_RATIOS : 0};
	double kinds = (double)(ordered + (ncells > 0) + missing), sum = 0, most = -1;
	size_t k, end = COMPARE_TILTS + ncells * COMPARE_RATIOS;

	*out = (struct compare_evidence){NAN, COMPARE_NEVER, COMPARE_KIND_NONE};
	if (!c->windows || !(kinds > 0))
		return;
	for (k = 0; k < COMPARE_COMPONENTS; k++) {
		double level = (double)c->level[k] / UNIT;

		if (count[kind_of(k)] == 0 || (k >= end && k < COMPARE_MISSING))
			continue;
		sum += lngamma_exp(level) / (kinds * (double)count[kind_of(k)]);
		if (!(level > most) || level == 0)
			continue;
		most = level;
		out->onset = c->onset[k];
		out->leading = kind_of(k);
	}
	out->nats = lngamma_log(sum);
}

/* ---- differences ----------------------------------------------------------------------------- */

static void
pair_close(struct compare_pair *p)
{
	p->diff = p->canary - p->stable;
}

void
compare_rates(const uint64_t *hits, const uint64_t *n, struct compare_pair *out)
{
	double a = (double)n[0], b = (double)n[1], pooled = (double)(hits[0] + hits[1]) / (a + b);

	out->stable = n[0] ? (double)hits[0] / a : NAN;
	out->canary = n[1] ? (double)hits[1] / b : NAN;
	out->se = n[0] && n[1] ? sqrt(pooled * (1 - pooled) * (1 / a + 1 / b)) : NAN;
	pair_close(out);
}

void
compare_means(const double *mean, const double *sd, const uint64_t *n, struct compare_pair *out)
{
	double a = (double)n[0], b = (double)n[1];

	out->stable = mean[0];
	out->canary = mean[1];
	out->se = n[0] && n[1] ? sqrt((a * sd[0] * sd[0] + b * sd[1] * sd[1]) / (a + b) * (1 / a + 1 / b)) : NAN;
	pair_close(out);
}

static double
quantile_se(const uint64_t *counts, double q_frac, double *value)
{
	double n = 0, q[3], at[3];
	size_t i;

	for (i = 0; i < LATENCY_BUCKETS; i++)
		n += (double)counts[i];
	*value = NAN;
	if (!(n > 0))
		return NAN;
	at[1] = q_frac;
	at[0] = fmax(q_frac - RANKS * sqrt(q_frac * (1 - q_frac) / n), 0);
	at[2] = fmin(q_frac + RANKS * sqrt(q_frac * (1 - q_frac) / n), 1);
	latency_quantiles_u64(counts, at, 3, q);
	*value = q[1];
	return (q[2] - q[0]) / (2 * RANKS);
}

void
compare_latency(const uint64_t *const *counts, double q_frac, struct compare_pair *out)
{
	double a = quantile_se(counts[0], q_frac, &out->stable), b = quantile_se(counts[1], q_frac, &out->canary);

	out->se = sqrt(a * a + b * b);
	pair_close(out);
}

bool
compare_is_beyond_noise(const struct compare_pair *p)
{
	return fabs(p->diff) > FLOOR_RATE_SE * p->se;
}
