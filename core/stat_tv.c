#include <math.h>

#include "core/stat.h"

double
stat_tv(const struct stat_input *in)
{
	double n = (double)stat_total(in->cur, in->ncells), m = (double)stat_total(in->ref, in->ncells);
	double sum = 0;
	size_t i;

	if (in->ncells < 2 || n == 0 || m == 0)
		return NAN;
	for (i = 0; i < in->ncells; i++)
		sum += fabs((double)in->cur[i] / n - (double)in->ref[i] / m);
	return fmin(sum / 2, 1);
}
