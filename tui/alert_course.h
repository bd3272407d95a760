/*
 * What an alert is about as it went, so that one sees whether it is over; and where a screen has the room, what else
 * went on with its model in that time: what led to what.
 */
#ifndef TUI_ALERT_COURSE_H
#define TUI_ALERT_COURSE_H

#include "core/alert.h"
#include "tui/part.h"
#include "widgets/graph.h"

#define ALERT_COURSES 4

/* Its own first. The graphs are over v and line: not to be copied. */
struct alert_course {
	struct alert_course_graph {
		char title[64]; /* with its limit, where it has one */
		struct graph graph;
		double v[HELD_POINTS], line[HELD_POINTS];
	} list[ALERT_COURSES];
	size_t n; /* 0: nothing that has a course */
};

/*
 * The limit that made it true, in the unit of the graph of what it is about: ms for latency, a share for errors and
 * missing values, PSI, events a second. Ratios are of the baseline's. NaN: it has none there. The second: of the worst
 * that fires by that rule on a model and, where `feature` is not empty, that input of it.
 */
double alert_course_limit(const struct store *s, const struct alert *al);
double alert_course_limit_of(const struct store *s, size_t model, struct slice feature, const char *rule);

void alert_course_collect(struct alert_course *out, const struct store *s, const struct alert *al, int64_t now_ms);

/*
 * Below so many lines at the top of r or, where there is no room for that, at their right. Returns the columns that
 * are left to the lines behind the first.
 */
int alert_course_paint(struct grid *g, struct rect r, const struct alert_course *c, int lines);

#endif
