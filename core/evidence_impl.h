/* What the files of core/evidence*.c share. */
#ifndef CORE_EVIDENCE_IMPL_H
#define CORE_EVIDENCE_IMPL_H

#include <math.h>

#include "core/evidence.h"

#define EVIDENCE_SHARE 1073741824.0 /* 2^30: a share of all rows */

extern const double evidence_tilts[EVIDENCE_TILTS];
extern const double evidence_kappas[EVIDENCE_KAPPAS];
extern const uint32_t evidence_block_windows[EVIDENCE_BLOCKS];

extern const unsigned char evidence_groups[EVIDENCE_COMPONENTS]; /* EVIDENCE_GROUP_... of each component */

static inline bool
evidence_has(const struct evidence_ref *ref, unsigned component)
{
	return ref->present >> component & 1;
}

/* One window's sums over rows: of s, v, s^2. */
struct evidence_sums {
	uint64_t n;
	double s, v, square;
};

/*
 * evidence_room.c: the level beside that of component k, NULL if there is none; _make: one that is all zero if there is
 * none, for which there must be room; _room: for so many more; _prune: without those that no window will read again.
 */
struct evidence_level *evidence_second(const struct evidence *ev, unsigned k);
struct evidence_level *evidence_second_make(struct evidence *ev, unsigned k);
int evidence_second_room(struct evidence *ev, unsigned more, struct err *err);
void evidence_second_prune(struct evidence *ev);
int evidence_block_room(struct evidence *ev, struct err *err);
/* As after evidence_init, but for the last windows. */
void evidence_room_clear(struct evidence *ev);

/*
 * evidence_ref.c: evidence_scores and evidence_per_square under two different shares, bit for bit, in little more than
 * the time of one: their sums wait for themselves. False: not both have two directions; then each is to be done alone.
 */
struct evidence_side {
	double p[EVIDENCE_BINS_MAX], s[EVIDENCE_BINS_MAX], v[EVIDENCE_BINS_MAX], per_square;
};
bool evidence_scores_two(struct evidence_side *restrict a, struct evidence_side *restrict b, const double *positions,
    size_t nbins);

/*
 * evidence_segment.c: the evidence that the last EVIDENCE_SEGMENT windows are by themselves, in 2^-20 nat and with its
 * share of the budget taken off; *tilt is then the component of location that it is most like. INT64_MIN: none worth
 * mentioning.
 */
int64_t evidence_segment(
    const struct evidence *ev, const struct evidence_ref *ref, const struct evidence_phi *phi, uint32_t *tilt);

/* An instruction each, where those of the library are calls: what is no number becomes the bound, as there. */
static inline double
evidence_at_most(double x, double bound)
{
	return x < bound ? x : bound;
}

static inline double
evidence_at_least(double x, double bound)
{
	return x > bound ? x : bound;
}

static inline double
evidence_within(double x, double bound)
{
	return evidence_at_least(evidence_at_most(x, bound), -bound);
}

/* Each at most 2^32 - 1, and so the sums. */
static inline void
evidence_narrow(const uint64_t *restrict counts, uint32_t *restrict out, size_t n)
{
	uint64_t all = 0;
	size_t i;

	for (i = 0; i < n; i++)
		all |= counts[i];
	for (i = 0; i < n && all <= UINT32_MAX; i++)
		out[i] = (uint32_t)counts[i];
	for (i = 0; i < n && all > UINT32_MAX; i++)
		out[i] = counts[i] < UINT32_MAX ? (uint32_t)counts[i] : UINT32_MAX;
}

static inline void
evidence_add_counts(uint32_t *restrict to, const uint32_t *restrict more, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		uint32_t sum = to[i] + more[i];

		to[i] = sum < more[i] ? UINT32_MAX : sum;
	}
}

/* To the nearest integer, halves away from zero; |x| < 2^62. */
static inline int64_t
evidence_fixed(double x)
{
	return (int64_t)(x + copysign(0.5, x)); /* without a branch: signs are as good as random */
}

#endif
