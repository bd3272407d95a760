/*
 * Counters in as few bytes as their largest needs: 1 each, and 2 or 4 from the first one on that does not fit. What 4
 * do not hold stays at the most: whoever counts that far has long known what there is to know.
 */
#ifndef CORE_PACKED_H
#define CORE_PACKED_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/* Zeroed: empty, and releasable. */
struct packed {
	size_t n;
	uint8_t width; /* bytes a counter; 0: no memory yet */
	void *counts;
};

void packed_release(struct packed *p);

/*
 * Makes sure that packed_add of the same counts can do it: `total` counters or as many as there are, new ones zero,
 * and wide enough. ERR_NOMEM: as it was.
 */
int packed_room(
    struct packed *p, size_t total, size_t at, const uint64_t *counts, size_t n, struct err *err);

/* Adds n counts from place `at` on. */
void packed_add(struct packed *p, size_t at, const uint64_t *counts, size_t n);

/* Reads n of them, zeros where there is no memory yet. */
void packed_get(const struct packed *p, size_t at, uint64_t *counts, size_t n);

#endif
