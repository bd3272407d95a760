/*
 * The levels and their total. Levels are doubles only between a window's counts and their rounding to 2^-20 nat; what
 * is added up, compared and saved is integer.
 */
#include "core/evidence.h"

#include <math.h>
#include <string.h>

#include "core/evidence_impl.h"
#include "core/lanes.h"
#include "core/lngamma.h"

#define STEP_MAX 1e12 /* nats that one window can add or take: levels stay far inside 64 bits */
#define NEGLIGIBLE 45.0 /* nats below the greatest level: less than 2^-64 of it */
#define FADE	   8 /* a level loses one part in so many */
#define SLOTS	   24 /* of a seasonal baseline, or twice as many, half of them for two days of seven */
#define LONG_BLOCK (EVIDENCE_FIRST_OMNI + EVIDENCE_BLOCKS - 1)

const uint32_t evidence_block_windows[EVIDENCE_BLOCKS] = {1, 12, 144};

const char *const evidence_kind_names[EVIDENCE_KINDS] = {"none", "down", "up", "narrower", "wider", "shape", "missing",
	"nonfinite", "range", "unseen", "error"};

/* Levels and open blocks; the last windows stay, for the effect. */
static void
clear_levels(struct evidence *ev)
{
	memset(ev->level, 0, sizeof(ev->level));
	memset(ev->rate_rows, 0, sizeof(ev->rate_rows));
	ev->rows = 0;
	evidence_room_clear(ev);
	ev->total = 0;
	ev->leading = ev->raised = 0;
	ev->began = 0;
	ev->alarm = false;
}

void
evidence_clear(struct evidence *ev)
{
	clear_levels(ev);
	ev->seen = 0;
	memset(ev->past, 0, sizeof(ev->past));
	if (ev->nbins)
		memset(ev->excess, 0, EVIDENCE_SEGMENT * ev->nbins * sizeof(*ev->excess));
}

double
evidence_limit(double features, double windows, double alarms)
{
	double c = features * windows / alarms;

	return c > 1 ? lngamma_log(fmin(c, 1e300)) : 0;
}

/* One window on its way into the levels. */
struct step {
	struct evidence *ev;
	const struct evidence_ref *ref;
	const struct evidence_phi *phi;
	const struct evidence_sample *sample;
	struct evidence_sums sums;
	double counts[EVIDENCE_BINS_MAX]; /* the sample's */
	uint32_t narrow[EVIDENCE_BINS_MAX]; /* for blocks, at most 2^32 - 1; not set where there are none */
	int64_t cap;
	int64_t reached[EVIDENCE_COMPONENTS]; /* levels as they would be without the cap */
	double nats[EVIDENCE_COMPONENTS];     /* what this window adds */
	int64_t segment; /* of the last windows alone, */
	uint32_t tilt;	 /* and what that is like */
};

/* The rows that an addition to a level rests on. */
struct span {
	int64_t first;	 /* index of its first window */
	uint64_t before; /* rows before it */
	double n, m;
	uint64_t last_from; /* rows that there had been when a level began, and what that level's share is */
	double last_share;
};

static struct span
span_of(int64_t first, uint64_t before, double n, double m)
{
	return (struct span){first, before, n, m, before, 1};
}

static struct span
span_of_window(const struct step *st)
{
	/* A slot has a day's hour of the baseline, a level all hours. */
	double m = st->ref->m * (st->ref->seasonal ? SLOTS : 1);

	return span_of(st->sample->index, st->ev->rows, (double)st->sums.n, m);
}

static void
level_begin(struct evidence_level *l, const struct span *span)
{
	l->nats = 0;
	l->onset = span->first;
	l->from = span->before;
}

/* Signed, which is an instruction: there never were 2^63 rows. */
static double
rows_between(uint64_t from, uint64_t to)
{
	return (double)(int64_t)(to - from);
}

/*
 * What an addition is multiplied by: no more than the baseline's rows can tell after those that the level rests on.
 * Many levels began together, and of those that begin now it is exactly 1.
 */
static double
share_of(struct span *span, uint64_t from)
{
	double r, since;

	if (from == span->before)
		return 1;
	if (from != span->last_from) {
		r = span->n / span->m;
		since = rows_between(from, span->before) / span->m;
		span->last_from = from;
		span->last_share = (1 + r) / ((1 + since) * (1 + since + r));
	}
	return span->last_share;
}

/* Returns what was added. */
static double
level_add(struct evidence_level *l, double nats, struct span *span)
{
	nats *= share_of(span, l->from);
	l->nats += evidence_fixed(evidence_within(nats, STEP_MAX) * EVIDENCE_UNIT);
	return nats;
}

/*
 * A level that rests on more rows than the baseline has hardly moves any more, and what it is stuck at need not be
 * zero: then a second one is kept beside it that begins anew after m rows, and the greater one goes on.
 */
static void
keep_second(struct step *st, unsigned k, double nats, struct span *span)
{
	struct evidence_level *level = &st->ev->level[k], *second;

	if (rows_between(level->from, span->before) <= span->m)
		return;
	second = evidence_second_make(st->ev, k);
	if (second->nats <= 0 || rows_between(second->from, span->before) > span->m)
		level_begin(second, span);
	level_add(second, nats, span);
	if (second->nats > level->nats)
		*level = *second;
	if (second->nats > st->cap)
		second->nats = st->cap;
}

/* A level that is zero or below begins anew with this window, or with the block that ends with it. */
static void
add(struct step *st, unsigned k, double nats, struct span *span)
{
	struct evidence_level *level = &st->ev->level[k];

	if (level->nats <= 0)
		level_begin(level, span);
	st->nats[k] = level_add(level, nats, span);
	keep_second(st, k, nats, span);
	st->reached[k] = level->nats;
	if (level->nats > st->cap)
		level->nats = st->cap;
}

static void
add_tilts(struct step *st, struct span *span)
{
	const struct evidence_ref *ref = st->ref;
	double n = span->n, g = 1 + n / ref->m, loc = 1 / (st->phi->loc * g), spr = 1 / (st->phi->spr * g);
	/* About the window's own mean: never more than about the baseline's, so it stays a fair bet. */
	double wider = st->sums.v - st->sums.s * st->sums.s / n * ref->per_square;
	unsigned t;

	for (t = 0; t < EVIDENCE_TILTS && ref->ordered; t++)
		add(st, EVIDENCE_FIRST_LOC + t, (evidence_tilts[t] * st->sums.s - n * ref->log_loc[t]) * loc, span);
	for (t = 0; t < EVIDENCE_TILTS && ref->has_spread; t++) {
		double v = evidence_tilts[t] > 0 ? wider : st->sums.v;

		add(st, EVIDENCE_FIRST_SPR + t, (evidence_tilts[t] * v - n * ref->log_spr[t]) * spr, span);
	}
}

/*
 * The mixture's logarithm for each kappa, less the baseline's: how much likelier these counts are under any shares.
 * Which bins are empty is as good as random: they are passed over by what is added, not by a jump.
 */
LANES static void
mixtures(const struct evidence_ref *ref, const uint64_t *counts, double shrink, double out[EVIDENCE_KAPPAS])
{
	const double *none[EVIDENCE_KAPPAS] = {ref->log_gamma[0], ref->log_gamma[1]};
	double rows = 0, less[EVIDENCE_KAPPAS] = {0, 0}, sum[EVIDENCE_KAPPAS];
	struct lngamma_two two;
	size_t i, n = 0, nbins = ref->nbins;
	unsigned k;

	for (i = 0; i < nbins; i++) {
		double a = (double)(int64_t)counts[i] * shrink, told = a * ref->log_p[i];
		bool any = counts[i] != 0;

		rows += a;
		two.x[0][n] = evidence_kappas[0] * ref->p[i] + a;
		two.x[1][n] = evidence_kappas[1] * ref->p[i] + a;
		less[0] -= any ? none[0][i] + told : 0;
		less[1] -= any ? none[1][i] + told : 0;
		n += any;
	}
	two.n = n;
	for (k = 0; k < EVIDENCE_KAPPAS; k++)
		two.single[k] = evidence_kappas[k] + rows;
	lngamma_sum_two(&two, sum);
	for (k = 0; k < EVIDENCE_KAPPAS; k++)
		out[k] = less[k] + sum[k] + ref->log_gamma_kappa[k] - two.single[k];
}

static double
omnibus(const struct evidence_ref *ref, const struct evidence_phi *phi, const uint64_t *counts, uint64_t n)
{
	double shrink = 1 / (phi->shape * (1 + (double)n / ref->m)), each[EVIDENCE_KAPPAS], most, least;

	mixtures(ref, counts, shrink, each);
	most = evidence_at_least(each[0], each[1]);
	least = evidence_at_most(each[0], each[1]);
	return most + lngamma_log((1 + lngamma_exp(least - most)) / 2);
}

static uint32_t
clip(uint64_t x)
{
	return x < UINT32_MAX ? (uint32_t)x : UINT32_MAX;
}

static void
add_block(struct step *st, unsigned b)
{
	struct evidence_block *block = &st->ev->block[b - 1];
	struct evidence_level *level = &st->ev->level[EVIDENCE_FIRST_OMNI + b];
	size_t i, nbins = st->ev->nbins;
	uint64_t counts[EVIDENCE_BINS_MAX], n = 0;
	uint32_t *sums = block->counts;
	struct span span;

	if (block->windows++ == 0) {
		block->first = st->sample->index;
		block->before = st->ev->rows;
	}
	evidence_add_counts(sums, st->narrow, nbins);
	if (block->windows < evidence_block_windows[b]) {
		level->nats = level->nats > 0 ? level->nats : 0;
		return;
	}
	for (i = 0; i < nbins; i++)
		n += counts[i] = sums[i];
	span = span_of(block->first, block->before, (double)n, st->ref->m);
	add(st, EVIDENCE_FIRST_OMNI + b, omnibus(st->ref, st->phi, counts, n), &span);
	block->windows = 0;
	memset(sums, 0, nbins * sizeof(*sums));
}

static void
add_rate(struct step *st, unsigned r)
{
	const struct evidence_ref_rate *rate = &st->ref->rate[r];
	const struct evidence_count *count = &st->sample->rate[r];
	double n = (double)count->rows, hits = evidence_at_most((double)count->hits, n);
	double shrink = 1 / (st->phi->rate[r] * (1 + n / rate->m));
	struct span span = span_of(st->sample->index, st->ev->rate_rows[r], n, rate->m);
	unsigned a;

	for (a = 0; a < rate->nalts; a++) {
		const struct evidence_alt *alt = &rate->alt[a];

		add(st, EVIDENCE_FIRST_RATE + r * EVIDENCE_ALTS + rate->which[a],
		    (hits * alt->hit + (n - hits) * alt->miss) * shrink, &span);
	}
}

/* ln of the weighted mean of e^level; 0 where there is no component. */
static int64_t
sum_up(const struct evidence *ev, const struct evidence_ref *ref)
{
	double below[EVIDENCE_COMPONENTS + LNGAMMA_LANE], weight[EVIDENCE_COMPONENTS], sum = 0;
	int64_t most = INT64_MIN;
	unsigned k, n = 0;

	if (ref->present == 0)
		return 0;
	for (k = 0; k < EVIDENCE_COMPONENTS; k++) {
		int64_t nats = evidence_has(ref, k) ? ev->level[k].nats : INT64_MIN;

		most = nats > most ? nats : most;
	}
	for (k = 0; k < EVIDENCE_COMPONENTS; k++) {
		below[n] = (double)(ev->level[k].nats - most) / EVIDENCE_UNIT;
		weight[n] = ref->share[evidence_groups[k]].weight;
		n += evidence_has(ref, k) & (below[n] > -NEGLIGIBLE);
	}
	memset(below + n, 0, LNGAMMA_LANE * sizeof(*below));
	lngamma_exp_each(below, n);
	for (k = 0; k < n; k++)
		sum += weight[k] * below[k];
	return most + evidence_fixed(lngamma_log(sum) * EVIDENCE_UNIT);
}

/* What has been added up, or the last windows by themselves; where both are looked at each has its share. */
static void
take_total(const struct step *st)
{
	struct evidence *ev = st->ev;

	ev->total = sum_up(ev, st->ref);
	if (st->phi->segment_blocks > 0)
		ev->total += evidence_fixed(lngamma_log(1 - EVIDENCE_SEGMENT_SHARE) * EVIDENCE_UNIT);
	if (st->segment > ev->total)
		ev->total = st->segment;
}

/* The more specific first. */
static int
precedence(unsigned k)
{
	return k < EVIDENCE_FIRST_SPR ? 3 : k < EVIDENCE_FIRST_OMNI ? 2 : k < EVIDENCE_FIRST_RATE ? 0 : 1;
}

static uint32_t
find_leading(const struct step *st, double log_c)
{
	double best = -INFINITY;
	uint32_t leading = 0;
	unsigned k;

	if (st->segment == st->ev->total && (double)st->segment >= log_c * EVIDENCE_UNIT)
		return st->tilt;
	for (k = 0; k < EVIDENCE_COMPONENTS; k++) {
		double own;

		if (!evidence_has(st->ref, k))
			continue;
		own = (double)st->reached[k] / EVIDENCE_UNIT + st->ref->share[evidence_groups[k]].log;
		/* Above the limit a kind outweighs any evidence: STEP_MAX is beyond what a level can be. */
		if (own >= log_c)
			own += (1 + precedence(k)) * 4 * STEP_MAX;
		if (own > best) {
			best = own;
			leading = k;
		}
	}
	return leading;
}

LANES static void
keep(const struct step *st)
{
	struct evidence *ev = st->ev;
	const struct evidence_ref *ref = st->ref;
	const struct evidence_sums *sums = &st->sums;
	const struct evidence_sample *sample = st->sample;
	size_t at = ev->seen % EVIDENCE_SEGMENT, i;
	struct evidence_past *past = &ev->past[at];
	int32_t *excess = ev->excess + at * ev->nbins;
	double one = sums->n ? 1 / (double)sums->n : 0;
	const double *p = ref->p;
	size_t nbins = ev->nbins;

	past->index = sample->index;
	past->n = ref->has_bins ? sums->n : 0;
	past->loc = evidence_fixed(evidence_within(sums->s, STEP_MAX) * EVIDENCE_UNIT);
	past->square = evidence_fixed(evidence_at_most(sums->square, STEP_MAX) * EVIDENCE_UNIT);
	for (i = 0; i < EVIDENCE_RATES; i++) {
		past->rate[i].hits = clip(sample->rate[i].hits);
		past->rate[i].rows = clip(sample->rate[i].rows);
	}
	if (!past->n && ev->nbins)
		memset(excess, 0, ev->nbins * sizeof(*excess));
	for (i = 0; i < nbins && past->n; i++) {
		double more = (st->counts[i] * one - p[i]) * EVIDENCE_SHARE;

		excess[i] = (int32_t)(more + copysign(0.5, more));
	}
	ev->seen++;
}

static void
sum_sample(struct step *st)
{
	const struct evidence_ref *ref = st->ref;
	struct evidence_sums sums = {0, 0, 0, 0};
	size_t i, nbins = ref->nbins;

	for (i = 0; i < nbins; i++) {
		double a = (double)(int64_t)st->sample->counts[i];

		st->counts[i] = a;
		sums.n += st->sample->counts[i];
		sums.s += a * ref->s[i];
		sums.v += a * ref->v[i];
		sums.square += a * ref->s[i] * ref->s[i];
	}
	st->sums = sums;
}

/* Whether the weighted mean of this window's likelihood ratios alone, blocks apart, exceeds 1. */
static bool
is_evidence(const struct step *st)
{
	double sum = 0;
	unsigned k;

	for (k = 0; k < EVIDENCE_COMPONENTS; k++) {
		if (!evidence_has(st->ref, k) || (k > EVIDENCE_FIRST_OMNI && k < EVIDENCE_FIRST_RATE))
			continue;
		sum += st->ref->share[evidence_groups[k]].weight * (lngamma_exp(fmin(st->nats[k], NEGLIGIBLE)) - 1);
	}
	return sum > 0;
}

static void
fade(const struct step *st)
{
	struct evidence *ev = st->ev;
	unsigned k;

	for (k = 0; k < EVIDENCE_COMPONENTS; k++) {
		struct evidence_level *second = evidence_second(ev, k);

		if (k == LONG_BLOCK && ev->raised == LONG_BLOCK)
			continue;
		ev->level[k].nats -= ev->level[k].nats > 0 ? ev->level[k].nats / FADE : 0;
		if (second)
			second->nats -= second->nats > 0 ? second->nats / FADE : 0;
	}
	take_total(st);
}

static enum evidence_change
judge(const struct step *st, double log_c)
{
	struct evidence *ev = st->ev;
	struct evidence_effect effect;
	double total = evidence_total(ev);

	if (!ev->alarm && total < log_c)
		return EVIDENCE_SAME;
	evidence_effect(ev, st->ref, st->phi, 0, &effect);
	if (!ev->alarm) {
		ev->raised = ev->leading;
		ev->began = ev->level[ev->leading].onset;
		ev->alarm = evidence_effect_is_material(&effect);
		return ev->alarm ? EVIDENCE_RAISED : EVIDENCE_SAME;
	}
	if (!evidence_effect_is_gone(&effect))
		return EVIDENCE_SAME;
	if (total < log_c / 2) {
		clear_levels(ev);
		return EVIDENCE_CLEARED;
	}
	if (!is_evidence(st))
		fade(st);
	return EVIDENCE_SAME;
}

/* Room for the levels that this window may begin beside others, and for its blocks. */
static int
make_room(struct step *st)
{
	struct evidence *ev = st->ev;
	double m = span_of_window(st).m;
	unsigned k, r, more = 0;

	if (ev->has_second)
		evidence_second_prune(ev);
	for (k = 0; k < EVIDENCE_FIRST_RATE && (double)ev->rows > m; k++)
		more += (ev->level[k].nats > 0) & (rows_between(ev->level[k].from, ev->rows) > m);
	for (r = 0; r < EVIDENCE_RATES; r++) {
		const struct evidence_level *level = &ev->level[EVIDENCE_FIRST_RATE + r * EVIDENCE_ALTS];

		m = st->ref->rate[r].m;
		if ((double)ev->rate_rows[r] <= m)
			continue;
		for (k = 0; k < EVIDENCE_ALTS; k++)
			more += (level[k].nats > 0) & (rows_between(level[k].from, ev->rate_rows[r]) > m);
	}
	if (more && evidence_second_room(ev, more, NULL))
		return ERR_NOMEM;
	if (st->sums.n > 0 && st->ref->has_bins && !st->ref->seasonal)
		return evidence_block_room(ev, NULL);
	return 0;
}

enum evidence_change
evidence_window(struct evidence *ev, const struct evidence_ref *ref, const struct evidence_phi *phi,
    const struct evidence_sample *sample, double log_c)
{
	struct step st; /* large, and most of it is filled below */
	unsigned r, b;
	bool any;

	st.ev = ev;
	st.ref = ref;
	st.phi = phi;
	st.sample = sample;
	st.cap = evidence_fixed(fmin(2 * log_c, STEP_MAX) * EVIDENCE_UNIT);
	memset(st.nats, 0, sizeof(st.nats));
	sum_sample(&st);
	any = st.sums.n > 0;
	for (r = 0; r < EVIDENCE_RATES; r++)
		any = any || sample->rate[r].rows > 0;
	if (!any)
		return EVIDENCE_SAME;
	if (make_room(&st))
		return EVIDENCE_LEFT_OUT;
	for (r = 0; r < EVIDENCE_COMPONENTS; r++)
		st.reached[r] = ev->level[r].nats;
	if (st.sums.n > 0 && ref->has_bins) {
		struct span span = span_of_window(&st);

		add_tilts(&st, &span);
		add(&st, EVIDENCE_FIRST_OMNI, omnibus(ref, phi, sample->counts, st.sums.n), &span);
		if (!ref->seasonal)
			evidence_narrow(sample->counts, st.narrow, ref->nbins);
		for (b = 1; b < EVIDENCE_BLOCKS && !ref->seasonal; b++)
			add_block(&st, b);
		ev->rows += st.sums.n;
	}
	for (r = 0; r < EVIDENCE_RATES; r++) {
		if (sample->rate[r].rows > 0)
			add_rate(&st, r);
		ev->rate_rows[r] += sample->rate[r].rows;
	}
	keep(&st);
	st.segment = evidence_segment(ev, ref, phi, &st.tilt);
	if (st.segment > st.cap)
		st.segment = st.cap;
	take_total(&st);
	ev->leading = find_leading(&st, log_c);
	return judge(&st, log_c);
}

double
evidence_total(const struct evidence *ev)
{
	return (double)ev->total / EVIDENCE_UNIT;
}

int64_t
evidence_onset(const struct evidence *ev)
{
	return ev->alarm ? ev->began : ev->level[ev->leading].onset;
}

enum evidence_kind
evidence_kind_of(unsigned component)
{
	if (component < EVIDENCE_FIRST_SPR)
		return component < EVIDENCE_FIRST_LOC + EVIDENCE_TILTS / 2 ? EVIDENCE_KIND_DOWN : EVIDENCE_KIND_UP;
	if (component < EVIDENCE_FIRST_OMNI)
		return component < EVIDENCE_FIRST_SPR + EVIDENCE_TILTS / 2 ? EVIDENCE_KIND_NARROWER :
									    EVIDENCE_KIND_WIDER;
	if (component < EVIDENCE_FIRST_RATE)
		return EVIDENCE_KIND_SHAPE;
	return EVIDENCE_KIND_MISSING + (component - EVIDENCE_FIRST_RATE) / EVIDENCE_ALTS;
}

enum evidence_kind
evidence_leading(const struct evidence *ev)
{
	return ev->seen ? evidence_kind_of(ev->leading) : EVIDENCE_KIND_NONE;
}
