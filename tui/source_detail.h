/* What the Sources screen says of the source or stream that is selected, in words. */
#ifndef TUI_SOURCE_DETAIL_H
#define TUI_SOURCE_DETAIL_H

#include "core/fact.h"
#include "widgets/grid.h"

/* Whether it is a server, with a connection and a clock, and not a file. */
bool source_detail_is_server(const struct fact_source *so);

/* What is wrong with it, when it is tried again, what was read. now_ms: the arrival clock; again: a key that tries. */
void source_detail_source(
    int64_t now_ms, const char *again, struct grid *g, struct rect r, const struct fact_source *so);

/* What was lost, how it is read, and an entry of it from line `scroll` on; where it tells none, of a file, `newest`. */
void source_detail_stream(
    struct grid *g, struct rect r, const struct fact_stream *st, struct slice newest, size_t scroll);

#endif
