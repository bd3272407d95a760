#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/topvals.h"
#include "tests/lib_alloc.h"
#include "tests/lib_rng.h"

static void
add(struct topvals_builder *b, const char *text, unsigned times)
{
	struct err err;

	while (times-- > 0)
		assert_int_equal(topvals_builder_add(b, slice_of(text), &err), 0);
}

static struct topvals_builder *
builder(void)
{
	struct topvals_builder *b;
	struct err err;

	assert_int_equal(topvals_builder_new(&b, &err), 0);
	return b;
}

static void
freeze(struct topvals_builder *b, struct topvals *t)
{
	struct err err;

	assert_int_equal(topvals_build(b, t, &err), 0);
	topvals_builder_free(b);
}

static void
the_most_frequent_come_first_and_ties_by_bytes(void **state)
{
	struct topvals_builder *b = builder();
	struct topvals t;

	(void)state;
	add(b, "BOS", 3);
	add(b, "JFK", 5);
	add(b, "ATL", 3);
	add(b, "", 1);
	add(b, "ATLA", 3);
	freeze(b, &t);
	assert_int_equal(t.k, 5);
	assert_true(slice_is(t.named[0].value, "JFK") && t.named[0].count == 5);
	assert_true(slice_is(t.named[1].value, "ATL"));
	assert_true(slice_is(t.named[2].value, "ATLA"));
	assert_true(slice_is(t.named[3].value, "BOS"));
	assert_true(slice_is(t.named[4].value, ""));
	assert_int_equal(t.rows, 15);
	assert_int_equal(t.distinct, 5);
	assert_int_equal(t.once, 1);
	assert_int_equal(t.other, 0);
	assert_int_equal(topvals_find(&t, slice_of("JFK")), 0);
	assert_int_equal(topvals_find(&t, slice_of("")), 4);
	assert_int_equal(topvals_find(&t, slice_of("SFO")), TOPVALS_UNSEEN);
	topvals_release(&t);
}

static void
beyond_fifty_values_are_other_and_new_ones_unseen(void **state)
{
	struct topvals_builder *b = builder();
	struct topvals t;
	uint64_t hashes[200];
	char text[16];
	unsigned i, cell;

	(void)state;
	for (i = 0; i < 120; i++) {
		snprintf(text, sizeof(text), "v%03u", i);
		add(b, text, i < 60 ? 10 : 1);
	}
	freeze(b, &t);
	assert_int_equal(t.k, LIMIT_TOP_VALUES);
	assert_int_equal(t.distinct, 120);
	assert_int_equal(t.once, 60);
	assert_int_equal(t.other, 10 * 10 + 60);
	for (i = 0; i < 200; i++) {
		snprintf(text, sizeof(text), "v%03u", i);
		cell = i < 50 ? i : i < 120 ? TOPVALS_OTHER : TOPVALS_UNSEEN;
		assert_int_equal(topvals_find(&t, slice_of(text)), cell);
	}
	assert_int_equal(topvals_known(&t, hashes, 200), 70);
	for (i = 1; i < 70; i++)
		assert_true(hashes[i] > hashes[i - 1]);
	topvals_release(&t);
}

static void
a_guess_right_or_wrong_gives_the_same_cell(void **state)
{
	struct topvals_builder *b = builder();
	struct topvals t;
	unsigned guess;

	(void)state;
	add(b, "a", 3);
	add(b, "b", 2);
	freeze(b, &t);
	for (guess = 0; guess < 60; guess++) {
		assert_int_equal(topvals_find_hint(&t, slice_of("a"), guess), 0);
		assert_int_equal(topvals_find_hint(&t, slice_of("b"), guess), 1);
		assert_int_equal(topvals_find_hint(&t, slice_of("c"), guess), TOPVALS_UNSEEN);
	}
	topvals_release(&t);
}

static void
values_may_hold_any_bytes(void **state)
{
	const struct slice a = slice_make("x\0y", 3), c = slice_make("x\0z", 3), d = slice_make("\xff\x1b", 2);
	struct topvals_builder *b = builder();
	struct topvals t;
	struct err err;

	(void)state;
	assert_int_equal(topvals_builder_add(b, a, &err), 0);
	assert_int_equal(topvals_builder_add(b, c, &err), 0);
	assert_int_equal(topvals_builder_add(b, d, &err), 0);
	freeze(b, &t);
	assert_int_equal(t.k, 3);
	assert_true(slice_eq(t.named[topvals_find(&t, a)].value, a));
	assert_true(slice_eq(t.named[topvals_find(&t, d)].value, d));
	assert_int_equal(topvals_find(&t, slice_make("x", 1)), TOPVALS_UNSEEN);
	topvals_release(&t);
}

/* Oracle: plain arrays. Whatever the order of rows, the dictionary is the same. */
static void
counting_agrees_with_plain_arrays_in_any_order(void **state)
{
	enum { VALUES = 3000, ROWS = 60000 };
	static unsigned counts[VALUES], order[ROWS];
	struct topvals t[2];
	uint64_t seed = 17;
	unsigned i, pass, once = 0, distinct = 0;
	char text[16];

	(void)state;
	for (i = 0; i < ROWS; i++) {
		double u = rng_uniform(&seed);

		order[i] = (unsigned)(VALUES * u * u * u * u);
		counts[order[i]]++;
	}
	for (pass = 0; pass < 2; pass++) {
		struct topvals_builder *b = builder();

		for (i = 0; i < ROWS; i++) {
			snprintf(text, sizeof(text), "%u", order[pass ? ROWS - 1 - i : i]);
			add(b, text, 1);
		}
		freeze(b, &t[pass]);
	}
	for (i = 0; i < VALUES; i++) {
		once += counts[i] == 1;
		distinct += counts[i] > 0;
	}
	assert_int_equal(t[0].once, once);
	assert_int_equal(t[0].distinct, distinct);
	assert_int_equal(t[0].rows, ROWS);
	for (i = 0; i < t[0].k; i++) {
		unsigned value = (unsigned)strtoul(t[0].named[i].value.p, NULL, 10);

		assert_int_equal(t[0].named[i].count, counts[value]);
		assert_true(slice_eq(t[0].named[i].value, t[1].named[i].value));
		assert_true(i == 0 || t[0].named[i].count <= t[0].named[i - 1].count);
	}
	for (i = 0; i < VALUES; i++) {
		unsigned cell;

		snprintf(text, sizeof(text), "%u", i);
		cell = topvals_find(&t[0], slice_of(text));
		assert_true((cell == TOPVALS_UNSEEN) == (counts[i] == 0));
		assert_true(cell < t[0].k || counts[i] <= t[0].named[t[0].k - 1].count);
	}
	topvals_release(&t[0]);
	topvals_release(&t[1]);
}

static void
exactly_the_limit_is_known_and_one_more_opens_the_dictionary(void **state)
{
	struct topvals_builder *b = builder();
	struct topvals t;
	char text[16];
	struct err err;
	unsigned i;

	(void)state;
	add(b, "often", 500);
	for (i = 1; i < LIMIT_KNOWN_VALUES; i++) {
		snprintf(text, sizeof(text), "%u", i);
		add(b, text, 1);
	}
	assert_int_equal(topvals_build(b, &t, &err), 0);
	assert_false(t.open);
	assert_int_equal(t.distinct, LIMIT_KNOWN_VALUES);
	assert_int_equal(t.once, LIMIT_KNOWN_VALUES - 1);
	assert_int_equal(topvals_find(&t, slice_of("99999")), TOPVALS_OTHER);
	assert_int_equal(topvals_find(&t, slice_of("100000")), TOPVALS_UNSEEN);
	topvals_release(&t);
	add(b, "one more", 1);
	freeze(b, &t);
	assert_true(t.open);
	assert_int_equal(t.rows, LIMIT_KNOWN_VALUES + 500);
	assert_true(slice_is(t.named[0].value, "often"));
	assert_int_equal(t.named[0].count, 500);
	assert_int_equal(topvals_find(&t, slice_of("never there")), TOPVALS_OTHER);
	assert_int_equal(topvals_find(&t, slice_of("often")), 0);
	topvals_release(&t);
}

/*
 * 150,000 values of 200 bytes once each, then fifty of them often: text and entries are both dropped on the way,
 * memory stays bounded and the fifty are named. What a forgotten value had until then is all that its count lacks.
 */
static void
values_that_become_frequent_late_are_named_however_many_came_before(void **state)
{
	struct topvals_builder *b = builder();
	struct topvals t;
	char text[208];
	unsigned i, j;

	(void)state;
	memset(text, 'x', sizeof(text));
	for (i = 0; i < 150000; i++) {
		snprintf(text + 190, sizeof(text) - 190, "%010u", i);
		add(b, text, 1);
	}
	for (j = 0; j < 20; j++)
		for (i = 0; i < LIMIT_TOP_VALUES; i++) {
			snprintf(text + 190, sizeof(text) - 190, "%010u", i * 3000);
			add(b, text, 1);
		}
	assert_true(topvals_builder_distinct(b) <= LIMIT_KNOWN_VALUES);
	freeze(b, &t);
	assert_int_equal(t.k, LIMIT_TOP_VALUES);
	for (i = 0; i < t.k; i++) {
		assert_true(t.named[i].count == 20 || t.named[i].count == 21);
		assert_int_equal(t.named[i].value.n, 200);
		assert_int_equal(strtoul(t.named[i].value.p + 190, NULL, 10) % 3000, 0);
	}
	topvals_release(&t);
}

/* 9,000 values of 250 bytes once each are more text than is kept; one of the dropped comes a second time. */
static void
a_value_whose_text_was_dropped_is_named_as_soon_as_it_is_no_longer_rare(void **state)
{
	struct topvals_builder *b = builder();
	struct topvals t;
	char text[256];
	unsigned i;

	(void)state;
	memset(text, 'x', sizeof(text));
	for (i = 0; i < 9000; i++) {
		snprintf(text + 240, sizeof(text) - 240, "%010u", i);
		add(b, text, 1);
	}
	snprintf(text + 240, sizeof(text) - 240, "%010u", 8000u);
	add(b, text, 1);
	freeze(b, &t);
	assert_false(t.open);
	assert_true(slice_is(t.named[0].value, text) && t.named[0].count == 2);
	assert_int_equal(t.once, 8999);
	for (i = 0; i < 9001; i++) {
		snprintf(text + 240, sizeof(text) - 240, "%010u", i);
		assert_true((topvals_find(&t, slice_of(text)) == TOPVALS_UNSEEN) == (i == 9000));
	}
	topvals_release(&t);
}

static bool
note_largest(void *ctx, size_t bytes)
{
	size_t *largest = ctx;

	if (bytes > *largest)
		*largest = bytes;
	return true;
}

/* Five megabytes of text, once each: no block is ever larger than the room for text. */
static void
text_is_kept_within_its_room(void **state)
{
	struct topvals_builder *b = builder();
	size_t largest = 0;
	char text[256];
	unsigned i;

	(void)state;
	memset(text, 'x', sizeof(text));
	mem_set_hook(note_largest, &largest);
	for (i = 0; i < 20000; i++) {
		snprintf(text + 240, sizeof(text) - 240, "%010u", i);
		add(b, text, 1 + (i % 100 == 0));
	}
	mem_set_hook(NULL, NULL);
	assert_true(largest > TOPVALS_TEXT_BYTES / 2 && largest <= TOPVALS_TEXT_BYTES);
	assert_int_equal(topvals_builder_distinct(b), 20000);
	topvals_builder_free(b);
}

static void
an_empty_baseline_knows_nothing(void **state)
{
	struct topvals_builder *b = builder();
	struct topvals t;

	(void)state;
	freeze(b, &t);
	assert_int_equal(t.k, 0);
	assert_int_equal(topvals_find(&t, slice_of("a")), TOPVALS_UNSEEN);
	assert_int_equal(topvals_find(&t, slice_of("")), TOPVALS_UNSEEN);
	topvals_release(&t);
}

static void
a_dictionary_comes_back_from_its_parts(void **state)
{
	struct topvals_builder *b = builder();
	struct slice values[LIMIT_TOP_VALUES];
	uint64_t counts[LIMIT_TOP_VALUES], hashes[100];
	struct topvals_parts parts = {.values = values, .counts = counts, .known = hashes};
	struct topvals t, u;
	struct err err;
	char text[16];
	unsigned i;

	(void)state;
	for (i = 0; i < 90; i++) {
		snprintf(text, sizeof(text), "v%02u", i);
		add(b, text, 1 + i % 7);
	}
	freeze(b, &t);
	for (i = 0; i < t.k; i++) {
		values[i] = t.named[i].value;
		counts[i] = t.named[i].count;
	}
	parts.k = t.k;
	parts.nknown = topvals_known(&t, hashes, 100);
	parts.distinct = t.distinct;
	parts.once = t.once;
	parts.rows = t.rows;
	assert_int_equal(topvals_init(&u, &parts, &err), 0);
	assert_int_equal(u.other, t.other);
	for (i = 0; i < 120; i++) {
		snprintf(text, sizeof(text), "v%02u", i);
		assert_int_equal(topvals_find(&u, slice_of(text)), topvals_find(&t, slice_of(text)));
	}
	topvals_release(&u);
	parts.distinct++;
	assert_int_equal(topvals_init(&u, &parts, &err), ERR_INVALID);
	parts.distinct--;
	parts.rows = counts[0];
	assert_int_equal(topvals_init(&u, &parts, &err), ERR_INVALID);
	parts.rows = t.rows;
	values[3] = values[1];
	assert_int_equal(topvals_init(&u, &parts, &err), ERR_INVALID);
	assert_null(u.named);
	parts.k = LIMIT_TOP_VALUES + 1;
	assert_int_equal(topvals_init(&u, &parts, &err), ERR_INVALID);
	topvals_release(&u);
	topvals_release(&t);
}

static void
the_hash_nought_is_a_hash_like_any_other(void **state)
{
	const uint64_t known[] = {0, 5};
	uint64_t out[4];
	struct topvals_parts parts = {.known = known, .nknown = 2, .distinct = 2, .rows = 2};
	struct topvals t;
	struct err err;

	(void)state;
	assert_int_equal(topvals_init(&t, &parts, &err), 0);
	assert_int_equal(topvals_find_hash(&t, slice_of("?"), 0), TOPVALS_OTHER);
	assert_int_equal(topvals_find_hash(&t, slice_of("?"), 5), TOPVALS_OTHER);
	assert_int_equal(topvals_find_hash(&t, slice_of("?"), 6), TOPVALS_UNSEEN);
	assert_int_equal(topvals_known(&t, out, 4), 2);
	assert_true(out[0] == 0 && out[1] == 5);
	topvals_release(&t);
}

static int
count_and_freeze(void *ctx, struct err *err)
{
	struct topvals_builder *b = NULL;
	struct topvals t = {0};
	char text[300];
	int rc, i;

	memset(text, 'x', sizeof(text));
	rc = topvals_builder_new(&b, err);
	for (i = 0; i < *(int *)ctx && !rc; i++) {
		uint64_t rows = topvals_builder_rows(b);

		snprintf(text + 240, sizeof(text) - 240, "%d", i);
		rc = topvals_builder_add(b, slice_of(text), err);
		assert_int_equal(topvals_builder_rows(b), rows + (rc == 0));
	}
	if (!rc)
		rc = topvals_build(b, &t, err);
	topvals_release(&t);
	topvals_builder_free(b);
	return rc;
}

static void
every_allocation_may_fail(void **state)
{
	int few = 100, text_overflows = 9000;

	(void)state;
	assert_true(alloc_fail_each(count_and_freeze, &few) > 10);
	assert_true(alloc_fail_each(count_and_freeze, &text_overflows) > 30);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_most_frequent_come_first_and_ties_by_bytes),
		cmocka_unit_test(beyond_fifty_values_are_other_and_new_ones_unseen),
		cmocka_unit_test(a_guess_right_or_wrong_gives_the_same_cell),
		cmocka_unit_test(values_may_hold_any_bytes),
		cmocka_unit_test(counting_agrees_with_plain_arrays_in_any_order),
		cmocka_unit_test(exactly_the_limit_is_known_and_one_more_opens_the_dictionary),
		cmocka_unit_test(values_that_become_frequent_late_are_named_however_many_came_before),
		cmocka_unit_test(a_value_whose_text_was_dropped_is_named_as_soon_as_it_is_no_longer_rare),
		cmocka_unit_test(text_is_kept_within_its_room),
		cmocka_unit_test(an_empty_baseline_knows_nothing),
		cmocka_unit_test(a_dictionary_comes_back_from_its_parts),
		cmocka_unit_test(the_hash_nought_is_a_hash_like_any_other),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
