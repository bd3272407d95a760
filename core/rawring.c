/*
 * A ring of bytes with a ring of places beside it. A record is never split: one that does not fit
 * before the end starts again at the front. What the newest record needs, the oldest ones give up.
 */
#include "core/rawring.h"

#include <math.h>

#include "core/mem.h"

#define PLACES 65536 /* a power of two; more events than a screen can ever be scrolled through */
#define JSONS 256    /* flat entries looked at since the last write: more than a screen has rows */

struct record {
	uint64_t seq;
	int64_t ts_ms, arrival_ms;
	uint64_t entry_seq;
	double latency_ms, score;
	uint32_t source, stream;
	uint32_t bytes; /* this header and all that follows */
	uint32_t model;
	uint32_t raw_bytes,
	    npairs; /* npairs > 0: an array of struct place follows, then the pairs' bytes */
	uint16_t version_bytes, id_bytes, prediction_bytes;
	bool failed, of_entry;
};

struct place {
	uint32_t name, name_bytes, value, value_bytes; /* offsets from the first pair byte */
};

struct json {
	uint64_t seq;
	char *text;
	size_t n, cap;
};

struct cache {
	struct json slots[JSONS];
};

struct rawring {
	char *bytes;
	size_t size, head; /* head: where the next record goes */
	size_t *places;    /* of record seq at seq % PLACES */
	uint64_t first, next;
	struct cache *cache;
};

int
rawring_new(struct rawring **out, size_t bytes, struct err *err)
{
	struct rawring *r = mem_calloc(1, sizeof(*r));

	if (!r)
		return err_nomem(err);
	r->size = bytes & ~(size_t)15;
	r->bytes = mem_alloc(r->size);
	r->places = mem_calloc(PLACES, sizeof(*r->places));
	r->cache = mem_calloc(1, sizeof(*r->cache));
	if (!r->bytes || !r->places || !r->cache) {
		rawring_free(r);
		return err_nomem(err);
	}
	r->first = r->next = 1;
	*out = r;
	return 0;
}

void
rawring_free(struct rawring *r)
{
	size_t i;

	if (!r)
		return;
	for (i = 0; r->cache && i < JSONS; i++)
		mem_free(r->cache->slots[i].text);
	mem_free(r->cache);
	mem_free(r->places);
	mem_free(r->bytes);
	mem_free(r);
}

static struct record
record_at(const struct rawring *r, size_t place)
{
	struct record rec;

	memcpy(&rec, r->bytes + place, sizeof(rec));
	return rec;
}

/* Gives up the oldest records until [from, from + n) holds none. */
static void
make_room(struct rawring *r, size_t from, size_t n)
{
	while (r->first < r->next) {
		size_t at = r->places[r->first % PLACES];
		size_t end = at + record_at(r, at).bytes;

		if (r->next - r->first < PLACES && (at >= from + n || end <= from))
			return;
		r->first++;
	}
}

static size_t
round_up(size_t n)
{
	return (n + 15) & ~(size_t)15;
}

static char *
put(char *to, struct slice s)
{
	if (s.n)
		memcpy(to, s.p, s.n);
	return to + s.n;
}

/*
 * The bytes of all pairs lie close together where they come from one reply: then one copy takes
 * them all. Returns how many bytes that would be, or 0 where they are scattered.
 */
static size_t
pairs_span(const struct event *ev, const char **from, size_t total)
{
	const char *lo = ev->raw_pairs[0].name.p, *hi = lo;
	size_t i;

	for (i = 0; i < ev->nraw_pairs; i++) {
		const struct pair *p = &ev->raw_pairs[i];

		if (p->name.p < lo)
			lo = p->name.p;
		if (p->name.p + p->name.n > hi)
			hi = p->name.p + p->name.n;
		if (p->value.n && p->value.p < lo)
			lo = p->value.p;
		if (p->value.n && p->value.p + p->value.n > hi)
			hi = p->value.p + p->value.n;
	}
	*from = lo;
	return (size_t)(hi - lo) <= total + ev->nraw_pairs * 64 ? (size_t)(hi - lo) : 0;
}

static size_t
pairs_total(const struct event *ev)
{
	size_t i, total = 0;

	for (i = 0; i < ev->nraw_pairs; i++)
		total += ev->raw_pairs[i].name.n + ev->raw_pairs[i].value.n;
	return total;
}

/* span 0: one by one. */
static void
put_pairs(char *places, const struct event *ev, const char *from, size_t span)
{
	char *bytes = places + ev->nraw_pairs * sizeof(struct place), *to = bytes;
	size_t i;

	for (i = 0; i < ev->nraw_pairs; i++) {
		const struct pair *p = &ev->raw_pairs[i];
		struct place at = {0, (uint32_t)p->name.n, 0, (uint32_t)p->value.n};

		if (span) {
			at.name = (uint32_t)(p->name.p - from);
			at.value = p->value.n ? (uint32_t)(p->value.p - from) : 0;
		} else {
			at.name = (uint32_t)(to - bytes);
			to = put(to, p->name);
			at.value = (uint32_t)(to - bytes);
			to = put(to, p->value);
		}
		memcpy(places + i * sizeof(at), &at, sizeof(at));
	}
	if (span)
		memcpy(bytes, from, span);
}

static struct slice
clip(struct slice s)
{
	return slice_make(s.p, s.n > LIMIT_NAME_BYTES ? LIMIT_NAME_BYTES : s.n);
}

void
rawring_add(struct rawring *r, unsigned model, const struct event *ev)
{
	char key[VALUE_KEY_BYTES];
	struct slice version = clip(ev->version), id = clip(ev->id),
		     prediction = clip(value_key(&ev->prediction, key));
	struct record rec = {.seq = r->next, .ts_ms = ev->ts_ms, .arrival_ms = ev->arrival_ms};
	const char *from = NULL;
	size_t span = 0, raw_bytes = ev->raw.n, bytes;
	char *to;

	if (!ev->raw.n && ev->nraw_pairs) {
		rec.npairs = (uint32_t)ev->nraw_pairs;
		raw_bytes = pairs_total(ev);
		span = pairs_span(ev, &from, raw_bytes);
		raw_bytes = span ? span : raw_bytes;
	}
	bytes = round_up(sizeof(rec) + version.n + id.n + prediction.n +
			 rec.npairs * sizeof(struct place) + raw_bytes);
	if (bytes > r->size / 4)
		return;
	if (r->head + bytes > r->size) {
		make_room(r, r->head, r->size - r->head);
		r->head = 0;
	}
	make_room(r, r->head, bytes);
	rec.bytes = (uint32_t)bytes;
	rec.model = model;
	rec.latency_ms = ev->latency_ms;
	rec.score = ev->score.kind == VALUE_NUMBER ? ev->score.num : (double)NAN;
	rec.raw_bytes = (uint32_t)raw_bytes;
	rec.version_bytes = (uint16_t)version.n;
	rec.id_bytes = (uint16_t)id.n;
	rec.prediction_bytes = (uint16_t)prediction.n;
	rec.failed = ev->failed;
	rec.of_entry = ev->of_entry;
	rec.source = ev->source;
	rec.stream = ev->stream;
	rec.entry_seq = ev->entry_seq;
	to = r->bytes + r->head;
	memcpy(to, &rec, sizeof(rec));
	to = put(put(put(to + sizeof(rec), version), id), prediction);
	if (rec.npairs)
		put_pairs(to, ev, from, span);
	else
		put(to, ev->raw);
	r->places[r->next % PLACES] = r->head;
	r->head += bytes;
	r->next++;
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool
json_make(struct json *j, const char *places, const struct record *rec)
{
	const char *bytes = places + rec->npairs * sizeof(struct place);
	struct pair *pairs = mem_alloc(rec->npairs * sizeof(*pairs));
	struct event ev = {.raw_pairs = pairs, .nraw_pairs = rec->npairs};
	uint32_t i;
	char *grown;

	if (!pairs)
		return false;
	for (i = 0; i < rec->npairs; i++) {
		struct place at;

		memcpy(&at, places + i * sizeof(at), sizeof(at));
		pairs[i].name = slice_make(bytes + at.name, at.name_bytes);
		pairs[i].value = slice_make(bytes + at.value, at.value_bytes);
	}
	j->n = event_raw_json(&ev, j->text, j->cap);
	if (j->n > j->cap) {
		grown = mem_grow(j->text, &j->cap, j->n, 1);
		if (grown) {
			j->text = grown;
			event_raw_json(&ev, j->text, j->cap);
		}
	}
	mem_free(pairs);
	return j->n <= j->cap;
}

/* A flat entry's JSON is made when it is looked at, and kept: it is looked at in every frame. */
static struct slice
raw_text(const struct rawring *r, const struct record *rec, const char *raw)
{
	struct json *j = &r->cache->slots[rec->seq % JSONS];

	if (!rec->npairs)
		return slice_make(raw, rec->raw_bytes);
	if (j->seq != rec->seq) {
		j->seq = 0;
		if (!json_make(j, raw, rec))
			return slice_make(NULL, 0);
		j->seq = rec->seq;
	}
	return slice_make(j->text, j->n);
}

bool
rawring_get(const struct rawring *r, uint64_t seq, struct raw_event *out)
{
	struct record rec;
	const char *p;

	if (seq < r->first || seq >= r->next)
		return false;
	rec = record_at(r, r->places[seq % PLACES]);
	p = r->bytes + r->places[seq % PLACES] + sizeof(rec);
	out->seq = seq;
	out->model = rec.model;
	out->ts_ms = rec.ts_ms;
	out->arrival_ms = rec.arrival_ms;
	out->failed = rec.failed;
	out->flat = rec.npairs > 0;
	out->of_entry = rec.of_entry;
	out->source = rec.source;
	out->stream = rec.stream;
	out->entry_seq = rec.entry_seq;
	out->latency_ms = rec.latency_ms;
	out->score = rec.score;
	out->version = slice_make(p, rec.version_bytes);
	p += rec.version_bytes;
	out->id = slice_make(p, rec.id_bytes);
	p += rec.id_bytes;
	out->prediction = slice_make(p, rec.prediction_bytes);
	out->raw = raw_text(r, &rec, p + rec.prediction_bytes);
	return true;
}

bool
rawring_before(const struct rawring *r, size_t model, uint64_t before, struct raw_event *out)
{
	uint64_t seq = before < r->next ? before : r->next;

	while (seq > r->first) {
		seq--;
		if (model == SIZE_MAX || record_at(r, r->places[seq % PLACES]).model == model)
			return rawring_get(r, seq, out);
	}
	return false;
}
