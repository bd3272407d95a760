/* The Model screen's panels with a time axis: latency with its heat map, and traffic. One cursor goes along both. */
#ifndef TUI_MODEL_GRAPHS_H
#define TUI_MODEL_GRAPHS_H

#include "tui/keymap.h"
#include "tui/part.h"
#include "tui/waterfall.h"

struct model_graphs {
	struct part_series series;
	struct latency_heat heat;
	double p99_limit, errors_limit; /* of what fires; NaN: nothing does */
	enum window axis; /* of the series */
	char axis_left[PART_AXIS_BYTES];
	int cursor; /* point from the newest, 1-based; 0: none */
};

void model_graphs_collect(struct model_graphs *m, const struct ui *ui, const struct store *s, size_t model,
    const struct model_figures *f);

/* p has number and focus; title and note are filled in here. */
void model_graphs_latency(const struct model_graphs *m, const struct ui *ui, struct grid *g, struct rect r,
    const struct model_figures *f, struct panel p);
void model_graphs_traffic(const struct model_graphs *m, const struct ui *ui, struct grid *g, struct rect r,
    const struct model_figures *f, struct panel p);

/* Moves the cursor; false: the action is none of its own. */
bool model_graphs_act(struct model_graphs *m, struct ui *ui, enum action action);

#endif
