#include "collectors/json_doc.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "collectors/json_scan.h"
#include "core/mem.h"

#define READ_BYTES 4096
#define STEPS_MAX  (CJSON_NESTING_LIMIT + 2)

struct json_doc {
	cJSON *root;
	struct slice text;
};

const char *const json_doc_kind_names[JSON_DOC_OBJECT + 1] = {
    "null", "true or false", "a number", "a text", "an array", "an object"};

static const cJSON *
item(const struct json_node *v)
{
	return (const void *)v;
}

static const struct json_node *
node(const cJSON *i)
{
	return (const void *)i;
}

/* ---- comments -------------------------------------------------------------------------------- */

struct place {
	size_t line, column; /* from 1; columns are bytes */
};

static struct place
place_of(struct slice text, size_t at)
{
	struct place p = {1, 1};
	size_t i;

	for (i = 0; i < at && i < text.n; i++) {
		p.column++;
		if (text.p[i] == '\n') {
			p.line++;
			p.column = 1;
		}
	}
	return p;
}

static int
not_json(struct slice text, size_t at, const char *why, struct err *err)
{
	struct place p = place_of(text, at);

	return err_set(err, ERR_FORMAT, "not JSON at line %zu, column %zu: %s", p.line, p.column, why);
}

static size_t
string_end(const char *text, size_t n, size_t i)
{
	for (i++; i < n && text[i] != '"'; i++)
		i += text[i] == '\\';
	return i < n ? i + 1 : n;
}

/* Blanks what is between; line ends stay, so that lines can be counted. */
static void
blank(char *text, size_t from, size_t to)
{
	for (; from < to; from++)
		if (text[from] != '\n')
			text[from] = ' ';
}

/* Where the comment that begins at i ends; 0: it does not. */
static size_t
comment_end(const char *text, size_t n, size_t i)
{
	bool line = text[i + 1] == '/';

	for (i += 2; i < n; i++) {
		if (line && text[i] == '\n')
			return i;
		if (!line && text[i] == '*' && i + 1 < n && text[i + 1] == '/')
			return i + 2;
	}
	return line ? n : 0;
}

static int
strip(char *text, size_t n, struct err *err)
{
	char before = '\0'; /* the last byte that counts */
	size_t comma = 0, i = 0;
	bool held = false; /* a comma behind something, which may be the last */

	while (i < n) {
		char c = text[i];
		size_t end = i + 1;

		if (c == '/' && end < n && (text[end] == '/' || text[end] == '*')) {
			end = comment_end(text, n, i);
			if (!end)
				return not_json(slice_make(text, n), i, "this comment has no end", err);
			blank(text, i, end);
			i = end;
			continue;
		}
		if (c == '"')
			end = string_end(text, n, i);
		if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
			if (held && (c == '}' || c == ']'))
				text[comma] = ' ';
			held = c == ',' && before && !strchr("{[,:", before);
			comma = i;
			before = c;
		}
		i = end;
	}
	return 0;
}

/* ---- parsing --------------------------------------------------------------------------------- */

/* cJSON does not say whether it was the text or the memory. Its hooks are global, so this is, too. */
static bool refused;

static void *
hook_alloc(size_t bytes)
{
	void *p = mem_alloc(bytes);

	refused |= p == NULL;
	return p;
}

static int
parse(struct json_doc *d, struct slice text, struct err *err)
{
	cJSON_Hooks hooks = {hook_alloc, mem_free};
	const char *end = NULL;
	struct json_scan scan;
	struct json_value v;

	cJSON_InitHooks(&hooks);
	refused = false;
	d->text = text;
	d->root = cJSON_ParseWithLengthOpts(text.p ? text.p : "", text.n, &end, 0);
	if (!d->root && refused)
		return err_nomem(err);
	json_scan_init(&scan, text);
	if (d->root) {
		/* Behind the value nothing may stand. */
		size_t at = (size_t)(end - text.p);

		while (at < text.n && strchr(" \t\r\n", text.p[at]) && text.p[at])
			at++;
		return at == text.n ? 0 : not_json(text, at, "something stands behind the end", err);
	}
	if (json_scan_value(&scan, &v) == JSON_OBJECT || v.kind == JSON_ARRAY)
		json_scan_skip(&scan, v.kind);
	if (!json_scan_finish(&scan))
		return not_json(text, json_scan_at(&scan), scan.why, err);
	/* The scanner takes what events may hold and JSON may not: NaN, half a surrogate pair. */
	return not_json(text, end && end >= text.p ? (size_t)(end - text.p) : 0, "no JSON value", err);
}

int
json_doc_parse(struct json_doc **out, struct slice text, struct err *err)
{
	struct json_doc *d = mem_calloc(1, sizeof(*d));
	int rc = d ? parse(d, text, err) : err_nomem(err);

	if (rc)
		json_doc_free(d);
	else
		*out = d;
	return rc;
}

int
json_doc_parse_commented(struct json_doc **out, char *text, size_t n, struct err *err)
{
	int rc = strip(text, n, err);

	return rc ? rc : json_doc_parse(out, slice_make(text, n), err);
}

void
json_doc_free(struct json_doc *d)
{
	if (!d)
		return;
	cJSON_Delete(d->root);
	mem_free(d);
}

const struct json_node *
json_doc_root(const struct json_doc *d)
{
	return node(d->root);
}

int
json_doc_read_file(const char *path, size_t max, char **text, size_t *n, struct err *err)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	char *buf = NULL;
	size_t cap = 0, have = 0, got = 0;
	int rc = 0;

	if (!f)
		return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot be opened: %s", strerror(errno));
	if (fstat(fileno(f), &st) == 0 && S_ISDIR(st.st_mode))
		rc = err_set(err, ERR_IO, "is a directory");
	while (!rc) {
		char *grown = mem_grow(buf, &cap, have + READ_BYTES, 1);

		if (!grown) {
			rc = err_nomem(err);
			break;
		}
		buf = grown;
		got = fread(buf + have, 1, cap - have - 1, f);
		have += got;
		if (have > max)
			rc = err_set(err, ERR_LIMIT, "is larger than %zu MiB", max >> 20);
		else if (!got)
			break;
	}
	if (!rc && ferror(f))
		rc = err_set(err, ERR_IO, "cannot be read: %s", strerror(errno));
	fclose(f);
	if (rc) {
		mem_free(buf);
		return rc;
	}
	buf[have] = '\0';
	*text = buf;
	*n = have;
	return 0;
}

/* ---- values ---------------------------------------------------------------------------------- */

enum json_doc_kind
json_doc_kind(const struct json_node *v)
{
	const cJSON *i = item(v);

	if (!i || cJSON_IsNull(i))
		return JSON_DOC_NULL;
	if (cJSON_IsBool(i))
		return JSON_DOC_BOOL;
	if (cJSON_IsNumber(i))
		return JSON_DOC_NUMBER;
	if (cJSON_IsString(i))
		return JSON_DOC_TEXT;
	return cJSON_IsArray(i) ? JSON_DOC_ARRAY : JSON_DOC_OBJECT;
}

double
json_doc_number(const struct json_node *v)
{
	return json_doc_kind(v) == JSON_DOC_NUMBER ? item(v)->valuedouble : NAN;
}

bool
json_doc_bool(const struct json_node *v)
{
	return v && cJSON_IsTrue(item(v));
}

const char *
json_doc_text(const struct json_node *v)
{
	return json_doc_kind(v) == JSON_DOC_TEXT ? item(v)->valuestring : NULL;
}

bool
json_doc_is_whole(const struct json_node *v)
{
	double x = json_doc_number(v);

	return x >= 0 && x <= JSON_DOC_WHOLE_MAX && x == floor(x);
}

const struct json_node *
json_doc_first(const struct json_node *v)
{
	return v ? node(item(v)->child) : NULL;
}

const struct json_node *
json_doc_next(const struct json_node *v)
{
	return node(item(v)->next);
}

const char *
json_doc_key(const struct json_node *v)
{
	return v ? item(v)->string : NULL;
}

size_t
json_doc_count(const struct json_node *v)
{
	return v ? (size_t)cJSON_GetArraySize(item(v)) : 0;
}

const struct json_node *
json_doc_member(const struct json_node *object, const char *key)
{
	const cJSON *m = cJSON_GetObjectItemCaseSensitive(item(object), key);

	return m && !cJSON_IsNull(m) ? node(m) : NULL;
}

/* ---- places ---------------------------------------------------------------------------------- */

/* From the root to v: the nodes on the way, and how many values begin before it. False: not below `from`. */
struct way {
	const cJSON *steps[STEPS_MAX];
	size_t n, values;
};

static bool
find(const cJSON *from, const cJSON *v, struct way *w)
{
	const cJSON *at = from;

	/* Depth first without recursion: the stack is the way itself. */
	w->n = 0;
	w->values = 0;
	while (at) {
		if (w->n == STEPS_MAX)
			return false;
		w->steps[w->n++] = at;
		if (at == v)
			return true;
		w->values++;
		if (at->child && (cJSON_IsArray(at) || cJSON_IsObject(at))) {
			at = at->child;
			continue;
		}
		at = NULL;
		while (w->n > 0 && !at)
			at = w->steps[--w->n]->next;
	}
	return false;
}

static bool
is_plain_key(const char *key)
{
	size_t n = strlen(key);

	return n && strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == n;
}

/* One step of a path, written at buf[n]; returns how long the path is then. */
static size_t
put_step(char *buf, size_t bytes, size_t n, const cJSON *parent, const cJSON *step)
{
	int k;

	if (cJSON_IsArray(parent)) {
		size_t index = 0;
		const cJSON *i;

		for (i = parent->child; i != step; i = i->next)
			index++;
		k = snprintf(buf + n, bytes - n, "[%zu]", index);
	} else if (is_plain_key(step->string)) {
		k = snprintf(buf + n, bytes - n, "%s%s", n ? "." : "", step->string);
	} else {
		k = snprintf(buf + n, bytes - n, "[\"%s\"]", step->string);
	}
	return k > 0 && n + (size_t)k < bytes ? n + (size_t)k : bytes - 1;
}

char *
json_doc_path(const struct json_doc *d, const struct json_node *v, char *buf, size_t bytes)
{
	struct way w;
	size_t n = 0, i;

	buf[0] = '\0';
	if (!find(d->root, item(v), &w))
		return buf;
	for (i = 1; i < w.n; i++)
		n = put_step(buf, bytes, n, w.steps[i - 1], w.steps[i]);
	buf[json_text_end(buf, n, bytes)] = '\0';
	return buf;
}

/* Where the text's value number `index` begins, in the order in which values begin; its key, if it has one. */
static size_t
offset_of(struct slice text, size_t index)
{
	size_t i = 0, key = SIZE_MAX;

	while (i < text.n) {
		char c = text.p[i];
		size_t end = i + 1;

		if (c == '"')
			end = string_end(text.p, text.n, i);
		else if (!strchr(" \t\r\n{}[],:", c))
			while (end < text.n && !strchr(" \t\r\n{}[],:", text.p[end]))
				end++;
		if (c == '"') {
			size_t behind = end;

			while (behind < text.n && strchr(" \t\r\n", text.p[behind]))
				behind++;
			if (behind < text.n && text.p[behind] == ':') {
				key = i;
				i = end;
				continue;
			}
		}
		if (!strchr(" \t\r\n}],:", c)) {
			if (!index--)
				return key != SIZE_MAX ? key : i;
			key = SIZE_MAX;
		}
		i = end;
	}
	return 0;
}

size_t
json_doc_line(const struct json_doc *d, const struct json_node *v)
{
	struct slice text = d->text;
	struct way w;

	if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
		text = slice_make(text.p + 3, text.n - 3);
	return find(d->root, item(v), &w) ? place_of(text, offset_of(text, w.values)).line : 1;
}

int
json_doc_fault(
    const struct json_doc *d, const struct json_node *v, enum err_code code, struct err *err, const char *fmt, ...)
{
	char what[ERR_MSG_BYTES], path[JSON_DOC_PATH_BYTES];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	json_doc_path(d, v, path, sizeof(path));
	return err_set(err, code, "line %zu: %s%s%s", json_doc_line(d, v), path, path[0] ? ": " : "", what);
}
