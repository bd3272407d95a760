#include "core/names.h"

#include "core/mem.h"

void
names_init(struct names *n)
{
	memset(n, 0, sizeof(*n));
}

void
names_release(struct names *n)
{
	mem_free(n->bytes);
	mem_free(n->starts);
	mem_free(n->hashes);
	mem_free(n->table);
	names_init(n);
}

/* The slot that holds `name`, or the free one where it belongs. There is always a free one. */
static size_t
slot_of(const struct names *n, struct slice name, uint64_t hash)
{
	size_t mask = n->slots - 1;
	size_t i = (size_t)hash & mask;

	for (; n->table[i]; i = (i + 1) & mask) {
		size_t index = n->table[i] - 1;

		if (n->hashes[index] == hash && slice_eq(names_at(n, index), name))
			break;
	}
	return i;
}

size_t
names_find(const struct names *n, struct slice name)
{
	size_t slot;

	if (!n->count)
		return NAMES_NONE;
	slot = slot_of(n, name, slice_hash(name));
	return n->table[slot] ? n->table[slot] - 1 : NAMES_NONE;
}

static int
grow_table(struct names *n, struct err *err)
{
	size_t slots = n->slots ? n->slots * 2 : 16;
	uint32_t *table = mem_calloc(slots, sizeof(*table));
	size_t i;

	if (!table)
		return err_nomem(err);
	for (i = 0; i < n->count; i++) {
		size_t at = (size_t)n->hashes[i] & (slots - 1);

		while (table[at])
			at = (at + 1) & (slots - 1);
		table[at] = (uint32_t)(i + 1);
	}
	mem_free(n->table);
	n->table = table;
	n->slots = slots;
	return 0;
}

static int
reserve(struct names *n, size_t bytes, struct err *err)
{
	char *text;
	uint32_t *starts;
	uint64_t *hashes;

	if (n->used + bytes > UINT32_MAX || n->count + 1 >= UINT32_MAX)
		return err_set(err, ERR_LIMIT, "too many different names");
	text = mem_grow(n->bytes, &n->cap, n->used + bytes + 1, 1);
	if (!text)
		return err_nomem(err);
	n->bytes = text;
	starts = mem_grow(n->starts, &n->starts_cap, n->count + 2, sizeof(*starts));
	if (!starts)
		return err_nomem(err);
	n->starts = starts;
	n->starts[0] = 0;
	hashes = mem_grow(n->hashes, &n->hashes_cap, n->count + 1, sizeof(*hashes));
	if (!hashes)
		return err_nomem(err);
	n->hashes = hashes;
	if ((n->count + 1) * 2 > n->slots)
		return grow_table(n, err);
	return 0;
}

int
names_add(struct names *n, struct slice name, size_t *index, struct err *err)
{
	uint64_t hash = slice_hash(name);
	size_t slot;
	int rc;

	if (n->count) {
		slot = slot_of(n, name, hash);
		if (n->table[slot]) {
			*index = n->table[slot] - 1;
			return 0;
		}
	}
	rc = reserve(n, name.n, err);
	if (rc)
		return rc;
	slot = slot_of(n, name, hash);
	if (name.n)
		memcpy(n->bytes + n->used, name.p, name.n);
	n->used += name.n;
	n->hashes[n->count] = hash;
	n->starts[n->count + 1] = (uint32_t)n->used;
	n->table[slot] = (uint32_t)++n->count;
	*index = n->count - 1;
	return 0;
}
