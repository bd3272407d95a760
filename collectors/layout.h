/*
 * From stream entries to events: what one stream's entries look like, found out by looking, and
 * remembered.
 *
 * The boundary between reading and decoding: whoever reads (a Redis stream, a file) hands over
 * whole entries as pairs of raw bytes, and gets events out through the sink. A bad entry is counted
 * under its reason and never stops the stream.
 */
#ifndef COLLECTORS_LAYOUT_H
#define COLLECTORS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collectors/source.h"
#include "core/err.h"
#include "core/slice.h"

/*
 * One entry of a stream; everything in it is borrowed for the call. ms and seq are its ID; where
 * IDs are no clock, ms is the time of reading.
 *
 * An entry is taken as
 *   - one JSON event in a field: any of payload, event, data, body, json, or the only field there
 * is; the other fields, where they are known names (model, version, id, ts), fill in what the event
 * does not say
 *   - several events, one a line, in such a field
 *   - flat: every field is a part of the event; `features` and `proba` may hold JSON text
 */
struct layout_entry {
	unsigned source, stream;
	struct slice key;
	uint64_t ms, seq;
	const struct pair *pairs;
	size_t npairs;
};

struct layout_options {
	unsigned source, stream;
	struct slice key; /* names the model where events do not; copied */
	struct slice
	    label; /* prefix of model names ("prod" in "prod/fraud"); empty: none; copied */
	const char *const *
	    patterns; /* whose literal prefix is cut from the key; borrowed for the layout's life */
	size_t npatterns;
	const char *model_glob; /* NULL: all; borrowed */
	int64_t wall_ms;        /* the wall clock at the start */
};

struct layout; /* one per stream: the layout it saw, aliases taken, the names its key gives */

int layout_new(struct layout **out, const struct layout_options *options, struct err *err);
void layout_free(struct layout *l);

/*
 * Decodes one entry: calls sink->event for each event in it, sink->fact (FACT_REJECT) for each that
 * is rejected, with a sample at most once a second of arrival and reason. Returns the events.
 * Allocates nothing once the names are known.
 */
size_t layout_entry(struct layout *l, const struct layout_entry *e, const struct sink *sink);

/* For the stream's fact; owned by the layout until its next entry. Empty before the first entry. */
struct slice layout_name(
    const struct layout *l); /* "flat", "field event", "field payload, lines" */
struct slice layout_aliases(const struct layout *l); /* "ts=timestamp latency_ms=duration_ms" */

/* An entry as text for showing, cut to `bytes`: its fields as one JSON line, of a single field that holds JSON that
 * alone; returns what was written. */
size_t layout_sample(const struct layout_entry *e, char *buf, size_t bytes);

/*
 * Model and version that a stream's key names. The literal prefix of the first pattern that matches
 * is cut, back to a separator (of a pattern without wildcards: of the default patterns); a last
 * part events, predictions, inferences, requests, log or labels is dropped; a last part that begins
 * like `v2` or `2` is the version. Parts are separated by `:` or `/`, or where there is neither by
 * `.`. The model is empty only if the key is.
 */
void layout_key_names(struct slice key, const char *const *patterns, size_t npatterns,
    struct slice *model, struct slice *version);

#endif
