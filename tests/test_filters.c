/* What filters do on single screens: what completes them, where n goes, what Help makes of words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_desk.h"
#include "tui/screen.h"
#include "widgets/grid.h"

static const struct ui_options options = {.zone = "UTC", .endpoint = "test", .user = "someone"};

/* How many rows pass; without a filter all. */
static size_t
passed(const struct desk *d, size_t *of)
{
	const struct list *l = ui_view(d->ui)->list;

	assert_non_null(l);
	*of = l->out_of;
	return l->n - l->fixed;
}

/* Values are completed, too: of words, of what is known of models. */
static void
values_of_a_comparison_are_completed(void **state)
{
	static const struct {
		const char *keys, *typed;
	} rows[] = {
	    {"/state=dr<Tab>", "/state=drift"},
	    {"/state >= wa<Tab>", "/state >= watch"},
	    {"/model=card<Tab>", "/model=card-fraud"},
	    {"/model=spam-lite|card<Tab>", "/model=spam-lite|card-fraud"},
	    {"/!(severity=cr<Tab>", "/!(severity=crit"},
	    {"/p99>5<Tab>", "/p99>5"},
	    {"/zzz<Tab>", "/zzz"},
	    {"/ERROR_RAT<Tab>", "/error_rat"},
	    {"<Enter>/type=nu<Tab>", "/type=numeric"},
	    {"<Enter>/feature=am<Tab>", "/feature=amount"},
	    {"<Enter>/role=c<Tab>al<Tab>", "/role=calendar"},
	    {"<Enter>E/amou<Tab>", "/amount"},
	    {"a/rule=lat<Tab>", "/rule=latency"},
	    {"?/group=", "/group="},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct desk *d = desk_open(FLEET_INCIDENT, &options);

		desk_press(d, rows[i].keys);
		if (!desk_row_shows(d, 23, rows[i].typed))
			fail_msg("'%s' does not make '%s'", rows[i].keys, rows[i].typed);
		desk_close(d);
	}
}

/* What passes is picked out without a colour, too. */
static void
matches_are_seen_without_colour(void **state)
{
	(void)state;
	for (size_t i = 0; themes[i]; i++) {
		static const enum role grounds[] = {ROLE_TEXT, ROLE_CURSOR};

		for (size_t k = 0; k < 2; k++) {
			struct look match = theme_look(themes[i], DEPTH_MONO, ROLE_MATCH, 0, grounds[k]);
			struct look text = theme_look(themes[i], DEPTH_MONO, ROLE_TEXT, 0, grounds[k]);

			assert_true((match.attrs ^ text.attrs) & (STYLE_UNDERLINE | STYLE_REVERSE));
		}
	}
}

/* The feed of a model is that of the sources that it comes from. */
static void
models_are_known_by_their_feed(void **state)
{
	static const enum fleet_scene scenes[] = {FLEET_INCIDENT, FLEET_DOWN};
	static const char *const is[] = {"feed=untrusted", "feed=down"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct desk *d = desk_open(scenes[i], &options);
		size_t all, n;

		desk_filter(d, is[i]);
		n = passed(d, &all);
		assert_int_equal(n, all);
		desk_filter(d, is[!i]);
		assert_int_equal(passed(d, &all), 0);
		desk_filter(d, "feed>ok");
		n = passed(d, &all);
		assert_int_equal(n, all);
		desk_close(d);
	}
}

/* ---- Help ---------------------------------------------------------------------------------------- */

/* The row that the cursor is on; -1: none. */
static int
cursor_row(const struct desk *d)
{
	for (int i = 2 * d->g.cols; i < (d->g.rows - 1) * d->g.cols; i++)
		if (d->g.cells[i].ground == ROLE_CURSOR)
			return i / d->g.cols;
	return -1;
}

static void
help_goes_from_match_to_match_and_around(void **state)
{
	struct desk *d = desk_open(FLEET_INCIDENT, &options);
	size_t all, n, steps = 0;
	char first[200];

	(void)state;
	desk_press(d, "?");
	assert_int_equal(cursor_row(d), -1);
	desk_press(d, "n");
	assert_true(desk_row_shows(d, 23, "/ looks for words here"));
	desk_filter(d, "column");
	n = passed(d, &all);
	assert_true(n > 2 && n < all);
	assert_true(cursor_row(d) > 0);
	snprintf(first, sizeof first, "%s", desk_row(d, cursor_row(d)));
	for (; !desk_row_shows(d, 23, "from the top again"); steps++) {
		desk_press(d, "n");
		/* It is seen, and has the word. */
		assert_true(cursor_row(d) > 0 && steps <= n);
		assert_true(desk_row_shows(d, cursor_row(d), "olumn"));
	}
	assert_int_equal(steps, n);
	assert_string_equal(desk_row(d, cursor_row(d)), first);
	desk_press(d, "N");
	assert_true(desk_row_shows(d, 23, "from the end again"));
	/* What filters are made of elsewhere are words here. */
	desk_filter(d, "p99>50ms");
	assert_int_equal(passed(d, &all), 0);
	desk_filter(d, "name>number");
	assert_int_equal(passed(d, &all), 1);
	desk_press(d, "n");
	assert_true(desk_row_shows(d, 23, "the only one"));
	desk_press(d, "<Esc>");
	assert_int_equal(cursor_row(d), -1);
	desk_close(d);
}

/* Elsewhere, too, it is said when n has come around. */
static void
going_around_a_list_is_said(void **state)
{
	struct desk *d = desk_open(FLEET_INCIDENT, &options);

	(void)state;
	desk_filter(d, "spam|rank");
	desk_press(d, "n");
	assert_false(desk_row_shows(d, 23, "again"));
	for (int i = 0; i < 10 && !desk_row_shows(d, 23, "past the last one: from the top again"); i++)
		desk_press(d, "n");
	assert_true(desk_row_shows(d, 23, "again"));
	desk_press(d, "N");
	assert_true(desk_row_shows(d, 23, "past the first one: from the end again"));
	desk_close(d);
}

/* Two lists of one screen keep what each was given. */
static void
each_list_of_a_screen_has_its_own_filter_and_order(void **state)
{
	struct desk *d = desk_open(FLEET_CANARY, &options);
	size_t all;

	(void)state;
	desk_press(d, "/flight<Enter><Enter>v");
	desk_filter(d, "delay");
	assert_int_equal(passed(d, &all), 1);
	desk_press(d, ">2");
	assert_int_equal(ui_view(d->ui)->filter.n, 0);
	desk_filter(d, "version=1.6*");
	assert_int_equal(passed(d, &all), 1);
	assert_int_equal(all, 3);
	assert_false(desk_shows(d, "1.4.0"));
	desk_press(d, "1");
	assert_true(slice_is(slice_of("delay"), ui_view(d->ui)->filter.text));
	assert_int_equal(passed(d, &all), 1);
	assert_int_equal(ui_view(d->ui)->sorted, 1);
	assert_false(desk_shows(d, "1.4.0"));
	desk_press(d, "<Esc>2<Esc>");
	assert_true(desk_shows(d, "1.4.0") && desk_shows(d, "seats"));
	desk_close(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_of_a_comparison_are_completed),
	    cmocka_unit_test(matches_are_seen_without_colour),
	    cmocka_unit_test(models_are_known_by_their_feed),
	    cmocka_unit_test(help_goes_from_match_to_match_and_around),
	    cmocka_unit_test(going_around_a_list_is_said),
	    cmocka_unit_test(each_list_of_a_screen_has_its_own_filter_and_order),
	};

	return cmocka_run_group_tests_name("filters", tests, NULL, NULL);
}
