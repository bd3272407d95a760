/* The arithmetic of streams: cursors, the audit of losses, history, the set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/redis_probe.h"
#include "collectors/stream_set.h"
#include "tests/lib_alloc.h"

static struct stream_id
id(uint64_t ms)
{
	return (struct stream_id){ms, 0};
}

/* A stream with one entry a millisecond, 1 .. last, of which those from first on are there. */
static struct stream_info
info_of(uint64_t first, uint64_t last)
{
	return (struct stream_info){.exists = true,
	    .counts = true,
	    .length = last + 1 - first,
	    .added = last,
	    .last = id(last),
	    .first = first <= last ? id(first) : id(0),
	    .newest = first <= last ? id(last) : id(0)};
}

static void
read_to(struct stream *s, uint64_t from, uint64_t to)
{
	for (; from <= to; from++)
		assert_true(stream_advance(s, id(from)));
}

static void
the_id_below_is_one_less(void **state)
{
	struct stream_id below = stream_id_before((struct stream_id){5, 0});

	(void)state;
	assert_true(below.ms == 4 && below.seq == UINT64_MAX);
	below = stream_id_before((struct stream_id){5, 3});
	assert_true(below.ms == 5 && below.seq == 2);
	below = stream_id_before((struct stream_id){0, 0});
	assert_true(below.ms == 0 && below.seq == 0);
	assert_true(stream_id_cmp((struct stream_id){1, UINT64_MAX}, (struct stream_id){2, 0}) < 0);
	assert_true(stream_id_cmp((struct stream_id){2, 1}, (struct stream_id){2, 0}) > 0);
}

static void
only_higher_ids_advance(void **state)
{
	struct stream s = {0};
	struct stream_info info = info_of(1, 3);

	(void)state;
	stream_begin(&s, &info, id(0));
	assert_true(stream_advance(&s, id(2)));
	assert_false(stream_advance(&s, id(2)));
	assert_false(stream_advance(&s, id(1)));
	assert_true(stream_advance(&s, (struct stream_id){2, 1}));
}

static void
a_stream_read_from_its_start_loses_nothing_that_was_gone_before(void **state)
{
	struct stream s = {0};
	struct stream_info info = info_of(41, 100);

	(void)state;
	stream_begin(&s, &info, id(0));
	assert_int_equal(stream_behind(&s), 60);
	read_to(&s, 41, 100);
	assert_int_equal(stream_audit(&s, &info).verdict, AUDIT_FINE);
	assert_int_equal(stream_behind(&s), 0);
	assert_int_equal(s.trimmed + s.deleted + s.recreated + s.rolled_back, 0);
}

static void
what_is_trimmed_ahead_is_counted_once_level_or_not(void **state)
{
	struct stream s = {0};
	struct stream_info info = info_of(1, 100);
	struct audit_result r;

	(void)state;
	stream_begin(&s, &info, id(0));
	read_to(&s, 1, 50);
	info = info_of(71, 120);
	r = stream_audit(&s, &info);
	assert_int_equal(r.verdict, AUDIT_LOST);
	assert_int_equal(r.count, 20);
	assert_int_equal(stream_behind(&s), 50);
	read_to(&s, 71, 120);
	assert_int_equal(stream_audit(&s, &info).verdict, AUDIT_FINE);
	/* 121-125 come and go between two audits, 126 is read. */
	read_to(&s, 126, 126);
	info = info_of(126, 126);
	r = stream_audit(&s, &info);
	assert_int_equal(r.count, 5);
	assert_false(r.deleted);
	assert_int_equal(s.trimmed, 25);
	assert_int_equal(s.deleted, 0);
}

static void
holes_ahead_are_settled_when_level(void **state)
{
	struct stream s = {0};
	struct stream_info info = info_of(1, 10), now;
	struct audit_result r;

	(void)state;
	stream_begin(&s, &info, id(0));
	read_to(&s, 1, 10);
	assert_int_equal(stream_audit(&s, &info).verdict, AUDIT_FINE);
	/* 11-20 are added, 13 and 15 deleted: behind, the count is not exact and is not taken. */
	now = info_of(1, 20);
	now.length -= 2;
	now.max_deleted = id(15);
	assert_int_equal(stream_audit(&s, &now).verdict, AUDIT_FINE);
	read_to(&s, 11, 12);
	read_to(&s, 14, 14);
	read_to(&s, 16, 20);
	r = stream_audit(&s, &now);
	assert_int_equal(r.verdict, AUDIT_LOST);
	assert_int_equal(r.count, 2);
	assert_int_equal(s.trimmed + s.deleted, 2);
}

static void
a_tail_deleted_before_it_was_read_is_counted_and_passed(void **state)
{
	struct stream s = {0};
	struct stream_info info = info_of(1, 10), now;

	(void)state;
	stream_begin(&s, &info, id(0));
	read_to(&s, 1, 10);
	stream_audit(&s, &info);
	now = info_of(1, 13);
	now.length = 10;
	now.newest = id(10);
	now.max_deleted = id(13);
	assert_int_equal(stream_audit(&s, &now).count, 3);
	assert_int_equal(s.deleted, 3);
	assert_int_equal(s.cursor.ms, 13);
	/* Emptied altogether: the same. */
	now = info_of(15, 14);
	assert_int_equal(stream_audit(&s, &now).count, 1);
	assert_int_equal(stream_behind(&s), 0);
}

static void
counting_begins_at_what_was_last_when_reading_began_in_the_middle(void **state)
{
	struct stream s = {0};
	struct stream_info info = info_of(1, 100);

	(void)state;
	stream_begin(&s, &info, id(60));
	assert_int_equal(stream_behind(&s), 40);
	read_to(&s, 61, 80);
	/* What is trimmed of history below the mark is nobody's loss ... */
	read_to(&s, 95, 101);
	info = info_of(1, 101);
	assert_int_equal(stream_audit(&s, &info).verdict, AUDIT_FINE);
	/* ... above it, each entry counts. */
	read_to(&s, 105, 105);
	info = info_of(105, 105);
	assert_int_equal(stream_audit(&s, &info).count, 3);
}

static void
a_stream_begun_before_it_exists_counts_from_its_first_entry(void **state)
{
	struct stream s = {0};
	struct stream_info none = {0}, info = info_of(3, 5);

	(void)state;
	stream_begin(&s, &none, id(0));
	assert_int_equal(s.state, STREAM_GONE);
	assert_int_equal(stream_audit(&s, &none).verdict, AUDIT_FINE);
	assert_int_equal(stream_audit(&s, &info).verdict, AUDIT_BACK);
	read_to(&s, 3, 5);
	assert_int_equal(stream_audit(&s, &info).verdict, AUDIT_FINE);
	assert_int_equal(s.trimmed, 0);
}

static void
lower_ids_are_another_stream_unless_an_earlier_moment_fits(void **state)
{
	struct stream s = {0};
	struct stream_info info = info_of(1, 100), now;
	struct audit_result r;

	(void)state;
	stream_begin(&s, &info, id(0));
	read_to(&s, 1, 100);
	stream_audit(&s, &info);
	read_to(&s, 101, 150);
	info = info_of(1, 150);
	stream_audit(&s, &info);
	/* 120 of them, the first 100 as we knew them: went back. */
	now = info_of(1, 120);
	r = stream_audit(&s, &now);
	assert_int_equal(r.verdict, AUDIT_ROLLED_BACK);
	assert_int_equal(r.count, 30);
	assert_int_equal(s.cursor.ms, 120);
	assert_int_equal(stream_audit(&s, &now).verdict, AUDIT_FINE);
	/* 7 entries up to 50: no moment of ours fits. */
	now = info_of(44, 50);
	now.added = 7;
	r = stream_audit(&s, &now);
	assert_int_equal(r.verdict, AUDIT_RECREATED);
	assert_int_equal(s.cursor.ms, 0);
	read_to(&s, 44, 50);
	assert_int_equal(stream_audit(&s, &now).verdict, AUDIT_FINE);
	assert_int_equal(s.trimmed + s.deleted, 0);
}

static void
fewer_entries_added_than_read_are_another_stream(void **state)
{
	struct stream s = {0};
	struct stream_info info = info_of(1, 100), now;

	(void)state;
	stream_begin(&s, &info, id(0));
	read_to(&s, 1, 100);
	stream_audit(&s, &info);
	read_to(&s, 200, 201);
	now = info_of(200, 201);
	now.added = 2;
	assert_int_equal(stream_audit(&s, &now).verdict, AUDIT_RECREATED);
	assert_int_equal(s.recreated, 0);
	assert_int_equal(stream_audit(&s, &now).verdict, AUDIT_FINE);
}

static void
a_key_that_comes_back_unchanged_is_the_same_stream(void **state)
{
	struct stream s = {0};
	struct stream_info none = {0}, info = info_of(1, 100), other;

	(void)state;
	stream_begin(&s, &info, id(0));
	read_to(&s, 1, 100);
	stream_audit(&s, &info);
	assert_int_equal(stream_audit(&s, &none).verdict, AUDIT_GONE);
	assert_int_equal(stream_audit(&s, &none).verdict, AUDIT_FINE);
	assert_int_equal(stream_audit(&s, &info).verdict, AUDIT_BACK);
	assert_int_equal(s.cursor.ms, 100);
	stream_audit(&s, &none);
	other = info_of(50, 60);
	other.added = 11;
	assert_int_equal(stream_audit(&s, &other).verdict, AUDIT_RECREATED);
	assert_int_equal(s.cursor.ms, 0);
}

/* Any sequence of reading, adding and trimming: read + lost = added, at every level moment. */
static void
read_and_lost_add_up_to_added_whatever_happens(void **state)
{
	uint64_t seed = 20240607, added = 0, first = 1, read = 0;
	struct stream s = {0};
	struct stream_info info = {0};
	int i;

	(void)state;
	stream_begin(&s, &info, id(0));
	for (i = 0; i < 20000; i++) {
		uint64_t take;

		seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		added += seed >> 33 & 15;
		if ((seed >> 40 & 7) == 0 && added >= first)
			first += (seed >> 45) % (added + 2 - first);
		if (s.cursor.ms + 1 < first)
			take = first;
		else
			take = s.cursor.ms + 1;
		for (; take <= added && (seed >> 50 & 3); take++, read++)
			assert_true(stream_advance(&s, id(take)));
		if ((seed >> 55 & 1) == 0 || added == 0)
			continue;
		info = info_of(first, added);
		stream_audit(&s, &info);
		if (s.cursor.ms == added)
			assert_int_equal(read + s.trimmed, added);
		else
			assert_true(read + s.trimmed <= added);
		assert_int_equal(s.deleted + s.recreated + s.rolled_back, 0);
	}
	assert_true(s.trimmed > 0 && read > 0);
}

/* The server closes for any range that holds `culprit`; nothing else is above the cursor up to it. */
static void
an_entry_that_is_never_sent_is_found_by_a_few_dozen_questions(void **state)
{
	static const struct {
		struct stream_id cursor, culprit;
	} rows[] = {
	    {{0, 0}, {0, 1}},
	    {{0, 0}, {1, 0}},
	    {{5, 3}, {5, 4}},
	    {{5, 3}, {6, 0}},
	    {{5, 3}, {6, 1000000}},
	    {{0, 0}, {UINT64_C(1700000000123), 0}},
	    {{UINT64_C(1700000000123), 7}, {UINT64_C(1700000000123), 900}},
	    {{UINT64_C(1700000000123), 7}, {UINT64_C(1700086400000), 5}},
	    {{1, UINT64_MAX}, {2, 0}},
	    {{1, 1}, {UINT64_MAX, UINT64_MAX}},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct round_probe p;
		unsigned questions = 0;
		bool found = false;

		redis_probe_start(&p, 0, rows[i].cursor);
		/* At most 64 steps up, 64 halves, as many again within a millisecond, and two to make sure. */
		while (p.active && questions++ < 64 * 4 + 2) {
			redis_probe_choose(&p);
			assert_true(stream_id_cmp(p.mid, p.lo) > 0 && stream_id_cmp(p.mid, p.hi) <= 0);
			found = redis_probe_answer(&p, stream_id_cmp(rows[i].culprit, p.mid) <= 0);
		}
		assert_true(found);
		assert_int_equal(stream_id_cmp(p.hi, rows[i].culprit), 0);
		if (rows[i].culprit.ms - rows[i].cursor.ms < 100000000)
			assert_true(questions < 80);
	}
}

static void
a_search_for_an_entry_that_is_gone_ends_with_nothing(void **state)
{
	struct round_probe p;
	unsigned questions = 0;
	bool found = false;

	(void)state;
	redis_probe_start(&p, 0, id(5));
	while (p.active && questions++ < 200) {
		redis_probe_choose(&p);
		found |= redis_probe_answer(&p, false);
	}
	assert_false(p.active);
	assert_false(found);
	/* Closed once by chance, and then never again. */
	redis_probe_start(&p, 0, id(5));
	for (questions = 0; p.active && questions < 300; questions++) {
		redis_probe_choose(&p);
		found |= redis_probe_answer(&p, questions == 3);
	}
	assert_false(p.active);
	assert_false(found);
}

static void
skipping_counts_what_is_passed_over(void **state)
{
	struct stream s = {0};
	struct stream_info info = info_of(1, 100);

	(void)state;
	stream_begin(&s, &info, id(0));
	read_to(&s, 1, 10);
	stream_skip(&s);
	assert_int_equal(s.skipped, 90);
	assert_int_equal(s.cursor.ms, 100);
	stream_skip(&s);
	assert_int_equal(s.skipped, 90);
	assert_int_equal(stream_audit(&s, &info).verdict, AUDIT_FINE);
}

static void
history_is_cut_at_one_moment_for_all_streams(void **state)
{
	struct stream s[3] = {{0}};
	const size_t which[] = {0, 1, 2};
	uint64_t cut;

	(void)state;
	s[0].info = info_of(1, 1000);
	s[1].info = info_of(501, 1000);
	s[2].info = info_of(1, 10);
	assert_int_equal(stream_history_cut(s, which, 3, 0, 1510, 0), 0);
	/* 300 of the newest: 150 each of the two that reach to 1000. */
	cut = stream_history_cut(s, which, 3, 0, 300, 0);
	assert_in_range(cut, 848, 852);
	/* Each keeps at least 200: 200 + 200 + 10 of them, whatever the cut; nothing more is left to give. */
	cut = stream_history_cut(s, which, 3, 0, 300, 200);
	assert_in_range(cut, 999, 1001);
	/* What since leaves out is not counted. */
	assert_int_equal(stream_history_cut(s, which, 3, 901, 250, 0), 0);
}

static void
keys_are_found_and_never_added_beyond_the_limit(void **state)
{
	struct stream_set set = {0};
	struct err err;
	char key[32];
	size_t index, i;

	(void)state;
	assert_int_equal(stream_set_find(&set, slice_of("x")), SIZE_MAX);
	for (i = 0; i < STREAM_SET_MAX; i++) {
		snprintf(key, sizeof(key), "key:%zu", i);
		assert_int_equal(stream_set_add(&set, slice_of(key), &index, &err), 0);
		assert_int_equal(index, i);
	}
	assert_int_equal(stream_set_add(&set, slice_of("more"), &index, &err), ERR_LIMIT);
	assert_int_equal(set.dropped, 1);
	for (i = 0; i < STREAM_SET_MAX; i += 7) {
		snprintf(key, sizeof(key), "key:%zu", i);
		assert_int_equal(stream_set_find(&set, slice_of(key)), i);
	}
	assert_int_equal(stream_set_find(&set, slice_of("more")), SIZE_MAX);
	stream_set_release(&set);
}

static int
add_some(void *ctx, struct err *err)
{
	struct stream_set set = {0};
	size_t index, i;
	char key[16];
	int rc = 0;

	(void)ctx;
	for (i = 0; i < 100 && !rc; i++) {
		snprintf(key, sizeof(key), "%zu", i);
		rc = stream_set_add(&set, slice_of(key), &index, err);
	}
	stream_set_release(&set);
	return rc;
}

static void
every_allocation_may_fail(void **state)
{
	(void)state;
	assert_true(alloc_fail_each(add_some, NULL) > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_id_below_is_one_less),
	    cmocka_unit_test(only_higher_ids_advance),
	    cmocka_unit_test(a_stream_read_from_its_start_loses_nothing_that_was_gone_before),
	    cmocka_unit_test(what_is_trimmed_ahead_is_counted_once_level_or_not),
	    cmocka_unit_test(holes_ahead_are_settled_when_level),
	    cmocka_unit_test(a_tail_deleted_before_it_was_read_is_counted_and_passed),
	    cmocka_unit_test(counting_begins_at_what_was_last_when_reading_began_in_the_middle),
	    cmocka_unit_test(a_stream_begun_before_it_exists_counts_from_its_first_entry),
	    cmocka_unit_test(lower_ids_are_another_stream_unless_an_earlier_moment_fits),
	    cmocka_unit_test(fewer_entries_added_than_read_are_another_stream),
	    cmocka_unit_test(a_key_that_comes_back_unchanged_is_the_same_stream),
	    cmocka_unit_test(read_and_lost_add_up_to_added_whatever_happens),
	    cmocka_unit_test(an_entry_that_is_never_sent_is_found_by_a_few_dozen_questions),
	    cmocka_unit_test(a_search_for_an_entry_that_is_gone_ends_with_nothing),
	    cmocka_unit_test(skipping_counts_what_is_passed_over),
	    cmocka_unit_test(history_is_cut_at_one_moment_for_all_streams),
	    cmocka_unit_test(keys_are_found_and_never_added_beyond_the_limit),
	    cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
