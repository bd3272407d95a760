/*
 * Rounding happens before the unit is chosen: 999.96 ms must not become "1000ms", nor 99.97 % all of them. Each helper
 * therefore compares with the last value that still rounds down at its number of decimals.
 */
#include "core/digits.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/err.h"

static struct digits make(const char *format, ...) ERR_PRINTF(1, 2);

static struct digits
make(const char *format, ...)
{
	struct digits d;
	va_list ap;

	va_start(ap, format);
	vsnprintf(d.s, sizeof(d.s), format, ap);
	va_end(ap);
	return d;
}

static struct digits
percent(double frac, const char *sign)
{
	double pct = frac * 100;

	if (isnan(frac) || frac < 0)
		return make("--");
	if (pct > 0 && pct < 0.05)
		return make("<0.1%s", sign);
	if (pct < 99.95)
		return make("%.1f%s", pct, sign);
	if (pct < 100)
		return make(">99.9%s", sign);
	return make("%.0f%s", fmin(pct, 99999), sign);
}

struct digits
digits_pct(double frac)
{
	return percent(frac, "");
}

struct digits
digits_share(double frac)
{
	return percent(frac, "%");
}

/* x >= 0 in three columns or four: 7.2 88 123 (x < 999.5). */
static struct digits
small(double x, const char *unit)
{
	return make(x < 9.95 ? "%.1f%s" : "%.0f%s", x, unit);
}

struct digits
digits_si(double x)
{
	static const char units[] = "kMGTPE";
	size_t u = 0;

	x /= 1000;
	while (x >= 999.5 && units[u + 1] != '\0') {
		x /= 1000;
		u++;
	}
	return make(x < 99.95 ? "%.1f%c" : "%.0f%c", x, units[u]);
}

struct digits
digits_ms(double ms)
{
	if (isnan(ms) || ms < 0)
		return make("--");
	if (!(ms > 0))
		return make("0ms");
	if (ms < 0.9995)
		return make("%.0fus", ms < 0.001 ? 1.0 : ms * 1000);
	if (ms < 999.5)
		return small(ms, "ms");
	return ms < 9999500.0 ? small(ms / 1000, "s") : make(">9999s");
}

struct digits
digits_age(double ms)
{
	double s = floor(ms / 1000);

	if (isnan(ms) || ms < 0)
		return make("--");
	if (s < 60)
		return make("%.0fs", s);
	if (s < 3600)
		return make("%.0fm", floor(s / 60));
	if (s < 100 * 3600)
		return make("%.0fh", floor(s / 3600));
	if (s < 1000.0 * 86400)
		return make("%.0fd", floor(s / 86400));
	s = floor(s / 31556952.0);
	return s < 1000 ? make("%.0fy", s) : make(">99y");
}

/* What comes less often than every twenty seconds is told by the hour or the day. */
struct digits
digits_rate(double per_s)
{
	if (isnan(per_s) || per_s < 0)
		return make("--");
	if (!(per_s > 0))
		return make("0");
	if (per_s >= 9999.5)
		return digits_si(fmin(per_s, 1e18));
	if (per_s >= 0.05)
		return small(per_s, "");
	if (per_s * 3600 >= 0.95)
		return make("%.0f/h", per_s * 3600);
	return per_s * 86400 >= 0.95 ? make("%.0f/d", per_s * 86400) : make("<1/d");
}

struct digits
digits_value(double x)
{
	double a = fabs(x);

	if (isnan(x))
		return make("--");
	if (isinf(x))
		return make(x > 0 ? "inf" : "-inf");
	if (!(a > 0))
		return make("0");
	if (a < 1e7 && !(x < floor(x)) && !(x > floor(x)))
		return make("%.0f", x);
	if (a >= 9999999.5 || a < 0.0001)
		return make("%.2e", x);
	if (a >= 999.95)
		return make("%.0f", x);
	if (a >= 99.995)
		return make("%.1f", x);
	if (a >= 9.9995)
		return make("%.2f", x);
	return make(a >= 0.01 ? "%.3f" : "%.5f", x);
}
