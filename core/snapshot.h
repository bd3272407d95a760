/*
 * Whole states of a store as bytes: of each model, and of the fleet, which is all that belongs to no single model. A
 * store that has read them goes on as the one that wrote them, bit for bit, with the same deltas, facts and ticks
 * (core/journal.h). A state is written between two of these.
 *
 * Left out: rules and configuration (the reader's store has the same), raw events, labels that wait, rows that are
 * collected for a baseline, what an earlier run has saved. So a store that has read them is for replay, and nothing is
 * to be ingested by it.
 *
 * Numbers are as in core/bytes.h. Sums of panes are not written but made again. Panes stand whole, by their place in
 * their ring, so that a general compressor finds those of one state in the next.
 */
#ifndef CORE_SNAPSHOT_H
#define CORE_SNAPSHOT_H

#include "core/bytes.h"
#include "core/delta_bytes.h"
#include "core/err.h"
#include "core/store.h"

#define SNAPSHOT_FORMAT 2 /* 1: over-dispersion of segments was not known yet; read as well */

/*
 * What may not be written. Values of such a column become "masked 1", "masked 2"... wherever they are named, also in
 * what alerts say of it; hashes of values are left out; numbers that describe it stay. While there is a mask at all,
 * raw bytes of events (samples of what was rejected, of streams) are left out.
 */
struct snapshot_mask {
	delta_masked_fn *masked;
	const void *ctx;
};

/* mask NULL: everything. A failure (no memory) is the writer's. O(state): a millisecond or two. */
void snapshot_write_model(const struct store *s, size_t model, const struct snapshot_mask *mask, struct bytes *to);
void snapshot_write_fleet(const struct store *s, const struct snapshot_mask *mask, struct bytes *to);

/*
 * Takes the place of the model of that index and name, or makes it as the next one. ERR_FORMAT: those are not the bytes
 * of one; ERR_UNSUPPORTED: a newer program wrote them; ERR_NOMEM. Then the store is as it was.
 */
int snapshot_read_model(struct store *s, struct bytes_reader *r, struct err *err);

/*
 * Replaces everything that belongs to no single model. Models that are not there yet are made, empty, in their order:
 * so it is read before them. Errors as above, and then the store is only to be freed.
 */
int snapshot_read_fleet(struct store *s, struct bytes_reader *r, struct err *err);

#endif
