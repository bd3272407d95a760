/*
 * A grid as something to keep: plain text, text with colours for a terminal, or a picture.
 *
 * The picture (SVG) holds every cell in its place whatever font the reader has: text runs carry their exact
 * length, and blocks, shades, braille and box lines are drawn as shapes, so that they join without seams.
 * Control characters never appear in any of them, whatever the grid holds.
 */
#ifndef TUI_EXPORT_H
#define TUI_EXPORT_H

#include <stddef.h>

#include "core/err.h"
#include "themes/theme.h"
#include "widgets/grid.h"

enum export_format { EXPORT_TEXT, EXPORT_ANSI, EXPORT_SVG, EXPORT_FORMAT_COUNT };

/* The format called so ("text", "ansi", "svg"); EXPORT_FORMAT_COUNT if there is none. */
enum export_format export_format_find(const char *name);

/* By the ending of a file: .txt, .ansi or .ans, .svg; EXPORT_FORMAT_COUNT if it is none of them. */
enum export_format export_format_of_file(struct slice path);

/*
 * All of the grid, a line end behind each row; blanks at the end of a row are left out where nothing shows
 * there. The colours are the theme's at `depth` (the text format has none). *out is from core/mem.h, *bytes
 * long, and the caller's. ERR_NOMEM.
 */
int export_grid(const struct grid *g, enum export_format format, const struct theme *theme,
    enum color_depth depth, char **out, size_t *bytes, struct err *err);

#endif
