/*
 * Failing every allocation in turn.
 *
 *	static int
 *	build_one(void *ctx, struct err *err)
 *	{
 *		struct thing *t = NULL;
 *		int rc = thing_new(&t, err);
 *
 *		thing_free(t);
 *		return rc;
 *	}
 *	...
 *	assert_true(alloc_fail_each(build_one, NULL) > 0);
 *
 * Only blocks taken through core/mem.h are refused and counted. The function must start from the same state each time
 * and give back whatever it took, on success and on failure.
 */
#ifndef TESTS_LIB_ALLOC_H
#define TESTS_LIB_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

typedef int alloc_fn(void *ctx, struct err *err);

/*
 * Calls fn with its first allocation refused, then its second, and so on, until a call makes fewer allocations than
 * that; each of them twice: with only that one refused, and with all from there on. The test fails, naming the
 * allocation, unless each refused call returned ERR_NOMEM with a sentence, the last one returned 0, and none left a
 * block behind. Returns how many allocations a call without refusals makes. Calls fn 2n + 1 times.
 */
size_t alloc_fail_each(alloc_fn *fn, void *ctx);

/* The same, where going on with less is right: a refused call may also return 0. Any other error fails the test. */
size_t alloc_survive_each(alloc_fn *fn, void *ctx);

/*
 * Blocks of core/mem.h in use now: for tests that watch for leaks or growth themselves. Always 0 where the linker
 * cannot count (there the sanitizer run still finds leaks).
 */
long alloc_live(void);

/*
 * Calls to the heap so far: no difference shows that a path allocates nothing. Always 0 where the linker cannot count.
 */
size_t alloc_count(void);

/*
 * Shows every block of core/mem.h to `look` just before it goes back to the heap, for tests of what may not be left in
 * it; NULL: no more. False where the linker cannot do that.
 */
bool alloc_on_free(void (*look)(const void *p));

#endif
