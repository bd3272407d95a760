/*
 * Panes and the rings and windows made of them.
 *
 * A ring holds the newest `size` panes of one length. Its window, the sum of all panes it holds, is
 * kept up to date by adding what comes and subtracting what leaves: exact, because everything is
 * integer. Panes are compact: each has the narrowest counters that hold its largest count, down to one bit, and its
 * latencies as (bucket, count) pairs.
 */
#ifndef CORE_PANE_H
#define CORE_PANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/tally.h"

#define PANE_MS 5000 /* of event time: the unit of everything */
#define PANE_NEVER INT64_MIN
#define RING_PANES_MAX 96

struct delta_pane;

struct latency_count {
	uint16_t bucket;
	uint16_t pad;
	uint32_t count;
};

/* struct moments without its padding, and as most panes can have them: most of their memory would be zeros else. */
struct pane_moments {
	int64_t sum;
	uint64_t sumsq_lo, sumsq_hi;
};
struct pane_moments_narrow {
	int32_t sum;
	uint32_t sumsq_lo, sumsq_hi;
};
struct pane_moments_least {
	int32_t sum;
	uint32_t sumsq;
};

struct pane {
	int64_t index; /* its start divided by the ring's pane_ms; PANE_NEVER: free */
	struct tally tally;
	uint64_t rows_before; /* of tally.rows: from before outputs began anew, which count nothing of them */
	struct latency_count *latency; /* by rising bucket */
	uint32_t nlatency;
	uint8_t width;	      /* bits a cell: 1, 2, 4, 8, 16 or 32; 0: no cells */
	uint8_t moment_bytes; /* a feature: the size of one of the structs above; 0: none */
	void *cells;
	void *moments; /* one a feature */
};

/* A sum of panes: a window, or the total. */
struct sums {
	struct tally tally;
	uint64_t rows_before; /* as a pane's */
	uint64_t *latency; /* LATENCY_BUCKETS */
	uint64_t *cells;   /* NULL without a layout */
	struct moments *moments;
};

struct ring {
	int64_t pane_ms;
	int size;
	int64_t newest; /* index of the newest pane; PANE_NEVER: nothing yet */
	struct pane panes[RING_PANES_MAX];
	struct sums window;
};

int sums_init(struct sums *s, const struct cell_layout *layout, struct err *err);
void sums_release(struct sums *s);
/* Drops cells and moments and makes zeroed ones for another layout (NULL: none). On failure there
 * are none. */
int sums_rebin(struct sums *s, const struct cell_layout *layout, struct err *err);
void sums_add(struct sums *s, const struct delta_pane *d, const struct cell_layout *layout);

int ring_init(struct ring *r, int64_t pane_ms, int size, struct err *err);
void ring_release(struct ring *r);

/* Drops everything counted in cells, keeps the tallies; the next panes are of the new layout. */
int ring_rebin(struct ring *r, const struct cell_layout *layout, struct err *err);

/* Moves the window on so that pane `newest` is its last; never back. Costs no more than the panes
 * held. */
void ring_advance(struct ring *r, int64_t newest, const struct cell_layout *layout);

/*
 * Makes sure that ring_add of this delta pane cannot fail: advances, makes the pane and widens its
 * cells. A pane too old for the ring is not an error: nothing is made and ring_add will pass over
 * it. share: how many panes of the delta go into the same pane of the ring; each of them is prepared
 * before any is added.
 */
int ring_prepare(struct ring *r, const struct delta_pane *d, unsigned share, const struct cell_layout *layout,
    struct err *err);
void ring_add(struct ring *r, const struct delta_pane *d, const struct cell_layout *layout);

/* These features (the outputs) begin anew: nothing is counted of them yet. Of all panes that are held. */
void sums_restart(struct sums *s, const struct cell_layout *layout, const size_t *features, size_t n);
void ring_restart(struct ring *r, const struct cell_layout *layout, const size_t *features, size_t n);

/* What a pane had from before that, when it is read back. The pane is there. */
void ring_set_rows_before(struct ring *r, int64_t index, uint64_t rows);

/* The pane with that index, or NULL. */
const struct pane *ring_find(const struct ring *r, int64_t index);
uint32_t pane_cell(const struct pane *p, size_t cell);
struct moments pane_moments(const struct pane *p, size_t feature); /* of a pane that has cells */

/* Latency below which the share p_frac of the pane's events stayed, ms; NaN if it has none. */
double pane_latency_quantile(const struct pane *p, double p_frac);

static inline int64_t
pane_floor(int64_t ms, int64_t pane_ms)
{
	int64_t q = ms / pane_ms;

	return q - (ms % pane_ms < 0);
}

#endif
