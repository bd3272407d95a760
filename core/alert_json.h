/* An alert as JSON, the same in reports and for the commands that are run for it: the keys of schema 1, and more. */
#ifndef CORE_ALERT_JSON_H
#define CORE_ALERT_JSON_H

#include "core/alert.h"
#include "core/jsonw.h"

/* change: what has happened to it, NULL: nothing in particular. */
void alert_json(struct jsonw *w, const struct alert *al, const char *change);

extern const char *const alert_change_names[]; /* by enum alert_change_kind: "fired" "rose" ... */

#endif
