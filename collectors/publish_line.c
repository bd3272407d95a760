#include "collectors/publish_line.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collectors/event_time.h"
#include "collectors/json_scan.h"
#include "collectors/keymap.h"
#include "core/limits.h"
#include "core/mem.h"

static int
bad_line(const struct json_scan *s, struct err *err)
{
	return err_set(err, ERR_FORMAT, "byte %zu: %s", json_scan_at(s) + 1,
	    s->why ? s->why : "not a JSON object");
}

/* A key's bytes with its escapes undone, cut to what a name may have. */
static struct slice
key_name(const struct json_value *key, char *buf)
{
	bool lone = false;

	if (!key->escaped)
		return slice_make(key->text.p, json_utf8_cut(key->text, LIMIT_NAME_BYTES));
	return slice_make(buf, json_unescape(key->text, buf, LIMIT_NAME_BYTES, &lone));
}

static bool
enter_object(struct json_scan *s, struct slice line)
{
	struct json_value v;

	json_scan_init(s, line);
	if (json_scan_value(s, &v) != JSON_OBJECT) {
		s->why = s->fault ? s->why : "not a JSON object";
		return false;
	}
	return true;
}

static bool
skip_value(struct json_scan *s, struct json_value *v)
{
	enum json_kind kind = json_scan_value(s, v);

	if (kind == JSON_OBJECT || kind == JSON_ARRAY)
		return json_scan_skip(s, kind);
	return kind != JSON_ERROR;
}

/* ---- time ------------------------------------------------------------------------------------ */

static int64_t
time_ms(const struct json_value *v)
{
	struct value value = {VALUE_MISSING, v->num, v->text};
	int64_t ms;

	if (v->kind == JSON_NUMBER)
		value.kind = VALUE_NUMBER;
	else if (v->kind == JSON_STRING)
		value.kind = VALUE_TEXT;
	return value.kind != VALUE_MISSING && event_time_parse(&value, &ms) ? ms : INT64_MIN;
}

int
publish_line_time(struct slice line, struct publish_time *out, struct err *err)
{
	char buf[LIMIT_NAME_BYTES];
	struct json_value key, v;
	unsigned best = UINT32_MAX, rank;
	struct json_scan s;

	*out = (struct publish_time){0, 0, 0, true, INT64_MIN};
	if (!enter_object(&s, line))
		return bad_line(&s, err);
	out->open = (size_t)(s.p - line.p);
	while (json_scan_member(&s, &key)) {
		out->empty = false;
		if (!skip_value(&s, &v))
			break;
		if (v.kind == JSON_OBJECT || v.kind == JSON_ARRAY)
			continue;
		if (keymap_meaning(key_name(&key, buf), &rank) != KEY_TS || rank >= best)
			continue;
		best = rank;
		out->from = (size_t)(v.text.p - line.p) - (v.kind == JSON_STRING);
		out->to = (size_t)(v.text.p - line.p) + v.text.n + (v.kind == JSON_STRING);
		out->ms = time_ms(&v);
	}
	return json_scan_finish(&s) ? 0 : bad_line(&s, err);
}

size_t
publish_line_restamp(struct slice line, const struct publish_time *t, int64_t ms, char *buf)
{
	char text[PUBLISH_LINE_EXTRA];
	size_t from = t->from, to = t->to;
	int n;

	if (from == to) {
		from = to = t->open;
		n = snprintf(text, sizeof(text), "\"ts\":%" PRId64 "%s", ms, t->empty ? "" : ",");
	} else {
		n = snprintf(text, sizeof(text), "%" PRId64, ms);
	}
	memcpy(buf, line.p, from);
	memcpy(buf + from, text, (size_t)n);
	memcpy(buf + from + (size_t)n, line.p + to, line.n - to);
	return line.n - (to - from) + (size_t)n;
}

/* ---- flat ------------------------------------------------------------------------------------ */

void
publish_flat_init(struct publish_flat *f)
{
	memset(f, 0, sizeof(*f));
}

void
publish_flat_release(struct publish_flat *f)
{
	mem_free(f->fields);
	mem_free(f->text);
	publish_flat_init(f);
}

/* Room for n more bytes of text, which may move by that. */
static char *
text_room(struct publish_flat *f, size_t n)
{
	char *grown = mem_grow(f->text, &f->text_cap, f->bytes + n, 1);

	if (grown)
		f->text = grown;
	return grown ? grown + f->bytes : NULL;
}

static bool
put_text(struct publish_flat *f, struct slice s, size_t *at)
{
	char *room = text_room(f, s.n);

	if (!room)
		return false;
	if (s.n)
		memcpy(room, s.p, s.n);
	*at = f->bytes;
	f->bytes += s.n;
	return true;
}

/* The dotted name of the feature being read. */
struct flat_path {
	char name[LIMIT_NAME_BYTES + 2];
	size_t n;
};

static bool
put_field(struct publish_flat *f, struct slice name, const struct json_value *v)
{
	size_t name_at = 0, value_at, n = v->text.n;
	struct pair *grown;
	bool lone = false;
	char *room;

	grown = mem_grow(f->fields, &f->cap, f->count + 1, sizeof(*f->fields));
	if (!grown)
		return false;
	f->fields = grown;
	if (!put_text(f, name, &name_at))
		return false;
	room = text_room(f, n);
	if (!room)
		return false;
	value_at = f->bytes;
	if (v->kind == JSON_STRING && v->escaped)
		n = json_unescape(v->text, room, n, &lone);
	else if (n)
		memcpy(room, v->text.p, n);
	f->bytes += n;
	/* Lengths only: where they begin follows from them once the text no longer moves. */
	assert(value_at == name_at + name.n);
	f->fields[f->count].name.n = name.n;
	f->fields[f->count].value.n = n;
	f->count++;
	return true;
}

static void
push(struct flat_path *p, struct slice name)
{
	size_t room = sizeof(p->name) - p->n, n;

	if (p->n > 2 && room) {
		p->name[p->n++] = '.';
		room--;
	}
	n = json_utf8_cut(name, room);
	if (n)
		memcpy(p->name + p->n, name.p, n);
	p->n += n;
}

/* The members of the object just entered, as features below the path. */
static bool
flat_features(struct publish_flat *f, struct json_scan *s, struct slice first, bool *nomem)
{
	size_t mark[LIMIT_NESTING + 1];
	struct flat_path path = {"f.", 2};
	struct json_value key, v;
	char buf[LIMIT_NAME_BYTES];
	size_t depth = 0;

	push(&path, first);
	mark[0] = path.n;
	for (;;) {
		if (!json_scan_member(s, &key)) {
			if (s->fault || depth == 0)
				return !s->fault;
			depth--;
			path.n = mark[depth];
			continue;
		}
		push(&path, key_name(&key, buf));
		if (json_scan_value(s, &v) == JSON_ERROR)
			return false;
		if (v.kind == JSON_OBJECT) {
			mark[++depth] = path.n;
			continue;
		}
		if (v.kind == JSON_ARRAY && !json_scan_skip(s, JSON_ARRAY))
			return false;
		if (v.kind != JSON_ARRAY && v.kind != JSON_NULL &&
		    !put_field(f, slice_make(path.name, path.n), &v)) {
			*nomem = true;
			return false;
		}
		path.n = mark[depth];
	}
}

/* One member at the top of the event. */
static bool
flat_member(struct publish_flat *f, struct json_scan *s, const struct json_value *key, bool *nomem)
{
	char buf[LIMIT_NAME_BYTES], prefixed[LIMIT_NAME_BYTES + 2] = "f.";
	struct slice name = key_name(key, buf);
	enum key_meaning meaning = keymap_meaning(name, NULL);
	const char *start = s->p;
	struct json_value v;

	if (json_scan_value(s, &v) == JSON_ERROR)
		return false;
	if (v.kind == JSON_OBJECT && meaning != KEY_PROBA)
		return flat_features(
		    f, s, meaning == KEY_FEATURES ? (struct slice){0} : name, nomem);
	if (v.kind == JSON_OBJECT || v.kind == JSON_ARRAY) {
		if (!json_scan_skip(s, v.kind))
			return false;
		if (meaning != KEY_PROBA)
			return true;
		v.text = slice_make(start, (size_t)(s->p - start));
	}
	if (v.kind == JSON_NULL)
		return true;
	if (meaning == KEY_FIELD) {
		memcpy(prefixed + 2, name.p, name.n);
		name = slice_make(prefixed, name.n + 2);
	}
	*nomem = !put_field(f, name, &v);
	return !*nomem;
}

int
publish_line_flat(struct publish_flat *f, struct slice line, struct err *err)
{
	struct json_value key;
	struct json_scan s;
	bool nomem = false;
	size_t at = 0, i;

	f->count = f->bytes = 0;
	if (!enter_object(&s, line))
		return bad_line(&s, err);
	while (json_scan_member(&s, &key)) {
		if (!flat_member(f, &s, &key, &nomem))
			break;
	}
	if (nomem)
		return err_nomem(err);
	if (!json_scan_finish(&s))
		return bad_line(&s, err);
	for (i = 0; i < f->count; i++) {
		f->fields[i].name.p = f->text + at;
		at += f->fields[i].name.n;
		f->fields[i].value.p = f->text + at;
		at += f->fields[i].value.n;
	}
	return 0;
}
