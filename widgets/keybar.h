/* The last line: the keys that work here. What does not fit goes from the end. */
#ifndef WIDGETS_KEYBAR_H
#define WIDGETS_KEYBAR_H

#include "widgets/widget.h"

struct keybar_item {
	const char *key;
	const char *label;
};

void keybar_paint(struct grid *g, struct rect r, const struct keybar_item *items, size_t n);

extern const struct widget keybar_widget;

#endif
