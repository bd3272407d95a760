/*
 * Evidence of drift: whether one should be woken. A sequential test on bin counts with a budget for the whole fleet.
 *
 * What comes in is one evaluation window at a time: how many rows fell into each bin, how many were missing and so on.
 * Each component of the rule asks how much likelier these counts are under its alternative than under the baseline, as
 * a logarithm in nats, and adds that up from the last time it was zero (Page's CUSUM of likelihood ratios):
 *
 *   location, spread  the baseline tilted by +-0.1 +-0.2 +-0.4 +-0.8 along standardised scores
 *   omnibus           any other distribution: a Dirichlet-multinomial mixture, over 1, 12 and 144 windows
 *   rates             missing, non-finite, out of range, unseen, failed: 1/3 2/3 1.5 3 10 times, and a point more
 *
 * Wider is held against the window's own mean: a day that is far off in location adds its square to the spread about
 * the baseline's mean, and squares have a tail that no divisor of a variance tames.
 *
 * A component's logarithm is divided by phi (1 + n/m): natural variability beyond sampling (core/dispersion.h), and
 * the sampling error of m baseline rows. That error is the same in every window: N rows since the component was last
 * zero tell no more than N m / (N + m) would against a baseline known exactly, so a window that comes after N rows is
 * further multiplied by (1 + n/m) / ((1 + N/m) (1 + (N + n)/m)). When N exceeds m a second sum is begun beside it, and
 * again after every m rows, and takes its place where it is greater: what has been told for long must not hide what is
 * new. The total is the logarithm of the weighted mean of
 * the exponentials, a quarter of the weight to each of the four kinds, shared by those that exist. An alarm: the
 * total reaches ln C, with C = features x windows a week / false alarms a week, and the change is large enough to
 * matter. Expected windows to a false alarm: C or more.
 *
 * Phi is that of the longest blocks. A mean that wanders from hour to hour and comes back by itself has one that is
 * many times what one hour varies by, and a sum of windows has to divide by it. So where phi is twice that of a segment
 * or more, a segment is looked at by itself too: the last 12 windows as one block, against what blocks of that length
 * vary by, and nothing is added up. Its evidence is -ln of the chance of being so far off (Student's tail, since what
 * is natural was learned from so many blocks). An eighth of the budget is its own and the sums have the rest, so that
 * the chance of either being at the limit is no more than that of the sums alone with all of it.
 *
 * All state is integer (2^-20 nat; shares at 2^-30), so it is the same after writing and reading; the functions of
 * core/lngamma.h make it the same on every machine too. Nothing here knows a clock, a store or a name.
 *
 * Sources: Page, Biometrika 41, 1954; Shin, Ramdas & Rinaldo, E-detectors, New England J. Stat. Data Sci. 2023; Lindon
 * & Malek, NeurIPS 2022 (the mixture); Rao & Scott, J. Am. Stat. Assoc. 76, 1981 (the divisor).
 */
#ifndef CORE_EVIDENCE_H
#define CORE_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define EVIDENCE_TILTS	   8
#define EVIDENCE_BLOCKS	   3  /* omnibus over 1, 12, 144 windows */
#define EVIDENCE_ALTS	   6  /* alternatives of a rate */
#define EVIDENCE_KAPPAS	   2  /* 30 and 300 rows' worth of prior */
#define EVIDENCE_SEGMENT   12 /* windows that an effect is measured over at most */
#define EVIDENCE_BINS_MAX  64
#define EVIDENCE_UNIT	   1048576.0 /* a nat */
#define EVIDENCE_SEGMENT_SHARE 0.125 /* of the budget, where location is tested over a segment too */
#define EVIDENCE_GATE_SHIFT  0.05 /* sd: a change that matters is this much of location, */
#define EVIDENCE_GATE_SPREAD 1.1  /* or this factor of spread, */
#define EVIDENCE_GATE_TV     0.01 /* or this share of the rows in other bins, beyond noise, */
#define EVIDENCE_GATE_TIMES  1.5  /* or a rate by this factor */
#define EVIDENCE_GATE_POINTS 0.005 /* and this difference */

enum evidence_rate {
	EVIDENCE_MISSING,
	EVIDENCE_NONFINITE,
	EVIDENCE_RANGE,
	EVIDENCE_UNSEEN,
	EVIDENCE_ERROR, /* of a model; a column of its own, without bins */
	EVIDENCE_RATES,
};

/* Components in their order; a rate r has EVIDENCE_ALTS of them from EVIDENCE_FIRST_RATE + r * EVIDENCE_ALTS on. */
enum {
	EVIDENCE_FIRST_LOC = 0,
	EVIDENCE_FIRST_SPR = EVIDENCE_FIRST_LOC + EVIDENCE_TILTS,
	EVIDENCE_FIRST_OMNI = EVIDENCE_FIRST_SPR + EVIDENCE_TILTS,
	EVIDENCE_FIRST_RATE = EVIDENCE_FIRST_OMNI + EVIDENCE_BLOCKS,
	EVIDENCE_COMPONENTS = EVIDENCE_FIRST_RATE + EVIDENCE_RATES * EVIDENCE_ALTS,
};

enum { EVIDENCE_GROUP_LOC, EVIDENCE_GROUP_SPR, EVIDENCE_GROUP_OMNI, EVIDENCE_GROUP_RATE,
	EVIDENCE_GROUPS = EVIDENCE_GROUP_RATE + EVIDENCE_RATES };

/* What a component means, for sentences. */
enum evidence_kind {
	EVIDENCE_KIND_NONE = 0,
	EVIDENCE_KIND_DOWN, /* location */
	EVIDENCE_KIND_UP,
	EVIDENCE_KIND_NARROWER, /* spread */
	EVIDENCE_KIND_WIDER,
	EVIDENCE_KIND_SHAPE,
	EVIDENCE_KIND_MISSING, /* the rates, in their order */
	EVIDENCE_KIND_NONFINITE,
	EVIDENCE_KIND_RANGE,
	EVIDENCE_KIND_UNSEEN,
	EVIDENCE_KIND_ERROR,
	EVIDENCE_KINDS,
};
extern const char *const evidence_kind_names[EVIDENCE_KINDS]; /* "none" "down" "up" "narrower" "wider" "shape"... */

/* So many of so many rows. rows 0: not known, the rate has no component. */
struct evidence_count {
	uint64_t hits, rows;
};

/*
 * What a reference is made of. counts: nbins of the baseline (of the slot). positions: where the bins lie on the
 * feature's axis (the baseline's mean in each bin, else its middle; any unit; finite), NULL for a feature whose values
 * have no order: it has no location and spread. seasonal: the reference is one of several slots, so the omnibus takes
 * single windows only. rate: hits of the baseline; where it was itself cut to have none (range, unseen of a baseline
 * file), the expected ones: 2 for range, the values that occur once for unseen.
 */
struct evidence_spec {
	const uint64_t *counts;
	const double *positions;
	size_t nbins; /* 0: rates only */
	bool seasonal;
	struct evidence_count rate[EVIDENCE_RATES];
};

/*
 * One reference: everything that can be computed before a window comes, about 3 kB with 33 bins. Derived, never
 * saved. To be made anew when the baseline or the slot changes (about 15 us). Zeroed is releasable.
 */
struct evidence_ref {
	size_t nbins;
	bool has_bins, ordered, has_spread, seasonal; /* which components there are */
	double m;		       /* rows in bins */
	uint64_t present;	       /* bit k: component k exists */
	struct {
		double weight, log;    /* of each component of a group: location, spread, omnibus, each rate */
	} share[EVIDENCE_GROUPS];
	double tv_unit;		       /* sum of sqrt(p (1 - p)) over bins */
	double tv_var;		       /* sum of p (1 - p) */
	double kurtosis;	       /* mean of s^4 */
	double per_square;	       /* what s^2 counts in v */
	double log_loc[EVIDENCE_TILTS], log_spr[EVIDENCE_TILTS]; /* ln of the mean of e^(tilt s), e^(tilt v) */
	double *p, *log_p;	       /* shares with half a row added to each bin, and their logarithms */
	double *s, *v;		       /* scores: mean 0, sd 1 under p, v orthogonal to s */
	double *log_gamma[EVIDENCE_KAPPAS]; /* ln gamma(kappa p) */
	double log_gamma_kappa[EVIDENCE_KAPPAS];
	struct evidence_ref_rate {
		double p0, m;	/* m 0: none */
		struct evidence_alt {
			double hit, miss; /* what a row that is one, that is none adds */
		} alt[EVIDENCE_ALTS];
		uint8_t which[EVIDENCE_ALTS]; /* of the EVIDENCE_ALTS */
		uint8_t nalts;		      /* the rest of both is unused */
	} rate[EVIDENCE_RATES];
};

/* ERR_INVALID for more than EVIDENCE_BINS_MAX bins or a position that is not finite; ERR_NOMEM. Releases nothing
 * before: use evidence_ref_release first where it was made already. */
int evidence_ref_init(struct evidence_ref *ref, const struct evidence_spec *spec, struct err *err);
void evidence_ref_release(struct evidence_ref *ref);
void evidence_ref_fetch(const struct evidence_ref *ref); /* its arrays (core/fetch.h) */

/* Of the total: 0 where there is no such component; over all of them 1. */
double evidence_weight(const struct evidence_ref *ref, unsigned component);

/*
 * Scores of nbins bins at these positions under the shares p: s has mean 0 and sd 1, v is the square of s made
 * orthogonal to 1 and s, sd 1; all 0 where there is no such direction. Returns how many there are: 2, 1 (two positions
 * carry everything: no spread), 0 (all positions are the same). v is (s^2 - 1 - skewness s)
 * times evidence_per_square.
 */
int evidence_scores(const double *p, const double *positions, size_t nbins, double *s, double *v);
double evidence_per_square(const double *p, const double *s, size_t nbins);

/* Over-dispersion, each >= 1: how much more than sampling whole windows vary (core/dispersion.h). */
struct evidence_phi {
	double loc, spr, shape;
	double rate[EVIDENCE_RATES];
	double segment;	       /* of location over EVIDENCE_SEGMENT windows, a best guess; */
	double segment_blocks; /* independent ones that it rests on; 0: not known, or of no use */
};
extern const struct evidence_phi evidence_phi_none; /* all 1, no segment */

/* One evaluation window of one column. counts: as many as the reference has bins. */
struct evidence_sample {
	const uint64_t *counts;
	struct evidence_count rate[EVIDENCE_RATES];
	int64_t index; /* names the window; rising */
};

/*
 * The state of one column: about 4 kB with 33 bins, all of it integer. Written by the functions below alone, read by
 * everyone. An array per window is a ring over `seen` modulo EVIDENCE_SEGMENT.
 */
struct evidence {
	size_t nbins;
	uint64_t seen;	  /* windows with rows, since it was made or cleared */
	bool alarm;
	int64_t total;	  /* evidence in 2^-20 nat, as of the last window */
	uint32_t leading; /* component that tells best what it is evidence of */
	uint32_t raised;  /* leading component when the alarm was raised, */
	int64_t began;	  /* and its onset */
	struct evidence_level {
		int64_t nats;  /* 2^-20 nat */
		int64_t onset; /* index of the window at which it last began at zero */
		uint64_t from; /* rows there had been then */
	} level[EVIDENCE_COMPONENTS];
	/* beside levels of more than m rows: of the components whose bit is set, in their order */
	struct evidence_level *second;
	uint64_t has_second;
	unsigned second_room;
	uint64_t rows, rate_rows[EVIDENCE_RATES]; /* rows so far: in bins, of each rate */
	/* the open blocks of the omnibus */
	struct evidence_block {
		uint32_t windows;
		int64_t first;	 /* index of its first window */
		uint64_t before; /* rows before it */
		uint32_t *counts; /* NULL until there is a window to count; at most 2^32 - 1 */
	} block[EVIDENCE_BLOCKS - 1];
	/* the last windows, for the effect */
	struct evidence_past {
		int64_t index;
		uint64_t n;	      /* rows in bins */
		int64_t loc, square;  /* sums of s and of s^2 over its rows, at 2^-20 */
		struct {
			uint32_t hits, rows; /* at most 2^32 - 1 */
		} rate[EVIDENCE_RATES];
	} past[EVIDENCE_SEGMENT];
	int32_t *excess; /* [EVIDENCE_SEGMENT][nbins]: share of the bin less the reference's, at 2^-30 */
};

int evidence_init(struct evidence *ev, size_t nbins, struct err *err); /* ERR_INVALID, ERR_NOMEM */
void evidence_release(struct evidence *ev);
void evidence_clear(struct evidence *ev); /* as after evidence_init: when the reference is another one */

/* ln(features x windows a week / false alarms a week), never below 0. */
double evidence_limit(double features, double windows, double alarms);

enum evidence_change { EVIDENCE_SAME, EVIDENCE_RAISED, EVIDENCE_CLEARED, EVIDENCE_LEFT_OUT };

/*
 * Takes one window. A window without any row changes nothing. log_c: the limit in nats, > 0. Levels are kept at most
 * 2 log_c. Raised: the total has reached log_c and the effect since the leading component began (at most 12 windows)
 * is material. Cleared: the total is below half of log_c and every effect over the last 12 windows (those since the
 * onset, while these are fewer) is below half its gate or two standard errors; all levels are then zero. While the
 * effects are gone, each window that is by itself no evidence takes an eighth off the levels, or those of small steps
 * would hold an alarm for a day: it takes about two hours. Only what the omnibus over 144 windows has raised keeps its
 * level, since 12 windows do not show it.
 * Leading: of the components that reach log_c alone the most specific (location, spread, rates, omnibus, and of one
 * kind the greatest); else the greatest.
 * Left out: there was no memory for what it needs (rarely any); nothing has changed.
 * ref, ev: of the same number of bins. 2.5 to 4 us with 33 bins.
 */
enum evidence_change evidence_window(struct evidence *ev, const struct evidence_ref *ref,
    const struct evidence_phi *phi, const struct evidence_sample *sample, double log_c);

double evidence_total(const struct evidence *ev); /* nats; may be below 0 */
/* Index of the window at which it began: the leading component's; while there is an alarm, as when it was raised. */
int64_t evidence_onset(const struct evidence *ev);
enum evidence_kind evidence_leading(const struct evidence *ev); /* NONE before the first window */
enum evidence_kind evidence_kind_of(unsigned component);

/* What changed, over the last windows. NaN: cannot be given (no order, no rows). Fractions are 0-1. */
struct evidence_effect {
	unsigned windows; /* it was measured over */
	uint64_t n;
	double shift_sd;     /* mean less the baseline's, in the baseline's sd (of bins) */
	double spread_ratio; /* sd over the baseline's */
	double tv;	     /* total variation from the baseline */
	double tv_excess;    /* beyond what n and m rows have by sampling; never below 0 */
	double shift_se, log_spread_se, tv_se; /* standard errors, over-dispersion included */
	double tv_noise;     /* what TV has by sampling and over-dispersion */
	struct {
		double frac, base_frac, se;
	} rate[EVIDENCE_RATES];
};

/*
 * The effect over the last `windows` ones (at most EVIDENCE_SEGMENT; 0: the active segment, since evidence_onset).
 * Windows of other slots count against their own references; noise is figured with `ref`.
 */
void evidence_effect(const struct evidence *ev, const struct evidence_ref *ref, const struct evidence_phi *phi,
    unsigned windows, struct evidence_effect *out);

bool evidence_effect_is_material(const struct evidence_effect *e);
bool evidence_effect_is_gone(const struct evidence_effect *e); /* below half the gates, or two standard errors */

/*
 * The whole state as integers, for a file: evidence_ints(nbins) of them. _decode reads them into an evidence of that
 * nbins (made by evidence_init); ERR_FORMAT if they cannot be one, ERR_NOMEM, and then it is cleared.
 */
size_t evidence_ints(size_t nbins);
void evidence_encode(const struct evidence *ev, int64_t *out);
int evidence_decode(struct evidence *ev, const int64_t *in, size_t n, struct err *err);

#endif
