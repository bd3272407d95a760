/*
 * A scanner that knows just enough of JSON to find its way: where strings and comments end, and which bracket belongs
 * to which. Whoever changes a file reads the result again as a configuration, which finds out everything else.
 */
#include "collectors/config_edit.h"

#include <stdbool.h>
#include <string.h>

#include "core/jsonw.h"
#include "core/mem.h"

/* One object, as far as it matters for a new member. */
struct place {
	size_t open, close;	    /* its brackets */
	size_t key, value, end; /* of the member that was looked for; key SIZE_MAX: there is none */
	size_t last_key, last_end; /* of the last member; last_key SIZE_MAX: it has none */
	bool comma;		    /* behind that */
};

static int
fault(struct err *err)
{
	return err_set(err, ERR_FORMAT, "is not JSON");
}

/* Behind blanks and comments. */
static size_t
skip_blanks(struct slice t, size_t i)
{
	for (;;) {
		while (i < t.n && (t.p[i] == ' ' || t.p[i] == '\t' || t.p[i] == '\n' || t.p[i] == '\r'))
			i++;
		if (i + 1 >= t.n || t.p[i] != '/' || (t.p[i + 1] != '/' && t.p[i + 1] != '*'))
			return i;
		if (t.p[i + 1] == '/') {
			while (i < t.n && t.p[i] != '\n')
				i++;
			continue;
		}
		i += 2;
		while (i + 1 < t.n && !(t.p[i] == '*' && t.p[i + 1] == '/'))
			i++;
		i = i + 1 < t.n ? i + 2 : t.n;
	}
}

/* Behind the string that begins at i; SIZE_MAX: it does not end. */
static size_t
skip_string(struct slice t, size_t i)
{
	for (i++; i < t.n && t.p[i] != '"'; i++)
		i += t.p[i] == '\\';
	return i < t.n ? i + 1 : SIZE_MAX;
}

/* Behind the value that begins at i; SIZE_MAX: none does, or it does not end. */
static size_t
skip_value(struct slice t, size_t i)
{
	size_t depth = 0, from = i;

	do {
		i = depth ? skip_blanks(t, i) : i;
		if (i >= t.n)
			return SIZE_MAX;
		if (t.p[i] == '"') {
			i = skip_string(t, i);
			if (i == SIZE_MAX)
				return SIZE_MAX;
		} else if (t.p[i] == '{' || t.p[i] == '[') {
			depth++;
			i++;
		} else if (t.p[i] == '}' || t.p[i] == ']') {
			if (!depth)
				return SIZE_MAX;
			depth--;
			i++;
		} else if (depth) {
			i++;
		} else {
			while (i < t.n && !strchr(" \t\r\n,]}/", t.p[i]))
				i++;
		}
	} while (depth);
	return i > from ? i : SIZE_MAX;
}

/* Whether the string between its quotes is this key; one with escapes is written as the writer would. */
static bool
is_key(struct slice raw, struct slice key)
{
	struct jsonw w;
	char *written;
	size_t n = 0;
	bool same;

	if (!memchr(raw.p, '\\', raw.n))
		return slice_eq(raw, slice_make(key.p, key.n));
	jsonw_init(&w);
	jsonw_string(&w, key);
	written = jsonw_take(&w, &n, NULL);
	same = written && n == raw.n + 2 && memcmp(written + 1, raw.p, raw.n) == 0;
	mem_free(written);
	return same;
}

/* Looks at the object that begins at i. */
static int
look(struct slice t, size_t i, struct slice key, struct place *p, struct err *err)
{
	*p = (struct place){.open = i, .key = SIZE_MAX, .last_key = SIZE_MAX};
	if (i >= t.n || t.p[i] != '{')
		return err_set(err, ERR_FORMAT, "has something else where an object must be");
	for (i = skip_blanks(t, i + 1); i < t.n && t.p[i] != '}'; i = skip_blanks(t, i)) {
		size_t from = i, to, value, end;

		to = t.p[i] == '"' ? skip_string(t, i) : SIZE_MAX;
		value = to == SIZE_MAX ? t.n : skip_blanks(t, to);
		if (value >= t.n || t.p[value] != ':')
			return fault(err);
		value = skip_blanks(t, value + 1);
		end = skip_value(t, value);
		if (end == SIZE_MAX)
			return fault(err);
		if (is_key(slice_make(t.p + from + 1, to - from - 2), key)) {
			p->key = from;
			p->value = value;
			p->end = end;
		}
		p->last_key = from;
		p->last_end = end;
		i = skip_blanks(t, end);
		p->comma = i < t.n && t.p[i] == ',';
		if (!p->comma && (i >= t.n || t.p[i] != '}'))
			return fault(err);
		i += p->comma;
	}
	p->close = i;
	return i < t.n ? 0 : fault(err);
}

/* ---- the new text ------------------------------------------------------------------------------ */

struct buf {
	char *p;
	size_t n, cap;
	bool failed;
};

static void
put(struct buf *b, const char *bytes, size_t n)
{
	char *grown = b->failed ? NULL : mem_grow(b->p, &b->cap, b->n + n + 1, 1);

	b->failed |= !grown;
	if (!grown)
		return;
	b->p = grown;
	if (n)
		memcpy(b->p + b->n, bytes, n);
	b->n += n;
	b->p[b->n] = '\0';
}

static void
put_key(struct buf *b, struct slice key)
{
	struct jsonw w;
	size_t n = 0;
	char *text;

	jsonw_init(&w);
	jsonw_string(&w, key);
	text = jsonw_take(&w, &n, NULL);
	b->failed |= !text;
	if (text)
		put(b, text, n);
	mem_free(text);
	put(b, ": ", 2);
}

/* "key": {"key": ... value} */
static void
put_member(struct buf *b, const struct slice *path, size_t depth, const char *json)
{
	for (size_t i = 0; i < depth; i++) {
		put(b, i ? "{" : "", i ? 1 : 0);
		put_key(b, path[i]);
	}
	put(b, json, strlen(json));
	for (size_t i = 1; i < depth; i++)
		put(b, "}", 1);
}

/* The blanks that the line of a byte begins with. */
static struct slice
indent_of(struct slice t, size_t at)
{
	size_t from = at, to;

	while (from > 0 && t.p[from - 1] != '\n')
		from--;
	for (to = from; to < at && (t.p[to] == ' ' || t.p[to] == '\t');)
		to++;
	return slice_make(t.p + from, to - from);
}

/* Behind the last member; where an object has lines, in one of its own. */
static void
put_new(struct buf *b, struct slice t, const struct place *p, size_t level, const struct slice *path, size_t depth,
    const char *json)
{
	bool lines = memchr(t.p + p->open, '\n', p->close - p->open) || (level == 0 && p->last_key == SIZE_MAX);
	size_t behind = p->last_key == SIZE_MAX ? p->open + 1 : p->last_end, to = p->close;
	struct slice indent;

	put(b, t.p, behind);
	if (p->last_key != SIZE_MAX && !p->comma)
		put(b, ",", 1);
	/* Comments between the last member and the bracket stay before what is new. */
	while (to > behind && strchr(" \t\r\n", t.p[to - 1]))
		to--;
	put(b, t.p + behind, to - behind);
	indent = p->last_key == SIZE_MAX ? indent_of(t, p->open) : indent_of(t, p->last_key);
	if (lines) {
		put(b, "\n", 1);
		put(b, indent.p, indent.n);
		put(b, "  ", p->last_key == SIZE_MAX ? 2 : 0);
	} else {
		put(b, " ", p->last_key == SIZE_MAX ? 0 : 1);
	}
	put_member(b, path, depth, json);
	if (lines && !memchr(t.p + to, '\n', p->close - to)) {
		indent = indent_of(t, p->open);
		put(b, "\n", 1);
		put(b, indent.p, indent.n);
	}
	put(b, t.p + to, t.n - to);
}

int
config_edit_set(struct slice text, const struct slice *path, size_t depth, const char *json, char **out, size_t *n,
    struct err *err)
{
	struct buf b = {.n = 0};
	struct place p;
	size_t at, level = 0;
	int rc;

	if (!depth || depth > CONFIG_EDIT_DEPTH)
		return err_set(err, ERR_LIMIT, "has %zu levels", depth);
	at = skip_blanks(text, 0);
	if (at >= text.n) {
		/* Nothing, or nothing but comments, which stay. */
		put(&b, text.p, text.n);
		put(&b, "{\n  ", 4);
		put_member(&b, path, depth, json);
		put(&b, "\n}\n", 3);
	} else {
		for (;; level++) {
			rc = look(text, at, path[level], &p, err);
			if (rc)
				return rc;
			if (p.key == SIZE_MAX || level + 1 == depth)
				break;
			at = p.value;
		}
		if (p.key == SIZE_MAX) {
			put_new(&b, text, &p, level, path + level, depth - level, json);
		} else {
			put(&b, text.p, p.value);
			put(&b, json, strlen(json));
			put(&b, text.p + p.end, text.n - p.end);
		}
	}
	if (b.failed) {
		mem_free(b.p);
		return err_nomem(err);
	}
	*out = b.p;
	*n = b.n;
	return 0;
}
