/*
 * Recordings for tests: what a tape hands out, packed and framed as a recorder does it, in memory. And one of a small
 * fleet in trouble, with everything in it that a reader looks for.
 */
#ifndef TESTS_LIB_RECORDING_H
#define TESTS_LIB_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/frame.h"
#include "core/recording_head.h"
#include "core/recording_index.h"
#include "core/store.h"

#define LIB_RECORDING_BEGIN INT64_C(1700000000000)
#define LIB_RECORDING_MODELS 16

struct lib_recording {
	struct bytes out; /* the file so far */
	uint64_t seq;
	int64_t base_ms;  /* of the key that others have as prefix; every hour another one */
	struct {
		uint64_t seq;
		char *raw;
		size_t n;
	} bases[LIB_RECORDING_MODELS];
	bool index; /* write one every hour and at the end */
	struct recording_index indexed;
	uint64_t last_index;
	int64_t index_ms;
	int64_t key_ms; /* of lib_recording_fleet; 0: ten minutes */
	double budget;	/* the same: said at two fifths of the time; 0: nothing is said */
	const struct rules *rules; /* the same: they hold from two fifths of the time on; NULL: nothing is said */
	const struct fact_levels *levels; /* the same of single inputs; NULL: nothing is said */
	size_t nlevels;
	bool canary;	/* the same: from half of it on a quarter of the events of `fraud` are of a version 2 */
	int64_t silent_ms; /* the same: for so long nothing comes at first */
	bool mask;	/* the same: values of `country` and ids are not written */
	/* called behind every frame; may be NULL */
	void (*told)(void *ctx, enum frame_type type, int64_t time_ms);
	void *ctx;
};

/* With the frame that a recording begins with; with indexes, unless that is taken back. */
void lib_recording_init(struct lib_recording *w, const struct recording_head *head);
void lib_recording_release(struct lib_recording *w);

/* For struct tape_options: ctx is the recording. */
void lib_recording_frame(void *w, enum frame_type type, int64_t time_ms, size_t model, struct slice payload);

void lib_recording_end(struct lib_recording *w, int64_t time_ms);

/* Whole and at once. */
void lib_recording_save(const void *bytes, size_t n, const char *path);

/* What the small fleet's recording says of itself. */
struct recording_head lib_recording_head(void);

/*
 * Two models, 10 events a second for so many minutes, a key every ten; between a third and a half of the time missing
 * values, slowness, failures, so that alerts fire and clear; a note at half of it. hook (may be NULL) is called behind
 * every step and key with the live store.
 */
typedef void lib_recording_hook(void *ctx, const struct store *live, enum frame_type type, int64_t time_ms);
void lib_recording_fleet(struct lib_recording *w, int minutes, lib_recording_hook *hook, void *ctx);

/* Such a fleet of so many minutes, as a file. */
void lib_recording_save_fleet(const char *path, int minutes);

#endif
