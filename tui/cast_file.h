/*
 * A file that a cast goes into, line by line, as they are made.
 *
 * It is a new file, for its owner alone. Writing happens on libuv's pool, one job at a time; what waits for that is
 * bounded, beyond it pictures are left out. A file that cannot be written any more, or is full, ends behind a whole
 * line, and says so once; whoever draws goes on.
 */
#ifndef TUI_CAST_FILE_H
#define TUI_CAST_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "core/err.h"
#include "tui/cast.h"

#define CAST_FILE_BYTES	  (UINT64_C(512) << 20)
#define CAST_WAITING_BYTES ((size_t)4 << 20)

struct cast_file;

/*
 * Makes the file; options->title is copied. loop NULL: lines are written at once. ERR_IO, also where something of that
 * name is there; ERR_NOMEM.
 */
int cast_file_open(
    struct cast_file **out, uv_loop_t *loop, const char *path, const struct cast_options *options, struct err *err);

/*
 * Ends it, running the loop until all is written. NULL is harmless. A file that nothing came into is removed. ERR_IO,
 * with the sentence, where it ends before its cast does.
 */
int cast_file_close(struct cast_file *f, struct err *err);

/* As those of cast.h; once the file has ended they do nothing. */
void cast_file_frame(struct cast_file *f, const struct grid *g, const struct theme *theme, int64_t at_ms);
void cast_file_marker(struct cast_file *f, struct slice label, int64_t at_ms);
void cast_file_tick(struct cast_file *f, int64_t at_ms);

bool cast_file_begun(const struct cast_file *f);

/* Once, when it has ended before its time: true, and a sentence. */
bool cast_file_news(struct cast_file *f, char *say, size_t bytes);

/* For tests: another limit than CAST_FILE_BYTES. */
void cast_file_limit(struct cast_file *f, uint64_t bytes);

#endif
