/* What `/`, `n N` and `< > r` do, on every screen that has a list: one walk over all of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib_desk.h"
#include "tui/key.h"
#include "tui/keymap.h"
#include "widgets/grid.h"

static const struct ui_options options = {.zone = "UTC", .endpoint = "test", .user = "someone"};

static const struct place {
	const char *keys; /* from the fleet */
	enum fleet_scene scene;
	const char *word; /* in some of its rows */
	const char *not_there;
	const char *compare; /* some rows pass */
} places[] = {
    {"", FLEET_INCIDENT, "rank", "card-fraud", "state=drift"},
    {"<Enter>", FLEET_INCIDENT, "amount", "merchant", "psi>=0 and type=numeric"},
    {"a", FLEET_ALERTS, "card-fraud", "spam-lite", "severity>=warn model=card*"},
    {"i", FLEET_INCIDENT, "spam", "ml:rank", "rate>=0/s stream=*spam*"},
};

/* Cells of the role, anywhere. */
static size_t
painted(const struct desk *d, enum role role)
{
	size_t n = 0;

	for (int i = 2 * d->g.cols; i < (d->g.rows - 1) * d->g.cols; i++)
		n += d->g.cells[i].role == role;
	return n;
}

static void
every_list_takes_words_and_comparisons_and_says_how_many_rows_pass(void **state)
{
	char keys[200];

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		const struct place *p = &places[i];
		struct desk *d = desk_open(p->scene, &options);

		desk_press(d, p->keys);
		assert_int_equal(painted(d, ROLE_MATCH), 0);
		snprintf(keys, sizeof keys, "/%s<Enter>", p->word);
		desk_press(d, keys);
		if (painted(d, ROLE_MATCH) < strlen(p->word) || !desk_row_shows(d, 23, " of "))
			fail_msg("'%s' after '%s': nothing is picked out, or not counted", p->word, p->keys);
		desk_press(d, "nN");
		snprintf(keys, sizeof keys, "/<C-u>%s<Enter>", p->compare);
		desk_press(d, keys);
		if (!desk_row_shows(d, 23, " of ") || desk_row_shows(d, 23, " 0 of "))
			fail_msg("'%s' after '%s' finds nothing", p->compare, p->keys);
		desk_press(d, "/<C-u>p09>5<Enter>");
		assert_true(desk_row_shows(d, 22, "did you mean"));
		desk_press(d, "<Esc>");
		assert_true(desk_row_shows(d, 23, " of "));
		desk_close(d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_list_takes_words_and_comparisons_and_says_how_many_rows_pass),
	};

	return cmocka_run_group_tests_name("filter_walk", tests, NULL, NULL);
}
