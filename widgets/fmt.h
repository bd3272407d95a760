/*
 * How numbers look: every screen shows the same figure in the same form. The digits of shares, durations, rates and
 * values are those of core/digits.h, which sentences have, too.
 *
 * Each call returns its text by value, so that it can be used inside an expression: grid_str(..., fmt_ms(x).s). NaN,
 * and where it makes sense a negative value, is "--": no data is never the number 0. Digits are ASCII whatever the
 * locale's; the longest result of each call is stated, so that columns can be sized for it and never jump.
 */
#ifndef WIDGETS_FMT_H
#define WIDGETS_FMT_H

#include <stddef.h>
#include <stdint.h>

#define FMT_BYTES 32

struct fmt {
	char s[FMT_BYTES];
};

/* Counts. fmt_count: at most 5 columns, SI: 999 1.2k 12.3k 123k 1.2M: few digits, which rest. fmt_exact: with
 * separators, 14,210. */
struct fmt fmt_count(uint64_t n);
struct fmt fmt_exact(uint64_t n);

/* As digits_rate, digits_ms, digits_pct and digits_share, of at most 5, 6, 5 and 6 columns. */
struct fmt fmt_rate(double per_s);
struct fmt fmt_ms(double ms);
struct fmt fmt_pct(double frac);
struct fmt fmt_pct_sign(double frac);
/* A difference of shares in points, signed, at most 6 columns: +2.1 -12.0. */
struct fmt fmt_points(double frac);

/* A drift statistic in a column, two decimals while they fit in 4 columns: <.01 0.31 4.12 12.3 123. */
struct fmt fmt_drift(double x);
/* The same where there is room: three significant digits, so that a small floor is not 0.00: 0.00132 0.314 12.3. */
struct fmt fmt_sig(double x);
/* The same in at most `cols` columns, which are six at least: where it is longer, with fewer digits: 6.2e-5 1.23e6. */
struct fmt fmt_fit(double x, int cols);

/* As digits_value, at most 10 columns. */
struct fmt fmt_value(double x);

/*
 * Ticks of one axis have the same number of decimals: as many as it takes to tell neighbours apart, and no more than
 * five digits. x: rising, n of them, NaN and infinite ones are passed over. fmt_tick: with that many; -1: too large or
 * small for an axis of plain numbers, each as fmt_value has it.
 */
int fmt_tick_decimals(const double *x, size_t n);
struct fmt fmt_tick(double x, int decimals);
/* Two texts of one axis and unit: "100%" and "50.0%" become "100%" and "50%"; of "15ms" and "7.5ms" the first becomes
 * "15.0ms". */
void fmt_alike(struct fmt *a, struct fmt *b);

/* With that many digits and its sign: "+0.120", "-0.120"; what rounds to zero has none: "0.000". */
struct fmt fmt_signed(double x, int decimals);

/* An age or a length of time, one unit, at most 4 columns: 0s 59s 12m 3h 4d 2y; negative: "--". */
struct fmt fmt_age(int64_t ms);
/* A short age with tenths below ten seconds, at most 4 columns: 0.2s 9.9s 12s. */
struct fmt fmt_age_fine(int64_t ms);

/* Bytes, binary units, at most 7 columns: 512B 1.2KiB 8.0MiB. */
struct fmt fmt_bytes(uint64_t n);

/* Wall clock, shifted by utc_offset_ms: 14:03:22, 2018-03-04, "2018-03-04 14:03:22", 14:03:22.123. */
struct fmt fmt_clock(int64_t ms, int64_t utc_offset_ms);
struct fmt fmt_clock_ms(int64_t ms, int64_t utc_offset_ms);
struct fmt fmt_date(int64_t ms, int64_t utc_offset_ms);
struct fmt fmt_datetime(int64_t ms, int64_t utc_offset_ms);

#endif
