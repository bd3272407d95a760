/*
 * A decoder and an event to decode into, for the tests of decoding: each test begins with a decoder of its own, as a
 * stream's (model `stream-model`, version `v9`, entries of NOW_MS). What is not an event fails the running test.
 */
#ifndef TESTS_LIB_DECODE_H
#define TESTS_LIB_DECODE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "collectors/decode.h"

#define NOW_MS INT64_C(1700000000000)

struct fixture {
	struct decoder *decoder;
	struct event_clock clock;
	struct decode_context context;
	struct event ev;
};

static inline int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f || decoder_new(&f->decoder, NULL))
		return -1;
	f->context.clock = &f->clock;
	f->context.model = slice_of("stream-model");
	f->context.version = slice_of("v9");
	event_clock_stream(&f->clock, NOW_MS);
	*state = f;
	return 0;
}

static inline int
teardown(void **state)
{
	struct fixture *f = *state;

	decoder_free(f->decoder);
	free(f);
	return 0;
}

static inline const struct event *
take(struct fixture *f, const char *text)
{
	if (!decoder_json(f->decoder, slice_of(text), &f->context, &f->ev, NULL))
		fail_msg("%s: %s %.*s", text, event_reasons[decoder_reason(f->decoder)].name,
		    (int)decoder_detail(f->decoder).n, decoder_detail(f->decoder).p);
	return &f->ev;
}

static inline void
assert_rejected(struct fixture *f, struct slice text, enum event_reason reason)
{
	struct event ev;

	assert_false(decoder_json(f->decoder, text, &f->context, &ev, NULL));
	if (decoder_reason(f->decoder) != reason)
		fail_msg("%.60s: %s", text.p, event_reasons[decoder_reason(f->decoder)].name);
}

/* "name=value name=value" of a flat entry; an empty value is name= */
static inline const struct event *
take_flat(struct fixture *f, const char *const *fields, size_t n)
{
	static struct pair pairs[16];
	size_t i;

	for (i = 0; i < n; i++) {
		pairs[i].name = slice_of(fields[2 * i]);
		pairs[i].value = slice_of(fields[2 * i + 1]);
	}
	if (!decoder_flat(f->decoder, pairs, n, &f->context, &f->ev))
		fail_msg("%s: %s", fields[0], event_reasons[decoder_reason(f->decoder)].name);
	return &f->ev;
}

#define FLAT(f, ...)                                                                               \
	take_flat(f, (const char *const[]){__VA_ARGS__},                                           \
	    sizeof((const char *const[]){__VA_ARGS__}) / (2 * sizeof(char *)))

static inline void
assert_slice(struct slice s, const char *expected)
{
	if (!slice_is(s, expected))
		fail_msg("'%.*s' instead of '%s'", (int)s.n, s.p, expected);
}

static inline const struct value *
feature(const struct event *ev, const char *name)
{
	size_t i;

	for (i = 0; i < ev->nfeatures; i++)
		if (slice_is(ev->features[i].name, name))
			return &ev->features[i].value;
	fail_msg("no feature '%s' among %zu", name, ev->nfeatures);
	return NULL;
}

static inline void
assert_number(const struct value *v, double expected)
{
	assert_int_equal(v->kind, VALUE_NUMBER);
	assert_true(v->num == expected);
}

static inline void
assert_text(const struct value *v, const char *expected)
{
	assert_int_equal(v->kind, VALUE_TEXT);
	assert_slice(v->text, expected);
}

/* One event with all that the contract knows. */
static const char contract[] =
    "{\"ts\":991353900000,\"id\":\"a-1\",\"model\":\"flight-delay\",\"version\":\"2\","
    "\"features\":{\"distance\":145,\"origin\":\"BOS\",\"delay_1h\":null},\"prediction\":1,"
    "\"score\":0.72,\"latency_ms\":0.76,\"status\":200,\"error\":null,\"label\":1}";

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
