/*
 * Severity and drift state as letter, mark and role, so that none of them is ever told by colour alone.
 */
#ifndef WIDGETS_MARK_H
#define WIDGETS_MARK_H

#include "core/figures.h"
#include "widgets/grid.h"

struct mark {
	char letter;
	uint32_t ch; /* at the grid's level of glyphs */
	enum role role;
};

struct mark mark_severity(const struct grid *g, enum severity severity);
struct mark mark_drift(const struct grid *g, enum drift_state state);

/* Whether what drifts for that cause is loud enough to wake somebody: of a baseline too young to call for it only
 * what is missing is, and of a difference in size only with the evidence for it. */
bool mark_is_loud(const struct drift_figures *d, enum drift_cause cause);

/* mark_drift of an input or output, as loud as what it drifts for. */
struct mark mark_figures(const struct grid *g, const struct drift_figures *d);

/* Two columns: the letter and the mark. */
void mark_paint(struct grid *g, struct rect r, int row, int col, struct mark mark);

#define MARK_ROWS_SURE 500 /* below, on either side, a drift number is grey: most of it may be noise */
bool mark_drift_is_thin(const struct drift_figures *d);

/* The role of a drift number: coloured from watch on, muted when there are few rows, while it is still
 * learning, and below its floor. */
enum role mark_drift_role(const struct drift_figures *d);

#endif
