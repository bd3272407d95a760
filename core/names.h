/*
 * A set of names, each with an index that it keeps for ever: models, features, versions, values of
 * a row buffer.
 */
#ifndef CORE_NAMES_H
#define CORE_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/slice.h"

#define NAMES_NONE SIZE_MAX

struct names {
	char *bytes; /* all names, one behind the other */
	size_t used, cap;
	uint32_t *starts; /* count + 1 of them */
	uint64_t *hashes;
	size_t count, starts_cap, hashes_cap;
	uint32_t *table; /* index + 1, 0: free; open addressing, at most half full */
	size_t slots;    /* a power of two */
};

void names_init(struct names *n); /* allocates nothing */
void names_release(struct names *n);

/* The index, or NAMES_NONE. */
size_t names_find(const struct names *n, struct slice name);

/* Finds or adds. ERR_NOMEM, or ERR_LIMIT beyond 4 GiB of names; the set is then as it was. */
int names_add(struct names *n, struct slice name, size_t *index, struct err *err);

/* Borrowed until the next names_add. */
static inline struct slice
names_at(const struct names *n, size_t index)
{
	return slice_make(n->bytes + n->starts[index], n->starts[index + 1] - n->starts[index]);
}

#endif
