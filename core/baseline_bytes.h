/*
 * A baseline as bytes, exact, in its two parts: the binning, which never changes once it is made, and the reference,
 * which may move. For the state directory; the file that people pass around is JSON (core/baseline_write.h).
 *
 * Numbers are as in core/bytes.h. A binning:
 *
 *   model, identity (8 bytes), number of features, and for each: name, output, type, role, number of cells
 *     numeric, where the baseline had values: min max mean median sd (doubles), single, edges, for each bin its bin of
 *       PSI and the mean of its values
 *     categorical: open (1) and hidden (2), rows, distinct, once, named values with their counts, hashes of the
 *       other known ones
 *
 * A reference:
 *
 *   name, kind, own, provisional, events, errors, client errors, from, to, confidence, positive class, whether outputs
 *   are a version's own and which, quality (none, or class names, width, words that are not 0 by their index:
 *   core/quality_book.h), latency buckets and for each feature: rows, non-finite, distinct, singles, beyond, PSI of own
 *   windows, counts of the cells
 *     numeric, with a binning: min max mean median sd, histogram (buckets with their counts)
 *     frozen: 0, or 1 (2: over-dispersion is known of segments too), bins, slots, offset of the clock, days, rows,
 *       values, rates, over-dispersion, counts, counts of the slots
 */
#ifndef CORE_BASELINE_BYTES_H
#define CORE_BASELINE_BYTES_H

#include <stdbool.h>

#include "core/baseline.h"
#include "core/bytes.h"
#include "core/err.h"
#include "core/evidence.h"

/* Failures are remembered by the writer. */
/* masked: by feature, whether values may not be written; NULL: all may. Where any are, the identity is left out. */
void baseline_encode_binning(const struct baseline *b, const bool *masked, struct bytes *to);
/* quality: of the baseline's rows, as it is by now; NULL: no labels. */
void baseline_encode_reference(const struct baseline *b, const struct quality_book *quality, struct bytes *to);

/*
 * Puts a baseline together from both. ERR_FORMAT where they cannot be one, do not belong together, or the identity is
 * another one; ERR_NOMEM. Both readers are then behind what was read.
 */
int baseline_decode(
    struct baseline **out, struct bytes_reader *binning, struct bytes_reader *reference, struct err *err);

/* What stands for the i-th value that may not be written: "masked 1". */
#define BASELINE_MASKED_BYTES 32
struct slice baseline_masked_text(size_t i, char buf[BASELINE_MASKED_BYTES]);

/* Over-dispersion, 1 or more each: doubles, two more where it is known of segments; who reads has kept whether. */
void baseline_encode_phi(const struct evidence_phi *phi, struct bytes *to);
void baseline_decode_phi(struct evidence_phi *phi, bool segment, struct bytes_reader *from);

/* Buckets that are not 0, with their counts; for whoever else keeps latencies or a histogram in a file. */
void baseline_encode_latency(const uint64_t *latency, struct bytes *to);
void baseline_decode_latency(uint64_t *latency, uint64_t *sum, struct bytes_reader *from);
void baseline_encode_hist(const struct loghist *h, struct bytes *to);
int baseline_decode_hist(struct loghist *h, struct bytes_reader *from, struct err *err);

#endif
