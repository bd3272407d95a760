#include "tui/timearg.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY_MS INT64_C(86400000)
#define HOUR_MS INT64_C(3600000)
/* Years 1 to 9999: all that RFC 3339 can write, and far from any overflow. */
#define MS_MAX INT64_C(253402300800000)

struct civil {
	int year, month, day, hour, minute, second;
	int64_t fraction_ms;
};

/* Days since 1970-01-01 in the Gregorian calendar; years are counted from March, so that the leap
 * day comes last. */
static int64_t
days_of(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - 719468;
}

static int
month_days(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

/* Exactly `digits` digits at *p, which is moved behind them. */
static bool
take_digits(const char **p, const char *end, int digits, int *out)
{
	int v = 0;

	while (digits-- > 0) {
		if (*p >= end || !isdigit((unsigned char)**p))
			return false;
		v = v * 10 + (*(*p)++ - '0');
	}
	*out = v;
	return true;
}

static bool
take_char(const char **p, const char *end, const char *set)
{
	if (*p >= end || !strchr(set, **p))
		return false;
	(*p)++;
	return true;
}

static bool
take_date(const char **p, const char *end, struct civil *c)
{
	return take_digits(p, end, 4, &c->year) && take_char(p, end, "-") &&
	       take_digits(p, end, 2, &c->month) && take_char(p, end, "-") &&
	       take_digits(p, end, 2, &c->day) && c->year >= 1 && c->month >= 1 && c->month <= 12 &&
	       c->day >= 1 && c->day <= month_days(c->year, c->month);
}

static bool
take_clock(const char **p, const char *end, struct civil *c)
{
	int64_t unit = 100;

	if (!take_digits(p, end, 2, &c->hour) || !take_char(p, end, ":") ||
	    !take_digits(p, end, 2, &c->minute))
		return false;
	if (take_char(p, end, ":")) {
		if (!take_digits(p, end, 2, &c->second))
			return false;
		if (take_char(p, end, ".,")) {
			if (*p >= end || !isdigit((unsigned char)**p))
				return false;
			for (; *p < end && isdigit((unsigned char)**p); (*p)++, unit /= 10)
				c->fraction_ms += (**p - '0') * unit;
		}
	}
	/* A leap second is written 60 and is the second after it. */
	return c->hour <= 23 && c->minute <= 59 && c->second <= 60;
}

static bool
take_zone(const char **p, const char *end, int64_t *offset_ms)
{
	int hours, minutes;
	bool west;

	*offset_ms = 0;
	if (take_char(p, end, "Zz"))
		return true;
	if (*p >= end || !strchr("+-", **p))
		return false;
	west = *(*p)++ == '-';
	if (!take_digits(p, end, 2, &hours))
		return false;
	(void)take_char(p, end, ":");
	if (!take_digits(p, end, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*offset_ms = (hours * 60 + minutes) * INT64_C(60000) * (west ? -1 : 1);
	return true;
}

static bool
local_ms(const struct civil *c, int64_t *ms)
{
	struct tm tm = {0};
	time_t t;

	tm.tm_year = c->year - 1900;
	tm.tm_mon = c->month - 1;
	tm.tm_mday = c->day;
	tm.tm_hour = c->hour;
	tm.tm_min = c->minute;
	tm.tm_sec = c->second;
	tm.tm_isdst = -1;
	t = mktime(&tm);
	/* -1 is also a second of 1969; nobody means that one. */
	if (t == (time_t)-1)
		return false;
	*ms = (int64_t)t * 1000 + c->fraction_ms;
	return true;
}

bool
timearg_parse_rfc3339(const char *text, size_t n, bool utc, int64_t *ms)
{
	const char *p = text, *end = text + n;
	struct civil c = {0};
	int64_t offset_ms = 0;
	bool zone = false;

	if (!take_date(&p, end, &c))
		return false;
	if (p < end) {
		if (!take_char(&p, end, "Tt ") || !take_clock(&p, end, &c))
			return false;
		if (p < end && *p == ' ')
			p++;
		if (p < end) {
			if (!take_zone(&p, end, &offset_ms) || p < end)
				return false;
			zone = true;
		}
	}
	if (!zone && !utc)
		return local_ms(&c, ms);
	*ms = days_of(c.year, c.month, c.day) * DAY_MS + c.hour * HOUR_MS +
	      c.minute * INT64_C(60000) + c.second * INT64_C(1000) + c.fraction_ms - offset_ms;
	return true;
}

bool
timearg_epoch_ms(double number, int64_t *ms)
{
	double size = fabs(number);

	if (!isfinite(number))
		return false;
	if (size < 1e11)
		number *= 1e3;
	else if (size >= 1e17)
		number /= 1e6;
	else if (size >= 1e14)
		number /= 1e3;
	if (fabs(number) >= (double)MS_MAX)
		return false;
	*ms = (int64_t)floor(number);
	return true;
}

/* "1h30m": at least one number with a unit, units falling or not. */
static bool
parse_span(const char *p, int64_t *ms)
{
	int64_t total = 0;

	if (!isdigit((unsigned char)*p))
		return false;
	while (*p) {
		int64_t n = 0, unit;

		if (!isdigit((unsigned char)*p))
			return false;
		for (; isdigit((unsigned char)*p); p++) {
			n = n * 10 + (*p - '0');
			if (n > MS_MAX)
				return false;
		}
		if (p[0] == 'm' && p[1] == 's') {
			unit = 1;
			p++;
		} else {
			switch (*p) {
			case 's':
				unit = 1000;
				break;
			case 'm':
				unit = 60000;
				break;
			case 'h':
				unit = HOUR_MS;
				break;
			case 'd':
				unit = DAY_MS;
				break;
			case 'w':
				unit = 7 * DAY_MS;
				break;
			default:
				return false;
			}
		}
		p++;
		if (n > MS_MAX / unit)
			return false;
		total += n * unit;
		if (total > MS_MAX)
			return false;
	}
	*ms = total;
	return true;
}

static bool
parse_epoch(const char *text, int64_t *ms)
{
	char *end;
	double x;

	if (!isdigit((unsigned char)text[0]))
		return false;
	x = strtod(text, &end);
	return end != text && !*end && timearg_epoch_ms(x, ms);
}

int
timearg_parse(struct timearg *out, const char *text, bool utc, struct err *err)
{
	if (text[0] == '-' && parse_span(text + 1, &out->ms)) {
		out->kind = TIMEARG_BEFORE;
		return 0;
	}
	out->kind = TIMEARG_ABSOLUTE;
	if (parse_epoch(text, &out->ms) || timearg_parse_rfc3339(text, strlen(text), utc, &out->ms))
		return 0;
	return err_set(err, ERR_USAGE,
	    "'%s' is no time: write 2026-01-31T14:05:00Z, 2026-01-31 14:05, an epoch such as "
	    "1769868300, or -15m",
	    text);
}

int
timearg_parse_ago(struct timearg *out, const char *text, bool utc, struct err *err)
{
	const char *span = text[0] == '-' ? text + 1 : text;

	if (strcmp(text, "0") == 0 || strcmp(text, "all") == 0) {
		out->kind = TIMEARG_EVERYTHING;
		out->ms = 0;
		return 0;
	}
	if (parse_span(span, &out->ms)) {
		out->kind = TIMEARG_BEFORE;
		return 0;
	}
	/* Nobody means a minute of 1970: the unit is missing. */
	if (parse_epoch(text, &out->ms) && out->ms < 10 * 365 * DAY_MS)
		return err_set(err, ERR_USAGE, "'%s' has no unit: write %ss, %sm, %sh or %sd", text,
		    text, text, text, text);
	if (timearg_parse(out, text, utc, NULL) == 0)
		return 0;
	return err_set(err, ERR_USAGE,
	    "'%s' is neither a span such as 90m nor a time such as 2026-01-31T14:05:00Z", text);
}
