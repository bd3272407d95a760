#include "widgets/grid.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "widgets/charset.h"

static const struct cell blank = {' ', ROLE_TEXT, 0, ROLE_TEXT};

/*
 * One row of glyphs a mark: ASCII, Linux console, blocks and braille. The triangle to the right is U+25BA, not
 * U+25B6: the latter has an emoji form that some terminals draw two columns wide.
 */
static const uint16_t glyph_table[GLYPH_COUNT][3] = {
    [GLYPH_UP] = {'^', 0x25b2, 0x25b2},
    [GLYPH_DOWN] = {'v', 0x25bc, 0x25bc},
    [GLYPH_RIGHT] = {'>', 0x25ba, 0x25ba},
    [GLYPH_DOT] = {'*', 0x25cf, 0x25cf},
    [GLYPH_SQUARE] = {'#', 0x25a0, 0x25a0},
    [GLYPH_HLINE] = {'-', 0x2500, 0x2500},
    [GLYPH_VLINE] = {'|', 0x2502, 0x2502},
    [GLYPH_TL] = {'+', 0x250c, 0x250c},
    [GLYPH_TR] = {'+', 0x2510, 0x2510},
    [GLYPH_BL] = {'+', 0x2514, 0x2514},
    [GLYPH_BR] = {'+', 0x2518, 0x2518},
    [GLYPH_TEE_LEFT] = {'+', 0x251c, 0x251c},
    [GLYPH_TEE_RIGHT] = {'+', 0x2524, 0x2524},
    [GLYPH_FULL] = {'#', 0x2588, 0x2588},
    [GLYPH_SHADE_LIGHT] = {'.', 0x2591, 0x2591},
    [GLYPH_SHADE] = {':', 0x2592, 0x2592},
    [GLYPH_ELLIPSIS] = {'~', '~', 0x2026},
    [GLYPH_APPROX] = {'~', 0x2248, 0x2248},
    [GLYPH_CURSOR] = {'>', 0x25ba, 0x25ba},
    [GLYPH_PLUSMINUS] = {'~', 0xb1, 0xb1},
};

/* Columns [from, to) of one row that may be painted; empty where from >= to. */
struct span {
	struct cell *cells; /* of the whole row */
	int from, to;
};

/*
 * Where a row of a rect meets the grid. 64 bits: a rect may have any origin and size, and their sums must not
 * overflow.
 */
static struct span
span_of(struct grid *g, struct rect r, int row, int64_t col, int64_t cols)
{
	int64_t y = (int64_t)r.row + row;
	int64_t left = r.col + (col > 0 ? col : 0);
	int64_t right = r.col + (col + cols < r.cols ? col + cols : (int64_t)r.cols);

	if (row < 0 || row >= r.rows || y < 0 || y >= g->rows)
		return (struct span){NULL, 0, 0};
	if (left < 0)
		left = 0;
	if (right > g->cols)
		right = g->cols;
	if (left >= right)
		return (struct span){NULL, 0, 0};
	return (struct span){g->cells + (size_t)y * (size_t)g->cols, (int)left, (int)right};
}

/* Both halves of a wide character that is about to be half overwritten become blanks. */
static void
row_split(struct grid *g, struct cell *cells, int x)
{
	if (cells[x].ch == 0 && x > 0)
		cells[x - 1].ch = ' ';
	else if (x + 1 < g->cols && cells[x + 1].ch == 0)
		cells[x + 1].ch = ' ';
}

static void
row_put(struct grid *g, struct cell *cells, int x, enum role role, uint32_t ch)
{
	row_split(g, cells, x);
	cells[x].ch = ch;
	cells[x].role = (uint8_t)role;
	cells[x].attrs = 0;
}

static void
row_put_wide(struct grid *g, struct cell *cells, int x, enum role role, uint32_t ch)
{
	row_put(g, cells, x, role, ch);
	row_put(g, cells, x + 1, role, ' ');
	cells[x + 1].ch = 0;
}

/* What this grid shows for a code point: filtered, and ASCII where nothing else can be shown. */
static uint32_t
grid_show(const struct grid *g, uint32_t ch)
{
	if (charset_width(ch) == 0)
		return g->glyphs == GLYPHS_ASCII ? '?' : CHARSET_REPLACEMENT;
	return g->glyphs == GLYPHS_ASCII ? charset_ascii(ch) : ch;
}

int
grid_init(struct grid *g, int rows, int cols, enum glyphs glyphs, struct err *err)
{
	memset(g, 0, sizeof(*g));
	g->glyphs = glyphs;
	return grid_resize(g, rows, cols, err);
}

void
grid_release(struct grid *g)
{
	mem_free(g->cells);
	memset(g, 0, sizeof(*g));
}

int
grid_resize(struct grid *g, int rows, int cols, struct err *err)
{
	struct cell *cells;

	if (rows < 1 || cols < 1 || rows > GRID_SIDE_MAX || cols > GRID_SIDE_MAX)
		return err_set(err, ERR_LIMIT, "a screen of %d columns and %d rows is not possible (1 to %d)",
		    cols, rows, GRID_SIDE_MAX);
	cells = mem_realloc_array(g->cells, (size_t)rows * (size_t)cols, sizeof(*cells));
	if (!cells)
		return err_nomem(err);
	g->cells = cells;
	g->rows = rows;
	g->cols = cols;
	grid_clear(g);
	return 0;
}

void
grid_clear(struct grid *g)
{
	size_t i, n = (size_t)g->rows * (size_t)g->cols;

	for (i = 0; i < n; i++)
		g->cells[i] = blank;
	g->cursor_row = g->cursor_col = 0;
}

struct cell
grid_at(const struct grid *g, int row, int col)
{
	if (row < 0 || col < 0 || row >= g->rows || col >= g->cols)
		return blank;
	return g->cells[(size_t)row * (size_t)g->cols + (size_t)col];
}

struct rect
grid_rect(const struct grid *g)
{
	return (struct rect){0, 0, g->rows, g->cols};
}

struct rect
rect_inset(struct rect r, int rows, int cols)
{
	int64_t high = (int64_t)r.rows - 2 * (int64_t)rows;
	int64_t wide = (int64_t)r.cols - 2 * (int64_t)cols;

	return (struct rect){r.row + rows, r.col + cols, high > 0 ? (int)high : 0, wide > 0 ? (int)wide : 0};
}

/* [from, from + count) cut to [0, size): the length left, with *from moved inside. */
static int
band(int *from, int count, int size)
{
	int64_t first = *from > 0 ? *from : 0;
	int64_t last = (int64_t)*from + count;

	if (last > size)
		last = size;
	if (first > size)
		first = size > 0 ? size : 0;
	*from = (int)first;
	return last > first ? (int)(last - first) : 0;
}

struct rect
rect_rows(struct rect r, int from, int count)
{
	int n = band(&from, count, r.rows);

	return (struct rect){r.row + from, r.col, n, r.cols};
}

struct rect
rect_cols(struct rect r, int from, int count)
{
	int n = band(&from, count, r.cols);

	return (struct rect){r.row, r.col + from, r.rows, n};
}

/* Columns that text takes, counted no further than just past `limit`. */
static int64_t
text_width(struct slice text, int64_t limit)
{
	int64_t width = 0;

	while (text.n && width <= limit)
		width += charset_width(charset_filter(charset_decode(&text)));
	return width;
}

int
grid_text_width(struct slice text)
{
	int64_t width = text_width(text, INT32_MAX / 2);

	return width > INT32_MAX / 2 ? INT32_MAX / 2 : (int)width;
}

/*
 * Paints from grid column x to `stop` (exclusive), all of it where it can be seen inside the span; a wide
 * character that does not fit whole leaves a blank. Returns the column behind the last one used.
 */
static int64_t
span_text(struct grid *g, struct span at, int64_t x, int64_t stop, enum role role, struct slice text)
{
	while (text.n && x < stop) {
		uint32_t ch = charset_decode(&text);
		int columns = charset_width(charset_filter(ch));
		bool whole = x >= at.from && x + columns <= at.to && x + columns <= stop;

		ch = grid_show(g, ch);
		if (columns == 2 && whole && charset_width(ch) == 2) {
			row_put_wide(g, at.cells, (int)x, role, ch);
		} else {
			uint32_t show = columns == 1 || whole ? ch : ' ';
			int64_t i;

			for (i = x; i < x + columns && i < stop; i++) {
				if (i >= at.from && i < at.to)
					row_put(g, at.cells, (int)i, role, show);
			}
		}
		x += columns;
	}
	return x < stop ? x : stop;
}

/* The words that are whole within so many columns; none: all of it. */
static struct slice
whole_words(struct slice text, int64_t room)
{
	struct slice left = text;
	size_t end = 0;
	int64_t width = 0;

	while (left.n && width <= room) {
		if (*left.p == ' ' && left.p > text.p && left.p[-1] != ' ')
			end = (size_t)(left.p - text.p);
		width += charset_width(charset_filter(charset_decode(&left)));
	}
	return end ? slice_make(text.p, end) : text;
}

int
grid_text(struct grid *g, struct rect r, int row, int col, enum role role, struct slice text, enum fit fit)
{
	struct span at = span_of(g, r, row, col, (int64_t)r.cols - col);
	int64_t start = (int64_t)r.col + col;
	int64_t room = at.to - start;
	int64_t end;

	if (!at.cells || room <= 0)
		return 0;
	if (fit == FIT_WORDS && text_width(text, room) > room) {
		struct slice words = whole_words(text, room - 1);

		if (words.n < text.n) {
			end = span_text(g, at, start, at.to - 1, role, words);
			if (end >= at.from)
				row_put(g, at.cells, (int)end, role, grid_glyph(g, GLYPH_ELLIPSIS));
			return (int)(end - start) + 1;
		}
	}
	if (fit != FIT_CUT && text_width(text, room) > room) {
		span_text(g, at, start, at.to - 1, role, text);
		row_put(g, at.cells, at.to - 1, role, grid_glyph(g, GLYPH_ELLIPSIS));
		return (int)room;
	}
	end = span_text(g, at, start, at.to, role, text);
	return (int)(end - start);
}

int
grid_str(struct grid *g, struct rect r, int row, int col, enum role role, const char *text)
{
	return grid_text(g, r, row, col, role, slice_of(text), FIT_CUT);
}

int
grid_printf(struct grid *g, struct rect r, int row, int col, enum role role, const char *fmt, ...)
{
	char text[GRID_PRINTF_BYTES];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return grid_text(g, r, row, col, role, slice_of(text), FIT_CUT);
}

int
grid_text_right(struct grid *g, struct rect r, int row, int col, enum role role, struct slice text)
{
	int64_t from = (int64_t)col - grid_text_width(text);
	struct rect left = rect_cols(r, 0, col);

	/* What does not fit loses its end, not its beginning: the front of a number or a name says more. */
	if (from < 0)
		return grid_text(g, left, row, 0, role, text, FIT_ELLIPSIS);
	return grid_text(g, left, row, (int)from, role, text, FIT_CUT);
}

static uint32_t
narrow(const struct grid *g, uint32_t ch)
{
	ch = grid_show(g, ch);
	return charset_width(ch) == 1 ? ch : CHARSET_REPLACEMENT;
}

void
grid_put(struct grid *g, struct rect r, int row, int col, enum role role, uint32_t ch)
{
	struct span at = span_of(g, r, row, col, 1);

	if (at.cells)
		row_put(g, at.cells, at.from, role, narrow(g, ch));
}

static uint32_t
lower(uint32_t ch)
{
	return ch >= 'A' && ch <= 'Z' ? ch + ('a' - 'A') : ch;
}

/* The column behind the word where it begins at x; 0: it does not. */
static int
picks(const struct grid *g, struct span at, int x, struct slice word)
{
	while (word.n > 0) {
		uint32_t ch = grid_show(g, charset_decode(&word));

		if (x >= at.to || lower(at.cells[x].ch) != lower(ch))
			return 0;
		do
			x++;
		while (x < at.to && at.cells[x].ch == 0);
	}
	return x;
}

void
grid_pick(struct grid *g, struct rect r, enum role role, struct slice word)
{
	struct span at = span_of(g, r, 0, 0, r.cols);

	for (int x = at.from; x < at.to && word.n > 0; x++) {
		int end = picks(g, at, x, word);

		for (; x < end; x++)
			at.cells[x].role = (uint8_t)role;
		x -= end > 0;
	}
}

void
grid_attr(struct grid *g, struct rect r, int row, int col, int cols, uint8_t attrs)
{
	struct span at = span_of(g, r, row, col, cols);
	int x;

	for (x = at.from; x < at.to; x++)
		at.cells[x].attrs |= attrs;
}

void
grid_ground(struct grid *g, struct rect r, int row, int col, int cols, enum role ground)
{
	struct span at = span_of(g, r, row, col, cols);
	int x;

	for (x = at.from; x < at.to; x++)
		at.cells[x].ground = (uint8_t)ground;
}

void
grid_fill(struct grid *g, struct rect r, enum role role, uint32_t ch)
{
	int64_t first = r.row < 0 ? -(int64_t)r.row : 0;
	int64_t row;

	ch = narrow(g, ch);
	for (row = first; row < r.rows && r.row + row < g->rows; row++) {
		struct span at = span_of(g, r, (int)row, 0, r.cols);
		int x;

		for (x = at.from; x < at.to; x++)
			row_put(g, at.cells, x, role, ch);
	}
}

static int
ladder(const struct grid *g)
{
	return g->glyphs == GLYPHS_ASCII ? 0 : g->glyphs == GLYPHS_CONSOLE ? 1 : 2;
}

uint32_t
grid_glyph(const struct grid *g, enum glyph glyph)
{
	return glyph_table[glyph][ladder(g)];
}

static int
clamp8(int eighths)
{
	return eighths < 0 ? 0 : eighths > 8 ? 8 : eighths;
}

uint32_t
grid_eighth(const struct grid *g, int eighths)
{
	static const uint16_t console[9] = {
	    ' ', 0x2591, 0x2591, 0x2592, 0x2592, 0x2592, 0x2588, 0x2588, 0x2588};
	int n = clamp8(eighths);

	switch (ladder(g)) {
	case 0:
		return (unsigned char)" .:-=+*##"[n];
	case 1:
		return console[n];
	default:
		return n ? 0x2580 + (uint32_t)n : ' ';
	}
}

uint32_t
grid_eighth_h(const struct grid *g, int eighths)
{
	static const uint16_t console[9] = {' ', ' ', 0x2591, 0x2591, 0x2592, 0x2592, 0x2592, 0x2588, 0x2588};
	int n = clamp8(eighths);

	switch (ladder(g)) {
	case 0:
		return n >= 4 ? '#' : ' ';
	case 1:
		return console[n];
	default:
		return n ? 0x2590 - (uint32_t)n : ' ';
	}
}

void
grid_park(struct grid *g, struct rect r, int row)
{
	if (row < 0 || row >= r.rows || r.cols < 1 || r.row + row >= g->rows || r.col >= g->cols || r.row + row < 0 ||
	    r.col < 0)
		return;
	g->cursor_row = r.row + row;
	g->cursor_col = r.col;
}
