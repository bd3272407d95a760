/*
 * The alerts of a what-if over the whole recording, on one axis of time: of each, as it was above, as it would be
 * below.
 */
#ifndef TUI_WHATIF_LANES_H
#define TUI_WHATIF_LANES_H

#include <stdint.h>

#include "tui/list.h"
#include "tui/whatif.h"
#include "widgets/grid.h"

#define WHATIF_LANES_ROWS 5 /* with fewer there is no room for one alert below the head and above the axis */

struct whatif_lanes {
	const struct whatif *held;
	const struct list *list; /* of its rows: those around the selected one are shown, in that order */
	int64_t from_ms, to_ms;	 /* of the recording */
	int64_t offset_ms;
};

/* Paints nothing where there is no alert, or no room. */
void whatif_lanes_paint(const struct whatif_lanes *l, struct grid *g, struct rect r);

#endif
