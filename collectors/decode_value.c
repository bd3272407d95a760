#include "collectors/decode_impl.h"

#include <math.h>

#include "core/mem.h"

/* ---- values ---------------------------------------------------------------------------------- */

bool
decode_high(struct slice s)
{
	uint64_t high = 0, w;
	const char *p = s.p;
	size_t left = s.n;

	for (; left >= sizeof(w); p += sizeof(w), left -= sizeof(w)) {
		memcpy(&w, p, sizeof(w));
		high |= w;
	}
	for (; left; left--)
		high |= (unsigned char)*p++;
	return (high & UINT64_C(0x8080808080808080)) != 0;
}

/* Cut to LIMIT_NAME_BYTES; marked if it is not UTF-8. */
struct slice
decode_text_take(struct decoder *d, struct slice s, bool high)
{
	if (s.n > LIMIT_NAME_BYTES)
		s.n = json_utf8_cut(s, LIMIT_NAME_BYTES);
	if (high && !json_utf8_valid(s))
		d->oddities |= EVENT_ODD(REASON_BAD_UTF8);
	return s;
}

/*
 * Escapes undone in the scratch area. It is made as large as the whole text at the first escape,
 * and no text grows by being undone, so it never moves within an event.
 */
static struct slice
text_undo(struct decoder *d, struct slice s)
{
	size_t room = s.n < LIMIT_NAME_BYTES ? s.n : LIMIT_NAME_BYTES;
	bool lone = false;
	char *out;
	size_t n;

	if (d->scratch_used == 0 && d->scratch_cap < d->scratch_want) {
		out = mem_alloc(d->scratch_want);
		if (!out) {
			d->nomem = true;
			return slice_make(NULL, 0);
		}
		mem_free(d->scratch);
		d->scratch = out;
		d->scratch_cap = d->scratch_want;
	}
	out = d->scratch + d->scratch_used;
	n = json_unescape(s, out, room, &lone);
	d->scratch_used += n;
	if (lone)
		d->oddities |= EVENT_ODD(REASON_BAD_UTF8);
	return slice_make(out, n);
}

/* A scalar of JSON. Quotes do not make a number of text, but NaN and its kin are what they say. */
void
decode_value_take(struct decoder *d, const struct json_value *j, struct value *v)
{
	struct slice text;

	switch (j->kind) {
	case JSON_NUMBER:
		text = j->text;
		text.n = text.n < LIMIT_NAME_BYTES ? text.n : LIMIT_NAME_BYTES;
		decode_value_set(v, VALUE_NUMBER, j->num, text);
		break;
	case JSON_NONFINITE:
		decode_value_set(v, VALUE_NONFINITE, NAN, decode_text_take(d, j->text, false));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		decode_value_set(v, VALUE_BOOL, j->kind == JSON_TRUE, j->text);
		break;
	case JSON_STRING:
		text = j->escaped ? text_undo(d, j->text) : j->text;
		if (!j->escaped && json_nonfinite_text(text)) {
			decode_value_set(v, VALUE_NONFINITE, NAN, text);
			break;
		}
		decode_value_set(v, VALUE_TEXT, NAN, decode_text_take(d, text, j->high));
		break;
	default:
		decode_value_set(v, VALUE_MISSING, NAN, slice_make(NULL, 0));
		break;
	}
}

/* The words that a flat value may be, by their first letter; everything else that begins like a
 * number is looked at. */
static bool
flat_word(struct slice text, struct value *v)
{
	switch (text.p[0]) {
	case 't':
	case 'T':
		if (!slice_is(text, "true") && !slice_is(text, "True"))
			return false;
		decode_value_set(v, VALUE_BOOL, 1, slice_of("true"));
		return true;
	case 'f':
	case 'F':
		if (!slice_is(text, "false") && !slice_is(text, "False"))
			return false;
		decode_value_set(v, VALUE_BOOL, 0, slice_of("false"));
		return true;
	case 'n':
	case 'N':
		if (!slice_is(text, "null") && !slice_is(text, "None"))
			break;
		decode_value_set(v, VALUE_MISSING, NAN, slice_make(NULL, 0));
		return true;
	case 'i':
	case 'I':
	case '+':
	case '-':
		break;
	default:
		return false;
	}
	if (!json_nonfinite_text(text))
		return false;
	decode_value_set(v, VALUE_NONFINITE, NAN, text);
	return true;
}

void
decode_flat_value(struct slice text, struct value *v)
{
	enum json_kind kind;
	double num;

	if (text.n == 0) {
		decode_value_set(v, VALUE_MISSING, NAN, slice_make(NULL, 0));
		return;
	}
	if (text.p[0] <= '9' && (text.p[0] >= '0' || text.p[0] == '-')) {
		kind = json_number_parse(text, &num);
		if (kind != JSON_ERROR) {
			text.n = text.n < LIMIT_NAME_BYTES ? text.n : LIMIT_NAME_BYTES;
			decode_value_set(
			    v, kind == JSON_NUMBER ? VALUE_NUMBER : VALUE_NONFINITE, num, text);
			return;
		}
	}
	if (text.n > 9 || !flat_word(text, v))
		decode_value_set(v, VALUE_TEXT, NAN, text);
}

/* ASCII only, and no locale has a say. */
static bool
word_is(struct slice s, const char *word)
{
	size_t i;

	for (i = 0; i < s.n && word[i]; i++)
		if ((s.p[i] | 32) != word[i])
			return false;
	return i == s.n && !word[i];
}

/* A status: 100-599, or a word as 200 or 500. 0: it is none. */
int
decode_status(const struct value *v)
{
	static const char *const words[] = {
	    "ok", "success", "error", "failed", "failure", "timeout", "exception"};
	double num = v->num;
	size_t i;

	if (v->kind == VALUE_TEXT && json_number_parse(v->text, &num) != JSON_NUMBER) {
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (word_is(v->text, words[i]))
				return i < 2 ? 200 : 500;
		return 0;
	}
	if (v->kind != VALUE_TEXT && v->kind != VALUE_NUMBER)
		return 0;
	return num >= 100 && num <= 599 && num == floor(num) ? (int)num : 0;
}
