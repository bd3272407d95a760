/*
 * Without slots a block's reference is everything before the block, so it is held against that when it ends. With slots
 * each window has a reference of its own: what was expected is added up window by window.
 */
#include "core/dispersion.h"

#include <math.h>
#include <string.h>

#include "core/evidence_impl.h"
#include "core/fetch.h"
#include "core/lanes.h"
#include "core/lngamma.h"
#include "core/mem.h"

#define RATIO_MAX   1e9 /* a block that varies a billion times more than sampling says no more than that */
#define CELL_UNIT   65536.0
#define RATE_UNIT   16777216.0
#define SUM_MAX	    4e12 /* of scores: no column of real rows gets there */
#define SCALE_FROM  1.25 /* a scale of Pearson's sum below this is what few blocks have by chance */
#define NORMAL_10   1.2815515655446004 /* upper 10 % and 1 % points */
#define NORMAL_1    2.3263478740408408

#define SEGMENT_MIN 30	/* independent blocks that a tail can be told from */
#define SEGMENT_LESS 2	/* a segment's phi that much below that of all lengths is worth having */
#define SEGMENT_AT  0.7924812503605781 /* EVIDENCE_SEGMENT between the lengths about it: ln(12/4) / ln(16/4) */

enum { BEFORE_SEGMENT = 1, AFTER_SEGMENT = 2, DAY = DISPERSION_LENGTHS - 1, OPEN_DAY = DAY - 1 };
static const uint64_t lengths[DISPERSION_LENGTHS] = {1, 4, 16, 64, UINT64_MAX};
static const size_t shorter[DISPERSION_OPEN] = {0, 0, 1, 1}; /* of open blocks: which it takes its windows from */

/* A reference for one window or block. */
struct against {
	const struct evidence_spec *spec;
	double m;
	struct evidence_side side;
	int directions;
	struct evidence_count rate[EVIDENCE_RATES];
};

int
dispersion_init(struct dispersion *d, size_t nbins, bool seasonal, struct err *err)
{
	size_t wide = seasonal ? DISPERSION_OPEN * nbins : 0, l;
	size_t narrow = (DISPERSION_OPEN + (seasonal ? 1 : 0)) * nbins;
	unsigned char *room = NULL;

	memset(d, 0, sizeof(*d));
	if (nbins > EVIDENCE_BINS_MAX)
		return err_set(err, ERR_INVALID, "%zu bins, evidence takes at most %d", nbins, EVIDENCE_BINS_MAX);
	if (nbins > 0 && (room = mem_calloc(1, wide * sizeof(int64_t) + narrow * sizeof(uint32_t))) == NULL)
		return err_nomem(err);
	d->nbins = nbins;
	d->seasonal = seasonal;
	d->room = room;
	for (l = 0; room && l < DISPERSION_OPEN; l++) {
		d->part[l].expected = seasonal ? (int64_t *)(void *)room + l * nbins : NULL;
		d->part[l].counts = (uint32_t *)(void *)(room + wide * sizeof(int64_t)) + l * nbins;
	}
	if (room && seasonal)
		d->hour_counts = d->part[DISPERSION_OPEN - 1].counts + nbins;
	return 0;
}

void
dispersion_release(struct dispersion *d)
{
	mem_free(d->room);
	memset(d, 0, sizeof(*d));
}

/* How many of the open blocks the next window ends, the shortest first. */
static size_t
ending(const struct dispersion *d)
{
	size_t n = 0;

	while (n < OPEN_DAY && d->block[n].windows + 1 == lengths[n + 1])
		n++;
	return n;
}

void
dispersion_fetch_head(const struct dispersion *d)
{
	if (!d)
		return;
	fetch(d, offsetof(struct dispersion, part[1]));
	fetch(d->sums, sizeof(d->sums[0]));
}

void
dispersion_fetch(const struct dispersion *d)
{
	size_t open, ends = ending(d);

	for (open = 0; open < DISPERSION_OPEN; open++) {
		/* It is added to the first, to those whose shorter one ends, and to those that are whole. */
		if (open > 0 && shorter[open] >= ends && !d->block[open].whole)
			continue;
		fetch(d->part[open].counts, d->nbins * sizeof(*d->part[open].counts));
		fetch(d->part[open].expected, d->nbins * sizeof(*d->part[open].expected));
		if (open > 0)
			fetch(&d->part[open], sizeof(d->part[open]));
	}
	fetch(d->hour_counts, d->nbins * sizeof(*d->hour_counts));
	fetch(d->sums + 1, ends * sizeof(d->sums[0]));
}

static void
clear_part(struct dispersion_part *p, size_t nbins)
{
	uint32_t *counts = p->counts;
	int64_t *expected = p->expected;

	memset(p, 0, sizeof(*p));
	p->counts = counts;
	p->expected = expected;
	if (counts)
		memset(counts, 0, nbins * sizeof(*counts));
	if (expected)
		memset(expected, 0, nbins * sizeof(*expected));
}

static void
clear_block(struct dispersion *d, size_t open)
{
	memset(&d->block[open], 0, sizeof(d->block[open]));
	clear_part(&d->part[open], d->nbins);
}

void
dispersion_clear(struct dispersion *d)
{
	size_t l;

	d->begun = d->ordered = d->has_spread = false;
	d->first_day = d->day = d->hour = d->per_square = 0;
	memset(d->sums, 0, sizeof(d->sums));
	memset(d->hour_rate, 0, sizeof(d->hour_rate));
	for (l = 0; l < DISPERSION_OPEN; l++)
		clear_block(d, l);
	if (d->hour_counts)
		memset(d->hour_counts, 0, d->nbins * sizeof(*d->hour_counts));
}

static uint64_t
less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/*
 * The counts of `before` without those in `without` (NULL: none). by_bins: what is held against them has rows in bins;
 * else only its rates count. Scores are the caller's to make. False: too few rows for anything to be held to.
 */
LANES static bool
look_back(struct against *to, const struct evidence_spec *before, const uint32_t *without,
    const struct evidence_count *rate_without, bool by_bins)
{
	size_t i, r, nbins = before->nbins;
	uint64_t m = 0, rows = 0, left[EVIDENCE_BINS_MAX];
	double one;

	for (r = 0; r < EVIDENCE_RATES; r++) {
		to->rate[r].hits = less(before->rate[r].hits, rate_without ? rate_without[r].hits : 0);
		to->rate[r].rows = less(before->rate[r].rows, rate_without ? rate_without[r].rows : 0);
		rows = to->rate[r].rows > rows ? to->rate[r].rows : rows;
	}
	for (i = 0; i < nbins && !without; i++)
		m += left[i] = before->counts[i];
	for (i = 0; i < nbins && without; i++)
		m += left[i] = less(before->counts[i], without[i]);
	to->spec = before;
	to->m = (double)(by_bins ? m : rows);
	to->directions = 0;
	to->side.per_square = 0;
	if (to->m < DISPERSION_ROWS_MIN)
		return false;
	one = 1 / ((double)m + (double)nbins / 2);
	for (i = 0; i < nbins; i++)
		to->side.p[i] = ((double)(int64_t)left[i] + 0.5) * one; /* no count needs the sign's bit */
	return true;
}

static void
score(struct against *to)
{
	const struct evidence_spec *before = to->spec;
	struct evidence_side *side = &to->side;

	if (before->positions && before->nbins > 1)
		to->directions = evidence_scores(side->p, before->positions, before->nbins, side->s, side->v);
	if (to->directions > 1)
		side->per_square = evidence_per_square(side->p, side->s, before->nbins);
}

/* Nearest, within what a sum of many still holds. */
static uint64_t
fixed_ratio(double x)
{
	return (uint64_t)evidence_fixed(evidence_at_most(x, RATIO_MAX) * EVIDENCE_UNIT);
}

/*
 * Pearson's sum over the cells of enough expected rows, the others joined. Returns how many cells. Which cells these
 * are is not to be foretold, so each is taken for both and adds nothing to what it does not belong to.
 */
static inline size_t
pearson(const uint32_t *counts, const double *expected, size_t nbins, double *sum)
{
	double rare = 0, rare_expected = 0, all = 0;
	size_t i, cells = 0;

	for (i = 0; i < nbins; i++) {
		double count = (double)counts[i], miss = count - expected[i], square = miss * miss / expected[i];
		bool is_rare = expected[i] < DISPERSION_CELL_MIN;

		rare += is_rare ? count : 0;
		rare_expected += is_rare ? expected[i] : 0;
		all += is_rare ? 0 : square;
		cells += !is_rare;
	}
	if (rare_expected > 0) {
		all += (rare - rare_expected) * (rare - rare_expected) / rare_expected;
		cells++;
	}
	*sum = all;
	return cells;
}

static inline void
finish_bins(const struct dispersion *d, const struct dispersion_part *b, struct dispersion_sums *sums,
    const double *expected, double g)
{
	double n = (double)b->n, loc = (double)b->loc / EVIDENCE_UNIT, spr = (double)b->spr / EVIDENCE_UNIT, x2;
	size_t cells = pearson(b->counts, expected, d->nbins, &x2);

	/* About the block's own mean, as evidence has it. */
	spr -= loc * loc / n * ((double)d->per_square / EVIDENCE_UNIT);
	sums->blocks++;
	if (d->ordered)
		sums->loc += fixed_ratio(loc * loc / n / g);
	if (d->has_spread)
		sums->spr += fixed_ratio(spr * spr / n / g);
	if (cells > 1) {
		uint64_t ratio = fixed_ratio(x2 / g / (double)(cells - 1));

		sums->cells_blocks++;
		sums->dof += cells - 1;
		sums->cells += ratio;
		sums->cells_square += (wide_uint)ratio * ratio;
	}
}

static void
finish_rates(struct dispersion_sums *sums, const struct dispersion_part *b, double g)
{
	size_t r;

	for (r = 0; r < EVIDENCE_RATES; r++) {
		double miss = (double)b->rate[r].hits - (double)b->rate[r].expected / RATE_UNIT;

		if (b->rate[r].variance <= 0)
			continue;
		sums->rate[r].blocks++;
		sums->rate[r].ratio += fixed_ratio(miss * miss / ((double)b->rate[r].variance / RATE_UNIT) / g);
	}
}

static void
expect_rates(struct dispersion_part *b, const struct against *to, const struct evidence_count *rate)
{
	size_t r;

	for (r = 0; r < EVIDENCE_RATES; r++) {
		double rows = evidence_at_most((double)rate[r].rows, SUM_MAX / 16), p;

		if (rows == 0 || to->rate[r].rows == 0)
			continue;
		p = ((double)to->rate[r].hits + 0.5) / ((double)to->rate[r].rows + 1);
		b->rate[r].expected += evidence_fixed(rows * p * RATE_UNIT);
		b->rate[r].variance += evidence_fixed(rows * p * (1 - evidence_at_most(p, 1)) * RATE_UNIT);
	}
}

LANES static void
score_counts(struct dispersion_part *b, const struct against *to, const uint32_t *counts)
{
	double s = 0, v = 0;
	size_t i, nbins = to->spec->nbins;

	if (to->directions == 0)
		return;
	for (i = 0; i < nbins; i++) {
		s += (double)counts[i] * to->side.s[i];
		v += (double)counts[i] * to->side.v[i];
	}
	b->loc += evidence_fixed(evidence_within(s, SUM_MAX) * EVIDENCE_UNIT);
	b->spr += evidence_fixed(evidence_within(v, SUM_MAX) * EVIDENCE_UNIT);
}

static void
learn_directions(struct dispersion *d, const struct against *to)
{
	d->ordered = d->ordered || to->directions > 0;
	d->has_spread = d->has_spread || to->directions > 1;
	d->per_square = evidence_fixed(to->side.per_square * EVIDENCE_UNIT);
}

/* Ends a block. borrowed: with slots, as in its struct dispersion_block; to: without, what there was before it. */
LANES static void
finish(struct dispersion *d, struct dispersion_part *b, int64_t borrowed, struct dispersion_sums *sums,
    const struct against *to)
{
	double expected[EVIDENCE_BINS_MAX], g;
	size_t i, nbins = d->nbins;

	if (d->seasonal) {
		const int64_t *sums_of = b->expected;

		g = 1 + (double)borrowed / EVIDENCE_UNIT / (double)b->rows; /* a block has windows, a window rows */
		for (i = 0; i < nbins; i++)
			expected[i] = (double)sums_of[i] * (1 / CELL_UNIT); /* a power of two: no rounding either way */
	} else {
		struct evidence_count rate[EVIDENCE_RATES];

		learn_directions(d, to);
		g = 1 + (double)b->rows / to->m;
		for (i = 0; i < nbins; i++)
			expected[i] = (double)b->n * to->side.p[i];
		for (i = 0; i < EVIDENCE_RATES; i++) {
			rate[i].hits = b->rate[i].hits;
			rate[i].rows = b->rate[i].rows;
		}
		score_counts(b, to, b->counts);
		expect_rates(b, to, rate);
	}
	if (b->n > 0 && d->nbins > 1)
		finish_bins(d, b, sums, expected, g);
	finish_rates(sums, b, g);
}

/* Without slots: what was there before the block began. last: the window that ends it, NULL if it ended before. */
static void
finish_before(struct dispersion *d, struct dispersion_part *b, struct dispersion_sums *sums,
    const struct evidence_spec *before, const struct dispersion_part *last)
{
	struct evidence_count rate[EVIDENCE_RATES];
	uint32_t own[EVIDENCE_BINS_MAX];
	struct against to;
	size_t i;

	/* `before` is as of this window: the block's own earlier windows are in it. */
	for (i = 0; i < d->nbins; i++)
		own[i] = b->counts[i] - (last ? last->counts[i] : 0);
	for (i = 0; i < EVIDENCE_RATES; i++) {
		rate[i].hits = b->rate[i].hits - (last ? last->rate[i].hits : 0);
		rate[i].rows = b->rate[i].rows - (last ? last->rate[i].rows : 0);
	}
	if (!look_back(&to, before, own, rate, b->n > 0))
		return;
	score(&to);
	finish(d, b, 0, sums, &to);
}

static uint32_t
sum_clipped(uint64_t a, uint64_t b)
{
	return a + b < UINT32_MAX ? (uint32_t)(a + b) : UINT32_MAX;
}

static inline void
add_expected(int64_t *restrict to, const int64_t *restrict more, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		to[i] += more[i];
}

/* (a + b)^2 - a^2 for a rows of this hour before: all windows of an hour lean on the same rows before it. */
static int64_t
borrow(uint64_t before, uint64_t rows, double m)
{
	double r = (double)rows, more = r * (2 * (double)before + r);

	return evidence_fixed(evidence_at_most(more / m, SUM_MAX) * EVIDENCE_UNIT);
}

/* The block that is this window alone. Its arrays are the caller's, its counts are there. */
static inline void
fill_part(const struct dispersion *d, struct dispersion_part *one, const struct against *to,
    const struct evidence_sample *w, uint64_t n, uint64_t rows)
{
	size_t i, nbins = d->nbins;
	int64_t *expected = one->expected;

	one->n = n;
	one->rows = rows;
	for (i = 0; i < EVIDENCE_RATES; i++) {
		one->rate[i].hits = sum_clipped(w->rate[i].hits, 0);
		one->rate[i].rows = sum_clipped(w->rate[i].rows, 0);
	}
	if (!d->seasonal)
		return;
	for (i = 0; i < nbins; i++)
		expected[i] = evidence_fixed((double)n * to->side.p[i] * CELL_UNIT);
	score_counts(one, to, one->counts);
	expect_rates(one, to, w->rate);
}

static inline void
add_part(struct dispersion_part *b, const struct dispersion_part *more, size_t nbins)
{
	size_t i;

	if (nbins)
		evidence_add_counts(b->counts, more->counts, nbins);
	if (nbins && b->expected)
		add_expected(b->expected, more->expected, nbins);
	for (i = 0; i < EVIDENCE_RATES; i++) {
		b->rate[i].hits = sum_clipped(b->rate[i].hits, more->rate[i].hits);
		b->rate[i].rows = sum_clipped(b->rate[i].rows, more->rate[i].rows);
		b->rate[i].expected += more->rate[i].expected;
		b->rate[i].variance += more->rate[i].variance;
	}
	b->loc += more->loc;
	b->spr += more->spr;
	b->n += more->n;
	b->rows += more->rows;
}

/* What the shorter blocks hold that are open still. */
static void
add_open(const struct dispersion *d, size_t open, struct dispersion_part *to)
{
	for (; open > 0 && !d->block[open].whole; open = shorter[open])
		add_part(to, &d->part[shorter[open]], d->nbins);
}

void
dispersion_total(const struct dispersion *d, size_t open, struct dispersion_part *out)
{
	const struct dispersion_part *p = &d->part[open];
	uint32_t *counts = out->counts;
	int64_t *expected = out->expected;

	*out = *p;
	out->counts = p->counts ? memcpy(counts, p->counts, d->nbins * sizeof(*counts)) : NULL;
	out->expected = p->expected ? memcpy(expected, p->expected, d->nbins * sizeof(*expected)) : NULL;
	add_open(d, open, out);
}

bool
dispersion_resume(struct dispersion *d)
{
	bool fits = true;
	size_t l;

	for (l = 0; l < DISPERSION_OPEN; l++) {
		uint64_t before = d->block[shorter[l]].windows;

		d->block[l].whole = l > 0 && before > 0;
		if (l < OPEN_DAY)
			fits = fits && d->block[l].windows < lengths[l + 1] &&
			    (l == 0 || d->block[l].windows % lengths[l] == before);
	}
	return fits;
}

static void
next_hour(struct dispersion *d, int64_t hour)
{
	size_t l;

	if (d->begun && hour == d->hour)
		return;
	d->hour = hour;
	for (l = 0; l < DISPERSION_OPEN; l++)
		d->block[l].hour_rows = 0;
	memset(d->hour_rate, 0, sizeof(d->hour_rate));
	if (d->hour_counts)
		memset(d->hour_counts, 0, d->nbins * sizeof(*d->hour_counts));
}

static void
remember_hour(struct dispersion *d, const struct evidence_sample *w, const uint32_t *counts)
{
	size_t i;

	if (d->hour_counts)
		evidence_add_counts(d->hour_counts, counts, d->nbins);
	for (i = 0; i < EVIDENCE_RATES; i++) {
		d->hour_rate[i].hits += w->rate[i].hits;
		d->hour_rate[i].rows += w->rate[i].rows;
	}
}

/* A block that has ended goes into those that take their windows from it. */
static void
hand_up(struct dispersion *d, size_t ended)
{
	size_t l;

	for (l = ended + 1; l < DISPERSION_OPEN; l++) {
		if (shorter[l] != ended)
			continue;
		if (!d->block[l].whole)
			add_part(&d->part[l], &d->part[ended], d->nbins);
		d->block[l].whole = false;
	}
}

static void
end_block(struct dispersion *d, size_t open, const struct evidence_spec *before, const struct dispersion_part *last)
{
	struct dispersion_part *b = &d->part[open];
	struct dispersion_sums *sums = &d->sums[open + 1];

	if (d->seasonal)
		finish(d, b, d->block[open].borrowed, sums, NULL);
	else
		finish_before(d, b, sums, before, last);
	clear_block(d, open);
}

/* The blocks that this window belongs to, and those that end with it; first that which is the window alone. */
LANES static void
join_blocks(struct dispersion *d, const struct against *to, const struct evidence_spec *before,
    const struct evidence_sample *w, uint32_t *counts, uint64_t n, uint64_t rows)
{
	int64_t expected[EVIDENCE_BINS_MAX];
	struct dispersion_part one = {.counts = counts, .expected = d->seasonal ? expected : NULL}, alone;
	size_t l;

	fill_part(d, &one, to, w, n, rows);
	alone = one;
	finish(d, &alone, d->seasonal ? borrow(0, rows, to->m) : 0, &d->sums[0], to);
	for (l = 0; l < DISPERSION_OPEN; l++) {
		struct dispersion_block *b = &d->block[l];

		if (d->seasonal)
			b->borrowed += borrow(b->hour_rows, rows, to->m);
		b->hour_rows += rows;
		b->windows++;
		if (l == 0 || b->whole)
			add_part(&d->part[l], &one, d->nbins);
	}
	for (l = 0; l < OPEN_DAY && d->block[l].windows == lengths[l + 1]; l++) {
		hand_up(d, l); /* before it is held against anything, which fills it in */
		end_block(d, l, before, &one);
	}
}

void
dispersion_end_day(struct dispersion *d, const struct evidence_spec *before)
{
	if (d->block[OPEN_DAY].windows == 0)
		return;
	add_open(d, OPEN_DAY, &d->part[OPEN_DAY]);
	end_block(d, OPEN_DAY, before, NULL);
	/* What is open of the others is of the day that has ended. */
	d->block[OPEN_DAY].whole = d->block[shorter[OPEN_DAY]].windows > 0;
}

/* One window on its way into one layout. */
struct visit {
	struct dispersion *d;
	const struct evidence_spec *before;
	uint64_t n, rows;
	uint32_t counts[EVIDENCE_BINS_MAX];
	bool held; /* there is something to hold it against */
	struct against to;
};

static void
visit_begin(struct visit *v, struct dispersion *d, const struct evidence_spec *before,
    const struct evidence_sample *w, int64_t day, int64_t hour)
{
	size_t i, nbins = d->nbins;

	v->d = d;
	v->before = before;
	v->n = 0;
	v->held = false;
	for (i = 0; i < nbins; i++)
		v->n += w->counts[i];
	for (v->rows = v->n, i = 0; i < EVIDENCE_RATES; i++)
		v->rows = w->rate[i].rows > v->rows ? w->rate[i].rows : v->rows;
	if (v->rows == 0)
		return;
	if (d->begun && day != d->day)
		dispersion_end_day(d, before);
	next_hour(d, hour);
	evidence_narrow(w->counts, v->counts, nbins);
	d->first_day = d->begun ? d->first_day : day;
	d->begun = true;
	d->day = day;
	v->held = day != d->first_day &&
	    look_back(&v->to, before, d->hour_counts, d->seasonal ? d->hour_rate : NULL, v->n > 0);
}

/* With scores there. */
static void
visit_end(struct visit *v, const struct evidence_sample *w)
{
	if (v->rows == 0)
		return;
	if (v->held && v->d->seasonal)
		learn_directions(v->d, &v->to);
	if (v->held)
		join_blocks(v->d, &v->to, v->before, w, v->counts, v->n, v->n ? v->n : v->rows);
	remember_hour(v->d, w, v->counts);
}

void
dispersion_window(struct dispersion *d, const struct evidence_spec *before, const struct evidence_sample *w,
    int64_t day, int64_t hour)
{
	struct visit v;

	visit_begin(&v, d, before, w, day, hour);
	if (v.held)
		score(&v.to);
	visit_end(&v, w);
}

void
dispersion_window_two(struct dispersion *const *d, const struct evidence_spec *before, const struct evidence_sample *w,
    int64_t day, int64_t hour)
{
	struct visit a, b;

	visit_begin(&a, d[0], &before[0], w, day, hour);
	visit_begin(&b, d[1], &before[1], w, day, hour);
	if (a.held && b.held && before->positions && before->nbins > 1 &&
	    evidence_scores_two(&a.to.side, &b.to.side, before->positions, before->nbins)) {
		a.to.directions = b.to.directions = 2;
	} else {
		if (a.held)
			score(&a.to);
		if (b.held)
			score(&b.to);
	}
	visit_end(&a, w);
	visit_end(&b, w);
}

/*
 * The upper bound of a variance from the mean of k recursive residuals squared, whose sum is the sum of squares of
 * k + 1 blocks about their mean. Chi-square's lower point by Wilson and Hilferty's cube: at 8 degrees the 10 % point is
 * off by a thousandth, the 1 % point by less than four hundredths to the safe side.
 */
static double
bound(double mean, uint64_t k, double point)
{
	double blocks = (double)k + 1, spread = 2 / (9 * blocks), root = 1 - spread - point * sqrt(spread);

	mean *= (double)k / blocks;
	return mean > 1 ? mean / (root * root * root) : 1;
}

static double
mean_of(uint64_t sum, uint64_t k)
{
	return (double)sum / EVIDENCE_UNIT / (double)k;
}

/* Natural variability mostly lies in one direction, where the mean over all of them is too low: then the sum varies
 * more than its mean tells (Satterthwaite's scale). */
static double
shape_of(const struct dispersion_sums *s)
{
	double k = (double)s->cells_blocks, mean = mean_of(s->cells, s->cells_blocks);
	double square = (double)s->cells_square / (EVIDENCE_UNIT * EVIDENCE_UNIT) / k;
	double scale = mean > 0 ? (double)s->dof / k * fmax(0, square - mean * mean) / (2 * mean) : 0;

	return fmax(mean, scale > SCALE_FROM ? scale : 0);
}

/* Location by blocks of a length, without the bound. */
static double
guess(const struct dispersion_sums *s)
{
	double k = (double)s->blocks;

	return k > 0 ? evidence_at_least(mean_of(s->loc, s->blocks) * k / (k + 1), 1) : 1;
}

/*
 * A variance that goes on growing with the length is that of blocks that hang together: they tell no more than so many
 * times fewer would that do not. (Squares hang together less than what they are squares of.)
 */
static void
estimate_segment(const struct dispersion *d, struct evidence_phi *out)
{
	double before = guess(&d->sums[BEFORE_SEGMENT]), after = guess(&d->sums[AFTER_SEGMENT]), most, blocks;
	size_t l;

	if (d->sums[AFTER_SEGMENT].blocks < SEGMENT_MIN)
		return;
	out->segment = lngamma_exp((1 - SEGMENT_AT) * lngamma_log(before) + SEGMENT_AT * lngamma_log(after));
	out->segment = most = evidence_at_least(out->segment, 1);
	for (l = 0; l < DISPERSION_LENGTHS; l++) {
		if (d->sums[l].blocks >= DISPERSION_MIN)
			most = evidence_at_least(guess(&d->sums[l]), most);
	}
	blocks = ((double)d->sums[AFTER_SEGMENT].blocks + 1) * out->segment / most;
	if (blocks >= SEGMENT_MIN && out->loc >= SEGMENT_LESS * out->segment)
		out->segment_blocks = blocks;
	else
		out->segment = 1;
}

void
dispersion_estimate(const struct dispersion *d, struct evidence_phi *out)
{
	size_t l, r;

	*out = evidence_phi_none;
	for (l = 0; l < DISPERSION_LENGTHS; l++) {
		const struct dispersion_sums *s = &d->sums[l];

		if (s->blocks >= DISPERSION_MIN) {
			out->loc = fmax(out->loc, bound(mean_of(s->loc, s->blocks), s->blocks, NORMAL_10));
			out->spr = fmax(out->spr, bound(mean_of(s->spr, s->blocks), s->blocks, NORMAL_10));
		}
		if (s->cells_blocks >= DISPERSION_MIN)
			out->shape = fmax(out->shape, bound(shape_of(s), s->cells_blocks, NORMAL_10));
		for (r = 0; r < EVIDENCE_RATES; r++) {
			uint64_t k = s->rate[r].blocks;

			if (k >= DISPERSION_MIN)
				out->rate[r] = fmax(out->rate[r], bound(mean_of(s->rate[r].ratio, k), k, NORMAL_1));
		}
	}
	estimate_segment(d, out);
}
