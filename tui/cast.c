#include "tui/cast.h"

#include <stdio.h>
#include <string.h>

#include "core/jsonw.h"
#include "core/mem.h"
#include "widgets/charset.h"

void
cast_init(struct cast *c, const struct cast_options *options)
{
	memset(c, 0, sizeof(*c));
	c->options = *options;
	cast_paint_init(&c->paint);
}

void
cast_release(struct cast *c)
{
	cast_paint_release(&c->paint);
	textbuf_release(&c->text);
	textbuf_release(&c->out);
	memset(c, 0, sizeof(*c));
}

/* ---- lines ----------------------------------------------------------------------------------- */

/* The document and a line end, or nothing. */
static bool
put_line(struct cast *c, struct jsonw *w)
{
	size_t n, before = c->out.n;
	char *line = jsonw_take(w, &n, NULL);

	if (!line)
		return false;
	textbuf_add(&c->out, line, n);
	textbuf_add(&c->out, "\n", 1);
	mem_free(line);
	if (!c->out.failed)
		return true;
	c->out.n = before;
	c->out.failed = false;
	return false;
}

static bool
put_event(struct cast *c, const char *kind, struct slice text, int64_t at_ms)
{
	struct jsonw w;

	if (at_ms > c->at_ms)
		c->at_ms = at_ms;
	jsonw_init(&w);
	jsonw_open_array(&w);
	jsonw_double(&w, (double)c->at_ms / 1000);
	jsonw_cstr(&w, kind);
	jsonw_string(&w, text);
	jsonw_close(&w);
	return put_line(c, &w);
}

static void
put_color(struct textbuf *b, int index)
{
	textbuf_printf(b, "#%06x", (unsigned)theme_palette_rgb(index));
}

/* The colours that a theme leaves to the terminal: for players, which have none of their own. */
static bool
put_theme(struct cast *c, struct jsonw *w, const struct theme *theme)
{
	const int16_t grounds[2] = {theme->ink, theme->ground};
	static const char *const names[2] = {"fg", "bg"};
	int i;

	jsonw_key(w, "theme");
	jsonw_open_object(w);
	for (i = 0; i < 2; i++) {
		c->text.n = 0;
		put_color(&c->text, grounds[i]);
		jsonw_put_string(w, names[i], slice_make(c->text.p, c->text.n));
	}
	c->text.n = 0;
	for (i = 0; i < 16; i++) {
		textbuf_str(&c->text, i ? ":" : "");
		put_color(&c->text, i);
	}
	jsonw_put_string(w, "palette", slice_make(c->text.p, c->text.n));
	jsonw_close(w);
	return !c->text.failed;
}

/* The terminal named is what the bytes are for, not whose they were on. */
static bool
put_head(struct cast *c, const struct theme *theme)
{
	struct jsonw w;
	bool ok;

	jsonw_init(&w);
	jsonw_open_object(&w);
	jsonw_put_int(&w, "version", 2, true);
	jsonw_put_int(&w, "width", c->paint.cols, true);
	jsonw_put_int(&w, "height", c->paint.rows, true);
	jsonw_put_int(&w, "timestamp", c->options.began_ms / 1000, true);
	jsonw_put_cstr(&w, "title", c->options.title ? c->options.title : "drifttop");
	jsonw_key(&w, "env");
	jsonw_open_object(&w);
	jsonw_put_cstr(&w, "TERM", "xterm-256color");
	jsonw_close(&w);
	ok = put_theme(c, &w, theme);
	jsonw_close(&w);
	if (!ok) {
		jsonw_release(&w);
		c->text.failed = false;
		return false;
	}
	return put_line(c, &w);
}

/* ---- pictures -------------------------------------------------------------------------------- */

static bool
put_size(struct cast *c, int64_t at_ms)
{
	char size[32];

	snprintf(size, sizeof(size), "%dx%d", c->paint.cols, c->paint.rows);
	return put_event(c, "r", slice_of(size), at_ms);
}

/* The picture that was taken, as one event; `before` is where the lines were that all of this is to follow or not. */
static void
put_picture(struct cast *c, int64_t at_ms, size_t before)
{
	bool resized = c->rows != c->paint.rows || c->cols != c->paint.cols;
	bool all = resized || !c->paint.known || at_ms - c->whole_ms >= CAST_WHOLE_MS, ok = true;
	bool told = c->paint.rows == c->head_rows && c->paint.cols == c->head_cols;

	if (resized || (all && !told))
		ok = put_size(c, at_ms);
	c->text.n = 0;
	cast_paint_bytes(&c->paint, all, &c->text);
	ok = ok && !c->text.failed;
	if (ok && c->text.n)
		ok = put_event(c, "o", slice_make(c->text.p, c->text.n), at_ms);
	c->text.failed = false;
	if (!ok) {
		c->out.n = before;
		c->paint.known = false;
		return;
	}
	c->rows = c->paint.rows;
	c->cols = c->paint.cols;
	if (all)
		c->whole_ms = at_ms;
}

void
cast_frame(struct cast *c, const struct grid *g, const struct theme *theme, int64_t at_ms)
{
	size_t before = c->out.n;

	if (cast_paint_take(&c->paint, g, theme, c->options.depth, NULL))
		return;
	if (!c->begun) {
		c->begun = put_head(c, theme);
		if (!c->begun)
			return;
		c->head_rows = c->rows = c->paint.rows;
		c->head_cols = c->cols = c->paint.cols;
		before = c->out.n;
	}
	put_picture(c, at_ms, before);
}

void
cast_tick(struct cast *c, int64_t at_ms)
{
	if (c->begun && at_ms - c->whole_ms >= CAST_WHOLE_MS)
		put_picture(c, at_ms, c->out.n);
}

void
cast_marker(struct cast *c, struct slice label, int64_t at_ms)
{
	char text[CAST_LABEL_BYTES];
	size_t n = 0;

	if (!c->begun)
		return;
	while (label.n && n + CHARSET_UTF8_MAX <= sizeof(text)) {
		uint32_t ch = charset_decode(&label);

		n += charset_encode(charset_filter(ch), text + n);
	}
	(void)put_event(c, "m", slice_make(text, n), at_ms);
}
