#include "tui/prose.h"

/* Where the first line of a text ends: before a blank, or where a word is longer than the line by itself. */
static size_t
line_end(struct slice text, int cols)
{
	size_t end = 0;

	for (size_t i = 0; i <= text.n; i++) {
		if (i < text.n && text.p[i] != ' ')
			continue;
		if (grid_text_width(slice_make(text.p, i)) > cols)
			break;
		end = i;
	}
	return end ? end : text.n;
}

int
prose_paint(struct grid *g, struct rect r, enum role role, struct slice text)
{
	int row = 0;

	while (text.n > 0 && row < r.rows && r.cols > 0) {
		size_t end = row + 1 < r.rows ? line_end(text, r.cols) : text.n;

		grid_text(g, r, row++, 0, role, slice_make(text.p, end), FIT_ELLIPSIS);
		while (end < text.n && text.p[end] == ' ')
			end++;
		text.p += end;
		text.n -= end;
	}
	return row;
}
