#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "collectors/config_file.h"
#include "collectors/json_doc.h"
#include "core/mem.h"
#include "core/metric.h"
#include "tests/lib_alloc.h"
#include "tests/lib_tmp.h"
#include "tui/bindings.h"
#include "tui/columns.h"
#include "tui/colon.h"

#define EXAMPLE "docs/examples/config.json"
#define DOCUMENT "docs/CONFIG.md"

static const char *const theme_names[] = {"dark", "light", "mono"};
static const struct config_table lists[] = {
    {"fleet", {"severity", "model", "rate", "p99"}, 4}, {"events", {"time", "id"}, 2}};
static const struct config_names names = {.themes = theme_names,
    .nthemes = 3,
    .check_keys = bindings_check,
    .tables = lists,
    .ntables = 2};

static int
read_text(struct config *c, const char *text, struct err *err)
{
	size_t n = strlen(text);
	char *buf = mem_dup(text, n);
	int rc = buf ? config_init(c, err) : err_nomem(err);

	if (!buf)
		memset(c, 0, sizeof(*c));
	if (!rc)
		rc = config_file_parse(c, "x.json", buf, n, &names, err);
	mem_free(buf);
	return rc;
}

static void
read_right(struct config *c, const char *text)
{
	struct err err = {0};

	if (read_text(c, text, &err))
		fail_msg("%s", err.msg);
}

static const struct rule *
rule_of(const struct config *c, const char *name, const char *model, const char *version, const char *feature)
{
	size_t i;

	for (i = 0; i < c->rules.chains; i++)
		if (strcmp(c->rules.list[c->rules.chain_first[i]].name, name) == 0)
			return rules_pick(&c->rules, i, slice_of(model), slice_of(version), slice_of(feature));
	return NULL;
}

/* ---- what is right --------------------------------------------------------------------------- */

static void
nothing_said_is_the_defaults(void **state)
{
	static const char *const texts[] = {"{}", "// nothing\n{ }\n"};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct config c;

		read_right(&c, texts[i]);
		assert_int_equal(c.rules.n, rule_default_count);
		assert_true(c.budget_per_week == 1 && c.bell && !c.theme && !c.has_window);
		assert_true(!c.nstreams && !c.nactions);
		assert_string_equal(c.drift_rule, "evidence");
		assert_string_equal(c.path, "x.json");
		config_release(&c);
	}
}

static void
everything_that_can_be_said_is_understood(void **state)
{
	static const char text[] =
	    "{\"streams\": [\"ml:*\", \"x\"], \"theme\": \"light\", \"window\": \"1h\", \"bell\": false,\n"
	    " \"columns\": {\"fleet\": [\"p99\", \"model\"]},\n"
	    " \"drift\": {\"rule\": \"psi_0.1_0.25\", \"false_alarms_per_week\": 0.25},\n"
	    " \"rules\": [{\"name\": \"slow\", \"model\": \"fraud*\", \"warn\": \"p99 > 250ms for 2m\",\n"
	    "   \"crit\": \"p99 > 1s\", \"for\": \"30s\", \"clear\": \"p99 < 200ms for 5m\", \"min_events\": 100,\n"
	    "   \"window\": \"1h\"},\n"
	    "  {\"name\": \"bad\", \"version\": \"2\", \"crit\": \"error_rate > 5%\"}],\n"
	    " \"models\": {\"fraud*\": {\"positive\": 1,\n"
	    "   \"rules\": {\"silence\": \"off\", \"traffic\": {\"off\": true}},\n"
	    "   \"features\": {\"amount\": {\"role\": \"value\", \"watch\": 0.2, \"drift\": 0.5, \"mask\": true,\n"
	    "     \"rules\": {\"missing\": {\"crit\": \"missing > 20%\"}}}}},\n"
	    "  \"churn\": {\"positive\": \"yes\"}},\n"
	    " \"actions\": [{\"command\": [\"/bin/page\", \"\", \"x y\"], \"on\": [\"warn\", \"clear\"],\n"
	    "   \"rule\": \"d*\",\n"
	    "   \"model\": \"fraud*\", \"timeout\": \"30s\", \"output_bytes\": 100}, {\"command\": [\"mail\"]}]}";
	struct config c;
	struct config_feature f;
	const struct rule *r;

	(void)state;
	read_right(&c, text);
	assert_int_equal(c.nstreams, 2);
	assert_string_equal(c.streams[1], "x");
	assert_string_equal(c.theme, "light");
	assert_true(c.has_window && c.window == WINDOW_1H && !c.bell && c.budget_per_week == 0.25);
	assert_string_equal(rule_of(&c, "drift", "m", "", "f")->warn.text, "psi > 0.1");

	r = rule_of(&c, "slow", "fraud-eu", "", "");
	assert_non_null(r);
	assert_true(r->scope == RULE_OF_MODEL && r->warn_for_ms == 120000 && r->crit_for_ms == 30000);
	assert_true(r->clear_for_ms == 300000 && r->min_events == 100 && r->window == WINDOW_1H && r->from_config);
	assert_string_equal(r->place, "rules[0]");
	assert_null(rule_of(&c, "slow", "churn", "", ""));
	r = rule_of(&c, "bad", "any", "2", "");
	assert_true(r && r->scope == RULE_OF_VERSION && !r->has_warn && r->window == WINDOW_5M);
	assert_null(rule_of(&c, "bad", "any", "3", ""));

	assert_null(rule_of(&c, "silence", "fraud", "", ""));
	assert_null(rule_of(&c, "traffic", "fraud", "", ""));
	assert_non_null(rule_of(&c, "silence", "churn", "", ""));
	/* What is not said is taken over from the default. */
	r = rule_of(&c, "missing", "fraud", "", "amount");
	assert_string_equal(r->crit.text, "missing > 20%");
	assert_string_equal(r->warn.text, rules_parent(&c.rules, slice_of("missing"))->warn.text);
	assert_true(r->scope == RULE_OF_FEATURE && r->window == WINDOW_AUTO);
	assert_string_equal(r->place, "models[\"fraud*\"].features.amount.rules.missing");
	assert_string_equal(rule_of(&c, "missing", "fraud", "", "age")->crit.text, "missing >= drift");

	f = config_feature_of(&c, slice_of("fraud-eu"), slice_of("amount"));
	assert_true(f.has_role && f.role == FROLE_VALUE && f.watch == 0.2 && f.drift == 0.5 && f.mask);
	assert_string_equal(config_model_of(&c, slice_of("fraud-eu")).positive, "1");
	assert_string_equal(config_model_of(&c, slice_of("churn")).positive, "yes");

	assert_int_equal(c.nactions, 2);
	assert_int_equal(c.actions[0].argc, 3);
	assert_string_equal(c.actions[0].argv[2], "x y");
	assert_null(c.actions[0].argv[3]);
	assert_int_equal(c.actions[0].severities, 1u << SEVERITY_WARN);
	assert_true(c.actions[0].on_clear && c.actions[0].timeout_ms == 30000 && c.actions[0].output_bytes == 100);
	assert_int_equal(c.actions[1].severities, 1u << SEVERITY_CRIT);
	assert_true(!c.actions[1].on_clear && c.actions[1].timeout_ms == 10000);
	config_release(&c);
}

static void
a_model_is_in_the_first_group_that_takes_it(void **state)
{
	static const char text[] =
	    "{\"groups\": {\"fraud-eu\": \"one\", \"fraud*\": \"many\", \"c?b\": \"sets\", \"c*b\": \"runs\",\n"
	    " \"d[ab]\": \"few\", \"d*\": \"all\", \"\\\\*\": \"star\", \"e[*]\": \"in a set\", \"*\": \"many\"}}";
	static const char *const want[][2] = {{"fraud-eu", "one"}, {"fraud-us", "many"}, {"cab", "sets"},
	    {"caab", "runs"}, {"da", "few"}, {"dc", "all"}, {"*", "star"}, {"e*", "in a set"}, {"", "many"}};
	struct config c;

	(void)state;
	read_right(&c, text);
	assert_int_equal(c.ngroups, 9);
	for (size_t i = 0; i < sizeof want / sizeof *want; i++)
		assert_string_equal(config_group_of(c.groups, c.ngroups, slice_of(want[i][0])), want[i][1]);
	assert_null(config_group_of(c.groups, 1, slice_of("x")));
	assert_null(config_group_of(NULL, 0, slice_of("x")));
	config_release(&c);
}

static void
a_rule_is_judged_for_what_its_figures_belong_to(void **state)
{
	static const struct {
		const char *keys;
		enum rule_scope scope;
	} rows[] = {
	    {"\"warn\": \"p99 > 1s\"", RULE_OF_MODEL},
	    {"\"warn\": \"psi > 1\"", RULE_OF_FEATURE},
	    {"\"warn\": \"psi > 1 and rate > 5/s\"", RULE_OF_FEATURE},
	    {"\"warn\": \"rate > 5/s and rows > 100\"", RULE_OF_MODEL},
	    {"\"warn\": \"lag > 1m\"", RULE_OF_SOURCE},
	    {"\"warn\": \"version = 2* and error_rate > 1%\"", RULE_OF_VERSION},
	    {"\"warn\": \"rows > 5\", \"feature\": \"*\"", RULE_OF_FEATURE},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[200];
		struct config c;

		snprintf(text, sizeof(text), "{\"rules\":[{\"name\":\"new\",%s}]}", rows[i].keys);
		read_right(&c, text);
		assert_int_equal(c.rules.list[c.rules.n - 1].window,
		    rows[i].scope == RULE_OF_FEATURE ? WINDOW_AUTO : WINDOW_5M);
		if (c.rules.list[c.rules.n - 1].scope != rows[i].scope)
			fail_msg("%s: %d", rows[i].keys, (int)c.rules.list[c.rules.n - 1].scope);
		config_release(&c);
	}
}

static void
an_action_may_be_for_rules_that_stand_behind_it(void **state)
{
	struct config c;

	(void)state;
	read_right(&c, "{\"actions\": [{\"command\": [\"a\"], \"rule\": \"slo[wx]\"},"
		       "{\"command\": [\"b\"], \"rule\": \"*\"}],"
		       "\"rules\": [{\"name\": \"slow\", \"warn\": \"p99 > 1s\"}]}");
	assert_int_equal(c.nactions, 2);
	config_release(&c);
}

static void
a_level_is_held_against_what_was_said_of_the_other_one_for_more_features(void **state)
{
	struct config_feature f;
	struct config c;

	(void)state;
	read_right(&c, "{\"models\": {\"*\": {\"features\": {\"*\": {\"drift\": 0.6}}},"
		       "\"m\": {\"features\": {\"f\": {\"watch\": 0.5}}}}}");
	f = config_feature_of(&c, slice_of("m"), slice_of("f"));
	assert_true(f.watch == 0.5 && f.drift == 0.6);
	config_release(&c);
}

/* ---- what is wrong --------------------------------------------------------------------------- */

static void
whatever_is_wrong_gets_one_sentence_with_its_place(void **state)
{
	static const char *const rows[][2] = {
	    {"", "config 'x.json': not JSON at line 1, column 1"},
	    {"{\n\"a\" 1}", "config 'x.json': not JSON at line 2, column 5: expected ':'"},
	    {"[]", "config 'x.json' line 1: must be an object, not an array"},
	    {"{\n \"strems\": []}", "config 'x.json' line 2: strems: unknown key 'strems'; did you mean 'streams'?"},
	    {"{\"zzzzzz\": 1}", "unknown key 'zzzzzz'; there are streams, theme, window"},
	    {"{\"bell\": true, \"bell\": true}", "line 1: bell: is there twice"},
	    {"{\"streams\": 1}", "streams: must be a text or an array of texts, not a number"},
	    {"{\"streams\": [\"a\",\n\n7]}", "line 3: streams[1]: must be a text, not a number"},
	    {"{\"streams\": [\"\"]}", "streams[0]: is empty"},
	    {"{\"theme\": \"drak\"}", "theme: unknown theme 'drak'; did you mean 'dark'?"},
    {"{\"columns\": []}", "columns: must be an object, not an array"},
    {"{\"columns\": {\"fleet\": \"model\"}}", "columns.fleet: must be an array of texts, not a text"},
    {"{\"columns\": {\"fleet\": []}}", "columns.fleet: names no column"},
    {"{\"columns\": {\n\"fleet\": [\"model\",\n\"rat\"]}}",
	"line 3: columns.fleet[1]: unknown column 'rat'; did you mean 'rate'?"},
    {"{\"columns\": {\"fleet\": [\"sev\"]}}", "columns.fleet[0]: unknown column 'sev'; did you mean 'severity'?"},
    {"{\"columns\": {\"fleet\": [\"wibble\"]}}",
	"columns.fleet[0]: unknown column 'wibble'; there are severity, model, rate, p99"},
    {"{\"columns\": {\"fleet\": [\"rate\", \"model\", \"rate\"]}}", "columns.fleet[2]: 'rate' is there twice"},
    {"{\"columns\": {\"fleet\": [1]}}", "columns.fleet[0]: must be a text, not a number"},
    {"{\"columns\": {\"flet\": [\"model\"]}}", "columns.flet: unknown screen 'flet'; did you mean 'fleet'?"},
    {"{\"groups\": [\"a\"]}", "groups: must be an object, not an array"},
    {"{\"groups\": {\"a*\": 1}}", "groups[\"a*\"]: must be the name of a group, a text, not a number"},
    {"{\"groups\": {\"a*\": \"\"}}", "groups[\"a*\"]: is empty"},
    {"{\"groups\": {\"\": \"x\"}}", "a pattern of model names has 1 to 256 bytes"},
    {"{\"groups\": {\"a|b\": \"x\"}}", "a pattern has no alternatives; say it once for each of them"},
    {"{\"groups\": {\"a\": \"x\", \"a\": \"y\"}}", "groups.a: is there twice"},
    {"{\"groups\": {\"a*\": \"x\",\n\"ab*c\": \"y\"}}",
	"line 2: groups[\"ab*c\"]: gets no model: 'a*' above takes them all; put this one above it"},
    {"{\"columns\": {\"events\": [\"id\"], \"events\": [\"id\"]}}", "columns.events: is there twice"},
	    {"{\"keys\": 1}", "keys: must be an object, not a number"},
    {"{\"keys\": {\"freeze\": 1}}", "keys.freeze: must be a text, an array of texts or null, not a number"},
    {"{\"keys\": {\"freeze\": [\"f\", 1]}}", "keys.freeze[1]: must be a text, not a number"},
    {"{\"keys\": {\"freeze\": \"f\", \"freeze\": \"g\"}}", "keys.freeze: is there twice"},
    {"{\"keys\": {\"help\": [\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"0\"]}}",
	"keys.help[9]: is one too many: at most 9"},
    {"{\"keys\": {\n\"freze\": \"f\"}}", "line 2: keys.freze: unknown action 'freze'; did you mean 'freeze'?"},
    {"{\"keys\": {\"filter\": [\"/\",\n \"<Entr>\"]}}",
	"line 2: keys.filter[1]: there is no key <Entr>; did you mean <Enter>?"},
    {"{\"keys\": {\"filter\": \"gg\"}}", "keys.filter: 'gg' are several keys; one is such as f, <C-f> or <Enter>"},
    {"{\"keys\": {\"filter\": \"Enter\"}}", "keys.filter: 'Enter' are several keys; did you mean <Enter>?"},
    {"{\"keys\": {\"filter\": [\"f\", \"f\"]}}", "keys.filter[1]: 'f' is there twice"},
    {"{\"keys\": {\"filter\": \"<Esc>\"}}", "keys.filter: <Esc> always goes back: it cannot be the key of 'filter'"},
    {"{\"keys\": {\"filter\": \"<C-c>\"}}", "keys.filter: <C-c> always quits"},
    {"{\"keys\": {\"filter\": \"<C-l>\"}}", "keys.filter: <C-l> always draws the screen again"},
    {"{\"keys\": {\"freeze\": \"f\",\n\"filter\": [\"/\", \"f\"]}}",
	"line 2: keys.filter[1]: 'f' is the key of 'freeze' already, on a screen where 'filter' works, too: give"},
    {"{\"keys\": {\"filter\": \"q\"}}", "keys.filter: 'q' is the key of 'leave' already"},
    {"{\"theme\": null}", "theme: must be a text, not null"},
	    {"{\"window\": \"2h\"}", "window: unknown window '2h'; did you mean '1h'?"},
	    {"{\"bell\": \"yes\"}", "bell: must be true or false, not a text"},
	    {"{\"drift\": {\"rule\": \"psi\"}}", "drift.rule: unknown drift rule 'psi'; did you mean 'psi_0.1_0.25'?"},
	    {"{\"drift\": {\"rule\": 1}}", "drift.rule: must be a text, not a number"},
	    {"{\"drift\": {\"false_alarms_per_week\": 0}}", "0 must be above 0 and at most 1000"},
	    {"{\"rules\": {}}", "rules: must be an array, not an object"},
	    {"{\"rules\": [1]}", "rules[0]: must be an object, not a number"},
	    {"{\"rules\": [{\"warn\": \"p99 > 1s\"}]}", "rules[0]: 'name' is missing"},
	    {"{\"rules\": [{\"nme\": \"a\", \"warn\": \"p99 > 1s\"}]}",
		"rules[0].nme: unknown key 'nme'; did you mean 'name'?"},
	    {"{\"rules\": [{\"name\": \"latncy\", \"for\": \"5m\"}]}",
		"rules[0]: there is no rule 'latncy' to change, and this one says neither warn nor crit; did you mean "
		"'latency'?"},
	    {"{\"rules\": [{\"name\": \"trafic\", \"off\": true}]}",
		"rules[0]: there is no rule 'trafic' to be off; did you mean 'traffic'?"},
	    {"{\"rules\": [{\"name\": 1}]}", "rules[0].name: must be a text, not a number"},
	    {"{\"rules\": [{\"name\": \"a\"}]}", "this one says neither warn nor crit"},
	    {"{\"rules\": [{\"name\": \"a\", \"when\": \"p99 > 1s\"}]}", "rules[0].when: unknown key 'when'"},
	    {"{\"rules\": [\n{},\n{}]}", "line 2: rules[0]: 'name' is missing"},
	    {"{\"rules\": [{\"name\": \"a\",\n \"crit\": \"p09 > 1s\"}]}",
		"config 'x.json' line 2: rules[0].crit: unknown metric 'p09'; did you mean 'p90'?"},
	    {"{\"rules\": [{\"name\": \"a\", \"warn\": \"p99 > 250\"}]}",
		"rules[0].warn: p99 > 250: say 250ms or 250s (at byte 7)"},
	    {"{\"rules\": [{\"name\": \"a\", \"warn\": \"p99 > 500ms\", \"crit\": \"p99 > 250ms\"}]}",
		"rules[0]: warn: 'p99 > 500ms' is beyond the limit of crit, 250ms"},
	    {"{\"rules\": [{\"name\": \"error_rate\", \"warn\": \"error_rate >= 10%\"}]}",
		"rules[0]: warn: 'error_rate >= 10%' is beyond the limit of crit, 5%, which is the default's: "
		"say crit, too"},
	    {"{\"rules\": [{\"name\": \"error_rate\", \"crit\": \"error_rate >= 0.5%\"}]}",
		"rules[0]: warn: 'error_rate >= 1%', which is the default's, is beyond the limit of crit, 0.5%: "
		"say warn, too"},
	    {"{\"rules\": [{\"name\": \"a\", \"warn\": \"p99 > 1s\", \"crit\": \"p99 > 2s\"}, {\"name\": \"a\", "
	     "\"model\": \"m\", \"warn\": \"p99 > 3s\"}]}",
		"rules[1]: warn: 'p99 > 3s' is beyond the limit of crit, 2s, which is an earlier rule's: "
		"say crit, too"},
	    {"{\"rules\": [{\"name\": \"latency\", \"model\": \"m|x\", \"off\": true}]}",
		"rules[0].model: 'm|x': a pattern has no alternatives; say it once for each of them"},
	    {"{\"rules\": [{\"name\": \"a\", \"version\": \"1|2\", \"warn\": \"p99 > 1s\"}]}",
		"rules[0].version: '1|2': a"},
	    {"{\"rules\": [{\"name\": \"drift\", \"feature\": \"a|b\", \"off\": true}]}", "rules[0].feature: 'a|b': a"},
	    {"{\"models\": {\"a|b\": {}}}", "'a|b': a pattern has no alternatives"},
	    {"{\"models\": {\"a\": {\"features\": {\"x|y\": {}}}}}", "'x|y': a pattern has no alternatives"},
	    {"{\"actions\": [{\"command\": [\"true\"], \"model\": \"a|b\"}]}", "'a|b': a pattern has no"},
	    {"{\"rules\": [{\"name\": \"a\", \"warn\": \"p99 > 1s\", \"for\": 2}]}",
		"rules[0].for: 2 of what? Say \"2s\" or \"2m\""},
	    {"{\"rules\": [{\"name\": \"a\", \"warn\": \"p99 > 1s\", \"for\": \"2x\"}]}", "'2x' is no time"},
	    {"{\"rules\": [{\"name\": \"a\", \"warn\": \"p99 > 1s\", \"min_events\": -1}]}",
		"min_events: must be a whole number, 0 or more"},
	    {"{\"rules\": [{\"name\": \"a\", \"warn\": \"p99 > 1s and lag > 1s\"}]}", "is not known of a model"},
	    {"{\"rules\": [{\"name\": \"a b\", \"warn\": \"p99 > 1s\"}]}", "name: 'a b' must be letters"},
	    {"{\"rules\": [{\"name\": \"latency\", \"feature\": \"x\"}]}", "feature: this is a rule of each model"},
	    {"{\"rules\": [{\"name\": \"latency\", \"warn\": 5}]}", "must be a text: an expression, not a number"},
	    {"{\"rules\": [{\"name\": \"latency\", \"warn\": null, \"crit\": null}]}", "says neither warn nor crit"},
	    {"{\"models\": []}", "models: must be an object, not an array"},
	    {"{\"models\": {\"\": {}}}", "a pattern of model names has 1 to 256 bytes"},
	    {"{\"models\": {\"m\": 1}}", "models.m: must be an object, not a number"},
	    {"{\"models\": {\"m\": {\"positive\": 1.5}}}", "models.m.positive: must be a text, not a number"},
	    {"{\"models\": {\"m\": {\"rules\": {\"silnce\": \"off\"}}}}",
		"models.m.rules.silnce: there is no rule 'silnce' to be off; did you mean 'silence'?"},
	    {"{\"models\": {\"m\": {\"rules\": {\"silence\": \"of\"}}}}", "must be an object, or \"off\""},
	    {"{\"models\": {\"m\": {\"rules\": {\"silence\": {\"model\": \"x\"}}}}}",
		"is said around the rule here: 'm'"},
	    {"{\"models\": {\"m\": {\"rules\": {\"silence\": {\"name\": \"x\"}}}}}", "stands before the rule here"},
	    {"{\"models\": {\"m\": {\"rules\": {\"feed\": \"off\"}}}}", "model: this is a rule of each source"},
	    {"{\"models\": {\"m\": {\"features\": {\"f\": {\"role\": \"vlaue\"}}}}}",
		"models.m.features.f.role: unknown role 'vlaue'; did you mean 'value'?"},
	    {"{\"models\": {\"m\": {\"features\": {\"f\": {\"watch\": 0.5}}}}}",
		"models.m.features.f: watch (0.5) is above drift (0.25, the default)"},
	    {"{\"models\": {\"m\": {\"features\": {\"f\": {\"drift\": 0.05}}}}}",
		"watch (0.1, the default) is above drift (0.05)"},
	    {"{\"models\": {\"m\": {\"features\": {\"f\": {\"watch\": -1}}}}}", "-1 must be above 0"},
	    {"{\"models\": {\"m\": {\"features\": {\"f\": {\"watch\": 1e999}}}}}", "watch"},
	    {"{\"models\": {\"*\": {\"features\": {\"*\": {\"watch\": 0.2}}},"
	     "\n\"m\": {\"features\": {\"f\": {\"drift\": 0.15}}}}}",
		"line 2: models.m.features.f: watch (0.2, said above) is above drift (0.15)"},
	    {"{\"actions\": {}}", "actions: must be an array"},
	    {"{\"actions\": [{}]}", "actions[0]: 'command' is missing"},
	    {"{\"actions\": [{\"comand\": [\"a\"]}]}", "unknown key 'comand'; did you mean 'command'?"},
	    {"{\"actions\": [{\"command\": [\"a\"], \"rule\": \"latncy\"}]}",
		"actions[0].rule: there is no rule 'latncy' to act for; did you mean 'latency'?"},
	    {"{\"actions\": [{\"command\": \"page me\"}]}", "is run without a shell: say [\"/path/to/program\""},
	    {"{\"actions\": [{\"command\": []}]}", "must have 1 to 32 words"},
	    {"{\"actions\": [{\"command\": [1]}]}", "command[0]: must be a text, not a number"},
	    {"{\"actions\": [{\"command\": [\"\"]}]}", "command[0]: is empty"},
	    {"{\"actions\": [{\"command\": [\"a\"], \"on\": []}]}", "not empty"},
	    {"{\"actions\": [{\"command\": [\"a\"], \"on\": [\"crti\"]}]}",
		"unknown occasion 'crti'; did you mean 'crit'?"},
	    {"{\"actions\": [{\"command\": [\"a\"], \"timeout\": \"11m\"}]}", "must be above 0 and at most 10m"},
	    {"{\"actions\": [{\"command\": [\"a\"], \"output_bytes\": 1e9}]}", "must be at most 16777216 bytes"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct config c;
		struct err err = {0};
		int rc = read_text(&c, rows[i][0], &err);

		if (rc != ERR_USAGE || !strstr(err.msg, rows[i][1]) || strncmp(err.msg, "config 'x.json'", 15))
			fail_msg("%s\n%d: %s\nmust say: %s", rows[i][0], rc, err.msg, rows[i][1]);
		config_release(&c);
	}
}

static void
lists_have_their_limits(void **state)
{
	char *text = malloc(200000);
	struct config c;
	struct err err = {0};
	size_t n = 0, i;

	(void)state;
	n += (size_t)snprintf(text + n, 200000 - n, "{\"streams\": [");
	for (i = 0; i < CONFIG_STREAMS_MAX + 1; i++)
		n += (size_t)snprintf(text + n, 200000 - n, "%s\"s%zu\"", i ? "," : "", i);
	snprintf(text + n, 200000 - n, "]}");
	assert_int_equal(read_text(&c, text, &err), ERR_USAGE);
	assert_non_null(strstr(err.msg, "streams[64]: is one too many: at most 64"));
	config_release(&c);

	n = (size_t)snprintf(text, 200000, "{\"rules\": [");
	for (i = 0; i < RULE_MAX; i++)
		n += (size_t)snprintf(
		    text + n, 200000 - n, "%s{\"name\":\"r%zu\",\"warn\":\"p99 > 1s\"}", i ? "," : "", i);
	snprintf(text + n, 200000 - n, "]}");
	assert_int_equal(read_text(&c, text, &err), ERR_USAGE);
	assert_non_null(strstr(err.msg, "more than 256 rules"));
	config_release(&c);
	free(text);
}

static void
a_file_that_is_missing_is_wrong_only_where_it_was_named(void **state)
{
	char dir[500], path[520];
	struct config c;
	struct err err = {0};
	FILE *f;

	(void)state;
	lib_tmp_make(dir, sizeof(dir), "config");
	snprintf(path, sizeof(path), "%s/c.json", dir);
	assert_int_equal(config_init(&c, NULL), 0);
	assert_int_equal(config_file_read(&c, path, false, NULL, &err), 0);
	assert_null(c.path);
	assert_int_equal(config_file_read(&c, path, true, NULL, &err), ERR_USAGE);
	assert_non_null(strstr(err.msg, "c.json' cannot be opened: No such file"));
	assert_int_equal(config_file_read(&c, dir, false, NULL, &err), ERR_USAGE);
	assert_non_null(strstr(err.msg, "is a directory"));
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("{ // mine\n \"theme\": \"whatever\", }", f);
	fclose(f);
	assert_int_equal(config_file_read(&c, path, true, NULL, &err), 0);
	assert_string_equal(c.theme, "whatever"); /* nobody said which there are */
	assert_string_equal(c.path, path);
	config_release(&c);
	lib_tmp_remove(dir);
}

static int
read_all(void *ctx, struct err *err)
{
	struct config c;
	int rc = read_text(&c, ctx, err);

	config_release(&c);
	return rc;
}

static void
no_allocation_can_fail_unseen(void **state)
{
	char text[] = "{\"streams\":[\"a\"],\"theme\":\"dark\",\"drift\":{\"rule\":\"js_0.1\"},"
		      "\"models\":{\"m\":{\"positive\":1,\"rules\":{\"silence\":\"off\"},"
		      "\"features\":{\"f\":{\"watch\":0.2,"
		      "\"rules\":{\"x\":{\"warn\":\"psi > 1\"}}}}}},"
		      "\"actions\":[{\"command\":[\"a\",\"b\"],\"rule\":\"d*\"}]}";

	(void)state;
	assert_true(alloc_fail_each(read_all, text) > 40);
}

/* ---- documents ------------------------------------------------------------------------------- */

static void
the_example_is_read_without_a_complaint(void **state)
{
	struct config c;
	struct err err = {0};

	(void)state;
	assert_int_equal(config_init(&c, NULL), 0);
	if (config_file_read(&c, EXAMPLE, true, &names, &err))
		fail_msg("%s", err.msg);
	assert_true(c.nactions > 0 && c.nfeatures > 0 && c.rules.n > rule_default_count);
	config_release(&c);
}

static const char *
unit_text(const struct metric_row *m)
{
	static const char *const units[EXPR_UNITS] = {
	    "number", "%", "time", "/s", "sd", "text", "word", "any"};

	return units[m->name.unit];
}

static void
put_words(FILE *f, const struct metric_row *m)
{
	size_t i;

	fprintf(f, "%s", unit_text(m));
	for (i = 0; i < m->name.nwords; i++)
		fprintf(f, "%s`%s`", i ? " " : m->name.unit == EXPR_WORDS ? ": " : ", or ", m->name.words[i]);
}

static void
put_scopes(FILE *f, unsigned scopes)
{
	static const char *const of[] = {"model", "version", "feature", "source", "event", "alert"};
	const char *between = "";
	size_t i;

	for (i = 0; i < sizeof of / sizeof *of; i++) {
		if (scopes >> i & 1) {
			fprintf(f, "%s%s", between, of[i]);
			between = ", ";
		}
	}
}

static void
put_keys(FILE *f, enum config_object object)
{
	size_t i;

	fputs("\n| key | value | |\n|---|---|---|\n", f);
	for (i = 0; i < config_key_count; i++)
		if (config_keys[i].object == object)
			fprintf(f, "| `%s` | %s | %s |\n", config_keys[i].key, config_keys[i].value,
			    config_keys[i].about);
	fputs("\n", f);
}

static void
put_expr(FILE *f, const char *text)
{
	fprintf(f, text ? " `%s` |" : " |", text);
}

/* An action once, with its default keys and the first thing that is said of it; where it works is Help's to say. */
static void
put_actions(FILE *f)
{
	struct bindings b;
	int i;
	size_t k;

	bindings_default(&b);
	fputs("\n| action | keys | |\n|---|---|---|\n", f);
	for (i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		fprintf(f, "| `%s` |", action_names[i]);
		for (k = 0; k < KEYMAP_KEYS && b.keys[i][k]; k++) {
			char name[16];

			fprintf(f, " `%s`", key_written(b.keys[i][k], name, sizeof(name)));
		}
		fprintf(f, " | %s |\n", keymap_row_of((enum action)i)->text);
	}
	fputs("\n", f);
}

static void
put_columns(FILE *f)
{
	struct columns_tables t;

	columns_tables(&t);
	fputs("\n| screen | columns |\n|---|---|\n", f);
	for (size_t i = 0; i < t.n; i++) {
		fprintf(f, "| `%s` |", t.list[i].screen);
		for (size_t k = 0; k < t.list[i].ncolumns; k++)
			fprintf(f, " `%s`", t.list[i].columns[k]);
		fputs(" |\n", f);
	}
	fputs("\n", f);
}

/* Those that can be set, or those that cannot and why. */
static void
put_settings(FILE *f, bool fixed)
{
	static const char *const before[CONFIG_OBJECTS] = {[CONFIG_TOP] = "",
	    [CONFIG_DRIFT] = "drift.",
	    [CONFIG_RULE] = "rules.NAME.",
	    [CONFIG_RECORD] = "record.",
	    [CONFIG_MODEL] = "models.MODEL.",
	    [CONFIG_FEATURE] = "models.MODEL.features.FEATURE.",
	    [CONFIG_ACTION] = "actions."};

	fprintf(f, "\n| %s | %s |\n|---|---|\n", fixed ? "key" : "setting", fixed ? "why it is not set here" : "value");
	for (size_t i = 0; i < config_key_count; i++)
		if (fixed == (config_keys[i].live == CONFIG_FIXED))
			fprintf(f, "| `%s%s` | %s |\n", before[config_keys[i].object], config_keys[i].key,
			    fixed ? config_keys[i].fixed : config_keys[i].value);
	fputs("\n", f);
}

static void
put_table(FILE *f, const char *name)
{
	static const char *const objects[CONFIG_OBJECTS] = {
	    "top", "drift", "model", "feature", "rule", "action", "record"};
	size_t i;

	for (i = 0; i < CONFIG_OBJECTS; i++)
		if (strcmp(name, objects[i]) == 0)
			put_keys(f, (enum config_object)i);
	if (strcmp(name, "metrics") == 0) {
		fputs("\n| metric | compared with | known of | |\n|---|---|---|---|\n", f);
		for (i = 0; i < METRIC_COUNT; i++) {
			fprintf(f, "| `%s` | ", metric_rows[i].name.name);
			put_words(f, &metric_rows[i]);
			fputs(" | ", f);
			put_scopes(f, metric_rows[i].scopes);
			fprintf(f, " | %s |\n", metric_rows[i].about);
		}
		fputs("\n", f);
	}
	if (strcmp(name, "defaults") == 0) {
		fputs("\n| rule | of each | warn | crit | |\n|---|---|---|---|---|\n", f);
		for (i = 0; i < rule_default_count; i++) {
			const struct rule_default *d = &rule_defaults[i];

			fprintf(f, "| `%s` | %s |", d->name, rule_scope_names[d->scope]);
			put_expr(f, d->warn);
			put_expr(f, d->crit);
			fprintf(f, " %s", d->about);
			if (d->min_events)
				fprintf(f, "; from %llu rows", (unsigned long long)d->min_events);
			fputs(" |\n", f);
		}
		fputs("\n", f);
	}
	if (strcmp(name, "actions") == 0)
		put_actions(f);
	if (strcmp(name, "columns") == 0)
		put_columns(f);
	if (strcmp(name, "commands") == 0) {
		fputs("\n| command | |\n|---|---|\n", f);
		for (i = 0; i < colon_row_count; i++)
			fprintf(f, "| `:%s%s%s` | %s |\n", colon_rows[i].name, colon_rows[i].args[0] ? " " : "",
			    colon_rows[i].args, colon_rows[i].about);
		fputs("\n", f);
	}
	if (strcmp(name, "settings") == 0 || strcmp(name, "fixed") == 0)
		put_settings(f, strcmp(name, "fixed") == 0);
	if (strcmp(name, "presets") == 0) {
		fputs("\n| name | warn | crit | source |\n|---|---|---|---|\n", f);
		for (i = 0; i < rule_drift_preset_count; i++) {
			fprintf(f, "| `%s` |", rule_drift_presets[i].name);
			put_expr(f, rule_drift_presets[i].warn);
			put_expr(f, rule_drift_presets[i].crit);
			fprintf(f, " %s |\n", rule_drift_presets[i].source);
		}
		fputs("\n", f);
	}
}

/* Between "<!-- table NAME -->" and "<!-- end -->" stands what the program's table says. */
static char *
with_tables(const char *text, size_t *tables)
{
	char *out = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&out, &n);
	const char *p = text, *open, *close;

	assert_non_null(f);
	*tables = 0;
	while ((open = strstr(p, "<!-- table ")) != NULL) {
		char name[32] = "";

		assert_int_equal(sscanf(open, "<!-- table %31[a-z] -->\n", name), 1);
		open = strchr(open, '\n') + 1;
		close = strstr(open, "<!-- end -->");
		assert_non_null(close);
		fwrite(p, 1, (size_t)(open - p), f);
		put_table(f, name);
		p = close;
		++*tables;
	}
	fputs(p, f);
	fclose(f);
	return out;
}

static void
the_document_lists_every_key_metric_and_rule(void **state)
{
	char *text, *must;
	struct err err = {0};
	size_t n, tables;
	FILE *f;

	(void)state;
	assert_true(config_key_count <= 64); /* as config_read_object's set of keys seen */
	if (json_doc_read_file(DOCUMENT, 1 << 20, &text, &n, &err))
		fail_msg("%s", err.msg);
	must = with_tables(text, &tables);
	if (getenv("UPDATE")) {
		f = fopen(DOCUMENT, "w");
		assert_non_null(f);
		fputs(must, f);
		fclose(f);
	} else {
		assert_string_equal(text, must);
	}
	assert_int_equal(tables, CONFIG_OBJECTS + 8);
	free(must);
	mem_free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_said_is_the_defaults),
	    cmocka_unit_test(everything_that_can_be_said_is_understood),
	    cmocka_unit_test(a_model_is_in_the_first_group_that_takes_it),
	    cmocka_unit_test(a_rule_is_judged_for_what_its_figures_belong_to),
	    cmocka_unit_test(an_action_may_be_for_rules_that_stand_behind_it),
	    cmocka_unit_test(a_level_is_held_against_what_was_said_of_the_other_one_for_more_features),
	    cmocka_unit_test(whatever_is_wrong_gets_one_sentence_with_its_place),
	    cmocka_unit_test(lists_have_their_limits),
	    cmocka_unit_test(a_file_that_is_missing_is_wrong_only_where_it_was_named),
	    cmocka_unit_test(no_allocation_can_fail_unseen),
	    cmocka_unit_test(the_example_is_read_without_a_complaint),
	    cmocka_unit_test(the_document_lists_every_key_metric_and_rule),
	};

	return cmocka_run_group_tests_name("config_file", tests, NULL, NULL);
}
