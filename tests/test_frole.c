#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/frole.h"
#include "tests/lib_alloc.h"
#include "tests/lib_rng.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS	(24 * HOUR_MS)
#define START	INT64_C(991353600000) /* 2001-06-01T00:00:00Z */

static void
number(struct frole *f, double x, int64_t ts_ms)
{
	const struct value v = {.kind = VALUE_NUMBER, .num = x};
	struct err err;

	assert_int_equal(frole_add(f, &v, ts_ms, &err), 0);
}

static void
text(struct frole *f, const char *s)
{
	const struct value v = {.kind = VALUE_TEXT, .text = slice_of(s)};
	struct err err;

	assert_int_equal(frole_add(f, &v, START, &err), 0);
}

static struct tm
utc(int64_t ms)
{
	time_t t = (time_t)(ms / 1000);

	return *gmtime(&t);
}

static void
ordinary_numbers_are_values(void **state)
{
	struct frole f;
	uint64_t seed = 1;
	int i;

	(void)state;
	frole_init(&f, 0);
	for (i = 0; i < 2000; i++)
		number(&f, floor(100 * rng_uniform(&seed)), START + i * HOUR_MS);
	assert_int_equal(frole_type(&f), FEATURE_NUMERIC);
	assert_int_equal(frole_role(&f), FROLE_VALUE);
	frole_release(&f);
}

/* "Rises in 99 % of rows": of the 999 steps between 1,000 rows, 990 must rise and 989 do not do. */
static void
numbers_that_rise_in_ninety_nine_of_a_hundred_rows_are_counters(void **state)
{
	int falls, i;

	(void)state;
	for (falls = 8; falls <= 11; falls++) {
		struct frole f;
		double x = 0;

		frole_init(&f, 0);
		for (i = 0; i < 1000; i++) {
			x += i > 0 && i <= falls ? -1 : 1;
			number(&f, 1000 + x + 0.5, START + i);
		}
		assert_int_equal(frole_role(&f), falls <= 9 ? FROLE_COUNTER : FROLE_VALUE);
		frole_release(&f);
	}
}

static void
few_rising_rows_are_no_counter_yet(void **state)
{
	struct frole f;
	int i;

	(void)state;
	frole_init(&f, 0);
	for (i = 1; i < FROLE_ROWS_MIN; i++)
		number(&f, i, START + i);
	assert_int_equal(frole_role(&f), FROLE_VALUE);
	number(&f, i, START + i);
	assert_int_equal(frole_role(&f), FROLE_COUNTER);
	frole_release(&f);
}

static void
epoch_times_in_any_unit_are_counters_even_if_they_jump(void **state)
{
	static const double units[] = {1e-3, 1, 1e3, 1e6};
	size_t u;
	int i;

	(void)state;
	for (u = 0; u < 4; u++) {
		struct frole f;
		uint64_t seed = 9;

		frole_init(&f, 0);
		for (i = 0; i < 500; i++)
			number(&f, ((double)START - 5 * 365.0 * DAY_MS * rng_uniform(&seed)) * units[u], START + i);
		assert_int_equal(frole_role(&f), FROLE_COUNTER);
		frole_release(&f);
	}
}

/* Events of 1970 must not turn every small number into a time. */
static void
small_numbers_are_no_times_in_early_events(void **state)
{
	struct frole f;
	uint64_t seed = 2;
	int i;

	(void)state;
	frole_init(&f, 0);
	for (i = 0; i < 500; i++)
		number(&f, 1e6 * rng_uniform(&seed), 1000 * i);
	assert_int_equal(frole_role(&f), FROLE_VALUE);
	frole_release(&f);
}

/* libc's calendar is the oracle; each quantity with the offsets it is met with. */
static void
parts_of_the_date_are_calendar_whatever_they_begin_with(void **state)
{
	static const struct { int part, offset; } cases[] = {
	    {0, 0}, {0, 1}, {1, 0}, {1, 1}, {1, 6}, {2, 0}, {2, -1}, {3, 0}, {3, 1}, {3, 6}};
	static const int cycle[] = {24, 7, 31, 12};
	size_t c;
	int i;

	(void)state;
	for (c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
		struct frole f;

		frole_init(&f, 0);
		for (i = 0; i < 3000; i++) {
			int64_t ts = START + i * 7 * HOUR_MS + 13;
			struct tm tm = utc(ts);
			int parts[] = {tm.tm_hour, tm.tm_wday, tm.tm_mday, tm.tm_mon};
			int x = (parts[cases[c].part] + cases[c].offset) % cycle[cases[c].part];

			number(&f, cases[c].part == 2 ? parts[2] + cases[c].offset : x, ts);
		}
		assert_int_equal(frole_role(&f), FROLE_CALENDAR);
		frole_release(&f);
	}
}

static void
calendars_hold_before_1970_and_over_leap_days(void **state)
{
	struct frole f;
	int i;

	(void)state;
	frole_init(&f, 0);
	for (i = 0; i < 4000; i++) {
		int64_t ts = INT64_C(-2208988800000) + i * 11 * DAY_MS; /* from 1900-01-01, not a leap year */
		struct tm tm = utc(ts);

		number(&f, tm.tm_mday, ts);
	}
	assert_int_equal(frole_role(&f), FROLE_CALENDAR);
	frole_release(&f);
}

static void
local_hours_are_calendar_by_the_offset_of_the_reader_or_their_own(void **state)
{
	struct frole f;
	int i;

	(void)state;
	frole_init(&f, 2 * HOUR_MS);
	for (i = 0; i < 1000; i++) {
		int64_t ts = START + i * 5 * HOUR_MS;

		number(&f, utc(ts + 2 * HOUR_MS).tm_wday, ts);
	}
	assert_int_equal(frole_role(&f), FROLE_CALENDAR);
	frole_release(&f);
	frole_init(&f, 0);
	for (i = 0; i < 1000; i++) {
		int64_t ts = START + i * 5 * HOUR_MS;

		number(&f, utc(ts - 5 * HOUR_MS).tm_hour, ts);
	}
	assert_int_equal(frole_role(&f), FROLE_CALENDAR);
	frole_release(&f);
}

/* Within four hours of one day a constant 11 would "equal the hour" in part, and a flag the month. */
static void
a_quantity_that_hardly_moves_makes_no_calendar(void **state)
{
	struct frole f;
	int i;

	(void)state;
	frole_init(&f, 0);
	for (i = 0; i < 1000; i++) {
		int64_t ts = START + i * (4 * HOUR_MS / 1000);

		number(&f, utc(ts).tm_hour, ts);
	}
	assert_int_equal(frole_role(&f), FROLE_VALUE);
	frole_release(&f);
}

static void
over_nine_tenths_of_a_thousand_distinct_texts_are_ids(void **state)
{
	unsigned distinct, i;

	(void)state;
	for (distinct = 900; distinct <= 901; distinct++) {
		struct frole f;

		frole_init(&f, 0);
		for (i = 0; i < 1000; i++) {
			char s[16];

			assert_int_equal(frole_role(&f), FROLE_VALUE);
			snprintf(s, sizeof(s), "u-%u", i % distinct);
			text(&f, s);
		}
		assert_int_equal(frole_role(&f), distinct > 900 ? FROLE_ID : FROLE_VALUE);
		assert_int_equal(frole_type(&f), FEATURE_CATEGORICAL);
		assert_null(f.hashes);
		frole_release(&f);
	}
}

static void
more_than_half_of_long_texts_with_spaces_are_text(void **state)
{
	unsigned prose, i;

	(void)state;
	for (prose = 500; prose <= 501; prose++) {
		struct frole f;

		frole_init(&f, 0);
		for (i = 0; i < 1000; i++) {
			char s[64];

			if (i < prose)
				snprintf(s, sizeof(s), "the parcel %u was left at the door", i);
			else
				snprintf(s, sizeof(s), "%u-is-as-long-but-has-no-space-in-it", i);
			text(&f, s);
		}
		assert_int_equal(frole_role(&f), prose > 500 ? FROLE_TEXT : FROLE_ID);
		frole_release(&f);
	}
}

/* 95 of 100 values are numbers: numeric; 94: not. Missing values and arrays count for neither. */
static void
nineteen_in_twenty_numbers_make_a_numeric_feature(void **state)
{
	unsigned numbers, i;
	struct err err;

	(void)state;
	for (numbers = 94; numbers <= 95; numbers++) {
		const struct value missing = {.kind = VALUE_MISSING}, array = {.kind = VALUE_NOT_SCALAR};
		struct frole f;

		frole_init(&f, 0);
		for (i = 0; i < 100; i++) {
			if (i < numbers)
				number(&f, i * 0.5, START);
			else
				text(&f, "n/a");
			assert_int_equal(frole_add(&f, &missing, START, &err), 0);
			assert_int_equal(frole_add(&f, &array, START, &err), 0);
		}
		assert_int_equal(frole_rows(&f), 100);
		assert_int_equal(frole_type(&f), numbers >= 95 ? FEATURE_NUMERIC : FEATURE_CATEGORICAL);
		frole_release(&f);
	}
}

static void
nothing_and_nothing_finite_are_categorical(void **state)
{
	const struct value nan = {.kind = VALUE_NONFINITE};
	struct frole f;
	struct err err;

	(void)state;
	frole_init(&f, 0);
	assert_int_equal(frole_type(&f), FEATURE_CATEGORICAL);
	assert_int_equal(frole_add(&f, &nan, START, &err), 0);
	assert_int_equal(frole_type(&f), FEATURE_CATEGORICAL);
	number(&f, 1, START);
	assert_int_equal(frole_type(&f), FEATURE_NUMERIC);
	assert_int_equal(frole_rows(&f), 2);
	frole_release(&f);
}

static void
predictions_are_classes_up_to_twenty_whole_numbers(void **state)
{
	const struct value yes = {.kind = VALUE_BOOL, .num = 1, .text = {"true", 4}};
	struct frole f;
	struct err err;
	int i, n;

	(void)state;
	for (n = 20; n <= 21; n++) {
		frole_init(&f, 0);
		for (i = 0; i < 500; i++)
			number(&f, i % n - 3, START);
		assert_int_equal(frole_prediction_type(&f), n == 20 ? FEATURE_CATEGORICAL : FEATURE_NUMERIC);
		frole_release(&f);
	}
	frole_init(&f, 0);
	number(&f, 1, START);
	number(&f, 0.5, START);
	assert_int_equal(frole_prediction_type(&f), FEATURE_NUMERIC);
	frole_init(&f, 0);
	assert_int_equal(frole_add(&f, &yes, START, &err), 0);
	assert_int_equal(frole_prediction_type(&f), FEATURE_CATEGORICAL);
	assert_int_equal(frole_type(&f), FEATURE_CATEGORICAL);
}

static int
one_text(void *ctx, struct err *err)
{
	const struct value v = {.kind = VALUE_TEXT, .text = slice_of("a")};
	struct frole f;
	int rc;

	(void)ctx;
	frole_init(&f, 0);
	rc = frole_add(&f, &v, START, err);
	assert_int_equal(frole_rows(&f), 1);
	frole_release(&f);
	return rc;
}

static void
every_allocation_may_fail(void **state)
{
	(void)state;
	assert_int_equal(alloc_fail_each(one_text, NULL), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ordinary_numbers_are_values),
		cmocka_unit_test(numbers_that_rise_in_ninety_nine_of_a_hundred_rows_are_counters),
		cmocka_unit_test(few_rising_rows_are_no_counter_yet),
		cmocka_unit_test(epoch_times_in_any_unit_are_counters_even_if_they_jump),
		cmocka_unit_test(small_numbers_are_no_times_in_early_events),
		cmocka_unit_test(parts_of_the_date_are_calendar_whatever_they_begin_with),
		cmocka_unit_test(calendars_hold_before_1970_and_over_leap_days),
		cmocka_unit_test(local_hours_are_calendar_by_the_offset_of_the_reader_or_their_own),
		cmocka_unit_test(a_quantity_that_hardly_moves_makes_no_calendar),
		cmocka_unit_test(over_nine_tenths_of_a_thousand_distinct_texts_are_ids),
		cmocka_unit_test(more_than_half_of_long_texts_with_spaces_are_text),
		cmocka_unit_test(nineteen_in_twenty_numbers_make_a_numeric_feature),
		cmocka_unit_test(nothing_and_nothing_finite_are_categorical),
		cmocka_unit_test(predictions_are_classes_up_to_twenty_whole_numbers),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
