/*
 * A recording, for reading: the frames of a file (docs/RECORDING.md), or of the flight recorder's memory.
 *
 * Opening reads headers alone: it finds every frame that is whole, what is damaged or missing, and lists of what
 * readers jump to. A payload is looked at when it is asked for, and checked then. Nothing is ever written.
 */
#ifndef COLLECTORS_RECORDING_H
#define COLLECTORS_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/alert.h"
#include "core/err.h"
#include "core/fact.h"
#include "core/frame.h"
#include "core/recording_head.h"
#include "core/slice.h"

struct recording;

/* One frame and where its payload is. */
struct recording_frame {
	struct frame frame;
	const unsigned char *payload; /* as it lies there, frame.stored bytes */
};

/* A stretch of the file that is no frame, or a frame whose payload is not what was written. */
struct recording_damage {
	uint64_t at, bytes; /* bytes 0: frames are missing here, as their sequence numbers tell */
	int64_t from_ms, to_ms; /* times of the frames around it: nothing is known in between */
	bool torn;		/* at the end: the writer was cut off, or is still writing */
};

/* An alert that changed, as it was recorded. Texts are owned by the recording. */
struct recording_alert {
	int64_t time_ms; /* arrival clock */
	int64_t at_ms;	 /* the model's clock */
	enum alert_change_kind kind;
	const struct alert *alert; /* as it was then */
};

/*
 * ERR_NOT_FOUND, ERR_IO; ERR_FORMAT: no recording, with what it is instead and what to do; ERR_UNSUPPORTED: a newer
 * drifttop wrote it; ERR_NOMEM. A recording that is damaged, or has no index, opens.
 */
int recording_open(struct recording **out, const char *path, struct err *err);
/* The same of the bytes of a file, borrowed for its life. */
int recording_of_bytes(struct recording **out, const void *bytes, size_t n, struct err *err);
/* The same from memory that outlives it: a list of frames by rising sequence number. head: borrowed. */
int recording_of_frames(struct recording **out, const struct recording_head *head,
    const struct recording_frame *frames, size_t n, struct err *err);
void recording_close(struct recording *r);

/*
 * Looks whether more has been written since; true: there are more frames. Never fails: what is not whole yet waits.
 * What recording_frame returned moves; indexes stay, unless the file was written anew (then what is gone is gone).
 */
bool recording_follow(struct recording *r);

/*
 * Looks at every payload, too: afterwards the damages are all there are. Frames that lie within a damaged one are found
 * by it: indexes move. O(bytes). ERR_NOMEM.
 */
int recording_check(struct recording *r, struct err *err);

/* The first that is whole; major 0: there is none, and nothing is known but what the frames say. */
const struct recording_head *recording_head(const struct recording *r);
const char *recording_path(const struct recording *r); /* as opened; "" for memory */
uint64_t recording_bytes(const struct recording *r);
bool recording_ended(const struct recording *r); /* its writer ended it: nothing follows */
void recording_range(const struct recording *r, int64_t *from_ms, int64_t *to_ms); /* of its first key, its last step */

size_t recording_count(const struct recording *r); /* frames, by rising place */
const struct recording_frame *recording_frame(const struct recording *r, size_t index);
/* Of a type; the last one with a time <= time_ms, SIZE_MAX: none. O(log frames) for steps and keys. */
size_t recording_last(const struct recording *r, enum frame_type type, int64_t time_ms);
/* Of a type; the next one before that frame, behind it (of SIZE_MAX: the last, the first). SIZE_MAX: none. */
size_t recording_before(const struct recording *r, enum frame_type type, size_t index);
size_t recording_behind(const struct recording *r, enum frame_type type, size_t index);

size_t recording_damages(const struct recording *r);
const struct recording_damage *recording_damage(const struct recording *r, size_t index);
size_t recording_alerts(struct recording *r); /* by rising time; read at the first call */
const struct recording_alert *recording_alert(const struct recording *r, size_t index);
/*
 * By rising time: as the last list of them says, and with them all of the file of that name with ".notes" behind it,
 * which is made of the same frames: its FRAME_MARKs add up, and its damage costs what it costs.
 */
#define RECORDING_NOTES ".notes"
size_t recording_marks(struct recording *r);
const struct fact_mark *recording_mark(const struct recording *r, size_t index);

/*
 * The payload unpacked, to be given back by mem_free; with the prefix that it needs found by its sequence number.
 * ERR_FORMAT: its checksum does not hold, it does not unpack, or its base is gone. ERR_NOMEM.
 */
int recording_payload(struct recording *r, size_t index, char **out, size_t *n, struct err *err);

#endif
