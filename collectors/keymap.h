/*
 * What the names of an event mean: the one table of known names and their aliases, and for each
 * stream a memory of the names it uses, so that a name seen before is recognised by comparing it
 * once.
 *
 * Producers write the same names in the same order. Each name remembers which one followed it last
 * time; that guess nearly always holds, a hash table serves the rest. Names are kept as written
 * (escapes and all) for recognising, and once more as they are called (escapes undone, dotted, cut
 * to LIMIT_NAME_BYTES) for the event. The latter stay where they are until keymap_trim.
 *
 * Bounded: a stream that makes up names forgets them all now and then; within one event, names
 * beyond KEYMAP_NODES are not kept.
 */
#ifndef COLLECTORS_KEYMAP_H
#define COLLECTORS_KEYMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/limits.h"
#include "core/slice.h"

enum key_meaning {
	KEY_FIELD = 0, /* no known name */
	KEY_TS,
	KEY_ID,
	KEY_MODEL,
	KEY_VERSION,
	KEY_FEATURES,
	KEY_PREDICTION,
	KEY_SCORE,
	KEY_PROBA,
	KEY_LATENCY, /* ms; by a name that ends in _s in seconds */
	KEY_STATUS,
	KEY_LABEL,
	KEY_ERROR,
	KEY_MEANINGS,
};

#define KEY_ALIASES 6

/* names[0] is the name of the contract, the others are its aliases, the ones before going before
 * those behind. */
struct keymap_alias_row {
	const char *names[KEY_ALIASES + 1]; /* ends with NULL */
};

extern const struct keymap_alias_row keymap_aliases[KEY_MEANINGS];

/* The meaning of a name at the top of an event; *rank (may be NULL) is its place in the row. */
enum key_meaning keymap_meaning(struct slice name, unsigned *rank);

#define KEYMAP_NONE UINT32_MAX
#define KEYMAP_NODES (3 * LIMIT_FEATURES)
#define KEYMAP_JSON 0u /* the root of JSON events */
#define KEYMAP_FLAT 1u /* the root of flat entries */

/* A name in its place: below a root, or inside the object that another name holds. */
struct keymap_node {
	struct slice raw; /* as written; at most KEYMAP_RAW_BYTES of it */
	uint32_t parent;
	uint32_t next;         /* the name that followed it last */
	uint32_t name;         /* index of what it is called */
	uint32_t at;           /* for the caller: where its value was put */
	uint64_t seen;         /* for the caller: number of the event it was in last */
	uint8_t meaning, rank; /* below a root */
	bool bad_utf8;
	bool prefixed; /* `f.` in a flat entry: name is without it */
};

struct keymap_name {
	struct slice name;
	uint64_t seen; /* for the caller */
	uint32_t at;
};

struct keymap {
	struct keymap_node *nodes;
	struct keymap_name *names;
	uint32_t *node_slots, *name_slots; /* open addressing, powers of two, KEYMAP_NONE: free */
	size_t nnodes, nnames, nodes_cap, names_cap, node_slots_cap, name_slots_cap;
	size_t bytes;
	bool nomem;
};

/* False: out of memory, and nothing is held. */
bool keymap_init(struct keymap *m);
void keymap_release(struct keymap *m);

/* Between events: forgets everything if there is too much of it. Only after out of memory can it
 * fail. */
void keymap_trim(struct keymap *m);

/*
 * The node of `raw` below `parent`, made if need be. `escaped`: raw is JSON with escapes.
 * KEYMAP_NONE: no room (or m->nomem is set: out of memory).
 */
uint32_t keymap_child(struct keymap *m, uint32_t parent, struct slice raw, bool escaped);

#endif
