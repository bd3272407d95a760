#include "collectors/layout.h"

#include <stdio.h>

#include "collectors/decode.h"
#include "collectors/deliver.h"
#include "collectors/json_scan.h"
#include "collectors/keymap.h"
#include "core/mem.h"

#define LATEST_MS (INT64_MAX / 4) /* an ID may hold any 64 bits; nothing later is a time */

struct layout {
	struct decoder *decoder;
	struct deliver deliver;
	struct event_clock clock;
	struct decode_context context;
	char *key;
	char field[LIMIT_NAME_BYTES]; /* json: the field that holds the events */
	size_t field_n;
	bool json, lines, said_lines, seen;
	char name[LIMIT_NAME_BYTES + 32];
	size_t name_n;
};

/* ---- names from the key ---------------------------------------------------------------------- */

static const char *const default_patterns[] = {"ml:*", "model:*"};
static const char *const last_words[] = {
    "events", "predictions", "inferences", "requests", "log", "labels"};

/* Where the pattern's wildcards begin, back to behind a separator; pattern.n without wildcards. */
static size_t
literal_prefix(struct slice pattern)
{
	size_t n = 0;

	while (n < pattern.n && !strchr("*?[\\", pattern.p[n]))
		n++;
	if (n == pattern.n)
		return n;
	while (n > 0 && !strchr(":/.", pattern.p[n - 1]))
		n--;
	return n;
}

/* The prefix of the first pattern that matches and has wildcards, whether or not it leaves
 * anything. */
static bool
prefix_find(struct slice key, const char *const *patterns, size_t npatterns, size_t *n)
{
	size_t i;

	for (i = 0; i < npatterns; i++) {
		struct slice pattern = slice_of(patterns[i]);
		size_t prefix = literal_prefix(pattern);

		if (prefix < pattern.n && slice_glob(pattern, key)) {
			*n = prefix;
			return true;
		}
	}
	return false;
}

/* `v2`, `2`, `2024-06`; with dots as separators the whole `v1.2.3`, of digits alone. */
static bool
is_version(struct slice s, bool digits_only)
{
	size_t i = s.n && s.p[0] == 'v' ? 1 : 0;

	if (i >= s.n || s.p[i] < '0' || s.p[i] > '9')
		return false;
	for (; digits_only && i < s.n; i++)
		if (s.p[i] != '.' && (s.p[i] < '0' || s.p[i] > '9'))
			return false;
	return true;
}

/* Offset of the last separator, or s.n where there is none. */
static size_t
last_separator(struct slice s, const char *separators)
{
	size_t n = s.n;

	while (n > 0)
		if (strchr(separators, s.p[--n]) && s.p[n])
			return n;
	return s.n;
}

static bool
last_word_is_usual(struct slice s)
{
	size_t i;

	for (i = 0; i < sizeof(last_words) / sizeof(last_words[0]); i++)
		if (slice_is(s, last_words[i]))
			return true;
	return false;
}

void
layout_key_names(struct slice key, const char *const *patterns, size_t npatterns,
    struct slice *model, struct slice *version)
{
	const char *separators;
	struct slice s = key;
	size_t cut = 0, model_n = 0, at, next;
	bool dots;

	*version = slice_make(NULL, 0);
	if (prefix_find(key, patterns, npatterns, &cut) ||
	    prefix_find(key, default_patterns, 2, &cut))
		s = slice_make(key.p + cut, key.n - cut);
	if (!s.n)
		s = key;
	dots = last_separator(s, ":/") == s.n;
	separators = dots ? "." : ":/";
	at = last_separator(s, separators);
	if (at < s.n && at > 0 && last_word_is_usual(slice_make(s.p + at + 1, s.n - at - 1))) {
		s.n = at;
		at = last_separator(s, separators);
	}
	/* Of dotted numbers the version begins at the first: the longest last part that is one. */
	while (at < s.n && at > 0 && is_version(slice_make(s.p + at + 1, s.n - at - 1), dots)) {
		*version = slice_make(s.p + at + 1, s.n - at - 1);
		model_n = at;
		if (!dots)
			break;
		next = last_separator(slice_make(s.p, at), separators);
		if (next == at)
			break;
		at = next;
	}
	s.n = version->n ? model_n : s.n;
	*model = s;
}

/* ---- life ------------------------------------------------------------------------------------ */

int
layout_new(struct layout **out, const struct layout_options *options, struct err *err)
{
	struct layout *l = mem_calloc(1, sizeof(*l));
	struct slice key = options->key;

	if (l)
		l->key = mem_dup(key.p ? key.p : "", key.n);
	if (!l || !l->key || decoder_new(&l->decoder, NULL)) {
		layout_free(l);
		return err_nomem(err);
	}
	deliver_init(
	    &l->deliver, options->source, options->stream, options->label, options->model_glob);
	layout_key_names(slice_make(l->key, key.n), options->patterns, options->npatterns,
	    &l->context.model, &l->context.version);
	l->context.clock = &l->clock;
	l->context.source = options->source;
	*out = l;
	return 0;
}

void
layout_free(struct layout *l)
{
	if (!l)
		return;
	decoder_free(l->decoder);
	mem_free(l->key);
	mem_free(l);
}

struct slice
layout_name(const struct layout *l)
{
	return slice_make(l->name, l->name_n);
}

struct slice
layout_aliases(const struct layout *l)
{
	return decoder_aliases(l->decoder);
}

/* ---- which layout ---------------------------------------------------------------------------- */

static bool
looks_like_json(struct slice s)
{
	if (s.n >= 3 && memcmp(s.p, "\xef\xbb\xbf", 3) == 0)
		s = slice_make(s.p + 3, s.n - 3);
	while (s.n && (*s.p == ' ' || *s.p == '\t' || *s.p == '\r' || *s.p == '\n'))
		s = slice_make(s.p + 1, s.n - 1);
	return s.n && (*s.p == '{' || *s.p == '[');
}

size_t
layout_sample(const struct layout_entry *e, char *buf, size_t bytes)
{
	struct event ev = {.raw_pairs = e->pairs, .nraw_pairs = e->npairs};

	/* JSON in JSON, all its quotes escaped, is nothing to look at. */
	if (e->npairs == 1 && looks_like_json(e->pairs[0].value)) {
		size_t n = json_utf8_cut(e->pairs[0].value, bytes);

		memcpy(buf, e->pairs[0].value.p, n);
		return n;
	}
	return json_text_end(buf, event_raw_json(&ev, buf, bytes), bytes);
}

static bool
was_json_in(const struct layout *l, struct slice name)
{
	return l->json && slice_eq(name, slice_make(l->field, l->field_n));
}

/* Place among the names that usually hold an event: 0 is the best, 5 is none of them. */
static unsigned
carrier_rank(struct slice name)
{
	switch (name.n) {
	case 7:
		return memcmp(name.p, "payload", 7) == 0 ? 0 : 5;
	case 5:
		return memcmp(name.p, "event", 5) == 0 ? 1 : 5;
	case 4:
		if (memcmp(name.p, "data", 4) == 0)
			return 2;
		if (memcmp(name.p, "body", 4) == 0)
			return 3;
		return memcmp(name.p, "json", 4) == 0 ? 4 : 5;
	default:
		return 5;
	}
}

/* A field alone holds an event, unless its name or its value says that it is one part of a flat
 * one. */
static bool
single_is_flat(const struct pair *p)
{
	struct value v;

	if (keymap_meaning(p->name, NULL) != KEY_FIELD ||
	    (p->name.n > 2 && memcmp(p->name.p, "f.", 2) == 0))
		return true;
	if (p->value.n > 64)
		return false;
	decode_flat_value(p->value, &v);
	return v.kind == VALUE_NUMBER || v.kind == VALUE_BOOL || v.kind == VALUE_NONFINITE;
}

/* The field that holds the event or events, NULL if the entry is flat. */
static const struct pair *
json_field(const struct layout *l, const struct layout_entry *e)
{
	const struct pair *best = NULL;
	unsigned best_rank = 5;
	size_t i;

	for (i = 0; i < e->npairs; i++) {
		unsigned rank = carrier_rank(e->pairs[i].name);

		if (rank < best_rank) {
			best_rank = rank;
			best = &e->pairs[i];
		}
	}
	if (best && (e->npairs == 1 || looks_like_json(best->value) || was_json_in(l, best->name)))
		return best;
	if (e->npairs != 1)
		return NULL;
	best = &e->pairs[0];
	return was_json_in(l, best->name) || !single_is_flat(best) ? best : NULL;
}

/* Puts the layout in words, when it is another than before. */
static void
layout_note(struct layout *l, const struct pair *field)
{
	bool json = field != NULL;
	int n;

	if (l->seen && l->json == json && l->said_lines == l->lines &&
	    (!json || was_json_in(l, field->name)))
		return;
	l->seen = true;
	l->json = json;
	l->said_lines = l->lines;
	l->field_n = json ? json_utf8_cut(field->name, sizeof(l->field)) : 0;
	if (l->field_n)
		memcpy(l->field, field->name.p, l->field_n);
	n = snprintf(l->name, sizeof(l->name), "%s%.*s%s", json ? "field " : "flat",
	    (int)l->field_n, l->field, json && l->lines ? ", lines" : "");
	l->name_n = n > 0 && (size_t)n < sizeof(l->name) ? (size_t)n : sizeof(l->name) - 1;
}

/* ---- entries --------------------------------------------------------------------------------- */

static void
reject(struct layout *l, enum event_reason reason, struct slice sample, struct slice detail,
    const struct sink *sink)
{
	deliver_reject(&l->deliver, reason, sample, detail, l->clock.substitute_ms, sink);
}

static size_t
line_end(struct slice s)
{
	const char *p = s.n ? memchr(s.p, '\n', s.n) : NULL;

	return p ? (size_t)(p - s.p) + 1 : s.n;
}

/*
 * Where the next event begins behind a bad one. Behind its line; but a bad one that was written
 * over several lines ends where a line begins with an object, so that it counts as one and not once
 * a line.
 */
static size_t
bad_end(struct slice s)
{
	size_t end = line_end(s), last = end;

	while (last && (unsigned char)s.p[last - 1] <= ' ')
		last--;
	if (*s.p != '{' || (last && s.p[last - 1] == '}'))
		return end;
	while (end < s.n && s.p[end] != '{')
		end += line_end(slice_make(s.p + end, s.n - end));
	return end;
}

static size_t
json_take(struct layout *l, struct slice text, const struct sink *sink)
{
	size_t taken = 0, tried = 0;

	while (text.n) {
		struct event ev;
		size_t used = 0;

		/* An event alone is the rule; blank lines between and behind events are nothing. */
		if (tried &&
		    (*text.p == '\n' || *text.p == '\r' || *text.p == ' ' || *text.p == '\t')) {
			text = slice_make(text.p + 1, text.n - 1);
			continue;
		}
		tried++;
		if (decoder_json(l->decoder, text, &l->context, &ev, &used)) {
			taken += deliver_event(&l->deliver, &ev, sink);
		} else {
			enum event_reason why = decoder_reason(l->decoder);

			/* Sound JSON is passed over whole even where it makes no event. */
			used = used ? used : bad_end(text);
			reject(l, why, slice_make(text.p, used), decoder_detail(l->decoder), sink);
		}
		text = slice_make(text.p + used, text.n - used);
	}
	if (!tried)
		reject(l, REASON_EMPTY, text, slice_of("an empty field"), sink);
	l->lines |= tried > 1;
	return taken;
}

/* No event; what it would have been is shown as one line, as those that are. */
static void
reject_flat(struct layout *l, const struct layout_entry *e, const struct sink *sink)
{
	char line[DELIVER_SAMPLE_BYTES];
	size_t n = layout_sample(e, line, sizeof(line));

	reject(
	    l, decoder_reason(l->decoder), slice_make(line, n), decoder_detail(l->decoder), sink);
}

size_t
layout_entry(struct layout *l, const struct layout_entry *e, const struct sink *sink)
{
	const struct pair *field = json_field(l, e);
	struct event ev;
	size_t taken = 0;

	event_clock_stream(&l->clock, e->ms < (uint64_t)LATEST_MS ? (int64_t)e->ms : LATEST_MS);
	l->deliver.of_entry = true;
	l->deliver.entry_seq = e->seq;
	l->context.headers = e->pairs;
	l->context.nheaders = field && e->npairs > 1 ? e->npairs : 0;
	if (field)
		taken = json_take(l, field->value, sink);
	else if (decoder_flat(l->decoder, e->pairs, e->npairs, &l->context, &ev))
		taken = deliver_event(&l->deliver, &ev, sink);
	else
		reject_flat(l, e, sink);
	/* What holds no event says nothing about the layout, but a field that should have is worth
	 * its name. */
	if (taken || field)
		layout_note(l, field);
	return taken;
}
