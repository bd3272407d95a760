#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "widgets/fmt.h"

#define SAME(call, text) assert_string_equal((call).s, text)

static void
what_is_not_known_is_two_dashes_and_never_nought(void **state)
{
	(void)state;
	SAME(fmt_rate(NAN), "--");
	SAME(fmt_ms(NAN), "--");
	SAME(fmt_pct(NAN), "--");
	SAME(fmt_pct_sign(NAN), "--");
	SAME(fmt_points(NAN), "--");
	SAME(fmt_drift(NAN), "--");
	SAME(fmt_sig(NAN), "--");
	SAME(fmt_value(NAN), "--");
	SAME(fmt_age(-1), "--");
	SAME(fmt_age_fine(-1), "--");
}

static void
rounding_comes_before_the_unit(void **state)
{
	(void)state;
	SAME(fmt_count(999), "999");
	SAME(fmt_count(1000), "1.0k");
	SAME(fmt_count(9949), "9.9k");
	SAME(fmt_count(10000), "10.0k");
	SAME(fmt_count(99949), "99.9k");
	SAME(fmt_count(99950), "100k");
	SAME(fmt_count(999499), "999k");
	SAME(fmt_count(999500), "1.0M");
	SAME(fmt_count(UINT64_MAX), "18.4E");
	SAME(fmt_rate(9.949), "9.9");
	SAME(fmt_rate(9.96), "10");
	SAME(fmt_rate(0.01), "36/h");
	SAME(fmt_rate(1.0 / 86400), "1/d");
	SAME(fmt_rate(1e-9), "<1/d");
	SAME(fmt_rate(0), "0");
	SAME(fmt_rate(88.2), "88");
	SAME(fmt_rate(12345), "12.3k");
	SAME(fmt_ms(0.7604), "760us");
	SAME(fmt_ms(0.9996), "1.0ms");
	SAME(fmt_ms(7.14), "7.1ms");
	SAME(fmt_ms(9.96), "10ms");
	SAME(fmt_ms(999.4), "999ms");
	SAME(fmt_ms(999.6), "1.0s");
	SAME(fmt_ms(120000), "120s");
	SAME(fmt_pct(0.0321), "3.2");
	SAME(fmt_pct(1), "100");
	SAME(fmt_pct(0), "0.0");
	SAME(fmt_pct(0.00001), "<0.1");
	SAME(fmt_pct_sign(0.5), "50.0%");
	SAME(fmt_points(0.021), "+2.1");
	SAME(fmt_points(-0.021), "-2.1");
	SAME(fmt_signed(0.1234, 3), "+0.123");
	SAME(fmt_signed(-0.1236, 3), "-0.124");
	SAME(fmt_signed(-0.0004, 3), "0.000");
	SAME(fmt_signed(0.0004, 3), "0.000");
	SAME(fmt_signed(-0.0006, 3), "-0.001");
	SAME(fmt_signed(NAN, 2), "--");
	SAME(fmt_points(-0.0001), "0.0");
}

static void
all_is_said_of_all_only(void **state)
{
	(void)state;
	SAME(fmt_pct(0.99996), ">99.9");
	SAME(fmt_pct(0.9994), "99.9");
}

static void
drift_numbers_keep_their_decimals(void **state)
{
	(void)state;
	SAME(fmt_drift(0.314), "0.31");
	SAME(fmt_drift(-0.001), "0.00");
	SAME(fmt_drift(0), "0.00");
	SAME(fmt_drift(0.0049), "<.01"); /* little is not nothing */
	SAME(fmt_drift(0.005), "0.01");
	SAME(fmt_drift(9.996), "10.0");
	SAME(fmt_drift(99.96), "100");
	SAME(fmt_sig(0.00132), "0.0013");
	SAME(fmt_sig(0.314159), "0.314");
	SAME(fmt_sig(12.345), "12.3");
	SAME(fmt_sig(0), "0");
}

/* Never cut: what is read back is the number, to the digits that have room. */
static void
a_number_that_has_no_room_has_fewer_digits(void **state)
{
	(void)state;
	SAME(fmt_fit(0.00475, 6), "0.0047");
	SAME(fmt_fit(6.2e-5, 6), "6.2e-5");
	SAME(fmt_fit(6.2e-5, 7), "6.20e-5");
	SAME(fmt_fit(-6.2e-5, 6), "-6e-5");
	SAME(fmt_fit(1234567, 6), "1.23e6");
	SAME(fmt_fit(-0.5678, 6), "-0.568");
	SAME(fmt_fit(-0.05678, 6), "-0.057");
	SAME(fmt_fit(-0.00568, 6), "-6e-3");
	SAME(fmt_fit(NAN, 6), "--");
	for (double x = 1e-9; x < 1e300; x *= 7.3)
		for (int sign = -1; sign <= 1; sign += 2)
			for (int cols = 6; cols <= 8; cols++) {
				struct fmt f = fmt_fit(sign * x, cols);

				if (strlen(f.s) > (size_t)cols)
					fail_msg("%g in %d columns: %s", sign * x, cols, f.s);
				/* One digit, half of it: a third of the smallest, 1.5; below 5e-7 it is 0. */
				if (x > 5e-7 && fabs(strtod(f.s, NULL) / (sign * x) - 1) > 0.34)
					fail_msg("%g in %d columns: %s", sign * x, cols, f.s);
			}
}

static void
values_are_readable_from_tiny_to_huge(void **state)
{
	(void)state;
	SAME(fmt_value(84), "84");
	SAME(fmt_value(131.71), "131.7");
	SAME(fmt_value(-0.0021), "-0.00210");
	SAME(fmt_value(1234567), "1234567");
	SAME(fmt_value(1.234e12), "1.23e+12");
	SAME(fmt_value(INFINITY), "inf");
	SAME(fmt_value(1e-300), "1.00e-300");
}

static void
ages_have_one_unit(void **state)
{
	(void)state;
	SAME(fmt_age(0), "0s");
	SAME(fmt_age(59999), "59s");
	SAME(fmt_age(60000), "1m");
	SAME(fmt_age(3599999), "59m");
	SAME(fmt_age(INT64_C(7200000)), "2h");
	SAME(fmt_age(INT64_C(864000000)), "10d");
	SAME(fmt_age(INT64_C(86400000) * 2000), "5y");
	SAME(fmt_age(INT64_MAX), ">99y");
	SAME(fmt_age_fine(240), "0.2s");
	SAME(fmt_age_fine(9999), "9.9s");
	SAME(fmt_age_fine(12000), "12s");
}

static void
counts_and_bytes_have_separators_and_units(void **state)
{
	(void)state;
	SAME(fmt_exact(0), "0");
	SAME(fmt_exact(999), "999");
	SAME(fmt_exact(14210), "14,210");
	SAME(fmt_exact(UINT64_MAX), "18,446,744,073,709,551,615");
	SAME(fmt_bytes(512), "512B");
	SAME(fmt_bytes(8 << 20), "8.0MiB");
}

static void
times_follow_the_calendar(void **state)
{
	(void)state;
	SAME(fmt_datetime(0, 0), "1970-01-01 00:00:00");
	SAME(fmt_datetime(INT64_C(951827696789), 0), "2000-02-29 12:34:56");
	SAME(fmt_datetime(INT64_C(-86400001), 0), "1969-12-30 23:59:59");
	SAME(fmt_clock(INT64_C(951827696789), INT64_C(3600000)), "13:34:56");
	SAME(fmt_clock_ms(INT64_C(951827696789), 0), "12:34:56.789");
	SAME(fmt_date(INT64_MAX, 0), "9999-12-31");
	SAME(fmt_date(INT64_C(4107542400000), 0), "2100-03-01"); /* 2100 is no leap year */
}

/* The widths that headers of columns rely on, over magnitudes from 1e-320 to 1e308 and every power of two. */
static void
no_result_is_wider_than_stated(void **state)
{
	(void)state;
	for (int e = -320; e <= 308; e++)
		for (int k = 0; k < 3; k++) {
			double x = pow(10, e) * (k == 0 ? 1 : k == 1 ? 9.9951 : 5.55);

			if (!isfinite(x))
				continue;
			assert_true(strlen(fmt_rate(x).s) <= 5);
			assert_true(strlen(fmt_ms(x).s) <= 6);
			assert_true(strlen(fmt_pct(x).s) <= 5);
			assert_true(strlen(fmt_points(x).s) <= 6);
			assert_true(strlen(fmt_points(-x).s) <= 6);
			assert_true(strlen(fmt_drift(x).s) <= 4);
			assert_true(strlen(fmt_value(-x).s) <= 10);
		}
	for (int bit = 0; bit < 64; bit++) {
		uint64_t n = UINT64_C(1) << bit;

		assert_true(strlen(fmt_count(n).s) <= 5);
		assert_true(strlen(fmt_count(n - 1).s) <= 5);
		assert_true(strlen(fmt_bytes(n).s) <= 7);
		assert_true(strlen(fmt_age((int64_t)(n >> 1)).s) <= 4);
		assert_true(strlen(fmt_age_fine((int64_t)(n >> 1)).s) <= 4);
	}
}

static void
ticks_of_one_axis_have_the_same_decimals(void **state)
{
	const double ms[] = {0.5, 1, 1.5, 2, 3, NAN, INFINITY}, amounts[] = {40.19, 43.47, 48.95, 109.3, 157.7};
	const double scores[] = {0.00046, 0.00951, 0.029, 0.069, 0.14}, counts[] = {7, 8, 10}, huge[] = {1.5, 2e9};

	(void)state;
	assert_int_equal(fmt_tick_decimals(ms, 7), 1);
	assert_string_equal(fmt_tick(1, 1).s, "1.0");
	assert_string_equal(fmt_tick(1.5, 1).s, "1.5");
	assert_int_equal(fmt_tick_decimals(amounts, 5), 1); /* the least gap is 3.3; none would say 40 and 43 */
	/* The least gap is 0.009: three decimals tell neighbours apart. */
	assert_int_equal(fmt_tick_decimals(scores, 5), 3);
	assert_int_equal(fmt_tick_decimals(counts, 3), 0);
	assert_int_equal(fmt_tick_decimals(huge, 2), -1);
	assert_string_equal(fmt_tick(2e9, -1).s, fmt_value(2e9).s);
	assert_int_equal(fmt_tick_decimals(NULL, 0), 0);
}

static void
two_values_of_an_axis_are_written_alike(void **state)
{
	static const char *const pairs[][4] = {{"100%", "50.0%", "100%", "50%"}, {"15ms", "7.5ms", "15.0ms", "7.5ms"},
	    {"10.0%", "5.0%", "10.0%", "5.0%"}, {"1.0s", "500ms", "1.0s", "500ms"}, {"150ms", "75ms", "150ms", "75ms"},
	    {"15", "7.5", "15.0", "7.5"}, {"--", "--", "--", "--"}};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct fmt a, b;

		snprintf(a.s, sizeof a.s, "%s", pairs[i][0]);
		snprintf(b.s, sizeof b.s, "%s", pairs[i][1]);
		fmt_alike(&a, &b);
		assert_string_equal(a.s, pairs[i][2]);
		assert_string_equal(b.s, pairs[i][3]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_not_known_is_two_dashes_and_never_nought),
	    cmocka_unit_test(rounding_comes_before_the_unit),
	    cmocka_unit_test(all_is_said_of_all_only),
	    cmocka_unit_test(drift_numbers_keep_their_decimals),
	    cmocka_unit_test(a_number_that_has_no_room_has_fewer_digits),
	    cmocka_unit_test(values_are_readable_from_tiny_to_huge),
	    cmocka_unit_test(ages_have_one_unit),
	    cmocka_unit_test(counts_and_bytes_have_separators_and_units),
	    cmocka_unit_test(times_follow_the_calendar),
	    cmocka_unit_test(ticks_of_one_axis_have_the_same_decimals),
	    cmocka_unit_test(two_values_of_an_axis_are_written_alike),
	    cmocka_unit_test(no_result_is_wider_than_stated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
