/*
 * A grid of cells: what every widget paints on, and what every terminal, picture and test is made from.
 *
 * Nothing painted here can reach a terminal as anything but a printable character of known width: grid_text
 * lets through an allow-list of code points on whose width all terminals agree and puts one middle dot for
 * anything else. All painting is clipped to the rect given; a widget can never touch a cell outside its own.
 */
#ifndef WIDGETS_GRID_H
#define WIDGETS_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/glyphs.h"
#include "core/slice.h"
#include "themes/theme.h"

#define GRID_SIDE_MAX 2000     /* rows or columns; what a terminal claims beyond that is left blank */
#define GRID_PRINTF_BYTES 1024 /* longer results of grid_printf are cut */

struct cell {
	uint32_t ch;    /* code point; 0: the right half of a wide character */
	uint8_t role;   /* enum role */
	uint8_t attrs;  /* enum style_attr on top of the role's own; painting text over a cell takes them off */
	uint8_t ground; /* role whose background lies below; ROLE_TEXT: none (a cursor row: ROLE_CURSOR) */
};

struct rect {
	int row, col, rows, cols;
};

struct grid {
	int rows, cols;
	enum glyphs glyphs;
	struct cell *cells;         /* rows x cols, row by row */
	int cursor_row, cursor_col; /* where the hidden cursor parks: the selected row, for screen readers */
	bool spare; /* each byte counts, the link is slow: pictures of fewer colours */
	bool same;  /* the screen is that of the frame before: where the cursor has moved its rows may come first */
};

/* Blank, any size from 1x1 to GRID_SIDE_MAX; ERR_LIMIT, ERR_NOMEM (a failed resize leaves the grid as it was).
 */
int grid_init(struct grid *g, int rows, int cols, enum glyphs glyphs, struct err *err);
void grid_release(struct grid *g);
int grid_resize(struct grid *g, int rows, int cols, struct err *err); /* blank afterwards */
void grid_clear(struct grid *g);

struct cell grid_at(const struct grid *g, int row, int col); /* a blank cell outside */

/*
 * Rects may have any origin and size, outside the grid, empty or negative: what does not exist is not painted.
 * The functions that cut one never return negative sizes.
 */
struct rect grid_rect(const struct grid *g);               /* all of it */
struct rect rect_inset(struct rect r, int rows, int cols); /* smaller by that much on each side */
struct rect rect_rows(struct rect r, int from, int count); /* a band; clipped to r */
struct rect rect_cols(struct rect r, int from, int count);

/*
 * Paints UTF-8 at (row, col) relative to the rect, clipped to it; filtered; an ellipsis where text is cut if
 * `fit` asks for it, with FIT_WORDS behind the last word that is whole, if there is one. Returns the columns used,
 * so that col plus the result is where the next text begins (columns to the left of the rect count; what lies to
 * the right of it does not). Neighbouring half-overwritten wide characters become blanks, and a wide character that
 * does not fit whole leaves a blank. The ground below stays.
 */
enum fit { FIT_CUT, FIT_ELLIPSIS, FIT_WORDS };
int grid_text(struct grid *g, struct rect r, int row, int col, enum role role, struct slice text, enum fit fit);
int grid_str(struct grid *g, struct rect r, int row, int col, enum role role, const char *text);
int grid_printf(struct grid *g, struct rect r, int row, int col, enum role role, const char *fmt, ...)
    ERR_PRINTF(6, 7);

/* Right-aligned so that the last column used is col - 1; what does not fit ends in an ellipsis at col - 1. */
int grid_text_right(struct grid *g, struct rect r, int row, int col, enum role role, struct slice text);

void grid_put(
    struct grid *g, struct rect r, int row, int col, enum role role, uint32_t ch); /* one narrow code point */
/* Gives each occurrence of a word in the first row of the rect a role, ASCII letters in any case. */
void grid_pick(struct grid *g, struct rect r, enum role role, struct slice word);
void grid_attr(struct grid *g, struct rect r, int row, int col, int cols, uint8_t attrs); /* adds attributes */
void grid_ground(struct grid *g, struct rect r, int row, int col, int cols, enum role ground);
void grid_fill(struct grid *g, struct rect r, enum role role, uint32_t ch);

/* Columns that grid_text would use for all of this text. */
int grid_text_width(struct slice text);

/* Where the terminal's cursor stands: at the beginning of that row, if there is such a row in r. */
void grid_park(struct grid *g, struct rect r, int row);

/* The glyph for a mark at this level: GLYPH_UP is an arrow or ^, and so on. */
enum glyph {
	GLYPH_UP,
	GLYPH_DOWN,
	GLYPH_RIGHT,
	GLYPH_DOT,
	GLYPH_SQUARE,
	GLYPH_HLINE,
	GLYPH_VLINE,
	GLYPH_TL,
	GLYPH_TR,
	GLYPH_BL,
	GLYPH_BR,
	GLYPH_TEE_LEFT,
	GLYPH_TEE_RIGHT,
	GLYPH_FULL,
	GLYPH_SHADE_LIGHT,
	GLYPH_SHADE,
	GLYPH_ELLIPSIS,
	GLYPH_APPROX,
	GLYPH_CURSOR,
	GLYPH_PLUSMINUS,
	GLYPH_COUNT,
};
uint32_t grid_glyph(const struct grid *g, enum glyph glyph);

/* The block whose lower `eighths` (0-8) are filled, or its nearest at this level; horizontal: left eighths. */
uint32_t grid_eighth(const struct grid *g, int eighths);
uint32_t grid_eighth_h(const struct grid *g, int eighths);

#endif
