/* An event to full screen: what was read of it, held against the baseline; and nothing of it reaches a terminal raw. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_desk.h"
#include "tests/lib_fleet.h"
#include "tui/event_rest.h"
#include "tui/record_view.h"
#include "widgets/rawview.h"

static struct store *store;
static struct event_record *decoder;
static struct record_view rv;
static struct grid g;

static int
open_all(void **state)
{
	int64_t now_ms;

	(void)state;
	store = fleet_make(FLEET_INCIDENT, &now_ms);
	return event_record_new(&decoder, NULL) || grid_init(&g, 40, 130, GLYPHS_ASCII, NULL);
}

static int
close_all(void **state)
{
	(void)state;
	record_view_release(&rv);
	event_record_free(decoder);
	grid_release(&g);
	store_free(store);
	return 0;
}

static size_t
fraud(void)
{
	size_t i = 0;

	while (!slice_is(store_model_name(store, i), "card-fraud"))
		i++;
	return i;
}

static size_t
show(const char *raw, size_t n, int cols, size_t top)
{
	struct raw_event e = {.raw = slice_make(raw, n), .ts_ms = FLEET_T0, .arrival_ms = FLEET_T0};

	record_view_fill(&rv, decoder, &e, store, fraud(), 0);
	grid_clear(&g);
	return record_view_paint(&g, (struct rect){1, 1, 38, cols}, &rv, e.raw, top, slice_of(""));
}

static const struct record_row *
row(const char *name)
{
	for (size_t i = 0; i < rv.n; i++)
		if (slice_is(rv.rows[i].name, name))
			return &rv.rows[i];
	fail_msg("no row %s", name);
	return NULL;
}

static bool
shows(const char *text)
{
	size_t n = strlen(text), i;

	for (int at = 0; at + (int)n <= g.rows * g.cols; at++) {
		for (i = 0; i < n && g.cells[at + (int)i].ch == (uint32_t)text[i]; i++)
			;
		if (i == n)
			return true;
	}
	return false;
}

static void
what_the_baseline_never_had_is_marked(void **state)
{
	static const char raw[] = "{\"features\":{\"amount\":1e9,\"country\":\"Atlantis\",\"n_24h\":\"three\","
				  "\"hour_gap\":NaN,\"age_days\":242,\"tags\":[1]},\"prediction\":\"ok\"}";

	(void)state;
	show(raw, sizeof raw - 1, 120, 0);
	assert_true(strncmp(row("amount")->mark.p, "out of range", 12) == 0);
	assert_true(strncmp(row("country")->mark.p, "new", 3) == 0);
	assert_true(strncmp(row("n_24h")->mark.p, "no number", 9) == 0);
	assert_true(slice_is(row("hour_gap")->mark, "not finite"));
	assert_int_equal(row("age_days")->mark.n, 0);
	assert_string_equal(row("tags")->kind, "array");
	/* The event does not have it at all. */
	assert_string_equal(row("merchant_kind")->kind, "missing");
	assert_true(shows("as it came") && shows("as it was read") && shows("Atlantis"));
}

static void
side_by_side_or_one_above_the_other_all_lines_can_be_reached(void **state)
{
	static const char raw[] = "{\"features\":{\"amount\":12,\"country\":\"DE\"},\"prediction\":\"ok\"}";
	size_t wide, narrow;

	(void)state;
	wide = show(raw, sizeof raw - 1, 120, 0);
	narrow = show(raw, sizeof raw - 1, 70, 0);
	assert_true(narrow > wide);
	assert_int_equal(narrow, show(raw, sizeof raw - 1, 70, narrow - 1));
	/* The last line is the last input that the baseline knows. */
	assert_true(shows("missing"));
	assert_false(shows("as it came"));
}

static void
hostile_bytes_are_shown_and_never_painted(void **state)
{
	static const char *const raws[] = {
	    "{\"features\":{\"am\x1b[2J\":\"\x1b]0;x\x07\"},\"prediction\":\"\\u001b[31m\"}",
	    "not json \x1b[2J \xff\xfe \x9b",
	    "{\"features\":{\"country\":\"\xe2\x80\xae\xe2\x80\x8b\"},\"score\":1e400}",
	    "{\"features\":{\"amount\":1,", ""};

	(void)state;
	for (size_t i = 0; i < sizeof raws / sizeof *raws; i++)
		for (int cols = 0; cols <= 128; cols += 32)
			for (size_t top = 0; top < 4; top++) {
				show(raws[i], strlen(raws[i]), cols, top);
				for (int at = 0; at < g.rows * g.cols; at++) {
					uint32_t ch = g.cells[at].ch;

					assert_false(ch > 0 && ch < 0x20);
					assert_false((ch >= 0x7f && ch < 0xa0) || ch == 0x202e);
					/* Nothing beside its rect. */
					if (at % g.cols > cols || at % g.cols < 1 || at < g.cols)
						assert_true(ch == ' ' || ch == 0);
				}
			}
	show(raws[0], strlen(raws[0]), 120, 0);
	assert_true(shows("\\x1b"));
	show(raws[1], strlen(raws[1]), 120, 0);
	assert_true(shows("it cannot be read again"));
}

static void
the_line_of_an_input_is_that_of_the_member_of_its_name(void **state)
{
	static const char raw[] = "{\"id\":\"country\",\"features\":"
				  "{\"amount\":12,\"by_country\":1,\"country\":\"DE\"}}";
	struct slice s = slice_make(raw, sizeof raw - 1);

	(void)state;
	/* A bracket, the id, the head of the features, two of them. */
	assert_int_equal(rawview_find(70, s, slice_of("country")), 5);
	assert_int_equal(rawview_find(70, s, slice_of("COUNTR")), 1); /* no name: where it is first */
	assert_true(rawview_find(70, s, slice_of("nothing")) == SIZE_MAX);
	assert_true(rawview_find(70, s, slice_of("")) == SIZE_MAX);
	assert_true(rawview_find(0, s, slice_of("id")) == SIZE_MAX);
	assert_int_equal(rawview_find(70, slice_of("not json"), slice_of("json")), 0);
	/* To full screen there is a head above it. */
	assert_int_equal(record_view_find(120, s, slice_of("country")), 6);
}

static void
the_input_that_one_came_for_is_scrolled_to(void **state)
{
	static const struct ui_options options = {
	    .window = WINDOW_AUTO, .utc = true, .zone = "UTC", .endpoint = "redis://h"};
	struct desk *d = desk_open(FLEET_INCIDENT, &options);

	(void)state;
	desk_size(d, 15, 80, GLYPHS_ASCII);
	/* The ninth line of an event of which six are seen. */
	desk_press(d, "/card-fraud<Enter><Enter>/age_days<Enter><Enter><Enter>");
	assert_true(desk_row_shows(d, 0, "> age_days > events"));
	assert_true(desk_shows(d, "\"age_days\": ") && !desk_shows(d, "\"ts\": "));
	desk_press(d, "j"); /* of the next one, too */
	assert_true(desk_shows(d, "\"age_days\": ") && !desk_shows(d, "\"ts\": "));
	/* Whoever scrolls is left where they are. */
	desk_press(d, "2g");
	assert_true(desk_shows(d, "\"ts\": ") && !desk_shows(d, "\"age_days\": "));
	desk_press(d, "<Enter>");
	assert_true(desk_shows(d, "as it came") || desk_shows(d, "\"age_days\": "));
	/* The whole of it is shown: no key makes it so. */
	assert_false(desk_row_shows(d, 14, "whole"));
	desk_press(d, "<Esc>");
	assert_true(desk_row_shows(d, 14, "whole"));
	/* Where there is room what was read stands below what came. */
	desk_size(d, 60, 200, GLYPHS_ASCII);
	desk_draw(d);
	assert_true(desk_shows(d, "as it came") && desk_shows(d, "as it was read"));
	/* And the list has what its other columns do not. */
	assert_true(desk_row_shows(d, 4, "amount ") && desk_row_shows(d, 4, "country "));
	assert_false(desk_row_shows(d, 4, "{\"ts\""));
	desk_close(d);
}

static void
a_cell_has_why_it_failed_and_what_else_there_is(void **state)
{
	static const char raw[] = "{\"ts\":1,\"id\":\"x\",\"error\":\"no\\nroute\",\"features\":"
				  "{\"a\":null,\"b\":\"t\",\"c\":2}}";
	struct raw_event e = {.raw = slice_make(raw, sizeof raw - 1), .ts_ms = FLEET_T0};

	(void)state;
	grid_clear(&g);
	event_rest_paint(&g, (struct rect){1, 1, 1, 60}, decoder, &e, slice_of("b"));
	assert_true(shows("route  a -  c 2"));
	grid_clear(&g);
	e.raw.n -= 9; /* cut */
	event_rest_paint(&g, (struct rect){1, 1, 1, 60}, decoder, &e, slice_of("b"));
	assert_true(shows("{\"ts\":1,"));
	/* Never beside it. */
	for (int cols = 0; cols < 30; cols++) {
		grid_clear(&g);
		e.raw.n = sizeof raw - 1;
		event_rest_paint(&g, (struct rect){1, 1, 1, cols}, decoder, &e, slice_of("none"));
		for (int at = 0; at < g.rows * g.cols; at++)
			if (at / g.cols != 1 || at % g.cols < 1 || at % g.cols > cols)
				assert_true(g.cells[at].ch == ' ' || g.cells[at].ch == 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_the_baseline_never_had_is_marked),
	    cmocka_unit_test(side_by_side_or_one_above_the_other_all_lines_can_be_reached),
	    cmocka_unit_test(the_line_of_an_input_is_that_of_the_member_of_its_name),
	    cmocka_unit_test(the_input_that_one_came_for_is_scrolled_to),
	    cmocka_unit_test(a_cell_has_why_it_failed_and_what_else_there_is),
	    cmocka_unit_test(hostile_bytes_are_shown_and_never_painted),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
