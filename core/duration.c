#include "core/duration.h"

#include <ctype.h>
#include <stdbool.h>

#define DAY_MS INT64_C(86400000)

struct reader {
	const char *p, *end;
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t';
}

static void
skip_space(struct reader *r)
{
	while (r->p < r->end && is_space(*r->p))
		r->p++;
}

/* The next word, without moving. */
static struct slice
peek(const struct reader *r)
{
	const char *q = r->p;

	while (q < r->end && !is_space(*q))
		q++;
	return slice_make(r->p, (size_t)(q - r->p));
}

static void
take(struct reader *r, struct slice word)
{
	r->p += word.n;
	skip_space(r);
}

static bool
word_is(struct slice w, const char *name)
{
	size_t i;

	for (i = 0; i < w.n && name[i]; i++)
		if (tolower((unsigned char)w.p[i]) != name[i])
			return false;
	return i == w.n && !name[i];
}

static bool
take_number(struct slice w, size_t *at, size_t digits_max, int64_t *out)
{
	size_t from = *at;

	*out = 0;
	while (*at < w.n && *at - from < digits_max && isdigit((unsigned char)w.p[*at]))
		*out = *out * 10 + (w.p[(*at)++] - '0');
	return *at > from;
}

static bool
parse_span(struct slice w, int64_t *ms)
{
	int64_t sum = 0, v, unit;
	size_t at = 0;

	while (at < w.n) {
		if (!take_number(w, &at, 9, &v) || at == w.n)
			return false;
		switch (w.p[at++]) {
		case 'd':
			unit = DAY_MS;
			break;
		case 'h':
			unit = 3600000;
			break;
		case 'm':
			unit = 60000;
			break;
		case 's':
			unit = 1000;
			break;
		default:
			return false;
		}
		sum += v * unit;
		if (sum > DURATION_MAX_MS)
			return false;
	}
	*ms = sum;
	return sum > 0;
}

/* hh:mm, as milliseconds of the day. */
static bool
parse_time(struct slice w, int64_t *ms)
{
	int64_t h, m;
	size_t at = 0;

	if (!take_number(w, &at, 2, &h) || at == w.n || w.p[at++] != ':')
		return false;
	if (w.n - at != 2 || !take_number(w, &at, 2, &m) || at != w.n || h > 23 || m > 59)
		return false;
	*ms = (h * 60 + m) * 60000;
	return true;
}

/* Days since 1970-01-01. Years are counted from March, so that the leap day comes last. */
static int64_t
days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year;

	return y * 365 + y / 4 - y / 100 + y / 400 + (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1 - 719468;
}

/* yyyy-mm-dd, as days since 1970-01-01. */
static bool
parse_date(struct slice w, int64_t *days)
{
	static const int month_days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t y, m, d;
	size_t at = 0;

	if (!take_number(w, &at, 4, &y) || at != 4 || at == w.n || w.p[at++] != '-')
		return false;
	if (!take_number(w, &at, 2, &m) || at == w.n || w.p[at++] != '-' || !take_number(w, &at, 2, &d) || at != w.n)
		return false;
	if (y < 1970 || m < 1 || m > 12 || d < 1 || d > month_days[m - 1])
		return false;
	*days = days_of(y, m, d);
	return days_of(m == 12 ? y + 1 : y, m == 12 ? 1 : m + 1, 1) > *days;
}

static int
weekday_find(struct slice w)
{
	static const char *const names[][2] = {{"thu", "thursday"}, {"fri", "friday"}, {"sat", "saturday"},
	    {"sun", "sunday"}, {"mon", "monday"}, {"tue", "tuesday"}, {"wed", "wednesday"}};
	int i = 0; /* 1970-01-01 was a Thursday */

	while (i < 7 && !word_is(w, names[i][0]) && !word_is(w, names[i][1]))
		i++;
	return i;
}

static int64_t
day_floor(int64_t ms)
{
	return ms / DAY_MS - (ms % DAY_MS < 0);
}

/* Behind "until": the moment by the reader's clock, after local_ms. */
static bool
parse_until(struct reader *r, int64_t local_ms, int64_t *out_ms)
{
	int64_t day = day_floor(local_ms), time_ms = 0;
	struct slice w = peek(r);
	int weekday = weekday_find(w);
	bool timed;

	if (parse_time(w, &time_ms)) {
		take(r, w);
		day += day * DAY_MS + time_ms <= local_ms;
		*out_ms = day * DAY_MS + time_ms;
		return true;
	}
	if (weekday < 7)
		day += ((weekday - day) % 7 + 7) % 7;
	else if (word_is(w, "tomorrow"))
		day++;
	else if (!word_is(w, "today") && !parse_date(w, &day))
		return false;
	take(r, w);
	timed = parse_time(peek(r), &time_ms);
	if (timed)
		take(r, peek(r));
	if (weekday < 7 && day * DAY_MS + time_ms <= local_ms)
		day += 7;
	*out_ms = day * DAY_MS + time_ms;
	return *out_ms > local_ms;
}

static bool
parse(struct reader *r, int64_t now_ms, int64_t utc_offset_ms, int64_t *to_ms)
{
	struct slice w = peek(r);
	int64_t ms;

	if (!word_is(w, "until")) {
		if (!parse_span(w, &ms))
			return false;
		take(r, w);
		*to_ms = now_ms + ms;
		return true;
	}
	take(r, w);
	w = peek(r);
	if (word_is(w, "clear")) {
		take(r, w);
		*to_ms = DURATION_UNTIL_CLEAR;
		return true;
	}
	if (!parse_until(r, now_ms + utc_offset_ms, &ms) || ms - now_ms - utc_offset_ms > DURATION_MAX_MS)
		return false;
	*to_ms = ms - utc_offset_ms;
	return true;
}

int
duration_parse(struct slice text, int64_t now_ms, int64_t utc_offset_ms, int64_t *to_ms, struct slice *rest,
    struct err *err)
{
	struct reader r = {text.p, text.p + text.n};
	int64_t to = 0;

	while (r.end > r.p && is_space(r.end[-1]))
		r.end--;
	skip_space(&r);
	if (!parse(&r, now_ms, utc_offset_ms, &to) || (!rest && r.p < r.end))
		return err_set(err, ERR_INVALID,
		    "'%.*s' is no duration: 2h, 1h30m, until 08:00, until mon 08:00, until clear",
		    (int)(text.n < 40 ? text.n : 40), text.n ? text.p : "");
	*to_ms = to;
	if (rest)
		*rest = slice_make(r.p, (size_t)(r.end - r.p));
	return 0;
}
