/*
 * Simulated feature-months: windows of bin counts from a known law, through a baseline that grows for two weeks, its
 * over-dispersion, arming, and the evidence rule, as the store does it; and how long the rule takes to see a change.
 *
 * A feature is a standard normal cut at the 31 levels of core/numbins.h; two rows in a hundred are missing. Regimes
 * differ in how windows depend on each other. Everything comes from splitmix64 (tests/lib_rng.h) with the seed that is
 * given: the same seed, the same windows. Counts are exact multinomials: binomials in turn, by inversion where ten rows
 * or fewer are expected, else by Hormann's transformed rejection (J. Stat. Comput. Simul. 46, 1993).
 */
#ifndef TESTS_LIB_ALARMS_H
#define TESTS_LIB_ALARMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct alarms_regime {
	const char *name;
	unsigned rows;	  /* a window */
	unsigned per_day; /* windows */
	unsigned base_windows; /* of the baseline; 14 days' worth unless it is thin */
	unsigned base_per_day;
	unsigned run_rows; /* a window after arming, where that differs; else 0 */
	unsigned session; /* rows that belong together, 0: none; 3/10 of their variance is shared */
	double wobble;	  /* sd of each window's mean, */
	double keeps;	  /* of which this share is the previous window's (AR(1)); 0: none */
	double day_wander; /* sd of each day's mean */
	double season;	  /* amplitude of a daily sine */
	bool slots;	  /* 24 references, by hour */
	bool constant;	  /* but for three rows in 100,000, which fall into the bins beside */
	bool blind;	  /* over-dispersion is not learned */
};

extern const struct alarms_regime alarms_regimes[];
extern const size_t alarms_regime_count;
const struct alarms_regime *alarms_find(const char *name);

/* Rules people use, counted beside. */
enum alarms_rule { ALARMS_PSI_01, ALARMS_PSI_02, ALARMS_PSI_025, ALARMS_KS, ALARMS_X2, ALARMS_JS, ALARMS_W1,
	ALARMS_RULES };
extern const char *const alarms_rule_names[ALARMS_RULES];

struct alarms_tally {
	unsigned months, alarms; /* alarms raised; none is expected */
	double highest;		 /* evidence, nats */
	uint64_t windows, old[ALARMS_RULES];
	double phi_loc, phi_spr, phi_shape, phi_missing; /* sums over months */
};

#define ALARMS_FEATURES 10000.0 /* that share the budget of one false alarm a week */
#define ALARMS_MONTH_DAYS 30

/* Adds `months` feature-months of nothing to *tally. old: count the other rules too. */
void alarms_quiet(const struct alarms_regime *r, unsigned months, uint64_t seed, bool old, struct alarms_tally *tally);

struct alarms_change {
	double mean, sd; /* of the normal: 0, 1 is no change */
	double mass;	 /* share of the rows that move into the bin of the median */
};

/*
 * Median number of windows from a change, a day after arming, to the alarm, over `runs` runs with a baseline each;
 * `longest` + 1 where it is not seen within `longest` windows. An alarm before the change counts in *early.
 */
double alarms_delay(const struct alarms_regime *r, const struct alarms_change *change, unsigned runs, uint64_t seed,
    unsigned longest, unsigned *early);

#endif
