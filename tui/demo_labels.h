/*
 * Labels that come later than their predictions: of the demo's model that has them, the truth is taken out of each
 * event and published in an event of its own when it is known.
 */
#ifndef TUI_DEMO_LABELS_H
#define TUI_DEMO_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define DEMO_LABELS_KEY "ml:birdstrike-damage:labels"
#define DEMO_LABELS_MODEL "birdstrike-damage"
#define DEMO_LABELS_DELAY_S 20.0
#define DEMO_LABELS_SHARE 0.9 /* of all predictions: the rest is never known */
#define DEMO_LABELS_LINE_BYTES 256

struct demo_labels {
	struct demo_truth *held; /* a ring, oldest first */
	size_t first, count, cap;
	uint64_t events;
};

void demo_labels_release(struct demo_labels *l);

/*
 * The event's line loses its label and gets an id of its own (the example's rows come again and again). keep: this
 * label will be known, DEMO_LABELS_DELAY_S after at_s. *n: the line's length, which does not grow. ERR_NOMEM.
 */
int demo_labels_hold(struct demo_labels *l, char *line, size_t *n, double at_s, bool keep, struct err *err);

/* The next label that is due at now_s, as a line in buf (DEMO_LABELS_LINE_BYTES); 0: none. at_s: when it was due. */
size_t demo_labels_next(struct demo_labels *l, double now_s, int64_t start_ms, char *buf, double *at_s);

#endif
