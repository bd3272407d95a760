#include "core/labels.h"

#include <math.h>
#include <string.h>

#include "core/limits.h"
#include "core/mem.h"
#include "core/pane.h"

#define SLOTS_MIN 64
/* Slices older than that are dropped: a prediction waits at least as long. */
#define WAIT_SLICES (LIMIT_LABEL_WAIT_MS / LABELS_SLICE_MS)

/* AGAIN: has been kept from an earlier run, and has not been read again. */
enum {
	HAS_PREDICTION = 1,
	HAS_LABEL = 2,
	IS_PAIR = 3,
	OWN_LABEL = 4,
	CONTRADICTED = 8,
	PREDICTION_AGAIN = 16,
	LABEL_AGAIN = 32,
};

struct label_entry {
	uint64_t id;
	uint64_t prediction, label; /* bits */
	int64_t ts_ms, label_ms;
	uint32_t score;
	uint32_t next; /* of its slice, or of the free list: entry + 1 */
	uint8_t has, prediction_kind, label_kind, prediction_class, label_class, version, known;
};

struct label_slice {
	int64_t index;
	uint32_t first, count; /* entry + 1 */
};

static uint32_t
score_units(const struct value *score)
{
	if (score->kind != VALUE_NUMBER || !(score->num >= 0 && score->num <= 1))
		return LABELS_NO_SCORE;
	return (uint32_t)(score->num * LABELS_SCORE_ONE + 0.5);
}

bool
label_event_of(struct label_event *l, struct classes *classes, const struct event *ev)
{
	l->pair.ts_ms = l->pair.label_ms = ev->ts_ms;
	l->pair.prediction = classes_truth(classes, &ev->prediction);
	l->pair.label = classes_truth(classes, &ev->label);
	l->pair.score = score_units(&ev->score);
	l->pair.version = l->pair.known = 0;
	l->predicted = l->pair.prediction.kind != TRUTH_NONE || l->pair.score != LABELS_NO_SCORE;
	l->labelled = l->pair.label.kind != TRUTH_NONE;
	if (!l->predicted && !l->labelled)
		return false;
	l->has_id = ev->id.n != 0;
	l->id = l->has_id ? slice_hash(ev->id) : 0;
	return true;
}

/* ---- memory ---------------------------------------------------------------------------------- */

static uint32_t
entries_for(uint32_t slots)
{
	return slots - slots / 4;
}

static size_t
table_bytes(uint32_t slots)
{
	return slots * sizeof(uint32_t) + entries_for(slots) * sizeof(struct label_entry);
}

void
labels_pool_init(struct labels_pool *p, size_t limit_bytes, labels_tell_fn *tell, void *ctx)
{
	*p = (struct labels_pool){0, limit_bytes, NULL, tell, ctx};
}

void
labels_init(struct labels *t, struct labels_pool *p, unsigned model)
{
	memset(t, 0, sizeof(*t));
	t->model = model;
	t->end_ms = INT64_MIN;
	t->next = p->tables;
	p->tables = t;
}

static void
table_clear(struct labels *t, struct labels_pool *p)
{
	p->bytes -= t->slots ? table_bytes(t->slots) : 0;
	mem_free(t->entries);
	mem_free(t->index);
	t->entries = NULL;
	t->index = NULL;
	t->slots = t->made = t->count = t->free = t->waiting = t->early = 0;
	t->nslices = 0;
}

void
labels_release(struct labels *t, struct labels_pool *p)
{
	struct labels **at;

	table_clear(t, p);
	mem_free(t->slices);
	for (at = &p->tables; *at && *at != t; at = &(*at)->next)
		;
	if (*at)
		*at = t->next;
}

double
labels_sample_frac(const struct labels *t)
{
	return ldexp(1.0, -(int)t->halvings);
}

static bool
is_kept(const struct labels *t, uint64_t id)
{
	return !t->halvings || id >> (64 - t->halvings) == 0;
}

/* ---- the index ------------------------------------------------------------------------------- */

/* Where the id is, or would be. The low bits choose the place; the high ones are those of the sample. */
static uint32_t
index_find(const struct labels *t, uint64_t id)
{
	uint32_t mask = t->slots - 1, at = (uint32_t)id & mask;

	while (t->index[at] && t->entries[t->index[at] - 1].id != id)
		at = (at + 1) & mask;
	return at;
}

/* What follows in the run moves up, so that nothing marks the place of the dead. */
static void
index_remove(struct labels *t, uint64_t id)
{
	uint32_t mask = t->slots - 1, hole = index_find(t, id), at = hole;

	for (;;) {
		uint32_t home;

		at = (at + 1) & mask;
		if (!t->index[at])
			break;
		home = (uint32_t)t->entries[t->index[at] - 1].id & mask;
		if (((at - home) & mask) >= ((at - hole) & mask)) {
			t->index[hole] = t->index[at];
			hole = at;
		}
	}
	t->index[hole] = 0;
}

/* ---- what happened --------------------------------------------------------------------------- */

static void
entry_pair(const struct label_entry *e, struct label_pair *pair)
{
	*pair = (struct label_pair){
	    .ts_ms = e->ts_ms,
	    .label_ms = e->label_ms,
	    .prediction = {e->prediction, e->prediction_kind, e->prediction_class},
	    .label = {e->label, e->label_kind, e->label_class},
	    .score = e->score,
	    .version = e->version,
	    .known = e->known,
	};
}

static int
tell(const struct labels *t, const struct labels_pool *p, enum labels_what what, const struct label_pair *pair,
    int sign, struct err *err)
{
	return p->tell(p->ctx, t->model, what, pair, sign, err);
}

static int
tell_entry(const struct labels *t, const struct labels_pool *p, enum labels_what what, const struct label_entry *e,
    int sign, struct err *err)
{
	struct label_pair pair;

	entry_pair(e, &pair);
	return tell(t, p, what, &pair, sign, err);
}

/*
 * An entry leaves the sample: as if it had never been in it. What carried its own label counts on, unless the event may
 * come again and would then be counted with no entry to know it by.
 */
static int
tell_withdrawn(const struct labels *t, const struct labels_pool *p, const struct label_entry *e, struct err *err)
{
	int rc = 0;

	if (!(e->has & HAS_PREDICTION) || ((e->has & OWN_LABEL) && !(e->has & PREDICTION_AGAIN)))
		return 0;
	if ((e->has & IS_PAIR) == IS_PAIR)
		rc = tell_entry(t, p, LABELS_MATCHED, e, -1, err);
	return rc ? rc : tell_entry(t, p, LABELS_PREDICTED, e, -1, err);
}

static void
count_state(struct labels *t, const struct label_entry *e, int sign)
{
	unsigned has = e->has & IS_PAIR;

	t->waiting += has == HAS_PREDICTION ? (uint32_t)sign : 0;
	t->early += has == HAS_LABEL ? (uint32_t)sign : 0;
}

/* ---- size ------------------------------------------------------------------------------------ */

/*
 * Makes the table anew with that many slots, without the entries that are no longer in the sample. Fewer fit than
 * there are: those are told and left out only after everything that can fail has succeeded.
 */
static int
table_remake(struct labels *t, struct labels_pool *p, uint32_t slots, struct err *err)
{
	struct label_entry *old = t->entries, *entries = mem_alloc(entries_for(slots) * sizeof(*entries));
	uint32_t *index = mem_calloc(slots, sizeof(*index)), i, n = 0, e;
	size_t s, kept = 0;
	int rc = 0;

	if (!entries || !index) {
		mem_free(entries);
		mem_free(index);
		return err_nomem(err);
	}
	p->bytes += table_bytes(slots) - (t->slots ? table_bytes(t->slots) : 0);
	mem_free(t->index);
	t->entries = entries;
	t->index = index;
	t->slots = slots;
	t->waiting = t->early = 0;
	for (s = 0; s < t->nslices; s++) {
		struct label_slice *slice = &t->slices[s];
		uint32_t first = 0;

		for (e = slice->first, slice->count = 0; e; e = old[e - 1].next) {
			const struct label_entry *from = &old[e - 1];

			if (!is_kept(t, from->id)) {
				int failed = tell_withdrawn(t, p, from, rc ? NULL : err);

				rc = rc ? rc : failed;
				continue;
			}
			i = n++;
			entries[i] = *from;
			entries[i].next = first;
			first = i + 1;
			slice->count++;
			index[index_find(t, from->id)] = first;
			count_state(t, from, 1);
		}
		slice->first = first;
		if (slice->count)
			t->slices[kept++] = *slice;
	}
	t->nslices = kept;
	t->made = t->count = n;
	t->free = 0;
	mem_free(old);
	return rc;
}

/* Entries that would be left after one more halving. */
static uint32_t
kept_after_halving(const struct labels *t)
{
	uint64_t below = UINT64_C(1) << (63 - t->halvings);
	uint32_t n = 0, e;
	size_t s;

	for (s = 0; s < t->nslices; s++)
		for (e = t->slices[s].first; e; e = t->entries[e - 1].next)
			n += t->entries[e - 1].id < below;
	return n;
}

/* Halves the sample of a table, and its memory as soon as what is left needs only half of it. */
static int
table_halve(struct labels *t, struct labels_pool *p, struct err *err)
{
	uint32_t left, slots = t->slots;
	const struct label_entry *before = t->entries;
	int rc;

	if (t->halvings >= LABELS_HALVINGS_MAX)
		return err_set(err, ERR_LIMIT, "no room for predictions that wait for a label");
	left = kept_after_halving(t);
	while (slots > SLOTS_MIN && left <= entries_for(slots / 2) / 4 * 3)
		slots /= 2;
	t->halvings++;
	rc = table_remake(t, p, slots, err);
	if (t->entries == before)
		t->halvings--; /* nothing has happened */
	return rc;
}

static struct labels *
largest(const struct labels_pool *p)
{
	struct labels *t, *most = NULL;

	for (t = p->tables; t; t = t->next)
		if (!most || t->slots > most->slots || (t->slots == most->slots && t->model < most->model))
			most = t;
	return most;
}

/* Room for `want` entries: a larger table, or, where the pool has no room, smaller samples of the largest ones. */
static int
table_room(struct labels *t, struct labels_pool *p, uint32_t want, struct err *err)
{
	int rc = 0;

	while (!rc && want > entries_for(t->slots)) {
		uint32_t slots = t->slots ? t->slots * 2 : SLOTS_MIN, count = t->count;
		struct labels *most;

		if (p->bytes + table_bytes(slots) - (t->slots ? table_bytes(t->slots) : 0) <= p->limit)
			return table_remake(t, p, slots, err);
		most = largest(p);
		if (!most || most->slots <= SLOTS_MIN)
			return err_set(err, ERR_LIMIT, "no room for predictions that wait for a label");
		rc = table_halve(most, p, err);
		want -= count - t->count < want ? count - t->count : want;
	}
	return rc;
}

/* ---- slices ---------------------------------------------------------------------------------- */

static int
slice_expire(struct labels *t, struct labels_pool *p, const struct label_slice *slice, struct err *err)
{
	uint32_t e = slice->first;
	int rc = 0;

	while (e) {
		struct label_entry *entry = &t->entries[e - 1];
		unsigned has = entry->has & IS_PAIR;
		uint32_t next = entry->next;
		int failed = 0;

		if (has == HAS_PREDICTION)
			failed = tell_entry(t, p, LABELS_EXPIRED, entry, 1, rc ? NULL : err);
		else if (has == HAS_LABEL)
			failed = tell_entry(t, p, LABELS_ORPHAN, entry, 1, rc ? NULL : err);
		rc = rc ? rc : failed;
		count_state(t, entry, -1);
		index_remove(t, entry->id);
		entry->next = t->free;
		t->free = e;
		t->count--;
		e = next;
	}
	return rc;
}

static int
slices_expire(struct labels *t, struct labels_pool *p, int64_t newest, struct err *err)
{
	size_t n = 0;
	int rc = 0;

	while (n < t->nslices && t->slices[n].index < newest - WAIT_SLICES) {
		int failed = slice_expire(t, p, &t->slices[n++], rc ? NULL : err);

		rc = rc ? rc : failed;
	}
	if (n)
		memmove(t->slices, t->slices + n, (t->nslices - n) * sizeof(*t->slices));
	t->nslices -= n;
	if (n && !t->count) {
		table_clear(t, p);
		t->halvings = 0;
	}
	return rc;
}

/* A new newest slice: the old ones go, and there must be room for as many ids as the one before had. */
static int
slice_begin(struct labels *t, struct labels_pool *p, int64_t index, struct err *err)
{
	uint32_t before = t->nslices ? t->slices[t->nslices - 1].count : 0;
	int rc = slices_expire(t, p, index, err);

	t->end_ms = (index + 1) * LABELS_SLICE_MS;
	if (!rc && t->slots && t->count + before > entries_for(t->slots))
		rc = table_room(t, p, t->count + before, err);
	return rc;
}

/* The first slice that is not before that one: mostly the newest. */
static size_t
slice_find(const struct labels *t, int64_t index)
{
	size_t low = 0, high = t->nslices;

	if (high && t->slices[high - 1].index <= index)
		return t->slices[high - 1].index == index ? high - 1 : high;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (t->slices[mid].index < index)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The slice of that index, made where it is new. */
static int
slice_at(struct labels *t, int64_t index, size_t *out, struct err *err)
{
	struct label_slice *grown;
	size_t i = *out = slice_find(t, index);

	if (i < t->nslices && t->slices[i].index == index)
		return 0;
	grown = mem_grow(t->slices, &t->slices_cap, t->nslices + 1, sizeof(*grown));
	if (!grown)
		return err_nomem(err);
	t->slices = grown;
	memmove(grown + i + 1, grown + i, (t->nslices - i) * sizeof(*grown));
	grown[i] = (struct label_slice){index, 0, 0};
	t->nslices++;
	return 0;
}

/* The slice of an event; *out SIZE_MAX: too old to wait. */
static int
slice_get(struct labels *t, int64_t index, size_t *out, struct err *err)
{
	*out = SIZE_MAX;
	if (index < t->end_ms / LABELS_SLICE_MS - 1 - WAIT_SLICES)
		return 0;
	return slice_at(t, index, out, err);
}

/* ---- joining --------------------------------------------------------------------------------- */

static void
put_prediction(struct label_entry *e, const struct label_pair *pair)
{
	e->ts_ms = pair->ts_ms;
	e->prediction = pair->prediction.bits;
	e->prediction_kind = pair->prediction.kind;
	e->prediction_class = pair->prediction.cls;
	e->score = pair->score;
	e->version = pair->version;
	e->known = pair->known;
	e->has |= HAS_PREDICTION;
}

static void
put_label(struct label_entry *e, const struct label_pair *pair)
{
	e->label_ms = pair->label_ms;
	e->label = pair->label.bits;
	e->label_kind = pair->label.kind;
	e->label_class = pair->label.cls;
	e->has |= HAS_LABEL;
}

/* Both speak at once: the event is told without an entry of its own. */
static int
tell_whole(const struct labels *t, const struct labels_pool *p, const struct label_event *ev, struct err *err)
{
	int rc = 0;

	if (ev->predicted && (ev->labelled || !ev->has_id))
		rc = tell(t, p, LABELS_PREDICTED, &ev->pair, 1, err);
	if (!rc && ev->predicted && ev->labelled)
		rc = tell(t, p, LABELS_MATCHED, &ev->pair, 1, err);
	if (!rc && !ev->predicted && ev->labelled && !ev->has_id)
		rc = tell(t, p, LABELS_ORPHAN, &ev->pair, 1, err);
	return rc;
}

static int64_t
event_ms(const struct label_event *ev)
{
	return ev->predicted ? ev->pair.ts_ms : ev->pair.label_ms;
}

/* Room for one more entry in that slice; *slice SIZE_MAX: for that the id has left the sample. */
static int
entry_room(struct labels *t, struct labels_pool *p, uint64_t id, size_t *slice, struct err *err)
{
	int64_t index = t->slices[*slice].index;
	int rc;

	if (t->count < entries_for(t->slots))
		return 0;
	rc = table_room(t, p, t->count + 1, err);
	if (rc)
		return rc;
	*slice = SIZE_MAX;
	/* The slice may have lost all it had, and with it its place. */
	return is_kept(t, id) ? slice_at(t, index, slice, err) : 0;
}

/* Takes a free place, for which there is room. */
static struct label_entry *
entry_put(struct labels *t, struct label_slice *slice, uint64_t id)
{
	uint32_t place = t->free ? t->free : ++t->made;
	struct label_entry *e = &t->entries[place - 1];

	t->free = t->free ? e->next : 0;
	memset(e, 0, sizeof(*e));
	e->id = id;
	e->next = slice->first;
	slice->first = place;
	slice->count++;
	t->index[index_find(t, id)] = place;
	t->count++;
	return e;
}

/* The id's first event. */
static int
entry_make(struct labels *t, struct labels_pool *p, const struct label_event *ev, struct err *err)
{
	struct label_entry *e;
	size_t slice;
	int rc = slice_get(t, pane_floor(event_ms(ev), LABELS_SLICE_MS), &slice, err);

	if (!rc && slice == SIZE_MAX) {
		if (ev->predicted && !ev->labelled) {
			rc = tell(t, p, LABELS_PREDICTED, &ev->pair, 1, err);
			return rc ? rc : tell(t, p, LABELS_EXPIRED, &ev->pair, 1, err);
		}
		return ev->predicted ? tell_whole(t, p, ev, err) : tell(t, p, LABELS_ORPHAN, &ev->pair, 1, err);
	}
	if (!rc && !ev->predicted && t->early >= p->limit / 4 / sizeof(*e))
		return tell(t, p, LABELS_ORPHAN, &ev->pair, 1, err);
	if (!rc)
		rc = entry_room(t, p, ev->id, &slice, err);
	if (!rc && slice == SIZE_MAX)
		return ev->labelled && ev->predicted ? tell_whole(t, p, ev, err) : 0;
	if (!rc && ev->predicted)
		rc = tell(t, p, LABELS_PREDICTED, &ev->pair, 1, err);
	if (!rc && ev->predicted && ev->labelled)
		rc = tell(t, p, LABELS_MATCHED, &ev->pair, 1, err);
	if (rc)
		return rc;
	e = entry_put(t, &t->slices[slice], ev->id);
	if (ev->predicted)
		put_prediction(e, &ev->pair);
	if (ev->labelled)
		put_label(e, &ev->pair);
	if (ev->predicted && ev->labelled)
		e->has |= OWN_LABEL;
	count_state(t, e, 1);
	return 0;
}

/* Whether a label takes the place of the one that is there: by time and value, so that their order does not count. */
static bool
label_wins(const struct label_entry *e, const struct label_pair *pair)
{
	if (pair->label_ms != e->label_ms)
		return pair->label_ms > e->label_ms;
	if (pair->label.kind != e->label_kind)
		return pair->label.kind > e->label_kind;
	return pair->label.bits > e->label;
}

static int
join_label(struct labels *t, struct labels_pool *p, struct label_entry *e, const struct label_event *ev,
    struct err *err)
{
	bool whole = (e->has & IS_PAIR) == IS_PAIR;
	int rc;

	if (!(e->has & HAS_LABEL)) {
		put_label(e, &ev->pair);
		return tell_entry(t, p, LABELS_MATCHED, e, 1, err);
	}
	rc = tell(t, p, LABELS_DUPLICATE, &ev->pair, 1, err);
	if (!rc && !(e->has & CONTRADICTED) &&
	    (e->label != ev->pair.label.bits || e->label_kind != ev->pair.label.kind)) {
		e->has |= CONTRADICTED;
		rc = tell(t, p, LABELS_CONFLICTING, &ev->pair, 1, err);
	}
	if (rc || !label_wins(e, &ev->pair))
		return rc;
	if (whole)
		rc = tell_entry(t, p, LABELS_MATCHED, e, -1, err);
	put_label(e, &ev->pair);
	if (!rc && whole)
		rc = tell_entry(t, p, LABELS_MATCHED, e, 1, err);
	return rc;
}

static int
join_prediction(struct labels *t, struct labels_pool *p, struct label_entry *e, const struct label_event *ev,
    struct err *err)
{
	int rc;

	if (e->has & HAS_PREDICTION)
		return ev->labelled ? 0 : tell(t, p, LABELS_REPEATED, &ev->pair, 1, err);
	if (ev->labelled)
		e->has |= OWN_LABEL;
	put_prediction(e, &ev->pair);
	rc = tell_entry(t, p, LABELS_PREDICTED, e, 1, err);
	return rc ? rc : tell_entry(t, p, LABELS_MATCHED, e, 1, err);
}

/* What is left of the event to say: not what an earlier run has kept of it. */
static struct label_event
without_known(struct label_entry *e, const struct label_event *ev)
{
	struct label_event left = *ev;
	const struct label_pair *p = &ev->pair;

	if (left.predicted && (e->has & PREDICTION_AGAIN) && p->ts_ms == e->ts_ms && p->score == e->score &&
	    p->prediction.bits == e->prediction && p->prediction.kind == e->prediction_kind) {
		e->has &= (uint8_t)~PREDICTION_AGAIN;
		left.predicted = false;
	}
	if (left.labelled && (e->has & LABEL_AGAIN) && p->label_ms == e->label_ms && p->label.bits == e->label &&
	    p->label.kind == e->label_kind) {
		e->has &= (uint8_t)~LABEL_AGAIN;
		left.labelled = false;
	}
	return left;
}

static int
join(struct labels *t, struct labels_pool *p, struct label_entry *e, const struct label_event *ev, struct err *err)
{
	const struct label_event left = without_known(e, ev);
	int rc = 0;

	/* An id that is used again: the event says all there is to say of this one. */
	if (ev->predicted && ev->labelled && (e->has & IS_PAIR) == IS_PAIR && e->ts_ms != ev->pair.ts_ms) {
		rc = tell(t, p, LABELS_REPEATED, &ev->pair, 1, err);
		return rc ? rc : tell_whole(t, p, ev, err);
	}
	count_state(t, e, -1);
	if (left.predicted)
		rc = join_prediction(t, p, e, &left, err);
	if (!rc && left.labelled)
		rc = join_label(t, p, e, &left, err);
	count_state(t, e, 1);
	return rc;
}

int
labels_add(struct labels *t, struct labels_pool *p, const struct label_event *ev, struct err *err)
{
	uint32_t at;
	int rc = 0;

	/* Also an event outside of the sample says how late it is. */
	if (event_ms(ev) >= t->end_ms)
		rc = slice_begin(t, p, pane_floor(event_ms(ev), LABELS_SLICE_MS), err);
	if (rc)
		return rc;
	if (!ev->has_id || !is_kept(t, ev->id))
		return tell_whole(t, p, ev, err);
	t->changes++;
	if (t->slots) {
		at = index_find(t, ev->id);
		if (t->index[at])
			return join(t, p, &t->entries[t->index[at] - 1], ev, err);
	}
	return entry_make(t, p, ev, err);
}

/* ---- what outlives the process --------------------------------------------------------------- */

void
labels_visit(const struct labels *t, labels_visit_fn *fn, void *ctx)
{
	size_t s;
	uint32_t e;

	for (s = 0; s < t->nslices; s++)
		for (e = t->slices[s].first; e; e = t->entries[e - 1].next) {
			const struct label_entry *entry = &t->entries[e - 1];
			struct labels_kept k = {.slice = t->slices[s].index,
			    .id = entry->id,
			    .predicted = entry->has & HAS_PREDICTION,
			    .labelled = entry->has & HAS_LABEL,
			    .own_label = entry->has & OWN_LABEL};

			entry_pair(entry, &k.pair);
			fn(ctx, &k);
		}
}

int
labels_restore(struct labels *t, struct labels_pool *p, const struct labels_kept *k, struct err *err)
{
	struct label_entry *e;
	size_t slice;
	int rc;

	if (!is_kept(t, k->id) || (t->slots && t->index[index_find(t, k->id)]))
		return 0;
	if (!k->predicted && t->early >= p->limit / 4 / sizeof(*e))
		return tell(t, p, LABELS_ORPHAN, &k->pair, 1, err);
	rc = slice_at(t, k->slice, &slice, err);
	if (!rc)
		rc = entry_room(t, p, k->id, &slice, err);
	if (rc || slice == SIZE_MAX)
		return rc;
	if (k->predicted)
		rc = tell(t, p, LABELS_PREDICTED, &k->pair, 1, err);
	if (!rc && k->predicted && k->labelled)
		rc = tell(t, p, LABELS_MATCHED, &k->pair, 1, err);
	if (rc)
		return rc;
	e = entry_put(t, &t->slices[slice], k->id);
	if (k->predicted)
		put_prediction(e, &k->pair);
	if (k->labelled)
		put_label(e, &k->pair);
	e->has |= (k->predicted ? PREDICTION_AGAIN : 0) | (k->labelled ? LABEL_AGAIN : 0);
	e->has |= k->own_label ? OWN_LABEL : 0;
	count_state(t, e, 1);
	t->changes++;
	return 0;
}

int
labels_halve(struct labels *t, struct labels_pool *p, unsigned halvings, struct err *err)
{
	int rc = 0;

	if (!t->slots && t->halvings < halvings)
		t->halvings = halvings;
	while (!rc && t->halvings < halvings)
		rc = table_halve(t, p, err);
	return rc;
}
