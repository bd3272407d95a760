/*
 * What a report shows of the features that changed: how values were distributed before and during, and how far from
 * the baseline they were over time. From a store alone as far as its rings reach; from a recording by going through it.
 */
#ifndef TUI_REPORT_PAST_H
#define TUI_REPORT_PAST_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/figures.h"
#include "core/store.h"
#include "tui/arena.h"
#include "tui/chart.h"

#define REPORT_FEATURES 24 /* with charts; what is more is told in words */

/* A store as it was at other times. `at` may be asked for any time, those that rise are cheap; the store that it gives
 * lives until the next call. */
struct report_past {
	void *ctx;
	int (*at)(void *ctx, int64_t time_ms, const struct store **out, struct err *err);
	int64_t from_ms, to_ms; /* it knows these */
};

struct report_feature {
	size_t model, feature; /* index, as figures have it */
	struct slice name;
	int rank;	       /* the greater, the earlier it comes */
	double effect;
	int64_t from_ms, to_ms; /* of the change: to_ms is now where it goes on; from_ms 0: not known */
	bool alerted;
	/* the parts that its bins are put into */
	size_t nparts;
	struct slice labels[CHART_PARTS];
	uint8_t part_of[FIGURE_BINS];
	size_t nbins;
	double edges[FIGURE_BINS]; /* of another binning parts cannot be told */
	uint64_t baseline[CHART_PARTS], before[CHART_PARTS], during[CHART_PARTS];
	/* over time */
	size_t npoints;
	int64_t points_from_ms, points_to_ms;
	double psi[CHART_POINTS], floor[CHART_POINTS], missing[CHART_POINTS];
	double peak; /* PSI and missing rate at the point that `during` is of */
	double watch, drift;
};

struct report_features {
	struct report_feature *list; /* from mem_alloc, worst first */
	size_t n, left_out;
	struct arena texts;
};

/*
 * Those at watch or drift, and those that an alert is about, by figures over `window`. Then their pictures; past NULL:
 * from this store. ERR_NOMEM, and what `at` fails with.
 */
int report_features_find(struct report_features *r, const struct store *s, enum window window, struct err *err);
int report_features_fill(struct report_features *r, const struct store *s, enum window window,
    const struct report_past *past, struct err *err);
void report_features_release(struct report_features *r);

/* Rows in all parts of one of the three. */
uint64_t report_parts_total(const struct report_feature *f, const uint64_t *parts);

#endif
