/* Location over the last windows as one block: how likely they would be so far off by nature. */
#include "core/evidence.h"

#include <math.h>

#include "core/evidence_impl.h"
#include "core/lngamma.h"

#define LOG_ROOT_TWO_PI 0x1.d67f1c864beb5p-1
#define LEAST		1.0 /* nats: below that the tail's formula is none, and nobody looks */

/*
 * The greatest of the tilts' likelihood ratios, in nats; *tilt: whose it is. One side's all grow with the sum of
 * scores, so that the greatest is beyond x no more often than e^-x, as each of them.
 */
static double
likeliest(const struct evidence_ref *ref, double loc, double n, double shrink, uint32_t *tilt)
{
	uint32_t t = loc < 0 ? 0 : EVIDENCE_TILTS / 2, end = t + EVIDENCE_TILTS / 2;
	double most = -INFINITY;

	for (; t < end; t++) {
		double x = (evidence_tilts[t] * loc - n * ref->log_loc[t]) * shrink;

		if (x > most) {
			most = x;
			*tilt = EVIDENCE_FIRST_LOC + t;
		}
	}
	return most;
}

/*
 * A sum of x nats has a tail that is thinner than e^-x by t sqrt(2 pi), t^2 = 2 x (Mills, for a normal one), less what
 * single rows weigh: where one alone makes a step of that size there is nothing between the steps.
 */
static double
thinner(const struct evidence_ref *ref, double x, double tilt)
{
	double step = 0;
	size_t i;

	for (i = 0; i < ref->nbins; i++)
		step = evidence_at_least(fabs(ref->s[i]), step);
	return evidence_at_least(LOG_ROOT_TWO_PI + lngamma_log(2 * x) / 2 - step * tilt / 2, 0);
}

int64_t
evidence_segment(
    const struct evidence *ev, const struct evidence_ref *ref, const struct evidence_phi *phi, uint32_t *tilt)
{
	double n = 0, loc = 0, free = phi->segment_blocks, shrink, x, nats;
	unsigned w;

	if (!(free > 2) || !ref->ordered || ev->seen < EVIDENCE_SEGMENT)
		return INT64_MIN;
	for (w = 0; w < EVIDENCE_SEGMENT; w++) {
		n += (double)ev->past[w].n;
		loc += (double)ev->past[w].loc;
	}
	shrink = 1 / (phi->segment * (1 + n / ref->m));
	x = likeliest(ref, loc / EVIDENCE_UNIT, n, shrink, tilt);
	if (!(x > LEAST))
		return INT64_MIN;
	/* Student's tail beyond t is at most its density's (1 + t^2/free)^(-(free - 1)/2) free / (free - 1) / t. */
	nats = (free - 1) / 2 * lngamma_log(1 + 2 * x / free) - lngamma_log(free / (free - 1)) +
	    thinner(ref, x, fabs(evidence_tilts[*tilt - EVIDENCE_FIRST_LOC]) * shrink);
	/* Either side. */
	return evidence_fixed((nats + lngamma_log(EVIDENCE_SEGMENT_SHARE / 2)) * EVIDENCE_UNIT);
}
