#include <limits.h>
#include <math.h>

#include "core/events_bytes.h"
#include "core/events_impl.h"
#include "core/jsonw.h"
#include "core/mem.h"

#define TEXT_BYTES 1048576 /* of one value: an event is no longer */

static int
damaged(struct err *err)
{
	return err_set(err, ERR_FORMAT, "raw events are not what they should be");
}

/* A column, and the row it is at. */
struct cursor {
	struct slice name;
	struct bytes_reader kinds, wholes, reals, texts;
};

static void
cursor_read(struct cursor *c, struct bytes_reader *r)
{
	bytes_read(&c->kinds, bytes_get_text(r, SIZE_MAX));
	bytes_read(&c->wholes, bytes_get_text(r, SIZE_MAX));
	bytes_read(&c->reals, bytes_get_text(r, SIZE_MAX));
	bytes_read(&c->texts, bytes_get_text(r, SIZE_MAX));
}

static bool
cursor_failed(const struct cursor *c)
{
	return c->kinds.failed || c->wholes.failed || c->reals.failed || c->texts.failed;
}

static struct value
next_value(struct cursor *c)
{
	struct value v = {VALUE_MISSING, 0, {NULL, 0}};

	switch ((enum events_kind)bytes_get_uint(&c->kinds, EVENTS_KINDS - 1)) {
	case IS_MISSING:
	case EVENTS_KINDS:
		break;
	case IS_WHOLE:
		v.kind = VALUE_NUMBER;
		v.num = (double)bytes_get_int(&c->wholes);
		break;
	case IS_DECIMAL:
		v.kind = VALUE_NUMBER;
		v.num = (double)bytes_get_int(&c->wholes) / EVENTS_DECIMALS;
		break;
	case IS_REAL:
		v.kind = VALUE_NUMBER;
		v.num = bytes_get_double(&c->reals);
		if (!isfinite(v.num))
			c->reals.failed = true;
		break;
	case IS_NONFINITE:
		v.kind = VALUE_NONFINITE;
		v.text = bytes_get_text(&c->texts, TEXT_BYTES);
		break;
	case IS_TEXT:
		v.kind = VALUE_TEXT;
		v.text = bytes_get_text(&c->texts, TEXT_BYTES);
		break;
	case IS_TRUE:
		v = (struct value){VALUE_BOOL, 1, slice_of("true")};
		break;
	case IS_FALSE:
		v = (struct value){VALUE_BOOL, 0, slice_of("false")};
		break;
	case IS_NOT_SCALAR:
		v.kind = VALUE_NOT_SCALAR;
		break;
	case IS_MASKED:
		v = (struct value){VALUE_TEXT, 0, slice_of(EVENTS_MASKED)};
		break;
	}
	return v;
}

/* ---- as JSON --------------------------------------------------------------------------------- */

static void
put_value(struct jsonw *w, const struct value *v)
{
	switch (v->kind) {
	case VALUE_MISSING:
		jsonw_null(w);
		break;
	case VALUE_NUMBER:
		jsonw_double(w, v->num);
		break;
	case VALUE_NONFINITE:
	case VALUE_TEXT:
		jsonw_string(w, v->text);
		break;
	case VALUE_BOOL:
		jsonw_bool(w, v->num != 0);
		break;
	case VALUE_NOT_SCALAR:
		jsonw_open_array(w);
		jsonw_close(w);
		break;
	}
}

static void
put_member(struct jsonw *w, const char *key, const struct value *v)
{
	if (v->kind == VALUE_MISSING)
		return;
	jsonw_key(w, key);
	put_value(w, v);
}

static void
put_event(struct jsonw *w, const struct event *ev)
{
	size_t i;

	jsonw_open_object(w);
	jsonw_put_int(w, "ts", ev->ts_ms, true);
	if (ev->id.n)
		jsonw_put_string(w, "id", ev->id);
	jsonw_put_string(w, "model", ev->model);
	if (ev->version.n)
		jsonw_put_string(w, "version", ev->version);
	if (ev->has_features) {
		jsonw_key(w, "features");
		jsonw_open_object(w);
		for (i = 0; i < ev->nfeatures; i++) {
			jsonw_key_slice(w, ev->features[i].name);
			put_value(w, &ev->features[i].value);
		}
		jsonw_close(w);
	}
	put_member(w, "prediction", &ev->prediction);
	put_member(w, "score", &ev->score);
	if (!isnan(ev->latency_ms))
		jsonw_put_double(w, "latency_ms", ev->latency_ms);
	if (ev->client_error)
		jsonw_put_uint(w, "status", 400);
	if (ev->error.n)
		jsonw_put_string(w, "error", ev->error);
	else if (ev->failed)
		jsonw_put_cstr(w, "status", "failed");
	put_member(w, "label", &ev->label);
	jsonw_close(w);
}

/* ---- rows of one model ----------------------------------------------------------------------- */

/* A stream that rows came from; files before minor number 1 name none. */
struct origin {
	struct slice key;
	unsigned source, stream;
};

struct rows_read {
	size_t model;
	struct slice name;
	uint64_t nrows;
	int64_t last_ms;
	struct cursor common[EVENTS_COMMON], *features;
	size_t nfeatures;
	struct event_feature *values;
	struct origin *origins;
	size_t norigins, origins_cap;
	bool of_entries; /* each row says where it came from */
};

static int
read_origins(struct rows_read *rr, struct err *err)
{
	struct cursor *c = rr->common;

	rr->of_entries = !bytes_at_end(&c[EVENTS_TIME].kinds);
	while (!bytes_at_end(&c[EVENTS_TIME].texts)) {
		struct origin *grown = mem_grow(rr->origins, &rr->origins_cap, rr->norigins + 1, sizeof(*grown)), *o;
		int64_t source, stream;

		if (!grown)
			return err_nomem(err);
		if (rr->norigins == EVENTS_ORIGINS)
			return damaged(err);
		rr->origins = grown;
		o = &grown[rr->norigins++];
		o->key = bytes_get_text(&c[EVENTS_TIME].texts, TEXT_BYTES);
		source = bytes_get_int(&c[EVENTS_FLAGS].wholes);
		stream = bytes_get_int(&c[EVENTS_FLAGS].wholes);
		if (c[EVENTS_TIME].texts.failed || c[EVENTS_FLAGS].wholes.failed || source < 0 ||
		    source > INT_MAX || stream < 0 || stream > INT_MAX)
			return damaged(err);
		o->source = (unsigned)source;
		o->stream = (unsigned)stream;
	}
	return 0;
}

static int
read_columns(struct rows_read *rr, struct bytes_reader *r, struct err *err)
{
	size_t i;

	rr->model = (size_t)bytes_get_uint(r, LIMIT_MODELS);
	rr->name = bytes_get_text(r, LIMIT_NAME_BYTES);
	rr->nrows = bytes_get_uint(r, UINT32_MAX);
	for (i = 0; i < EVENTS_COMMON; i++)
		cursor_read(&rr->common[i], r);
	rr->nfeatures = bytes_get_count(r, LIMIT_FEATURES);
	if (r->failed)
		return damaged(err);
	rr->features = mem_calloc(rr->nfeatures + 1, sizeof(*rr->features));
	rr->values = mem_calloc(rr->nfeatures + 1, sizeof(*rr->values));
	if (!rr->features || !rr->values)
		return err_nomem(err);
	for (i = 0; i < rr->nfeatures; i++) {
		rr->features[i].name = bytes_get_text(r, LIMIT_NAME_BYTES);
		cursor_read(&rr->features[i], r);
	}
	return r->failed ? damaged(err) : read_origins(rr, err);
}

/* Where it came from stands in parts of three columns that need them for nothing else. */
static bool
next_origin(struct rows_read *rr, struct event *ev)
{
	struct cursor *c = rr->common;
	const struct origin *o;
	uint64_t at;

	if (!rr->of_entries)
		return true;
	at = bytes_get_uint(&c[EVENTS_TIME].kinds, rr->norigins);
	if (!at || c[EVENTS_TIME].kinds.failed)
		return !c[EVENTS_TIME].kinds.failed;
	o = &rr->origins[at - 1];
	ev->of_entry = true;
	ev->entry_seq = bytes_get_uint(&c[EVENTS_DELAY].kinds, UINT64_MAX);
	ev->source = o->source;
	ev->stream = o->stream;
	ev->stream_key = o->key;
	return true;
}

static bool
next_row(struct rows_read *rr, struct event *ev)
{
	struct cursor *c = rr->common;
	struct value latency;
	unsigned flags;
	bool ok;
	size_t i;

	memset(ev, 0, sizeof(*ev));
	ev->model = rr->name;
	ev->ts_ms = rr->last_ms = rr->last_ms + bytes_get_int(&c[EVENTS_TIME].wholes);
	ev->arrival_ms = ev->ts_ms + bytes_get_int(&c[EVENTS_DELAY].wholes);
	flags = (unsigned)bytes_get_uint(&c[EVENTS_FLAGS].kinds, EVENTS_FLAG_ALL);
	ev->failed = flags & EVENTS_FAILED;
	ok = next_origin(rr, ev);
	ev->client_error = flags & EVENTS_CLIENT_ERROR;
	ev->has_features = flags & EVENTS_SPEAKS;
	ev->version = next_value(&c[EVENTS_VERSION]).text;
	ev->id = next_value(&c[EVENTS_IDS]).text;
	latency = next_value(&c[EVENTS_LATENCY]);
	ev->latency_ms = latency.kind == VALUE_NUMBER ? latency.num : (double)NAN;
	ev->prediction = next_value(&c[EVENTS_PREDICTION]);
	ev->score = next_value(&c[EVENTS_SCORE]);
	ev->label = next_value(&c[EVENTS_LABEL]);
	ev->error = next_value(&c[EVENTS_ERROR]).text;
	ev->features = rr->values;
	for (i = 0; i < rr->nfeatures; i++) {
		struct value v = next_value(&rr->features[i]);

		ok = ok && !cursor_failed(&rr->features[i]);
		if (v.kind != VALUE_MISSING)
			rr->values[ev->nfeatures++] = (struct event_feature){rr->features[i].name, v};
	}
	for (i = 0; i < EVENTS_COMMON; i++)
		ok = ok && !cursor_failed(&c[i]);
	return ok;
}

static int
tell_rows(struct rows_read *rr, events_told_fn *told, void *ctx, struct err *err)
{
	struct event ev;
	struct jsonw w;
	uint64_t i;
	size_t n;
	char *raw;

	for (i = 0; i < rr->nrows; i++) {
		if (!next_row(rr, &ev))
			return damaged(err);
		jsonw_init(&w);
		put_event(&w, &ev);
		raw = jsonw_take(&w, &n, err);
		if (!raw)
			return ERR_NOMEM;
		ev.raw = slice_make(raw, n);
		told(ctx, rr->model, &ev);
		mem_free(raw);
	}
	return 0;
}

int
events_read(struct slice payload, events_told_fn *told, void *ctx, struct err *err)
{
	struct bytes_reader r;
	size_t n, i;
	int rc = 0;

	bytes_read(&r, payload);
	if (bytes_get_uint(&r, UINT64_MAX) != EVENTS_FORMAT)
		return damaged(err);
	n = bytes_get_count(&r, LIMIT_MODELS);
	for (i = 0; i < n && !rc; i++) {
		struct rows_read rr = {0};

		rc = read_columns(&rr, &r, err);
		if (!rc)
			rc = tell_rows(&rr, told, ctx, err);
		mem_free(rr.features);
		mem_free(rr.values);
		mem_free(rr.origins);
	}
	return rc || bytes_at_end(&r) ? rc : damaged(err);
}
