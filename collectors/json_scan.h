/*
 * A JSON scanner for events: one pass, no tree, no allocation.
 *
 * It is pulled: the caller asks for a value, and if that is an object or array, for its members in
 * turn. What it gets are slices of the text: numbers as written and as the nearest double, strings
 * as the bytes between their quotes, with a mark where there are escapes to be undone. Everything
 * passed over is checked too, so that a text is either taken whole or rejected with the position
 * and a reason.
 *
 * Differences from a strict parser (RFC 8259), all of them on purpose, in docs/EVENTS.md and held
 * by a test:
 *   - NaN, Infinity and -Infinity are values; a number beyond doubles (1e400) is non-finite too
 *   - control characters inside strings are taken as they are, also NUL
 *   - bytes that are not UTF-8 are taken as they are
 *   - half a surrogate pair (\ud800 alone) becomes U+FFFD
 *   - a byte order mark at the start is passed over
 *   - nesting ends at LIMIT_NESTING
 *
 * Cost: about a nanosecond for two bytes. Recursion: none.
 */
#ifndef COLLECTORS_JSON_SCAN_H
#define COLLECTORS_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/slice.h"

enum json_kind {
	JSON_ERROR = 0,
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,    /* finite */
	JSON_NONFINITE, /* NaN, Infinity, -Infinity, 1e400 */
	JSON_STRING,
	JSON_OBJECT,
	JSON_ARRAY,
};

enum json_fault {
	JSON_OK = 0,
	JSON_BAD,      /* not JSON */
	JSON_TOO_DEEP, /* more than LIMIT_NESTING levels */
};

struct json_value {
	enum json_kind kind;
	struct slice text; /* a scalar as written; of a string the bytes between the quotes */
	double num;        /* of a number */
	bool escaped;      /* a string with escapes: json_unescape */
	bool high;         /* a string with bytes above 127: json_utf8_valid tells of what sort */
};

/* One text being scanned. The caller's storage; only the functions below look inside. */
struct json_scan {
	const char *p, *end, *start;
	unsigned depth;
	bool fresh; /* behind an opening bracket: no comma is due */
	enum json_fault fault;
	const char *why; /* of the fault: "expected ':'" */
	const char *at;
};

void json_scan_init(struct json_scan *s, struct slice text);

/* The value that begins here. A scalar is passed over whole; of an object or array only the opening
 * bracket. */
enum json_kind json_scan_value(struct json_scan *s, struct json_value *v);

/* The next member's key, of the object just entered, up to behind its colon; false at the object's
 * end or a fault. */
bool json_scan_member(struct json_scan *s, struct json_value *key);

/*
 * As json_scan_member where the next key is, byte for byte as written, `key` (as an earlier
 * json_scan_member gave it); else nothing has moved and the result is false. Several times cheaper:
 * producers write the same keys in the same order.
 */
bool json_scan_member_is(struct json_scan *s, struct slice key);

/* Whether the array just entered has a next element, to be read by json_scan_value; false at its
 * end or a fault. */
bool json_scan_element(struct json_scan *s);

/* Passes over what is left of the object or array (kind) just entered. False at a fault. */
bool json_scan_skip(struct json_scan *s, enum json_kind kind);

/* True if nothing but white space is left and there was no fault. */
bool json_scan_finish(struct json_scan *s);

/* Byte offset of the fault. */
size_t json_scan_at(const struct json_scan *s);

/*
 * Undoes the escapes of a string's bytes. Writes at most cap bytes to out (a sequence that does not
 * fit is left out, as is everything behind it) and returns how many. Never more than text.n. Sets
 * *lone where half a surrogate pair was replaced. The text comes from a scan that accepted it.
 */
size_t json_unescape(struct slice text, char *out, size_t cap, bool *lone);

/* Whether s is UTF-8 (no overlong forms, no surrogates, at most U+10FFFF). */
bool json_utf8_valid(struct slice s);

/* The largest n <= cap at which s can be cut without tearing a UTF-8 sequence; s.n if that is no
 * more than cap. */
size_t json_utf8_cut(struct slice s, size_t cap);

/* As snprintf tells: n bytes were to be written, cap were; where to end so that no UTF-8 sequence
 * is torn. */
static inline size_t
json_text_end(const char *buf, size_t n, size_t cap)
{
	return n <= cap ? n : cap ? json_utf8_cut((struct slice){buf, cap}, cap - 1) : 0;
}

/*
 * A whole text that is one number in JSON's grammar: JSON_NUMBER with the nearest double, or
 * JSON_NONFINITE for one beyond doubles; else JSON_ERROR. Exact, and no locale has a say.
 */
enum json_kind json_number_parse(struct slice text, double *num);

/* NaN, Infinity and their kin as printed by common languages (nan, inf, Inf, infinity, with a sign
 * or not), whole text. */
bool json_nonfinite_text(struct slice text);

#endif
