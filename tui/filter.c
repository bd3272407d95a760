#include "tui/filter.h"

#include <stdio.h>

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

	f->n = text.n < FILTER_BYTES ? text.n : FILTER_BYTES;
	if (f->n > 0)
		memmove(f->text, text.p, f->n);
	f->text[f->n] = '\0';
	f->wrong = expr_parse(&e, slice_make(f->text, f->n), &metric_names, EXPR_ALLOW_WORDS, &f->at, &why) != 0;
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

bool
filter_match(const struct filter *f, const struct slice *texts, size_t n, const struct metric_subject *subject)
{
	const struct row row = {texts, n, subject};
	const struct expr_subject s = {&row, look_up, has_word};

	return f->expr.nnodes == 0 || expr_eval(&f->expr, &s) == EXPR_TRUE;
}

size_t
filter_words(const struct filter *f, struct slice words[FILTER_WORDS])
{
	return expr_words(&f->expr, words, FILTER_WORDS);
}
