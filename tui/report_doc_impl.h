/* The inside of a report document: what its parts share. For report_doc*.c alone. */
#ifndef TUI_REPORT_DOC_IMPL_H
#define TUI_REPORT_DOC_IMPL_H

#include "tui/arena.h"
#include "tui/report_alerts.h"
#include "tui/report_doc.h"
#include "widgets/fmt.h"

struct report_doc_state {
	const struct store *s;
	const struct report_doc_options *o;
	struct doc doc;
	struct arena texts;
	struct report_alerts alerts;
	struct report_features features;
	size_t *models; /* indices, the worst first */
	size_t nmodels;
	struct fact_mark *marks; /* texts are borrowed */
	size_t nmarks;
	bool ranged; /* from_ms and to_ms are known */
	int64_t from_ms, to_ms;
	struct chart_time time;
};

/* Into buf; returns its text. */
const char *report_doc_time(const struct report_doc_state *t, int64_t ms, struct fmt *buf);
/* A row of two cells. */
void report_doc_pair(struct report_doc_state *t, const char *key, const char *value);

/* report_doc_features.c: what changed, with its charts. report_doc_tables.c: what one looks things up in. */
void report_doc_features(struct report_doc_state *t);
void report_doc_tables(struct report_doc_state *t);

#endif
