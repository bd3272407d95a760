/* A key that does nothing here says what it is for; none is met with silence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_desk.h"
#include "tui/key.h"
#include "tui/keymap.h"

static const struct ui_options options = {.zone = "UTC", .endpoint = "test", .user = "someone"};

/* The way to each screen that a fleet leads to. */
static const struct {
	enum screen_id id;
	const char *way;
} ways[] = {
    {SCREEN_FLEET, ""},
    {SCREEN_MODEL, "<Enter>"},
    {SCREEN_FEATURE, "<Enter><Enter>"},
    {SCREEN_EVENTS, "<Enter>E"},
    {SCREEN_SOURCES, "i"},
    {SCREEN_ALERTS, "a"},
    {SCREEN_CHOOSE, "<Enter>B"},
    {SCREEN_VERSIONS, "<Enter>v"},
    {SCREEN_COMPARE, "cjc"},
    {SCREEN_TIMELINE, "z"},
    {SCREEN_SETUP, "S"},
    {SCREEN_HELP, "?"},
};

static void
go(struct desk *d, const char *way)
{
	ui_free(d->ui);
	d->ui = NULL;
	assert_int_equal(ui_new(&d->ui, &options, NULL), 0);
	desk_draw(d);
	desk_press(d, way);
}

static bool
row_has(const struct keymap_row *row, uint32_t key)
{
	for (size_t k = 0; k < KEYMAP_KEYS && row->keys[k]; k++)
		if (row->keys[k] == key)
			return true;
	return false;
}

static bool
works(uint32_t key, enum screen_id screen)
{
	for (size_t i = 0; i < keymap_rows; i++)
		if (keymap_holds(&keymap[i], screen, false) && row_has(&keymap[i], key))
			return true;
	return false;
}

static void
no_key_of_the_table_is_met_with_silence_where_it_does_nothing(void **state)
{
	struct desk *d = desk_open(FLEET_ALERTS, &options);
	int seen = 0;

	(void)state;
	for (size_t w = 0; w < sizeof ways / sizeof *ways; w++)
		for (size_t i = 0; i < keymap_rows; i++)
			for (size_t k = 0; k < KEYMAP_KEYS && keymap[i].keys[k]; k++) {
				char name[16];

				if (works(keymap[i].keys[k], ways[w].id))
					continue;
				go(d, ways[w].way);
				desk_key(d, keymap[i].keys[k]);
				key_name(keymap[i].keys[k], name, sizeof name);
				if (strncmp(ui_said(d->ui), name, strlen(name)) != 0)
					fail_msg("'%s' after '%s' says '%s'", name, ways[w].way, ui_said(d->ui));
				seen++;
			}
	assert_true(seen > 100);
	desk_close(d);
}

static void
what_a_key_is_for_is_said_by_screen_and_by_time(void **state)
{
	static const struct {
		const char *way, *key, *said;
	} cases[] = {
	    {"", "v", "v (versions) is for model, feature, events"},
	    {"", "+", "+ (zoom-in) is for model, feature, timeline"},
	    {"S", "<Enter>", "Enter (open) does nothing here"},
	    {"", "%", "% (what-if) is for the past: T goes back in time"},
	    {"<Space>", "w", "w (save-past) is for what is live, not for the past"},
	    {"", "x", "x is no key of drifttop"},
	};
	struct desk *d = desk_open(FLEET_ALERTS, &options);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct ui_past past = {
		    .at_ms = d->now_ms, .from_ms = d->now_ms - 60000, .to_ms = d->now_ms, .place = 1, .speed = 1};

		go(d, *cases[i].way == '<' ? "" : cases[i].way);
		if (*cases[i].way == '<')
			ui_set_past(d->ui, &past);
		desk_press(d, cases[i].key);
		assert_string_equal(ui_said(d->ui), cases[i].said);
	}
	desk_close(d);
}

/* At 80 columns what is said is all there, and the next key takes it away. */
static void
what_is_said_of_a_key_fits_and_goes_with_the_next(void **state)
{
	struct desk *d = desk_open(FLEET_ALERTS, &options);

	(void)state;
	desk_press(d, "<Tab>");
	assert_true(desk_row_shows(d, 23, "Tab (next-panel) is for model, feature, events, sources, alerts, versions"));
	desk_press(d, "j");
	assert_false(desk_row_shows(d, 23, "next-panel"));
	desk_close(d);
}

/* Where there is nowhere to go to that is said, too. */
static void
a_search_that_finds_nothing_and_a_panel_that_is_not_there_say_so(void **state)
{
	struct desk *d = desk_open(FLEET_ALERTS, &options);

	(void)state;
	desk_press(d, "/flight-delay<Enter>n");
	assert_string_equal(ui_said(d->ui), "this is the only one");
	go(d, "");
	desk_press(d, "n");
	assert_string_equal(ui_said(d->ui), "");
	go(d, "<Enter>9");
	assert_string_equal(ui_said(d->ui), "there are 7 panels here");
	desk_press(d, "7");
	assert_string_equal(ui_said(d->ui), "");
	desk_close(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_key_of_the_table_is_met_with_silence_where_it_does_nothing),
	    cmocka_unit_test(what_a_key_is_for_is_said_by_screen_and_by_time),
	    cmocka_unit_test(what_is_said_of_a_key_fits_and_goes_with_the_next),
	    cmocka_unit_test(a_search_that_finds_nothing_and_a_panel_that_is_not_there_say_so),
	};

	return cmocka_run_group_tests_name("hint", tests, NULL, NULL);
}
