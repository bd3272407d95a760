/*
 * Charts of a report, before they are drawn: as SVG in HTML, as characters in Markdown. Everything is borrowed; a
 * value that is not known is NaN.
 */
#ifndef TUI_CHART_H
#define TUI_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/kinds.h"
#include "core/slice.h"

#define CHART_LANES 40	/* what is more is told in words */
#define CHART_PARTS 12	/* of a distribution */
#define CHART_SERIES 3
#define CHART_POINTS 96

/* What all charts over time share. */
struct chart_time {
	int64_t from_ms, to_ms; /* from < to */
	int64_t utc_offset_ms;
	const char *zone;
};

/* An alert on the lane of what it is about, or a stretch of which nothing is known. */
struct chart_span {
	size_t lane;
	int64_t from_ms, to_ms;
	enum severity severity;
	bool open; /* it has not ended */
	struct slice title;
};

struct chart_mark {
	int64_t at_ms;
	struct slice text;
	unsigned number; /* as in the table of notes; 0: it is in none */
};

struct chart_lanes {
	const char *title;
	struct chart_time time;
	const struct slice *lanes; /* names */
	size_t nlanes;
	const struct chart_span *spans;
	size_t nspans;
	const struct chart_span *gaps; /* over all lanes */
	size_t ngaps;
	const struct chart_mark *marks;
	size_t nmarks;
};

/* Shares of rows (0-1) in each part of a distribution, beside each other. */
struct chart_bars {
	const char *title;
	size_t n, nseries;
	struct slice labels[CHART_PARTS];
	const char *names[CHART_SERIES];
	double shares[CHART_SERIES][CHART_PARTS];
};

/* Points at equal distances, the first at from_ms, the last at to_ms. */
struct chart_lines {
	const char *title;
	struct chart_time time;
	size_t n, nseries;
	bool share; /* values are of 1, and are told in percent */
	const char *names[CHART_SERIES];
	const double *values[CHART_SERIES]; /* >= 0 */
	double levels[2];		    /* watch, drift; NaN: none */
	const struct chart_span *spans;	    /* lane: does not matter */
	size_t nspans;
};

#endif
