/* What fires of one model, held for a screen and painted: the worst first, as on the Alerts screen. */
#ifndef TUI_ALERTS_PANEL_H
#define TUI_ALERTS_PANEL_H

#include "core/alert.h"
#include "core/store.h"
#include "tui/arena.h"
#include "widgets/grid.h"

#define ALERTS_HELD 64

struct alerts_held_row {
	uint64_t id;
	enum severity severity;
	int64_t from_ms;
	bool quiet; /* silenced */
	struct slice rule, feature, sentence;
};

struct alerts_held {
	struct alerts_held_row *rows; /* in the arena; at most ALERTS_HELD */
	size_t n;
	size_t provisional; /* that fire, too, and are not among the rows */
};

/* Out of the store; texts go to the arena. Without memory there are none. */
void alerts_hold(struct arena *a, const struct store *s, size_t model, struct alerts_held *out);

/* "3 fire, 2 provisional". buf: 80 bytes. */
const char *alerts_note(const struct alerts_held *h, char *buf, size_t bytes);

/* Rows from `top` on, one a line; selected: SIZE_MAX for none. now_ms: what ages are counted from. */
void alerts_paint(const struct alerts_held *h, struct grid *g, struct rect r, int64_t now_ms, size_t top,
    size_t selected);

#endif
