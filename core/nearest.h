/* Which name was meant: edit distance between a word and the names that exist. */
#ifndef CORE_NEAREST_H
#define CORE_NEAREST_H

#include <stddef.h>

#include "core/slice.h"

/* The search goes name by name, so that any table can be walked: best is NULL until one is near enough. */
struct nearest {
	struct slice word;
	const char *best;
	size_t least; /* edits to it */
};

void nearest_init(struct nearest *n, struct slice word);
void nearest_offer(struct nearest *n, const char *name);

/* The name that is near enough to be meant; NULL: none. */
const char *nearest_name(const struct nearest *n);

#endif
