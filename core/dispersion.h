/*
 * Over-dispersion of one column: by how much whole windows vary more than sampling alone would have it, learned while
 * its baseline grows, without keeping windows.
 *
 * Batch means: windows are joined in blocks of 1, 4, 16 and 64, and by days, since what wanders slowly shows only in
 * long blocks. A block is held against the baseline as it was before the block (recursive residuals: those of
 * independent blocks are independent, and their squares add up to the sum of squares about the final mean); its
 * squared residuals are divided by g = 1 + n/m, the variance that n rows of the block and m rows before it have by
 * sampling. Blocks of the first day have nothing to be held against. Pearson's sum is taken over cells of five
 * expected rows or more, the rarer bins joined: a bin of one row in a million would otherwise pass for a wild feature.
 * The estimate of a length is the mean over its k blocks (the first one counts, though nothing holds it), pushed to
 * its upper 90 % bound, k over the 10 % point of chi-square with k degrees, where it exceeds 1; at least 7 residuals;
 * the largest over all lengths is taken. Rates take the 99 % bound, the 1 % point: they wander by factors, not by sums,
 * and learned from fourteen days of that one simulated month in two hundred alarmed.
 *
 * Beside that, where it is half of the largest or less: what location over EVIDENCE_SEGMENT windows varies by, between
 * what it does over 4 and over 16 by a power of the length, without a bound, and how many independent blocks of 16 that
 * rests on: fewer by what the most dispersed length has over it; 30 at least.
 *
 * One of these for each layout of slots (none; 24 hours; 24 of weekdays and 24 of weekends): the caller hands in the
 * counts of the slot that the window belongs to. Without slots: counts of everything before this window. With slots:
 * the slot's; windows of the same hour are taken out again here, so that a block is never held against itself.
 *
 * All state is integer. Sources: Glynn & Whitt, Oper. Res. Lett. 10, 1991 (batch means); Brown, Durbin & Evans, J. R.
 * Stat. Soc. B 37, 1975 (recursive residuals); Rao & Scott, Ann. Stat. 12, 1984 (the scale of a quadratic form).
 */
#ifndef CORE_DISPERSION_H
#define CORE_DISPERSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/evidence.h"
#include "core/wide.h"

#define DISPERSION_LENGTHS  5 /* 1, 4, 16, 64 windows, a day */
#define DISPERSION_MIN	    7 /* blocks of a length before it has an estimate */
#define DISPERSION_ROWS_MIN 200 /* rows (in bins, if the window has such) that a window can be held against */
#define DISPERSION_CELL_MIN 5 /* expected rows of a cell */

/* Of finished blocks. A ratio is a residual's square over what sampling alone would give on average. */
struct dispersion_sums {
	uint64_t blocks, loc, spr; /* sums of ratios at 2^-20 */
	uint64_t cells_blocks, dof, cells; /* blocks with two cells or more; their degrees of freedom; sum of ratios */
	wide_uint cells_square;	   /* sum of squared ratios at 2^-40 */
	struct {
		uint64_t blocks, ratio;
	} rate[EVIDENCE_RATES];
};

/*
 * An open block, what each window changes. Its sums are brought up to date when a shorter block ends (that of 4 windows
 * into that of 16, this one into that of 64 and into the day), so that most windows are added once. whole: they are up
 * to date and each window is added, until that block ends: it had begun before this one, or before this was read.
 */
struct dispersion_block {
	uint64_t windows;
	uint64_t hour_rows; /* of its rows: those of the hour that is running */
	int64_t borrowed;   /* sum over its hours of rows^2 / m, at 2^-20 */
	bool whole;
};

/* Sums over its windows, each against the reference that held for it. */
struct dispersion_part {
	uint64_t n;	     /* rows in bins */
	uint64_t rows;	     /* the same, but all rows of windows that have none in bins */
	int64_t loc, spr;    /* sums of scores at 2^-20 */
	struct {
		uint32_t hits, rows;	    /* at most 2^32 - 1 */
		int64_t expected, variance; /* 2^-24 */
	} rate[EVIDENCE_RATES];
	uint32_t *counts; /* at most 2^32 - 1: of a day that is 49,710 rows a second in one bin */
	int64_t *expected; /* 2^-16 rows; NULL without slots */
};

#define DISPERSION_OPEN (DISPERSION_LENGTHS - 1) /* a block of one window is over at once */

/* 2.3 kB without slots, 3.5 kB with them, for 33 bins. Written by the functions below alone. */
struct dispersion {
	size_t nbins;
	void *room; /* all arrays */
	bool seasonal, begun, ordered, has_spread;
	int64_t first_day, day, hour; /* of the first and of the last window */
	int64_t per_square;	      /* as evidence_scores, of the last reference, at 2^-20 */
	struct evidence_count hour_rate[EVIDENCE_RATES]; /* of the hour that is running */
	uint32_t *hour_counts; /* the same in bins; NULL without slots */
	struct dispersion_block block[DISPERSION_OPEN]; /* of the second length, ... */
	struct dispersion_part part[DISPERSION_OPEN];	/* of the same */
	struct dispersion_sums sums[DISPERSION_LENGTHS];
};

/* nbins as the column's; 0: rates only. seasonal: for a layout with slots. ERR_INVALID, ERR_NOMEM. */
int dispersion_init(struct dispersion *d, size_t nbins, bool seasonal, struct err *err);
void dispersion_release(struct dispersion *d);
void dispersion_clear(struct dispersion *d); /* as after dispersion_init */

/* Asks for the memory that dispersion_window will read (core/fetch.h): the struct itself, which may be NULL; and, when
 * that is at hand, the rest. */
void dispersion_fetch_head(const struct dispersion *d);
void dispersion_fetch(const struct dispersion *d);

/*
 * Takes one window, before its counts are added to the baseline. before: the baseline's counts without this window (of
 * the slot, all its hours so far; without slots of everything), with positions as for evidence_ref_init. day, hour:
 * number of the window's day and hour, by the same offset as the slots; windows come in order of time. A window without
 * rows changes nothing. About 1 us.
 */
void dispersion_window(struct dispersion *d, const struct evidence_spec *before, const struct evidence_sample *window,
    int64_t day, int64_t hour);

/* The same of two layouts of one column at once, in less time; positions are those of either. */
void dispersion_window_two(struct dispersion *const *d, const struct evidence_spec *before,
    const struct evidence_sample *window, int64_t day, int64_t hour);

/*
 * Ends the day that is open, as the first window of another one does: before the estimates that a baseline is frozen
 * with. before: as for the next window (its counts matter without slots only).
 */
void dispersion_end_day(struct dispersion *d, const struct evidence_spec *before);

/* The estimates from what has been seen so far: all 1 where no length has 7 blocks. */
void dispersion_estimate(const struct dispersion *d, struct evidence_phi *out);

/* Whole sums of an open block, as if each window had been added to each. out: its arrays are the caller's, of nbins. */
void dispersion_total(const struct dispersion *d, size_t open, struct dispersion_part *out);

/* Has been read: sums are whole. False: these blocks cannot be open together. */
bool dispersion_resume(struct dispersion *d);

/* The whole state as integers, for a file, as in core/evidence.h. */
size_t dispersion_ints(size_t nbins, bool seasonal);
void dispersion_encode(const struct dispersion *d, int64_t *out);
int dispersion_decode(struct dispersion *d, const int64_t *in, size_t n, struct err *err);

#endif
