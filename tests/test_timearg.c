/* Times as people and producers write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "tui/timearg.h"

static int64_t
absolute(const char *text, bool utc)
{
	struct err err = {0};
	struct timearg t;

	if (timearg_parse(&t, text, utc, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(t.kind, TIMEARG_ABSOLUTE);
	return t.ms;
}

static void
rfc3339_with_a_zone_is_exact(void **state)
{
	(void)state;
	assert_int_equal(absolute("1970-01-01T00:00:00Z", false), 0);
	assert_int_equal(absolute("2026-01-31T14:05:00Z", false), INT64_C(1769868300000));
	assert_int_equal(absolute("2026-01-31t15:05:00.250+01:00", false), INT64_C(1769868300250));
	assert_int_equal(absolute("2026-01-31 09:05:00,5-0500", false), INT64_C(1769868300500));
	assert_int_equal(absolute("2024-02-29T23:59:60Z", false), INT64_C(1709251200000));
	assert_int_equal(absolute("1969-12-31T23:59:59.999Z", false), -1);
	assert_int_equal(absolute("0001-01-01T00:00:00Z", false), INT64_C(-62135596800000));
}

static void
without_a_zone_it_is_local_or_utc(void **state)
{
	(void)state;
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	assert_int_equal(absolute("2026-01-31 14:05", true), INT64_C(1769868300000));
	assert_int_equal(absolute("2026-01-31 15:05", false), INT64_C(1769868300000));
	/* Summer time: two hours ahead. */
	assert_int_equal(absolute("2026-07-01", false), INT64_C(1782864000000) - 2 * 3600000);
	assert_int_equal(absolute("2026-07-01", true), INT64_C(1782864000000));
}

static void
epochs_go_by_their_magnitude(void **state)
{
	(void)state;
	assert_int_equal(absolute("1769868300", false), INT64_C(1769868300000));
	assert_int_equal(absolute("1769868300.25", false), INT64_C(1769868300250));
	assert_int_equal(absolute("1769868300250", false), INT64_C(1769868300250));
	assert_int_equal(absolute("1769868300250999", false), INT64_C(1769868300250));
	assert_int_equal(absolute("1769868300250999999", false), INT64_C(1769868300251));
}

static void
spans_add_up(void **state)
{
	struct timearg t;

	(void)state;
	assert_int_equal(timearg_parse(&t, "-15m", false, NULL), 0);
	assert_int_equal(t.kind, TIMEARG_BEFORE);
	assert_int_equal(t.ms, 15 * 60000);
	assert_int_equal(timearg_parse(&t, "-1h30m5s250ms", false, NULL), 0);
	assert_int_equal(t.ms, 5405250);
	assert_int_equal(timearg_parse_ago(&t, "90m", false, NULL), 0);
	assert_int_equal(t.ms, 5400000);
	assert_int_equal(timearg_parse_ago(&t, "-2d", false, NULL), 0);
	assert_int_equal(t.ms, 172800000);
	assert_int_equal(timearg_parse_ago(&t, "0", false, NULL), 0);
	assert_int_equal(t.kind, TIMEARG_EVERYTHING);
	assert_int_equal(timearg_parse_ago(&t, "2026-01-31T14:05:00Z", false, NULL), 0);
	assert_int_equal(t.kind, TIMEARG_ABSOLUTE);
}

static void
what_is_no_time_gets_a_sentence(void **state)
{
	static const char *const bad[] = {"", "yesterday", "2026-02-29T00:00:00Z", "2026-13-01",
	    "2026-01-32", "2026-1-1", "2026-01-31T24:00", "2026-01-31T14:60",
	    "2026-01-31T14:05:61Z", "2026-01-31T14:05+25:00", "2026-01-31T", "2026-01-31T14:05Zx",
	    "2026-01-31T14:05:00.Z", "-", "-15", "-m", "-15x", "-99999999999999999999w", "1e999",
	    "nan", "0x10z", "--to", "2026-01-31T14:05:00 +01:0"};
	struct timearg t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = {0};

		if (timearg_parse(&t, bad[i], true, &err) != ERR_USAGE)
			fail_msg("'%s' was taken for a time", bad[i]);
		assert_non_null(strstr(err.msg, bad[i]));
		assert_null(strchr(err.msg, '\n'));
	}
	assert_int_equal(timearg_parse_ago(&t, "90", false, NULL), ERR_USAGE);
}

/* Friday 2026-01-30, 14:05:20 UTC is viewed; there is something from 22:00 the day before to 18:00. */
static const struct timearg_place utc_place = {.now_ms = INT64_C(1769781920000),
    .from_ms = INT64_C(1769724000000),
    .to_ms = INT64_C(1769796000000)};

static int64_t
jump_in(const char *text, const struct timearg_place *place)
{
	struct err err = {0};
	int64_t ms = 0;

	if (timearg_parse_jump(&ms, text, place, &err))
		fail_msg("%s", err.msg);
	return ms;
}

static int64_t
jump(const char *text)
{
	return jump_in(text, &utc_place);
}

/* What lies at 14:05:25.551 is called 14:05:25. */
static void
what_is_shown_then_lasts_to_the_end_of_its_second(void **state)
{
	static const struct {
		const char *text;
		int64_t more_ms;
	} rows[] = {{"14:05:25", 999}, {"14:05", 999}, {"1405", 999}, {"14:05:25.551", 0}, {"14:05:25.0", 0},
	    {"2026-01-30T14:05:25Z", 999}, {"2026-01-30 14:05:25.000", 0}, {"yesterday 23:05", 999},
	    {"1769780000", 999}, {"1769780000250", 0}, {"1769780000.25", 0}, {"-15m", 0}, {"start", 0}, {"end", 0}};
	/* The first step of a recording at .551 of its second: it is of that day, and not of the one before. */
	const struct timearg_place at = {.now_ms = INT64_C(1769796000551),
	    .from_ms = INT64_C(1769724000551),
	    .to_ms = INT64_C(1769796000551)};
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(timearg_parse_shown(&ms, rows[i].text, &utc_place, NULL), 0);
		if (ms != jump(rows[i].text) + rows[i].more_ms)
			fail_msg("'%s'", rows[i].text);
	}
	assert_int_equal(timearg_parse_shown(&ms, "22:00:00", &at, NULL), 0);
	assert_int_equal(ms, at.from_ms - 551 + 999);
	assert_int_equal(timearg_parse_shown(&ms, "25:00", &at, NULL), ERR_USAGE);
}

static void
a_clock_time_is_of_the_day_that_is_viewed(void **state)
{
	const struct timearg_place india = {.now_ms = utc_place.now_ms,
	    .from_ms = utc_place.from_ms,
	    .to_ms = utc_place.to_ms,
	    .utc_offset_ms = INT64_C(19800000)};

	(void)state;
	assert_int_equal(jump("14:05"), absolute("2026-01-30T14:05:00Z", true));
	assert_int_equal(jump(" 14:05:30.5 "), absolute("2026-01-30T14:05:30.5Z", true));
	assert_int_equal(jump("1405"), jump("14:05"));
	assert_int_equal(jump("8:00"), jump("08:00"));
	assert_int_equal(jump("800"), jump("08:00"));
	/* 19:35 in India. */
	assert_int_equal(jump_in("19:35", &india), jump("14:05"));
	assert_int_equal(jump_in("14:05 UTC", &india), jump("14:05"));
	assert_int_equal(jump_in("14:05z", &india), jump("14:05"));
	assert_int_equal(jump_in("2026-01-30 19:35", &india), jump("14:05"));
	assert_int_equal(jump_in("2026-01-30T14:05Z", &india), jump("14:05"));
}

static void
the_neighbouring_day_is_meant_where_only_that_one_is_there(void **state)
{
	(void)state;
	assert_int_equal(jump("23:00"), absolute("2026-01-29T23:00:00Z", true));
	/* Neither day has it: then it is of the day viewed, and the recording's end is as near as one gets. */
	assert_int_equal(jump("20:00"), absolute("2026-01-30T20:00:00Z", true));
}

static void
days_have_names(void **state)
{
	struct timearg_place early = utc_place;

	(void)state;
	assert_int_equal(jump("yesterday 14:05"), absolute("2026-01-29T14:05:00Z", true));
	assert_int_equal(jump("Yesterday"), absolute("2026-01-29T00:00:00Z", true));
	assert_int_equal(jump("today 02:00"), absolute("2026-01-30T02:00:00Z", true));
	assert_int_equal(jump("mon 08:00"), absolute("2026-01-26T08:00:00Z", true));
	assert_int_equal(jump("friday 08:00"), absolute("2026-01-30T08:00:00Z", true));
	assert_int_equal(jump("Sat 08:00"), absolute("2026-01-24T08:00:00Z", true));
	/* Before 1970, too. */
	early.now_ms = -1;
	assert_int_equal(jump_in("wed 08:00", &early), absolute("1969-12-31T08:00:00Z", true));
	assert_int_equal(jump_in("thu 08:00", &early), absolute("1969-12-25T08:00:00Z", true));
}

static void
spans_are_before_or_behind_the_moment_viewed(void **state)
{
	(void)state;
	assert_int_equal(jump("-15m"), utc_place.now_ms - 900000);
	assert_int_equal(jump("+5m"), utc_place.now_ms + 300000);
	assert_int_equal(jump("15m ago"), utc_place.now_ms - 900000);
	assert_int_equal(jump("-1h30m"), utc_place.now_ms - 5400000);
	assert_int_equal(jump("start"), utc_place.from_ms);
	assert_int_equal(jump("END"), utc_place.to_ms);
	assert_int_equal(jump("1769780000"), INT64_C(1769780000000));
	assert_int_equal(jump("1769780000250"), INT64_C(1769780000250));
}

static void
what_is_no_time_is_told_what_is_wrong_with_two_examples(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {{"25:00", "hours go from 0 to 23"}, {"14:65", "minutes and seconds go from 0 to 59"},
	    {"14:05:75", "minutes and seconds go from 0 to 59"}, {"-15", "has no unit: write -15m or -15s"},
	    {"-x", "is no span of time"}, {"noon", "is no time of day"}, {"", "no time was typed"},
	    {"14:05 CET", "what is 'cet' behind the time?"}, {"2026-02-30", "is no date"},
	    {"12345", "is no time of day"}, {"monday at 8", "is no time of day"},
	    {"0123456789012345678901234567890123456789012345678901234567890123456789", "is no time"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = {0};
		int64_t ms = 7;

		if (timearg_parse_jump(&ms, rows[i].text, &utc_place, &err) != ERR_USAGE ||
		    !strstr(err.msg, rows[i].says) || !strstr(err.msg, "write ") || !strstr(err.msg, " or "))
			fail_msg("'%s': %s", rows[i].text, err.msg);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rfc3339_with_a_zone_is_exact),
	    cmocka_unit_test(without_a_zone_it_is_local_or_utc),
	    cmocka_unit_test(epochs_go_by_their_magnitude),
	    cmocka_unit_test(spans_add_up),
	    cmocka_unit_test(what_is_no_time_gets_a_sentence),
	    cmocka_unit_test(what_is_shown_then_lasts_to_the_end_of_its_second),
	    cmocka_unit_test(a_clock_time_is_of_the_day_that_is_viewed),
	    cmocka_unit_test(the_neighbouring_day_is_meant_where_only_that_one_is_there),
	    cmocka_unit_test(days_have_names),
	    cmocka_unit_test(spans_are_before_or_behind_the_moment_viewed),
	    cmocka_unit_test(what_is_no_time_is_told_what_is_wrong_with_two_examples),
	};

	return cmocka_run_group_tests_name("timearg", tests, NULL, NULL);
}
