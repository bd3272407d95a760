/*
 * A source that is selected in Sources, where there is room for more than a line: what is known of it in words and what
 * befell it, its streams with what was lost and rejected of each, and the models that live on it.
 */
#ifndef TUI_SOURCE_PAGE_H
#define TUI_SOURCE_PAGE_H

#include "tui/part.h"
#include "tui/rejects_panel.h"
#include "tui/sources_list.h"
#include "widgets/heat.h"

struct source_event {
	int64_t from_ms, to_ms; /* to_ms INT64_MAX: it goes on */
	struct slice what, why;
};

/* All but numbers in the arena. */
struct source_page {
	unsigned source; /* of which this is; UINT_MAX: of none */
	const struct model_row **models; /* its events go to, the worst first */
	size_t nmodels;
	double rate[HELD_POINTS]; /* events a second of all of these, by minutes of an hour */
	size_t nrate;
	struct heat_cell *cells; /* the same of each by its largest, so that what stops is seen; NULL: no memory */
	struct slice *names;
	size_t ncells; /* models that have some: rows of nrate cells */
	struct source_event *events; /* the newest first */
	size_t nevents;
};

void source_page_collect(struct source_page *p, struct arena *a, const struct store *s, unsigned source);

/* What is known and what befell it. again: the key that tries to connect. */
void source_page_facts(const struct source_page *p, const struct ui *ui, const struct sources_list *list,
    const struct rejects_held *rejects, const struct source_row *row, const char *again, struct grid *g, struct rect r);
/* Its streams, in a panel of that number, and its models. */
void source_page_parts(const struct source_page *p, const struct sources_list *list, const struct rejects_held *rejects,
    const struct source_row *row, struct grid *g, struct rect r, bool focused, int number);
/* What its models had over an hour, each and all together, in panels. */
void source_page_graph(const struct source_page *p, struct grid *g, struct rect r);

/* Of so many rows those that what is known and its parts need; the rest is for the graph, or there is none. */
int source_page_rows(
    const struct source_page *p, const struct sources_list *list, const struct source_row *row, int rows);

#endif
