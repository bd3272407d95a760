/*
 * A whole JSON text as a tree: for files that people and drifttop write, which are small. The only file that knows
 * cJSON. Events have a scanner of their own (json_scan).
 *
 * For files that people write, comments (// to the end of the line, and between slash-star and star-slash) and a comma
 * behind the last element are taken too: they are blanked out in place, so that lines and columns stay right. Each
 * value can say where it stands: "rules[2].warn", and in which line.
 *
 * A text with a NUL in it (\u0000) is cut there. Of a member that is there twice json_doc_member finds the first.
 * Numbers are doubles. Nodes are borrowed from the document.
 */
#ifndef COLLECTORS_JSON_DOC_H
#define COLLECTORS_JSON_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/slice.h"

#define JSON_DOC_BYTES_MAX ((size_t)256 << 20)
#define JSON_DOC_PATH_BYTES 160
#define JSON_DOC_WHOLE_MAX 9007199254740992.0 /* 2^53: up to it doubles tell whole numbers apart */

struct json_doc;
struct json_node;

enum json_doc_kind {
	JSON_DOC_NULL,
	JSON_DOC_BOOL,
	JSON_DOC_NUMBER,
	JSON_DOC_TEXT,
	JSON_DOC_ARRAY,
	JSON_DOC_OBJECT,
};

/*
 * ERR_FORMAT: "not JSON at line 3, column 5: expected ':'"; ERR_NOMEM. *out is the caller's. Strict JSON; the text must
 * stay as long as the document.
 */
int json_doc_parse(struct json_doc **out, struct slice text, struct err *err);

/* The same with comments, from text[0..n), which is written over. */
int json_doc_parse_commented(struct json_doc **out, char *text, size_t n, struct err *err);

/*
 * Reads a file of at most max bytes whole. ERR_NOT_FOUND if there is none of that name, ERR_IO, ERR_LIMIT ("is larger
 * than 4 MiB"). *text is the caller's to free, with a NUL behind it.
 */
int json_doc_read_file(const char *path, size_t max, char **text, size_t *n, struct err *err);

void json_doc_free(struct json_doc *d);
const struct json_node *json_doc_root(const struct json_doc *d);

/* ---- values; a node that is NULL is of kind JSON_DOC_NULL ------------------------------------- */

enum json_doc_kind json_doc_kind(const struct json_node *v);
extern const char *const json_doc_kind_names[JSON_DOC_OBJECT + 1]; /* "null" "true or false" "a number" "a text"... */

double json_doc_number(const struct json_node *v);          /* NaN if it is none */
bool json_doc_bool(const struct json_node *v);              /* false if it is none */
const char *json_doc_text(const struct json_node *v);       /* NULL if it is none */
bool json_doc_is_whole(const struct json_node *v);          /* a number 0, 1, 2 ... 2^53 */

/* Elements of an array, members of an object, in their order; NULL at the end. */
const struct json_node *json_doc_first(const struct json_node *v);
const struct json_node *json_doc_next(const struct json_node *v);
const char *json_doc_key(const struct json_node *v); /* of a member; else NULL */
size_t json_doc_count(const struct json_node *v);    /* O(n) */

/* The member of that name, NULL where it is absent or null. O(members). */
const struct json_node *json_doc_member(const struct json_node *object, const char *key);

/* ---- places ---------------------------------------------------------------------------------- */

/* "rules[2].warn"; keys that are no names in quotes; empty for the root. Cut where it does not fit. Returns buf. */
char *json_doc_path(const struct json_doc *d, const struct json_node *v, char *buf, size_t bytes);

/* The line, from 1, that the value begins in; of a member that of its key. O(bytes of the text). */
size_t json_doc_line(const struct json_doc *d, const struct json_node *v);

/* "line 12: rules[2].warn: WHAT". Returns `code`. */
int json_doc_fault(const struct json_doc *d, const struct json_node *v, enum err_code code, struct err *err,
    const char *fmt, ...) ERR_PRINTF(5, 6);

#endif
