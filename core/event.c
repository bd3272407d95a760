#include "core/event.h"

#include <math.h>

const struct event_reason_row event_reasons[REASON_COUNT] = {
    [REASON_NOT_JSON] = {"not_json",
	"the text is not JSON: the producer's encoder, or another field than the event's"},
    [REASON_NOT_OBJECT] = {"not_object",
	"JSON, but no object: one event is one {...}, several are one a line"},
    [REASON_TOO_DEEP] = {"too_deep", "nested deeper than 32 levels: send less structure"},
    [REASON_TOO_LARGE] = {"too_large",
	"the event has more than 1 MiB of text: send features, not documents"},
    [REASON_EMPTY] = {"empty", "nothing in it: no field, no text, or {}"},
    [REASON_NO_CONTENT] = {"no_content", "no feature, prediction, score, proba, label, latency_ms, "
					 "status or error: see the names in EVENTS"},
    [REASON_OVER_LIMIT] = {"over_limit",
	"more models or features than are kept: is a name made of data?"},
    [REASON_BAD_TS] = {"bad_ts",
	"ts is neither RFC 3339 nor an epoch time above 0: the time of arrival was taken"},
    [REASON_FUTURE] = {"future",
	"ts is over 60 s ahead: the producer's clock is wrong; the time of arrival was taken"},
    [REASON_LATE] = {"late",
	"older than 60 s before the newest: counted, but what was judged stays judged"},
    [REASON_NONFINITE] = {"nonfinite",
	"NaN, Infinity or a number beyond doubles: counted, in no statistic"},
    [REASON_TYPE_CHANGED] = {"type_changed",
	"a numeric feature came as text, or the other way round"},
    [REASON_DUPLICATE_KEY] = {"duplicate_key",
	"a name twice in one object: the last one was taken"},
    [REASON_NOT_SCALAR] = {"not_scalar",
	"an array (or object) where one value is expected: counted, not looked into"},
    [REASON_BAD_UTF8] = {"bad_utf8",
	"bytes that are not UTF-8, in a name or value: kept as they are"},
};

/* Integers below 2^53 in decimal, without printf: this runs once for each categorical value. */
static struct slice
format_whole(double num, char *buf)
{
	char digits[VALUE_KEY_BYTES];
	uint64_t v = (uint64_t)(num < 0 ? -num : num);
	size_t n = 0, at = 0;

	/* Classes are mostly such. */
	if (num >= 0 && v < 10) {
		*buf = (char)('0' + v);
		return slice_make(buf, 1);
	}
	do {
		digits[n++] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	if (num < 0)
		buf[at++] = '-';
	while (n)
		buf[at++] = digits[--n];
	return slice_make(buf, at);
}

struct slice
value_key(const struct value *v, char *buf)
{
	switch (v->kind) {
	case VALUE_TEXT:
	case VALUE_BOOL:
		return v->text;
	case VALUE_NUMBER:
		/* 2^53: beyond it a double no longer tells neighbours apart, the token does. */
		if (fabs(v->num) < 9007199254740992.0 && v->num == (double)(int64_t)v->num)
			return format_whole(v->num, buf);
		return v->text;
	case VALUE_MISSING:
	case VALUE_NONFINITE:
	case VALUE_NOT_SCALAR:
		break;
	}
	return slice_make(NULL, 0);
}

/* ---- a flat entry as one JSON line ----------------------------------------------------------- */

struct line {
	char *buf;
	size_t cap, n; /* n counts on behind cap, as snprintf does */
};

static void
line_put(struct line *l, const char *p, size_t n)
{
	if (l->n < l->cap)
		memcpy(l->buf + l->n, p, n < l->cap - l->n ? n : l->cap - l->n);
	l->n += n;
}

static void
line_put_string(struct line *l, struct slice s)
{
	static const char hex[] = "0123456789abcdef";
	size_t i, from = 0;

	line_put(l, "\"", 1);
	for (i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		char esc[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};

		if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
			continue;
		if (i > from)
			line_put(l, s.p + from, i - from);
		from = i + 1;
		if (c == '"' || c == '\\') {
			esc[1] = (char)c;
			line_put(l, esc, 2);
		} else {
			line_put(l, esc, sizeof(esc));
		}
	}
	if (s.n > from)
		line_put(l, s.p + from, s.n - from);
	line_put(l, "\"", 1);
}

static size_t
digits_at(struct slice s, size_t i)
{
	size_t from = i;

	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return i - from;
}

/* JSON's number grammar, nothing more: what is printed bare must be a number to whoever reads the
 * line. */
static bool
is_number(struct slice s)
{
	size_t i = s.n && s.p[0] == '-' ? 1 : 0;
	size_t whole = digits_at(s, i);

	if (!whole || (whole > 1 && s.p[i] == '0'))
		return false;
	i += whole;
	if (i < s.n && s.p[i] == '.') {
		size_t frac = digits_at(s, i + 1);

		if (!frac)
			return false;
		i += 1 + frac;
	}
	if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
		size_t sign = i + 1 < s.n && (s.p[i + 1] == '+' || s.p[i + 1] == '-') ? 1 : 0;
		size_t power = digits_at(s, i + 1 + sign);

		if (!power)
			return false;
		i += 1 + sign + power;
	}
	return i == s.n;
}

size_t
event_raw_json(const struct event *ev, char *buf, size_t cap)
{
	struct line l = {buf, cap, 0};
	size_t i;

	if (!ev->nraw_pairs) {
		if (ev->raw.n)
			line_put(&l, ev->raw.p, ev->raw.n);
		return l.n;
	}
	line_put(&l, "{", 1);
	for (i = 0; i < ev->nraw_pairs; i++) {
		struct slice v = ev->raw_pairs[i].value;

		if (i)
			line_put(&l, ",", 1);
		line_put_string(&l, ev->raw_pairs[i].name);
		line_put(&l, ":", 1);
		if (is_number(v) || slice_is(v, "true") || slice_is(v, "false") ||
		    slice_is(v, "null"))
			line_put(&l, v.p, v.n);
		else
			line_put_string(&l, v);
	}
	line_put(&l, "}", 1);
	return l.n;
}
