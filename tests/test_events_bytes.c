/* Raw events in columns: what comes back is the same event; what is masked does not come back; damage is told. */
#include "core/events_bytes.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/model.h"
#include "tests/lib_alloc.h"
#include "tests/lib_maker.h"
#include "tests/lib_rng.h"

#define ROWS 300

/* The model and its features must be known to the store, as they are once an event was ingested. */
static void
make(struct maker *mk, uint64_t *seed, int i)
{
	static const double numbers[] = {0, -0.0, 1, -17, 0.1, 12.3456, 12.34567, 1e300, -1e-300, 9007199254740993.0};
	char id[24];

	event_make(mk, i % 3 ? "m" : "other", T0 + i * 10 - (int64_t)rng_below(seed, 500));
	mk->ev.arrival_ms = T0 + i * 10;
	snprintf(id, sizeof(id), "id-%d", i);
	snprintf(mk->text[0], sizeof(mk->text[0]), "%s", id);
	mk->ev.id = slice_of(mk->text[0]);
	if (i % 7)
		feature_add(mk, "x", number(numbers[rng_below(seed, 10)]));
	feature_add(mk, "secret", text(i % 2 ? "Anna" : "Bert \"B\" \x01"));
	if (i > 100)
		feature_add(mk, "late", (struct value){VALUE_BOOL, i % 2, slice_of(i % 2 ? "true" : "false")});
	if (i % 11 == 0)
		feature_add(mk, "odd", (struct value){VALUE_NONFINITE, 0, slice_of("NaN")});
	if (i % 13 == 0)
		feature_add(mk, "list", (struct value){VALUE_NOT_SCALAR, 0, {NULL, 0}});
	mk->ev.prediction = i % 5 ? number(i % 2) : text("class");
	mk->ev.score = number((double)(i % 100) / 100);
	mk->ev.latency_ms = i % 4 ? 0.25 * i : (double)NAN;
	mk->ev.failed = i % 17 == 0;
	mk->ev.client_error = i % 19 == 0;
	if (i % 17 == 0)
		mk->ev.error = slice_of("boom");
	if (i % 23 == 0)
		mk->ev.label = number(1);
	mk->ev.of_entry = i % 4 != 0;
	mk->ev.source = (unsigned)i % 2;
	mk->ev.stream = (unsigned)i % 5;
	mk->ev.entry_seq = i % 31 ? (uint64_t)i % 9 : UINT64_MAX;
}

/* What streams are called is known to the store. */
static void
name_streams(struct store *s)
{
	struct fact f = {.kind = FACT_STREAM};
	char key[32];
	unsigned i;

	for (i = 0; i < 10; i++) {
		snprintf(key, sizeof(key), "ml:%u:%u", i / 5, i % 5);
		f.u.stream = (struct fact_stream){.source = i / 5, .stream = i % 5, .key = slice_of(key)};
		assert_int_equal(store_apply(s, &f, NULL), 0);
	}
}

/* Whoever reads it can find the entry again. */
static void
assert_same_origin(const struct event *a, const struct event *b)
{
	char key[32];

	assert_int_equal(a->of_entry, b->of_entry);
	if (!a->of_entry)
		return;
	snprintf(key, sizeof(key), "ml:%u:%u", a->source, a->stream);
	assert_true(slice_is(b->stream_key, key));
	assert_true(a->source == b->source && a->stream == b->stream && a->entry_seq == b->entry_seq);
}

struct back {
	struct event expected[ROWS];
	struct maker made[ROWS];
	size_t next[2], n;
	bool masked;
};

static void
assert_same_value(const struct value *a, const struct value *b)
{
	assert_int_equal(a->kind, b->kind);
	if (a->kind == VALUE_NUMBER || a->kind == VALUE_BOOL)
		assert_true(a->num == b->num && !signbit(a->num) == !signbit(b->num));
	else
		assert_true(slice_eq(a->text, b->text));
}

static void
assert_same_event(const struct event *a, const struct event *b, bool masked)
{
	size_t i, k;

	assert_true(a->ts_ms == b->ts_ms && a->arrival_ms == b->arrival_ms);
	assert_true(slice_eq(a->model, b->model) && slice_eq(a->version, b->version) && slice_eq(a->error, b->error));
	assert_true(masked || slice_eq(a->id, b->id));
	assert_true(isnan(a->latency_ms) ? isnan(b->latency_ms) : a->latency_ms == b->latency_ms);
	assert_same_origin(a, b);
	assert_int_equal(a->failed, b->failed);
	assert_int_equal(a->client_error, b->client_error);
	assert_same_value(&a->prediction, &b->prediction);
	assert_same_value(&a->score, &b->score);
	assert_same_value(&a->label, &b->label);
	assert_int_equal(a->nfeatures, b->nfeatures);
	for (i = 0; i < a->nfeatures; i++) {
		for (k = 0; k < b->nfeatures && !slice_eq(a->features[i].name, b->features[k].name); k++)
			;
		assert_true(k < b->nfeatures);
		if (!masked) /* the model still learns, and has no roles */
			assert_same_value(&a->features[i].value, &b->features[k].value);
	}
}

/* Rows of one model come in their order: the next expected one of that name. */
static void
told(void *ctx, size_t model, const struct event *ev)
{
	struct back *back = ctx;
	size_t *at = &back->next[model];

	while (*at < ROWS && !slice_eq(back->expected[*at].model, ev->model))
		++*at;
	assert_true(*at < ROWS);
	assert_same_event(&back->expected[(*at)++], ev, back->masked);
	assert_true(ev->raw.n > 20 && ev->raw.p[0] == '{' && ev->raw.p[ev->raw.n - 1] == '}');
	back->n++;
}

static bool
hides_secret(const void *ctx, const struct store *s, size_t model, size_t fid)
{
	(void)ctx;
	return fid == EVENTS_ID || slice_is(model_feature_name(store_model(s, model), fid), "secret");
}

static struct bytes
write_all(struct back *back, events_masked_fn *masked)
{
	struct store *s = store_make(true);
	struct events_writer *w = NULL;
	struct bytes b;
	uint64_t seed = 3;
	int i;

	name_streams(s);
	assert_int_equal(events_new(&w, true, NULL), 0);
	for (i = 0; i < ROWS; i++) {
		make(&back->made[i], &seed, i);
		back->expected[i] = back->made[i].ev;
		back->expected[i].features = back->made[i].features;
		assert_int_equal(store_ingest(s, &back->expected[i], NULL), 0);
		events_add(w, s, store_model_find(s, back->expected[i].model)->index, &back->expected[i], masked, NULL);
	}
	assert_false(events_none(w));
	bytes_init(&b);
	events_take(w, s, &b);
	assert_true(events_none(w));
	assert_false(b.failed);
	events_free(w);
	store_free(s);
	return b;
}

static void
all_events_come_back_as_they_were(void **state)
{
	struct back *back = calloc(1, sizeof(*back));
	struct bytes b;

	(void)state;
	assert_non_null(back);
	b = write_all(back, NULL);
	assert_int_equal(events_read(slice_make(b.p, b.n), told, back, NULL), 0);
	assert_int_equal(back->n, ROWS);
	print_message("%zu bytes for %d events\n", b.n, ROWS);
	bytes_release(&b);
	free(back);
}

static bool
holds(const struct bytes *b, const char *text)
{
	size_t n = strlen(text), i;

	for (i = 0; i + n <= b->n; i++)
		if (memcmp(b->p + i, text, n) == 0)
			return true;
	return false;
}

static void
what_is_masked_is_nowhere_in_the_bytes(void **state)
{
	struct back *back = calloc(1, sizeof(*back));
	struct bytes b;

	(void)state;
	assert_non_null(back);
	b = write_all(back, NULL);
	assert_true(holds(&b, "Anna") && holds(&b, "id-7"));
	bytes_release(&b);
	b = write_all(back, hides_secret);
	assert_false(holds(&b, "Anna") || holds(&b, "Bert") || holds(&b, "id-7"));
	back->masked = true;
	assert_int_equal(events_read(slice_make(b.p, b.n), told, back, NULL), 0);
	assert_int_equal(back->n, ROWS);
	bytes_release(&b);
	free(back);
}

static void
only_x_is_left(void *ctx, size_t model, const struct event *ev)
{
	(void)model;
	assert_int_equal(ev->nfeatures, 2);
	assert_int_equal(ev->features[0].value.kind, VALUE_NUMBER);
	assert_false(slice_is(ev->features[1].value.text, "yes") || slice_is(ev->features[1].value.text, "no"));
	++*(unsigned *)ctx;
}

static bool
hides_k(const void *ctx, const struct store *s, size_t model, size_t fid)
{
	(void)ctx;
	return fid != EVENTS_ID && slice_is(model_feature_name(store_model(s, model), fid), "k");
}

static void
once_roles_are_known_the_others_stay(void **state)
{
	struct store *s = store_make(true);
	struct events_writer *w = NULL;
	struct maker mk;
	unsigned n = 0;
	struct bytes b;

	(void)state;
	history_ends(s);
	feed(s, "m", T0, 100, 1500, 0, 1);
	assert_int_equal(store_tick(s, T0 + 150000, NULL), 0);
	assert_non_null(store_model(s, 0)->baseline);
	assert_int_equal(events_new(&w, true, NULL), 0);
	event_make(&mk, "m", T0 + 150000);
	feature_add(&mk, "x", number(0.5));
	feature_add(&mk, "k", text("yes"));
	events_add(w, s, 0, &mk.ev, hides_k, NULL);
	bytes_init(&b);
	events_take(w, s, &b);
	assert_int_equal(events_read(slice_make(b.p, b.n), only_x_is_left, &n, NULL), 0);
	assert_int_equal(n, 1);
	bytes_release(&b);
	events_free(w);
	store_free(s);
}

static void
no_one(void *ctx, size_t model, const struct event *ev)
{
	(void)model;
	(void)ev;
	++*(unsigned *)ctx;
}

static void
of_many_a_few_are_kept_and_failures_among_them(void **state)
{
	struct store *s = store_make(true);
	struct events_writer *w = NULL;
	unsigned n = 0, round;
	struct maker mk;
	struct bytes b;
	uint64_t seed = 3;
	int i;

	(void)state;
	assert_int_equal(events_new(&w, false, NULL), 0);
	for (round = 1; round <= 2; round++) {
		for (i = 1; i < ROWS; i++) {
			make(&mk, &seed, i);
			assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
			events_add(w, s, store_model_find(s, mk.ev.model)->index, &mk.ev, NULL, NULL);
		}
		bytes_init(&b);
		events_take(w, s, &b);
		assert_int_equal(events_read(slice_make(b.p, b.n), no_one, &n, NULL), 0);
		assert_int_equal(n, round * 2 * 2 * EVENTS_KEPT); /* two models, failed and not */
		bytes_release(&b);
	}
	events_free(w);
	store_free(s);
}

static void
damage_is_told_and_does_no_harm(void **state)
{
	struct back *back = calloc(1, sizeof(*back));
	unsigned n = 0, wrong = 0;
	uint64_t seed = 5;
	struct bytes b;
	int i;

	(void)state;
	assert_non_null(back);
	b = write_all(back, NULL);
	for (i = 0; i < 2000; i++) {
		size_t at = (size_t)rng_below(&seed, b.n), cut = i % 2 ? b.n : (size_t)rng_below(&seed, b.n);
		char was = b.p[at];
		char *copy = malloc(cut + 1); /* of its own size, for the sanitizer */

		b.p[at] = (char)(was ^ (char)(1 << rng_below(&seed, 8)));
		memcpy(copy, b.p, cut);
		wrong += events_read(slice_make(copy, cut), no_one, &n, NULL) != 0;
		b.p[at] = was;
		free(copy);
	}
	assert_true(wrong > 900); /* every cut, and some of the flips */
	bytes_release(&b);
	free(back);
}

static int
write_and_read(void *ctx, struct err *err)
{
	struct store *s = ctx;
	struct events_writer *w = NULL;
	unsigned n = 0;
	struct maker mk;
	struct bytes b;
	uint64_t seed = 3;
	int rc = events_new(&w, true, err), i;

	for (i = 1; i < 9 && !rc; i++) {
		make(&mk, &seed, i);
		events_add(w, s, 0, &mk.ev, NULL, NULL);
	}
	bytes_init(&b);
	if (!rc)
		events_take(w, s, &b);
	if (!rc && b.failed)
		rc = err_nomem(err);
	if (!rc)
		rc = events_read(slice_make(b.p, b.n), no_one, &n, err);
	bytes_release(&b);
	events_free(w);
	return rc;
}

static void
every_allocation_may_fail(void **state)
{
	struct store *s = store_make(true);
	uint64_t seed = 3;
	struct maker mk;
	int i;

	(void)state;
	for (i = 1; i < 9; i++) {
		make(&mk, &seed, i);
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	}
	assert_true(alloc_survive_each(write_and_read, s) > 20);
	store_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_events_come_back_as_they_were),
		cmocka_unit_test(what_is_masked_is_nowhere_in_the_bytes),
		cmocka_unit_test(once_roles_are_known_the_others_stay),
		cmocka_unit_test(of_many_a_few_are_kept_and_failures_among_them),
		cmocka_unit_test(damage_is_told_and_does_no_harm),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
