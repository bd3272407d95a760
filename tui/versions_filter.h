/* What the rows of canary and stable can be compared by behind `/`: outputs and inputs, each held against the other. */
#ifndef TUI_VERSIONS_FILTER_H
#define TUI_VERSIONS_FILTER_H

#include "core/figures_compare.h"
#include "tui/filter.h"

extern const struct filter_own versions_filter_own;
bool versions_filter_passes(const struct filter *f, const struct compare_feature *row);

#endif
