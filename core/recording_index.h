/*
 * The index of a recording (FRAME_INDEX): the headers of the frames before it, close together, so that opening need not
 * touch every page of a long file. Whatever it says can be found out without it, and is held against the header it
 * tells of when the payload is asked for.
 *
 * Each says where the one before it lies; the last frame of a file that was ended (FRAME_END) says where the last one
 * does. All frames between `from` and the index are in it, one right behind the other.
 */
#ifndef CORE_RECORDING_INDEX_H
#define CORE_RECORDING_INDEX_H

#include "core/bytes.h"
#include "core/err.h"
#include "core/frame.h"

#define RECORDING_END_BYTES 8 /* the payload of FRAME_END: the place of the last index, little-endian; 0: none */

struct recording_index {
	uint64_t from, previous; /* places; previous 0: none */
	struct frame *frames;	 /* owned */
	size_t n, cap;
};

/* From here on; previous: the place of the index before. */
void recording_index_init(struct recording_index *x, uint64_t from, uint64_t previous);
void recording_index_release(struct recording_index *x);

/* A frame that was written at f->at, right behind the one before. ERR_NOMEM. */
int recording_index_add(struct recording_index *x, const struct frame *f, struct err *err);

/* The payload of an index of all that were added. A failure is the bytes'. */
void recording_index_write(const struct recording_index *x, struct bytes *to);

/* Into one that was initialised. ERR_FORMAT: frames of it are not what a frame can be; ERR_NOMEM. */
int recording_index_read(struct recording_index *x, struct slice payload, struct err *err);

void recording_end_write(uint64_t last_index, char to[RECORDING_END_BYTES]);
uint64_t recording_end_read(struct slice payload); /* 0: it does not say */

#endif
