/*
 * The newest raw events of all models, in one ring of bytes. Old ones give way; an event is copied
 * once and never moved.
 */
#ifndef CORE_RAWRING_H
#define CORE_RAWRING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/event.h"
#include "core/store.h"

struct rawring;

int rawring_new(struct rawring **out, size_t bytes, struct err *err);
void rawring_free(struct rawring *r);

/* Copies the event; one that is larger than a quarter of the ring is left out. No allocation. */
void rawring_add(struct rawring *r, unsigned model, const struct event *ev);

/* See store_raw_before and store_raw_get. */
bool rawring_before(const struct rawring *r, size_t model, uint64_t before, struct raw_event *out);
bool rawring_get(const struct rawring *r, uint64_t seq, struct raw_event *out);

#endif
