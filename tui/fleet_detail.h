/*
 * What is going on in the model that is selected in the fleet, below its table: rates, the inputs that changed most,
 * what fires; or, where there is room for it, the model's whole screen.
 */
#ifndef TUI_FLEET_DETAIL_H
#define TUI_FLEET_DETAIL_H

#include "tui/part.h"
#include "tui/screen.h"

#define FLEET_PEEK_ROWS 20 /* from here on the detail is the model's own screen */
#define FLEET_ALERTS	4

struct fleet_detail {
	size_t model; /* as collected; SIZE_MAX: none */
	bool collected; /* once, at least */
	struct feature_row *features;
	size_t nfeatures;
	struct list list;   /* their order */
	int64_t ordered_ms; /* when that was made */
	struct part_series series;
	struct slice alerts[FLEET_ALERTS]; /* that fire, the worst first: sentences */
	enum severity alert_severity[FLEET_ALERTS];
	size_t nalerts;
	struct view peek; /* the model's own screen, without a focus, where there is room for it */
	bool want_peek;
};

/* Of ui->models[model]; SIZE_MAX: of none. Texts are in the arena of v, the fleet's view. */
void fleet_detail_collect(
    struct fleet_detail *d, struct ui *ui, struct view *v, const struct store *s, size_t model);

/* m: the model that is to be shown, which may be another one than was collected, as the fleet is frozen. */
void fleet_detail_paint(
    struct fleet_detail *d, struct ui *ui, struct grid *g, struct rect r, const struct model_row *m, size_t model);

/* Lines that it has to say, for whoever shares out the room. */
size_t fleet_detail_lines(const struct fleet_detail *d);

void fleet_detail_release(struct fleet_detail *d);

#endif
