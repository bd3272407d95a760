/*
 * What publishing has to know of a line of NDJSON: where its time stands, and what its parts are.
 */
#ifndef COLLECTORS_PUBLISH_LINE_H
#define COLLECTORS_PUBLISH_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/event.h"
#include "core/slice.h"

struct publish_time {
	size_t from, to; /* bytes of the value in the line; equal: the line has no time */
	size_t open;     /* behind the opening brace: where one can be put */
	bool empty;      /* the object has no members */
	int64_t ms;      /* INT64_MIN: none, or one that cannot be read */
};

/* ERR_FORMAT with the byte and the reason if the line is not one JSON object. */
int publish_line_time(struct slice line, struct publish_time *out, struct err *err);

/*
 * The line with its time replaced by ms, or put in where there was none. buf has at least line.n +
 * PUBLISH_LINE_EXTRA bytes. Returns the length.
 */
#define PUBLISH_LINE_EXTRA 32
size_t publish_line_restamp(struct slice line, const struct publish_time *t, int64_t ms, char *buf);

/* The parts of a line as fields of one stream entry. Reused from line to line. */
struct publish_flat {
	struct pair *fields; /* borrowed from text, until the next call */
	size_t count, cap;
	char *text;
	size_t bytes, text_cap;
};

void publish_flat_init(struct publish_flat *f);
void publish_flat_release(struct publish_flat *f);

/*
 * What has a known name comes under that name, every feature as f.NAME (nested objects dotted),
 * `proba` as the JSON text it is; null and other arrays are left out. ERR_FORMAT as
 * publish_line_time, ERR_NOMEM.
 */
int publish_line_flat(struct publish_flat *f, struct slice line, struct err *err);

#endif
