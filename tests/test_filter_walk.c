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

/* Of the table whose head begins in that row: where the triangle of the sorted column stands; -1: nowhere. */
static int
sort_mark(const struct desk *d, uint32_t *ch)
{
	for (int i = 2 * d->g.cols; i < d->g.rows / 2 * d->g.cols; i++)
		if (d->g.cells[i].role == ROLE_HEADER && (d->g.cells[i].ch == '^' || d->g.cells[i].ch == 'v')) {
			*ch = d->g.cells[i].ch;
			return i % d->g.cols;
		}
	return -1;
}

/* A sort puts a mark at its column, if that has room, reversing turns it, and all around is where one began. */
static void
every_list_is_sorted_by_each_of_its_columns_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		struct desk *d = desk_open(places[i].scene, &options);
		size_t marked = 0, steps = 0;
		uint32_t ch = 0, turned = 0;

		desk_press(d, places[i].keys);
		assert_int_equal(sort_mark(d, &ch), -1);
		desk_press(d, ">");
		for (; desk_row_shows(d, 23, "sorted by") && steps < 20; steps++) {
			int col = sort_mark(d, &ch);

			desk_press(d, "r");
			assert_true(desk_row_shows(d, 23, ", reversed"));
			assert_true(col < 0 || (sort_mark(d, &turned) == col && ch != turned));
			marked += col >= 0;
			desk_press(d, "r>");
		}
		if (marked < 2 || steps < 4 || !desk_row_shows(d, 23, "in its own order"))
			fail_msg("after '%s' %zu columns are marked in %zu steps", places[i].keys, marked, steps);
		assert_int_equal(sort_mark(d, &ch), -1);
		desk_press(d, "<lt>");
		assert_true(desk_row_shows(d, 23, "sorted by"));
		desk_close(d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_list_is_sorted_by_each_of_its_columns_and_back),
	    cmocka_unit_test(every_list_takes_words_and_comparisons_and_says_how_many_rows_pass),
	};

	return cmocka_run_group_tests_name("filter_walk", tests, NULL, NULL);
}
