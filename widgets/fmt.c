/*
 * Rounding happens before the unit is chosen: 9999.96 must not become "10000", nor 59.96 s "60s". Each helper
 * therefore compares with the last value that still rounds down at its number of decimals.
 */
#include "widgets/fmt.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "core/digits.h"
#include "core/err.h"
#include "core/text.h"

static struct fmt fmt_make(const char *format, ...) ERR_PRINTF(1, 2);

static struct fmt
fmt_make(const char *format, ...)
{
	struct fmt f;
	va_list ap;

	va_start(ap, format);
	vsnprintf(f.s, sizeof f.s, format, ap);
	va_end(ap);
	return f;
}

static struct fmt
fmt_of(struct digits d)
{
	return fmt_make("%s", d.s);
}

static struct fmt
fmt_none(void)
{
	return fmt_make("--");
}

/* x >= 0 in three columns or four, no unit: 7.2 88 123 (x < 999.5). */
static struct fmt
fmt_short(double x, const char *unit)
{
	if (x < 9.95)
		return fmt_make("%.1f%s", x, unit);
	return fmt_make("%.0f%s", x, unit);
}

struct fmt
fmt_count(uint64_t n)
{
	if (n < 1000)
		return fmt_make("%" PRIu64, n);
	return fmt_of(digits_si((double)n));
}

struct fmt
fmt_exact(uint64_t n)
{
	struct fmt f;

	text_count(f.s, n);
	return f;
}

struct fmt
fmt_rate(double per_s)
{
	return fmt_of(digits_rate(per_s));
}

struct fmt
fmt_ms(double ms)
{
	return fmt_of(digits_ms(ms));
}

struct fmt
fmt_pct(double frac)
{
	return fmt_of(digits_pct(frac));
}

struct fmt
fmt_pct_sign(double frac)
{
	return fmt_of(digits_share(frac));
}

struct fmt
fmt_points(double frac)
{
	double pct = frac * 100;

	if (isnan(frac))
		return fmt_none();
	if (fabs(pct) < 0.05)
		return fmt_make("0.0");
	return fmt_make("%+.1f", fmax(fmin(pct, 999.9), -999.9));
}

struct fmt
fmt_signed(double x, int decimals)
{
	if (isnan(x))
		return fmt_none();
	if (fabs(x) < 0.5 * pow(10, -decimals))
		return fmt_make("%.*f", decimals, 0.0);
	return fmt_make("%+.*f", decimals, x);
}

struct fmt
fmt_drift(double x)
{
	if (isnan(x))
		return fmt_none();
	if (x < 0 && x > -0.005)
		x = 0;
	/* Little is not nothing, least of all where it is the floor that another number is held against. */
	if (x > 0 && x < 0.005)
		return fmt_make("<.01");
	if (fabs(x) < 9.995)
		return fmt_make("%.2f", x);
	if (fabs(x) < 99.95)
		return fmt_make("%.1f", x);
	if (fabs(x) < 9999.5)
		return fmt_make("%.0f", x);
	return fmt_make(x > 0 ? ">9k" : "<-9k");
}

struct fmt
fmt_sig(double x)
{
	double a = fabs(x);

	if (isnan(x))
		return fmt_none();
	if (a < 5e-7)
		return fmt_make("0");
	if (a >= 999.5)
		return a < 1e6 ? fmt_make("%.0f", x) : fmt_make("%.2e", x);
	if (a >= 99.95)
		return fmt_make("%.0f", x);
	if (a >= 9.995)
		return fmt_make("%.1f", x);
	if (a >= 0.9995)
		return fmt_make("%.2f", x);
	if (a >= 0.09995)
		return fmt_make("%.3f", x);
	return a >= 0.0009995 ? fmt_make("%.4f", x) : fmt_make("%.2e", x);
}

/* 6.2e-05 as 6.2e-5: an exponent needs no plus and no zeros in front. */
static void
fmt_short_exponent(struct fmt *f)
{
	char *e = strchr(f->s, 'e'), *from;

	if (!e)
		return;
	from = ++e;
	if (*from == '-')
		e++;
	from += *from == '-' || *from == '+';
	while (from[0] == '0' && from[1] != '\0')
		from++;
	memmove(e, from, strlen(from) + 1);
}

struct fmt
fmt_fit(double x, int cols)
{
	struct fmt f = fmt_sig(x);

	if (strlen(f.s) > (size_t)cols && fabs(x) >= 0.01 && fabs(x) < 1)
		f = fmt_make("%.3f", x);
	for (int decimals = 2; decimals >= 0 && strlen(f.s) > (size_t)cols && isfinite(x); decimals--) {
		f = fmt_make("%.*e", decimals, x);
		fmt_short_exponent(&f);
	}
	return f;
}

struct fmt
fmt_value(double x)
{
	return fmt_of(digits_value(x));
}

struct fmt
fmt_age(int64_t ms)
{
	return fmt_of(digits_age((double)ms));
}

struct fmt
fmt_age_fine(int64_t ms)
{
	if (ms < 0 || ms >= 10000)
		return fmt_age(ms);
	return fmt_make("%" PRId64 ".%" PRId64 "s", ms / 1000, ms % 1000 / 100);
}

struct fmt
fmt_bytes(uint64_t n)
{
	static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	double x = (double)n / 1024;
	size_t u = 0;

	if (n < 1024)
		return fmt_make("%" PRIu64 "B", n);
	while (x >= 999.5 && u < 5) {
		x /= 1024;
		u++;
	}
	return fmt_short(x, units[u]);
}

/* Civil date from days since 1970-01-01, proleptic Gregorian (Howard Hinnant's days algorithm, public domain). */
static void
civil_from_days(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = yoe + era * 400 + (*month <= 2);
}

/* Splits into days and milliseconds of the day; the range is clipped so that a hostile time cannot overflow. */
static void
fmt_split(int64_t ms, int64_t utc_offset_ms, int64_t *days, int *of_day_ms)
{
	const int64_t most = INT64_C(253402300799999); /* the end of the year 9999 */
	int64_t day_ms = 86400000, rest;

	if (ms > most)
		ms = most;
	if (ms < -most)
		ms = -most;
	ms += utc_offset_ms;
	rest = ms % day_ms;
	if (rest < 0)
		rest += day_ms;
	*days = (ms - rest) / day_ms;
	*of_day_ms = (int)rest;
}

struct fmt
fmt_clock(int64_t ms, int64_t utc_offset_ms)
{
	int64_t days;
	int t;

	fmt_split(ms, utc_offset_ms, &days, &t);
	return fmt_make("%02d:%02d:%02d", t / 3600000, t / 60000 % 60, t / 1000 % 60);
}

struct fmt
fmt_clock_ms(int64_t ms, int64_t utc_offset_ms)
{
	int64_t days;
	int t;

	fmt_split(ms, utc_offset_ms, &days, &t);
	return fmt_make("%02d:%02d:%02d.%03d", t / 3600000, t / 60000 % 60, t / 1000 % 60, t % 1000);
}

struct fmt
fmt_date(int64_t ms, int64_t utc_offset_ms)
{
	int64_t days, year;
	int t, month, day;

	fmt_split(ms, utc_offset_ms, &days, &t);
	civil_from_days(days, &year, &month, &day);
	return fmt_make("%04" PRId64 "-%02d-%02d", year, month, day);
}

struct fmt
fmt_datetime(int64_t ms, int64_t utc_offset_ms)
{
	return fmt_make("%.12s %.12s", fmt_date(ms, utc_offset_ms).s, fmt_clock(ms, utc_offset_ms).s);
}

/* ---- axes -------------------------------------------------------------------------------------- */

int
fmt_tick_decimals(const double *x, size_t n)
{
	double gap = INFINITY, most = 0, before = NAN;
	bool whole = true;
	int decimals, room;

	for (size_t i = 0; i < n; i++) {
		if (!isfinite(x[i]))
			continue;
		whole = whole && !(x[i] > floor(x[i]));
		most = fmax(most, fabs(x[i]));
		if (x[i] > before)
			gap = fmin(gap, x[i] - before);
		before = x[i];
	}
	if (whole)
		return most < 1e7 ? 0 : -1;
	if (most >= 1e5 || most < 1e-4)
		return -1;
	decimals = isinf(gap) ? 2 : (int)ceil(-log10(gap) - 1e-9);
	room = 4 - (int)floor(log10(most));
	room = room < 5 ? room : 5;
	decimals = decimals < room ? decimals : room;
	return decimals > 0 ? decimals : 1;
}

struct fmt
fmt_tick(double x, int decimals)
{
	return decimals < 0 || !isfinite(x) ? fmt_value(x) : fmt_make("%.*f", decimals, x);
}

/* Where the unit begins. */
static size_t
fmt_unit(const struct fmt *f)
{
	return strspn(f->s, "0123456789.-");
}

void
fmt_alike(struct fmt *a, struct fmt *b)
{
	struct fmt *with = strchr(a->s, '.') ? a : b, *without = with == a ? b : a;
	char *dot = strchr(with->s, '.');
	size_t unit = fmt_unit(without);

	if (!dot || strchr(without->s, '.') || strcmp(without->s + unit, with->s + fmt_unit(with)) != 0)
		return;
	if (strspn(dot + 1, "0") == fmt_unit(with) - (size_t)(dot + 1 - with->s)) {
		memmove(dot, with->s + fmt_unit(with), strlen(with->s + fmt_unit(with)) + 1);
	} else if (without->s[0] != '0' || unit > 1) {
		*without = fmt_make("%.*s.0%.8s", (int)(unit < 16 ? unit : 16), without->s, without->s + unit);
	}
}
