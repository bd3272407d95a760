/*
 * Two versions of one model beside one another, while both have traffic: panes of their own, on the model's binning.
 *
 * Whatever concerns both alike (season, weather, an incident upstream) is in both and cancels: so the reference of a
 * canary is not the past but the stable version's same minutes. Each side has the windows of five minutes and of an
 * hour, and the sum since both were watched; all integer, and a function of the panes alone. Which side is stable is
 * not known here.
 */
#ifndef CORE_VERSUS_H
#define CORE_VERSUS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/baseline.h"
#include "core/compare.h"
#include "core/delta.h"
#include "core/err.h"
#include "core/pane.h"

#define VERSUS_SIDES 2
#define VERSUS_OPEN  4 /* slots of evaluation windows that are not complete; beyond, the two oldest are one */

enum versus_ring { VERSUS_5M, VERSUS_1H, VERSUS_RINGS };

struct versus_side {
	unsigned version; /* its place in the model */
	struct ring rings[VERSUS_RINGS];
	struct sums total; /* since from_pane */
};

/* What came of both in a slot of five minutes, or in several. */
struct versus_open {
	int64_t first, last;
	struct tally tally[VERSUS_SIDES];
	uint32_t *cells[VERSUS_SIDES];
};

/* One input or output. */
struct versus_column {
	bool ordered;	 /* values have an order and a spread */
	uint8_t ncells;	 /* that differences of shape are looked for in */
	int32_t *scores; /* of each fine bin; NULL: not ordered */
	struct compare compare;
};

struct versus {
	const struct baseline *baseline;  /* borrowed; NULL: no binning yet */
	const struct cell_layout *layout; /* its own */
	int64_t from_pane;		  /* panes below are not counted: the first that both have in full */
	struct versus_side sides[VERSUS_SIDES];
	struct versus_open *open[VERSUS_OPEN]; /* by rising slot */
	unsigned nopen;
	struct versus_column *columns; /* as the layout has them */
	size_t ncolumns;
	int64_t first_window; /* slot at which the first window that was compared began; COMPARE_NEVER: none yet */
	int64_t early_window; /* the second one: what began no later was there from the first on */
	int64_t taken; /* slots up to here have been compared; COMPARE_NEVER: none */
	uint64_t windows;
};

/* ERR_NOMEM. About 150 kB and 4 kB a feature, more with the rows. */
int versus_new(struct versus **out, const unsigned *versions, int64_t from_pane, const struct baseline *baseline,
    struct err *err);
void versus_free(struct versus *v);

/* Drops what was counted in cells and goes on with another binning. On ERR_NOMEM only versus_free is left. */
int versus_rebin(struct versus *v, const struct baseline *baseline, struct err *err);

/* An entry of `open` without counts, for whoever reads it. NULL: no memory. _free takes NULL, too. */
struct versus_open *versus_open_new(const struct cell_layout *layout, int64_t slot);
void versus_open_free(struct versus_open *o);

/* The side of that version, or -1. */
int versus_side(const struct versus *v, unsigned version);

/* Adds a pane to that side. On ERR_NOMEM it would be missing there: only versus_free is left. */
int versus_add(struct versus *v, int side, const struct delta_pane *p, struct err *err);

/* An evaluation window that ends with this slot is complete: both sides of it are compared. O(cells). */
void versus_window(struct versus *v, int64_t last_slot);

/* The cells that shape is compared on: counts on the binning, as many as it has, become at most COMPARE_CELLS. */
size_t versus_cells(const struct baseline_feature *f, const uint64_t *counts, uint64_t *out);

/* The clock of the model has come to now_ms: windows slide. */
void versus_advance(struct versus *v, int64_t now_ms);

#endif
