#include "collectors/decode.h"

#include "collectors/decode_impl.h"

#include <math.h>
#include <stdio.h>

#include "core/mem.h"

/* ---- life and reports ------------------------------------------------------------------------ */

int
decoder_new(struct decoder **out, struct err *err)
{
	struct decoder *d = mem_calloc(1, sizeof(*d));
	unsigned i;

	if (!d || !keymap_init(&d->keys)) {
		mem_free(d);
		return err_nomem(err);
	}
	for (i = 0; i < LIMIT_CLASSES; i++)
		snprintf(d->index_names[i], sizeof(d->index_names[i]), "%u", i % LIMIT_CLASSES);
	*out = d;
	return 0;
}

void
decoder_free(struct decoder *d)
{
	if (!d)
		return;
	keymap_release(&d->keys);
	mem_free(d->features);
	mem_free(d->scratch);
	mem_free(d);
}

enum event_reason
decoder_reason(const struct decoder *d)
{
	return d->reason;
}

struct slice
decoder_detail(const struct decoder *d)
{
	return slice_make(d->detail, d->detail_n);
}

struct slice
decoder_aliases(const struct decoder *d)
{
	return slice_make(d->aliases, d->aliases_n);
}

static bool
reject(struct decoder *d, enum event_reason reason, const char *detail)
{
	int n = snprintf(d->detail, sizeof(d->detail), "%s", detail);

	d->reason = reason;
	d->detail_n = n < 0 ? 0 : (size_t)n < sizeof(d->detail) ? (size_t)n : sizeof(d->detail) - 1;
	return false;
}

static bool
reject_scan(struct decoder *d, const struct json_scan *s)
{
	char text[96];

	snprintf(text, sizeof(text), "at byte %zu: %s", json_scan_at(s), s->why);
	return reject(d, s->fault == JSON_TOO_DEEP ? REASON_TOO_DEEP : REASON_NOT_JSON, text);
}

static void
event_begin(struct decoder *d, size_t text_bytes)
{
	unsigned m;

	keymap_trim(&d->keys);
	d->last = KEYMAP_NONE;
	d->event = d->seen_features = ++d->events_begun;
	d->nfeatures = d->nclasses = d->nmembers = 0;
	d->features_rank = d->classes_rank = DECODE_NO_RANK;
	d->features_given = d->prefixed = false;
	d->best = slice_make(NULL, 0);
	d->best_p = -INFINITY;
	for (m = 0; m < KEY_MEANINGS; m++)
		d->known[m].rank = DECODE_NO_RANK;
	d->oddities = 0;
	d->scratch_used = 0;
	d->scratch_want = text_bytes;
	d->nomem = false;
}

/* ---- the finished event ---------------------------------------------------------------------- */

/* A number where only a number makes sense: text in JSON's number grammar will do. */
static bool
number_of(struct decoder *d, enum key_meaning meaning, double *num)
{
	const struct decode_known *k = &d->known[meaning];

	if (k->rank == DECODE_NO_RANK)
		return false;
	switch (k->value.kind) {
	case VALUE_NUMBER:
	case VALUE_BOOL:
		*num = k->value.num;
		return true;
	case VALUE_TEXT:
		if (json_number_parse(k->value.text, num) == JSON_NUMBER)
			return true;
		d->oddities |= EVENT_ODD(REASON_TYPE_CHANGED);
		return false;
	case VALUE_NONFINITE:
		d->oddities |= EVENT_ODD(REASON_NONFINITE);
		return false;
	default:
		return false;
	}
}

/* Identifiers are text: a number keeps the digits it was written with. */
static struct slice
text_of(const struct decoder *d, enum key_meaning meaning)
{
	const struct decode_known *k = &d->known[meaning];
	struct slice s = k->value.text;

	if (k->rank == DECODE_NO_RANK || k->value.kind == VALUE_NOT_SCALAR)
		return slice_make(NULL, 0);
	if (s.n > LIMIT_NAME_BYTES)
		s.n = json_utf8_cut(s, LIMIT_NAME_BYTES);
	return s;
}

static struct value
value_of(struct decoder *d, enum key_meaning meaning)
{
	static const struct value missing = {VALUE_MISSING, 0, {NULL, 0}};
	const struct decode_known *k = &d->known[meaning];

	if (k->rank == DECODE_NO_RANK)
		return missing;
	if (k->value.kind == VALUE_NONFINITE)
		d->oddities |= EVENT_ODD(REASON_NONFINITE);
	return k->value;
}

static void
outcome_set(struct decoder *d, struct event *ev)
{
	const struct decode_known *error = &d->known[KEY_ERROR];
	int status = d->known[KEY_STATUS].rank == DECODE_NO_RANK
			 ? 0
			 : decode_status(&d->known[KEY_STATUS].value);
	double num;
	bool given = false;

	if (error->rank != DECODE_NO_RANK) {
		const struct value *v = &error->value;

		given = v->kind == VALUE_TEXT ? v->text.n > 0
					      : v->kind != VALUE_NONFINITE && v->num != 0;
		ev->error = given ? v->text : slice_make(NULL, 0);
	}
	ev->failed = given || status >= 500;
	ev->client_error = status >= 400 && status < 500;
	ev->latency_ms = NAN;
	if (number_of(d, KEY_LATENCY, &num) && num >= 0)
		ev->latency_ms = d->known[KEY_LATENCY].seconds ? num * 1e3 : num;
}

/* The probability of the class that says yes, where there are two and one of them does. */
static bool
score_from_classes(const struct decoder *d, struct value *score)
{
	size_t i;

	for (i = 0; d->nclasses == 2 && i < 2; i++) {
		struct slice name = d->classes[i].name;

		if (slice_is(name, "1") || slice_is(name, "true") || slice_is(name, "True")) {
			decode_value_set(score, VALUE_NUMBER, d->classes[i].p, slice_make(NULL, 0));
			return true;
		}
	}
	return false;
}

static void
output_set(struct decoder *d, struct event *ev)
{
	double num = 0;
	bool scored = number_of(d, KEY_SCORE, &num);

	ev->prediction = value_of(d, KEY_PREDICTION);
	ev->label = value_of(d, KEY_LABEL);
	ev->classes = d->classes;
	ev->nclasses = d->nclasses;
	if (ev->prediction.kind == VALUE_MISSING && d->best.n)
		decode_value_set(&ev->prediction, VALUE_TEXT, NAN, d->best);
	if (scored)
		decode_value_set(&ev->score, VALUE_NUMBER, num, d->known[KEY_SCORE].value.text);
	else if (d->known[KEY_SCORE].rank != DECODE_NO_RANK &&
		 d->known[KEY_SCORE].value.kind == VALUE_NONFINITE)
		ev->score = d->known[KEY_SCORE].value;
	else if (!score_from_classes(d, &ev->score) && number_of(d, KEY_PROBA, &num))
		decode_value_set(&ev->score, VALUE_NUMBER, num, d->known[KEY_PROBA].value.text);
}

static void
headers_read(struct decoder *d, const struct decode_context *ctx)
{
	size_t i;

	for (i = 0; i < ctx->nheaders; i++) {
		const struct pair *h = &ctx->headers[i];
		uint32_t index = keymap_child(&d->keys, KEYMAP_FLAT, h->name, false);
		struct value v;

		if (index == KEYMAP_NONE || d->keys.nodes[index].meaning == KEY_FIELD ||
		    d->keys.nodes[index].meaning == KEY_FEATURES ||
		    d->known[d->keys.nodes[index].meaning].rank != DECODE_NO_RANK)
			continue;
		decode_flat_value(h->value, &v);
		if (v.kind == VALUE_TEXT)
			v.text = decode_text_take(d, v.text, decode_high(v.text));
		if (d->keys.nodes[index].meaning != KEY_STATUS || decode_status(&v))
			decode_known_put(d, &d->keys.nodes[index], &v);
	}
}

static bool
has_content(const struct decoder *d)
{
	static const enum key_meaning any[] = {
	    KEY_PREDICTION, KEY_SCORE, KEY_PROBA, KEY_LABEL, KEY_LATENCY, KEY_STATUS, KEY_ERROR};
	size_t i;

	if (d->nfeatures || d->nclasses)
		return true;
	for (i = 0; i < sizeof(any) / sizeof(any[0]); i++)
		if (d->known[any[i]].rank != DECODE_NO_RANK)
			return true;
	return false;
}

static bool
event_finish(struct decoder *d, const struct decode_context *ctx, struct event *ev)
{
	static const struct value missing = {VALUE_MISSING, 0, {NULL, 0}};
	struct slice named;

	if (d->nomem)
		return reject(d, REASON_OVER_LIMIT, "out of memory");
	if (d->nmembers == 0)
		return reject(d, REASON_EMPTY, "");
	headers_read(d, ctx);
	if (!has_content(d))
		return reject(d, REASON_NO_CONTENT, "");
	memset(ev, 0, sizeof(*ev));
	ev->source = ctx->source;
	named = text_of(d, KEY_MODEL);
	ev->model = named.n ? named : ctx->model;
	/* A stream's version is that of the stream's model; another one has only its own. */
	ev->version = text_of(d, KEY_VERSION);
	if (!ev->version.n && (!named.n || slice_eq(named, ctx->model)))
		ev->version = ctx->version;
	ev->id = text_of(d, KEY_ID);
	ev->features = d->features;
	ev->nfeatures = d->nfeatures;
	ev->has_features = d->nfeatures > 0 || d->features_given || d->prefixed;
	outcome_set(d, ev);
	output_set(d, ev);
	ev->oddities = d->oddities;
	event_clock_apply(ctx->clock,
	    d->known[KEY_TS].rank == DECODE_NO_RANK ? &missing : &d->known[KEY_TS].value, ev);
	return true;
}

/* Behind the value: nothing more, or, where the text may go on, the end of its line. */
static bool
text_end(struct json_scan *s, const char *start, size_t *used)
{
	if (!used || s->fault)
		return json_scan_finish(s);
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' || *s->p == '\r'))
		s->p++;
	if (s->p < s->end && *s->p == '\n')
		s->p++;
	else if (!json_scan_finish(s))
		return false;
	*used = (size_t)(s->p - start);
	return true;
}

/* The one value at s, whatever it is; an object's members are on the way to becoming an event. */
static enum json_kind
value_read(struct decoder *d, struct json_scan *s)
{
	struct json_value j;

	json_scan_value(s, &j);
	if (j.kind == JSON_OBJECT)
		decode_object_read(d, s, KEYMAP_JSON);
	else if (j.kind == JSON_ARRAY)
		json_scan_skip(s, j.kind);
	return j.kind;
}

bool
decoder_json(struct decoder *d, struct slice text, const struct decode_context *ctx,
    struct event *ev, size_t *used)
{
	struct json_scan s;
	const char *first, *stop;
	enum json_kind kind;

	event_begin(d, text.n);
	if (!used && text.n > LIMIT_EVENT_BYTES)
		return reject(d, REASON_TOO_LARGE, "");
	json_scan_init(&s, text);
	while (s.p < s.end && (*s.p == ' ' || *s.p == '\t' || *s.p == '\r' || *s.p == '\n'))
		s.p++;
	first = s.p;
	if (s.p == s.end)
		return reject(d, REASON_EMPTY, "");
	kind = value_read(d, &s);
	stop = s.p;
	if (!text_end(&s, text.p, used))
		return reject_scan(d, &s);
	if (kind != JSON_OBJECT)
		return reject(
		    d, REASON_NOT_OBJECT, kind == JSON_ARRAY ? "an array" : "a single value");
	if (stop - first > LIMIT_EVENT_BYTES)
		return reject(d, REASON_TOO_LARGE, "");
	if (!event_finish(d, ctx, ev))
		return false;
	ev->raw = slice_make(first, (size_t)(stop - first));
	return true;
}

bool
decoder_flat(struct decoder *d, const struct pair *pairs, size_t npairs,
    const struct decode_context *ctx, struct event *ev)
{
	size_t bytes = 0, i;

	event_begin(d, 0);
	d->pairs = pairs;
	d->npairs = npairs;
	for (i = 0; i < npairs; i++) {
		bytes += pairs[i].name.n + pairs[i].value.n;
		if (bytes > LIMIT_EVENT_BYTES)
			return reject(d, REASON_TOO_LARGE, "");
		decode_pair_read(d, &pairs[i]);
	}
	if (bytes == 0)
		return reject(d, REASON_EMPTY, "");
	d->nmembers = npairs;
	if (!event_finish(d, ctx, ev))
		return false;
	ev->raw_pairs = pairs;
	ev->nraw_pairs = npairs;
	return true;
}
