/* The inside of what outlives the process: for saved.c and store_saved.c. */
#ifndef CORE_SAVED_IMPL_H
#define CORE_SAVED_IMPL_H

#include "core/bytes.h"
#include "core/model.h"

/*
 * Gives a model, which has the baseline that r has just been read of, what follows in its file: growth, evidence, how
 * far windows have been taken. ERR_FORMAT, ERR_NOMEM: it begins anew.
 */
int saved_decode_model(struct model *m, struct bytes_reader *r, struct err *err);

#endif
