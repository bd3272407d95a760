/* Walks the table of widgets and holds every row to the contract in widgets/widget.h. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "widgets/bar.h"
#include "widgets/graph.h"
#include "widgets/grid.h"
#include "widgets/help.h"
#include "widgets/histogram.h"
#include "widgets/mark.h"
#include "widgets/rawview.h"
#include "widgets/table.h"
#include "widgets/timebar.h"
#include "widgets/widget.h"

#define MARGIN 2
#define SENTINEL 'x'

static const enum glyphs levels[] = {GLYPHS_ASCII, GLYPHS_CONSOLE, GLYPHS_BLOCKS, GLYPHS_BRAILLE};

static bool
is_sentinel(const struct cell *c)
{
	return c->ch == SENTINEL && c->role == ROLE_FLOOR && c->attrs == 0 && c->ground == ROLE_TEXT;
}

static void
check_outside(const struct grid *g, struct rect r, const char *name, int kind)
{
	for (int row = 0; row < g->rows; row++)
		for (int col = 0; col < g->cols; col++) {
			bool inside = row >= r.row && row < r.row + r.rows && col >= r.col && col < r.col + r.cols;

			if (!inside && !is_sentinel(&g->cells[row * g->cols + col]))
				fail_msg("%s, specimen %d, rect %dx%d: touched (%d,%d)", name, kind, r.rows, r.cols,
				    row - r.row, col - r.col);
		}
}

static void
check_specimen(const struct widget *w, struct grid *g, struct rect r, int kind)
{
	grid_clear(g);
	grid_fill(g, grid_rect(g), ROLE_FLOOR, SENTINEL);
	w->specimen(g, r, (enum specimen)kind);
	check_outside(g, r, w->name, kind);
	for (int i = 0; g->glyphs == GLYPHS_ASCII && i < g->rows * g->cols; i++)
		if (g->cells[i].ch >= 0x7f)
			fail_msg("%s, specimen %d: U+%04X in ASCII", w->name, kind, g->cells[i].ch);
}

static void
check_size(const struct widget *w, int rows, int cols, enum glyphs level)
{
	struct rect r = {MARGIN, MARGIN, rows, cols};
	struct grid g;

	assert_int_equal(grid_init(&g, rows + 2 * MARGIN, cols + 2 * MARGIN, level, NULL), 0);
	for (int kind = 0; kind < SPECIMEN_COUNT; kind++)
		check_specimen(w, &g, r, kind);
	grid_release(&g);
}

/* Each size from 0x0 to 60x200; all specimens and levels at each would be 3.4 million pictures, so they take turns. */
static void
at_no_size_at_all_does_a_widget_leave_its_rect(void **state)
{
	(void)state;
	for (int rows = 0; rows <= 60; rows++)
		for (int cols = 0; cols <= 200; cols++) {
			struct rect r = {MARGIN, MARGIN, rows, cols};
			struct grid g;

			assert_int_equal(grid_init(&g, rows + 2 * MARGIN, cols + 2 * MARGIN,
					     levels[(size_t)(rows + cols) % (sizeof levels / sizeof *levels)], NULL),
			    0);
			for (int i = 0; widgets[i]; i++)
				check_specimen(widgets[i], &g, r, (rows * 3 + cols + i) % SPECIMEN_COUNT);
			grid_release(&g);
		}
}

/* Every small size, then a lattice of larger ones, with every specimen at every level. */
static void
every_widget_paints_only_inside_its_rect(void **state)
{
	(void)state;
	for (size_t i = 0; widgets[i]; i++)
		for (size_t l = 0; l < sizeof levels / sizeof *levels; l++) {
			for (int rows = 0; rows <= 12; rows++)
				for (int cols = 0; cols <= 40; cols++)
					check_size(widgets[i], rows, cols, levels[l]);
			for (int rows = 0; rows <= 60; rows += 12)
				for (int cols = 41; cols <= 200; cols += 13)
					check_size(widgets[i], rows, cols, levels[l]);
			check_size(widgets[i], 60, 200, levels[l]);
		}
}

static void
every_widget_has_a_name_of_its_own_and_a_sentence(void **state)
{
	(void)state;
	for (size_t i = 0; widgets[i]; i++) {
		assert_true(strlen(widgets[i]->about) > 8);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(widgets[i]->name, widgets[k]->name);
	}
}

static size_t
painted(const struct grid *g)
{
	size_t n = 0;

	for (int i = 0; i < g->rows * g->cols; i++)
		n += g->cells[i].ch != ' ';
	return n;
}

static void
every_widget_shows_something_where_there_is_something(void **state)
{
	struct grid g;

	(void)state;
	assert_int_equal(grid_init(&g, 10, 60, GLYPHS_BLOCKS, NULL), 0);
	for (size_t i = 0; widgets[i]; i++) {
		grid_clear(&g);
		widgets[i]->specimen(&g, grid_rect(&g), SPECIMEN_TYPICAL);
		if (painted(&g) < 10)
			fail_msg("%s paints %zu cells", widgets[i]->name, painted(&g));
	}
	grid_release(&g);
}

static void
name_cell(const void *ctx, struct grid *g, struct rect r, size_t row, size_t column)
{
	const char letter[2] = {(char)('a' + column), '\0'};

	(void)ctx;
	(void)row;
	grid_text_right(g, r, 0, r.cols, ROLE_TEXT, slice_of(letter));
}

static const char *
line_of(const struct grid *g, int row)
{
	static char line[128];

	for (int col = 0; col < g->cols; col++)
		line[col] = (char)g->cells[row * g->cols + col].ch;
	line[g->cols] = '\0';
	return line;
}

/* The cells are asked for by the table's own numbers, whatever stands where. */
static void
chosen_columns_stand_in_their_order_and_give_way_as_all_do(void **state)
{
	static const struct table_column columns[] = {
	    {"A", 4, 0, TABLE_ALWAYS, true, false, "a"},
	    {"B", 4, 0, 10, true, true, "b"},
	    {"C", 4, 0, 30, true, true, "c"},
	    {"D", 4, 0, 20, true, true, "d"},
	};
	static const struct table_order order = {{3, 0, 2}, 3};
	struct table t = {.columns = columns, .ncolumns = 4, .nrows = 1, .selected = SIZE_MAX, .sorted = 2,
	    .order = &order, .cell = name_cell};
	struct grid g;

	(void)state;
	assert_int_equal(grid_init(&g, 2, 16, GLYPHS_ASCII, NULL), 0);
	table_paint(&g, grid_rect(&g), &t);
	assert_string_equal(line_of(&g, 0), "   D    A    Cv "); /* the mark is where the column is */
	assert_string_equal(line_of(&g, 1), "   d    a    c  ");
	grid_clear(&g);
	table_paint(&g, rect_cols(grid_rect(&g), 0, 11), &t); /* room for two */
	assert_string_equal(line_of(&g, 0), "   A    Cv      ");
	assert_string_equal(line_of(&g, 1), "   a    c       ");
	t.order = NULL;
	grid_clear(&g);
	table_paint(&g, grid_rect(&g), &t);
	assert_string_equal(line_of(&g, 1), "   a    c    d  ");
	assert_true(table_order_has(&order, 3));
	assert_false(table_order_has(&order, 1));
	assert_true(table_order_has(NULL, 1));
	grid_release(&g);
}

static void
columns_give_way_by_weight(void **state)
{
	static const struct table_column columns[] = {
	    {"A", 10, 0, TABLE_ALWAYS, false, false, NULL},
	    {"B", 5, 0, 10, true, false, NULL},
	    {"C", 5, 12, 30, true, false, NULL},
	    {"D", 5, TABLE_REST, 20, true, false, NULL},
	};
	int widths[4];

	(void)state;
	assert_int_equal(table_layout(columns, 4, 28, widths), 1); /* 10+5+5+5 and three gaps: just fits */
	assert_int_equal(widths[0] + widths[1] + widths[2] + widths[3], 25);
	table_layout(columns, 4, 27, widths);
	assert_int_equal(widths[1], 0);  /* the lightest */
	assert_int_equal(widths[2], 10); /* 27 less 10, 5, 5 and two gaps leaves 5: all to the column that may grow */
	table_layout(columns, 4, 12, widths);
	assert_int_equal(widths[0], 10);
	assert_int_equal(widths[1] + widths[2] + widths[3], 0);
	table_layout(columns, 4, 3, widths);
	assert_int_equal(widths[0], 10); /* never dropped; clipped when painted */
	assert_int_equal(table_layout(columns, 4, 120, widths), 2);
	assert_int_equal(widths[0] + widths[1] + widths[2] + widths[3] + 3 * 2, 120);
	assert_int_equal(widths[2], 12);
}

static void
a_table_scrolls_no_further_than_it_must(void **state)
{
	(void)state;
	assert_int_equal(table_scroll(0, 4, 5, 10), 0);
	assert_int_equal(table_scroll(3, 4, 5, 10), 0);
	assert_int_equal(table_scroll(0, 12, 40, 10), 3);
	assert_int_equal(table_scroll(3, 12, 40, 10), 3);
	assert_int_equal(table_scroll(20, 12, 40, 10), 12);
	assert_int_equal(table_scroll(35, 39, 40, 10), 30);
	assert_int_equal(table_scroll(5, SIZE_MAX, 40, 10), 5);
	assert_int_equal(table_scroll(5, 0, 0, 0), 0);
}

static bool
has(const struct grid *g, uint32_t ch, enum role role)
{
	for (int i = 0; i < g->rows * g->cols; i++)
		if (g->cells[i].ch == ch && g->cells[i].role == role)
			return true;
	return false;
}

/* At one, two and more columns a bin: both sides leave cells that differ by character, not only by role. */
static void
baseline_and_current_are_told_apart_without_colour(void **state)
{
	static const int widths[] = {16, 30, 60, 120};
	struct figure_bin bins[12];
	struct histogram h = {bins, 12, -1};
	struct grid g;

	(void)state;
	for (size_t i = 0; i < 12; i++)
		bins[i] = (struct figure_bin){.le = (double)i, .baseline = 100, .current = 20 + 15 * i};
	for (size_t w = 0; w < 4; w++) {
		assert_int_equal(grid_init(&g, 10, widths[w], GLYPHS_BLOCKS, NULL), 0);
		histogram_paint(&g, grid_rect(&g), &h);
		assert_true(has(&g, 0x2588, ROLE_CURRENT));
		assert_true(has(&g, 0x2591, ROLE_BASELINE) || has(&g, 0x2500, ROLE_BASELINE));
		grid_release(&g);
	}
}

/* Beyond the bar the mark is a line of its own; inside it is cut out, in the bar's role, so that no gap is seen. */
/* The first row that has a * in these columns; -1: none. */
static int
row_of_star(const struct grid *g, int from, int to)
{
	for (int row = 0; row < g->rows; row++)
		for (int col = from; col < to; col++)
			if (grid_at(g, row, col).ch == '*')
				return row;
	return -1;
}

static void
a_bar_beyond_noise_is_told_without_colour(void **state)
{
	/* 800 and 100 of 1,000 rows against 500 and 400 are 14 standard errors away; 100 against 100 are none. */
	struct figure_bin bins[3] = {{.le = 1, .baseline = 500, .current = 800},
	    {.le = 2, .baseline = 400, .current = 100}, {.le = INFINITY, .baseline = 100, .current = 100}};
	const struct histogram h = {bins, 3, -1};
	struct grid g;

	(void)state;
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
		/* No labels below 20 columns; below the bars one row of edges. Bars end at 80 %, which is the top. */
		assert_int_equal(grid_init(&g, 11, 15, levels[i], NULL), 0);
		histogram_paint(&g, grid_rect(&g), &h);
		assert_int_equal(row_of_star(&g, 0, 5), 0);
		assert_true(grid_at(&g, 0, 1).attrs & STYLE_REVERSE);
		assert_int_equal(row_of_star(&g, 5, 10), 4); /* 40 % of the baseline are five of ten rows */
		assert_false(grid_at(&g, 4, 6).attrs & STYLE_REVERSE);
		assert_int_equal(row_of_star(&g, 10, 15), -1);
		grid_release(&g);
	}
}

static void
a_mark_inside_a_bar_leaves_no_gap(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
		struct grid g;
		struct cell in, out;

		assert_int_equal(grid_init(&g, 2, 20, levels[i], NULL), 0);
		bar_paint(&g, (struct rect){0, 0, 1, 20}, 0.8, 0.25, ROLE_WARN);
		bar_paint(&g, (struct rect){1, 0, 1, 20}, 0.1, 0.25, ROLE_WARN);
		in = grid_at(&g, 0, 5);
		out = grid_at(&g, 1, 5);
		assert_int_equal(in.ch, out.ch);
		assert_int_equal(out.role, ROLE_FLOOR);
		assert_int_equal(out.attrs, 0);
		assert_int_equal(in.role, levels[i] == GLYPHS_ASCII ? ROLE_FLOOR : ROLE_WARN);
		assert_int_equal(in.attrs, levels[i] == GLYPHS_ASCII ? 0 : STYLE_REVERSE);
		grid_release(&g);
	}
}

/* On the screen's ground the line would leave a gap in every full cell it crosses. */
static void
a_line_over_an_area_is_cut_out_of_it(void **state)
{
	const double high[] = {1, 1}, low[] = {0.25, 0.25};
	struct graph graph = {.series = {{high, 2, ROLE_GRAPH}, {low, 2, ROLE_FLOOR}},
	    .nseries = 2,
	    .top = 1,
	    .level = NAN,
	    .format = fmt_drift,
	    .cursor = -1};
	struct grid g;
	struct cell c;

	(void)state;
	assert_int_equal(grid_init(&g, 4, 4, GLYPHS_BLOCKS, NULL), 0);
	graph_paint(&g, grid_rect(&g), &graph);
	c = grid_at(&g, 2, 1); /* a quarter up of four rows: the lowest third of the second from below */
	assert_int_equal(c.role, ROLE_GRAPH);
	assert_int_equal(c.attrs, STYLE_REVERSE);
	assert_int_equal(grid_at(&g, 3, 1).attrs, 0);
	grid_release(&g);
}

/* Ten rows in two columns are five each, but the second group has its place below its own heading. */
static void
help_keeps_a_heading_with_its_rows(void **state)
{
	static const struct help_row rows[] = {{"First", NULL, NULL, false, false}, {NULL, "a", "one", false, false},
	    {NULL, "b", "two", false, false}, {"Second", NULL, NULL, false, false}, {NULL, "c", "three", false, false},
	    {NULL, "d", "four", false, false}, {NULL, "e", "five", false, false}, {"Third", NULL, NULL, false, false},
	    {NULL, "f", "six", false, false}, {NULL, "g", "seven", false, false}};
	struct grid g;

	(void)state;
	assert_int_equal(grid_init(&g, 8, 120, GLYPHS_BLOCKS, NULL), 0);
	assert_int_equal(help_paint(&g, grid_rect(&g), rows, 10, 0), 7);
	assert_int_equal(grid_at(&g, 0, 0).ch, 'F');
	assert_int_equal(grid_at(&g, 3, 0).ch, 'S');
	assert_int_equal(grid_at(&g, 0, 60).ch, 'T');
	assert_int_equal(help_paint(&g, grid_rect(&g), rows, 0, 0), 0);
	grid_release(&g);
}

static void
shares_of_bins_need_rows(void **state)
{
	struct figure_bin bins[2] = {{.baseline = 3, .current = 0}, {.baseline = 1, .current = 0}};

	(void)state;
	assert_true(histogram_share(bins, 2, 0, false) == 0.75);
	assert_true(histogram_share(bins, 2, 0, true) != histogram_share(bins, 2, 0, true));
}

static void
axes_end_on_round_numbers(void **state)
{
	(void)state;
	assert_true(graph_round_up(0.32) == 0.4);
	assert_true(graph_round_up(5) == 5);
	assert_true(graph_round_up(5.1) == 6);
	assert_true(graph_round_up(0) == 1);
	assert_true(graph_round_up(1e-320) > 0);
}

static void
row_text(const struct grid *g, int row, char *out, size_t bytes)
{
	size_t n = 0;

	for (int col = 0; col < g->cols && n + 1 < bytes; col++)
		out[n++] = g->cells[row * g->cols + col].ch < 0x7f ? (char)g->cells[row * g->cols + col].ch : '?';
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
}

static void
a_raw_event_is_set_out_by_member(void **state)
{
	static const char *const want[] = {"{", "  \"a\": 1,", "  \"b\": {", "    \"c\": \"x,{y}\",",
	    "    \"d\": [1,2]", "  },", "  \"e\": \"\\x1b[2J\"", "}"};
	char text[80];
	struct grid g;

	(void)state;
	assert_int_equal(grid_init(&g, 10, 40, GLYPHS_BLOCKS, NULL), 0);
	assert_int_equal(
	    rawview_paint(&g, grid_rect(&g),
		slice_of("{\"a\":1,\"b\":{\"c\":\"x,{y}\",\"d\":[1,2]},\"e\":\"\x1b[2J\"}"), 0, slice_of("")),
	    8);
	for (int row = 0; row < 8; row++) {
		row_text(&g, row, text, sizeof text);
		assert_string_equal(text, want[row]);
	}
	grid_release(&g);
}

static void
what_is_not_json_is_shown_escaped(void **state)
{
	static const char raw[] = "a\x1b]0;t\x07\0\xff\xc2\x9b";
	char text[80];
	struct grid g;

	(void)state;
	assert_int_equal(grid_init(&g, 2, 60, GLYPHS_BLOCKS, NULL), 0);
	rawview_paint(&g, grid_rect(&g), slice_make(raw, sizeof raw - 1), 0, slice_of(""));
	row_text(&g, 0, text, sizeof text);
	assert_string_equal(text, "a\\x1b]0;t\\x07\\x00\\xff\\xc2\\x9b");
	grid_release(&g);
}

static void
a_drift_number_of_few_rows_is_grey(void **state)
{
	struct drift_figures d = {.state = DRIFT_DRIFT, .causes = CAUSE_SIZE, .drift_causes = CAUSE_SIZE, .alarm = true,
	    .psi = 0.9, .psi_floor = 0.07,
	    .n = MARK_ROWS_SURE, .m = MARK_ROWS_SURE};

	(void)state;
	assert_int_equal(mark_drift_role(&d), ROLE_CRIT);
	d.n--;
	assert_int_equal(mark_drift_role(&d), ROLE_MUTED);
	d.n++;
	d.m--;
	assert_int_equal(mark_drift_role(&d), ROLE_MUTED);
	d.m++;
	d.psi_floor = 1;
	assert_int_equal(mark_drift_role(&d), ROLE_MUTED);
}

/* The row as text, one character a cell. */
static const char *
timebar_text(const struct timebar *t, int cols, char text[201])
{
	struct grid g;

	assert_int_equal(grid_init(&g, 1, cols, GLYPHS_ASCII, NULL), 0);
	timebar_paint(&g, grid_rect(&g), t);
	for (int i = 0; i < cols; i++)
		text[i] = (char)g.cells[i].ch;
	text[cols] = '\0';
	grid_release(&g);
	return text;
}

/* An hour; times in minutes. */
static struct timebar_item
timebar_of(enum timebar_kind kind, int from_min, int to_min)
{
	const int64_t hour_ms = INT64_C(1769781600000);

	return (struct timebar_item){kind, hour_ms + from_min * 60000, hour_ms + to_min * 60000};
}

static void
a_time_bar_shows_where_what_happened(void **state)
{
	const struct timebar_item items[] = {timebar_of(TIMEBAR_CRIT, 30, 39), timebar_of(TIMEBAR_WARN, 3, 11),
	    timebar_of(TIMEBAR_GAP, 42, 44), timebar_of(TIMEBAR_VERSION, 48, 48), timebar_of(TIMEBAR_MARK, 54, 54)};
	struct timebar t = {items[0].from_ms - 30 * 60000, items[0].from_ms + 30 * 60000,
	    items[0].from_ms - 10 * 60000, items, 5, 0, false, false};
	char text[201];

	(void)state;
	/* 20 columns of three minutes; 38 are too few for labels. */
	assert_string_equal(timebar_text(&t, 20, text), "-W==--#---C===?-v-m-");
	/* From 40 on 8 + 1 columns each side: 22 columns are left. */
	assert_string_equal(timebar_text(&t, 40, text), "14:00:00 -W===--#---C===??v-m-- 15:00:00");
}

static void
a_time_bar_shows_the_worst_of_a_column_and_hides_no_beginning(void **state)
{
	const struct timebar_item items[] = {timebar_of(TIMEBAR_CRIT, 10, 59), timebar_of(TIMEBAR_WARN, 10, 59),
	    timebar_of(TIMEBAR_MARK, 31, 31), timebar_of(TIMEBAR_VERSION, 31, 31)};
	struct timebar t = {items[0].from_ms - 10 * 60000, items[0].from_ms + 50 * 60000, items[0].from_ms - 600000,
	    items, 4, 0, false, false};
	char text[201];

	(void)state;
	/* The mark begins there, and the alert is already known to go on. */
	assert_string_equal(timebar_text(&t, 12, text), "#-C===m=====");
	/* One column is where one is. */
	assert_string_equal(timebar_text(&t, 1, text), "#");
	t.n = 0;
	t.grows = true;
	assert_string_equal(timebar_text(&t, 6, text), "#---->");
}

static void
the_ends_of_a_time_bar_have_dates_where_these_differ(void **state)
{
	struct timebar t = {INT64_C(1769781600000), INT64_C(1769868000000), INT64_C(1769781600000), NULL, 0, 0,
	    false, false};
	char text[201];

	(void)state;
	assert_non_null(strstr(timebar_text(&t, 60, text), "2026-01-30 #---"));
	assert_non_null(strstr(timebar_text(&t, 120, text), "2026-01-30 14:00:00 #---"));
	assert_non_null(strstr(text, "- 2026-01-31 14:00:00"));
}

/* What wakes nobody is not painted as what does: the letter says how far it went, the colour what comes of it. */
static void
a_mark_is_as_loud_as_the_alert_that_comes_of_it(void **state)
{
	static const struct {
		unsigned causes;
		bool provisional, alarm;
		enum role role;
	} cases[] = {
	    {CAUSE_SIZE, true, false, ROLE_WARN},
	    {CAUSE_SIZE, true, true, ROLE_WARN},
	    {CAUSE_SIZE, false, false, ROLE_WARN},
	    {CAUSE_SIZE, false, true, ROLE_CRIT},
	    {CAUSE_MISSING, true, false, ROLE_CRIT},
	    {CAUSE_UNSEEN, true, false, ROLE_WARN},
	    {CAUSE_UNSEEN, false, false, ROLE_CRIT},
	    {CAUSE_RANGE, true, true, ROLE_WARN},
	    {CAUSE_SIZE | CAUSE_RANGE, false, false, ROLE_CRIT},
	};
	struct grid g = {0};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct drift_figures d = {.state = DRIFT_DRIFT, .causes = cases[i].causes,
		    .drift_causes = cases[i].causes, .provisional = cases[i].provisional, .alarm = cases[i].alarm};

		assert_int_equal(mark_figures(&g, &d).role, cases[i].role);
		assert_int_equal(mark_figures(&g, &d).letter, 'D');
		d.state = DRIFT_WATCH;
		assert_int_equal(mark_figures(&g, &d).role, ROLE_WARN);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_widget_paints_only_inside_its_rect),
	    cmocka_unit_test(at_no_size_at_all_does_a_widget_leave_its_rect),
	    cmocka_unit_test(every_widget_has_a_name_of_its_own_and_a_sentence),
	    cmocka_unit_test(every_widget_shows_something_where_there_is_something),
	    cmocka_unit_test(columns_give_way_by_weight),
	    cmocka_unit_test(chosen_columns_stand_in_their_order_and_give_way_as_all_do),
	    cmocka_unit_test(a_table_scrolls_no_further_than_it_must),
	    cmocka_unit_test(baseline_and_current_are_told_apart_without_colour),
	    cmocka_unit_test(a_bar_beyond_noise_is_told_without_colour),
	    cmocka_unit_test(a_mark_inside_a_bar_leaves_no_gap),
	    cmocka_unit_test(a_line_over_an_area_is_cut_out_of_it),
	    cmocka_unit_test(help_keeps_a_heading_with_its_rows),
	    cmocka_unit_test(shares_of_bins_need_rows),
	    cmocka_unit_test(axes_end_on_round_numbers),
	    cmocka_unit_test(a_raw_event_is_set_out_by_member),
	    cmocka_unit_test(what_is_not_json_is_shown_escaped),
	    cmocka_unit_test(a_drift_number_of_few_rows_is_grey),
	    cmocka_unit_test(a_time_bar_shows_where_what_happened),
	    cmocka_unit_test(a_time_bar_shows_the_worst_of_a_column_and_hides_no_beginning),
	    cmocka_unit_test(the_ends_of_a_time_bar_have_dates_where_these_differ),
	    cmocka_unit_test(a_mark_is_as_loud_as_the_alert_that_comes_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
