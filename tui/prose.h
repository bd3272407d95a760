/* Sentences in a rect, broken at blanks. */
#ifndef TUI_PROSE_H
#define TUI_PROSE_H

#include "core/slice.h"
#include "widgets/grid.h"

/* From the first row on; what does not fit into the last one ends with an ellipsis. Returns the rows taken. */
int prose_paint(struct grid *g, struct rect r, enum role role, struct slice text);

#endif
