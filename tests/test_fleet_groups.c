/* Models with the same beginning of their names: one row, where all of them are more than fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_desk.h"
#include "tui/fleet_groups.h"

static const struct ui_options options = {.zone = "UTC", .endpoint = "test", .user = "someone"};

static void
a_group_has_two_models_and_its_worst_speaks_for_it(void **state)
{
	static const char *const names[] = {"a/x", "b:y", "a/z", "alone", "/q", "a/", "b:", "c:1", "b:y/2"};
	struct model_row rows[9];
	struct fleet_groups *g = mem_calloc(1, sizeof *g);
	char why[640];

	(void)state;
	assert_non_null(g);
	memset(rows, 0, sizeof rows);
	for (size_t i = 0; i < 9; i++) {
		rows[i].f.name = slice_of(names[i]);
		rows[i].f.severity = i == 2 ? SEVERITY_CRIT : SEVERITY_OK;
		rows[i].f.why = slice_of(i == 2 ? "all is lost" : "");
		rows[i].f.rate_per_s = 1;
	}
	fleet_groups_make(g, rows, 9);
	assert_int_equal(g->n, 2);
	assert_true(slice_is(g->groups[0].name, "a/") && slice_is(g->groups[1].name, "b:"));
	assert_true(g->groups[0].n == 2 && g->groups[0].worst == 2 && g->groups[1].n == 2);
	assert_true(g->groups[0].rate_per_s == 2);
	assert_true(g->of[0] == 0 && g->of[1] == 1 && g->of[2] == 0 && g->of[3] == FLEET_ALONE && g->of[8] == 1);
	/* Nothing stands before or behind the sign, or nobody else has the same. */
	assert_true(g->of[4] == FLEET_ALONE && g->of[5] == FLEET_ALONE && g->of[6] == FLEET_ALONE);
	assert_true(g->of[7] == FLEET_ALONE);
	assert_string_equal(fleet_groups_why(&g->groups[0], rows, why, sizeof why), "1 crit of 2; z: all is lost");
	assert_string_equal(fleet_groups_why(&g->groups[1], rows, why, sizeof why), "all is well in 2");
	assert_true(slice_is(fleet_groups_rest(&g->groups[1], rows[8].f.name), "y/2"));
	for (size_t size = 0; size < sizeof why; size++)
		fleet_groups_why(&g->groups[0], rows, why, size ? size : 1);
	fleet_groups_toggle(g, 1);
	fleet_groups_make(g, rows, 9);
	assert_true(!g->groups[0].open && g->groups[1].open);
	fleet_groups_toggle(g, 1);
	fleet_groups_make(g, rows, 9);
	assert_false(g->groups[1].open);
	fleet_groups_release(g);
	mem_free(g);
	assert_int_equal(alloc_live(), 0);
}

/* Each beginning twice, and fifty beginnings too many. */
static void
more_groups_than_there_is_room_for_stand_by_themselves(void **state)
{
	enum { N = 2 * (FLEET_GROUPS_MAX + 50) };
	static struct model_row rows[N];
	static char names[N][16];
	struct fleet_groups *g = mem_calloc(1, sizeof *g);

	(void)state;
	assert_non_null(g);
	for (int i = 0; i < N; i++) {
		snprintf(names[i], sizeof names[i], "%d/%d", i / 2, i % 2);
		rows[i].f.name = slice_of(names[i]);
	}
	fleet_groups_make(g, rows, N);
	assert_int_equal(g->n, FLEET_GROUPS_MAX);
	assert_int_equal(g->of[N - 1], FLEET_ALONE);
	for (size_t i = 0; i < FLEET_GROUPS_MAX; i++)
		fleet_groups_toggle(g, i);
	assert_int_equal(g->nopen, FLEET_OPEN_MAX);
	fleet_groups_release(g);
	mem_free(g);
}

static void
groups_fold_where_models_are_more_than_fit(void **state)
{
	struct desk *d = desk_open(FLEET_GROUPS, &options);

	(void)state;
	desk_draw(d);
	desk_press(d, "Gk");
	assert_true(desk_shows(d, "> us: 19"));
	assert_false(desk_shows(d, "east:model-"));
	desk_press(d, "<Enter>");
	assert_true(desk_shows(d, "east:model-"));
	desk_press(d, "<Enter>");
	assert_false(desk_shows(d, "east:model-"));
	/* What is looked for is found in groups, too; and a sorted list has none. */
	desk_press(d, "/east:model-8<Enter>");
	assert_true(desk_shows(d, "us:east:model-8") && desk_row_shows(d, 23, "1 of 60"));
	desk_press(d, "<Esc>>G");
	assert_true(desk_shows(d, "us:east:model-8"));
	desk_press(d, "F");
	assert_true(desk_row_shows(d, 23, "2 groups"));
	desk_press(d, "FG");
	assert_true(desk_shows(d, "us:east:model-8"));
	desk_close(d);
}

static void
a_fleet_without_groups_says_so(void **state)
{
	struct desk *d = desk_open(FLEET_INCIDENT, &options);

	(void)state;
	desk_press(d, "F");
	assert_true(desk_row_shows(d, 23, "no two names have the same beginning"));
	assert_true(desk_shows(d, "card-fraud"));
	desk_press(d, "<Enter>");
	assert_true(desk_row_shows(d, 0, "fleet > "));
	desk_close(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_group_has_two_models_and_its_worst_speaks_for_it),
	    cmocka_unit_test(more_groups_than_there_is_room_for_stand_by_themselves),
	    cmocka_unit_test(groups_fold_where_models_are_more_than_fit),
	    cmocka_unit_test(a_fleet_without_groups_says_so),
	};

	return cmocka_run_group_tests_name("fleet_groups", tests, NULL, NULL);
}
