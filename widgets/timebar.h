/*
 * The length of a recording in one line: what happened where, and where one stands.
 *
 *     14:00:00 ---W====---C==#====??----v---m--- 15:00:00
 *
 * A column is a stretch of time, and shows the most important thing in it: an alert by the letter of its severity where
 * it was raised and a bar for as long as it fired, marks as m, changes of version as v, ? where nothing is known. The
 * place one stands at covers what is below it and takes its colour. An arrow at the end: it is still being written.
 */
#ifndef WIDGETS_TIMEBAR_H
#define WIDGETS_TIMEBAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "widgets/widget.h"

/* The later one is shown where several fall into a column. */
enum timebar_kind {
	TIMEBAR_GAP = 0, /* nothing is known from..to */
	TIMEBAR_VERSION,
	TIMEBAR_MARK,
	TIMEBAR_WARN, /* it fired from..to */
	TIMEBAR_CRIT,
	TIMEBAR_KINDS,
};

struct timebar_item {
	enum timebar_kind kind;
	int64_t from_ms, to_ms; /* the same: a moment */
};

struct timebar {
	int64_t from_ms, to_ms, at_ms;
	const struct timebar_item *items; /* in any order; what lies outside is not shown */
	size_t n;
	int64_t utc_offset_ms;
	bool grows; /* more will come behind its end */
	bool lane;  /* one of several on one axis: no times beside it, and no place */
};

/* Times of both ends stand beside it from 40 columns on, with their dates where these differ and there is room. */
void timebar_paint(struct grid *g, struct rect r, const struct timebar *t);

extern const struct widget timebar_widget;

#endif
