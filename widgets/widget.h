/*
 * Every widget, as a table: one file and one row each.
 *
 * A widget is a function that paints some figures into a rect of a grid. What it takes differs from one to the next,
 * so the table holds what is the same for all: a name, a sentence, and a specimen, which paints the widget over data
 * made up for one kind of trouble. The contract test walks the table and holds each row to it: nothing outside its
 * rect at any size, at any level of glyphs, with any specimen.
 */
#ifndef WIDGETS_WIDGET_H
#define WIDGETS_WIDGET_H

#include "widgets/grid.h"

enum specimen {
	SPECIMEN_TYPICAL = 0,
	SPECIMEN_EMPTY,   /* no rows, no text, no points */
	SPECIMEN_NAN,     /* every number unknown */
	SPECIMEN_HUGE,    /* the greatest counts and numbers, long texts, many rows */
	SPECIMEN_HOSTILE, /* control characters, broken UTF-8, wide and reversed text */
	SPECIMEN_COUNT,
};

struct widget {
	const char *name;
	const char *about;
	void (*specimen)(struct grid *g, struct rect r, enum specimen kind);
};

extern const struct widget *const widgets[]; /* NULL-terminated */

/* A text that fits the kind: a short name, nothing, something long, something hostile. Static. */
struct slice specimen_text(enum specimen kind);
/* A number that fits the kind, different for each i but always the same. */
double specimen_number(enum specimen kind, size_t i);

#endif
