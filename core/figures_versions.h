/*
 * Versions of a model over time: which of them took what share of its events, and how stable and canary fared beside
 * one another. Read from what is kept of versions anyway (core/model.h, core/versus.h). What is not known is NaN.
 */
#ifndef CORE_FIGURES_VERSIONS_H
#define CORE_FIGURES_VERSIONS_H

#include "core/figures.h"

#define VERSION_HOUR_POINTS 12 /* of five minutes each */

enum pair_series {
	PAIR_SHARE,  /* of all events of the model, 0-1 */
	PAIR_ERRORS, /* error rate, 0-1 */
	PAIR_P50,
	PAIR_P90,
	PAIR_P99, /* latency, ms */
	PAIR_SERIES,
};

/*
 * Of stable (canary false) or canary, one point a pane, oldest first, the last one the pane of the model's clock, as
 * figures_series has them: 5M gives 60 points of 5 s, any other window 60 of a minute. Nothing is known of the time
 * before both had traffic, and of the first minute in part. Returns the points; 0 where no two versions are compared.
 */
size_t figures_pair_series(const struct store *s, size_t model, bool canary, enum pair_series what, enum window w,
    double *out, size_t cap);

/*
 * The share that a version (by figures' index: newest first) had of the model's events in each five minutes of the last
 * hour, 0-1, oldest first; out: VERSION_HOUR_POINTS. NaN where the model had none. Returns its share of the hour's.
 */
double figures_version_hour(const struct store *s, size_t model, size_t version, double *out);

#endif
