/* Rows of key and meaning under headings, in as many columns as fit, scrolling. */
#ifndef WIDGETS_HELP_H
#define WIDGETS_HELP_H

#include "widgets/widget.h"

struct help_row {
	const char *heading; /* a row of its own; keys and text are then not read */
	const char *keys;
	const char *text;
	bool dim; /* does not work on the screen in question */
	bool picked; /* the cursor is on it */
};

/* Returns how many lines there are at this width, also where the rect has no rows; rows are read down each column. */
size_t help_paint(struct grid *g, struct rect r, const struct help_row *rows, size_t n, size_t top);

/* The line in which help_paint has row i, from the first one on. */
size_t help_line(struct rect r, const struct help_row *rows, size_t n, size_t i);

extern const struct widget help_widget;

#endif
