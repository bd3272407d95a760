#include "tui/export.h"

#include <string.h>

#include "tui/export_svg.h"
#include "tui/textbuf.h"
#include "widgets/charset.h"

static const char *const format_names[EXPORT_FORMAT_COUNT] = {
    [EXPORT_TEXT] = "text",
    [EXPORT_ANSI] = "ansi",
    [EXPORT_SVG] = "svg",
};

enum export_format
export_format_find(const char *name)
{
	int i;

	for (i = 0; i < EXPORT_FORMAT_COUNT; i++) {
		if (strcmp(format_names[i], name) == 0)
			break;
	}
	return (enum export_format)i;
}

enum export_format
export_format_of_file(struct slice path)
{
	static const struct {
		const char *ending;
		enum export_format format;
	} rows[] = {{".txt", EXPORT_TEXT}, {".ansi", EXPORT_ANSI}, {".ans", EXPORT_ANSI}, {".svg", EXPORT_SVG}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = strlen(rows[i].ending);

		if (path.n > n && memcmp(path.p + path.n - n, rows[i].ending, n) == 0)
			return rows[i].format;
	}
	return EXPORT_FORMAT_COUNT;
}

static void
row_text(struct textbuf *out, const struct grid *g, int row)
{
	int last = g->cols - 1, x;

	while (last >= 0 && grid_at(g, row, last).ch == ' ')
		last--;
	for (x = 0; x <= last; x++) {
		uint32_t ch = grid_at(g, row, x).ch;

		if (ch)
			textbuf_char(out, charset_filter(ch));
	}
	textbuf_str(out, "\n");
}

static bool
look_is_plain(struct look look)
{
	return look.fg == COLOR_DEFAULT && look.bg == COLOR_DEFAULT && look.attrs == 0;
}

static bool
look_same(struct look a, struct look b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attrs == b.attrs;
}

static struct look
cell_look(struct cell c, const struct theme *theme, enum color_depth depth)
{
	return theme_look_cell(theme, depth, c.role, c.attrs, c.ground, c.ch);
}

static void
put_color(struct textbuf *out, int color, int base)
{
	if (color == COLOR_DEFAULT)
		return;
	if (color < 8)
		textbuf_printf(out, ";%d", base + color);
	else if (color < 16)
		textbuf_printf(out, ";%d", base + 60 + color - 8);
	else
		textbuf_printf(out, ";%d;5;%d", base + 8, color);
}

static void
put_look(struct textbuf *out, struct look look)
{
	textbuf_str(out, "\033[0");
	textbuf_str(out, look.attrs & STYLE_BOLD ? ";1" : "");
	textbuf_str(out, look.attrs & STYLE_DIM ? ";2" : "");
	textbuf_str(out, look.attrs & STYLE_UNDERLINE ? ";4" : "");
	textbuf_str(out, look.attrs & STYLE_REVERSE ? ";7" : "");
	put_color(out, look.fg, 30);
	put_color(out, look.bg, 40);
	textbuf_str(out, "m");
}

static void
row_ansi(struct textbuf *out, const struct grid *g, int row, const struct theme *theme, enum color_depth depth)
{
	struct look now = {COLOR_DEFAULT, COLOR_DEFAULT, 0};
	int last = g->cols - 1, x;

	while (last >= 0 && grid_at(g, row, last).ch == ' ' &&
	       look_is_plain(cell_look(grid_at(g, row, last), theme, depth)))
		last--;
	for (x = 0; x <= last; x++) {
		struct cell c = grid_at(g, row, x);
		struct look look;

		if (!c.ch)
			continue;
		look = cell_look(c, theme, depth);
		if (!look_same(look, now))
			put_look(out, look);
		now = look;
		textbuf_char(out, charset_filter(c.ch));
	}
	textbuf_str(out, look_is_plain(now) ? "\n" : "\033[0m\n");
}

int
export_grid(const struct grid *g, enum export_format format, const struct theme *theme, enum color_depth depth,
    char **out, size_t *bytes, struct err *err)
{
	struct textbuf b = {0};
	int row;

	if (format == EXPORT_SVG)
		export_svg(&b, g, theme, depth);
	for (row = 0; row < g->rows && format != EXPORT_SVG; row++) {
		if (format == EXPORT_ANSI)
			row_ansi(&b, g, row, theme, depth);
		else
			row_text(&b, g, row);
	}
	if (b.failed) {
		textbuf_release(&b);
		return err_nomem(err);
	}
	*out = b.p;
	*bytes = b.n;
	return 0;
}
