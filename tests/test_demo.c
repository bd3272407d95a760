/*
 * The demo: what it plays, that four models show all their figures and one drifts, and that nothing
 * of it stays behind, however its user goes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>
#include <errno.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib_demo.h"
#include "tests/lib_redis.h"
#include "tests/lib_run.h"
#include "tui/demo.h"
#include "tui/demo_fraud.h"
#include "tui/env.h"

#define LIMIT_MS 30000

static const char *const model_names[] = {
    "birdstrike-damage", "storm-wind", "chicago-ridership", "card-fraud"};

/* ---- waiting for a condition ----------------------------------------------------------------- */

static bool
is_gone(const void *path)
{
	struct stat st;

	return stat(path, &st) != 0 && errno == ENOENT;
}

static bool
process_is_gone(const void *pid)
{
	return kill(*(const pid_t *)pid, 0) != 0 && errno == ESRCH;
}

static bool
await(bool (*test)(const void *arg), const void *arg)
{
	int64_t deadline = env_mono_ms() + LIMIT_MS;

	while (!test(arg)) {
		if (env_mono_ms() > deadline)
			return false;
		poll(NULL, 0, 5);
	}
	return true;
}

/* ---- reports --------------------------------------------------------------------------------- */

static cJSON *
report_of(const char *url)
{
	const char *const args[] = {"report", url, "--format", "json", "--window", "5m", NULL};
	struct lib_run r;
	cJSON *json;

	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	if (r.status != 0)
		fail_msg("%s", r.err);
	json = cJSON_Parse(r.out);
	assert_non_null(json);
	lib_run_free(&r);
	return json;
}

static const cJSON *
find(const cJSON *array, const char *key, const char *value)
{
	const cJSON *o;

	cJSON_ArrayForEach(o, array)
	{
		if (strcmp(cJSON_GetObjectItem(o, key)->valuestring, value) == 0)
			return o;
	}
	fail_msg("no '%s'", value);
	return NULL;
}

static const cJSON *
model_of(const cJSON *report, const char *name)
{
	return find(cJSON_GetObjectItem(report, "models"), "model", name);
}

static double
number(const cJSON *o, const char *key)
{
	const cJSON *n = cJSON_GetObjectItem(o, key);

	if (!cJSON_IsNumber(n))
		fail_msg("'%s' is no number", key);
	return n->valuedouble;
}

static const char *
state_of(const cJSON *model, const char *input)
{
	const cJSON *f = find(cJSON_GetObjectItem(model, "inputs"), "name", input);

	return cJSON_GetObjectItem(cJSON_GetObjectItem(f, "drift"), "state")->valuestring;
}

/* Rate, latency, errors and judged inputs: nothing is still to be waited for. */
static void
check_model_is_complete(const cJSON *m)
{
	const cJSON *latency = cJSON_GetObjectItem(m, "latency_ms"), *f;

	assert_true(number(m, "rate_per_s") > 1);
	assert_true(number(latency, "p50") > 0);
	assert_true(number(latency, "p99") > 0);
	assert_true(number(m, "error_rate") >= 0);
	cJSON_ArrayForEach(f, cJSON_GetObjectItem(m, "inputs"))
	{
		const cJSON *drift = cJSON_GetObjectItem(f, "drift");
		const char *state = cJSON_GetObjectItem(drift, "state")->valuestring;

		if (strcmp(state, "learning") == 0)
			fail_msg(
			    "'%s' is still learning", cJSON_GetObjectItem(f, "name")->valuestring);
	}
}

/* ---- the events ------------------------------------------------------------------------------ */

static void
the_same_seed_gives_the_same_events(void **state)
{
	char a[DEMO_FRAUD_LINE_BYTES], b[DEMO_FRAUD_LINE_BYTES];
	struct demo_fraud fa, fb;
	int i;

	(void)state;
	demo_fraud_init(&fa, DEMO_FRAUD_SEED);
	demo_fraud_init(&fb, DEMO_FRAUD_SEED);
	for (i = 0; i < 1000; i++) {
		size_t n = demo_fraud_event(&fa, i / 40.0, 1700000000000 + i, a);

		assert_int_equal(demo_fraud_event(&fb, i / 40.0, 1700000000000 + i, b), n);
		assert_true(n < DEMO_FRAUD_LINE_BYTES);
		assert_memory_equal(a, b, n);
	}
}

struct tally {
	int events, failed, missing;
	double log_latency;
};

static void
tally_events(struct demo_fraud *f, double at_s, int n, struct tally *t)
{
	char line[DEMO_FRAUD_LINE_BYTES];
	cJSON *e;
	int i;

	memset(t, 0, sizeof(*t));
	for (i = 0; i < n; i++) {
		line[demo_fraud_event(f, at_s, 1700000000000, line)] = '\0';
		e = cJSON_Parse(line);
		assert_non_null(e);
		t->events++;
		t->failed += cJSON_GetObjectItem(e, "error") != NULL;
		t->missing += cJSON_IsNull(
		    cJSON_GetObjectItem(cJSON_GetObjectItem(e, "features"), "ip_risk"));
		t->log_latency += log(number(e, "latency_ms"));
		cJSON_Delete(e);
	}
}

static void
the_incident_begins_at_its_second_and_ends(void **state)
{
	const double begin = DEMO_FRAUD_INCIDENT_S, end = begin + DEMO_FRAUD_INCIDENT_LENGTH_S;
	const int n = 4000;
	struct tally before, in, after;
	struct demo_fraud f;

	(void)state;
	demo_fraud_init(&f, DEMO_FRAUD_SEED);
	tally_events(&f, begin - 0.001, n, &before);
	tally_events(&f, begin, n, &in);
	tally_events(&f, end, n, &after);
	/* Shares within 5 standard errors of what is made: sqrt(p (1 - p) / n), n = 4000. */
	assert_true(fabs(before.failed / (double)n - 0.002) < 5 * sqrt(0.002 / n));
	assert_true(fabs(in.failed / (double)n - 0.07) < 5 * sqrt(0.07 / n));
	assert_true(fabs(before.missing / (double)n - 0.03) < 5 * sqrt(0.03 / n));
	assert_int_equal(in.missing, n);
	assert_true(fabs(after.missing / (double)n - 0.03) < 5 * sqrt(0.03 / n));
	/* Four times as long: the mean logarithm, sd 0.39 an event, differs by ln 4. */
	assert_true(
	    fabs((in.log_latency - before.log_latency) / n - log(4)) < 5 * 0.39 * sqrt(2.0 / n));
}

static void
behind_a_minute_one_model_drifts_and_one_has_an_incident(void **state)
{
	struct lib_redis r;
	const cJSON *fraud;
	cJSON *report;
	size_t i;

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&r, NULL);
	lib_demo_play(r.url, 60);
	report = report_of(r.url);
	for (i = 0; i < 4; i++)
		check_model_is_complete(model_of(report, model_names[i]));
	assert_string_equal(
	    state_of(model_of(report, "birdstrike-damage"), "Aircraft Make Model"), "drift");
	fraud = model_of(report, "card-fraud");
	assert_string_equal(state_of(fraud, "ip_risk"), "drift");
	assert_string_equal(state_of(fraud, "amount"), "ok");
	assert_string_equal(cJSON_GetObjectItem(fraud, "severity")->valuestring, "crit");
	assert_string_equal(
	    cJSON_GetObjectItem(model_of(report, "storm-wind"), "severity")->valuestring, "ok");
	cJSON_Delete(report);
	lib_redis_stop(&r);
}

static void
at_its_start_every_model_is_complete_and_none_drifts(void **state)
{
	struct lib_redis r;
	cJSON *report;
	size_t i;

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&r, NULL);
	lib_demo_play(r.url, 2);
	report = report_of(r.url);
	for (i = 0; i < 4; i++) {
		const cJSON *m = model_of(report, model_names[i]);

		check_model_is_complete(m);
		if (strcmp(cJSON_GetObjectItem(m, "severity")->valuestring, "ok") != 0) {
			char *alerts = cJSON_Print(cJSON_GetObjectItem(m, "alerts"));

			fail_msg("%s: %s", model_names[i], alerts);
		}
	}
	cJSON_Delete(report);
	lib_redis_stop(&r);
}

/* ---- the private world ----------------------------------------------------------------------- */

/* The server's own pid, from its own mouth. */
static pid_t
server_pid(const char *url)
{
	redisContext *c = redisConnectUnix(url + strlen("unix://"));
	redisReply *reply;
	const char *p;
	pid_t pid;

	assert_true(c && !c->err);
	reply = redisCommand(c, "INFO server");
	assert_true(reply && reply->str);
	p = strstr(reply->str, "process_id:");
	assert_non_null(p);
	pid = (pid_t)strtol(p + strlen("process_id:"), NULL, 10);
	freeReplyObject(reply);
	redisFree(c);
	return pid;
}

static void
fill_env(struct env *env)
{
	memset(env, 0, sizeof(*env));
	env->tmpdir = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
	env->path = getenv("PATH");
	snprintf(env->examples, sizeof(env->examples), "docs/examples");
}

static void
a_stopped_demo_leaves_nothing_behind(void **state)
{
	struct demo *d = NULL;
	struct err err = {0};
	struct env env;
	char directory[128];
	pid_t keeper, server;
	cJSON *report;
	size_t i;

	(void)state;
	if (!lib_redis_available())
		skip();
	fill_env(&env);
	if (demo_start(&d, &env, &err))
		fail_msg("%s", err.msg);
	snprintf(directory, sizeof(directory), "%s", demo_directory(d));
	keeper = demo_keeper(d);
	server = server_pid(demo_url(d));
	report = report_of(demo_url(d));
	for (i = 0; i < 4; i++)
		check_model_is_complete(model_of(report, model_names[i]));
	cJSON_Delete(report);
	demo_stop(d);
	/* All of it is over when demo_stop returns, not some time later. */
	assert_true(is_gone(directory));
	assert_true(process_is_gone(&keeper));
	assert_true(process_is_gone(&server));
}

struct told {
	char directory[128];
	pid_t keeper, server;
};

/* In a child: starts a demo, tells of it, and waits to be killed. */
static void
start_and_tell(int fd)
{
	struct demo *d = NULL;
	struct told t;
	struct env env;

	fill_env(&env);
	memset(&t, 0, sizeof(t));
	if (demo_start(&d, &env, NULL) == 0) {
		snprintf(t.directory, sizeof(t.directory), "%s", demo_directory(d));
		t.keeper = demo_keeper(d);
		t.server = server_pid(demo_url(d));
		if (write(fd, &t, sizeof(t)) == (ssize_t)sizeof(t)) {
			for (;;)
				pause();
		}
	}
	_exit(1);
}

static pid_t
demo_in_a_child(struct told *t)
{
	int fds[2];
	pid_t child;

	assert_int_equal(pipe(fds), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(fds[0]);
		start_and_tell(fds[1]);
	}
	close(fds[1]);
	assert_int_equal(read(fds[0], t, sizeof(*t)), (ssize_t)sizeof(*t));
	close(fds[0]);
	return child;
}

static void
a_demo_whose_user_is_killed_goes_by_itself(void **state)
{
	static const int signals[] = {SIGKILL, SIGTERM};
	struct told t;
	pid_t child;
	size_t i;

	(void)state;
	if (!lib_redis_available())
		skip();
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		child = demo_in_a_child(&t);
		kill(child, signals[i]);
		assert_int_equal(waitpid(child, NULL, 0), child);
		if (!await(is_gone, t.directory) || !await(process_is_gone, &t.keeper) ||
		    !await(process_is_gone, &t.server))
			fail_msg("signal %d left something of %s", signals[i], t.directory);
	}
}

static void
should_the_keeper_be_killed_stopping_still_leaves_nothing(void **state)
{
#ifdef __linux__
	struct demo *d = NULL;
	struct err err = {0};
	struct env env;
	char directory[128];
	pid_t server;

	(void)state;
	if (!lib_redis_available())
		skip();
	fill_env(&env);
	if (demo_start(&d, &env, &err))
		fail_msg("%s", err.msg);
	snprintf(directory, sizeof(directory), "%s", demo_directory(d));
	server = server_pid(demo_url(d));
	kill(demo_keeper(d), SIGKILL);
	assert_true(await(process_is_gone, &server));
	demo_stop(d);
	assert_true(is_gone(directory));
#else
	(void)state;
	skip();
#endif
}

/* As a server does that was too busy to answer in time: all clients but the one that asks are cut off. */
static void
a_demo_that_loses_its_connection_goes_on(void **state)
{
	struct demo *d = NULL;
	struct err err = {0};
	struct env env;
	redisContext *c;
	redisReply *reply;
	long long before = -1, now = -1;
	int64_t deadline = env_mono_ms() + LIMIT_MS;

	(void)state;
	if (!lib_redis_available())
		skip();
	fill_env(&env);
	if (demo_start(&d, &env, &err))
		fail_msg("%s", err.msg);
	c = redisConnectUnix(demo_url(d) + strlen("unix://"));
	assert_true(c && !c->err);
	reply = redisCommand(c, "CLIENT KILL TYPE normal SKIPME yes");
	assert_true(reply && reply->type == REDIS_REPLY_INTEGER && reply->integer == 1);
	freeReplyObject(reply);
	while (now <= before || before < 0) {
		reply = redisCommand(c, "XLEN ml:card-fraud");
		assert_true(reply && reply->type == REDIS_REPLY_INTEGER);
		before = before < 0 ? reply->integer : before;
		now = reply->integer;
		freeReplyObject(reply);
		assert_true(env_mono_ms() < deadline);
		poll(NULL, 0, 5);
	}
	redisFree(c);
	demo_stop(d);
}

static void
what_is_missing_is_named(void **state)
{
	struct demo *d = NULL;
	struct err err = {0};
	struct env env;

	(void)state;
	fill_env(&env);
	env.path = "/nonexistent";
	assert_int_equal(demo_start(&d, &env, &err), ERR_NOT_FOUND);
	assert_non_null(strstr(err.msg, "redis-server"));
	if (!lib_redis_available())
		return;
	fill_env(&env);
	env.examples[0] = '\0';
	assert_int_equal(demo_start(&d, &env, &err), ERR_NOT_FOUND);
	assert_non_null(strstr(err.msg, "example data"));
	snprintf(env.examples, sizeof(env.examples), "/nonexistent");
	assert_true(demo_start(&d, &env, &err) != 0);
	assert_non_null(strstr(err.msg, "/nonexistent"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_same_seed_gives_the_same_events),
	    cmocka_unit_test(the_incident_begins_at_its_second_and_ends),
	    cmocka_unit_test(at_its_start_every_model_is_complete_and_none_drifts),
	    cmocka_unit_test(behind_a_minute_one_model_drifts_and_one_has_an_incident),
	    cmocka_unit_test(a_stopped_demo_leaves_nothing_behind),
	    cmocka_unit_test(a_demo_whose_user_is_killed_goes_by_itself),
	    cmocka_unit_test(a_demo_that_loses_its_connection_goes_on),
	    cmocka_unit_test(should_the_keeper_be_killed_stopping_still_leaves_nothing),
	    cmocka_unit_test(what_is_missing_is_named),
	};

	return cmocka_run_group_tests_name("demo", tests, NULL, NULL);
}
