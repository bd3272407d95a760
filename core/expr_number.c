/* Numbers with units: what may be written behind each kind, and back. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/expr_impl.h"

struct suffix {
	enum expr_unit unit;
	const char *name;
	double times;
	bool scale; /* it stands at its number, never apart: "1 k" is a number and a word */
};

static const struct suffix suffixes[] = {
    {EXPR_PLAIN, "k", 1e3, true},
    {EXPR_PLAIN, "M", 1e6, true},
    {EXPR_PLAIN, "x", 1, true},
    {EXPR_SHARE, "%", 0.01, false},
    {EXPR_MS, "us", 1e-3, false},
    {EXPR_MS, "ms", 1, false},
    {EXPR_MS, "s", 1e3, false},
    {EXPR_MS, "m", 6e4, false},
    {EXPR_MS, "h", 3.6e6, false},
    {EXPR_MS, "d", 8.64e7, false},
    {EXPR_PER_S, "/s", 1, false},
    {EXPR_PER_S, "k/s", 1e3, false},
    {EXPR_PER_S, "M/s", 1e6, false},
    {EXPR_PER_S, "k", 1e3, true}, /* as rates are shown: a thousand of them are a rate */
    {EXPR_PER_S, "M", 1e6, true},
    {EXPR_SD, "sd", 1, false},
};

#define SUFFIXES (sizeof(suffixes) / sizeof(suffixes[0]))

const char *
expr_unit_words(enum expr_unit unit)
{
	static const char *const words[EXPR_UNITS] = {[EXPR_PLAIN] = "k M x",
	    [EXPR_SHARE] = "%",
	    [EXPR_MS] = "us ms s m h d",
	    [EXPR_PER_S] = "/s k/s M/s k M",
	    [EXPR_SD] = "sd",
	    [EXPR_TEXT] = "",
	    [EXPR_WORDS] = "",
	    [EXPR_ANY] = "% ms s /s sd k M"};

	return words[unit];
}

static const struct suffix *
find(enum expr_unit unit, struct slice word)
{
	size_t i;

	for (i = 0; i < SUFFIXES; i++)
		if (suffixes[i].unit == unit && slice_is(word, suffixes[i].name))
			return &suffixes[i];
	return NULL;
}

bool
expr_is_unit(enum expr_unit unit, struct slice word)
{
	const struct suffix *s = find(unit, word);

	return s && !s->scale;
}

static size_t
digits(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] >= '0' && p[i] <= '9')
		i++;
	return i;
}

size_t
expr_scan_number(const char *p, size_t n, double *out)
{
	char buf[64];
	size_t i = n > 0 && (*p == '-' || *p == '+'), whole, part = 0, e;

	whole = digits(p + i, n - i);
	i += whole;
	if (i < n && p[i] == '.') {
		part = digits(p + i + 1, n - i - 1);
		i += part ? 1 + part : 0;
	}
	if (!whole && !part)
		return 0;
	e = i + 1 < n && (p[i + 1] == '-' || p[i + 1] == '+') ? 2 : 1;
	if (i < n && (p[i] == 'e' || p[i] == 'E') && i + e < n && digits(p + i + e, n - i - e))
		i += e + digits(p + i + e, n - i - e);
	if (i >= sizeof(buf))
		return 0;
	memcpy(buf, p, i);
	buf[i] = '\0';
	*out = strtod(buf, NULL);
	return isfinite(*out) ? i : 0;
}

/* Where the next number begins: "30m" of "1h30m". */
static size_t
suffix_length(struct slice s)
{
	size_t i = 0;

	while (i < s.n && !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '.')
		i++;
	return i;
}

int
expr_scan_amount(struct slice text, enum expr_unit unit, double *out)
{
	double sum = 0, number;
	size_t parts = 0;

	do {
		size_t n = expr_scan_number(text.p, text.n, &number), k;
		const struct suffix *s = NULL;

		/* "1h30m" is one time; no other kind has parts, and only the first has a sign. */
		if (!n || (parts && (unit != EXPR_MS || *text.p == '-' || *text.p == '+')))
			return parts ? 3 : 1;
		text = slice_make(text.p + n, text.n - n);
		k = unit == EXPR_MS ? suffix_length(text) : text.n;
		if (k)
			s = find(unit, slice_make(text.p, k));
		if (k && !s)
			return 3;
		if (!s && unit != EXPR_PLAIN && (number < 0 || number > 0 || parts)) {
			*out = number;
			return 2;
		}
		sum += number * (s ? s->times : 1);
		text = slice_make(text.p + k, text.n - k);
		parts++;
	} while (text.n);
	*out = sum;
	return isfinite(sum) ? 0 : 1;
}

bool
expr_parse_span(struct slice text, int64_t *ms)
{
	double x;

	if (expr_scan_amount(text, EXPR_MS, &x) || x < 0 || x > 1e15)
		return false;
	*ms = (int64_t)(x + 0.5);
	return true;
}

static char *
format_ms(char *buf, double ms)
{
	static const struct {
		double times;
		const char *name;
	} units[] = {{8.64e7, "d"}, {3.6e6, "h"}, {6e4, "m"}, {1e3, "s"}};
	size_t i;

	/* The greatest unit of which it is a whole number, so that it reads back as the same. */
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		double n = ms / units[i].times;

		if (fabs(n) >= 1 && n == floor(n)) {
			snprintf(buf, EXPR_NUMBER_BYTES, "%.15g%s", n, units[i].name);
			return buf;
		}
	}
	snprintf(buf, EXPR_NUMBER_BYTES, "%.15gms", ms);
	return buf;
}

char *
expr_format_number(char *buf, enum expr_unit unit, double number)
{
	static const char *const behind[EXPR_UNITS] = {
	    [EXPR_SHARE] = "%", [EXPR_PER_S] = "/s", [EXPR_SD] = "sd"};

	if (unit == EXPR_MS && isfinite(number))
		return format_ms(buf, number);
	if (unit == EXPR_SHARE)
		number *= 100;
	snprintf(buf, EXPR_NUMBER_BYTES, "%.15g%s", number, behind[unit] ? behind[unit] : "");
	return buf;
}
