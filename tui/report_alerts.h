/* The alerts of a report, in the order of lists: those that fire first. Pending ones have not happened yet. */
#ifndef TUI_REPORT_ALERTS_H
#define TUI_REPORT_ALERTS_H

#include <stdio.h>

#include "core/err.h"
#include "core/jsonw.h"
#include "core/store.h"
#include "tui/report.h"

struct report_alerts {
	const struct alert **list; /* borrowed from the store */
	size_t n;
};

/* Those that went on at or behind since_ms (0: all). ERR_NOMEM: there are none. */
int report_alerts_open(struct report_alerts *a, const struct store *s, int64_t since_ms, struct err *err);
void report_alerts_release(struct report_alerts *a);

/* The elements of an array: those of the model, or of sources (ALERT_NO_MODEL). */
void report_alerts_json(struct jsonw *w, const struct report_alerts *a, uint32_t model);

/* One line each, under the model. */
void report_alerts_text(FILE *to, const struct report_alerts *a, uint32_t model, const struct report_options *o);

#endif
