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

/* What was worst of each model, of a store that has been looked at several times. Zeroed at first. */
struct check_worst {
	struct check_seen *models; /* by index */
	size_t n, cap;
};

/* Looks at every model. A warning and what is critical are remembered with their words. ERR_NOMEM. */
int check_worst_see(struct check_worst *w, const struct store *s, struct err *err);
void check_worst_release(struct check_worst *w);

struct check_options {
	const char *program_version;
	int64_t generated_ms; /* wall clock */
	const char *failure;  /* what kept it from looking: unknown, whatever the store says; NULL: nothing */
	bool utf8;	      /* text: otherwise ASCII only */
	const struct check_worst *worst; /* seen meanwhile, and it counts where it is over, too; NULL: nothing */
};

/*
 * The worst model decides: crit, then warn. worst may be NULL. Without either: unknown where a source could not be
 * read, where there is no model, or where nothing can be said of any of them; else ok. why: one sentence for what is
 * unknown, else empty.
 */
enum check_status check_judge(const struct store *s, const struct check_worst *worst, const char *failure, char *why,
    size_t why_bytes);

/* s may be NULL: there was nothing to look at. */
int check_text(
    const struct store *s, const struct check_options *o, FILE *to, enum check_status *status, struct err *err);

/* The text, NUL-terminated, from mem_alloc; n gets its length. NULL on ERR_NOMEM. */
char *check_json(const struct store *s, const struct check_options *o, size_t *n, enum check_status *status,
    struct err *err);

#endif
