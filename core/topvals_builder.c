/*
 * Counting a baseline's values within bounded memory.
 *
 * One open-addressing table of entries; the text of values lies in one block beside it. Both are bounded, and both are
 * made room in by the same ranking, most frequent first, ties by bytes: the better half stays. So what is dropped is
 * never what the dictionary would have named, unless a value that was rare until then becomes frequent afterwards, and
 * such a value is taken up again when it next occurs.
 */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/topvals.h"

#define NO_TEXT UINT32_MAX

struct entry {
	uint64_t hash;
	uint64_t count;
	uint32_t text; /* offset in bytes, or NO_TEXT */
	uint32_t len;
};

struct topvals_builder {
	struct entry *entries;
	size_t n, cap;
	uint32_t *slots; /* index + 1 of an entry, 0 is free */
	uint32_t mask;
	char *text;
	size_t text_used, text_cap;
	uint64_t text_floor; /* values of at most this count may have lost their text */
	uint64_t rows;
	bool open;
};

/* An entry as the ranking sees it: qsort has no context, so its text comes along. */
struct ranked {
	uint64_t count;
	struct slice value;
	uint32_t entry;
	bool has_text;
};

int
topvals_builder_new(struct topvals_builder **out, struct err *err)
{
	*out = mem_calloc(1, sizeof(**out));
	return *out ? 0 : err_nomem(err);
}

void
topvals_builder_free(struct topvals_builder *b)
{
	if (!b)
		return;
	mem_free(b->entries);
	mem_free(b->slots);
	mem_free(b->text);
	mem_free(b);
}

uint64_t
topvals_builder_rows(const struct topvals_builder *b)
{
	return b->rows;
}

uint64_t
topvals_builder_distinct(const struct topvals_builder *b)
{
	return b->n;
}

static struct slice
entry_value(const struct topvals_builder *b, const struct entry *e)
{
	return e->text == NO_TEXT ? slice_make(NULL, 0) : slice_make(b->text + e->text, e->len);
}

static void
slots_fill(struct topvals_builder *b)
{
	size_t i;

	memset(b->slots, 0, (b->mask + (size_t)1) * sizeof(*b->slots));
	for (i = 0; i < b->n; i++) {
		uint32_t at = (uint32_t)b->entries[i].hash & b->mask;

		while (b->slots[at])
			at = (at + 1) & b->mask;
		b->slots[at] = (uint32_t)(i + 1);
	}
}

/* The value's slot, or the free one where it would go. A value without text is told by its hash and length. */
static uint32_t
slot_find(const struct topvals_builder *b, struct slice value, uint64_t hash)
{
	uint32_t at = (uint32_t)hash & b->mask;

	for (; b->slots[at]; at = (at + 1) & b->mask) {
		const struct entry *e = &b->entries[b->slots[at] - 1];

		if (e->hash == hash && e->len == value.n && (e->text == NO_TEXT || slice_eq(entry_value(b, e), value)))
			break;
	}
	return at;
}

static int
rank_order(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	if (x->has_text != y->has_text)
		return x->has_text ? -1 : 1;
	return x->has_text ? slice_cmp(x->value, y->value) : (x->entry > y->entry) - (x->entry < y->entry);
}

/* All entries, most frequent first; the caller frees it. */
static int
rank_all(const struct topvals_builder *b, struct ranked **out, struct err *err)
{
	struct ranked *r = mem_calloc(b->n, sizeof(*r));
	size_t i;

	if (!r)
		return err_nomem(err);
	for (i = 0; i < b->n; i++) {
		const struct entry *e = &b->entries[i];

		r[i] = (struct ranked){e->count, entry_value(b, e), (uint32_t)i, e->text != NO_TEXT};
	}
	qsort(r, b->n, sizeof(*r), rank_order);
	*out = r;
	return 0;
}

/* Keeps the text of the most frequent values, up to half the room. */
static int
drop_texts(struct topvals_builder *b, struct err *err)
{
	struct ranked *ranked;
	size_t i, used = 0;
	bool full = false;
	char *text;

	if (rank_all(b, &ranked, err))
		return ERR_NOMEM;
	text = mem_alloc(b->text_cap);
	if (!text) {
		mem_free(ranked);
		return err_nomem(err);
	}
	for (i = 0; i < b->n; i++) {
		struct entry *e = &b->entries[ranked[i].entry];

		full |= used + e->len > TOPVALS_TEXT_BYTES / 2;
		if (full && e->count > b->text_floor)
			b->text_floor = e->count;
		if (full || e->text == NO_TEXT) {
			e->text = NO_TEXT;
			continue;
		}
		if (e->len)
			memcpy(text + used, b->text + e->text, e->len);
		e->text = (uint32_t)used;
		used += e->len;
	}
	mem_free(ranked);
	mem_free(b->text);
	b->text = text;
	b->text_used = used;
	return 0;
}

/* Forgets the rarer half of the values. From here on nobody can tell a new value from a forgotten one. */
static int
drop_entries(struct topvals_builder *b, struct err *err)
{
	struct ranked *ranked;
	struct entry *kept;
	size_t i;

	if (rank_all(b, &ranked, err))
		return ERR_NOMEM;
	kept = mem_calloc(b->cap, sizeof(*kept));
	if (!kept) {
		mem_free(ranked);
		return err_nomem(err);
	}
	b->n /= 2;
	for (i = 0; i < b->n; i++)
		kept[i] = b->entries[ranked[i].entry];
	mem_free(ranked);
	mem_free(b->entries);
	b->entries = kept;
	b->open = true;
	slots_fill(b);
	return 0;
}

static int
text_put(struct topvals_builder *b, struct slice value, uint32_t *at, struct err *err)
{
	char *grown;

	if (b->text_used + value.n > TOPVALS_TEXT_BYTES && drop_texts(b, err))
		return ERR_NOMEM;
	grown = mem_grow(b->text, &b->text_cap, b->text_used + value.n, 1);
	if (!grown)
		return err_nomem(err);
	b->text = grown;
	if (value.n)
		memcpy(b->text + b->text_used, value.p, value.n);
	*at = (uint32_t)b->text_used;
	b->text_used += value.n;
	return 0;
}

/* Makes sure that one more entry fits and at most half of the slots are taken. */
static int
make_room(struct topvals_builder *b, struct err *err)
{
	struct entry *grown;
	uint32_t *slots;
	uint32_t size;

	if (b->n == LIMIT_KNOWN_VALUES && drop_entries(b, err))
		return ERR_NOMEM;
	grown = mem_grow(b->entries, &b->cap, b->n + 1, sizeof(*grown));
	if (!grown)
		return err_nomem(err);
	b->entries = grown;
	if (b->slots && 2 * (b->n + 1) <= b->mask + (size_t)1)
		return 0;
	size = b->slots ? 2 * (b->mask + 1) : 16;
	slots = mem_calloc(size, sizeof(*slots));
	if (!slots)
		return err_nomem(err);
	mem_free(b->slots);
	b->slots = slots;
	b->mask = size - 1;
	slots_fill(b);
	return 0;
}

static int
entry_new(struct topvals_builder *b, struct slice value, uint64_t hash, struct err *err)
{
	struct entry e = {hash, 1, NO_TEXT, (uint32_t)value.n};

	if (make_room(b, err))
		return ERR_NOMEM;
	if (b->text_floor == 0 && text_put(b, value, &e.text, err))
		return ERR_NOMEM;
	/* Making room for the text may just have raised the floor; a text more does no harm. */
	b->entries[b->n] = e;
	b->n++;
	b->slots[slot_find(b, value, hash)] = (uint32_t)b->n;
	return 0;
}

int
topvals_builder_add(struct topvals_builder *b, struct slice value, struct err *err)
{
	uint64_t hash = slice_hash(value);
	uint32_t slot = b->slots ? b->slots[slot_find(b, value, hash)] : 0;

	if (slot == 0) {
		if (entry_new(b, value, hash, err))
			return ERR_NOMEM;
	} else {
		struct entry *e = &b->entries[slot - 1];

		if (e->text == NO_TEXT && e->count >= b->text_floor && text_put(b, value, &e->text, err))
			return ERR_NOMEM;
		e->count++;
	}
	b->rows++;
	return 0;
}

int
topvals_build(const struct topvals_builder *b, struct topvals *t, struct err *err)
{
	struct slice values[LIMIT_TOP_VALUES];
	uint64_t counts[LIMIT_TOP_VALUES];
	struct topvals_parts parts = {
	    .values = values, .counts = counts, .open = b->open, .distinct = b->n, .rows = b->rows};
	struct ranked *ranked;
	uint64_t *known;
	size_t i;
	int rc;

	memset(t, 0, sizeof(*t));
	if (rank_all(b, &ranked, err))
		return ERR_NOMEM;
	known = mem_alloc(b->n * sizeof(*known));
	if (!known) {
		mem_free(ranked);
		return err_nomem(err);
	}
	for (i = 0; i < b->n; i++) {
		parts.once += ranked[i].count == 1;
		if (parts.k < LIMIT_TOP_VALUES && ranked[i].has_text) {
			values[parts.k] = ranked[i].value;
			counts[parts.k++] = ranked[i].count;
		} else {
			known[parts.nknown++] = b->entries[ranked[i].entry].hash;
		}
	}
	parts.known = b->open ? NULL : known;
	parts.nknown = b->open ? 0 : parts.nknown;
	rc = topvals_init(t, &parts, err);
	mem_free(known);
	mem_free(ranked);
	return rc;
}
