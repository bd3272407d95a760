/* The list of the Sources screen: each source, and below it its streams, with what was read of them and lost. */
#ifndef TUI_SOURCES_LIST_H
#define TUI_SOURCES_LIST_H

#include "core/fact.h"
#include "tui/screen.h"

enum {
	SOURCES_MARK,
	SOURCES_NAME,
	SOURCES_STATE,
	SOURCES_RATE,
	SOURCES_EVENTS,
	SOURCES_LAG,
	SOURCES_BEHIND,
	SOURCES_LOST,
	SOURCES_AGE,
	SOURCES_LAYOUT,
	SOURCES_SAMPLE,
	SOURCES_COLUMNS
};

extern const struct table_column sources_columns[SOURCES_COLUMNS];

struct source_row {
	bool is_stream;
	unsigned source, stream;
	struct fact_source so; /* of a source, and of the one a stream is on; texts in the arena */
	struct fact_stream st; /* of a stream */
};

struct sources_list {
	struct source_row *rows; /* in the arena of the view */
	size_t n;
	struct list list;
};

void sources_list_collect(struct sources_list *l, struct arena *a, const struct store *s);
void sources_list_arrange(struct sources_list *l, struct ui *ui, struct view *v);
void sources_list_paint(
    struct sources_list *l, const struct ui *ui, struct view *v, struct grid *g, struct rect r, bool focused);

/* The one under the cursor; NULL: none. */
const struct source_row *sources_list_row(const struct sources_list *l);

const char *sources_state_text(enum feed_state state);

enum severity source_row_severity(const struct source_row *r);

/* What was last heard of a stream is no longer so where its source is away. */
bool source_row_is_away(const struct source_row *r);

#endif
