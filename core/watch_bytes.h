/*
 * What a model's evaluation windows have led to, as bytes: its growing baseline and the evidence of each column. For
 * the state directory and for recordings.
 */
#ifndef CORE_WATCH_BYTES_H
#define CORE_WATCH_BYTES_H

#include "core/bytes.h"
#include "core/err.h"
#include "core/model.h"

/* Failures are remembered by the writer. */
void watch_encode_all(const struct model *m, struct bytes *to);

/* Into a model that has the same baseline. ERR_FORMAT, ERR_NOMEM: then it begins anew. */
int watch_decode_all(struct model *m, struct bytes_reader *r, struct err *err);

#endif
