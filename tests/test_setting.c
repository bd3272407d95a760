/* Settings by their names: each goes through a text, the parser, the file and back; what is wrong gets its sentence. */
#include "tui/setting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "collectors/json_doc.h"
#include "core/mem.h"
#include "core/rule_bytes.h"
#include "tests/lib_alloc.h"
#include "tests/lib_tmp.h"
#include "tui/bindings.h"
#include "tui/changes.h"

static const char *const themes_known[] = {"dark", "light"};
static const struct config_names names = {.themes = themes_known, .nthemes = 2, .check_keys = bindings_check};

/* A file as people write it: with comments, a default rule that is changed for all and for some, rules of its own. */
static const char text[] =
    "// ours\n{\n  \"models\": {\"fraud*\": {\"rules\": {\"latency\": {\"crit\": \"p99 > 90ms\"}}}}, // first\n"
    "  \"rules\": [\n    {\"name\": \"slow\", \"warn\": \"p99 > 250ms for 2m\"}, // own\n"
    "    {\"name\": \"latency\", \"model\": \"rank*\", \"crit\": \"p99 > 70ms\"},\n"
    "    {\"name\": \"only\", \"model\": \"m\", \"crit\": \"errors > 5\"},\n"
    "    {\"name\": \"traffic\", \"for\": \"30m\"},\n  ],\n  \"drift\": {\"rule\": \"js_0.1\"}\n}\n";

/* One row a key that can be set: another value than it has, two that are wrong, and what is said of them. */
static const struct row {
	const char *key, *value, *wrong[2], *say[2];
} rows[] = {
    {"theme", "light", {"lihgt", ""}, {"unknown theme 'lihgt'; did you mean 'light'?", "is empty"}},
    {"glyphs", "console", {"braile", "7"},
	{"unknown glyphs 'braile'; did you mean 'braille'?", "unknown glyphs '7'; there are ascii, "}},
    {"utc", "true", {"maybe", "0"}, {"must be true or false, not a text", "must be true or false, not a text"}},
    {"slow", "true", {"slow", "null"}, {"must be true or false, not a text", "must be true or false, not a text"}},
    {"dir", "/var/rec", {"", NULL}, {"is empty", NULL}},
    {"bell", "false", {"maybe", "0"}, {"must be true or false, not a text", "must be true or false, not a text"}},
    {"clipboard", "false", {"yes", "null"}, {"must be true or false, not a text", "must be true or false, not a text"}},
    {"rule", "psi_0.1_0.25", {"psi", "evidense"}, {"unknown drift rule 'psi'", "did you mean 'evidence'?"}},
    {"false_alarms_per_week", "2.5", {"0", "1001"},
	{"0 must be above 0 and at most 1000 false alarms a week",
	    "1001 must be above 0 and at most 1000 false alarms a week"}},
    {"warn", "null", {"p99 > 5", "p09 > 5ms"}, {"5", "unknown metric 'p09'; did you mean 'p90'?"}},
    {"crit", "null", {"", "errors >"}, {"", ""}},
    {"clear", "errors < 2 for 5m", {"true", "errors < 2 for 5"}, {"", ""}},
    {"for", "7m", {"5", "soon"},
	{"5 of what? Say \"5s\" or \"5m\"", "'soon' is no time: say such as \"2m\" or \"90s\""}},
    {"min_events", "70", {"-1", "1.5"}, {"must be a whole number, 0 or more", "must be a whole number, 0 or more"}},
    {"window", "1h", {"2h", "week"}, {"unknown window '2h'; did you mean '1h'?", "unknown window 'week'"}},
    {"off", "true", {"yes", "1"}, {"must be true or false, not a text", "must be true or false, not a text"}},
};

#define ROWS (sizeof rows / sizeof *rows)

static const struct row *
row_of(const char *key)
{
	size_t i = 0;

	while (i < ROWS && strcmp(rows[i].key, key) != 0)
		i++;
	if (i == ROWS)
		fail_msg("'%s' can be set and has no row here", key);
	return &rows[i];
}

static void
make(struct config *c, const char *from)
{
	struct err err = {0};
	char *copy = mem_dup(from, strlen(from));

	assert_non_null(copy);
	assert_int_equal(config_init(c, NULL), 0);
	if (config_file_parse(c, "a", copy, strlen(from), &names, &err))
		fail_msg("%s", err.msg);
	mem_free(copy);
}

static int
try(struct config *next, const struct config *c, const char *name, const char *typed, struct err *err)
{
	struct setting s;
	char json[256];

	if (!setting_find(&s, c, slice_of(name)))
		fail_msg("no setting '%s'", name);
	assert_int_equal(setting_json(&s, slice_of(typed), json, sizeof json, err), 0);
	return setting_try(next, c, &s, json, &names, err);
}

static void
check_value(const struct config *c, const char *name, const char *want)
{
	char is[SETTING_VALUE_BYTES];
	struct setting s;

	assert_true(setting_find(&s, c, slice_of(name)));
	assert_int_equal(setting_value(c, &s, is, NULL), 0);
	assert_string_equal(is, want);
}

struct list {
	char names[128][SETTING_NAME_BYTES];
	size_t n;
};

static void
add(void *ctx, const char *name)
{
	struct list *l = ctx;

	assert_in_range(l->n, 0, 127);
	snprintf(l->names[l->n++], SETTING_NAME_BYTES, "%s", name);
}

static char path[300];

static int
setup(void **state)
{
	(void)lib_tmp_begin(state);
	snprintf(path, sizeof path, "%s/config.json", lib_tmp_dir);
	return 0;
}

/* ---- each of them ---------------------------------------------------------------------------------------------- */

/* A rule with neither warn nor crit is none: of those that have but one that one stays. */
static bool
is_needed(const struct config *c, const struct setting *s, const char *value)
{
	const struct rule *r = s->rule[0] ? rules_parent(&c->rules, slice_of(s->rule)) : NULL;

	if (!r || strcmp(value, "null") != 0)
		return false;
	return strcmp(s->key->key, "crit") == 0 ? !r->has_warn : strcmp(s->key->key, "warn") == 0 && !r->has_crit;
}

/* What is known of what it is judged for. */
static const char *
clear_of(const struct config *c, const struct setting *s)
{
	static const char *const of[RULE_SCOPES] = {
	    "errors < 2 for 5m", "errors < 2", "psi < 0.05", "feed < down for 2m"};

	return of[rules_parent(&c->rules, slice_of(s->rule))->scope];
}

static void
save_and_read(struct config *c, const char *name, const char *value)
{
	const struct changes none = {.nroles = 0};
	struct config again;
	char say[160];
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	if (!changes_save(&none, c, path, &names, say))
		fail_msg("%s: %s", name, say);
	assert_non_null(strstr(say, "saved "));
	assert_non_null(strstr(say, name));
	assert_int_equal(config_init(&again, NULL), 0);
	assert_int_equal(config_file_read(&again, path, true, &names, NULL), 0);
	check_value(&again, name, value);
	assert_true(rules_same(&again.rules, &c->rules));
	config_release(&again);
}

static void
each_goes_through_parser_and_file_and_back(void **state)
{
	struct list *l = mem_calloc(1, sizeof *l);
	struct config c, next;
	struct setting s;
	size_t rules = 0;

	(void)state;
	assert_non_null(l);
	make(&c, text);
	setting_each(&c, add, l);
	for (size_t i = 0; i < l->n; i++) {
		const char *name = l->names[i], *value, *json;
		char typed[256], buf[256];

		assert_true(setting_find(&s, &c, slice_of(name)));
		rules += s.rule[0] != 0;
		value = row_of(s.key->key)->value;
		if (is_needed(&c, &s, value))
			continue;
		if (strcmp(s.key->key, "clear") == 0)
			value = clear_of(&c, &s);
		snprintf(typed, sizeof typed, "%s", value);
		assert_int_equal(setting_json(&s, slice_of(typed), buf, sizeof buf, NULL), 0);
		if (try(&next, &c, name, value, NULL))
			fail_msg("'%s' may not be %s", name, value);
		check_value(&next, name, value);
		assert_string_equal(setting_from(&next, &s, slice_of(name)), "configuration");
		json = buf;
		assert_int_equal(setting_note(&next, name, json, NULL), 0);
		assert_string_equal(setting_from(&next, &s, slice_of(name)), SETTING_UNSAVED);
		assert_string_equal(setting_noted(&next, slice_of(name)), json);
		save_and_read(&next, name, value);
		config_release(&next);
	}
	/* Of seven keys of all rules but the one that is for some alone. */
	assert_int_equal(rules, 7 * (rule_default_count + 1));
	config_release(&c);
	mem_free(l);
}

static void
what_is_wrong_gets_its_sentence(void **state)
{
	struct list *l = mem_calloc(1, sizeof *l);
	struct config c, next = {0};

	(void)state;
	assert_non_null(l);
	make(&c, text);
	setting_each(&c, add, l);
	for (size_t i = 0; i < l->n; i++) {
		struct setting s;
		const struct row *row;

		assert_true(setting_find(&s, &c, slice_of(l->names[i])));
		row = row_of(s.key->key);
		for (size_t k = 0; k < 2; k++) {
			struct err err = {0};

			if (!row->wrong[k])
				continue;
			if (try(&next, &c, l->names[i], row->wrong[k], &err) != ERR_USAGE)
				fail_msg("'%s' took '%s'", l->names[i], row->wrong[k]);
			if (!err.msg[0] || !strstr(err.msg, row->say[k]) || strstr(err.msg, "config '"))
				fail_msg("'%s' '%s': %s", l->names[i], row->wrong[k], err.msg);
			config_release(&next);
		}
	}
	config_release(&c);
	mem_free(l);
}

/* ---- rules ----------------------------------------------------------------------------------------------------- */

/* What is for some models stays what it is, wherever it stands; what it does not say it takes over. */
static void
a_rule_for_all_leaves_those_for_some(void **state)
{
	struct config c, next, more;
	const struct rule *r;
	size_t chain;

	(void)state;
	make(&c, text);
	assert_int_equal(try(&next, &c, "rules.latency.warn", "p99 > 40ms for 1m", NULL), 0);
	assert_non_null(strstr(next.text, "\n  \"rules\": [\n    {\"name\": \"latency\", "
					  "\"warn\": \"p99 > 40ms for 1m\"},\n"
					  "    {\"name\": \"slow\""));
	for (chain = 0; strcmp(next.rules.list[next.rules.chain_first[chain]].name, "latency") != 0;)
		chain++;
	r = rules_pick(&next.rules, chain, slice_of("rank-main"), slice_of(""), slice_of(""));
	assert_string_equal(r->crit.text, "p99 > 70ms");
	assert_string_equal(r->warn.text, "p99 > 40ms for 1m");
	/* The same again: in the same place. */
	assert_int_equal(try(&more, &next, "rules.latency.min_events", "5", NULL), 0);
	assert_non_null(strstr(
	    more.text, "{\"name\": \"latency\", \"warn\": \"p99 > 40ms for 1m\", \"min_events\": 5},\n"));
	config_release(&more);
	config_release(&next);
	config_release(&c);
	/* Without a list of rules there is one, before what stands there. */
	make(&c, "{\"models\": {\"m\": {\"rules\": {\"latency\": {\"crit\": \"p99 > 9ms\"}}}}}");
	assert_int_equal(try(&next, &c, "rules.latency.warn", "p99 > 4ms", NULL), 0);
	assert_string_equal(next.text, "{\"rules\": [{\"name\": \"latency\", \"warn\": \"p99 > 4ms\"}], "
				       "\"models\": {\"m\": {\"rules\": {\"latency\": {\"crit\": \"p99 > 9ms\"}}}}}");
	r = rules_pick(&next.rules, chain, slice_of("m"), slice_of(""), slice_of(""));
	assert_string_equal(r->crit.text, "p99 > 9ms");
	config_release(&next);
	config_release(&c);
	/* And without anything. */
	assert_int_equal(config_init(&c, NULL), 0);
	assert_int_equal(try(&next, &c, "rules.traffic.off", "on", NULL), 0);
	assert_string_equal(next.text, "{\n  \"rules\": [{\"name\": \"traffic\", \"off\": true}]\n}\n");
	config_release(&next);
	config_release(&c);
}

static void
a_limit_beyond_the_other_and_a_name_for_some_alone_are_refused(void **state)
{
	struct config c, next = {0};
	struct setting s;
	struct err err = {0};

	(void)state;
	make(&c, text);
	assert_int_equal(try(&next, &c, "rules.slow.crit", "p99 > 100ms", &err), ERR_USAGE);
	assert_non_null(strstr(err.msg, "warn: 'p99 > 250ms"));
	assert_non_null(strstr(err.msg, "is beyond the limit of crit, 100ms"));
	config_release(&next);
	assert_false(setting_find(&s, &c, slice_of("rules.only.crit")));
	assert_false(setting_find(&s, &c, slice_of("rules.latency")));
	assert_false(setting_find(&s, &c, slice_of("rules..crit")));
	assert_false(setting_find(&s, &c, slice_of("crit")));
	assert_false(setting_find(&s, &c, slice_of("streams")));
	assert_ptr_equal(setting_key(slice_of("streams")), &config_keys[0]);
	assert_string_equal(setting_key(slice_of("models.a.b.features.c.d.mask"))->key, "mask");
	assert_int_equal(setting_key(slice_of("models.a.b.positive"))->object, CONFIG_MODEL);
	assert_int_equal(setting_key(slice_of("rules.only.model"))->object, CONFIG_RULE);
	assert_int_equal(setting_key(slice_of("actions[2].command"))->object, CONFIG_ACTION);
	assert_string_equal(setting_key(slice_of("keys.freeze"))->key, "keys");
	assert_null(setting_key(slice_of("")));
	assert_null(setting_key(slice_of("rules.a.b.")));
	assert_false(setting_find(&s, &c, slice_of("")));
	config_release(&c);
}

static void
a_file_that_has_something_else_there_stays(void **state)
{
	const struct changes none = {.nroles = 0};
	struct config c, next;
	char say[160];
	FILE *f = fopen(path, "w");

	(void)state;
	make(&c, "{}");
	assert_int_equal(try(&next, &c, "rules.traffic.min_events", "7", NULL), 0);
	assert_int_equal(setting_note(&next, "rules.traffic.min_events", "7", NULL), 0);
	assert_non_null(f);
	fputs("{\"rules\": 5}", f);
	fclose(f);
	assert_false(changes_save(&none, &next, path, &names, say));
	assert_non_null(strstr(say, "not saved: "));
	config_release(&next);
	config_release(&c);
}

static int
set_and_ask(void *ctx, struct err *err)
{
	const struct config *c = ctx;
	char value[SETTING_VALUE_BYTES];
	struct config next = {0};
	struct setting s;
	int rc;

	assert_true(setting_find(&s, c, slice_of("rules.traffic.crit")));
	rc = setting_try(&next, c, &s, "\"traffic < 5% for 1m\"", &names, err);
	if (!rc)
		rc = setting_note(&next, "rules.traffic.crit", "1", err);
	if (!rc)
		rc = setting_value(&next, &s, value, err);
	config_release(&next);
	return rc;
}

static int
set_keys(void *ctx, struct err *err)
{
	const struct config *c = ctx;
	char json[64], value[SETTING_VALUE_BYTES];
	struct config next = {0};
	struct setting s;
	int rc;

	assert_true(setting_find(&s, c, slice_of("keys.mark")));
	rc = setting_json(&s, slice_of("<F6>  ~"), json, sizeof json, err);
	if (!rc)
		rc = setting_try(&next, c, &s, json, &names, err);
	if (!rc)
		rc = setting_value(&next, &s, value, err);
	if (!rc)
		assert_string_equal(value, "<F6> ~");
	config_release(&next);
	return rc;
}

static void
no_memory_is_an_error_like_any_other(void **state)
{
	struct config c;

	(void)state;
	make(&c, text);
	assert_true(alloc_fail_each(set_and_ask, &c) > 10);
	assert_true(alloc_fail_each(set_keys, &c) > 10);
	config_release(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_goes_through_parser_and_file_and_back),
	    cmocka_unit_test(what_is_wrong_gets_its_sentence),
	    cmocka_unit_test(a_rule_for_all_leaves_those_for_some),
	    cmocka_unit_test(a_limit_beyond_the_other_and_a_name_for_some_alone_are_refused),
	    cmocka_unit_test(a_file_that_has_something_else_there_stays),
	    cmocka_unit_test(no_memory_is_an_error_like_any_other),
	};

	return cmocka_run_group_tests(tests, setup, lib_tmp_end);
}
