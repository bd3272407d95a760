/*
 * What is done to a store, told to whoever writes it down (core/tape.h): doing the same again to a store that was in
 * the same state leads to the same state, bit for bit.
 *
 * The store's state is a function of the deltas merged, the facts applied and the ticks that judge, in their order;
 * ticks that do not judge change nothing that lasts. What changes a model in another way (a baseline, another reference
 * on it, what an earlier run saved) is told as `model`, before anything else is done to it: whoever writes takes all of
 * its state down then.
 */
#ifndef CORE_JOURNAL_H
#define CORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct delta;
struct event;
struct fact;
struct store;

/* Called from within the store's writing calls, behind what they tell of; may read the store and not write it. */
struct journal {
	void *ctx;
	/*
	 * alone: joined with the delta merged before it or behind it, it would not lead to the same: rules were judged
	 * or an evaluation window ended within it, or it says when a source came to a new slot.
	 */
	void (*merged)(void *ctx, const struct store *s, const struct delta *d, bool alone);
	/* Its binning is about to go: what was merged on it must be written before it does. */
	void (*leave)(void *ctx, const struct store *s, size_t model);
	void (*model)(void *ctx, const struct store *s, size_t model);
	void (*fact)(void *ctx, const struct store *s, const struct fact *f);
	void (*tick)(void *ctx, const struct store *s, int64_t arrival_ms, bool judged);
	/* Counted in the open delta, with the index of its model. */
	void (*event)(void *ctx, const struct store *s, size_t model, const struct event *ev);
};

/* j NULL: nobody; else borrowed, and all that it has must be set. */
void store_set_journal(struct store *s, const struct journal *j);

#endif
