/*
 * One number over all statistical integers of a store: equal states have equal hashes, and whatever was read
 * in another way but is the same has the same state. For tests and for comparing a replay with what it replays.
 *
 * In it: totals, windows, panes, histograms, extremes, versions, open evaluation windows, growing baselines,
 * evidence, frozen references. Left out, because they are for display and keep what came first: new values,
 * samples, raw events, names, sources; and what says how it was read: late events, gaps from one event to the next.
 */
#ifndef CORE_STATE_HASH_H
#define CORE_STATE_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include "core/store.h"

/* O(everything). *complete (may be NULL) is false where memory was short and parts were left out. */
uint64_t state_hash(const struct store *s, bool *complete);

#endif
