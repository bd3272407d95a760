/*
 * One file of a recording, written frame by frame (core/frame.h). Blocking: for a thread that may wait.
 *
 * Frames are numbered by the file, from 1. It begins with its header and, at the first base key, what was recorded.
 * A file that is there is gone on with: what was cut off at its end is cut away, and a gap, a header and a base key
 * follow. One process writes a file; the lock goes with it. What cannot be written whole is taken back.
 */
#ifndef COLLECTORS_RECORD_FILE_H
#define COLLECTORS_RECORD_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "collectors/record_pack.h"
#include "core/err.h"
#include "core/recording_head.h"

struct record_file;

/* What is asked of the system, as write(2), fdatasync(2) and ftruncate(2): where a test is to be the disk. */
struct record_disk {
	ssize_t (*write)(void *ctx, int fd, const void *p, size_t n);
	int (*sync)(void *ctx, int fd);
	int (*cut)(void *ctx, int fd, off_t bytes);
	void *ctx;
};

/*
 * fresh: there must be no such file (ERR_LIMIT where there is); else one that is there is gone on with. The head is
 * written with started_ms. ERR_LIMIT, too: another process writes it, with its number where that is known;
 * ERR_FORMAT: it is no recording; ERR_UNSUPPORTED: of a newer program; ERR_IO; ERR_NOMEM. disk: borrowed; NULL: the
 * system's.
 */
int record_file_open(struct record_file **out, const char *path, bool fresh, const struct recording_head *head,
    const struct record_disk *disk, struct err *err);

/*
 * Frames before the first base key are passed over. ERR_IO: "No space left on device": the file ends behind the last
 * whole frame, if that could be had; then it is only to be closed.
 */
int record_file_put(struct record_file *f, const struct record_block *b, struct err *err);

/* Brings it to the disk. ERR_IO. */
int record_file_sync(struct record_file *f, struct err *err);
bool record_file_dirty(const struct record_file *f); /* something was written since */

/* An index and the end, to the disk, unless it has failed: nothing is put into it any more. ERR_IO. */
int record_file_end(struct record_file *f, struct err *err);

/* Ends it, where that was not done; one that never began is removed. NULL is harmless. The first error. */
int record_file_close(struct record_file *f, struct err *err);

const char *record_file_path(const struct record_file *f);
uint64_t record_file_bytes(const struct record_file *f);
bool record_file_begun(const struct record_file *f);
int64_t record_file_started_ms(const struct record_file *f);

#endif
