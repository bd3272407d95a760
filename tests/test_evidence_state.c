#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/evidence.h"
#include "tests/lib_alloc.h"
#include "tests/lib_evidence.h"
#include "tests/lib_rng.h"

static void
a_state_written_and_read_in_the_middle_goes_on_as_if_nothing_had_been(void **state)
{
	uint64_t seed = 11, counts[12];
	int64_t *ints = calloc(evidence_ints(12), sizeof(*ints)), *other = calloc(evidence_ints(12), sizeof(*ints));
	struct column a;
	struct evidence b;
	struct err err;
	int t, i;

	(void)state;
	column_even(&a, 12, 5000, 12);
	assert_int_equal(evidence_init(&b, 12, &err), 0);
	for (t = 0; t < 400; t++) {
		struct evidence_sample s = {.counts = counts, .index = t};

		memset(counts, 0, sizeof(counts));
		for (i = 0; i < 80; i++)
			counts[rng_below(&seed, t > 200 && t < 300 ? 9 : 12)]++;
		s.rate[EVIDENCE_MISSING] = (struct evidence_count){rng_below(&seed, 5), 80};
		evidence_encode(&a.ev, ints);
		assert_int_equal(evidence_decode(&b, ints, evidence_ints(12), &err), 0);
		assert_int_equal(evidence_window(&a.ev, &a.ref, &a.phi, &s, 12),
		    evidence_window(&b, &a.ref, &a.phi, &s, 12));
		evidence_encode(&a.ev, ints);
		evidence_encode(&b, other);
		assert_memory_equal(ints, other, evidence_ints(12) * sizeof(*ints));
	}
	evidence_release(&b);
	column_release(&a);
	free(ints);
	free(other);
}

static void
what_is_no_state_is_refused_and_leaves_none(void **state)
{
	static const uint64_t now[3] = {5, 6, 7};
	size_t n = evidence_ints(3), at;
	int64_t *good = calloc(n, sizeof(*good)), *bad = calloc(n, sizeof(*bad)), *fresh = calloc(n, sizeof(*bad));
	struct column c;
	struct evidence ev;
	struct err err;

	(void)state;
	column_even(&c, 3, 100, 16);
	feed(&c, now);
	evidence_encode(&c.ev, good);
	assert_int_equal(evidence_init(&ev, 3, &err), 0);
	evidence_encode(&ev, fresh);
	assert_int_equal(evidence_decode(&ev, good, n, &err), 0);
	assert_int_equal(evidence_decode(&ev, good, n - 1, &err), ERR_FORMAT);
	for (at = 0; at < n; at++) {
		memcpy(bad, good, n * sizeof(*bad));
		bad[at] = INT64_MIN;
		if (evidence_decode(&ev, bad, n, &err) == 0)
			continue; /* the index of a window may be anything */
		assert_true(strstr(err.msg, "3 bins") != NULL);
		evidence_encode(&ev, bad);
		assert_memory_equal(bad, fresh, n * sizeof(*bad));
	}
	good[0] = 4;
	assert_int_equal(evidence_decode(&ev, good, n, &err), ERR_FORMAT);
	evidence_release(&ev);
	column_release(&c);
	free(good);
	free(bad);
	free(fresh);
}

static void
bad_specifications_are_refused_with_a_sentence(void **state)
{
	static const uint64_t counts[BINS_MAX + 1] = {1};
	static const double nowhere[2] = {0, INFINITY};
	struct evidence_ref ref;
	struct evidence ev;
	struct err err;

	(void)state;
	assert_int_equal(evidence_ref_init(&ref,
	    &(struct evidence_spec){.counts = counts, .nbins = BINS_MAX + 1}, &err), ERR_INVALID);
	assert_true(strstr(err.msg, "65 bins") != NULL);
	assert_int_equal(evidence_ref_init(&ref,
	    &(struct evidence_spec){.counts = counts, .nbins = 2, .positions = nowhere}, &err), ERR_INVALID);
	assert_true(strstr(err.msg, "bin 1") != NULL);
	evidence_ref_release(&ref);
	assert_int_equal(evidence_init(&ev, BINS_MAX + 1, &err), ERR_INVALID);
	evidence_release(&ev);
}

static int
build(void *ctx, struct err *err)
{
	static const uint64_t counts[4] = {1, 2, 3, 4};
	struct evidence_spec spec = {.counts = counts, .positions = line, .nbins = 4};
	struct evidence_ref ref;
	struct evidence ev = {0};
	int rc;

	(void)ctx;
	rc = evidence_ref_init(&ref, &spec, err);
	if (rc == 0)
		rc = evidence_init(&ev, 4, err);
	evidence_release(&ev);
	evidence_ref_release(&ref);
	return rc;
}

/* 100 rows of the baseline and 80 of each window: from the third on levels rest on more than it has. */
static int
watch_six(void *ctx, struct err *err)
{
	static const uint64_t counts[4] = {25, 25, 25, 25}, now[4] = {40, 20, 10, 10};
	struct evidence_spec spec = {.counts = counts, .positions = line, .nbins = 4};
	int64_t *before = calloc(evidence_ints(4), sizeof(*before)), *after = calloc(evidence_ints(4), sizeof(*after));
	struct evidence_ref ref;
	struct evidence ev = {0};
	int rc = evidence_ref_init(&ref, &spec, err), i;

	if (!rc)
		rc = evidence_init(&ev, 4, err);
	for (i = 0; i < 6 && !rc; i++) {
		struct evidence_sample s = {.counts = now, .index = i};

		evidence_encode(&ev, before);
		if (evidence_window(&ev, &ref, &evidence_phi_none, &s, 16) != EVIDENCE_LEFT_OUT)
			continue;
		evidence_encode(&ev, after);
		assert_memory_equal(before, after, evidence_ints(4) * sizeof(*before));
		rc = err_nomem(err);
	}
	*(bool *)ctx = ev.has_second != 0;
	evidence_release(&ev);
	evidence_ref_release(&ref);
	free(before);
	free(after);
	return rc;
}

static void
every_allocation_may_fail(void **state)
{
	bool beside = false;

	(void)state;
	assert_int_equal(alloc_fail_each(build, NULL), 2);
	assert_true(alloc_fail_each(watch_six, &beside) >= 4);
	assert_true(beside);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_state_written_and_read_in_the_middle_goes_on_as_if_nothing_had_been),
		cmocka_unit_test(what_is_no_state_is_refused_and_leaves_none),
		cmocka_unit_test(bad_specifications_are_refused_with_a_sentence),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
