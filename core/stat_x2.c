#include <math.h>

#include "core/stat.h"

/*
 * Its chi-square law holds at counts far too small for PSI's (three expected a cell), which is why a test wants this
 * one and not a distance. Cells empty on both sides say nothing.
 */
double
stat_x2(const struct stat_input *in)
{
	double n = (double)stat_total(in->cur, in->ncells), m = (double)stat_total(in->ref, in->ncells);
	double sum = 0;
	size_t i;

	if (in->ncells < 2 || n == 0 || m == 0)
		return NAN;
	for (i = 0; i < in->ncells; i++) {
		double a = (double)in->cur[i], b = (double)in->ref[i];
		/* (m a - n b)^2 / (n m (a + b)): whole numbers until the division, so equal shares give exactly 0 */
		double d = m * a - n * b;

		if (a + b > 0)
			sum += d / n * (d / m) / (a + b);
	}
	return sum;
}
