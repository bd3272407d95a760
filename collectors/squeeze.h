/*
 * Packing with zstd: the only file that knows it.
 *
 * A prefix is what the text is likely to repeat: the same text of a while ago. Whoever unpacks must have the very same
 * prefix at hand.
 */
#ifndef COLLECTORS_SQUEEZE_H
#define COLLECTORS_SQUEEZE_H

#include <stddef.h>

#include "core/err.h"
#include "core/slice.h"

#define SQUEEZE_LEVEL 3
#define SQUEEZE_QUICK 1 /* of what repeats little within itself, such as steps: as short, in half the time */

/*
 * The packed text, to be given back by mem_free; NULL and *n 0 where it would not be shorter. prefix: .n 0: none.
 * ERR_NOMEM. Thread-safe.
 */
int squeeze(char **out, size_t *n, struct slice text, struct slice prefix, struct err *err);

/*
 * The same without a prefix for many texts, of up to SQUEEZE_SMALL bytes, by one thread: what packing needs, up to 400
 * KiB, is made once.
 */
struct squeeze_writer;
#define SQUEEZE_SMALL ((size_t)65536)
int squeeze_writer_new(struct squeeze_writer **out, struct err *err);
void squeeze_writer_free(struct squeeze_writer *w); /* NULL is harmless */
int squeeze_write(struct squeeze_writer *w, char **out, size_t *n, struct slice text, struct err *err);

/* Into n bytes, as many as it was. ERR_FORMAT where it is not that or another prefix was used; ERR_NOMEM. */
int squeeze_undo(char *to, size_t n, struct slice packed, struct slice prefix, struct err *err);

/* The same for many of them, by one thread: what unpacking needs is made once. */
struct squeeze_reader;
int squeeze_reader_new(struct squeeze_reader **out, struct err *err);
void squeeze_reader_free(struct squeeze_reader *r);
int squeeze_read(
    struct squeeze_reader *r, char *to, size_t n, struct slice packed, struct slice prefix, struct err *err);

#endif
