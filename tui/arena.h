/* Memory for the texts and rows of one view: taken piece by piece, given back all at once. */
#ifndef TUI_ARENA_H
#define TUI_ARENA_H

#include <stddef.h>

#include "core/slice.h"

struct arena_block;

struct arena {
	struct arena_block *blocks; /* newest first */
	size_t used;                /* of the newest */
};

/* An all-zero struct is an empty arena. */
void arena_clear(struct arena *a);   /* keeps one block for the next round */
void arena_release(struct arena *a); /* gives all back */

/* Aligned for any type, not zeroed; NULL when out of memory. */
void *arena_take(struct arena *a, size_t bytes);

/* A copy of the text; an empty slice when out of memory: what cannot be held is left out. */
struct slice arena_text(struct arena *a, struct slice text);

#endif
