/*
 * The head of a panel: one row with its number, its title, a muted note, a rule, and a text at the right end. One row
 * is all a panel costs: a frame around it would take two columns and two rows and say nothing.
 */
#ifndef WIDGETS_PANEL_H
#define WIDGETS_PANEL_H

#include "widgets/widget.h"

struct panel {
	int number; /* the key that goes there; 0: none */
	const char *title;
	const char *note;  /* may be NULL; UTF-8, filtered */
	const char *right; /* may be NULL */
	const char *elsewhere; /* what has no place, "4 traffic 5 versions", as far as there is room; may be NULL */
	bool focused;
};

/* Returns what is left of the rect below the head. */
struct rect panel_paint(struct grid *g, struct rect r, const struct panel *p);

/* "1-18 of 48", or "" where all rows are seen; buf has at least 32 bytes. Returns buf. */
const char *panel_range(char *buf, size_t bytes, size_t top, size_t shown, size_t rows);

extern const struct widget panel_widget;

#endif
