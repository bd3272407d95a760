/*
 * Commands that were typed: in this session, and before it in a file of the state directory.
 *
 * At most HISTORY_LINES of at most PROMPT_BYTES bytes. A line that begins with a blank is not kept, nor is one with an
 * address in it ("://"), which could have a password. Sessions that end one after the other keep the lines of both.
 */
#ifndef TUI_HISTORY_H
#define TUI_HISTORY_H

#include <stddef.h>

#include "core/err.h"
#include "core/slice.h"

#define HISTORY_LINES 200
#define HISTORY_FILE "commands" /* in the state directory: a line each, the oldest first; 0600 */

struct history {
	char *lines[HISTORY_LINES]; /* the oldest first */
	size_t n;
	size_t fresh; /* of these, the last ones, that this session has added */
};

/* An all-zero struct is an empty one. */
void history_release(struct history *h);

/* Not where it is what was typed last, or memory is short. */
void history_add(struct history *h, struct slice line);

/* The line so many back, 1: the last one; NULL: there are not so many. */
const char *history_at(const struct history *h, size_t back);

/*
 * What the file in that directory holds goes before what there is. That there is none is no error; of one that is no
 * text the lines that are one are taken. ERR_IO, ERR_LIMIT, ERR_NOMEM.
 */
int history_read(struct history *h, const char *dir, struct err *err);

/* Adds what is fresh to the file, which is made, with its directory, where there is none. ERR_IO, ERR_NOMEM. */
int history_write(const struct history *h, const char *dir, struct err *err);

#endif
