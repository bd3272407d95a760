/*
 * The only door to the heap for code of our own.
 *
 * Out of memory is a value: every call returns NULL and the caller carries on with an error. A test
 * installs a hook that is asked before each allocation and can refuse it; that is how every
 * allocation is failed in turn.
 */
#ifndef CORE_MEM_H
#define CORE_MEM_H

#include <stdbool.h>
#include <stddef.h>

/* Returns false to make this allocation fail. `bytes` is the size asked for. */
typedef bool mem_hook_fn(void *ctx, size_t bytes);

/* For tests, before any other thread runs; NULL takes the hook out again. The one mutable global of
 * core/. */
void mem_set_hook(mem_hook_fn *hook, void *ctx);

void *mem_alloc(size_t bytes);                /* uninitialised */
void *mem_calloc(size_t count, size_t bytes); /* zeroed; NULL if the product overflows */
void *mem_realloc_array(void *p, size_t count, size_t bytes); /* old block stays valid on failure */
void *mem_dup(const void *p, size_t bytes);                   /* a copy, with a NUL after it */
void mem_free(void *p);                                       /* NULL is harmless */

/*
 * The same for a text that is a secret (NUL-terminated; NULL is harmless): its bytes are 0 before the block goes back,
 * which a compiler may not leave out as it may a memset of what is never read again.
 */
void mem_free_secret(char *secret);
/* The same for secrets that are not on the heap. */
void mem_wipe(void *p, size_t bytes);

/*
 * Makes room for at least `need` elements in a growing array: doubles *cap, never below 8.
 * Returns the array (perhaps moved) or NULL with *cap and the old array untouched.
 */
void *mem_grow(void *p, size_t *cap, size_t need, size_t bytes);

#endif
