/* What live streams lead to does not depend on how often the store is ticked between two panes of the arrival clock. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/alert.h"
#include "core/pane.h"
#include "core/state_hash.h"
#include "tests/lib_maker.h"
#include "tests/lib_rng.h"

#define BEGIN	   INT64_C(1700000000000)
#define MINUTE	   60000
#define MINUTES	   75
#define TROUBLE	   (BEGIN + 40 * MINUTE) /* late answers, failures, a value that is gone */
#define RECOVERY   (BEGIN + 52 * MINUTE)
#define SKEW_MS	   17300 /* the second producer's clock goes behind by so much */

static void
source_is(struct store *s, enum feed_state state)
{
	struct fact f = {.kind = FACT_SOURCE};

	f.u.source.url = slice_of("redis://h");
	f.u.source.state = state;
	assert_int_equal(store_apply(s, &f, NULL), 0);
}

static void
ingest(struct store *s, uint64_t *seed, int64_t at)
{
	bool second = rng_below(seed, 2), trouble = at >= TROUBLE && at < RECOVERY;
	int64_t late = rng_below(seed, 40) ? 0 : (int64_t)rng_below(seed, 90000);
	struct maker mk;

	event_make(&mk, second ? "skewed" : "level", at - late - (second ? SKEW_MS : 0));
	mk.ev.arrival_ms = at;
	if (!trouble || rng_below(seed, 3))
		feature_add(&mk, "x", number(rng_normal(seed)));
	feature_add(&mk, "k", text(rng_below(seed, 3) ? "a" : "b"));
	mk.ev.prediction = number((double)rng_below(seed, 2));
	mk.ev.latency_ms = (3 + fabs(rng_normal(seed))) * (trouble ? 4 : 1);
	mk.ev.failed = trouble && rng_below(seed, 8) == 0;
	assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
}

/* step_ms: between two ticks; those that enter a pane are always there. */
static struct store *
run(int64_t step_ms)
{
	struct store *s = store_make(true);
	int64_t at, next = BEGIN + step_ms;
	uint64_t seed = 77;

	source_is(s, FEED_LIVE);
	history_ends(s);
	for (at = BEGIN; at < BEGIN + MINUTES * MINUTE; at += 100) {
		if (at >= next || at % PANE_MS == 0)
			assert_int_equal(store_tick(s, at, NULL), 0);
		if (at >= next)
			next += step_ms;
		ingest(s, &seed, at + (int64_t)rng_below(&seed, 100));
		ingest(s, &seed, at + 99);
	}
	assert_int_equal(store_tick(s, at, NULL), 0);
	return s;
}

static void
assert_same_alerts(const struct alerts *a, const struct alerts *b)
{
	size_t i;

	assert_int_equal(a->n, b->n);
	assert_int_equal(a->changes, b->changes);
	for (i = 0; i < a->n; i++) {
		const struct alert *x = a->list[i], *y = b->list[i];

		assert_true(x->id == y->id);
		assert_int_equal(x->state, y->state);
		assert_int_equal(x->worst, y->worst);
		assert_true(x->from_ms == y->from_ms && x->fired_ms == y->fired_ms && x->to_ms == y->to_ms);
		assert_true(x->clear_ms == y->clear_ms && x->judged_ms == y->judged_ms);
		assert_string_equal(x->sentence, y->sentence);
	}
}

static void
ticks_between_two_panes_change_no_alert_and_no_sum(void **state)
{
	static const int64_t steps[] = {1000, 700, 2900};
	struct store *whole = run(PANE_MS), *s;
	uint64_t hash = state_hash(whole, NULL);
	size_t i;

	(void)state;
	assert_true(store_alerts(whole)->changes >= 6); /* something was found, and it ended */
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		s = run(steps[i]);
		assert_same_alerts(store_alerts(whole), store_alerts(s));
		assert_true(state_hash(s, NULL) == hash);
		store_free(s);
	}
	store_free(whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ticks_between_two_panes_change_no_alert_and_no_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
