/*
 * A feature's distribution over time as a heat map: bins, or values, by time. A shade is a share of the rows of its
 * moment; it is coloured where it differs from the baseline's by more than noise. Rows without a value have a row of
 * their own where there were any: of all rows that share.
 */
#ifndef TUI_WATERFALL_H
#define TUI_WATERFALL_H

#include "core/figures_heat.h"
#include "core/store.h"
#include "widgets/heat.h"

#define WATERFALL_ROWS 40

struct waterfall {
	uint32_t counts[FIGURES_HEAT_POINTS * FIGURE_BINS]; /* by bin of feature_figures */
	double missing[FIGURES_HEAT_POINTS]; /* of the rows of a pane the share without a value; NaN: unknown */
	bool gaps;			     /* some were */
	size_t points;
	int back; /* panes that a point covers: as many as give it rows */
};

void waterfall_collect(struct waterfall *w, const struct store *s, size_t model, size_t feature, enum window axis);

/* The rows of a point; 0: nothing is known of it. */
uint64_t waterfall_total(const struct waterfall *w, size_t point);

/* Of so many rows those that it fills, with its axis. */
int waterfall_rows(const struct waterfall *w, const struct feature_figures *f, int rows);

/* left, right: of the time axis. cursor: point that is picked out, -1: none. */
void waterfall_paint(struct grid *g, struct rect r, const struct waterfall *w, const struct feature_figures *f,
    const char *left, const char *right, int cursor);

/* Latency over time: octaves by time, the shade a share of the events of its moment. */
struct latency_heat {
	uint32_t counts[FIGURES_HEAT_POINTS * LATENCY_OCTAVES];
	size_t points;
};

void latency_heat_collect(struct latency_heat *h, const struct store *s, size_t model, enum window axis);
/* Rows it fills at most; 0: there is nothing to show. */
int latency_heat_rows(const struct latency_heat *h);
/* Without times of its own. edge: columns left of the map, where names stand. */
void latency_heat_paint(struct grid *g, struct rect r, const struct latency_heat *h, int edge, int cursor);

#endif
