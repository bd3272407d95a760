/*
 * How numbers look, in one place: sentences (core) and columns (widgets/fmt.h) take their digits from here, so that
 * one number has the same digits wherever it is said. A unit stands at its number: 38.2%, 26ms.
 *
 * NaN, and where it makes sense a negative value, is "--": no data is never the number 0. The longest result of each
 * call is stated, so that columns can be sized for it and never jump. Digits are ASCII whatever the locale's.
 */
#ifndef CORE_DIGITS_H
#define CORE_DIGITS_H

#define DIGITS_BYTES 32

struct digits {
	char s[DIGITS_BYTES];
};

/* A share (0-1) as a percentage without its sign, one decimal, at most 5 columns: 0.0 <0.1 3.2 99.9 >99.9 100. Only
 * what is all of them is 100. digits_share: the same with the sign. */
struct digits digits_pct(double frac);
struct digits digits_share(double frac);

/* A length of time from milliseconds, two digits or more, at most 6 columns: 760us 7.1ms 22ms 1.2s 120s. */
struct digits digits_ms(double ms);

/* An age or a length of time in one unit, at most 4 columns: 0s 59s 12m 3h 4d 2y. */
struct digits digits_age(double ms);

/* Events a second, at most 5 columns: 0.3 7.2 88 1204 12.3k, slow ones 42/h 3/d. */
struct digits digits_rate(double per_s);

/* A value of a feature, at most 10 columns: 131.7 84 -0.00210 1234567 1.23e+12. */
struct digits digits_value(double x);

/* SI, x >= 1000: 1.2k 12.3k 123k 1.2M. */
struct digits digits_si(double x);

#endif
