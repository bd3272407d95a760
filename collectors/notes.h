/*
 * Notes of those who look at a recording afterwards. They lie in a file of their own beside it, FILE.notes, made of the
 * same frames (FRAME_MARK, each with what is new in it): the recording itself stays as it was written.
 */
#ifndef COLLECTORS_NOTES_H
#define COLLECTORS_NOTES_H

#include <stdint.h>

#include "core/err.h"
#include "core/fact.h"

/*
 * Adds one at the end, and it is on the disk. The file is made where there is none, for its user alone; it is only ever
 * appended to, in one write. recording: path of the recording. wall_ms: when it was noted. ERR_IO with the file's name,
 * ERR_LIMIT: a text of more than 64 kB; ERR_NOMEM.
 */
int notes_append(const char *recording, const struct fact_mark *mark, int64_t wall_ms, struct err *err);

#endif
