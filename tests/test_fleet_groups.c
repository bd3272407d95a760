/* Models with the same beginning of their names: one row, where all of them are more than fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/config.h"
#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_desk.h"
#include "tests/lib_maker.h"
#include "tui/fleet_cells.h"
#include "tui/ui_place.h"

static const struct ui_options options = {.zone = "UTC", .endpoint = "test", .user = "someone"};

/* Those of a name's beginning alone, folded. */
static const struct fleet_grouping by_names = {.open = FLEET_CLOSED};

static struct fleet_groups *
groups_new(void)
{
	struct fleet_groups *g = mem_calloc(1, sizeof *g);

	assert_non_null(g);
	return g;
}

static void
groups_free(struct fleet_groups *g)
{
	fleet_groups_release(g);
	mem_free(g);
	assert_int_equal(alloc_live(), 0);
}

static void
a_group_has_two_models_and_its_worst_speaks_for_it(void **state)
{
	static const char *const names[] = {"a/x", "b:y", "a/z", "alone", "/q", "a/", "b:", "c:1", "b:y/2"};
	struct model_row rows[9];
	struct fleet_groups *g = groups_new();
	char why[640], alerts[64];

	(void)state;
	memset(rows, 0, sizeof rows);
	for (size_t i = 0; i < 9; i++) {
		rows[i].f.name = slice_of(names[i]);
		rows[i].f.severity = i == 2 ? SEVERITY_CRIT : SEVERITY_OK;
		rows[i].f.why = slice_of(i == 2 ? "all is lost" : "");
		rows[i].f.rate_per_s = 1;
	}
	rows[0].firing[0] = rows[0].firing[1] = 1;
	rows[0].alarm = SEVERITY_WARN;
	rows[2].firing[0] = 2;
	rows[2].alarm = SEVERITY_CRIT;
	fleet_groups_make(g, &by_names, rows, 9);
	assert_int_equal(g->n, 2);
	assert_true(slice_is(g->groups[0].name, "a/") && slice_is(g->groups[1].name, "b:"));
	assert_true(g->groups[0].n == 2 && g->groups[0].worst == 2 && g->groups[1].n == 2);
	assert_true(g->groups[0].rate_per_s == 2);
	assert_true(g->of[0] == 0 && g->of[1] == 1 && g->of[2] == 0 && g->of[3] == FLEET_ALONE && g->of[8] == 1);
	/* Nothing stands before or behind the sign, or nobody else has the same. */
	assert_true(g->of[4] == FLEET_ALONE && g->of[5] == FLEET_ALONE && g->of[6] == FLEET_ALONE);
	assert_true(g->of[7] == FLEET_ALONE);
	assert_true(g->groups[0].firing[0] == 3 && g->groups[0].firing[1] == 1);
	assert_int_equal(g->groups[0].alarm, SEVERITY_CRIT);
	assert_string_equal(fleet_groups_alerts(&g->groups[0], alerts), "3 alerts firing, 1 silenced");
	assert_string_equal(fleet_groups_alerts(&g->groups[1], alerts), "");
	assert_string_equal(fleet_groups_why(&g->groups[0], rows, why, sizeof why), "z: all is lost");
	assert_string_equal(fleet_groups_why(&g->groups[1], rows, why, sizeof why), "all is well in 2");
	assert_true(slice_is(fleet_groups_rest(&g->groups[1], rows[8].f.name), "y/2"));
	for (size_t size = 0; size < sizeof why; size++)
		fleet_groups_why(&g->groups[0], rows, why, size ? size : 1);
	fleet_groups_toggle(g, 1);
	fleet_groups_toggle(g, 0);
	assert_string_equal(fleet_groups_why(&g->groups[0], rows, why, sizeof why), "1 crit of 2");
	fleet_groups_toggle(g, 0);
	fleet_groups_make(g, &by_names, rows, 9);
	assert_true(!g->groups[0].open && g->groups[1].open);
	fleet_groups_toggle(g, 1);
	fleet_groups_make(g, &by_names, rows, 9);
	assert_false(g->groups[1].open);
	groups_free(g);
}

/* The first pattern has the model; a name that two patterns have is one group; and one that is called like a beginning
 * is not what that makes. */
static void
the_configuration_comes_before_what_names_have_in_common(void **state)
{
	static const char *const names[] = {"a/x", "pay-1", "a/z", "a/y", "rest", "pay-2", "b/1"};
	struct config_group said[] = {{(char[]){"a/x"}, (char[]){"money"}}, {(char[]){"pay-*"}, (char[]){"money"}},
	    {(char[]){"b/*"}, (char[]){"a/"}}, {(char[]){"nobody"}, (char[]){"none"}}};
	struct fleet_grouping by = {.named = said, .nnamed = 4, .open = FLEET_OPEN_IF_FITS, .room = 10};
	struct model_row rows[7];
	struct fleet_groups *g = groups_new();

	(void)state;
	memset(rows, 0, sizeof rows);
	for (size_t i = 0; i < 7; i++)
		rows[i].f.name = slice_of(names[i]);
	fleet_groups_make(g, &by, rows, 7);
	assert_int_equal(g->n, 3);
	assert_true(slice_is(g->groups[0].name, "money") && g->groups[0].named && g->groups[0].n == 3);
	assert_true(slice_is(g->groups[1].name, "a/") && !g->groups[1].named && g->groups[1].n == 2);
	assert_true(slice_is(g->groups[2].name, "a/") && g->groups[2].named && g->groups[2].n == 1);
	assert_true(g->of[0] == 0 && g->of[1] == 0 && g->of[2] == 1 && g->of[4] == FLEET_ALONE && g->of[6] == 2);
	assert_true(g->groups[1].id != g->groups[2].id);
	/* Below a name that somebody has given a model is called as ever. */
	assert_true(slice_is(fleet_groups_rest(&g->groups[0], rows[0].f.name), "a/x"));
	assert_true(slice_is(fleet_groups_rest(&g->groups[1], rows[2].f.name), "z"));
	/* Seven models and three groups have room in ten rows. */
	assert_true(g->groups[0].open && g->groups[2].open);
	by.room = 9;
	fleet_groups_make(g, &by, rows, 7);
	assert_true(!g->groups[0].open && !g->groups[2].open);
	groups_free(g);
}

static bool
keeps_second(const void *ctx, size_t row)
{
	(void)ctx;
	return row == 1;
}

static int
last_first(const void *ctx, size_t a, size_t b)
{
	(void)ctx;
	return a > b ? -1 : a < b;
}

static void
a_filter_opens_groups_and_what_is_closed_then_is_forgotten_with_it(void **state)
{
	static const char *const names[] = {"a/x", "a/y", "b/x", "b/y"};
	struct fleet_grouping by = {.open = FLEET_CLOSED, .keep = keeps_second, .searching = true};
	struct model_row rows[4];
	struct fleet_groups *g = groups_new();

	(void)state;
	memset(rows, 0, sizeof rows);
	for (size_t i = 0; i < 4; i++)
		rows[i].f.name = slice_of(names[i]);
	fleet_groups_make(g, &by, rows, 4);
	assert_true(g->n == 2 && g->passed == 1);
	assert_true(g->groups[0].n == 1 && g->groups[0].all == 2 && g->groups[1].n == 0);
	assert_true(g->of[0] == FLEET_OUT && g->of[1] == 0 && g->of[3] == FLEET_OUT);
	assert_true(g->groups[0].open && g->groups[0].worst == 1);
	fleet_groups_toggle(g, 0);
	fleet_groups_make(g, &by, rows, 4);
	assert_false(g->groups[0].open);
	fleet_groups_make(g, &by_names, rows, 4);
	assert_false(g->groups[0].open);
	fleet_groups_make(g, &by, rows, 4);
	assert_true(g->groups[0].open);
	by.order = last_first;
	by.keep = NULL;
	fleet_groups_make(g, &by, rows, 4);
	assert_true(g->groups[0].lead == 1 && g->groups[0].worst == 0);
	groups_free(g);
}

/* Each beginning twice, and fifty beginnings too many. */
static void
more_groups_than_there_is_room_for_stand_by_themselves(void **state)
{
	enum { N = 2 * (FLEET_GROUPS_MAX + 50) };
	static struct model_row rows[N];
	static char names[N][16];
	struct fleet_groups *g = groups_new();

	(void)state;
	for (int i = 0; i < N; i++) {
		snprintf(names[i], sizeof names[i], "%d/%d", i / 2, i % 2);
		rows[i].f.name = slice_of(names[i]);
	}
	fleet_groups_make(g, &by_names, rows, N);
	assert_int_equal(g->n, FLEET_GROUPS_MAX);
	assert_int_equal(g->of[N - 1], FLEET_ALONE);
	for (size_t i = 0; i < FLEET_GROUPS_MAX; i++)
		fleet_groups_toggle(g, i);
	assert_int_equal(g->nsaid[false], FLEET_SAID_MAX);
	fleet_groups_make(g, &by_names, rows, N);
	assert_true(g->groups[FLEET_GROUPS_MAX - 1].open && g->groups[FLEET_GROUPS_MAX - FLEET_SAID_MAX].open);
	assert_false(g->groups[FLEET_GROUPS_MAX - FLEET_SAID_MAX - 1].open);
	fleet_groups_forget(g);
	fleet_groups_make(g, &by_names, rows, N);
	assert_false(g->groups[FLEET_GROUPS_MAX - 1].open);
	groups_free(g);
}

/* ---- on the screen ------------------------------------------------------------------------------- */

static void
groups_fold_where_models_are_more_than_fit(void **state)
{
	struct desk *d = desk_open(FLEET_GROUPS, &options);

	(void)state;
	desk_draw(d);
	desk_press(d, "Gk");
	assert_true(desk_shows(d, "> us: 19"));
	assert_false(desk_shows(d, "  east:model-"));
	desk_press(d, "<Enter>");
	assert_true(desk_shows(d, "  east:model-"));
	desk_press(d, "<Enter>");
	assert_false(desk_shows(d, "  east:model-"));
	/* From folded groups to open ones, to each model by itself, and back. */
	desk_press(d, "F");
	assert_true(desk_row_shows(d, 23, "2 groups, open"));
	desk_press(d, "G");
	assert_true(desk_shows(d, "  east:model-"));
	desk_press(d, "FG");
	assert_true(desk_shows(d, " us:east:model-8"));
	desk_press(d, "F");
	assert_true(desk_row_shows(d, 23, "2 groups, folded"));
	desk_press(d, "Gk");
	assert_true(desk_shows(d, "> us: 19"));
	desk_close(d);
}

/* Of sixty models one passes; its group is open, the other is not there; and folded it still counts. */
static void
a_filter_shows_groups_with_matches_alone(void **state)
{
	struct desk *d = desk_open(FLEET_GROUPS, &options);

	(void)state;
	desk_draw(d);
	desk_press(d, "/east:model-8<Enter>");
	assert_true(desk_shows(d, "v us: 1 of 19") && desk_row_shows(d, 4, "  east:model-8"));
	assert_false(desk_shows(d, "eu-west/"));
	assert_true(desk_row_shows(d, 23, "1 of 60"));
	/* A match is a model, or what folds some. */
	desk_press(d, "n");
	assert_int_equal(d->g.cursor_row, 4);
	desk_press(d, "k<Enter>");
	assert_true(desk_shows(d, "> us: 1 of 19") && desk_row_shows(d, 23, "1 of 60"));
	desk_press(d, "n");
	assert_int_equal(d->g.cursor_row, 3);
	desk_press(d, "<Esc>");
	assert_false(desk_shows(d, "us: 1 of 19"));
	desk_close(d);
}

/* A row is two groups or a group and a model apart: where each first row of something is. */
static void
groups_are_sorted_by_what_comes_first_in_them(void **state)
{
	struct config_group said[] = {{(char[]){"r*"}, (char[]){"market"}}, {(char[]){"*-*"}, (char[]){"rest"}}};
	struct ui_options with = {.zone = "UTC", .endpoint = "test", .groups = said, .ngroups = 2};
	struct desk *d = desk_open(FLEET_INCIDENT, &with);
	int market, rest;

	(void)state;
	desk_draw(d);
	/* card-fraud is critical, and nothing in the other group is more than unknown. */
	market = desk_find(d, "v market 3");
	rest = desk_find(d, "v rest 3");
	assert_true(rest == 3 && market > rest);
	assert_true(desk_find(d, "  card-fraud") == rest + 1);
	/* By p99 ride-demand is slowest, whose p90 alone is known; reversed the group of it comes last, opened. */
	desk_press(d, ":sort p99<Enter>");
	market = desk_find(d, "v market 3");
	assert_true(market == 3 && desk_find(d, "  ride-demand") == 4);
	/* The order can be read: a group has in that column what it stands there for, below it the one that has it. */
	assert_true(desk_row_shows(d, 3, " p90 175ms ") && desk_row_shows(d, 4, " p90 175ms "));
	assert_true(desk_row_shows(d, 3, "1 unknown of 3"));
	assert_true(desk_row_shows(d, desk_find(d, "v rest 3"), " 88ms "));
	desk_press(d, "r");
	rest = desk_find(d, "v rest 3");
	market = desk_find(d, "v market 3");
	assert_true(rest == 3 && market == 7 && desk_find(d, "  ride-demand") == 10);
	/* By name it is theirs. */
	desk_press(d, "r:sort model<Enter>");
	assert_true(desk_find(d, "v market 3") == 3 && desk_find(d, "  rank-main") == 4);
	/* One that is folded says which is worst in it; n finds it there. */
	desk_press(d, ":sort severity<Enter>gg<Enter>");
	assert_true(desk_row_shows(d, 3, "> rest 3"));
	assert_true(desk_row_shows(d, 3, "alerts firing; card-fraud: "));
	desk_press(d, "Gn");
	assert_int_equal(d->g.cursor_row, 3);
	desk_close(d);
}

/* Two models of six and five events a second are more than one of ten; their highest error rate is that of one. */
static void
a_group_is_the_sum_of_what_adds_up_and_the_first_of_everything_else(void **state)
{
	static const char *const names[] = {"a/x", "a/y", "alone"};
	static const double rates[] = {6, 5, 10}, errors[] = {0.1, 0.3, 0.2};
	struct fleet_groups *g = groups_new();
	struct model_row rows[3];
	struct fleet_row group, alone;

	(void)state;
	memset(rows, 0, sizeof rows);
	for (size_t i = 0; i < 3; i++) {
		rows[i].f.name = slice_of(names[i]);
		rows[i].f.rate_per_s = rates[i];
		rows[i].f.rows = (uint64_t)(rates[i] * 60);
		rows[i].f.window_error_rate_frac = errors[i];
	}
	fleet_groups_make(g, &by_names, rows, 3);
	assert_int_equal(g->groups[0].rows, 660);
	group = (struct fleet_row){&rows[1], &g->groups[0]};
	alone = (struct fleet_row){&rows[2], NULL};
	assert_true(fleet_cells_order(COL_RATE, group, alone) < 0 && fleet_cells_order(COL_ROWS, group, alone) < 0);
	assert_true(fleet_cells_order(COL_ERRORS, group, alone) < 0 && fleet_cells_order(COL_MODEL, group, alone) < 0);
	group.m = &rows[0];
	assert_true(fleet_cells_order(COL_ERRORS, group, alone) > 0);
	assert_int_equal(fleet_cells_order(COL_MARK, group, alone), 0);
	groups_free(g);
}

/* Pinning and comparing are about a model: of a group its worst. */
static void
keys_about_a_model_are_about_the_worst_of_a_group(void **state)
{
	struct desk *d = desk_open(FLEET_GROUPS, &options);

	(void)state;
	desk_draw(d);
	desk_press(d, "Gkc");
	assert_true(desk_row_shows(d, 23, "A is pinned"));
	desk_press(d, "gjc");
	assert_true(desk_shows(d, "us:east:model-11"));
	desk_close(d);
}

/* A line that opens this view again says the model; the group opens for it. */
static void
a_model_that_is_folded_away_can_be_gone_to(void **state)
{
	struct desk *d = desk_open(FLEET_GROUPS, &options);
	struct err err = {0};

	(void)state;
	desk_draw(d);
	assert_int_equal(ui_part_put(d->ui, d->s, OPTION_SELECT, "us:east:model-8", &err), 0);
	desk_draw(d);
	assert_true(desk_shows(d, "  east:model-8"));
	assert_int_not_equal(ui_part_put(d->ui, d->s, OPTION_SELECT, "us:east:model-9", &err), 0);
	for (int pick = 1; pick <= 3; pick++) {
		char text[2] = {(char)('0' + pick), '\0'};

		assert_int_equal(ui_part_put(d->ui, d->s, OPTION_PICK, text, &err), 0);
		desk_press(d, "Gk");
		assert_true(desk_shows(d, "-? us:east:") == (pick == 2));
	}
	assert_int_not_equal(ui_part_put(d->ui, d->s, OPTION_PICK, "4", &err), 0);
	desk_close(d);
}

/* Whatever somebody calls a group, nothing of it goes beyond its cells, at any size. */
static void
names_of_groups_do_no_harm_at_any_size(void **state)
{
	static char longest[10001];
	struct config_group said[] = {{(char[]){"*model-1*"}, (char[]){"\xe4\xb8\xad\xe6\x96\x87"}},
	    {(char[]){"*model-2*"}, (char[]){"to \xe2\x80\xaetfel"}}, {(char[]){"*model-3*"}, (char[]){"x\x1b[2J\x07"}},
	    {(char[]){"*model-4*"}, longest}, {(char[]){"*"}, (char[]){"\xff\xfe"}}};
	struct ui_options with = {.zone = "UTC", .endpoint = "test", .groups = said, .ngroups = 5};
	struct desk *d = desk_open(FLEET_CROWD, &with);

	(void)state;
	memset(longest, 'n', sizeof longest - 1);
	for (int rows = 1; rows <= 30; rows++)
		for (int cols = 1; cols <= 130; cols += cols < 24 ? 1 : 13) {
			desk_size(d, rows, cols, GLYPHS_BLOCKS);
			desk_press(d, rows % 3 ? "j" : "F");
			for (size_t i = 0; i < (size_t)rows * (size_t)cols; i++)
				assert_true(d->g.cells[i].ch == 0 || d->g.cells[i].ch >= ' ');
		}
	desk_size(d, 24, 80, GLYPHS_ASCII);
	desk_press(d, "FFFg");
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

/* While history is read no event of the last minute was: that is no silence, and the row has what stands below it. */
static void
a_model_has_the_figures_of_its_details_while_history_is_read(void **state)
{
	struct fact f = {.kind = FACT_SOURCE,
	    .u.source = {.url = slice_of("redis://h"), .sentence = slice_of(""), .state = FEED_CATCHING_UP}};
	struct store *s = store_make(true);
	struct maker mk;
	struct desk d;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		event_make(&mk, "alone", T0 + i * 10)->latency_ms = 12;
		mk.ev.failed = i % 4 == 0;
		assert_int_equal(store_ingest(s, &mk.ev, NULL), 0);
	}
	assert_int_equal(store_apply(s, &f, NULL), 0);
	assert_int_equal(store_tick(s, T0 + 600000, NULL), 0);
	assert_int_equal(desk_init(&d, s, T0 + 600000, &options, NULL), 0);
	for (int live = 0; live < 2; live++) {
		const char *row = desk_row(&d, 3);
		bool figures = strstr(row, " 12ms ") && strstr(row, " 25.0 ");

		assert_true(live ? !figures && strstr(row, " --    -- ") : figures);
		f.u.source.state = FEED_LIVE;
		assert_int_equal(store_apply(s, &f, NULL), 0);
		assert_int_equal(store_tick(s, T0 + 601000, NULL), 0);
		desk_draw(&d);
	}
	desk_release(&d);
	store_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_group_has_two_models_and_its_worst_speaks_for_it),
	    cmocka_unit_test(the_configuration_comes_before_what_names_have_in_common),
	    cmocka_unit_test(a_filter_opens_groups_and_what_is_closed_then_is_forgotten_with_it),
	    cmocka_unit_test(more_groups_than_there_is_room_for_stand_by_themselves),
	    cmocka_unit_test(groups_fold_where_models_are_more_than_fit),
	    cmocka_unit_test(a_filter_shows_groups_with_matches_alone),
	    cmocka_unit_test(groups_are_sorted_by_what_comes_first_in_them),
	    cmocka_unit_test(a_group_is_the_sum_of_what_adds_up_and_the_first_of_everything_else),
	    cmocka_unit_test(keys_about_a_model_are_about_the_worst_of_a_group),
	    cmocka_unit_test(a_model_that_is_folded_away_can_be_gone_to),
	    cmocka_unit_test(names_of_groups_do_no_harm_at_any_size),
	    cmocka_unit_test(a_fleet_without_groups_says_so),
	    cmocka_unit_test(a_model_has_the_figures_of_its_details_while_history_is_read),
	};

	return cmocka_run_group_tests_name("fleet_groups", tests, NULL, NULL);
}
