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

static void
count_far(const struct feature *f, const double *x, unsigned n, uint32_t *cells, struct moments *mo)
{
	unsigned i;

	for (i = 0; i < n; i++) {
		bool clipped = false;
		int64_t units = numbins_fixed(f->bins, x[i], &clipped);

		mo->sum += units;
		mo->sumsq += numbins_square(units);
		cells[f->nbins + EXTRA_CLIPPED] += clipped;
	}
}

/*
 * Sums of whole numbers are exact in doubles up to 2^53, in any order, and a sum of squares is no less than each of
 * them. So where that stays below, as it does within thousands of standard deviations, nothing was rounded or clipped.
 */
static void
count_moments(const struct feature *f, double *x, unsigned n, struct delta_pane *p)
{
	struct moments *mo = &p->moments[f->binned];
	struct numbins_sums sums = numbins_add(f->bins, x, n);

	if (!(sums.squares <= 0x1p53)) {
		count_far(f, x, n, p->cells + f->first, mo);
		return;
	}
	mo->sum += (int64_t)sums.units;
	mo->sumsq += (wide_uint)(int64_t)sums.squares;
}

/* Octaves to count in where a counter might come to its end: none, so that each value goes the slow way. */
static uint32_t *const no_octave[2 * LOGHIST_OCTAVES];

static void
count_places(const struct feature *f, struct delta_feature *df, const double *held, unsigned n, struct delta_pane *p)
{
	const struct numbins *b = f->bins;
	uint32_t *cells = p->cells + f->first, *counters;
	size_t plain = b->single ? 0 : (size_t)b->nedges - 1; /* bins 1..plain hold nothing odd */
	struct loghist *h = &df->hist;
	uint32_t *const *octaves = !h->octave || h->n > UINT32_MAX - DELTA_HELD ? no_octave : h->octave;
	double least = df->min, most = df->max;
	unsigned i, middle = 0, slow = 0;
	uint64_t used = 0;

	for (i = 0; i < n; i++) {
		double x = held[i];
		unsigned slot = loghist_slot(h, x);
		size_t bin = numbins_bin_at(b, slot, x);

		cells[bin]++;
		if (bin - 1 >= plain)
			count_odd(f, cells, bin, x);
		least = x < least ? x : least;
		most = x > most ? x : most;
		if (slot == LOGHIST_SLOTS) {
			middle++;
		} else if ((counters = octaves[slot >> 5])) {
			counters[slot & 31]++;
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
count_held(const struct model *m, struct delta_model *md, const struct delta_lane *lane, uint32_t fid)
{
	const struct feature *f = &m->features[fid];
	double *x = lane->held[fid].x;
	unsigned n = lane->nheld[fid] - 1u;

	count_moments(f, x, n, lane->pane);
	count_places(f, &md->features[fid], x, n, lane->pane);
}

void
store_numbers_full(const struct model *m, struct delta_model *md, const struct delta_lane *lane, uint32_t fid)
{
	count_held(m, md, lane, fid);
	lane->nheld[fid] = 1;
}

void
store_numbers_settle_lane(const struct model *m, struct delta_model *md, struct delta_lane *lane)
{
	size_t i;

	for (i = 0; i < lane->nholding; i++) {
		count_held(m, md, lane, lane->holding[i]);
		lane->nheld[lane->holding[i]] = 0;
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
