/*
 * Deltas joined to one: what several merges added, as one merge would add it. Whether it then leads to the same state
 * is the journal's to say (core/journal.h).
 */
#ifndef CORE_DELTA_JOIN_H
#define CORE_DELTA_JOIN_H

#include <stdbool.h>

#include "core/delta.h"
#include "core/err.h"

/* Whether `to` has room for the panes, versions and hours of `from`, and for no model another binning. */
bool delta_joins(const struct delta *to, const struct delta *from);

/* Adds `from`, which must be settled and fit. ERR_NOMEM: a part of it may have been added. O(cells). */
int delta_join(struct delta *to, const struct delta *from, struct err *err);

#endif
