/*
 * `config check`, `print` and `paths` from outside; and the schema, which takes what the program takes, as far as a
 * schema can know it. docs/config.schema.json is what the table of keys gives: UPDATE=1 writes it anew.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "collectors/config_file.h"
#include "collectors/json_doc.h"
#include "core/mem.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"
#include "tui/config_schema.h"

#define SCHEMA "docs/config.schema.json"
#define EXAMPLE "docs/examples/config.json"

static char dir[300];

static int
make_dir(void **state)
{
	(void)state;
	lib_tmp_make(dir, sizeof dir, "config-cmd");
	return 0;
}

static int
remove_dir(void **state)
{
	(void)state;
	lib_tmp_remove(dir);
	return 0;
}

static const char *
write_file(const char *text, char *path, size_t bytes)
{
	FILE *f;

	snprintf(path, bytes, "%s/config.json", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	return path;
}

static void
run_config(struct lib_run *r, const char *verb, const char *file, const char *const *env)
{
	const char *args[] = {"config", verb, file, NULL};

	lib_run(r, args, env, NULL, 20000);
}

/* ---- the command -------------------------------------------------------------------------------------------------
 */

static void
a_right_file_is_ok_and_a_wrong_one_gets_its_sentence_and_two(void **state)
{
	static const char *const wrong[][2] = {
	    {"{\"rules\": [\n{\"name\": \"x\", \"crit\": \"p09 > 2ms\"}]}",
		"line 2: rules[0].crit: unknown metric 'p09'; did you mean 'p90'?"},
	    {"{\"keys\": {\"frieze\": \"f\"}}", "did you mean 'freeze'?"},
	    {"{\"theme\": \"/nonexistent/x.theme\"}", "theme: "},
	    {"{", "not JSON"},
	};
	struct lib_run r;
	char path[400];

	(void)state;
	run_config(&r, "check", EXAMPLE, NULL);
	assert_int_equal(r.status, 0);
	assert_string_equal(r.out, EXAMPLE ": ok\n");
	lib_run_free(&r);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		run_config(&r, "check", write_file(wrong[i][0], path, sizeof path), NULL);
		assert_int_equal(r.status, 2);
		assert_string_equal(r.out, "");
		if (!strstr(r.err, wrong[i][1]) || !strstr(r.err, path))
			fail_msg("says %s", r.err);
		lib_run_free(&r);
	}
	run_config(&r, "check", "/nonexistent/config.json", NULL);
	assert_int_equal(r.status, 2);
	lib_run_free(&r);
	run_config(&r, "chekc", NULL, NULL);
	assert_int_equal(r.status, 2);
	assert_non_null(strstr(r.err, "did you mean 'check'?"));
	lib_run_free(&r);
}

static void
without_a_file_the_defaults_are_ok(void **state)
{
	struct lib_run r;

	(void)state;
	run_config(&r, "check", NULL, NULL);
	assert_int_equal(r.status, 0);
	assert_non_null(strstr(r.out, "the defaults hold: ok\n"));
	lib_run_free(&r);
}

/* What is printed says everything that was, as it is printed again from itself; each key of the file is in it. */
static void
what_is_printed_is_a_configuration_that_comes_to_the_same(void **state)
{
	static const char said[] = "{\"theme\": \"mono\", \"window\": \"1h\", \"bell\": false, \"streams\": \"q:*\","
				   "\"drift\": {\"rule\": \"js_0.1\", \"false_alarms_per_week\": 0.5},"
				   "\"rules\": [{\"name\": \"traffic\", \"for\": \"90s\"},"
				   " {\"name\": \"own\", \"model\": \"a*\", \"crit\": \"p99 > 2ms for 1500ms\"}],"
				   "\"models\": {\"m\": {\"positive\": 1, \"features\": {\"f\": {\"role\": \"id\","
				   " \"watch\": 0.5, \"drift\": 0.6, \"mask\": true}},"
				   " \"rules\": {\"silence\": \"off\"}}},"
				   "\"mask\": \"*.mail\", \"record\": {\"dir\": \"/r\", \"flight_mib\": 3},"
				   "\"keys\": {\"freeze\": [\"f\", \"<C-f>\"], \"mark\": null},"
				   "\"columns\": {\"fleet\": [\"p99\", \"model\"]},"
				   "\"groups\": {\"fraud-eu\": \"one \\u001b[2J\", \"fraud*\": \"many\"},"
				   "\"actions\": [{\"command\": [\"page\", \"https://me:secret@host/x\"],"
				   " \"on\": [\"warn\"],"
				   " \"timeout\": \"1500ms\"}]}";
	static const char *const parts[] = {"\"streams\":[\"q:*\"]", "\"theme\":\"mono\"", "\"window\":\"1h\"",
	    "\"bell\":false", "\"rule\":\"js_0.1\",\"false_alarms_per_week\":0.5", "\"traffic < 50% for 90s\"",
	    "\"p99 > 2ms for 1500ms\"", "\"positive\":\"1\"",
	    "\"role\":\"id\",\"watch\":0.5,\"drift\":0.6,\"mask\":true",
	    "\"off\":true", "\"mask\":[\"*.mail\"]", "\"dir\":\"/r\",\"flight_mib\":3", "\"freeze\":[\"f\",\"<C-f>\"]",
	    "\"mark\":null",
	    "\"fleet\":[\"p99\",\"model\"]", "\"events\":[\"time\",\"failed\",",
	    "\"fraud-eu\":\"one \\u001b[2J\"", "\"fraud*\":\"many\"",
	    "\"https://host/x\"", "\"timeout\":\"1500ms\"", "\"name\":\"latency\""};
	struct lib_run first, second;
	char path[400];

	(void)state;
	run_config(&first, "print", write_file(said, path, sizeof path), NULL);
	assert_int_equal(first.status, 0);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (!strstr(first.out, parts[i]))
			fail_msg("%s is not in %s", parts[i], first.out);
	assert_null(strstr(first.out, "secret"));
	run_config(&second, "print", write_file(first.out, path, sizeof path), NULL);
	assert_string_equal(second.err, "");
	assert_string_equal(second.out, first.out);
	lib_run_free(&first);
	lib_run_free(&second);
}

static void
the_paths_are_those_that_the_environment_leads_to(void **state)
{
	char config[340], home[340], line[400];
	const char *env[] = {config, home, NULL};
	struct lib_run r;

	(void)state;
	snprintf(config, sizeof config, "XDG_CONFIG_HOME=%s", dir);
	snprintf(home, sizeof home, "HOME=%s/home", dir);
	run_config(&r, "paths", NULL, env);
	assert_int_equal(r.status, 0);
	snprintf(line, sizeof line, "config      %s/drifttop/config.json  (not there)\n", dir);
	assert_non_null(strstr(r.out, line));
	snprintf(line, sizeof line, "themes      %s/drifttop/themes  (not there)\n", dir);
	assert_non_null(strstr(r.out, line));
	snprintf(line, sizeof line, "recordings  %s/home/.local/state/drifttop/recordings  (not there)\n", dir);
	assert_non_null(strstr(r.out, line));
	lib_run_free(&r);
}

/* ---- the schema --------------------------------------------------------------------------------------------------
 */

struct schema {
	struct json_doc *doc;
	char *text;
};

static void
open_doc(struct schema *s, const char *path)
{
	struct err err = {0};
	size_t n;

	if (json_doc_read_file(path, 1 << 20, &s->text, &n, &err) ||
	    json_doc_parse_commented(&s->doc, s->text, n, &err))
		fail_msg("%s: %s", path, err.msg);
}

static void
close_doc(struct schema *s)
{
	json_doc_free(s->doc);
	mem_free(s->text);
}

static bool fits(const struct json_node *root, const struct json_node *schema, const struct json_node *v);

static bool
is_type(const char *type, const struct json_node *v)
{
	static const char *const names[] = {"null", "boolean", "number", "string", "array", "object"};

	if (strcmp(type, "integer") == 0)
		return json_doc_kind(v) == JSON_DOC_NUMBER && json_doc_number(v) == floor(json_doc_number(v));
	return strcmp(type, names[json_doc_kind(v)]) == 0;
}

static bool
is_one_of(const struct json_node *list, const char *text)
{
	for (const struct json_node *i = json_doc_first(list); i; i = json_doc_next(i))
		if (text && strcmp(json_doc_text(i), text) == 0)
			return true;
	return false;
}

static bool
all_differ(const struct json_node *list)
{
	for (const struct json_node *i = json_doc_first(list); i; i = json_doc_next(i))
		for (const struct json_node *k = json_doc_next(i); k; k = json_doc_next(k))
			if (strcmp(json_doc_text(i), json_doc_text(k)) == 0)
				return false;
	return true;
}

static bool
type_fits(const struct json_node *type, const struct json_node *v)
{
	if (json_doc_text(type))
		return is_type(json_doc_text(type), v);
	for (const struct json_node *i = json_doc_first(type); i; i = json_doc_next(i))
		if (is_type(json_doc_text(i), v))
			return true;
	return false;
}

static bool
members_fit(const struct json_node *root, const struct json_node *schema, const struct json_node *v)
{
	const struct json_node *properties = json_doc_member(schema, "properties");
	const struct json_node *more = json_doc_member(schema, "additionalProperties");
	const struct json_node *names = json_doc_member(schema, "propertyNames");

	for (const struct json_node *i = json_doc_first(v); i; i = json_doc_next(i)) {
		const struct json_node *known = properties ? json_doc_member(properties, json_doc_key(i)) : NULL;

		if (names && !is_one_of(json_doc_member(names, "enum"), json_doc_key(i)))
			return false;
		if (known && !fits(root, known, i))
			return false;
		if (!known && json_doc_kind(more) == JSON_DOC_BOOL && !json_doc_bool(more))
			return false;
		if (!known && json_doc_kind(more) == JSON_DOC_OBJECT && !fits(root, more, i))
			return false;
	}
	for (const struct json_node *i = json_doc_first(json_doc_member(schema, "required")); i; i = json_doc_next(i))
		if (!json_doc_member(v, json_doc_text(i)))
			return false;
	return true;
}

/* As much of JSON Schema as this one uses; a word of it that is not known here fails. */
static bool
word_fits(const struct json_node *root, const struct json_node *schema, const struct json_node *word,
    const struct json_node *v)
{
	static const char *const of_objects[] = {"properties", "additionalProperties", "propertyNames", "required",
	    "description", "title", "$schema", "$defs"};
	const char *key = json_doc_key(word), *text = json_doc_text(v);
	bool any = false;

	if (strcmp(key, "type") == 0)
		return type_fits(word, v);
	if (strcmp(key, "enum") == 0)
		return is_one_of(word, text);
	if (strcmp(key, "const") == 0)
		return json_doc_text(word) ? text && strcmp(text, json_doc_text(word)) == 0
					   : json_doc_number(v) == json_doc_number(word);
	if (strcmp(key, "minLength") == 0)
		return !text || *text;
	if (strcmp(key, "minItems") == 0)
		return json_doc_count(v) > 0;
	if (strcmp(key, "uniqueItems") == 0)
		return all_differ(v);
	if (strcmp(key, "minimum") == 0)
		return json_doc_number(v) >= json_doc_number(word);
	if (strcmp(key, "pattern") == 0) {
		assert_string_equal(json_doc_text(word), "^[0-9]");
		return text && *text >= '0' && *text <= '9';
	}
	if (strcmp(key, "$ref") == 0)
		return fits(
		    root, json_doc_member(json_doc_member(root, "$defs"), strrchr(json_doc_text(word), '/') + 1), v);
	if (strcmp(key, "anyOf") == 0) {
		for (const struct json_node *i = json_doc_first(word); i && !any; i = json_doc_next(i))
			any = fits(root, i, v);
		return any;
	}
	if (strcmp(key, "items") == 0) {
		for (const struct json_node *i = json_doc_first(v); i; i = json_doc_next(i))
			if (!fits(root, word, i))
				return false;
		return true;
	}
	for (size_t i = 0; i < sizeof of_objects / sizeof *of_objects && !any; i++)
		any = strcmp(key, of_objects[i]) == 0;
	if (!any)
		fail_msg("the schema says '%s', which this test does not know", key);
	(void)schema;
	return true;
}

static bool
fits(const struct json_node *root, const struct json_node *schema, const struct json_node *v)
{
	assert_non_null(schema);
	for (const struct json_node *i = json_doc_first(schema); i; i = json_doc_next(i))
		if (!word_fits(root, schema, i, v))
			return false;
	return json_doc_kind(v) != JSON_DOC_OBJECT || members_fit(root, schema, v);
}

static bool
file_fits(const char *path)
{
	struct schema schema, file;
	bool yes;

	open_doc(&schema, SCHEMA);
	open_doc(&file, path);
	yes = fits(json_doc_root(schema.doc), json_doc_root(schema.doc), json_doc_root(file.doc));
	close_doc(&schema);
	close_doc(&file);
	return yes;
}

static void
each_key_has_a_schema_and_the_file_in_docs_is_up_to_date(void **state)
{
	char *text = NULL, *there;
	struct err err = {0};
	size_t n = 0;
	FILE *f;

	(void)state;
	for (size_t i = 0; i < config_key_count; i++)
		if (!config_schema_has(&config_keys[i]))
			fail_msg("no schema for '%s' of %s", config_keys[i].value, config_keys[i].key);
	f = open_memstream(&text, &n);
	assert_non_null(f);
	config_schema_write(f);
	fclose(f);
	if (getenv("UPDATE")) {
		f = fopen(SCHEMA, "w");
		assert_non_null(f);
		fputs(text, f);
		fclose(f);
	}
	if (json_doc_read_file(SCHEMA, 1 << 20, &there, &n, &err))
		fail_msg("%s", err.msg);
	assert_string_equal(there, text);
	mem_free(there);
	free(text);
}

static void
the_schema_takes_the_example_and_what_is_printed(void **state)
{
	struct lib_run r;
	char path[400];

	(void)state;
	assert_true(file_fits(EXAMPLE));
	run_config(&r, "print", EXAMPLE, NULL);
	assert_true(file_fits(write_file(r.out, path, sizeof path)));
	lib_run_free(&r);
}

static void
what_the_schema_refuses_the_program_refuses(void **state)
{
	static const char *const wrong[] = {"{\"strems\": []}", "{\"window\": \"2h\"}",
	    "{\"rules\": [{\"warn\": \"x\"}]}",
	    "{\"keys\": {\"frieze\": \"f\"}}", "{\"models\": {\"a\": {\"features\": {\"b\": {\"role\": \"x\"}}}}}",
	    "{\"bell\": 1}",
	    "{\"columns\": {\"fleet\": [\"p98\"]}}", "{\"columns\": {\"flet\": [\"p99\"]}}",
	    "{\"groups\": {\"a*\": \"\"}}", "{\"groups\": {\"a*\": [\"b\"]}}", "{\"groups\": []}",
	    "{\"columns\": {\"events\": []}}", "{\"columns\": {\"events\": [\"id\", \"id\"]}}",
	    "{\"actions\": [{\"on\": [\"crit\"]}]}", "{\"record\": {\"flight_mib\": 1.5}}", "[]",
	    "{\"models\": {\"a\": {\"rules\": {\"silence\": \"of\"}}}}", "{\"theme\": \"\"}"};
	struct lib_run r;
	char path[400];

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		write_file(wrong[i], path, sizeof path);
		if (file_fits(path))
			fail_msg("the schema takes %s", wrong[i]);
		run_config(&r, "check", path, NULL);
		assert_int_equal(r.status, 2);
		lib_run_free(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_right_file_is_ok_and_a_wrong_one_gets_its_sentence_and_two),
	    cmocka_unit_test(without_a_file_the_defaults_are_ok),
	    cmocka_unit_test(what_is_printed_is_a_configuration_that_comes_to_the_same),
	    cmocka_unit_test(the_paths_are_those_that_the_environment_leads_to),
	    cmocka_unit_test(each_key_has_a_schema_and_the_file_in_docs_is_up_to_date),
	    cmocka_unit_test(the_schema_takes_the_example_and_what_is_printed),
	    cmocka_unit_test(what_the_schema_refuses_the_program_refuses),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
