/*
 * The distribution of one feature as rows: values of a categorical one, bins of a numeric one; filtered and sorted as
 * any list. Values are always shown as a list. Bins are a histogram, and a list while they are filtered or sorted.
 */
#ifndef TUI_FEATURE_VALUES_H
#define TUI_FEATURE_VALUES_H

#include "tui/part.h"
#include "tui/screen.h"
#include "widgets/shares.h"

struct feature_value {
	struct share share; /* of a bin the name is its range: "12 to 15" */
	double rows;	    /* with it now */
	double from, to;    /* edges of a bin, from open, to closed; -INFINITY, INFINITY; NaN: it is no bin */
	int moved;	    /* beyond noise: 1 more, -1 less, 0: it may be chance */
};

struct feature_values {
	struct feature_value rows[PART_SHARES_MAX];
	size_t n;
	struct list list; /* places in it are what the cursor goes to; moved: one is picked out */
};

/* Copies; names of bins are in the arena. */
void feature_values_hold(struct feature_values *h, struct arena *a, const struct feature_figures *f);

/* The order, and what passes the filter of the view. */
void feature_values_arrange(struct ui *ui, struct view *v, struct feature_values *h);

/* Whether they are seen one below the other. */
bool feature_values_listed(const struct view *v, const struct feature_figures *f);

/* The row that is picked out, LIST_NONE: none; and a key that moves this, `down`: one below the other. */
size_t feature_values_picked(const struct feature_values *h);
bool feature_values_act(struct feature_values *h, enum action action, bool down);

/* n, N: to the next that passes a filter, else to the next that has moved. False: there is none. */
bool feature_values_seek(struct ui *ui, const struct view *v, struct feature_values *h, bool forward);

/* "12 to 15: now 3.0%, baseline 1.0% (+2.0)" */
void feature_values_note(const struct feature_value *row, char *out, size_t bytes);

/* The rows of the list; those above h->list.top are scrolled away. */
void feature_values_paint(
    const struct view *v, const struct feature_values *h, struct grid *g, struct rect r, bool focused);

/* The events of that row, as a filter of events; false: they cannot be told from others. */
bool feature_values_filter(
    const struct feature_figures *f, const struct feature_value *row, char *out, size_t bytes);

extern const struct filter_own feature_values_own;
extern const struct screen_sort feature_values_sorts[];

#endif
