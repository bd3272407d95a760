/*
 * How much of a change of quality may be noise, where it is looked at again and again, of many models, and where labels
 * hang together.
 *
 * Repeated looks: the limit is so many standard errors that, with a look at each of F models in each of the 2016 five
 * minutes of a week, all of them independent, a tenth of the fleet's budget A of false alarms a week is used up:
 * the normal quantile of 1 - A / (10 * 2016 F). Looks at a window of 24 hours are far from independent, so that it is
 * far less in truth (Bonferroni's inequality holds whatever they have in common).
 *
 * Labels that hang together (one customer's, one batch's) vary more than their number tells. By what factor is told by
 * neighbouring hours: half the squared difference of two of them, over what sampling alone would give, is on average
 * that factor, and a change of the level itself is in one pair alone. The upper quartile over the pairs is taken, over
 * that of chi-square with one degree of freedom, so that neither such a step nor a wild hour says how the others vary,
 * and pushed to its upper 90 % bound. What varies from day to day only cannot be seen in a day: that is what the sizes
 * of the levels are for.
 *
 * Sources: Dunn, J. Amer. Statist. Assoc. 56, 1961 (Bonferroni's bound); von Neumann, Ann. Math. Statist. 12, 1941
 * (mean square successive difference); Rousseeuw & Croux, J. Amer. Statist. Assoc. 88, 1993 (quantiles as scales).
 */
#ifndef CORE_QUALITY_NOISE_H
#define CORE_QUALITY_NOISE_H

#include <stddef.h>

#define QUALITY_NOISE_PAIRS 7 /* of neighbouring hours that an estimate takes */
#define QUALITY_NOISE_UNKNOWN 2 /* taken until there are so many: as if labels came in pairs */
#define QUALITY_NOISE_SE 3.9  /* the least limit: one comparison in 20,000 */

/* Standard errors that a change must be beyond; models: those that have labels; alarms_per_week above 0. */
double quality_noise_limit(size_t models, double alarms_per_week);

/*
 * By what factor squares are larger than standard errors tell: at least 1; QUALITY_NOISE_UNKNOWN with fewer than
 * QUALITY_NOISE_PAIRS pairs. value[i], se[i]: of n hours in a row, at most QUALITY_DAY, NaN where one has too few
 */
double quality_noise_factor(const double *value, const double *se, size_t n);

#endif
