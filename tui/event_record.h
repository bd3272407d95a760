/*
 * A raw event decoded once more, for whoever looks at it: what the program took of it.
 *
 * The same decoder as that of the sources; what stood beside the event (other fields of an entry, the stream's name) is
 * not here any more, so that the store's model and version stand in for what the text does not say.
 */
#ifndef TUI_EVENT_RECORD_H
#define TUI_EVENT_RECORD_H

#include <stdbool.h>

#include "collectors/decode.h"
#include "core/err.h"
#include "core/event.h"
#include "core/expr.h"
#include "core/store.h"

struct event_record;

int event_record_new(struct event_record **out, struct err *err);
void event_record_free(struct event_record *r);

/*
 * True: *ev is what it is, borrowed from e->raw and from r until the next call. False: the text is no event (any more:
 * it may be cut).
 */
bool event_record_decode(struct event_record *r, const struct raw_event *e, struct slice model, struct event *ev);

/* What became of each field of the event decoded last: as decoder_fields. ERR_NOMEM. */
int event_record_fields(
    const struct event_record *r, void (*each)(void *ctx, const struct decode_field *f), void *ctx);

/* The value of a feature, or of prediction or score, of a decoded event; a missing one if it is not there. */
struct value event_record_value(const struct event *ev, struct slice name);

/* The same for filters. */
void event_record_field(const struct event *ev, struct slice name, struct expr_value *out);

#endif
