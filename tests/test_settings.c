/* What a configuration file changes, seen from outside: the program is run with one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collectors/json_doc.h"
#include "core/config.h"
#include "tests/lib_redis.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"
#include "tui/settings.h"

#define LIMIT_MS 40000
#define EVENTS "docs/examples/storms.events.ndjson.gz"
#define TRAIN "docs/examples/storms.train.ndjson.gz"

/* A directory as XDG_CONFIG_HOME with this text as its configuration. */
struct home {
	char dir[300], sub[320], file[340], env[340];
};

static void
home_make(struct home *h, const char *text)
{
	FILE *to;

	lib_tmp_make(h->dir, sizeof(h->dir), "home");
	snprintf(h->sub, sizeof(h->sub), "%s/drifttop", h->dir);
	assert_int_equal(mkdir(h->sub, 0700), 0);
	snprintf(h->file, sizeof(h->file), "%s/config.json", h->sub);
	snprintf(h->env, sizeof(h->env), "XDG_CONFIG_HOME=%s", h->dir);
	to = fopen(h->file, "w");
	assert_non_null(to);
	fputs(text, to);
	assert_int_equal(fclose(to), 0);
}

static void
home_remove(const struct home *h)
{
	unlink(h->file);
	rmdir(h->sub);
	rmdir(h->dir);
}

static void
report(struct lib_run *r, const struct home *h, const char *option, const char *value)
{
	const char *args[] = {"report", "--format", "json", "--baseline", TRAIN, EVENTS, option, value, NULL};
	const char *env[] = {"LC_ALL=C.UTF-8", "TZ=UTC0", h ? h->env : "HOME=/nonexistent", NULL};

	lib_run(r, args, env, NULL, LIMIT_MS);
}

/* The input of the only model. */
static const struct json_node *
input(const struct json_doc *d, const char *name)
{
	const struct json_node *model = json_doc_first(json_doc_member(json_doc_root(d), "models"));
	const struct json_node *i;

	for (i = json_doc_first(json_doc_member(model, "inputs")); i; i = json_doc_next(i))
		if (strcmp(json_doc_text(json_doc_member(i, "name")), name) == 0)
			return i;
	fail_msg("no input '%s'", name);
	return NULL;
}

static void
check_input(const struct json_doc *d, const char *name, const char *role, const char *state)
{
	const struct json_node *i = input(d, name);

	assert_string_equal(json_doc_text(json_doc_member(i, "role")), role);
	assert_string_equal(json_doc_text(json_doc_member(json_doc_member(i, "drift"), "state")), state);
}

static void
roles_and_levels_reach_the_verdicts(void **state)
{
	static const char text[] = "{\"models\": {\"storm*\": {\"features\": {\n"
				   "  \"name\": {\"role\": \"id\"}, // another one each year\n"
				   "  \"pressure\": {\"watch\": 0.2}, \"lat\": {\"watch\": 0.05},\n"
				   "  \"hour\": {\"role\": \"value\"},\n"
				   "}}, \"other\": {\"features\": {\"*\": {\"role\": \"text\"}}}}}";
	struct home h;
	struct lib_run plain, with;
	struct json_doc *d = NULL;

	(void)state;
	home_make(&h, text);
	report(&plain, NULL, NULL, NULL);
	report(&with, &h, NULL, NULL);
	home_remove(&h);
	if (plain.status || with.status)
		fail_msg("%s%s", plain.err, with.err);

	assert_int_equal(json_doc_parse(&d, slice_make(plain.out, plain.nout), NULL), 0);
	check_input(d, "name", "value", "drift");
	check_input(d, "pressure", "value", "watch");
	check_input(d, "lat", "value", "ok");
	check_input(d, "hour", "calendar", "ok");
	json_doc_free(d);
	assert_int_equal(json_doc_parse(&d, slice_make(with.out, with.nout), NULL), 0);
	check_input(d, "name", "id", "ok");
	check_input(d, "pressure", "value", "ok");
	check_input(d, "lat", "value", "watch");
	assert_string_equal(json_doc_text(json_doc_member(input(d, "hour"), "role")), "value");
	/* With its role it has a distribution again. */
	assert_non_null(json_doc_member(json_doc_member(input(d, "hour"), "drift"), "psi"));
	json_doc_free(d);
	lib_run_free(&plain);
	lib_run_free(&with);
}

static void
a_file_that_is_wrong_is_wrong_usage_and_nothing_is_printed(void **state)
{
	struct home h;
	struct lib_run r;

	(void)state;
	home_make(&h, "{\n \"streems\": \"x\"}");
	report(&r, &h, NULL, NULL);
	assert_int_equal(r.status, 2);
	assert_int_equal(r.nout, 0);
	assert_non_null(strstr(r.err, "drifttop: config '"));
	assert_non_null(strstr(r.err, "config.json' line 2: streems: unknown key 'streems'; did you mean 'streams'?"));
	lib_run_free(&r);
	/* What is named wins, also over one that is wrong. */
	report(&r, &h, "--config", "docs/examples/config.json");
	assert_int_equal(r.status, 0);
	lib_run_free(&r);
	report(&r, &h, "--config", "/nonexistent.json");
	assert_int_equal(r.status, 2);
	assert_non_null(strstr(r.err, "config '/nonexistent.json' cannot be opened"));
	lib_run_free(&r);
	home_remove(&h);
}

static void
no_file_at_all_is_fine_and_a_relative_home_counts_as_none(void **state)
{
	static const struct home relative = {.env = "XDG_CONFIG_HOME=docs"};
	struct lib_run r;

	(void)state;
	report(&r, NULL, NULL, NULL);
	assert_int_equal(r.status, 0);
	lib_run_free(&r);
	report(&r, &relative, NULL, NULL);
	assert_int_equal(r.status, 0);
	lib_run_free(&r);
}

static void
the_command_line_wins_over_the_file(void **state)
{
	char light[] = "light";
	struct config c = {.theme = light, .has_window = true, .window = WINDOW_1H};
	struct options o = {0};

	(void)state;
	o.text[OPTION_WINDOW] = "auto"; /* its fallback: not given */
	assert_int_equal(settings_window(&o), WINDOW_AUTO);
	assert_null(settings_theme(&o));
	o.config = &c;
	assert_int_equal(settings_window(&o), WINDOW_1H);
	assert_string_equal(settings_theme(&o), "light");
	o.given[OPTION_WINDOW] = o.given[OPTION_THEME] = true;
	o.text[OPTION_WINDOW] = "24h";
	o.text[OPTION_THEME] = "mono";
	assert_int_equal(settings_window(&o), WINDOW_24H);
	assert_string_equal(settings_theme(&o), "mono");
}

static const struct json_node *
alert(const struct json_doc *d, const char *rule)
{
	const struct json_node *model = json_doc_first(json_doc_member(json_doc_root(d), "models"));
	const struct json_node *i;

	for (i = json_doc_first(json_doc_member(model, "alerts")); i; i = json_doc_next(i))
		if (strcmp(json_doc_text(json_doc_member(i, "rule")), rule) == 0)
			return i;
	return NULL;
}

static void
rules_reach_the_alerts(void **state)
{
	static const char text[] = "{\"rules\": [{\"name\": \"much\", \"feature\": \"pressure\",\n"
				   "  \"warn\": \"psi > 0.05\", \"crit\": \"psi > 5\"}],\n"
				   " \"models\": {\"storm*\": {\"rules\": {\"unseen\": \"off\"}}}}";
	const struct json_node *a;
	struct json_doc *d = NULL;
	struct lib_run plain, with;
	struct home h;

	(void)state;
	home_make(&h, text);
	report(&plain, NULL, NULL, NULL);
	report(&with, &h, NULL, NULL);
	home_remove(&h);
	assert_int_equal(json_doc_parse(&d, slice_make(plain.out, plain.nout), NULL), 0);
	assert_non_null(alert(d, "unseen"));
	assert_null(alert(d, "much"));
	json_doc_free(d);
	assert_int_equal(json_doc_parse(&d, slice_make(with.out, with.nout), NULL), 0);
	assert_null(alert(d, "unseen"));
	a = alert(d, "much");
	assert_non_null(a);
	assert_string_equal(json_doc_text(json_doc_member(a, "feature")), "pressure");
	assert_string_equal(json_doc_text(json_doc_member(a, "severity")), "warn");
	assert_true(json_doc_number(json_doc_member(a, "limit")) == 0.05);
	json_doc_free(d);
	lib_run_free(&plain);
	lib_run_free(&with);
}

static void
streams_of_the_file_are_followed_unless_others_are_named(void **state)
{
	const char *env[4] = {"LC_ALL=C.UTF-8", "TZ=UTC0", NULL, NULL};
	struct lib_redis r;
	struct lib_run run;
	struct home h;

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&r, NULL);
	lib_redis_do(&r, "XADD zz:one * latency_ms 5");
	lib_redis_do(&r, "XADD ml:two * latency_ms 5");
	home_make(&h, "{\"streams\": \"zz:*\"}");
	env[2] = h.env;
	lib_run(&run, (const char *const[]){"report", r.url, NULL}, env, NULL, LIMIT_MS);
	assert_non_null(strstr(run.out, "\none: "));
	lib_run_free(&run);
	lib_run(&run, (const char *const[]){"report", r.url, "-s", "ml:*", NULL}, env, NULL, LIMIT_MS);
	assert_non_null(strstr(run.out, "\ntwo: "));
	assert_null(strstr(run.out, "\none: "));
	lib_run_free(&run);
	home_remove(&h);
	lib_redis_stop(&r);
}

/* Where the configuration says UTC, a line without a word of it would show UTC. */
static void
a_view_in_local_time_is_opened_again_in_local_time(void **state)
{
	static const char film[] = "tests/fixtures/recording-1.1.dtr";
	static const struct {
		const char *option, *keys, *shows, *says, *says_not;
	} cases[] = {{"--utc", "y", "22:19:20 UTC", " --utc", "--no-utc"},
	    {"--utc", "Uy", "00:19:20", " --no-utc", " --utc"},
	    {"--no-utc", "y", "00:19:20", " --no-utc", " --utc"},
	    {"--no-utc", "Uy", "22:19:20 UTC", " --utc", "--no-utc"}};
	struct home h;

	(void)state;
	home_make(&h, "{\"utc\": true}");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *args[] = {"snapshot", film, "--keys", cases[i].keys, cases[i].option, NULL};
		const char *env[] = {"LC_ALL=C.UTF-8", "TZ=EET-2", h.env, NULL};
		struct lib_run r;

		lib_run(&r, args, env, NULL, LIMIT_MS);
		assert_int_equal(r.status, 0);
		if (!strstr(r.out, cases[i].shows) || !strstr(r.err, cases[i].says) || strstr(r.err, cases[i].says_not))
			fail_msg("%s %s: %.200s%s", cases[i].option, cases[i].keys, r.out, r.err);
		lib_run_free(&r);
	}
	home_remove(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(roles_and_levels_reach_the_verdicts),
	    cmocka_unit_test(a_file_that_is_wrong_is_wrong_usage_and_nothing_is_printed),
	    cmocka_unit_test(no_file_at_all_is_fine_and_a_relative_home_counts_as_none),
	    cmocka_unit_test(the_command_line_wins_over_the_file),
	    cmocka_unit_test(rules_reach_the_alerts),
	    cmocka_unit_test(a_view_in_local_time_is_opened_again_in_local_time),
	    cmocka_unit_test(streams_of_the_file_are_followed_unless_others_are_named),
	};

	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
