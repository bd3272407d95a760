/* The two sides of a recorder, shared by the files that are one (collectors/recorder.c tells of them). */
#ifndef COLLECTORS_RECORDER_IMPL_H
#define COLLECTORS_RECORDER_IMPL_H

#include "collectors/record_ring.h"
#include "collectors/recorder.h"
#include "core/record_mask.h"
#include "core/tape.h"

#define RECORDER_TEXT_BYTES 1024

enum recorder_item_kind { ITEM_FRAME, ITEM_GAP, ITEM_START, ITEM_STOP, ITEM_SYNC, ITEM_SAVE };

/* What waits for the pool, in order. */
struct recorder_item {
	struct recorder_item *next;
	enum recorder_item_kind kind;
	enum frame_type type; /* ITEM_FRAME */
	int64_t time_ms, from_ms;
	size_t model;
	char *raw;
	size_t n;
	const char *why; /* static */
	struct record_to to; /* texts owned */
	struct record_block **blocks; /* ITEM_SAVE: a reference each */
};

struct recorder_queue {
	struct recorder_item *first, **end;
	size_t bytes;
};

/* What a job has led to. */
struct recorder_outcome {
	struct record_block *blocks, **end;
	bool lost;	/* a frame, for want of memory */
	bool failed;	/* the recording: why */
	char why[RECORDER_TEXT_BYTES], path[RECORD_OUT_PATH_BYTES];
	bool saved;
	char saved_path[RECORD_OUT_PATH_BYTES], save_why[RECORDER_TEXT_BYTES];
	bool writes, full, dirty;
	uint64_t bytes;
};

struct recorder {
	uv_loop_t *loop; /* NULL: at once */
	struct sink sink;
	struct recorder_options options;
	char *texts[6]; /* of the head */
	struct tape *tape;
	struct record_mask mask;
	struct store *store;
	int64_t wall_ms, alert_ms, last_ms;
	/* waiting */
	struct recorder_queue waiting;
	bool dropping, base_wanted;
	int64_t dropped_from_ms;
	const char *dropped_why;
	uint64_t dropped;
	int64_t base_asked_ms;
	/* in memory */
	struct record_ring ring;
	/* what is told */
	bool wants_file, telling, failed;
	char why[RECORDER_TEXT_BYTES], path[RECORD_OUT_PATH_BYTES];
	char saved[RECORD_OUT_PATH_BYTES], save_why[RECORDER_TEXT_BYTES];
	uint64_t bytes, saves;
	bool full, dirty, writes;
	struct record_to save_to; /* when what waits now is in memory; .dir NULL: nothing */
	/* the job */
	uv_work_t work;
	bool working;
	struct recorder_queue job;
	struct recorder_outcome outcome;
	int64_t job_wall_ms;
	struct record_pack pack;
	struct record_out out;
	int64_t synced_ms; /* wall clock */
};

/* recorder_job.c: everything that waits for the pool, on whatever thread it is. */
void recorder_do_job(struct recorder *r);

#endif
