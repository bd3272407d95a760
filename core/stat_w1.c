/*
 * Wasserstein-1 from bins.
 *
 * At the edges the difference D of the two distribution functions is known exactly. Inside a bin all values are taken
 * to lie at the baseline's mean of that bin, so that D is level on either side of it: exact if the shape inside the bin
 * has not changed, and for single values. Where D changes its sign inside a bin, the baseline has nothing there, or the
 * current values reach beyond the baseline's, straight lines are drawn instead.
 *
 * One thing more is known exactly: the integral of D is the difference of the means. What the model gets wrong of it
 * is given to the bins, in proportion to their width and to how much their count has changed. That makes the distance
 * exact where one distribution lies wholly on one side of the other, repairs the open outer bins, where a far outlier
 * and a near one count alike, and leaves about 1 % of error on real data, at worst 20 % on distances small enough to be
 * noise.
 */
#include <math.h>

#include "core/floor.h"
#include "core/stat.h"

#define SQRT_2_PI 0x1.9884533d43651p-1 /* of 2/pi */
#define UNCHANGED_WEIGHT 0.1 /* of a bin whose count is as expected: its inside may have changed all the same */

/* D over one bin: its integral, that of |D|, and how wrong they may be. */
struct part {
	double integral, area, doubt;
};

struct walk {
	const struct stat_input *in;
	double n, m, lo, end;
	double below_cur, below_ref, d, from;
	size_t next;
};

static void
walk_start(struct walk *w, const struct stat_input *in)
{
	size_t last = in->nfine - 2;

	w->in = in;
	w->n = (double)stat_total(in->fine_cur, in->nfine);
	w->m = (double)stat_total(in->fine_ref, in->nfine);
	w->lo = fmin(in->edges[0], fmin(in->ref_min, in->cur_min));
	w->end = fmax(in->edges[last], fmax(in->ref_max, in->cur_max));
	w->below_cur = w->below_ref = w->d = 0;
	w->from = w->lo;
	w->next = 0;
}

/* Where the baseline's values of bin i lie, if D may be taken to step there; else NaN. */
static double
middle_of(const struct walk *w, size_t i, double from, double to)
{
	const struct stat_input *in = w->in;
	double mid = in->ref_means ? in->ref_means[i] : NAN;

	if ((i == 0 && in->cur_min < in->ref_min) || (i == in->nfine - 1 && in->cur_max > in->ref_max))
		return NAN;
	return mid >= from && mid <= to ? mid : NAN;
}

static void
walk_step(struct walk *w, struct part *out)
{
	const struct stat_input *in = w->in;
	size_t i = w->next++;
	double cur = (double)in->fine_cur[i], ref = (double)in->fine_ref[i];
	double to = i < in->nfine - 1 ? in->edges[i] : w->end;
	double width = to - w->from, mid = middle_of(w, i, w->from, to), d0 = w->d, d1;

	w->below_cur += cur;
	w->below_ref += ref;
	d1 = i < in->nfine - 1 ? w->below_cur / w->n - w->below_ref / w->m : 0;
	out->doubt = width * (fabs(cur / w->n - ref / w->m) + UNCHANGED_WEIGHT * cur / w->n);
	if (d0 * d1 < 0) {
		out->integral = width * (d0 + d1) / 2;
		out->area = width * (d0 * d0 + d1 * d1) / (2 * (fabs(d0) + fabs(d1)));
	} else {
		double left = isnan(mid) ? width / 2 : mid - w->from;

		out->integral = d0 * left + d1 * (width - left);
		out->area = fabs(out->integral);
	}
	w->d = d1;
	w->from = to;
}

/* |D| over a bin whose integral is known to be `by` more: the part of D's main sign takes it up. */
static double
corrected(const struct part *p, double by)
{
	return fmax(fabs(p->integral + by), p->area + (p->integral < 0 ? -by : by));
}

double
stat_w1(const struct stat_input *in)
{
	double integral = 0, doubt = 0, area = 0, miss;
	struct walk w;
	struct part p;

	if (!in->fine_cur || !in->edges || in->nfine < 2 || !(in->ref_sd > 0))
		return NAN;
	walk_start(&w, in);
	if (w.n == 0 || w.m == 0)
		return NAN;
	while (w.next < in->nfine) {
		walk_step(&w, &p);
		integral += p.integral;
		doubt += p.doubt;
	}
	miss = in->ref_mean - in->cur_mean - integral;
	if (isnan(miss) || doubt == 0)
		miss = 0;
	walk_start(&w, in);
	while (w.next < in->nfine) {
		walk_step(&w, &p);
		area += corrected(&p, doubt > 0 ? miss * (p.doubt / doubt) : 0);
	}
	/* No way of moving one sample onto the other is shorter than from mean to mean. */
	return fmax(area, fabs(in->ref_mean - in->cur_mean)) / in->ref_sd;
}

static double
bernoulli_sd(double below, double m)
{
	return sqrt(below * (m - below)) / m;
}

/*
 * The integral of sqrt(F (1 - F)) over the baseline: in a bin F steps at the mean of its values, which is exact for
 * single values; where that is not known it rises in a straight line, and Simpson's rule is good enough.
 */
static double
spread_integral(const struct stat_input *in)
{
	double m = (double)stat_total(in->fine_ref, in->nfine), below = 0, from = in->ref_min, sum = 0;
	size_t i;

	for (i = 0; i < in->nfine; i++) {
		double to = i + 1 < in->nfine ? fmin(fmax(in->edges[i], in->ref_min), in->ref_max) : in->ref_max;
		double next = below + (double)in->fine_ref[i], at = in->ref_means ? in->ref_means[i] : NAN;

		if (at >= from && at <= to)
			sum += (at - from) * bernoulli_sd(below, m) + (to - at) * bernoulli_sd(next, m);
		else
			sum += (to - from) / 6 *
			       (bernoulli_sd(below, m) + 4 * bernoulli_sd((below + next) / 2, m) +
				   bernoulli_sd(next, m));
		below = next;
		from = to;
	}
	return sum;
}

/*
 * The distance is a Lipschitz function of a Brownian bridge. No weighting of the bridge with values between -1 and 1
 * varies more than the mean does, by one sd, so that beyond its own mean the distance has at most that tail.
 */
double
stat_w1_floor(const struct stat_input *in, double tail)
{
	double c = stat_noise(in);

	if (!in->fine_cur || !in->edges || in->nfine < 2 || !(in->ref_sd > 0))
		return NAN;
	return sqrt(c) * (spread_integral(in) / in->ref_sd * SQRT_2_PI + floor_normal(1 - tail));
}

double
stat_w1_shift(const struct stat_input *in, double value)
{
	(void)in;
	return value > STAT_SHIFT_MAX ? INFINITY : value;
}
