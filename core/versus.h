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

#include "core/delta.h"
#include "core/err.h"
#include "core/pane.h"

#define VERSUS_SIDES 2

enum versus_ring { VERSUS_5M, VERSUS_1H, VERSUS_RINGS };

struct versus_side {
	unsigned version; /* its place in the model */
	struct ring rings[VERSUS_RINGS];
	struct sums total; /* since from_pane */
};

struct versus {
	const struct cell_layout *layout; /* borrowed; NULL: no binning yet */
	int64_t from_pane;		  /* panes below are not counted: the first that both have in full */
	struct versus_side sides[VERSUS_SIDES];
};

/* ERR_NOMEM. About 150 kB and 3 kB a feature, more with the rows. */
int versus_new(struct versus **out, const unsigned *versions, int64_t from_pane, const struct cell_layout *layout,
    struct err *err);
void versus_free(struct versus *v);

/* Drops what was counted in cells and goes on with another layout. On ERR_NOMEM only versus_free is left. */
int versus_rebin(struct versus *v, const struct cell_layout *layout, struct err *err);

/* The side of that version, or -1. */
int versus_side(const struct versus *v, unsigned version);

/* Adds a pane to that side. On ERR_NOMEM it would be missing there: only versus_free is left. */
int versus_add(struct versus *v, int side, const struct delta_pane *p, struct err *err);

/* The clock of the model has come to now_ms: windows slide. */
void versus_advance(struct versus *v, int64_t now_ms);

#endif
