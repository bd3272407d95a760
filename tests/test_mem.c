/* The door to the heap, and the helper that fails every allocation in turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/mem.h"
#include "tests/lib_alloc.h"

struct pair {
	int faults; /* bit 0: leak the first block when the second fails; bit 1: swallow the error; bit 2: wrong code */
};

/* Two blocks, with faults to order: what the helper must notice. */
static int
take_two(void *ctx, struct err *err)
{
	const struct pair *pair = ctx;
	void *a = mem_alloc(10), *b = NULL;
	int rc = 0;

	if (a)
		b = mem_calloc(2, 5);
	if (!a || !b)
		rc = pair->faults & 4 ? err_set(err, ERR_IO, "disk full") : err_nomem(err);
	if (pair->faults & 2)
		rc = 0;
	if (b || !(pair->faults & 1))
		mem_free(a);
	mem_free(b);
	return rc;
}

static void
a_clean_function_passes_and_its_allocations_are_counted(void **state)
{
	struct pair pair = {0};

	(void)state;
	assert_int_equal(alloc_fail_each(take_two, &pair), 2);
	assert_int_equal(alloc_survive_each(take_two, &pair), 2);
}

static struct pair ordered;
static const char *self;

static void
ordered_faults(void **state)
{
	(void)state;
	alloc_fail_each(take_two, &ordered);
}

/* Whether this program, run again with these faults built in, fails its one test. */
static bool
noticed(const char *faults)
{
	pid_t pid = fork();
	int status = 0;

	assert_true(pid >= 0);
	if (pid == 0) {
		if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
			_exit(99);
		execl(self, self, faults, (char *)NULL);
		_exit(99);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 99);
	return WEXITSTATUS(status) == 1;
}

static void
a_leak_a_swallowed_error_and_a_wrong_code_are_noticed(void **state)
{
	struct pair swallow = {2};

	(void)state;
	assert_false(noticed("0"));
#ifndef __APPLE__
	assert_true(noticed("1"));
#endif
	assert_true(noticed("2"));
	assert_true(noticed("4"));
	assert_int_equal(alloc_survive_each(take_two, &swallow), 2);
}

static void
blocks_in_use_and_heap_calls_are_counted(void **state)
{
	long live = alloc_live();
	size_t calls = alloc_count();
	void *p = mem_alloc(100);

	(void)state;
#ifdef __APPLE__
	skip();
#endif
	assert_int_equal(alloc_live(), live + 1);
	p = mem_realloc_array(p, 1000, 10);
	assert_int_equal(alloc_live(), live + 1);
	assert_int_equal(alloc_count(), calls + 2);
	mem_free(p);
	mem_free(NULL);
	assert_int_equal(alloc_live(), live);
}

static void
a_product_that_overflows_is_out_of_memory(void **state)
{
	(void)state;
	assert_null(mem_calloc(SIZE_MAX / 2, 3));
	assert_null(mem_realloc_array(NULL, SIZE_MAX / 2, 3));
	assert_null(mem_dup("x", SIZE_MAX));
}

static void
a_growing_array_doubles_and_keeps_its_contents(void **state)
{
	size_t cap = 0, i;
	int *a = NULL;

	(void)state;
	for (i = 0; i < 1000; i++) {
		int *grown = mem_grow(a, &cap, i + 1, sizeof(*a));

		assert_non_null(grown);
		a = grown;
		a[i] = (int)i;
	}
	assert_int_equal(cap, 1024);
	for (i = 0; i < 1000; i++)
		assert_int_equal(a[i], (int)i);
	mem_free(a);
}

static bool
refuse_all(void *ctx, size_t bytes)
{
	(void)bytes;
	++*(int *)ctx;
	return false;
}

static void
a_refused_growth_leaves_array_and_capacity_alone(void **state)
{
	size_t cap = 0;
	char *a = mem_grow(NULL, &cap, 1, 1);
	int refused = 0;

	(void)state;
	assert_non_null(a);
	memset(a, 'x', cap);
	mem_set_hook(refuse_all, &refused);
	assert_null(mem_grow(a, &cap, 9, 1));
	assert_null(mem_alloc(1));
	assert_null(mem_calloc(1, 1));
	assert_null(mem_dup("x", 1));
	mem_set_hook(NULL, NULL);
	assert_int_equal(refused, 4);
	assert_int_equal(cap, 8);
	assert_memory_equal(a, "xxxxxxxx", 8);
	mem_free(a);
}

static void
a_copy_ends_in_nul_and_empty_is_no_failure(void **state)
{
	char *copy = mem_dup("a\0b", 3), *empty = mem_dup(NULL, 0);

	(void)state;
	assert_memory_equal(copy, "a\0b\0", 4);
	assert_string_equal(empty, "");
	mem_free(copy);
	mem_free(empty);
	mem_free(mem_alloc(0));
}

static const void *secret_at;
static char secret_left[8];

static void
look_at_secret(const void *p)
{
	if (p == secret_at)
		memcpy(secret_left, p, sizeof(secret_left));
}

static void
a_secret_is_gone_before_its_block_is(void **state)
{
	char *secret = mem_dup("hunter2", 7), *other = mem_dup("hunter2", 7);

	(void)state;
	mem_free_secret(NULL);
	if (!alloc_on_free(look_at_secret))
		skip();
	secret_at = other;
	mem_free(other);
	assert_string_equal(secret_left, "hunter2");
	secret_at = secret;
	mem_free_secret(secret);
	alloc_on_free(NULL);
	assert_memory_equal(secret_left, "\0\0\0\0\0\0\0", sizeof(secret_left));
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest one[] = {cmocka_unit_test(ordered_faults)};
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_clean_function_passes_and_its_allocations_are_counted),
	    cmocka_unit_test(a_leak_a_swallowed_error_and_a_wrong_code_are_noticed),
	    cmocka_unit_test(blocks_in_use_and_heap_calls_are_counted),
	    cmocka_unit_test(a_product_that_overflows_is_out_of_memory),
	    cmocka_unit_test(a_growing_array_doubles_and_keeps_its_contents),
	    cmocka_unit_test(a_refused_growth_leaves_array_and_capacity_alone),
	    cmocka_unit_test(a_copy_ends_in_nul_and_empty_is_no_failure),
	    cmocka_unit_test(a_secret_is_gone_before_its_block_is),
	};

	self = argv[0];
	if (argc == 2) {
		ordered.faults = argv[1][0] - '0';
		return cmocka_run_group_tests_name("faults", one, NULL, NULL);
	}
	return cmocka_run_group_tests_name("mem", tests, NULL, NULL);
}
