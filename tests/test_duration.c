/* For how long, as persons type it. */
#include "core/duration.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define HOUR INT64_C(3600000)
#define DAY (24 * HOUR)
/* 2025-11-26 is a Wednesday; 10:30 by a clock that is an hour ahead. */
#define NOW (INT64_C(1764149400000))
#define OFFSET HOUR
#define MIDNIGHT (NOW - INT64_C(9) * HOUR - HOUR - HOUR / 2) /* of that clock, in UTC */

static const struct {
	const char *text;
	int64_t after; /* midnight by the reader's clock; -1: until clear */
	const char *rest;
} good[] = {
    {"2h", 12 * HOUR + HOUR / 2, ""},
    {"1h30m", 12 * HOUR, ""},
    {"90s why not", 10 * HOUR + HOUR / 2 + 90000, "why not"},
    {"  7d   deploying v2  ", 7 * DAY + 10 * HOUR + HOUR / 2, "deploying v2"},
    {"until clear", -1, ""},
    {"UNTIL Clear known", -1, "known"},
    {"until 11:00", 11 * HOUR, ""},
    {"until 10:30", DAY + 10 * HOUR + HOUR / 2, ""}, /* that is now: the next one */
    {"until 9:00 night shift", DAY + 9 * HOUR, "night shift"},
    {"until mon 08:00", 5 * DAY + 8 * HOUR, ""},
    {"until wed 08:00", 7 * DAY + 8 * HOUR, ""}, /* today it has been */
    {"until wednesday 11:00", 11 * HOUR, ""},
    {"until thu", DAY, ""},
    {"until thu maintenance", DAY, "maintenance"},
    {"until tomorrow 08:00", DAY + 8 * HOUR, ""},
    {"until today 23:59", 23 * HOUR + 59 * 60000, ""},
    {"until 2025-12-01", 5 * DAY, ""},
    {"until 2025-12-01 07:15 release", 5 * DAY + 7 * HOUR + 15 * 60000, "release"},
    {"until 2026-02-28", 94 * DAY, ""},
};

static void
what_is_well_typed_is_understood(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct slice rest = {NULL, 0};
		struct err err = {0};
		int64_t to;

		if (duration_parse(slice_of(good[i].text), NOW, OFFSET, &to, &rest, &err))
			fail_msg("'%s': %s", good[i].text, err.msg);
		if (to != (good[i].after < 0 ? DURATION_UNTIL_CLEAR : MIDNIGHT + good[i].after))
			fail_msg("'%s': %lld ms after midnight", good[i].text, (long long)(to - MIDNIGHT));
		if (!slice_is(rest, good[i].rest))
			fail_msg("'%s': rest '%.*s'", good[i].text, (int)rest.n, rest.p);
		assert_int_equal(duration_parse(slice_of(good[i].text), NOW, OFFSET, &to, NULL, NULL),
		    good[i].rest[0] ? ERR_INVALID : 0);
	}
}

static const char *const bad[] = {"", " ", "2", "h", "2 h", "2x", "-2h", "0h", "400d", "until", "until 25:00",
    "until 8", "until 08:60", "until 8:5", "until noon", "until today 09:00", "until today", "until 2025-02-30",
    "until 2025-13-01", "until 2024-01-01", "until 2031-01-01", "forever", "until mon08:00", "999999999999d",
    "until \xff"};

static void
what_is_not_is_refused_with_a_sentence_and_nothing_is_guessed(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct slice rest = {"untouched", 9};
		struct err err = {0};
		int64_t to = 42;

		if (duration_parse(slice_of(bad[i]), NOW, OFFSET, &to, &rest, &err) != ERR_INVALID)
			fail_msg("'%s' was taken", bad[i]);
		assert_non_null(strstr(err.msg, "until mon 08:00"));
		assert_int_equal(to, 42);
		assert_int_equal(rest.n, 9);
	}
}

static void
weekdays_hold_before_1970_and_through_a_leap_year(void **state)
{
	int64_t now, to;

	(void)state;
	/* From any moment, "until mon 00:00" is a Monday's midnight within a week: days since 1970 are 4 modulo 7. */
	for (now = -3 * 366 * DAY; now < 3 * 366 * DAY; now += 7 * HOUR + 1) {
		assert_int_equal(duration_parse(slice_of("until mon 00:00"), now, 0, &to, NULL, NULL), 0);
		assert_true(to > now && to - now <= 7 * DAY && to % DAY == 0);
		assert_int_equal(((to / DAY) % 7 + 7) % 7, 4);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_well_typed_is_understood),
	    cmocka_unit_test(what_is_not_is_refused_with_a_sentence_and_nothing_is_guessed),
	    cmocka_unit_test(weekdays_hold_before_1970_and_through_a_leap_year),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
