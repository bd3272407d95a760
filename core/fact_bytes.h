/*
 * Facts as bytes: those that a recording keeps. Baselines, choices and what was saved are not among them: what they
 * lead to is written as the state of the model (core/snapshot.h); rules are in the recording's header, and what takes
 * their place later has an item of its own (core/tape_impl.h).
 */
#ifndef CORE_FACT_BYTES_H
#define CORE_FACT_BYTES_H

#include <stdbool.h>

#include "core/bytes.h"
#include "core/err.h"
#include "core/fact.h"

bool fact_writes(enum fact_kind kind);

/* Of a kind that fact_writes. A failure is the writer's. */
void fact_write(const struct fact *f, struct bytes *to);

/* Slices are borrowed from what is read. ERR_FORMAT. */
int fact_read(struct fact *f, struct bytes_reader *r, struct err *err);

#endif
