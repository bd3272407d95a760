#include "core/packed.h"

#include <assert.h>
#include <string.h>

#include "core/lanes.h"
#include "core/mem.h"

void
packed_release(struct packed *p)
{
	mem_free(p->counts);
	memset(p, 0, sizeof(*p));
}

static uint64_t
get(const struct packed *p, size_t i)
{
	if (i >= p->n)
		return 0;
	if (p->width == 1)
		return ((const uint8_t *)p->counts)[i];
	if (p->width == 2)
		return ((const uint16_t *)p->counts)[i];
	return ((const uint32_t *)p->counts)[i];
}

static int
widen(struct packed *p, size_t total, uint8_t width, struct err *err)
{
	void *wide = mem_calloc(total + 1, width);
	size_t i;

	if (!wide)
		return err_nomem(err);
	for (i = 0; i < p->n; i++) {
		if (width == 1)
			((uint8_t *)wide)[i] = (uint8_t)get(p, i);
		else if (width == 2)
			((uint16_t *)wide)[i] = (uint16_t)get(p, i);
		else
			((uint32_t *)wide)[i] = (uint32_t)get(p, i);
	}
	mem_free(p->counts);
	p->counts = wide;
	p->n = total;
	p->width = width;
	return 0;
}

/* All bits that are set in any of the sums: beyond what a width holds if and only if one of them is. */
LANES static uint64_t
bits_of_sums(const struct packed *p, size_t at, const uint64_t *counts, size_t n)
{
	size_t i, held = at >= p->n ? 0 : p->n - at < n ? p->n - at : n;
	const uint8_t *narrow = p->width == 1 ? (const uint8_t *)p->counts + at : NULL;
	const uint16_t *middle = p->width == 2 ? (const uint16_t *)p->counts + at : NULL;
	const uint32_t *wide = p->width == 4 ? (const uint32_t *)p->counts + at : NULL;
	uint64_t all = 0;

	for (i = 0; i < held && narrow; i++)
		all |= narrow[i] + counts[i];
	for (i = 0; i < held && middle; i++)
		all |= middle[i] + counts[i];
	for (i = 0; i < held && wide; i++)
		all |= wide[i] + counts[i];
	for (i = held; i < n; i++)
		all |= counts[i];
	return all;
}

int
packed_room(struct packed *p, size_t total, size_t at, const uint64_t *counts, size_t n, struct err *err)
{
	uint64_t most;
	uint8_t width;

	total = total > p->n ? total : p->n;
	assert(at + n <= total);
	most = bits_of_sums(p, at, counts, n);
	width = most > UINT16_MAX ? 4 : most > UINT8_MAX ? 2 : 1;
	width = width > p->width ? width : p->width;
	return width > p->width || total > p->n ? widen(p, total, width, err) : 0;
}

LANES void
packed_add(struct packed *p, size_t at, const uint64_t *counts, size_t n)
{
	uint8_t *narrow = p->width == 1 ? (uint8_t *)p->counts + at : NULL;
	uint16_t *middle = p->width == 2 ? (uint16_t *)p->counts + at : NULL;
	uint32_t *wide = p->width == 4 ? (uint32_t *)p->counts + at : NULL;
	size_t i;

	for (i = 0; i < n && narrow; i++)
		narrow[i] = (uint8_t)(narrow[i] + counts[i]);
	for (i = 0; i < n && middle; i++)
		middle[i] = (uint16_t)(middle[i] + counts[i]);
	for (i = 0; i < n && wide; i++) {
		uint64_t sum = wide[i] + counts[i];

		wide[i] = sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
	}
}

LANES void
packed_get(const struct packed *p, size_t at, uint64_t *counts, size_t n)
{
	size_t i, held = at >= p->n ? 0 : p->n - at < n ? p->n - at : n;
	const uint8_t *narrow = p->width == 1 ? (const uint8_t *)p->counts + at : NULL;
	const uint16_t *middle = p->width == 2 ? (const uint16_t *)p->counts + at : NULL;
	const uint32_t *wide = p->width == 4 ? (const uint32_t *)p->counts + at : NULL;

	for (i = 0; i < held; i++)
		counts[i] = narrow ? narrow[i] : middle ? middle[i] : wide[i];
	for (; i < n; i++)
		counts[i] = 0;
}
