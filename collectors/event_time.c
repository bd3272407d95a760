#include "collectors/event_time.h"

#include <math.h>

#include "collectors/json_scan.h"

#define LAST_MS INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

/* n digits at *p as a number, or -1. */
static int
digits_read(const char **p, const char *end, int n)
{
	int v = 0;

	if (end - *p < n)
		return -1;
	for (; n; n--, (*p)++) {
		if (**p < '0' || **p > '9')
			return -1;
		v = v * 10 + (**p - '0');
	}
	return v;
}

static bool
byte_read(const char **p, const char *end, const char *any)
{
	if (*p == end || !**p || !strchr(any, **p))
		return false;
	(*p)++;
	return true;
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar; years counted from March, so that leap
 * days come last. */
static int64_t
days_from_civil(int year, int month, int day)
{
	int64_t y = year - (month <= 2);
	int64_t era = y / 400, in_era = y - era * 400;
	int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

static int
days_in_month(int year, int month)
{
	static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		return 29;
	return days[month - 1];
}

/* ".123456" as milliseconds, rounded down; 0 where there are no decimals, -1 where there is only a
 * point. */
static int
decimals_read(const char **p, const char *end)
{
	int ms = 0, scale = 100;
	const char *first;

	if (!byte_read(p, end, ".,"))
		return 0;
	for (first = *p; *p < end && **p >= '0' && **p <= '9'; (*p)++, scale /= 10)
		ms += (**p - '0') * scale;
	return *p > first ? ms : -1;
}

/* "Z", "+01:00", "-0730" or nothing, as minutes; false for anything else. */
static bool
zone_read(const char **p, const char *end, int *minutes)
{
	bool west;
	int h, m;

	*minutes = 0;
	if (*p == end || byte_read(p, end, "Zz"))
		return true;
	west = **p == '-';
	if (!byte_read(p, end, "+-"))
		return false;
	h = digits_read(p, end, 2);
	byte_read(p, end, ":");
	m = digits_read(p, end, 2);
	if (h < 0 || h > 23 || m < 0 || m > 59)
		return false;
	*minutes = (h * 60 + m) * (west ? -1 : 1);
	return true;
}

static bool
text_parse(struct slice s, int64_t *ms)
{
	const char *p = s.p, *end = s.p + s.n;
	int year, month, day, hour, minute, second, milli, zone;

	year = digits_read(&p, end, 4);
	if (year < 1970 || !byte_read(&p, end, "-"))
		return false;
	month = digits_read(&p, end, 2);
	if (month < 1 || month > 12 || !byte_read(&p, end, "-"))
		return false;
	day = digits_read(&p, end, 2);
	if (day < 1 || day > days_in_month(year, month) || !byte_read(&p, end, "Tt "))
		return false;
	hour = digits_read(&p, end, 2);
	if (hour < 0 || hour > 23 || !byte_read(&p, end, ":"))
		return false;
	minute = digits_read(&p, end, 2);
	if (minute < 0 || minute > 59 || !byte_read(&p, end, ":"))
		return false;
	second = digits_read(&p, end, 2);
	milli = decimals_read(&p, end);
	/* 60 is a leap second: it becomes the second behind it. */
	if (second < 0 || second > 60 || milli < 0 || !zone_read(&p, end, &zone) || p != end)
		return false;
	*ms = (days_from_civil(year, month, day) * 1440 + hour * 60 + minute - zone) * 60000 +
	      second * 1000 + milli;
	return true;
}

static bool
number_parse(double v, int64_t *ms)
{
	double scaled;

	if (v < 1e11)
		scaled = round(v * 1e3);
	else if (v < 1e14)
		scaled = floor(v);
	else if (v < 1e17)
		scaled = floor(v / 1e3);
	else
		scaled = floor(v / 1e6);
	if (!(scaled >= 1 && scaled <= (double)LAST_MS))
		return false;
	*ms = (int64_t)scaled;
	return true;
}

bool
event_time_parse(const struct value *v, int64_t *ms)
{
	int64_t found = 0;
	double num;
	bool ok = false;

	if (v->kind == VALUE_NUMBER)
		ok = number_parse(v->num, &found);
	else if (v->kind == VALUE_TEXT && json_number_parse(v->text, &num) == JSON_NUMBER)
		ok = number_parse(num, &found);
	else if (v->kind == VALUE_TEXT)
		ok = text_parse(v->text, &found) && found > 0 && found <= LAST_MS;
	if (ok)
		*ms = found;
	return ok;
}

/* IDs are 64 bits and may be anything; a sum must not overflow. */
static int64_t
ahead_of(int64_t ms)
{
	return ms < INT64_MAX - EVENT_TIME_AHEAD_MS ? ms + EVENT_TIME_AHEAD_MS : INT64_MAX;
}

void
event_clock_stream(struct event_clock *c, int64_t arrival_ms)
{
	c->file = c->told = false;
	c->substitute_ms = arrival_ms;
	c->ceiling_ms = ahead_of(arrival_ms);
}

void
event_clock_file(struct event_clock *c, int64_t mtime_ms, int64_t wall_ms)
{
	c->file = true;
	c->told = false;
	c->substitute_ms = mtime_ms < wall_ms ? mtime_ms : wall_ms;
	c->ceiling_ms = ahead_of(wall_ms);
}

void
event_clock_file_now(struct event_clock *c, int64_t now_ms)
{
	c->ceiling_ms = ahead_of(now_ms);
	if (!c->told)
		c->substitute_ms = now_ms;
}

void
event_clock_apply(struct event_clock *c, const struct value *ts, struct event *ev)
{
	int64_t ms = 0;
	bool usable = event_time_parse(ts, &ms);

	if (!usable && ts->kind != VALUE_MISSING)
		ev->oddities |= EVENT_ODD(REASON_BAD_TS);
	ev->skew_ms = usable && !c->file ? ms - c->substitute_ms : 0;
	if (usable && ms > c->ceiling_ms) {
		ev->oddities |= EVENT_ODD(REASON_FUTURE);
		usable = false;
	}
	c->told |= usable && ms >= EVENT_TIME_LEAST_MS;
	ev->ts_ms = usable ? ms : c->substitute_ms;
	ev->arrival_ms = c->file ? ev->ts_ms : c->substitute_ms;
	if (c->file && ev->ts_ms >= EVENT_TIME_LEAST_MS)
		c->substitute_ms = ev->ts_ms;
}
