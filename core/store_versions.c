/*
 * Versions of a model, from deltas: their totals, which of them have traffic, and, while several do, which two are
 * compared.
 *
 * Roles are decided where a pane is the first of a slot of five minutes, and where a version has its first event in an
 * hour; what was read before has been merged by then (store_versions_turn), so they are a function of the order of
 * events and not of how it was cut into deltas. A comparison begins with the first pane that can have all its rows:
 * so the order of events inside a pane does not matter.
 */
#include "core/mem.h"
#include "core/store_impl.h"

/* A stable version stays it until another has a quarter more: two of equal weight do not change places at each look. */
#define LEAD_NUM 5
#define LEAD_DEN 4

/* ---- places ---------------------------------------------------------------------------------- */

static bool
is_in_delta(const struct delta_model *md, struct slice name)
{
	unsigned i;

	for (i = 0; i < md->nversions; i++)
		if (md->versions[i].used && slice_eq(md->versions[i].name, name))
			return true;
	return false;
}

/* The place of the one seen least recently, which has no part in this delta. */
static unsigned
place_oldest(const struct model *m, const struct delta_model *md)
{
	unsigned oldest = VERSION_NONE, i;

	for (i = 0; i < m->nversions; i++) {
		if (is_in_delta(md, m->versions[i].name))
			continue;
		if (oldest == VERSION_NONE || m->versions[i].last_ms < m->versions[oldest].last_ms)
			oldest = i;
	}
	return oldest;
}

static int
place_make(struct model *m, const struct delta_model *md, struct slice name, unsigned *place, struct err *err)
{
	char *text = mem_dup(name.p, name.n);
	uint64_t *latency = mem_calloc(LATENCY_BUCKETS, sizeof(*latency));
	struct version *v;

	if (!text || !latency) {
		mem_free(text);
		mem_free(latency);
		return err_nomem(err);
	}
	*place = m->nversions < LIMIT_VERSIONS ? m->nversions++ : place_oldest(m, md);
	if (m->versus && versus_side(m->versus, *place) >= 0)
		model_drop_versus(m);
	if (m->stable == *place)
		m->stable = VERSION_NONE;
	v = &m->versions[*place];
	mem_free(v->text);
	mem_free(v->latency);
	memset(v, 0, sizeof(*v));
	v->text = text;
	v->latency = latency;
	v->name = slice_make(text, name.n);
	v->first_ms = INT64_MAX;
	v->last_ms = INT64_MIN;
	return 0;
}

int
store_versions_prepare(struct model *m, const struct delta_model *md, struct err *err)
{
	unsigned i;
	int rc;

	for (i = 0; i < md->nversions; i++) {
		if (!md->versions[i].used)
			continue;
		m->version_of[i] = model_version(m, md->versions[i].name);
		if (m->version_of[i] != VERSION_NONE)
			continue;
		rc = place_make(m, md, md->versions[i].name, &m->version_of[i], err);
		if (rc)
			return rc;
	}
	return 0;
}

/* ---- traffic --------------------------------------------------------------------------------- */

static uint64_t *
recent_at(struct version *v, int64_t slot)
{
	int64_t at = slot % VERSION_SLOTS;

	return &v->slots[at < 0 ? at + VERSION_SLOTS : at];
}

/* The hour moves on: what is older than it is no longer recent. */
static void
move_hour(struct model *m, int64_t slot)
{
	int64_t from = m->version_slot == INT64_MIN || slot - m->version_slot > VERSION_SLOTS
			   ? slot - VERSION_SLOTS
			   : m->version_slot;
	unsigned i;

	m->version_slot = slot;
	for (i = 0; i < m->nversions; i++) {
		struct version *v = &m->versions[i];
		bool was = v->recent > 0;
		int64_t k;

		for (k = from + 1; k <= slot; k++) {
			v->recent -= *recent_at(v, k);
			*recent_at(v, k) = 0;
		}
		if (was && !v->recent)
			v->ended_ms = v->last_ms;
	}
}

bool
store_versions_turn(const struct model *m, const struct delta_model *md, struct slice version, int64_t slot)
{
	unsigned i, others = 0;
	int64_t newest = m->version_slot;

	for (i = 0; i < m->nversions; i++)
		others += m->versions[i].recent > 0 && !slice_eq(m->versions[i].name, version);
	for (i = 0; i < md->nversions; i++)
		others += md->versions[i].used && !slice_eq(md->versions[i].name, version);
	if (!others)
		return false;
	for (i = 0; i < md->npanes; i++) {
		int64_t at = pane_floor(md->panes[i]->index, EVALWIN_PANES);

		newest = md->panes[i]->tally.events && at > newest ? at : newest;
	}
	return slot > newest && md->npanes > 0;
}

/* ---- roles ----------------------------------------------------------------------------------- */

/* Of two equal ones the one seen first, then the smaller name. */
static bool
is_older(const struct version *a, const struct version *b)
{
	return a->first_ms != b->first_ms ? a->first_ms < b->first_ms : slice_cmp(a->name, b->name) < 0;
}

static unsigned
find_stable(const struct model *m)
{
	unsigned best = VERSION_NONE, i;

	for (i = 0; i < m->nversions; i++) {
		const struct version *v = &m->versions[i], *top = &m->versions[best == VERSION_NONE ? 0 : best];

		if (!v->recent)
			continue;
		if (best == VERSION_NONE || v->recent > top->recent ||
		    (v->recent == top->recent && is_older(v, top)))
			best = i;
	}
	if (best == VERSION_NONE || m->stable == VERSION_NONE || !m->versions[m->stable].recent)
		return best;
	return m->versions[best].recent * LEAD_DEN >= m->versions[m->stable].recent * LEAD_NUM ? best : m->stable;
}

static unsigned
find_canary(const struct model *m, unsigned stable)
{
	unsigned best = VERSION_NONE, i;

	for (i = 0; i < m->nversions; i++) {
		if (i == stable || !m->versions[i].recent)
			continue;
		if (best == VERSION_NONE || is_older(&m->versions[best], &m->versions[i]))
			best = i;
	}
	return best;
}

/* from_pane: of a comparison that begins now. Without memory for one there is none until the next look. */
static void
decide(struct model *m, int64_t from_pane)
{
	unsigned pair[VERSUS_SIDES];

	m->stable = find_stable(m);
	m->canary = m->stable == VERSION_NONE ? VERSION_NONE : find_canary(m, m->stable);
	if (m->canary == VERSION_NONE) {
		model_drop_versus(m);
		return;
	}
	if (m->versus && versus_side(m->versus, m->stable) >= 0 && versus_side(m->versus, m->canary) >= 0)
		return;
	model_drop_versus(m);
	pair[0] = m->stable;
	pair[1] = m->canary;
	(void)versus_new(&m->versus, pair, from_pane, m->baseline, NULL);
}

/* ---- panes ----------------------------------------------------------------------------------- */

void
store_versions_begin(struct model *m, const struct delta_model *md)
{
	unsigned i;

	for (i = 0; i < md->nversions; i++) {
		const struct delta_version *from = &md->versions[i];
		struct version *to;

		if (!from->used)
			continue;
		to = &m->versions[m->version_of[i]];
		to->first_ms = from->first_ms < to->first_ms ? from->first_ms : to->first_ms;
		to->last_ms = from->last_ms > to->last_ms ? from->last_ms : to->last_ms;
	}
}

static void
count_events(struct model *m, unsigned place, const struct delta_pane *p)
{
	struct version *v = &m->versions[place];
	int64_t slot = pane_floor(p->index, EVALWIN_PANES);
	size_t b;
	bool was;

	if (m->version_slot == INT64_MIN || slot > m->version_slot) {
		move_hour(m, slot);
		decide(m, m->version_pane + 1);
	}
	v->events += p->tally.events;
	v->errors += p->tally.errors;
	for (b = p->latency_from; b < p->latency_to; b++)
		v->latency[b] += p->latency[b];
	m->version_pane = p->index > m->version_pane ? p->index : m->version_pane;
	if (slot <= m->version_slot - VERSION_SLOTS)
		return;
	was = v->recent > 0;
	v->recent += p->tally.events;
	*recent_at(v, slot) += p->tally.events;
	if (was)
		return;
	v->ended_ms = 0;
	decide(m, m->version_pane + 1);
}

void
store_versions_pane(struct model *m, const struct delta_pane *p)
{
	unsigned place = m->version_of[p->version];
	int side;

	if (p->tally.events)
		count_events(m, place, p);
	if (!m->versus || p->index < m->versus->from_pane)
		return;
	side = versus_side(m->versus, place);
	if (side >= 0 && versus_add(m->versus, side, p, NULL))
		model_drop_versus(m);
}
