/*
 * One verdict over everything in the store, for a machine that waits for it: an exit status, one summary line, one line
 * for each model that is not ok; the same as JSON.
 */
#ifndef TUI_CHECK_H
#define TUI_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/err.h"
#include "core/store.h"

enum check_status { CHECK_OK = 0, CHECK_WARN, CHECK_CRIT, CHECK_UNKNOWN, CHECK_STATUSES };
extern const char *const check_status_names[CHECK_STATUSES]; /* "ok" "warn" "crit" "unknown" */

struct check_options {
	const char *program_version;
	int64_t generated_ms; /* wall clock */
	const char *failure;  /* what kept it from looking: unknown, whatever the store says; NULL: nothing */
	bool utf8;	      /* text: otherwise ASCII only */
};

/*
 * The worst model decides: crit, then warn. Without either: unknown where a source could not be read, where there is no
 * model, or where nothing can be said of any of them; else ok. why: one sentence for what is unknown, else empty.
 */
enum check_status check_judge(const struct store *s, const char *failure, char *why, size_t why_bytes);

/* s may be NULL: there was nothing to look at. */
int check_text(
    const struct store *s, const struct check_options *o, FILE *to, enum check_status *status, struct err *err);

/* The text, NUL-terminated, from mem_alloc; n gets its length. NULL on ERR_NOMEM. */
char *check_json(const struct store *s, const struct check_options *o, size_t *n, enum check_status *status,
    struct err *err);

#endif
