#include "core/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static mem_hook_fn *mem_hook;
static void *mem_hook_ctx;

void
mem_set_hook(mem_hook_fn *hook, void *ctx)
{
	mem_hook = hook;
	mem_hook_ctx = ctx;
}

static bool
allowed(size_t bytes)
{
	return !mem_hook || mem_hook(mem_hook_ctx, bytes);
}

void *
mem_alloc(size_t bytes)
{
	return allowed(bytes) ? malloc(bytes ? bytes : 1) : NULL;
}

void *
mem_calloc(size_t count, size_t bytes)
{
	if (bytes && count > SIZE_MAX / bytes)
		return NULL;
	return allowed(count * bytes) ? calloc(count ? count : 1, bytes ? bytes : 1) : NULL;
}

void *
mem_realloc_array(void *p, size_t count, size_t bytes)
{
	if (bytes && count > SIZE_MAX / bytes)
		return NULL;
	return allowed(count * bytes) ? realloc(p, count && bytes ? count * bytes : 1) : NULL;
}

void *
mem_dup(const void *p, size_t bytes)
{
	char *copy = bytes < SIZE_MAX ? mem_alloc(bytes + 1) : NULL;

	if (!copy)
		return NULL;
	if (bytes)
		memcpy(copy, p, bytes);
	copy[bytes] = '\0';
	return copy;
}

void
mem_free(void *p)
{
	free(p);
}

void
mem_wipe(void *p, size_t bytes)
{
	volatile char *to = p;

	while (bytes--)
		*to++ = '\0';
}

void
mem_free_secret(char *secret)
{
	if (secret)
		mem_wipe(secret, strlen(secret));
	free(secret);
}

void *
mem_grow(void *p, size_t *cap, size_t need, size_t bytes)
{
	size_t want = *cap < 8 ? 8 : *cap;
	void *grown;

	if (need <= *cap && p)
		return p;
	while (want < need) {
		if (want > SIZE_MAX / 2)
			return NULL;
		want *= 2;
	}
	grown = mem_realloc_array(p, want, bytes);
	if (grown)
		*cap = want;
	return grown;
}
