/* How the fields of a stream were understood, and what is known of a source, as the Sources screen tells it. */
#include "tui/fields_panel.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tui/source_page.h"

#define NOW_MS INT64_C(1700000000000)

static struct store *store;
static struct arena arena;

static void
tell(unsigned stream, const char *raw, int64_t ts_ms)
{
	const struct event ev = {.model = slice_of("m"),
	    .ts_ms = ts_ms,
	    .arrival_ms = ts_ms,
	    .latency_ms = 1,
	    .raw = slice_of(raw),
	    .stream = stream};

	assert_int_equal(store_ingest(store, &ev, NULL), 0);
}

static int
setup(void **state)
{
	const struct store_options o = {.from_ms = 0};

	(void)state;
	return store_new(&store, &o, NULL);
}

static int
teardown(void **state)
{
	(void)state;
	store_free(store);
	arena_release(&arena);
	return 0;
}

/* "path became events example", a field a line. */
static void
check(const struct fields_held *h, const char *want)
{
	char text[4096];
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++) {
		const struct field_row *f = &h->rows[i];

		n += (size_t)snprintf(text + n, sizeof text - n, "%.*s: %.*s %zu %.*s%s\n", (int)f->path.n, f->path.p,
		    (int)f->became.n, f->became.p, f->events, (int)f->example.n, f->example.n ? f->example.p : "",
		    f->masked ? "masked" : "");
	}
	assert_string_equal(text, want);
}

static void
each_field_is_told_with_its_alias_its_rows_and_an_example(void **state)
{
	struct fields_held h = {.n = 0};

	(void)state;
	tell(0, "{\"request_id\":\"a1\",\"x\":1.5,\"y\":null,\"duration_s\":2,\"ids\":[1]}", NOW_MS);
	tell(1, "{\"other\":1}", NOW_MS);
	tell(0, "{\"request_id\":\"a2\",\"x\":null,\"y\":null,\"latency\":7,\"duration_s\":2}", NOW_MS + 1);
	tell(0, "{\"request_id\":\"a3\",\"x\":3,\"inputs\":{\"x\":4}}", NOW_MS + 2);
	fields_hold(&h, &arena, store, NULL, &(struct fact_stream){.stream = 0});
	assert_int_equal(h.events, 3);
	assert_true(slice_is(h.newest, "{\"request_id\":\"a3\",\"x\":3,\"inputs\":{\"x\":4}}"));
	check(&h, "request_id: id, alias of id 3 a3\n"
		  "x: input, to be learned 2 1.5\n"
		  "inputs: holds the inputs, alias of features 1 \n"
		  "inputs.x: input, to be learned 1 4\n"
		  "y: input, to be learned 0 \n"
		  "latency: latency, alias of latency_ms 1 7\n"
		  "duration_s: latency in seconds, alias of latency_ms 2 2\n"
		  "ids: input, not looked into: an array 1 [1]\n");
	fields_hold(&h, &arena, store, NULL, &(struct fact_stream){.stream = 1});
	check(&h, "other: input, to be learned 1 1\n");
	fields_hold(&h, &arena, store, NULL, &(struct fact_stream){.stream = 2});
	assert_int_equal(h.n + h.events + h.newest.n, 0);
}

/* As it would be understood. Of which model it is nobody knows yet. */
static void
of_a_stream_that_nobody_reads_its_newest_entry_is_told(void **state)
{
	struct fact_stream json = {
	    .stream = 7, .layout = slice_of("field x"), .sample = slice_of("{\"pred\":1,\"a\":\"b\"}")};
	struct fact_stream flat = {
	    .stream = 8, .layout = slice_of("flat"), .sample = slice_of("{\"f.a\":\"2\",\"b\":3}")};
	struct fact_stream cut = {
	    .stream = 9, .layout = slice_of("flat"), .sample = slice_of("{\"f.a\":\"2\",\"b")};
	struct fields_held h = {.n = 0};

	(void)state;
	tell(0, "{\"x\":1}", NOW_MS);
	fields_hold(&h, &arena, store, NULL, &json);
	assert_true(h.sample);
	check(&h, "pred: prediction, alias of prediction 1 1\na: input 1 b\n");
	fields_hold(&h, &arena, store, NULL, &flat);
	check(&h, "f.a: input 1 2\nb: ignored: f. goes before it 1 \n");
	fields_hold(&h, &arena, store, NULL, &cut);
	assert_int_equal(h.n + h.events + h.sample, 0);
}

static void
what_the_configuration_says_of_a_column_is_told_and_its_values_are_not_shown(void **state)
{
	char all[] = "*", mail[] = "m.mail", card[] = "card", *masks[] = {mail};
	struct config_feature features[] = {
	    {.model = all, .feature = card, .has_role = true, .role = FROLE_ID, .watch = 0, .drift = 0}};
	const struct config config = {.features = features, .nfeatures = 1, .masks = masks, .nmasks = 1};
	struct fields_held h = {.n = 0};

	(void)state;
	tell(0, "{\"mail\":\"a@b.c\",\"card\":\"4111\",\"x\":\"free\"}", NOW_MS);
	fields_hold(&h, &arena, store, &config, &(struct fact_stream){.stream = 0});
	check(&h, "mail: input, to be learned 1 masked\ncard: input, id, configured 1 masked\n"
		  "x: input, to be learned 1 free\n");
}

static void
only_so_many_events_and_fields_are_told(void **state)
{
	static char wide[16 * (FIELDS_MAX + 2)];
	struct fields_held h = {.n = 0};
	size_t n = 0;

	(void)state;
	for (int i = 0; i < FIELDS_EVENTS + 5; i++)
		tell(0, "{\"x\":1}", NOW_MS + i);
	fields_hold(&h, &arena, store, NULL, &(struct fact_stream){.stream = 0});
	assert_int_equal(h.events, FIELDS_EVENTS);
	assert_int_equal(h.rows[0].events, FIELDS_EVENTS);
	assert_int_equal(h.more, 0);
	for (int i = 0; i <= FIELDS_MAX; i++)
		n += (size_t)snprintf(wide + n, sizeof wide - n, "%s\"f%d\":%d", i ? "," : "{", i, i);
	snprintf(wide + n, sizeof wide - n, "}");
	tell(0, wide, NOW_MS + 1000);
	fields_hold(&h, &arena, store, NULL, &(struct fact_stream){.stream = 0});
	assert_int_equal(h.n, FIELDS_MAX);
	assert_true(h.more > 0);
}

static int
hold(void *ctx, struct err *err)
{
	struct fields_held h = {.n = 0};
	struct arena a = {0};
	bool whole;

	(void)ctx;
	fields_hold(&h, &a, store, NULL, &(struct fact_stream){.stream = 0});
	whole = h.n == 2 && h.rows[1].became.n > 0;
	arena_release(&a);
	return whole ? 0 : err_nomem(err);
}

static void
without_memory_there_is_less_to_see(void **state)
{
	(void)state;
	tell(0, "{\"x\":1,\"y\":\"z\"}", NOW_MS);
	assert_true(alloc_fail_each(hold, NULL) > 0);
}

#define WITH(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* ---- the page of a source ---------------------------------------------------------------------- */

#define MINUTE_MS 60000

static void
tell_source(unsigned source, enum feed_state state)
{
	struct fact f = {.kind = FACT_SOURCE,
	    .u.source = {.source = source,
		.url = slice_of(source ? "redis://b:6379" : "redis://a:6379"),
		.state = state,
		.sentence = slice_of(state == FEED_LIVE ? "" : "connection refused")}};

	assert_int_equal(store_apply(store, &f, NULL), 0);
}

static void
tell_gap(unsigned source, int64_t from_ms)
{
	struct fact f = {.kind = FACT_GAP,
	    .u.gap = {.source = source, .from_ms = from_ms, .to_ms = from_ms + 1000, .why = slice_of("trimmed")}};

	assert_int_equal(store_apply(store, &f, NULL), 0);
}

static void
tell_events(const char *model, unsigned source, int64_t from_ms, int n)
{
	for (int i = 0; i < n; i++) {
		const struct event ev = {.model = slice_of(model),
		    .ts_ms = from_ms + i,
		    .arrival_ms = from_ms + i,
		    .latency_ms = 1,
		    .source = source};

		assert_int_equal(store_ingest(store, &ev, NULL), 0);
	}
}

static bool
has_model(const struct source_page *p, const char *name)
{
	for (size_t i = 0; i < p->nmodels; i++)
		if (slice_is(p->models[i]->f.name, name))
			return true;
	return false;
}

static void
the_page_of_a_source_has_its_own_models_and_their_events_together(void **state)
{
	const int64_t minute = NOW_MS / MINUTE_MS * MINUTE_MS;
	struct source_page p;

	(void)state;
	tell_source(0, FEED_LIVE);
	tell_source(1, FEED_LIVE);
	tell_events("only-a", 0, minute, 60);
	tell_events("both", 0, minute, 20);
	tell_events("both", 1, minute, 10);
	tell_events("only-b", 1, minute, 30);
	assert_int_equal(store_tick(store, minute + 2 * MINUTE_MS, NULL), 0);
	source_page_collect(&p, &arena, store, 0);
	assert_int_equal(p.nmodels, 2);
	assert_true(has_model(&p, "only-a") && has_model(&p, "both"));
	/* The last point is the minute of the clock, which is two later. A model's events are counted whole. */
	assert_int_equal(p.nrate, 60);
	assert_float_equal(p.rate[p.nrate - 3], (60 + 30) / 60.0, 1e-12);
	assert_float_equal(p.rate[p.nrate - 2], 0, 1e-12);
	assert_true(isnan(p.rate[p.nrate - 4]));
	/* Of each its busiest minute is whole, and one without events is nothing. */
	assert_int_equal(p.ncells, 2);
	for (size_t i = 0; i < p.ncells; i++) {
		const struct heat_cell *row = &p.cells[i * p.nrate];

		assert_true(slice_eq(p.names[i], p.models[i]->f.name));
		assert_float_equal(row[p.nrate - 3].frac, 1, 1e-6);
		assert_float_equal(row[p.nrate - 2].frac, 0, 1e-6);
		assert_true(isnan(row[p.nrate - 4].frac));
	}
	source_page_collect(&p, &arena, store, 1);
	assert_int_equal(p.nmodels, 2);
	assert_true(has_model(&p, "only-b") && has_model(&p, "both"));
	assert_float_equal(p.rate[p.nrate - 3], (30 + 30) / 60.0, 1e-12);
	source_page_collect(&p, &arena, store, 2);
	assert_true(p.nmodels == 0 && p.nevents == 0);
}

static void
what_befell_a_source_is_there_newest_first_and_nothing_of_another(void **state)
{
	struct source_page p;

	(void)state;
	tell_source(0, FEED_LIVE);
	tell_source(1, FEED_LIVE);
	for (int i = 0; i < 40; i++)
		tell_gap(0, NOW_MS + i * 2000);
	tell_gap(1, NOW_MS + 5000);
	tell_gap(0, NOW_MS + 1000);
	source_page_collect(&p, &arena, store, 1);
	assert_int_equal(p.nevents, 1);
	assert_true(p.events[0].from_ms == NOW_MS + 5000);
	source_page_collect(&p, &arena, store, 0);
	assert_int_equal(p.nevents, 32);
	assert_true(p.events[0].from_ms == NOW_MS + 39 * 2000);
	for (size_t i = 1; i < p.nevents; i++)
		assert_true(p.events[i].from_ms < p.events[i - 1].from_ms);
	/* A server that is away for longer than a minute is an alert; it goes on until it is back. */
	for (int t = 0; t <= 200; t++) {
		tell_source(0, t < 120 ? FEED_WAITING : FEED_LIVE);
		assert_int_equal(store_tick(store, NOW_MS + 100000 + t * 1000, NULL), 0);
		if (t != 100)
			continue;
		source_page_collect(&p, &arena, store, 0);
		assert_true(slice_is(p.events[0].what, "feed") && slice_is(p.events[0].why, "connection refused"));
		assert_true(p.events[0].from_ms == NOW_MS + 100000 && p.events[0].to_ms == INT64_MAX);
	}
	source_page_collect(&p, &arena, store, 0);
	assert_true(slice_is(p.events[0].what, "feed") && p.events[0].to_ms < INT64_MAX);
	assert_true(p.events[0].to_ms >= NOW_MS + 100000 + 120000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(each_field_is_told_with_its_alias_its_rows_and_an_example),
	    WITH(of_a_stream_that_nobody_reads_its_newest_entry_is_told),
	    WITH(what_the_configuration_says_of_a_column_is_told_and_its_values_are_not_shown),
	    WITH(only_so_many_events_and_fields_are_told),
	    WITH(without_memory_there_is_less_to_see),
	    WITH(the_page_of_a_source_has_its_own_models_and_their_events_together),
	    WITH(what_befell_a_source_is_there_newest_first_and_nothing_of_another),
	};

	return cmocka_run_group_tests_name("fields", tests, NULL, NULL);
}
