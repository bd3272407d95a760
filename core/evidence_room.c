/*
 * Memory of what most columns never need: the levels beside those that rest on more rows than the baseline has, and the
 * open blocks, which a reference with slots does not have.
 */
#include "core/evidence.h"

#include <assert.h>
#include <string.h>

#include "core/evidence_impl.h"
#include "core/mem.h"

int
evidence_init(struct evidence *ev, size_t nbins, struct err *err)
{
	memset(ev, 0, sizeof(*ev));
	if (nbins > EVIDENCE_BINS_MAX)
		return err_set(err, ERR_INVALID, "%zu bins, evidence takes at most %d", nbins, EVIDENCE_BINS_MAX);
	if (nbins > 0 && (ev->excess = mem_calloc(EVIDENCE_SEGMENT * nbins, sizeof(*ev->excess))) == NULL)
		return err_nomem(err);
	ev->nbins = nbins;
	return 0;
}

void
evidence_room_clear(struct evidence *ev)
{
	mem_free(ev->second);
	mem_free(ev->block[0].counts);
	memset(ev->block, 0, sizeof(ev->block));
	ev->second = NULL;
	ev->has_second = 0;
	ev->second_room = 0;
}

void
evidence_release(struct evidence *ev)
{
	evidence_room_clear(ev);
	mem_free(ev->excess);
	memset(ev, 0, sizeof(*ev));
}

int
evidence_block_room(struct evidence *ev, struct err *err)
{
	uint32_t *counts;
	size_t b;

	if (ev->block[0].counts || !ev->nbins)
		return 0;
	counts = mem_calloc((EVIDENCE_BLOCKS - 1) * ev->nbins, sizeof(*counts));
	if (!counts)
		return err_nomem(err);
	for (b = 0; b < EVIDENCE_BLOCKS - 1; b++)
		ev->block[b].counts = counts + b * ev->nbins;
	return 0;
}

/* ---- second levels --------------------------------------------------------------------------- */

/* How many bits are set: in pairs, in fours, in bytes, and all bytes added by one product. */
static unsigned
bits(uint64_t set)
{
	set -= set >> 1 & UINT64_C(0x5555555555555555);
	set = (set & UINT64_C(0x3333333333333333)) + (set >> 2 & UINT64_C(0x3333333333333333));
	set = (set + (set >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (unsigned)(set * UINT64_C(0x0101010101010101) >> 56);
}

static unsigned
place(const struct evidence *ev, unsigned k)
{
	return bits(ev->has_second & ((UINT64_C(1) << k) - 1));
}

struct evidence_level *
evidence_second(const struct evidence *ev, unsigned k)
{
	return ev->has_second >> k & 1 ? &ev->second[place(ev, k)] : NULL;
}

int
evidence_second_room(struct evidence *ev, unsigned more, struct err *err)
{
	unsigned n = bits(ev->has_second);
	struct evidence_level *wide;

	if (n + more <= ev->second_room)
		return 0;
	wide = mem_alloc((n + more) * sizeof(*wide));
	if (!wide)
		return err_nomem(err);
	if (n)
		memcpy(wide, ev->second, n * sizeof(*wide));
	mem_free(ev->second);
	ev->second = wide;
	ev->second_room = n + more;
	return 0;
}

struct evidence_level *
evidence_second_make(struct evidence *ev, unsigned k)
{
	unsigned at = place(ev, k), n = bits(ev->has_second);

	if (!(ev->has_second >> k & 1)) {
		assert(n < ev->second_room);
		memmove(ev->second + at + 1, ev->second + at, (n - at) * sizeof(*ev->second));
		memset(ev->second + at, 0, sizeof(*ev->second));
		ev->has_second |= UINT64_C(1) << k;
	}
	return &ev->second[at];
}

/* One at zero begins anew where it is needed again, and so does one beside a level that itself begins anew: until that
 * rests on m rows the other would rest on more. */
void
evidence_second_prune(struct evidence *ev)
{
	uint64_t left = 0, has, bit;
	unsigned at = 0, to = 0;

	/* Which stay is as good as random: each is moved, and the next one over it unless it stays. */
	for (has = ev->has_second; has; has ^= bit) {
		bool stays;

		bit = has & (~has + 1);
		stays = (ev->level[bits(bit - 1)].nats > 0) & (ev->second[at].nats > 0);
		ev->second[to] = ev->second[at++];
		left |= stays ? bit : 0;
		to += stays;
	}
	ev->has_second = left;
}
