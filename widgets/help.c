#include "widgets/help.h"

#define HELP_COLUMN_LEAST 58
#define HELP_KEYS_COLS 13

static void
help_row(struct grid *g, struct rect r, const struct help_row *row)
{
	int keys = r.cols < HELP_KEYS_COLS * 2 ? r.cols / 2 : HELP_KEYS_COLS;

	if (row->heading) {
		grid_text(g, r, 0, 0, ROLE_TITLE, slice_of(row->heading), FIT_ELLIPSIS);
		return;
	}
	grid_text(g, rect_cols(r, 0, keys - 1), 0, 1, row->dim ? ROLE_MUTED : ROLE_KEY, slice_of(row->keys), FIT_CUT);
	grid_text(g, r, 0, keys, row->dim ? ROLE_MUTED : ROLE_TEXT, slice_of(row->text), FIT_ELLIPSIS);
}

size_t
help_paint(struct grid *g, struct rect r, const struct help_row *rows, size_t n, size_t top)
{
	size_t columns = r.cols > HELP_COLUMN_LEAST ? (size_t)(r.cols / HELP_COLUMN_LEAST) : 1;
	size_t lines = (n + columns - 1) / columns;
	int width;

	if (r.cols < 1)
		return 0;
	/* Where all fits into fewer columns, fewer are easier to read. */
	while (columns > 1 && r.rows > 0 && (n + columns - 2) / (columns - 1) <= (size_t)r.rows)
		columns--;
	lines = (n + columns - 1) / columns;
	width = r.cols / (int)columns;
	for (size_t c = 0; c < columns; c++)
		for (int row = 0; row < r.rows; row++) {
			size_t line = top + (size_t)row, i = c * lines + line;

			if (line < lines && i < n)
				help_row(g, rect_rows(rect_cols(r, (int)c * width, width - 1), row, 1), &rows[i]);
		}
	return lines;
}

static void
help_specimen(struct grid *g, struct rect r, enum specimen kind)
{
	struct help_row rows[40];
	size_t n = kind == SPECIMEN_EMPTY ? 0 : kind == SPECIMEN_HUGE ? 40 : 9;
	const char *text = kind == SPECIMEN_HUGE ? specimen_text(kind).p : "open what is selected";

	for (size_t i = 0; i < n; i++)
		rows[i] = (struct help_row){i % 8 == 0 ? "Moving" : NULL, "Enter right l", text, i % 3 == 0};
	help_paint(g, r, rows, n, kind == SPECIMEN_HUGE ? 3 : 0);
}

const struct widget help_widget = {"help", "keys and what they do", help_specimen};
