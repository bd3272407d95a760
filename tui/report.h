/*
 * Every figure of the store, once: as JSON (schema 1: keys are only ever added; a figure that
 * cannot be given is null, never 0) or as text for people. Reads the store only; the caller says
 * what time it is.
 */
#ifndef TUI_REPORT_H
#define TUI_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/err.h"
#include "core/jsonw.h"
#include "core/store.h"

#define REPORT_SCHEMA 1

struct report_options {
	const char *program_version;
	int64_t generated_ms;   /* wall clock */
	int64_t from_ms, to_ms; /* as the store was made with */
	int64_t alerts_from_ms; /* of a recording: what ended before is not listed; 0: all are */
	enum window window;     /* of drift figures */
	int64_t utc_offset_ms;  /* text: what times are shown in */
	const char *zone;
	bool utf8; /* text: otherwise ASCII only */
};

/* The text, NUL-terminated, from mem_alloc; n gets its length. NULL on ERR_NOMEM. One line a model
 * and feature. */
char *report_json(
    const struct store *s, const struct report_options *o, size_t *n, struct err *err);

/* Models by severity, then by name; each with its inputs, the worst first. Errors of `to` are the
 * caller's to look at. */
int report_text(const struct store *s, const struct report_options *o, FILE *to, struct err *err);

/* Events with a late ts that source `index` brought; UINT64_MAX if they cannot be told apart from
 * those of other sources. */
uint64_t report_late(const struct store *s, size_t index);

/* report_versions.c: all of them, newest first, and the canary beside the stable one. Text: that alone. */
void report_versions_json(struct jsonw *w, const struct store *s, size_t model, size_t n, enum window window);
void report_versions_text(FILE *to, const struct store *s, size_t model, const struct report_options *o);

/* report_quality.c: what labels say of a model. Text: nothing where there are no labels. */
void report_quality_json(struct jsonw *w, const struct store *s, size_t model);
void report_quality_text(FILE *to, const struct store *s, size_t model, const struct report_options *o);
/* Of one version, and of canary and stable over the same time; null where there are no labels. */
void report_quality_version_json(struct jsonw *w, const struct store *s, size_t model, struct slice version);
void report_quality_pair_json(
    struct jsonw *w, const struct store *s, size_t model, struct slice stable, struct slice canary);

struct feature_figures;

/* An output that the model has never had: there is a place for it, and nothing to report. */
bool report_is_absent(const struct feature_figures *f);

/* Entries of one source that are known to be lost: trimmed, deleted, recreated, rolled back. */
uint64_t report_lost(const struct store *s, size_t index);

/* The range that figures are over: what was asked for, else the oldest and newest event. False: no
 * event, no range. */
bool report_range(
    const struct store *s, const struct report_options *o, int64_t *from_ms, int64_t *to_ms);

/* Events a second of a model over that range; NaN where it has no length. */
double report_rate_per_s(
    const struct report_options *o, uint64_t events, int64_t first_ms, int64_t last_ms);

#endif
