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
	snprintf(f->why, sizeof f->why, "'%s' is not known of what this screen lists; Tab shows what is",
	    metric_rows[n->name].name.name);
	return false;
}

static bool
is_offered(const void *ctx, size_t i)
{
	return metric_is_of(i, *(const unsigned *)ctx);
}

static const struct expr_name *
own_at(const void *ctx, size_t i)
{
	return &((const struct filter_own *)ctx)->names[i].name;
}

const struct expr_name *
filter_next_name(unsigned scope, const struct filter_own *own, size_t *i, const char **about)
{
	size_t n = own ? own->n : METRIC_COUNT, at;

	while (!own && *i < n && !(metric_rows[*i].scopes & scope))
		++*i;
	if (*i >= n)
		return NULL;
	at = (*i)++;
	if (about)
		*about = own ? own->names[at].about : metric_rows[at].about;
	return own ? &own->names[at].name : &metric_rows[at].name;
}

const char *
filter_example(unsigned scope, const struct filter_own *own)
{
	static const char *const examples[] = {"drift>0.2, state=drift", "events>1k", "psi>0.2, state=drift",
	    "lag>5s, lost>0", "latency>50ms, failed=yes", "severity>=warn, rule=silence"};
	size_t i = 0;

	if (own)
		return own->example;
	while (i + 1 < sizeof examples / sizeof *examples && !(scope >> i & 1))
		i++;
	return examples[i];
}

/* The text, bounded and parsed; false: it is wrong, and why is said. */
static bool
parse(struct filter *f, struct slice text, const struct expr_names *names, unsigned allow, struct expr *e)
{
	struct err why = {0};

	f->n = text.n < FILTER_BYTES ? text.n : FILTER_BYTES;
	/* Not half a character. */
	while (f->n < text.n && f->n > 0 && ((unsigned char)text.p[f->n] & 0xc0) == 0x80)
		f->n--;
	if (f->n > 0)
		memmove(f->text, text.p, f->n);
	f->text[f->n] = '\0';
	if (text.n > f->n) {
		f->at = f->n;
		f->wrong = true;
		snprintf(f->why, sizeof f->why, "a filter has at most %d bytes: what is behind them is not taken",
		    FILTER_BYTES);
		return false;
	}
	f->wrong = expr_parse(e, slice_make(f->text, f->n), names, EXPR_ALLOW_WORDS | allow, &f->at, &why) != 0;
	if (f->wrong)
		snprintf(f->why, sizeof f->why, "%.*s", (int)sizeof f->why - 1, why.msg);
	return !f->wrong;
}

static void
take(struct filter *f, const struct expr *e)
{
	f->why[0] = '\0';
	f->at = 0;
	memcpy(&f->expr, e, sizeof *e);
}

void
filter_set_own(struct filter *f, struct slice text, const struct filter_own *own)
{
	const struct expr_names names = {.n = own->n, .at = own_at, .what = "name", .ctx = own};
	struct expr e;

	if (parse(f, text, &names, own->n ? 0 : EXPR_WORDS_ALONE, &e))
		take(f, &e);
}

void
filter_set(struct filter *f, struct slice text, unsigned scope)
{
	const struct expr_names names = {
	    .n = metric_names.n, .at = metric_names.at, .offered = is_offered, .ctx = &scope};
	struct expr e;

	if (!parse(f, text, &names, scope & METRIC_OF_EVENT ? EXPR_ALLOW_FIELDS : 0, &e))
		return;
	f->wrong = !check_scope(f, &e, scope);
	if (!f->wrong)
		take(f, &e);
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
	const struct filter_own *own;
	const void *of_own;
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

	if (row->own)
		row->own->look_up(row->of_own, metric, out);
	else
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
	const struct row row = {texts, n, subject, fields, NULL, NULL};
	const struct expr_subject s = {&row, look_up, has_word, field};

	return f->expr.nnodes == 0 || expr_eval(&f->expr, &s) == EXPR_TRUE;
}

bool
filter_match(const struct filter *f, const struct slice *texts, size_t n, const struct metric_subject *subject)
{
	return filter_match_event(f, texts, n, subject, NULL);
}

bool
filter_match_own(const struct filter *f, const struct slice *texts, size_t n, const struct filter_own *own,
    const void *row)
{
	const struct row of = {texts, n, NULL, NULL, own, row};
	const struct expr_subject s = {&of, look_up, has_word, NULL};

	return f->expr.nnodes == 0 || expr_eval(&f->expr, &s) == EXPR_TRUE;
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
