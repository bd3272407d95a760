/*
 * Evaluation windows of one model: what evidence and growing baselines are fed with.
 *
 * Event time is cut into slots of five minutes. A slot is complete when the watermark, the newest
 * event time less 60 s (least over the sources that are not idle), has passed its end; it is kept
 * to whole panes, so that the order of events inside a pane does not matter. A window is one
 * complete slot, or, while that holds fewer than 50 rows, as many more as it takes. Empty slots are
 * nothing: a jump of years costs no more than what is open.
 *
 * Everything is integer. A window is a function of the panes and of the order in which sources
 * reached new slots; how panes were split over deltas does not show. Rows of a slot that was
 * completed before they came are counted `late`, and nowhere else.
 */
#ifndef CORE_EVALWIN_H
#define CORE_EVALWIN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/delta.h"
#include "core/err.h"
#include "core/pane.h"
#include "core/tally.h"

#define EVALWIN_MS	   300000 /* a slot, of event time */
#define EVALWIN_PANES	   (EVALWIN_MS / PANE_MS)
#define EVALWIN_LATE_PANES 12 /* 60 s: how far behind the newest event a row may come */
#define EVALWIN_ROWS_MIN   50 /* a window goes on while it has fewer */
#define EVALWIN_OPEN_MAX   8  /* open slots: beyond, the oldest is complete by force */
#define EVALWIN_SOURCES	   65 /* those of struct delta_pane's bits, and one for rows without */
#define EVALWIN_NEVER	   INT64_MIN

/* Sums over one open slot, or over one window. */
struct evalwin_sums {
	int64_t first, last; /* slots with rows: a slot's time is its number * EVALWIN_MS */
	uint64_t panes; /* of an open slot: bit i, its pane i has rows */
	int64_t gap; /* of a window: the longest way from one pane with rows to the next, in panes */
	struct tally tally;
	uint32_t *latency; /* LATENCY_BUCKETS */
	uint32_t *cells;   /* as the layout has them */
	struct moments *moments;
};

struct evalwin {
	const struct cell_layout *layout; /* borrowed; NULL: nothing is evaluated */
	struct evalwin_sums *open[EVALWIN_OPEN_MAX]; /* by rising slot */
	unsigned nopen;
	struct evalwin_sums *carried; /* complete; a window once it has rows enough; NULL: none */
	bool given;		      /* carried was handed out and starts anew */
	struct evalwin_sums *spare;   /* one, to be used again */
	int64_t reach[EVALWIN_SOURCES]; /* slots below are complete as far as this source goes */
	int64_t last_pane; /* with rows, in complete slots */
	int64_t complete;		/* slots below are complete: what comes for them is late */
	int64_t next;			/* slots below are in a window that was handed out, or never will be */
	int64_t resumed;		/* slots below are known from before: EVALWIN_NEVER: none */
	uint64_t again;			/* rows that came for one of these */
	uint64_t windows;		/* handed out */
	uint64_t late;			/* rows that came for a complete slot */
	uint64_t lost;			/* rows that there was no memory for */
};

/* Zeroed sums, for whoever reads them. NULL: no memory. _free takes NULL, too. */
struct evalwin_sums *evalwin_sums_new(const struct cell_layout *layout);
void evalwin_sums_free(struct evalwin_sums *s);

/* What sources are about: bit s for source s. */
struct evalwin_feed {
	uint64_t behind; /* reading history: never idle */
	uint64_t ended;	 /* nothing more will come */
	bool all_ended;	 /* nor from any other one: every slot is complete */
};

void evalwin_init(struct evalwin *w);
void evalwin_release(struct evalwin *w);

/* Forgets everything and counts on this layout from now on (NULL: not at all). */
void evalwin_rebin(struct evalwin *w, const struct cell_layout *layout);

/*
 * Goes on behind windows that an earlier run took: rows of slots below `next` are not counted again. EVALWIN_NEVER:
 * there were none.
 */
void evalwin_resume(struct evalwin *w, int64_t next);

/* The slot up to which a source has come whose newest event lies in this pane. */
static inline int64_t
evalwin_reach(int64_t pane)
{
	return pane_floor(pane - EVALWIN_LATE_PANES, EVALWIN_PANES);
}

/* Whether it is farther than some of these sources (0: those without a bit) have ever come. */
bool evalwin_rises(const struct evalwin *w, uint64_t sources, int64_t reach);

/* These sources have come to `reach`. */
void evalwin_rise(struct evalwin *w, uint64_t sources, int64_t reach);

/*
 * The next complete window, oldest first, or NULL; call it until then after each evalwin_rise.
 * slot: of the pane that is to be added next, which must find room; EVALWIN_NEVER: none. Borrowed
 * until the next call. A source more than one slot behind the foremost is idle and waited for no
 * longer, unless it is reading history. O(cells).
 */
const struct evalwin_sums *evalwin_next(
    struct evalwin *w, const struct evalwin_feed *feed, int64_t slot);

/* The slot that the next window will reach at least, by the rows there are for it; EVALWIN_NEVER: there are none. */
int64_t evalwin_coming(const struct evalwin *w);

/* Adds a pane with rows. It cannot fail: what has no place is counted as late or lost. */
void evalwin_add(struct evalwin *w, const struct delta_pane *p);

#endif
