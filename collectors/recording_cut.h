/*
 * A part of a recording as a file of its own, which can be replayed by itself.
 *
 * It begins with the last whole key up to `from_ms`. Frames are taken as they lie there, numbered anew; what was packed
 * with a prefix that stays behind is packed anew, with that first key's as prefix. Damaged frames stay behind, and
 * their numbers are missing. Marks and notes of its time are its list of marks. It ends with an index and an end.
 */
#ifndef COLLECTORS_RECORDING_CUT_H
#define COLLECTORS_RECORDING_CUT_H

#include <stddef.h>
#include <stdint.h>

#include "collectors/recording.h"
#include "core/err.h"

struct recording_cut {
	int64_t from_ms, to_ms; /* of the key it begins with, of the last step */
	uint64_t bytes;
	size_t steps, marks;
	size_t left; /* frames that are damaged */
};

/*
 * path: a file that is not there yet; it is 0600. ERR_INVALID: there is nothing between these times; ERR_FORMAT: no
 * whole key; ERR_IO; ERR_NOMEM. On failure there is no file.
 */
int recording_cut(struct recording *r, const char *path, int64_t from_ms, int64_t to_ms, struct recording_cut *out,
    struct err *err);

#endif
