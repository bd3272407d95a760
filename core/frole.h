/*
 * What a feature is: its type and its role, guessed from the rows of the baseline in the order they came.
 *
 *   id        text, over 90 % of the first 1,000 values distinct; never with fewer
 *   text      more than half of the values longer than 32 bytes and with a space
 *   counter   numbers that rise in 99 % of rows, or 99 % of them an epoch time within 20 years of the row's
 *   calendar  whole numbers equal to the hour, weekday, day or month of the row's time up to one constant offset,
 *             cyclically, in 99 % of rows, where that quantity takes at least 5 values
 *   value     everything else, and everything with fewer than FROLE_ROWS_MIN values
 *
 * Only `value` has distribution drift; all have missing rates.
 */
#ifndef CORE_FROLE_H
#define CORE_FROLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/event.h"
#include "core/kinds.h"

#define FROLE_ROWS_MIN	200
#define FROLE_ID_ROWS	1000
#define FROLE_PREDICTION_CLASSES 20
#define FROLE_CYCLES	4 /* hour, weekday, day, month */

struct frole {
	int64_t utc_offset_ms;
	uint64_t numbers, texts, bools, nonfinite; /* values by kind */
	/* numbers */
	double last;
	uint64_t rises, epochs[4];	/* s, ms, us, ns */
	uint64_t whole_small;		/* whole numbers that a calendar could show */
	uint32_t offsets[FROLE_CYCLES][32]; /* rows at each cyclic offset from the calendar */
	uint32_t cycle_seen[FROLE_CYCLES];  /* bit v: the row's time had this value */
	uint64_t fractions;		/* numbers that are not whole */
	double classes[FROLE_PREDICTION_CLASSES + 1];
	size_t nclasses;		/* distinct whole numbers, counted to one over the limit */
	/* texts */
	uint64_t long_texts;
	uint64_t *hashes;		/* of the first FROLE_ID_ROWS texts, open addressing; NULL: none yet */
	uint32_t hashed, distinct;
};

/* utc_offset_ms: of the reader's zone. Allocates nothing. */
void frole_init(struct frole *f, int64_t utc_offset_ms);
void frole_release(struct frole *f);

/* Feeds one row's value; missing ones and arrays are ignored. ERR_NOMEM: this row was not taken for `id`. */
int frole_add(struct frole *f, const struct value *v, int64_t ts_ms, struct err *err);

/* Values seen so far, non-finite ones included. */
uint64_t frole_rows(const struct frole *f);

/* Numeric if at least 95 % of the values are numbers (finite or not) and one of them is finite; else categorical. */
enum feature_type frole_type(const struct frole *f);

/* As frole_type, but whole numbers of at most 20 values, and booleans, are classes. */
enum feature_type frole_prediction_type(const struct frole *f);

enum feature_role frole_role(const struct frole *f);

#endif
