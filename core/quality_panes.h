/*
 * The quality of one model over time: what a delta adds, and what is kept of it.
 *
 * Everything is counted at the time of the prediction, not of its label: a window holds predictions that were made in
 * it, as far as their labels are known by now. Panes are hours. Coverage is kept for QUALITY_HOURS of them, the rest
 * for the newest QUALITY_DAY; the total and the reference (the predictions of the baseline's rows) are kept for ever.
 */
#ifndef CORE_QUALITY_PANES_H
#define CORE_QUALITY_PANES_H

#include "core/quality.h"

#define QUALITY_HOURS 96
#define QUALITY_DAY 24
#define QUALITY_DELTA_HOURS 32 /* touched hours before the delta must be merged */

struct quality_hour {
	int64_t hour; /* of event time; PANE_NEVER: free */
	uint64_t cover[COVER_COUNT];
	struct quality sums; /* without cells: no pair yet */
};

/*
 * Of the versions of a model, which have a number in the order of their first prediction. Nothing is counted here
 * until there is a second one, and the first is what the others leave of the total. `since` begins anew with each new
 * version: so what two of them have there is of the same time.
 */
#define QUALITY_VERSIONS 16 /* numbers 0 to 15; all later ones are counted together, in all[16] */

struct quality_part {
	bool touched;
	uint64_t cover[COVER_COUNT];
	struct quality sums; /* without cells: no pair yet */
};

struct quality_versions {
	unsigned known; /* when `since` began; below QUALITY_VERSIONS + 1 */
	struct quality_part all[QUALITY_VERSIONS + 1], since[QUALITY_VERSIONS];
};

/* What a tick adds. All counts modulo 2^64: taking back is adding. */
struct quality_delta {
	size_t nhours, hours_made, last;
	struct quality_hour *hours; /* QUALITY_DELTA_HOURS, made on first use */
	bool touched;
	struct quality reference;
	uint64_t reference_cover[COVER_COUNT];
	uint64_t told[LABELS_COUNT];
	uint64_t events; /* that bring a label and nothing else */
	struct quality_versions *versions; /* NULL: one at most is known */
};

struct quality_panes {
	struct quality total, reference;
	uint64_t cover[COVER_COUNT], reference_cover[COVER_COUNT];
	uint64_t told[LABELS_COUNT];
	uint64_t events;
	int64_t newest; /* hour; PANE_NEVER: none */
	struct quality_versions *versions; /* NULL: one at most is known */
	struct quality_hour hours[QUALITY_HOURS];
};

void quality_delta_release(struct quality_delta *d); /* zeroed memory is an empty one */
void quality_delta_clear(struct quality_delta *d);

/* The touched hour of that time, made on first touch. ERR_LIMIT: too many, merge first. ERR_NOMEM. */
int quality_delta_hour(struct quality_delta *d, int64_t ts_ms, struct quality_hour **out, struct err *err);

/* There are so many versions from here on: `since` is empty. ERR_NOMEM. */
int quality_delta_versions(struct quality_delta *d, unsigned known, struct err *err);

/* Adds what another tick adds, which must fit. ERR_NOMEM: a part of it may have been added. */
bool quality_delta_joins(const struct quality_delta *to, const struct quality_delta *from);
int quality_delta_join(struct quality_delta *to, const struct quality_delta *from, struct err *err);

/* Part i of 0 to QUALITY_PARTS - 1: all of each version, then since. */
#define QUALITY_PARTS (2 * QUALITY_VERSIONS + 1)
struct quality_part *quality_versions_part(struct quality_versions *v, size_t i);

int quality_panes_new(struct quality_panes **out, struct err *err);
void quality_panes_free(struct quality_panes *p);

/* Makes sure that _add of this delta cannot fail. */
int quality_panes_prepare(struct quality_panes *p, const struct quality_delta *d, struct err *err);
void quality_panes_add(struct quality_panes *p, const struct quality_delta *d);

enum quality_span {
	SPAN_ALL,      /* everything counted */
	SPAN_24H,      /* the newest 24 hours, the present one among them */
	SPAN_BASELINE, /* the baseline's rows */
	SPAN_SINCE,    /* everything but the baseline's rows */
	SPAN_COUNT,
};
extern const char *const quality_span_names[SPAN_COUNT]; /* "all" "24h" "baseline" "since" */

/* The sums of a span; sums is initialised by the caller and receives them. now_ms: the model's clock. */
int quality_panes_sum(const struct quality_panes *p, enum quality_span span, int64_t now_ms, struct quality *sums,
    uint64_t cover[COVER_COUNT], struct err *err);

/* One of the newest QUALITY_DAY hours that have had a prediction; NULL: there is none such. */
const struct quality_hour *quality_panes_hour(const struct quality_panes *p, int64_t hour);

/* The same of one version of `known`; since: of what was predicted since the newest of them came. */
int quality_panes_version(const struct quality_panes *p, unsigned version, unsigned known, bool since,
    struct quality *sums, uint64_t cover[COVER_COUNT], struct err *err);

/*
 * Coverage at equal maturity: of the kept hours that ended age_hours (1 or 24) and more before now, and that have
 * predictions, the share that had its label within that age; *predicted: of how many. NaN where there are none.
 */
double quality_panes_coverage(
    const struct quality_panes *p, int64_t now_ms, int age_hours, uint64_t *predicted);

#endif
