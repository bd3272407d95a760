/*
 * Classes and numbers as predictions are compared with labels: as numbers where both read as numbers ("1", 1.0 and 1e0
 * are one class), else as text ("true" is not 1).
 *
 * A model's classes are texts with an index each, up to LIMIT_CLASSES. What is beyond that, or a number that is not
 * whole, has no index and still compares exactly.
 */
#ifndef CORE_TRUTH_H
#define CORE_TRUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "core/event.h"
#include "core/names.h"

#define CLASS_OTHER LIMIT_CLASSES

enum truth_kind { TRUTH_NONE = 0, TRUTH_NUMBER, TRUTH_TEXT };

struct truth {
	uint64_t bits; /* of the double, or the text's hash */
	uint8_t kind;
	uint8_t cls; /* index, or CLASS_OTHER */
};

struct classes {
	struct names names;
	uint8_t whole[LIMIT_CLASSES]; /* of the number 0, 1, ...: index + 1 */
	size_t last;                  /* text looked up last */
};

void classes_init(struct classes *c); /* allocates nothing */
void classes_release(struct classes *c);

/* TRUTH_NONE for what is missing, not finite or not a scalar. Without memory for a new class it is CLASS_OTHER. */
struct truth classes_truth(struct classes *c, const struct value *v);

static inline struct slice
classes_name(const struct classes *c, unsigned cls)
{
	return cls < c->names.count ? names_at(&c->names, cls) : slice_make(NULL, 0);
}

double truth_number(struct truth t); /* NaN unless TRUTH_NUMBER */

static inline bool
truth_eq(struct truth a, struct truth b)
{
	return a.kind == b.kind && a.bits == b.bits;
}

#endif
