/*
 * What outlives the process, as files of bytes. Each begins with a mark and a format and ends with a checksum over all
 * that is before it, so that a torn or flipped file is told from a whole one.
 *
 *   "drifttop saved\n", format, kind, content, CRC-32C (four bytes)
 *
 *   binning    of a baseline (core/baseline_bytes.h); written once
 *   model      head, its reference, how far evaluation windows have been taken, the growing baseline, the evidence of
 *              each column; written whenever one of these has changed
 *   fleet      what does not belong to one model
 *   labels     of a model, whatever its binning: predictions that wait for a label, labels that wait for a prediction,
 *              and pairs whose time is not over
 *
 * Rows are counted once. Evaluation windows are named by their slot of event time, and a model's file says behind which
 * slot the next one begins: what is read again of the slots before that is for the screen, and neither for the growing
 * baseline nor for evidence.
 */
#ifndef CORE_SAVED_H
#define CORE_SAVED_H

#include <stdint.h>

#include "core/bytes.h"
#include "core/err.h"
#include "core/slice.h"
#include "core/store.h"

#define SAVED_FORMAT 2 /* 1: over-dispersion of segments was not known yet; read as well */
#define SAVED_PROGRAM_BYTES 64 /* of the version of the program, at most */

enum saved_kind { SAVED_BINNING = 1, SAVED_MODEL, SAVED_FLEET, SAVED_LABELS, SAVED_KINDS };

/* Begins a file, ends it. */
void saved_begin(struct bytes *to, enum saved_kind kind);
void saved_end(struct bytes *to);

/*
 * Looks whether that is a whole file of this kind and reads up to its content. ERR_FORMAT ("is cut off or damaged"),
 * ERR_UNSUPPORTED where a newer program wrote it.
 */
int saved_open(struct bytes_reader *r, struct slice file, enum saved_kind kind, struct err *err);

struct saved_head {
	struct slice program; /* that wrote it */
	struct slice model;
	uint64_t binning; /* identity of the binning it belongs to */
	int64_t written_ms; /* wall clock */
};

/* The head of a model's file, and the rest of it unread. */
int saved_open_model(struct bytes_reader *r, struct slice file, struct saved_head *head, struct err *err);

/* The model and the identity that a binning is of. */
int saved_open_binning(struct slice file, struct slice *model, uint64_t *id, struct err *err);

/*
 * The two files of a model that has a baseline; the caller frees them by mem_free. written_ms: wall clock. ERR_NOMEM,
 * ERR_NOT_FOUND: it has none.
 */
int saved_write_binning(const struct store *s, size_t model, char **file, size_t *n, struct err *err);
int saved_write_model(const struct store *s, size_t model, const char *program, int64_t written_ms, char **file,
    size_t *n, struct err *err);

/* What belongs to no single model: alerts, and names of streams that had entries. ERR_NOMEM. */
int saved_write_fleet(const struct store *s, const char *program, char **file, size_t *n, struct err *err);

/*
 * What waits for a label in a model, with the names of its classes and versions: at most as many bytes as it takes in
 * memory. ERR_NOMEM, ERR_NOT_FOUND: there never was anything.
 */
int saved_write_labels(const struct store *s, size_t model, const char *program, int64_t written_ms, char **file,
    size_t *n, struct err *err);

/* Counts up with that; 0: there never was anything. */
uint64_t saved_labels_revision(const struct store *s, size_t model);

/* Its head; binning is 0. */
int saved_open_labels(struct bytes_reader *r, struct slice file, struct saved_head *head, struct err *err);

/* Counts up with everything that a model's file holds; binning: identity, 0 where there is nothing to save yet. */
uint64_t saved_revision(const struct store *s, size_t model, uint64_t *binning);

#endif
