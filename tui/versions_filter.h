/*
 * What the rows of canary and stable can be compared by behind `/`: outputs and inputs, each held against the other;
 * and those of all versions.
 */
#ifndef TUI_VERSIONS_FILTER_H
#define TUI_VERSIONS_FILTER_H

#include "core/figures_compare.h"
#include "tui/filter.h"

extern const struct filter_own versions_filter_own;
bool versions_filter_passes(const struct filter *f, const struct compare_feature *row);

struct versions_seen_row {
	const struct version_figures *f;
	int64_t now_ms; /* of the model */
	double share_frac; /* of the events of its last hour */
};

extern const struct filter_own versions_seen_own;
bool versions_seen_passes(const struct filter *f, const struct versions_seen_row *row);

/* By a column (enum versions_seen; not those of the last hour) as the list shows it, <0 where a comes first; 0:
 * they are alike. */
int versions_seen_order(const struct version_figures *a, const struct version_figures *b, size_t column);

#endif
