/* What labels say of a model, held for a screen and painted: as a panel's body, and as one line. */
#ifndef TUI_QUALITY_PANEL_H
#define TUI_QUALITY_PANEL_H

#include "core/figures_quality.h"
#include "tui/arena.h"
#include "widgets/grid.h"

struct quality_held {
	struct label_figures labels;
	struct quality_figures all, recent, baseline; /* recent: the newest 24 hours, else since the baseline */
	struct quality_change change;
	struct slice names[LIMIT_CLASSES]; /* of all.numbers.classes */
};

/* Figures out of the store; texts go to the arena. Without labels everything but `labels` is zero. */
void quality_hold(struct arena *a, const struct store *s, size_t model, struct quality_held *out);

/* "AUC 0.74, was 0.90": what stands beside a panel's title or in a line of its own. buf: 80 bytes. */
const char *quality_line(const struct quality_held *q, char *buf, size_t bytes);

/* The role of that line. */
enum role quality_role(const struct quality_held *q);

void quality_paint(const struct quality_held *q, struct grid *g, struct rect r);

#endif
