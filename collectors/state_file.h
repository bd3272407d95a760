/*
 * Small files that must be whole: written under a temporary name, brought to the disk, renamed. Blocking: for a thread
 * that may wait.
 */
#ifndef COLLECTORS_STATE_FILE_H
#define COLLECTORS_STATE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/err.h"
#include "core/slice.h"

#define STATE_FILE_NEW ".new" /* behind the name of a file that is being written */

/*
 * Of a name what may stand in a file name everywhere: at most `most` bytes and a NUL, never a dot first, nor nothing.
 * Returns how many bytes.
 */
size_t state_file_plain_name(struct slice name, char *buf, size_t most);

/* Makes a directory for the user alone, and those above it. ERR_IO with a sentence. */
int state_file_mkdir(const char *path, struct err *err);

/* DIR/NAME is afterwards these bytes, or what it was before. ERR_IO: "cannot be written: No space left on device". */
int state_file_write(const char *dir, const char *name, const void *bytes, size_t n, struct err *err);

/* *bytes: the caller's to free by mem_free. ERR_NOT_FOUND, ERR_IO, ERR_LIMIT, ERR_NOMEM. */
int state_file_read(const char *dir, const char *name, size_t max, char **bytes, size_t *n, struct err *err);

/*
 * Takes the lock of a directory: *fd >= 0, to be given back by state_file_unlock. *holder: who has it, 0 where that is
 * not known. ERR_LIMIT: another process has it; ERR_IO.
 */
int state_file_lock(const char *dir, int *fd, pid_t *holder, struct err *err);

void state_file_unlock(int fd);

/* DIR/FROM becomes DIR/TO; a failure leaves it. */
void state_file_rename(const char *dir, const char *from, const char *to);
void state_file_remove(const char *dir, const char *name);

#endif
