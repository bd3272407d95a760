/* Levels of one input, set at the prompt: judged by at once, seen, saved and read back; what is wrong is said there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/config_file.h"
#include "core/config.h"
#include "core/limits.h"
#include "core/mem.h"
#include "core/model.h"
#include "tests/lib_alloc.h"
#include "tests/lib_desk.h"
#include "tests/lib_tmp.h"
#include "tui/bindings.h"
#include "tui/dash_ask.h"
#include "tui/options.h"
#include "tui/setting.h"
#include "tui/settings.h"

#define WATCH "models.card-fraud.features.amount.watch"
#define DRIFT "models.card-fraud.features.amount.drift"

static const struct config_names any = {.check_keys = bindings_check};

struct office {
	struct config config;
	struct options given;
	struct theme_choice theme;
	struct changes changes;
	struct store *s;
	int64_t now_ms;
	struct desk d;
};

static void
read_text(struct config *c, const char *text)
{
	struct err err = {0};
	char *copy = mem_dup(text, strlen(text));

	assert_non_null(copy);
	assert_int_equal(config_init(c, NULL), 0);
	if (config_file_parse(c, "a", copy, strlen(text), &any, &err))
		fail_msg("%s", err.msg);
	mem_free(copy);
}

static struct office *
office_open(const char *text)
{
	struct office *o = mem_calloc(1, sizeof *o);
	const struct ui_options uo = {.window = WINDOW_AUTO, .utc = true, .zone = "CET", .endpoint = "here",
	    .given = &o->given};
	char *argv[] = {(char[]){"drifttop"}, (char[]){"--utc"}, NULL};

	assert_non_null(o);
	read_text(&o->config, text);
	assert_int_equal(options_parse(&o->given, 2, argv, NULL), 0);
	o->given.text[OPTION_WINDOW] = "auto"; /* what is given lives as long as argv */
	o->given.config = &o->config;
	o->s = fleet_make(FLEET_INCIDENT, &o->now_ms);
	assert_int_equal(desk_init(&o->d, o->s, o->now_ms, &uo, NULL), 0);
	return o;
}

static void
office_close(struct office *o)
{
	desk_release(&o->d);
	store_free(o->s);
	changes_release(&o->changes);
	options_release(&o->given);
	config_release(&o->config);
	mem_free(o);
}

/* What the dashboard does with it where it is live. */
static int
judge(void *ctx, const struct config *next, const struct ui_request *r, struct err *err)
{
	struct office *o = ctx;
	struct fact f = {.kind = FACT_LEVELS};
	struct setting s;

	assert_true(setting_find(&s, next, slice_of(r->by)));
	assert_true(setting_levels(&s, next, &f.u.levels));
	return store_apply(o->s, &f, err);
}

static void
order(struct office *o, const char *line)
{
	static const struct env env = {.utf8 = true};
	const struct dash_ask a = {.options = &o->given, .env = &env, .ui = o->d.ui, .grid = &o->d.g, .store = o->s,
	    .now_ms = o->now_ms, .changes = &o->changes, .theme = &o->theme, .judge = judge, .ctx = o};
	bool rebase;

	desk_command(&o->d, line);
	if (ui_takes_text(o->d.ui))
		fail_msg("'%s': %s", line, desk_row(&o->d, 22));
	if (o->d.last.kind == UI_REQUEST_SET)
		assert_true(dash_ask(&a, &o->d.last, &rebase));
	desk_draw(&o->d);
}

static const struct feature *
amount(const struct office *o)
{
	const struct model *m = store_model_find(o->s, slice_of("card-fraud"));

	for (size_t fid = FID_INPUT; fid < m->nfeatures; fid++)
		if (slice_is(model_feature_name(m, fid), "amount"))
			return &m->features[fid];
	fail();
	return NULL;
}

/* ---- set, seen, saved ------------------------------------------------------------------------------------------ */

static void
it_is_judged_by_at_once_and_seen_wherever_it_is_told(void **state)
{
	struct office *o = office_open("{}");

	(void)state;
	order(o, "set " WATCH);
	desk_check_row(&o->d, 23, "watch of amount at card-fraud is 0.1 (default)");
	order(o, "set " DRIFT " 7");
	desk_check_row(&o->d, 23, "drift of amount at card-fraud is 7 from now on; :save keeps it");
	order(o, "set " WATCH " 5.5");
	assert_true(amount(o)->watch == 5.5 && amount(o)->drift == 7);
	assert_int_equal(store_tick(o->s, o->now_ms + 1000, NULL), 0);
	assert_true(amount(o)->state == DRIFT_OK || !(amount(o)->causes & CAUSE_SIZE));
	order(o, "set " WATCH);
	desk_check_row(&o->d, 23, "watch of amount at card-fraud is 5.5 (set, not saved)");
	/* The page of the input draws them, and Setup has them. */
	order(o, "goto card-fraud/amount");
	desk_size(&o->d, 40, 120, GLYPHS_ASCII);
	desk_draw(&o->d);
	if (!desk_shows(&o->d, "5.5"))
		fail_msg("the page of the input says nothing of 5.5");
	order(o, "set");
	desk_press(&o->d, "/amount<Enter>");
	assert_true(desk_row_shows(
	    &o->d, desk_find(&o->d, "amount of card-fraud: watch 5.5 drift 7"), "set, not saved"));
	office_close(o);
}

static void
save_and_check(struct office *o, const char *path)
{
	struct config again;
	char say[160];
	struct err err = {0};

	if (!changes_save(&o->changes, &o->config, path, &any, say))
		fail_msg("%s", say);
	assert_non_null(strstr(say, "watch of amount at card-fraud"));
	assert_int_equal(config_init(&again, NULL), 0);
	if (config_file_read(&again, path, true, &any, &err))
		fail_msg("%s", err.msg);
	for (size_t i = 0; i < 2; i++) {
		struct config_feature is = config_feature_of(&o->config, slice_of("card-fraud"),
		    slice_of(i ? "amount" : "hour_gap"));
		struct config_feature was = config_feature_of(&again, slice_of("card-fraud"),
		    slice_of(i ? "amount" : "hour_gap"));

		assert_memory_equal(&is.watch, &was.watch, sizeof is.watch);
		assert_memory_equal(&is.drift, &was.drift, sizeof is.drift);
		assert_int_equal(is.has_role, was.has_role);
		assert_int_equal(is.role, was.role);
	}
	config_release(&again);
}

/* Comments stay, an entry that is there is gone on with, and roles that were changed are not forgotten. */
static void
saved_it_is_read_back_as_it_was(void **state)
{
	static const char text[] = "{\n  // ours\n  \"models\": {\n    \"card-fraud\": {\"features\": {\"amount\": "
				   "{\"drift\": 0.9}}} // big\n  }\n}\n";
	struct office *o = office_open(text);
	char path[300], *read = NULL;
	size_t n = 0;
	FILE *f;

	(void)state;
	lib_tmp_file(path, sizeof path, "config.json");
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(changes_add_role(&o->changes, &o->config, slice_of("card-fraud"), slice_of("hour_gap"),
	    FROLE_COUNTER, NULL), 0);
	order(o, "set " WATCH " 0.4");
	assert_true(config_feature_of(&o->config, slice_of("card-fraud"), slice_of("hour_gap")).has_role);
	assert_true(amount(o)->watch == 0.4 && amount(o)->drift == 0.9);
	save_and_check(o, path);
	f = fopen(path, "r");
	assert_non_null(f);
	read = mem_calloc(1, 4096);
	n = fread(read, 1, 4095, f);
	fclose(f);
	assert_true(n > sizeof text);
	assert_non_null(strstr(read, "{\"drift\": 0.9, \"watch\": 0.4}"));
	assert_non_null(strstr(read, "// ours\n"));
	assert_non_null(strstr(read, "// big\n"));
	config_sets_saved(&o->config);
	order(o, "set " WATCH);
	desk_check_row(&o->d, 23, "is 0.4 (configuration)");
	mem_free(read);
	office_close(o);
}

/* What means something in patterns, dots, blanks, quotes, and names as long as they may be. */
static void
any_name_is_found_saved_and_read_back(void **state)
{
	static const char *const plain[] = {
	    "a.b", "f*", "q?[x]", "back\\slash", "two words", "say \"x\"", "\xc3\xa4\xe4\xb8\xad"};
	char longest[LIMIT_NAME_BYTES + 1], name[SETTING_NAME_BYTES];
	struct config c, next;
	struct setting s;

	(void)state;
	memset(longest, 'x', sizeof longest);
	longest[LIMIT_NAME_BYTES] = '\0';
	read_text(&c, "{}");
	for (size_t i = 0; i <= sizeof plain / sizeof *plain; i++) {
		const char *is = i < sizeof plain / sizeof *plain ? plain[i] : longest;
		struct config_feature f;
		struct err err = {0};

		assert_in_range(snprintf(name, sizeof name, "models.%s.features.%s.drift", is, is), 1, sizeof name - 1);
		assert_true(setting_find(&s, &c, slice_of(name)));
		assert_true(slice_is(s.model, is) && slice_is(s.feature, is));
		if (setting_try(&next, &c, &s, "0.75", &any, &err))
			fail_msg("%s: %s", is, err.msg);
		f = config_feature_of(&next, slice_of(is), slice_of(is));
		assert_true(f.drift == 0.75);
		assert_true(f.watch != f.watch); /* nobody has said one */
		f = config_feature_of(&next, slice_of("ff"), slice_of("ff"));
		assert_true(f.drift != f.drift);
		config_release(&next);
	}
	config_release(&c);
}

/* ---- what is wrong --------------------------------------------------------------------------------------------- */

static void
what_is_wrong_is_said_where_it_is_with_what_to_do(void **state)
{
	struct office *o = office_open("{\"models\": {\"card-fraud\": {}, "
				       "\"c*\": {\"features\": {\"age*\": {\"watch\": 0.2}}}}}");
	char longest[LIMIT_NAME_BYTES * 3], line[LIMIT_NAME_BYTES * 3 + 64];
	const int at = (int)strlen("set " WATCH " ");

	(void)state;
	desk_check_wrong(&o->d, "set " WATCH " -0.1", "-0.1 must be above 0 and at most 1000000", at);
	desk_check_wrong(&o->d, "set " WATCH " 0", "0 must be above 0", at);
	desk_check_wrong(&o->d, "set " WATCH " NaN", "must be a number, not a text", at);
	desk_check_wrong(&o->d, "set " WATCH " inf", "must be a number, not a text", at);
	desk_check_wrong(&o->d, "set " WATCH " much", "must be a number, not a text", at);
	desk_check_wrong(&o->d, "set " WATCH " 0.3",
	    "watch (0.3) is above drift (0.25, the default): set drift first", at);
	desk_check_wrong(&o->d, "set " DRIFT " 0.05",
	    "watch (0.1, the default) is above drift (0.05): set watch first", at);
	desk_check_wrong(&o->d, "set models.card-fruad.features.amount.watch 1", "did you mean 'card-fraud'?", 4);
	desk_check_wrong(&o->d, "set models.card-fraud.features.amuont.watch 1", "did you mean 'amount'?", 4);
	desk_check_wrong(&o->d, "set models.nobody.features.amount.watch", "no model 'nobody'; Tab lists them", 4);
	desk_check_wrong(&o->d, "set models.card*.features.amount.watch 1",
	    "'card*' is no model: name one; patterns go into the file", 4);
	desk_check_wrong(&o->d, "set models.card-fraud.features.amount.wach 1",
	    "say models.MODEL.features.FEATURE.watch, or .drift; Tab completes it", 4);
	desk_check_wrong(&o->d, "set models.card-fraud.features.age_days.watch 0.1",
	    "watch stays 0.2, as the file says further down: edit that", -1);
	/* Of ten thousand characters the prompt takes what a name may have, and more. */
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	snprintf(line, sizeof line, "set models.%.600s", longest);
	desk_check_wrong(&o->d, line, "models and inputs have at most 256 bytes", -1);
	snprintf(line, sizeof line, "set models.%.300s.features.a.watch 1", longest);
	desk_check_wrong(&o->d, line, "Tab lists them", -1);
	assert_int_equal(store_levels_count(o->s), 0);
	assert_int_equal(o->config.nsets, 0);
	office_close(o);
}

static void
names_are_completed_part_by_part(void **state)
{
	struct office *o = office_open("{}");

	(void)state;
	desk_press(&o->d, ":set mod<Tab>");
	desk_check_row(&o->d, 23, ":set models.");
	desk_press(&o->d, "card<Tab>");
	desk_check_row(&o->d, 23, ":set models.card-fraud.features.");
	desk_press(&o->d, "am<Tab>");
	desk_check_row(&o->d, 23, ":set models.card-fraud.features.amount.");
	desk_press(&o->d, "<Tab>");
	desk_check_row(&o->d, 22, "amount.watch");
	desk_press(&o->d, "w<Tab>0.2");
	desk_check_row(&o->d, 23, ":set models.card-fraud.features.amount.watch 0.2");
	desk_press(&o->d, "<C-u>set models.card-fraud.features.<Tab>");
	desk_check_row(&o->d, 22, "age_days");
	desk_press(&o->d, "<C-u>set models.card-fraud.features.amount.drift <Tab>");
	desk_check_row(&o->d, 23, ":set models.card-fraud.features.amount.drift 0.25");
	desk_press(&o->d, "<Esc>");
	office_close(o);
}

/* ---- played again ---------------------------------------------------------------------------------------------- */

static void
a_recording_says_what_was_told_by_then(void **state)
{
	const struct options given = {.config = mem_calloc(1, sizeof(struct config))};
	const struct ui_options uo = {.utc = true, .zone = "CET", .endpoint = "here", .given = &given};
	struct recording *r = NULL;
	struct desk d;

	(void)state;
	assert_non_null(given.config);
	read_text(given.config, "{}");
	assert_int_equal(recording_open(&r, "tests/fixtures/recording-1.3.dtr", NULL), 0);
	desk_init_replay(&d, r, &uo);
	desk_seek(&d, 1);
	desk_command(&d, "set models.fraud.features.amount.drift");
	desk_check_row(&d, 23, "drift of amount at fraud is 0.25; held against 0.328, for noise (the recording)");
	desk_seek(&d, 6);
	desk_command(&d, "set models.fraud.features.amount.drift");
	desk_check_row(&d, 23, "drift of amount at fraud is 7 (the recording)");
	desk_command(&d, "set");
	desk_press(&d, "/from=told*<Enter>");
	assert_true(desk_row_shows(&d, desk_find(&d, "amount of fraud: watch 6 drift 7"), "told by then"));
	assert_true(desk_shows(&d, "country of churn: watch 0.1 drift 0.5"));
	desk_press(&d, "<Esc>");
	desk_check_wrong(&d, "set models.fraud.features.amount.drift 8",
	    "this is the past: alerts are changed where it is live", -1);
	desk_release(&d);
	recording_close(r);
	config_release(given.config);
	mem_free(given.config);
}

/* ---- memory ---------------------------------------------------------------------------------------------------- */

static int
set_once(void *ctx, struct err *err)
{
	struct changes changes = {.nroles = 0};
	struct config next = {0}, c;
	struct fact_levels told;
	struct setting s;
	int rc;

	(void)ctx;
	rc = config_init(&c, err);
	if (!rc)
		rc = changes_add_role(&changes, &c, slice_of("m"), slice_of("f"), FROLE_ID, err);
	assert_true(setting_find(&s, &c, slice_of("models.m*.features.f.g.drift")));
	if (!rc)
		rc = setting_try(&next, &c, &s, "2", &any, err);
	if (!rc)
		rc = changes_put_roles(&changes, &next, err);
	if (!rc)
		rc = setting_note(&c, "models.m*.features.f.g.drift", "2", err);
	assert_true(rc || (setting_levels(&s, &next, &told) && told.drift == 2));
	config_release(&next);
	config_release(&c);
	changes_release(&changes);
	return rc;
}

static void
no_memory_is_an_error_like_any_other(void **state)
{
	(void)state;
	assert_true(alloc_fail_each(set_once, NULL) > 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_is_judged_by_at_once_and_seen_wherever_it_is_told),
	    cmocka_unit_test(saved_it_is_read_back_as_it_was),
	    cmocka_unit_test(any_name_is_found_saved_and_read_back),
	    cmocka_unit_test(what_is_wrong_is_said_where_it_is_with_what_to_do),
	    cmocka_unit_test(names_are_completed_part_by_part),
	    cmocka_unit_test(a_recording_says_what_was_told_by_then),
	    cmocka_unit_test(no_memory_is_an_error_like_any_other),
	};

	return cmocka_run_group_tests(tests, lib_tmp_begin, lib_tmp_end);
}
