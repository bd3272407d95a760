/* Events that were rejected, or taken and odd: each reason of each stream once, with the newest sample. */
#ifndef TUI_REJECTS_PANEL_H
#define TUI_REJECTS_PANEL_H

#include "core/event.h"
#include "tui/screen.h"

struct rejects_held {
	struct reject_sample *rejects; /* in the arena */
	struct slice *keys; /* the streams they came from */
	size_t n;
	uint64_t reasons[REASON_COUNT]; /* over all streams */
	struct list list;
};

void rejects_hold(struct rejects_held *h, struct arena *a, const struct store *s);
void rejects_arrange(struct rejects_held *h, const struct ui *ui);
void rejects_paint(struct rejects_held *h, const struct ui *ui, struct grid *g, struct rect r, bool focused);

/* The one under the cursor; NULL: none. And in full, its sample from line `scroll` on. */
const struct reject_sample *rejects_row(const struct rejects_held *h);
void rejects_paint_row(struct grid *g, struct rect r, const struct reject_sample *e, size_t scroll);

#endif
