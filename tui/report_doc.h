/*
 * The report as a document for people: what happened and when, how bad, what changed and how, what was said about it.
 * Markdown or HTML by the row of tui/doc.h. Reads stores only; the caller says what time it is.
 */
#ifndef TUI_REPORT_DOC_H
#define TUI_REPORT_DOC_H

#include "tui/chart.h"
#include "tui/doc.h"
#include "tui/report.h"
#include "tui/report_past.h"

struct report_doc_options {
	const struct report_options *report;
	const struct doc_ops *ops;
	struct slice what;		/* sources or the recording's file, without secrets */
	const struct report_past *past; /* NULL: there is only the store */
	const struct fact_mark *marks;	/* in place of the store's, by rising time; NULL: those */
	size_t nmarks;
	const struct chart_span *holes; /* stretches of a recording of which nothing is known */
	size_t nholes;
};

/* s: as it is at the end of the range. ERR_NOMEM, and what past->at fails with. Errors of `to` are the caller's. */
int report_doc(const struct store *s, const struct report_doc_options *o, FILE *to, struct err *err);

#endif
