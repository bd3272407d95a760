/* The alerts screen by its keys: there, acknowledged, silenced, gone to. */
#include "tui/ui.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/alert.h"
#include "core/mem.h"
#include "core/figures.h"
#include "tests/lib_desk.h"
#include "tui/alert_course.h"
#include "tui/key.h"
#include "widgets/charset.h"

static int
setup(void **state)
{
	static const struct ui_options options = {
	    .window = WINDOW_AUTO, .utc = true, .zone = "UTC", .endpoint = "redis://h", .user = "ada"};

	*state = desk_open(FLEET_INCIDENT, &options);
	return 0;
}

static int
teardown(void **state)
{
	desk_close(*state);
	return 0;
}

static const struct alert *
at(const struct desk *d, size_t place)
{
	const struct alert *order[ALERT_MAX];

	assert_true(alerts_order(store_alerts(d->s), order, ALERT_MAX) > place);
	return order[place];
}

static void
raise_input(struct desk *d, const char *feature, int64_t ago_ms, double effect)
{
	struct alerts *all = (struct alerts *)(uintptr_t)store_alerts(d->s);
	const struct alert *like = at(d, 6);
	struct alert_sight sight = {.key = {.rule = slice_of("range"), .feature = slice_of(feature)},
	    .model = like->model,
	    .warn = true,
	    .trusted = true,
	    .effect = effect,
	    .began_ms = d->now_ms - ago_ms,
	    .sentence = slice_of("all of it moved")};

	sight.key.model = like->key.model;
	assert_int_equal(alerts_see(all, &sight, d->now_ms, NULL), 0);
}

static void
the_limit_of_what_fires_is_in_the_unit_of_its_graph_and_drawn_with_its_number(void **state)
{
	struct desk *d = *state;
	size_t fraud = 0, spam = 0;
	struct model_figures f;
	double limit;

	for (size_t i = 0; i < store_model_count(d->s); i++) {
		fraud = slice_is(store_model_name(d->s, i), "card-fraud") ? i : fraud;
		spam = slice_is(store_model_name(d->s, i), "spam-lite") ? i : spam;
	}
	figures_model(d->s, fraud, WINDOW_5M, &f);
	/* Critical from 2.5 times the baseline's p99, from 1 % errors on a warning, from five points missing. */
	limit = alert_course_limit_of(d->s, fraud, slice_of(""), "latency");
	assert_true(fabs(limit - 2.5 * f.window_latency.baseline_p99) < 1e-9);
	assert_true(fabs(alert_course_limit_of(d->s, fraud, slice_of(""), "error_rate") - 0.01) < 1e-12);
	assert_true(fabs(alert_course_limit_of(d->s, fraud, slice_of("amount"), "missing") - 0.05) < 1e-12);
	assert_true(isnan(alert_course_limit_of(d->s, fraud, slice_of("country"), "missing")));
	/* How long nothing came is on no axis of events a second. */
	assert_true(isnan(alert_course_limit_of(d->s, spam, slice_of(""), "silence")));
	desk_press(d, "a");
	assert_false(desk_shows(d, "limit 5.0%"));
	desk_press(d, "j");
	assert_true(desk_shows(d, "missing; limit 5.0%"));
	desk_press(d, "j");
	assert_true(desk_shows(d, "p99; line: p50; limit 28ms"));
}

static void
line_1_says_how_many_fire_and_a_shows_them_worst_first(void **state)
{
	struct desk *d = *state;

	assert_true(desk_row_shows(d, 0, "7 alerts"));
	desk_press(d, "a");
	assert_true(desk_row_shows(d, 0, "fleet > alerts"));
	assert_true(desk_row_shows(d, 2, "7 firing"));
	assert_true(desk_row_shows(d, 4, "C"));
	assert_true(desk_row_shows(d, 10, "W"));
	desk_press(d, "a"); /* it is there already */
	assert_true(desk_row_shows(d, 0, "fleet > alerts"));
	desk_press(d, "<Esc>");
	assert_false(desk_row_shows(d, 0, "alerts >"));
	desk_press(d, "a/flight<Enter>");
	assert_true(desk_row_shows(d, 4, "flight-delay"));
	assert_false(desk_shows(d, "card-fraud"));
}

static void
enter_goes_to_what_it_is_about_and_esc_comes_back(void **state)
{
	struct desk *d = *state;

	desk_press(d, "aj<Enter>");
	assert_true(desk_row_shows(d, 0, "card-fraud > amount"));
	desk_press(d, "<Esc><Esc>");
	assert_true(desk_row_shows(d, 0, "fleet > alerts"));
	desk_press(d, "g<Enter>"); /* of a model as a whole */
	assert_true(desk_row_shows(d, 0, "alerts > spam-lite"));
}

static void
where_moments_are_kept_enter_asks_for_that_at_which_it_fired(void **state)
{
	static const struct ui_options options = {
	    .window = WINDOW_AUTO, .utc = true, .zone = "UTC", .endpoint = "redis://h", .user = "ada", .flight = true};
	struct desk *d = desk_open(FLEET_INCIDENT, &options);
	struct ui_past past = {.frozen = true, .name = ""};

	(void)state;
	desk_press(d, "a<Enter>");
	assert_int_equal(d->last.kind, UI_REQUEST_TIME);
	assert_int_equal(d->last.time, UI_TIME_ALERT);
	assert_true(d->last.alert == at(d, 0)->id);
	assert_int_equal(d->last.to_ms, at(d, 0)->fired_ms);
	assert_true(desk_row_shows(d, 0, "alerts > spam-lite"));
	/* Back on the list it is now again, as it was. */
	past.at_ms = past.from_ms = past.to_ms = at(d, 0)->fired_ms;
	ui_set_past(d->ui, &past);
	desk_press(d, "<Esc>");
	assert_int_equal(d->last.kind, UI_REQUEST_TIME);
	assert_int_equal(d->last.time, UI_TIME_LIVE);
	ui_set_past(d->ui, NULL);
	desk_press(d, "<Enter>");
	ui_set_past(d->ui, &past);
	ui_set_past(d->ui, NULL);
	desk_press(d, "<Esc>"); /* whoever has come back already need not be brought back */
	assert_int_equal(d->last.kind, UI_REQUEST_NONE);
	desk_press(d, "<Right>");
	assert_int_equal(d->last.kind, UI_REQUEST_NONE);
	assert_true(desk_row_shows(d, 0, "alerts > spam-lite"));
	desk_close(d);
}

static void
acknowledged_is_by_whom_and_taken_back_by_the_same_key(void **state)
{
	struct desk *d = *state;

	desk_press(d, "aA");
	assert_string_equal(at(d, 0)->acked_by, "ada");
	assert_int_equal(at(d, 0)->acked_ms, d->now_ms);
	assert_true(desk_shows(d, "acknowledged by ada"));
	desk_press(d, "A");
	assert_string_equal(at(d, 0)->acked_by, "");
	assert_false(desk_shows(d, "acknowledged by ada"));
}

static void
silence_asks_for_how_long_and_why_and_a_wrong_answer_can_be_mended(void **state)
{
	struct desk *d = *state;

	desk_press(d, "as");
	assert_true(ui_takes_text(d->ui));
	assert_true(desk_row_shows(d, 23, "until mon 08:00"));
	desk_press(d, "2x<Enter>");
	assert_int_equal(d->last.kind, UI_REQUEST_NONE);
	assert_true(desk_row_shows(d, 22, "is no duration"));
	assert_true(ui_takes_text(d->ui));
	desk_press(d, "<BS>h q!<Enter>"); /* keys of the screen are text here */
	assert_false(ui_takes_text(d->ui));
	assert_int_equal(at(d, 0)->silenced_to_ms, d->now_ms + 7200000);
	assert_string_equal(at(d, 0)->silence_reason, "q!");
	assert_string_equal(at(d, 0)->silenced_by, "ada");
	assert_true(desk_row_shows(d, 0, "6 alerts"));
	desk_press(d, "s"); /* and ends it */
	assert_false(alert_silenced(at(d, 0)));
	assert_true(desk_row_shows(d, 0, "7 alerts"));
	desk_press(d, "s2h<Esc>");
	assert_false(alert_silenced(at(d, 0)));
	assert_true(desk_row_shows(d, 0, "fleet > alerts"));
	desk_press(d, "s<BS>"); /* nothing left to erase */
	assert_false(ui_takes_text(d->ui));
	desk_press(d, "suntil clear<Enter>");
	assert_true(at(d, 0)->silenced_to_ms == ALERT_UNTIL_CLEAR);
}

static void
brackets_go_from_alert_to_alert_and_around(void **state)
{
	struct desk *d = *state;

	desk_press(d, "]");
	assert_true(desk_row_shows(d, 0, "fleet > spam-lite"));
	assert_true(desk_row_shows(d, 23, "alert 1 of 7"));
	desk_press(d, "]");
	assert_true(desk_row_shows(d, 0, "card-fraud > amount"));
	desk_press(d, "[[");
	assert_true(desk_row_shows(d, 0, "flight-delay > distance"));
	assert_true(desk_row_shows(d, 23, "alert 7 of 7"));
	desk_press(d, "]");
	assert_true(desk_row_shows(d, 0, "fleet > spam-lite"));
}

static void
a_frozen_list_stays_and_what_is_cleared_meanwhile_can_still_be_told(void **state)
{
	struct desk *d = *state;
	struct fact f = {.kind = FACT_ACK};

	desk_press(d, "a<Space>");
	f.u.ack.alert = at(d, 0)->id;
	f.u.ack.by = slice_of("bob");
	assert_int_equal(store_apply(d->s, &f, NULL), 0);
	desk_draw(d);
	assert_false(desk_shows(d, "bob"));
	desk_press(d, "<Space>");
	assert_true(desk_shows(d, "acknowledged by bob"));
}

/* As the store raises them while a baseline is young. */
static void
raise_provisional(struct desk *d, const char *feature, int64_t ago_ms)
{
	struct alerts *all = (struct alerts *)(uintptr_t)store_alerts(d->s);
	const struct alert *like = at(d, 6);
	struct alert_sight sight = {.key = {.rule = slice_of("drift"), .feature = slice_of(feature)},
	    .model = like->model,
	    .warn = true,
	    .provisional = true,
	    .trusted = true,
	    .effect = 1000, /* large, and yet behind what is known */
	    .began_ms = d->now_ms - ago_ms,
	    .sentence = slice_of("perhaps it moved")};

	sight.key.model = like->key.model;
	assert_int_equal(alerts_see(all, &sight, d->now_ms, NULL), 0);
}

static void
provisional_ones_are_one_line_that_enter_opens(void **state)
{
	struct desk *d = *state;

	raise_provisional(d, "month", 120000);
	raise_provisional(d, "hour", 60000);
	raise_provisional(d, "carrier", 60000);
	desk_press(d, "a");
	assert_true(desk_row_shows(d, 0, "7 alerts"));
	assert_true(desk_row_shows(d, 2, "7 firing, 0 pending, 0 cleared, 3 provisional"));
	assert_true(desk_shows(d, "3 changes"));
	assert_false(desk_shows(d, "perhaps it moved"));
	/* They lie behind what fires, and neither n nor ] leads to them. */
	assert_true(desk_row_shows(d, 11, "3 changes"));
	desk_press(d, "Gn");
	assert_true(desk_row_shows(d, 13, "Selected  spam-lite"));
	desk_press(d, "GA");
	assert_int_equal(d->last.kind, UI_REQUEST_NONE);
	desk_press(d, "<Enter>");
	assert_true(desk_shows(d, "perhaps it moved"));
	desk_press(d, "j");
	assert_true(desk_row_shows(d, 14, "Selected  flight-delay: month"));
	desk_press(d, "A");
	assert_int_equal(d->last.kind, UI_REQUEST_ACK);
	desk_press(d, "k<Enter>");
	assert_false(desk_shows(d, "perhaps it moved"));
	desk_press(d, "/carrier<Enter>");
	assert_true(desk_shows(d, "perhaps it moved"));
	desk_press(d, "<Esc><Esc>[");
	assert_true(desk_row_shows(d, 23, "alert 7 of 7"));
}

/* The seventh has begun a quarter of an hour before: what begins now is another incident of that model. */
static void
of_a_large_incident_the_head_is_listed_and_enter_lists_the_others(void **state)
{
	static const char *const inputs[] = {"head", "b", "c", "d", "e"};
	struct desk *d = *state;
	size_t i;

	for (i = 0; i < 5; i++)
		raise_input(d, inputs[i], 60000, i ? 1.0 - 0.1 * (double)i : 500);
	desk_press(d, "a");
	/* Five are listed one by one. */
	assert_true(desk_row_shows(d, 2, "12 firing"));
	assert_false(desk_shows(d, "with it"));
	raise_input(d, "f", 60000, 0.1);
	desk_press(d, "<Esc>a");
	assert_true(desk_row_shows(d, 2, "13 firing"));
	assert_true(desk_shows(d, "+5 with it"));
	assert_true(desk_shows(d, "b, c, d, e, f"));
	/* Line 1 counts the same alerts, and what has happened. */
	assert_true(desk_row_shows(d, 0, "13 alerts in "));
	desk_size(d, 24, 120, GLYPHS_ASCII);
	desk_draw(d);
	assert_true(desk_row_shows(d, 0, "13 alerts in ") && desk_row_shows(d, 0, " incidents"));
	desk_size(d, 24, 80, GLYPHS_ASCII);
	desk_press(d, "/+5<Enter>");
	assert_true(desk_shows(d, "no alert passes the filter"));
	desk_press(d, "<Esc>/all<Enter>");
	assert_false(desk_shows(d, "with it")); /* a filter finds them one by one */
	desk_press(d, "<Esc>");
}

static void
that_it_is_acknowledged_or_silenced_is_seen_in_its_row(void **state)
{
	struct desk *d = *state;

	desk_press(d, "a");
	assert_true(desk_row_shows(d, 4, "firing") && desk_row_shows(d, 5, "firing"));
	desk_press(d, "A");
	assert_true(desk_row_shows(d, 4, "acked"));
	desk_press(d, "s2h<Enter>");
	assert_true(desk_row_shows(d, 4, "sil+ack"));
	desk_press(d, "A");
	assert_true(desk_row_shows(d, 4, "silent"));
	assert_true(desk_row_shows(d, 5, "firing"));
	/* Line 1 at 80 columns, too. */
	assert_true(desk_row_shows(d, 0, "6 alerts") && desk_row_shows(d, 0, "1 sil"));
	desk_press(d, "/silent<Enter>");
	assert_true(desk_row_shows(d, 4, "silent"));
	assert_false(desk_shows(d, "firing  "));
}

static void
columns_are_the_width_s_and_do_not_go_when_there_is_a_note(void **state)
{
	static const int widths[] = {60, 80, 120, 200};
	struct alerts *all;
	struct desk *d = *state;
	char heads[400];

	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
		desk_size(d, 24, widths[i], GLYPHS_ASCII);
		desk_press(d, "a");
		all = (struct alerts *)(uintptr_t)store_alerts(d->s);
		snprintf(heads, sizeof heads, "%s", desk_row(d, 3));
		assert_non_null(strstr(heads, "STATE"));
		all->list[0]->raised = 2;
		desk_press(d, "<Esc>a");
		assert_string_equal(heads, desk_row(d, 3));
		all->list[0]->raised = 1;
		desk_press(d, "<Esc>");
	}
	/* Of the fleet, too, though two of its models are in trouble. */
	desk_size(d, 40, 120, GLYPHS_ASCII);
	desk_draw(d);
	assert_true(desk_shows(d, "WIN") && desk_shows(d, "AGE") && desk_shows(d, "WHY"));
}

static void
at_40_columns_input_and_rule_tell_alerts_apart(void **state)
{
	struct desk *d = *state;
	int row;

	desk_size(d, 12, 40, GLYPHS_ASCII);
	desk_press(d, "a");
	row = desk_find(d, "amount");
	assert_true(row > 3 && desk_row_shows(d, row, "missing") && desk_row_shows(d, row, "2m"));
	assert_true(desk_row_shows(d, row, "C"));
	assert_false(desk_row_shows(d, row, "card-fraud"));
	/* The head says whose it is. */
	desk_press(d, "j");
	assert_true(desk_row_shows(d, 2, "card-fraud;"));
	/* Long names leave room for what has happened. */
	raise_input(d, "Aircraft Airline Operator", 60000, 1);
	desk_size(d, 24, 80, GLYPHS_ASCII);
	desk_press(d, "<Esc>a");
	assert_true(desk_row_shows(d, 3, "WHAT") && desk_shows(d, "all of it moved"));
	assert_true(desk_shows(d, "Aircraft Airli"));
	assert_false(desk_shows(d, "Aircraft Airline O"));
	/* From 80 on a rule where mostly inputs stand is in brackets. */
	desk_size(d, 24, 80, GLYPHS_ASCII);
	desk_draw(d);
	assert_true(desk_row_shows(d, 3, "INPUT (RULE)"));
	assert_true(desk_shows(d, "(error_rate)") && desk_shows(d, "(latency)"));
}

static void
of_a_model_two_alerts_of_one_input_are_told_apart_and_all_are_counted(void **state)
{
	struct desk *d = *state;

	desk_size(d, 40, 120, GLYPHS_ASCII);
	desk_press(d, "/card-fraud<Enter><Enter>");
	assert_true(desk_shows(d, "Alerts  5") && desk_shows(d, "1-4 of 5"));
	assert_true(desk_shows(d, "drift: new") && desk_shows(d, "(latency)"));
}

static void
where_nothing_has_fired_it_says_what_is_watched(void **state)
{
	struct desk *d = *state;
	struct alerts *all = (struct alerts *)(uintptr_t)store_alerts(d->s);
	size_t n = all->n;

	all->n = 0; /* as if there were none */
	desk_press(d, "a");
	assert_true(desk_shows(d, "no alert so far"));
	assert_true(desk_shows(d, "rules watch") && desk_shows(d, "of 6 models"));
	assert_true(desk_shows(d, "nothing has fired since 2025-11-25 "));
	assert_true(desk_shows(d, "budget: 1 false alarm a week"));
	all->n = n;
}

int
main(void)
{
#define on_desk(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
	    on_desk(the_limit_of_what_fires_is_in_the_unit_of_its_graph_and_drawn_with_its_number),
	    on_desk(line_1_says_how_many_fire_and_a_shows_them_worst_first),
	    on_desk(of_a_large_incident_the_head_is_listed_and_enter_lists_the_others),
	    on_desk(enter_goes_to_what_it_is_about_and_esc_comes_back),
	    cmocka_unit_test(where_moments_are_kept_enter_asks_for_that_at_which_it_fired),
	    on_desk(acknowledged_is_by_whom_and_taken_back_by_the_same_key),
	    on_desk(silence_asks_for_how_long_and_why_and_a_wrong_answer_can_be_mended),
	    on_desk(brackets_go_from_alert_to_alert_and_around),
	    on_desk(a_frozen_list_stays_and_what_is_cleared_meanwhile_can_still_be_told),
	    on_desk(that_it_is_acknowledged_or_silenced_is_seen_in_its_row),
	    on_desk(columns_are_the_width_s_and_do_not_go_when_there_is_a_note),
	    on_desk(at_40_columns_input_and_rule_tell_alerts_apart),
	    on_desk(of_a_model_two_alerts_of_one_input_are_told_apart_and_all_are_counted),
	    on_desk(where_nothing_has_fired_it_says_what_is_watched),
	    on_desk(provisional_ones_are_one_line_that_enter_opens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
