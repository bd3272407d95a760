/*
 * What a model would look like against another baseline, before that is taken: each input and output of now against the
 * rows of that time, beside how it is held now.
 */
#ifndef TUI_CHOOSE_PREVIEW_H
#define TUI_CHOOSE_PREVIEW_H

#include "core/choice.h"
#include "core/figures_side.h"
#include "tui/part.h"

#define PREVIEW_COLUMNS 48 /* inputs and outputs at most: those that drift most */
#define PREVIEW_CELLS 10   /* of a shape */
#define PREVIEW_ROWS_LEAST 6

struct preview_column {
	size_t index;
	struct slice name;
	struct drift_figures held; /* against the baseline that holds */
	double psi, psi_floor;	   /* against the rows chosen; NaN: cannot be given */
	uint64_t rows;		   /* of those, with a value */
	bool moved; /* against them it would be in watch or drift, as it is or is not against what holds */
	double there[PREVIEW_CELLS], now[PREVIEW_CELLS]; /* shares of the deciles, or of the most frequent values */
	size_t ncells;
};

/* All-zero: nothing is known. */
struct preview {
	struct preview_column columns[PREVIEW_COLUMNS];
	size_t n, all; /* shown, and how many there are */
	enum window window;
	int64_t from_ms; /* where that window begins */
	bool taken; /* by preview_take */
	bool same; /* of the baseline that holds */
	bool overlaps; /* the rows chosen are partly those of the window */
};

/* Which columns there are, the worst first, names in the arena. O(columns). */
void preview_begin(struct preview *p, struct arena *a, const struct store *s, size_t model, enum window w);

/* Against that stretch of time; NULL: against the baseline that holds. O(columns times panes times bins). */
void preview_take(struct preview *p, const struct store *s, size_t model, const struct choice *choice);

/* A panel; title: the baseline's name. Nothing below PREVIEW_ROWS_LEAST rows. */
void preview_paint(const struct preview *p, struct grid *g, struct rect r);

#endif
