#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/labels.h"
#include "core/limits.h"
#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_rng.h"

#define MINUTE INT64_C(60000)
#define T0 INT64_C(1700000100000) /* a slice's beginning */

struct world {
	struct labels_pool pool;
	struct labels table;
	int64_t told[LABELS_COUNT];
	uint64_t sum; /* of all pairs counted: the same pairs in any order give the same */
};

static int
tell(void *ctx, unsigned model, enum labels_what what, const struct label_pair *p, int sign, struct err *err)
{
	struct world *w = ctx;
	uint64_t parts[] = {(uint64_t)p->ts_ms, (uint64_t)p->label_ms, p->prediction.bits, p->label.bits, p->score};

	(void)err;
	assert_int_equal(model, 7);
	w->told[what] += sign;
	if (what == LABELS_MATCHED)
		w->sum += (uint64_t)sign * slice_hash(slice_make((const char *)parts, sizeof(parts)));
	return 0;
}

static void
world_init(struct world *w, size_t limit)
{
	memset(w, 0, sizeof(*w));
	labels_pool_init(&w->pool, limit, tell, w);
	labels_init(&w->table, &w->pool, 7);
}

static void
world_release(struct world *w)
{
	labels_release(&w->table, &w->pool);
	assert_int_equal(w->pool.bytes, 0);
}

/* Ids as the store makes them: hashes. */
static uint64_t
hash(uint64_t id)
{
	return slice_hash(slice_make((const char *)&id, sizeof(id)));
}

static struct truth
number(double x)
{
	struct truth t = {0, TRUTH_NUMBER, 0};

	memcpy(&t.bits, &x, sizeof(x));
	return t;
}

static struct label_event
prediction(uint64_t id, int64_t ts_ms, double class)
{
	struct label_event ev = {.has_id = true, .id = hash(id), .predicted = true};

	ev.pair = (struct label_pair){.ts_ms = ts_ms, .prediction = number(class), .score = LABELS_NO_SCORE};
	return ev;
}

static struct label_event
label(uint64_t id, int64_t ts_ms, double class)
{
	struct label_event ev = {.has_id = true, .id = hash(id), .labelled = true};

	ev.pair = (struct label_pair){.label_ms = ts_ms, .label = number(class), .score = LABELS_NO_SCORE};
	return ev;
}

static struct label_event
both(uint64_t id, int64_t ts_ms, double class, double truth)
{
	struct label_event ev = prediction(id, ts_ms, class);

	ev.labelled = true;
	ev.pair.label = number(truth);
	ev.pair.label_ms = ts_ms;
	return ev;
}

static void
add(struct world *w, struct label_event ev)
{
	struct err err;

	assert_int_equal(labels_add(&w->table, &w->pool, &ev, &err), 0);
}

static void
assert_told(const struct world *w, enum labels_what what, int64_t n)
{
	assert_int_equal(w->told[what], n);
}

static void
a_label_finds_its_prediction_whichever_comes_first(void **state)
{
	struct world a, b;

	(void)state;
	world_init(&a, LIMIT_LABEL_BYTES);
	world_init(&b, LIMIT_LABEL_BYTES);
	add(&a, prediction(1, T0, 1));
	assert_int_equal(a.table.waiting, 1);
	add(&a, label(1, T0 + 70 * 60 * MINUTE, 0));
	add(&b, label(1, T0 + 70 * 60 * MINUTE, 0));
	assert_int_equal(b.table.early, 1);
	add(&b, prediction(1, T0, 1));
	assert_told(&a, LABELS_MATCHED, 1);
	assert_told(&b, LABELS_MATCHED, 1);
	assert_told(&b, LABELS_PREDICTED, 1);
	assert_int_equal(a.sum, b.sum);
	assert_int_equal(a.table.waiting + b.table.waiting + b.table.early, 0);
	world_release(&a);
	world_release(&b);
}

static void
a_prediction_waits_for_72_hours_and_then_it_has_expired(void **state)
{
	struct world w;
	int64_t last = T0 + LIMIT_LABEL_WAIT_MS;

	(void)state;
	world_init(&w, LIMIT_LABEL_BYTES);
	add(&w, prediction(1, T0, 1));
	add(&w, prediction(2, T0, 1));
	add(&w, prediction(3, last, 1));
	add(&w, label(1, last, 1));
	assert_told(&w, LABELS_MATCHED, 1);
	add(&w, prediction(4, last + LABELS_SLICE_MS, 1));
	assert_told(&w, LABELS_EXPIRED, 1);
	assert_int_equal(w.table.count, 2);
	/* Its label comes too late: there is nothing left that it could be joined to. */
	add(&w, label(2, last + LABELS_SLICE_MS, 1));
	assert_told(&w, LABELS_MATCHED, 1);
	assert_int_equal(w.table.early, 1);
	add(&w, prediction(5, last + 2 * LIMIT_LABEL_WAIT_MS, 1));
	assert_told(&w, LABELS_ORPHAN, 1);
	assert_told(&w, LABELS_EXPIRED, 3);
	world_release(&w);
}

static void
a_prediction_that_is_too_old_when_it_comes_counts_as_expired(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, LIMIT_LABEL_BYTES);
	add(&w, prediction(1, T0, 1));
	add(&w, prediction(2, T0 - LIMIT_LABEL_WAIT_MS - LABELS_SLICE_MS, 1));
	assert_told(&w, LABELS_PREDICTED, 2);
	assert_told(&w, LABELS_EXPIRED, 1);
	/* One that brings its label needs no waiting. */
	add(&w, both(3, T0 - 2 * LIMIT_LABEL_WAIT_MS, 1, 1));
	assert_told(&w, LABELS_MATCHED, 1);
	world_release(&w);
}

static void
the_same_label_twice_is_a_duplicate_and_counts_once(void **state)
{
	struct world w;

	(void)state;
	world_init(&w, LIMIT_LABEL_BYTES);
	add(&w, prediction(1, T0, 1));
	add(&w, label(1, T0 + MINUTE, 1));
	add(&w, label(1, T0 + 2 * MINUTE, 1));
	add(&w, prediction(1, T0 + MINUTE, 0));
	assert_told(&w, LABELS_MATCHED, 1);
	assert_told(&w, LABELS_DUPLICATE, 1);
	assert_told(&w, LABELS_REPEATED, 1);
	assert_told(&w, LABELS_PREDICTED, 1);
	world_release(&w);
}

static void
of_contradicting_labels_the_latest_stands_in_any_order(void **state)
{
	static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	struct world only;
	int i, k;

	(void)state;
	world_init(&only, LIMIT_LABEL_BYTES);
	add(&only, prediction(1, T0, 1));
	add(&only, label(1, T0 + 9 * MINUTE, 1));
	for (i = 0; i < 6; i++) {
		const struct label_event evs[3] = {
		    label(1, T0 + MINUTE, 1), label(1, T0 + 9 * MINUTE, 0), label(1, T0 + 9 * MINUTE, 1)};
		struct world w;

		world_init(&w, LIMIT_LABEL_BYTES);
		if (i % 2)
			add(&w, prediction(1, T0, 1));
		for (k = 0; k < 3; k++)
			add(&w, evs[orders[i][k]]);
		if (i % 2 == 0)
			add(&w, prediction(1, T0, 1));
		assert_told(&w, LABELS_MATCHED, 1);
		assert_int_equal(w.sum, only.sum);
		assert_told(&w, LABELS_DUPLICATE, 2);
		assert_told(&w, LABELS_CONFLICTING, 1);
		world_release(&w);
	}
	world_release(&only);
}

static void
an_event_with_prediction_and_label_needs_no_join(void **state)
{
	struct world w;
	struct label_event ev = both(1, T0, 1, 1);

	(void)state;
	world_init(&w, LIMIT_LABEL_BYTES);
	ev.has_id = false;
	add(&w, ev);
	add(&w, ev);
	assert_told(&w, LABELS_MATCHED, 2);
	assert_int_equal(w.table.count, 0);
	add(&w, both(1, T0, 1, 1));
	add(&w, both(1, T0, 1, 1)); /* delivered twice */
	assert_told(&w, LABELS_MATCHED, 3);
	assert_told(&w, LABELS_DUPLICATE, 1);
	add(&w, both(1, T0 + MINUTE, 1, 1)); /* an id used again */
	assert_told(&w, LABELS_MATCHED, 4);
	assert_told(&w, LABELS_REPEATED, 1);
	add(&w, prediction(2, T0, 1));
	add(&w, both(2, T0 + MINUTE, 1, 0)); /* a label that repeats the prediction */
	assert_told(&w, LABELS_MATCHED, 5);
	assert_told(&w, LABELS_PREDICTED, 5);
	assert_told(&w, LABELS_REPEATED, 1);
	world_release(&w);
}

static void
what_has_no_id_is_counted_and_cannot_be_joined(void **state)
{
	struct world w;
	struct label_event p = prediction(1, T0, 1), l = label(1, T0, 1);

	(void)state;
	world_init(&w, LIMIT_LABEL_BYTES);
	p.has_id = l.has_id = false;
	add(&w, p);
	add(&w, l);
	assert_told(&w, LABELS_PREDICTED, 1);
	assert_told(&w, LABELS_MATCHED, 0);
	assert_told(&w, LABELS_ORPHAN, 1);
	world_release(&w);
}

/* ---- memory ---------------------------------------------------------------------------------- */

#define FLOOD 60000

static void
memory_stays_within_its_bound_and_the_sample_is_that_of_the_ids(void **state)
{
	const size_t limit = 1 << 20;
	uint64_t id, joined = 0, below;
	struct world w;

	(void)state;
	world_init(&w, limit);
	for (id = 0; id < FLOOD; id++) {
		add(&w, prediction(id, T0 + (int64_t)id * 20, 1));
		assert_true(w.pool.bytes <= limit);
	}
	assert_true(w.table.halvings > 0);
	below = UINT64_C(1) << (64 - w.table.halvings);
	for (id = 0; id < FLOOD; id++) {
		joined += hash(id) < below;
		add(&w, label(id, T0 + MINUTE * 60, 0));
	}
	assert_told(&w, LABELS_MATCHED, (int64_t)joined);
	assert_told(&w, LABELS_PREDICTED, (int64_t)joined);
	assert_told(&w, LABELS_DUPLICATE, 0);
	assert_int_equal(w.table.early, 0);
	/* A share of r, give or take four deviations of a coin thrown FLOOD times. */
	assert_true(fabs((double)joined - FLOOD * labels_sample_frac(&w.table)) <
		    4 * sqrt(FLOOD * labels_sample_frac(&w.table)));
	/* Half a table at the least: the sample is no smaller than memory asks for. */
	assert_true(w.table.count * 4 > w.table.slots);
	world_release(&w);
}

static void
what_is_counted_does_not_depend_on_when_labels_come(void **state)
{
	struct world soon, late;
	uint64_t id;

	(void)state;
	world_init(&soon, 1 << 19);
	world_init(&late, 1 << 19);
	for (id = 0; id < FLOOD; id++) {
		add(&soon, prediction(id, T0 + (int64_t)id * 20, 1));
		add(&late, prediction(id, T0 + (int64_t)id * 20, 1));
		add(&soon, label(id, T0 + FLOOD * 20, (double)(id % 2)));
	}
	for (id = 0; id < FLOOD; id++)
		add(&late, label(id, T0 + FLOOD * 20, (double)(id % 2)));
	assert_int_equal(soon.table.halvings, late.table.halvings);
	assert_int_equal(soon.sum, late.sum);
	assert_memory_equal(soon.told, late.told, sizeof(soon.told));
	world_release(&soon);
	world_release(&late);
}

static void
a_flood_of_labels_without_predictions_leaves_room_for_the_others(void **state)
{
	struct world w;
	uint64_t id;

	(void)state;
	world_init(&w, 1 << 20);
	for (id = 0; id < FLOOD; id++)
		add(&w, label(id, T0, 1));
	assert_true(w.told[LABELS_ORPHAN] > 0);
	assert_int_equal(w.table.halvings, 0);
	add(&w, prediction(FLOOD, T0, 1));
	add(&w, label(FLOOD, T0, 1));
	assert_told(&w, LABELS_MATCHED, 1);
	world_release(&w);
}

static void
what_expired_gives_its_memory_back(void **state)
{
	struct world w;
	uint64_t id;

	(void)state;
	world_init(&w, 1 << 19);
	for (id = 0; id < FLOOD; id++)
		add(&w, prediction(id, T0, 1));
	assert_true(w.table.halvings > 0);
	add(&w, prediction(FLOOD, T0 + 2 * LIMIT_LABEL_WAIT_MS, 1));
	assert_int_equal(w.table.count, 1);
	assert_int_equal(w.table.halvings, 0);
	assert_true(w.pool.bytes < 8192);
	world_release(&w);
}

/* A long run with everything in it, against a plain array of what each id has: few ids, so that all meet. */
static void
a_long_run_agrees_with_a_plain_list(void **state)
{
	enum { IDS = 3000 };
	static struct {
		bool predicted, labelled;
	} plain[IDS];
	uint64_t seed = 11, matched = 0, waiting = 0, early = 0, id;
	struct world w;
	int i;

	(void)state;
	memset(plain, 0, sizeof(plain));
	world_init(&w, LIMIT_LABEL_BYTES);
	for (i = 0; i < 20000; i++) {
		int64_t at = T0 + (int64_t)rng_below(&seed, 70 * 60) * MINUTE;

		id = rng_below(&seed, IDS);
		if (rng_below(&seed, 2)) {
			add(&w, prediction(id, at, 1));
			plain[id].predicted = true;
		} else {
			add(&w, label(id, at, (double)rng_below(&seed, 2)));
			plain[id].labelled = true;
		}
	}
	for (id = 0; id < IDS; id++) {
		matched += plain[id].predicted && plain[id].labelled;
		waiting += plain[id].predicted && !plain[id].labelled;
		early += !plain[id].predicted && plain[id].labelled;
	}
	assert_told(&w, LABELS_MATCHED, (int64_t)matched);
	assert_int_equal(w.table.waiting, waiting);
	assert_int_equal(w.table.early, early);
	assert_int_equal(w.table.count, matched + waiting + early);
	world_release(&w);
}

static int
fill_one(void *ctx, struct err *err)
{
	struct world w;
	uint64_t id;
	int rc = 0;

	(void)ctx;
	world_init(&w, 1 << 16);
	for (id = 0; id < 3000 && !rc; id++) {
		struct label_event p = prediction(id, T0 + (int64_t)id * 1000, 1);
		struct label_event l = label(id / 2, T0 + (int64_t)id * 1000, 1);

		rc = labels_add(&w.table, &w.pool, &p, err);
		if (!rc)
			rc = labels_add(&w.table, &w.pool, &l, err);
	}
	world_release(&w);
	return rc;
}

static void
every_allocation_may_fail(void **state)
{
	(void)state;
	assert_true(alloc_fail_each(fill_one, NULL) > 4);
}

/* ---- classes --------------------------------------------------------------------------------- */

static struct truth
truth_of(struct classes *c, enum value_kind kind, double num, const char *text)
{
	struct value v = {kind, num, slice_of(text)};

	return classes_truth(c, &v);
}

static void
a_class_and_a_label_compare_as_numbers_where_both_read_as_numbers(void **state)
{
	struct classes c;
	struct truth one, t;

	(void)state;
	classes_init(&c);
	one = truth_of(&c, VALUE_NUMBER, 1, "1.0");
	assert_true(truth_eq(one, truth_of(&c, VALUE_TEXT, 0, "1")));
	assert_true(truth_eq(one, truth_of(&c, VALUE_TEXT, 0, "1.00")));
	assert_true(truth_eq(one, truth_of(&c, VALUE_TEXT, 0, "1e0")));
	assert_true(truth_eq(one, truth_of(&c, VALUE_NUMBER, 1, NULL)));
	assert_false(truth_eq(one, truth_of(&c, VALUE_BOOL, 1, "true")));
	assert_false(truth_eq(one, truth_of(&c, VALUE_TEXT, 0, "01")));
	assert_false(truth_eq(one, truth_of(&c, VALUE_TEXT, 0, "+1")));
	assert_false(truth_eq(one, truth_of(&c, VALUE_TEXT, 0, "1 ")));
	assert_true(truth_eq(truth_of(&c, VALUE_BOOL, 1, "true"), truth_of(&c, VALUE_TEXT, 0, "true")));
	assert_true(truth_eq(truth_of(&c, VALUE_NUMBER, -0.0, "-0"), truth_of(&c, VALUE_NUMBER, 0, "0")));
	t = truth_of(&c, VALUE_TEXT, 0, "0.25");
	assert_true(truth_eq(t, truth_of(&c, VALUE_NUMBER, 0.25, "2.5e-1")));
	assert_int_equal(t.cls, CLASS_OTHER);
	/* Beyond 2^53 the digits count. */
	assert_false(truth_eq(truth_of(&c, VALUE_NUMBER, 9007199254740992.0, "9007199254740992"),
	    truth_of(&c, VALUE_NUMBER, 9007199254740992.0, "9007199254740993")));
	assert_int_equal(truth_of(&c, VALUE_MISSING, 0, NULL).kind, TRUTH_NONE);
	assert_int_equal(truth_of(&c, VALUE_NONFINITE, NAN, "NaN").kind, TRUTH_NONE);
	assert_int_equal(truth_of(&c, VALUE_NOT_SCALAR, 0, NULL).kind, TRUTH_NONE);
	classes_release(&c);
}

static void
classes_beyond_the_limit_still_compare_and_have_no_place(void **state)
{
	struct classes c;
	char text[16];
	int i;

	(void)state;
	classes_init(&c);
	for (i = 0; i < 3 * LIMIT_CLASSES; i++) {
		struct truth a, b;

		snprintf(text, sizeof(text), "c%d", i);
		a = truth_of(&c, VALUE_TEXT, 0, text);
		b = truth_of(&c, VALUE_TEXT, 0, text);
		assert_true(truth_eq(a, b));
		assert_int_equal(a.cls, i < LIMIT_CLASSES ? i : CLASS_OTHER);
		snprintf(text, sizeof(text), "d%d", i);
		if (i >= LIMIT_CLASSES)
			assert_false(truth_eq(a, truth_of(&c, VALUE_TEXT, 0, text)));
	}
	assert_true(slice_is(classes_name(&c, 3), "c3"));
	assert_int_equal(classes_name(&c, CLASS_OTHER).n, 0);
	classes_release(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_label_finds_its_prediction_whichever_comes_first),
	    cmocka_unit_test(a_prediction_waits_for_72_hours_and_then_it_has_expired),
	    cmocka_unit_test(a_prediction_that_is_too_old_when_it_comes_counts_as_expired),
	    cmocka_unit_test(the_same_label_twice_is_a_duplicate_and_counts_once),
	    cmocka_unit_test(of_contradicting_labels_the_latest_stands_in_any_order),
	    cmocka_unit_test(an_event_with_prediction_and_label_needs_no_join),
	    cmocka_unit_test(what_has_no_id_is_counted_and_cannot_be_joined),
	    cmocka_unit_test(memory_stays_within_its_bound_and_the_sample_is_that_of_the_ids),
	    cmocka_unit_test(what_is_counted_does_not_depend_on_when_labels_come),
	    cmocka_unit_test(a_flood_of_labels_without_predictions_leaves_room_for_the_others),
	    cmocka_unit_test(what_expired_gives_its_memory_back),
	    cmocka_unit_test(a_long_run_agrees_with_a_plain_list),
	    cmocka_unit_test(every_allocation_may_fail),
	    cmocka_unit_test(a_class_and_a_label_compare_as_numbers_where_both_read_as_numbers),
	    cmocka_unit_test(classes_beyond_the_limit_still_compare_and_have_no_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
