/*
 * Baselines as a file: JSON, format 1, every double as text that reads back exactly.
 *
 *   {"drifttop_baseline": {"format": 1, "version": "..."},
 *    "models": [{"model": "fraud", "name": "...", "kind": "file", "events": 0, "errors": 0,
 *      "client_errors": 0, "from_ms": 0, "to_ms": 0, "positive": null, "score_is_confidence": false,
 *      "latency": [[bucket, count], ...],
 *      "quality": null or {"classes": ["a", ...], "width": 4, "words": [[index, "hex64"], ...]},
 *      "inputs": [FEATURE, ...], "outputs": [FEATURE, ...]}]}
 *
 *   FEATURE: {"name": "amount", "type": "numeric", "role": "value", "rows": 0, "count": 0,
 *     "nonfinite": 0, "distinct": 0, "singles": 0, "window_psi": [null, 0.1, null], "counts": [...],
 *     numeric with count > 0: "min", "max", "mean", "median", "sd", "single": false, "edges": [...],
 *       "psi_of": [...], "means": [...], "histogram": [[bucket, count], ...]
 *     with rows of 14 days and 10,000 values, what evidence is judged against (core/frozen.h): "natural": {"days": 14,
 *       "rows": 0, "values": 0, "utc_offset_ms": 0, "phi": [loc, spr, shape, rates...], "rates": [[hits, rows], ...],
 *       "counts": [...], "slots": [[...], ...]}
 *     categorical: "values": ["a", ...] (one a count, then come other and unseen), "known": ["hex64", ...],
 *       "open": false}
 *
 * Buckets are those of core/latency.h and core/loghist.h. `known` are hashes of the values not named, as 16 hex digits:
 * they do not fit a JSON number; nor do the words of core/quality_book.h, of which those that are 0 are left out. A
 * reader passes over keys that it does not know.
 */
#ifndef CORE_BASELINE_WRITE_H
#define CORE_BASELINE_WRITE_H

#include <stddef.h>

#include "core/baseline.h"
#include "core/err.h"

/* The text (mem_free it) and its length. `version` names the program. ERR_NOMEM. */
int baseline_write(const struct baseline *const *baselines, size_t n, const char *version, char **text, size_t *bytes,
    struct err *err);

#endif
