/* What is changed on the screen goes into the configuration, and nothing else of that changes. */
#include "tui/changes.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "collectors/config_edit.h"
#include "collectors/json_doc.h"
#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_rng.h"
#include "tests/lib_tmp.h"
#include "tui/bindings.h"
#include "tui/setting.h"

static const char *const theme_names[] = {"dark", "light"};
static const struct config_names names = {.themes = theme_names, .nthemes = 2, .check_keys = bindings_check};

/* ---- one value in a text --------------------------------------------------------------------------------------- */

/* path: keys with bars between them. */
static char *
edit(const char *text, const char *path, const char *json, struct err *err)
{
	struct slice keys[CONFIG_EDIT_DEPTH];
	size_t depth = 0, n;
	char *out = NULL;

	for (;;) {
		const char *bar = strchr(path, '|');

		keys[depth++] = slice_make(path, bar ? (size_t)(bar - path) : strlen(path));
		if (!bar)
			break;
		path = bar + 1;
	}
	if (config_edit_set(slice_of(text), keys, depth, json, &out, &n, err))
		return NULL;
	assert_int_equal(strlen(out), n);
	return out;
}

static void
check_edit(const char *text, const char *path, const char *json, const char *want)
{
	struct err err = {0};
	char *out = edit(text, path, json, &err);

	if (!out)
		fail_msg("%s", err.msg);
	assert_string_equal(out, want);
	mem_free(out);
}

static void
a_value_that_is_there_is_replaced_and_nothing_else(void **state)
{
	(void)state;
	check_edit("{\"theme\": \"dark\"}", "theme", "1", "{\"theme\": 1}");
	check_edit("// a\n{ /* b */ \"theme\" /* c */ : /* d */ \"a\\\"}\" /* e */, // f\n\"x\": {\"theme\": 2} }\n",
	    "theme", "[3]", "// a\n{ /* b */ \"theme\" /* c */ : /* d */ [3] /* e */, // f\n\"x\": {\"theme\": 2} }\n");
	check_edit("{\"a\": {\"b\": [1, {\"c\": 2}], \"c\": 3}}", "a|c", "true",
	    "{\"a\": {\"b\": [1, {\"c\": 2}], \"c\": true}}");
	check_edit("{\"a\": -1.5e3,}", "a", "null", "{\"a\": null,}");
	check_edit("{\"a\": 1, \"a\": 2}", "a", "3", "{\"a\": 1, \"a\": 3}");
	check_edit("{\"a\\\\*\": 1}", "a\\*", "3", "{\"a\\\\*\": 3}");
}

static void
a_value_that_is_not_there_comes_behind_the_last_one(void **state)
{
	(void)state;
	check_edit("", "a", "1", "{\n  \"a\": 1\n}\n");
	check_edit("// mine\n", "a", "1", "// mine\n{\n  \"a\": 1\n}\n");
	check_edit("{}", "a", "1", "{\n  \"a\": 1\n}");
	check_edit("{\n}\n", "a", "1", "{\n  \"a\": 1\n}\n");
	check_edit("{\"b\": 2}", "a", "1", "{\"b\": 2, \"a\": 1}");
	check_edit("{\n\t\"b\": 2 // two\n}\n", "a", "1", "{\n\t\"b\": 2, // two\n\t\"a\": 1\n}\n");
	check_edit("{\n  \"b\": 2, // two\n  // end\n}\n", "a", "1",
	    "{\n  \"b\": 2, // two\n  // end\n  \"a\": 1\n}\n");
	check_edit("{\n  \"b\": 2}", "a", "1", "{\n  \"b\": 2,\n  \"a\": 1\n}");
	check_edit("{\n  \"m\": {\n    \"x\": {}\n  }\n}\n", "m|x|f|y|role", "\"id\"",
	    "{\n  \"m\": {\n    \"x\": {\"f\": {\"y\": {\"role\": \"id\"}}}\n  }\n}\n");
	check_edit("{\"m\": {}}", "m|a\"b|c", "1", "{\"m\": {\"a\\\"b\": {\"c\": 1}}}");
}

static void
what_is_no_json_or_no_object_is_refused(void **state)
{
	static const char *const bad[] = {"{", "[", "{\"a\"}", "{\"a\": }", "{\"a\": [}", "{\"a\": \"x}",
	    "{\"a\": 1 \"b\": 2}",
	    "{a: 1}", "/* open", "{\"z\": 1, \"b\": {\"c\": 1}", "7", "[]", "{\"z\": 1, // }"};
	struct err err = {0};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char *out = edit(bad[i], "b|c", "1", &err);

		/* A comment alone, closed or not, counts as nothing. */
		if (out && i != 8)
			fail_msg("'%s' became '%s'", bad[i], out);
		mem_free(out);
	}
	assert_null(edit("{\"b\": 1}", "b|c", "1", &err));
	assert_string_equal(err.msg, "has something else where an object must be");
}

/* Whatever the bytes are: no read beyond them, and what is right JSON before is right JSON after. */
static void
any_text_is_edited_or_refused(void **state)
{
	static const char *const pieces[] = {"{", "}", "[", "]", "\"a\"", "\"b\"", ":", ",", " ", "\n", "// c\n",
	    "/* d */",
	    "1", "true", "\\", "\"", "/", "*"};
	uint64_t rng = 20260402;
	size_t right = 0;

	(void)state;
	for (int i = 0; i < 40000; i++) {
		char text[128] = "{\"a\":", *out, *before, *after;
		struct json_doc *doc = NULL;
		size_t n = rng_below(&rng, 12);

		text[i % 2 ? 0 : 5] = '\0';
		for (size_t k = 0; k < n; k++)
			strcat(text, pieces[rng_below(&rng, sizeof pieces / sizeof *pieces)]);
		if (i % 2 == 0)
			strcat(text, "}");
		out = edit(text, rng_below(&rng, 2) ? "a|b" : "b", "[7]", NULL);
		before = mem_dup(text, strlen(text));
		assert_non_null(before);
		if (!json_doc_parse_commented(&doc, before, strlen(text), NULL) &&
		    json_doc_kind(json_doc_root(doc)) == JSON_DOC_OBJECT && out) {
			struct json_doc *edited = NULL;

			right++;
			after = mem_dup(out, strlen(out));
			assert_non_null(after);
			if (json_doc_parse_commented(&edited, after, strlen(out), NULL))
				fail_msg("'%s' became '%s'", text, out);
			json_doc_free(edited);
			mem_free(after);
		}
		json_doc_free(doc);
		mem_free(before);
		mem_free(out);
	}
	assert_true(right > 100);
}

/* ---- the file -------------------------------------------------------------------------------------------------- */

static char path[300];

static int
setup(void **state)
{
	(void)lib_tmp_begin(state);
	snprintf(path, sizeof path, "%s/cfg/config.json", lib_tmp_dir);
	return 0;
}

static void
put(const char *at, const char *text)
{
	FILE *f;
	char dir[300];

	snprintf(dir, sizeof dir, "%s/cfg", lib_tmp_dir);
	(void)mkdir(dir, 0700);
	f = fopen(at, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void
check_file(const char *at, const char *want)
{
	char *text = NULL;
	size_t n;

	assert_int_equal(json_doc_read_file(at, 1 << 20, &text, &n, NULL), 0);
	assert_string_equal(text, want);
	mem_free(text);
}

static const struct changes none = {.nroles = 0};

static void
with_theme(struct config *c, const char *name)
{
	char json[32];

	assert_int_equal(config_init(c, NULL), 0);
	snprintf(json, sizeof json, "\"%s\"", name);
	assert_int_equal(setting_note(c, "theme", json, NULL), 0);
	c->theme = mem_dup(name, strlen(name));
	assert_non_null(c->theme);
}

static void
a_file_that_is_not_there_is_made_and_private(void **state)
{
	static const char *const sets[][2] = {{"theme", "\"light\""}, {"window", "\"1h\""}, {"glyphs", "\"ascii\""},
	    {"utc", "true"}, {"slow", "true"}, {"bell", "false"}, {"drift.false_alarms_per_week", "2.5"}};
	struct config config, next;
	struct stat st;
	char say[160];

	(void)state;
	assert_int_equal(config_init(&config, NULL), 0);
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		struct setting s;

		assert_true(setting_find(&s, &config, slice_of(sets[i][0])));
		assert_int_equal(setting_try(&next, &config, &s, sets[i][1], &names, NULL), 0);
		next.sets = config.sets;
		next.nsets = config.nsets;
		next.sets_cap = config.sets_cap;
		config.sets = NULL;
		config.nsets = 0;
		config_release(&config);
		config = next;
		assert_int_equal(setting_note(&config, sets[i][0], sets[i][1], NULL), 0);
	}
	assert_true(changes_save(&none, &config, path, &names, say));
	assert_non_null(strstr(say, "saved 7 settings in "));
	check_file(path, "{\n  \"theme\": \"light\",\n  \"window\": \"1h\",\n  \"glyphs\": \"ascii\",\n"
			 "  \"utc\": true,\n  \"slow\": true,\n  \"bell\": false,\n"
			 "  \"drift\": {\"false_alarms_per_week\": 2.5}\n}\n");
	/* What is in the file is nothing to be saved any more; set once more it is. */
	config_sets_saved(&config);
	assert_false(changes_save(&none, &config, path, &names, say));
	assert_non_null(strstr(say, "nothing was changed here"));
	assert_true(setting_said(&config, slice_of("utc")) && !setting_noted(&config, slice_of("utc")));
	assert_int_equal(setting_note(&config, "utc", "true", NULL), 0);
	assert_true(changes_save(&none, &config, path, &names, say));
	assert_non_null(strstr(say, "saved utc in "));
	config_release(&config);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
columns_of_a_list_are_kept_and_replaced(void **state)
{
	struct changes c = {.columns = {{"fleet", {"model", "rate"}, 2}, {"events", {"time"}, 1}}, .ncolumns = 2};
	char say[160];

	(void)state;
	put(path, "{\n  \"columns\": {\"fleet\": [\"age\"], \"model\": [\"input\"]} // mine\n}\n");
	assert_true(changes_save(&c, NULL, path, &names, say));
	assert_non_null(strstr(say, "saved columns in "));
	check_file(path, "{\n  \"columns\": {\"fleet\": [\"model\",\"rate\"], \"model\": [\"input\"], "
			 "\"events\": [\"time\"]} // mine\n}\n");
}

static void
groups_of_the_fleet_stay_as_they_were_said(void **state)
{
	static const char groups[] = "  \"groups\": {\"prod/*\": \"live\", // first\n    \"*\": \"rest\"}\n}\n";
	struct changes c = {.columns = {{"fleet", {"model"}, 1}}, .ncolumns = 1};
	struct config config;
	char say[160], text[400];

	(void)state;
	snprintf(text, sizeof text, "{\n  \"bell\": false,\n  \"columns\": {\"fleet\": [\"age\"]},\n%s", groups);
	put(path, text);
	assert_int_equal(config_init(&config, NULL), 0);
	assert_int_equal(setting_note(&config, "bell", "true", NULL), 0);
	assert_true(changes_save(&c, &config, path, &names, say));
	config_release(&config);
	snprintf(text, sizeof text, "{\n  \"bell\": true,\n  \"columns\": {\"fleet\": [\"model\"]},\n%s", groups);
	check_file(path, text);
	assert_int_equal(config_init(&config, NULL), 0);
	assert_int_equal(config_file_read(&config, path, true, &names, NULL), 0);
	assert_string_equal(config_group_of(config.groups, config.ngroups, slice_of("prod/x")), "live");
	assert_string_equal(config_group_of(config.groups, config.ngroups, slice_of("x")), "rest");
	config_release(&config);
}

static void
comments_and_order_stay_and_a_role_is_of_that_name_alone(void **state)
{
	static const char before[] = "// ours\n{\n    \"bell\": true, /* loud */\n    \"models\": {\n"
				     "        \"fraud*\": {\"positive\": \"1\"} // all\n    },\n}\n";
	struct changes c = {.nroles = 0};
	struct config config;
	char say[160];

	(void)state;
	put(path, before);
	assert_int_equal(config_init(&config, NULL), 0);
	assert_int_equal(
	    changes_add_role(&c, &config, slice_of("fraud[2]"), slice_of("user*"), FROLE_TEXT, NULL), 0);
	assert_int_equal(changes_add_role(&c, &config, slice_of("fraud[2]"), slice_of("user*"), FROLE_ID, NULL), 0);
	assert_int_equal(c.nroles, 1);
	/* It holds at once, of what is read from now on. */
	assert_int_equal(config_feature_of(&config, slice_of("fraud[2]"), slice_of("user*")).role, FROLE_ID);
	assert_false(config_feature_of(&config, slice_of("fraud2"), slice_of("user1")).has_role);
	assert_true(changes_save(&c, NULL, path, &names, say));
	assert_non_null(strstr(say, "saved 1 role in "));
	check_file(path,
	    "// ours\n{\n    \"bell\": true, /* loud */\n    \"models\": {\n"
	    "        \"fraud*\": {\"positive\": \"1\"}, // all\n"
	    "        \"fraud\\\\[2\\\\]\": {\"features\": {\"user\\\\*\": {\"role\": \"id\"}}}\n    },\n}\n");
	/* Once more, another one: in the same place. */
	assert_int_equal(changes_add_role(&c, &config, slice_of("fraud[2]"), slice_of("user*"), FROLE_TEXT, NULL), 0);
	assert_true(changes_save(&c, NULL, path, &names, say));
	changes_release(&c);
	config_release(&config);
	assert_int_equal(config_init(&config, NULL), 0);
	assert_int_equal(config_file_read(&config, path, true, &names, NULL), 0);
	assert_int_equal(config.nmodels, 2);
	assert_int_equal(config_feature_of(&config, slice_of("fraud[2]"), slice_of("user*")).role, FROLE_TEXT);
	config_release(&config);
}

static void
what_would_not_hold_or_is_wrong_goes_beside_and_the_file_stays(void **state)
{
	static const char later[] = "{\"models\": {\"m\": {\"features\": {\"x\": {}}}, \"*\": {\"features\": {\"*\": "
				    "{\"role\": \"value\"}}}}}";
	struct changes c = {.nroles = 0};
	struct config config, light;
	char say[160], beside[320];

	(void)state;
	snprintf(beside, sizeof beside, "%s.edited", path);
	assert_int_equal(config_init(&config, NULL), 0);
	with_theme(&light, "light");
	assert_int_equal(changes_add_role(&c, &config, slice_of("m"), slice_of("x"), FROLE_ID, NULL), 0);
	put(path, later);
	assert_false(changes_save(&c, NULL, path, &names, say));
	assert_non_null(strstr(say, ".edited, beside the file: what it says of 'x' further down would win"));
	check_file(path, later);
	assert_int_equal(access(beside, R_OK), 0);
	put(path, "{\"bel\": true}");
	assert_false(changes_save(&none, &light, path, &names, say));
	check_file(path, "{\"bel\": true}");
	check_file(beside, "{\"bel\": true, \"theme\": \"light\"}");
	/* And of what cannot be edited at all nothing is written. */
	unlink(beside);
	put(path, "{\"bell\"");
	assert_false(changes_save(&none, &light, path, &names, say));
	assert_non_null(strstr(say, "not saved: "));
	check_file(path, "{\"bell\"");
	assert_int_not_equal(access(beside, R_OK), 0);
	changes_release(&c);
	config_release(&config);
	config_release(&light);
}

static void
a_link_stays_a_link(void **state)
{
	struct config config;
	char real[320], say[160];
	struct stat st;

	(void)state;
	snprintf(real, sizeof real, "%s/real.json", lib_tmp_dir);
	put(real, "{}\n");
	assert_int_equal(symlink(real, path), 0);
	with_theme(&config, "dark");
	assert_true(changes_save(&none, &config, path, &names, say));
	config_release(&config);
	check_file(real, "{\n  \"theme\": \"dark\"\n}\n");
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
}

static void
without_changes_or_without_a_place_nothing_is_written(void **state)
{
	struct config some;
	char say[160];

	(void)state;
	assert_false(changes_save(&none, NULL, path, &names, say));
	assert_non_null(strstr(say, "nothing was changed here"));
	assert_int_not_equal(access(path, R_OK), 0);
	with_theme(&some, "dark");
	assert_false(changes_save(&none, &some, "", &names, say));
	config_release(&some);
	assert_non_null(strstr(say, "there is no place for a configuration"));
}

static int
save_one(void *ctx, struct err *err)
{
	struct changes c = {.nroles = 0};
	struct config config;
	char say[160];
	int rc = config_init(&config, err);

	(void)ctx;
	if (!rc)
		rc = changes_add_role(&c, &config, slice_of("m"), slice_of("x"), FROLE_ID, err);
	if (!rc)
		rc = setting_note(&config, "slow", "true", err);
	if (!rc)
		(void)changes_save(&c, &config, path, &names, say);
	changes_release(&c);
	config_release(&config);
	return rc;
}

static void
out_of_memory_leaves_the_file(void **state)
{
	(void)state;
	assert_true(alloc_survive_each(save_one, NULL) > 0);
}

int
main(void)
{
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, setup, lib_tmp_end)
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_value_that_is_there_is_replaced_and_nothing_else),
	    cmocka_unit_test(a_value_that_is_not_there_comes_behind_the_last_one),
	    cmocka_unit_test(what_is_no_json_or_no_object_is_refused),
	    cmocka_unit_test(any_text_is_edited_or_refused),
	    IN_DIR(a_file_that_is_not_there_is_made_and_private),
	    IN_DIR(columns_of_a_list_are_kept_and_replaced),
	    IN_DIR(groups_of_the_fleet_stay_as_they_were_said),
	    IN_DIR(comments_and_order_stay_and_a_role_is_of_that_name_alone),
	    IN_DIR(what_would_not_hold_or_is_wrong_goes_beside_and_the_file_stays),
	    IN_DIR(a_link_stays_a_link),
	    IN_DIR(without_changes_or_without_a_place_nothing_is_written),
	    IN_DIR(out_of_memory_leaves_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
