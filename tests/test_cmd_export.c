/* What a recording holds, as rows for others: events read back as what they were, quotes are right, ranges hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "tests/lib_recording.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"
#include "tui/csv.h"

#include <math.h>

#define LIMIT_MS 30000
#define MINUTES 61 /* touched by the hour that begins 20 s behind one */

static char path[300];

static int
record_fleet(void **state)
{
	(void)state;
	lib_tmp_file(path, sizeof(path), "export");
	lib_recording_save_fleet(path, 60);
	return 0;
}

static int
remove_fleet(void **state)
{
	(void)state;
	lib_tmp_remove(path);
	return 0;
}

static void
export(struct lib_run *r, const char *a, const char *b, const char *c, const char *d)
{
	const char *const args[] = {"export", path, a, b, c, d, NULL};

	lib_run(r, args, NULL, NULL, LIMIT_MS);
	if (r->status != 0)
		fail_msg("%s", r->err);
}

static size_t
lines_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* Every line is one JSON value. */
static size_t
check_json_lines(char *text)
{
	size_t n = 0;
	char *line;

	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), n++) {
		cJSON *j = cJSON_Parse(line);

		if (!cJSON_IsObject(j))
			fail_msg("%s", line);
		cJSON_Delete(j);
	}
	return n;
}

static void
events_can_be_read_again_as_events(void **state)
{
	const char *const report[] = {"report", "-", "--format", "json", "--state", "none", NULL};
	struct lib_run r, again;
	size_t n;
	cJSON *j;

	(void)state;
	export(&r, NULL, NULL, NULL, NULL);
	n = lines_of(r.out);
	/* One at least of every minute of two models. */
	assert_true(n >= 2 * 60);
	/* The entry can be found again. */
	assert_non_null(strstr(r.out, ",\"stream\":\"ml:fraud\",\"entry_id\":\"17000"));
	lib_run(&again, report, NULL, r.out, LIMIT_MS);
	assert_int_equal(again.status, 0);
	j = cJSON_Parse(again.out);
	assert_non_null(j);
	assert_true(cJSON_GetObjectItem(j, "events")->valuedouble == (double)n);
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(j, "models")), 2);
	cJSON_Delete(j);
	lib_run_free(&again);
	assert_int_equal(check_json_lines(r.out), n);
	lib_run_free(&r);
}

static void
every_minute_of_every_model_is_one_row(void **state)
{
	size_t fraud = 0, churn = 0, commas = 0, n;
	char *line, last[40] = "";
	struct lib_run r;

	(void)state;
	export(&r, "--format", "csv", NULL, NULL);
	for (line = strtok(r.out, "\n"); line; line = strtok(NULL, "\n")) {
		char *p = line;

		for (n = 0; *p; p++)
			n += *p == ',';
		if (!commas)
			commas = n;
		assert_int_equal(n, commas);
		if (!strstr(line, "Z,fraud,,") && !strstr(line, "Z,churn,,"))
			continue;
		if (strstr(line, "Z,churn,,")) {
			churn++;
			continue;
		}
		/* By rising time, none twice. */
		assert_true(strncmp(line, last, 24) > 0);
		memcpy(last, line, 24);
		fraud++;
	}
	assert_int_equal(fraud, MINUTES);
	assert_int_equal(churn, MINUTES);
	lib_run_free(&r);
}

static void
alerts_are_exported_in_both_formats_each_change_once(void **state)
{
	struct lib_run csv, json;
	size_t n;

	(void)state;
	export(&json, "--what", "alerts", NULL, NULL);
	export(&csv, "--what", "alerts", "--format", "csv");
	assert_non_null(strstr(json.out, "\"change\":\"fired\""));
	assert_non_null(strstr(json.out, "\"change\":\"cleared\""));
	n = lines_of(json.out);
	assert_true(n > 4);
	assert_int_equal(lines_of(csv.out), n + 1);
	assert_int_equal(check_json_lines(json.out), n);
	lib_run_free(&json);
	lib_run_free(&csv);
}

static void
a_range_is_part_of_the_whole(void **state)
{
	struct lib_run all, before, behind;

	(void)state;
	export(&all, "--what", "alerts", NULL, NULL);
	export(&before, "--what", "alerts", "--to", "2023-11-14T22:36:41Z");
	export(&behind, "--what", "alerts", "--from", "2023-11-14T22:36:41.001Z");
	assert_true(before.nout > 0 && behind.nout > 0);
	assert_int_equal(all.nout, before.nout + behind.nout);
	assert_memory_equal(all.out, before.out, before.nout);
	assert_memory_equal(all.out + before.nout, behind.out, behind.nout);
	lib_run_free(&all);
	lib_run_free(&before);
	lib_run_free(&behind);
}

static void
wrong(const char *a, const char *b, const char *c, const char *d, const char *part)
{
	const char *const args[] = {"export", a, b, c, d, "csv", NULL};
	struct lib_run r;

	lib_run(&r, args, NULL, NULL, LIMIT_MS);
	assert_true(r.status != 0);
	if (!strstr(r.err, part))
		fail_msg("%s", r.err);
	assert_int_equal(r.nout, 0);
	lib_run_free(&r);
}

static void
what_cannot_be_exported_is_one_sentence(void **state)
{
	(void)state;
	wrong(path, "--what", "events", "--format", "ndjson");
	wrong("docs/examples/README.md", "--what", "panes", "--format", "recording");
	wrong("/nowhere/a.dtr", "--what", "panes", "--format", "No such file");
	wrong(path, "--from", "2030-01-01T00:00:00Z", "--format", "nothing of the recording");
}

static void
fields_with_commas_quotes_and_line_ends_are_quoted(void **state)
{
	char text[300] = "";
	FILE *f = fmemopen(text, sizeof(text) - 1, "w");
	struct csv c = {.to = f};

	(void)state;
	assert_non_null(f);
	csv_cstr(&c, "plain");
	csv_cstr(&c, "a,b");
	csv_cstr(&c, "say \"hi\"");
	csv_cstr(&c, "two\nlines");
	csv_cstr(&c, NULL);
	csv_number(&c, 0.1);
	csv_number(&c, NAN);
	csv_int(&c, -5, true);
	csv_int(&c, -5, false);
	csv_uint(&c, UINT64_MAX);
	csv_time(&c, 1700000000123);
	csv_end_row(&c);
	csv_cstr(&c, "next");
	csv_end_row(&c);
	fclose(f);
	assert_string_equal(text,
	    "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",,0.1,,-5,,18446744073709551615,2023-11-14T22:13:20.123Z\n"
	    "next\n");
}

/* What a spreadsheet would run is a text there; numbers stay numbers. */
static void
no_field_is_a_formula(void **state)
{
	static const struct {
		const char *text, *field;
	} cases[] = {
	    {"=1+1", "'=1+1"},
	    {"=HYPERLINK(\"http://a\",\"b\")", "\"'=HYPERLINK(\"\"http://a\"\",\"\"b\"\")\""},
	    {"+49", "'+49"},
	    {"@SUM(A1)", "'@SUM(A1)"},
	    {"-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"},
	    {"-", "'-"},
	    {"-1-1", "'-1-1"},
	    {"-1.", "'-1."},
	    {"-1e", "'-1e"},
	    {"-inf", "'-inf"},
	    {"\t=1", "'\t=1"},
	    {"\r=1", "\"'\r=1\""},
	    {"\n=1", "\"'\n=1\""},
	    {"-5", "-5"},
	    {"-0.25", "-0.25"},
	    {"-1e-7", "-1e-7"},
	    {"a=b", "a=b"},
	    {"'=1", "'=1"},
	    {"", ""},
	};
	char text[200];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		FILE *f = fmemopen(text, sizeof(text), "w");
		struct csv c = {.to = f};

		assert_non_null(f);
		csv_cstr(&c, cases[i].text);
		fputc('\0', f);
		fclose(f);
		assert_string_equal(text, cases[i].field);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(events_can_be_read_again_as_events),
	    cmocka_unit_test(every_minute_of_every_model_is_one_row),
	    cmocka_unit_test(alerts_are_exported_in_both_formats_each_change_once),
	    cmocka_unit_test(a_range_is_part_of_the_whole),
	    cmocka_unit_test(what_cannot_be_exported_is_one_sentence),
	    cmocka_unit_test(fields_with_commas_quotes_and_line_ends_are_quoted),
	    cmocka_unit_test(no_field_is_a_formula),
	};

	return cmocka_run_group_tests_name("export of recordings", tests, record_fleet, remove_fleet);
}
