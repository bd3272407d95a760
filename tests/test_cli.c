/*
 * The program from outside: what is wrong gets one sentence on standard error and its exit status,
 * what is right gets its data on standard output; secrets are in neither; no terminal is needed
 * where none is meant.
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
#include <sys/stat.h>
#include <unistd.h>

#include "tests/lib_redis.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"

#define LIMIT_MS 40000
#define WORDS 16

static void
split(const char *line, char *buf, size_t bytes, const char **args)
{
	size_t n = 0;
	char *p = buf, *blank;

	snprintf(buf, bytes, "%s", line);
	while (*p && n < WORDS - 1) {
		args[n++] = p;
		blank = strchr(p, ' ');
		if (!blank)
			break;
		*blank = '\0';
		p = blank + 1;
	}
	args[n] = NULL;
}

/* One sentence: "drifttop: …", one line end at its end, nothing on standard output. */
static void
check_sentence(const struct lib_run *r, const char *line, int status, const char *part)
{
	const char *end = r->err ? strchr(r->err, '\n') : NULL;

	if (r->status != status)
		fail_msg("'%s': exit status %d, not %d: %s", line, r->status, status, r->err);
	if (!end || end[1] || strncmp(r->err, "drifttop: ", 10) != 0)
		fail_msg("'%s' did not say one sentence: %s", line, r->err);
	if (!strstr(r->err, part))
		fail_msg("'%s' says \"%s\" and not \"%s\"", line, r->err, part);
	if (r->nout)
		fail_msg("'%s' wrote to standard output", line);
}

static void
wrong(const char *line, int status, const char *part)
{
	const char *args[WORDS];
	char buf[500];
	struct lib_run r;

	split(line, buf, sizeof(buf), args);
	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	check_sentence(&r, line, status, part);
	lib_run_free(&r);
}

static void
wrong_usage_is_exit_status_2(void **state)
{
	(void)state;
	wrong("--sream x", 2, "did you mean '--stream'?");
	wrong("reprot", 2, "did you mean 'report'?");
	wrong("record", 2, "name the file or the directory");
	wrong("replay x.dtr", 1, "x.dtr: No such file");
	wrong("report --format yaml", 2, "json, text");
	wrong("report --from 2026-02-30", 2, "2026-02-30");
	wrong("report http://h:80", 2, "http");
	wrong("report redis://h:99999", 2, "1 to 65535");
	wrong("report redis://h/notadb", 2, "URL");
	wrong("report unix://relative", 2, "unix://");
	wrong("report - -", 2, "twice");
	wrong("report - --from -15m", 2, "standard input");
	wrong("report a.ndjson --from 2026-01-02 --to 2026-01-01", 2, "empty");
	wrong("baseline docs/examples/storms.train.ndjson.gz", 2, "-o FILE");
	wrong("publish docs/examples/storms.train.ndjson.gz", 2, "--stream KEY");
	wrong("publish x.ndjson notaserver.txt --stream k", 2, "no server");
	wrong("demo extra", 2, "too much");
}

static void
what_cannot_be_done_is_exit_status_1(void **state)
{
	(void)state;
	wrong("report /nonexistent/events.ndjson", 1, "/nonexistent/events.ndjson");
	wrong("report docs", 2, "directory");
	wrong("report docs/examples/storms.events.ndjson.gz --baseline /nonexistent.json", 1,
	    "/nonexistent.json");
	wrong("report docs/examples/storms.events.ndjson.gz --baseline Makefile", 1, "Makefile");
	wrong("report docs/examples/storms.train.ndjson.gz -o /nonexistent/out.json", 1,
	    "/nonexistent/out.json");
	wrong("report docs/examples/storms.train.ndjson.gz -o docs", 1, "docs");
	wrong("report unix:///nonexistent/s --password-file /nonexistent/p", 1, "/nonexistent/p");
	wrong("publish docs/examples/storms.train.ndjson.gz unix:///nonexistent/s --stream k", 1,
	    "/nonexistent/s");
	wrong("publish /nonexistent.ndjson unix:///nonexistent/s --stream k", 1, "nonexistent");
}

/* ---- files of another format ----------------------------------------------------------------- */

struct files {
	char dir[400], path[500];
};

/* A file of this text in a directory of its own; its path is in f->path. */
static void
files_make(struct files *f, const char *text)
{
	FILE *to;

	lib_tmp_make(f->dir, sizeof(f->dir), "cli");
	snprintf(f->path, sizeof(f->path), "%s/f", f->dir);
	to = fopen(f->path, "wb");
	assert_non_null(to);
	fputs(text, to);
	assert_int_equal(fclose(to), 0);
}

static void
files_remove(struct files *f)
{
	unlink(f->path);
	rmdir(f->dir);
}

static void
wrong_file(const char *text, const char *before, const char *behind, int status, const char *part)
{
	struct files f;
	char line[480];

	files_make(&f, text);
	snprintf(line, sizeof(line), "%s %.400s%s", before, f.path, behind);
	wrong(line, status, part);
	files_remove(&f);
}

static void
a_file_without_one_event_is_an_error_that_names_the_line(void **state)
{
	static const char pretty[] = "{\n  \"score\": 1\n}\n", array[] = "[{\"score\":1},{\"score\":2}]",
			  csv[] = "\na,b\n1,2\n", mixed[] = "[1]\n\nx\ny\n";

	(void)state;
	wrong_file(pretty, "report", "", 1, "no event in 3 lines: not_json, first in line 1");
	wrong_file(pretty, "snapshot", "", 1, "docs/EVENTS.md");
	wrong_file(pretty, "baseline", " -o /nonexistent/b", 1, "no event in 3 lines");
	wrong_file(array, "report", "", 1, "no event in 1 line: not_object, first in line 1 (an array)");
	wrong_file(csv, "report", "", 1, "no event in 2 lines: not_json, first in line 2");
	wrong_file(csv, "report docs/examples/storms.events.ndjson.gz --baseline", "", 1, "first in line 2");
	wrong_file(mixed, "report", "", 1, "no event in 3 lines: not_json, first in line 3");
}

/* Not wrong: something was there, or nothing was, which a report may say. */
static void
one_event_among_bad_lines_is_enough_and_no_line_is_no_mistake(void **state)
{
	static const char *const good[] = {"[1]\nx\n{\"score\":1}\n", "", "\n\n"};
	struct lib_run r;
	struct files f;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		const char *args[] = {"report", f.path, NULL, NULL};

		files_make(&f, i < 3 ? good[i] : "x\n");
		/* Of several files one good one will do. */
		if (i == 3)
			args[2] = "docs/examples/storms.train.ndjson.gz";
		lib_run(&r, args, NULL, NULL, LIMIT_MS);
		if (r.status)
			fail_msg("%zu: exit status %d: %s", i, r.status, r.err);
		lib_run_free(&r);
		files_remove(&f);
	}
}

static void
a_baseline_as_a_source_and_events_as_a_baseline_are_told_apart(void **state)
{
	static const char newer[] = "{\"drifttop_baseline\":{\"format\":99},\"models\":[{\"model\":\"m\"}]}",
			  without[] = "{\"drifttop_baseline\":{},\"models\":[{\"model\":\"m\"}]}",
			  unmarked[] = "{\"models\":[{\"model\":\"m\",\"kind\":\"file\"}]}";
	static const char with[] = "report docs/examples/storms.events.ndjson.gz --baseline";

	(void)state;
	wrong_file(newer, "report", "", 2, "give it as --baseline FILE");
	wrong_file(without, "report", "", 2, "give it as --baseline FILE");
	wrong_file(unmarked, "report", "", 2, "give it as --baseline FILE");
	wrong_file(newer, with, "", 1, "format 99, this program reads format 1");
	wrong_file(without, with, "", 1, "has no 'format'");
	wrong_file(unmarked, with, "", 1, "'drifttop_baseline' is missing");
}

static void
a_dashboard_without_a_terminal_says_so(void **state)
{
	(void)state;
	wrong("docs/examples/storms.train.ndjson.gz", 1, "terminal");
	wrong("docs/examples/storms.train.ndjson.gz --theme pink", 2, "dark, light, contrast");
	wrong("snapshot docs/examples/storms.train.ndjson.gz --theme pink", 2, "dark, light, contrast");
	wrong("snapshot docs/examples/storms.train.ndjson.gz --keys <Entre>", 2, "Entre");
	wrong("snapshot docs/examples/storms.train.ndjson.gz --size 120", 2, "120x40");
}

static void
a_snapshot_is_a_screen_of_the_size_asked_for(void **state)
{
	const char *const args[] = {
	    "snapshot", "docs/examples/storms.train.ndjson.gz", "--size", "80x24", "--ascii", NULL};
	const char *const bare[] = {"PATH=/usr/bin:/bin", NULL};
	struct lib_run r;
	size_t i, rows = 0, col = 0;

	(void)state;
	lib_run(&r, args, bare, NULL, LIMIT_MS);
	if (r.status != 0)
		fail_msg("%s", r.err);
	for (i = 0; i < r.nout; i++) {
		if (r.out[i] == '\n') {
			rows++;
			col = 0;
			continue;
		}
		assert_true(r.out[i] >= 0x20 && r.out[i] < 0x7f);
		assert_true(++col <= 80);
	}
	assert_int_equal(rows, 24);
	assert_non_null(strstr(r.out, "storm-wind"));
	lib_run_free(&r);
}

static void
a_name_with_control_characters_cannot_touch_the_terminal(void **state)
{
	const char *const args[] = {"report",
	    "/tmp/\x1b]0;owned\x07\n\x9b"
	    "31m.ndjson",
	    NULL};
	struct lib_run r;
	size_t i;

	(void)state;
	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	check_sentence(&r, "report ESC", 1, "owned");
	for (i = 0; i + 1 < r.nerr; i++)
		assert_true((unsigned char)r.err[i] >= 0x20 && (unsigned char)r.err[i] != 0x7f &&
			    (unsigned char)r.err[i] != 0x9b);
	lib_run_free(&r);
}

static void
a_screen_at_a_time_is_of_that_time(void **state)
{
	/* One event a day from 2005 to 2016. */
	const char *const args[] = {"snapshot", "docs/examples/chicago.events.ndjson.gz", "--at",
	    "2009-03-04T00:00:00Z", "--utc", NULL};
	struct lib_run r;

	(void)state;
	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	assert_int_equal(r.status, 0);
	assert_non_null(strstr(r.out, "2009-03-04 00:00:00 UTC\n"));
	assert_null(strstr(r.out, "2016-"));
	lib_run_free(&r);
}

static void
a_rate_has_one_unit(void **state)
{
	const char *const args[] = {"report", "docs/examples/chicago.events.ndjson.gz", NULL};
	struct lib_run r;

	(void)state;
	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	assert_int_equal(r.status, 0);
	assert_non_null(strstr(r.out, "4,258, 1/d, errors"));
	lib_run_free(&r);
}

static void
help_and_version_are_data(void **state)
{
	static const char *const lines[] = {"--help", "report --help", "snapshot -h",
	    "baseline --help", "publish --help", "demo --help", "--version", "report -V"};
	const char *args[WORDS];
	char buf[100];
	struct lib_run r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		split(lines[i], buf, sizeof(buf), args);
		lib_run(&r, args, NULL, NULL, LIMIT_MS);
		assert_int_equal(r.status, 0);
		assert_int_equal(r.nerr, 0);
		assert_non_null(strstr(r.out, "drifttop"));
		lib_run_free(&r);
	}
}

static void
ten_seconds_without_a_server_end_a_report(void **state)
{
	const char *const args[] = {"report", "unix:///nonexistent/redis.sock", NULL};
	struct lib_run r;

	(void)state;
	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	check_sentence(&r, "report without a server", 1, "no server");
	assert_true(r.seconds >= 9.5);
	lib_run_free(&r);
}

static void
a_refused_password_ends_a_report_at_once(void **state)
{
	const char *const server_args[] = {"--requirepass", "sesame-4711", NULL};
	struct lib_redis s;
	const char *args[] = {"report", s.url, "--format", "json", NULL};
	const char *wrong_auth[] = {"PATH=/usr/bin:/bin", "REDISCLI_AUTH=wrong-0815", NULL};
	const char *right_auth[] = {"PATH=/usr/bin:/bin", "REDISCLI_AUTH=sesame-4711", NULL};
	struct lib_run r;

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&s, server_args);
	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	check_sentence(&r, "report without a password", 1, "assword");
	lib_run_free(&r);
	lib_run(&r, args, wrong_auth, NULL, LIMIT_MS);
	check_sentence(&r, "report with a wrong password", 1, "");
	assert_null(strstr(r.err, "wrong-0815"));
	lib_run_free(&r);
	lib_run(&r, args, right_auth, NULL, LIMIT_MS);
	assert_int_equal(r.status, 0);
	assert_null(strstr(r.out, "sesame-4711"));
	assert_null(strstr(r.err ? r.err : "", "sesame-4711"));
	lib_run_free(&r);
	lib_redis_stop(&s);
}

static void
a_password_comes_from_a_url_in_the_environment_or_from_a_file(void **state)
{
	const char *const server_args[] = {"--requirepass", "sesame-4711", NULL};
	struct lib_redis s;
	char variable[700], path[300];
	const char *args[] = {"report", NULL};
	const char *by_file[] = {"report", s.url, "--password-file", path, NULL};
	const char *env[] = {variable, "PATH=/usr/bin:/bin", NULL};
	struct lib_run r;
	FILE *f;

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&s, server_args);
	snprintf(variable, sizeof(variable), "DRIFTTOP_REDIS_URL=unix://:sesame-4711@%s",
	    s.url + strlen("unix://"));
	lib_run(&r, args, env, NULL, LIMIT_MS);
	if (r.status != 0)
		fail_msg("%s", r.err);
	assert_null(strstr(r.out, "sesame-4711"));
	assert_null(strstr(r.err ? r.err : "", "sesame-4711"));
	lib_run_free(&r);
	snprintf(path, sizeof(path), "%s/password", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("sesame-4711\n", f);
	fclose(f);
	lib_run(&r, by_file, NULL, NULL, LIMIT_MS);
	unlink(path);
	assert_int_equal(r.status, 0);
	lib_run_free(&r);
	lib_redis_stop(&s);
}

static void
a_password_in_the_command_line_works_and_is_warned_of_but_not_shown(void **state)
{
	const char *const server_args[] = {"--requirepass", "sesame-4711", NULL};
	struct lib_redis s;
	char url[700];
	const char *args[] = {"report", url, NULL};
	struct lib_run r;

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&s, server_args);
	snprintf(url, sizeof(url), "unix://:sesame-4711@%s", s.url + strlen("unix://"));
	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	assert_int_equal(r.status, 0);
	assert_non_null(strstr(r.err, "--password-file"));
	assert_null(strstr(r.err, "sesame-4711"));
	assert_null(strstr(r.out, "sesame-4711"));
	lib_run_free(&r);
	lib_redis_stop(&s);
}

static void
streams_that_match_nothing_are_said(void **state)
{
	struct lib_redis s;
	const char *args[] = {"report", s.url, NULL};
	const char *named[] = {"report", s.url, "-s", "odd", NULL};
	struct lib_run r;

	(void)state;
	if (!lib_redis_available())
		skip();
	lib_redis_start(&s, NULL);
	lib_redis_do(&s, "XADD odd * x 1 latency_ms 2");
	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	assert_int_equal(r.status, 0);
	assert_non_null(strstr(r.err, "--stream"));
	lib_run_free(&r);
	lib_run(&r, named, NULL, NULL, LIMIT_MS);
	assert_int_equal(r.status, 0);
	assert_non_null(strstr(r.out, "1 event of 1 model"));
	lib_run_free(&r);
	lib_redis_stop(&s);
}

static void
a_report_goes_to_a_file_whole_or_not_at_all(void **state)
{
	char path[300], text[64];
	const char *args[] = {
	    "report", "docs/examples/storms.train.ndjson.gz", "--format", "json", "-o", path, NULL};
	const char *bad[] = {"report", "/nonexistent.ndjson", "--format", "json", "-o", path, NULL};
	struct lib_run r;
	struct stat st;
	FILE *f;

	(void)state;
	snprintf(
	    path, sizeof(path), "%s/report.json", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	assert_int_equal(r.status, 0);
	assert_int_equal(r.nout, 0);
	lib_run_free(&r);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	assert_non_null(strstr(text, "\"drifttop\""));
	fclose(f);
	assert_int_equal(stat(path, &st), 0);
	/* Nothing is left of a failed one, and the old file stays. */
	lib_run(&r, bad, NULL, NULL, LIMIT_MS);
	assert_int_equal(r.status, 1);
	lib_run_free(&r);
	assert_int_equal(access(path, R_OK), 0);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(wrong_usage_is_exit_status_2),
	    cmocka_unit_test(what_cannot_be_done_is_exit_status_1),
	    cmocka_unit_test(a_file_without_one_event_is_an_error_that_names_the_line),
	    cmocka_unit_test(one_event_among_bad_lines_is_enough_and_no_line_is_no_mistake),
	    cmocka_unit_test(a_baseline_as_a_source_and_events_as_a_baseline_are_told_apart),
	    cmocka_unit_test(a_dashboard_without_a_terminal_says_so),
	    cmocka_unit_test(a_snapshot_is_a_screen_of_the_size_asked_for),
	    cmocka_unit_test(a_name_with_control_characters_cannot_touch_the_terminal),
	    cmocka_unit_test(a_screen_at_a_time_is_of_that_time),
	    cmocka_unit_test(a_rate_has_one_unit),
	    cmocka_unit_test(help_and_version_are_data),
	    cmocka_unit_test(ten_seconds_without_a_server_end_a_report),
	    cmocka_unit_test(a_refused_password_ends_a_report_at_once),
	    cmocka_unit_test(a_password_comes_from_a_url_in_the_environment_or_from_a_file),
	    cmocka_unit_test(a_password_in_the_command_line_works_and_is_warned_of_but_not_shown),
	    cmocka_unit_test(streams_that_match_nothing_are_said),
	    cmocka_unit_test(a_report_goes_to_a_file_whole_or_not_at_all),
	};

	return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
