#include "tests/lib_alarms.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dispersion.h"
#include "core/evidence.h"
#include "core/floor.h"
#include "core/numbins.h"
#include "core/stat.h"
#include "tests/lib_rng.h"

#define BINS	     (NUMBINS_LEVELS + 1)
#define MEDIAN_BIN   (BINS / 2)
#define SLOTS	     24
#define MISSING_FRAC 0.02
#define MISSING_SWAY 2.0 /* what moves the mean by x moves the missing rate by e^(2x) */
#define SHARED	     0.3 /* of the variance within a session */
#define MEANS	     64	 /* of sessions: that many equally likely ones */
#define DRAWS	     1024
#define KS_05	     1.358099 /* 5 % point of Kolmogorov's law */

#define TWO_WEEKS    .per_day = 288, .base_windows = 4032, .base_per_day = 288
const struct alarms_regime alarms_regimes[] = {
	{.name = "independent, 100 rows", .rows = 100, TWO_WEEKS},
	{.name = "independent, 1,000 rows", .rows = 1000, TWO_WEEKS},
	{.name = "independent, 100,000 rows", .rows = 100000, TWO_WEEKS},
	{.name = "sessions of ten, 1,000 rows", .rows = 1000, .session = 10, TWO_WEEKS},
	{.name = "windows wobble by 0.03 sd, 1,000 rows", .rows = 1000, .wobble = 0.03, TWO_WEEKS},
	{.name = "windows wobble by 0.03 sd, 100,000 rows", .rows = 100000, .wobble = 0.03, TWO_WEEKS},
	{.name = "AR(0.9) of 0.05 sd, 1,000 rows", .rows = 1000, .wobble = 0.05, .keeps = 0.9, TWO_WEEKS},
	{.name = "AR(0.9) of 0.05 sd, 100,000 rows", .rows = 100000, .wobble = 0.05, .keeps = 0.9, TWO_WEEKS},
	{.name = "days wander by 0.1 sd, 100 rows", .rows = 100, .day_wander = 0.1, TWO_WEEKS},
	{.name = "days wander by 0.1 sd, 1,000 rows", .rows = 1000, .day_wander = 0.1, TWO_WEEKS},
	{.name = "baseline of 10,000 rows, then 50 a window", .rows = 50, .per_day = 288, .base_windows = 200,
	    .base_per_day = 14},
	{.name = "baseline of 10,000 rows, then 1,000 a window", .rows = 50, .per_day = 288, .base_windows = 200,
	    .base_per_day = 14, .run_rows = 1000},
	{.name = "nearly constant, baseline of 10,000 rows, then 1,000 a window", .rows = 50, .per_day = 288,
	    .base_windows = 200, .base_per_day = 14, .run_rows = 1000, .constant = true},
	{.name = "daily +-0.3 sd, 24 slots, 1,000 rows", .rows = 1000, .wobble = 0.03, .season = 0.3, .slots = true,
	    TWO_WEEKS},
	{.name = "daily +-0.3 sd, no slots yet, 50 rows", .rows = 50, .per_day = 144, .base_windows = 2016,
	    .base_per_day = 144, .season = 0.3},
};
const size_t alarms_regime_count = sizeof(alarms_regimes) / sizeof(alarms_regimes[0]);

const char *const alarms_rule_names[ALARMS_RULES] = {"PSI>0.1", "PSI>0.2", "PSI>0.25", "KS p<.05", "X2 p<.05", "JS>0.1",
	"W1>0.1"};

const struct alarms_regime *
alarms_find(const char *name)
{
	size_t i;

	for (i = 0; i < alarms_regime_count; i++) {
		if (strcmp(alarms_regimes[i].name, name) == 0)
			return &alarms_regimes[i];
	}
	return NULL;
}

static void
must(int rc, const struct err *err)
{
	if (rc == 0)
		return;
	fprintf(stderr, "alarms: %s\n", err->msg);
	abort();
}

/* ---- the feature and its law ------------------------------------------------------------------------------------- */

struct law {
	double edges[NUMBINS_LEVELS], positions[BINS];
	uint8_t psi_of[BINS];
	size_t npsi;
};

static double
normal_below(double x)
{
	return erfc(-x * 0.70710678118654752) / 2;
}

static double
normal_density(double x)
{
	return isinf(x) ? 0 : exp(-x * x / 2) * 0.3989422804014327;
}

static void
make_law(struct law *l)
{
	size_t i;

	memset(l, 0, sizeof(*l));
	for (i = 0; i < NUMBINS_LEVELS; i++)
		l->edges[i] = floor_normal(numbins_levels[i]);
	for (i = 0; i < BINS; i++) {
		double lo = i ? l->edges[i - 1] : -INFINITY, hi = i < NUMBINS_LEVELS ? l->edges[i] : INFINITY;
		double level = i ? numbins_levels[i - 1] * 10 : 0;

		l->positions[i] = (normal_density(lo) - normal_density(hi)) / (normal_below(hi) - normal_below(lo));
		if (i > 0 && fabs(level - floor(level + 0.5)) < 1e-9)
			l->npsi++;
		l->psi_of[i] = (uint8_t)l->npsi;
	}
	l->npsi++;
}

static void
law_shares(const struct law *l, double mean, double sd, double mass, double *shares)
{
	double below = 0;
	size_t i;

	for (i = 0; i < BINS; i++) {
		double to = i < NUMBINS_LEVELS ? normal_below((l->edges[i] - mean) / sd) : 1;

		shares[i] = (1 - mass) * (to - below) + (i == MEDIAN_BIN ? mass : 0);
		below = to;
	}
}

static void
constant_shares(double *shares)
{
	size_t i;

	for (i = 0; i < BINS; i++)
		shares[i] = i == MEDIAN_BIN ? 1 - 3e-5 : i + 2 >= MEDIAN_BIN && i <= MEDIAN_BIN + 1 ? 1e-5 : 0;
}

/* ---- drawing counts ---------------------------------------------------------------------------------------------- */

/* Few expected: the number of steps of geometric length that fit into n. */
static uint64_t
binomial_few(uint64_t *seed, uint64_t n, double p)
{
	double log_none = log1p(-p), at = 0;
	uint64_t k = 0;

	for (;; k++) {
		at += floor(log(rng_uniform(seed)) / log_none) + 1;
		if (at > (double)n)
			return k;
	}
}

static double
log_binomial(double n, double k, double log_odds)
{
	return -lgamma(k + 1) - lgamma(n - k + 1) + k * log_odds;
}

static uint64_t
binomial_many(uint64_t *seed, uint64_t rows, double p)
{
	double n = (double)rows, sd = sqrt(n * p * (1 - p)), b = 1.15 + 2.53 * sd;
	double a = -0.0873 + 0.0248 * b + 0.01 * p, c = n * p + 0.5, alpha = (2.83 + 5.1 / b) * sd, vr = 0.92 - 4.2 / b;
	double log_odds = log(p / (1 - p)), mode = floor((n + 1) * p);

	for (;;) {
		double u = rng_uniform(seed) - 0.5, v = rng_uniform(seed), us = 0.5 - fabs(u);
		double k = floor((2 * a / us + b) * u + c);

		if (k < 0 || k > n)
			continue;
		if (us >= 0.07 && v <= vr)
			return (uint64_t)k;
		if (log(v * alpha / (a / (us * us) + b)) <=
		    log_binomial(n, k, log_odds) - log_binomial(n, mode, log_odds))
			return (uint64_t)k;
	}
}

static uint64_t
binomial(uint64_t *seed, uint64_t n, double p)
{
	if (n == 0 || p <= 0)
		return 0;
	if (p >= 1)
		return n;
	if (p > 0.5)
		return n - binomial(seed, n, 1 - p);
	return (double)n * p < 10 ? binomial_few(seed, n, p) : binomial_many(seed, n, p);
}

static void
multinomial(uint64_t *seed, uint64_t n, const double *shares, uint64_t *counts)
{
	double left = 1;
	size_t i;

	for (i = 0; i < BINS; i++) {
		counts[i] = i + 1 < BINS ? binomial(seed, n, shares[i] / left) : n;
		n -= counts[i];
		left -= shares[i];
	}
}

/* ---- a feature as time goes on ----------------------------------------------------------------------------------- */

struct feature {
	const struct alarms_regime *regime;
	const struct law *law;
	struct alarms_change change;
	uint64_t seed;
	int64_t day;
	double wander, wave;
	uint8_t (*draws)[DRAWS]; /* a session's rows: bins by the mean of the session */
};

static const struct alarms_change no_change = {.sd = 1};

/* What a session of each mean draws from: shares in units of 1/DRAWS. */
static void
make_draws(struct feature *f)
{
	size_t m, d;

	for (m = 0; m < MEANS && f->draws; m++) {
		double mean = sqrt(SHARED) * floor_normal((m + 0.5) / MEANS), sd = sqrt(1 - SHARED);

		for (d = 0; d < DRAWS; d++) {
			double x = mean + sd * floor_normal((d + 0.5) / DRAWS);

			f->draws[m][d] = (uint8_t)numbins_find(f->law->edges, NUMBINS_LEVELS,
			    f->change.mean + f->change.sd * x);
		}
	}
}

static void
feature_init(struct feature *f, const struct alarms_regime *r, const struct law *law, uint64_t seed)
{
	memset(f, 0, sizeof(*f));
	f->regime = r;
	f->law = law;
	f->change = no_change;
	f->seed = seed;
	f->day = -1;
	f->wave = r->wobble * rng_normal(&f->seed);
	if (r->session && (f->draws = malloc(MEANS * sizeof(*f->draws))) == NULL)
		abort();
	make_draws(f);
}

static void
feature_change(struct feature *f, const struct alarms_change *change)
{
	f->change = *change;
	make_draws(f);
}

static void
draw_sessions(struct feature *f, unsigned rows, uint64_t *counts, struct evidence_count *missing)
{
	unsigned i, s, size = f->regime->session;

	memset(counts, 0, BINS * sizeof(*counts));
	*missing = (struct evidence_count){0, rows};
	for (s = 0; s < rows / size; s++) {
		const uint8_t *draws = f->draws[rng_next(&f->seed) >> 58];
		uint64_t bits = 0;

		if (rng_uniform(&f->seed) < MISSING_FRAC) {
			missing->hits += size;
			continue;
		}
		for (i = 0; i < size; i++) {
			bits = i % 6 ? bits >> 10 : rng_next(&f->seed);
			counts[draws[bits % DRAWS]]++;
		}
	}
}

/* The next window: `of_day` of per_day of day `day`. */
static void
feature_window(struct feature *f, unsigned rows, int64_t day, double of_day, uint64_t *counts,
    struct evidence_count *missing)
{
	const struct alarms_regime *r = f->regime;
	double shares[BINS], natural, lost = MISSING_FRAC;

	if (day != f->day) {
		f->wander = r->day_wander * rng_normal(&f->seed);
		f->day = day;
	}
	if (r->wobble > 0)
		f->wave = r->keeps * f->wave + sqrt(1 - r->keeps * r->keeps) * r->wobble * rng_normal(&f->seed);
	if (r->session) {
		draw_sessions(f, rows, counts, missing);
		return;
	}
	natural = f->wander + f->wave;
	if (natural != 0)
		lost *= exp(MISSING_SWAY * natural);
	*missing = (struct evidence_count){binomial(&f->seed, rows, lost), rows};
	if (r->constant)
		constant_shares(shares);
	else
		law_shares(f->law, natural + r->season * sin(6.283185307179586 * of_day) + f->change.mean,
		    f->change.sd, f->change.mass, shares);
	multinomial(&f->seed, rows - missing->hits, shares, counts);
}

/* ---- baseline, arming, evidence ---------------------------------------------------------------------------------- */

struct column {
	size_t slots;
	struct {
		uint64_t counts[BINS];
		struct evidence_count missing;
	} base[SLOTS];
	struct evidence_ref ref[SLOTS];
	struct evidence_phi phi;
	struct evidence ev;
	double log_c;
};

static size_t
slot_of(const struct column *c, double of_day)
{
	return c->slots > 1 ? (size_t)(of_day * SLOTS) : 0;
}

static struct evidence_spec
spec_of(const struct column *c, const struct law *law, size_t slot)
{
	struct evidence_spec spec = {.counts = c->base[slot].counts, .positions = law->positions, .nbins = BINS,
		.seasonal = c->slots > 1};

	spec.rate[EVIDENCE_MISSING] = c->base[slot].missing;
	return spec;
}

static void
grow(struct column *c, struct feature *f)
{
	const struct alarms_regime *r = f->regime;
	struct evidence_spec spec;
	struct dispersion d;
	struct err err;
	unsigned w, i;

	must(dispersion_init(&d, BINS, c->slots > 1, &err), &err);
	for (w = 0; w < r->base_windows; w++) {
		/* A baseline that does not divide into whole days has the rest in the first ones. */
		unsigned days = r->base_windows / r->base_per_day, day = w % days, at = w / days;
		double of_day;
		uint64_t counts[BINS];
		struct evidence_sample s = {.counts = counts, .index = w};
		size_t slot;

		if (r->base_windows % r->base_per_day == 0) {
			day = w / r->base_per_day;
			at = w % r->base_per_day;
		} else {
			unsigned each = r->base_windows / days, more = r->base_windows % days;

			day = w < more * (each + 1) ? w / (each + 1) : more + (w - more * (each + 1)) / each;
			at = w < more * (each + 1) ? w % (each + 1) : (w - more * (each + 1)) % each;
		}
		of_day = at / (double)(r->base_per_day + 1);
		of_day = r->base_windows % r->base_per_day ? of_day : at / (double)r->base_per_day;
		slot = slot_of(c, of_day);
		spec = spec_of(c, f->law, slot);
		feature_window(f, r->rows, day, of_day, counts, &s.rate[EVIDENCE_MISSING]);
		dispersion_window(&d, &spec, &s, day, day * 24 + (int64_t)(of_day * 24));
		for (i = 0; i < BINS; i++)
			c->base[slot].counts[i] += counts[i];
		c->base[slot].missing.hits += s.rate[EVIDENCE_MISSING].hits;
		c->base[slot].missing.rows += s.rate[EVIDENCE_MISSING].rows;
	}
	/* Without slots there is one reference; with them the day ends against what its windows had. */
	spec = spec_of(c, f->law, 0);
	dispersion_end_day(&d, &spec);
	dispersion_estimate(&d, &c->phi);
	dispersion_release(&d);
	if (r->blind)
		c->phi = evidence_phi_none;
}

static void
arm(struct column *c, struct feature *f)
{
	struct err err;
	size_t s;

	memset(c, 0, sizeof(*c));
	c->slots = f->regime->slots ? SLOTS : 1;
	c->log_c = evidence_limit(ALARMS_FEATURES, 2016, 1);
	grow(c, f);
	for (s = 0; s < c->slots; s++) {
		struct evidence_spec spec = spec_of(c, f->law, s);

		must(evidence_ref_init(&c->ref[s], &spec, &err), &err);
	}
	must(evidence_init(&c->ev, BINS, &err), &err);
}

static void
disarm(struct column *c, struct feature *f)
{
	size_t s;

	for (s = 0; s < c->slots; s++)
		evidence_ref_release(&c->ref[s]);
	evidence_release(&c->ev);
	free(f->draws);
}

/* Window w after arming. counts: receives it. */
static enum evidence_change
watch(struct column *c, struct feature *f, unsigned w, uint64_t *counts)
{
	const struct alarms_regime *r = f->regime;
	double of_day = w % r->per_day / (double)r->per_day;
	size_t slot = slot_of(c, of_day);
	struct evidence_sample s = {.counts = counts, .index = r->base_windows + w};

	feature_window(f, r->run_rows ? r->run_rows : r->rows, 1000 + w / r->per_day, of_day, counts,
	    &s.rate[EVIDENCE_MISSING]);
	return evidence_window(&c->ev, &c->ref[slot], &c->phi, &s, c->log_c);
}

/* ---- the other rules --------------------------------------------------------------------------------------------- */

static void
merge(const struct law *l, const uint64_t *fine, uint64_t *cells)
{
	size_t i;

	memset(cells, 0, l->npsi * sizeof(*cells));
	for (i = 0; i < BINS; i++)
		cells[l->psi_of[i]] += fine[i];
}

static void
judge_old(const struct column *c, const struct law *l, const uint64_t *counts, struct alarms_tally *t)
{
	uint64_t ref[BINS] = {0}, cur_cells[NUMBINS_PSI_MAX], ref_cells[NUMBINS_PSI_MAX];
	struct stat_input in = {.cur = cur_cells, .ref = ref_cells, .ncells = l->npsi, .fine_cur = counts,
		.fine_ref = ref, .nfine = BINS, .edges = l->edges, .ref_means = l->positions, .ref_sd = 1,
		.ref_mean = 0, .cur_mean = NAN, .ref_min = -4.5, .ref_max = 4.5, .cur_min = -4.5, .cur_max = 4.5};
	double n, m, both;
	size_t s, i;

	for (s = 0; s < c->slots; s++)
		for (i = 0; i < BINS; i++)
			ref[i] += c->base[s].counts[i];
	merge(l, counts, cur_cells);
	merge(l, ref, ref_cells);
	n = (double)stat_total(counts, BINS);
	m = (double)stat_total(ref, BINS);
	both = sqrt(1 / n + 1 / m);
	t->old[ALARMS_PSI_01] += stat_psi(&in) > 0.1;
	t->old[ALARMS_PSI_02] += stat_psi(&in) > 0.2;
	t->old[ALARMS_PSI_025] += stat_psi(&in) > 0.25;
	t->old[ALARMS_KS] += stat_ks(&in) > KS_05 * both;
	t->old[ALARMS_X2] += floor_chi2_tail(stat_x2(&in), (unsigned)l->npsi - 1) < 0.05;
	t->old[ALARMS_JS] += stat_js(&in) > 0.1;
	t->old[ALARMS_W1] += stat_w1(&in) > 0.1;
}

/* ---- what is asked for ------------------------------------------------------------------------------------------- */

static uint64_t
seed_of(uint64_t seed, unsigned run)
{
	uint64_t state = seed * UINT64_C(1000003) + run;

	return rng_next(&state);
}

void
alarms_quiet(const struct alarms_regime *r, unsigned months, uint64_t seed, bool old, struct alarms_tally *tally)
{
	struct law law;
	unsigned month, w;

	make_law(&law);
	for (month = 0; month < months; month++) {
		uint64_t counts[BINS];
		struct feature f;
		struct column c;

		feature_init(&f, r, &law, seed_of(seed, month));
		arm(&c, &f);
		for (w = 0; w < ALARMS_MONTH_DAYS * r->per_day; w++) {
			tally->alarms += watch(&c, &f, w, counts) == EVIDENCE_RAISED;
			tally->highest = fmax(tally->highest, evidence_total(&c.ev));
			tally->windows += old;
			if (old)
				judge_old(&c, &law, counts, tally);
		}
		tally->months++;
		tally->phi_loc += c.phi.loc;
		tally->phi_spr += c.phi.spr;
		tally->phi_shape += c.phi.shape;
		tally->phi_missing += c.phi.rate[EVIDENCE_MISSING];
		disarm(&c, &f);
	}
}

static int
order(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

double
alarms_delay(const struct alarms_regime *r, const struct alarms_change *change, unsigned runs, uint64_t seed,
    unsigned longest, unsigned *early)
{
	double *delays = malloc(runs * sizeof(*delays)), median;
	struct law law;
	unsigned run, w;

	if (!delays)
		abort();
	make_law(&law);
	for (run = 0; run < runs; run++) {
		uint64_t counts[BINS];
		struct feature f;
		struct column c;

		feature_init(&f, r, &law, seed_of(seed, run));
		arm(&c, &f);
		for (w = 0; w < r->per_day; w++)
			*early += watch(&c, &f, w, counts) == EVIDENCE_RAISED;
		feature_change(&f, change);
		for (w = 0; w < longest; w++) {
			if (watch(&c, &f, r->per_day + w, counts) == EVIDENCE_RAISED)
				break;
		}
		delays[run] = w + 1;
		disarm(&c, &f);
	}
	qsort(delays, runs, sizeof(*delays), order);
	median = (delays[(runs - 1) / 2] + delays[runs / 2]) / 2;
	free(delays);
	return median;
}
