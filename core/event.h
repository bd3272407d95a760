/*
 * One inference, as a collector hands it to the store.
 *
 * Everything in it is borrowed and lives until the call that got it returns. Names and texts are raw bytes as the
 * producer sent them (JSON escapes undone): they may hold anything; only the drawing boundary filters. They are already
 * cut to LIMIT_NAME_BYTES.
 */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/limits.h"
#include "core/slice.h"

enum value_kind {
	VALUE_MISSING = 0, /* absent or null */
	VALUE_NUMBER,	   /* finite; num is exact, text is the token as written */
	VALUE_NONFINITE,   /* NaN, Infinity, 1e400, bare or in quotes; text as written */
	VALUE_TEXT,
	VALUE_BOOL,	  /* num is 0 or 1, text is "false" or "true" */
	VALUE_NOT_SCALAR, /* an array: counted, not looked into */
};

struct value {
	enum value_kind kind;
	double num;
	struct slice text;
};

struct event_feature {
	struct slice name; /* nested objects: dotted */
	struct value value;
};

/* One field of a flat entry, as the stream has it. */
struct pair {
	struct slice name, value;
};

/* A class of `proba`. In an array the name is the index as text. */
struct event_class {
	struct slice name;
	double p;
};

/*
 * Why an event was rejected, or what was odd about one that was taken. The names are those of docs/EVENTS.md and of the
 * report; the table event_reasons holds them in this order.
 */
enum event_reason {
	REASON_NOT_JSON,
	REASON_NOT_OBJECT,
	REASON_TOO_DEEP,
	REASON_TOO_LARGE,
	REASON_EMPTY,
	REASON_NO_CONTENT,
	REASON_OVER_LIMIT,
	REASON_REJECTED_COUNT, /* those above reject the event, those below only count */
	REASON_BAD_TS = REASON_REJECTED_COUNT,
	REASON_FUTURE,
	REASON_LATE,
	REASON_NONFINITE,
	REASON_TYPE_CHANGED,
	REASON_DUPLICATE_KEY,
	REASON_NOT_SCALAR,
	REASON_BAD_UTF8,
	REASON_COUNT,
};

struct event_reason_row {
	const char *name;     /* as in reports: "not_json" */
	const char *sentence; /* for the Sources screen: what it means and what to do */
};

extern const struct event_reason_row event_reasons[REASON_COUNT];

struct event {
	struct slice model;   /* never empty: named by the event or by its stream's key */
	struct slice version; /* empty: none */
	struct slice id;      /* empty: none */
	int64_t ts_ms;	      /* event time, UTC; always usable: the source has put a substitute where it had to */
	int64_t arrival_ms;   /* the entry ID's milliseconds; in a file ts_ms */
	const struct event_feature *features;
	size_t nfeatures;
	bool has_features;	  /* the event speaks of features at all, perhaps with none in it */
	struct value prediction;  /* with proba and no prediction of its own: the argmax */
	struct value score;	  /* number: probability of the positive class, see docs/EVENTS.md */
	struct value label;	  /* the truth, perhaps alone with an id */
	const struct event_class *classes;
	size_t nclasses;
	double latency_ms; /* NaN: none or unusable */
	bool failed;	   /* error, or status 500 and more, or a word of failure */
	bool client_error; /* status 400-499 */
	struct slice error; /* text of the error; empty: none */
	struct slice raw;   /* the event as it came, for the Events screen; empty for a flat entry: */
	const struct pair *raw_pairs; /* ... its fields, of which event_raw_json makes one JSON line on demand */
	size_t nraw_pairs;
	/*
	 * Bit r: REASON r was seen in this event. Counting reasons only, and OVER_LIMIT where the event has more than
	 * LIMIT_FEATURES features: the first ones are here, the rest was cut.
	 */
	uint32_t oddities;
	int64_t skew_ms;    /* producer's ts less arrival, where both exist; else 0 */
	unsigned source;    /* index of the source, as given to source_open */
	bool of_entry;      /* it came as an entry of a stream: arrival_ms-entry_seq is its ID */
	unsigned stream;    /* of that source */
	uint64_t entry_seq;
	struct slice stream_key; /* of one from a recording; else empty: its source knows it */
};

#define EVENT_ODD(reason) (UINT32_C(1) << (reason))

/* Whether the event is only the truth about an inference that has an event of its own. It is no inference then. */
static inline bool
event_is_label(const struct event *ev)
{
	return ev->label.kind != VALUE_MISSING && !ev->has_features && ev->prediction.kind == VALUE_MISSING &&
	       ev->score.kind == VALUE_MISSING && ev->latency_ms != ev->latency_ms && !ev->failed &&
	       !ev->client_error;
}

/*
 * The text that stands for a value in a categorical feature: text as it is, "true"/"false", numbers as written except
 * that a whole number below 2^53 loses a fraction of zeros and an exponent (1.0 and 1e0 are "1"). buf holds the result
 * where it has to be made; it must have VALUE_KEY_BYTES. Empty slice for anything that is no category.
 */
#define VALUE_KEY_BYTES 32
struct slice value_key(const struct value *v, char *buf);

/*
 * The raw event as text: `raw` itself or, of a flat entry, one JSON line made of its fields (numbers, true, false and
 * null bare, everything else a string with its control characters escaped). Writes at most cap bytes to buf and returns
 * the length of the whole text, which may be greater; buf may be NULL where cap is 0. Allocates nothing. Meant for the
 * few events somebody looks at: a store that keeps a sample of raw events calls it for those alone.
 */
size_t event_raw_json(const struct event *ev, char *buf, size_t cap);

#endif
