#include "core/events_bytes.h"

#include <math.h>

#include "core/events_impl.h"
#include "core/mem.h"
#include "core/store_impl.h"

#define WHOLE_MAX   9e15
#define COLUMN_KEPT 64 /* bytes of memory that each list of a column keeps for the next few rows */

/* ---- one column ------------------------------------------------------------------------------ */

struct column {
	struct bytes kinds, wholes, reals, texts;
};

static void
column_init(struct column *c)
{
	bytes_init(&c->kinds);
	bytes_init(&c->wholes);
	bytes_init(&c->reals);
	bytes_init(&c->texts);
}

static void
column_release(struct column *c)
{
	bytes_release(&c->kinds);
	bytes_release(&c->wholes);
	bytes_release(&c->reals);
	bytes_release(&c->texts);
}

static void
put_kind(struct column *c, enum events_kind kind)
{
	bytes_put_uint(&c->kinds, kind);
}

static void
put_number(struct column *c, double x)
{
	double scaled = x * EVENTS_DECIMALS;

	if (fabs(x) <= WHOLE_MAX && x == floor(x) && !(x == 0 && signbit(x))) {
		put_kind(c, IS_WHOLE);
		bytes_put_int(&c->wholes, (int64_t)x);
	} else if (fabs(scaled) <= WHOLE_MAX && nearbyint(scaled) / EVENTS_DECIMALS == x && x != 0) {
		put_kind(c, IS_DECIMAL);
		bytes_put_int(&c->wholes, (int64_t)nearbyint(scaled));
	} else {
		put_kind(c, IS_REAL);
		bytes_put_double(&c->reals, x);
	}
}

static void
put_text(struct column *c, enum events_kind kind, struct slice text)
{
	put_kind(c, kind);
	bytes_put_text(&c->texts, text);
}

static void
put_value(struct column *c, const struct value *v, bool masked)
{
	if (masked && v->kind != VALUE_MISSING) {
		put_kind(c, IS_MASKED);
		return;
	}
	switch (v->kind) {
	case VALUE_MISSING:
		put_kind(c, IS_MISSING);
		break;
	case VALUE_NUMBER:
		put_number(c, v->num);
		break;
	case VALUE_NONFINITE:
		put_text(c, IS_NONFINITE, v->text);
		break;
	case VALUE_TEXT:
		put_text(c, IS_TEXT, v->text);
		break;
	case VALUE_BOOL:
		put_kind(c, v->num != 0 ? IS_TRUE : IS_FALSE);
		break;
	case VALUE_NOT_SCALAR:
		put_kind(c, IS_NOT_SCALAR);
		break;
	}
}

static size_t
column_bytes(const struct column *c)
{
	return c->kinds.n + c->wholes.n + c->reals.n + c->texts.n;
}

static void
column_take(struct column *c, struct bytes *to)
{
	struct bytes *parts[] = {&c->kinds, &c->wholes, &c->reals, &c->texts};
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		bytes_put_text(to, slice_make(parts[i]->p, parts[i]->n));
		to->failed |= parts[i]->failed;
		bytes_clear(parts[i], COLUMN_KEPT);
	}
}

/* ---- rows of one model ----------------------------------------------------------------------- */

/* A stream that rows came from. */
struct origin {
	unsigned source, stream;
};

struct rows_of {
	uint64_t nrows, failed, passed;
	int64_t last_ms;
	struct column common[EVENTS_COMMON];
	struct origin *origins;
	size_t norigins, origins_cap;
	struct names names;	 /* of features met */
	struct column *features; /* by name */
	uint64_t *filled;	 /* rows that the column has */
	size_t nfeatures, features_cap, filled_cap;
};

struct events_writer {
	bool all;
	struct rows_of **models;
	size_t nmodels, cap, bytes;
	uint64_t rows;
};

static void
rows_of_release(struct rows_of *r)
{
	size_t i;

	for (i = 0; i < EVENTS_COMMON; i++)
		column_release(&r->common[i]);
	for (i = 0; i < r->nfeatures; i++)
		column_release(&r->features[i]);
	names_release(&r->names);
	mem_free(r->origins);
	mem_free(r->features);
	mem_free(r->filled);
	mem_free(r);
}

int
events_new(struct events_writer **out, bool all, struct err *err)
{
	*out = mem_calloc(1, sizeof(**out));
	if (!*out)
		return err_nomem(err);
	(*out)->all = all;
	return 0;
}

void
events_free(struct events_writer *w)
{
	size_t i;

	if (!w)
		return;
	for (i = 0; i < w->nmodels; i++)
		if (w->models[i])
			rows_of_release(w->models[i]);
	mem_free(w->models);
	mem_free(w);
}

bool
events_none(const struct events_writer *w)
{
	return !w->rows;
}

static struct rows_of *
rows_of(struct events_writer *w, size_t model)
{
	struct rows_of **grown;
	size_t i;

	if (model >= w->nmodels) {
		grown = mem_grow(w->models, &w->cap, model + 1, sizeof(*grown));
		if (!grown)
			return NULL;
		w->models = grown;
		while (w->nmodels <= model)
			grown[w->nmodels++] = NULL;
	}
	if (w->models[model])
		return w->models[model];
	w->models[model] = mem_calloc(1, sizeof(**w->models));
	if (w->models[model])
		names_init(&w->models[model]->names);
	for (i = 0; w->models[model] && i < EVENTS_COMMON; i++)
		column_init(&w->models[model]->common[i]);
	return w->models[model];
}

static bool
has_columns(struct rows_of *r, size_t n)
{
	struct column *columns;
	uint64_t *filled;

	if (n <= r->nfeatures)
		return true;
	columns = mem_grow(r->features, &r->features_cap, n, sizeof(*columns));
	if (columns)
		r->features = columns;
	filled = columns ? mem_grow(r->filled, &r->filled_cap, n, sizeof(*filled)) : NULL;
	if (!filled)
		return false;
	r->filled = filled;
	for (; r->nfeatures < n; r->nfeatures++) {
		column_init(&columns[r->nfeatures]);
		filled[r->nfeatures] = 0;
	}
	return true;
}

static void
fill_up(struct rows_of *r, size_t input, uint64_t rows)
{
	for (; r->filled[input] < rows; r->filled[input]++)
		put_kind(&r->features[input], IS_MISSING);
}

/* What a model that still learns has no column for has no role yet, and is masked where anything is. */
static bool
is_masked(const struct store *s, size_t model, struct slice name, events_masked_fn *masked, const void *ctx)
{
	size_t input;

	if (!masked)
		return false;
	input = names_find(&s->models[model]->inputs, name);
	return input == NAMES_NONE || !s->models[model]->baseline || masked(ctx, s, model, FID_INPUT + input);
}

static void
add_features(struct rows_of *r, const struct store *s, size_t model, const struct event *ev, events_masked_fn *masked,
    const void *ctx)
{
	size_t i, at;

	for (i = 0; i < ev->nfeatures; i++) {
		struct slice name = ev->features[i].name;

		at = names_find(&r->names, name);
		if (at == NAMES_NONE &&
		    (r->names.count >= LIMIT_FEATURES || names_add(&r->names, name, &at, NULL)))
			continue;
		if (!has_columns(r, at + 1) || r->filled[at] > r->nrows)
			continue; /* no memory, or twice in one event */
		fill_up(r, at, r->nrows);
		put_value(&r->features[at], &ev->features[i].value, is_masked(s, model, name, masked, ctx));
		r->filled[at]++;
	}
}

/* One more than its place among the streams met; 0: it is no entry's, or there is no memory for it. */
static size_t
origin_of(struct rows_of *r, const struct event *ev)
{
	struct origin *grown;
	size_t i = r->norigins;

	if (!ev->of_entry)
		return 0;
	for (; i > 0; i--)
		if (r->origins[i - 1].source == ev->source && r->origins[i - 1].stream == ev->stream)
			return i;
	if (r->norigins == EVENTS_ORIGINS)
		return 0;
	grown = mem_grow(r->origins, &r->origins_cap, r->norigins + 1, sizeof(*grown));
	if (!grown)
		return 0;
	r->origins = grown;
	grown[r->norigins++] = (struct origin){ev->source, ev->stream};
	return r->norigins;
}

static void
put_origin(struct rows_of *r, const struct event *ev)
{
	size_t origin = origin_of(r, ev);

	bytes_put_uint(&r->common[EVENTS_TIME].kinds, origin);
	if (origin)
		bytes_put_uint(&r->common[EVENTS_DELAY].kinds, ev->entry_seq);
}

static void
take_origins(struct rows_of *r, const struct store *s)
{
	size_t i;

	for (i = 0; i < r->norigins; i++) {
		const struct origin *o = &r->origins[i];
		const struct fact_stream *stream = store_stream(s, o->source, o->stream);

		bytes_put_text(&r->common[EVENTS_TIME].texts, stream ? stream->key : slice_of(""));
		bytes_put_int(&r->common[EVENTS_FLAGS].wholes, o->source);
		bytes_put_int(&r->common[EVENTS_FLAGS].wholes, o->stream);
	}
	r->norigins = 0;
}

static void
put_slice(struct column *c, struct slice text, bool masked)
{
	if (!text.n)
		put_kind(c, IS_MISSING);
	else if (masked)
		put_kind(c, IS_MASKED);
	else
		put_text(c, IS_TEXT, text);
}

static void
add_row(struct rows_of *r, const struct store *s, size_t model, const struct event *ev, events_masked_fn *masked,
    const void *ctx)
{
	struct column *c = r->common;
	unsigned flags = (ev->failed ? EVENTS_FAILED : 0) | (ev->client_error ? EVENTS_CLIENT_ERROR : 0) |
			 (ev->has_features ? EVENTS_SPEAKS : 0);

	bytes_put_int(&c[EVENTS_TIME].wholes, ev->ts_ms - r->last_ms);
	r->last_ms = ev->ts_ms;
	bytes_put_int(&c[EVENTS_DELAY].wholes, ev->arrival_ms - ev->ts_ms);
	bytes_put_uint(&c[EVENTS_FLAGS].kinds, flags);
	put_origin(r, ev);
	put_slice(&c[EVENTS_VERSION], ev->version, false);
	put_slice(&c[EVENTS_IDS], ev->id, masked && masked(ctx, s, model, EVENTS_ID));
	if (isnan(ev->latency_ms))
		put_kind(&c[EVENTS_LATENCY], IS_MISSING);
	else
		put_number(&c[EVENTS_LATENCY], ev->latency_ms);
	put_value(&c[EVENTS_PREDICTION], &ev->prediction, masked && masked(ctx, s, model, FID_PREDICTION));
	put_value(&c[EVENTS_SCORE], &ev->score, masked && masked(ctx, s, model, FID_SCORE));
	put_value(&c[EVENTS_LABEL], &ev->label, masked && masked(ctx, s, model, FID_PREDICTION));
	put_slice(&c[EVENTS_ERROR], ev->error, false);
	add_features(r, s, model, ev, masked, ctx);
	r->nrows++;
}

static size_t
rows_of_bytes(const struct rows_of *r)
{
	size_t n = 0, i;

	for (i = 0; i < EVENTS_COMMON; i++)
		n += column_bytes(&r->common[i]);
	for (i = 0; i < r->nfeatures; i++)
		n += column_bytes(&r->features[i]);
	return n;
}

/* Nearly all events end here, where a few are kept. */
static inline bool
has_enough(const struct events_writer *w, size_t model, bool failed)
{
	const struct rows_of *r = model < w->nmodels ? w->models[model] : NULL;

	return r && !w->all && (failed ? r->failed : r->passed) >= EVENTS_KEPT;
}

/* Not inlined: nearly all calls of events_add would save registers for nothing. */
__attribute__((noinline)) static void
add_event(struct events_writer *w, const struct store *s, size_t model, const struct event *ev,
    events_masked_fn *masked, const void *ctx)
{
	struct rows_of *r = rows_of(w, model);

	if (!r || w->bytes > EVENTS_BYTES_MAX)
		return;
	++*(ev->failed ? &r->failed : &r->passed);
	add_row(r, s, model, ev, masked, ctx);
	w->rows++;
	if (r->nrows % 64 == 0) /* often enough for a limit */
		w->bytes += 64 * (rows_of_bytes(r) / r->nrows);
}

void
events_add(struct events_writer *w, const struct store *s, size_t model, const struct event *ev,
    events_masked_fn *masked, const void *ctx)
{
	if (!has_enough(w, model, ev->failed))
		add_event(w, s, model, ev, masked, ctx);
}

static void
take_model(struct rows_of *r, const struct store *s, const struct model *m, struct bytes *to)
{
	size_t i;

	take_origins(r, s);

	bytes_put_uint(to, m->index);
	bytes_put_text(to, m->name);
	bytes_put_uint(to, r->nrows);
	for (i = 0; i < EVENTS_COMMON; i++)
		column_take(&r->common[i], to);
	bytes_put_uint(to, r->nfeatures);
	for (i = 0; i < r->nfeatures; i++) {
		fill_up(r, i, r->nrows);
		bytes_put_text(to, names_at(&r->names, i));
		column_take(&r->features[i], to);
		r->filled[i] = 0;
	}
	r->nrows = r->failed = r->passed = 0;
	r->last_ms = 0;
}

void
events_take(struct events_writer *w, const struct store *s, struct bytes *to)
{
	size_t i, n = 0;

	for (i = 0; i < w->nmodels; i++)
		n += w->models[i] && w->models[i]->nrows;
	bytes_put_uint(to, EVENTS_FORMAT);
	bytes_put_uint(to, n);
	for (i = 0; i < w->nmodels; i++)
		if (w->models[i] && w->models[i]->nrows)
			take_model(w->models[i], s, s->models[i], to);
	w->rows = 0;
	w->bytes = 0;
}
