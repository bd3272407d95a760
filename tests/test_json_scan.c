/*
 * The scanner against two oracles: cJSON says what JSON is and what is in it, strtod what a decimal
 * is worth. Where the scanner differs from either, it is on purpose, and a test here says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "collectors/json_scan.h"
#include "core/limits.h"
#include "tests/lib_rng.h"

#define TEXT_BYTES 4096

/* ---- whole texts ----------------------------------------------------------------------------- */

/* Reads a whole text without looking at it. */
static bool
accepts(struct slice text, struct json_scan *s)
{
	struct json_value v;

	json_scan_init(s, text);
	if (json_scan_value(s, &v) == JSON_OBJECT || v.kind == JSON_ARRAY)
		json_scan_skip(s, v.kind);
	return json_scan_finish(s);
}

static bool
accepts_text(const char *text)
{
	struct json_scan s;

	return accepts(slice_of(text), &s);
}

/* cJSON's verdict in the same terms: one value, then nothing but white space. */
static cJSON *
oracle(struct slice text)
{
	const char *end = NULL;
	cJSON *root = cJSON_ParseWithLengthOpts(text.p, text.n, &end, 0);

	while (root && end < text.p + text.n && strchr(" \t\r\n", *end) && *end)
		end++;
	if (root && end != text.p + text.n) {
		cJSON_Delete(root);
		root = NULL;
	}
	return root;
}

static void
assert_string_same(const struct json_value *v, const char *expected)
{
	char buf[TEXT_BYTES];
	bool lone = false;
	size_t n = json_unescape(v->text, buf, sizeof(buf), &lone);

	assert_true(n <= v->text.n);
	assert_false(lone);
	assert_true(v->escaped || (n == v->text.n && memcmp(buf, v->text.p, n) == 0));
	/* cJSON's strings end at the first NUL, ours do not. */
	assert_true(n >= strlen(expected));
	assert_memory_equal(buf, expected, strlen(expected));
	assert_true(n == strlen(expected) || buf[strlen(expected)] == '\0');
}

static void
assert_same(struct json_scan *s, const cJSON *item)
{
	struct json_value v;
	struct json_value key;
	const cJSON *child;

	switch (json_scan_value(s, &v)) {
	case JSON_NULL:
		assert_true(cJSON_IsNull(item));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		assert_true(cJSON_IsBool(item));
		assert_int_equal(v.kind == JSON_TRUE, cJSON_IsTrue(item));
		break;
	case JSON_NUMBER:
		assert_true(cJSON_IsNumber(item));
		assert_memory_equal(&v.num, &item->valuedouble, sizeof(v.num));
		break;
	case JSON_NONFINITE:
		assert_true(cJSON_IsNumber(item) && isinf(item->valuedouble));
		break;
	case JSON_STRING:
		assert_true(cJSON_IsString(item));
		assert_string_same(&v, item->valuestring);
		break;
	case JSON_ARRAY:
		assert_true(cJSON_IsArray(item));
		for (child = item->child; json_scan_element(s); child = child->next) {
			assert_non_null(child);
			assert_same(s, child);
		}
		assert_null(child);
		break;
	case JSON_OBJECT:
		assert_true(cJSON_IsObject(item));
		for (child = item->child; json_scan_member(s, &key); child = child->next) {
			assert_non_null(child);
			assert_string_same(&key, child->string);
			assert_same(s, child);
		}
		assert_null(child);
		break;
	case JSON_ERROR:
		fail_msg("%s at byte %zu", s->why, json_scan_at(s));
	}
}

/* ---- texts made up --------------------------------------------------------------------------- */

struct text {
	char p[TEXT_BYTES];
	size_t n;
};

static void
put(struct text *t, const char *s)
{
	size_t n = strlen(s);

	if (t->n + n > sizeof(t->p) / 2)
		return;
	memcpy(t->p + t->n, s, n);
	t->n += n;
}

static const char *
any_of(uint64_t *r, const char *const *list, size_t n)
{
	return list[rng_below(r, n)];
}

static void
put_space(struct text *t, uint64_t *r)
{
	static const char *const spaces[] = {"", "", "", "", " ", "\t", "\r\n", "  "};

	put(t, any_of(r, spaces, 8));
}

static void
put_string(struct text *t, uint64_t *r)
{
	static const char *const bits[] = {"a", "key", "value_1", " ", "\\n", "\\\"", "\\\\", "\\/",
	    "\\u00e9", "\\u20AC", "\\ud83d\\ude00", "\xc3\xa9", "\xf0\x9f\x98\x80", "\\b\\f\\r\\t",
	    "longer than eight bytes", "0", "{", "]", ","};
	size_t n = rng_below(r, 5);

	put(t, "\"");
	while (n--)
		put(t, any_of(r, bits, sizeof(bits) / sizeof(bits[0])));
	put(t, "\"");
}

static void
put_scalar(struct text *t, uint64_t *r)
{
	static const char *const words[] = {"null", "true", "false", "0", "-0", "1", "-1", "12.5",
	    "1e3", "1E-2", "0.1", "123456789012345678", "3.141592653589793", "1e400", "-1e400",
	    "1e-400", "2.2250738585072014e-308", "4.9e-324", "0.000001", "9007199254740993"};

	if (rng_below(r, 3) == 0)
		put_string(t, r);
	else
		put(t, any_of(r, words, sizeof(words) / sizeof(words[0])));
}

static void
put_value(struct text *t, uint64_t *r, unsigned depth)
{
	bool object = rng_below(r, 3) > 0;
	size_t n = rng_below(r, 5), i;

	put_space(t, r);
	if (depth == 0 || rng_below(r, 3) == 0) {
		put_scalar(t, r);
	} else {
		put(t, object ? "{" : "[");
		for (i = 0; i < n; i++) {
			if (i)
				put(t, ",");
			if (object) {
				put_space(t, r);
				put_string(t, r);
				put_space(t, r);
				put(t, ":");
			}
			put_value(t, r, depth - 1);
		}
		put_space(t, r);
		put(t, object ? "}" : "]");
	}
	put_space(t, r);
}

/* A byte or two wrong somewhere. The letters are those that JSON is made of. */
static void
spoil(struct text *t, uint64_t *r)
{
	static const char letters[] = "{}[]:,\"\\ntfu0123456789+-.eE \n/aN";
	size_t at, times = 1 + rng_below(r, 2);

	for (; times && t->n > 1; times--) {
		at = rng_below(r, t->n);
		switch (rng_below(r, 4)) {
		case 0:
			memmove(t->p + at, t->p + at + 1, t->n - at - 1);
			t->n--;
			break;
		case 1:
			memmove(t->p + at + 1, t->p + at, t->n - at);
			t->n++;
			t->p[at] = letters[rng_below(r, sizeof(letters) - 1)];
			break;
		case 2:
			t->p[at] = letters[rng_below(r, sizeof(letters) - 1)];
			break;
		default:
			t->n = at + 1;
			break;
		}
	}
}

/*
 * Why the two may disagree about a text, seen without either of them: outside strings, a number
 * that only cJSON takes (leading zeros, a point without digits, more than 63 bytes), a control byte
 * that it takes for a blank; NaN and Infinity, which only we take; inside strings, half a surrogate
 * pair.
 */
static bool
may_differ(struct slice t)
{
	bool inside = false;
	size_t i, run = 0;

	for (i = 0; i < t.n; i++) {
		char c = t.p[i], before = i ? t.p[i - 1] : ' ',
		     after = i + 1 < t.n ? t.p[i + 1] : ' ';
		bool digit = c >= '0' && c <= '9';

		if (c == '"')
			inside = !inside;
		if (c == '\\') {
			if (after == 'u')
				return true;
			i++;
			continue;
		}
		if (inside)
			continue;
		run = digit || strchr("+-.eE", c) ? run + 1 : 0;
		if (run > 60 || (c == 'N' && after == 'a') || c == 'I')
			return true;
		if (c == '0' && !(before >= '0' && before <= '9') && before != '.' &&
		    after >= '0' && after <= '9')
			return true;
		if (c == '.' && !(after >= '0' && after <= '9' && before >= '0' && before <= '9'))
			return true;
		if ((unsigned char)c < 0x20 && !strchr("\t\r\n", c))
			return true;
	}
	return false;
}

static void
whatever_cjson_reads_is_read_the_same(void **state)
{
	uint64_t r = 20240101;
	int i;

	(void)state;
	for (i = 0; i < 20000; i++) {
		struct text t = {.n = 0};
		struct json_scan s;
		cJSON *root;

		put_value(&t, &r, 5);
		root = oracle(slice_make(t.p, t.n));
		/* A text cut by its own length is no JSON, for both. */
		if (!root) {
			assert_false(accepts(slice_make(t.p, t.n), &s));
			continue;
		}
		json_scan_init(&s, slice_make(t.p, t.n));
		assert_same(&s, root);
		assert_true(json_scan_finish(&s));
		assert_true(accepts(slice_make(t.p, t.n), &s));
		cJSON_Delete(root);
	}
}

static void
what_is_spoilt_is_refused_when_cjson_refuses_it(void **state)
{
	uint64_t r = 20240102;
	int i, refused = 0, taken = 0;

	(void)state;
	for (i = 0; i < 60000; i++) {
		struct text t = {.n = 0};
		struct json_scan s;
		struct slice text;
		cJSON *root;
		bool ours;

		put_value(&t, &r, 4);
		spoil(&t, &r);
		text = slice_make(t.p, t.n);
		ours = accepts(text, &s);
		assert_true(ours || json_scan_at(&s) <= t.n);
		root = oracle(text);
		if (ours != (root != NULL) && !may_differ(text))
			fail_msg("cJSON %s, we %s: %.*s", root ? "takes" : "refuses",
			    ours ? "take" : "refuse", (int)t.n, t.p);
		if (ours && root) {
			json_scan_init(&s, text);
			assert_same(&s, root);
		}
		taken += ours && root;
		refused += !ours && !root;
		cJSON_Delete(root);
	}
	/* The test tests nothing if one side never happens. */
	assert_true(taken > 5000 && refused > 5000);
}

/* ---- the differences, each on purpose -------------------------------------------------------- */

static void
differences_from_a_strict_parser_are_these(void **state)
{
	static const struct {
		const char *text;
		bool ours, strict, cjson;
	} rows[] = {
	    {"NaN", true, false, false},
	    {"[Infinity,-Infinity]", true, false, false},
	    {"{\"a\":NaN}", true, false, false},
	    {"+Infinity", false, false, false},
	    {"nan", false, false, false},
	    {"1e400", true, true, true},
	    {"\"a\x1b[31m\"", true, false, true},
	    {"\"line\nbreak\"", true, false, true},
	    {"\"\xff\xfe\"", true, false, true},
	    {"\"\\ud800\"", true, true, false},
	    {"\"\\udc00 x\"", true, true, false},
	    {"\xef\xbb\xbf{}", true, false, true},
	    {"01", false, false, true},
	    {"1.", false, false, true},
	    {"-.5", false, false, true},
	    {"-01", false, false, true},
	    {"[1\x01]", false, false, true},
	    {"\x0b[]", false, false, true},
	    {"\"\\x41\"", false, false, false},
	    {"[1,]", false, false, false},
	    {"{\"a\":1,}", false, false, false},
	    {"{a:1}", false, false, false},
	    {"{'a':1}", false, false, false},
	    {"/**/1", false, false, false},
	    {".5", false, false, false},
	    {"+1", false, false, false},
	    {"0x10", false, false, false},
	    {"", false, false, false},
	    {" ", false, false, false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cJSON *root = oracle(slice_of(rows[i].text));

		if (accepts_text(rows[i].text) != rows[i].ours)
			fail_msg("%s: we %s", rows[i].text, rows[i].ours ? "refuse" : "take");
		if ((root != NULL) != rows[i].cjson)
			fail_msg("%s: cJSON %s", rows[i].text, rows[i].cjson ? "refuses" : "takes");
		cJSON_Delete(root);
	}
}

static void
half_a_surrogate_pair_becomes_the_replacement_character(void **state)
{
	static const struct {
		const char *text, *expected;
		bool lone;
	} rows[] = {
	    {"\\ud83d\\ude00", "\xf0\x9f\x98\x80", false},
	    {"\\ud83d", "\xef\xbf\xbd", true},
	    {"a\\ude00b",
		"a\xef\xbf\xbd"
		"b",
		true},
	    {"\\ud83dx", "\xef\xbf\xbdx", true},
	    {"\\ud83d\\u0041",
		"\xef\xbf\xbd"
		"A",
		true},
	    {"\\ud83d\\ud83d\\ude00", "\xef\xbf\xbd\xf0\x9f\x98\x80", true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char buf[64];
		bool lone = false;
		size_t n = json_unescape(slice_of(rows[i].text), buf, sizeof(buf), &lone);

		assert_int_equal(n, strlen(rows[i].expected));
		assert_memory_equal(buf, rows[i].expected, n);
		assert_int_equal(lone, rows[i].lone);
	}
}

static void
unescaping_stops_before_what_does_not_fit(void **state)
{
	char buf[8];
	bool lone = false;

	(void)state;
	assert_int_equal(json_unescape(slice_of("ab\\u20acd"), buf, 4, &lone), 2);
	assert_int_equal(json_unescape(slice_of("ab\\u20acd"), buf, 5, &lone), 5);
	assert_int_equal(json_unescape(slice_of("ab\\u20acd"), buf, 8, &lone), 6);
	assert_int_equal(json_unescape(slice_of("abc"), buf, 0, &lone), 0);
}

/* ---- depth ----------------------------------------------------------------------------------- */

static void
nesting_ends_at_the_limit_and_ten_thousand_levels_are_no_danger(void **state)
{
	static char deep[40000];
	struct json_scan s;
	size_t n;

	(void)state;
	for (n = 1; n <= 10000; n += n < 40 ? 1 : 2490) {
		memset(deep, '[', n);
		memset(deep + n, ']', n);
		assert_int_equal(accepts(slice_make(deep, 2 * n), &s), n <= LIMIT_NESTING);
		if (n > LIMIT_NESTING) {
			assert_int_equal(s.fault, JSON_TOO_DEEP);
			assert_int_equal(json_scan_at(&s), LIMIT_NESTING);
		}
	}
	for (n = 0; n < sizeof(deep) / 5; n++)
		memcpy(deep + 5 * n, "{\"a\":", 5);
	assert_false(accepts(slice_make(deep, sizeof(deep)), &s));
	assert_int_equal(s.fault, JSON_TOO_DEEP);
}

/* ---- faults ---------------------------------------------------------------------------------- */

static void
a_fault_says_where_and_what(void **state)
{
	static const struct {
		const char *text;
		size_t at;
		const char *why;
	} rows[] = {
	    {"{\"a\" 1}", 5, "expected ':'"},
	    {"{\"a\":1 \"b\":2}", 7, "expected ',' or '}'"},
	    {"[1 2]", 3, "expected ',' or ']'"},
	    {"{1:2}", 1, "expected a name in quotes"},
	    {"{\"a\":}", 5, "expected a value"},
	    {"[tru]", 1, "expected a value"},
	    {"{\"a\":01}", 5, "a number begins with 0"},
	    {"{\"a\":1.}", 5, "expected a digit behind the decimal point"},
	    {"{\"a\":1e}", 5, "expected a digit in the exponent"},
	    {"{\"a\":\"x\\q\"}", 7, "unknown escape in a string"},
	    {"{\"a\":\"x", 7, "the string has no end"},
	    {"{\"a\":", 5, "the text ends where a value is due"},
	    {"{\"a\":1", 6, "expected ',' or '}'"},
	    {"{} x", 3, "text behind the value"},
	    {"garbage", 0, "expected a value"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct json_scan s;

		assert_false(accepts(slice_of(rows[i].text), &s));
		assert_int_equal(json_scan_at(&s), rows[i].at);
		assert_string_equal(s.why, rows[i].why);
	}
}

/* A text of n bytes in a block of exactly n: a sanitizer sees any byte read behind it. */
static void
no_text_is_read_beyond_its_end(void **state)
{
	static const char whole[] = "{\"key\\n1\":[1.5e3,-2,true,false,null,NaN,-Infinity,"
				    "\"\\u00e9\\ud83d\\ude00 long enough\"]}";
	size_t n;

	(void)state;
	for (n = 0; n < sizeof(whole) - 1; n++) {
		char *copy = malloc(n ? n : 1);
		struct json_scan s;

		assert_non_null(copy);
		memcpy(copy, whole, n);
		assert_false(accepts(slice_make(copy, n), &s));
		free(copy);
	}
}

static void
a_known_key_is_recognised_only_where_it_stands(void **state)
{
	struct json_scan s;
	struct json_value v;

	(void)state;
	json_scan_init(&s, slice_of("{\"first\":1 , \"second_key\" :2,\"third\":3}"));
	json_scan_value(&s, &v);
	assert_false(json_scan_member_is(&s, slice_of("second_key")));
	assert_false(json_scan_member_is(&s, slice_of("firs")));
	assert_true(json_scan_member_is(&s, slice_of("first")));
	json_scan_value(&s, &v);
	assert_true(json_scan_member_is(&s, slice_of("second_key")));
	json_scan_value(&s, &v);
	assert_true(v.num == 2);
	assert_false(json_scan_member_is(&s, slice_of("fourth")));
	assert_true(json_scan_member(&s, &v));
	json_scan_value(&s, &v);
	assert_false(json_scan_member_is(&s, slice_of("first")));
	assert_false(json_scan_member(&s, &v));
	assert_true(json_scan_finish(&s));
}

/* ---- numbers --------------------------------------------------------------------------------- */

static void
assert_as_strtod(const char *token)
{
	double num = 0, expected = strtod(token, NULL);
	enum json_kind kind = json_number_parse(slice_of(token), &num);

	if (isinf(expected)) {
		if (kind != JSON_NONFINITE)
			fail_msg("%s is not non-finite", token);
		return;
	}
	if (kind != JSON_NUMBER || memcmp(&num, &expected, sizeof(num)) != 0)
		fail_msg("%s: %.17g instead of %.17g", token, num, expected);
}

/* Any token of the grammar; digits and exponents spread so that each way of computing is taken
 * often. */
static void
token_make(uint64_t *r, char *out, size_t cap)
{
	size_t whole = 1 + rng_below(r, rng_below(r, 4) ? 9 : 24),
	       frac = rng_below(r, rng_below(r, 4) ? 12 : 24), n = 0, i;

	if (rng_below(r, 4) == 0)
		out[n++] = '-';
	if (rng_below(r, 3) == 0)
		whole = 1;
	for (i = 0; i < whole; i++)
		out[n++] =
		    (char)('0' + (i == 0 && whole > 1 ? 1 + rng_below(r, 9) : rng_below(r, 10)));
	if (frac) {
		out[n++] = '.';
		for (i = 0; i < frac; i++)
			out[n++] = (char)('0' + (rng_below(r, 3) ? rng_below(r, 10) : 0));
	}
	out[n] = '\0';
	if (rng_below(r, 2))
		snprintf(out + n, cap - n, "%c%s%llu", rng_below(r, 2) ? 'e' : 'E',
		    any_of(r, (const char *const[]){"", "+", "-"}, 3),
		    (unsigned long long)rng_below(r, rng_below(r, 2) ? 30 : 345));
}

static void
every_decimal_is_the_nearest_double(void **state)
{
	uint64_t r = 20240103;
	char token[96];
	int i;

	(void)state;
	for (i = 0; i < 300000; i++) {
		token_make(&r, token, sizeof(token));
		assert_as_strtod(token);
	}
	/* Doubles printed so that they read back, the commonest long tokens. */
	for (i = 0; i < 100000; i++) {
		uint64_t bits = rng_next(&r);
		double d;

		memcpy(&d, &bits, sizeof(d));
		if (!isfinite(d))
			continue;
		snprintf(token, sizeof(token), "%.17g", d);
		assert_as_strtod(token);
		snprintf(token, sizeof(token), "%.17g", (double)(bits >> 11) * 0x1p-53);
		assert_as_strtod(token);
	}
}

static void
hard_decimals_are_exact_too(void **state)
{
	static const char *const tokens[] = {"0", "-0", "0.0", "0e5", "1e22", "1e23",
	    "9007199254740993", "9007199254740992.5", "9007199254740991e1",
	    "2.2250738585072011e-308", "2.2250738585072014e-308", "4.9e-324", "2.4e-324",
	    "2.5e-324", "1.7976931348623157e308", "1.7976931348623158e308",
	    "1.7976931348623159e308", "1e400", "1e-400", "1e999999999", "0e999999999",
	    "1e-999999999", "18446744073709551615", "18446744073709551616",
	    "99999999999999999999e-20", "0.00000000000000000000000000012345678901234567",
	    "12345678901234567000000000000000000000000000", "8.5e-27", "7450580596923828125e-27",
	    "1e27", "18014398509481985e0", "18014398509481987e0"};
	char token[2100];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++)
		assert_as_strtod(tokens[i]);
	/* A tie, and a tie broken by a digit a thousand places behind. */
	memset(token, '0', sizeof(token));
	memcpy(token, "9007199254740993.", 17);
	token[1500] = '\0';
	assert_as_strtod(token);
	token[1499] = '1';
	assert_as_strtod(token);
	memset(token, '7', 2000);
	token[2000] = '\0';
	assert_as_strtod(token);
	memcpy(token + 2000, "e-1999", 7);
	assert_as_strtod(token);
	memset(token, '0', 1000);
	token[1] = '.';
	memcpy(token + 1000, "123e995", 8);
	assert_as_strtod(token);
}

static void
a_number_is_the_whole_text_or_none(void **state)
{
	static const char *const none[] = {"", "-", "+1", "01", "-01", "00", "1.", ".1", "1e",
	    "1e+", "1 ", " 1", "1,5", "0x1", "1_000", "1e5.", "--1", "1.2.3", "NaN", "Infinity",
	    "1f"};
	double num;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(json_number_parse(slice_of(none[i]), &num), JSON_ERROR);
}

static void
no_locale_has_a_say_in_numbers(void **state)
{
	static const char *const locales[] = {
	    "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8", "de_DE", "fr_FR"};
	const char *set = NULL;
	double num = 0;
	size_t i;

	(void)state;
	for (i = 0; !set && i < sizeof(locales) / sizeof(locales[0]); i++)
		set = setlocale(LC_NUMERIC, locales[i]);
	if (!set)
		skip();
	/* The second needs strtod. */
	assert_int_equal(json_number_parse(slice_of("1.5"), &num), JSON_NUMBER);
	assert_true(num == 1.5);
	assert_int_equal(json_number_parse(slice_of("1.25e-300"), &num), JSON_NUMBER);
	setlocale(LC_NUMERIC, "C");
	assert_true(num == 1.25e-300);
}

static void
words_for_what_is_no_number_are_known(void **state)
{
	static const char *const yes[] = {
	    "NaN", "nan", "Infinity", "-Infinity", "inf", "-inf", "+Inf", "infinity", "-nan"};
	static const char *const no[] = {
	    "", "-", "NAN", "Nan", "n", "none", "infinite", "i", "--inf", "nan ", "Ina"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		assert_true(json_nonfinite_text(slice_of(yes[i])));
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		assert_false(json_nonfinite_text(slice_of(no[i])));
}

/* ---- UTF-8 ----------------------------------------------------------------------------------- */

static void
utf8_is_what_unicode_says(void **state)
{
	static const struct {
		const char *text;
		bool valid;
	} rows[] = {
	    {"", true},
	    {"plain", true},
	    {"\xc3\xa9", true},
	    {"\xe2\x82\xac", true},
	    {"\xf0\x9f\x98\x80", true},
	    {"\xf4\x8f\xbf\xbf", true},
	    {"\xf4\x90\x80\x80", false},
	    {"\xc0\xaf", false},
	    {"\xc1\xbf", false},
	    {"\xe0\x9f\xbf", false},
	    {"\xe0\xa0\x80", true},
	    {"\xf0\x8f\xbf\xbf", false},
	    {"\xf0\x90\x80\x80", true},
	    {"\xed\x9f\xbf", true},
	    {"\xed\xa0\x80", false},
	    {"\x80", false},
	    {"\xff", false},
	    {"\xc3", false},
	    {"\xe2\x82", false},
	    {"a\xc3", false},
	    {"\xc3\xc3\xa9", false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(json_utf8_valid(slice_of(rows[i].text)), rows[i].valid);
}

static void
a_cut_tears_no_character(void **state)
{
	(void)state;
	assert_int_equal(json_utf8_cut(slice_of("abc"), 5), 3);
	assert_int_equal(json_utf8_cut(slice_of("abc"), 2), 2);
	assert_int_equal(json_utf8_cut(slice_of("a\xe2\x82\xac"), 3), 1);
	assert_int_equal(json_utf8_cut(slice_of("a\xe2\x82\xac"
						"b"),
			     4),
	    4);
	assert_int_equal(json_utf8_cut(slice_of("\xf0\x9f\x98\x80"), 3), 0);
	/* Not UTF-8: anywhere. */
	assert_int_equal(json_utf8_cut(slice_of("\x80\x80\x80\x80\x80\x80\x80"), 6), 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(whatever_cjson_reads_is_read_the_same),
	    cmocka_unit_test(what_is_spoilt_is_refused_when_cjson_refuses_it),
	    cmocka_unit_test(differences_from_a_strict_parser_are_these),
	    cmocka_unit_test(half_a_surrogate_pair_becomes_the_replacement_character),
	    cmocka_unit_test(unescaping_stops_before_what_does_not_fit),
	    cmocka_unit_test(nesting_ends_at_the_limit_and_ten_thousand_levels_are_no_danger),
	    cmocka_unit_test(a_fault_says_where_and_what),
	    cmocka_unit_test(no_text_is_read_beyond_its_end),
	    cmocka_unit_test(a_known_key_is_recognised_only_where_it_stands),
	    cmocka_unit_test(every_decimal_is_the_nearest_double),
	    cmocka_unit_test(hard_decimals_are_exact_too),
	    cmocka_unit_test(a_number_is_the_whole_text_or_none),
	    cmocka_unit_test(no_locale_has_a_say_in_numbers),
	    cmocka_unit_test(words_for_what_is_no_number_are_known),
	    cmocka_unit_test(utf8_is_what_unicode_says),
	    cmocka_unit_test(a_cut_tears_no_character),
	};

	return cmocka_run_group_tests_name("json_scan", tests, NULL, NULL);
}
