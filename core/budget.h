/*
 * What evidence is judged by: the false alarms that a fleet may raise, and the inputs and outputs that share them. A
 * recording says it whenever it changes, since whoever reads may not have all of the fleet: a step may be
 * missing. What is judged again is held to the limits that held, not to those of what is left.
 */
#ifndef CORE_BUDGET_H
#define CORE_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/err.h"
#include "core/slice.h"

struct store;

struct budget {
	uint64_t watched, armed; /* inputs and outputs of all models: all of them; those whose evidence is armed */
	double windows_per_week; /* that each of them is judged by */
	double alarms_per_week;	 /* false ones, over the fleet */
};

/* As the next evaluation window will have it. */
void budget_of(const struct store *s, struct budget *out);
bool budget_same(const struct budget *a, const struct budget *b);

/* The limit of evidence in nats: of columns that are armed, or of others, as if all that are watched were. */
double budget_limit(const struct budget *b, bool armed);

/* Bytes of a frame. ERR_FORMAT: they are none. */
void budget_write(const struct budget *b, struct bytes *to);
int budget_read(struct budget *b, struct slice payload, struct err *err);

/*
 * As it was recorded when the store stood here: columns that it lacks count from now on, too. Returns whether it lacks
 * any. False alarms are as the store was told (FACT_BUDGET).
 */
bool budget_take(struct store *s, const struct budget *recorded);

#endif
