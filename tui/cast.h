/*
 * A screen cast as text: asciicast v2, one JSON line a head, a frame, a mark or a new size.
 *
 * Pictures come as grids, and what is written is the difference between one and the next (tui/cast_paint.h): never what
 * any terminal was sent. Once a minute all of the picture is written anew, with the size in front where that is not
 * the head's, so that players can jump there and a file can be cut there. Pure: no file, no clock; lines gather in
 * `out` and are whole at any time.
 *
 * What memory does not suffice for is left out, and the next frame is a whole picture.
 */
#ifndef TUI_CAST_H
#define TUI_CAST_H

#include <stdbool.h>
#include <stdint.h>

#include "core/slice.h"
#include "themes/theme.h"
#include "tui/cast_paint.h"
#include "tui/textbuf.h"
#include "widgets/grid.h"

#define CAST_WHOLE_MS	60000
#define CAST_LABEL_BYTES 160 /* of a marker; longer ones are cut */

struct cast_options {
	enum color_depth depth;
	int64_t began_ms;  /* of what is shown first, since 1970 */
	const char *title; /* borrowed until cast_release */
};

struct cast {
	struct cast_options options;
	struct cast_paint paint;
	struct textbuf text; /* of one event */
	struct textbuf out;  /* lines that nobody has taken yet */
	bool begun;
	int head_rows, head_cols;
	int rows, cols; /* as last told */
	int64_t at_ms;	/* of the last event */
	int64_t whole_ms;
};

void cast_init(struct cast *c, const struct cast_options *options);
void cast_release(struct cast *c);

/* The picture at_ms after the beginning; a time before the last event's counts as that. The first one begins it. */
void cast_frame(struct cast *c, const struct grid *g, const struct theme *theme, int64_t at_ms);

/* The last picture anew, where it is time for that. */
void cast_tick(struct cast *c, int64_t at_ms);

/* A moment worth jumping to. Before the first picture there are none; bytes that are not for a screen become dots. */
void cast_marker(struct cast *c, struct slice label, int64_t at_ms);

#endif
