#include "core/stat.h"

#include <math.h>
#include <string.h>

const struct stat_row stat_rows[STAT_COUNT] = {
    [STAT_PSI] = {.name = "psi",
	.title = "Population stability index",
	.unit = "",
	.formula = "sum of (q-p) ln(q/p), p = (baseline + 0.5)/(m + B/2), q = (current + 0.5)/(n + B/2), over B cells",
	.source = "Siddiqi, Credit Risk Scorecards, 2006; as a divergence: Jeffreys, Proc. R. Soc. A 186, 1946",
	.lo = 0,
	.hi = INFINITY,
	.neutral = 0,
	.compute = stat_psi},
    [STAT_JS] = {.name = "js",
	.title = "Jensen-Shannon distance",
	.unit = "",
	.formula = "sqrt of half the sum of p log2(p/h) + q log2(q/h), h = (p+q)/2, over the cells of PSI, unsmoothed",
	.source = "Endres & Schindelin, IEEE Trans. Inf. Theory 49(7), 2003",
	.lo = 0,
	.hi = 1,
	.neutral = 0,
	.compute = stat_js},
    [STAT_KS] = {.name = "ks",
	.title = "Kolmogorov-Smirnov distance",
	.unit = "",
	.formula = "greatest |F - G| over the edges of all fine bins",
	.source = "Smirnov, Ann. Math. Statist. 19(2), 1948",
	.lo = 0,
	.hi = 1,
	.neutral = 0,
	.ordered_only = true,
	.approximate = true,
	.compute = stat_ks},
    [STAT_WASSERSTEIN] = {.name = "wasserstein",
	.title = "Wasserstein-1 distance",
	.unit = "sd",
	.formula = "integral of |F - G| dx over the baseline's standard deviation",
	.source = "Vallender, Theory Probab. Appl. 18(4), 1974",
	.lo = 0,
	.hi = INFINITY,
	.neutral = 0,
	.ordered_only = true,
	.approximate = true,
	.compute = stat_w1},
    [STAT_TV] = {.name = "tv",
	.title = "Total variation distance",
	.unit = "",
	.formula = "half the sum of |p - q| over the cells of PSI, unsmoothed",
	.source = "Levin, Peres & Wilmer, Markov Chains and Mixing Times, 2009, section 4.1",
	.lo = 0,
	.hi = 1,
	.neutral = 0,
	.compute = stat_tv},
    [STAT_X2] = {.name = "x2",
	.title = "Pearson's two-sample X2",
	.unit = "",
	.formula = "sum of (sqrt(m/n) current - sqrt(n/m) baseline)^2 / (current + baseline) over the cells of PSI",
	.source = "Pearson, Biometrika 8(1-2), 1911",
	.lo = 0,
	.hi = INFINITY,
	.neutral = 0,
	.compute = stat_x2},
};

const struct stat_row *
stat_find(const char *name)
{
	size_t i;

	for (i = 0; i < STAT_COUNT; i++) {
		if (strcmp(stat_rows[i].name, name) == 0)
			return &stat_rows[i];
	}
	return NULL;
}

uint64_t
stat_total(const uint64_t *counts, size_t n)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += counts[i];
	return sum;
}
