/* Baselines from files, for --baseline, and made from sources, for `drifttop baseline`. */
#ifndef TUI_BASELINES_H
#define TUI_BASELINES_H

#include <uv.h>

#include "collectors/source.h"
#include "core/baseline.h"
#include "core/err.h"
#include "core/store.h"

/*
 * Gives the store the baselines of one file: a baseline file (one model, or several as one JSON
 * line each), or NDJSON
 * (.gz) from which one is made for each model in it. `like` has the model glob and the clock.
 * ERR_NOT_FOUND, ERR_IO, ERR_FORMAT with the place in the file.
 */
int baselines_load(struct store *s, uv_loop_t *loop, const char *path,
    const struct source_options *like, struct err *err);

/* Rows of several models while they are read. */
struct baselines;

int baselines_new(struct baselines **out, struct err *err);
void baselines_free(struct baselines *b);

/* A sink that keeps the rows of each model. */
struct sink baselines_sink(struct baselines *b);

/* From now on only rows with from <= ts < to; both 0: all. */
void baselines_range(struct baselines *b, int64_t from_ms, int64_t to_ms);

size_t baselines_count(const struct baselines *b); /* models seen */
uint64_t baselines_rows(const struct baselines *b, size_t index);

/* Event time of a model's oldest and newest row. */
void baselines_span(const struct baselines *b, size_t index, int64_t *from_ms, int64_t *to_ms);

/* Makes the index-th one, named `name`. The caller gives it back by baseline_free. */
int baselines_make(struct baselines *b, size_t index, enum baseline_kind kind, const char *name,
    struct baseline **out, struct err *err);

/* Why rows are missing: events rejected or refused for want of memory. 0: none. */
uint64_t baselines_dropped(const struct baselines *b, struct err *first);

#endif
