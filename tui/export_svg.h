/* The picture of a grid; see export.h. */
#ifndef TUI_EXPORT_SVG_H
#define TUI_EXPORT_SVG_H

#include "themes/theme.h"
#include "tui/textbuf.h"
#include "widgets/grid.h"

void export_svg(struct textbuf *out, const struct grid *g, const struct theme *theme, enum color_depth depth);

#endif
