/*
 * Frames: what a recording is made of (docs/RECORDING.md). Each is whole or it is not, and tells so by itself.
 *
 * A header of FRAME_BYTES, little-endian, and the payload right behind it:
 *
 *    0  sync, four bytes: D7 'D' 'T' 'R'
 *    4  type, flags (1: zstd, 2: with the payload of the frame `base` as prefix), two bytes of 0
 *    8  bytes of the payload as it lies there, and unpacked
 *   16  sequence number, rising by one a frame within a file
 *   24  time: arrival clock, ms since 1970
 *   32  base: sequence number of the frame that the prefix is; 0: none
 *   40  CRC-32C of the payload as it lies there, CRC-32C of the header before this
 *
 * A reader believes a length only under a header whose checksum holds; behind damage it looks for the next such header.
 */
#ifndef CORE_FRAME_H
#define CORE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/slice.h"

#define FRAME_BYTES	48
#define FRAME_PAYLOAD_MAX (UINT32_C(64) << 20)
#define FRAME_PACKED	1 /* flags */
#define FRAME_PREFIXED	2

/* A number is for ever. */
enum frame_type {
	FRAME_HEADER = 1, /* what the file is of; the first of it */
	FRAME_KEY = 2,	  /* the state of the fleet, and of how many models the states follow */
	FRAME_KEY_MODEL = 3,
	FRAME_STEP = 4,	  /* what was done to the store up to its time */
	FRAME_ALERT = 5,  /* an alert changed */
	FRAME_MARK = 6,	  /* somebody or something marked a moment */
	FRAME_EVENTS = 7, /* raw events */
	FRAME_GAP = 8,	  /* a stretch that could not be written, and why */
	FRAME_INDEX = 9,  /* where frames lie: could be found out without it */
	FRAME_END = 10,	  /* nothing follows */
	FRAME_BUDGET = 11, /* what evidence is judged by from here on */
	FRAME_TYPES
};

struct frame {
	enum frame_type type; /* or another number: to be passed over */
	unsigned flags;
	uint32_t stored, raw; /* bytes of the payload: as it lies there, unpacked */
	uint64_t seq, base;
	int64_t time_ms;
	uint32_t crc;
	uint64_t at; /* where its header lies */
};

/* crc is that of the payload: the caller's to set (frame_crc). */
void frame_write(const struct frame *f, unsigned char header[FRAME_BYTES]);
uint32_t frame_crc(struct slice payload);

/* False: no header, or a damaged one, or lengths that no writer gives. `at` is left alone. */
bool frame_read(struct frame *f, const unsigned char header[FRAME_BYTES]);

/* ---- walking over bytes that hold frames ----------------------------------------------------- */

enum frame_found {
	FRAME_FOUND,
	FRAME_DAMAGED, /* from `at` on, `skipped` bytes are no frame; the walk goes on behind them */
	FRAME_TORN,    /* the same, up to the end: a frame that was not written whole, or may still be */
	FRAME_OVER,    /* the end */
};

struct frame_walk {
	const unsigned char *p; /* borrowed */
	size_t n, at;
	bool check; /* payloads, too: O(bytes) instead of O(frames) */
	size_t skipped;
};

/* Where *f is set (FRAME_FOUND, and FRAME_DAMAGED with f->type where only the payload was), f->at is. */
enum frame_found frame_next(struct frame_walk *w, struct frame *f);

/* The payload of a frame in these bytes; .p NULL: it is not within them, or its checksum does not hold. */
struct slice frame_payload(const unsigned char *p, size_t n, const struct frame *f);

#endif
