/* Slices, globs, hashes, names, errors: the small things everything else stands on. */
#include "core/slice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/err.h"
#include "core/names.h"
#include "tests/lib_alloc.h"

static void
globs_follow_the_rules_of_redis_patterns(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool hit;
	} cases[] = {
	    {"ml:*", "ml:fraud:events", true},
	    {"ml:*", "xml:fraud", false},
	    {"*", "", true},
	    {"", "", true},
	    {"", "a", false},
	    {"a?c", "abc", true},
	    {"a?c", "ac", false},
	    {"*a*b*c", "xxaxxbxxc", true},
	    {"*a*b*c", "xxaxxcxxb", false},
	    {"h[ae]llo", "hallo", true},
	    {"h[^e]llo", "hello", false},
	    {"h[^e]llo", "hallo", true},
	    {"h[a-b]llo", "hbllo", true},
	    {"h[b-a]llo", "hbllo", true},
	    {"h\\*llo", "h*llo", true},
	    {"h\\*llo", "hello", false},
	    {"[a", "a", true},
	    {"a[", "a", false},
	    {"a\\", "a\\", true},
	    {"**", "abc", true},
	    {"a*", "b", false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (slice_glob(slice_of(cases[i].pattern), slice_of(cases[i].text)) != cases[i].hit)
			fail_msg("'%s' on '%s' should be %d", cases[i].pattern, cases[i].text, cases[i].hit);
}

static void
a_hostile_glob_ends_soon(void **state)
{
	char text[2001];

	(void)state;
	memset(text, 'a', 2000);
	text[2000] = '\0';
	/* Thirty stars over 2,000 bytes: with one remembered star this is a few hundred thousand steps, never 2^30. */
	assert_false(slice_glob(
	    slice_of("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*ab"), slice_of(text)));
}

static void
short_comparison_agrees_with_memcmp_at_every_length_and_place(void **state)
{
	char a[40], b[40];
	size_t n, i;

	(void)state;
	for (n = 0; n <= sizeof(a); n++) {
		memset(a, 'x', sizeof(a));
		memset(b, 'x', sizeof(b));
		assert_true(slice_eq_short(slice_make(a, n), slice_make(b, n)));
		for (i = 0; i < n; i++) {
			b[i] = 'y';
			assert_false(slice_eq_short(slice_make(a, n), slice_make(b, n)));
			b[i] = 'x';
		}
		if (n)
			assert_false(slice_eq_short(slice_make(a, n), slice_make(b, n - 1)));
	}
}

static void
order_is_by_bytes_and_shorter_first(void **state)
{
	(void)state;
	assert_true(slice_cmp(slice_of("a"), slice_of("b")) < 0);
	assert_true(slice_cmp(slice_of("a"), slice_of("ab")) < 0);
	assert_true(slice_cmp(slice_of("\xff"), slice_of("a")) > 0);
	assert_int_equal(slice_cmp(slice_of("ab"), slice_of("ab")), 0);
	assert_int_equal(slice_cmp(slice_make(NULL, 0), slice_of("")), 0);
}

static void
the_hash_is_the_same_everywhere_and_tells_lengths_apart(void **state)
{
	static const char zeros[32] = {0};
	size_t n, k;

	(void)state;
	/* Baseline files hold hashes: this one must never change. */
	assert_true(slice_hash(slice_of("drifttop")) == UINT64_C(0x6e082ec2c85c17d5));
	for (n = 0; n < 32; n++)
		for (k = 0; k < n; k++)
			assert_true(slice_hash(slice_make(zeros, n)) != slice_hash(slice_make(zeros, k)));
}

static void
names_keep_their_index(void **state)
{
	struct names n;
	char text[16];
	size_t i, index;

	(void)state;
	names_init(&n);
	assert_int_equal(names_find(&n, slice_of("x")), NAMES_NONE);
	for (i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "name%zu", i);
		assert_int_equal(names_add(&n, slice_of(text), &index, NULL), 0);
		assert_int_equal(index, i);
	}
	assert_int_equal(names_add(&n, slice_of(""), &index, NULL), 0);
	for (i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "name%zu", i);
		assert_int_equal(names_find(&n, slice_of(text)), i);
		assert_true(slice_is(names_at(&n, i), text));
	}
	assert_int_equal(names_find(&n, slice_of("")), 5000);
	names_release(&n);
}

static int
some_names(void *ctx, struct err *err)
{
	struct names n;
	char text[16];
	size_t i, index;
	int rc = 0;

	(void)ctx;
	names_init(&n);
	for (i = 0; i < 40 && !rc; i++) {
		snprintf(text, sizeof(text), "n%zu", i);
		rc = names_add(&n, slice_of(text), &index, err);
		if (rc && names_find(&n, slice_of(text)) != NAMES_NONE)
			rc = 0; /* a name that was refused must not be there: then the helper sees no error */
	}
	names_release(&n);
	return rc;
}

static void
names_survive_a_failed_allocation(void **state)
{
	(void)state;
	assert_true(alloc_fail_each(some_names, NULL) > 0);
}

static void
an_error_gathers_its_context_and_is_cut_not_overrun(void **state)
{
	struct err e = {0};
	char longest[ERR_MSG_BYTES * 2];

	(void)state;
	assert_int_equal(err_set(&e, ERR_FORMAT, "unknown metric '%s'", "p09"), ERR_FORMAT);
	assert_int_equal(err_wrap(&e, "alerts[%d]", 2), ERR_FORMAT);
	err_wrap(&e, "config '%s'", "prod.json");
	assert_string_equal(e.msg, "config 'prod.json': alerts[2]: unknown metric 'p09'");
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	err_wrap(&e, "%s", longest);
	assert_int_equal(strlen(e.msg), ERR_MSG_BYTES - 1);
	assert_int_equal(err_set(NULL, ERR_IO, "nobody listens"), ERR_IO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(globs_follow_the_rules_of_redis_patterns),
	    cmocka_unit_test(a_hostile_glob_ends_soon),
	    cmocka_unit_test(short_comparison_agrees_with_memcmp_at_every_length_and_place),
	    cmocka_unit_test(order_is_by_bytes_and_shorter_first),
	    cmocka_unit_test(the_hash_is_the_same_everywhere_and_tells_lengths_apart),
	    cmocka_unit_test(names_keep_their_index),
	    cmocka_unit_test(names_survive_a_failed_allocation),
	    cmocka_unit_test(an_error_gathers_its_context_and_is_cut_not_overrun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
