#include "core/truth.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHOLE_MAX 9007199254740992.0 /* 2^53: beyond, doubles do not keep all digits, and texts do */
#define NUMBER_BYTES 64

void
classes_init(struct classes *c)
{
	memset(c, 0, sizeof(*c));
	names_init(&c->names);
}

void
classes_release(struct classes *c)
{
	names_release(&c->names);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t
digits(struct slice s, size_t i)
{
	while (i < s.n && is_digit(s.p[i]))
		i++;
	return i;
}

/* JSON's grammar: no leading zero or plus, no bare point. */
static bool
reads_as_number(struct slice s, double *out)
{
	char buf[NUMBER_BYTES];
	size_t i = 0, from;

	if (!s.n || s.n >= sizeof(buf) || !(is_digit(s.p[0]) || s.p[0] == '-'))
		return false;
	i += s.p[0] == '-';
	from = i;
	i = digits(s, i);
	if (i == from || (s.p[from] == '0' && i > from + 1))
		return false;
	if (i < s.n && s.p[i] == '.') {
		from = ++i;
		i = digits(s, i);
		if (i == from)
			return false;
	}
	if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
		i++;
		i += i < s.n && (s.p[i] == '+' || s.p[i] == '-');
		from = i;
		i = digits(s, i);
		if (i == from)
			return false;
	}
	if (i != s.n)
		return false;
	memcpy(buf, s.p, s.n);
	buf[s.n] = '\0';
	*out = strtod(buf, NULL);
	return isfinite(*out);
}

/* The index of that class, which is made if there is room. */
static uint8_t
class_of(struct classes *c, struct slice name)
{
	size_t index = names_find(&c->names, name);

	if (index != NAMES_NONE)
		return (uint8_t)index;
	if (c->names.count == LIMIT_CLASSES || names_add(&c->names, name, &index, NULL))
		return CLASS_OTHER;
	return (uint8_t)index;
}

static struct truth
of_text(struct classes *c, struct slice text)
{
	struct truth t = {0, TRUTH_TEXT, CLASS_OTHER};

	if (c->last < c->names.count && slice_eq_short(names_at(&c->names, c->last), text)) {
		t.cls = (uint8_t)c->last;
		t.bits = c->names.hashes[c->last];
		return t;
	}
	t.bits = slice_hash(text);
	t.cls = class_of(c, text);
	if (t.cls != CLASS_OTHER)
		c->last = t.cls;
	return t;
}

static struct truth
of_number(struct classes *c, double x)
{
	struct truth t = {0, TRUTH_NUMBER, CLASS_OTHER};
	char text[NUMBER_BYTES];

	x += 0.0; /* -0 is 0 */
	memcpy(&t.bits, &x, sizeof(t.bits));
	if (x >= 0 && x < LIMIT_CLASSES && x == (double)(size_t)x && c->whole[(size_t)x]) {
		t.cls = (uint8_t)(c->whole[(size_t)x] - 1);
		return t;
	}
	if (x != floor(x))
		return t;
	if (c->names.count == LIMIT_CLASSES && x >= LIMIT_CLASSES)
		return t; /* counts of something, not classes: most are new */
	snprintf(text, sizeof(text), "%.0f", x);
	t.cls = class_of(c, slice_of(text));
	if (x >= 0 && x < LIMIT_CLASSES && t.cls != CLASS_OTHER)
		c->whole[(size_t)x] = (uint8_t)(t.cls + 1);
	return t;
}

struct truth
classes_truth(struct classes *c, const struct value *v)
{
	double x = v->num;

	switch (v->kind) {
	case VALUE_NUMBER:
		return fabs(x) < WHOLE_MAX || !v->text.n ? of_number(c, x) : of_text(c, v->text);
	case VALUE_TEXT:
		if (reads_as_number(v->text, &x) && fabs(x) < WHOLE_MAX)
			return of_number(c, x);
		return of_text(c, v->text);
	case VALUE_BOOL:
		return of_text(c, slice_of(v->num != 0 ? "true" : "false"));
	case VALUE_MISSING:
	case VALUE_NONFINITE:
	case VALUE_NOT_SCALAR:
		break;
	}
	return (struct truth){0, TRUTH_NONE, CLASS_OTHER};
}

double
truth_number(struct truth t)
{
	double x;

	if (t.kind != TRUTH_NUMBER)
		return NAN;
	memcpy(&x, &t.bits, sizeof(x));
	return x;
}
