/*
 * One value alone where there were many: a sensor that stands still, a default that hides a failure.
 *
 * What the baseline had is told by counts: ten values, and a tenth of its rows outside the place where all are now.
 * Five hundred independent rows miss such a tenth once in 10^22; where other values come five in a row, once in 10^4.
 * A feature that is 0 in 99 of 100 rows by nature is none that stands still.
 *
 * What there is now is told by the bin that has all rows and by their spread. Moments are kept in steps of sd / 4096,
 * so a spread of 0 is one value or values that close; but one row of 1e308 in the baseline makes such a step wider
 * than all other rows together, and then a spread of 0 says nothing.
 */
#include <math.h>

#include "core/figures.h"

#define ROWS_MIN     500 /* below, one value alone may be chance */
#define VALUES_MIN   10	 /* different ones that the baseline must have had */
#define SHARE_WAS_MAX 0.9 /* of the baseline's rows, where all are now */

double
figures_constant(const struct feature_figures *f)
{
	if (f->drift.state == DRIFT_LEARNING || f->role != FROLE_VALUE || f->count < ROWS_MIN)
		return NAN;
	if (isnan(f->largest_share_frac) || (f->type == FEATURE_NUMERIC && isnan(f->std)))
		return NAN;
	if (f->distinct < VALUES_MIN || f->largest_share_frac < 1 || f->largest_share_was_frac > SHARE_WAS_MAX)
		return 0;
	if (f->type == FEATURE_CATEGORICAL || (f->single_values && f->unseen_rate_frac <= 0))
		return 1; /* a place of one value */
	return !f->coarse && !(f->std > 0);
}
