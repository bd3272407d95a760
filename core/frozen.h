/*
 * The reference that evidence is judged against once it is armed: counts of one column on its
 * binning, by slots of the week where there are rows enough for that, with what is known about
 * natural variation. It does not move until somebody moves it.
 *
 * Made by a baseline that grew (core/growth.h), or from rows with times, and saved with baselines.
 */
#ifndef CORE_FROZEN_H
#define CORE_FROZEN_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/evidence.h"
#include "core/packed.h"

#define FROZEN_HOURS 24 /* of the day */
#define FROZEN_SLOTS 48 /* the same for weekdays, then for weekends */

struct frozen {
	size_t nbins;
	unsigned nslots; /* 0: none, FROZEN_HOURS or FROZEN_SLOTS */
	int64_t utc_offset_ms; /* of the clock that slots are told by */
	uint32_t days;	 /* different ones that it was made from */
	uint64_t rows;	 /* that could have had a value */
	uint64_t values; /* that had one */
	struct evidence_count rate[EVIDENCE_RATES];
	struct evidence_phi phi;
	uint64_t *counts; /* nbins, of all */
	struct packed slots; /* nslots times nbins */
};

/* Zeroed counts, empty slots. ERR_INVALID for a number of slots that is none of the three. */
int frozen_new(struct frozen **out, size_t nbins, unsigned nslots, struct err *err);
void frozen_free(struct frozen *f);

/* Of the FROZEN_SLOTS slots the one that it keeps under: an index into its slots; 0 without any. */
static inline unsigned
frozen_slot(const struct frozen *f, unsigned slot)
{
	return f->nslots == FROZEN_SLOTS ? slot : f->nslots ? slot % FROZEN_HOURS : 0;
}

/* The counts that a window in that one of the FROZEN_SLOTS slots is held against: nbins of them. */
void frozen_get(const struct frozen *f, unsigned slot, uint64_t *counts);

#endif
