/*
 * What was recorded, read by the simplest means there are and played: for tests of those who write recordings.
 */
#ifndef TESTS_LIB_REEL_H
#define TESTS_LIB_REEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collectors/recorder.h"
#include "core/frame.h"
#include "core/store.h"

#define REEL_FRAMES 20000

struct reel_frame {
	struct frame frame;
	char *raw; /* unpacked, from malloc */
};

struct reel {
	struct reel_frame frames[REEL_FRAMES];
	size_t n;
	size_t damages; /* stretches that are no frame */
	size_t bytes, stored[16], count[16]; /* by type */
};

/* Fails the test where a frame that is whole cannot be unpacked. */
struct reel *reel_read(const char *path);
struct reel *reel_of_view(const struct recorder_view *v);
void reel_free(struct reel *r);

/* Index of the first frame of that type at or behind `from`; SIZE_MAX: none. */
size_t reel_find(const struct reel *r, enum frame_type type, size_t from);

/* The store that was recorded, as it was at the last step; played from the last key but `back`. */
struct store *reel_play(const struct reel *r, size_t back, int64_t *time_ms);

/* Whether these bytes are in the payload of any frame, packed or not. */
bool reel_has(const struct reel *r, const char *text);

/* What changed in the tick of a key lies on both sides of it: whether that frame was there already. */
bool reel_is_twice(const struct reel *reel, size_t frame);

#endif
