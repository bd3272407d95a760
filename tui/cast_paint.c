#include "tui/cast_paint.h"

#include <string.h>

#include "core/mem.h"
#include "widgets/charset.h"

/* Moving over unchanged cells costs about so much where ESC is written as six characters. */
#define MOVE_BYTES 9
#define ERASE_CELLS 10 /* so many blanks are better erased */

static const struct cast_cell blank = {' ', {COLOR_DEFAULT, COLOR_DEFAULT, 0}};

void
cast_paint_init(struct cast_paint *p)
{
	memset(p, 0, sizeof(*p));
	sgr_init(&p->sgr);
}

void
cast_paint_release(struct cast_paint *p)
{
	mem_free(p->shown);
	cast_paint_init(p);
}

/* ---- a grid taken ---------------------------------------------------------------------------- */

static int
resize(struct cast_paint *p, int rows, int cols, struct err *err)
{
	size_t n = (size_t)rows * (size_t)cols;
	struct cast_cell *cells;

	if (p->shown && p->rows == rows && p->cols == cols)
		return 0;
	cells = mem_calloc(2 * n, sizeof(*cells));
	if (!cells)
		return err_nomem(err);
	mem_free(p->shown);
	p->shown = cells;
	p->next = cells + n;
	p->rows = rows;
	p->cols = cols;
	p->known = false;
	return 0;
}

/* Halves of wide characters come in pairs, whatever the grid has. */
static uint32_t
shown_char(const struct grid *g, const struct cast_cell *row, int y, int x)
{
	uint32_t ch = grid_at(g, y, x).ch;

	if (ch == 0)
		return x > 0 && charset_width(row[x - 1].ch) == 2 ? 0 : ' ';
	ch = charset_filter(ch);
	if (charset_width(ch) == 2 && (x + 1 >= g->cols || grid_at(g, y, x + 1).ch != 0))
		return CHARSET_REPLACEMENT;
	return ch;
}

int
cast_paint_take(
    struct cast_paint *p, const struct grid *g, const struct theme *theme, enum color_depth depth, struct err *err)
{
	int y, x, rc = resize(p, g->rows, g->cols, err);

	for (y = 0; y < g->rows && !rc; y++) {
		struct cast_cell *row = p->next + (size_t)y * (size_t)g->cols;

		for (x = 0; x < g->cols; x++) {
			struct cell c = grid_at(g, y, x);

			row[x] = blank;
			row[x].ch = shown_char(g, row, y, x);
			if (row[x].ch)
				row[x].look =
				    theme_look_cell(theme, depth, c.role, c.attrs, c.ground, row[x].ch);
		}
	}
	return rc;
}

/* ---- what differs ---------------------------------------------------------------------------- */

/* Where the cursor is; x < 0: not known. */
struct pen {
	struct cast_paint *p;
	struct textbuf *out;
	int y, x;
};

static bool
same_look(struct look a, struct look b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attrs == b.attrs;
}

static bool
same(struct cast_cell a, struct cast_cell b)
{
	return a.ch == b.ch && same_look(a.look, b.look);
}

static void
put_cell(struct pen *pen, struct cast_cell c)
{
	sgr_tell(&pen->p->sgr, c.look, c.ch == ' ', pen->out);
	textbuf_char(pen->out, c.ch);
	pen->x += charset_width(c.ch);
	/* Behind the last column terminals differ in where they are. */
	if (pen->x >= pen->p->cols)
		pen->x = -1;
}

/* Whether it would look right as things are. */
static bool
looks_so(struct look is, struct cast_cell c)
{
	const uint8_t seen = STYLE_UNDERLINE | STYLE_REVERSE;

	if (c.ch == ' ')
		return is.bg == c.look.bg && !((is.attrs | c.look.attrs) & seen);
	return same_look(is, c.look);
}

/* Whether cells from..to-1 can be written again for less than it takes to move over them. */
static bool
cheap_again(const struct pen *pen, const struct cast_cell *row, int from, int to)
{
	char bytes[CHARSET_UTF8_MAX];
	size_t n = 0;
	int x;

	for (x = from; x < to; x++) {
		if (!row[x].ch || !looks_so(pen->p->sgr.is, row[x]))
			return false;
		n += charset_encode(row[x].ch, bytes);
		if (n > MOVE_BYTES)
			return false;
	}
	return true;
}

static void
move_to(struct pen *pen, const struct cast_cell *row, int y, int x)
{
	if (pen->y == y && pen->x == x)
		return;
	if (pen->y == y && pen->x >= 0 && pen->x < x) {
		if (cheap_again(pen, row, pen->x, x)) {
			while (pen->x < x)
				put_cell(pen, row[pen->x]);
			return;
		}
		textbuf_printf(pen->out, "\033[%dC", x - pen->x);
	} else {
		textbuf_printf(pen->out, "\033[%d;%dH", y + 1, x + 1);
	}
	pen->y = y;
	pen->x = x;
}

/* Where the blanks begin that a row ends with and that show nothing. */
static int
blank_from(const struct cast_cell *row, int cols)
{
	while (cols > 0 && same(row[cols - 1], blank))
		cols--;
	return cols;
}

static void
paint_row(struct pen *pen, int y)
{
	const struct cast_cell *next = pen->p->next + (size_t)y * (size_t)pen->p->cols;
	const struct cast_cell *shown = pen->p->shown + (size_t)y * (size_t)pen->p->cols;
	int cols = pen->p->cols, end = blank_from(next, cols), x;

	for (x = 0; x < cols; x++) {
		if (same(shown[x], next[x]) || !next[x].ch)
			continue;
		move_to(pen, next, y, x);
		if (x >= end && blank_from(shown, cols) - x >= ERASE_CELLS) {
			sgr_tell(&pen->p->sgr, next[x].look, true, pen->out);
			textbuf_str(pen->out, "\033[K");
			break;
		}
		put_cell(pen, next[x]);
	}
}

void
cast_paint_bytes(struct cast_paint *p, bool all, struct textbuf *out)
{
	size_t n = (size_t)p->rows * (size_t)p->cols, i;
	struct pen pen = {p, out, -1, -1};
	int y;

	if (all || !p->known) {
		textbuf_str(out, CAST_PAINT_ALL);
		sgr_assume_plain(&p->sgr);
		for (i = 0; i < n; i++)
			p->shown[i] = blank;
	}
	for (y = 0; y < p->rows; y++)
		paint_row(&pen, y);
	memcpy(p->shown, p->next, n * sizeof(*p->shown));
	p->known = true;
}
