/* SOURCE arguments: each form, what is shown of it, and that no message ever holds a secret. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collectors/source.h"
#include "collectors/url.h"
#include "tests/lib_alloc.h"

static const struct {
	const char *text;
	enum url_kind kind;
	const char *label, *user, *password, *host;
	unsigned port, db;
	const char *path, *shown;
} good[] = {
    {"redis://", URL_TCP, "", NULL, NULL, "127.0.0.1", 6379, 0, NULL, "redis://127.0.0.1:6379"},
    {"redis://h", URL_TCP, "", NULL, NULL, "h", 6379, 0, NULL, "redis://h:6379"},
    {"redis://h:1234", URL_TCP, "", NULL, NULL, "h", 1234, 0, NULL, "redis://h:1234"},
    {"redis://h/2", URL_TCP, "", NULL, NULL, "h", 6379, 2, NULL, "redis://h:6379/2"},
    {"redis://h/", URL_TCP, "", NULL, NULL, "h", 6379, 0, NULL, "redis://h:6379"},
    {"redis://h?db=3", URL_TCP, "", NULL, NULL, "h", 6379, 3, NULL, "redis://h:6379/3"},
    {"redis://:pw@h", URL_TCP, "", NULL, "pw", "h", 6379, 0, NULL, "redis://h:6379"},
    {"redis://me@h", URL_TCP, "", "me", NULL, "h", 6379, 0, NULL, "redis://h:6379"},
    {"redis://me:p%40%2f%3A@h:1/1", URL_TCP, "", "me", "p@/:", "h", 1, 1, NULL, "redis://h:1/1"},
    {"redis://me:a:b@c@h", URL_TCP, "", "me", "a:b@c", "h", 6379, 0, NULL, "redis://h:6379"},
    {"redis://[::1]:7000/4", URL_TCP, "", NULL, NULL, "::1", 7000, 4, NULL, "redis://[::1]:7000/4"},
    {"redis://[fe80::1%25eth0]", URL_TCP, "", NULL, NULL, "fe80::1%eth0", 6379, 0, NULL, "redis://[fe80::1%eth0]:6379"},
    {"prod=redis://h", URL_TCP, "prod", NULL, NULL, "h", 6379, 0, NULL, "redis://h:6379"},
    {"unix:///run/r.sock", URL_UNIX, "", NULL, NULL, NULL, 0, 0, "/run/r.sock", "unix:///run/r.sock"},
    {"unix:///run/r.sock?db=2", URL_UNIX, "", NULL, NULL, NULL, 0, 2, "/run/r.sock", "unix:///run/r.sock?db=2"},
    {"unix://me:pw@/r.sock", URL_UNIX, "", "me", "pw", NULL, 0, 0, "/r.sock", "unix:///r.sock"},
    {"redis+socket:///r%20s", URL_UNIX, "", NULL, NULL, NULL, 0, 0, "/r s", "unix:///r s"},
    {"events.ndjson", URL_FILE, "", NULL, NULL, NULL, 0, 0, "events.ndjson", "events.ndjson"},
    {"./a=b.ndjson", URL_FILE, "", NULL, NULL, NULL, 0, 0, "./a=b.ndjson", "./a=b.ndjson"},
    {"old=a.ndjson.gz", URL_FILE, "old", NULL, NULL, NULL, 0, 0, "a.ndjson.gz", "a.ndjson.gz"},
    {"file:///tmp/x", URL_FILE, "", NULL, NULL, NULL, 0, 0, "/tmp/x", "/tmp/x"},
    {"-", URL_STDIN, "", NULL, NULL, NULL, 0, 0, NULL, "-"},
    {"in=-", URL_STDIN, "in", NULL, NULL, NULL, 0, 0, NULL, "-"},
};

static void
same(const char *got, const char *want)
{
	if (!want)
		assert_null(got);
	else
		assert_string_equal(got, want);
}

static void
each_form_is_taken_apart_and_shown_without_user_and_password(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct url u;
		struct err err = {0};

		if (url_parse(&u, good[i].text, &err))
			fail_msg("%s: %s", good[i].text, err.msg);
		assert_int_equal(u.kind, good[i].kind);
		same(u.label, good[i].label);
		same(u.user, good[i].user);
		same(u.password, good[i].password);
		same(u.host, good[i].host);
		same(u.path, good[i].path);
		same(u.shown, good[i].shown);
		assert_int_equal(u.port, good[i].port);
		assert_int_equal(u.db, good[i].db);
		url_release(&u);
		url_release(&u);
	}
}

#define LONG_PATH                                                                                                    \
	"/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaa"

static const struct {
	const char *text, *says;
} bad[] = {
    {"", "missing"},
    {"prod=", "missing"},
    {"redis://h:0", "port"},
    {"redis://h:65536", "port"},
    {"redis://h:6379x", "port"},
    {"redis://h:SECRET", "port"},
    {"redis://:SECRET/SECRET@h:x", "port"},
    {"redis://h/x", "database"},
    {"redis://h/-1", "database"},
    {"redis://h?db=", "database"},
    {"redis://h?timeout=3", "db=NUMBER"},
    {"redis://[::1", "]"},
    {"redis://[::1]x", "port"},
    {"redis://me:SECRET%zz@h", "password"},
    {"redis://me:SECRET%00@h", "password"},
    {"redis://me:SECRET%4@h", "password"},
    {"unix://", "absolute path"},
    {"unix://r.sock", "absolute path"},
    {"unix://run/r.sock", "three slashes"},
    {"unix://me:SECRET@run/r.sock", "three slashes"},
    {"unix://" LONG_PATH, "bytes long"},
    {"rediss://me:SECRET@h", "TLS"},
    {"http://me:SECRET@h", "'http://'"},
};

static void
what_cannot_be_read_is_one_sentence_without_secrets(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct url u;
		struct err err = {0};

		if (url_parse(&u, bad[i].text, &err) != ERR_USAGE)
			fail_msg("'%s' is accepted", bad[i].text);
		if (!strstr(err.msg, bad[i].says) || strstr(err.msg, "SECRET"))
			fail_msg("'%s': '%s'", bad[i].text, err.msg);
		assert_null(u.shown);
		assert_null(u.password);
	}
}

static int
parse_one(void *ctx, struct err *err)
{
	struct url u;
	int rc = url_parse(&u, ctx, err);

	url_release(&u);
	return rc;
}

static void
every_allocation_may_fail(void **state)
{
	static char tcp[] = "l=redis://me:pw@h/1", path[] = "l=unix://me:pw@/s";

	(void)state;
	assert_true(alloc_fail_each(parse_one, tcp) > 0);
	assert_true(alloc_fail_each(parse_one, path) > 0);
}

/* Opening a source to a server that is not there, and closing it again before the loop has run once. */
static int
open_one(void *ctx, struct err *err)
{
	static const char *const patterns[] = {"a", "b:*"};
	struct source_options options = {.patterns = patterns, .npatterns = 2, .wall_ms = 1};
	const struct sink sink = {0};
	struct source *s = NULL;
	uv_loop_t loop;
	int rc;

	uv_loop_init(&loop);
	source_timing_default(&options.timing);
	rc = source_open(&s, &loop, 0, ctx, &options, &sink, err);
	if (!rc)
		source_close(s, NULL, NULL);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
	return rc;
}

/* Starting the first connection is no longer part of opening: what fails there is a state, told later. */
static void
every_allocation_of_opening_a_source_may_fail(void **state)
{
	static char url[] = "unix://me:pw@/nonexistent/s", tcp[] = "redis://127.0.0.1:1";

	(void)state;
	assert_true(alloc_survive_each(open_one, url) > 0);
	assert_true(alloc_survive_each(open_one, tcp) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_form_is_taken_apart_and_shown_without_user_and_password),
	    cmocka_unit_test(what_cannot_be_read_is_one_sentence_without_secrets),
	    cmocka_unit_test(every_allocation_may_fail),
	    cmocka_unit_test(every_allocation_of_opening_a_source_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
