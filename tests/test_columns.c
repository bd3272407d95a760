/* Which columns a list has is somebody's choice: names of all lists, and each list with what was chosen. */
#include "tui/columns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_desk.h"
#include "tests/lib_rng.h"
#include "tui/screen.h"

#define WALK_SEED 20260131

static const struct ui_options plain = {.utc = true, .zone = "UTC", .endpoint = "here"};

static void
check_shows(const struct desk *d, const char *text)
{
	if (!desk_shows(d, text))
		fail_msg("'%s' is not there", text);
}

static void
check_lacks(const struct desk *d, const char *text)
{
	if (desk_shows(d, text))
		fail_msg("'%s' is there", text);
}

/* ---- names ------------------------------------------------------------------------------------- */

static void
check_sorts(const struct screen *s)
{
	/* The first is the list's own order, whatever that is. */
	for (size_t k = 1; s->sorts && s->sorts[k].name; k++)
		if (strcmp(s->sorts[k].name, s->columns[s->sorts[k].column].id) != 0)
			fail_msg("%s: sorted by %s, whose column is %s", s->name, s->sorts[k].name,
			    s->columns[s->sorts[k].column].id);
}

static void
every_column_has_a_name_of_its_own_and_sorting_calls_it_the_same(void **state)
{
	size_t lists = 0;

	(void)state;
	for (int i = 0; i < SCREEN_COUNT; i++) {
		const struct screen *s = screens[i];

		if (!s->columns)
			continue;
		lists++;
		assert_in_range(s->ncolumns, 2, CONFIG_COLUMNS_MAX);
		assert_true(CONFIG_COLUMNS_MAX <= TABLE_COLUMNS_MAX);
		for (size_t k = 0; k < s->ncolumns; k++) {
			const char *id = s->columns[k].id;

			if (!id || !*id || strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(id) ||
			    strcmp(id, "default") == 0)
				fail_msg("%s: column %zu has no usable name", s->name, k);
			for (size_t j = 0; j < k; j++)
				assert_string_not_equal(id, s->columns[j].id);
		}
		check_sorts(s);
		assert_ptr_equal(columns_screen(slice_of(s->name)), s);
	}
	assert_int_equal(lists, 6);
	assert_null(columns_screen(slice_of("help")));
}

static void
names_are_read_with_commas_and_blanks_and_a_wrong_one_is_pointed_at(void **state)
{
	static const struct {
		const char *text;
		size_t at;
		const char *why;
	} wrong[] = {{"model,rat", 6, "no column 'rat'; did you mean 'rate'?"}, {"", 0, "which columns?"},
	    {"sev", 0, "no column 'sev'; did you mean 'severity'?"}, {" , ", 3, "which columns?"},
	    {"p99, model,p99", 11, "'p99' is there twice"},
	    {"wibble", 0, "no column 'wibble'; there are severity, model"}};
	struct table_order order = {.n = 0};
	struct err err = {0};
	char text[200];
	size_t at;

	(void)state;
	assert_int_equal(columns_parse(&screen_fleet, slice_of(" rate, p99 ,model"), &order, &at, &err), 0);
	assert_string_equal(columns_text(&screen_fleet, &order, text, sizeof text), "rate, p99, model");
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct table_order was = order;

		assert_int_equal(columns_parse(&screen_fleet, slice_of(wrong[i].text), &order, &at, &err), ERR_USAGE);
		assert_int_equal(at, wrong[i].at);
		if (strncmp(err.msg, wrong[i].why, strlen(wrong[i].why)) != 0)
			fail_msg("%s, not %s", err.msg, wrong[i].why);
		assert_memory_equal(&order, &was, sizeof was);
	}
}

/* ---- lists ------------------------------------------------------------------------------------- */

static void
a_configuration_says_which_columns_a_list_begins_with(void **state)
{
	char fleet[] = "fleet", model[] = "model", rate[] = "rate", age[] = "age", input[] = "input", type[] = "type",
	     none[] = "nome";
	struct config_columns c[] = {{fleet, {rate, model, age}, 3}, {model, {type, input}, 2}};
	const struct ui_options chosen = {.utc = true, .zone = "UTC", .endpoint = "here", .columns = c, .ncolumns = 2};
	struct err err = {0};
	struct ui *ui = NULL;
	struct desk *d = desk_open(FLEET_INCIDENT, &chosen);

	(void)state;
	check_shows(d, " EV/S MODEL ");
	check_lacks(d, "WHY");
	desk_press(d, "<Enter>");
	check_shows(d, "TYPE INPUT");
	check_lacks(d, "WHAT CHANGED");
	desk_close(d);
	c[0].names[1] = none;
	assert_int_equal(ui_new(&ui, &chosen, &err), ERR_USAGE);
	assert_string_equal(err.msg, "no column 'nome'; there are severity, model, rate, p50, p99, errors, drift, "
				     "rows, window, age, why, trend");
}

static void
a_command_changes_them_and_tells_what_there_is_to_be_saved(void **state)
{
	struct config_table chosen[CONFIG_TABLES_MAX];
	struct desk *d = desk_open(FLEET_INCIDENT, &plain);

	(void)state;
	assert_int_equal(ui_columns_chosen(d->ui, chosen), 0);
	desk_press(d, ":columns fleet model,rate p99<Enter>");
	check_shows(d, "fleet: model, rate, p99");
	check_lacks(d, "PSI/FLOOR");
	assert_int_equal(ui_columns_chosen(d->ui, chosen), 1);
	assert_string_equal(chosen[0].screen, "fleet");
	assert_int_equal(chosen[0].ncolumns, 3);
	assert_string_equal(chosen[0].columns[2], "p99");
	desk_press(d, ":columns fleet age,rat<Enter>");
	check_shows(d, "no column 'rat'; did you mean 'rate'?");
	desk_press(d, "<Esc>:columns flet rate<Enter>");
	check_shows(d, "no list 'flet'; did you mean 'fleet'?");
	desk_press(d, "<Esc>:columns fleet default<Enter>");
	check_shows(d, "PSI/FLOOR");
	/* That it is as it always was is a choice, too: the file may say something else. */
	assert_int_equal(ui_columns_chosen(d->ui, chosen), 1);
	assert_int_equal(chosen[0].ncolumns, screen_fleet.ncolumns);
	desk_press(d, ":columns fleet<Enter>");
	check_shows(d, "fleet: severity, model, rate, p50,");
	desk_close(d);
}

static void
tab_completes_the_name_behind_the_last_comma(void **state)
{
	struct desk *d = desk_open(FLEET_INCIDENT, &plain);

	(void)state;
	desk_press(d, ":col<Tab>fl<Tab>mod<Tab><BS>,err<Tab>");
	check_shows(d, ":columns fleet model,errors ");
	desk_close(d);
}

static void
sort_keys_step_over_columns_that_nobody_wants_to_see(void **state)
{
	static const char *const steps[] = {"sorted by model", "sorted by errors", "sorted by age", "in its own order"};
	struct desk *d = desk_open(FLEET_INCIDENT, &plain);

	(void)state;
	desk_press(d, ":columns fleet age,model,errors<Enter>");
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		desk_press(d, ">");
		check_shows(d, steps[i]);
	}
	desk_press(d, "<lt>");
	check_shows(d, "sorted by age");
	/* By name any of them will do; and that one is hidden while rows are sorted by it is said. */
	desk_press(d, ":sort p99<Enter>:columns fleet model,rate<Enter>");
	check_shows(d, "fleet: model, rate; sorted by p99, which is not shown");
	desk_close(d);
}

static void
choose_any(struct ui *ui, uint64_t *seed)
{
	for (int i = 0; i < SCREEN_COUNT; i++) {
		struct table_order *o = &ui->orders[i];
		size_t n = screens[i]->columns ? 1 + rng_below(seed, screens[i]->ncolumns) : 0;

		o->n = 0;
		while (o->n < n) {
			uint8_t at = (uint8_t)rng_below(seed, screens[i]->ncolumns);

			if (o->n == 0 || !table_order_has(o, at))
				o->at[o->n++] = at;
		}
	}
}

/* Every list with any columns in any order, at any size. */
static void
any_choice_can_be_drawn_on_every_screen(void **state)
{
	struct desk *d = desk_open(FLEET_CANARY, &plain);
	uint64_t seed = WALK_SEED;

	(void)state;
	for (int round = 0; round < 40; round++) {
		assert_int_equal(
		    grid_resize(&d->g, 1 + (int)rng_below(&seed, 60), 1 + (int)rng_below(&seed, 200), NULL), 0);
		choose_any(d->ui, &seed);
		desk_press(d, "0>jr<Enter>>jrE>jr<Esc>v>jr0a>jr0i>jr");
		for (int i = 0; i < d->g.rows * d->g.cols; i++)
			assert_true(d->g.cells[i].role < ROLE_COUNT);
	}
	desk_close(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_column_has_a_name_of_its_own_and_sorting_calls_it_the_same),
	    cmocka_unit_test(names_are_read_with_commas_and_blanks_and_a_wrong_one_is_pointed_at),
	    cmocka_unit_test(a_configuration_says_which_columns_a_list_begins_with),
	    cmocka_unit_test(a_command_changes_them_and_tells_what_there_is_to_be_saved),
	    cmocka_unit_test(tab_completes_the_name_behind_the_last_comma),
	    cmocka_unit_test(sort_keys_step_over_columns_that_nobody_wants_to_see),
	    cmocka_unit_test(any_choice_can_be_drawn_on_every_screen),
	};

	return cmocka_run_group_tests_name("columns", tests, NULL, NULL);
}
