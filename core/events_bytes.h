/*
 * Raw events in columns: what a recording keeps of them, a few of each model and step or all.
 *
 * Rows of one model lie together, and of each column first what kinds of values there are, then the whole numbers,
 * other numbers, texts: alike beside alike. Of an event is kept what it means (docs/EVENTS.md), not how it was written:
 * its JSON is made anew, and reads as the same event. Of an entry of a stream its ID and that
 * stream's key are kept, too.
 */
#ifndef CORE_EVENTS_BYTES_H
#define CORE_EVENTS_BYTES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/bytes.h"
#include "core/err.h"
#include "core/event.h"
#include "core/store.h"

#define EVENTS_KEPT	 1 /* of each model, of those that failed and of those that did not */
#define EVENTS_BYTES_MAX (8u << 20) /* waiting to be taken: what comes then is left out and counted */
#define EVENTS_MASKED	 "(masked)" /* is read in place of a value that was not written */
#define EVENTS_ID	 SIZE_MAX /* in place of a column: the event's own id */

struct events_writer;

/* Whether values of that column (EVENTS_ID: the ids) may not be written. */
typedef bool events_masked_fn(const void *ctx, const struct store *s, size_t model, size_t fid);

int events_new(struct events_writer **out, bool all, struct err *err);
void events_free(struct events_writer *w);

/* What there is no memory for is left out. */
void events_add(struct events_writer *w, const struct store *s, size_t model, const struct event *ev,
    events_masked_fn *masked, const void *ctx);

bool events_none(const struct events_writer *w);

/* All that were added since, and the writer is empty. A failure is the bytes'. */
void events_take(struct events_writer *w, const struct store *s, struct bytes *to);

/*
 * Calls for every event, model by model, each by rising arrival. `ev` has its features and a `raw` that is made anew;
 * it lives for the call. model: the index it had. ERR_FORMAT, ERR_NOMEM; what came before was told.
 */
typedef void events_told_fn(void *ctx, size_t model, const struct event *ev);
int events_read(struct slice payload, events_told_fn *told, void *ctx, struct err *err);

#endif
