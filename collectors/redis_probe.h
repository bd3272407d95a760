/*
 * The search for the ID of an entry that the server closes the connection over, rather than send it, or of which it
 * never begins to send anything.
 *
 * In the first case its client-output-buffer-limit is below the entry's size. The ID is never told; but a range that
 * does not hold the entry is answered, by nothing. A few dozen questions "is there an entry in (cursor, mid]?" find it.
 * No network here.
 */
#ifndef COLLECTORS_REDIS_PROBE_H
#define COLLECTORS_REDIS_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "collectors/stream_set.h"

struct round_probe {
	bool active;
	bool silent; /* it is not closing but silence until the deadline that says "something is there": the owner's */
	uint32_t stream;
	struct stream_id lo, hi, mid; /* nothing in (cursor, lo], something in (cursor, hi]; mid is asked about */
	bool bounded, within;	      /* hi was seen to hold something; the search is within one millisecond */
	uint64_t step;
	unsigned confirmed;
};

void redis_probe_start(struct round_probe *p, uint32_t stream, struct stream_id cursor);

/* Sets p->mid: ask for one entry in (p->lo, p->mid]. */
void redis_probe_choose(struct round_probe *p);

/* The answer: the connection was closed, or nothing is there. True: found, it is p->hi. Ends the search when it is
 * over. */
bool redis_probe_answer(struct round_probe *p, bool closed);

/* Only one ID is left; it is asked about twice more. */
bool redis_probe_done(const struct round_probe *p);

#endif
