/*
 * From the text of one event, or the fields of one flat entry, to struct event: names, aliases,
 * values, time.
 *
 * One decoder per stream or file: it knows the names used there. What it hands out is borrowed from
 * the text, from its memory of names, and from a scratch area that is used again for the next
 * event. Nothing is allocated once the names are known and the scratch area is as large as the
 * largest event with escapes.
 *
 * The format is that of docs/EVENTS.md.
 */
#ifndef COLLECTORS_DECODE_H
#define COLLECTORS_DECODE_H

#include <stddef.h>

#include "collectors/event_time.h"
#include "core/err.h"
#include "core/event.h"

/* What the text does not say. */
struct decode_context {
	struct event_clock *clock;
	struct slice model, version; /* where the event names none */
	const struct pair *headers;  /* fields beside the event's own: known names in them fill what
					it does not say */
	size_t nheaders;
	unsigned source;
};

struct decoder;

int decoder_new(struct decoder **out, struct err *err);
void decoder_free(struct decoder *d);

/*
 * Decodes the one event that `text` is: true and *ev, or false, see decoder_reason. With `used` the
 * text may go on behind the end of the event's line: *used is set to what belongs to it, its line
 * break included, also where sound JSON makes no event, and left alone where the text is no JSON.
 */
bool decoder_json(struct decoder *d, struct slice text, const struct decode_context *ctx,
    struct event *ev, size_t *used);
bool decoder_flat(struct decoder *d, const struct pair *pairs, size_t npairs,
    const struct decode_context *ctx, struct event *ev);

/* Why the last event was rejected, and more about it ("at byte 17: expected ':'"; empty where the
 * reason says it all). */
enum event_reason decoder_reason(const struct decoder *d);
struct slice decoder_detail(const struct decoder *d);

/* The aliases taken by now: "ts=timestamp latency_ms=duration_ms". Until the next event. */
struct slice decoder_aliases(const struct decoder *d);

/* A flat field's text as a value: numbers of JSON's grammar, true, false, null, NaN and their kin;
 * empty is missing. */
void decode_flat_value(struct slice text, struct value *v);

#endif
