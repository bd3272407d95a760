/* Events made by hand, and a store to feed them to. */
#ifndef TESTS_LIB_MAKER_H
#define TESTS_LIB_MAKER_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "core/event.h"
#include "core/store.h"

#define T0 INT64_C(1700000000000)

struct maker {
	struct event ev;
	struct event_feature features[8];
	char text[8][32];
};

static inline struct value
number(double x)
{
	return (struct value){VALUE_NUMBER, x, {NULL, 0}};
}

static inline struct value
text(const char *s)
{
	return (struct value){VALUE_TEXT, 0, slice_of(s)};
}

static inline struct event *
event_make(struct maker *mk, const char *model, int64_t ts_ms)
{
	memset(mk, 0, sizeof(*mk));
	mk->ev.model = slice_of(model);
	mk->ev.version = slice_of("1");
	mk->ev.ts_ms = mk->ev.arrival_ms = ts_ms;
	mk->ev.features = mk->features;
	mk->ev.latency_ms = NAN;
	return &mk->ev;
}

static inline void
feature_add(struct maker *mk, const char *name, struct value v)
{
	mk->features[mk->ev.nfeatures++] = (struct event_feature){slice_of(name), v};
	mk->ev.has_features = true;
}

static inline struct store *
store_make(bool learn)
{
	struct store_options o = {.learn = learn};
	struct store *s = NULL;

	assert_int_equal(store_new(&s, &o, NULL), 0);
	return s;
}

static inline void
feed(struct store *s, const char *model, int64_t from_ms, int64_t step_ms, int n, double shift, unsigned seed)
{
	struct maker mk;
	int i;

	for (i = 0; i < n; i++) {
		event_make(&mk, model, from_ms + i * step_ms);
		seed = seed * 1103515245u + 12345u;
		feature_add(&mk, "x", number((double)(seed >> 8 & 0xffff) / 65536 + shift));
		feature_add(&mk, "k", text(seed >> 24 & 1 ? "yes" : "no"));
		mk.ev.prediction = number(seed >> 25 & 1);
		mk.ev.score = number((double)(seed >> 9 & 0xff) / 256);
		mk.ev.latency_ms = 1 + (double)(seed >> 10 & 0xff) / 100;
		mk.ev.failed = i % 500 == 0;
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	}
}

static inline void
history_ends(struct store *s)
{
	struct fact f = {.kind = FACT_HISTORY};

	assert_int_equal(store_apply(s, &f, NULL), 0);
}

#endif
