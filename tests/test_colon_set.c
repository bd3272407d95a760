/* :set through the user interface: each key of the configuration by its name, by whom it is said, and what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/config.h"
#include "core/mem.h"
#include "tests/lib_desk.h"
#include "tui/bindings.h"
#include "tui/dash_ask.h"
#include "tui/options.h"
#include "tui/setting.h"
#include "tui/settings.h"

static struct store *fleet;
static int64_t fleet_now_ms;

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
	desk_command(&o->d, line);
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
	desk_check_row(d, 23, "window is auto (command line)");
	order(o, "window 1h");
	desk_check_row(d, 23, "window is \"1h\" from now on; :save keeps it");
	assert_int_equal(ui_window(d->ui), WINDOW_1H);
	order(o, "set window 24h");
	assert_int_equal(ui_window(d->ui), WINDOW_24H);
	desk_check_row(d, 0, "UTC");
	order(o, "set utc off");
	desk_check_row(d, 0, "CET");
	order(o, "theme light");
	assert_string_equal(o->theme.theme->name, "light");
	order(o, "set theme mono");
	assert_string_equal(o->theme.theme->name, "mono");
	assert_string_equal(settings_theme(&o->given), "mono");
	order(o, "set glyphs braille");
	assert_int_equal(d->g.glyphs, GLYPHS_BRAILLE);
	desk_check_row(d, 23, "glyphs is \"braille\" from now on");
	order(o, "set slow on");
	assert_int_equal(d->g.glyphs, GLYPHS_BRAILLE);
	assert_true(settings_slow(&o->given));
	order(o, "set glyphs ascii");
	assert_int_equal(d->g.glyphs, GLYPHS_ASCII);
	order(o, "set record.dir here/there");
	assert_true(o->config.record_dir[0] == '/' && strstr(o->config.record_dir, "/here/there"));
	order(o, "set utc");
	desk_check_row(d, 23, "utc is false: times are CET (set, not saved)");
	order(o, "set window");
	desk_check_row(d, 23, "window is 24h (set, not saved)");
	order(o, "set bell");
	desk_check_row(d, 23, "bell is true (default)");
	/* So it is when a key did it. */
	desk_press(d, "oU");
	desk_check_row(d, 0, "UTC");
	carry_out(d, &o->given, &o->theme);
	order(o, "set utc");
	desk_check_row(d, 23, "utc is true (set, not saved)");
	config_sets_saved(&o->config);
	order(o, "set utc");
	desk_check_row(d, 23, "utc is true (configuration)");
	order(o, "set");
	desk_check_row(d, 0, "setup");
	desk_press(d, "/from=set*<Enter>");
	assert_false(desk_shows(d, "set, not saved"));
	order(o, "set bell off");
	desk_press(d, "<Esc><Esc>S/from=set*<Enter>");
	assert_true(desk_row_shows(d, desk_find(d, "bell "), "set, not saved"));
	assert_false(desk_shows(d, "clipboard"));
	/* What is set while Setup is looked at stands there at once. */
	order(o, "set clipboard off");
	assert_true(desk_row_shows(d, desk_find(d, "clipboard "), "set, not saved"));
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
	desk_check_wrong(d, "theme drak", "unknown theme 'drak'; did you mean 'dark'?", 6);
	desk_check_wrong(d, "set them on", "no setting 'them'; did you mean 'theme'?", 4);
	desk_check_wrong(d, "set utc maybe", "must be true or false", 8);
	desk_check_wrong(d, "window 2h", "unknown window '2h'; did you mean '1h'?", 7);
	desk_check_wrong(d, "set utc on off", "must be true or false", 8);
	desk_check_wrong(d, "set glyphs brail", "unknown glyphs 'brail'; did you mean 'braille'?", 11);
	/* Whether a file is there the program finds out, and then nothing has changed. */
	order(o, "theme ./none.theme");
	desk_check_row(d, 23, "none.theme");
	assert_null(o->config.theme);
	assert_null(setting_noted(&o->config, slice_of("theme")));
	office_close(o);
	assert_int_equal(desk_init(&bare, fleet, fleet_now_ms, &(struct ui_options){.utc = true}, NULL), 0);
	desk_check_wrong(&bare, "set bell on", "there is no configuration here", 4);
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
	    [CONFIG_FEATURE] = "models.card-fraud.features.amount.",
	    [CONFIG_ACTION] = "actions."};
	struct office *o = mem_calloc(1, sizeof *o);
	char name[SETTING_NAME_BYTES], line[SETTING_NAME_BYTES + 8], called[SETTING_CALLED_BYTES];
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
			char whole[100];

			/* On 80 columns nothing of it is cut. */
			assert_true(strlen(k->fixed) > 20);
			snprintf(whole, sizeof whole, "%s: %s", k->key, k->fixed);
			desk_check_wrong(&o->d, line, whole, 4);
		} else {
			set++;
			assert_null(k->fixed);
			order(o, line);
			snprintf(line, sizeof line, "%s is ", setting_called(slice_of(name), called, sizeof called));
			desk_check_row(&o->d, 23, line);
		}
	}
	assert_true(set > 15);
	office_close(o);
}

static void
a_key_does_what_it_is_given_at_once(void **state)
{
	struct office *o = mem_calloc(1, sizeof *o);
	struct desk *d = &o->d;
	struct config again;
	char *text;

	(void)state;
	assert_non_null(o);
	office_open(o);
	order(o, "set keys.alerts");
	desk_check_row(d, 23, "keys.alerts is a (default)");
	order(o, "set keys.alerts <F6> ~");
	desk_check_row(d, 23, "from now on; :save keeps it");
	desk_press(d, "a");
	assert_false(desk_row_shows(d, 0, "fleet > alerts"));
	desk_press(d, "~");
	assert_true(desk_row_shows(d, 0, "fleet > alerts"));
	desk_press(d, "<Esc>");
	order(o, "set keys.alerts");
	desk_check_row(d, 23, "keys.alerts is <F6> ~ (set, not saved)");
	/* What a file has that says so is the same. */
	assert_int_equal(config_init(&again, NULL), 0);
	text = mem_dup(o->config.text, o->config.text_n);
	assert_int_equal(config_file_parse(&again, "a", text, o->config.text_n,
	    &(struct config_names){.check_keys = bindings_check}, NULL), 0);
	assert_int_equal(again.nbinds, 1);
	assert_string_equal(again.binds[0].keys[1], "~");
	mem_free(text);
	config_release(&again);
	order(o, "set keys.alerts null");
	desk_press(d, "~");
	assert_false(desk_row_shows(d, 0, "fleet > alerts"));
	desk_check_wrong(d, "set keys.alrts a", "no action 'alrts'; did you mean 'alerts'?", 4);
	desk_check_wrong(d, "set keys.alerts <Esc>", "<Esc>", -1);
	desk_command(d, "set keys.alerts q");
	assert_true(desk_shows(d, "'q' is the key of 'leave' already"));
	desk_press(d, "<Esc>");
	desk_check_wrong(d, "set keys f", "say which: keys.freeze f", 4);
	desk_press(d, ":set keys.aler<Tab>");
	desk_check_row(d, 23, ":set keys.alerts ");
	desk_press(d, "<Esc>");
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
	assert_int_equal(desk_init(&d, fleet, fleet_now_ms, &o, NULL), 0);
	desk_command(&d, "set bell off");
	assert_int_equal(d.last.kind, UI_REQUEST_SET);
	assert_string_equal(d.last.by, "bell");
	assert_string_equal(d.last.reason, "false");
	desk_command(&d, "set drift.false_alarms_per_week 0.5");
	assert_string_equal(d.last.reason, "0.5");
	desk_command(&d, "set rules.latency.crit p99 > 500ms for 5m");
	assert_string_equal(d.last.by, "rules.latency.crit");
	assert_string_equal(d.last.reason, "\"p99 > 500ms for 5m\"");
	desk_command(&d, "set rules.latency.crit \"p99 > 9ms\"");
	assert_string_equal(d.last.reason, "\"p99 > 9ms\"");
	desk_check_wrong(&d, "set rules.latency.crit p99 > 500", "500ms or 500s", 23);
	desk_check_wrong(&d, "set rules.latncy.crit p99 > 5ms", "did you mean 'rules.latency.crit'?", 4);
	desk_check_wrong(&d, "set drift.false_alarms_per_week 0", "0 must be above 0 and at most 1000 false", 32);
	desk_command(&d, "set rules.traffic.warn");
	desk_check_row(&d, 23, "rules.traffic.warn is traffic < 50% for 10m (default)");
	desk_press(&d, ":set rules.tra<Tab>cl<Tab>");
	desk_check_row(&d, 23, ":set rules.traffic.clear ");
	desk_press(&d, "<C-u>set rules.traffic.off <Tab>");
	desk_check_row(&d, 22, "true  false");
	desk_press(&d, "<C-u>set drift.rule ps<Tab>");
	desk_check_row(&d, 23, ":set drift.rule psi_0.1_0.25 ");
	/* What it is now comes to be changed. */
	desk_press(&d, "<C-u>set rules.traffic.warn t<Tab>");
	desk_check_row(&d, 23, ":set rules.traffic.warn \"traffic < 50% for 10m\" ");
	desk_press(&d, "<Esc>");
	desk_release(&d);
	config_release(&config);
}

static int
fleet_make_all(void **state)
{
	(void)state;
	fleet = fleet_make(FLEET_INCIDENT, &fleet_now_ms);
	return 0;
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
	    cmocka_unit_test(what_the_configuration_has_is_set_by_its_name),
	    cmocka_unit_test(settings_change_what_is_shown),
	    cmocka_unit_test(what_is_wrong_with_a_setting_is_said_at_the_prompt),
	    cmocka_unit_test(each_key_is_set_or_says_why_not),
	    cmocka_unit_test(a_key_does_what_it_is_given_at_once),
	};

	return cmocka_run_group_tests(tests, fleet_make_all, fleet_free_all);
}
