/*
 * Baseline files, read through json_doc.
 *
 * What a file may lack and what not is said in core/baseline_write.h; keys that are not known are
 * passed over. A text with a NUL byte in it is cut there.
 */
#ifndef COLLECTORS_JSON_FILE_H
#define COLLECTORS_JSON_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/baseline.h"
#include "core/err.h"
#include "core/slice.h"

#define JSON_FILE_BYTES_MAX ((size_t)256 << 20)

/* Gets one baseline of a file; it owns it, also where it fails. Not 0 ends the reading. */
typedef int json_file_take_fn(void *ctx, struct baseline *b, struct err *err);

/*
 * Reads the baselines of a text and gives them to `take` in their order. All of them are checked
 * before the first is given. ERR_FORMAT says which model, feature and key is wrong,
 * ERR_UNSUPPORTED that the format is newer than this program; ERR_NOMEM.
 */
int json_file_baselines(struct slice text, json_file_take_fn *take, void *ctx, struct err *err);

/*
 * Whether a text that begins so is a baseline file (and not events, one a line): an object with a member
 * `drifttop_baseline`, or with `models` that are objects beginning with `model`, as one that somebody has edited, or a
 * report, has it. Reading it as a baseline then says what is wrong with it.
 */
bool json_file_is_baseline(struct slice head);

/*
 * The same for a file. *is tells whether it is a baseline file: if not, or if it cannot be opened,
 * nothing is given and the result is 0, and whoever reads events may have a look at it.
 * ERR_IO, ERR_LIMIT, and as above.
 */
int json_file_read_baselines(
    const char *path, bool *is, json_file_take_fn *take, void *ctx, struct err *err);

#endif
