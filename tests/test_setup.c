/* Setup says what is in force, and who said so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/config.h"
#include "tests/lib_desk.h"
#include "tui/options.h"

static const struct ui_options plain = {.utc = true, .zone = "UTC", .endpoint = "here"};

static void
check_shows(const struct desk *d, const char *text)
{
	if (!desk_shows(d, text))
		fail_msg("'%s' is not there", text);
}

static void
what_each_input_is_is_told_of_the_model_it_was_opened_from_or_of_all(void **state)
{
	struct desk *d = desk_open(FLEET_INCIDENT, &plain);

	(void)state;
	desk_press(d, "<Enter>SG");
	check_shows(d, ":as INPUT ROLE at its model, then :save");
	check_shows(d, "card-fraud      amount: value, numeric");
	check_shows(d, "guessed");
	assert_false(desk_shows(d, "flight-delay"));
	desk_press(d, "0SG");
	check_shows(d, "rank-next       its inputs are being learned");
	desk_press(d, "0?:goto setup<Enter>G"); /* Help is of no model */
	check_shows(d, "rank-next       its inputs are being learned");
	desk_close(d);
}

static void
a_role_that_the_configuration_says_is_not_called_a_guess(void **state)
{
	char model[] = "card-*", feature[] = "amount";
	struct config_feature f[] = {{.model = model, .feature = feature, .has_role = true, .role = FROLE_VALUE}};
	struct config config = {.features = f, .nfeatures = 1, .budget_per_week = 1};
	struct options given = {.config = &config};
	struct ui_options o = plain;
	struct desk *d;
	int row;

	(void)state;
	o.given = &given;
	d = desk_open(FLEET_INCIDENT, &o);
	desk_press(d, "<Enter>SG");
	row = desk_find(d, "card-fraud      amount: value");
	assert_true(row > 0 && desk_row_shows(d, row, "configuration"));
	assert_true(desk_row_shows(d, row + 1, "guessed"));
	desk_close(d);
}

static void
the_terminal_is_told_where_there_is_one(void **state)
{
	const struct ui_terminal t = {.type = "screen.odd",
	    .as = "xterm",
	    .colors = 256,
	    .utf8 = true,
	    .glyphs = GLYPHS_BLOCKS,
	    .theme = "light",
	    .rows = 24,
	    .cols = 80};
	struct config config;
	struct options given = {.config = &config};
	struct ui_options o = plain;
	struct desk *d;

	(void)state;
	assert_int_equal(config_init(&config, NULL), 0);
	o.given = &given;
	d = desk_open(FLEET_INCIDENT, &o);
	desk_press(d, "S");
	check_shows(d, "none: this is a picture");
	ui_set_terminal(d->ui, &t);
	desk_press(d, "<Esc>S");
	check_shows(d, "light, by the terminal's background");
	check_shows(d, "screen.odd taken for xterm, 80 x 24, 256 ");
	check_shows(d, "glyphs          blocks");
	assert_false(desk_shows(d, "drawn with"));
	config.has_glyphs = true;
	config.glyphs = GLYPHS_BRAILLE;
	desk_press(d, "<Esc>S");
	check_shows(d, "glyphs          braille; drawn with blocks");
	desk_close(d);
	config_release(&config);
}

static void
chosen_columns_and_limits_are_told(void **state)
{
	struct desk *d = desk_open(FLEET_INCIDENT, &plain);

	(void)state;
	desk_press(d, ":columns fleet model,rate<Enter>S");
	check_shows(d, "columns         fleet: model, rate");
	check_shows(d, "changed here");
	desk_press(d, "/name=event<Enter>");
	check_shows(d, "event           1 MiB");
	check_shows(d, "built in");
	desk_close(d);
}

static void
who_named_the_sources_is_the_recording_the_demo_or_the_command_line(void **state)
{
	const char *operands[] = {"a.dtr"};
	struct ui_past past = {.name = "a.dtr"};
	struct options given = {.command = COMMAND_DEMO};
	struct ui_options o = plain;
	struct desk *d;
	int row;

	(void)state;
	o.given = &given;
	d = desk_open(FLEET_INCIDENT, &o);
	desk_press(d, "S");
	row = desk_find(d, "sources         ");
	assert_true(row > 0 && desk_row_shows(d, row, " demo"));
	row = desk_find(d, "streams         ml:* model:*");
	assert_true(row > 0 && desk_row_shows(d, row, "default"));
	given.command = COMMAND_REPLAY;
	given.operands = operands;
	given.noperands = 1;
	ui_set_past(d->ui, &past);
	desk_press(d, "<Esc>S");
	row = desk_find(d, "endpoint        ");
	assert_true(row > 0 && desk_row_shows(d, row, "command line"));
	row = desk_find(d, "sources         ");
	assert_true(row > 0 && desk_row_shows(d, row, "the recording"));
	assert_false(desk_shows(d, "ml:* model:*"));
	check_shows(d, "read: i lists them");
	ui_set_past(d->ui, NULL);
	desk_close(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_each_input_is_is_told_of_the_model_it_was_opened_from_or_of_all),
	    cmocka_unit_test(a_role_that_the_configuration_says_is_not_called_a_guess),
	    cmocka_unit_test(the_terminal_is_told_where_there_is_one),
	    cmocka_unit_test(who_named_the_sources_is_the_recording_the_demo_or_the_command_line),
	    cmocka_unit_test(chosen_columns_and_limits_are_told),
	};

	return cmocka_run_group_tests_name("setup", tests, NULL, NULL);
}
