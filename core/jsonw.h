/*
 * Writes JSON into memory.
 *
 * Calls follow the document from left to right; commas and quotes come by themselves. An error (out
 * of memory, deeper than JSONW_DEPTH) is remembered, later calls do nothing, and jsonw_take says so
 * at the end: no call in between needs to be checked. Bytes that are not UTF-8 become U+FFFD each,
 * so that the result is always valid.
 */
#ifndef CORE_JSONW_H
#define CORE_JSONW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/slice.h"

#define JSONW_DEPTH 32
/* Enough for any number jsonw_format_number writes, with its NUL. */
#define JSONW_NUMBER_BYTES 32

struct jsonw {
	char *buf;
	size_t n, cap;
	int depth;
	bool failed;
	bool need_comma, after_key;
	char closers[JSONW_DEPTH];
};

void jsonw_init(struct jsonw *w);
void jsonw_release(struct jsonw *w);

void jsonw_open_object(struct jsonw *w);
void jsonw_open_array(struct jsonw *w);
void jsonw_close(struct jsonw *w); /* the innermost one */
void jsonw_key(struct jsonw *w, const char *key);
void jsonw_key_slice(struct jsonw *w, struct slice key);

void jsonw_null(struct jsonw *w);
void jsonw_bool(struct jsonw *w, bool v);
void jsonw_int(struct jsonw *w, int64_t v);
void jsonw_uint(struct jsonw *w, uint64_t v);
void jsonw_double(
    struct jsonw *w, double v); /* reads back as the same double; NaN and infinities: null */
void jsonw_string(struct jsonw *w, struct slice v);
/* Whether a reader gets the same bytes back: UTF-8 without a NUL (which many readers end at). */
bool jsonw_is_text(struct slice v);
void jsonw_cstr(struct jsonw *w, const char *v); /* NULL: null */

/* A member of an object: its key and its value. */
void jsonw_put_bool(struct jsonw *w, const char *key, bool v);
void jsonw_put_uint(struct jsonw *w, const char *key, uint64_t v);
void jsonw_put_int(struct jsonw *w, const char *key, int64_t v, bool known); /* null where it is not known */
void jsonw_put_double(struct jsonw *w, const char *key, double v);
void jsonw_put_string(struct jsonw *w, const char *key, struct slice v);
void jsonw_put_text(struct jsonw *w, const char *key, struct slice v); /* null where it is empty */
void jsonw_put_cstr(struct jsonw *w, const char *key, const char *v);  /* NULL: null */

void jsonw_newline(struct jsonw *w); /* white space for human readers: before the next element */

/*
 * The finished text, NUL-terminated; n gets its length. The caller gives it back by mem_free; the
 * writer is empty then. NULL on error, with err set (ERR_NOMEM, or ERR_LIMIT for depth).
 */
char *jsonw_take(struct jsonw *w, size_t *n, struct err *err);

/* The shortest of %.15g, %.16g and %.17g that strtod reads back exactly. v is finite; buf as
 * JSONW_NUMBER_BYTES. */
const char *jsonw_format_number(double v, char *buf);

#endif
