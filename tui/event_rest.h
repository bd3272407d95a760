/*
 * An event in one cell of a list whose other columns have its time, ID, prediction and the like: what they do not show.
 */
#ifndef TUI_EVENT_REST_H
#define TUI_EVENT_REST_H

#include "tui/event_record.h"
#include "widgets/grid.h"

/*
 * "country DE  hour_gap 2.2": why it failed, then its features but `shown`, as far as there is room. As it came, where
 * it cannot be decoded (any more: it may be cut), or r is NULL.
 */
void event_rest_paint(
    struct grid *g, struct rect at, struct event_record *r, const struct raw_event *e, struct slice shown);

/*
 * What follows "name": in the text of an event; empty where that is not there, as with a name that was put together of
 * nested ones. For the eye only: it is not decoded.
 */
struct slice event_rest_value(struct slice raw, struct slice name);

#endif
