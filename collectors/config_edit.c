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
put_string(struct buf *b, struct slice string)
{
	struct jsonw w;
	size_t n = 0;
	char *text;

	jsonw_init(&w);
	jsonw_string(&w, string);
	text = jsonw_take(&w, &n, NULL);
	b->failed |= !text;
	if (text)
		put(b, text, n);
	mem_free(text);
}

static void
put_key(struct buf *b, struct slice key)
{
	put_string(b, key);
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

static int
finish(struct buf *b, char **out, size_t *n, struct err *err)
{
	if (b->failed) {
		mem_free(b->p);
		return err_nomem(err);
	}
	*out = b->p;
	*n = b->n;
	return 0;
}

/* In the object that begins at `at`. */
static int
set_at(struct slice text, size_t at, size_t level, const struct slice *path, size_t depth, const char *json,
    struct buf *b, struct err *err)
{
	struct place p;

	for (size_t i = 0;; i++) {
		int rc = look(text, at, path[i], &p, err);

		if (rc)
			return rc;
		if (p.key == SIZE_MAX) {
			put_new(b, text, &p, level + i, path + i, depth - i, json);
			return 0;
		}
		if (i + 1 == depth)
			break;
		at = p.value;
	}
	put(b, text.p, p.value);
	put(b, json, strlen(json));
	put(b, text.p + p.end, text.n - p.end);
	return 0;
}

int
config_edit_set(struct slice text, const struct slice *path, size_t depth, const char *json, char **out, size_t *n,
    struct err *err)
{
	struct buf b = {.n = 0};
	size_t at = skip_blanks(text, 0);
	int rc;

	if (!depth || depth > CONFIG_EDIT_DEPTH)
		return err_set(err, ERR_LIMIT, "has %zu levels", depth);
	if (at >= text.n) {
		/* Nothing, or nothing but comments, which stay. */
		put(&b, text.p, text.n);
		put(&b, "{\n  ", 4);
		put_member(&b, path, depth, json);
		put(&b, "\n}\n", 3);
	} else {
		rc = set_at(text, at, 0, path, depth, json, &b, err);
		if (rc)
			return rc;
	}
	return finish(&b, out, n, err);
}

/* ---- in a list of objects with names --------------------------------------------------------------- */

/* The last of that name that is for all, by where it begins; SIZE_MAX: none. at: the list. */
static int
find_named(struct slice t, size_t at, struct slice name, size_t *found, struct err *err)
{
	static const char *const patterns[] = {"model", "version", "feature"};
	size_t i;

	*found = SIZE_MAX;
	if (at >= t.n || t.p[at] != '[')
		return err_set(err, ERR_FORMAT, "has something else where a list must be");
	for (i = skip_blanks(t, at + 1); i < t.n && t.p[i] != ']'; i = skip_blanks(t, i)) {
		size_t end = skip_value(t, i), k = 0;
		struct place p;
		int rc = end == SIZE_MAX ? fault(err) : look(t, i, slice_of("name"), &p, err);

		if (rc)
			return rc;
		if (p.key != SIZE_MAX && p.end - p.value >= 2 &&
		    is_key(slice_make(t.p + p.value + 1, p.end - p.value - 2), name)) {
			for (k = 0; k < 3 && !look(t, i, slice_of(patterns[k]), &p, NULL) && p.key == SIZE_MAX; k++)
				;
			*found = k == 3 ? i : *found;
		}
		i = skip_blanks(t, end);
		i += i < t.n && t.p[i] == ',';
	}
	return i < t.n ? 0 : fault(err);
}

/* What comes first in an object or a list that begins at `at`. */
static void
put_first(struct buf *b, struct slice t, size_t at, const struct buf *what)
{
	size_t next = skip_blanks(t, at + 1);
	bool empty = next < t.n && (t.p[next] == '}' || t.p[next] == ']');
	bool lines = !empty && memchr(t.p + at, '\n', next - at);

	put(b, t.p, at + 1);
	if (lines) {
		struct slice indent = indent_of(t, next);

		put(b, "\n", 1);
		put(b, indent.p, indent.n);
	}
	put(b, what->p, what->n);
	put(b, ", ", empty ? 0 : lines ? 1 : 2);
	put(b, t.p + at + 1, t.n - at - 1);
}

static void
put_named(struct buf *b, struct slice name, const char *key, const char *json)
{
	put(b, "{", 1);
	put_key(b, slice_of("name"));
	put_string(b, name);
	put(b, ", ", 2);
	put_key(b, slice_of(key));
	put(b, json, strlen(json));
	put(b, "}", 1);
}

/* The list is not there: a member of its own, before all others. */
static void
put_list(struct buf *b, struct slice t, size_t at, const char *list, const struct buf *named)
{
	struct buf member = {.n = 0};

	put_key(&member, slice_of(list));
	put(&member, "[", 1);
	put(&member, named->p, named->n);
	put(&member, "]", 1);
	b->failed |= member.failed;
	if (at < t.n) {
		put_first(b, t, at, &member);
	} else {
		put(b, t.p, t.n);
		put(b, "{\n  ", 4);
		put(b, member.p, member.n);
		put(b, "\n}\n", 3);
	}
	mem_free(member.p);
}

int
config_edit_set_named(struct slice text, const char *list, struct slice name, const char *key, const char *json,
    char **out, size_t *n, struct err *err)
{
	struct buf b = {.n = 0}, named = {.n = 0};
	const struct slice path = slice_of(key);
	struct place p = {.key = SIZE_MAX};
	size_t at = skip_blanks(text, 0), found = SIZE_MAX;
	int rc = at < text.n ? look(text, at, slice_of(list), &p, err) : 0;

	if (!rc && p.key != SIZE_MAX)
		rc = find_named(text, p.value, name, &found, err);
	if (!rc && found != SIZE_MAX)
		rc = set_at(text, found, 2, &path, 1, json, &b, err);
	if (rc)
		return rc;
	if (found == SIZE_MAX) {
		put_named(&named, name, key, json);
		if (p.key != SIZE_MAX)
			put_first(&b, text, p.value, &named);
		else
			put_list(&b, text, at, list, &named);
		b.failed |= named.failed;
		mem_free(named.p);
	}
	return finish(&b, out, n, err);
}

/* ---- reading --------------------------------------------------------------------------------------- */

static const struct slice nothing = {NULL, 0};

static struct slice
find_at(struct slice t, size_t at, const struct slice *path, size_t depth)
{
	struct place p = {.key = SIZE_MAX};

	for (size_t i = 0; i < depth; i++) {
		if (look(t, at, path[i], &p, NULL) || p.key == SIZE_MAX)
			return nothing;
		at = p.value;
	}
	return depth ? slice_make(t.p + p.value, p.end - p.value) : nothing;
}

struct slice
config_edit_find(struct slice text, const struct slice *path, size_t depth)
{
	return find_at(text, skip_blanks(text, 0), path, depth);
}

struct slice
config_edit_find_named(struct slice text, const char *list, struct slice name, const char *key)
{
	const struct slice of_list = slice_of(list), of_key = slice_of(key);
	struct slice all = config_edit_find(text, &of_list, 1);
	size_t found;

	if (!all.p || find_named(text, (size_t)(all.p - text.p), name, &found, NULL) || found == SIZE_MAX)
		return nothing;
	return find_at(text, found, &of_key, 1);
}
