/* Compare: two moments, two versions, two models, from the keys that pin to the rows that are shown. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/figures_side.h"
#include "tests/lib_desk.h"
#include "widgets/fmt.h"

static const struct ui_options options = {
    .window = WINDOW_AUTO, .utc = true, .zone = "UTC", .endpoint = "redis://h", .flight = true};

static int
setup(void **state)
{
	*state = desk_open(FLEET_INCIDENT, &options);
	return 0;
}

/* Without a flight recorder: what is held is this screen alone. */
static int
setup_plain(void **state)
{
	static const struct ui_options plain = {
	    .window = WINDOW_AUTO, .utc = true, .zone = "UTC", .endpoint = "redis://h"};

	*state = desk_open(FLEET_INCIDENT, &plain);
	return 0;
}

static int
setup_canary(void **state)
{
	*state = desk_open(FLEET_CANARY, &options);
	return 0;
}

static int
teardown(void **state)
{
	desk_close(*state);
	return 0;
}

/* The row of the screen with both texts; -1: none. */
static int
row_with(const struct desk *d, const char *a, const char *b)
{
	for (int row = 0; row < d->g.rows; row++)
		if (desk_row_shows(d, row, a) && desk_row_shows(d, row, b))
			return row;
	return -1;
}

/* ---- moments ----------------------------------------------------------------------------------- */

static void
the_same_moment_twice_differs_in_nothing(void **state)
{
	struct desk *d = *state;

	desk_press(d, "<Enter>c");
	assert_true(desk_row_shows(d, 23, "A is pinned"));
	desk_press(d, "c");
	assert_true(desk_shows(d, "Two moments"));
	assert_true(desk_row_shows(d, 0, "12:50:03 | 12:50:03"));
	assert_true(row_with(d, "all events", "events/s") > 0);
	assert_false(desk_shows(d, "* "));
	assert_false(desk_shows(d, "which overlap"));
}

/* The missing share of the first model's column over all there was, as the screen writes it. */
static struct fmt
missing_of(const struct desk *d, size_t column)
{
	struct side_of of = {0};
	struct side_bin bins[FIGURE_BINS];
	struct side_column c;

	figures_side_column(d->s, &of, WINDOW_ALL, column, bins, &c);
	return fmt_pct_sign((double)(c.rows - c.n) / (double)c.rows);
}

static void
a_moment_stays_what_it_was_while_the_other_moves_on(void **state)
{
	struct desk *d = *state;
	size_t amount = figures_feature_find(d->s, 0, slice_of("amount"));
	struct fmt was = missing_of(d, amount), is;
	int row;

	assert_true(slice_is(store_model_name(d->s, 0), "card-fraud"));
	desk_press(d, "<Enter>c");
	fleet_run(d->s, FLEET_INCIDENT, &d->now_ms, 120);
	is = missing_of(d, amount);
	assert_string_not_equal(was.s, is.s);
	desk_press(d, "oc");
	assert_true(desk_row_shows(d, 0, "12:50:03 | 12:52:03"));
	/* Five minutes, two minutes on: three of them are in both. */
	assert_true(desk_shows(d, "5m windows, which overlap"));
	desk_press(d, "ooo");
	assert_true(desk_shows(d, "all windows"));
	row = row_with(d, "amount", "missing");
	assert_true(row > 0);
	assert_true(desk_row_shows(d, row, was.s) && desk_row_shows(d, row, is.s));
}

static void
what_is_pinned_stands_in_the_last_line_until_it_is_let_go(void **state)
{
	struct desk *d = *state;

	desk_press(d, "<Enter>cj");
	assert_true(desk_row_shows(d, 23, "A: card-fraud 12:50:03"));
	desk_press(d, "<Esc>");
	assert_true(desk_row_shows(d, 23, "A: card-fraud 12:50:03"));
	desk_press(d, "<Enter>c<Esc>");
	assert_true(desk_row_shows(d, 23, "A: card-fraud 12:50:03"));
	desk_press(d, "cc");
	assert_true(desk_row_shows(d, 23, "no longer pinned"));
	desk_press(d, "j");
	assert_false(desk_row_shows(d, 23, "A: "));
	assert_true(desk_row_shows(d, 0, "card-fraud"));
	assert_false(desk_row_shows(d, 0, "|"));
}

/* ---- models ------------------------------------------------------------------------------------ */

static void
two_models_have_their_outcomes_and_what_only_one_has(void **state)
{
	struct desk *d = *state;

	desk_press(d, "c");
	assert_true(desk_row_shows(d, 23, "on another model"));
	desk_press(d, "jc");
	assert_true(desk_shows(d, "Two models"));
	assert_true(desk_row_shows(d, 0, "card-fraud | "));
	assert_true(row_with(d, "all events", "p99") > 0);
	desk_press(d, "/only<Enter>");
	assert_true(row_with(d, "amount", "only in A") > 0);
	assert_true(desk_shows(d, "only in B"));
	assert_false(desk_shows(d, "events/s"));
}

static void
the_same_model_again_lets_it_go(void **state)
{
	struct desk *d = *state;

	desk_press(d, "cc");
	assert_true(desk_row_shows(d, 23, "no longer pinned"));
	assert_true(desk_row_shows(d, 0, "fleet"));
	assert_false(desk_row_shows(d, 0, "|"));
}

static void
a_model_pinned_in_the_fleet_is_pinned_anew_as_a_moment_on_its_own_screen(void **state)
{
	struct desk *d = *state;

	desk_press(d, "c<Enter>");
	assert_true(desk_row_shows(d, 23, "A: card-fraud  "));
	desk_press(d, "cj");
	assert_true(desk_row_shows(d, 23, "A: card-fraud 12:50:03"));
}

/* A held picture points into what was pinned: it goes with that, and nothing else does. */
static void
what_cannot_be_opened_says_what_can(void **state)
{
	struct desk *d = *state;

	desk_press(d, "cjc<Enter>");
	assert_string_equal(ui_said(d->ui), "Enter opens an input or output: this row is of the model as a whole");
	while (!desk_row_shows(d, d->g.cursor_row, "only in A")) {
		int row = d->g.cursor_row;

		desk_press(d, "j");
		assert_true(d->g.cursor_row > row);
	}
	desk_press(d, "<Enter>");
	assert_string_equal(ui_said(d->ui), "Enter opens an input or output of B, which does not have this one");
	assert_true(desk_shows(d, "Two models"));
	while (!desk_row_shows(d, d->g.cursor_row, "only in B"))
		desk_press(d, "k");
	desk_press(d, "<Enter>");
	assert_false(desk_shows(d, "Two models"));
}

static void
a_held_comparison_outlives_what_was_pinned(void **state)
{
	struct desk *d = *state;

	grid_release(&d->g);
	assert_int_equal(grid_init(&d->g, 40, 120, GLYPHS_ASCII, NULL), 0);
	desk_press(d, "<Enter>ccjjjj<Space>");
	assert_true(desk_shows(d, "shade A"));
	desk_press(d, "a<Enter>");
	for (int i = 0; i < 3 && !desk_row_shows(d, 39, "no longer pinned"); i++)
		desk_press(d, "c");
	assert_true(desk_row_shows(d, 39, "no longer pinned"));
	desk_press(d, "<Esc><Esc>");
	assert_true(desk_row_shows(d, 0, "FROZEN"));
	assert_true(desk_shows(d, "Two moments"));
	assert_true(row_with(d, "amount", "mean") > 0);
	assert_false(desk_shows(d, "shade A"));
}

/* ---- versions ---------------------------------------------------------------------------------- */

static void
two_versions_with_traffic_are_compared_over_their_windows(void **state)
{
	struct desk *d = *state;

	desk_press(d, "/flight<Enter><Enter>vc");
	assert_true(desk_row_shows(d, 23, "pick a version"));
	desk_press(d, "cjc");
	assert_true(desk_shows(d, "Two versions"));
	assert_true(desk_shows(d, "A 1.5.0, B 1.6.0-rc1") || desk_shows(d, "A 1.6.0-rc1, B 1.5.0"));
	assert_true(desk_shows(d, "1h windows"));
	/* The canary's latency is half as long again: the scene says so. */
	assert_true(row_with(d, "* all events", "p50") > 0);
	assert_true(row_with(d, "* score", "mean") > 0);
	assert_true(row_with(d, "* prediction", "share") > 0);
}

static void
a_version_that_has_ended_is_compared_by_its_totals(void **state)
{
	struct desk *d = *state;

	desk_press(d, "/flight<Enter><Enter>v<Tab>ck");
	desk_press(d, "Gc");
	assert_true(desk_shows(d, "Two versions"));
	assert_true(desk_shows(d, "totals only: no window for B, which is nei"));
	assert_true(desk_shows(d, "A TOTAL") && desk_shows(d, "B TOTAL"));
	assert_true(row_with(d, "all events", "p50") > 0);
	assert_false(desk_shows(d, "score"));
}

/* ---- figures ----------------------------------------------------------------------------------- */

static void
rows_come_with_the_largest_difference_in_units_of_noise_first(void **state)
{
	struct desk *d = *state;
	int at, marked = 0;

	desk_press(d, "/flight<Enter><Enter>v<Tab>cjc");
	/* Below the four outcomes those beyond noise, and then no other one. */
	at = row_with(d, "all events", "p99") + 1;
	assert_true(at > 1);
	while (desk_row_shows(d, at, " * ")) {
		marked++;
		at++;
	}
	assert_true(marked >= 2);
	for (; at < 23; at++)
		assert_false(desk_row_shows(d, at, " * "));
}

/* Poisson: n over s and m over t; the se from both together. */
static void
the_noise_of_a_rate_is_that_of_counts(void **state)
{
	static struct side_figures a, b;
	struct compare_pair p;

	(void)state;
	a.to_ms = 100000;
	b.to_ms = 400000;
	a.events = 1000;
	b.events = 4400;
	figures_side_rate(&a, &b, &p);
	assert_true(fabs(p.stable - 10) < 1e-12 && fabs(p.canary - 11) < 1e-12);
	/* sqrt(5400 / 500 (1/100 + 1/400)) = sqrt(10.8 * 0.0125) */
	assert_true(fabs(p.se - sqrt(0.135)) < 1e-12);
	/* 1 over 3.9 * 0.3674 is 0.698: noise. */
	assert_true(fabs(figures_side_times(&p) - 1 / (3.9 * sqrt(0.135))) < 1e-12);
	b.to_ms = 0;
	figures_side_rate(&a, &b, &p);
	assert_true(isnan(p.canary) && isnan(figures_side_times(&p)));
}

static struct side_column
column_of(struct side_bin *bins, const double *edges, const uint64_t *counts, size_t n)
{
	struct side_column c = {.type = FEATURE_NUMERIC, .mean = NAN, .sd = NAN, .nbins = n, .bins = bins};

	for (size_t i = 0; i < n; i++) {
		bins[i] = (struct side_bin){.le = edges[i], .count = counts[i], .cell = (uint8_t)i};
		c.n += counts[i];
	}
	c.rows = c.n;
	return c;
}

static void
bins_with_other_edges_have_no_psi_and_still_quantiles(void **state)
{
	const double edges[] = {1, 2, 3, INFINITY}, others[] = {1, 2.5, 3, INFINITY};
	const uint64_t counts[] = {100, 100, 100, 100}, moved[] = {50, 100, 100, 150};
	struct side_bin bins[3][4];
	struct side_column a = column_of(bins[0], edges, counts, 4), b = column_of(bins[1], edges, moved, 4);
	struct side_column c = column_of(bins[2], others, moved, 4);
	struct side_difference d;
	int open;

	(void)state;
	figures_side_difference(&a, &b, &d);
	assert_true(d.alike && d.psi > d.psi_floor);
	assert_true(figures_side_times_psi(&d) > 1);
	figures_side_difference(&a, &a, &d);
	assert_true(d.alike && fabs(d.psi) < 1e-12);
	figures_side_difference(&a, &c, &d);
	assert_false(d.alike);
	assert_true(isnan(d.psi));
	assert_true(fabs(figures_side_quantile(&a, 0.375, &open) - 1.5) < 1e-12 && open == 0);
	assert_true(fabs(figures_side_quantile(&a, 0.1, &open) - 1) < 1e-12 && open == -1);
	assert_true(fabs(figures_side_quantile(&a, 0.95, &open) - 3) < 1e-12 && open == 1);
}

static void
of_few_rows_no_difference_is_told(void **state)
{
	const double edges[] = {1, INFINITY};
	const uint64_t many[] = {100, 100}, few[] = {30, 19};
	struct side_bin bins[2][2];
	struct side_column a = column_of(bins[0], edges, many, 2), b = column_of(bins[1], edges, few, 2);
	struct side_difference d;

	(void)state;
	figures_side_difference(&a, &b, &d);
	assert_true(d.thin);
	bins[1][1].count++;
	b.n = b.rows = 50;
	figures_side_difference(&a, &b, &d);
	assert_false(d.thin);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_same_moment_twice_differs_in_nothing, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_moment_stays_what_it_was_while_the_other_moves_on, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		what_is_pinned_stands_in_the_last_line_until_it_is_let_go, setup, teardown),
	    cmocka_unit_test_setup_teardown(two_models_have_their_outcomes_and_what_only_one_has, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_cannot_be_opened_says_what_can, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_held_comparison_outlives_what_was_pinned, setup_plain, teardown),
	    cmocka_unit_test_setup_teardown(the_same_model_again_lets_it_go, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		a_model_pinned_in_the_fleet_is_pinned_anew_as_a_moment_on_its_own_screen, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		two_versions_with_traffic_are_compared_over_their_windows, setup_canary, teardown),
	    cmocka_unit_test_setup_teardown(
		a_version_that_has_ended_is_compared_by_its_totals, setup_canary, teardown),
	    cmocka_unit_test_setup_teardown(
		rows_come_with_the_largest_difference_in_units_of_noise_first, setup_canary, teardown),
	    cmocka_unit_test(the_noise_of_a_rate_is_that_of_counts),
	    cmocka_unit_test(bins_with_other_edges_have_no_psi_and_still_quantiles),
	    cmocka_unit_test(of_few_rows_no_difference_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
