/* Over-dispersion in the making as a list of integers, and back. */
#include "core/dispersion.h"

#include <string.h>

#define HEAD_INTS  9
#define SUM_INTS   (8 + 2 * EVIDENCE_RATES)
#define BLOCK_INTS (7 + 4 * EVIDENCE_RATES)
#define LOW_BITS   62 /* of a wide sum: two parts that stay positive */

size_t
dispersion_ints(size_t nbins, bool seasonal)
{
	return HEAD_INTS + DISPERSION_LENGTHS * SUM_INTS + DISPERSION_OPEN * (BLOCK_INTS + nbins * (seasonal ? 2 : 1)) +
	    2 * (size_t)EVIDENCE_RATES + (seasonal ? nbins : 0);
}

/* One list of places serves both ways, so that they cannot differ: each place is given out, or filled. */
struct pass {
	int64_t *out;
	const int64_t *in;
	bool ok;
};

static void
pass_signed(struct pass *p, int64_t *x)
{
	if (p->out)
		*p->out++ = *x;
	else
		*x = *p->in++;
}

/* Anything that counts: a negative one is no state. */
static void
pass_count(struct pass *p, uint64_t *x)
{
	int64_t i = (int64_t)*x;

	pass_signed(p, &i);
	p->ok = p->ok && i >= 0;
	*x = (uint64_t)i;
}

static void
pass_small(struct pass *p, uint32_t *x)
{
	int64_t i = *x;

	pass_signed(p, &i);
	p->ok = p->ok && i >= 0 && i <= UINT32_MAX;
	*x = (uint32_t)i;
}

static void
pass_bool(struct pass *p, bool *x)
{
	int64_t i = *x;

	pass_signed(p, &i);
	p->ok = p->ok && (i == 0 || i == 1);
	*x = i != 0;
}

static void
pass_wide(struct pass *p, wide_uint *x)
{
	uint64_t low = (uint64_t)(*x & (((wide_uint)1 << LOW_BITS) - 1)), high = (uint64_t)(*x >> LOW_BITS);

	pass_count(p, &low);
	pass_count(p, &high);
	*x = (wide_uint)high << LOW_BITS | low;
}

static void
pass_sums(struct pass *p, struct dispersion_sums *s)
{
	size_t r;

	pass_count(p, &s->blocks);
	pass_count(p, &s->loc);
	pass_count(p, &s->spr);
	pass_count(p, &s->cells_blocks);
	pass_count(p, &s->dof);
	pass_count(p, &s->cells);
	pass_wide(p, &s->cells_square);
	for (r = 0; r < EVIDENCE_RATES; r++) {
		pass_count(p, &s->rate[r].blocks);
		pass_count(p, &s->rate[r].ratio);
	}
}

static void
pass_block(struct pass *p, struct dispersion_block *block, struct dispersion_part *b, size_t nbins)
{
	size_t r, i;

	pass_count(p, &block->windows);
	pass_count(p, &b->n);
	pass_count(p, &b->rows);
	pass_count(p, &block->hour_rows);
	pass_signed(p, &block->borrowed);
	pass_signed(p, &b->loc);
	pass_signed(p, &b->spr);
	for (r = 0; r < EVIDENCE_RATES; r++) {
		pass_small(p, &b->rate[r].hits);
		pass_small(p, &b->rate[r].rows);
		pass_signed(p, &b->rate[r].expected);
		pass_signed(p, &b->rate[r].variance);
	}
	for (i = 0; i < nbins; i++)
		pass_small(p, &b->counts[i]);
	for (i = 0; i < nbins && b->expected; i++)
		pass_signed(p, &b->expected[i]);
}

/* Sums as they would be had each window been added to each block. */
static void
give_block(struct pass *p, const struct dispersion *d, size_t open)
{
	uint32_t counts[EVIDENCE_BINS_MAX];
	int64_t expected[EVIDENCE_BINS_MAX];
	struct dispersion_part whole = {.counts = counts, .expected = expected};
	struct dispersion_block same = d->block[open];

	dispersion_total(d, open, &whole);
	pass_block(p, &same, &whole, d->nbins);
}

static void
pass_all(struct pass *p, struct dispersion *d)
{
	uint64_t nbins = d->nbins, per_square = (uint64_t)d->per_square;
	bool seasonal = d->seasonal;
	size_t l, r, i;

	pass_count(p, &nbins);
	pass_bool(p, &seasonal);
	p->ok = p->ok && nbins == d->nbins && seasonal == d->seasonal;
	pass_bool(p, &d->begun);
	pass_bool(p, &d->ordered);
	pass_bool(p, &d->has_spread);
	pass_signed(p, &d->first_day);
	pass_signed(p, &d->day);
	pass_signed(p, &d->hour);
	pass_count(p, &per_square);
	d->per_square = (int64_t)per_square;
	for (l = 0; l < DISPERSION_LENGTHS; l++) {
		pass_sums(p, &d->sums[l]);
		if (l > 0 && p->out)
			give_block(p, d, l - 1);
		else if (l > 0)
			pass_block(p, &d->block[l - 1], &d->part[l - 1], d->nbins);
	}
	for (r = 0; r < EVIDENCE_RATES; r++) {
		pass_count(p, &d->hour_rate[r].hits);
		pass_count(p, &d->hour_rate[r].rows);
	}
	for (i = 0; i < d->nbins && d->hour_counts; i++)
		pass_small(p, &d->hour_counts[i]);
}

void
dispersion_encode(const struct dispersion *d, int64_t *out)
{
	struct dispersion same = *d; /* its arrays are the original's, which giving out leaves as they are */
	struct pass p = {out, NULL, true};

	pass_all(&p, &same);
}

int
dispersion_decode(struct dispersion *d, const int64_t *in, size_t n, struct err *err)
{
	struct pass p = {NULL, in, true};

	if (n == dispersion_ints(d->nbins, d->seasonal))
		pass_all(&p, d);
	if (p.in == in + n && p.ok && dispersion_resume(d))
		return 0;
	dispersion_clear(d);
	return err_set(err, ERR_FORMAT, "over-dispersion: not a state of %zu bins", d->nbins);
}
