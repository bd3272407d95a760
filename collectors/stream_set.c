#include "collectors/stream_set.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/mem.h"

struct stream_id
stream_id_before(struct stream_id id)
{
	if (id.seq > 0)
		id.seq--;
	else if (id.ms > 0)
		id = (struct stream_id){id.ms - 1, UINT64_MAX};
	return id;
}

/* ---- the set --------------------------------------------------------------------------------- */

void
stream_set_release(struct stream_set *set)
{
	size_t i;

	for (i = 0; i < set->count; i++) {
		mem_free(set->streams[i].key);
		mem_free(set->streams[i].sample);
		layout_free(set->streams[i].layout);
	}
	mem_free(set->streams);
	mem_free(set->slots);
	memset(set, 0, sizeof(*set));
}

static size_t
slot_of(const struct stream_set *set, struct slice key)
{
	size_t mask = set->slots_cap - 1, at = slice_hash(key) & mask;

	while (set->slots[at]) {
		const struct stream *s = &set->streams[set->slots[at] - 1];

		if (slice_eq(slice_make(s->key, s->key_bytes), key))
			break;
		at = (at + 1) & mask;
	}
	return at;
}

size_t
stream_set_find(const struct stream_set *set, struct slice key)
{
	uint32_t found = set->slots_cap ? set->slots[slot_of(set, key)] : 0;

	return found ? found - 1 : SIZE_MAX;
}

static int
slots_grow(struct stream_set *set, struct err *err)
{
	size_t cap = set->slots_cap ? set->slots_cap * 2 : 64, i;
	uint32_t *slots = mem_calloc(cap, sizeof(*slots));

	if (!slots)
		return err_nomem(err);
	mem_free(set->slots);
	set->slots = slots;
	set->slots_cap = cap;
	for (i = 0; i < set->count; i++)
		slots[slot_of(set, slice_make(set->streams[i].key, set->streams[i].key_bytes))] = (uint32_t)i + 1;
	return 0;
}

int
stream_set_add(struct stream_set *set, struct slice key, size_t *index, struct err *err)
{
	struct stream *grown, *s;
	char *copy;

	if (set->count >= STREAM_SET_MAX) {
		set->dropped++;
		return err_set(err, ERR_LIMIT, "more than %d streams", STREAM_SET_MAX);
	}
	if ((set->count + 1) * 2 > set->slots_cap && slots_grow(set, err))
		return ERR_NOMEM;
	grown = mem_grow(set->streams, &set->cap, set->count + 1, sizeof(*grown));
	if (!grown)
		return err_nomem(err);
	set->streams = grown;
	copy = mem_dup(key.p, key.n);
	if (!copy)
		return err_nomem(err);
	s = &grown[set->count];
	memset(s, 0, sizeof(*s));
	s->key = copy;
	s->key_bytes = key.n;
	s->phase = PHASE_OFFERED;
	s->state = STREAM_OFFERED;
	s->changed = true;
	set->slots[slot_of(set, key)] = (uint32_t)set->count + 1;
	*index = set->count++;
	return 0;
}

/* ---- the audit ------------------------------------------------------------------------------- */

static void
count_from(struct stream *s, struct stream_id base, uint64_t added)
{
	s->base = base;
	s->base_added = added;
	s->counting = stream_id_cmp(s->cursor, base) >= 0;
	s->ordinal = added;
}

void
stream_begin(struct stream *s, const struct stream_info *info, struct stream_id start)
{
	s->info = *info;
	s->cursor = start;
	s->phase = PHASE_READING;
	s->npoints = 0;
	s->gone = !info->exists;
	s->state = info->exists ? STREAM_READING : STREAM_GONE;
	s->end = info->newest;
	s->end_reached = stream_id_cmp(start, info->newest) >= 0;
	count_from(s, info->last, info->added);
	if (start.ms == 0 && start.seq == 0 && info->counts) {
		/* What XDEL took out before we came is not in `length`: it is no loss of ours. */
		s->counting = true;
		s->ordinal = info->added - info->length;
	}
	s->audited_cursor = start;
	s->audited_deleted = info->max_deleted;
	s->audited_added = info->added;
	s->changed = true;
}

static void
keep_point(struct stream *s, struct stream_id id, uint64_t added)
{
	unsigned i;

	if (s->npoints && stream_id_cmp(s->points[s->npoints - 1].id, id) == 0) {
		s->points[s->npoints - 1].added = added;
		return;
	}
	/* Full: every other one goes, so that old points grow sparse and never run out. */
	if (s->npoints == STREAM_AUDIT_POINTS) {
		for (i = 0; i < STREAM_AUDIT_POINTS / 2; i++)
			s->points[i] = s->points[2 * i];
		s->npoints = STREAM_AUDIT_POINTS / 2;
	}
	s->points[s->npoints++] = (struct audit_point){id, added};
}

static bool
history_fits(struct stream *s, const struct stream_info *info)
{
	while (s->npoints) {
		const struct audit_point *p = &s->points[s->npoints - 1];

		if (stream_id_cmp(p->id, info->last) <= 0 && p->added <= info->added)
			return true;
		s->npoints--;
	}
	return false;
}

/* Reads another stream from its first entry on. What was still unread of the old one is lost with it. */
static struct audit_result
audit_recreated(struct stream *s, const struct stream_info *info, bool from_start)
{
	struct audit_result r = {.verdict = AUDIT_RECREATED, .from = s->cursor};

	if (s->counting && s->audited_added > s->ordinal)
		r.count = s->audited_added - s->ordinal;
	s->recreated += r.count;
	s->npoints = 0;
	if (from_start) {
		s->cursor = (struct stream_id){0, 0};
		s->counting = true;
		s->ordinal = info->added - info->length;
	} else {
		count_from(s, info->last, info->added);
	}
	snprintf(s->sentence, sizeof(s->sentence),
	    "the stream was deleted and made anew%s; %" PRIu64 " entries of the old one had not been read",
	    from_start ? " with lower IDs, reading it from its start" : "", r.count);
	return r;
}

static struct audit_result
audit_rolled_back(struct stream *s, const struct stream_info *info)
{
	struct audit_result r = {.verdict = AUDIT_ROLLED_BACK, .from = s->cursor};

	r.count = s->counting && s->ordinal > info->added ? s->ordinal - info->added : 0;
	s->rolled_back += r.count;
	s->cursor = info->last;
	count_from(s, info->last, info->added);
	snprintf(s->sentence, sizeof(s->sentence),
	    "the server went back: %" PRIu64
	    " entries that had been read are gone from it (a fail-over, or a restart from older data)",
	    r.count);
	return r;
}

static struct audit_result
audit_lost(struct stream *s, const struct stream_info *info, uint64_t count)
{
	struct audit_result r = {.verdict = AUDIT_LOST, .count = count, .from = s->audited_cursor};

	if (r.from.ms == 0)
		r.from = s->before_round.ms ? s->before_round : s->cursor;
	/* Only XDEL moves max-deleted-entry-id; a stretch in which it moved ahead of us was deleted, any other
	 * trimmed. */
	r.deleted = stream_id_cmp(info->max_deleted, s->audited_deleted) != 0 &&
	    stream_id_cmp(info->max_deleted, s->audited_cursor) > 0;
	*(r.deleted ? &s->deleted : &s->trimmed) += count;
	s->ordinal += count;
	snprintf(s->sentence, sizeof(s->sentence), "%" PRIu64 " entries were %s before they were read", count,
	    r.deleted ? "deleted" : "trimmed away");
	return r;
}

static struct audit_result
audit_level(struct stream *s, const struct stream_info *info)
{
	struct audit_result r = {.verdict = AUDIT_FINE};

	/* The tail may have been deleted: nothing below last-generated-id will ever come again. */
	s->cursor = info->last;
	if (!info->counts)
		return r;
	if (!s->counting)
		count_from(s, info->last, info->added);
	if (info->added > s->ordinal)
		r = audit_lost(s, info, info->added - s->ordinal);
	else if (info->added < s->ordinal)
		r = audit_recreated(s, info, false);
	keep_point(s, info->last, info->added);
	return r;
}

static struct audit_result
audit_behind(struct stream *s, const struct stream_info *info)
{
	struct audit_result r = {.verdict = AUDIT_FINE};
	struct stream_id none = {0, 0};
	bool exact;

	if (!info->counts || !s->counting)
		return r;
	/* With holes in the part that is left the count of what went ahead of it is too large: settled when level. */
	exact = stream_id_cmp(info->max_deleted, none) == 0 || stream_id_cmp(info->max_deleted, info->first) < 0;
	if (exact && info->length > 0 && stream_id_cmp(info->first, s->cursor) > 0 &&
	    info->added - info->length > s->ordinal)
		r = audit_lost(s, info, info->added - info->length - s->ordinal);
	return r;
}

/* The key was gone and is there again. An old stream that came back whole (renamed away and back) goes on. */
static struct audit_result
audit_back(struct stream *s, const struct stream_info *info)
{
	bool lower = stream_id_cmp(info->first, s->cursor) <= 0;
	bool same = lower && info->counts && s->counting && info->added >= s->ordinal &&
	    stream_id_cmp(info->last, s->cursor) >= 0;

	s->gone = false;
	s->sentence[0] = '\0';
	s->end_reached = false;
	if (same || (s->cursor.ms == 0 && s->cursor.seq == 0)) {
		if (!same) {
			s->counting = info->counts;
			s->ordinal = info->added - info->length;
		}
		return (struct audit_result){.verdict = AUDIT_BACK};
	}
	return audit_recreated(s, info, true);
}

static struct audit_result
audit_gone(struct stream *s)
{
	struct audit_result r = {.verdict = s->gone ? AUDIT_FINE : AUDIT_GONE, .from = s->cursor};

	if (!s->gone)
		snprintf(s->sentence, sizeof(s->sentence), "the key is no longer there");
	s->gone = true;
	s->state = STREAM_GONE;
	return r;
}

struct audit_result
stream_audit(struct stream *s, const struct stream_info *info)
{
	struct audit_result r;
	int order;

	if (!info->exists) {
		r = audit_gone(s);
		s->changed |= r.verdict != AUDIT_FINE;
		return r;
	}
	order = stream_id_cmp(info->last, s->cursor);
	if (s->gone)
		r = audit_back(s, info);
	else if (order >= 0 && stream_id_cmp(info->newest, s->cursor) <= 0)
		r = audit_level(s, info);
	else if (order > 0)
		r = audit_behind(s, info);
	else if (info->counts && history_fits(s, info))
		r = audit_rolled_back(s, info);
	else if (!info->counts && info->length == 0)
		r = (struct audit_result){.verdict = AUDIT_FINE};
	else
		r = audit_recreated(s, info, true);
	s->info = *info;
	s->audited_cursor = s->cursor;
	s->audited_deleted = info->max_deleted;
	s->audited_added = info->added;
	if (s->state == STREAM_GONE)
		s->state = STREAM_READING;
	s->changed = true;
	return r;
}

void
stream_skip(struct stream *s)
{
	uint64_t behind = stream_behind(s);

	if (stream_id_cmp(s->info.last, s->cursor) <= 0)
		return;
	s->skipped += behind;
	s->cursor = s->info.last;
	count_from(s, s->info.last, s->info.added);
	s->end_reached = true;
	s->changed = true;
}

uint64_t
stream_behind(const struct stream *s)
{
	const struct stream_info *info = &s->info;
	double span, left;

	if (stream_id_cmp(info->last, s->cursor) <= 0)
		return 0;
	if (s->counting && info->counts)
		return info->added > s->ordinal ? info->added - s->ordinal : 0;
	/* In the middle of history there is no count: as evenly spread as it takes. */
	if (stream_id_cmp(s->cursor, info->first) < 0)
		return info->length;
	span = (double)(info->last.ms - info->first.ms);
	left = (double)(info->last.ms - s->cursor.ms);
	return span > 0 ? (uint64_t)((double)info->length * left / span) : 1;
}

/* ---- history --------------------------------------------------------------------------------- */

/* Entries of one stream with an ID of `ms` or later, evenly spread. */
static double
entries_since(const struct stream_info *info, uint64_t ms, uint64_t min)
{
	double n = (double)info->length, least = n < (double)min ? n : (double)min;
	double span = (double)(info->last.ms - info->first.ms);

	if (!info->exists || info->length == 0)
		return 0;
	if (ms > info->first.ms)
		n = ms > info->last.ms ? 0 : span > 0 ? n * (double)(info->last.ms - ms) / span : 1;
	return n > least ? n : least;
}

static double
entries_since_all(const struct stream *streams, const size_t *which, size_t n, uint64_t ms, uint64_t min)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += entries_since(&streams[which[i]].info, ms, min);
	return sum;
}

uint64_t
stream_history_since(const struct stream *streams, const size_t *which, size_t n, uint64_t ms)
{
	return (uint64_t)entries_since_all(streams, which, n, ms, 0);
}

uint64_t
stream_history_cut(
    const struct stream *streams, const size_t *which, size_t n, uint64_t since_ms, uint64_t max, uint64_t min)
{
	uint64_t lo = since_ms, hi = since_ms;
	size_t i;

	for (i = 0; i < n; i++) {
		if (streams[which[i]].info.last.ms > hi)
			hi = streams[which[i]].info.last.ms;
	}
	if (entries_since_all(streams, which, n, since_ms, min) <= (double)max)
		return 0;
	while (hi - lo > 1) {
		uint64_t mid = lo + (hi - lo) / 2;

		if (entries_since_all(streams, which, n, mid, min) > (double)max)
			lo = mid;
		else
			hi = mid;
	}
	return hi;
}
