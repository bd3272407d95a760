/*
 * A cell is 8 x 16 units, so that eighths of a block are whole units in both directions. Everything of one
 * colour is one group: a path with all its shapes, then its texts. The size is what a font of 13.33 units
 * needs, since monospaced fonts are 0.6 em wide; where a reader's is not, textLength keeps the columns, and
 * where a renderer knows no textLength, runs are short (they end at two blanks) and start at their exact place.
 */
#include "tui/export_svg.h"

#include <string.h>

#include "widgets/charset.h"

enum { CELL_W = 8, CELL_H = 16, BASELINE = 12 };

/* A cell's colours as they are seen: reverse and dim resolved. */
struct paint {
	uint32_t ink, ground; /* 0xRRGGBB */
	uint8_t attrs;        /* STYLE_BOLD, STYLE_UNDERLINE */
	bool has_ground;
};

struct picture {
	struct textbuf *out;
	const struct grid *g;
	const struct theme *theme;
	enum color_depth depth;
};

/* Ink on ground at two thirds: what terminals make of dim, about. */
static uint32_t
dimmed(uint32_t ink, uint32_t ground)
{
	uint32_t mixed = 0;
	int shift;

	for (shift = 0; shift <= 16; shift += 8) {
		uint32_t a = ink >> shift & 0xff, b = ground >> shift & 0xff;

		mixed |= (2 * a + b) / 3 << shift;
	}
	return mixed;
}

static struct paint
paint_of(const struct picture *pic, struct cell c)
{
	/* Blanks go on in the style of what they stand among: one text, not two. */
	struct look look = theme_look_cell(
	    pic->theme, pic->depth, c.role, c.attrs, c.ground, c.ch == ' ' ? 'x' : c.ch);
	struct paint p;

	p.ink = theme_palette_rgb(look.fg == COLOR_DEFAULT ? pic->theme->ink : look.fg);
	p.ground = theme_palette_rgb(look.bg == COLOR_DEFAULT ? pic->theme->ground : look.bg);
	p.has_ground = look.bg != COLOR_DEFAULT || (look.attrs & STYLE_REVERSE);
	p.attrs = look.attrs & (STYLE_BOLD | STYLE_UNDERLINE);
	if (look.attrs & STYLE_DIM)
		p.ink = dimmed(p.ink, p.ground);
	if (look.attrs & STYLE_REVERSE) {
		uint32_t swap = p.ink;

		p.ink = p.ground;
		p.ground = swap;
	}
	return p;
}

static void
shape_rect(struct textbuf *out, int x, int y, int w, int h)
{
	if (w > 0 && h > 0)
		textbuf_printf(out, "M%d %dh%dv%dh-%dz", x, y, w, h, w);
}

/* Which arms a light box line has: bits left 1, right 2, up 4, down 8; 0 for everything else. */
static int
box_arms(uint32_t ch)
{
	switch (ch) {
	case 0x2500:
		return 1 | 2;
	case 0x2502:
		return 4 | 8;
	case 0x250c:
		return 2 | 8;
	case 0x2510:
		return 1 | 8;
	case 0x2514:
		return 2 | 4;
	case 0x2518:
		return 1 | 4;
	case 0x251c:
		return 2 | 4 | 8;
	case 0x2524:
		return 1 | 4 | 8;
	case 0x252c:
		return 1 | 2 | 8;
	case 0x2534:
		return 1 | 2 | 4;
	case 0x253c:
		return 1 | 2 | 4 | 8;
	default:
		return 0;
	}
}

static void
shape_box(struct textbuf *out, int arms, int x, int y, int columns)
{
	int wide = columns * CELL_W;

	/* Lines are one unit wide and meet in the unit at (3, 7). */
	if (arms & 3)
		shape_rect(out, x + (arms & 1 ? 0 : 3), y + 7, (arms & 2 ? wide : 4) - (arms & 1 ? 0 : 3), 1);
	if (arms & 12)
		shape_rect(out, x + 3, y + (arms & 4 ? 0 : 7), 1, (arms & 8 ? CELL_H : 8) - (arms & 4 ? 0 : 7));
}

static void
shape_braille(struct textbuf *out, uint32_t ch, int x, int y)
{
	static const uint8_t bit[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
	int r, c;

	for (r = 0; r < 4; r++) {
		for (c = 0; c < 2; c++) {
			if (ch & bit[r][c])
				shape_rect(out, x + 1 + 4 * c, y + 1 + 4 * r, 2, 2);
		}
	}
}

/* Quarters of U+2596..U+259F: bits upper left 1, upper right 2, lower left 4, lower right 8. */
static void
shape_quadrants(struct textbuf *out, uint32_t ch, int x, int y)
{
	static const uint8_t quarters[10] = {
	    4, 8, 1, 1 | 4 | 8, 1 | 8, 1 | 2 | 4, 1 | 2 | 8, 2, 2 | 4, 2 | 4 | 8};
	int q = quarters[ch - 0x2596], i;

	for (i = 0; i < 4; i++) {
		if (q & 1 << i)
			shape_rect(out, x + i % 2 * CELL_W / 2, y + i / 2 * CELL_H / 2, CELL_W / 2, CELL_H / 2);
	}
}

static bool
shape_mark(struct textbuf *out, uint32_t ch, int x, int y)
{
	switch (ch) {
	case 0x25a0: /* square */
		shape_rect(out, x + 1, y + 5, 6, 6);
		return true;
	case 0x25b2: /* up */
		textbuf_printf(out, "M%d %dl4 -7l4 7z", x, y + 12);
		return true;
	case 0x25bc: /* down */
		textbuf_printf(out, "M%d %dl4 7l4 -7z", x, y + 5);
		return true;
	case 0x25ba: /* right */
		textbuf_printf(out, "M%d %dl7 4l-7 4z", x, y + 4);
		return true;
	case 0x25cf: /* dot */
		textbuf_printf(out, "M%d %da3 3 0 1 0 6 0a3 3 0 1 0 -6 0z", x + 1, y + 8);
		return true;
	default:
		return false;
	}
}

/*
 * Draws ch, repeated over `columns` cells, as a shape. False if it is drawn as text. Shades are not here: they
 * need their own opacity.
 */
static bool
shape(struct textbuf *out, uint32_t ch, int x, int y, int columns)
{
	int wide = columns * CELL_W, arms = box_arms(ch);

	if (ch == 0x2500 || ch == 0x2588 || ch == 0x2580 || (ch >= 0x2581 && ch <= 0x2587)) {
		int high = ch == 0x2500 ? 1 : ch == 0x2580 ? 8 : 2 * (int)(ch - 0x2580);
		int top = ch == 0x2500 ? 7 : ch == 0x2580 ? 0 : CELL_H - high;

		shape_rect(out, x, y + top, wide, high);
		return true;
	}
	if (columns > 1)
		return false;
	if (arms)
		shape_box(out, arms, x, y, columns);
	else if (ch >= 0x2589 && ch <= 0x258f)
		shape_rect(out, x, y, (int)(0x2590 - ch), CELL_H);
	else if (ch == 0x2590)
		shape_rect(out, x + 4, y, 4, CELL_H);
	else if (ch == 0x2594)
		shape_rect(out, x, y, CELL_W, 2);
	else if (ch == 0x2595)
		shape_rect(out, x + 7, y, 1, CELL_H);
	else if (ch >= 0x2596 && ch <= 0x259f)
		shape_quadrants(out, ch, x, y);
	else if (ch >= 0x2800 && ch <= 0x28ff)
		shape_braille(out, ch & 0xff, x, y);
	else
		return shape_mark(out, ch, x, y);
	return true;
}

/* Which of the layers of one colour a character belongs to. */
enum layer { LAYER_SHAPES, LAYER_LIGHT, LAYER_MEDIUM, LAYER_DARK, LAYER_TEXT, LAYER_NONE };

static enum layer
layer_of(uint32_t ch)
{
	struct textbuf none = {.failed = true}; /* swallows what is drawn */

	if (ch == 0 || ch == ' ')
		return LAYER_NONE;
	if (ch >= 0x2591 && ch <= 0x2593)
		return (enum layer)(LAYER_LIGHT + (ch - 0x2591));
	return shape(&none, ch, 0, 0, 1) ? LAYER_SHAPES : LAYER_TEXT;
}

static bool
same_ink(struct paint a, struct paint b)
{
	return a.ink == b.ink;
}

/* Cells from x on that hold the same character in the same ink. */
static int
repeats(const struct picture *pic, int row, int x)
{
	struct cell c = grid_at(pic->g, row, x);
	struct paint p = paint_of(pic, c);
	int n = 1;

	while (x + n < pic->g->cols && grid_at(pic->g, row, x + n).ch == c.ch &&
	       same_ink(paint_of(pic, grid_at(pic->g, row, x + n)), p))
		n++;
	return n;
}

/* All shapes of one layer in this ink as one path. */
static void
put_shapes(const struct picture *pic, uint32_t ink, enum layer layer)
{
	static const char *const opacity[] = {
	    "", " fill-opacity=\".25\"", " fill-opacity=\".5\"", " fill-opacity=\".75\""};
	struct textbuf path = {0};
	int row, x;

	for (row = 0; row < pic->g->rows; row++) {
		for (x = 0; x < pic->g->cols; x++) {
			struct cell c = grid_at(pic->g, row, x);
			int n;

			if (layer_of(c.ch) != layer || paint_of(pic, c).ink != ink)
				continue;
			n = repeats(pic, row, x);
			if (layer != LAYER_SHAPES)
				shape_rect(&path, x * CELL_W, row * CELL_H, n * CELL_W, CELL_H);
			else if (!shape(&path, c.ch, x * CELL_W, row * CELL_H, n))
				n = shape(&path, c.ch, x * CELL_W, row * CELL_H, 1);
			x += n - 1;
		}
	}
	if (path.n) {
		textbuf_printf(pic->out, "<path%s d=\"", opacity[layer]);
		textbuf_add(pic->out, path.p, path.n);
		textbuf_str(pic->out, "\"/>\n");
	}
	pic->out->failed |= path.failed;
	textbuf_release(&path);
}

static void
put_escaped(struct textbuf *out, uint32_t ch)
{
	switch (ch) {
	case '&':
		textbuf_str(out, "&amp;");
		return;
	case '<':
		textbuf_str(out, "&lt;");
		return;
	case '>':
		textbuf_str(out, "&gt;");
		return;
	default:
		textbuf_char(out, charset_filter(ch));
	}
}

static bool
same_text(const struct picture *pic, struct paint p, struct cell c)
{
	struct paint q = paint_of(pic, c);

	return layer_of(c.ch) == LAYER_TEXT && q.ink == p.ink && q.attrs == p.attrs;
}

/* Cells of the text run that begins at x: narrow characters of one look, single blanks between them; or one
 * wide one. */
static int
run_length(const struct picture *pic, int row, int x)
{
	struct paint p = paint_of(pic, grid_at(pic->g, row, x));
	int n = 1;

	if (charset_width(grid_at(pic->g, row, x).ch) == 2)
		return 2;
	for (;;) {
		struct cell next = grid_at(pic->g, row, x + n), after = grid_at(pic->g, row, x + n + 1);

		if (x + n < pic->g->cols && same_text(pic, p, next) && charset_width(next.ch) == 1)
			n++;
		else if (x + n + 1 < pic->g->cols && next.ch == ' ' && paint_of(pic, next).attrs == p.attrs &&
			 same_text(pic, p, after) && charset_width(after.ch) == 1)
			n += 2;
		else
			return n;
	}
}

static void
put_run(const struct picture *pic, int row, int x, int n, uint8_t attrs)
{
	int i;

	textbuf_printf(pic->out, "<text x=\"%d\" y=\"%d\"", x * CELL_W, row * CELL_H + BASELINE);
	if (n > 1)
		textbuf_printf(pic->out, " textLength=\"%d\"", n * CELL_W);
	textbuf_str(pic->out, attrs & STYLE_BOLD ? " font-weight=\"bold\"" : "");
	textbuf_str(pic->out, attrs & STYLE_UNDERLINE ? " text-decoration=\"underline\"" : "");
	textbuf_str(pic->out, ">");
	for (i = 0; i < n; i++) {
		if (grid_at(pic->g, row, x + i).ch)
			put_escaped(pic->out, grid_at(pic->g, row, x + i).ch);
	}
	textbuf_str(pic->out, "</text>\n");
}

static void
put_texts(const struct picture *pic, uint32_t ink)
{
	int row, x;

	for (row = 0; row < pic->g->rows; row++) {
		for (x = 0; x < pic->g->cols; x++) {
			struct cell c = grid_at(pic->g, row, x);
			struct paint p = paint_of(pic, c);
			int n;

			if (layer_of(c.ch) != LAYER_TEXT || p.ink != ink)
				continue;
			n = run_length(pic, row, x);
			put_run(pic, row, x, n, p.attrs);
			x += n - 1;
		}
	}
}

/* Colours already met, in the order they were met; a role on a ground gives at most four (dim and reverse). */
struct palette {
	uint32_t rgb[4 * ROLE_COUNT * ROLE_COUNT];
	int count;
};

static void
palette_add(struct palette *p, uint32_t rgb)
{
	int i;

	for (i = 0; i < p->count; i++) {
		if (p->rgb[i] == rgb)
			return;
	}
	if (p->count < (int)(sizeof(p->rgb) / sizeof(p->rgb[0])))
		p->rgb[p->count++] = rgb;
}

static void
put_grounds(const struct picture *pic, uint32_t ground)
{
	struct textbuf *out = pic->out;
	int row, x, n;

	textbuf_printf(out, "<path fill=\"#%06x\" d=\"", (unsigned)ground);
	for (row = 0; row < pic->g->rows; row++) {
		for (x = 0; x < pic->g->cols; x += n ? n : 1) {
			for (n = 0; x + n < pic->g->cols; n++) {
				struct paint p = paint_of(pic, grid_at(pic->g, row, x + n));

				if (!p.has_ground || p.ground != ground)
					break;
			}
			shape_rect(out, x * CELL_W, row * CELL_H, n * CELL_W, CELL_H);
		}
	}
	textbuf_str(out, "\"/>\n");
}

static void
put_head(const struct picture *pic)
{
	int w = pic->g->cols * CELL_W, h = pic->g->rows * CELL_H;

	textbuf_printf(pic->out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" ",
	    w + CELL_W, h + CELL_W);
	textbuf_printf(pic->out, "viewBox=\"-4 -4 %d %d\" role=\"img\" ", w + CELL_W, h + CELL_W);
	textbuf_str(pic->out, "font-family=\"DejaVu Sans Mono,Menlo,Consolas,Liberation Mono,monospace\" ");
	textbuf_str(pic->out, "font-size=\"13.3\" shape-rendering=\"crispEdges\">\n<title>drifttop</title>\n");
	textbuf_printf(pic->out, "<rect x=\"-4\" y=\"-4\" width=\"%d\" height=\"%d\" fill=\"#%06x\"/>\n",
	    w + CELL_W, h + CELL_W, (unsigned)theme_palette_rgb(pic->theme->ground));
}

void
export_svg(struct textbuf *out, const struct grid *g, const struct theme *theme, enum color_depth depth)
{
	struct picture pic = {out, g, theme, depth};
	struct palette inks = {.count = 0}, grounds = {.count = 0};
	int i, row, x, layer;

	for (row = 0; row < g->rows; row++) {
		for (x = 0; x < g->cols; x++) {
			struct cell c = grid_at(g, row, x);
			struct paint p = paint_of(&pic, c);

			if (layer_of(c.ch) != LAYER_NONE)
				palette_add(&inks, p.ink);
			if (p.has_ground)
				palette_add(&grounds, p.ground);
		}
	}
	put_head(&pic);
	for (i = 0; i < grounds.count; i++)
		put_grounds(&pic, grounds.rgb[i]);
	for (i = 0; i < inks.count; i++) {
		textbuf_printf(out, "<g fill=\"#%06x\">\n", (unsigned)inks.rgb[i]);
		for (layer = LAYER_SHAPES; layer <= LAYER_DARK; layer++)
			put_shapes(&pic, inks.rgb[i], (enum layer)layer);
		put_texts(&pic, inks.rgb[i]);
		textbuf_str(out, "</g>\n");
	}
	textbuf_str(out, "</svg>\n");
}
