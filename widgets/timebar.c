#include "widgets/timebar.h"

#include <string.h>

#include "widgets/fmt.h"

#define LABELS_COLS 40
#define DATES_COLS 90

static const struct {
	char letter;	/* where it begins; of a gap, all along */
	bool lasts;	/* a bar follows, for as long as it does */
	enum role role;
} looks[TIMEBAR_KINDS] = {
    [TIMEBAR_GAP] = {'?', true, ROLE_STALE},
    [TIMEBAR_VERSION] = {'v', false, ROLE_GRAPH2},
    [TIMEBAR_MARK] = {'m', false, ROLE_KEY},
    [TIMEBAR_WARN] = {'W', true, ROLE_WARN},
    [TIMEBAR_CRIT] = {'C', true, ROLE_CRIT},
};

/* Any times may come from a file: doubles cannot overflow. */
static int
column_of(const struct timebar *t, int64_t ms, int cols)
{
	double span = (double)t->to_ms - (double)t->from_ms;
	double frac = span > 0 ? ((double)ms - (double)t->from_ms) / span : 1;

	if (!(frac > 0))
		return 0;
	return frac >= 1 ? cols - 1 : (int)(frac * cols);
}

/* A column shows the beginning of something before the middle of something worse: a bar says only that it goes on. */
static int
weight(const struct timebar_item *it, bool begins)
{
	return (it->kind > TIMEBAR_GAP && begins ? TIMEBAR_KINDS : 0) + (int)it->kind;
}

/* The item that a column shows; NULL: none. */
static const struct timebar_item *
item_at(const struct timebar *t, int col, int cols, bool *begins)
{
	const struct timebar_item *best = NULL;

	for (size_t i = 0; i < t->n; i++) {
		const struct timebar_item *it = &t->items[i];
		int from = column_of(t, it->from_ms, cols);
		bool starts = it->from_ms >= t->from_ms && col == from;

		if (it->to_ms < t->from_ms || it->from_ms > t->to_ms || it->from_ms > it->to_ms)
			continue;
		if (col < from || col > (looks[it->kind].lasts ? column_of(t, it->to_ms, cols) : from))
			continue;
		if (best && weight(it, starts) < weight(best, *begins))
			continue;
		best = it;
		*begins = starts;
	}
	return best;
}

static void
paint_column(struct grid *g, struct rect r, const struct timebar *t, int col)
{
	bool begins = false;
	const struct timebar_item *it = item_at(t, col, r.cols, &begins);
	enum role role = it ? looks[it->kind].role : ROLE_FRAME;
	uint32_t ch = grid_glyph(g, GLYPH_HLINE);

	if (it && (begins || it->kind == TIMEBAR_GAP))
		ch = (uint32_t)looks[it->kind].letter;
	else if (it)
		ch = g->glyphs == GLYPHS_ASCII ? '=' : grid_glyph(g, GLYPH_SQUARE);
	else if (t->grows && col == r.cols - 1)
		ch = grid_glyph(g, GLYPH_RIGHT);
	if (t->lane || col != column_of(t, t->at_ms, r.cols)) {
		grid_put(g, r, 0, col, role, ch);
		return;
	}
	grid_put(g, r, 0, col, it ? role : ROLE_FROZEN, grid_glyph(g, GLYPH_FULL));
	grid_attr(g, r, 0, col, 1, STYLE_BOLD);
}

/* Clock times; where the ends are of different days, with their dates or, where that is too long, as dates alone. */
static struct fmt
label(const struct timebar *t, int64_t ms, int cols)
{
	struct fmt a = fmt_date(t->from_ms, t->utc_offset_ms), b = fmt_date(t->to_ms, t->utc_offset_ms);

	if (strcmp(a.s, b.s) == 0)
		return fmt_clock(ms, t->utc_offset_ms);
	return cols >= DATES_COLS ? fmt_datetime(ms, t->utc_offset_ms) : fmt_date(ms, t->utc_offset_ms);
}

void
timebar_paint(struct grid *g, struct rect r, const struct timebar *t)
{
	int left = 0, right = 0;

	r = rect_rows(r, 0, 1);
	if (r.rows < 1 || r.cols < 1 || t->from_ms > t->to_ms)
		return;
	if (r.cols >= LABELS_COLS && !t->lane) {
		struct fmt to = label(t, t->to_ms, r.cols);

		left = grid_str(g, r, 0, 0, ROLE_MUTED, label(t, t->from_ms, r.cols).s) + 1;
		right = grid_text_width(slice_of(to.s)) + 1;
		grid_text_right(g, r, 0, r.cols, ROLE_MUTED, slice_of(to.s));
	}
	r = rect_cols(r, left, r.cols - left - right);
	for (int col = 0; col < r.cols; col++)
		paint_column(g, r, t, col);
}

static void
timebar_specimen(struct grid *g, struct rect r, enum specimen kind)
{
	const int64_t hour = 3600000, from = INT64_C(1769781600000);
	struct timebar_item items[] = {{TIMEBAR_WARN, from + hour / 6, from + hour / 3},
	    {TIMEBAR_CRIT, from + hour / 4, from + hour / 2}, {TIMEBAR_GAP, from + hour * 5 / 8, from + hour * 6 / 8},
	    {TIMEBAR_MARK, from + hour * 7 / 8, from + hour * 7 / 8}, {TIMEBAR_VERSION, from, from}};
	struct timebar t = {from, from + hour, from + hour / 2, items, sizeof items / sizeof *items, 0, false, false};

	if (kind == SPECIMEN_EMPTY) {
		t.n = 0;
		t.to_ms = t.at_ms = t.from_ms;
	} else if (kind == SPECIMEN_NAN) {
		t.at_ms = INT64_MIN;
	} else if (kind == SPECIMEN_HUGE) {
		t.to_ms = from + 24 * 365 * hour;
		t.grows = true;
	} else if (kind == SPECIMEN_HOSTILE) {
		t.from_ms = INT64_MIN;
		t.to_ms = INT64_MAX;
		items[0].from_ms = INT64_MAX;
		items[1].to_ms = INT64_MIN;
	}
	for (int row = 0; row < r.rows; row++, t.lane = !t.lane)
		timebar_paint(g, rect_rows(r, row, 1), &t);
}

const struct widget timebar_widget = {"timebar", "the length of a recording, what happened where", timebar_specimen};
