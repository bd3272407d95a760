#include "core/jsonw.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"

void
jsonw_init(struct jsonw *w)
{
	memset(w, 0, sizeof(*w));
}

void
jsonw_release(struct jsonw *w)
{
	mem_free(w->buf);
	jsonw_init(w);
}

static void
put(struct jsonw *w, const char *p, size_t n)
{
	char *grown;

	if (w->failed)
		return;
	if (w->n + n + 1 > w->cap || !w->buf) {
		grown = mem_grow(w->buf, &w->cap, w->n + n + 1, 1);
		if (!grown) {
			w->failed = true;
			return;
		}
		w->buf = grown;
	}
	if (n)
		memcpy(w->buf + w->n, p, n);
	w->n += n;
}

static void
put_cstr(struct jsonw *w, const char *s)
{
	put(w, s, strlen(s));
}

/* A value is about to be written: the comma before it, unless a key has just been. */
static void
separate(struct jsonw *w)
{
	if (w->need_comma && !w->after_key)
		put(w, ",", 1);
	w->after_key = false;
	w->need_comma = true;
}

static void
open_level(struct jsonw *w, const char *opener, char closer)
{
	separate(w);
	put(w, opener, 1);
	if (w->failed)
		return; /* levels are no longer closed either */
	if (w->depth >= JSONW_DEPTH) {
		w->failed = true;
		return;
	}
	w->closers[w->depth++] = closer;
	w->need_comma = false;
}

void
jsonw_open_object(struct jsonw *w)
{
	open_level(w, "{", '}');
}

void
jsonw_open_array(struct jsonw *w)
{
	open_level(w, "[", ']');
}

void
jsonw_close(struct jsonw *w)
{
	if (w->failed)
		return;
	assert(w->depth > 0 && !w->after_key);
	put(w, &w->closers[--w->depth], 1);
	w->need_comma = true;
}

void
jsonw_key_slice(struct jsonw *w, struct slice key)
{
	jsonw_string(w, key);
	put(w, ":", 1);
	w->after_key = true;
}

void
jsonw_key(struct jsonw *w, const char *key)
{
	jsonw_key_slice(w, slice_of(key));
}

void
jsonw_null(struct jsonw *w)
{
	separate(w);
	put(w, "null", 4);
}

void
jsonw_bool(struct jsonw *w, bool v)
{
	separate(w);
	put_cstr(w, v ? "true" : "false");
}

void
jsonw_int(struct jsonw *w, int64_t v)
{
	char buf[JSONW_NUMBER_BYTES];

	separate(w);
	snprintf(buf, sizeof(buf), "%" PRId64, v);
	put_cstr(w, buf);
}

void
jsonw_uint(struct jsonw *w, uint64_t v)
{
	char buf[JSONW_NUMBER_BYTES];

	separate(w);
	snprintf(buf, sizeof(buf), "%" PRIu64, v);
	put_cstr(w, buf);
}

const char *
jsonw_format_number(double v, char *buf)
{
	int digits;

	for (digits = 15; digits <= 17; digits++) {
		snprintf(buf, JSONW_NUMBER_BYTES, "%.*g", digits, v);
		if (strtod(buf, NULL) == v)
			break;
	}
	return buf;
}

void
jsonw_double(struct jsonw *w, double v)
{
	char buf[JSONW_NUMBER_BYTES];

	if (!isfinite(v)) {
		jsonw_null(w);
		return;
	}
	separate(w);
	put_cstr(w, jsonw_format_number(v, buf));
}

static void
put_escaped(struct jsonw *w, unsigned char c)
{
	char buf[8];

	switch (c) {
	case '"':
		put(w, "\\\"", 2);
		break;
	case '\\':
		put(w, "\\\\", 2);
		break;
	case '\n':
		put(w, "\\n", 2);
		break;
	case '\r':
		put(w, "\\r", 2);
		break;
	case '\t':
		put(w, "\\t", 2);
		break;
	default:
		snprintf(buf, sizeof(buf), "\\u%04x", c);
		put_cstr(w, buf);
	}
}

bool
jsonw_is_text(struct slice v)
{
	const unsigned char *p = (const unsigned char *)v.p;
	size_t i = 0, k;

	while (i < v.n) {
		k = p[i] ? text_utf8_length(p + i, v.n - i) : 0;
		if (!k)
			return false;
		i += k;
	}
	return true;
}

void
jsonw_string(struct jsonw *w, struct slice v)
{
	const unsigned char *p = (const unsigned char *)v.p;
	size_t i = 0, start = 0, k;

	separate(w);
	put(w, "\"", 1);
	while (i < v.n) {
		bool plain = p[i] >= 0x20 && p[i] < 0x7f && p[i] != '"' && p[i] != '\\';

		if (plain) {
			i++;
			continue;
		}
		k = text_utf8_length(p + i, v.n - i);
		/* U+0080 to U+009F are controls: a report may be printed on a terminal, so they are
		 * escaped, too. */
		if (k > 1 && !(p[i] == 0xc2 && p[i + 1] < 0xa0)) {
			i += k;
			continue;
		}
		put(w, v.p + start, i - start);
		if (k == 2)
			put_escaped(w, p[i + 1]);
		else if (k == 1)
			put_escaped(w, p[i]);
		else
			put(w, "\xef\xbf\xbd", 3);
		i += k ? k : 1;
		start = i;
	}
	if (v.n > start)
		put(w, v.p + start, v.n - start);
	put(w, "\"", 1);
}

void
jsonw_cstr(struct jsonw *w, const char *v)
{
	if (v)
		jsonw_string(w, slice_of(v));
	else
		jsonw_null(w);
}

void
jsonw_put_bool(struct jsonw *w, const char *key, bool v)
{
	jsonw_key(w, key);
	jsonw_bool(w, v);
}

void
jsonw_put_uint(struct jsonw *w, const char *key, uint64_t v)
{
	jsonw_key(w, key);
	jsonw_uint(w, v);
}

void
jsonw_put_int(struct jsonw *w, const char *key, int64_t v, bool known)
{
	jsonw_key(w, key);
	if (known)
		jsonw_int(w, v);
	else
		jsonw_null(w);
}

void
jsonw_put_double(struct jsonw *w, const char *key, double v)
{
	jsonw_key(w, key);
	jsonw_double(w, v);
}

void
jsonw_put_string(struct jsonw *w, const char *key, struct slice v)
{
	jsonw_key(w, key);
	jsonw_string(w, v);
}

void
jsonw_put_text(struct jsonw *w, const char *key, struct slice v)
{
	jsonw_key(w, key);
	if (v.n)
		jsonw_string(w, v);
	else
		jsonw_null(w);
}

void
jsonw_put_cstr(struct jsonw *w, const char *key, const char *v)
{
	jsonw_key(w, key);
	jsonw_cstr(w, v);
}

void
jsonw_newline(struct jsonw *w)
{
	static const char blanks[] =
	    "\n                                                                ";

	/* Before an element that is not the first, the comma belongs on the line before. */
	if (w->depth && w->need_comma && !w->after_key) {
		put(w, ",", 1);
		w->need_comma = false;
	}
	put(w, blanks, 1 + (size_t)w->depth);
}

char *
jsonw_take(struct jsonw *w, size_t *n, struct err *err)
{
	char *text = NULL;

	put(w, "", 0);
	if (w->failed) {
		if (w->depth >= JSONW_DEPTH)
			err_set(err, ERR_LIMIT, "JSON is nested deeper than %d", JSONW_DEPTH);
		else
			err_nomem(err);
	} else {
		assert(w->depth == 0);
		w->buf[w->n] = '\0';
		text = w->buf;
		*n = w->n;
		w->buf = NULL;
	}
	jsonw_release(w);
	return text;
}
