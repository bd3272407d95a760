/*
 * The dictionary of a categorical feature: its baseline's most frequent values by name, all its known values by hash.
 *
 * Built once from the baseline, then frozen: a value has one cell for ever. Cells 0..k-1 are the named values, most
 * frequent first (ties: smaller bytes first); TOPVALS_OTHER is a known value that is not named, TOPVALS_UNSEEN one the
 * baseline never had. Beyond LIMIT_KNOWN_VALUES distinct values nobody can tell these two apart: everything not named
 * is then OTHER, and the unseen rate is null (`open`).
 */
#ifndef CORE_TOPVALS_H
#define CORE_TOPVALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/limits.h"
#include "core/slice.h"

#define TOPVALS_OTHER  LIMIT_TOP_VALUES
#define TOPVALS_UNSEEN (LIMIT_TOP_VALUES + 1)
#define TOPVALS_CELLS  (LIMIT_TOP_VALUES + 2)

struct topval {
	struct slice value; /* owned by the dictionary, NUL behind it */
	uint64_t hash;	    /* slice_hash(value) */
	uint64_t count;	    /* rows of the baseline */
};

struct topvals {
	size_t k; /* named values, at most LIMIT_TOP_VALUES */
	struct topval *named;
	char *bytes;	     /* their text */
	uint8_t *index;	     /* slots of named values by hash: cell + 1, 0 is free; mask + 1 slots */
	uint32_t index_mask;
	uint64_t *known;     /* hashes of the known values that are not named, 0 is free; NULL: none */
	uint32_t known_mask;
	bool known_zero;     /* the hash 0 is known */
	bool hidden;	     /* the known values are not told, though they are counted: a reader may not know them */
	bool open;	     /* more distinct values than are kept: unseen cannot be told */
	uint64_t distinct;   /* of the baseline; where open a lower bound */
	uint64_t once;	     /* values that occur once there (Good-Turing); meaningless where open */
	uint64_t rows;	     /* rows with a value */
	uint64_t other;	     /* rows of values not named */
};

void topvals_release(struct topvals *t);

/* Cell of a value: 0..k-1, TOPVALS_OTHER or TOPVALS_UNSEEN. hash must be slice_hash(value). */
unsigned topvals_find_hash(const struct topvals *t, struct slice value, uint64_t hash);

static inline unsigned
topvals_find(const struct topvals *t, struct slice value)
{
	return topvals_find_hash(t, value, slice_hash(value));
}

/* As topvals_find, with a guess (the cell of the previous row; any number): no hash where it is right. */
static inline unsigned
topvals_find_hint(const struct topvals *t, struct slice value, unsigned guess)
{
	if (guess < t->k && slice_eq_short(t->named[guess].value, value))
		return guess;
	return topvals_find(t, value);
}

/*
 * Puts a dictionary together from its parts, as a baseline file holds them: k values with counts in cell order, the
 * hashes of the other known values (NULL where `open`), and the totals. Everything is copied. ERR_INVALID if k is over
 * the limit, a value is there twice, or counts do not add up; ERR_NOMEM.
 */
struct topvals_parts {
	const struct slice *values;
	const uint64_t *counts;
	size_t k;
	const uint64_t *known; /* of values not named; any order */
	size_t nknown;
	bool hidden; /* there are others, whose hashes are not given: whoever has it can count none, and read all */
	bool open;
	uint64_t distinct, once, rows;
};
int topvals_init(struct topvals *t, const struct topvals_parts *parts, struct err *err);

/* Hashes of the known values that are not named, ascending (for a file). out: distinct - k places. Returns how many. */
size_t topvals_known(const struct topvals *t, uint64_t *out, size_t cap);

/*
 * Counting a baseline. Memory is bounded: at most LIMIT_KNOWN_VALUES distinct values are held (24 bytes each), and at
 * most TOPVALS_TEXT_BYTES of their text. Past the first, the rarest values are forgotten and the dictionary is `open`;
 * past the second, the rarest values keep their hash and count and lose their text until they occur again. Up to both
 * limits everything is exact and does not depend on the order of rows.
 */
#define TOPVALS_TEXT_BYTES (2 << 20)

struct topvals_builder;

int topvals_builder_new(struct topvals_builder **out, struct err *err);
void topvals_builder_free(struct topvals_builder *b);
int topvals_builder_add(struct topvals_builder *b, struct slice value, struct err *err); /* ERR_NOMEM: not counted */
uint64_t topvals_builder_rows(const struct topvals_builder *b);
uint64_t topvals_builder_distinct(const struct topvals_builder *b);

/* Freezes what was counted into *t (release it with topvals_release); the builder stays as it is. */
int topvals_build(const struct topvals_builder *b, struct topvals *t, struct err *err);

#endif
