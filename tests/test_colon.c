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
#include "tui/dash_ask.h"
#include "tui/key.h"
#include "tui/options.h"
#include "tui/setting.h"
#include "tui/settings.h"
#include "tui/ui.h"

static struct store *fleet;
static int64_t fleet_now_ms;

/* Types a command as it is, brackets and all, and Enter. */
static void
command(struct desk *d, const char *line)
{
	desk_press(d, ":");
	for (; *line; line++)
		desk_key(d, (unsigned char)*line);
	desk_press(d, "<Enter>");
}

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
check_row(const struct desk *d, int at, const char *text)
{
	if (!strstr(desk_row(d, at), text))
		fail_msg("'%s' is not in '%s'", text, desk_row(d, at));
}

static void
check_at(const struct desk *d, const char *crumbs)
{
	check_row(d, 0, crumbs);
}

static bool
is_typing(const struct desk *d)
{
	return ui_takes_text(d->ui);
}

/* What stands above the prompt, and in which column its mark does. */
static void
check_wrong(struct desk *d, const char *line, const char *sentence, int place)
{
	command(d, line);
	assert_true(is_typing(d));
	check_row(d, 22, sentence);
	if (place >= 0) {
		char seen = desk_row(d, 22)[2 + place];

		if (seen != 'v')
			fail_msg("'%s': the mark is not at %d: '%s'", line, place, desk_row(d, 22));
	}
	assert_int_equal(d->last.kind, UI_REQUEST_NONE);
	desk_press(d, "<Esc>");
	assert_false(is_typing(d));
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
	command(&d, "goto rank-main");
	check_at(&d, "fleet > rank-main");
	command(&d, "goto card-fraud/amount");
	check_at(&d, "fleet > card-fraud > amount");
	command(&d, "goto events");
	check_at(&d, "amount > events");
	command(&d, "goto fleet");
	assert_null(strchr(desk_row(&d, 0), '>'));
	command(&d, "goto card-fraud amount");
	check_at(&d, "card-fraud > amount");
	command(&d, "goto \"card-fraud/amount\"");
	check_at(&d, "card-fraud > amount");
	command(&d, "goto versions");
	check_at(&d, "versions");
	command(&d, "goto alerts");
	check_at(&d, "alerts");
	command(&d, "goto sources");
	check_at(&d, "sources");
	command(&d, "goto help");
	check_at(&d, "help");
	command(&d, "goto -15m");
	assert_int_equal(d.last.kind, UI_REQUEST_TIME);
	assert_int_equal(d.last.time, UI_TIME_JUMP);
	assert_int_equal(d.last.to_ms, fleet_now_ms - 15 * 60000);
	command(&d, "goto mon 08:00");
	assert_int_equal(d.last.kind, UI_REQUEST_TIME);
	desk_release(&d);
}

static void
a_wrong_place_is_marked_and_the_nearest_one_named(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, false);
	check_wrong(&d, "goto card-frad", "did you mean 'card-fraud'?", 5);
	check_wrong(&d, "goto  alrets", "did you mean 'alerts'?", 6);
	check_wrong(&d, "goto card-fraud/amuont", "no input or output 'amuont'; did you mean 'amount'?", 16);
	check_wrong(&d, "goto card-fraud zzzzzz", "of this model; Tab lists them", 16);
	check_wrong(&d, "goto 14:05", "nothing is kept to go back to here", 5);
	check_wrong(&d, "goto 99:99", "", 5);
	check_wrong(&d, "goto events", "of which model?", 5);
	check_wrong(&d, "goto", "goto PLACE", 4);
	check_wrong(&d, "goto \"card", "a quote that is not closed", 5);
	check_wrong(&d, "gotto x", "no command 'gotto'; did you mean 'goto'?", 0);
	check_wrong(&d, "quit now", "too much: it is quit", 5);
	desk_release(&d);
}

static void
what_was_wrong_stays_to_be_put_right(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, false);
	command(&d, "goto card-frad");
	check_row(&d, 23, ":goto card-frad");
	desk_press(&d, "<Left>u");
	check_row(&d, 23, ":goto card-fraud");
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
	command(&d, "sort model");
	check_row(&d, 3, "card-fraud");
	command(&d, "sort model reverse");
	assert_null(strstr(desk_row(&d, 3), "card-fraud"));
	command(&d, "filter rank");
	check_row(&d, 3, "rank-");
	check_row(&d, 23, "/rank");
	check_wrong(&d, "filter drift>0.2 and p09>5", "unknown metric 'p09'; did you mean 'p90'?", 21);
	check_row(&d, 23, "/rank"); /* the one before holds */
	command(&d, "filter");
	assert_null(strstr(desk_row(&d, 23), "/rank"));
	check_wrong(&d, "sort rte", "no column 'rte'; did you mean 'rate'?", 5);
	check_wrong(&d, "sort rate revers", "did you mean 'reverse'?", 10);
	command(&d, "goto card-fraud");
	command(&d, "sort missing");
	assert_false(is_typing(&d));
	command(&d, "goto alerts");
	check_wrong(&d, "sort rate", "no column 'rate'; did you mean", 5);
	command(&d, "goto card-fraud/amount");
	check_wrong(&d, "sort rate", "no column 'rate'; there are place, value, now, was, difference", 5);
	command(&d, "filter moved=yes");
	check_row(&d, 23, "/moved=yes");
	command(&d, "goto versions");
	desk_press(&d, "2");
	command(&d, "sort last reverse");
	assert_false(is_typing(&d));
	desk_press(&d, "?");
	check_wrong(&d, "sort rate", "nothing is sorted on this screen", 0);
	desk_release(&d);
}

/* As the dashboard carries it out, without a terminal. */
static void
carry_out(struct desk *d, const struct options *given, struct theme_choice *theme)
{
	static const struct env env = {.utf8 = true};
	struct changes changes = {.nroles = 0};
	const struct dash_ask a = {.options = given, .env = &env, .ui = d->ui, .grid = &d->g, .store = d->s,
	    .now_ms = d->now_ms, .changes = &changes, .theme = theme};
	bool rebase;

	if (d->last.kind == UI_REQUEST_SET)
		assert_true(dash_ask(&a, &d->last, &rebase));
	changes_release(&changes);
	desk_draw(d);
}

struct office {
	struct config config;
	struct options given;
	struct theme_choice theme;
	struct desk d;
};

static void
office_open(struct office *o)
{
	const struct ui_options uo = {.window = WINDOW_AUTO, .utc = true, .utc_offset_ms = 3600000, .zone = "CET",
	    .endpoint = "here", .given = &o->given};
	char *argv[] = {(char[]){"drifttop"}, (char[]){"--utc"}, (char[]){"--window"}, (char[]){"auto"}, NULL};

	memset(o, 0, sizeof *o);
	assert_int_equal(config_init(&o->config, NULL), 0);
	assert_int_equal(options_parse(&o->given, 4, argv, NULL), 0);
	o->given.text[OPTION_WINDOW] = "auto"; /* what is given lives as long as argv */
	o->given.config = &o->config;
	if (!fleet)
		fleet = fleet_make(FLEET_INCIDENT, &fleet_now_ms);
	assert_int_equal(desk_init(&o->d, fleet, fleet_now_ms, &uo, NULL), 0);
}

static void
office_close(struct office *o)
{
	desk_release(&o->d);
	options_release(&o->given);
	config_release(&o->config);
	mem_free(o);
}

static void
order(struct office *o, const char *line)
{
	command(&o->d, line);
	carry_out(&o->d, &o->given, &o->theme);
}

static void
settings_change_what_is_shown(void **state)
{
	struct office *o = mem_calloc(1, sizeof *o);
	struct desk *d = &o->d;

	(void)state;
	assert_non_null(o);
	office_open(o);
	order(o, "set window");
	check_row(d, 23, "window is auto (command line)");
	order(o, "window 1h");
	check_row(d, 23, "window is \"1h\" from now on; :save keeps it");
	assert_int_equal(ui_window(d->ui), WINDOW_1H);
	order(o, "set window 24h");
	assert_int_equal(ui_window(d->ui), WINDOW_24H);
	check_at(d, "UTC");
	order(o, "set utc off");
	check_at(d, "CET");
	order(o, "theme light");
	assert_string_equal(o->theme.theme->name, "light");
	order(o, "set theme mono");
	assert_string_equal(o->theme.theme->name, "mono");
	assert_string_equal(settings_theme(&o->given), "mono");
	order(o, "set glyphs braille");
	assert_int_equal(d->g.glyphs, GLYPHS_BRAILLE);
	order(o, "set slow on");
	assert_int_equal(d->g.glyphs, GLYPHS_BRAILLE);
	assert_true(settings_slow(&o->given));
	order(o, "set glyphs ascii");
	assert_int_equal(d->g.glyphs, GLYPHS_ASCII);
	order(o, "set record.dir here/there");
	assert_true(o->config.record_dir[0] == '/' && strstr(o->config.record_dir, "/here/there"));
	order(o, "set utc");
	check_row(d, 23, "utc is false: times are CET (set, not saved)");
	order(o, "set window");
	check_row(d, 23, "window is 24h (set, not saved)");
	order(o, "set bell");
	check_row(d, 23, "bell is true (default)");
	/* So it is when a key did it. */
	desk_press(d, "oU");
	check_at(d, "UTC");
	carry_out(d, &o->given, &o->theme);
	order(o, "set utc");
	check_row(d, 23, "utc is true (set, not saved)");
	config_sets_saved(&o->config);
	order(o, "set utc");
	check_row(d, 23, "utc is true (configuration)");
	order(o, "set");
	check_at(d, "setup");
	desk_press(d, "/from=set*<Enter>");
	assert_false(desk_shows(d, "set, not saved"));
	order(o, "set bell off");
	desk_press(d, "<Esc><Esc>S/from=set*<Enter>");
	assert_true(desk_row_shows(d, desk_find(d, "bell "), "set, not saved"));
	assert_false(desk_shows(d, "clipboard"));
	office_close(o);
}

static void
what_is_wrong_with_a_setting_is_said_at_the_prompt(void **state)
{
	struct office *o = mem_calloc(1, sizeof *o);
	struct desk *d = &o->d, bare;

	(void)state;
	assert_non_null(o);
	office_open(o);
	check_wrong(d, "theme drak", "unknown theme 'drak'; did you mean 'dark'?", 6);
	check_wrong(d, "set them on", "no setting 'them'; did you mean 'theme'?", 4);
	check_wrong(d, "set utc maybe", "must be true or false", 8);
	check_wrong(d, "window 2h", "unknown window '2h'; did you mean '1h'?", 7);
	check_wrong(d, "set utc on off", "must be true or false", 8);
	check_wrong(d, "set glyphs brail", "unknown glyphs 'brail'; did you mean 'braille'?", 11);
	/* Whether a file is there the program finds out, and then nothing has changed. */
	order(o, "theme ./none.theme");
	check_row(d, 23, "none.theme");
	assert_null(o->config.theme);
	assert_null(setting_noted(&o->config, slice_of("theme")));
	office_close(o);
	assert_int_equal(desk_init(&bare, fleet, fleet_now_ms, &(struct ui_options){.utc = true}, NULL), 0);
	check_wrong(&bare, "set bell on", "there is no configuration here", 4);
	desk_release(&bare);
}

/* Every key of the file: it can be set, or it is said why not and what to do instead. */
static void
each_key_is_set_or_says_why_not(void **state)
{
	static const char *const before[CONFIG_OBJECTS] = {[CONFIG_TOP] = "",
	    [CONFIG_DRIFT] = "drift.",
	    [CONFIG_RECORD] = "record.",
	    [CONFIG_RULE] = "rules.latency.",
	    [CONFIG_MODEL] = "models.a*.",
	    [CONFIG_FEATURE] = "models.a*.features.b.",
	    [CONFIG_ACTION] = "actions."};
	struct office *o = mem_calloc(1, sizeof *o);
	char name[SETTING_NAME_BYTES], line[SETTING_NAME_BYTES + 8];
	size_t set = 0;

	(void)state;
	assert_non_null(o);
	office_open(o);
	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *k = &config_keys[i];

		snprintf(name, sizeof name, "%s%s", before[k->object], k->key);
		assert_ptr_equal(setting_key(slice_of(name)), k);
		snprintf(line, sizeof line, "set %s", name);
		if (k->live == CONFIG_FIXED) {
			char begin[60];

			assert_true(strlen(k->fixed) > 20);
			snprintf(begin, sizeof begin, "%s: %.20s", name, k->fixed);
			check_wrong(&o->d, line, begin, 4);
		} else {
			set++;
			assert_null(k->fixed);
			order(o, line);
			snprintf(line, sizeof line, "%s is ", name);
			check_row(&o->d, 23, line);
		}
	}
	assert_true(set > 15);
	check_wrong(&o->d, "set keys.freeze f", "keys are read at the start", 4);
	office_close(o);
}

static void
what_the_configuration_has_is_set_by_its_name(void **state)
{
	struct config config;
	const struct options given = {.config = &config};
	const struct ui_options o = {.utc = true, .zone = "CET", .endpoint = "here", .given = &given};
	struct desk d;

	(void)state;
	assert_int_equal(config_init(&config, NULL), 0);
	open_desk(&d, false);
	desk_release(&d);
	assert_int_equal(desk_init(&d, fleet, fleet_now_ms, &o, NULL), 0);
	command(&d, "set bell off");
	assert_int_equal(d.last.kind, UI_REQUEST_SET);
	assert_string_equal(d.last.by, "bell");
	assert_string_equal(d.last.reason, "false");
	command(&d, "set drift.false_alarms_per_week 0.5");
	assert_string_equal(d.last.reason, "0.5");
	command(&d, "set rules.latency.crit p99 > 500ms for 5m");
	assert_string_equal(d.last.by, "rules.latency.crit");
	assert_string_equal(d.last.reason, "\"p99 > 500ms for 5m\"");
	command(&d, "set rules.latency.crit \"p99 > 9ms\"");
	assert_string_equal(d.last.reason, "\"p99 > 9ms\"");
	check_wrong(&d, "set rules.latency.crit p99 > 500", "500ms or 500s", 23);
	check_wrong(&d, "set rules.latncy.crit p99 > 5ms", "did you mean 'rules.latency.crit'?", 4);
	check_wrong(&d, "set drift.false_alarms_per_week 0", "0 must be above 0 and at most 1000 false", 32);
	command(&d, "set rules.traffic.warn");
	check_row(&d, 23, "rules.traffic.warn is traffic < 50% for 10m (default)");
	desk_press(&d, ":set rules.tra<Tab>cl<Tab>");
	check_row(&d, 23, ":set rules.traffic.clear ");
	desk_press(&d, "<C-u>set rules.traffic.off <Tab>");
	check_row(&d, 22, "true  false");
	desk_press(&d, "<C-u>set drift.rule ps<Tab>");
	check_row(&d, 23, ":set drift.rule psi_0.1_0.25 ");
	/* What it is now comes to be changed. */
	desk_press(&d, "<C-u>set rules.traffic.warn t<Tab>");
	check_row(&d, 23, ":set rules.traffic.warn \"traffic < 50% for 10m\" ");
	desk_press(&d, "<Esc>");
	desk_release(&d);
	config_release(&config);
}

static void
files_configuration_and_the_end_are_the_programs(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, false);
	command(&d, "export \"a b.svg\"");
	assert_int_equal(d.last.kind, UI_REQUEST_EXPORT);
	assert_string_equal(d.last.reason, "a b.svg");
	assert_false(d.last.follow);
	check_wrong(&d, "export x.png", "the ending says what is written: .txt, .ansi or .svg", 7);
	check_wrong(&d, "export x.txt panel", "this screen has no panels", 13);
	command(&d, "goto card-fraud");
	command(&d, "export x.txt panel");
	assert_true(d.last.follow);
	command(&d, "save");
	assert_int_equal(d.last.kind, UI_REQUEST_CONFIG);
	command(&d, "quit");
	assert_int_equal(d.last.kind, UI_REQUEST_QUIT);
	command(&d, "help sort");
	check_row(&d, 23, ":sort COLUMN [reverse]: the list by a column");
	command(&d, "baseline");
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
	check_wrong(&d, "baseline now", "of which model?", 0);
	desk_release(&d);
	assert_int_equal(desk_init(&d, fleet, fleet_now_ms, &o, NULL), 0);
	command(&d, "goto card-fraud");
	command(&d, "baseline");
	check_at(&d, "baseline");
	command(&d, "baseline now");
	assert_int_equal(d.last.kind, UI_REQUEST_CHOOSE);
	assert_int_equal(d.last.choice.kind, CHOICE_NOW);
	assert_true(slice_is(store_model_name(fleet, d.last.choice.model), "card-fraud"));
	check_row(&d, 23, "held against: now, ");
	command(&d, "baseline now 1h");
	assert_int_equal(d.last.choice.window, WINDOW_1H);
	command(&d, "baseline march.baseline.json");
	assert_int_equal(d.last.kind, UI_REQUEST_FILE);
	assert_int_equal(d.last.file, 0);
	command(&d, "goto rank-main");
	command(&d, "baseline previous");
	assert_int_equal(d.last.choice.kind, CHOICE_VERSION);
	command(&d, "baseline data/march.baseline.json");
	assert_int_equal(d.last.kind, UI_REQUEST_FILE);
	check_wrong(&d, "baseline previus", "no baseline 'previus'; did you mean 'previous'?", 9);
	check_wrong(&d, "baseline yesterday", "a baseline needs 200 rows, that has 0", 9);
	check_wrong(&d, "baseline now 2h", "no window '2h'; did you mean '1h'?", 13);
	check_wrong(&d, "baseline learned 1h", "only 'now' has a window", 17);
	check_wrong(&d, "baseline ./x.json", "files are read at the start: --baseline ./x.json", 9);
	desk_press(&d, ":baseline <Tab>");
	check_row(&d, 22, "now  hour-before  yesterday  previous  learned  march.baseline.json");
	desk_press(&d, "pre<Tab>");
	check_row(&d, 23, ":baseline previous ");
	desk_release(&d);
}

static void
a_role_is_of_the_input_shown_or_of_one_that_is_named(void **state)
{
	struct desk d;

	(void)state;
	open_desk(&d, false);
	check_wrong(&d, "as amount id", "of which model?", 0);
	command(&d, "goto card-fraud");
	command(&d, "as amount counter");
	assert_int_equal(d.last.kind, UI_REQUEST_ROLE);
	assert_string_equal(d.last.reason, "amount");
	assert_int_equal(d.last.file, FROLE_COUNTER);
	assert_true(slice_is(store_model_name(fleet, d.last.model), "card-fraud"));
	check_wrong(&d, "as id", "of which input?", 3);
	check_wrong(&d, "as amonut id", "did you mean 'amount'?", 3);
	check_wrong(&d, "as amount ids", "no role 'ids'; did you mean 'id'?", 10);
	command(&d, "goto card-fraud/amount");
	command(&d, "as text");
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
	check_wrong(&d, "silence 2h", "no alert here", 0);
	command(&d, "goto alerts");
	command(&d, "silence 2h the new threshold");
	assert_int_equal(d.last.kind, UI_REQUEST_SILENCE);
	assert_int_equal(d.last.to_ms, fleet_now_ms + 2 * 3600000);
	assert_string_equal(d.last.reason, "the new threshold");
	assert_string_equal(d.last.by, "ada");
	listed = d.last.alert;
	assert_true(listed != 0);
	check_wrong(&d, "silence tomorow", "", 8);
	command(&d, "goto card-fraud");
	command(&d, "silence until clear");
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
	check_row(&d, 23, ":goto ");
	desk_press(&d, "rank<Tab>");
	check_row(&d, 23, ":goto rank-");
	check_row(&d, 22, "rank-main  rank-next");
	desk_press(&d, "m<Tab>");
	check_row(&d, 23, ":goto rank-main ");
	assert_null(strstr(desk_row(&d, 22), "rank-next"));
	desk_press(&d, "<C-u>goto card-fraud/am<Tab>");
	check_row(&d, 23, ":goto card-fraud/amount ");
	desk_press(&d, "<C-u>set <Tab>");
	check_row(&d, 22, "theme  window  glyphs  utc  slow  bell  clipboard  record.dir  drift.rule");
	desk_press(&d, "wi<Tab>1<Tab>");
	check_row(&d, 23, ":set window 1h ");
	desk_press(&d, "<C-u>filter dri<Tab>");
	check_row(&d, 23, ":filter drift");
	desk_press(&d, "<C-u>sort ra<Tab>rev<Tab>");
	check_row(&d, 23, ":sort rate reverse ");
	desk_press(&d, "<C-u>goto zzz<Tab>");
	check_row(&d, 22, "nothing is known that could stand here");
	desk_press(&d, "<C-u><Tab>");
	check_row(&d, 22, "as  baseline  columns  export  filter  goto  help  quit  save  set  silence");
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
	command(&d, "window 1h");
	command(&d, "window 1h");
	command(&d, "sort rate ");
	desk_press(&d, ":he<Up>");
	check_row(&d, 23, ":sort rate  ");
	desk_press(&d, "<Up>");
	check_row(&d, 23, ":window 1h");
	desk_press(&d, "<Up>"); /* the same again was kept once */
	check_row(&d, 23, ":window 1h");
	desk_press(&d, "<Down>");
	check_row(&d, 23, ":sort rate");
	desk_press(&d, "<Down><Down>");
	check_row(&d, 23, ":he ");
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
	check_row(&d, 23, "END");
	assert_true(d.g.cursor_col < 80);
	desk_press(&d, "<Home>");
	check_row(&d, 23, " :0123456789");
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
	    cmocka_unit_test(what_the_configuration_has_is_set_by_its_name),
	    cmocka_unit_test(every_command_has_a_name_and_a_sentence_and_stands_in_help),
	    cmocka_unit_test(words_stand_between_blanks_and_in_quotes),
	    cmocka_unit_test(a_command_may_be_shortened_while_only_one_begins_so),
	    cmocka_unit_test(goto_leads_to_screens_models_inputs_and_times),
	    cmocka_unit_test(a_wrong_place_is_marked_and_the_nearest_one_named),
	    cmocka_unit_test(what_was_wrong_stays_to_be_put_right),
	    cmocka_unit_test(sort_and_filter_are_of_the_list_that_is_there),
	    cmocka_unit_test(settings_change_what_is_shown),
	    cmocka_unit_test(what_is_wrong_with_a_setting_is_said_at_the_prompt),
	    cmocka_unit_test(each_key_is_set_or_says_why_not),
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
