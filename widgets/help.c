#include "widgets/help.h"

#define HELP_COLUMN_LEAST 58
#define HELP_KEYS_COLS 13
#define HELP_COLUMNS_MAX 8

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
	if (!row->picked)
		return;
	grid_ground(g, r, 0, 0, r.cols, ROLE_CURSOR);
	grid_park(g, r, 0);
}

/* Rows from a heading to the next one. */
static size_t
help_group(const struct help_row *rows, size_t n, size_t from)
{
	size_t to = from + 1;

	while (to < n && !rows[to].heading)
		to++;
	return to - from;
}

/*
 * Where each column begins if none is longer than `lines`; a group stays together, because its heading says what its
 * rows are about. Returns the columns it takes; begins: one more than `most`, the last one is n.
 */
static size_t
help_columns(const struct help_row *rows, size_t n, size_t lines, size_t most, size_t *begins)
{
	size_t columns = 0, used = lines;

	for (size_t i = 0, group; i < n; i += group) {
		group = help_group(rows, n, i);
		if (used + group > lines && used > 0) {
			if (columns == most)
				return most + 1;
			begins[columns++] = i;
			used = 0;
		}
		used += group;
	}
	begins[columns] = n;
	return columns;
}

/* The fewest lines in which all groups find a place. */
static size_t
help_place(const struct help_row *rows, size_t n, size_t columns, size_t *begins, size_t *taken)
{
	size_t lines = (n + columns - 1) / columns, longest = 0;

	for (size_t i = 0; i < n; i += help_group(rows, n, i))
		longest = help_group(rows, n, i) > longest ? help_group(rows, n, i) : longest;
	lines = lines > longest ? lines : longest;
	while ((*taken = help_columns(rows, n, lines, columns, begins)) > columns)
		lines++;
	return lines;
}

struct help_layout {
	size_t begins[HELP_COLUMNS_MAX + 1]; /* of the columns taken; the last one is n */
	size_t columns, taken, lines;
};

static void
help_lay(struct help_layout *l, struct rect r, const struct help_row *rows, size_t n)
{
	l->columns = r.cols > HELP_COLUMN_LEAST ? (size_t)(r.cols / HELP_COLUMN_LEAST) : 1;
	l->columns = l->columns < HELP_COLUMNS_MAX ? l->columns : HELP_COLUMNS_MAX;
	l->lines = help_place(rows, n, l->columns, l->begins, &l->taken);
	/* Where all fits into fewer columns, fewer are easier to read. */
	while (l->columns > 1 && r.rows > 0) {
		size_t fewer[HELP_COLUMNS_MAX + 1], ntaken;

		if (help_place(rows, n, l->columns - 1, fewer, &ntaken) > (size_t)r.rows)
			break;
		l->columns--;
		l->lines = help_place(rows, n, l->columns, l->begins, &l->taken);
	}
}

size_t
help_line(struct rect r, const struct help_row *rows, size_t n, size_t i)
{
	struct help_layout l;
	size_t c = 0;

	if (r.cols < 1 || i >= n)
		return 0;
	help_lay(&l, r, rows, n);
	while (c + 1 < l.taken && l.begins[c + 1] <= i)
		c++;
	return i - l.begins[c];
}

size_t
help_paint(struct grid *g, struct rect r, const struct help_row *rows, size_t n, size_t top)
{
	struct help_layout l;
	int width;

	if (r.cols < 1 || n == 0)
		return 0;
	help_lay(&l, r, rows, n);
	width = r.cols / (int)l.columns;
	for (size_t c = 0; c < l.taken; c++)
		for (int row = 0; row < r.rows; row++) {
			size_t i = l.begins[c] + top + (size_t)row;

			if (i < l.begins[c + 1])
				help_row(g, rect_rows(rect_cols(r, (int)c * width, width - 1), row, 1), &rows[i]);
		}
	return l.lines;
}

static void
help_specimen(struct grid *g, struct rect r, enum specimen kind)
{
	struct help_row rows[40];
	size_t n = kind == SPECIMEN_EMPTY ? 0 : kind == SPECIMEN_HUGE ? 40 : 9;
	const char *text = kind == SPECIMEN_HUGE ? specimen_text(kind).p : "open what is selected";

	for (size_t i = 0; i < n; i++)
		rows[i] = (struct help_row){i % 8 == 0 ? "Moving" : NULL, "Enter right l", text, i % 3 == 0, i == 4};
	help_paint(g, r, rows, n, kind == SPECIMEN_HUGE ? 3 : 0);
}

const struct widget help_widget = {"help", "keys and what they do", help_specimen};
