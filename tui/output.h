/*
 * Where data goes: standard output, or a file that appears whole or not at all (written beside it,
 * then renamed, so that a reader never finds half of it and a failure leaves the old one).
 */
#ifndef TUI_OUTPUT_H
#define TUI_OUTPUT_H

#include <stddef.h>
#include <stdio.h>

#include "core/err.h"

struct output {
	FILE *to;
	const char *path; /* NULL: standard output */
	char temporary[1024];
};

/* path: as with -o; NULL or "-" is standard output. ERR_IO with the path, ERR_USAGE for one that is
 * too long. */
int output_open(struct output *out, const char *path, struct err *err);

/* Finishes: flushes, and puts the file in its place. If rc is not 0 the file is dropped and rc
 * returned as it is. */
int output_close(struct output *out, int rc, struct err *err);

#endif
