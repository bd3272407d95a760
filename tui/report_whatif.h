/* drifttop report FILE --what-if CHANGE: alerts as recorded beside those that the change would have raised. */
#ifndef TUI_REPORT_WHATIF_H
#define TUI_REPORT_WHATIF_H

#include <stdio.h>

#include "core/err.h"
#include "tui/doc.h"
#include "tui/report.h"
#include "tui/whatif.h"

/* As a document; as JSON, one line an alert. ERR_NOMEM; errors of `to` are the caller's. */
int report_whatif_doc(const struct whatif *w, const char *change, const char *path, const struct report_options *o,
    const struct doc_ops *ops, FILE *to, struct err *err);
int report_whatif_json(const struct whatif *w, const char *change, FILE *to, struct err *err);

#endif
