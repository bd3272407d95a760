/*
 * The files of the state directory that hold what waits for a label (core/saved.h), one a model that has any: which
 * there are, and what of them is on the disk. A part of collectors/state_dir.h.
 */
#ifndef COLLECTORS_STATE_LABELS_H
#define COLLECTORS_STATE_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collectors/source.h"
#include "core/err.h"
#include "core/store.h"

#define STATE_LABELS_SUFFIX ".labels"

struct state_labels_file;

/* Zeroed memory is an empty one. */
struct state_labels {
	struct state_labels_file *files;
	size_t n, cap;
	size_t next;	/* model to look at; SIZE_MAX: none in this round */
	size_t current; /* file that is being written, */
	uint64_t revision; /* with that */
};

void state_labels_release(struct state_labels *l);

/*
 * Reads DIR/NAME and tells the sink (FACT_SAVED_LABELS). An error with a sentence: nothing is told; what a newer
 * program wrote (ERR_UNSUPPORTED) will not be written over.
 */
int state_labels_load(
    struct state_labels *l, const char *dir, const char *name, size_t max, const struct sink *sink, struct err *err);

/* Every model is looked at again. */
void state_labels_begin(struct state_labels *l);

/* The bytes of the next model whose entries have changed since they were written, for the caller to write under *name
 * and to free by mem_free; *name stays until the next call. False: there is none. */
bool state_labels_next(struct state_labels *l, const struct store *s, const char *program, int64_t wall_ms,
    const char **name, char **bytes, size_t *n);

/* Those are on the disk. */
void state_labels_written(struct state_labels *l);

#endif
