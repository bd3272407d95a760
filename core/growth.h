/*
 * A baseline that grows: what one model's evaluation windows add up to over days, until it can be
 * frozen and evidence armed by it.
 *
 * Each column (feature of the binning) keeps counts by hour of the day, weekdays and weekends
 * apart, its rates, and what is needed for over-dispersion; the model keeps latency, errors,
 * traffic by slot and the longest gap. Windows come in order of time; one at or before the newest
 * that was taken is left out, so that history read twice counts once. Which windows stay out because
 * of an incident is the caller's to say.
 *
 * A column is ready at 14 different days and 10,000 values. With 5,000 values on 14 days in each hour
 * it has 24 slots, and 24 for weekends of their own once each of those, and each of the weekdays' alone, has 5,000 on
 * 8 days. All state is integer.
 */
#ifndef CORE_GROWTH_H
#define CORE_GROWTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/dispersion.h"
#include "core/err.h"
#include "core/evalwin.h"
#include "core/evidence.h"
#include "core/frozen.h"
#include "core/packed.h"
#include "core/tally.h"

#define GROWTH_DAYS	    14
#define GROWTH_VALUES	    10000
#define GROWTH_HOUR_VALUES  5000
#define GROWTH_WEEKEND_DAYS 8
#define GROWTH_MODEL_DAYS   28 /* afterwards a model's own figures stand */
#define GROWTH_NEVER	    INT64_MIN

/* When a window was, by the reader's clock. */
struct growth_when {
	int64_t at;	   /* slot of an evaluation window */
	int64_t day, hour; /* numbers since 1970 */
	unsigned slot;	   /* 0..FROZEN_SLOTS - 1 */
};

/* slot: of an evaluation window (core/evalwin.h); utc_offset_ms: of the clock. */
struct growth_when growth_when(int64_t slot, int64_t utc_offset_ms);

#define GROWTH_LAYOUTS 3

enum growth_stage { GROWTH_GROWING = 0, GROWTH_PLAIN, GROWTH_HOURLY, GROWTH_WEEKLY };

/* One window of one column. */
struct growth_window {
	struct evidence_sample sample;
	struct growth_when when;
	uint64_t rows;	 /* that could have had a value */
	uint64_t values; /* that had one */
};

struct growth_column {
	size_t nbins; /* 0: rates only */
	uint64_t rows, values;
	struct evidence_count rate[EVIDENCE_RATES];
	uint32_t days;
	int64_t last_day; /* GROWTH_NEVER: none */
	uint64_t *counts; /* nbins, of all */
	size_t ncells;
	uint64_t *cells; /* of the binning, where bins are merged from them: the caller adds */
	/* Of each slot that has had values, in order of first sight; place: which that is, from 1 on; 0: none yet. */
	struct packed slots;
	uint8_t place[FROZEN_SLOTS], nplaces;
	uint16_t slot_days[FROZEN_SLOTS];
	uint32_t hours; /* bit h: hour h of last_day has had values */
	/* by layout of slots: none, hours, the week; the latter two from when they may be wanted */
	struct dispersion *dispersion[GROWTH_LAYOUTS];
	/* numeric */
	struct moments moments; /* as panes have them */
	uint64_t clipped;
	double min, max; /* min > max: none */
	enum growth_stage stage; /* at which it was last frozen */
	bool ahead;		 /* learns about slots from the first window on: all windows are there at once */
	bool ended;		 /* takes no more windows */
};

/* ncells: 0 where they are the bins themselves. */
int growth_column_init(struct growth_column *g, size_t nbins, size_t ncells, struct err *err);
void growth_column_release(struct growth_column *g);
void growth_column_end(struct growth_column *g); /* gives its memory back; what it was is gone */

/*
 * Adds a window. positions: of the bins, as for evidence_ref_init. ERR_NOMEM: it was left out.
 * About 2 us with 33 bins. To cells, moments and range the caller adds.
 */
int growth_column_window(
    struct growth_column *g, const struct growth_window *w, const double *positions, struct err *err);

/*
 * Asks for the memory that a window in that slot will read (core/fetch.h): what the column points to, which is itself
 * at hand; and, when that has come, what it points to in turn.
 */
void growth_column_fetch(const struct growth_column *g, unsigned slot);
void growth_column_fetch_more(const struct growth_column *g);

/* No more windows will come: the day that is open ends. */
void growth_column_finish(struct growth_column *g, const double *positions);

/* Room for such counts in a slot, which gets a place if it has none: for whoever fills a column from outside. */
int growth_slot_room(struct growth_column *g, unsigned slot, const uint64_t *counts, struct err *err);

/* How far it could be frozen now. */
enum growth_stage growth_column_ready(const struct growth_column *g);

/* Over-dispersion as known so far, for the layout of slots that belongs to that stage. */
void growth_column_phi(const struct growth_column *g, enum growth_stage stage, struct evidence_phi *out);

/* What evidence is judged against from now on; the offset of its clock is the caller's to say. The column grows on. */
int growth_column_freeze(
    const struct growth_column *g, enum growth_stage stage, struct frozen **out, struct err *err);

/* It has been frozen at that stage: what only an earlier one needs is given back. */
void growth_column_stage(struct growth_column *g, enum growth_stage stage);

/* The integers of a column, for a file and for comparisons: so many of them. The
 * column must have been made for that nbins; ERR_FORMAT: it is as after growth_column_init. */
size_t growth_column_ints(const struct growth_column *g);
void growth_column_encode(const struct growth_column *g, int64_t *out);
int growth_column_decode(struct growth_column *g, const int64_t *in, size_t n, struct err *err);

/* ---- a model --------------------------------------------------------------------------------- */

struct growth_traffic {
	uint64_t events;
	uint64_t slots; /* of five minutes, that these came in */
};

struct growth {
	size_t ncolumns;
	struct growth_column *columns; /* by their place in the layout */
	uint64_t rows, events, errors, client_errors, latencies, latency_ns;
	uint64_t *latency; /* LATENCY_BUCKETS */
	uint32_t days;
	int64_t last_day;
	struct growth_traffic traffic[FROZEN_SLOTS];
	int64_t longest_gap_ms; /* between events, to whole panes */
	int64_t first, newest; /* slots of evaluation windows; GROWTH_NEVER: none */
	uint64_t windows, left_out;
	bool open; /* the newest window was not left out: neither is what comes until the next */
	bool frozen; /* latency, errors and name have gone into the baseline */
};

/* nbins: of each column. */
int growth_init(struct growth *g, size_t ncolumns, struct err *err);
void growth_release(struct growth *g);

/* The model's own part of a window; the columns' are added one by one. False: it has been seen before, and
 * no column may take it. */
bool growth_window(struct growth *g, const struct evalwin_sums *w, struct growth_when when);

/* Whether the model's own figures rest on 14 days and 10,000 rows. */
static inline bool
growth_is_ready(const struct growth *g)
{
	return g->days >= GROWTH_DAYS && g->rows >= GROWTH_VALUES;
}

#endif
