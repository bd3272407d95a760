/*
 * Charts as SVG within HTML: no script, no reference to anything; colours are classes that the page's style sheet
 * defines (report_html.c). Each has a title and a description for those who do not see it.
 */
#ifndef TUI_SVG_CHART_H
#define TUI_SVG_CHART_H

#include <stdio.h>

#include "tui/chart.h"

void svg_lanes(FILE *to, const struct chart_lanes *c);
void svg_bars(FILE *to, const struct chart_bars *c);
void svg_lines(FILE *to, const struct chart_lines *c);

#endif
