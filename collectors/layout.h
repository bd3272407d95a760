/*
 * From stream entries to events: what one stream's entries look like, found out by looking, and remembered.
 *
 * The boundary between reading and decoding: whoever reads (a Redis stream, a file) hands over whole entries as pairs of
 * raw bytes, and gets events out through the sink. A bad entry is counted under its reason and never stops the stream.
 */
#ifndef COLLECTORS_LAYOUT_H
#define COLLECTORS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collectors/source.h"
#include "core/err.h"
#include "core/slice.h"

/* One field of an entry. */
struct pair {
	struct slice name, value;
};

/* One entry of a stream; everything in it is borrowed for the call. ms and seq are its ID. */
struct layout_entry {
	unsigned source, stream;
	struct slice key;
	uint64_t ms, seq;
	const struct pair *pairs;
	size_t npairs;
};

struct layout_options {
	unsigned source, stream;
	struct slice key;	     /* names the model where events do not; copied */
	struct slice label;	     /* prefix of model names ("prod" in "prod/fraud"); empty: none; copied */
	const char *const *patterns; /* whose literal prefix is cut from the key; borrowed for the layout's life */
	size_t npatterns;
	const char *model_glob;	     /* NULL: all; borrowed */
	int64_t wall_ms;	     /* the wall clock at the start */
};

struct layout; /* one per stream: the layout it saw, aliases taken, the names its key gives */

int layout_new(struct layout **out, const struct layout_options *options, struct err *err);
void layout_free(struct layout *l);

/* Decodes one entry: calls sink->event for each event in it, sink->fact for what is rejected. Returns the events. */
size_t layout_entry(struct layout *l, const struct layout_entry *e, const struct sink *sink);

/* For the stream's fact; owned by the layout until its next entry. Empty before the first entry. */
struct slice layout_name(const struct layout *l);    /* "flat", "field event", "field payload, lines" */
struct slice layout_aliases(const struct layout *l); /* "ts=timestamp latency_ms=duration_ms" */

/* An entry as text for showing, fields as one JSON line cut to `bytes`; returns what was written. For streams on offer. */
size_t layout_sample(const struct layout_entry *e, char *buf, size_t bytes);

#endif
