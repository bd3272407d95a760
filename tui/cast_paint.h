/*
 * A grid as bytes for any terminal: the difference to the picture before, or the whole picture.
 *
 * They depend on no terminal's description, as those that curses writes do: moving the cursor, erasing, the 256
 * colours' SGR and UTF-8 are all there is, and they are text in whole sequences. What they leave is always known, so
 * that each difference begins where the last one ended.
 */
#ifndef TUI_CAST_PAINT_H
#define TUI_CAST_PAINT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "themes/theme.h"
#include "tui/sgr.h"
#include "tui/textbuf.h"
#include "widgets/grid.h"

/* What a whole picture begins with: readers can cut there. */
#define CAST_PAINT_ALL "\033[?25l\033[m\033[2J"

/* What a viewer sees of a cell; ch 0: the right half of the wide character before. */
struct cast_cell {
	uint32_t ch;
	struct look look;
};

struct cast_paint {
	int rows, cols;
	struct cast_cell *shown; /* what the terminal has; rows x cols */
	struct cast_cell *next;	 /* what it is to have: of the same block, behind it */
	struct sgr sgr;
	bool known; /* whether `shown` holds */
};

void cast_paint_init(struct cast_paint *p);
void cast_paint_release(struct cast_paint *p);

/* Takes a grid, and its size. Nothing is known afterwards where that is another one. ERR_NOMEM: as before. */
int cast_paint_take(
    struct cast_paint *p, const struct grid *g, const struct theme *theme, enum color_depth depth, struct err *err);

/*
 * Appends what makes the picture taken last out of the one painted last: nothing where they are alike, all of it where
 * nothing is known or `all` asks for it. Where out has failed the caller sets p->known to false.
 */
void cast_paint_bytes(struct cast_paint *p, bool all, struct textbuf *out);

#endif
