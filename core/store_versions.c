/*
 * Versions of a model, from deltas: their totals, which of them have traffic, and, while several do, which two are
 * compared.
 *
 * Stable is the version with most events of the last hour, canary the newest other one. Where two or more have had
 * events in the last ten minutes it is between these: what was replaced half an hour ago is not what a canary is held
 * against, though it may have most events of the hour yet. And where a canary has just been taken back, its hour is
 * looked at to its end.
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

static size_t
slot_place(int64_t slot)
{
	int64_t at = slot % VERSION_SLOTS;

	return (size_t)(at < 0 ? at + VERSION_SLOTS : at);
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
			v->recent -= v->slots[slot_place(k)];
			v->slots[slot_place(k)] = 0;
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

/* Events of the hour but for the slot that goes on: how much of a pane has been read by now must not matter. */
static uint64_t
votes(const struct model *m, unsigned place)
{
	const struct version *v = &m->versions[place];

	return v->recent - v->slots[slot_place(m->version_slot)];
}

/* It has had events in one of the two whole slots before this one, or has just come. */
static bool
is_lively(const struct model *m, unsigned place, unsigned arriving)
{
	const struct version *v = &m->versions[place];

	return place == arriving ||
	       v->slots[slot_place(m->version_slot - 1)] + v->slots[slot_place(m->version_slot - 2)] > 0;
}

/* Who may have a role: all with events in the hour, or those that are lively, where there are two. */
struct electorate {
	bool lively;
	unsigned arriving;
};

static bool
may_have_role(const struct model *m, unsigned place, const struct electorate *e)
{
	return m->versions[place].recent && (!e->lively || is_lively(m, place, e->arriving));
}

static unsigned
lively_count(const struct model *m, unsigned arriving)
{
	unsigned n = 0, i;

	for (i = 0; i < m->nversions; i++)
		n += m->versions[i].recent && is_lively(m, i, arriving);
	return n;
}

static unsigned
find_stable(const struct model *m, const struct electorate *e)
{
	unsigned best = VERSION_NONE, i;

	for (i = 0; i < m->nversions; i++) {
		if (!may_have_role(m, i, e))
			continue;
		if (best == VERSION_NONE || votes(m, i) > votes(m, best) ||
		    (votes(m, i) == votes(m, best) && is_older(&m->versions[i], &m->versions[best])))
			best = i;
	}
	if (best == VERSION_NONE || m->stable == VERSION_NONE || !may_have_role(m, m->stable, e))
		return best;
	return votes(m, best) * LEAD_DEN > votes(m, m->stable) * LEAD_NUM ? best : m->stable;
}

static unsigned
find_canary(const struct model *m, unsigned stable, const struct electorate *e)
{
	unsigned best = VERSION_NONE, i;

	for (i = 0; i < m->nversions; i++) {
		if (i == stable || !may_have_role(m, i, e))
			continue;
		if (best == VERSION_NONE || is_older(&m->versions[best], &m->versions[i]))
			best = i;
	}
	return best;
}

/*
 * from_pane: of a comparison that begins now. Without memory for one there is none until the next look. arriving: the
 * version that has its first event in an hour; VERSION_NONE: it is another slot.
 */
static void
decide(struct model *m, unsigned arriving, int64_t from_pane)
{
	const struct electorate e = {lively_count(m, arriving) > 1, arriving};
	unsigned pair[VERSUS_SIDES];

	m->version_looks++;
	if (!e.lively && m->versus && m->versions[m->stable].recent && m->versions[m->canary].recent)
		return;
	m->stable = find_stable(m, &e);
	m->canary = m->stable == VERSION_NONE ? VERSION_NONE : find_canary(m, m->stable, &e);
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
		decide(m, VERSION_NONE, m->version_pane + 1);
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
	v->slots[slot_place(slot)] += p->tally.events;
	if (was)
		return;
	v->ended_ms = 0;
	decide(m, place, m->version_pane + 1);
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
