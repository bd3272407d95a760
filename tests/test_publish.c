/*
 * Publishing: lines stay byte for byte what they were, or are restamped or taken apart exactly; the
 * client against a real server; `drifttop publish` as its user runs it.
 */
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
#include <zlib.h>

#include "collectors/lines.h"
#include "collectors/publish.h"
#include "collectors/publish_line.h"
#include "core/mem.h"
#include "tests/lib_alloc.h"
#include "tests/lib_redis.h"
#include "tests/lib_run.h"

#define LIMIT_MS 30000

static void
path_in_tmp(char *buf, size_t bytes, const char *name)
{
	snprintf(buf, bytes, "%s/%s", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp", name);
}

static void
write_file(const char *path, const char *text, size_t n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	fclose(f);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void
expect_restamp(const char *line, int64_t ms, const char *expected)
{
	char buf[512];
	struct err err = {0};
	struct publish_time t;
	size_t n;

	if (publish_line_time(slice_of(line), &t, &err))
		fail_msg("%s: %s", line, err.msg);
	n = publish_line_restamp(slice_of(line), &t, ms, buf);
	assert_true(n < sizeof(buf));
	buf[n] = '\0';
	assert_string_equal(buf, expected);
}

static void
a_time_is_replaced_where_it_stands_or_put_in(void **state)
{
	(void)state;
	expect_restamp("{\"ts\":123,\"a\":1}", 1700000000000, "{\"ts\":1700000000000,\"a\":1}");
	expect_restamp("{\"a\":{\"ts\":5},\"ts\" : \"2020-01-01T00:00:00Z\" }", 7,
	    "{\"a\":{\"ts\":5},\"ts\" : 7 }");
	expect_restamp("{\"timestamp\":1.5e9}", 7, "{\"timestamp\":7}");
	/* Of two names the one that is read first is the one that counts. */
	expect_restamp("{\"timestamp\":1,\"ts\":2}", 7, "{\"timestamp\":1,\"ts\":7}");
	expect_restamp("{\"a\":\"\\\"ts\\\":1\"}", 7, "{\"ts\":7,\"a\":\"\\\"ts\\\":1\"}");
	expect_restamp(" { } ", 7, " {\"ts\":7 } ");
	expect_restamp("{\"ts\":null}", 7, "{\"ts\":7}");
}

static void
the_time_of_a_line_is_read_as_events_are(void **state)
{
	struct publish_time t;

	(void)state;
	assert_int_equal(publish_line_time(slice_of("{\"event_time\":1700000000}"), &t, NULL), 0);
	assert_true(t.ms == 1700000000000);
	assert_int_equal(
	    publish_line_time(slice_of("{\"ts\":\"2023-11-14T22:13:20Z\"}"), &t, NULL), 0);
	assert_true(t.ms == 1700000000000);
	assert_int_equal(publish_line_time(slice_of("{\"ts\":\"noon\"}"), &t, NULL), 0);
	assert_true(t.ms == INT64_MIN);
}

static void
what_is_no_object_is_named_with_its_byte(void **state)
{
	static const char *const bad[] = {
	    "", "x", "[1]", "7", "{\"a\":1", "{\"a\" 1}", "{\"a\":1} x", "\"s\""};
	struct publish_flat flat;
	struct publish_time t;
	size_t i;

	(void)state;
	publish_flat_init(&flat);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = {0};

		assert_int_equal(publish_line_time(slice_of(bad[i]), &t, &err), ERR_FORMAT);
		assert_non_null(strstr(err.msg, "byte "));
		assert_int_equal(publish_line_flat(&flat, slice_of(bad[i]), &err), ERR_FORMAT);
	}
	publish_flat_release(&flat);
}

static void
flat_fields_keep_known_names_and_mark_features(void **state)
{
	static const char line[] = "{\"ts\":5,\"model\":\"m\\u0041\",\"features\":{\"x\":1.50,"
				   "\"o\":{\"p\":true,\"q\":null,"
				   "\"r\":[1,2]},\"status\":\"wet\"},\"proba\":[0.25, "
				   "0.75],\"error\":null,\"extra\":\"e\"}";
	static const char *const want[] = {"ts", "5", "model", "mA", "f.x", "1.50", "f.o.p", "true",
	    "f.status", "wet", "proba", "[0.25, 0.75]", "f.extra", "e"};
	struct publish_flat f;
	size_t i;

	(void)state;
	publish_flat_init(&f);
	assert_int_equal(publish_line_flat(&f, slice_of(line), NULL), 0);
	assert_int_equal(f.count, sizeof(want) / sizeof(want[0]) / 2);
	for (i = 0; i < f.count; i++) {
		assert_true(slice_is(f.fields[i].name, want[2 * i]));
		assert_true(slice_is(f.fields[i].value, want[2 * i + 1]));
	}
	publish_flat_release(&f);
}

static int
flatten(void *ctx, struct err *err)
{
	struct publish_flat f;
	int rc;

	(void)ctx;
	publish_flat_init(&f);
	rc = publish_line_flat(&f,
	    slice_of("{\"features\":{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,"
		     "\"h\":8,\"i\":\"a longer text\\n\"}}"),
	    err);
	publish_flat_release(&f);
	return rc;
}

static void
taking_apart_survives_every_refused_allocation(void **state)
{
	(void)state;
	assert_true(alloc_fail_each(flatten, NULL) > 1);
}

static void
lines_are_the_same_plain_and_compressed(void **state)
{
	char plain[300], packed[300], want[64], big[200000];
	const char *paths[2] = {plain, packed};
	struct lines *l = NULL;
	struct slice line;
	bool end = false;
	gzFile gz;
	size_t i, k;
	FILE *f;

	(void)state;
	path_in_tmp(plain, sizeof(plain), "lines.txt");
	path_in_tmp(packed, sizeof(packed), "lines.txt.gz");
	f = fopen(plain, "w");
	gz = gzopen(packed, "w");
	assert_true(f && gz);
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	for (i = 0; i < 3000; i++) {
		fprintf(f, "line %zu%s\n", i, i % 2 ? "\r" : "");
		gzprintf(gz, "line %zu%s\n", i, i % 2 ? "\r" : "");
	}
	fprintf(f, "\n%s\nlast", big);
	gzputs(gz, "\n");
	gzputs(gz, big);
	gzputs(gz, "\nlast");
	fclose(f);
	gzclose(gz);
	for (k = 0; k < 2; k++) {
		assert_int_equal(lines_open(&l, paths[k], NULL), 0);
		for (i = 0; i < 3000; i++) {
			assert_int_equal(lines_next(l, &line, &end, NULL), 0);
			snprintf(want, sizeof(want), "line %zu", i);
			assert_true(!end && slice_is(line, want));
		}
		assert_int_equal(lines_next(l, &line, &end, NULL), 0);
		assert_true(!end && line.n == 0);
		assert_int_equal(lines_next(l, &line, &end, NULL), 0);
		assert_true(!end && slice_is(line, big));
		assert_int_equal(lines_next(l, &line, &end, NULL), 0);
		assert_true(!end && slice_is(line, "last"));
		assert_int_equal(lines_next(l, &line, &end, NULL), 0);
		assert_true(end);
		lines_close(l);
		unlink(paths[k]);
	}
}

static void
a_damaged_gzip_is_named_with_its_line(void **state)
{
	char path[300], bytes[4096];
	struct err err = {0};
	struct lines *l = NULL;
	struct slice line;
	bool end = false;
	gzFile gz;
	size_t n;
	FILE *f;
	int rc = 0, i;

	(void)state;
	path_in_tmp(path, sizeof(path), "torn.gz");
	gz = gzopen(path, "w");
	assert_non_null(gz);
	for (i = 0; i < 1000; i++)
		gzprintf(gz, "%d\n", i * 7919 % 1000);
	gzclose(gz);
	f = fopen(path, "r");
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	assert_true(n > 100 && n < sizeof(bytes));
	write_file(path, bytes, n / 2);
	assert_int_equal(lines_open(&l, path, &err), 0);
	while (!rc && !end)
		rc = lines_next(l, &line, &end, &err);
	assert_int_equal(rc, ERR_FORMAT);
	assert_non_null(strstr(err.msg, "torn.gz"));
	assert_non_null(strstr(err.msg, "line "));
	lines_close(l);
	unlink(path);
}

/* ID or n-th word of an entry, as Redis' own Lua gives it. */
#define FIRST_ID "return redis.call('XRANGE',KEYS[1],'-','+','COUNT',9)[9][1]"
#define LAST_FIELD "return redis.call('XREVRANGE',KEYS[1],'+','-','COUNT',1)[1][2][1]"
#define LAST_VALUE "return redis.call('XREVRANGE',KEYS[1],'+','-','COUNT',1)[1][2][2]"

/* ---- a real server --------------------------------------------------------------------------- */

static void
entries_arrive_in_order_each_once(void **state)
{
	struct lib_redis r;
	struct publish *p = NULL;
	struct err err = {0};
	struct pair f = {{"event", 5}, {NULL, 0}};
	char text[32], first[64], last[64];
	bool exists = true;
	int i;

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&r, NULL);
	if (publish_open(&p, r.url, NULL, PUBLISH_TIMEOUT_MS, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(publish_exists(p, slice_of("k"), &exists, &err), 0);
	assert_false(exists);
	/* More than a window and more than one batch. */
	for (i = 0; i < 3 * PUBLISH_WINDOW + 7; i++) {
		f.value = slice_make(text, (size_t)snprintf(text, sizeof(text), "{\"n\":%d}", i));
		if (publish_add(p, slice_of("k"), i < 10 ? 1000 + i / 4 : -1, 0, &f, 1, &err))
			fail_msg("%s", err.msg);
	}
	assert_int_equal(publish_flush(p, &err), 0);
	assert_int_equal(publish_confirmed(p), 3 * PUBLISH_WINDOW + 7);
	assert_int_equal(lib_redis_int(&r, "XLEN k"), 3 * PUBLISH_WINDOW + 7);
	assert_int_equal(publish_exists(p, slice_of("k"), &exists, &err), 0);
	assert_true(exists);
	lib_redis_text(&r, first, sizeof(first), "EVAL %s 1 k", FIRST_ID);
	assert_int_equal(strncmp(first, "1002-", 5), 0);
	lib_redis_text(&r, last, sizeof(last), "EVAL %s 1 k", LAST_VALUE);
	assert_string_equal(last, "{\"n\":3006}");
	publish_close(p);
	lib_redis_stop(&r);
}

static void
what_the_server_refuses_is_said_in_its_words(void **state)
{
	const char *const args[] = {"--requirepass", "sesame", NULL};
	struct lib_redis r;
	struct publish *p = NULL;
	struct err err = {0};
	struct pair f = {{"event", 5}, {"{}", 2}};
	int rc;

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&r, args);
	assert_int_equal(publish_open(&p, r.url, NULL, PUBLISH_TIMEOUT_MS, &err), ERR_AUTH);
	assert_non_null(strstr(err.msg, "NOAUTH"));
	assert_int_equal(publish_open(&p, r.url, "wrong", PUBLISH_TIMEOUT_MS, &err), ERR_AUTH);
	assert_non_null(strstr(err.msg, "WRONGPASS"));
	assert_null(strstr(err.msg, "wrong\""));
	err = (struct err){0};
	if (publish_open(&p, r.url, "sesame", PUBLISH_TIMEOUT_MS, &err))
		fail_msg("%s", err.msg);
	lib_redis_do(&r, "AUTH sesame");
	lib_redis_do(&r, "SET k x");
	rc = publish_add(p, slice_of("k"), -1, 0, &f, 1, &err);
	if (!rc)
		rc = publish_flush(p, &err);
	assert_int_equal(rc, ERR_IO);
	assert_non_null(strstr(err.msg, "WRONGTYPE"));
	publish_close(p);
	lib_redis_stop(&r);
}

static void
no_server_is_one_sentence_and_no_wait(void **state)
{
	struct publish *p = NULL;
	struct err err = {0};

	(void)state;
	assert_int_equal(
	    publish_open(&p, "unix:///nonexistent/redis.sock", NULL, 1000, &err), ERR_IO);
	assert_non_null(strstr(err.msg, "/nonexistent/redis.sock"));
	assert_int_equal(publish_open(&p, "events.ndjson", NULL, 1000, &err), ERR_USAGE);
	assert_int_equal(
	    publish_open(&p, "redis://user:secret@127.0.0.1:1/", NULL, 1000, &err), ERR_IO);
	assert_null(strstr(err.msg, "secret"));
}

/* ---- the command ----------------------------------------------------------------------------- */

static void
run_publish(struct lib_run *r, const char *const *args, const char *input, int status)
{
	lib_run(r, args, NULL, input, LIMIT_MS);
	if (r->status != status)
		fail_msg("exit status %d, not %d: %s", r->status, status, r->err);
	/* Words go to standard error, and there is no data. */
	assert_int_equal(r->nout, 0);
}

static void
lines_are_published_unchanged_and_a_stream_is_not_written_to_twice(void **state)
{
	static const char odd[] = "{ \"ts\" : 1700000000000 , \"features\":{\"\\u0061\":1e0}}";
	struct lib_redis s;
	const char *once[] = {"publish", "-", s.url, "--stream", "ml:x", NULL};
	const char *more[] = {"publish", "-", s.url, "--stream", "ml:x", "--append", NULL};
	struct lib_run r;
	char text[200];

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&s, NULL);
	snprintf(text, sizeof(text), "%s\n\n  \n%s", odd, odd);
	run_publish(&r, once, text, 0);
	assert_non_null(strstr(r.err, "2 entries written"));
	lib_run_free(&r);
	assert_int_equal(lib_redis_int(&s, "XLEN ml:x"), 2);
	lib_redis_text(&s, text, sizeof(text), "EVAL %s 1 ml:x", LAST_VALUE);
	assert_string_equal(text, odd);
	lib_redis_text(&s, text, sizeof(text), "EVAL %s 1 ml:x", LAST_FIELD);
	assert_string_equal(text, "event");
	run_publish(&r, once, "{}\n", 1);
	assert_non_null(strstr(r.err, "--append"));
	lib_run_free(&r);
	run_publish(&r, more, "{\"a\":1}\n", 0);
	assert_non_null(strstr(r.err, "1 entry written"));
	lib_run_free(&r);
	assert_int_equal(lib_redis_int(&s, "XLEN ml:x"), 3);
	lib_redis_stop(&s);
}

static void
a_bad_line_is_named_and_what_came_before_it_is_there(void **state)
{
	struct lib_redis s;
	const char *args[] = {"publish", "-", s.url, "--stream", "ml:x", NULL};
	struct lib_run r;

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&s, NULL);
	run_publish(&r, args, "{\"a\":1}\n\n{\"a\":\n", 1);
	assert_non_null(strstr(r.err, "line 3"));
	lib_run_free(&r);
	lib_redis_stop(&s);
}

static void
published_flat_or_as_json_a_report_says_the_same(void **state)
{
	struct lib_redis s;
	const char *as_json[] = {"publish", "docs/examples/birdstrikes.events.ndjson.gz", s.url,
	    "--stream", "ml:bird:json", NULL};
	const char *flat[] = {"publish", "docs/examples/birdstrikes.events.ndjson.gz", s.url,
	    "--stream", "ml:bird:flat", "--flat", NULL};
	const char *report_json[] = {
	    "report", s.url, "-s", "ml:bird:json", "--format", "json", NULL};
	const char *report_flat[] = {
	    "report", s.url, "-s", "ml:bird:flat", "--format", "json", NULL};
	struct lib_run r, a, b;
	const char *ma, *mb;

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&s, NULL);
	run_publish(&r, as_json, NULL, 0);
	lib_run_free(&r);
	run_publish(&r, flat, NULL, 0);
	lib_run_free(&r);
	lib_run(&a, report_json, NULL, NULL, LIMIT_MS);
	lib_run(&b, report_flat, NULL, NULL, LIMIT_MS);
	assert_int_equal(a.status | b.status, 0);
	/* Before that come times that depend on the moment of reading. */
	ma = strstr(a.out, "\"versions\"");
	mb = strstr(b.out, "\"versions\"");
	assert_true(ma && mb);
	assert_non_null(strstr(a.out, "\"events\":7632"));
	if (strcmp(ma, mb) != 0)
		fail_msg("the models differ");
	lib_run_free(&a);
	lib_run_free(&b);
	lib_redis_stop(&s);
}

static void
a_rate_is_kept(void **state)
{
	struct lib_redis s;
	const char *args[] = {
	    "publish", "-", s.url, "--stream", "ml:x", "--rate", "50", "--restamp", NULL};
	struct lib_run r;
	char text[400] = "";
	int i;

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&s, NULL);
	for (i = 0; i < 26; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "{\"n\":%d}\n", i);
	run_publish(&r, args, text, 0);
	/* 26 lines at 50 a second: the last is due half a second behind the first, never earlier.
	 */
	assert_true(r.seconds >= 0.5);
	lib_run_free(&r);
	assert_int_equal(lib_redis_int(&s, "XLEN ml:x"), 26);
	lib_redis_stop(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_time_is_replaced_where_it_stands_or_put_in),
	    cmocka_unit_test(the_time_of_a_line_is_read_as_events_are),
	    cmocka_unit_test(what_is_no_object_is_named_with_its_byte),
	    cmocka_unit_test(flat_fields_keep_known_names_and_mark_features),
	    cmocka_unit_test(taking_apart_survives_every_refused_allocation),
	    cmocka_unit_test(lines_are_the_same_plain_and_compressed),
	    cmocka_unit_test(a_damaged_gzip_is_named_with_its_line),
	    cmocka_unit_test(entries_arrive_in_order_each_once),
	    cmocka_unit_test(what_the_server_refuses_is_said_in_its_words),
	    cmocka_unit_test(no_server_is_one_sentence_and_no_wait),
	    cmocka_unit_test(lines_are_published_unchanged_and_a_stream_is_not_written_to_twice),
	    cmocka_unit_test(a_bad_line_is_named_and_what_came_before_it_is_there),
	    cmocka_unit_test(published_flat_or_as_json_a_report_says_the_same),
	    cmocka_unit_test(a_rate_is_kept),
	};

	return cmocka_run_group_tests_name("publish", tests, NULL, NULL);
}
