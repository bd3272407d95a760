#include "widgets/panel.h"

#include <stdio.h>
#include <string.h>

/* Whole ones from the first on, at the end of what is free, with a blank behind it; a mark where there are more. */
static void
panel_elsewhere(struct grid *g, struct rect r, const char *text, bool blank)
{
	size_t n = strlen(text), all = n;
	int more;

	for (;; n--) {
		/* One ends before a digit, or with the text. */
		while (n > 0 && n < all && !(text[n] == ' ' && text[n + 1] >= '0' && text[n + 1] <= '9'))
			n--;
		more = n < all ? 2 : 0;
		if (n == 0)
			return;
		if (grid_text_width(slice_make(text, n)) + more + blank + 2 <= r.cols)
			break;
	}
	if (blank)
		grid_put(g, r, 0, r.cols - 1, ROLE_FRAME, ' ');
	r = rect_cols(r, 0, r.cols - blank);
	r = rect_cols(r, r.cols - grid_text_width(slice_make(text, n)) - more - 1, r.cols);
	grid_put(g, r, 0, 0, ROLE_FRAME, ' ');
	grid_text(g, r, 0, 1, ROLE_MUTED, slice_make(text, n), FIT_CUT);
	if (more) {
		grid_put(g, r, 0, r.cols - 2, ROLE_MUTED, ' ');
		grid_put(g, r, 0, r.cols - 1, ROLE_MUTED, grid_glyph(g, GLYPH_ELLIPSIS));
	}
}

struct rect
panel_paint(struct grid *g, struct rect r, const struct panel *p)
{
	struct rect head = rect_rows(r, 0, 1);
	int right = p->right && p->right[0] ? grid_text_width(slice_of(p->right)) + 1 : 0;
	int col = 0;

	if (r.rows < 1 || r.cols < 1)
		return rect_rows(r, 0, 0);
	if (right > r.cols / 2)
		right = 0;
	grid_fill(g, head, ROLE_FRAME, grid_glyph(g, GLYPH_HLINE));
	if (p->number > 0) {
		grid_put(g, head, 0, 0, ROLE_KEY, (uint32_t)('0' + p->number % 10));
		grid_put(g, head, 0, 1, ROLE_TITLE, p->focused ? grid_glyph(g, GLYPH_RIGHT) : ' ');
		col = 2;
	}
	col += grid_text(g, rect_cols(head, 0, r.cols - right), 0, col, ROLE_TITLE, slice_of(p->title), FIT_ELLIPSIS);
	if (p->focused)
		grid_attr(g, head, 0, 0, col, STYLE_BOLD);
	grid_put(g, head, 0, col++, ROLE_FRAME, ' ');
	if (p->note && p->note[0]) {
		grid_put(g, head, 0, col++, ROLE_FRAME, ' ');
		col += grid_text(
		    g, rect_cols(head, 0, r.cols - right - 1), 0, col, ROLE_MUTED, slice_of(p->note), FIT_ELLIPSIS);
		grid_put(g, head, 0, col++, ROLE_FRAME, ' ');
	}
	if (p->elsewhere && p->elsewhere[0])
		panel_elsewhere(g, rect_cols(head, col, r.cols - col - (right ? right + 1 : 0)), p->elsewhere,
		    right > 0);
	if (right > 0) {
		grid_put(g, head, 0, r.cols - right, ROLE_FRAME, ' ');
		grid_text(g, head, 0, r.cols - right + 1, ROLE_MUTED, slice_of(p->right), FIT_CUT);
	}
	return rect_rows(r, 1, r.rows - 1);
}

const char *
panel_range(char *buf, size_t bytes, size_t top, size_t shown, size_t rows)
{
	size_t last = top + shown < rows ? top + shown : rows;

	buf[0] = '\0';
	if (top > 0 || last < rows)
		snprintf(buf, bytes, "%zu-%zu of %zu", rows ? top + 1 : 0, last, rows);
	return buf;
}

static void
panel_specimen(struct grid *g, struct rect r, enum specimen kind)
{
	char text[256];
	struct slice s = specimen_text(kind);
	struct panel p = {.number = kind == SPECIMEN_HUGE ? 9 : 1,
	    .title = text,
	    .note = text,
	    .right = "1-9 of 12",
	    .elsewhere = kind == SPECIMEN_EMPTY ? NULL : "4 traffic 5 versions",
	    .focused = kind != SPECIMEN_EMPTY};

	snprintf(text, sizeof text, "%.*s", (int)s.n, s.p);
	panel_paint(g, r, &p);
}

const struct widget panel_widget = {"panel", "the head of a panel", panel_specimen};
