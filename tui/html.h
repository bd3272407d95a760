/*
 * Text of strangers in HTML and SVG: what means something there is written as what it looks like, and a dot stands for
 * what is not seen (controls, overrides of direction, what has no width) and for bytes that are no text.
 */
#ifndef TUI_HTML_H
#define TUI_HTML_H

#include <stdio.h>

#include "core/slice.h"

/* For text and for attributes in either kind of quotes. Nothing that comes out ends an element or an attribute. */
void html_put(FILE *to, struct slice text);
void html_puts(FILE *to, const char *text);

/* The same, cut to so many columns with an ellipsis. */
void html_put_cut(FILE *to, struct slice text, int columns);

/* Set apart, so that letters that are written from right to left do not turn what stands around them. */
void html_put_name(FILE *to, struct slice text);

#endif
