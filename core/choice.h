/*
 * Another reference for a model on the binning that it has: what is counted there now, a stretch of the last day, the
 * version before, or what its own stream has grown to. It holds at once; every figure follows, evidence begins anew.
 *
 * A reference that somebody has chosen stays what is shown. What grows from then on grows from nothing, since what was
 * normal before is no longer: evidence is provisional until that has its days. An input without a value in the rows
 * chosen keeps the reference it had.
 */
#ifndef CORE_CHOICE_H
#define CORE_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/kinds.h"
#include "core/limits.h"
#include "core/store.h"

#define CHOICE_ROWS_MIN LIMIT_LEARN_ROWS_USABLE
#define CHOICE_NAME_BYTES 160
#define CHOICE_MAX 8

enum choice_kind { CHOICE_NOW, CHOICE_SLICE, CHOICE_VERSION, CHOICE_LEARNED, CHOICE_KINDS };
extern const char *const choice_kind_names[CHOICE_KINDS]; /* "now" "slice" "version" "learned" */

struct choice {
	enum choice_kind kind;
	enum window window; /* CHOICE_NOW */
	int64_t from_ms, to_ms; /* from <= ts < to: whole panes of 15 minutes, or of one */
	uint64_t rows;
	char version[LIMIT_NAME_BYTES + 1]; /* CHOICE_VERSION */
	char name[CHOICE_NAME_BYTES]; /* as the baseline will be called: "now, 2026-11-25 14:05-15:05, 4,210 rows" */
};

/* What there is to choose, at most CHOICE_MAX; none for a model without a baseline, or one that is still learning. */
size_t store_choices(const struct store *s, size_t model, struct choice *out);

/*
 * Rows with a value in each bin of an input or output (by figures' index) that it would be held against: the counts of
 * the reference that a choice makes. counts: FIGURE_BINS (core/figures.h). Returns the rows; 0: it keeps the reference
 * it has, or, of CHOICE_LEARNED, they are not known before. O(panes times bins), allocates nothing.
 */
uint64_t store_choice_counts(
    const struct store *s, size_t model, const struct choice *c, size_t feature, uint64_t *counts);

/* Inputs of the baseline that no event has had so far, and inputs of events that the baseline does not have. Returns
 * how many there are, the first cap of them named (borrowed until the store's next write). */
size_t store_inputs_lacking(const struct store *s, size_t model, struct slice *names, size_t cap);
size_t store_inputs_new(const struct store *s, size_t model, struct slice *names, size_t cap);

#endif
