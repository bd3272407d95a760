/*
 * The state directory: where the files of core/saved.h are kept between runs.
 *
 * One process writes it, whoever has the lock; any other reads it at its start and leaves it alone. Each file is
 * written under a temporary name, brought to the disk on libuv's pool, and renamed, so that there is an old one or a
 * new one and never half of one. Nothing that goes wrong here stops anything: what cannot be read is left out, what
 * cannot be written is tried again a minute later, and a FACT_STATE says which and why.
 *
 *   DIR (0700)   lock                                 held while written
 *                NAME.MODEL.BINNING.binning           the binning; written once
 *                NAME.MODEL.BINNING.model             reference, growing baseline, evidence
 *                NAME.MODEL.labels                    what waits for a label; the least often written
 *                fleet                                what belongs to no single model
 *                *.bad                                what was damaged, put aside
 *
 * NAME is the model's, as far as a file name may have it, cut; MODEL and BINNING are 16 hexadecimal digits: a hash of
 * the name, and the identity of the binning. A model that has been held against several binnings has files for the
 * newest STATE_DIR_BINNINGS of them, so that going back to one finds what was grown on it.
 */
#ifndef COLLECTORS_STATE_DIR_H
#define COLLECTORS_STATE_DIR_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "collectors/source.h"
#include "core/err.h"
#include "core/store.h"

#define STATE_DIR_INTERVAL_MS 60000
#define STATE_DIR_BINNINGS    4
#define STATE_DIR_LABELS_ROUNDS 10 /* intervals from one writing of what waits for a label to the next */
#define STATE_DIR_FILE_MAX    ((size_t)64 << 20)
#define STATE_DIR_CLOSE_MS    2000 /* that the last writing may take */

struct state_dir;

struct state_dir_options {
	const char *path;
	const char *program;	/* version, for the files */
	bool reference_only;	/* read the references of baselines, write nothing: no lock, no directory is made */
	unsigned interval_ms;	/* 0: STATE_DIR_INTERVAL_MS */
};

/*
 * Makes the directory where it is missing, takes the lock, and tells the sink what is there: FACT_SAVED and
 * FACT_SAVED_LABELS for each model that has them, FACT_SAVED_FLEET, then FACT_STATE. Reads in this thread. `loop` is
 * for writing; may be NULL with reference_only. ERR_NOMEM alone.
 */
int state_dir_open(struct state_dir **out, uv_loop_t *loop, const struct state_dir_options *options,
    const struct sink *sink, struct err *err);

/* Whether this process is the one that writes. */
bool state_dir_is_writer(const struct state_dir *d);

/* Whether another process had the lock: that one acts for this endpoint. A directory that cannot be used takes nobody's
 * turn away. NULL: no. */
bool state_dir_is_taken(const struct state_dir *d);

/* Once a tick: every interval, what has changed is written, one model after the other. The store must stay until
 * state_dir_close. */
void state_dir_tick(struct state_dir *d, const struct store *s, int64_t mono_ms, int64_t wall_ms);

/*
 * Writes what has changed, in this thread, running the loop until a write that is under way has ended; gives the lock
 * back. After STATE_DIR_CLOSE_MS the rest stays as it was last written. NULL is harmless; s NULL: writes nothing.
 */
void state_dir_close(struct state_dir *d, const struct store *s, int64_t wall_ms);

/*
 * The name of the directory for these sources: safe as a file name, without secrets. Empty where no state is kept by
 * default: with a file or standard input among them, or a source that is none. bytes >= 128.
 */
char *state_dir_endpoint(const char *const *sources, size_t n, char *buf, size_t bytes);

#endif
