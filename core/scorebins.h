/*
 * Scores, probabilities of the positive class, in 256 uniform bins on [0,1]: bin i holds i/256 <= s < (i+1)/256, the
 * last one 1 as well. Counts and a fixed-point sum, so scorebins add and subtract exactly.
 */
#ifndef CORE_SCOREBINS_H
#define CORE_SCOREBINS_H

#include <stdint.h>

#include "core/wide.h"

#define SCOREBINS 256

struct scorebins {
	uint64_t n;
	uint64_t sum; /* of scores, each rounded to 2^-24: room for 2^40 scores */
	uint64_t counts[SCOREBINS];
};

/* Bin of a score; -1 if it is outside [0,1] or NaN. */
static inline int
scorebins_bin(double score)
{
	if (!(score >= 0 && score <= 1))
		return -1;
	return score < 1 ? (int)(score * SCOREBINS) : SCOREBINS - 1;
}

int scorebins_add(struct scorebins *b, double score); /* its bin, or -1: not counted */
void scorebins_merge(struct scorebins *dst, const struct scorebins *src);
double scorebins_mean(const struct scorebins *b); /* NaN if empty; off by at most 2^-25 */

/* The quantile of rank ceil(q n), placed inside its bin by its rank there; off by at most 1/256. NaN if empty. */
double scorebins_quantile(const struct scorebins *b, double q_frac);

#endif
