/*
 * Levels of PSI that hold for one input or output each, as somebody has said while the program ran: in place of what a
 * configuration says of it. By names: what they are about may be seen later, or in another store.
 */
#ifndef CORE_LEVELS_H
#define CORE_LEVELS_H

#include <stddef.h>

#include "core/bytes.h"
#include "core/err.h"
#include "core/fact.h"
#include "core/slice.h"

#define LEVELS_MAX 1024
#define LEVEL_MAX 1e6 /* of PSI: far beyond what any two histograms come to */

struct levels_row {
	struct fact_levels is;
	char *names; /* what its texts point into */
};

struct levels {
	struct levels_row *list; /* each pair of names once */
	size_t n, cap;
};

/* Both are numbers from 0 (the default holds) to LEVEL_MAX, and watch is not above drift. ERR_INVALID. */
int levels_check(const struct fact_levels *f, struct err *err);

/* Its texts are copied. ERR_INVALID, as levels_check; ERR_LIMIT, ERR_NOMEM: then all is as it was. O(n). */
int levels_put(struct levels *l, const struct fact_levels *f, struct err *err);

/* NULL: nothing was said of it. O(n). */
const struct fact_levels *levels_find(const struct levels *l, struct slice model, struct slice feature);

/* All of them, in place of those that are there. ERR_NOMEM: then all is as it was. */
int levels_copy(struct levels *out, const struct levels *from, struct err *err);
void levels_release(struct levels *l);

/* How many, and each: model, feature, watch, drift. A failure is the writer's. */
void levels_write(const struct levels *l, struct bytes *to);
/* Into *l, which is empty. ERR_FORMAT, ERR_NOMEM: what was read is in it. */
int levels_read(struct levels *l, struct bytes_reader *from, struct err *err);

#endif
