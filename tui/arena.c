#include "tui/arena.h"

#include <stddef.h>
#include <string.h>

#include "core/mem.h"

#define ARENA_BLOCK_BYTES 16384

struct arena_block {
	struct arena_block *next;
	size_t bytes;
	max_align_t data[]; /* whatever begins here is aligned */
};

static void
blocks_free(struct arena_block *b)
{
	while (b) {
		struct arena_block *next = b->next;

		mem_free(b);
		b = next;
	}
}

/* The newest block is the largest or as good as any: the next round will need about as much. */
void
arena_clear(struct arena *a)
{
	if (!a->blocks)
		return;
	blocks_free(a->blocks->next);
	a->blocks->next = NULL;
	a->used = 0;
}

void
arena_release(struct arena *a)
{
	blocks_free(a->blocks);
	*a = (struct arena){NULL, 0};
}

/* Blocks double, so that a view of any size settles on one block that arena_clear keeps. */
static struct arena_block *
arena_grow(struct arena *a, size_t need)
{
	size_t bytes = a->blocks ? a->blocks->bytes * 2 : ARENA_BLOCK_BYTES;
	struct arena_block *b;

	while (bytes < need)
		bytes *= 2;
	b = mem_alloc(sizeof(struct arena_block) + bytes);
	if (!b)
		return NULL;
	b->next = a->blocks;
	b->bytes = bytes;
	a->blocks = b;
	a->used = 0;
	return b;
}

void *
arena_take(struct arena *a, size_t bytes)
{
	size_t step = sizeof(max_align_t);
	void *p;

	if (bytes > SIZE_MAX / 4)
		return NULL;
	bytes = (bytes + step - 1) / step * step;
	if ((!a->blocks || a->blocks->bytes - a->used < bytes) && !arena_grow(a, bytes))
		return NULL;
	p = (char *)a->blocks->data + a->used;
	a->used += bytes;
	return p;
}

struct slice
arena_text(struct arena *a, struct slice text)
{
	char *p;

	if (text.n == 0)
		return (struct slice){"", 0};
	p = arena_take(a, text.n);
	if (!p)
		return (struct slice){"", 0};
	memcpy(p, text.p, text.n);
	return (struct slice){p, text.n};
}
