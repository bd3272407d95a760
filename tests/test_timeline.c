/* The timeline: one axis for figures, alerts and marks; a moment is picked on it and gone to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/alert.h"
#include "tests/lib_desk.h"
#include "widgets/fmt.h"

#define MINUTE INT64_C(60000)

static int
setup(void **state)
{
	static const struct ui_options options = {
	    .window = WINDOW_AUTO, .utc = true, .zone = "UTC", .endpoint = "redis://h", .flight = true};

	*state = desk_open(FLEET_INCIDENT, &options);
	return 0;
}

static int
teardown(void **state)
{
	desk_close(*state);
	return 0;
}

static void
z_shows_the_fleet_or_the_model_one_is_at(void **state)
{
	struct desk *d = *state;

	desk_press(d, "z");
	assert_true(desk_row_shows(d, 0, "fleet > timeline"));
	assert_true(desk_shows(d, "alerts"));
	assert_true(desk_shows(d, "card-fraud"));
	desk_press(d, "<Esc>");
	assert_false(desk_row_shows(d, 0, "timeline"));
	desk_press(d, "<Enter>z");
	assert_true(desk_row_shows(d, 0, "card-fraud > timeline"));
	assert_true(desk_shows(d, "amount missing"));
	assert_false(desk_shows(d, "spam-lite"));
	desk_press(d, "<Esc>");
	assert_true(desk_row_shows(d, 0, "fleet > card-fraud"));
}

static void
an_alert_begins_at_its_minute_on_the_axis(void **state)
{
	struct desk *d = *state;
	const struct alerts *all = store_alerts(d->s);
	size_t seen = 0;

	/* An hour over the columns right of the names: an alert's letter stands where its minute is. */
	desk_press(d, "<Enter>z");
	for (size_t i = 0; i < all->n; i++) {
		const struct alert *al = all->list[i];
		int64_t ago = store_now_ms(d->s) - al->from_ms;
		/* names 14 and values 7 columns, one at each side */
		int axis = 80 - 2 - 21, col = 22 + (int)((double)(60 * MINUTE - ago) / (double)(60 * MINUTE) * axis);

		if (!slice_is(al->key.model, "card-fraud") || !slice_is(al->key.rule, "missing"))
			continue;
		for (int row = 0; row < 24; row++) {
			if (!desk_row_shows(d, row, "amount missing"))
				continue;
			seen++;
			assert_int_equal(grid_at(&d->g, row, col).ch, 'C');
			assert_int_equal(grid_at(&d->g, row, col - 1).ch, '-');
		}
	}
	assert_int_equal(seen, 1);
}

static void
a_moment_that_is_picked_is_gone_to(void **state)
{
	struct desk *d = *state;

	desk_press(d, "z<Left><Left><Left><Left><Left><Left><Enter>");
	assert_int_equal(d->last.kind, UI_REQUEST_TIME);
	assert_int_equal(d->last.time, UI_TIME_JUMP);
	/* Sixty points of a minute; the first of them is now. */
	assert_int_equal(d->last.to_ms, store_now_ms(d->s) - 5 * MINUTE);
	/* Esc lets the moment go, then closes. */
	desk_press(d, "<Esc>");
	assert_true(desk_row_shows(d, 0, "timeline"));
	desk_press(d, "<Esc>");
	assert_false(desk_row_shows(d, 0, "timeline"));
	/* No further than its ends. */
	desk_press(d, "z");
	for (int i = 0; i < 100; i++)
		desk_press(d, "<Left>");
	desk_press(d, "<Enter>");
	assert_int_equal(d->last.to_ms, store_now_ms(d->s) - 59 * MINUTE);
}

static void
zooming_changes_the_axis_and_lets_the_moment_go(void **state)
{
	struct desk *d = *state;

	desk_press(d, "z<Left><Left>-");
	assert_true(desk_shows(d, "24h, Left and Right"));
	desk_press(d, "++");
	assert_true(desk_shows(d, "5m, Left and Right"));
	desk_press(d, "<Left><Left><Enter>");
	assert_int_equal(d->last.to_ms, store_now_ms(d->s) - 5000);
}

static void
enter_leads_to_the_model_or_the_alert_of_the_lane(void **state)
{
	struct desk *d = *state;

	/* The cursor begins on what is worst, below the marks. */
	desk_press(d, "z");
	assert_true(desk_row_shows(d, d->g.cursor_row, "card-fraud"));
	desk_press(d, "k");
	assert_true(desk_row_shows(d, d->g.cursor_row, "marks"));
	desk_press(d, "j<Enter>");
	assert_true(desk_row_shows(d, 0, "> card-fraud"));
	desk_press(d, "z<Enter>");
	assert_true(desk_row_shows(d, 0, "> amount"));
	assert_false(desk_row_shows(d, 0, "> timeline  "));
}

static int
row_of(const struct desk *d, const char *text)
{
	int row = 0;

	while (row < d->g.rows && !desk_row_shows(d, row, text))
		row++;
	assert_true(row < d->g.rows);
	return row;
}

static void
of_the_fleet_it_says_whose_latency_and_drift_are_worst(void **state)
{
	struct desk *d = *state;
	int latency, drift;

	assert_int_equal(grid_resize(&d->g, 40, 120, NULL), 0);
	desk_press(d, "z");
	/* ride-demand takes 150 ms as ever; card-fraud takes 80 in place of 11. */
	latency = row_of(d, "p99/baseline");
	assert_true(desk_row_shows(d, latency + 2, "card-fraud"));
	assert_true(desk_row_shows(d, latency + 3, "p99 "));
	drift = row_of(d, "highest PSI");
	assert_true(desk_row_shows(d, drift + 2, "flight-delay"));
	assert_true(desk_row_shows(d, drift + 3, "distance"));
	assert_true(latency < row_of(d, "errors") && drift < row_of(d, "alerts    "));
	/* What is picked is read out: before it all began nobody was ten times as slow. */
	for (int i = 0; i < 30; i++)
		desk_press(d, "<Left>");
	assert_true(desk_row_shows(d, latency + 1, "1.0x") || desk_row_shows(d, latency + 1, "1.1x"));
	/* Where rows are few these give way to the lanes. */
	assert_int_equal(grid_resize(&d->g, 10, 40, NULL), 0);
	desk_draw(d);
	assert_false(desk_shows(d, "baseline"));
	assert_true(desk_shows(d, "errors") && desk_shows(d, "card-fraud"));
}

static void
no_row_is_blank_and_round_times_stand_below(void **state)
{
	static const struct {
		int rows, cols;
		const char *keys, *round;
	} views[] = {{60, 200, "z", "12:05"}, {40, 120, "", "12:10"}, {24, 80, "", "12:15"},
	    {60, 200, "<Esc><Enter>z", "12:05"}, {60, 200, "+", "12:46  "},
	    /* Nor where a filter lets few lanes pass, or none. */
	    {60, 200, "0z/card<Enter>", ""}, {24, 80, "/nothing at all<Enter>", ""}, {40, 120, "/card<Enter>", ""}};
	struct desk *d = *state;

	for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
		const struct fmt end = fmt_clock(store_now_ms(d->s), 0);
		int at;

		assert_int_equal(grid_resize(&d->g, views[i].rows, views[i].cols, NULL), 0);
		desk_press(d, views[i].keys);
		desk_draw(d);
		at = views[i].rows - 2; /* right above the keys */
		assert_true(desk_row_shows(d, at, end.s));
		assert_true(desk_row_shows(d, at, views[i].round));
	}
}

static void
every_size_is_painted(void **state)
{
	struct desk *d = *state;

	for (int model = 0; model < 2; model++) {
		desk_press(d, model ? "<Esc><Esc><Enter>z<Left>" : "z<Left>");
		for (int rows = 1; rows <= 60; rows += rows < 12 ? 1 : 7)
			for (int cols = 1; cols <= 200; cols += cols < 24 ? 1 : 9) {
				assert_int_equal(grid_resize(&d->g, rows, cols, NULL), 0);
				desk_draw(d);
			}
		assert_int_equal(grid_resize(&d->g, 24, 80, NULL), 0);
		desk_draw(d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(z_shows_the_fleet_or_the_model_one_is_at, setup, teardown),
	    cmocka_unit_test_setup_teardown(an_alert_begins_at_its_minute_on_the_axis, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_moment_that_is_picked_is_gone_to, setup, teardown),
	    cmocka_unit_test_setup_teardown(zooming_changes_the_axis_and_lets_the_moment_go, setup, teardown),
	    cmocka_unit_test_setup_teardown(enter_leads_to_the_model_or_the_alert_of_the_lane, setup, teardown),
	    cmocka_unit_test_setup_teardown(of_the_fleet_it_says_whose_latency_and_drift_are_worst, setup, teardown),
	    cmocka_unit_test_setup_teardown(no_row_is_blank_and_round_times_stand_below, setup, teardown),
	    cmocka_unit_test_setup_teardown(every_size_is_painted, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
