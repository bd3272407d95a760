/* What becomes a marker of a cast: alerts that begin, rise or clear, notes, versions that come and go. */
#ifndef TUI_CAST_MARKS_H
#define TUI_CAST_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/alert.h"
#include "core/fact.h"
#include "core/slice.h"
#include "core/store.h"

#define CAST_MARKS_AT_ONCE 16 /* of one kind for one picture; the rest are one marker with their number */

struct recording;

struct cast_marks {
	void (*marker)(void *ctx, struct slice label);
	void *ctx;
	int64_t began_ms; /* since 1970: what a version did before is history */
	/* live: what has been seen */
	uint64_t changes;
	uint64_t *marks;
	size_t nmarks, cap;
};

/* What there is then, is not new. */
void cast_marks_init(struct cast_marks *m, int64_t began_ms, void (*marker)(void *ctx, struct slice label), void *ctx);
void cast_marks_release(struct cast_marks *m);

/* What is new in a live store since the last call. */
void cast_marks_live(struct cast_marks *m, const struct store *s);

/* What happened in a recording behind from_ms, up to to_ms. s: for names of models. */
void cast_marks_past(
    struct cast_marks *m, struct recording *rec, const struct store *s, int64_t from_ms, int64_t to_ms);

#endif
