/*
 * Decompressing gzip as it is read. Several members one behind the other are one text, as gzip has
 * it; what is no gzip behind the last one is left out.
 */
#ifndef COLLECTORS_GZIP_H
#define COLLECTORS_GZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/slice.h"

struct gzip;

enum gzip_state {
	GZIP_MORE,    /* give it more bytes, or more room */
	GZIP_END,     /* between members: complete if no more bytes come */
	GZIP_DAMAGED, /* what was given out before is good, no more will come */
};

/* Whether bytes that begin so are gzip. Two are enough; fewer are none. */
bool gzip_is(struct slice head);

int gzip_new(struct gzip **out, struct err *err); /* ERR_NOMEM */
void gzip_free(struct gzip *g);

/*
 * Takes bytes off the front of *in, writes at most cap to out, and adds what it wrote to *n. Call
 * it again while *in holds something or out came back full.
 */
enum gzip_state gzip_inflate(struct gzip *g, struct slice *in, char *out, size_t cap, size_t *n);

#endif
