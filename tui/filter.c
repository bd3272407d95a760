#include "tui/filter.h"

void
filter_set(struct filter *f, struct slice text)
{
	size_t i = 0;

	f->n = text.n < FILTER_BYTES ? text.n : FILTER_BYTES;
	if (f->n > 0)
		memmove(f->text, text.p, f->n);
	f->text[f->n] = '\0';
	f->nterms = 0;
	while (i < f->n && f->nterms < FILTER_TERMS) {
		struct filter_term term = {FILTER_WORD, 0, 0};

		while (i < f->n && f->text[i] == ' ')
			i++;
		if (i < f->n && f->text[i] == '!') {
			term.kind = FILTER_NOT_WORD;
			i++;
		}
		term.at = i;
		while (i < f->n && f->text[i] != ' ')
			i++;
		term.n = i - term.at;
		if (term.n > 0)
			f->terms[f->nterms++] = term;
	}
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
occurs(struct slice text, const char *word, size_t n)
{
	for (size_t i = 0; i + n <= text.n; i++) {
		size_t k = 0;

		while (k < n && lower(text.p[i + k]) == lower(word[k]))
			k++;
		if (k == n)
			return true;
	}
	return false;
}

bool
filter_match(const struct filter *f, const struct slice *texts, size_t n)
{
	for (size_t t = 0; t < f->nterms; t++) {
		const struct filter_term *term = &f->terms[t];
		bool found = false;

		for (size_t i = 0; i < n && !found; i++)
			found = occurs(texts[i], f->text + term->at, term->n);
		if (found != (term->kind == FILTER_WORD))
			return false;
	}
	return true;
}

struct slice
filter_needle(const struct filter *f)
{
	for (size_t t = 0; t < f->nterms; t++)
		if (f->terms[t].kind == FILTER_WORD)
			return slice_make(f->text + f->terms[t].at, f->terms[t].n);
	return slice_make("", 0);
}
