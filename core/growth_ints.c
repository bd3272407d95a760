/*
 * A column that grows as integers: one walk over them, which counts, writes or reads, so that the three
 * cannot differ.
 */
#include "core/growth.h"

#include <string.h>

#include "core/mem.h"

enum mode { COUNT, WRITE, READ };

struct walk {
	enum mode mode;
	int64_t *out;
	const int64_t *in;
	size_t n, at;
	int rc;
	struct err *err;
};

static bool
has_room(struct walk *w, size_t n)
{
	if (w->rc)
		return false;
	if (w->mode == READ && w->n - w->at < n) {
		w->rc = err_set(w->err, ERR_FORMAT, "a growing column ends early");
		return false;
	}
	return true;
}

/* One integer; returns it as it is now. */
static int64_t
step(struct walk *w, int64_t value)
{
	if (!has_room(w, 1))
		return value;
	if (w->mode == WRITE)
		w->out[w->at] = value;
	if (w->mode == READ)
		value = w->in[w->at];
	w->at++;
	return value;
}

static void
step_u64(struct walk *w, uint64_t *value)
{
	*value = (uint64_t)step(w, (int64_t)*value);
}

/* Within 0..max, or the file is none. */
static uint64_t
step_small(struct walk *w, uint64_t value, uint64_t max)
{
	uint64_t is = (uint64_t)step(w, (int64_t)value);

	if (is <= max)
		return is;
	if (!w->rc)
		w->rc = err_set(w->err, ERR_FORMAT, "a growing column has a number out of range");
	return value;
}

static void
step_double(struct walk *w, double *value)
{
	int64_t bits;

	memcpy(&bits, value, sizeof(bits));
	bits = step(w, bits);
	memcpy(value, &bits, sizeof(bits));
}

/* In order of slots: how wide counts are kept, and in which order, does not matter. */
static void
walk_slot(struct walk *w, struct growth_column *g, unsigned slot)
{
	uint64_t counts[EVIDENCE_BINS_MAX] = {0};
	size_t i, at;

	if (!step_small(w, g->place[slot] != 0, 1) || !has_room(w, w->mode == READ ? g->nbins : 0))
		return;
	if (w->mode != READ)
		packed_get(&g->slots, (g->place[slot] - 1u) * g->nbins, counts, g->nbins);
	for (i = 0; i < g->nbins; i++)
		counts[i] = step_small(w, counts[i], UINT32_MAX);
	if (w->mode != READ || w->rc)
		return;
	w->rc = growth_slot_room(g, slot, counts, w->err);
	if (w->rc)
		return;
	at = (g->place[slot] - 1u) * g->nbins;
	packed_add(&g->slots, at, counts, g->nbins);
}

static void
read_dispersion(struct walk *w, struct growth_column *g, int layout, size_t n)
{
	struct dispersion *d = g->dispersion[layout];

	if (!d) {
		d = mem_calloc(1, sizeof(*d));
		w->rc = d ? dispersion_init(d, g->nbins, layout > 0, w->err) : err_nomem(w->err);
		if (w->rc) {
			mem_free(d);
			return;
		}
		g->dispersion[layout] = d;
	}
	w->rc = dispersion_decode(d, w->in + w->at, n, w->err);
}

static void
walk_dispersion(struct walk *w, struct growth_column *g, int layout)
{
	size_t n = dispersion_ints(g->nbins, layout > 0);

	if (!step_small(w, g->dispersion[layout] != NULL, 1) || !has_room(w, n))
		return;
	if (w->mode == WRITE)
		dispersion_encode(g->dispersion[layout], w->out + w->at);
	if (w->mode == READ)
		read_dispersion(w, g, layout, n);
	w->at += n;
}

static void
walk(struct walk *w, struct growth_column *g)
{
	uint64_t high = (uint64_t)(g->moments.sumsq >> 64), low = (uint64_t)g->moments.sumsq;
	size_t i;

	step_u64(w, &g->rows);
	step_u64(w, &g->values);
	for (i = 0; i < EVIDENCE_RATES; i++) {
		step_u64(w, &g->rate[i].hits);
		step_u64(w, &g->rate[i].rows);
	}
	g->days = (uint32_t)step_small(w, g->days, UINT32_MAX);
	g->last_day = step(w, g->last_day);
	for (i = 0; i < FROZEN_SLOTS; i++) {
		g->slot_days[i] = (uint16_t)step_small(w, g->slot_days[i], UINT16_MAX);
	}
	g->hours = (uint32_t)step_small(w, g->hours, (UINT32_C(1) << FROZEN_HOURS) - 1);
	g->moments.sum = step(w, g->moments.sum);
	step_u64(w, &high);
	step_u64(w, &low);
	g->moments.sumsq = (wide_uint)high << 64 | low;
	step_u64(w, &g->clipped);
	step_double(w, &g->min);
	step_double(w, &g->max);
	g->stage = (enum growth_stage)step_small(w, g->stage, GROWTH_WEEKLY);
	g->ended = step_small(w, g->ended, 1);
	if (g->ended)
		return;
	for (i = 0; i < g->nbins; i++)
		step_u64(w, &g->counts[i]);
	for (i = 0; i < g->ncells; i++)
		step_u64(w, &g->cells[i]);
	for (i = 0; i < FROZEN_SLOTS; i++)
		walk_slot(w, g, (unsigned)i);
	for (i = 0; i < GROWTH_LAYOUTS; i++)
		walk_dispersion(w, g, (int)i);
}

size_t
growth_column_ints(const struct growth_column *g)
{
	struct growth_column copy = *g; /* counting writes back what is there */
	struct walk w = {.mode = COUNT};

	walk(&w, &copy);
	return w.at;
}

void
growth_column_encode(const struct growth_column *g, int64_t *out)
{
	struct growth_column copy = *g;
	struct walk w = {.mode = WRITE, .out = out};

	walk(&w, &copy);
}

int
growth_column_decode(struct growth_column *g, const int64_t *in, size_t n, struct err *err)
{
	struct walk w = {.mode = READ, .in = in, .n = n, .err = err};
	size_t nbins = g->nbins, ncells = g->ncells;

	walk(&w, g);
	if (!w.rc && w.at != n)
		w.rc = err_set(err, ERR_FORMAT, "a growing column is longer than it should be");
	if (!w.rc)
		return 0;
	growth_column_release(g);
	return growth_column_init(g, nbins, ncells, NULL) ? ERR_NOMEM : w.rc;
}
