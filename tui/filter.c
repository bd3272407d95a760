#include "tui/filter.h"

#include <stdio.h>
#include <string.h>

static bool
check_scope(struct filter *f, const struct expr *e, unsigned scope)
{
	const struct expr_node *n = metric_out_of_scope(e, scope);

	if (!n)
		return true;
	f->at = n->at;
	snprintf(f->why, sizeof f->why, "'%s' is not known of what this screen lists", metric_rows[n->name].name.name);
	return false;
}

void
filter_set(struct filter *f, struct slice text, unsigned scope)
{
	struct err why = {0};
	struct expr e;
	unsigned allow = EXPR_ALLOW_WORDS | (scope & METRIC_OF_EVENT ? EXPR_ALLOW_FIELDS : 0);

	f->n = text.n < FILTER_BYTES ? text.n : FILTER_BYTES;
	if (f->n > 0)
		memmove(f->text, text.p, f->n);
	f->text[f->n] = '\0';
	f->wrong = expr_parse(&e, slice_make(f->text, f->n), &metric_names, allow, &f->at, &why) != 0;
	if (f->wrong)
		snprintf(f->why, sizeof f->why, "%.150s", why.msg);
	else
		f->wrong = !check_scope(f, &e, scope);
	if (f->wrong)
		return;
	f->why[0] = '\0';
	f->at = 0;
	memcpy(&f->expr, &e, sizeof e);
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
occurs(struct slice text, struct slice word)
{
	for (size_t i = 0; i + word.n <= text.n; i++) {
		size_t k = 0;

		while (k < word.n && lower(text.p[i + k]) == lower(word.p[k]))
			k++;
		if (k == word.n)
			return true;
	}
	return false;
}

struct row {
	const struct slice *texts;
	size_t n;
	const struct metric_subject *subject;
	const struct filter_fields *fields;
};

static bool
has_word(const void *ctx, struct slice word)
{
	const struct row *row = ctx;

	for (size_t i = 0; i < row->n; i++)
		if (occurs(row->texts[i], word))
			return true;
	return false;
}

static void
look_up(const void *ctx, size_t metric, struct expr_value *out)
{
	const struct row *row = ctx;

	metric_look_up(row->subject, metric, out);
}

static void
field(const void *ctx, struct slice name, struct expr_value *out)
{
	const struct row *row = ctx;

	if (row->fields)
		row->fields->look_up(row->fields->ctx, name, out);
}

bool
filter_match_event(const struct filter *f, const struct slice *texts, size_t n, const struct metric_subject *subject,
    const struct filter_fields *fields)
{
	const struct row row = {texts, n, subject, fields};
	const struct expr_subject s = {&row, look_up, has_word, field};

	return f->expr.nnodes == 0 || expr_eval(&f->expr, &s) == EXPR_TRUE;
}

bool
filter_match(const struct filter *f, const struct slice *texts, size_t n, const struct metric_subject *subject)
{
	return filter_match_event(f, texts, n, subject, NULL);
}

bool
filter_has_fields(const struct filter *f)
{
	for (size_t i = 0; i < f->expr.nnodes; i++)
		if (f->expr.nodes[i].op == EXPR_FIELD)
			return true;
	return false;
}

/* Between quotes, if it has to be; a text that has both kinds of them cannot be written. */
static bool
quote(char *out, size_t cap, struct slice text, bool must)
{
	char with = memchr(text.p, '"', text.n) ? '\'' : '"';
	size_t at = 0;

	for (size_t i = 0; i < text.n; i++) {
		must |= strchr(" \t\r\n()<>=!|\"'", text.p[i]) != NULL;
		if ((unsigned char)text.p[i] < 0x20 || text.p[i] == 0x7f || text.p[i] == with)
			return false;
	}
	if (text.n + 3 > cap || text.n == 0)
		return false;
	if (must)
		out[at++] = with;
	memcpy(out + at, text.p, text.n);
	at += text.n;
	if (must)
		out[at++] = with;
	out[at] = '\0';
	return true;
}

bool
filter_quote_name(char *out, size_t cap, struct slice name)
{
	bool known = metric_find(name) != METRIC_COUNT || slice_is(name, "not") || slice_is(name, "and") ||
		     slice_is(name, "or");

	return quote(out, cap, name, known);
}

bool
filter_quote_value(char *out, size_t cap, struct slice value)
{
	char plain[FILTER_BYTES];
	size_t n = 0;

	for (size_t i = 0; i < value.n; i++) {
		if (n + 2 > sizeof plain)
			return false;
		if (strchr("*?[]\\", value.p[i]))
			plain[n++] = '\\';
		plain[n++] = value.p[i];
	}
	return quote(out, cap, slice_make(plain, n), false);
}

size_t
filter_words(const struct filter *f, struct slice words[FILTER_WORDS])
{
	return expr_words(&f->expr, words, FILTER_WORDS);
}
