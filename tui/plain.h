/*
 * Text for standard output and standard error where there is no screen: names and messages come
 * from strangers, so that the same list of characters holds as on the grid, and columns are counted
 * as terminals do.
 */
#ifndef TUI_PLAIN_H
#define TUI_PLAIN_H

#include <stdbool.h>
#include <stdio.h>

#include "core/slice.h"

/* Writes text filtered (ASCII look-alikes unless utf8), cut to `width` columns with an ellipsis.
 * Returns the columns. */
int plain_put(FILE *to, struct slice text, int width, bool utf8);

/* The same, filled up with blanks: on the right (width > 0) or on the left (width < 0). */
void plain_pad(FILE *to, struct slice text, int width, bool utf8);

/* Copies text filtered in the same way into out, at most cap bytes of whole characters. Returns the bytes; no NUL. */
size_t plain_copy(char *out, size_t cap, struct slice text, bool utf8);

/* "drifttop: SENTENCE" and a line end on standard error. */
void plain_complain(const char *sentence, bool utf8);

#endif
