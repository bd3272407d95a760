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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rfc3339_with_a_zone_is_exact),
	    cmocka_unit_test(without_a_zone_it_is_local_or_utc),
	    cmocka_unit_test(epochs_go_by_their_magnitude),
	    cmocka_unit_test(spans_add_up),
	    cmocka_unit_test(what_is_no_time_gets_a_sentence),
	};

	return cmocka_run_group_tests_name("timearg", tests, NULL, NULL);
}
