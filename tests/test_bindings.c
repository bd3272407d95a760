/* Which key does what: the table, what a configuration makes of it, and that screens go by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_desk.h"
#include "tests/lib_rng.h"
#include "tui/bindings.h"
#include "tui/ui.h"

static struct store *fleet;
static int64_t fleet_now_ms;

static struct config_bind
bind_of(const char *action, size_t n, const char *const *keys)
{
	struct config_bind b = {.nkeys = n};

	b.action = (char *)(uintptr_t)action;
	for (size_t i = 0; i < n; i++)
		b.keys[i] = (char *)(uintptr_t)keys[i];
	return b;
}

static struct config_bind
bind_one(const char *action, const char *key)
{
	return bind_of(action, key ? 1 : 0, &key);
}

static int
open_desk(struct desk *d, const struct config_bind *binds, size_t n, struct err *err)
{
	struct ui_options o = {
	    .window = WINDOW_AUTO, .utc = true, .zone = "UTC", .endpoint = "here", .binds = binds, .nbinds = n};
	int rc;

	if (!fleet)
		fleet = fleet_make(FLEET_INCIDENT, &fleet_now_ms);
	rc = desk_init(d, fleet, fleet_now_ms, &o, err);
	if (!rc)
		desk_size(d, 90, 80, GLYPHS_BLOCKS);
	return rc;
}

/* The same characters everywhere. */
static bool
same_screen(const struct grid *a, const struct grid *b)
{
	for (int i = 0; i < a->rows * a->cols; i++)
		if (a->cells[i].ch != b->cells[i].ch)
			return false;
	return a->rows == b->rows && a->cols == b->cols;
}

/* ---- the table ------------------------------------------------------------------------------------------------- */

static void
every_action_has_one_name_of_small_letters_that_finds_it(void **state)
{
	(void)state;
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const char *name = action_names[i];

		if (!name)
			fail_msg("action %d has no name", i);
		assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz-"), strlen(name));
		assert_int_equal(action_find(slice_of(name)), i);
		assert_non_null(keymap_row_of((enum action)i));
	}
	assert_int_equal(action_find(slice_of("")), ACTION_NONE);
}

static void
rows_of_one_action_have_the_same_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < keymap_rows; i++)
		assert_memory_equal(keymap[i].keys, keymap_row_of(keymap[i].action)->keys, sizeof keymap[i].keys);
}

static void
without_a_configuration_keys_do_what_the_table_says(void **state)
{
	struct bindings b;

	(void)state;
	bindings_default(&b);
	for (size_t i = 0; i < keymap_rows; i++)
		for (int screen = 0; screen < SCREEN_COUNT; screen++)
			for (int past = 0; past < 2; past++)
				for (size_t k = 0; k < KEYMAP_KEYS && keymap[i].keys[k]; k++)
					if (keymap_holds(&keymap[i], (enum screen_id)screen, past))
						assert_int_equal(bindings_find(&b, keymap[i].keys[k],
								     (enum screen_id)screen, past),
						    keymap[i].action);
	assert_int_equal(bindings_find(&b, 0, SCREEN_FLEET, false), ACTION_NONE);
}

/* ---- what is said ---------------------------------------------------------------------------------------------- */

static void
an_action_takes_the_keys_that_are_said_and_no_others(void **state)
{
	static const char *const two[] = {"/", "<C-f>"};
	const struct config_bind binds[] = {
	    bind_one("freeze", "f"), bind_of("filter", 2, two), bind_one("mark", NULL)};
	struct bindings b;
	size_t bind, key;
	char names[48];

	(void)state;
	assert_int_equal(bindings_read(&b, binds, 3, &bind, &key, NULL), 0);
	assert_int_equal(bindings_find(&b, 'f', SCREEN_FLEET, false), ACTION_FREEZE);
	assert_int_equal(bindings_find(&b, ' ', SCREEN_FLEET, false), ACTION_NONE);
	assert_int_equal(bindings_find(&b, ' ', SCREEN_SOURCES, false), ACTION_PICK);
	assert_int_equal(bindings_find(&b, 6, SCREEN_FLEET, false), ACTION_FILTER);
	assert_int_equal(bindings_find(&b, 'm', SCREEN_FLEET, false), ACTION_NONE);
	assert_string_equal(bindings_names(&b, ACTION_FILTER, 4, names, sizeof names), "/ ^F");
	assert_string_equal(bindings_names(&b, ACTION_NOTE, 4, names, sizeof names), "-");
	assert_string_equal(bindings_names(&b, ACTION_PANEL, 4, names, sizeof names), "1-9");
}

static void
two_actions_may_change_keys_with_each_other(void **state)
{
	const struct config_bind binds[] = {bind_one("sort-left", ">"), bind_one("sort-right", "<")};
	struct bindings b;
	size_t bind, key;

	(void)state;
	assert_int_equal(bindings_read(&b, binds, 2, &bind, &key, NULL), 0);
	assert_int_equal(bindings_find(&b, '<', SCREEN_FLEET, false), ACTION_SORT_RIGHT);
	assert_int_equal(bindings_find(&b, '>', SCREEN_FLEET, false), ACTION_SORT_LEFT);
}

static void
one_key_for_two_actions_is_refused_only_where_both_work(void **state)
{
	/* Acknowledging is of the list of alerts, zooming of screens with graphs. */
	const struct config_bind apart = bind_one("acknowledge", "-"), both = bind_one("reverse", "k");
	struct bindings b;
	struct err err = {0};
	size_t bind, key;

	(void)state;
	assert_int_equal(bindings_read(&b, &apart, 1, &bind, &key, &err), 0);
	assert_int_equal(bindings_read(&b, &both, 1, &bind, &key, &err), ERR_USAGE);
	assert_int_equal(bind, 0);
	assert_int_equal(key, 0);
	assert_non_null(strstr(err.msg, "'k'"));
	assert_non_null(strstr(err.msg, "'up'"));
	assert_non_null(strstr(err.msg, "'reverse'"));
}

static void
esc_and_ctrl_c_stay_whatever_is_said(void **state)
{
	const struct config_bind binds[] = {bind_one("back", "x"), bind_one("quit", NULL), bind_one("leave", NULL)};
	struct desk d;
	struct err err = {0};

	(void)state;
	assert_int_equal(open_desk(&d, binds, 3, &err), 0);
	desk_press(&d, "<Enter><Enter>");
	assert_true(desk_row_shows(&d, 0, "card-fraud > amount"));
	desk_press(&d, "x");
	assert_false(desk_row_shows(&d, 0, "amount"));
	desk_press(&d, "<Esc>");
	assert_false(desk_row_shows(&d, 0, ">"));
	desk_press(&d, "Qq");
	assert_int_equal(d.last.kind, UI_REQUEST_NONE);
	desk_press(&d, "<C-c>");
	assert_int_equal(d.last.kind, UI_REQUEST_QUIT);
	desk_release(&d);
}

/* ---- screens go by it ------------------------------------------------------------------------------------------ */

static void
the_key_bar_and_help_show_the_keys_that_hold(void **state)
{
	const struct config_bind binds[] = {bind_one("freeze", "f"), bind_one("sources", "<F3>"),
	    bind_one("alerts", NULL), bind_one("sort-left", "<C-o>")};
	struct desk d;
	struct err err = {0};

	(void)state;
	assert_int_equal(open_desk(&d, binds, 4, &err), 0);
	assert_true(desk_row_shows(&d, 89, "f freeze"));
	assert_true(desk_row_shows(&d, 89, "F3 sources"));
	assert_false(desk_row_shows(&d, 89, "alerts"));
	assert_false(desk_row_shows(&d, 89, "<>"));
	desk_press(&d, "T");
	assert_true(desk_row_shows(&d, 89, "f holds what is shown")); /* sentences, too */
	desk_press(&d, "f");
	assert_true(desk_row_shows(&d, 0, "FROZEN"));
	desk_press(&d, "f?");
	assert_true(desk_shows(&d, " f           hold these figures"));
	assert_true(desk_shows(&d, " -           what fires: acknowledge"));
	desk_press(&d, "<Esc><F3>");
	assert_true(desk_row_shows(&d, 0, "sources"));
	desk_release(&d);
}

static void
panels_are_chosen_by_the_place_of_a_key_among_its_own(void **state)
{
	static const char *const keys[] = {"<F5>", "<F6>", "<F7>"};
	const struct config_bind bind = bind_of("panel", 3, keys);
	struct desk with, without;
	struct err err = {0};

	(void)state;
	assert_int_equal(open_desk(&with, &bind, 1, &err), 0);
	assert_int_equal(open_desk(&without, NULL, 0, &err), 0);
	desk_press(&with, "<Enter><F7>");
	desk_press(&without, "<Enter>3");
	assert_true(same_screen(&with.g, &without.g));
	desk_press(&with, "<F5>");
	assert_false(same_screen(&with.g, &without.g));
	desk_release(&with);
	desk_release(&without);
}

static void
a_configuration_that_cannot_hold_opens_no_screens(void **state)
{
	const struct config_bind bind = bind_one("freezer", "f");
	struct desk d;
	struct err err = {0};

	(void)state;
	assert_int_equal(open_desk(&d, &bind, 1, &err), ERR_USAGE);
	assert_non_null(strstr(err.msg, "did you mean 'freeze'?"));
}

/* A key for each of some actions, drawn at random; what is refused is as good a case as what holds. */
static size_t
random_binds(uint64_t *rng, struct config_bind *binds, char (*keys)[16], size_t n)
{
	size_t made = 0;
	bool used[ACTION_COUNT] = {false};

	for (size_t i = 0; i < n; i++) {
		int action = 1 + (int)(rng_next(rng) % (ACTION_COUNT - 1));
		uint32_t code = 0x21 + (uint32_t)(rng_next(rng) % 94);

		if (used[action])
			continue;
		used[action] = true;
		if (rng_next(rng) % 3 == 0)
			code = KEYCODE_UP + (uint32_t)(rng_next(rng) % (KEYCODE_F12 - KEYCODE_UP + 1));
		key_written(code, keys[made], 16);
		binds[made] = bind_one(action_names[action], rng_next(rng) % 8 ? keys[made] : NULL);
		made++;
	}
	return made;
}

static uint32_t
random_key(uint64_t *rng)
{
	uint64_t x = rng_next(rng);

	switch (x % 4) {
	case 0:
		return KEYCODE_UP + (uint32_t)(x / 4 % (KEYCODE_F12 - KEYCODE_UP + 1));
	case 1:
		return 1 + (uint32_t)(x / 4 % 31);
	default:
		return 0x20 + (uint32_t)(x / 4 % 95);
	}
}

static void
any_keys_under_any_bindings_leave_a_screen_that_can_be_drawn(void **state)
{
	uint64_t rng = 20260304;
	struct config_bind binds[24];
	char keys[24][16];
	size_t pressed = 0, held = 0;

	(void)state;
	while (pressed < 20000) {
		struct desk d;
		size_t n = random_binds(&rng, binds, keys, 1 + (size_t)(rng_next(&rng) % 6));

		if (open_desk(&d, binds, n, NULL))
			continue;
		held++;
		grid_release(&d.g);
		assert_int_equal(grid_init(&d.g, 1 + (int)(rng_next(&rng) % 40), 1 + (int)(rng_next(&rng) % 130),
				     GLYPHS_BLOCKS, NULL),
		    0);
		for (size_t i = 0; i < 200; i++, pressed++) {
			(void)ui_key(d.ui, fleet, random_key(&rng), d.mono_ms);
			d.mono_ms += (int64_t)(rng_next(&rng) % 400);
			if (i % 4 == 0)
				ui_draw(d.ui, fleet, &d.g, fleet_now_ms, d.mono_ms);
		}
		desk_release(&d);
	}
	assert_true(held > 50);
}

static int
fleet_free_all(void **state)
{
	(void)state;
	store_free(fleet);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_action_has_one_name_of_small_letters_that_finds_it),
	    cmocka_unit_test(rows_of_one_action_have_the_same_keys),
	    cmocka_unit_test(without_a_configuration_keys_do_what_the_table_says),
	    cmocka_unit_test(an_action_takes_the_keys_that_are_said_and_no_others),
	    cmocka_unit_test(two_actions_may_change_keys_with_each_other),
	    cmocka_unit_test(one_key_for_two_actions_is_refused_only_where_both_work),
	    cmocka_unit_test(esc_and_ctrl_c_stay_whatever_is_said),
	    cmocka_unit_test(the_key_bar_and_help_show_the_keys_that_hold),
	    cmocka_unit_test(panels_are_chosen_by_the_place_of_a_key_among_its_own),
	    cmocka_unit_test(a_configuration_that_cannot_hold_opens_no_screens),
	    cmocka_unit_test(any_keys_under_any_bindings_leave_a_screen_that_can_be_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, fleet_free_all);
}
