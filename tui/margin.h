/*
 * A difference and the noise it is held against: two numbers of one kind, written in the same unit with the same
 * decimals, so that the eye compares figures and not units: "+1.1ms" "0.1ms", never "+1.1ms" "136us".
 */
#ifndef TUI_MARGIN_H
#define TUI_MARGIN_H

#include <stdbool.h>

#include "widgets/fmt.h"
#include "widgets/grid.h"

enum margin_kind {
	MARGIN_RATE,   /* per second; slow ones by the hour or the day */
	MARGIN_POINTS, /* shares 0-1, in points: "+3.2pt" */
	MARGIN_MS,
	MARGIN_VALUE,
	MARGIN_DRIFT, /* a PSI and its floor, without a sign */
};

/*
 * The larger of the two says which unit and how many decimals. A difference has its sign, and none where it rounds to
 * zero; noise that rounds to zero is "<0.1pt". NaN: "--" of a difference, "" of noise.
 */
void margin_format(enum margin_kind kind, double diff, double noise, struct fmt *diff_out, struct fmt *noise_out);

/*
 * In the first row, with the decimal points of all rows below each other where there is room for that, else at the
 * right edge. plusminus: a plus-or-minus stands before it. Nothing of an empty text.
 */
void margin_paint(struct grid *g, struct rect r, enum role role, const char *text, bool plusminus);

#endif
