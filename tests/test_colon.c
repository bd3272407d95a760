/* Commands as they are typed: each of them once through the user interface, completion, what was typed before. */
#include "tui/colon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/choice.h"
#include "core/config.h"
#include "core/kinds.h"
#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_desk.h"
#include "tests/lib_rng.h"
#include "tui/key.h"
#include "tui/options.h"
#include "tui/ui.h"

static struct store *fleet;
static int64_t fleet_now_ms;

/* Nothing was said. */
static struct config plain_config;
static const struct options plain_given = {.text[OPTION_WINDOW] = "auto", .config = &plain_config};

static void
open_desk(struct desk *d, bool flight)
{
	const struct ui_options o = {.window = WINDOW_AUTO,
	    .utc = true,
	    .utc_offset_ms = 3600000,
	    .zone = "CET",
	    .endpoint = "here",
	    .user = "ada",
	    .given = &plain_given,
	    .flight = flight};

	if (!fleet)
		fleet = fleet_make(FLEET_INCIDENT, &fleet_now_ms);
	assert_int_equal(desk_init(d, fleet, fleet_now_ms, &o, NULL), 0);
}

static void
check_at(const struct desk *d, const char *crumbs)
{
	desk_check_row(d, 0, crumbs);
}

static bool
is_typing(const struct desk *d)
{
	return ui_takes_text(d->ui);
}

/* ---- the table and the line ------------------------------------------------------------------------------------ */

static void
every_command_has_a_name_and_a_sentence_and_stands_in_help(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, false);
	desk_size(&d, 120, 80, GLYPHS_ASCII);
	desk_press(&d, "?");
	for (size_t i = 0; i < colon_row_count; i++) {
		const struct colon_row *r = &colon_rows[i];
		char name[32];
		bool found = false;

		assert_true(r->run && r->least <= r->most && strlen(r->about) > 5 && strlen(r->about) <= 44);
		assert_int_equal(strspn(r->name, "abcdefghijklmnopqrstuvwxyz"), strlen(r->name));
		assert_true(i == 0 || strcmp(colon_rows[i - 1].name, r->name) < 0);
		assert_ptr_equal(colon_find(slice_of(r->name), NULL), r);
		snprintf(name, sizeof name, ":%s ", r->name);
		for (int at = 0; at < d.g.rows && !found; at++)
			found = strstr(desk_row(&d, at), name) && strstr(desk_row(&d, at), r->about);
		if (!found)
			fail_msg("%s is not in Help", r->name);
	}
	desk_release(&d);
}

static void
words_stand_between_blanks_and_in_quotes(void **state)
{
	struct colon_line l;

	(void)state;
	colon_split(&l, slice_of("  goto   \"a \\\"b\\\" c\"  d\"e  "));
	assert_int_equal(l.n, 3);
	assert_string_equal(l.word[0].p, "goto");
	assert_string_equal(l.word[1].p, "a \"b\" c");
	assert_string_equal(l.word[2].p, "d\"e");
	assert_int_equal(l.from[0], 2);
	assert_int_equal(l.from[1], 9);
	assert_false(l.open);
	assert_true(slice_is(colon_rest(&l, 2), "d\"e"));
	colon_split(&l, slice_of("a \"b c"));
	assert_true(l.open);
	assert_int_equal(l.n, 2);
	colon_split(&l, slice_of("   "));
	assert_int_equal(l.n, 0);
	colon_split(&l, slice_of("1 2 3 4 5 6 7 8 9 10"));
	assert_int_equal(l.n, COLON_WORDS_MAX);
	assert_true(slice_is(colon_rest(&l, 7), "8 9 10"));
}

static void
a_command_may_be_shortened_while_only_one_begins_so(void **state)
{
	struct err err = {0};

	(void)state;
	assert_string_equal(colon_find(slice_of("q"), NULL)->name, "quit");
	assert_string_equal(colon_find(slice_of("sor"), NULL)->name, "sort");
	assert_null(colon_find(slice_of("s"), &err));
	assert_string_equal(err.msg, "'s' could be save, set, silence, sort");
	assert_null(colon_find(slice_of("gotto"), &err));
	assert_string_equal(err.msg, "no command 'gotto'; did you mean 'goto'?");
	assert_null(colon_find(slice_of("xyzzyx"), &err));
	assert_string_equal(err.msg, "no command 'xyzzyx'; Tab lists them");
}

/* ---- each command ---------------------------------------------------------------------------------------------- */

static void
goto_leads_to_screens_models_inputs_and_times(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, true);
	desk_command(&d, "goto rank-main");
	check_at(&d, "fleet > rank-main");
	desk_command(&d, "goto card-fraud/amount");
	check_at(&d, "fleet > card-fraud > amount");
	desk_command(&d, "goto events");
	check_at(&d, "amount > events");
	desk_command(&d, "goto fleet");
	assert_null(strchr(desk_row(&d, 0), '>'));
	desk_command(&d, "goto card-fraud amount");
	check_at(&d, "card-fraud > amount");
	desk_command(&d, "goto \"card-fraud/amount\"");
	check_at(&d, "card-fraud > amount");
	desk_command(&d, "goto versions");
	check_at(&d, "versions");
	desk_command(&d, "goto alerts");
	check_at(&d, "alerts");
	desk_command(&d, "goto sources");
	check_at(&d, "sources");
	desk_command(&d, "goto help");
	check_at(&d, "help");
	desk_command(&d, "goto -15m");
	assert_int_equal(d.last.kind, UI_REQUEST_TIME);
	assert_int_equal(d.last.time, UI_TIME_JUMP);
	assert_int_equal(d.last.to_ms, fleet_now_ms - 15 * 60000);
	desk_command(&d, "goto mon 08:00");
	assert_int_equal(d.last.kind, UI_REQUEST_TIME);
	desk_release(&d);
}

static void
a_wrong_place_is_marked_and_the_nearest_one_named(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, false);
	desk_check_wrong(&d, "goto card-frad", "did you mean 'card-fraud'?", 5);
	desk_check_wrong(&d, "goto  alrets", "did you mean 'alerts'?", 6);
	desk_check_wrong(&d, "goto card-fraud/amuont", "no input or output 'amuont'; did you mean 'amount'?", 16);
	desk_check_wrong(&d, "goto card-fraud zzzzzz", "of this model; Tab lists them", 16);
	desk_check_wrong(&d, "goto 14:05", "nothing is kept to go back to here", 5);
	desk_check_wrong(&d, "goto 99:99", "", 5);
	desk_check_wrong(&d, "goto events", "of which model?", 5);
	desk_check_wrong(&d, "goto", "goto PLACE", 4);
	desk_check_wrong(&d, "goto \"card", "a quote that is not closed", 5);
	desk_check_wrong(&d, "gotto x", "no command 'gotto'; did you mean 'goto'?", 0);
	desk_check_wrong(&d, "quit now", "too much: it is quit", 5);
	desk_release(&d);
}

static void
what_was_wrong_stays_to_be_put_right(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, false);
	desk_command(&d, "goto card-frad");
	desk_check_row(&d, 23, ":goto card-frad");
	desk_press(&d, "<Left>u");
	desk_check_row(&d, 23, ":goto card-fraud");
	assert_null(strstr(desk_row(&d, 22), "did you mean"));
	desk_press(&d, "<Enter>");
	check_at(&d, "card-fraud");
	desk_release(&d);
}

static void
sort_and_filter_are_of_the_list_that_is_there(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, false);
	desk_command(&d, "sort model");
	desk_check_row(&d, 3, "card-fraud");
	desk_command(&d, "sort model reverse");
	assert_null(strstr(desk_row(&d, 3), "card-fraud"));
	desk_command(&d, "filter rank");
	desk_check_row(&d, 3, "rank-");
	desk_check_row(&d, 23, "/rank");
	desk_check_wrong(&d, "filter drift>0.2 and p09>5", "unknown metric 'p09'; did you mean 'p90'?", 21);
	desk_check_row(&d, 23, "/rank"); /* the one before holds */
	desk_command(&d, "filter");
	assert_null(strstr(desk_row(&d, 23), "/rank"));
	desk_check_wrong(&d, "sort rte", "no column 'rte'; did you mean 'rate'?", 5);
	desk_check_wrong(&d, "sort rate revers", "did you mean 'reverse'?", 10);
	desk_command(&d, "goto card-fraud");
	desk_command(&d, "sort missing");
	assert_false(is_typing(&d));
	desk_command(&d, "goto alerts");
	desk_check_wrong(&d, "sort rate", "no column 'rate'; did you mean", 5);
	desk_command(&d, "goto card-fraud/amount");
	desk_check_wrong(&d, "sort rate", "no column 'rate'; there are place, value, now, was, difference", 5);
	desk_command(&d, "filter moved=yes");
	desk_check_row(&d, 23, "/moved=yes");
	desk_command(&d, "goto versions");
	desk_press(&d, "2");
	desk_command(&d, "sort last reverse");
	assert_false(is_typing(&d));
	desk_press(&d, "?");
	desk_check_wrong(&d, "sort rate", "nothing is sorted on this screen", 0);
	desk_release(&d);
}

static void
files_configuration_and_the_end_are_the_programs(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, false);
	desk_command(&d, "export \"a b.svg\"");
	assert_int_equal(d.last.kind, UI_REQUEST_EXPORT);
	assert_string_equal(d.last.reason, "a b.svg");
	assert_false(d.last.follow);
	desk_check_wrong(&d, "export x.png", "the ending says what is written: .txt, .ansi or .svg", 7);
	desk_check_wrong(&d, "export x.txt panel", "this screen has no panels", 13);
	desk_command(&d, "goto card-fraud");
	desk_command(&d, "export x.txt panel");
	assert_true(d.last.follow);
	desk_command(&d, "save");
	assert_int_equal(d.last.kind, UI_REQUEST_CONFIG);
	desk_command(&d, "quit");
	assert_int_equal(d.last.kind, UI_REQUEST_QUIT);
	desk_command(&d, "help sort");
	desk_check_row(&d, 23, ":sort COLUMN [reverse]: the list by a column");
	desk_command(&d, "baseline");
	check_at(&d, "baseline");
	desk_release(&d);
}

static void
a_baseline_is_chosen_by_its_name_or_from_the_list(void **state)
{
	static const char *const files[] = {"data/march.baseline.json"};
	const struct ui_options o = {.window = WINDOW_AUTO, .utc = true, .zone = "UTC", .endpoint = "here",
	    .baselines = files, .nbaselines = 1};
	struct desk d;

	(void)state;
	open_desk(&d, false);
	desk_check_wrong(&d, "baseline now", "of which model?", 0);
	desk_release(&d);
	assert_int_equal(desk_init(&d, fleet, fleet_now_ms, &o, NULL), 0);
	desk_command(&d, "goto card-fraud");
	desk_command(&d, "baseline");
	check_at(&d, "baseline");
	desk_command(&d, "baseline now");
	assert_int_equal(d.last.kind, UI_REQUEST_CHOOSE);
	assert_int_equal(d.last.choice.kind, CHOICE_NOW);
	assert_true(slice_is(store_model_name(fleet, d.last.choice.model), "card-fraud"));
	desk_check_row(&d, 23, "held against: now, ");
	desk_command(&d, "baseline now 1h");
	assert_int_equal(d.last.choice.window, WINDOW_1H);
	desk_command(&d, "baseline march.baseline.json");
	assert_int_equal(d.last.kind, UI_REQUEST_FILE);
	assert_int_equal(d.last.file, 0);
	desk_command(&d, "goto rank-main");
	desk_command(&d, "baseline previous");
	assert_int_equal(d.last.choice.kind, CHOICE_VERSION);
	desk_command(&d, "baseline data/march.baseline.json");
	assert_int_equal(d.last.kind, UI_REQUEST_FILE);
	desk_check_wrong(&d, "baseline previus", "no baseline 'previus'; did you mean 'previous'?", 9);
	desk_check_wrong(&d, "baseline yesterday", "a baseline needs 200 rows, that has 0", 9);
	desk_check_wrong(&d, "baseline now 2h", "no window '2h'; did you mean '1h'?", 13);
	desk_check_wrong(&d, "baseline learned 1h", "only 'now' has a window", 17);
	desk_check_wrong(&d, "baseline ./x.json", "files are read at the start: --baseline ./x.json", 9);
	desk_press(&d, ":baseline <Tab>");
	desk_check_row(&d, 22, "now  hour-before  yesterday  previous  learned  march.baseline.json");
	desk_press(&d, "pre<Tab>");
	desk_check_row(&d, 23, ":baseline previous ");
	desk_release(&d);
}

static void
a_role_is_of_the_input_shown_or_of_one_that_is_named(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, false);
	desk_check_wrong(&d, "as amount id", "of which model?", 0);
	desk_command(&d, "goto card-fraud");
	desk_command(&d, "as amount counter");
	assert_int_equal(d.last.kind, UI_REQUEST_ROLE);
	assert_string_equal(d.last.reason, "amount");
	assert_int_equal(d.last.file, FROLE_COUNTER);
	assert_true(slice_is(store_model_name(fleet, d.last.model), "card-fraud"));
	desk_check_wrong(&d, "as id", "of which input?", 3);
	desk_check_wrong(&d, "as amonut id", "did you mean 'amount'?", 3);
	desk_check_wrong(&d, "as amount ids", "no role 'ids'; did you mean 'id'?", 10);
	desk_command(&d, "goto card-fraud/amount");
	desk_command(&d, "as text");
	assert_int_equal(d.last.file, FROLE_TEXT);
	assert_string_equal(d.last.reason, "amount");
	desk_release(&d);
}

static void
silence_is_of_the_alert_under_the_cursor_or_the_worst_of_what_is_shown(void **state)
{
	struct desk d;
	uint64_t listed;

	(void)state;
	open_desk(&d, false);
	desk_check_wrong(&d, "silence 2h", "no alert here", 0);
	desk_command(&d, "goto alerts");
	desk_command(&d, "silence 2h the new threshold");
	assert_int_equal(d.last.kind, UI_REQUEST_SILENCE);
	assert_int_equal(d.last.to_ms, fleet_now_ms + 2 * 3600000);
	assert_string_equal(d.last.reason, "the new threshold");
	assert_string_equal(d.last.by, "ada");
	listed = d.last.alert;
	assert_true(listed != 0);
	desk_check_wrong(&d, "silence tomorow", "", 8);
	desk_command(&d, "goto card-fraud");
	desk_command(&d, "silence until clear");
	assert_int_equal(d.last.kind, UI_REQUEST_SILENCE);
	assert_true(d.last.to_ms == INT64_MAX);
	desk_release(&d);
}

/* ---- completion ------------------------------------------------------------------------------------------------ */

static void
tab_types_what_is_common_and_lists_what_there_is(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, false);
	desk_press(&d, ":go<Tab>");
	desk_check_row(&d, 23, ":goto ");
	desk_press(&d, "rank<Tab>");
	desk_check_row(&d, 23, ":goto rank-");
	desk_check_row(&d, 22, "rank-main  rank-next");
	desk_press(&d, "m<Tab>");
	desk_check_row(&d, 23, ":goto rank-main ");
	assert_null(strstr(desk_row(&d, 22), "rank-next"));
	desk_press(&d, "<C-u>goto card-fraud/am<Tab>");
	desk_check_row(&d, 23, ":goto card-fraud/amount ");
	desk_press(&d, "<C-u>set <Tab>");
	desk_check_row(&d, 22, "theme  window  glyphs  utc  slow  bell  clipboard  record.dir  drift.rule");
	desk_press(&d, "wi<Tab>1<Tab>");
	desk_check_row(&d, 23, ":set window 1h ");
	desk_press(&d, "<C-u>filter dri<Tab>");
	desk_check_row(&d, 23, ":filter drift");
	desk_press(&d, "<C-u>sort ra<Tab>rev<Tab>");
	desk_check_row(&d, 23, ":sort rate reverse ");
	desk_press(&d, "<C-u>goto zzz<Tab>");
	desk_check_row(&d, 22, "nothing is known that could stand here");
	desk_press(&d, "<C-u><Tab>");
	desk_check_row(&d, 22, "as  baseline  columns  export  filter  goto  help  quit  save  set  silence");
	/* The list first, then the prompt, and nothing is left. */
	desk_press(&d, "<Esc>");
	assert_true(is_typing(&d));
	desk_press(&d, "<Esc>");
	assert_false(is_typing(&d));
	check_at(&d, " fleet ");
	desk_release(&d);
}

static void
a_name_with_a_blank_is_completed_in_quotes(void **state)
{
	struct colon_offers o = {.prefix = slice_of("a")};

	(void)state;
	colon_offer(&o, slice_of("A name"));
	assert_int_equal(o.n, 1);
	assert_string_equal(o.common, "A name");
	colon_offer(&o, slice_of("A n\xc3\xa4me"));
	assert_string_equal(o.common, "A n");
	colon_offer(&o, slice_of("b"));
	colon_offer(&o, slice_of("a\033[31m"));
	assert_int_equal(o.n, 2);
	o = (struct colon_offers){.prefix = slice_of("")};
	colon_offer(&o, slice_of("\xc3\xa4"));
	colon_offer(&o, slice_of("\xc3\xb6"));
	assert_int_equal(o.ncommon, 0); /* never half a character */
}

/* ---- what was typed before ------------------------------------------------------------------------------------- */

static void
up_and_down_lead_through_what_was_typed(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, false);
	desk_command(&d, "window 1h");
	desk_command(&d, "window 1h");
	desk_command(&d, "sort rate ");
	desk_press(&d, ":he<Up>");
	desk_check_row(&d, 23, ":sort rate  ");
	desk_press(&d, "<Up>");
	desk_check_row(&d, 23, ":window 1h");
	desk_press(&d, "<Up>"); /* the same again was kept once */
	desk_check_row(&d, 23, ":window 1h");
	desk_press(&d, "<Down>");
	desk_check_row(&d, 23, ":sort rate");
	desk_press(&d, "<Down><Down>");
	desk_check_row(&d, 23, ":he ");
	desk_press(&d, "<Up><Up><Enter>");
	assert_string_equal(d.last.reason, "\"1h\"");
	desk_release(&d);
}

/* ---- editing --------------------------------------------------------------------------------------------------- */

static void
a_line_is_edited_anywhere_in_it(void **state)
{
	struct prompt p;
	static const uint32_t moves[] = {KEYCODE_HOME, KEYCODE_DELETE, 'b', KEYCODE_END, 'w' & 0x1f, 'x',
	    KEYCODE_LEFT, KEYCODE_LEFT, KEYCODE_BACKSPACE, KEYCODE_RIGHT, 0xe9, 'k' & 0x1f};

	(void)state;
	prompt_open_kind(&p, PROMPT_COMMAND);
	prompt_set(&p, "a\xc3\xa9q word");
	for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
		assert_false(prompt_edit(&p, moves[i]));
	assert_string_equal(p.text, "b\xc3\xa9 \xc3\xa9");
	assert_int_equal(p.at, p.n);
	prompt_edit(&p, 'u' & 0x1f);
	assert_int_equal(p.n, 0);
	for (size_t i = 0; i < 2 * PROMPT_BYTES; i++)
		prompt_edit(&p, i % 2 ? 0x6f22 : 'a');
	assert_true(p.n <= PROMPT_BYTES && p.n > PROMPT_BYTES - 4);
	assert_true(prompt_edit(&p, KEYCODE_ENTER));
	prompt_edit(&p, KEYCODE_ESC);
	assert_false(p.open);
}

static void
a_long_line_scrolls_so_that_the_cursor_is_seen(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, false);
	desk_press(&d, ":");
	for (int i = 0; i < 20; i++)
		desk_press(&d, "0123456789");
	desk_press(&d, "END");
	desk_check_row(&d, 23, "END");
	assert_true(d.g.cursor_col < 80);
	desk_press(&d, "<Home>");
	desk_check_row(&d, 23, " :0123456789");
	assert_int_equal(d.g.cursor_col, 2);
	desk_release(&d);
}

static void
any_keys_in_a_prompt_leave_a_screen_that_can_be_drawn(void **state)
{
	static const char *const begun[] = {"goto ", "set ", "as ", "filter ", "silence ", "export ", "", "sort "};
	uint64_t rng = 20260401;
	struct desk d;

	(void)state;
	open_desk(&d, true);
	for (int i = 0; i < 20000; i++) {
		uint64_t x = rng_next(&rng);
		uint32_t key = 0x20 + (uint32_t)(x / 16 % 95);

		if (!is_typing(&d)) {
			desk_key(&d, ':');
			for (const char *p = begun[x / 7 % 8]; *p; p++)
				desk_key(&d, (unsigned char)*p);
		}
		if (x % 16 < 3)
			key = x % 16 == 0 ? KEYCODE_ENTER : KEYCODE_TAB;
		else if (x % 16 < 6)
			key = KEYCODE_UP + (uint32_t)(x / 16 % (KEYCODE_F12 - KEYCODE_UP + 1));
		else if (x % 16 < 7)
			key = 1 + (uint32_t)(x / 16 % 31);
		if (key == 3)
			continue; /* Ctrl-C is the end */
		desk_key(&d, key);
		if (i % 8 == 0)
			desk_draw(&d);
	}
	desk_release(&d);
}

static int
type_one(void *ctx, struct err *err)
{
	struct ui_options o = {.window = WINDOW_AUTO, .utc = true, .zone = "UTC", .endpoint = "here"};
	struct ui *ui = NULL;
	int rc = ui_new(&ui, &o, err);
	const char *p;

	(void)ctx;
	for (p = ":goto ca\t\r:sort input\r"; !rc && *p; p++)
		(void)ui_key(ui, fleet, (unsigned char)*p, 100000);
	ui_free(ui);
	return rc;
}

static void
out_of_memory_leaves_the_prompt_usable(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, false);
	desk_release(&d);
	assert_true(alloc_survive_each(type_one, NULL) > 0);
}

static int
config_make(void **state)
{
	(void)state;
	return config_init(&plain_config, NULL);
}

static int
fleet_free_all(void **state)
{
	(void)state;
	store_free(fleet);
	config_release(&plain_config);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_command_has_a_name_and_a_sentence_and_stands_in_help),
	    cmocka_unit_test(words_stand_between_blanks_and_in_quotes),
	    cmocka_unit_test(a_command_may_be_shortened_while_only_one_begins_so),
	    cmocka_unit_test(goto_leads_to_screens_models_inputs_and_times),
	    cmocka_unit_test(a_wrong_place_is_marked_and_the_nearest_one_named),
	    cmocka_unit_test(what_was_wrong_stays_to_be_put_right),
	    cmocka_unit_test(sort_and_filter_are_of_the_list_that_is_there),
	    cmocka_unit_test(files_configuration_and_the_end_are_the_programs),
	    cmocka_unit_test(a_baseline_is_chosen_by_its_name_or_from_the_list),
	    cmocka_unit_test(a_role_is_of_the_input_shown_or_of_one_that_is_named),
	    cmocka_unit_test(silence_is_of_the_alert_under_the_cursor_or_the_worst_of_what_is_shown),
	    cmocka_unit_test(tab_types_what_is_common_and_lists_what_there_is),
	    cmocka_unit_test(a_name_with_a_blank_is_completed_in_quotes),
	    cmocka_unit_test(up_and_down_lead_through_what_was_typed),
	    cmocka_unit_test(a_line_is_edited_anywhere_in_it),
	    cmocka_unit_test(a_long_line_scrolls_so_that_the_cursor_is_seen),
	    cmocka_unit_test(any_keys_in_a_prompt_leave_a_screen_that_can_be_drawn),
	    cmocka_unit_test(out_of_memory_leaves_the_prompt_usable),
	};

	return cmocka_run_group_tests(tests, config_make, fleet_free_all);
}
