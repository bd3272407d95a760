/*
 * A canary beside the stable version of its model, as rows of one table: traffic and outcomes first, then outputs and
 * inputs, those that differ first. The panel of the Model screen and the Versions screen are made of it.
 */
#ifndef TUI_VERSIONS_PART_H
#define TUI_VERSIONS_PART_H

#include "core/figures_compare.h"
#include "core/figures_quality.h"
#include "core/figures_versions.h"
#include "tui/part.h"

#define VERSIONS_MAX	  16
#define VERSIONS_OUTCOMES 5 /* at most: rows before those of outputs and inputs: rate, errors, p50, p99, quality */

struct versions_held {
	struct compare_figures pair;
	struct compare_feature *features; /* inputs, then outputs */
	size_t *order;			  /* of features: those that differ first, outputs before inputs */
	size_t nfeatures;
	struct version_figures versions[VERSIONS_MAX]; /* newest first */
	size_t nversions;
	double hour[VERSIONS_MAX][VERSION_HOUR_POINTS], share[VERSIONS_MAX]; /* of the events of the last hour */
	struct quality_pair quality;
	size_t outcomes; /* rows: the last one is there where both have labels */
};

/* Copies, texts in the arena. features: also each input and output. */
void versions_hold(struct arena *a, const struct store *s, size_t model, enum window w,
    const struct model_figures *f, struct versions_held *out);

/* Whether both have events to compare. */
bool versions_compared(const struct versions_held *v);

/* Whether what is shown of it is beyond its noise, whatever the evidence says so far. */
bool versions_is_beyond_noise(const struct compare_feature *f);

/* What one looks at first, in at most 240 bytes: a difference, what may become one, or that there is none: buf. */
const char *versions_headline(const struct versions_held *v, char *buf, size_t bytes);

/* "1.4 stable, 1.5 canary 10.2%, 1h window since 14:05". Returns buf. */
const char *versions_note(
    const struct versions_held *v, int64_t now_ms, int64_t utc_offset_ms, char *buf, size_t bytes);

/* Letter, shape and role of a difference. */
struct mark;
struct mark versions_mark(const struct grid *g, enum compare_state state);

/* The table's columns, and its cells: row < outcomes an outcome, then features in the order of `order`. */
enum {
	VERSIONS_MARK,
	VERSIONS_NAME,
	VERSIONS_STABLE,
	VERSIONS_CANARY,
	VERSIONS_DIFF,
	VERSIONS_NOISE,
	VERSIONS_EVIDENCE,
	VERSIONS_WHY,
	VERSIONS_COLUMNS,
};
extern const struct table_column versions_columns[VERSIONS_COLUMNS];
void versions_outcome_cell(
    const struct versions_held *v, struct grid *g, struct rect r, size_t outcome, size_t column);
void versions_feature_cell(
    const struct compare_feature *f, struct grid *g, struct rect r, size_t column);

/* The whole table, as many rows as fit. */
void versions_paint(const struct versions_held *v, struct grid *g, struct rect r);

/* A version among all that were seen, as the Model and Versions screens list them: one of its cells. The last two are
 * of the last hour: versions_hour_cell. */
enum versions_seen {
	VERSIONS_SEEN_NAME,
	VERSIONS_SEEN_ROLE,
	VERSIONS_SEEN_EVENTS,
	VERSIONS_SEEN_ERRORS,
	VERSIONS_SEEN_P50,
	VERSIONS_SEEN_P99,
	VERSIONS_SEEN_FIRST,
	VERSIONS_SEEN_LAST,
	VERSIONS_SEEN_SHARE,
	VERSIONS_SEEN_HOUR,
	VERSIONS_SEEN_CELLS,
};
void versions_seen_cell(const struct version_figures *f, int64_t now_ms, int64_t utc_offset_ms, struct grid *g,
    struct rect r, enum versions_seen what);

void versions_hour_cell(
    const struct versions_held *v, size_t version, struct grid *g, struct rect r, enum versions_seen what);

/* What differs, in one sentence; for a feature that does not, what was looked at. buf: 240 bytes. */
const char *versions_sentence(const struct compare_feature *f, char *buf, size_t bytes);

#endif
