#include "core/quality_noise.h"

#include <math.h>

#include "core/floor.h"
#include "core/quality_panes.h"

#define WEEK_LOOKS 2016
#define BUDGET_SHARE 0.1 /* of the fleet's false alarms: the rest is for drift */
#define CHI2_QUARTILE 1.3233036969314664 /* the upper one, of one degree of freedom */
/* Nine of ten estimates of m pairs are above 1 / (1 + 20/m) of the factor: 0.53, 0.39, 0.31 of it for 23, 11, 7 pairs,
 * by simulation. */
#define BOUND_PAIRS 20
#define TAIL_MOST 0.25 /* a budget of thousands a week is no reason to tell coin flips */

double
quality_noise_limit(size_t models, double alarms_per_week)
{
	double tail = BUDGET_SHARE * alarms_per_week / (WEEK_LOOKS * (double)(models ? models : 1));

	return fmax(QUALITY_NOISE_SE, -floor_normal(fmin(tail, TAIL_MOST)));
}

double
quality_noise_factor(const double *value, const double *se, size_t n)
{
	double squares[QUALITY_DAY], x, at;
	size_t pairs = 0, i, k;

	for (i = 1; i < n && i < QUALITY_DAY; i++) {
		x = (value[i] - value[i - 1]) / hypot(se[i], se[i - 1]);
		if (isnan(x) || isinf(x))
			continue;
		for (k = pairs++; k > 0 && squares[k - 1] > x * x; k--)
			squares[k] = squares[k - 1];
		squares[k] = x * x;
	}
	if (pairs < QUALITY_NOISE_PAIRS)
		return QUALITY_NOISE_UNKNOWN;
	at = 0.75 * (double)(pairs - 1);
	k = (size_t)at;
	x = squares[k] + (at - (double)k) * (squares[k + 1] - squares[k]);
	return fmax(1, x / CHI2_QUARTILE * (1 + BOUND_PAIRS / (double)pairs));
}
