/*
 * Where a recording goes: one file, or a directory in which one file follows the other. Blocking, as record_file.h.
 *
 * In a directory files are named PREFIX-20260131T140500Z.dtr; a new one is begun at a base key, when the last has grown
 * large or old. Files of that pattern, and no others, go again when they are too old or too much together, the oldest
 * first; not one that somebody writes.
 */
#ifndef COLLECTORS_RECORD_OUT_H
#define COLLECTORS_RECORD_OUT_H

#include <stdbool.h>
#include <stdint.h>

#include "collectors/record_file.h"
#include "core/err.h"

#define RECORD_OUT_FILE_BYTES	UINT64_C(67108864)
#define RECORD_OUT_FILE_MS	INT64_C(86400000)
#define RECORD_OUT_KEEP_BYTES	UINT64_C(2147483648)
#define RECORD_OUT_KEEP_MS	INT64_C(604800000)
#define RECORD_OUT_PREFIX_BYTES 160
#define RECORD_OUT_PATH_BYTES	4096

/* Texts are copied. 0 of a limit: the default; in a file: none. */
struct record_to {
	const char *file; /* or else */
	const char *dir;
	const char *prefix;
	uint64_t file_bytes, keep_bytes;
	int64_t file_ms, keep_ms;
	const struct record_disk *disk; /* borrowed; NULL: the system's */
};

struct record_out {
	struct record_file *file; /* NULL: nothing is written */
	char path[RECORD_OUT_PATH_BYTES]; /* of the file, or of the last one */
	uint64_t bytes; /* of it */
	bool rotates;
	bool full; /* the file has come to its limit: a base key begins the next, and in a file alone it is over */
	char *file_name, *dir, *prefix;
	uint64_t file_bytes, keep_bytes;
	int64_t file_ms, keep_ms;
	const struct record_disk *disk;
};

/* The directory is made for the user alone. Errors as record_file_open, with the path. *o zeroed, or closed before. */
int record_out_open(struct record_out *o, const struct record_to *to, const struct recording_head *head,
    int64_t wall_ms, struct err *err);

/* head: for the next file. An error ends it: nothing is written any more. */
int record_out_put(struct record_out *o, const struct record_block *b, const struct recording_head *head,
    int64_t wall_ms, struct err *err);
int record_out_sync(struct record_out *o, struct err *err);
int record_out_close(struct record_out *o, struct err *err);

/* A file of that directory with what is in blocks[0..n), at once. path: RECORD_OUT_PATH_BYTES. */
int record_out_save(const struct record_to *to, const struct recording_head *head, struct record_block *const *blocks,
    size_t n, int64_t wall_ms, char *path, struct err *err);

#endif
