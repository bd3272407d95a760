/* How far a feature has moved, in numbers: what stands above the graph of its drift. */
#ifndef TUI_DRIFT_PART_H
#define TUI_DRIFT_PART_H

#include "core/figures.h"
#include "widgets/grid.h"

/* The headline with both limits and the floor, then, where there is room, the other distances; returns the rows used.
 * numeric: those that are of numbers only are among them. */
int drift_part_numbers(struct grid *g, struct rect r, const struct drift_figures *d, bool numeric);

/* Evidence beside its limit, and how long a small change would take to be seen; returns the rows used. */
int drift_part_evidence(struct grid *g, struct rect r, const struct drift_figures *d);

#endif
