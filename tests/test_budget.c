/* What evidence is judged by: recorded when it changes, and held to by a reader who lacks part of the fleet. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/budget.h"
#include "core/model.h"
#include "core/state_hash.h"
#include "core/tape.h"
#include "tests/lib_maker.h"
#include "tests/lib_rng.h"

#define MINUTE	INT64_C(60000)
#define MINUTES 40 /* the second model's baseline is there after about half of them */
#define SILENT	(25 * MINUTE) /* from then on there is the first one alone */
#define FRAMES	4096

struct kept {
	enum frame_type type;
	char *bytes;
	size_t n;
	uint64_t hash;		 /* of the live store */
	struct budget budget; /* its own, then */
};

struct reel {
	struct kept frames[FRAMES];
	size_t n;
	const struct store *live;
};

static void
keep(void *ctx, enum frame_type type, int64_t time_ms, size_t model, struct slice payload)
{
	struct reel *reel = ctx;
	struct kept *k = &reel->frames[reel->n++];

	(void)time_ms;
	(void)model;
	assert_in_range(reel->n, 1, FRAMES);
	*k = (struct kept){.type = type, .n = payload.n, .bytes = malloc(payload.n + 1)};
	assert_non_null(k->bytes);
	memcpy(k->bytes, payload.p, payload.n);
	k->hash = state_hash(reel->live, NULL);
	budget_of(reel->live, &k->budget);
}

static void
reel_release(struct reel *reel)
{
	size_t i;

	for (i = 0; i < reel->n; i++)
		free(reel->frames[i].bytes);
	free(reel);
}

static void
ingest(struct store *s, const char *model, int64_t at, uint64_t *seed)
{
	struct maker mk;

	event_make(&mk, model, at);
	feature_add(&mk, "x", number(rng_normal(seed)));
	feature_add(&mk, "y", number(rng_normal(seed)));
	assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
}

/* Two models, the second with a quarter of the first one's events: its baseline comes later. limit: of the first. */
static struct reel *
record(double *limit)
{
	struct reel *reel = calloc(1, sizeof(*reel));
	struct tape_options o = {.key_ms = 1000 * MINUTE, .frame = keep, .ctx = reel};
	struct store *s = store_make(true);
	struct tape *t = NULL;
	uint64_t seed = 5, n = 0;
	int64_t at;

	assert_non_null(reel);
	assert_int_equal(tape_new(&t, &o, NULL), 0);
	reel->live = s;
	store_set_journal(s, tape_journal(t));
	history_ends(s);
	for (at = T0; at < T0 + MINUTES * MINUTE; at += 250, n++) {
		ingest(s, "often", at, &seed);
		if (n % 4 == 0 && at < T0 + SILENT)
			ingest(s, "seldom", at + 1, &seed);
		if (n % 4 == 0)
			assert_int_equal(store_tick(s, at, NULL), 0);
	}
	assert_int_equal(store_tick(s, at, NULL), 0);
	assert_int_equal(tape_failures(t), 0);
	assert_true(store_model(s, 0)->nwatches > 0);
	*limit = store_model(s, 0)->watches[0].limit;
	store_set_journal(s, NULL);
	tape_free(t);
	store_free(s);
	return reel;
}

static void
it_is_recorded_behind_each_key_and_whenever_it_has_changed(void **state)
{
	double limit;
	struct reel *reel = record(&limit);
	struct budget told = {0, 0, 0, 0}, b;
	size_t i, n = 0;

	(void)state;
	for (i = 0; i < reel->n; i++) {
		const struct kept *k = &reel->frames[i];

		if (k->type == FRAME_BUDGET) {
			assert_int_equal(budget_read(&b, slice_make(k->bytes, k->n), NULL), 0);
			assert_true(budget_same(&b, &k->budget));
			/* The first is that of the key. */
			assert_true(n == 0 ? reel->frames[i - 1].type != FRAME_STEP : !budget_same(&b, &told));
			told = b;
			n++;
		}
		/* A step by which it changed has it right behind it. */
		if (k->type == FRAME_STEP && n && !budget_same(&k->budget, &told))
			assert_int_equal(reel->frames[i + 1].type, FRAME_BUDGET);
	}
	/* With the key, with the first model's inputs, with both models'. */
	assert_int_equal(n, 3);
	assert_int_equal(told.watched, 4);
	assert_int_equal(told.armed, 0);
	assert_true(told.alarms_per_week == 1);
	assert_true(fabs(budget_limit(&told, false) - log(4 * 2016.0)) < 1e-9);
	assert_true(limit == budget_limit(&told, false));
	reel_release(reel);
}

/* Played without the step in which the second model got its baseline, or with all. Returns the first model's limit. */
static double
play(const struct reel *reel, bool lose, bool budgets, size_t *lacking)
{
	struct store *s = store_make(false);
	size_t i, models = 0, last = 0;
	double limit;

	for (i = 0; i < reel->n; i++)
		last = reel->frames[i].type == FRAME_BUDGET ? i : last;
	*lacking = 0;
	for (i = 0; i < reel->n; i++) {
		const struct kept *k = &reel->frames[i];
		struct slice payload = slice_make(k->bytes, k->n);
		struct budget b;

		if (k->type == FRAME_KEY)
			assert_int_equal(tape_read_key(s, payload, &models, NULL), 0);
		else if (k->type == FRAME_KEY_MODEL)
			assert_int_equal(tape_read_key_model(s, payload, NULL), 0);
		else if (k->type == FRAME_STEP && !(lose && i == last - 1))
			(void)tape_play_step(s, payload, NULL);
		else if (k->type == FRAME_BUDGET && budgets) {
			assert_int_equal(budget_read(&b, payload, NULL), 0);
			*lacking += budget_take(s, &b);
		}
		if (k->type == FRAME_STEP && !lose)
			assert_true(state_hash(s, NULL) == k->hash);
	}
	limit = store_model(s, 0)->watches[0].limit;
	store_free(s);
	return limit;
}

static void
who_reads_all_of_it_lacks_nothing_and_is_in_the_same_state(void **state)
{
	double limit;
	struct reel *reel = record(&limit);
	size_t lacking;

	(void)state;
	assert_true(play(reel, false, true, &lacking) == limit);
	assert_int_equal(lacking, 0);
	assert_true(play(reel, false, false, &lacking) == limit);
	reel_release(reel);
}

static void
who_lacks_a_model_holds_the_others_to_the_limits_that_held(void **state)
{
	double limit;
	struct reel *reel = record(&limit);
	size_t lacking;

	(void)state;
	assert_true(play(reel, true, false, &lacking) < limit);
	assert_true(play(reel, true, true, &lacking) == limit);
	assert_int_equal(lacking, 1);
	reel_release(reel);
}

/* ---- bytes ----------------------------------------------------------------------------------- */

static void
bytes_that_are_no_budget_are_none(void **state)
{
	struct budget good = {7, 3, 2016, 1}, bad[] = {{3, 7, 2016, 1}, {7, 3, 0, 1}, {7, 3, 2016, -1},
	    {7, 3, NAN, 1}, {7, 3, 2016, INFINITY}, {UINT64_MAX, 3, 2016, 1}}, b;
	struct bytes out;
	struct err err;
	size_t i;

	(void)state;
	bytes_init(&out);
	budget_write(&good, &out);
	assert_int_equal(budget_read(&b, slice_make(out.p, out.n), &err), 0);
	assert_true(budget_same(&b, &good));
	for (i = 0; i < out.n; i++)
		assert_int_equal(budget_read(&b, slice_make(out.p, i), &err), ERR_FORMAT);
	/* Another format, with whatever may be in it, is passed over. */
	((unsigned char *)out.p)[0] = 2;
	assert_int_equal(budget_read(&b, slice_make(out.p, out.n), &err), ERR_FORMAT);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		out.n = 0;
		budget_write(&bad[i], &out);
		assert_int_equal(budget_read(&b, slice_make(out.p, out.n), &err), ERR_FORMAT);
	}
	bytes_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_is_recorded_behind_each_key_and_whenever_it_has_changed),
	    cmocka_unit_test(who_reads_all_of_it_lacks_nothing_and_is_in_the_same_state),
	    cmocka_unit_test(who_lacks_a_model_holds_the_others_to_the_limits_that_held),
	    cmocka_unit_test(bytes_that_are_no_budget_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
