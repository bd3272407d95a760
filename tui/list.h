/*
 * The order of a list, what is selected in it, and how far it is scrolled.
 *
 * The rows themselves belong to the screen. Each has an id that outlives a refresh; the selection sticks to the id,
 * not to the place. Until somebody moves the cursor it stays on the first row: the worst one, whichever that is.
 */
#ifndef TUI_LIST_H
#define TUI_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIST_NONE SIZE_MAX

struct list {
	size_t *order; /* rows in the order shown, indices into the screen's rows */
	uint64_t *ids; /* their ids */
	size_t n, cap;
	size_t selected; /* place in the order; LIST_NONE when the list is empty */
	uint64_t selected_id;
	bool moved;  /* the cursor was moved: it sticks to selected_id */
	size_t top;  /* the first place shown */
	size_t body; /* places that were visible when last drawn */
	size_t out_of; /* rows before a filter took some away; 0: there is no filter */
	size_t fixed;  /* rows in the order that it cannot take: neither passed nor counted in out_of */
	size_t hidden; /* rows that passed and are not in the order: somebody has folded them away */
};

/* How a screen's rows are seen by list_update. */
struct list_rows {
	const void *ctx;
	size_t n;
	uint64_t (*id)(const void *ctx, size_t row);
	bool (*keep)(const void *ctx, size_t row);           /* NULL: all */
	int (*compare)(const void *ctx, size_t a, size_t b); /* NULL: as they come */
};

/* An all-zero struct is an empty list. */
void list_release(struct list *l);

/*
 * Makes the order anew; stable. With `hold` rows that were there keep their places and new ones go to the end.
 * Without memory for more rows the list is cut.
 */
void list_update(struct list *l, const struct list_rows *rows, bool hold);

/* The selected row (an index into the screen's rows); LIST_NONE if there is none. */
size_t list_row(const struct list *l);

/* Moves the cursor by that many places, clipped; SIZE_MAX/2 and its negative go to the ends. */
void list_move(struct list *l, ptrdiff_t by);
void list_select(struct list *l, size_t place);

/* The next place, from the selected one on in that direction and around, that `hit` likes; false if there is none. */
bool list_seek(struct list *l, bool forward, bool (*hit)(const void *ctx, size_t row), const void *ctx);

#endif
