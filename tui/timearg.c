#include "tui/timearg.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
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
	bool fine; /* a fraction was written, be it zero */
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
			c->fine = true;
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

/* The whole text is a date, or a date and a clock time; *zone: with its offset from UTC behind it. */
static bool
parse_civil(const char *text, size_t n, struct civil *c, int64_t *offset_ms, bool *zone)
{
	const char *p = text, *end = text + n;

	*zone = false;
	*offset_ms = 0;
	if (!take_date(&p, end, c))
		return false;
	if (p == end)
		return true;
	if (!take_char(&p, end, "Tt ") || !take_clock(&p, end, c))
		return false;
	if (p < end && *p == ' ')
		p++;
	if (p == end)
		return true;
	*zone = true;
	return take_zone(&p, end, offset_ms) && p == end;
}

static int64_t
clock_ms(const struct civil *c)
{
	return c->hour * HOUR_MS + c->minute * INT64_C(60000) + c->second * INT64_C(1000) + c->fraction_ms;
}

static int64_t
civil_ms(const struct civil *c)
{
	return days_of(c->year, c->month, c->day) * DAY_MS + clock_ms(c);
}

bool
timearg_parse_rfc3339(const char *text, size_t n, bool utc, int64_t *ms)
{
	struct civil c = {0};
	int64_t offset_ms;
	bool zone;

	if (!parse_civil(text, n, &c, &offset_ms, &zone))
		return false;
	if (!zone && !utc)
		return local_ms(&c, ms);
	*ms = civil_ms(&c) - offset_ms;
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

/* ---- a moment to go to ----------------------------------------------------------------------- */

#define JUMP_BYTES 64
#define SECOND_END_MS 999
#define EPOCH_S_DIGITS 11 /* with more they are of milliseconds, or less */
#define JUMP_EXAMPLES "write 14:05 or -15m"

/* What was typed, in lower case and without blanks around it; false: longer than any time. */
static bool
jump_copy(char copy[JUMP_BYTES], const char *text)
{
	size_t n;

	while (*text == ' ' || *text == '\t')
		text++;
	n = strlen(text);
	while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
		n--;
	if (n >= JUMP_BYTES)
		return false;
	for (size_t i = 0; i < n; i++)
		copy[i] = (char)tolower((unsigned char)text[i]);
	copy[n] = '\0';
	return true;
}

/* Takes a word off *p, and the blanks behind it, if it is that one whole. */
static bool
take_word(const char **p, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*p, word, n) != 0 || ((*p)[n] != '\0' && (*p)[n] != ' '))
		return false;
	*p += n;
	while (**p == ' ')
		(*p)++;
	return true;
}

/* The Monday of 1970-01-05 is day 4. */
static bool
take_weekday(const char **p, int64_t viewed, int64_t *day)
{
	static const char *const names[7][2] = {{"mon", "monday"}, {"tue", "tuesday"}, {"wed", "wednesday"},
	    {"thu", "thursday"}, {"fri", "friday"}, {"sat", "saturday"}, {"sun", "sunday"}};
	int64_t today = ((viewed - 4) % 7 + 7) % 7;

	for (int i = 0; i < 7; i++) {
		if (!take_word(p, names[i][0]) && !take_word(p, names[i][1]))
			continue;
		*day = viewed - (today - i + 7) % 7;
		return true;
	}
	return false;
}

static bool
take_day(const char **p, int64_t viewed, int64_t *day)
{
	*day = viewed;
	if (take_word(p, "today"))
		return true;
	if (take_word(p, "yesterday")) {
		*day = viewed - 1;
		return true;
	}
	if (take_word(p, "tomorrow")) {
		*day = viewed + 1;
		return true;
	}
	return take_weekday(p, viewed, day);
}

/* `14:05`, `8:00`, `14:05:30`, `1405`, with `z` or `utc` behind it; says what is wrong where it looks like one. */
static bool
jump_clock(const char *p, struct civil *c, bool *utc, struct err *err)
{
	char padded[JUMP_BYTES + 4];
	size_t digits = strspn(p, "0123456789");
	const char *q = padded, *end;

	/* One digit of the hour may be missing, and the colon. */
	if (digits == 1 && p[1] == ':')
		snprintf(padded, sizeof(padded), "0%s", p);
	else if (digits == 3 || digits == 4)
		snprintf(padded, sizeof(padded), "%s%.*s:%s", digits == 3 ? "0" : "", (int)digits - 2, p,
		    p + digits - 2);
	else
		snprintf(padded, sizeof(padded), "%s", p);
	end = padded + strlen(padded);
	memset(c, 0, sizeof(*c));
	if (!take_clock(&q, end, c)) {
		if (c->hour > 23)
			err_set(err, ERR_USAGE, "'%s': hours go from 0 to 23; " JUMP_EXAMPLES, p);
		else if (c->minute > 59 || c->second > 60)
			err_set(err, ERR_USAGE, "'%s': minutes and seconds go from 0 to 59; " JUMP_EXAMPLES, p);
		else
			err_set(err, ERR_USAGE, "'%s' is no time of day; " JUMP_EXAMPLES, p);
		return false;
	}
	if (c->minute > 59 || c->second > 60) {
		err_set(err, ERR_USAGE, "'%s': minutes and seconds go from 0 to 59; " JUMP_EXAMPLES, p);
		return false;
	}
	while (*q == ' ')
		q++;
	*utc = strcmp(q, "z") == 0 || strcmp(q, "utc") == 0;
	if (*q && !*utc)
		err_set(err, ERR_USAGE, "'%s': what is '%s' behind the time? " JUMP_EXAMPLES, p, q);
	return !*q || *utc;
}

/* Some moment of that second. */
static bool
jump_within(const struct timearg_place *at, int64_t ms)
{
	return ms + SECOND_END_MS >= at->from_ms && ms <= at->to_ms;
}

/* A clock time, of a day that was named or else of the one viewed. */
static int
jump_day(int64_t *ms, bool *fine, const char *p, const struct timearg_place *at, struct err *err)
{
	int64_t offset = at->utc_offset_ms, viewed = (at->now_ms + offset) / DAY_MS, day;
	bool utc = false, named;
	struct civil c = {0};

	if ((at->now_ms + offset) % DAY_MS < 0)
		viewed--;
	named = take_day(&p, viewed, &day);
	if ((*p || !named) && !jump_clock(p, &c, &utc, err))
		return ERR_USAGE;
	*ms = day * DAY_MS + clock_ms(&c) - (utc ? 0 : offset);
	*fine = c.fine;
	if (named || jump_within(at, *ms))
		return 0;
	if (jump_within(at, *ms - DAY_MS))
		*ms -= DAY_MS;
	else if (jump_within(at, *ms + DAY_MS))
		*ms += DAY_MS;
	return 0;
}

/* A span before or behind the moment viewed. */
static int
jump_span(int64_t *ms, const char *text, const struct timearg_place *at, struct err *err)
{
	char span[JUMP_BYTES];
	char *ago;
	bool back = text[0] == '-';
	int64_t by;

	snprintf(span, sizeof(span), "%s", text + (text[0] == '-' || text[0] == '+'));
	ago = strstr(span, " ago");
	if (ago && !ago[4] && isdigit((unsigned char)text[0])) {
		*ago = '\0';
		back = true;
	}
	if (!parse_span(span, &by)) {
		if (span[0] && span[strspn(span, "0123456789")] == '\0')
			return err_set(err, ERR_USAGE, "'%s' has no unit: write %sm or %ss", text, text, text);
		return err_set(err, ERR_USAGE, "'%s' is no span of time: write -15m or +1h30m", text);
	}
	*ms = at->now_ms + (back ? -by : by);
	return 0;
}

/* fine: it says more than a second. */
static int
parse_jump(int64_t *ms, bool *fine, const char *text, const struct timearg_place *at, struct err *err)
{
	char t[JUMP_BYTES];
	struct civil c = {0};
	int64_t offset_ms;
	bool zone;

	*fine = true;
	if (!jump_copy(t, text))
		return err_set(err, ERR_USAGE, "'%.20s...' is no time: " JUMP_EXAMPLES, text);
	if (!t[0])
		return err_set(err, ERR_USAGE, "no time was typed: " JUMP_EXAMPLES);
	if (strcmp(t, "start") == 0 || strcmp(t, "end") == 0 || strcmp(t, "now") == 0) {
		*ms = t[0] == 's' ? at->from_ms : at->to_ms;
		return 0;
	}
	if (parse_civil(t, strlen(t), &c, &offset_ms, &zone)) {
		*ms = civil_ms(&c) - (zone ? offset_ms : at->utc_offset_ms);
		*fine = c.fine;
		return 0;
	}
	/* Nobody means a second of 1970 to 1973. */
	if (strspn(t, "0123456789") >= 9 && parse_epoch(t, ms)) {
		*fine = strchr(t, '.') || strlen(t) > EPOCH_S_DIGITS;
		return 0;
	}
	if (t[0] == '-' || t[0] == '+' || strstr(t, " ago"))
		return jump_span(ms, t, at, err);
	if (strspn(t, "0123456789") == 4 && t[4] == '-')
		return err_set(err, ERR_USAGE, "'%s' is no date: write 2026-01-31 14:05 or yesterday 14:05", t);
	return jump_day(ms, fine, t, at, err);
}

int
timearg_parse_jump(int64_t *ms, const char *text, const struct timearg_place *place, struct err *err)
{
	bool fine;

	return parse_jump(ms, &fine, text, place, err);
}

int
timearg_parse_shown(int64_t *ms, const char *text, const struct timearg_place *place, struct err *err)
{
	bool fine;
	int rc = parse_jump(ms, &fine, text, place, err);

	if (!rc && !fine)
		*ms += SECOND_END_MS;
	return rc;
}

int
timearg_parse_moment(int64_t *ms, const char *text, const struct timearg_place *place, struct err *err)
{
	struct timearg t;
	int rc = timearg_parse_jump(ms, text, place, err);

	if (!rc || timearg_parse(&t, text, true, NULL) || t.kind != TIMEARG_ABSOLUTE)
		return rc;
	*ms = t.ms;
	return 0;
}
