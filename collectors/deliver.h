/*
 * The last step of every collector: an event gets its source's label and passes the model filter,
 * what is rejected or odd is told with a sample, and a flood of bad events stays cheap: each is
 * counted, few bring a sample.
 */
#ifndef COLLECTORS_DELIVER_H
#define COLLECTORS_DELIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "collectors/source.h"
#include "core/event.h"

#define DELIVER_SAMPLE_BYTES 512 /* longer ones are cut */

struct deliver {
	unsigned source, stream;
	bool of_entry;                /* as in struct event, kept by whoever reads entries */
	uint64_t entry_seq;
	uint64_t line;                /* of the file, from 1, kept by whoever reads lines; 0: no matter */
	const char *model_glob;       /* borrowed; NULL: all */
	char model[LIMIT_NAME_BYTES]; /* LABEL/ and the model of the event before */
	size_t label_n, model_n;
	bool known, wanted; /* whether `model` holds one, and whether it passes */
	struct {
		int64_t sample_ms;
		unsigned samples;
	} reasons[REASON_COUNT];
};

/* The label is copied (and cut). */
void deliver_init(struct deliver *d, unsigned source, unsigned stream, struct slice label,
    const char *model_glob);

/* Puts the label in front of ev->model and hands the event over; false if its model is not wanted.
 */
bool deliver_event(struct deliver *d, struct event *ev, const struct sink *sink);

/* One event rejected; arrival_ms paces the samples. */
void deliver_reject(struct deliver *d, enum event_reason reason, struct slice sample,
    struct slice detail, int64_t arrival_ms, const struct sink *sink);

#endif
