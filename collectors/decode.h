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
#include "collectors/keymap.h"
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

/* What became of a field. */
enum decode_use {
	DECODE_IGNORED, /* nothing: `instead` was taken, or it is empty */
	DECODE_FEATURE,
	DECODE_CLASS, /* a probability in proba */
	DECODE_KNOWN, /* what its name means */
	DECODE_HOLDS, /* the object that features or classes are in */
};

#define DECODE_PATH_BYTES 256

struct decode_field {
	uint32_t index;    /* of this field in this decoder, until it forgets its names */
	struct slice path; /* as it came, dotted where it is in an object; cut to DECODE_PATH_BYTES */
	enum decode_use use;
	enum key_meaning meaning; /* of its name; KEY_FIELD: none is known */
	unsigned rank;            /* 0: the contract's name, else an alias */
	struct slice name;        /* of a feature or class */
	struct slice instead;     /* ignored: what goes before it; empty: nothing does */
	struct value value;       /* of a feature, a class, or what its name means */
};

/*
 * Each field of the event decoded last, in the order in which the decoder met their names first. Borrowed for the call;
 * what objects that were passed over hold is not told. For the few events that somebody looks at. ERR_NOMEM.
 */
int decoder_fields(const struct decoder *d, void (*each)(void *ctx, const struct decode_field *f),
    void *ctx, struct err *err);

/* A flat field's text as a value: numbers of JSON's grammar, true, false, null, NaN and their kin;
 * empty is missing. */
void decode_flat_value(struct slice text, struct value *v);

#endif
