#include "collectors/keymap.h"

#include "collectors/json_scan.h"
#include "core/mem.h"

/* Six bytes for each byte of a name, were all of them written as \u00XX: what is behind cannot
 * matter. */
#define KEYMAP_RAW_BYTES ((size_t)6 * LIMIT_NAME_BYTES)
#define KEYMAP_TRIM_NODES (2 * LIMIT_FEATURES)
#define KEYMAP_TRIM_BYTES ((size_t)1 << 20)

const struct keymap_alias_row keymap_aliases[KEY_MEANINGS] = {
    [KEY_FIELD] = {{NULL}},
    [KEY_TS] = {{"ts", "timestamp", "time", "event_time", NULL}},
    [KEY_ID] = {{"id", "request_id", "event_id", "inference_id", NULL}},
    [KEY_MODEL] = {{"model", "model_name", NULL}},
    [KEY_VERSION] = {{"version", "model_version", NULL}},
    [KEY_FEATURES] = {{"features", "inputs", "input", NULL}},
    [KEY_PREDICTION] = {{"prediction", "pred", "y_pred", "output", NULL}},
    [KEY_SCORE] = {{"score", "probability", NULL}},
    [KEY_PROBA] = {{"proba", "probabilities", NULL}},
    [KEY_LATENCY] = {{"latency_ms", "latency", "duration_ms", "latency_s", "duration_s", NULL}},
    [KEY_STATUS] = {{"status", NULL}},
    [KEY_LABEL] = {{"label", "y_true", "target", "truth", NULL}},
    [KEY_ERROR] = {{"error", "exception", NULL}},
};

enum key_meaning
keymap_meaning(struct slice name, unsigned *rank)
{
	unsigned meaning, i;

	for (meaning = KEY_FIELD + 1; meaning < KEY_MEANINGS; meaning++)
		for (i = 0; keymap_aliases[meaning].names[i]; i++)
			if (slice_is(name, keymap_aliases[meaning].names[i])) {
				if (rank)
					*rank = i;
				return (enum key_meaning)meaning;
			}
	return KEY_FIELD;
}

/* ---- the two hash tables --------------------------------------------------------------------- */

static uint64_t
node_hash(uint32_t parent, struct slice raw)
{
	return slice_hash(raw) + parent * UINT64_C(0x9e3779b97f4a7c15);
}

/* Room for one entry more at a load of at most one half. The slots hold indices, so growing means
 * putting them in anew. */
static uint32_t *
slots_grow(uint32_t *slots, size_t *cap, size_t used)
{
	size_t want = *cap ? *cap : 64;
	uint32_t *fresh;

	while (want < 2 * (used + 1))
		want *= 2;
	if (slots && want == *cap)
		return slots;
	fresh = mem_alloc(want * sizeof(*fresh));
	if (!fresh)
		return NULL;
	memset(fresh, 0xff, want * sizeof(*fresh));
	mem_free(slots);
	*cap = want;
	return fresh;
}

static void
slot_put(uint32_t *slots, size_t cap, uint64_t hash, uint32_t index)
{
	size_t i = (size_t)hash & (cap - 1);

	while (slots[i] != KEYMAP_NONE)
		i = (i + 1) & (cap - 1);
	slots[i] = index;
}

static bool
node_slots_room(struct keymap *m)
{
	size_t before = m->node_slots_cap;
	uint32_t *slots = slots_grow(m->node_slots, &m->node_slots_cap, m->nnodes);
	size_t i;

	if (!slots)
		return false;
	m->node_slots = slots;
	if (before != m->node_slots_cap)
		for (i = 0; i < m->nnodes; i++)
			slot_put(slots, m->node_slots_cap,
			    node_hash(m->nodes[i].parent, m->nodes[i].raw), (uint32_t)i);
	return true;
}

static bool
name_slots_room(struct keymap *m)
{
	size_t before = m->name_slots_cap;
	uint32_t *slots = slots_grow(m->name_slots, &m->name_slots_cap, m->nnames);
	size_t i;

	if (!slots)
		return false;
	m->name_slots = slots;
	if (before != m->name_slots_cap)
		for (i = 0; i < m->nnames; i++)
			slot_put(
			    slots, m->name_slots_cap, slice_hash(m->names[i].name), (uint32_t)i);
	return true;
}

static uint32_t
node_find(const struct keymap *m, uint32_t parent, struct slice raw)
{
	size_t i = (size_t)node_hash(parent, raw) & (m->node_slots_cap - 1);

	for (; m->node_slots[i] != KEYMAP_NONE; i = (i + 1) & (m->node_slots_cap - 1)) {
		const struct keymap_node *n = &m->nodes[m->node_slots[i]];

		if (n->parent == parent && slice_eq(n->raw, raw))
			return m->node_slots[i];
	}
	return KEYMAP_NONE;
}

/* Appends to *items; the bytes of `text` are copied into *copy. */
static void *
item_room(void *items, size_t *cap, size_t n, size_t bytes, struct slice text, char **copy)
{
	void *grown = mem_grow(items, cap, n + 1, bytes);

	*copy = grown ? mem_dup(text.p, text.n) : NULL;
	return grown;
}

static uint32_t
name_find_or_add(struct keymap *m, struct slice name)
{
	struct keymap_name *grown;
	char *copy;
	size_t i;

	if (!name_slots_room(m))
		return KEYMAP_NONE;
	i = (size_t)slice_hash(name) & (m->name_slots_cap - 1);
	for (; m->name_slots[i] != KEYMAP_NONE; i = (i + 1) & (m->name_slots_cap - 1))
		if (slice_eq(m->names[m->name_slots[i]].name, name))
			return m->name_slots[i];
	grown = item_room(m->names, &m->names_cap, m->nnames, sizeof(*grown), name, &copy);
	if (grown)
		m->names = grown;
	if (!copy)
		return KEYMAP_NONE;
	m->names[m->nnames] = (struct keymap_name){slice_make(copy, name.n), 0, 0};
	m->bytes += name.n;
	m->name_slots[i] = (uint32_t)m->nnames;
	return (uint32_t)m->nnames++;
}

static uint32_t
node_add(struct keymap *m, struct keymap_node node)
{
	struct keymap_node *grown;
	char *copy = NULL;

	if (node_slots_room(m)) {
		grown =
		    item_room(m->nodes, &m->nodes_cap, m->nnodes, sizeof(*grown), node.raw, &copy);
		if (grown)
			m->nodes = grown;
	}
	if (!copy)
		return KEYMAP_NONE;
	node.raw.p = copy;
	m->bytes += node.raw.n;
	m->nodes[m->nnodes] = node;
	slot_put(m->node_slots, m->node_slots_cap, node_hash(node.parent, node.raw),
	    (uint32_t)m->nnodes);
	return (uint32_t)m->nnodes++;
}

/* ---- names ----------------------------------------------------------------------------------- */

/* Whether names below this node stand for themselves: roots, and the object that holds the features
 * or the classes. */
static bool
is_scope(const struct keymap *m, uint32_t node)
{
	return node <= KEYMAP_FLAT || m->nodes[node].meaning == KEY_FEATURES ||
	       m->nodes[node].meaning == KEY_PROBA;
}

/* What a name is called, in out (LIMIT_NAME_BYTES of room): dotted behind its parent's, escapes
 * undone, cut. */
static struct slice
name_make(const struct keymap *m, uint32_t parent, struct slice raw, bool escaped, char *out)
{
	size_t n = 0, cap = LIMIT_NAME_BYTES;
	bool lone = false;

	if (!is_scope(m, parent)) {
		struct slice above = m->names[m->nodes[parent].name].name;

		memcpy(out, above.p, above.n);
		n = above.n;
		if (n < cap)
			out[n++] = '.';
	}
	if (escaped) {
		n += json_unescape(raw, out + n, cap - n, &lone);
	} else {
		size_t fits = json_utf8_cut(raw, cap - n);

		if (fits)
			memcpy(out + n, raw.p, fits);
		n += fits;
	}
	return slice_make(out, n);
}

uint32_t
keymap_child(struct keymap *m, uint32_t parent, struct slice raw, bool escaped)
{
	char buf[LIMIT_NAME_BYTES];
	struct slice written = raw, name;
	struct keymap_node node = {.parent = parent, .next = KEYMAP_NONE};
	unsigned rank = 0;
	uint32_t found;

	if (written.n > KEYMAP_RAW_BYTES)
		written.n = KEYMAP_RAW_BYTES;
	found = node_find(m, parent, written);
	if (found != KEYMAP_NONE)
		return found;
	if (m->nnodes >= KEYMAP_NODES)
		return KEYMAP_NONE;
	node.raw = written;
	if (parent == KEYMAP_FLAT && raw.n > 2 && memcmp(raw.p, "f.", 2) == 0) {
		node.prefixed = true;
		raw = slice_make(raw.p + 2, raw.n - 2);
	}
	name = name_make(m, parent, raw, escaped, buf);
	node.bad_utf8 = !json_utf8_valid(name);
	if (parent <= KEYMAP_FLAT && !node.prefixed) {
		node.meaning = (uint8_t)keymap_meaning(name, &rank);
		node.rank = (uint8_t)rank;
	}
	node.name = name_find_or_add(m, name);
	found = node.name == KEYMAP_NONE ? KEYMAP_NONE : node_add(m, node);
	m->nomem |= found == KEYMAP_NONE;
	return found;
}

/* ---- life ------------------------------------------------------------------------------------ */

/* The two roots are nodes like others, with a parent and a name that nothing else has. */
static bool
roots_add(struct keymap *m)
{
	struct keymap_node root = {.parent = KEYMAP_NONE, .next = KEYMAP_NONE};

	root.raw = slice_of("json");
	root.name = KEYMAP_NONE;
	if (node_add(m, root) != KEYMAP_JSON)
		return false;
	root.raw = slice_of("flat");
	return node_add(m, root) == KEYMAP_FLAT;
}

bool
keymap_init(struct keymap *m)
{
	memset(m, 0, sizeof(*m));
	if (roots_add(m))
		return true;
	keymap_release(m);
	return false;
}

static void
texts_free(struct keymap *m, size_t first_node)
{
	size_t i;

	for (i = first_node; i < m->nnodes; i++)
		mem_free((void *)(uintptr_t)m->nodes[i].raw.p);
	for (i = 0; i < m->nnames; i++)
		mem_free((void *)(uintptr_t)m->names[i].name.p);
}

void
keymap_release(struct keymap *m)
{
	texts_free(m, 0);
	mem_free(m->nodes);
	mem_free(m->names);
	mem_free(m->node_slots);
	mem_free(m->name_slots);
	memset(m, 0, sizeof(*m));
}

void
keymap_trim(struct keymap *m)
{
	uint32_t i;

	m->nomem = false;
	if (m->nnodes <= KEYMAP_TRIM_NODES && m->bytes <= KEYMAP_TRIM_BYTES)
		return;
	/* The tables stay as large as they are, the roots are kept: forgetting cannot fail. */
	texts_free(m, KEYMAP_FLAT + 1);
	m->nnodes = KEYMAP_FLAT + 1;
	m->nnames = 0;
	m->bytes = 0;
	memset(m->node_slots, 0xff, m->node_slots_cap * sizeof(*m->node_slots));
	if (m->name_slots)
		memset(m->name_slots, 0xff, m->name_slots_cap * sizeof(*m->name_slots));
	for (i = 0; i <= KEYMAP_FLAT; i++) {
		m->nodes[i].next = KEYMAP_NONE;
		slot_put(m->node_slots, m->node_slots_cap,
		    node_hash(m->nodes[i].parent, m->nodes[i].raw), i);
	}
}
