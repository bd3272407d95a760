/* What a reference knows before a window comes: shares, scores, constants of each component, weights. */
#include "core/evidence.h"

#include <math.h>
#include <string.h>

#include "core/evidence_impl.h"
#include "core/fetch.h"
#include "core/lanes.h"
#include "core/lngamma.h"
#include "core/mem.h"

#define ALT_MAX 0.99 /* alternatives above this share are left out */
#define PARTS	(4 + EVIDENCE_KAPPAS) /* arrays of nbins that a reference holds */

const double evidence_tilts[EVIDENCE_TILTS] = {-0.8, -0.4, -0.2, -0.1, 0.1, 0.2, 0.4, 0.8};
const double evidence_kappas[EVIDENCE_KAPPAS] = {30, 300};
const unsigned char evidence_groups[EVIDENCE_COMPONENTS] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2,
	3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7};
static const double alt_times[EVIDENCE_ALTS] = {1.0 / 3, 2.0 / 3, 1.5, 3, 10, 1};
static const double alt_plus[EVIDENCE_ALTS] = {0, 0, 0, 0, 0, 0.01};

const struct evidence_phi evidence_phi_none = {1, 1, 1, {1, 1, 1, 1, 1}, 1, 0};

/* Centres x under p and scales it to sd 1. Returns false, with zeroes, where nothing is left beyond rounding. */
static inline bool
standardise(const double *p, double *x, size_t n, double least)
{
	double mean = 0, square = 0;
	size_t i;

	for (i = 0; i < n; i++)
		mean += p[i] * x[i];
	for (i = 0; i < n; i++) {
		x[i] -= mean;
		square += p[i] * x[i] * x[i];
	}
	if (!(square > least * least)) {
		memset(x, 0, n * sizeof(*x));
		return false;
	}
	square = 1 / sqrt(square);
	for (i = 0; i < n; i++)
		x[i] *= square;
	return true;
}

/* Positions from 0 to 1. False: they are all the same. */
static inline bool
spread_out(const double *positions, size_t nbins, double *s)
{
	double lo = INFINITY, hi = -INFINITY, lo2 = INFINITY, hi2 = -INFINITY;
	size_t i;

	for (i = 0; i + 1 < nbins; i += 2) { /* two by two: neither waits for the other */
		lo = evidence_at_most(positions[i], lo);
		hi = evidence_at_least(positions[i], hi);
		lo2 = evidence_at_most(positions[i + 1], lo2);
		hi2 = evidence_at_least(positions[i + 1], hi2);
	}
	lo = evidence_at_most(i < nbins ? evidence_at_most(positions[i], lo) : lo, lo2);
	hi = evidence_at_least(i < nbins ? evidence_at_least(positions[i], hi) : hi, hi2);
	if (!(hi > lo))
		return false;
	/* Halves, since the difference of two positions may be beyond the greatest double. */
	for (i = 0; i < nbins; i++)
		s[i] = (positions[i] / 2 - lo / 2) / (hi / 2 - lo / 2);
	return true;
}

/* What rounding leaves of two-valued scores is about 1e-16 of their fourth moment's root. */
static inline double
least_spread(double fourth)
{
	return 1e-9 + 1e-7 * sqrt(fourth);
}

LANES int
evidence_scores(const double *p, const double *positions, size_t nbins, double *s, double *v)
{
	double along = 0, fourth = 0;
	size_t i;

	memset(v, 0, nbins * sizeof(*v));
	memset(s, 0, nbins * sizeof(*s));
	if (!spread_out(positions, nbins, s) || !standardise(p, s, nbins, 1e-9))
		return 0;
	for (i = 0; i < nbins; i++) {
		v[i] = s[i] * s[i] - 1;
		along += p[i] * v[i] * s[i];
		fourth += p[i] * v[i] * v[i];
	}
	for (i = 0; i < nbins; i++)
		v[i] -= along * s[i];
	return standardise(p, v, nbins, least_spread(fourth)) ? 2 : 1;
}

/* As standardise, of both at once: neither waits for the other. False: one has nothing left. */
static inline bool
standardise_two(struct evidence_side *restrict a, struct evidence_side *restrict b, double *restrict x,
    double *restrict y, size_t n, double least_a, double least_b)
{
	double mean_a = 0, mean_b = 0, square_a = 0, square_b = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		mean_a += a->p[i] * x[i];
		mean_b += b->p[i] * y[i];
	}
	for (i = 0; i < n; i++) {
		x[i] -= mean_a;
		square_a += a->p[i] * x[i] * x[i];
		y[i] -= mean_b;
		square_b += b->p[i] * y[i] * y[i];
	}
	if (!(square_a > least_a * least_a) || !(square_b > least_b * least_b))
		return false;
	square_a = 1 / sqrt(square_a);
	square_b = 1 / sqrt(square_b);
	for (i = 0; i < n; i++) {
		x[i] *= square_a;
		y[i] *= square_b;
	}
	return true;
}

LANES bool
evidence_scores_two(struct evidence_side *restrict a, struct evidence_side *restrict b, const double *positions,
    size_t nbins)
{
	double along_a = 0, along_b = 0, fourth_a = 0, fourth_b = 0, third_a = 0, third_b = 0;
	size_t i;

	if (!spread_out(positions, nbins, a->s))
		return false;
	memcpy(b->s, a->s, nbins * sizeof(*b->s));
	if (!standardise_two(a, b, a->s, b->s, nbins, 1e-9, 1e-9))
		return false;
	for (i = 0; i < nbins; i++) {
		a->v[i] = a->s[i] * a->s[i] - 1;
		along_a += a->p[i] * a->v[i] * a->s[i];
		fourth_a += a->p[i] * a->v[i] * a->v[i];
		b->v[i] = b->s[i] * b->s[i] - 1;
		along_b += b->p[i] * b->v[i] * b->s[i];
		fourth_b += b->p[i] * b->v[i] * b->v[i];
	}
	for (i = 0; i < nbins; i++) {
		a->v[i] -= along_a * a->s[i];
		b->v[i] -= along_b * b->s[i];
	}
	if (!standardise_two(a, b, a->v, b->v, nbins, least_spread(fourth_a), least_spread(fourth_b)))
		return false;
	fourth_a = fourth_b = 0;
	for (i = 0; i < nbins; i++) {
		double cube_a = a->p[i] * a->s[i] * a->s[i] * a->s[i];
		double cube_b = b->p[i] * b->s[i] * b->s[i] * b->s[i];

		third_a += cube_a;
		fourth_a += cube_a * a->s[i];
		third_b += cube_b;
		fourth_b += cube_b * b->s[i];
	}
	a->per_square = 1 / sqrt(fourth_a - 1 - third_a * third_a);
	b->per_square = 1 / sqrt(fourth_b - 1 - third_b * third_b);
	return true;
}

LANES double
evidence_per_square(const double *p, const double *s, size_t nbins)
{
	double third = 0, fourth = 0;
	size_t i;

	for (i = 0; i < nbins; i++) {
		double cube = p[i] * s[i] * s[i] * s[i];

		third += cube;
		fourth += cube * s[i];
	}
	return 1 / sqrt(fourth - 1 - third * third);
}

/* ln of the mean of e^(tilt x) under p. */
static double
log_mean_tilted(const struct evidence_ref *ref, const double *x, double tilt)
{
	double most = -INFINITY, sum = 0;
	size_t i;

	for (i = 0; i < ref->nbins; i++)
		most = evidence_at_least(ref->log_p[i] + tilt * x[i], most);
	for (i = 0; i < ref->nbins; i++)
		sum += lngamma_exp(ref->log_p[i] + tilt * x[i] - most);
	return most + lngamma_log(sum);
}

LANES static void
fill_shares(struct evidence_ref *ref, const uint64_t *counts)
{
	double total = ref->m + (double)ref->nbins / 2;
	size_t i, k;

	for (i = 0; i < ref->nbins; i++) {
		double p = ((double)counts[i] + 0.5) / total;

		ref->p[i] = p;
		ref->log_p[i] = lngamma_log(p);
		ref->tv_unit += sqrt(p * (1 - p));
		ref->tv_var += p * (1 - p);
		for (k = 0; k < EVIDENCE_KAPPAS; k++)
			ref->log_gamma[k][i] = lngamma(evidence_kappas[k] * p);
	}
	for (k = 0; k < EVIDENCE_KAPPAS; k++)
		ref->log_gamma_kappa[k] = lngamma(evidence_kappas[k]);
}

static void
fill_scores(struct evidence_ref *ref, const double *positions)
{
	int directions = evidence_scores(ref->p, positions, ref->nbins, ref->s, ref->v), t;
	size_t i;

	ref->ordered = directions > 0;
	ref->has_spread = directions > 1;
	ref->per_square = ref->has_spread ? evidence_per_square(ref->p, ref->s, ref->nbins) : 0;
	for (i = 0; i < ref->nbins; i++)
		ref->kurtosis += ref->p[i] * ref->s[i] * ref->s[i] * ref->s[i] * ref->s[i];
	for (t = 0; t < EVIDENCE_TILTS; t++) {
		ref->log_loc[t] = log_mean_tilted(ref, ref->s, evidence_tilts[t]);
		ref->log_spr[t] = log_mean_tilted(ref, ref->v, evidence_tilts[t]);
	}
}

static void
fill_rate(struct evidence_ref_rate *rate, const struct evidence_count *count)
{
	double m = (double)count->rows, x = fmin((double)count->hits, m), none = (m - x + 0.5) / (m + 1);
	int a;

	if (count->rows == 0)
		return;
	rate->m = m;
	rate->p0 = (x + 0.5) / (m + 1);
	for (a = 0; a < EVIDENCE_ALTS; a++) {
		double p1 = rate->p0 * alt_times[a] + alt_plus[a];
		struct evidence_alt *alt = &rate->alt[rate->nalts];

		if (p1 > ALT_MAX)
			continue;
		rate->which[rate->nalts] = (uint8_t)a;
		alt->hit = lngamma_log(p1 / rate->p0);
		alt->miss = lngamma_log((1 - p1) / none);
		rate->nalts++;
	}
}

/* A group's share of the total, spread evenly over its components. */
static void
weigh(struct evidence_ref *ref, unsigned group, double share, unsigned n)
{
	ref->share[group].weight = share / n;
	ref->share[group].log = lngamma_log(share / n);
}

static void
weigh_bins(struct evidence_ref *ref, unsigned group, unsigned first, unsigned n, double share)
{
	ref->present |= ((UINT64_C(1) << n) - 1) << first;
	weigh(ref, group, share, n);
}

static void
fill_weights(struct evidence_ref *ref)
{
	unsigned r, a, rates = 0, kinds;

	for (r = 0; r < EVIDENCE_RATES; r++)
		rates += ref->rate[r].nalts > 0;
	kinds = ref->ordered + ref->has_spread + ref->has_bins + (rates > 0);
	if (ref->ordered)
		weigh_bins(ref, EVIDENCE_GROUP_LOC, EVIDENCE_FIRST_LOC, EVIDENCE_TILTS, 1.0 / kinds);
	if (ref->has_spread)
		weigh_bins(ref, EVIDENCE_GROUP_SPR, EVIDENCE_FIRST_SPR, EVIDENCE_TILTS, 1.0 / kinds);
	if (ref->has_bins)
		weigh_bins(ref, EVIDENCE_GROUP_OMNI, EVIDENCE_FIRST_OMNI, ref->seasonal ? 1 : EVIDENCE_BLOCKS,
		    1.0 / kinds);
	for (r = 0; r < EVIDENCE_RATES; r++) {
		const struct evidence_ref_rate *rate = &ref->rate[r];

		for (a = 0; a < rate->nalts; a++)
			ref->present |= UINT64_C(1) << (EVIDENCE_FIRST_RATE + r * EVIDENCE_ALTS + rate->which[a]);
		if (rate->nalts > 0)
			weigh(ref, EVIDENCE_GROUP_RATE + r, 1.0 / kinds / rates, rate->nalts);
	}
}

double
evidence_weight(const struct evidence_ref *ref, unsigned component)
{
	return evidence_has(ref, component) ? ref->share[evidence_groups[component]].weight : 0;
}

static int
check(const struct evidence_spec *spec, struct err *err)
{
	size_t i;

	if (spec->nbins > EVIDENCE_BINS_MAX)
		return err_set(err, ERR_INVALID, "%zu bins, evidence takes at most %d", spec->nbins,
		    EVIDENCE_BINS_MAX);
	for (i = 0; spec->positions && i < spec->nbins; i++) {
		if (!isfinite(spec->positions[i]))
			return err_set(err, ERR_INVALID, "bin %zu has no position", i);
	}
	return 0;
}

int
evidence_ref_init(struct evidence_ref *ref, const struct evidence_spec *spec, struct err *err)
{
	size_t i, n = spec->nbins;
	uint64_t m = 0;
	unsigned r, k;
	int rc;

	memset(ref, 0, sizeof(*ref));
	if ((rc = check(spec, err)) != 0)
		return rc;
	ref->nbins = n;
	ref->seasonal = spec->seasonal;
	if (n > 0 && (ref->p = mem_calloc(n * PARTS, sizeof(*ref->p))) == NULL)
		return err_nomem(err);
	ref->log_p = n ? ref->p + n : NULL;
	ref->s = n ? ref->p + 2 * n : NULL;
	ref->v = n ? ref->p + 3 * n : NULL;
	for (k = 0; k < EVIDENCE_KAPPAS; k++)
		ref->log_gamma[k] = n ? ref->p + (4 + k) * n : NULL;
	for (i = 0; i < n; i++)
		m += spec->counts[i];
	ref->m = (double)m;
	/* A feature of one bin, or one that never had a value, can only change its rates. */
	ref->has_bins = n > 1 && m > 0;
	if (ref->has_bins) {
		fill_shares(ref, spec->counts);
		if (spec->positions)
			fill_scores(ref, spec->positions);
	}
	for (r = 0; r < EVIDENCE_RATES; r++)
		fill_rate(&ref->rate[r], &spec->rate[r]);
	fill_weights(ref);
	return 0;
}

void
evidence_ref_release(struct evidence_ref *ref)
{
	mem_free(ref->p);
	memset(ref, 0, sizeof(*ref));
}

void
evidence_ref_fetch(const struct evidence_ref *ref)
{
	fetch(ref->p, ref->nbins * PARTS * sizeof(*ref->p));
}
