#include "collectors/json_scan.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/limits.h"

__extension__ typedef unsigned __int128 u128;

/* ---- numbers --------------------------------------------------------------------------------- */

/* Eight bytes at once. */
#define ONES UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

#define EXACT_DIGITS 19 /* any so many digits fit 64 bits */
#define EXACT_POWER 27  /* 5^27 is the largest power of five below 2^64 */
#define DOUBLE_POWER 22 /* 10^22 is the largest power of ten that is a double */
#define SLOW_DIGITS                                                                                \
	800 /* 767 decide how a decimal rounds to a double; one more stands for all behind */

static const uint64_t power_of_5[EXACT_POWER + 1] = {
    UINT64_C(1),
    UINT64_C(5),
    UINT64_C(25),
    UINT64_C(125),
    UINT64_C(625),
    UINT64_C(3125),
    UINT64_C(15625),
    UINT64_C(78125),
    UINT64_C(390625),
    UINT64_C(1953125),
    UINT64_C(9765625),
    UINT64_C(48828125),
    UINT64_C(244140625),
    UINT64_C(1220703125),
    UINT64_C(6103515625),
    UINT64_C(30517578125),
    UINT64_C(152587890625),
    UINT64_C(762939453125),
    UINT64_C(3814697265625),
    UINT64_C(19073486328125),
    UINT64_C(95367431640625),
    UINT64_C(476837158203125),
    UINT64_C(2384185791015625),
    UINT64_C(11920928955078125),
    UINT64_C(59604644775390625),
    UINT64_C(298023223876953125),
    UINT64_C(1490116119384765625),
    UINT64_C(7450580596923828125),
};

static const double power_of_10[DOUBLE_POWER + 1] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8,
    1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static double
power_of_2(int e)
{
	uint64_t bits = (uint64_t)(e + 1023) << 52;
	double d;

	memcpy(&d, &bits, sizeof(d));
	return d;
}

static int
leading_zeros(uint64_t v)
{
	return __builtin_clzll(v);
}

/*
 * m * 10^power, correctly rounded, for |power| <= EXACT_POWER. 10 is 2 * 5: the power of two is
 * exact, the power of five is multiplied or divided in 128 bits. A quotient has 63 or 64 bits, of
 * which a double takes 53; a remainder is kept as the lowest bit, far below the one that decides a
 * tie.
 */
static double
decimal_exact(uint64_t m, int power)
{
	uint64_t five, q;
	int zm, z5;
	u128 wide;

	if (m == 0)
		return 0;
	if (FLT_EVAL_METHOD == 0 && m <= UINT64_C(1) << 53 && power >= -DOUBLE_POWER &&
	    power <= DOUBLE_POWER)
		return power < 0 ? (double)m / power_of_10[-power] : (double)m * power_of_10[power];
	if (power >= 0)
		return (double)((u128)m * power_of_5[power]) * power_of_2(power);
	five = power_of_5[-power];
	zm = leading_zeros(m);
	z5 = leading_zeros(five);
	wide = (u128)(m << zm) << 63;
	five <<= z5;
	q = (uint64_t)(wide / five);
	q |= wide % five != 0;
	return (double)q * power_of_2(z5 - zm - 63 + power);
}

/*
 * Any token of the number grammar, without its sign. Leading zeros and the point are taken out
 * first, so that strtod, where it is needed at all, sees digits and an exponent only, and no
 * locale's decimal point has a say.
 */
static double
decimal_slow(struct slice token)
{
	char digits[SLOW_DIGITS + 32];
	const char *p = token.p, *end = token.p + token.n;
	uint64_t m = 0;
	size_t n = 0;
	long power = 0, exponent = 0;
	bool point = false, more = false, negative = false;

	for (; p < end && (*p | 32) != 'e'; p++) {
		if (*p == '.') {
			point = true;
			continue;
		}
		if (point)
			power--;
		if (n == 0 && *p == '0')
			continue;
		if (n < SLOW_DIGITS - 1) {
			m = n < EXACT_DIGITS ? m * 10 + (uint64_t)(*p - '0') : m;
			digits[n++] = *p;
		} else {
			more |= *p != '0';
			power++;
		}
	}
	if (p < end && ++p < end && (*p == '+' || *p == '-'))
		negative = *p++ == '-';
	for (; p < end; p++)
		if (exponent < 100000000)
			exponent = exponent * 10 + (*p - '0');
	power += negative ? -exponent : exponent;
	if (n <= EXACT_DIGITS && power >= -EXACT_POWER && power <= EXACT_POWER)
		return decimal_exact(m, (int)power);
	if (more) {
		digits[n++] = '1';
		power--;
	}
	snprintf(digits + n, sizeof(digits) - n, "e%ld", n ? power : 0);
	return n ? strtod(digits, NULL) : 0;
}

static bool
is_digit(const char *p)
{
	return (unsigned char)(*p - '0') < 10;
}

/* Behind the digits that begin at p. */
static const char *
digits_skip(const char *p, const char *end)
{
	while (p < end && is_digit(p))
		p++;
	return p;
}

/* Behind the number that begins at p, by the grammar; NULL and *why if it is none. */
static const char *
number_skip(const char *p, const char *end, const char **why)
{
	const char *first = p += *p == '-', *from;

	p = digits_skip(p, end);
	*why = p == first ? "expected a value" : "a number begins with 0";
	if (p == first || (p - first > 1 && *first == '0'))
		return NULL;
	if (p < end && *p == '.') {
		from = ++p;
		p = digits_skip(p, end);
		*why = "expected a digit behind the decimal point";
		if (p == from)
			return NULL;
	}
	if (p < end && (*p | 32) == 'e') {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		from = p;
		p = digits_skip(p, end);
		*why = "expected a digit in the exponent";
		if (p == from)
			return NULL;
	}
	return p;
}

static const char *
number_done(const char *token, const char *p, double num, struct json_value *v)
{
	v->num = *token == '-' ? -num : num;
	v->kind = num <= DBL_MAX ? JSON_NUMBER : JSON_NONFINITE;
	v->text = slice_make(token, (size_t)(p - token));
	return p;
}

/* Eight digits, the first one in the lowest byte, as a number: neighbours are joined to pairs, fours, eights. */
static uint64_t
digits_join(uint64_t x)
{
	x = (x * 10 + (x >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
	x = (x * 100 + (x >> 16)) & UINT64_C(0x0000ffff0000ffff);
	return (x * 10000 + (x >> 32)) & UINT64_C(0xffffffff);
}

/* The highest bits of the bytes that are no digits; those of *x, eight characters, become their values. */
static uint64_t
digits_split(uint64_t *x)
{
	*x ^= ONES * '0';
	return (((*x & ~HIGHS) + ONES * (128 - 10)) | *x) & HIGHS;
}

#define SHORT_DIGITS 7	/* before the decimal point, and behind it: 14 digits are a double without rounding */
#define SHORT_ROOM   17 /* bytes that are looked at for them */

/*
 * Up to seven digits, a point and up to seven more, or none: what numbers mostly are. Eight bytes at a time, since how
 * many digits there are is what no branch can foretell. Returns behind them, or NULL: number_scan has to look itself.
 */
static const char *
number_short(const char *p, double *num)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && FLT_EVAL_METHOD == 0
	static const uint64_t powers[SHORT_DIGITS + 1] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
	uint64_t whole, part, others;
	unsigned n, k;

	memcpy(&whole, p, sizeof(whole));
	others = digits_split(&whole);
	n = (unsigned)__builtin_ctzll(others | UINT64_C(1) << 63) / 8;
	if (!others || n == 0 || (*p == '0' && n > 1) || (p[n] | 32) == 'e')
		return NULL;
	whole = digits_join(whole << 8 * (8 - n));
	if (p[n] != '.') {
		*num = (double)whole;
		return p + n;
	}
	p += n + 1;
	memcpy(&part, p, sizeof(part));
	others = digits_split(&part);
	k = (unsigned)__builtin_ctzll(others | UINT64_C(1) << 63) / 8;
	if (!others || k == 0 || (p[k] | 32) == 'e')
		return NULL;
	*num = (double)(whole * powers[k] + digits_join(part << 8 * (8 - k))) / power_of_10[k];
	return p + k;
#else
	(void)p;
	(void)num;
	return NULL;
#endif
}

/*
 * The number that begins at p, or NULL and *why. Up to 19 digits without an exponent, grammar and
 * value come from one pass; the rest is looked at again.
 */
static const char *
number_scan(const char *token, const char *end, struct json_value *v, const char **why)
{
	const char *first = token + (*token == '-'), *p, *point = NULL;
	uint64_t m = 0;
	double num;
	size_t n;

	p = end - first >= SHORT_ROOM ? number_short(first, &num) : NULL;
	if (p) {
		v->num = first > token ? -num : num;
		v->kind = JSON_NUMBER;
		v->text = slice_make(token, (size_t)(p - token));
		return p;
	}
	for (p = first; p < end && is_digit(p); p++)
		m = m * 10 + (uint64_t)(*p - '0');
	n = (size_t)(p - first);
	if (p < end && *p == '.' && n) {
		point = ++p;
		for (; p < end && is_digit(p); p++)
			m = m * 10 + (uint64_t)(*p - '0');
		n = p == point ? 0 : n + (size_t)(p - point);
	}
	if (n - 1 < EXACT_DIGITS && (*first != '0' || n == 1 || point == first + 2) &&
	    (p == end || (*p | 32) != 'e'))
		return number_done(token, p, decimal_exact(m, point ? (int)(point - p) : 0), v);
	p = number_skip(token, end, why);
	if (!p)
		return NULL;
	return number_done(token, p, decimal_slow(slice_make(first, (size_t)(p - first))), v);
}

enum json_kind
json_number_parse(struct slice text, double *num)
{
	struct json_value v;
	const char *why;
	const char *end = text.p + text.n;

	if (text.n == 0 || number_scan(text.p, end, &v, &why) != end)
		return JSON_ERROR;
	*num = v.num;
	return v.kind;
}

bool
json_nonfinite_text(struct slice text)
{
	static const char *const words[] = {"nan", "NaN", "inf", "Inf", "infinity", "Infinity"};
	size_t i;

	if (text.n && (*text.p == '-' || *text.p == '+')) {
		text.p++;
		text.n--;
	}
	if ((text.n != 3 && text.n != 8) || ((*text.p | 32) != 'n' && (*text.p | 32) != 'i'))
		return false;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (slice_is(text, words[i]))
			return true;
	return false;
}

/* ---- strings --------------------------------------------------------------------------------- */

/* The highest bit of the lowest zero byte, and of no byte below it. */
static uint64_t
zero_bytes(uint64_t w)
{
	return (w - ONES) & ~w & HIGHS;
}

/* The first quote or backslash at or behind p, or end. *high gathers the top bits of the bytes
 * before it. */
static const char *
string_stop(const char *p, const char *end, uint64_t *high)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	while (end - p >= 8) {
		uint64_t w, hit;

		memcpy(&w, p, sizeof(w));
		hit = zero_bytes(w ^ ONES * '"') | zero_bytes(w ^ ONES * '\\');
		if (hit) {
			unsigned bit = (unsigned)__builtin_ctzll(hit);

			*high |= w & HIGHS & ((UINT64_C(1) << bit) - 1);
			return p + bit / 8;
		}
		*high |= w & HIGHS;
		p += 8;
	}
#endif
	for (; p < end && *p != '"' && *p != '\\'; p++)
		*high |= (unsigned char)*p & 0x80u;
	return p;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'f')
		return (c | 32) - 'a' + 10;
	return -1;
}

/* The code unit of four hexadecimal digits, or -1. */
static int
hex_unit(const char *p, const char *end)
{
	int unit = 0, i;

	if (end - p < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		int d = hex_digit(p[i]);

		if (d < 0)
			return -1;
		unit = unit * 16 + d;
	}
	return unit;
}

/* p is behind the opening quote; returns behind the closing one, or NULL with the fault set. */
static const char *
string_scan(struct json_scan *s, const char *p, struct json_value *v)
{
	const char *first = p;
	uint64_t high = 0;

	v->escaped = false;
	for (;;) {
		p = string_stop(p, s->end, &high);
		if (p == s->end)
			break;
		if (*p == '"') {
			v->kind = JSON_STRING;
			v->text = slice_make(first, (size_t)(p - first));
			v->high = high != 0;
			return p + 1;
		}
		v->escaped = true;
		if (++p == s->end)
			break;
		if (*p == 'u' ? hex_unit(p + 1, s->end) < 0 : !*p || !strchr("\"\\/bfnrt", *p)) {
			s->fault = JSON_BAD;
			s->why = "unknown escape in a string";
			s->at = p - 1;
			return NULL;
		}
		p += *p == 'u' ? 5 : 1;
	}
	s->fault = JSON_BAD;
	s->why = "the string has no end";
	s->at = s->end;
	return NULL;
}

static size_t
utf8_put(unsigned cp, char *out)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 63));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 63));
		out[2] = (char)(0x80 | (cp & 63));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 63));
	out[2] = (char)(0x80 | (cp >> 6 & 63));
	out[3] = (char)(0x80 | (cp & 63));
	return 4;
}

/* One escape at p (on its backslash), as UTF-8 in out (room for 4). Returns behind it. */
static const char *
escape_undo(const char *p, const char *end, char *out, size_t *n, bool *lone)
{
	static const char letters[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	unsigned cp;
	int low;

	if (p[1] != 'u') {
		*out = bytes[strchr(letters, p[1]) - letters];
		*n = 1;
		return p + 2;
	}
	cp = (unsigned)hex_unit(p + 2, end);
	p += 6;
	if (cp >= 0xd800 && cp < 0xdc00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
		low = hex_unit(p + 2, end);
		if (low >= 0xdc00 && low < 0xe000) {
			cp = 0x10000 + ((cp - 0xd800) << 10) + ((unsigned)low - 0xdc00);
			p += 6;
		}
	}
	if (cp >= 0xd800 && cp < 0xe000) {
		cp = 0xfffd;
		*lone = true;
	}
	*n = utf8_put(cp, out);
	return p;
}

size_t
json_unescape(struct slice text, char *out, size_t cap, bool *lone)
{
	const char *p = text.p, *end = text.p + text.n;
	size_t at = 0;

	while (p < end) {
		char seq[4];
		size_t n = 1;

		if (*p == '\\')
			p = escape_undo(p, end, seq, &n, lone);
		else
			seq[0] = *p++;
		if (n > cap - at)
			break;
		memcpy(out + at, seq, n);
		at += n;
	}
	return at;
}

bool
json_utf8_valid(struct slice s)
{
	const unsigned char *p = (const unsigned char *)s.p, *end = p + s.n;

	while (p < end) {
		/* Of the second byte only a part of 80..bf is right behind e0, ed, f0 and f4. */
		unsigned char c = *p++, lo = 0x80, hi = 0xbf;
		int more;

		if (c < 0x80)
			continue;
		if (c < 0xc2 || c > 0xf4)
			return false;
		more = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
		if (end - p < more)
			return false;
		lo = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : lo;
		hi = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : hi;
		for (; more; more--, p++, lo = 0x80, hi = 0xbf)
			if (*p < lo || *p > hi)
				return false;
	}
	return true;
}

size_t
json_utf8_cut(struct slice s, size_t cap)
{
	size_t n = cap;

	if (s.n <= cap)
		return s.n;
	/* At most three steps: what has no beginning there is no UTF-8 and may be cut anywhere. */
	while (n > 0 && cap - n < 4 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return cap - n < 4 ? n : cap;
}

/* ---- structure ------------------------------------------------------------------------------- */

static bool
fail(struct json_scan *s, const char *why)
{
	if (s->fault == JSON_OK) {
		s->fault = JSON_BAD;
		s->why = why;
		s->at = s->p;
	}
	return false;
}

static const char *
space_skip(const char *p, const char *end)
{
	while (p < end && (unsigned char)*p <= ' ' &&
	       (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

/* A blank may follow, seldom more. */
static inline const char *
blank_skip(const char *p, const char *end)
{
	if (p < end && (unsigned char)*p > ' ')
		return p;
	return space_skip(p, end);
}

void
json_scan_init(struct json_scan *s, struct slice text)
{
	memset(s, 0, sizeof(*s));
	s->start = s->p = text.p;
	s->end = text.n ? text.p + text.n : text.p;
	if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
		s->p += 3;
}

static bool
word_scan(
    struct json_scan *s, struct json_value *v, const char *word, size_t n, enum json_kind kind)
{
	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return fail(s, "expected a value");
	v->kind = kind;
	v->text = slice_make(s->p, n);
	s->p += n;
	return true;
}

static bool
word_or_number_scan(struct json_scan *s, struct json_value *v)
{
	const char *next, *why;

	switch (*s->p) {
	case 'n':
		return word_scan(s, v, "null", 4, JSON_NULL);
	case 't':
		return word_scan(s, v, "true", 4, JSON_TRUE);
	case 'f':
		return word_scan(s, v, "false", 5, JSON_FALSE);
	case 'N':
		return word_scan(s, v, "NaN", 3, JSON_NONFINITE);
	case 'I':
		return word_scan(s, v, "Infinity", 8, JSON_NONFINITE);
	case '-':
		if (s->end - s->p >= 2 && s->p[1] == 'I')
			return word_scan(s, v, "-Infinity", 9, JSON_NONFINITE);
		break;
	}
	next = number_scan(s->p, s->end, v, &why);
	if (!next)
		return fail(s, why);
	s->p = next;
	return true;
}

enum json_kind
json_scan_value(struct json_scan *s, struct json_value *v)
{
	const char *next, *why;

	v->kind = JSON_ERROR;
	if (s->fault)
		return JSON_ERROR;
	s->p = blank_skip(s->p, s->end);
	if (s->p == s->end) {
		fail(s, "the text ends where a value is due");
		return JSON_ERROR;
	}
	/* Numbers are what events are made of. */
	if ((unsigned char)(*s->p - '0') < 10) {
		next = number_scan(s->p, s->end, v, &why);
		if (next)
			s->p = next;
		else
			fail(s, why);
		return v->kind;
	}
	if (*s->p == '"') {
		next = string_scan(s, s->p + 1, v);
		if (next)
			s->p = next;
		return v->kind;
	}
	if (*s->p == '{' || *s->p == '[') {
		if (s->depth == LIMIT_NESTING) {
			fail(s, "nested too deep");
			s->fault = JSON_TOO_DEEP;
			return JSON_ERROR;
		}
		s->depth++;
		s->fresh = true;
		return v->kind = *s->p++ == '{' ? JSON_OBJECT : JSON_ARRAY;
	}
	if (!word_or_number_scan(s, v))
		v->kind = JSON_ERROR;
	return v->kind;
}

/* Up to the next item of a container; false at its closing bracket, which is passed, or at a fault.
 */
static bool
item_next(struct json_scan *s, char closing, const char *why)
{
	bool fresh = s->fresh;

	if (s->fault)
		return false;
	s->fresh = false;
	s->p = space_skip(s->p, s->end);
	if (s->p < s->end && *s->p == closing) {
		s->p++;
		s->depth--;
		return false;
	}
	if (fresh)
		return true;
	if (s->p == s->end || *s->p != ',')
		return fail(s, why);
	s->p = space_skip(s->p + 1, s->end);
	return true;
}

bool
json_scan_member(struct json_scan *s, struct json_value *key)
{
	const char *next;

	if (!item_next(s, '}', "expected ',' or '}'"))
		return false;
	if (s->p == s->end || *s->p != '"')
		return fail(s, "expected a name in quotes");
	next = string_scan(s, s->p + 1, key);
	if (!next)
		return false;
	s->p = space_skip(next, s->end);
	if (s->p == s->end || *s->p != ':')
		return fail(s, "expected ':'");
	s->p++;
	return true;
}

bool
json_scan_member_is(struct json_scan *s, struct slice key)
{
	const char *p = blank_skip(s->p, s->end);

	if (s->fault)
		return false;
	if (!s->fresh) {
		if (p == s->end || *p != ',')
			return false;
		p = blank_skip(p + 1, s->end);
	}
	/* Quotes, the key, a colon. */
	if ((size_t)(s->end - p) < key.n + 3 || p[key.n + 1] != '"' || *p != '"' ||
	    !slice_eq_short(slice_make(p + 1, key.n), key))
		return false;
	p += key.n + 2;
	if (*p != ':') {
		p = space_skip(p, s->end);
		if (p == s->end || *p != ':')
			return false;
	}
	s->p = p + 1;
	s->fresh = false;
	return true;
}

bool
json_scan_element(struct json_scan *s)
{
	return item_next(s, ']', "expected ',' or ']'");
}

bool
json_scan_skip(struct json_scan *s, enum json_kind kind)
{
	unsigned outer = s->depth - 1;
	uint64_t objects = (uint64_t)(kind == JSON_OBJECT)
			   << s->depth; /* bit d: level d is an object */
	struct json_value v;

	while (s->depth > outer && !s->fault) {
		bool object = objects >> s->depth & 1;

		if (!(object ? json_scan_member(s, &v) : json_scan_element(s)))
			continue;
		if (json_scan_value(s, &v) == JSON_OBJECT)
			objects |= UINT64_C(1) << s->depth;
		else if (v.kind == JSON_ARRAY)
			objects &= ~(UINT64_C(1) << s->depth);
	}
	return !s->fault;
}

bool
json_scan_finish(struct json_scan *s)
{
	if (s->fault)
		return false;
	s->p = space_skip(s->p, s->end);
	return s->p == s->end || fail(s, "text behind the value");
}

size_t
json_scan_at(const struct json_scan *s)
{
	return (size_t)((s->at ? s->at : s->p) - s->start);
}
