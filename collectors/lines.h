/*
 * The lines of a text file, one after the other, blocking: for commands that have nothing else to
 * do meanwhile. Gzip is recognised by its content, also on standard input.
 */
#ifndef COLLECTORS_LINES_H
#define COLLECTORS_LINES_H

#include <stdbool.h>

#include "core/err.h"
#include "core/slice.h"

struct lines;

/* path: "-" is standard input. ERR_NOT_FOUND, ERR_IO, ERR_NOMEM, with the path. */
int lines_open(struct lines **out, const char *path, struct err *err);
void lines_close(struct lines *l); /* NULL is harmless */

/*
 * The next line without its line end (\n or \r\n), borrowed until the next call; *end at the end.
 * ERR_IO, ERR_FORMAT (bad gzip), ERR_LIMIT (a line beyond LIMIT_ENTRY_BYTES), with path and line
 * number.
 */
int lines_next(struct lines *l, struct slice *line, bool *end, struct err *err);

#endif
