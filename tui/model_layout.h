/* Where the panels of the Model screen are. The panel that has the keys is always seen: where the layout has no place
 * for it, it takes all of it. */
#ifndef TUI_MODEL_LAYOUT_H
#define TUI_MODEL_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "widgets/grid.h"

enum model_panel {
	PANEL_INPUTS,
	PANEL_OUTPUTS,
	PANEL_LATENCY,
	PANEL_TRAFFIC,
	PANEL_VERSIONS,
	PANEL_QUALITY, /* has a place only where there are labels */
	PANEL_ALERTS,  /* and this where something fires */
	PANEL_COUNT,
};

struct model_layout {
	int need; /* rows that all inputs would take, with a title, a head and a blank one */
	bool labels, expanded;
	size_t alerts; /* that fire */
	enum model_panel focus;
};

/* out: PANEL_COUNT of them; those without rows have no place. */
void model_layout(const struct model_layout *in, struct rect r, struct rect *out);

/* Whether no other panel has room beside the one that has the keys, be it expanded or not. */
bool model_layout_alone(const struct model_layout *in, struct rect r);

#endif
