#include "tui/event_record.h"

#include <math.h>
#include <string.h>

#include "collectors/decode.h"
#include "collectors/json_scan.h"
#include "core/mem.h"
#include "tui/arena.h"

struct event_record {
	struct decoder *decoder;
	struct event_clock clock;
	struct arena arena; /* of the fields of a flat entry */
	char key[VALUE_KEY_BYTES];
};

int
event_record_new(struct event_record **out, struct err *err)
{
	struct event_record *r = mem_calloc(1, sizeof *r);
	int rc;

	if (!r)
		return err_nomem(err);
	rc = decoder_new(&r->decoder, err);
	if (rc) {
		mem_free(r);
		return rc;
	}
	*out = r;
	return 0;
}

void
event_record_free(struct event_record *r)
{
	if (!r)
		return;
	decoder_free(r->decoder);
	arena_release(&r->arena);
	mem_free(r);
}

static struct slice
unescaped(struct arena *a, const struct json_value *v)
{
	bool lone = false;
	char *text;

	if (!v->escaped)
		return v->text;
	text = arena_take(a, v->text.n);
	return text ? slice_make(text, json_unescape(v->text, text, v->text.n, &lone)) : slice_make("", 0);
}

/* What event_raw_json made of the fields, undone. NULL: it is something else. */
static struct pair *
fields_of(struct event_record *r, struct slice raw, size_t *n)
{
	struct json_scan s;
	struct json_value key, value;
	size_t commas = 1;
	struct pair *pairs;

	for (size_t i = 0; i < raw.n; i++)
		commas += raw.p[i] == ',';
	pairs = arena_take(&r->arena, commas * sizeof *pairs);
	json_scan_init(&s, raw);
	*n = 0;
	if (!pairs || json_scan_value(&s, &value) != JSON_OBJECT)
		return NULL;
	while (json_scan_member(&s, &key)) {
		enum json_kind kind = json_scan_value(&s, &value);

		if (kind == JSON_ERROR || kind == JSON_OBJECT || kind == JSON_ARRAY || *n == commas)
			return NULL;
		pairs[*n].name = unescaped(&r->arena, &key);
		pairs[(*n)++].value = kind == JSON_STRING ? unescaped(&r->arena, &value)
				      : kind == JSON_NULL ? slice_make("", 0)
							  : value.text;
	}
	return json_scan_finish(&s) ? pairs : NULL;
}

bool
event_record_decode(struct event_record *r, const struct raw_event *e, struct slice model, struct event *ev)
{
	struct decode_context c = {.clock = &r->clock, .model = model, .version = e->version};
	struct pair *pairs;
	size_t n;

	arena_clear(&r->arena);
	event_clock_stream(&r->clock, e->arrival_ms);
	if (e->flat) {
		pairs = fields_of(r, e->raw, &n);
		if (!pairs || !decoder_flat(r->decoder, pairs, n, &c, ev))
			return false;
	} else if (!decoder_json(r->decoder, e->raw, &c, ev, NULL)) {
		return false;
	}
	/* What the store took it for: a time that was not believed, an ID from a field beside it. */
	ev->ts_ms = e->ts_ms;
	ev->arrival_ms = e->arrival_ms;
	ev->model = model;
	if (!ev->id.n)
		ev->id = e->id;
	return true;
}

int
event_record_fields(
    const struct event_record *r, void (*each)(void *ctx, const struct decode_field *f), void *ctx)
{
	return decoder_fields(r->decoder, each, ctx, NULL);
}

struct value
event_record_value(const struct event *ev, struct slice name)
{
	struct value missing = {.kind = VALUE_MISSING};

	for (size_t i = 0; i < ev->nfeatures; i++)
		if (slice_eq(ev->features[i].name, name))
			return ev->features[i].value;
	if (slice_is(name, "prediction"))
		return ev->prediction;
	if (slice_is(name, "score"))
		return ev->score;
	/* Of a flat entry that comes from a recording only the text is left. */
	for (size_t i = 0; i < ev->nfeatures; i++)
		if (ev->features[i].name.n == name.n + 2 && memcmp(ev->features[i].name.p, "f.", 2) == 0 &&
		    memcmp(ev->features[i].name.p + 2, name.p, name.n) == 0)
			return ev->features[i].value;
	return missing;
}

void
event_record_field(const struct event *ev, struct slice name, struct expr_value *out)
{
	struct value v = event_record_value(ev, name);

	if (v.kind == VALUE_MISSING || v.kind == VALUE_NOT_SCALAR)
		return;
	out->text = v.text;
	if (v.kind == VALUE_NUMBER)
		out->number = v.num;
}
