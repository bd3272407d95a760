/*
 * Bad input of every kind, from the bytes of a file to the figures of the store: whatever it is, it
 * is counted under its name, a sample is kept, and everything valid around it is there, exactly.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <math.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/layout.h"
#include "collectors/ndjson.h"
#include "core/figures.h"
#include "core/model.h"
#include "core/store.h"

#define WALL_MS INT64_C(1700000000000)
#define GOOD_EACH 50

struct fixture {
	struct store *store;
	struct ndjson *ndjson;
	struct sink sink;
	size_t good;
};

static void
on_event(void *ctx, const struct event *ev)
{
	struct fixture *f = ctx;
	struct err err;

	store_ingest(f->store, ev, &err);
}

static void
on_fact(void *ctx, const struct fact *fact)
{
	struct fixture *f = ctx;
	struct err err;

	assert_int_equal(store_apply(f->store, fact, &err), 0);
}

static int
setup(void **state)
{
	struct store_options so = {.learn = true};
	struct ndjson_options no = {.name = slice_of("x"), .mtime_ms = WALL_MS, .wall_ms = WALL_MS};
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f || store_new(&f->store, &so, NULL) || ndjson_new(&f->ndjson, &no, NULL))
		return -1;
	f->sink = (struct sink){f, on_event, on_fact};
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	ndjson_free(f->ndjson);
	store_free(f->store);
	free(f);
	return 0;
}

static void
feed(struct fixture *f, const char *text, size_t n)
{
	ndjson_feed(f->ndjson, slice_make(text, n), &f->sink);
}

static void
feed_text(struct fixture *f, const char *text)
{
	feed(f, text, strlen(text));
}

/* Valid events: their number and their features are known to the last one. */
static void
feed_good(struct fixture *f)
{
	char text[200];
	int i;

	for (i = 0; i < GOOD_EACH; i++, f->good++) {
		snprintf(text, sizeof(text),
		    "{\"ts\":%lld,\"model\":\"good\",\"features\":{\"a\":%d,\"b\":\"x\"},\"score\":"
		    "0.5,\"latency_ms\":2}\n",
		    (long long)(WALL_MS - 60000 + (int64_t)f->good), i);
		feed_text(f, text);
	}
}

/* Then the figures of the good model, whatever came between its events. */
static void
assert_good(struct fixture *f)
{
	struct model_figures m;
	struct feature_figures a;

	const struct fact history = {.kind = FACT_HISTORY};

	/* All has been read: baselines are made of what there is. */
	assert_int_equal(store_apply(f->store, &history, NULL), 0);
	assert_int_equal(store_tick(f->store, WALL_MS, NULL), 0);
	assert_true(store_model_count(f->store) > 0);
	figures_model(f->store, 0, WINDOW_ALL, &m);
	assert_true(slice_is(m.name, "good"));
	assert_int_equal(m.events, f->good);
	assert_int_equal(m.errors, 0);
	assert_int_equal(m.latency.count, f->good);
	assert_int_equal(m.inputs, 2);
	figures_feature(f->store, 0, 0, WINDOW_ALL, &a);
	assert_true(slice_is(a.name, "a"));
	assert_int_equal(a.missing + a.nonfinite, 0);
}

static uint64_t
count_of(const struct fixture *f, enum event_reason r)
{
	return store_reason_count(f->store, r);
}

static bool
has_sample(const struct fixture *f, enum event_reason r)
{
	size_t i;

	for (i = 0; i < store_reject_count(f->store); i++)
		if (store_reject(f->store, i)->reason == r)
			return store_reject(f->store, i)->sample.n > 0;
	return false;
}

static void
what_is_no_event_costs_nothing_but_itself(void **state)
{
	static const struct {
		const char *text;
		enum event_reason reason;
	} rows[] = {
	    {"not json\n", REASON_NOT_JSON},
	    {"[{\"score\":1}]\n", REASON_NOT_OBJECT},
	    {"{}\n", REASON_EMPTY},
	    {"{\"ts\":1700000000,\"model\":\"good\"}\n", REASON_NO_CONTENT},
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		feed_good(f);
		feed_text(f, rows[i].text);
	}
	feed_good(f);
	assert_good(f);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(count_of(f, rows[i].reason), 1);
		assert_true(has_sample(f, rows[i].reason));
	}
	assert_int_equal(store_rejected(f->store), 4);
	assert_int_equal(store_events(f->store), f->good);
}

static void
depth_and_size_beyond_all_measure_too(void **state)
{
	struct fixture *f = *state;
	size_t n = (size_t)10 << 20;
	char *text = malloc(n);

	assert_non_null(text);
	feed_good(f);
	memset(text, '[', 10000);
	text[10000] = '\n';
	feed(f, text, 10001);
	memset(text, 'x', n);
	memcpy(text, "{\"a\":\"", 6);
	memcpy(text + n - 3, "\"}\n", 3);
	feed(f, text, n);
	feed_good(f);
	assert_good(f);
	assert_int_equal(count_of(f, REASON_TOO_DEEP), 1);
	assert_int_equal(count_of(f, REASON_TOO_LARGE), 1);
	assert_true(has_sample(f, REASON_TOO_DEEP) && has_sample(f, REASON_TOO_LARGE));
	free(text);
}

static void
odd_values_and_times_are_counted_and_their_events_taken(void **state)
{
	static const char *const lines[] = {
	    "{\"model\":\"odd\",\"features\":{\"n\":NaN}}",
	    "{\"model\":\"odd\",\"features\":{\"n\":\"Infinity\"}}",
	    "{\"model\":\"odd\",\"features\":{\"n\":1e400}}",
	    "{\"model\":\"odd\",\"features\":{\"n\":[1]}}",
	    "{\"model\":\"odd\",\"features\":{\"t\":\"\xff\xfe\"}}",
	    "{\"model\":\"odd\",\"features\":{\"n\":1,\"n\":2}}",
	    "{\"model\":\"odd\",\"score\":1,\"ts\":0}",
	    "{\"model\":\"odd\",\"score\":1,\"ts\":-5}",
	    "{\"model\":\"odd\",\"score\":1,\"ts\":9000000000000000}",
	    "{\"model\":\"odd\",\"score\":1}",
	    "{\"model\":\"odd\",\"features\":{\"\x1b[2J\":\"\x07\"}}",
	    "{\"model\":\"odd\",\"id\":9007199254740993,\"label\":1}",
	    "{\"model\":\"odd\",\"status\":500,\"error\":\"OOM\"}",
	    "{\"model\":\"odd\",\"features\":{\"n\":\"12\"}}",
	};
	struct fixture *f = *state;
	struct model_figures m;
	size_t i, n = sizeof(lines) / sizeof(lines[0]);

	for (i = 0; i < n; i++) {
		feed_good(f);
		feed_text(f, lines[i]);
		feed_text(f, "\r\n");
	}
	assert_good(f);
	figures_model(f->store, 1, WINDOW_ALL, &m);
	assert_int_equal(m.events, n - 1); /* the label is the truth about one of them */
	assert_int_equal(m.errors, 1);
	assert_int_equal(store_rejected(f->store), 0);
	assert_int_equal(count_of(f, REASON_NONFINITE), 3);
	assert_int_equal(count_of(f, REASON_NOT_SCALAR), 1);
	assert_int_equal(count_of(f, REASON_BAD_UTF8), 1);
	assert_int_equal(count_of(f, REASON_DUPLICATE_KEY), 1);
	assert_int_equal(count_of(f, REASON_BAD_TS), 2);
	assert_int_equal(count_of(f, REASON_FUTURE), 1);
	assert_true(has_sample(f, REASON_NONFINITE) && has_sample(f, REASON_FUTURE) &&
		    has_sample(f, REASON_BAD_UTF8));
}

static void
of_too_many_models_each_event_is_counted(void **state)
{
	struct fixture *f = *state;
	char text[100];
	int i;

	feed_good(f);
	for (i = 0; i < 3000; i++) {
		snprintf(text, sizeof(text), "{\"model\":\"m%d\",\"ts\":%lld,\"score\":0.5}\n", i,
		    (long long)WALL_MS);
		feed_text(f, text);
	}
	feed_good(f);
	assert_good(f);
	assert_int_equal(store_model_count(f->store), LIMIT_MODELS);
	assert_int_equal(store_events(f->store) + store_rejected(f->store), f->good + 3000);
	assert_int_equal(count_of(f, REASON_OVER_LIMIT), 3000 - (LIMIT_MODELS - 1));
}

static void
of_too_many_features_the_first_are_kept_and_the_event_counts(void **state)
{
	struct fixture *f = *state;
	struct model_figures m;
	char *text = malloc(200000);
	size_t n = 0;
	int i;

	assert_non_null(text);
	feed_good(f);
	n +=
	    (size_t)snprintf(text + n, 200000 - n, "{\"model\":\"wide\",\"features\":{\"first\":1");
	for (i = 0; i < 5000; i++)
		n += (size_t)snprintf(text + n, 200000 - n, ",\"f%d\":%d", i, i);
	n += (size_t)snprintf(text + n, 200000 - n, "}}\n");
	feed(f, text, n);
	feed_good(f);
	assert_good(f);
	figures_model(f->store, 1, WINDOW_ALL, &m);
	assert_int_equal(m.events, 1);
	assert_int_equal(m.inputs, LIMIT_FEATURES);
	assert_int_equal(count_of(f, REASON_OVER_LIMIT), 1);
	assert_true(has_sample(f, REASON_OVER_LIMIT));
	/* It was taken: it is no rejected event. */
	assert_int_equal(store_rejected(f->store), 0);
	free(text);
}

static void
a_hundred_thousand_categories_are_one_feature(void **state)
{
	struct fixture *f = *state;
	struct model_figures m;
	char text[120];
	int i;

	feed_good(f);
	for (i = 0; i < 100000; i++) {
		snprintf(text, sizeof(text),
		    "{\"model\":\"cat\",\"ts\":%lld,\"features\":{\"c\":\"value %d\"}}\n",
		    (long long)(WALL_MS - 60000), i);
		feed_text(f, text);
	}
	feed_good(f);
	assert_good(f);
	figures_model(f->store, 1, WINDOW_ALL, &m);
	assert_int_equal(m.events, 100000);
	assert_int_equal(m.inputs, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_is_no_event_costs_nothing_but_itself),
	    TEST(depth_and_size_beyond_all_measure_too),
	    TEST(odd_values_and_times_are_counted_and_their_events_taken),
	    TEST(of_too_many_models_each_event_is_counted),
	    TEST(of_too_many_features_the_first_are_kept_and_the_event_counts),
	    TEST(a_hundred_thousand_categories_are_one_feature),
	};

	return cmocka_run_group_tests_name("bad_input", tests, NULL, NULL);
}
