/* drifttop check in each of its four outcomes, over files and over a real server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include "core/mem.h"
#include "tests/lib_fleet.h"
#include "tests/lib_redis.h"
#include "tests/lib_rng.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"
#include "tui/check.h"

#define LIMIT_MS 40000
#define ROWS	 3000

/* What becomes of the one input: SHIFTED stays within the baseline's range, which would be a cause of its own. */
enum change { SAME, SHIFTED, GONE };

struct files {
	char dir[200], train[240], events[240];
};

/* A row a second, so that the newest five minutes hold 300. */
static char *
rows(uint64_t seed, size_t n, enum change change)
{
	char *text = malloc(n * 120 + 1), *p = text;
	size_t i;

	assert_non_null(text);
	*p = '\0';
	for (i = 0; i < n; i++) {
		double bell = rng_normal(&seed), x = change == SHIFTED ? 62 + 5 * bell : 50 + 10 * bell;

		p += sprintf(p, "{\"ts\":%zu,\"model\":\"m\",\"features\":{\"x\":", 1700000000 + i);
		p += change == GONE ? sprintf(p, "null,") : sprintf(p, "%.3f,", x);
		p += sprintf(p, "\"kind\":\"a\"},\"prediction\":%d}\n", (int)rng_below(&seed, 2));
	}
	return text;
}

static void
write_file(const char *path, char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	free(text);
}

static int
setup(void **state)
{
	struct files *w = calloc(1, sizeof(*w));

	if (!w)
		return -1;
	lib_tmp_make(w->dir, sizeof(w->dir), "check");
	snprintf(w->train, sizeof(w->train), "%s/train.ndjson", w->dir);
	snprintf(w->events, sizeof(w->events), "%s/events.ndjson", w->dir);
	write_file(w->train, rows(1, ROWS, SAME));
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct files *w = *state;

	unlink(w->train);
	unlink(w->events);
	rmdir(w->dir);
	free(w);
	return 0;
}

/* As cron runs it: nothing but a PATH, no terminal, no input. */
static void
check(struct lib_run *r, const char *const *args, int status, const char *said)
{
	const char *const env[] = {"PATH=/usr/bin:/bin", NULL};

	lib_run(r, args, env, NULL, LIMIT_MS);
	if (r->status != status || !strstr(r->out, said))
		fail_msg("exit %d, should be %d with '%s': %s%s", r->status, status, said, r->out, r->err);
	assert_null(strchr(r->out, '\033'));
}

static void
file_is(struct files *w, enum change change, size_t n, const char *baseline, int status, const char *said)
{
	const char *const args[] = {"check", w->events, baseline ? "--baseline" : NULL, baseline, NULL};
	struct lib_run r;

	write_file(w->events, rows(2, n, change));
	check(&r, args, status, said);
	lib_run_free(&r);
}

static void
a_file_has_each_of_the_four_outcomes(void **state)
{
	struct files *w = *state;

	file_is(w, SAME, ROWS, w->train, 0, "drifttop OK: 1 model: 1 ok\n");
	file_is(w, SHIFTED, ROWS, w->train, 1, "drifttop WARNING: 1 model: 1 warn\nwarn    m: x: ");
	file_is(w, GONE, ROWS, w->train, 2, "drifttop CRITICAL: 1 model: 1 crit\ncrit    m: ");
	file_is(w, SAME, 20, NULL, 3, "drifttop UNKNOWN: no model can be judged yet; 1 model: 1 unknown\nunknown m");
	file_is(w, SAME, 0, NULL, 3, "drifttop UNKNOWN: ");
}

/* One sentence, on the one output or the other. */
static void
says_it_does_not_know(struct lib_run *r)
{
	assert_int_equal(r->status, 3);
	assert_true(r->nout + r->nerr > 10);
	lib_run_free(r);
}

static void
what_cannot_be_looked_at_is_unknown(void **state)
{
	static const char *const lines[][6] = {
	    {"check", "./there-is-no-such-file.ndjson", NULL},
	    {"check", "--bogus", NULL},
	    {"check", "a.ndjson", "--for", "soon", NULL},
	    {"check", "http://h:80", NULL},
	};
	struct lib_run r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		lib_run(&r, lines[i], NULL, NULL, LIMIT_MS);
		says_it_does_not_know(&r);
	}
}

static void
a_state_directory_that_cannot_be_used_is_told_beside_the_verdict(void **state)
{
	struct files *w = *state;
	char below[280];
	const char *const args[] = {"check", w->events, "--baseline", w->train, "--state", below, NULL};
	struct lib_run r;

	snprintf(below, sizeof(below), "%s/below", w->train); /* that is a file */
	write_file(w->events, rows(4, ROWS, SAME));
	check(&r, args, 0, "drifttop OK: 1 model: 1 ok\n");
	assert_string_equal(r.err, "drifttop: state directory: cannot be made: Not a directory; nothing is kept\n");
	lib_run_free(&r);
}

static void
a_rule_of_ones_own_is_told_as_it_was_written_with_the_digits_of_columns(void **state)
{
	struct files *w = *state;
	char *text = malloc(ROWS * 80), *p = text;
	const char *const args[] = {"check", w->events, "--config", w->train, NULL};
	struct lib_run r;
	int i;

	assert_non_null(text);
	for (i = 0; i < ROWS; i++)
		p += sprintf(p, "{\"ts\":%d,\"model\":\"m\",\"latency_ms\":%.4f,\"prediction\":1}\n", 1700000000 + i,
		    100 / 3.0);
	write_file(w->events, text);
	text = malloc(100);
	assert_non_null(text);
	sprintf(text, "{\"rules\": [{\"name\": \"own\", \"warn\": \"p99 > 30ms\"}]}");
	write_file(w->train, text);
	check(&r, args, 1, "warn    m: p99 33ms > 30ms\n");
	lib_run_free(&r);
}

static void
the_json_says_the_same(void **state)
{
	struct files *w = *state;
	const char *const args[] = {"check", w->events, "--baseline", w->train, "--format", "json", NULL};
	const cJSON *model;
	struct lib_run r;
	cJSON *json;

	write_file(w->events, rows(3, ROWS, SHIFTED));
	check(&r, args, 1, "\"status\":\"warn\"");
	json = cJSON_Parse(r.out);
	assert_non_null(json);
	assert_int_equal(cJSON_GetObjectItemCaseSensitive(json, "exit")->valueint, 1);
	assert_int_equal(cJSON_GetObjectItemCaseSensitive(json, "events")->valueint, ROWS);
	model = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(json, "models"), 0);
	assert_string_equal(cJSON_GetObjectItemCaseSensitive(model, "model")->valuestring, "m");
	assert_string_equal(cJSON_GetObjectItemCaseSensitive(model, "severity")->valuestring, "warn");
	assert_string_equal(cJSON_GetObjectItemCaseSensitive(model, "worst")->valuestring, "x");
	assert_non_null(strstr(cJSON_GetObjectItemCaseSensitive(model, "sentence")->valuestring, "sd"));
	cJSON_Delete(json);
	lib_run_free(&r);
}

static void
publish(struct files *w, struct lib_redis *redis, enum change change, size_t n)
{
	const char *const args[] = {"publish", w->events, redis->url, "--stream", "ml:m", "--restamp", NULL};
	struct lib_run r;

	write_file(w->events, rows(5, n, change));
	lib_redis_do(redis, "DEL ml:m");
	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	if (r.status != 0)
		fail_msg("publish: %s", r.err);
	lib_run_free(&r);
}

static void
a_server_has_each_of_the_four_outcomes(void **state)
{
	struct files *w = *state;
	const char *args[] = {"check", NULL, "--baseline", w->train, NULL, NULL, NULL};
	struct lib_redis redis;
	struct lib_run r;

	if (!lib_redis_available())
		skip();
	lib_redis_start(&redis, NULL);
	args[1] = redis.url;
	check(&r, args, 3, "unknown m: no event");
	lib_run_free(&r);
	publish(w, &redis, SAME, ROWS);
	check(&r, args, 0, "drifttop OK: 1 model: 1 ok\n");
	lib_run_free(&r);
	/* Watching goes on for as long as was said. */
	args[4] = "--for";
	args[5] = "1s";
	check(&r, args, 0, "drifttop OK: 1 model: 1 ok\n");
	assert_true(r.seconds >= 1);
	lib_run_free(&r);
	args[4] = args[5] = NULL;
	publish(w, &redis, SHIFTED, ROWS);
	check(&r, args, 1, "warn    m: x: ");
	lib_run_free(&r);
	publish(w, &redis, GONE, ROWS);
	check(&r, args, 2, "drifttop CRITICAL");
	lib_run_free(&r);
	/* Without a baseline nobody knows of a model. */
	args[2] = "--stream";
	args[3] = "other:*";
	check(&r, args, 3, "choose with --stream");
	lib_run_free(&r);
	lib_redis_stop(&redis);
}

/* A server is waited for, and not for ever: both of these at once and while the other tests run. */
static struct lib_run_begun waiting[2];

static int
begin_waiting(void **state)
{
	static const char *const lines[2][6] = {
	    {"check", "unix:///there/is/no/such/socket", NULL},
	    {"check", "unix:///there/is/no/such/socket", "--for", "1s", NULL},
	};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++)
		lib_run_begin(&waiting[i], lines[i], NULL, NULL, LIMIT_MS);
	return 0;
}

static void
a_server_that_is_not_there_is_unknown_after_ten_seconds(void **state)
{
	struct lib_run r;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		lib_run_end(&waiting[i], &r);
		assert_true(r.seconds >= 9.9);
		says_it_does_not_know(&r);
	}
}

/* What check says of a store, with what was seen before. */
static enum check_status
text_of(const struct store *s, const struct check_worst *worst, char *text, size_t bytes)
{
	const struct check_options o = {.program_version = "0", .worst = worst, .utf8 = true};
	enum check_status status;
	FILE *f = fmemopen(text, bytes, "w");

	assert_non_null(f);
	assert_int_equal(check_text(s, &o, f, &status, NULL), 0);
	assert_int_equal(fclose(f), 0);
	return status;
}

/* Two fleets with as many models are taken for one at two times: in trouble, and not any more. */
static void
what_was_worst_while_it_watched_counts_also_where_it_is_over(void **state)
{
	int64_t now_ms;
	struct store *then = fleet_make(FLEET_INCIDENT, &now_ms), *now = fleet_make(FLEET_CROWD, &now_ms);
	const struct check_options o = {.program_version = "0", .utf8 = true};
	struct check_options seen = o;
	struct check_worst worst = {0};
	enum check_status status;
	char text[16384], *json;
	size_t n;

	(void)state;
	assert_int_not_equal(text_of(now, NULL, text, sizeof(text)), CHECK_CRIT);
	assert_int_equal(text_of(then, NULL, text, sizeof(text)), CHECK_CRIT);
	assert_int_equal(check_worst_see(&worst, then, NULL), 0);
	assert_int_equal(check_worst_see(&worst, now, NULL), 0); /* the worst is kept */
	assert_int_equal(text_of(now, &worst, text, sizeof(text)), CHECK_CRIT);
	assert_ptr_equal(strstr(text, "drifttop CRITICAL: 60 models: 2 crit, 1 warn, "), text);
	assert_non_null(strstr(text, "\ncrit    "));
	assert_non_null(strstr(text, ": amount (+1): missing 49.8% of 5 min, now 100% (base 0.0%); since "));
	seen.worst = &worst;
	json = check_json(now, &seen, &n, &status, NULL);
	assert_non_null(json);
	assert_int_equal(status, CHECK_CRIT);
	assert_non_null(strstr(json, "\"severity\":\"crit\",\"severity_now\":\""));
	mem_free(json);
	/* What is as bad now is told as it is now. */
	assert_int_equal(text_of(then, &worst, text, sizeof(text)), CHECK_CRIT);
	assert_null(strstr(text, "; since "));
	check_worst_release(&worst);
	store_free(then);
	store_free(now);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_file_has_each_of_the_four_outcomes, setup, teardown),
	    cmocka_unit_test(what_cannot_be_looked_at_is_unknown),
	    cmocka_unit_test_setup_teardown(
		a_state_directory_that_cannot_be_used_is_told_beside_the_verdict, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		a_rule_of_ones_own_is_told_as_it_was_written_with_the_digits_of_columns, setup, teardown),
	    cmocka_unit_test_setup_teardown(the_json_says_the_same, setup, teardown),
	    cmocka_unit_test(what_was_worst_while_it_watched_counts_also_where_it_is_over),
	    cmocka_unit_test_setup_teardown(a_server_has_each_of_the_four_outcomes, setup, teardown),
	    cmocka_unit_test(a_server_that_is_not_there_is_unknown_after_ten_seconds),
	};

	return cmocka_run_group_tests(tests, begin_waiting, NULL);
}
