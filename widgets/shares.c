#include "widgets/shares.h"

#include <math.h>
#include <string.h>

#include "widgets/bar.h"
#include "widgets/fmt.h"

#define SHARES_NAME_LEAST 8
#define SHARES_NAME_MOST 32
#define SHARES_NUMBER 6 /* ">99.9" and one apart */
#define SHARES_POINTS 7 /* "-100.0" and one apart */

/* Columns: name, bar, now, was, difference; what does not fit goes from the right, the bar last. */
struct shares_layout {
	int name, bar, now, was, points; /* first column of each; -1: not shown */
	int name_cols, bar_cols;
};

static struct shares_layout
shares_place(const struct shares *s, int cols)
{
	struct shares_layout at = {.now = -1, .was = -1, .points = -1, .bar = -1};
	int longest = SHARES_NAME_LEAST, rest;

	for (size_t i = 0; i < s->n; i++) {
		int width = grid_text_width(s->rows[i].name) + (s->rows[i].unseen ? 4 : 0);

		longest = width > longest ? width : longest;
	}
	longest = longest > SHARES_NAME_MOST ? SHARES_NAME_MOST : longest;
	at.name_cols = longest > cols / 3 ? cols / 3 : longest;
	if (at.name_cols < SHARES_NAME_LEAST)
		at.name_cols = cols < SHARES_NAME_LEAST ? cols : SHARES_NAME_LEAST;
	rest = cols - at.name_cols;
	if (rest >= SHARES_NUMBER) {
		at.now = cols - SHARES_NUMBER;
		rest -= SHARES_NUMBER;
	}
	if (rest >= SHARES_NUMBER + 4) {
		at.was = at.now;
		at.now -= SHARES_NUMBER;
		rest -= SHARES_NUMBER;
	}
	if (rest >= SHARES_POINTS + 8) {
		at.points = cols - SHARES_POINTS;
		at.now -= SHARES_POINTS;
		at.was -= SHARES_POINTS;
		rest -= SHARES_POINTS;
	}
	if (rest >= 4) {
		at.bar = at.name_cols + 1;
		at.bar_cols = rest - 1;
	}
	return at;
}

/* Behind the head of the value, before those of numbers, which end where these do. */
static void
shares_sorted(struct grid *g, struct rect r, const struct shares *s, const struct shares_layout *at)
{
	const char *now = s->current ? s->current : "NOW%", *was = s->baseline ? s->baseline : "WAS%";
	int col = -1;

	if (s->sorted == SHARES_VALUE)
		col = (int)strlen("VALUE");
	else if (s->sorted == SHARES_NOW && at->now >= 0)
		col = at->now + SHARES_NUMBER - (int)strlen(now) - 1;
	else if (s->sorted == SHARES_WAS && at->was >= 0)
		col = at->was + SHARES_NUMBER - (int)strlen(was) - 1;
	else if (s->sorted == SHARES_DIFF && at->points >= 0)
		col = at->points + SHARES_POINTS - (int)strlen("DIFF") - 1;
	/* Numbers are sorted with the largest on top. */
	if (col >= 0)
		grid_put(g, r, 0, col, ROLE_HEADER,
		    grid_glyph(g, (s->sorted != SHARES_VALUE) != s->reversed ? GLYPH_DOWN : GLYPH_UP));
}

static void
shares_heads(struct grid *g, struct rect r, const struct shares *s, const struct shares_layout *at)
{
	if (at->now >= 0)
		grid_text_right(g, r, 0, at->now + SHARES_NUMBER, ROLE_HEADER,
		    slice_of(s->current ? s->current : "NOW%"));
	if (at->was >= 0)
		grid_text_right(g, r, 0, at->was + SHARES_NUMBER, ROLE_HEADER,
		    slice_of(s->baseline ? s->baseline : "WAS%"));
	if (at->points >= 0)
		grid_text_right(g, r, 0, at->points + SHARES_POINTS, ROLE_HEADER, slice_of("DIFF"));
	grid_str(g, rect_cols(r, 0, at->now >= 0 ? at->now : r.cols), 0, 0, ROLE_HEADER, "VALUE");
	shares_sorted(g, r, s, at);
}

static void
shares_row(struct grid *g, struct rect r, const struct shares_layout *at, const struct share *share, double most)
{
	struct rect name = rect_cols(r, 0, at->name_cols);
	int col = 0;

	if (share->unseen && name.cols > 4)
		col = grid_str(g, name, 0, 0, ROLE_WARN, "new ");
	grid_text(g, name, 0, col, ROLE_TEXT, share->name, FIT_ELLIPSIS);
	if (at->bar >= 0)
		bar_paint_share(g, rect_cols(r, at->bar, at->bar_cols), share->current_frac / most,
		    share->baseline_frac / most, ROLE_CURRENT);
	if (at->now >= 0)
		grid_text_right(
		    g, r, 0, at->now + SHARES_NUMBER, ROLE_TEXT, slice_of(fmt_pct(share->current_frac).s));
	if (at->was >= 0)
		grid_text_right(
		    g, r, 0, at->was + SHARES_NUMBER, ROLE_BASELINE, slice_of(fmt_pct(share->baseline_frac).s));
	if (at->points >= 0)
		grid_text_right(g, r, 0, at->points + SHARES_POINTS, ROLE_TEXT,
		    slice_of(fmt_points(share->current_frac - share->baseline_frac).s));
}

void
shares_paint(struct grid *g, struct rect r, const struct shares *s)
{
	struct shares_layout at = shares_place(s, r.cols);
	int head = r.rows > 2 ? 1 : 0;
	double most = 0;

	if (r.rows < 1 || r.cols < 1)
		return;
	for (size_t i = 0; i < s->n; i++)
		most = fmax(most, fmax(s->rows[i].current_frac, s->rows[i].baseline_frac));
	if (!(most > 0))
		most = 1;
	if (head)
		shares_heads(g, rect_rows(r, 0, 1), s, &at);
	for (int row = head; row < r.rows && s->top + (size_t)(row - head) < s->n; row++) {
		size_t i = s->top + (size_t)(row - head);

		shares_row(g, rect_rows(r, row, 1), &at, &s->rows[i], most);
		for (size_t k = 0; k < s->nwords; k++)
			grid_pick(g, rect_cols(rect_rows(r, row, 1), 0, at.name_cols), ROLE_MATCH, s->words[k]);
		if (s->cursor >= 0 && (size_t)s->cursor == i) {
			/* Each cell of a bar below the cursor would be sent again: it is on name and numbers. */
			grid_ground(g, r, row, 0, at.name_cols, ROLE_CURSOR);
			if (!g->spare && at.now >= 0)
				grid_ground(g, r, row, at.now, r.cols - at.now, ROLE_CURSOR);
			grid_park(g, r, row);
		}
	}
}

static void
shares_specimen(struct grid *g, struct rect r, enum specimen kind)
{
	struct share rows[12];
	struct shares s = {.rows = rows, .n = kind == SPECIMEN_EMPTY ? 0 : 12, .cursor = 2, .sorted = SHARES_NOW};

	for (size_t i = 0; i < 12; i++)
		rows[i] = (struct share){
		    specimen_text(kind), specimen_number(kind, i) / 500, specimen_number(kind, i + 3) / 500, i == 2};
	shares_paint(g, r, &s);
}

const struct widget shares_widget = {"shares", "shares of classes or values against the baseline", shares_specimen};
