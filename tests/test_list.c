/* Order, selection and filters: what keys do to a list of rows. */
#include "tui/list.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_alloc.h"
#include "tui/arena.h"
#include "tui/filter.h"

struct rows {
	uint64_t ids[16];
	int keys[16];
	bool hidden[16];
};

static uint64_t
row_id(const void *ctx, size_t row)
{
	return ((const struct rows *)ctx)->ids[row];
}

static bool
row_keep(const void *ctx, size_t row)
{
	return !((const struct rows *)ctx)->hidden[row];
}

static int
row_order(const void *ctx, size_t a, size_t b)
{
	const struct rows *r = ctx;

	return r->keys[a] - r->keys[b];
}

static bool
row_is_even(const void *ctx, size_t row)
{
	return ((const struct rows *)ctx)->ids[row] % 2 == 0;
}

static void
update(struct list *l, const struct rows *r, size_t n, bool hold)
{
	struct list_rows rows = {r, n, row_id, row_keep, row_order};

	list_update(l, &rows, hold);
}

static void
check_ids(const struct list *l, const char *want)
{
	char text[128] = "";
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%d", i ? " " : "", (int)l->ids[i]);
	assert_string_equal(text, want);
}

static void
the_selection_sticks_to_its_item(void **state)
{
	struct rows r = {{10, 11, 12, 13}, {4, 3, 2, 1}, {false}};
	struct list l = {0};

	(void)state;
	update(&l, &r, 4, false);
	check_ids(&l, "13 12 11 10");
	list_move(&l, 1);
	assert_int_equal(l.selected_id, 12);
	r.keys[2] = 9; /* the selected one goes to the end */
	update(&l, &r, 4, false);
	check_ids(&l, "13 11 10 12");
	assert_int_equal(l.selected, 3);
	assert_int_equal(list_row(&l), 2);
	list_release(&l);
}

static void
until_it_is_moved_the_cursor_stays_on_the_first_row(void **state)
{
	struct rows r = {{10, 11}, {1, 2}, {false}};
	struct list l = {0};

	(void)state;
	update(&l, &r, 2, false);
	assert_int_equal(l.selected_id, 10);
	r.keys[0] = 3;
	update(&l, &r, 2, false);
	assert_int_equal(l.selected_id, 11);
	assert_int_equal(l.selected, 0);
	list_release(&l);
}

static void
held_rows_keep_their_places_and_new_ones_go_to_the_end(void **state)
{
	struct rows r = {{10, 11, 12, 13, 14}, {3, 2, 1, 0, 5}, {false}};
	struct list l = {0};

	(void)state;
	update(&l, &r, 3, false);
	check_ids(&l, "12 11 10");
	r.keys[0] = -1;
	update(&l, &r, 5, true);
	check_ids(&l, "12 11 10 13 14");
	update(&l, &r, 5, false);
	check_ids(&l, "10 13 12 11 14");
	list_release(&l);
}

static void
equal_rows_stay_as_they_came(void **state)
{
	struct rows r = {{1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 0, 1, 0, 1, 0, 1, 0, 1}, {false}};
	struct list l = {0};

	(void)state;
	update(&l, &r, 9, false);
	check_ids(&l, "2 4 6 8 1 3 5 7 9");
	list_release(&l);
}

static void
when_the_selected_item_goes_its_place_is_kept(void **state)
{
	struct rows r = {{10, 11, 12}, {0, 1, 2}, {false}};
	struct list l = {0};

	(void)state;
	update(&l, &r, 3, false);
	list_select(&l, 2);
	r.hidden[2] = true;
	update(&l, &r, 3, false);
	assert_int_equal(l.selected_id, 11);
	r.hidden[0] = r.hidden[1] = true;
	update(&l, &r, 3, false);
	assert_int_equal(list_row(&l), LIST_NONE);
	r.hidden[0] = false;
	update(&l, &r, 3, false);
	assert_int_equal(l.selected_id, 10);
	list_release(&l);
}

static void
moving_is_clipped_and_seeking_goes_around(void **state)
{
	struct rows r = {{1, 2, 3, 4, 5}, {0, 1, 2, 3, 4}, {false}};
	struct list l = {0};

	(void)state;
	list_move(&l, 3); /* nothing there yet */
	update(&l, &r, 5, false);
	list_move(&l, PTRDIFF_MAX / 2);
	assert_int_equal(l.selected, 4);
	list_move(&l, -PTRDIFF_MAX / 2);
	assert_int_equal(l.selected, 0);
	assert_true(list_seek(&l, true, row_is_even, &r));
	assert_int_equal(l.selected_id, 2);
	assert_true(list_seek(&l, true, row_is_even, &r));
	assert_int_equal(l.selected_id, 4);
	assert_true(list_seek(&l, true, row_is_even, &r));
	assert_int_equal(l.selected_id, 2);
	assert_true(list_seek(&l, false, row_is_even, &r));
	assert_int_equal(l.selected_id, 4);
	list_release(&l);
}

static bool
passes(const char *filter, const char *a, const char *b)
{
	struct filter f = {0};
	struct slice texts[2] = {slice_of(a), slice_of(b)};
	const struct metric_subject nothing = {0};

	filter_set(&f, slice_of(filter), METRIC_OF_MODEL);
	return filter_match(&f, texts, 2, &nothing);
}

static void
a_filter_takes_words_and_words_that_must_not_be_there(void **state)
{
	(void)state;
	assert_true(passes("", "anything", ""));
	assert_true(passes("FRAUD", "card-fraud", ""));
	assert_true(passes("card warn", "card-fraud", "WARN"));
	assert_false(passes("card crit", "card-fraud", "warn"));
	assert_false(passes("!card", "card-fraud", ""));
	assert_true(passes("!card", "flight", ""));
	assert_true(passes("fl !card", "flight", ""));
	assert_true(passes("  ", "x", ""));
	assert_true(passes("!", "x", ""));
	assert_true(passes("\xc3\xa9t\xc3\xa9", "l'\xc3\xa9t\xc3\xa9", ""));
}

static void
a_filter_longer_than_its_room_is_cut_and_wrong(void **state)
{
	struct filter f = {0};
	struct slice words[FILTER_WORDS];
	char text[1000];

	(void)state;
	memset(text, 'a', sizeof text);
	filter_set(&f, slice_make(text, FILTER_BYTES), METRIC_OF_MODEL);
	assert_int_equal(f.n, FILTER_BYTES);
	assert_int_equal(filter_words(&f, words), 1);
	assert_int_equal(words[0].n, FILTER_BYTES);
	filter_set(&f, slice_make(text, sizeof text), METRIC_OF_MODEL);
	assert_true(f.n == FILTER_BYTES && f.wrong && f.at == FILTER_BYTES);
	assert_non_null(strstr(f.why, "at most 120 bytes"));
	assert_int_equal(words[0].n, FILTER_BYTES); /* the one before holds */
	/* Not half a character. */
	memcpy(text + FILTER_BYTES - 1, "\xc3\xa9", 2);
	filter_set(&f, slice_make(text, sizeof text), METRIC_OF_MODEL);
	assert_int_equal(f.n, FILTER_BYTES - 1);
	for (size_t i = 0; i < sizeof text; i += 2)
		text[i] = ' ';
	filter_set(&f, slice_make(text, FILTER_BYTES - 10), METRIC_OF_MODEL);
	assert_true(f.wrong && strstr(f.why, "too long"));
	filter_set(&f, slice_of("a|b !c \"d|e\" drift>1 not (f or !g)"), METRIC_OF_MODEL);
	assert_int_equal(filter_words(&f, words), 3);
	assert_true(slice_is(words[0], "a") && slice_is(words[1], "b") && slice_is(words[2], "d|e"));
}

static void
a_filter_compares_the_figures_of_a_row(void **state)
{
	struct model_figures figures = {.worst_psi = 0.3, .version = slice_of("2")};
	const struct metric_subject row = {.model = &figures};
	struct slice name = slice_of("card-fraud");
	struct filter f = {0};

	(void)state;
	figures.window_latency.p99 = 60;
	figures.window_latency.p90 = NAN;
	filter_set(&f, slice_of("drift>0.2 and p99>50ms and version=2"), METRIC_OF_MODEL);
	assert_false(f.wrong);
	assert_true(filter_match(&f, &name, 1, &row));
	filter_set(&f, slice_of("fraud p99<50ms"), METRIC_OF_MODEL);
	assert_false(filter_match(&f, &name, 1, &row));
	/* What is not known is no match, in either direction. */
	filter_set(&f, slice_of("p90<50ms"), METRIC_OF_MODEL);
	assert_false(filter_match(&f, &name, 1, &row));
	filter_set(&f, slice_of("!p90<50ms"), METRIC_OF_MODEL);
	assert_false(filter_match(&f, &name, 1, &row));
}

static void
a_filter_that_is_wrong_says_where_and_the_one_before_holds(void **state)
{
	const struct metric_subject nothing = {0};
	struct slice fraud = slice_of("fraud"), churn = slice_of("churn");
	struct filter f = {0};

	(void)state;
	filter_set(&f, slice_of("fraud"), METRIC_OF_MODEL);
	filter_set(&f, slice_of("fraud p09"), METRIC_OF_MODEL);
	assert_false(filter_match(&f, &fraud, 1, &nothing)); /* so far it is a word */
	filter_set(&f, slice_of("fraud"), METRIC_OF_MODEL);
	filter_set(&f, slice_of("fraud p09>5ms"), METRIC_OF_MODEL);
	assert_true(f.wrong && f.at == 6);
	assert_string_equal(f.why, "unknown metric 'p09'; did you mean 'p90'?");
	assert_true(!filter_match(&f, &churn, 1, &nothing) && filter_match(&f, &fraud, 1, &nothing));
	/* A metric that no row of this screen can have. */
	filter_set(&f, slice_of("lag>5s"), METRIC_OF_MODEL);
	assert_true(f.wrong && f.at == 0 && strstr(f.why, "'lag' is not known"));
	filter_set(&f, slice_of("lag>5s"), METRIC_OF_SOURCE);
	assert_false(f.wrong);
	filter_set(&f, slice_of("rule=latency severity>=warn state=firing"), METRIC_OF_ALERT);
	assert_false(f.wrong);
	filter_set(&f, slice_of("rule=latency"), METRIC_OF_MODEL);
	assert_true(f.wrong);
}

static void
an_arena_settles_on_one_block(void **state)
{
	struct arena a = {0};
	size_t before, round;

	(void)state;
	for (round = 0; round < 5; round++) {
		before = alloc_count();
		for (int i = 0; i < 3000; i++) {
			struct slice s = arena_text(&a, slice_of("a text of some length"));

			assert_int_equal((size_t)arena_take(&a, 24) % sizeof(long double), 0);
			assert_true(slice_is(s, "a text of some length"));
		}
		arena_clear(&a);
	}
	assert_true(alloc_count() - before <= 1);
	arena_release(&a);
	assert_int_equal(alloc_live(), 0);
}

static int
use_everything(void *ctx, struct err *err)
{
	struct rows r = {{10, 11, 12, 13}, {4, 3, 2, 1}, {false}};
	struct list l = {0};
	struct arena a = {0};

	(void)ctx;
	(void)err;
	update(&l, &r, 4, false);
	update(&l, &r, 4, true);
	arena_text(&a, slice_of("x"));
	list_release(&l);
	arena_release(&a);
	return 0;
}

static void
without_memory_lists_are_cut_and_nothing_is_lost(void **state)
{
	(void)state;
	assert_true(alloc_survive_each(use_everything, NULL) > 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_selection_sticks_to_its_item),
	    cmocka_unit_test(until_it_is_moved_the_cursor_stays_on_the_first_row),
	    cmocka_unit_test(held_rows_keep_their_places_and_new_ones_go_to_the_end),
	    cmocka_unit_test(equal_rows_stay_as_they_came),
	    cmocka_unit_test(when_the_selected_item_goes_its_place_is_kept),
	    cmocka_unit_test(moving_is_clipped_and_seeking_goes_around),
	    cmocka_unit_test(a_filter_takes_words_and_words_that_must_not_be_there),
	    cmocka_unit_test(a_filter_longer_than_its_room_is_cut_and_wrong),
	    cmocka_unit_test(a_filter_compares_the_figures_of_a_row),
	    cmocka_unit_test(a_filter_that_is_wrong_says_where_and_the_one_before_holds),
	    cmocka_unit_test(an_arena_settles_on_one_block),
	    cmocka_unit_test(without_memory_lists_are_cut_and_nothing_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
