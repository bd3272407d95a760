/*
 * Two sides as rows of one kind: what it is of, the figure, A, B, the difference and what of that is noise. Traffic and
 * outcomes first, always in the same place; then inputs and outputs, the largest difference in units of noise first;
 * then those whose noise is not known, and at last what only one side has.
 */
#ifndef TUI_COMPARE_ROWS_H
#define TUI_COMPARE_ROWS_H

#include "tui/filter.h"
#include "tui/pin.h"

enum compare_row_kind {
	COMPARE_RATE,
	COMPARE_SHARE,
	COMPARE_MS,
	COMPARE_VALUE,
	COMPARE_SHAPE, /* only a difference: the PSI of B against A */
	COMPARE_ONLY,  /* rows of the side that has it */
};

struct compare_row {
	struct slice name;  /* empty: of the whole */
	struct slice value; /* whose share it is; else empty */
	const char *figure;
	enum compare_row_kind kind;
	struct compare_pair p;
	double times; /* |difference| over noise: 1 and less is noise; NaN: not known */
	size_t a, b;  /* columns of the sides; SIZE_MAX: none */
	size_t at;    /* as it came */
};

struct compare_rows {
	struct compare_row *rows; /* in the arena, texts too */
	size_t n;
	size_t beyond;	/* differences beyond noise */
	size_t only[2]; /* columns that only A has, only B */
	size_t left;	/* columns that there was no memory for */
};

void compare_rows_make(
    struct arena *arena, const struct pin_side *a, const struct pin_side *b, struct compare_rows *out);

/* What a filter can ask of a row. */
extern const struct filter_own compare_rows_own;
bool compare_row_passes(const struct compare_row *row, const struct filter *f);

/* Its cells. B less A, of a shape "PSI 0.31", and what of that is noise: in one unit, see tui/margin.h. */
struct fmt compare_row_number(const struct compare_row *row, double x);
void compare_row_margin(const struct compare_row *row, struct fmt *diff, struct fmt *noise);

#endif
