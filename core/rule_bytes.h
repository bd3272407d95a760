/*
 * Rules as bytes: what a recording keeps where others hold than at its beginning. Expressions are written as their
 * texts and parsed again, so that what is read is held to what a configuration is held to.
 */
#ifndef CORE_RULE_BYTES_H
#define CORE_RULE_BYTES_H

#include <stdbool.h>

#include "core/bytes.h"
#include "core/err.h"
#include "core/rule.h"

/* A failure is the writer's. */
void rules_write(const struct rules *r, struct bytes *to);

/* ERR_FORMAT: these are none; ERR_NOMEM. *r is to be released whatever comes of it. */
int rules_read(struct rules *r, struct bytes_reader *from, struct err *err);

/* All that is owned is copied, too. ERR_NOMEM: *out is empty. */
int rules_copy(struct rules *out, const struct rules *from, struct err *err);

/* Whether they say the same in the same order, of whoever they are. False where there is no memory to look. */
bool rules_same(const struct rules *a, const struct rules *b);

#endif
