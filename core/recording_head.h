/*
 * What a recording says of itself: the payload of its first frame. Fields are numbered, and those that a reader does
 * not know are passed over; a number is for ever.
 */
#ifndef CORE_RECORDING_HEAD_H
#define CORE_RECORDING_HEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/bytes.h"
#include "core/err.h"
#include "core/slice.h"

#define RECORDING_MAJOR 1 /* a reader refuses a greater one */
/* 1: raw events say which entry of which stream they were; 2: rules may change; 3: levels of single inputs may */
#define RECORDING_MINOR 3

struct recording_head {
	unsigned major, minor;
	struct slice program;  /* version that wrote it */
	struct slice host;
	struct slice endpoint; /* without secrets */
	struct slice zone;     /* of the writer's local time: "CET" */
	int64_t utc_offset_ms;
	int64_t started_ms; /* wall clock at which the file was begun */
	/* options of the store that figures and alerts depend on */
	int64_t start_ms;
	double alarms_per_week;
	struct slice config; /* the configuration's text without actions and secrets; empty: none */
	struct slice masked; /* in words: which fields are */
	bool all_events;
};

void recording_head_write(const struct recording_head *h, struct bytes *to);
/* Slices are borrowed from what is read. ERR_FORMAT; ERR_UNSUPPORTED: a newer drifttop wrote it. */
int recording_head_read(struct recording_head *h, struct slice payload, struct err *err);

#endif
