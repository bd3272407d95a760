/* The pace of the dashboard (tui/pace.h), by what its terminal measures, and what follows from it on the screen. */
#ifndef TUI_DASH_PACE_H
#define TUI_DASH_PACE_H

#include <stdbool.h>

#include "tui/pace.h"
#include "tui/term.h"
#include "tui/ui.h"
#include "widgets/grid.h"

struct dash_pace {
	struct pace pace;
	bool fixed;  /* it is not for the link to say */
	bool calmed; /* braille was taken from the grid, to be given back */
};

/* forced: slow, whatever the link is; fixed: as it begins. */
void dash_pace_open(struct dash_pace *p, struct ui *ui, bool forced, bool fixed);

/* Slow from now on, or as the link turns out to be. Finer lines that were taken are not given back. */
void dash_pace_force(struct dash_pace *p, struct ui *ui, bool forced);

/* What the pace makes of pictures; also by dash_pace_keep, whenever it is another one. */
void dash_pace_calm(struct dash_pace *p, struct grid *g);

/* Once a turn. */
void dash_pace_keep(struct dash_pace *p, const struct term *term, struct ui *ui, struct grid *g);

#endif
