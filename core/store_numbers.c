/*
 * Numbers are not counted one by one: each feature holds a few dozen of them back, and counts those in one go. What a
 * feature's counting needs is then fetched once for many values, and values do not wait for one another. All state is
 * integer, so it does not matter when a value is added, only that it is added to its own pane, and before anyone reads.
 */
#include "core/mem.h"
#include "core/store_impl.h"

/* Seldom: bins of single values, and the outermost ones, where alone a value may lie out of range. */
static void
count_odd(const struct feature *f, uint32_t *cells, size_t bin, double x)
{
	if (numbins_is_out_of_range(f->bins, x))
		cells[f->nbins + EXTRA_RANGE]++;
	if (numbins_is_unseen(f->bins, bin, x))
		cells[f->nbins + EXTRA_UNSEEN]++;
}

/* Squares of up to so many units add up to less than 2^64, as many as are held. */
#define NEAR_UNITS 0x1p29

static void
count_far(const struct feature *f, uint32_t *cells, struct moments *mo, double x)
{
	bool clipped = false;
	int64_t units = numbins_fixed(f->bins, x, &clipped);

	mo->sum += units;
	mo->sumsq += numbins_square(units);
	if (clipped)
		cells[f->nbins + EXTRA_CLIPPED]++;
}

static void
count_moments(const struct feature *f, const struct delta_held *held, struct delta_pane *p)
{
	struct moments *mo = &p->moments[f->binned];
	uint64_t squares = 0;
	int64_t sum = 0;
	unsigned i;

	for (i = 0; i < held->n; i++) {
		double units = numbins_units(f->bins, held->x[i]);
		int64_t whole;

		if (!(fabs(units) <= NEAR_UNITS)) {
			count_far(f, p->cells + f->first, mo, held->x[i]);
			continue;
		}
		whole = numbins_round(units);
		sum += whole;
		squares += numbins_square(whole);
	}
	mo->sum += sum;
	mo->sumsq += squares;
}

static void
count_places(const struct feature *f, struct delta_feature *df, const struct delta_held *held, struct delta_pane *p)
{
	const struct numbins *b = f->bins;
	uint32_t *cells = p->cells + f->first, *counter;
	size_t plain = b->single ? 0 : (size_t)b->nedges - 1; /* bins 1..plain hold nothing odd */
	struct loghist *h = &df->hist;
	double least = df->min, most = df->max;
	unsigned i, n = held->n, middle = 0, slow = 0;
	uint64_t used = 0;

	for (i = 0; i < n; i++) {
		double x = held->x[i];
		unsigned slot = loghist_slot(h, x);
		size_t bin = numbins_bin_at(b, slot, x);

		cells[bin]++;
		if (bin - 1 >= plain)
			count_odd(f, cells, bin, x);
		least = x < least ? x : least;
		most = x > most ? x : most;
		if (slot == LOGHIST_SLOTS) {
			middle++;
		} else if ((counter = loghist_counter(h, slot))) {
			(*counter)++;
			used |= UINT64_C(1) << (slot >> 5);
		} else {
			loghist_add_slow(h, slot, NULL);
			slow++;
		}
	}
	h->used |= used;
	h->middle += middle;
	h->n += n - slow;
	df->min = least;
	df->max = most;
}

static void
count_held(const struct feature *f, struct delta_feature *df, struct delta_held *held, struct delta_pane *p)
{
	count_moments(f, held, p);
	count_places(f, df, held, p);
	held->n = 0;
}

void
store_numbers_full(const struct model *m, struct delta_model *md, const struct delta_lane *lane, uint32_t fid)
{
	count_held(&m->features[fid], &md->features[fid], &lane->held[fid], lane->pane);
}

void
store_numbers_settle_lane(const struct model *m, struct delta_model *md, struct delta_lane *lane)
{
	size_t i;

	for (i = 0; i < lane->nholding; i++) {
		uint32_t fid = lane->holding[i];
		struct delta_held *held = &lane->held[fid];

		held->listed = false;
		if (held->n)
			count_held(&m->features[fid], &md->features[fid], held, lane->pane);
	}
	lane->nholding = 0;
	lane->pane = NULL;
}

void
store_numbers_settle(const struct model *m, struct delta_model *md)
{
	int i;

	for (i = 0; i < DELTA_LANES; i++)
		store_numbers_settle_lane(m, md, &md->lanes[i]);
}
