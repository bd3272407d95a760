/*
 * Refusals come through the hook of core/mem.h. Blocks in use are counted by the linker's --wrap, which sends the calls
 * of mem.o (and of no library) through the functions at the end of this file.
 */
#include "tests/lib_alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"

/* libuv's pool allocates too, so the counters are atomic. */
static atomic_long live_blocks;
static atomic_size_t heap_calls;
static void (*freed_look)(const void *p);

struct refusal {
	atomic_size_t seen;
	size_t first; /* the allocation to refuse, from 1; 0: none */
	bool onwards; /* and all behind it */
};

static bool
refuse(void *ctx, size_t bytes)
{
	struct refusal *r = ctx;
	size_t k = atomic_fetch_add(&r->seen, 1) + 1;

	(void)bytes;
	return r->first == 0 || (r->onwards ? k < r->first : k != r->first);
}

/* One call; returns whether an allocation was refused. All assertions come after the hook is out again. */
static bool
call(alloc_fn *fn, void *ctx, size_t first, bool onwards, bool may_survive, size_t *seen)
{
	struct refusal r = {0, first, onwards};
	struct err err = {ERR_OK, ""};
	long before = alloc_live(), after;
	bool refused;
	int rc;

	mem_set_hook(refuse, &r);
	rc = fn(ctx, &err);
	mem_set_hook(NULL, NULL);
	after = alloc_live();
	*seen = atomic_load(&r.seen);
	refused = first != 0 && *seen >= first;
	if (after != before)
		fail_msg("allocation %zu refused%s: %ld blocks left behind", first, onwards ? " and all after it" : "",
		    after - before);
	if (!refused && rc != 0)
		fail_msg("nothing refused, yet error %d: %s", rc, err.msg);
	if (refused && rc == 0 && !may_survive)
		fail_msg("allocation %zu refused%s, yet no error", first, onwards ? " and all after it" : "");
	if (refused && rc != 0 && (rc != ERR_NOMEM || err.code != ERR_NOMEM || !strstr(err.msg, "out of memory")))
		fail_msg("allocation %zu refused: error %d, '%s' instead of out of memory", first, rc, err.msg);
	return refused;
}

static size_t
each(alloc_fn *fn, void *ctx, bool may_survive)
{
	size_t total, seen, k;

	call(fn, ctx, 0, false, may_survive, &total);
	for (k = 1; call(fn, ctx, k, false, may_survive, &seen); k++)
		call(fn, ctx, k, true, may_survive, &seen);
	return total;
}

size_t
alloc_fail_each(alloc_fn *fn, void *ctx)
{
	return each(fn, ctx, false);
}

size_t
alloc_survive_each(alloc_fn *fn, void *ctx)
{
	return each(fn, ctx, true);
}

long
alloc_live(void)
{
	return atomic_load(&live_blocks);
}

size_t
alloc_count(void)
{
	return atomic_load(&heap_calls);
}

bool
alloc_on_free(void (*look)(const void *p))
{
	freed_look = look;
#ifdef __APPLE__
	return false;
#else
	return true;
#endif
}

/* ---- what the linker puts between mem.o and the heap ----------------------------------------- */

#ifndef __APPLE__
void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *p, size_t bytes);
void __real_free(void *p);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *p, size_t bytes);
void __wrap_free(void *p);

static void *
counted(void *p)
{
	atomic_fetch_add(&heap_calls, 1);
	if (p)
		atomic_fetch_add(&live_blocks, 1);
	return p;
}

void *
__wrap_malloc(size_t bytes)
{
	return counted(__real_malloc(bytes));
}

void *
__wrap_calloc(size_t count, size_t bytes)
{
	return counted(__real_calloc(count, bytes));
}

void *
__wrap_realloc(void *p, size_t bytes)
{
	if (!p)
		return counted(__real_realloc(NULL, bytes));
	atomic_fetch_add(&heap_calls, 1);
	return __real_realloc(p, bytes);
}

void
__wrap_free(void *p)
{
	if (p)
		atomic_fetch_sub(&live_blocks, 1);
	if (p && freed_look)
		freed_look(p);
	__real_free(p);
}
#endif
