/* What the fleet says in words: in the alert line, and in place of its rows where there are none. */
#ifndef TUI_FLEET_SAY_H
#define TUI_FLEET_SAY_H

#include "tui/screen.h"

/* The worst of all models, for the alert line of the view; its texts are in the view's arena. */
void fleet_say_line(struct ui *ui, struct view *v);

void fleet_say_empty(const struct ui *ui, struct grid *g, struct rect r);

#endif
