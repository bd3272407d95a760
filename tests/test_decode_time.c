/* The time of an event: in all its forms, and what stands in for one that cannot be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/lib_decode.h"

static void
times_are_read_in_all_their_forms(void **state)
{
	static const struct {
		const char *text;
		int64_t ms; /* -1: unusable */
	} rows[] = {
	    {"1700000000", 1700000000000},
	    {"1700000000.1239", 1700000000124},
	    {"1700000000123", 1700000000123},
	    {"1700000000123.9", 1700000000123},
	    {"1700000000123456", 1700000000123},
	    {"1700000000123456789", 1700000000123},
	    {"1.7e9", 1700000000000},
	    {"\"1700000000\"", 1700000000000},
	    {"99999999999", 99999999999000},
	    {"100000000000", 100000000000},
	    {"0.001", 1},
	    {"0", -1},
	    {"-5", -1},
	    {"0.0001", -1},
	    {"1e300", -1},
	    {"NaN", -1},
	    {"true", -1},
	    {"[1]", -1},
	    {"\"\"", -1},
	    {"\"yesterday\"", -1},
	    {"\"2023-11-14T22:13:20Z\"", 1700000000000},
	    {"\"2023-11-14t22:13:20.5z\"", 1700000000500},
	    {"\"2023-11-14 22:13:20.123456789+00:00\"", 1700000000123},
	    {"\"2023-11-14T23:13:20+01:00\"", 1700000000000},
	    {"\"2023-11-14T14:43:20-07:30\"", 1700000000000},
	    {"\"2023-11-15T00:13:20+0200\"", 1700000000000},
	    {"\"2023-11-14T22:13:20\"", 1700000000000},
	    {"\"2024-02-29T00:00:00Z\"", 1709164800000},
	    {"\"2023-02-29T00:00:00Z\"", -1},
	    {"\"2100-02-29T00:00:00Z\"", -1},
	    {"\"1970-01-01T00:00:00Z\"", -1},
	    {"\"1970-01-01T00:00:01Z\"", 1000},
	    {"\"1969-12-31T23:59:59Z\"", -1},
	    {"\"2016-12-31T23:59:60Z\"", 1483228800000},
	    {"\"9999-12-31T23:59:59.999Z\"", 253402300799999},
	    {"\"9999-12-31T23:59:59-01:00\"", -1},
	    {"\"2023-13-01T00:00:00Z\"", -1},
	    {"\"2023-11-14\"", -1},
	    {"\"2023-11-14T24:00:00Z\"", -1},
	    {"\"2023-11-14T22:60:00Z\"", -1},
	    {"\"2023-11-14T22:13:20.Z\"", -1},
	    {"\"2023-11-14T22:13:20Zx\"", -1},
	    {"\"2023-11-14T22:13:20+1\"", -1},
	    {"\"2023-11-14T22:13:20+24:00\"", -1},
	    {"\"2023-1-14T22:13:20Z\"", -1},
	    {"\"2023-11-14T22:13Z\"", -1},
	};
	struct fixture *f = *state;
	size_t i;

	/* No ceiling in the way. */
	event_clock_file(&f->clock, 4242, INT64_MAX);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[128];
		bool bad = rows[i].ms < 0;

		f->clock.substitute_ms = 4242;
		snprintf(text, sizeof(text), "{\"score\":1,\"ts\":%s}", rows[i].text);
		take(f, text);
		if (f->ev.ts_ms != (bad ? 4242 : rows[i].ms) ||
		    !(f->ev.oddities & EVENT_ODD(REASON_BAD_TS)) == bad)
			fail_msg("%s: %lld", rows[i].text, (long long)f->ev.ts_ms);
	}
}

static void
in_a_stream_the_entry_stands_in_for_a_time_that_cannot_be(void **state)
{
	struct fixture *f = *state;

	/* Missing is nothing odd. */
	assert_int_equal(take(f, "{\"score\":1}")->ts_ms, NOW_MS);
	assert_int_equal(f->ev.oddities, 0);
	assert_int_equal(take(f, "{\"score\":1,\"ts\":null}")->oddities, 0);
	assert_int_equal(take(f, "{\"score\":1,\"ts\":1700000060000}")->ts_ms, NOW_MS + 60000);
	assert_int_equal(f->ev.oddities, 0);
	assert_int_equal(f->ev.skew_ms, 60000);
	take(f, "{\"score\":1,\"ts\":1700000094000}");
	assert_int_equal(f->ev.ts_ms, NOW_MS);
	assert_int_equal(f->ev.skew_ms, 94000);
	assert_int_equal(f->ev.oddities, EVENT_ODD(REASON_FUTURE));
	assert_int_equal(take(f, "{\"score\":1,\"ts\":0}")->ts_ms, NOW_MS);
	assert_int_equal(f->ev.oddities, EVENT_ODD(REASON_BAD_TS));
	assert_int_equal(f->ev.skew_ms, 0);
}

static void
in_a_file_the_event_before_stands_in(void **state)
{
	struct fixture *f = *state;

	event_clock_file(&f->clock, NOW_MS - 5000, NOW_MS);
	assert_int_equal(take(f, "{\"score\":1}")->ts_ms, NOW_MS - 5000);
	assert_int_equal(
	    take(f, "{\"score\":1,\"ts\":991353900000}")->ts_ms, INT64_C(991353900000));
	assert_int_equal(f->ev.arrival_ms, INT64_C(991353900000));
	assert_int_equal(f->ev.skew_ms, 0);
	assert_int_equal(take(f, "{\"score\":1}")->ts_ms, INT64_C(991353900000));
	assert_int_equal(f->ev.oddities, 0);
	assert_int_equal(
	    take(f, "{\"score\":1,\"ts\":1700000060001}")->ts_ms, INT64_C(991353900000));
	assert_int_equal(f->ev.oddities, EVENT_ODD(REASON_FUTURE));
	assert_int_equal(take(f, "{\"score\":1,\"ts\":1700000060000}")->ts_ms, NOW_MS + 60000);
}

static void
in_a_file_a_clock_that_was_never_set_stands_in_for_nobody(void **state)
{
	static const char *const unset[] = {"1", "1.7e6", "\"1970-12-31T23:59:59Z\""};
	struct fixture *f = *state;
	char text[64];
	size_t i;

	event_clock_file(&f->clock, NOW_MS - 5000, NOW_MS);
	for (i = 0; i < sizeof(unset) / sizeof(unset[0]); i++) {
		snprintf(text, sizeof(text), "{\"score\":1,\"ts\":%s}", unset[i]);
		/* The event keeps what it says. */
		assert_true(take(f, text)->ts_ms < EVENT_TIME_LEAST_MS);
		assert_int_equal(f->ev.oddities, 0);
		assert_int_equal(take(f, "{\"score\":1}")->ts_ms, NOW_MS - 5000);
	}
	/* Nor does it stop the clock of a pipe in which no event has a time. */
	event_clock_file_now(&f->clock, NOW_MS + 1000);
	assert_int_equal(take(f, "{\"score\":1}")->ts_ms, NOW_MS + 1000);
	/* 1971 is old, but a time. */
	assert_int_equal(take(f, "{\"score\":1,\"ts\":31536000}")->ts_ms, EVENT_TIME_LEAST_MS);
	assert_int_equal(take(f, "{\"score\":1}")->ts_ms, EVENT_TIME_LEAST_MS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(times_are_read_in_all_their_forms),
	    TEST(in_a_stream_the_entry_stands_in_for_a_time_that_cannot_be),
	    TEST(in_a_file_the_event_before_stands_in),
	    TEST(in_a_file_a_clock_that_was_never_set_stands_in_for_nobody),
	};

	return cmocka_run_group_tests_name("decode_time", tests, NULL, NULL);
}
