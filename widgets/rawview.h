/*
 * A raw event, as it came: JSON set out with one member a line, everything else as it is; bytes that are no printable
 * text as \x1b. Long lines wrap, and the view scrolls.
 */
#ifndef WIDGETS_RAWVIEW_H
#define WIDGETS_RAWVIEW_H

#include "widgets/widget.h"

/*
 * Paints from line `top` on; `needle` is picked out where it occurs (bytes, ASCII letters in any case; empty:
 * nothing). Returns how many lines there are at this width, also where the rect has no rows. Linear in raw.n.
 */
size_t rawview_paint(struct grid *g, struct rect r, struct slice raw, size_t top, struct slice needle);

/* The line on which it has the member of that name, else where the needle occurs first; SIZE_MAX: nowhere. */
size_t rawview_find(int cols, struct slice raw, struct slice needle);

extern const struct widget rawview_widget;

#endif
