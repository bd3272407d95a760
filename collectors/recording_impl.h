/* The inside of a recording, for the files that are its reader. */
#ifndef COLLECTORS_RECORDING_IMPL_H
#define COLLECTORS_RECORDING_IMPL_H

#include "collectors/recording.h"

#define RECORDING_TYPES FRAME_TYPES
#define RECORDING_BASES 64 /* prefixes that are kept unpacked, and */
#define RECORDING_BASES_BYTES ((size_t)64 << 20) /* no more bytes of them, but for a single one */

/* Frames of one type, by rising place. */
struct recording_list {
	size_t *frames;
	int64_t *least; /* the least time of those from here on: rises, also where recordings overlap */
	size_t n, cap, least_cap;
};

struct recording_base {
	size_t frame;
	char *p;
	size_t n;
	uint64_t used;
};

struct squeeze_reader;

struct recording {
	char *path;
	int fd; /* -1: memory, or nothing to follow */
	const unsigned char *bytes;
	void *held; /* the same, where it is to be given back */
	size_t n;
	bool mapped;
	size_t walked; /* up to here all is known */
	bool check;    /* payloads were looked at, too */

	struct recording_head head;
	char *head_text; /* what its texts lie in */
	struct recording_frame *frames;
	size_t nframes, frames_cap;
	size_t *runs; /* first frames of stretches with rising sequence numbers */
	size_t nruns, runs_cap;
	struct recording_list lists[RECORDING_TYPES];
	struct recording_damage *damages;
	size_t ndamages, damages_cap;

	struct squeeze_reader *unpacker; /* made at the first payload that is packed */
	struct recording_base bases[RECORDING_BASES];
	size_t nbases, bases_bytes;
	uint64_t bases_used;

	struct recording_alert *alerts;
	struct alert **alerts_owned;
	size_t nalerts, alerts_cap, owned_cap;
	size_t alerts_seen; /* of the list of frames */
	struct fact_mark *marks;
	size_t nmarks, marks_cap;
	char *marks_text; /* of the last list */
	size_t marks_seen;
	bool marks_read;
	struct recording *notes;
	char **notes_texts;
	size_t nnotes, notes_cap;
};

/* recording_what.c: what a file is that is no recording, and what to do. Returns ERR_FORMAT. */
int recording_what(const char *path, const unsigned char *bytes, size_t n, struct err *err);

/* recording_payload.c; the frame whose payload is the prefix of that one, SIZE_MAX: it is gone. */
size_t recording_base(const struct recording *r, size_t frame);
void recording_bases_release(struct recording *r);

/* recording_lists.c */
void recording_lists_release(struct recording *r);

/* recording.c: a frame's payload has turned out not to be what was written. What there is no memory for is left out. */
void recording_damaged(struct recording *r, size_t frame);

/*
 * recording.c: what lies between where it has got to and `limit`, by its headers; and one frame that lies right there,
 * as an index says.
 */
int recording_walk(struct recording *r, size_t limit, struct err *err);
int recording_take(struct recording *r, const struct frame *f, struct err *err);

/* recording_indexed.c: as far as indexes say. */
int recording_find_indexed(struct recording *r, struct err *err);

/* Without a head or anything else that must be there: for notes. */
int recording_open_any(struct recording **out, const char *path, struct err *err);

#endif
