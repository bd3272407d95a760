#include "core/figures_versions.h"

#include <math.h>

#include "core/store_impl.h"

static double
share(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : NAN;
}

/* ---- stable and canary ------------------------------------------------------------------------- */

static double
pane_value(const struct pane *p, enum pair_series what)
{
	switch (what) {
	case PAIR_ERRORS:
		return share(p->tally.errors, p->tally.events);
	case PAIR_P50:
		return pane_latency_quantile(p, 0.5);
	case PAIR_P90:
		return pane_latency_quantile(p, 0.9);
	case PAIR_P99:
		return pane_latency_quantile(p, 0.99);
	case PAIR_SHARE:
	case PAIR_SERIES:
		break;
	}
	return NAN;
}

/* Of a pane that the two were compared in from its beginning on: of an earlier one only a part of it was counted. */
static double
pane_share(const struct versus *v, const struct ring *all, const struct pane *p, int64_t index)
{
	const struct pane *of = ring_find(all, index);

	if (!of || index * all->pane_ms < v->from_pane * PANE_MS)
		return NAN;
	return share(p ? p->tally.events : 0, of->tally.events);
}

size_t
figures_pair_series(const struct store *s, size_t model, bool canary, enum pair_series what, enum window w,
    double *out, size_t cap)
{
	const struct model *m = store_model(s, model);
	bool fine = w == WINDOW_5M;
	const struct ring *all = &m->rings[fine ? RING_5M : RING_1H], *r;
	size_t n = (size_t)all->size < cap ? (size_t)all->size : cap, i;

	if (!m->versus)
		return 0;
	r = &m->versus->sides[versus_side(m->versus, canary ? m->canary : m->stable)]
		 .rings[fine ? VERSUS_5M : VERSUS_1H];
	for (i = 0; i < n; i++) {
		int64_t index = all->newest - (int64_t)(n - 1 - i);
		const struct pane *p = all->newest == PANE_NEVER ? NULL : ring_find(r, index);

		out[i] = NAN;
		if (what == PAIR_SHARE && all->newest != PANE_NEVER)
			out[i] = pane_share(m->versus, all, p, index);
		else if (p)
			out[i] = pane_value(p, what);
	}
	return n;
}

/* ---- all versions ------------------------------------------------------------------------------ */

/* Events of a version in a slot of five minutes; those older than an hour before the newest are no longer there. */
static uint64_t
slot_events(const struct model *m, const struct version *v, int64_t slot)
{
	int64_t at = slot % VERSION_SLOTS;

	if (slot > m->version_slot || slot <= m->version_slot - VERSION_SLOTS)
		return 0;
	return v->slots[at < 0 ? at + VERSION_SLOTS : at];
}

double
figures_version_hour(const struct store *s, size_t model, size_t version, double *out)
{
	const struct model *m = store_model(s, model);
	unsigned place = figures_nth_newest(m, version), k;
	int64_t newest = pane_floor(m->now_ms == INT64_MIN ? m->newest_ms : m->now_ms, EVALWIN_MS);
	uint64_t own = 0, whole = 0;
	int i;

	for (i = 0; i < VERSION_HOUR_POINTS; i++) {
		int64_t slot = newest - (VERSION_HOUR_POINTS - 1 - i);
		uint64_t mine = 0, all = 0;

		for (k = 0; k < m->nversions && m->version_slot != INT64_MIN; k++) {
			uint64_t n = slot_events(m, &m->versions[k], slot);

			all += n;
			mine += k == place ? n : 0;
		}
		out[i] = share(mine, all);
		own += mine;
		whole += all;
	}
	return share(own, whole);
}
